//! Causes that several people share, from the comparison of explanations.

use std::collections::HashSet;

use crate::triage::factors::{FactorOf, Nature, Value};
use crate::triage::priors;
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::super::comparison::{Group, prior_of};
use super::super::windows::Window;
use super::{Attribution, Confidence, Limit, Scene, Testimony, Who, causes};

/// Networks inside networks, the narrowest first. A site comes before its subnets: if both have the same people, the site
/// is what they are called.
const NESTED: [&str; 7] = ["ap", "bssid", "site", "subnet", "public", "dns", "isp"];

fn nesting(value: Value) -> Option<usize> {
    NESTED.iter().position(|id| *id == value.factor().id)
}

/// Returns whether a value is one network, which a provider's is not.
fn is_network(value: Value) -> bool {
    nesting(value).is_some() && value.factor().id != "isp"
}

/// Returns whether a value says of the same people what a site or VPN of the building file says.
fn is_said_by(listed: Value, other: Value) -> bool {
    listed.factor().id == "site"
        && match other.factor().id {
            "subnet" => true,
            "net" => listed.nature() == Nature::ListedVpn && matches!(other.nature(), Nature::Vpn | Nature::ListedVpn),
            _ => false,
        }
}

pub(super) fn shared(scene: &mut Scene<'_>) -> Vec<Attribution> {
    if scene.is_pair {
        return Vec::new();
    }
    let comparison = scene.comparison;
    let share = |group: &Group| f64::from(group.with.0) / f64::from(group.with.1.max(1));
    let is_cause =
        |group: &&Group| group.with.0 >= thresholds::LEAST_AFFECTED && share(group) >= thresholds::LEAST_SHARE;
    let least = |group: &Group| match group.with.0 {
        0..=thresholds::FEW => thresholds::FEW_NEED,
        _ => thresholds::LOW,
    };
    let mut named: Vec<&Group> =
        comparison.groups.iter().filter(is_cause).filter(|group| group.probability >= least(group)).collect();
    // Something is shared, but two explanations with other people share its probability: both are said.
    let poor = comparison.total.0;
    let is_shared = 1.0 - comparison.by_themselves - comparison.everybody >= thresholds::MEDIUM;
    let mut is_split = false;
    if named.is_empty() && is_shared {
        let is_many = |group: &&Group| group.with.0 > thresholds::FEW && group.probability >= thresholds::SPLIT;
        named.extend(comparison.groups.iter().filter(is_cause).find(is_many));
        is_split = true;
    }
    // Two or three poor people who all share a network that others do not have are not on unrelated networks.
    if named.is_empty() && f64::from(poor) >= thresholds::MANY_POOR * f64::from(comparison.total.1) {
        let is_of_network = |group: &&Group| group.values.iter().any(|value| is_network(*value));
        named
            .extend(comparison.groups.iter().filter(is_cause).filter(is_of_network).find(|group| group.with.0 == poor));
        is_split = true;
    }
    let mut found = Vec::new();
    for group in named {
        let mut one = of_group(scene, group);
        let rivals = comparison.groups.iter().filter(|other| {
            other.members != group.members && other.probability >= thresholds::RIVAL && overlaps(group, other)
        });
        let rivals = rivals.flat_map(|other| explanations(other, scene)).filter(|(_, probability)| *probability > 0.0);
        one.rivals.extend(rivals.take(thresholds::MOST_RIVALS));
        if is_split {
            one.limit(Confidence::Low, Limit::Rivals);
        }
        for at in &group.members {
            scene.is_covered[*at as usize] = true;
        }
        scene.has_common = true;
        found.push(one);
    }
    found
}

/// Returns whether two groups share people.
fn overlaps(one: &Group, other: &Group) -> bool {
    one.members.iter().any(|at| other.members.binary_search(at).is_ok())
}

