//! The call over time: a lane for each person with their sessions, gaps and returns, the segments of the open session,
//! and a time window that can be moved and zoomed.

use crate::call::Call;
use crate::model::{Clock, Timestamp};
use crate::text::sanitize;
use crate::triage::{Assessment, Interner, Person, SessionStatus};

use super::Behavior;
use crate::app::bindings::{Action, Scope};
use crate::app::viewport::Viewport;
use crate::app::{App, Effect};

/// The state of the timeline.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The lanes, in the order of the people.
    pub lanes: Vec<Lane>,
    /// The cursor in them.
    pub viewport: Viewport,
    /// The selected session, by its index in the lane.
    pub session: usize,
    /// The zoom factor; 0 and 1 both mean no zoom.
    pub zoom: u32,
    /// The start of the window, in seconds from the start of the call.
    pub from: f64,
    /// The stretch from the start of the first session to the end of the last.
    pub whole: Option<Stretch>,
}

/// A person's sessions over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub person: Person,
    /// The person's name.
    pub name: String,
    /// The status of the worst session.
    pub standing: SessionStatus,
    /// The sessions, in order of their start.
    pub sessions: Vec<Bar>,
}

/// A session in a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The number of its row.
    pub row: u32,
    /// When it took place; `None` if the record does not say.
    pub time: Option<Stretch>,
    /// The status of the session.
    pub standing: SessionStatus,
}

/// A stretch of time, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The start.
    pub from: f64,
    /// The end.
    pub to: f64,
}

impl Stretch {
    /// Creates a stretch between two times; if the end is before the start, it has no length.
    pub fn between(start: Timestamp, end: Timestamp) -> Stretch {
        let from = seconds(start);
        Stretch { from, to: seconds(end).max(from) }
    }

    /// Returns the length in seconds.
    pub fn length(self) -> f64 {
        self.to - self.from
    }
}

fn seconds(moment: Timestamp) -> f64 {
    let time = moment.utc();
    time.timestamp() as f64 + f64::from(time.timestamp_subsec_millis()) / 1000.0
}

impl Timeline {
    /// Takes in an assessment of the whole call. The cursor stays on its person.
    pub fn set(&mut self, call: &Call, names: &Interner, assessment: &Assessment) {
        let selected = self.lanes.get(self.viewport.at).map(|lane| lane.person);
        let place: std::collections::HashMap<Person, usize> =
            assessment.people.iter().enumerate().map(|(at, one)| (one.person, at)).collect();
        let mut lanes: Vec<Lane> = assessment
            .people
            .iter()
            .map(|one| Lane {
                person: one.person,
                name: call
                    .rows()
                    .get(one.row as usize)
                    .map_or_else(String::new, |row| sanitize(row.name(one.end, names)).into_owned()),
                standing: SessionStatus::Unclassified,
                sessions: Vec::new(),
            })
            .collect();
        let mut whole: Option<Stretch> = None;
        for (at, row) in call.rows().iter().enumerate() {
            let time = match (row.facts.start, row.facts.end) {
                (Some(start), Some(end)) => Some(Stretch::between(start, end)),
                _ => None,
            };
            if let Some(time) = time {
                whole =
                    Some(whole.map_or(time, |all| Stretch { from: all.from.min(time.from), to: all.to.max(time.to) }));
            }
            let standing = row.facts.standing(assessment.set);
            for (_, person) in row.facts.people() {
                let Some(lane) = place.get(&person).and_then(|at| lanes.get_mut(*at)) else { continue };
                lane.sessions.push(Bar { row: at as u32, time, standing });
                lane.standing = lane.standing.min(standing);
            }
        }
        for lane in &mut lanes {
            let begins = |bar: &Bar| bar.time.map_or(f64::INFINITY, |time| time.from);
            lane.sessions.sort_by(|one, other| begins(one).total_cmp(&begins(other)));
        }
        (self.lanes, self.whole) = (lanes, whole);
        self.viewport.set_len(self.lanes.len());
        if self.viewport.at > 0
            && let Some(at) = self.lanes.iter().position(|lane| Some(lane.person) == selected)
        {
            self.viewport.at = at;
        }
        self.session = self.session.min(self.selected_lane().map_or(0, |lane| lane.sessions.len().saturating_sub(1)));
    }

