//! The call over time: an overview, a lane for each person with their sessions, gaps and returns, the segments of the
//! open session, and a time window that can be moved and zoomed.

use std::collections::HashSet;

use crate::call::Call;
use crate::timeline::groups::{GROUPINGS, Grouping, LaneLine};
use crate::timeline::lanes::{Bar, Lane};
use crate::timeline::overview::Overview;
use crate::timeline::scale::{Place, Scale, Stretch};
use crate::timeline::{groups, lanes};
use crate::triage::{Assessment, Interner, Person, SessionStatus};

use super::Behavior;
use crate::app::bindings::{Action, Scope};
use crate::app::prompt::Notice;
use crate::app::viewport::Viewport;
use crate::app::{App, Effect, View};

/// The state of the timeline.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The lanes of everyone, in the order of the people; empty until the timeline is opened.
    pub lanes: Vec<Lane>,
    /// The lines shown: lanes of people who match the filter, and headings of groups.
    pub lines: Vec<LaneLine>,
    /// The number of lanes among them.
    pub shown: usize,
    /// The cursor in the lines; it is never on a heading.
    pub viewport: Viewport,
    /// The selected session, by its index in the lane.
    pub session: usize,
    /// The people shown over time.
    pub overview: Overview,
    /// Which kinds of sessions are shown, in the order of [`SessionStatus::ALL`].
    pub kinds: [bool; SessionStatus::ALL.len()],
    /// Whether anybody shown has more than one session.
    pub has_returns: bool,
    /// The zoom factor; 0 and 1 both mean no zoom.
    pub zoom: u32,
    /// The start of the window, in seconds from the start of the call.
    pub from: f64,
    /// The stretch from the start of the first session to the end of the last.
    pub whole: Option<Stretch>,
    /// What the lanes are grouped by, as an index.
    grouping: usize,
}

impl Timeline {
    /// Takes in an assessment of the whole call, and shows the people who match the filter: `is_shown` says so. The
    /// cursor stays on its person.
    pub fn set(&mut self, call: &Call, names: &Interner, assessment: &Assessment, is_shown: &dyn Fn(Person) -> bool) {
        let selected = self.selected_lane().filter(|_| self.is_moved()).map(|lane| lane.person);
        self.lanes = lanes::lanes(call, assessment);
        self.whole = lanes::whole(&self.lanes);
        self.arrange(call, names, is_shown);
        if let Some(person) = selected {
            self.go_to_lane(|lane| lane.person == person);
        }
        self.session = self.session.min(self.selected_lane().map_or(0, |lane| lane.sessions.len().saturating_sub(1)));
    }

    /// Shows the people who match the filter, in their groups. The cursor stays on its person.
    pub fn arrange(&mut self, call: &Call, names: &Interner, is_shown: &dyn Fn(Person) -> bool) {
        let selected = self.selected_lane().filter(|_| self.is_moved()).map(|lane| lane.person);
        let lanes = self.lanes.iter().enumerate();
        let shown = lanes.filter(|(_, lane)| is_shown(lane.person));
        let shown: Vec<usize> = shown.map(|(at, _)| at).collect();
        let sessions = || shown.iter().filter_map(|at| self.lanes.get(*at)).map(|lane| lane.sessions.as_slice());
        self.overview = Overview::of(sessions());
        self.kinds =
            SessionStatus::ALL.map(|kind| sessions().flatten().any(|bar| bar.quality == kind || bar.standing == kind));
        self.has_returns = sessions().any(|sessions| sessions.len() > 1);
        self.lines = groups::lines(self.grouping(), &shown, &self.lanes, call, names);
        self.shown = shown.len();
        self.viewport.set_len(self.lines.len());
        if !selected.is_some_and(|person| self.go_to_lane(|lane| lane.person == person)) {
            self.viewport.go_to(0);
            self.session = 0;
            self.leave_heading(false);
        }
    }

    /// Drops the lanes, which are outdated; the window keeps its position.
    fn put_away(&mut self) {
        (self.lanes, self.lines, self.shown, self.overview) = (Vec::new(), Vec::new(), 0, Overview::default());
    }

