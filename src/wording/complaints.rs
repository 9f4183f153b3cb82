//! Says what people complained about and how that was tested: what explains it and at whose end, what contradicts it, or
//! that nothing does. In a meeting the record does not say who was heard, so what explains a complaint only fits it.

use std::collections::HashMap;

use crate::call::Call;
use crate::metrics::{Unit, count};
use crate::triage::call_analysis::complaints::{At, Complaint, Explanation, Test};
use crate::triage::call_analysis::{Assessment, Outcome};
use crate::triage::complaints::TOPICS;
use crate::triage::findings::{Check, by_id};
use crate::triage::signs::{SIGNS, Sign};
use crate::triage::{Interner, Said};

use crate::wording::feedback::{quote, short};
use crate::wording::summary::person_name;
use crate::wording::{capitalised, listed, persons};

#[derive(Debug, Clone, PartialEq)]
pub struct ComplaintWords {
    /// Who said what.
    pub text: String,
    /// In a few words where the explanation is, or that there is none.
    pub brief: String,
    /// How it was tested: one sentence, or one for each kind of complaint if they ended differently.
    pub tested: Vec<String>,
    /// Next steps.
    pub next: Vec<&'static str>,
    /// Row of the session it was said about.
    pub row: u32,
}

/// Says what each person complained about and how it was tested: first what other ends explain, which the person's own
/// session cannot show, then what nothing explains, then the rest; among these in the order of the people.
pub fn all<'a>(
    assessment: &'a Assessment,
    call: &'a Call,
    names: &'a Interner,
) -> impl Iterator<Item = ComplaintWords> + 'a {
    let mut all: Vec<&Complaint> = assessment.complaints.iter().collect();
    all.sort_by_key(|one| rank(one));
    all.into_iter().map(move |one| words(one, assessment, call, names))
}

fn rank(one: &Complaint) -> u8 {
    let is_far = one.tests.iter().any(|test| test.reasons.iter().any(|cause| !is_near(cause)));
    match (one.is_explained(), is_far) {
        (true, true) => 0,
        (false, _) => 1,
        (true, false) => 2,
    }
}

/// Says what one person complained about and how it was tested.
pub fn words(one: &Complaint, assessment: &Assessment, call: &Call, names: &Interner) -> ComplaintWords {
    let name = person_name(assessment, one.person, call, names);
    // Kinds of complaint with the same outcome are told together.
    let mut outcomes: Vec<(String, Vec<String>)> = Vec::new();
    for test in &one.tests {
        let (words, title) = (outcome(one, test, assessment, call, names), TOPICS[test.topic].title.to_owned());
        match outcomes.iter_mut().find(|(known, _)| *known == words) {
            Some((_, titles)) => titles.push(title),
            None => outcomes.push((words, vec![title])),
        }
    }
    let is_only = outcomes.len() == 1;
    let tested = outcomes.into_iter().map(|(words, titles)| match is_only {
        true => words,
        false => format!("{}: {words}", listed(&titles)),
    });
    let next = |test: &Test| match test.outcome {
        Outcome::Explained if !is_clear_who(one, test) => {
            "ask whom it was about, and at which minute; the findings at that end say what to do"
        }
        Outcome::Explained if test.reasons.iter().any(|cause| !is_near(cause)) => {
            "the findings at the other end say what to do"
        }
        Outcome::Explained => "the findings of this session say what to do",
        _ => TOPICS[test.topic].next,
    };
    let mut steps: Vec<&'static str> = one.tests.iter().map(next).collect();
    steps.dedup();
    ComplaintWords {
        text: format!("{name} {}", quote(&said(one, call, names))),
        tested: tested.collect(),
        brief: brief(one, assessment, call, names),
        next: steps,
        row: one.said_in.0,
    }
}

