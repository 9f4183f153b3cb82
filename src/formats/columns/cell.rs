//! One cell: a value that was received or worked out, or nothing at all.

use std::borrow::Cow;

use crate::model::{Field, Span, Text, Timestamp, Word};
use crate::text::sanitize;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// Several texts.
    List,
    /// A point in time, in UTC, to the microsecond.
    Time,
    /// A number with a fraction.
    Number,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
}

impl Kind {
    /// Returns the name used in the documentation.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::List => "list of texts",
            Kind::Time => "time",
            Kind::Number => "number",
            Kind::Whole => "whole number",
            Kind::Flag => "true or false",
        }
    }
}

/// The value of a column in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Absent, null, empty, a placeholder or unreadable. Never zero.
    Missing,
    Text(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
    /// Microseconds since 1970, in UTC.
    Time(i64),
    Number(f64),
    Whole(i64),
    Flag(bool),
}

impl<'a> Cell<'a> {
    /// Returns a text; an empty one is missing.
    pub fn text(text: &'a str) -> Cell<'a> {
        if text.is_empty() { Cell::Missing } else { Cell::Text(Cow::Borrowed(text)) }
    }

    /// Returns a text, if there is one.
    pub fn maybe(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Missing, Cell::text)
    }

    /// Returns a text of our own wording.
    pub fn words(words: String) -> Cell<'a> {
        Cell::Text(Cow::Owned(words))
    }

    /// Returns a member that is a text.
    pub fn of(field: &'a Field<Text>) -> Cell<'a> {
        Cell::maybe(field.value().map(Text::as_str))
    }

    /// Returns a member of an enumeration, as the schema spells it.
    pub fn word<T: Word>(field: &'a Field<T>) -> Cell<'a> {
        Cell::maybe(field.value().map(Word::as_str))
    }

    /// Returns a list of texts.
    pub fn list(items: impl IntoIterator<Item = &'a str>) -> Cell<'a> {
        Cell::List(items.into_iter().map(Cow::Borrowed).collect())
    }

    /// Returns a member that is a point in time.
    pub fn time(field: &Field<Timestamp>) -> Cell<'a> {
        Cell::moment(field.value().copied())
    }

    /// Returns a point in time, if there is one.
    pub fn moment(moment: Option<Timestamp>) -> Cell<'a> {
        moment.map_or(Cell::Missing, |moment| Cell::Time(moment.utc().timestamp_micros()))
    }

    /// Returns the seconds between two points in time, if both are known.
    pub fn between(start: Option<Timestamp>, end: Option<Timestamp>) -> Cell<'a> {
        let span: Option<Span> = start.zip(end).map(|(start, end)| start.until(end));
        span.map_or(Cell::Missing, |span| Cell::number(span.seconds()))
    }

    /// Returns a number; one that is none, or infinite, is missing.
    pub fn number(number: f64) -> Cell<'a> {
        if number.is_finite() { Cell::Number(number) } else { Cell::Missing }
    }

    /// Returns a member that is a whole number.
    pub fn whole(field: &Field<i64>) -> Cell<'a> {
        field.value().map_or(Cell::Missing, |number| Cell::Whole(*number))
    }

    /// Returns a member that is true or false.
    pub fn flag(field: &Field<bool>) -> Cell<'a> {
        field.value().map_or(Cell::Missing, |is| Cell::Flag(*is))
    }

    /// Returns the texts in the cell.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let (text, items): (Option<&str>, &[Cow<'_, str>]) = match self {
            Cell::Text(text) => (Some(text), &[]),
            Cell::List(items) => (None, items),
            _ => (None, &[]),
        };
        text.into_iter().chain(items.iter().map(AsRef::as_ref))
    }

    /// Returns the cell with its texts made safe to show.
    pub(super) fn safe(self) -> Cell<'a> {
        match self {
            Cell::Text(text) => match safe(text) {
                text if text.is_empty() => Cell::Missing,
                text => Cell::Text(text),
            },
            Cell::List(items) => Cell::List(items.into_iter().map(safe).collect()),
            other => other,
        }
    }
}

fn safe(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => sanitize(text),
        Cow::Owned(text) => match sanitize(&text) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(safe) => Cow::Owned(safe),
        },
    }
}

/// Formats a time in UTC with as many digits as it has, up to microseconds: `2026-11-20T09:00:00.25Z`.
pub(super) fn time(micros: i64) -> String {
    let Some(moment) = chrono::DateTime::from_timestamp_micros(micros) else { return String::new() };
    let text = moment.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_digits_they_need() {
        assert_eq!(time(1_795_000_000_250_000), "2026-11-18T11:06:40.25Z");
        assert_eq!(time(1_795_000_000_000_000), "2026-11-18T11:06:40Z");
        assert_eq!(time(1_795_000_000_000_001), "2026-11-18T11:06:40.000001Z");
    }
}
