//! The findings view of the whole call: the rules that triggered, most important first, each with its worst case.

use crate::call::{Call, Dataset};
use crate::model::Clock;
use crate::text::wrapped;
use crate::triage::{Assessment, RULES, Rule};
use crate::wording;
use crate::wording::findings::{self, CallAnswer};

use super::Behavior;
use crate::app::bindings::Action;
use crate::app::bindings::Scope;
use crate::app::layout::{Area, Half};
use crate::app::matching::place_of;
use crate::app::pages::{self, TextLine};
use crate::app::session_detail::SessionDetail;
use crate::app::viewport::Viewport;
use crate::app::{App, DetailState, Effect, View};
use crate::wording::explain::{self, Explained};

/// The state of the findings view.
#[derive(Debug, Default)]
pub struct FindingsView {
    /// The rules that triggered, most important first.
    pub rows: Vec<FindingsRow>,
    /// How many there are without a filter.
    pub total: usize,
    /// The cursor in them.
    pub viewport: Viewport,
    /// The scroll position of the selected finding's text.
    pub account: Viewport,
    /// The half that keys go to: the findings, or the text of the selected one.
    pub half: Half,
}

/// What the findings view does.
pub(super) struct Findings;

impl Behavior for Findings {
    fn name(&self) -> &'static str {
        "findings"
    }

    fn action(&self) -> Action {
        Action::Findings
    }

    fn scope(&self, _app: &App) -> Scope {
        Scope::Findings
    }

    fn on_action(&self, app: &mut App, action: Action, _effects: &mut Vec<Effect>) {
        let view = &mut app.views.findings;
        match action {
            Action::NextPane | Action::PreviousPane => view.half = view.half.other(),
            Action::Open => open_selected(app),
            _ if view.half == Half::Second => _ = view.account.scroll(action),
            _ => {
                if view.viewport.apply(action) {
                    view.account = Viewport::default();
                }
            }
        }
    }

    fn focus_at(&self, app: &mut App, x: u16, y: u16) -> Option<Area> {
        let (half, area) = app.half_at(x, y)?;
        app.views.findings.half = half;
        Some(area.inside())
    }

    fn on_click(&self, app: &mut App, line: usize) {
        if app.views.findings.half == Half::First {
            app.views.findings.viewport.click(line);
        }
    }

    fn back(&self, app: &mut App) {
        match app.views.findings.half {
            Half::Second => app.views.findings.half = Half::First,
            Half::First => {
                if !app.clear_filter() {
                    app.go_to(View::Sessions);
                }
            }
        }
    }

    fn is_list(&self, app: &App) -> bool {
        app.views.findings.half == Half::First
    }

    fn fit(&self, app: &mut App) {
        let (lines, heights) = (app.account().len(), Half::ALL.map(|half| app.half_height(half)));
        let view = &mut app.views.findings;
        view.viewport.fit(view.rows.len(), heights[0]);
        view.account.fit(lines, heights[1]);
    }

    fn focused_half(&self, app: &App) -> Half {
        app.views.findings.half
    }

    fn selected_row(&self, app: &App) -> Option<u32> {
        app.views.findings.selected().and_then(|found| found.row)
    }

    fn copyable(&self, app: &App, _open: &SessionDetail, add: &mut dyn FnMut(&'static str, String)) {
        add("the finding", pages::plain(app.account()));
    }

    fn explained(&self, app: &App, open: &SessionDetail) -> Option<Explained> {
        let found = app.views.findings.selected()?;
        let said = open.findings.iter().find(|said| said.finding.rule.id == found.rule.id);
        let here = said.map(|it| [it.sentence.as_str(), &it.heard, &it.advice]);
        let source = said.map_or(found.rule.source, |said| &said.source);
        Some(explain::rule(found.rule, here, source))
    }
}

/// Goes to the worst case of the selected finding, among the sessions that have it.
fn open_selected(app: &mut App) {
    let Some(found) = app.views.findings.selected() else { return };
    let (row, id, is_of_call) = (found.row, found.rule.id, found.sentence.is_some());
    let path = match &app.detail {
        DetailState::Ready(open) => open.findings.iter().find(|said| said.finding.rule.id == id),
        _ => None,
    }
    .map(|said| said.finding.path);
    match row {
        Some(row) if is_of_call => app.go_to_row(row, None),
        Some(row) => {
            // The count is of the sessions that match the filter, if one is on.
            let filter = app.views.sessions.list.filter().text_with(&format!("finding:{id}"));
            app.go_to_filtered(&filter);
            app.go_to_row(row, path);
        }
        None => {}
    }
}

impl App {
    /// Returns the text for the selected finding.
    pub fn account(&self) -> Vec<TextLine> {
        let width = self.half(Half::Second).map_or(0, |area| usize::from(area.inside().width));
        let (Some(found), Some(call)) = (self.views.findings.selected(), self.call()) else { return Vec::new() };
        let open = match &self.detail {
            DetailState::Ready(open) if self.shown().is_some_and(|row| row.place == open.place) => Some(&**open),
            _ => None,
        };
        let list = &self.views.sessions.list;
        let sessions = match list.filter().is_empty() {
            true => wording::number(call.rows().len(), "session"),
            false => format!("{} that match the filter", wording::number(list.len(), "session")),
        };
        account(found, open, (call, &self.data.loaded, &sessions), self.clock, width)
    }
}

/// A rule that triggered.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingsRow {
    pub rule: &'static Rule,
    /// The number of sessions affected or, for a rule about the whole call, of items.
    pub count: usize,
    /// The number of sessions in which the rule could not be evaluated.
    pub unknown: usize,
    /// The row of the worst case.
    pub row: Option<u32>,
    /// The text of the finding, for a rule about the whole call.
    pub sentence: Option<String>,
}

