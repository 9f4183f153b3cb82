//! The JSON of a node as received: either indented for reading, with every token unchanged, or in its original layout.
//! It can be folded, searched, and navigated by path.

use std::collections::HashSet;
use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use crate::model::NodePath;
use crate::text::{is_unsafe, unicode_escape};

use super::session_detail::SessionDetail;
use super::viewport::Viewport;

/// The raw view of a node.
#[derive(Debug)]
pub struct Raw {
    /// The node.
    pub path: NodePath,
    /// The node's JSON.
    text: String,
    /// The reason for showing the whole session's JSON instead of the node's.
    pub note: Option<&'static str>,
    /// Whether the JSON is in its original layout instead of indented.
    pub is_received: bool,
    /// The lines, in the chosen layout.
    lines: Vec<Line>,
    /// The indexes of the lines that are not folded away.
    pub shown: Vec<u32>,
    folded: HashSet<u32>,
    /// The search text.
    sought: String,
    /// The lines that match it.
    found: Vec<u32>,
    /// The number of columns scrolled off the left edge.
    pub left: usize,
    longest: usize,
    /// The cursor and the window.
    pub viewport: Viewport,
    width: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    text: String,
    /// The line with the bracket that encloses this one; the first line is its own parent.
    parent: u32,
    /// The line with the matching closing bracket; the line itself if it opens nothing.
    end: u32,
    /// The range of its value in the node's JSON, in bytes.
    value: Range<usize>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    At(usize),
}

impl Raw {
    /// Creates the raw view of a node, for a window `width` columns wide.
    pub fn new(open: &SessionDetail, path: NodePath, width: usize) -> Raw {
        let (text, note) = match std::str::from_utf8(&open.bytes) {
            Ok(json) => match path.slice(json) {
                Some(slice) => (slice.to_owned(), None),
                None => (json.to_owned(), Some("the session is not valid JSON, so all of it is shown")),
            },
            Err(_) => (
                String::from_utf8_lossy(&open.bytes).into_owned(),
                Some("the session is not valid UTF-8, so all of it is shown; \u{FFFD} marks invalid bytes"),
            ),
        };
        Raw::of(path, text, note, width)
    }

    fn of(path: NodePath, text: String, note: Option<&'static str>, width: usize) -> Raw {
        let mut raw = Raw {
            path,
            text,
            note,
            is_received: false,
            lines: Vec::new(),
            shown: Vec::new(),
            folded: HashSet::new(),
            sought: String::new(),
            found: Vec::new(),
            left: 0,
            longest: 0,
            viewport: Viewport::default(),
            width: 0,
        };
        raw.lay_out(width);
        raw
    }

    /// Returns all of it as a document, in the chosen layout and with nothing folded.
    pub fn whole(&self) -> String {
        if self.is_received {
            return self.text.clone();
        }
        self.lines.iter().map(|line| format!("{}\n", line.text)).collect()
    }

    /// Switches to the other layout.
    pub fn toggle(&mut self, width: usize) {
        self.is_received = !self.is_received;
        (self.left, self.viewport, self.width) = (0, Viewport::default(), 0);
        self.folded.clear();
        self.lay_out(width);
    }

    /// Lays the lines out for a window `width` columns wide.
    pub fn lay_out(&mut self, width: usize) {
        if self.width == width {
            return;
        }
        let needs_it = self.is_received || self.width == 0;
        self.width = width;
        if needs_it {
            self.lines = if self.is_received { broken(&self.text, width) } else { indented(&self.text) };
            self.longest = self.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
            self.show();
            self.find();
        }
    }

    fn show(&mut self) {
        self.shown.clear();
        let mut at = 0;
        while let Some(line) = self.lines.get(at as usize) {
            self.shown.push(at);
            at = if self.folded.contains(&at) { line.end + 1 } else { at + 1 };
        }
        self.viewport.set_len(self.shown.len());
    }

    /// Returns the visible line at an index, and the placeholder for anything folded away in it.
    pub fn line(&self, place: usize) -> Option<(&str, Option<String>)> {
        let at = *self.shown.get(place)?;
        let line = self.lines.get(at as usize)?;
        let folded = self.folded.contains(&at).then(|| {
            let inside = line.end - at - 1;
            let close = self.lines.get(line.end as usize).map_or("", |end| end.text.trim_start());
            format!(" … {} lines {close}", crate::metrics::count(inside as usize))
        });
        Some((&line.text, folded))
    }

