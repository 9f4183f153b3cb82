//! Runs every rule on a session: for the list, which rules trigger and which lack data; for the session view, all
//! findings with their evidence.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};
use std::sync::OnceLock;

use crate::metrics::{Metric, Part};
use crate::model::{Endpoint, EndpointKind, Field, MediumKind, NodePath, Session, Text, Timestamp};

use super::findings::{Check, FindingSet, RULES, Rule};
use super::legs::SegmentParties;
use super::rules::{RuleSet, Side};
use super::scene::{
    Answer, DirectionScene, End, EndScene, Read, Reading, Said, SideScene, SpanScene, StreamScene, is_somebodys,
};
use super::signs::Signs;
use super::verdict::{Bound, Counts, Flow, Reason, SessionVerdict, Verdict, judge};

/// A finding: what a rule reports about a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule that triggered.
    pub rule: &'static Rule,
    /// Position in the session.
    pub path: NodePath,
    /// The end it is about; for a direction, the sender.
    pub end: Option<End>,
    /// Rank among findings of the same rule; higher is worse.
    pub weight: f64,
    /// The values read; the first was decisive.
    pub evidence: Vec<Evidence>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A value read from the record, owned.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Graph's member name.
    pub field: &'static str,
    /// The end it belongs to; `None` for a stream, a segment or a session.
    pub of: Option<End>,
    /// The value read.
    pub value: EvidenceValue,
    /// The limit it exceeded, if there is one.
    pub limit: Option<f64>,
}

/// A value of the record by type, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceValue {
    /// A metric and its value.
    Metric(&'static Metric, f64),
    /// A duration in seconds.
    Seconds(f64),
    /// A point in time.
    Moment(Timestamp),
    Count(f64),
    /// Text, as received.
    Text(Text),
    /// `true` or `false`.
    Bool(bool),
}

impl From<Reading<'_>> for Evidence {
    fn from(reading: Reading<'_>) -> Evidence {
        let value = match reading.value {
            Read::Metric(metric, value) => EvidenceValue::Metric(metric, value),
            Read::Seconds(seconds) => EvidenceValue::Seconds(seconds),
            Read::Moment(moment) => EvidenceValue::Moment(moment),
            Read::Count(count) => EvidenceValue::Count(count),
            Read::Text(text) => EvidenceValue::Text(text.into()),
            Read::Bool(is) => EvidenceValue::Bool(is),
        };
        Evidence { field: reading.field, of: reading.of, value, limit: reading.limit }
    }
}

/// The result of the rules for a session's row: which triggered, and which had no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingFlags {
    /// Rules that triggered somewhere in the session.
    pub speak: FindingSet,
    /// Rules that had no data anywhere in the session.
    pub unknown: FindingSet,
    /// Rules that triggered on the caller's side and on the callee's: on what that end sends, has or reports.
    pub of_end: [FindingSet; 2],
}

/// The rules by what they check, as indexes in the table.
struct ByScene {
    streams: Vec<usize>,
    judged: Vec<usize>,
    sides: Vec<usize>,
    directions: Vec<usize>,
    spans: Vec<usize>,
    ends: Vec<usize>,
    judged_ends: Vec<usize>,
}

fn by_scene() -> &'static ByScene {
    static BY_SCENE: OnceLock<ByScene> = OnceLock::new();
    BY_SCENE.get_or_init(|| {
        let places = |is_it: fn(&Check) -> bool| {
            RULES.iter().enumerate().filter(|(_, rule)| is_it(&rule.check)).map(|(place, _)| place).collect()
        };
        ByScene {
            streams: places(|check| match check {
                Check::Stream(_) => true,
                Check::Figure(metric, ..) => metric.part() == Part::Stream,
                _ => false,
            }),
            judged: places(|check| matches!(check, Check::Judged(_))),
            sides: places(|check| match check {
                Check::Side(_) => true,
                Check::Figure(metric, ..) => metric.part() != Part::Stream,
                _ => false,
            }),
            directions: places(|check| matches!(check, Check::Direction(_))),
            spans: places(|check| matches!(check, Check::Span(_))),
            ends: places(|check| matches!(check, Check::End(_))),
            judged_ends: places(|check| matches!(check, Check::JudgedEnd(_))),
        }
    })
}

