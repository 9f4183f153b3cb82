//! Compares explanations of who is poor: each by themselves, everybody, a shared value, a time window, or two of these.
//! Each is scored by its marginal likelihood and its prior; the result is a probability for each. ARCHITECTURE.md has the
//! method in ten lines.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::triage::factors::{FACTORS, Factor, Nature, Value};
use crate::triage::facts::{Person, SessionSummary};
use crate::triage::priors::{self, BACKGROUND, COVERED, EVERYBODY_RATE, UNKNOWN};
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Verdict};

use super::participants::ParticipantStats;
use super::stats::{ln_marginal, ln_sum};
use super::windows::{self, Window};

/// What a cause can make poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Any stream of a person.
    Any,
    /// Voice that a person received.
    Heard,
    /// Voice that a person sent.
    Said,
    /// Video and sharing, in both directions.
    Pictures,
}

impl Aspect {
    /// All of them, in the order of [`priors::ASPECTS`].
    pub const ALL: [Aspect; 4] = [Aspect::Any, Aspect::Heard, Aspect::Said, Aspect::Pictures];
}

/// People who share one or more values, or a time window, as a cause of their trouble.
#[derive(Debug, Clone)]
pub struct Group {
    /// The values shared by exactly these people, in the order of the table of factors.
    pub values: Vec<Value>,
    /// The window in which they were there, if they were there at the same time and others were not.
    pub window: Option<Window>,
    /// The judged people, as indexes into [`Assessment::people`](super::Assessment::people).
    pub members: Vec<u32>,
    /// What they have in common.
    pub aspect: Aspect,
    /// Members: poor and judged, by that aspect.
    pub with: (u32, u32),
    /// The others: poor and judged, by that aspect.
    pub without: (u32, u32),
    /// Probability that this is a cause, alone or beside another, from 0 to 1.
    pub probability: f64,
    ln_prior: f64,
    ln_weight: f64,
}

/// The result of the comparison.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Probability that people are poor each by themselves, from 0 to 1.
    pub by_themselves: f64,
    /// Probability that everybody is affected, from 0 to 1.
    pub everybody: f64,
    /// Groups that may be a cause, most probable first.
    pub groups: Vec<Group>,
    /// Probability that a common cause covers each person, by their index; from 0 to 1.
    pub covered: Vec<f64>,
    /// Values that every judged person has: nobody is left to compare with.
    pub of_all: Vec<Value>,
    /// Subnets and sites whose people all have public addresses of their own.
    pub apart: Vec<Value>,
    /// Number of values and windows that were compared.
    pub tried: u32,
    /// Number of values of each factor that could be named, by index in the table.
    pub nameable: Vec<u32>,
    /// Number of time windows that were compared.
    pub windows: u32,
    /// People: poor and judged.
    pub total: (u32, u32),
    /// Values that at least two poor people have, with those people in order.
    pub poor_with: Vec<(Value, Vec<u32>)>,
    /// Factors known of each person, as bits by index in the table.
    pub known: Vec<u32>,
    /// People who have each compared value, as [`SharedFactor`](super::SharedFactor) counts them.
    pub candidates: Vec<(Value, Vec<u32>)>,
}

/// The people of a call as an explanation sees them.
pub(super) struct Seen {
    /// Whether each person is poor by each aspect; `None` if they were not judged.
    aspects: Vec<[Option<bool>; 4]>,
    known: Vec<u32>,
    /// Judged people for whom the record lacks each factor, by aspect.
    unknown: Vec<[(u32, u32); 4]>,
}

impl Seen {
    fn is_poor(&self, at: u32) -> bool {
        self.aspects[at as usize][0] == Some(true)
    }

    fn is_judged(&self, at: u32) -> bool {
        self.aspects[at as usize][0].is_some()
    }

    fn counts(&self, of: impl Iterator<Item = u32>) -> [(u32, u32); 4] {
        let mut counts = [(0, 0); 4];
        for at in of {
            for (count, aspect) in counts.iter_mut().zip(self.aspects[at as usize]) {
                count.0 += u32::from(aspect == Some(true));
                count.1 += u32::from(aspect.is_some());
            }
        }
        counts
    }
}

