//! Explains a value, a verdict or a finding: unit, who measured it, limits, what people notice, where it is published.

use crate::metrics::{self, Metric, Unit, Worse};
use crate::model::{Field, MediaStream, MediumKind};
use crate::triage::findings::Check;
use crate::triage::rules::{Applies, JUDGED, Method};
use crate::triage::verdict::Bound;
use crate::triage::{RULES, Rule, RuleSet, RuleSets, Verdict, judge_stream};

use crate::wording;
use crate::wording::findings::in_general;
use crate::wording::glossary;

/// An explanation, in parts with a heading each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What is explained: a metric, rule or verdict.
    pub title: String,
    /// The parts, each a heading with its paragraphs.
    pub parts: Vec<(&'static str, Vec<String>)>,
}

impl Explained {
    /// Begins an explanation.
    pub(super) fn new(title: String) -> Explained {
        Explained { title, parts: Vec::new() }
    }

    /// Adds a part, unless it is empty.
    pub(super) fn part(&mut self, heading: &'static str, paragraphs: impl IntoIterator<Item = String>) {
        let paragraphs: Vec<String> = paragraphs.into_iter().filter(|text| !text.is_empty()).collect();
        if !paragraphs.is_empty() {
            self.parts.push((heading, paragraphs));
        }
    }
}

/// Explains a member of the record. `path` is its name with those of its parents; `here` holds the formatted values.
pub fn member(path: &str, here: Vec<String>, sets: &RuleSets) -> Explained {
    let name = path.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or(path);
    let name = name.split('[').next().unwrap_or(name);
    let metric = metrics::by_id(name);
    let title = metric.map_or_else(|| path.to_owned(), |metric| format!("{} · {}", metric.label, metric.id));
    let mut explained = Explained::new(title);
    explained.part("here", here);
    let meaning = glossary::of(name);
    let unknown = || "The schema that callscope knows does not have it: it is newer, or from an open type".to_owned();
    explained.part("what it is", [meaning.map_or_else(unknown, |meaning| sentence(meaning.is))]);
    explained.part("unit", metric.map(unit_words));
    explained.part("who reports it", meaning.map(|meaning| sentence(meaning.witness.words())));
    explained.part("limits", metric.map(|metric| limits(metric, sets)).unwrap_or_default());
    explained.part("what people notice", meaning.map(|meaning| sentence(meaning.noticed)));
    explained.part("findings that use it", metric.map(looking_at).unwrap_or_default());
    explained.part(
        "source",
        meaning.map(|_| {
            "Microsoft Graph, microsoft.graph.callRecords; Call Quality Dashboard, dimensions and measures".to_owned()
        }),
    );
    explained
}

/// Adds a capital letter and a full stop. The program's name stays as it is.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let end = if words.ends_with(['.', '!', '?', ')']) { "" } else { "." };
    if words.starts_with("callscope") {
        return format!("{words}{end}");
    }
    letters.next().map_or_else(String::new, |first| format!("{}{}{end}", first.to_uppercase(), letters.as_str()))
}

fn unit_words(metric: &Metric) -> String {
    let unit = match metric.unit {
        Unit::Ratio => "a ratio from 0 to 1 in the record, shown as a percentage",
        Unit::Percent => "percent, also from 0 to 100 in the record",
        Unit::Seconds => "a duration (ISO 8601 in the record), shown in ms or s",
        Unit::BitsPerSecond => "bits per second, shown in kb/s or Mb/s",
        Unit::FramesPerSecond => "frames per second",
        Unit::Packets => "packets",
        Unit::OpinionScore => "points of mean opinion score, 0 to 5",
        Unit::PerFiveMinutes => "events per five minutes",
        Unit::Decibels => "decibels; closer to 0 is louder",
        Unit::Count => "a count",
        Unit::Level => "a linear level without a unit",
        Unit::Channel => "a channel number",
    };
    let worse = match metric.worse {
        Worse::Higher => "; higher is worse",
        Worse::Lower => "; lower is worse",
        Worse::Neither => "",
    };
    sentence(&format!("{unit}{worse}"))
}

