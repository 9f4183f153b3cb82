//! A one-to-one call full of contradictions: the form and oddities of the example in Microsoft's documentation, with
//! people and figures of our own.
//!
//! Nothing is poor, yet the callee rated the call as poor and ticked "Noisy"; what she heard has too few packets to be
//! judged. The caller's speaker was muted for the whole call and glitched 3,800 times in five minutes. The jitter of
//! one direction is small and its network jitter forty times as large. The callee's link is wired, with an unknown
//! speed and Wi-Fi fields.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::shape::{self, after, moment};

/// The call ID, which is also that of its session and segment.
pub const ID: &str = "2b0c0de0-0000-4000-8000-000000000002";

const LENGTH: f64 = 24.6;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_112_541, 216_988_900).unwrap_or_default()
}

fn identity(id: &str, name: &str) -> Value {
    json!({ "user": { "id": id, "displayName": name, "tenantId": "5a1e0000-0000-4000-8000-00000000c0de" } })
}

fn endpoint(machine: &str, agent: &str, platform: &str, identity: Value) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
        "name": machine,
        "cpuName": "Example Core 5 @ 2.30GHz",
        "cpuCoresCount": 8,
        "cpuProcessorSpeedInMhz": 2346,
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
            "headerValue": agent,
            "platform": platform,
            "productFamily": "skypeForBusiness",
        },
        "identity": identity,
    })
}

fn caller() -> Value {
    let mira = identity("00000000-0000-4000-8000-00000000a001", "Mira Achterberg");
    endpoint("PHONE-01", "ExampleClient/6.25.0 (Android 8.0.0)", "android", mira)
}

fn callee() -> Value {
    let odile = identity("00000000-0000-4000-8000-00000000a002", "Odile Fontaine");
    endpoint("DESK-02", "ExampleClient/16.0.12527 (Windows)", "windows", odile)
}

/// Returns the record without its sessions.
pub fn record() -> Value {
    json!({
        "id": ID,
        "version": 1,
        "type": "peerToPeer",
        "modalities": ["audio"],
        "startDateTime": moment(start()),
        "endDateTime": moment(after(start(), LENGTH)),
        "lastModifiedDateTime": moment(after(start(), 480.0)),
        "joinWebUrl": null,
        "organizer_v2": { "id": "00000000-0000-4000-8000-00000000a001", "identity": caller()["identity"] },
    })
}

/// Returns its only session.
pub fn session(_number: usize) -> Value {
    let (from, to) = (moment(start()), moment(after(start(), LENGTH)));
    let mut rated = callee();
    rated["feedback"] = super::people::feedback("poor", &["Noisy"]);
    let network = |address: &str, subnet: &str, kind: &str, speed: u64, sent: f64, received: f64| {
        json!({
            "ipAddress": address, "subnet": subnet, "linkSpeed": speed, "connectionType": kind, "port": 50_011,
            "reflexiveIPAddress": "198.51.100.7", "relayIPAddress": "192.0.2.32", "relayPort": 53_889,
            "macAddress": "00-00-00-00-00-00", "dnsSuffix": null,
            "sentQualityEventRatio": sent, "receivedQualityEventRatio": received,
            "delayEventRatio": 0, "bandwidthLowEventRatio": 0,
        })
    };
    let mut wired = network("10.139.0.12", "10.139.80.0", "wired", 4_294_967_295, 0.31, 0.0);
    wired["wifiSignalStrength"] = json!(58);
    wired["wifiBand"] = json!("frequency24GHz");
    let figures = |values: Value| {
        let mut stream = json!({ "rmsFreezeDuration": null, "averageFreezeDuration": null, "wasMediaBypassed": false });
        if let (Value::Object(stream), Value::Object(values)) = (&mut stream, values) {
            stream.extend(values);
        }
        stream
    };
    let medium = shape::media(
        "main-audio",
        [network("10.150.0.2", "10.150.0.0", "wifi", 54_000_000, 0.0, 0.27), wired],
        [
            json!({
                "captureDeviceName": "Default input device", "renderDeviceName": "Default output device",
                "receivedSignalLevel": -10, "receivedNoiseLevel": -68, "initialSignalLevelRootMeanSquare": 60.25816,
                "renderZeroVolumeEventRatio": 1, "renderMuteEventRatio": 1, "micGlitchRate": 23, "speakerGlitchRate": 3805,
            }),
            json!({
                "captureDeviceName": "Microphone (Example Virtual Audio)", "captureDeviceDriver": "Example: 5.0.8638.1100",
                "renderDeviceName": "Speakers (Example Virtual Audio)", "renderDeviceDriver": "Example: 5.0.8638.1100",
                "receivedSignalLevel": -14, "receivedNoiseLevel": -86, "initialSignalLevelRootMeanSquare": 146.7885,
                "micGlitchRate": 143, "speakerGlitchRate": 182,
            }),
        ],
        vec![
            figures(json!({
                "streamId": "1504545001", "streamDirection": "callerToCallee",
                "averageAudioDegradation": null, "averageJitter": "PT0.016S", "maxJitter": "PT0.021S",
                "averagePacketLossRate": 0, "maxPacketLossRate": 0,
                "averageRatioOfConcealedSamples": null, "maxRatioOfConcealedSamples": null,
                "averageRoundTripTime": "PT0.061S", "maxRoundTripTime": "PT0.079S", "packetUtilization": 64,
                "averageBandwidthEstimate": 9_965_083, "averageAudioNetworkJitter": "PT0.043S",
                "maxAudioNetworkJitter": "PT0.046S", "isAudioForwardErrorCorrectionUsed": true,
            })),
            figures(json!({
                "streamId": "1785122002", "streamDirection": "calleeToCaller",
                "averageAudioDegradation": 1.160898, "averageJitter": "PT0.007S", "maxJitter": "PT0.012S",
                "averagePacketLossRate": 0.01381693, "maxPacketLossRate": 0.03738318,
                "averageRatioOfConcealedSamples": 0.06233422, "maxRatioOfConcealedSamples": 0.07192807,
                "averageRoundTripTime": "PT0.064S", "maxRoundTripTime": "PT0.106S", "packetUtilization": 712,
                "averageBandwidthEstimate": 15_644_878, "averageAudioNetworkJitter": "PT0.266S",
                "maxAudioNetworkJitter": "PT0.474S", "isAudioForwardErrorCorrectionUsed": false,
            })),
        ],
    );
    json!({
        "id": ID,
        "modalities": ["audio"],
        "startDateTime": from,
        "endDateTime": to,
        "isTest": false,
        "caller": caller(),
        "callee": rated,
        "segments": [{
            "startDateTime": from,
            "endDateTime": to,
            "id": ID,
            "caller": caller(),
            "callee": callee(),
            "media": [medium],
        }],
    })
}
