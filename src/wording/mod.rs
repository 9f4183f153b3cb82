//! What callscope says about a call, on screen and in reports: here the words and sentences shared by all.
//!
//! | file | contents |
//! |---|---|
//! | `findings`, `summary`, `sides` | the sentences of findings; the whole call in a few sentences; whose side it is |
//! | `feedback`, `complaints` | quotes what people said about the call; says how it was tested |
//! | `impact` | what state a call is in, who was affected and when, for a ticket |
//! | `direction` | who sent a stream to whom |
//! | `glossary`, `explain`, `named` | the meaning of every member; explanations of values, verdicts and findings; of names |
//! | `media_path` | the media path of one direction, device to device |
//! | `request` | the Graph request for a call, for other tools |

pub mod complaints;
pub mod direction;
pub mod explain;
pub mod feedback;
pub mod findings;
pub mod glossary;
pub mod impact;
pub mod media_path;
pub mod named;
pub mod request;
pub mod sides;
pub mod summary;

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Call, Dataset, RecordVersion, Row, Traffic};
use crate::metrics;
use crate::model::{CallType, Clock, Endpoint, EndpointKind, MediumKind, NameBasis, Timestamp, Who};
use crate::triage::{End, Flow, Interner, SessionStatus, Severity, Verdict};

use crate::text::sanitize;

/// Returns the glyph of a verdict; the word is shown beside it wherever there is room.
pub fn verdict_glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Poor => "✖",
        Verdict::Good => "✓",
        Verdict::Unclassified => "?",
    }
}

/// Returns the glyph of a session's standing; a verdict has the same one everywhere.
pub fn standing_glyph(standing: SessionStatus) -> &'static str {
    match standing {
        // A crossed sign would differ from poor in details only. Source: the character set WGL4, which common fonts
        // have; one column wide everywhere (Unicode's East Asian Width: neutral).
        SessionStatus::Failed => "◘",
        SessionStatus::Poor => verdict_glyph(Verdict::Poor),
        SessionStatus::Noted => "!",
        SessionStatus::Good => verdict_glyph(Verdict::Good),
        SessionStatus::Unclassified => verdict_glyph(Verdict::Unclassified),
    }
}

/// Returns the glyph of a finding's severity.
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Severe => verdict_glyph(Verdict::Poor),
        Severity::Warning => standing_glyph(SessionStatus::Noted),
        Severity::Hint => "·",
        Severity::Note => "i",
    }
}

/// The sign of a value that the service fills in where it knows none, such as a link speed of 4294967295.
pub const PLACEHOLDER_GLYPH: &str = "∅";

/// Says the most important thing about a session, by the rule set at index `set`: why it failed or is poor, or how it
/// was rated.
pub fn standing_words(row: &Row, set: usize) -> String {
    let verdict = row.facts.verdict(set);
    match row.facts.standing(set) {
        SessionStatus::Failed => row.facts.failed.map_or("failed", |failure| failure.words()).to_owned(),
        SessionStatus::Poor => poor_words(row, set).into_iter().next().unwrap_or_else(|| "poor".to_owned()),
        SessionStatus::Noted => match (row.facts.severe_fault(), row.facts.rating().filter(|rating| rating.is_bad())) {
            (Some(rule), _) => rule.title.to_owned(),
            (None, Some(rating)) => format!("rated {}", rating.word()),
            (None, None) => "complaint".to_owned(),
        },
        SessionStatus::Good => "good".to_owned(),
        SessionStatus::Unclassified if row.facts.lacks_segments => "no segments".to_owned(),
        SessionStatus::Unclassified if verdict.streams().total() == 0 => "no streams".to_owned(),
        SessionStatus::Unclassified => match verdict.unusable() {
            Some(metric) => format!("{} unusable", metric.short),
            None => "unclassified".to_owned(),
        },
    }
}

/// Says the same as [`standing_words`] as fully as a number of terminal columns allows.
pub fn standing_words_in(row: &Row, set: usize, width: usize) -> String {
    if row.facts.standing(set) != SessionStatus::Poor {
        return standing_words(row, set);
    }
    let mut words = poor_words(row, set);
    let fitting = words.iter().position(|words| words.width() <= width);
    words.drain(..fitting.unwrap_or(words.len().saturating_sub(1)));
    words.into_iter().next().unwrap_or_else(|| "poor".to_owned())
}

