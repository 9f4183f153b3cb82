//! Patterns of failed sessions.

use crate::triage::facts::Failure;

use super::{Attribution, AttributionRule, Confidence, Scene, Testimony, Who};

pub(super) fn failed(
    scene: &Scene<'_>,
    pattern: &'static AttributionRule,
    failure: Failure,
    sure: Confidence,
) -> Vec<Attribution> {
    let sessions = scene.failures[failure as usize] as u32;
    if sessions == 0 {
        return Vec::new();
    }
    let evidence = vec![Testimony::Failed(sessions, scene.facts.len() as u32)];
    vec![Attribution { pattern, who: Who::Sessions(sessions), confidence: sure, evidence, people: Vec::new() }]
}

pub(super) fn setup(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    failed(scene, pattern, Failure::Setup, Confidence::Medium)
}

pub(super) fn dropped(scene: &Scene<'_>, pattern: &'static AttributionRule) -> Vec<Attribution> {
    failed(scene, pattern, Failure::Midcall, Confidence::Low)
}
