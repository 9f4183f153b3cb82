//! The signs of states: each with the name of its colour and shape in the style sheet. A word always stands nearby.

use std::io;

use crate::triage::{SessionStatus, Severity};
use crate::wording;

use super::writer::Html;

/// Returns the name of a status in the style sheet.
pub fn class(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Failed => "failed",
        SessionStatus::Poor => "poor",
        SessionStatus::Noted => "noted",
        SessionStatus::Good => "good",
        SessionStatus::Unclassified => "unclassified",
    }
}

/// Writes the sign of a status.
pub fn status(status: SessionStatus, html: &mut Html<'_>) -> io::Result<()> {
    write(wording::standing_glyph(status), class(status), html)
}

/// Splits a text that begins with the sign of a severity or a verdict into the sign, its name in the style sheet, and the
/// rest.
pub fn leading(text: &str) -> Option<(&'static str, &'static str, &str)> {
    let severities = [Severity::Hint, Severity::Note].map(|severity| (wording::severity_glyph(severity), "hint"));
    let statuses = SessionStatus::ALL.map(|status| (wording::standing_glyph(status), class(status)));
    let mut known = statuses.into_iter().chain(severities);
    known.find_map(|(sign, class)| Some((sign, class, text.strip_prefix(sign)?.strip_prefix(' ')?)))
}

/// Writes a sign, which is not read out: the word nearby is.
pub fn write(sign: &str, class: &str, html: &mut Html<'_>) -> io::Result<()> {
    html.leaf("span", &[("class", &format!("sign {class}")), ("aria-hidden", "true")], sign)?;
    html.text(" ")
}
