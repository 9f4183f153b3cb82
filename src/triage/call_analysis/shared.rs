//! What affected people share and others lack, tested against chance.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::triage::factors::Value;
use crate::triage::facts::{Person, SessionSummary};
use crate::triage::scene::End;
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Verdict};

use super::participants::as_of;
use super::stats::{fisher_upper_tail, ln_factorials, newcombe_lower_bound};

/// A value that people with poor streams share and others lack.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFactor {
    /// The shared value.
    pub value: Value,
    /// Other values shared by exactly the same people.
    pub also: Vec<Value>,
    /// People with it: number with a poor stream, and number with a judged one.
    pub with: (u32, u32),
    /// The same for people without it.
    pub without: (u32, u32),
    /// Minimum by which the share of people with a poor stream is higher with it: the lower end of the 95 % confidence
    /// interval, from 0 to 1.
    pub at_least: f64,
    /// Probability that chance alone would make any of the compared values look like this, from 0 to 1.
    pub chance: f64,
}

/// Finds what people with poor streams share and others lack.
///
/// Two measures are used, because neither works alone for both few and thousands of people. Fisher's exact test shows
/// whether chance is enough: it is exact even for two people, and is multiplied by the number of values compared
/// (Bonferroni), so that one of thousands of home networks with two unlucky people is not mistaken for a cause. Values
/// that pass are ranked by the increase in the share of poor people, at the lower end of Newcombe's interval: with
/// thousands of people everything passes the test, and the size of the difference counts; with few, the interval is
/// wide.
pub(super) fn shared(facts: &[&SessionSummary], set: usize) -> Vec<SharedFactor> {
    // Sessions per value; the number of values in at least two sessions is the number of comparisons.
    let mut sessions_with: Vec<u8> = Vec::new();
    // Only values that occur in at least two poor sessions can be shared.
    let mut poor_with: HashMap<Value, u32, FixedState> = HashMap::default();
    let ends = |one: &SessionSummary| -> Vec<(End, Person, Verdict)> {
        let verdict = one.verdict(set);
        one.people()
            .map(|(end, person)| {
                let mut counts = Counts::default();
                as_of(&verdict, end).into_iter().for_each(|flow| counts += flow);
                (end, person, counts.verdict())
            })
            .collect()
    };
    for one in facts.iter().filter(|one| one.verdict(set).verdict() == Verdict::Poor) {
        for (end, _, verdict) in ends(one) {
            if verdict == Verdict::Poor {
                for value in one.values(end).iter().filter(|value| value.factor().is_compared) {
                    *poor_with.entry(*value).or_default() += 1;
                }
            }
        }
    }
    poor_with.retain(|_, sessions| *sessions > 1);
    if poor_with.is_empty() {
        return Vec::new();
    }
    for value in facts.iter().flat_map(|one| one.all_values()).filter(|value| value.factor().is_compared) {
        let at = value.name().number();
        if sessions_with.len() <= at {
            sessions_with.resize(at + 1, 0);
        }
        sessions_with[at] = sessions_with[at].saturating_add(1);
    }
    let compared = sessions_with.iter().filter(|sessions| **sessions > 1).count().max(poor_with.len());
    // Everyone who was judged, numbered, and whether they are poor.
    let mut everybody: HashMap<Person, (u32, bool), FixedState> = HashMap::default();
    // Values with the people who have them. A large call has millions, so each takes eight bytes: the last bit marks
    // people who are poor with it.
    let mut with: Vec<(Value, u32)> = Vec::new();
    for one in facts {
        for (end, person, verdict) in ends(one) {
            if verdict == Verdict::Unclassified {
                continue;
            }
            let is_poor = verdict == Verdict::Poor;
            let next = everybody.len() as u32;
            let (number, was_poor) = everybody.entry(person).or_insert((next, false));
            *was_poor |= is_poor;
            let values = one.values(end).iter().filter(|value| poor_with.contains_key(value));
            with.extend(values.map(|value| (*value, *number << 1 | u32::from(is_poor))));
        }
    }
    let total = (everybody.values().filter(|(_, is_poor)| *is_poor).count() as u32, everybody.len() as u32);
    with.sort_unstable();
    let factorials = ln_factorials(total.1);
    let mut found: Vec<(SharedFactor, Vec<u32>)> = Vec::new();
    for group in with.chunk_by(|one, other| one.0 == other.0) {
        let mut people: Vec<(u32, bool)> = Vec::new();
        for (_, marked) in group {
            let (person, is_poor) = (marked >> 1, marked & 1 == 1);
            match people.last_mut() {
                Some((last, was_poor)) if *last == person => *was_poor |= is_poor,
                _ => people.push((person, is_poor)),
            }
        }
        let poor = people.iter().filter(|(_, is_poor)| *is_poor).count() as u32;
        let (with, value) = ((poor, people.len() as u32), group[0].0);
        let without = (total.0.saturating_sub(with.0), total.1.saturating_sub(with.1));
        let at_least = newcombe_lower_bound(with, without);
        if poor < thresholds::LEAST_AFFECTED || at_least <= 0.0 {
            continue;
        }
        let chance = (fisher_upper_tail(with, total, &factorials) * compared as f64).min(1.0);
        if chance >= thresholds::CHANCE {
            continue;
        }
        let ids: Vec<u32> = people.iter().map(|(person, _)| *person).collect();
        match found.iter_mut().find(|(_, others)| *others == ids) {
            Some((factor, _)) => {
                factor.also.push(value);
                // Of values shared by the same people, the first in the table is named.
                factor.also.push(factor.value);
                factor.also.sort_unstable();
                factor.value = factor.also.remove(0);
            }
            None => found.push((SharedFactor { value, also: Vec::new(), with, without, at_least, chance }, ids)),
        }
    }
    let mut shared: Vec<SharedFactor> = found.into_iter().map(|(factor, _)| factor).collect();
    shared.sort_by(|one, other| other.at_least.total_cmp(&one.at_least).then(one.value.cmp(&other.value)));
    shared.truncate(thresholds::MOST_SHARED);
    shared
}