    /// Returns whether the visible line at an index matches the search.
    pub fn is_found(&self, place: usize) -> bool {
        self.shown.get(place).is_some_and(|at| self.found.binary_search(at).is_ok())
    }

    /// Scrolls the window sideways.
    pub fn shift(&mut self, to_the_right: bool) {
        let step = (self.width / 2).max(1);
        self.left = match to_the_right {
            true if self.is_received => 0,
            true => (self.left + step).min(self.longest.saturating_sub(step)),
            false => self.left.saturating_sub(step),
        };
    }

    /// Folds the contents of the line under the cursor, or of the element around it; unfolds them if they are folded.
    pub fn fold(&mut self) {
        let Some(&at) = self.shown.get(self.viewport.at) else { return };
        let Some(line) = self.lines.get(at as usize) else { return };
        if !self.folded.remove(&at) {
            // A line without contents, or a closing bracket, folds the element around it.
            let opener = if line.end > at { at } else { line.parent };
            if self.lines.get(opener as usize).is_some_and(|line| line.end > opener) {
                self.folded.insert(opener);
                self.show();
                return self.go_to(opener);
            }
        }
        self.show();
        self.viewport.set_len(self.shown.len());
    }

    /// Folds everything below the node itself, or unfolds everything.
    pub fn fold_all(&mut self, is_folded: bool) {
        let at = self.shown.get(self.viewport.at).copied().unwrap_or(0);
        self.folded.clear();
        if is_folded {
            let opens = self.lines.iter().enumerate().filter(|(at, line)| line.end as usize > *at && *at > 0);
            self.folded.extend(opens.map(|(at, _)| at as u32));
        }
        self.show();
        let mut at = at;
        while self.shown.binary_search(&at).is_err() && at > 0 {
            at = self.lines.get(at as usize).map_or(0, |line| line.parent);
        }
        self.go_to(at);
    }

    /// Moves the cursor to a line, unfolding the elements around it.
    fn go_to(&mut self, at: u32) {
        let mut above = self.lines.get(at as usize).map_or(0, |line| line.parent);
        let mut is_changed = false;
        loop {
            is_changed |= above != at && self.folded.remove(&above);
            let next = self.lines.get(above as usize).map_or(0, |line| line.parent);
            if next == above {
                break;
            }
            above = next;
        }
        if is_changed {
            self.show();
        }
        self.viewport.at = self.shown.binary_search(&at).unwrap_or_else(|place| place.saturating_sub(1));
        self.viewport.set_len(self.shown.len());
    }

    /// Returns the search text.
    pub fn sought(&self) -> &str {
        &self.sought
    }

    /// Searches for a text: lowercase letters match either case, uppercase letters match only themselves. Goes to the
    /// first match from the cursor on.
    pub fn seek(&mut self, text: &str) {
        text.clone_into(&mut self.sought);
        self.find();
        let here = self.shown.get(self.viewport.at).copied().unwrap_or(0);
        if let Some(at) = self.found.iter().find(|at| **at >= here).or(self.found.first()).copied() {
            self.go_to(at);
        }
    }

