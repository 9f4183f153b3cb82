//! The list of sessions: status, people, duration, network and main reason of each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::bindings::Scope;
use crate::app::menu::ColumnKey;
use crate::app::views::sessions::columns;
use crate::app::{Action, App, Pane};
use crate::call::{LoadOutcome, Row};
use crate::metrics::{by_id, count};
use crate::report::clean::{clean, fit, fit_right};
use crate::report::wording;
use crate::triage::Interner;

use super::theme::Theme;
use super::{draw_nothing, frame_of, is_focused};

/// Draws the list.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let total = app.call().map_or(0, |call| call.rows().len());
    let list = &app.views.sessions.list;
    let title = match list.filter().text() {
        "" => format!("Sessions {}", count(total)),
        filter => format!("Sessions {} of {} · /{}", count(list.len()), count(total), clean(filter)),
    };
    let turned = if list.sort.is_reversed { ", reversed" } else { "" };
    let order = format!("{}{turned}", list.sort.key.name());
    let block = frame_of(area.width, &title, &order, is_focused(app, Pane::Sessions), theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if list.is_empty() {
        let words = match (app.data.loaded.ending(), list.filter().text()) {
            (_, filter) if !filter.is_empty() => {
                let key = app.keys.key_hint_in(Scope::Sessions, Action::Back);
                format!("no session matches “{}”; {key} clears the filter", clean(filter))
            }
            (None, _) => "reading …".to_owned(),
            (Some(LoadOutcome::AllRead | LoadOutcome::Outdated { .. }), _) => "no sessions".to_owned(),
            (Some(LoadOutcome::Cancelled), _) => {
                format!("stopped before the first session; press {} to continue", app.keys.key_hint(Action::GoOn))
            }
            (Some(LoadOutcome::Stopped(trouble)), _) => {
                let hint = trouble.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
                clean(&format!("{}{hint}", trouble.what)).into_owned()
            }
        };
        return draw_nothing(frame, inside, &words, theme.dim);
    }
    let Some(call) = app.call() else { return };
    let columns = Columns::of(usize::from(inside.width), &app.views.sessions.columns);
    let said = Said { app, names: app.data.loaded.names(), theme };
    let heading = columns.heading(&app.views.sessions.columns);
    let room = usize::from(inside.height).saturating_sub(usize::from(heading.is_some()));
    let visible = list.from(list.viewport.top).iter().take(room);
    let rows = visible
        .enumerate()
        .filter_map(|(at, number)| Some((at + list.viewport.top, *number, call.rows().get(*number as usize)?)))
        .map(|(at, number, row)| {
            let is_selected = at == list.viewport.at;
            let line = columns.line(row, (number, is_selected), &said);
            match (is_selected, app.views.sessions.focus) {
                (true, Pane::Sessions) => line.patch_style(theme.cursor),
                (true, _) => line.patch_style(theme.resting),
                _ => line,
            }
        });
    let lines: Vec<Line> = heading.into_iter().map(|heading| Line::styled(heading, theme.dim)).chain(rows).collect();
    frame.render_widget(Paragraph::new(lines), inside);
}

/// The columns that there is room for, and their widths.
struct Columns {
    name: usize,
    others: Vec<(ColumnKey, usize)>,
}

impl Columns {
    /// Chooses, from the wanted columns, those that leave enough room for names.
    fn of(width: usize, wanted: &columns::Columns) -> Columns {
        // The reason comes first, then the columns the user chose, then the duration and the other default columns.
        let rank = |key: ColumnKey| match key {
            ColumnKey::Words => 0,
            ColumnKey::Length => 2,
            ColumnKey::Factor("net") => 3,
            ColumnKey::Factor("platform") => 4,
            ColumnKey::Start => 5,
            _ => 1,
        };
        // The width that names must keep for a column to appear.
        let least = |key: ColumnKey| match key {
            ColumnKey::Words => 0,
            _ if wanted.is_chosen => 11,
            ColumnKey::Length => 0,
            ColumnKey::Factor("net") => 11,
            ColumnKey::Factor("platform") => 35,
            _ => 38,
        };
        let wide = |key: ColumnKey| if key == ColumnKey::Words && width < 56 { 13 } else { key.width() };
        let mut order: Vec<usize> = (0..wanted.keys.len()).collect();
        order.sort_by_key(|at| rank(wanted.keys[*at]));
        // Three columns for the signs before the name, and a space before every other column.
        let mut name = width.saturating_sub(3);
        let mut taken = Vec::new();
        for at in order {
            let key = wanted.keys[at];
            let left = name.saturating_sub(wide(key) + 1);
            if least(key) == 0 || left >= least(key) {
                name = left;
                taken.push(at);
            }
        }
        taken.sort_unstable();
        Columns { name, others: taken.into_iter().map(|at| (wanted.keys[at], wide(wanted.keys[at]))).collect() }
    }

