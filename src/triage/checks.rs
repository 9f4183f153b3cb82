//! Checks for the rules that need more than a metric and its limit.

use crate::metrics::{self, Metric};
use crate::model::record::Show as _;
use crate::model::{
    ConnectionType, DeviceInfo, FailureInfo, FailureStage, FeedbackRating, Field, MediaStream, MediumKind, NetworkInfo,
    Record, Segment, Session, Shown, TransportProtocol, WifiBand, Word,
};

use super::feedback::Said as Feedback;
use super::scene::{Answer, DirectionScene, End, EndScene, Read, Reading, Said, SideScene, SpanScene, StreamScene};
use super::thresholds;
use super::verdict::{Verdict, breaches};

/// The event ratio above which an end is taken to report a problem. callscope's own limit: Microsoft publishes none.
const COMPLAINS: f64 = 0.1;

/// Checks whether a stream of a kind of medium is poor by the rule set.
fn poor<'a>(scene: &StreamScene<'a>, kind: MediumKind) -> Answer<'a> {
    if scene.place.kind != kind {
        return Answer::NotApplicable;
    }
    match scene.verdict {
        Verdict::Good => Answer::Quiet,
        Verdict::Unclassified => Answer::Unknown,
        Verdict::Poor => {
            let mut breaches = breaches(scene.reasons);
            let readings = [breaches.next(), breaches.next(), breaches.next()];
            let weight = readings.iter().flatten().map(|breach| breach.severity()).fold(1.0, f64::max);
            Answer::Speaks(Said { weight, readings: readings.map(|breach| breach.map(Reading::breach)) })
        }
    }
}

/// Triggers on poor voice.
pub fn poor_audio<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    poor(scene, MediumKind::Audio)
}

/// Triggers on poor camera video.
pub fn poor_video<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    poor(scene, MediumKind::Video)
}

/// Triggers on poor screen sharing.
pub fn poor_sharing<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    poor(scene, MediumKind::ScreenSharing)
}

fn value_of<T: Clone>(field: &Field<T>) -> Option<T> {
    field.value().cloned()
}

fn measured(metric: &'static Metric, scene: &StreamScene<'_>) -> Option<f64> {
    value_of(&metric.of_stream(scene.stream)).filter(|value| metric.is_plausible(*value))
}

/// Triggers if error correction was active and there was loss.
pub fn fec_with_loss<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    const LOSS: &Metric = metrics::of("averagePacketLossRate");
    if scene.place.kind != MediumKind::Audio {
        return Answer::NotApplicable;
    }
    match (value_of(&scene.stream.is_audio_forward_error_correction_used), measured(LOSS, scene)) {
        (Some(true), Some(loss)) if loss > 0.0 => Answer::Speaks(Said::two(
            loss,
            Reading::metric(None, LOSS, loss, None),
            Reading::own("isAudioForwardErrorCorrectionUsed", Read::Bool(true)),
        )),
        (Some(false), _) | (_, Some(_)) if scene.stream.is_audio_forward_error_correction_used.value().is_some() => {
            Answer::Quiet
        }
        _ => Answer::Unknown,
    }
}

/// Triggers if there were no voice packets in one direction.
pub fn nothing_sent<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    const PACKETS: &Metric = metrics::of("packetUtilization");
    if scene.place.kind != MediumKind::Audio {
        return Answer::NotApplicable;
    }
    match measured(PACKETS, scene) {
        None => Answer::Unknown,
        Some(0.0) => Answer::Speaks(Said::one(1.0, Reading::metric(None, PACKETS, 0.0, None))),
        Some(_) => Answer::Quiet,
    }
}

