//! A town hall of 5,000 sessions, most of them of listeners.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::dice::Dice;
use super::people::{self, Person};
use super::shape::{self, Figures, Pictures, after, media, moment};

/// The call ID.
pub const ID: &str = "70e4a110-0000-4000-8000-000000005000";

/// Number of sessions: 84 pages.
pub const SESSIONS: usize = 5_000;

const LENGTH: f64 = 3_600.0;

/// Start time: Tuesday, 17 November 2026, 15:00 UTC.
fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_794_927_600, 0).unwrap_or_default()
}

/// Returns the record without its sessions.
pub fn record() -> Value {
    let organizer = Person::new(3, &mut Dice::new(7, 3)).endpoint(None);
    json!({
        "id": ID,
        "version": 1,
        "type": "groupCall",
        "modalities": ["audio", "video"],
        "startDateTime": moment(start()),
        "endDateTime": moment(after(start(), LENGTH)),
        "lastModifiedDateTime": moment(after(start(), LENGTH + 2_700.0)),
        "joinWebUrl": null,
        "organizer_v2": { "id": organizer["associatedIdentity"]["id"], "identity": { "user": organizer["associatedIdentity"] } },
    })
}

/// Returns a session by its number.
pub fn session(number: usize) -> Value {
    let mut dice = Dice::new(0x0070_e4a1, number);
    let id = dice.guid();
    let mut person = Person::new(number, &mut Dice::new(7, number));
    // A third of them are in one of ten offices; the internet egress of the fourth is too narrow for everyone at once.
    let office = dice.percent(33).then(|| dice.whole(0, 10));
    if let Some(office) = office {
        let subnet = format!("10.{}.{}.0", 30 + office, number % 4);
        person.link = people::office(
            &subnet,
            &format!("203.0.113.{}", 100 + office),
            number % 200,
            number.is_multiple_of(2),
            &mut dice,
        );
    }
    let narrow = office == Some(3) && dice.percent(80);
    let joined = dice.between(-120.0, 900.0).max(0.0);
    let left = LENGTH - if dice.percent(30) { dice.between(0.0, 2_400.0) } else { dice.between(0.0, 30.0) };
    let (from, to) = (moment(after(start(), joined)), moment(after(start(), left)));
    let heard = ((left - joined) * 50.0) as u64;
    let mut received = Figures::good(&mut dice, heard);
    if narrow {
        (received.loss, received.jitter) = (dice.between(0.1, 0.24), dice.between(0.02, 0.06));
    } else if dice.percent(2) {
        (received.loss, received.round_trip) = (dice.between(0.02, 0.16), dice.between(0.2, 0.7));
    }
    let up = shape::silent_stream(&mut dice, true, number as u64 % 60);
    let down = shape::audio_stream(&mut dice, false, received);
    let pictures = Pictures {
        rate: if narrow { dice.between(5.0, 12.0) } else { dice.between(20.0, 30.0) },
        lost: received.loss * 90.0,
    };
    let seen =
        shape::video_stream(&mut dice, false, "h264", Figures { packets: heard * 4, ..received }, pictures, true);
    let hurt = Some(if narrow { 0.6 } else { 0.0 });
    let network =
        |dice: &mut Dice| shape::network(&person.link, 50_000 + dice.whole(0, 59), Some(0.0), hurt, Some(0.0));
    let blank = || shape::device(json!({}));
    let all = vec![
        media(
            "main-audio",
            [network(&mut dice), shape::service_network("udp")],
            [shape::headset(&mut dice), blank()],
            vec![up, down],
        ),
        media("main-video", [network(&mut dice), shape::service_network("udp")], [blank(), blank()], vec![seen]),
    ];
    let feedback = dice.percent(3).then(|| people::feedback(if narrow { "bad" } else { "good" }, &[]));
    let service = people::service("unknown");
    json!({
        "id": id,
        "modalities": ["audio", "video"],
        "startDateTime": from,
        "endDateTime": to,
        "isTest": false,
        "failureInfo": null,
        "caller": person.endpoint(feedback.as_ref()),
        "callee": service,
        "segments": [{
            "id": id,
            "startDateTime": from,
            "endDateTime": to,
            "failureInfo": null,
            "caller": person.endpoint(None),
            "callee": service,
            "media": all,
        }],
    })
}
