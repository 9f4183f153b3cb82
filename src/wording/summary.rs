//! Summarises the whole call in a few plain sentences: the answer at the top of the screen and of the ticket. No sentence
//! reads as final until the whole call has been read.

use crate::call::{Call, Completeness, Dataset};
use crate::metrics;
use crate::model::Clock;
use crate::triage::call_analysis::{Assessment, Attribution, ParticipantStats, Testimony, Who};
use crate::triage::factors::{LISTED_VPN, Nature, Value};
use crate::triage::{Counts, Interner, RULES, Verdict};

use crate::text::sanitize;
use crate::wording::complaints;
use crate::wording::sides::{explanation, leg_words, listener_names, some_names, window_words};
use crate::wording::{listed, number, persons, verdict_glyph};

/// Returns the answer, in one or more sentences.
pub fn answer(call: &Call, loaded: &Dataset, assessment: &Assessment, clock: Clock) -> Vec<String> {
    let completeness = Completeness::of(call, loaded);
    let names = loaded.names();
    let shared = shared_by(assessment, names, clock);
    let mut sentences = vec![first(call, loaded, assessment, &completeness, &shared)];
    sentences.extend(severe(assessment, call, names));
    sentences.extend(elsewhere(assessment, call, names));
    sentences.extend(unusable(call, assessment));
    sentences.extend(unexpanded(call));
    sentences.extend(singled_out(assessment, call, names));
    sentences.extend(unclear(assessment, call, names));
    sentences.extend(failures(assessment, clock));
    sentences.extend(complaints::summary(assessment, call, names));
    sentences
}

/// Says what happened to whom, in one or more sentences: the part of the answer that names no cause and no complaint.
pub fn impact(call: &Call, loaded: &Dataset, assessment: &Assessment, clock: Clock) -> Vec<String> {
    let (completeness, names) = (Completeness::of(call, loaded), loaded.names());
    let mut sentences = vec![first(call, loaded, assessment, &completeness, "")];
    sentences.extend(severe(assessment, call, names));
    sentences.extend(failures(assessment, clock));
    sentences.extend(elsewhere(assessment, call, names));
    sentences.extend(unusable(call, assessment));
    sentences.extend(unexpanded(call));
    sentences
}

/// Says how many people had what; `shared` is what they have in common, as the end of that sentence.
fn first(call: &Call, loaded: &Dataset, assessment: &Assessment, completeness: &Completeness, shared: &str) -> String {
    let judged = assessment.people.iter().filter(|it| it.verdict() != Verdict::Unclassified).count();
    let streams = call.stream_counts(assessment.set);
    let words = if streams.judged() == 0 {
        nothing_judged(call, streams)
    } else if judged == 0 {
        nobody_known(call, assessment)
    } else if assessment.is_pair && assessment.people.len() == 2 {
        pair(call, loaded, assessment)
    } else {
        of_people(call, loaded, assessment, judged, shared)
    };
    match completeness {
        Completeness::Complete { lost: 0, .. } => format!("{words}."),
        // The header says how far the reading has got, and is ahead of the analysis.
        Completeness::Arriving { .. } => format!("So far, {}.", lower(&words)),
        _ => format!("So far, in the data loaded: {}.", lower(&words)),
    }
}

fn nothing_judged(call: &Call, streams: Counts) -> String {
    match streams.total() {
        0 if call.unexpanded > 0 && call.unexpanded == call.rows().len() => {
            "Nothing can be judged: segments were not requested".to_owned()
        }
        0 => "Nothing can be judged: no streams were reported".to_owned(),
        1 => "Nothing can be judged: the only stream lacks packets or metrics".to_owned(),
        total => format!(
            "Nothing can be judged: none of {} has enough packets and metrics",
            number(total as usize, "stream")
        ),
    }
}

