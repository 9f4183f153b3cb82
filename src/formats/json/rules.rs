//! The rule sets and the rules of the findings as JSON, in the stable schema `callscope.rules/1`.

use serde::Serialize;

use crate::text::sanitize;
use crate::triage::{RULES, Rule, RuleSet, RuleSets};
use crate::wording::findings::in_general;

use super::head::{LimitsBody, limits};
use super::to_string;

/// Name and version of the schema.
const SCHEMA: &str = "callscope.rules/1";

#[derive(Serialize)]
struct Rules<'a> {
    schema: &'static str,
    /// ID of the rule set used unless another one is named.
    default: &'a str,
    rule_sets: Vec<RuleSetBody<'a>>,
    findings: Vec<RuleBody>,
}

#[derive(Serialize)]
struct RuleSetBody<'a> {
    id: &'a str,
    title: String,
    source: String,
    caution: Option<String>,
    not_judged: Option<String>,
    limits: Vec<LimitsBody>,
}

#[derive(Serialize)]
struct RuleBody {
    id: &'static str,
    title: &'static str,
    severity: &'static str,
    /// A condition on a metric, or what is looked at.
    checks: String,
    heard: String,
    advice: String,
    source: &'static str,
}

/// Returns the rule sets and the findings' rules.
pub fn rules(sets: &RuleSets, default: usize) -> serde_json::Result<String> {
    to_string(&Rules {
        schema: SCHEMA,
        default: &sets.at(default).id,
        rule_sets: sets.iter().map(rule_set).collect(),
        findings: RULES.iter().map(rule).collect(),
    })
}

fn rule_set(set: &RuleSet) -> RuleSetBody<'_> {
    let text = |text: &str| sanitize(text).into_owned();
    RuleSetBody {
        id: &set.id,
        title: text(&set.title),
        source: text(&set.source),
        caution: set.caution.as_deref().map(text),
        not_judged: set.not_judged.as_deref().map(text),
        limits: limits(set),
    }
}

fn rule(rule: &Rule) -> RuleBody {
    RuleBody {
        id: rule.id,
        title: rule.title,
        severity: rule.severity.name(),
        checks: rule.check.to_string(),
        heard: in_general(rule.heard),
        advice: in_general(rule.advice),
        source: rule.source,
    }
}
