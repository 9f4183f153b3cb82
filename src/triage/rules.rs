//! The rule sets that streams are judged by, as data: built-in ones and the user's own, in one format, with the source
//! of every limit. The built-in ones are in `assets/rules.toml`.

use std::sync::OnceLock;

use crate::metrics::{self, Metric, Worse};
use crate::model::MediumKind;
use crate::settings::{self, Mistake, Section, Written, nearest};

/// A method of judging streams, published by Microsoft or written by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSet {
    /// Name on the command line, on screen and in reports.
    pub id: String,
    /// One-line description.
    pub title: String,
    /// Where it is published.
    pub source: String,
    /// What a reader must know before relying on a verdict.
    pub caution: Option<String>,
    /// What the publisher says about a stream that the set does not judge, if anything.
    pub not_judged: Option<String>,
    audio: Option<Classifier>,
    video: Option<Classifier>,
    screen_sharing: Option<Classifier>,
}

/// How the streams of one kind of medium are judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    /// Streams with this many packets or fewer are not judged.
    pub more_packets_than: Option<f64>,
    /// How the conditions combine.
    pub method: Method,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
}

/// How conditions combine into a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Poor if any condition is met; good if at least one could be evaluated and none is met.
    Any,
    /// The first condition whose metric was measured decides alone.
    FirstMeasured,
}

/// One limit. The comparison is strict: a value at the limit is not over it.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// The metric that is compared.
    pub metric: &'static Metric,
    /// The side of the limit on which a value is poor.
    pub side: Side,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// Which streams it applies to.
    pub applies: Applies,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        let parts = |it: &Self| (it.metric.id, it.side, it.limit, it.applies);
        parts(self) == parts(other)
    }
}

/// The side of a limit on which a value is poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    Over,
    /// Below it.
    Under,
}

impl Side {
    /// Returns the sign written before the limit.
    pub fn sign(self) -> char {
        match self {
            Side::Over => '>',
            Side::Under => '<',
        }
    }

    /// Returns a value in units of its limit: 1 is at the limit, more is poor.
    pub fn in_limits(self, value: f64, limit: f64) -> f64 {
        let ratio = match self {
            Side::Over => value / limit,
            // A rate of zero is the worst case; treat it as a thousandth of the limit.
            Side::Under => limit / value.max(limit / 1000.0),
        };
        if ratio.is_finite() { ratio } else { f64::MAX }
    }

    /// Returns whether a value is on this side of a limit.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Side::Over => value > limit,
            Side::Under => value < limit,
        }
    }
}

/// Which streams of its medium a condition applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    Always,
    /// Streams a client receives, except H264S.
    InboundOtherThanH264s,
    /// Streams a client sends, and all H264S streams.
    OutboundOrH264s,
}

/// How each [`Applies`] is written after a condition.
const APPLIES: &[(&str, Applies)] =
    &[("inbound and not h264s", Applies::InboundOtherThanH264s), ("outbound or h264s", Applies::OutboundOrH264s)];

impl Condition {
    /// Parses `METRIC > LIMIT UNIT`, optionally followed by `if inbound and not h264s` or `if outbound or h264s`.
    fn parse(text: &str) -> Result<Condition, String> {
        let (condition, applies) = match text.split_once(" if ") {
            None => (text, Applies::Always),
            Some((condition, when)) => match APPLIES.iter().find(|(written, _)| *written == when.trim()) {
                Some((_, applies)) => (condition, *applies),
                None => {
                    let known: Vec<_> = APPLIES.iter().map(|(written, _)| format!("`{written}`")).collect();
                    return Err(format!("`{}` is not a known case; write {}", when.trim(), known.join(" or ")));
                }
            },
        };
        let at = condition
            .find(['>', '<'])
            .ok_or_else(|| format!("`{text}` is not a condition; write it like `averageJitter > 30 ms`"))?;
        let side = if condition[at..].starts_with('>') { Side::Over } else { Side::Under };
        let (name, limit) = (condition[..at].trim(), &condition[at + 1..]);
        let metric = metrics::STREAM.iter().find(|metric| metric.id == name).ok_or_else(|| {
            let meant = nearest(name, metrics::STREAM.iter().map(|metric| metric.id));
            let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            format!("`{name}` is not a stream metric{meant}")
        })?;
        let limit = metric.unit.parse(limit)?;
        if !metric.is_plausible(limit) {
            return Err(format!("{} is never {}", metric.id, metric.unit.format(limit)));
        }
        match (metric.worse, side) {
            (Worse::Higher, Side::Under) | (Worse::Lower, Side::Over) => {
                Err(format!("{} gets worse in the other direction; reverse the `{}`", metric.id, side.sign()))
            }
            _ => Ok(Condition { metric, side, limit, applies }),
        }
    }

