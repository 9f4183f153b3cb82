//! Whose side problems are on, in words: each attribution with its evidence, what to do next, and what would make it
//! surer.

use crate::call::Call;
use crate::metrics;
use crate::model::Clock;
use crate::triage::call_analysis::{
    Aspect, Assessment, Attribution, CANNOT_TELL, Confidence, Limit, SharedFactor, Testimony, Who, Window,
};
use crate::triage::{Counts, Interner, RULES};

use crate::text::sanitize;
use crate::wording::summary::{person_name, preposition, value_words};
use crate::wording::{listed, number, persons};

/// People named before the rest is counted.
const NAMED: usize = 3;

/// Formats a time window: `between 09:20 and 09:30 UTC`.
pub fn window_words(window: Window, clock: Clock) -> String {
    format!("between {}", clock.and(window.from, window.to))
}

/// Names an explanation: a value, a window.
pub fn explanation(who: Who, names: &Interner, clock: Clock) -> String {
    match who {
        Who::Value(value) => value_words(value, names),
        Who::Window(window) => format!("presence {}", window_words(window, clock)),
        Who::Person(_) | Who::Leg(_) | Who::Sessions(_) => String::new(),
    }
}

/// Names the first few people, and counts the rest.
pub fn some_names(people: &[u32], assessment: &Assessment, call: &Call, names: &Interner) -> String {
    first_names(people, people.len(), assessment, call, names)
}

/// Names a few of those who listened, and counts the rest.
pub fn listener_names(one: &Attribution, assessment: &Assessment, call: &Call, names: &Interner) -> String {
    first_names(&one.listeners, one.listener_count, assessment, call, names)
}

fn first_names(people: &[u32], count: usize, assessment: &Assessment, call: &Call, names: &Interner) -> String {
    let mut words: Vec<String> =
        people.iter().take(NAMED).map(|at| person_name(assessment, *at, call, names)).collect();
    if count > NAMED {
        words.push(format!("{} more", metrics::count(count - NAMED)));
    }
    listed(&words)
}

/// Names the parties of a leg.
pub fn leg_words(ends: [crate::triage::Name; 2], names: &Interner) -> String {
    format!("the leg between {} and {}", sanitize(names.get(ends[0])), sanitize(names.get(ends[1])))
}

/// Says whom an attribution is about.
pub fn who(attribution: &Attribution, assessment: &Assessment, call: &Call, names: &Interner, clock: Clock) -> String {
    let people = persons(attribution.people.len());
    if attribution.cause.id == "cannot-separate" {
        let words: Vec<String> =
            attribution.inseparable.iter().map(|(who, _)| explanation(*who, names, clock)).collect();
        return format!("{people} who share {}", listed(&words));
    }
    match attribution.who {
        Who::Person(at) => person_name(assessment, at, call, names),
        // A cause that begins with the value need not be introduced with it.
        Who::Value(value) if attribution.cause.side.starts_with(&value_words(value, names)) => people,
        Who::Value(value) => format!("{people} {} {}", preposition(value), value_words(value, names)),
        Who::Window(window) => format!("{people} who were there {}", window_words(window, clock)),
        Who::Leg(ends) => leg_words(ends, names),
        Who::Sessions(_) if attribution.people.len() == 2 => {
            let both: Vec<String> =
                attribution.people.iter().map(|at| person_name(assessment, *at, call, names)).collect();
            listed(&both)
        }
        Who::Sessions(_) if !attribution.people.is_empty() => people,
        Who::Sessions(count) => number(count as usize, "session"),
    }
}

fn streams(counts: Counts) -> String {
    format!("{} of {}", metrics::count(counts.poor as usize), number(counts.judged() as usize, "stream"))
}

