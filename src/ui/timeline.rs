//! The call over time: a lane per person, with a time axis above and a summary of the selected session below.

use chrono::DateTime;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::views::timeline::{Bar, Lane, Stretch, TIMELINE_LINES, marks};
use crate::app::{App, DetailState};
use crate::metrics::count;
use crate::model::{Clock, Field, Timestamp};
use crate::text::{cut, fit};
use crate::triage::SessionStatus;
use crate::wording;

use super::theme::Theme;
use super::{draw_nothing, frame_of};

/// Draws the timeline.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let timeline = &app.views.timeline;
    let clock = app.clock;
    let zone = timeline.window().map_or_else(String::new, |window| clock.zone(at(window.from)));
    let zoom = if timeline.zoom > 1 { format!("{}× · ", timeline.zoom) } else { String::new() };
    let title = format!("Timeline · {} people", count(timeline.lanes.len()));
    let block = frame_of(area.width, &title, &format!("{zoom}{zone}"), app.layers.prompt().is_none(), theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let Some(window) = timeline.window().filter(|_| !timeline.lanes.is_empty()) else {
        let words = if app.data.loaded.ending().is_none() { "reading …" } else { "no session has a time" };
        return draw_nothing(frame, inside, words, theme.dim);
    };
    let width = usize::from(inside.width);
    let name = (width / 4).clamp(10, 28);
    let scale = Scale { window, columns: width.saturating_sub(name + 3).max(1) };
    let mut lines = vec![axis(&scale, name + 3, clock, theme)];
    let room = usize::from(inside.height).saturating_sub(TIMELINE_LINES);
    let visible = timeline.lanes.iter().enumerate().skip(timeline.viewport.top).take(room);
    for (at, lane) in visible {
        let is_here = at == timeline.viewport.at;
        let place = is_here.then_some(timeline.session);
        let mut spans = vec![
            Span::raw(if is_here { "▌" } else { " " }),
            Span::styled(wording::standing_glyph(lane.standing), theme.standing(lane.standing)),
            Span::raw(format!(" {}", fit(&lane.name, name))),
        ];
        spans.extend(lane_spans(lane, place, &scale, theme));
        let line = Line::from(spans);
        lines.push(if is_here { line.patch_style(theme.resting) } else { line });
    }
    lines.resize(usize::from(inside.height).saturating_sub(TIMELINE_LINES - 1), Line::default());
    lines.push(segments(app, name + 3, &scale, theme));
    lines.push(Line::raw(cut(&account(app), width).into_owned()));
    frame.render_widget(Paragraph::new(lines), inside);
}

/// Maps time to columns.
struct Scale {
    window: Stretch,
    columns: usize,
}

impl Scale {
    /// Returns the column of a point in time; times outside the window map to columns outside the range.
    fn column(&self, time: f64) -> f64 {
        (time - self.window.from) / self.window.length().max(1e-9) * self.columns as f64
    }

    /// Returns the columns of a time span, at least one; `None` if it is out of view.
    fn columns_of(&self, time: Stretch) -> Option<std::ops::Range<usize>> {
        let (from, to) = (self.column(time.from), self.column(time.to));
        if to < 0.0 || from >= self.columns as f64 {
            return None;
        }
        let from = (from.max(0.0) as usize).min(self.columns - 1);
        let to = (to.max(0.0).ceil() as usize).clamp(from + 1, self.columns);
        Some(from..to)
    }
}

/// Draws the time axis, with as many labels as fit.
fn axis(scale: &Scale, left: usize, clock: Clock, theme: &Theme) -> Line<'static> {
    const ROOM: usize = 12;
    let marks = marks(scale.window, (scale.columns / ROOM).max(1), clock);
    let is_fine = marks.windows(2).any(|two| two[1] - two[0] < 60.0);
    let mut text = " ".repeat(left);
    let mut used = 0;
    for mark in marks {
        let column = scale.column(mark).max(0.0) as usize;
        let words = format!("╷{}", if is_fine { clock.second(at(mark)) } else { clock.minute(at(mark)) });
        if column >= used && column + words.chars().count() <= scale.columns {
            text.push_str(&" ".repeat(column - used));
            text.push_str(&words);
            used = column + words.chars().count();
        }
    }
    Line::styled(text, theme.dim)
}