/// Triggers on low jitter beside network jitter many times as high. They are two measures: the interarrival jitter of
/// RFC 3550, and the mean of 20-second windows.
pub fn jitters_disagree<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    const JITTER: &Metric = metrics::of("averageJitter");
    const NETWORK_JITTER: &Metric = metrics::of("averageAudioNetworkJitter");
    // Seconds. Below the limit by which Microsoft classifies a stream as poor, ...
    const CALM: f64 = 0.03;
    // ... above what a jitter buffer absorbs, and several times as much: our own estimate.
    const STORMY: f64 = 0.1;
    const TIMES: f64 = 5.0;
    if scene.place.kind != MediumKind::Audio {
        return Answer::NotApplicable;
    }
    match (measured(JITTER, scene), measured(NETWORK_JITTER, scene)) {
        (Some(jitter), Some(network)) if jitter < CALM && network > STORMY && network > TIMES * jitter => {
            Answer::Speaks(Said::two(
                network / jitter.max(0.001),
                Reading::metric(None, JITTER, jitter, None),
                Reading::metric(None, NETWORK_JITTER, network, None),
            ))
        }
        (Some(_), Some(_)) => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Checks a metric of camera video against a limit. A shared screen that stands still is normal.
fn camera<'a>(scene: &StreamScene<'a>, metric: &'static Metric, limit: f64) -> Answer<'a> {
    if scene.place.kind != MediumKind::Video {
        return Answer::NotApplicable;
    }
    match measured(metric, scene) {
        None => Answer::Unknown,
        Some(value) if value > limit => {
            Answer::Speaks(Said::one(value / limit, Reading::metric(None, metric, value, Some(limit))))
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers if video froze for more than a second at a time.
pub fn freezes<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    camera(scene, const { metrics::of("averageFreezeDuration") }, 1.0)
}

/// Triggers on a low frame rate for more than a tenth of the call.
pub fn low_frame_rate<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    camera(scene, const { metrics::of("lowFrameRateRatio") }, 0.1)
}

/// Triggers on an impossible value of a stream.
pub fn impossible_stream<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    impossible(metrics::STREAM, |metric| metric.of_stream(scene.stream))
}

/// Triggers on an impossible value of a network or device.
pub fn impossible_side<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    let network =
        scene.network.map_or(Answer::Unknown, |it| impossible(metrics::NETWORK, |metric| metric.of_network(it)));
    let device = scene.device.map_or(Answer::Unknown, |it| impossible(metrics::DEVICE, |metric| metric.of_device(it)));
    let answer = match (network, device) {
        (Answer::Speaks(said), _) | (_, Answer::Speaks(said)) => Answer::Speaks(said),
        (Answer::Quiet, _) | (_, Answer::Quiet) => Answer::Quiet,
        _ => Answer::Unknown,
    };
    let Answer::Speaks(mut said) = answer else { return answer };
    for reading in said.readings.iter_mut().flatten() {
        reading.of = Some(scene.end);
    }
    Answer::Speaks(said)
}

fn impossible<'a>(table: &'static [Metric], read: impl Fn(&Metric) -> Field<f64>) -> Answer<'a> {
    let mut is_measured = false;
    for metric in table {
        if let Field::Value(value) = read(metric) {
            is_measured = true;
            if !metric.is_plausible(value) {
                return Answer::Speaks(Said::one(1.0, Reading::metric(None, metric, value, None)));
            }
        }
    }
    if is_measured { Answer::Quiet } else { Answer::Unknown }
}

/// Returns the first unreadable member of a record, as received.
fn unreadable<'a>(record: &'a dyn Record, names: &[&'static str]) -> Option<Reading<'a>> {
    let mut found = None;
    record.members(&mut |name, shown| {
        let raw = match shown {
            Shown::Unreadable(raw) => Some(raw),
            // A text in place of a list is its only element.
            Shown::List(list) => (0..list.count()).find_map(|at| match list.at(at) {
                Shown::Unreadable(raw) => Some(raw),
                _ => None,
            }),
            _ => None,
        };
        let name = raw.and_then(|_| names.iter().find(|one| **one == name));
        if let (None, Some(raw), Some(name)) = (&found, raw, name) {
            found = Some(Reading::own(name, Read::Text(raw)));
        }
    });
    found
}

fn answer_of(unreadable: Option<Reading<'_>>, is_anything_there: impl FnOnce() -> bool) -> Answer<'_> {
    match unreadable {
        Some(reading) => Answer::Speaks(Said::one(1.0, reading)),
        None if is_anything_there() => Answer::Quiet,
        None => Answer::Unknown,
    }
}

/// Triggers on an unreadable value of a stream.
pub fn unreadable_stream<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    let stream = scene.stream;
    // Only the few streams with something odd are searched.
    let found = stream.is_odd().then(|| unreadable(stream, MediaStream::MEMBERS)).flatten();
    answer_of(found, || metrics::STREAM.iter().any(|metric| metric.of_stream(stream).value().is_some()))
}

/// Triggers on an unreadable value of a network or device.
pub fn unreadable_side<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    let network = scene.network.filter(|it| it.is_odd()).and_then(|it| unreadable(it, NetworkInfo::MEMBERS));
    let device = scene.device.filter(|it| it.is_odd()).and_then(|it| unreadable(it, DeviceInfo::MEMBERS));
    let found = network.or(device).map(|reading| Reading { of: Some(scene.end), ..reading });
    answer_of(found, || {
        let of_network = |it| metrics::NETWORK.iter().any(|metric| metric.of_network(it).value().is_some());
        let of_device = |it| metrics::DEVICE.iter().any(|metric| metric.of_device(it).value().is_some());
        scene.network.is_some_and(of_network) || scene.device.is_some_and(of_device)
    })
}

