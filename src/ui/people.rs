//! The participant matrix: audio and video that each person sent and received; beside it, whose side problems are on
//! and what affected participants share.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use crate::app::search::{Search, Surface};
use crate::app::{App, Half};
use crate::call::{Filter, Part};
use crate::metrics::count;
use crate::text::{cut, fit, sanitize};
use crate::triage::call_analysis::ParticipantStats;
use crate::triage::{Counts, SessionStatus, Verdict};
use crate::wording;
use crate::wording::feedback;
use crate::wording::summary;

use super::highlight::marked;
use super::theme::Theme;
use super::{Visible, draw_nothing, entry_list, frame_of, scroll_bar};

/// Draws the halves that there is room for.
pub fn draw(frame: &mut Frame, people: Option<Rect>, items_area: Option<Rect>, app: &App, theme: &Theme) {
    if let Some(area) = people {
        draw_people(frame, area, app, theme);
    }
    if let Some(area) = items_area {
        let has_focus = app.views.people.half == Half::Second;
        let block = frame_of(area.width, "Whose side, and common factors", "", has_focus, theme);
        let inside = block.inner(area);
        frame.render_widget(block, area);
        let needle = app.search_in(Surface::Shared).map(Search::needle);
        entry_list::draw(frame, (area, inside), &app.views.people.items, has_focus, needle, theme);
    }
}

fn draw_people(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let has_focus = app.views.people.half == Half::First;
    let people = app.assessment().map_or(&[][..], |assessment| &assessment.people);
    let title = match app.matching.people().len() {
        shown if app.views.sessions.list.filter().is_empty() || app.assessment().is_none() => {
            format!("People {}", count(shown.max(people.len())))
        }
        shown => format!("People {} of {}", count(shown), count(people.len())),
    };
    let block = frame_of(area.width, &title, "worst first", has_focus, theme)
        .title_bottom(Line::from(Span::styled(legend(area.width), Style::reset())));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let Some(call) = app.call() else { return };
    if people.is_empty() {
        let words =
            if app.assessment().is_some() { "no session names a participant" } else { "analysing the call …" };
        return draw_nothing(frame, inside, words, theme.dim);
    }
    if app.matching.people().is_empty() {
        let filter = sanitize(app.views.sessions.list.filter().text()).into_owned();
        return draw_nothing(frame, inside, &format!("no person matches “{filter}”"), theme.dim);
    }
    let columns = Columns::of(usize::from(inside.width));
    let mut lines = vec![columns.heading(theme)];
    let visible = usize::from(inside.height).saturating_sub(1);
    let filter = app.views.sessions.list.filter();
    let shown = app.matching.people().iter().filter_map(|at| people.get(*at as usize));
    let shown = shown.enumerate().skip(app.views.people.list.top).take(visible);
    lines.extend(shown.map(|(at, it)| {
        let names = app.data.loaded.names();
        let name = call.rows().get(it.row as usize).map_or("", |row| row.name(it.end, names));
        let said = it.said_in.and_then(|(row, end)| call.rows().get(row as usize)?.facts.feedback(end));
        let who = Who {
            name: &sanitize(name),
            said: said.map(|said| feedback::short(&said.said(names))).unwrap_or_default(),
        };
        let is_selected = at == app.views.people.list.at;
        let line = columns.line(&who, it, is_selected, filter, theme);
        match (is_selected, has_focus) {
            (true, true) => line.patch_style(theme.cursor),
            (true, false) => line.patch_style(theme.resting),
            _ => line,
        }
    }));
    frame.render_widget(Paragraph::new(lines), inside);
    let visible = Visible { top: app.views.people.list.top, shown: visible, total: app.matching.people().len() };
    scroll_bar(frame, area, visible, has_focus, theme);
}

/// What the cells of the streams mean, in as many words as fit into a bottom border of this width.
fn legend(width: u16) -> String {
    let choices = [
        " streams: ✖ 1 of 2 poor of judged · ✓ good · ? not judged · – none ",
        " ✖ poor of judged streams · ✓ good · ? not judged ",
        " ✖ poor of judged streams ",
    ];
    let fits = |words: &&&str| words.width() + 4 <= usize::from(width);
    choices.iter().find(fits).map_or_else(String::new, |words| (*words).to_owned())
}

