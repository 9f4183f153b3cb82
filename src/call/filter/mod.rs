//! Filters: words and tokens, all of which must match, or those on one side of an `or`. `poor user:owen loss>5% !test`.
//!
//! A word is searched for in everything a row knows; a token checks one thing. Lower case matches both cases, upper
//! case only itself. Mistakes are reported with their position, and the other tokens still apply. The same filter
//! applies to sessions, and to people by their own end of their sessions.

mod named;
mod needle;
mod parse;
mod vocabulary;

use std::ops::Range;

use crate::metrics::{self, Metric};
use crate::model::MediumKind;
use crate::triage::factors::{FACTORS, Value};
use crate::triage::feedback::Feedback;
use crate::triage::findings::RULES;
use crate::triage::{End, Interner, Rating, SessionStatus, Verdict};

use super::row::{MediaSet, Row, SessionId};

pub use named::NamedFilters;
pub use needle::Needle;

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
    /// The terms on each side of an `or`: all of one side must match.
    sides: Vec<Vec<Term>>,
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
    Judged,
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
    /// A filter of the config file.
    Named(Box<Filter>),
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

    fn is_in(&self, row: &Row, of: Of, set: usize) -> bool {
        let facts = &row.facts;
        let is_in_id = || match &row.id {
            Some(SessionId::Other(id)) => self.needle.is_in(id),
            Some(id) => self.may_be_id && self.needle.is_in(&id.to_string()),
            None => false,
        };
        is_named(row, of, &self.needle)
            || is_said(row, of, &self.needle)
            || values(row, of).any(|value| self.needle.found(value.name()))
            || (!self.standings.is_empty() && self.standings.contains(&facts.standing(set)))
            || (!self.metrics.is_empty()
                && facts.verdict(set).worst().is_some_and(|worst| self.metrics.contains(&worst.metric)))
            || rating(row, of).is_some_and(|rating| self.needle.is_in(rating.word()))
            || self.kinds.iter().any(|kind| row.media.contains(*kind))
            || is_in_id()
    }
}

/// Whose part of a session is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Everybody's.
    Session,
    /// That of the person at an end.
    Person(End),
}

impl Of {
    fn ends(self) -> impl Iterator<Item = End> {
        [End::Caller, End::Callee].into_iter().filter(move |end| self == Of::Session || self == Of::Person(*end))
    }
}

impl Filter {
    /// Parses a filter. Never fails: mistakes are in [`Filter::mistakes`].
    pub fn new(text: &str) -> Filter {
        Filter::with(text, &NamedFilters::default())
    }

    /// Parses a filter that may use named ones.
    pub fn with(text: &str, named: &NamedFilters) -> Filter {
        let (sides, mistakes) = parse::sides(text, named, |_| Ok(()));
        Filter { text: text.to_owned(), sides, mistakes }
    }

    /// Parses a filter of a list of calls, of which no more is known than what the list says.
    pub fn of_calls(text: &str, named: &NamedFilters) -> Filter {
        let (sides, mistakes) = parse::sides(text, named, Test::is_of_calls);
        Filter { text: text.to_owned(), sides, mistakes }
    }

    /// Returns whether the text of a call matches a filter [of calls](Filter::of_calls).
    pub fn passes_text(&self, text: &str) -> bool {
        let matches = |side: &Vec<Term>| side.iter().all(|term| term.test.is_in_text(text) != term.is_inverted);
        self.sides.is_empty() || self.sides.iter().any(matches)
    }

    /// Returns the text of a filter for the people with a value of a factor who could be judged: those that the value
    /// is counted by.
    pub fn of_value(factor: &str, text: &str) -> String {
        // A quote cannot be written in a filter: the part before it has to do.
        match text.split_once('"') {
            None => format!("{factor}=\"{text}\" judged"),
            Some((part, _)) => format!("{factor}:\"{part}\" judged"),
        }
    }

    /// Returns the text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text of a filter that also asks for another token, on each side of every `or`.
    pub fn text_with(&self, token: &str) -> String {
        parse::with_token(&self.text, token)
    }

