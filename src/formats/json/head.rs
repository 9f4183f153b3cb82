//! The head of a report: the call, how completely it was read, what it is judged by, and the counts.

use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, Completeness, Dataset, LoadOutcome, Page};
use crate::formats::Listed;
use crate::model::{Clock, MediumKind, Word};
use crate::text::sanitize;
use crate::triage::rules::{Classifier, Condition, JUDGED, Method, Side};
use crate::triage::{Assessment, RuleSet};
use crate::wording::summary;

use super::{SCHEMA, moment, to_string};

/// Everything before the sessions.
#[derive(Serialize, JsonSchema)]
pub struct Head<'a> {
    /// Name and version of the contract.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// ID of the rule set that the verdicts are by.
    rule_set: &'a str,
    /// The call, by its record.
    call: CallHead<'a>,
    /// Whether this is the whole call, and what was left out.
    completeness: Complete,
    /// What the rule set judges by.
    limits: Vec<LimitsBody>,
    /// The sessions that were chosen, if not all were; only they and their findings are listed, everything else is about the
    /// whole call.
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<SelectionBody<'a>>,
    /// The call's verdict: `poor`, `good` or `unclassified`.
    verdict: &'static str,
    /// Streams by verdict.
    counts: Counts,
    /// Sessions by verdict.
    session_counts: Counts,
    /// The answer in sentences.
    summary: String,
}

/// Which sessions were chosen.
#[derive(Serialize, JsonSchema)]
pub struct SelectionBody<'a> {
    /// The filter; null if all match.
    filter: Option<&'a str>,
    /// The order, by its name; `-` before it for the reverse.
    sort: String,
    /// Sessions listed.
    sessions: usize,
    /// Sessions of the call.
    of: usize,
}

/// How the rule set judges streams of one kind.
#[derive(Serialize, JsonSchema)]
pub struct LimitsBody {
    /// Kind of medium: `audio`, `video` or `screen-sharing`.
    kind: &'static str,
    /// Streams with this many packets or fewer are not judged.
    packets_more_than: Option<f64>,
    /// `any`: one condition met makes a stream poor; `first-measured`: the first one that was measured decides.
    method: &'static str,
    /// The conditions, in the order in which they are tried.
    poor_if: Vec<ConditionBody>,
}

#[derive(Serialize, JsonSchema)]
struct ConditionBody {
    /// Graph's name of the metric.
    metric: &'static str,
    /// `over` or `under` the limit, in the metric's unit.
    is: &'static str,
    /// The limit, in the metric's unit: seconds, ratios from 0 to 1, or a count.
    limit: f64,
    /// As in a rule set's file, with the case it applies to.
    words: String,
}

impl ConditionBody {
    fn of(condition: &Condition) -> ConditionBody {
        let is = match condition.side {
            Side::Over => "over",
            Side::Under => "under",
        };
        ConditionBody { metric: condition.metric.id, is, limit: condition.limit, words: condition.words() }
    }
}

/// Returns what a rule set judges by, for each kind of medium.
pub fn limits(rules: &RuleSet) -> Vec<LimitsBody> {
    let judged = JUDGED.iter().filter_map(|(name, kind)| Some((*name, rules.classifier(*kind)?)));
    let body = |(kind, classifier): (&'static str, &Classifier)| LimitsBody {
        kind,
        packets_more_than: classifier.more_packets_than,
        method: match classifier.method {
            Method::Any => "any",
            Method::FirstMeasured => "first-measured",
        },
        poor_if: classifier.conditions.iter().map(ConditionBody::of).collect(),
    };
    judged.map(body).collect()
}

#[derive(Serialize, JsonSchema)]
struct CallHead<'a> {
    /// ID of the call record (a GUID).
    id: Option<&'a str>,
    /// `groupCall` or `peerToPeer`, as the record says.
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    /// Version of the record; it grows as clients report late.
    version: Option<i64>,
    /// When the call started, in UTC.
    start: Option<String>,
    /// When the call ended, in UTC.
    end: Option<String>,
    /// Kinds of media that were used.
    modalities: Vec<&'static str>,
    /// Who organised the meeting or started the call.
    organizer: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Complete {
    /// Every page and every session is there.
    complete: bool,
    /// The same in a sentence.
    words: String,
    /// Proof of completeness: `fetched`, `manifest`, `record` or `links`; null if something is missing.
    proof: Option<&'static str>,
    /// Pages read.
    pages: usize,
    /// Sessions shown.
    sessions: usize,
    /// Sessions received more than once and shown once.
    duplicates_dropped: usize,
    /// Sessions replaced by a later version of themselves.
    sessions_revised: usize,
    /// Sessions with the ID, times and participants of another one that may be different sessions, and are shown.
    sessions_alike: usize,
    /// Sessions present twice with different end times; both are shown.
    sessions_ended_twice: usize,
    /// Sessions from older versions of the record, not shown.
    sessions_superseded: usize,
    /// Sessions that could not be read.
    sessions_skipped: usize,
    /// Sessions requested without their segments, which cannot be judged.
    sessions_without_segments: usize,
    /// Options the sessions were requested with, as far as known.
    request: RequestBody,
    /// Address of the first page that is missing.
    next_link: Option<String>,
    /// Streams in all sessions.
    streams: u32,
    /// Streams without any figure.
    streams_without_metrics: u32,
    /// What went wrong while reading, in sentences.
    problems: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct RequestBody {
    /// Segments were requested; null if unknown.
    segments: Option<bool>,
    /// Only these members of sessions were requested; null for all.
    select: Option<Vec<String>>,
    /// Members without a value were left out.
    omit_nulls: bool,
    /// Requested number of sessions per page; null if none was requested.
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

#[derive(Serialize, JsonSchema)]
struct Counts {
    /// How many are poor.
    poor: u32,
    /// How many are good.
    good: u32,
    /// How many could not be judged.
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

/// Writes everything before the sessions; ends inside an open list.
pub fn head(
    (call, loaded): (&Call, &Dataset),
    assessment: &Assessment,
    rules: &RuleSet,
    listed: Option<&Listed>,
) -> serde_json::Result<String> {
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
        limits: limits(rules),
        selection: listed.map(|listed| SelectionBody {
            filter: listed.filter.as_deref(),
            sort: format!("{}{}", if listed.order.is_reversed { "-" } else { "" }, listed.order.key.id()),
            sessions: listed.rows.len(),
            of: call.rows().len(),
        }),
        verdict: call.verdict(assessment.set).name(),
        counts: streams.into(),
        session_counts: call.session_counts(assessment.set).into(),
        summary: summary::answer(call, loaded, assessment, Clock::UTC).join(" "),
    };
    let mut text = to_string(&head)?;
    text.pop();
    text.push_str(",\"sessions\":[");
    Ok(text)
}