fn are(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Formats one piece of evidence for an attribution.
pub fn testimony(one: &Testimony, names: &Interner, clock: Clock) -> String {
    let pair = |pair: (u32, u32)| format!("{} of {}", metrics::count(pair.0 as usize), persons(pair.1 as usize));
    match one {
        Testimony::Shared { aspect, with, without } => {
            let what = match aspect {
                Aspect::Any => "poor streams",
                Aspect::Heard => "poor incoming voice",
                Aspect::Said => "poor outgoing voice",
                Aspect::Pictures => "poor video or sharing",
            };
            format!("{} in this group have {what}, {} outside it", pair(*with), pair(*without))
        }
        Testimony::Subnets(values, all) => {
            let shown = values.iter().flatten().map(|value| sanitize(names.get(value.name())).into_owned());
            let shown: Vec<String> = shown.collect();
            match (*all as usize).saturating_sub(shown.len()) {
                0 if *all == 1 => format!("of their subnets {} is known", listed(&shown)),
                0 => format!("they are on the subnets {}", listed(&shown)),
                more => format!("they are on the subnets {} and {} more", shown.join(", "), metrics::count(more)),
            }
        }
        Testimony::Also(value) => format!("the same people also share {}", value_words(*value, names)),
        Testimony::Said(counts) => format!("{} of outgoing voice arrived badly", streams(*counts)),
        Testimony::Heard(counts) => format!("{} of incoming voice arrived badly", streams(*counts)),
        Testimony::Pictures(counts, true) => format!("{} of video or sharing poor, voice is good", streams(*counts)),
        Testimony::Pictures(counts, false) => {
            format!("{} of video or sharing poor; no voice was judged", streams(*counts))
        }
        Testimony::OthersWell(judged, well) => match (judged, well) {
            (1, 1) => "the one other person who could be judged had good streams".to_owned(),
            (1, _) => "the one other person who could be judged had poor streams too".to_owned(),
            _ => format!(
                "{} of {} others who could be judged had no poor stream",
                metrics::count(*well as usize),
                metrics::count(*judged as usize),
            ),
        },
        Testimony::OthersUnjudged(1) => "one other person could not be judged".to_owned(),
        Testimony::OthersUnjudged(count) => format!("{} others could not be judged", metrics::count(*count as usize)),
        Testimony::Finding(place) => {
            RULES.get(*place).map_or_else(String::new, |rule| format!("found: {}", rule.title))
        }
        Testimony::Failed(failed, of) => {
            format!("{} of {} failed", metrics::count(*failed as usize), number(*of as usize, "session"))
        }
        Testimony::SameSecond(count, of, when) => format!(
            "{} of {} that dropped ended in the same second, at {}",
            metrics::count(*count as usize),
            number(*of as usize, "session"),
            clock.second_and_zone(*when)
        ),
        Testimony::Streams(counts) => format!("{} {} poor", streams(*counts), are(counts.poor)),
        Testimony::Networks(0) => "the record does not have their networks".to_owned(),
        Testimony::Networks(1) => "they share one public address".to_owned(),
        Testimony::Networks(count) => format!("they are on {} unrelated networks", metrics::count(*count as usize)),
        Testimony::AlsoThere(count) => format!(
            "{} there in the same minutes, without a poor stream",
            match count {
                1 => "1 other person was".to_owned(),
                many => format!("{} other people were", metrics::count(*many as usize)),
            }
        ),
        Testimony::ConnectedToo(count) => {
            format!("{} connected in another session of this call", persons(*count as usize))
        }
        Testimony::NobodyElsewhere => "there was no one on another network to compare with".to_owned(),
        Testimony::NobodyElse => "there was no one else to compare with".to_owned(),
        Testimony::RatedBadly(count) => {
            format!("{} rated the call badly, with no poor stream", persons(*count as usize))
        }
        Testimony::ListenersRated(count) => {
            format!("{} who listened rated the call badly, which fits", persons(*count as usize))
        }
        Testimony::RatedUnjudged(count) => {
            format!("{} rated the call badly, but none of their streams could be judged", persons(*count as usize))
        }
    }
}

/// Says why a confidence is not higher.
pub fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::FewAffected => "three people or fewer are affected",
        Limit::FewJudged => "three people or fewer could be judged",
        Limit::UnknownNetworks => "networks are not known",
        Limit::Incomplete => "part of the call is missing",
        Limit::CommonPattern => "others in the call have a common problem",
        Limit::ManyPoor => "many of the people who could be judged had poor streams, so a common cause is likely",
        Limit::SharedNetwork => "someone else with poor streams shares the network, or something else",
        Limit::NobodyElsewhere => "no one elsewhere can be compared",
        Limit::Rivals => "another explanation fits as well",
        Limit::OnlyTwo => "only two people were in the call",
        Limit::OthersThere => "others were there in the same minutes without poor streams",
        Limit::SeveralAddresses => "their public addresses differ, so this may not be one site",
        Limit::NotKnownWhom => "the record does not say whom those who complained heard",
        Limit::UsualSign => "most people without trouble show the same signs",
        Limit::Telephone => "the record of a telephone ends at the gateway",
        Limit::OneCall => "one call says little about the service",
    }
}