/// The people of the sessions are not known, or none of their streams could be judged.
fn nobody_known(call: &Call, assessment: &Assessment) -> String {
    let (sessions, all) = (call.session_counts(assessment.set), number(call.rows().len(), "session"));
    match sessions.poor as usize {
        0 => match sessions.unclassified as usize {
            0 => format!("None of {all} had a poor stream"),
            some => format!("None of {all} had a poor stream; {} could not be judged", metrics::count(some)),
        },
        poor => format!("{} of {all} had poor streams", metrics::count(poor)),
    }
}

/// Says in which direction a call between two people is poor.
fn pair(call: &Call, loaded: &Dataset, assessment: &Assessment) -> String {
    let names = [0, 1].map(|at| person_name(assessment, at, call, loaded.names()));
    let [one, other] = [&assessment.people[0], &assessment.people[1]];
    let both = |verb: &str| format!("{} and {} {verb} each other badly", names[0], names[1]);
    let directed = |to: usize, verb: &str| format!("{} {verb} {} badly", names[to], names[1 - to]);
    let judged = |counts: Counts| counts.judged() > 0;
    match (one.heard.poor > 0, other.heard.poor > 0) {
        (true, true) => return both("heard"),
        (hears, is_heard) if hears || is_heard => {
            let to = usize::from(!hears);
            let back = assessment.people[1 - to].heard;
            let rest = match (judged(back), one.unplaced.total()) {
                (true, _) => "the other direction is good",
                (false, 0) => "the other direction was not judged",
                (false, _) => "the record does not say in which direction the other streams went",
            };
            return format!("{}; {rest}", directed(to, "heard"));
        }
        _ => {}
    }
    let voice = match (judged(one.heard), judged(other.heard)) {
        (true, true) => "voice is good both ways",
        (false, false) => "no voice was judged",
        _ => "voice is good one way, and was not judged the other way",
    };
    match (one.seen.poor > 0, other.seen.poor > 0) {
        (true, true) => format!("{}: poor video or sharing; {voice}", both("saw")),
        (true, false) => format!("{}: poor video or sharing; {voice}", directed(0, "saw")),
        (false, true) => format!("{}: poor video or sharing; {voice}", directed(1, "saw")),
        // Streams without a direction have a sentence of their own.
        _ if one.unplaced.poor > 0 => {
            format!("{} and {}: no stream with a known direction is poor", names[0], names[1])
        }
        _ if voice.starts_with("voice is good both") => {
            format!("No stream between {} and {} is poor", names[0], names[1])
        }
        _ => format!("No stream between {} and {} that could be judged is poor; {voice}", names[0], names[1]),
    }
}

fn of_people(call: &Call, loaded: &Dataset, assessment: &Assessment, judged: usize, shared: &str) -> String {
    let people = &assessment.people;
    let counted = |is: &dyn Fn(&ParticipantStats) -> bool| people.iter().filter(|it| is(it)).count();
    let voice = counted(&|it| it.voice().poor > 0);
    let pictures = counted(&|it| it.voice().poor == 0 && it.pictures().poor > 0);
    let unplaced = counted(&|it| it.voice().poor + it.pictures().poor == 0 && it.unplaced.poor > 0);
    let subject = |count: usize| match people.len() {
        1 => person_name(assessment, 0, call, loaded.names()),
        all => format!("{} of {}", metrics::count(count), persons(all)),
    };
    let gap = not_judged(assessment, judged);
    if voice > 0 {
        let more = match pictures {
            0 => String::new(),
            more => format!(", {} more only poor video or sharing", metrics::count(more)),
        };
        return format!("{} had poor voice{more}{gap}{shared}", subject(voice));
    }
    if pictures > 0 {
        let voices = counted(&|it| it.voice().judged() > 0);
        let rest = match voices {
            0 => "no voice was judged".to_owned(),
            all if all == people.len() => "no one had poor voice".to_owned(),
            some => format!("none of {} with judged voice had poor voice", persons(some)),
        };
        return format!("{} had poor video or sharing; {rest}{gap}{shared}", subject(pictures));
    }
    // People whose only poor streams have no direction get a sentence of their own.
    let judged = judged - unplaced;
    if judged == 0 {
        return format!("No stream of {} with a known direction could be judged", persons(people.len()));
    }
    if people.len() == 1 {
        return format!("{} had no poor stream", subject(0));
    }
    if judged < people.len() {
        return format!(
            "{} of {} could be judged: none of them had a poor stream{}",
            metrics::count(judged),
            persons(people.len()),
            too_few(assessment)
        );
    }
    let unjudged = call.stream_counts(assessment.set).unclassified as usize;
    let rest = match unjudged {
        0 => String::new(),
        some => format!("; {} could not be judged", number(some, "stream")),
    };
    format!("None of {} had a poor stream{rest}", persons(people.len()))
}

