//! Every metric of a stream, a network or a device, as one table: its names, unit and range, which direction is worse,
//! and where it is in the record. To add a metric, add a row.

use crate::model::{DeviceInfo, Field, LinkSpeed, MediaStream, MediumKind, NetworkInfo, Span};

/// One number of a record.
#[derive(Debug)]
pub struct Metric {
    /// Graph's member name, and this metric's ID everywhere.
    pub id: &'static str,
    /// Label, short enough for a panel.
    pub label: &'static str,
    /// Label, short enough for a column of a list.
    pub short: &'static str,
    /// Unit in which the value is given.
    pub unit: Unit,
    /// Smallest and largest plausible value. A value outside is shown and marked as implausible.
    pub range: (f64, f64),
    /// Which direction is worse.
    pub worse: Worse,
    /// ID of the average that this metric is the maximum of.
    pub peak_of: Option<&'static str>,
    /// Media on which it can be measured.
    pub on: On,
    /// How it is read from the record.
    reader: Reader,
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The unit of a metric's value, whatever unit the record uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share from 0 to 1, shown in percent.
    Ratio,
    /// A percentage from 0 to 100.
    Percent,
    /// Seconds.
    Seconds,
    /// Bits per second.
    BitsPerSecond,
    /// Frames per second.
    FramesPerSecond,
    /// Packets.
    Packets,
    /// Mean opinion score points lost to the network, 0 to 5.
    OpinionScore,
    /// Events per five minutes.
    PerFiveMinutes,
    /// Decibels.
    Decibels,
    /// A number of events.
    Count,
    /// A linear level without a unit.
    Level,
    /// A channel number.
    Channel,
}

/// The direction in which a metric gets worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// Higher is worse.
    Higher,
    /// Lower is worse.
    Lower,
    /// Neither: it is descriptive.
    Neither,
}

/// The part of a record that a metric belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A stream.
    Stream,
    /// One side's network for a medium.
    Network,
    /// One side's device for a medium.
    Device,
}

/// Media on which a metric can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// All media.
    Any,
    /// Voice.
    Audio,
    /// Cameras and shared screens.
    Video,
}

#[derive(Debug, Clone, Copy)]
enum Reader {
    Stream(fn(&MediaStream) -> Field<f64>),
    Network(fn(&NetworkInfo) -> Field<f64>),
    Device(fn(&DeviceInfo) -> Field<f64>),
}

const SHARE: (f64, f64) = (0.0, 1.0);
const AT_LEAST_0: (f64, f64) = (0.0, f64::INFINITY);
const LEVEL_DB: (f64, f64) = (-200.0, 0.0);

macro_rules! metrics {
    ($($part:ident $over:ident { $($wire:literal $label:literal $(/ $short:literal)? $unit:ident $range:expr, $worse:ident $on:ident $member:ident $(peak of $average:literal)?;)+ })+) => {
        /// The table: metrics of streams first, then of networks, then of devices.
        pub const METRICS: &[Metric] = &[$($(
            Metric {
                id: $wire,
                label: $label,
                short: metrics!(@short $label $($short)?),
                unit: Unit::$unit,
                range: $range,
                worse: Worse::$worse,
                peak_of: metrics!(@peak $($average)?),
                on: On::$on,
                reader: Reader::$over(|node| number(&node.$member)),
            },
        )+)+];
        $(const $part: usize = [$($wire),+].len();)+
    };
    (@short $label:literal $short:literal) => { $short };
    (@short $label:literal) => { $label };
    (@peak $average:literal) => { Some($average) };
    (@peak) => { None };
}