/// Returns a group's values and window with their shares of its probability, the likeliest first.
fn explanations(group: &Group, scene: &Scene<'_>) -> Vec<(Who, f64)> {
    let weight = |value: &Value| {
        let nameable = scene.comparison.nameable.get(value.place()).copied().unwrap_or(1).max(1);
        prior_of(*value).map_or(0.0, |weight| weight / f64::from(nameable))
    };
    // What a site explains, its subnet does not explain once more.
    let by_site = |value: &Value| group.values.iter().copied().find(|site| is_said_by(*site, *value));
    let own = |value: &Value| {
        let others = group.values.iter().filter(|other| by_site(other) == Some(*value));
        let of_value = if by_site(value).is_some() { 0.0 } else { weight(value) };
        of_value + others.map(weight).sum::<f64>()
    };
    let mut all: Vec<(Who, f64)> = group.values.iter().map(|value| (Who::Value(*value), own(value))).collect();
    all.extend(
        group.window.map(|window| (Who::Window(window), priors::WINDOW / f64::from(scene.comparison.windows.max(1)))),
    );
    let total: f64 = all.iter().map(|one| one.1).sum();
    all.iter_mut().for_each(|one| one.1 *= group.probability / total);
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all
}

fn of_group(scene: &Scene<'_>, group: &Group) -> Attribution {
    let all = explanations(group, scene);
    let likely: Vec<(Who, f64)> =
        all.iter().copied().filter(|one| one.1 >= group.probability * thresholds::RIVAL).collect();
    let nested = |who: &Who| match who {
        Who::Value(value) => nesting(*value),
        _ => None,
    };
    let is_nested = likely.iter().all(|(who, _)| nested(who).is_some());
    // Of networks inside one another with the same people, the narrowest is named.
    let narrowest = likely.iter().map(|one| one.0).min_by_key(|who| nested(who));
    let (who, id) = match (likely.as_slice(), narrowest) {
        ([_, _, ..], Some(who)) if is_nested => (who, None),
        ([_, _, ..], _) => (likely[0].0, Some("cannot-separate")),
        _ => (all[0].0, None),
    };
    let cause = match (id, who) {
        (Some(id), _) => id,
        (None, Who::Value(value)) => causes::of_value(value).id,
        _ => "time-window",
    };
    let poor = group.members.iter().copied().filter(|at| scene.is_poor(*at)).collect();
    let mut evidence = vec![Testimony::Shared { aspect: group.aspect, with: group.with, without: group.without }];
    evidence.extend(all.iter().filter_map(|(other, _)| match other {
        Who::Value(value) if *other != who && id.is_none() => Some(Testimony::Also(*value)),
        _ => None,
    }));
    evidence.extend(subnets(scene, group, who));
    let mut one = Attribution::new(cause, who, Confidence::of(group.probability), evidence, poor);
    one.probability = Some(group.probability);
    if id.is_some() {
        one.inseparable = likely;
        one.limit(Confidence::Medium, Limit::Rivals);
    }
    limit(scene, group, &mut one);
    one
}

/// Returns the subnets of the people at a site, if that is more than one: a single one is named as shared.
fn subnets(scene: &Scene<'_>, group: &Group, who: Who) -> Option<Testimony> {
    let is_site = matches!(who, Who::Value(value) if value.factor().id == "site");
    if !is_site || group.values.iter().any(|value| value.factor().id == "subnet") {
        return None;
    }
    let people = group.members.iter().filter_map(|at| scene.people.get(*at as usize));
    let values = people.flat_map(|it| scene.facts[it.row as usize].values(it.end));
    let mut counts: Vec<(u32, Value)> = Vec::new();
    for value in values.filter(|value| value.factor().id == "subnet") {
        match counts.iter_mut().find(|(_, other)| other == value) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, *value)),
        }
    }
    counts.sort_unstable_by_key(|(count, value)| (std::cmp::Reverse(*count), *value));
    let mut shown = counts.iter().map(|(_, value)| *value);
    let first = shown.next()?;
    Some(Testimony::Subnets([Some(first), shown.next(), shown.next()], counts.len() as u32))
}

