//! One person's own cause: their access network, one direction of it, their machine, or a device.

use crate::triage::factors::{FACTORS, Nature};
use crate::triage::facts::Rating;
use crate::triage::findings::{PointsTo, RULES, Rule};
use crate::triage::priors::{MACHINE_SIGN, NETWORK_SIGN, ONE_DIRECTION_PATH, OWN_MACHINE, OWN_NETWORK, OWN_PATH};
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::super::participants::ParticipantStats;
use super::{Attribution, Confidence, Limit, Scene, Testimony, Who, is_heard, is_heard_badly};

/// Finds people with a problem of their own: poor, and covered by no common cause.
pub(super) fn own(scene: &mut Scene<'_>) -> Vec<Attribution> {
    if scene.is_pair || scene.is_everywhere {
        return Vec::new();
    }
    let open = |at: &u32| !scene.is_covered[*at as usize];
    let judged = scene.everybody().filter(open).filter(|at| scene.is_judged(*at)).count() as u32;
    let poor = scene.everybody().filter(open).filter(|at| scene.is_poor(*at)).count() as u32;
    scene.left = (poor, judged);
    let scene = &*scene;
    // A sign that most people without trouble have as well tells nobody apart.
    let good: Vec<&ParticipantStats> = scene.people.iter().filter(|it| it.verdict() == Verdict::Good).collect();
    let is_telling = |to: PointsTo| {
        let with = good.iter().filter(|it| it.points_to(to)).count();
        with as f64 <= thresholds::USUAL * good.len() as f64
    };
    let telling = [is_telling(PointsTo::Network), is_telling(PointsTo::Machine)];
    let open = scene.everybody().filter(|at| scene.is_poor(*at) && !scene.is_covered[*at as usize]);
    open.filter_map(|at| of_person(scene, at, telling)).collect()
}

/// `telling` says whether signs of the network, and of the machine, tell this person from the others.
fn of_person(scene: &Scene<'_>, at: u32, telling: [bool; 2]) -> Option<Attribution> {
    let it = &scene.people[at as usize];
    // The common causes take their part of the probability; the rest is the person's own.
    let own = 1.0 - scene.comparison.covered[at as usize];
    if own < thresholds::LOW {
        return None;
    }
    if it.voice().poor == 0 {
        return (it.pictures().poor > 0).then(|| pictures(scene, at, own));
    }
    let is_both = it.said.poor > 0 && it.heard.poor > 0;
    let sign = |is_there: bool, times: f64| if is_there { times } else { 1.0 };
    let network = OWN_NETWORK * sign(telling[0] && it.points_to(PointsTo::Network), NETWORK_SIGN);
    let machine = OWN_MACHINE * sign(telling[1] && it.points_to(PointsTo::Machine), MACHINE_SIGN);
    let path = if is_both { OWN_PATH } else { ONE_DIRECTION_PATH };
    let total = network + machine + path;
    let is_machine = machine > network;
    let is_phone = scene.facts[it.row as usize].party(it.end).is_phone;
    let cause = match (is_machine, it.said.poor > 0, it.heard.poor > 0) {
        _ if is_phone => "own-telephone",
        (true, ..) => "own-machine",
        (_, true, true) => own_network(scene, it),
        (_, true, false) => "own-uplink",
        _ => "own-downlink",
    };
    let probability = own * network.max(machine) / total;
    let mut evidence = Vec::new();
    if it.said.poor > 0 {
        evidence.push(Testimony::Said(it.said));
    }
    if it.heard.poor > 0 {
        evidence.push(Testimony::Heard(it.heard));
    }
    evidence.extend(scene.compared(at));
    evidence.extend(scene.findings_of(it, if is_machine { PointsTo::Machine } else { PointsTo::Network }));
    let mut one = Attribution::new(cause, Who::Person(at), Confidence::of(probability), evidence, vec![at]);
    one.probability = Some(probability);
    if it.said.poor > 0 {
        one.evidence.extend(scene.listeners_rated(at));
        scene.add_listeners(at, &mut one);
    }
    if !telling[usize::from(is_machine)] {
        one.limit(Confidence::Low, Limit::UsualSign);
    }
    if is_phone {
        one.limit(Confidence::Low, Limit::Telephone);
    }
    limit(scene, at, &mut one);
    Some(one)
}