metrics! {
    STREAM_COUNT Stream {
        "packetUtilization" "packets" Packets AT_LEAST_0, Neither Any packet_utilization;
        "averagePacketLossRate" "loss" Ratio SHARE, Higher Any average_packet_loss_rate;
        "maxPacketLossRate" "max loss" Ratio SHARE, Higher Any max_packet_loss_rate peak of "averagePacketLossRate";
        "averageJitter" "jitter" Seconds AT_LEAST_0, Higher Any average_jitter;
        "maxJitter" "max jitter" Seconds AT_LEAST_0, Higher Any max_jitter peak of "averageJitter";
        "averageRoundTripTime" "round trip" / "rtt" Seconds AT_LEAST_0, Higher Any average_round_trip_time;
        "maxRoundTripTime" "max round trip" Seconds AT_LEAST_0, Higher Any max_round_trip_time peak of "averageRoundTripTime";
        "averageAudioNetworkJitter" "net jitter" Seconds AT_LEAST_0, Higher Audio average_audio_network_jitter;
        "maxAudioNetworkJitter" "max net jitter" Seconds AT_LEAST_0, Higher Audio max_audio_network_jitter peak of "averageAudioNetworkJitter";
        "averageAudioDegradation" "degradation" OpinionScore (0.0, 5.0), Higher Audio average_audio_degradation;
        "averageRatioOfConcealedSamples" "concealed" Ratio SHARE, Higher Audio average_ratio_of_concealed_samples;
        "maxRatioOfConcealedSamples" "max concealed" Ratio SHARE, Higher Audio max_ratio_of_concealed_samples peak of "averageRatioOfConcealedSamples";
        "averageBandwidthEstimate" "est. bandwidth" / "bandw. est." BitsPerSecond AT_LEAST_0, Lower Any average_bandwidth_estimate;
        "averageVideoFrameLossPercentage" "frame loss" Percent (0.0, 100.0), Higher Video average_video_frame_loss_percentage;
        "averageVideoFrameRate" "frame rate" FramesPerSecond AT_LEAST_0, Lower Video average_video_frame_rate;
        "averageReceivedFrameRate" "received rate" / "recv. rate" FramesPerSecond AT_LEAST_0, Lower Video average_received_frame_rate;
        "lowFrameRateRatio" "below 7.5 fps" / "<7.5 fps" Ratio SHARE, Higher Video low_frame_rate_ratio;
        "averageVideoPacketLossRate" "video loss" Ratio SHARE, Higher Video average_video_packet_loss_rate;
        "postForwardErrorCorrectionPacketLossRate" "loss after FEC" / "FEC loss" Ratio SHARE, Higher Video post_forward_error_correction_packet_loss_rate;
        "lowVideoProcessingCapabilityRatio" "slow video" Ratio SHARE, Higher Video low_video_processing_capability_ratio;
        "averageFreezeDuration" "freezes" Seconds AT_LEAST_0, Higher Video average_freeze_duration;
        "rmsFreezeDuration" "freezes (rms)" / "rms freezes" Seconds AT_LEAST_0, Higher Video rms_freeze_duration;
    }
    NETWORK_COUNT Network {
        "sentQualityEventRatio" "sent badly" Ratio SHARE, Higher Any sent_quality_event_ratio;
        "receivedQualityEventRatio" "received badly" Ratio SHARE, Higher Any received_quality_event_ratio;
        "delayEventRatio" "delayed" Ratio SHARE, Higher Any delay_event_ratio;
        "bandwidthLowEventRatio" "low bandwidth" Ratio SHARE, Higher Any bandwidth_low_event_ratio;
        "linkSpeed" "link speed" BitsPerSecond AT_LEAST_0, Lower Any link_speed;
        "wifiSignalStrength" "Wi-Fi signal" Percent (0.0, 100.0), Lower Any wifi_signal_strength;
        "wifiChannel" "Wi-Fi channel" Channel AT_LEAST_0, Neither Any wifi_channel;
        "wifiBatteryCharge" "battery" Percent (0.0, 100.0), Neither Any wifi_battery_charge;
    }
    DEVICE_COUNT Device {
        "captureNotFunctioningEventRatio" "mic/cam failing" Ratio SHARE, Higher Any capture_not_functioning_event_ratio;
        "renderNotFunctioningEventRatio" "speaker failing" Ratio SHARE, Higher Any render_not_functioning_event_ratio;
        "renderMuteEventRatio" "speaker muted" Ratio SHARE, Higher Any render_mute_event_ratio;
        "renderZeroVolumeEventRatio" "volume at zero" Ratio SHARE, Higher Any render_zero_volume_event_ratio;
        "deviceGlitchEventRatio" "glitches" Ratio SHARE, Higher Any device_glitch_event_ratio;
        "deviceClippingEventRatio" "clipping" Ratio SHARE, Higher Any device_clipping_event_ratio;
        "micGlitchRate" "mic glitches" PerFiveMinutes AT_LEAST_0, Higher Any mic_glitch_rate;
        "speakerGlitchRate" "speaker glitches" PerFiveMinutes AT_LEAST_0, Higher Any speaker_glitch_rate;
        "howlingEventCount" "howling" Count AT_LEAST_0, Higher Any howling_event_count;
        "lowSpeechLevelEventRatio" "too quiet" Ratio SHARE, Higher Any low_speech_level_event_ratio;
        "lowSpeechToNoiseEventRatio" "speech in noise" Ratio SHARE, Higher Any low_speech_to_noise_event_ratio;
        "cpuInsufficentEventRatio" "CPU too slow" Ratio SHARE, Higher Any cpu_insufficient_event_ratio;
        "sentSignalLevel" "voice sent" Decibels LEVEL_DB, Neither Any sent_signal_level;
        "sentNoiseLevel" "noise sent" Decibels LEVEL_DB, Higher Any sent_noise_level;
        "receivedSignalLevel" "voice received" Decibels LEVEL_DB, Neither Any received_signal_level;
        "receivedNoiseLevel" "noise received" Decibels LEVEL_DB, Higher Any received_noise_level;
        "initialSignalLevelRootMeanSquare" "first 30 s level" Level AT_LEAST_0, Neither Any initial_signal_level_root_mean_square;
    }
}