    fn find(&mut self) {
        let is_exact = self.sought.chars().any(char::is_uppercase);
        let has = |line: &Line| {
            if is_exact || line.text.is_ascii() && !line.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                memchr::memmem::find(line.text.as_bytes(), self.sought.as_bytes()).is_some()
            } else {
                line.text.to_lowercase().contains(&self.sought)
            }
        };
        self.found.clear();
        if !self.sought.is_empty() {
            self.found.extend(self.lines.iter().enumerate().filter(|(_, line)| has(line)).map(|(at, _)| at as u32));
        }
    }

    /// Goes to the next match or the previous one, wrapping around.
    pub fn next_found(&mut self, is_forward: bool) {
        let here = self.shown.get(self.viewport.at).copied().unwrap_or(0);
        let next = if is_forward {
            self.found.iter().find(|at| **at > here).or(self.found.first())
        } else {
            self.found.iter().rfind(|at| **at < here).or(self.found.last())
        };
        if let Some(at) = next.copied() {
            self.go_to(at);
        }
    }

    /// Returns the position of the line under the cursor among the matches, and their number.
    pub fn found_words(&self) -> Option<String> {
        if self.sought.is_empty() {
            return None;
        }
        let here = self.shown.get(self.viewport.at).copied().unwrap_or(0);
        let lines = crate::wording::number(self.found.len(), "line");
        Some(match self.found.binary_search(&here) {
            Ok(at) => format!("/{} · {} of {lines}", self.sought, at + 1),
            Err(_) => format!("/{} · {lines}", self.sought),
        })
    }

    /// Returns the steps from the session to the line under the cursor.
    fn steps(&self) -> Vec<Step> {
        let mut inside = Vec::new();
        let mut at = self.shown.get(self.viewport.at).copied().unwrap_or(0);
        // A closing bracket belongs to the element that it closes.
        if let Some(line) = self.lines.get(at as usize)
            && self.lines.get(line.parent as usize).is_some_and(|parent| parent.end == at)
        {
            at = line.parent;
        }
        while at > 0 && !self.is_received {
            let Some(line) = self.lines.get(at as usize) else { break };
            let step = match member_name(&line.text) {
                Some(name) => Step::Member(name),
                None => Step::At(self.children(line.parent).position(|child| child == at).unwrap_or(0)),
            };
            inside.push(step);
            at = line.parent;
        }
        let mut steps = if self.note.is_none() { steps_of(self.path) } else { Vec::new() };
        steps.extend(inside.into_iter().rev());
        steps
    }

    /// Returns the lines directly inside a line.
    fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.lines.get(parent as usize).map_or(0, |line| line.end);
        std::iter::successors(Some(parent + 1), |at| Some(self.lines.get(*at as usize)?.end.max(*at) + 1))
            .take_while(move |at| *at < end)
    }

    /// Returns the path of the line under the cursor, as in reports: `segments/0/id`.
    pub fn plain_path(&self) -> String {
        let steps = self.steps().into_iter().map(|step| match step {
            // Quote names that would be ambiguous in a path, or unsafe where it is pasted.
            Step::Member(name) if name.contains(|letter: char| is_unsafe(letter) || "/[]\"\\".contains(letter)) => {
                with_controls_escaped(&serde_json::Value::String(name).to_string())
            }
            Step::Member(name) => name,
            Step::At(at) => at.to_string(),
        });
        steps.collect::<Vec<_>>().join("/")
    }

    /// Returns the path in jq's syntax: `.segments[0].id`.
    pub fn jq_path(&self) -> String {
        let steps = self.steps();
        if steps.is_empty() {
            return ".".to_owned();
        }
        let is_plain = |name: &str| {
            let mut bytes = name.bytes();
            bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let mut path = String::new();
        for step in steps {
            match step {
                Step::Member(name) if is_plain(&name) => path.push_str(&format!(".{name}")),
                Step::Member(name) => {
                    let dot = if path.is_empty() { "." } else { "" };
                    let name = with_controls_escaped(&serde_json::Value::String(name).to_string());
                    path.push_str(&format!("{dot}[{name}]"));
                }
                Step::At(at) => path.push_str(&format!("{}[{at}]", if path.is_empty() { "." } else { "" })),
            }
        }
        path
    }

    /// Returns the value of the line under the cursor in a form that is safe to paste: the same JSON, with terminal
    /// control characters escaped.
    pub fn safe_value(&self) -> String {
        with_controls_escaped(self.value())
    }

    /// Returns the text of the value, if it is a string.
    pub fn value_text(&self) -> Option<String> {
        serde_json::from_str(self.value()).ok()
    }

    /// Returns the value of the line under the cursor, byte for byte.
    pub fn value(&self) -> &str {
        let Some(&at) = self.shown.get(self.viewport.at) else { return "" };
        let Some(line) = self.lines.get(at as usize) else { return "" };
        let line = match self.lines.get(line.parent as usize) {
            Some(parent) if parent.end == at && at > 0 => parent,
            _ => line,
        };
        self.text.get(line.value.clone()).unwrap_or_default()
    }

    /// Goes to a path in either syntax, starting from the session or this node. Returns whether it exists.
    pub fn jump(&mut self, path: &str) -> bool {
        let mut steps = read_steps(path);
        let own = steps_of(self.path);
        if self.note.is_none() && steps.starts_with(&own) {
            steps.drain(..own.len());
        }
        let mut at = 0;
        for step in steps {
            let mut children = self.children(at);
            let next = match &step {
                Step::At(place) => children.nth(*place),
                Step::Member(name) => children.find(|child| {
                    let line = self.lines.get(*child as usize);
                    line.and_then(|line| member_name(&line.text)).as_deref() == Some(name)
                }),
            };
            match next {
                Some(next) => at = next,
                None => return false,
            }
        }
        self.go_to(at);
        true
    }
}

