//! Who sent a stream to whom, and what tells the stream from the others of its session.

use crate::model::{
    Endpoint, EndpointKind, MediaStream, MediumKind, NodePath, Segment, Session, StreamDirection, StreamPlace,
};

use super::{full_names, short_names};

/// How many segments, and how many streams of each medium, are looked at to number a stream: more than any client sends,
/// and few enough that a damaged file costs no time. Our own choice.
const NUMBERED: usize = 200;

/// Says it by first name where the row above names the medium: `service → Abbie saw`.
pub fn below_medium(place: &StreamPlace<'_>, stream: &MediaStream) -> String {
    between(&short_names(place.caller, place.callee), place, stream, false) + &in_brackets(number(place, stream))
}

/// Says it by first name, and of which medium: `service → Abbie saw a shared screen`.
pub fn alone(session: &Session, place: &StreamPlace<'_>, stream: &MediaStream) -> String {
    let segment = segment_number(session, place, stream, &full_names(place.caller, place.callee));
    between(&short_names(place.caller, place.callee), place, stream, true)
        + &in_brackets(segment.into_iter().chain(number(place, stream)))
}

/// Says it as [`alone`], by the full names of caller and callee: in a call, two people may share a first name.
pub fn in_full(session: &Session, place: &StreamPlace<'_>, stream: &MediaStream, names: &(String, String)) -> String {
    let segment = segment_number(session, place, stream, names);
    between(names, place, stream, true) + &in_brackets(segment.into_iter().chain(number(place, stream)))
}

fn between(names: &(String, String), place: &StreamPlace<'_>, stream: &MediaStream, says_medium: bool) -> String {
    let (caller, callee) = names;
    let ends = match stream.stream_direction.value() {
        Some(StreamDirection::CallerToCallee) => Some(((caller, place.caller), (callee, place.callee))),
        Some(StreamDirection::CalleeToCaller) => Some(((callee, place.callee), (caller, place.caller))),
        _ => None,
    };
    let medium = if says_medium { format!(" ({})", place.kind.name()) } else { String::new() };
    let Some(((from, sender), (to, receiver))) = ends else {
        return format!("{caller} ↔ {callee}, direction unknown{medium}");
    };
    let is_person = |end: Option<&Endpoint>| end.is_some_and(|end| end.kind() == EndpointKind::Participant);
    let (did, got) = match place.kind {
        MediumKind::Audio => (" spoke", " heard"),
        MediumKind::Video => (" showed", " saw"),
        MediumKind::ScreenSharing if !says_medium => (" shared", " saw"),
        MediumKind::ScreenSharing if is_person(sender) => (" shared their screen", " saw"),
        MediumKind::ScreenSharing => ("", " saw a shared screen"),
        MediumKind::Data if says_medium => (" sent data", " got data"),
        MediumKind::Data => (" sent", " got"),
        MediumKind::Other => ("", ""),
    };
    let did = if is_person(sender) { did } else { "" };
    let got = if is_person(receiver) { got } else { "" };
    let medium = if did.is_empty() && got.is_empty() { medium.as_str() } else { "" };
    format!("{from}{did} → {to}{got}{medium}")
}

