//! Texts that fill the screen: help for the pane one comes from, and how the call was read.

use crate::call::{Call, Completeness, Ending, Gap, Loaded, Weight};
use crate::metrics::count;
use crate::report::clean::{clean, wrapped};
use crate::report::sentences;

use super::bindings::{Keymap, Scope};

/// A line of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextLine {
    /// A heading.
    Heading(String),
    /// A line.
    Plain(String),
    /// A line about something that is missing on screen.
    Warning(String),
    /// A key and what it does.
    Key(String, &'static str),
}

/// Such a text, to be copied.
pub fn plain(lines: Vec<TextLine>) -> String {
    let lines = lines.into_iter().map(|line| match line {
        TextLine::Heading(text) | TextLine::Plain(text) | TextLine::Warning(text) => text,
        TextLine::Key(keys, what) => format!("{keys} {what}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Help for a pane: its own keys first, then those of everywhere.
pub fn help(keys: &Keymap, scope: Scope) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut headings: Vec<Scope> = Vec::new();
    for binding in keys.bindings_of(scope) {
        if !headings.contains(&binding.scope) {
            headings.push(binding.scope);
        }
    }
    // The pane's own keys first, whatever the order of the table.
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
        ("✖", "poor: a limit of the rule set is passed"),
        ("✓", "good: judged, and no limit is passed"),
        ("?", "unclassified: could not be judged"),
        ("!", "nothing is poor, and a user rated the call bad or poor; of a finding: a warning"),
        ("✗", "failed: could not be set up, or broke off"),
        ("·  i", "findings that are a hint, or only good to know"),
        ("→", "whose side it is"),
        ("◆", "marked, to be compared with another one"),
        ("▁▂▇", "a metric across neighbours; a gap is not measured, ▁ is the least or zero"),
    ] {
        lines.push(TextLine::Key(sign.to_owned(), meaning));
    }
    lines
}

/// How the call was read: is it all, what was skipped, mended and waited for. In lines of so many columns.
pub fn status(loaded: &Loaded, call: &Call, width: usize) -> Vec<TextLine> {
    let mut page = Page { lines: Vec::new(), width };
    page.heading(&sentences::call_name(call));
    let (start, end) = call.span();
    page.plain(&sentences::span(start, end));
    if let Some(version) = call.version() {
        page.plain(&format!("version {version} of the record; a later one may come when clients report late"));
    }
    page.lines.push(TextLine::Plain(String::new()));

    page.heading("is this all of it?");
    is_it_all(&mut page, loaded, call);

    page.lines.push(TextLine::Plain(String::new()));
    page.heading("pages");
    let pages: Vec<_> = loaded.pages_of(call).collect();
    const SHOWN: usize = 100;
    for one in pages.iter().take(SHOWN) {
        let link = if one.next().is_some() { ", links to a next page" } else { "" };
        let whole = if one.is_whole { "" } else { ", not whole" };
        page.plain(&format!("{}: {}{link}{whole}", one.origin, sessions(one.sessions)));
    }
    if pages.len() > SHOWN {
        page.plain(&format!("and {} more", count(pages.len() - SHOWN)));
    }

    if !loaded.problems.is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("skipped, mended, waited for");
        for problem in loaded.problems.iter() {
            match problem.weight {
                Weight::Loss => page.warning(&problem.words()),
                Weight::Oddity | Weight::Note => page.plain(&problem.words()),
            }
        }
        if loaded.problems.unlisted() > 0 {
            page.plain(&format!("and {} more", count(loaded.problems.unlisted())));
        }
    }
    if !loaded.foreign().is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("not a call");
        for foreign in loaded.foreign() {
            page.plain(&format!("{}: {}", foreign.words(), foreign.hint));
        }
    }
    if !loaded.oddities.is_empty() {
        page.lines.push(TextLine::Plain(String::new()));
        page.heading("beyond the schema that this program knows");
        for (oddity, times) in loaded.oddities.iter() {
            page.plain(&format!("{oddity} · {}", sentences::number(times as usize, "time")));
        }
        if loaded.oddities.others() > 0 {
            page.plain(&format!("others · {}", sentences::number(loaded.oddities.others() as usize, "time")));
        }
    }
    page.lines
}

fn is_it_all(page: &mut Page, loaded: &Loaded, call: &Call) {
    let completeness = Completeness::of(call, loaded);
    let words = format!("{}, {}", sessions(call.rows().len()), completeness.words());
    match &completeness {
        Completeness::Complete { lost: 0, .. } => page.plain(&words),
        _ => page.warning(&words),
    }
    match &completeness {
        Completeness::Gap { gap: Gap::Unanswered, .. } => page.plain(
            "the last page links to a next one that is not here; nothing is fetched while a file is open. Fetch the \
             call by its id to have all of it",
        ),
        Completeness::Gap { .. } => page.plain("fetch the call by its id to have all of it"),
        Completeness::Complete { proof, .. } => page.plain(proof.words()),
        Completeness::Stopped { .. } => {
            if let Some(Ending::Stopped(trouble)) = loaded.ending() {
                page.plain(&trouble.what);
                if let Some(hint) = &trouble.hint {
                    page.plain(hint);
                }
                page.plain("R tries again from there; what is here stays");
            } else {
                page.plain("you stopped it; R goes on");
            }
        }
        Completeness::Outdated { .. } => {
            page.plain("a client reported late, or the service put more together; R reads the newer version");
        }
        Completeness::Broken { .. } => page.plain("what is missing was cut off: save or fetch the call again"),
        _ => {}
    }
    if let Some((requests, of, seconds)) = loaded.budget() {
        page.plain(&format!(
            "asked for {} of the {of} later pages that the service allows for a call in {seconds} s",
            count(requests)
        ));
    }
    for note in sentences::not_asked_for(call, loaded) {
        page.warning(&note);
    }
    for note in sentences::repetitions(call) {
        page.plain(&note);
    }
    // The service gives the first 60 sessions with a record; without a link there is no telling.
    if call.record().is_some() && call.rows().len() == 60 && completeness.is_final() {
        page.warning(
            "exactly 60 sessions came with the record, which is the most that the service gives at once, and no link \
             to more: there may be more",
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
        self.lines.push(TextLine::Heading(clean(text).into_owned()));
    }

    fn plain(&mut self, text: &str) {
        self.lines.extend(wrapped(&clean(text), self.width).into_iter().map(TextLine::Plain));
    }

    fn warning(&mut self, text: &str) {
        self.lines.extend(wrapped(&clean(text), self.width).into_iter().map(TextLine::Warning));
    }
}
