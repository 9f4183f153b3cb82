//! Bad ratings that nothing in the record explains.

use crate::triage::findings::{RULES, by_id};
use crate::triage::verdict::Verdict;

use super::{Attribution, Confidence, Scene, Testimony, Who, is_heard_badly};

pub(super) fn cannot_tell(scene: &mut Scene<'_>) -> Vec<Attribution> {
    // What anybody sent badly reached everybody who listened, and explains their ratings.
    let hurts = |at: u32| {
        let it = &scene.people[at as usize];
        it.said.poor > 0 || is_heard_badly(it)
    };
    let hurting: Vec<u32> = scene.everybody().filter(|at| hurts(*at)).take(2).collect();
    let unhappy: Vec<u32> = scene
        .unhappy()
        .filter(|at| {
            let it = &scene.people[*at as usize];
            // Without any stream, the record has nothing to explain a rating.
            let is_hurt = it.heard.total() > 0 && hurting.iter().any(|other| other != at);
            !scene.is_explained[*at as usize] && it.streams().total() > 0 && !is_hurt
        })
        .collect();
    if unhappy.is_empty() {
        return Vec::new();
    }
    let is_judged = |at: &&u32| scene.people[**at as usize].verdict() == Verdict::Good;
    let judged = unhappy.iter().filter(is_judged).count() as u32;
    let mut evidence = Vec::new();
    if judged > 0 {
        evidence.push(Testimony::RatedBadly(judged));
        let rule = RULES.iter().position(|rule| by_id("rated-bad-without-cause").is_some_and(|it| it == rule));
        evidence.extend(rule.map(Testimony::Finding));
    }
    if judged < unhappy.len() as u32 {
        evidence.push(Testimony::RatedUnjudged(unhappy.len() as u32 - judged));
    }
    let who = match unhappy.as_slice() {
        [only] => Who::Person(*only),
        many => Who::Sessions(many.len() as u32),
    };
    vec![Attribution::new(super::CANNOT_TELL, who, Confidence::Low, evidence, unhappy)]
}
