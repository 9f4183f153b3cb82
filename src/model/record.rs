//! How a record type is written down once: its members, their wire names, how it is read and walked.

use compact_str::format_compact;
use serde_json::value::RawValue;

use super::field::{Field, Text};
use super::time::{Span, Timestamp};

/// Members that the type does not list, each with its JSON as received.
pub type Extra = Vec<(Text, Box<RawValue>)>;

/// Any record of the model, to be walked without knowing its type: for the details on screen, for counting
/// what we do not know, for exports.
pub trait Record {
    /// The type's name in the schema, without its namespace.
    fn type_name(&self) -> &'static str;

    /// Calls `visit` with every member of the type in its order, by wire name, missing ones included.
    fn members<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Shown<'a>));

    /// Members that were received and are not part of the type.
    fn extra(&self) -> &Extra;
}

/// A member's value as something to show.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// The member was not in the JSON.
    Absent,
    /// `null`.
    Null,
    /// `""`.
    Empty,
    /// "Not known" in the service's way, as received.
    Placeholder(&'a str),
    /// Of the wrong type or form, as received or described.
    Unreadable(&'a str),
    /// A text.
    Text(&'a str),
    /// A member of an enumeration; `known` is false for one that the schema does not have.
    Word {
        /// As the schema spells it, or as received.
        word: &'a str,
        /// Is it in the schema?
        known: bool,
    },
    /// A number whose unit the table of metrics knows.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A duration.
    Span(Span),
    /// A moment.
    Moment(Timestamp),
    /// A record inside.
    Record(&'a dyn Record),
    /// A list of anything.
    List(&'a dyn List),
}

/// A list of anything, to be walked.
pub trait List {
    /// How many elements there are.
    fn count(&self) -> usize;

    /// The element at a position.
    fn at(&self, position: usize) -> Shown<'_>;
}

/// Turns a readable value into something to show.
pub trait Show {
    /// The value.
    fn show(&self) -> Shown<'_>;

    /// Is something in it that the schema does not have? Asked of every session, so it is cheap: the walk that tells what
    /// is for the few of which this is true.
    fn is_odd(&self) -> bool {
        false
    }
}

impl<T: Show> Field<T> {
    /// Is it unreadable, or something in it beyond the schema?
    pub fn is_odd(&self) -> bool {
        match self {
            Field::Unreadable(_) => true,
            Field::Value(value) => value.is_odd(),
            _ => false,
        }
    }

    /// The field as something to show, whatever state it is in.
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

/// Something that a record holds beyond the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity<'a> {
    /// A member that its type does not have.
    Member,
    /// A word that its enumeration does not have.
    Word(&'a str),
    /// A value of another type or form than the schema says.
    Unreadable(&'a str),
}

/// Calls `visit` with everything that a record holds beyond the schema, with the type's and the member's name.
/// Annotations (names with `@`) are part of the protocol and do not count.
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
    /// In words, short however long the received text is: `unknown value networkInfo.wifiBand = frequency70GHz`.
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

/// The member that a name means in another spelling than the service's: `start_date_time`, `StartDateTime`,
/// `odata_type`, as the SDKs of several languages write them.
pub fn respelled(name: &str, members: &'static [&'static str]) -> Option<&'static str> {
    let letters = |name: &'_ str| -> Text {
        name.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let is_other = |letter: char| letter.is_ascii_uppercase() || letter == '_' || letter == '@' || letter == '.';
    // Nothing else than capitals and separators may differ, so a name of small letters can mean a member with capitals.
    if name.len() > LONGEST_MEMBER
        || !name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || is_other(letter))
    {
        return None;
    }
    let wanted = letters(name);
    members.iter().copied().find(|member| letters(member) == wanted)
}

/// No member's name is longer.
const LONGEST_MEMBER: usize = 80;

/// Writes a record type down: doc comment, name, and one line for each member with its type and wire name.
///
/// Reading is by hand-written visitor and not by serde's derive for three reasons: the service repeats member
/// names (the last one counts, as in every JavaScript reader), unknown members are kept, and no member's
/// value can make the record fail.
macro_rules! record {
    ($(
        $(#[$about:meta])*
        $name:ident = $schema:literal { $($(#[$says:meta])* $member:ident: $type:ty = $wire:literal,)+ }
    )+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, Default)]
        #[expect(missing_docs, reason = "a member says what its wire name says; units are in the table of metrics")]
        pub struct $name {
            $($(#[$says])* pub $member: $crate::model::field::Field<$type>,)+
            /// Members received that the schema does not have.
            pub extra: $crate::model::record::Extra,
        }

        impl $name {
            /// The wire names of the members, in their order.
            pub const MEMBERS: &[&str] = &[$($wire),+];
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
                mut map: A,
            ) -> Result<$crate::model::field::Field<Self>, A::Error> {
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

                let mut record = $name::default();
                while let Some(member) = map.next_key()? {
                    match member {
                        // The service's own spelling counts, when both are there.
                        $(Member::$member { is_respelled: true } if record.$member.is_present() => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        })+
                        $(Member::$member { .. } => record.$member = map.next_value()?,)+
                        Member::_Unknown(name) => record.extra.push((name, map.next_value()?)),
                    }
                }
                Ok($crate::model::field::Field::Value(record))
            }
        }
    )+ };
}

pub(crate) use record;
