//! The whole call in a few plain sentences: the answer for the top of the screen and of the ticket, whose side it is,
//! and what the bad ones share. Nothing here reads as final before everything was read.

use crate::call::{Call, Completeness, Loaded};
use crate::metrics;
use crate::triage::factors::Value;
use crate::triage::facts::Rating;
use crate::triage::whole::{Assessment, Attribution, CANNOT_TELL, PersonStanding, SharedFactor, Testimony, Who};
use crate::triage::{Counts, Names, RULES, Verdict};

use super::clean::clean;
use super::sentences::{number, persons};

/// The answer, in one to three sentences.
pub fn answer(call: &Call, loaded: &Loaded, assessment: &Assessment) -> Vec<String> {
    let completeness = Completeness::of(call, loaded);
    let mut sentences = vec![first(call, loaded, assessment, &completeness)];
    sentences.extend(unusable(call, assessment));
    sentences.extend(unexpanded(call));
    sentences.extend(singled_out(assessment, call, loaded.names()));
    sentences.extend(failures(assessment));
    sentences.extend(unhappy(assessment, call, loaded.names()));
    sentences
}

fn first(call: &Call, loaded: &Loaded, assessment: &Assessment, completeness: &Completeness) -> String {
    let people = &assessment.people;
    let counted = |is: &dyn Fn(&PersonStanding) -> bool| people.iter().filter(|it| is(it)).count();
    let judged = counted(&|it| it.verdict() != Verdict::Unclassified);
    let voice = counted(&|it| it.voice().poor > 0);
    let pictures = counted(&|it| it.voice().poor == 0 && it.verdict() == Verdict::Poor);
    let streams = call.streams(assessment.set);
    let of_all = format!("{} of {}", metrics::count(voice.max(pictures)), persons(people.len()));
    let words = if streams.judged() == 0 {
        match streams.total() {
            0 if call.unexpanded > 0 && call.unexpanded == call.rows().len() => {
                "Nothing can be judged, because segments were not asked for".to_owned()
            }
            0 => "Nothing can be judged: no stream was reported".to_owned(),
            total => format!(
                "Nothing can be judged: none of {} has the packets and figures for it",
                number(total as usize, "stream")
            ),
        }
    } else if judged == 0 {
        // Nobody is known whose sessions they are.
        let (sessions, all) = (call.sessions(assessment.set), number(call.rows().len(), "session"));
        match sessions.poor as usize {
            0 => format!("None of {all} had a poor stream{}", not_judged(sessions.unclassified as usize)),
            poor => format!("{} of {all} had poor streams", metrics::count(poor)),
        }
    } else if voice > 0 {
        let more = match pictures {
            0 => String::new(),
            more => format!(", {} more only poor pictures", metrics::count(more)),
        };
        format!("{of_all} had poor voice{more}{}", shared_by(assessment, loaded.names()))
    } else if pictures > 0 {
        format!("{of_all} had poor pictures and nobody poor voice{}", shared_by(assessment, loaded.names()))
    } else {
        format!("Nobody of {} had a poor stream{}", persons(people.len()), not_judged(people.len() - judged))
    };
    match completeness {
        Completeness::Complete { lost: 0, .. } => format!("{words}."),
        Completeness::Arriving { pages, .. } => format!("So far, {} in: {}.", number(*pages, "page"), lower(&words)),
        _ => format!("Of what is here: {}.", lower(&words)),
    }
}

fn not_judged(how_many: usize) -> String {
    match how_many {
        0 => String::new(),
        some => format!("; {} could not be judged", metrics::count(some)),
    }
}

/// Streams with a value to judge by that is there and cannot be used.
fn unusable(call: &Call, assessment: &Assessment) -> Option<String> {
    let unusable = call.streams(assessment.set).unusable as usize;
    let (is, has) = if unusable == 1 { ("is", "its") } else { ("are", "their") };
    (unusable > 0).then(|| {
        format!(
            "{} {is} unclassified: figures {has} verdict needs cannot be read or cannot be true.",
            number(unusable, "stream")
        )
    })
}

