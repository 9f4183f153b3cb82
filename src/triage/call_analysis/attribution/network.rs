//! Network patterns: a site, one person's access network, one direction, the path between two people.

use crate::triage::factors::FactorOf;
use crate::triage::findings::{PointsTo, RULES};
use crate::triage::verdict::Counts;

use super::super::participants::ParticipantStats;
use super::{Attribution, AttributionRule, Confidence, Scene, Testimony, Who};

pub(super) fn site(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Site, Confidence::High)
}

pub(super) fn access_network(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    if scene.is_pair {
        return Vec::new();
    }
    scene.one_by_one(pattern, |at, it| {
        if it.said.poor == 0 || it.heard.poor == 0 || it.points_to(PointsTo::Machine) {
            return None;
        }
        let (confidence, others) = scene.compared(at);
        let mut evidence = vec![Testimony::Said(it.said), Testimony::Heard(it.heard), others];
        evidence.extend(scene.findings_of(it, PointsTo::Network));
        Some((confidence, evidence))
    })
}

pub(super) fn uplink(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    let ways = |it: &ParticipantStats| (it.said, it.heard);
    one_way(scene, pattern, ways, Testimony::Said, ["network-sent-badly", "network-received-badly"])
}

pub(super) fn downlink(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    let ways = |it: &ParticipantStats| (it.heard, it.said);
    one_way(scene, pattern, ways, Testimony::Heard, ["network-received-badly", "network-sent-badly"])
}

/// Finds people with only one bad direction. `words` are the IDs of the rules that report this direction for the
/// person's own network and for that of the other end.
pub(super) fn one_way(
    scene: &Scene<'_>,
    pattern: &'static AttributionRule,
    ways: fn(&ParticipantStats) -> (Counts, Counts),
    testimony: fn(Counts) -> Testimony,
    words: [&str; 2],
) -> Vec<Attribution> {
    let [own, others] = words.map(|word| RULES.iter().position(|rule| rule.id == word));
    let complains = |it: &ParticipantStats, word: Option<usize>| word.is_some_and(|place| it.speak.contains(place));
    scene.one_by_one(pattern, |at, it| {
        let (bad, other) = ways(it);
        if bad.poor == 0 || other.poor > 0 {
            return None;
        }
        let has_sign = complains(it, own) || it.points_to(PointsTo::Network);
        // In a call of two, the bad direction has two ends; it is attributed only if this end alone shows a sign.
        let other_has_sign = scene
            .people
            .iter()
            .enumerate()
            .any(|(place, one)| place as u32 != at && (complains(one, others) || one.points_to(PointsTo::Network)));
        if scene.is_pair && (!has_sign || other_has_sign) {
            return None;
        }
        let (compared, others) = scene.compared(at);
        let confidence = match (compared, has_sign) {
            (Confidence::High, true) => Confidence::High,
            (Confidence::Low, false) => Confidence::Low,
            _ => Confidence::Medium,
        };
        let mut evidence = vec![testimony(bad), others];
        evidence.extend(scene.findings_of(it, PointsTo::Network));
        Some((confidence, evidence))
    })
}

pub(super) fn between_two(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    if !scene.is_pair {
        return Vec::new();
    }
    let people: Vec<u32> = scene.open().filter(|(_, it)| it.voice().poor > 0).map(|(at, _)| at).collect();
    // If one of the two people who share a poor stream is already explained, so is the stream.
    let is_explained = scene.people.iter().enumerate().any(|(at, it)| scene.is_explained[at] && it.voice().poor > 0);
    let Some(&first) = people.first().filter(|_| !is_explained) else { return Vec::new() };
    let it = &scene.people[first as usize];
    let mut evidence: Vec<Testimony> = [Testimony::Said(it.said), Testimony::Heard(it.heard)]
        .into_iter()
        .filter(|one| matches!(one, Testimony::Said(counts) | Testimony::Heard(counts) if counts.poor > 0))
        .collect();
    evidence.extend(people.iter().flat_map(|at| scene.findings_of(&scene.people[*at as usize], PointsTo::Network)));
    evidence.push(Testimony::NobodyElse);
    evidence.dedup();
    vec![Attribution { pattern, who: Who::Sessions(1), confidence: Confidence::Low, evidence, people }]
}