/// Triggers on an unreadable time, failure or list of a session or segment.
pub fn unreadable_span<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    let session = scene.session;
    let (record, is_odd, names): (&dyn Record, bool, _) = match scene.segment {
        Some(segment) => (segment, segment.is_odd(), Segment::MEMBERS),
        None => (session, session.is_odd(), Session::MEMBERS),
    };
    let found = is_odd.then(|| unreadable(record, names)).flatten();
    answer_of(found, || {
        let (start, end) = scene.span();
        let list = scene.segment.map_or(session.segments.is_present(), |segment| segment.media.is_present());
        start.value().is_some() || end.value().is_some() || list
    })
}

/// Triggers on media over TCP, where a lost packet delays all later ones.
pub fn tcp<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    if scene.kind == MediumKind::Data {
        return Answer::NotApplicable;
    }
    let Some(network) = scene.network else { return Answer::Unknown };
    match network.network_transport_protocol.value() {
        Some(TransportProtocol::Tcp) => {
            let port = network.relay_port.value().or(network.port.value());
            let port = port.map(|port| Reading::of(scene.end, "relayPort", Read::Count(*port as f64)));
            let transport = Reading::of(scene.end, "networkTransportProtocol", Read::Text("tcp"));
            Answer::Speaks(Said { weight: 1.0, readings: [Some(transport), port, None] })
        }
        Some(TransportProtocol::Udp) => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

fn connection(network: Option<&NetworkInfo>) -> Option<&ConnectionType> {
    network?.connection_type.value().filter(|kind| !matches!(kind.as_str(), "unknown" | "unknownFutureValue"))
}

/// Triggers on media through a VPN.
pub fn vpn<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match connection(scene.network) {
        Some(ConnectionType::Tunnel) => {
            Answer::Speaks(Said::one(1.0, Reading::of(scene.end, "connectionType", Read::Text("tunnel"))))
        }
        Some(_) => Answer::Quiet,
        None => Answer::Unknown,
    }
}

/// Triggers on a mobile network.
pub fn mobile<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match connection(scene.network) {
        Some(ConnectionType::Mobile) => {
            Answer::Speaks(Said::one(1.0, Reading::of(scene.end, "connectionType", Read::Text("mobile"))))
        }
        Some(_) => Answer::Quiet,
        None => Answer::Unknown,
    }
}

/// Triggers if a relay was allocated. A reported network with a null relay had none.
pub fn relay<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    let Some(network) = scene.network else { return Answer::Unknown };
    match &network.relay_ip_address {
        Field::Value(relay) => {
            Answer::Speaks(Said::one(1.0, Reading::of(scene.end, "relayIPAddress", Read::Text(relay))))
        }
        Field::Null if network.ip_address.value().is_some() => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Triggers on a weak Wi-Fi signal, in percent.
pub fn weak_wifi<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    const SIGNAL: &Metric = metrics::of("wifiSignalStrength");
    const WEAK: f64 = 40.0;
    match connection(scene.network) {
        Some(ConnectionType::Wifi) => {}
        Some(_) => return Answer::NotApplicable,
        None => return Answer::Unknown,
    }
    let signal = scene.network.and_then(|network| value_of(&SIGNAL.of_network(network)));
    match signal.filter(|signal| SIGNAL.is_plausible(*signal)) {
        None => Answer::Unknown,
        Some(signal) if signal < WEAK => Answer::Speaks(Said::one(
            WEAK / signal.max(1.0),
            Reading::metric(Some(scene.end), SIGNAL, signal, Some(WEAK)),
        )),
        Some(_) => Answer::Quiet,
    }
}

