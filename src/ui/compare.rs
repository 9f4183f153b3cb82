//! Two sessions side by side, with how far apart they are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::compare::{CompareLine, CompareRow, Comparison};
use crate::app::details::{DetailValue, ValueKind};
use crate::app::details_height;
use crate::text::{cut, fit, fit_right, wrapped};

use super::frame_of;
use super::theme::Theme;

/// The widths of the columns, in terminal columns.
struct Widths {
    all: usize,
    label: usize,
    difference: usize,
    value: usize,
    /// Whether the limit stands beside the label.
    has_limits: bool,
}

impl Widths {
    fn of(all: usize) -> Widths {
        // Wide enough for the longest label and limit, for labels alone, or for most of them.
        let label = match all {
            100.. => 44,
            70.. => 30,
            _ => 24,
        };
        let label = label.min(all / 2);
        let difference = 12.min(all / 4);
        let value = (all - label).saturating_sub(difference + 3) / 2;
        Widths { all, label, difference, value, has_limits: all >= 100 }
    }

    /// Returns the width of a value that uses the room of a difference, too.
    fn wide_value(&self) -> usize {
        (self.all - self.label).saturating_sub(2) / 2
    }
}

/// Draws the comparison.
pub fn draw(frame: &mut Frame, area: Rect, comparison: &Comparison, theme: &Theme) {
    let [one, other] = &comparison.names;
    let position = format!("{}/{}", comparison.viewport.at + 1, comparison.lines.len());
    let block = frame_of(area.width, &format!("Comparison · {one} and {other}"), &position, true, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let widths = Widths::of(usize::from(inside.width));
    let height = details_height(usize::from(inside.height));
    let visible = comparison.lines.iter().enumerate().skip(comparison.viewport.top).take(height);
    let lines: Vec<Line> = visible
        .map(|(at, line)| {
            let drawn = drawn(line, comparison, &widths, theme);
            if at == comparison.viewport.at { drawn.patch_style(theme.cursor) } else { drawn }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);

    // The line under the cursor, in full, at the bottom.
    let full = comparison
        .lines
        .get(comparison.viewport.at)
        .map(|line| in_full(line, comparison, widths.all))
        .unwrap_or_default();
    let room = inside.height.saturating_sub(height as u16);
    let full: Vec<Line> = wrapped(&full, widths.all)
        .into_iter()
        .take(usize::from(room))
        .map(|line| Line::from(Span::styled(line, theme.dim)))
        .collect();
    let below = Rect { y: inside.y + inside.height - room, height: room, ..inside };
    frame.render_widget(Paragraph::new(full), below);
}

fn drawn<'a>(line: &'a CompareLine, comparison: &'a Comparison, widths: &Widths, theme: &Theme) -> Line<'a> {
    let dim = |text: String| Line::from(Span::styled(cut(&text, widths.all).into_owned(), theme.dim));
    match line {
        CompareLine::Why(why) => Line::from(cut(why, widths.all)),
        CompareLine::Heading(heading) => {
            let is_of_figures = heading.starts_with("figures");
            let value = if is_of_figures { widths.value } else { widths.wide_value() };
            let bold = theme.accent.add_modifier(Modifier::BOLD);
            let mut spans = vec![Span::styled(fit(heading, widths.label), bold)];
            spans.extend(comparison.names.iter().map(|name| Span::styled(format!(" {}", fit(name, value)), bold)));
            let difference = if is_of_figures { fit_right("difference", widths.difference) } else { String::new() };
            spans.push(Span::styled(format!(" {difference}"), theme.dim));
            Line::from(spans)
        }
        CompareLine::Row(row) => drawn_row(row, widths, theme),
        CompareLine::Same(count, names) => dim(format!("same in both, {count}: {names}")),
        CompareLine::Neither(names) => dim(format!("in neither record: {names}")),
    }
}

fn drawn_row<'a>(row: &CompareRow, widths: &Widths, theme: &Theme) -> Line<'a> {
    let limit = if widths.has_limits && !row.limit.is_empty() { format!("  {}", row.limit) } else { String::new() };
    let room = widths.label.saturating_sub(limit.width());
    let mut spans = vec![Span::raw(fit(&row.label, room)), Span::styled(limit, theme.dim)];
    // Only figures have a metric.
    let value = if row.member.is_empty() { widths.wide_value() } else { widths.value };
    for one in &row.values {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(fit(shown(one), value), theme.value(one.kind)));
    }
    if !row.difference.is_empty() {
        spans.push(Span::raw(format!(" {}", fit_right(&row.difference, widths.difference))));
    }
    Line::from(spans)
}

fn shown(value: &DetailValue) -> &str {
    if value.kind == ValueKind::Absent { "–" } else { &value.text }
}

/// Returns what is said about a line below the others, if it has no room for it in `width` columns.
fn in_full(line: &CompareLine, comparison: &Comparison, width: usize) -> String {
    match line {
        CompareLine::Heading(_) => String::new(),
        CompareLine::Why(why) if why.width() <= width => String::new(),
        CompareLine::Why(why) => why.clone(),
        CompareLine::Row(row) => row.words(&comparison.names),
        CompareLine::Same(_, names) => format!("the same in both: {names}"),
        CompareLine::Neither(names) => format!("in neither record: {names}"),
    }
}
