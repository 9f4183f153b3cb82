//! What is drawn while nothing of the call may be shown: why, and how far reading is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::text::wrapped;

use super::theme::Theme;
use super::{footer, header};

/// Draws the whole screen. Nothing on it comes from the call.
pub fn draw(frame: &mut Frame, all: Rect, app: &App, theme: &Theme) {
    let line = |y: u16| Rect::new(all.x, all.y + y.min(all.height.saturating_sub(1)), all.width, 1).intersection(all);
    header::draw_cover(frame, line(0), app, theme);
    let width = usize::from(all.width).saturating_sub(4);
    let progress = app.pace().and_then(|pace| pace.thousandths).map(|done| format!("{} %", done / 10));
    let words = app.cover_words();
    let lines = words.iter().flat_map(|sentence| wrapped(sentence, width)).chain(progress);
    let lines: Vec<Line> = lines.map(|line| Line::from(format!("  {line}"))).collect();
    let body = Rect::new(all.x, all.y + 2.min(all.height), all.width, all.height.saturating_sub(3)).intersection(all);
    frame.render_widget(Paragraph::new(lines), body);
    footer::draw(frame, line(all.height.saturating_sub(1)), app, theme);
}
