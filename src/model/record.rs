//! The definition of a record type: its members, their wire names, how it is read and walked.

use compact_str::format_compact;
use serde_json::value::RawValue;

use super::field::{Field, Text};
use super::time::{Span, Timestamp};

/// Members that are not part of the type, each with its JSON as received.
pub type Extra = Vec<(Text, Box<RawValue>)>;

/// Any record of the model, walked without knowing its type: for the details on screen, for counting unknown members,
/// for exports.
pub trait Record {
    /// Returns the type's name in the schema, without its namespace.
    fn type_name(&self) -> &'static str;

    /// Calls `visit` with every member of the type, in order, by wire name, including missing ones.
    fn members<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Shown<'a>));

    /// Returns members that were received and are not part of the type.
    fn extra(&self) -> &Extra;
}

/// A member's value in displayable form.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// The member was not in the JSON.
    Absent,
    /// `null`.
    Null,
    /// `""`.
    Empty,
    /// The service's value for "not known", as received.
    Placeholder(&'a str),
    /// A value of the wrong type or form, as received or described.
    Unreadable(&'a str),
    Text(&'a str),
    /// A member of an enumeration; `known` is false if it is not in the schema.
    Word {
        /// As the schema spells it, or as received.
        word: &'a str,
        /// Whether it is in the schema.
        known: bool,
    },
    /// A number; the table of metrics has its unit.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A duration.
    Span(Span),
    /// A point in time.
    Moment(Timestamp),
    /// A nested record.
    Record(&'a dyn Record),
    /// A list of anything.
    List(&'a dyn List),
}

/// A list of any type that can be walked.
pub trait List {
    /// Returns the number of elements.
    fn count(&self) -> usize;

    /// Returns the element at a position.
    fn at(&self, position: usize) -> Shown<'_>;
}

/// Turns a readable value into its displayable form.
pub trait Show {
    /// Returns the value in displayable form.
    fn show(&self) -> Shown<'_>;

    /// Returns whether it contains anything outside the schema. This is called for every session, so it is cheap: the
    /// walk that finds the details is for the few where it returns true.
    fn is_odd(&self) -> bool {
        false
    }
}

impl<T: Show> Field<T> {
    /// Returns whether it is unreadable or contains anything outside the schema.
    pub fn is_odd(&self) -> bool {
        match self {
            Field::Unreadable(_) => true,
            Field::Value(value) => value.is_odd(),
            _ => false,
        }
    }

    /// Returns the field in displayable form, whatever its state.
    pub fn show(&self) -> Shown<'_> {
        match self {
            Field::Absent => Shown::Absent,
            Field::Null => Shown::Null,
            Field::Empty => Shown::Empty,
            Field::Placeholder(raw) => Shown::Placeholder(raw),
            Field::Unreadable(raw) => Shown::Unreadable(raw),
            Field::Value(value) => value.show(),
        }
    }
}

impl<T: Show> List for Vec<Field<T>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, position: usize) -> Shown<'_> {
        self.get(position).map_or(Shown::Absent, Field::show)
    }
}

impl<T: Show> Show for Vec<Field<T>> {
    fn show(&self) -> Shown<'_> {
        Shown::List(self)
    }

    fn is_odd(&self) -> bool {
        self.iter().any(Field::is_odd)
    }
}

macro_rules! show {
    ($($type:ty => |$value:ident| $shown:expr;)+) => { $(
        impl Show for $type {
            fn show(&self) -> Shown<'_> { let $value = self; $shown }
        }
    )+ };
}

show! {
    Text => |value| Shown::Text(value);
    bool => |value| Shown::Bool(*value);
    f64 => |value| Shown::Number(*value);
    i64 => |value| Shown::Integer(*value);
    Span => |value| Shown::Span(*value);
    Timestamp => |value| Shown::Moment(*value);
}

/// A deviation of a record from the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity<'a> {
    /// A member that is not in its type.
    Member,
    /// A word that is not in its enumeration.
    Word(&'a str),
    /// A value of another type or form than the schema specifies.
    Unreadable(&'a str),
}

/// Calls `visit` with every deviation of a record from the schema, with the type's and the member's name. Annotations
/// (names with `@`) are part of the protocol and do not count.
pub fn oddities(record: &dyn Record, visit: &mut dyn FnMut(&'static str, &str, Oddity<'_>)) {
    for (name, _) in record.extra() {
        if !name.contains('@') {
            visit(record.type_name(), name, Oddity::Member);
        }
    }
    record.members(&mut |name, shown| odd_member(record.type_name(), name, shown, visit));
}

fn odd_member(
    owner: &'static str,
    name: &str,
    shown: Shown<'_>,
    visit: &mut dyn FnMut(&'static str, &str, Oddity<'_>),
) {
    match shown {
        Shown::Word { word, known: false } => visit(owner, name, Oddity::Word(word)),
        Shown::Unreadable(raw) => visit(owner, name, Oddity::Unreadable(raw)),
        Shown::Record(record) => oddities(record, visit),
        Shown::List(list) => {
            for position in 0..list.count() {
                odd_member(owner, name, list.at(position), visit);
            }
        }
        _ => {}
    }
}

impl Oddity<'_> {
    /// Returns a description, short even if the received text is long: `unknown value networkInfo.wifiBand =
    /// frequency70GHz`.
    pub fn words(&self, owner: &str, member: &str) -> Text {
        let short = |text: &str| text.chars().take(60).collect::<Text>();
        let member = short(member);
        match self {
            Oddity::Member => format_compact!("unknown member {owner}.{member}"),
            Oddity::Word(word) => format_compact!("unknown value {owner}.{member} = {}", short(word)),
            Oddity::Unreadable(raw) => format_compact!("unreadable {owner}.{member}: {}", short(raw)),
        }
    }
}

