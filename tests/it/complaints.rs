//! What people complained about is tested against the whole call: who said what, what explains it and at whose end.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// A person's session in a meeting, good in every respect.
fn session(number: usize, name: &str) -> Value {
    let stream = |direction: &str| {
        json!({
            "streamDirection": direction, "packetUtilization": 40_000, "averagePacketLossRate": 0.001,
            "averageJitter": "PT0.005S", "averageRoundTripTime": "PT0.045S",
        })
    };
    json!({
        "id": format!("00000000-0000-4000-8000-00000000000{number}"),
        "startDateTime": "2026-11-20T09:00:00Z", "endDateTime": "2026-11-20T09:30:00Z", "failureInfo": null,
        "caller": {
            "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
            "associatedIdentity": { "id": format!("u{number}"), "displayName": name },
        },
        "callee": { "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint" },
        "segments": [{
            "startDateTime": "2026-11-20T09:00:00Z", "endDateTime": "2026-11-20T09:30:00Z", "failureInfo": null,
            "media": [{
                "label": "main-audio", "callerNetwork": {}, "calleeNetwork": {}, "calleeDevice": null,
                "callerDevice": {
                    "captureNotFunctioningEventRatio": 0, "renderNotFunctioningEventRatio": 0, "renderMuteEventRatio": 0,
                    "renderZeroVolumeEventRatio": 0, "howlingEventCount": 0, "micGlitchRate": 0, "speakerGlitchRate": 0,
                    "deviceGlitchEventRatio": 0, "deviceClippingEventRatio": 0, "cpuInsufficentEventRatio": 0,
                    "lowSpeechLevelEventRatio": 0, "lowSpeechToNoiseEventRatio": 0, "receivedSignalLevel": -20,
                    "receivedNoiseLevel": -65, "sentSignalLevel": -22, "sentNoiseLevel": -70,
                },
                "streams": [stream("callerToCallee"), stream("calleeToCaller")],
            }],
        }],
    })
}

/// A meeting of Ana, Ben, Dan and Eva, in which Ana says something and some members are different.
fn meeting(feedback: Value, changes: &[(usize, &str, Value)]) -> Value {
    let mut sessions: Vec<Value> = ["Ana Lima", "Ben Hart", "Dan Voss", "Eva Cruz"]
        .iter()
        .enumerate()
        .map(|(number, name)| session(number, name))
        .collect();
    sessions[0]["caller"]["feedback"] = feedback;
    for (number, pointer, value) in changes {
        let (parent, member) = pointer.rsplit_once('/').expect("a path");
        sessions[*number].pointer_mut(parent).expect("it is there")[member] = value.clone();
    }
    json!({ "id": "0c0ffee0-0000-4000-8000-000000000002", "type": "groupCall", "sessions": sessions })
}

/// The JSON report of a call.
fn report(call: &Value) -> Value {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["report", "-", "--format", "json"])
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("its input").write_all(call.to_string().as_bytes()).expect("it reads");
    serde_json::from_slice(&child.wait_with_output().expect("it ends").stdout).expect("a report")
}

/// What was concluded from Ana's complaint: the outcome, and what explains it, as finding, place and person.
fn concluded(call: &Value) -> (String, Vec<String>) {
    let report = report(call);
    let complaint = &report["complaints"][0];
    assert_eq!(complaint["person"], "Ana Lima");
    let text = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    let by =
        complaint["tests"].as_array().expect("tests").iter().flat_map(|test| test["by"].as_array().expect("causes"));
    let by = by.map(|cause| format!("{} {} {}", text(&cause["id"]), text(&cause["at"]), text(&cause["person"])));
    (text(&complaint["outcome"]), by.collect())
}

fn said(rating: &str, token: &str) -> Value {
    json!({ "rating": rating, "text": null, "tokens": { token: true, "Other": false } })
}

const DEVICE: &str = "/segments/0/media/0/callerDevice/";
const OUT: &str = "/segments/0/media/0/streams/0/";
const IN: &str = "/segments/0/media/0/streams/1/";