/// Says why a session is poor and in which direction as seen by its person, longest first: `heard: loss 19 %`,
/// `↓ loss 19 %`, `loss 19 %`, `↓ 19 %`. In a call between two people neither is the one who heard.
fn poor_words(row: &Row, set: usize) -> Vec<String> {
    let verdict = row.facts.verdict(set);
    let Some(worst) = verdict.worst() else { return Vec::new() };
    let (words, value) = (worst.short_words(), worst.metric.unit.format_beside(worst.value, worst.limit));
    let is_from_caller = match verdict.worst_in() {
        Some((_, Flow::VoiceOut | Flow::PicturesOut)) => true,
        Some((_, Flow::VoiceBack | Flow::PicturesBack)) => false,
        Some((_, Flow::Elsewhere)) => return vec![format!("other leg: {words}"), words, value],
        Some((_, Flow::Other)) | None => return vec![words, value],
    };
    if row.facts.is_between_people() {
        return vec![words, value];
    }
    let is_sent = is_from_caller == (row.facts.own_end() == End::Caller);
    let did = match (verdict.worst_in().map(|(kind, _)| kind), is_sent) {
        (Some(MediumKind::Audio), true) => "spoke",
        (Some(MediumKind::Audio), false) => "heard",
        (Some(MediumKind::ScreenSharing), true) => "shared",
        (_, true) => "showed",
        (_, false) => "saw",
    };
    let arrow = if is_sent { "↑" } else { "↓" };
    vec![format!("{did}: {words}"), format!("{arrow} {words}"), words, format!("{arrow} {value}")]
}

/// Says which sessions arrived more than once and what was done with them; one sentence each, without a full stop.
pub fn repetitions(call: &Call) -> Vec<String> {
    let sessions = |count| number(count, "session");
    let be = |count: usize| if count == 1 { "is" } else { "are" };
    let mut notes = Vec::new();
    if call.repeated > 0 {
        notes.push(format!(
            "{} arrived more than once with identical content and {} shown once",
            sessions(call.repeated),
            be(call.repeated)
        ));
    }
    if call.revised > 0 {
        let again = sessions(call.revised);
        notes.push(format!("{again} arrived again with different content; the one with more streams is shown"));
    }
    if call.twins > 0 {
        notes.push(format!(
            "{} with the ID, times and participants of another one {} also shown, because nothing shows whether they are \
             the same",
            sessions(call.twins),
            be(call.twins)
        ));
    }
    if call.ended_twice > 0 {
        let twice = sessions(call.ended_twice);
        notes.push(format!(
            "{twice} arrived again with a different end time; both are shown, because they may be from two versions of the \
             record"
        ));
    }
    if call.superseded() > 0 {
        let newest = call.newest().map_or_else(|| "a newer version".to_owned(), RecordVersion::words);
        notes.push(format!(
            "{} from an older version of the record {} not shown: {newest} replaces it",
            sessions(call.superseded()),
            be(call.superseded())
        ));
    }
    notes
}

/// Says what was not requested and so is not missing; one sentence each, without a full stop.
pub fn not_asked_for(call: &Call, loaded: &Dataset) -> Vec<String> {
    let mut notes = Vec::new();
    let lacking = call.unexpanded;
    if lacking > 0 {
        let of = match call.rows().len() {
            all if all == lacking => String::new(),
            all => format!(" of {} of {}", metrics::count(lacking), number(all, "session")),
        };
        notes.push(format!(
            "segments{of} were not requested, and nothing can be judged without them: {} returns them",
            request::with_segments(call)
        ));
    }
    let pages = || loaded.current_pages_of(call).map(|page| &page.asked);
    if let Some(members) = pages().find_map(|asked| asked.members.as_ref()) {
        let names: Vec<&str> = members.iter().map(|name| name.as_str()).collect();
        notes.push(format!("only {} of each session were requested; the rest is not missing", names.join(", ")));
    }
    if pages().any(|asked| asked.omits_nulls) {
        notes.push("null members were left out, as requested".to_owned());
    }
    notes
}

/// Names the kind of a call: `group call`.
pub fn call_kind(call: &Call) -> &'static str {
    match call.record().and_then(|record| record.call_type.value()) {
        Some(CallType::GroupCall) => "group call",
        Some(CallType::PeerToPeer) => "one-to-one call",
        _ => "call",
    }
}