fn not_judged(assessment: &Assessment, judged: usize) -> String {
    match assessment.people.len() - judged {
        0 => String::new(),
        some => format!("; {} could not be judged{}", metrics::count(some), too_few(assessment)),
    }
}

/// Says why people could not be judged, if it is the usual reason.
fn too_few(assessment: &Assessment) -> &'static str {
    let unknown = |it: &&ParticipantStats| it.verdict() == Verdict::Unclassified;
    let is_any = assessment.people.iter().filter(unknown).any(|it| it.too_few > 0);
    if is_any { "; the others sent or received too few packets" } else { "" }
}

/// Reports severe faults of devices and machines, and who listened.
fn severe(assessment: &Assessment, call: &Call, names: &Interner) -> Option<String> {
    const NAMED: usize = 2;
    let hit: Vec<(u32, usize)> =
        (0..).zip(&assessment.people).filter_map(|(at, it)| Some((at, it.severe_fault()?))).collect();
    if hit.is_empty() {
        return None;
    }
    let said = hit.iter().take(NAMED).map(|(at, place)| {
        let what = match RULES[*place].id {
            "microphone-not-working" => "microphone did not work",
            "speaker-not-working" => "loudspeaker did not work",
            "cpu-short-most" => "machine was too slow for most of the call",
            _ => RULES[*place].title,
        };
        let listeners = assessment
            .attributions
            .iter()
            .find(|one| one.who == Who::Person(*at) && one.cause.id.starts_with("own-") && one.listener_count > 0);
        let heard = listeners.map_or_else(String::new, |one| match one.listener_count {
            1..=3 => format!(" ({} listened)", listener_names(one, assessment, call, names)),
            many => format!(" ({} listened)", persons(many)),
        });
        format!("{}'s {what}{heard}", person_name(assessment, *at, call, names))
    });
    let said: Vec<String> = said.collect();
    let more = match hit.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; {} more like this", metrics::count(more)),
    };
    Some(format!("Severe: {}{more}.", said.join(". ")))
}

