//! The state saved from one run to the next: the columns, and how the user left each call. No input or output: the
//! state is passed in at the start and returned at the end.

use serde::{Deserialize, Serialize};

use crate::call::{Filter, Order, SessionId, SortKey};

use super::prompt::Notice;
use super::views::sessions::columns::Columns;
use super::{App, View};

/// The saved state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The names of the columns in the list of sessions; empty for the default ones.
    pub columns: Vec<String>,
    /// The saved calls, most recent first.
    pub calls: Vec<CallState>,
}

/// How the user left a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallState {
    /// The call's id.
    pub call: String,
    /// The name of the view.
    pub view: String,
    pub filter: String,
    /// The name of the sort key.
    pub sort: String,
    /// Whether the order was reversed.
    pub is_reversed: bool,
    /// The id of the session under the cursor.
    pub session: String,
}

/// The maximum number of calls saved.
const CALLS: usize = 200;

impl App {
    /// Starts with the columns of the config file; what the user chose in an earlier run replaces them.
    pub fn set_usual_columns(&mut self, names: &[String]) {
        self.views.sessions.columns = Columns::of(names);
        self.views.sessions.usual_columns = names.to_vec();
    }

    /// Starts with the saved state.
    pub fn remember(&mut self, memory: Memory) {
        if !memory.columns.is_empty() {
            self.views.sessions.columns = Columns::of(&memory.columns);
        }
        self.restore.saved = memory;
        self.restore.may_restore = true;
    }

    /// Returns the state to save.
    pub fn memory(&self) -> Memory {
        let mut memory = self.restore.saved.clone();
        let columns = self.views.sessions.columns.names();
        let is_usual = columns == Columns::of(&self.views.sessions.usual_columns).names();
        memory.columns = if is_usual { Vec::new() } else { columns.into_iter().map(str::to_owned).collect() };
        if let Some(left) = self.left_off() {
            memory.calls.retain(|one| one.call != left.call);
            memory.calls.insert(0, left);
            memory.calls.truncate(CALLS);
        }
        memory
    }

    /// Returns the state of the current call; `None` when it has no id or no sessions.
    pub(super) fn left_off(&self) -> Option<CallState> {
        let call = self.call().filter(|call| !call.rows().is_empty())?;
        let view = if self.view.is_of_call() { self.view } else { View::Sessions }.name();
        Some(CallState {
            call: call.id.as_deref()?.to_owned(),
            view: view.to_owned(),
            filter: self.views.sessions.list.filter().text().to_owned(),
            sort: self.views.sessions.list.sort.key.id().to_owned(),
            is_reversed: self.views.sessions.list.sort.is_reversed,
            session: self.shown().and_then(|row| row.id.as_ref()).map(SessionId::to_string).unwrap_or_default(),
        })
    }

    /// Restores a call to how it was left, once its id is known, and moves the cursor to its session, once that has
    /// arrived. The first key press ends this.
    pub(super) fn restore(&mut self) {
        if !self.restore.may_restore {
            return;
        }
        let Some(id) = self.call().and_then(|call| call.id.clone()) else { return };
        if let Some(left) = self.restore.saved.calls.iter().find(|left| left.call == *id).cloned() {
            self.restore.may_restore = false;
            // One that uses a name which the config file no longer has would filter by half of what it says.
            let filter = Some(Filter::with(&left.filter, &self.named_filters)).filter(|it| it.mistakes.is_empty());
            let filter = filter.unwrap_or_default();
            let usual = CallState {
                call: left.call.clone(),
                view: "sessions".to_owned(),
                sort: "worst".to_owned(),
                ..CallState::default()
            };
            let is_usual = CallState { session: String::new(), ..left.clone() } == usual;
            if !is_usual {
                let filter = if filter.text().is_empty() { String::new() } else { format!(": /{}", filter.text()) };
                self.layers.notice = Some(Notice::done(format!("restored from last time{filter}")));
            }
            let key = SortKey::by_id(&left.sort).unwrap_or(SortKey::Worst);
            self.views
                .sessions
                .list
                .begin(filter, Order { key, is_reversed: left.is_reversed, ..self.views.sessions.list.sort });
            self.views.sessions.list.is_sort_restored = key != SortKey::Worst || left.is_reversed;
            self.rebuild_list();
            if let Some(view) = View::by_name(&left.view).filter(|view| view.is_of_call()) {
                self.go_to(view);
            }
            self.restore.returning_to = Some(left.session).filter(|session| !session.is_empty());
        }
    }

    /// Moves the cursor to the session it was left on, once that has arrived.
    pub(super) fn return_to_session(&mut self) {
        let Some(session) = &self.restore.returning_to else { return };
        let row = self.call().and_then(|call| call.row_of(&SessionId::new(session)));
        let Some(row) = row.and_then(|row| u32::try_from(row).ok()) else { return };
        self.views.sessions.list.choose_row(row);
        self.restore.returning_to = None;
    }
}
