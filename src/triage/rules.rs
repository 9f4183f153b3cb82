//! The rule sets by which streams are judged, as data: built-in ones and a user's own, in one form, with the source
//! of every limit. The built-in ones are written in `assets/rules.toml`.

use std::sync::OnceLock;

use crate::metrics::{self, Metric, Worse};
use crate::model::MediumKind;
use crate::settings::{self, Mistake, Section, Written, nearest};

/// A way of judging streams, published by somebody or made by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSet {
    /// Its name on the command line, on screen and in reports.
    pub id: String,
    /// What it is, in one line.
    pub title: String,
    /// Where it is published.
    pub source: String,
    /// What a reader must know before taking a verdict for the truth.
    pub caution: Option<String>,
    /// What the publisher says of a stream that the set does not judge, where that is something else than nothing.
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
    /// How the conditions add up.
    pub method: Method,
    /// The conditions, in their order.
    pub conditions: Vec<Condition>,
}

/// How conditions add up to a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Poor when any condition is met; good when at least one could be looked at and none is met.
    Any,
    /// The first condition whose metric was measured decides alone.
    FirstMeasured,
}

/// One limit. The comparison is strict: a value at the limit is not over it.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// What is looked at.
    pub metric: &'static Metric,
    /// On which side of the limit a value is poor.
    pub side: Side,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// To which streams it applies.
    pub applies: Applies,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        let parts = |it: &Self| (it.metric.id, it.side, it.limit, it.applies);
        parts(self) == parts(other)
    }
}

/// On which side of a limit a value is poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    Over,
    /// Below it.
    Under,
}

impl Side {
    /// The sign that stands before the limit.
    pub fn sign(self) -> char {
        match self {
            Side::Over => '>',
            Side::Under => '<',
        }
    }

    /// Is a value on this side of a limit?
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Side::Over => value > limit,
            Side::Under => value < limit,
        }
    }
}

/// To which streams of its medium a condition applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// To all.
    Always,
    /// To streams that a client receives and that are not H264S.
    InboundOtherThanH264s,
    /// To streams that a client sends, and to every H264S stream.
    OutboundOrH264s,
}

/// How each [`Applies`] is written behind a condition.
const APPLIES: &[(&str, Applies)] =
    &[("inbound and not h264s", Applies::InboundOtherThanH264s), ("outbound or h264s", Applies::OutboundOrH264s)];

impl Condition {
    /// Reads `METRIC > LIMIT UNIT`, with `if inbound and not h264s` or `if outbound or h264s` behind it.
    fn parse(text: &str) -> Result<Condition, String> {
        let (condition, applies) = match text.split_once(" if ") {
            None => (text, Applies::Always),
            Some((condition, when)) => match APPLIES.iter().find(|(written, _)| *written == when.trim()) {
                Some((_, applies)) => (condition, *applies),
                None => {
                    let known: Vec<_> = APPLIES.iter().map(|(written, _)| format!("`{written}`")).collect();
                    return Err(format!("`{}` is no case to judge: write {}", when.trim(), known.join(" or ")));
                }
            },
        };
        let at = condition
            .find(['>', '<'])
            .ok_or_else(|| format!("`{text}` is no condition: write it like `averageJitter > 30 ms`"))?;
        let side = if condition[at..].starts_with('>') { Side::Over } else { Side::Under };
        let (name, limit) = (condition[..at].trim(), &condition[at + 1..]);
        let metric = metrics::STREAM.iter().find(|metric| metric.id == name).ok_or_else(|| {
            let meant = nearest(name, metrics::STREAM.iter().map(|metric| metric.id));
            let meant = meant.map(|meant| format!("; was `{meant}` meant?")).unwrap_or_default();
            format!("`{name}` is no metric of streams{meant}")
        })?;
        let limit = metric.unit.parse(limit)?;
        if !metric.is_plausible(limit) {
            return Err(format!("{} is never {}", metric.id, metric.unit.format(limit)));
        }
        match (metric.worse, side) {
            (Worse::Higher, Side::Under) | (Worse::Lower, Side::Over) => {
                Err(format!("{} gets worse the other way: turn the `{}` round", metric.id, side.sign()))
            }
            _ => Ok(Condition { metric, side, limit, applies }),
        }
    }

    /// As it is written: `averageJitter > 30 ms`.
    pub fn words(&self) -> String {
        let applies = APPLIES.iter().find(|(_, applies)| *applies == self.applies);
        let applies = applies.map(|(written, _)| format!(" if {written}")).unwrap_or_default();
        format!("{} {} {}{applies}", self.metric.id, self.side.sign(), self.metric.unit.format(self.limit))
    }
}

/// The kinds of media that a set can judge, with the names under which they are written.
pub const JUDGED: &[(&str, MediumKind)] =
    &[("audio", MediumKind::Audio), ("video", MediumKind::Video), ("screen-sharing", MediumKind::ScreenSharing)];

