//! Paths in JSON: read in either syntax, written in both, and completed while the user types.

use std::borrow::Cow;

use crate::model::NodePath;
use crate::text::{is_unsafe, unicode_escape};

use super::layout::string_length;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Member(String),
    At(usize),
}

/// Returns the steps from a session to a node.
pub fn steps_of(path: NodePath) -> Vec<Step> {
    let names = ["segments", "media", "streams"].into_iter().map(|name| Step::Member(name.to_owned()));
    path.positions().zip(names).flat_map(|(at, name)| [name, Step::At(at)]).collect()
}

/// Parses both `segments/0/id` and `.segments[0]."id"`.
pub fn read_steps(path: &str) -> Vec<Step> {
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
pub fn with_controls_escaped(json: &str) -> String {
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
pub fn member_name(line: &str) -> Option<Cow<'_, str>> {
    let line = line.trim_start();
    if !line.starts_with('"') {
        return None;
    }
    let length = string_length(line);
    if !line[length..].starts_with(": ") {
        return None;
    }
    let name = line.get(1..length.saturating_sub(1))?;
    if name.contains('\\') { serde_json::from_str(&line[..length]).ok().map(Cow::Owned) } else { Some(name.into()) }
}

/// Returns a path as in reports: `segments/0/id`.
pub fn plain(steps: &[Step]) -> String {
    let steps = steps.iter().map(|step| match step {
        Step::Member(name) => slashed(name),
        Step::At(at) => at.to_string(),
    });
    steps.collect::<Vec<_>>().join("/")
}

/// Returns a name as a path with slashes has it: quoted if it would be ambiguous there, or unsafe where it is pasted.
pub fn slashed(name: &str) -> String {
    match name.contains(|letter: char| is_unsafe(letter) || "/[]\"\\".contains(letter)) {
        true => quoted(name),
        false => name.to_owned(),
    }
}

/// Returns a path in jq's syntax: `.segments[0].id`.
pub fn jq(steps: &[Step]) -> String {
    if steps.is_empty() {
        return ".".to_owned();
    }
    let mut path = String::new();
    for step in steps {
        let dot = if path.is_empty() { "." } else { "" };
        match step {
            Step::Member(name) if is_plain(name) => path.push_str(&format!(".{name}")),
            Step::Member(name) => path.push_str(&format!("{dot}[{}]", quoted(name))),
            Step::At(at) => path.push_str(&format!("{dot}[{at}]")),
        }
    }
    path
}

/// Returns whether a name needs no quotes in jq.
pub fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns a name in quotes, as JSON that is safe to paste.
pub fn quoted(name: &str) -> String {
    with_controls_escaped(&serde_json::Value::String(name.to_owned()).to_string())
}

/// A path that is being typed: what is complete, and the step that has been begun.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The complete part, with the separator at its end.
    pub before: &'a str,
    /// The letters of the last step so far, without a quotation mark in front.
    pub begun: &'a str,
    /// Whether it is in jq's syntax.
    pub is_jq: bool,
}

impl Typed<'_> {
    /// Takes what was typed apart.
    pub fn of(typed: &str) -> Typed<'_> {
        let is_jq = typed.starts_with('.') || typed.starts_with('[');
        let separators: &[char] = if is_jq { &['.', '['] } else { &['/'] };
        let cut = typed.rfind(separators).map_or(0, |at| at + 1);
        let (before, begun) = typed.split_at(cut);
        Typed { before, begun: begun.trim_start_matches('"'), is_jq }
    }

    /// Returns the text with a step completed; `opens` is the bracket that its value opens, so that the next step can
    /// follow.
    pub fn completed(&self, step: &Step, opens: Option<char>) -> String {
        let before = self.before;
        if !self.is_jq {
            let name = match step {
                Step::Member(name) => slashed(name),
                Step::At(at) => at.to_string(),
            };
            return format!("{before}{name}{}", if opens.is_some() { "/" } else { "" });
        }
        let base = before.trim_end_matches(['.', '[']);
        let dot = if base.is_empty() { "." } else { "" };
        let step = match step {
            Step::Member(name) if is_plain(name) => format!(".{name}"),
            Step::Member(name) => format!("{dot}[{}]", quoted(name)),
            Step::At(at) => format!("{dot}[{at}]"),
        };
        format!("{base}{step}{}", opens.map_or("", |bracket| if bracket == '[' { "[" } else { "." }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_being_typed_falls_into_what_is_complete_and_what_has_been_begun() {
        for (typed, before, begun) in [
            ("", "", ""),
            ("med", "", "med"),
            ("segments/0/me", "segments/0/", "me"),
            ("a/@odata.ty", "a/", "@odata.ty"),
            (".segments[0].me", ".segments[0].", "me"),
            (".segments[", ".segments[", ""),
        ] {
            let read = Typed::of(typed);
            assert_eq!((read.before, read.begun), (before, begun), "{typed}");
        }
        let member = |name: &str| Step::Member(name.to_owned());
        for (typed, step, opens, completed) in [
            ("segments/0/me", member("media"), Some('['), "segments/0/media/"),
            ("segments/0/i", member("id"), None, "segments/0/id"),
            (".segments[0].me", member("media"), Some('['), ".segments[0].media["),
            (".segments[", Step::At(3), Some('{'), ".segments[3]."),
            (".", member("@odata.type"), None, ".[\"@odata.type\"]"),
        ] {
            assert_eq!(Typed::of(typed).completed(&step, opens), completed);
        }
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
}
