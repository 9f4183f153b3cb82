//! The list of sessions: status, people, duration, network and main reason of each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::bindings::Scope;
use crate::app::views::sessions::list::ListLine;
use crate::app::{Action, App, Pane};
use crate::call::LoadOutcome;
use crate::metrics::count;
use crate::text::sanitize;
use crate::triage::SessionStatus;

use super::session_columns::{Drawn, Said};
use super::theme::Theme;
use super::{Visible, draw_nothing, frame_of, is_focused, scroll_bar};

/// Draws the list.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let list = &app.views.sessions.list;
    let head = app.list_head();
    let mut block = frame_of(area.width, &head.title, "", is_focused(app, Pane::Sessions), theme);
    let inside = block.inner(area);
    let missing = app.views.sessions.columns.missing(usize::from(inside.width), list.sort);
    if missing > 0 {
        let words =
            if missing == 1 { " 1 column does not fit ".to_owned() } else { format!(" {missing} columns do not fit ") };
        block = block.title_bottom(Line::from(Span::styled(words, theme.noted)).right_aligned());
    }
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
    let view = &app.views.sessions;
    let columns = Drawn::of(usize::from(inside.width), &view.columns, list.sort);
    let said = Said { app, names: app.data.loaded.names(), theme };
    let headings = head.has_headings.then(|| columns.heading(app.clock, theme));
    let rows = list.lines(call).into_iter().filter_map(|line| match line {
        ListLine::Group(status, count) => Some(group(status, count, usize::from(inside.width), theme)),
        ListLine::Session(place) => {
            let number = *list.from(place).first()?;
            let is_selected = place == list.viewport.at;
            let line = columns.line(call.rows().get(number as usize)?, (number, is_selected), &said);
            Some(match (is_selected, view.focus) {
                (true, Pane::Sessions) => line.patch_style(theme.cursor),
                (true, _) => line.patch_style(theme.resting),
                _ => line,
            })
        }
    });
    let lines: Vec<Line> = headings.into_iter().chain(rows).collect();
    frame.render_widget(Paragraph::new(lines), inside);
    let window = list.viewport.window();
    let visible = Visible { top: window.start, shown: window.len(), total: list.len() };
    scroll_bar(frame, area, visible, is_focused(app, Pane::Sessions), theme);
}

/// Returns the heading of a group of sessions: `── failed 5 ─────`.
fn group(status: SessionStatus, number: usize, width: usize, theme: &Theme) -> Line<'static> {
    let words = format!("{} {} ", status.name(), count(number));
    let rest = width.saturating_sub(words.width() + 3);
    let rule = |length| Span::styled("─".repeat(length), theme.frame);
    Line::from(vec![rule(2), Span::raw(" "), Span::raw(words), rule(rest)])
}
