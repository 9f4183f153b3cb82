//! The triage of a call as a document with all that belongs to it: the answer, whether the call is complete, whose side it
//! is, who was affected, the findings and what to do next.

use crate::call::{Completeness, Order, Proof, Row};
use crate::metrics::count;
use crate::triage::call_analysis::{Attribution, ParticipantStats, RuleCount, Who};
use crate::triage::{RULES, SessionStatus, Severity, examine};

use crate::formats::document::{Block, Column, Document, Fact, Point, Table};
use crate::formats::{Detail, Listed, Read, Triage};
use crate::text::sanitize;
use crate::wording::complaints::{self, ComplaintWords};
use crate::wording::feedback;
use crate::wording::findings::{self, Sentences};
use crate::wording::sides;
use crate::wording::summary;
use crate::wording::{self, number};

/// Builds the document of a call.
pub fn document(triage: &Triage<'_>, detail: Detail, read: Read<'_>) -> Document {
    let mut document = Document::default();
    document.push(Block::Title(wording::call_name(triage.call)));
    document.push(Block::Paragraph(about(triage)));
    document.push(Block::Paragraph(triage.answer().join(" ")));
    facts(triage, &mut document);
    document.0.extend(triage.listed.and_then(|listed| filtered(listed, triage)).map(Block::Paragraph));
    completeness(triage, &mut document);
    complaints(triage, &mut document);
    attributions(triage, &mut document);
    shared(triage, &mut document);
    people(triage, &mut document);
    what_was_found(triage, detail, read, &mut document);
    sessions(triage, detail, &mut document);
    document.push(Block::Paragraph(judged_by(triage)));
    document
}

/// Says which sessions the filter leaves, and that it applies to their list only.
fn filtered(listed: &Listed, triage: &Triage<'_>) -> Option<String> {
    let filter = sanitize(listed.filter.as_deref()?);
    let all = number(triage.call.rows().len(), "session");
    let some = listed.rows.len();
    let are = if some == 1 { "matches and is" } else { "match and are" };
    Some(format!("Filter `{filter}`: {} of {all} {are} listed; everything else is about the whole call.", count(some)))
}

/// Says by which rules the call was judged, and what their publisher says about them.
pub(super) fn judged_by(triage: &Triage<'_>) -> String {
    let rules = triage.rules;
    let caution = rules.caution.as_deref().map(|caution| format!(" {caution}")).unwrap_or_default();
    format!("Judged by {} ({}; {}).{caution}", rules.id, rules.title, rules.source)
}

/// Says what the record says of the call as such.
pub(super) fn facts(triage: &Triage<'_>, document: &mut Document) {
    let mut facts = Vec::new();
    facts.extend(triage.call.organizer().map(|name| Fact::new("Organiser", sanitize(&name))));
    facts.extend(triage.call.join_url().map(|address| Fact::new("Join URL", sanitize(&address))));
    if !facts.is_empty() {
        document.push(Block::Facts(facts));
    }
}

/// Says in one line when the call was, how large it is, and whether it is complete.
pub(super) fn about(triage: &Triage<'_>) -> String {
    let Triage { call, loaded, assessment, rules, clock, .. } = *triage;
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
    words.extend(triage.hidden());
    words.join(" · ")
}

