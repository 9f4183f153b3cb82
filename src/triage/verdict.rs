//! Judges a stream and a session by a rule set: poor, good or unclassified, and why.

use crate::metrics::{self, Metric, Unit};
use crate::model::{Endpoint, EndpointKind, Field, MediaStream, MediumKind, StreamDirection, Text, VideoCodec};

use super::rules::{Applies, Condition, Method, RuleSet, Side};

/// Microsoft's three verdicts on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// A condition was met.
    Poor,
    /// It was judged, and no condition was met.
    Good,
    /// It could not be judged.
    Unclassified,
}

impl Verdict {
    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Poor => "poor",
            Verdict::Good => "good",
            Verdict::Unclassified => "unclassified",
        }
    }
}

/// Why a stream got its verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// A value is on the poor side of its limit.
    Breach(Breach),
    /// Too few packets for the rule set to judge.
    TooFewPackets {
        /// Packets in the stream.
        packets: f64,
        /// The rule set judges streams with more than this.
        more_than: f64,
    },
    /// The rule set needs a packet count, and the stream has none.
    PacketsNotCounted,
    /// None of the rule set's metrics was measured.
    NothingMeasured,
    /// A value that the verdict needs is impossible.
    Implausible(&'static Metric, f64),
    /// A value that the verdict needs is unreadable; holds the value as received, or a description.
    Unreadable(&'static Metric, Text),
    /// The rule set has no rule for this kind of medium.
    NoRule(MediumKind),
    /// The rule depends on the direction, which the record does not give.
    DirectionUnknown,
}

/// The count of packets, by which rule sets leave short streams out.
pub const PACKETS: &Metric = metrics::of("packetUtilization");

/// Characters quoted of an unreadable value: enough to see its format, and still one line.
const LONGEST_QUOTE: usize = 24;

/// A value on the poor side of its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breach {
    /// The metric that was measured.
    pub metric: &'static Metric,
    /// The value, in the metric's unit.
    pub value: f64,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// The side of the limit the value is on.
    pub side: Side,
}

impl Breach {
    /// Returns how many times over its limit the value is; 1 is at the limit.
    pub fn severity(&self) -> f64 {
        self.side.in_limits(self.value, self.limit)
    }

    /// Formats it for a column of a list: `rtt 612 ms`.
    pub fn short_words(&self) -> String {
        format!("{} {}", self.metric.short, self.metric.unit.format_beside(self.value, self.limit))
    }

    /// Formats it with its limit: `loss 14 % > 10 %`.
    pub fn words(&self) -> String {
        let unit = self.metric.unit;
        let value = unit.format_beside(self.value, self.limit);
        format!("{} {value} {} {}", self.metric.label, self.side.sign(), unit.format(self.limit))
    }
}

impl Reason {
    /// Returns Graph's name of the metric that decided; `None` if it was not one.
    pub fn metric(&self) -> Option<&'static str> {
        match self {
            Reason::Breach(breach) => Some(breach.metric.id),
            Reason::TooFewPackets { .. } | Reason::PacketsNotCounted => Some(PACKETS.id),
            Reason::Implausible(metric, _) | Reason::Unreadable(metric, _) => Some(metric.id),
            Reason::NothingMeasured | Reason::NoRule(_) | Reason::DirectionUnknown => None,
        }
    }

    /// Describes the reason, adding what the rule set's publisher says about streams it does not judge.
    pub fn words_by(&self, rules: &RuleSet) -> String {
        let is_gap = !matches!(self, Reason::Breach(_) | Reason::NoRule(_));
        match rules.not_judged.as_deref().filter(|_| is_gap) {
            Some(said) => format!("{}, {said}", self.words()),
            None => self.words(),
        }
    }

    /// Describes the reason briefly, for a line that already shows the packet count.
    pub fn short_words(&self) -> String {
        match self {
            Reason::TooFewPackets { .. } => "too few to judge".to_owned(),
            _ => self.words(),
        }
    }

    /// Returns the metric whose value the verdict needs but cannot use.
    pub fn unusable(&self) -> Option<&'static Metric> {
        match self {
            Reason::Implausible(metric, _) | Reason::Unreadable(metric, _) => Some(metric),
            _ => None,
        }
    }

    /// Describes the reason in one line.
    pub fn words(&self) -> String {
        match self {
            Reason::Breach(breach) => breach.words(),
            Reason::TooFewPackets { packets, more_than } => {
                let packets = Unit::Packets.format(*packets);
                format!("too few packets to judge: {packets}, needs over {}", Unit::Packets.format(*more_than))
            }
            Reason::PacketsNotCounted => "packets not counted".to_owned(),
            Reason::NothingMeasured => "nothing measured".to_owned(),
            Reason::Implausible(metric, value) => {
                format!("{} {} cannot be true", metric.label, metric.unit.format(*value))
            }
            Reason::Unreadable(metric, raw) => {
                // Untrusted text: drop anything that could control a terminal.
                let plain = |sign: char| if sign.is_ascii_graphic() || sign.is_alphanumeric() { sign } else { ' ' };
                let short: String = raw.chars().take(LONGEST_QUOTE).map(plain).collect();
                let dots = if raw.chars().nth(LONGEST_QUOTE).is_some() { "…" } else { "" };
                format!("{} is unreadable (“{short}{dots}”)", metric.id)
            }
            Reason::NoRule(MediumKind::Data) => "data, not judged".to_owned(),
            Reason::NoRule(_) => "no rule for this medium".to_owned(),
            Reason::DirectionUnknown => "direction unknown".to_owned(),
        }
    }
}