/// Triggers on a microphone that did not work for part of the call.
pub fn dead_microphone<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match scene.kind {
        MediumKind::Video | MediumKind::ScreenSharing => Answer::NotApplicable,
        _ => dead_capture(scene),
    }
}

/// Triggers on a camera that did not work for part of the call.
pub fn dead_camera<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match scene.kind {
        MediumKind::Video => dead_capture(scene),
        _ => Answer::NotApplicable,
    }
}

fn dead_capture<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    const RATIO: &Metric = metrics::of("captureNotFunctioningEventRatio");
    // Our own estimate: a tenth of a call without voice or picture is noticed by everybody.
    const MOST: f64 = 0.1;
    let ratio = scene.device.and_then(|device| value_of(&RATIO.of_device(device)));
    match ratio.filter(|ratio| RATIO.is_plausible(*ratio)) {
        None => Answer::Unknown,
        Some(ratio) if ratio > MOST => {
            Answer::Speaks(Said::one(ratio / MOST, Reading::metric(Some(scene.end), RATIO, ratio, Some(MOST))))
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers on Wi-Fi on the crowded 2.4 GHz band.
pub fn crowded_band<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match connection(scene.network) {
        Some(ConnectionType::Wifi) => {}
        Some(_) => return Answer::NotApplicable,
        None => return Answer::Unknown,
    }
    match scene.network.and_then(|network| network.wifi_band.value()) {
        Some(WifiBand::Frequency24GHz) => {
            Answer::Speaks(Said::one(1.0, Reading::of(scene.end, "wifiBand", Read::Text("2.4 GHz"))))
        }
        Some(band) if !matches!(band.as_str(), "unknown" | "unknownFutureValue") => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Triggers on a wired connection that has Wi-Fi fields.
pub fn wired_with_wifi<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    match connection(scene.network) {
        Some(ConnectionType::Wired) => {}
        Some(_) => return Answer::NotApplicable,
        None => return Answer::Unknown,
    }
    let Some(network) = scene.network else { return Answer::Unknown };
    let found = if let Some(signal) = network.wifi_signal_strength.value() {
        Some(Reading::of(scene.end, "wifiSignalStrength", Read::Count(*signal as f64)))
    } else if let Some(address) = network.basic_service_set_identifier.value() {
        Some(Reading::of(scene.end, "basicServiceSetIdentifier", Read::Text(&address.0)))
    } else {
        let band = network.wifi_band.value().map(Word::as_str).filter(|band| !band.starts_with("unknown"));
        band.map(|band| Reading::of(scene.end, "wifiBand", Read::Text(band)))
    };
    match found {
        Some(found) => {
            let wired = Reading::of(scene.end, "connectionType", Read::Text("wired"));
            Answer::Speaks(Said::two(1.0, wired, found))
        }
        None => Answer::Quiet,
    }
}

/// Returns what both ends report about one direction, if both do.
fn testimony(scene: &DirectionScene<'_>) -> Option<[(Reading<'static>, f64); 2]> {
    const SENT: &Metric = metrics::of("sentQualityEventRatio");
    const RECEIVED: &Metric = metrics::of("receivedQualityEventRatio");
    let (from, to) = (scene.from, scene.from.other());
    let account = |end, metric: &'static Metric| {
        let value = value_of(&metric.of_network(scene.network(end)?)).filter(|value| metric.is_plausible(*value))?;
        Some((Reading::metric(Some(end), metric, value, Some(COMPLAINS)), value))
    };
    Some([account(from, SENT)?, account(to, RECEIVED)?])
}

