//! Patterns that point to the service, or to nothing in the record.

use crate::triage::factors::{FACTORS, FactorOf, Value};
use crate::triage::facts::Rating;
use crate::triage::findings::{RULES, by_id};
use crate::triage::thresholds;
use crate::triage::verdict::Verdict;

use super::{Attribution, AttributionRule, Confidence, Scene, Testimony, Who};

pub(super) fn service(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Service, Confidence::Low)
}

/// Finds many affected people on unrelated networks.
pub(super) fn everywhere(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    let public = FACTORS.iter().position(|factor| factor.id == "public");
    let poor: Vec<u32> = scene
        .people
        .iter()
        .enumerate()
        .filter(|(_, it)| it.verdict() == Verdict::Poor && it.voice().poor > 0)
        .map(|(at, _)| at as u32)
        .collect();
    let judged = scene.people.iter().filter(|it| it.verdict() != Verdict::Unclassified).count();
    if poor.len() < thresholds::EVERYWHERE_PEOPLE || poor.len() * thresholds::EVERYWHERE_ONE_IN < judged {
        return Vec::new();
    }
    let mut networks: Vec<Value> = Vec::new();
    for at in &poor {
        let it = &scene.people[*at as usize];
        let values = scene.facts[it.row as usize].values(it.end);
        networks.extend(values.iter().filter(|value| Some(value.place()) == public));
    }
    networks.sort_unstable();
    networks.dedup();
    let has_site = scene
        .shared
        .iter()
        .any(|factor| factor.value.factor().of == FactorOf::Site && factor.with.0 as usize * 2 > poor.len());
    if networks.len() < thresholds::EVERYWHERE_NETWORKS || has_site {
        return Vec::new();
    }
    let evidence = vec![Testimony::Networks(networks.len() as u32), Testimony::NoTimes];
    let who = Who::Sessions(poor.len() as u32);
    vec![Attribution { pattern, who, confidence: Confidence::Low, evidence, people: Vec::new() }]
}

/// Finds bad ratings that no metric explains.
pub(super) fn cannot_tell(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    let rule = RULES.iter().position(|rule| by_id("rated-bad-without-cause").is_some_and(|it| it == rule));
    let unhappy: Vec<u32> = scene
        .people
        .iter()
        .enumerate()
        .filter(|(at, it)| {
            let is_unhappy = it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor;
            // Without any stream, the record has nothing to explain a rating.
            is_unhappy && !scene.is_explained[*at] && it.streams().total() > 0
        })
        .map(|(at, _)| at as u32)
        .collect();
    if unhappy.is_empty() {
        return Vec::new();
    }
    let is_judged = |at: &&u32| scene.people[**at as usize].verdict() == Verdict::Good;
    let judged = unhappy.iter().filter(is_judged).count() as u32;
    let mut evidence = Vec::new();
    if judged > 0 {
        evidence.push(Testimony::RatedBadly(judged));
        evidence.extend(rule.map(Testimony::Finding));
    }
    if judged < unhappy.len() as u32 {
        evidence.push(Testimony::RatedUnjudged(unhappy.len() as u32 - judged));
    }
    let who = match unhappy.as_slice() {
        [only] => Who::Person(*only),
        many => Who::Sessions(many.len() as u32),
    };
    vec![Attribution { pattern, who, confidence: Confidence::Low, evidence, people: unhappy }]
}
