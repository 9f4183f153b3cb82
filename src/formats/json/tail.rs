//! The results for the whole call in a report: whose side it is, severe faults, and what those affected share.

use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, Dataset};
use crate::model::Clock;
use crate::text::sanitize;
use crate::triage::call_analysis::attribution::of_value;
use crate::triage::call_analysis::{Assessment, Attribution, ParticipantStats, SharedFactor, Who};
use crate::triage::factors::Value;
use crate::triage::{Interner, RULES};
use crate::wording::{sides, summary};

use super::complaints::{self, ComplaintBody};
use super::to_string;

#[derive(Serialize, JsonSchema)]
struct AttributionBody {
    /// Whose side, and of whom.
    who: String,
    /// Stable ID of the cause; the wording may change.
    cause: &'static str,
    /// The side in words.
    side: &'static str,
    /// `high`, `medium` or `low`.
    confidence: &'static str,
    /// What speaks for it, in sentences.
    evidence: Vec<String>,
    /// The group of causes that it belongs to.
    pattern: &'static str,
    /// What the people share, if it is a value of the record.
    factor: Option<Factor>,
    /// Whom it concerns.
    people: Vec<String>,
    /// Others who suffered from it, as far as they are listed.
    listeners: Vec<String>,
    /// IDs of the sessions, for attributions about sessions.
    sessions: Vec<String>,
    /// Probability before limits, from 0 to 1; null if no comparison was made.
    probability: Option<f64>,
    /// Explanations that cannot be told apart from it, or that are also possible.
    alternatives: Vec<Alternative>,
    /// Number of values and time windows that were compared.
    values_tried: u32,
    /// Why the confidence is not higher.
    limits: Vec<&'static str>,
    /// What would make it more certain.
    would_raise_confidence: Vec<&'static str>,
    /// What to do next.
    advice: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Alternative {
    /// Stable ID of the cause.
    cause: &'static str,
    /// What the people share.
    factor: Option<Factor>,
    /// The same in words.
    words: String,
    /// Its probability, from 0 to 1.
    probability: f64,
}

/// A fault of a device or machine that ruins a call on its own, whatever the network.
#[derive(Serialize, JsonSchema)]
struct SevereBody {
    /// Whose device or machine it is.
    person: String,
    /// Stable ID of the rule.
    finding: &'static str,
    /// The rule in a few words.
    title: &'static str,
    /// A session in which it was found.
    session: Option<String>,
    /// Number of others who heard it.
    listeners: usize,
}

#[derive(Serialize, JsonSchema)]
struct Factor {
    /// ID of the factor, which is also its filter.
    factor: &'static str,
    /// The value that is shared.
    value: String,
}

#[derive(Serialize, JsonSchema)]
struct SharedBody {
    /// ID of the factor.
    factor: &'static str,
    /// The value that is shared.
    value: String,
    /// Other values that the same people share.
    also: Vec<Factor>,
    /// `explains` or `goes-along`.
    role: &'static str,
    /// Probability that it explains the problem, from 0 to 1.
    probability: f64,
    /// Number of values and time windows that were compared.
    values_tried: u32,
    /// People who have it.
    with: Share,
    /// People who do not.
    without: Share,
    /// How much higher the share of poor people is with it, at least.
    difference_at_least: f64,
    /// How probable such a difference is by chance.
    chance: f64,
}

#[derive(Serialize, JsonSchema)]
struct Share {
    /// How many are poor.
    poor: u32,
    /// How many were judged.
    judged: u32,
}

#[derive(Serialize, JsonSchema)]
struct UnknownBody {
    /// Stable ID of the rule.
    id: &'static str,
    /// In how many sessions it was undecided.
    sessions: u32,
}

/// The results for the whole call, which end the report.
#[derive(Serialize, JsonSchema)]
pub struct Tail {
    /// What people complained about, each with how it was tested.
    complaints: Vec<ComplaintBody>,
    /// Whose side it is on, each with its evidence and confidence.
    attribution: Vec<AttributionBody>,
    /// Devices and machines that ruin a call whatever the network.
    severe_findings: Vec<SevereBody>,
    /// What the people with bad streams share and the others lack.
    shared_factors: Vec<SharedBody>,
    /// Rules that were undecided for lack of figures.
    cannot_tell: Vec<UnknownBody>,
}

/// Writes everything after the findings.
pub fn tail(call: &Call, loaded: &Dataset, assessment: &Assessment) -> serde_json::Result<String> {
    let results = Results { call, names: loaded.names(), assessment };
    let unknown = assessment.rules.iter().filter(|count| count.unknown > 0);
    let tail = to_string(&Tail {
        complaints: complaints::all(call, assessment, loaded.names()),
        attribution: assessment.attributions.iter().map(|one| results.attribution(one)).collect(),
        severe_findings: (0..).zip(&assessment.people).filter_map(|(at, it)| results.severe(at, it)).collect(),
        shared_factors: assessment.shared.iter().map(|one| results.shared(one)).collect(),
        cannot_tell: unknown.map(|count| UnknownBody { id: RULES[count.rule].id, sessions: count.unknown }).collect(),
    })?;
    // The members of the head are already written.
    Ok(format!(",{}", tail.strip_prefix('{').unwrap_or(&tail)))
}

/// The results for the whole call, to be written.
struct Results<'a> {
    call: &'a Call,
    names: &'a Interner,
    assessment: &'a Assessment,
}

