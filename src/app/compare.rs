//! Two sessions side by side, each from its participant's point of view: differences first, and among those the ones
//! that decide the verdict.

use crate::metrics::{self, Metric};
use crate::model::{EndpointKind, Field, Media, MediumKind, NodePath, Record, Session, Shown, StreamDirection};
use crate::text::sanitize;
use crate::triage::{Counts, RuleSet, Said, Verdict};
use crate::wording;
use crate::wording::feedback;

use super::details::{DetailLine, DetailValue, Details, ValueKind, paired};
use super::session_detail::SessionDetail;
use super::viewport::Viewport;

/// A session with its name in the list.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The session.
    pub open: &'a SessionDetail,
    /// The participant's name.
    pub name: &'a str,
}

/// Compares two sessions side by side.
pub fn compare(one: Compared<'_>, other: Compared<'_>, rules: &RuleSet) -> Details {
    let pair = [one, other];
    let columns = || pair.map(|it| sanitize(it.name).into_owned()).to_vec();
    let mut lines = vec![DetailLine::Heading("session", columns())];
    lines.extend(sessions(pair));
    for flow in FLOWS {
        let rows = flow_rows(pair, flow, rules);
        if !rows.is_empty() {
            lines.push(DetailLine::Heading(flow.name, columns()));
            lines.extend(rows);
        }
    }
    let ends = pair.map(|it| End::of(&it.open.session));
    for (heading, pick) in SECTIONS {
        let [left, right] = [pick(&ends[0]), pick(&ends[1])];
        let members = paired(left, right);
        if members.is_empty() {
            continue;
        }
        lines.push(DetailLine::Heading(heading, columns()));
        push_apart(members, &mut lines);
    }
    let title = format!("Comparison · {} and {}", sanitize(one.name), sanitize(other.name));
    Details { path: NodePath::SESSION, title: Some(title), viewport: Viewport::new(1, lines.len()), lines }
}