/// Sessions among others that were asked for without segments.
fn unexpanded(call: &Call) -> Option<String> {
    let (lacking, all) = (call.unexpanded, call.rows().len());
    (0 < lacking && lacking < all).then(|| {
        format!(
            "{} of {} were asked for without segments, so nothing of them can be judged.",
            metrics::count(lacking),
            number(all, "session")
        )
    })
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What most of the bad ones have in common, when they have something.
fn shared_by(assessment: &Assessment, names: &Names) -> String {
    let shared = assessment.attributions.iter().find_map(|one| match one.who {
        Who::Value(value) => Some((one.people.len(), value)),
        _ => None,
    });
    match shared {
        Some((people, value)) => format!("; {} of them share {}", metrics::count(people), value_words(value, names)),
        None => String::new(),
    }
}

/// Single people with a trouble of their own, the first few by name.
fn singled_out(assessment: &Assessment, call: &Call, names: &Names) -> Option<String> {
    const NAMED: usize = 2;
    let single: Vec<(&Attribution, u32)> = assessment
        .attributions
        .iter()
        .filter(|one| one.pattern.id != CANNOT_TELL)
        .filter_map(|one| match one.who {
            Who::Person(at) => Some((one, at)),
            _ => None,
        })
        .collect();
    if single.is_empty() {
        return None;
    }
    let said = single.iter().take(NAMED).map(|(one, at)| {
        let side = one.pattern.side.trim_start_matches("this person's ");
        format!("{} ({side})", person_name(assessment, *at, call, names))
    });
    let more = match single.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {} more", metrics::count(more)),
    };
    let words = said.collect::<Vec<_>>().join(", ");
    Some(format!("With trouble of their own: {words}{more}."))
}

fn failures(assessment: &Assessment) -> Option<String> {
    let [setup, midcall, unknown] = assessment.failures;
    let kinds = [(setup, "never connected"), (midcall, "broke off"), (unknown, "failed otherwise")];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", metrics::count(*count)))
        .collect();
    let total = setup + midcall + unknown;
    (total > 0).then(|| format!("{} failed: {}.", number(total, "session"), kinds.join(", ")))
}

