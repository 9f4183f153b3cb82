//! The triage of a call as JSON, in the stable schema `callscope.report/1` that docs/json.md describes. It has its own
//! types, so that the program's can change; a missing measurement is null, never zero.
//!
//! It is written in pieces, so that a call of any size can be reported without holding it in memory: the head, then each
//! session, then the findings, then the results for the whole call.

mod complaints;
mod findings;
mod head;
mod rules;
mod schema;
mod sessions;
mod tail;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::model::Timestamp;
use crate::text::{is_plain, is_unsafe, unicode_escape};

pub use findings::{findings_of, findings_of_call};
pub use head::head;
pub use rules::rules;
pub use schema::schema;
pub use sessions::session;
pub use tail::tail;

/// Name and version of the schema.
pub const SCHEMA: &str = "callscope.report/1";

/// Escapes characters that control a terminal or the direction of text: `\u009b`.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if is_plain(fragment) {
            return CompactFormatter.write_string_fragment(out, fragment);
        }
        let mut from = 0;
        for (at, letter) in fragment.char_indices().filter(|(_, letter)| is_unsafe(*letter)) {
            out.write_all(&fragment.as_bytes()[from..at])?;
            out.write_all(unicode_escape(letter).as_bytes())?;
            from = at + letter.len_utf8();
        }
        CompactFormatter.write_string_fragment(out, &fragment[from..])
    }
}

/// Writes a value, with every string inert.
pub(super) fn to_writer<T: Serialize>(out: &mut impl Write, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaping))
}

fn to_string(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = Vec::new();
    to_writer(&mut out, value)?;
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

/// Formats a time as the service does, to its original precision.
fn moment(moment: Timestamp) -> String {
    let text = moment.utc().format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_string_controls_a_terminal_and_all_read_back_as_they_were() {
        let hostile = "a\u{7f}\u{9b}31m\u{202e}b\u{2066}\u{2028}\u{1b}c é 山 🎉 \"\\";
        let text = to_string(&hostile).expect("it is a text");
        assert_eq!(text, r#""a\u007f\u009b31m\u202eb\u2066\u2028\u001bc é 山 🎉 \"\\""#);
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), hostile);
    }
}
