//! Whether the terminal repeats a character on request (REP), which makes lines, frames and bars short to send.
//!
//! Nothing that a terminal says of itself tells: `xterm-256color` is what most claim to be, and some of those do not
//! repeat, or only ASCII. So it is tried out, once: a character and the request to repeat it, then the question where the
//! cursor is.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A frame's character, three times more, and the question; then the line is cleared again.
const TRIAL: &str = "\x1b[H─\x1b[3b\x1b[6n\r\x1b[K";

/// The column, from 0, behind four characters of one column each.
const BEHIND: u16 = 4;

static IS_SUPPORTED: AtomicBool = AtomicBool::new(false);

/// Returns whether the terminal has shown that it repeats characters.
pub fn is_supported() -> bool {
    IS_SUPPORTED.load(Ordering::Relaxed)
}

/// Tries it on the first line of an empty screen. The answer comes later: nothing waits for it but [`take_answer`].
pub fn try_out() -> io::Result<()> {
    let mut terminal = io::stdout();
    terminal.write_all(TRIAL.as_bytes())?;
    terminal.flush()
}

/// Waits for the answer, at most two seconds; keys pressed in the meantime are kept. Nothing else may read keys. Returns
/// how long the terminal took since this question; `None` if it did not answer.
pub fn take_answer(asked: Instant) -> Option<Duration> {
    // Crossterm asks once more, and returns the answer to the first question, which comes first.
    let (column, line) = crossterm::cursor::position().ok()?;
    if (column, line) == (BEHIND, 0) {
        IS_SUPPORTED.store(true, Ordering::Relaxed);
    }
    Some(asked.elapsed())
}
