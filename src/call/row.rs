//! What is kept of every session in memory: where its bytes are, its names, its metrics, and the facts to judge it and
//! the whole call by.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::BuildHasher;

use crate::metrics::{self, Metric, Unit};
use crate::model::{Asked, Field, MediumKind, Modality, Session, Text};
use crate::sites::Sites;
use crate::triage::factors::{FACTORS, Nature, Value, by_id};
use crate::triage::{End, Interner, RuleSets, SessionSummary};

use super::participant_names::SessionNames;
use super::rows::Rows;
use super::traffic::TrafficFigures;

/// Where a session's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Part of the store: a file that was opened, or the spool.
    pub part: u32,
    /// The first byte.
    pub offset: u64,
    /// Length in bytes.
    pub length: u32,
}

/// A range of received bytes, of any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Part of the store.
    pub part: u32,
    /// The first byte.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
}

/// What is needed to read a session again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRef {
    /// Where its bytes are.
    pub place: Place,
    /// A hash of its bytes when first read.
    pub fingerprint: u64,
    /// The names of its people.
    pub names: SessionNames,
}

/// Returns a hash of a session's bytes.
pub fn fingerprint_of(bytes: &[u8]) -> u64 {
    foldhash::fast::FixedState::default().hash_one(bytes)
}

/// A session in the list. A few hundred bytes, whatever the session's size.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where to read the session again.
    pub place: Place,
    /// The page it came with.
    pub page: PageId,
    /// The session ID, if it has one.
    pub id: Option<SessionId>,
    /// A hash of its bytes.
    pub fingerprint: u64,
    /// A hash of its ID, start and parties, which identifies a session that comes again. The ID alone is not enough: a
    /// call that an attendant hands to a queue has one session for each under the same ID. Source: Microsoft Graph,
    /// callRecords FAQ (2024-11-07).
    pub identity: u64,
    /// Everything that identifies sessions was requested. Otherwise two that look alike may be different ones.
    pub is_identifiable: bool,
    /// The kinds of media.
    pub media: MediaSet,
    /// It is a test call.
    pub is_test: bool,
    pub segments: u32,
    /// Streams with no measurement except the number of packets.
    pub unmeasured_streams: u16,
    /// People, times, verdicts and findings.
    pub facts: SessionSummary,
    /// The worst value of each stream metric, in the order of [`metrics::STREAM`]; NaN if not measured.
    figures: [f32; metrics::STREAM.len()],
    /// The same for each kind of media and direction, of the metrics worth comparing.
    pub traffic: TrafficFigures,
}

/// A page of sessions, counted from 0 over everything that was opened.
pub type PageId = u32;

/// A session ID: nearly always a GUID, which takes sixteen bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SessionId {
    /// A GUID in lower case.
    Guid([u8; 16]),
    /// Anything else.
    Other(Box<str>),
}

