//! Full-screen texts: help for the current pane, and the load status.

use crate::call::{Call, Completeness, Dataset, Gap, LoadOutcome, ProblemLevel};
use crate::metrics::count;
use crate::model::Clock;
use crate::text::{sanitize, wrapped};
use crate::triage::SessionStatus;
use crate::wording;

use super::bindings::{BINDINGS, Keymap, Scope};
use super::commands;

/// A line of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextLine {
    Heading(String),
    /// A plain line.
    Plain(String),
    /// A line about data missing from the screen.
    Warning(String),
    /// A value or verdict that is poor.
    Poor(String),
    /// A verdict that is good.
    Good(String),
    /// A key and what it does.
    Key(String, &'static str),
}

/// Returns the text in a form to copy.
pub fn plain(lines: Vec<TextLine>) -> String {
    let lines = lines.into_iter().map(|line| match line {
        TextLine::Heading(text)
        | TextLine::Plain(text)
        | TextLine::Warning(text)
        | TextLine::Poor(text)
        | TextLine::Good(text) => text,
        TextLine::Key(keys, what) => format!("{keys} {what}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the help for a pane: its own keys first, then those that work everywhere; with a filter, only the lines that
/// contain all of its words, in the name of the command or any other for it.
pub fn help(keys: &Keymap, scope: Scope, filter: &str) -> Vec<TextLine> {
    let filter = filter.to_lowercase();
    let words: Vec<&str> = filter.split_whitespace().collect();
    let passes = |line: &TextLine| match line {
        TextLine::Key(keys, what) => {
            let action = BINDINGS.iter().find(|binding| binding.label == *what).map(|binding| binding.action);
            let (about, synonyms) = action.map(commands::words).unwrap_or_default();
            let text = format!("{keys} {what} {about} {synonyms}").to_lowercase();
            words.iter().all(|word| text.contains(word))
        }
        _ => true,
    };
    let all: Vec<TextLine> = help_of(keys, scope).into_iter().filter(passes).collect();
    if words.is_empty() {
        return all;
    }
    // A heading without lines below it says nothing.
    let is_key = |at: usize| matches!(all.get(at), Some(TextLine::Key(..)));
    let kept = all.iter().enumerate().filter(|(at, line)| match line {
        TextLine::Heading(_) => is_key(at + 1),
        TextLine::Plain(_) => *at > 0 && is_key(at - 1),
        _ => true,
    });
    let mut lines: Vec<TextLine> = kept.map(|(_, line)| line.clone()).collect();
    if lines.is_empty() {
        lines.push(TextLine::Plain(format!("no key for “{}” here", sanitize(&filter))));
    }
    lines
}

fn help_of(keys: &Keymap, scope: Scope) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut headings: Vec<Scope> = Vec::new();
    for binding in keys.bindings_of(scope) {
        if !headings.contains(&binding.scope) {
            headings.push(binding.scope);
        }
    }
    // The pane's own keys come first, regardless of the table's order.
    headings.sort_by_key(|one| *one != scope);
    for heading in headings {
        if !lines.is_empty() {
            lines.push(TextLine::Plain(String::new()));
        }
        lines.push(TextLine::Heading(heading.name().to_owned()));
        for binding in keys.bindings_of(scope).filter(|binding| binding.scope == heading) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            lines.push(TextLine::Key(keys.join("  "), binding.label));
        }
    }
    lines.push(TextLine::Plain(String::new()));
    lines.push(TextLine::Heading("signs".to_owned()));
    for (sign, meaning) in [
        (wording::standing_glyph(SessionStatus::Poor), "poor: over a threshold of the rule set"),
        (wording::standing_glyph(SessionStatus::Good), "good: classified, within all thresholds"),
        (wording::standing_glyph(SessionStatus::Unclassified), "unclassified: not enough data"),
        (
            wording::standing_glyph(SessionStatus::Noted),
            "noted: not poor, but a user complained, or a device or machine failed; for a finding: warning",
        ),
        (wording::standing_glyph(SessionStatus::Failed), "failed: not set up, or dropped"),
        ("·  i", "findings: hint, or for information"),
        (wording::PLACEHOLDER_GLYPH, "raw JSON: the service's placeholder for a value that is not known"),
        ("→", "whose side it is"),
        ("◆", "marked for comparison"),
        ("✗ ▇ ▁", "the strip above the panes: every session in list order, higher is worse; underlined: in view"),
        ("▁▂▇", "a metric across neighbours; a gap means not measured, ▁ is the minimum or zero"),
    ] {
        lines.push(TextLine::Key(sign.to_owned(), meaning));
    }
    lines
}

/// Returns the whole answer and the load status: whether the call is complete, what was skipped and repaired, and time
/// spent waiting. Lines are at most `width` columns long.
pub fn status(loaded: &Dataset, call: &Call, answer: &str, retry: &str, clock: Clock, width: usize) -> Vec<TextLine> {
    let mut page = Page { lines: Vec::new(), width };
    page.heading(&wording::call_name(call));
    let (start, end) = call.span();
    page.plain(&wording::span(start, end, clock));
    if let Some(version) = call.version() {
        page.plain(&format!("version {version} of the record; a later version may follow when clients report late"));
    }
    page.lines.push(TextLine::Plain(String::new()));

    if !answer.is_empty() {
        page.heading("the answer");
        page.plain(answer);
        page.lines.push(TextLine::Plain(String::new()));
    }
    page.heading("is the call complete?");
    is_it_all(&mut page, loaded, call, retry);

    page.lines.push(TextLine::Plain(String::new()));
    page.heading("pages");
    let pages: Vec<_> = loaded.pages_of(call).collect();
    const SHOWN: usize = 100;
    for one in pages.iter().take(SHOWN) {
        let link = if one.next().is_some() { ", has a next link" } else { "" };
        let whole = if one.is_whole { "" } else { ", truncated" };
        page.plain(&format!("{}: {}{link}{whole}", one.origin, sessions(one.sessions)));
    }
    if pages.len() > SHOWN {
        page.plain(&format!("and {} more", count(pages.len() - SHOWN)));
    }

    if !loaded.problems.is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("skipped, repaired, waited for");
        for problem in loaded.problems.iter() {
            match problem.weight {
                ProblemLevel::Loss => page.warning(&problem.words()),
                ProblemLevel::Oddity | ProblemLevel::Note => page.plain(&problem.words()),
            }
        }
        if loaded.problems.unlisted() > 0 {
            page.plain(&format!("and {} more", count(loaded.problems.unlisted())));
        }
    }
    if !loaded.foreign().is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("not call records");
        for foreign in loaded.foreign() {
            page.plain(&format!("{}: {}", foreign.words(), foreign.hint));
        }
    }
    if !loaded.oddities.is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("not in the schema known to callscope");
        for (oddity, times) in loaded.oddities.iter() {
            page.plain(&format!("{oddity} · {}", wording::number(times as usize, "time")));
        }
        if loaded.oddities.others() > 0 {
            page.plain(&format!("others · {}", wording::number(loaded.oddities.others() as usize, "time")));
        }
    }
    page.lines
}

