//! The second check: everything that was removed from a call is known here, and every text that is about to leave is
//! searched for it, on whole words. It finds what the table of members has overlooked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use super::lexer::{self, Lexeme};
use super::table::Kind;
use super::vocabulary;
use crate::model::endpoint::is_invisible;

/// Shorter values are too common to be searched for: the table of members alone keeps them back.
const SHORTEST: usize = 3;

/// Shorter numbers look like packets, milliseconds and percentages: the table of members alone keeps them back.
const SHORTEST_NUMBER: usize = 7;

/// Everything that was removed from a call.
#[derive(Debug, Default)]
pub struct Guard {
    /// Values in lower case, by their first word.
    values: HashMap<Box<str>, BTreeMap<Box<str>, Kind>>,
    /// Names and IDs in lower case, whatever words they are made of.
    whole: HashSet<Box<str>>,
    /// Words of names by which a person can be recognised.
    parts: HashMap<Box<str>, Kind>,
}

/// Something that was removed, found in a text that was about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// What it is.
    pub kind: Kind,
    /// Its first letter and its length.
    masked: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.kind.words(), self.masked)
    }
}

impl Leak {
    fn new(kind: Kind, value: &str) -> Leak {
        let letters = value.chars().count();
        let first = value.chars().next().unwrap_or_default();
        Leak { kind, masked: format!("{first}…, {letters} letters") }
    }
}

impl Guard {
    /// Adds a value that was removed. Names also count by their words.
    pub fn add(&mut self, kind: Kind, value: &str) {
        let lower = compared(value);
        let is_name = matches!(kind, Kind::PersonName | Kind::Account | Kind::Id | Kind::MachineName | Kind::Unknown);
        if is_name && !self.whole.contains(lower.as_str()) {
            self.whole.insert(lower.as_str().into());
        }
        let words: Vec<&str> = words(&lower).map(|(start, end)| &lower[start..end]).collect();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        if has_parts(kind) && words.len() > 1 {
            for word in &words {
                if is_distinctive(word) && !self.parts.contains_key(*word) {
                    self.parts.insert((*word).into(), kind);
                }
            }
        }
        let offset = |word: &str| word.as_ptr() as usize - lower.as_ptr() as usize;
        let whole = &lower[offset(first)..offset(last) + last.len()];
        if !is_searched(whole, &words) {
            return;
        }
        let known = self.values.entry((*first).into()).or_default();
        if !known.contains_key(whole) {
            known.insert(whole.into(), kind);
        }
    }

    /// Returns whether a text as a whole is a name or an ID that was removed, also one that is not searched for.
    pub fn is_value(&self, text: &str) -> bool {
        text.len() >= SHORTEST && self.whole.contains(compared(text).as_str())
    }

    /// Returns what was removed and is in a text, if anything is.
    pub fn find(&self, text: &str) -> Option<Leak> {
        if self.is_empty() {
            return None;
        }
        let lower = compared(text);
        words(&lower).find_map(|(start, end)| {
            let word = &lower[start..end];
            // Four letters of an ID made by chance may be a name, such as Edda.
            if let Some(kind) = self.parts.get(word).filter(|_| !is_in_guid(&lower, start)) {
                return Some(Leak::new(*kind, word));
            }
            let values = self.values.get(word)?;
            let rest = &lower[start..];
            let is_here = |value: &str| {
                (value.len() > word.len() || !is_in_guid(&lower, start))
                    && rest
                        .strip_prefix(value)
                        .is_some_and(|after| !after.starts_with(|next: char| next.is_alphanumeric()))
            };
            values.iter().find(|(value, _)| is_here(value)).map(|(value, kind)| Leak::new(*kind, value))
        })
    }

    /// Does the same for JSON that is about to be written: names, texts and numbers.
    pub fn find_in_json(&self, json: &[u8]) -> Option<Leak> {
        let mut rest = json;
        std::iter::from_fn(|| lexer::next(&mut rest)).find_map(|lexeme| match lexeme {
            Lexeme::Text(text, _) => self.find(&lexer::said(text)),
            Lexeme::Word(word) if word.len() >= SHORTEST_NUMBER => self.find(&String::from_utf8_lossy(word)),
            _ => None,
        })
    }

    /// Returns whether nothing was removed.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.parts.is_empty()
    }
}

/// Whether single words of a value say who is meant.
fn has_parts(kind: Kind) -> bool {
    matches!(kind, Kind::PersonName | Kind::Account)
}

/// Whether a word of a name may be looked for alone.
fn is_distinctive(word: &str) -> bool {
    word.chars().count() >= SHORTEST && word.chars().any(char::is_alphabetic) && !vocabulary::is_known(word)
}

/// Whether a value, given with its words, is searched for: not if it is too short, a small number, or made of words that we
/// use ourselves.
fn is_searched(value: &str, words: &[&str]) -> bool {
    let letters = value.chars().count();
    if letters < SHORTEST || value.bytes().all(|byte| byte.is_ascii_digit()) && letters < SHORTEST_NUMBER {
        return false;
    }
    let has_letters = value.chars().any(char::is_alphabetic);
    let is_ours = |word: &&str| word.chars().count() < SHORTEST || vocabulary::is_known(word);
    !has_letters || !words.iter().all(is_ours)
}

