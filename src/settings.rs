//! Reads settings written in TOML by name, and reports every mistake with its line and what was probably meant.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there, as a sentence without a full stop.
    pub what: String,
}

/// A table of a settings file. Keys that were asked for are known; [`Section::finish`] reports any other key.
pub struct Section<'a> {
    text: &'a str,
    /// Its dotted name, such as `rules.mine.audio`; empty for the top level.
    path: String,
    table: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

/// A value with its position in the file.
#[derive(Debug, Clone)]
pub struct Written<'a, T> {
    text: &'a str,
    span: Range<usize>,
    pub value: T,
}

/// A list of strings with its name.
pub type WrittenList<'a> = (Written<'a, &'a str>, Vec<Written<'a, &'a str>>);

impl<T> Written<'_, T> {
    /// Returns a mistake at the position of the value.
    pub fn mistake(&self, what: impl Into<String>) -> Mistake {
        Mistake { line: line_of(self.text, self.span.start), what: what.into() }
    }
}

/// Reads a settings file, and reports keys that `read` did not ask for.
pub fn read<T>(text: &str, read: impl FnOnce(&Section<'_>) -> Result<T, Mistake>) -> Result<T, Mistake> {
    let parsed = DeTable::parse(text).map_err(|error| Mistake {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        what: error.message().lines().collect::<Vec<_>>().join(": "),
    })?;
    let section = Section { text, path: String::new(), table: parsed.get_ref(), asked: RefCell::default() };
    let value = read(&section)?;
    section.finish()?;
    Ok(value)
}

/// A setting as it is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its dotted name: `theme`, `keys.sessions.filter`.
    pub name: String,
    /// The line it is in, counted from 1.
    pub line: usize,
    /// Its value, as TOML.
    pub value: String,
}

/// Lists every setting in a file that can be read, in the file's order.
pub fn entries(text: &str) -> Vec<Entry> {
    fn add(text: &str, path: &str, table: &DeTable<'_>, entries: &mut Vec<(usize, Entry)>) {
        for (name, value) in table {
            let name_of =
                if path.is_empty() { name.get_ref().to_string() } else { format!("{path}.{}", name.get_ref()) };
            match value.get_ref().as_table() {
                Some(inner) => add(text, &name_of, inner, entries),
                None => {
                    let value = text.get(value.span()).unwrap_or_default().to_owned();
                    let at = name.span().start;
                    entries.push((at, Entry { name: name_of, line: line_of(text, at), value }));
                }
            }
        }
    }
    let mut entries = Vec::new();
    if let Ok(parsed) = DeTable::parse(text) {
        add(text, "", parsed.get_ref(), &mut entries);
    }
    entries.sort_by_key(|(at, _)| *at);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

impl<'a> Section<'a> {
    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn written<T>(&self, value: &Spanned<DeValue<'a>>, inner: T) -> Written<'a, T> {
        Written { text: self.text, span: value.span(), value: inner }
    }

    fn wrong<T>(&self, key: &str, value: &Spanned<DeValue<'a>>, expected: &str) -> Result<T, Mistake> {
        let found = value.get_ref().type_str();
        Err(self.written(value, ()).mistake(format!("{}: expected {expected}, found {found}", self.name_of(key))))
    }

    fn name_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Reads a string.
    pub fn text(&self, key: &'static str) -> Result<Option<Written<'a, &'a str>>, Mistake> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some(text) => Ok(Some(self.written(value, text))),
            None => self.wrong(key, value, "text in quotes"),
        }
    }

    /// Reads a list of strings.
    pub fn texts(&self, key: &'static str) -> Result<Option<Vec<Written<'a, &'a str>>>, Mistake> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let Some(list) = value.get_ref().as_array() else { return self.wrong(key, value, "a list of strings") };
        let items = list.iter().map(|item| match item.get_ref().as_str() {
            Some(text) => Ok(self.written(item, text)),
            None => self.wrong(key, item, "a list of strings"),
        });
        items.collect::<Result<_, _>>().map(Some)
    }

    /// Reads a boolean.
    pub fn flag(&self, key: &'static str) -> Result<Option<bool>, Mistake> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref().as_bool() {
            Some(is) => Ok(Some(is)),
            None => self.wrong(key, value, "true or false"),
        }
    }

    /// Reads every entry of this table as a list of strings, with its name.
    pub fn lists(&self) -> Result<Vec<WrittenList<'a>>, Mistake> {
        let named = self.table.iter().map(|(name, value)| {
            let written = Written { text: self.text, span: name.span(), value: name.get_ref().as_ref() };
            let Some(list) = value.get_ref().as_array() else {
                return self.wrong(name.get_ref(), value, "a list of strings");
            };
            let texts = list.iter().map(|item| match item.get_ref().as_str() {
                Some(text) => Ok(self.written(item, text)),
                None => self.wrong(name.get_ref(), item, "a list of strings"),
            });
            Ok((written, texts.collect::<Result<_, _>>()?))
        });
        named.collect()
    }

    /// Reads every entry of this table as a string, with its name.
    pub fn named_texts(&self) -> Result<Vec<(&'a str, Written<'a, &'a str>)>, Mistake> {
        let named = self.table.iter().map(|(name, value)| match value.get_ref().as_str() {
            Some(text) => Ok((name.get_ref().as_ref(), self.written(value, text))),
            None => self.wrong(name.get_ref(), value, "text in quotes"),
        });
        named.collect()
    }

    /// Reads a finite number.
    pub fn number(&self, key: &'static str) -> Result<Option<Written<'a, f64>>, Mistake> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let digits = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return self.wrong(key, value, "a number"),
        };
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(self.written(value, number))),
            _ => self.wrong(key, value, "a number"),
        }
    }

    /// Reads a table inside this one.
    pub fn section(&self, key: &'static str) -> Result<Option<Section<'a>>, Mistake> {
        let Some(value) = self.get(key) else { return Ok(None) };
        self.inside(key, value).map(Some)
    }

    /// Reads every entry of this table as a table, with its name.
    pub fn sections(&self) -> Result<Vec<(Written<'a, &'a str>, Section<'a>)>, Mistake> {
        let named = self.table.iter().map(|(name, value)| {
            let written = Written { text: self.text, span: name.span(), value: name.get_ref().as_ref() };
            Ok((written, self.inside(name.get_ref(), value)?))
        });
        named.collect()
    }

    fn inside(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Result<Section<'a>, Mistake> {
        match value.get_ref().as_table() {
            Some(table) => Ok(Section { text: self.text, path: self.name_of(key), table, asked: RefCell::default() }),
            None => self.wrong(key, value, "a table"),
        }
    }

    /// Reports the first key that was not asked for.
    pub fn finish(&self) -> Result<(), Mistake> {
        let asked = self.asked.borrow();
        let unknown = self.table.keys().find(|name| !asked.iter().any(|known| name.get_ref() == known));
        let Some(name) = unknown else { return Ok(()) };
        let here = if self.path.is_empty() { String::new() } else { format!(" in [{}]", self.path) };
        let written = Written { text: self.text, span: name.span(), value: () };
        let hint = match nearest(name.get_ref(), asked.iter().copied()) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => format!("; known keys: {}", asked.join(", ")),
        };
        Err(written.mistake(format!("unknown key `{}`{here}{hint}", name.get_ref())))
    }
}

