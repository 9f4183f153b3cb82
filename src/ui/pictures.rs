//! Pictures of a number: a bar, a gauge beside a limit, and its place among others as a strip or a chart.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::views::sessions::metrics::{PanelRow, Standing};
use crate::call::Traffic;
use crate::call::distribution::Scale;
use crate::metrics::count;
use crate::text::{cut, fit_right};
use crate::wording;

use super::theme::Theme;

/// Bars of one column, by eighths of its height. Anything above nothing is at least an eighth.
const HEIGHTS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Bars of one line, by eighths of a column.
const WIDTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Returns a bar of one column for a part of the whole; the lowest also represents zero, which is not a gap.
pub fn level(part: f64) -> &'static str {
    HEIGHTS[eighths(part, 1).max(1)]
}

/// Returns how many eighths of a number of cells a part of the whole fills, rounded up.
fn eighths(part: f64, cells: usize) -> usize {
    ((part.clamp(0.0, 1.0) * (cells * 8) as f64).ceil() as usize).min(cells * 8)
}

/// Returns a horizontal bar that fills a part of a width.
pub fn bar(width: usize, part: f64, is_ascii: bool) -> String {
    // ASCII has no fractions of a column.
    let filled = if is_ascii { eighths(part, width).div_ceil(8) * 8 } else { eighths(part, width) };
    let rest = WIDTHS[filled % 8];
    let blank = width - filled.div_ceil(8);
    format!("{}{rest}{}", "█".repeat(filled / 8), " ".repeat(blank))
}

/// Returns a gauge that is at its limit in the middle and full at twice the limit. `part` is the value divided by the
/// limit. A value over its limit always shows on the far side, and no other does.
pub fn gauge(width: usize, part: f64, style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let before = width / 2;
    vec![
        Span::styled(bar(before, part, theme.is_ascii), style),
        Span::raw("┃"),
        Span::styled(bar(width.saturating_sub(before + 1), part - 1.0, theme.is_ascii), style),
    ]
}

/// Returns the scale of [`gauge`] in words.
pub fn gauge_heading(width: usize) -> String {
    let before = width / 2;
    format!("{:<before$}┃{:>after$}", "0", "2×", after = width.saturating_sub(before + 1))
}

/// Returns a distribution in one line, best on the left, with the limit and the value's own place.
pub fn strip(width: usize, row: &PanelRow, theme: &Theme) -> Vec<Span<'static>> {
    let Some(standing) = &row.standing else { return vec![Span::raw(" ".repeat(width))] };
    let Places { bins, own, limit, .. } = Places::of(row, standing, width, 1);
    let most = bins.iter().copied().max().unwrap_or(0);
    let cells = bins.iter().enumerate().map(|(at, number)| match at {
        at if at == own => Span::styled("▲", own_style(row, theme)),
        at if Some(at) == limit => Span::raw("┃"),
        _ => Span::styled(HEIGHTS[eighths(*number as f64 / most as f64, 1)], theme.dim),
    });
    cells.collect()
}

/// Where everything is on the axis of a distribution.
struct Places {
    scale: Scale,
    /// The number of sessions in each part of the axis.
    bins: Vec<usize>,
    /// Columns of each part.
    step: usize,
    /// The column of the value.
    own: usize,
    /// The column of the limit.
    limit: Option<usize>,
}

impl Places {
    fn of(row: &PanelRow, standing: &Standing, width: usize, step: usize) -> Places {
        let limit = row.limit.filter(|limit| limit.is_used);
        let scale = standing.among.scale(Some(standing.value), limit.map(|limit| limit.value));
        let bins = standing.among.bins(&scale, width / step);
        let last = (bins.len() * step).saturating_sub(1);
        let mut own = scale.bin(standing.value, last + 1);
        let column = limit.map(|limit| match scale.bin(limit.value, last + 1) {
            // Even if a column is too coarse to tell, the value is on its own side of the limit.
            at if at == own && limit.side.holds(standing.value, limit.value) => {
                own = (at + 1).min(last);
                own.saturating_sub(1)
            }
            at if at == own => {
                own = at.saturating_sub(1);
                (own + 1).min(last)
            }
            at => at,
        });
        Places { scale, bins, step, own, limit: column }
    }

    /// Chooses parts wide enough for the number of sessions: with too narrow ones, most would have one session or none.
    fn of_chart(row: &PanelRow, standing: &Standing, width: usize) -> Places {
        const FEWEST: usize = 12;
        let parts = standing.among.len().isqrt().saturating_mul(3).max(FEWEST);
        Places::of(row, standing, width, width.div_ceil(parts).max(1))
    }

    fn columns(&self) -> usize {
        self.bins.len() * self.step
    }

    fn most(&self) -> usize {
        self.bins.iter().copied().max().unwrap_or(0)
    }
}

fn own_style(row: &PanelRow, theme: &Theme) -> Style {
    if row.is_poor { theme.poor } else { theme.accent }
}