    /// Returns what the lanes are grouped by.
    pub fn grouping(&self) -> &'static Grouping {
        &GROUPINGS[self.grouping % GROUPINGS.len()]
    }

    /// Returns the lane on a line.
    pub fn lane_on(&self, line: usize) -> Option<&Lane> {
        match self.lines.get(line)? {
            LaneLine::Lane(at) => self.lanes.get(*at),
            LaneLine::Heading { .. } => None,
        }
    }

    /// Returns the lane under the cursor.
    pub fn selected_lane(&self) -> Option<&Lane> {
        self.lane_on(self.viewport.at)
    }

    /// Returns the selected session.
    pub fn selected_bar(&self) -> Option<&Bar> {
        let lane = self.selected_lane()?;
        lane.sessions.get(self.session).or(lane.sessions.first())
    }

    /// Returns what the people of the selected lane's group have in common; `None` without groups.
    pub fn selected_group(&self) -> Option<&str> {
        if self.grouping().name.is_empty() {
            return None;
        }
        let above = self.lines.get(..=self.viewport.at)?;
        above.iter().rev().find_map(|line| match line {
            LaneLine::Heading { label, .. } => Some(label.as_str()),
            LaneLine::Lane(_) => None,
        })
    }

    /// Returns the number of the selected row.
    pub fn selected(&self) -> Option<u32> {
        self.selected_bar().map(|bar| bar.row)
    }

    /// Returns whether the cursor has left the first lane: until then it stays on the first lane, whichever person that is.
    fn is_moved(&self) -> bool {
        self.lines.iter().take(self.viewport.at).any(|line| matches!(line, LaneLine::Lane(_)))
    }

    /// Moves the cursor to a row of people, if one of them has a lane that is shown.
    pub fn go_to(&mut self, row: u32, people: &[Person]) {
        if self.go_to_lane(|lane| people.contains(&lane.person)) {
            let place = |lane: &Lane| lane.sessions.iter().position(|bar| bar.row == row);
            self.session = self.selected_lane().and_then(place).unwrap_or(0);
            self.follow();
        }
    }

    /// Moves the cursor to a line with a lane.
    pub fn go_to_line(&mut self, line: usize) {
        let before = self.viewport.at;
        self.viewport.go_to(line);
        self.enter_lane(before);
    }

    fn go_to_lane(&mut self, is_wanted: impl Fn(&Lane) -> bool) -> bool {
        let found = (0..self.lines.len()).find(|line| self.lane_on(*line).is_some_and(&is_wanted));
        found.is_some_and(|line| {
            self.viewport.go_to(line);
            true
        })
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
                if self.viewport.apply(action) {
                    self.leave_heading(self.viewport.at < before);
                    self.enter_lane(before);
                }
            }
        }
    }

    /// Moves the cursor off a heading, and shows the heading above the cursor.
    fn leave_heading(&mut self, is_upwards: bool) {
        let at = self.viewport.at;
        let above = (0..at).rev().find(|line| self.lane_on(*line).is_some());
        let below = (at..self.lines.len()).find(|line| self.lane_on(*line).is_some());
        if self.lane_on(at).is_none()
            && let Some(line) = if is_upwards { above.or(below) } else { below.or(above) }
        {
            self.viewport.go_to(line);
        }
        let at = self.viewport.at;
        if at > 0 && matches!(self.lines.get(at - 1), Some(LaneLine::Heading { .. })) {
            self.viewport.go_to(at - 1);
            self.viewport.go_to(at);
        }
    }

    /// In another lane than before, starts at the worst session in sight: that is the one users look for.
    fn enter_lane(&mut self, before: usize) {
        if self.viewport.at != before {
            let window = self.window();
            let is_out = |bar: &Bar| !bar.time.zip(window).is_some_and(|(time, window)| time.meets(window));
            let sessions = self.selected_lane().map(|lane| lane.sessions.as_slice()).unwrap_or_default();
            let worst = sessions.iter().enumerate().min_by_key(|(at, bar)| (is_out(bar), bar.standing, *at));
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

    /// Goes to the next or previous session that failed or is poor, in this lane or the ones below or above; the window
    /// follows. Returns whether there is one.
    pub fn jump(&mut self, is_next: bool) -> bool {
        let (line, session) = (self.viewport.at, self.session);
        let problems = |line: usize| {
            let sessions = self.lane_on(line).map(|lane| lane.sessions.as_slice()).unwrap_or_default();
            let problems = sessions.iter().enumerate().filter(|(_, bar)| bar.is_problem());
            problems.map(move |(at, _)| (line, at))
        };
        let found = if is_next {
            (line..self.lines.len()).flat_map(problems).find(|place| *place > (line, session))
        } else {
            (0..=line).rev().flat_map(|line| problems(line).rev()).find(|place| *place < (line, session))
        };
        let Some((line, session)) = found else { return false };
        self.viewport.go_to(line);
        self.leave_heading(false);
        self.session = session;
        self.follow();
        true
    }

    /// Selects the lane on a visible line, and the session at a column of the bars.
    fn point(&mut self, line: usize, column: Option<usize>, scale: &Scale) {
        let before = self.viewport.at;
        if self.lane_on(self.viewport.top + line).is_none() || !self.viewport.click(line) {
            return;
        }
        self.enter_lane(before);
        let sessions = self.selected_lane().map(|lane| lane.sessions.as_slice()).unwrap_or_default();
        let is_hit = |bar: &Bar| match (bar.time.map(|time| scale.place(time)), column) {
            (Some(Place::Within { columns, .. }), Some(column)) => columns.contains(&column),
            _ => false,
        };
        if let Some(at) = sessions.iter().rposition(is_hit) {
            self.session = at;
        }
    }

    /// Zooms around the selected session.
    fn enlarge(&mut self, to: impl Fn(u32) -> u32) {
        self.zoom = to(self.zoom.max(1));
        self.follow();
    }

    /// Scrolls the window to the selected session: to its end if that is where it failed, otherwise to its start.
    fn follow(&mut self) {
        let Some(bar) = self.selected_bar().copied() else { return };
        let (Some(time), Some(window), Some(whole)) = (bar.time, self.window(), self.whole) else { return };
        if time.from < window.from || time.to > window.to {
            let half = window.length() / 2.0;
            let middle = match bar.standing {
                _ if time.length() <= window.length() => (time.from + time.to) / 2.0,
                // A few columns of what came after.
                SessionStatus::Failed => time.to - half * 0.8,
                _ => time.from + half * 0.8,
            };
            let most = (whole.length() - window.length()).max(0.0);
            self.from = (middle - half - whole.from).clamp(0.0, most);
        }
    }
}

/// The lines around the lanes, as far as the height allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// The lines of the overview: people present, then joins, then failures.
    pub overview: usize,
    /// Whether there is a time axis below the overview.
    pub has_axis: bool,
    /// Whether the segments of the selected session are shown below the lanes.
    pub has_segments: bool,
    /// Whether the selected session is summarised.
    pub has_account: bool,
    /// Whether the lower border explains the signs.
    pub has_legend: bool,
}

