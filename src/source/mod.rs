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
//! | `http`, `links`, `service` | pages from a Graph service, where the next one is, and whom to ask |
//! | `decode` | packed and foreign text made plain, and what is no JSON named |
//! | `split` | JSON cut into sessions without parsing it |
//! | `foreign` | objects that are no sessions, named |
//! | `intake` | text to rows |
//! | `store` | the received bytes |

pub mod decode;
pub mod files;
pub mod foreign;
pub mod http;
pub mod intake;
pub mod links;
pub mod service;
pub mod split;
pub mod store;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::call::{Arrival, Ending, Place};
use crate::model::session::{self, Read};
use crate::triage::RuleSets;

use intake::{Hushed, Intake, Slot};
pub use service::{Api, CallId, Cloud, LiveCall, Service, Token};
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
}

/// A load under way.
#[derive(Debug)]
pub struct Load {
    /// Its news, in the order of the data. Ends with [`Arrival::End`], unless it is cancelled.
    pub arrivals: mpsc::Receiver<Arrival>,
    /// The bytes.
    pub store: Arc<Store>,
    /// Stops it.
    pub cancel: CancellationToken,
}

/// News that may wait for the screen. A source that is faster waits.
const ARRIVALS: usize = 8;

/// Begins to load. Has to be called inside of a runtime; nothing of it runs on the caller's thread.
pub fn load(source: Source, rules: &'static RuleSets) -> Load {
    let store = Arc::new(Store::default());
    let cancel = CancellationToken::new();
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let (slots, queue) = mpsc::channel(2 * threads);
    let (news, arrivals) = mpsc::channel(ARRIVALS);
    tokio::spawn(in_order(queue, news));
    let mut intake = Intake::new(store.clone(), slots, cancel.clone(), rules);
    tokio::task::spawn_blocking(move || {
        let ending = match &source {
            Source::Paths(paths) => files::read_paths(paths, &mut intake),
            Source::Stdin => files::read_stdin(&mut intake),
            Source::Live(live) => http::read_call(live, &mut intake),
        };
        let ending = match ending {
            Ok(ending) => ending,
            Err(Hushed) => Ending::Cancelled,
        };
        // Nobody may be left to hear it.
        let _ = intake.tell(Arrival::End(ending));
    });
    Load { arrivals, store, cancel }
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

/// Reads a session again. Blocks.
pub fn read_session(store: &Store, place: Place) -> Result<FullSession, CannotRead> {
    let bytes = store.read(place).map_err(|error| CannotRead(error.to_string()))?;
    match session::read(&bytes) {
        Ok(read) => Ok(FullSession { bytes, read }),
        Err(error) => Err(CannotRead(format!("the session is no JSON any more: {error}"))),
    }
}

#[cfg(test)]
mod tests;
