//! A call as plain text, for a pipe or a file: what it is, whether that is all of it, and its sessions, worst
//! first.

use std::io::{self, Write};

use crate::call::{Call, Completeness, Loaded, SortKey};
use crate::metrics::count;
use crate::model::Word;

use super::clean::{clean, fit, fit_right};
use super::sentences;

/// Writes all calls.
pub fn write(loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    for (at, call) in loaded.calls().iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_call(call, loaded, out)?;
    }
    Ok(())
}

fn write_call(call: &Call, loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", sentences::call_name(call))?;
    let (start, end) = call.span();
    writeln!(out, "{}", sentences::span(start, end))?;
    let sessions = match call.rows().len() {
        1 => "1 session".to_owned(),
        many => format!("{} sessions", count(many)),
    };
    writeln!(out, "{sessions} · {}", Completeness::of(call, loaded).words())?;
    if call.repeated + call.revised > 0 {
        writeln!(
            out,
            "{} came more than once and are shown once, {} came again with other content and are shown as they came last",
            count(call.repeated),
            count(call.revised)
        )?;
    }
    for problem in loaded.problems.iter() {
        writeln!(out, "  {}", clean(&problem.words()))?;
    }
    if loaded.problems.unlisted() > 0 {
        writeln!(out, "  and {} more", count(loaded.problems.unlisted()))?;
    }
    writeln!(out)?;
    let mut order: Vec<_> = call.rows().iter().collect();
    order.sort_by(|one, other| SortKey::Worst.compare(false, one, other));
    for row in order {
        let streams = row.verdict.streams;
        writeln!(
            out,
            "{} {} {} {} {} {} poor {}, good {}, unclassified {}{}",
            sentences::standing_glyph(row.standing()),
            fit(&sentences::people(row), 40),
            fit(&clean(row.platform.as_deref().unwrap_or("–")), 10),
            fit(&clean(if row.links.is_empty() { "–" } else { &row.links }), 8),
            fit_right(&row.seconds().map_or_else(|| "–".to_owned(), sentences::length), 9),
            fit(&sentences::standing_words(row), 20),
            streams.poor,
            streams.good,
            streams.unclassified,
            row.rating.as_ref().map(|rating| format!(", rated {}", clean(rating.as_str()))).unwrap_or_default(),
        )?;
    }
    Ok(())
}
