//! Where pages come from: every source yields pages, and one path leads from their bytes to rows.
//!
//! ```text
//!   files  stdin  http ──► intake ──► split ──► (threads: parse) ──► arrivals, in order
//!      └── decode ───────────┘  └──► store: the bytes, to be read again
//! ```
//!
//! | file | contents |
//! |---|---|
//! | `files` | pages from files, folders and standard input |
//! | `http`, `answer`, `met` | pages from a Graph service; what a response must be; sessions that come again |
//! | `calls` | the list of a tenant's calls |
//! | `decode`, `unpack` | compressed or encoded text made plain, and non-JSON identified |
//! | `split` | cuts JSON into sessions without parsing it |
//! | `foreign` | identifies objects that are not sessions |
//! | `ingest`, `teller` | text to rows; their news in order |
//! | `grouping` | which files belong to one call |
//! | `hash`, `manifest` | SHA-256 of pages; the manifest of a saved call |
//! | `error` | why a load ended early |
//! | `store`, `page_cache` | the received bytes; the page cache |
//! | `journal`, `replay` | what was received, and reading it again without what a privacy level hides |
//! | `bundle` | evidence bundles: pages, manifest and report in one archive |
//! | `save` | saves a call as it was received |

pub mod answer;
pub mod bundle;
pub mod calls;
pub mod decode;
pub mod error;
pub mod files;
pub mod foreign;
pub mod grouping;
pub mod hash;
pub mod http;
pub mod ingest;
pub mod journal;
pub mod manifest;
pub mod met;
pub mod page_cache;
pub mod replay;
pub mod save;
pub mod split;
pub mod store;
pub mod teller;
pub mod unpack;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

use crate::call::{LoadEvent, LoadOutcome, Origin, SessionRef, Stretch, fingerprint_of};
use crate::graph::Service;
use crate::model::session::{self, Read};
use crate::model::{NextLink, Session};
use crate::privacy::{Guard, Level};
use crate::sites::Sites;
use crate::triage::RuleSets;

pub use calls::{CallListQuery, CallListStream};
pub use error::LoadError;
pub use http::CallRequest;
use http::Reading;
use ingest::Ingest;
use journal::{Entry, Journal, Told};
use manifest::Manifest;
pub use replay::Replay;
use save::Provenance;
pub use store::{Store, StoreError};
pub use teller::Stop;
use teller::{Slot, Teller};

/// What to open.
#[derive(Debug, Clone)]
pub enum Source {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Standard input.
    Stdin,
    /// A call from a service.
    Live(Box<CallRequest>),
    /// The rest of an incomplete saved call, from a service.
    Rest(PathBuf, Box<CallRequest>),
    /// What an earlier load has received.
    Replay(Replay),
}

/// A load under way.
#[derive(Debug)]
pub struct Load {
    arrivals: mpsc::Receiver<LoadEvent>,
    has_ended: bool,
    retry: Arc<Notify>,
    /// The received bytes.
    pub store: Arc<Store>,
    /// The service that is read from, if any.
    pub service: Option<Service>,
    pub stop: Stop,
    context: Context,
    journal: Arc<Journal>,
    /// What an earlier load received, of which this one shows a part or all.
    replay: Option<Replay>,
    /// What is being loaded, if that can be opened again.
    again: Option<(Source, Context)>,
}

/// What a load received, and from where: the contents of a bundle.
pub struct Evidence {
    /// The texts, each with where it was read.
    pub texts: Vec<(Origin, Stretch)>,
    /// The call records received apart from them, as JSON.
    pub records: Vec<Box<str>>,
    /// What of it is hidden.
    pub level: Level,
    pub provenance: Provenance,
}

impl Load {
    /// Returns the next news, in the order of the data. `None` after [`LoadEvent::End`], or if it was cancelled.
    pub async fn next(&mut self) -> Option<LoadEvent> {
        if self.has_ended {
            return None;
        }
        let arrival = self.arrivals.recv().await;
        self.has_ended = !matches!(&arrival, Some(arrival) if !matches!(arrival, LoadEvent::End(_)));
        arrival
    }

    /// Starts loading the same files again. Must be called inside a runtime. `None` for anything but files.
    pub fn again(&self) -> Option<Load> {
        match self.again.clone()? {
            (source @ Source::Paths(_), context) => Some(load_with(source, context)),
            _ => None,
        }
    }

