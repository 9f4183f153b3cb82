//! The only access to standard error: text is made safe to display, and if it cannot be written (a closed pipe, a full
//! disk, a lost terminal), it is dropped without a panic.

use std::io::{self, IsTerminal as _, Write as _};

use crate::call::UserError;
use crate::text::sanitize;

/// Writes a progress note: `callscope: page 2: waiting 3 s`.
pub fn note(text: &str) {
    write(&format!("callscope: {}\n", sanitize(text)));
}

/// Writes what went wrong and what to do next.
pub fn error(trouble: &UserError) {
    let hint = trouble.hint.as_ref().map(|hint| format!("  hint: {}\n", sanitize(hint))).unwrap_or_default();
    write(&format!("error: {}\n{hint}", sanitize(&trouble.what)));
}

/// Writes one of our own reports unchanged, including lines and colours.
pub fn report(text: &str) {
    write(&format!("{text}\n"));
}

/// Shows progress in a line that the next call overwrites. Only on a terminal.
pub fn progress(text: &str) {
    if is_watched() {
        write(&format!("\r\x1b[Kcallscope: {}", sanitize(text)));
    }
}

/// Ends the progress line.
pub fn end_progress() {
    write("\n");
}

/// Returns whether standard error is a terminal.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

fn write(text: &str) {
    // In one piece, so that nothing can come in between; a failure here cannot be reported.
    let _ = io::stderr().write_all(text.as_bytes());
}
