//! A text to search for: lower case matches both cases, upper case only itself.

use std::ops::Range;

use crate::triage::{Interner, Name};

/// A text to search for, and which of a call's names contain it.
#[derive(Debug, Clone)]
pub struct Needle {
    pub(super) text: String,
    is_exact: bool,
    /// Whether a text must be it, not only contain it.
    is_whole: bool,
    found: Vec<bool>,
    /// The value of [`Interner::retold`] at that time.
    retold: u32,
}

impl Needle {
    /// Creates a needle: one in lower case matches both cases.
    pub fn new(text: &str) -> Needle {
        let is_exact = text.chars().any(char::is_uppercase);
        let text = if is_exact { text.to_owned() } else { text.to_lowercase() };
        Needle { text, is_exact, is_whole: false, found: Vec::new(), retold: 0 }
    }

    /// Creates a needle that is the whole of a text.
    pub(super) fn whole(text: &str) -> Needle {
        Needle { is_whole: true, ..Needle::new(text) }
    }

    /// Returns whether a text contains it.
    pub fn is_in(&self, text: &str) -> bool {
        if self.is_whole {
            return if self.is_exact { text == self.text } else { text.to_lowercase() == self.text };
        }
        if self.is_exact || (text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase())) {
            return memchr::memmem::find(text.as_bytes(), self.text.as_bytes()).is_some();
        }
        text.to_lowercase().contains(&self.text)
    }

    pub(super) fn prepare(&mut self, names: &Interner) {
        let mut found = std::mem::take(&mut self.found);
        if found.len() > names.count() || self.retold != names.retold() {
            found.clear();
        }
        found.extend(names.from(found.len()).map(|name| self.is_in(name)));
        (self.found, self.retold) = (found, names.retold());
    }

    pub(super) fn found(&self, name: Name) -> bool {
        self.found.get(name.number()).copied().unwrap_or(false)
    }

    /// Returns the byte ranges of its matches in a text, from left to right.
    pub fn places_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        if self.text.is_empty() || (self.is_whole && !self.is_in(text)) {
            return places;
        }
        for (at, _) in text.char_indices() {
            if places.last().is_none_or(|last| last.end <= at)
                && let Some(length) = self.length_at(&text[at..])
            {
                places.push(at..at + length);
            }
        }
        places
    }

    /// Returns how many bytes of a text it takes if it stands at its start. A letter in lower case may be longer or
    /// shorter than the letter itself.
    fn length_at(&self, text: &str) -> Option<usize> {
        if self.is_exact {
            return text.starts_with(&self.text).then_some(self.text.len());
        }
        let mut wanted = self.text.chars();
        for (at, letter) in text.char_indices() {
            if wanted.as_str().is_empty() {
                return Some(at);
            }
            for lower in letter.to_lowercase() {
                if wanted.as_str().is_empty() {
                    break;
                }
                if wanted.next() != Some(lower) {
                    return None;
                }
            }
        }
        wanted.as_str().is_empty().then_some(text.len())
    }
}
