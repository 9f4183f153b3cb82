//! Writing to standard output: a reader who has read enough is no error, and what cannot be written is one sentence.

use std::io::{self, BufWriter, StdoutLock, Write};

use crate::call::{Trouble, TroubleKind, reason};
use crate::source::StoreError;
use crate::stderr;

use super::Exit;

/// Writes to standard output, and ends so, also when the reader has read enough; what cannot be written decides the exit
/// code instead.
pub fn print(exit: Exit, write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>) -> Exit {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // What is left in the buffer would be written again when it is dropped.
    let (_, _) = out.into_parts();
    match written {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => failed(&error),
    }
}

/// How it ends when standard output cannot be written.
pub fn failed(error: &io::Error) -> Exit {
    // What was to be written could not be read.
    if let Some(why) = error.get_ref().and_then(|inner| inner.downcast_ref::<StoreError>()) {
        stderr::error(&Trouble { kind: TroubleKind::Input, what: why.to_string(), hint: None });
        return Exit::Input;
    }
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Exit::Done;
    }
    stderr::error(&Trouble {
        kind: TroubleKind::Usage,
        what: format!("standard output could not be written: {}", reason(error)),
        hint: Some("free some space or write elsewhere; the output so far is incomplete".to_owned()),
    });
    Exit::Internal
}
