//! Text pages that fill the body: help and status.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::pages::{self, TextLine};
use crate::app::search::{Search, Surface};
use crate::app::viewport::Viewport;
use crate::app::{App, HelpPage, TextPage};
use crate::text::{cut, fit, sanitize};

use super::highlight::found;
use super::theme::Theme;
use super::{Visible, frame_of, scroll_bar};

/// Draws the help for a pane.
pub fn draw_help(frame: &mut Frame, area: Rect, help: &HelpPage, app: &App, theme: &Theme) {
    let filter = if help.filter.is_empty() { String::new() } else { format!(" · /{}", sanitize(&help.filter)) };
    let title = format!("Help · {}{filter}", help.scope.name());
    let lines = pages::help(&app.keys, help.scope, &help.filter);
    draw(frame, area, (&title, &lines), help.viewport, true, None, (app, theme));
}

/// Draws a text page.
pub fn draw_page(frame: &mut Frame, area: Rect, app: &App, page: &TextPage, theme: &Theme) {
    draw(
        frame,
        area,
        (&page.subject.title(), &app.text_lines(&page.subject)),
        page.viewport,
        true,
        Some(Surface::Page),
        (app, theme),
    );
}

/// Draws text in a titled frame; a surface can be searched.
pub fn draw(
    frame: &mut Frame,
    area: Rect,
    (title, lines): (&str, &[TextLine]),
    viewport: Viewport,
    has_focus: bool,
    surface: Option<Surface>,
    (app, theme): (&App, &Theme),
) {
    let needle = surface.and_then(|surface| app.search_in(surface)).map(Search::needle);
    let here = surface.and_then(|surface| app.search_line(surface));
    let block = frame_of(area.width, title, "", has_focus, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let visible = lines.iter().enumerate().skip(viewport.top).take(usize::from(inside.height));
    let drawn: Vec<Line> = visible
        .map(|(at, line)| {
            (
                at,
                match line {
                    TextLine::Heading(text) => Line::from(Span::styled(
                        cut(text, width).into_owned(),
                        theme.accent.add_modifier(Modifier::BOLD),
                    )),
                    TextLine::Plain(text) => Line::from(Span::raw(cut(text, width).into_owned())),
                    TextLine::Warning(text) => Line::from(Span::styled(cut(text, width).into_owned(), theme.noted)),
                    TextLine::Poor(text) => Line::from(Span::styled(cut(text, width).into_owned(), theme.poor)),
                    TextLine::Good(text) => Line::from(Span::styled(cut(text, width).into_owned(), theme.good)),
                    TextLine::Key(keys, what) => Line::from(vec![
                        Span::styled(fit(keys, 22), theme.accent),
                        Span::raw(cut(what, width.saturating_sub(22)).into_owned()),
                    ]),
                },
            )
        })
        .map(|(at, line)| {
            // There is no cursor: the current match is shown as one.
            let theme = if here == Some(at) { &Theme { matched: theme.cursor, ..*theme } } else { theme };
            Line { spans: found(line.spans, needle, theme), ..line }
        })
        .collect();
    frame.render_widget(Paragraph::new(drawn), inside);
    let visible = Visible { top: viewport.top, shown: usize::from(inside.height), total: lines.len() };
    scroll_bar(frame, area, visible, has_focus, theme);
}
