//! One direction of a medium as a picture in lines: from the speaker's device over networks and relays to the
//! listener's device, with what each party says of its own part.

use crate::metrics::{DEVICE, Metric, NETWORK, STREAM};
use crate::model::{
    DeviceInfo, Endpoint, Field, Media, MediumKind, NetworkInfo, Node, NodePath, Record, Session, Shown,
    StreamDirection, Text,
};
use crate::triage::Judgement;

use super::clean::clean;
use super::sentences;

/// A line of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayLine {
    /// One of the two ends.
    Party(String),
    /// Something on the way, as it should be or without a meaning of its own.
    Fact(String),
    /// Testimony that speaks of trouble.
    Trouble(String),
}

/// The way of a stream. `None` when there is no such stream.
pub fn of(
    session: &Session,
    path: NodePath,
    direction: &str,
    kind: MediumKind,
    judged: &Judgement,
) -> Option<Vec<WayLine>> {
    let Node::Stream(stream) = path.find(session)? else { return None };
    let Node::Media(media) = path.parent()?.find(session)? else { return None };
    let segment = path.positions().next().and_then(|at| session.segments.items().get(at)?.value());
    let (caller, callee) = session.ends(segment);
    let is_from_callee = stream.stream_direction.value() == Some(&StreamDirection::CalleeToCaller);
    let ends = [End::of(media, caller, false), End::of(media, callee, true)];
    let [from, to] = if is_from_callee { [&ends[1], &ends[0]] } else { [&ends[0], &ends[1]] };

    let mut way = Way { lines: Vec::new(), kind };
    let label = media.label.value().map(|label| format!(" · {}", clean(label))).unwrap_or_default();
    way.party(&format!("{direction}{label}"));
    way.fact("");
    way.party(&format!("▣ {}", from.name()));
    way.client(from);
    way.device(from, true);
    way.network(from, true);
    way.fact("│");
    way.between(from, to);
    way.fact("│");
    way.arrived(stream, judged);
    way.fact("▼");
    way.network(to, false);
    way.device(to, false);
    way.client(to);
    way.party(&format!("▣ {}", to.name()));
    Some(way.lines)
}

/// One end with what it used for the medium.
struct End<'a> {
    endpoint: Option<&'a Endpoint>,
    network: Option<&'a NetworkInfo>,
    device: Option<&'a DeviceInfo>,
}

impl<'a> End<'a> {
    fn of(media: &'a Media, endpoint: Option<&'a Endpoint>, is_callee: bool) -> End<'a> {
        let (network, device) = if is_callee {
            (&media.callee_network, &media.callee_device)
        } else {
            (&media.caller_network, &media.caller_device)
        };
        End { endpoint, network: network.value(), device: device.value() }
    }

    fn name(&self) -> String {
        self.endpoint
            .map_or_else(|| "an end that the record does not tell".to_owned(), |it| clean(&it.who().name).into_owned())
    }
}

struct Way {
    lines: Vec<WayLine>,
    kind: MediumKind,
}

impl Way {
    fn party(&mut self, text: &str) {
        self.lines.push(WayLine::Party(text.to_owned()));
    }

    fn fact(&mut self, text: &str) {
        self.lines.push(WayLine::Fact(text.to_owned()));
    }

    fn inside(&mut self, text: &str) {
        self.fact(&format!("│  {text}"));
    }

    fn says(&mut self, metric: &Metric, value: f64) {
        let what = format!("│    it says: {} {}", metric.label, metric.unit.format(value));
        self.lines.push(WayLine::Trouble(what));
    }

    fn client(&mut self, end: &End<'_>) {
        let Some(endpoint) = end.endpoint else { return };
        let agent = endpoint.user_agent.value();
        let parts = agent.map(|agent| {
            [
                word(agent, "platform"),
                word(agent, "productFamily"),
                word(agent, "role"),
                agent.application_version.value().map(|it| clean(it).into_owned()),
            ]
        });
        let mut parts: Vec<String> = parts.into_iter().flatten().flatten().collect();
        parts.extend(endpoint.cpu_name.value().map(|cpu| clean(cpu).into_owned()));
        if !parts.is_empty() {
            self.inside(&format!("client     {}", parts.join(", ")));
        }
    }

    /// The device that the medium was recorded with, or played on.
    fn device(&mut self, end: &End<'_>, is_sender: bool) {
        let Some(device) = end.device else { return };
        let (name, driver, what) = match (is_sender, self.kind) {
            (true, MediumKind::Video) => (&device.capture_device_name, &device.capture_device_driver, "camera    "),
            (true, MediumKind::ScreenSharing) => {
                (&device.capture_device_name, &device.capture_device_driver, "screen    ")
            }
            (true, _) => (&device.capture_device_name, &device.capture_device_driver, "microphone"),
            (false, MediumKind::Video | MediumKind::ScreenSharing) => {
                (&device.render_device_name, &device.render_device_driver, "screen    ")
            }
            (false, _) => (&device.render_device_name, &device.render_device_driver, "speaker   "),
        };
        let driver = driver.value().map(|driver| format!(" ({})", clean(driver))).unwrap_or_default();
        match name.value() {
            Some(name) => self.inside(&format!("{what} {}{driver}", clean(name))),
            None => self.inside(&format!("{what} not told{driver}")),
        }
        const OF_SENDER: &[&str] = &[
            "captureNotFunctioningEventRatio",
            "deviceClippingEventRatio",
            "micGlitchRate",
            "lowSpeechLevelEventRatio",
            "lowSpeechToNoiseEventRatio",
            "howlingEventCount",
            "deviceGlitchEventRatio",
            "cpuInsufficentEventRatio",
        ];
        const OF_LISTENER: &[&str] = &[
            "renderNotFunctioningEventRatio",
            "renderMuteEventRatio",
            "renderZeroVolumeEventRatio",
            "speakerGlitchRate",
            "deviceGlitchEventRatio",
            "cpuInsufficentEventRatio",
        ];
        let of = if is_sender { OF_SENDER } else { OF_LISTENER };
        for metric in DEVICE.iter().filter(|metric| of.contains(&metric.id)) {
            if let Field::Value(value) = metric.of_device(device)
                && value > 0.0
            {
                self.says(metric, value);
            }
        }
    }