/// Returns the cause for a person whose voice is bad both ways, by the kind of their connection.
fn own_network(scene: &Scene<'_>, it: &ParticipantStats) -> &'static str {
    let values = scene.facts[it.row as usize].values(it.end);
    let natures = || values.iter().filter(|value| value.factor().id == "net").map(|value| value.nature());
    if natures().any(|nature| nature == Nature::ListedVpn) {
        return "own-vpn";
    }
    let is_wifi_bad = it.speak.iter().any(|place| RULES[place].id.starts_with("wifi-"));
    match natures().next() {
        Some(Nature::Mobile) => "own-mobile",
        Some(Nature::Vpn) => "own-vpn",
        Some(Nature::Wifi) if is_wifi_bad => "own-wifi",
        _ => "own-network",
    }
}

fn pictures(scene: &Scene<'_>, at: u32, own: f64) -> Attribution {
    let it = &scene.people[at as usize];
    let is_voice_good = it.voice().verdict() == Verdict::Good;
    let mut evidence = vec![Testimony::Pictures(it.pictures(), is_voice_good)];
    evidence.extend(scene.compared(at));
    evidence.extend(scene.findings_of(it, PointsTo::Machine));
    let mut one = Attribution::new("own-pictures", Who::Person(at), Confidence::Low, evidence, vec![at]);
    one.probability = Some(own);
    limit(scene, at, &mut one);
    one
}

/// Limits the confidence in one person's own cause.
fn limit(scene: &Scene<'_>, at: u32, one: &mut Attribution) {
    scene.limit_by_call(one);
    if scene.has_common {
        one.limit(Confidence::Medium, Limit::CommonPattern);
    }
    let share = |(poor, judged): (u32, u32)| f64::from(poor) / f64::from(judged.max(1));
    if share(scene.comparison.total) >= thresholds::MANY_POOR && scene.comparison.total.0 > 1
        || share(scene.left) > thresholds::MANY_LEFT && scene.left.0 > 1
    {
        one.limit(Confidence::Low, Limit::ManyPoor);
    }
    if !scene.comparison.knows_network(at) {
        one.limit(Confidence::Low, Limit::UnknownNetworks);
    }
    if scene.comparison.shares_suspect(at) {
        one.limit(Confidence::Low, Limit::SharedNetwork);
    }
}

/// Finds poor people who are left: something they share is as likely as trouble of their own, and neither is likely
/// enough to be named.
pub(super) fn unclear(scene: &mut Scene<'_>) -> Vec<Attribution> {
    let is_left = |at: &u32| {
        let it = &scene.people[*at as usize];
        it.voice().poor + it.pictures().poor > 0 && !scene.is_explained[*at as usize] && !scene.is_covered[*at as usize]
    };
    let left: Vec<u32> = scene.everybody().filter(is_left).collect();
    if scene.is_pair || left.is_empty() {
        return Vec::new();
    }
    let who = match left.as_slice() {
        [only] => Who::Person(*only),
        many => Who::Sessions(many.len() as u32),
    };
    let (poor, judged) = scene.comparison.total;
    let others = judged.saturating_sub(left.len() as u32);
    let evidence = vec![Testimony::OthersWell(others, judged.saturating_sub(poor))];
    let mut one = Attribution::new("unclear", who, Confidence::Low, evidence, left);
    one.limit(Confidence::Low, Limit::Rivals);
    scene.limit_by_call(&mut one);
    vec![one]
}

/// Finds faults of devices and machines that need no poor stream: severe ones, and any that a bad rating points to.
pub(super) fn faults(scene: &mut Scene<'_>) -> Vec<Attribution> {
    let mut found = Vec::new();
    for at in scene.everybody() {
        let it = &scene.people[at as usize];
        let severe = it.severe_fault();
        let is_named = scene.is_explained[at as usize];
        let is_strong = it.points_to(PointsTo::Device) || it.points_to(PointsTo::Machine);
        let is_rated = it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor;
        let hurts_others = || is_heard_badly(it) && scene.listeners_rated(at).is_some();
        if severe.is_none() && (is_named || !is_strong || !(is_rated || hurts_others())) {
            continue;
        }
        let Some(place) = severe.or_else(|| strongest(it)) else { continue };
        if is_named && RULES[place].points_to == PointsTo::Machine {
            continue;
        }
        found.push(fault(scene, at, place));
        if found.len() == thresholds::ONE_BY_ONE {
            break;
        }
    }
    found
}

/// Returns the first rule about the person's device or machine that triggered with at least a warning.
fn strongest(it: &ParticipantStats) -> Option<usize> {
    let is_fault = |place: &usize| {
        let rule = &RULES[*place];
        matches!(rule.points_to, PointsTo::Device | PointsTo::Machine)
            && rule.severity <= crate::triage::Severity::Warning
    };
    it.speak.iter().find(is_fault)
}

/// Returns the cause that a rule about a person's device or machine stands for.
fn cause_of(rule: &Rule) -> &'static str {
    match rule.id {
        "microphone-not-working"
        | "microphone-glitches"
        | "clipping"
        | "too-quiet"
        | "noisy"
        | "voice-sent-quiet"
        | "noise-sent" => "own-microphone",
        "speaker-not-working" | "speaker-muted" | "volume-at-zero" | "speaker-glitches" => "own-loudspeaker",
        _ if rule.points_to == PointsTo::Machine => "own-machine",
        _ => "own-device",
    }
}

