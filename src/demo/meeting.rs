//! A meeting of 180 sessions with a story: an office with a bad uplink, one person no one hears well, one who hears no
//! one well, and everything else that real call records are full of.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::dice::Dice;
use super::people::{self, Known, Person};
use super::shape::{self, Figures, Pictures, after, media, moment};

/// The call ID.
pub const ID: &str = "7d3c1f00-0000-4000-8000-000000000180";

/// Start time: Friday, 20 November 2026, 09:00 UTC.
const START: i64 = 1_795_165_200;
/// Planned length in seconds.
const LENGTH: f64 = 2_880.0;

/// What happened to a person. The number of sessions of each kind is in [`PLAN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Story {
    /// Shares a screen without problems.
    Presenter,
    /// In the harbour office, whose internet uplink loses a sixth of all packets.
    HarbourOffice,
    /// In the same building on another subnet, with the same public address, and without problems.
    HarbourLab,
    /// Hard to hear for everyone: far from the access point, on 2.4 GHz.
    BadUplink,
    /// Hears no one well.
    BadDownlink,
    /// Through a VPN: slow but good enough.
    Vpn,
    /// Behind a proxy that allows only TCP.
    Proxy,
    /// Speaker muted for the whole call; the network is fine.
    MutedSpeaker,
    /// The microphone failed for a third of the call.
    FailingMicrophone,
    /// Without a headset: the microphone picks up the loudspeaker, and others hear themselves.
    Howling,
    /// A machine too slow for audio and video.
    SlowMachine,
    /// Wi-Fi so weak that it is nearly poor.
    WeakWifi,
    /// By telephone.
    Telephone,
    Guest,
    /// From an app that embeds calls.
    Embedded,
    /// Not identified by the service.
    Nobody,
    /// A conference room.
    Room,
    /// Dropped out, and joined again.
    Dropped,
    /// The second session of a person who dropped out.
    CameBack,
    /// Never connected.
    SetupFailed,
    /// Said nothing: too few packets to judge the uplink.
    Silent,
    /// With values that this program's schema does not have.
    FromTheFuture,
    /// With nulls at each level in turn.
    Nulls,
    /// A machine with a wrong clock.
    WrongClock,
    /// Heard an echo that another person's loudspeaker made: the metrics of their own session show nothing.
    HeardEcho,
    /// Without problems.
    Fine,
}

/// The story of the meeting: what happened, and to how many.
const PLAN: &[(Story, usize)] = &[
    (Story::Presenter, 1),
    (Story::HarbourOffice, 12),
    (Story::HarbourLab, 4),
    (Story::BadUplink, 1),
    (Story::BadDownlink, 1),
    (Story::Vpn, 8),
    (Story::Proxy, 3),
    (Story::MutedSpeaker, 2),
    (Story::FailingMicrophone, 2),
    (Story::Howling, 1),
    (Story::SlowMachine, 2),
    (Story::WeakWifi, 3),
    (Story::Telephone, 6),
    (Story::Guest, 8),
    (Story::Embedded, 3),
    (Story::Nobody, 2),
    (Story::Room, 3),
    (Story::Dropped, 3),
    (Story::CameBack, 3),
    (Story::SetupFailed, 2),
    (Story::Silent, 14),
    (Story::FromTheFuture, 3),
    (Story::Nulls, 7),
    (Story::WrongClock, 2),
    (Story::HeardEcho, 2),
    (Story::Fine, 82),
];

pub const SESSIONS: usize = {
    let (mut sum, mut at) = (0, 0);
    while at < PLAN.len() {
        sum += PLAN[at].1;
        at += 1;
    }
    sum
};

/// Returns the story of a session, and its index within its kind. The service returns sessions in no particular order,
/// so the stories are spread over all pages.
fn story(session: usize) -> (Story, usize) {
    // 77 and 180 have no common divisor, so this visits every place once.
    let mut place = session * 77 % SESSIONS;
    for &(story, count) in PLAN {
        if place < count {
            return (story, place);
        }
        place -= count;
    }
    (Story::Fine, place)
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(START, 0).unwrap_or_default()
}