impl SessionId {
    /// Parses an ID as received.
    pub fn new(text: &str) -> SessionId {
        // Only an ID that reads back unchanged is stored in sixteen bytes: in lower case, with dashes in their places.
        let has_dashes = text.len() == 36 && [8, 13, 18, 23].iter().all(|at| text.as_bytes()[*at] == b'-');
        let mut digits = text.bytes().filter(|byte| *byte != b'-');
        let digit = |byte: Option<u8>| match byte? {
            byte @ b'0'..=b'9' => Some(byte - b'0'),
            byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 16];
        let is_hex = has_dashes
            && bytes.iter_mut().all(|byte| match (digit(digits.next()), digit(digits.next())) {
                (Some(high), Some(low)) => {
                    *byte = high << 4 | low;
                    true
                }
                _ => false,
            });
        if is_hex { SessionId::Guid(bytes) } else { SessionId::Other(text.into()) }
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionId::Other(text) => formatter.write_str(text),
            SessionId::Guid(bytes) => {
                for (at, byte) in bytes.iter().enumerate() {
                    let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
                    write!(formatter, "{dash}{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}

/// A set of media kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaSet(u8);

impl MediaSet {
    pub(super) const KINDS: [MediumKind; 5] =
        [MediumKind::Audio, MediumKind::Video, MediumKind::ScreenSharing, MediumKind::Data, MediumKind::Other];

    fn insert(&mut self, kind: MediumKind) {
        self.0 |= 1 << Self::KINDS.iter().position(|&one| one == kind).unwrap_or(0);
    }

    /// Returns the kinds in the set.
    pub fn iter(self) -> impl Iterator<Item = MediumKind> {
        Self::KINDS.into_iter().enumerate().filter_map(move |(at, kind)| (self.0 & 1 << at != 0).then_some(kind))
    }

    /// Returns whether a kind is in the set.
    pub fn contains(self, kind: MediumKind) -> bool {
        self.iter().any(|one| one == kind)
    }
}

impl Row {
    /// Creates the row of a session. Its names are numbered by `names`.
    pub fn new(
        session: &Session,
        bytes: &[u8],
        place: Place,
        page: PageId,
        sets: &RuleSets,
        names: &mut Interner,
    ) -> Row {
        let fingerprint = fingerprint_of(bytes);
        let facts = SessionSummary::new(session, sets, fingerprint, names);
        let party = |end: End| {
            let party = facts.party(end);
            // An anonymous person is a person of their own, yet the same when the session comes again; and so is a
            // person whose name comes later than the ID.
            let id = party.id;
            (party.kind as u8, id, if id.is_none() { names.get(party.name) } else { "" })
        };
        let id = session.id.value();
        let hasher = foldhash::fast::FixedState::default();
        let identity =
            hasher.hash_one((id.map(|id| id.to_lowercase()), facts.start, party(End::Caller), party(End::Callee)));
        let traffic = TrafficFigures::of(session, facts.own_end());
        let mut row = Row {
            place,
            page,
            id: id.map(|id| SessionId::new(id)),
            fingerprint,
            identity,
            is_identifiable: true,
            media: MediaSet::default(),
            is_test: session.is_test.value().copied().unwrap_or(false),
            segments: session.segments.items().len() as u32,
            unmeasured_streams: 0,
            facts,
            figures: [f32::NAN; metrics::STREAM.len()],
            traffic,
        };
        row.look_at_media(session);
        row
    }

    /// Records the options the session was requested with.
    pub fn asked_with(&mut self, asked: &Asked, session: &Session, names: &mut Interner) {
        self.is_identifiable =
            ["id", "startDateTime", "endDateTime", "caller", "callee"].iter().all(|member| asked.has(member));
        self.facts.asked_with(asked, session, names);
    }

    /// Adds what the user's files say about its networks.
    pub fn locate(&mut self, sites: &Sites, session: &Session, names: &mut Interner) {
        self.facts.locate(sites, session, names);
    }

    fn look_at_media(&mut self, session: &Session) {
        for (_, modality) in session.modalities.readable() {
            self.media.insert(match modality {
                Modality::Audio => MediumKind::Audio,
                Modality::Video => MediumKind::Video,
                Modality::VideoBasedScreenSharing | Modality::ScreenSharing => MediumKind::ScreenSharing,
                Modality::Data => MediumKind::Data,
                _ => MediumKind::Other,
            });
        }
        session.streams(|place, stream| {
            self.media.insert(place.kind);
            let mut is_measured = false;
            for (figure, metric) in self.figures.iter_mut().zip(metrics::STREAM) {
                let Field::Value(value) = metric.of_stream(stream) else { continue };
                is_measured |= metric.unit != Unit::Packets;
                if metric.is_plausible(value) && (figure.is_nan() || metric.is_worse(value, f64::from(*figure))) {
                    *figure = value as f32;
                }
            }
            self.unmeasured_streams = self.unmeasured_streams.saturating_add(u16::from(!is_measured));
        });
    }

    /// Returns the worst value of a metric over the session's streams; `None` if not measured.
    pub fn figure(&self, metric: &Metric) -> Option<f64> {
        let at = metrics::STREAM.iter().position(|one| one.id == metric.id)?;
        let value = self.figures[at];
        (!value.is_nan()).then_some(f64::from(value))
    }

    /// Returns every stream metric with its worst value over the session's streams.
    pub fn figures(&self) -> impl Iterator<Item = (&'static Metric, Option<f64>)> {
        metrics::STREAM
            .iter()
            .zip(self.figures)
            .map(|(metric, value)| (metric, (!value.is_nan()).then_some(f64::from(value))))
    }

    /// Returns the name at an end.
    pub fn name<'n>(&self, end: End, names: &'n Interner) -> &'n str {
        names.get(self.facts.party(end).name)
    }

    /// Returns the name of the person whose session this is.
    pub fn person<'n>(&self, names: &'n Interner) -> &'n str {
        self.name(self.facts.own_end(), names)
    }

    /// Returns the names of caller and callee that are not in the session's JSON: numbered labels of unidentified
    /// people, and names known only from other sessions.
    pub fn labels(&self, names: &Interner) -> [Option<Text>; 2] {
        [End::Caller, End::Callee].map(|end| {
            let party = self.facts.party(end);
            (party.is_anonymous || party.is_joined).then(|| names.get(party.name).into())
        })
    }

    /// Returns what the user's files say about an end: its sites, providers, access points.
    pub fn listed(&self, end: End) -> impl Iterator<Item = Value> {
        self.facts.values(end).iter().copied().filter(|value| value.factor().is_listed())
    }

    /// Returns the first site of the person; `None` if no file names one.
    pub fn site<'n>(&self, names: &'n Interner) -> Option<&'n str> {
        let site = self.listed(self.facts.own_end()).find(|value| value.factor().id == "site")?;
        (site.nature() != Nature::Normal).then(|| names.get(site.name()))
    }

    /// Returns the person's first value of a factor.
    pub fn value<'n>(&self, factor: &str, names: &'n Interner) -> Option<&'n str> {
        let place = FACTORS.iter().position(|one| one.id == factor)?;
        let value = self.facts.values(self.facts.own_end()).iter().find(|value| value.place() == place)?;
        Some(names.get(value.name()))
    }

    /// Returns the person's values of a factor, separated by spaces: `wifi wired`; empty if there are none.
    pub fn values(&self, factor: &str, names: &Interner) -> String {
        self.values_at(self.facts.own_end(), factor, names)
    }

    /// Returns the values of a factor at an end, separated by spaces; empty if there are none.
    pub fn values_at(&self, end: End, factor: &str, names: &Interner) -> String {
        let Some(place) = FACTORS.iter().position(|one| one.id == factor) else { return String::new() };
        let values = self.facts.values(end).iter().filter(|value| value.place() == place);
        values.map(|value| names.get(value.name())).collect::<Vec<_>>().join(" ")
    }
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SortKey {
    /// Failed, then poor by excess over the threshold, then noted, good, unclassified.
    Worst,
    /// By the person's name.
    Name,
    /// By start.
    Start,
    /// By length.
    Duration,
    /// By the worst value of a stream metric, worst first.
    Figure(&'static str),
    /// By the person's value of a factor.
    Factor(&'static str),
    /// In the order of the pages.
    Received,
}

/// How rows are compared: key, direction, and the rule set whose verdicts count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// The sort key.
    pub key: SortKey,
    /// Reverse order.
    pub is_reversed: bool,
    /// Index of the rule set.
    pub set: usize,
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

    /// Returns its name in the list's title.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            SortKey::Worst => "worst first".into(),
            SortKey::Name => "by name".into(),
            SortKey::Start => "by start".into(),
            SortKey::Duration => "longest first".into(),
            SortKey::Figure(id) => match metrics::by_id(id) {
                Some(metric) if metric.worse == metrics::Worse::Lower => format!("least {} first", metric.label).into(),
                Some(metric) => format!("most {} first", metric.label).into(),
                None => id.into(),
            },
            SortKey::Factor(id) => format!("by {}", by_id(id).map_or(id, |factor| factor.label)).into(),
            SortKey::Received => "as received".into(),
        }
    }

    /// Returns its name in a file.
    pub fn id(self) -> &'static str {
        match self {
            SortKey::Worst => "worst",
            SortKey::Name => "name",
            SortKey::Start => "start",
            SortKey::Duration => "length",
            SortKey::Figure(id) | SortKey::Factor(id) => id,
            SortKey::Received => "received",
        }
    }

    /// Returns the key with a name.
    pub fn by_id(name: &str) -> Option<SortKey> {
        let plain = SortKey::ALL.iter().find(|key| key.id() == name).copied();
        plain
            .or_else(|| Some(SortKey::Figure(metrics::STREAM.iter().find(|metric| metric.id == name)?.id)))
            .or_else(|| Some(SortKey::Factor(by_id(name)?.id)))
    }
}

