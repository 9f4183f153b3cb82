//! The signs by which complaints are tested: findings at one end of a session that could explain what a person heard or
//! saw, each in words. A session keeps those that triggered, with their values, and which of them had data.
//!
//! To add a sign, add a row here and name it in the table of `complaints`.

use std::sync::OnceLock;

use crate::model::MediumKind;

use super::findings::{RULES, Severity, by_id};
use super::scene::{Answer, End, Read};

#[derive(Debug)]
pub struct Sign {
    /// The rule of the table of findings that answers it.
    pub rule: &'static str,
    /// Which media it is taken from.
    pub of: SignOf,
    /// What happened at the end where it was found; for a stream, to what that end sent. `{0}` is the value.
    pub sent: &'static str,
    /// For a stream, what happened to it from the point of view of who received it.
    pub received: &'static str,
}

/// What a sign is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOf {
    /// The device or network of one end, for voice.
    VoiceEnd,
    /// The device of one end, for video and sharing.
    PictureEnd,
    /// A voice stream.
    Voice,
    /// A video or sharing stream.
    Picture,
    /// The verdict on voice streams or on video and sharing streams, or the session's failure; not kept as a sign.
    Verdict,
}

const fn end(rule: &'static str, sent: &'static str) -> Sign {
    Sign { rule, of: SignOf::VoiceEnd, sent, received: "" }
}

const fn voice(rule: &'static str, sent: &'static str, received: &'static str) -> Sign {
    Sign { rule, of: SignOf::Voice, sent, received }
}

const fn picture(rule: &'static str, sent: &'static str, received: &'static str) -> Sign {
    Sign { rule, of: SignOf::Picture, sent, received }
}

const fn verdict(rule: &'static str, sent: &'static str, received: &'static str) -> Sign {
    Sign { rule, of: SignOf::Verdict, sent, received }
}

/// The table of signs. Its texts contain no names; a sentence puts the name of the person before them.
pub const SIGNS: &[Sign] = &[
    verdict("audio-poor", "voice over the uplink arrived poor", "the voice that arrived was poor"),
    verdict(
        "video-poor",
        "video or sharing over the uplink arrived poor",
        "the video or sharing that arrived was poor",
    ),
    verdict("dropped", "the session dropped or failed", ""),
    end("microphone-not-working", "the microphone did not work for {0} of the call"),
    end("speaker-not-working", "the loudspeaker did not work for {0} of the call"),
    end("speaker-muted", "the loudspeaker was muted for {0} of the call"),
    end("volume-at-zero", "the volume was at zero for {0} of the call"),
    end("howling", "howling was detected {0}"),
    end("cpu-short", "the machine was too slow for voice for {0} of the call"),
    end("microphone-glitches", "the microphone glitched {0} times per 5 minutes"),
    end("speaker-glitches", "the loudspeaker glitched {0} times per 5 minutes"),
    end("device-glitches", "the device had gaps for {0} of the call"),
    end("clipping", "the microphone was overdriven for {0} of the call"),
    end("noisy", "the voice was barely louder than the noise for {0} of the call"),
    end("too-quiet", "the voice was too quiet for {0} of the call"),
    end("voice-sent-quiet", "the voice was sent at only {0}"),
    end("voice-received-quiet", "voice arrived at only {0}"),
    end("noise-sent", "noise was sent at {0}"),
    end("noise-received", "noise arrived at {0}"),
    end("network-sent-badly", "the network degraded {0} of what was sent"),
    end("network-received-badly", "the network degraded {0} of what was received"),
    end("network-delay", "network delay hindered talking for {0} of the call"),
    end("bandwidth-low", "bandwidth was too low for voice for {0} of the call"),
    Sign {
        rule: "camera-not-working",
        of: SignOf::PictureEnd,
        sent: "the camera did not work for {0} of the call",
        received: "",
    },
    voice("nothing-sent", "no voice packets were sent", "no voice packets arrived"),
    voice(
        "concealed",
        "{0} of the outgoing voice had to be concealed",
        "{0} of the voice that arrived was concealment",
    ),
    voice("degraded", "the network cost the outgoing voice {0}", "the network cost the voice that arrived {0}"),
    voice("loss-bursts", "outgoing voice lost up to {0} in bursts", "the voice that arrived lost up to {0} in bursts"),
    voice(
        "jitter-bursts",
        "outgoing voice had bursts of {0} jitter",
        "the voice that arrived had bursts of {0} jitter",
    ),
    voice("round-trip-bursts", "the round trip rose to {0} at times", "the round trip rose to {0} at times"),
    picture("freezes", "outgoing video froze for {0} at a time", "the video that arrived froze for {0} at a time"),
    picture(
        "low-frame-rate",
        "outgoing video was below 7.5 frames per second for {0} of the call",
        "the video that arrived was below 7.5 frames per second for {0} of the call",
    ),
    picture(
        "video-processing-short",
        "a machine was too slow for the outgoing video for {0} of the call",
        "a machine was too slow for the video that arrived for {0} of the call",
    ),
    // These three only say how poor a poor stream is.
    voice("loss-over-target", "loss {0}", "loss {0}"),
    voice("jitter-over-target", "jitter {0}", "jitter {0}"),
    voice("round-trip-over-target", "round trip {0}", "round trip {0}"),
];

