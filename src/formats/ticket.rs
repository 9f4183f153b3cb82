//! The triage of a call as a document: the answer, whether the call is complete, whose side it is, who was affected,
//! the findings and what to do next.

use crate::call::{Call, Completeness, Dataset, Order, Proof, Row};
use crate::metrics::count;
use crate::model::{Clock, Session};
use crate::triage::call_analysis::{Assessment, ParticipantStats};
use crate::triage::{RULES, RuleSet, SessionStatus, Severity, Verdict, examine};

use crate::formats::document::{Block, Column, Document, Point, Table};
use crate::text::sanitize;
use crate::wording::complaints::{self, ComplaintWords};
use crate::wording::feedback;
use crate::wording::findings;
use crate::wording::sides;
use crate::wording::summary;
use crate::wording::{self, number};

/// How much detail to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Every session gets a line: for a pipe, a viewport or a search.
    Everything,
    /// Only what belongs in a ticket.
    Ticket,
}

/// Entries beyond this number are counted in a ticket, not listed.
const LISTED: usize = 20;

/// Builds the document of a call; `clock` shows its times. `read` re-reads a session, for the wording of a finding's worst example.
pub fn document(
    call: &Call,
    loaded: &Dataset,
    assessment: &Assessment,
    rules: &RuleSet,
    detail: Detail,
    clock: Clock,
    read: &mut dyn FnMut(&Row) -> Option<Session>,
) -> Document {
    let mut document = Document::default();
    document.push(Block::Title(wording::call_name(call)));
    document.push(Block::Paragraph(about(call, loaded, assessment, rules, clock)));
    document.push(Block::Paragraph(summary::answer(call, loaded, assessment, clock).join(" ")));
    completeness(call, loaded, &mut document);
    complaints(call, loaded, assessment, &mut document);
    attributions(call, loaded, assessment, clock, &mut document);
    shared(loaded, assessment, &mut document);
    people(call, loaded, assessment, &mut document);
    what_was_found(call, loaded, assessment, rules, detail, read, &mut document);
    sessions(call, loaded, assessment, detail, &mut document);
    let caution = rules.caution.as_deref().map(|caution| format!(" {caution}")).unwrap_or_default();
    document.push(Block::Paragraph(format!("Judged by {} ({}; {}).{caution}", rules.id, rules.title, rules.source)));
    document
}

fn about(call: &Call, loaded: &Dataset, assessment: &Assessment, rules: &RuleSet, clock: Clock) -> String {
    let (start, end) = call.span();
    let sessions = call.session_counts(assessment.set);
    let mut words = vec![
        wording::span(start, end, clock),
        number(call.rows().len(), "session"),
        format!(
            "{} poor, {} good, {} unclassified by {}",
            count(sessions.poor as usize),
            count(sessions.good as usize),
            count(sessions.unclassified as usize),
            rules.id
        ),
        Completeness::of(call, loaded).words(),
    ];
    if let Some(version) = call.version() {
        words.insert(1, format!("version {version}"));
    }
    words.join(" · ")
}

fn completeness(call: &Call, loaded: &Dataset, document: &mut Document) {
    let mut points: Vec<Point> = Vec::new();
    match Completeness::of(call, loaded) {
        Completeness::Complete { proof: Proof::Links, lost: 0, .. } => {
            points.push(Proof::Links.words().to_owned().into())
        }
        Completeness::Gap { gap, .. } => points.push(sanitize(&gap.words()).into_owned().into()),
        _ => {}
    }
    let not_asked = wording::not_asked_for(call, loaded).into_iter().map(|note| sanitize(&note).into_owned().into());
    points.extend(not_asked);
    points.extend(wording::repetitions(call).into_iter().map(Point::from));
    points.extend(loaded.problems.iter().map(|problem| sanitize(&problem.words()).into_owned().into()));
    if loaded.problems.unlisted() > 0 {
        points.push(format!("and {} more", count(loaded.problems.unlisted())).into());
    }
    let foreign = loaded.foreign().iter().map(|foreign| format!("{}: {}", foreign.words(), foreign.hint));
    points.extend(foreign.map(|foreign| sanitize(&foreign).into_owned().into()));
    if !points.is_empty() {
        document.push(Block::Heading("how the record was read".to_owned()));
        document.push(Block::List(points));
    }
}

