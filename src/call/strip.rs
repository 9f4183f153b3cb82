//! All sessions in one strip: how bad each is at a glance. Of sessions that share a cell, it shows the worst.

use crate::triage::SessionStatus;

use super::Row;

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

impl Default for StripCell {
    fn default() -> StripCell {
        StripCell { status: SessionStatus::Unclassified, mildness: 0 }
    }
}

impl StripCell {
    /// Returns the cell of one session, by the verdicts of the rule set at index `set`.
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

/// Returns the strip of sessions in their order, in at most `most` cells of about the same number of sessions.
pub fn cells(rows: &[&Row], set: usize, most: usize) -> Vec<StripCell> {
    let cells = rows.len().min(most);
    let cell = |at: usize| {
        let sessions = rows.get(at * rows.len() / cells..(at + 1) * rows.len() / cells).unwrap_or_default();
        sessions.iter().map(|row| StripCell::of(row, set)).min()
    };
    (0..cells).filter_map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_a_cell_failed_or_is_furthest_over_its_limit() {
        let cell = |status, mildness| StripCell { status, mildness };
        let poor = |mildness| cell(SessionStatus::Poor, mildness);
        assert!(
            cell(SessionStatus::Failed, 0) < poor(0) && poor(0) < poor(4) && poor(4) < cell(SessionStatus::Noted, 0)
        );
        assert_eq!([poor(0).level(), poor(4).level()], [4, 0]);
    }
}
