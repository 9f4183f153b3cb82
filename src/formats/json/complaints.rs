//! What people complained about in a report, and how it was tested.

use schemars::JsonSchema;
use serde::Serialize;

use crate::call::Call;
use crate::text::sanitize;
use crate::triage::call_analysis::complaints::{At, Complaint, Explanation};
use crate::triage::complaints::TOPICS;
use crate::triage::{Assessment, Interner};
use crate::wording::{complaints, summary};

#[derive(Serialize, JsonSchema)]
pub struct ComplaintBody {
    /// Who complained.
    person: String,
    /// The session in which it was said.
    session: Option<String>,
    /// The end of the session that the person was at.
    end: &'static str,
    /// The rating in words.
    rating: Option<String>,
    /// The options that were ticked.
    tokens: Vec<String>,
    /// What the person wrote.
    text: Option<String>,
    /// The first that applies: explained, contradicted, unclear, not explained, not judged, no figures, too many to compare.
    outcome: &'static str,
    /// How each kind of complaint was tested.
    tests: Vec<TestBody>,
    /// The result in sentences.
    words: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct TestBody {
    /// The kind of complaint.
    complaint: &'static str,
    /// The options that say it.
    tokens: Vec<String>,
    /// The result of the test.
    outcome: &'static str,
    /// Whether it is known who was heard, and the cause is enough on its own.
    is_certain: bool,
    /// What explains it.
    by: Vec<CauseBody>,
}

#[derive(Serialize, JsonSchema)]
struct CauseBody {
    /// The finding.
    id: &'static str,
    /// Its value; null if it has none.
    value: Option<f32>,
    /// `own`, `received` or `other`: at the end of the person who complained, on the media path to that end, or at another one's.
    at: &'static str,
    /// The other person.
    person: Option<String>,
    /// The same in words.
    words: String,
}

/// Returns what people complained about, with how it was tested.
pub fn all(call: &Call, assessment: &Assessment, names: &Interner) -> Vec<ComplaintBody> {
    let text = |text: &str| sanitize(text).into_owned();
    let person = |at: u32| summary::person_name(assessment, at, call, names);
    let cause = |cause: &Explanation| CauseBody {
        id: cause.sign().rule,
        value: cause.detail.map_or(Some(cause.value), |(_, value)| Some(value)).filter(|value| value.is_finite()),
        at: match cause.at {
            At::Own => "own",
            At::Received => "received",
            At::Other(_) => "other",
        },
        person: match cause.at {
            At::Other(at) => Some(person(at)),
            At::Own | At::Received => None,
        },
        words: complaints::cause(cause),
    };
    let body = |one: &Complaint| {
        let said = complaints::said(one, call, names);
        let (row, end) = one.said_in;
        let session = call.rows().get(row as usize).and_then(|row| row.id.as_ref());
        ComplaintBody {
            person: person(one.person),
            session: session.map(ToString::to_string),
            end: end.name(),
            rating: said.rating.map(text),
            tokens: said.tokens.iter().map(|token| text(token)).collect(),
            text: said.text.map(text),
            outcome: one.outcome().name(),
            tests: one
                .tests
                .iter()
                .map(|test| TestBody {
                    complaint: TOPICS[test.topic].title,
                    tokens: test.tokens.iter().map(|token| text(names.get(*token))).collect(),
                    outcome: test.outcome.name(),
                    is_certain: complaints::is_certain(one, test),
                    by: test.reasons.iter().map(cause).collect(),
                })
                .collect(),
            words: complaints::words(one, assessment, call, names).tested,
        }
    };
    assessment.complaints.iter().map(body).collect()
}