    /// Drops the lanes, to save memory; the cursor and the window keep their positions.
    pub fn put_away(&mut self) {
        self.lanes = Vec::new();
    }

    /// Returns the lane under the cursor.
    pub fn selected_lane(&self) -> Option<&Lane> {
        self.lanes.get(self.viewport.at)
    }

    /// Returns the number of the selected row.
    pub fn selected(&self) -> Option<u32> {
        let lane = self.selected_lane()?;
        lane.sessions.get(self.session).or(lane.sessions.first()).map(|bar| bar.row)
    }

    /// Moves the cursor to a row, if it is in a lane.
    pub fn go_to(&mut self, row: u32) {
        let places = self.lanes.iter().enumerate();
        let found =
            places.flat_map(|(at, lane)| lane.sessions.iter().position(|bar| bar.row == row).map(|place| (at, place)));
        if let Some((lane, place)) = found.min_by_key(|(at, _)| *at) {
            (self.viewport.at, self.session) = (lane, place);
            self.viewport.set_len(self.lanes.len());
        }
    }

    /// Returns the visible time window.
    pub fn window(&self) -> Option<Stretch> {
        let whole = self.whole?;
        let length = whole.length().max(1.0) / f64::from(self.zoom.max(1));
        let from = whole.from + self.from.clamp(0.0, (whole.length().max(1.0) - length).max(0.0));
        Some(Stretch { from, to: from + length })
    }

    /// Moves the cursor or the window.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Left | Action::Right => self.step(action == Action::Right),
            Action::ZoomIn => self.enlarge(|zoom| zoom.saturating_mul(2).min(MOST)),
            Action::ZoomOut => self.enlarge(|zoom| (zoom / 2).max(1)),
            Action::ZoomFit => self.enlarge(|_| 1),
            _ => {
                let before = self.viewport.at;
                self.viewport.apply(action);
                self.enter_lane(before);
            }
        }
    }

    /// In another lane than before, starts at the worst session: that is the one users look for.
    fn enter_lane(&mut self, before: usize) {
        if self.viewport.at != before {
            let sessions = self.selected_lane().map(|lane| lane.sessions.as_slice()).unwrap_or_default();
            let worst = sessions.iter().enumerate().min_by_key(|(at, bar)| (bar.standing, *at));
            self.session = worst.map_or(0, |(at, _)| at);
        }
    }

    /// Goes to the next or previous session; the window follows.
    fn step(&mut self, is_later: bool) {
        let sessions = self.selected_lane().map_or(0, |lane| lane.sessions.len());
        let next = if is_later { self.session + 1 } else { self.session.wrapping_sub(1) };
        if next < sessions {
            self.session = next;
            return self.follow();
        }
        // At the end of the lane only the window moves, by a quarter of its length.
        if let (Some(window), Some(whole)) = (self.window(), self.whole) {
            let by = window.length() / 4.0 * if is_later { 1.0 } else { -1.0 };
            self.from = (window.from - whole.from + by).clamp(0.0, (whole.length() - window.length()).max(0.0));
        }
    }

    /// Zooms around the selected session.
    fn enlarge(&mut self, to: impl Fn(u32) -> u32) {
        self.zoom = to(self.zoom.max(1));
        self.follow();
    }

    /// Scrolls the window to the selected session.
    fn follow(&mut self) {
        let time = self.selected_lane().and_then(|lane| lane.sessions.get(self.session)).and_then(|bar| bar.time);
        let (Some(time), Some(window), Some(whole)) = (time, self.window(), self.whole) else { return };
        if time.from < window.from || time.to > window.to {
            let middle = if time.length() > window.length() {
                time.from + window.length() / 2.0
            } else {
                (time.from + time.to) / 2.0
            };
            let most = (whole.length() - window.length()).max(0.0);
            self.from = (middle - window.length() / 2.0 - whole.from).clamp(0.0, most);
        }
    }
}

