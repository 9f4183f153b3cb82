//! The words, names and figures that a filter knows, and how a token that was begun is completed.

use crate::metrics;
use crate::triage::SessionStatus;
use crate::triage::factors::FACTORS;
use crate::triage::findings::RULES;

use super::named::MARK;
use super::{Filter, Flag, NamedFilters, Test};

/// A word with a meaning of its own.
pub(super) struct Word {
    pub(super) word: &'static str,
    pub(super) test: fn() -> Test,
    about: &'static str,
}

const fn word(word: &'static str, test: fn() -> Test, about: &'static str) -> Word {
    Word { word, test, about }
}

pub(super) const WORDS: &[Word] = &[
    word("poor", || Test::Poor, "with a poor stream"),
    word("judged", || Test::Judged, "with a stream that could be judged"),
    word("failed", || Test::Standing(SessionStatus::Failed), "that failed"),
    word("good", || Test::Standing(SessionStatus::Good), "judged, nothing poor"),
    word(
        "noted",
        || Test::Standing(SessionStatus::Noted),
        "nothing poor, but a user complained, or a device or machine failed",
    ),
    word("unclassified", || Test::Standing(SessionStatus::Unclassified), "that could not be judged"),
    word("tcp", || Test::Flag(Flag::Tcp), "with media over TCP"),
    word("test", || Test::Flag(Flag::Test), "test call (echo service)"),
    word("rated", || Test::Flag(Flag::Rated), "rated by a user"),
    word("complained", || Test::Flag(Flag::Complained), "a user rated it badly or ticked a complaint"),
];

/// Names before a colon that are not a factor, or cover several.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("user:", "a person's name"),
    ("ip:", "any address"),
    ("kind:", "audio, video, sharing, data"),
    ("finding:", "a finding by name"),
    ("rated:", "bad, poor, fair, good, excellent"),
    ("said:", "a complaint or words from the survey: said:echo"),
    ("id:", "the session ID"),
];

/// The kinds of media.
const KINDS: [&str; 4] = ["audio", "video", "sharing", "data"];

/// What people answer to "how was your call?".
pub(super) const RATINGS: [&str; 5] = ["bad", "poor", "fair", "good", "excellent"];

/// Short names of metrics in comparisons, besides Graph's own names and those of the list's columns.
pub(super) const FIGURES: &[(&str, &str)] = &[
    ("loss", "averagePacketLossRate"),
    ("maxloss", "maxPacketLossRate"),
    ("jitter", "averageJitter"),
    ("rtt", "averageRoundTripTime"),
    ("netjitter", "averageAudioNetworkJitter"),
    ("degradation", "averageAudioDegradation"),
    ("concealed", "averageRatioOfConcealedSamples"),
    ("bandwidth", "averageBandwidthEstimate"),
    ("frameloss", "averageVideoFrameLossPercentage"),
    ("fps", "averageVideoFrameRate"),
    ("packets", "packetUtilization"),
    ("freeze", "averageFreezeDuration"),
];

/// The length of a session in comparisons.
pub(super) const LENGTH: &str = "length";

impl Filter {
    /// Returns the metric with a short name in filters, as Graph names it.
    pub fn figure(name: &str) -> Option<&'static str> {
        FIGURES.iter().find(|(short, _)| *short == name).map(|(_, id)| *id)
    }

    /// Returns the short names of metrics in filters.
    pub fn figures() -> impl Iterator<Item = &'static str> {
        FIGURES.iter().map(|(short, _)| *short)
    }

    /// Returns the possible completions of a partial token, each with its meaning.
    pub fn suggestions(begun: &str, named: &NamedFilters) -> Vec<(String, String)> {
        let begun = begun.trim_start_matches('!').to_lowercase();
        let of_key = |key: &str, values: &[&'static str]| {
            let values = values.iter().filter(|_| begun.starts_with(key));
            values.map(|value| (format!("{key}{value}"), String::new())).collect::<Vec<_>>()
        };
        let words = WORDS.iter().map(|it| (it.word.to_owned(), it.about.to_owned()));
        let keys = KEYS.iter().map(|(key, about)| ((*key).to_owned(), (*about).to_owned()));
        let factors = FACTORS.iter().map(|factor| (format!("{}:", factor.id), factor.label.to_owned()));
        let figures = FIGURES.iter().map(|(name, id)| {
            let label = metrics::by_id(id).map_or("", |metric| metric.label);
            (format!("{name}>"), label.to_owned())
        });
        let length = [(format!("{LENGTH}>"), "session length".to_owned())];
        let named = named.iter().map(|(name, text)| (format!("{MARK}{name}"), text.to_owned()));
        let rules = RULES.iter().map(|rule| (format!("finding:{}", rule.id), rule.title.to_owned()));
        let rules = rules.filter(|_| begun.starts_with("finding:"));
        let values = of_key("kind:", &KINDS).into_iter().chain(of_key("rated:", &RATINGS));
        let all = words.chain(named).chain(keys).chain(factors).chain(figures).chain(length).chain(rules).chain(values);
        let mut seen = std::collections::HashSet::new();
        all.filter(|(name, _)| {
            let name = name.to_lowercase();
            name.starts_with(&begun) && name != begun && seen.insert(name)
        })
        .collect()
    }

    /// Extends a partial token as far as it is unambiguous; `None` if it cannot be extended.
    pub fn complete(begun: &str, named: &NamedFilters) -> Option<String> {
        let written = begun.trim_start_matches('!');
        let inverted = &begun[..begun.len() - written.len()];
        let all = Filter::suggestions(written, named);
        let (first, _) = all.first().filter(|_| !written.is_empty())?;
        let common = all.iter().fold(first.len(), |common, (name, _)| {
            first.bytes().zip(name.bytes()).take(common).take_while(|(one, other)| one == other).count()
        });
        let common = first.get(..common).filter(|common| common.len() > written.len())?;
        // A complete word ends with a space; a name before an operator continues with its value.
        let is_done = all.len() == 1 && !common.ends_with([':', '>']);
        Some(format!("{inverted}{common}{}", if is_done { " " } else { "" }))
    }
}
