//! Keys that came faster than anyone answers what is on screen: typed ahead, the rest of a word, or text pasted by a
//! terminal that does not mark it. They are no answer to a prompt that writes a file, and pasted text is no command.

use super::key::Key;
use super::prompt::{Ask, Notice, Prompt};
use super::{Action, App, Effect, Event, Layer};

/// The letters from which on keys that came together are text rather than keys typed ahead: who types ahead of a slow
/// connection knows two or three keys in advance. Our own choice.
const PASTED: usize = 6;

/// The different letters that text of that length has at least; fewer are a key that was held down. Our own choice.
const DIFFERENT: usize = 4;

/// The keys from which on text is so long that it may arrive in several pieces, and that nobody typed it ahead. Our own
/// choice.
const LONG: usize = 64;

/// The different keys from which on what follows the end of a pasted line is another line, rather than keys typed ahead:
/// `3`, or `j` and Enter. Our own choice.
const ANOTHER_LINE: usize = 3;

/// Returns whether a key is one of those that text consists of. A pasted line break arrives as Enter or Ctrl-J.
fn is_text(key: Key) -> bool {
    matches!(key, Key::Char(_) | Key::Enter | Key::Tab | Key::Ctrl('j'))
}

/// Returns whether keys that came together look like pasted text.
fn looks_pasted(keys: &[Key]) -> bool {
    let letters = keys.iter().filter(|key| matches!(key, Key::Char(_)));
    let different: std::collections::HashSet<&Key> = letters.clone().collect();
    letters.count() >= PASTED && different.len() >= DIFFERENT
}

impl App {
    /// Returns whether keys behind the end of a line are more text. What began in a line of our own is judged more
    /// strictly than what began with the key that opens it, which is typed.
    fn is_more_text(after: &[Key], began_in_line: bool) -> bool {
        let different: std::collections::HashSet<&Key> = after.iter().filter(|key| is_text(**key)).collect();
        looks_pasted(after) || began_in_line && different.len() >= ANOTHER_LINE
    }

    /// Does what keys mean that came together, or a moment after the key before.
    pub(super) fn take_burst(&mut self, keys: &[Key]) -> Vec<Effect> {
        let mut effects = Vec::new();
        let is_pasted = looks_pasted(keys);
        let began_in_line = self.is_typed_into();
        // A long text arrives in several pieces; a key by itself is typed, however soon it follows.
        self.is_pasting &= keys.len() > 1;
        self.is_pasting |= is_pasted && began_in_line && keys.len() >= LONG;
        let mut rest = keys;
        while let Some((key, after)) = rest.split_first() {
            if self.is_held_back(*key, keys.len() == 1) {
                rest = after;
                continue;
            }
            let run = rest.iter().take_while(|key| is_text(**key)).count();
            if !self.is_typed_into()
                && run > 0
                && (self.is_pasting || looks_pasted(&rest[..run]) && !self.opens_line(*key))
            {
                self.refuse_paste();
                self.is_pasting = true;
                rest = &rest[run..];
                continue;
            }
            let ends_line = matches!(key, Key::Enter | Key::Ctrl('j'));
            match self.layers.top() {
                // Of pasted lines the first is no answer, and the others are not commands.
                Some(Layer::Menu(_)) if is_pasted && ends_line => {}
                Some(Layer::Prompt(Prompt { ask: Ask::SaveAs { .. }, .. })) if is_pasted && ends_line => {}
                Some(Layer::Prompt(_)) if ends_line && Self::is_more_text(after, is_pasted && began_in_line) => {
                    effects.extend(self.press(Key::Char(' ')));
                }
                _ => effects.extend(self.press(*key)),
            }
            rest = after;
        }
        effects
    }

    /// Returns whether a key came too soon after a prompt that writes a file to be an answer to it: it belongs to a word
    /// that began before. A single Enter is not taken either, but the next one is. A single Tab writes nothing.
    fn is_held_back(&mut self, key: Key, is_alone: bool) -> bool {
        let Some(Prompt { ask: Ask::SaveAs { is_awaited, .. }, .. }) = self.layers.prompt_mut() else { return false };
        if !is_text(key) || is_alone && matches!(key, Key::Enter | Key::Tab) {
            return std::mem::take(is_awaited) && key == Key::Enter;
        }
        *is_awaited
    }

    fn is_typed_into(&self) -> bool {
        self.layers.top().is_some_and(|top| top.typed().is_some())
    }

    fn opens_line(&self, key: Key) -> bool {
        matches!(
            self.meaning_of(key),
            Some(Event::Action(Action::Filter | Action::Search | Action::Jump | Action::Palette))
        )
    }

    /// Says that pasted text was ignored, and where it could go.
    pub(super) fn refuse_paste(&mut self) {
        let line = [Action::Filter, Action::Search].map(|action| self.keys.key_hint_in(self.scope(), action));
        let way = match line.iter().find(|hint| !hint.is_empty()) {
            Some(hint) => format!("press {hint}, then paste"),
            None => "there is no line to type into here".to_owned(),
        };
        self.layers.notice = Some(Notice::trouble(format!("pasted text ignored: {way}")));
    }
}
