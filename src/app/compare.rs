//! Two sessions side by side, each from its participant's point of view: figures by how far apart they are in units of
//! their limit, then networks, devices and clients. Equal values share one line until the user opens it.

use crate::metrics::{self, Metric, Part};
use crate::model::{EndpointKind, Field, Media, MediumKind, Record, Session, Shown, StreamDirection};
use crate::text::sanitize;
use crate::triage::factors::{FACTORS, Factor};
use crate::triage::findings::Check;
use crate::triage::rules::Side;
use crate::triage::{Counts, RULES, RuleSet, Said, Severity, Verdict};
use crate::wording;
use crate::wording::feedback;

use super::details::{DetailValue, ValueKind, paired};
use super::session_detail::SessionDetail;
use super::viewport::Viewport;

/// A session with its name in the list.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The session.
    pub open: &'a SessionDetail,
    /// The participant's name.
    pub name: &'a str,
    /// What the user's files say about the participant, as texts safe to display.
    pub listed: &'a [(&'static Factor, String)],
}

/// Two sessions side by side.
#[derive(Debug)]
pub struct Comparison {
    /// The participants' names, safe to display.
    pub names: [String; 2],
    sections: Vec<Section>,
    /// Why this session was picked, if the program picked it.
    why: Option<String>,
    /// Whether what is the same is listed as well.
    pub is_open: bool,
    /// What is shown.
    pub lines: Vec<CompareLine>,
    /// The cursor and the window.
    pub viewport: Viewport,
}

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum CompareLine {
    /// Why this session was picked.
    Why(String),
    Heading(&'static str),
    Row(CompareRow),
    /// How many rows of the section above are the same in both sessions, and what they are.
    Same(usize, String),
    /// The members that neither session has.
    Neither(String),
}

/// Something that both sessions have, or one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareRow {
    /// Graph's name of the member; empty for what callscope summarizes.
    pub member: &'static str,
    pub label: String,
    pub values: [DetailValue; 2],
    /// How far apart the values are: `+1.9 limits` if the first session is that much closer to its limit or beyond it;
    /// empty for what is not a number.
    pub difference: String,
    /// What a value beyond the limit is, and the limit: `poor > 30 ms`; empty if there is none.
    pub limit: String,
}

#[derive(Debug, Default)]
struct Section {
    heading: &'static str,
    apart: Vec<CompareRow>,
    same: Vec<CompareRow>,
    neither: Vec<String>,
}

/// Values less than this far apart count as the same, in units of the limit, or of the larger value where there is no
/// limit. Our own number: nobody hears a tenth of a limit.
const SAME: f64 = 0.1;

impl Comparison {
    /// Compares two sessions; `why` says how the second was picked, if the program picked it.
    pub fn new(one: Compared<'_>, other: Compared<'_>, rules: &RuleSet, why: Option<String>) -> Comparison {
        let pair = [one, other];
        let mut sections = vec![sessions(pair), figures(pair, rules)];
        let ends = pair.map(|it| End::of(&it.open.session));
        sections.extend(PARTS.iter().map(|(heading, pick)| {
            let [left, right] = [pick(&ends[0]), pick(&ends[1])];
            members(heading, paired(left, right))
        }));
        let names = pair.map(|it| sanitize(it.name).into_owned());
        let mut comparison =
            Comparison { names, sections, why, is_open: false, lines: Vec::new(), viewport: Viewport::default() };
        comparison.lay_out();
        comparison
    }

    /// Lists what is the same, or folds it into a line again.
    pub fn toggle_same(&mut self) {
        self.is_open = !self.is_open;
        let heading = self.lines.iter().take(self.viewport.at + 1).rev().find_map(|line| match line {
            CompareLine::Heading(heading) => Some(*heading),
            _ => None,
        });
        self.lay_out();
        // The cursor stays in its section.
        let place = self.lines.iter().position(|line| matches!(line, CompareLine::Heading(it) if Some(*it) == heading));
        self.viewport.go_to(self.viewport.at.max(place.unwrap_or(0)));
    }

    /// Returns the row under the cursor.
    pub fn selected(&self) -> Option<&CompareRow> {
        match self.lines.get(self.viewport.at)? {
            CompareLine::Row(row) => Some(row),
            _ => None,
        }
    }

