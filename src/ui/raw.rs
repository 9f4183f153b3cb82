//! The JSON of a node, as received.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::raw::Raw;
use crate::text::{cut, sanitize};

use super::details::node_title;
use super::frame_of;
use super::theme::Theme;

/// Draws the JSON.
pub fn draw(frame: &mut Frame, area: Rect, raw: &Raw, app: &App, theme: &Theme) {
    let layout = if raw.is_received { "as received" } else { "indented, tokens as received" };
    let title = format!("Raw · {} · {layout}", node_title(app, raw.path));
    let mut block = frame_of(area.width, &title, &raw.found_words().unwrap_or_default(), true, theme);
    // The bottom line has the position of the cursor as a jq path.
    let (below, style) = match raw.note {
        Some(note) => (note.to_owned(), theme.noted),
        None => (sanitize(&raw.jq_path()).into_owned(), theme.accent),
    };
    let below = format!(" {} ", cut(&below, usize::from(area.width).saturating_sub(6)));
    block = block.title_bottom(Line::from(Span::styled(below, style)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let visible = (raw.viewport.top..).take(usize::from(inside.height)).map_while(|at| Some((at, raw.line(at)?)));
    let lines: Vec<Line> = visible
        .map(|(at, (line, folded))| {
            let shifted = line.char_indices().nth(raw.left).map_or("", |(from, _)| &line[from..]);
            // Cleans only the visible part: a line may be megabytes long.
            let head: String = shifted.chars().take(width * 4).collect();
            let style = if raw.is_found(at) { theme.noted } else { Style::new() };
            let mut spans = vec![Span::styled(cut(&sanitize(&head), width).into_owned(), style)];
            spans.extend(folded.map(|folded| Span::styled(folded, theme.dim)));
            let line = Line::from(spans);
            if at == raw.viewport.at { line.patch_style(theme.cursor) } else { line }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
}
