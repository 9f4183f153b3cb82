//! Reads one session from its bytes, even if they are not quite JSON.

use std::fmt::Write as _;

use super::field::Field;
use super::types::{Media, MediaStream, Segment, Session};

/// A session and how it was read.
#[derive(Debug)]
pub struct Read {
    pub session: Session,
    /// The bytes were not valid JSON and were repaired before reading.
    pub was_mended: bool,
}

/// The reason a session could not be read even after repair.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The bytes are JSON but not an object.
    #[error("not an object")]
    NotAnObject,
    /// The bytes are not JSON.
    #[error("{reason}")]
    NotJson {
        /// The parser's message, without a position.
        reason: String,
        /// The position, in bytes from the start of the session, as far as the parser reports it.
        at: usize,
    },
}

/// Reads a session. Text that is not UTF-8, broken escapes, bare control characters, unrepresentable numbers and
/// trailing commas are repaired; any other invalid JSON makes the session unreadable.
pub fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
    // One UTF-8 check of the whole is several times cheaper than the parser's check of each string.
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(field) = serde_json::from_str(text)
    {
        return object(text, field, false);
    }
    let mended = mended(&String::from_utf8_lossy(bytes));
    match serde_json::from_str(&mended) {
        Ok(field) => object(&mended, field, true),
        Err(after_mending) => {
            // The useful position is the one in the original bytes.
            let error = serde_json::from_slice::<Field<Session>>(bytes).err().unwrap_or(after_mending);
            Err(Unreadable::NotJson { reason: without_position(&error), at: offset_of(bytes, &error) })
        }
    }
}

fn object(text: &str, field: Field<Session>, was_mended: bool) -> Result<Read, Unreadable> {
    match field {
        Field::Value(session) => Ok(Read { session: unwrapped(text, session), was_mended }),
        _ => Err(Unreadable::NotAnObject),
    }
}

/// A part of a session saved on its own: people copy a segment, a medium or a stream from the documentation or a tool,
/// and `…/sessions/{id}/segments` returns segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    Segment,
    /// A medium.
    Media,
    Stream,
}

impl Alone {
    /// Returns which part an object with these members is; `None` for a session or anything else.
    pub fn of<'a>(mut has: impl FnMut(&'a str) -> bool) -> Option<Alone> {
        if ["segments", "caller", "callee", "isTest", "modalities"].into_iter().any(&mut has) && !has("media") {
            return None;
        }
        // Other programs also have lists of those names.
        let is_segment = ["startDateTime", "failureInfo", "caller", "callee"];
        let is_media = ["label", "callerNetwork", "calleeNetwork", "callerDevice", "calleeDevice"];
        if has("segments") {
            None
        } else if has("media") {
            is_segment.into_iter().any(has).then_some(Alone::Segment)
        } else if has("streams") {
            is_media.into_iter().any(has).then_some(Alone::Media)
        } else {
            (has("streamDirection") || has("packetUtilization")).then_some(Alone::Stream)
        }
    }

    /// Returns how many path steps such an object is below its session.
    pub fn depth(self) -> usize {
        match self {
            Alone::Segment => 1,
            Alone::Media => 2,
            Alone::Stream => 3,
        }
    }
}

/// Wraps a part saved on its own in a session; returns any other session unchanged.
fn unwrapped(text: &str, session: Session) -> Session {
    let is_there = |name: &str| match name {
        "segments" => session.segments.is_present(),
        "caller" => session.caller.is_present(),
        "callee" => session.callee.is_present(),
        "isTest" => session.is_test.is_present(),
        "modalities" => session.modalities.is_present(),
        "startDateTime" => session.start.is_present(),
        "failureInfo" => session.failure_info.is_present(),
        name => session.extra.iter().any(|(extra, _)| extra == name),
    };
    let Some(alone) = Alone::of(is_there) else { return session };
    fn read<T: super::field::Lenient>(text: &str) -> Field<Vec<Field<T>>> {
        Field::Value(vec![serde_json::from_str(text).unwrap_or_default()])
    }
    match alone {
        Alone::Segment => {
            let segments: Field<Vec<Field<Segment>>> = read(text);
            let Session { odata_type, id, start, end, failure_info, caller, callee, .. } = session;
            Session { odata_type, id, start, end, failure_info, caller, callee, segments, ..Session::default() }
        }
        Alone::Media => around(read::<Media>(text)),
        Alone::Stream => {
            let streams: Field<Vec<Field<MediaStream>>> = read(text);
            around(Field::Value(vec![Field::Value(Media { streams, ..Media::default() })]))
        }
    }
}

fn around(media: Field<Vec<Field<Media>>>) -> Session {
    let segment = Segment { media, ..Segment::default() };
    Session { segments: Field::Value(vec![Field::Value(segment)]), ..Session::default() }
}