    /// Formats it as written: `averageJitter > 30 ms`.
    pub fn words(&self) -> String {
        let applies = APPLIES.iter().find(|(_, applies)| *applies == self.applies);
        let applies = applies.map(|(written, _)| format!(" if {written}")).unwrap_or_default();
        format!("{} {} {}{applies}", self.metric.id, self.side.sign(), self.metric.unit.format(self.limit))
    }
}

/// The kinds of media that a set can judge, with their keys.
pub const JUDGED: &[(&str, MediumKind)] =
    &[("audio", MediumKind::Audio), ("video", MediumKind::Video), ("screen-sharing", MediumKind::ScreenSharing)];

impl RuleSet {
    /// Returns the classifier for a kind of medium; `None` if the set has none.
    pub fn classifier(&self, kind: MediumKind) -> Option<&Classifier> {
        match kind {
            MediumKind::Audio => self.audio.as_ref(),
            MediumKind::Video => self.video.as_ref(),
            MediumKind::ScreenSharing => self.screen_sharing.as_ref(),
            MediumKind::Data | MediumKind::Other => None,
        }
    }

    fn read(id: &Written<'_, &str>, section: &Section<'_>) -> Result<RuleSet, Mistake> {
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if !is_name(id.value) {
            return Err(
                id.mistake(format!("`{}` is not a valid rule set name; use letters, digits, - and _", id.value))
            );
        }
        let text = |key| section.text(key).map(|text| text.map(|text| text.value.to_owned()));
        let classifier = |key| match section.section(key)? {
            Some(section) => Classifier::read(id, &section).map(Some),
            None => Ok(None),
        };
        let set = RuleSet {
            id: id.value.to_owned(),
            title: text("title")?.unwrap_or_else(|| "your own rule set".to_owned()),
            source: text("source")?.unwrap_or_else(|| "your config file".to_owned()),
            caution: text("caution")?,
            not_judged: text("not-judged")?,
            audio: classifier("audio")?,
            video: classifier("video")?,
            screen_sharing: classifier("screen-sharing")?,
        };
        section.finish()?;
        if JUDGED.iter().all(|(_, kind)| set.classifier(*kind).is_none()) {
            let what = format!("the rule set {} judges nothing; it needs [rules.{}.audio] or similar", set.id, set.id);
            return Err(id.mistake(what));
        }
        Ok(set)
    }
}

impl Classifier {
    fn read(set: &Written<'_, &str>, section: &Section<'_>) -> Result<Classifier, Mistake> {
        let more_packets_than = section.number("packets-over")?.map(|number| number.value);
        let (any, first) = (section.texts("poor-if-any")?, section.texts("poor-by-first-measured")?);
        section.finish()?;
        let (method, written) = match (any, first) {
            (Some(any), None) => (Method::Any, any),
            (None, Some(first)) => (Method::FirstMeasured, first),
            _ => {
                let what = format!(
                    "every medium in the rule set {} needs either poor-if-any or poor-by-first-measured, not both",
                    set.value
                );
                return Err(set.mistake(what));
            }
        };
        if written.is_empty() {
            return Err(set.mistake(format!("a medium in the rule set {} has no conditions", set.value)));
        }
        let conditions = written.iter().map(|text| Condition::parse(text.value).map_err(|what| text.mistake(what)));
        Ok(Classifier { more_packets_than, method, conditions: conditions.collect::<Result<_, _>>()? })
    }
}

/// All rule sets of a run; the first is the default. Everything is judged by all of them at once, so switching to
/// another set is instant.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSets(Vec<RuleSet>);

/// Maximum number of sets; more would make every row of a call too large.
const MOST: usize = 8;

