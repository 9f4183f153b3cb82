//! Reports in the formats they are written in.
//!
//! | file | contents |
//! |---|---|
//! | `document` | a document of headings, facts, lists and tables |
//! | `markup` | the markups that a document can be written in |
//! | `report` | the triage of a call as a document, with all that belongs to it |
//! | `ticket` | the triage of a call in a few lines, for a ticket |
//! | `difference` | what differs between two versions of a call, as a document |
//! | `columns` | one row per stream, for programs that read tables: CSV, lines of JSON, Parquet |
//! | `html` | the triage as one HTML file, with pictures |
//! | `json` | the triage as JSON, with a stable schema |

use crate::call::{Call, Dataset, Order, Row};
use crate::model::{Clock, Session};
use crate::privacy::Level;
use crate::triage::{Assessment, RuleSet};
use crate::wording::summary;

use document::Document;

pub mod columns;
pub mod difference;
pub mod document;
pub mod html;
pub mod json;
pub mod markup;
mod report;
mod ticket;

/// How much a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// At most 15 lines, for a ticket.
    Short,
    /// All that may matter in a ticket: everyone affected, every complaint, every finding that is more than a note, and
    /// every session that is not good.
    Long,
    /// Every session and every note as well: for a pipe, a viewport or a search.
    Everything,
}

/// Reads a session again, for the wording of a finding's worst example.
pub type Read<'a> = &'a mut dyn FnMut(&Row) -> Option<Session>;

/// The sessions that a report lists, if not those it lists otherwise.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Row numbers in the call, in order.
    pub rows: Vec<u32>,
    /// The filter that they match; `None` if it is all of them.
    pub filter: Option<String>,
    /// Their order.
    pub order: Order,
}

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
    /// The sessions to list.
    pub listed: Option<&'a Listed>,
    /// What is hidden, which readers must know: `Person 47` is nobody's name.
    pub privacy: Level,
}

impl Triage<'_> {
    /// Builds the report.
    pub fn document(&self, detail: Detail, read: Read<'_>) -> Document {
        match detail {
            Detail::Short => ticket::document(self, read),
            Detail::Long | Detail::Everything => report::document(self, detail, read),
        }
    }

    /// Says what is hidden: `people hidden (tier2)`; `None` if nothing is.
    fn hidden(&self) -> Option<String> {
        (self.privacy != Level::Full).then(|| format!("{} ({})", self.privacy.words(), self.privacy.name()))
    }

    /// Returns the answer, in one or more sentences.
    fn answer(&self) -> Vec<String> {
        summary::answer(self.call, self.loaded, self.assessment, self.clock)
    }
}
