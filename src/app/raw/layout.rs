//! Lays JSON out in lines: indented for reading, with every token unchanged, or broken to a width as it was received.

use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use super::tokens::Token;

/// A line of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    /// The line with the bracket that encloses this one; the first line is its own parent.
    pub parent: u32,
    /// The line with the matching closing bracket; the line itself if it opens nothing.
    pub end: u32,
    /// The range of its value in the node's JSON, in bytes.
    pub value: Range<usize>,
    /// The line's number, counted from 1; `None` if it continues the line above.
    pub number: Option<u32>,
    /// The kind of string that the line begins inside of.
    pub within: Option<Token>,
}

/// Puts JSON on indented lines, keeping its tokens byte for byte.
pub fn indented(json: &str) -> Vec<Line> {
    let text = json.trim_end();
    let mut layout = Indenter::default();
    let mut at = json.len() - json.trim_start().len();
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let length = layout.take(first, at, text);
        at += length;
        // A closing bracket ends its line, unless a comma follows.
        let rest = text[at..].trim_start();
        if matches!(first, '}' | ']') && layout.closes() && !rest.starts_with(',') && !rest.is_empty() {
            layout.end_line(layout.open.len().saturating_sub(2));
            layout.open.pop();
        }
    }
    layout.end_line(0);
    layout.lines
}

/// A layout of JSON in lines, as far as it has been made.
#[derive(Default)]
struct Indenter {
    lines: Vec<Line>,
    /// The lines of the brackets that are open.
    open: Vec<u32>,
    /// The line being made, and the value in it.
    line: String,
    value: Range<usize>,
}

impl Indenter {
    /// Takes in what begins at `at` with the letter `first`. Returns its length in bytes.
    fn take(&mut self, first: char, at: usize, text: &str) -> usize {
        let rest = &text[at..];
        let length = first.len_utf8();
        match first {
            '"' => {
                let length = string_length(rest);
                self.line.push_str(&rest[..length]);
                self.value = at..at + length;
                return length;
            }
            '{' | '[' => return self.take_opener(first, at, rest),
            '}' | ']' => self.take_closer(first, at),
            ',' => {
                self.line.push(',');
                // Text after a closing bracket still belongs to the element that it closes.
                let closes = self.closes();
                self.end_line(self.open.len() - usize::from(closes && !self.open.is_empty()));
                if closes {
                    self.open.pop();
                }
            }
            ':' => {
                self.line.push_str(": ");
                self.value = at + 1..at + 1;
            }
            ' ' | '\t' | '\r' | '\n' => {}
            other => {
                self.line.push(other);
                if self.value.is_empty() {
                    self.value = at..at;
                }
                self.value.end = at + length;
            }
        }
        length
    }

    fn take_opener(&mut self, first: char, at: usize, rest: &str) -> usize {
        self.line.push(first);
        let inside = rest[1..].trim_start();
        if !inside.starts_with(['}', ']']) {
            self.value = at..at;
            let place = self.end_line(self.open.len() + 1);
            self.open.push(place);
            return 1;
        }
        // Empty: keep both brackets on one line.
        self.line.extend(inside.chars().next());
        let length = rest.len() - inside.len() + 1;
        self.value = at..at + length;
        length
    }

    fn take_closer(&mut self, first: char, at: usize) {
        let depth = self.open.len().saturating_sub(1);
        if self.line.trim().is_empty() {
            self.line = indent(depth);
        } else {
            self.end_line(depth);
        }
        self.line.push(first);
        let place = self.lines.len() as u32;
        if let Some(opener) = self.open.last().and_then(|opener| self.lines.get_mut(*opener as usize)) {
            opener.end = place;
            opener.value.end = at + 1;
        }
    }

    /// Returns whether the line being made begins with a closing bracket.
    fn closes(&self) -> bool {
        self.line.trim_start().starts_with(['}', ']'])
    }

    /// Ends the line being made; the next one is indented by `depth` steps. Returns the index of the line.
    fn end_line(&mut self, depth: usize) -> u32 {
        let place = self.lines.len() as u32;
        let text = std::mem::replace(&mut self.line, indent(depth));
        let parent = self.open.last().copied().unwrap_or(0);
        let value = std::mem::take(&mut self.value);
        self.lines.push(Line { text, parent, end: place, value, number: Some(place + 1), within: None });
        place
    }
}

