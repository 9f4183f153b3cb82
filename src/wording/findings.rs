//! Turns findings into sentences: the templates of the rule table, filled in with people's names and values.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::call::{Call, Completeness, Dataset};
use crate::metrics::Unit;
use crate::model::{Clock, Endpoint, Field, Node, Session};
use crate::triage::examine::endpoints;
use crate::triage::findings::{CallCheck, Check, PointsTo};
use crate::triage::legs::{Parties, SegmentParties};
use crate::triage::{Assessment, End, Evidence, EvidenceValue, Finding, RULES, Rule, RuleSet};

use crate::text::sanitize;
use crate::wording::{self, direction, feedback};

/// Tells the findings of one session, whose people it names once for all of them.
pub struct Sentences<'a> {
    session: &'a Session,
    rules: &'a RuleSet,
    parties: SegmentParties,
    /// The ends of the session, and then of each of its segments, once they were asked for.
    ends: Vec<OnceCell<Ends<'a>>>,
}

/// Caller and callee of a session or segment, with their full names.
struct Ends<'a> {
    caller: Option<&'a Endpoint>,
    callee: Option<&'a Endpoint>,
    names: (String, String),
}

impl<'a> Sentences<'a> {
    /// Prepares to tell the findings of a session by a rule set.
    pub fn of(session: &'a Session, rules: &'a RuleSet) -> Sentences<'a> {
        let ends = (0..=session.segments.items().len()).map(|_| OnceCell::new()).collect();
        Sentences { session, rules, parties: SegmentParties::of(session), ends }
    }

    /// Returns the sentence of a finding.
    pub fn sentence(&self, finding: &Finding) -> Cow<'static, str> {
        self.fill(finding.rule.sentence, "service", finding)
    }

    /// Returns what people probably heard or saw.
    pub fn heard(&self, finding: &Finding) -> Cow<'static, str> {
        // At the other end of a leg between other parties is one gateway, not the rest of a meeting.
        let service = if self.is_of_other_leg(finding) { "the other end of this leg" } else { "everybody else" };
        self.fill(finding.rule.heard, service, finding)
    }

    /// Returns the next step.
    pub fn advice(&self, finding: &Finding) -> Cow<'static, str> {
        // The usual advice is for a person's own network, which a leg between other parties says nothing about.
        if finding.rule.points_to == PointsTo::Path && self.is_of_other_leg(finding) {
            let advice =
                "this leg is between other parties: give its times to those who run the gateway or the carrier's trunk";
            return Cow::Borrowed(advice);
        }
        self.fill(finding.rule.advice, "everybody else", finding)
    }

    /// Returns the source of the limit.
    pub fn source(&self, finding: &Finding) -> Cow<'static, str> {
        if finding.rule.check.depends_on_rules() && finding.rule.source == "the rule set" {
            Cow::Owned(format!("{}: {}", self.rules.id, self.rules.source))
        } else {
            Cow::Borrowed(finding.rule.source)
        }
    }

    /// Returns whether a finding is about a segment whose parties are not the session's.
    fn is_of_other_leg(&self, finding: &Finding) -> bool {
        self.parties.at(finding.path) == Parties::Others
    }

    /// Returns the ends of the segment that a finding is about, or of the session.
    fn ends_of(&self, finding: &Finding) -> Option<&Ends<'a>> {
        let at = finding.path.positions().next().filter(|at| at + 1 < self.ends.len());
        let segment = at.and_then(|at| self.session.segments.items().get(at)?.value());
        Some(self.ends.get(at.map_or(0, |at| at + 1))?.get_or_init(|| {
            let (caller, callee) = self.session.ends(segment);
            Ends { caller, callee, names: wording::full_names(caller, callee) }
        }))
    }

    /// Fills in a template. At the other end of a meeting is the service, which stands for all the others; `service` is
    /// the term for it.
    fn fill(&self, template: &'static str, service: &str, finding: &Finding) -> Cow<'static, str> {
        let Some(ends) = self.ends_of(finding).filter(|_| template.contains('{')) else {
            return Cow::Borrowed(template);
        };
        let Ends { caller, callee, names: (caller_name, callee_name) } = ends;
        let (caller, callee) = (*caller, *callee);
        // Between two services, each is called by its own name.
        let has_person = !(wording::is_service(caller) && wording::is_service(callee));
        let name = |end: End| match end {
            End::Caller if wording::is_service(caller) && has_person => service,
            End::Caller => caller_name,
            End::Callee if wording::is_service(callee) && has_person => service,
            End::Callee => callee_name,
        };
        let told = replaced(template, |key| match key {
            "who" | "from" => finding.end.map_or("one end", name).into(),
            "to" => finding.end.map_or("the other end", |end| name(end.other())).into(),
            "people" => match (caller, callee) {
                (Some(one), Some(other)) if wording::both_are_people(one, other) => {
                    format!("{caller_name} and {callee_name}").into()
                }
                (None, Some(_)) => callee_name.into(),
                _ => caller_name.into(),
            },
            "direction" => match self.session.stream_at(finding.path) {
                Some((place, stream)) => direction::in_full(self.session, &place, stream, &ends.names).into(),
                None => format!("{caller_name} ↔ {callee_name}").into(),
            },
            "reasons" => reasons(finding, self.session, self.rules).into(),
            "effect" => effect(finding).into(),
            "said" => finding.end.map_or(Cow::Borrowed(""), |end| {
                Cow::Owned(feedback::at_end(&endpoints(self.session, &self.parties, end)))
            }),
            key => of_evidence(key, finding).into(),
        });
        Cow::Owned(told)
    }
}

/// Fills in what a template takes from the evidence: `{0}`, `{label0}`, `{field0}`, `{number0}`.
fn of_evidence(key: &str, finding: &Finding) -> String {
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

/// Fills in a rule's template with general terms instead of names.
pub fn in_general(template: &str) -> String {
    replaced(template, |key| match key {
        "who" | "people" => "the person".into(),
        "from" => "the speaker".into(),
        "to" => "the listener".into(),
        "direction" => "one direction".into(),
        "effect" => "with gaps, robotic or late".into(),
        _ => "…".into(),
    })
}

/// Replaces every `{key}`.
fn replaced<'a>(template: &str, put: impl Fn(&str) -> Cow<'a, str>) -> String {
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
            "who" => who.as_str().into(),
            _ => key.parse().ok().and_then(|at: usize| values.get(at)).map_or("", String::as_str).into(),
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
        let sentences = Sentences::of(&session, rules);
        examine(&session, rules).iter().map(|finding| sentences.sentence(finding).into_owned()).collect()
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
