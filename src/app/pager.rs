//! A cursor in a list of which only a window is visible.

use super::bindings::Action;

/// A cursor and the first visible line, both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pager {
    /// The line with the cursor.
    pub at: usize,
    /// The first visible line.
    pub top: usize,
}

impl Pager {
    /// Moves the cursor in a list of `lines`, of which `visible` fit in the window. Returns whether the action was a
    /// move.
    pub fn apply(&mut self, action: Action, lines: usize, visible: usize) -> bool {
        let last = lines.saturating_sub(1);
        // A page keeps one line of the previous one.
        let page = visible.saturating_sub(1).max(1);
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        self.settle(lines, visible);
        true
    }

    /// Scrolls a text without a cursor. Returns whether the action was a move.
    pub fn scroll(&mut self, action: Action, lines: usize, visible: usize) -> bool {
        let last = lines.saturating_sub(visible.max(1));
        let mut window = Pager { at: self.top, top: 0 };
        let is_move = window.apply(action, last + 1, visible);
        *self = Pager { at: window.at, top: window.at };
        is_move
    }

    /// Moves the cursor into the list and scrolls it into view, after either has changed.
    pub fn settle(&mut self, lines: usize, visible: usize) {
        self.at = self.at.min(lines.saturating_sub(1));
        let visible = visible.max(1);
        self.top = self.top.min(lines.saturating_sub(visible)).min(self.at).max((self.at + 1).saturating_sub(visible));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: &[Action], lines: usize, visible: usize) -> (usize, usize) {
        let mut pager = Pager::default();
        for action in actions {
            pager.apply(*action, lines, visible);
        }
        (pager.at, pager.top)
    }

    #[test]
    fn the_cursor_stays_in_the_list_and_in_sight() {
        assert_eq!(after(&[Action::Up], 10, 4), (0, 0));
        assert_eq!(after(&[Action::Last], 10, 4), (9, 6));
        assert_eq!(after(&[Action::Last, Action::Down], 10, 4), (9, 6));
        assert_eq!(after(&[Action::PageDown], 10, 4), (3, 0));
        assert_eq!(after(&[Action::PageDown, Action::PageDown], 10, 4), (6, 3));
        assert_eq!(after(&[Action::Last, Action::Up], 10, 4), (8, 6));
        assert_eq!(after(&[Action::Last], 0, 0), (0, 0));
    }

    #[test]
    fn a_shorter_list_pulls_the_cursor_in() {
        let mut pager = Pager { at: 9, top: 6 };
        pager.settle(3, 4);
        assert_eq!(pager, Pager { at: 2, top: 0 });
    }

    proptest::proptest! {
        #[test]
        fn nothing_brings_the_cursor_out_of_sight(moves in proptest::collection::vec((0usize..6, 0usize..40, 0usize..12), 0..50)) {
            let actions = [Action::Up, Action::Down, Action::PageUp, Action::PageDown, Action::First, Action::Last];
            let mut pager = Pager::default();
            for (action, lines, visible) in moves {
                pager.apply(actions[action], lines, visible);
                proptest::prop_assert!(lines == 0 || pager.at < lines);
                proptest::prop_assert!(pager.top <= pager.at && pager.at < pager.top + visible.max(1));
            }
        }
    }
}
