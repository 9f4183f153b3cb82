//! The lines above the bottom line: the filter that is on or, while it or a path in JSON is typed, the mistake in it or what
//! may follow.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::prompt::{Ask, Prompt};
use crate::app::{App, Layer, Overlay, View};
use crate::call::Filter;
use crate::text::{cut, sanitize};

use super::theme::Theme;

/// Draws the lines, if there are any.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let width = usize::from(area.width).saturating_sub(2);
    if area.height == 0 {
        return;
    }
    if let Some(Prompt { ask: Ask::Filter, input, .. }) = app.layers.prompt() {
        let (words, style) = match app.filter().mistakes.first() {
            Some((_, what)) => (sanitize(what).into_owned(), theme.poor),
            _ => (suggestions(app, input.value()), theme.dim),
        };
        let words = Span::styled(cut(&words, width).into_owned(), style);
        return frame.render_widget(Line::from(vec![Span::raw(" "), words]), area);
    }
    if let (Some(Prompt { ask: Ask::Jump, input, .. }), Some(Layer::Overlay(Overlay::Raw(raw)))) =
        (app.layers.prompt(), app.layers.page())
    {
        let (words, style) = match raw.suggestions(input.value()) {
            names if names.is_empty() => ("nothing here begins like this".to_owned(), theme.poor),
            names => (sanitize(&names.join("  ")).into_owned(), theme.dim),
        };
        let words = Span::styled(cut(&words, width).into_owned(), style);
        return frame.render_widget(Line::from(vec![Span::raw(" "), words]), area);
    }
    let Some(words) = app.filter_words() else { return };
    let lines = app.filter_text(&words, width);
    // What is filtered stands out from the counts after it.
    let marked = |line: String| match line.strip_prefix(words[0].as_str()) {
        Some(rest) => {
            Line::from_iter([Span::raw(" "), Span::styled(words[0].clone(), theme.accent), Span::raw(rest.to_owned())])
        }
        None => Line::from(format!(" {line}")),
    };
    frame.render_widget(Paragraph::new(lines.into_iter().map(marked).collect::<Vec<_>>()), area);
}

/// Returns what may follow; in the list of calls, words are all there is.
fn suggestions(app: &App, typed: &str) -> String {
    if app.view == View::Calls {
        return "words, user:, kind:, id:, !without, one or other".to_owned();
    }
    let begun = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
    let names = Filter::suggestions(begun, &app.named_filters);
    match names.as_slice() {
        // The only one left is explained.
        [(name, about)] if !about.is_empty() => format!("{name}  {}", sanitize(about)),
        names => names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("  "),
    }
}