/// Returns whether the word that begins at a place is a part of a GUID.
fn is_in_guid(text: &str, at: usize) -> bool {
    let is_outside = |letter: char| !letter.is_ascii_hexdigit() && letter != '-';
    let from = text[..at].rfind(is_outside).map_or(0, |found| found + 1);
    let from = (from..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let to = text[at..].find(is_outside).map_or(text.len(), |found| at + found);
    is_guid(&text[from..to])
}

/// Returns whether a text is a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    text.chars().all(is_part) && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// A text as it is compared: in lower case, and without what leaves nothing visible, which would only hide a name from the
/// search.
fn compared(text: &str) -> String {
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.bytes().all(is_plain) {
        return text.to_ascii_lowercase();
    }
    let letters = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let visible = letters.filter(|letter| !letter.is_control() && !is_invisible(*letter));
    visible.collect::<String>().to_lowercase()
}

/// The words of a text: where each begins and ends.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = text.len() - rest.len();
        let start = at + rest.find(char::is_alphanumeric)?;
        let inside = &text[start..];
        let end = start + inside.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(inside.len());
        rest = &text[end..];
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(values: &[(Kind, &str)]) -> Guard {
        let mut guard = Guard::default();
        values.iter().for_each(|(kind, value)| guard.add(*kind, value));
        guard
    }

    #[test]
    fn whole_values_are_found_and_parts_of_other_words_are_not() {
        let guard = guard(&[
            (Kind::LocalAddress, "10.1.2.3"),
            (Kind::MachineName, "PC-17b"),
            (Kind::Id, "+1206555"),
            (Kind::DeviceName, "Jabra Evolve2 65"),
        ]);
        for text in ["10.1.2.3", "at 10.1.2.3:443", "pc-17B.", "tel:+1206555", "the jabra evolve2 65 (USB)"] {
            assert!(guard.find(text).is_some(), "{text}");
        }
        for text in ["110.1.2.3", "10.1.2.30", "PC-17bc", "xPC-17b", "31206555", "Jabra", "", "Evolve2 65"] {
            assert_eq!(guard.find(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_is_found_by_each_of_its_words() {
        let guard = guard(&[(Kind::PersonName, "Ruth Abara"), (Kind::Account, "ruth.abara@contoso.example")]);
        for text in ["I could not hear Abara", "RUTH", "headset of ruth.abara", "mail contoso"] {
            assert!(guard.find(text).is_some(), "{text}");
        }
        assert_eq!(guard.find("Abaras truth"), None);
        let leak = guard.find("Abara").expect("it is one");
        assert_eq!(leak.to_string(), "a person's name (a…, 5 letters)");
    }

    #[test]
    fn what_nobody_sees_in_a_name_does_not_hide_it() {
        let guard = guard(&[(Kind::PersonName, "Ruth Ab\u{200b}ara"), (Kind::Id, "ab\u{ad}c-17")]);
        for text in ["Abara", "A\u{200b}ba\u{2060}ra", "AB\u{7}ARA's", "Ru\u{feff}th", "by\u{a0}Abara\ttoo", "ABC-17"] {
            assert!(guard.find(text).is_some(), "{text:?}");
        }
        assert!(guard.is_value("abc-17") && guard.find("A bara").is_none());
    }

    #[test]
    fn what_we_say_ourselves_is_not_taken_for_a_secret() {
        let guard = guard(&[
            (Kind::PersonName, "Mark Good"),
            (Kind::PersonName, "Teams"),
            (Kind::MachineName, "audio"),
            (Kind::Unknown, "58436"),
            (Kind::Id, "17"),
            (Kind::PersonName, "王伟"),
        ]);
        for text in ["audio is good", "Teams, mark 58436 of 17"] {
            assert_eq!(guard.find(text), None, "{text}");
        }
    }

    #[test]
    fn letters_of_an_id_are_no_name_unless_the_whole_id_was_removed() {
        let mut guard = guard(&[(Kind::PersonName, "Edda Haddad"), (Kind::PersonName, "Edda")]);
        let id = "e523d2ed-edda-4b6b-925b-754a88034cc5";
        assert_eq!(guard.find(&format!("the session {id}")), None);
        assert!(guard.find("edda-4b6b").is_some() && guard.find("é edda").is_some());
        guard.add(Kind::Id, id);
        assert!(guard.find(&format!("the session {id}")).is_some());
    }

    #[test]
    fn json_is_searched_as_it_is_read() {
        let guard = guard(&[(Kind::PersonName, "Cléo \"C\" Grünwald"), (Kind::Unknown, "12345678")]);
        for json in [r#"{"a":"cl\u00e9o"}"#, r#"{"x Gr\u00fcnwald":1}"#, r#"[12345678]"#] {
            assert!(guard.find_in_json(json.as_bytes()).is_some(), "{json}");
        }
        assert_eq!(guard.find_in_json(br#"{"good":[1234567,"x"]}"#), None);
    }
}
