//! The metrics of the selected node: value, peak and limit of each, a gauge of the value beside its limit, and where it
//! stands among those of the call.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::app::search::{Search, Surface};
use crate::app::views::sessions::metrics::{Limit, Lines, Moment, Panel, PanelRow};
use crate::app::{App, DetailState, Pane};
use crate::call::Needle;
use crate::metrics::Metric;
use crate::model::{Clock, Field, Node};
use crate::text::{cut, fit, fit_right, sanitize};
use crate::triage::rules::Side;
use crate::wording;

use super::highlight::found;
use super::pictures;
use super::theme::Theme;
use super::{draw_nothing, frame_of, is_focused};

/// Draws the metrics.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let title = match node_name(app) {
        Some(name) => format!("Metrics · {name}"),
        None => "Metrics".to_owned(),
    };
    let rules = format!("rules: {}", app.rules().id);
    let mut block = frame_of(area.width, &title, &rules, is_focused(app, Pane::Metrics), theme);
    let view = &app.views.sessions;
    let panel = &view.panel;
    let lines = Lines::of(panel, usize::from(area.height.saturating_sub(2)));
    let more = below(panel.rows.len(), view.metrics.top, lines.table);
    if let Some((verdict, why)) = &panel.verdict {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let words = format!("{} {}{why}", wording::verdict_glyph(*verdict), verdict.name());
        let words = format!(" {} ", cut(&words, usize::from(area.width).saturating_sub(6 + more.width())));
        // An unfocused frame is dim, but the verdict must not be.
        let style = theme.verdict(*verdict);
        let style = if style == theme.dim { style } else { style.remove_modifier(Modifier::DIM) };
        block = block.title_bottom(Line::from(Span::styled(words, style)));
    }
    if !more.is_empty() {
        block = block.title_bottom(Line::from(Span::raw(more)).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if panel.rows.is_empty() {
        let words = if matches!(app.detail, DetailState::Ready(_)) { "no metrics here" } else { "" };
        return draw_nothing(frame, inside, words, theme.dim);
    }
    draw_rows(frame, inside, app, lines, theme);
}

/// Says how many rows are below the visible ones.
fn below(rows: usize, top: usize, visible: usize) -> String {
    match rows.saturating_sub(top + visible) {
        0 => String::new(),
        hidden => format!(" {hidden} more below "),
    }
}

fn draw_rows(frame: &mut Frame, inside: Rect, app: &App, lines: Lines, theme: &Theme) {
    let view = &app.views.sessions;
    let panel = &view.panel;
    let columns = Columns::of(usize::from(inside.width), panel);
    let mut next = inside.y;
    let mut take = |height: usize| {
        let area = Rect { y: next, height: height as u16, ..inside }.intersection(inside);
        next = next.saturating_add(height as u16);
        area
    };
    frame.render_widget(columns.heading(panel, theme), take(lines.heading));
    let table = take(lines.table);
    let visible = panel.rows.iter().enumerate().skip(view.metrics.top).take(lines.table);
    for (line, (at, row)) in visible.enumerate() {
        let is_selected = at == view.metrics.at;
        let style = match (is_selected, view.focus) {
            (true, Pane::Metrics) => theme.cursor,
            (true, _) => theme.resting,
            _ => Style::new(),
        };
        let area = Rect { y: table.y + line as u16, height: 1, ..table };
        let needle = app.search_in(Surface::Metrics).map(Search::needle);
        frame.render_widget(columns.line(row, (is_selected, needle), style, theme), area);
    }
    let Some(row) = panel.rows.get(view.metrics.at) else { return };
    if lines.chart > 0 {
        pictures::draw_chart(frame, take(lines.chart), row, panel.traffic, theme);
    }
    if lines.moments > 0 {
        frame.render_widget(in_time_order(row, usize::from(inside.width), app.clock, theme), take(lines.moments));
    }
}

/// Returns the name of the selected node.
fn node_name(app: &App) -> Option<String> {
    let DetailState::Ready(open) = &app.detail else { return None };
    let path = app.views.sessions.tree.selected();
    let worst = || {
        let (_, stream) = app.views.sessions.panel.of?;
        Some(format!("worst stream: {}", open.stream(stream)?.direction))
    };
    Some(match path.find(&open.session)? {
        Node::Session(_) => worst()?,
        Node::Segment(_) => format!("segment {}, {}", path.positions().last()? + 1, worst()?),
        Node::Media(media) => match &media.label {
            Field::Value(label) => format!("{}, networks and devices", sanitize(label)),
            _ => "networks and devices".to_owned(),
        },
        Node::Stream(_) => open.stream(path)?.direction.clone(),
        Node::Unusable(_) => return None,
    })
}

/// The widths of the columns; 0 hides a column. Each has a space before it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Columns {
    label: usize,
    value: usize,
    peak: usize,
    limit: usize,
    times: usize,
    gauge: usize,
    strip: usize,
    rank: usize,
    has_long_ranks: bool,
}

