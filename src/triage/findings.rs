//! Everything that is said of a session beyond its verdict, as one table: what a rule looks at, when it speaks, how
//! much that matters, the sentence, what people probably heard, what to do next, and where the limit comes from.
//!
//! To add a rule, add a row here and its three cases in `tests/findings/`. A rule that is about one number and its
//! limit is a row alone; any other one needs a function in `checks`.
//!
//! In the sentences `{who}` is the person of the side looked at, `{people}` are those of the session, `{from}` and
//! `{to}` those of a direction; `{direction}` says it in words, `{reasons}` are the limits passed, `{0}` to `{2}` are
//! what was read, `{label0}` and `{field0}` what it is called, `{number0}` the
//! number without its unit.

use crate::metrics::{self, Metric};

use super::checks;
use super::rules::Side::{self, Over};
use super::scene::{Answer, DirectionScene, EndScene, SideScene, SpanScene, StreamScene};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in reports and filters.
    pub id: &'static str,
    /// What it is about, for a list.
    pub title: &'static str,
    /// How much it matters when it speaks.
    pub severity: Severity,
    /// What it looks at, and how.
    pub check: Check,
    /// What it says.
    pub sentence: &'static str,
    /// What people probably heard or saw.
    pub heard: &'static str,
    /// What to do next, for the first line of support.
    pub advice: &'static str,
    /// Where the limit comes from.
    pub source: &'static str,
    /// Where it points, when somebody asks whose side it is.
    pub points_to: PointsTo,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// By itself enough to ruin a call.
    Severe,
    /// A likely cause or a strong sign.
    Warning,
    /// Worth knowing when something else is wrong.
    Hint,
    /// For information.
    Note,
}

impl Severity {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Severe => "severe",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
            Severity::Note => "note",
        }
    }
}

/// Where a finding points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointsTo {
    /// To the way between both ends, without saying to whose part of it.
    Path,
    /// To the network of the person it is about.
    Network,
    /// To the person's microphone, loudspeaker or camera.
    Device,
    /// To the person's computer.
    Machine,
    /// To signalling, firewall or policy: not to quality.
    Setup,
    /// To what people said of the call.
    Opinion,
    /// To the record itself, which is not to be taken at its word there.
    Record,
}

/// What a rule looks at, and how.
#[derive(Clone, Copy)]
pub enum Check {
    /// A number of a stream, network or device, and its limit.
    Figure(&'static Metric, Side, f64),
    /// A stream.
    Stream(for<'a> fn(&StreamScene<'a>) -> Answer<'a>),
    /// A stream, by its verdict or with it: the answer depends on the rule set.
    Judged(for<'a> fn(&StreamScene<'a>) -> Answer<'a>),
    /// One side of a medium.
    Side(for<'a> fn(&SideScene<'a>) -> Answer<'a>),
    /// One direction of a medium.
    Direction(for<'a> fn(&DirectionScene<'a>) -> Answer<'a>),
    /// The session and each of its segments.
    Span(for<'a> fn(&SpanScene<'a>) -> Answer<'a>),
    /// One end of the session.
    End(for<'a> fn(&EndScene<'a>) -> Answer<'a>),
    /// One end of the session, with how its streams were judged: the answer depends on the rule set.
    JudgedEnd(for<'a> fn(&EndScene<'a>) -> Answer<'a>),
    /// The call as a whole: what `triage::whole` and the call's completeness say.
    Call,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Check::Figure(metric, side, limit) => write!(formatter, "{} {} {limit}", metric.id, side.sign()),
            Check::Stream(_) => formatter.write_str("a stream"),
            Check::Judged(_) => formatter.write_str("a judged stream"),
            Check::Side(_) => formatter.write_str("a side"),
            Check::Direction(_) => formatter.write_str("a direction"),
            Check::Span(_) => formatter.write_str("a session or segment"),
            Check::End(_) => formatter.write_str("an end"),
            Check::JudgedEnd(_) => formatter.write_str("an end of a judged session"),
            Check::Call => formatter.write_str("the call"),
        }
    }
}

