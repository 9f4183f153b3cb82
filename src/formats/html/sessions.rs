//! The list of sessions, worst first: those with a problem stand open, the others are folded below.

use std::io;

use crate::call::Row;
use crate::formats::Triage;
use crate::metrics::count;
use crate::model::Timestamp;
use crate::text::sanitize;
use crate::triage::SessionStatus;
use crate::wording::{self, feedback, listed};

use super::blocks::{fold, head};
use super::place::Place;
use super::signs;
use super::writer::Html;

/// Sessions listed at most. Our own choice: a browser opens and searches the file at once, and all sessions with a problem
/// of any real call fit.
pub const MOST: usize = 1_000;

/// Its heading.
pub const HEADING: &str = "sessions, worst first";

/// The columns: their heads, and whether they hold numbers.
const COLUMNS: [(&str, bool); 8] = [
    ("who", false),
    ("state", false),
    ("what", false),
    ("when", false),
    ("length", true),
    ("platform", false),
    ("link", false),
    ("said", false),
];

/// Writes the list of sessions that are sorted worst first.
pub fn write(rows: &[(u32, &Row)], triage: &Triage<'_>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let set = triage.assessment.set;
    let is_quiet = |row: &Row| matches!(row.facts.standing(set), SessionStatus::Good | SessionStatus::Unclassified);
    let shown = &rows[..rows.len().min(MOST)];
    let (open, folded) = shown.split_at(shown.iter().position(|(_, row)| is_quiet(row)).unwrap_or(shown.len()));
    place.section(HEADING, html, |html| {
        if !open.is_empty() {
            table(open, triage, place, html)?;
        }
        if !folded.is_empty() {
            let is_good = |(_, row): &&(u32, &Row)| row.facts.standing(set) == SessionStatus::Good;
            let good = folded.iter().filter(is_good).count();
            let parts = [(good, SessionStatus::Good), (folded.len() - good, SessionStatus::Unclassified)];
            let words = parts.into_iter().filter(|(many, _)| *many > 0);
            let words: Vec<String> = words.map(|(many, status)| format!("{} {}", count(many), status.name())).collect();
            let sessions = if folded.len() == 1 { "session" } else { "sessions" };
            let summary = format!("{} {sessions}", listed(&words));
            fold(&summary, html, |html| table(folded, triage, place, html))?;
        }
        match rows.len() - shown.len() {
            0 => Ok(()),
            rest => {
                let words = format!("The {} that follow are left out of this file; the CSV has them all.", count(rest));
                html.leaf("p", &[("class", "rest")], &words)
            }
        }
    })
}

fn table(rows: &[(u32, &Row)], triage: &Triage<'_>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    html.within("div", &[("class", "wide")], |html| {
        html.within("table", &[("class", "sessions")], |html| {
            head(COLUMNS.into_iter(), html)?;
            html.within("tbody", &[], |html| rows.iter().try_for_each(|(at, row)| line(*at, row, triage, place, html)))
        })
    })
}

fn line(at: u32, row: &Row, triage: &Triage<'_>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    let (set, names) = (triage.assessment.set, triage.loaded.names());
    let status = row.facts.standing(set);
    html.within("tr", &[("id", &place.session(at))], |html| {
        html.within("th", &[("scope", "row")], |html| {
            html.text(&wording::people(row, names))?;
            match &row.id {
                Some(id) => html.leaf("code", &[("class", "id")], &id.to_string()),
                None => Ok(()),
            }
        })?;
        html.within("td", &[("data-head", "State")], |html| {
            signs::status(status, html)?;
            html.text(status.name())
        })?;
        let words = wording::standing_words(row, set);
        cell("What", if words == status.name() { "" } else { &words }, html)?;
        when(row.facts.start, triage, html)?;
        let length = row.facts.seconds().map(wording::length).unwrap_or_default();
        html.leaf("td", &[("data-head", "Length"), ("class", "number")], &dashed(&length))?;
        cell("Platform", &row.values("platform", names), html)?;
        cell("Link", &row.values("net", names), html)?;
        cell("Said", &feedback::of_row(row, names), html)
    })
}

fn when(start: Option<Timestamp>, triage: &Triage<'_>, html: &mut Html<'_>) -> io::Result<()> {
    html.within("td", &[("data-head", "When"), ("class", "when")], |html| match start {
        // In a call of several days the day matters more than the second.
        Some(start) => match triage.call.span() {
            (Some(first), Some(last)) if triage.clock.day(first) != triage.clock.day(last) => {
                time(start, &triage.clock.in_column(start), html)
            }
            _ => time(start, &triage.clock.second_in_column(start), html),
        },
        None => html.text("–"),
    })
}

/// Writes a moment as shown, and in the form that programs read.
pub fn time(moment: Timestamp, shown: &str, html: &mut Html<'_>) -> io::Result<()> {
    html.leaf("time", &[("datetime", &moment.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true))], shown)
}

fn cell(head: &str, text: &str, html: &mut Html<'_>) -> io::Result<()> {
    html.within("td", &[("data-head", head)], |html| html.prose(&dashed(&sanitize(text))))
}

/// Missing is never empty, which could be taken for nothing.
fn dashed(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { text.to_owned() }
}