impl Columns {
    /// Gives the columns their least width, those that matter most first, and then what they can use of the rest.
    fn of(width: usize, panel: &Panel) -> Columns {
        let has_limits = panel.rows.iter().any(|row| row.limit.is_some());
        let has_shares = panel.rows.iter().any(|row| row.share.is_some());
        let widest = |of: fn(&PanelRow) -> Option<String>| {
            panel.rows.iter().filter_map(of).map(|words| words.width()).max().unwrap_or(0)
        };
        let short = widest(|row| Some(row.standing.as_ref()?.rank.short()));
        let long = widest(|row| Some(row.standing.as_ref()?.rank.words()));
        // The sign of the cursor.
        let mut columns = Columns { label: 12, value: 9, ..Columns::default() };
        let mut left = width.saturating_sub(1 + columns.label + 1 + columns.value);
        let mut give = |column: &mut usize, more: usize| {
            // A space comes before a column that is new.
            let cost = more + usize::from(*column == 0);
            let is_given = more > 0 && cost <= left;
            if is_given {
                *column += more;
                left -= cost;
            }
            is_given
        };
        let if_wanted = |is_wanted: bool, width: usize| if is_wanted { width } else { 0 };
        give(&mut columns.times, if_wanted(has_limits, 5));
        give(&mut columns.peak, 8);
        give(
            &mut columns.limit,
            widest(|row| Some(limit_words(row.metric, row.limit?))).clamp(if_wanted(has_limits, 8), 10),
        );
        give(&mut columns.rank, if_wanted(short > 0, short.max(10)));
        give(&mut columns.gauge, if_wanted(has_limits || has_shares, 8));
        give(&mut columns.label, 3);
        let rank = columns.rank;
        columns.has_long_ranks = rank > 0 && give(&mut columns.rank, long.saturating_sub(rank));
        give(&mut columns.strip, if_wanted(columns.has_long_ranks, 12));
        give(&mut columns.peak, 2);
        give(&mut columns.limit, if_wanted(has_limits, 2));
        let (has_gauge, has_strip) = (columns.gauge > 0, columns.strip > 0);
        for _ in 0..12 {
            give(&mut columns.gauge, if_wanted(has_gauge, 1));
            give(&mut columns.strip, if_wanted(has_strip, 2));
        }
        columns
    }

    fn heading(&self, panel: &Panel, theme: &Theme) -> Line<'static> {
        let [value, peak] = panel.columns;
        let mut text = format!(" {}", fit("", self.label));
        let mut add = |head: &str, width: usize, is_right: bool| {
            if width > 0 {
                text.push(' ');
                text.push_str(&if is_right { fit_right(head, width) } else { fit(head, width) });
            }
        };
        add(value, self.value, true);
        add(peak, self.peak, true);
        add("limit", self.limit, true);
        add("×lim.", self.times, true);
        add(
            &if self.limit > 0 { pictures::gauge_heading(self.gauge) } else { share_heading(self.gauge) },
            self.gauge,
            false,
        );
        add("best to worst", self.strip, false);
        let among = panel.traffic.map(|traffic| format!("of {}", wording::traffic(traffic)));
        let among = among.filter(|among| among.width() <= self.rank);
        add(among.as_deref().unwrap_or("in call"), self.rank, false);
        Line::from(Span::styled(text, theme.dim))
    }

    /// Returns a row, in a style that its pictures do not share: reversed, they would show the opposite.
    fn line(
        &self,
        row: &PanelRow,
        (is_selected, needle): (bool, Option<&Needle>),
        style: Style,
        theme: &Theme,
    ) -> Line<'static> {
        let value_style = if row.is_poor { theme.poor } else { Style::new() };
        let label = if row.metric.label.width() <= self.label { row.metric.label } else { row.metric.short };
        let sign = if is_selected { "▌" } else { " " };
        let mut spans = vec![Span::styled(sign, style)];
        spans.extend(found(vec![Span::styled(fit(label, self.label), style)], needle, theme));
        for (value, width) in row.values.iter().zip([self.value, self.peak]).filter(|(_, width)| *width > 0) {
            let (text, is_missing) =
                value.as_ref().map_or_else(Default::default, |value| value_text(row.metric, value));
            let of_value = if is_missing { theme.dim } else { value_style };
            spans.push(Span::styled(format!(" {}", fit_right(&text, width)), of_value.patch(style)));
        }
        if self.limit > 0 {
            let limit = row.limit.map_or_else(String::new, |limit| limit_words(row.metric, limit));
            spans.push(Span::styled(format!(" {}", fit_right(&limit, self.limit)), theme.dim.patch(style)));
        }
        if self.times > 0 {
            let times = row.of_limit().map_or_else(String::new, times_words);
            spans.push(Span::styled(format!(" {}", fit_right(&times, self.times)), value_style.patch(style)));
        }
        if self.gauge > 0 {
            spans.push(Span::raw(" "));
            spans.extend(self.gauge_of(row, value_style, theme));
        }
        if self.strip > 0 {
            spans.push(Span::raw(" "));
            spans.extend(pictures::strip(self.strip, row, theme));
        }
        if self.rank > 0 {
            let rank = row.standing.as_ref().map(|standing| standing.rank);
            let words =
                rank.map_or_else(String::new, |rank| if self.has_long_ranks { rank.words() } else { rank.short() });
            spans.push(Span::styled(format!(" {}", fit(&words, self.rank)), style));
        }
        Line::from(spans)
    }

    fn gauge_of(&self, row: &PanelRow, style: Style, theme: &Theme) -> Vec<Span<'static>> {
        match (row.of_limit(), row.share, row.limit) {
            (Some(part), ..) => pictures::gauge(self.gauge, part, style, theme),
            (_, Some(share), _) => vec![Span::raw(pictures::bar(self.gauge, share, theme.is_ascii))],
            (_, _, Some(limit)) if !limit.is_used => vec![Span::styled(fit("not used", self.gauge), theme.dim)],
            _ => vec![Span::raw(fit("", self.gauge))],
        }
    }
}

