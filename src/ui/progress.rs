//! The load in progress: a bar, the rate and the remaining time, in places that do not move.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::app::progress::Pace;
use crate::metrics::count;
use crate::wording;

use super::theme::Theme;

/// The length of the bar, in columns.
const BAR: usize = 10;

/// Returns the bar and the figures; shorter where there is less room. `pages` is the number of complete pages.
pub fn spans(pace: Pace, pages: usize, is_narrow: bool, is_short: bool, theme: &Theme) -> Vec<Span<'static>> {
    let mut spans = vec![Span::styled("so far", theme.noted)];
    if let Some(done) = pace.thousandths {
        let full = usize::from(done) * BAR / 1000;
        spans.push(Span::styled(format!(" {:>3} %", done / 10), theme.noted));
        if !is_short {
            spans.push(Span::raw(" "));
            spans.push(Span::styled("█".repeat(full), theme.accent));
            spans.push(Span::styled("░".repeat(BAR - full), theme.dim));
        }
    } else if !is_short {
        spans.push(Span::styled(format!(": {}", wording::number(pages, "page")), theme.noted));
    }
    if let Some(figures) = figures(pace, is_narrow).filter(|_| !is_short) {
        spans.push(Span::styled(format!(" {figures}"), Style::new()));
    }
    spans
}

/// The widths do not depend on the figures, so that nothing beside them moves.
fn figures(pace: Pace, is_narrow: bool) -> Option<String> {
    let (bytes, sessions) = pace.rate?;
    let left = pace.left.map(|left| format!("{:>8} left", wording::length(left as f64)));
    let rate = match pace.thousandths {
        Some(_) => format!("{:>9}/s", wording::size(bytes)),
        None => format!("{:>5} sessions/s", count(sessions as usize)),
    };
    match (left, is_narrow) {
        (Some(left), true) => Some(left),
        (None, true) => None,
        (Some(left), false) => Some(format!("{rate} {left}")),
        (None, false) => Some(rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pace: Pace, is_narrow: bool, is_short: bool) -> String {
        let spans = spans(pace, 3, is_narrow, is_short, &Theme::MONO);
        spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn a_bar_has_its_rate_and_the_time_left_where_they_are_known() {
        let known = Pace { thousandths: Some(400), rate: Some((12_300_000, 900)), left: Some(8) };
        assert_eq!(text(known, false, false), "so far  40 % ████░░░░░░   12.3 MB/s      8 s left");
        assert_eq!(text(known, true, false), "so far  40 % ████░░░░░░      8 s left");
        assert_eq!(text(known, true, true), "so far  40 %");
        let pages = Pace { thousandths: None, rate: Some((0, 52)), left: None };
        assert_eq!(text(pages, false, false), "so far: 3 pages    52 sessions/s");
        assert_eq!(text(Pace { thousandths: None, rate: None, left: None }, false, false), "so far: 3 pages");
    }
}