impl Around {
    /// Returns what fits into a height, in lines; half of it or more is left for lanes.
    pub fn of(height: usize) -> Around {
        Around {
            overview: match height {
                0..8 => 0,
                8..12 => 1,
                12..14 => 2,
                _ => 3,
            },
            has_axis: height >= 3,
            has_segments: height >= 16,
            has_account: height >= 5,
            has_legend: height >= 5,
        }
    }

    /// Returns the lines above the lanes.
    pub fn above(self) -> usize {
        self.overview + usize::from(self.has_axis)
    }

    /// Returns the lines below the lanes.
    pub fn below(self) -> usize {
        usize::from(self.has_segments) + usize::from(self.has_account)
    }
}

/// The columns before the bars that are not the name: the cursor, the sign and two spaces.
const BESIDE_NAME: usize = 4;

/// Returns the columns before the bars, in a timeline of this many columns.
pub fn left_of_bars(width: usize) -> usize {
    (width / 4).clamp(17, 30).min(width.saturating_sub(1))
}

/// Returns the columns of a name.
pub fn name_width(width: usize) -> usize {
    left_of_bars(width).saturating_sub(BESIDE_NAME)
}

impl App {
    /// Lays out the timeline anew, of the people who match the filter.
    pub(in crate::app) fn arrange_timeline(&mut self) {
        let Some(call) = self.data.loaded.calls().get(self.data.call) else { return };
        if self.views.timeline.lanes.is_empty() {
            return;
        }
        let is_shown = matching_people(self);
        self.views.timeline.arrange(call, self.data.loaded.names(), &is_shown);
    }

    /// Builds the lanes when the timeline is opened. They stay until they are outdated, so that to come back costs nothing.
    pub(in crate::app) fn lay_out_timeline(&mut self) {
        if self.view == View::Timeline && self.views.timeline.lanes.is_empty() {
            self.lay_out_timeline_anew();
        }
    }

