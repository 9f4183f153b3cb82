//! What a rule looks at, and what it answers: a stream, one side of a medium, one direction of it, a segment, one
//! end of a session, the session itself.

use crate::metrics::Metric;
use crate::model::{
    DeviceInfo, Endpoint, EndpointKind, Field, Media, MediaStream, MediumKind, NetworkInfo, NodePath, Segment, Session,
    StreamPlace, Timestamp,
};

use super::rules::RuleSet;
use super::verdict::{Breach, Counts, Reason, Verdict};

/// One of the two ends of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Who started it.
    Caller,
    /// Who answered.
    Callee,
}

impl End {
    /// The word, as the members of the record begin.
    pub fn name(self) -> &'static str {
        match self {
            End::Caller => "caller",
            End::Callee => "callee",
        }
    }

    /// The other one.
    pub fn other(self) -> End {
        match self {
            End::Caller => End::Callee,
            End::Callee => End::Caller,
        }
    }
}

/// A stream with how it was judged.
pub struct StreamScene<'a> {
    /// The rule set by which it was judged.
    pub rules: &'a RuleSet,
    /// The session.
    pub session: &'a Session,
    /// Where it stands and between whom it ran.
    pub place: &'a StreamPlace<'a>,
    /// The stream.
    pub stream: &'a MediaStream,
    /// How it was judged.
    pub verdict: Verdict,
    /// Why.
    pub reasons: &'a [Reason],
}

/// One side of a medium: a participant's network and device, or those of an endpoint that says nothing of itself.
pub struct SideScene<'a> {
    /// The medium's position.
    pub path: NodePath,
    /// Which side.
    pub end: End,
    /// The kind of medium.
    pub kind: MediumKind,
    /// The side's network.
    pub network: Option<&'a NetworkInfo>,
    /// The side's device.
    pub device: Option<&'a DeviceInfo>,
}

/// One direction of a medium.
pub struct DirectionScene<'a> {
    /// The medium's position.
    pub path: NodePath,
    /// Who sends.
    pub from: End,
    /// The kind of medium.
    pub kind: MediumKind,
    /// The medium.
    pub media: &'a Media,
}

impl DirectionScene<'_> {
    /// The network of an end.
    pub fn network(&self, end: End) -> Option<&NetworkInfo> {
        match end {
            End::Caller => self.media.caller_network.value(),
            End::Callee => self.media.callee_network.value(),
        }
    }
}

/// A segment, or the session as a whole where its path is that of the session.
pub struct SpanScene<'a> {
    /// Its position.
    pub path: NodePath,
    /// The session.
    pub session: &'a Session,
    /// The segment; `None` for the session.
    pub segment: Option<&'a Segment>,
}

impl SpanScene<'_> {
    /// When it began and ended.
    pub fn span(&self) -> (&Field<Timestamp>, &Field<Timestamp>) {
        match self.segment {
            Some(segment) => (&segment.start, &segment.end),
            None => (&self.session.start, &self.session.end),
        }
    }
}

/// One end of a session.
pub struct EndScene<'a> {
    /// Which.
    pub end: End,
    /// Its account of itself, in the session and then in the segments.
    pub endpoints: Vec<&'a Endpoint>,
    /// How the session's streams were judged.
    pub streams: Counts,
    /// The session.
    pub session: &'a Session,
}

/// What a rule answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// The rule is about something else.
    NotApplicable,
    /// It was looked at, and there is nothing to say.
    Quiet,
    /// What would have to be looked at is missing. Neither good nor bad.
    Unknown,
    /// It speaks.
    Speaks(Said<'a>),
}

/// What a rule speaks of: up to three readings, the first of which decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said<'a> {
    /// How much it weighs among findings of the same rule; the more, the worse.
    pub weight: f64,
    /// What was read.
    pub readings: [Option<Reading<'a>>; 3],
}

/// Something that was read of the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading<'a> {
    /// Graph's name of the member.
    pub field: &'static str,
    /// Whose it is; `None` for a stream's, a segment's or a session's own.
    pub of: Option<End>,
    /// Its value.
    pub value: Read<'a>,
    /// The limit that it passed, where there is one.
    pub limit: Option<f64>,
}

/// A value that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Read<'a> {
    /// A number that the table of metrics knows.
    Metric(&'static Metric, f64),
    /// A length of time in seconds.
    Seconds(f64),
    /// A moment.
    Moment(Timestamp),
    /// A number of things.
    Count(f64),
    /// A text of the record.
    Text(&'a str),
    /// `true` or `false`.
    Bool(bool),
}

impl<'a> Said<'a> {
    /// Of one reading.
    pub fn one(weight: f64, reading: Reading<'a>) -> Said<'a> {
        Said { weight, readings: [Some(reading), None, None] }
    }

    /// Of two readings.
    pub fn two(weight: f64, one: Reading<'a>, other: Reading<'a>) -> Said<'a> {
        Said { weight, readings: [Some(one), Some(other), None] }
    }

    /// Of nothing that could be shown.
    pub fn nothing(weight: f64) -> Said<'a> {
        Said { weight, readings: [None; 3] }
    }
}

impl<'a> Reading<'a> {
    /// Of a stream, segment or session.
    pub fn own(field: &'static str, value: Read<'a>) -> Reading<'a> {
        Reading { field, of: None, value, limit: None }
    }

    /// Of an end.
    pub fn of(end: End, field: &'static str, value: Read<'a>) -> Reading<'a> {
        Reading { field, of: Some(end), value, limit: None }
    }

    /// Of a metric.
    pub fn metric(of: Option<End>, metric: &'static Metric, value: f64, limit: Option<f64>) -> Reading<'a> {
        Reading { field: metric.id, of, value: Read::Metric(metric, value), limit }
    }

    /// Of a breach.
    pub fn breach(breach: Breach) -> Reading<'a> {
        Reading::metric(None, breach.metric, breach.value, Some(breach.limit))
    }
}

/// Does a rule about people's own networks and devices look at an endpoint? The service's network and devices are
/// nobody's to mend; an endpoint that does not say what it is may be a person's.
pub fn is_somebodys(endpoint: Option<&Endpoint>) -> bool {
    endpoint.is_none_or(|endpoint| endpoint.kind() != EndpointKind::Service)
}
