//! Why a load ended early.

use std::io;

use crate::call::{Ending, Trouble, TroubleKind, reason};
use crate::graph::Hushed;

/// Why a load ended early.
#[derive(Debug)]
pub enum LoadError {
    /// It was cancelled, or the receiver is gone.
    Cancelled,
    /// An error stopped it; everything before is kept.
    Failed(Trouble),
    /// A file could not be opened or read at all; the next one may still be.
    Unreadable(io::Error),
}

impl From<Hushed> for LoadError {
    fn from(_: Hushed) -> LoadError {
        LoadError::Cancelled
    }
}

impl LoadError {
    /// Returns the ending of a load that stopped this way.
    pub fn ending(self) -> Ending {
        match self {
            LoadError::Cancelled => Ending::Cancelled,
            LoadError::Failed(trouble) => Ending::Stopped(trouble),
            LoadError::Unreadable(error) => {
                let what = format!("the input could not be read: {}", reason(&error));
                Ending::Stopped(Trouble { kind: TroubleKind::Input, what, hint: None })
            }
        }
    }
}
