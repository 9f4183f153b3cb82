//! What a source tells while it reads, in the order of the data.

use std::io;

use crate::model::{Asked, CallRecord, Envelope, Text};
use crate::triage::Names;

use super::page::Manifest;
use super::problem::{Foreign, Oddities, Origin, Problem};
use super::row::{PageId, Row, Stretch};

/// One piece of news from a source.
#[derive(Debug)]
pub enum Arrival {
    /// What comes is asked for at this service: its root with the version of its interface.
    Service(String),
    /// A page begins, or more of its envelope is known: annotations may stand before and after the sessions.
    Page {
        /// Which page.
        page: PageId,
        /// Where it was read.
        origin: Origin,
        /// What is known of it.
        envelope: Box<Envelope>,
        /// The call record around the sessions, where they came in one.
        record: Option<Box<ReceivedRecord>>,
        /// The list of its sessions as received, without the brackets, once it is whole.
        content: Vec<Stretch>,
        /// Nothing more will come of it.
        is_whole: bool,
        /// It was fetched, by following the link of the page before it, so that none is missing between.
        is_fetched: bool,
        /// What it was asked with, as far as known.
        asked: Asked,
        /// It has a list of sessions. Otherwise it stands for sessions that are in no list.
        is_list: bool,
    },
    /// A file that was just read has a manifest beside it.
    Manifest {
        /// The file.
        origin: Origin,
        /// What the manifest says of it.
        manifest: Manifest,
    },
    /// The record of a call, which came beside its sessions.
    Record {
        /// The call's id.
        call: Text,
        /// The record.
        record: Box<ReceivedRecord>,
    },
    /// Sessions of a page.
    Rows {
        /// Their rows.
        rows: Vec<Row>,
        /// The texts that these rows tell by number.
        names: Box<Names>,
        /// What the schema does not have.
        oddities: Oddities,
        /// What went wrong with some of them.
        problems: Vec<Problem>,
        /// What stood among them and is no session.
        foreign: Vec<Foreign>,
    },
    /// Something that is no call.
    Foreign(Foreign),
    /// Something to know about.
    Problem(Problem),
    /// The source waits before it asks again; `None` when it goes on.
    Wait(Option<Wait>),
    /// How often the service was asked for pages of this call lately, and how often it may be.
    Budget {
        /// Requests that count.
        requests: usize,
        /// Of so many.
        of: usize,
        /// Within so many seconds.
        seconds: u64,
    },
    /// How much was read, in bytes, and of how many where that is known.
    Progress {
        /// Bytes read.
        read: u64,
        /// Bytes in all.
        of: Option<u64>,
    },
    /// The source is done.
    End(Ending),
    /// It goes on where something stopped it.
    GoesOn,
    /// It begins anew: what came so far does not count any more.
    Anew,
}

/// A call's record, read and as received.
#[derive(Debug, Clone)]
pub struct ReceivedRecord {
    /// What it says.
    pub read: CallRecord,
    /// Its JSON, with its list of sessions empty.
    pub text: Box<str>,
}

/// A wait before a request is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What is waited for.
    pub origin: Origin,
    /// Why, in a few words: `throttled (429)`.
    pub why: String,
    /// For how many seconds from now.
    pub seconds: u64,
}

impl Wait {
    /// How long and why, without what is waited for.
    pub fn words(&self) -> String {
        format!("waiting {} s: {}", self.seconds, self.why)
    }
}

/// How a load ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Everything that there was to read was read.
    AllRead,
    /// The user stopped it.
    Cancelled,
    /// Something stopped it; what came before is kept.
    Stopped(Trouble),
    /// Everything was read, and meanwhile the service has a newer version of the record.
    Outdated {
        /// The version that was read, or most of it.
        read: i64,
        /// The one that is there now.
        now: i64,
    },
}

/// What stopped a load: what happened, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The kind, which decides the exit code.
    pub kind: TroubleKind,
    /// What happened and where, as a sentence without its full stop.
    pub what: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// The system's reason for an error, without the number that it puts behind, which helps nobody.
pub fn reason(error: &io::Error) -> String {
    let reason = error.to_string();
    reason.split(" (os error").next().unwrap_or_default().to_owned()
}

/// What kind of trouble stopped a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// The command line does not make sense.
    Usage,
    /// The input is not readable or no call.
    Input,
    /// The service could not be reached or refused us.
    Access,
    /// The service was too busy for too long.
    Throttled,
    /// The service's answer cannot be followed further.
    Answer,
}
