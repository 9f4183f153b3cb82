//! Quotes what people said about a call. All of it is foreign text, so it is made safe to show; it is never evidence.

use crate::call::Row;
use crate::model::Endpoint;
use crate::triage::{End, Interner, Said};

use crate::text::sanitize;
use crate::wording::listed;

/// Characters of the free text that are quoted in a sentence; the details of the endpoint show all of it.
const QUOTED: usize = 200;

/// Words quoted in a column; the survey has fewer than these.
const FEW: usize = 16;

/// Quotes it in a few words, for a column: `bad, Echo, Noisy`; the free text if there is nothing else.
pub fn short(said: &Said<'_>) -> String {
    let words: Vec<String> = said.rating.iter().chain(&said.tokens).take(FEW).map(|word| excerpt(word)).collect();
    match (words.is_empty(), said.text) {
        (true, Some(text)) => format!("“{}”", excerpt(text)),
        _ => words.join(", "),
    }
}

/// Quotes it as the end of a sentence about the person: `rated the call bad and reported “Echo”: “a quote”`.
pub fn quote(said: &Said<'_>) -> String {
    let tokens: Vec<String> = said.tokens.iter().map(|token| format!("“{}”", excerpt(token))).collect();
    let reported = (!tokens.is_empty()).then(|| format!("reported {}", listed(&tokens)));
    let rated = said.rating.map(|rating| format!("rated the call {}", excerpt(rating)));
    let words: Vec<String> = rated.into_iter().chain(reported).collect();
    match (words.join(" and "), said.text) {
        (words, None) if words.is_empty() => "said nothing".to_owned(),
        (words, None) => words,
        (words, Some(text)) if words.is_empty() => format!("wrote “{}”", excerpt(text)),
        (words, Some(text)) => format!("{words}: “{}”", excerpt(text)),
    }
}

/// Quotes what was said at both ends of a session in a few words; empty if nothing was.
pub fn of_row(row: &Row, names: &Interner) -> String {
    let said = [End::Caller, End::Callee].into_iter().filter_map(|end| row.facts.feedback(end));
    said.map(|feedback| short(&feedback.said(names))).collect::<Vec<_>>().join(" · ")
}

/// Quotes what was said at an end of a session, given all of its endpoint objects, as the end of a sentence.
pub fn at_end(endpoints: &[&Endpoint]) -> String {
    quote(&Said::of(endpoints))
}

/// Returns the beginning of a foreign text, in one line.
fn excerpt(text: &str) -> String {
    let text = sanitize(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_was_said_is_quoted_and_nothing_that_was_not() {
        let said = |rating, tokens: &[&'static str], text| Said { rating, tokens: tokens.to_vec(), text };
        for (said, long, brief) in [
            (said(Some("bad"), &[], None), "rated the call bad", "bad"),
            (said(Some("bad"), &["Echo"], None), "rated the call bad and reported “Echo”", "bad, Echo"),
            (
                said(Some("poor"), &["Echo", "Noisy", "Odd"], Some("a\nb")),
                "rated the call poor and reported “Echo”, “Noisy” and “Odd”: “a b”",
                "poor, Echo, Noisy, Odd",
            ),
            (said(None, &["Echo"], Some("x")), "reported “Echo”: “x”", "Echo"),
            (said(None, &[], Some("x")), "wrote “x”", "“x”"),
            (said(Some("good"), &[], Some("x")), "rated the call good: “x”", "good"),
        ] {
            assert_eq!((quote(&said).as_str(), short(&said).as_str()), (long, brief));
        }
    }

    #[test]
    fn what_people_write_controls_no_terminal_and_fills_no_page() {
        let text = format!("\u{1b}[31m{}", "x".repeat(1_000));
        let said = Said { text: Some(&text), ..Said::default() };
        let quoted = quote(&said);
        assert!(!quoted.contains('\u{1b}') && quoted.chars().count() < 250, "{quoted}");
    }
}