/// Says what would raise the confidence past a limit; empty if nothing would.
fn would_raise(limit: Limit) -> &'static str {
    match limit {
        Limit::Incomplete => "the missing pages of the call",
        Limit::UnknownNetworks => "the next version of the record, as clients report late",
        Limit::OnlyTwo => "a call of each of the two with someone else",
        Limit::FewAffected | Limit::FewJudged => "another call with more people in the same places",
        Limit::OneCall => "other calls from that hour",
        Limit::SharedNetwork => "a call with more people who share it",
        Limit::NobodyElsewhere => "a call with people on other networks",
        Limit::OthersThere => "other calls from those minutes",
        Limit::SeveralAddresses => "knowing whether this subnet is one site",
        Limit::NotKnownWhom => "asking those who complained whom they heard",
        Limit::UsualSign => "the record of another call of this person",
        Limit::Telephone => "the telephony team's records of that number",
        Limit::Rivals => "a call in which people have one of them without the other",
        Limit::CommonPattern => "a call without the common problem",
        Limit::ManyPoor => "other calls of the same people",
    }
}

/// Lists what would raise the confidence of an attribution.
pub fn raises(one: &Attribution, call: &Call) -> Vec<&'static str> {
    let mut raises: Vec<&str> = one.limits.iter().map(|limit| would_raise(*limit)).collect();
    let next = would_raise(Limit::UnknownNetworks);
    // The service makes another version when clients report late.
    if call.version() == Some(1) && one.cause.id == CANNOT_TELL && !raises.contains(&next) {
        raises.push(next);
    }
    raises.dedup();
    raises
}

/// Whose side a problem is on: one attribution, or several people who each have the same problem.
pub struct SideWords {
    /// Whom it is about.
    pub who: String,
    /// The statement.
    pub text: String,
    pub evidence: String,
    /// What to do next.
    pub advice: &'static str,
    /// What would make it surer; empty if nothing would.
    pub surer: String,
    /// The lowest of several.
    pub confidence: Confidence,
    /// Index of the attribution, or of the first of several.
    pub place: usize,
}

impl SideWords {
    /// Returns the lines below the statement, except the evidence: the next step, and what would make it surer.
    pub fn under(&self) -> Vec<String> {
        let mut under = vec![format!("next: {}", self.advice)];
        if !self.surer.is_empty() {
            under.push(self.surer.clone());
        }
        under
    }
}

/// Formats one attribution as a statement with its confidence.
pub fn statement(one: &Attribution, assessment: &Assessment, call: &Call, names: &Interner, clock: Clock) -> String {
    format!("{}: {} ({} confidence)", who(one, assessment, call, names, clock), one.cause.side, one.confidence.name())
}

fn surer(one: &Attribution, call: &Call) -> String {
    let raises: Vec<String> = raises(one, call).into_iter().map(str::to_owned).collect();
    if raises.is_empty() { String::new() } else { format!("surer with: {}", raises.join("; ")) }
}

