//! Turns findings into sentences: the templates of the rule table, filled in with people's names and values.

use crate::call::{Call, Completeness, Dataset};
use crate::metrics::Unit;
use crate::model::{Clock, Field, Node, Session};
use crate::triage::findings::{CallCheck, Check, PointsTo};
use crate::triage::legs::{Parties, parties_of};
use crate::triage::{Assessment, End, Evidence, EvidenceValue, Finding, RULES, Rule, RuleSet};

use crate::text::sanitize;
use crate::wording::{self, direction, feedback};

/// Returns the sentence of a finding.
pub fn sentence(finding: &Finding, session: &Session, rules: &RuleSet) -> String {
    fill(finding.rule.sentence, "service", finding, session, rules)
}

/// Returns what people probably heard or saw.
pub fn heard(finding: &Finding, session: &Session, rules: &RuleSet) -> String {
    // At the other end of a leg between other parties is one gateway, not the rest of a meeting.
    let service = if is_of_other_leg(finding, session) { "the other end of this leg" } else { "everybody else" };
    fill(finding.rule.heard, service, finding, session, rules)
}

/// Returns the next step.
pub fn advice(finding: &Finding, session: &Session, rules: &RuleSet) -> String {
    // The usual advice is for a person's own network, which a leg between other parties says nothing about.
    if finding.rule.points_to == PointsTo::Path && is_of_other_leg(finding, session) {
        return "this leg is between other parties: give its times to those who run the gateway or the carrier's trunk"
            .to_owned();
    }
    fill(finding.rule.advice, "everybody else", finding, session, rules)
}

/// Returns whether a finding is about a segment whose parties are not the session's.
fn is_of_other_leg(finding: &Finding, session: &Session) -> bool {
    let segment = finding.path.positions().next();
    segment.is_some_and(|at| parties_of(session, at) == Parties::Others)
}

/// Returns the source of the limit.
pub fn source(finding: &Finding, rules: &RuleSet) -> String {
    if finding.rule.check.depends_on_rules() && finding.rule.source == "the rule set" {
        format!("{}: {}", rules.id, rules.source)
    } else {
        finding.rule.source.to_owned()
    }
}

/// Fills in a rule's template with general terms instead of names.
pub fn in_general(template: &str) -> String {
    replaced(template, |key| match key {
        "who" | "people" => "the person".to_owned(),
        "from" => "the speaker".to_owned(),
        "to" => "the listener".to_owned(),
        "direction" => "one direction".to_owned(),
        "effect" => "with gaps, robotic or late".to_owned(),
        _ => "…".to_owned(),
    })
}

/// Fills in a template. At the other end of a meeting is the service, which stands for all the others; `service` is the
/// term for it.
fn fill(template: &str, service: &str, finding: &Finding, session: &Session, rules: &RuleSet) -> String {
    let segment = finding.path.positions().next().and_then(|at| session.segments.items().get(at)?.value());
    let (caller, callee) = session.ends(segment);
    let (caller_name, callee_name) = wording::full_names(caller, callee);
    // Between two services, each is called by its own name.
    let has_person = !(wording::is_service(caller) && wording::is_service(callee));
    let name = |end: End| match end {
        End::Caller if wording::is_service(caller) && has_person => service.to_owned(),
        End::Caller => caller_name.clone(),
        End::Callee if wording::is_service(callee) && has_person => service.to_owned(),
        End::Callee => callee_name.clone(),
    };
    replaced(template, |key| match key {
        "who" | "from" => finding.end.map_or_else(|| "one end".to_owned(), name),
        "to" => finding.end.map_or_else(|| "the other end".to_owned(), |end| name(end.other())),
        "people" => match (caller, callee) {
            (Some(one), Some(other)) if wording::both_are_people(one, other) => {
                format!("{caller_name} and {callee_name}")
            }
            (None, Some(_)) => callee_name.clone(),
            _ => caller_name.clone(),
        },
        "direction" => direction_of(finding, session).unwrap_or_else(|| format!("{caller_name} ↔ {callee_name}")),
        "reasons" => reasons(finding, session, rules),
        "effect" => effect(finding).to_owned(),
        "said" => finding.end.map_or_else(String::new, |end| feedback::at_end(session, end)),
        _ => {
            let digits = key.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            let Some(one) = digits.parse().ok().and_then(|at: usize| finding.evidence.get(at)) else {
                return String::new();
            };
            match key.trim_end_matches(digits) {
                "label" => label(one),
                "field" => one.field.to_owned(),
                "number" => match one.value {
                    EvidenceValue::Metric(_, value) => Unit::Packets.format(value),
                    _ => value(one, Clock::UTC),
                },
                // No sentence tells a time of day: it would have to change with the clock.
                _ => value(one, Clock::UTC),
            }
        }
    })
}