/// A person, with what they said about the call.
struct Who<'a> {
    name: &'a str,
    /// Empty if they said nothing.
    said: String,
}

/// The widths of the columns; 0 hides a column.
struct Columns {
    name: usize,
    voice: usize,
    pictures: usize,
    more: usize,
}

impl Columns {
    fn of(width: usize) -> Columns {
        let mut columns = Columns {
            name: 0,
            voice: 10,
            pictures: if width >= 62 { 10 } else { 0 },
            more: if width >= 84 { 16 } else { 0 },
        };
        let pictures = if columns.pictures > 0 { 2 * (columns.pictures + 1) } else { 0 };
        let more = if columns.more > 0 { columns.more + 1 } else { 0 };
        columns.name = width.saturating_sub(3 + 2 * (columns.voice + 1) + pictures + more);
        columns
    }

    fn heading(&self, theme: &Theme) -> Line<'static> {
        // What people said stands at the right end of their names, where it has room.
        const SAID_FROM: usize = 24;
        let said = if self.name >= SAID_FROM { "said" } else { "" };
        let mut text = format!("   {}{said}", fit("name", self.name - said.width()));
        for (head, width) in [
            ("voice out", self.voice),
            ("voice in", self.voice),
            ("video out", self.pictures),
            ("video in", self.pictures),
            ("more", self.more),
        ] {
            if width > 0 {
                text.push(' ');
                text.push_str(&fit(head, width));
            }
        }
        Line::from(Span::styled(text, theme.dim))
    }

    fn line(
        &self,
        who: &Who<'_>,
        it: &ParticipantStats,
        is_selected: bool,
        filter: &Filter,
        theme: &Theme,
    ) -> Line<'static> {
        let (glyph, style) = match it.verdict() {
            _ if it.failed > 0 => (wording::standing_glyph(SessionStatus::Failed), theme.failed),
            verdict if verdict != Verdict::Poor && it.severe_fault().is_some() => ("!", theme.poor),
            Verdict::Good | Verdict::Unclassified if it.has_complained => ("!", theme.noted),
            verdict => (wording::verdict_glyph(verdict), theme.verdict(verdict)),
        };
        let mut spans =
            vec![Span::raw(if is_selected { "▌" } else { " " }), Span::styled(glyph, style), Span::raw(" ")];
        let name = beside(who.name, &who.said, self.name, theme);
        spans.extend(marked(name, &filter.matches_in(Part::Name, who.name), theme.matched));
        let mut cell = |counts: Counts, width: usize| {
            if width > 0 {
                let style = if counts.total() == 0 { theme.dim } else { theme.verdict(counts.verdict()) };
                let style = if counts.verdict() == Verdict::Good { theme.dim } else { style };
                spans.push(Span::styled(format!(" {}", fit(&summary::of_streams(counts), width)), style));
            }
        };
        cell(it.said, self.voice);
        cell(it.heard, self.voice);
        cell(it.shown, self.pictures);
        cell(it.seen, self.pictures);
        if self.more > 0 {
            let mut more = Vec::new();
            if it.failed > 0 {
                more.push(format!("{} failed", it.failed));
            }
            if it.sessions > 1 {
                more.push(format!("{} sessions", it.sessions));
            }
            spans.push(Span::styled(format!(" {}", fit(&more.join(", "), self.more)), theme.dim));
        }
        Line::from(spans)
    }
}

/// Returns a name in a column, with what was said about the call at its right end if there is room for a word of it.
pub(super) fn beside(name: &str, said: &str, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    // Fewer columns of a quote say nothing.
    const LEAST: usize = 8;
    let room = width.saturating_sub(name.width() + 1);
    if said.is_empty() || room < said.width().min(LEAST) {
        return vec![Span::raw(fit(name, width))];
    }
    let said = cut(said, room).into_owned();
    vec![Span::raw(fit(name, width - said.width() - 1)), Span::raw(" "), Span::styled(said, theme.noted)]
}
