//! Judging a stream, a session and a call by a rule set: poor, good or unclassified, and why.

use crate::metrics::{self, Metric};
use crate::model::{Endpoint, EndpointKind, Field, MediaStream, MediumKind, Session, StreamDirection, VideoCodec};

use super::rules::{Applies, Condition, Method, RuleSet, Side};

/// Microsoft's three words for a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// A condition was met.
    Poor,
    /// Judged, and no condition was met.
    Good,
    /// Could not be judged.
    Unclassified,
}

impl Verdict {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Poor => "poor",
            Verdict::Good => "good",
            Verdict::Unclassified => "unclassified",
        }
    }
}

/// Why a stream got its verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// A value is on the poor side of its limit.
    Breach(Breach),
    /// So few packets that the rule set does not judge.
    TooFewPackets {
        /// How many.
        packets: f64,
        /// The rule set judges streams with more than this.
        more_than: f64,
    },
    /// The rule set asks for a number of packets, and there is none.
    PacketsNotCounted,
    /// None of the metrics that the rule set looks at was measured.
    NothingMeasured,
    /// A value that cannot be true stands where one to judge by should be.
    Implausible(&'static str, f64),
    /// The rule set has no rule for this kind of medium.
    NoRule(MediumKind),
    /// The rule depends on the direction, which the record does not tell.
    DirectionUnknown,
}

/// A value on the poor side of its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breach {
    /// Graph's name of the metric.
    pub metric: &'static str,
    /// The value, in the metric's unit.
    pub value: f64,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// On which side of the limit the value is.
    pub side: Side,
}

impl Breach {
    /// How many times over its limit the value is; 1 is at it.
    pub fn severity(&self) -> f64 {
        let ratio = match self.side {
            Side::Over => self.value / self.limit,
            // A rate of nothing is as bad as it gets; a thousandth of the limit stands for that.
            Side::Under => self.limit / self.value.max(self.limit / 1000.0),
        };
        if ratio.is_finite() { ratio } else { f64::MAX }
    }

    /// In two words, for a column of a list: `rtt 612 ms`.
    pub fn short_words(&self) -> String {
        match metrics::by_id(self.metric) {
            Some(metric) => format!("{} {}", metric.short, metric.unit.format_beside(self.value, self.limit)),
            None => self.metric.to_owned(),
        }
    }

    /// In words: `loss 14 % > 10 %`.
    pub fn words(&self) -> String {
        let Some(metric) = metrics::by_id(self.metric) else { return self.metric.to_owned() };
        let sign = match self.side {
            Side::Over => '>',
            Side::Under => '<',
        };
        let value = metric.unit.format_beside(self.value, self.limit);
        format!("{} {value} {sign} {}", metric.label, metric.unit.format(self.limit))
    }
}

impl Reason {
    /// In a few words, for beside a stream whose packets are told already.
    pub fn short_words(&self) -> String {
        match self {
            Reason::TooFewPackets { .. } => "too few to judge".to_owned(),
            _ => self.words(),
        }
    }

    /// In words, short enough for one line.
    pub fn words(&self) -> String {
        match *self {
            Reason::Breach(breach) => breach.words(),
            Reason::TooFewPackets { packets, more_than } => {
                let packets = metrics::Unit::Packets.format(packets);
                format!("too few packets to judge: {packets}, needs over {}", metrics::Unit::Packets.format(more_than))
            }
            Reason::PacketsNotCounted => "packets not counted".to_owned(),
            Reason::NothingMeasured => "nothing measured".to_owned(),
            Reason::Implausible(id, value) => match metrics::by_id(id) {
                Some(metric) => format!("{} {} cannot be true", metric.label, metric.unit.format(value)),
                None => format!("{id} cannot be true"),
            },
            Reason::NoRule(MediumKind::Data) => "data, not judged".to_owned(),
            Reason::NoRule(_) => "no rule for this medium".to_owned(),
            Reason::DirectionUnknown => "direction not told".to_owned(),
        }
    }
}