/// Lists every rule set's limits for a metric.
fn limits(metric: &Metric, sets: &RuleSets) -> Vec<String> {
    let mut out = Vec::new();
    for set in sets.iter() {
        let mut conditions = Vec::new();
        for (name, kind) in JUDGED {
            let Some(classifier) = set.classifier(*kind) else { continue };
            for condition in classifier.conditions.iter().filter(|condition| condition.metric == metric) {
                conditions.push(format!("{name}: poor {}", side_words(condition.side, condition.limit, metric)));
            }
        }
        if !conditions.is_empty() {
            out.push(format!("{}: {} ({})", set.id, conditions.join(", "), set.source));
        }
    }
    if out.is_empty() {
        out.push("No rule set uses it, and Microsoft has published no limit that separates poor from good.".to_owned());
    }
    out
}

fn side_words(side: crate::triage::rules::Side, limit: f64, metric: &Metric) -> String {
    let word = if side.sign() == '>' { "over" } else { "under" };
    format!("{word} {}", metric.unit.format(limit))
}

fn looking_at(metric: &Metric) -> Vec<String> {
    let rules = RULES.iter().filter_map(|rule| match rule.check {
        Check::Figure(of, side, limit) if of == metric => {
            Some(format!("{}: {} ({})", rule.title, side_words(side, limit, metric), rule.source))
        }
        _ => None,
    });
    rules.collect()
}

/// Explains a rule. `here` is what it says where it triggers: sentence, what was heard, what to do next.
pub fn rule(rule: &Rule, here: Option<[&str; 3]>, source: &str) -> Explained {
    let mut explained = Explained::new(rule.title.to_owned());
    let [said, heard, advice] = match here {
        Some(here) => here.map(str::to_owned),
        None => [String::new(), in_general(rule.heard), in_general(rule.advice)],
    };
    explained.part("here", [sentence(&said)]);
    explained.part("what people notice", [sentence(&heard)]);
    explained.part("what to do next", [sentence(&advice)]);
    let looks = match rule.check {
        Check::Figure(metric, side, limit) => {
            vec![format!("{} ({}) {}", metric.id, metric.label, side_words(side, limit, metric))]
        }
        _ => Vec::new(),
    };
    explained.part("what it checks", looks);
    explained.part("severity", [sentence(rule.severity.name())]);
    explained.part("source of the limit", [sentence(source)]);
    explained.part("as a filter", [format!("finding:{}", rule.id)]);
    explained
}

/// Explains a stream's verdict: every condition of every rule set, with its result for the stream.
pub fn verdict(direction: &str, kind: MediumKind, bound: Bound, stream: &MediaStream, sets: &RuleSets) -> Explained {
    let mut explained = Explained::new(format!("the verdict on {direction}"));
    for set in sets.iter() {
        let judgement = judge_stream(set, kind, bound, stream);
        let words = judgement.words(set);
        let why = if words.is_empty() { String::new() } else { format!(": {words}") };
        let mut lines = vec![format!(
            "{} {}: {}{why}",
            wording::verdict_glyph(judgement.verdict),
            set.id,
            judgement.verdict.name()
        )];
        lines.extend(conditions(set, kind, stream));
        lines.push(format!("{} ({})", set.title, set.source));
        lines.extend(set.caution.clone());
        explained.part(if explained.parts.is_empty() { "by each rule set" } else { "" }, lines);
    }
    explained
}