impl Check {
    /// Does the answer depend on the rule set?
    pub fn depends_on_rules(&self) -> bool {
        matches!(self, Check::Judged(_) | Check::JudgedEnd(_))
    }
}

const OWN: &str = "callscope's own limit";
const NET: &str = "Microsoft, Media quality and network connectivity performance: client to Microsoft's edge";
const CQD_2020: &str = "Microsoft's Call Quality Dashboard until 2020; dropped in 2024";
const RECORD: &str = "the call record says so";
const CONTRADICTION: &str = "two statements of the record that cannot both be true";

const fn over(metric: &'static str, limit: f64) -> Check {
    Check::Figure(metrics::of(metric), Over, limit)
}

/// The table, what matters most first.
pub const RULES: &[Rule] = &[
    Rule {
        id: "audio-poor",
        title: "poor voice",
        severity: Severity::Severe,
        check: Check::Judged(checks::poor_audio),
        sentence: "{direction}: {reasons}",
        heard: "{to} heard {from} with gaps, like a robot, or late",
        advice: "see whose side it is; most often the person's access network: a cable instead of Wi-Fi, no VPN, UDP open",
        source: "the rule set",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "video-poor",
        title: "poor video",
        severity: Severity::Severe,
        check: Check::Judged(checks::poor_video),
        sentence: "{direction}: {reasons}",
        heard: "{to} saw {from} freeze or jerk",
        advice: "compare with the voice of the same person: poor as well means the network, good means machine or bandwidth",
        source: "the rule set",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "sharing-poor",
        title: "poor screen sharing",
        severity: Severity::Severe,
        check: Check::Judged(checks::poor_sharing),
        sentence: "{direction}: {reasons}",
        heard: "{to} saw the shared screen late or blurred",
        advice: "compare with the voice of the same person: poor as well means the network, good means machine or bandwidth",
        source: "the rule set",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "setup-failed",
        title: "never connected",
        severity: Severity::Severe,
        check: Check::Span(checks::setup_failed),
        sentence: "the session of {people} was never set up ({0})",
        heard: "{people} could not get in, or was not put through",
        advice: "not a matter of quality: check firewall and proxy for UDP 3478 to 3481, the number dialled, policies and licences",
        source: RECORD,
        points_to: PointsTo::Setup,
    },
    Rule {
        id: "dropped",
        title: "broke off",
        severity: Severity::Severe,
        check: Check::Span(checks::dropped),
        sentence: "the session of {people} broke off in the middle ({0})",
        heard: "the call ended by itself for {people}",
        advice: "ask what happened at that minute: sleep, change of Wi-Fi, VPN reconnecting; look for a second session of the same person",
        source: RECORD,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "failed",
        title: "failed",
        severity: Severity::Severe,
        check: Check::Span(checks::failed_somehow),
        sentence: "the session of {people} failed, and the record does not say when ({0})",
        heard: "the call did not come about, or ended by itself",
        advice: "ask the person when it ended; open a ticket with Microsoft and give the call's id",
        source: RECORD,
        points_to: PointsTo::Setup,
    },
    Rule {
        id: "microphone-not-working",
        title: "microphone or camera did not work",
        severity: Severity::Severe,
        check: over("captureNotFunctioningEventRatio", 0.1),
        sentence: "{who}'s microphone or camera did not work for {0} of the call",
        heard: "nobody heard {who} while it did not work",
        advice: "another headset or port, the newest driver, and no other program that holds the microphone",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "speaker-not-working",
        title: "loudspeaker did not work",
        severity: Severity::Severe,
        check: over("renderNotFunctioningEventRatio", 0.1),
        sentence: "{who}'s loudspeaker did not work for {0} of the call",
        heard: "{who} heard nothing while it did not work",
        advice: "another headset or port, the newest driver; check which device Teams uses",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "speaker-muted",
        title: "loudspeaker muted",
        severity: Severity::Warning,
        check: over("renderMuteEventRatio", 0.5),
        sentence: "{who}'s loudspeaker was muted for {0} of the call",
        heard: "{who} heard nothing",
        advice: "ask whether it was muted on purpose; check which device Teams uses and the system's volume",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "volume-at-zero",
        title: "volume at zero",
        severity: Severity::Warning,
        check: over("renderZeroVolumeEventRatio", 0.5),
        sentence: "{who}'s volume was at zero for {0} of the call",
        heard: "{who} heard nothing",
        advice: "ask whether it was turned down on purpose; check the system's volume and that of the headset",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "network-sent-badly",
        title: "network hurt what was sent",
        severity: Severity::Warning,
        check: over("sentQualityEventRatio", 0.1),
        sentence: "{who}'s network says that it hurt what {who} sent for {0} of the call",
        heard: "the others heard {who} break up",
        advice: "a cable instead of Wi-Fi, nobody else uploading, no VPN; then the way out of the place",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "network-received-badly",
        title: "network hurt what was received",
        severity: Severity::Warning,
        check: over("receivedQualityEventRatio", 0.1),
        sentence: "{who}'s network says that it hurt what {who} received for {0} of the call",
        heard: "{who} heard the others break up",
        advice: "a cable instead of Wi-Fi, nobody else downloading, no VPN; then the way out of the place",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "network-delay",
        title: "network too slow for talking",
        severity: Severity::Warning,
        check: over("delayEventRatio", 0.1),
        sentence: "{who}'s network was too slow to talk to each other for {0} of the call",
        heard: "people talked at the same time, and answers came late",
        advice: "check VPN and proxy: media should leave for Microsoft the shortest way",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "bandwidth-low",
        title: "too little bandwidth",
        severity: Severity::Warning,
        check: over("bandwidthLowEventRatio", 0.1),
        sentence: "{who}'s bandwidth was too little for voice for {0} of the call",
        heard: "the others heard {who} dull or in pieces",
        advice: "turn video off and try again; then check who else uses the line, and bandwidth policies",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "ends-agree",
        title: "both ends say that the network was bad",
        severity: Severity::Warning,
        check: Check::Direction(checks::ends_agree),
        sentence: "both ends agree: {from}'s network hurt {0} of what was sent, {to}'s {1} of what was received",
        heard: "{to} heard {from} break up",
        advice: "both ends saw it, so it was real; begin with the end that says more",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "ends-disagree",
        title: "the ends do not agree",
        severity: Severity::Hint,
        check: Check::Direction(checks::ends_disagree),
        sentence: "the ends do not agree: {from}'s network says {0} of what was sent was hurt, {to}'s says {1} of what was received",
        heard: "hard to say: only one end noticed",
        advice: "the end that complains has the trouble on its own part of the way, most likely",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "tcp",
        title: "media over TCP",
        severity: Severity::Warning,
        check: Check::Side(checks::tcp),
        sentence: "{who}'s media went over TCP and not UDP",
        heard: "answers came late, and voice stopped and hurried by turns",
        advice: "a firewall or proxy lets no UDP through: open UDP 3478 to 3481 to Microsoft's addresses, past the proxy",
        source: "Microsoft recommends UDP for media; TCP is the last resort",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "vpn",
        title: "through a VPN",
        severity: Severity::Hint,
        check: Check::Side(checks::vpn),
        sentence: "{who}'s media went through a VPN",
        heard: "longer delays, and trouble whenever the VPN has some",
        advice: "let media leave beside the VPN (split tunnel), or try once without it",
        source: "Microsoft recommends a split tunnel for media",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "wifi-weak",
        title: "weak Wi-Fi",
        severity: Severity::Warning,
        check: Check::Side(checks::weak_wifi),
        sentence: "{who}'s Wi-Fi signal was {0}, under 40 %",
        heard: "{who} broke up, and heard the others break up",
        advice: "nearer to the access point, or a cable",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "wifi-2.4-ghz",
        title: "Wi-Fi at 2.4 GHz",
        severity: Severity::Hint,
        check: Check::Side(checks::crowded_band),
        sentence: "{who}'s Wi-Fi was on the crowded band of 2.4 GHz",
        heard: "short gaps, more of them when neighbours are busy",
        advice: "use the network's 5 GHz name, or a cable",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "wifi-roamed",
        title: "Wi-Fi changed its access point",
        severity: Severity::Hint,
        check: Check::End(checks::roamed),
        sentence: "{who}'s Wi-Fi went from access point {0} to {1} within the session",
        heard: "a gap of a second or more at the change",
        advice: "ask whether the person walked; if not, the access points hand over for no reason",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "mobile",
        title: "over a mobile network",
        severity: Severity::Hint,
        check: Check::Side(checks::mobile),
        sentence: "{who} was connected over a mobile network",
        heard: "quality that changes with the place",
        advice: "Wi-Fi or a cable, where there is one",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "relay",
        title: "relay allocated",
        severity: Severity::Note,
        check: Check::Side(checks::relay),
        sentence: "the relay {0} was allocated for {who}, which does not say that it was used",
        heard: "nothing by itself",
        advice: "look here only when many people with trouble share this relay",
        source: RECORD,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "loss-over-target",
        title: "loss over Microsoft's network target",
        severity: Severity::Hint,
        check: over("averagePacketLossRate", 0.01),
        sentence: "{direction}: loss {0}, over Microsoft's network target of 1 %",
        heard: "single syllables may be missing",
        advice: "not poor by itself: compare with others on the same network before anything is changed",
        source: NET,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "jitter-over-target",
        title: "jitter over Microsoft's network target",
        severity: Severity::Hint,
        check: over("averageJitter", 0.03),
        sentence: "{direction}: jitter {0}, over Microsoft's network target of 30 ms",
        heard: "voice may be uneven",
        advice: "not poor by itself: look for Wi-Fi, a busy line or a VPN",
        source: NET,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "round-trip-over-target",
        title: "round trip over Microsoft's network target",
        severity: Severity::Hint,
        check: over("averageRoundTripTime", 0.1),
        sentence: "{direction}: round trip {0}, over Microsoft's network target of 100 ms",
        heard: "answers come a little late",
        advice: "not poor by itself: check VPN, proxy and the distance to Microsoft's edge",
        source: NET,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "concealed",
        title: "voice patched up",
        severity: Severity::Hint,
        check: over("averageRatioOfConcealedSamples", 0.07),
        sentence: "{direction}: {0} of the voice was made up to hide gaps",
        heard: "{to} heard {from} like a robot",
        advice: "explains a bad rating without a poor stream; look at loss and network jitter of the same direction",
        source: CQD_2020,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "degraded",
        title: "voice degraded by the network",
        severity: Severity::Hint,
        check: over("averageAudioDegradation", 1.0),
        sentence: "{direction}: the network cost {0}",
        heard: "{to} heard {from} worse than usual",
        advice: "explains a bad rating without a poor stream; look at loss and network jitter of the same direction",
        source: CQD_2020,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "fec-with-loss",
        title: "error correction worked against loss",
        severity: Severity::Note,
        check: Check::Stream(checks::fec_with_loss),
        sentence: "{direction}: error correction was at work, with {0} of loss",
        heard: "less than the loss suggests",
        advice: "loss was there and was partly repaired; what was heard may be better than the number",
        source: RECORD,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "nothing-sent",
        title: "no voice at all",
        severity: Severity::Note,
        check: Check::Stream(checks::nothing_sent),
        sentence: "{direction}: not one packet of voice",
        heard: "{to} heard nothing of {from}: muted, or no microphone",
        advice: "ask whether {from} was muted; if not, check the microphone and the firewall",
        source: RECORD,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "microphone-glitches",
        title: "microphone glitches",
        severity: Severity::Warning,
        check: over("micGlitchRate", 60.0),
        sentence: "{who}'s microphone skipped {number0} times in 5 minutes",
        heard: "the others heard {who} crackle",
        advice: "another headset or port, the newest driver; too busy a machine does this as well",
        source: "callscope's own limit; Microsoft's QoE documentation calls under 1 in 5 minutes good",
        points_to: PointsTo::Device,
    },
    Rule {
        id: "speaker-glitches",
        title: "loudspeaker glitches",
        severity: Severity::Warning,
        check: over("speakerGlitchRate", 60.0),
        sentence: "{who}'s loudspeaker skipped {number0} times in 5 minutes",
        heard: "{who} heard everybody crackle",
        advice: "another headset or port, the newest driver; too busy a machine does this as well",
        source: "callscope's own limit; Microsoft's QoE documentation calls under 1 in 5 minutes good",
        points_to: PointsTo::Device,
    },
    Rule {
        id: "device-glitches",
        title: "device glitches",
        severity: Severity::Warning,
        check: over("deviceGlitchEventRatio", 0.1),
        sentence: "{who}'s device had gaps for {0} of the call",
        heard: "crackling and short gaps",
        advice: "another headset or port, the newest driver; too busy a machine does this as well",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "clipping",
        title: "microphone too loud",
        severity: Severity::Hint,
        check: over("deviceClippingEventRatio", 0.1),
        sentence: "{who}'s microphone was overdriven for {0} of the call",
        heard: "the others heard {who} distorted",
        advice: "turn the microphone's level down, or its boost off",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "too-quiet",
        title: "voice too quiet",
        severity: Severity::Hint,
        check: over("lowSpeechLevelEventRatio", 0.2),
        sentence: "{who}'s voice was too quiet for {0} of the call",
        heard: "the others hardly heard {who}",
        advice: "nearer to the microphone, or its level up; check which microphone Teams uses",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "noisy",
        title: "voice in noise",
        severity: Severity::Hint,
        check: over("lowSpeechToNoiseEventRatio", 0.2),
        sentence: "{who}'s voice was hardly louder than the noise around for {0} of the call",
        heard: "the others heard noise with {who}",
        advice: "noise suppression on, a headset with a boom, a quieter place",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "howling",
        title: "howling",
        severity: Severity::Warning,
        check: over("howlingEventCount", 0.0),
        sentence: "acoustic feedback (howling) was found {0} times at {who}'s device",
        heard: "everybody heard whistling or echo",
        advice: "a headset, or only one device with sound on in the room",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "cpu-short",
        title: "machine too slow for voice",
        severity: Severity::Warning,
        check: over("cpuInsufficentEventRatio", 0.1),
        sentence: "{who}'s machine was too slow for voice for {0} of the call",
        heard: "voice in pieces in both directions, and everything late",
        advice: "close other programs, turn video and background effects off, charge the battery; then the machine itself",
        source: OWN,
        points_to: PointsTo::Machine,
    },
    Rule {
        id: "video-processing-short",
        title: "machine too slow for video",
        severity: Severity::Warning,
        check: over("lowVideoProcessingCapabilityRatio", 0.1),
        sentence: "{direction}: the machine was too slow for video for {0} of the call",
        heard: "pictures jerked though the network was well",
        advice: "background effects off, fewer pictures at once, graphics driver; then the machine itself",
        source: "Microsoft defines the ratio (under 70 % of the capability expected); the limit is callscope's own",
        points_to: PointsTo::Machine,
    },
    Rule {
        id: "freezes",
        title: "video froze",
        severity: Severity::Hint,
        check: Check::Stream(checks::freezes),
        sentence: "{direction}: the picture stood still for {0} at a time",
        heard: "{to} saw {from} freeze",
        advice: "compare with the voice of the same person: poor as well means the network",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "low-frame-rate",
        title: "few pictures a second",
        severity: Severity::Hint,
        check: Check::Stream(checks::low_frame_rate),
        sentence: "{direction}: fewer than 7.5 pictures a second for {0} of the call",
        heard: "{to} saw {from} jerk",
        advice: "compare with the voice of the same person: poor as well means the network, good means machine or bandwidth",
        source: "the limit by which Skype for Business Server called a stream poor (mafinfo.com/?p=1763)",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "rated-bad",
        title: "rated badly, and poor",
        severity: Severity::Hint,
        check: Check::JudgedEnd(checks::rated_badly),
        sentence: "{who} rated the call {0}, and the figures agree",
        heard: "what {who} says",
        advice: "the poor streams of this session explain it",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "rated-bad-without-cause",
        title: "rated badly, and nothing is poor",
        severity: Severity::Warning,
        check: Check::JudgedEnd(checks::rated_badly_without_cause),
        sentence: "{who} rated the call {0}, and no stream is poor",
        heard: "something that the network's figures do not show",
        advice: "look at devices first: volume, mute, glitches, echo; then ask what was heard; the other end may have been poor",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "rated-good-though-poor",
        title: "rated well, though poor",
        severity: Severity::Note,
        check: Check::JudgedEnd(checks::rated_well_though_poor),
        sentence: "{who} rated the call {0}, and yet has poor streams ({1})",
        heard: "less than the figures say",
        advice: "poor speaks of the network and not of what people heard: no reason to act for this person alone",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "very-short",
        title: "very short",
        severity: Severity::Note,
        check: Check::Span(checks::very_short),
        sentence: "the session of {people} lasted {0}: too short to judge much by",
        heard: "hardly anything",
        advice: "look for another session of the same person; somebody may have hung up or tried twice",
        source: OWN,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "test-call",
        title: "test call",
        severity: Severity::Note,
        check: Check::Span(checks::test_call),
        sentence: "the session of {people} is a test call to Microsoft's echo service",
        heard: "one's own voice",
        advice: "judge the device by it, and not a conversation",
        source: RECORD,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "nothing-reported",
        title: "nothing was reported",
        severity: Severity::Note,
        check: Check::Span(checks::nothing_reported),
        sentence: "no stream was reported for the session of {people}",
        heard: "nobody can say",
        advice: "clients report late: fetch the record again after some hours",
        source: RECORD,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "jitters-disagree",
        title: "two jitters that do not agree",
        severity: Severity::Note,
        check: Check::Stream(checks::jitters_disagree),
        sentence: "{direction}: jitter is {0}, and the network's own jitter {1}",
        heard: "hard to say: the two figures are measured in different ways",
        advice: "take the network jitter seriously when people complain: it is the mean over windows of 20 seconds",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "wired-with-wifi",
        title: "wired, with Wi-Fi fields",
        severity: Severity::Note,
        check: Check::Side(checks::wired_with_wifi),
        sentence: "{who}'s connection is said to be wired, and yet it has a {field1} ({1})",
        heard: "nothing by itself",
        advice: "ask how the person was connected: a dock, both at once, or a virtual adapter",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "end-before-start",
        title: "ended before it began",
        severity: Severity::Note,
        check: Check::Span(checks::end_before_start),
        sentence: "the session of {people} ended ({1}) before it began ({0})",
        heard: "nothing by itself",
        advice: "the clock of a client was wrong or was set: do not trust the times of this session",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "segment-outside-session",
        title: "segment outside of its session",
        severity: Severity::Note,
        check: Check::Span(checks::outside_session),
        sentence: "a segment of {people} reaches {0} outside of its session",
        heard: "nothing by itself",
        advice: "the clock of a client was wrong: do not trust the times of this session",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-stream",
        title: "a stream's figure cannot be read",
        severity: Severity::Warning,
        check: Check::Stream(checks::unreadable_stream),
        sentence: "{direction}: {field0} is there and cannot be read (“{0}”)",
        heard: "nothing by itself; what the figure would have said is not known",
        advice: "another program saved this record again: save the service's own answer and open that",
        source: "the type that Graph's schema gives the member",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-span",
        title: "a session's member cannot be read",
        severity: Severity::Warning,
        check: Check::Span(checks::unreadable_span),
        sentence: "the session of {people}: {field0} is there and cannot be read (“{0}”)",
        heard: "nothing by itself; what it would have said is not known",
        advice: "another program saved this record again: save the service's own answer and open that",
        source: "the type that Graph's schema gives the member",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-side",
        title: "a network's or device's member cannot be read",
        severity: Severity::Note,
        check: Check::Side(checks::unreadable_side),
        sentence: "{who}'s side: {field0} is there and cannot be read (“{0}”)",
        heard: "nothing by itself",
        advice: "another program saved this record again: save the service's own answer and open that",
        source: "the type that Graph's schema gives the member",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "impossible-stream",
        title: "a stream's figure cannot be true",
        severity: Severity::Note,
        check: Check::Stream(checks::impossible_stream),
        sentence: "{direction}: {label0} {0} cannot be true",
        heard: "nothing by itself",
        advice: "this figure is not judged by; the others may still be right",
        source: "the range of the metric",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "impossible-side",
        title: "a network's or device's figure cannot be true",
        severity: Severity::Note,
        check: Check::Side(checks::impossible_side),
        sentence: "{who}'s side: {label0} {0} cannot be true",
        heard: "nothing by itself",
        advice: "this figure is not judged by; the others may still be right",
        source: "the range of the metric",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "wifi-changed-between-sessions",
        title: "came back on another access point",
        severity: Severity::Hint,
        check: Check::Call,
        sentence: "{who} had {0} sessions on {1} access points",
        heard: "gaps at every change, and time lost to join again",
        advice: "ask whether the person walked; if not, the access points hand over badly",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "outside-call",
        title: "session outside of its call",
        severity: Severity::Note,
        check: Check::Call,
        sentence: "the session of {who} reaches {0} outside of its call",
        heard: "nothing by itself",
        advice: "the clock of a client was wrong: do not trust the times of this session",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "incomplete",
        title: "not all of the call is here",
        severity: Severity::Warning,
        check: Check::Call,
        sentence: "{0}: sessions are missing, or may be",
        heard: "nobody can say for the sessions that are missing",
        advice: "fetch the call again before anything is concluded from it",
        source: "callscope's own count",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "young-record",
        title: "the record may still change",
        severity: Severity::Note,
        check: Check::Call,
        sentence: "the record is its version {0}, made {1} after the call: a later one may come with more sessions",
        heard: "nothing by itself",
        advice: "fetch the call again some hours after it ended",
        source: "Microsoft's FAQ: the first version comes up to 150 minutes after the call, later ones when clients report late",
        points_to: PointsTo::Record,
    },
];

