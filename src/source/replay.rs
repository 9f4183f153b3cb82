//! Reads again what a load has received, without what a privacy level hides. What is hidden goes no further than the
//! reading thread: only what is left is kept, parsed and shown.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::call::{
    Foreign, LoadEvent, LoadOutcome, Origin, Problem, ReceivedRecord, Stretch, UserError, UserErrorKind,
};
use crate::privacy::{Guard, Kind, Level, Redactor, letters};

use super::error::LoadError;
use super::ingest::{Ingest, Kept, read_record};
use super::journal::{Entries, Entry, Journal, Text, Told};
use super::split::{Piece, Splitter};
use super::store::Store;

/// What was received by an earlier load, and what of it is shown.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Where the bytes are.
    pub store: Arc<Store>,
    /// What was received.
    pub journal: Arc<Journal>,
    /// What is hidden.
    pub level: Level,
    /// Everything that is hidden, once it is known.
    pub guard: Arc<OnceLock<Arc<Guard>>>,
}

/// Bytes read at a time.
const CHUNK: usize = 1 << 20;

impl Replay {
    /// Reads everything again.
    pub fn read(&self, intake: &mut Ingest) -> Result<LoadOutcome, LoadError> {
        let entries = self.journal.entries();
        if self.level != Level::Full {
            let redactor = self.learned(&entries, intake)?;
            intake.redact(redactor);
        }
        let mut files = Files::default();
        for entry in entries.all {
            match entry {
                Entry::Text(text) => {
                    intake.as_received(&text);
                    let stretch = text.stretch;
                    let (origin, kept) = match self.level {
                        Level::Full => (text.origin, Kept::InPlace(stretch.part, stretch.offset)),
                        Level::Tier2 | Level::Tier1 => (files.hidden(&text.origin), Kept::Spooled),
                    };
                    intake.read_text(&origin, KeptText::new(&self.store, stretch), kept)?;
                }
                Entry::Told(told) => {
                    let told = match intake.redactor() {
                        Some(redactor) => without_of(told, redactor, &mut files),
                        None => told,
                    };
                    intake.tell(told.into())?;
                }
            }
        }
        // It may have been stopped before it had ended.
        let ending = entries.ending.unwrap_or(LoadOutcome::Cancelled);
        Ok(match intake.redactor() {
            Some(redactor) => without(ending, redactor),
            None => ending,
        })
    }

    /// Learns what there is to hide.
    fn learned(&self, entries: &Entries, intake: &mut Ingest) -> Result<Redactor, LoadError> {
        let (mut redactor, mut guard) = (Redactor::new(self.level), Guard::default());
        let all = entries.bytes();
        intake.expect_bytes(Some(2 * all));
        let mut read = 0;
        for entry in &entries.all {
            match entry {
                Entry::Text(text) => {
                    if is_path(&text.origin) {
                        guard.add(Kind::Path, &text.origin);
                        let name = Path::new(&*text.origin).file_name().unwrap_or_default();
                        guard.add(Kind::Path, &name.to_string_lossy());
                    }
                    self.learn(text, &mut redactor, &mut guard, &mut |bytes| {
                        read += bytes;
                        intake.tell(LoadEvent::Progress { read, of: Some(2 * all) })
                    })?;
                }
                Entry::Told(Told::Record(_, record)) => redactor.learn(record.text.as_bytes(), &mut guard),
                Entry::Told(_) => {}
            }
        }
        intake.has_read(all);
        let guard = redactor.begin(guard);
        // It is set once: a replay is read once.
        let _ = self.guard.set(guard);
        Ok(redactor)
    }

    /// Learns what there is to hide in one text.
    fn learn(
        &self,
        text: &Text,
        redactor: &mut Redactor,
        guard: &mut Guard,
        progress: &mut dyn FnMut(u64) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        let mut reader = KeptText::new(&self.store, text.stretch);
        let mut splitter = Splitter::default();
        loop {
            let room = splitter.room(CHUNK);
            let got = reader.read(room).map_err(|error| changed(&error))?;
            splitter.filled(CHUNK, got);
            let is_broken = splitter.run().is_err();
            let is_over = is_broken || got == 0;
            if is_over && !is_broken {
                // What is missing at its end is reported when it is read for the screen.
                let _ = splitter.finish();
            }
            let (pieces, bytes) = splitter.take();
            for piece in pieces {
                match piece {
                    Piece::Leaf { range, .. } => redactor.learn(&bytes[range], guard),
                    Piece::PageBegins { envelope, .. } | Piece::PageEnds { envelope, .. } => {
                        redactor.learn(envelope.as_bytes(), guard);
                    }
                    Piece::Scrap { .. } | Piece::Damage { .. } | Piece::TooLarge { .. } | Piece::PageCut { .. } => {}
                }
            }
            if is_over {
                return Ok(());
            }
            progress(got as u64)?;
        }
    }
}

/// Files were changed while they were open.
fn changed(error: &io::Error) -> LoadError {
    LoadError::Failed(UserError {
        kind: UserErrorKind::Input,
        what: format!("what was received could not be read again: {error}"),
        hint: Some("open the call again".to_owned()),
    })
}

/// The files that were read, each with the replacement for its name.
#[derive(Default)]
struct Files {
    /// By the beginning of their path.
    known: HashMap<String, usize>,
}