/// A set of signs, by their positions in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignSet(u64);

const _: () = assert!(SIGNS.len() <= 64, "SignSet has a bit for each sign");

impl SignSet {
    /// Returns whether it has no sign.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the set of the signs with these IDs.
    pub fn of(ids: &[&str]) -> SignSet {
        let places = (0..SIGNS.len()).filter(|place| ids.contains(&SIGNS[*place].rule));
        places.fold(SignSet::default(), |set, place| set.with(place))
    }

    /// Returns the set with another sign.
    pub fn with(self, place: usize) -> SignSet {
        SignSet(self.0 | 1 << place)
    }

    /// Returns whether a sign is in it.
    pub fn contains(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    /// Returns the signs in either set.
    pub fn union(self, other: SignSet) -> SignSet {
        SignSet(self.0 | other.0)
    }

    /// Returns whether the sets have a sign in common.
    pub fn meets(self, other: SignSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns whether every sign of it is in the other set.
    pub fn is_in(self, other: SignSet) -> bool {
        self.0 & !other.0 == 0
    }
}

/// Returns the place of the first sign with a rule.
pub fn place_of(rule: &str) -> usize {
    SIGNS.iter().position(|sign| sign.rule == rule).unwrap_or_default()
}

impl Sign {
    /// Returns whether it is enough on its own to ruin a call, or to silence a person for most of it.
    pub fn is_strong(&self) -> bool {
        matches!(self.rule, "speaker-muted" | "volume-at-zero" | "nothing-sent")
            || by_id(self.rule).is_some_and(|rule| rule.severity == Severity::Severe)
    }
}

/// A sign that was found at an end of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignFound {
    /// Its place in the table.
    pub place: u8,
    /// The end it was found at; for a stream, the sender.
    pub end: End,
    /// The worst value, in the metric's unit.
    pub value: f32,
    /// How bad it is; 1 is at the limit.
    pub weight: f32,
}

/// What a session says about signs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signs {
    /// Those that had data at each end, found or not.
    pub told: [SignSet; 2],
    /// Those that were found.
    pub found: Vec<SignFound>,
}

impl Signs {
    /// Takes in the answer of a rule.
    pub fn hear(&mut self, rule: usize, kind: Option<MediumKind>, end: Option<End>, answer: &Answer<'_>) {
        let (Some(end), Some(kind)) = (end, kind) else { return };
        let is_picture = matches!(kind, MediumKind::Video | MediumKind::ScreenSharing);
        let Some(place) = by_rule()[rule][usize::from(is_picture)].map(usize::from) else { return };
        let told = &mut self.told[end as usize];
        match answer {
            Answer::NotApplicable | Answer::Unknown => {}
            Answer::Quiet => *told = told.with(place),
            Answer::Speaks(said) => {
                *told = told.with(place);
                let value = said.readings[0].map_or(f64::NAN, |reading| match reading.value {
                    Read::Metric(_, value) | Read::Count(value) | Read::Seconds(value) => value,
                    _ => f64::NAN,
                });
                let new = SignFound { place: place as u8, end, value: value as f32, weight: said.weight as f32 };
                match self.found.iter_mut().find(|one| (one.place, one.end) == (new.place, end)) {
                    Some(one) if one.weight < new.weight => *one = new,
                    Some(_) => {}
                    None => self.found.push(new),
                }
            }
        }
    }
}

/// Returns the sign of each rule, for voice and for video or sharing.
fn by_rule() -> &'static [[Option<u8>; 2]] {
    static BY_RULE: OnceLock<Vec<[Option<u8>; 2]>> = OnceLock::new();
    BY_RULE.get_or_init(|| {
        let sign = |rule: &str, of: [SignOf; 2]| {
            let place = SIGNS.iter().position(|sign| sign.rule == rule && of.contains(&sign.of))?;
            u8::try_from(place).ok()
        };
        let of = |rule: &'static str| {
            [sign(rule, [SignOf::VoiceEnd, SignOf::Voice]), sign(rule, [SignOf::PictureEnd, SignOf::Picture])]
        };
        RULES.iter().map(|rule| of(rule.id)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_a_finding_and_says_what_it_is_about() {
        for sign in SIGNS {
            assert!(by_id(sign.rule).is_some(), "{}", sign.rule);
            let is_stream = matches!(sign.of, SignOf::Voice | SignOf::Picture);
            assert_eq!(is_stream, is_stream && !sign.received.is_empty(), "{}", sign.rule);
            assert!(!sign.sent.is_empty() && !sign.sent.ends_with('.'), "{}", sign.rule);
        }
    }

    #[test]
    fn sets_know_their_signs() {
        let set = SignSet::of(&["howling", "concealed"]);
        assert!(set.contains(place_of("howling")) && !set.contains(place_of("noisy")));
        assert!(set.meets(SignSet::of(&["howling"])) && !set.meets(SignSet::of(&["noisy"])));
        assert!(SignSet::of(&["howling"]).is_in(set) && !set.is_in(SignSet::of(&["howling"])));
    }
}
