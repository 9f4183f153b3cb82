//! Every finding about a session beyond its verdict, as one table: what a rule checks, when it triggers, its severity,
//! the sentence, what people probably heard, what to do next, and the source of the limit.
//!
//! To add a rule, add a row to the table and its three cases in `tests/findings/`. A rule about one metric and its
//! limit needs only a row; any other rule also needs a function in `checks`.
//!
//! In the sentences, `{who}` is the person at the side that was checked, `{people}` are those of the session, `{from}`
//! and `{to}` those of a direction; `{said}` quotes what the person said about the call; `{direction}` describes the direction, `{reasons}` lists the limits exceeded and
//! `{effect}` what that does to voice, `{0}`
//! to `{2}` are the values read, `{label0}` and `{field0}` their names, and `{number0}` the number without its unit.

use crate::metrics::{self, Metric};

use super::checks;
use super::rules::Side::{self, Over};
use super::scene::{Answer, DirectionScene, EndScene, SideScene, SpanScene, StreamScene};
use super::sound;

/// A rule of the table.
#[derive(Debug)]
pub struct Rule {
    /// Unique ID, used in reports and filters.
    pub id: &'static str,
    /// Short title for lists.
    pub title: &'static str,
    /// Severity when the rule triggers.
    pub severity: Severity,
    /// What the rule checks, and how.
    pub check: Check,
    /// Sentence template of the finding.
    pub sentence: &'static str,
    /// What people probably heard or saw, as a template.
    pub heard: &'static str,
    /// Next step for first-line support, as a template.
    pub advice: &'static str,
    /// Source of the limit.
    pub source: &'static str,
    /// Which side the finding points to.
    pub points_to: PointsTo,
}

/// Severity of a finding, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Enough on its own to ruin a call.
    Severe,
    /// A likely cause or a strong sign.
    Warning,
    /// Worth knowing if something else is wrong.
    Hint,
    /// For information.
    Note,
}

impl Severity {
    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Severe => "severe",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
            Severity::Note => "note",
        }
    }
}

/// The side that a finding points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointsTo {
    /// The media path between both ends, without saying whose part of it.
    Path,
    /// The network of the person concerned.
    Network,
    /// The person's microphone, loudspeaker or camera.
    Device,
    /// The person's computer.
    Machine,
    /// Signalling, firewall or policy, not quality.
    Setup,
    /// What people said about the call.
    Opinion,
    /// The record itself, which cannot be trusted there.
    Record,
}

impl Rule {
    /// Returns whether it reports a fault of a device or machine that ruins a call on its own.
    pub const fn is_severe_fault(&self) -> bool {
        matches!(self.severity, Severity::Severe) && matches!(self.points_to, PointsTo::Device | PointsTo::Machine)
    }
}

/// What a rule checks, and how.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A metric of a stream, network or device, and its limit.
    Figure(&'static Metric, Side, f64),
    Stream(for<'a> fn(&StreamScene<'a>) -> Answer<'a>),
    /// A stream with its verdict: the answer depends on the rule set.
    Judged(for<'a> fn(&StreamScene<'a>) -> Answer<'a>),
    /// One side of a medium.
    Side(for<'a> fn(&SideScene<'a>) -> Answer<'a>),
    /// One direction of a medium.
    Direction(for<'a> fn(&DirectionScene<'a>) -> Answer<'a>),
    /// The session and each of its segments.
    Span(for<'a> fn(&SpanScene<'a>) -> Answer<'a>),
    /// One end of the session.
    End(for<'a> fn(&EndScene<'a>) -> Answer<'a>),
    /// One end of the session with the verdicts on its streams: the answer depends on the rule set.
    JudgedEnd(for<'a> fn(&EndScene<'a>) -> Answer<'a>),
    /// The whole call, from `triage::call_analysis` and the call's completeness.
    Call(CallCheck),
}