/// Adds what has to be known about how the record was read, if anything.
pub(super) fn completeness(triage: &Triage<'_>, document: &mut Document) {
    let Triage { call, loaded, .. } = *triage;
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

/// Adds what people complained about.
pub(super) fn complaints(triage: &Triage<'_>, document: &mut Document) {
    let Triage { call, loaded, assessment, .. } = *triage;
    if assessment.complaints.is_empty() {
        return;
    }
    document.push(Block::Heading("what people complained about, and what explains it".to_owned()));
    let words: Vec<ComplaintWords> = complaints::all(assessment, call, loaded.names()).collect();
    let mut points: Vec<Point> = Vec::new();
    // Complaints that ended the same way are said one below the other, and how they ended once.
    for group in words.chunk_by(|one, other| (&one.tested, &one.next) == (&other.tested, &other.next)) {
        points.extend(group.iter().map(|one| Point { about: Some(one.row), ..one.text.clone().into() }));
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
    document.push(Block::List(points));
}

/// Adds whose side it is on, with the evidence.
pub(super) fn attributions(triage: &Triage<'_>, document: &mut Document) {
    let Triage { call, loaded, assessment, clock, .. } = *triage;
    if assessment.attributions.is_empty() {
        return;
    }
    document.push(Block::Heading("whose side it is".to_owned()));
    let sides = sides::sides(assessment, call, loaded.names(), clock);
    // One that is about several people, each separately, is about none of their sessions.
    let of_one = |at: usize| {
        let next = sides.get(at + 1).map_or(assessment.attributions.len(), |next| next.place);
        match assessment.attributions.get(sides[at].place..next) {
            Some([Attribution { who: Who::Person(person), .. }]) => Some(assessment.people.get(*person as usize)?.row),
            _ => None,
        }
    };
    let point = |(at, side): (usize, &sides::SideWords)| Point {
        text: format!("{}: {}", side.text, side.evidence),
        under: side.under(),
        about: of_one(at),
    };
    document.push(Block::List(sides.iter().enumerate().map(point).collect()));
}

/// Adds what those affected share and the others lack.
pub(super) fn shared(triage: &Triage<'_>, document: &mut Document) {
    let Triage { loaded, assessment, .. } = *triage;
    /// Those that follow explain little. Our own figure.
    const MOST: usize = 8;
    if assessment.shared.is_empty() {
        return;
    }
    document.push(Block::Heading("what those affected share".to_owned()));
    let points = assessment.shared.iter().take(MOST).map(|one| sides::shared(one, loaded.names()).into());
    document.push(Block::List(points.collect()));
}

/// Adds the table of those affected.
pub(super) fn people(triage: &Triage<'_>, document: &mut Document) {
    let Triage { call, loaded, assessment, .. } = *triage;
    let hit: Vec<_> = assessment.people.iter().filter(|it| it.is_affected()).collect();
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
    let rows = hit.iter().map(|it| {
        let name = call.rows().get(it.row as usize).map_or("", |row| row.name(it.end, loaded.names()));
        vec![
            sanitize(name).into_owned(),
            summary::of_streams(it.said),
            summary::of_streams(it.heard),
            summary::of_streams(it.shown),
            summary::of_streams(it.seen),
            it.sessions.to_string(),
            it.failed.to_string(),
            said_by(it, triage),
        ]
    });
    let about = hit.iter().map(|it| Some(it.row)).collect();
    document.push(Block::Table(Table { columns, rows: rows.collect(), about }));
}

/// Quotes in a few words what a person said about the call.
fn said_by(it: &ParticipantStats, triage: &Triage<'_>) -> String {
    let Triage { call, loaded, .. } = *triage;
    let said = it.said_in.and_then(|(row, end)| call.rows().get(row as usize)?.facts.feedback(end));
    said.map_or_else(|| "–".to_owned(), |said| feedback::short(&said.said(loaded.names())))
}

/// Adds the findings, each with its worst example.
pub(super) fn what_was_found(triage: &Triage<'_>, detail: Detail, read: Read<'_>, document: &mut Document) {
    let least = match detail {
        Detail::Everything => Severity::Note,
        Detail::Short | Detail::Long => Severity::Hint,
    };
    let mut points = about_the_call(triage, least);
    for count in &triage.assessment.rules {
        let rule = &RULES[count.rule];
        if count.sessions == 0 || rule.severity > least {
            continue;
        }
        let Some(example) = example(triage, count, read) else { continue };
        let glyph = wording::severity_glyph(rule.severity);
        let sessions = number(count.sessions as usize, "session");
        points.push(Point {
            text: format!("{glyph} {} ({}, {sessions}): {}", rule.title, rule.severity.name(), example.sentence),
            under: vec![
                format!("heard or seen: {}", example.heard),
                format!("next: {}", example.advice),
                format!("limit: {}", example.source),
            ],
            about: count.row,
        });
    }
    if !points.is_empty() {
        document.push(Block::Heading("findings, each with its worst example".to_owned()));
        document.push(Block::List(points));
    }
}

/// The worst example of a finding, in words.
pub(super) struct Example {
    pub(super) sentence: String,
    heard: String,
    advice: String,
    source: String,
}

/// Returns the worst example of a finding; `None` if its session cannot be read again.
pub(super) fn example(triage: &Triage<'_>, count: &RuleCount, read: Read<'_>) -> Option<Example> {
    let (rule, rules) = (&RULES[count.rule], triage.rules);
    let session = read(triage.call.rows().get(count.row? as usize)?)?;
    let finding = examine(&session, rules).into_iter().find(|finding| finding.rule == rule)?;
    let sentences = Sentences::of(&session, rules);
    Some(Example {
        sentence: sentences.sentence(&finding).into_owned(),
        heard: sentences.heard(&finding).into_owned(),
        advice: sentences.advice(&finding).into_owned(),
        source: sentences.source(&finding).into_owned(),
    })
}

/// Returns the findings about the call as a whole that are at least this severe.
fn about_the_call(triage: &Triage<'_>, least: Severity) -> Vec<Point> {
    let Triage { call, loaded, assessment, .. } = *triage;
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
                about: finding.row,
            });
        }
    }
    points
}

fn sessions(triage: &Triage<'_>, detail: Detail, document: &mut Document) {
    let Triage { call, loaded, assessment, .. } = *triage;
    let (set, names) = (assessment.set, loaded.names());
    let is_listed = |row: &&Row| match detail {
        Detail::Everything => true,
        Detail::Short | Detail::Long => {
            !matches!(row.facts.standing(set), SessionStatus::Good | SessionStatus::Unclassified)
        }
    };
    let listed = triage.listed;
    let order = listed.map_or(Order::worst(set), |listed| listed.order);
    let mut rows: Vec<&Row> = match listed {
        Some(listed) => listed.rows.iter().filter_map(|at| call.rows().get(*at as usize)).collect(),
        None => call.rows().iter().collect(),
    };
    let is_filtered = listed.is_some_and(|listed| listed.filter.is_some());
    if !is_filtered {
        rows.retain(is_listed);
    }
    if rows.is_empty() {
        return;
    }
    if listed.is_none() {
        rows.sort_by(|one, other| order.compare(one, other, names));
    }
    document.push(Block::Heading(match is_filtered {
        true => format!("sessions that match the filter, {}", order.words()),
        false => format!("sessions, {}", order.words()),
    }));
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
    let dash = |text: String| if text.is_empty() { "–".to_owned() } else { sanitize(&text).into_owned() };
    let lines = rows.iter().map(|row| {
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
    document.push(Block::Table(Table { columns, rows: lines.collect(), about: Vec::new() }));
}
