//! The lanes: a person each, with their sessions in the order of their start.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::call::Call;
use crate::text::sanitize;
use crate::triage::{Assessment, End, Interner, Person, SessionStatus, Verdict};

use super::scale::Stretch;

/// A person's sessions over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub person: Person,
    /// Where the person's name is, as row and end.
    named_in: (u32, End),
    /// The status of the worst session.
    pub standing: SessionStatus,
    /// Whether a stream of theirs is poor.
    pub is_poor: bool,
    /// The sessions, in order of their start.
    pub sessions: Vec<Bar>,
}

impl Lane {
    /// Returns the person's name.
    pub fn name<'a>(&self, call: &'a Call, names: &'a Interner) -> Cow<'a, str> {
        let (row, end) = self.named_in;
        call.rows().get(row as usize).map_or(Cow::Borrowed(""), |row| sanitize(row.name(end, names)))
    }
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
    /// What it was like while it lasted: the status without a failure, which is a moment and not a length of time.
    pub quality: SessionStatus,
}

impl Bar {
    /// Returns whether it is one to look at: it failed, or a stream is poor.
    pub fn is_problem(&self) -> bool {
        matches!(self.standing, SessionStatus::Failed | SessionStatus::Poor)
    }
}

/// Builds the lanes of everyone in a call, in the order of the assessment.
pub fn lanes(call: &Call, assessment: &Assessment) -> Vec<Lane> {
    let place: HashMap<Person, u32, FixedState> =
        (0..).zip(&assessment.people).map(|(at, it)| (it.person, at)).collect();
    let mut lanes: Vec<Lane> = assessment
        .people
        .iter()
        .map(|one| Lane {
            person: one.person,
            named_in: (one.row, one.end),
            standing: SessionStatus::Unclassified,
            is_poor: one.verdict() == Verdict::Poor,
            sessions: Vec::with_capacity(one.sessions as usize),
        })
        .collect();
    for (at, row) in call.rows().iter().enumerate() {
        let time = row.facts.start.zip(row.facts.end).map(|(start, end)| Stretch::between(start, end));
        let standing = row.facts.standing(assessment.set);
        let quality = match (standing, row.facts.verdict(assessment.set).verdict()) {
            (SessionStatus::Failed, Verdict::Poor) => SessionStatus::Poor,
            (SessionStatus::Failed, Verdict::Good) => SessionStatus::Good,
            (SessionStatus::Failed, Verdict::Unclassified) => SessionStatus::Unclassified,
            (other, _) => other,
        };
        for (_, person) in row.facts.people() {
            let Some(lane) = place.get(&person).and_then(|at| lanes.get_mut(*at as usize)) else { continue };
            lane.sessions.push(Bar { row: at as u32, time, standing, quality });
            lane.standing = lane.standing.min(standing);
        }
    }
    for lane in &mut lanes {
        let begins = |bar: &Bar| bar.time.map_or(f64::INFINITY, |time| time.from);
        lane.sessions.sort_by(|one, other| begins(one).total_cmp(&begins(other)));
    }
    lanes
}

/// Returns the stretch from the start of the first session to the end of the last.
pub fn whole(lanes: &[Lane]) -> Option<Stretch> {
    let times = lanes.iter().flat_map(|lane| &lane.sessions).filter_map(|bar| bar.time);
    times.reduce(|all, time| Stretch { from: all.from.min(time.from), to: all.to.max(time.to) })
}
