//! Draws one direction of a medium as text lines: from the sender's device across networks and relays to the listener's
//! device, with what each side reports about its own part.

use crate::metrics::{DEVICE, Metric, NETWORK, STREAM};
use crate::model::{
    DeviceInfo, Endpoint, Field, Media, MediumKind, NetworkInfo, Node, NodePath, Record, Session, Shown,
    StreamDirection, Text,
};
use crate::triage::Classification;

use crate::text::sanitize;
use crate::wording;

/// A line of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayLine {
    /// One of the two ends.
    Party(String),
    /// Something on the media path that is normal or neutral.
    Fact(String),
    /// A value that points to a problem.
    Trouble(String),
}

/// Draws the media path of a stream. `None` if there is no such stream.
pub fn of(
    session: &Session,
    path: NodePath,
    direction: &str,
    kind: MediumKind,
    judged: &Classification,
) -> Option<Vec<WayLine>> {
    let Node::Stream(stream) = path.find(session)? else { return None };
    let Node::Media(media) = path.parent()?.find(session)? else { return None };
    let segment = path.positions().next().and_then(|at| session.segments.items().get(at)?.value());
    let (caller, callee) = session.ends(segment);
    let is_from_callee = stream.stream_direction.value() == Some(&StreamDirection::CalleeToCaller);
    let ends = [End::of(media, caller, false), End::of(media, callee, true)];
    let [from, to] = if is_from_callee { [&ends[1], &ends[0]] } else { [&ends[0], &ends[1]] };

    let mut way = Way { lines: Vec::new(), kind };
    let label = media.label.value().map(|label| format!(" · {}", sanitize(label))).unwrap_or_default();
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

/// One end, with the network and device it used for the medium.
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
        self.endpoint.map_or_else(|| "unknown endpoint".to_owned(), |it| sanitize(&it.who().name).into_owned())
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
        let what = format!("│    reports: {} {}", metric.label, metric.unit.format(value));
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
                agent.application_version.value().map(|it| sanitize(it).into_owned()),
            ]
        });
        let mut parts: Vec<String> = parts.into_iter().flatten().flatten().collect();
        parts.extend(endpoint.cpu_name.value().map(|cpu| sanitize(cpu).into_owned()));
        if !parts.is_empty() {
            self.inside(&format!("client     {}", parts.join(", ")));
        }
    }

    /// Adds the device that captured or rendered the medium.
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
        let driver = driver.value().map(|driver| format!(" ({})", sanitize(driver))).unwrap_or_default();
        match name.value() {
            Some(name) => self.inside(&format!("{what} {}{driver}", sanitize(name))),
            None => self.inside(&format!("{what} unknown{driver}")),
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
        let Some(network) = end.network else { return self.inside("network    not in the record") };
        let mut link: Vec<String> = word(network, "connectionType").into_iter().collect();
        link.extend(word(network, "wifiBand").map(|band| band_words(&band)));
        let figure = |id: &str| {
            let metric = NETWORK.iter().find(|metric| metric.id == id)?;
            let value = metric.of_network(network).value().copied().filter(|value| metric.is_plausible(*value))?;
            Some(format!("{} {}", metric.label, metric.unit.format(value)))
        };
        link.extend(["wifiChannel", "wifiSignalStrength", "linkSpeed"].into_iter().filter_map(figure));
        self.inside(&format!("network    {}", if link.is_empty() { "unknown".to_owned() } else { link.join(", ") }));
        let text = |field: &Field<Text>| field.value().map(|text| sanitize(text).into_owned());
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
            let address = text(&hop.ip_address).unwrap_or_else(|| "address unknown".to_owned());
            let time = hop
                .round_trip_time
                .value()
                .map(|time| format!("  {}", crate::metrics::Unit::Seconds.format(time.seconds())));
            self.inside(&format!("hop {number:<6} {address}{}", time.unwrap_or_default()));
        }
    }

    /// Adds what lies between the two networks.
    fn between(&mut self, from: &End<'_>, to: &End<'_>) {
        let public = |end: &End<'_>| {
            end.network.and_then(|network| network.reflexive_ip_address.value().map(|it| sanitize(it).into_owned()))
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
                self.fact(&format!(
                    "│  relay {}{port} was allocated to {whose}; it may not have been used",
                    sanitize(relay)
                ));
            }
        }
        if let Some(address) = public(to) {
            self.fact(&format!("┼  seen from outside as {address}"));
        }
    }

    /// Adds what was received, as measured by the listener's side.
    fn arrived(&mut self, stream: &crate::model::MediaStream, judged: &Classification) {
        let breaches: Vec<&str> = judged.breaches().map(|breach| breach.metric.id).collect();
        self.fact(&format!(
            "│  received, as measured by the listener's side: {} {}",
            wording::verdict_glyph(judged.verdict),
            judged.verdict.name()
        ));
        for metric in STREAM.iter().filter(|metric| metric.peak_of.is_none() && metric.is_on(self.kind)) {
            let Field::Value(value) = metric.of_stream(stream) else { continue };
            let line = format!("│    {:<15} {}", metric.label, metric.unit.format(value));
            self.lines.push(if breaches.contains(&metric.id) { WayLine::Trouble(line) } else { WayLine::Fact(line) });
        }
    }
}

/// Formats a Wi-Fi band: `2.4 GHz` for `frequency24GHz`.
fn band_words(band: &str) -> String {
    match band {
        "frequency24GHz" => "2.4 GHz".to_owned(),
        "frequency50GHz" => "5 GHz".to_owned(),
        "frequency60GHz" => "60 GHz".to_owned(),
        other => other.to_owned(),
    }
}

/// Returns a member that is one of the schema's words; `None` if it is unknown.
fn word(record: &dyn Record, member: &str) -> Option<String> {
    let mut found = None;
    record.members(&mut |name, shown| {
        if name == member
            && let Shown::Word { word, .. } = shown
            && !matches!(word, "unknown" | "unknownFutureValue")
        {
            found = Some(sanitize(word).into_owned());
        }
    });
    found
}
