//! The metrics of the selected node: value, unit and limit of each, and a sparkline of its neighbours.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::symbols::bar;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Sparkline, SparklineBar};
use unicode_width::UnicodeWidthStr as _;

use crate::app::views::sessions::METRICS_HEADINGS;
use crate::app::views::sessions::metrics::{Panel, PanelRow};
use crate::app::{App, DetailState, Pane};
use crate::metrics::Metric;
use crate::model::{Field, Node};
use crate::text::{cut, fit, fit_right, sanitize};
use crate::triage::rules::Side;
use crate::wording;

use super::theme::Theme;
use super::{draw_nothing, frame_of, is_focused};

/// Eight steps; the lowest also represents zero, so that zero does not look like a gap.
const STEPS: bar::Set = bar::Set { empty: bar::ONE_EIGHTH, ..bar::NINE_LEVELS };

/// Draws the metrics.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let title = match node_name(app) {
        Some(name) => format!("Metrics · {name}"),
        None => "Metrics".to_owned(),
    };
    let rules = format!("rules: {}", app.rules().id);
    let mut block = frame_of(area.width, &title, &rules, is_focused(app, Pane::Metrics), theme);
    let panel = &app.views.sessions.panel;
    if let Some((verdict, why)) = &panel.verdict {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let words = format!("{} {}{why}", wording::verdict_glyph(*verdict), verdict.name());
        let words = format!(" {} ", cut(&words, usize::from(area.width).saturating_sub(6)));
        // An unfocused frame is dim, but the verdict must not be.
        let style = theme.verdict(*verdict);
        let style = if style == theme.dim { style } else { style.remove_modifier(Modifier::DIM) };
        block = block.title_bottom(Line::from(Span::styled(words, style)));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if panel.rows.is_empty() {
        let words = if matches!(app.detail, DetailState::Ready(_)) { "no metrics here" } else { "" };
        return draw_nothing(frame, inside, words, theme.dim);
    }

    let columns = Columns::of(usize::from(inside.width));
    frame.render_widget(columns.heading(panel, theme), Rect { height: 1.min(inside.height), ..inside });
    let below = inside.height.saturating_sub(METRICS_HEADINGS as u16);
    let visible = panel.rows.iter().enumerate().skip(app.views.sessions.metrics.top).take(usize::from(below));
    for (line, (at, row)) in visible.enumerate() {
        let area = Rect { y: inside.y + METRICS_HEADINGS as u16 + line as u16, height: 1, ..inside };
        let has_cursor = at == app.views.sessions.metrics.at && app.views.sessions.focus == Pane::Metrics;
        columns.draw_row(frame, area, row, panel.here, has_cursor, theme);
    }
}

/// Returns the name of the selected node.
fn node_name(app: &App) -> Option<String> {
    let DetailState::Ready(open) = &app.detail else { return None };
    let path = app.views.sessions.tree.selected();
    Some(match path.find(&open.session)? {
        Node::Session(_) => "session, worst stream".to_owned(),
        Node::Segment(_) => format!("segment {}, worst stream", path.positions().last()? + 1),
        Node::Media(media) => match &media.label {
            Field::Value(label) => format!("{}, networks and devices", sanitize(label)),
            _ => "networks and devices".to_owned(),
        },
        Node::Stream(_) => open.stream(path)?.direction.clone(),
        Node::Unusable(_) => return None,
    })
}

struct Columns {
    label: usize,
    value: usize,
    limit: usize,
    picture: usize,
}

impl Columns {
    fn of(width: usize) -> Columns {
        let mut columns = Columns {
            label: if width >= 70 { 17 } else { 15 },
            value: if width >= 70 { 13 } else { 10 },
            limit: if width >= 50 { 10 } else { 0 },
            picture: 0,
        };
        let taken = columns.label + 2 * (columns.value + 1) + if columns.limit > 0 { columns.limit + 1 } else { 0 };
        columns.picture = width.saturating_sub(taken + 2);
        columns
    }

