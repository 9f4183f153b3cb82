//! Everything the record has about a node, with caller and callee side by side.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::details::{DetailLine, DetailValue, Details, ValueKind, in_full};
use crate::app::search::{Search, Surface};
use crate::app::{App, DetailState, details_height};
use crate::model::{Node, NodePath};
use crate::text::{cut, fit, sanitize, wrapped};
use crate::wording;

use super::highlight::found;
use super::theme::Theme;
use super::{Visible, frame_of, scroll_bar};

/// Draws the details.
pub fn draw(frame: &mut Frame, area: Rect, details: &Details, app: &App, theme: &Theme) {
    let title = format!("Details · {}", node_title(app, details.path));
    let path = details.path.to_string();
    let block = frame_of(area.width, &title, &path, true, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let name = (width / 3).clamp(12, 42).min(width);
    let rest = width.saturating_sub(name);
    let needle = app.search_in(Surface::Details).map(Search::needle);
    let mut columns: &[String] = &[];
    let mut lines = Vec::new();
    let height = details_height(usize::from(inside.height));
    for (at, line) in details.lines.iter().enumerate().take(details.viewport.top + height) {
        if let DetailLine::Heading(_, theirs) = line {
            columns = theirs;
        }
        if at < details.viewport.top {
            continue;
        }
        let column = (rest / columns.len().max(1)).saturating_sub(1);
        let drawn = match line {
            DetailLine::Heading(heading, columns) => {
                let heading = if columns.is_empty() { cut(heading, width).into_owned() } else { fit(heading, name) };
                let mut spans = vec![Span::styled(heading, theme.accent.add_modifier(Modifier::BOLD))];
                spans.extend(columns.iter().map(|one| Span::styled(format!(" {}", fit(one, column)), theme.dim)));
                Line::from(spans)
            }
            DetailLine::Member { name: member, values } => {
                let mut spans = vec![Span::raw(fit(member, name))];
                for one in values {
                    spans.push(Span::raw(" "));
                    spans.push(Span::styled(fit(shown(one), column), theme.value(one.kind)));
                }
                Line::from(spans)
            }
            DetailLine::NotSent(_) | DetailLine::Omitted(_) | DetailLine::NotAsked(_) => {
                Line::from(Span::styled(cut(&in_full(line, &[]), width).into_owned(), theme.dim))
            }
        };
        let drawn = Line { spans: found(drawn.spans, needle, theme), ..drawn };
        lines.push(if at == details.viewport.at { drawn.patch_style(theme.cursor) } else { drawn });
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let visible = Visible { top: details.viewport.top, shown: height, total: details.lines.len() };
    scroll_bar(frame, area, visible, true, theme);

    // The value under the cursor, in full, at the bottom.
    let columns = details.columns_at(details.viewport.at);
    let full = details.lines.get(details.viewport.at).map(|line| in_full(line, columns));
    let full = full.unwrap_or_default();
    let room = inside.height.saturating_sub(height as u16);
    let full: Vec<Line> = wrapped(&full, width)
        .into_iter()
        .take(usize::from(room))
        .map(|line| Line::from(Span::styled(line, theme.dim)))
        .collect();
    let below = Rect { y: inside.y + inside.height - room, height: room, ..inside };
    frame.render_widget(Paragraph::new(full), below);
}

fn shown(value: &DetailValue) -> &str {
    if value.kind == ValueKind::Absent { "–" } else { &value.text }
}

/// Returns the name of a node for a title.
pub fn node_title(app: &App, path: NodePath) -> String {
    let DetailState::Ready(open) = &app.detail else { return String::new() };
    let at = path.positions().last().unwrap_or(0) + 1;
    match path.find(&open.session) {
        Some(Node::Session(_)) => {
            let names = app.data.loaded.names();
            app.shown()
                .map_or_else(|| "session".to_owned(), |row| format!("session of {}", wording::people(row, names)))
        }
        Some(Node::Segment(_)) => format!("segment {at}"),
        Some(Node::Media(media)) => {
            media.label.value().map_or_else(|| "medium".to_owned(), |label| sanitize(label).into_owned())
        }
        Some(Node::Stream(_)) => open.stream(path).map_or_else(String::new, |stream| stream.direction.clone()),
        _ => "no object".to_owned(),
    }
}