/// Names a call: `group call e523d2ed-…`.
pub fn call_name(call: &Call) -> String {
    let kind = call_kind(call);
    match &call.id {
        Some(id) => format!("{kind} {}", sanitize(id)),
        None => format!("{kind} without an ID"),
    }
}

/// Says how many sessions of a call failed or are poor, by the rule set at index `set`.
pub fn status_of_call(call: &Call, set: usize) -> String {
    let counts = call.session_counts(set);
    let (poor, unjudged) = (counts.poor as usize, counts.unclassified as usize);
    let failed = call.standing(SessionStatus::Failed, set);
    let sessions = number(call.rows().len(), "session");
    let verdict = call.verdict(set);
    let glyph = verdict_glyph(verdict);
    let words = match verdict {
        _ if call.rows().is_empty() => return sessions,
        Verdict::Poor => format!("{glyph} {} of {sessions} poor", metrics::count(poor)),
        Verdict::Good => format!("{glyph} {sessions}, none poor"),
        Verdict::Unclassified => format!("{glyph} {} of {sessions} not judged", metrics::count(unjudged)),
    };
    match failed {
        0 => words,
        _ => format!("{} {} failed, {words}", standing_glyph(SessionStatus::Failed), metrics::count(failed)),
    }
}

/// Names both ends of a session: `Owen Franklin → Abbie Wilkins`, or only the person if the other end is a service.
pub fn people(row: &Row, names: &Interner) -> String {
    if row.facts.is_between_people() {
        format!("{} → {}", sanitize(row.name(End::Caller, names)), sanitize(row.name(End::Callee, names)))
    } else {
        sanitize(row.person(names)).into_owned()
    }
}

/// Names a kind of media in one direction, as seen from the session's own end: `audio received`.
pub fn traffic(traffic: Traffic) -> String {
    let kind = match traffic.kind {
        MediumKind::Video => "video",
        MediumKind::ScreenSharing => "sharing",
        _ => "audio",
    };
    format!("{kind} {}", if traffic.is_sent { "sent" } else { "received" })
}

/// Returns whether both endpoints are participants.
pub fn both_are_people(one: &Endpoint, other: &Endpoint) -> bool {
    one.kind() == EndpointKind::Participant && other.kind() == EndpointKind::Participant
}

/// Returns whether an endpoint is a service's, or says nothing about itself, as the service's does in meetings.
pub fn is_service(endpoint: Option<&Endpoint>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.kind() != EndpointKind::Participant)
}

/// Returns the full names of the two ends of a session.
pub fn full_names(caller: Option<&Endpoint>, callee: Option<&Endpoint>) -> (String, String) {
    let (caller, callee) = both(caller, callee);
    (sanitize(&caller.name).into_owned(), sanitize(&callee.name).into_owned())
}

/// Returns names for the two ends of a session, shortened where they stay unambiguous between the two.
fn short_names(caller: Option<&Endpoint>, callee: Option<&Endpoint>) -> (String, String) {
    let (one, other) = both(caller, callee);
    let (short_caller, short_callee) = (short(&one), short(&other));
    if short_caller == short_callee { full_names(caller, callee) } else { (short_caller, short_callee) }
}

fn both(caller: Option<&Endpoint>, callee: Option<&Endpoint>) -> (Who, Who) {
    let who = |end: Option<&Endpoint>, nobody: &'static str| match end {
        Some(end) => end.who(),
        None => Who { name: nobody.into(), basis: NameBasis::Nothing, identity_kind: None },
    };
    (who(caller, "no caller"), who(callee, "no callee"))
}

/// Returns the first of exactly two names; any other name stays whole.
fn short(who: &Who) -> String {
    let name = sanitize(&who.name);
    let mut words = name.split_whitespace();
    // A number after a name distinguishes two people.
    let is_name = |word: &str| word.chars().all(|sign| sign.is_alphabetic() || "-'’.".contains(sign));
    match (who.basis, words.next(), words.next(), words.next()) {
        (NameBasis::DisplayName, Some(first), Some(last), None) if is_name(first) && is_name(last) => first.to_owned(),
        _ => name.into_owned(),
    }
}

/// Lists texts as in a sentence: `a`, `a and b`, `a, b and c`.
pub fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns a sentence with its first letter in upper case.
pub fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Formats a count with its noun: `1 session`, `180 sessions`. The plural must end in s.
pub fn number(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        many => format!("{} {one}s", metrics::count(many)),
    }
}

