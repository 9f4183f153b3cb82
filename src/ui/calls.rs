//! The list of calls: what can be opened.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::report::clean::{clean, cut};

use super::frame_of;
use super::theme::Theme;

/// Draws it: two lines for each call.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let block = frame_of(area.width, "Calls", "Enter opens one", true, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let mut lines: Vec<Line> = app.intro_lines().into_iter().map(Line::from).collect();
    let room = usize::from(inside.height).saturating_sub(lines.len()) / 2;
    let visible = app.choices.iter().enumerate().skip(app.calls.top).take(room);
    for (at, choice) in visible {
        let is_selected = at == app.calls.at;
        let title = format!("{} {}", if is_selected { "▌" } else { " " }, clean(&choice.title));
        let title = Line::from(Span::raw(cut(&title, width).into_owned()));
        lines.push(if is_selected { title.patch_style(theme.cursor) } else { title });
        let about = format!("    {}", clean(&choice.about));
        lines.push(Line::from(Span::styled(cut(&about, width).into_owned(), theme.dim)));
    }
    frame.render_widget(Paragraph::new(lines), inside);
}
