//! The triage of a call as JSON, in the stable schema `callscope.report/1` that the README describes. It has its own
//! types, so that the program's can change; a missing measurement is null, never zero.
//!
//! It is written in pieces, so that a call of any size can be reported without holding it in memory: the head, then each
//! session, then the findings, then the results for the whole call.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::call::{Call, Completeness, Dataset, LoadOutcome, Page, Row};
use crate::metrics;
use crate::model::{EndpointKind, MediaStream, MediumKind, Session, StreamDirection, Timestamp, Word};
use crate::triage::call_analysis::attribution::of_value;
use crate::triage::call_analysis::complaints::{At, Complaint, Explanation};
use crate::triage::call_analysis::{Assessment, Attribution, Who};
use crate::triage::complaints::TOPICS;
use crate::triage::signs::SIGNS;
use crate::triage::{
    End, Evidence, EvidenceValue, Interner, Reason, RuleSet, Said, examine, judge_stream, verdict::Bound,
};

use crate::text::{is_unsafe, sanitize, unicode_escape};
use crate::wording::complaints;
use crate::wording::findings;
use crate::wording::sides;
use crate::wording::summary;

/// Name and version of the schema.
pub const SCHEMA: &str = "callscope.report/1";

/// Escapes characters that control a terminal or the direction of text: `\u009b`.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, letter) in fragment.char_indices().filter(|(_, letter)| is_unsafe(*letter)) {
            out.write_all(&fragment.as_bytes()[from..at])?;
            out.write_all(unicode_escape(letter).as_bytes())?;
            from = at + letter.len_utf8();
        }
        CompactFormatter.write_string_fragment(out, &fragment[from..])
    }
}

fn to_writer(out: &mut impl Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaping))
}

fn to_string(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    to_writer(&mut out, value)?;
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

#[derive(Serialize)]
struct Head<'a> {
    schema: &'static str,
    rule_set: &'a str,
    call: CallHead<'a>,
    completeness: Complete,
    verdict: &'static str,
    counts: Counts,
    summary: String,
}

#[derive(Serialize)]
struct CallHead<'a> {
    id: Option<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    version: Option<i64>,
    start: Option<String>,
    end: Option<String>,
    modalities: Vec<&'static str>,
    organizer: Option<String>,
}

#[derive(Serialize)]
struct Complete {
    complete: bool,
    words: String,
    /// Proof of completeness: `fetched`, `manifest`, `record` or `links`; null if something is missing.
    proof: Option<&'static str>,
    pages: usize,
    sessions: usize,
    duplicates_dropped: usize,
    sessions_revised: usize,
    /// Sessions with the ID, times and participants of another one that may be different sessions, and are shown.
    sessions_alike: usize,
    /// Sessions present twice with different end times; both are shown.
    sessions_ended_twice: usize,
    /// Sessions from older versions of the record, not shown.
    sessions_superseded: usize,
    sessions_skipped: usize,
    /// Sessions requested without their segments, which cannot be judged.
    sessions_without_segments: usize,
    /// Options the sessions were requested with, as far as known.
    request: RequestBody,
    next_link: Option<String>,
    streams: u32,
    streams_without_metrics: u32,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct RequestBody {
    segments: Option<bool>,
    select: Option<Vec<String>>,
    omit_nulls: bool,
    page_size: Option<u8>,
}

impl RequestBody {
    fn of(call: &Call, loaded: &Dataset) -> RequestBody {
        let asked = loaded.current_pages_of(call).next().map(|page| page.asked.clone()).unwrap_or_default();
        let members = asked.members.map(|names| names.iter().map(|name| sanitize(name).into_owned()).collect());
        RequestBody {
            segments: asked.segments,
            select: members,
            omit_nulls: asked.omits_nulls,
            page_size: asked.page_size,
        }
    }
}

#[derive(Serialize)]
struct Counts {
    poor: u32,
    good: u32,
    unclassified: u32,
    /// Unclassified ones with a value that the verdict needs and that cannot be used.
    unusable: u32,
}

impl From<crate::triage::Counts> for Counts {
    fn from(counts: crate::triage::Counts) -> Counts {
        let crate::triage::Counts { poor, good, unclassified, unusable } = counts;
        Counts { poor, good, unclassified, unusable }
    }
}

#[derive(Serialize)]
struct SessionBody<'a> {
    id: Option<String>,
    start: Option<String>,
    end: Option<String>,
    duration_s: Option<f64>,
    caller: Option<String>,
    caller_kind: &'static str,
    callee: Option<String>,
    callee_kind: &'static str,
    modalities: Vec<&'a str>,
    standing: &'static str,
    failure: Option<&'static str>,
    rating: Option<&'static str>,
    /// What was said about the call, by each end that said anything.
    feedback: Vec<FeedbackBody>,
    verdict: &'static str,
    streams: Vec<StreamBody<'a>>,
}