/// Triggers if both ends report a bad direction.
pub fn ends_agree<'a>(scene: &DirectionScene<'a>) -> Answer<'a> {
    if scene.kind == MediumKind::Data {
        return Answer::NotApplicable;
    }
    match testimony(scene) {
        None => Answer::Unknown,
        Some([(sent, bad), (received, worse)]) if bad > COMPLAINS && worse > COMPLAINS => {
            Answer::Speaks(Said::two(bad + worse, sent, received))
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers if one end reports a bad direction and the other does not.
pub fn ends_disagree<'a>(scene: &DirectionScene<'a>) -> Answer<'a> {
    if scene.kind == MediumKind::Data {
        return Answer::NotApplicable;
    }
    match testimony(scene) {
        None => Answer::Unknown,
        Some([(sent, bad), (received, worse)])
            if (bad > COMPLAINS) != (worse > COMPLAINS) && (bad - worse).abs() > COMPLAINS =>
        {
            Answer::Speaks(Said::two((bad - worse).abs(), sent, received))
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers if the end is before the start.
pub fn end_before_start<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    let (Field::Value(start), Field::Value(end)) = scene.span() else { return Answer::Unknown };
    let seconds = start.until(*end).seconds();
    if seconds >= 0.0 {
        return Answer::Quiet;
    }
    let by = Reading::own("endDateTime", Read::Seconds(-seconds));
    let start = Reading::own("startDateTime", Read::Moment(*start));
    let end = Reading::own("endDateTime", Read::Moment(*end));
    Answer::Speaks(Said { weight: -seconds, readings: [Some(by), Some(start), Some(end)] })
}

/// Triggers on a segment that extends outside its session.
pub fn outside_session<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    let Some(segment) = scene.segment else { return Answer::NotApplicable };
    let times = (segment.start.value(), segment.end.value(), scene.session.start.value(), scene.session.end.value());
    let (Some(start), Some(end), Some(from), Some(to)) = times else { return Answer::Unknown };
    let (early, late) = (start.until(*from).seconds(), to.until(*end).seconds());
    if early > thresholds::CLOCK_TOLERANCE {
        let by = Reading::own("startDateTime", Read::Seconds(early));
        Answer::Speaks(Said::one(early, by))
    } else if late > thresholds::CLOCK_TOLERANCE {
        Answer::Speaks(Said::one(late, Reading::own("endDateTime", Read::Seconds(late))))
    } else {
        Answer::Quiet
    }
}

fn failure<'a>(scene: &SpanScene<'a>) -> Option<Option<&'a FailureInfo>> {
    let field = match scene.segment {
        Some(segment) => &segment.failure_info,
        None => &scene.session.failure_info,
    };
    match field {
        Field::Null => Some(None),
        Field::Value(failure) if failure.stage.value().is_none() && failure.reason.value().is_none() => Some(None),
        Field::Value(failure) => Some(Some(failure)),
        _ => None,
    }
}

fn failed_at<'a>(scene: &SpanScene<'a>, is_it: impl Fn(Option<&FailureStage>) -> bool) -> Answer<'a> {
    match failure(scene) {
        None => Answer::Unknown,
        Some(Some(failure)) if is_it(failure.stage.value()) => {
            let reason = failure.reason.value().map_or("no reason given", |reason| reason.as_str());
            let stage = failure.stage.value().map(|stage| Reading::own("stage", Read::Text(stage.as_str())));
            let reason = Some(Reading::own("reason", Read::Text(reason)));
            Answer::Speaks(Said { weight: 1.0, readings: [reason, stage, None] })
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers if the call was never set up.
pub fn setup_failed<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    failed_at(scene, |stage| stage == Some(&FailureStage::CallSetup))
}

/// Triggers if the call dropped.
pub fn dropped<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    failed_at(scene, |stage| stage == Some(&FailureStage::Midcall))
}

/// Triggers on a failure at an unknown stage.
pub fn failed_somehow<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    failed_at(scene, |stage| !matches!(stage, Some(FailureStage::CallSetup | FailureStage::Midcall)))
}

/// Triggers if a session is too short to tell much. callscope's own limit.
pub fn very_short<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    const SHORT: f64 = 10.0;
    if scene.segment.is_some() {
        return Answer::NotApplicable;
    }
    let (Field::Value(start), Field::Value(end)) = scene.span() else { return Answer::Unknown };
    let seconds = start.until(*end).seconds();
    if (0.0..SHORT).contains(&seconds) {
        Answer::Speaks(Said::one(SHORT - seconds, Reading::own("endDateTime", Read::Seconds(seconds))))
    } else {
        Answer::Quiet
    }
}

/// Triggers on a call to the echo service.
pub fn test_call<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    if scene.segment.is_some() {
        return Answer::NotApplicable;
    }
    match scene.session.is_test.value() {
        Some(true) => Answer::Speaks(Said::one(1.0, Reading::own("isTest", Read::Bool(true)))),
        Some(false) => Answer::Quiet,
        None => Answer::Unknown,
    }
}

