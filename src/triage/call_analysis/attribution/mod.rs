//! Attribution: whose side problems are on. Causes that people share come from the comparison of explanations; a
//! person's own causes are weighed by that person's record, and never contradict the shared ones.
//!
//! | file | contents |
//! |---|---|
//! | `causes` | the table of causes with their words |
//! | `common` | causes that several people share |
//! | `personal` | one person's network, machine or device |
//! | `pair` | calls between two people |
//! | `connection` | failed sessions, other legs, streams that belong to nobody |
//! | `ratings` | bad ratings that nothing explains |

mod causes;
mod common;
mod connection;
mod pair;
pub(super) mod personal;
mod ratings;

use crate::model::Timestamp;
use crate::triage::factors::Value;
use crate::triage::facts::{Rating, SessionSummary};
use crate::triage::findings::{PointsTo, RULES, Rule, Severity};
use crate::triage::interner::Name;
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Verdict};

use super::comparison::{Aspect, Comparison};
use super::participants::ParticipantStats;
use super::windows::Window;

pub use causes::{CANNOT_TELL, CAUSES, Cause, of_value};

/// A statement of whose side a problem is on.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    pub cause: &'static Cause,
    /// The person or group it is about.
    pub who: Who,
    /// How certain it is.
    pub confidence: Confidence,
    /// Probability of the cause before the confidence was limited, from 0 to 1; `None` if it is not from a comparison.
    pub probability: Option<f64>,
    pub evidence: Vec<Testimony>,
    /// The people concerned, as indexes into [`Assessment::people`](super::Assessment::people).
    pub people: Vec<u32>,
    /// Others who suffered from it: the first [`ONE_BY_ONE`](thresholds::ONE_BY_ONE) of those who listened, as indexes of
    /// the same kind. Everyone listens to everyone, so that all of them would take memory with the square of the people.
    pub listeners: Vec<u32>,
    /// How many listened.
    pub listener_count: usize,
    /// What the same people share and cannot be told apart, each with its probability; empty if it can.
    pub inseparable: Vec<(Who, f64)>,
    /// Explanations with other people that are nearly as likely, each with its probability.
    pub rivals: Vec<(Who, f64)>,
    /// Why the confidence is not higher.
    pub limits: Vec<Limit>,
    /// Rows of the sessions, if it is about sessions rather than people.
    pub rows: Vec<u32>,
}

/// The person or group an attribution is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Who {
    /// A person, as an index into [`Assessment::people`](super::Assessment::people).
    Person(u32),
    /// Everyone with a given value of a factor.
    Value(Value),
    /// Those who were there in a time window.
    Window(Window),
    /// The parties of a leg that are not the session's.
    Leg([Name; 2]),
    /// A number of sessions without a common value.
    Sessions(u32),
}

/// The confidence of an attribution. It is calibrated: ARCHITECTURE.md has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A probability of at least 0.95.
    High,
    /// A probability of at least 0.85.
    Medium,
    /// Less than that, or limited for a reason that is given.
    Low,
}

impl Confidence {
    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }

    /// Returns the confidence of a probability from 0 to 1.
    pub fn of(probability: f64) -> Confidence {
        match probability {
            high if high >= thresholds::HIGH => Confidence::High,
            medium if medium >= thresholds::MEDIUM => Confidence::Medium,
            _ => Confidence::Low,
        }
    }
}

/// Why a confidence is not higher than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Three people or fewer are affected.
    FewAffected,
    /// Three people or fewer could be judged.
    FewJudged,
    /// The networks of half of the people, or of this person, are not known.
    UnknownNetworks,
    /// Part of the call is missing.
    Incomplete,
    /// Other people in this call have a common problem.
    CommonPattern,
    /// A large share of people have poor streams, so a common cause is likely, though none is known.
    ManyPoor,
    /// Another person with poor streams is on the same network.
    SharedNetwork,
    /// Nobody is left to compare with.
    NobodyElsewhere,
    /// Another explanation fits as well.
    Rivals,
    /// The people of the subnet all have public addresses of their own, so it may not be one site.
    SeveralAddresses,
    /// The record does not say whom those who complained heard.
    NotKnownWhom,
    /// What the person's record shows, most people without trouble show as well.
    UsualSign,
    /// The record of a telephone ends at the gateway.
    Telephone,
    /// Others were there in the same minutes without poor streams.
    OthersThere,
    /// Only two people were in the call.
    OnlyTwo,
    /// One call says little about the service.
    OneCall,
}

