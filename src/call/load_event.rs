//! What a source reports while it reads, in the order of the data.

use std::io;

use crate::model::{Asked, CallRecord, Envelope, Text};
use crate::triage::Interner;

use super::page::{Manifest, RecordVersion};
use super::problem::{Foreign, Oddities, Origin, Problem};
use super::row::{PageId, Row, Stretch};

/// One piece of news from a source.
#[derive(Debug)]
pub enum LoadEvent {
    /// The service that is read from: its root with the API version.
    Service(String),
    /// A page begins, or more of its envelope is known: annotations may come before and after the sessions.
    Page {
        /// The page's number.
        page: PageId,
        /// Where it was read.
        origin: Origin,
        /// The envelope as far as it is known.
        envelope: Box<Envelope>,
        /// The call record around the sessions, if they came in one.
        record: Option<Box<ReceivedRecord>>,
        /// The list of its sessions as received, without the brackets, once it is complete.
        content: Vec<Stretch>,
        /// The page is complete.
        is_whole: bool,
        /// It was fetched by following the previous page's link, so none is missing in between.
        is_fetched: bool,
        /// The request options, as far as known.
        asked: Asked,
        /// It has a list of sessions. Otherwise it represents sessions outside any list.
        is_list: bool,
    },
    /// A file that was just read has a manifest beside it.
    Manifest {
        /// The file.
        origin: Origin,
        /// What the manifest says about it.
        manifest: Manifest,
    },
    /// The call record, received separately from the sessions.
    Record {
        /// The call ID.
        call: Text,
        record: Box<ReceivedRecord>,
    },
    /// Sessions of a page.
    Rows {
        /// Their rows.
        rows: Vec<Row>,
        /// The texts that these rows refer to by number.
        names: Box<Interner>,
        /// Members and values that the schema does not have.
        oddities: Oddities,
        /// Problems with some of them.
        problems: Vec<Problem>,
        /// Elements among them that are not sessions.
        foreign: Vec<Foreign>,
    },
    /// Something that is not a call.
    Foreign(Foreign),
    /// A problem or note.
    Problem(Problem),
    /// The source waits before it retries; `None` when the wait is over.
    Wait(Option<Wait>),
    /// Recent requests for pages of this call, against the rate limit.
    Budget {
        /// Requests that count.
        requests: usize,
        /// Requests allowed.
        of: usize,
        /// Length of the window, in seconds.
        seconds: u64,
    },
    /// Bytes read, and the total if known.
    Progress {
        /// Bytes read so far.
        read: u64,
        /// Total bytes.
        of: Option<u64>,
    },
    /// The source is done.
    End(LoadOutcome),
    /// It continues after a stop.
    GoesOn,
    /// It starts again: everything received so far is void.
    Anew,
}

/// A call record, parsed and as received.
#[derive(Debug, Clone)]
pub struct ReceivedRecord {
    /// The parsed record.
    pub read: CallRecord,
    /// Its JSON, with an empty list of sessions.
    pub text: Box<str>,
}

/// A wait before a retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What is being requested.
    pub origin: Origin,
    /// The reason in a few words: `throttled (429)`.
    pub why: String,
    /// Seconds from now.
    pub seconds: u64,
}

impl Wait {
    /// Describes length and reason, without what is being requested.
    pub fn words(&self) -> String {
        format!("waiting {} s: {}", self.seconds, self.why)
    }

    /// Describes it once it is over.
    pub fn past(&self) -> String {
        format!("waited {} s before retrying: {}", self.seconds, self.why)
    }
}

/// How a load ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadOutcome {
    /// Everything was read.
    AllRead,
    /// The user stopped it.
    Cancelled,
    /// An error stopped it; everything before is kept.
    Stopped(UserError),
    /// Everything was read, but the service now has a newer version of the record.
    Outdated {
        /// The version of all or most of what was read, if known.
        read: Option<RecordVersion>,
        /// The current version, if known.
        now: Option<RecordVersion>,
    },
}

/// What stopped a load: what happened, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// The kind, which decides the exit code.
    pub kind: UserErrorKind,
    /// What happened and where, as a sentence without its full stop.
    pub what: String,
    /// The next step.
    pub hint: Option<String>,
}

/// Returns the system's reason for an error, without the error number.
pub fn reason(error: &io::Error) -> String {
    let reason = error.to_string();
    reason.split(" (os error").next().unwrap_or_default().to_owned()
}

/// The kind of trouble that stopped a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserErrorKind {
    /// Invalid command line.
    Usage,
    /// The input is unreadable or not a call.
    Input,
    /// The service could not be reached or refused access.
    Access,
    /// The service was too busy for too long.
    Throttled,
    /// The service's response cannot be used further.
    Answer,
}
