//! The strip of all sessions above the panes: status and severity in list order, the cursor, and the part of the list in
//! view. It doubles as the list's scroll bar.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::app::views::sessions::STRIP_MARGIN;
use crate::call::strip::StripCell;
use crate::triage::SessionStatus;
use crate::wording;

use super::theme::Theme;

/// The heights of poor sessions, the mildest first. Good ones are lower than all of them.
const HEIGHTS: [&str; 5] = ["▃", "▄", "▅", "▆", "█"];

/// Draws the strip, with a legend behind it if there is room.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let (list, strip) = (&app.views.sessions.list, &app.views.sessions.strip);
    if area.height == 0 || list.is_empty() || strip.cells.is_empty() {
        return;
    }
    let window = list.viewport.window();
    let view = strip.cell_of(window.start, list.len())..=strip.cell_of(window.end.saturating_sub(1), list.len());
    let cursor = strip.cell_of(list.viewport.at, list.len());
    let mut spans = vec![Span::raw(" ".repeat(STRIP_MARGIN))];
    spans.extend(strip.cells.iter().enumerate().map(|(at, cell)| {
        let (sign, style) = look(*cell, theme);
        let style = if view.contains(&at) { style.add_modifier(Modifier::UNDERLINED) } else { style };
        Span::styled(sign, if at == cursor { style.patch(theme.cursor) } else { style })
    }));
    let room = usize::from(area.width).saturating_sub(strip.cells.len() + 2 * STRIP_MARGIN);
    spans.extend(legend(strip.cells.as_slice(), room, theme));
    frame.render_widget(Line::from(spans), area);
}

fn look(cell: StripCell, theme: &Theme) -> (&'static str, Style) {
    let sign = match cell.status {
        SessionStatus::Poor => HEIGHTS[cell.level().min(HEIGHTS.len() - 1)],
        SessionStatus::Good => "▁",
        status => wording::standing_glyph(status),
    };
    (sign, theme.standing(cell.status))
}

/// Returns what the signs mean, of those that occur, as far as there is room.
fn legend(cells: &[StripCell], room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut used = 0;
    for status in SessionStatus::ALL {
        let Some(cell) = cells.iter().find(|cell| cell.status == status) else { continue };
        let (sign, style) = look(*cell, theme);
        let words = format!(" {}", status.name());
        used += 3 + words.width();
        if used > room {
            break;
        }
        spans.extend([Span::raw("  "), Span::styled(sign, style), Span::styled(words, theme.dim)]);
    }
    spans
}
