//! What each part of a line of JSON is, for its colours.

use std::ops::Range;

use super::layout::string_length;

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The name of a member.
    Name,
    /// A string that is a value.
    Text,
    Number,
    /// `true` or `false`.
    Bool,
    Null,
    /// Brackets, commas and colons.
    Sign,
    /// Anything that is not JSON.
    Other,
}

/// Returns the tokens of a line that begin before `end`, without the blanks between them. `within` is the kind of string
/// that the line begins inside of, and `next` the one that the following line does.
pub fn tokens(line: &str, within: Option<Token>, next: Option<Token>, end: usize) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    if let Some(kind) = within {
        at = rest_of_string(line);
        tokens.push((kind, 0..at));
    }
    while let Some(first) = line.get(at..).and_then(|rest| rest.chars().next()) {
        if at >= end {
            break;
        }
        let rest = &line[at..];
        let run = |is: fn(char) -> bool| rest.find(|letter| !is(letter)).unwrap_or(rest.len());
        let (kind, length) = match first {
            '"' => {
                let length = string_length(rest);
                let is_cut = at + length == line.len() && next.is_some();
                let is_name = rest[length..].trim_start().starts_with(':');
                let kind = if is_name { Token::Name } else { Token::Text };
                (next.filter(|_| is_cut).unwrap_or(kind), length)
            }
            '{' | '}' | '[' | ']' | ',' | ':' => (Token::Sign, 1),
            '-' | '0'..='9' => (Token::Number, run(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '+' | '.'))),
            letter if letter.is_whitespace() => {
                at += letter.len_utf8();
                continue;
            }
            letter if letter.is_alphanumeric() => {
                let length = run(char::is_alphanumeric);
                let kind = match &rest[..length] {
                    "true" | "false" => Token::Bool,
                    "null" => Token::Null,
                    _ => Token::Other,
                };
                (kind, length)
            }
            other => (Token::Other, other.len_utf8()),
        };
        tokens.push((kind, at..at + length));
        at += length;
    }
    tokens
}

/// Returns where a string ends that began on an earlier line.
fn rest_of_string(line: &str) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 1 + line.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str, within: Option<Token>, next: Option<Token>) -> Vec<(Token, &str)> {
        tokens(line, within, next, usize::MAX).into_iter().map(|(kind, range)| (kind, &line[range])).collect()
    }

    #[test]
    fn names_values_and_signs_are_told_apart() {
        assert_eq!(
            told(r#"  "a\"b": [1.5e+3, "x", true, null, oops],"#, None, None),
            [
                (Token::Name, r#""a\"b""#),
                (Token::Sign, ":"),
                (Token::Sign, "["),
                (Token::Number, "1.5e+3"),
                (Token::Sign, ","),
                (Token::Text, "\"x\""),
                (Token::Sign, ","),
                (Token::Bool, "true"),
                (Token::Sign, ","),
                (Token::Null, "null"),
                (Token::Sign, ","),
                (Token::Other, "oops"),
                (Token::Sign, "]"),
                (Token::Sign, ","),
            ]
        );
    }

    #[test]
    fn a_string_that_a_line_break_cuts_keeps_its_kind() {
        assert_eq!(told(r#"me":7"#, Some(Token::Name), None)[0], (Token::Name, "me\""));
        assert_eq!(told(r#"{"na"#, None, Some(Token::Name))[1], (Token::Name, "\"na"));
        assert_eq!(told("all of it", Some(Token::Text), Some(Token::Text)), [(Token::Text, "all of it")]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "\\PC{0,40}|[\\[\\]{}:,\"\\\\ a1é]{0,40}", is_within: bool, end in 0usize..50) {
            let within = is_within.then_some(Token::Text);
            for (_, range) in tokens(&line, within, within, end) {
                proptest::prop_assert!(line.get(range).is_some());
            }
        }
    }
}
