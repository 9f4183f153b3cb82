//! Sessions with every member that verdicts, findings and attribution need, read by serde_json into borrowed records and
//! summed up: the least that an index which judges can cost. Nothing is judged.

use std::borrow::Cow;
use std::collections::BTreeMap;

use callscope::{metrics, model};
use serde::{Deserialize, Deserializer};

/// A text that is borrowed from the input, unless it has escapes.
struct Words<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Words<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
        Borrowed::deserialize(from).map(|it| Words(it.0))
    }
}

/// A list whose elements may be null, or be missing altogether.
type List<T> = Option<Vec<Option<T>>>;

/// Defines a record by its members' kinds and names, what it adds up to, and which names it reads.
macro_rules! record {
    ($name:ident
        { $($number:ident = $number_name:literal),* $(,)? }
        { $($span:ident = $span_name:literal),* $(,)? }
        { $($text:ident = $text_name:literal),* $(,)? }
        { $($flag:ident = $flag_name:literal),* $(,)? }
    ) => {
        #[derive(Deserialize)]
        struct $name<'a> {
            $(#[serde(rename = $number_name)] $number: Option<f64>,)*
            $(#[serde(borrow, rename = $span_name)] $span: Option<Words<'a>>,)*
            $(#[serde(borrow, rename = $text_name)] $text: Option<Words<'a>>,)*
            $(#[serde(rename = $flag_name)] $flag: Option<bool>,)*
        }

        impl $name<'_> {
            #[allow(dead_code, reason = "not every record has metrics")]
            const READ: &'static [&'static str] = &[$($number_name,)* $($span_name,)* $($text_name,)* $($flag_name,)*];

            /// Uses every member once, so that none is optimised away.
            fn sum(&self) -> f64 {
                let mut sum = 0.0;
                $(sum += self.$number.unwrap_or(0.0);)*
                $(sum += self.$span.as_ref().map_or(0.0, |text| seconds(&text.0));)*
                $(sum += self.$text.as_ref().map_or(0.0, |text| text.0.len() as f64);)*
                $(sum += f64::from(u8::from(self.$flag == Some(true)));)*
                sum
            }
        }
    };
}

record! { Stream {
    packets = "packetUtilization", average_loss = "averagePacketLossRate", max_loss = "maxPacketLossRate",
    degradation = "averageAudioDegradation", average_concealed = "averageRatioOfConcealedSamples",
    max_concealed = "maxRatioOfConcealedSamples", bandwidth = "averageBandwidthEstimate",
    frame_loss = "averageVideoFrameLossPercentage", frame_rate = "averageVideoFrameRate",
    received_frame_rate = "averageReceivedFrameRate", low_frame_rate = "lowFrameRateRatio",
    video_loss = "averageVideoPacketLossRate", corrected_loss = "postForwardErrorCorrectionPacketLossRate",
    low_processing = "lowVideoProcessingCapabilityRatio",
} {
    average_jitter = "averageJitter", max_jitter = "maxJitter", average_round_trip = "averageRoundTripTime",
    max_round_trip = "maxRoundTripTime", average_network_jitter = "averageAudioNetworkJitter",
    max_network_jitter = "maxAudioNetworkJitter", average_freeze = "averageFreezeDuration",
    freeze = "rmsFreezeDuration",
} {
    id = "streamId", direction = "streamDirection", audio_codec = "audioCodec", video_codec = "videoCodec",
} {
    is_corrected = "isAudioForwardErrorCorrectionUsed", is_bypassed = "wasMediaBypassed",
} }

record! { Network {
    link_speed = "linkSpeed", port = "port", relay_port = "relayPort", channel = "wifiChannel",
    signal = "wifiSignalStrength", charge = "wifiBatteryCharge", sent = "sentQualityEventRatio",
    received = "receivedQualityEventRatio", delay = "delayEventRatio", bandwidth_low = "bandwidthLowEventRatio",
} {} {
    connection = "connectionType", transport = "networkTransportProtocol", address = "ipAddress", subnet = "subnet",
    public = "reflexiveIPAddress", relay = "relayIPAddress", mac = "macAddress", suffix = "dnsSuffix",
    access_point = "basicServiceSetIdentifier", band = "wifiBand", radio = "wifiRadioType",
    driver = "wifiVendorDriver", driver_version = "wifiVendorDriverVersion",
} {} }

record! { Device {
    no_capture = "captureNotFunctioningEventRatio", no_render = "renderNotFunctioningEventRatio",
    muted = "renderMuteEventRatio", at_zero = "renderZeroVolumeEventRatio", glitch = "deviceGlitchEventRatio",
    clipping = "deviceClippingEventRatio", mic_glitches = "micGlitchRate", speaker_glitches = "speakerGlitchRate",
    howling = "howlingEventCount", low_speech = "lowSpeechLevelEventRatio",
    low_speech_to_noise = "lowSpeechToNoiseEventRatio", cpu = "cpuInsufficentEventRatio", sent = "sentSignalLevel",
    sent_noise = "sentNoiseLevel", received = "receivedSignalLevel", received_noise = "receivedNoiseLevel",
    initial = "initialSignalLevelRootMeanSquare",
} {} {
    capture = "captureDeviceName", capture_driver = "captureDeviceDriver", render = "renderDeviceName",
    render_driver = "renderDeviceDriver",
} {} }

record! { Agent {} {} {
    header = "headerValue", version = "applicationVersion", platform = "platform", family = "productFamily",
    role = "role",
} {} }

record! { Person {} {} { id = "id", name = "displayName", tenant = "tenantId" } {} }

record! { Failure {} {} { stage = "stage", reason = "reason" } {} }

#[derive(Deserialize)]
struct Feedback<'a> {
    #[serde(borrow)]
    rating: Option<Words<'a>>,
    #[serde(borrow)]
    tokens: Option<BTreeMap<Cow<'a, str>, Option<bool>>>,
}