/// The subject of an answer.
struct About {
    rule: usize,
    path: NodePath,
    /// The kind of medium, for a stream or a side of a medium.
    kind: Option<MediumKind>,
    end: Option<End>,
}

/// Which rules to run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Rules whose answer does not depend on the rule set.
    Independent,
    /// Rules whose answer depends on the rule set.
    Judged,
}

/// Returns the marks of a session that do not depend on the rule set, and the signs by which complaints are tested.
pub fn marks(session: &Session, parties: &SegmentParties, rules: &RuleSet) -> (FindingFlags, Signs) {
    let mut signs = Signs::default();
    let (_, marks) = gathered(session, parties, rules, Which::Independent, &mut signs);
    (marks, signs)
}

/// Judges a session by a rule set: returns its verdict, and the marks that depend on it.
pub fn judged(session: &Session, parties: &SegmentParties, rules: &RuleSet) -> (SessionVerdict, FindingFlags) {
    gathered(session, parties, rules, Which::Judged, &mut Signs::default())
}

fn gathered(
    session: &Session,
    parties: &SegmentParties,
    rules: &RuleSet,
    which: Which,
    signs: &mut Signs,
) -> (SessionVerdict, FindingFlags) {
    // What a leg between other parties reports is not about the session's ends.
    let of_session = |about: &About| about.end.and_then(|end| parties.at(about.path).end_of_session(end));
    let (mut marks, mut quiet) = (FindingFlags::default(), FindingSet::default());
    let verdict = ask(session, parties, rules, which, &mut |about, answer| {
        let end = of_session(&about);
        if which == Which::Independent {
            signs.hear(about.rule, about.kind, end, answer);
        }
        match answer {
            Answer::Speaks(_) => {
                marks.speak.insert(about.rule);
                if let Some(end) = end {
                    marks.of_end[end as usize].insert(about.rule);
                }
            }
            Answer::Quiet => quiet.insert(about.rule),
            Answer::Unknown => marks.unknown.insert(about.rule),
            Answer::NotApplicable => {}
        }
    });
    let told = marks.speak.union(quiet);
    let unknown = marks.unknown.iter().filter(|place| !told.contains(*place));
    marks.unknown = unknown.fold(FindingSet::default(), |mut bits, place| {
        bits.insert(place);
        bits
    });
    (verdict, marks)
}