/// Draws the sessions of a lane as bars, with dots in the gaps between them.
fn lane_spans(lane: &Lane, selected: Option<usize>, scale: &Scale, theme: &Theme) -> Vec<Span<'static>> {
    let mut cells: Vec<(&'static str, Style)> = vec![(" ", Style::new()); scale.columns];
    let times: Vec<Stretch> = lane.sessions.iter().filter_map(|bar| bar.time).collect();
    if let (Some(first), Some(last)) = (times.first(), times.iter().map(|time| time.to).reduce(f64::max)) {
        // Dots mark the time between leaving and rejoining.
        let away = scale.columns_of(Stretch { from: first.from, to: last });
        away.into_iter().flatten().for_each(|column| cells[column] = ("·", theme.dim));
    }
    for (at, bar) in lane.sessions.iter().enumerate() {
        let Some(columns) = bar.time.and_then(|time| scale.columns_of(time)) else { continue };
        let is_selected = selected == Some(at);
        let style = theme.standing(bar.standing);
        let style = if is_selected { style.add_modifier(Modifier::REVERSED | Modifier::BOLD) } else { style };
        let last = columns.end - 1;
        for column in columns.clone() {
            cells[column] = (block_of(bar, column == columns.start, column == last), style);
        }
    }
    cells.into_iter().map(|(sign, style)| Span::styled(sign, style)).collect()
}

/// Returns the character of a bar, so that its shape also shows the session's status.
fn block_of(bar: &Bar, is_first: bool, is_last: bool) -> &'static str {
    match bar.standing {
        SessionStatus::Failed if is_last => wording::standing_glyph(SessionStatus::Failed),
        SessionStatus::Failed => "░",
        SessionStatus::Poor => "█",
        SessionStatus::Noted => "▓",
        SessionStatus::Good if is_first => "▐",
        SessionStatus::Good => "━",
        SessionStatus::Unclassified => "─",
    }
}

/// Draws the segments of the selected session, below the lanes.
fn segments(app: &App, left: usize, scale: &Scale, theme: &Theme) -> Line<'static> {
    let DetailState::Ready(open) = &app.detail else { return Line::default() };
    let times: Vec<Option<Stretch>> = open
        .session
        .segments
        .readable()
        .map(|(_, segment)| match (&segment.start, &segment.end) {
            (Field::Value(start), Field::Value(end)) => Some(Stretch::between(*start, *end)),
            _ => None,
        })
        .collect();
    let mut cells = vec![" "; scale.columns];
    for time in times.iter().flatten() {
        let Some(columns) = scale.columns_of(*time) else { continue };
        let (first, last) = (columns.start, columns.end - 1);
        for column in columns {
            cells[column] = if first == last {
                "╵"
            } else if column == first {
                "└"
            } else if column == last {
                "┘"
            } else {
                "─"
            };
        }
    }
    let words = format!("   {}", wording::number(times.len(), "segment"));
    Line::from(vec![Span::styled(fit(&words, left), theme.dim), Span::styled(cells.concat(), theme.dim)])
}

/// Summarises the selected session.
fn account(app: &App) -> String {
    let timeline = &app.views.timeline;
    let Some(lane) = timeline.selected_lane() else { return String::new() };
    let Some(bar) = lane.sessions.get(timeline.session) else { return String::new() };
    let which = match lane.sessions.len() {
        1 => String::new(),
        many => format!("session {} of {many} · ", timeline.session + 1),
    };
    let when = bar.time.map_or_else(
        || "time not reported".to_owned(),
        |time| {
            let length = wording::length(time.length());
            format!("{}–{} · {length}", app.clock.second(at(time.from)), app.clock.second_and_zone(at(time.to)))
        },
    );
    let words = app.shown().map(|row| wording::standing_words(row, app.judge().set)).unwrap_or_default();
    let sign = wording::standing_glyph(bar.standing);
    format!("   {} · {which}{when} · {sign} {words}", lane.name)
}

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_utc(DateTime::from_timestamp(seconds.floor() as i64, 0).unwrap_or_default())
}