/// The parser's message without its "at line 1 column 17", which means nothing inside a larger file.
pub fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

/// The byte offset at which a parser stopped.
pub fn offset_of(bytes: &[u8], error: &serde_json::Error) -> usize {
    let lines = error.line().saturating_sub(1);
    let start = match lines {
        0 => 0,
        _ => memchr::memchr_iter(b'\n', bytes).nth(lines - 1).map_or(0, |newline| newline + 1),
    };
    (start + error.column().saturating_sub(1)).min(bytes.len())
}

/// Repairs common faults in JSON text, so that one bad value does not cost a session.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => rest = mend_string(rest, &mut out),
            ',' => {
                let after = rest[1..].trim_start();
                if !after.starts_with(['}', ']']) {
                    out.push(',');
                }
                rest = &rest[1..];
            }
            '-' | '0'..='9' | 'a'..='z' | 'A'..='Z' => {
                let end = rest.find(|c: char| !matches!(c, '-' | '+' | '.') && !c.is_ascii_alphanumeric());
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                match serde_json::from_str::<serde::de::IgnoredAny>(word) {
                    Ok(_) if word.parse::<f64>().is_ok_and(f64::is_infinite) => _ = write!(out, "\"{word}\""),
                    Ok(_) => out.push_str(word),
                    // It is kept as text and shown as unreadable.
                    Err(_) => _ = write!(out, "\"{word}\""),
                }
                rest = after;
            }
            _ => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// Copies the string at the start of `text`, repaired, and returns the rest.
