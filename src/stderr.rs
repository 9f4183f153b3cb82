//! The one door to standard error: what is said there is safe to show, and when nobody can read it, it is lost without
//! a panic (a closed pipe, a full disk, a terminal that is gone).

use std::io::{self, IsTerminal as _, Write as _};

use crate::call::Trouble;
use crate::report::clean::clean;

/// Says something about how it goes: `callscope: page 2: waiting 3 s`.
pub fn note(text: &str) {
    write(&format!("callscope: {}\n", clean(text)));
}

/// Says what went wrong, and what to do next.
pub fn error(trouble: &Trouble) {
    let hint = trouble.hint.as_ref().map(|hint| format!("  hint: {}\n", clean(hint))).unwrap_or_default();
    write(&format!("error: {}\n{hint}", clean(&trouble.what)));
}

/// Writes a report of ours as it is, lines and colours included.
pub fn report(text: &str) {
    write(&format!("{text}\n"));
}

/// Shows how far something is, in a line that the next one takes the place of. Only where somebody looks.
pub fn progress(text: &str) {
    if is_watched() {
        write(&format!("\r\x1b[Kcallscope: {}", clean(text)));
    }
}

/// Ends the line of the progress.
pub fn end_progress() {
    write("\n");
}

/// Does somebody look?
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

fn write(text: &str) {
    // In one piece, so that nothing comes between; what cannot be written cannot be told either.
    let _ = io::stderr().write_all(text.as_bytes());
}
