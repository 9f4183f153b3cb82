//! Looking at a session with every rule: which of them speak and which cannot tell, for the list; and everything that
//! they say, with the evidence, for whoever looks at the session.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};
use std::sync::OnceLock;

use crate::metrics::{Metric, Part};
use crate::model::{Endpoint, EndpointKind, Field, MediumKind, NodePath, Session, Text, Timestamp};

use super::findings::{Check, RULES, Rule, RuleBits};
use super::rules::{RuleSet, Side};
use super::scene::{
    Answer, DirectionScene, End, EndScene, Read, Reading, Said, SideScene, SpanScene, StreamScene, is_somebodys,
};
use super::verdict::{Bound, Counts, Flow, Reason, SessionVerdict, Verdict, judge};

/// Something that a rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Where in the session.
    pub path: NodePath,
    /// Whose side it is about; for a direction, who sends.
    pub end: Option<End>,
    /// How much it weighs among findings of the same rule.
    pub weight: f64,
    /// What was read, the first of which decided.
    pub evidence: Vec<Evidence>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Something that was read, kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Graph's name of the member.
    pub field: &'static str,
    /// Whose it is; `None` for a stream's, a segment's or a session's own.
    pub of: Option<End>,
    /// Its value.
    pub value: EvidenceValue,
    /// The limit that it passed, where there is one.
    pub limit: Option<f64>,
}

/// A value that was read, kept.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceValue {
    /// A number that the table of metrics knows.
    Metric(&'static Metric, f64),
    /// A length of time in seconds.
    Seconds(f64),
    /// A moment.
    Moment(Timestamp),
    /// A number of things.
    Count(f64),
    /// A text, as received.
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

/// What was found in a session, for its row: which rules speak, and which had nothing to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// They speak, somewhere in the session.
    pub speak: RuleBits,
    /// They could not tell, anywhere in the session.
    pub unknown: RuleBits,
    /// They speak of the caller's side, or of the callee's: of what one of them sends, has or says.
    pub of_end: [RuleBits; 2],
}

/// The rules by what they look at, as places in the table.
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

/// What an answer is about.
struct About {
    rule: usize,
    path: NodePath,
    end: Option<End>,
}

/// Which rules to ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those whose answer is the same by every rule set.
    Independent,
    /// Those whose answer depends on the rule set.
    Judged,
}

/// The marks of a session that are the same by every rule set.
pub fn marks(session: &Session, rules: &RuleSet) -> Marks {
    gathered(session, rules, Which::Independent).1
}

/// Judges a session by a rule set: its verdict, and the marks that depend on it.
pub fn judged(session: &Session, rules: &RuleSet) -> (SessionVerdict, Marks) {
    gathered(session, rules, Which::Judged)
}

fn gathered(session: &Session, rules: &RuleSet, which: Which) -> (SessionVerdict, Marks) {
    let (mut marks, mut quiet) = (Marks::default(), RuleBits::default());
    let verdict = ask(session, rules, which, &mut |about, answer| match answer {
        Answer::Speaks(_) => {
            marks.speak.insert(about.rule);
            if let Some(end) = about.end {
                marks.of_end[end as usize].insert(about.rule);
            }
        }
        Answer::Quiet => quiet.insert(about.rule),
        Answer::Unknown => marks.unknown.insert(about.rule),
        Answer::NotApplicable => {}
    });
    let told = marks.speak.and(quiet);
    let unknown = marks.unknown.iter().filter(|place| !told.contains(*place));
    marks.unknown = unknown.fold(RuleBits::default(), |mut bits, place| {
        bits.insert(place);
        bits
    });
    (verdict, marks)
}

