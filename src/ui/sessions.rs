//! The list of sessions: status, people, duration, network and main reason of each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::bindings::Scope;
use crate::app::views::sessions::columns::{Column, Columns, Content, NAME_ROOM};
use crate::app::{Action, App, Pane};
use crate::call::{LoadOutcome, Part, Row};
use crate::metrics::count;
use crate::text::{fit, fit_right, sanitize};
use crate::triage::Interner;
use crate::wording;
use crate::wording::feedback;

use super::highlight::marked;
use super::people::beside;
use super::theme::Theme;
use super::{draw_nothing, frame_of, is_focused};

/// Draws the list.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let total = app.call().map_or(0, |call| call.rows().len());
    let list = &app.views.sessions.list;
    let title = match list.filter().text() {
        "" => format!("Sessions {}", count(total)),
        filter => format!("Sessions {} of {} · /{}", count(list.len()), count(total), sanitize(filter)),
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
                format!("no session matches “{}”; {key} clears the filter", sanitize(filter))
            }
            (None, _) => "reading …".to_owned(),
            (Some(LoadOutcome::AllRead | LoadOutcome::Outdated { .. }), _) => "no sessions".to_owned(),
            (Some(LoadOutcome::Cancelled), _) => {
                format!("stopped before the first session; press {} to continue", app.keys.key_hint(Action::GoOn))
            }
            (Some(LoadOutcome::Stopped(trouble)), _) => {
                let hint = trouble.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
                sanitize(&format!("{}{hint}", trouble.what)).into_owned()
            }
        };
        return draw_nothing(frame, inside, &words, theme.dim);
    }
    let Some(call) = app.call() else { return };
    let columns = Fitted::of(usize::from(inside.width), &app.views.sessions.columns);
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
struct Fitted {
    name: usize,
    others: Vec<(Column, usize)>,
}

impl Fitted {
    /// Chooses, from the wanted columns, those that leave enough room for names.
    fn of(width: usize, wanted: &Columns) -> Fitted {
        let mut order: Vec<usize> = (0..wanted.shown.len()).collect();
        order.sort_by_key(|at| wanted.shown[*at].rank);
        // Three columns for the signs before the name, and a space before every other column.
        let mut name = width.saturating_sub(3);
        let mut taken = Vec::new();
        for at in order {
            let column = wanted.shown[at];
            let left = name.saturating_sub(column.width_in(width) + 1);
            let least = match column.content {
                Content::Reason => 0,
                _ if wanted.is_chosen => NAME_ROOM,
                _ => column.name_room,
            };
            if least == 0 || left >= least {
                name = left;
                taken.push(at);
            }
        }
        taken.sort_unstable();
        let others = taken.into_iter().map(|at| (wanted.shown[at], wanted.shown[at].width_in(width)));
        Fitted { name, others: others.collect() }
    }

    /// Returns the column headings if the user chose the columns; the default ones need none.
    fn heading(&self, wanted: &Columns) -> Option<String> {
        if !wanted.is_chosen {
            return None;
        }
        let mut text = format!("   {}", " ".repeat(self.name));
        for (column, width) in &self.others {
            let name = if column.title.len() > *width { column.id } else { column.title };
            let name = if column.is_number { fit_right(name, *width) } else { fit(name, *width) };
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
        ];
        let (filter, name) = (app.views.sessions.list.filter(), wording::people(row, names));
        let people = beside(&name, &feedback::of_row(row, names), self.name, theme);
        spans.extend(marked(people, &filter.matches_in(Part::Name, &name), theme.matched));
        for (column, width) in &self.others {
            let (text, style) = said.cell(row, column, style);
            let text = if column.is_number { fit_right(&text, *width) } else { fit(&text, *width) };
            let places = filter.matches_in(column.part(), &text);
            spans.push(Span::raw(" "));
            spans.extend(marked(vec![Span::styled(text, style)], &places, theme.matched));
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
    fn cell(&self, row: &Row, column: &Column, style: Style) -> (String, Style) {
        if let Content::Reason = column.content {
            // After a switch of rule sets, a changed verdict is what the user looks for, so it comes first.
            return match self.flipped(row) {
                Some(words) => (words, self.theme.noted),
                None => (wording::standing_words(row, self.app.judge().set), style),
            };
        }
        let text = column.text(row, self.names, self.app.clock);
        (if text.is_empty() { "–".to_owned() } else { sanitize(&text).into_owned() }, self.theme.dim)
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
        let mut chosen = Columns::default();
        for id in ["subnet", "averageJitter"] {
            chosen.toggle(Column::all().find(|column| column.id == id).expect("a column"));
        }
        for wanted in [Columns::default(), chosen] {
            for width in 40..200 {
                let columns = Fitted::of(width, &wanted);
                assert!(columns.name >= 11, "{width}: {}", columns.name);
                let taken: usize = 3 + columns.name + columns.others.iter().map(|(_, width)| width + 1).sum::<usize>();
                assert_eq!(taken, width);
            }
            assert_eq!(Fitted::of(200, &wanted).others.len(), wanted.shown.len(), "with room they are all there");
        }
    }
}
