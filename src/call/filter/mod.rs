//! Session filters: words and tokens, all of which must match. `poor user:owen net:wifi loss>5% !test`.
//!
//! A word is searched for in everything a row knows; a token checks one thing. Lower case matches both cases, upper
//! case only itself. Mistakes are reported with their position, and the other tokens still apply.

mod needle;
mod parse;
mod vocabulary;

use std::ops::Range;

use crate::metrics::{self, Metric};
use crate::model::MediumKind;
use crate::triage::factors::FACTORS;
use crate::triage::findings::RULES;
use crate::triage::{End, Interner, SessionStatus};

use super::row::{MediaSet, Row, SessionId};
use needle::Needle;
use parse::{test, tokens};

/// What a text on screen is, so that a filter can tell where it matches in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A person's name.
    Name,
    /// What a user said about the call.
    Said,
    /// A value, or several, of the factor with this ID.
    Value(&'static str),
    /// The figure of the metric with this ID.
    Figure(&'static str),
    /// The length of a session.
    Length,
    /// A session ID.
    Id,
    /// Anything else that a row says.
    Words,
}

/// A filter as typed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
    /// Mistakes, with their position in the text, in bytes.
    pub mistakes: Vec<(Range<usize>, String)>,
}

#[derive(Debug, Clone)]
struct Term {
    is_inverted: bool,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Standing(SessionStatus),
    Poor,
    Flag(Flag),
    Kind(MediumKind),
    Rule(usize),
    Rating(String),
    Figure(&'static Metric, Comparison, f64),
    Length(Comparison, f64),
    Person(Needle),
    /// A complaint that a user ticked, or their free text.
    Said(Needle),
    Id(Needle),
    /// A value of one of these factors, as bits by index.
    Value(u32, Needle),
    Anything(Box<Anything>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Tcp,
    Test,
    Rated,
    Complained,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Over,
    AtLeast,
    Under,
    AtMost,
    Equal,
}

impl Comparison {
    /// As written, longest first.
    const ALL: &[(&str, Comparison)] = &[
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        (">", Comparison::Over),
        ("<", Comparison::Under),
        ("=", Comparison::Equal),
    ];

    fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Comparison::Over => value > than,
            Comparison::AtLeast => value >= than,
            Comparison::Under => value < than,
            Comparison::AtMost => value <= than,
            // A value shown as 14 % may be 13.8 %.
            Comparison::Equal => (value - than).abs() <= than.abs() * 1e-6,
        }
    }
}

/// A text to search for in everything a row knows. Checks shared by many rows are made once.
#[derive(Debug, Clone)]
struct Anything {
    needle: Needle,
    standings: Vec<SessionStatus>,
    metrics: Vec<&'static Metric>,
    kinds: Vec<MediumKind>,
    /// It could be part of a session ID: nearly all of those are hexadecimal digits and dashes.
    may_be_id: bool,
}

impl Anything {
    fn new(needle: Needle) -> Anything {
        const STANDINGS: [SessionStatus; 5] = [
            SessionStatus::Failed,
            SessionStatus::Poor,
            SessionStatus::Noted,
            SessionStatus::Good,
            SessionStatus::Unclassified,
        ];
        Anything {
            standings: STANDINGS.into_iter().filter(|it| needle.is_in(it.name())).collect(),
            metrics: metrics::STREAM.iter().filter(|it| needle.is_in(it.label)).collect(),
            kinds: MediaSet::KINDS.into_iter().filter(|it| needle.is_in(it.name())).collect(),
            may_be_id: needle.text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
            needle,
        }
    }

    fn is_in(&self, row: &Row, set: usize) -> bool {
        let facts = &row.facts;
        let is_in_id = || match &row.id {
            Some(SessionId::Other(id)) => self.needle.is_in(id),
            Some(id) => self.may_be_id && self.needle.is_in(&id.to_string()),
            None => false,
        };
        is_named(row, &self.needle)
            || is_said(row, &self.needle)
            || facts.all_values().iter().any(|value| self.needle.found(value.name()))
            || (!self.standings.is_empty() && self.standings.contains(&facts.standing(set)))
            || (!self.metrics.is_empty()
                && facts.verdict(set).worst().is_some_and(|worst| self.metrics.contains(&worst.metric)))
            || facts.rating().is_some_and(|rating| self.needle.is_in(rating.word()))
            || self.kinds.iter().any(|kind| row.media.contains(*kind))
            || is_in_id()
    }
}