/// The metrics of streams.
pub const STREAM: &[Metric] = METRICS.split_at(STREAM_COUNT).0;
/// The metrics of networks.
pub const NETWORK: &[Metric] = METRICS.split_at(STREAM_COUNT).1.split_at(NETWORK_COUNT).0;
/// The metrics of devices.
pub const DEVICE: &[Metric] = METRICS.split_at(STREAM_COUNT + NETWORK_COUNT).1.split_at(DEVICE_COUNT).0;

/// Finds a metric by Graph's member name.
pub fn by_id(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}

/// Finds a metric by Graph's member name at compile time; an unknown name is a compile error.
pub const fn of(id: &str) -> &'static Metric {
    let mut at = 0;
    while at < METRICS.len() {
        if is_same(METRICS[at].id.as_bytes(), id.as_bytes()) {
            return &METRICS[at];
        }
        at += 1;
    }
    panic!("no metric has this name")
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Finds the metric that is the maximum of an average.
pub fn peak_of(average: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.peak_of == Some(average))
}

impl Metric {
    /// Returns the part of a record it belongs to.
    pub const fn part(&self) -> Part {
        match self.reader {
            Reader::Stream(_) => Part::Stream,
            Reader::Network(_) => Part::Network,
            Reader::Device(_) => Part::Device,
        }
    }

    /// Reads it from a stream; absent if it is not a stream metric.
    pub fn of_stream(&self, stream: &MediaStream) -> Field<f64> {
        if let Reader::Stream(read) = self.reader { read(stream) } else { Field::Absent }
    }

    /// Reads it from a network; absent if it is not a network metric.
    pub fn of_network(&self, network: &NetworkInfo) -> Field<f64> {
        if let Reader::Network(read) = self.reader { read(network) } else { Field::Absent }
    }

    /// Reads it from a device; absent if it is not a device metric.
    pub fn of_device(&self, device: &DeviceInfo) -> Field<f64> {
        if let Reader::Device(read) = self.reader { read(device) } else { Field::Absent }
    }

    /// Returns whether a value is within the plausible range.
    pub fn is_plausible(&self, value: f64) -> bool {
        (self.range.0..=self.range.1).contains(&value)
    }

    /// Returns whether one value is worse than another; never for a descriptive metric.
    pub fn is_worse(&self, value: f64, than: f64) -> bool {
        match self.worse {
            Worse::Higher => value > than,
            Worse::Lower => value < than,
            Worse::Neither => false,
        }
    }

    /// Returns whether the metric applies to a kind of medium.
    pub fn is_on(&self, kind: MediumKind) -> bool {
        match self.on {
            On::Any => true,
            On::Audio => matches!(kind, MediumKind::Audio | MediumKind::Other),
            On::Video => matches!(kind, MediumKind::Video | MediumKind::ScreenSharing | MediumKind::Other),
        }
    }
}

trait Number {
    fn number(&self) -> f64;
}

impl Number for f64 {
    fn number(&self) -> f64 {
        *self
    }
}

impl Number for i64 {
    fn number(&self) -> f64 {
        *self as f64
    }
}

impl Number for Span {
    fn number(&self) -> f64 {
        self.seconds()
    }
}

