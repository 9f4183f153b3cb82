//! Says in what state a call is, who was affected and when: what a ticket begins with.

use crate::call::{Call, Completeness, Dataset, Row};
use crate::metrics::count;
use crate::model::Clock;
use crate::triage::call_analysis::{Assessment, Who};
use crate::triage::{End, SessionStatus};

use crate::wording::sides::window_words;
use crate::wording::summary::person_name;
use crate::wording::{call_kind, capitalised, number, persons};

/// Says in one line in what state a call is, when, and what kind of call it is: `25 of 176 people affected, in sessions of
/// 20 Nov 2026 09:00–09:47 UTC: group call`; and the same in fewer words.
pub fn headlines(call: &Call, loaded: &Dataset, assessment: &Assessment, clock: Clock) -> [String; 2] {
    let (state, lacking) = (state(call, assessment), Completeness::of(call, loaded));
    let so_far = match lacking {
        Completeness::Arriving { .. } => "still loading, so far ",
        ref completeness if completeness.is_incomplete() => "incomplete record, so far ",
        _ => "",
    };
    let has_failed = call.standing(SessionStatus::Failed, assessment.set) == call.rows().len();
    let when = when(call, assessment, clock);
    let line = |is_brief: bool| {
        let when = when.as_ref().map(|(sessions, when)| match sessions {
            Some(sessions) if !has_failed && !is_brief => format!(", in {sessions} of {when}"),
            _ => format!(", {when}"),
        });
        capitalised(&format!("{so_far}{state}{}: {}", when.unwrap_or_default(), kind(call, assessment)))
    };
    [line(false), line(true)]
}

/// Names the kind of call; that a telephone is in it, if it matters to all of it.
fn kind(call: &Call, assessment: &Assessment) -> String {
    let is_phone = |row: &Row| {
        [End::Caller, End::Callee].iter().any(|end| row.facts.party(*end).is_phone)
            || row.facts.leg().is_some_and(|leg| leg.is_telephone)
    };
    match assessment.people.len() <= 2 && call.rows().iter().any(is_phone) {
        true => format!("{} with a telephone (PSTN)", call_kind(call)),
        false => call_kind(call).to_owned(),
    }
}

fn state(call: &Call, assessment: &Assessment) -> String {
    let all = call.rows().len();
    let affected = affected(assessment).count();
    let sessions = call.session_counts(assessment.set);
    let is_judged = call.stream_counts(assessment.set).judged() > 0;
    let complaints = assessment.complaints.len();
    match (assessment.failures, affected) {
        ([setup, ..], _) if setup == all && all > 0 => "never connected".to_owned(),
        ([setup, dropped, other], _) if setup + dropped + other == all && all > 0 => match all {
            1 => "failed".to_owned(),
            all => format!("all {} failed", number(all, "session")),
        },
        (_, 0) if sessions.poor > 0 && all == 1 => "poor".to_owned(),
        (_, 0) if sessions.poor > 0 => format!("{} of {} poor", count(sessions.poor as usize), number(all, "session")),
        (_, 0) if !is_judged => "cannot be judged".to_owned(),
        (_, 0) => match complaints {
            0 => "no poor stream".to_owned(),
            some => format!("no poor stream, but {} complained", persons(some)),
        },
        (_, _) if assessment.is_pair => pair(assessment),
        (_, some) => format!("{} of {} affected", count(some), persons(assessment.people.len())),
    }
}

/// Says what is poor in a call between two people.
fn pair(assessment: &Assessment) -> String {
    let poor = |is: fn(&crate::triage::call_analysis::ParticipantStats) -> bool| {
        assessment.people.iter().filter(|it| is(it)).count()
    };
    match (poor(|it| it.heard.poor > 0), poor(|it| it.streams().poor > 0)) {
        (2, _) => "poor voice both ways",
        (1, _) => "poor voice one way",
        (_, 0) => "no poor stream, but a session failed or a device did not work",
        _ if poor(|it| it.pictures().poor > 0) > 0 => "poor video or sharing",
        _ => "poor streams",
    }
    .to_owned()
}

/// Returns those for whom something was wrong, worst first, as indexes into [`Assessment::people`].
fn affected(assessment: &Assessment) -> impl Iterator<Item = u32> {
    (0..).zip(&assessment.people).filter(|(_, it)| it.is_affected()).map(|(at, _)| at)
}

/// Names those for whom something was wrong, worst first: by name, or by account, number or ID where the record has no
/// name.
pub fn names_of_affected<'a>(
    call: &'a Call,
    loaded: &'a Dataset,
    assessment: &'a Assessment,
) -> impl ExactSizeIterator<Item = String> + 'a {
    let all: Vec<u32> = affected(assessment).collect();
    all.into_iter().map(|at| person_name(assessment, at, call, loaded.names()))
}

/// Says since when and until when something was wrong, as closely as the record tells it: in which minutes those affected
/// were there, or from when to when their sessions were. `None` if nothing was wrong or no time is known.
fn when(call: &Call, assessment: &Assessment, clock: Clock) -> Option<(Option<&'static str>, String)> {
    let set = assessment.set;
    if let Some(Who::Window(window)) = assessment.attributions.first().map(|one| one.who) {
        return Some((None, format!("{} {}", clock.day(window.from), window_words(window, clock))));
    }
    let is_wrong = |row: &&Row| {
        matches!(row.facts.standing(set), SessionStatus::Failed | SessionStatus::Poor)
            || row.facts.severe_fault().is_some()
    };
    let wrong = || call.rows().iter().filter(is_wrong);
    let from = wrong().filter_map(|row| row.facts.start).min()?;
    let to = wrong().filter_map(|row| row.facts.end).max()?;
    let sessions = if wrong().nth(1).is_some() { "sessions" } else { "a session" };
    Some((Some(sessions), clock.range(from, to)))
}
