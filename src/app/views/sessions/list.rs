//! The list of sessions: its order, its filter, and a selection that survives both and every new page.

use crate::call::{Call, Filter, Order, Row, SortKey};
use crate::triage::{Interner, SessionStatus};

use crate::app::bindings::Action;
use crate::app::viewport::Viewport;

#[derive(Debug)]
pub struct SessionList {
    /// All rows in sorted order, as row numbers in the call. The filter picks from these, so typing in it never sorts
    /// again.
    all: Vec<u32>,
    /// The rows shown.
    order: Vec<u32>,
    /// The cursor and the window, as indexes into `order`.
    pub viewport: Viewport,
    /// The sort order.
    pub sort: Order,
    /// The filter that rows must match.
    filter: Filter,
    /// Whether the order was saved by an earlier run, and not chosen in this one.
    pub is_sort_restored: bool,
    /// The selected row, once the user has chosen one. Until then the first row with evidence is selected, whichever it
    /// is.
    chosen: Option<u32>,
    /// The number of groups of sessions with the same status, if they are sorted by it and there are several.
    groups: usize,
    /// Whether the groups have headings: if there is room.
    has_groups: bool,
    /// Counts changes to the order, to invalidate data derived from it.
    pub generation: u64,
    /// Counts rebuilds of the order caused by another filter or sort key.
    pub anew: u64,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListLine {
    /// The heading of the sessions with a status, and how many are shown.
    Group(SessionStatus, usize),
    /// A session, by its index in the order.
    Session(usize),
}

/// The lines that groups need to have headings: with fewer, the sessions need the room. Our own choice.
const GROUPS_FROM: usize = 8;

/// The sessions that must fit below those that failed, for the list to begin with the latter. Our own choice.
const BELOW_FAILED: usize = 4;

/// A call with the texts that its rows refer to by number.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    pub call: &'a Call,
    /// The texts.
    pub names: &'a Interner,
}

impl SessionList {
    /// Creates a list sorted worst first, by the verdicts of the rule set at an index.
    pub fn new(set: usize) -> SessionList {
        SessionList {
            all: Vec::new(),
            order: Vec::new(),
            viewport: Viewport::default(),
            sort: Order::worst(set),
            filter: Filter::default(),
            is_sort_restored: false,
            chosen: None,
            groups: 0,
            has_groups: false,
            generation: 0,
            anew: 0,
        }
    }

    /// Returns the number of rows shown.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns whether no rows are shown.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the rows shown from an index on, as row numbers in the call.
    pub fn from(&self, place: usize) -> &[u32] {
        self.order.get(place..).unwrap_or_default()
    }

    /// Returns the number of the selected row.
    pub fn selected(&self) -> Option<u32> {
        self.order.get(self.viewport.at).copied()
    }

    /// Returns the number of groups of sessions with the same status; 0 unless they are sorted by it and there are several.
    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Adds the rows of a call from number `first` on.
    pub fn extend(&mut self, listed: Listed<'_>, first: usize) {
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
        self.settle(listed);
    }

    /// Rebuilds the order from scratch.
    pub fn rebuild(&mut self, listed: Listed<'_>) {
        let mut all: Vec<u32> = (0..listed.call.rows().len() as u32).collect();
        self.sort_rows(&mut all, listed);
        self.all = all;
        self.pick(listed);
    }

    /// Picks the rows that match the filter.
    fn pick(&mut self, listed: Listed<'_>) {
        self.anew += 1;
        self.filter.prepare(listed.names);
        let rows = listed.call.rows();
        let order: Vec<u32> = self.all.iter().copied().filter(|&at| self.holds(&rows[at as usize])).collect();
        // If the filter hides the selected row, select the nearest remaining row of the old order.
        if let Some(chosen) = self.chosen {
            let mut is_shown = vec![false; rows.len()];
            order.iter().for_each(|&at| is_shown[at as usize] = true);
            if !is_shown.get(chosen as usize).is_some_and(|shown| *shown) {
                let hidden = self.order.iter().position(|&at| at == chosen).unwrap_or(0);
                let (before, after) = self.order.split_at(hidden.min(self.order.len()));
                let survivor = after.iter().chain(before.iter().rev()).find(|&&at| is_shown[at as usize]);
                self.viewport.at = survivor.and_then(|at| order.iter().position(|one| one == at)).unwrap_or(0);
            }
        }
        self.order = order;
        self.settle(listed);
    }

    /// Sets a filter and an order before there are any rows.
    pub fn begin(&mut self, filter: Filter, sort: Order) {
        self.filter = filter;
        self.sort = sort;
    }

    /// Filters as the user types.
    pub fn set_filter(&mut self, filter: Filter, listed: Listed<'_>) {
        if self.filter.text() != filter.text() {
            self.filter = filter;
            self.pick(listed);
        }
    }

    /// Changes the sort order.
    pub fn set_sort(&mut self, sort: Order, listed: Listed<'_>) {
        self.is_sort_restored &= sort == Order { set: sort.set, ..self.sort };
        self.sort = sort;
        self.rebuild(listed);
    }