/// Formats a count of people: `1 person`, `180 people`.
pub fn persons(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        many => format!("{} people", metrics::count(many)),
    }
}

/// Returns the name shown for a modality of the schema.
pub fn modality(word: &str) -> &str {
    match word {
        "videoBasedScreenSharing" | "screenSharing" => "sharing",
        other => other,
    }
}

/// Says what was saved, and where.
pub fn saved(sessions: usize, bytes: u64, path: &std::path::Path) -> String {
    format!("saved {} ({}) in {}", number(sessions, "session"), size(bytes), path.display())
}

/// Formats a number of bytes: `12.3 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// Formats a duration: `25.5 s`, `47 m`, `2 h 05 m`.
pub fn length(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let size = seconds.abs();
    if size < 60.0 {
        let text = format!("{size:.1}");
        return format!("{sign}{} s", text.trim_end_matches(".0"));
    }
    let minutes = (size / 60.0).round() as u64;
    match minutes {
        0..60 => format!("{sign}{minutes} m"),
        _ => format!("{sign}{} h {:02} m", metrics::count((minutes / 60) as usize), minutes % 60),
    }
}

/// Formats a time span with its length: `20 Nov 2026 09:00–09:48 UTC · 47 m`.
pub fn span(start: Option<Timestamp>, end: Option<Timestamp>, clock: Clock) -> String {
    match (start, end) {
        (Some(start), Some(end)) => {
            format!("{} · {}", clock.range(start, end), length(start.until(end).seconds()))
        }
        (Some(start), None) => format!("from {}", clock.day_and_minute(start)),
        (None, Some(end)) => format!("to {}", clock.day_and_minute(end)),
        (None, None) => "time unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_spans_read_as_people_say_them() {
        for (seconds, text) in [
            (25.547, "25.5 s"),
            (25.0, "25 s"),
            (0.0, "0 s"),
            (-60.0, "-1 m"),
            (2_820.0, "47 m"),
            (3_900.0, "1 h 05 m"),
            (8.64e7, "24,000 h 00 m"),
        ] {
            assert_eq!(length(seconds), text);
        }
        let at = |text: &str| Timestamp::parse(text);
        assert_eq!(
            span(at("2026-11-20T09:00:00Z"), at("2026-11-20T09:48:41.2Z"), Clock::UTC),
            "20 Nov 2026 09:00–09:48 UTC · 49 m"
        );
        assert_eq!(span(at("2026-11-20T09:00:00Z"), None, Clock::UTC), "from 20 Nov 2026 09:00 UTC");
        assert_eq!(span(None, None, Clock::UTC), "time unknown");
    }

    const OWEN: &str = r#"{"associatedIdentity":{"displayName":"Owen Quist"}}"#;
    const ANA: &str = r#"{"associatedIdentity":{"displayName":"Ana Lima"}}"#;
    const SERVICE: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;

    fn reason(callee: &str, label: &str, stream: &str, width: usize) -> String {
        let json = format!(
            r#"{{"caller":{OWEN},"callee":{callee},"segments":[{{"media":[{{"label":"{label}","streams":[{{{stream}}}]}}]}}]}}"#
        );
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let place = crate::call::Place { part: 0, offset: 0, length: 0 };
        let sets = crate::triage::RuleSets::built_in();
        let row = Row::new(&session, json.as_bytes(), place, 0, sets, &mut Interner::default());
        standing_words_in(&row, 0, width)
    }

    #[test]
    fn the_reason_says_the_direction_as_far_as_there_is_room() {
        let loss = r#""streamDirection":"calleeToCaller","packetUtilization":900,"averagePacketLossRate":0.19"#;
        let rate = r#""streamDirection":"callerToCallee","packetUtilization":900,"averageVideoFrameRate":5.2"#;
        assert_eq!(reason(SERVICE, "main-audio", loss, 20), "heard: loss 19 %");
        assert_eq!(reason(SERVICE, "main-audio", loss, 13), "↓ loss 19 %");
        assert_eq!(reason(SERVICE, "main-video", rate, 26), "showed: frame rate 5.2 fps");
        assert_eq!(reason(SERVICE, "main-video", rate, 13), "↑ 5.2 fps");
        assert_eq!(reason(ANA, "main-audio", loss, 20), "loss 19 %", "both are people: the caller is not the person");
    }
}