#[derive(Deserialize)]
struct Identities<'a> {
    #[serde(borrow)]
    user: Option<Person<'a>>,
}

#[derive(Deserialize)]
struct Endpoint<'a> {
    #[serde(borrow)]
    name: Option<Words<'a>>,
    #[serde(borrow, rename = "userAgent")]
    agent: Option<Agent<'a>>,
    #[serde(borrow, rename = "associatedIdentity")]
    person: Option<Person<'a>>,
    #[serde(borrow)]
    identity: Option<Identities<'a>>,
    #[serde(borrow)]
    feedback: Option<Feedback<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Media<'a> {
    #[serde(borrow)]
    label: Option<Words<'a>>,
    #[serde(borrow)]
    caller_network: Option<Network<'a>>,
    #[serde(borrow)]
    callee_network: Option<Network<'a>>,
    #[serde(borrow)]
    caller_device: Option<Device<'a>>,
    #[serde(borrow)]
    callee_device: Option<Device<'a>>,
    #[serde(borrow)]
    streams: List<Stream<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Segment<'a> {
    #[serde(borrow)]
    start_date_time: Option<Words<'a>>,
    #[serde(borrow)]
    end_date_time: Option<Words<'a>>,
    #[serde(borrow)]
    failure_info: Option<Failure<'a>>,
    #[serde(borrow)]
    caller: Option<Endpoint<'a>>,
    #[serde(borrow)]
    callee: Option<Endpoint<'a>>,
    #[serde(borrow)]
    media: List<Media<'a>>,
}

/// A session.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session<'a> {
    #[serde(borrow)]
    id: Option<Words<'a>>,
    #[serde(borrow)]
    start_date_time: Option<Words<'a>>,
    #[serde(borrow)]
    end_date_time: Option<Words<'a>>,
    #[serde(borrow)]
    failure_info: Option<Failure<'a>>,
    #[serde(borrow)]
    caller: Option<Endpoint<'a>>,
    #[serde(borrow)]
    callee: Option<Endpoint<'a>>,
    #[serde(borrow)]
    segments: List<Segment<'a>>,
}

/// What a list shows and sorts by.
pub struct Row {
    pub id: Box<str>,
    pub start: Box<str>,
    pub caller: Box<str>,
    pub worst_loss: f64,
    pub worst_round_trip: f64,
    pub worst_jitter: f64,
    pub streams: u32,
    /// All members added up.
    pub sum: f64,
}