fn unhappy(assessment: &Assessment, call: &Call, names: &Names) -> Option<String> {
    let one = assessment.attributions.iter().find(|one| one.pattern.id == CANNOT_TELL);
    let is_judged = |at: &u32| assessment.people[*at as usize].verdict() == Verdict::Good;
    let told = one.map_or(&[][..], |one| one.people.as_slice());
    let (judged, mut unjudged): (Vec<u32>, Vec<u32>) = told.iter().copied().partition(is_judged);
    let is_silent = |it: &PersonStanding| it.streams().total() == 0 && it.rating.is_some_and(Rating::is_bad);
    unjudged.extend((0_u32..).zip(&assessment.people).filter(|(_, it)| is_silent(it)).map(|(at, _)| at));
    let said = |people: &[u32], because: &str| match people {
        [] => None,
        [only] => {
            let name = person_name(assessment, *only, call, names);
            let rating = assessment.people[*only as usize].rating.map_or("bad", |rating| rating.word());
            Some(format!("{name} rated the call {rating}, {because}."))
        }
        many => Some(format!("{} rated the call badly, {because}.", persons(many.len()))),
    };
    let sentences = [
        said(&judged, "which the network's figures do not explain"),
        said(&unjudged, "and there is nothing to judge that by"),
    ];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The name of somebody, by the place in the assessment.
pub fn person_name(assessment: &Assessment, at: u32, call: &Call, names: &Names) -> String {
    let name =
        assessment.people.get(at as usize).and_then(|it| Some(call.rows().get(it.row as usize)?.name(it.end, names)));
    clean(name.unwrap_or("somebody")).into_owned()
}

/// A value with what it is of: `subnet 10.150.0.0`.
pub fn value_words(value: Value, names: &Names) -> String {
    format!("{} {}", value.factor().label, clean(names.get(value.name())))
}

/// Whom an attribution is about.
pub fn who(attribution: &Attribution, assessment: &Assessment, call: &Call, names: &Names) -> String {
    match attribution.who {
        Who::Person(at) => person_name(assessment, at, call, names),
        Who::Value(value) => format!("{} on {}", persons(attribution.people.len()), value_words(value, names)),
        Who::Sessions(_) if attribution.people.len() == 2 => {
            let both = attribution.people.iter().map(|at| person_name(assessment, *at, call, names));
            both.collect::<Vec<_>>().join(" and ")
        }
        Who::Sessions(_) if !attribution.people.is_empty() => persons(attribution.people.len()),
        Who::Sessions(count) => number(count as usize, "session"),
    }
}

/// What speaks for an attribution.
pub fn testimony(one: &Testimony) -> String {
    let of = |counts: &Counts| {
        format!("{} of {}", metrics::count(counts.poor as usize), number(counts.judged() as usize, "stream"))
    };
    let pair = |pair: (u32, u32)| format!("{} of {}", metrics::count(pair.0 as usize), persons(pair.1 as usize));
    match one {
        Testimony::Shared { with, without } => {
            format!("with it {} have poor streams, without it {}", pair(*with), pair(*without))
        }
        Testimony::Said(counts) => format!("{} of what was said came through badly", of(counts)),
        Testimony::Heard(counts) => format!("{} of what was heard came through badly", of(counts)),
        Testimony::Pictures(counts) => format!("{} of pictures poor, and voice is well", of(counts)),
        Testimony::OthersWell(judged, well) => {
            format!("{} of {} others are well", metrics::count(*well as usize), metrics::count(*judged as usize))
        }
        Testimony::Finding(place) => RULES.get(*place).map_or_else(String::new, |rule| format!("also: {}", rule.title)),
        Testimony::Failed(failed, of) => {
            format!("{} of {}", metrics::count(*failed as usize), number(*of as usize, "session"))
        }
        Testimony::Networks(count) => format!("they are on {} unrelated networks", metrics::count(*count as usize)),
        Testimony::NoTimes => "the record has averages over whole sessions and does not say when".to_owned(),
        Testimony::NobodyElse => "nobody else was there to compare with".to_owned(),
        Testimony::RatedBadly(count) => {
            format!("{} rated the call badly with no poor stream", persons(*count as usize))
        }
        Testimony::RatedUnjudged(count) => {
            format!("{} rated the call badly, and none of their streams could be judged", persons(*count as usize))
        }
    }
}

/// More people than this with a trouble of their own, by one pattern, are told together.
const TOGETHER: usize = 3;

/// What there is to say of whose side it is: one thing, or several people with the same trouble, each by themselves.
pub struct SideWords {
    /// What it says.
    pub text: String,
    /// What speaks for it.
    pub evidence: String,
    /// What to do next.
    pub advice: &'static str,
    /// The attribution, or the first of several.
    pub place: usize,
}

/// Whose side it is, in words, in the order of the assessment.
pub fn sides(assessment: &Assessment, call: &Call, names: &Names) -> Vec<SideWords> {
    let mut sides = Vec::new();
    let groups = assessment.attributions.chunk_by(|one, other| {
        let is_single = |it: &Attribution| matches!(it.who, Who::Person(_)) && it.pattern.id != CANNOT_TELL;
        one.pattern == other.pattern && is_single(one) && is_single(other)
    });
    let mut place = 0;
    for group in groups {
        if group.len() > TOGETHER {
            let named = group.iter().take(TOGETHER).map(|one| who(one, assessment, call, names));
            let named = named.collect::<Vec<_>>().join(", ");
            sides.push(SideWords {
                text: format!(
                    "{}, each by themselves: {} ({named} and {} more)",
                    persons(group.len()),
                    group[0].pattern.side.replace("this person's", "their own"),
                    metrics::count(group.len() - TOGETHER)
                ),
                evidence: format!("the first of them: {}", evidence_words(&group[0])),
                advice: group[0].pattern.advice,
                place,
            });
        } else {
            sides.extend(group.iter().enumerate().map(|(at, one)| SideWords {
                text: format!(
                    "{}: {} ({} confidence)",
                    who(one, assessment, call, names),
                    one.pattern.side,
                    one.confidence.name()
                ),
                evidence: evidence_words(one),
                advice: one.pattern.advice,
                place: place + at,
            }));
        }
        place += group.len();
    }
    sides
}

/// What speaks for an attribution, in one line.
pub fn evidence_words(one: &Attribution) -> String {
    one.evidence.iter().map(testimony).collect::<Vec<_>>().join("; ")
}

/// A shared factor as a sentence.
pub fn shared(one: &SharedFactor, names: &Names) -> String {
    let also = match one.also.as_slice() {
        [] => String::new(),
        also => {
            let words: Vec<String> = also.iter().map(|value| value_words(*value, names)).collect();
            format!(", who also share {}", words.join(", "))
        }
    };
    let counts = Testimony::Shared { with: one.with, without: one.without };
    format!("{}{also}: {}; {}", value_words(one.value, names), testimony(&counts), strength(one))
}

/// How strong a shared factor is, in words.
pub fn strength(one: &SharedFactor) -> String {
    let chance = match one.chance {
        tiny if tiny < 0.001 => "hardly chance".to_owned(),
        chance => format!("{} by chance", metrics::Unit::Ratio.format(chance)),
    };
    format!(
        "at least {} points more of them are poor, {chance}",
        metrics::Unit::Count.format((one.at_least * 100.0).floor())
    )
}

/// What somebody's streams of one kind came to, for a column: `2/3 poor`, `✓ 4`, `? 1`.
pub fn of_streams(counts: Counts) -> String {
    match counts.verdict() {
        _ if counts.total() == 0 => "–".to_owned(),
        Verdict::Poor => format!("✖ {} of {}", counts.poor, counts.judged()),
        Verdict::Good => format!("✓ {}", counts.good),
        Verdict::Unclassified => format!("? {}", counts.unclassified),
    }
}
