//! Summarises the whole call in a few plain sentences: the answer at the top of the screen and of the ticket, whose side
//! the problem is on, and what affected people share. No sentence reads as final until the whole call has been read.

use crate::call::{Call, Completeness, Dataset};
use crate::metrics;
use crate::triage::call_analysis::{
    Assessment, Attribution, CANNOT_TELL, ParticipantStats, SharedFactor, Testimony, Who,
};
use crate::triage::factors::Value;
use crate::triage::{Counts, Interner, RULES, Verdict};

use super::clean::clean;
use super::complaints;
use super::wording::{number, persons};

/// Returns the answer, in one or more sentences.
pub fn answer(call: &Call, loaded: &Dataset, assessment: &Assessment) -> Vec<String> {
    let completeness = Completeness::of(call, loaded);
    let mut sentences = vec![first(call, loaded, assessment, &completeness)];
    sentences.extend(unusable(call, assessment));
    sentences.extend(unexpanded(call));
    sentences.extend(singled_out(assessment, call, loaded.names()));
    sentences.extend(failures(assessment));
    sentences.extend(complaints::summary(assessment, call, loaded.names()));
    sentences
}

fn first(call: &Call, loaded: &Dataset, assessment: &Assessment, completeness: &Completeness) -> String {
    let people = &assessment.people;
    let counted = |is: &dyn Fn(&ParticipantStats) -> bool| people.iter().filter(|it| is(it)).count();
    let judged = counted(&|it| it.verdict() != Verdict::Unclassified);
    let voice = counted(&|it| it.voice().poor > 0);
    let pictures = counted(&|it| it.voice().poor == 0 && it.verdict() == Verdict::Poor);
    let streams = call.stream_counts(assessment.set);
    let of_all = format!("{} of {}", metrics::count(voice.max(pictures)), persons(people.len()));
    let words = if streams.judged() == 0 {
        match streams.total() {
            0 if call.unexpanded > 0 && call.unexpanded == call.rows().len() => {
                "Nothing can be judged: segments were not requested".to_owned()
            }
            0 => "Nothing can be judged: no streams were reported".to_owned(),
            total => format!(
                "Nothing can be judged: none of {} has enough packets and metrics",
                number(total as usize, "stream")
            ),
        }
    } else if judged == 0 {
        // The people of the sessions are not known.
        let (sessions, all) = (call.session_counts(assessment.set), number(call.rows().len(), "session"));
        match sessions.poor as usize {
            0 => format!("None of {all} had a poor stream{}", not_judged(sessions.unclassified as usize)),
            poor => format!("{} of {all} had poor streams", metrics::count(poor)),
        }
    } else if voice > 0 {
        let more = match pictures {
            0 => String::new(),
            more => format!(", {} more only poor video or sharing", metrics::count(more)),
        };
        format!("{of_all} had poor voice{more}{}", shared_by(assessment, loaded.names()))
    } else if pictures > 0 {
        format!("{of_all} had poor video or sharing, none had poor voice{}", shared_by(assessment, loaded.names()))
    } else {
        format!("None of {} had a poor stream{}", persons(people.len()), not_judged(people.len() - judged))
    };
    match completeness {
        Completeness::Complete { lost: 0, .. } => format!("{words}."),
        Completeness::Arriving { pages, .. } => format!("So far, {} in: {}.", number(*pages, "page"), lower(&words)),
        _ => format!("In the data loaded: {}.", lower(&words)),
    }
}

fn not_judged(how_many: usize) -> String {
    match how_many {
        0 => String::new(),
        some => format!("; {} could not be judged", metrics::count(some)),
    }
}

/// Reports streams with a value that their verdict needs and that cannot be used.
fn unusable(call: &Call, assessment: &Assessment) -> Option<String> {
    let unusable = call.stream_counts(assessment.set).unusable as usize;
    let (is, has) = if unusable == 1 { ("is", "its verdict needs") } else { ("are", "their verdicts need") };
    (unusable > 0).then(|| {
        format!("{} {is} unclassified: values {has} are unreadable or impossible.", number(unusable, "stream"))
    })
}

