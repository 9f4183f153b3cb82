//! Member types of our own: values with placeholders, and maps with open-ended names.

use serde::de::MapAccess;

use super::field::{Field, Lenient, Text};
use super::record::{Extra, Record, Show, Shown};
use super::types::Identity;

/// Speed of a network link in bits per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkSpeed(pub i64);

impl LinkSpeed {
    /// The documentation's example has 2^32-1 for a wired link; 0 comes from the service's side.
    fn read(bits_per_second: i64) -> Field<Self> {
        match bits_per_second {
            0 => Field::placeholder("0"),
            4_294_967_295 => Field::placeholder("4294967295"),
            _ => Field::Value(LinkSpeed(bits_per_second)),
        }
    }
}

impl Lenient for LinkSpeed {
    fn from_text(text: &str) -> Field<Self> {
        text.parse().map_or_else(|_| Field::unreadable(text), LinkSpeed::read)
    }

    fn from_integer(number: i64) -> Field<Self> {
        LinkSpeed::read(number)
    }

    fn from_number(number: f64) -> Field<Self> {
        match i64::from_number(number) {
            Field::Value(whole) => LinkSpeed::read(whole),
            other => other.map(|_| LinkSpeed(0)),
        }
    }
}

impl Show for LinkSpeed {
    fn show(&self) -> Shown<'_> {
        Shown::Integer(self.0)
    }
}

/// A hardware address as received; separators and length vary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacAddress(pub Text);

impl Lenient for MacAddress {
    /// Systems that hide the address report all zeros (6 or 8 bytes) or 02:00:00:00:00:00.
    fn from_text(text: &str) -> Field<Self> {
        let digits = || text.bytes().filter(|byte| !matches!(byte, b'-' | b':' | b'.'));
        let hidden = digits().eq(*b"020000000000") || (digits().all(|digit| digit == b'0') && digits().count() >= 12);
        if hidden { Field::placeholder(text) } else { Field::Value(MacAddress(text.into())) }
    }
}

impl Show for MacAddress {
    fn show(&self) -> Shown<'_> {
        Shown::Text(&self.0)
    }
}

/// A map with open-ended names and values of one type, in the order received.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T>(pub Vec<(Text, Field<T>)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named(Vec::new())
    }
}

impl<T: Lenient> Lenient for Named<T> {
    fn from_text(text: &str) -> Field<Self> {
        Field::unreadable(text)
    }

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Field<Self>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Field::Value(Named(entries)))
    }
}

/// The options a user ticked in the survey after the call. The service's names are not stable.
pub type FeedbackTokens = Named<bool>;

/// A person's or other party's identity: a map from a kind (`user`, `phone`, `guest`, `acsUser`, ...) to an identity.
/// The type is open, so kinds missing from the schema work like the others.
pub type IdentitySet = Named<Identity>;

impl IdentitySet {
    /// Returns the first kind that has an identity, and that identity.
    pub fn first(&self) -> Option<(&str, &Identity)> {
        self.0.iter().find_map(|(kind, identity)| Some((kind.as_str(), identity.value()?)))
    }
}

/// The schema's name for a [`Named`] map.
pub trait NamedType {
    /// The type's name in the schema.
    const NAME: &'static str;
}

impl NamedType for bool {
    const NAME: &'static str = "feedbackTokenSet";
}

impl NamedType for Identity {
    const NAME: &'static str = "identitySet";
}

impl<T: Show + NamedType> Record for Named<T> {
    fn type_name(&self) -> &'static str {
        T::NAME
    }

    fn members<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Shown<'a>)) {
        for (name, value) in &self.0 {
            // `@odata.type` and `endpointType` are texts among the identities, not identities.
            match value {
                Field::Unreadable(text) if name.contains('@') || name == "endpointType" => {
                    visit(name, Shown::Text(text))
                }
                _ => visit(name, value.show()),
            }
        }
    }

    fn extra(&self) -> &Extra {
        const NONE: &Extra = &Vec::new();
        NONE
    }
}

impl<T: Show + NamedType> Show for Named<T> {
    fn show(&self) -> Shown<'_> {
        Shown::Record(self)
    }

    fn is_odd(&self) -> bool {
        let is_annotation = |name: &str, value: &Field<T>| {
            matches!(value, Field::Unreadable(_)) && (name.contains('@') || name == "endpointType")
        };
        self.0.iter().any(|(name, value)| value.is_odd() && !is_annotation(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Lenient>(json: &str) -> Field<T> {
        serde_json::from_str(json).expect("valid JSON always reads")
    }

    #[test]
    fn link_speeds_that_mean_nothing_are_placeholders() {
        assert_eq!(read::<LinkSpeed>("4294967295"), Field::placeholder("4294967295"));
        assert_eq!(read::<LinkSpeed>("4294967295.0"), Field::placeholder("4294967295"));
        assert_eq!(read::<LinkSpeed>("0"), Field::placeholder("0"));
        assert_eq!(read::<LinkSpeed>("526500000"), Field::Value(LinkSpeed(526_500_000)));
        assert_eq!(read::<LinkSpeed>("\"54000000\""), Field::Value(LinkSpeed(54_000_000)));
        assert_eq!(read::<LinkSpeed>("0.5"), Field::unreadable("0.5"));
    }

    #[test]
    fn hidden_hardware_addresses_are_placeholders() {
        for hidden in ["00-00-00-00-00-00", "00-00-00-00-00-00-00-00", "02:00:00:00:00:00", "00:00:00:00:00:00"] {
            assert_eq!(MacAddress::from_text(hidden), Field::placeholder(hidden));
        }
        assert_eq!(MacAddress::from_text("00-00-5E-00-53-01"), Field::Value(MacAddress("00-00-5E-00-53-01".into())));
    }

    #[test]
    fn an_identity_set_gives_its_first_identity_of_whatever_kind() {
        let set: Field<IdentitySet> = read(
            r##"{"@odata.type":"#microsoft.graph.identitySet","user":null,"acsUser":{"id":"8:acs:1","displayName":"Bo"},"endpointType":"default"}"##,
        );
        let (kind, identity) = set.value().and_then(IdentitySet::first).expect("an identity");
        assert_eq!((kind, identity.display_name.value().map(Text::as_str)), ("acsUser", Some("Bo")));
    }
}
