//! Filters with a name, from the config file: `@vip` stands for the filter of that name.

use crate::settings::nearest;

use super::Filter;

/// Filters by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedFilters(Vec<(String, String)>);

/// What stands before the name of a filter.
pub const MARK: char = '@';

impl NamedFilters {
    /// Adds a filter. The error says what is wrong with its name or its text.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(format!("{name:?} is no name for a filter: use letters, digits, - and _"));
        }
        if text.trim().is_empty() {
            return Err(format!("the filter {name} is empty"));
        }
        if let Some((range, mistake)) = Filter::new(text).mistakes.into_iter().next() {
            let wrong = text.get(range).unwrap_or_default();
            // A name inside a name would hide what is filtered.
            if wrong.trim_start_matches('!').starts_with(MARK) {
                return Err(format!("filter {name}, `{wrong}`: a filter with a name cannot use another one"));
            }
            return Err(format!("filter {name}, `{wrong}`: {mistake}"));
        }
        self.0.push((name.to_owned(), text.to_owned()));
        Ok(())
    }

    /// Iterates over the names and their filters, as written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Returns the filter of a name. The error names the nearest one.
    pub(super) fn get(&self, name: &str) -> Result<Filter, String> {
        if let Some((_, text)) = self.iter().find(|(one, _)| *one == name) {
            return Ok(Filter::new(text));
        }
        Err(match nearest(name, self.iter().map(|(name, _)| name)) {
            Some(meant) => format!("there is no filter {MARK}{name}; did you mean {MARK}{meant}?"),
            None if self.0.is_empty() => format!("there is no filter {MARK}{name}: the config file names none"),
            None => {
                let names: Vec<String> = self.iter().map(|(name, _)| format!("{MARK}{name}")).collect();
                format!("there is no filter {MARK}{name}: choose from {}", names.join(", "))
            }
        })
    }
}
