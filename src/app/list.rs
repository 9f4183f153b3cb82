//! The list of sessions: its order, its filter, and a selection that survives both and every new page.

use crate::call::{Call, Row, SortKey, folded};

use super::bindings::Action;
use super::pager::Pager;

/// The list.
#[derive(Debug)]
pub struct SessionList {
    /// The rows that are shown, by their number in the call, in the order shown.
    order: Vec<u32>,
    /// The cursor and the window, in places of the order.
    pub pager: Pager,
    /// By what it is sorted.
    pub sort: SortKey,
    /// The other way round.
    pub reversed: bool,
    /// What the rows have to hold, as typed.
    filter: String,
    folded: String,
    /// The selected row, once somebody chose one. Until then the first one is selected, whichever that is.
    chosen: Option<u32>,
    /// Counts what changed the order, for those who derive something from it.
    pub generation: u64,
}

impl Default for SessionList {
    fn default() -> Self {
        SessionList {
            order: Vec::new(),
            pager: Pager::default(),
            sort: SortKey::Worst,
            reversed: false,
            filter: String::new(),
            folded: String::new(),
            chosen: None,
            generation: 0,
        }
    }
}

impl SessionList {
    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Is none shown?
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The rows that are shown from a place on, by their number in the call.
    pub fn from(&self, place: usize) -> &[u32] {
        self.order.get(place..).unwrap_or_default()
    }

    /// The number of the selected row.
    pub fn selected(&self) -> Option<u32> {
        self.order.get(self.pager.at).copied()
    }

    /// The filter as typed.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Takes in the rows of a call from `first` on, in a window of so many lines.
    pub fn extend(&mut self, call: &Call, first: usize, visible: usize) {
        let rows = call.rows();
        let mut new: Vec<u32> = (first..rows.len()).filter(|&at| self.holds(&rows[at])).map(|at| at as u32).collect();
        if new.is_empty() {
            return;
        }
        self.sort_rows(&mut new, rows);
        self.order = merged(&self.order, &new, |one, other| self.stands_before(rows, one, other));
        self.settle(visible);
    }

    /// Makes the order anew.
    pub fn rebuild(&mut self, call: &Call, visible: usize) {
        let rows = call.rows();
        let mut order: Vec<u32> = (0..rows.len()).filter(|&at| self.holds(&rows[at])).map(|at| at as u32).collect();
        self.sort_rows(&mut order, rows);
        // A chosen row that the filter hides gives its place to the nearest that is left of the old order.
        if let Some(chosen) = self.chosen {
            let mut is_shown = vec![false; rows.len()];
            order.iter().for_each(|&at| is_shown[at as usize] = true);
            if !is_shown.get(chosen as usize).is_some_and(|shown| *shown) {
                let hidden = self.order.iter().position(|&at| at == chosen).unwrap_or(0);
                let (before, after) = self.order.split_at(hidden.min(self.order.len()));
                let survivor = after.iter().chain(before.iter().rev()).find(|&&at| is_shown[at as usize]);
                self.pager.at = survivor.and_then(|at| order.iter().position(|one| one == at)).unwrap_or(0);
            }
        }
        self.order = order;
        self.settle(visible);
    }

    /// Filters, while somebody types.
    pub fn set_filter(&mut self, filter: &str, call: &Call, visible: usize) {
        if self.filter != filter {
            filter.clone_into(&mut self.filter);
            self.folded = folded(filter.trim());
            self.rebuild(call, visible);
        }
    }

    /// Sorts by another key, or the other way round.
    pub fn set_sort(&mut self, sort: SortKey, reversed: bool, call: &Call, visible: usize) {
        (self.sort, self.reversed) = (sort, reversed);
        self.rebuild(call, visible);
    }

    /// Moves the cursor. Gives back whether the action was a move.
    pub fn apply(&mut self, action: Action, visible: usize) -> bool {
        let moved = self.pager.apply(action, self.order.len(), visible);
        if moved {
            self.chosen = self.selected();
        }
        moved
    }

    /// Keeps the selected row as chosen, whatever comes.
    pub fn choose(&mut self) {
        self.chosen = self.selected();
    }

    /// Brings the cursor to the chosen row and into sight.
    pub fn settle(&mut self, visible: usize) {
        self.generation += 1;
        match self.chosen {
            None => self.pager = Pager::default(),
            Some(chosen) => {
                if let Some(place) = self.order.iter().position(|&at| at == chosen) {
                    self.pager.at = place;
                }
            }
        }
        self.pager.settle(self.order.len(), visible);
    }

    fn holds(&self, row: &Row) -> bool {
        self.folded.is_empty() || row.contains(&self.folded)
    }

    fn sort_rows(&self, order: &mut [u32], rows: &[Row]) {
        order.sort_unstable_by(|&one, &other| {
            self.sort.compare(self.reversed, &rows[one as usize], &rows[other as usize]).then(one.cmp(&other))
        });
    }

    fn stands_before(&self, rows: &[Row], one: u32, other: u32) -> bool {
        self.sort.compare(self.reversed, &rows[one as usize], &rows[other as usize]).then(one.cmp(&other)).is_le()
    }
}

/// Two ordered lists as one.
fn merged(one: &[u32], other: &[u32], before: impl Fn(u32, u32) -> bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(one.len() + other.len());
    let (mut left, mut right) = (one, other);
    while let (Some((&first, rest)), Some((&second, others))) = (left.split_first(), right.split_first()) {
        if before(first, second) {
            out.push(first);
            left = rest;
        } else {
            out.push(second);
            right = others;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
    out
}
