//! The place of a node in its session: by position, because ids repeat between levels.

use std::borrow::Cow;
use std::fmt;

use compact_str::{CompactString, format_compact};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::field::Field;
use super::session::Alone;
use super::types::{Media, MediaStream, Segment, Session};

/// A node of a session: the session itself, a segment, a medium or a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NodePath {
    segment: Option<u32>,
    media: Option<u32>,
    stream: Option<u32>,
}

/// A node found in a session.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    Session(&'a Session),
    Segment(&'a Segment),
    /// One of a segment's media.
    Media(&'a Media),
    /// One of a medium's streams.
    Stream(&'a MediaStream),
    /// An element of a list that is null or of the wrong type.
    Unusable(UnusableNode),
}

/// The list that contains an unusable element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnusableNode {
    /// In `segments`.
    Segment,
    /// In `media`.
    Media,
    /// In `streams`.
    Stream,
}

impl NodePath {
    /// The path of the session itself.
    pub const SESSION: NodePath = NodePath { segment: None, media: None, stream: None };

    /// Returns the path of the segment at a position.
    pub fn segment(segment: usize) -> Self {
        NodePath { segment: position(segment), ..NodePath::SESSION }
    }

    /// Returns the child at a position; a stream has none, so its own path is returned.
    pub fn child(self, at: usize) -> Self {
        match self {
            NodePath { segment: None, .. } => NodePath { segment: position(at), ..self },
            NodePath { media: None, .. } => NodePath { media: position(at), ..self },
            NodePath { stream: None, .. } => NodePath { stream: position(at), ..self },
            _ => self,
        }
    }

    /// Returns the node that contains this one; `None` for the session.
    pub fn parent(self) -> Option<Self> {
        match self {
            NodePath { segment: None, .. } => None,
            NodePath { media: None, .. } => Some(NodePath::SESSION),
            NodePath { stream: None, .. } => Some(NodePath { media: None, ..self }),
            _ => Some(NodePath { stream: None, ..self }),
        }
    }

    /// Returns whether this node is another one or inside it.
    pub fn is_in(self, other: NodePath) -> bool {
        let agrees = |own: Option<u32>, others: Option<u32>| others.is_none() || own == others;
        agrees(self.segment, other.segment) && agrees(self.media, other.media) && agrees(self.stream, other.stream)
    }

    /// Returns 0 for the session, up to 3 for a stream.
    pub fn depth(self) -> usize {
        [self.segment, self.media, self.stream].iter().flatten().count()
    }

    /// Returns the positions from the session down.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        [self.segment, self.media, self.stream].into_iter().flatten().map(|at| at as usize)
    }

    /// Finds the node in a session; `None` if the session has no such position.
    pub fn find(self, session: &Session) -> Option<Node<'_>> {
        let Some(at) = self.segment else { return Some(Node::Session(session)) };
        let Field::Value(segment) = session.segments.items().get(at as usize)? else {
            return self.media.is_none().then_some(Node::Unusable(UnusableNode::Segment));
        };
        let Some(at) = self.media else { return Some(Node::Segment(segment)) };
        let Field::Value(media) = segment.media.items().get(at as usize)? else {
            return self.stream.is_none().then_some(Node::Unusable(UnusableNode::Media));
        };
        let Some(at) = self.stream else { return Some(Node::Media(media)) };
        match media.streams.items().get(at as usize)? {
            Field::Value(stream) => Some(Node::Stream(stream)),
            _ => Some(Node::Unusable(UnusableNode::Stream)),
        }
    }

    /// Returns the part of a session's JSON that is this node, byte for byte. `None` if the text is not JSON or has no
    /// such node.
    pub fn slice(self, session_json: &str) -> Option<&str> {
        let steps = self.steps_in(session_json);
        steps.into_iter().try_fold(session_json, |json, (at, name)| element(member(json, name)?, at))
    }

    /// The steps down from the outermost object of a text: fewer if that is only a part of a session.
    fn steps_in(self, session_json: &str) -> Vec<(usize, &'static str)> {
        let steps = self.positions().zip(["segments", "media", "streams"]);
        if self.depth() == 0 {
            return Vec::new();
        }
        let members = members(session_json);
        let alone = Alone::of(|name| members.iter().any(|(one, _)| one == name));
        steps.skip(alone.map_or(0, Alone::depth)).collect()
    }
}

fn position(at: usize) -> Option<u32> {
    // A list of more than 2^32 elements exceeds the size limit of a session.
    Some(u32::try_from(at).unwrap_or(u32::MAX))
}

impl fmt::Display for NodePath {
    /// Formats as in reports and exports: `segments/0/media/0/streams/1`; empty for the session itself.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, (at, name)) in self.positions().zip(["segments", "media", "streams"]).enumerate() {
            let slash = if step == 0 { "" } else { "/" };
            write!(formatter, "{slash}{name}/{at}")?;
        }
        Ok(())
    }
}