fn at(place: &str, member: &str) -> String {
    format!("{place}{member}")
}

#[test]
fn each_complaint_is_looked_for_where_its_cause_would_be() {
    let other = |rule: &str| ("explained", format!("{rule} other Dan Voss"));
    let near = |rule: &str, at: &str| ("explained", format!("{rule} {at} –"));
    for (token, number, place, member, value, (outcome, by)) in [
        ("Echo", 2, DEVICE, "howlingEventCount", json!(3), other("howling")),
        ("NoSound", 0, DEVICE, "renderMuteEventRatio", json!(1), near("speaker-muted", "own")),
        ("NoSound", 2, DEVICE, "captureNotFunctioningEventRatio", json!(0.9), other("microphone-not-working")),
        ("NoSound", 0, IN, "packetUtilization", json!(0), near("nothing-sent", "received")),
        (
            "OtherNoSound",
            0,
            DEVICE,
            "captureNotFunctioningEventRatio",
            json!(0.9),
            near("microphone-not-working", "own"),
        ),
        ("OtherNoSound", 0, OUT, "packetUtilization", json!(0), near("nothing-sent", "own")),
        ("OtherNoSound", 2, DEVICE, "renderMuteEventRatio", json!(1), other("speaker-muted")),
        ("Noisy", 2, DEVICE, "lowSpeechToNoiseEventRatio", json!(0.5), other("noisy")),
        ("BackgroundNoise", 2, DEVICE, "sentNoiseLevel", json!(-20), other("noise-sent")),
        ("LowVolume", 2, DEVICE, "sentSignalLevel", json!(-55), other("voice-sent-quiet")),
        ("LowVolume", 0, DEVICE, "receivedSignalLevel", json!(-55), near("voice-received-quiet", "received")),
        ("DistortedSound", 2, OUT, "averagePacketLossRate", json!(0.2), other("audio-poor")),
        ("DistortedSound", 0, IN, "averagePacketLossRate", json!(0.2), near("audio-poor", "received")),
        ("Interruptions", 2, DEVICE, "cpuInsufficentEventRatio", json!(0.6), other("cpu-short")),
        ("Stopped", 0, "/", "failureInfo", json!({ "stage": "midcall" }), near("dropped", "own")),
        ("Hissing", 2, DEVICE, "deviceClippingEventRatio", json!(0.6), other("clipping")),
    ] {
        let call = meeting(said("bad", token), &[(number, &at(place, member), value)]);
        assert_eq!(concluded(&call), (outcome.to_owned(), vec![by]), "{token}: {member} of session {number}");
    }
}

#[test]
fn only_what_is_enough_on_its_own_and_surely_heard_is_certain() {
    let is_certain = |token: &str, number: usize, place: &str, member: &str, value: Value| {
        let call = meeting(said("bad", token), &[(number, &at(place, member), value)]);
        report(&call)["complaints"][0]["tests"][0]["is_certain"].as_bool().expect("it is said")
    };
    assert!(is_certain("NoSound", 0, DEVICE, "renderMuteEventRatio", json!(1)));
    assert!(is_certain("DistortedSound", 0, IN, "averagePacketLossRate", json!(0.2)));
    assert!(!is_certain("NoSound", 0, IN, "averagePacketLossRate", json!(0.2)), "poor voice is not silence");
    assert!(!is_certain("DistortedSound", 2, OUT, "averagePacketLossRate", json!(0.2)), "who was heard is not known");
    assert!(!is_certain("Noisy", 0, DEVICE, "speakerGlitchRate", json!(80)), "a weak sign");
}

#[test]
fn bursts_explain_what_averages_hide() {
    let burst = (0, &*at(IN, "maxPacketLossRate"), json!(0.6));
    let call = meeting(said("poor", "DistortedSound"), &[burst]);
    assert_eq!(concluded(&call), ("explained".to_owned(), vec!["loss-bursts received –".to_owned()]));
}

