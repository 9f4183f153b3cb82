//! Marks parts of a drawn line: what a filter or a search matched.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;

use crate::call::Needle;

use super::theme::Theme;

/// Returns spans with the style added to some places of their common text, in bytes, from left to right and apart from
/// one another.
pub fn marked(spans: Vec<Span<'static>>, places: &[Range<usize>], style: Style) -> Vec<Span<'static>> {
    if places.is_empty() {
        return spans;
    }
    let mut out = Vec::with_capacity(spans.len() + 2 * places.len());
    let mut start = 0;
    for span in spans {
        let end = start + span.content.len();
        let mut done = start;
        for place in places.iter().filter(|place| place.start < end && place.end > start) {
            let (from, to) = (place.start.max(start), place.end.min(end));
            push(&mut out, &span, done - start..from - start, None);
            push(&mut out, &span, from - start..to - start, Some(style));
            done = to;
        }
        push(&mut out, &span, done - start..end - start, None);
        start = end;
    }
    out
}

/// Returns spans with what is searched for in their common text marked.
pub fn found(spans: Vec<Span<'static>>, needle: Option<&Needle>, theme: &Theme) -> Vec<Span<'static>> {
    let Some(needle) = needle else { return spans };
    let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
    marked(spans, &needle.places_in(&text), theme.matched)
}

/// Pushes a part of a span, if there is any.
fn push(out: &mut Vec<Span<'static>>, span: &Span<'static>, part: Range<usize>, style: Option<Style>) {
    if let Some(text) = span.content.get(part).filter(|text| !text.is_empty()) {
        out.push(Span::styled(text.to_owned(), style.map_or(span.style, |style| span.style.patch(style))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Modifier;

    #[test]
    fn marks_go_across_spans_and_leave_the_rest_as_it_was() {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let under = Style::new().add_modifier(Modifier::UNDERLINED);
        let spans = vec![Span::styled("loss ", bold), Span::raw("19 %")];
        let out = marked(spans, &[2..7, 8..9], under);
        let parts: Vec<(&str, Style)> = out.iter().map(|span| (&*span.content, span.style)).collect();
        let both = bold.patch(under);
        assert_eq!(parts, [("lo", bold), ("ss ", both), ("19", under), (" ", Style::new()), ("%", under)]);
    }
}