/// Returns all findings about a session, most important first.
pub fn examine(session: &Session, rules: &RuleSet) -> Vec<Finding> {
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    // Findings already reported, by rule, end and evidence, and the metrics that made each stream poor, as hash sets:
    // sessions may have tens of thousands of streams.
    let mut said: HashSet<(usize, Option<End>, u64)> = HashSet::new();
    let mut breached: HashSet<(NodePath, &str)> = HashSet::new();
    let parties = SegmentParties::of(session);
    for which in [Which::Judged, Which::Independent] {
        ask(session, &parties, rules, which, &mut |about, answer| {
            let Answer::Speaks(Said { weight, readings }) = *answer else { return };
            let evidence: Vec<Evidence> = readings.into_iter().flatten().map(Evidence::from).collect();
            let rule = &RULES[about.rule];
            // One side's network or device recurs in each of its media, and a session's failure in its segments: report
            // each once.
            let may_repeat =
                matches!(rule.check, Check::Span(_)) || evidence.first().is_some_and(|first| first.of.is_some());
            if may_repeat && !said.insert((about.rule, about.end, hash_of(&evidence))) {
                return;
            }
            if matches!(rule.check, Check::Judged(_)) {
                let breaches = evidence.iter().filter(|breach| breach.limit.is_some());
                breached.extend(breaches.map(|breach| (about.path, breach.field)));
            } else if let Some(Evidence { field, of: None, .. }) = evidence.first()
                && breached.contains(&(about.path, *field))
            {
                // A metric that already makes a stream poor needs no extra hint.
                return;
            }
            findings.push((about.rule, Finding { rule, path: about.path, end: about.end, weight, evidence }));
        });
    }
    findings.sort_by(|(place, one), (other_place, other)| {
        (one.rule.severity, place)
            .cmp(&(other.rule.severity, other_place))
            .then(other.weight.total_cmp(&one.weight))
            .then(one.path.cmp(&other.path))
    });
    // A value over two limits is reported once, as the more severe finding.
    let mut figures: HashSet<(NodePath, Option<End>, &str)> = HashSet::new();
    findings.retain(|(_, finding)| match (finding.rule.check, finding.evidence.first()) {
        (Check::Figure(..), Some(first)) if first.of.is_some() => {
            figures.insert((finding.path, finding.end, first.field))
        }
        _ => true,
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Hashes evidence, so that equal evidence has equal hashes.
fn hash_of(evidence: &[Evidence]) -> u64 {
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    for one in evidence {
        (one.field, one.of.map(|end| end as u8), one.limit.map(f64::to_bits)).hash(&mut hasher);
        match &one.value {
            EvidenceValue::Metric(metric, value) => (metric.id, value.to_bits()).hash(&mut hasher),
            EvidenceValue::Seconds(value) | EvidenceValue::Count(value) => value.to_bits().hash(&mut hasher),
            EvidenceValue::Moment(moment) => moment.hash(&mut hasher),
            EvidenceValue::Text(text) => text.hash(&mut hasher),
            EvidenceValue::Bool(is) => is.hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn figure<'a>(metric: &'static Metric, side: Side, limit: f64, of: Option<End>, read: Field<f64>) -> Answer<'a> {
    match read {
        Field::Value(value) if !metric.is_plausible(value) => Answer::Unknown,
        Field::Value(value) if side.holds(value, limit) => {
            // The ratio to the limit, or the value itself if the limit is zero.
            let weight = if limit == 0.0 { value } else { value / limit };
            Answer::Speaks(Said::one(weight, Reading::metric(of, metric, value, Some(limit))))
        }
        Field::Value(_) => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Runs the rules on everything in a session, in record order. Returns the verdict if it was judged.
fn ask(
    session: &Session,
    parties: &SegmentParties,
    rules: &RuleSet,
    which: Which,
    hear: &mut impl FnMut(About, &Answer<'_>),
) -> SessionVerdict {
    let verdict = ask_streams(session, parties, rules, which, hear);
    if which == Which::Independent {
        ask_media(session, hear);
        ask_spans(session, hear);
    }
    ask_ends(session, parties, verdict.streams(), which, hear);
    verdict
}

fn ask_streams(
    session: &Session,
    parties: &SegmentParties,
    rules: &RuleSet,
    which: Which,
    hear: &mut impl FnMut(About, &Answer<'_>),
) -> SessionVerdict {
    let mut session_verdict = SessionVerdict::default();
    let mut reasons: Vec<Reason> = Vec::new();
    let asked = match which {
        Which::Independent => &by_scene().streams,
        Which::Judged => &by_scene().judged,
    };
    session.streams(|place, stream| {
        let mut verdict = Verdict::Unclassified;
        if which == Which::Judged {
            reasons.clear();
            let bound = Bound::of(stream, place.caller, place.callee);
            verdict = judge(rules, place.kind, bound, stream, &mut |reason| reasons.push(reason));
            let flow = parties.at(place.path).flow_of_session(Flow::of(place.kind, stream));
            session_verdict.add(place.kind, flow, verdict, &reasons);
        }
        let scene = StreamScene { rules, session, place: &place, stream, verdict, reasons: &reasons };
        let end = match Flow::of(MediumKind::Audio, stream) {
            Flow::VoiceOut => Some(End::Caller),
            Flow::VoiceBack => Some(End::Callee),
            _ => None,
        };
        for &rule in asked {
            let answer = match RULES[rule].check {
                Check::Figure(metric, ..) if !metric.is_on(place.kind) || place.kind == MediumKind::Data => {
                    Answer::NotApplicable
                }
                Check::Figure(metric, side, limit) => figure(metric, side, limit, None, metric.of_stream(stream)),
                Check::Stream(check) | Check::Judged(check) => check(&scene),
                _ => Answer::NotApplicable,
            };
            hear(About { rule, path: place.path, kind: Some(place.kind), end }, &answer);
        }
    });
    session_verdict
}

fn ask_media(session: &Session, hear: &mut impl FnMut(About, &Answer<'_>)) {
    for (at_segment, segment) in session.segments.readable() {
        let ends = session.ends(Some(segment));
        for (at_media, media) in segment.media.readable() {
            let path = NodePath::segment(at_segment).child(at_media);
            let kind = media.kind();
            for end in [End::Caller, End::Callee] {
                let (endpoint, network, device) = match end {
                    End::Caller => (ends.0, media.caller_network.value(), media.caller_device.value()),
                    End::Callee => (ends.1, media.callee_network.value(), media.callee_device.value()),
                };
                if !is_somebodys(endpoint) {
                    continue;
                }
                let scene = SideScene { path, end, kind, network, device };
                for &rule in &by_scene().sides {
                    let answer = match RULES[rule].check {
                        Check::Figure(metric, side, limit) => {
                            let read = match metric.part() {
                                Part::Network => network.map(|network| metric.of_network(network)),
                                _ => device.map(|device| metric.of_device(device)),
                            };
                            figure(metric, side, limit, Some(end), read.unwrap_or_default())
                        }
                        Check::Side(check) => check(&scene),
                        _ => Answer::NotApplicable,
                    };
                    hear(About { rule, path, kind: Some(kind), end: Some(end) }, &answer);
                }
            }
            for from in [End::Caller, End::Callee] {
                let scene = DirectionScene { path, from, kind, media };
                for &rule in &by_scene().directions {
                    if let Check::Direction(check) = RULES[rule].check {
                        hear(About { rule, path, kind: None, end: Some(from) }, &check(&scene));
                    }
                }
            }
        }
    }
}

fn ask_spans(session: &Session, hear: &mut impl FnMut(About, &Answer<'_>)) {
    let segments = session.segments.readable().map(|(at, segment)| (NodePath::segment(at), Some(segment)));
    for (path, segment) in std::iter::once((NodePath::SESSION, None)).chain(segments) {
        let scene = SpanScene { path, session, segment };
        for &rule in &by_scene().spans {
            if let Check::Span(check) = RULES[rule].check {
                hear(About { rule, path, kind: None, end: None }, &check(&scene));
            }
        }
    }
}

fn ask_ends(
    session: &Session,
    parties: &SegmentParties,
    streams: Counts,
    which: Which,
    hear: &mut impl FnMut(About, &Answer<'_>),
) {
    let asked = match which {
        Which::Independent => &by_scene().ends,
        Which::Judged => &by_scene().judged_ends,
    };
    for end in [End::Caller, End::Callee] {
        let endpoints = endpoints(session, parties, end);
        let is_participant = endpoints.iter().any(|endpoint| endpoint.kind() == EndpointKind::Participant);
        if !is_participant {
            continue;
        }
        let scene = EndScene { end, endpoints, streams, session };
        for &rule in asked {
            if let Check::End(check) | Check::JudgedEnd(check) = RULES[rule].check {
                hear(About { rule, path: NodePath::SESSION, kind: None, end: Some(end) }, &check(&scene));
            }
        }
    }
}

/// Returns the endpoint objects of an end, first the session's, then the segments'.
pub fn endpoints<'a>(session: &'a Session, parties: &SegmentParties, end: End) -> Vec<&'a Endpoint> {
    // What a leg between other parties says is not about the session's ends, and caller and callee may be exchanged.
    let of_segments = session.segments.readable().filter_map(|(at, segment)| {
        let parties = parties.of_segment(at);
        match [End::Caller, End::Callee].into_iter().find(|one| parties.end_of_session(*one) == Some(end))? {
            End::Caller => segment.caller.value(),
            End::Callee => segment.callee.value(),
        }
    });
    let own = match end {
        End::Caller => session.caller.value(),
        End::Callee => session.callee.value(),
    };
    own.into_iter().chain(of_segments).collect()
}
