//! What is above the sessions in their list: the title, a filter that is too long for the title, and the column headings.

use crate::app::layout::Area;
use crate::call::Order;
use crate::metrics::count;
use crate::text::{sanitize, wrapped};
use unicode_width::UnicodeWidthStr as _;

use super::list::SessionList;

/// What is above the sessions in their list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListHead {
    /// The title of the pane.
    pub title: String,
    /// The filter in lines of its own, if the title has no room for it.
    pub filter: Vec<String>,
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
        let filter = sanitize(list.filter().text()).into_owned();
        let cursor = if list.is_empty() { 0 } else { list.viewport.at + 1 };
        let number = match filter.as_str() {
            "" => format!("{}/{}", count(cursor), count(total)),
            _ => format!("{}/{} of {}", count(cursor), count(list.len()), count(total)),
        };
        let mut title = format!("Sessions {number} · {}", order_words(list));
        let mut lines = Vec::new();
        if !filter.is_empty() {
            let whole = format!("{title} · /{filter}");
            // The corners, the blanks around the title, and a piece of the border on either side.
            if whole.width() + 6 <= usize::from(pane.width) {
                title = whole;
            } else {
                // However long the filter, half of the pane is for the sessions.
                lines = wrapped(&format!("/{filter}"), usize::from(inside.width));
                lines.truncate(usize::from(inside.height / 2).max(1));
            }
        }
        let room = usize::from(inside.height).saturating_sub(lines.len());
        let has_headings = inside.width >= HEADINGS_FROM.0 && room >= usize::from(HEADINGS_FROM.1);
        ListHead { title, filter: lines, has_headings }
    }

    /// Returns the lines that a whole list needs in a pane of this width, its borders included.
    pub fn whole(list: &SessionList, width: u16) -> usize {
        let tall = Area { width, height: u16::MAX, ..Area::default() };
        let borders = 2;
        ListHead::of(list, list.len(), tall).lines() + list.groups() + list.len() + borders
    }

    /// Returns the number of lines above the first session.
    pub fn lines(&self) -> usize {
        self.filter.len() + usize::from(self.has_headings)
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
    fn a_filter_is_visible_whole_in_the_title_or_below_it() {
        assert_eq!(head("", 60, 20).title, "Sessions 0/180 · worst first");
        assert_eq!(head("poor", 60, 20).title, "Sessions 0/0 of 180 · worst first · /poor");
        let long = head("poor subnet:\"192.0.2.0\" platform:windows", 60, 20);
        assert_eq!(long.title, "Sessions 0/0 of 180 · worst first");
        assert_eq!(long.filter.join(" "), "/poor subnet:\"192.0.2.0\" platform:windows");
        assert_eq!(long.lines(), long.filter.len() + 1);
    }

    #[test]
    fn a_small_list_is_for_sessions() {
        assert!(head("", 60, 20).has_headings && head("", 60, 5).has_headings);
        assert!(!head("", 60, 4).has_headings && !head("", 30, 20).has_headings);
        assert!(head(&"poor ".repeat(100), 40, 12).lines() <= 6);
    }
}
