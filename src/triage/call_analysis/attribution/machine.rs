//! Machine, device and client patterns.

use crate::triage::factors::FactorOf;
use crate::triage::facts::Rating;
use crate::triage::findings::PointsTo;
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::super::participants::ParticipantStats;
use super::{Attribution, AttributionRule, Confidence, Scene, Testimony, Who};

pub(super) fn client(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Client, Confidence::Medium)
}

pub(super) fn machine(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    scene.one_by_one(pattern, |at, it| {
        let findings = scene.findings_of(it, PointsTo::Machine);
        if findings.is_empty() || !it.points_to(PointsTo::Machine) {
            return None;
        }
        let (_, others) = scene.compared(at);
        Some((Confidence::Medium, [findings, vec![others]].concat()))
    })
}

/// Finds device and machine problems of people who rated the call badly but have no poor stream.
pub(super) fn device(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    let is_open = |at: usize, it: &ParticipantStats| {
        let complains = it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor;
        !scene.is_explained[at] && complains
    };
    let people = scene.people.iter().enumerate().filter(|(at, it)| is_open(*at, it));
    people
        .filter_map(|(at, it)| {
            let findings = [PointsTo::Device, PointsTo::Machine].map(|to| scene.findings_of(it, to)).concat();
            let is_strong = it.points_to(PointsTo::Device) || it.points_to(PointsTo::Machine);
            is_strong.then(|| Attribution {
                pattern,
                who: Who::Person(at as u32),
                confidence: Confidence::Medium,
                evidence: [vec![Testimony::RatedBadly(1)], findings].concat(),
                people: vec![at as u32],
            })
        })
        .take(thresholds::ONE_BY_ONE)
        .collect()
}

pub(super) fn pictures(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    scene.one_by_one(pattern, |at, it| {
        let mut pictures = it.shown;
        pictures += it.seen;
        if it.voice().poor > 0 || pictures.poor == 0 {
            return None;
        }
        let (_, others) = scene.compared(at);
        Some((Confidence::Low, vec![Testimony::Pictures(pictures), others]))
    })
}