impl Session<'_> {
    /// Keeps a small row.
    pub fn row(&self) -> Row {
        let words = |it: &Option<Words<'_>>| it.as_ref().map_or("", |text| &text.0).into();
        let person = self.caller.as_ref().and_then(Endpoint::person);
        let mut row = Row {
            id: words(&self.id),
            start: words(&self.start_date_time),
            caller: person.map_or_else(Box::default, |person| words(&person.name)),
            worst_loss: 0.0,
            worst_round_trip: 0.0,
            worst_jitter: 0.0,
            streams: 0,
            sum: length(&self.end_date_time) + end(&self.caller) + end(&self.callee) + failure(&self.failure_info),
        };
        for segment in self.segments.iter().flatten().flatten() {
            row.sum += length(&segment.start_date_time) + length(&segment.end_date_time);
            row.sum += end(&segment.caller) + end(&segment.callee) + failure(&segment.failure_info);
            for medium in segment.media.iter().flatten().flatten() {
                row.sum += length(&medium.label);
                for network in [&medium.caller_network, &medium.callee_network].into_iter().flatten() {
                    row.sum += network.sum();
                }
                for device in [&medium.caller_device, &medium.callee_device].into_iter().flatten() {
                    row.sum += device.sum();
                }
                for stream in medium.streams.iter().flatten().flatten() {
                    row.sum += stream.sum();
                    row.streams += 1;
                    row.worst_loss = row.worst_loss.max(stream.max_loss.unwrap_or(0.0));
                    let worst =
                        |now: f64, it: &Option<Words<'_>>| now.max(it.as_ref().map_or(0.0, |it| seconds(&it.0)));
                    row.worst_round_trip = worst(row.worst_round_trip, &stream.max_round_trip);
                    row.worst_jitter = worst(row.worst_jitter, &stream.max_jitter);
                }
            }
        }
        row
    }
}

impl Endpoint<'_> {
    fn person(&self) -> Option<&Person<'_>> {
        self.person.as_ref().or(self.identity.as_ref()?.user.as_ref())
    }
}

fn end(end: &Option<Endpoint<'_>>) -> f64 {
    end.as_ref().map_or(0.0, |end| {
        length(&end.name)
            + end.agent.as_ref().map_or(0.0, Agent::sum)
            + end.person().map_or(0.0, Person::sum)
            + end
                .feedback
                .as_ref()
                .map_or(0.0, |it| length(&it.rating) + it.tokens.as_ref().map_or(0, BTreeMap::len) as f64)
    })
}

fn failure(failure: &Option<Failure<'_>>) -> f64 {
    failure.as_ref().map_or(0.0, Failure::sum)
}

fn length(text: &Option<Words<'_>>) -> f64 {
    text.as_ref().map_or(0.0, |text| text.0.len() as f64)
}

/// The seconds of a duration as the service writes it, `PT1M2.5S`; 0 for anything else.
fn seconds(text: &str) -> f64 {
    let Some(mut rest) = text.strip_prefix("PT") else { return 0.0 };
    let mut all = 0.0;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_uppercase()) {
        let unit = match rest.as_bytes()[at] {
            b'H' => 3600.0,
            b'M' => 60.0,
            _ => 1.0,
        };
        all += unit * rest[..at].parse::<f64>().unwrap_or(0.0);
        rest = &rest[at + 1..];
    }
    all
}

/// Panics if the records leave out a metric of the program, or read a member that the program does not know: then they
/// would be no limit for it any more.
pub fn check() {
    let all = [
        (Stream::READ, model::MediaStream::MEMBERS),
        (Network::READ, model::NetworkInfo::MEMBERS),
        (Device::READ, model::DeviceInfo::MEMBERS),
    ];
    for (read, known) in all {
        for name in read {
            assert!(known.contains(name), "{name} is no member");
        }
    }
    for metric in metrics::METRICS {
        assert!(all.iter().any(|(read, _)| read.contains(&metric.id)), "the limit leaves out {}", metric.id);
    }
}