/// A verdict with its reasons. Poor lists every condition met; unclassified says what was missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    pub verdict: Verdict,
    /// Why; empty for good.
    pub reasons: Vec<Reason>,
}

impl Classification {
    /// Returns the breach furthest over its limit.
    pub fn worst(&self) -> Option<Breach> {
        self.breaches().max_by(|one, other| one.severity().total_cmp(&other.severity()))
    }

    /// Iterates over the conditions that were met.
    pub fn breaches(&self) -> impl Iterator<Item = Breach> {
        breaches(&self.reasons)
    }

    /// Describes its reasons; empty for good.
    pub fn words(&self, rules: &RuleSet) -> String {
        self.reasons.iter().map(|reason| reason.words_by(rules)).collect::<Vec<_>>().join(", ")
    }
}

/// Filters the conditions that were met from the reasons for a verdict.
pub fn breaches(reasons: &[Reason]) -> impl Iterator<Item = Breach> {
    reasons.iter().filter_map(|reason| match reason {
        Reason::Breach(breach) => Some(*breach),
        _ => None,
    })
}

/// Whether a client receives a stream. In a meeting one end is the service, which shows video to no one; in a one-to-one
/// call a client receives in both directions. (Microsoft's rule says "inbound" without saying at which end.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A client receives it.
    In,
    /// A service receives it.
    Out,
    /// The record does not give the direction of the stream.
    Unknown,
}

impl Bound {
    /// Determines it for a stream between two endpoints.
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

/// Judges one stream and collects all reasons.
pub fn judge_stream(rules: &RuleSet, kind: MediumKind, bound: Bound, stream: &MediaStream) -> Classification {
    let mut reasons = Vec::new();
    let verdict = judge(rules, kind, bound, stream, &mut |reason| reasons.push(reason));
    Classification { verdict, reasons }
}

fn applies(condition: &Condition, bound: Bound, is_h264s: bool) -> bool {
    match condition.applies {
        Applies::Always => true,
        Applies::InboundOtherThanH264s => bound == Bound::In && !is_h264s,
        Applies::OutboundOrH264s => bound == Bound::Out || is_h264s,
    }
}

/// Returns the limits that a rule set has for a stream, each with whether its verdict depends on it: where the first
/// measured metric decides, limits of others do not count.
pub fn limits<'a>(
    rules: &'a RuleSet,
    kind: MediumKind,
    bound: Bound,
    stream: &MediaStream,
) -> Vec<(&'a Condition, bool)> {
    let Some(classifier) = rules.classifier(kind) else { return Vec::new() };
    let is_h264s = matches!(stream.video_codec.value(), Some(VideoCodec::H264s));
    let conditions = || classifier.conditions.iter().filter(|condition| applies(condition, bound, is_h264s));
    let is_present =
        |condition: &Condition| matches!(condition.metric.of_stream(stream), Field::Value(_) | Field::Unreadable(_));
    let decides = match classifier.method {
        Method::Any => None,
        Method::FirstMeasured => conditions().position(is_present),
    };
    conditions().enumerate().map(|(at, condition)| (condition, decides.is_none_or(|decides| decides == at))).collect()
}