/// Says in a few words where the explanation is: `fits Dan Voss's end`.
fn brief(one: &Complaint, assessment: &Assessment, call: &Call, names: &Interner) -> String {
    let explained = || one.tests.iter().filter(|test| test.outcome == Outcome::Explained);
    let is_far = |test: &&Test| test.reasons.iter().any(|cause| !is_near(cause));
    let Some(test) = explained().find(is_far).or_else(|| explained().next()) else {
        return one.tests.first().map_or_else(String::new, |test| outcome(one, test, assessment, call, names));
    };
    let verb = verb(one, test);
    let other = test.reasons.iter().find_map(|cause| match cause.at {
        At::Other(at) => Some(format!("{}'s end", person_name(assessment, at, call, names))),
        At::Own | At::Received => None,
    });
    let near = || match test.reasons.first().map(|cause| cause.at) {
        Some(At::Received) => "what this person received".to_owned(),
        _ => "this person's own end".to_owned(),
    };
    let others = if test.has_more || others_of(test) > 1 { " and others" } else { "" };
    format!("{verb} {}{others}", other.unwrap_or_else(near))
}

/// Counts the other people at whose ends something explains a complaint.
fn others_of(test: &Test) -> usize {
    test.reasons.chunk_by(|one, other| one.at == other.at).filter(|group| !is_near(&group[0])).count()
}

/// Returns what the person said.
pub fn said<'n>(one: &Complaint, call: &Call, names: &'n Interner) -> Said<'n> {
    let (row, end) = one.said_in;
    let feedback = call.rows().get(row as usize).and_then(|row| row.facts.feedback(end));
    feedback.map(|feedback| feedback.said(names)).unwrap_or_default()
}

/// Says how a test ended: `fits Dan Voss's end: the microphone did not work for 20 % of the call`.
fn outcome(one: &Complaint, test: &Test, assessment: &Assessment, call: &Call, names: &Interner) -> String {
    match test.outcome {
        Outcome::Explained => {
            let mut places = places(&test.reasons, assessment, call, names);
            if test.has_more {
                places.push("and others".to_owned());
            }
            format!("{} {}{}", verb(one, test), places.join("; "), doubt(one, test))
        }
        Outcome::Contradicted => {
            let words = TOPICS[test.topic].denial.as_ref().map_or("", |denial| denial.words);
            format!("the record says otherwise: {words}")
        }
        Outcome::Unclear => {
            "may be explained by poor streams of this call whose direction or party the record does not give".to_owned()
        }
        Outcome::Unjudged => "no stream that reached this person could be judged".to_owned(),
        Outcome::NotExplained if test.lacks_own => {
            "no figure at the other ends explains it, and this person's own end has no figures".to_owned()
        }
        Outcome::NotExplained => "no figure in the sessions loaded explains it, at this end or any other".to_owned(),
        Outcome::NoFigures => "there are no figures to test it against".to_owned(),
        Outcome::TooMany => "there are too many people to compare".to_owned(),
    }
}

/// Returns whether it is certain that the person heard or saw what is found: it is at their own end or in what they
/// received, or only one other could be heard; and it is enough on its own.
pub fn is_certain(one: &Complaint, test: &Test) -> bool {
    is_clear_who(one, test) && test.reasons.iter().any(|cause| TOPICS[test.topic].is_settled_by(cause.sign()))
}

/// Returns whether it is known who was heard, as far as it matters.
fn is_clear_who(one: &Complaint, test: &Test) -> bool {
    one.is_pair || test.reasons.iter().all(is_near)
}

fn verb(one: &Complaint, test: &Test) -> &'static str {
    if is_certain(one, test) { "explained by" } else { "fits" }
}

fn doubt(one: &Complaint, test: &Test) -> &'static str {
    match (is_clear_who(one, test), TOPICS[test.topic].title) {
        (true, _) => "",
        (false, "video" | "screen sharing") => "; the record does not say who was seen",
        (false, _) => "; the record does not say who was heard",
    }
}

/// Lists the causes by the place they are at: `Dan Voss's end: …`.
fn places(reasons: &[Explanation], assessment: &Assessment, call: &Call, names: &Interner) -> Vec<String> {
    let groups = reasons.chunk_by(|one, other| one.at == other.at || (is_near(one) && is_near(other)));
    let say = |group: &[Explanation]| {
        let words: Vec<String> = group.iter().map(cause).collect();
        match group.first().map(|cause| cause.at) {
            Some(At::Other(at)) => {
                format!("{}'s end: {}", person_name(assessment, at, call, names), listed(&words))
            }
            _ if group.iter().all(|cause| cause.at == At::Received) => {
                format!("what this person received: {}", listed(&words))
            }
            _ if group.iter().all(|cause| cause.at == At::Own) => {
                format!("this person's own end: {}", listed(&words))
            }
            _ => format!("what this person received, and their own end: {}", listed(&words)),
        }
    };
    groups.map(say).collect()
}

