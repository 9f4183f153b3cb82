//! A page of sessions: a response of the service, a saved one, or its equivalent in a file.

use crate::model::{Asked, CallRecord, Clock, NextLink, Text, Timestamp};

use super::problem::Origin;
use super::row::Stretch;

/// A page of sessions.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it was read.
    pub origin: Origin,
    /// The call it belongs to, as far as known.
    pub(super) call: usize,
    /// Its OData context.
    pub context: Option<Text>,
    /// The request options, as far as known.
    pub asked: Asked,
    /// The link to the next page.
    pub link: NextLink,
    /// The error that the service put beside its sessions.
    pub error: Option<String>,
    /// Number of sessions in the call, as counted by the service.
    pub count: Option<i64>,
    /// Number of sessions that came with it.
    pub sessions: usize,
    /// The list of its sessions as received, without the brackets; empty without such a list or before its end was
    /// read.
    pub content: Vec<Stretch>,
    /// It was read to its end.
    pub is_whole: bool,
    /// It was fetched by following the previous page's link.
    pub is_fetched: bool,
    /// It has a list, even if empty. Otherwise it represents sessions outside any list.
    pub is_list: bool,
    /// It states which call it belongs to.
    pub tells_call: bool,
    /// Its sessions came inside their call record, as the first ones do: it answers no link.
    pub has_record: bool,
    /// The record version it is from, if known.
    pub version: Option<RecordVersion>,
    /// A newer version of the record was read, so its sessions are hidden.
    pub is_superseded: bool,
    /// What its manifest says about the file.
    pub manifest: Option<Manifest>,
    /// A hash of its sessions in order.
    pub(super) fingerprint: u64,
}

impl Page {
    /// Creates a page of which only the origin is known.
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

    /// Returns whether it is a page of sessions: one with only an error is not.
    pub fn is_page(&self) -> bool {
        self.is_list || self.sessions > 0
    }

    /// Returns whether it says that it is a page of sessions, as the service's responses do.
    pub fn says_sessions(&self) -> bool {
        self.context.as_deref().is_some_and(|context| {
            let behind = context.rsplit_once("callRecords").map_or("", |(_, behind)| behind);
            behind.contains("/sessions") || behind.contains("(sessions")
        })
    }

    /// Returns the address of the next page, if it has one.
    pub fn next(&self) -> Option<&Text> {
        match &self.link {
            NextLink::At(url) => Some(url),
            NextLink::None | NextLink::Unreadable(_) => None,
        }
    }
}

/// What callscope's manifest says about a saved file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manifest {
    /// The file is unchanged since it was saved.
    Matches {
        /// It contains the whole call.
        is_complete: bool,
        /// Number of sessions in it.
        sessions: usize,
    },
    /// The file was changed since it was saved.
    Changed {
        /// It contained the whole call before.
        was_complete: bool,
    },
}

/// A version of a call record. The service completes records for some hours: a higher version replaces a lower one.
/// Source: Microsoft Graph, callRecord resource, `version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordVersion {
    number: Option<i64>,
    modified: Option<Timestamp>,
}

impl RecordVersion {
    /// Creates one from a number and the time the record was last modified; `None` if neither is known.
    pub fn new(number: Option<i64>, modified: Option<Timestamp>) -> Option<RecordVersion> {
        (number.is_some() || modified.is_some()).then_some(RecordVersion { number, modified })
    }

    /// Returns a record's version; `None` if it has neither number nor time.
    pub fn of(record: &CallRecord) -> Option<RecordVersion> {
        RecordVersion::new(record.version.value().copied(), record.last_modified.value().copied())
    }

    /// Returns whether it is older than another one, as far as the two can be compared.
    pub fn is_older_than(self, other: RecordVersion) -> bool {
        match (self.number, other.number, self.modified, other.modified) {
            (Some(number), Some(others), ..) if number != others => number < others,
            (_, _, Some(modified), Some(others)) => modified < others,
            _ => false,
        }
    }

    /// Returns whether the two are known to be different versions; what only one of them states does not count.
    pub fn differs_from(self, other: RecordVersion) -> bool {
        self.number.zip(other.number).is_some_and(|(one, other)| one != other)
            || self.modified.zip(other.modified).is_some_and(|(one, other)| one != other)
    }

    /// Describes it: `version 3`, or the time it was made, which stays in UTC as part of its name.
    pub fn words(self) -> String {
        match (self.number, self.modified) {
            (Some(number), _) => format!("version {number}"),
            (None, Some(modified)) => format!("the version of {}", Clock::UTC.exact(modified)),
            (None, None) => version_words(None),
        }
    }
}

/// Describes a version that may not be known.
pub fn version_words(version: Option<RecordVersion>) -> String {
    version.map_or_else(|| "an unknown version".to_owned(), RecordVersion::words)
}