/// Lists the conditions of a rule set, each with the stream's value.
fn conditions(set: &RuleSet, kind: MediumKind, stream: &MediaStream) -> Vec<String> {
    let Some(classifier) = set.classifier(kind) else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(more_than) = classifier.more_packets_than {
        let packets = stream.packet_utilization.value().map(|packets| *packets as f64);
        let is_enough = packets.is_some_and(|packets| packets > more_than);
        let packets = match (packets, &stream.packet_utilization) {
            (Some(packets), _) => Unit::Packets.format(packets),
            (None, Field::Unreadable(_)) => "unreadable".to_owned(),
            (None, _) => "not counted".to_owned(),
        };
        let sign = if is_enough { "·" } else { "?" };
        lines.push(format!("  {sign} packets {packets}; judged above {}", Unit::Packets.format(more_than)));
    }
    for condition in &classifier.conditions {
        let value = condition.metric.of_stream(stream);
        let (sign, value) = match &value {
            Field::Value(value) if condition.side.holds(*value, condition.limit) => {
                (wording::verdict_glyph(Verdict::Poor), condition.metric.unit.format_beside(*value, condition.limit))
            }
            Field::Value(value) => ("·", condition.metric.unit.format_beside(*value, condition.limit)),
            _ => ("?", "not measured".to_owned()),
        };
        let when = match condition.applies {
            Applies::Always => "",
            Applies::InboundOtherThanH264s => ", for streams a client receives, except H264S",
            Applies::OutboundOrH264s => ", for streams a client sends, and all H264S streams",
        };
        let limit = side_words(condition.side, condition.limit, condition.metric);
        lines.push(format!("  {sign} {} {value}; poor {limit}{when}", condition.metric.label));
    }
    lines.push(match classifier.method {
        Method::Any => "  poor if any of these is met".to_owned(),
        Method::FirstMeasured => "  only the first of these that was measured counts".to_owned(),
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(explained: &Explained) -> String {
        let parts = explained.parts.iter().map(|(heading, lines)| format!("{heading}\n{}", lines.join("\n")));
        format!("{}\n{}", explained.title, parts.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_figure_is_explained_with_unit_witness_limits_and_what_people_notice() {
        let told = text(&member("averagePacketLossRate", vec!["14 %".to_owned()], RuleSets::built_in()));
        for says in [
            "loss · averagePacketLossRate",
            "14 %",
            "never arrived",
            "ratio from 0 to 1",
            "received the stream",
            "cqd: audio: poor over 10 %",
            "robot",
            "Loss over Microsoft",
        ] {
            assert!(told.to_lowercase().contains(&says.to_lowercase()), "{says}: {told}");
        }
        let level = text(&member("wifiSignalStrength", Vec::new(), RuleSets::built_in()));
        assert!(level.contains("No rule set uses it"), "{level}");
        let glitches = text(&member("micGlitchRate", Vec::new(), RuleSets::built_in()));
        assert!(glitches.contains("findings that use it") && glitches.contains("over 60"), "{glitches}");
    }

    #[test]
    fn a_member_is_found_whatever_stands_above_it_and_an_unknown_one_is_called_so() {
        assert!(
            text(&member("userAgent.platform", Vec::new(), RuleSets::built_in())).contains("system that the client")
        );
        assert!(text(&member("traceRouteHops[0].hopCount", Vec::new(), RuleSets::built_in())).contains("hop's place"));
        assert!(text(&member("userAgent.newThing", Vec::new(), RuleSets::built_in())).contains("does not have it"));
    }

    #[test]
    fn a_verdict_shows_its_work_for_every_rule_set() {
        let json = r#"{"packetUtilization":1709,"averagePacketLossRate":0.14,"averageJitter":"PT0.007S"}"#;
        let stream: Field<MediaStream> = serde_json::from_str(json).expect("JSON");
        let stream = stream.value().expect("a stream");
        let told = text(&verdict("Owen → Ana", MediumKind::Audio, Bound::In, stream, RuleSets::built_in()));
        for says in [
            "✖ cqd: poor",
            "packets 1,709",
            "✖ loss 14 %; poor over 10 %",
            "· jitter 7 ms; poor over 30 ms",
            "? round trip not measured",
            "cri: poor",
        ] {
            assert!(told.contains(says), "{says}: {told}");
        }
    }
}
