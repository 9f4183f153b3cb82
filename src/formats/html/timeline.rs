//! The call over time as a picture: how many people were there, and a lane for each person with a problem. How thick and
//! how filled a bar is tells what a session was like, and a sign shows where it failed.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io;

use crate::formats::Triage;
use crate::metrics::count;
use crate::text::sanitize;
use crate::timeline::groups::{self, GROUPINGS, LaneLine};
use crate::timeline::lanes::{self, Bar, Lane};
use crate::timeline::overview::Overview;
use crate::timeline::scale::{Scale, Stretch, marks, moment};
use crate::triage::SessionStatus;
use crate::wording::{self, listed, persons};

use super::place::Place;
use super::signs;
use super::writer::{Html, percent};

/// Its heading.
pub const HEADING: &str = "the call over time";

/// A call with this many people or fewer shows them all. Our own choice: about a page.
const ALL: usize = 40;

/// Lanes at most. Our own choice: about two pages, beyond which nobody compares them by eye.
const MOST: usize = 60;

/// Height of a lane in pixels.
const HEIGHT: f64 = 18.0;

/// The columns in which people, joins and failures are counted.
const COLUMNS: usize = 240;

/// People under a heading.
struct Group {
    /// What they have in common, and how many they are; empty if there is only one group.
    heading: String,
    /// Their lanes that are drawn.
    drawn: Vec<usize>,
    /// Their lanes that are not.
    left_out: Vec<usize>,
}

/// What the timeline is drawn from.
pub struct Timeline<'a> {
    triage: &'a Triage<'a>,
    lanes: Vec<Lane>,
    window: Stretch,
}

impl<'a> Timeline<'a> {
    /// Returns the timeline of a call; `None` if no session has a time.
    pub fn of(triage: &'a Triage<'a>) -> Option<Timeline<'a>> {
        let lanes = lanes::lanes(triage.call, triage.assessment);
        let window = lanes::whole(&lanes).filter(|window| window.length() > 0.0)?;
        Some(Timeline { triage, lanes, window })
    }

    /// Writes it.
    pub fn write(&self, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
        place.section(HEADING, html, |html| {
            html.within("figure", &[("class", "timeline")], |html| Drawing { timeline: self, place }.write(html))
        })
    }
}

/// The timeline at its place in the file.
struct Drawing<'a> {
    timeline: &'a Timeline<'a>,
    place: &'a Place,
}

impl<'a> std::ops::Deref for Drawing<'a> {
    type Target = Timeline<'a>;

    fn deref(&self) -> &Timeline<'a> {
        self.timeline
    }
}