/// Summarizes each session as a whole.
fn sessions(pair: [Compared<'_>; 2]) -> Vec<DetailLine> {
    let counts = pair.map(|it| {
        let mut counts = Counts::default();
        it.open.streams.iter().for_each(|stream| counts.add(stream.judgement.verdict));
        counts
    });
    let verdicts = counts.map(|counts| DetailValue {
        text: format!("{} {}", wording::verdict_glyph(counts.verdict()), counts.verdict().name()),
        kind: if counts.verdict() == Verdict::Poor { ValueKind::Poor } else { ValueKind::Value },
    });
    let streams = counts.map(|counts| {
        plain(format!("{} poor, {} good, {} unclassified", counts.poor, counts.good, counts.unclassified))
    });
    let length = pair.map(|it| {
        let span = (it.open.session.start.value(), it.open.session.end.value());
        match span {
            (Some(start), Some(end)) => plain(wording::length(start.until(*end).seconds())),
            _ => missing("not reported"),
        }
    });
    let failure = pair.map(|it| match it.open.session.failure_info.value() {
        Some(failure) => DetailValue {
            text: sanitize(failure.reason.value().map_or("failed", |reason| reason.as_str())).into_owned(),
            kind: ValueKind::Poor,
        },
        None => missing("none"),
    });
    let rating = pair.map(|it| {
        let end = End::of(&it.open.session);
        let answers = end.endpoint.and_then(|endpoint| endpoint.feedback.value());
        let said = answers.map(Said::of_feedback).unwrap_or_default();
        match said.is_empty() {
            false => plain(feedback::short(&said)),
            true => missing("not rated"),
        }
    });
    let mut rows = vec![("verdict", verdicts), ("streams", streams), ("length", length)];
    rows.extend(
        [("failure", failure), ("said", rating)]
            .into_iter()
            .filter(|(_, values)| values.iter().any(|it| it.kind != ValueKind::Absent)),
    );
    rows.into_iter()
        .map(|(name, values)| DetailLine::Member { name: name.to_owned(), values: values.to_vec() })
        .collect()
}

/// One kind of medium in one direction, from the participant's point of view.
struct FlowKind {
    name: &'static str,
    kind: MediumKind,
    is_sent: bool,
}

const fn flow(name: &'static str, kind: MediumKind, is_sent: bool) -> FlowKind {
    FlowKind { name, kind, is_sent }
}

/// In the order in which people tend to report problems with them.
const FLOWS: &[FlowKind] = &[
    flow("audio they sent", MediumKind::Audio, true),
    flow("audio they received", MediumKind::Audio, false),
    flow("video they sent", MediumKind::Video, true),
    flow("video they received", MediumKind::Video, false),
    flow("screen sharing they sent", MediumKind::ScreenSharing, true),
    flow("screen sharing they received", MediumKind::ScreenSharing, false),
];

/// The worst values of a direction: first the metrics that are poor on one side only, then by the size of the
/// difference.
fn flow_rows(pair: [Compared<'_>; 2], flow: &FlowKind, rules: &RuleSet) -> Vec<DetailLine> {
    let mut rows: Vec<(f64, DetailLine)> = Vec::new();
    for metric in metrics::STREAM.iter().filter(|metric| metric.is_on(flow.kind)) {
        let values = pair.map(|it| worst(it.open, flow, metric));
        if values.iter().all(|value| value.is_none()) {
            continue;
        }
        let classifier = rules.classifier(flow.kind);
        let limit = classifier.and_then(|it| it.conditions.iter().find(|condition| condition.metric == metric));
        let is_poor =
            values.map(|value| matches!((value, limit), (Some(value), Some(it)) if it.side.holds(value, it.limit)));
        let cells = [0, 1].map(|at| match values[at] {
            Some(value) => DetailValue {
                text: metric.unit.format(value),
                kind: if is_poor[at] { ValueKind::Poor } else { ValueKind::Value },
            },
            None => missing("not measured"),
        });
        let apart = match values {
            [Some(one), Some(other)] => (one.max(1e-9) / other.max(1e-9)).ln().abs().min(20.0),
            _ => 0.5,
        };
        let matters =
            if is_poor[0] != is_poor[1] { 1000.0 } else { 0.0 } + if limit.is_some() { 30.0 } else { 0.0 } + apart;
        let name = match limit {
            Some(it) => format!("{} (poor {} {})", metric.label, it.side.sign(), metric.unit.format(it.limit)),
            None => metric.label.to_owned(),
        };
        rows.push((matters, DetailLine::Member { name, values: cells.to_vec() }));
    }
    rows.sort_by(|one, other| other.0.total_cmp(&one.0));
    rows.into_iter().map(|(_, line)| line).collect()
}

fn worst(open: &SessionDetail, flow: &FlowKind, metric: &'static Metric) -> Option<f64> {
    let is_callee = End::of(&open.session).is_callee;
    let mut worst: Option<f64> = None;
    open.session.streams(|place, stream| {
        let is_from_callee = match stream.stream_direction.value() {
            Some(StreamDirection::CallerToCallee) => false,
            Some(StreamDirection::CalleeToCaller) => true,
            _ => return,
        };
        let kind = if place.kind == MediumKind::Other { MediumKind::Audio } else { place.kind };
        if kind != flow.kind || (is_from_callee == is_callee) != flow.is_sent {
            return;
        }
        if let Field::Value(value) = metric.of_stream(stream)
            && worst.is_none_or(|so_far| metric.is_worse(value, so_far))
        {
            worst = Some(value);
        }
    });
    worst
}

/// The participant's own end of a session.
struct End<'a> {
    endpoint: Option<&'a crate::model::Endpoint>,
    media: Option<&'a Media>,
    is_callee: bool,
}

impl<'a> End<'a> {
    fn of(session: &'a Session) -> End<'a> {
        let is_person =
            |end: &Field<crate::model::Endpoint>| end.value().is_some_and(|it| it.kind() == EndpointKind::Participant);
        let is_callee = !is_person(&session.caller) && is_person(&session.callee);
        let endpoint = if is_callee { session.callee.value() } else { session.caller.value() };
        let media =
            || session.segments.readable().flat_map(|(_, segment)| segment.media.readable().map(|(_, media)| media));
        // Calls are mainly about voice; without audio, any medium describes the network.
        let media = media().find(|media| media.kind() == MediumKind::Audio).or_else(|| media().next());
        End { endpoint, media, is_callee }
    }

    fn network(&self) -> Shown<'a> {
        let Some(media) = self.media else { return Shown::Absent };
        if self.is_callee { media.callee_network.show() } else { media.caller_network.show() }
    }

    fn device(&self) -> Shown<'a> {
        let Some(media) = self.media else { return Shown::Absent };
        if self.is_callee { media.callee_device.show() } else { media.caller_device.show() }
    }

    fn client(&self) -> Shown<'a> {
        self.endpoint.map_or(Shown::Absent, |endpoint| Shown::Record(endpoint as &dyn Record))
    }
}