impl Number for LinkSpeed {
    fn number(&self) -> f64 {
        self.0 as f64
    }
}

fn number<T: Number>(field: &Field<T>) -> Field<f64> {
    field.map(Number::number)
}

impl Unit {
    /// Formats a value with its unit, to its significant digits: `14 %`, `64 ms`, `15.6 Mb/s`.
    pub fn format(self, value: f64) -> String {
        self.format_to(value, 0)
    }

    /// Formats a value with as many digits as it takes to distinguish it from a limit.
    pub fn format_beside(self, value: f64, limit: f64) -> String {
        let beside = self.format(limit);
        let texts = (0..17).map(|digits| self.format_to(value, digits));
        texts.clone().find(|text| value == limit || *text != beside).unwrap_or_else(|| self.format(value))
    }

    /// Parses a value with its unit: `500 ms`, `10 %`, `0.1`, `1.5 Mb/s`. A duration needs its unit; for anything else it
    /// is optional. The error gives valid examples.
    pub fn parse(self, text: &str) -> Result<f64, String> {
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let unit = unit.trim().to_ascii_lowercase();
        let scale = self.writings().iter().find(|(writing, ..)| *writing == unit);
        match (number.parse::<f64>(), scale) {
            // Divided by 100, not multiplied by 0.01, so that 7 % is exactly 0.07.
            (Ok(number), Some((_, times, over))) if number.is_finite() => Ok(number * times / over),
            _ => {
                let writings = self.writings().iter().filter(|(writing, ..)| !writing.is_empty());
                let like: Vec<String> = writings.map(|(writing, ..)| format!("7 {writing}")).collect();
                let like = if like.is_empty() { "7".to_owned() } else { like.join(" or ") };
                Err(format!("`{text}`: expected a value such as {like}"))
            }
        }
    }

