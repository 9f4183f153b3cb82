//! Picks the session to compare another one with: the median good one of the same kind, from the rows alone.

use crate::model::MediumKind;
use crate::triage::rules::{Condition, RuleSet};
use crate::triage::{EndpointSummary, SessionStatus};

use super::row::Row;
use super::rows::Rows;

/// The session to compare with, and how it was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Healthy {
    /// The number of its row.
    pub row: u32,
    /// The number of good sessions it is the median of.
    pub of: usize,
    /// What they have in common with the session, as what follows "good sessions": `on the same platform`.
    pub alike: &'static str,
}

/// Below this many sessions a median says little, and a wider choice is better. Our own number.
const ENOUGH: usize = 5;

/// How many times longer or shorter a session of about the same length may be. Our own number.
const LENGTHS: f64 = 2.0;

/// What sessions must have in common beyond being of the same kind.
struct Likeness {
    words: &'static str,
    /// The factors whose values must be the same.
    same: &'static [&'static str],
    is_as_long: bool,
}

/// From the narrowest choice to the widest.
const CHOICES: &[Likeness] = &[
    Likeness { words: "on the same platform and client", same: &["platform", "client"], is_as_long: true },
    Likeness { words: "on the same platform", same: &["platform"], is_as_long: true },
    Likeness { words: "on the same platform, of any length", same: &["platform"], is_as_long: false },
    Likeness { words: "on any platform", same: &[], is_as_long: true },
    Likeness { words: "on any platform, of any length", same: &[], is_as_long: false },
];

/// Returns the median good session of the same kind as the one at `row`: another person's, between the same kinds of
/// parties, with all of its media, alike in as much as at least five are. `set` is the index of the rule set that judges.
/// `None` if there is no good session of the kind.
pub fn healthy(rows: &Rows, row: u32, rules: &RuleSet, set: usize) -> Option<Healthy> {
    let own = rows.get(row as usize)?;
    let kin: Vec<u32> = rows
        .iter()
        .enumerate()
        .filter(|(at, other)| *at != row as usize && is_of_kind(own, other, set))
        .map(|(at, _)| at as u32)
        .collect();
    let choose = |likeness: &Likeness| -> Vec<u32> {
        kin.iter()
            .copied()
            .filter(|at| rows.get(*at as usize).is_some_and(|other| likeness.holds(own, other)))
            .collect()
    };
    let mut best: Option<(&Likeness, Vec<u32>)> = None;
    for likeness in CHOICES {
        let chosen = choose(likeness);
        let is_enough = chosen.len() >= ENOUGH;
        if best.as_ref().is_none_or(|(_, so_far)| chosen.len() > so_far.len()) {
            best = Some((likeness, chosen));
        }
        if is_enough {
            break;
        }
    }
    let (likeness, mut chosen) = best.filter(|(_, chosen)| !chosen.is_empty())?;
    let conditions = conditions(own, rules);
    let distance = |at: &u32| rows.get(*at as usize).map_or(f64::MAX, |row| burden(row, conditions));
    chosen.sort_by(|one, other| distance(one).total_cmp(&distance(other)).then(one.cmp(other)));
    let of = chosen.len();
    Some(Healthy { row: *chosen.get((of - 1) / 2)?, of, alike: likeness.words })
}

impl Likeness {
    fn holds(&self, own: &Row, other: &Row) -> bool {
        let is_as_long = || match (own.facts.seconds(), other.facts.seconds()) {
            (Some(one), Some(other)) if one > 0.0 && other > 0.0 => (one / other).max(other / one) <= LENGTHS,
            _ => true,
        };
        (!self.is_as_long || is_as_long()) && self.same.iter().all(|factor| has_same(own, other, factor))
    }
}

/// Returns whether two sessions' people have a value of a factor in common.
fn has_same(own: &Row, other: &Row, factor: &str) -> bool {
    let values = |row: &Row| {
        let values = row.facts.values(row.facts.own_end()).iter();
        values.filter(|value| value.factor().id == factor).copied().collect::<Vec<_>>()
    };
    let of_other = values(other);
    values(own).iter().any(|value| of_other.contains(value))
}

/// Returns whether another session is good and of the same kind: another person's, between the same kinds of parties,
/// with all the media of this one.
fn is_of_kind(own: &Row, other: &Row, set: usize) -> bool {
    let kind = |party: &EndpointSummary| (party.kind, party.is_phone);
    let kinds = |row: &Row| {
        let end = row.facts.own_end();
        (kind(row.facts.party(end)), kind(row.facts.party(end.other())))
    };
    other.facts.standing(set) == SessionStatus::Good
        && !other.is_test
        && kinds(own) == kinds(other)
        && own.media.iter().all(|medium| other.media.contains(medium))
        && !own.facts.people().any(|(_, person)| other.facts.people().any(|(_, one)| one == person))
}

/// Returns the conditions that a session's main medium is judged by.
fn conditions<'r>(own: &Row, rules: &'r RuleSet) -> &'r [Condition] {
    let kinds = [MediumKind::Audio, MediumKind::Video, MediumKind::ScreenSharing];
    let judged = kinds.into_iter().filter(|kind| own.media.contains(*kind)).find_map(|kind| rules.classifier(kind));
    judged.map_or(&[], |classifier| &classifier.conditions)
}

/// Returns how much a session suffers: the sum of its figures, each in units of its limit.
fn burden(row: &Row, conditions: &[Condition]) -> f64 {
    conditions.iter().filter_map(|it| Some(it.side.in_limits(row.figure(it.metric)?, it.limit))).sum()
}
