//! A list whose entries take several lines each, and that shows more about the selected one.

use crate::model::NodePath;
use crate::text::wrapped;
use crate::triage::Severity;
use crate::triage::factors::Value;

use super::bindings::Action;
use super::viewport::Viewport;

/// The list.
#[derive(Debug, Default)]
pub struct Items {
    pub entries: Vec<Entry>,
    /// The index of the selected entry.
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The kind of entry.
    pub kind: EntryKind,
    /// The text of the entry.
    pub text: String,
    /// Extra lines shown under the entry while it is selected.
    pub under: Vec<String>,
    /// Where the entry leads.
    pub target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A heading, which cannot be selected.
    Heading,
    /// An attribution: which side has the problem.
    Side,
    /// A factor shared by affected participants.
    Shared,
    Finding(Severity),
    /// A plain statement.
    Fact,
    /// An entry that cannot be chosen.
    Nothing,
}

/// Where an entry leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    Nowhere,
    /// To a node of the open session.
    Node(NodePath),
    /// To a session, by its row.
    Row(u32),
    /// To the people with a value.
    Value(Value),
    /// To the people of an attribution, by its index in the assessment.
    People(u32),
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLine {
    /// The index of the entry that it belongs to.
    pub entry: usize,
    pub text: String,
    /// Whether it is the entry's first line, which has its symbol in front.
    pub is_first: bool,
    /// Whether it is one of the extra lines under the entry.
    pub is_under: bool,
}

/// Returns the whole text of an entry, with its extra lines.
pub fn text(entry: &Entry) -> String {
    std::iter::once(&entry.text).chain(&entry.under).cloned().collect::<Vec<_>>().join("\n")
}

/// How many lines a page moves by: entries differ in height, so a window holds no fixed number of them. Our own choice.
const PAGE: usize = 4;

impl Items {
    /// Replaces the entries; the cursor keeps its position if it can.
    pub fn set(&mut self, entries: Vec<Entry>) {
        self.entries = entries;
        self.settle();
    }

