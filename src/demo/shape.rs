//! Records as the service writes them: every member of the schema, null if not measured.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};

use crate::model::{DeviceInfo, MediaStream, NetworkInfo};

use super::dice::Dice;

/// Returns an object with every member of a type, all null.
fn blank(members: &[&str]) -> Map<String, Value> {
    members.iter().filter(|name| !name.contains('@')).map(|name| ((*name).to_owned(), Value::Null)).collect()
}

fn filled(members: &[&str], values: Value) -> Value {
    let mut object = blank(members);
    if let Value::Object(values) = values {
        object.extend(values);
    }
    Value::Object(object)
}

/// Formats a moment as the service does: seven digits of a second.
pub fn moment(at: DateTime<Utc>) -> String {
    let ticks = at.timestamp_subsec_nanos() / 100;
    format!("{}.{ticks:07}Z", at.format("%Y-%m-%dT%H:%M:%S"))
}

/// Returns the moment this many seconds after another, rounded to ticks of 100 ns.
pub fn after(start: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    start + Duration::nanoseconds((seconds * 1e7) as i64 * 100)
}

/// Formats a duration as the service does: milliseconds without trailing zeros.
pub fn span(seconds: f64) -> String {
    let text = format!("{seconds:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("PT{text}S")
}

/// Returns a number with a few digits, like a single-precision value.
pub fn single(value: f64) -> Value {
    json!((value * 1e8).round() / 1e8)
}

/// A network connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// `wired`, `wifi`, `mobile`, `tunnel`, `unknown`.
    pub kind: &'static str,
    /// Bits per second.
    pub speed: Option<u64>,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    /// The local address.
    pub address: String,
    /// The subnet, without its prefix length as is usual.
    pub subnet: String,
    /// The public address.
    pub public: String,
    /// Wi-Fi signal in percent; `None` without Wi-Fi.
    pub signal: Option<u64>,
    /// Wi-Fi band.
    pub band: &'static str,
    pub access_point: Option<String>,
}

/// Returns the network of one side, with the share of the call in which it hurt sending, receiving and both.
pub fn network(link: &Link, port: u64, sent: Option<f64>, received: Option<f64>, delayed: Option<f64>) -> Value {
    let wifi = link.signal.is_some();
    filled(
        NetworkInfo::MEMBERS,
        json!({
            "connectionType": link.kind,
            "networkTransportProtocol": link.transport,
            "ipAddress": link.address,
            "subnet": link.subnet,
            "linkSpeed": link.speed,
            "port": port,
            "reflexiveIPAddress": link.public,
            "relayIPAddress": "192.0.2.90",
            "relayPort": 3478 + port % 4,
            "macAddress": "00-00-00-00-00-00",
            "dnsSuffix": "",
            "sentQualityEventRatio": sent.map(single),
            "receivedQualityEventRatio": received.map(single),
            "delayEventRatio": delayed.map(single),
            "bandwidthLowEventRatio": sent.map(|_| 0),
            "wifiBand": if wifi { link.band } else { "unknown" },
            "wifiChannel": wifi.then_some(if link.band == "frequency24GHz" { 6 } else { 44 }),
            "wifiRadioType": if wifi { "wifi80211ac" } else { "unknown" },
            "wifiSignalStrength": link.signal,
            "wifiBatteryCharge": wifi.then_some(87),
            "basicServiceSetIdentifier": link.access_point.clone().unwrap_or_default(),
            "wifiMicrosoftDriver": if wifi { json!("Microsoft") } else { Value::Null },
            "wifiVendorDriver": if wifi { json!("Example Wireless 6 AX") } else { Value::Null },
            "wifiVendorDriverVersion": if wifi { json!("Example:23.110.0.5") } else { Value::Null },
            "traceRouteHops": [],
        }),
    )
}

