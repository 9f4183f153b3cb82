//! What is kept of every session in memory: who, when, how judged, and where its bytes are.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use compact_str::format_compact;

use crate::metrics::{self, Metric};
use crate::model::{
    EndpointKind, FailureInfo, FeedbackRating, Field, MediumKind, Modality, NameBasis, Session, Text, Timestamp, Who,
    Word,
};
use crate::triage::{RuleSet, SessionVerdict, Verdict, judge_session};

/// Where a session's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which part of the store: a file that was opened, or the spool.
    pub part: u32,
    /// The first byte.
    pub offset: u64,
    /// How many bytes.
    pub length: u32,
}

/// A session in the list. A few hundred bytes, whatever the session weighs.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where the session can be read again.
    pub place: Place,
    /// The page it came with.
    pub page: PageId,
    /// Its id, where it has one.
    pub id: Option<Text>,
    /// A hash of its bytes, to tell a repeated session from another one with the same id.
    pub fingerprint: u64,
    /// When it began, where that could be read.
    pub start: Option<Timestamp>,
    /// When it ended, where that could be read.
    pub end: Option<Timestamp>,
    /// The caller's name.
    pub caller: Text,
    /// What the caller is.
    pub caller_kind: EndpointKind,
    /// The callee's name.
    pub callee: Text,
    /// What the callee is.
    pub callee_kind: EndpointKind,
    /// The platform of the person's client, as the schema spells it.
    pub platform: Option<Text>,
    /// The kinds of link the person used, in the order seen: `wifi`, `wifi wired`.
    pub links: Text,
    /// Did any medium of the person go over TCP?
    pub over_tcp: bool,
    /// The kinds of media.
    pub media: MediaSet,
    /// How many segments the session has.
    pub segments: u32,
    /// How it was judged.
    pub verdict: SessionVerdict,
    /// When it failed, in the service's word; `Some("unknown")` when only the reason is told.
    pub failed: Option<Text>,
    /// What a user said of the call, the worse of the two.
    pub rating: Option<FeedbackRating>,
    /// A test call.
    pub is_test: bool,
    /// The worst value of each metric of streams, in the order of [`metrics::STREAM`]; NaN where none was measured.
    figures: [f32; metrics::STREAM.len()],
    /// What the text filter looks at, folded.
    haystack: Box<str>,
}

/// A page of sessions, counted from 0 over all that was opened.
pub type PageId = u32;

/// How a session stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// It could not be set up, or broke off.
    Failed,
    /// A stream is poor.
    Poor,
    /// Nothing is poor, but a user said that it was bad.
    Noted,
    /// Judged, and nothing is poor.
    Good,
    /// Could not be judged.
    Unclassified,
}

/// Kinds of media, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaSet(u8);

impl MediaSet {
    const KINDS: [MediumKind; 5] =
        [MediumKind::Audio, MediumKind::Video, MediumKind::ScreenSharing, MediumKind::Data, MediumKind::Other];

    fn insert(&mut self, kind: MediumKind) {
        self.0 |= 1 << Self::KINDS.iter().position(|&one| one == kind).unwrap_or(0);
    }

    /// The kinds in it.
    pub fn iter(self) -> impl Iterator<Item = MediumKind> {
        Self::KINDS.into_iter().enumerate().filter_map(move |(at, kind)| (self.0 & 1 << at != 0).then_some(kind))
    }
}

impl Row {
    /// Makes the row of a session.
    pub fn new(session: &Session, bytes: &[u8], place: Place, page: PageId, rules: &RuleSet) -> Row {
        let first_segment = session.segments.readable().next().map(|(_, segment)| segment);
        let from_segment = session.ends(first_segment);
        let caller = session.caller.value().or(from_segment.0);
        let callee = session.callee.value().or(from_segment.1);
        let kind = |end: Option<&crate::model::Endpoint>| end.map_or(EndpointKind::Bare, |end| end.kind());
        let who = |end: Option<&crate::model::Endpoint>| end.map(|end| end.who());
        let (caller_who, callee_who) = (who(caller), who(callee));
        let name = |who: &Option<Who>, nobody: &str| who.as_ref().map_or(nobody.into(), |who| who.name.clone());
        let (caller_kind, callee_kind) = (kind(caller), kind(callee));
        let is_callee = person_is_callee(caller_kind, callee_kind);
        let person = if is_callee { callee } else { caller };

        let mut row = Row {
            place,
            page,
            id: session.id.value().cloned(),
            fingerprint: foldhash::fast::FixedState::default().hash_one(bytes),
            start: session.start.value().copied(),
            end: session.end.value().copied(),
            caller: name(&caller_who, "no caller"),
            caller_kind,
            callee: name(&callee_who, "no callee"),
            callee_kind,
            platform: person
                .and_then(|person| person.user_agent.value())
                .and_then(|agent| agent.platform.value())
                .map(|platform| Text::from(platform.as_str())),
            links: Text::default(),
            over_tcp: false,
            media: MediaSet::default(),
            segments: session.segments.items().len() as u32,
            verdict: judge_session(rules, session),
            failed: failed(session),
            rating: worse_rating(session),
            is_test: session.is_test.value().copied().unwrap_or(false),
            figures: [f32::NAN; metrics::STREAM.len()],
            haystack: Box::default(),
        };
        row.look_at_media(session, is_callee);
        // Names of our own making are no names to look for: everybody in a meeting has "service" on the other end.
        let names = [caller_who, callee_who].into_iter().flatten().filter(|who| who.basis != NameBasis::Nothing);
        row.haystack = row.searchable(names.map(|who| who.name)).into();
        row
    }

