//! A value of a record as received: absent, null, empty, a placeholder, unreadable, or present.

use std::fmt;

use compact_str::{CompactString, ToCompactString, format_compact};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};

/// Text as received. Texts of up to 24 bytes need no allocation.
pub type Text = CompactString;

/// One member of a record. The service freely omits, nulls, blanks and fakes values, and an engineer must see which of
/// these happened, so none of them is folded into another.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Field<T> {
    /// The member was not in the JSON.
    #[default]
    Absent,
    /// The member was `null`: asked for, not measured.
    Null,
    /// The member was `""`.
    Empty,
    /// A value by which the service means "not known", as received (a zero MAC, link speed 4294967295).
    Placeholder(Box<Text>),
    /// A value of another type or form than the schema specifies, as received or described.
    Unreadable(Box<Text>),
    /// A readable value, including a measured zero.
    Value(T),
}

impl<T> Field<T> {
    /// Returns the value, if it was readable.
    pub fn value(&self) -> Option<&T> {
        match self {
            Field::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Converts the value to another type; each kind of missing stays what it is.
    pub fn map<U>(&self, convert: impl FnOnce(&T) -> U) -> Field<U> {
        match self {
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Empty => Field::Empty,
            Field::Placeholder(raw) => Field::Placeholder(raw.clone()),
            Field::Unreadable(raw) => Field::Unreadable(raw.clone()),
            Field::Value(value) => Field::Value(convert(value)),
        }
    }

    /// Returns whether the member was in the JSON at all, in any form.
    pub fn is_present(&self) -> bool {
        !matches!(self, Field::Absent)
    }

    /// Makes an unusable value, kept as received.
    pub fn unreadable(raw: impl Into<Text>) -> Self {
        Field::Unreadable(Box::new(raw.into()))
    }

    /// Makes a value that means "not known", kept as received.
    pub fn placeholder(raw: impl Into<Text>) -> Self {
        Field::Placeholder(Box::new(raw.into()))
    }
}

impl<T> Field<Vec<Field<T>>> {
    /// Returns the list's elements by position, including unusable ones; empty if there is no list.
    pub fn items(&self) -> &[Field<T>] {
        self.value().map_or(&[], Vec::as_slice)
    }

    /// Returns the readable elements for modification.
    pub fn readable_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let items = match self {
            Field::Value(items) => items.as_mut_slice(),
            _ => &mut [],
        };
        items.iter_mut().filter_map(|item| match item {
            Field::Value(item) => Some(item),
            _ => None,
        })
    }

    /// Returns the readable elements with their positions.
    pub fn readable(&self) -> impl Iterator<Item = (usize, &T)> {
        self.items().iter().enumerate().filter_map(|(at, item)| Some((at, item.value()?)))
    }
}

/// Reads a type from whatever JSON is found in its place. Nothing here fails: a value of the wrong type costs only that
/// value.
pub trait Lenient: Sized {
    /// Reads a non-empty text.
    fn from_text(text: &str) -> Field<Self>;

    /// Reads a whole number.
    fn from_integer(number: i64) -> Field<Self> {
        Field::unreadable(number.to_compact_string())
    }

    /// Reads any other number.
    fn from_number(number: f64) -> Field<Self> {
        Field::unreadable(number.to_compact_string())
    }

    /// Reads `true` or `false`.
    fn from_bool(value: bool) -> Field<Self> {
        Field::unreadable(value.to_compact_string())
    }

    /// Reads an object.
    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Field<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::unreadable("an object"))
    }

    /// Reads an object into its place: records are large, and would otherwise be moved several times on the way there.
    fn fill<'de, A: MapAccess<'de>>(place: &mut Field<Self>, map: A) -> Result<(), A::Error> {
        *place = Self::from_map(map)?;
        Ok(())
    }

    /// Reads a list.
    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Field<Self>, A::Error> {
        let mut count = 0usize;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Field::unreadable(format_compact!("a list of {count}")))
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut field = Field::Absent;
        Slot(&mut field).deserialize(deserializer)?;
        Ok(field)
    }
}

/// Reads a value of any form into its place.
pub struct Slot<'a, T>(pub &'a mut Field<T>);

impl<'de, T: Lenient> DeserializeSeed<'de> for Slot<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Lenient> Visitor<'de> for Slot<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        *self.0 = Field::Null;
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.0 = if text.is_empty() { Field::Empty } else { T::from_text(text) };
        Ok(())
    }
    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        *self.0 = T::from_integer(number);
        Ok(())
    }
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        *self.0 = i64::try_from(number).map_or_else(|_| T::from_number(number as f64), T::from_integer);
        Ok(())
    }
    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        *self.0 = T::from_number(number);
        Ok(())
    }
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.0 = T::from_bool(value);
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        T::fill(self.0, map)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        *self.0 = T::from_list(list)?;
        Ok(())
    }
}

impl Lenient for Text {
    fn from_text(text: &str) -> Field<Self> {
        Field::Value(text.into())
    }
}

impl Lenient for bool {
    fn from_text(text: &str) -> Field<Self> {
        match text {
            "true" | "True" => Field::Value(true),
            "false" | "False" => Field::Value(false),
            _ => Field::unreadable(text),
        }
    }

    fn from_bool(value: bool) -> Field<Self> {
        Field::Value(value)
    }
}

impl Lenient for f64 {
    /// OData writes numbers that are not finite as text, and every number if the client asked for
    /// `IEEE754Compatible=true`.
    fn from_text(text: &str) -> Field<Self> {
        match text {
            "NaN" => Field::placeholder(text),
            _ => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Field::Value(number),
                _ => Field::unreadable(text),
            },
        }
    }

    fn from_integer(number: i64) -> Field<Self> {
        Field::Value(number as f64)
    }

    fn from_number(number: f64) -> Field<Self> {
        Field::Value(number)
    }
}