fn in_brackets(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// Numbers a stream among those of its segment with the same kind of media and the same direction: `stream 2`; `None` if
/// it is the only one.
fn number(place: &StreamPlace<'_>, stream: &MediaStream) -> Option<String> {
    let at = place.path.positions().next()?;
    let mut alike = 0;
    let mut own = None;
    let media = place.segment.media.readable().take(NUMBERED).filter(|(_, media)| media.kind() == place.kind);
    for (at_media, media) in media {
        for (at_stream, other) in media.streams.readable().take(NUMBERED) {
            if other.stream_direction.value() == stream.stream_direction.value() {
                alike += 1;
                let path = NodePath::segment(at).child(at_media).child(at_stream);
                own = own.or((path == place.path).then_some(alike));
            }
        }
    }
    own.filter(|_| alike > 1).map(|number| format!("stream {number}"))
}

/// Names the segment of a stream where another one between the same ends has such a stream, too.
fn segment_number(
    session: &Session,
    place: &StreamPlace<'_>,
    stream: &MediaStream,
    names: &(String, String),
) -> Option<String> {
    let at = place.path.positions().next()?;
    let mut others = session.segments.readable().take(NUMBERED).filter(|(other, _)| *other != at);
    let has_one = |(_, segment): (usize, &Segment)| {
        let (caller, callee) = session.ends(Some(segment));
        let media = || segment.media.readable().filter(|(_, media)| media.kind() == place.kind);
        media()
            .flat_map(|(_, media)| media.streams.readable().take(NUMBERED))
            .any(|(_, other)| other.stream_direction.value() == stream.stream_direction.value())
            && full_names(caller, callee) == *names
    };
    others.any(has_one).then(|| format!("segment {}", at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn directions(json: &str) -> Vec<String> {
        let session: Field<Session> = serde_json::from_str(json).expect("valid JSON always reads");
        let mut directions = Vec::new();
        let session = session.value().expect("a session");
        session.streams(|place, stream| directions.push(alone(session, &place, stream)));
        directions
    }

    fn between(caller: &str, callee: &str, label: &str) -> Vec<String> {
        directions(&format!(
            r#"{{"caller":{caller},"callee":{callee},"segments":[{{"media":[{{"label":"{label}","streams":[
                {{"streamDirection":"callerToCallee"}},{{"streamDirection":"calleeToCaller"}}]}}]}}]}}"#
        ))
    }

    const OWEN: &str = r#"{"associatedIdentity":{"displayName":"Owen Quist"}}"#;
    const ANA: &str = r#"{"associatedIdentity":{"displayName":"Ana Lima"}}"#;
    const SERVICE: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;

    #[test]
    fn directions_are_told_in_peoples_names() {
        assert_eq!(between(OWEN, ANA, "main-audio"), ["Owen spoke → Ana heard", "Ana spoke → Owen heard"]);
        assert_eq!(between(OWEN, SERVICE, "main-audio"), ["Owen spoke → service", "service → Owen heard"]);
        assert_eq!(between(OWEN, ANA, "applicationsharing-video")[0], "Owen shared their screen → Ana saw");
        assert_eq!(between(OWEN, SERVICE, "applicationsharing-video")[1], "service → Owen saw a shared screen");
        assert_eq!(between(OWEN, SERVICE, "data")[1], "service → Owen got data");
        assert_eq!(between(SERVICE, SERVICE, "main-video")[0], "service → service (video)");
        assert_eq!(between(OWEN, ANA, "main-video")[1], "Ana showed → Owen saw");
    }

    #[test]
    fn names_stay_whole_where_a_part_would_mislead() {
        let room = r#"{"associatedIdentity":{"displayName":"Conference room Albatross"}}"#;
        let phone = r#"{"identity":{"phone":{"id":"+15555550100"}}}"#;
        assert_eq!(between(room, phone, "main-audio")[0], "Conference room Albatross spoke → +15555550100 heard");
        let other_owen = r#"{"associatedIdentity":{"displayName":"Owen Lima"}}"#;
        assert_eq!(between(OWEN, other_owen, "main-audio")[0], "Owen Quist spoke → Owen Lima heard");
        assert_eq!(between("null", "{}", "main-audio")[0], "no caller → unnamed endpoint (audio)");
    }

    #[test]
    fn a_direction_that_is_not_told_is_not_guessed() {
        let json = format!(r#"{{"caller":{OWEN},"callee":{ANA},"segments":[{{"media":[{{"streams":[{{}}]}}]}}]}}"#);
        assert_eq!(directions(&json), ["Owen ↔ Ana, direction unknown (unknown medium)"]);
    }

    #[test]
    fn streams_of_the_same_medium_and_direction_are_numbered_and_segments_between_the_same_ends_named() {
        let stream = r#"{"streamDirection":"callerToCallee"}"#;
        let segment = |streams: &str| format!(r#"{{"media":[{{"label":"main-video","streams":[{streams}]}}]}}"#);
        let of = |segments: &[String]| {
            directions(&format!(r#"{{"caller":{OWEN},"callee":{SERVICE},"segments":[{}]}}"#, segments.join(",")))
        };
        let twice = format!("{stream},{stream}");
        assert_eq!(of(&[segment(stream)]), ["Owen showed → service"]);
        assert_eq!(of(&[segment(&twice)]), ["Owen showed → service (stream 1)", "Owen showed → service (stream 2)"]);
        assert_eq!(
            of(&[segment(stream), segment(&twice)]),
            [
                "Owen showed → service (segment 1)",
                "Owen showed → service (segment 2, stream 1)",
                "Owen showed → service (segment 2, stream 2)",
            ]
        );
    }
}