impl FindingsView {
    /// Replaces the findings; the cursor stays on its rule if the user has moved it.
    pub fn set(&mut self, rows: Vec<FindingsRow>) {
        let selected = self.selected().map(|row| row.rule.id);
        self.rows = rows;
        // A cursor that has not been moved stays at the top.
        if self.viewport.at > 0
            && let Some(at) = self.rows.iter().position(|row| Some(row.rule.id) == selected)
        {
            self.viewport.at = at;
        }
        self.viewport.set_len(self.rows.len());
    }

    /// Returns the rule under the cursor.
    pub fn selected(&self) -> Option<&FindingsRow> {
        self.rows.get(self.viewport.at)
    }
}

/// Returns the rules that triggered in a call.
pub fn rows(call: &Call, loaded: &Dataset, assessment: &Assessment) -> Vec<FindingsRow> {
    let of_call = findings::of_call(call, loaded, assessment).into_iter().filter_map(|(rule, answer)| match answer {
        CallAnswer::Speaks(it) => {
            Some(FindingsRow { rule, count: it.count, unknown: 0, row: it.row, sentence: Some(it.sentence) })
        }
        CallAnswer::Quiet | CallAnswer::Unknown => None,
    });
    let of_sessions = assessment.rules.iter().filter(|count| count.sessions > 0).map(|count| FindingsRow {
        rule: &RULES[count.rule],
        count: count.sessions as usize,
        unknown: count.unknown as usize,
        row: count.row,
        sentence: None,
    });
    let mut rows: Vec<FindingsRow> = of_call.chain(of_sessions).collect();
    rows.sort_by(|one, other| one.rule.severity.cmp(&other.rule.severity).then(other.count.cmp(&one.count)));
    rows
}

/// Returns the findings of the sessions that match a filter, in their own order: counted over these sessions, each with
/// the first of them as its case. A finding about the whole call stays if its own session matches.
pub fn matching(rows: Vec<FindingsRow>, call: &Call, sessions: &[u32], set: usize) -> Vec<FindingsRow> {
    let mut found: Vec<(usize, Option<u32>)> = vec![(0, None); RULES.len()];
    for at in sessions {
        let Some(row) = call.rows().get(*at as usize) else { continue };
        for rule in row.facts.speaking(set).iter() {
            let (count, first) = &mut found[rule];
            *count += 1;
            first.get_or_insert(*at);
        }
    }
    let matching = |row: FindingsRow| match row.sentence {
        Some(_) => row.row.is_some_and(|at| sessions.contains(&at)).then_some(row),
        None => {
            let (count, first) = *found.get(place_of(row.rule.id)?)?;
            let row = FindingsRow { count, unknown: 0, row: first, ..row };
            (count > 0).then_some(row)
        }
    };
    rows.into_iter().filter_map(matching).collect()
}

/// Returns the text for the selected rule. `open` is the session of its worst case, once it has been read.
pub fn account(
    row: &FindingsRow,
    open: Option<&SessionDetail>,
    (call, loaded, sessions): (&Call, &Dataset, &str),
    clock: Clock,
    width: usize,
) -> Vec<TextLine> {
    let mut lines = vec![TextLine::Heading(row.rule.title.to_owned())];
    let mut say = |text: &str| lines.extend(wrapped(text, width).into_iter().map(TextLine::Plain));
    let said = open.and_then(|open| open.findings.iter().find(|said| said.finding.rule == row.rule));
    match (&row.sentence, said) {
        (Some(sentence), _) => say(sentence),
        (None, Some(said)) => say(&said.sentence),
        (None, None) => say("reading the worst case …"),
    }
    say("");
    let mut counts = match row.sentence {
        Some(_) => wording::severity_glyph(row.rule.severity).to_owned(),
        None => format!(
            "{} {} of {}",
            wording::severity_glyph(row.rule.severity),
            crate::metrics::count(row.count),
            sessions
        ),
    };
    counts.push_str(&format!(" · {}", row.rule.severity.name()));
    if row.unknown > 0 {
        counts.push_str(&format!(" · could not tell in {}", crate::metrics::count(row.unknown)));
    }
    say(&counts);
    say("");
    let general = |words: &str| findings::in_general(words);
    let (heard, advice, source) = match said {
        Some(said) => (said.heard.clone(), said.advice.clone(), said.source.clone()),
        None => (general(row.rule.heard), general(row.rule.advice), row.rule.source.to_owned()),
    };
    let evidence: Vec<String> = said
        .map(|said| said.finding.evidence.iter().map(|one| findings::evidence(one, clock)).collect())
        .unwrap_or_default();
    for (heading, text) in [
        ("likely experience", heard),
        ("next", advice),
        ("source of the threshold", source),
        ("evidence", evidence.join(", ")),
    ] {
        if !text.is_empty() {
            lines.push(TextLine::Heading(heading.to_owned()));
            lines.extend(wrapped(&text, width).into_iter().map(TextLine::Plain));
            lines.push(TextLine::Plain(String::new()));
        }
    }
    let who = row.row.and_then(|row| call.rows().get(row as usize)).map(|row| wording::people(row, loaded.names()));
    if let (Some(who), None) = (who, &row.sentence) {
        lines.push(TextLine::Heading("worst case".to_owned()));
        lines.extend(wrapped(&who, width).into_iter().map(TextLine::Plain));
        lines.push(TextLine::Plain(String::new()));
    }
    lines
}