impl Lenient for i64 {
    fn from_text(text: &str) -> Field<Self> {
        let whole = text.parse().map_or_else(|_| Field::unreadable(text), Field::Value);
        match (&whole, text.parse::<f64>()) {
            (Field::Unreadable(_), Ok(number)) if text.contains('.') => match i64::from_number(number) {
                Field::Value(number) => Field::Value(number),
                _ => whole,
            },
            _ => whole,
        }
    }

    fn from_integer(number: i64) -> Field<Self> {
        Field::Value(number)
    }

    /// Some writers turn `1709` into `1709.0`; a number with a real fraction is not a count.
    fn from_number(number: f64) -> Field<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53, up to where an f64 holds every whole number
        if number.fract() == 0.0 && number.abs() <= EXACT {
            Field::Value(number as i64)
        } else {
            Field::unreadable(number.to_compact_string())
        }
    }
}

/// Unusable elements of a list stay in place, so that a position on screen is a position in the JSON. A single element
/// in place of a list (as PowerShell writes lists of one) is a list of one.
impl<T: Lenient> Lenient for Vec<Field<T>> {
    fn from_text(text: &str) -> Field<Self> {
        Field::Value(vec![T::from_text(text)])
    }

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Field<Self>, A::Error> {
        let Some(first) = map.next_key::<String>()? else { return Ok(Field::Value(vec![T::from_map(map)?])) };
        // Windows PowerShell writes lists that were appended to as `{"value":[…],"Count":2}`.
        if first == "value" {
            let list: Field<Self> = map.next_value()?;
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(list);
        }
        Ok(Field::Value(vec![T::from_map(BeganWith { first: Some(first), rest: map })?]))
    }

    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Field<Self>, A::Error> {
        let mut items: Vec<Field<T>> = Vec::new();
        loop {
            items.push(Field::Absent);
            let read = match items.last_mut() {
                Some(item) => list.next_element_seed(Slot(item))?,
                None => None,
            };
            if read.is_none() {
                items.pop();
                return Ok(Field::Value(items));
            }
        }
    }
}

/// An object whose first name has already been read.
struct BeganWith<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for BeganWith<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Lenient>(json: &str) -> Field<T> {
        serde_json::from_str(json).expect("valid JSON always reads")
    }

    #[test]
    fn null_empty_and_zero_are_three_things() {
        assert_eq!(read::<f64>("null"), Field::Null);
        assert_eq!(read::<f64>("\"\""), Field::Empty);
        assert_eq!(read::<f64>("0"), Field::Value(0.0));
        assert_eq!(read::<f64>("0.0"), Field::Value(0.0));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_kept_and_not_used() {
        assert_eq!(read::<f64>("true"), Field::unreadable("true"));
        assert_eq!(read::<f64>("{\"a\":[1,{\"b\":2}]}"), Field::unreadable("an object"));
        assert_eq!(read::<Text>("[1,2]"), Field::unreadable("a list of 2"));
        assert_eq!(read::<Text>("17"), Field::unreadable("17"));
        assert_eq!(read::<bool>("\"maybe\""), Field::unreadable("maybe"));
    }

    #[test]
    fn numbers_written_as_text_are_numbers() {
        assert_eq!(read::<i64>("\"1709\""), Field::Value(1709));
        assert_eq!(read::<f64>("\"0.25\""), Field::Value(0.25));
        assert_eq!(read::<i64>("\"9000.0\""), Field::Value(9000));
        assert_eq!(read::<i64>("\"9000.5\""), Field::unreadable("9000.5"));
        assert_eq!(read::<f64>("\"NaN\""), Field::placeholder("NaN"));
        assert_eq!(read::<f64>("\"INF\""), Field::unreadable("INF"));
        assert_eq!(read::<f64>("\"1e999\""), Field::unreadable("1e999"));
    }

    #[test]
    fn a_count_is_whole() {
        assert_eq!(read::<i64>("1709.0"), Field::Value(1709));
        assert_eq!(read::<i64>("9007199254740993"), Field::Value(9_007_199_254_740_993));
        assert_eq!(read::<i64>("0.5"), Field::unreadable("0.5"));
        assert!(matches!(read::<i64>("18446744073709551615"), Field::Unreadable(_)));
    }

    #[test]
    fn a_list_keeps_unusable_elements_in_their_places() {
        let list: Field<Vec<Field<i64>>> = read("[1, null, \"x\", 4]");
        assert_eq!(list.items().len(), 4);
        assert_eq!(list.readable().collect::<Vec<_>>(), [(0, &1), (3, &4)]);
    }

    #[test]
    fn a_list_that_powershell_wrapped_is_the_list() {
        let list: Field<Vec<Field<Text>>> = read(r#"{"value":["a","b"],"Count":2}"#);
        assert_eq!(list.items(), [Field::Value("a".into()), Field::Value("b".into())]);
        assert_eq!(read::<Vec<Field<Text>>>("{}"), Field::Value(vec![Field::unreadable("an object")]));
        let one: Field<Vec<Field<crate::model::Segment>>> = read(r#"{"id":"a","media":{"label":"x"}}"#);
        let segment = one.items()[0].value().expect("a segment");
        assert_eq!((segment.id.value().map(Text::as_str), segment.media.items().len()), (Some("a"), 1));
    }

    #[test]
    fn a_lone_element_is_a_list_of_one() {
        let list: Field<Vec<Field<Text>>> = read("\"audio\"");
        assert_eq!(list.items(), [Field::Value("audio".into())]);
    }
}