/// Returns the values that a stream was judged by, each with its condition: what makes a good stream good.
pub fn judged_by<'a>(
    rules: &'a RuleSet,
    kind: MediumKind,
    bound: Bound,
    stream: &MediaStream,
) -> Vec<(&'a Condition, f64)> {
    let Some(classifier) = rules.classifier(kind) else { return Vec::new() };
    let is_h264s = matches!(stream.video_codec.value(), Some(VideoCodec::H264s));
    let most = if classifier.method == Method::FirstMeasured { 1 } else { usize::MAX };
    let conditions = classifier.conditions.iter().filter(|condition| applies(condition, bound, is_h264s));
    let measured = conditions.filter_map(|condition| Some((condition, *condition.metric.of_stream(stream).value()?)));
    measured.filter(|(condition, value)| condition.metric.is_plausible(*value)).take(most).collect()
}

/// Judges one stream and passes each reason to `tell`, so that a caller that needs none allocates none.
pub fn judge(
    rules: &RuleSet,
    kind: MediumKind,
    bound: Bound,
    stream: &MediaStream,
    tell: &mut impl FnMut(Reason),
) -> Verdict {
    let Some(classifier) = rules.classifier(kind) else { return unclassified(tell, Reason::NoRule(kind)) };
    if let Some(more_than) = classifier.more_packets_than {
        match PACKETS.of_stream(stream) {
            Field::Value(packets) if !PACKETS.is_plausible(packets) => {
                return unclassified(tell, Reason::Implausible(PACKETS, packets));
            }
            Field::Value(packets) if packets <= more_than => {
                return unclassified(tell, Reason::TooFewPackets { packets, more_than });
            }
            Field::Value(_) => {}
            Field::Unreadable(raw) => return unclassified(tell, Reason::Unreadable(PACKETS, *raw)),
            _ => return unclassified(tell, Reason::PacketsNotCounted),
        }
    }
    let h264s = matches!(stream.video_codec.value(), Some(VideoCodec::H264s));
    if bound == Bound::Unknown
        && !h264s
        && classifier.conditions.iter().any(|condition| condition.applies != Applies::Always)
    {
        return unclassified(tell, Reason::DirectionUnknown);
    }

    let (mut is_judged, mut is_poor) = (false, false);
    let mut unusable = None;
    for condition in &classifier.conditions {
        if !applies(condition, bound, h264s) {
            continue;
        }
        let Condition { metric, side, limit, .. } = *condition;
        match metric.of_stream(stream) {
            Field::Value(value) if !metric.is_plausible(value) => {
                unusable.get_or_insert(Reason::Implausible(metric, value));
            }
            Field::Value(value) => {
                is_judged = true;
                if side.holds(value, limit) {
                    is_poor = true;
                    tell(Reason::Breach(Breach { metric, value, limit, side }));
                }
            }
            Field::Unreadable(raw) => _ = unusable.get_or_insert(Reason::Unreadable(metric, *raw)),
            _ => continue,
        }
        // The first value present decides, whether or not it can be used.
        if classifier.method == Method::FirstMeasured {
            break;
        }
    }
    if is_poor {
        return Verdict::Poor;
    }
    match unusable {
        // Good values beside it do not make up for it.
        Some(unusable) => unclassified(tell, unusable),
        None if is_judged => Verdict::Good,
        None => unclassified(tell, Reason::NothingMeasured),
    }
}

fn unclassified(tell: &mut impl FnMut(Reason), reason: Reason) -> Verdict {
    tell(reason);
    Verdict::Unclassified
}

/// Counts of streams, sessions or people by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Number of poor ones.
    pub poor: u32,
    /// Number of good ones.
    pub good: u32,
    /// Number that could not be judged.
    pub unclassified: u32,
    /// Number of unclassified ones with a value that the verdict needs and that cannot be used.
    pub unusable: u32,
}