    /// Starts loading the same call with its segments. Must be called inside a runtime. `None` for anything but a call
    /// of a service.
    pub fn with_segments(&self) -> Option<Load> {
        match self.again.clone()? {
            (Source::Live(mut live), context) => {
                live.request = live.request.with_segments();
                Some(load_with(Source::Live(live), context))
            }
            _ => None,
        }
    }

    /// Starts loading what was received so far again, with what a privacy level leaves of it. Must be called inside a
    /// runtime.
    pub fn at_level(&self, level: Level) -> Load {
        let (store, journal) = match &self.replay {
            Some(replay) => (replay.store.clone(), replay.journal.clone()),
            None => (self.store.clone(), self.journal.clone()),
        };
        let replay = Replay { store, journal, level, guard: Arc::default() };
        // Where networks are hidden, no file can say what they are.
        let sites = if level == Level::Tier1 { Sites::none() } else { self.context.sites };
        let mut load = load_with(Source::Replay(replay), Context { sites, ..self.context });
        load.context = self.context;
        load.again = self.again.clone();
        load
    }

    /// Returns what is hidden.
    pub fn level(&self) -> Level {
        self.replay.as_ref().map_or(Level::Full, |replay| replay.level)
    }

    /// Returns what was received so far.
    pub fn evidence(&self) -> Evidence {
        let (mut texts, mut records) = (Vec::new(), Vec::new());
        for entry in self.journal.entries().all {
            match entry {
                Entry::Text(text) => texts.push((text.origin, text.stretch)),
                Entry::Told(Told::Record(_, record)) => records.push(record.text),
                Entry::Told(_) => {}
            }
        }
        Evidence { texts, records, level: self.level(), provenance: Provenance::now(self.service.clone()) }
    }

    /// Returns whether it shows what an earlier load received.
    pub fn is_replay(&self) -> bool {
        self.replay.is_some()
    }

    /// Returns everything that is hidden, once all of it is known.
    pub fn guard(&self) -> Option<Arc<Guard>> {
        self.replay.as_ref()?.guard.get().cloned()
    }

    /// Retries where an error stopped it, so that there is news again. Does nothing if it cannot continue.
    pub fn retry(&mut self) {
        if self.has_ended && !self.arrivals.is_closed() {
            self.has_ended = false;
            self.retry.notify_one();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.for_good();
    }
}

/// News that may wait for the screen. A faster source waits.
const ARRIVALS: usize = 8;

/// Starts a load. Must be called inside a runtime; none of it runs on the caller's thread.
pub fn load(source: Source, rules: &'static RuleSets) -> Load {
    load_with(source, Context { rules, sites: Sites::none(), spool: store::SPOOL_LIMIT })
}

/// What sessions are read with.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The rule sets that judge them.
    pub rules: &'static RuleSets,
    /// What the user's files say about networks.
    pub sites: &'static Sites,
    /// Limit on temporary files, in bytes.
    pub spool: u64,
}

/// Most threads that parse at the same time: each keeps some memory for the next time, and one thread splits the text for
/// all of them. Our own limit.
const MOST_THREADS: usize = 4;

/// Starts a load with all that sessions are read with.
pub fn load_with(source: Source, context: Context) -> Load {
    let store = match &source {
        // As received: the bytes are there.
        Source::Replay(replay) if replay.level == Level::Full => replay.store.clone(),
        _ => Arc::new(Store::new(context.spool)),
    };
    let (stop, retry, journal) = (Stop::default(), Arc::new(Notify::new()), Arc::<Journal>::default());
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(MOST_THREADS);
    let (slots, queue) = mpsc::channel(threads);
    let (news, arrivals) = mpsc::channel(ARRIVALS);
    tokio::spawn(in_order(queue, news));
    let mut intake = Ingest::new(store.clone(), Teller::new(slots, stop.clone(), journal.clone()), context);
    let service = match &source {
        Source::Live(live) | Source::Rest(_, live) => Some(live.service.clone()),
        Source::Paths(_) | Source::Stdin | Source::Replay(_) => None,
    };
    let replay = match &source {
        Source::Replay(replay) => Some(replay.clone()),
        _ => None,
    };
    let again = (!matches!(source, Source::Stdin | Source::Replay(_))).then(|| (source.clone(), context));
    let (wanted, until) = (retry.clone(), stop.clone());
    tokio::task::spawn_blocking(move || {
        // The receiver may be gone.
        let _ = match source {
            Source::Paths(paths) => {
                let ending = files::read_paths(&paths, &mut intake).unwrap_or_else(LoadError::ending);
                intake.tell(LoadEvent::End(ending))
            }
            Source::Stdin => {
                let ending = files::read_stdin(&mut intake).unwrap_or_else(LoadError::ending);
                intake.tell(LoadEvent::End(ending))
            }
            Source::Replay(replay) => {
                let ending = replay.read(&mut intake).unwrap_or_else(LoadError::ending);
                intake.tell(LoadEvent::End(ending))
            }
            Source::Live(live) => read_live(Reading::new(*live), &mut intake, &wanted, &until),
            Source::Rest(path, live) => match rest_of(&path, *live, &mut intake) {
                Ok(Ok(reading)) => read_live(reading, &mut intake, &wanted, &until),
                Ok(Err(ending)) => intake.tell(LoadEvent::End(ending)),
                Err(error) => intake.tell(LoadEvent::End(error.ending())),
            },
        };
    });
    Load { arrivals, has_ended: false, retry, store, service, stop, context, journal, replay, again }
}