    /// Returns what is shown as a text to copy.
    pub fn words(&self) -> String {
        let lines = self.lines.iter().map(|line| match line {
            CompareLine::Why(why) => why.clone(),
            CompareLine::Heading(heading) => format!("{heading}:"),
            CompareLine::Row(row) => row.words(&self.names),
            CompareLine::Same(_, names) => format!("the same in both: {names}"),
            CompareLine::Neither(names) => format!("not in either record: {names}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn lay_out(&mut self) {
        self.lines.clear();
        self.lines.extend(self.why.clone().map(CompareLine::Why));
        for section in &self.sections {
            if section.apart.is_empty() && section.same.is_empty() {
                continue;
            }
            self.lines.push(CompareLine::Heading(section.heading));
            self.lines.extend(section.apart.iter().cloned().map(CompareLine::Row));
            match (section.same.len(), self.is_open) {
                (0, _) => {}
                (_, true) => self.lines.extend(section.same.iter().cloned().map(CompareLine::Row)),
                (count, false) => {
                    let names: Vec<&str> = section.same.iter().map(|row| row.label.as_str()).collect();
                    self.lines.push(CompareLine::Same(count, names.join(", ")));
                }
            }
            if self.is_open && !section.neither.is_empty() {
                self.lines.push(CompareLine::Neither(section.neither.join(", ")));
            }
        }
        self.viewport.set_len(self.lines.len());
    }
}

impl CompareRow {
    /// Returns the row as a text: every value with its participant, the difference and the limit.
    pub fn words(&self, names: &[String; 2]) -> String {
        let value = |at: usize| match (&names[at], &self.values[at].text) {
            (name, text) if text.is_empty() => format!("{name} not in the record"),
            (name, text) => format!("{name} {text}"),
        };
        let difference = if self.difference.is_empty() { String::new() } else { format!(" · {}", self.difference) };
        let limit = if self.limit.is_empty() { String::new() } else { format!(" ({})", self.limit) };
        format!("{}: {} · {}{difference}{limit}", self.label, value(0), value(1))
    }
}

/// Summarizes each session as a whole.
fn sessions(pair: [Compared<'_>; 2]) -> Section {
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
    let rows =
        [("verdict", verdicts), ("streams", streams), ("length", length), ("failure", failure), ("said", rating)];
    let listed = FACTORS.iter().filter(|factor| factor.is_listed()).map(|factor| {
        let values = pair.map(|it| {
            let texts = it.listed.iter().filter(|(other, _)| other.id == factor.id).map(|(_, text)| text.as_str());
            match texts.collect::<Vec<_>>() {
                none if none.is_empty() => missing("not known"),
                texts => plain(texts.join(", ")),
            }
        });
        (factor.label, values)
    });
    let is_told = |values: &[DetailValue; 2]| values.iter().any(|it| it.kind != ValueKind::Absent);
    let rows = rows.into_iter().chain(listed).filter(|(_, values)| is_told(values)).map(|(label, values)| CompareRow {
        member: "",
        label: label.to_owned(),
        values,
        difference: String::new(),
        limit: String::new(),
    });
    Section { heading: "session", apart: rows.collect(), ..Section::default() }
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
    flow("audio sent", MediumKind::Audio, true),
    flow("audio received", MediumKind::Audio, false),
    flow("video sent", MediumKind::Video, true),
    flow("video received", MediumKind::Video, false),
    flow("sharing sent", MediumKind::ScreenSharing, true),
    flow("sharing received", MediumKind::ScreenSharing, false),
];

/// How far apart two values of a metric are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Apart {
    /// Whether the metric has a limit: those come first.
    has_limit: bool,
    /// Whether the first session's value is the worse one.
    is_worse: bool,
    /// In units of the limit, or of the larger value where there is none.
    by: f64,
}

impl Apart {
    /// Compares two: those with a limit first, the largest difference first. Without a limit, what is worse in the first
    /// session comes before what is better.
    fn order(&self, other: &Apart) -> std::cmp::Ordering {
        let rank = |it: &Apart| (it.has_limit, it.has_limit || it.is_worse);
        rank(other).cmp(&rank(self)).then(other.by.abs().total_cmp(&self.by.abs()))
    }
}

/// The limit that a figure is compared by.
#[derive(Debug, Clone, Copy)]
struct Limit {
    side: Side,
    limit: f64,
    /// What a value beyond it is.
    word: &'static str,
}

/// The worst values of every direction and of each person's network and device, the largest difference first: in units
/// of the limit, then those without one.
fn figures(pair: [Compared<'_>; 2], rules: &RuleSet) -> Section {
    let mut all: Vec<(Apart, CompareRow)> = Vec::new();
    for flow in FLOWS {
        let classifier = rules.classifier(flow.kind);
        for metric in metrics::STREAM.iter().filter(|metric| metric.is_on(flow.kind)) {
            let values = pair.map(|it| worst(it.open, flow, metric));
            let condition = classifier.and_then(|it| it.conditions.iter().find(|condition| condition.metric == metric));
            let limit = condition.map(|it| Limit { side: it.side, limit: it.limit, word: "poor" });
            all.extend(figure(flow.name, metric, values, limit));
        }
    }
    let ends = pair.map(|it| End::of(&it.open.session));
    for metric in metrics::NETWORK.iter().chain(metrics::DEVICE) {
        let values = [0, 1].map(|at| ends[at].figure(metric));
        let name = if metric.part() == Part::Network { "network" } else { "device" };
        all.extend(figure(name, metric, values, limit_of_findings(pair, metric)));
    }
    all.sort_by(|(one, _), (other, _)| one.order(other));
    let (same, apart): (Vec<_>, Vec<_>) = all.into_iter().partition(|(by, _)| by.by.abs() < SAME);
    let rows = |rows: Vec<(Apart, CompareRow)>| rows.into_iter().map(|(_, row)| row).collect();
    Section { heading: "figures by difference", apart: rows(apart), same: rows(same), neither: Vec::new() }
}

/// Returns the limit of the findings about a metric: of one that was found, or of the first rule that has one.
fn limit_of_findings(pair: [Compared<'_>; 2], metric: &'static Metric) -> Option<Limit> {
    let word = |severity: Severity| if severity == Severity::Severe { "poor" } else { "noted" };
    let found = pair.iter().flat_map(|it| &it.open.findings).find_map(|said| {
        let limit = said.finding.evidence.iter().find(|one| one.field == metric.id)?.limit?;
        Some(Limit { side: Side::Over, limit, word: word(said.severity()) })
    });
    found.or_else(|| {
        RULES.iter().find_map(|rule| match rule.check {
            Check::Figure(of, side, limit) if of == metric => Some(Limit { side, limit, word: word(rule.severity) }),
            _ => None,
        })
    })
}

fn figure(
    of: &str,
    metric: &'static Metric,
    values: [Option<f64>; 2],
    limit: Option<Limit>,
) -> Option<(Apart, CompareRow)> {
    // A limit of zero is no unit to measure in.
    let limit = limit.filter(|it| it.limit > 0.0);
    let cells = values.map(|value| match value {
        Some(value) => DetailValue {
            text: metric.unit.format(value),
            kind: match limit {
                Some(it) if it.word == "poor" && it.side.holds(value, it.limit) => ValueKind::Poor,
                _ => ValueKind::Value,
            },
        },
        None => missing("not measured"),
    });
    let (by, difference) = match (values, limit) {
        ([None, None], _) => return None,
        ([Some(one), Some(other)], Some(it)) => {
            let by = it.side.in_limits(one, it.limit) - it.side.in_limits(other, it.limit);
            (by, format!("{} limits", signed(by, &format!("{:.1}", by.abs()))))
        }
        ([Some(one), Some(other)], None) => {
            let by = (one - other) / one.abs().max(other.abs()).max(f64::MIN_POSITIVE);
            (by, signed(by, &metric.unit.format((one - other).abs())))
        }
        // One side only: a difference of unknown size, after those that can be measured.
        _ => (SAME, String::new()),
    };
    let row = CompareRow {
        member: metric.id,
        label: format!("{} · {of}", metric.label),
        values: cells,
        difference,
        limit: limit
            .map_or_else(String::new, |it| format!("{} {} {}", it.word, it.side.sign(), metric.unit.format(it.limit))),
    };
    let is_measured = values.iter().all(Option::is_some);
    let is_worse = matches!(values, [Some(one), Some(other)] if metric.is_worse(one, other));
    Some((Apart { has_limit: limit.is_some() && is_measured, is_worse, by }, row))
}

fn signed(by: f64, text: &str) -> String {
    format!("{}{text}", if by < 0.0 { '−' } else { '+' })
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

    /// Returns a figure of the network or the device.
    fn figure(&self, metric: &Metric) -> Option<f64> {
        let media = self.media?;
        let (network, device) = if self.is_callee {
            (&media.callee_network, &media.callee_device)
        } else {
            (&media.caller_network, &media.caller_device)
        };
        let value = match metric.part() {
            Part::Network => metric.of_network(network.value()?),
            _ => metric.of_device(device.value()?),
        };
        value.value().copied().filter(|value| metric.is_plausible(*value))
    }

    fn client(&self) -> Shown<'a> {
        self.endpoint.map_or(Shown::Absent, |endpoint| Shown::Record(endpoint as &dyn Record))
    }
}

type Pick = for<'a> fn(&End<'a>) -> Shown<'a>;

/// The other sections of the comparison.
const PARTS: &[(&str, Pick)] = &[
    ("their network (audio)", |end| end.network()),
    ("their device (audio)", |end| end.device()),
    ("their client", |end| end.client()),
];

/// Sorts the members of two records into those that differ, those that do not, and those that neither has.
fn members(heading: &'static str, members: Vec<(String, Vec<DetailValue>)>) -> Section {
    let mut section = Section { heading, ..Section::default() };
    for (label, values) in members {
        let Ok([one, other]) = <[DetailValue; 2]>::try_from(values) else { continue };
        // Figures stand among the figures, answers beside what was said, and two people never have one identity.
        let is_elsewhere = metrics::by_id(&label).is_some()
            || ["feedback.", "identity.", "associatedIdentity."].iter().any(|start| label.starts_with(start));
        if label.contains('@') || is_elsewhere {
            continue;
        }
        if one.kind == ValueKind::Absent && other.kind == ValueKind::Absent {
            section.neither.push(label);
            continue;
        }
        let is_same = one == other;
        let values = [one, other];
        let row = CompareRow { member: "", label, values, difference: String::new(), limit: String::new() };
        if is_same { section.same.push(row) } else { section.apart.push(row) }
    }
    section
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

    fn lines(comparison: &Comparison) -> Vec<String> {
        let line = |line: &CompareLine| match line {
            CompareLine::Why(why) => format!("why: {why}"),
            CompareLine::Heading(heading) => format!("# {heading}"),
            CompareLine::Row(row) => row.words(&comparison.names),
            CompareLine::Same(count, names) => format!("same {count}: {names}"),
            CompareLine::Neither(names) => format!("neither: {names}"),
        };
        comparison.lines.iter().map(line).collect()
    }

    #[test]
    fn the_largest_difference_stands_first_in_units_of_the_limit_and_what_is_the_same_is_only_named() {
        let (one, other) = (open("wifi", 0.2), open("wired", 0.0));
        let rules = RuleSets::built_in().at(0);
        let pair =
            [Compared { open: &one, name: "Ana", listed: &[] }, Compared { open: &other, name: "Bo", listed: &[] }];
        let mut comparison = Comparison::new(pair[0], pair[1], rules, Some("picked".to_owned()));
        let folded = lines(&comparison);
        assert_eq!(folded[..3], ["why: picked", "# session", "verdict: Ana ✖ poor · Bo ✓ good"]);
        let place = |start: &str| {
            folded.iter().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {folded:#?}"))
        };
        let figures = place("# figures");
        assert_eq!(folded[figures + 1], "loss · audio sent: Ana 20 % · Bo 0 % · +2.0 limits (poor > 10 %)");
        assert_eq!(folded[figures + 2], "same 2: jitter · audio sent, packets · audio sent");
        assert!(place("connectionType: Ana wifi · Bo wired") > figures);
        assert!(folded.iter().any(|line| line.starts_with("same") && line.contains("subnet")), "{folded:#?}");
        assert!(!folded.iter().any(|line| line.contains("audio received")), "{folded:#?}");
        comparison.toggle_same();
        assert!(
            lines(&comparison)
                .contains(&"jitter · audio sent: Ana 7 ms · Bo 7 ms · +0.0 limits (poor > 30 ms)".to_owned())
        );
        comparison.toggle_same();
        assert_eq!(lines(&comparison), folded);
    }
}
