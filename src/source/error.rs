//! Why a load ended early.

use std::io;

use crate::call::{LoadOutcome, UserError, UserErrorKind, reason};
use crate::graph::Cancelled;

/// Why a load ended early.
#[derive(Debug)]
pub enum LoadError {
    /// It was cancelled, or the receiver is gone.
    Cancelled,
    /// An error stopped it; everything before is kept.
    Failed(UserError),
    /// A file could not be opened or read at all; the next one may still be.
    Unreadable(io::Error),
}

impl From<Cancelled> for LoadError {
    fn from(_: Cancelled) -> LoadError {
        LoadError::Cancelled
    }
}

impl LoadError {
    /// Returns the ending of a load that stopped this way.
    pub fn ending(self) -> LoadOutcome {
        match self {
            LoadError::Cancelled => LoadOutcome::Cancelled,
            LoadError::Failed(trouble) => LoadOutcome::Stopped(trouble),
            LoadError::Unreadable(error) => {
                let what = format!("the input could not be read: {}", reason(&error));
                LoadOutcome::Stopped(UserError { kind: UserErrorKind::Input, what, hint: None })
            }
        }
    }
}
