//! The views: what fills the screen, one file each.

pub mod calls;
pub mod findings;
pub mod people;
pub mod sessions;
pub mod timeline;

use calls::CallList;
use findings::FindingsView;
use people::PeopleView;
use sessions::SessionsView;
use timeline::Timeline;

/// The view that fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The list of calls.
    Calls,
    /// One call: its sessions, the selected session, its metrics, and its findings.
    Sessions,
    /// One call: its people and their sessions over time.
    Timeline,
    /// One call: its people, and what affected participants share.
    People,
    /// One call: its findings.
    Findings,
}

impl View {
    /// Returns whether it is a view of a single call.
    pub fn is_of_call(self) -> bool {
        self != View::Calls
    }
}

/// The state of every view, whether on screen or not.
#[derive(Debug)]
pub struct Views {
    /// The calls that can be opened; empty when a call was named on the command line.
    pub calls: CallList,
    /// The sessions.
    pub sessions: SessionsView,
    /// The timeline.
    pub timeline: Timeline,
    /// The people.
    pub people: PeopleView,
    /// The findings.
    pub findings: FindingsView,
}

impl Views {
    /// Creates the views, with the calls that can be opened and the rule set to sort sessions by.
    pub fn new(calls: CallList, set: usize) -> Views {
        Views {
            calls,
            sessions: SessionsView::new(set),
            timeline: Timeline::default(),
            people: PeopleView::default(),
            findings: FindingsView::default(),
        }
    }
}