/// Replaces every `{key}`.
fn replaced(template: &str, put: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((key, after)) = after.split_once('}') else { break };
        out.push_str(&put(key));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn direction_of(finding: &Finding, session: &Session) -> Option<String> {
    let (place, stream) = session.stream_at(finding.path)?;
    Some(direction::in_full(session, &place, stream))
}

/// Lists the limits exceeded: `loss 14 %, over 10 %; jitter 81 ms, over 30 ms (1,709 packets, cqd)`.
fn reasons(finding: &Finding, session: &Session, rules: &RuleSet) -> String {
    let limits: Vec<String> = finding
        .evidence
        .iter()
        .filter_map(|one| {
            let (EvidenceValue::Metric(metric, value), Some(limit)) = (&one.value, one.limit) else { return None };
            let side = if *value > limit { "over" } else { "under" };
            let shown = metric.unit.format_beside(*value, limit);
            Some(format!("{} {shown}, {side} {}", metric.label, metric.unit.format(limit)))
        })
        .collect();
    let packets = match finding.path.find(session) {
        Some(Node::Stream(stream)) => match stream.packet_utilization {
            Field::Value(packets) => format!("{} packets, ", Unit::Packets.format(packets as f64)),
            _ => String::new(),
        },
        _ => String::new(),
    };
    format!("{} ({packets}{})", limits.join("; "), rules.id)
}

/// Says what the limits exceeded do to voice: a long round trip alone tears no gaps.
fn effect(finding: &Finding) -> &'static str {
    let breached = |id: &str| finding.evidence.iter().any(|one| one.field == id);
    let is_late = breached("averageRoundTripTime");
    let others = finding.evidence.iter().filter(|one| one.limit.is_some()).count().saturating_sub(usize::from(is_late));
    match (is_late, others) {
        (true, 0) => "late: people talked over one another",
        (true, _) => "with gaps or robotic, and late",
        (false, _) => "with gaps or robotic",
    }
}

fn label(evidence: &Evidence) -> String {
    match &evidence.value {
        EvidenceValue::Metric(metric, _) => metric.label.to_owned(),
        _ => evidence.field.to_owned(),
    }
}

/// Formats the value of a piece of evidence.
fn value(evidence: &Evidence, clock: Clock) -> String {
    match &evidence.value {
        EvidenceValue::Metric(metric, value) => match evidence.limit {
            Some(limit) => metric.unit.format_beside(*value, limit),
            None => metric.unit.format(*value),
        },
        EvidenceValue::Seconds(seconds) => wording::length(*seconds),
        EvidenceValue::Moment(moment) => clock.exact(*moment),
        EvidenceValue::Count(count) => Unit::Count.format(*count),
        EvidenceValue::Text(text) => sanitize(text).into_owned(),
        EvidenceValue::Bool(is) => is.to_string(),
    }
}

/// Formats a piece of evidence in one line: `averagePacketLossRate 14 % (limit 10 %)`.
pub fn evidence(evidence: &Evidence, clock: Clock) -> String {
    let of = evidence.of.map(|end| format!("{}'s ", end.name())).unwrap_or_default();
    let limit = match (&evidence.value, evidence.limit) {
        (EvidenceValue::Metric(metric, _), Some(limit)) => format!(" (limit {})", metric.unit.format(limit)),
        _ => String::new(),
    };
    format!("{of}{} {}{limit}", evidence.field, value(evidence, clock))
}

/// A finding about the whole call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallFinding {
    /// The rule that triggered.
    pub rule: &'static Rule,
    pub sentence: String,
    /// The row of the session it is about, or of the worst of them.
    pub row: Option<u32>,
    /// The number of sessions or people it is about.
    pub count: usize,
}

/// The answer of a rule about the whole call.
#[derive(Debug, Clone, PartialEq)]
pub enum CallAnswer {
    /// The rule did not trigger.
    Quiet,
    /// The data the rule needs is missing.
    Unknown,
    /// The rule triggered.
    Speaks(CallFinding),
}

/// Evaluates the rules about the whole call, in the order of the table.
pub fn of_call(call: &Call, loaded: &Dataset, assessment: &Assessment) -> Vec<(&'static Rule, CallAnswer)> {
    let rules = RULES.iter().filter_map(|rule| match rule.check {
        Check::Call(check) => Some((rule, check)),
        _ => None,
    });
    rules.map(|(rule, check)| (rule, answer_of_call((rule, check), call, loaded, assessment))).collect()
}

