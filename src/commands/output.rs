//! Writes to standard output: a closed pipe is not an error, and a write failure becomes one sentence.

use std::io::{self, BufWriter, StdoutLock, Write};

use crate::call::{UserError, UserErrorKind, reason};
use crate::privacy::Leaked;
use crate::source::StoreError;
use crate::stderr;

use super::Exit;

/// Writes to standard output and returns the given exit, even if the reader has closed the pipe; a write failure
/// decides the exit instead.
pub fn print(exit: Exit, write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>) -> Exit {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // Dropping the buffer would write its rest again.
    let (_, _) = out.into_parts();
    match written {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => failed(&error),
    }
}

/// Returns the exit for a failed write to standard output.
pub fn failed(error: &io::Error) -> Exit {
    // The data to be written could not be read.
    if let Some(why) = error.get_ref().and_then(|inner| inner.downcast_ref::<StoreError>()) {
        stderr::error(&UserError { kind: UserErrorKind::Input, what: why.to_string(), hint: None });
        return Exit::Input;
    }
    if let Some(refused) = refused(error) {
        return refused;
    }
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Exit::Done;
    }
    stderr::error(&UserError {
        kind: UserErrorKind::Usage,
        what: format!("standard output could not be written: {}", reason(error)),
        hint: Some("free some space or write elsewhere; the output so far is incomplete".to_owned()),
    });
    Exit::Internal
}

/// Returns the exit if something was not written because a privacy level hides it, after saying what.
pub fn refused(error: &io::Error) -> Option<Exit> {
    let leaked = error.get_ref()?.downcast_ref::<Leaked>()?;
    let hint = "this is a fault of callscope, please report it; meanwhile, choose another format, or check what \
                --privacy full writes before you send it";
    stderr::error(&UserError { kind: UserErrorKind::Input, what: leaked.to_string(), hint: Some(hint.to_owned()) });
    Some(Exit::Refused)
}
