//! What rules are applied to (a stream, one side or one direction of a medium, a segment, one end of a session, or the
//! session itself) and what they answer.

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
    /// The end that started the session.
    Caller,
    /// The end that answered.
    Callee,
}

impl End {
    /// Returns the prefix of its members in the record.
    pub fn name(self) -> &'static str {
        match self {
            End::Caller => "caller",
            End::Callee => "callee",
        }
    }

    /// Returns the other end.
    pub fn other(self) -> End {
        match self {
            End::Caller => End::Callee,
            End::Callee => End::Caller,
        }
    }
}

/// A stream with its verdict.
pub struct StreamScene<'a> {
    /// The rule set that judged it.
    pub rules: &'a RuleSet,
    pub session: &'a Session,
    /// Its position in the record and its two ends.
    pub place: &'a StreamPlace<'a>,
    pub stream: &'a MediaStream,
    /// The verdict on it.
    pub verdict: Verdict,
    /// The reasons for the verdict.
    pub reasons: &'a [Reason],
}

/// One side of a medium: a participant's network and device, or those of an endpoint that says nothing about itself.
pub struct SideScene<'a> {
    /// The medium's position.
    pub path: NodePath,
    /// The end on that side.
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
    /// The end that sends.
    pub from: End,
    /// The kind of medium.
    pub kind: MediumKind,
    /// The medium.
    pub media: &'a Media,
}

impl DirectionScene<'_> {
    /// Returns the network of an end.
    pub fn network(&self, end: End) -> Option<&NetworkInfo> {
        match end {
            End::Caller => self.media.caller_network.value(),
            End::Callee => self.media.callee_network.value(),
        }
    }
}

/// A segment, or the whole session if the path is that of the session.
pub struct SpanScene<'a> {
    /// Position in the record.
    pub path: NodePath,
    pub session: &'a Session,
    /// The segment; `None` for the session.
    pub segment: Option<&'a Segment>,
}

impl SpanScene<'_> {
    /// Returns its start and end.
    pub fn span(&self) -> (&Field<Timestamp>, &Field<Timestamp>) {
        match self.segment {
            Some(segment) => (&segment.start, &segment.end),
            None => (&self.session.start, &self.session.end),
        }
    }
}

/// One end of a session.
pub struct EndScene<'a> {
    /// Which end it is.
    pub end: End,
    /// Its endpoint objects, first the session's, then the segments'.
    pub endpoints: Vec<&'a Endpoint>,
    /// The session's streams by verdict.
    pub streams: Counts,
    pub session: &'a Session,
}

/// The answer of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// The rule does not apply.
    NotApplicable,
    /// The rule was checked and did not trigger.
    Quiet,
    /// The data the rule needs is missing; neither good nor bad.
    Unknown,
    /// The rule triggered.
    Speaks(Said<'a>),
}

/// What a rule triggered on: up to three readings, the first of which was decisive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said<'a> {
    /// ProblemLevel among findings of the same rule; higher is worse.
    pub weight: f64,
    /// The values read.
    pub readings: [Option<Reading<'a>>; 3],
}

/// A value read from the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading<'a> {
    /// Graph's member name.
    pub field: &'static str,
    /// The end it belongs to; `None` for a stream, a segment or a session.
    pub of: Option<End>,
    /// The value read.
    pub value: Read<'a>,
    /// The limit it exceeded, if there is one.
    pub limit: Option<f64>,
}

/// A value of the record, by type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Read<'a> {
    /// A metric and its value.
    Metric(&'static Metric, f64),
    /// A duration in seconds.
    Seconds(f64),
    /// A point in time.
    Moment(Timestamp),
    Count(f64),
    /// Text from the record.
    Text(&'a str),
    /// `true` or `false`.
    Bool(bool),
}

impl<'a> Said<'a> {
    /// Creates it from one reading.
    pub fn one(weight: f64, reading: Reading<'a>) -> Said<'a> {
        Said { weight, readings: [Some(reading), None, None] }
    }

    /// Creates it from two readings.
    pub fn two(weight: f64, one: Reading<'a>, other: Reading<'a>) -> Said<'a> {
        Said { weight, readings: [Some(one), Some(other), None] }
    }

    /// Creates it without readings to show.
    pub fn nothing(weight: f64) -> Said<'a> {
        Said { weight, readings: [None; 3] }
    }
}

impl<'a> Reading<'a> {
    /// Creates a reading of a stream, segment or session.
    pub fn own(field: &'static str, value: Read<'a>) -> Reading<'a> {
        Reading { field, of: None, value, limit: None }
    }

    /// Creates a reading of an end.
    pub fn of(end: End, field: &'static str, value: Read<'a>) -> Reading<'a> {
        Reading { field, of: Some(end), value, limit: None }
    }

    /// Creates a reading of a metric.
    pub fn metric(of: Option<End>, metric: &'static Metric, value: f64, limit: Option<f64>) -> Reading<'a> {
        Reading { field: metric.id, of, value: Read::Metric(metric, value), limit }
    }

    /// Creates a reading of a breach.
    pub fn breach(breach: Breach) -> Reading<'a> {
        Reading::metric(None, breach.metric, breach.value, Some(breach.limit))
    }
}

/// Returns whether rules about people's own networks and devices apply to an endpoint. No user can fix the service's
/// network and devices; an endpoint of unknown kind may be a person's.
pub fn is_somebodys(endpoint: Option<&Endpoint>) -> bool {
    endpoint.is_none_or(|endpoint| endpoint.kind() != EndpointKind::Service)
}