impl Filter {
    /// Parses a filter. Never fails: mistakes are in [`Filter::mistakes`].
    pub fn new(text: &str) -> Filter {
        let mut filter = Filter { text: text.to_owned(), ..Filter::default() };
        for range in tokens(text) {
            let token = &text[range.clone()];
            let (is_inverted, token) = match token.strip_prefix('!') {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, token),
            };
            match test(&token.replace('"', "")) {
                Ok(test) => filter.terms.push(Term { is_inverted, test }),
                Err(mistake) => filter.mistakes.push((range, mistake)),
            }
        }
        filter
    }

    /// Returns the text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Searches the names added since the last call. Must be called before rows are checked.
    pub fn prepare(&mut self, names: &Interner) {
        for term in &mut self.terms {
            match &mut term.test {
                Test::Person(needle) | Test::Said(needle) | Test::Value(_, needle) => needle.prepare(names),
                Test::Anything(anything) => anything.needle.prepare(names),
                _ => {}
            }
        }
    }

    /// Returns whether a row matches, by the verdicts of the rule set at an index.
    pub fn passes(&self, row: &Row, set: usize) -> bool {
        self.terms.iter().all(|term| term.test.holds(row, set) != term.is_inverted)
    }

    /// Returns where the filter matches in a text that a row shows, in bytes, from left to right and apart from one
    /// another. A figure that is compared matches as a whole.
    pub fn matches_in(&self, part: Part, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = self
            .terms
            .iter()
            .filter(|term| !term.is_inverted)
            .flat_map(|term| term.test.places_in(part, text))
            .collect();
        places.sort_by_key(|place| (place.start, place.end));
        places.dedup_by(|next, last| {
            let overlaps = next.start < last.end;
            if overlaps {
                last.end = last.end.max(next.end);
            }
            overlaps
        });
        places
    }
}

impl Test {
    fn places_in(&self, part: Part, text: &str) -> Vec<Range<usize>> {
        let whole = || {
            let start = text.len() - text.trim_start().len();
            Vec::from_iter(Some(start..start + text.trim().len()).filter(|place| !place.is_empty()))
        };
        match (self, part) {
            (Test::Person(needle), Part::Name) | (Test::Said(needle), Part::Said) | (Test::Id(needle), Part::Id) => {
                needle.places_in(text)
            }
            (Test::Value(bits, needle), Part::Value(id))
                if FACTORS.iter().position(|factor| factor.id == id).is_some_and(|at| bits >> at & 1 == 1) =>
            {
                needle.places_in(text)
            }
            (Test::Figure(metric, ..), Part::Figure(id)) if metric.id == id => whole(),
            (Test::Length(..), Part::Length) => whole(),
            (Test::Anything(anything), _) => anything.needle.places_in(text),
            _ => Vec::new(),
        }
    }

    fn holds(&self, row: &Row, set: usize) -> bool {
        let facts = &row.facts;
        match self {
            Test::Standing(standing) => facts.standing(set) == *standing,
            Test::Poor => facts.verdict(set).streams().poor > 0,
            Test::Flag(Flag::Test) => row.is_test,
            Test::Flag(Flag::Rated) => facts.rating().is_some(),
            Test::Flag(Flag::Complained) => facts.has_complaint(),
            Test::Flag(Flag::Tcp) => {
                RULES.iter().position(|rule| rule.id == "tcp").is_some_and(|place| facts.speaking(set).contains(place))
            }
            Test::Kind(kind) => row.media.contains(*kind),
            Test::Rule(place) => facts.speaking(set).contains(*place),
            Test::Rating(word) => facts.rating().is_some_and(|rating| rating.word() == word),
            Test::Figure(metric, comparison, than) => {
                // Stored with seven digits, and compared in the same form.
                row.figure(metric).is_some_and(|value| comparison.holds(value, f64::from(*than as f32)))
            }
            Test::Length(comparison, than) => facts.seconds().is_some_and(|value| comparison.holds(value, *than)),
            Test::Id(needle) => row.id.as_ref().is_some_and(|id| needle.is_in(&id.to_string())),
            Test::Person(needle) => is_named(row, needle),
            Test::Said(needle) => is_said(row, needle),
            Test::Value(factors, needle) => {
                facts.all_values().iter().any(|value| factors >> value.place() & 1 == 1 && needle.found(value.name()))
            }
            Test::Anything(anything) => anything.is_in(row, set),
        }
    }
}

/// Our own labels are not searched as names: everyone in a meeting has "service" at the other end.
fn is_named(row: &Row, needle: &Needle) -> bool {
    [End::Caller, End::Callee].into_iter().any(|end| {
        let party = row.facts.party(end);
        party.is_named && needle.found(party.name)
    })
}

/// Returns whether a complaint that a user ticked, or their free text, contains a text.
fn is_said(row: &Row, needle: &Needle) -> bool {
    [End::Caller, End::Callee]
        .into_iter()
        .filter_map(|end| row.facts.feedback(end))
        .any(|feedback| feedback.words().any(|word| needle.found(word)))
}

#[cfg(test)]
mod tests;