    fn network(&mut self, end: &End<'_>, is_sender: bool) {
        let Some(network) = end.network else { return self.inside("network    the record does not tell it") };
        let mut link: Vec<String> = word(network, "connectionType").into_iter().collect();
        link.extend(word(network, "wifiBand").map(|band| band_words(&band)));
        let figure = |id: &str| {
            let metric = NETWORK.iter().find(|metric| metric.id == id)?;
            let value = metric.of_network(network).value().copied().filter(|value| metric.is_plausible(*value))?;
            Some(format!("{} {}", metric.label, metric.unit.format(value)))
        };
        link.extend(["wifiChannel", "wifiSignalStrength", "linkSpeed"].into_iter().filter_map(figure));
        self.inside(&format!("network    {}", if link.is_empty() { "not told".to_owned() } else { link.join(", ") }));
        let text = |field: &Field<Text>| field.value().map(|text| clean(text).into_owned());
        if let Some(address) = text(&network.ip_address) {
            let port = network.port.value().map(|port| format!(" port {port}")).unwrap_or_default();
            let subnet = text(&network.subnet).map(|subnet| format!(" in {subnet}")).unwrap_or_default();
            self.inside(&format!("address    {address}{port}{subnet}"));
        }
        let of = if is_sender {
            ["sentQualityEventRatio", "delayEventRatio", "bandwidthLowEventRatio"]
        } else {
            ["receivedQualityEventRatio", "delayEventRatio", ""]
        };
        for metric in NETWORK.iter().filter(|metric| of.contains(&metric.id)) {
            if let Field::Value(value) = metric.of_network(network)
                && value > 0.0
            {
                self.says(metric, value);
            }
        }
        for (_, hop) in network.trace_route_hops.readable() {
            let number = hop.hop_count.value().map_or_else(|| "?".to_owned(), ToString::to_string);
            let address = text(&hop.ip_address).unwrap_or_else(|| "does not say its address".to_owned());
            let time = hop
                .round_trip_time
                .value()
                .map(|time| format!("  {}", crate::metrics::Unit::Seconds.format(time.seconds())));
            self.inside(&format!("hop {number:<6} {address}{}", time.unwrap_or_default()));
        }
    }

    /// What lies between the two networks.
    fn between(&mut self, from: &End<'_>, to: &End<'_>) {
        let public = |end: &End<'_>| {
            end.network.and_then(|network| network.reflexive_ip_address.value().map(|it| clean(it).into_owned()))
        };
        if let Some(address) = public(from) {
            self.fact(&format!("┼  seen from outside as {address}"));
        }
        let transports: Vec<String> =
            [from, to].iter().filter_map(|end| word(end.network?, "networkTransportProtocol")).collect();
        match transports.as_slice() {
            [one, other] if one != other => {
                self.fact(&format!("│  carried over {one} on this side, {other} on the other"))
            }
            [one, ..] if one == "tcp" => {
                self.lines.push(WayLine::Trouble("│  carried over tcp: every lost packet becomes a delay".to_owned()));
            }
            [one, ..] => self.fact(&format!("│  carried over {one}")),
            [] => {}
        }
        for (end, whose) in [(from, "the sender"), (to, "the listener")] {
            let Some(network) = end.network else { continue };
            if let Some(relay) = network.relay_ip_address.value() {
                let port = network.relay_port.value().map(|port| format!(" port {port}")).unwrap_or_default();
                self.fact(&format!("│  relay {}{port} was given to {whose}; it need not have been used", clean(relay)));
            }
        }
        if let Some(address) = public(to) {
            self.fact(&format!("┼  seen from outside as {address}"));
        }
    }

    /// What arrived, as the listener's side measured it.
    fn arrived(&mut self, stream: &crate::model::MediaStream, judged: &Judgement) {
        let breaches: Vec<&str> = judged.breaches().map(|breach| breach.metric.id).collect();
        self.fact(&format!(
            "│  what arrived, as the listener's side measured it: {} {}",
            sentences::verdict_glyph(judged.verdict),
            judged.verdict.name()
        ));
        for metric in STREAM.iter().filter(|metric| metric.peak_of.is_none() && metric.is_on(self.kind)) {
            let Field::Value(value) = metric.of_stream(stream) else { continue };
            let line = format!("│    {:<15} {}", metric.label, metric.unit.format(value));
            self.lines.push(if breaches.contains(&metric.id) { WayLine::Trouble(line) } else { WayLine::Fact(line) });
        }
    }
}

/// `frequency24GHz` as people say it.
fn band_words(band: &str) -> String {
    match band {
        "frequency24GHz" => "2.4 GHz".to_owned(),
        "frequency50GHz" => "5 GHz".to_owned(),
        "frequency60GHz" => "60 GHz".to_owned(),
        other => other.to_owned(),
    }
}

/// A member that is one of the schema's words, as text; nothing where it says that it does not know.
fn word(record: &dyn Record, member: &str) -> Option<String> {
    let mut found = None;
    record.members(&mut |name, shown| {
        if name == member
            && let Shown::Word { word, .. } = shown
            && !matches!(word, "unknown" | "unknownFutureValue")
        {
            found = Some(clean(word).into_owned());
        }
    });
    found
}