/// What a rule about the whole call looks at. It needs more than sessions, so the report answers it, for each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallCheck {
    /// Whether the same person came back on another access point.
    AccessPointChanges,
    /// Whether a session extends outside its call.
    OutsideCall,
    /// Whether all of the call is loaded.
    Incomplete,
    /// Whether a later version of the record may follow.
    YoungRecord,
}

/// Describes what the check looks at, for `callscope rules`.
impl std::fmt::Display for Check {
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
            Check::Call(_) => formatter.write_str("the call"),
        }
    }
}

impl Check {
    /// Returns whether the answer depends on the rule set.
    pub fn depends_on_rules(&self) -> bool {
        matches!(self, Check::Judged(_) | Check::JudgedEnd(_))
    }
}

const OWN: &str = "callscope's own limit";
const NET: &str = "Microsoft, Media quality and network connectivity performance: client to Microsoft's edge";
const CQD_2020: &str = "Microsoft's Call Quality Dashboard until 2020; dropped in 2024";
const BURSTS: &str = "callscope's own limit; Microsoft's dashboard FAQ names short bursts first among the reasons why a good \
                      stream sounds bad";
const LEVELS: &str = "Microsoft's QoE documentation (AudioSignal table), ten decibels more lenient";
const RECORD: &str = "stated in the call record";
const CONTRADICTION: &str = "two statements in the record that cannot both be true";

const fn over(metric: &'static str, limit: f64) -> Check {
    Check::Figure(metrics::of(metric), Over, limit)
}

