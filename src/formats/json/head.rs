//! The head of a report: the call, how completely it was read, what it is judged by, and the counts.

use serde::Serialize;

use crate::call::{Call, Completeness, Dataset, LoadOutcome, Page};
use crate::model::{Clock, MediumKind, Word};
use crate::text::sanitize;
use crate::triage::rules::{Classifier, Condition, JUDGED, Method, Side};
use crate::triage::{Assessment, RuleSet};
use crate::wording::summary;

use super::{SCHEMA, moment, to_string};

#[derive(Serialize)]
struct Head<'a> {
    schema: &'static str,
    rule_set: &'a str,
    call: CallHead<'a>,
    completeness: Complete,
    /// What the rule set judges by.
    limits: Vec<LimitsBody>,
    verdict: &'static str,
    /// Streams by verdict.
    counts: Counts,
    session_counts: Counts,
    summary: String,
}

/// How the rule set judges streams of one kind.
#[derive(Serialize)]
pub struct LimitsBody {
    kind: &'static str,
    /// Streams with this many packets or fewer are not judged.
    packets_more_than: Option<f64>,
    /// `any`: one condition met makes a stream poor; `first-measured`: the first one that was measured decides.
    method: &'static str,
    poor_if: Vec<ConditionBody>,
}

#[derive(Serialize)]
struct ConditionBody {
    metric: &'static str,
    /// `over` or `under` the limit, in the metric's unit.
    is: &'static str,
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
        limits: limits(rules),
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