/// Attributes the complaints of others to a person's end: it is where the complaints are explained, and nothing else
/// names it. `place` is the rule that triggered there, and `raters` how many complained. The confidence is low, because
/// the record does not say whom they heard.
pub(in super::super) fn of_complaints(at: u32, place: usize, raters: u32) -> Attribution {
    let evidence = vec![Testimony::Finding(place), Testimony::ListenersRated(raters)];
    let mut one = Attribution::new(cause_of(&RULES[place]), Who::Person(at), Confidence::Low, evidence, vec![at]);
    one.limit(Confidence::Low, Limit::NotKnownWhom);
    one
}

fn fault(scene: &Scene<'_>, at: u32, place: usize) -> Attribution {
    let it = &scene.people[at as usize];
    let rule = &RULES[place];
    let cause = cause_of(rule);
    let hurts_listeners = is_heard(rule);
    let mut evidence: Vec<Testimony> =
        [PointsTo::Device, PointsTo::Machine].map(|to| scene.findings_of(it, to)).concat();
    if it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor {
        evidence.insert(0, Testimony::RatedBadly(1));
    }
    if hurts_listeners {
        evidence.extend(scene.listeners_rated(at));
    }
    let confidence = if rule.is_severe_fault() { Confidence::Medium } else { Confidence::Low };
    let mut one = Attribution::new(cause, Who::Person(at), confidence, evidence, vec![at]);
    if hurts_listeners {
        scene.add_listeners(at, &mut one);
    }
    scene.limit_by_call(&mut one);
    one
}

impl super::super::comparison::Comparison {
    /// Returns whether the record has a person's subnet or public address.
    pub(super) fn knows_network(&self, at: u32) -> bool {
        let known = self.known.get(at as usize).copied().unwrap_or(0);
        FACTORS.iter().enumerate().any(|(place, factor)| is_network(factor.id) && known >> place & 1 == 1)
    }

    /// Returns whether another poor person has a network in common with a poor person, or anything else that most of
    /// those who have it are poor with.
    pub(super) fn shares_suspect(&self, at: u32) -> bool {
        let mut values = self.poor_with.iter().zip(&self.candidates);
        values.any(|((value, poor), (_, all))| {
            let is_suspect = poor.len() as f64 >= all.len() as f64 * thresholds::SUSPECT_SHARE;
            (is_network(value.factor().id) || is_suspect && all.len() < self.total.1 as usize)
                && poor.binary_search(&at).is_ok()
        })
    }
}

fn is_network(factor: &str) -> bool {
    matches!(factor, "site" | "subnet" | "public")
}