    fn look_at_media(&mut self, session: &Session, is_callee: bool) {
        for (_, modality) in session.modalities.readable() {
            self.media.insert(match modality {
                Modality::Audio => MediumKind::Audio,
                Modality::Video => MediumKind::Video,
                Modality::VideoBasedScreenSharing | Modality::ScreenSharing => MediumKind::ScreenSharing,
                Modality::Data => MediumKind::Data,
                _ => MediumKind::Other,
            });
        }
        for (_, segment) in session.segments.readable() {
            for (_, media) in segment.media.readable() {
                let network = if is_callee { &media.callee_network } else { &media.caller_network };
                let Some(network) = network.value() else { continue };
                if let Some(link) = network.connection_type.value() {
                    let link = link.as_str();
                    if link != "unknown" && !self.links.split(' ').any(|seen| seen == link) {
                        let space = if self.links.is_empty() { "" } else { " " };
                        self.links = format_compact!("{}{space}{link}", self.links);
                    }
                }
                self.over_tcp |= network.network_transport_protocol.value().is_some_and(|it| it.as_str() == "tcp");
            }
        }
        session.streams(|place, stream| {
            self.media.insert(place.kind);
            for (figure, metric) in self.figures.iter_mut().zip(metrics::STREAM) {
                if let Field::Value(value) = metric.of_stream(stream)
                    && metric.is_plausible(value)
                    && (figure.is_nan() || metric.is_worse(value, f64::from(*figure)))
                {
                    *figure = value as f32;
                }
            }
        });
    }

    fn searchable(&self, names: impl Iterator<Item = Text>) -> String {
        let rating = self.rating.as_ref().map_or("", Word::as_str);
        let mut text = format!(
            "{}\n{}\n{}\n{rating}\n{}",
            self.platform.as_deref().unwrap_or_default(),
            self.links,
            self.standing().name(),
            self.id.as_deref().unwrap_or_default(),
        );
        for name in names {
            text.push('\n');
            text.push_str(&name);
        }
        for kind in self.media.iter() {
            text.push('\n');
            text.push_str(kind.name());
        }
        if let Some(worst) = self.verdict.worst.and_then(|worst| metrics::by_id(worst.metric)) {
            text.push('\n');
            text.push_str(worst.label);
        }
        if self.over_tcp {
            text.push_str("\ntcp");
        }
        text.to_lowercase()
    }

    /// How the session stands.
    pub fn standing(&self) -> Standing {
        match (self.verdict.streams.verdict(), &self.rating) {
            _ if self.failed.is_some() => Standing::Failed,
            (Verdict::Poor, _) => Standing::Poor,
            (_, Some(FeedbackRating::Bad | FeedbackRating::Poor)) => Standing::Noted,
            (Verdict::Good, _) => Standing::Good,
            (Verdict::Unclassified, _) => Standing::Unclassified,
        }
    }

    /// The worst value of a metric over the session's streams; `None` where none was measured.
    pub fn figure(&self, metric: &Metric) -> Option<f64> {
        let at = metrics::STREAM.iter().position(|one| one.id == metric.id)?;
        let value = self.figures[at];
        (!value.is_nan()).then_some(f64::from(value))
    }

    /// Every metric of streams with its worst value over the session's.
    pub fn figures(&self) -> impl Iterator<Item = (&'static Metric, Option<f64>)> {
        metrics::STREAM
            .iter()
            .zip(self.figures)
            .map(|(metric, value)| (metric, (!value.is_nan()).then_some(f64::from(value))))
    }

    /// From start to end in seconds; negative when the record has them the wrong way round.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.start?.until(self.end?).seconds())
    }

    /// Does the row hold a text? The text is folded already.
    pub fn contains(&self, folded: &str) -> bool {
        memchr::memmem::find(self.haystack.as_bytes(), folded.as_bytes()).is_some()
    }

    /// Both ends are people.
    pub fn is_between_people(&self) -> bool {
        self.caller_kind == EndpointKind::Participant && self.callee_kind == EndpointKind::Participant
    }
}

