//! The strip of all sessions: the whole list in one line, so that one sees where the bad sessions are, and how much of the
//! list is in view. Of sessions that share a cell, it shows the worst.

use crate::call::strip::{StripCell, cells};
use crate::call::{Call, Row};

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
        self.cells = cells(&rows, list.sort.set, width);
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
        Strip { cells: vec![StripCell::default(); cells], ..Strip::default() }
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