impl Counts {
    fn of(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Poor => &mut self.poor,
            Verdict::Good => &mut self.good,
            Verdict::Unclassified => &mut self.unclassified,
        }
    }

    /// Removes one from the count of a verdict.
    pub fn remove(&mut self, verdict: Verdict) {
        *self.of(verdict) -= 1;
    }

    /// Adds one to the count of a verdict.
    pub fn add(&mut self, verdict: Verdict) {
        *self.of(verdict) += 1;
    }

    /// Returns the overall verdict: poor if anything is; good only if something was judged, nothing is poor, and no value
    /// is unusable.
    pub fn verdict(&self) -> Verdict {
        match self {
            Counts { poor: 1.., .. } => Verdict::Poor,
            Counts { unusable: 1.., .. } => Verdict::Unclassified,
            Counts { good: 1.., .. } => Verdict::Good,
            _ => Verdict::Unclassified,
        }
    }

    /// Returns the number of all of them.
    pub fn total(&self) -> u32 {
        self.poor + self.good + self.unclassified
    }

    /// Returns the number that were judged.
    pub fn judged(&self) -> u32 {
        self.poor + self.good
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.poor += other.poor;
        self.good += other.good;
        self.unclassified += other.unclassified;
        self.unusable += other.unusable;
    }
}

impl std::ops::SubAssign for Counts {
    fn sub_assign(&mut self, other: Counts) {
        self.poor -= other.poor;
        self.good -= other.good;
        self.unclassified -= other.unclassified;
        self.unusable -= other.unusable;
    }
}

/// One direction of one kind of media in a session. Voice that a person sends and hears is kept apart from video and
/// screens that they show and see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Voice, from the caller to the callee.
    VoiceOut,
    /// Voice, from the callee to the caller.
    VoiceBack,
    /// Cameras and screens, from the caller to the callee.
    PicturesOut,
    /// Cameras and screens, from the callee to the caller.
    PicturesBack,
    /// Everything else, and streams without a direction.
    Other,
    /// Streams of a segment whose parties are not the session's, such as the telephone leg of a call.
    Elsewhere,
}

impl Flow {
    /// Determines the flow of a stream on a kind of medium.
    pub fn of(kind: MediumKind, stream: &MediaStream) -> Flow {
        let is_out = match stream.stream_direction.value() {
            Some(StreamDirection::CallerToCallee) => true,
            Some(StreamDirection::CalleeToCaller) => false,
            _ => return Flow::Other,
        };
        match (kind, is_out) {
            (MediumKind::Audio, true) => Flow::VoiceOut,
            (MediumKind::Audio, false) => Flow::VoiceBack,
            (MediumKind::Video | MediumKind::ScreenSharing, true) => Flow::PicturesOut,
            (MediumKind::Video | MediumKind::ScreenSharing, false) => Flow::PicturesBack,
            (MediumKind::Data | MediumKind::Other, _) => Flow::Other,
        }
    }

    /// Returns the flow in the opposite direction.
    pub fn reversed(self) -> Flow {
        match self {
            Flow::VoiceOut => Flow::VoiceBack,
            Flow::VoiceBack => Flow::VoiceOut,
            Flow::PicturesOut => Flow::PicturesBack,
            Flow::PicturesBack => Flow::PicturesOut,
            Flow::Other | Flow::Elsewhere => self,
        }
    }
}

/// The verdict of one rule set on a session, in a few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SessionVerdict {
    /// Poor, good and unclassified streams of each [`Flow`], and unclassified ones with an unusable value.
    flows: [[u16; 4]; 6],
    worst: Option<Worst>,
    /// The kind and flow of the stream with the worst breach.
    worst_in: Option<(MediumKind, Flow)>,
    /// Number of streams with too few packets to judge.
    too_few: u16,
    /// The first metric with a value that the verdict needs and that cannot be used.
    unusable: Option<&'static Metric>,
}

/// A breach in a few bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Worst {
    metric: &'static Metric,
    value: f32,
    limit: f32,
}

impl SessionVerdict {
    /// Counts the streams of a flow by verdict.
    pub fn flow(&self, flow: Flow) -> Counts {
        let [poor, good, unclassified, unusable] = self.flows[flow as usize].map(u32::from);
        Counts { poor, good, unclassified, unusable }
    }

    /// Counts all streams by verdict.
    pub fn streams(&self) -> Counts {
        let mut counts = Counts::default();
        for [poor, good, unclassified, unusable] in self.flows.map(|flow| flow.map(u32::from)) {
            counts += Counts { poor, good, unclassified, unusable };
        }
        counts
    }

    /// Returns the verdict on the session.
    pub fn verdict(&self) -> Verdict {
        self.streams().verdict()
    }

