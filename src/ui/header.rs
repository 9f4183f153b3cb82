//! The line at the top: which call, when, how it stands, and whether that is all of it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, View};
use crate::call::{Call, Completeness, Standing};
use crate::metrics::count;
use crate::report::clean::{clean, cut};
use crate::report::sentences;
use crate::triage::Verdict;

use super::theme::Theme;

/// Draws it. What stands on the right is never cut for what stands on the left.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let width = usize::from(area.width);
    let right = match (app.view, app.call()) {
        (View::Triage, Some(call)) => standing(app, call, width < 76, theme),
        (View::Triage, None) => vec![Span::raw(waiting(app))],
        (View::Calls, _) => Vec::new(),
    };
    let taken: usize = right.iter().map(|span| span.content.width()).sum();
    let room = width.saturating_sub(taken + 3);
    let mut spans = Vec::new();
    match (app.view, app.call()) {
        (View::Triage, Some(call)) => {
            let which = which(app, call, room);
            if which.width() + BRAND.width() <= room {
                spans.push(Span::styled(BRAND, theme.accent));
            }
            spans.push(Span::raw(format!(" {which}")));
        }
        _ => spans.push(Span::styled(BRAND, theme.accent)),
    }
    let left: usize = spans.iter().map(|span| span.content.width()).sum();
    spans.push(Span::raw(" ".repeat(width.saturating_sub(left + taken + 1))));
    spans.extend(right);
    frame.render_widget(Line::from(spans), area);
}

const BRAND: &str = " callscope ";

/// Which call: as much of it as fits in so many columns.
fn which(app: &App, call: &Call, room: usize) -> String {
    let (start, end) = call.span();
    let span = sentences::span(start, end);
    let name = sentences::call_name(call);
    let short = match &call.id {
        Some(id) => name.replace(clean(id).as_ref(), id.get(..8).unwrap_or(id)),
        None => name.clone(),
    };
    let place = match app.loaded.calls().len() {
        0 | 1 => String::new(),
        many => format!(" · one of {many} calls"),
    };
    let time = span.split(" · ").next().unwrap_or_default();
    let begin = start.map_or_else(String::new, |start| format!(" · {}", sentences::minute(start)));
    let choices = [
        format!("{name} · {span}{place}"),
        format!("{short} · {span}{place}"),
        format!("{short} · {span}"),
        format!("{short} · {time}"),
        format!("{short}{begin}"),
        short,
    ];
    let fitting = choices.iter().find(|choice| choice.width() <= room);
    fitting.map_or_else(|| cut(&choices[5], room).into_owned(), Clone::clone)
}

/// How the call stands and whether that is all of it. Nothing here reads as final before it is.
fn standing(app: &App, call: &Call, is_narrow: bool, theme: &Theme) -> Vec<Span<'static>> {
    let completeness = Completeness::of(call, &app.loaded);
    let (failed, noted) = (call.standing(Standing::Failed), call.standing(Standing::Noted));
    let verdicts = call.sessions();
    let total = match call.rows().len() {
        many if is_narrow => count(many),
        1 => "1 session".to_owned(),
        many => format!("{} sessions", count(many)),
    };
    let mut parts = Vec::new();
    if failed > 0 {
        let word = if is_narrow { "" } else { " failed" };
        parts.push(Span::styled(format!("✗ {}{word}", count(failed)), theme.poor));
    }
    parts.push(match verdicts.verdict() {
        Verdict::Poor => Span::styled(format!("✖ {} of {total} poor", count(verdicts.poor as usize)), theme.poor),
        Verdict::Good if completeness.is_final() => Span::styled(format!("✓ {total}, none poor"), theme.good),
        Verdict::Good => Span::raw(format!("{total}, none poor")),
        Verdict::Unclassified => Span::styled(format!("? {total}, none could be judged"), theme.dim),
    });
    if noted > 0 && verdicts.poor == 0 {
        parts.push(Span::styled(format!("! {} rated bad", count(noted)), theme.noted));
    }
    let style = if completeness.is_final() { Style::new() } else { theme.noted };
    parts.push(Span::styled(clean(&completeness.words()).into_owned(), style));
    let mut spans = Vec::new();
    for part in parts {
        if !spans.is_empty() {
            spans.push(Span::raw(" · "));
        }
        spans.push(part);
    }
    spans
}

fn waiting(app: &App) -> String {
    match app.loaded.wait() {
        Some(wait) => format!("waiting {} s: {}", wait.seconds, clean(&wait.why)),
        None => "reading …".to_owned(),
    }
}
