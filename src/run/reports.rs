//! A report that is written to a file while the screen goes on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::SaveFormat;
use crate::call::{Dataset, Selection};
use crate::model::Clock;
use crate::privacy::Guard;
use crate::source::{Evidence, Store};

/// What to write, and where. It holds what was loaded as it was when it was asked for.
pub struct ReportRequest {
    pub loaded: Arc<Dataset>,
    /// Index of the call.
    pub call: usize,
    pub store: Arc<Store>,
    /// What must not be written.
    pub guard: Arc<Guard>,
    /// What a bundle contains.
    pub evidence: Evidence,
    pub format: SaveFormat,
    /// The sessions that are listed, and their order.
    pub selection: Selection,
    /// Index of the rule set that judges.
    pub set: usize,
    /// Shows times.
    pub clock: Clock,
    pub path: PathBuf,
    pub may_replace: bool,
}

/// Writes a report to a file that only its owner can read, completely or not at all, and returns its size in bytes. An
/// error of the kind `AlreadyExists` if there is a file of that name that may not be replaced. Blocks; called inside a
/// runtime.
pub type WriteReport = Arc<dyn Fn(ReportRequest) -> io::Result<u64> + Send + Sync>;
