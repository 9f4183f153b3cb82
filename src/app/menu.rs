//! A menu, narrowed by typing: all available commands, copyable texts, sort keys, or columns to show.

use tui_input::{Input, InputRequest};

use crate::call::SortKey;

use super::bindings::Action;
use super::effect::Ticket;
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
    /// Its keys; empty for what has none.
    pub keys: String,
    /// More about the entry: what it does, or the start of the text to copy.
    pub detail: String,
    /// Other words by which it is found.
    pub synonyms: &'static str,
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
    /// Copy a ticket.
    Ticket(Ticket),
    /// Sorts the list by another key.
    Sort(SortKey),
    /// Filters the call.
    Filter(String),
    /// Shows or hides a column of the list.
    Column(Column),
}

impl MenuEntry {
    /// Creates an entry without keys.
    pub fn new(label: impl Into<String>, detail: impl Into<String>, pick: Pick) -> MenuEntry {
        MenuEntry { label: label.into(), keys: String::new(), detail: detail.into(), synonyms: "", pick }
    }

    /// Returns how well the entry matches all typed words, in lower case; `None` if it does not. The larger the better.
    fn score(&self, words: &[&str]) -> Option<u32> {
        let (label, detail) = (self.label.to_lowercase(), self.detail.to_lowercase());
        let mut sum = 0;
        for word in words {
            let by_name = likeness(word, &label).map(|score| score + 10);
            let by_synonym = likeness(word, self.synonyms);
            let by_detail = detail.contains(word).then_some(20);
            let by_key = (self.keys.to_lowercase() == *word).then_some(60);
            sum += by_name.max(by_synonym).max(by_detail).max(by_key)?;
        }
        Some(sum)
    }
}

/// Returns how much a text is like what was typed: most if it begins so, less if a word of it does, less if it contains
/// it, least if it contains its letters in order (from three letters on, the first of them at the start of a word).
/// Both are in lower case. The numbers only rank.
fn likeness(typed: &str, text: &str) -> Option<u32> {
    let starts = || text.split_whitespace().enumerate().find(|(_, word)| word.starts_with(typed));
    if text.starts_with(typed) {
        return Some(100);
    }
    if let Some((at, _)) = starts() {
        return Some(80_u32.saturating_sub(at as u32));
    }
    if text.contains(typed) {
        return Some(50);
    }
    let first = typed.chars().next().filter(|_| typed.chars().count() >= 3)?;
    let begin = text.split_whitespace().find(|word| word.starts_with(first))?;
    let mut rest = text[text.find(begin)?..].chars();
    typed.chars().all(|letter| rest.any(|other| other == letter)).then_some(5)
}

impl Menu {
    /// Creates a menu that shows all entries.
    pub fn new(title: &'static str, entries: Vec<MenuEntry>) -> Menu {
        let shown = (0..entries.len()).collect();
        Menu { title, input: Input::default(), entries, shown, viewport: Viewport::default() }
    }

    /// Returns whether its entries are commands, any letter of which starts a name.
    pub fn is_of_commands(&self) -> bool {
        self.entries.iter().all(|entry| matches!(entry.pick, Pick::Do(_) | Pick::Filter(_)))
    }

    /// Returns the entry under the cursor.
    pub fn selected(&self) -> Option<&MenuEntry> {
        self.entries.get(*self.shown.get(self.viewport.at)?)
    }

    /// Narrows the menu by the typed text: an entry must match every word, in any order and ignoring case. The best
    /// matches come first.
    pub fn type_in(&mut self, requests: impl IntoIterator<Item = InputRequest>) {
        requests.into_iter().for_each(|request| _ = self.input.handle(request));
        let typed = self.input.value().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let scores = self.entries.iter().enumerate();
        let mut scores: Vec<(usize, u32)> = scores.filter_map(|(at, it)| Some((at, it.score(&words)?))).collect();
        scores.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        self.shown = scores.into_iter().map(|(at, _)| at).collect();
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
        let entry = |label: &str, keys: &str| MenuEntry {
            keys: keys.to_owned(),
            synonyms: if label == "people" { "participants users" } else { "" },
            ..MenuEntry::new(label, "", Pick::Do(Action::Help))
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
        assert_eq!(typed("users"), ["people"]);
        assert_eq!(typed("lsc"), ["list of calls"], "the letters in order are enough");
        assert_eq!(typed("tab"), ["next pane"]);
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