fn is_near(cause: &Explanation) -> bool {
    !matches!(cause.at, At::Other(_))
}

/// Says what a cause is: `the microphone did not work for 20 % of the call`.
pub fn cause(cause: &Explanation) -> String {
    let sign = cause.sign();
    let is_received = cause.at == At::Received && !sign.received.is_empty();
    let template = if is_received { sign.received } else { sign.sent };
    let words = template.replace("{0}", &value(sign, cause.value));
    match cause.detail {
        Some((sign, value_of)) => {
            let sign = &SIGNS[usize::from(sign)];
            format!("{words} ({})", sign.sent.replace("{0}", &value(sign, value_of)))
        }
        None => words,
    }
}

/// Formats the value of a sign.
fn value(sign: &Sign, value: f32) -> String {
    let value = f64::from(value);
    let unit = match (sign.rule, by_id(sign.rule).map(|rule| &rule.check)) {
        ("howling", _) if value == 1.0 => return "once".to_owned(),
        ("howling", _) => return format!("{} times", Unit::Count.format(value)),
        (_, Some(Check::Figure(metric, ..))) if metric.unit == Unit::PerFiveMinutes => Unit::Packets,
        (_, Some(Check::Figure(metric, ..))) => metric.unit,
        ("jitter-bursts" | "round-trip-bursts" | "freezes", _) => Unit::Seconds,
        ("voice-sent-quiet" | "voice-received-quiet" | "noise-sent" | "noise-received", _) => Unit::Decibels,
        _ => Unit::Ratio,
    };
    unit.format(value)
}

/// Sentences in a summary; more would hide the first.
const SENTENCES: usize = 3;

/// People named in one sentence of a summary.
const NAMED: usize = 3;