impl RuleSet {
    /// How streams on a kind of medium are judged; `None` when the set has no rule for it.
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
            return Err(id.mistake(format!("`{}` is no name for a rule set: letters, digits, - and _", id.value)));
        }
        let text = |key| section.text(key).map(|text| text.map(|text| text.value.to_owned()));
        let classifier = |key| match section.section(key)? {
            Some(section) => Classifier::read(id, &section).map(Some),
            None => Ok(None),
        };
        let set = RuleSet {
            id: id.value.to_owned(),
            title: text("title")?.unwrap_or_else(|| "a rule set of your own".to_owned()),
            source: text("source")?.unwrap_or_else(|| "your config file".to_owned()),
            caution: text("caution")?,
            not_judged: text("not-judged")?,
            audio: classifier("audio")?,
            video: classifier("video")?,
            screen_sharing: classifier("screen-sharing")?,
        };
        section.finish()?;
        if JUDGED.iter().all(|(_, kind)| set.classifier(*kind).is_none()) {
            let what =
                format!("the rule set {} judges nothing: it needs an [rules.{}.audio] or the like", set.id, set.id);
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
                    "every medium of the rule set {} needs either poor-if-any or poor-by-first-measured, and not both",
                    set.value
                );
                return Err(set.mistake(what));
            }
        };
        if written.is_empty() {
            return Err(set.mistake(format!("a medium of the rule set {} has no condition", set.value)));
        }
        let conditions = written.iter().map(|text| Condition::parse(text.value).map_err(|what| text.mistake(what)));
        Ok(Classifier { more_packets_than, method, conditions: conditions.collect::<Result<_, _>>()? })
    }
}

/// All rule sets that a run knows; the first is the default. Everything is judged by all of them at once, so that
/// looking at a call by another set costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSets(Vec<RuleSet>);

/// More sets than this would make every row of a call heavy.
const MOST: usize = 8;

impl RuleSets {
    /// Microsoft's three.
    pub fn built_in() -> &'static RuleSets {
        static BUILT_IN: OnceLock<RuleSets> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let sets = settings::read(include_str!("../../assets/rules.toml"), |file| match file.section("rules")? {
                Some(rules) => RuleSets(Vec::new()).and(&rules),
                None => Ok(RuleSets(Vec::new())),
            });
            sets.expect("assets/rules.toml is read by a test")
        })
    }

    /// These and those of a `[rules]` table. A set may not have the name of another one.
    pub fn and(mut self, rules: &Section<'_>) -> Result<RuleSets, Mistake> {
        for (id, section) in rules.sections()? {
            if self.by_id(id.value).is_some() {
                return Err(id.mistake(format!("there is a rule set called {} already: choose another name", id.value)));
            }
            if self.0.len() == MOST {
                return Err(
                    id.mistake(format!("there can be no more than {MOST} rule sets, the built-in ones included"))
                );
            }
            self.0.push(RuleSet::read(&id, &section)?);
        }
        Ok(self)
    }

    /// In their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RuleSet> {
        self.0.iter()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The set at a place; there is always a first one, and what is beyond the last is the first.
    pub fn at(&self, place: usize) -> &RuleSet {
        self.0.get(place).unwrap_or(&self.0[0])
    }

    /// The place of the set with a name.
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
            Some(rules) => RuleSets::built_in().clone().and(&rules),
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
                "line 3: `averageJiter` is no metric of streams; was `averageJitter` meant?",
            ),
            (audio(r#""averageJitter > 30""#), "line 3: `30` is no value here: write it like 7 ms or 7 s or 7 m"),
            (audio(r#""averageJitter < 30 ms""#), "line 3: averageJitter gets worse the other way: turn the `<` round"),
            (audio(r#""averagePacketLossRate > 300 %""#), "line 3: averagePacketLossRate is never 300 %"),
            (
                audio(r#""averageJitter""#),
                "line 3: `averageJitter` is no condition: write it like `averageJitter > 30 ms`",
            ),
            (
                audio(r#""averageJitter > 30 ms if sunny""#),
                "line 3: `sunny` is no case to judge: write `inbound and not h264s` or `outbound or h264s`",
            ),
            (audio(""), "line 1: a medium of the rule set mine has no condition"),
            (String::new(), "line 1: the rule set mine judges nothing: it needs an [rules.mine.audio] or the like"),
            ("titel = \"x\"".to_owned(), "line 2: unknown key `titel` in [rules.mine]; was `title` meant?"),
            (
                "[rules.cqd]\ntitle = \"x\"".to_owned(),
                "line 2: there is a rule set called cqd already: choose another name",
            ),
        ] {
            assert_eq!(user(&text).expect_err("a mistake"), told, "{text}");
        }
        let both = "[rules.mine.audio]\npoor-if-any = [\"averageJitter > 1 s\"]\npoor-by-first-measured = []";
        assert!(user(both).expect_err("a mistake").contains("and not both"));
    }
}