/// Returns the network of the service's side, which contains next to nothing.
pub fn service_network(transport: &str) -> Value {
    filled(
        NetworkInfo::MEMBERS,
        json!({
            "connectionType": "wired",
            "networkTransportProtocol": transport,
            "ipAddress": "",
            "linkSpeed": 0,
            "port": 3479,
            "reflexiveIPAddress": "",
            "wifiBand": "unknown",
            "wifiRadioType": "unknown",
            "traceRouteHops": [],
        }),
    )
}

/// Returns the device of one side. `values` are its members that are not null.
pub fn device(values: Value) -> Value {
    filled(DeviceInfo::MEMBERS, values)
}

/// Returns a healthy headset in use.
pub fn headset(dice: &mut Dice) -> Value {
    device(json!({
        "captureDeviceName": "Headset Microphone (Example Voice 65)",
        "captureDeviceDriver": "Example Audio: 10.0.22621.1",
        "renderDeviceName": "Headset Earphone (Example Voice 65)",
        "renderDeviceDriver": "Example Audio: 10.0.22621.1",
        "captureNotFunctioningEventRatio": 0,
        "renderNotFunctioningEventRatio": 0,
        "renderMuteEventRatio": 0,
        "renderZeroVolumeEventRatio": 0,
        "deviceGlitchEventRatio": 0,
        "deviceClippingEventRatio": 0,
        "micGlitchRate": dice.whole(0, 12),
        "speakerGlitchRate": dice.whole(0, 20),
        "howlingEventCount": 0,
        "lowSpeechLevelEventRatio": 0,
        "lowSpeechToNoiseEventRatio": single(dice.between(0.0, 0.05)),
        "cpuInsufficentEventRatio": 0,
        "sentSignalLevel": -(dice.whole(16, 26) as i64),
        "sentNoiseLevel": -(dice.whole(60, 85) as i64),
        "receivedSignalLevel": -(dice.whole(14, 24) as i64),
        "receivedNoiseLevel": -(dice.whole(60, 85) as i64),
        "initialSignalLevelRootMeanSquare": single(dice.between(40.0, 180.0)),
    }))
}

/// The metrics of one direction of a medium.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub packets: u64,
    /// Average share of packets lost.
    pub loss: f64,
    /// Average jitter in seconds.
    pub jitter: f64,
    /// Average round-trip time in seconds.
    pub round_trip: f64,
}

impl Figures {
    /// Returns those of a good connection.
    pub fn good(dice: &mut Dice, packets: u64) -> Self {
        Figures {
            packets,
            loss: if dice.percent(55) { 0.0 } else { dice.between(0.0001, 0.008) },
            jitter: dice.between(0.002, 0.012),
            round_trip: dice.between(0.018, 0.09),
        }
    }
}

/// Returns a stream with its direction; `to_callee` is from caller to callee.
fn stream(dice: &mut Dice, to_callee: bool, values: Value) -> Value {
    let direction = if to_callee { "callerToCallee" } else { "calleeToCaller" };
    let mut stream = filled(
        MediaStream::MEMBERS,
        json!({
            "streamId": dice.whole(10_000, 4_000_000_000).to_string(),
            "streamDirection": direction,
            "audioCodec": "unknown",
            "videoCodec": "unknown",
        }),
    );
    if let (Value::Object(stream), Value::Object(values)) = (&mut stream, values) {
        stream.extend(values);
    }
    stream
}

fn network_figures(dice: &mut Dice, figures: Figures) -> Value {
    let peak = dice.between(1.4, 3.0);
    json!({
        "packetUtilization": figures.packets,
        "averagePacketLossRate": single(figures.loss),
        "maxPacketLossRate": single((figures.loss * peak).min(1.0)),
        "averageJitter": span(figures.jitter),
        "maxJitter": span(figures.jitter * peak),
        "averageRoundTripTime": span(figures.round_trip),
        "maxRoundTripTime": span(figures.round_trip * dice.between(1.1, 1.9)),
        "averageBandwidthEstimate": dice.whole(1_500_000, 24_000_000),
        "wasMediaBypassed": false,
    })
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}

