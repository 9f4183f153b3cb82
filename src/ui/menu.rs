//! A menu, drawn over the body.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::text::{cut, fit, sanitize};

use super::frame_of;
use super::theme::Theme;

/// Draws the menu if one is open.
pub fn draw(frame: &mut Frame, app: &App, theme: &Theme) {
    let Some(menu) = app.layers.menu() else { return };
    let Some(area) = app.menu_area() else { return };
    let area = Rect { x: area.x, y: area.y, width: area.width, height: area.height };
    frame.render_widget(Clear, area);
    let count = format!("{} of {}", menu.shown.len(), menu.entries.len());
    let block = frame_of(area.width, menu.title, &count, true, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let typed = sanitize(menu.input.value()).into_owned();
    let mut lines = vec![Line::from(vec![
        Span::styled("› ", theme.accent),
        Span::raw(cut(&typed, width.saturating_sub(2)).into_owned()),
    ])];
    let room = usize::from(inside.height).saturating_sub(1);
    let label = menu.entries.iter().map(|entry| entry.label.width()).max().unwrap_or(0).min(width / 2 + 4);
    // Most commands have one key or two; those with more are cut.
    let keys = menu.entries.iter().map(|entry| entry.keys.width()).max().unwrap_or(0).min(12);
    for (place, at) in menu.shown.iter().enumerate().skip(menu.viewport.top).take(room) {
        let Some(entry) = menu.entries.get(*at) else { continue };
        let name = format!("{} {}", if place == menu.viewport.at { "▌" } else { " " }, fit(&entry.label, label));
        let key = if keys > 0 { format!("{}  ", fit(&entry.keys, keys)) } else { String::new() };
        let detail = fit(&entry.detail, width.saturating_sub(label + 4 + key.width()));
        let line = Line::from(vec![
            Span::raw(name),
            Span::raw("  "),
            Span::styled(key, theme.accent),
            Span::styled(detail, theme.dim),
        ]);
        lines.push(if place == menu.viewport.at { line.patch_style(theme.cursor) } else { line });
    }
    if menu.shown.is_empty() {
        lines.push(Line::styled(format!("  no match for “{typed}”"), theme.dim));
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let column = u16::try_from(2 + menu.input.visual_cursor()).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
}
