//! The exit codes, as one table for the program, its help, its man page and the README.

use crate::call::UserErrorKind;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Done,
    /// A fault of the program itself.
    Internal,
    /// Invalid command line or config file.
    Usage,
    /// The service could not be reached, or refused access.
    Access,
    /// The service was too busy or too slow.
    Throttled,
    /// The input is unreadable or not a call.
    Input,
    /// Stopped before the last page; everything received was shown.
    Partial,
    /// Something that the privacy level hides would have been written.
    Refused,
    /// `--fail-on` was given, and something is poor.
    Poor,
    /// `--fail-on unclassified` was given, and nothing could be judged.
    Unclassified,
    /// Ended by a signal or Ctrl-C, with this code.
    Signalled(u8),
}

impl Exit {
    /// Returns how a command ends because of an error of this kind.
    pub fn of(kind: UserErrorKind) -> Exit {
        match kind {
            UserErrorKind::Input => Exit::Input,
            UserErrorKind::Access | UserErrorKind::Answer => Exit::Access,
            UserErrorKind::Throttled => Exit::Throttled,
            UserErrorKind::Usage => Exit::Usage,
        }
    }

    /// The terminal went away: 128 and the number of the signal, as shells count.
    pub const HUNG_UP: Exit = Exit::Signalled(129);
    /// Ctrl-C outside the screen.
    pub const INTERRUPTED: Exit = Exit::Signalled(130);
    /// Asked to end by the system or another program.
    pub const TERMINATED: Exit = Exit::Signalled(143);

    /// Returns the process exit code.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Internal => 1,
            Exit::Usage => 2,
            Exit::Access => 3,
            Exit::Throttled => 4,
            Exit::Input => 5,
            Exit::Partial => 6,
            Exit::Refused => 7,
            Exit::Poor => 10,
            Exit::Unclassified => 11,
            Exit::Signalled(code) => code,
        }
    }
}

/// Every exit with its meaning.
pub const EXITS: [(Exit, &str); 13] = [
    (Exit::Done, "done"),
    (Exit::Internal, "internal error, or the output could not be written"),
    (Exit::Usage, "usage, or a mistake in the config file"),
    (Exit::Access, "the service could not be reached, or refused the request"),
    (Exit::Throttled, "the service was too busy or too slow"),
    (Exit::Input, "the input is unreadable or not a call"),
    (Exit::Partial, "the call is incomplete: a page or a part of a file is missing; the rest is shown"),
    (Exit::Refused, "refused: something that the privacy level hides would have been written"),
    (Exit::Poor, "poor, with `--fail-on`"),
    (Exit::Unclassified, "nothing could be judged, with `--fail-on unclassified`"),
    (Exit::HUNG_UP, "the terminal went away"),
    (Exit::INTERRUPTED, "interrupted"),
    (Exit::TERMINATED, "terminated"),
];

/// Returns the table as Markdown, for the README.
pub fn markdown() -> String {
    let rows = EXITS.iter().map(|(exit, meaning)| format!("| {} | {meaning} |\n", exit.code()));
    format!("| code | meaning |\n|---|---|\n{}", rows.collect::<String>())
}