impl Order {
    /// Returns worst first, by the verdicts of a rule set.
    pub fn worst(set: usize) -> Order {
        Order { key: SortKey::Worst, is_reversed: false, set }
    }

    /// Returns the order in words: `worst first`, `by name, reversed`.
    pub fn words(&self) -> String {
        format!("{}{}", self.key.name(), if self.is_reversed { ", reversed" } else { "" })
    }

    /// Returns whether large values come first.
    pub fn is_descending(&self) -> bool {
        let is_descending = match self.key {
            SortKey::Worst | SortKey::Duration => true,
            SortKey::Figure(id) => metrics::by_id(id).is_some_and(|metric| metric.worse != metrics::Worse::Lower),
            SortKey::Name | SortKey::Start | SortKey::Factor(_) | SortKey::Received => false,
        };
        is_descending != self.is_reversed
    }

    /// Sorts row numbers of a call.
    pub fn sort(&self, numbers: &mut [u32], rows: &Rows, names: &Interner) {
        numbers.sort_unstable_by(|&one, &other| {
            self.compare(&rows[one as usize], &rows[other as usize], names).then(one.cmp(&other))
        });
    }

    /// Compares two rows. Missing values come last in either direction; equal rows keep the order they were received
    /// in.
    pub fn compare(&self, one: &Row, other: &Row, names: &Interner) -> Ordering {
        let turn = |ordering: Ordering| if self.is_reversed { ordering.reverse() } else { ordering };
        let received =
            (one.page, one.place.part, one.place.offset).cmp(&(other.page, other.place.part, other.place.offset));
        let by = match self.key {
            SortKey::Worst => turn(
                (one.facts.standing(self.set).cmp(&other.facts.standing(self.set)))
                    .then_with(|| severity(other, self.set).total_cmp(&severity(one, self.set))),
            ),
            SortKey::Name => turn(one.person(names).cmp(other.person(names))),
            SortKey::Start => missing_last(one.facts.start, other.facts.start, |a, b| turn(a.cmp(b))),
            SortKey::Duration => missing_last(one.facts.seconds(), other.facts.seconds(), |a, b| turn(b.total_cmp(a))),
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
            SortKey::Factor(id) => missing_last(one.value(id, names), other.value(id, names), |a, b| turn(a.cmp(b))),
            SortKey::Received => return turn(received),
        };
        by.then(received)
    }
}

fn severity(row: &Row, set: usize) -> f64 {
    row.facts.verdict(set).worst().map_or(0.0, |worst| worst.severity())
}

fn missing_last<T>(one: Option<T>, other: Option<T>, compare: impl FnOnce(&T, &T) -> Ordering) -> Ordering {
    match (&one, &other) {
        (Some(one), Some(other)) => compare(one, other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_was_received() {
        for id in ["e523d2ed-2966-4b6b-925b-754a88034cc5", "E523D2ED-2966-4B6B-925B-754A88034CC5", "", "19:x@thread"] {
            assert_eq!(SessionId::new(id).to_string(), id);
        }
        assert!(matches!(SessionId::new("e523d2ed-2966-4b6b-925b-754a88034cc5"), SessionId::Guid(_)));
        assert!(matches!(SessionId::new("e523d2ed2966-4b6b-925b-754a-88034cc5"), SessionId::Other(_)));
    }

    #[test]
    fn a_row_is_a_few_hundred_bytes() {
        assert!(size_of::<Row>() <= 456, "{}", size_of::<Row>());
    }
}