/// Says whose side each problem is on, in the order of the assessment.
pub fn sides(assessment: &Assessment, call: &Call, names: &Interner, clock: Clock) -> Vec<SideWords> {
    let mut sides = Vec::new();
    let groups = assessment.attributions.chunk_by(|one, other| {
        let is_single = |it: &Attribution| matches!(it.who, Who::Person(_)) && it.cause.id != CANNOT_TELL;
        one.cause == other.cause && is_single(one) && is_single(other)
    });
    let mut place = 0;
    for group in groups {
        if group.len() > NAMED {
            let named = group.iter().take(NAMED).map(|one| who(one, assessment, call, names, clock));
            let named = named.collect::<Vec<_>>().join(", ");
            sides.push(SideWords {
                who: format!("{named} and {} more", metrics::count(group.len() - NAMED)),
                text: format!(
                    "{}, each separately: {} ({named} and {} more; at most {} confidence)",
                    persons(group.len()),
                    group[0].cause.side.replace("this person's", "their own"),
                    metrics::count(group.len() - NAMED),
                    group.iter().map(|one| one.confidence).min().map_or("low", |one| one.name())
                ),
                evidence: format!(
                    "for the first of them: {}",
                    evidence_words(&group[0], assessment, call, names, clock)
                ),
                advice: group[0].cause.advice,
                surer: surer(&group[0], call),
                confidence: group.iter().map(|one| one.confidence).min().unwrap_or(Confidence::Low),
                place,
            });
        } else {
            sides.extend(group.iter().enumerate().map(|(at, one)| SideWords {
                who: who(one, assessment, call, names, clock),
                text: statement(one, assessment, call, names, clock),
                evidence: evidence_words(one, assessment, call, names, clock),
                advice: one.cause.advice,
                surer: surer(one, call),
                confidence: one.confidence,
                place: place + at,
            }));
        }
        place += group.len();
    }
    sides
}

/// Formats all evidence for an attribution in one line.
pub fn evidence_words(
    one: &Attribution,
    assessment: &Assessment,
    call: &Call,
    names: &Interner,
    clock: Clock,
) -> String {
    let is_finding = |one: &&Testimony| matches!(one, Testimony::Finding(_));
    let mut words: Vec<String> =
        one.evidence.iter().filter(|one| !is_finding(one)).map(|one| testimony(one, names, clock)).collect();
    let titles: Vec<&str> = one
        .evidence
        .iter()
        .filter_map(|one| match one {
            Testimony::Finding(place) => RULES.get(*place).map(|rule| rule.title),
            _ => None,
        })
        .collect();
    if !titles.is_empty() {
        words.push(format!("found: {}", titles.join(", ")));
    }
    if one.listener_count > 0 {
        words.push(format!("those who listened: {}", listener_names(one, assessment, call, names)));
    }
    if !one.rivals.is_empty() {
        let rivals: Vec<String> = one
            .rivals
            .iter()
            .map(|(who, probability)| {
                format!(
                    "{} ({})",
                    explanation(*who, names, clock),
                    metrics::Unit::Ratio.format(probability.min(MOST_CERTAIN))
                )
            })
            .collect();
        words.push(format!("also possible: {}", rivals.join(", ")));
    }
    words.join("; ")
}

/// Formats a shared factor as a sentence.
pub fn shared(one: &SharedFactor, names: &Interner) -> String {
    let also = match one.also.as_slice() {
        [] => String::new(),
        also => {
            let words: Vec<String> = also.iter().map(|value| value_words(*value, names)).collect();
            format!(" (same people: {})", words.join(", "))
        }
    };
    let counts = Testimony::Shared { aspect: Aspect::Any, with: one.with, without: one.without };
    format!("{}{also}: {}; {}", value_words(one.value, names), testimony(&counts, names, Clock::UTC), strength(one))
}

/// The highest probability that is shown: one call proves nothing.
const MOST_CERTAIN: f64 = 0.99;

/// Says how strong a shared factor is, and whether it explains the trouble.
pub fn strength(one: &SharedFactor) -> String {
    let role = match (one.explains, one.also.is_empty()) {
        (true, true) => "explains it",
        (true, false) => "one of these explains it",
        (false, _) => "only goes along with it",
    };
    let likely = metrics::Unit::Ratio.format(one.probability.min(MOST_CERTAIN));
    let chance = match (one.explains, one.chance) {
        (true, _) => format!("probability {likely}"),
        (false, tiny) if tiny < 0.001 => "chance alone would hardly ever do this".to_owned(),
        (false, chance) => format!("chance alone would do this in {} of calls", metrics::Unit::Ratio.format(chance)),
    };
    match (one.at_least * 100.0).floor() {
        none if none < 1.0 => format!("{role}; {chance}"),
        1.0 => format!("{role}; poor streams at least 1 percentage point more often, {chance}"),
        points => {
            let points = metrics::Unit::Count.format(points);
            format!("{role}; poor streams at least {points} percentage points more often, {chance}")
        }
    }
}
