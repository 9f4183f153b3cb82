//! The list of calls that can be opened.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::bindings::Scope;
use crate::app::views::calls::{Entries, columns};
use crate::app::{Action, App, Choice, choice_of};
use crate::call::Listing;
use crate::call::listing::{ListedCall, ListingEnd};
use crate::metrics::count;
use crate::model::Clock;
use crate::text::{cut, fit, fit_right, sanitize, wrapped};

use super::theme::Theme;
use super::{Visible, frame_of, scroll_bar};

/// Draws the list.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let calls = &app.views.calls;
    let (shown, total) = (calls.shown().len(), calls.total());
    let title = match (calls.filter().text(), &calls.entries) {
        ("", Entries::Listed(_)) => format!("Calls {}", count(total)),
        ("", _) => "Calls".to_owned(),
        _ => format!("Calls {} of {}", count(shown), count(total)),
    };
    let order = match calls.entries {
        Entries::Listed(_) => "newest first".to_owned(),
        _ => format!("{} opens a call", app.keys.key_hint_in(Scope::Calls, Action::Open)),
    };
    let block = frame_of(area.width, &title, &order, app.layers.prompt().is_none(), theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inside.width);
    let mut lines: Vec<Line> = app.intro_lines().into_iter().map(Line::from).collect();
    let room = usize::from(inside.height).saturating_sub(app.lines_above_calls()) / calls.lines_each();
    let visible = calls.shown().iter().enumerate().skip(calls.viewport.top).take(room);
    let visible: Vec<(bool, usize)> = visible.map(|(at, entry)| (at == calls.viewport.at, *entry as usize)).collect();
    match &calls.entries {
        Entries::None => {}
        Entries::Cards(cards) => {
            for (is_selected, at) in visible {
                lines.extend(
                    cards.get(at).map(|card| card_lines(card, is_selected, width, theme)).into_iter().flatten(),
                );
            }
        }
        Entries::Opened(_) => {
            lines.extend(visible.into_iter().flat_map(|(is_selected, at)| {
                card_lines(&choice_of(&app.data.loaded, at, app.judge().set, app.clock), is_selected, width, theme)
            }));
        }
        Entries::Listed(listing) if shown == 0 => {
            lines.extend(wrapped(&nothing(listing, app), width).into_iter().map(|line| Line::styled(line, theme.dim)));
        }
        Entries::Listed(listing) => {
            let widths = widths(width, app.clock);
            lines.push(headings(&widths, theme));
            for (is_selected, at) in visible {
                lines.extend(listing.calls().get(at).map(|call| listed_line(call, is_selected, &widths, app, theme)));
            }
        }
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let visible = Visible { top: calls.viewport.top, shown: room, total: shown };
    scroll_bar(frame, area, visible, app.layers.prompt().is_none(), theme);
}

fn card_lines(card: &Choice, is_selected: bool, width: usize, theme: &Theme) -> [Line<'static>; 2] {
    let title = format!("{} {}", if is_selected { "▌" } else { " " }, sanitize(&card.title));
    let title = Line::from(Span::raw(cut(&title, width).into_owned()));
    let about = format!("    {}", sanitize(&card.about));
    [
        if is_selected { title.patch_style(theme.cursor) } else { title },
        Line::from(Span::styled(cut(&about, width).into_owned(), theme.dim)),
    ]
}

/// Returns the widths of the columns start, duration, kind, media, organiser and ID; 0 hides a column.
fn widths(width: usize, clock: Clock) -> [usize; 6] {
    let mut widths = [
        // A day, a time, and `UTC` or an offset such as `UTC−3:30`.
        if clock.is_local() { 26 } else { 21 },
        9,
        10,
        if width >= 70 { 19 } else { 0 },
        0,
        if width >= 136 {
            36
        } else if width >= 50 {
            8
        } else {
            0
        },
    ];
    let taken: usize = 2 + widths.iter().map(|width| width + usize::from(*width > 0)).sum::<usize>();
    widths[4] = width.saturating_sub(taken + 1).min(40);
    widths
}

/// Returns the column headings.
fn headings(widths: &[usize; 6], theme: &Theme) -> Line<'static> {
    let names = ["start ▼", "length", "kind", "media", "organiser", "ID"];
    let mut text = "  ".to_owned();
    for (at, (name, width)) in names.iter().zip(widths).enumerate().filter(|(_, (_, width))| **width > 0) {
        let cell = if at == 1 { fit_right(name, *width) } else { fit(name, *width) };
        text.push_str(&format!("{cell} "));
    }
    Line::styled(text, theme.dim)
}

fn listed_line(call: &ListedCall, is_selected: bool, widths: &[usize; 6], app: &App, theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::raw(if is_selected { "▌ " } else { "  " })];
    for (at, (text, width)) in columns(call, app.clock, app.privacy.level).iter().zip(widths).enumerate() {
        if *width == 0 {
            continue;
        }
        let text = cut(text, *width);
        let blanks = " ".repeat(width.saturating_sub(text.width()));
        // Numbers are right-aligned.
        let text = if at == 1 { format!("{blanks}{text} ") } else { format!("{text}{blanks} ") };
        spans.push(Span::styled(text, if matches!(at, 1 | 4) { Style::new() } else { theme.dim }));
    }
    let line = Line::from(spans);
    if is_selected { line.patch_style(theme.cursor) } else { line }
}

/// Explains why the list is empty.
fn nothing(listing: &Listing, app: &App) -> String {
    match (listing.end(), app.views.calls.filter().text()) {
        (_, filter) if !filter.is_empty() => {
            let key = app.keys.key_hint_in(Scope::Calls, Action::Back);
            format!("no call matches “{}”; {key} clears the filter", sanitize(filter))
        }
        (None, _) => "reading …".to_owned(),
        (Some(ListingEnd::Stopped(trouble)), _) => {
            let hint = trouble.hint.as_deref().unwrap_or_default();
            sanitize(&format!("{}; {hint}", trouble.what)).into_owned()
        }
        (Some(_), _) => format!(
            "no calls {}: records appear up to 150 minutes after a call and are deleted after 30 days. To look further \
             back: callscope calls --since 30d",
            listing.asked_for.words(app.clock)
        ),
    }
}
