//! Attribution: the table of patterns that say whose side a problem is on, each with the function that finds it.

mod connection;
mod machine;
mod network;
mod service;

use crate::triage::factors::{FactorOf, Value};
use crate::triage::facts::{Person, SessionSummary};
use crate::triage::findings::{PointsTo, RULES, Severity};
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Verdict};

use super::participants::ParticipantStats;
use super::shared::SharedFactor;

/// A statement of whose side a problem is on.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The pattern that matched.
    pub pattern: &'static AttributionRule,
    /// The person or group it is about.
    pub who: Who,
    /// How certain it is.
    pub confidence: Confidence,
    /// The evidence for it.
    pub evidence: Vec<Testimony>,
    /// The people concerned, as indexes into [`Assessment::people`](super::Assessment::people).
    pub people: Vec<u32>,
}

/// The person or group an attribution is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Who {
    /// A person, as an index into [`Assessment::people`](super::Assessment::people).
    Person(u32),
    /// Everyone with a given value of a factor.
    Value(Value),
    /// A number of sessions without a common value.
    Sessions(u32),
}

/// The confidence of an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Several pieces of evidence support it and none contradicts it.
    High,
    /// It is the most likely explanation.
    Medium,
    /// It is a first guess.
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
}

/// A piece of evidence for an attribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Testimony {
    /// How many people with the value have poor streams, compared with people without it.
    Shared {
        /// People with the value: poor, judged.
        with: (u32, u32),
        /// People without it: poor, judged.
        without: (u32, u32),
    },
    /// Voice streams the person sent, by verdict.
    Said(Counts),
    /// Voice streams the person received, by verdict.
    Heard(Counts),
    /// Video and sharing streams in both directions, by verdict.
    Pictures(Counts),
    /// Other people: judged, good.
    OthersWell(u32, u32),
    /// A rule triggered on the person's side; its index in the table.
    Finding(usize),
    /// Sessions: failed, total.
    Failed(u32, u32),
    /// Number of unrelated networks the people are on.
    Networks(u32),
    /// The record only has averages over whole sessions, with no times.
    NoTimes,
    /// There was no one else to compare with.
    NobodyElse,
    /// Number of people who rated the call badly and have no poor stream.
    RatedBadly(u32),
    /// Number of people who rated the call badly and have no stream that could be judged.
    RatedUnjudged(u32),
}

/// A pattern that attributes a problem to a side.
#[derive(Debug)]
pub struct AttributionRule {
    /// Unique ID, used in reports.
    pub id: &'static str,
    /// The side it names.
    pub side: &'static str,
    /// Next step for first-line support.
    pub advice: &'static str,
    pub(super) find: fn(&Scene<'_>, &'static AttributionRule) -> Vec<Attribution>,
}

impl PartialEq for AttributionRule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// ID of the pattern that names no side.
pub const CANNOT_TELL: &str = "cannot-tell";

/// The table of patterns, applied in order. People explained by one pattern are not considered by the next.
pub const ATTRIBUTION_RULES: &[AttributionRule] = &[
    AttributionRule {
        id: "site",
        side: "site network (internet egress, VPN, proxy or firewall)",
        advice: "give the site's network team this value and the times; check the load on its line, and its firewall",
        find: network::site,
    },
    AttributionRule {
        id: "client",
        side: "the driver, device or version they share",
        advice: "try another version or device once; if that helps, change it for all",
        find: machine::client,
    },
    AttributionRule {
        id: "service",
        side: "the service's relay or media endpoint",
        advice: "weak evidence from one call: compare with other calls from that hour before opening a ticket with Microsoft",
        find: service::service,
    },
    AttributionRule {
        id: "access-network",
        side: "this person's access network",
        advice: "use a cable instead of Wi-Fi, no VPN, no one else on the line; then check the line itself",
        find: network::access_network,
    },
    AttributionRule {
        id: "machine",
        side: "this person's machine",
        advice: "close other programs, turn off background effects, plug in the power; then check the machine itself",
        find: machine::machine,
    },
    AttributionRule {
        id: "device",
        side: "this person's microphone, loudspeaker or camera",
        advice: "check which device Teams uses, its mute and its volume; then try another headset or port and the latest driver",
        find: machine::device,
    },
    AttributionRule {
        id: "uplink",
        side: "this person's uplink",
        advice: "use a cable instead of Wi-Fi, stop other uploads; everyone else hears this person badly",
        find: network::uplink,
    },
    AttributionRule {
        id: "downlink",
        side: "this person's downlink",
        advice: "use a cable instead of Wi-Fi, stop other downloads; this person hears everyone badly but is heard well",
        find: network::downlink,
    },
    AttributionRule {
        id: "between-two",
        side: "the path between the two; which end is not known",
        advice: "have each try a call with someone else: the one whose call is bad again has the problem",
        find: network::between_two,
    },
    AttributionRule {
        id: "pictures",
        side: "this person's bandwidth or machine, as voice is fine",
        advice: "turn off video or use a smaller window; check bandwidth policies and the graphics driver",
        find: machine::pictures,
    },
    AttributionRule {
        id: "setup",
        side: "signalling, firewall or policy, not quality",
        advice: "check firewall and proxy for UDP 3478 to 3481, numbers, policies and licences",
        find: connection::setup,
    },
    AttributionRule {
        id: "dropped",
        side: "the connection of the person who dropped, at that minute",
        advice: "ask about sleep, a Wi-Fi change or a VPN reconnect",
        find: connection::dropped,
    },
    AttributionRule {
        id: "everywhere",
        side: "possibly the service or its region",
        advice: "weak evidence: check the service health page for that hour, and other calls",
        find: service::everywhere,
    },
    AttributionRule {
        id: CANNOT_TELL,
        side: "cannot be determined from this record",
        advice: "ask exactly what was heard, by whom and when; a later version of the record may hold more figures",
        find: service::cannot_tell,
    },
];

