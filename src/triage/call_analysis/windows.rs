//! Time windows as explanations: those who were there in some minutes of the call, while others were not.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::model::Timestamp;
use crate::triage::facts::SessionSummary;
use crate::triage::priors::{LONGEST_WINDOW, PARTS};
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::comparison::Presence;
use super::participants::ParticipantStats;

/// A span of the call, from the first to the last minute in which the poor people of a group were there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Start of the span.
    pub from: Timestamp,
    /// End of the span.
    pub to: Timestamp,
}

/// Returns windows, each with the judged people who spent at least half of their session in it. Windows with the same
/// people count once; one that has everybody, or nobody, explains nothing.
pub(super) fn of(
    facts: &[&SessionSummary],
    people: &[ParticipantStats],
    is_judged: impl Fn(u32) -> bool,
) -> Vec<(Window, Vec<u32>)> {
    let presences: Vec<(u32, Presence)> = (0..)
        .zip(people)
        .filter(|(at, _)| is_judged(*at))
        .filter_map(|(at, it)| {
            let one = facts.get(it.row as usize)?;
            let (start, end) = (one.start?, one.end?);
            (start.until(end).seconds() > 0.0).then_some((at, (start, end)))
        })
        .collect();
    let Some(&(_, (first, _))) = presences.first() else { return Vec::new() };
    // Seconds since the first session, which may be negative.
    let at = |moment: Timestamp| first.until(moment).seconds();
    let from = presences.iter().map(|(_, (start, _))| at(*start)).fold(f64::INFINITY, f64::min);
    let to = presences.iter().map(|(_, (_, end))| at(*end)).fold(f64::NEG_INFINITY, f64::max);
    let part = (to - from) / PARTS as f64;
    if part < thresholds::SHORTEST_PART {
        return Vec::new();
    }
    let mut seen: HashSet<u64> = HashSet::new();
    let mut windows = Vec::new();
    for length in 1..=LONGEST_WINDOW {
        for place in 0..=PARTS - length {
            let (start, end) = (from + part * place as f64, from + part * (place + length) as f64);
            let inside = |presence: &Presence| {
                let (came, went) = (at(presence.0), at(presence.1));
                (went.min(end) - came.max(start)) * 2.0 >= went - came
            };
            let members: Vec<&(u32, Presence)> = presences.iter().filter(|(_, presence)| inside(presence)).collect();
            let ids: Vec<u32> = members.iter().map(|(at, _)| *at).collect();
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

/// Returns the span in which the poor among the members were there; `None` if none is poor.
fn narrowed(members: &[&(u32, Presence)], people: &[ParticipantStats]) -> Option<Window> {
    let poor = members.iter().filter(|(at, _)| people[*at as usize].verdict() == Verdict::Poor);
    let mut window: Option<Window> = None;
    for (_, (start, end)) in poor {
        let so_far = window.get_or_insert(Window { from: *start, to: *end });
        if start.until(so_far.from).seconds() > 0.0 {
            so_far.from = *start;
        }
        if so_far.to.until(*end).seconds() > 0.0 {
            so_far.to = *end;
        }
    }
    window
}
