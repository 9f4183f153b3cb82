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

/// Adds the output for one session, given its position in the call, to the output of its batch.
pub type Tell<T> = Arc<dyn Fn(usize, &Row, &Session, &mut T) -> Result<(), Unwritten> + Send + Sync>;

/// The sessions of a call, a few batches ahead of the one that is written.
pub struct Batches<T> {
    loaded: Arc<Dataset>,
    at: usize,
    store: Arc<Store>,
    /// Row numbers in the call; `None` for all of them.
    rows: Option<Arc<[u32]>>,
    next: usize,
    /// Used by batches that have not begun.
    pub tell: Tell<T>,
    told: VecDeque<JoinHandle<Result<T, Unwritten>>>,
}

impl<T: Default + Send + 'static> Batches<T> {
    /// Starts with the first session of the call at an index.
    pub fn of(loaded: &Arc<Dataset>, at: usize, store: &Arc<Store>, tell: Tell<T>) -> Batches<T> {
        Batches { loaded: loaded.clone(), at, store: store.clone(), rows: None, next: 0, tell, told: VecDeque::new() }
    }

    /// Limits them to these row numbers, in this order.
    pub fn only(self, rows: Option<Vec<u32>>) -> Batches<T> {
        Batches { rows: rows.map(Arc::from), ..self }
    }

    /// Returns what the next batch tells, in the order of the call's rows or of those it is limited to.
    pub async fn next(&mut self) -> Option<Result<T, Unwritten>> {
        let ahead = 2 * std::thread::available_parallelism().map_or(2, usize::from);
        let all = self.rows.as_ref().map_or(self.loaded.calls()[self.at].rows().len(), |rows| rows.len());
        while self.told.len() < ahead && self.next < all {
            let (loaded, store, tell) = (self.loaded.clone(), self.store.clone(), self.tell.clone());
            let (at, from, rows) = (self.at, self.next, self.rows.clone());
            let numbers = move |place: usize| rows.as_ref().map_or(place, |rows| rows[place] as usize);
            let places = from..all.min(from + BATCH);
            self.told
                .push_back(tokio::task::spawn_blocking(move || told(&loaded, at, &store, places.map(numbers), &tell)));
            self.next += BATCH;
        }
        let told = self.told.pop_front()?.await;
        Some(told.unwrap_or_else(|error| Err(Unwritten::Fault(io::Error::other(error)))))
    }
}

fn told<T: Default>(
    loaded: &Dataset,
    at: usize,
    store: &Store,
    numbers: impl Iterator<Item = usize>,
    tell: &Tell<T>,
) -> Result<T, Unwritten> {
    let call = &loaded.calls()[at];
    let mut told = T::default();
    for (at, row) in numbers.filter_map(|at| Some((at, call.rows().get(at)?))) {
        let session = source::read_named(store, &call.session_ref(row, loaded.names())).map_err(Unwritten::Session)?;
        tell(at, row, &session, &mut told)?;
    }
    Ok(told)
}
