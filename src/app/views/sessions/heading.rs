//! What is above the sessions in their list: the title and the column headings.

use crate::app::layout::Area;
use crate::call::Order;
use crate::metrics::count;

use super::list::SessionList;

/// What is above the sessions in their list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListHead {
    /// The title of the pane.
    pub title: String,
    /// Whether the columns have headings.
    pub has_headings: bool,
}

/// The columns and lines inside a pane from which on the columns have headings: with fewer, the sessions need the room.
/// Our own choice.
const HEADINGS_FROM: (u16, u16) = (36, 3);

impl ListHead {
    /// Lays out the head of a list of `total` sessions in a pane.
    pub fn of(list: &SessionList, total: usize, pane: Area) -> ListHead {
        let inside = pane.inside();
        let cursor = if list.is_empty() { 0 } else { list.viewport.at + 1 };
        // What the filter is stands above the bottom line, whole.
        let number = match list.filter().is_empty() {
            true => format!("{}/{}", count(cursor), count(total)),
            false => format!("{}/{} of {}", count(cursor), count(list.len()), count(total)),
        };
        let title = format!("Sessions {number} · {}", order_words(list));
        let has_headings = inside.width >= HEADINGS_FROM.0 && inside.height >= HEADINGS_FROM.1;
        ListHead { title, has_headings }
    }

    /// Returns the lines that a whole list needs in a pane of this width, its borders included.
    pub fn whole(list: &SessionList, width: u16) -> usize {
        let tall = Area { width, height: u16::MAX, ..Area::default() };
        let borders = 2;
        ListHead::of(list, list.len(), tall).lines() + list.groups() + list.len() + borders
    }

    /// Returns the number of lines above the first session.
    pub fn lines(&self) -> usize {
        usize::from(self.has_headings)
    }
}

/// Says how the list is sorted, and whether an earlier run left it so.
fn order_words(list: &SessionList) -> String {
    let Order { key, is_reversed, .. } = list.sort;
    let reversed = if is_reversed { ", reversed" } else { "" };
    let restored = if list.is_sort_restored { ", as last time" } else { "" };
    format!("{}{reversed}{restored}", key.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(filter: &str, width: u16, height: u16) -> ListHead {
        let mut list = SessionList::new(0);
        let sort = list.sort;
        list.begin(crate::call::Filter::new(filter), sort);
        ListHead::of(&list, 180, Area { x: 0, y: 0, width, height })
    }

    #[test]
    fn the_title_counts_what_matches_a_filter() {
        assert_eq!(head("", 60, 20).title, "Sessions 0/180 · worst first");
        assert_eq!(head("poor", 60, 20).title, "Sessions 0/0 of 180 · worst first");
        assert_eq!(head("poor", 60, 20).lines(), 1);
    }

    #[test]
    fn a_small_list_is_for_sessions() {
        assert!(head("", 60, 20).has_headings && head("", 60, 5).has_headings);
        assert!(!head("", 60, 4).has_headings && !head("", 30, 20).has_headings);
    }
}
