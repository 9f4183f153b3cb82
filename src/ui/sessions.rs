//! The list of sessions: how each stands, whose it is, how long, over what, and what is to be said of it first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{App, Pane};
use crate::call::{Ending, Row};
use crate::metrics::count;
use crate::report::clean::{clean, fit, fit_right};
use crate::report::sentences;
use crate::triage::Names;

use super::theme::Theme;
use super::{draw_nothing, frame_of, is_focused};

/// Draws it.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let total = app.call().map_or(0, |call| call.rows().len());
    let list = &app.list;
    let title = match list.filter().text() {
        "" => format!("Sessions {}", count(total)),
        filter => format!("Sessions {} of {} · /{}", count(list.len()), count(total), clean(filter)),
    };
    let turned = if list.sort.is_reversed { ", turned round" } else { "" };
    let order = format!("{}{turned}", list.sort.key.name());
    let block = frame_of(area.width, &title, &order, is_focused(app, Pane::Sessions), theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if list.is_empty() {
        let words = match (app.loaded.ending(), list.filter().text()) {
            (_, filter) if !filter.is_empty() => format!("no session passes “{}”; Esc drops the filter", clean(filter)),
            (None, _) => "reading …".to_owned(),
            (Some(Ending::AllRead | Ending::Outdated { .. }), _) => "there are no sessions".to_owned(),
            (Some(Ending::Cancelled), _) => "stopped before the first session came; R goes on".to_owned(),
            (Some(Ending::Stopped(trouble)), _) => {
                let hint = trouble.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
                clean(&format!("{}{hint}", trouble.what)).into_owned()
            }
        };
        return draw_nothing(frame, inside, &words, theme.dim);
    }
    let Some(call) = app.call() else { return };
    let columns = Columns::of(usize::from(inside.width));
    let said = Said { app, names: app.loaded.names(), theme };
    let visible = list.from(list.pager.top).iter().take(usize::from(inside.height));
    let lines: Vec<Line> = visible
        .enumerate()
        .filter_map(|(at, row)| Some((at + list.pager.top, call.rows().get(*row as usize)?)))
        .map(|(at, row)| {
            let is_selected = at == list.pager.at;
            let line = columns.line(row, is_selected, &said);
            match (is_selected, app.focus) {
                (true, Pane::Sessions) => line.patch_style(theme.cursor),
                (true, _) => line.patch_style(theme.resting),
                _ => line,
            }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
}

/// Which columns there is room for, and how wide they are; 0 for none.
struct Columns {
    name: usize,
    start: usize,
    platform: usize,
    link: usize,
    length: usize,
    words: usize,
}

impl Columns {
    fn of(width: usize) -> Columns {
        let mut columns = Columns {
            name: 0,
            start: if width >= 96 { 8 } else { 0 },
            platform: if width >= 84 { 10 } else { 0 },
            link: if width >= 44 { 6 } else { 0 },
            length: 8,
            words: if width >= 56 { 18 } else { 13 },
        };
        let others = [columns.start, columns.platform, columns.link, columns.length, columns.words];
        // A sign and its blanks before the name, a blank before every other column.
        let taken: usize = 3 + others.iter().filter(|width| **width > 0).map(|width| width + 1).sum::<usize>();
        columns.name = width.saturating_sub(taken);
        columns
    }

    fn line(&self, row: &Row, is_selected: bool, said: &Said<'_>) -> Line<'static> {
        let Said { app, names, theme } = said;
        let set = app.judge().set;
        let standing = row.facts.standing(set);
        let style = theme.standing(standing);
        let mut spans = vec![
            Span::raw(if is_selected { "▌" } else { " " }),
            Span::styled(sentences::standing_glyph(standing), style),
            Span::raw(" "),
            Span::raw(fit(&sentences::people(row, names), self.name)),
        ];
        let mut column = |width: usize, text: String, style| {
            if width > 0 {
                spans.push(Span::raw(" "));
                spans.push(Span::styled(text, style));
            }
        };
        let dash = |text: String| if text.is_empty() { "–".to_owned() } else { clean(&text).into_owned() };
        let start = row.facts.start.map_or_else(|| "–".to_owned(), |start| start.utc().format("%H:%M:%S").to_string());
        let length = row.facts.seconds().map_or_else(|| "–".to_owned(), sentences::length);
        column(self.start, fit(&start, self.start), theme.dim);
        column(self.platform, fit(&dash(row.values("platform", names)), self.platform), theme.dim);
        column(self.link, fit(&dash(row.values("net", names)), self.link), theme.dim);
        column(self.length, fit_right(&length, self.length), theme.dim);
        // What the rule set that the run began with said comes first: it is what one looks for after a switch.
        let (words, style) = match said.flipped(row) {
            Some(words) => (words, theme.noted),
            None => (sentences::standing_words(row, set), style),
        };
        column(self.words, fit(&words, self.words), style);
        Line::from(spans)
    }
}

struct Said<'a> {
    app: &'a App,
    names: &'a Names,
    theme: &'a Theme,
}

impl Said<'_> {
    /// What the rule set that the run began with made of a session, when it is something else.
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
        for width in 40..200 {
            let columns = Columns::of(width);
            assert!(columns.name >= 11, "{width}: {}", columns.name);
            let others = [columns.start, columns.platform, columns.link, columns.length, columns.words];
            let taken: usize = 3 + columns.name + others.iter().filter(|it| **it > 0).map(|it| it + 1).sum::<usize>();
            assert_eq!(taken, width);
        }
    }
}
