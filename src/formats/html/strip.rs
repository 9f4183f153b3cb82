//! The strip of all sessions as a picture: the worst on the left, as high as they are bad, with a count of each state.

use std::io;

use crate::call::Row;
use crate::call::strip::{StripCell, cells};
use crate::formats::Triage;
use crate::metrics::count;
use crate::triage::SessionStatus;
use crate::wording::{listed, number};

use super::signs;
use super::writer::{Html, percent};

/// Cells at most. Our own choice: on a screen of usual width each is then some four pixels wide, which one can still see.
const MOST: usize = 240;

/// Height of the picture in pixels.
const HEIGHT: usize = 44;

/// Writes the strip of sessions that are sorted worst first.
pub fn write(rows: &[&Row], triage: &Triage<'_>, html: &mut Html<'_>) -> io::Result<()> {
    let set = triage.assessment.set;
    let cells = cells(rows, set, MOST);
    if cells.is_empty() {
        return Ok(());
    }
    let of = |status| (status, rows.iter().filter(|row| row.facts.standing(set) == status).count());
    let counts: Vec<(SessionStatus, usize)> =
        SessionStatus::ALL.map(of).into_iter().filter(|(_, many)| *many > 0).collect();
    let words: Vec<String> =
        counts.iter().map(|(status, many)| format!("{} {}", count(*many), status.name())).collect();
    html.within("figure", &[("class", "strip")], |html| {
        let height = HEIGHT.to_string();
        html.within("svg", &[("role", "img"), ("width", "100%"), ("height", &height)], |html| {
            let all = number(rows.len(), "session");
            html.leaf("title", &[], &format!("{all}, worst first: {}", listed(&words)))?;
            let each = 1.0 / cells.len() as f64;
            // A run of cells that look the same is one shape.
            let mut at = 0;
            for run in cells.chunk_by(|one, other| one == other && one.status != SessionStatus::Poor) {
                cell(run[0], at as f64 * each, run.len() as f64 * each, html)?;
                at += run.len();
            }
            Ok(())
        })?;
        html.within("figcaption", &[("class", "legend")], |html| {
            for ((status, _), words) in counts.iter().zip(&words) {
                html.within("span", &[], |html| {
                    signs::status(*status, html)?;
                    html.text(words)
                })?;
            }
            Ok(())
        })
    })
}

/// Draws the cell of a state: its height says how bad it is, and failed sessions have a notch.
fn cell(cell: StripCell, from: f64, width: f64, html: &mut Html<'_>) -> io::Result<()> {
    let height = match cell.status {
        SessionStatus::Failed => HEIGHT,
        // From the mildest to the worst.
        SessionStatus::Poor => 20 + 6 * cell.level().min(4),
        SessionStatus::Noted => 14,
        SessionStatus::Good => 7,
        SessionStatus::Unclassified => 4,
    };
    let (x, width, y) = (percent(from), percent(width), (HEIGHT - height).to_string());
    let class = format!("bar {}", signs::class(cell.status));
    html.shape("rect", &[("class", &class), ("x", &x), ("y", &y), ("width", &width), ("height", &height.to_string())])
}