    /// Returns the breach furthest over its limit.
    pub fn worst(&self) -> Option<Breach> {
        let Worst { metric, value, limit } = self.worst?;
        let side = if value > limit { Side::Over } else { Side::Under };
        Some(Breach { metric, value: value.into(), limit: limit.into(), side })
    }

    /// Returns the kind and flow of the stream with the breach furthest over its limit.
    pub fn worst_in(&self) -> Option<(MediumKind, Flow)> {
        self.worst_in
    }

    /// Returns the number of streams with too few packets to judge.
    pub fn too_few(&self) -> u32 {
        self.too_few.into()
    }

    /// Returns the first metric with a value that the verdict needs and that cannot be used.
    pub fn unusable(&self) -> Option<&'static Metric> {
        self.unusable
    }

    /// Adds a stream of a kind, with the reasons for its verdict.
    pub fn add(&mut self, kind: MediumKind, flow: Flow, verdict: Verdict, reasons: &[Reason]) {
        let unusable = reasons.iter().find_map(Reason::unusable);
        let counts = &mut self.flows[flow as usize];
        counts[verdict as usize] = counts[verdict as usize].saturating_add(1);
        counts[3] = counts[3].saturating_add(u16::from(unusable.is_some()));
        self.unusable = self.unusable.or(unusable);
        let is_too_few = reasons.iter().any(|reason| matches!(reason, Reason::TooFewPackets { .. }));
        self.too_few = self.too_few.saturating_add(u16::from(is_too_few));
        let worst = breaches(reasons).max_by(|one, other| one.severity().total_cmp(&other.severity()));
        if let Some(breach) = worst
            && self.worst().is_none_or(|worst| breach.severity() > worst.severity())
        {
            let (value, limit) = (breach.value as f32, breach.limit as f32);
            self.worst_in = Some((kind, flow));
            self.worst = Some(Worst { metric: breach.metric, value, limit });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::RuleSets;

    fn judge(kind: MediumKind, bound: Bound, json: &str) -> Classification {
        let stream: Field<MediaStream> = serde_json::from_str(json).expect("valid JSON always reads");
        judge_stream(RuleSets::built_in().at(0), kind, bound, stream.value().expect("a stream"))
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
        let beside_good = audio(r#"{"packetUtilization":9000,"averagePacketLossRate":1.5,"averageJitter":"PT0.01S"}"#);
        assert_eq!(beside_good, (Verdict::Unclassified, "loss 150 % cannot be true".into()));
    }

    #[test]
    fn a_value_that_cannot_be_read_leaves_a_stream_unclassified_unless_another_makes_it_poor() {
        let (verdict, words) = audio(
            r#"{"packetUtilization":9000,"averageJitter":0.045,"averagePacketLossRate":0.01,"averageRoundTripTime":"PT0.1S"}"#,
        );
        assert_eq!((verdict, words.as_str()), (Verdict::Unclassified, "averageJitter is unreadable (“0.045”)"));
        let (verdict, words) = audio(r#"{"packetUtilization":9000,"averageJitter":0.045,"averagePacketLossRate":0.2}"#);
        assert_eq!((verdict, words.as_str()), (Verdict::Poor, "loss 20 % > 10 %"));
        let (verdict, words) = audio(r#"{"packetUtilization":"1,709","averagePacketLossRate":0.2}"#);
        assert_eq!((verdict, words.as_str()), (Verdict::Unclassified, "packetUtilization is unreadable (“1,709”)"));
        let (verdict, words) = audio(
            r#"{"packetUtilization":9000,"averageRoundTripTime":"forty-five and a half \u001b[31mmilliseconds"}"#,
        );
        assert_eq!(verdict, Verdict::Unclassified);
        assert_eq!(words, "averageRoundTripTime is unreadable (“forty-five and a half  […”)");
        let video = judge(
            MediumKind::Video,
            Bound::In,
            r#"{"packetUtilization":501,"averageVideoFrameLossPercentage":"50 of 100","averageVideoFrameRate":25}"#,
        );
        assert_eq!(video.verdict, Verdict::Unclassified, "the first one that is there decides alone");
        let null = audio(r#"{"packetUtilization":9000,"averageJitter":null,"averagePacketLossRate":0.01}"#);
        assert_eq!(null.0, Verdict::Good, "what was not measured is not there");
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
        assert_eq!(
            (judgement.verdict, judgement.reasons),
            (Verdict::Unclassified, vec![Reason::NoRule(MediumKind::Data)])
        );
    }

    #[test]
    fn a_session_is_poor_if_any_stream_is_and_good_only_if_something_was_judged() {
        let counts = |poor, good, unclassified| Counts { poor, good, unclassified, unusable: 0 }.verdict();
        assert_eq!(counts(1, 9, 9), Verdict::Poor);
        assert_eq!(counts(0, 1, 9), Verdict::Good);
        assert_eq!(counts(0, 0, 9), Verdict::Unclassified);
        assert_eq!(counts(0, 0, 0), Verdict::Unclassified);
        let with_unusable = |poor| Counts { poor, good: 1, unclassified: 1, unusable: 1 }.verdict();
        assert_eq!((with_unusable(0), with_unusable(1)), (Verdict::Unclassified, Verdict::Poor));
    }

    #[test]
    fn the_worst_breach_is_the_one_furthest_over_its_limit() {
        let json = r#"{"packetUtilization":1709,"averagePacketLossRate":0.11,"averageJitter":"PT0.3S"}"#;
        let worst = judge(MediumKind::Audio, Bound::Out, json).worst().expect("a breach");
        assert_eq!(worst.metric.id, "averageJitter");
        let metric = crate::metrics::by_id("averageVideoFrameRate").expect("a metric");
        let frozen = Breach { metric, value: 0.0, limit: 7.0, side: Side::Under };
        assert_eq!(frozen.severity(), 1000.0);
    }

    #[test]
    fn the_three_sets_disagree_on_the_documentations_example() {
        // FACTS 4.3: the documentation's streams, and what each of Microsoft's rules makes of them.
        let spoken = r#"{"packetUtilization":67,"averageRoundTripTime":"PT0.061S","averageJitter":"PT0.016S","averagePacketLossRate":0}"#;
        let heard = r#"{"packetUtilization":709,"averageRoundTripTime":"PT0.064S","averageJitter":"PT0.007S","averagePacketLossRate":0.01381693,"averageAudioDegradation":1.160898,"averageRatioOfConcealedSamples":0.06233422}"#;
        let by = |set: &str, json: &str| {
            let sets = RuleSets::built_in();
            let rules = sets.at(sets.by_id(set).expect("a built-in set"));
            let stream: Field<MediaStream> = serde_json::from_str(json).expect("valid JSON always reads");
            let judgement = judge_stream(rules, MediumKind::Audio, Bound::In, stream.value().expect("a stream"));
            format!("{}: {}", judgement.verdict.name(), judgement.words(rules))
        };
        assert_eq!(by("cqd", spoken), "unclassified: too few packets to judge: 67, needs over 500");
        assert_eq!(by("cqd-2020", spoken), "good: ");
        let not_poor = "cri itself counts it as not poor";
        assert_eq!(
            by("cri", spoken),
            format!("unclassified: too few packets to judge: 67, needs over 1,000, {not_poor}")
        );
        assert_eq!(by("cqd", heard), "good: ");
        assert_eq!(by("cqd-2020", heard), "poor: degradation 1.16 MOS > 1.00 MOS");
        assert_eq!(
            by("cri", heard),
            format!("unclassified: too few packets to judge: 709, needs over 1,000, {not_poor}")
        );
    }

    #[test]
    fn a_session_counts_its_streams_by_flow_and_keeps_the_worst_breach() {
        let poor = |loss: &str| {
            judge(
                MediumKind::Audio,
                Bound::Out,
                &format!(r#"{{"packetUtilization":900,"averagePacketLossRate":{loss}}}"#),
            )
        };
        let mut session = SessionVerdict::default();
        for (flow, loss) in [(Flow::VoiceOut, "0.2"), (Flow::VoiceBack, "0.01"), (Flow::VoiceOut, "0.3")] {
            let judgement = poor(loss);
            session.add(MediumKind::Audio, flow, judgement.verdict, &judgement.reasons);
        }
        assert_eq!(session.flow(Flow::VoiceOut), Counts { poor: 2, ..Counts::default() });
        assert_eq!(session.streams(), Counts { poor: 2, good: 1, ..Counts::default() });
        assert_eq!(session.worst().map(|worst| worst.words()).as_deref(), Some("loss 30 % > 10 %"));
    }
}