fn complaints(call: &Call, loaded: &Dataset, assessment: &Assessment, document: &mut Document) {
    let all = &assessment.complaints;
    if all.is_empty() {
        return;
    }
    document.push(Block::Heading("what people complained about, and what explains it".to_owned()));
    let words: Vec<ComplaintWords> = complaints::all(assessment, call, loaded.names()).take(LISTED).collect();
    let mut points: Vec<Point> = Vec::new();
    // Complaints that ended the same way are said one below the other, and how they ended once.
    for group in words.chunk_by(|one, other| (&one.tested, &one.next) == (&other.tested, &other.next)) {
        points.extend(group.iter().map(|one| Point { text: one.text.clone(), under: Vec::new() }));
        if let (Some(last), Some(point)) = (group.last(), points.last_mut()) {
            let who = match group.len() {
                1 => String::new(),
                2 => "both: ".to_owned(),
                all => format!("all {all}: "),
            };
            point.under.extend(last.tested.iter().map(|tested| format!("{who}{tested}")));
            point.under.extend(last.next.iter().map(|next| format!("next: {next}")));
        }
    }
    if all.len() > LISTED {
        points.push(format!("and {} more", count(all.len() - LISTED)).into());
    }
    document.push(Block::List(points));
}

fn attributions(call: &Call, loaded: &Dataset, assessment: &Assessment, clock: Clock, document: &mut Document) {
    if assessment.attributions.is_empty() {
        return;
    }
    document.push(Block::Heading("whose side it is".to_owned()));
    let sides = sides::sides(assessment, call, loaded.names(), clock);
    let mut points: Vec<Point> = sides
        .iter()
        .take(LISTED)
        .map(|side| Point { text: format!("{}: {}", side.text, side.evidence), under: side.under() })
        .collect();
    if sides.len() > LISTED {
        points.push(format!("and {} more", count(sides.len() - LISTED)).into());
    }
    document.push(Block::List(points));
}

fn shared(loaded: &Dataset, assessment: &Assessment, document: &mut Document) {
    const MOST: usize = 8;
    if assessment.shared.is_empty() {
        return;
    }
    document.push(Block::Heading("what those affected share".to_owned()));
    let points = assessment.shared.iter().take(MOST).map(|one| sides::shared(one, loaded.names()).into());
    document.push(Block::List(points.collect()));
}

fn people(call: &Call, loaded: &Dataset, assessment: &Assessment, document: &mut Document) {
    let hit: Vec<_> = assessment
        .people
        .iter()
        .filter(|it| it.verdict() == Verdict::Poor || it.failed > 0 || it.severe_fault().is_some())
        .collect();
    if hit.is_empty() {
        return;
    }
    document.push(Block::Heading("who was affected".to_owned()));
    let columns = vec![
        Column::text("person", 32),
        Column::text("voice out", 14),
        Column::text("voice in", 14),
        Column::text("video out", 14),
        Column::text("video in", 14),
        Column::number("sessions", 8),
        Column::number("failed", 6),
        Column::text("said", 30),
    ];
    let rows = hit.iter().take(LISTED).map(|it| {
        let name = call.rows().get(it.row as usize).map_or("", |row| row.name(it.end, loaded.names()));
        vec![
            sanitize(name).into_owned(),
            summary::of_streams(it.said),
            summary::of_streams(it.heard),
            summary::of_streams(it.shown),
            summary::of_streams(it.seen),
            it.sessions.to_string(),
            it.failed.to_string(),
            said_by(it, call, loaded),
        ]
    });
    document.push(Block::Table(Table { columns, rows: rows.collect() }));
    if hit.len() > LISTED {
        document.push(Block::Paragraph(format!("and {} more", count(hit.len() - LISTED))));
    }
}

/// Quotes in a few words what a person said about the call.
fn said_by(it: &ParticipantStats, call: &Call, loaded: &Dataset) -> String {
    let said = it.said_in.and_then(|(row, end)| call.rows().get(row as usize)?.facts.feedback(end));
    said.map_or_else(|| "–".to_owned(), |said| feedback::short(&said.said(loaded.names())))
}