    /// Takes in another filter or assessment: builds the lanes anew if they are on screen, otherwise drops them.
    pub(in crate::app) fn lay_out_timeline_anew(&mut self) {
        match (self.view, self.data.loaded.calls().get(self.data.call), &self.analysis.assessment) {
            (View::Timeline, Some(call), Some(assessment)) => {
                let is_shown = matching_people(self);
                self.views.timeline.set(call, self.data.loaded.names(), assessment, &is_shown);
            }
            (View::Timeline, ..) => {}
            _ => self.views.timeline.put_away(),
        }
    }
}

/// Returns who matches the filter of the call.
fn matching_people(app: &App) -> impl Fn(Person) -> bool + use<> {
    let is_all = app.views.sessions.list.filter().is_empty();
    let people = app.assessment().map_or(&[][..], |assessment| &assessment.people);
    let matching = app.matching.people().iter().filter(|_| !is_all).filter_map(|at| people.get(*at as usize));
    let matching: HashSet<Person> = matching.map(|it| it.person).collect();
    move |person| is_all || matching.contains(&person)
}

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
            Action::Group => {
                app.views.timeline.grouping = groups::after(app.views.timeline.grouping, app.call());
                app.arrange_timeline();
            }
            Action::NextProblem | Action::PreviousProblem => {
                let is_next = action == Action::NextProblem;
                if !app.views.timeline.jump(is_next) {
                    let words = if is_next { "nothing failed or poor below" } else { "nothing failed or poor above" };
                    app.layers.notice = Some(Notice::trouble(words));
                }
            }
            _ => app.views.timeline.apply(action),
        }
    }

    fn on_click(&self, _app: &mut App, _line: usize) {}

    fn on_click_at(&self, app: &mut App, column: usize, line: usize) {
        let (width, height) = app.page_size();
        let view = &mut app.views.timeline;
        let left = left_of_bars(width);
        if let (Some(line), Some(window)) = (line.checked_sub(Around::of(height).above()), view.window()) {
            let scale = Scale { window, columns: width.saturating_sub(left).max(1) };
            view.point(line, column.checked_sub(left), &scale);
        }
    }

    fn back(&self, app: &mut App) {
        if !app.clear_filter() {
            app.go_to(View::Sessions);
        }
    }

    fn fit(&self, app: &mut App) {
        let height = app.page_size().1;
        let around = Around::of(height);
        let view = &mut app.views.timeline;
        let lanes = height.saturating_sub(around.above() + around.below()).max(1);
        view.viewport.fit(view.lines.len(), lanes);
    }

    fn selected_row(&self, app: &App) -> Option<u32> {
        app.views.timeline.selected()
    }
}