impl Results<'_> {
    fn attribution(&self, one: &Attribution) -> AttributionBody {
        let Results { call, names, assessment } = *self;
        AttributionBody {
            who: sides::who(one, assessment, call, names, Clock::UTC),
            cause: one.cause.id,
            side: one.cause.side,
            confidence: one.confidence.name(),
            evidence: one.evidence.iter().map(|one| sides::testimony(one, names, Clock::UTC)).collect(),
            pattern: one.cause.pattern,
            factor: match one.who {
                Who::Value(value) => Some(self.factor(value)),
                _ => None,
            },
            people: self.people(&one.people),
            listeners: self.people(&one.listeners),
            sessions: self.sessions(one),
            probability: one.probability,
            alternatives: one
                .inseparable
                .iter()
                .chain(&one.rivals)
                .map(|(who, probability)| self.alternative(*who, *probability))
                .collect(),
            values_tried: assessment.tried,
            limits: one.limits.iter().map(|limit| sides::limit(*limit)).collect(),
            would_raise_confidence: sides::raises(one, call),
            advice: one.cause.advice,
        }
    }

    fn alternative(&self, who: Who, probability: f64) -> Alternative {
        let (cause, factor) = match who {
            Who::Value(value) => (of_value(value).id, Some(self.factor(value))),
            _ => ("time-window", None),
        };
        Alternative { cause, factor, words: sides::explanation(who, self.names, Clock::UTC), probability }
    }

    fn severe(&self, at: u32, it: &ParticipantStats) -> Option<SevereBody> {
        let rule = &RULES[it.severe_fault()?];
        let mut attributions = self.assessment.attributions.iter();
        let one = attributions.find(|one| one.who == Who::Person(at) && one.listener_count > 0);
        Some(SevereBody {
            person: summary::person_name(self.assessment, at, self.call, self.names),
            finding: rule.id,
            title: rule.title,
            session: self.id(it.row),
            listeners: one.map_or(0, |one| one.listener_count),
        })
    }

    fn shared(&self, one: &SharedFactor) -> SharedBody {
        let share = |(poor, judged): (u32, u32)| Share { poor, judged };
        let Factor { factor, value } = self.factor(one.value);
        SharedBody {
            factor,
            value,
            also: one.also.iter().map(|value| self.factor(*value)).collect(),
            role: if one.explains { "explains" } else { "goes-along" },
            probability: one.probability,
            values_tried: one.tried,
            with: share(one.with),
            without: share(one.without),
            difference_at_least: one.at_least,
            chance: one.chance,
        }
    }

    fn factor(&self, value: Value) -> Factor {
        Factor { factor: value.factor().id, value: sanitize(self.names.get(value.name())).into_owned() }
    }

    fn people(&self, people: &[u32]) -> Vec<String> {
        people.iter().map(|at| summary::person_name(self.assessment, *at, self.call, self.names)).collect()
    }

    fn sessions(&self, one: &Attribution) -> Vec<String> {
        match one.rows.as_slice() {
            [] => one.people.iter().filter_map(|at| self.id(self.assessment.people.get(*at as usize)?.row)).collect(),
            rows => rows.iter().filter_map(|row| self.id(*row)).collect(),
        }
    }

    fn id(&self, row: u32) -> Option<String> {
        self.call.rows().get(row as usize)?.id.as_ref().map(ToString::to_string)
    }
}