/// Returns the known name most like `name`; `None` if none is close.
pub fn nearest<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    among
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&name, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        let read = read(text, |section| {
            section.text("title")?;
            section.number("packets-over")?;
            section.texts("poor-if-any")?;
            if let Some(inside) = section.section("audio")? {
                inside.number("packets-over")?;
                inside.finish()?;
            }
            Ok(())
        });
        read.expect_err("a mistake").to_string()
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_what_was_meant() {
        for (text, told) in [
            ("title = 7", "line 1: title: expected text in quotes, found integer"),
            ("\n\npackets-ovr = 7", "line 3: unknown key `packets-ovr`; did you mean `packets-over`?"),
            ("[audio]\npackets-over = \"many\"", "line 2: audio.packets-over: expected a number, found string"),
            ("poor-if-any = [\n  \"a\",\n  7,\n]", "line 3: poor-if-any: expected a list of strings, found integer"),
            ("audio = 1", "line 1: audio: expected a table, found integer"),
            ("[audio]\nx = 1", "line 2: unknown key `x` in [audio]; known keys: packets-over"),
        ] {
            assert_eq!(mistake(text), told, "{text}");
        }
        assert!(mistake("title = \"a\"\ntitle = \"b\"").starts_with("line 2: "));
        assert!(mistake("[audio").starts_with("line 1: "));
    }

    #[test]
    fn settings_are_listed_as_written_with_their_lines() {
        let entry = |name: &str, line, value: &str| Entry { name: name.to_owned(), line, value: value.to_owned() };
        let text = "b = \"x\" # note\na = [1,\n 2]\n[k.s]\nf = ['/']\n";
        assert_eq!(entries(text), [entry("b", 1, "\"x\""), entry("a", 2, "[1,\n 2]"), entry("k.s.f", 5, "['/']")]);
        assert_eq!(entries("["), []);
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("averageJiter", ["averageJitter", "maxJitter"]), Some("averageJitter"));
        assert_eq!(nearest("Loss", ["loss", "jitter"]), Some("loss"));
        assert_eq!(nearest("zzz", ["averageJitter", "maxJitter"]), None);
    }
}