fn person(story: Story, nth: usize, session: usize, dice: &mut Dice) -> Person {
    // A person who dropped out and came back is one person: both use the number of the first.
    let number = match story {
        Story::Dropped | Story::CameBack => 700 + nth,
        _ => session,
    };
    let mut person = Person::new(number, &mut Dice::new(7, number));
    let harbour = |subnet: &str, wifi, dice: &mut Dice| people::office(subnet, "203.0.113.10", nth, wifi, dice);
    match story {
        Story::Presenter => person.link = people::office("10.20.4.0", "203.0.113.77", nth, false, dice),
        Story::HarbourOffice => person.link = harbour("10.150.0.0", !nth.is_multiple_of(3), dice),
        Story::HarbourLab => person.link = harbour("10.150.8.0", false, dice),
        Story::BadUplink => {
            person.name = "Ruth Abara".to_owned();
            (person.link.kind, person.link.signal, person.link.band) = ("wifi", Some(31), "frequency24GHz");
            person.link.speed = Some(54_000_000);
        }
        Story::BadDownlink => person.name = "Tomás Ferreira".to_owned(),
        Story::Vpn => {
            (person.link.kind, person.link.speed, person.link.signal) = ("tunnel", Some(4_294_967_295), None);
            person.link.address = format!("10.99.1.{}", 10 + nth);
            person.link.subnet = "10.99.1.0".to_owned();
            person.link.public = "203.0.113.200".to_owned();
        }
        Story::Proxy => person.link.transport = "tcp",
        Story::WeakWifi => {
            (person.link.kind, person.link.signal, person.link.band) = ("wifi", Some(22), "frequency24GHz");
            person.link.speed = Some(24_000_000);
        }
        Story::Telephone => {
            person.known = Known::Phone;
            person.link = people::Link::telephone();
        }
        Story::Guest => person.known = Known::Guest,
        Story::Embedded => (person.known, person.platform) = (Known::Acs, "web"),
        Story::Nobody => person.known = Known::Nobody,
        Story::Room => {
            person.platform = if nth == 0 { "surfaceHub" } else { "roomSystem" };
            person.name = format!("Conference room {}", ["Albatross", "Bittern", "Curlew"][nth % 3]);
            person.link = people::office("10.20.4.0", "203.0.113.77", 60 + nth, false, dice);
        }
        Story::FromTheFuture => person.platform = ["visionOS", "smartGlasses", "windows"][nth % 3],
        Story::Fine if nth.is_multiple_of(2) => {
            person.link = people::office("10.20.4.0", "203.0.113.77", nth, nth.is_multiple_of(4), dice);
        }
        _ => {}
    }
    person
}

/// Returns the network metrics of what the person sent and heard.
fn voice(story: Story, nth: usize, seconds: f64, dice: &mut Dice) -> (Figures, Figures) {
    let spoken = (seconds * 50.0 * dice.between(0.1, 0.9)) as u64 + 600;
    let heard = (seconds * 50.0) as u64 + 600;
    let (mut sent, mut received) = (Figures::good(dice, spoken), Figures::good(dice, heard));
    match story {
        Story::HarbourOffice => {
            sent.loss = dice.between(0.13, 0.21);
            received.loss = dice.between(0.11, 0.18);
            (sent.jitter, received.jitter) = (dice.between(0.018, 0.029), dice.between(0.018, 0.029));
        }
        Story::BadUplink => (sent.loss, sent.jitter) = (0.186, 0.027),
        Story::BadDownlink => (received.loss, received.jitter) = (0.034, 0.081),
        Story::Vpn => (sent.round_trip, received.round_trip) = (dice.between(0.17, 0.28), dice.between(0.17, 0.28)),
        Story::Proxy => {
            let round_trip = if nth == 0 { 0.31 } else { dice.between(0.55, 0.9) };
            (sent.round_trip, received.round_trip) = (round_trip, round_trip * 1.02);
        }
        Story::WeakWifi => (sent.jitter, received.jitter) = (dice.between(0.024, 0.0295), dice.between(0.02, 0.028)),
        Story::Dropped => sent.loss = 0.06,
        _ => {}
    }
    (sent, received)
}

fn device(story: Story, dice: &mut Dice) -> Value {
    let mut device = shape::headset(dice);
    match story {
        Story::MutedSpeaker => {
            device["renderMuteEventRatio"] = json!(1);
            device["renderZeroVolumeEventRatio"] = json!(0.98);
        }
        Story::FailingMicrophone => {
            device["captureNotFunctioningEventRatio"] = json!(0.34);
            device["micGlitchRate"] = json!(412);
            device["deviceGlitchEventRatio"] = json!(0.22);
        }
        Story::Howling => {
            device["howlingEventCount"] = json!(9);
            device["captureDeviceName"] = json!("Microphone Array (Example Audio)");
            device["renderDeviceName"] = json!("Speakers (Example Audio)");
        }
        Story::SlowMachine => device["cpuInsufficentEventRatio"] = json!(0.41),
        _ => {}
    }
    device
}