    /// Returns the accepted spellings of the unit in lower case, each with a multiplier and a divisor.
    fn writings(self) -> &'static [(&'static str, f64, f64)] {
        match self {
            Unit::Ratio => &[("%", 1.0, 100.0), ("", 1.0, 1.0)],
            Unit::Percent => &[("%", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::Seconds => &[("ms", 1.0, 1000.0), ("s", 1.0, 1.0), ("m", 60.0, 1.0)],
            Unit::BitsPerSecond => {
                &[("kb/s", 1e3, 1.0), ("mb/s", 1e6, 1.0), ("gb/s", 1e9, 1.0), ("b/s", 1.0, 1.0), ("", 1.0, 1.0)]
            }
            Unit::FramesPerSecond => &[("fps", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::Packets => &[("packets", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::OpinionScore => &[("mos", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::PerFiveMinutes => &[("/5 min", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::Decibels => &[("db", 1.0, 1.0), ("", 1.0, 1.0)],
            Unit::Count | Unit::Level | Unit::Channel => &[("", 1.0, 1.0)],
        }
    }

    /// Formats with `more` extra digits.
    fn format_to(self, value: f64, more: usize) -> String {
        match self {
            Unit::Ratio => format!("{} %", digits(value * 100.0, more)),
            Unit::Percent => format!("{} %", digits(value, more)),
            Unit::Seconds if value.abs() >= 1.0 => format!("{} s", digits(value, more)),
            Unit::Seconds => format!("{} ms", digits(value * 1000.0, more)),
            Unit::BitsPerSecond => {
                let (scale, prefix) = match value.abs() {
                    size if size >= 1e9 => (1e9, "G"),
                    size if size >= 1e6 => (1e6, "M"),
                    size if size >= 1e3 => (1e3, "k"),
                    _ => (1.0, ""),
                };
                format!("{} {prefix}b/s", three_digits(value / scale, more))
            }
            Unit::FramesPerSecond => format!("{} fps", digits(value, more)),
            Unit::Packets => grouped(value),
            Unit::OpinionScore => format!("{value:.0$} MOS", 2 + more),
            Unit::PerFiveMinutes => format!("{} /5 min", grouped(value)),
            Unit::Decibels => format!("{} dB", trimmed(value, more)),
            Unit::Count | Unit::Channel => trimmed(value, more),
            Unit::Level => digits(value, more),
        }
    }
}

/// Formats to two significant digits, without trailing zeros: 0.86, 1.4, 14, 137, 0.
fn digits(value: f64, more: usize) -> String {
    let decimals = match value.abs() {
        size if size >= 9.95 => 0,
        size if size >= 0.995 => 1,
        size if size >= 0.0995 => 2,
        size if size >= 0.00995 => 3,
        _ => 4,
    };
    trimmed(value, decimals + more)
}

fn three_digits(value: f64, more: usize) -> String {
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    trimmed(value, decimals + more)
}

/// Formats to at most `decimals` decimals, without trailing zeros.
fn trimmed(value: f64, decimals: usize) -> String {
    // No measurement is this large; all its digits would fill the screen.
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Formats with thousands separators: `1,709`; a fraction only if there is one.
fn grouped(value: f64) -> String {
    let text = trimmed(value, 1);
    if text.contains('e') {
        return text;
    }
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Formats a count with thousands separators: `1,709`.
pub fn count(number: usize) -> String {
    grouped(number as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_a_member_of_its_type_and_stands_once() {
        for (metrics, members) in
            [(STREAM, MediaStream::MEMBERS), (NETWORK, NetworkInfo::MEMBERS), (DEVICE, DeviceInfo::MEMBERS)]
        {
            for metric in metrics {
                assert!(members.contains(&metric.id), "{} is not a member of its type", metric.id);
                assert_eq!(METRICS.iter().filter(|other| other.id == metric.id).count(), 1, "{}", metric.id);
            }
        }
        assert_eq!(METRICS.len(), STREAM.len() + NETWORK.len() + DEVICE.len());
    }

    #[test]
    fn every_number_of_the_types_is_in_the_table() {
        use crate::model::{Record, Shown};
        // Ports identify connections; they measure nothing.
        let not_readings = ["port", "relayPort"];
        let numbers = r#"{"streamDirection":"callerToCallee""#;
        let every = |names: &[&str]| {
            names.iter().fold(numbers.to_owned(), |json, name| format!("{json},\"{name}\":\"7\"")) + "}"
        };
        fn check(record: &dyn Record, not_readings: &[&str]) {
            record.members(&mut |name, shown| {
                if matches!(shown, Shown::Number(_) | Shown::Integer(_)) && !not_readings.contains(&name) {
                    assert!(by_id(name).is_some(), "{name} is a number that no metric reads");
                }
            });
        }
        let network: Field<NetworkInfo> = serde_json::from_str(&every(NetworkInfo::MEMBERS)).expect("JSON");
        let device: Field<DeviceInfo> = serde_json::from_str(&every(DeviceInfo::MEMBERS)).expect("JSON");
        let stream: Field<MediaStream> = serde_json::from_str(&every(MediaStream::MEMBERS)).expect("JSON");
        check(network.value().expect("a network"), &not_readings);
        check(device.value().expect("a device"), &not_readings);
        check(stream.value().expect("a stream"), &not_readings);
    }

    #[test]
    fn every_duration_of_a_stream_is_in_the_table() {
        let durations = MediaStream::MEMBERS.iter().filter(|name| {
            ["Jitter", "RoundTripTime", "Duration"].iter().any(|end| name.ends_with(end)) && !name.starts_with("is")
        });
        for name in durations {
            assert_eq!(by_id(name).map(|metric| metric.unit), Some(Unit::Seconds), "{name}");
        }
    }

    #[test]
    fn readers_read_the_member_their_id_names() {
        let value = |json: &str| {
            let stream: Field<MediaStream> = serde_json::from_str(json).expect("JSON");
            let stream = stream.value().expect("a stream").clone();
            STREAM
                .iter()
                .filter_map(|metric| Some((metric.id, *metric.of_stream(&stream).value()?)))
                .collect::<Vec<_>>()
        };
        for metric in STREAM {
            let json = match metric.unit {
                Unit::Seconds => format!(r#"{{"{}":"PT0.25S"}}"#, metric.id),
                Unit::Packets | Unit::BitsPerSecond => format!(r#"{{"{}":3}}"#, metric.id),
                _ => format!(r#"{{"{}":0.5}}"#, metric.id),
            };
            let expected = match metric.unit {
                Unit::Seconds => 0.25,
                Unit::Packets | Unit::BitsPerSecond => 3.0,
                _ => 0.5,
            };
            assert_eq!(value(&json), [(metric.id, expected)]);
        }
    }

    #[test]
    fn a_missing_number_stays_the_kind_of_missing_it_is() {
        let stream: Field<MediaStream> =
            serde_json::from_str(r#"{"averageJitter":null,"maxJitter":"","averageRoundTripTime":7}"#).expect("JSON");
        let stream = stream.value().expect("a stream");
        let read = |id| by_id(id).map(|metric| metric.of_stream(stream));
        assert_eq!(read("averageJitter"), Some(Field::Null));
        assert_eq!(read("maxJitter"), Some(Field::Empty));
        assert_eq!(read("averageRoundTripTime"), Some(Field::unreadable("7")));
        assert_eq!(read("packetUtilization"), Some(Field::Absent));
    }

    #[test]
    fn every_maximum_belongs_to_an_average_of_its_unit() {
        for metric in METRICS {
            if let Some(average) = metric.peak_of {
                assert_eq!(by_id(average).map(|average| average.unit), Some(metric.unit), "{}", metric.id);
            }
        }
        assert_eq!(peak_of("averageJitter").map(|metric| metric.id), Some("maxJitter"));
    }

    #[test]
    fn values_read_as_people_write_them() {
        for (unit, value, text) in [
            (Unit::Ratio, 0.137, "14 %"),
            (Unit::Ratio, 0.01381693, "1.4 %"),
            (Unit::Ratio, 0.008604, "0.86 %"),
            (Unit::Ratio, 0.0, "0 %"),
            (Unit::Ratio, 1.0, "100 %"),
            (Unit::Ratio, 0.00001, "0.001 %"),
            (Unit::Percent, 50.0, "50 %"),
            (Unit::Seconds, 0.016, "16 ms"),
            (Unit::Seconds, 0.0004, "0.4 ms"),
            (Unit::Seconds, 9.876, "9.9 s"),
            (Unit::Seconds, 12.4, "12 s"),
            (Unit::Seconds, -0.02, "-20 ms"),
            (Unit::BitsPerSecond, 15_644_878.0, "15.6 Mb/s"),
            (Unit::BitsPerSecond, 1e9, "1 Gb/s"),
            (Unit::BitsPerSecond, 526_500_000.0, "526 Mb/s"),
            (Unit::Packets, 1709.0, "1,709"),
            (Unit::Packets, 67.0, "67"),
            (Unit::Packets, 1_234_567.0, "1,234,567"),
            (Unit::OpinionScore, 1.160898, "1.16 MOS"),
            (Unit::PerFiveMinutes, 3830.0, "3,830 /5 min"),
            (Unit::FramesPerSecond, 6.5, "6.5 fps"),
            (Unit::Decibels, -68.0, "-68 dB"),
        ] {
            assert_eq!(unit.format(value), text);
        }
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        for (unit, text, value) in [
            (Unit::Ratio, "10 %", 0.1),
            (Unit::Ratio, "0.1", 0.1),
            (Unit::Percent, "50%", 50.0),
            (Unit::Seconds, "500 ms", 0.5),
            (Unit::Seconds, " 1.5s ", 1.5),
            (Unit::Seconds, "2 m", 120.0),
            (Unit::BitsPerSecond, "1.5 Mb/s", 1.5e6),
            (Unit::FramesPerSecond, "7", 7.0),
            (Unit::Decibels, "-60 dB", -60.0),
            (Unit::PerFiveMinutes, "10 /5 min", 10.0),
        ] {
            assert_eq!(unit.parse(text), Ok(value), "{text}");
        }
        for (unit, text) in [(Unit::Seconds, "500"), (Unit::Ratio, "10 ms"), (Unit::Packets, ""), (Unit::Count, "x")] {
            assert!(unit.parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Unit::Seconds.parse("300").expect_err("no unit"),
            "`300`: expected a value such as 7 ms or 7 s or 7 m"
        );
    }

    #[test]
    fn a_value_just_over_its_limit_does_not_read_like_the_limit() {
        assert_eq!(Unit::Ratio.format_beside(0.1004, 0.1), "10.04 %");
        assert_eq!(Unit::Ratio.format_beside(0.137, 0.1), "14 %");
        assert_ne!(Unit::Ratio.format_beside(0.1_f32.into(), 0.1), "10 %");
        assert_ne!(Unit::Ratio.format_beside(0.1_f64.next_up(), 0.1), "10 %");
        assert_eq!(Unit::Seconds.format_beside(0.0301, 0.03), "30.1 ms");
        assert_eq!(Unit::Packets.format_beside(500.0, 500.0), "500");
    }
}
