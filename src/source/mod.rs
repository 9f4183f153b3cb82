//! Where pages come from. One idea, something that yields pages, and one path from its bytes to rows.
//!
//! ```text
//!   files  stdin  http ──► intake ──► split ──► (threads: parse) ──► arrivals, in order
//!      └── decode ───────────┘  └──► store: the bytes, to be read again
//! ```
//!
//! | file | what it has |
//! |---|---|
//! | `files` | pages from files, folders and standard input |
//! | `http` | pages from a Graph service |
//! | `calls` | the list of a tenant's calls |
//! | `decode`, `unpack` | packed and foreign text made plain, and what is no JSON named |
//! | `split` | JSON cut into sessions without parsing it |
//! | `foreign` | objects that are not sessions, named |
//! | `intake` | text to rows |
//! | `hash`, `manifest` | SHA-256 of pages; what a manifest says of a saved call |
//! | `error` | why a load ended before its end |
//! | `store`, `kept` | the received bytes; pages kept for the next run |
//! | `save` | a call written down as it was received |

pub mod calls;
pub mod decode;
pub mod error;
pub mod files;
pub mod foreign;
pub mod hash;
pub mod http;
pub mod intake;
pub mod kept;
pub mod manifest;
pub mod save;
pub mod split;
pub mod store;
pub mod unpack;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

use crate::call::{Arrival, Ending, SessionRef, fingerprint_of};
use crate::graph::Service;
use crate::model::session::{self, Read};
use crate::model::{NextLink, Session};
use crate::triage::RuleSets;

pub use calls::{CallsLoad, CallsWanted};
pub use error::LoadError;
pub use http::LiveCall;
use http::Reading;
pub use intake::Stop;
use intake::{Intake, Slot, Teller};
use manifest::Manifest;
pub use store::{Store, StoreError};

/// What is to be opened.
#[derive(Debug, Clone)]
pub enum Source {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Standard input.
    Stdin,
    /// A call, from a service.
    Live(Box<LiveCall>),
    /// The rest of a call that was saved before its last page, from a service.
    Rest(PathBuf, Box<LiveCall>),
}

/// A load under way.
#[derive(Debug)]
pub struct Load {
    arrivals: mpsc::Receiver<Arrival>,
    has_ended: bool,
    retry: Arc<Notify>,
    /// The bytes.
    pub store: Arc<Store>,
    /// The service that is asked, if one is.
    pub service: Option<Service>,
    /// Stops it.
    pub stop: Stop,
    /// What it is of, where that can be opened again.
    again: Option<(Source, &'static RuleSets, u64)>,
}

impl Load {
    /// Its next news, in the order of the data. `None` after [`Arrival::End`], or when it was cancelled.
    pub async fn next(&mut self) -> Option<Arrival> {
        if self.has_ended {
            return None;
        }
        let arrival = self.arrivals.recv().await;
        self.has_ended = !matches!(&arrival, Some(arrival) if !matches!(arrival, Arrival::End(_)));
        arrival
    }

    /// Begins to load the same files again. Has to be called inside of a runtime. `None` for what is no file.
    pub fn again(&self) -> Option<Load> {
        match self.again.clone()? {
            (source @ Source::Paths(_), rules, spool) => Some(load_within(source, rules, spool)),
            _ => None,
        }
    }

    /// Begins to load the same call with its segments. Has to be called inside of a runtime. `None` for what is no call of
    /// a service.
    pub fn with_segments(&self) -> Option<Load> {
        match self.again.clone()? {
            (Source::Live(mut live), rules, spool) => {
                live.request = live.request.with_segments();
                Some(load_within(Source::Live(live), rules, spool))
            }
            _ => None,
        }
    }