/// The rule with a name.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// A set of rules, by their places in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleBits(u64);

impl RuleBits {
    /// Takes the rule at a place in.
    pub fn insert(&mut self, place: usize) {
        self.0 |= 1 << place;
    }

    /// Is the rule at a place in it?
    pub fn contains(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    /// Those of both.
    pub fn and(self, other: RuleBits) -> RuleBits {
        RuleBits(self.0 | other.0)
    }

    /// The places, in their order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..RULES.len()).filter(move |place| self.contains(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_all_its_words() {
        assert!(RULES.len() <= 64, "the rules of a session are kept in 64 bits");
        for rule in RULES {
            assert_eq!(RULES.iter().filter(|other| other.id == rule.id).count(), 1, "{}", rule.id);
            for words in [rule.title, rule.sentence, rule.heard, rule.advice, rule.source] {
                assert!(!words.is_empty() && !words.ends_with('.'), "{}: {words}", rule.id);
            }
        }
    }

    #[test]
    fn figures_are_beyond_their_limit_on_the_side_that_is_worse() {
        for rule in RULES {
            if let Check::Figure(metric, side, limit) = rule.check {
                assert!(metric.is_plausible(limit), "{}", rule.id);
                assert_eq!(side == Over, metric.is_worse(1.0, 0.0), "{}", rule.id);
            }
        }
    }

    #[test]
    fn bits_keep_what_was_put_in() {
        let mut bits = RuleBits::default();
        bits.insert(3);
        bits.insert(0);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 3]);
        assert!(bits.contains(3) && !bits.contains(2));
    }
}
