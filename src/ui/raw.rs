//! The JSON of a node as received.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::raw::Raw;
use crate::report::clean::{clean, cut};

use super::details::node_title;
use super::frame_of;
use super::theme::Theme;

/// Draws it.
pub fn draw(frame: &mut Frame, area: Rect, raw: &Raw, app: &App, theme: &Theme) {
    let layout = if raw.is_received { "as received" } else { "indented, every token as received" };
    let title = format!("Raw · {} · {layout}", node_title(app, raw.path));
    let mut block = frame_of(area.width, &title, &raw.path.jq(), true, theme);
    if let Some(note) = raw.note {
        let note = format!(" {} ", cut(note, usize::from(area.width).saturating_sub(6)));
        block = block.title_bottom(Line::from(Span::styled(note, theme.noted)));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let visible = raw.lines.iter().enumerate().skip(raw.pager.top).take(usize::from(inside.height));
    let lines: Vec<Line> = visible
        .map(|(at, line)| {
            let shifted = line.char_indices().nth(raw.left).map_or("", |(from, _)| &line[from..]);
            // Only what can be seen is cleaned: a line may be megabytes long.
            let head: String = shifted.chars().take(width * 4).collect();
            let line = Line::from(Span::raw(cut(&clean(&head), width).into_owned()));
            if at == raw.pager.at { line.patch_style(theme.cursor) } else { line }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
}
