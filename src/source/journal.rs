//! What was read of a load and where its bytes are kept, so that all of it can be read again: with less shown, or as it was
//! received.

use std::sync::{Arc, Mutex, PoisonError};

use crate::call::{LoadEvent, LoadOutcome, Origin, Problem, ProblemLevel, Stretch};
use crate::model::Asked;

/// Everything that a load brought, in its order.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Entries>);

/// The entries of a journal.
#[derive(Debug, Default)]
pub struct Entries {
    /// Texts and what was told between them.
    pub all: Vec<Entry>,
    /// How the load ended, if it has.
    pub ending: Option<LoadOutcome>,
}

/// An entry of a journal.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A text of sessions.
    Text(Text),
    /// News that no text repeats.
    Told(Told),
}

/// A text of sessions.
#[derive(Debug, Clone)]
pub struct Text {
    /// Where it was read.
    pub origin: Origin,
    /// Where its bytes are kept.
    pub stretch: Stretch,
    /// The request options, according to a manifest.
    pub told_asked: Option<Arc<Asked>>,
    /// The request options, if it was fetched.
    pub fetched_with: Option<Arc<Asked>>,
    /// It could not be read to its end, which was reported.
    pub is_cut: bool,
}

/// News that no text repeats.
#[derive(Debug, Clone)]
pub enum Told {
    Service(String),
    Manifest(Origin, crate::call::Manifest),
    Record(crate::model::Text, Box<crate::call::ReceivedRecord>),
    Foreign(crate::call::Foreign),
    Problem(Problem),
}

impl Journal {
    /// Notes that a text begins.
    pub fn begin_text(&self, text: Text) {
        self.change(|entries| entries.all.push(Entry::Text(text)));
    }

    /// Notes that more bytes of the text that began last were read.
    pub fn grow(&self, bytes: u64) {
        self.change_last(|text| text.stretch.length += bytes);
    }

    /// Notes that the text that began last could not be read any further.
    pub fn cut(&self) {
        self.change_last(|text| text.is_cut = true);
    }

    fn change_last(&self, change: impl FnOnce(&mut Text)) {
        self.change(|entries| {
            let last = entries.all.iter_mut().rev().find_map(|entry| match entry {
                Entry::Text(text) => Some(text),
                Entry::Told(_) => None,
            });
            if let Some(last) = last {
                change(last);
            }
        });
    }

    /// Notes a piece of news.
    pub fn note(&self, event: &LoadEvent) {
        let told = match event {
            LoadEvent::Service(service) => Told::Service(service.clone()),
            LoadEvent::Manifest { origin, manifest } => Told::Manifest(origin.clone(), *manifest),
            LoadEvent::Record { call, record } => Told::Record(call.clone(), record.clone()),
            LoadEvent::Foreign(foreign) => Told::Foreign(foreign.clone()),
            LoadEvent::Problem(problem) => Told::Problem(problem.clone()),
            LoadEvent::Wait(Some(wait)) => Told::Problem(Problem {
                weight: ProblemLevel::Note,
                origin: wait.origin.clone(),
                what: wait.past(),
                at: None,
            }),
            LoadEvent::Anew => return self.change(|entries| *entries = Entries::default()),
            LoadEvent::End(ending) => return self.change(|entries| entries.ending = Some(ending.clone())),
            LoadEvent::GoesOn => return self.change(|entries| entries.ending = None),
            LoadEvent::Page { .. }
            | LoadEvent::Rows { .. }
            | LoadEvent::Wait(None)
            | LoadEvent::Budget { .. }
            | LoadEvent::Progress { .. } => return,
        };
        self.change(|entries| entries.all.push(Entry::Told(told)));
    }

    /// Returns everything so far.
    pub fn entries(&self) -> Entries {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Entries { all: entries.all.clone(), ending: entries.ending.clone() }
    }

    fn change(&self, change: impl FnOnce(&mut Entries)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Entries {
    /// Returns the number of bytes in all texts.
    pub fn bytes(&self) -> u64 {
        let lengths = self.all.iter().map(|entry| match entry {
            Entry::Text(text) => text.stretch.length,
            Entry::Told(_) => 0,
        });
        lengths.sum()
    }
}

impl From<Told> for LoadEvent {
    fn from(told: Told) -> LoadEvent {
        match told {
            Told::Service(service) => LoadEvent::Service(service),
            Told::Manifest(origin, manifest) => LoadEvent::Manifest { origin, manifest },
            Told::Record(call, record) => LoadEvent::Record { call, record },
            Told::Foreign(foreign) => LoadEvent::Foreign(foreign),
            Told::Problem(problem) => LoadEvent::Problem(problem),
        }
    }
}
