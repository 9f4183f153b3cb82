//! A menu, narrowed by typing: all available commands, copyable texts, sort keys, or columns to show.

use tui_input::{Input, InputRequest};

use crate::call::SortKey;

use super::bindings::Action;
use super::viewport::Viewport;
use super::views::sessions::columns::Column;

#[derive(Debug)]
pub struct Menu {
    pub title: &'static str,
    /// The text typed to narrow it.
    pub input: Input,
    pub entries: Vec<MenuEntry>,
    /// The indexes of the entries that match the typed text.
    pub shown: Vec<usize>,
    /// The cursor and the window.
    pub viewport: Viewport,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MenuEntry {
    pub label: String,
    /// More about the entry: a key, or the start of the text to copy.
    pub detail: String,
    /// What choosing the entry does.
    pub pick: Pick,
}

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq)]
pub enum Pick {
    /// Performs an action.
    Do(Action),
    /// Copies a text; the first field names it.
    Copy(&'static str, String),
    /// Sorts the list by another key.
    Sort(SortKey),
    /// Shows or hides a column of the list.
    Column(Column),
}

impl Menu {
    /// Creates a menu that shows all entries.
    pub fn new(title: &'static str, entries: Vec<MenuEntry>) -> Menu {
        let shown = (0..entries.len()).collect();
        Menu { title, input: Input::default(), entries, shown, viewport: Viewport::default() }
    }

    /// Returns whether its entries are commands, any letter of which starts a name.
    pub fn is_of_commands(&self) -> bool {
        self.entries.iter().all(|entry| matches!(entry.pick, Pick::Do(_)))
    }

    /// Returns the entry under the cursor.
    pub fn selected(&self) -> Option<&MenuEntry> {
        self.entries.get(*self.shown.get(self.viewport.at)?)
    }

    /// Narrows the menu by the typed text: an entry must contain every word, in any order and ignoring case.
    pub fn type_in(&mut self, requests: impl IntoIterator<Item = InputRequest>) {
        requests.into_iter().for_each(|request| _ = self.input.handle(request));
        let typed = self.input.value().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let has = |entry: &MenuEntry| {
            let text = format!("{} {}", entry.label, entry.detail).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.shown = self.entries.iter().enumerate().filter(|(_, entry)| has(entry)).map(|(at, _)| at).collect();
        // Entries that start with the typed text are the most likely match.
        self.shown.sort_by_key(|at| !self.entries[*at].label.to_lowercase().starts_with(typed.trim()));
        self.viewport = Viewport::default();
        self.viewport.set_len(self.shown.len());
    }

    /// Moves the cursor.
    pub fn apply(&mut self, action: Action) {
        self.viewport.apply(action);
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
        text.chars().for_each(|letter| menu.type_in([InputRequest::InsertChar(letter)]));
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
        menu.type_in([InputRequest::InsertChar('#')]);
        assert_eq!(menu.selected(), None);
        menu.apply(Action::Down);
        menu.type_in([InputRequest::DeleteLine]);
        assert_eq!(menu.selected().map(|entry| entry.label.as_str()), Some("list of calls"));
    }
}
