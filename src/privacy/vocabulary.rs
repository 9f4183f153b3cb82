//! Words that are no secret: those of the schema, and those of our own sentences. A name made of such words cannot be told
//! from what the program says itself, so the second check does not look for it; the table of members alone keeps it back.

use std::collections::HashSet;
use std::sync::OnceLock;

/// The words in lower case: collected from the texts of the program, three letters or more.
const WORDS: &str = include_str!("../../assets/vocabulary.txt");

fn all() -> &'static HashSet<&'static str, foldhash::fast::FixedState> {
    static ALL: OnceLock<HashSet<&'static str, foldhash::fast::FixedState>> = OnceLock::new();
    ALL.get_or_init(|| WORDS.split_whitespace().collect())
}

/// Returns whether a word in lower case is one that the schema or the program uses.
pub fn is_known(word: &str) -> bool {
    all().contains(word)
}

/// Returns whether a name written as programs write names (`NoMediaConnectivity`, `main-audio`) is made of such words only.
pub fn is_made_of_known(name: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '_' | '.' | '#');
    if !name.chars().all(is_name) || !name.chars().any(|letter| letter.is_ascii_alphabetic()) {
        return false;
    }
    name.split(|letter: char| !letter.is_ascii_alphabetic()).flat_map(pieces).all(|piece| {
        let piece = piece.to_ascii_lowercase();
        piece.len() <= 2 || is_known(&piece)
    })
}

/// The words in a name, which begin with capitals.
fn pieces(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = vec![0];
    let letters = name.as_bytes();
    for at in 1..letters.len() {
        let begins = letters[at].is_ascii_uppercase()
            && (letters[at - 1].is_ascii_lowercase() || letters.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        if begins {
            starts.push(at);
        }
    }
    starts.push(letters.len());
    starts.windows(2).map(|two| &name[two[0]..two[1]]).filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_where_a_word_begins() {
        assert_eq!(pieces("NoMediaConnectivity"), ["No", "Media", "Connectivity"]);
        assert_eq!(pieces("relayIPAddress"), ["relay", "IP", "Address"]);
        assert_eq!(pieces(""), [""; 0]);
    }

    #[test]
    fn names_of_the_service_are_known_and_names_of_people_are_not() {
        for name in ["CallEndReasonNetworkConnectionLost", "main-audio", "applicationsharing-video"] {
            assert!(is_made_of_known(name), "{name}");
        }
        for name in ["Ruth", "main-audio-abara", "", "12", "RuthAbaraConnectionLost", "königsberg", "no sound"] {
            assert!(!is_made_of_known(name), "{name}");
        }
    }

    #[test]
    fn every_word_is_in_lower_case_and_no_name_of_the_demo_is_among_them() {
        for word in WORDS.split_whitespace() {
            assert!(word.len() >= 3 && word.bytes().all(|letter| letter.is_ascii_lowercase()), "{word}");
        }
        for name in ["ruth", "abara", "brandt", "lima", "contoso", "jabra", "munich"] {
            assert!(!is_known(name), "{name}");
        }
    }
}
