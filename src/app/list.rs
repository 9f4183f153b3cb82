//! The list of sessions: its order, its filter, and a selection that survives both and every new page.

use crate::call::{Call, Filter, Order, Row};
use crate::triage::Interner;

use super::bindings::Action;
use super::pager::Pager;

/// The list.
#[derive(Debug)]
pub struct SessionList {
    /// All rows, by their number in the call, in order: what a filter lets through is picked from here, so that no key of
    /// one has to sort.
    all: Vec<u32>,
    /// The rows that are shown.
    order: Vec<u32>,
    /// The cursor and the window, in places of the order.
    pub pager: Pager,
    /// How it is sorted.
    pub sort: Order,
    /// What the rows have to hold.
    filter: Filter,
    /// The selected row, once somebody chose one. Until then the first one is selected, whichever that is.
    chosen: Option<u32>,
    /// Counts what changed the order, for those who derive something from it.
    pub generation: u64,
    /// Counts what made the order anew, by another filter or another key.
    pub anew: u64,
}

/// A call with the texts that its rows tell by number.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    /// The call.
    pub call: &'a Call,
    /// The texts.
    pub names: &'a Interner,
}

impl SessionList {
    /// A list that is sorted worst first, by the verdicts of the rule set at a place.
    pub fn new(set: usize) -> SessionList {
        SessionList {
            all: Vec::new(),
            order: Vec::new(),
            pager: Pager::default(),
            sort: Order::worst(set),
            filter: Filter::default(),
            chosen: None,
            generation: 0,
            anew: 0,
        }
    }

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

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Takes in the rows of a call from `first` on, in a window of so many lines.
    pub fn extend(&mut self, listed: Listed<'_>, first: usize, visible: usize) {
        self.filter.prepare(listed.names);
        let rows = listed.call.rows();
        let mut new: Vec<u32> = (first..rows.len()).map(|at| at as u32).collect();
        self.sort_rows(&mut new, listed);
        self.all = merged(&self.all, &new, |one, other| self.stands_before(listed, one, other));
        new.retain(|&at| self.holds(&rows[at as usize]));
        if new.is_empty() {
            return;
        }
        self.order = merged(&self.order, &new, |one, other| self.stands_before(listed, one, other));
        self.settle(visible);
    }

    /// Makes the order anew.
    pub fn rebuild(&mut self, listed: Listed<'_>, visible: usize) {
        let mut all: Vec<u32> = (0..listed.call.rows().len() as u32).collect();
        self.sort_rows(&mut all, listed);
        self.all = all;
        self.pick(listed, visible);
    }

    /// Picks what the filter lets through.
    fn pick(&mut self, listed: Listed<'_>, visible: usize) {
        self.anew += 1;
        self.filter.prepare(listed.names);
        let rows = listed.call.rows();
        let order: Vec<u32> = self.all.iter().copied().filter(|&at| self.holds(&rows[at as usize])).collect();
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

    /// Begins with a filter and an order, before there is anything to filter and sort.
    pub fn begin(&mut self, filter: &str, sort: Order) {
        self.filter = Filter::new(filter);
        self.sort = sort;
    }

    /// Filters, while somebody types.
    pub fn set_filter(&mut self, filter: &str, listed: Listed<'_>, visible: usize) {
        if self.filter.text() != filter {
            self.filter = Filter::new(filter);
            self.pick(listed, visible);
        }
    }

    /// Sorts in another way.
    pub fn set_sort(&mut self, sort: Order, listed: Listed<'_>, visible: usize) {
        self.sort = sort;
        self.rebuild(listed, visible);
    }

    /// Chooses a row, by its number in the call. Gives back whether it is shown.
    pub fn choose_row(&mut self, row: u32, visible: usize) -> bool {
        let Some(place) = self.order.iter().position(|&at| at == row) else { return false };
        self.chosen = Some(row);
        self.pager.at = place;
        self.pager.settle(self.order.len(), visible);
        true
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
        self.filter.passes(row, self.sort.set)
    }

    fn sort_rows(&self, order: &mut [u32], listed: Listed<'_>) {
        let rows = listed.call.rows();
        order.sort_unstable_by(|&one, &other| {
            self.sort.compare(&rows[one as usize], &rows[other as usize], listed.names).then(one.cmp(&other))
        });
    }

    fn stands_before(&self, listed: Listed<'_>, one: u32, other: u32) -> bool {
        let rows = listed.call.rows();
        self.sort.compare(&rows[one as usize], &rows[other as usize], listed.names).then(one.cmp(&other)).is_le()
    }
}

/// Two ordered lists as one. The second is short beside the first: its places are looked for by halves, and what lies
/// between them is copied.
fn merged(one: &[u32], other: &[u32], before: impl Fn(u32, u32) -> bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(one.len() + other.len());
    let mut left = one;
    for &next in other {
        let place = left.partition_point(|&at| before(at, next));
        let (earlier, rest) = left.split_at(place);
        out.extend_from_slice(earlier);
        out.push(next);
        left = rest;
    }
    out.extend_from_slice(left);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn two_ordered_lists_become_one(mut one in proptest::collection::vec(0u32..50, 0..20), mut other in proptest::collection::vec(50u32..100, 0..20)) {
            let key = |at: u32| at % 50;
            one.sort_by_key(|at| key(*at));
            other.sort_by_key(|at| key(*at));
            let mut all = [one.clone(), other.clone()].concat();
            all.sort_by_key(|at| key(*at));
            proptest::prop_assert_eq!(merged(&one, &other, |a, b| key(a) <= key(b)), all);
        }
    }
}