/// Reports sessions, if not all of them, that were requested without segments.
fn unexpanded(call: &Call) -> Option<String> {
    let (lacking, all) = (call.unexpanded, call.rows().len());
    (0 < lacking && lacking < all).then(|| {
        format!(
            "{} of {} were requested without segments, so they cannot be judged.",
            metrics::count(lacking),
            number(all, "session")
        )
    })
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Interner what most affected people have in common, if anything.
fn shared_by(assessment: &Assessment, names: &Interner) -> String {
    let shared = assessment.attributions.iter().find_map(|one| match one.who {
        Who::Value(value) => Some((one.people.len(), value)),
        _ => None,
    });
    match shared {
        Some((people, value)) => format!("; {} of them share {}", metrics::count(people), value_words(value, names)),
        None => String::new(),
    }
}

/// Reports people with individual problems, the first few by name.
fn singled_out(assessment: &Assessment, call: &Call, names: &Interner) -> Option<String> {
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
    Some(format!("Individual problems: {words}{more}."))
}

fn failures(assessment: &Assessment) -> Option<String> {
    let [setup, midcall, unknown] = assessment.failures;
    let kinds = [(setup, "never connected"), (midcall, "dropped"), (unknown, "failed otherwise")];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", metrics::count(*count)))
        .collect();
    let total = setup + midcall + unknown;
    (total > 0).then(|| format!("{} failed: {}.", number(total, "session"), kinds.join(", ")))
}

/// Returns a person's name, by their index in [`Assessment::people`].
pub fn person_name(assessment: &Assessment, at: u32, call: &Call, names: &Interner) -> String {
    let name =
        assessment.people.get(at as usize).and_then(|it| Some(call.rows().get(it.row as usize)?.name(it.end, names)));
    clean(name.unwrap_or("unknown person")).into_owned()
}

/// Formats a value with its factor: `subnet 10.150.0.0`.
pub fn value_words(value: Value, names: &Interner) -> String {
    format!("{} {}", value.factor().label, clean(names.get(value.name())))
}

/// Says whom an attribution is about.
pub fn who(attribution: &Attribution, assessment: &Assessment, call: &Call, names: &Interner) -> String {
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

/// Formats one piece of evidence for an attribution.
pub fn testimony(one: &Testimony) -> String {
    let of = |counts: &Counts| {
        format!("{} of {}", metrics::count(counts.poor as usize), number(counts.judged() as usize, "stream"))
    };
    let pair = |pair: (u32, u32)| format!("{} of {}", metrics::count(pair.0 as usize), persons(pair.1 as usize));
    match one {
        Testimony::Shared { with, without } => {
            format!("{} with it have poor streams, {} without it", pair(*with), pair(*without))
        }
        Testimony::Said(counts) => format!("{} of outgoing voice arrived badly", of(counts)),
        Testimony::Heard(counts) => format!("{} of incoming voice arrived badly", of(counts)),
        Testimony::Pictures(counts) => format!("{} of video or sharing poor, voice is fine", of(counts)),
        Testimony::OthersWell(judged, well) => {
            format!("{} of {} others are fine", metrics::count(*well as usize), metrics::count(*judged as usize))
        }
        Testimony::Finding(place) => {
            RULES.get(*place).map_or_else(String::new, |rule| format!("found: {}", rule.title))
        }
        Testimony::Failed(failed, of) => {
            format!("{} of {}", metrics::count(*failed as usize), number(*of as usize, "session"))
        }
        Testimony::Networks(count) => format!("they are on {} unrelated networks", metrics::count(*count as usize)),
        Testimony::NoTimes => "the record only has averages over whole sessions, with no times".to_owned(),
        Testimony::NobodyElse => "there was no one else to compare with".to_owned(),
        Testimony::RatedBadly(count) => {
            format!("{} rated the call badly, with no poor stream", persons(*count as usize))
        }
        Testimony::RatedUnjudged(count) => {
            format!("{} rated the call badly, but none of their streams could be judged", persons(*count as usize))
        }
    }
}

/// More people than this with an individual problem of one pattern are reported together.
const TOGETHER: usize = 3;

/// Whose side a problem is on: one attribution, or several people who each have the same problem.
pub struct SideWords {
    /// The statement.
    pub text: String,
    /// The evidence for it.
    pub evidence: String,
    /// What to do next.
    pub advice: &'static str,
    /// Index of the attribution, or of the first of several.
    pub place: usize,
}

/// Says whose side each problem is on, in the order of the assessment.
pub fn sides(assessment: &Assessment, call: &Call, names: &Interner) -> Vec<SideWords> {
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
                    "{}, each separately: {} ({named} and {} more)",
                    persons(group.len()),
                    group[0].pattern.side.replace("this person's", "their own"),
                    metrics::count(group.len() - TOGETHER)
                ),
                evidence: format!("for the first of them: {}", evidence_words(&group[0])),
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

/// Formats all evidence for an attribution in one line.
pub fn evidence_words(one: &Attribution) -> String {
    let is_finding = |one: &&Testimony| matches!(one, Testimony::Finding(_));
    let figures = one.evidence.iter().filter(|one| !is_finding(one)).map(testimony);
    let titles: Vec<&str> = one
        .evidence
        .iter()
        .filter_map(|one| match one {
            Testimony::Finding(place) => RULES.get(*place).map(|rule| rule.title),
            _ => None,
        })
        .collect();
    let found = (!titles.is_empty()).then(|| format!("found: {}", titles.join(", ")));
    figures.chain(found).collect::<Vec<_>>().join("; ")
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
    let counts = Testimony::Shared { with: one.with, without: one.without };
    format!("{}{also}: {}; {}", value_words(one.value, names), testimony(&counts), strength(one))
}

/// Says how strong a shared factor is.
pub fn strength(one: &SharedFactor) -> String {
    let chance = match one.chance {
        tiny if tiny < 0.001 => "very unlikely to be chance".to_owned(),
        chance => format!("{} likely to be chance", metrics::Unit::Ratio.format(chance)),
    };
    format!(
        "poor at least {} percentage points more often, {chance}",
        metrics::Unit::Count.format((one.at_least * 100.0).floor())
    )
}

/// Summarises a person's streams of one kind for a column: `✖ 2 of 3`, `✓ 4`, `? 1`.
pub fn of_streams(counts: Counts) -> String {
    match counts.verdict() {
        _ if counts.total() == 0 => "–".to_owned(),
        Verdict::Poor => format!("✖ {} of {}", counts.poor, counts.judged()),
        Verdict::Good => format!("✓ {}", counts.good),
        Verdict::Unclassified => format!("? {}", counts.unclassified),
    }
}