    /// Tries again where something stopped it, so that there is news once more. What cannot go on does nothing.
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

/// News that may wait for the screen. A source that is faster waits.
const ARRIVALS: usize = 8;

/// Begins to load. Has to be called inside of a runtime; nothing of it runs on the caller's thread.
pub fn load(source: Source, rules: &'static RuleSets) -> Load {
    load_within(source, rules, store::SPOOL_LIMIT)
}

/// The same, with so many bytes at most in temporary files.
pub fn load_within(source: Source, rules: &'static RuleSets, spool: u64) -> Load {
    let (store, stop, retry) = (Arc::new(Store::new(spool)), Stop::default(), Arc::new(Notify::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let (slots, queue) = mpsc::channel(2 * threads);
    let (news, arrivals) = mpsc::channel(ARRIVALS);
    tokio::spawn(in_order(queue, news));
    let mut intake = Intake::new(store.clone(), Teller::new(slots, stop.clone()), rules);
    let service = match &source {
        Source::Live(live) | Source::Rest(_, live) => Some(live.service.clone()),
        Source::Paths(_) | Source::Stdin => None,
    };
    let again = (!matches!(source, Source::Stdin)).then(|| (source.clone(), rules, spool));
    let (wanted, until) = (retry.clone(), stop.clone());
    tokio::task::spawn_blocking(move || {
        // Nobody may be left to hear of the end.
        let _ = match source {
            Source::Paths(paths) => {
                let ending = files::read_paths(&paths, &mut intake).unwrap_or_else(LoadError::ending);
                intake.tell(Arrival::End(ending))
            }
            Source::Stdin => {
                let ending = files::read_stdin(&mut intake).unwrap_or_else(LoadError::ending);
                intake.tell(Arrival::End(ending))
            }
            Source::Live(live) => read_live(Reading::new(*live), &mut intake, &wanted, &until),
            Source::Rest(path, live) => match rest_of(&path, *live, &mut intake) {
                Ok(Ok(reading)) => read_live(reading, &mut intake, &wanted, &until),
                Ok(Err(ending)) => intake.tell(Arrival::End(ending)),
                Err(error) => intake.tell(Arrival::End(error.ending())),
            },
        };
    });
    Load { arrivals, has_ended: false, retry, store, service, stop, again }
}

/// Reads a call of a service, as often as somebody wants it to go on.
fn read_live(mut reading: Reading, intake: &mut Intake, wanted: &Notify, stop: &Stop) -> Result<(), LoadError> {
    intake.tell(Arrival::Service(reading.service()))?;
    loop {
        let ending = reading.go_on(intake).unwrap_or_else(LoadError::ending);
        let (is_all, is_outdated) = (ending == Ending::AllRead, matches!(ending, Ending::Outdated { .. }));
        intake.tell(Arrival::End(ending))?;
        let goes_on = stop.stopped_for_good().run_until_cancelled(wanted.notified());
        if is_all || tokio::runtime::Handle::current().block_on(goes_on).is_none() || !stop.lift() {
            return Ok(());
        }
        intake.tell(Arrival::GoesOn)?;
        if is_outdated {
            reading.begin_anew(intake)?;
        }
    }
}

/// Reads a saved call and gets ready to read the rest of it; or says how that ends.
fn rest_of(path: &Path, live: LiveCall, intake: &mut Intake) -> Result<Result<Reading, Ending>, LoadError> {
    let ending = files::read_paths(&[path.to_owned()], intake)?;
    match (ending, intake.last_link()) {
        (Ending::AllRead, NextLink::At(link)) => {
            let version = intake.last_version().or_else(|| Manifest::read(&Manifest::path_of(path))?.record_version());
            Ok(Reading::after(live, link, intake.pages(), version.unwrap_or_default()).map_err(Ending::Stopped))
        }
        (ending, _) => Ok(Err(ending)),
    }
}

/// Passes news on in the order of the data, waiting for what threads still work on.
async fn in_order(mut queue: mpsc::Receiver<Slot>, news: mpsc::Sender<Arrival>) {
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
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The session.
    pub read: Read,
}

/// Why a session could not be read again, as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRead(pub String);

/// Reads a session again. Blocks. Bytes that are not those that were read first are of a file that changed.
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

/// Reads a session again to say something of it, with the names that its own JSON leaves out. Blocks.
pub fn read_named(store: &Store, wanted: &SessionRef) -> Result<Session, CannotRead> {
    let mut session = read_session(store, wanted)?.read.session;
    wanted.names.fill(&mut session);
    Ok(session)
}

#[cfg(test)]
mod tests;
