//! Recognises sessions that come again, so that a service whose pages never end is noticed.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::hash::BuildHasher as _;

use serde::de::{self, Deserializer as _, IgnoredAny, MapAccess, Visitor};

use super::split::{Piece, Splitter};

/// The sessions received so far.
#[derive(Debug, Default)]
pub struct MetSessions {
    /// By a hash of what they are known by.
    met: HashSet<u64, foldhash::fast::FixedState>,
    /// How many pages in a row had no new session.
    pub idle_pages: u32,
}

impl MetSessions {
    /// Adds the sessions of a page. Where the members of sessions were chosen, an id is enough
    /// of a session.
    pub fn add_page(&mut self, page: &Splitter, are_members_chosen: bool) {
        let mut has_new = false;
        for piece in page.pieces() {
            if let Piece::Leaf { range, .. } = piece
                && let Some(mark) =
                    page.text().get(range.clone()).and_then(|session| mark_of(session, are_members_chosen))
            {
                has_new |= self.met.insert(self.met.hasher().hash_one(mark));
            }
        }
        self.idle_pages = if has_new { 0 } else { self.idle_pages + 1 };
    }
}

/// By what a session is known when it comes again: its id, or else all of it. `None` for what is no session, or none that can
/// be told. Where members were chosen, an id is enough of a session.
fn mark_of(session: &[u8], is_chosen: bool) -> Option<Cow<'_, [u8]>> {
    let mut known = Known { id: None, has_member: false, is_chosen };
    let read = serde_json::Deserializer::from_slice(session).deserialize_map(&mut known);
    match known {
        Known { id: Some(id), .. } if known.has_member || is_chosen => Some(id.to_lowercase().into_bytes().into()),
        Known { id: None, has_member: true, .. } if read.is_ok() => Some(session.into()),
        _ => None,
    }
}

/// What is known of an object, as far as it was read.
struct Known {
    id: Option<String>,
    /// It has a member that only sessions have.
    has_member: bool,
    /// An id is enough.
    is_chosen: bool,
}

impl<'de> Visitor<'de> for &mut Known {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a session")
    }

    /// Reads members until enough is known, which ends in an error as well: the rest of a session costs more than all else.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            match &*name {
                "id" => self.id = members.next_value()?,
                "caller" | "callee" | "segments" | "modalities" | "startDateTime" => {
                    self.has_member |= members.next_value::<Option<IgnoredAny>>()?.is_some();
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
            if self.id.is_some() && (self.has_member || self.is_chosen) {
                return Err(de::Error::custom("enough is known"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_id_and_else_by_all_of_it() {
        let known = |session: &str, is_chosen| {
            mark_of(session.as_bytes(), is_chosen).map(|mark| String::from_utf8_lossy(&mark).into_owned())
        };
        for (session, mark) in [
            (r#"{"id":"Ab","caller":{},"segments":[{"id":"c"}]}"#, Some("ab")),
            (r#"{"caller":{"id":"c"},"id":"Ab"}"#, Some("ab")),
            (r#"{"modalities":[]}"#, Some(r#"{"modalities":[]}"#)),
            (r#"{"id":null,"callee":{}}"#, Some(r#"{"id":null,"callee":{}}"#)),
            (r#"{"id":"a"}"#, None),
            (r#"{"id":"a","caller":null}"#, None),
            (r#"{"id":7,"caller":{}}"#, None),
            (r#"{"caller":{},"name":}"#, None),
            ("[]", None),
        ] {
            assert_eq!(known(session, false).as_deref(), mark, "{session}");
        }
        assert_eq!(known(r#"{"id":"A"}"#, true).as_deref(), Some("a"));
        assert_eq!(known(r#"{"isTest":false}"#, true), None);
    }

    #[test]
    fn pages_without_a_new_session_are_counted_until_there_is_one() {
        let mut met = MetSessions::default();
        let mut add = |body: &str| {
            let mut splitter = Splitter::of(body.into());
            splitter.run().and_then(|()| splitter.finish()).expect("it is JSON");
            met.add_page(&splitter, false);
            met.idle_pages
        };
        assert_eq!(add(r#"{"value":[{"id":"a","caller":{}}]}"#), 0);
        assert_eq!(add(r#"{"value":[{"id":"A","caller":{}}]}"#), 1);
        assert_eq!(add(r#"{"value":[]}"#), 2);
        assert_eq!(add(r#"{"value":[{"id":"a","caller":{}},{"id":"b","caller":{}}]}"#), 0);
    }
}
