//! Walks a session's streams, each with its context.

use super::field::Field;
use super::medium::MediumKind;
use super::path::NodePath;
use super::types::{Endpoint, Media, MediaStream, Segment, Session};

/// The place of a stream, and the parties at its ends.
#[derive(Debug, Clone, Copy)]
pub struct StreamPlace<'a> {
    /// The stream's path in the session.
    pub path: NodePath,
    /// The segment that contains it.
    pub segment: &'a Segment,
    /// The medium that contains it.
    pub media: &'a Media,
    /// The kind of that medium.
    pub kind: MediumKind,
    /// The segment's caller, or the session's if the segment names none.
    pub caller: Option<&'a Endpoint>,
    /// The segment's callee, or the session's if the segment names none.
    pub callee: Option<&'a Endpoint>,
}

impl Session {
    /// Calls `visit` with every readable stream, in record order.
    pub fn streams<'a>(&'a self, mut visit: impl FnMut(StreamPlace<'a>, &'a MediaStream)) {
        for (at_segment, segment) in self.segments.readable() {
            let (caller, callee) = self.ends(Some(segment));
            for (at_media, media) in segment.media.readable() {
                let kind = media.kind();
                for (at_stream, stream) in media.streams.readable() {
                    let path = NodePath::segment(at_segment).child(at_media).child(at_stream);
                    visit(StreamPlace { path, segment, media, kind, caller, callee }, stream);
                }
            }
        }
    }

    /// Returns the stream at a path, with its context. `None` if there is no readable stream at that path.
    pub fn stream_at(&self, path: NodePath) -> Option<(StreamPlace<'_>, &MediaStream)> {
        let mut positions = path.positions();
        let (at_segment, at_media, at_stream) = (positions.next()?, positions.next()?, positions.next()?);
        let segment = self.segments.items().get(at_segment)?.value()?;
        let media = segment.media.items().get(at_media)?.value()?;
        let stream = media.streams.items().get(at_stream)?.value()?;
        let (caller, callee) = self.ends(Some(segment));
        Some((StreamPlace { path, segment, media, kind: media.kind(), caller, callee }, stream))
    }

    /// Returns caller and callee of a segment, or of the session if the segment names none.
    pub fn ends<'a>(&'a self, segment: Option<&'a Segment>) -> (Option<&'a Endpoint>, Option<&'a Endpoint>) {
        let or_session = |pick: fn(&Segment) -> &Field<Endpoint>, own: &'a Field<Endpoint>| {
            segment.and_then(|segment| pick(segment).value()).or(own.value())
        };
        (or_session(|segment| &segment.caller, &self.caller), or_session(|segment| &segment.callee, &self.callee))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_come_with_the_ends_of_their_segment_or_of_the_session() {
        let session: Field<Session> = serde_json::from_str(
            r#"{"caller":{"name":"S"},"callee":{"name":"T"},"segments":[
                 {"media":[{"label":"main-audio","streams":[{"streamId":"1"}]}]},
                 {"caller":{"name":"U"},"media":[null,{"label":"main-video","streams":[{"streamId":"2"},7]}]}]}"#,
        )
        .expect("valid JSON always reads");
        let mut seen = Vec::new();
        let session = session.value().expect("a session");
        session.streams(|place, stream| {
            let (found, same) = session.stream_at(place.path).expect("it stands there");
            assert!(std::ptr::eq(stream, same) && found.path == place.path && found.kind == place.kind);
            let name = |end: Option<&Endpoint>| end.and_then(|end| end.name.value().cloned()).unwrap_or_default();
            seen.push(format!("{} {}>{} {}", place.path, name(place.caller), name(place.callee), place.kind.name()));
        });
        assert_eq!(seen, ["segments/0/media/0/streams/0 S>T audio", "segments/1/media/1/streams/0 U>T video"]);
    }
}
