//! What the schema says about every member, for programs that walk JSON without parsing it into records.

use super::envelope::Envelope;
use super::field::{Field, Lenient, Text};
use super::record::respelled;
use super::time::{Span, Timestamp};
use super::types::{CallRecord, Identity, Media, MediaStream, Segment, Session};
use super::values::{LinkSpeed, MacAddress, Named, NamedType};
use super::words::Word;

/// What a member may hold.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any text.
    Text,
    /// A number, a time, a word of an enumeration, true or false: nothing else can be in it. The function returns whether
    /// a text is such a value.
    Value(fn(&str) -> bool),
    /// A record of a type.
    Record(&'static RecordShape),
    /// A list of anything.
    List(&'static Shape),
    /// A map with open-ended names, and the name of its type.
    Named(&'static str, &'static Shape),
}

/// A record type with its members by wire name.
#[derive(Debug)]
pub struct RecordShape {
    /// The type's name in the schema, without its namespace.
    pub name: &'static str,
    /// The names of the members.
    pub names: &'static [&'static str],
    /// The members, in the order of the type.
    pub members: &'static [(&'static str, Shape)],
}

impl RecordShape {
    /// Finds a member by the name that it has in JSON, however a program spelled it.
    pub fn member(&'static self, name: &str) -> Option<&'static (&'static str, Shape)> {
        let find = |name: &str| self.members.iter().find(|(member, _)| *member == name);
        find(name).or_else(|| find(respelled(name, self.names)?))
    }
}

/// A type that says what it may hold.
pub trait Shaped {
    /// What it may hold.
    const SHAPE: Shape;
}

/// The types that an object may have which is not inside another one: a page, a record, a session, or a part of a session
/// saved on its own. No two have a member of the same name that means different things.
pub const OUTERMOST: &[&RecordShape] = &[
    Session::RECORD_SHAPE,
    Envelope::RECORD_SHAPE,
    CallRecord::RECORD_SHAPE,
    Segment::RECORD_SHAPE,
    Media::RECORD_SHAPE,
    MediaStream::RECORD_SHAPE,
];

fn is_read<T: Lenient>(text: &str) -> bool {
    !matches!(T::from_text(text), Field::Unreadable(_))
}

/// Returns whether a text is a word of an enumeration.
pub fn is_known_word<T: Lenient + Word>(text: &str) -> bool {
    matches!(T::from_text(text), Field::Value(word) if word.is_known())
}

macro_rules! shaped {
    ($($type:ty = $shape:expr;)+) => { $(
        impl Shaped for $type {
            const SHAPE: Shape = $shape;
        }
    )+ };
}

shaped! {
    Text = Shape::Text;
    MacAddress = Shape::Text;
    bool = Shape::Value(is_read::<bool>);
    f64 = Shape::Value(is_read::<f64>);
    i64 = Shape::Value(is_read::<i64>);
    Span = Shape::Value(is_read::<Span>);
    Timestamp = Shape::Value(is_read::<Timestamp>);
    LinkSpeed = Shape::Value(is_read::<LinkSpeed>);
    Named<bool> = Shape::Named(<bool as NamedType>::NAME, &bool::SHAPE);
    Named<Identity> = Shape::Named(<Identity as NamedType>::NAME, &Identity::SHAPE);
}

impl<T: Shaped> Shaped for Vec<Field<T>> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}