fn limit(scene: &Scene<'_>, group: &Group, one: &mut Attribution) {
    scene.limit_by_call(one);
    if group.with.0 <= thresholds::FEW {
        one.limit(Confidence::Low, Limit::FewAffected);
    }
    if group.values.iter().all(|value| value.factor().of == FactorOf::Service) && group.window.is_none() {
        one.limit(Confidence::Medium, Limit::OneCall);
    }
    if let Some(window) = group.window.filter(|_| group.values.is_empty()) {
        let there = also_there(scene, group, window);
        if there > 0 {
            one.evidence.push(Testimony::AlsoThere(there));
            one.limit(Confidence::Medium, Limit::OthersThere);
        }
    }
    if group.values.iter().any(|value| scene.comparison.apart.contains(value)) {
        one.limit(Confidence::Low, Limit::SeveralAddresses);
    }
    let judged = scene.everybody().filter(|at| scene.is_judged(*at));
    let (mut known, mut all) = (0, 0);
    for at in judged {
        all += 1;
        known += u32::from(scene.comparison.knows_network(at));
    }
    if known * 2 < all {
        one.limit(Confidence::Low, Limit::UnknownNetworks);
    }
}

/// Counts good people outside a group who were there for all of its window: they had the same minutes. Their averages
/// may hide a short fault, so this limits the confidence, and does not refute the window.
fn also_there(scene: &Scene<'_>, group: &Group, window: Window) -> u32 {
    let outside = scene.everybody().filter(|at| group.members.binary_search(at).is_err());
    let good = outside.filter(|at| scene.people[*at as usize].verdict() == Verdict::Good);
    let was_there = |at: &u32| {
        let facts = scene.facts[scene.people[*at as usize].row as usize];
        facts.start.zip(facts.end).is_some_and(|(start, end)| start <= window.from && end >= window.to)
    };
    good.filter(was_there).count() as u32
}

/// Finds many affected people without a shared cause: everybody on one network, or on unrelated networks.
pub(super) fn everywhere(scene: &mut Scene<'_>) -> Vec<Attribution> {
    if scene.is_pair {
        return Vec::new();
    }
    let open = |at: &u32| !scene.is_covered[*at as usize];
    let poor: Vec<u32> = scene.everybody().filter(open).filter(|at| scene.is_poor(*at)).collect();
    let judged =
        scene.everybody().filter(open).filter(|at| scene.people[*at as usize].verdict() != Verdict::Unclassified);
    let judged = judged.count();
    // Of those whom a named cause does not cover, half may be few.
    let is_half = !scene.has_common && poor.len() as f64 >= thresholds::MANY_POOR * judged as f64;
    if poor.len() < thresholds::LEAST_AFFECTED as usize || !(is_half || scene.comparison.everybody >= thresholds::LOW) {
        return Vec::new();
    }
    scene.is_everywhere = true;
    scene.has_common = true;
    let network = scene.comparison.of_all.iter().copied().filter(|value| is_network(*value));
    let network = network.min_by_key(|value| nesting(*value)).filter(|_| judged == scene.comparison.total.1 as usize);
    let mut networks: HashSet<Value> = HashSet::new();
    for at in &poor {
        let it = &scene.people[*at as usize];
        let values = scene.facts[it.row as usize].values(it.end);
        networks.extend(values.iter().filter(|value| value.factor().id == "public"));
    }
    let (cause, who, evidence) = match network {
        Some(value) => ("one-network", Who::Value(value), Testimony::NobodyElsewhere),
        None => ("everywhere", Who::Sessions(poor.len() as u32), Testimony::Networks(networks.len() as u32)),
    };
    let with = (poor.len() as u32, judged as u32);
    let mut evidence = vec![evidence];
    if with.1 > with.0 {
        evidence.push(Testimony::OthersWell(with.1 - with.0, with.1 - with.0));
    }
    let mut one = Attribution::new(cause, who, Confidence::Low, evidence, poor);
    one.probability = Some(scene.comparison.everybody);
    one.limit(Confidence::Low, if network.is_some() { Limit::NobodyElsewhere } else { Limit::OneCall });
    scene.limit_by_call(&mut one);
    vec![one]
}