    /// Returns the selected entry.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.at).filter(|entry| entry.kind != EntryKind::Heading)
    }

    /// Moves the cursor. Returns whether the action was a move.
    pub fn apply(&mut self, action: Action) -> bool {
        let stops: Vec<usize> = self.stops().collect();
        let place = stops.iter().position(|at| *at == self.at).unwrap_or(0);
        let mut viewport = Viewport::new(place, stops.len());
        viewport.fit(stops.len(), PAGE);
        let moved = viewport.apply(action);
        if moved {
            self.at = stops.get(viewport.at).copied().unwrap_or(0);
        }
        moved
    }

    /// Returns the indexes of the entries that can be selected.
    fn stops(&self) -> impl Iterator<Item = usize> {
        self.entries.iter().enumerate().filter(|(_, entry)| entry.kind != EntryKind::Heading).map(|(at, _)| at)
    }

    fn settle(&mut self) {
        let stops: Vec<usize> = self.stops().collect();
        if !stops.contains(&self.at) {
            let before = stops.iter().rfind(|at| **at <= self.at);
            self.at = before.or(stops.first()).copied().unwrap_or(0);
        }
    }

    /// Returns the lines visible in a window of `width` columns and `height` lines, scrolled to the selected entry.
    /// `tells_more` says whether to show its extra lines. Only entries near the cursor are laid out: there may be tens
    /// of thousands.
    pub fn lines(&self, width: usize, height: usize, tells_more: bool) -> Vec<ItemLine> {
        let mut lines = self.lines_of(self.at, width, tells_more);
        let mut above = self.at.min(self.entries.len());
        while lines.len() < height && above > 0 {
            above -= 1;
            lines.splice(0..0, self.lines_of(above, width, false));
        }
        // The top entry may be cut off at its start; the selected entry must show its start.
        let surplus = if above < self.at { lines.len().saturating_sub(height) } else { 0 };
        lines.drain(..surplus);
        let mut below = self.at + 1;
        while lines.len() < height && below < self.entries.len() {
            lines.extend(self.lines_of(below, width, false));
            below += 1;
        }
        lines.truncate(height);
        lines
    }

    /// Returns the first visible line, the number of visible ones, and that of all: counted in lines if there are few
    /// entries, otherwise in entries, because only those near the cursor are laid out. `visible` is what
    /// [`Items::lines`] returned.
    pub fn extent(&self, visible: &[ItemLine], width: usize, tells_more: bool) -> (usize, usize, usize) {
        const COUNTED: usize = 30;
        let (Some(first), Some(last)) = (visible.first(), visible.last()) else { return (0, 0, 0) };
        let height = |entry: usize| self.lines_of(entry, width, tells_more && entry == self.at).len();
        let of_first = visible.iter().filter(|line| line.entry == first.entry).count();
        if self.entries.len() > COUNTED {
            let is_last_cut = height(last.entry) > visible.iter().filter(|line| line.entry == last.entry).count();
            let whole = last.entry + 1 - first.entry;
            return (first.entry, whole.saturating_sub(usize::from(is_last_cut)).max(1), self.entries.len());
        }
        // If an entry is cut off at its start, all lines after that are visible.
        let cut = if first.is_first { 0 } else { height(first.entry).saturating_sub(of_first) };
        let above: usize = (0..first.entry).map(height).sum();
        let total = (0..self.entries.len()).map(height).sum();
        (above + cut, visible.len(), total)
    }

    fn lines_of(&self, entry: usize, width: usize, tells_more: bool) -> Vec<ItemLine> {
        const SIGN: usize = 2;
        let Some(it) = self.entries.get(entry) else { return Vec::new() };
        let sign = if it.kind == EntryKind::Heading { 0 } else { SIGN };
        let own = wrapped(&it.text, width.saturating_sub(sign)).into_iter().enumerate();
        let own = own.map(|(at, text)| ItemLine { entry, text, is_first: at == 0, is_under: false });
        let under =
            it.under.iter().filter(|_| tells_more).flat_map(|text| wrapped(text, width.saturating_sub(2 * SIGN)));
        own.chain(under.map(|text| ItemLine { entry, text, is_first: false, is_under: true })).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: EntryKind, text: &str) -> Entry {
        Entry { kind, text: text.to_owned(), under: vec!["more about it".to_owned()], target: Target::Nowhere }
    }

    fn items() -> Items {
        let mut items = Items::default();
        items.set(vec![
            entry(EntryKind::Heading, "side"),
            entry(EntryKind::Side, "one two three four"),
            entry(EntryKind::Heading, "shared"),
            entry(EntryKind::Shared, "five"),
            entry(EntryKind::Shared, "six"),
        ]);
        items
    }

    fn texts(items: &Items, height: usize) -> Vec<String> {
        items.lines(12, height, true).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_cursor_passes_over_headings_and_stays_in_the_list() {
        let mut items = items();
        assert_eq!(items.at, 1);
        items.apply(Action::Down);
        assert_eq!(items.at, 3);
        items.apply(Action::Last);
        items.apply(Action::Down);
        assert_eq!(items.at, 4);
        items.set(vec![entry(EntryKind::Heading, "nothing")]);
        assert!(items.selected().is_none());
        items.apply(Action::Down);
    }

    #[test]
    fn the_entry_with_the_cursor_is_in_sight_and_tells_more() {
        let mut items = items();
        assert_eq!(texts(&items, 20), ["side", "one two", "three four", "more", "about it", "shared", "five", "six"]);
        items.apply(Action::Last);
        assert_eq!(texts(&items, 3), ["six", "more", "about it"]);
        assert_eq!(items.lines(12, 3, false).last().map(|line| line.text.as_str()), Some("six"));
    }

    #[test]
    fn how_much_is_above_and_below_is_known() {
        let extent = |items: &Items, height| items.extent(&items.lines(12, height, true), 12, true);
        let mut items = items();
        assert_eq!(extent(&items, 20), (0, 8, 8));
        items.apply(Action::Last);
        assert_eq!(extent(&items, 3), (5, 3, 8));
        items.set((0..100).map(|_| entry(EntryKind::Shared, "five")).collect());
        assert_eq!(extent(&items, 3).2, 100);
    }

    proptest::proptest! {
        #[test]
        fn no_window_makes_it_panic(width in 0usize..30, height in 0usize..10, moves in 0usize..10) {
            let mut items = items();
            for _ in 0..moves {
                items.apply(Action::Down);
            }
            proptest::prop_assert!(items.lines(width, height, true).len() <= height);
        }
    }
}
