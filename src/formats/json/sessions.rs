//! A session in a report: its parties, what they said, and its streams with their verdicts and the reasons.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::json;

use crate::call::Row;
use crate::metrics::{self, Metric};
use crate::model::{MediaStream, MediumKind, NodePath, Session, StreamDirection, Word};
use crate::text::sanitize;
use crate::triage::examine::endpoints;
use crate::triage::factors::Nature;
use crate::triage::legs::{Parties, SegmentParties};
use crate::triage::verdict::{Bound, PACKETS, judged_by};
use crate::triage::{End, Interner, Reason, RuleSet, Said, Verdict, judge_stream};
use crate::wording;

use super::{moment, to_writer};

/// A session with its verdict, and its streams with theirs.
#[derive(Serialize, JsonSchema)]
pub struct SessionBody<'a> {
    /// ID of the session.
    id: Option<String>,
    /// When the session started, in UTC.
    start: Option<String>,
    /// When the session ended, in UTC.
    end: Option<String>,
    /// Its length in seconds.
    duration_s: Option<f64>,
    /// Who started it, by name or the best there is.
    caller: Option<String>,
    /// `participant`, `service` or `unknown`.
    caller_kind: &'static str,
    /// Who answered.
    callee: Option<String>,
    /// `participant`, `service` or `unknown`.
    callee_kind: &'static str,
    /// What the user's files say about the networks of each end, by factor.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    listed: BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>>,
    /// Kinds of media, as the record names them.
    modalities: Vec<&'a str>,
    /// `failed`, or the worst verdict of its streams.
    standing: &'static str,
    /// Why it failed; null if it did not.
    failure: Option<&'static str>,
    /// The worst rating that an end gave.
    rating: Option<&'static str>,
    /// What was said about the call, by each end that said anything.
    feedback: Vec<FeedbackBody>,
    /// The verdict on the session's streams.
    verdict: &'static str,
    /// Segments whose parties are not the session's, or are exchanged: telephone legs, transfers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_parties: Vec<PartiesBody>,
    /// Its streams, one per medium and direction.
    streams: Vec<StreamBody<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct PartiesBody {
    /// The segment.
    path: String,
    /// Who started the segment.
    caller: String,
    /// Who answered it.
    callee: String,
    /// `exchanged` or `others`.
    parties: &'static str,
}

impl PartiesBody {
    fn all(session: &Session, segments: &SegmentParties) -> Vec<PartiesBody> {
        let body = |at: usize| {
            let parties = Some(segments.of_segment(at)).filter(|parties| *parties != Parties::Same)?;
            let (caller, callee) = session.ends(session.segments.items().get(at)?.value());
            let (caller, callee) = wording::full_names(caller, callee);
            Some(PartiesBody { path: NodePath::segment(at).to_string(), caller, callee, parties: parties.name() })
        };
        (0..session.segments.items().len()).filter_map(body).collect()
    }
}

#[derive(Serialize, JsonSchema)]
struct FeedbackBody {
    /// `caller` or `callee`.
    end: &'static str,
    /// The rating in words.
    rating: Option<String>,
    /// The options that were ticked.
    tokens: Vec<String>,
    /// What the person wrote.
    text: Option<String>,
}

impl FeedbackBody {
    fn of(session: &Session, parties: &SegmentParties, end: End) -> Option<FeedbackBody> {
        let said = Said::of(&endpoints(session, parties, end));
        let text = |text: &str| sanitize(text).into_owned();
        (!said.is_empty()).then(|| FeedbackBody {
            end: end.name(),
            rating: said.rating.map(text),
            tokens: said.tokens.iter().map(|token| text(token)).collect(),
            text: said.text.map(text),
        })
    }
}

#[derive(Serialize, JsonSchema)]
struct StreamBody<'a> {
    /// Where the stream is in the session.
    path: String,
    /// Label of the medium, such as `main-audio`.
    label: Option<&'a str>,
    /// Kind of medium.
    kind: &'static str,
    /// What the kind was found by: `label` or `metrics`.
    kind_by: Option<&'static str>,
    /// The codec.
    codec: Option<&'a str>,
    /// The number that the stream has in its session.
    stream_id: Option<&'a str>,
    /// `callerToCallee` or `calleeToCaller`.
    direction: Option<&'a str>,
    /// Who sent it.
    speaker: Option<String>,
    /// Who received it.
    listener: Option<String>,
    /// The verdict on the stream.
    verdict: &'static str,
    /// What decided the verdict.
    reasons: Vec<ReasonBody>,
    /// What makes a good stream good: the values within their limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<WithinBody>,
    /// Every metric by Graph's name, null where it was not measured; durations are in seconds, ratios from 0 to 1.
    metrics: Metrics<'a>,
}

#[derive(Serialize, JsonSchema)]
struct WithinBody {
    /// Graph's name of the metric.
    metric: &'static str,
    /// The value.
    value: f64,
    /// The limit that it keeps.
    limit: f64,
}

#[derive(Serialize, JsonSchema)]
struct ReasonBody {
    /// The metric that decided; null if it was not one.
    metric: Option<&'static str>,
    /// Its value; null if it was not measured.
    value: Option<f64>,
    /// Its limit.
    limit: Option<f64>,
    /// The same in words.
    words: String,
}

struct Metrics<'a>(&'a MediaStream);

impl JsonSchema for Metrics<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Metrics".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let metric = |metric: &'static Metric| {
            let number = json!({ "type": ["number", "null"], "description": metric.label });
            (metric.id.to_owned(), number)
        };
        let names: Vec<&str> = metrics::STREAM.iter().map(|metric| metric.id).collect();
        let members: serde_json::Map<String, serde_json::Value> = metrics::STREAM.iter().map(metric).collect();
        json_schema!({ "type": "object", "properties": members, "required": names })
    }
}

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
    let kind = |end: End| row.facts.party(end).kind.code();
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
    let parties = SegmentParties::of(session);
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
        feedback: [End::Caller, End::Callee]
            .into_iter()
            .filter_map(|end| FeedbackBody::of(session, &parties, end))
            .collect(),
        verdict: row.facts.verdict(set).verdict().name(),
        other_parties: PartiesBody::all(session, &parties),
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
    let classifier = rules.classifier(kind);
    let limit_of = |metric: &str| {
        let classifier = classifier?;
        let condition = classifier.conditions.iter().find(|condition| condition.metric.id == metric);
        condition.map(|condition| condition.limit).or(classifier.more_packets_than.filter(|_| metric == PACKETS.id))
    };
    let metric = reason.metric();
    let value = match reason {
        Reason::Breach(breach) => Some(breach.value),
        Reason::TooFewPackets { packets: value, .. } | Reason::Implausible(_, value) => Some(*value),
        _ => None,
    };
    let limit = match reason {
        Reason::Breach(breach) => Some(breach.limit),
        _ => metric.and_then(limit_of),
    };
    ReasonBody { metric, value, limit, words: reason.words_by(rules) }
}