fn what_was_found(
    call: &Call,
    loaded: &Dataset,
    assessment: &Assessment,
    rules: &RuleSet,
    detail: Detail,
    read: &mut dyn FnMut(&Row) -> Option<Session>,
    document: &mut Document,
) {
    let least = match detail {
        Detail::Everything => Severity::Note,
        Detail::Ticket => Severity::Hint,
    };
    let mut points = Vec::new();
    for (rule, answer) in findings::of_call(call, loaded, assessment) {
        if let findings::CallAnswer::Speaks(finding) = answer
            && rule.severity <= least
        {
            let glyph = wording::severity_glyph(rule.severity);
            let others = match finding.count {
                0 | 1 => String::new(),
                many => format!(", and {} more", count(many - 1)),
            };
            points.push(Point {
                text: format!("{glyph} {} ({}): {}{others}", rule.title, rule.severity.name(), finding.sentence),
                under: vec![format!("next: {}", findings::in_general(rule.advice)), format!("limit: {}", rule.source)],
            });
        }
    }
    for count in &assessment.rules {
        let rule = &RULES[count.rule];
        if count.sessions == 0 || rule.severity > least {
            continue;
        }
        let example = count.row.and_then(|row| call.rows().get(row as usize)).and_then(&mut *read);
        let example = example.and_then(|session| {
            let finding = examine(&session, rules).into_iter().find(|finding| finding.rule == rule)?;
            let said = findings::sentence(&finding, &session, rules);
            let heard = findings::heard(&finding, &session, rules);
            Some((said, heard, findings::advice(&finding, &session, rules), findings::source(&finding, rules)))
        });
        let Some((said, heard, advice, source)) = example else { continue };
        let glyph = wording::severity_glyph(rule.severity);
        let sessions = number(count.sessions as usize, "session");
        points.push(Point {
            text: format!("{glyph} {} ({}, {sessions}): {said}", rule.title, rule.severity.name()),
            under: vec![format!("heard or seen: {heard}"), format!("next: {advice}"), format!("limit: {source}")],
        });
    }
    if !points.is_empty() {
        document.push(Block::Heading("findings, each with its worst example".to_owned()));
        document.push(Block::List(points));
    }
}

fn sessions(call: &Call, loaded: &Dataset, assessment: &Assessment, detail: Detail, document: &mut Document) {
    let (set, names) = (assessment.set, loaded.names());
    let is_listed = |row: &&Row| match detail {
        Detail::Everything => true,
        Detail::Ticket => !matches!(row.facts.standing(set), SessionStatus::Good | SessionStatus::Unclassified),
    };
    let mut rows: Vec<&Row> = call.rows().iter().filter(is_listed).collect();
    if rows.is_empty() {
        return;
    }
    let order = Order::worst(set);
    rows.sort_by(|one, other| order.compare(one, other, names));
    document.push(Block::Heading("sessions, worst first".to_owned()));
    let columns = vec![
        Column::text("", 1),
        Column::text("who", 40),
        Column::text("platform", 10),
        Column::text("link", 12),
        Column::number("length", 10),
        Column::text("what", 24),
        Column::text("streams", 40),
        Column::text("said", 30),
    ];
    let most = if detail == Detail::Ticket { LISTED } else { usize::MAX };
    let dash = |text: String| if text.is_empty() { "–".to_owned() } else { sanitize(&text).into_owned() };
    let lines = rows.iter().take(most).map(|row| {
        let streams = row.facts.verdict(set).streams();
        vec![
            wording::standing_glyph(row.facts.standing(set)).to_owned(),
            wording::people(row, names),
            dash(row.values("platform", names)),
            dash(row.values("net", names)),
            row.facts.seconds().map_or_else(|| "–".to_owned(), wording::length),
            wording::standing_words(row, set),
            format!("poor {}, good {}, unclassified {}", streams.poor, streams.good, streams.unclassified),
            dash(feedback::of_row(row, names)),
        ]
    });
    document.push(Block::Table(Table { columns, rows: lines.collect() }));
    if rows.len() > most {
        document.push(Block::Paragraph(format!("and {} more", count(rows.len() - most))));
    }
}