#[derive(Serialize)]
struct FeedbackBody {
    end: &'static str,
    rating: Option<String>,
    tokens: Vec<String>,
    text: Option<String>,
}

impl FeedbackBody {
    fn of(session: &Session, end: End) -> Option<FeedbackBody> {
        let said = Said::of(session, end);
        let text = |text: &str| sanitize(text).into_owned();
        (!said.is_empty()).then(|| FeedbackBody {
            end: end.name(),
            rating: said.rating.map(text),
            tokens: said.tokens.iter().map(|token| text(token)).collect(),
            text: said.text.map(text),
        })
    }
}

#[derive(Serialize)]
struct StreamBody<'a> {
    path: String,
    label: Option<&'a str>,
    kind: &'static str,
    stream_id: Option<&'a str>,
    direction: Option<&'a str>,
    speaker: Option<String>,
    listener: Option<String>,
    verdict: &'static str,
    reasons: Vec<ReasonBody>,
    metrics: Metrics<'a>,
}

#[derive(Serialize)]
struct ReasonBody {
    metric: Option<&'static str>,
    value: Option<f64>,
    limit: Option<f64>,
    words: String,
}

struct Metrics<'a>(&'a MediaStream);

impl Serialize for Metrics<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(metrics::STREAM.iter().map(|metric| (metric.id, metric.of_stream(self.0).value().copied())))
    }
}

#[derive(Serialize)]
struct FindingBody<'a> {
    id: &'static str,
    severity: &'static str,
    session: Option<String>,
    path: String,
    title: &'static str,
    sentence: String,
    heard: String,
    advice: String,
    source: String,
    evidence: Vec<EvidenceBody<'a>>,
}

#[derive(Serialize)]
struct EvidenceBody<'a> {
    field: &'static str,
    of: Option<&'static str>,
    value: Value<'a>,
    limit: Option<f64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Number(f64),
    Text(std::borrow::Cow<'a, str>),
    Bool(bool),
}

#[derive(Serialize)]
struct ComplaintBody {
    person: String,
    session: Option<String>,
    end: &'static str,
    rating: Option<String>,
    tokens: Vec<String>,
    text: Option<String>,
    /// The best of the outcomes: explained, contradicted, not explained, no figures.
    outcome: &'static str,
    tests: Vec<TestBody>,
    words: Vec<String>,
}

#[derive(Serialize)]
struct TestBody {
    complaint: &'static str,
    tokens: Vec<String>,
    outcome: &'static str,
    /// Whether it is known who was heard, and the cause is enough on its own.
    is_certain: bool,
    by: Vec<CauseBody>,
}

#[derive(Serialize)]
struct CauseBody {
    /// The finding.
    id: &'static str,
    value: Option<f32>,
    /// `own`, `received` or `other`: at the end of the person who complained, on the way there, or at another one's.
    at: &'static str,
    /// The other person.
    person: Option<String>,
    words: String,
}

/// Returns what people complained about, with how it was tested.
fn complaints(call: &Call, assessment: &Assessment, names: &Interner) -> Vec<ComplaintBody> {
    let text = |text: &str| sanitize(text).into_owned();
    let person = |at: u32| summary::person_name(assessment, at, call, names);
    let cause = |cause: &Explanation| CauseBody {
        id: SIGNS[cause.sign].rule,
        value: cause.detail.map_or(Some(cause.value), |(_, value)| Some(value)).filter(|value| value.is_finite()),
        at: match cause.at {
            At::Own => "own",
            At::Received => "received",
            At::Other(_) => "other",
        },
        person: match cause.at {
            At::Other(at) => Some(person(at)),
            At::Own | At::Received => None,
        },
        words: complaints::cause(cause),
    };
    let body = |one: &Complaint| {
        let said = complaints::said(one, call, names);
        let (row, end) = one.said_in;
        let session = call.rows().get(row as usize).and_then(|row| row.id.as_ref());
        ComplaintBody {
            person: person(one.person),
            session: session.map(ToString::to_string),
            end: end.name(),
            rating: said.rating.map(text),
            tokens: said.tokens.iter().map(|token| text(token)).collect(),
            text: said.text.map(text),
            outcome: one.outcome().name(),
            tests: one
                .tests
                .iter()
                .map(|test| TestBody {
                    complaint: TOPICS[test.topic].title,
                    tokens: test.tokens.iter().map(|token| text(names.get(*token))).collect(),
                    outcome: test.outcome.name(),
                    is_certain: complaints::is_certain(one, test),
                    by: test.reasons.iter().map(cause).collect(),
                })
                .collect(),
            words: complaints::words(one, assessment, call, names).tested,
        }
    };
    assessment.complaints.iter().map(body).collect()
}

