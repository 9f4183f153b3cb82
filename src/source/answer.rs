//! Checks that a response is what was requested: complete JSON, without an error, and a page with a list.

use std::io::Cursor;

use crate::graph::failure::BodyError;
use crate::model::envelope::call_id_in;
use crate::model::{Envelope, Field, NextLink, Text};

use super::decode;
use super::ingest::read_envelope;
use super::split::{Piece, Splitter};

/// Checks the body of a response: it must be a single JSON object, and not an error.
pub fn fault_of_object(body: &[u8]) -> Option<BodyError> {
    match split(body) {
        Ok(_) => object_fault(body),
        Err(fault) => Some(fault),
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

/// Checks the same for a page of a list: the object must have that list.
pub fn fault_of_page(body: &[u8]) -> Option<BodyError> {
    split_page(body).err()
}

/// An answer that is a page.
pub struct WholePage {
    /// Its pieces.
    pub splitter: Splitter,
    /// The call that it is of, where its context says so.
    pub call: Option<Text>,
    /// Where its next page is, unless it is the last.
    pub link: Option<Text>,
}

/// Splits the body of an answer that has to be a page: an object with a list, and no error beside it.
pub fn split_page(body: &[u8]) -> Result<WholePage, BodyError> {
    let splitter = split(body)?;
    let envelope = match splitter.pieces() {
        [Piece::PageBegins { page: 1, .. }, .., Piece::PageEnds { page: 1, envelope, .. }] => envelope.as_bytes(),
        _ => return Err(object_fault(body).unwrap_or(BodyError::NotAPage)),
    };
    if let Some(fault) = object_fault(envelope) {
        return Err(fault);
    }
    let (envelope, _) = read_envelope(&String::from_utf8_lossy(envelope));
    let call = envelope.context.value().and_then(|context| call_id_in(context));
    let link = match envelope.link() {
        NextLink::At(link) => Some(link),
        NextLink::None | NextLink::Unreadable(_) => None,
    };
    Ok(WholePage { splitter, call, link })
}

/// Splits the body of a response, which must be complete JSON.
fn split(body: &[u8]) -> Result<Splitter, BodyError> {
    if body.trim_ascii().is_empty() {
        return Err(BodyError::Empty);
    }
    let begin = body[..body.len().min(4096)].to_vec();
    if let Some(not_json) = decode::text(Cursor::new(begin)).ok().and_then(|text| text.not_json) {
        return Err(BodyError::NotJson(not_json.what));
    }
    let mut splitter = Splitter::default();
    splitter.room(body.len()).copy_from_slice(body);
    splitter.filled(body.len(), body.len());
    let split = splitter.run().and_then(|()| splitter.finish());
    let damage = splitter.pieces().iter().find_map(|piece| match *piece {
        Piece::Damage { at, expected, .. } => Some(BodyError::Broken(at, expected)),
        _ => None,
    });
    match (damage, split) {
        (Some(damage), _) => Err(damage),
        (None, Err(broken)) => Err(BodyError::Broken(broken.at, broken.expected)),
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
            assert_eq!(fault_of_page(body.as_bytes()), fault, "{body}");
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
            assert_eq!(fault_of_object(body.as_bytes()), fault, "{body}");
        }
    }
}
