//! A session in a report: its parties, what they said, and its streams with their verdicts and the reasons.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::call::Row;
use crate::metrics;
use crate::model::{EndpointKind, MediaStream, MediumKind, NodePath, Session, StreamDirection, Word};
use crate::text::sanitize;
use crate::triage::factors::Nature;
use crate::triage::legs::{Parties, parties_of};
use crate::triage::verdict::{Bound, judged_by};
use crate::triage::{End, Interner, Reason, RuleSet, Said, Verdict, judge_stream};
use crate::wording;

use super::{moment, to_writer};

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
    /// What the user's files say about the networks of each end, by factor.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    listed: BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>>,
    modalities: Vec<&'a str>,
    standing: &'static str,
    failure: Option<&'static str>,
    rating: Option<&'static str>,
    /// What was said about the call, by each end that said anything.
    feedback: Vec<FeedbackBody>,
    verdict: &'static str,
    /// Segments whose parties are not the session's, or are exchanged: telephone legs, transfers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_parties: Vec<PartiesBody>,
    streams: Vec<StreamBody<'a>>,
}

#[derive(Serialize)]
struct PartiesBody {
    path: String,
    caller: String,
    callee: String,
    /// `exchanged` or `others`.
    parties: &'static str,
}

impl PartiesBody {
    fn all(session: &Session) -> Vec<PartiesBody> {
        let body = |at: usize| {
            let parties = match parties_of(session, at) {
                Parties::Same => return None,
                Parties::Exchanged => "exchanged",
                Parties::Others => "others",
            };
            let (caller, callee) = session.ends(session.segments.items().get(at)?.value());
            let (caller, callee) = wording::full_names(caller, callee);
            Some(PartiesBody { path: NodePath::segment(at).to_string(), caller, callee, parties })
        };
        (0..session.segments.items().len()).filter_map(body).collect()
    }
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
    /// What the kind was found by: `label` or `metrics`.
    kind_by: Option<&'static str>,
    codec: Option<&'a str>,
    stream_id: Option<&'a str>,
    direction: Option<&'a str>,
    speaker: Option<String>,
    listener: Option<String>,
    verdict: &'static str,
    reasons: Vec<ReasonBody>,
    /// What makes a good stream good: the values within their limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<WithinBody>,
    metrics: Metrics<'a>,
}

#[derive(Serialize)]
struct WithinBody {
    metric: &'static str,
    value: f64,
    limit: f64,
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
        let bound = Bound::of(stream, place.caller, place.callee);
        let judgement = judge_stream(rules, place.kind, bound, stream);
        let within = match judgement.verdict {
            Verdict::Good => judged_by(rules, place.kind, bound, stream),
            Verdict::Poor | Verdict::Unclassified => Vec::new(),
        };
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
            kind_by: place.media.kind_found_by(),
            codec: match place.kind {
                MediumKind::Audio => stream.audio_codec.value().map(Word::as_str),
                _ => stream.video_codec.value().map(Word::as_str),
            },
            stream_id: stream.stream_id.value().map(|id| id.as_str()),
            direction: stream.stream_direction.value().map(Word::as_str),
            speaker,
            listener,
            verdict: judgement.verdict.name(),
            reasons: judgement.reasons.iter().map(|one| reason(one, place.kind, rules)).collect(),
            within: within
                .into_iter()
                .map(|(one, value)| WithinBody { metric: one.metric.id, value, limit: one.limit })
                .collect(),
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
        listed: listed(row, names),
        modalities: session.modalities.readable().map(|(_, modality)| modality.as_str()).collect(),
        standing: row.facts.standing(set).name(),
        failure: row.facts.failed.map(|failure| failure.words()),
        rating: row.facts.rating().map(|rating| rating.word()),
        feedback: [End::Caller, End::Callee].into_iter().filter_map(|end| FeedbackBody::of(session, end)).collect(),
        verdict: row.facts.verdict(set).verdict().name(),
        other_parties: PartiesBody::all(session),
        streams,
    };
    to_writer(out, &body)
}

/// Returns what the user's files say, by end and factor. What they do not have is left out: it is no site.
fn listed(row: &Row, names: &Interner) -> BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>> {
    let mut ends: BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>> = BTreeMap::new();
    for end in [End::Caller, End::Callee] {
        for value in row.listed(end).filter(|value| value.nature() != Nature::Normal) {
            let text = sanitize(names.get(value.name())).into_owned();
            ends.entry(end.name()).or_default().entry(value.factor().id).or_default().push(text);
        }
    }
    ends
}

/// The limit is there even if the value is not.
fn reason(reason: &Reason, kind: MediumKind, rules: &RuleSet) -> ReasonBody {
    const PACKETS: &str = "packetUtilization";
    let classifier = rules.classifier(kind);
    let limit_of = |metric: &str| {
        let classifier = classifier?;
        let condition = classifier.conditions.iter().find(|condition| condition.metric.id == metric);
        condition.map(|condition| condition.limit).or(classifier.more_packets_than.filter(|_| metric == PACKETS))
    };
    let (metric, value) = match reason {
        Reason::Breach(breach) => (Some(breach.metric.id), Some(breach.value)),
        Reason::TooFewPackets { packets, .. } => (Some(PACKETS), Some(*packets)),
        Reason::PacketsNotCounted => (Some(PACKETS), None),
        Reason::Implausible(metric, value) => (Some(metric.id), Some(*value)),
        Reason::Unreadable(metric, _) => (Some(metric.id), None),
        Reason::NothingMeasured | Reason::NoRule(_) | Reason::DirectionUnknown => (None, None),
    };
    let limit = match reason {
        Reason::Breach(breach) => Some(breach.limit),
        _ => metric.and_then(limit_of),
    };
    ReasonBody { metric, value, limit, words: reason.words_by(rules) }
}