impl Standing {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Failed => "failed",
            Standing::Poor => "poor",
            Standing::Noted => "noted",
            Standing::Good => "good",
            Standing::Unclassified => "unclassified",
        }
    }
}

fn failed(session: &Session) -> Option<Text> {
    let stage = |failure: &FailureInfo| match (failure.stage.value(), failure.reason.value()) {
        (Some(stage), _) => Some(Text::from(stage.as_str())),
        (None, Some(_)) => Some("unknown".into()),
        (None, None) => None,
    };
    session
        .failure_info
        .value()
        .and_then(stage)
        .or_else(|| session.segments.readable().find_map(|(_, segment)| stage(segment.failure_info.value()?)))
}

fn worse_rating(session: &Session) -> Option<FeedbackRating> {
    // Feedback stands on the session's ends; a saved record of 2025 has it on the segments' ends as well.
    let segments = session.segments.readable().flat_map(|(_, segment)| [&segment.caller, &segment.callee]);
    [&session.caller, &session.callee]
        .into_iter()
        .chain(segments)
        .filter_map(|end| end.value()?.feedback.value()?.rating.value().cloned())
        .filter(|rating| *rating != FeedbackRating::NotRated)
        .min_by_key(|rating| FeedbackRating::MEMBERS.iter().position(|member| *member == rating.as_str()))
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SortKey {
    /// Failed, then poor by how far over the limit, then noted, good, unclassified.
    Worst,
    /// By the person's name.
    Name,
    /// By start.
    Start,
    /// By length.
    Duration,
    /// By the worst value of a metric of streams, worst first.
    Figure(&'static str),
    /// As the pages had them.
    Received,
}

impl SortKey {
    /// The keys in the order in which they are offered.
    pub const ALL: &[SortKey] = &[
        SortKey::Worst,
        SortKey::Figure("averagePacketLossRate"),
        SortKey::Figure("averageJitter"),
        SortKey::Figure("averageRoundTripTime"),
        SortKey::Duration,
        SortKey::Start,
        SortKey::Name,
        SortKey::Received,
    ];

    /// What the list's title calls it.
    pub fn name(self) -> &'static str {
        match self {
            SortKey::Worst => "worst first",
            SortKey::Name => "by name",
            SortKey::Start => "by start",
            SortKey::Duration => "longest first",
            SortKey::Figure(id) => match id {
                "averagePacketLossRate" => "most loss first",
                "averageJitter" => "most jitter first",
                "averageRoundTripTime" => "longest round trip first",
                _ => "by figure",
            },
            SortKey::Received => "as received",
        }
    }

    /// Compares two rows. What is missing comes last whichever way the list is turned; rows that are equal
    /// stand as they were received.
    pub fn compare(self, reversed: bool, one: &Row, other: &Row) -> Ordering {
        let turn = |ordering: Ordering| if reversed { ordering.reverse() } else { ordering };
        let received =
            (one.page, one.place.part, one.place.offset).cmp(&(other.page, other.place.part, other.place.offset));
        let by = match self {
            SortKey::Worst => {
                turn(one.standing().cmp(&other.standing()).then_with(|| severity(other).total_cmp(&severity(one))))
            }
            SortKey::Name => turn(one.person().cmp(other.person())),
            SortKey::Start => missing_last(one.start, other.start, |a, b| turn(a.cmp(b))),
            SortKey::Duration => missing_last(one.seconds(), other.seconds(), |a, b| turn(b.total_cmp(a))),
            SortKey::Figure(id) => match metrics::by_id(id) {
                Some(metric) => missing_last(one.figure(metric), other.figure(metric), |a, b| {
                    turn(if metric.is_worse(*a, *b) {
                        Ordering::Less
                    } else if a == b {
                        Ordering::Equal
                    } else {
                        Ordering::Greater
                    })
                }),
                None => Ordering::Equal,
            },
            SortKey::Received => return turn(received),
        };
        by.then(received)
    }
}

impl Row {
    /// The name of the person whose session this is.
    pub fn person(&self) -> &str {
        if person_is_callee(self.caller_kind, self.callee_kind) { &self.callee } else { &self.caller }
    }
}

/// Whose session it is: in a meeting the callee is the service, but a call from the telephone network may come
/// the other way round.
fn person_is_callee(caller: EndpointKind, callee: EndpointKind) -> bool {
    caller != EndpointKind::Participant && callee == EndpointKind::Participant
}

fn severity(row: &Row) -> f64 {
    row.verdict.worst.map_or(0.0, |worst| worst.severity())
}

fn missing_last<T>(one: Option<T>, other: Option<T>, compare: impl FnOnce(&T, &T) -> Ordering) -> Ordering {
    match (&one, &other) {
        (Some(one), Some(other)) => compare(one, other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Folds a text for [`Row::contains`].
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}