impl NodePath {
    /// Formats for jq, within a session's text: `.segments[0].media[0].streams[1]`; `.` for the session itself.
    pub fn jq(self, session_json: &str) -> CompactString {
        let path = self.steps_in(session_json).into_iter();
        let path = path.fold(CompactString::default(), |path, (at, name)| format_compact!("{path}.{name}[{at}]"));
        if path.is_empty() { ".".into() } else { path }
    }
}

/// A member of an object: its name, and its value byte for byte.
pub type Member<'a> = (Cow<'a, str>, &'a str);

/// Returns the members of an object, in order; none if the text is not an object.
pub fn members(object: &str) -> Vec<Member<'_>> {
    struct All;

    impl<'de> Visitor<'de> for All {
        type Value = Vec<Member<'de>>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                all.push((name, value.get()));
            }
            Ok(all)
        }
    }

    serde_json::Deserializer::from_str(object).deserialize_map(All).unwrap_or_default()
}

/// Returns a member's value, byte for byte; the last one if the name repeats, as everywhere in the model.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object).into_iter().rev().find(|(one, _)| one == name).map(|(_, value)| value)
}

/// The element at a position, byte for byte. A single object in place of a list is a list of one.
fn element(list: &str, at: usize) -> Option<&str> {
    struct Find(usize);

    impl<'de> Visitor<'de> for Find {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let (mut found, mut at) = (None, 0);
            while let Some(value) = list.next_element::<&'de RawValue>()? {
                if at == self.0 {
                    found = Some(value);
                }
                at += 1;
            }
            Ok(found)
        }
    }

    if list.starts_with('[') {
        let mut reader = serde_json::Deserializer::from_str(list);
        return Some(reader.deserialize_seq(Find(at)).ok()??.get());
    }
    (at == 0 && <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(list)).is_ok()).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = r#"{ "id": "a", "segments": [ null, { "id": "a", "media": [ {"label":"main-audio","streams":[{"streamId":"1"}, {"streamId": "2" , "n":1.0E+2}]} ] } ] }"#;

    fn stream() -> NodePath {
        NodePath::segment(1).child(0).child(1)
    }

    #[test]
    fn a_path_reads_as_positions() {
        assert_eq!(stream().to_string(), "segments/1/media/0/streams/1");
        assert_eq!(stream().jq(SESSION), ".segments[1].media[0].streams[1]");
        assert_eq!((NodePath::SESSION.to_string().as_str(), NodePath::SESSION.jq(SESSION).as_str()), ("", "."));
        assert_eq!(stream().jq(r#"{"label":"main-audio","streams":[{},{}]}"#), ".streams[1]");
    }

    #[test]
    fn child_and_parent_undo_each_other_down_to_the_stream() {
        assert_eq!(stream().parent(), Some(NodePath::segment(1).child(0)));
        assert_eq!(stream().child(7), stream());
        assert_eq!(NodePath::SESSION.parent(), None);
        assert_eq!(stream().depth(), 3);
    }

    #[test]
    fn a_node_is_in_itself_and_in_what_is_above_it() {
        for above in [NodePath::SESSION, NodePath::segment(1), NodePath::segment(1).child(0), stream()] {
            assert!(stream().is_in(above));
        }
        assert!(!stream().is_in(NodePath::segment(0)) && !NodePath::segment(1).is_in(stream()));
    }

    #[test]
    fn a_slice_is_the_node_byte_for_byte() {
        assert_eq!(stream().slice(SESSION), Some(r#"{"streamId": "2" , "n":1.0E+2}"#));
        assert_eq!(NodePath::segment(0).slice(SESSION), Some("null"));
        assert_eq!(NodePath::segment(2).slice(SESSION), None);
        assert_eq!(NodePath::SESSION.slice(SESSION), Some(SESSION));
        assert_eq!(stream().slice("not JSON"), None);
    }

    #[test]
    fn the_last_of_repeated_members_counts() {
        assert_eq!(member(r#"{"a":1,"b":2,"\u0061":3}"#, "a"), Some("3"));
    }

    #[test]
    fn a_lone_object_where_a_list_belongs_is_found_at_zero() {
        let json = r#"{"segments":{"id":"only","media":{"label":"data"}}}"#;
        assert_eq!(NodePath::segment(0).child(0).slice(json), Some(r#"{"label":"data"}"#));
        assert_eq!(NodePath::segment(1).slice(json), None);
    }

    #[test]
    fn unusable_elements_are_nodes_too() {
        let session: Field<Session> = serde_json::from_str(SESSION).expect("valid JSON always reads");
        let session = session.value().expect("a session");
        assert!(matches!(NodePath::segment(0).find(session), Some(Node::Unusable(UnusableNode::Segment))));
        assert!(matches!(stream().find(session), Some(Node::Stream(_))));
        assert!(NodePath::segment(0).child(0).find(session).is_none());
    }
}