/// The number of lines that are not lanes: the axis above, and the session summary below.
pub const TIMELINE_LINES: usize = 3;

/// What the timeline does.
pub(super) struct Lanes;

impl Behavior for Lanes {
    fn name(&self) -> &'static str {
        "timeline"
    }

    fn action(&self) -> Action {
        Action::Timeline
    }

    fn scope(&self, _app: &App) -> Scope {
        Scope::Timeline
    }

    fn on_action(&self, app: &mut App, action: Action, _effects: &mut Vec<Effect>) {
        match action {
            Action::Open => {
                if let Some(row) = app.views.timeline.selected() {
                    app.go_to_row(row, None);
                }
            }
            Action::Mark => app.mark(),
            _ => app.views.timeline.apply(action),
        }
    }

    fn on_click(&self, app: &mut App, line: usize) {
        // The axis is above the lanes.
        if let Some(line) = line.checked_sub(1) {
            let before = app.views.timeline.viewport.at;
            app.views.timeline.viewport.click(line);
            app.views.timeline.enter_lane(before);
        }
    }

    fn fit(&self, app: &mut App) {
        let height = app.page_size().1.saturating_sub(TIMELINE_LINES).max(1);
        let view = &mut app.views.timeline;
        view.viewport.fit(view.lanes.len(), height);
    }

    fn selected_row(&self, app: &App) -> Option<u32> {
        app.views.timeline.selected()
    }
}

/// The maximum zoom factor.
const MOST: u32 = 4096;