impl Files {
    /// Where something was read, without the names of files and folders. Numbers that count pages stay: they show whether
    /// one is missing.
    fn hidden(&mut self, origin: &Origin) -> Origin {
        if !is_path(origin) {
            return origin.clone();
        }
        let (before, number) = numbered(origin);
        let next = self.known.len() + 1;
        let at = *self.known.entry(before.to_owned()).or_insert(next);
        let name = before.to_ascii_lowercase();
        let name = name.trim_end_matches(['-', '_', ' ']);
        let word = if name.ends_with("page") || name.ends_with("part") { "page" } else { "file" };
        match (number, at) {
            (Some(number), 1) => format!("{word}-{number}.json").into(),
            (Some(number), at) => format!("folder {at}/{word}-{number}.json").into(),
            (None, at) => format!("file {}", letters(at.saturating_sub(1))).into(),
        }
    }
}

/// News without what is hidden.
fn without_of(told: Told, redactor: &mut Redactor, files: &mut Files) -> Told {
    match told {
        Told::Service(service) => Told::Service(if is_public(&service) { service } else { HIDDEN_SERVICE.to_owned() }),
        Told::Manifest(origin, manifest) => Told::Manifest(files.hidden(&origin), manifest),
        Told::Record(call, record) => {
            let text = redactor.redacted(record.text.as_bytes());
            let redacted = read_record(&String::from_utf8_lossy(&text));
            let nothing = || ReceivedRecord { read: Default::default(), text: "{}".into() };
            Told::Record(call, Box::new(redacted.unwrap_or_else(nothing)))
        }
        Told::Foreign(foreign) => Told::Foreign(Foreign {
            origin: files.hidden(&foreign.origin),
            one: redactor.sentence(&foreign.one),
            many: redactor.sentence(&foreign.many),
            hint: redactor.sentence(&foreign.hint),
            ..foreign
        }),
        Told::Problem(problem) => Told::Problem(Problem {
            origin: files.hidden(&problem.origin),
            what: redactor.sentence(&problem.what),
            ..problem
        }),
    }
}

/// The service's name where it is a tenant's own.
const HIDDEN_SERVICE: &str = "https://removed.invalid/v1.0";

/// Whether a service is one of Microsoft's, the same for everybody.
fn is_public(service: &str) -> bool {
    let host = service.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    ["graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us"].contains(&host)
}

fn without(ending: LoadOutcome, redactor: &mut Redactor) -> LoadOutcome {
    match ending {
        LoadOutcome::Stopped(UserError { kind, what, hint }) => LoadOutcome::Stopped(UserError {
            kind,
            what: redactor.sentence(&what),
            hint: hint.map(|hint| redactor.sentence(&hint)),
        }),
        ending => ending,
    }
}

/// Whether an origin is a file, not our own word for something else.
fn is_path(origin: &str) -> bool {
    let is_page = origin.strip_prefix("page ").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    !is_page && !["standard input", "the record", "cached pages", "the saved call"].contains(&origin)
}

/// The part of a path before its last number, and that number if it can count pages.
fn numbered(path: &str) -> (&str, Option<u64>) {
    let name_at = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let stem_end = name_at + path[name_at..].find('.').unwrap_or(path.len() - name_at);
    let stem = &path[name_at..stem_end];
    let before = stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let digits = &stem[before.len()..];
    // Longer ones are dates, telephone numbers or IDs; so are numbers behind other numbers.
    let counts = (1..=4).contains(&digits.len())
        && !before.trim_end_matches(['-', '_', ' ']).ends_with(|sign: char| sign.is_ascii_digit());
    match counts {
        true => (&path[..name_at + before.len()], digits.parse().ok()),
        false => (path, None),
    }
}

/// A text that is kept in a store.
struct KeptText<'a> {
    store: &'a Store,
    rest: Stretch,
}

impl<'a> KeptText<'a> {
    fn new(store: &'a Store, stretch: Stretch) -> KeptText<'a> {
        KeptText { store, rest: stretch }
    }
}

impl Read for KeptText<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.rest.length.min(buffer.len() as u64);
        if length == 0 {
            return Ok(0);
        }
        let bytes = self.store.read_stretch(Stretch { length, ..self.rest })?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.rest.offset += length;
        self.rest.length -= length;
        Ok(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_go_and_numbers_of_pages_stay() {
        let mut files = Files::default();
        let mut of = |path: &str| files.hidden(&path.into()).to_string();
        assert_eq!(of("/home/ruth/page-1.json"), "page-1.json");
        assert_eq!(of("/home/ruth/page-12.json.gz"), "page-12.json");
        assert_eq!(of("/home/ruth/call of Ruth Abara.json"), "file B");
        assert_eq!(of("/home/bo/page-3.json"), "folder 3/page-3.json");
        assert_eq!(of("2026-11-20.json"), "file D");
        assert_eq!(of("call-12065550100.json"), "file E");
        assert_eq!(of("page 3"), "page 3");
        assert_eq!(of("standard input"), "standard input");
    }

    #[test]
    fn only_services_that_are_the_same_for_everybody_are_named() {
        assert!(is_public("https://graph.microsoft.com/v1.0"));
        for service in ["https://graph.contoso.example/v1.0", "http://127.0.0.1:4242/v1.0", ""] {
            assert!(!is_public(service), "{service}");
        }
    }
}