/// A piece of evidence for an attribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Testimony {
    /// How many people with the value are poor, compared with people without it.
    Shared {
        /// What they are poor in.
        aspect: Aspect,
        /// People with the value: poor, judged.
        with: (u32, u32),
        /// People without it: poor, judged.
        without: (u32, u32),
    },
    /// The same people also share another value.
    Also(Value),
    /// The subnets of the people at a site: the three with the most people, and how many there are.
    Subnets([Option<Value>; 3], u32),
    /// Voice streams the person sent, by verdict.
    Said(Counts),
    /// Voice streams the person received, by verdict.
    Heard(Counts),
    /// Video and sharing streams in both directions, by verdict, and whether voice was judged good.
    Pictures(Counts, bool),
    /// Other people: judged, good.
    OthersWell(u32, u32),
    /// Number of other people who could not be judged.
    OthersUnjudged(u32),
    /// Number of other people who were there in the same minutes, and have no poor stream.
    AlsoThere(u32),
    /// Number of these people who were in the call later, or earlier, without trouble.
    ConnectedToo(u32),
    /// A rule triggered on the person's side; its index in the table.
    Finding(usize),
    /// Sessions: failed, total.
    Failed(u32, u32),
    /// Sessions that ended in the same second, of all that dropped, and when.
    SameSecond(u32, u32, Timestamp),
    /// Poor and judged streams whose direction the record does not give, or between other parties.
    Streams(Counts),
    /// Number of unrelated networks the people are on.
    Networks(u32),
    /// There was no one else to compare with.
    NobodyElse,
    /// There was no one on another network to compare with.
    NobodyElsewhere,
    /// Number of people who rated the call badly and have no poor stream.
    RatedBadly(u32),
    /// Number of listeners who rated the call badly and have no poor stream of their own.
    ListenersRated(u32),
    /// Number of people who rated the call badly and have no stream that could be judged.
    RatedUnjudged(u32),
}

/// What attributions are found from.
pub(super) struct Scene<'a> {
    pub(super) people: &'a [ParticipantStats],
    pub(super) facts: &'a [&'a SessionSummary],
    pub(super) comparison: &'a Comparison,
    pub(super) set: usize,
    /// Whether the call is between two people.
    pub(super) is_pair: bool,
    /// Whether all of the call was read.
    pub(super) is_complete: bool,
    /// Whether a shared cause that is named explains each person.
    pub(super) is_covered: Vec<bool>,
    /// Whether each person is in some attribution.
    pub(super) is_explained: Vec<bool>,
    /// Whether a common cause was named.
    pub(super) has_common: bool,
    /// Whether half or more are poor on unrelated networks, so that nobody's own network may be named.
    pub(super) is_everywhere: bool,
    /// People whom no common cause covers: poor and judged.
    pub(super) left: (u32, u32),
    /// What is counted over everybody.
    pub(super) totals: Totals,
}

/// Counts over all people: every person is compared with the others, which are all but that one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    judged: u32,
    good: u32,
    unclassified: u32,
    /// People who received voice.
    listeners: u32,
    /// People who rated the call badly, have no poor stream of their own, and listened.
    unhappy_listeners: u32,
}

impl Totals {
    pub(super) fn of(people: &[ParticipantStats]) -> Totals {
        let mut totals = Totals::default();
        people.iter().for_each(|it| totals.count(it, 1));
        totals
    }

    fn count(&mut self, it: &ParticipantStats, by: i32) {
        let add = |number: &mut u32| *number = number.saturating_add_signed(by);
        match it.verdict() {
            Verdict::Good => [&mut self.judged, &mut self.good].into_iter().for_each(add),
            Verdict::Poor => add(&mut self.judged),
            Verdict::Unclassified => add(&mut self.unclassified),
        }
        if it.heard.total() > 0 {
            add(&mut self.listeners);
            if is_unhappy(it) {
                add(&mut self.unhappy_listeners);
            }
        }
    }

    /// Returns the counts over everybody else.
    fn without(mut self, it: &ParticipantStats) -> Totals {
        self.count(it, -1);
        self
    }
}

/// Returns whether a person rated the call badly and has no poor stream.
fn is_unhappy(it: &ParticipantStats) -> bool {
    it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor
}

