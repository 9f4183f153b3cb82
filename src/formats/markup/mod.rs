//! The markups that a document can be written in: one row and one file each.
//!
//! | file | contents |
//! |---|---|
//! | `text` | plain text |
//! | `markdown` | Markdown |
//! | `jira` | Jira's wiki markup |
//! | `servicenow` | HTML for ServiceNow's work notes and comments |
//!
//! Every text of a document may come from a record. Whatever it contains, it is shown as it is and does nothing: each
//! file has one function through which every text goes, and tests that it lets nothing through.

mod jira;
mod markdown;
mod servicenow;
pub mod text;

use std::io::{self, Write};

use super::document::Document;

/// A markup.
#[derive(Debug, Clone, Copy)]
pub struct Markup {
    /// The name by which users choose it.
    pub name: &'static str,
    /// Its name in a sentence, and what it is for.
    pub about: &'static str,
    /// Writes a document.
    pub(super) write: fn(&Document, &mut dyn Write) -> io::Result<()>,
}

/// All of them, in the order in which they are offered.
pub const MARKUPS: &[Markup] = &[
    TEXT,
    MARKDOWN,
    Markup { name: "jira", about: "Jira wiki markup", write: jira::write },
    Markup { name: "servicenow", about: "HTML for ServiceNow work notes", write: servicenow::write },
];

/// Plain text.
pub const TEXT: Markup = Markup { name: "text", about: "plain text", write: text::write };

/// Markdown.
pub const MARKDOWN: Markup = Markup { name: "markdown", about: "Markdown", write: markdown::write };

impl Markup {
    /// Returns the markup with a name.
    pub fn named(name: &str) -> Option<Markup> {
        MARKUPS.iter().find(|markup| markup.name == name).copied()
    }
}

impl Default for Markup {
    fn default() -> Markup {
        TEXT
    }
}

impl PartialEq for Markup {
    fn eq(&self, other: &Markup) -> bool {
        self.name == other.name
    }
}

impl Eq for Markup {}

#[cfg(test)]
mod tests;
