//! A page of sessions: an answer of the service, a saved one, or what stands for one in a file.

use crate::model::{Asked, CallRecord, NextLink, Text, Timestamp};

use super::problem::Origin;
use super::row::Stretch;

/// A page of sessions.
#[derive(Debug)]
pub struct Page {
    /// Where it was read.
    pub origin: Origin,
    /// Which call it belongs to, as far as known.
    pub(super) call: usize,
    /// What it says it is.
    pub context: Option<Text>,
    /// What it was asked with, as far as known.
    pub asked: Asked,
    /// The link to the next page.
    pub link: NextLink,
    /// The error that the service put beside its sessions.
    pub error: Option<String>,
    /// How many sessions the call has, as the service counted them.
    pub count: Option<i64>,
    /// How many sessions came with it.
    pub sessions: usize,
    /// The list of its sessions as received, without the brackets; nothing where there is no such list or its end is
    /// not here.
    pub content: Vec<Stretch>,
    /// It was read to its end.
    pub is_whole: bool,
    /// It was fetched, by following the link of the page before it.
    pub is_fetched: bool,
    /// It has a list, if only an empty one. Otherwise it stands for sessions that are in no list.
    pub is_list: bool,
    /// It tells itself which call it belongs to.
    pub tells_call: bool,
    /// Its sessions came inside of their call's record, as the first ones do: it answers no link.
    pub has_record: bool,
    /// Of which version of the record it is, where that is known.
    pub version: Option<RecordVersion>,
    /// A newer version of the record is here, so its sessions are not shown.
    pub is_superseded: bool,
    /// What its manifest says of the file.
    pub manifest: Option<Manifest>,
    /// A hash of its sessions, in their order.
    pub(super) fingerprint: u64,
}

impl Page {
    /// Nothing is known of it yet but where it comes from.
    pub(super) fn new(origin: Origin, call: usize) -> Page {
        Page {
            origin,
            call,
            context: None,
            asked: Asked::default(),
            link: NextLink::None,
            error: None,
            count: None,
            sessions: 0,
            content: Vec::new(),
            is_whole: false,
            is_fetched: false,
            is_list: false,
            tells_call: false,
            has_record: false,
            version: None,
            is_superseded: false,
            manifest: None,
            fingerprint: 0,
        }
    }

    /// Is it a page of sessions at all? What holds only an error is none.
    pub fn is_page(&self) -> bool {
        self.is_list || self.sessions > 0
    }

    /// Does it say that it is a page of sessions, as the service's answers do?
    pub fn says_sessions(&self) -> bool {
        self.context.as_deref().is_some_and(|context| {
            let behind = context.rsplit_once("callRecords").map_or("", |(_, behind)| behind);
            behind.contains("/sessions") || behind.contains("(sessions")
        })
    }

    /// The address of the next page, where it has one.
    pub fn next(&self) -> Option<&Text> {
        match &self.link {
            NextLink::At(url) => Some(url),
            NextLink::None | NextLink::Unreadable(_) => None,
        }
    }
}

/// What callscope's manifest says of a saved file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manifest {
    /// The file is as it was saved.
    Matches {
        /// All of the call was in it.
        is_complete: bool,
        /// How many sessions were.
        sessions: usize,
    },
    /// The file was changed since.
    Changed {
        /// All of the call was in it before.
        was_complete: bool,
    },
}

/// Which version of a call's record something is of. The service completes records for some hours: a higher version
/// replaces the lower one. Source: Microsoft Graph, callRecord resource, `version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordVersion {
    number: Option<i64>,
    modified: Option<Timestamp>,
}

impl RecordVersion {
    /// Of a record; `None` when it tells neither number nor time.
    pub fn of(record: &CallRecord) -> Option<RecordVersion> {
        let (number, modified) = (record.version.value().copied(), record.last_modified.value().copied());
        (number.is_some() || modified.is_some()).then_some(RecordVersion { number, modified })
    }

    /// Is it older than another one, as far as the two can be compared?
    pub fn is_older_than(self, other: RecordVersion) -> bool {
        match (self.number, other.number, self.modified, other.modified) {
            (Some(number), Some(others), ..) if number != others => number < others,
            (_, _, Some(modified), Some(others)) => modified < others,
            _ => false,
        }
    }

    /// What to call it: `version 3`, or the time at which it was made.
    pub fn words(self) -> String {
        match (self.number, self.modified) {
            (Some(number), _) => format!("version {number}"),
            (None, Some(modified)) => format!("the version of {modified} UTC"),
            (None, None) => "an unknown version".to_owned(),
        }
    }
}