/// Draws the distribution of a metric: a caption, bars with the number of sessions, and an axis with its unit.
pub fn draw_chart(frame: &mut Frame, area: Rect, row: &PanelRow, traffic: Option<Traffic>, theme: &Theme) {
    let Some(standing) = &row.standing else {
        let words = format!("{}: not compared across the call", row.metric.label);
        let words = cut(&words, usize::from(area.width)).into_owned();
        return frame.render_widget(Paragraph::new(Span::styled(words, theme.dim)), area);
    };
    // Bars of fewer columns may be higher by a digit.
    let margin = count(Places::of_chart(row, standing, usize::from(area.width)).most()).width();
    let width = usize::from(area.width).saturating_sub(margin + 2);
    if width == 0 {
        return;
    }
    let places = Places::of_chart(row, standing, width);
    let height = usize::from(area.height).saturating_sub(3);
    let mut lines = vec![caption(row, standing, &places, traffic, usize::from(area.width), theme)];
    for line in 0..height {
        let head = if line == 0 {
            format!("{} ┤", fit_right(&count(places.most()), margin))
        } else {
            format!("{} │", " ".repeat(margin))
        };
        let mut spans = vec![Span::styled(head, theme.dim)];
        spans.extend(bars(row, &places, height, height - 1 - line, theme));
        lines.push(Line::from(spans));
    }
    lines.push(axis(row, &places, margin, theme));
    lines.push(Line::from(Span::styled(format!("{}{}", " ".repeat(margin + 2), labels(row, &places)), theme.dim)));
    frame.render_widget(Paragraph::new(lines), area);
}

/// Returns one line of bars, the lowest being line 0.
fn bars(row: &PanelRow, places: &Places, height: usize, line: usize, theme: &Theme) -> Vec<Span<'static>> {
    let column = |at: usize| {
        let number = places.bins[at / places.step];
        let filled = eighths(number as f64 / places.most() as f64, height).saturating_sub(line * 8).min(8);
        match at {
            at if filled == 0 && Some(at) == places.limit => Span::styled("│", theme.dim),
            at if at == places.own => Span::styled(HEIGHTS[filled], own_style(row, theme)),
            _ => Span::styled(HEIGHTS[filled], theme.dim),
        }
    };
    (0..places.columns()).map(column).collect()
}

fn caption(
    row: &PanelRow,
    standing: &Standing,
    places: &Places,
    traffic: Option<Traffic>,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let unit = row.metric.unit;
    let own = format!("▲ {} {}: {}", row.metric.label, unit.format(standing.value), standing.rank.words());
    let own = cut(&own, width).into_owned();
    let traffic = traffic.map(wording::traffic).unwrap_or_default();
    let log = if places.scale.is_log() { ", log scale" } else { "" };
    let forms = [format!("{traffic}, number of sessions{log}"), format!("{traffic}, sessions{log}"), traffic];
    let room = width.saturating_sub(own.width() + 2);
    let right = forms.into_iter().find(|form| form.width() <= room).unwrap_or_default();
    let gap = " ".repeat(width.saturating_sub(own.width() + right.width()));
    Line::from(vec![Span::styled(own, own_style(row, theme)), Span::styled(format!("{gap}{right}"), theme.dim)])
}

fn axis(row: &PanelRow, places: &Places, margin: usize, theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("{} └", fit_right("0", margin)), theme.dim)];
    spans.extend((0..places.columns()).map(|at| match at {
        at if at == places.own => Span::styled("▲", own_style(row, theme)),
        at if Some(at) == places.limit => Span::raw("┃"),
        _ => Span::styled("─", theme.dim),
    }));
    Line::from(spans)
}

/// Returns the labels below an axis: its ends, and the limit if there is room between them.
fn labels(row: &PanelRow, places: &Places) -> String {
    let (unit, width) = (row.metric.unit, places.columns());
    let (left, right) = places.scale.ends();
    let (left, right) = (unit.format(left), format!("worse → {}", unit.format(right)));
    let between = width.saturating_sub(left.width() + right.width());
    let limit = places.limit.zip(row.limit).map(|(at, limit)| (at, format!("limit {}", unit.format(limit.value))));
    let middle = limit.and_then(|(at, words)| {
        // Below its mark, as far as the ends allow.
        let last = (left.width() + between).checked_sub(words.width() + 1)?;
        let first = left.width() + 1;
        (first <= last).then(|| (at.saturating_sub(words.width() / 2).clamp(first, last), words))
    });
    let text = match middle {
        Some((at, words)) => {
            let gap = " ".repeat(at - left.width());
            let rest = width.saturating_sub(at + words.width() + right.width());
            format!("{left}{gap}{words}{}{right}", " ".repeat(rest))
        }
        None => format!("{left}{}{right}", " ".repeat(between)),
    };
    cut(&text, width).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(spans: &[Span<'_>]) -> String {
        spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn only_a_value_over_its_limit_passes_the_mark() {
        let gauge = |part| text(&gauge(9, part, Style::new(), &Theme::MONO));
        assert_eq!(gauge(0.0), "    ┃    ");
        assert_eq!(gauge(0.5), "██  ┃    ");
        assert_eq!(gauge(1.0), "████┃    ");
        assert_eq!(gauge(1.001), "████┃▏   ");
        assert_eq!(gauge(1.5), "████┃██  ");
        assert_eq!(gauge(7.0), "████┃████");
    }

    #[test]
    fn a_gauge_in_ascii_has_whole_columns() {
        assert_eq!(bar(4, 0.3, true), "██  ");
        assert_eq!(bar(4, 0.3, false), "█▎  ");
        assert_eq!(bar(4, 0.001, true), "█   ");
    }

    #[test]
    fn zero_is_not_a_gap() {
        assert_eq!((level(0.0), level(1.0), level(0.51)), ("▁", "█", "▅"));
    }

    proptest! {
        #[test]
        fn a_gauge_is_as_wide_as_it_should_be(width in 1usize..60, part in -1e3f64..1e3, is_ascii in any::<bool>()) {
            prop_assert_eq!(bar(width, part, is_ascii).width(), width);
            let theme = Theme { is_ascii, ..Theme::MONO };
            prop_assert_eq!(text(&gauge(width, part, Style::new(), &theme)).width(), width);
            prop_assert_eq!(gauge_heading(width.max(8)).width(), width.max(8));
        }
    }
}
