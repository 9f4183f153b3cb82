//! The JSON of a node as received: indented for reading, with every token as it came, or exactly as it stands.

use unicode_width::UnicodeWidthChar as _;

use crate::model::NodePath;

use super::open::OpenSession;
use super::pager::Pager;

/// The raw view of a node.
#[derive(Debug)]
pub struct Raw {
    /// The node.
    pub path: NodePath,
    /// The node's JSON.
    text: String,
    /// Why it is the whole session's JSON instead of the node's.
    pub note: Option<&'static str>,
    /// As received, and not indented.
    pub is_received: bool,
    /// The lines, in the layout chosen.
    pub lines: Vec<String>,
    /// How many columns are out of sight on the left.
    pub left: usize,
    /// The cursor and the window.
    pub pager: Pager,
    width: usize,
}

impl Raw {
    /// Of a node, for a window of so many columns.
    pub fn new(open: &OpenSession, path: NodePath, width: usize) -> Raw {
        let (text, note) = match std::str::from_utf8(&open.bytes) {
            Ok(json) => match path.slice(json) {
                Some(slice) => (slice.to_owned(), None),
                None => (json.to_owned(), Some("the session is not valid JSON, so this is all of it")),
            },
            Err(_) => (
                String::from_utf8_lossy(&open.bytes).into_owned(),
                Some("the session is not valid UTF-8, so this is all of it; \u{FFFD} stands for what is none"),
            ),
        };
        let mut raw =
            Raw { path, text, note, is_received: false, lines: Vec::new(), left: 0, pager: Pager::default(), width: 0 };
        raw.lay_out(width);
        raw
    }

    /// The other layout.
    pub fn toggle(&mut self, width: usize) {
        self.is_received = !self.is_received;
        (self.left, self.pager, self.width) = (0, Pager::default(), 0);
        self.lay_out(width);
    }

    /// Lays the lines out for a window of so many columns.
    pub fn lay_out(&mut self, width: usize) {
        if self.width == width {
            return;
        }
        let needs_it = self.is_received || self.width == 0;
        self.width = width;
        if needs_it {
            self.lines = if self.is_received { broken(&self.text, width) } else { indented(&self.text) };
        }
    }

    /// Moves the window sideways.
    pub fn shift(&mut self, to_the_right: bool) {
        let step = (self.width / 2).max(1);
        let longest = self.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        self.left = match to_the_right {
            true if self.is_received => 0,
            true => (self.left + step).min(longest.saturating_sub(step)),
            false => self.left.saturating_sub(step),
        };
    }
}

/// JSON with its own tokens, byte for byte, on lines of their own.
fn indented(json: &str) -> Vec<String> {
    const STEP: &str = "  ";
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut depth = 0usize;
    let mut rest = json.trim();
    let break_line = |line: &mut String, depth: usize, lines: &mut Vec<String>| {
        lines.push(std::mem::replace(line, STEP.repeat(depth.min(64))));
    };
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '"' => {
                length = string_length(rest);
                line.push_str(&rest[..length]);
            }
            '{' | '[' => {
                line.push(first);
                let inside = rest[1..].trim_start();
                if inside.starts_with(['}', ']']) {
                    // Nothing inside: both brackets on one line.
                    line.extend(inside.chars().next());
                    length = rest.len() - inside.len() + 1;
                } else {
                    depth += 1;
                    break_line(&mut line, depth, &mut lines);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut line, depth, &mut lines);
                line.push(first);
            }
            ',' => {
                line.push(',');
                break_line(&mut line, depth, &mut lines);
            }
            ':' => line.push_str(": "),
            ' ' | '\t' | '\r' | '\n' => {}
            other => line.push(other),
        }
        rest = &rest[length..];
    }
    lines.push(line);
    lines
}

/// How long the string is that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        // What a backslash escapes is one letter, however long.
        at += 1 + text.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    text.len()
}

/// Text on lines of at most so many columns, broken wherever they end.
fn broken(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    for line in text.lines() {
        let (mut part, mut used) = (String::new(), 0);
        for letter in line.chars() {
            let columns = letter.width().unwrap_or(1);
            if used + columns > width {
                lines.push(std::mem::take(&mut part));
                used = 0;
            }
            part.push(letter);
            used += columns;
        }
        lines.push(part);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::open::Judge;
    use crate::call::Place;
    use crate::triage::RuleSets;

    #[test]
    fn indenting_keeps_every_token_as_it_came() {
        let json = r#"{"a":1.0E+2,"b":[],"c":{ },"d":["x\"}",{"e":null}],"f":"\u00e9 é"}"#;
        assert_eq!(
            indented(json),
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

    #[test]
    fn as_received_is_every_letter_in_order() {
        let json = "{ \"a\" :1,\n\t\"山\":\"x\"}";
        assert_eq!(broken(json, 6), ["{ \"a\" ", ":1,", "\t\"山\":", "\"x\"}"]);
    }

    #[test]
    fn a_node_of_a_broken_session_is_shown_with_all_around_it() {
        let bytes = b"{\"segments\":[{\"id\":\"M\xfcller\"}]}";
        let read = crate::model::session::read(bytes).expect("mended");
        let open = OpenSession::new(
            Place { part: 0, offset: 0, length: 0 },
            bytes.to_vec(),
            read.session,
            &Default::default(),
            RuleSets::built_in(),
            Judge { set: 0, base: 0 },
        );
        let raw = Raw::new(&open, NodePath::segment(0), 40);
        assert!(raw.note.is_some());
        assert_eq!(raw.lines[0], "{");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_laying_out_panic(text in "\\PC{0,60}|[\\[\\]{}:,\"\\\\ \n]{0,40}", width in 0usize..20) {
            let _ = (indented(&text), broken(&text, width));
        }

        #[test]
        fn indenting_changes_blanks_only(value in proptest::collection::vec("\\PC{0,6}", 0..6)) {
            let json = serde_json::json!({ "a": value, "b": {} }).to_string();
            let squeezed: String = indented(&json).join("\n");
            let again: serde_json::Value = serde_json::from_str(&squeezed).expect("still JSON");
            proptest::prop_assert_eq!(again.to_string(), json);
        }
    }
}
