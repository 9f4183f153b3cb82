//! The hints in the bottom line: which keys it names, and where, for drawing and for the mouse.

use unicode_width::UnicodeWidthStr as _;

use super::bindings::Scope;
use super::{Action, App};

/// A key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub key: String,
    pub label: &'static str,
    pub action: Action,
    /// The column where it begins.
    pub column: usize,
    /// Whether it is shown whatever room there is: help, going back and quitting.
    is_always: bool,
}

/// The columns between two hints.
pub const GAP: usize = 2;

impl Hint {
    fn width(&self) -> usize {
        self.key.width() + 1 + self.label.width() + GAP
    }
}

impl App {
    /// Returns the hints that fit between two columns of the bottom line. Hints are never cut: each appears in full or not
    /// at all.
    pub fn hints(&self, from: usize, to: usize) -> Vec<Hint> {
        let scope = self.scope();
        let offered = self.keys.bindings_of(scope).filter(|one| one.in_footer && self.offers(one.action));
        let hints = offered.filter_map(|binding| {
            let key = self.keys.live_key(scope, binding)?.to_string();
            let is_always = binding.scope == Scope::Everywhere || binding.action == Action::Back;
            Some(Hint { key, label: binding.label, action: binding.action, column: 0, is_always })
        });
        let hints: Vec<Hint> = hints.collect();
        let mut reserved: usize = hints.iter().filter(|hint| hint.is_always).map(Hint::width).sum();
        let mut column = from;
        let mut shown = Vec::new();
        for mut hint in hints {
            if hint.is_always {
                reserved -= hint.width();
            }
            // The last one needs no gap behind it.
            if column + hint.width() + reserved <= to + GAP {
                hint.column = column;
                column += hint.width();
                shown.push(hint);
            }
        }
        shown
    }

    /// Returns the action whose hint is at a column of the bottom line while it shows nothing else.
    pub(super) fn hint_at(&self, column: u16) -> Option<Action> {
        let search: usize = self.search_hint().iter().map(|part| part.width()).sum();
        let hints = self.hints(1 + search, self.size().0.into());
        let is_hit = |hint: &Hint| (hint.column..hint.column + hint.width() - GAP).contains(&column.into());
        hints.into_iter().find(is_hit).map(|hint| hint.action)
    }
}