fn aspects(it: &ParticipantStats) -> [Option<bool>; 4] {
    let of = |counts: Counts| match counts.verdict() {
        Verdict::Poor => Some(true),
        Verdict::Good => Some(false),
        Verdict::Unclassified => None,
    };
    [of(it.streams()), of(it.heard), of(it.said), of(it.pictures())]
}

fn minus(all: (u32, u32), part: (u32, u32)) -> (u32, u32) {
    (all.0.saturating_sub(part.0), all.1.saturating_sub(part.1))
}

fn plus(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (one.0 + other.0, one.1 + other.1)
}

/// Averages Bayes factors over the aspects; returns the logarithm, and the aspect that contributes most.
fn over_aspects(ln_factor: impl Fn(usize) -> f64) -> (f64, Aspect) {
    let terms: Vec<f64> = (0..4).map(|at| priors::ASPECTS[at].ln() + ln_factor(at)).collect();
    let best = (0..4).max_by(|one, other| terms[*one].total_cmp(&terms[*other])).unwrap_or(0);
    (ln_sum(terms.iter().copied()), Aspect::ALL[best])
}

/// Compares the explanations. Costs a few passes over all sessions, whatever the number of values.
pub(super) fn compare(facts: &[&SessionSummary], people: &[ParticipantStats]) -> Comparison {
    let by_person: HashMap<Person, u32, FixedState> = (0..).zip(people).map(|(at, it)| (it.person, at)).collect();
    let mut seen =
        Seen { aspects: people.iter().map(aspects).collect(), known: vec![0; people.len()], unknown: Vec::new() };
    let all = seen.counts((0..people.len() as u32).filter(|at| seen.is_judged(*at)));
    let mut comparison =
        Comparison { by_themselves: 1.0, total: all[0], covered: vec![0.0; people.len()], ..Comparison::default() };
    let (nameable, pairs) = people_with(facts, &by_person, &mut seen);
    comparison.known.clone_from(&seen.known);
    seen.count_unknown();
    comparison.tried = nameable.iter().sum();
    comparison.nameable.clone_from(&nameable);
    if all[0].0 < thresholds::LEAST_AFFECTED {
        return comparison;
    }
    let mut groups = Groups::default();
    let publics = public_addresses(facts, &by_person, people.len());
    for of_value in pairs.chunk_by(|one, other| one.0 == other.0) {
        let value = of_value[0].0;
        let members: Vec<u32> = of_value.iter().map(|(_, at)| *at).collect();
        let is_apart = matches!(value.factor().id, "subnet" | "site") && are_apart(&members, &publics);
        if is_apart && value.nature() == Nature::Home {
            continue;
        }
        if is_apart {
            comparison.apart.push(value);
        }
        let poor: Vec<u32> = members.iter().copied().filter(|at| seen.is_poor(*at)).collect();
        comparison.poor_with.push((value, poor));
        let prior = prior_of(value);
        if members.len() as u32 == all[0].1 {
            comparison.of_all.push(value);
        } else if let Some(weight) = prior {
            let ln_prior = (weight / f64::from(nameable[value.place()].max(1))).ln();
            groups.add(&seen, &all, Some(value), None, members.clone(), ln_prior);
        }
        comparison.candidates.push((value, members));
    }
    let windows = windows::of(facts, people, |at| seen.is_judged(at));
    comparison.windows = windows.len() as u32;
    comparison.tried += comparison.windows;
    let ln_prior = (priors::WINDOW / windows.len().max(1) as f64).ln();
    for (window, members) in windows {
        let poor = members.iter().filter(|at| seen.is_poor(**at)).count() as u32;
        if poor >= thresholds::LEAST_AFFECTED && (members.len() as u32) < all[0].1 {
            groups.add(&seen, &all, None, Some(window), members, ln_prior);
        }
    }
    weigh(&seen, &all, groups.list, &mut comparison);
    comparison
}