/// The maximum zoom factor.
const MOST: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{self, Dataset, LoadEvent, Oddities, Row};
    use crate::model::{Envelope, Field, session};
    use crate::triage::RuleSets;

    fn loaded(sessions: &[String]) -> Dataset {
        let mut names = Interner::default();
        let row = |(at, text): (usize, &String)| {
            let read = session::read(text.as_bytes()).expect("a session");
            let place = call::Place { part: 0, offset: at as u64, length: 0 };
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

    fn timeline() -> (Dataset, Timeline) {
        let sessions = [
            session(1, "Ana", "09:00:00", "09:10:00", 0.0),
            session(2, "Bo", "09:00:00", "10:00:00", 0.0),
            session(3, "Ana", "09:20:00", "10:00:00", 0.2),
        ];
        let loaded = loaded(&sessions);
        let call = &loaded.calls()[0];
        let mut timeline = Timeline::default();
        timeline.set(call, loaded.names(), &call.assess(0, true), &|_| true);
        (loaded, timeline)
    }

    fn name(loaded: &Dataset, lane: &Lane) -> String {
        lane.name(&loaded.calls()[0], loaded.names()).into_owned()
    }

    #[test]
    fn somebody_who_came_back_has_one_lane_with_both_sessions_and_the_worst_standing() {
        let (loaded, timeline) = timeline();
        let lanes = timeline.lanes.iter().map(|lane| (name(&loaded, lane), lane.standing, lane.sessions.len()));
        let known = [("Ana".to_owned(), SessionStatus::Poor, 2), ("Bo".to_owned(), SessionStatus::Good, 1)];
        assert_eq!(lanes.collect::<Vec<_>>(), known);
        assert_eq!(timeline.whole.map(Stretch::length), Some(3600.0));
    }

    #[test]
    fn the_window_follows_the_session_with_the_cursor_at_any_zoom() {
        let (_, mut timeline) = timeline();
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

    fn of_three() -> (Dataset, Timeline) {
        let loaded = loaded(&[
            session(1, "Ana", "09:00:00", "09:10:00", 0.2),
            session(2, "Bo", "09:00:00", "10:00:00", 0.0),
            session(3, "Ana", "09:20:00", "10:00:00", 0.0),
            session(4, "Cy", "09:30:00", "09:40:00", 0.3),
        ]);
        let mut timeline = Timeline::default();
        let call = &loaded.calls()[0];
        timeline.set(call, loaded.names(), &call.assess(0, true), &|_| true);
        (loaded, timeline)
    }

    fn names(loaded: &Dataset, timeline: &Timeline) -> Vec<String> {
        let names = timeline.lines.iter().map(|line| match line {
            LaneLine::Heading { label, people } => format!("{label} · {people}"),
            LaneLine::Lane(at) => name(loaded, &timeline.lanes[*at]),
        });
        names.collect()
    }

    #[test]
    fn people_are_grouped_with_counts_and_the_cursor_is_never_on_a_heading() {
        let (loaded, mut timeline) = of_three();
        assert_eq!(names(&loaded, &timeline), ["Cy", "Ana", "Bo"]);
        timeline.apply(Action::Last);
        // No file names a site here, so there is nothing to group by it.
        for lines in [
            &["subnet not reported · 3 people, 2 poor", "Cy", "Ana", "Bo"][..],
            &["✖ poor · 2 people", "Cy", "Ana", "✓ good · 1 person", "Bo"],
            &["Cy", "Ana", "Bo"],
        ] {
            timeline.grouping = groups::after(timeline.grouping, loaded.calls().first());
            timeline.arrange(&loaded.calls()[0], loaded.names(), &|_| true);
            assert_eq!(names(&loaded, &timeline), lines);
            assert_eq!(
                timeline.selected_lane().map(|lane| name(&loaded, lane)),
                Some("Bo".to_owned()),
                "the cursor stays"
            );
            for action in
                [Action::First, Action::Up, Action::Down, Action::Down, Action::Down, Action::Up, Action::Last]
            {
                timeline.apply(action);
                assert!(timeline.selected_lane().is_some(), "{action:?} in {lines:?}");
            }
        }
    }

    #[test]
    fn only_people_with_a_session_that_matches_are_shown_and_counted() {
        let (loaded, mut timeline) = of_three();
        let ana = timeline.lanes.iter().find(|lane| name(&loaded, lane) == "Ana").map(|lane| lane.person);
        timeline.arrange(&loaded.calls()[0], loaded.names(), &|person| Some(person) == ana);
        assert_eq!((names(&loaded, &timeline), timeline.shown, timeline.lanes.len()), (vec!["Ana".to_owned()], 1, 3));
        assert_eq!(timeline.overview.most_present(), 1);
        timeline.arrange(&loaded.calls()[0], loaded.names(), &|_| false);
        assert_eq!((timeline.shown, timeline.selected()), (0, None));
    }

    #[test]
    fn problems_are_visited_in_reading_order_and_the_window_follows() {
        let (_, mut timeline) = of_three();
        (0..4).for_each(|_| timeline.apply(Action::ZoomIn));
        let visit = |timeline: &mut Timeline, is_next| {
            let is_there = timeline.jump(is_next);
            let (window, bar) = (timeline.window().expect("a window"), *timeline.selected_bar().expect("a session"));
            assert!(bar.time.is_some_and(|time| time.meets(window)), "{bar:?} in {window:?}");
            is_there.then_some(bar.row)
        };
        assert_eq!(timeline.selected(), Some(3));
        let next: Vec<_> = (0..2).map(|_| visit(&mut timeline, true)).collect();
        assert_eq!(next, [Some(0), None]);
        assert_eq!(visit(&mut timeline, false), Some(3));
        assert_eq!(visit(&mut timeline, false), None);
    }

    #[test]
    fn a_click_selects_the_lane_and_the_session_under_it() {
        let (_, mut timeline) = of_three();
        timeline.viewport.fit(3, 3);
        let scale = Scale { window: timeline.window().expect("a window"), columns: 60 };
        timeline.point(1, Some(30), &scale);
        assert_eq!(timeline.selected(), Some(2));
        timeline.point(1, Some(5), &scale);
        assert_eq!(timeline.selected(), Some(0));
        timeline.point(2, None, &scale);
        assert_eq!(timeline.selected(), Some(1));
        timeline.point(7, Some(1), &scale);
        assert_eq!(timeline.selected(), Some(1), "there is no lane");
    }
}