    /// Returns the column headings if the user chose the columns; the default ones need none.
    fn heading(&self, wanted: &columns::Columns) -> Option<String> {
        if !wanted.is_chosen {
            return None;
        }
        let mut text = format!("   {}", " ".repeat(self.name));
        for (key, width) in &self.others {
            let name = if key.name().len() > *width { key.id() } else { key.name() };
            let name = if key.is_number() { fit_right(name, *width) } else { fit(name, *width) };
            text.push_str(&format!(" {name}"));
        }
        Some(text)
    }

    fn line(&self, row: &Row, at: (u32, bool), said: &Said<'_>) -> Line<'static> {
        let Said { app, names, theme } = said;
        let (number, is_selected) = at;
        let set = app.judge().set;
        let standing = row.facts.standing(set);
        let style = theme.standing(standing);
        let is_marked = app.marked.as_ref().is_some_and(|marked| marked.row == number);
        let mut spans = vec![
            Span::raw(if is_selected { "▌" } else { " " }),
            Span::styled(wording::standing_glyph(standing), style),
            if is_marked { Span::styled("◆", theme.accent) } else { Span::raw(" ") },
            Span::raw(fit(&wording::people(row, names), self.name)),
        ];
        for (key, width) in &self.others {
            let (text, style) = said.cell(row, *key, style);
            let text = if key.is_number() { fit_right(&text, *width) } else { fit(&text, *width) };
            spans.push(Span::raw(" "));
            spans.push(Span::styled(text, style));
        }
        Line::from(spans)
    }
}

struct Said<'a> {
    app: &'a App,
    names: &'a Interner,
    theme: &'a Theme,
}

impl Said<'_> {
    /// Returns the text and style of a cell.
    fn cell(&self, row: &Row, key: ColumnKey, style: Style) -> (String, Style) {
        let dash = |text: String| if text.is_empty() { "–".to_owned() } else { clean(&text).into_owned() };
        let dim = self.theme.dim;
        match key {
            ColumnKey::Start => {
                (dash(row.facts.start.map(|start| start.utc().format("%H:%M:%S").to_string()).unwrap_or_default()), dim)
            }
            ColumnKey::Length => (dash(row.facts.seconds().map(wording::length).unwrap_or_default()), dim),
            ColumnKey::Factor(id) => (dash(row.values(id, self.names)), dim),
            ColumnKey::Figure(id) => {
                let figure = by_id(id).and_then(|metric| Some(metric.unit.format(row.figure(metric)?)));
                (dash(figure.unwrap_or_default()), dim)
            }
            // After a switch of rule sets, a changed verdict is what the user looks for, so it comes first.
            ColumnKey::Words => match self.flipped(row) {
                Some(words) => (words, self.theme.noted),
                None => (wording::standing_words(row, self.app.judge().set), style),
            },
        }
    }

    /// Returns the session's verdict by the rule set the run started with, if it differs from the current one.
    fn flipped(&self, row: &Row) -> Option<String> {
        let judge = self.app.judge();
        let was = row.facts.verdict(judge.base).verdict();
        let is = row.facts.verdict(judge.set).verdict();
        (was != is).then(|| format!("≠ {} {}", self.app.base_rules().id, was.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width_and_leave_room_for_names() {
        let mut chosen = columns::Columns::default();
        chosen.toggle(ColumnKey::Factor("subnet"));
        chosen.toggle(ColumnKey::Figure("averageJitter"));
        for wanted in [columns::Columns::default(), chosen] {
            for width in 40..200 {
                let columns = Columns::of(width, &wanted);
                assert!(columns.name >= 11, "{width}: {}", columns.name);
                let taken: usize = 3 + columns.name + columns.others.iter().map(|(_, width)| width + 1).sum::<usize>();
                assert_eq!(taken, width);
            }
            assert_eq!(Columns::of(200, &wanted).others.len(), wanted.keys.len(), "with room they are all there");
        }
    }
}