/// The table of rules, most important first.
pub const RULES: &[Rule] = &[
    Rule {
        id: "audio-poor",
        title: "poor voice",
        severity: Severity::Severe,
        check: Check::Judged(checks::poor_audio),
        sentence: "{direction}: {reasons}",
        heard: "{to} heard {from} {effect}",
        advice: "check whose side it is; if it is this person's own network, use a cable, no VPN, and open UDP",
        source: "the rule set",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "video-poor",
        title: "poor video",
        severity: Severity::Severe,
        check: Check::Judged(checks::poor_video),
        sentence: "{direction}: {reasons}",
        heard: "{to} saw {from} freeze or stutter",
        advice: "compare with the same person's voice: if also poor, suspect the network; if good, the machine or bandwidth",
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
        advice: "compare with the same person's voice: if also poor, suspect the network; if good, the machine or bandwidth",
        source: "the rule set",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "setup-failed",
        title: "never connected",
        severity: Severity::Severe,
        check: Check::Span(checks::setup_failed),
        sentence: "{people}'s session was never set up ({0})",
        heard: "{people} could not join or get through",
        advice: "not a quality problem: check firewall and proxy for UDP 3478 to 3481, the number dialled, policies and licences",
        source: RECORD,
        points_to: PointsTo::Setup,
    },
    Rule {
        id: "dropped",
        title: "dropped mid-call",
        severity: Severity::Severe,
        check: Check::Span(checks::dropped),
        sentence: "{people}'s session dropped mid-call ({0})",
        heard: "the call ended unexpectedly for {people}",
        advice: "ask what happened at that minute: sleep, Wi-Fi change, VPN reconnect; look for a second session of the same person",
        source: RECORD,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "failed",
        title: "failed",
        severity: Severity::Severe,
        check: Check::Span(checks::failed_somehow),
        sentence: "{people}'s session failed, but the record does not say when ({0})",
        heard: "the call never connected or ended unexpectedly",
        advice: "ask the person when it ended; open a ticket with Microsoft and quote the call ID",
        source: RECORD,
        points_to: PointsTo::Setup,
    },
    Rule {
        id: "microphone-not-working",
        title: "microphone did not work",
        severity: Severity::Severe,
        check: Check::Side(checks::dead_microphone),
        sentence: "{who}'s microphone did not work for {0} of the call",
        heard: "no one heard {who} while it did not work",
        advice: "try another headset or port and the latest driver; close other programs that use the microphone",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "camera-not-working",
        title: "camera did not work",
        severity: Severity::Warning,
        check: Check::Side(checks::dead_camera),
        sentence: "{who}'s camera did not work for {0} of the call",
        heard: "no one saw {who} while it did not work",
        advice: "close other programs that use the camera; try another port and the latest driver",
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
        advice: "try another headset or port and the latest driver; check which device Teams uses",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "cpu-short-most",
        title: "machine too slow for most of the call",
        severity: Severity::Severe,
        check: over("cpuInsufficentEventRatio", 0.5),
        sentence: "{who}'s machine was too slow to process voice for {0} of the call",
        heard: "choppy voice in both directions, and everything late",
        advice: "close other programs, turn off video and background effects, plug in the power; then check the machine itself",
        source: OWN,
        points_to: PointsTo::Machine,
    },
    Rule {
        id: "speaker-muted",
        title: "loudspeaker muted",
        severity: Severity::Warning,
        check: over("renderMuteEventRatio", 0.5),
        sentence: "{who}'s loudspeaker was muted for {0} of the call",
        heard: "{who} heard nothing",
        advice: "ask whether it was muted on purpose; check which device Teams uses and the system volume",
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
        advice: "ask whether it was turned down on purpose; check the system and headset volume",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "network-sent-badly",
        title: "bad network when sending",
        severity: Severity::Warning,
        check: over("sentQualityEventRatio", 0.1),
        sentence: "{who}'s client reports a bad network when sending, for {0} of the call",
        heard: "the others heard {who} break up",
        advice: "use a cable instead of Wi-Fi, stop other uploads, no VPN; then check the site's internet egress",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "network-received-badly",
        title: "bad network when receiving",
        severity: Severity::Warning,
        check: over("receivedQualityEventRatio", 0.1),
        sentence: "{who}'s client reports a bad network when receiving, for {0} of the call",
        heard: "{who} heard the others break up",
        advice: "use a cable instead of Wi-Fi, stop other downloads, no VPN; then check the site's internet egress",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "network-delay",
        title: "network delay too high for a conversation",
        severity: Severity::Warning,
        check: over("delayEventRatio", 0.1),
        sentence: "{who}'s network delay was too high for a conversation for {0} of the call",
        heard: "people talked over one another, and answers came late",
        advice: "check VPN and proxy: media should take the shortest route to Microsoft",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "bandwidth-low",
        title: "too little bandwidth",
        severity: Severity::Warning,
        check: over("bandwidthLowEventRatio", 0.1),
        sentence: "{who}'s bandwidth was too low for voice for {0} of the call",
        heard: "the others heard {who} muffled or breaking up",
        advice: "turn off video and try again; then check who else uses the line, and bandwidth policies",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "ends-agree",
        title: "both ends report a bad network",
        severity: Severity::Warning,
        check: Check::Direction(checks::ends_agree),
        sentence: "both ends agree: the network degraded {0} of what {from} sent and {1} of what {to} received",
        heard: "{to} heard {from} break up",
        advice: "both ends saw it, so it was real; start with the end that reports more",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "ends-disagree",
        title: "the ends disagree",
        severity: Severity::Hint,
        check: Check::Direction(checks::ends_disagree),
        sentence: "the ends disagree: {from}'s end reports {0} of sending degraded, {to}'s end {1} of receiving",
        heard: "hard to say: only one end noticed",
        advice: "the problem is most likely on the media path of the end that reports it",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "tcp",
        title: "media over TCP",
        severity: Severity::Warning,
        check: Check::Side(checks::tcp),
        sentence: "{who}'s media went over TCP instead of UDP",
        heard: "answers came late, and voice stalled and then rushed",
        advice: "a firewall or proxy blocks UDP: open UDP 3478 to 3481 to Microsoft's addresses, bypassing the proxy",
        source: "Microsoft recommends UDP for media; TCP is the last resort",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "vpn",
        title: "through a VPN",
        severity: Severity::Hint,
        check: Check::Side(checks::vpn),
        sentence: "{who}'s media went through a VPN",
        heard: "longer delays, and problems whenever the VPN has any",
        advice: "let media bypass the VPN (split tunnel), or try once without it",
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
        advice: "move closer to the access point, or use a cable",
        source: OWN,
        points_to: PointsTo::Network,
    },
    Rule {
        id: "wifi-2.4-ghz",
        title: "Wi-Fi at 2.4 GHz",
        severity: Severity::Hint,
        check: Check::Side(checks::crowded_band),
        sentence: "{who}'s Wi-Fi was on the crowded 2.4 GHz band",
        heard: "short gaps, more often when neighbours are busy",
        advice: "use the 5 GHz network name, or a cable",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "wifi-roamed",
        title: "Wi-Fi switched access points",
        severity: Severity::Hint,
        check: Check::End(checks::roamed),
        sentence: "{who}'s Wi-Fi switched from access point {0} to {1} during the session",
        heard: "a gap of a second or more at the switch",
        advice: "ask whether the person was walking; if not, the access points hand over for no reason",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "mobile",
        title: "over a mobile network",
        severity: Severity::Hint,
        check: Check::Side(checks::mobile),
        sentence: "{who} was connected over a mobile network",
        heard: "quality that varied with location",
        advice: "use Wi-Fi or a cable, if available",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "relay",
        title: "relay allocated",
        severity: Severity::Note,
        check: Check::Side(checks::relay),
        sentence: "relay {0} was allocated for {who}, which does not mean that it was used",
        heard: "nothing on its own",
        advice: "look here only if many people with problems share this relay",
        source: RECORD,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "loss-over-target",
        title: "loss over Microsoft's network target",
        severity: Severity::Hint,
        check: over("averagePacketLossRate", 0.01),
        sentence: "{direction}: loss {0}, over Microsoft's network target of 1 %",
        heard: "a syllable or a moment of the picture may be missing",
        advice: "not poor on its own: compare with others on the same network before changing anything",
        source: NET,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "jitter-over-target",
        title: "jitter over Microsoft's network target",
        severity: Severity::Hint,
        check: over("averageJitter", 0.03),
        sentence: "{direction}: jitter {0}, over Microsoft's network target of 30 ms",
        heard: "voice or picture may be uneven",
        advice: "not poor on its own: look for Wi-Fi, a busy line or a VPN",
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
        advice: "not poor on its own: check VPN, proxy and the distance to Microsoft's edge",
        source: NET,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "concealed",
        title: "voice gaps concealed",
        severity: Severity::Hint,
        check: over("averageRatioOfConcealedSamples", 0.07),
        sentence: "{direction}: {0} of the voice was generated to conceal gaps",
        heard: "{to} heard {from} sound robotic",
        advice: "explains a bad rating without a poor stream; check loss and network jitter in the same direction",
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
        advice: "explains a bad rating without a poor stream; check loss and network jitter in the same direction",
        source: CQD_2020,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "loss-bursts",
        title: "short bursts of loss",
        severity: Severity::Hint,
        check: Check::Stream(sound::loss_bursts),
        sentence: "{direction}: loss was {1} on average, but {0} at its worst",
        heard: "{to} missed words of {from} for short moments",
        advice: "ask at which minutes it was bad: look for Wi-Fi roaming, a busy line or a VPN reconnecting",
        source: BURSTS,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "jitter-bursts",
        title: "short bursts of jitter",
        severity: Severity::Hint,
        check: Check::Stream(sound::jitter_bursts),
        sentence: "{direction}: jitter was {1} on average, but {0} at its worst",
        heard: "{to} heard {from} stall and rush for short moments",
        advice: "ask at which minutes it was bad: look for Wi-Fi, a busy line or a VPN",
        source: BURSTS,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "round-trip-bursts",
        title: "short bursts of delay",
        severity: Severity::Hint,
        check: Check::Stream(sound::round_trip_bursts),
        sentence: "{direction}: the round trip was {1} on average, but {0} at its worst",
        heard: "{to} and {from} talked over one another for short moments",
        advice: "ask at which minutes it was bad: look for a busy line, a VPN or a proxy",
        source: BURSTS,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "voice-sent-quiet",
        title: "voice sent at a low level",
        severity: Severity::Hint,
        check: Check::Side(sound::sent_quietly),
        sentence: "{who}'s voice was sent at only {0}",
        heard: "the others could hardly hear {who}",
        advice: "move closer to the microphone, or turn up its level; check which microphone Teams uses",
        source: LEVELS,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "voice-received-quiet",
        title: "voice received at a low level",
        severity: Severity::Hint,
        check: Check::Side(sound::received_quietly),
        sentence: "voice reached {who} at only {0}",
        heard: "{who} could hardly hear the others",
        advice: "look at the person who spoke: the level is low before it reaches this person's loudspeaker",
        source: LEVELS,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "noise-sent",
        title: "loud noise sent",
        severity: Severity::Hint,
        check: Check::Side(sound::noise_sent),
        sentence: "{who}'s microphone sent noise at {0}",
        heard: "the others heard noise behind {who}",
        advice: "turn on noise suppression, use a headset with a boom, or find a quieter place",
        source: "Microsoft's QoE documentation (AudioSignal table)",
        points_to: PointsTo::Device,
    },
    Rule {
        id: "noise-received",
        title: "loud noise received",
        severity: Severity::Hint,
        check: Check::Side(sound::noise_received),
        sentence: "noise reached {who} at {0}",
        heard: "{who} heard noise behind the others",
        advice: "look at the person who spoke: the noise comes from their microphone or room",
        source: "Microsoft's QoE documentation (AudioSignal table)",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "fec-with-loss",
        title: "error correction countered loss",
        severity: Severity::Note,
        check: Check::Stream(checks::fec_with_loss),
        sentence: "{direction}: error correction was active, with {0} loss",
        heard: "less than the loss suggests",
        advice: "there was loss, partly repaired; what was heard may be better than the number suggests",
        source: RECORD,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "nothing-sent",
        title: "no voice at all",
        severity: Severity::Note,
        check: Check::Stream(checks::nothing_sent),
        sentence: "{direction}: no voice packets at all",
        heard: "{to} heard nothing in this direction: no one spoke, or the microphone was muted or missing",
        advice: "ask whether anyone should have been heard; if so, check mute and microphone, then the firewall",
        source: RECORD,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "microphone-glitches",
        title: "microphone glitches",
        severity: Severity::Warning,
        check: over("micGlitchRate", 60.0),
        sentence: "{who}'s microphone glitched {number0} times per 5 minutes",
        heard: "the others heard {who} crackle",
        advice: "try another headset or port and the latest driver; an overloaded machine also causes this",
        source: "callscope's own limit; Microsoft's QoE documentation calls under 1 per 5 minutes good",
        points_to: PointsTo::Device,
    },
    Rule {
        id: "speaker-glitches",
        title: "loudspeaker glitches",
        severity: Severity::Warning,
        check: over("speakerGlitchRate", 60.0),
        sentence: "{who}'s loudspeaker glitched {number0} times per 5 minutes",
        heard: "{who} heard everyone crackle",
        advice: "try another headset or port and the latest driver; an overloaded machine also causes this",
        source: "callscope's own limit; Microsoft's QoE documentation calls under 1 per 5 minutes good",
        points_to: PointsTo::Device,
    },
    Rule {
        id: "device-glitches",
        title: "device glitches",
        severity: Severity::Warning,
        check: over("deviceGlitchEventRatio", 0.1),
        sentence: "{who}'s device had gaps for {0} of the call",
        heard: "crackling and short gaps",
        advice: "try another headset or port and the latest driver; an overloaded machine also causes this",
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
        advice: "turn down the microphone level, or turn off its boost",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "too-quiet",
        title: "voice too quiet",
        severity: Severity::Hint,
        check: over("lowSpeechLevelEventRatio", 0.2),
        sentence: "{who}'s voice was too quiet for {0} of the call",
        heard: "the others could hardly hear {who}",
        advice: "move closer to the microphone, or turn up its level; check which microphone Teams uses",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "noisy",
        title: "voice in noise",
        severity: Severity::Hint,
        check: over("lowSpeechToNoiseEventRatio", 0.2),
        sentence: "{who}'s voice was barely louder than the background noise for {0} of the call",
        heard: "the others heard noise behind {who}",
        advice: "turn on noise suppression, use a headset with a boom, or find a quieter place",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "howling",
        title: "howling",
        severity: Severity::Warning,
        check: over("howlingEventCount", 0.0),
        sentence: "acoustic feedback (howling) was detected {0} times at {who}'s device",
        heard: "everyone heard whistling or echo",
        advice: "use a headset, or only one device with sound on in the room",
        source: OWN,
        points_to: PointsTo::Device,
    },
    Rule {
        id: "cpu-short",
        title: "machine too slow for voice",
        severity: Severity::Warning,
        check: over("cpuInsufficentEventRatio", 0.1),
        sentence: "{who}'s machine was too slow to process voice for {0} of the call",
        heard: "choppy voice in both directions, and everything late",
        advice: "close other programs, turn off video and background effects, plug in the power; then check the machine itself",
        source: OWN,
        points_to: PointsTo::Machine,
    },
    Rule {
        id: "video-processing-short",
        title: "machine too slow for video",
        severity: Severity::Warning,
        check: over("lowVideoProcessingCapabilityRatio", 0.1),
        sentence: "{direction}: the machine was too slow to process video for {0} of the call",
        heard: "video stuttered although the network was fine",
        advice: "turn off background effects, show fewer videos, update the graphics driver; then check the machine itself",
        source: "Microsoft defines the ratio (under 70 % of the expected capability); the limit is callscope's own",
        points_to: PointsTo::Machine,
    },
    Rule {
        id: "freezes",
        title: "video froze",
        severity: Severity::Hint,
        check: Check::Stream(checks::freezes),
        sentence: "{direction}: the picture froze for {0} at a time",
        heard: "{to} saw {from} freeze",
        advice: "compare with the same person's voice: if also poor, suspect the network",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "low-frame-rate",
        title: "low frame rate",
        severity: Severity::Hint,
        check: Check::Stream(checks::low_frame_rate),
        sentence: "{direction}: below 7.5 frames per second for {0} of the call",
        heard: "{to} saw {from} stutter",
        advice: "compare with the same person's voice: if also poor, suspect the network; if good, the machine or bandwidth",
        source: "the limit at which Skype for Business Server called a stream poor (mafinfo.com/?p=1763)",
        points_to: PointsTo::Path,
    },
    Rule {
        id: "rated-bad",
        title: "complaint, and poor streams",
        severity: Severity::Hint,
        check: Check::JudgedEnd(checks::rated_badly),
        sentence: "{who} {said}; this session has poor streams",
        heard: "what {who} says",
        advice: "compare what was said with the poor streams, and see how it was tested against the whole call",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "rated-bad-without-cause",
        title: "complaint, but no poor stream in this session",
        severity: Severity::Warning,
        check: Check::JudgedEnd(checks::rated_badly_without_cause),
        sentence: "{who} {said}; no stream of this session is poor",
        heard: "something that this session's network metrics do not show",
        advice: "see how it was tested against the whole call: the cause may be at another end; then ask exactly what was heard",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "rated-good-though-poor",
        title: "rated well, though poor",
        severity: Severity::Note,
        check: Check::JudgedEnd(checks::rated_well_though_poor),
        sentence: "{who} {said}, despite poor streams ({1})",
        heard: "less than the metrics suggest",
        advice: "poor describes network conditions, not what people heard: no reason to act for this person alone",
        source: RECORD,
        points_to: PointsTo::Opinion,
    },
    Rule {
        id: "very-short",
        title: "very short",
        severity: Severity::Note,
        check: Check::Span(checks::very_short),
        sentence: "{people}'s session lasted {0}: too short to tell much",
        heard: "hardly anything",
        advice: "look for another session of the same person; they may have hung up or tried again",
        source: OWN,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "test-call",
        title: "test call",
        severity: Severity::Note,
        check: Check::Span(checks::test_call),
        sentence: "{people}'s session is a test call to Microsoft's echo service",
        heard: "their own voice",
        advice: "use it to judge the device, not a conversation",
        source: RECORD,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "nothing-reported",
        title: "nothing reported",
        severity: Severity::Note,
        check: Check::Span(checks::nothing_reported),
        sentence: "no streams were reported for {people}'s session",
        heard: "impossible to say",
        advice: "clients report late: fetch the record again in a few hours",
        source: RECORD,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "jitters-disagree",
        title: "network jitter far above jitter",
        severity: Severity::Note,
        check: Check::Stream(checks::jitters_disagree),
        sentence: "{direction}: jitter is {0}, but network jitter is {1}",
        heard: "possibly voice that stalled and rushed at times: the two are different measures, and both can be true",
        advice: "take the network jitter seriously if people complain: it is the mean of 20-second windows, and shows what the other averages out",
        source: OWN,
        points_to: PointsTo::Path,
    },
    Rule {
        id: "wired-with-wifi",
        title: "wired, with Wi-Fi fields",
        severity: Severity::Note,
        check: Check::Side(checks::wired_with_wifi),
        sentence: "{who}'s connection is reported as wired, yet it has a {field1} ({1})",
        heard: "nothing on its own",
        advice: "ask how the person was connected: a dock, both at once, or a virtual adapter",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "end-before-start",
        title: "ended before it started",
        severity: Severity::Note,
        check: Check::Span(checks::end_before_start),
        sentence: "{people}'s session ended {0} before it started",
        heard: "nothing on its own",
        advice: "a client's clock was wrong or was changed: do not trust this session's times",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "segment-outside-session",
        title: "segment outside its session",
        severity: Severity::Note,
        check: Check::Span(checks::outside_session),
        sentence: "a segment of {people}'s session extends {0} outside it",
        heard: "nothing on its own",
        advice: "a client's clock was wrong: do not trust this session's times",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-stream",
        title: "unreadable stream value",
        severity: Severity::Warning,
        check: Check::Stream(checks::unreadable_stream),
        sentence: "{direction}: {field0} is present but unreadable (“{0}”)",
        heard: "nothing on its own; what the value would have said is unknown",
        advice: "another program re-saved this record: save the service's original response and open that",
        source: "the member's type in Graph's schema",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-span",
        title: "unreadable session value",
        severity: Severity::Warning,
        check: Check::Span(checks::unreadable_span),
        sentence: "{people}'s session: {field0} is present but unreadable (“{0}”)",
        heard: "nothing on its own; what it would have said is unknown",
        advice: "another program re-saved this record: save the service's original response and open that",
        source: "the member's type in Graph's schema",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "unreadable-side",
        title: "unreadable network or device value",
        severity: Severity::Note,
        check: Check::Side(checks::unreadable_side),
        sentence: "{who}'s side: {field0} is present but unreadable (“{0}”)",
        heard: "nothing on its own",
        advice: "another program re-saved this record: save the service's original response and open that",
        source: "the member's type in Graph's schema",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "impossible-stream",
        title: "impossible stream value",
        severity: Severity::Note,
        check: Check::Stream(checks::impossible_stream),
        sentence: "{direction}: {label0} {0} cannot be true",
        heard: "nothing on its own",
        advice: "this value is not used for the verdict; the others may still be right",
        source: "the range of the metric",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "impossible-side",
        title: "impossible network or device value",
        severity: Severity::Note,
        check: Check::Side(checks::impossible_side),
        sentence: "{who}'s side: {label0} {0} cannot be true",
        heard: "nothing on its own",
        advice: "this value is not used for the verdict; the others may still be right",
        source: "the range of the metric",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "wifi-changed-between-sessions",
        title: "rejoined on another access point",
        severity: Severity::Hint,
        check: Check::Call(CallCheck::AccessPointChanges),
        sentence: "{who} had {0} sessions on {1} access points",
        heard: "a gap at every switch, and time lost rejoining",
        advice: "ask whether the person was walking; if not, the access points hand over badly",
        source: "callscope's own judgement",
        points_to: PointsTo::Network,
    },
    Rule {
        id: "outside-call",
        title: "session outside its call",
        severity: Severity::Note,
        check: Check::Call(CallCheck::OutsideCall),
        sentence: "the session of {who} extends {0} outside its call",
        heard: "nothing on its own",
        advice: "a client's clock was wrong: do not trust this session's times",
        source: CONTRADICTION,
        points_to: PointsTo::Record,
    },
    Rule {
        id: "incomplete",
        title: "the call is incomplete",
        severity: Severity::Warning,
        check: Check::Call(CallCheck::Incomplete),
        sentence: "{0}: sessions are or may be missing",
        heard: "impossible to say for the missing sessions",
        advice: "fetch the call again before drawing conclusions from it",
        source: "callscope's own count",
        points_to: PointsTo::Record,
    },
    Rule {
        id: "young-record",
        title: "the record may still change",
        severity: Severity::Note,
        check: Check::Call(CallCheck::YoungRecord),
        sentence: "the record is version {0}, created {1} after the call; a later version may add sessions",
        heard: "nothing on its own",
        advice: "fetch the call again a few hours after it ended",
        source: "Microsoft's FAQ: the first version comes up to 150 minutes after the call, later ones when clients report late",
        points_to: PointsTo::Record,
    },
];