fn mend_string<'a>(text: &'a str, out: &mut String) -> &'a str {
    out.push('"');
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                out.push('"');
                return &text[at + 1..];
            }
            '\\' => {
                let escape = &text[at..];
                let length = match escape.as_bytes().get(1) {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                    Some(b'u') => unicode_escape(escape),
                    _ => 0,
                };
                match length {
                    0 => out.push_str(if escape.as_bytes().get(1) == Some(&b'u') { "\\ufffd" } else { "\\\\" }),
                    _ => out.push_str(&escape[..length]),
                }
                let skip = match (length, escape.as_bytes().get(1)) {
                    (0, Some(b'u')) => 1 + escape[2..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count(),
                    (0, _) => 0,
                    _ => length - 1,
                };
                for _ in 0..skip {
                    chars.next();
                }
            }
            c if c.is_control() && c.is_ascii() => _ = write!(out, "\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    ""
}

/// The length of the `\uXXXX` escape at the start of `text`, counting a surrogate pair as one; 0 if it is broken or
/// half a pair.
fn unicode_escape(text: &str) -> usize {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
        (Some(0xD800..=0xDFFF) | None, _) => 0,
        (Some(_), _) => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Record, Shown};

    fn id_of(json: &[u8]) -> (String, bool) {
        let read = read(json).unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(json)));
        (read.session.id.value().map(ToString::to_string).unwrap_or_default(), read.was_mended)
    }

    #[test]
    fn a_repeated_member_is_no_error_and_the_last_one_counts() {
        assert_eq!(id_of(br#"{"id":"a","id":"b"}"#), ("b".into(), false));
    }

    #[test]
    fn bytes_that_are_no_utf8_cost_their_letters() {
        assert_eq!(id_of(b"{\"id\":\"M\xfcller\"}"), ("M\u{fffd}ller".into(), true));
    }

    #[test]
    fn half_a_surrogate_pair_costs_its_letter() {
        assert_eq!(id_of(br#"{"id":"\ud83d!"}"#), ("\u{fffd}!".into(), true));
        assert_eq!(id_of(br#"{"id":"\ud83d\ud83d\ude00"}"#), ("\u{fffd}\u{1f600}".into(), true));
        assert_eq!(id_of(br#"{"id":"\u12"}"#), ("\u{fffd}".into(), true));
        assert_eq!(id_of(br#"{"id":"\ud83d\ude00"}"#), ("\u{1f600}".into(), false));
    }

    #[test]
    fn control_characters_bad_escapes_and_trailing_commas_are_mended() {
        assert_eq!(id_of(b"{\"id\":\"a\tb\"}"), ("a\tb".into(), true));
        assert_eq!(id_of(br#"{"id":"C:\Users"}"#), (r"C:\Users".into(), true));
        assert_eq!(id_of(br#"{"id":"a","modalities":["audio",],}"#), ("a".into(), true));
    }

    #[test]
    fn numbers_no_computer_holds_cost_themselves_alone() {
        let read = read(br#"{"id":"a","isTest":1e999,"failureInfo":NaN}"#).expect("mended");
        assert_eq!(read.session.is_test, Field::unreadable("1e999"));
        assert_eq!(read.session.failure_info.map(|_| ()), Field::unreadable("NaN"));
        assert_eq!(read.session.id.value().map(|id| id.as_str()), Some("a"));
    }

    #[test]
    fn what_cannot_be_mended_says_where_it_broke() {
        let error = read(br#"{"id":"a" "modalities":[]}"#).expect_err("a comma is missing");
        assert!(matches!(error, Unreadable::NotJson { at: 10, .. }), "{error:?}");
        assert_eq!(error.to_string(), "expected `,` or `}`");
        assert!(matches!(read(b"[1]"), Err(Unreadable::NotAnObject)));
        assert!(matches!(read(b"null"), Err(Unreadable::NotAnObject)));
    }

    #[test]
    fn unknown_members_are_kept_with_their_json() {
        let read = read(br#"{"id":"a","mood":{"score": 1.0E+2},"segments@odata.context":"x"}"#).expect("JSON");
        let extra: Vec<_> = read.session.extra.iter().map(|(name, raw)| (name.as_str(), raw.get())).collect();
        assert_eq!(extra, [("mood", r#"{"score": 1.0E+2}"#), ("segments@odata.context", "\"x\"")]);
    }

    #[test]
    fn oddities_are_what_the_schema_does_not_have() {
        let read = read(
            br#"{"mood":1,"segments@odata.context":"x","modalities":["audio","telepathy"],
                "segments":[{"media":[{"callerNetwork":{"connectionType":"satellite","linkSpeed":"fast"}}]}]}"#,
        );
        let mut found = Vec::new();
        crate::model::record::oddities(&read.expect("JSON").session, &mut |owner, name, oddity| {
            found.push(oddity.words(owner, name).to_string());
        });
        assert_eq!(
            found,
            [
                "unknown member session.mood",
                "unknown value session.modalities = telepathy",
                "unknown value networkInfo.connectionType = satellite",
                "unreadable networkInfo.linkSpeed: fast",
            ]
        );
    }

    #[test]
    fn a_part_of_a_session_that_was_saved_alone_is_read_as_a_session_around_it() {
        for (json, path) in [
            (r#"{"id":"g","media":[{"streams":[{"streamId":"s"}]}],"caller":{}}"#, "segments/0/media/0/streams/0"),
            (r#"{"label":"main-audio","streams":[{"streamId":"s"}]}"#, "segments/0/media/0/streams/0"),
            (r#"{"streamId":"s","streamDirection":"callerToCallee"}"#, "segments/0/media/0/streams/0"),
        ] {
            let session = read(json.as_bytes()).expect("JSON").session;
            let mut found = Vec::new();
            session.streams(|place, stream| found.push((place.path, stream.stream_id.value().cloned())));
            let [(at, Some(id))] = found.as_slice() else { panic!("{json}: {found:?}") };
            assert_eq!((at.to_string().as_str(), id.as_str()), (path, "s"), "{json}");
            let slice = at.slice(json).expect("the stream is in the text");
            assert!(slice.contains(r#""streamId":"s""#) && !slice.contains("media"), "{slice}");
        }
        let session = read(br#"{"id":"a","media":[],"segments":[]}"#).expect("JSON").session;
        assert!(session.segments.items().is_empty(), "a session with a member too many stays a session");
    }

    #[test]
    fn deep_nesting_costs_nothing() {
        let deep = format!(r#"{{"id":"a","mood":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(id_of(deep.as_bytes()), ("a".into(), false));
    }

    #[test]
    fn members_are_walked_in_the_order_of_the_type() {
        let read = read(br#"{"isTest":false,"id":""}"#).expect("JSON");
        let mut names = Vec::new();
        read.session.members(&mut |name, shown| {
            if !matches!(shown, Shown::Absent) {
                names.push(name.to_owned());
            }
        });
        assert_eq!(names, ["id", "isTest"]);
    }

    fn any_json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let names = [Session::MEMBERS, crate::model::Media::MEMBERS, crate::model::Segment::MEMBERS].concat();
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(6, 64, 8, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                proptest::collection::vec((proptest::sample::select(names.clone()), inner), 0..8)
                    .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn no_json_makes_reading_fail_or_panic(value in any_json()) {
            use crate::model::record::{Show as _, oddities};
            let text = value.to_string();
            match read(text.as_bytes()) {
                Ok(read) => {
                    proptest::prop_assert!(value.is_object() && !read.was_mended);
                    let mut found = 0;
                    oddities(&read.session, &mut |_, _, _| found += 1);
                    proptest::prop_assert_eq!(read.session.is_odd(), found > 0);
                }
                Err(error) => proptest::prop_assert!(!value.is_object(), "{error} for {text}"),
            }
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_nearly_json_makes_reading_panic(text in r#"[\[\]{}:,"\\ud83defNan0-9\-+.é ]{0,80}"#) {
            let _ = read(text.as_bytes());
        }
    }
}
