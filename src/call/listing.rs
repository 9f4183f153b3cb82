//! The tenant's calls as the service lists them: their records, without sessions.

use crate::model::{CallRecord, CallType, Clock, Modality, Text, Timestamp, Word as _};

use super::load_event::{UserError, Wait};

/// A call in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCall {
    /// The call ID.
    pub id: String,
    /// When the first user joined.
    pub start: Option<Timestamp>,
    /// When the last user left.
    pub end: Option<Timestamp>,
    /// One-to-one, group, or unknown.
    pub kind: Option<CallType>,
    /// Media sent and received, in the schema's terms.
    pub modalities: Vec<String>,
    /// The organiser's name, if the record has it.
    pub organizer: Option<Text>,
}

/// News about a list being read.
#[derive(Debug)]
pub enum ListingNews {
    /// More calls.
    Calls(Vec<ListedCall>),
    /// The list waits; `None` when the wait is over.
    Wait(Option<Wait>),
    /// No more comes without a request to continue.
    End(ListingEnd),
    /// It continues where it ended.
    GoesOn,
}

/// Why no more calls come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingEnd {
    /// There are no more.
    All,
    /// There are more, but enough for now.
    Paused,
    /// The user stopped it.
    Cancelled,
    /// An error stopped it.
    Stopped(UserError),
}

/// Which calls are listed.
#[derive(Debug, Clone, Default)]
pub struct CallsAsked {
    /// Those that started at or after this.
    pub since: Option<Timestamp>,
    /// Those that started before this.
    pub until: Option<Timestamp>,
    /// Whether only those of one user are.
    pub is_of_user: bool,
}

impl CallsAsked {
    /// Returns what follows "calls": `since 23 Nov 2026 09:00 UTC`.
    pub fn words(&self, clock: Clock) -> String {
        let since = self.since.map(|since| format!("since {}", clock.day_and_minute(since)));
        let until = self.until.map(|until| format!("until {}", clock.day_and_minute(until)));
        let user = self.is_of_user.then(|| "with that user".to_owned());
        since.into_iter().chain(until).chain(user).collect::<Vec<_>>().join(" ")
    }
}

/// The list as read so far.
#[derive(Debug, Default)]
pub struct Listing {
    /// Which calls are listed.
    pub asked_for: CallsAsked,
    calls: Vec<ListedCall>,
    wait: Option<Wait>,
    end: Option<ListingEnd>,
}

impl ListedCall {
    /// Creates an entry from a record; `None` if it has no ID to open it by.
    pub fn of(record: &CallRecord) -> Option<ListedCall> {
        Some(ListedCall {
            id: record.id.value()?.to_lowercase().into(),
            start: record.start.value().copied(),
            end: record.end.value().copied(),
            kind: record.call_type.value().cloned(),
            modalities: record.modalities.readable().map(|(_, one): (_, &Modality)| one.as_str().to_owned()).collect(),
            organizer: organizer(record),
        })
    }
}

/// Returns the organiser's name, if the record has it.
pub fn organizer(record: &CallRecord) -> Option<Text> {
    let set = record.organizer_v2.value().and_then(|organizer| organizer.identity.value());
    let (_, identity) = set.or(record.organizer.value())?.first()?;
    let fields = [&identity.display_name, &identity.user_principal_name, &identity.id];
    fields.into_iter().find_map(|field| field.value().cloned())
}

impl Listing {
    /// Creates an empty list.
    pub fn new(asked_for: CallsAsked) -> Listing {
        Listing { asked_for, ..Listing::default() }
    }

    /// Applies a piece of news. The newest call is first: the service promises no order.
    pub fn take(&mut self, news: ListingNews) {
        match news {
            ListingNews::Calls(calls) => {
                self.calls.extend(calls);
                self.calls.sort_by(|one, other| other.start.cmp(&one.start).then_with(|| one.id.cmp(&other.id)));
                self.calls.dedup_by(|one, other| one.id == other.id);
            }
            ListingNews::Wait(wait) => self.wait = wait,
            ListingNews::End(end) => {
                self.wait = None;
                self.end = Some(end);
            }
            ListingNews::GoesOn => self.end = None,
        }
    }

    /// Returns the calls, newest first.
    pub fn calls(&self) -> &[ListedCall] {
        &self.calls
    }

    /// Returns the current wait.
    pub fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// Returns why no more come; `None` while they do.
    pub fn end(&self) -> Option<&ListingEnd> {
        self.end.as_ref()
    }

    /// Counts down a wait by one second.
    pub fn tick(&mut self) {
        if let Some(wait) = &mut self.wait {
            wait.seconds = wait.seconds.saturating_sub(1);
        }
    }

    /// Returns whether reading can continue.
    pub fn can_go_on(&self) -> bool {
        !matches!(self.end, None | Some(ListingEnd::All))
    }

    /// Returns its completeness in words.
    pub fn words(&self) -> String {
        match (&self.end, &self.wait) {
            (None, Some(wait)) => format!("so far · {}", wait.words()),
            (None, None) => "so far …".to_owned(),
            (Some(ListingEnd::All), _) => "complete".to_owned(),
            (Some(ListingEnd::Paused), _) => "more available".to_owned(),
            (Some(ListingEnd::Cancelled), _) => "stopped by you".to_owned(),
            (Some(ListingEnd::Stopped(trouble)), _) => format!("stopped: {}", trouble.what),
        }
    }
}