/// Returns the marks for a time axis: at most `most` and one more, in seconds since 1970, at times that are round by
/// the clock.
pub fn marks(window: Stretch, most: usize, clock: Clock) -> Vec<f64> {
    const STEPS: &[f64] = &[
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0,
        43_200.0, 86_400.0, 172_800.0, 604_800.0,
    ];
    let most = most.max(1) as f64;
    let step = STEPS.iter().copied().find(|step| window.length() / step <= most);
    let step = step.unwrap_or_else(|| (window.length() / most / 86_400.0).ceil() * 86_400.0);
    let offset_at = |seconds: f64| f64::from(clock.offset(seconds as i64));
    let offset = offset_at(window.from);
    let first = ((window.from + offset) / step).ceil() * step - offset;
    let count = ((window.to - first) / step).floor();
    if count < 0.0 || !count.is_finite() {
        return Vec::new();
    }
    // Where the clocks change within the window, later marks are round by the new time.
    let marks = (0..=count as usize).map(|at| first + at as f64 * step);
    let mut marks: Vec<f64> =
        marks.map(|mark| mark + offset - offset_at(mark)).filter(|mark| *mark <= window.to).collect();
    marks.dedup_by(|later, mark| *later <= *mark);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Dataset, LoadEvent, Oddities, Place, Row};
    use crate::model::Zone;
    use crate::model::{Envelope, Field, session};
    use crate::triage::RuleSets;

    fn loaded(sessions: &[String]) -> Dataset {
        let mut names = Interner::default();
        let row = |(at, text): (usize, &String)| {
            let read = session::read(text.as_bytes()).expect("a session");
            let place = Place { part: 0, offset: at as u64, length: 0 };
            Row::new(&read.session, text.as_bytes(), place, 0, RuleSets::built_in(), &mut names)
        };
        let rows = sessions.iter().enumerate().map(row).collect();
        let mut loaded = Dataset::default();
        let envelope: Field<Envelope> = serde_json::from_str("{}").expect("JSON");
        let envelope = Box::new(envelope.value().expect("an envelope").clone());
        let (origin, record) = ("call.json".into(), None);
        let page = LoadEvent::Page {
            page: 0,
            origin,
            envelope,
            record,
            content: Vec::new(),
            is_whole: true,
            is_fetched: true,
            asked: crate::model::Asked::default(),
            is_list: true,
        };
        loaded.take(page, 0);
        let (oddities, problems, foreign) = (Oddities::default(), Vec::new(), Vec::new());
        loaded.take(LoadEvent::Rows { rows, names: names.into(), oddities, problems, foreign }, 0);
        loaded
    }

    fn session(id: u32, who: &str, from: &str, to: &str, loss: f64) -> String {
        format!(
            r#"{{"id":"{id}","startDateTime":"2026-11-20T{from}Z","endDateTime":"2026-11-20T{to}Z",
                "caller":{{"associatedIdentity":{{"id":"{who}","displayName":"{who}"}}}},"callee":{{"userAgent":{{"role":"mediaController"}}}},
                "segments":[{{"media":[{{"label":"main-audio","streams":[{{"streamDirection":"callerToCallee","packetUtilization":2000,
                "averagePacketLossRate":{loss}}}]}}]}}]}}"#
        )
    }

    fn timeline() -> Timeline {
        let sessions = [
            session(1, "Ana", "09:00:00", "09:10:00", 0.0),
            session(2, "Bo", "09:00:00", "10:00:00", 0.0),
            session(3, "Ana", "09:20:00", "10:00:00", 0.2),
        ];
        let loaded = loaded(&sessions);
        let call = &loaded.calls()[0];
        let mut timeline = Timeline::default();
        timeline.set(call, loaded.names(), &call.assess(0, true));
        timeline
    }

    #[test]
    fn somebody_who_came_back_has_one_lane_with_both_sessions_and_the_worst_standing() {
        let timeline = timeline();
        let lanes: Vec<_> =
            timeline.lanes.iter().map(|lane| (lane.name.as_str(), lane.standing, lane.sessions.len())).collect();
        assert_eq!(lanes, [("Ana", SessionStatus::Poor, 2), ("Bo", SessionStatus::Good, 1)]);
        assert_eq!(timeline.whole.map(Stretch::length), Some(3600.0));
    }

    #[test]
    fn the_window_follows_the_session_with_the_cursor_at_any_zoom() {
        let mut timeline = timeline();
        for _ in 0..3 {
            timeline.apply(Action::ZoomIn);
        }
        assert_eq!(timeline.window().map(Stretch::length), Some(450.0));
        timeline.apply(Action::Right);
        let window = timeline.window().expect("there is time");
        let begins = timeline.whole.expect("there is time").from + 1200.0;
        assert!(window.from <= begins && begins < window.to, "{window:?}");
        timeline.apply(Action::ZoomFit);
        assert_eq!(timeline.window(), timeline.whole);
        assert_eq!(timeline.selected(), Some(2));
    }

    #[test]
    fn the_axis_has_round_times_in_either_zone() {
        let window = Stretch { from: 1_000.0, to: 4_600.0 };
        assert_eq!(marks(window, 4, Clock::UTC), [1_800.0, 2_700.0, 3_600.0, 4_500.0]);
        assert_eq!(marks(window, 2, Clock::UTC), [1_800.0, 3_600.0]);
        assert_eq!(marks(window, 8, Clock::UTC).len(), 6);
        // In a zone with a half-hour offset, marks fall on the local full hours.
        assert_eq!(marks(window, 1, Clock::new(|_| 1_800, Zone::Local)), [1_800.0]);
        assert!(marks(Stretch { from: 5.0, to: 5.0 }, 0, Clock::UTC).len() <= 1);
    }

    #[test]
    fn where_the_clocks_change_within_the_window_all_marks_stay_round() {
        // The clocks go back by half an hour at 7,200.
        let clock = Clock::new(|seconds| if seconds < 7_200 { 3_600 } else { 1_800 }, Zone::Local);
        let window = Stretch { from: 0.0, to: 14_400.0 };
        assert_eq!(marks(window, 4, clock), [0.0, 3_600.0, 9_000.0, 12_600.0]);
    }

    proptest::proptest! {
        #[test]
        fn no_window_has_more_marks_than_fit(from in 0.0f64..2e9, length in 0.0f64..1e9, most in 1usize..40, is_local: bool) {
            let clock = Clock::new(|seconds| (seconds % 100_000) as i32 - 50_000, if is_local { Zone::Local } else { Zone::Utc });
            let marks = marks(Stretch { from, to: from + length }, most, clock);
            proptest::prop_assert!(marks.len() <= most + 1, "{}", marks.len());
        }
    }
}
