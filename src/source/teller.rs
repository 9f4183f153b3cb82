//! Sends the news of a load in the order of the data, notes them in the journal, and can be stopped.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::call::{LoadEvent, Origin, Problem, ProblemLevel, Wait};
use crate::graph::{Cancelled, ProgressListener};

use super::journal::Journal;

/// News that is ready, or that a thread still works on. The queue keeps the order of the text.
pub enum Slot {
    /// Ready.
    Now(LoadEvent),
    /// Being parsed.
    Later(JoinHandle<LoadEvent>),
}

/// Stops a load: for good, or until it is continued.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    for_good: CancellationToken,
    for_now: Arc<Mutex<CancellationToken>>,
}

impl Stop {
    /// Stops it for good.
    pub fn for_good(&self) {
        self.for_good.cancel();
        self.token().cancel();
    }

    /// Stops it; it can continue later.
    pub fn for_now(&self) {
        self.token().cancel();
    }

    /// Lets it continue; `false` if it was stopped for good.
    pub fn lift(&self) -> bool {
        *self.for_now.lock().unwrap_or_else(PoisonError::into_inner) = self.for_good.child_token();
        !self.for_good.is_cancelled()
    }

    /// Returns a token that is cancelled when it is stopped for good.
    pub fn stopped_for_good(&self) -> &CancellationToken {
        &self.for_good
    }

    /// Returns a token that is cancelled when it is stopped.
    pub fn token(&self) -> CancellationToken {
        self.for_now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Sends news, and notices when the receiver is gone.
#[derive(Clone)]
pub struct Teller {
    slots: mpsc::Sender<Slot>,
    stop: Stop,
    journal: Arc<Journal>,
}

impl Teller {
    /// Creates a teller for a queue.
    pub fn new(slots: mpsc::Sender<Slot>, stop: Stop, journal: Arc<Journal>) -> Teller {
        Teller { slots, stop, journal }
    }

    /// Sends a piece of news, waiting for room. Blocks.
    pub fn tell(&self, arrival: LoadEvent) -> Result<(), Cancelled> {
        self.journal.note(&arrival);
        self.send(arrival)
    }

    /// Sends a piece of news that comes again whenever the same text is read.
    pub(super) fn send(&self, arrival: LoadEvent) -> Result<(), Cancelled> {
        self.slots.blocking_send(Slot::Now(arrival)).map_err(|_| Cancelled)
    }

    /// Sends what a thread still works on, waiting for room. Blocks.
    pub(super) fn later(&self, parsed: JoinHandle<LoadEvent>) -> Result<(), Cancelled> {
        self.slots.blocking_send(Slot::Later(parsed)).map_err(|_| Cancelled)
    }

    /// Returns what stops it.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Returns where everything is noted.
    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Sends a note or problem.
    pub fn note(&self, weight: ProblemLevel, origin: &Origin, what: impl Into<String>) -> Result<(), Cancelled> {
        self.tell(LoadEvent::Problem(Problem { weight, origin: origin.clone(), what: what.into(), at: None }))
    }
}

impl ProgressListener for Teller {
    fn cancel(&self) -> CancellationToken {
        self.stop.token()
    }

    fn wait(&self, wait: Option<Wait>) -> Result<(), Cancelled> {
        self.tell(LoadEvent::Wait(wait))
    }
}
