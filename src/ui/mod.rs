//! Drawing: a frame is a function of the state. Drawing decides nothing, and remembers only scroll positions.
//!
//! ```text
//!   header
//!   the answer
//!   the strip of all sessions
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
mod compare;
mod cover;
mod details;
mod entry_list;
mod filter_line;
mod findings;
mod footer;
mod header;
mod highlight;
mod menu;
mod metrics;
mod people;
mod pictures;
mod progress;
mod raw;
mod session_columns;
mod sessions;
mod strip;
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

pub use theme::{OwnColours, Theme, ThemeChoice};

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
    if app.is_covered() {
        return cover::draw(frame, all, app, theme);
    }
    // The terminal may have shrunk since its size was last reported.
    let area = |area: Area| Rect::new(area.x, area.y, area.width, area.height).intersection(all);
    header::draw(frame, area(layout.header), app, theme);
    header::draw_answer(frame, area(layout.answer), app, theme);
    filter_line::draw(frame, area(layout.filter), app, theme);
    footer::draw(frame, area(layout.footer), app, theme);
    let body = area(layout.body);
    match (app.layers.page(), app.view) {
        (Some(Layer::Help(help)), _) => text::draw_help(frame, body, help, app, theme),
        (Some(Layer::Overlay(Overlay::Text(page))), _) => text::draw_page(frame, body, app, page, theme),
        (Some(Layer::Overlay(Overlay::Details(it))), _) => details::draw(frame, body, it, app, theme),
        (Some(Layer::Overlay(Overlay::Compared(it))), _) => compare::draw(frame, body, it, theme),
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
            strip::draw(frame, area(layout.strip), app, theme);
            // The overview takes the place of what has nothing to show.
            let overview = app.overview_area();
            let has_something = |pane: &Area| Some(*pane) != overview;
            // The tree comes first, because its widget may draw beyond its pane.
            if let Some(pane) = layout.tree.filter(has_something) {
                tree::draw(frame, area(pane), app, theme, &mut memory.tree);
            }
            if let Some(pane) = layout.sessions {
                sessions::draw(frame, area(pane), app, theme);
            }
            if let Some(pane) = layout.metrics.filter(has_something) {
                metrics::draw(frame, area(pane), app, theme);
            }
            if let Some(pane) = overview {
                entry_list::draw_overview(frame, area(pane), app, theme);
            }
            if let Some(pane) = layout.why {
                entry_list::draw_why(frame, area(pane), app, theme);
            }
        }
    }
    menu::draw(frame, app, theme);
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

/// The part of a pane's content that is visible, in lines or entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Visible {
    /// The first that is visible.
    top: usize,
    /// How many are visible.
    shown: usize,
    /// How many there are.
    total: usize,
}

/// Draws a scroll bar on the right border of a pane, if there is more than is visible.
fn scroll_bar(frame: &mut Frame, pane: Rect, visible: Visible, is_focused: bool, theme: &Theme) {
    let track = usize::from(pane.height.saturating_sub(2));
    let hidden = visible.total.saturating_sub(visible.shown);
    if hidden == 0 || track == 0 || pane.width < 2 {
        return;
    }
    let thumb = (track * visible.shown / visible.total).clamp(1, track.saturating_sub(1).max(1));
    // It touches an end only when that end is in view.
    let ways = track - thumb;
    let from = match visible.top.min(hidden) {
        0 => 0,
        top if top == hidden => ways,
        top => (ways * top / hidden).clamp(1.min(ways), ways.saturating_sub(1).max(1.min(ways))),
    };
    let style = if is_focused { theme.focused } else { theme.frame };
    for line in from..from + thumb {
        let place = (pane.x + pane.width - 1, pane.y + 1 + line as u16);
        if let Some(cell) = frame.buffer_mut().cell_mut(place) {
            cell.set_symbol("█").set_style(Style::reset().patch(style));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn bar(height: u16, top: usize, shown: usize, total: usize) -> String {
        let mut terminal = Terminal::new(TestBackend::new(3, height)).expect("a screen in memory");
        let visible = Visible { top, shown, total };
        let drawn = terminal.draw(|frame| scroll_bar(frame, frame.area(), visible, false, &Theme::MONO));
        let buffer = drawn.expect("it draws").buffer.clone();
        (0..height).map(|line| buffer[(2, line)].symbol().to_owned()).collect()
    }

    #[test]
    fn a_scroll_bar_shows_which_part_is_visible_and_only_if_there_is_more() {
        assert_eq!(bar(6, 0, 4, 4), "      ");
        assert_eq!(bar(6, 0, 4, 8), " ██   ");
        assert_eq!(bar(6, 1, 4, 8), "  ██  ", "the first is not in view");
        assert_eq!(bar(6, 4, 4, 8), "   ██ ");
        assert_eq!(bar(6, 3, 4, 100_000), "  █   ");
    }

    proptest::proptest! {
        #[test]
        fn no_numbers_make_a_scroll_bar_panic(height in 0u16..9, top in 0usize..20, shown in 0usize..20, total in 0usize..20) {
            bar(height.max(1), top, shown, total);
        }
    }
}
