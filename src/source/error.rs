//! Why a load ended before its end.

use std::io;

use crate::call::{Ending, Trouble, TroubleKind, reason};
use crate::graph::Hushed;

/// Why a load ended before its end.
#[derive(Debug)]
pub enum LoadError {
    /// It was cancelled, or nobody is left to hear of it.
    Cancelled,
    /// Something stopped it; what came before is kept.
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
    /// How a load ends that stopped so.
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
