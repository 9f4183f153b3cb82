//! What people complain about, as one table: which signs would explain a complaint, and where to look for them; and the
//! figures that would contradict it. `call_analysis::complaints` tests the complaints of a call by it.
//!
//! Complaints are the names of the survey's options. Microsoft says that they may change, so each row knows several: those
//! of Graph's examples (callRecord, feedbackTokenSet) and of the call survey of Azure Communication Services, which also
//! says what they mean. A name that no row knows is quoted, and the call is tested as for a bad rating alone.
//!
//! To add a complaint, add its name to a row, or a row.

use std::sync::OnceLock;

use super::signs::{Sign, SignSet};

/// A kind of complaint.
#[derive(Debug)]
pub struct Topic {
    /// What it is about.
    pub title: &'static str,
    /// Names of the survey's options, in lower case without punctuation.
    names: &'static [&'static str],
    /// A part of a name by which an option is recognised if no row has its name.
    part: Option<&'static str>,
    /// Signs at the person's own end: device, network, and what they sent.
    own: &'static [&'static str],
    /// Signs in the streams that the person received.
    received: &'static [&'static str],
    /// Signs at the ends of others, and in what these sent.
    others: &'static [&'static str],
    /// What would contradict it.
    pub denial: Option<Denial>,
    /// Next step if nothing explains it.
    pub next: &'static str,
}

/// Figures that contradict a complaint.
#[derive(Debug)]
pub struct Denial {
    /// The voice stream that must have been judged good.
    pub stream: Option<Direction>,
    /// Signs at the person's own end that must have had data and not have been found.
    quiet: &'static [&'static str],
    /// What the record says.
    pub words: &'static str,
}

/// A direction, from the point of view of the person who complained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What the person sent.
    Sent,
    /// What the person received.
    Received,
}

/// What disturbs voice on the media path.
const VOICE_PATH: &[&str] =
    &["audio-poor", "concealed", "degraded", "loss-bursts", "jitter-bursts", "round-trip-bursts"];

/// What disturbs voice at the end of the person who hears it.
const VOICE_IN: &[&str] =
    &["speaker-not-working", "speaker-glitches", "device-glitches", "cpu-short", "network-received-badly"];

/// The same, for people who interrupt each other or whose call stops.
const TURNS_IN: &[&str] = &[
    "dropped",
    "speaker-not-working",
    "speaker-glitches",
    "device-glitches",
    "cpu-short",
    "network-received-badly",
    "network-delay",
];

/// What disturbs the voice of the person who speaks.
const VOICE_OUT: &[&str] = &[
    "audio-poor",
    "concealed",
    "degraded",
    "loss-bursts",
    "jitter-bursts",
    "microphone-not-working",
    "microphone-glitches",
    "device-glitches",
    "clipping",
    "cpu-short",
    "network-sent-badly",
    "bandwidth-low",
];

/// The same, for people who interrupt each other.
const TURNS_OUT: &[&str] = &[
    "audio-poor",
    "concealed",
    "degraded",
    "loss-bursts",
    "jitter-bursts",
    "round-trip-bursts",
    "microphone-not-working",
    "microphone-glitches",
    "device-glitches",
    "clipping",
    "cpu-short",
    "network-sent-badly",
    "network-delay",
    "bandwidth-low",
];

/// What disturbs video and sharing on their way, and at either end.
const PICTURE_PATH: &[&str] = &["video-poor", "freezes", "low-frame-rate", "video-processing-short"];
const PICTURE_IN: &[&str] = &["cpu-short", "video-processing-short"];
const PICTURE_OUT: &[&str] =
    &["video-poor", "freezes", "low-frame-rate", "video-processing-short", "camera-not-working", "bandwidth-low"];

/// What would explain a bad rating without a word: anything that reached the person, or is wrong at their end.
const ANY_IN: &[&str] = &[
    "dropped",
    "speaker-not-working",
    "speaker-muted",
    "volume-at-zero",
    "speaker-glitches",
    "device-glitches",
    "cpu-short",
    "network-received-badly",
    "network-delay",
    "voice-received-quiet",
    "noise-received",
    "microphone-not-working",
];
const ANY_PATH: &[&str] = &[
    "audio-poor",
    "video-poor",
    "nothing-sent",
    "concealed",
    "degraded",
    "loss-bursts",
    "jitter-bursts",
    "round-trip-bursts",
    "freezes",
    "low-frame-rate",
];
const ANY_OUT: &[&str] = &[
    "audio-poor",
    "video-poor",
    "concealed",
    "degraded",
    "loss-bursts",
    "jitter-bursts",
    "microphone-not-working",
    "microphone-glitches",
    "device-glitches",
    "clipping",
    "cpu-short",
    "howling",
    "noisy",
    "too-quiet",
    "voice-sent-quiet",
    "noise-sent",
    "network-sent-badly",
    "bandwidth-low",
];