impl Drawing<'_> {
    fn write(&self, html: &mut Html<'_>) -> io::Result<()> {
        self.grid(html)?;
        self.overview(html)?;
        let groups = self.groups();
        groups.iter().try_for_each(|group| self.group(group, html))?;
        self.axis(html)?;
        let drawn: HashSet<usize> = groups.iter().flat_map(|group| &group.drawn).copied().collect();
        self.rest(&drawn, html)?;
        html.within("figcaption", &[("class", "legend")], |html| self.legend(&drawn, html))
    }

    /// Returns where a time lies, from 0 to 1.
    fn at(&self, seconds: f64) -> f64 {
        (seconds - self.window.from) / self.window.length()
    }

    /// Chooses the lanes to draw, the worst first, and puts them in groups as on the screen. A group of one needs no
    /// heading of its own.
    fn groups(&self) -> Vec<Group> {
        let mut worst: Vec<usize> = (0..self.lanes.len()).collect();
        worst.sort_by_key(|at| self.lanes[*at].standing);
        if self.lanes.len() > ALL {
            worst.retain(|at| self.lanes[*at].standing < SessionStatus::Good);
            worst.truncate(MOST);
        }
        let worst: HashSet<usize> = worst.into_iter().collect();
        let all: Vec<usize> = (0..self.lanes.len()).collect();
        let (call, names) = (self.triage.call, self.triage.loaded.names());
        let grouping = &GROUPINGS[groups::after(0, Some(call))];
        let lines = groups::lines(grouping, &all, &self.lanes, call, names);
        let (mut groups, mut single) = (Vec::new(), Vec::new());
        for lines in lines.chunk_by(|_, next| matches!(next, LaneLine::Lane(_))) {
            let [LaneLine::Heading { label, people }, members @ ..] = lines else { continue };
            let members = members.iter().filter_map(|line| match line {
                LaneLine::Lane(at) => Some(*at),
                LaneLine::Heading { .. } => None,
            });
            let (drawn, left_out): (Vec<usize>, Vec<usize>) = members.partition(|at| worst.contains(at));
            match drawn.len() + left_out.len() {
                1 => single.extend(drawn),
                _ if drawn.is_empty() => {}
                _ => groups.push(Group { heading: format!("{} · {people}", sanitize(label)), drawn, left_out }),
            }
        }
        if !single.is_empty() {
            let heading = if groups.is_empty() { String::new() } else { format!("each alone on a {}", grouping.name) };
            groups.push(Group { heading, drawn: single, left_out: Vec::new() });
        }
        groups
    }

    /// Defines the lines of the axis, which every lane shows.
    fn grid(&self, html: &mut Html<'_>) -> io::Result<()> {
        html.within("svg", &[("class", "defs"), ("aria-hidden", "true")], |html| {
            html.within("g", &[("id", &self.place.id("grid"))], |html| {
                for (mark, _) in self.marks() {
                    let x = percent(self.at(mark));
                    html.shape("line", &[("class", "grid"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", "100%")])?;
                }
                Ok(())
            })
        })
    }

    /// Returns the marks of the axis, with what each says.
    fn marks(&self) -> Vec<(f64, String)> {
        let marks = marks(self.window, 8, self.triage.clock);
        let has_seconds = marks.windows(2).any(|two| two[1] - two[0] < 60.0);
        marks.into_iter().map(|mark| (mark, self.triage.clock.mark(moment(mark), has_seconds))).collect()
    }

    /// Writes a lane: what it is called, and a picture.
    fn lane(
        &self,
        html: &mut Html<'_>,
        name: impl FnOnce(&mut Html<'_>) -> io::Result<()>,
        title: &str,
        height: f64,
        inside: impl FnOnce(&mut Html<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        html.within("li", &[], |html| {
            html.within("span", &[("class", "name")], name)?;
            let height = height.to_string();
            html.within("svg", &[("role", "img"), ("width", "100%"), ("height", &height)], |html| {
                html.leaf("title", &[], title)?;
                html.shape("use", &[("href", &format!("#{}", self.place.id("grid")))])?;
                inside(html)
            })
        })
    }

    /// Draws how many people were there, and when they joined and sessions failed. Of two people, or of two minutes, that
    /// would say nothing that their lanes do not.
    fn overview(&self, html: &mut Html<'_>) -> io::Result<()> {
        if self.lanes.len() <= 2 || self.window.length() < 120.0 {
            return Ok(());
        }
        let overview = Overview::of(self.lanes.iter().map(|lane| lane.sessions.as_slice()));
        let scale = Scale { window: self.window, columns: COLUMNS };
        let present: Vec<f64> = (0..COLUMNS).map(|at| f64::from(overview.present(scale.times_of(at)))).collect();
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let (joins, failures) = (overview.joins(&scale), overview.failures(&scale));
        let rows = [
            ("present", "there", &present, format!("{} at most", count(most(&present) as usize))),
            ("joined", "there", &joins, rate(most(&joins))),
            ("failed", "failed", &failures, rate(most(&failures))),
        ];
        html.within("ul", &[("class", "lanes overview")], |html| {
            for (name, class, values, words) in rows.into_iter().filter(|(_, _, values, _)| most(values) > 0.0) {
                let title = format!("{name}: {words}");
                self.lane(
                    html,
                    |html| html.text(&title),
                    &title,
                    26.0,
                    |html| columns(values, most(values), class, html),
                )?;
            }
            Ok(())
        })
    }

    fn group(&self, group: &Group, html: &mut Html<'_>) -> io::Result<()> {
        if !group.heading.is_empty() {
            self.place.subheading(&wording::capitalised(&group.heading), html)?;
        }
        html.within("ul", &[("class", "lanes")], |html| {
            for at in &group.drawn {
                self.person(&self.lanes[*at], html)?;
            }
            Ok(())
        })?;
        match group.left_out.len() {
            0 => Ok(()),
            more => {
                let words = format!("and {} more: {}", count(more), self.counted(&group.left_out));
                html.leaf("p", &[("class", "rest")], &words)
            }
        }
    }

    fn name(&self, lane: &Lane) -> Cow<'_, str> {
        lane.name(self.triage.call, self.triage.loaded.names())
    }

    fn person(&self, lane: &Lane, html: &mut Html<'_>) -> io::Result<()> {
        let worst = lane.sessions.iter().min_by_key(|bar| bar.standing);
        let name = |html: &mut Html<'_>| {
            signs::status(lane.standing, html)?;
            match worst {
                Some(bar) => self.place.linked(bar.row, &self.name(lane), html),
                None => html.text(&self.name(lane)),
            }
        };
        self.lane(html, name, &self.account(lane), HEIGHT, |html| {
            self.away(lane, html)?;
            // Problems on top, and failures on top of all.
            let is_bad = |bar: &&Bar| bar.quality <= SessionStatus::Noted;
            lane.sessions.iter().filter(|bar| !is_bad(bar)).try_for_each(|bar| self.bar(bar, html))?;
            lane.sessions.iter().filter(is_bad).try_for_each(|bar| self.bar(bar, html))?;
            let failed = lane.sessions.iter().filter(|bar| bar.standing == SessionStatus::Failed);
            failed.filter_map(|bar| bar.time).try_for_each(|time| {
                html.shape("use", &[("href", "#mark-failed"), ("x", &percent(self.at(time.to))), ("y", "9")])
            })
        })
    }

    /// Says what a lane shows.
    fn account(&self, lane: &Lane) -> String {
        const MOST: usize = 6;
        let session = |bar: &Bar| {
            let when = bar.time.map_or_else(
                || "at an unknown time".to_owned(),
                |time| self.triage.clock.seconds(moment(time.from), moment(time.to)),
            );
            let row = self.triage.call.rows().get(bar.row as usize);
            let words = row.map(|row| wording::standing_words(row, self.triage.assessment.set)).unwrap_or_default();
            match bar.standing.name() {
                name if words == name => format!("{when} {name}"),
                name => format!("{when} {name} ({words})"),
            }
        };
        let mut sessions: Vec<String> = lane.sessions.iter().take(MOST).map(session).collect();
        if lane.sessions.len() > MOST {
            sessions.push(format!("and {} more sessions", count(lane.sessions.len() - MOST)));
        }
        format!("{}: {}", self.name(lane), sessions.join("; "))
    }

    /// Draws the time between leaving and coming back.
    fn away(&self, lane: &Lane, html: &mut Html<'_>) -> io::Result<()> {
        let times = || lane.sessions.iter().filter_map(|bar| bar.time);
        let all = times().reduce(|all, time| Stretch { from: all.from.min(time.from), to: all.to.max(time.to) });
        match all.filter(|_| lane.sessions.len() > 1) {
            Some(all) => self.line("away", all, html),
            None => Ok(()),
        }
    }

    fn line(&self, class: &str, time: Stretch, html: &mut Html<'_>) -> io::Result<()> {
        let (from, to) = (percent(self.at(time.from)), percent(self.at(time.to)));
        html.shape("line", &[("class", class), ("x1", &from), ("x2", &to), ("y1", "9"), ("y2", "9")])
    }

    /// Draws a session, with a line at its start so that one sees where one ends and another begins.
    fn bar(&self, bar: &Bar, html: &mut Html<'_>) -> io::Result<()> {
        let Some(time) = bar.time else { return Ok(()) };
        let height = match bar.quality {
            SessionStatus::Failed | SessionStatus::Poor => 14,
            SessionStatus::Noted => 9,
            SessionStatus::Good => 4,
            SessionStatus::Unclassified => 0,
        };
        let class = format!("bar {}", signs::class(bar.quality));
        if height == 0 {
            self.line(&class, time, html)?;
        } else {
            let (x, width) = (percent(self.at(time.from)), percent(time.length() / self.window.length()));
            let (y, height) = ((9.0 - f64::from(height) / 2.0).to_string(), height.to_string());
            html.shape("rect", &[("class", &class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)])?;
        }
        let x = percent(self.at(time.from));
        let class = format!("start {}", signs::class(bar.quality));
        html.shape("line", &[("class", &class), ("x1", &x), ("x2", &x), ("y1", "2"), ("y2", "16")])
    }

    fn axis(&self, html: &mut Html<'_>) -> io::Result<()> {
        let zone = self.triage.clock.zone(moment(self.window.from));
        html.within("div", &[("class", "axis")], |html| {
            html.leaf("span", &[("class", "name")], &format!("Time, {zone}"))?;
            html.within("svg", &[("aria-hidden", "true"), ("width", "100%"), ("height", "22")], |html| {
                for (at, (mark, words)) in self.marks().into_iter().enumerate() {
                    let part = self.at(mark);
                    let x = percent(part);
                    html.shape("line", &[("class", "tick"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", "5")])?;
                    // Text at an edge stays inside; on a telephone every second one is enough.
                    let anchor = if part < 0.04 {
                        "start"
                    } else if part > 0.96 {
                        "end"
                    } else {
                        "middle"
                    };
                    let class = if at % 2 == 1 { "mark-odd" } else { "mark-even" };
                    html.leaf("text", &[("class", class), ("x", &x), ("y", "18"), ("text-anchor", anchor)], &words)?;
                }
                Ok(())
            })
        })
    }

    /// Says who is not drawn.
    fn rest(&self, drawn: &HashSet<usize>, html: &mut Html<'_>) -> io::Result<()> {
        let rest: Vec<usize> = (0..self.lanes.len()).filter(|at| !drawn.contains(at)).collect();
        match rest.len() {
            0 => Ok(()),
            many => {
                let words = format!("Not drawn: {}, {}.", persons(many), self.counted(&rest));
                html.leaf("p", &[("class", "rest")], &words)
            }
        }
    }

    /// Counts lanes by their state, worst first.
    fn counted(&self, lanes: &[usize]) -> String {
        let of = |status| (status, lanes.iter().filter(|at| self.lanes[**at].standing == status).count());
        let counts = SessionStatus::ALL.map(of).into_iter().filter(|(_, many)| *many > 0);
        listed(&counts.map(|(status, many)| format!("{} {}", count(many), status.name())).collect::<Vec<_>>())
    }

    /// Explains the shapes that occur.
    fn legend(&self, drawn: &HashSet<usize>, html: &mut Html<'_>) -> io::Result<()> {
        let lanes = || drawn.iter().filter_map(|at| self.lanes.get(*at));
        let bars = || lanes().flat_map(|lane| &lane.sessions);
        for status in SessionStatus::ALL {
            if bars().any(|bar| bar.quality == status || bar.standing == status) {
                html.within("span", &[], |html| {
                    sample(status, html)?;
                    html.text(status.name())
                })?;
            }
        }
        if lanes().any(|lane| lane.sessions.len() > 1) {
            html.within("span", &[], |html| {
                html.within("svg", &[("width", "28"), ("height", "18"), ("aria-hidden", "true")], |html| {
                    html.shape("line", &[("class", "away"), ("x1", "0"), ("x2", "28"), ("y1", "9"), ("y2", "9")])
                })?;
                html.text("away")
            })?;
        }
        Ok(())
    }
}

/// Formats how many there were per minute.
fn rate(most: f64) -> String {
    match most {
        few if few < 0.1 => "less than 0.1 a minute".to_owned(),
        few if few < 10.0 && few.fract() > 0.05 => format!("{few:.1} a minute at most"),
        many => format!("{} a minute at most", count(many.round() as usize)),
    }
}

/// Draws values as columns from 0 to the largest.
fn columns(values: &[f64], most: f64, class: &str, html: &mut Html<'_>) -> io::Result<()> {
    const HEIGHT: f64 = 22.0;
    let each = 1.0 / values.len() as f64;
    let mut at = 0;
    for run in values.chunk_by(|one, other| one == other) {
        let height = (run[0] / most * HEIGHT * 10.0).round() / 10.0;
        if height > 0.0 {
            let (x, width) = (percent(at as f64 * each), percent(run.len() as f64 * each));
            let (y, height) = (format!("{:.1}", 24.0 - height.max(1.5)), height.max(1.5).to_string());
            html.shape("rect", &[("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)])?;
        }
        at += run.len();
    }
    Ok(())
}

fn sample(status: SessionStatus, html: &mut Html<'_>) -> io::Result<()> {
    let class = format!("bar {}", signs::class(status));
    html.within("svg", &[("width", "28"), ("height", "18"), ("aria-hidden", "true")], |html| match status {
        SessionStatus::Failed => html.shape("use", &[("href", "#mark-failed"), ("x", "14"), ("y", "9")]),
        SessionStatus::Unclassified => {
            html.shape("line", &[("class", &class), ("x1", "0"), ("x2", "28"), ("y1", "9"), ("y2", "9")])
        }
        status => {
            let (y, height) = match status {
                SessionStatus::Poor => ("2", "14"),
                SessionStatus::Noted => ("4.5", "9"),
                _ => ("7", "4"),
            };
            html.shape("rect", &[("class", &class), ("y", y), ("width", "28"), ("height", height)])
        }
    })
}