fn steps_of(path: NodePath) -> Vec<Step> {
    let names = ["segments", "media", "streams"].into_iter().map(|name| Step::Member(name.to_owned()));
    path.positions().zip(names).flat_map(|(at, name)| [name, Step::At(at)]).collect()
}

/// Parses both `segments/0/id` and `.segments[0]."id"`.
fn read_steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut part = String::new();
    // In paths with slashes, dots are part of names: `@odata.type`.
    let has_slash = path.contains('/') && !path.starts_with('.');
    let mut rest = path;
    let end = |part: &mut String, steps: &mut Vec<Step>| {
        let text = std::mem::take(part);
        let text = text.trim();
        if !text.is_empty() {
            steps.push(text.parse().map_or_else(|_| Step::Member(text.to_owned()), Step::At));
        }
    };
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        match letter {
            '"' if part.trim().is_empty() => {
                part.clear();
                length = string_length(rest);
                let name = serde_json::from_str(&rest[..length]);
                steps.push(Step::Member(name.unwrap_or_else(|_| rest[..length].trim_matches('"').to_owned())));
            }
            '/' | '[' | ']' => end(&mut part, &mut steps),
            '.' if !has_slash => end(&mut part, &mut steps),
            letter => part.push(letter),
        }
        rest = &rest[length..];
    }
    end(&mut part, &mut steps);
    steps
}

/// Escapes terminal and bidirectional control characters in JSON as `\u001b`: programs read the same JSON, and it is
/// safe to paste.
fn with_controls_escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(letter),
            letter if is_unsafe(letter) => out.push_str(&unicode_escape(letter)),
            letter => out.push(letter),
        }
    }
    out
}

/// Returns the name of the member that a line begins with.
fn member_name(line: &str) -> Option<String> {
    let line = line.trim_start();
    if !line.starts_with('"') {
        return None;
    }
    let length = string_length(line);
    line[length..].starts_with(": ").then(|| serde_json::from_str(&line[..length]).ok()).flatten()
}

/// Puts JSON on indented lines, keeping its tokens byte for byte.
fn indented(json: &str) -> Vec<Line> {
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
        self.lines.push(Line { text, parent, end: place, value: std::mem::take(&mut self.value) });
        place
    }
}

/// Returns the blanks in front of a line; deeper than 64 steps, they no longer grow.
fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(64))
}