fn answer_of_call(
    (rule, check): (&'static Rule, CallCheck),
    call: &Call,
    loaded: &Dataset,
    assessment: &Assessment,
) -> CallAnswer {
    let speaks = |row: Option<u32>, count: usize, who: String, values: &[String]| {
        let sentence = replaced(rule.sentence, |key| match key {
            "who" => who.clone(),
            _ => key.parse().ok().and_then(|at: usize| values.get(at)).cloned().unwrap_or_default(),
        });
        CallAnswer::Speaks(CallFinding { rule, sentence, row, count })
    };
    match check {
        CallCheck::Incomplete => match Completeness::of(call, loaded) {
            Completeness::Complete { lost: 0, .. } => CallAnswer::Quiet,
            // Pages that are still loading are not known to be missing.
            Completeness::Arriving { .. } => CallAnswer::Unknown,
            completeness => speaks(None, 1, String::new(), &[completeness.words()]),
        },
        CallCheck::YoungRecord => {
            let record = call.record();
            let times = record.map(|record| (record.end.value(), record.last_modified.value()));
            let (Some((Some(end), Some(made))), Some(version)) = (times, call.version()) else {
                return CallAnswer::Unknown;
            };
            let after = end.until(*made).seconds();
            // Microsoft's FAQ: the first version may take 150 minutes; later ones are created when clients report late.
            if version > 1 || after > 150.0 * 60.0 {
                return CallAnswer::Quiet;
            }
            speaks(None, 1, String::new(), &[version.to_string(), wording::length(after)])
        }
        CallCheck::OutsideCall => match assessment.outside.as_deref() {
            None => CallAnswer::Unknown,
            Some([]) => CallAnswer::Quiet,
            Some(outside) => {
                let (row, by) = outside[0];
                let who =
                    call.rows().get(row as usize).map_or_else(String::new, |row| wording::people(row, loaded.names()));
                speaks(Some(row), outside.len(), who, &[wording::length(by)])
            }
        },
        CallCheck::AccessPointChanges => match assessment.moved.as_deref() {
            None => CallAnswer::Unknown,
            Some([]) => CallAnswer::Quiet,
            Some(moved) => {
                let (at, sessions, points) = moved[0];
                let who = super::summary::person_name(assessment, at, call, loaded.names());
                let row = assessment.people.get(at as usize).map(|it| it.row);
                speaks(row, moved.len(), who, &[sessions.to_string(), points.to_string()])
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{RuleSets, examine};

    fn said(json: &str) -> Vec<String> {
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let rules = RuleSets::built_in().at(0);
        examine(&session, rules).iter().map(|finding| sentence(finding, &session, rules)).collect()
    }

    const OWEN: &str = r#"{"associatedIdentity":{"displayName":"Owen Quist"}}"#;

    fn with_media(media: &str) -> String {
        format!(
            r##"{{"caller":{OWEN},"callee":{{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}},
                "failureInfo":null,"segments":[{{"media":[{{"label":"main-audio",{media}}}]}}]}}"##
        )
    }

    #[test]
    fn a_poor_stream_is_told_in_peoples_names_with_its_limits_and_packets() {
        let media = r#""streams":[{"streamDirection":"callerToCallee","packetUtilization":1709,"averagePacketLossRate":0.14,"averageJitter":"PT0.081S"}]"#;
        assert_eq!(
            said(&with_media(media)),
            ["Owen Quist spoke → service: loss 14 %, over 10 %; jitter 81 ms, over 30 ms (1,709 packets, cqd)"],
            "without hints about the network targets"
        );
    }

    #[test]
    fn sides_are_told_by_name() {
        let media = r#""callerNetwork":{"sentQualityEventRatio":0.31,"networkTransportProtocol":"tcp"},"callerDevice":{"renderMuteEventRatio":1}"#;
        assert_eq!(
            said(&with_media(media)),
            [
                "Owen Quist's loudspeaker was muted for 100 % of the call",
                "Owen Quist's client reports a bad network when sending, for 31 % of the call",
                "Owen Quist's media went over TCP instead of UDP",
                "no streams were reported for Owen Quist's session",
            ]
        );
    }

    #[test]
    fn no_sentence_has_a_hole_in_it() {
        for rule in RULES {
            for template in [rule.sentence, rule.heard, rule.advice] {
                let general = in_general(template);
                assert!(!general.contains(['{', '}']), "{}: {general}", rule.id);
            }
        }
    }
}