/// Returns the public address of each person, as far as the record has one.
fn public_addresses(
    facts: &[&SessionSummary],
    by_person: &HashMap<Person, u32, FixedState>,
    people: usize,
) -> Vec<Option<Value>> {
    let mut publics = vec![None; people];
    for one in facts {
        for (end, person) in one.people() {
            let Some(&at) = by_person.get(&person) else { continue };
            let public = one.values(end).iter().find(|value| value.factor().id == "public");
            publics[at as usize] = publics[at as usize].or(public.copied());
        }
    }
    publics
}

/// Returns whether people on a subnet or at a site all have public addresses of their own: then nothing shows that it is one site.
/// Private subnets exist in many places, and each home has a public address of its own.
fn are_apart(members: &[u32], publics: &[Option<Value>]) -> bool {
    let mut known: Vec<Value> = members.iter().filter_map(|at| publics[*at as usize]).collect();
    let all = known.len();
    known.sort_unstable();
    known.dedup();
    all > 1 && known.len() == all && all * 2 >= members.len()
}

/// Returns the prior of a value's factor; `None` if the factor is no cause.
pub(super) fn prior_of(value: Value) -> Option<f64> {
    let id = value.factor().id;
    priors::FACTOR_PRIORS.iter().find(|prior| prior.factor == id).map(|prior| prior.weight)
}

/// Factors that only a Wi-Fi connection has.
const OF_WIFI: [&str; 4] = ["ap", "bssid", "band", "wifi-driver"];

/// Returns how many values of each factor could be named, and the judged people with each value that at least two poor
/// people have, in order.
fn people_with(
    facts: &[&SessionSummary],
    by_person: &HashMap<Person, u32, FixedState>,
    seen: &mut Seen,
) -> (Vec<u32>, Vec<(Value, u32)>) {
    let is_of_wifi = |factor: &Factor| OF_WIFI.contains(&factor.id);
    let wifi_only = (0..).zip(FACTORS).filter(|(_, factor)| is_of_wifi(factor)).fold(0, |bits, (at, _)| bits | 1 << at);
    let mut poor_with: HashMap<Value, u32, FixedState> = HashMap::default();
    let mut sessions_with: HashMap<Value, u32, FixedState> = HashMap::default();
    for one in facts {
        for (end, person) in one.people() {
            let Some(&at) = by_person.get(&person) else { continue };
            for value in one.values(end).iter().filter(|value| value.factor().is_compared) {
                seen.known[at as usize] |= 1 << value.place();
                // What is below a VPN of the building file, another value says.
                if value.factor().id == "net" && !matches!(value.nature(), Nature::Wifi | Nature::ListedVpn) {
                    // Without Wi-Fi there is no access point to be unknown.
                    seen.known[at as usize] |= wifi_only;
                }
                if value.nature() == Nature::Normal {
                    continue;
                }
                if seen.is_judged(at) {
                    *sessions_with.entry(*value).or_default() += 1;
                }
                if seen.is_poor(at) {
                    *poor_with.entry(*value).or_default() += 1;
                }
            }
        }
    }
    let mut nameable = vec![0; FACTORS.len()];
    for (value, _) in sessions_with.iter().filter(|(_, sessions)| **sessions >= thresholds::LEAST_AFFECTED) {
        nameable[value.place()] += 1;
    }
    poor_with.retain(|_, sessions| *sessions >= thresholds::LEAST_AFFECTED);
    let mut with: Vec<(Value, u32)> = Vec::new();
    for one in facts {
        for (end, person) in one.people() {
            let Some(&at) = by_person.get(&person).filter(|at| seen.is_judged(**at)) else { continue };
            with.extend(one.values(end).iter().filter(|value| poor_with.contains_key(value)).map(|value| (*value, at)));
        }
    }
    with.sort_unstable();
    with.dedup();
    let mut kept = Vec::with_capacity(with.len());
    for group in with.chunk_by(|one, other| one.0 == other.0) {
        // A person who came twice has a value in two sessions.
        if group.iter().filter(|(_, at)| seen.is_poor(*at)).count() >= thresholds::LEAST_AFFECTED as usize {
            kept.extend_from_slice(group);
        }
    }
    (nameable, kept)
}