/// Everything that the rules say of a session, what matters most first.
pub fn examine(session: &Session, rules: &RuleSet) -> Vec<Finding> {
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    // What was said of a side, by rule, end and evidence, and what made which stream poor: sessions may have tens of
    // thousands of streams.
    let mut said: HashSet<(usize, Option<End>, u64)> = HashSet::new();
    let mut breached: HashSet<(NodePath, &str)> = HashSet::new();
    for which in [Which::Judged, Which::Independent] {
        ask(session, rules, which, &mut |about, answer| {
            let Answer::Speaks(Said { weight, readings }) = answer else { return };
            let evidence: Vec<Evidence> = readings.into_iter().flatten().map(Evidence::from).collect();
            let rule = &RULES[about.rule];
            // What is said of one side's network or device is said of each of its media, and what is said of a session of
            // its segments: once is enough.
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
                // A limit that makes a stream poor need not be hinted at as well.
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
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// The same for the same evidence.
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
            // How far over the limit; where that is zero, how much.
            let weight = if limit == 0.0 { value } else { value / limit };
            Answer::Speaks(Said::one(weight, Reading::metric(of, metric, value, Some(limit))))
        }
        Field::Value(_) => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Asks the rules about everything in a session, in the order of the record. Gives back how it was judged, if it was.
fn ask(session: &Session, rules: &RuleSet, which: Which, hear: &mut impl FnMut(About, Answer<'_>)) -> SessionVerdict {
    let verdict = ask_streams(session, rules, which, hear);
    if which == Which::Independent {
        ask_media(session, hear);
        ask_spans(session, hear);
    }
    ask_ends(session, verdict.streams(), which, hear);
    verdict
}

fn ask_streams(
    session: &Session,
    rules: &RuleSet,
    which: Which,
    hear: &mut impl FnMut(About, Answer<'_>),
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
            session_verdict.add(Flow::of(place.kind, stream), verdict, &reasons);
        }
        let scene = StreamScene { rules, session, place: &place, stream, verdict, reasons: &reasons };
        for &rule in asked {
            let answer = match RULES[rule].check {
                Check::Figure(metric, ..) if !metric.is_on(place.kind) || place.kind == MediumKind::Data => {
                    Answer::NotApplicable
                }
                Check::Figure(metric, side, limit) => figure(metric, side, limit, None, metric.of_stream(stream)),
                Check::Stream(check) | Check::Judged(check) => check(&scene),
                _ => Answer::NotApplicable,
            };
            let end = match Flow::of(MediumKind::Audio, stream) {
                Flow::VoiceOut => Some(End::Caller),
                Flow::VoiceBack => Some(End::Callee),
                _ => None,
            };
            hear(About { rule, path: place.path, end }, answer);
        }
    });
    session_verdict
}

fn ask_media(session: &Session, hear: &mut impl FnMut(About, Answer<'_>)) {
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
                    hear(About { rule, path, end: Some(end) }, answer);
                }
            }
            for from in [End::Caller, End::Callee] {
                let scene = DirectionScene { path, from, kind, media };
                for &rule in &by_scene().directions {
                    if let Check::Direction(check) = RULES[rule].check {
                        hear(About { rule, path, end: Some(from) }, check(&scene));
                    }
                }
            }
        }
    }
}

fn ask_spans(session: &Session, hear: &mut impl FnMut(About, Answer<'_>)) {
    let segments = session.segments.readable().map(|(at, segment)| (NodePath::segment(at), Some(segment)));
    for (path, segment) in std::iter::once((NodePath::SESSION, None)).chain(segments) {
        let scene = SpanScene { path, session, segment };
        for &rule in &by_scene().spans {
            if let Check::Span(check) = RULES[rule].check {
                hear(About { rule, path, end: None }, check(&scene));
            }
        }
    }
}

fn ask_ends(session: &Session, streams: Counts, which: Which, hear: &mut impl FnMut(About, Answer<'_>)) {
    let asked = match which {
        Which::Independent => &by_scene().ends,
        Which::Judged => &by_scene().judged_ends,
    };
    for end in [End::Caller, End::Callee] {
        let endpoints = endpoints(session, end);
        let is_participant = endpoints.iter().any(|endpoint| endpoint.kind() == EndpointKind::Participant);
        if !is_participant {
            continue;
        }
        let scene = EndScene { end, endpoints, streams, session };
        for &rule in asked {
            if let Check::End(check) | Check::JudgedEnd(check) = RULES[rule].check {
                hear(About { rule, path: NodePath::SESSION, end: Some(end) }, check(&scene));
            }
        }
    }
}

/// What an end says of itself, in the session and then in its segments.
pub fn endpoints(session: &Session, end: End) -> Vec<&Endpoint> {
    let of_segments = session.segments.readable().filter_map(|(_, segment)| match end {
        End::Caller => segment.caller.value(),
        End::Callee => segment.callee.value(),
    });
    let own = match end {
        End::Caller => session.caller.value(),
        End::Callee => session.callee.value(),
    };
    own.into_iter().chain(of_segments).collect()
}