/// Returns the record without its sessions.
pub fn record() -> Value {
    let organizer = Person::new(0, &mut Dice::new(7, 0)).endpoint(None);
    json!({
        "id": ID,
        "version": 2,
        "type": "groupCall",
        "modalities": ["audio", "video", "videoBasedScreenSharing"],
        "startDateTime": moment(start()),
        "endDateTime": moment(after(start(), LENGTH + 41.2)),
        "lastModifiedDateTime": moment(after(start(), LENGTH + 4_900.0)),
        "joinWebUrl": null,
        "organizer_v2": { "id": organizer["associatedIdentity"]["id"], "identity": { "user": organizer["associatedIdentity"] } },
    })
}

/// Returns a session by its number.
pub fn session(number: usize) -> Value {
    let mut dice = Dice::new(0x00ca_115c_09e0, number);
    let (story, nth) = story(number);
    let id = dice.guid();
    let person = person(story, nth, number, &mut dice);
    let (joined, left) = match story {
        Story::Dropped => (dice.between(5.0, 90.0), dice.between(600.0, 1_400.0)),
        Story::CameBack => (dice.between(1_450.0, 1_600.0), LENGTH),
        Story::SetupFailed => (120.0, 127.5),
        Story::WrongClock if nth == 0 => (-95.0, LENGTH - 95.0),
        Story::WrongClock => (900.0, 840.0),
        _ => {
            let early = if dice.percent(15) { 1_800.0 } else { 60.0 };
            (dice.between(0.0, 240.0), LENGTH - dice.between(0.0, early))
        }
    };
    let (from, to) = (moment(after(start(), joined)), moment(after(start(), left)));
    let feedback = match story {
        Story::HarbourOffice if nth < 3 => Some(people::feedback("bad", &["DistortedSound", "Interruptions"])),
        Story::BadDownlink => Some(people::feedback("poor", &["DistortedSound"])),
        Story::HeardEcho if nth == 0 => {
            let mut feedback = people::feedback("bad", &["Echo"]);
            feedback["text"] = json!("I kept hearing my own voice a second later");
            Some(feedback)
        }
        Story::HeardEcho => Some(people::feedback("bad", &["Echo"])),
        Story::WeakWifi if nth == 0 => Some(people::feedback("excellent", &[])),
        Story::MutedSpeaker => Some(people::feedback("bad", &["NoSound"])),
        Story::Fine if nth.is_multiple_of(9) => Some(people::feedback("good", &[])),
        Story::Fine if nth.is_multiple_of(7) => Some(people::feedback("notRated", &[])),
        _ => None,
    };
    let caller = person.endpoint(feedback.as_ref());
    let callee = if number.is_multiple_of(11) { people::bare_endpoint() } else { people::service("unknown") };
    let failure = match story {
        Story::Dropped => json!({ "stage": "midcall", "reason": "CallEndReasonNetworkConnectionLost" }),
        Story::SetupFailed => {
            json!({ "stage": "callSetup", "reason": if nth == 0 { "NoMediaConnectivity" } else { "" } })
        }
        _ => Value::Null,
    };
    let all_media = match story {
        Story::SetupFailed => json!([]),
        _ => json!(media_of(story, nth, (left - joined).max(60.0), &person, &mut dice)),
    };
    let modalities = match story {
        Story::Telephone => json!(["audio"]),
        _ => json!(["audio", "video", "videoBasedScreenSharing"]),
    };
    let segment = json!({
        "id": id,
        "startDateTime": from,
        "endDateTime": to,
        "failureInfo": failure,
        "caller": person.endpoint(None),
        "callee": callee,
        "media": all_media,
    });
    let mut session = json!({
        "id": id,
        "modalities": modalities,
        "startDateTime": from,
        "endDateTime": to,
        "isTest": false,
        "failureInfo": failure,
        "caller": caller,
        "callee": callee,
        "segments": [segment],
    });
    match story {
        Story::Nulls => null_out(nth, &mut session),
        Story::FromTheFuture => from_the_future(nth, &mut session),
        _ => {}
    }
    session
}

