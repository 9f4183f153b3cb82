//! The call over time: how many people were there, when they joined and sessions failed, a lane for each person, and a
//! summary of the selected session below.

mod bars;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::app::views::timeline::{Around, Timeline, left_of_bars, name_width};
use crate::metrics::{Unit, count};
use crate::text::{cut, fit, sanitize};
use crate::timeline::groups::LaneLine;
use crate::timeline::scale::{Scale, Stretch, marks, moment};
use crate::triage::SessionStatus;
use crate::wording;

use super::theme::Theme;
use super::{Visible, draw_nothing, frame_of, scroll_bar};

/// Draws the timeline.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let timeline = &app.views.timeline;
    let (width, height) = (usize::from(area.width).saturating_sub(2), usize::from(area.height).saturating_sub(2));
    let around = Around::of(height);
    let lanes = height.saturating_sub(around.above() + around.below());
    let title = title(app);
    let room = (width + 2).saturating_sub(title.chars().count() + 10);
    let has_focus = app.layers.prompt().is_none();
    let mut block = frame_of(area.width, &title, &right(app, room), has_focus, theme);
    if around.has_legend {
        block = block.title_bottom(legend(timeline, width, theme));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let (Some(window), Some(call)) = (timeline.window().filter(|_| !timeline.lines.is_empty()), app.call()) else {
        return draw_nothing(frame, inside, &nothing(app), theme.dim);
    };
    let left = left_of_bars(width);
    let scale = Scale { window, columns: width.saturating_sub(left).max(1) };
    let mut lines = overview(timeline, &scale, left, theme);
    lines.truncate(around.overview);
    if around.has_axis {
        lines.push(axis(&scale, left, app, theme));
    }
    let place =
        bars::Drawing { call, names: app.data.loaded.names(), timeline, scale: &scale, theme, name: name_width(width) };
    let visible = timeline.lines.iter().enumerate().skip(timeline.viewport.top).take(lanes.max(1));
    lines.extend(visible.map(|(at, line)| match line {
        LaneLine::Heading { label, people } => {
            let words = format!(" {} · {people}", sanitize(label));
            Line::styled(cut(&words, width).into_owned(), theme.accent)
        }
        LaneLine::Lane(lane) => place.line(*lane, at == timeline.viewport.at),
    }));
    lines.resize(around.above() + lanes, Line::default());
    if around.has_segments {
        lines.push(bars::segments(app, left, &scale, theme));
    }
    if around.has_account {
        lines.push(Line::raw(account(app, width)));
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let visible = Visible { top: timeline.viewport.top, shown: lanes, total: timeline.lines.len() };
    // Beside the lanes only: beside the overview it would look like a part of it.
    let beside = Rect { y: area.y + around.above() as u16, height: lanes as u16 + 2, ..area }.intersection(area);
    scroll_bar(frame, beside, visible, has_focus, theme);
}

/// Counts the people shown, and says what they are grouped by.
fn title(app: &App) -> String {
    let timeline = &app.views.timeline;
    let (shown, all) = (timeline.shown, timeline.lanes.len());
    let mut title = format!("Timeline · {}", wording::persons(all));
    if !app.views.sessions.list.filter().is_empty() {
        title = format!("Timeline · {} of {}", count(shown), wording::persons(all));
    }
    if !timeline.grouping().name.is_empty() {
        title.push_str(&format!(" · by {}", timeline.grouping().name));
    }
    title
}

/// Says which part of the call is in sight and in which zone, in as much detail as fits into `room` columns.
fn right(app: &App, room: usize) -> String {
    let timeline = &app.views.timeline;
    let Some(window) = timeline.window() else { return String::new() };
    let zone = app.clock.zone(moment(window.from));
    if timeline.zoom <= 1 {
        return zone;
    }
    let ends = app.clock.seconds(moment(window.from), moment(window.to));
    let choices = [format!("{}× · {ends}", timeline.zoom), format!("{}× · {zone}", timeline.zoom)];
    choices.into_iter().find(|words| words.chars().count() <= room).unwrap_or(zone)
}

/// Says why there are no lanes.
fn nothing(app: &App) -> String {
    let filter = app.views.sessions.list.filter().text().trim();
    if app.data.loaded.ending().is_none() || app.assessment().is_none() {
        "reading …".to_owned()
    } else if !filter.is_empty() && !app.views.timeline.lanes.is_empty() {
        format!("no session matches “{}”", sanitize(filter))
    } else if app.views.timeline.lanes.is_empty() {
        "no person is known in this call".to_owned()
    } else {
        "no session has a time".to_owned()
    }
}

/// Draws the people present and, per minute, those who joined and the sessions that failed, each with its scale.
fn overview(timeline: &Timeline, scale: &Scale, left: usize, theme: &Theme) -> Vec<Line<'static>> {
    let overview = &timeline.overview;
    let present: Vec<f64> =
        (0..scale.columns).map(|column| f64::from(overview.present(scale.times_of(column)))).collect();
    let rates = [("joined", overview.joins(scale), theme.body), ("failed", overview.failures(scale), theme.failed)];
    let most = f64::from(overview.most_present());
    let mut lines = vec![spark("present", &Unit::Count.format(most), &present, most, left, theme.body)];
    for (name, rates, style) in rates {
        let most = rates.iter().copied().fold(0.0, f64::max);
        let words = match most {
            0.0 => String::new(),
            few if few < 10.0 && few.fract() > 0.05 => format!("{few:.1}/min"),
            many => format!("{}/min", Unit::Count.format(many.round())),
        };
        lines.push(spark(name, &words, &rates, most, left, style));
    }
    lines
}

