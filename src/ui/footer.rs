//! The line at the bottom: what the keys do here, or the filter while somebody types it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::app::bindings::{Scope, bindings_of};
use crate::metrics::count;
use crate::report::clean::clean;

use super::theme::Theme;

/// Draws it. A hint stands whole or not at all.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    if let Some(input) = &app.filter {
        // What is pasted is as foreign as a record.
        let typed = clean(input.value()).into_owned();
        let cursor = 2 + input.visual_cursor();
        let found =
            format!("   {} of {}", count(app.list.len()), count(app.call().map_or(0, |call| call.rows().len())));
        used += 1 + typed.width() + found.width() + 2;
        spans.extend([
            Span::styled("/", theme.accent),
            Span::raw(typed),
            Span::styled(found, theme.dim),
            Span::raw("  "),
        ]);
        let column = u16::try_from(cursor).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
    // How to get help and out stands there always; the others as far as there is room.
    let hints: Vec<(String, &str, bool)> = bindings_of(app.scope())
        .filter(|binding| binding.in_footer && app.offers(binding.action))
        .filter_map(|binding| {
            Some((binding.keys.first()?.to_string(), binding.label, binding.scope == Scope::Everywhere))
        })
        .collect();
    let size = |(key, label, _): &(String, &str, bool)| key.width() + 1 + label.width() + 2;
    let mut reserved: usize = hints.iter().filter(|hint| hint.2).map(size).sum();
    for hint in &hints {
        if hint.2 {
            reserved -= size(hint);
        }
        if used + size(hint) + reserved > usize::from(area.width) + 2 {
            continue;
        }
        used += size(hint);
        spans.push(Span::styled(hint.0.clone(), theme.accent));
        spans.push(Span::styled(format!(" {}  ", hint.1), Style::new()));
    }
    frame.render_widget(Line::from(spans), area);
}