/// Returns a voice stream.
pub fn audio_stream(dice: &mut Dice, to_callee: bool, figures: Figures) -> Value {
    let degradation = (figures.loss * 9.0 + figures.jitter * 8.0).min(4.5);
    let concealed = figures.loss * dice.between(0.5, 0.9) + figures.jitter * 0.3;
    let values = merged(
        network_figures(dice, figures),
        json!({
            "audioCodec": "satin",
            "averageAudioDegradation": single(degradation),
            "averageRatioOfConcealedSamples": single(concealed),
            "maxRatioOfConcealedSamples": single((concealed * 1.6).min(1.0)),
            "averageAudioNetworkJitter": span(figures.jitter * 2.2),
            "maxAudioNetworkJitter": span(figures.jitter * 3.1),
            "isAudioForwardErrorCorrectionUsed": figures.loss > 0.02,
        }),
    );
    stream(dice, to_callee, values)
}

/// Returns the voice stream of a person who said next to nothing: packets counted, nothing measured.
pub fn silent_stream(dice: &mut Dice, to_callee: bool, packets: u64) -> Value {
    stream(dice, to_callee, json!({ "packetUtilization": packets, "audioCodec": "satin", "wasMediaBypassed": false }))
}

/// Returns a stream of the `data` medium: counted but not measured.
pub fn data_stream(dice: &mut Dice, to_callee: bool) -> Value {
    stream(dice, to_callee, json!({ "packetUtilization": 0 }))
}

/// The quality of a video stream.
#[derive(Debug, Clone, Copy)]
pub struct Pictures {
    /// Frames per second.
    pub rate: f64,
    /// Frames lost, in percent.
    pub lost: f64,
}

/// Returns a camera or screen-sharing stream. Frames are counted where a client shows them.
pub fn video_stream(
    dice: &mut Dice,
    to_callee: bool,
    codec: &str,
    figures: Figures,
    pictures: Pictures,
    shown: bool,
) -> Value {
    let values = merged(
        network_figures(dice, figures),
        json!({
            "videoCodec": codec,
            "averageVideoFrameLossPercentage": shown.then(|| single(pictures.lost)),
            "averageVideoFrameRate": single(pictures.rate),
            "averageReceivedFrameRate": single(pictures.rate * 1.02),
            "lowFrameRateRatio": shown.then(|| single(if pictures.rate < 7.5 { 0.8 } else { 0.01 })),
            "averageVideoPacketLossRate": single(figures.loss),
            "postForwardErrorCorrectionPacketLossRate": single(figures.loss * 0.4),
            "lowVideoProcessingCapabilityRatio": shown.then_some(0),
            "averageFreezeDuration": shown.then(|| span(pictures.lost * 0.02)),
            "rmsFreezeDuration": shown.then(|| span(pictures.lost * 0.03)),
        }),
    );
    stream(dice, to_callee, values)
}

/// Returns a medium.
pub fn media(label: &str, networks: [Value; 2], devices: [Value; 2], streams: Vec<Value>) -> Value {
    let [caller_network, callee_network] = networks;
    let [caller_device, callee_device] = devices;
    json!({
        "label": label,
        "callerNetwork": caller_network,
        "calleeNetwork": callee_network,
        "callerDevice": caller_device,
        "calleeDevice": callee_device,
        "streams": streams,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_durations_are_written_as_the_service_writes_them() {
        let start = DateTime::from_timestamp(1_795_165_221, 0).expect("a moment");
        assert_eq!(moment(after(start, 0.2169889)), "2026-11-20T09:00:21.2169889Z");
        assert_eq!((span(0.016).as_str(), span(0.1).as_str(), span(0.0).as_str()), ("PT0.016S", "PT0.1S", "PT0S"));
    }
}
