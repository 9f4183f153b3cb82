//! Where in the file something is: the call that it belongs to, the level of its headings, and the links to sessions.

use std::collections::HashSet;
use std::io;

use crate::wording::capitalised;

use super::writer::Html;

/// The part of the file that is about one call.
#[derive(Debug)]
pub struct Place {
    /// What the links to its parts begin with; empty if the file is about one call.
    prefix: String,
    /// Whether its headings are one level below those of a file about one call.
    is_one_of_several: bool,
    /// The numbers of the rows that have a line in the list of sessions.
    listed: HashSet<u32>,
}

impl Place {
    /// Creates the place of a call, by its number among all calls of the file.
    pub fn new(at: usize, calls: usize, listed: impl IntoIterator<Item = u32>) -> Place {
        let is_one_of_several = calls > 1;
        let prefix = if is_one_of_several { format!("call-{}-", at + 1) } else { String::new() };
        Place { prefix, is_one_of_several, listed: listed.into_iter().collect() }
    }

    /// Returns the ID of a part.
    pub fn id(&self, part: &str) -> String {
        format!("{}{part}", self.prefix)
    }

    /// Returns the ID of a session's line.
    pub fn session(&self, row: u32) -> String {
        self.id(&format!("session-{}", row + 1))
    }

    /// Returns the link to a session; `None` if it is not listed.
    pub fn link(&self, row: u32) -> Option<String> {
        self.listed.contains(&row).then(|| format!("#{}", self.session(row)))
    }

    /// Writes a heading of the call itself.
    pub fn call_heading(
        &self,
        html: &mut Html<'_>,
        inside: impl FnOnce(&mut Html<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        html.within(if self.is_one_of_several { "h2" } else { "h1" }, &[], inside)
    }

    /// Writes a section with its heading.
    pub fn section<'a>(
        &self,
        heading: &str,
        html: &mut Html<'a>,
        inside: impl FnOnce(&mut Html<'a>) -> io::Result<()>,
    ) -> io::Result<()> {
        let id = self.id(&slug(heading));
        let label = format!("{id}-heading");
        html.within("section", &[("id", &id), ("aria-labelledby", &label)], |html| {
            html.leaf(if self.is_one_of_several { "h3" } else { "h2" }, &[("id", &label)], &capitalised(heading))?;
            inside(html)
        })
    }

    /// Writes a heading inside a section.
    pub fn subheading(&self, heading: &str, html: &mut Html<'_>) -> io::Result<()> {
        html.leaf(if self.is_one_of_several { "h4" } else { "h3" }, &[], heading)
    }

    /// Writes a text as a link to a session's line, if it has one.
    pub fn linked(&self, row: u32, text: &str, html: &mut Html<'_>) -> io::Result<()> {
        match self.link(row) {
            Some(link) => html.leaf("a", &[("href", &link)], text),
            None => html.text(text),
        }
    }
}

/// Returns what a section is called in a link to it. Headings are ours, and each stands once in a call.
pub fn slug(heading: &str) -> String {
    let words = heading.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
