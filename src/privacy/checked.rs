//! A writer of JSON that searches every name, text and number for what was removed before it lets it through.

use std::io::{self, Write};

use super::guard::{Guard, Leak};
use super::lexer::{self, Lexeme};

/// Something that was removed would have been written. What was written before it is clean.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{leak} would have been written in {place}, though it is hidden at this privacy level")]
pub struct Leaked {
    /// What would have been written.
    pub leak: Leak,
    /// Where.
    pub place: String,
}

impl From<Leaked> for io::Error {
    fn from(leaked: Leaked) -> io::Error {
        io::Error::other(leaked)
    }
}

/// Writes JSON, checked piece by piece.
pub struct CheckedJson<'a, W> {
    out: W,
    guard: &'a Guard,
    /// The beginning of a piece whose end is not known yet.
    waiting: Vec<u8>,
    /// The last text: the name of a member, if a colon follows.
    last: String,
    /// The last name of a member.
    name: String,
}

impl<'a, W: Write> CheckedJson<'a, W> {
    /// Wraps a writer.
    pub fn new(out: W, guard: &'a Guard) -> CheckedJson<'a, W> {
        CheckedJson { out, guard, waiting: Vec::new(), last: String::new(), name: String::new() }
    }

    /// Checks and writes what is left. What is written is JSON, so there is nothing left but blanks.
    pub fn finish(mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let checked = self.check(&waiting, true)?;
        self.out.write_all(&waiting[..checked])
    }

    /// Checks the complete pieces at the beginning; returns their length.
    fn check(&mut self, bytes: &[u8], is_end: bool) -> io::Result<usize> {
        let mut rest = bytes;
        let mut checked = 0;
        while let Some(lexeme) = lexer::next(&mut rest) {
            let text = match lexeme {
                Lexeme::Text(_, false) if !is_end => break,
                Lexeme::Word(_) if rest.is_empty() && !is_end => break,
                Lexeme::Text(text, _) => {
                    let text = lexer::said(text).into_owned();
                    self.last.clone_from(&text);
                    Some(text)
                }
                Lexeme::Word(word) => Some(String::from_utf8_lossy(word).into_owned()),
                Lexeme::Sign(b':') => {
                    self.name = std::mem::take(&mut self.last);
                    None
                }
                Lexeme::Sign(_) | Lexeme::Blank(_) => None,
            };
            if let Some(leak) = text.and_then(|text| self.guard.find(&text)) {
                return Err(Leaked { leak, place: format!("`{}`", self.name) }.into());
            }
            checked = bytes.len() - rest.len();
        }
        Ok(checked)
    }
}

impl<W: Write> Write for CheckedJson<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // With nothing to look for there is nothing to look at.
        if self.guard.is_empty() {
            return self.out.write(bytes);
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(bytes);
        let checked = self.check(&waiting, false)?;
        self.out.write_all(&waiting[..checked])?;
        waiting.drain(..checked);
        self.waiting = waiting;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::Kind;

    fn guard() -> Guard {
        let mut guard = Guard::default();
        guard.add(Kind::PersonName, "Ruth Abara");
        guard.add(Kind::Unknown, "123456789");
        guard
    }

    fn written(json: &str, chunk: usize) -> (io::Result<()>, Vec<u8>) {
        let (guard, mut out) = (guard(), Vec::new());
        let mut checked = CheckedJson::new(&mut out, &guard);
        let written = json.as_bytes().chunks(chunk).try_for_each(|part| checked.write_all(part));
        (written.and_then(|()| checked.finish()), out)
    }

    #[test]
    fn clean_json_comes_out_as_it_went_in_wherever_it_is_cut() {
        let json = r#"{"a":["truth",{"b\u0041":-1.5e3}],"c":null} "#;
        for chunk in 1..json.len() {
            let (result, out) = written(json, chunk);
            assert!(result.is_ok(), "{chunk}");
            assert_eq!(String::from_utf8_lossy(&out), json, "{chunk}");
        }
    }

    #[test]
    fn what_was_removed_does_not_come_out_wherever_it_is_cut() {
        for json in
            [r#"{"x":1,"said":"Mrs Ab\u0061ra, "}"#, r#"{"said":1,"said":123456789}"#, r#"{"said":["x","RUTH"]}"#]
        {
            for chunk in 1..json.len() {
                let (result, out) = written(json, chunk);
                let error = result.expect_err("it is in there").to_string();
                assert!(error.contains("would have been written in `said`"), "{error}");
                let out = String::from_utf8_lossy(&out);
                assert!(!out.contains("ra,") && !out.contains("789") && !out.contains("RUTH"), "{out}");
            }
        }
    }
}