#[derive(Serialize)]
struct AttributionBody {
    who: String,
    /// Stable ID of the cause; the wording may change.
    cause: &'static str,
    side: &'static str,
    confidence: &'static str,
    evidence: Vec<String>,
    pattern: &'static str,
    factor: Option<Factor>,
    people: Vec<String>,
    /// Others who suffered from it, as far as they are listed.
    listeners: Vec<String>,
    /// IDs of the sessions, for attributions about sessions.
    sessions: Vec<String>,
    /// Probability before limits, from 0 to 1; null if no comparison was made.
    probability: Option<f64>,
    /// Explanations that cannot be told apart from it, or that are also possible.
    alternatives: Vec<Alternative>,
    /// Number of values and time windows that were compared.
    values_tried: u32,
    /// Why the confidence is not higher.
    limits: Vec<&'static str>,
    would_raise_confidence: Vec<&'static str>,
    advice: &'static str,
}

#[derive(Serialize)]
struct Alternative {
    cause: &'static str,
    factor: Option<Factor>,
    words: String,
    probability: f64,
}

/// A fault of a device or machine that ruins a call on its own, whatever the network.
#[derive(Serialize)]
struct SevereBody {
    person: String,
    finding: &'static str,
    title: &'static str,
    session: Option<String>,
    listeners: usize,
}

#[derive(Serialize)]
struct Factor {
    factor: &'static str,
    value: String,
}

#[derive(Serialize)]
struct SharedBody {
    factor: &'static str,
    value: String,
    also: Vec<Factor>,
    /// `explains` or `goes-along`.
    role: &'static str,
    probability: f64,
    values_tried: u32,
    with: Share,
    without: Share,
    difference_at_least: f64,
    chance: f64,
}

#[derive(Serialize)]
struct Share {
    poor: u32,
    judged: u32,
}

#[derive(Serialize)]
struct UnknownBody {
    id: &'static str,
    sessions: u32,
}