/// Returns the blanks in front of a line; deeper than 64 steps, they no longer grow.
fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(64))
}

/// Returns the length in bytes of the string that a text begins with, quotes included.
pub fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        // A backslash escapes one character, however many bytes it takes.
        at += 1 + text.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    text.len()
}

/// Breaks text into lines of at most `width` columns, wherever that falls.
pub fn broken(text: &str, width: usize) -> Vec<Line> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut strings = Strings { text, at: 0, last: (0..0, Token::Text) };
    for (number, line) in (1..).zip(text.lines()) {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let (mut from, mut used) = (0, 0);
        let mut push = |part: Range<usize>| {
            let end = lines.len() as u32;
            let number = (part.start == 0).then_some(number);
            let within = strings.around(start + part.start);
            lines.push(Line { text: line[part].to_owned(), parent: 0, end, value: 0..0, number, within });
        };
        for (at, letter) in line.char_indices() {
            let columns = letter.width().unwrap_or(1);
            if used + columns > width {
                push(from..at);
                (from, used) = (at, 0);
            }
            used += columns;
        }
        push(from..line.len());
    }
    if lines.is_empty() {
        let number = Some(1);
        lines.push(Line { text: String::new(), parent: 0, end: 0, value: 0..0, number, within: None });
    }
    lines
}

/// The strings of a text, in order.
struct Strings<'a> {
    text: &'a str,
    at: usize,
    /// The last one that was passed, and whether it is a name or a value.
    last: (Range<usize>, Token),
}

impl Strings<'_> {
    /// Returns the kind of string around a position; positions are asked for in order.
    fn around(&mut self, position: usize) -> Option<Token> {
        while self.last.0.end <= position {
            let rest = self.text.get(self.at..)?;
            let start = self.at + memchr::memchr(b'"', rest.as_bytes())?;
            let end = start + string_length(&self.text[start..]);
            let is_name = self.text[end..].trim_start().starts_with(':');
            self.last = (start..end, if is_name { Token::Name } else { Token::Text });
            self.at = end;
        }
        (self.last.0.start < position).then_some(self.last.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indenting_keeps_every_token_as_it_came() {
        let json = r#"{"a":1.0E+2,"b":[],"c":{ },"d":["x\"}",{"e":null}],"f":"\u00e9 é"}"#;
        assert_eq!(
            texts(&indented(json)),
            [
                "{",
                "  \"a\": 1.0E+2,",
                "  \"b\": [],",
                "  \"c\": {},",
                "  \"d\": [",
                "    \"x\\\"}\",",
                "    {",
                "      \"e\": null",
                "    }",
                "  ],",
                "  \"f\": \"\\u00e9 é\"",
                "}"
            ]
        );
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn as_received_is_every_letter_in_order() {
        let json = "{ \"a\" :1,\n\t\"山\":\"x\"}";
        assert_eq!(texts(&broken(json, 6)), ["{ \"a\" ", ":1,", "\t\"山\":", "\"x\"}"]);
    }

    #[test]
    fn a_line_knows_the_string_that_it_begins_inside_of() {
        let lines = broken("{\"name\": \"value\"}", 4);
        let within: Vec<Option<Token>> = lines.iter().map(|line| line.within).collect();
        assert_eq!(within, [None, Some(Token::Name), None, Some(Token::Text), None]);
        assert_eq!(lines.iter().filter(|line| line.number.is_some()).count(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_laying_out_panic(text in "\\PC{0,60}|[\\[\\]{}:,\"\\\\ \n]{0,40}", width in 0usize..20) {
            let _ = (indented(&text), broken(&text, width));
        }

        #[test]
        fn indenting_changes_blanks_only(value in proptest::collection::vec("\\PC{0,6}", 0..6)) {
            let json = serde_json::json!({ "a": value, "b": {} }).to_string();
            let squeezed: String = texts(&indented(&json)).join("\n");
            let again: serde_json::Value = serde_json::from_str(&squeezed).expect("still JSON");
            proptest::prop_assert_eq!(again.to_string(), json);
        }
    }
}
