//! The bottom line: key hints, the user's input, or the result of the last action.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::bindings::Scope;
use crate::app::hints::GAP;
use crate::app::prompt::{Ask, Prompt};
use crate::app::{Action, App, View};
use crate::call::Filter;
use crate::metrics::count;
use crate::text::{cut, sanitize};

use super::theme::Theme;

/// Draws the line. Hints are never cut: each appears in full or not at all.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    if let Some(notice) = &app.layers.notice {
        let style = if notice.is_trouble { theme.poor } else { theme.good };
        let text = cut(&sanitize(&notice.text), usize::from(area.width).saturating_sub(2)).into_owned();
        frame.render_widget(Line::from(vec![Span::raw(" "), Span::styled(text, style)]), area);
        return;
    }
    if let Some(Prompt { ask, input }) = app.layers.prompt() {
        // Pasted text is as untrusted as a record.
        let typed = sanitize(input.value()).into_owned();
        let (before, after, style): (Cow<str>, String, Style) = match ask {
            Ask::Filter => {
                let (found, all) = match app.view {
                    View::Calls => (app.views.calls.shown().len(), app.views.calls.total()),
                    _ => (app.views.sessions.list.len(), app.call().map_or(0, |call| call.rows().len())),
                };
                ("/".into(), format!("   {} of {}", count(found), count(all)), theme.dim)
            }
            Ask::HelpFilter => ("keys for ".into(), String::new(), theme.dim),
            Ask::Search => ("find ".into(), String::new(), theme.dim),
            Ask::Jump => ("path ".into(), String::new(), theme.dim),
            Ask::SaveAs { over: None, .. } => ("save as ".into(), String::new(), theme.dim),
            Ask::SaveAs { over: Some(_), .. } => {
                let key = app.keys.key_hint_in(Scope::SaveAs, Action::Accept);
                (format!("file exists, {key} overwrites it: ").into(), String::new(), theme.noted)
            }
        };
        // Of a long input, the part around the cursor is visible.
        let room = usize::from(area.width).saturating_sub(before.width() + after.width() + 4).max(8);
        let hidden = input.visual_scroll(room);
        let typed = behind(&typed, hidden);
        let cursor = 1 + before.width() + input.visual_cursor().saturating_sub(hidden);
        used += before.width() + typed.width() + after.width() + 2;
        spans.push(Span::styled(before, theme.accent));
        // Underlines the mistake in place.
        let mistake = mistake(app).filter(|_| hidden == 0 && typed == input.value());
        match mistake.and_then(|(range, _)| {
            Some((typed.get(..range.start)?, typed.get(range.clone())?, typed.get(range.end..)?))
        }) {
            Some((well, wrong, rest)) => spans.extend([
                Span::raw(well.to_owned()),
                Span::styled(wrong.to_owned(), theme.poor.add_modifier(Modifier::UNDERLINED)),
                Span::raw(rest.to_owned()),
            ]),
            None => spans.push(Span::raw(typed.clone())),
        }
        spans.extend([Span::styled(after, style), Span::raw("  ")]);
        let column = u16::try_from(cursor).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
    for hint in app.hints(used, area.width.into()) {
        spans.push(Span::styled(hint.key, theme.accent));
        spans.push(Span::styled(format!(" {}{}", hint.label, " ".repeat(GAP)), Style::new()));
    }
    frame.render_widget(Line::from(spans), area);
}

/// Returns the first mistake in the filter: its byte range and a message.
fn mistake(app: &App) -> Option<&(std::ops::Range<usize>, String)> {
    let is_filter = matches!(app.layers.prompt(), Some(Prompt { ask: Ask::Filter, .. })) && app.view != View::Calls;
    app.views.sessions.list.filter().mistakes.first().filter(|_| is_filter)
}

/// While the user types a filter, draws the mistake in it, or suggestions, on the line above.
pub fn draw_above(frame: &mut Frame, body: Rect, app: &App, theme: &Theme) {
    let Some(Prompt { ask: Ask::Filter, input }) = app.layers.prompt() else { return };
    if app.view == View::Calls || body.height < 4 {
        return;
    }
    let width = usize::from(body.width).saturating_sub(2);
    let typed = input.value();
    let begun = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
    let (words, style) = match mistake(app) {
        Some((_, what)) => (sanitize(what).into_owned(), theme.poor),
        None => {
            let names: Vec<String> = Filter::suggestions(begun).into_iter().map(|(name, _)| name).collect();
            if names.is_empty() {
                return;
            }
            (names.join("  "), theme.dim)
        }
    };
    let area = Rect { y: body.y + body.height - 1, height: 1, ..body };
    frame.render_widget(Clear, area);
    frame.render_widget(Line::from(vec![Span::raw(" "), Span::styled(cut(&words, width).into_owned(), style)]), area);
}

/// Returns the rest of a text after the given number of columns.
fn behind(text: &str, columns: usize) -> String {
    let mut passed = 0;
    text.graphemes(true)
        .skip_while(|one| {
            let is_hidden = passed < columns;
            passed += one.width();
            is_hidden
        })
        .collect()
}