/// Formats a time as the service does, to its original precision.
fn moment(moment: Timestamp) -> String {
    let text = moment.utc().format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Writes everything before the sessions; ends inside an open list.
pub fn head(call: &Call, loaded: &Dataset, assessment: &Assessment, rules: &RuleSet) -> serde_json::Result<String> {
    let record = call.record();
    let (start, end) = call.span();
    let completeness = Completeness::of(call, loaded);
    let streams = call.stream_counts(assessment.set);
    let modalities = [
        (MediumKind::Audio, "audio"),
        (MediumKind::Video, "video"),
        (MediumKind::ScreenSharing, "videoBasedScreenSharing"),
        (MediumKind::Data, "data"),
    ];
    let used = |kind: MediumKind| call.rows().iter().any(|row| row.media.contains(kind));
    let mut problems: Vec<String> =
        loaded.problems.iter().map(|problem| sanitize(&problem.words()).into_owned()).collect();
    if let Some(LoadOutcome::Stopped(trouble)) = loaded.ending() {
        problems.push(sanitize(&trouble.what).into_owned());
    }
    let head = Head {
        schema: SCHEMA,
        rule_set: &rules.id,
        call: CallHead {
            id: call.id.as_deref(),
            kind: record.and_then(|record| record.call_type.value()).map(Word::as_str),
            version: call.version(),
            start: start.map(moment),
            end: end.map(moment),
            modalities: modalities.into_iter().filter(|(kind, _)| used(*kind)).map(|(_, word)| word).collect(),
            organizer: call.organizer().map(|name| sanitize(&name).into_owned()),
        },
        completeness: Complete {
            complete: completeness.is_final(),
            words: sanitize(&completeness.full_words()).into_owned(),
            proof: match &completeness {
                Completeness::Complete { lost: 0, proof, .. } => Some(proof.name()),
                _ => None,
            },
            pages: loaded.current_pages_of(call).count(),
            sessions: call.rows().len(),
            duplicates_dropped: call.repeated,
            sessions_revised: call.revised,
            sessions_alike: call.twins,
            sessions_ended_twice: call.ended_twice,
            sessions_superseded: call.superseded(),
            sessions_skipped: loaded.problems.losses(),
            sessions_without_segments: call.unexpanded,
            request: RequestBody::of(call, loaded),
            next_link: match completeness {
                Completeness::Complete { .. } => None,
                _ => loaded.current_pages_of(call).filter_map(Page::next).last().map(ToString::to_string),
            },
            streams: streams.total(),
            streams_without_metrics: call.streams_without_metrics(),
            problems,
        },
        verdict: call.verdict(assessment.set).name(),
        counts: streams.into(),
        summary: summary::answer(call, loaded, assessment).join(" "),
    };
    let mut text = to_string(&head)?;
    text.pop();
    text.push_str(",\"sessions\":[");
    Ok(text)
}

/// Writes a session as an element of the list.
pub fn session(
    row: &Row,
    session: &Session,
    rules: &RuleSet,
    set: usize,
    names: &Interner,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let name = |end: End| {
        let party = row.facts.party(end);
        party.is_named.then(|| sanitize(names.get(party.name)).into_owned())
    };
    let kind = |end: End| match row.facts.party(end).kind {
        EndpointKind::Participant => "participant",
        EndpointKind::Service => "service",
        EndpointKind::Bare => "unknown",
    };
    let mut streams = Vec::new();
    session.streams(|place, stream| {
        let judgement = judge_stream(rules, place.kind, Bound::of(stream, place.caller, place.callee), stream);
        let who = |end: Option<&crate::model::Endpoint>| {
            end.map(crate::model::Endpoint::who)
                .filter(|who| who.basis != crate::model::NameBasis::Nothing)
                .map(|who| sanitize(&who.name).into_owned())
        };
        let (speaker, listener) = match stream.stream_direction.value() {
            Some(StreamDirection::CallerToCallee) => (who(place.caller), who(place.callee)),
            Some(StreamDirection::CalleeToCaller) => (who(place.callee), who(place.caller)),
            _ => (None, None),
        };
        streams.push(StreamBody {
            path: place.path.to_string(),
            label: place.media.label.value().map(|label| label.as_str()),
            kind: place.kind.name(),
            stream_id: stream.stream_id.value().map(|id| id.as_str()),
            direction: stream.stream_direction.value().map(Word::as_str),
            speaker,
            listener,
            verdict: judgement.verdict.name(),
            reasons: judgement.reasons.iter().map(|one| reason(one, rules)).collect(),
            metrics: Metrics(stream),
        });
    });
    let body = SessionBody {
        id: row.id.as_ref().map(ToString::to_string),
        start: row.facts.start.map(moment),
        end: row.facts.end.map(moment),
        duration_s: row.facts.seconds(),
        caller: name(End::Caller),
        caller_kind: kind(End::Caller),
        callee: name(End::Callee),
        callee_kind: kind(End::Callee),
        modalities: session.modalities.readable().map(|(_, modality)| modality.as_str()).collect(),
        standing: row.facts.standing(set).name(),
        failure: row.facts.failed.map(|failure| failure.words()),
        rating: row.facts.rating().map(|rating| rating.word()),
        feedback: [End::Caller, End::Callee].into_iter().filter_map(|end| FeedbackBody::of(session, end)).collect(),
        verdict: row.facts.verdict(set).verdict().name(),
        streams,
    };
    to_writer(out, &body)
}

fn reason(reason: &Reason, rules: &RuleSet) -> ReasonBody {
    let (metric, value, limit) = match reason {
        Reason::Breach(breach) => (Some(breach.metric.id), Some(breach.value), Some(breach.limit)),
        Reason::TooFewPackets { packets, more_than } => (Some("packetUtilization"), Some(*packets), Some(*more_than)),
        Reason::PacketsNotCounted => (Some("packetUtilization"), None, None),
        Reason::Implausible(metric, value) => (Some(metric.id), Some(*value), None),
        Reason::Unreadable(metric, _) => (Some(metric.id), None, None),
        Reason::NothingMeasured | Reason::NoRule(_) | Reason::DirectionUnknown => (None, None, None),
    };
    ReasonBody { metric, value, limit, words: reason.words_by(rules) }
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
            session: session.map(ToString::to_string),
            path: String::new(),
            title: rule.title,
            sentence: finding.sentence,
            heard: findings::in_general(rule.heard),
            advice: findings::in_general(rule.advice),
            source: rule.source.to_owned(),
            evidence: Vec::new(),
        };
        out.push(b',');
        to_writer(out, &body)?;
    }
    Ok(())
}