/// Groups by their members.
#[derive(Default)]
struct Groups {
    list: Vec<Group>,
    by_members: HashMap<u64, usize, FixedState>,
}

impl Groups {
    /// Adds an explanation; one with the same members as another adds to its weight.
    fn add(
        &mut self,
        seen: &Seen,
        all: &[(u32, u32); 4],
        value: Option<Value>,
        window: Option<Window>,
        members: Vec<u32>,
        ln_prior: f64,
    ) {
        let with = seen.counts(members.iter().copied());
        let unknown = value.and_then(|value| seen.unknown.get(value.place()).copied()).unwrap_or_default();
        let (ln_factor, aspect) = over_aspects(|at| ln_factor(with[at], all[at], unknown[at]));
        let ln_weight = ln_prior + ln_factor;
        let hash = FixedState::default().hash_one(&members);
        if let Some(&at) = self.by_members.get(&hash) {
            let group = &mut self.list[at];
            group.values.extend(value);
            group.values.sort_unstable();
            group.window = group.window.or(window);
            group.ln_weight = ln_sum([group.ln_weight, ln_weight].into_iter());
            group.ln_prior = ln_sum([group.ln_prior, ln_prior].into_iter());
            return;
        }
        self.by_members.insert(hash, self.list.len());
        self.list.push(Group {
            values: value.into_iter().collect(),
            window,
            members,
            aspect,
            with: with[aspect as usize],
            without: minus(all[aspect as usize], with[aspect as usize]),
            probability: 0.0,
            ln_prior,
            ln_weight,
        });
    }
}

impl Seen {
    /// Counts judged people for whom the record lacks each factor.
    fn count_unknown(&mut self) {
        let people = || (0..self.aspects.len() as u32).filter(|at| self.is_judged(*at));
        let lacks = |at: u32, place: usize| self.known[at as usize] >> place & 1 == 0;
        let counts = (0..FACTORS.len()).map(|place| self.counts(people().filter(|at| lacks(*at, place))));
        self.unknown = counts.collect();
    }
}

/// Returns the logarithm of how many times better "those with the value" explains the people than "each by themselves".
/// People of whom the factor is not known may or may not have the value, so they may have a rate of their own, with and
/// without the cause.
fn ln_factor(with: (u32, u32), all: (u32, u32), unknown: (u32, u32)) -> f64 {
    let background = |counts| ln_marginal(BACKGROUND, counts);
    let without = minus(all, with);
    if unknown.1 == 0 {
        return ln_marginal(COVERED, with) + background(without) - background(all);
    }
    let either = |known: (u32, u32)| {
        let together = background(plus(known, unknown));
        let apart = background(known) + ln_marginal(UNKNOWN, unknown);
        ln_sum([together, apart].into_iter())
    };
    let known = minus(without, unknown);
    ln_marginal(COVERED, with) + either(known) - either(minus(all, unknown))
}

/// Turns weights into probabilities: of single explanations, of the best in pairs, and for each person.
fn weigh(seen: &Seen, all: &[(u32, u32); 4], mut groups: Vec<Group>, comparison: &mut Comparison) {
    let ln_nobody = priors::BY_THEMSELVES.ln();
    let everybody = over_aspects(|at| ln_marginal(EVERYBODY_RATE, all[at]) - ln_marginal(BACKGROUND, all[at]));
    let ln_everybody = priors::EVERYBODY.ln() + everybody.0;
    groups.sort_by(|one, other| other.ln_weight.total_cmp(&one.ln_weight).then(one.values.cmp(&other.values)));
    let best = groups.len().min(priors::PAIRED);
    let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
    for one in 0..best {
        for other in one + 1..best {
            if let Some(ln_weight) = ln_pair(seen, all, &groups[one], &groups[other]) {
                pairs.push((one, other, ln_weight));
            }
        }
    }
    let weights: Vec<f64> = [ln_nobody, ln_everybody]
        .into_iter()
        .chain(groups.iter().map(|group| group.ln_weight))
        .chain(pairs.iter().map(|pair| pair.2))
        .collect();
    let total = ln_sum(weights.iter().copied());
    comparison.by_themselves = (ln_nobody - total).exp();
    comparison.everybody = (ln_everybody - total).exp();
    for group in &mut groups {
        group.probability = (group.ln_weight - total).exp();
    }
    comparison.covered.fill(comparison.everybody);
    for group in &groups {
        cover(seen, group, all[0].1, &mut comparison.covered);
    }
    for (one, other, ln_weight) in pairs {
        let probability = (ln_weight - total).exp();
        let mut members = [groups[one].members.as_slice(), &groups[other].members].concat();
        members.sort_unstable();
        members.dedup();
        members.iter().for_each(|at| comparison.covered[*at as usize] += probability);
        groups[one].probability += probability;
        // Windows that overlap are added up below: a pair of them counts once.
        if !(groups[one].is_window() && groups[other].is_window()) {
            groups[other].probability += probability;
        }
    }
    groups.sort_by(|one, other| other.probability.total_cmp(&one.probability).then(one.values.cmp(&other.values)));
    gather_windows(&mut groups);
    comparison.groups = groups;
}

