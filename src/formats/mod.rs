//! Reports in the formats they are written in.
//!
//! | file | contents |
//! |---|---|
//! | `document` | a document of headings, facts, lists and tables |
//! | `markup` | the markups that a document can be written in |
//! | `report` | the triage of a call as a document, with all that belongs to it |
//! | `difference` | what differs between two versions of a call, as a document |
//! | `columns` | one row per stream, for programs that read tables: CSV, lines of JSON |
//! | `html` | the triage as one HTML file, with pictures |
//! | `json` | the triage as JSON, with a stable schema |

use crate::call::{Call, Dataset};
use crate::model::Clock;
use crate::triage::{Assessment, RuleSet};
use crate::wording::summary;

pub mod columns;
pub mod difference;
pub mod document;
pub mod html;
pub mod json;
pub mod markup;
pub mod report;

/// What a report is about: a call, what was loaded with it, and how it was judged.
#[derive(Debug, Clone, Copy)]
pub struct Triage<'a> {
    pub call: &'a Call,
    pub loaded: &'a Dataset,
    pub assessment: &'a Assessment,
    /// The rule set that the assessment is by.
    pub rules: &'a RuleSet,
    /// Shows the times.
    pub clock: Clock,
}

impl Triage<'_> {
    /// Returns the answer, in one or more sentences.
    fn answer(&self) -> Vec<String> {
        summary::answer(self.call, self.loaded, self.assessment, self.clock)
    }
}