#[test]
fn a_cause_in_the_wrong_place_explains_nothing() {
    for (token, number, place, member, value, outcome) in [
        // An echo is not made by the howling of the one who hears it.
        ("Echo", 0, DEVICE, "howlingEventCount", json!(3), "not explained"),
        // A dead microphone of the listener silences nobody else.
        ("NoSound", 0, DEVICE, "captureNotFunctioningEventRatio", json!(0.9), "contradicted"),
        // Another person's muted loudspeaker is not heard.
        ("NoSound", 2, DEVICE, "renderMuteEventRatio", json!(1), "contradicted"),
        // What another person received is not heard by this one.
        ("DistortedSound", 2, IN, "averagePacketLossRate", json!(0.2), "not explained"),
        // A camera is not a microphone.
        ("NoVideoReceived", 2, DEVICE, "captureNotFunctioningEventRatio", json!(0.9), "not explained"),
    ] {
        let call = meeting(said("bad", token), &[(number, &at(place, member), value)]);
        assert_eq!(concluded(&call), (outcome.to_owned(), Vec::new()), "{token}: {member} of session {number}");
    }
}

#[test]
fn figures_that_say_the_opposite_contradict_a_complaint() {
    for token in ["NoSound", "OtherNoSound", "LowVolume", "Noisy"] {
        assert_eq!(concluded(&meeting(said("bad", token), &[])).0, "contradicted", "{token}");
    }
    let without_level = [(0, &*at(DEVICE, "receivedSignalLevel"), Value::Null)];
    assert_eq!(concluded(&meeting(said("bad", "LowVolume"), &without_level)).0, "not explained");
}

#[test]
fn a_rating_alone_is_explained_by_whatever_reached_the_person() {
    let rated = json!({ "rating": "bad", "text": "could not understand Ben", "tokens": {} });
    let loss = at(OUT, "averagePacketLossRate");
    let report = report(&meeting(rated.clone(), &[(3, &loss, json!(0.18))]));
    let summary = report["summary"].as_str().expect("sentences");
    let sentence = "Ana Lima rated the call bad: “could not understand Ben”, which fits Eva Cruz's end: voice over the \
                    uplink arrived poor (loss 18 %); the record does not say who was heard.";
    assert!(summary.contains(sentence), "{summary}");
    assert!(!report["attribution"].to_string().contains("cannot be determined"), "{report}");
    assert_eq!(concluded(&meeting(rated, &[])).0, "not explained", "a name in the text is no evidence");
}

#[test]
fn those_who_were_not_there_at_the_time_are_not_named() {
    let howling = at(DEVICE, "howlingEventCount");
    let (start, end) = ("2026-11-20T10:00:00Z", "2026-11-20T10:30:00Z");
    let later = [(2, &*howling, json!(3)), (2, "/startDateTime", json!(start)), (2, "/endDateTime", json!(end))];
    assert_eq!(concluded(&meeting(said("bad", "Echo"), &later)).0, "not explained");
}

#[test]
fn without_figures_nothing_is_said_to_explain_or_not() {
    let mut call = meeting(said("bad", "DistortedSound"), &[]);
    call["sessions"].as_array_mut().expect("sessions").truncate(1);
    for nothing in [json!([]), Value::Null, json!("(absent)")] {
        let session = call["sessions"][0].as_object_mut().expect("a session");
        match nothing {
            Value::String(_) => _ = session.remove("segments"),
            nothing => session["segments"] = nothing,
        }
        let report = report(&call);
        assert_eq!(report["complaints"][0]["outcome"], "no figures");
        let all = report.to_string();
        assert!(all.contains("there are no figures to test it against") && !all.contains("next version"), "{all}");
        assert!(!all.contains("no figure in the sessions") && !all.contains("do not explain"), "{all}");
    }
}

#[test]
fn who_complained_is_never_merely_good() {
    let report = report(&meeting(json!({ "rating": "fair", "tokens": { "Odd\u{1b}Token": true } }), &[]));
    assert_eq!(report["sessions"][0]["standing"], "noted");
    assert_eq!(report["sessions"][0]["feedback"][0]["tokens"][0], "Odd\u{fffd}Token", "unknown, quoted, and harmless");
    assert_eq!(report["counts"]["poor"], 0);
}
