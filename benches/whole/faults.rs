//! Sessions of the demo meeting made as faulty as the example of Microsoft's documentation: both ends are mostly people
//! behind relays, with devices that glitch, networks that hurt and streams out of limits. Members that are null are left out, as
//! they are there.

use callscope::demo::DemoCall;
use serde_json::{Map, Value, json};

/// A session of the meeting with faults: the same for the same number.
pub fn session(meeting: &DemoCall, number: usize) -> Value {
    let mut chance = Chance(number as u64);
    let mut session = (meeting.session)(number);
    let (ordinary, other) = ((meeting.session)(FINE), (meeting.session)((number + 1) % meeting.sessions));
    // Some stories of the meeting have no segments or no media.
    let mut segment = ordinary["segments"][0].clone();
    for name in ["id", "startDateTime", "endDateTime", "caller"] {
        segment[name] = session[name].clone();
    }
    let callee = if chance.is(80) { &other["caller"] } else { &ordinary["callee"] };
    session["callee"] = callee.clone();
    segment["callee"] = callee.clone();
    let media: Vec<Value> = segment["media"].as_array().into_iter().flatten().skip(1).cloned().collect();
    segment["media"] = media.into_iter().map(|medium| faulty(medium, &mut chance)).collect();
    session["segments"] = json!([segment]);
    without_nulls(session)
}

/// The number of an ordinary session of the meeting, with all its media.
const FINE: usize = 100;

fn faulty(mut medium: Value, chance: &mut Chance) -> Value {
    for side in ["callerNetwork", "calleeNetwork"] {
        medium[side] = medium["callerNetwork"].clone();
        set(&mut medium[side], network(chance));
    }
    for side in ["callerDevice", "calleeDevice"] {
        medium[side] = medium["callerDevice"].clone();
        set(&mut medium[side], device(chance));
    }
    if chance.is(33) {
        set(&mut medium["callerDevice"], json!({ "renderMuteEventRatio": 1, "renderZeroVolumeEventRatio": 1 }));
    }
    let is_audio = medium["label"] == "main-audio";
    let stream = medium["streams"][0].clone();
    let streams = ["callerToCallee", "calleeToCaller"].map(|direction| {
        let mut stream = stream.clone();
        stream["streamId"] = json!(chance.below(4_000_000_000).to_string());
        stream["streamDirection"] = json!(direction);
        set(&mut stream, figures(chance));
        set(&mut stream, if is_audio { voice(chance) } else { pictures(chance) });
        stream
    });
    medium["streams"] = json!(streams);
    medium
}

fn network(chance: &mut Chance) -> Value {
    let kind = ["wired", "wifi", "mobile", "tunnel"][chance.below(4)];
    let (site, floor, desk) = (chance.below(256), chance.below(256), chance.below(254) + 1);
    let mut share = |percent: u64| if chance.is(percent) { chance.between(0.05, 1.0) } else { 0.0 };
    json!({
        "sentQualityEventRatio": share(35), "receivedQualityEventRatio": share(35), "delayEventRatio": share(12),
        "bandwidthLowEventRatio": share(12), "relayIPAddress": "192.0.2.91", "relayPort": 50_123,
        "ipAddress": format!("10.{site}.{floor}.{desk}"), "subnet": format!("10.{site}.{floor}.0"), "connectionType": kind, "wifiBand": null,
    })
}

fn device(chance: &mut Chance) -> Value {
    json!({
        "micGlitchRate": chance.below(200), "speakerGlitchRate": chance.below(4_000),
        "receivedSignalLevel": -(chance.below(35) as i64) - 5, "receivedNoiseLevel": -(chance.below(45) as i64) - 50,
        "initialSignalLevelRootMeanSquare": chance.between(0.0, 200.0),
    })
}

fn figures(chance: &mut Chance) -> Value {
    let is_bad = chance.is(3);
    let loss = if is_bad { chance.between(0.05, 0.45) } else { chance.between(0.0, 0.03) };
    let round_trip = if is_bad { chance.between(0.4, 2.4) } else { chance.between(0.02, 0.2) };
    let jitter = if is_bad { chance.between(0.03, 0.2) } else { chance.between(0.002, 0.022) };
    json!({
        "averagePacketLossRate": loss, "maxPacketLossRate": loss * 1.7, "packetUtilization": 600 + chance.below(200_000),
        "averageRoundTripTime": span(round_trip), "maxRoundTripTime": span(round_trip * 1.2),
        "averageJitter": span(jitter), "maxJitter": span(jitter * 1.6),
    })
}

fn voice(chance: &mut Chance) -> Value {
    json!({
        "averageAudioDegradation": chance.between(0.0, 2.0), "averageRatioOfConcealedSamples": chance.between(0.0, 0.08),
        "averageAudioNetworkJitter": span(chance.between(0.0, 0.3)),
        "maxAudioNetworkJitter": span(chance.between(0.3, 0.6)), "isAudioForwardErrorCorrectionUsed": true,
    })
}

fn pictures(chance: &mut Chance) -> Value {
    json!({
        "lowFrameRateRatio": chance.between(0.0, 0.2), "averageFreezeDuration": span(chance.between(0.0, 2.0)),
        "rmsFreezeDuration": span(chance.between(0.0, 3.0)), "averageVideoFrameRate": chance.between(5.0, 30.0),
        "averageVideoFrameLossPercentage": chance.between(0.0, 5.0),
    })
}

fn span(seconds: f64) -> String {
    format!("PT{seconds:.3}S")
}

fn set(object: &mut Value, values: Value) {
    if let (Value::Object(object), Value::Object(values)) = (object, values) {
        object.extend(values);
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(members.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>())
        }
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Numbers that look random and are the same on every machine.
struct Chance(u64);

impl Chance {
    /// A number from 0 up to 1, with six digits.
    fn share(&mut self) -> f64 {
        self.below(1_000_000) as f64 / 1e6
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        ((low + (high - low) * self.share()) * 1e6).round() / 1e6
    }

    fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent as usize
    }

    fn below(&mut self, limit: usize) -> usize {
        // Weyl's sequence, mixed.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed >> 33) % limit as u64) as usize
    }
}
