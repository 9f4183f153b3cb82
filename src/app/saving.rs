//! What can be saved of a call: the ending of the file's name says which, so that there is one way to save anything.

use crate::call::{CallExport, Order, Selection, file_name};
use crate::metrics::count;
use crate::wording::number;

use super::prompt::{Ask, Notice};
use super::{App, Effect, SaveRequest};

/// What is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveFormat {
    /// All pages as one document that Graph could have returned.
    AsReceived,
    /// An archive of the pages, their hashes and the report.
    Bundle,
    /// The report with pictures, for a browser.
    Html,
    /// The report as Markdown.
    Markdown,
    /// The report as plain text.
    Text,
    /// The report for programs.
    Json,
    /// One row per stream, for spreadsheets.
    Csv,
    /// One line of JSON per stream.
    JsonLines,
}

/// A kind of file that can be saved.
#[derive(Debug)]
pub struct SaveKind {
    /// The ending of its name.
    pub ending: &'static str,
    /// What it contains, as the input line says it.
    pub about: &'static str,
    pub format: SaveFormat,
    /// Whether it lists only the sessions that match the filter, in the order of the list.
    pub is_filtered: bool,
}

const fn kind(ending: &'static str, about: &'static str, format: SaveFormat) -> SaveKind {
    // Pictures show the whole call.
    let is_filtered = !matches!(format, SaveFormat::AsReceived | SaveFormat::Bundle | SaveFormat::Html);
    SaveKind { ending, about, format, is_filtered }
}

/// The kinds, in the order in which they are offered. The first is written under any other name, too.
pub const KINDS: &[SaveKind] = &[
    kind(".json", "all pages, as received", SaveFormat::AsReceived),
    kind(".zip", "evidence bundle: pages, hashes, report", SaveFormat::Bundle),
    kind(".html", "report with pictures", SaveFormat::Html),
    kind(".md", "report as Markdown", SaveFormat::Markdown),
    kind(".txt", "report as text", SaveFormat::Text),
    kind(".csv", "one row per stream", SaveFormat::Csv),
    kind(".jsonl", "one line of JSON per stream", SaveFormat::JsonLines),
    kind(".report.json", "report for programs", SaveFormat::Json),
];

/// Returns what a file of this name would contain: the longest ending counts.
pub fn kind_of(name: &str) -> &'static SaveKind {
    let small = name.to_ascii_lowercase();
    let fitting = KINDS.iter().filter(|kind| small.ends_with(kind.ending));
    fitting.max_by_key(|kind| kind.ending.len()).unwrap_or(&KINDS[0])
}

/// Returns the name with the ending of the kind after its own.
pub fn next_name(name: &str) -> String {
    let kind = kind_of(name);
    let at = KINDS.iter().position(|one| one.format == kind.format).map_or(0, |at| (at + 1) % KINDS.len());
    let has_ending = name.to_ascii_lowercase().ends_with(kind.ending);
    let stem = if has_ending { &name[..name.len() - kind.ending.len()] } else { name };
    format!("{stem}{}", KINDS[at].ending)
}

impl App {
    /// Asks for the name of the file to save to.
    pub(super) fn ask_for_a_file_name(&mut self) {
        let Some(call) = self.call().filter(|call| self.view.is_of_call() && !call.rows().is_empty()) else { return };
        let name = file_name(call.id.as_deref(), "json");
        self.layers.ask(Ask::SaveAs { over: None, is_awaited: true }, name);
    }

    /// Offers another kind of file for the name that is being typed.
    pub(super) fn next_kind(&mut self) {
        let Some(prompt) = self.layers.prompt_mut() else { return };
        let name = next_name(prompt.input.value());
        prompt.input = name.into();
        if let Ask::SaveAs { over, .. } = &mut prompt.ask {
            *over = None;
        }
    }

    /// Says what a file of this name would contain: `one row per stream, 12 of 180 sessions`.
    pub fn kind_words(&self, name: &str) -> String {
        let kind = kind_of(name);
        let (shown, all) = (self.views.sessions.list.len(), self.call().map_or(0, |call| call.rows().len()));
        match kind.is_filtered && shown < all {
            true => format!("{}, {} of {}", kind.about, count(shown), number(all, "session")),
            false => kind.about.to_owned(),
        }
    }

    /// Returns which sessions a report lists, and in what order: as the list on screen does.
    pub fn selection(&self) -> Selection {
        let list = &self.views.sessions.list;
        // In the usual order, a report has its own way of listing.
        let order = Some(list.sort).filter(|order| *order != Order::worst(order.set));
        Selection::new(Some(self.filter().text()), &self.named_filters, order)
    }

    /// Saves the call under a name; `over` is an existing file that may be replaced.
    pub(super) fn save_as(&mut self, name: String, over: Option<&str>, effects: &mut Vec<Effect>) {
        let Some(call) = self.call().map(|call| CallExport::of(call, &self.data.loaded)) else { return };
        let (may_replace, format) = (over == Some(name.as_str()), kind_of(&name).format);
        effects.push(Effect::Save(Box::new(SaveRequest { call, format, name, may_replace })));
        self.layers.notice = Some(Notice::done("saving …"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_name_says_what_is_saved() {
        for (name, format) in [
            ("call.json", SaveFormat::AsReceived),
            ("Call.HTML", SaveFormat::Html),
            ("call.report.json", SaveFormat::Json),
            ("streams.jsonl", SaveFormat::JsonLines),
            ("call", SaveFormat::AsReceived),
            ("", SaveFormat::AsReceived),
        ] {
            assert_eq!(kind_of(name).format, format, "{name}");
        }
    }

    #[test]
    fn each_kind_is_offered_once_before_the_first_comes_again() {
        let mut name = "call-é.json".to_owned();
        let mut seen = Vec::new();
        for _ in KINDS {
            seen.push(kind_of(&name).ending);
            name = next_name(&name);
        }
        assert_eq!(seen, KINDS.iter().map(|kind| kind.ending).collect::<Vec<_>>());
        assert_eq!(name, "call-é.json");
        assert_eq!(next_name("notes"), "notes.zip");
    }
}
