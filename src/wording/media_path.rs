//! Draws one direction of a medium as text lines: from the sender's device across networks and relays to the listener's
//! device, with what each side reports about its own part.

use crate::metrics::{DEVICE, Metric, NETWORK, STREAM};
use crate::model::{
    DeviceInfo, Endpoint, Field, Media, MediumKind, NetworkInfo, Node, NodePath, Record, Session, Shown,
    StreamDirection, Text,
};
use crate::triage::{self, Classification, EvidenceValue, Finding, Severity, Verdict};

use crate::text::sanitize;
use crate::wording;

/// A line of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayLine {
    /// The sign in the first column, which the lines of one part continue.
    pub rail: &'static str,
    /// What the line is about, in a column of its own; empty if it continues the line above.
    pub label: &'static str,
    /// What is said, safe to display.
    pub text: String,
    pub tone: Tone,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// One of the two ends.
    Party,
    /// Normal or neutral.
    Plain,
    /// A value that a finding names as worth checking.
    Noted,
    /// A value over a limit of the rule set, or named by a severe finding.
    Poor,
    /// A stream that is good.
    Good,
}

/// Draws the media path of a stream; values named by `findings` are marked. `None` if there is no such stream.
pub fn of(
    session: &Session,
    path: NodePath,
    direction: &str,
    kind: MediumKind,
    judged: &Classification,
    findings: &[&Finding],
) -> Option<Vec<WayLine>> {
    let Node::Stream(stream) = path.find(session)? else { return None };
    let Node::Media(media) = path.parent()?.find(session)? else { return None };
    let segment = path.positions().next().and_then(|at| session.segments.items().get(at)?.value());
    let (caller, callee) = session.ends(segment);
    let is_from_callee = stream.stream_direction.value() == Some(&StreamDirection::CalleeToCaller);
    let ends = [End::of(media, caller, false), End::of(media, callee, true)];
    let [from, to] = if is_from_callee { [&ends[1], &ends[0]] } else { [&ends[0], &ends[1]] };

    let mut way = Way { lines: Vec::new(), kind, findings };
    let label = media.label.value().map(|label| format!(" · {}", sanitize(label))).unwrap_or_default();
    way.party("", &format!("{direction}{label}"));
    way.put("", "", String::new(), Tone::Plain);
    way.party("▣", &from.name());
    way.client(from);
    way.device(from, true);
    way.network(from, true);
    way.rail();
    way.between(from, to);
    way.rail();
    way.arrived(stream, judged);
    way.put("▼", "", String::new(), Tone::Plain);
    way.network(to, false);
    way.device(to, false);
    way.client(to);
    way.party("▣", &to.name());
    Some(way.lines)
}

/// One end, with the network and device it used for the medium.
struct End<'a> {
    which: triage::End,
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
        let which = if is_callee { triage::End::Callee } else { triage::End::Caller };
        End { which, endpoint, network: network.value(), device: device.value() }
    }

    fn name(&self) -> String {
        self.endpoint.map_or_else(|| "unknown endpoint".to_owned(), |it| sanitize(&it.who().name).into_owned())
    }
}

struct Way<'a> {
    lines: Vec<WayLine>,
    kind: MediumKind,
    findings: &'a [&'a Finding],
}