/// A verdict with its reasons. Poor lists every condition that is met; unclassified says what was missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why; empty for good.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    fn unclassified(reason: Reason) -> Self {
        Judgement { verdict: Verdict::Unclassified, reasons: vec![reason] }
    }

    /// The breach furthest over its limit.
    pub fn worst(&self) -> Option<Breach> {
        self.breaches().max_by(|one, other| one.severity().total_cmp(&other.severity()))
    }

    /// The conditions that are met.
    pub fn breaches(&self) -> impl Iterator<Item = Breach> {
        self.reasons.iter().filter_map(|reason| match reason {
            Reason::Breach(breach) => Some(*breach),
            _ => None,
        })
    }
}

/// Does a client receive this stream? In a meeting one end is the service, which shows no pictures to anybody;
/// in a one-to-one call a client receives either way. (Microsoft's rule says "inbound" without saying of what.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A client receives it.
    In,
    /// A service receives it.
    Out,
    /// The record does not say which way the stream went.
    Unknown,
}

impl Bound {
    /// Of a stream between two endpoints.
    pub fn of(stream: &MediaStream, caller: Option<&Endpoint>, callee: Option<&Endpoint>) -> Bound {
        let listener = match stream.stream_direction.value() {
            Some(StreamDirection::CallerToCallee) => callee,
            Some(StreamDirection::CalleeToCaller) => caller,
            _ => return Bound::Unknown,
        };
        match listener.map(Endpoint::kind) {
            Some(EndpointKind::Participant) => Bound::In,
            _ => Bound::Out,
        }
    }
}

/// Judges one stream.
pub fn judge_stream(rules: &RuleSet, kind: MediumKind, bound: Bound, stream: &MediaStream) -> Judgement {
    let Some(classifier) = rules.classifier(kind) else {
        return Judgement::unclassified(Reason::NoRule(kind));
    };
    if let Some(more_than) = classifier.more_packets_than {
        match stream.packet_utilization.value().map(|&packets| packets as f64) {
            None => return Judgement::unclassified(Reason::PacketsNotCounted),
            Some(packets) if packets <= more_than => {
                return Judgement::unclassified(Reason::TooFewPackets { packets, more_than });
            }
            Some(_) => {}
        }
    }
    let h264s = matches!(stream.video_codec.value(), Some(VideoCodec::H264s));
    if bound == Bound::Unknown
        && !h264s
        && classifier.conditions.iter().any(|condition| condition.applies != Applies::Always)
    {
        return Judgement::unclassified(Reason::DirectionUnknown);
    }

    let mut judged = false;
    let mut reasons = Vec::new();
    let mut implausible = None;
    for condition in classifier.conditions {
        let applies = match condition.applies {
            Applies::Always => true,
            Applies::InboundOtherThanH264s => bound == Bound::In && !h264s,
            Applies::OutboundOrH264s => bound == Bound::Out || h264s,
        };
        let Some(metric) = metrics::by_id(condition.metric).filter(|_| applies) else { continue };
        match look(metric, condition, stream) {
            Look::Missing => continue,
            Look::Implausible(value) => {
                implausible.get_or_insert(Reason::Implausible(condition.metric, value));
                continue;
            }
            Look::Met(breach) => reasons.push(Reason::Breach(breach)),
            Look::NotMet => {}
        }
        judged = true;
        if classifier.method == Method::FirstMeasured {
            break;
        }
    }
    match (judged, reasons.is_empty()) {
        (true, false) => Judgement { verdict: Verdict::Poor, reasons },
        (true, true) => Judgement { verdict: Verdict::Good, reasons },
        (false, _) => Judgement::unclassified(implausible.unwrap_or(Reason::NothingMeasured)),
    }
}

enum Look {
    Missing,
    Implausible(f64),
    Met(Breach),
    NotMet,
}

fn look(metric: &'static Metric, condition: &Condition, stream: &MediaStream) -> Look {
    let Field::Value(value) = metric.of_stream(stream) else { return Look::Missing };
    if !metric.is_plausible(value) {
        return Look::Implausible(value);
    }
    let met = match condition.side {
        Side::Over => value > condition.limit,
        Side::Under => value < condition.limit,
    };
    if met {
        Look::Met(Breach { metric: condition.metric, value, limit: condition.limit, side: condition.side })
    } else {
        Look::NotMet
    }
}

