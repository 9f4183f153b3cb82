//! The sessions of a call, read again on other threads in batches, and told in order.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::call::{Dataset, Row};
use crate::model::Session;
use crate::source::{self, Store};

use super::Unwritten;

/// Sessions per batch: enough to make a task worthwhile, few enough to hold in memory.
const BATCH: usize = 64;

/// Adds what is told about the session at a position of the call to what its batch tells.
pub type Tell<T> = Arc<dyn Fn(usize, &Row, &Session, &mut T) -> Result<(), Unwritten> + Send + Sync>;

/// The sessions of a call, a few batches ahead of the one that is written.
pub struct Batches<T> {
    loaded: Arc<Dataset>,
    at: usize,
    store: Arc<Store>,
    next: usize,
    /// Used by batches that have not begun.
    pub tell: Tell<T>,
    told: VecDeque<JoinHandle<Result<T, Unwritten>>>,
}

impl<T: Default + Send + 'static> Batches<T> {
    /// Starts with the first session of the call at an index.
    pub fn of(loaded: &Arc<Dataset>, at: usize, store: &Arc<Store>, tell: Tell<T>) -> Batches<T> {
        Batches { loaded: loaded.clone(), at, store: store.clone(), next: 0, tell, told: VecDeque::new() }
    }

    /// Returns what the next batch tells, in the order of the call's rows.
    pub async fn next(&mut self) -> Option<Result<T, Unwritten>> {
        let ahead = 2 * std::thread::available_parallelism().map_or(2, usize::from);
        while self.told.len() < ahead && self.next < self.loaded.calls()[self.at].rows().len() {
            let (loaded, store, tell) = (self.loaded.clone(), self.store.clone(), self.tell.clone());
            let (at, from) = (self.at, self.next);
            self.told.push_back(tokio::task::spawn_blocking(move || told(&loaded, at, &store, from, &tell)));
            self.next += BATCH;
        }
        let told = self.told.pop_front()?.await;
        Some(told.unwrap_or_else(|error| Err(Unwritten::Fault(io::Error::other(error)))))
    }
}

fn told<T: Default>(loaded: &Dataset, at: usize, store: &Store, from: usize, tell: &Tell<T>) -> Result<T, Unwritten> {
    let call = &loaded.calls()[at];
    let mut told = T::default();
    for (at, row) in (from..call.rows().len().min(from + BATCH)).map(|at| (at, &call.rows()[at])) {
        let session = source::read_named(store, &call.session_ref(row, loaded.names())).map_err(Unwritten::Session)?;
        tell(at, row, &session, &mut told)?;
    }
    Ok(told)
}