impl Way<'_> {
    fn put(&mut self, rail: &'static str, label: &'static str, text: String, tone: Tone) {
        self.lines.push(WayLine { rail, label, text, tone });
    }

    fn party(&mut self, rail: &'static str, text: &str) {
        self.put(rail, "", text.to_owned(), Tone::Party);
    }

    fn rail(&mut self) {
        self.put("│", "", String::new(), Tone::Plain);
    }

    fn inside(&mut self, label: &'static str, text: String) {
        self.put("│", label, text, Tone::Plain);
    }

    /// Adds what an end reports about its own part, marked if a finding names this value.
    fn reports(&mut self, end: &End<'_>, metric: &Metric, value: f64) {
        let is_it = |finding: &&&Finding| {
            finding.evidence.iter().any(|one| {
                one.field == metric.id
                    && one.of == Some(end.which)
                    && matches!(one.value, EvidenceValue::Metric(_, named) if named == value)
            })
        };
        let severity = self.findings.iter().filter(is_it).map(|finding| finding.rule.severity).min();
        let tone = match severity {
            Some(Severity::Severe) => Tone::Poor,
            Some(Severity::Warning) => Tone::Noted,
            Some(Severity::Hint | Severity::Note) | None => Tone::Plain,
        };
        self.put("│", "reports", format!("{} {}", metric.label, metric.unit.format(value)), tone);
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
            self.inside("client", parts.join(", "));
        }
    }

    /// Adds the device that captured or rendered the medium.
    fn device(&mut self, end: &End<'_>, is_sender: bool) {
        let Some(device) = end.device else { return };
        let (name, driver, what) = match (is_sender, self.kind) {
            (true, MediumKind::Video) => (&device.capture_device_name, &device.capture_device_driver, "camera"),
            (true, MediumKind::ScreenSharing) => (&device.capture_device_name, &device.capture_device_driver, "screen"),
            (true, _) => (&device.capture_device_name, &device.capture_device_driver, "microphone"),
            (false, MediumKind::Video | MediumKind::ScreenSharing) => {
                (&device.render_device_name, &device.render_device_driver, "screen")
            }
            (false, _) => (&device.render_device_name, &device.render_device_driver, "speaker"),
        };
        let driver = driver.value().map(|driver| format!(" ({})", sanitize(driver))).unwrap_or_default();
        match name.value() {
            Some(name) => self.inside(what, format!("{}{driver}", sanitize(name))),
            None => self.inside(what, format!("unknown{driver}")),
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
                self.reports(end, metric, value);
            }
        }
    }

    fn network(&mut self, end: &End<'_>, is_sender: bool) {
        let Some(network) = end.network else { return self.inside("network", "not in the record".to_owned()) };
        let mut link: Vec<String> = word(network, "connectionType").into_iter().collect();
        link.extend(word(network, "wifiBand").map(|band| band_words(&band)));
        let figure = |id: &str| {
            let metric = NETWORK.iter().find(|metric| metric.id == id)?;
            let value = metric.of_network(network).value().copied().filter(|value| metric.is_plausible(*value))?;
            Some(format!("{} {}", metric.label, metric.unit.format(value)))
        };
        link.extend(["wifiChannel", "wifiSignalStrength", "linkSpeed"].into_iter().filter_map(figure));
        self.inside("network", if link.is_empty() { "unknown".to_owned() } else { link.join(", ") });
        let text = |field: &Field<Text>| field.value().map(|text| sanitize(text).into_owned());
        if let Some(address) = text(&network.ip_address) {
            let port = network.port.value().map(|port| format!(" port {port}")).unwrap_or_default();
            let subnet = text(&network.subnet).map(|subnet| format!(" in {subnet}")).unwrap_or_default();
            self.inside("address", format!("{address}{port}{subnet}"));
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
                self.reports(end, metric, value);
            }
        }
        for (_, hop) in network.trace_route_hops.readable() {
            let number = hop.hop_count.value().map_or_else(|| "?".to_owned(), ToString::to_string);
            let number = format!("{number:>2}");
            let address = text(&hop.ip_address).unwrap_or_else(|| "address unknown".to_owned());
            let time = hop
                .round_trip_time
                .value()
                .map(|time| format!("  {}", crate::metrics::Unit::Seconds.format(time.seconds())));
            self.inside("hop", format!("{number}  {address}{}", time.unwrap_or_default()));
        }
    }

    /// Adds what lies between the two networks.
    fn between(&mut self, from: &End<'_>, to: &End<'_>) {
        let public = |end: &End<'_>| {
            end.network.and_then(|network| network.reflexive_ip_address.value().map(|it| sanitize(it).into_owned()))
        };
        if let Some(address) = public(from) {
            self.put("┼", "outside", format!("seen as {address}"), Tone::Plain);
        }
        let transports: Vec<String> =
            [from, to].iter().filter_map(|end| word(end.network?, "networkTransportProtocol")).collect();
        match transports.as_slice() {
            [one, other] if one != other => {
                self.inside("transport", format!("{one} on the sender's side, {other} on the listener's"));
            }
            [one, ..] if one == "tcp" => {
                self.put("│", "transport", "tcp: every lost packet becomes a delay".to_owned(), Tone::Noted);
            }
            [one, ..] => self.inside("transport", one.clone()),
            [] => {}
        }
        for (end, whose) in [(from, "the sender"), (to, "the listener")] {
            let Some(network) = end.network else { continue };
            if let Some(relay) = network.relay_ip_address.value() {
                let port = network.relay_port.value().map(|port| format!(" port {port}")).unwrap_or_default();
                let relay = sanitize(relay);
                self.inside("relay", format!("{relay}{port}, allocated to {whose}; it may not have been used"));
            }
        }
        if let Some(address) = public(to) {
            self.put("┼", "outside", format!("seen as {address}"), Tone::Plain);
        }
    }

    /// Adds what was received, as measured by the listener's side.
    fn arrived(&mut self, stream: &crate::model::MediaStream, judged: &Classification) {
        let (glyph, verdict) = (wording::verdict_glyph(judged.verdict), judged.verdict.name());
        let tone = match judged.verdict {
            Verdict::Poor => Tone::Poor,
            Verdict::Good => Tone::Good,
            Verdict::Unclassified => Tone::Plain,
        };
        self.put("│", "received", format!("{glyph} {verdict}, as measured by the listener's side"), tone);
        let kind = self.kind;
        for metric in STREAM.iter().filter(|metric| metric.peak_of.is_none() && metric.is_on(kind)) {
            let Field::Value(value) = metric.of_stream(stream) else { continue };
            let breach = judged.breaches().find(|breach| breach.metric == metric);
            let over = breach.map(|it| format!("  poor {} {}", it.side.sign(), metric.unit.format(it.limit)));
            let tone = if breach.is_some() { Tone::Poor } else { Tone::Plain };
            let (label, value) = (metric.label, metric.unit.format(value));
            self.put("│", "", format!("{label:<15} {value}{}", over.unwrap_or_default()), tone);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::session;
    use crate::triage::{RuleSets, examine};

    #[test]
    fn only_what_is_a_problem_is_marked() {
        let json = r#"{"caller":{"associatedIdentity":{"displayName":"Ana Lima"}},"segments":[{"media":[{"label":"main-audio",
            "callerNetwork":{"sentQualityEventRatio":0.46,"delayEventRatio":0.01,"networkTransportProtocol":"udp"},
            "streams":[{"streamDirection":"callerToCallee","packetUtilization":900,"averagePacketLossRate":0.2,
                "averageJitter":"PT0.007S"}]}]}]}"#;
        let session = session::read(json.as_bytes()).expect("a session").session;
        let rules = RuleSets::built_in().at(0);
        let findings = examine(&session, rules);
        let path = NodePath::segment(0).child(0).child(0);
        let judged = judged_of(&session, path, rules);
        let way = of(&session, path, "Ana spoke", MediumKind::Audio, &judged, &findings.iter().collect::<Vec<_>>());
        let way = way.expect("there is such a stream");
        let tone = |text: &str| way.iter().find(|line| line.text.contains(text)).map(|line| line.tone);
        assert_eq!(tone("sent badly 46 %"), Some(Tone::Noted), "{way:#?}");
        assert_eq!(tone("delayed 1 %"), Some(Tone::Plain));
        assert_eq!(tone("20 %  poor > 10 %"), Some(Tone::Poor));
        assert_eq!(tone("7 ms"), Some(Tone::Plain));
        assert_eq!(tone("udp"), Some(Tone::Plain));
    }

    fn judged_of(session: &Session, path: NodePath, rules: &crate::triage::RuleSet) -> Classification {
        let Some(Node::Stream(stream)) = path.find(session) else { panic!("no stream") };
        let bound = triage::verdict::Bound::of(stream, session.caller.value(), session.callee.value());
        triage::judge_stream(rules, MediumKind::Audio, bound, stream)
    }
}