const ASK: &str = "ask exactly what was heard, from whom and at which minute";

/// The table of complaints. The last row stands for a bad rating, and for a complaint that no other row knows.
pub const TOPICS: &[Topic] = &[
    Topic {
        title: "no sound",
        names: &["nosound", "noremoteaudio"],
        part: None,
        own: &["speaker-not-working", "speaker-muted", "volume-at-zero", "dropped"],
        received: &["nothing-sent", "audio-poor"],
        others: &["microphone-not-working", "voice-sent-quiet"],
        denial: Some(Denial {
            stream: Some(Direction::Received),
            quiet: &["speaker-not-working", "speaker-muted", "volume-at-zero", "voice-received-quiet"],
            words: "voice arrived in good quality and at a normal level, and the loudspeaker worked and was not muted",
        }),
        next: "ask which loudspeaker or headset Teams used, and whether one person or everyone could not be heard",
    },
    Topic {
        title: "the others heard nothing",
        names: &["othernosound", "nolocalaudio"],
        part: None,
        own: &["microphone-not-working", "nothing-sent", "voice-sent-quiet", "too-quiet", "audio-poor", "dropped"],
        received: &[],
        others: &["speaker-not-working", "speaker-muted", "volume-at-zero"],
        denial: Some(Denial {
            stream: Some(Direction::Sent),
            quiet: &["microphone-not-working", "voice-sent-quiet"],
            words: "the person's voice arrived in good quality and at a normal level, and the microphone worked",
        }),
        next: "ask who could not hear the person, and check the loudspeakers of those",
    },
    Topic {
        title: "echo",
        names: &["echo"],
        part: Some("echo"),
        // An echo is one's own voice coming back from another person's loudspeaker and microphone.
        own: &[],
        received: &[],
        others: &["howling"],
        denial: None,
        next: "an echo is made at another person's end: look for loudspeakers without a headset, and two devices in one room",
    },
    Topic {
        title: "howling",
        names: &["electronicfeedback"],
        part: None,
        own: &["howling"],
        received: &[],
        others: &["howling"],
        denial: None,
        next: "look for loudspeakers without a headset, and two devices in one room",
    },
    Topic {
        title: "noise",
        names: &["noisy", "audionoise", "backgroundnoise"],
        part: Some("nois"),
        own: &["noise-received", "speaker-glitches", "device-glitches"],
        received: &[],
        others: &["noisy", "noise-sent", "microphone-glitches", "device-glitches", "clipping", "howling"],
        denial: Some(Denial { stream: None, quiet: &["noise-received"], words: "the noise that arrived was low" }),
        next: "ask whose voice was noisy, and from where that person spoke",
    },
    Topic {
        title: "low volume",
        names: &["lowvolume"],
        part: Some("volume"),
        own: &["voice-received-quiet", "volume-at-zero", "speaker-muted"],
        received: &[],
        others: &["too-quiet", "voice-sent-quiet"],
        denial: Some(Denial {
            stream: None,
            quiet: &["voice-received-quiet"],
            words: "voice arrived at a normal level",
        }),
        next: "check the volume of the system and the headset; ask whose voice was low",
    },
    Topic {
        title: "distorted voice",
        names: &["distortedsound", "distortedspeech", "muffledspeech"],
        part: Some("distort"),
        own: VOICE_IN,
        received: VOICE_PATH,
        others: VOICE_OUT,
        denial: None,
        next: ASK,
    },
    Topic {
        title: "interruptions",
        names: &["interruptions", "audiointerruption"],
        part: Some("interrupt"),
        own: TURNS_IN,
        received: VOICE_PATH,
        others: TURNS_OUT,
        denial: None,
        next: ASK,
    },
    Topic {
        title: "voice or call stopped",
        names: &["stopped", "audiostoppedunexpectedly", "callendedunexpectedly", "hadtorejoin"],
        part: Some("stopped"),
        own: TURNS_IN,
        received: &["nothing-sent", "audio-poor", "concealed", "degraded", "loss-bursts", "jitter-bursts"],
        others: VOICE_OUT,
        denial: None,
        next: "ask at which minute it stopped, and look for another session of the same person",
    },
    Topic {
        title: "video",
        names: &["freezes", "lowquality", "darkvideoreceived"],
        part: Some("video"),
        own: PICTURE_IN,
        received: PICTURE_PATH,
        others: PICTURE_OUT,
        denial: None,
        next: "ask whose video it was, and at which minute",
    },
    Topic {
        title: "screen sharing",
        names: &["nocontentlocal", "nocontentremote", "cannotpresent", "largedelay"],
        part: Some("shar"),
        own: PICTURE_IN,
        received: PICTURE_PATH,
        others: PICTURE_OUT,
        denial: None,
        next: "ask whose screen it was, and at which minute",
    },
    Topic {
        title: "the call",
        names: &[],
        part: None,
        own: ANY_IN,
        received: ANY_PATH,
        others: ANY_OUT,
        denial: None,
        next: ASK,
    },
];