/// Returns the length in bytes of the string that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
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
fn broken(text: &str, width: usize) -> Vec<Line> {
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
    let line = |(at, text): (usize, String)| Line { text, parent: 0, end: at as u32, value: 0..0 };
    lines.into_iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::session_detail::Judge;
    use crate::call::Place;
    use crate::triage::RuleSets;

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

    const NODE: &str = r#"{"id":"x","media":[{"label":"main-audio","streams":[{"streamId":"1","odd name":[1,2]},{"streamId":"2"}]},null,{"label":"LOUD"}],"end":{}}"#;

    fn raw() -> Raw {
        Raw::of(NodePath::segment(0), NODE.to_owned(), None, 80)
    }

    fn shown(raw: &Raw) -> Vec<String> {
        let line = |(text, folded): (&str, Option<String>)| format!("{text}{}", folded.unwrap_or_default());
        (0..raw.shown.len()).filter_map(|place| raw.line(place)).map(line).collect()
    }

    #[test]
    fn what_is_inside_folds_away_and_comes_back() {
        let mut raw = raw();
        let all = shown(&raw);
        assert!(raw.jump("media"));
        raw.fold();
        assert_eq!(shown(&raw), ["{", "  \"id\": \"x\",", "  \"media\": [ … 19 lines ],", "  \"end\": {}", "}"]);
        raw.fold();
        assert_eq!(shown(&raw), all);
        // On a line without contents, the element around it folds.
        assert!(raw.jump("media/0/streams/0/streamId"));
        raw.fold();
        assert!(shown(&raw).iter().any(|line| line.contains("{ … 5 lines },")), "{:#?}", shown(&raw));
        raw.fold_all(true);
        assert_eq!(shown(&raw).len(), 5);
        raw.fold_all(false);
        assert_eq!(shown(&raw), all);
    }

    #[test]
    fn what_is_copied_does_nothing_where_it_is_pasted() {
        assert_eq!(
            with_controls_escaped("{\n \"a\u{9b}\u{7f}\": \"b\u{202e}\"}"),
            "{\n \"a\\u009b\\u007f\": \"b\\u202e\"}"
        );
        for (path, steps) in [
            ("a/0/@odata.type", vec![Step::Member("a".into()), Step::At(0), Step::Member("@odata.type".into())]),
            (".a[0].b", vec![Step::Member("a".into()), Step::At(0), Step::Member("b".into())]),
            (r#".a["x/y.z"][1]"#, vec![Step::Member("a".into()), Step::Member("x/y.z".into()), Step::At(1)]),
            (r#"a/"x\u001b\n/y"/1"#, vec![Step::Member("a".into()), Step::Member("x\u{1b}\n/y".into()), Step::At(1)]),
        ] {
            assert_eq!(read_steps(path), steps, "{path}");
        }
    }

    #[test]
    fn the_cursor_knows_its_path_and_value_and_goes_to_a_path() {
        let mut raw = raw();
        for (path, plain, jq, value) in [
            ("", "segments/0", ".segments[0]", NODE),
            ("media/0/label", "segments/0/media/0/label", ".segments[0].media[0].label", "\"main-audio\""),
            (".media[1]", "segments/0/media/1", ".segments[0].media[1]", "null"),
            (
                "segments/0/media/0/streams/1",
                "segments/0/media/0/streams/1",
                ".segments[0].media[0].streams[1]",
                "{\"streamId\":\"2\"}",
            ),
            (
                "media[0].streams[0].\"odd name\"[1]",
                "segments/0/media/0/streams/0/odd name/1",
                ".segments[0].media[0].streams[0][\"odd name\"][1]",
                "2",
            ),
            ("end", "segments/0/end", ".segments[0].end", "{}"),
        ] {
            assert!(raw.jump(path), "{path}");
            assert_eq!((raw.plain_path().as_str(), raw.jq_path().as_str(), raw.value()), (plain, jq, value));
        }
        assert!(!raw.jump("media/7") && !raw.jump("nothing"));
    }

    #[test]
    fn what_is_looked_for_is_found_inside_of_what_is_folded_and_round_and_round() {
        let mut raw = raw();
        raw.fold_all(true);
        raw.seek("streamid");
        assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0/streamId");
        assert_eq!(raw.found_words().as_deref(), Some("/streamid · 1 of 2 lines"));
        raw.next_found(true);
        assert_eq!(raw.plain_path(), "segments/0/media/0/streams/1/streamId");
        raw.next_found(true);
        assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0/streamId");
        raw.next_found(false);
        assert_eq!(raw.plain_path(), "segments/0/media/0/streams/1/streamId");
        raw.seek("LOUD");
        assert_eq!(raw.value(), "\"LOUD\"");
        raw.seek("Loud");
        assert_eq!(raw.found_words().as_deref(), Some("/Loud · 0 lines"));
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
    fn a_node_of_a_broken_session_is_shown_with_all_around_it() {
        let bytes = b"{\"segments\":[{\"id\":\"M\xfcller\"}]}";
        let read = crate::model::session::read(bytes).expect("mended");
        let open = SessionDetail::new(
            Place { part: 0, offset: 0, length: 0 },
            bytes.to_vec(),
            read.session,
            &Default::default(),
            RuleSets::built_in(),
            Judge { set: 0, base: 0 },
        );
        let raw = Raw::new(&open, NodePath::segment(0), 40);
        assert!(raw.note.is_some());
        assert_eq!(raw.lines[0].text, "{");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_laying_out_panic(text in "\\PC{0,60}|[\\[\\]{}:,\"\\\\ \n]{0,40}", width in 0usize..20) {
            let _ = (indented(&text), broken(&text, width));
        }

        #[test]
        fn no_moves_in_no_text_make_it_panic(text in "[\\[\\]{}:,\"a1 ]{0,40}", path in "[a0/.\\[\\]]{0,8}") {
            let mut raw = Raw::of(NodePath::SESSION, text, None, 20);
            for _ in 0..6 {
                raw.fold();
                raw.viewport.apply(crate::app::Action::Down);
                let _ = (raw.plain_path(), raw.jq_path(), raw.value().len(), raw.jump(&path));
                raw.seek("a");
                raw.next_found(true);
            }
            raw.fold_all(true);
            raw.toggle(10);
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