/// The data that patterns are applied to.
pub(super) struct Scene<'a> {
    pub(super) people: &'a [ParticipantStats],
    pub(super) shared: &'a [SharedFactor],
    pub(super) facts: &'a [&'a SessionSummary],
    /// Whether a pattern has already explained each person.
    pub(super) is_explained: Vec<bool>,
    /// Whether the call is between two people.
    pub(super) is_pair: bool,
    pub(super) failures: [usize; 3],
}

impl Scene<'_> {
    /// Iterates over people who are poor and not explained yet.
    pub(super) fn open(&self) -> impl Iterator<Item = (u32, &ParticipantStats)> {
        let all = self.people.iter().enumerate();
        let open = all.filter(|(at, it)| !self.is_explained[*at] && it.verdict() == Verdict::Poor);
        open.map(|(at, it)| (at as u32, it))
    }

    /// Returns how many other people were judged, and how many of them are good.
    pub(super) fn others(&self, but: u32) -> (u32, u32) {
        let others = self.people.iter().enumerate().filter(|(at, _)| *at as u32 != but).map(|(_, it)| it.verdict());
        others.fold((0, 0), |(judged, well), verdict| match verdict {
            Verdict::Good => (judged + 1, well + 1),
            Verdict::Poor => (judged + 1, well),
            Verdict::Unclassified => (judged, well),
        })
    }

    /// Returns the indexes of unexplained poor people with a value.
    pub(super) fn people_with(&self, value: Value) -> Vec<u32> {
        let mut with: Vec<Person> = Vec::new();
        for one in self.facts {
            with.extend(one.people().filter(|(end, _)| one.values(*end).contains(&value)).map(|(_, person)| person));
        }
        with.sort_unstable();
        with.dedup();
        let poor = self.open().filter(|(_, it)| with.binary_search(&it.person).is_ok());
        poor.map(|(at, _)| at).collect()
    }

    pub(super) fn of_shared(
        &self,
        pattern: &'static AttributionRule,
        of: FactorOf,
        most_sure: Confidence,
    ) -> Vec<Attribution> {
        let mut found: Vec<Attribution> = Vec::new();
        let mut taken = self.is_explained.clone();
        for factor in self.shared.iter().filter(|factor| factor.value.factor().of == of) {
            let share = f64::from(factor.with.0) / f64::from(factor.with.1.max(1));
            let people: Vec<u32> =
                self.people_with(factor.value).into_iter().filter(|at| !taken[*at as usize]).collect();
            // A value that explains no one new, or where most people are fine, is not a cause.
            if people.len() < thresholds::LEAST_AFFECTED as usize || share < thresholds::LEAST_SHARE {
                continue;
            }
            people.iter().for_each(|at| taken[*at as usize] = true);
            let is_clear = (
                factor.at_least >= thresholds::CLEAR_DIFFERENCE,
                share >= thresholds::CLEAR_SHARE,
                people.len() >= thresholds::CLEAR_PEOPLE,
            );
            let confidence = match is_clear {
                (true, true, true) => most_sure,
                (false, false, _) => Confidence::Low.max(most_sure),
                _ => Confidence::Medium.max(most_sure),
            };
            found.push(Attribution {
                pattern,
                who: Who::Value(factor.value),
                confidence,
                evidence: vec![Testimony::Shared { with: factor.with, without: factor.without }],
                people,
            });
        }
        found
    }

    /// Attributes a problem to each person for whom `holds` returns evidence.
    pub(super) fn one_by_one(
        &self,
        pattern: &'static AttributionRule,
        holds: impl Fn(u32, &ParticipantStats) -> Option<(Confidence, Vec<Testimony>)>,
    ) -> Vec<Attribution> {
        self.open()
            .filter_map(|(at, it)| {
                let (confidence, evidence) = holds(at, it)?;
                Some(Attribution { pattern, who: Who::Person(at), confidence, evidence, people: vec![at] })
            })
            .take(thresholds::ONE_BY_ONE)
            .collect()
    }

    /// Returns the rules that triggered on a person's own side, as evidence.
    pub(super) fn findings_of(&self, it: &ParticipantStats, to: PointsTo) -> Vec<Testimony> {
        let places =
            it.speak.iter().filter(|place| RULES[*place].points_to == to && RULES[*place].severity <= Severity::Hint);
        places.take(thresholds::MOST_EVIDENCE).map(Testimony::Finding).collect()
    }

    /// Returns how certain it is that only this person is affected, with the evidence.
    pub(super) fn compared(&self, at: u32) -> (Confidence, Testimony) {
        let (judged, well) = self.others(at);
        if judged == 0 {
            return (Confidence::Low, Testimony::NobodyElse);
        }
        let share = f64::from(well) / f64::from(judged);
        let confidence = if judged >= thresholds::CLEAR_OTHERS && share >= thresholds::CLEAR_OTHERS_WELL {
            Confidence::High
        } else if share >= thresholds::SOME_OTHERS_WELL {
            Confidence::Medium
        } else {
            Confidence::Low
        };
        (confidence, Testimony::OthersWell(judged, well))
    }
}