/// Finds a rule by its ID.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// A set of rules, by their positions in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingSet([u32; WORDS]);

/// 32 rules each. A session keeps several of these sets, so they are only as large as the table needs.
const WORDS: usize = 3;

const _: () = assert!(RULES.len() <= 32 * WORDS, "add a word to FindingSet");

impl FindingSet {
    /// The rules that report a fault which ruins a call on its own.
    pub const SEVERE_FAULTS: FindingSet = {
        let (mut set, mut place) = (FindingSet([0; WORDS]), 0);
        while place < RULES.len() {
            if RULES[place].is_severe_fault() {
                set.insert(place);
            }
            place += 1;
        }
        set
    };

    /// Adds the rule at a place.
    pub const fn insert(&mut self, place: usize) {
        self.0[place / 32] |= 1 << (place % 32);
    }

    /// Returns whether the rule at a place is in the set.
    pub fn contains(self, place: usize) -> bool {
        self.0[place / 32] >> (place % 32) & 1 == 1
    }

    /// Returns the rules that are in either set.
    pub fn union(self, other: FindingSet) -> FindingSet {
        FindingSet(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Returns the rules that are in both sets.
    pub fn intersection(self, other: FindingSet) -> FindingSet {
        FindingSet(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Iterates over the places, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..WORDS).flat_map(move |word| {
            let mut left = self.0[word];
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(word * 32 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_all_its_words() {
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
        let mut bits = FindingSet::default();
        bits.insert(3);
        bits.insert(0);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 3]);
        assert!(bits.contains(3) && !bits.contains(2));
        let mut others = FindingSet::default();
        others.insert(RULES.len() - 1);
        assert_eq!(bits.union(others).iter().collect::<Vec<_>>(), [0, 3, RULES.len() - 1]);
        assert_eq!(bits.union(others).intersection(bits), bits);
        let severe = (0..RULES.len()).filter(|place| RULES[*place].is_severe_fault());
        assert!(severe.eq(FindingSet::SEVERE_FAULTS.iter()));
    }
}