/// Finds everything that can be attributed; what affects the most people comes first.
pub(super) fn find(mut scene: Scene<'_>) -> Vec<Attribution> {
    type Find = fn(&mut Scene<'_>) -> Vec<Attribution>;
    const FINDERS: [Find; 11] = [
        pair::between_two,
        common::shared,
        common::everywhere,
        connection::dropped_together,
        personal::own,
        personal::unclear,
        personal::faults,
        connection::legs,
        connection::unplaced,
        connection::failed,
        ratings::cannot_tell,
    ];
    let mut attributions = Vec::new();
    for finder in FINDERS {
        let found = finder(&mut scene);
        for at in found.iter().flat_map(|one| &one.people) {
            scene.is_explained[*at as usize] = true;
        }
        attributions.extend(found);
    }
    let place = |cause: &Cause| CAUSES.iter().position(|one| one == cause);
    // What cannot be determined comes last, however many people it affects.
    attributions.sort_by_key(|one: &Attribution| {
        (one.cause.id == CANNOT_TELL, std::cmp::Reverse(one.people.len()), place(one.cause))
    });
    attributions
}

impl Attribution {
    fn new(cause: &str, who: Who, confidence: Confidence, evidence: Vec<Testimony>, people: Vec<u32>) -> Attribution {
        Attribution {
            cause: causes::by_id(cause),
            who,
            confidence,
            probability: None,
            evidence,
            people,
            listeners: Vec::new(),
            listener_count: 0,
            inseparable: Vec::new(),
            rivals: Vec::new(),
            limits: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Limits the confidence for a reason, which is kept even if it changes nothing.
    fn limit(&mut self, most: Confidence, reason: Limit) {
        self.confidence = self.confidence.max(most);
        if !self.limits.contains(&reason) {
            self.limits.push(reason);
        }
    }
}

/// Faults of devices that only their own user notices: nobody else hears them.
const UNHEARD: [&str; 5] =
    ["speaker-not-working", "speaker-muted", "volume-at-zero", "speaker-glitches", "camera-not-working"];

/// Returns whether others can hear what a rule says about a person's device or machine.
fn is_heard(rule: &Rule) -> bool {
    matches!(rule.points_to, PointsTo::Device | PointsTo::Machine)
        && rule.severity <= Severity::Warning
        && !UNHEARD.contains(&rule.id)
}

/// Returns whether a person's device or machine has a fault that others can hear.
fn is_heard_badly(it: &ParticipantStats) -> bool {
    it.speak.iter().any(|place| is_heard(&RULES[place]))
}

impl Scene<'_> {
    /// Applies the limits that hold for every attribution of the call.
    fn limit_by_call(&self, one: &mut Attribution) {
        if !self.is_complete {
            one.limit(Confidence::Low, Limit::Incomplete);
        }
        if self.comparison.total.1 <= thresholds::FEW {
            one.limit(Confidence::Low, if self.is_pair { Limit::OnlyTwo } else { Limit::FewJudged });
        }
    }

    fn is_poor(&self, at: u32) -> bool {
        self.people[at as usize].verdict() == Verdict::Poor
    }

    fn is_judged(&self, at: u32) -> bool {
        self.people[at as usize].verdict() != Verdict::Unclassified
    }

    /// Iterates over the indexes of all people.
    fn everybody(&self) -> std::ops::Range<u32> {
        0..self.people.len() as u32
    }

    /// Returns what the others of a person say about that person's trouble.
    fn compared(&self, at: u32) -> Vec<Testimony> {
        let Totals { judged, good, unclassified, .. } = self.totals.without(&self.people[at as usize]);
        let mut evidence = match judged {
            0 => vec![Testimony::NobodyElse],
            _ => vec![Testimony::OthersWell(judged, good)],
        };
        if unclassified > judged {
            evidence.push(Testimony::OthersUnjudged(unclassified));
        }
        evidence
    }

    /// Returns the rules that triggered on a person's own side, as evidence.
    fn findings_of(&self, it: &ParticipantStats, to: PointsTo) -> Vec<Testimony> {
        let has = |id: &str| it.speak.iter().any(|place| RULES[place].id == id);
        let is_shown = |place: &usize| {
            let rule = &RULES[*place];
            // One value over two limits is one finding.
            let is_twice = rule.id == "cpu-short" && has("cpu-short-most");
            rule.points_to == to && rule.severity <= Severity::Hint && !is_twice
        };
        let places = it.speak.iter().filter(is_shown);
        places.take(thresholds::MOST_EVIDENCE).map(Testimony::Finding).collect()
    }

    /// Notes in an attribution who listened to a person: everyone else who received voice.
    fn add_listeners(&self, at: u32, one: &mut Attribution) {
        let listened = |other: &u32| *other != at && self.people[*other as usize].heard.total() > 0;
        one.listeners = self.everybody().filter(listened).take(thresholds::ONE_BY_ONE).collect();
        one.listener_count = self.totals.without(&self.people[at as usize]).listeners as usize;
    }

    /// Returns people who rated the call badly and have no poor stream of their own.
    fn unhappy(&self) -> impl Iterator<Item = u32> {
        self.everybody().filter(|at| is_unhappy(&self.people[*at as usize]))
    }

    /// Returns how many of those who listened to a person rated the call badly, as evidence.
    fn listeners_rated(&self, at: u32) -> Option<Testimony> {
        let rated = self.totals.without(&self.people[at as usize]).unhappy_listeners;
        (rated > 0).then_some(Testimony::ListenersRated(rated))
    }
}