/// Names the ends of the scale of shares.
fn share_heading(width: usize) -> String {
    let middle = if width >= 22 { "worse side" } else { "" };
    format!("0 %{middle:^0$}100 %", width.saturating_sub(8))
}

fn limit_words(metric: &Metric, limit: Limit) -> String {
    let sign = if limit.side == Side::Over { "≤" } else { "≥" };
    format!("{sign} {}", metric.unit.format(limit.value))
}

/// Formats how many times the limit a value is.
fn times_words(times: f64) -> String {
    match times {
        0.0 => "0×".to_owned(),
        _ if times < 0.095 => "<0.1×".to_owned(),
        _ if times < 9.95 => format!("{times:.1}×"),
        _ if times < 999.5 => format!("{times:.0}×"),
        _ => ">999×".to_owned(),
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

/// Shows a metric over the person's sessions and segments in time order, the selected one in brackets.
fn in_time_order(row: &PanelRow, width: usize, clock: Clock, theme: &Theme) -> Line<'static> {
    let most = row.moments.iter().filter_map(|moment| moment.value).fold(0.0, f64::max);
    let word = |moment: &Moment| {
        let start = moment.start.map_or_else(|| "?".to_owned(), |start| clock.minute(start));
        let value = match moment.value {
            Some(value) => format!("{} {}", pictures::level(value / most), row.metric.unit.format(value)),
            None => "–".to_owned(),
        };
        let (open, close) = if moment.is_here { ("[", "]") } else { (" ", " ") };
        format!("{open}{start} {value}{close}")
    };
    let words: Vec<String> = row.moments.iter().map(word).collect();
    let here = row.moments.iter().position(|moment| moment.is_here).unwrap_or(0);
    let zone = row.moments.iter().find_map(|moment| Some(clock.zone(moment.start?)));
    let head = format!("{} over time, {} ", row.metric.label, zone.unwrap_or_default());
    let shown = window(&words, here, width.saturating_sub(head.width() + 2));
    let (before, after) = (shown.start > 0, shown.end < words.len());
    let text = words.get(shown).map(<[String]>::concat).unwrap_or_default();
    Line::from(vec![
        Span::styled(head, theme.dim),
        Span::raw(format!("{}{text}{}", if before { "…" } else { "" }, if after { "…" } else { "" })),
    ])
}

/// Returns which words fit a width: those around one of them.
fn window(words: &[String], here: usize, width: usize) -> std::ops::Range<usize> {
    let here = here.min(words.len().saturating_sub(1));
    let (mut first, mut end) = (here, (here + 1).min(words.len()));
    let mut left = width.saturating_sub(words.get(here).map_or(0, |word| word.width()));
    loop {
        let mut take = |word: Option<&String>| {
            let fits = word.is_some_and(|word| word.width() <= left);
            left -= word.filter(|_| fits).map_or(0, |word| word.width());
            fits
        };
        let is_after = take(words.get(end));
        end += usize::from(is_after);
        let is_before = first > 0 && take(words.get(first - 1));
        first -= usize::from(is_before);
        if !is_after && !is_before {
            return first..end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_says_how_many_times_its_limit_it_is() {
        let words: Vec<String> = [0.0, 0.01, 0.2, 1.04, 1.9, 12.3, 1e6].map(times_words).into();
        assert_eq!(words, ["0×", "<0.1×", "0.2×", "1.0×", "1.9×", "12×", ">999×"]);
    }

    #[test]
    fn the_selected_session_and_its_neighbours_are_in_the_window() {
        let words: Vec<String> = (0..9).map(|at| format!("{at:3}")).collect();
        assert_eq!(window(&words, 4, 9), 3..6);
        assert_eq!(window(&words, 0, 9), 0..3);
        assert_eq!(window(&words, 8, 7), 7..9);
        assert_eq!(window(&words, 2, 0), 2..3);
        assert_eq!(window(&words, 2, 100), 0..9);
        assert_eq!(window(&[], 2, 100), 0..0);
    }

    #[test]
    fn what_is_below_is_said() {
        assert_eq!(below(17, 0, 13), " 4 more below ");
        assert_eq!(below(17, 4, 13), "");
    }
}
