//! What is remembered from one run to the next: the columns, and for each call how somebody left it. No input or output:
//! what is remembered is given at the beginning and asked for at the end.

use serde::{Deserialize, Serialize};

use crate::call::{Order, SessionId, SortKey};

use super::columns::Columns;
use super::prompt::Notice;
use super::{App, Pane, View};

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The columns of the list of sessions, by name; none are the usual ones.
    pub columns: Vec<String>,
    /// Calls, the last one first.
    pub calls: Vec<CallState>,
}

/// How somebody left a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallState {
    /// The call's id.
    pub call: String,
    /// The view, by name.
    pub view: String,
    /// The filter.
    pub filter: String,
    /// By what the sessions were sorted, by name.
    pub sort: String,
    /// The other way round.
    pub is_reversed: bool,
    /// The id of the session with the cursor.
    pub session: String,
}

/// So many calls are remembered.
const CALLS: usize = 200;

/// Views by name.
const VIEWS: &[(&str, View)] = &[
    ("sessions", View::Sessions),
    ("timeline", View::Timeline),
    ("people", View::People),
    ("findings", View::Findings),
];

impl App {
    /// Begins with what is remembered.
    pub fn remember(&mut self, memory: Memory) {
        self.columns = Columns::of(&memory.columns);
        self.memory = memory;
        self.may_restore = true;
    }

    /// What is to be remembered.
    pub fn memory(&self) -> Memory {
        let mut memory = self.memory.clone();
        memory.columns = if self.columns.is_chosen {
            self.columns.names().into_iter().map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        if let Some(left) = self.left_off() {
            memory.calls.retain(|one| one.call != left.call);
            memory.calls.insert(0, left);
            memory.calls.truncate(CALLS);
        }
        memory
    }

    /// How the call is left; `None` when it has no id or nothing came of it.
    pub(super) fn left_off(&self) -> Option<CallState> {
        let call = self.call().filter(|call| !call.rows().is_empty())?;
        let view = VIEWS.iter().find(|(_, view)| *view == self.view).map_or("sessions", |(name, _)| name);
        Some(CallState {
            call: call.id.as_deref()?.to_owned(),
            view: view.to_owned(),
            filter: self.list.filter().text().to_owned(),
            sort: self.list.sort.key.id().to_owned(),
            is_reversed: self.list.sort.is_reversed,
            session: self.shown().and_then(|row| row.id.as_ref()).map(SessionId::to_string).unwrap_or_default(),
        })
    }

    /// Brings a call back to how it was left, once it is known which one it is, and the cursor to its session, once that
    /// is there. Ends with the first key.
    pub(super) fn restore(&mut self) {
        if !self.may_restore {
            return;
        }
        let Some(id) = self.call().and_then(|call| call.id.clone()) else { return };
        if let Some(left) = self.memory.calls.iter().find(|left| left.call == *id).cloned() {
            self.may_restore = false;
            let usual = CallState {
                call: left.call.clone(),
                view: "sessions".to_owned(),
                sort: "worst".to_owned(),
                ..CallState::default()
            };
            let is_usual = CallState { session: String::new(), ..left.clone() } == usual;
            if !is_usual {
                let filter = if left.filter.is_empty() { String::new() } else { format!(": /{}", left.filter) };
                self.notice = Some(Notice::done(format!("restored from last time{filter}")));
            }
            let key = SortKey::by_id(&left.sort).unwrap_or(SortKey::Worst);
            self.list.begin(&left.filter, Order { key, is_reversed: left.is_reversed, ..self.list.sort });
            self.rebuild_list();
            if let Some((_, view)) = VIEWS.iter().find(|(name, _)| *name == left.view) {
                self.go_to(*view);
            }
            self.returning_to = Some(left.session).filter(|session| !session.is_empty());
        }
    }

    /// Puts the cursor on the session that it was left on, once that is there.
    pub(super) fn return_to_session(&mut self) {
        let Some(session) = &self.returning_to else { return };
        let row = self.call().and_then(|call| call.row_of(&SessionId::new(session)));
        let Some(row) = row.and_then(|row| u32::try_from(row).ok()) else { return };
        let visible = self.visible(Pane::Sessions);
        self.list.choose_row(row, visible);
        self.returning_to = None;
        self.settle();
    }
}
