//! The bottom line: key hints, the user's input, or the result of the last action.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::bindings::Scope;
use crate::app::hints::GAP;
use crate::app::prompt::{Ask, Prompt};
use crate::app::{Action, App, View};
use crate::metrics::count;
use crate::text::{cut, sanitize};

use super::highlight::marked;
use super::theme::Theme;

/// Draws the line. Hints are never cut: each appears in full or not at all.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    // What is typed stays in sight, whatever is reported meanwhile.
    if let Some(notice) = app.layers.notice.as_ref().filter(|_| app.layers.prompt().is_none()) {
        let style = if notice.is_trouble { theme.poor } else { theme.good };
        let text = cut(&sanitize(&notice.text), usize::from(area.width).saturating_sub(2)).into_owned();
        frame.render_widget(Line::from(vec![Span::raw(" "), Span::styled(text, style)]), area);
        return;
    }
    if let Some(Prompt { ask, input, .. }) = app.layers.prompt() {
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
            Ask::Search => {
                let found = app.search_words().map(|(_, found)| format!("   {found}")).unwrap_or_default();
                ("find ".into(), found, theme.dim)
            }
            Ask::Jump => ("path ".into(), String::new(), theme.dim),
            Ask::SaveAs { over: None, .. } => {
                ("save as ".into(), format!("   {}", app.kind_words(input.value())), theme.dim)
            }
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
        // Of a text that is cut or cleaned, the places are not the same.
        spans.extend(match hidden == 0 && typed == input.value() {
            true => with_mistakes(app, typed, theme),
            false => vec![Span::raw(typed)],
        });
        spans.extend([Span::styled(after, style), Span::raw("  ")]);
        let column = u16::try_from(cursor).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
    let [text, found] = app.search_hint();
    used += text.width() + found.width();
    spans.extend([Span::styled(text, theme.accent), Span::raw(found)]);
    for hint in app.hints(used, area.width.into()) {
        spans.push(Span::styled(hint.key, theme.accent));
        spans.push(Span::styled(format!(" {}{}", hint.label, " ".repeat(GAP)), Style::new()));
    }
    frame.render_widget(Line::from(spans), area);
}

/// Returns the typed filter with every mistake in it underlined.
fn with_mistakes(app: &App, typed: String, theme: &Theme) -> Vec<Span<'static>> {
    let is_filter = matches!(app.layers.prompt(), Some(Prompt { ask: Ask::Filter, .. }));
    let mistakes = app.filter().mistakes.iter().filter(|_| is_filter);
    let places: Vec<_> = mistakes.map(|(range, _)| range.clone()).collect();
    marked(vec![Span::raw(typed)], &places, theme.poor.add_modifier(Modifier::UNDERLINED))
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