/// Reads a call from a service, and continues as often as requested.
fn read_live(mut reading: Reading, intake: &mut Ingest, wanted: &Notify, stop: &Stop) -> Result<(), LoadError> {
    intake.tell(LoadEvent::Service(reading.service()))?;
    loop {
        let ending = reading.go_on(intake).unwrap_or_else(LoadError::ending);
        let (is_all, is_outdated) = (ending == LoadOutcome::AllRead, matches!(ending, LoadOutcome::Outdated { .. }));
        intake.tell(LoadEvent::End(ending))?;
        let goes_on = stop.stopped_for_good().run_until_cancelled(wanted.notified());
        if is_all || tokio::runtime::Handle::current().block_on(goes_on).is_none() || !stop.lift() {
            return Ok(());
        }
        intake.tell(LoadEvent::GoesOn)?;
        if is_outdated {
            reading.begin_anew(intake)?;
        }
    }
}

/// Reads a saved call and prepares to read the rest of it, or returns how that ends.
fn rest_of(path: &Path, live: CallRequest, intake: &mut Ingest) -> Result<Result<Reading, LoadOutcome>, LoadError> {
    let ending = files::read_paths(&[path.to_owned()], intake)?;
    match (ending, intake.last_link()) {
        (LoadOutcome::AllRead, NextLink::At(link)) => {
            let version = intake.last_version().or_else(|| Manifest::read(&Manifest::path_of(path))?.record_version());
            Ok(Reading::after(live, link, intake.pages(), version).map_err(LoadOutcome::Stopped))
        }
        (ending, _) => Ok(Err(ending)),
    }
}

/// Passes news on in the order of the data, waiting for the parsing threads.
async fn in_order(mut queue: mpsc::Receiver<Slot>, news: mpsc::Sender<LoadEvent>) {
    while let Some(slot) = queue.recv().await {
        let arrival = match slot {
            Slot::Now(arrival) => arrival,
            Slot::Later(parsed) => match parsed.await {
                Ok(arrival) => arrival,
                // It panicked; the hook has reported it, and the program ends.
                Err(_) => return,
            },
        };
        if news.send(arrival).await.is_err() {
            return;
        }
    }
}

/// A session read again, with its bytes as received.
#[derive(Debug)]
pub struct FullSession {
    /// The bytes as received.
    pub bytes: Vec<u8>,
    /// The parsed session.
    pub read: Read,
}

/// Why a session could not be read again, as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRead(pub String);

/// Reads a session again. Blocks. Bytes that differ from those first read mean that the file changed.
pub fn read_session(store: &Store, wanted: &SessionRef) -> Result<FullSession, CannotRead> {
    let bytes = store.read(wanted.place).map_err(|error| CannotRead(error.to_string()))?;
    if fingerprint_of(&bytes) != wanted.fingerprint {
        return Err(CannotRead(store.changed_words(wanted.place.part)));
    }
    match session::read(&bytes) {
        Ok(read) => Ok(FullSession { bytes, read }),
        Err(error) => Err(CannotRead(format!("the session is no longer valid JSON: {error}"))),
    }
}

/// Reads a session again for a sentence about it, with the names missing from its own JSON. Blocks.
pub fn read_named(store: &Store, wanted: &SessionRef) -> Result<Session, CannotRead> {
    let mut session = read_session(store, wanted)?.read.session;
    wanted.names.fill(&mut session);
    Ok(session)
}

#[cfg(test)]
mod tests;