    /// Selects a row by its number in the call. Returns whether it is shown.
    pub fn choose_row(&mut self, row: u32) -> bool {
        let Some(place) = self.order.iter().position(|&at| at == row) else { return false };
        self.chosen = Some(row);
        self.viewport.at = place;
        self.viewport.set_len(self.order.len());
        true
    }

    /// Moves the cursor. Returns whether the action was a move.
    pub fn apply(&mut self, action: Action) -> bool {
        let moved = self.viewport.apply(action);
        if moved {
            self.chosen = self.selected();
        }
        moved
    }

    /// Fixes the current selection, so that new rows do not change it.
    pub fn choose(&mut self) {
        self.chosen = self.selected();
    }

    /// Moves the cursor to the selected row and scrolls it into view.
    fn settle(&mut self, listed: Listed<'_>) {
        self.generation += 1;
        self.groups = self.count_groups(listed.call);
        match self.chosen {
            None => self.viewport.at = self.evidence(listed.call),
            Some(chosen) => {
                if let Some(place) = self.order.iter().position(|&at| at == chosen) {
                    self.viewport.at = place;
                }
            }
        }
        self.viewport.set_len(self.order.len());
    }

    /// Returns where to begin: with the first poor session, because one that failed has hardly any figures to show; if
    /// none is poor, at the top.
    fn evidence(&self, call: &Call) -> usize {
        if self.sort != Order::worst(self.sort.set) {
            return 0;
        }
        let poor = self.order.partition_point(|&row| self.status(call, row) == Some(SessionStatus::Failed));
        let is_poor = self.order.get(poor).is_some_and(|&row| self.status(call, row) == Some(SessionStatus::Poor));
        if is_poor { poor } else { 0 }
    }

    fn status(&self, call: &Call, row: u32) -> Option<SessionStatus> {
        Some(call.rows().get(row as usize)?.facts.standing(self.sort.set))
    }

    fn status_at(&self, call: &Call, place: usize) -> Option<SessionStatus> {
        self.status(call, *self.order.get(place)?)
    }

    /// Fits the list to a window of this many lines, and scrolls the cursor into view.
    pub fn fit(&mut self, call: Option<&Call>, height: usize) {
        let Some(call) = call else { return self.viewport.fit(self.order.len(), height) };
        self.has_groups = height >= GROUPS_FROM && self.groups > 0;
        // Until the user moves, what comes before the first session with evidence is there only if it leaves room for it.
        let start = self.viewport.at;
        let is_short = start + 2 * usize::from(self.has_groups) + BELOW_FAILED <= height;
        let top = self.chosen.is_none().then_some(if is_short { 0 } else { start });
        // Headings take lines from the sessions, and where the window begins depends on how many those have.
        let mut headings = 0;
        loop {
            self.viewport.top = top.unwrap_or(self.viewport.top);
            self.viewport.fit(self.order.len(), height.saturating_sub(headings));
            let needed = self.viewport.window().filter(|&place| self.begins_group(call, place)).count();
            if needed <= headings || headings + 1 >= height {
                break;
            }
            headings += 1;
        }
    }

    /// Returns the visible lines of the list.
    pub fn lines(&self, call: &Call) -> Vec<ListLine> {
        let mut lines = Vec::new();
        for place in self.viewport.window() {
            if let Some(status) = self.status_at(call, place).filter(|_| self.begins_group(call, place)) {
                lines.push(ListLine::Group(status, self.group_from(call, place)));
            }
            lines.push(ListLine::Session(place));
        }
        lines
    }

    /// Returns the number of sessions from an index on that have the same status.
    fn group_from(&self, call: &Call, place: usize) -> usize {
        let status = self.status_at(call, place);
        self.order.get(place..).unwrap_or_default().partition_point(|&row| self.status(call, row) == status)
    }

    fn count_groups(&self, call: &Call) -> usize {
        let (mut groups, mut place) = (0, 0);
        while self.sort.key == SortKey::Worst && place < self.order.len() {
            place += self.group_from(call, place).max(1);
            groups += 1;
        }
        if groups > 1 { groups } else { 0 }
    }

    fn begins_group(&self, call: &Call, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|before| self.status_at(call, before));
        self.has_groups && before != self.status_at(call, place)
    }

    fn holds(&self, row: &Row) -> bool {
        self.filter.passes(row, self.sort.set)
    }

    fn sort_rows(&self, order: &mut [u32], listed: Listed<'_>) {
        self.sort.sort(order, listed.call.rows(), listed.names);
    }

    fn stands_before(&self, listed: Listed<'_>, one: u32, other: u32) -> bool {
        let rows = listed.call.rows();
        self.sort.compare(&rows[one as usize], &rows[other as usize], listed.names).then(one.cmp(&other)).is_le()
    }
}

/// Merges two sorted lists. The second is much shorter than the first: its positions are found by binary search, and
/// the stretches between them are copied.
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
