//! What affected people share: the values that explain their trouble, and those that only go along with it.

use crate::triage::factors::Value;
use crate::triage::thresholds;

use super::attribution::{Attribution, Testimony, Who};
use super::comparison::Comparison;
use super::stats::{fisher_upper_tail, ln_factorials, newcombe_lower_bound};

/// A value that people with poor streams share more often than others.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFactor {
    /// The shared value.
    pub value: Value,
    /// Other values shared by exactly the same people.
    pub also: Vec<Value>,
    /// Whether it is named as a cause; otherwise it only goes along with one.
    pub explains: bool,
    /// Probability that it is a cause, from 0 to 1.
    pub probability: f64,
    /// People with it: number with a poor stream, and number with a judged one.
    pub with: (u32, u32),
    /// The same for people without it.
    pub without: (u32, u32),
    /// Minimum by which the share of people with a poor stream is higher with it: the lower end of the 95 % confidence
    /// interval, from 0 to 1.
    pub at_least: f64,
    /// Probability that chance alone would make any of the compared values look like this, from 0 to 1 (Fisher's exact
    /// test, times the number of values compared).
    pub chance: f64,
    /// Number of values that were compared.
    pub tried: u32,
}

/// Lists the values behind the shared causes that were named, and those that go along with them. Without a cause there
/// is no list: what nothing shows to be a cause is not worth reading.
pub(super) fn shared(
    comparison: &Comparison,
    attributions: &[Attribution],
    is_poor: impl Fn(u32) -> bool,
) -> Vec<SharedFactor> {
    let causes = causes(attributions);
    let covered = covered(comparison, &causes);
    if causes.is_empty() {
        return Vec::new();
    }
    let factorials = ln_factorials(comparison.total.1);
    let mut found: Vec<(SharedFactor, &[u32])> = Vec::new();
    for (value, members) in &comparison.candidates {
        let poor = members.iter().filter(|at| is_poor(**at)).count() as u32;
        let with = (poor, members.len() as u32);
        let total = comparison.total;
        let without = (total.0.saturating_sub(with.0), total.1.saturating_sub(with.1));
        let at_least = newcombe_lower_bound(with, without).max(0.0);
        let chance = (fisher_upper_tail(with, total, &factorials) * f64::from(comparison.tried)).min(1.0);
        let explains = causes.contains(value);
        let goes_along = at_least > 0.0
            && chance < thresholds::CHANCE
            && members.iter().any(|at| is_poor(*at) && covered.binary_search(at).is_ok());
        if !explains && !goes_along {
            continue;
        }
        if let Some((factor, _)) = found.iter_mut().find(|(_, others)| *others == members.as_slice()) {
            factor.also.push(*value);
            // Of values shared by the same people, the one that is named as the cause comes first.
            if explains && !factor.explains {
                factor.also.push(std::mem::replace(&mut factor.value, *value));
                factor.also.retain(|other| other != value);
                factor.explains = true;
            }
            factor.also.sort_unstable();
            continue;
        }
        let probability = comparison.groups.iter().find(|group| group.members == *members);
        let probability = probability.map_or(0.0, |group| group.probability);
        let tried = comparison.tried;
        let factor = SharedFactor {
            value: *value,
            also: Vec::new(),
            explains,
            probability,
            with,
            without,
            at_least,
            chance,
            tried,
        };
        found.push((factor, members));
    }
    let mut shared: Vec<SharedFactor> = found.into_iter().map(|(factor, _)| factor).collect();
    shared.sort_by(|one, other| {
        let rank = |it: &SharedFactor| (!it.explains, it.value);
        (!one.explains)
            .cmp(&!other.explains)
            .then(other.probability.total_cmp(&one.probability))
            .then(other.at_least.total_cmp(&one.at_least))
            .then(rank(one).cmp(&rank(other)))
    });
    shared.truncate(thresholds::MOST_SHARED);
    shared
}

/// Returns the values that attributions name as causes.
fn causes(attributions: &[Attribution]) -> Vec<Value> {
    let mut causes = Vec::new();
    for one in attributions.iter().filter(|one| one.evidence.iter().any(|one| matches!(one, Testimony::Shared { .. })))
    {
        let inseparable = one.inseparable.iter().map(|(who, _)| who);
        causes.extend(std::iter::once(&one.who).chain(inseparable).filter_map(|who| match who {
            Who::Value(value) => Some(*value),
            _ => None,
        }));
    }
    causes
}

/// Returns the members of the groups behind causes, in order.
fn covered(comparison: &Comparison, causes: &[Value]) -> Vec<u32> {
    let groups = comparison.groups.iter().filter(|group| group.values.iter().any(|value| causes.contains(value)));
    let mut covered: Vec<u32> = groups.flat_map(|group| group.members.iter().copied()).collect();
    covered.sort_unstable();
    covered.dedup();
    covered
}
