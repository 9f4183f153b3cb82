//! The findings in a report, of sessions and of the whole call.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, Dataset, Row};
use crate::model::Session;
use crate::text::sanitize;
use crate::triage::{Assessment, End, Evidence, EvidenceValue, RuleSet, examine};
use crate::wording::findings::{self, Sentences};

use super::{moment, to_writer};

/// A finding, of a session or of the whole call.
#[derive(Serialize, JsonSchema)]
pub struct FindingBody<'a> {
    /// Stable ID of the rule.
    id: &'static str,
    /// `severe`, `warning`, `hint` or `note`.
    severity: &'static str,
    /// The session it was found in; null for the whole call.
    session: Option<Cow<'a, str>>,
    /// Where in the session; empty for the whole call.
    path: String,
    /// The rule in a few words.
    title: &'static str,
    /// What was found.
    sentence: Cow<'a, str>,
    /// What people probably heard or saw.
    heard: Cow<'a, str>,
    /// What to do next.
    advice: Cow<'a, str>,
    /// Where the limit comes from.
    source: Cow<'a, str>,
    /// The figures it rests on.
    evidence: Vec<EvidenceBody<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct EvidenceBody<'a> {
    /// Graph's name of the member.
    field: &'static str,
    /// The end it belongs to, `caller` or `callee`; null for a stream.
    of: Option<&'static str>,
    /// The value.
    value: Value<'a>,
    /// The limit; null if there is none.
    limit: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Value<'a> {
    Number(f64),
    Text(Cow<'a, str>),
    Bool(bool),
}

/// Writes the findings about the whole call as elements of the list, each preceded by a comma.
pub fn findings_of_call(
    call: &Call,
    loaded: &Dataset,
    assessment: &Assessment,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    for (rule, answer) in findings::of_call(call, loaded, assessment) {
        let findings::CallAnswer::Speaks(finding) = answer else { continue };
        let session = finding.row.and_then(|row| call.rows().get(row as usize)?.id.as_ref());
        let body = FindingBody {
            id: rule.id,
            severity: rule.severity.name(),
            session: session.map(|id| id.to_string().into()),
            path: String::new(),
            title: rule.title,
            sentence: finding.sentence.into(),
            heard: findings::in_general(rule.heard).into(),
            advice: findings::in_general(rule.advice).into(),
            source: rule.source.into(),
            evidence: Vec::new(),
        };
        out.push(b',');
        to_writer(out, &body)?;
    }
    Ok(())
}

/// Writes the findings of a session as elements of the list, each preceded by a comma.
pub fn findings_of(row: &Row, session: &Session, rules: &RuleSet, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let sentences = Sentences::of(session, rules);
    let id = row.id.as_ref().map(ToString::to_string);
    for finding in examine(session, rules) {
        let body = FindingBody {
            id: finding.rule.id,
            severity: finding.rule.severity.name(),
            session: id.as_deref().map(Cow::Borrowed),
            path: finding.path.to_string(),
            title: finding.rule.title,
            sentence: sentences.sentence(&finding),
            heard: sentences.heard(&finding),
            advice: sentences.advice(&finding),
            source: sentences.source(&finding),
            evidence: finding.evidence.iter().map(evidence).collect(),
        };
        out.push(b',');
        to_writer(out, &body)?;
    }
    Ok(())
}

fn evidence(evidence: &Evidence) -> EvidenceBody<'_> {
    let value = match &evidence.value {
        EvidenceValue::Metric(_, value) => Value::Number(*value),
        EvidenceValue::Seconds(value) | EvidenceValue::Count(value) => Value::Number(*value),
        EvidenceValue::Moment(when) => Value::Text(moment(*when).into()),
        EvidenceValue::Text(text) => Value::Text(sanitize(text)),
        EvidenceValue::Bool(is) => Value::Bool(*is),
    };
    EvidenceBody { field: evidence.field, of: evidence.of.map(End::name), value, limit: evidence.limit }
}
