//! Strings, numbers and words of JSON that may be broken: what a piece is, where it ends, and what it says.

use std::borrow::Cow;

/// A piece of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lexeme<'a> {
    /// A blank, as received.
    Blank(&'a [u8]),
    /// One of `{}[],:`.
    Sign(u8),
    /// The text of a string, without its quotes and with its escapes; whether its closing quote is there.
    Text(&'a [u8], bool),
    /// Anything else up to the next blank, sign or quote: a number, `true`, or something that is not JSON.
    Word(&'a [u8]),
}

/// Takes the first piece off a text. `None` at its end.
pub fn next<'a>(text: &mut &'a [u8]) -> Option<Lexeme<'a>> {
    let all = *text;
    let first = *all.first()?;
    let (lexeme, length) = match first {
        b'{' | b'}' | b'[' | b']' | b',' | b':' => (Lexeme::Sign(first), 1),
        b'"' => {
            let (end, is_closed) = end_of_string(&all[1..]);
            (Lexeme::Text(&all[1..1 + end], is_closed), 1 + end + usize::from(is_closed))
        }
        _ => {
            let blank = all.iter().position(|byte| !is_blank(*byte)).unwrap_or(all.len());
            if blank > 0 {
                (Lexeme::Blank(&all[..blank]), blank)
            } else {
                let ends = |byte: &u8| is_blank(*byte) || b"{}[],:\"".contains(byte);
                let end = all.iter().position(ends).unwrap_or(all.len());
                (Lexeme::Word(&all[..end]), end)
            }
        }
    };
    *text = &all[length..];
    Some(lexeme)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Returns the length of a string's text, and whether a closing quote follows.
fn end_of_string(text: &[u8]) -> (usize, bool) {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'"', b'\\', &text[from..]).map(|found| from + found) {
        if text[at] == b'"' {
            return (at, true);
        }
        from = (at + 2).min(text.len());
    }
    (text.len(), false)
}

/// Returns what the text of a string says. Broken escapes and bytes that are no letters become replacement characters.
pub fn said(text: &[u8]) -> Cow<'_, str> {
    if !text.contains(&b'\\') {
        return String::from_utf8_lossy(text);
    }
    let text = String::from_utf8_lossy(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut letters = after.chars();
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (letter, length) = unicode(after);
                out.push(letter);
                letters = after[length..].chars();
            }
            Some(letter @ ('"' | '\\' | '/')) => out.push(letter),
            // As the reader repairs it.
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Reads `uXXXX`, or two of them that form one letter; returns the letter and the number of bytes after the backslash.
fn unicode(text: &str) -> (char, usize) {
    let unit = |text: &str| {
        let digits =
            text.strip_prefix('u')?.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(text) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let second = text[5..].strip_prefix('\\').and_then(unit);
    match (char::decode_utf16([first]).next(), second) {
        (Some(Ok(letter)), _) => (letter, 5),
        (_, Some(second)) => match char::decode_utf16([first, second]).next() {
            Some(Ok(letter)) => (letter, 11),
            _ => (char::REPLACEMENT_CHARACTER, 5),
        },
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

/// Returns whether a word is a number.
pub fn is_number(word: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    word.iter().any(u8::is_ascii_digit) && word.iter().all(is_part)
}

/// Returns whether a word is one of JSON's own, or what programs write for a number that is none.
pub fn is_literal(word: &[u8]) -> bool {
    [&b"true"[..], b"false", b"null", b"NaN", b"Infinity", b"-Infinity"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut rest = text.as_bytes();
        std::iter::from_fn(|| next(&mut rest)).map(|lexeme| format!("{lexeme:?}")).collect()
    }

    #[test]
    fn pieces_cover_any_text() {
        for text in ["", "{\"a\\\"b\": -1.5e3, x}", "\"open", "\"a\\", "é\u{0}\"\u{1}\""] {
            let mut rest = text.as_bytes();
            let mut length = 0;
            while let Some(lexeme) = next(&mut rest) {
                length += match lexeme {
                    Lexeme::Blank(text) | Lexeme::Word(text) => text.len(),
                    Lexeme::Sign(_) => 1,
                    Lexeme::Text(text, is_closed) => 1 + text.len() + usize::from(is_closed),
                };
            }
            assert_eq!(length, text.len(), "{text}: {:?}", all(text));
        }
    }

    #[test]
    fn a_string_says_the_same_however_it_is_escaped() {
        for (text, said_so) in [
            ("Owen", "Owen"),
            (r"Ow\u0065n", "Owen"),
            (r"a\\b\/c\n\ud83d\ude00", "a\\b/c\n😀"),
            (r"\ud83d!", "\u{fffd}!"),
            (r"\u12", "\u{fffd}12"),
            (r"C:\Users", "C:\\Users"),
            ("\\", "\\"),
        ] {
            assert_eq!(said(text.as_bytes()), said_so, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_a_json_string_says_is_what_every_parser_reads(text in "\\PC{0,20}") {
            let json = serde_json::to_string(&text).expect("JSON");
            let mut rest = json.as_bytes();
            match next(&mut rest) {
                Some(Lexeme::Text(inside, true)) => proptest::prop_assert_eq!(said(inside), text),
                other => proptest::prop_assert!(false, "{other:?}"),
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..100)) {
            let mut rest = bytes.as_slice();
            while let Some(lexeme) = next(&mut rest) {
                if let Lexeme::Text(text, _) = lexeme {
                    let _ = said(text);
                }
            }
        }
    }
}