fn is_it_all(page: &mut Page, loaded: &Dataset, call: &Call, retry: &str) {
    let completeness = Completeness::of(call, loaded);
    let words = format!("{}, {}", sessions(call.rows().len()), completeness.words());
    match &completeness {
        Completeness::Complete { lost: 0, .. } => page.plain(&words),
        _ => page.warning(&words),
    }
    match &completeness {
        Completeness::Gap { gap: Gap::Unanswered, .. } => page.plain(
            "the last page has a next link that no saved page answers; nothing is fetched while a file is open. Fetch the \
             call by its ID to get all of it",
        ),
        Completeness::Gap { .. } => page.plain("fetch the call by its ID to get all of it"),
        Completeness::Complete { proof, .. } => page.plain(proof.words()),
        Completeness::Stopped { .. } => {
            if let Some(LoadOutcome::Stopped(trouble)) = loaded.ending() {
                page.plain(&trouble.what);
                if let Some(hint) = &trouble.hint {
                    page.plain(hint);
                }
                page.plain(&format!("press {retry} to retry from there; what is loaded stays"));
            } else {
                page.plain(&format!("stopped by you; press {retry} to continue"));
            }
        }
        Completeness::Outdated { .. } => {
            page.plain(&format!("the service has a newer version of the record; press {retry} to load it"));
        }
        Completeness::Broken { .. } => page.plain("the data is truncated; save or fetch the call again"),
        _ => {}
    }
    if let Some((requests, of, seconds)) = loaded.budget() {
        page.plain(&format!(
            "{} of the {of} later pages used that the service allows per call in {seconds} s",
            count(requests)
        ));
    }
    for note in wording::not_asked_for(call, loaded) {
        page.warning(&note);
    }
    for note in wording::repetitions(call) {
        page.plain(&note);
    }
    // The service returns the first 60 sessions with a record; without a next link there is no way to know whether more
    // exist.
    if call.record().is_some() && call.rows().len() == 60 && completeness.is_final() {
        page.warning(
            "exactly 60 sessions came with the record, the most that the service returns at once, and no next link: there \
             may be more",
        );
    }
}

fn sessions(number: usize) -> String {
    match number {
        1 => "1 session".to_owned(),
        many => format!("{} sessions", count(many)),
    }
}

struct Page {
    lines: Vec<TextLine>,
    width: usize,
}

impl Page {
    fn heading(&mut self, text: &str) {
        self.lines.push(TextLine::Heading(sanitize(text).into_owned()));
    }

    fn plain(&mut self, text: &str) {
        self.lines.extend(wrapped(&sanitize(text), self.width).into_iter().map(TextLine::Plain));
    }

    fn warning(&mut self, text: &str) {
        self.lines.extend(wrapped(&sanitize(text), self.width).into_iter().map(TextLine::Warning));
    }
}