/// Reports poor streams that are nobody's: without a direction, of other legs, between services.
fn elsewhere(assessment: &Assessment, call: &Call, names: &Interner) -> Option<String> {
    const SAID: usize = 3;
    let sentences = assessment.attributions.iter().filter_map(|one| {
        let counts = one.evidence.iter().find_map(|one| match one {
            Testimony::Streams(counts) => Some(*counts),
            _ => None,
        })?;
        let poor = number(counts.poor as usize, "stream");
        let are = if counts.poor == 1 { "is" } else { "are" };
        match one.who {
            Who::Leg(ends) => {
                let kind = if one.cause.id == "telephone-leg" { " (the telephone leg)" } else { "" };
                Some(format!("{poor} of {}{kind} {are} poor.", leg_words(ends, names)))
            }
            Who::Person(at) if one.cause.id == "direction-unknown" => Some(format!(
                "{poor} of {}'s session {are} poor; the record does not say in which direction.",
                person_name(assessment, at, call, names)
            )),
            Who::Sessions(sessions) if one.cause.id == "between-services" => {
                Some(format!("{poor} of {} between services {are} poor.", number(sessions as usize, "session")))
            }
            Who::Sessions(sessions) if one.cause.id == "person-unknown" && !assessment.people.is_empty() => {
                let sessions = number(sessions as usize, "session");
                Some(format!("{poor} of {sessions} without a known participant {are} poor."))
            }
            _ => None,
        }
    });
    let mut sentences: Vec<String> = sentences.collect();
    if sentences.len() > SAID {
        let more = sentences.split_off(SAID).len();
        sentences.push(format!("{} like this.", number(more, "more case")));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
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
    // A name keeps its capital letter.
    let first = words.split(' ').next().unwrap_or_default();
    if !["None", "Nothing", "No"].contains(&first) {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Says what most affected people have in common, if anything.
fn shared_by(assessment: &Assessment, names: &Interner, clock: Clock) -> String {
    let of_all = |one: &Attribution| {
        let poor = assessment.people.iter().filter(|it| it.verdict() == Verdict::Poor).count();
        match one.people.len() {
            all if all == poor && all > 2 => format!("all {}", metrics::count(all)),
            2 if poor == 2 => "both".to_owned(),
            some => metrics::count(some),
        }
    };
    const CAUSES: usize = 2;
    let common = assessment.attributions.iter().filter_map(|one| match (one.cause.id, one.who) {
        ("cannot-separate", _) => {
            let words: Vec<String> = one.inseparable.iter().map(|(who, _)| explanation(*who, names, clock)).collect();
            Some(format!("; {} share {}, which cannot be told apart", of_all(one), listed(&words)))
        }
        ("one-network", Who::Value(value)) => {
            let (at, network) = (preposition(value), value_words(value, names));
            Some(format!("; everyone is {at} {network}, so no one elsewhere can be compared"))
        }
        (_, Who::Value(value)) => {
            let perhaps = if one.probability.is_some_and(|likely| likely < crate::triage::thresholds::LOW) {
                "perhaps because of"
            } else {
                match (preposition(value), value.nature()) {
                    ("at", _) => "are at",
                    ("with", _) => "are with",
                    (_, Nature::Plain | Nature::Normal | Nature::Home) => "share",
                    _ => "are on",
                }
            };
            Some(format!("; {} {perhaps} {}", of_all(one), value_words(value, names)))
        }
        (_, Who::Window(window)) => Some(format!(
            "; {} were there {}, which points to a common cause",
            of_all(one),
            window_words(window, clock)
        )),
        ("everywhere", _) => {
            Some("; whether it is the service, its region or something else cannot be told from this call".to_owned())
        }
        _ => None,
    });
    common.take(CAUSES).collect()
}

/// Reports people with individual problems, the first few by name.
fn singled_out(assessment: &Assessment, call: &Call, names: &Interner) -> Option<String> {
    const NAMED: usize = 2;
    let is_severe = |at: u32| assessment.people[at as usize].severe_fault().is_some();
    let single: Vec<(&Attribution, u32)> = assessment
        .attributions
        .iter()
        .filter(|one| one.cause.id.starts_with("own-"))
        .filter_map(|one| match one.who {
            // Severe faults have a sentence of their own.
            Who::Person(at) if one.probability.is_some() || !is_severe(at) => Some((one, at)),
            _ => None,
        })
        .collect();
    if single.is_empty() {
        return None;
    }
    let said = single.iter().take(NAMED).map(|(one, at)| {
        let side = one.cause.side.trim_start_matches("this person's ");
        format!("{} ({side}, {} confidence)", person_name(assessment, *at, call, names), one.confidence.name())
    });
    let more = match single.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {} more", metrics::count(more)),
    };
    let words = said.collect::<Vec<_>>().join(", ");
    let problems = if single.len() == 1 { "Individual problem" } else { "Individual problems" };
    Some(format!("{problems}: {words}{more}."))
}

/// Reports people whose trouble may be their own or shared.
fn unclear(assessment: &Assessment, call: &Call, names: &Interner) -> Option<String> {
    let one = assessment.attributions.iter().find(|one| one.cause.id == "unclear")?;
    let people = some_names(&one.people, assessment, call, names);
    Some(format!("Whether the poor streams of {people} have a common cause cannot be told from this call."))
}

fn failures(assessment: &Assessment, clock: Clock) -> Option<String> {
    let [setup, midcall, unknown] = assessment.failures;
    let kinds = [(setup, "never connected"), (midcall, "dropped"), (unknown, "failed otherwise")];
    let kinds: Vec<(usize, &str)> = kinds.into_iter().filter(|(count, _)| *count > 0).collect();
    let together = assessment.attributions.iter().find_map(|one| {
        one.evidence.iter().find_map(|one| match one {
            Testimony::SameSecond(count, _, when) => Some((*count as usize, clock.second_and_zone(*when))),
            _ => None,
        })
    });
    let together = together.map_or_else(String::new, |(count, when)| {
        let all = match count {
            2 if midcall == 2 => "both".to_owned(),
            all if all == midcall => format!("all {}", metrics::count(all)),
            some => metrics::count(some),
        };
        format!("; {all} in the same second, at {when}, which is one event")
    });
    match kinds.as_slice() {
        [] => None,
        [(count, "failed otherwise")] => Some(format!("{} failed.", number(*count, "session"))),
        [(count, what)] => Some(format!("{} {what}{together}.", number(*count, "session"))),
        many => {
            let words: Vec<String> =
                many.iter().map(|(count, what)| format!("{} {what}", metrics::count(*count))).collect();
            Some(format!("{} failed: {}{together}.", number(setup + midcall + unknown, "session"), words.join(", ")))
        }
    }
}

/// Returns a person's name, by their index in [`Assessment::people`].
pub fn person_name(assessment: &Assessment, at: u32, call: &Call, names: &Interner) -> String {
    let name =
        assessment.people.get(at as usize).and_then(|it| Some(call.rows().get(it.row as usize)?.name(it.end, names)));
    sanitize(name.unwrap_or("unknown person")).into_owned()
}

/// Returns the preposition before a value with its factor: people are at a site, with a provider, on anything else.
pub fn preposition(value: Value) -> &'static str {
    match value.factor().id {
        "site" => "at",
        "isp" => "with",
        _ => "on",
    }
}

/// Formats a value with its factor: `subnet 10.150.0.0`, `mobile networks`.
pub fn value_words(value: Value, names: &Interner) -> String {
    match value.nature() {
        Nature::Mobile => return "mobile networks".to_owned(),
        Nature::Wifi => return "Wi-Fi".to_owned(),
        Nature::Vpn => return "a VPN".to_owned(),
        Nature::Normal if value.factor().id == "site" => return "not in the building file".to_owned(),
        Nature::ListedVpn if value.factor().id == "net" => return format!("a {LISTED_VPN}"),
        Nature::Plain | Nature::Normal | Nature::Home | Nature::ListedVpn => {}
    }
    let text = sanitize(names.get(value.name()));
    match value.factor().id {
        "ap" => format!("access point {text}"),
        "site" if value.nature() == Nature::ListedVpn => format!("site {text}, a {LISTED_VPN}"),
        "transport" => format!("media over {}", text.to_uppercase()),
        _ => format!("{} {text}", value.factor().label),
    }
}

/// Summarises a person's streams of one kind for a column: `✖ 2 of 3`, `✓ 4`, `? 1`.
pub fn of_streams(counts: Counts) -> String {
    let sign = verdict_glyph(counts.verdict());
    match counts.verdict() {
        _ if counts.total() == 0 => "–".to_owned(),
        Verdict::Poor => format!("{sign} {} of {}", counts.poor, counts.judged()),
        Verdict::Good => format!("{sign} {}", counts.good),
        Verdict::Unclassified => format!("{sign} {}", counts.unclassified),
    }
}