/// Finds the member meant by a name spelled differently from the service's: `start_date_time`, `StartDateTime`,
/// `odata_type`, as the SDKs of several languages write them.
pub fn respelled(name: &str, members: &'static [&'static str]) -> Option<&'static str> {
    let wanted = letters_of(name)?;
    members.iter().copied().find(|member| letters_of(member).as_ref() == Some(&wanted))
}

/// Returns what the spellings of one name have in common: its letters and digits, in lower case. `None` for what cannot
/// be another spelling of a member.
pub fn letters_of(name: &str) -> Option<Text> {
    // Only capitals and separators may differ, so a name in lower case can mean a member with capitals.
    let is_spelling = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '@' | '.');
    (name.len() <= LONGEST_MEMBER && name.chars().all(is_spelling)).then(|| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    })
}

/// No member has a longer name.
const LONGEST_MEMBER: usize = 80;

/// Defines a record type: doc comment, name, and one line for each member with its type and wire name.
///
/// Reading uses a hand-written visitor, not serde's derive, for three reasons: the service repeats member names (the
/// last one counts, as in every JavaScript reader), unknown members are kept, and no member's value can make the record
/// fail.
macro_rules! record {
    ($(
        $(#[$about:meta])*
        $name:ident = $schema:literal { $($(#[$says:meta])* $member:ident: $type:ty = $wire:literal,)+ }
    )+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            $($(#[$says])* pub $member: $crate::model::field::Field<$type>,)+
            /// Members received that are not in the schema.
            pub extra: $crate::model::record::Extra,
        }

        impl $name {
            /// The wire names of the members, in their order.
            pub const MEMBERS: &[&str] = &[$($wire),+];

            /// The members with what each may hold.
            pub const RECORD_SHAPE: &'static $crate::model::shape::RecordShape = &$crate::model::shape::RecordShape {
                name: $schema,
                names: $name::MEMBERS,
                members: &[$(($wire, <$type as $crate::model::shape::Shaped>::SHAPE)),+],
            };
        }

        impl $crate::model::shape::Shaped for $name {
            const SHAPE: $crate::model::shape::Shape = $crate::model::shape::Shape::Record($name::RECORD_SHAPE);
        }

        impl $crate::model::record::Record for $name {
            fn type_name(&self) -> &'static str {
                $schema
            }

            fn members<'a>(&'a self, visit: &mut dyn FnMut(&'a str, $crate::model::record::Shown<'a>)) {
                $(visit($wire, self.$member.show());)+
            }

            fn extra(&self) -> &$crate::model::record::Extra {
                &self.extra
            }
        }

        impl $crate::model::record::Show for $name {
            fn show(&self) -> $crate::model::record::Shown<'_> {
                $crate::model::record::Shown::Record(self)
            }

            fn is_odd(&self) -> bool {
                self.extra.iter().any(|(name, _)| !name.contains('@')) $(|| self.$member.is_odd())+
            }
        }

        impl $crate::model::field::Lenient for $name {
            fn from_text(text: &str) -> $crate::model::field::Field<Self> {
                $crate::model::field::Field::unreadable(text)
            }

            fn from_map<'de, A: serde::de::MapAccess<'de>>(
                map: A,
            ) -> Result<$crate::model::field::Field<Self>, A::Error> {
                let mut field = $crate::model::field::Field::Absent;
                <Self as $crate::model::field::Lenient>::fill(&mut field, map)?;
                Ok(field)
            }

            fn fill<'de, A: serde::de::MapAccess<'de>>(
                place: &mut $crate::model::field::Field<Self>,
                mut map: A,
            ) -> Result<(), A::Error> {
                #[expect(non_camel_case_types, reason = "the variants are the members' own names")]
                enum Member { $($member { is_respelled: bool },)+ _Unknown($crate::model::field::Text) }

                impl<'de> serde::de::Deserialize<'de> for Member {
                    fn deserialize<D: serde::de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        struct ByName;
                        impl serde::de::Visitor<'_> for ByName {
                            type Value = Member;
                            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                                formatter.write_str("a member name")
                            }
                            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                                Ok(match name {
                                    $($wire => Member::$member { is_respelled: false },)+
                                    _ => match $crate::model::record::respelled(name, $name::MEMBERS) {
                                        $(Some($wire) => Member::$member { is_respelled: true },)+
                                        _ => Member::_Unknown(name.into()),
                                    },
                                })
                            }
                        }
                        deserializer.deserialize_identifier(ByName)
                    }
                }

                *place = $crate::model::field::Field::Value($name::default());
                let $crate::model::field::Field::Value(record) = place else { return Ok(()) };
                while let Some(member) = map.next_key()? {
                    match member {
                        // The service's own spelling wins if both are present.
                        $(Member::$member { is_respelled: true } if record.$member.is_present() => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        })+
                        $(Member::$member { .. } => {
                            map.next_value_seed($crate::model::field::Slot(&mut record.$member))?;
                        })+
                        Member::_Unknown(name) => record.extra.push((name, map.next_value()?)),
                    }
                }
                Ok(())
            }
        }
    )+ };
}

pub(crate) use record;