impl RuleSets {
    /// Returns Microsoft's three rule sets.
    pub fn built_in() -> &'static RuleSets {
        static BUILT_IN: OnceLock<RuleSets> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let sets = settings::read(include_str!("../../assets/rules.toml"), |file| match file.section("rules")? {
                Some(rules) => RuleSets(Vec::new()).with(&rules),
                None => Ok(RuleSets(Vec::new())),
            });
            sets.expect("assets/rules.toml is read by a test")
        })
    }

    /// Adds the sets of a `[rules]` table; fails if a name is already taken.
    pub fn with(mut self, rules: &Section<'_>) -> Result<RuleSets, Mistake> {
        for (id, section) in rules.sections()? {
            if self.by_id(id.value).is_some() {
                return Err(id.mistake(format!("a rule set called {} already exists; choose another name", id.value)));
            }
            if self.0.len() == MOST {
                return Err(id.mistake(format!("at most {MOST} rule sets are allowed, including the built-in ones")));
            }
            self.0.push(RuleSet::read(&id, &section)?);
        }
        Ok(self)
    }

    /// Iterates over the sets, default first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RuleSet> {
        self.0.iter()
    }

    /// Returns the number of sets.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the set at an index, or the first if the index is out of range.
    pub fn at(&self, place: usize) -> &RuleSet {
        self.0.get(place).unwrap_or(&self.0[0])
    }

    /// Returns the index of the set with a name.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|set| set.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Result<RuleSets, String> {
        let text = format!("[rules.mine]\n{text}");
        settings::read(&text, |file| match file.section("rules")? {
            Some(rules) => RuleSets::built_in().clone().with(&rules),
            None => Ok(RuleSets::built_in().clone()),
        })
        .map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn microsofts_three_sets_are_built_in_and_cqd_comes_first() {
        let ids: Vec<_> = RuleSets::built_in().iter().map(|set| set.id.as_str()).collect();
        assert_eq!(ids, ["cqd", "cqd-2020", "cri"]);
        let cri = RuleSets::built_in().at(2);
        assert_eq!(cri.classifier(MediumKind::Audio).and_then(|audio| audio.more_packets_than), Some(1000.0));
        assert_eq!(cri.classifier(MediumKind::Video).and_then(|video| video.more_packets_than), None);
        assert!(cri.classifier(MediumKind::Data).is_none());
    }

    #[test]
    fn a_users_set_has_the_form_of_the_built_in_ones() {
        let text = "[rules.mine.audio]\npackets-over = 200\npoor-if-any = [\"averageJitter > 20 ms\"]";
        let sets = user(text).expect("a sound set");
        let mine = sets.at(sets.by_id("mine").expect("it is there"));
        let audio = mine.classifier(MediumKind::Audio).expect("it judges audio");
        assert_eq!((audio.more_packets_than, audio.method), (Some(200.0), Method::Any));
        assert_eq!(audio.conditions[0].words(), "averageJitter > 20 ms");
        assert!(mine.classifier(MediumKind::Video).is_none());
    }

    #[test]
    fn every_condition_reads_as_it_is_written() {
        for set in RuleSets::built_in().iter() {
            for (_, kind) in JUDGED {
                for condition in &set.classifier(*kind).expect("all three judge it").conditions {
                    assert_eq!(Condition::parse(&condition.words()).as_ref(), Ok(condition));
                }
            }
        }
    }

    #[test]
    fn mistakes_in_a_users_set_are_told_with_what_to_do() {
        let audio = |conditions: &str| format!("[rules.mine.audio]\npoor-if-any = [{conditions}]");
        for (text, told) in [
            (
                audio(r#""averageJiter > 30 ms""#),
                "line 3: `averageJiter` is not a stream metric; did you mean `averageJitter`?",
            ),
            (audio(r#""averageJitter > 30""#), "line 3: `30`: expected a value such as 7 ms or 7 s or 7 m"),
            (
                audio(r#""averageJitter < 30 ms""#),
                "line 3: averageJitter gets worse in the other direction; reverse the `<`",
            ),
            (audio(r#""averagePacketLossRate > 300 %""#), "line 3: averagePacketLossRate is never 300 %"),
            (
                audio(r#""averageJitter""#),
                "line 3: `averageJitter` is not a condition; write it like `averageJitter > 30 ms`",
            ),
            (
                audio(r#""averageJitter > 30 ms if sunny""#),
                "line 3: `sunny` is not a known case; write `inbound and not h264s` or `outbound or h264s`",
            ),
            (audio(""), "line 1: a medium in the rule set mine has no conditions"),
            (String::new(), "line 1: the rule set mine judges nothing; it needs [rules.mine.audio] or similar"),
            ("titel = \"x\"".to_owned(), "line 2: unknown key `titel` in [rules.mine]; did you mean `title`?"),
            (
                "[rules.cqd]\ntitle = \"x\"".to_owned(),
                "line 2: a rule set called cqd already exists; choose another name",
            ),
        ] {
            assert_eq!(user(&text).expect_err("a mistake"), told, "{text}");
        }
        let both = "[rules.mine.audio]\npoor-if-any = [\"averageJitter > 1 s\"]\npoor-by-first-measured = []";
        assert!(user(both).expect_err("a mistake").contains("not both"));
    }
}
