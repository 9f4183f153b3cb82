//! Texts that fill the body: help and status.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::bindings::Scope;
use crate::app::pager::Pager;
use crate::app::pages::{self, TextLine};
use crate::report::clean::{cut, fit};

use super::frame_of;
use super::theme::Theme;

/// Draws the help for a pane.
pub fn draw_help(frame: &mut Frame, area: Rect, scope: Scope, pager: Pager, theme: &Theme) {
    let title = format!("Help · {}", scope.name());
    draw(frame, area, &title, &pages::help(scope), pager, true, theme);
}

/// Draws how the call was read.
pub fn draw_status(frame: &mut Frame, area: Rect, app: &App, pager: Pager, theme: &Theme) {
    let Some(call) = app.call() else { return };
    let lines = pages::status(&app.loaded, call, app.page_size().0);
    draw(frame, area, "Status · how this call was read", &lines, pager, true, theme);
}

/// Draws a text.
pub fn draw(
    frame: &mut Frame,
    area: Rect,
    title: &str,
    lines: &[TextLine],
    pager: Pager,
    has_focus: bool,
    theme: &Theme,
) {
    let below = lines.len().saturating_sub(pager.top + usize::from(area.height.saturating_sub(2)));
    let more = if below > 0 { format!("{below} more lines below") } else { String::new() };
    let block = frame_of(area.width, title, &more, has_focus, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let visible = lines.iter().enumerate().skip(pager.top).take(usize::from(inside.height));
    let drawn: Vec<Line> = visible
        .map(|(at, line)| {
            let drawn = match line {
                TextLine::Heading(text) => {
                    Line::from(Span::styled(cut(text, width).into_owned(), theme.accent.add_modifier(Modifier::BOLD)))
                }
                TextLine::Plain(text) => Line::from(Span::raw(cut(text, width).into_owned())),
                TextLine::Warning(text) => Line::from(Span::styled(cut(text, width).into_owned(), theme.noted)),
                TextLine::Key(keys, what) => Line::from(vec![
                    Span::styled(fit(keys, 22), theme.accent),
                    Span::raw(cut(what, width.saturating_sub(22)).into_owned()),
                ]),
            };
            // The cursor is where scrolling goes on from; it is drawn only where there is something to scroll.
            let scrolls = has_focus && lines.len() > usize::from(inside.height);
            if at == pager.at && scrolls { drawn.patch_style(theme.resting) } else { drawn }
        })
        .collect();
    frame.render_widget(Paragraph::new(drawn), inside);
}
