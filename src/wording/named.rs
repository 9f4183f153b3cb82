//! Finds what a name means that stands in a report or on screen: a member of the record, a metric, a finding, a rule set
//! or a cause; and lists all names that can be explained.

use crate::metrics::{self, METRICS};
use crate::triage::call_analysis::attribution::{CAUSES, Cause};
use crate::triage::rules::{JUDGED, Method};
use crate::triage::{RULES, RuleSet, RuleSets};

use super::explain::{self, Explained, sentence};
use super::glossary::MEANINGS;

/// Explains everything of that name: a member by its path or name, a metric also by its label, a finding, a rule set or
/// a cause by its ID. Empty if nothing has that name.
pub fn all_named(name: &str, sets: &RuleSets) -> Vec<Explained> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let last = last.split('[').next().unwrap_or(last);
    let is_named = |known: &str| known.eq_ignore_ascii_case(name);
    let mut all = Vec::new();
    let metric = METRICS.iter().find(|metric| is_named(metric.label) || is_named(metric.short)).map(|metric| metric.id);
    let meaning = MEANINGS.iter().map(|meaning| meaning.member).find(|member| member.eq_ignore_ascii_case(last));
    if let Some(member) = meaning.or(metric) {
        all.push(explain::member(member, Vec::new(), sets));
    }
    if let Some(rule) = RULES.iter().find(|rule| is_named(rule.id)) {
        all.push(explain::rule(rule, None, rule.source));
    }
    all.extend(sets.iter().find(|set| is_named(&set.id)).map(rule_set));
    all.extend(CAUSES.iter().find(|cause| is_named(cause.id)).map(cause));
    all
}

/// All names that can be explained, in groups, each with what it is in a few words.
pub fn names(sets: &RuleSets) -> Vec<(&'static str, Vec<(String, String)>)> {
    let pair = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    let members = MEANINGS.iter().filter(|meaning| metrics::by_id(meaning.member).is_none());
    vec![
        ("metrics", METRICS.iter().map(|metric| pair(metric.id, metric.label)).collect()),
        ("findings", RULES.iter().map(|rule| pair(rule.id, rule.title)).collect()),
        ("rule sets", sets.iter().map(|set| pair(&set.id, &set.title)).collect()),
        ("causes", CAUSES.iter().map(|cause| pair(cause.id, cause.side)).collect()),
        ("other members of the record", members.map(|meaning| pair(meaning.member, meaning.is)).collect()),
    ]
}

/// Explains a rule set.
fn rule_set(set: &RuleSet) -> Explained {
    let mut explained = Explained::new(format!("rule set {}", set.id));
    explained.part("what it is", [sentence(&set.title)]);
    for (kind, medium) in JUDGED {
        let Some(classifier) = set.classifier(*medium) else { continue };
        let mut lines = Vec::new();
        lines.extend(classifier.more_packets_than.map(|packets| format!("judged above {packets} packets")));
        lines.push(match classifier.method {
            Method::Any => "poor if any of these is met:".to_owned(),
            Method::FirstMeasured => "poor by the first of these that was measured:".to_owned(),
        });
        lines.extend(classifier.conditions.iter().map(|condition| format!("  {}", condition.words())));
        explained.part(kind, lines);
    }
    explained.part("caution", set.caution.as_deref().map(sentence));
    explained.part("what it does not judge", set.not_judged.as_deref().map(sentence));
    explained.part("source", [set.source.clone()]);
    explained
}

/// Explains a cause.
fn cause(cause: &Cause) -> Explained {
    let mut explained = Explained::new(format!("cause {}", cause.id));
    explained.part("whose side it is on", [sentence(cause.side)]);
    explained.part("what to do next", [sentence(cause.advice)]);
    explained.part("source", ["callscope's own comparison of the people in the call".to_owned()]);
    explained
}

/// Returns every name that a misspelt one may have been meant for.
pub fn candidates(sets: &RuleSets) -> Vec<String> {
    let listed = names(sets).into_iter().flat_map(|(_, names)| names).map(|(name, _)| name);
    listed.chain(METRICS.iter().map(|metric| metric.label.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_listed_is_explained() {
        let sets = RuleSets::built_in();
        for (group, names) in names(sets) {
            for (name, _) in names {
                assert!(!all_named(&name, sets).is_empty(), "{group}: {name}");
            }
        }
    }

    #[test]
    fn a_metric_is_found_by_its_label_and_a_member_by_its_path_in_any_case() {
        let sets = RuleSets::built_in();
        let title = |name: &str| all_named(name, sets).first().map(|explained| explained.title.clone());
        assert_eq!(title("loss").as_deref(), Some("loss · averagePacketLossRate"));
        assert_eq!(title("AVERAGEJITTER"), title("averageJitter"));
        assert_eq!(title("media[0].callerNetwork.subnet").as_deref(), Some("subnet"));
        assert_eq!(title("nothing"), None);
        let both: Vec<String> = all_named("subnet", sets).into_iter().map(|explained| explained.title).collect();
        assert_eq!(both, ["subnet", "cause subnet"]);
    }
}
