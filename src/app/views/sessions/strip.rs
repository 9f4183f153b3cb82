//! The strip of all sessions: the whole list in one line, so that one sees where the bad sessions are, and how much of the
//! list is in view. Of sessions that share a cell, it shows the worst.

use crate::call::{Call, Row};
use crate::triage::SessionStatus;

use super::list::SessionList;

/// The strip, and the list that it was drawn up from.
#[derive(Debug, Default)]
pub struct Strip {
    /// The sessions from left to right; each cell has the worst of its sessions.
    pub cells: Vec<StripCell>,
    /// The columns that it may take.
    width: usize,
    generation: u64,
    anew: u64,
    sessions: usize,
}

/// A cell of the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StripCell {
    /// The status; a failed session is worse than a poor one.
    pub status: SessionStatus,
    /// How mild a poor session is: 0 for the worst, up to the number of [`LEVELS`].
    mildness: u8,
}

/// How many times over its limit the worst value of a poor session is, from one height to the next. Our own choice: most
/// poor sessions are less than twice over, and beyond three times it makes no difference.
const LEVELS: [f64; 4] = [3.0, 2.0, 1.6, 1.3];

impl StripCell {
    fn of(row: &Row, set: usize) -> StripCell {
        let over = row.facts.verdict(set).worst().map_or(0.0, |worst| worst.severity());
        let mildness = LEVELS.iter().position(|level| over >= *level).unwrap_or(LEVELS.len());
        let status = row.facts.standing(set);
        StripCell { status, mildness: if status == SessionStatus::Poor { mildness as u8 } else { 0 } }
    }

    /// Returns how bad a poor session is, from 0 to 4.
    pub fn level(self) -> usize {
        LEVELS.len() - usize::from(self.mildness).min(LEVELS.len())
    }
}

impl Strip {
    /// Draws it up again if the list has another order, or has grown by a fifth, or is complete: it must not cost more than
    /// reading.
    pub fn lay_out(&mut self, list: &SessionList, call: &Call, is_complete: bool, width: usize) {
        let has_grown = list.len() * 5 >= self.sessions * 6 || is_complete;
        let is_same = list.anew == self.anew && (list.generation == self.generation || !has_grown);
        if self.width == width && is_same && !self.cells.is_empty() {
            return;
        }
        let rows: Vec<&Row> = list.from(0).iter().filter_map(|row| call.rows().get(*row as usize)).collect();
        let (set, cells) = (list.sort.set, rows.len().min(width));
        let cell = |at: usize| {
            let sessions = rows.get(at * rows.len() / cells..(at + 1) * rows.len() / cells).unwrap_or_default();
            sessions.iter().map(|row| StripCell::of(row, set)).min()
        };
        self.cells = (0..cells).filter_map(cell).collect();
        (self.width, self.generation, self.anew, self.sessions) = (width, list.generation, list.anew, list.len());
    }

    /// Returns the cell of the session at an index of a list of `len`.
    pub fn cell_of(&self, place: usize, len: usize) -> usize {
        let cells = self.cells.len();
        // The last session of a cell is the one before the next cell's first.
        (((place + 1) * cells).saturating_sub(1) / len.max(1)).min(cells.saturating_sub(1))
    }

    /// Returns the index of the first session of a cell, in a list of `len`.
    pub fn place_at(&self, cell: usize, len: usize) -> usize {
        (cell * len / self.cells.len().max(1)).min(len.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(cells: usize) -> Strip {
        let cell = StripCell { status: SessionStatus::Good, mildness: 0 };
        Strip { cells: vec![cell; cells], ..Strip::default() }
    }

    #[test]
    fn the_worst_of_a_cell_failed_or_is_furthest_over_its_limit() {
        let cell = |status, mildness| StripCell { status, mildness };
        let poor = |mildness| cell(SessionStatus::Poor, mildness);
        assert!(
            cell(SessionStatus::Failed, 0) < poor(0) && poor(0) < poor(4) && poor(4) < cell(SessionStatus::Noted, 0)
        );
        assert_eq!([poor(0).level(), poor(4).level()], [4, 0]);
    }

    proptest::proptest! {
        #[test]
        fn a_click_on_a_cell_goes_to_a_session_of_that_cell(cells in 1usize..200, more in 0usize..5000) {
            let (strip, len) = (strip(cells), cells + more);
            for cell in 0..cells {
                proptest::prop_assert_eq!(strip.cell_of(strip.place_at(cell, len), len), cell);
            }
            let all: Vec<usize> = (0..len).map(|place| strip.cell_of(place, len)).collect();
            proptest::prop_assert!(all.is_sorted() && all.last() == Some(&(cells - 1)));
        }
    }
}
