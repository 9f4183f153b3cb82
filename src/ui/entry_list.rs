//! Lists with multi-line entries: reasons for a verdict, whose side a problem is on, shared factors.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::entry_list::{EntryKind, Items};
use crate::app::search::{Search, Surface};
use crate::app::{App, DetailState, Pane};
use crate::call::Needle;
use crate::wording;

use super::details::node_title;
use super::highlight::found;
use super::theme::Theme;
use super::{Visible, draw_nothing, frame_of, is_focused, scroll_bar};

/// Draws the reasons for the selected node's verdict.
pub fn draw_why(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let has_focus = is_focused(app, Pane::Why);
    let title = match app.views.sessions.focus {
        Pane::Sessions => "Why".to_owned(),
        _ => format!("Why · {}", node_title(app, app.views.sessions.tree.selected())),
    };
    let block = frame_of(area.width, &title, "", has_focus, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if !matches!(app.detail, DetailState::Ready(_)) {
        return draw_nothing(frame, inside, "", theme.dim);
    }
    let needle = app.search_in(Surface::Why).map(Search::needle);
    draw(frame, (area, inside), &app.views.sessions.why, has_focus, needle, theme);
}

/// Draws the overview of the call.
pub fn draw_overview(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let has_focus = app.overview_has_focus() && app.layers.prompt().is_none();
    let block = frame_of(area.width, "Overview of the call", "", has_focus, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    draw(frame, (area, inside), &app.views.sessions.overview, has_focus, None, theme);
}

/// Draws a list inside the frame of a pane; `needle` is what is searched for in it.
pub fn draw(
    frame: &mut Frame,
    (pane, inside): (Rect, Rect),
    items: &Items,
    has_focus: bool,
    needle: Option<&Needle>,
    theme: &Theme,
) {
    let (width, height) = (usize::from(inside.width), usize::from(inside.height));
    let lines = items.lines(width, height, has_focus);
    let (top, shown, total) = items.extent(&lines, width, has_focus);
    let drawn: Vec<Line> = lines
        .into_iter()
        .map(|line| {
            let Some(entry) = items.entries.get(line.entry) else { return Line::default() };
            let style = theme.entry(entry.kind);
            if entry.kind == EntryKind::Heading {
                return Line::from(Span::styled(line.text, style.add_modifier(Modifier::BOLD)));
            }
            let sign = match (line.is_first, entry.kind) {
                (true, EntryKind::Finding(severity)) => wording::severity_glyph(severity),
                (true, EntryKind::Side) => "→",
                (true, EntryKind::Shared) => "•",
                _ => " ",
            };
            let indent = if line.is_under { "  " } else { "" };
            let text_style = if line.is_under || entry.kind == EntryKind::Nothing { theme.dim } else { theme.body };
            let text = found(vec![Span::styled(line.text, text_style)], needle, theme);
            let sign = [Span::styled(format!("{sign} "), style), Span::raw(indent)];
            let drawn = Line::from_iter(sign.into_iter().chain(text));
            if has_focus && line.entry == items.at && !line.is_under { drawn.patch_style(theme.cursor) } else { drawn }
        })
        .collect();
    frame.render_widget(Paragraph::new(drawn), inside);
    scroll_bar(frame, pane, Visible { top, shown, total }, has_focus, theme);
}
