//! The results for the whole call in a report: whose side it is, severe faults, and what those affected share.

use serde::Serialize;

use crate::call::{Call, Dataset};
use crate::model::Clock;
use crate::text::sanitize;
use crate::triage::call_analysis::attribution::of_value;
use crate::triage::call_analysis::{Assessment, Attribution, ParticipantStats, SharedFactor, Who};
use crate::triage::factors::Value;
use crate::triage::thresholds;
use crate::triage::{Interner, RULES};
use crate::wording::{sides, summary};

use super::{complaints, to_string};

#[derive(Serialize)]
struct AttributionBody {
    who: String,
    /// Stable ID of the cause; the wording may change.
    cause: &'static str,
    side: &'static str,
    confidence: &'static str,
    evidence: Vec<String>,
    pattern: &'static str,
    factor: Option<Factor>,
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
    would_raise_confidence: Vec<&'static str>,
    advice: &'static str,
}

#[derive(Serialize)]
struct Alternative {
    cause: &'static str,
    factor: Option<Factor>,
    words: String,
    probability: f64,
}

/// A fault of a device or machine that ruins a call on its own, whatever the network.
#[derive(Serialize)]
struct SevereBody {
    person: String,
    finding: &'static str,
    title: &'static str,
    session: Option<String>,
    listeners: usize,
}

#[derive(Serialize)]
struct Factor {
    factor: &'static str,
    value: String,
}

#[derive(Serialize)]
struct SharedBody {
    factor: &'static str,
    value: String,
    also: Vec<Factor>,
    /// `explains` or `goes-along`.
    role: &'static str,
    probability: f64,
    values_tried: u32,
    with: Share,
    without: Share,
    difference_at_least: f64,
    chance: f64,
}

#[derive(Serialize)]
struct Share {
    poor: u32,
    judged: u32,
}

#[derive(Serialize)]
struct UnknownBody {
    id: &'static str,
    sessions: u32,
}

/// Writes everything after the findings.
pub fn tail(call: &Call, loaded: &Dataset, assessment: &Assessment) -> serde_json::Result<String> {
    let results = Results { call, names: loaded.names(), assessment };
    let attribution: Vec<AttributionBody> =
        assessment.attributions.iter().map(|one| results.attribution(one)).collect();
    let severe: Vec<SevereBody> = (0..).zip(&assessment.people).filter_map(|(at, it)| results.severe(at, it)).collect();
    let shared: Vec<SharedBody> = assessment.shared.iter().map(|one| results.shared(one)).collect();
    let unknown = assessment.rules.iter().filter(|count| count.unknown > 0);
    let unknown: Vec<UnknownBody> =
        unknown.map(|count| UnknownBody { id: RULES[count.rule].id, sessions: count.unknown }).collect();
    Ok(format!(
        ",\"complaints\":{},\"attribution\":{},\"severe_findings\":{},\"shared_factors\":{},\"cannot_tell\":{}}}",
        to_string(&complaints::all(call, assessment, loaded.names()))?,
        to_string(&attribution)?,
        to_string(&severe)?,
        to_string(&shared)?,
        to_string(&unknown)?
    ))
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
            listeners: self.people(&one.listeners[..one.listeners.len().min(thresholds::ONE_BY_ONE)]),
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
        let one = attributions.find(|one| one.who == Who::Person(at) && !one.listeners.is_empty());
        Some(SevereBody {
            person: summary::person_name(self.assessment, at, self.call, self.names),
            finding: rule.id,
            title: rule.title,
            session: self.id(it.row),
            listeners: one.map_or(0, |one| one.listeners.len()),
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