    fn heading(&self, panel: &Panel, theme: &Theme) -> Line<'static> {
        let mut text = fit("", self.label);
        for column in panel.columns {
            text.push(' ');
            text.push_str(&fit_right(column, self.value));
        }
        if self.limit > 0 {
            let limit = if panel.rows.iter().any(|row| row.limit.is_some()) { "limit" } else { "" };
            text.push(' ');
            text.push_str(&fit_right(limit, self.limit));
        }
        text.push_str("  ");
        let across = panel.across.iter().find(|across| across.width() <= self.picture);
        text.push_str(&fit(across.map_or("", String::as_str), self.picture));
        Line::from(Span::styled(text, theme.dim))
    }

    fn draw_row(
        &self,
        frame: &mut Frame,
        area: Rect,
        row: &PanelRow,
        here: Option<usize>,
        has_cursor: bool,
        theme: &Theme,
    ) {
        let base = if has_cursor { theme.cursor } else { Style::new() };
        let value_style = if row.is_poor { theme.poor.patch(base) } else { base };
        let mut spans = vec![Span::styled(fit(row.metric.label, self.label), base)];
        for value in &row.values {
            let (text, is_missing) =
                value.as_ref().map_or_else(Default::default, |value| value_text(row.metric, value));
            let style = if is_missing { theme.dim.patch(base) } else { value_style };
            spans.push(Span::styled(format!(" {}", fit_right(&text, self.value)), style));
        }
        if self.limit > 0 {
            let limit = row.limit.map_or_else(String::new, |(side, limit)| {
                let sign = if side == Side::Over { "≤" } else { "≥" };
                format!("{sign} {}", row.metric.unit.format(limit))
            });
            spans.push(Span::styled(format!(" {}", fit_right(&limit, self.limit)), theme.dim.patch(base)));
        }
        frame.render_widget(Line::from(spans), area);
        let left = u16::try_from(usize::from(area.width).saturating_sub(self.picture)).unwrap_or(area.width);
        let picture = Rect { x: area.x + left, width: area.width - left, ..area };
        draw_picture(frame, picture, row, here, theme);
    }
}

/// Formats a value with its unit, or says how it is missing; `true` if it is missing.
fn value_text(metric: &Metric, value: &Field<f64>) -> (String, bool) {
    match value {
        Field::Value(number) if metric.is_plausible(*number) => (metric.unit.format(*number), false),
        Field::Value(number) => (format!("{} ?!", metric.unit.format(*number)), false),
        Field::Null => ("null".to_owned(), true),
        Field::Absent => ("–".to_owned(), true),
        Field::Empty => ("empty".to_owned(), true),
        Field::Placeholder(_) => ("not known".to_owned(), true),
        Field::Unreadable(_) => ("unreadable".to_owned(), true),
    }
}

fn draw_picture(frame: &mut Frame, area: Rect, row: &PanelRow, here: Option<usize>, theme: &Theme) {
    let (series, here) = squeezed(&row.series, here, usize::from(area.width), row.metric);
    if series.iter().all(Option::is_none) {
        return;
    }
    let limit = row.limit.map(|(_, limit)| limit);
    let top = series.iter().flatten().copied().chain(limit).fold(0.0, f64::max);
    const FULL: u64 = 1000;
    let is_poor = |value: f64| row.limit.is_some_and(|(side, limit)| side.holds(value, limit));
    // If there are few neighbours, bars two columns wide are easier to see.
    let columns = if series.len() * 2 <= usize::from(area.width) { 2 } else { 1 };
    let bars = series.iter().enumerate().flat_map(|(at, value)| {
        let height = value.map(|value| if top > 0.0 { (value.max(0.0) / top * FULL as f64) as u64 } else { 0 });
        let style = if value.is_some_and(is_poor) { theme.poor } else { Style::new() };
        // Highlights the selected node and dims its neighbours.
        let style = match here {
            Some(here) if here == at => style.patch(theme.accent).add_modifier(Modifier::BOLD),
            Some(_) => style.remove_modifier(Modifier::BOLD).add_modifier(Modifier::DIM),
            None => style,
        };
        let style =
            if value.is_some_and(is_poor) { style.patch(Style { fg: theme.poor.fg, ..Style::new() }) } else { style };
        std::iter::repeat_n(SparklineBar::from(height).style(Some(style)), columns)
    });
    let picture = Sparkline::default().data(bars.collect::<Vec<_>>()).max(FULL).bar_set(STEPS).absent_value_symbol(" ");
    frame.render_widget(picture, area);
}

/// Reduces a series to at most `width` bars: neighbours share a bar, which shows the worst value.
fn squeezed(
    series: &[Option<f64>],
    here: Option<usize>,
    width: usize,
    metric: &Metric,
) -> (Vec<Option<f64>>, Option<usize>) {
    let per_bar = series.len().div_ceil(width.max(1)).max(1);
    let worst = |values: &[Option<f64>]| {
        values.iter().flatten().copied().reduce(|one, other| if metric.is_worse(other, one) { other } else { one })
    };
    (series.chunks(per_bar).map(worst).collect(), here.map(|here| here / per_bar))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::by_id;

    #[test]
    fn squeezing_keeps_the_worst_and_the_gaps() {
        let loss = by_id("averagePacketLossRate").expect("a metric");
        let rate = by_id("averageVideoFrameRate").expect("a metric");
        let series = [Some(0.1), Some(0.3), None, None, Some(0.2), None];
        assert_eq!(squeezed(&series, Some(4), 3, loss), (vec![Some(0.3), None, Some(0.2)], Some(2)));
        assert_eq!(squeezed(&series, Some(1), 3, rate).0, [Some(0.1), None, Some(0.2)]);
        assert_eq!(squeezed(&series, Some(1), 60, loss).0, series);
    }

    #[test]
    fn the_columns_leave_room_for_a_picture_from_58_columns_on() {
        for width in 58..200 {
            assert!(Columns::of(width).picture >= 5, "{width}");
        }
    }
}