/// Adds the probabilities of windows that overlap to the best of them: they are about the same minutes.
fn gather_windows(groups: &mut [Group]) {
    let Some(best) = groups.iter().position(|group| group.is_window()) else { return };
    let mut probability = 0.0;
    let members = groups[best].members.clone();
    for group in groups.iter_mut().filter(|group| group.is_window()) {
        let common = group.members.iter().filter(|at| members.binary_search(at).is_ok()).count();
        if common * 2 >= group.members.len().min(members.len()) {
            probability += std::mem::take(&mut group.probability);
        }
    }
    groups[best].probability = f64::min(probability, 1.0);
    groups.sort_by(|one, other| other.probability.total_cmp(&one.probability).then(one.values.cmp(&other.values)));
}

impl Group {
    /// Returns whether it is a time window and no value.
    fn is_window(&self) -> bool {
        self.window.is_some() && self.values.is_empty()
    }
}

/// Adds to each person the probability that a group's cause covers them. People for whom the record lacks the factor may
/// be members too: as likely as others, and likelier if they are poor.
fn cover(seen: &Seen, group: &Group, judged: u32, covered: &mut [f64]) {
    for at in &group.members {
        covered[*at as usize] += group.probability;
    }
    if group.probability < priors::NEGLIGIBLE || group.window.is_some() {
        return;
    }
    let bits = group.values.iter().fold(0, |bits, value| bits | 1 << value.place());
    let is_unknown = |at: u32| seen.is_poor(at) && seen.known[at as usize] & bits == 0;
    let unknown: Vec<u32> = (0..seen.aspects.len() as u32).filter(|at| is_unknown(*at)).collect();
    let share = group.members.len() as f64 / f64::from(judged.max(1));
    let mean = |rate: priors::Beta| rate.poor / (rate.poor + rate.good);
    let member = share * mean(COVERED);
    let probability = group.probability * member / (member + (1.0 - share) * mean(BACKGROUND));
    for at in unknown {
        covered[at as usize] += probability;
    }
}

/// Returns the logarithm of the weight of two causes at once; `None` if the second adds nobody.
fn ln_pair(seen: &Seen, all: &[(u32, u32); 4], one: &Group, other: &Group) -> Option<f64> {
    // Both lists are sorted.
    let more: Vec<u32> = other.members.iter().copied().filter(|at| one.members.binary_search(at).is_err()).collect();
    let (first, second) = (seen.counts(one.members.iter().copied()), seen.counts(more.iter().copied()));
    if second[0].0 < thresholds::LEAST_AFFECTED {
        return None;
    }
    let ln_prior = one.ln_prior + other.ln_prior - priors::BY_THEMSELVES.ln();
    let (ln_factor, _) = over_aspects(|at| {
        let rest = minus(minus(all[at], first[at]), second[at]);
        ln_marginal(COVERED, first[at]) + ln_marginal(COVERED, second[at]) + ln_marginal(BACKGROUND, rest)
            - ln_marginal(BACKGROUND, all[at])
    });
    Some(ln_prior + ln_factor)
}
