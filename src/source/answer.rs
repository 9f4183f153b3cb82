//! Checks that a response is what was requested: complete JSON, without an error, and a page with a list.

use std::io::Cursor;

use crate::graph::failure::BodyError;
use crate::model::envelope::call_id_in;
use crate::model::{Envelope, Field, NextLink, Text};

use super::decode;
use super::ingest::read_envelope;
use super::split::{Piece, Splitter};

/// What is wrong with a response, and its body.
pub type Faulty = (BodyError, Vec<u8>);

/// Returns the body of a response, which must be a single JSON object, and not an error.
pub fn object(body: Vec<u8>) -> Result<Vec<u8>, Faulty> {
    let body = split(body)?.into_text();
    match object_fault(&body) {
        None => Ok(body),
        Some(fault) => Err((fault, body)),
    }
}

fn object_fault(body: &[u8]) -> Option<BodyError> {
    match serde_json::from_slice(body) {
        Ok(Field::Value(envelope)) => Envelope::error_words(&envelope).map(BodyError::Error),
        Ok(_) => Some(BodyError::NotAPage),
        // It was split, so its brackets close; the parser reports mistakes inside.
        Err(_) => None,
    }
}

/// Returns the body of a response, which must be a page of a list: an object with that list, and no error beside it.
pub fn list_page(body: Vec<u8>) -> Result<Vec<u8>, Faulty> {
    Ok(page(body)?.splitter.into_text())
}

/// A response that is a page.
pub struct WholePage {
    /// Its text and its pieces.
    pub splitter: Splitter,
    /// The call that it is of, where its context says so.
    pub call: Option<Text>,
    /// Where its next page is, unless it is the last.
    pub link: Option<Text>,
}

/// Splits the body of a response that has to be a page.
pub fn page(body: Vec<u8>) -> Result<WholePage, Faulty> {
    let splitter = split(body)?;
    let envelope = match splitter.pieces() {
        [Piece::PageBegins { page: 1, .. }, .., Piece::PageEnds { page: 1, envelope, .. }] => {
            object_fault(envelope.as_bytes()).map_or(Ok(envelope), Err)
        }
        _ => Err(object_fault(splitter.text()).unwrap_or(BodyError::NotAPage)),
    };
    let envelope = match envelope {
        Ok(envelope) => read_envelope(envelope).0,
        Err(fault) => return Err((fault, splitter.into_text())),
    };
    let call = envelope.context.value().and_then(|context| call_id_in(context));
    let link = match envelope.link() {
        NextLink::At(link) => Some(link),
        NextLink::None | NextLink::Unreadable(_) => None,
    };
    Ok(WholePage { splitter, call, link })
}

/// Splits the body of a response, which must be complete JSON.
fn split(body: Vec<u8>) -> Result<Splitter, Faulty> {
    if body.trim_ascii().is_empty() {
        return Err((BodyError::Empty, body));
    }
    let begin = body[..body.len().min(4096)].to_vec();
    if let Some(not_json) = decode::text(Cursor::new(begin)).ok().and_then(|text| text.not_json) {
        return Err((BodyError::NotJson(not_json.what), body));
    }
    let mut splitter = Splitter::of(body);
    let split = splitter.run().and_then(|()| splitter.finish());
    let damage = splitter.pieces().iter().find_map(|piece| match *piece {
        Piece::Damage { at, expected, .. } => Some(BodyError::Broken(at, expected)),
        _ => None,
    });
    match (damage, split) {
        (Some(damage), _) => Err((damage, splitter.into_text())),
        (None, Err(broken)) => Err((BodyError::Broken(broken.at, broken.expected), splitter.into_text())),
        (None, Ok(())) => Ok(splitter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_whole_page_or_has_a_fault() {
        let error = |said: &str| Some(BodyError::Error(said.to_owned()));
        for (body, fault) in [
            (r#"{"value":[{"id":"a"}]}"#, None),
            (r#"{"value":[]}"#, None),
            (r#"{"value":[],"error":null}"#, None),
            (" \n", Some(BodyError::Empty)),
            ("<!doctype html><title>Sign in</title>", Some(BodyError::NotJson("HTML or XML"))),
            (r#"{"value":[{"id":"a"}"#, Some(BodyError::Broken(20, "the end of an array"))),
            ("{}", Some(BodyError::NotAPage)),
            ("[]", Some(BodyError::NotAPage)),
            (r#"[{"id":"a"}]"#, Some(BodyError::NotAPage)),
            (r#"{"value":null}"#, Some(BodyError::NotAPage)),
            (r#"{"value":"soon"}"#, Some(BodyError::NotAPage)),
            (r#"{"message":"An error has occurred."}"#, Some(BodyError::NotAPage)),
            (r#"{"value":[]}{"value":[]}"#, Some(BodyError::NotAPage)),
            (r#"{"error":{"code":"UnknownError","message":""}}"#, error("UnknownError")),
            (r#"{"value":[{"id":"a"}],"error":{"code":"Timeout"}}"#, error("Timeout")),
            (r#"{"error":"too busy","value":[{"id":"a"}]}"#, error("too busy")),
        ] {
            assert_eq!(list_page(body.into()).err(), fault.map(|fault| (fault, body.into())), "{body}");
        }
    }

    #[test]
    fn a_record_is_an_object_without_an_error() {
        for (body, fault) in [
            (r#"{"id":"a","version":1}"#, None),
            (r#"{"error":{"code":"UnknownError"}}"#, Some(BodyError::Error("UnknownError".to_owned()))),
            ("[]", Some(BodyError::NotAPage)),
            ("", Some(BodyError::Empty)),
        ] {
            assert_eq!(object(body.into()).err(), fault.map(|fault| (fault, body.into())), "{body}");
        }
    }
}
