//! Counts over all sessions: findings by rule, sessions outside their call, people who rejoined elsewhere.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::triage::factors::{FACTORS, Value};
use crate::triage::facts::{Person, SessionSummary};
use crate::triage::findings::RULES;
use crate::triage::thresholds;

use super::CallSpan;
use super::participants::ParticipantStats;

/// How often a rule triggered in a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleCount {
    /// Index of the rule in the table.
    pub rule: usize,
    /// Number of sessions in which it triggered.
    pub sessions: u32,
    /// Number of sessions in which it lacked data.
    pub unknown: u32,
    /// Row of the worst session in which it triggered.
    pub row: Option<u32>,
}

pub(super) fn rules(facts: &[&SessionSummary], set: usize) -> Vec<RuleCount> {
    let mut counts: Vec<RuleCount> =
        (0..RULES.len()).map(|rule| RuleCount { rule, sessions: 0, unknown: 0, row: None }).collect();
    let mut worst = vec![(f64::NEG_INFINITY, 0); RULES.len()];
    for (row, one) in facts.iter().enumerate() {
        let severity = one.verdict(set).worst().map_or(0.0, |worst| worst.severity());
        for rule in one.speaking(set).iter() {
            counts[rule].sessions += 1;
            if severity > worst[rule].0 {
                worst[rule] = (severity, row as u32);
                counts[rule].row = Some(row as u32);
            }
        }
        for rule in one.unknown(set).iter() {
            counts[rule].unknown += 1;
        }
    }
    counts.retain(|count| count.sessions + count.unknown > 0);
    counts
}

pub(super) fn outside(facts: &[&SessionSummary], span: CallSpan) -> Option<Vec<(u32, f64)>> {
    let (from, to) = (span.0?, span.1?);
    let mut outside: Vec<(u32, f64)> = facts
        .iter()
        .enumerate()
        .filter_map(|(row, one)| {
            let early = one.start?.until(from).seconds();
            let late = to.until(one.end?).seconds();
            Some((row as u32, early.max(late))).filter(|(_, by)| *by > thresholds::CLOCK_TOLERANCE)
        })
        .collect();
    outside.sort_by(|one, other| other.1.total_cmp(&one.1));
    Some(outside)
}

pub(super) fn moved(facts: &[&SessionSummary], people: &[ParticipantStats]) -> Option<Vec<(u32, u32, u32)>> {
    let bssid = FACTORS.iter().position(|factor| factor.id == "bssid")?;
    let again: HashMap<Person, u32, FixedState> =
        people.iter().enumerate().filter(|(_, it)| it.sessions > 1).map(|(at, it)| (it.person, at as u32)).collect();
    let mut points: HashMap<u32, (u32, Vec<Value>), FixedState> = HashMap::default();
    for one in facts {
        for (end, person) in one.people() {
            let Some(at) = again.get(&person) else { continue };
            let mut values = one.values(end).iter().filter(|value| value.place() == bssid).peekable();
            if values.peek().is_some() {
                let (sessions, seen) = points.entry(*at).or_default();
                *sessions += 1;
                seen.extend(values);
            }
        }
    }
    points.retain(|_, (sessions, _)| *sessions > 1);
    if points.is_empty() {
        return None;
    }
    let mut moved: Vec<(u32, u32, u32)> = points
        .into_iter()
        .map(|(at, (sessions, mut seen))| {
            seen.sort_unstable();
            seen.dedup();
            (at, sessions, seen.len() as u32)
        })
        .filter(|(.., points)| *points > 1)
        .collect();
    moved.sort_unstable();
    Some(moved)
}
