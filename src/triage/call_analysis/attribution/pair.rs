//! Calls between two people: every poor direction has two ends, and nobody else is there to compare with.

use crate::triage::findings::{PointsTo, RULES};
use crate::triage::verdict::Counts;

use super::super::participants::ParticipantStats;
use super::{Attribution, Confidence, Limit, Scene, Testimony, Who};

pub(super) fn between_two(scene: &mut Scene<'_>) -> Vec<Attribution> {
    if !scene.is_pair {
        return Vec::new();
    }
    let poor: Vec<u32> = scene.everybody().filter(|at| scene.is_poor(*at)).collect();
    let Some(&first) = poor.first() else { return Vec::new() };
    let mut found: Vec<Attribution> = poor.iter().filter_map(|at| one_end(scene, *at)).collect();
    if found.is_empty() {
        let it = &scene.people[first as usize];
        let mut evidence: Vec<Testimony> = Vec::new();
        let mut push = |counts: Counts, testimony: Testimony| {
            if counts.poor > 0 {
                evidence.push(testimony);
            }
        };
        push(it.said, Testimony::Said(it.said));
        push(it.heard, Testimony::Heard(it.heard));
        push(it.pictures(), Testimony::Pictures(it.pictures(), it.voice().judged() > 0 && it.voice().poor == 0));
        push(it.unplaced, Testimony::Streams(it.unplaced));
        evidence.extend(poor.iter().flat_map(|at| scene.findings_of(&scene.people[*at as usize], PointsTo::Network)));
        evidence.push(Testimony::NobodyElse);
        evidence.dedup();
        found.push(Attribution::new("between-two", Who::Sessions(1), Confidence::Low, evidence, poor));
    }
    for one in &mut found {
        one.limit(Confidence::Low, Limit::OnlyTwo);
        scene.limit_by_call(one);
    }
    found
}

/// Returns the attribution to one of the ends, if only that end reports a bad network and only one direction is poor.
fn one_end(scene: &Scene<'_>, at: u32) -> Option<Attribution> {
    let it = &scene.people[at as usize];
    let (cause, testimony, own, of_other) = match (it.said.poor > 0, it.heard.poor > 0) {
        (true, false) => ("pair-uplink", Testimony::Said(it.said), "network-sent-badly", "network-received-badly"),
        (false, true) => ("pair-downlink", Testimony::Heard(it.heard), "network-received-badly", "network-sent-badly"),
        _ => return None,
    };
    let complains = |it: &ParticipantStats, rule: &str| {
        it.speak.iter().any(|place| RULES[place].id == rule) || it.points_to(PointsTo::Network)
    };
    let mut others = scene.everybody().filter(|other| *other != at).map(|other| &scene.people[other as usize]);
    if !complains(it, own) || others.any(|other| complains(other, of_other)) {
        return None;
    }
    let mut evidence = vec![testimony];
    evidence.extend(scene.findings_of(it, PointsTo::Network));
    evidence.push(Testimony::NobodyElse);
    Some(Attribution::new(cause, Who::Person(at), Confidence::Low, evidence, vec![at]))
}