impl Topic {
    /// Returns whether a sign is enough on its own to explain a complaint of this kind. Poor voice is not silence.
    pub fn is_settled_by(&self, sign: &Sign) -> bool {
        let is_silence = matches!(self.title, "no sound" | "the others heard nothing");
        sign.is_strong() && !(is_silence && sign.rule == "audio-poor")
    }
}

/// Place of the row that stands for a bad rating.
pub const ANYTHING: usize = TOPICS.len() - 1;

/// The signs of a topic.
#[derive(Debug, Clone, Copy)]
pub struct TopicSigns {
    /// At the person's own end.
    pub own: SignSet,
    /// In what the person received.
    pub received: SignSet,
    /// At the ends of others.
    pub others: SignSet,
    /// Those that must have had data at the person's own end for the complaint to be contradicted.
    pub quiet: SignSet,
}

/// Returns the signs of a topic.
pub fn signs_of(topic: usize) -> TopicSigns {
    static SIGNS: OnceLock<Vec<TopicSigns>> = OnceLock::new();
    let all = SIGNS.get_or_init(|| {
        let signs = |topic: &Topic| TopicSigns {
            own: SignSet::of(topic.own),
            received: SignSet::of(topic.received),
            others: SignSet::of(topic.others),
            quiet: SignSet::of(topic.denial.as_ref().map_or(&[], |denial| denial.quiet)),
        };
        TOPICS.iter().map(signs).collect()
    });
    all[topic.min(ANYTHING)]
}

/// Returns the topic of a complaint by its name in the record; `None` if no row knows it.
pub fn topic_of(name: &str) -> Option<usize> {
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let by_name = TOPICS.iter().position(|topic| topic.names.contains(&plain.as_str()));
    by_name.or_else(|| TOPICS.iter().position(|topic| topic.part.is_some_and(|part| plain.contains(part))))
}

/// Returns a name that leads to the same complaint and is one of the table's: the name itself in lower case, or the part by
/// which it was recognised. `None` for a name that no row knows.
pub fn known_name(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let topic = &TOPICS[topic_of(name)?];
    topic.names.iter().find(|known| **known == plain).copied().or(topic.part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::signs::SIGNS;

    #[test]
    fn every_sign_of_the_table_exists_and_every_name_leads_to_one_row() {
        for topic in TOPICS {
            let quiet = topic.denial.as_ref().map_or(&[][..], |denial| denial.quiet);
            for rule in [topic.own, topic.received, topic.others, quiet].concat() {
                assert!(SIGNS.iter().any(|sign| sign.rule == rule), "{rule}");
            }
            for name in topic.names {
                assert_eq!(TOPICS.iter().filter(|other| other.names.contains(name)).count(), 1, "{name}");
            }
        }
    }

    #[test]
    fn complaints_are_known_by_the_names_of_every_survey() {
        let title = |name| topic_of(name).map(|at| TOPICS[at].title);
        for (name, expected) in [
            ("NoSound", Some("no sound")),
            ("OtherNoSound", Some("the others heard nothing")),
            ("Echo", Some("echo")),
            ("Noisy", Some("noise")),
            ("BackgroundNoise", Some("noise")),
            ("LowVolume", Some("low volume")),
            ("Stopped", Some("voice or call stopped")),
            ("DistortedSound", Some("distorted voice")),
            ("Interruptions", Some("interruptions")),
            ("NoVideoReceived", Some("video")),
            ("ScreenShareBlurry", Some("screen sharing")),
            ("Hissing", None),
        ] {
            assert_eq!(title(name), expected, "{name}");
        }
    }
}
