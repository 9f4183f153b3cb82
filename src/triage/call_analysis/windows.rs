//! Time windows as explanations: those who were there in some minutes of the call, while others were not.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::model::Timestamp;
use crate::triage::facts::SessionSummary;
use crate::triage::priors::{LONGEST_WINDOW, PARTS};
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::participants::ParticipantStats;

/// A span of the call, from the first to the last minute in which the poor people of a group were there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Start of the span.
    pub from: Timestamp,
    /// End of the span.
    pub to: Timestamp,
}

/// A person's session: the person's index, and its start and end with those as seconds since the first session.
struct Presence {
    at: u32,
    start: (Timestamp, f64),
    end: (Timestamp, f64),
}

impl Presence {
    /// Returns whether at least half of the session is between two seconds.
    fn is_inside(&self, from: f64, to: f64) -> bool {
        let (came, went) = (self.start.1, self.end.1);
        (went.min(to) - came.max(from)) * 2.0 >= went - came
    }
}

/// Returns windows, each with the judged people who spent at least half of their session in it. Windows with the same
/// people count once; one that has everybody, or nobody, explains nothing.
pub(super) fn of(
    facts: &[&SessionSummary],
    people: &[ParticipantStats],
    is_judged: impl Fn(u32) -> bool,
) -> Vec<(Window, Vec<u32>)> {
    let presences = presences(facts, people, is_judged);
    let from = presences.iter().map(|one| one.start.1).fold(f64::INFINITY, f64::min);
    let to = presences.iter().map(|one| one.end.1).fold(f64::NEG_INFINITY, f64::max);
    let part = (to - from) / PARTS as f64;
    if presences.is_empty() || part < thresholds::SHORTEST_PART {
        return Vec::new();
    }
    let mut seen: HashSet<u64> = HashSet::new();
    let mut windows = Vec::new();
    for length in 1..=LONGEST_WINDOW {
        for place in 0..=PARTS - length {
            let (start, end) = (from + part * place as f64, from + part * (place + length) as f64);
            let members: Vec<&Presence> = presences.iter().filter(|one| one.is_inside(start, end)).collect();
            let ids: Vec<u32> = members.iter().map(|one| one.at).collect();
            let is_new = seen.insert(FixedState::default().hash_one(&ids));
            if !is_new || ids.len() < thresholds::LEAST_AFFECTED as usize || ids.len() == presences.len() {
                continue;
            }
            if let Some(window) = narrowed(&members, people) {
                windows.push((window, ids));
            }
        }
    }
    windows
}

/// Returns when the judged people were there, by each one's worst session.
fn presences(facts: &[&SessionSummary], people: &[ParticipantStats], is_judged: impl Fn(u32) -> bool) -> Vec<Presence> {
    let mut first: Option<Timestamp> = None;
    let judged = (0..).zip(people).filter(|(at, _)| is_judged(*at));
    judged
        .filter_map(|(at, it)| {
            let one = facts.get(it.row as usize)?;
            let (start, end) = (one.start?, one.end?);
            let first = *first.get_or_insert(start);
            let since = |moment: Timestamp| (moment, first.until(moment).seconds());
            let presence = Presence { at, start: since(start), end: since(end) };
            // A client's clock may be wrong.
            (presence.start.1 < presence.end.1).then_some(presence)
        })
        .collect()
}

/// Returns the span in which the poor among the members were there; `None` if none is poor.
fn narrowed(members: &[&Presence], people: &[ParticipantStats]) -> Option<Window> {
    let is_poor = |one: &&&Presence| people[one.at as usize].verdict() == Verdict::Poor;
    let first = members.iter().filter(is_poor).min_by(|one, other| one.start.1.total_cmp(&other.start.1))?;
    let last = members.iter().filter(is_poor).max_by(|one, other| one.end.1.total_cmp(&other.end.1))?;
    Some(Window { from: first.start.0, to: last.end.0 })
}