/// Writes the findings of a session as elements of the list, each preceded by a comma.
pub fn findings_of(row: &Row, session: &Session, rules: &RuleSet, out: &mut Vec<u8>) -> serde_json::Result<()> {
    for finding in examine(session, rules) {
        let body = FindingBody {
            id: finding.rule.id,
            severity: finding.rule.severity.name(),
            session: row.id.as_ref().map(ToString::to_string),
            path: finding.path.to_string(),
            title: finding.rule.title,
            sentence: findings::sentence(&finding, session, rules),
            heard: findings::heard(&finding, session, rules),
            advice: findings::advice(&finding, session, rules),
            source: findings::source(&finding, rules),
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

/// Writes everything after the findings.
pub fn tail(call: &Call, loaded: &Dataset, assessment: &Assessment) -> serde_json::Result<String> {
    let names = loaded.names();
    let factor = |value: crate::triage::factors::Value| Factor {
        factor: value.factor().id,
        value: sanitize(names.get(value.name())).into_owned(),
    };
    let people = |people: &[u32]| -> Vec<String> {
        people.iter().map(|at| summary::person_name(assessment, *at, call, names)).collect()
    };
    let id = |row: u32| call.rows().get(row as usize)?.id.as_ref().map(ToString::to_string);
    let sessions = |one: &Attribution| match one.rows.as_slice() {
        [] => one.people.iter().filter_map(|at| id(assessment.people.get(*at as usize)?.row)).collect(),
        rows => rows.iter().filter_map(|row| id(*row)).collect(),
    };
    let alternative = |(who, probability): &(Who, f64)| {
        let (cause, value) = match who {
            Who::Value(value) => (of_value(*value).id, Some(factor(*value))),
            _ => ("time-window", None),
        };
        Alternative { cause, factor: value, words: sides::explanation(*who, names), probability: *probability }
    };
    let attribution: Vec<AttributionBody> = assessment
        .attributions
        .iter()
        .map(|one| AttributionBody {
            who: sides::who(one, assessment, call, names),
            cause: one.cause.id,
            side: one.cause.side,
            confidence: one.confidence.name(),
            evidence: one.evidence.iter().map(|one| sides::testimony(one, names)).collect(),
            pattern: one.cause.pattern,
            factor: match one.who {
                Who::Value(value) => Some(factor(value)),
                _ => None,
            },
            people: people(&one.people),
            listeners: people(&one.listeners),
            sessions: sessions(one),
            probability: one.probability,
            alternatives: one.rivals.iter().map(alternative).collect(),
            values_tried: assessment.tried,
            limits: one.limits.iter().map(|limit| sides::limit(*limit)).collect(),
            would_raise_confidence: sides::raises(one, call),
            advice: one.cause.advice,
        })
        .collect();
    let share = |(poor, judged): (u32, u32)| Share { poor, judged };
    let shared: Vec<SharedBody> = assessment
        .shared
        .iter()
        .map(|one| SharedBody {
            factor: one.value.factor().id,
            value: sanitize(names.get(one.value.name())).into_owned(),
            also: one.also.iter().map(|value| factor(*value)).collect(),
            role: if one.explains { "explains" } else { "goes-along" },
            probability: one.probability,
            values_tried: one.tried,
            with: share(one.with),
            without: share(one.without),
            difference_at_least: one.at_least,
            chance: one.chance,
        })
        .collect();
    let unknown: Vec<UnknownBody> = assessment
        .rules
        .iter()
        .filter(|count| count.unknown > 0)
        .map(|count| UnknownBody { id: crate::triage::RULES[count.rule].id, sessions: count.unknown })
        .collect();
    let severe: Vec<SevereBody> = (0..)
        .zip(&assessment.people)
        .filter_map(|(at, it)| {
            let rule = &crate::triage::RULES[it.severe_fault()?];
            let one =
                assessment.attributions.iter().find(|one| one.who == Who::Person(at) && !one.listeners.is_empty());
            Some(SevereBody {
                person: summary::person_name(assessment, at, call, names),
                finding: rule.id,
                title: rule.title,
                session: id(it.row),
                listeners: one.map_or(0, |one| one.listeners.len()),
            })
        })
        .collect();
    Ok(format!(
        ",\"complaints\":{},\"attribution\":{},\"severe_findings\":{},\"shared_factors\":{},\"cannot_tell\":{}}}",
        to_string(&complaints(call, assessment, names))?,
        to_string(&attribution)?,
        to_string(&severe)?,
        to_string(&shared)?,
        to_string(&unknown)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_string_controls_a_terminal_and_all_read_back_as_they_were() {
        let hostile = "a\u{7f}\u{9b}31m\u{202e}b\u{2066}\u{2028}\u{1b}c é 山 🎉 \"\\";
        let text = to_string(&hostile).expect("it is a text");
        assert_eq!(text, r#""a\u007f\u009b31m\u202eb\u2066\u2028\u001bc é 山 🎉 \"\\""#);
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), hostile);
    }
}
