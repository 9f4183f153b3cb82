//! A cursor in a list of which only a window is visible.

use super::bindings::Action;

/// A cursor, the first visible line, and the sizes they keep to, all in lines counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewport {
    /// The line with the cursor.
    pub at: usize,
    /// The first visible line.
    pub top: usize,
    len: usize,
    height: usize,
}

impl Viewport {
    /// Creates a viewport of a list of `len` lines, with the cursor at a line.
    pub fn new(at: usize, len: usize) -> Viewport {
        let mut viewport = Viewport { at, len, ..Viewport::default() };
        viewport.settle();
        viewport
    }

    /// Takes in the length of the list and the height of the window, and scrolls the cursor into view.
    pub fn fit(&mut self, len: usize, height: usize) {
        (self.len, self.height) = (len, height);
        self.settle();
    }

    /// Takes in the length of the list, and scrolls the cursor into view.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        self.settle();
    }

    /// Returns the length of the list.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the visible lines.
    pub fn window(&self) -> std::ops::Range<usize> {
        self.top.min(self.len)..(self.top + self.height).min(self.len)
    }

    /// Moves the cursor to a line, as far as there is one.
    pub fn go_to(&mut self, at: usize) {
        self.at = at;
        self.settle();
    }

    /// Moves the cursor. Returns whether the action was a move.
    pub fn apply(&mut self, action: Action) -> bool {
        // A page keeps one line of the previous one.
        let page = self.height.saturating_sub(1).max(1);
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::HalfPageUp => self.at.saturating_sub((self.height / 2).max(1)),
            Action::HalfPageDown => self.at + (self.height / 2).max(1),
            Action::First => 0,
            Action::Last => self.len.saturating_sub(1),
            _ => return false,
        };
        self.settle();
        true
    }

    /// Scrolls a text without a cursor. Returns whether the action was a move.
    pub fn scroll(&mut self, action: Action) -> bool {
        let last = self.len.saturating_sub(self.height.max(1));
        let mut window = Viewport { at: self.top, top: 0, len: last + 1, height: self.height };
        let is_move = window.apply(action);
        (self.at, self.top) = (window.at, window.at);
        is_move
    }

    /// Scrolls a text without a cursor to a line, with two lines above it where there are any.
    pub fn show_line(&mut self, line: usize) {
        const ABOVE: usize = 2;
        let last = self.len.saturating_sub(self.height.max(1));
        self.top = line.saturating_sub(ABOVE).min(last);
        self.at = self.top;
    }

    /// Moves the cursor to the line that a click hit, counted from the top of the window. Returns whether there is one.
    pub fn click(&mut self, line: usize) -> bool {
        let is_hit = self.top + line < self.len;
        if is_hit {
            self.go_to(self.top + line);
        }
        is_hit
    }

    fn settle(&mut self) {
        self.at = self.at.min(self.len.saturating_sub(1));
        self.top = self.top.min(self.at);
        // A window whose height is not known yet does not scroll.
        if self.height > 0 {
            let last = self.len.saturating_sub(self.height);
            self.top = self.top.min(last).max((self.at + 1).saturating_sub(self.height));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: &[Action], len: usize, height: usize) -> (usize, usize) {
        let mut viewport = Viewport::default();
        viewport.fit(len, height);
        for action in actions {
            viewport.apply(*action);
        }
        (viewport.at, viewport.top)
    }

    #[test]
    fn the_cursor_stays_in_the_list_and_in_sight() {
        assert_eq!(after(&[Action::Up], 10, 4), (0, 0));
        assert_eq!(after(&[Action::Last], 10, 4), (9, 6));
        assert_eq!(after(&[Action::Last, Action::Down], 10, 4), (9, 6));
        assert_eq!(after(&[Action::PageDown], 10, 4), (3, 0));
        assert_eq!(after(&[Action::PageDown, Action::PageDown], 10, 4), (6, 3));
        assert_eq!(after(&[Action::PageDown, Action::HalfPageDown, Action::HalfPageUp], 10, 4), (3, 2));
        assert_eq!(after(&[Action::Last, Action::Up], 10, 4), (8, 6));
        assert_eq!(after(&[Action::Last], 0, 0), (0, 0));
    }

    #[test]
    fn a_shorter_list_pulls_the_cursor_in() {
        let mut viewport = Viewport::new(9, 10);
        viewport.fit(10, 4);
        viewport.set_len(3);
        assert_eq!((viewport.at, viewport.top), (2, 0));
    }

    #[test]
    fn a_click_below_the_last_line_moves_nothing() {
        let mut viewport = Viewport::default();
        viewport.fit(3, 10);
        assert!(viewport.click(2) && !viewport.click(3));
        assert_eq!(viewport.at, 2);
    }

    proptest::proptest! {
        #[test]
        fn nothing_brings_the_cursor_out_of_sight(moves in proptest::collection::vec((0usize..6, 0usize..40, 0usize..12), 0..50)) {
            let actions = [Action::Up, Action::Down, Action::PageUp, Action::PageDown, Action::First, Action::Last];
            let mut viewport = Viewport::default();
            for (action, len, height) in moves {
                viewport.fit(len, height);
                viewport.apply(actions[action]);
                proptest::prop_assert!(len == 0 || viewport.at < len);
                proptest::prop_assert!(viewport.top <= viewport.at);
                proptest::prop_assert!(height == 0 || viewport.at < viewport.top + height);
            }
        }
    }
}