type Pick = for<'a> fn(&End<'a>) -> Shown<'a>;

/// The other sections of the comparison.
const SECTIONS: &[(&str, Pick)] = &[
    ("their network (audio)", |end| end.network()),
    ("their device (audio)", |end| end.device()),
    ("their client", |end| end.client()),
];

/// Pushes members that differ, one per line, and the names of those that do not.
fn push_apart(members: Vec<(String, Vec<DetailValue>)>, lines: &mut Vec<DetailLine>) {
    let mut same = Vec::new();
    let mut nothing = Vec::new();
    for (name, values) in members {
        if name.contains('@') {
            continue;
        }
        if values.iter().all(|value| value.kind == ValueKind::Absent) {
            nothing.push(name);
        } else if values.windows(2).all(|two| two[0] == two[1]) {
            same.push(name);
        } else {
            lines.push(DetailLine::Member { name, values });
        }
    }
    if !same.is_empty() {
        lines.push(DetailLine::Same(same.join(", ")));
    }
    if !nothing.is_empty() {
        lines.push(DetailLine::NotSent(nothing.join(", ")));
    }
}

fn plain(text: String) -> DetailValue {
    DetailValue { text, kind: ValueKind::Value }
}

fn missing(text: &str) -> DetailValue {
    DetailValue { text: text.to_owned(), kind: ValueKind::Absent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::session_detail::Judge;
    use crate::call::Place;
    use crate::model::session;
    use crate::triage::RuleSets;

    fn open(link: &str, loss: f64) -> SessionDetail {
        let json = format!(
            r#"{{"caller":{{"associatedIdentity":{{"displayName":"A"}},"cpuName":"same"}},"callee":{{"userAgent":{{"role":"mediaController"}}}},
                "segments":[{{"media":[{{"label":"main-audio","callerNetwork":{{"connectionType":"{link}","subnet":"192.0.2.0"}},
                "streams":[{{"streamDirection":"callerToCallee","packetUtilization":2000,"averagePacketLossRate":{loss},"averageJitter":"PT0.007S"}}]}}]}}]}}"#
        );
        let read = session::read(json.as_bytes()).expect("a session").session;
        let place = Place { part: 0, offset: 0, length: 0 };
        let sets = RuleSets::built_in();
        SessionDetail::new(place, json.into_bytes(), read, &Default::default(), sets, Judge { set: 0, base: 0 })
    }

    #[test]
    fn what_decides_the_verdict_stands_first_and_what_is_the_same_is_only_named() {
        let (one, other) = (open("wifi", 0.2), open("wired", 0.0));
        let rules = RuleSets::built_in().at(0);
        let sheet = compare(Compared { open: &one, name: "Ana" }, Compared { open: &other, name: "Bo" }, rules);
        let lines: Vec<String> = sheet
            .lines
            .iter()
            .map(|line| match line {
                DetailLine::Heading(heading, columns) => format!("# {heading}: {}", columns.join(" | ")),
                DetailLine::Member { name, values } => {
                    let values: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
                    format!("{name}: {}", values.join(" | "))
                }
                DetailLine::Same(names) => format!("same: {names}"),
                DetailLine::NotSent(_) | DetailLine::Omitted(_) | DetailLine::NotAsked(_) => "not sent".to_owned(),
            })
            .collect();
        let place = |start: &str| {
            lines.iter().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {lines:#?}"))
        };
        assert!(lines[1].starts_with("verdict: ✖ poor | ✓ good"), "{lines:#?}");
        assert_eq!(place("# audio they sent"), place("loss (poor > 10 %): 20 % | 0 %") - 1, "{lines:#?}");
        assert!(place("loss") < place("jitter") && place("jitter") < place("connectionType: wifi | wired"));
        assert!(lines[place("same: ")].contains("subnet"), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.contains("audio they received")), "{lines:#?}");
    }
}