/// Summarises all complaints in a few sentences, those with the same explanation together.
pub fn summary(assessment: &Assessment, call: &Call, names: &Interner) -> Vec<String> {
    let mut groups: Vec<(Conclusion, Vec<&Complaint>)> = Vec::new();
    let mut places: HashMap<Conclusion, usize> = HashMap::new();
    for one in &assessment.complaints {
        let conclusion = Conclusion::of(one, assessment, call, names);
        let place = *places.entry(conclusion.clone()).or_insert_with(|| {
            groups.push((conclusion, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(one);
    }
    // What is explained by another person comes first: it is what the figures of one session cannot show.
    groups.sort_by_key(|(conclusion, people)| (conclusion.rank, std::cmp::Reverse(people.len())));
    let more = groups.iter().skip(SENTENCES).map(|(_, people)| people.len()).sum::<usize>();
    let mut sentences: Vec<String> = groups
        .iter()
        .take(SENTENCES)
        .map(|(conclusion, people)| {
            let one_of_them = people[0];
            let who = match people.len() {
                few if few <= NAMED => {
                    let named: Vec<String> =
                        people.iter().map(|one| person_name(assessment, one.person, call, names)).collect();
                    listed(&named)
                }
                many => persons(many),
            };
            let what = match people.len() {
                1 => quote(&concluded(one_of_them, call, names)),
                _ => kinds(people, call, names),
            };
            capitalised(&format!("{who} {what}{}.", conclusion.words))
        })
        .collect();
    if more > 0 {
        sentences.push(match more {
            1 => "1 more person complained.".to_owned(),
            more => format!("{} more people complained.", count(more)),
        });
    }
    sentences
}

/// Returns what the person said, as far as the conclusion is about it: if something explains part of it, only that part.
fn concluded<'n>(one: &Complaint, call: &Call, names: &'n Interner) -> Said<'n> {
    let mut said = said(one, call, names);
    if one.is_explained() {
        let explained = one.tests.iter().filter(|test| test.outcome == Outcome::Explained);
        let tokens: Vec<&str> = explained.flat_map(|test| &test.tokens).map(|token| names.get(*token)).collect();
        said.tokens.retain(|token| tokens.contains(token));
    }
    said
}

/// Says what several people said, each once; their free texts are in the list of complaints.
fn kinds(people: &[&Complaint], call: &Call, names: &Interner) -> String {
    const MOST: usize = 3;
    let mut kinds: Vec<String> = Vec::new();
    for one in people {
        let what = short(&concluded(one, call, names));
        if !kinds.contains(&what) {
            kinds.push(what);
        }
        if kinds.len() > MOST {
            kinds.truncate(MOST);
            kinds.push("…".to_owned());
            break;
        }
    }
    match kinds.as_slice() {
        [_] => quote(&Said { text: None, ..concluded(people[0], call, names) }),
        kinds => format!("complained ({})", kinds.join("; ")),
    }
}

/// Other people named in one sentence of a summary.
const NAMED_CAUSES: usize = 2;

/// Returns the causes for a summary: if they are at several ends, the worst of each of the first ends.
fn in_brief(reasons: &[Explanation]) -> Vec<Explanation> {
    let far: Vec<&Explanation> = reasons.iter().filter(|cause| !is_near(cause)).collect();
    if far.windows(2).all(|two| two[0].at == two[1].at) {
        return far.into_iter().copied().collect();
    }
    let ends = far.chunk_by(|one, other| one.at == other.at);
    ends.take(NAMED_CAUSES).filter_map(|end| end.first().map(|cause| **cause)).collect()
}

/// What was concluded from a complaint; equal for people whose complaints have the same explanation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Conclusion {
    /// What is said first.
    rank: u8,
    /// The rest of the sentence after what was said.
    words: String,
}

impl Conclusion {
    fn of(one: &Complaint, assessment: &Assessment, call: &Call, names: &Interner) -> Conclusion {
        let explained = || one.tests.iter().filter(|test| test.outcome == Outcome::Explained);
        let far = explained().find(|test| test.reasons.iter().any(|cause| !is_near(cause)));
        let near = explained().next().and_then(|test| Some((test, test.reasons.first()?)));
        if let (None, Some((test, worst))) = (far, near) {
            let verb = if is_certain(one, test) { ", explained by" } else { ", which fits" };
            // The figures differ from person to person, and are in the list of complaints.
            let words = match worst.at {
                At::Received if assessment.complaints.len() == 1 => {
                    format!("{verb} what they received: {}", cause(worst))
                }
                At::Received => format!("{verb} what they received"),
                _ => format!("{verb} their own end: {}", cause(worst)),
            };
            return Conclusion { rank: 1, words };
        }
        // Where many are hit by one cause, nobody of them is singled out as the reason for a complaint.
        let is_common = |cause: &Explanation| match cause.at {
            At::Other(at) => assessment.attributions.iter().any(|one| one.people.len() > 1 && one.people.contains(&at)),
            At::Own | At::Received => false,
        };
        if let Some(test) = far.filter(|test| test.reasons.iter().filter(|cause| !is_near(cause)).all(is_common)) {
            let words = format!(", which fits the poor voice of others in the call{}", doubt(one, test));
            return Conclusion { rank: 0, words };
        }
        if let Some(test) = far {
            let verb = if is_certain(one, test) { ", explained by" } else { ", which fits" };
            let doubt = doubt(one, test);
            let reasons = in_brief(&test.reasons);
            let places = places(&reasons, assessment, call, names);
            let others = if test.has_more || others_of(test) > NAMED_CAUSES { ", and others" } else { "" };
            let places = places.join("; ").replace("this person's", "their").replace("this person", "they");
            return Conclusion { rank: 0, words: format!("{verb} {places}{others}{doubt}") };
        }
        let is = |outcome: Outcome| one.tests.iter().find(|test| test.outcome == outcome);
        if let Some(denial) = is(Outcome::Contradicted).and_then(|test| TOPICS[test.topic].denial.as_ref()) {
            let words = denial.words.replace("the person's", "their");
            return Conclusion { rank: 2, words: format!(", but the record says otherwise: {words}") };
        }
        if is(Outcome::Unclear).is_some() {
            let words = ", which poor streams without a known direction or party may explain".to_owned();
            return Conclusion { rank: 2, words };
        }
        if is(Outcome::Unjudged).is_some() {
            let words = ", but no stream that reached them could be judged".to_owned();
            return Conclusion { rank: 3, words };
        }
        let words = match (is(Outcome::NotExplained), is(Outcome::TooMany)) {
            (Some(_), _) => ", which no figure in the sessions loaded explains",
            (None, Some(_)) => ", but there are too many people to compare",
            (None, None) => ", but there are no figures to test it against",
        };
        Conclusion { rank: 3, words: words.to_owned() }
    }
}
