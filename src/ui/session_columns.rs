//! The columns of the list of sessions that there is room for: their headings, and the line of a session.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::views::sessions::columns::{Column, Columns, Content, Fitted};
use crate::call::{Order, Part, Row, SortKey};
use crate::model::Clock;
use crate::text::{cut, fit, fit_right, sanitize};
use crate::triage::Interner;
use crate::wording;
use crate::wording::feedback;

use super::highlight::marked;
use super::people::beside;
use super::theme::Theme;

/// The columns that there is room for, and what the list is sorted by.
pub(super) struct Drawn {
    fitted: Fitted,
    sort: Order,
}

impl Drawn {
    pub(super) fn of(width: usize, wanted: &Columns, sort: Order) -> Drawn {
        Drawn { fitted: wanted.fitted(width, sort), sort }
    }

    /// Returns the column headings; an arrow marks the column that the list is sorted by.
    pub(super) fn heading(&self, clock: Clock, theme: &Theme) -> Line<'static> {
        let arrow = if self.sort.is_descending() { "▼" } else { "▲" };
        let sorted = Column::of_order(self.sort.key);
        let cell = |name: &dyn Fn(usize) -> &'static str, width: usize, is_number: bool, is_sorted: bool| {
            let text = match is_sorted {
                true => format!("{} {arrow}", cut(name(width.saturating_sub(2)), width.saturating_sub(2))),
                false => name(width).to_owned(),
            };
            let text = if is_number { fit_right(&text, width) } else { fit(&text, width) };
            Span::styled(text, if is_sorted { theme.accent } else { theme.dim })
        };
        let by_name = self.sort.key == SortKey::Name;
        let mut spans = vec![Span::raw("   "), cell(&|_| "name", self.fitted.name, false, by_name)];
        for (column, width) in &self.fitted.others {
            spans.push(Span::raw(" "));
            spans.push(cell(&|room| column.heading(room, clock), *width, column.is_number, Some(*column) == sorted));
        }
        Line::from(spans)
    }

    pub(super) fn line(&self, row: &Row, at: (u32, bool), said: &Said<'_>) -> Line<'static> {
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
        let has_said = self.fitted.others.iter().any(|(column, _)| matches!(column.content, Content::Said));
        let beside_name = if has_said { String::new() } else { feedback::of_row(row, names) };
        let people = beside(&name, &beside_name, self.fitted.name, theme);
        spans.extend(marked(people, &filter.matches_in(Part::Name, &name), theme.matched));
        for (column, width) in &self.fitted.others {
            let (text, style) = said.cell(row, (column, *width), style);
            let text = if column.is_number { fit_right(&text, *width) } else { fit(&text, *width) };
            let places = filter.matches_in(column.part(), &text);
            spans.push(Span::raw(" "));
            spans.extend(marked(vec![Span::styled(text, style)], &places, theme.matched));
        }
        Line::from(spans)
    }
}

pub(super) struct Said<'a> {
    pub(super) app: &'a App,
    pub(super) names: &'a Interner,
    pub(super) theme: &'a Theme,
}

impl Said<'_> {
    /// Returns the text and style of a cell of a width.
    fn cell(&self, row: &Row, (column, width): (&Column, usize), style: Style) -> (String, Style) {
        if let Content::Reason = column.content {
            // After a switch of rule sets, a changed verdict is what the user looks for, so it comes first.
            return match self.flipped(row) {
                Some(words) => (words, self.theme.noted),
                None => (wording::standing_words_in(row, self.app.judge().set, width), style),
            };
        }
        let text = column.text(row, self.names, self.app.clock);
        let style = if matches!(column.content, Content::Said) { self.theme.noted } else { self.theme.dim };
        match text.is_empty() {
            // Most people say nothing, which is no gap.
            true if matches!(column.content, Content::Said) => (text, style),
            true => ("–".to_owned(), self.theme.dim),
            false => (sanitize(&text).into_owned(), style),
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
    use crate::app::views::sessions::columns::NAME_ROOM;

    #[test]
    fn columns_fill_the_width_and_leave_room_for_names() {
        let mut chosen = Columns::default();
        for id in ["subnet", "averageJitter"] {
            chosen.toggle(Column::all().find(|column| column.id == id).expect("a column"));
        }
        for wanted in [Columns::default(), chosen] {
            for width in 28..200 {
                let columns = Drawn::of(width, &wanted, Order::worst(0));
                assert!(columns.fitted.name >= NAME_ROOM, "{width}: {}", columns.fitted.name);
                let taken: usize =
                    3 + columns.fitted.name + columns.fitted.others.iter().map(|(_, width)| width + 1).sum::<usize>();
                assert_eq!(taken, width);
            }
            assert_eq!(
                Drawn::of(200, &wanted, Order::worst(0)).fitted.others.len(),
                wanted.shown.len(),
                "with room they are all there"
            );
        }
    }

    #[test]
    fn the_column_that_the_list_is_sorted_by_is_there_and_marked() {
        let text = |line: Line<'_>| line.spans.iter().map(|span| span.content.to_string()).collect::<String>();
        for (key, is_reversed, marked) in [
            (SortKey::Worst, false, "reason ▼"),
            (SortKey::Worst, true, "reason ▲"),
            (SortKey::Figure("averageJitter"), false, "jitter ▼"),
            (SortKey::Factor("subnet"), false, "subnet ▲"),
            (SortKey::Name, false, "name ▲"),
        ] {
            for width in [36, 48, 80, 120] {
                let columns = Drawn::of(width, &Columns::default(), Order { key, is_reversed, set: 0 });
                let heading = text(columns.heading(Clock::UTC, &Theme::MONO));
                assert!(heading.contains(marked), "{width}: {heading}");
            }
        }
    }
}