/// Draws values as bars from 0 to the largest, after their name and how much that is. Nothing is drawn for 0.
fn spark(name: &str, largest: &str, values: &[f64], most: f64, left: usize, style: Style) -> Line<'static> {
    const LEVELS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let words = match largest {
        "" => format!("   {name} none"),
        _ if left >= 20 => format!("   {name} max {largest}"),
        _ => format!(" {name} ≤{largest}"),
    };
    let bars = values.iter().map(|value| {
        let level = (value / most.max(1e-9) * LEVELS.len() as f64).ceil() as usize;
        level.checked_sub(1).map_or(" ", |level| LEVELS[level.min(LEVELS.len() - 1)])
    });
    Line::from(vec![Span::raw(fit(&words, left)), Span::styled(bars.collect::<String>(), style)])
}

/// Draws the time axis: its zone, and as many times as fit.
fn axis(scale: &Scale, left: usize, app: &App, theme: &Theme) -> Line<'static> {
    const ROOM: usize = 12;
    let marks = marks(scale.window, (scale.columns / ROOM).max(1), app.clock);
    let has_seconds = marks.windows(2).any(|two| two[1] - two[0] < 60.0);
    let mut text = String::new();
    let mut used = 0;
    for mark in marks {
        let column = scale.column(mark).max(0.0) as usize;
        let words = format!("╷{}", app.clock.mark(moment(mark), has_seconds));
        let width = words.chars().count();
        if column >= used && column + width <= scale.columns {
            text.push_str(&" ".repeat(column - used));
            text.push_str(&words);
            used = column + width;
        }
    }
    let zone = fit(&format!("   {}", app.clock.zone(moment(scale.window.from))), left);
    Line::from(vec![Span::styled(zone, theme.dim), Span::styled(text, theme.body)])
}

/// Explains the signs in sight as far as they fit: ends outside the window, then sessions, worst first.
fn legend(timeline: &Timeline, width: usize, theme: &Theme) -> Line<'static> {
    let kinds = SessionStatus::ALL.into_iter().zip(timeline.kinds).filter(|(_, is_there)| *is_there);
    let signs = kinds.map(|(kind, _)| (bars::sign(kind), kind.name(), theme.standing(kind)));
    let others = timeline.has_returns.then_some(("·", "away", theme.dim));
    let outside = (timeline.zoom > 1).then_some((if theme.is_ascii { "<>" } else { "◂▸" }, "goes on", theme.dim));
    let mut spans = Vec::new();
    let mut used = 2;
    for (sign, words, style) in outside.into_iter().chain(signs).chain(others) {
        used += sign.chars().count() + words.chars().count() + 3;
        if used > width {
            break;
        }
        // The border has a style of its own, which nothing here takes on.
        let [sign_style, style] = [style, Style::new()].map(|style| Style::reset().patch(style));
        spans.extend([
            Span::styled(" ", style),
            Span::styled(sign, sign_style),
            Span::styled(format!(" {words} "), style),
        ]);
    }
    Line::from(spans)
}

/// Summarises the selected session, in as much detail as fits. The lane names the person, too.
fn account(app: &App, width: usize) -> String {
    let timeline = &app.views.timeline;
    let (Some(lane), Some(bar), Some(call)) = (timeline.selected_lane(), timeline.selected_bar(), app.call()) else {
        return String::new();
    };
    let name = lane.name(call, app.data.loaded.names());
    let which = match lane.sessions.len() {
        0 | 1 => String::new(),
        many => format!("session {} of {many} · ", timeline.session + 1),
    };
    let when = bar.time.map_or_else(
        || "time not reported".to_owned(),
        |time: Stretch| {
            let times = app.clock.seconds(moment(time.from), moment(time.to));
            format!("{times} · {}", wording::length(time.length()))
        },
    );
    let words = app.shown().map(|row| wording::standing_words(row, app.judge().set)).unwrap_or_default();
    let what = format!("{} {words} · {which}{when}", wording::standing_glyph(bar.standing));
    let group = timeline.selected_group().filter(|_| !timeline.grouping().is_of_state);
    let group = group.map(|label| format!(" · {}", sanitize(label))).unwrap_or_default();
    let choices = [format!("   {name} · {what}{group}"), format!("   {name} · {what}")];
    let fitting = choices.into_iter().find(|words| words.width() <= width);
    fitting.unwrap_or_else(|| cut(&format!("   {what}"), width).into_owned())
}