    /// Returns whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.sides.is_empty()
    }

    /// Searches the names added since the last call. Must be called before rows are checked.
    pub fn prepare(&mut self, names: &Interner) {
        for term in self.sides.iter_mut().flatten() {
            match &mut term.test {
                Test::Person(needle) | Test::Said(needle) | Test::Value(_, needle) => needle.prepare(names),
                Test::Anything(anything) => anything.needle.prepare(names),
                Test::Named(filter) => filter.prepare(names),
                _ => {}
            }
        }
    }

    /// Returns whether a session matches, by the verdicts of the rule set at an index.
    pub fn passes(&self, row: &Row, set: usize) -> bool {
        self.holds(row, Of::Session, set)
    }

    /// Returns whether a session matches as the person at one of its ends had it: their name, their network, their
    /// device, what they said, and the verdicts of the session.
    pub fn passes_for(&self, row: &Row, end: End, set: usize) -> bool {
        self.holds(row, Of::Person(end), set)
    }

    fn holds(&self, row: &Row, of: Of, set: usize) -> bool {
        let matches = |side: &Vec<Term>| side.iter().all(|term| term.test.holds(row, of, set) != term.is_inverted);
        self.sides.is_empty() || self.sides.iter().any(matches)
    }

    /// Returns where the filter matches in a text that a row shows, in bytes, from left to right and apart from one
    /// another. A figure that is compared matches as a whole.
    pub fn matches_in(&self, part: Part, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> =
            self.terms().filter(|term| !term.is_inverted).flat_map(|term| term.test.places_in(part, text)).collect();
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

    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.sides.iter().flatten()
    }
}

impl Test {
    fn is_of_calls(&self) -> Result<(), String> {
        match self {
            Test::Anything(_) | Test::Person(_) | Test::Id(_) | Test::Kind(_) => Ok(()),
            Test::Named(filter) => filter.terms().try_for_each(|term| term.test.is_of_calls()),
            _ => Err("this works inside a call; here: words, user:, kind:, id:, ! and or".to_owned()),
        }
    }

    /// Returns whether the text of a call matches.
    fn is_in_text(&self, text: &str) -> bool {
        match self {
            Test::Anything(anything) => anything.needle.is_in(text),
            Test::Person(needle) | Test::Id(needle) => needle.is_in(text),
            Test::Kind(kind) => text.contains(kind.name()),
            Test::Named(filter) => filter.passes_text(text),
            _ => false,
        }
    }

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
            (Test::Named(filter), _) => filter.matches_in(part, text),
            _ => Vec::new(),
        }
    }

    fn holds(&self, row: &Row, of: Of, set: usize) -> bool {
        let facts = &row.facts;
        match self {
            Test::Standing(standing) => facts.standing(set) == *standing,
            Test::Poor => facts.verdict(set).streams().poor > 0,
            Test::Judged => facts.verdict(set).verdict() != Verdict::Unclassified,
            Test::Flag(Flag::Test) => row.is_test,
            Test::Flag(Flag::Rated) => rating(row, of).is_some(),
            Test::Flag(Flag::Complained) => of.ends().filter_map(|end| facts.feedback(end)).any(Feedback::is_complaint),
            Test::Flag(Flag::Tcp) => {
                RULES.iter().position(|rule| rule.id == "tcp").is_some_and(|place| facts.speaking(set).contains(place))
            }
            Test::Kind(kind) => row.media.contains(*kind),
            Test::Rule(place) => facts.speaking(set).contains(*place),
            Test::Rating(word) => rating(row, of).is_some_and(|rating| rating.word() == word),
            Test::Figure(metric, comparison, than) => {
                // Stored with seven digits, and compared in the same form.
                row.figure(metric).is_some_and(|value| comparison.holds(value, f64::from(*than as f32)))
            }
            Test::Length(comparison, than) => facts.seconds().is_some_and(|value| comparison.holds(value, *than)),
            Test::Id(needle) => row.id.as_ref().is_some_and(|id| needle.is_in(&id.to_string())),
            Test::Person(needle) => is_named(row, of, needle),
            Test::Said(needle) => is_said(row, of, needle),
            Test::Value(factors, needle) => {
                values(row, of).any(|value| factors >> value.place() & 1 == 1 && needle.found(value.name()))
            }
            Test::Anything(anything) => anything.is_in(row, of, set),
            Test::Named(filter) => filter.holds(row, of, set),
        }
    }
}

/// Our own labels are not searched as names: everyone in a meeting has "service" at the other end.
fn is_named(row: &Row, of: Of, needle: &Needle) -> bool {
    of.ends().any(|end| {
        let party = row.facts.party(end);
        party.is_named && needle.found(party.name)
    })
}

/// Returns whether a complaint that a user ticked, or their free text, contains a text.
fn is_said(row: &Row, of: Of, needle: &Needle) -> bool {
    let mut said = of.ends().filter_map(|end| row.facts.feedback(end));
    said.any(|feedback| feedback.words().any(|word| needle.found(word)))
}

fn rating(row: &Row, of: Of) -> Option<Rating> {
    of.ends().filter_map(|end| row.facts.party(end).rating).min()
}

/// Iterates over the values of the people of a session. The network of the service at the other end is nobody's: a
/// cable there does not make all of a meeting `net:wired`.
fn values(row: &Row, of: Of) -> impl Iterator<Item = &Value> {
    let has_people = row.facts.people().next().is_some();
    let ends = of.ends().filter(move |end| !has_people || row.facts.party(*end).person.is_some());
    ends.flat_map(|end| row.facts.values(end))
}

#[cfg(test)]
mod tests;