/// How many streams got which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Poor ones.
    pub poor: u32,
    /// Good ones.
    pub good: u32,
    /// Ones that could not be judged.
    pub unclassified: u32,
}

impl Counts {
    /// Counts one less.
    pub fn remove(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Poor => self.poor -= 1,
            Verdict::Good => self.good -= 1,
            Verdict::Unclassified => self.unclassified -= 1,
        }
    }

    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Poor => self.poor += 1,
            Verdict::Good => self.good += 1,
            Verdict::Unclassified => self.unclassified += 1,
        }
    }

    /// The verdict on the whole: poor if anything is; good only if something was judged and nothing is poor.
    pub fn verdict(&self) -> Verdict {
        match self {
            Counts { poor: 1.., .. } => Verdict::Poor,
            Counts { good: 1.., .. } => Verdict::Good,
            _ => Verdict::Unclassified,
        }
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.poor + self.good + self.unclassified
    }
}

/// The verdict on a session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionVerdict {
    /// How its streams were judged.
    pub streams: Counts,
    /// The breach furthest over its limit.
    pub worst: Option<Breach>,
}

/// Judges a session by its streams.
pub fn judge_session(rules: &RuleSet, session: &Session) -> SessionVerdict {
    let mut verdict = SessionVerdict::default();
    session.streams(|place, stream| {
        let judgement = judge_stream(rules, place.kind, Bound::of(stream, place.caller, place.callee), stream);
        verdict.streams.add(judgement.verdict);
        if let Some(breach) = judgement.worst()
            && verdict.worst.is_none_or(|worst| breach.severity() > worst.severity())
        {
            verdict.worst = Some(breach);
        }
    });
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::CQD;

    fn judge(kind: MediumKind, bound: Bound, json: &str) -> Judgement {
        let stream: Field<MediaStream> = serde_json::from_str(json).expect("valid JSON always reads");
        judge_stream(&CQD, kind, bound, stream.value().expect("a stream"))
    }

    fn audio(json: &str) -> (Verdict, String) {
        let judgement = judge(MediumKind::Audio, Bound::Out, json);
        let words: Vec<_> = judgement.reasons.iter().map(Reason::words).collect();
        (judgement.verdict, words.join("; "))
    }

    #[test]
    fn audio_is_poor_when_any_limit_is_passed_and_all_that_are_passed_are_named() {
        let (verdict, words) = audio(
            r#"{"packetUtilization":1709,"averagePacketLossRate":0.14,"averageJitter":"PT0.031S","averageRoundTripTime":"PT0.064S"}"#,
        );
        assert_eq!((verdict, words.as_str()), (Verdict::Poor, "loss 14 % > 10 %; jitter 31 ms > 30 ms"));
    }

    #[test]
    fn a_value_at_its_limit_is_not_over_it() {
        let at = r#"{"packetUtilization":501,"averagePacketLossRate":0.1,"averageJitter":"PT0.03S","averageRoundTripTime":"PT0.5S"}"#;
        assert_eq!(audio(at).0, Verdict::Good);
        let over = r#"{"packetUtilization":501,"averageJitter":"PT0.0300001S"}"#;
        assert_eq!(audio(over), (Verdict::Poor, "jitter 30.0001 ms > 30 ms".into()));
    }

    #[test]
    fn audio_with_too_few_packets_is_not_judged_however_bad_it_looks() {
        let (verdict, words) = audio(r#"{"packetUtilization":500,"averagePacketLossRate":0.9}"#);
        assert_eq!(verdict, Verdict::Unclassified);
        assert_eq!(words, "too few packets to judge: 500, needs over 500");
    }

    #[test]
    fn missing_packets_are_unknown_and_not_zero() {
        let missing = audio(r#"{"averagePacketLossRate":0.9}"#);
        assert_eq!(missing, (Verdict::Unclassified, "packets not counted".into()));
    }

    #[test]
    fn audio_without_any_measurement_is_not_good() {
        let (verdict, words) = audio(r#"{"packetUtilization":9000,"averageJitter":null}"#);
        assert_eq!((verdict, words.as_str()), (Verdict::Unclassified, "nothing measured"));
    }

    #[test]
    fn a_value_that_cannot_be_true_is_not_judged_by() {
        let (verdict, words) = audio(r#"{"packetUtilization":9000,"averagePacketLossRate":7}"#);
        assert_eq!((verdict, words.as_str()), (Verdict::Unclassified, "loss 700 % cannot be true"));
        let (verdict, _) = audio(r#"{"packetUtilization":9000,"averagePacketLossRate":7,"averageJitter":"PT0.01S"}"#);
        assert_eq!(verdict, Verdict::Good);
    }

    #[test]
    fn video_is_judged_by_the_first_metric_that_was_measured() {
        let video = |json: &str| judge(MediumKind::Video, Bound::In, json).verdict;
        let poor_by_rate =
            r#"{"packetUtilization":501,"averageVideoFrameLossPercentage":50,"averageVideoFrameRate":2}"#;
        assert_eq!(video(poor_by_rate), Verdict::Good, "frame loss was measured and is not over 50 %");
        assert_eq!(video(r#"{"packetUtilization":501,"averageVideoFrameRate":6.9}"#), Verdict::Poor);
        assert_eq!(video(r#"{"packetUtilization":501,"averageVideoFrameRate":7}"#), Verdict::Good);
        assert_eq!(
            video(r#"{"packetUtilization":501,"postForwardErrorCorrectionPacketLossRate":0.16}"#),
            Verdict::Poor
        );
        assert_eq!(video(r#"{"packetUtilization":501}"#), Verdict::Unclassified);
        assert_eq!(video(r#"{"packetUtilization":500,"averageVideoFrameRate":2}"#), Verdict::Unclassified);
    }

    #[test]
    fn screen_sharing_is_judged_by_frame_loss_inbound_and_by_frame_rate_outbound() {
        let sharing = |bound, json: &str| judge(MediumKind::ScreenSharing, bound, json).verdict;
        let lossy = r#"{"averageVideoFrameLossPercentage":51,"averageVideoFrameRate":5}"#;
        assert_eq!(sharing(Bound::In, lossy), Verdict::Poor);
        assert_eq!(sharing(Bound::Out, lossy), Verdict::Good);
        let slow = r#"{"averageVideoFrameLossPercentage":1,"averageVideoFrameRate":0.9}"#;
        assert_eq!(sharing(Bound::In, slow), Verdict::Good);
        assert_eq!(sharing(Bound::Out, slow), Verdict::Poor);
        let h264s = r#"{"videoCodec":"h264s","averageVideoFrameLossPercentage":99,"averageVideoFrameRate":0.5}"#;
        assert_eq!(sharing(Bound::In, h264s), Verdict::Poor);
        assert_eq!(sharing(Bound::Unknown, h264s), Verdict::Poor);
        assert_eq!(sharing(Bound::Unknown, lossy), Verdict::Unclassified);
        assert_eq!(sharing(Bound::In, r#"{"averageVideoFrameRate":0.5}"#), Verdict::Unclassified);
    }

    #[test]
    fn data_is_not_judged() {
        let judgement = judge(MediumKind::Data, Bound::In, r#"{"packetUtilization":0}"#);
        assert_eq!(judgement, Judgement::unclassified(Reason::NoRule(MediumKind::Data)));
    }

    #[test]
    fn a_session_is_poor_if_any_stream_is_and_good_only_if_something_was_judged() {
        let counts = |poor, good, unclassified| Counts { poor, good, unclassified }.verdict();
        assert_eq!(counts(1, 9, 9), Verdict::Poor);
        assert_eq!(counts(0, 1, 9), Verdict::Good);
        assert_eq!(counts(0, 0, 9), Verdict::Unclassified);
        assert_eq!(counts(0, 0, 0), Verdict::Unclassified);
    }

    #[test]
    fn the_worst_breach_is_the_one_furthest_over_its_limit() {
        let json = r#"{"packetUtilization":1709,"averagePacketLossRate":0.11,"averageJitter":"PT0.3S"}"#;
        let worst = judge(MediumKind::Audio, Bound::Out, json).worst().expect("a breach");
        assert_eq!(worst.metric, "averageJitter");
        let frozen = Breach { metric: "averageVideoFrameRate", value: 0.0, limit: 7.0, side: Side::Under };
        assert_eq!(frozen.severity(), 1000.0);
    }
}
