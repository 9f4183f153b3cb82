//! Compares two versions of one call: what arrived late, which verdicts changed, what is gone.

use crate::call::{Call, Completeness, Dataset, Row, SessionId};
use crate::metrics::count;
use crate::triage::{SessionStatus, Verdict};

use crate::formats::document::{Block, Document};
use crate::text::sanitize;
use crate::wording::feedback;
use crate::wording::{self, number};

/// One version of a call.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its file name.
    pub name: &'a str,
    pub call: &'a Call,
    /// Everything loaded with the call.
    pub loaded: &'a Dataset,
}

impl Side<'_> {
    /// Returns how much of the call was loaded.
    pub fn completeness(&self) -> Completeness {
        Completeness::of(self.call, self.loaded)
    }
}

/// Lines beyond this number are counted, not listed.
const LISTED: usize = 20;

/// Reports the differences between two versions, by the verdicts of the rule set at index `set`.
pub fn between(old: Side<'_>, new: Side<'_>, set: usize) -> Document {
    let mut document = Document::default();
    document.push(Block::Title(wording::call_name(new.call)));
    document.push(Block::Paragraph(format!("{} → {}", side_words(old, set), side_words(new, set))));
    if let (Some(one), Some(other)) = (&old.call.id, &new.call.id)
        && !one.eq_ignore_ascii_case(other)
    {
        document.push(Block::Paragraph(format!(
            "These are two different calls ({} and {}), not two versions of one; sessions are still matched by ID.",
            sanitize(one),
            sanitize(other)
        )));
    }
    for side in [old, new] {
        let completeness = side.completeness();
        if completeness.is_incomplete() {
            let words = completeness.words();
            document.push(Block::Paragraph(format!(
                "{} is incomplete ({words}): anything found only in the other file may be missing from it.",
                side.name
            )));
        }
    }
    let sorted = Sorted::of(old, new, set);
    for (heading, lines) in sorted.sections() {
        if lines.is_empty() {
            continue;
        }
        document.push(Block::Heading(format!("{heading} ({})", count(lines.len()))));
        let more = lines.len().saturating_sub(LISTED);
        let mut points: Vec<String> = lines.into_iter().take(LISTED).collect();
        if more > 0 {
            points.push(format!("and {} more", count(more)));
        }
        document.push(Block::List(points.into_iter().map(Into::into).collect()));
    }
    document.push(Block::Paragraph(sorted.rest()));
    document
}

fn side_words(side: Side<'_>, set: usize) -> String {
    let counts = side.call.session_counts(set);
    let version = side.call.version().map(|version| format!(", version {version}")).unwrap_or_default();
    format!(
        "{}{version}: {}, {} poor, {} good, {} unclassified",
        sanitize(side.name),
        number(side.call.rows().len(), "session"),
        count(counts.poor as usize),
        count(counts.good as usize),
        count(counts.unclassified as usize)
    )
}

/// Sessions grouped by what changed, one line each.
#[derive(Default)]
struct Sorted {
    worse: Vec<String>,
    better: Vec<String>,
    judged: Vec<String>,
    late: Vec<String>,
    gone: Vec<String>,
    rated: Vec<String>,
    measured: Vec<String>,
    otherwise: usize,
    same: usize,
    without_id: usize,
    /// Whether the older and the newer version are incomplete; then sessions cannot be called late, or gone.
    is_partial: [bool; 2],
}

impl Sorted {
    fn of(old: Side<'_>, new: Side<'_>, set: usize) -> Sorted {
        let is_partial = [old, new].map(|side| side.completeness().is_incomplete());
        let mut sorted = Sorted { is_partial, ..Sorted::default() };
        let with_id = |row: &Row| row.id.clone();
        for row in new.call.rows().iter() {
            let Some(id) = with_id(row) else {
                sorted.without_id += 1;
                continue;
            };
            let name = wording::people(row, new.loaded.names());
            match before(old.call, &id) {
                None => {
                    sorted.late.push(format!("{name}: {}", standing(row, set)));
                }
                Some(was) if was.fingerprint == row.fingerprint => sorted.same += 1,
                Some(was) => {
                    let said = [(was, old), (row, new)].map(|(row, side)| feedback::of_row(row, side.loaded.names()));
                    sorted.put(&name, (was, row), said, set);
                }
            }
        }
        for row in old.call.rows().iter() {
            if let Some(id) = with_id(row)
                && new.call.row_of(&id).is_none()
            {
                let name = wording::people(row, old.loaded.names());
                sorted.gone.push(format!("{name}: {}", standing(row, set)));
            }
        }
        sorted
    }

    /// Sorts in a session that changed. `said` is what was said about it before and now.
    fn put(&mut self, name: &str, (was, is): (&Row, &Row), said: [String; 2], set: usize) {
        let (before, after) = (was.facts.standing(set), is.facts.standing(set));
        let line = || format!("{name}: {} → {}", standing(was, set), standing(is, set));
        let mut is_told = false;
        if before != after {
            is_told = true;
            match (before, after) {
                (SessionStatus::Unclassified, _) => self.judged.push(line()),
                _ if after < before => self.worse.push(line()),
                _ => self.better.push(line()),
            }
        }
        let [was_said, is_said] = said;
        if !is_said.is_empty() && is_said != was_said {
            is_told = true;
            self.rated.push(format!("{name}: {is_said}"));
        }
        let came: Vec<&str> = (was.figures().zip(is.figures()))
            .filter(|((_, before), (_, after))| before.is_none() && after.is_some())
            .map(|((metric, _), _)| metric.label)
            .collect();
        if !came.is_empty() {
            is_told = true;
            self.measured.push(format!("{name}: {}", came.join(", ")));
        }
        self.otherwise += usize::from(!is_told);
    }

    fn sections(&self) -> [(&'static str, Vec<String>); 7] {
        [
            ("verdicts that got worse", self.worse.clone()),
            ("verdicts that got better", self.better.clone()),
            ("could not be judged before", self.judged.clone()),
            (if self.is_partial[0] { "only in the second" } else { "sessions that arrived late" }, self.late.clone()),
            ("metrics that arrived late", self.measured.clone()),
            ("feedback that arrived late", self.rated.clone()),
            (if self.is_partial[1] { "only in the first" } else { "sessions that are gone" }, self.gone.clone()),
        ]
    }

    fn rest(&self) -> String {
        let mut words = vec![format!("{} identical", number(self.same, "session"))];
        if self.otherwise > 0 {
            words.push(format!("{} changed in ways that do not affect the verdict", number(self.otherwise, "session")));
        }
        if self.without_id > 0 {
            words.push(format!("{} without an ID could not be matched", number(self.without_id, "session")));
        }
        format!("{}.", words.join("; "))
    }
}

fn before<'a>(call: &'a Call, id: &SessionId) -> Option<&'a Row> {
    call.rows().get(call.row_of(id)?)
}

fn standing(row: &Row, set: usize) -> String {
    let standing = row.facts.standing(set);
    let glyph = wording::standing_glyph(standing);
    let words = wording::standing_words(row, set);
    match row.facts.verdict(set).verdict() {
        Verdict::Poor => format!("{glyph} {words}"),
        _ => format!("{glyph} {}", if words.is_empty() { standing.name().to_owned() } else { words }),
    }
}
