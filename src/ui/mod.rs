//! Drawing: a frame is a function of the state. Drawing decides nothing, and remembers only scroll positions.
//!
//! ```text
//!   header
//!   the answer
//!   ╭ sessions ─────────╮╭ tree ─────────────────────────╮      or people and shared factors, or findings,
//!   │                   ││                               │      or, in place of all panes,
//!   ├ why ──────────────┤├ metrics ──────────────────────┤      details · raw · status · help
//!   │                   ││                               │      or the list of calls
//!   ╰───────────────────╯╰───────────────────────────────╯
//!   footer
//! ```

mod ascii;
mod calls;
#[cfg(test)]
mod colours;
mod details;
mod entry_list;
mod findings;
mod footer;
mod header;
mod highlight;
mod menu;
mod metrics;
mod people;
mod pictures;
mod raw;
mod session_columns;
mod sessions;
mod text;
pub mod theme;
mod timeline;
mod tree;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};
use tui_tree_widget::TreeState;

use crate::app::layout::Area;
use crate::app::{App, Half, Layer, Overlay, Pane, View};
use crate::text::cut;

pub use theme::{Theme, ThemeChoice};

/// State kept between frames: the scroll position of the tree.
#[derive(Debug, Default)]
pub struct Memory {
    tree: TreeState<u32>,
}

/// Draws one frame of the state.
pub fn draw(frame: &mut Frame, app: &App, theme: &Theme, memory: &mut Memory) {
    draw_all(frame, app, theme, memory);
    theme::undim(frame.buffer_mut());
    if theme.is_ascii {
        ascii::replace(frame.buffer_mut());
    }
}

fn draw_all(frame: &mut Frame, app: &App, theme: &Theme, memory: &mut Memory) {
    let all = frame.area();
    let Some(layout) = app.layout().filter(|_| (all.width, all.height) != (0, 0)) else {
        let words = cut("callscope needs 30×6", usize::from(all.width)).into_owned();
        frame.render_widget(Paragraph::new(words), all);
        return;
    };
    // The terminal may have shrunk since its size was last reported.
    let area = |area: Area| Rect::new(area.x, area.y, area.width, area.height).intersection(all);
    header::draw(frame, area(layout.header), app, theme);
    header::draw_answer(frame, area(layout.answer), app, theme);
    footer::draw(frame, area(layout.footer), app, theme);
    let body = area(layout.body);
    match (app.layers.page(), app.view) {
        (Some(Layer::Help(help)), _) => text::draw_help(frame, body, help.scope, help.viewport, app, theme),
        (Some(Layer::Overlay(Overlay::Text(page))), _) => text::draw_page(frame, body, app, page, theme),
        (Some(Layer::Overlay(Overlay::Details(it))), _) => details::draw(frame, body, it, app, theme),
        (Some(Layer::Overlay(Overlay::Raw(it))), _) => raw::draw(frame, body, it, app, theme),
        (_, View::Calls) => calls::draw(frame, body.union(area(layout.answer)), app, theme),
        (_, View::Timeline) => timeline::draw(frame, body, app, theme),
        (_, View::People) => {
            let [people, items] = Half::ALL.map(|half| app.half(half).map(area));
            people::draw(frame, people, items, app, theme);
        }
        (_, View::Findings) => {
            let [rules, account] = Half::ALL.map(|half| app.half(half).map(area));
            findings::draw(frame, rules, account, app, theme);
        }
        (_, View::Sessions) => {
            // The tree comes first, because its widget may draw beyond its pane.
            if let Some(pane) = layout.tree {
                tree::draw(frame, area(pane), app, theme, &mut memory.tree);
            }
            if let Some(pane) = layout.sessions {
                sessions::draw(frame, area(pane), app, theme);
            }
            if let Some(pane) = layout.metrics {
                metrics::draw(frame, area(pane), app, theme);
            }
            if let Some(pane) = layout.why {
                entry_list::draw_why(frame, area(pane), app, theme);
            }
        }
    }
    footer::draw_above(frame, body, app, theme);
    menu::draw(frame, body, app, theme);
}

/// Returns the frame of a pane, with a title on the left and one on the right, cut to fit.
fn frame_of(width: u16, title: &str, right: &str, is_focused: bool, theme: &Theme) -> Block<'static> {
    let room = usize::from(width).saturating_sub(4);
    let right = if right.is_empty() || right.chars().count() + 8 > room { String::new() } else { format!(" {right} ") };
    let title = format!(" {} ", cut(title, room.saturating_sub(right.chars().count()).saturating_sub(2)));
    let style = if is_focused { theme.focused } else { theme.frame };
    let title_style = if is_focused { theme.focused_title() } else { Style::new() };
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(style)
        .title_top(Line::from(Span::styled(title, title_style)))
        .title_top(Line::from(Span::styled(right, Style::new())).right_aligned())
}

fn is_focused(app: &App, pane: Pane) -> bool {
    app.views.sessions.focus == pane && app.layers.prompt().is_none()
}

/// Draws the message in an empty pane.
fn draw_nothing(frame: &mut Frame, inside: Rect, words: &str, style: Style) {
    let lines = crate::text::wrapped(words, usize::from(inside.width));
    let lines: Vec<Line> = lines.into_iter().map(|line| Line::from(Span::styled(line, style))).collect();
    frame.render_widget(Paragraph::new(lines), inside);
}