/// Triggers if no stream was reported for a session.
pub fn nothing_reported<'a>(scene: &SpanScene<'a>) -> Answer<'a> {
    if scene.segment.is_some() || failure(scene).flatten().is_some() {
        return Answer::NotApplicable;
    }
    if !scene.session.segments.is_present() {
        return Answer::Unknown;
    }
    let mut streams = 0;
    scene.session.streams(|_, _| streams += 1);
    if streams == 0 { Answer::Speaks(Said::nothing(1.0)) } else { Answer::Quiet }
}

/// Triggers if Wi-Fi switched access points during the session.
pub fn roamed<'a>(scene: &EndScene<'a>) -> Answer<'a> {
    let mut addresses: [Option<&'a str>; 2] = [None; 2];
    for (_, segment) in scene.session.segments.readable() {
        for (_, media) in segment.media.readable() {
            let network = match scene.end {
                super::scene::End::Caller => media.caller_network.value(),
                super::scene::End::Callee => media.callee_network.value(),
            };
            let address = network.and_then(|network| network.basic_service_set_identifier.value());
            let Some(address) = address.map(|address| address.0.as_str()) else { continue };
            match addresses {
                [None, _] => addresses[0] = Some(address),
                [Some(first), None] if first != address => addresses[1] = Some(address),
                _ => {}
            }
        }
    }
    const FIELD: &str = "basicServiceSetIdentifier";
    let reading = |address| Reading::of(scene.end, FIELD, Read::Text(address));
    match addresses {
        [Some(first), Some(second)] => Answer::Speaks(Said::two(1.0, reading(first), reading(second))),
        [Some(_), None] => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Returns the readings of what was said at an end: the rating or the first complaint, then the free text.
fn readings_of<'a>(said: &Feedback<'a>, end: End) -> [Option<Reading<'a>>; 2] {
    let rating = said.rating.map(|word| Reading::of(end, "rating", Read::Text(word)));
    let token = said.tokens.first().map(|token| Reading::of(end, "tokens", Read::Text(token)));
    let text = said.text.map(|text| Reading::of(end, "text", Read::Text(text)));
    [rating.or(token), text]
}

/// Triggers on a complaint although none of the session's streams is poor.
pub fn rated_badly_without_cause<'a>(scene: &EndScene<'a>) -> Answer<'a> {
    let said = Feedback::of(&scene.endpoints);
    // Without measurements, anything could explain the complaint.
    if said.is_empty() || (said.is_complaint() && scene.streams.judged() == 0) {
        return Answer::Unknown;
    }
    if !said.is_complaint() || scene.streams.poor > 0 {
        return Answer::Quiet;
    }
    let [first, text] = readings_of(&said, scene.end);
    Answer::Speaks(Said { weight: 1.0, readings: [first, text, None] })
}

/// Triggers if rated well although a stream is poor.
pub fn rated_well_though_poor<'a>(scene: &EndScene<'a>) -> Answer<'a> {
    let said = Feedback::of(&scene.endpoints);
    let well = [FeedbackRating::Good, FeedbackRating::Excellent];
    match said.rating {
        None => Answer::Unknown,
        Some(rating) if !said.is_complaint() && well.iter().any(|well| well.as_str() == rating) => {
            if scene.streams.poor == 0 {
                return Answer::Quiet;
            }
            let poor = Reading::own("streams", Read::Count(scene.streams.poor.into()));
            Answer::Speaks(Said::two(1.0, Reading::of(scene.end, "rating", Read::Text(rating)), poor))
        }
        Some(_) => Answer::Quiet,
    }
}

/// Triggers on a complaint if a stream of the session is poor.
pub fn rated_badly<'a>(scene: &EndScene<'a>) -> Answer<'a> {
    let said = Feedback::of(&scene.endpoints);
    if said.is_empty() {
        return Answer::Unknown;
    }
    if !said.is_complaint() || scene.streams.poor == 0 {
        return Answer::Quiet;
    }
    let [first, text] = readings_of(&said, scene.end);
    Answer::Speaks(Said { weight: 1.0, readings: [first, text, None] })
}
