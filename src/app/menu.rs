//! A list to choose from, narrowed by typing: everything that can be done here, what can be copied, by what to sort,
//! which columns to show.

use tui_input::{Input, InputRequest};

use crate::call::SortKey;

use super::bindings::Action;
use super::pager::Pager;

/// The list.
#[derive(Debug)]
pub struct Menu {
    /// What is chosen.
    pub title: &'static str,
    /// What was typed to narrow it.
    pub input: Input,
    /// All of it.
    pub entries: Vec<MenuEntry>,
    /// The places of the entries that have what was typed in them.
    pub shown: Vec<usize>,
    /// The cursor and the window.
    pub pager: Pager,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuEntry {
    /// What it is.
    pub label: String,
    /// More about it: a key, or the beginning of what would be copied.
    pub detail: String,
    /// What it leads to.
    pub pick: Pick,
}

/// What an entry leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Pick {
    /// Doing something.
    Do(Action),
    /// Copying a text, called so.
    Copy(&'static str, String),
    /// Another order of the list.
    Sort(SortKey),
    /// A column of the list, shown or not.
    Column(ColumnKey),
}

/// A column that the list of sessions can have: a factor or a metric of streams, by its place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKey {
    /// When the session began.
    Start,
    /// How long it lasted.
    Length,
    /// What decided how it stands.
    Words,
    /// A factor.
    Factor(&'static str),
    /// A metric.
    Figure(&'static str),
}

impl Menu {
    /// With everything in it.
    pub fn new(title: &'static str, entries: Vec<MenuEntry>) -> Menu {
        let shown = (0..entries.len()).collect();
        Menu { title, input: Input::default(), entries, shown, pager: Pager::default() }
    }

    /// The entry with the cursor.
    pub fn selected(&self) -> Option<&MenuEntry> {
        self.entries.get(*self.shown.get(self.pager.at)?)
    }

    /// Narrows it by what is typed: every word has to be in an entry, in any order and in any capitals.
    pub fn type_in(&mut self, requests: impl IntoIterator<Item = InputRequest>, visible: usize) {
        requests.into_iter().for_each(|request| _ = self.input.handle(request));
        let typed = self.input.value().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let has = |entry: &MenuEntry| {
            let text = format!("{} {}", entry.label, entry.detail).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.shown = self.entries.iter().enumerate().filter(|(_, entry)| has(entry)).map(|(at, _)| at).collect();
        // What begins with what was typed is what was meant.
        self.shown.sort_by_key(|at| !self.entries[*at].label.to_lowercase().starts_with(typed.trim()));
        self.pager = Pager::default();
        self.pager.settle(self.shown.len(), visible);
    }

    /// Moves the cursor.
    pub fn apply(&mut self, action: Action, visible: usize) {
        self.pager.apply(action, self.shown.len(), visible);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Menu {
        let entry = |label: &str, detail: &str| MenuEntry {
            label: label.to_owned(),
            detail: detail.to_owned(),
            pick: Pick::Do(Action::Help),
        };
        Menu::new("all commands", vec![entry("list of calls", "c"), entry("next pane", "Tab"), entry("people", "3")])
    }

    fn typed(text: &str) -> Vec<String> {
        let mut menu = menu();
        text.chars().for_each(|letter| menu.type_in([InputRequest::InsertChar(letter)], 5));
        menu.shown.iter().map(|at| menu.entries[*at].label.clone()).collect()
    }

    #[test]
    fn what_is_typed_narrows_it_and_what_begins_so_comes_first() {
        assert_eq!(typed(""), ["list of calls", "next pane", "people"]);
        assert_eq!(typed("PE"), ["people"]);
        assert_eq!(typed("ne"), ["next pane"]);
        assert_eq!(typed("p"), ["people", "next pane"]);
        assert_eq!(typed("calls of"), ["list of calls"]);
        assert!(typed("zzz").is_empty());
    }

    #[test]
    fn nothing_is_chosen_where_nothing_is_left() {
        let mut menu = menu();
        menu.type_in([InputRequest::InsertChar('#')], 5);
        assert_eq!(menu.selected(), None);
        menu.apply(Action::Down, 5);
        menu.type_in([InputRequest::DeleteLine], 5);
        assert_eq!(menu.selected().map(|entry| entry.label.as_str()), Some("list of calls"));
    }
}