fn media_of(story: Story, nth: usize, seconds: f64, person: &Person, dice: &mut Dice) -> Vec<Value> {
    let transport = person.link.transport;
    let (sent, received) = voice(story, nth, seconds, dice);
    let hurt = |figures: Figures| {
        Some((figures.loss * 2.0 + figures.jitter * 4.0).min(1.0)).filter(|hurt| *hurt > 0.1).or(Some(0.0))
    };
    let networks = |dice: &mut Dice, up: Option<f64>, down: Option<f64>| {
        let delayed = Some(if sent.round_trip > 0.3 { 0.4 } else { 0.0 });
        [shape::network(&person.link, 50_000 + dice.whole(0, 59), up, down, delayed), shape::service_network(transport)]
    };
    let blank = || shape::device(json!({}));

    let up = match story {
        Story::Silent => shape::silent_stream(dice, true, [0, 23, 67, 240, 500][nth % 5]),
        _ => shape::audio_stream(dice, true, sent),
    };
    let down = shape::audio_stream(dice, false, received);
    let device = device(story, dice);
    let mut all = Vec::new();
    if story != Story::Telephone {
        let streams = vec![shape::data_stream(dice, true), shape::data_stream(dice, false)];
        all.push(media("data", networks(dice, None, None), [blank(), blank()], streams));
    }
    all.push(media("main-audio", networks(dice, hurt(sent), hurt(received)), [device, blank()], vec![up, down]));
    if story == Story::Telephone {
        return all;
    }

    let camera = || {
        shape::device(json!({
            "captureDeviceName": "Example Camera HD", "renderDeviceName": "Display",
            "captureDeviceDriver": "Example: 10.0.22621.1", "renderDeviceDriver": "Example: 10.0.22621.1",
        }))
    };
    let frames = (seconds * 120.0) as u64;
    let slow = story == Story::SlowMachine;
    let seen = Pictures { rate: dice.between(18.0, 29.5), lost: if slow { 57.0 } else { dice.between(0.0, 4.0) } };
    let shown = Pictures { rate: if slow { 5.2 } else { dice.between(14.0, 29.5) }, lost: 0.0 };
    let mut video =
        vec![shape::video_stream(dice, false, "h264", Figures { packets: frames * 3, ..received }, seen, true)];
    if slow || dice.percent(45) {
        video.insert(0, shape::video_stream(dice, true, "h264", Figures { packets: frames, ..sent }, shown, false));
    }
    all.push(media("main-video", networks(dice, None, None), [camera(), blank()], video));

    let sharing = match story {
        Story::Presenter => {
            let pictures = Pictures { rate: 4.8, lost: 0.0 };
            shape::video_stream(dice, true, "h264", Figures { packets: frames / 3, ..sent }, pictures, false)
        }
        _ => {
            let pictures = Pictures { rate: dice.between(2.5, 5.5), lost: dice.between(0.0, 3.0) };
            shape::video_stream(dice, false, "h264", Figures { packets: frames / 3, ..received }, pictures, true)
        }
    };
    all.push(media("applicationsharing-video", networks(dice, None, None), [camera(), blank()], vec![sharing]));
    all
}

/// Puts nulls where the schema allows them, and where it does not.
fn null_out(nth: usize, session: &mut Value) {
    match nth {
        0 => session["segments"] = Value::Null,
        1 => session["segments"][0]["media"] = Value::Null,
        2 => session["segments"][0]["media"][1]["streams"] = Value::Null,
        3 => session["segments"] = json!([]),
        4 => {
            for name in ["callerNetwork", "calleeNetwork", "callerDevice", "calleeDevice"] {
                session["segments"][0]["media"][1][name] = Value::Null;
            }
        }
        5 => {
            session["caller"] = Value::Null;
            session["segments"][0]["caller"] = Value::Null;
        }
        _ => {
            for name in ["startDateTime", "endDateTime", "modalities"] {
                session[name] = Value::Null;
            }
            session["caller"]["userAgent"] = Value::Null;
        }
    }
}

/// Adds words and members that came into the schema after this program was written.
fn from_the_future(nth: usize, session: &mut Value) {
    let audio = &mut session["segments"][0]["media"][1];
    match nth {
        0 => {
            audio["callerNetwork"]["wifiBand"] = json!("frequency6GHz");
            audio["callerNetwork"]["wifiRadioType"] = json!("wifi80211be");
        }
        1 => audio["streams"][0]["audioCodec"] = json!("lyra"),
        _ => {
            audio["streams"][0]["averageNeuralMos"] = json!(4.1);
            session["experience"] = json!({ "score": 4, "model": "2027-01" });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_meeting_has_180_sessions_and_every_story_is_told() {
        assert_eq!(SESSIONS, 180);
        let mut told = BTreeMap::new();
        for number in 0..SESSIONS {
            *told.entry(format!("{:?}", story(number).0)).or_insert(0) += 1;
        }
        for (story, count) in PLAN {
            assert_eq!(told.get(&format!("{story:?}")), Some(count), "{story:?}");
        }
    }
}
