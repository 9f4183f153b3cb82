//! What arrives: data, lists of calls, assessments, sessions that were read; and what is requested next.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::call::distribution::Profile;
use crate::call::listing::ListingNews;
use crate::call::{Completeness, LoadEvent, Place, Row, SessionRef};
use crate::model::NodePath;
use crate::text::wrapped;
use crate::triage::Assessment;
use crate::wording::summary;

use super::layout::Pane;

use super::entry_list::Items;
use super::prompt::{Ask, Notice, Unsaved};
use super::session_detail::SessionDetail;
use super::viewport::Viewport;
use super::views::calls::Entries;
use super::views::people;
use super::views::sessions::metrics::{InCall, Panel};
use super::views::sessions::{overview, why};
use super::{AHEAD, App, AssessmentRequest, DetailState, Effect, RECENT, SessionRequest, View};
use super::{choice_of, listed};

impl App {
    /// Reads the next session in the same direction while this one is on screen: users usually keep moving through the
    /// list the same way.
    pub(super) fn want_next(&mut self, effects: &mut Vec<Effect>) {
        let at = self.views.sessions.list.viewport.at;
        if self.view != View::Sessions
            || self.reader.prefetch_from == at
            || !matches!(self.detail, DetailState::Ready(_))
        {
            return;
        }
        let next = if at > self.reader.prefetch_from { Some(at + 1) } else { at.checked_sub(1) };
        self.reader.prefetch_from = at;
        let row = next.and_then(|next| self.views.sessions.list.from(next).first()).copied();
        let next = row.and_then(|row| self.session_ref(self.call()?.rows().get(row as usize)?));
        let Some(next) = next.filter(|next| next.place.length <= AHEAD) else { return };
        if self.reader.ahead != Some(next.place) && !self.reader.recent.iter().any(|open| open.place == next.place) {
            self.reader.ahead = Some(next.place);
            effects.push(Effect::ReadAhead(self.session_request(next)));
        }
    }

    pub(super) fn session_request(&self, session: SessionRef) -> SessionRequest {
        SessionRequest { load: self.data.load, session, sets: self.rule_choice.sets, judge: self.rule_choice.judge }
    }

    pub(super) fn session_ref(&self, row: &Row) -> Option<SessionRef> {
        Some(self.call()?.session_ref(row, self.data.loaded.names()))
    }

    pub(super) fn take_listed(&mut self, news: ListingNews) {
        let selected = self.views.calls.selected_id();
        if let Entries::Listed(listing) = &mut self.views.calls.entries {
            listing.take(news);
            self.views.calls.refilter(self.clock, &|_| String::new());
            self.views.calls.stay_with(selected.as_deref());
        }
    }

    pub(super) fn take_saved(&mut self, saved: Result<String, (String, Unsaved)>) {
        self.layers.notice = match saved {
            Ok(text) => Some(Notice::done(text)),
            Err((_, Unsaved::Failed(why))) => Some(Notice::trouble(why)),
            Err((name, Unsaved::Exists)) => {
                self.layers.ask(Ask::SaveAs { over: Some(name.clone()), is_awaited: true }, name);
                None
            }
        };
    }

    pub(super) fn take(&mut self, arrival: LoadEvent) {
        let is_of_the_whole = matches!(arrival, LoadEvent::Record { .. });
        let is_anew = matches!(arrival, LoadEvent::Anew);
        let change = self.data.loaded.take(arrival, self.data.call);
        if is_anew {
            // From now on, row numbers refer to different sessions.
            let (view, sort) = (self.view, self.views.sessions.list.sort);
            self.reader.recent.clear();
            self.show_call(0);
            (self.view, self.views.sessions.list.sort) = (view, sort);
        }
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            if change.is_rebuilt {
                self.views.sessions.profile = None;
                self.views.sessions.list.rebuild(listed);
                self.reader.recent.clear();
                self.trail.clear();
            } else if let Some(first) = change.new_from {
                self.views.sessions.list.extend(listed, first);
            }
        }
        self.analysis.is_stale |=
            is_of_the_whole || change.is_rebuilt || change.new_from.is_some() || self.data.loaded.ending().is_some();
        let answered = Some((self.data.loaded.pages().len(), self.data.loaded.ending().is_some()));
        if self.analysis.summary_of != answered || is_of_the_whole {
            self.analysis.summary_of = answered;
            self.say_the_answer();
        }
        self.offer_calls();
        self.restore();
        self.return_to_session();
    }

    /// Requests an assessment of the whole call when it has changed enough.
    pub(super) fn want_assessment(&mut self, effects: &mut Vec<Effect>) {
        let Some(call) = self.call() else { return };
        let rows = call.rows().len();
        if !self.analysis.is_stale || self.analysis.is_running || !self.view.is_of_call() || rows == 0 {
            return;
        }
        let seen = self.assessment().map_or(0, |assessment| assessment.sessions);
        if self.data.loaded.ending().is_some() || has_grown(rows, seen) {
            let is_complete = Completeness::of(call, &self.data.loaded).is_whole();
            let input = call.to_assess(self.rule_choice.judge.set, is_complete);
            effects.push(Effect::Assess(AssessmentRequest { load: self.data.load, call: self.data.call, input }));
            (self.analysis.is_running, self.analysis.is_stale) = (true, false);
        }
    }

    pub(super) fn take_assessment(&mut self, call: usize, assessment: Arc<Assessment>) {
        self.analysis.is_running = false;
        if call != self.data.call || assessment.set != self.rule_choice.judge.set {
            self.analysis.is_stale = true;
            return;
        }
        if let Some(call) = self.data.loaded.calls().get(self.data.call) {
            self.views.people.items.set(people::entries(call, self.data.loaded.names(), &assessment, self.clock));
        }
        self.analysis.assessment = Some(assessment);
        self.analysis.assessed += 1;
        self.match_views();
        self.say_the_answer();
        self.show_why();
    }

    /// Updates the answer from the last assessment of the whole call and how complete the call is now.
    pub(super) fn say_the_answer(&mut self) {
        let sentences = match (self.call(), self.assessment()) {
            (Some(call), Some(assessment)) => summary::answer(call, &self.data.loaded, assessment, self.clock),
            _ => Vec::new(),
        };
        self.analysis.summary = sentences.join(" ");
        self.lay_out_answer();
        let overview = match (self.call(), self.assessment(), sentences.first()) {
            (Some(call), Some(assessment), Some(first)) => {
                overview::entries(call, &self.data.loaded, assessment, first, self.clock)
            }
            _ => Vec::new(),
        };
        self.views.sessions.overview.set(overview);
    }

    /// Lays out the answer for the width of the terminal, with a blank on either side.
    pub(super) fn lay_out_answer(&mut self) {
        let width = usize::from(self.screen.size.0).saturating_sub(2);
        self.analysis.answer = wrapped(&self.analysis.summary, width);
    }

    /// Builds a list of calls from files of several calls, and shows it as long as no key has been pressed.
    pub(super) fn offer_calls(&mut self) {
        let is_offered = self.views.calls.total() == self.data.loaded.calls().len();
        if !self.choices_are_loaded() || is_offered || matches!(self.views.calls.entries, Entries::Listed(_)) {
            return;
        }
        let loaded = &self.data.loaded;
        let (set, clock) = (self.rule_choice.judge.set, self.clock);
        self.views.calls.offer(loaded.calls().len(), &|at| choice_of(loaded, at, set, clock).text());
        if self.restore.is_untouched {
            self.view = View::Calls;
        }
    }

    pub(super) fn take_read(&mut self, place: Place, read: Result<Arc<SessionDetail>, String>) {
        if let Some(pending) = self.reader.comparing.take_if(|pending| pending.place == place) {
            match read {
                Ok(open) => {
                    self.layers.notice = None;
                    self.keep_at_hand(open.clone());
                    self.show_compared(pending, &open);
                }
                Err(why) => self.layers.notice = Some(Notice::trouble(why)),
            }
            return;
        }
        if self.detail.place() != Some(place) {
            if let (Ok(open), true) = (read, self.reader.ahead == Some(place)) {
                self.reader.ahead = None;
                self.keep_at_hand(open);
            }
            return;
        }
        match read {
            Ok(open) => {
                self.keep_at_hand(open.clone());
                self.show_session(open);
            }
            Err(why) => {
                self.clear_session();
                self.detail = DetailState::Failed(place, why);
            }
        }
    }

    pub(super) fn keep_at_hand(&mut self, open: Arc<SessionDetail>) {
        self.reader.recent.push_front(open);
        let bytes = |recent: &VecDeque<Arc<SessionDetail>>| recent.iter().map(|open| open.bytes.len()).sum::<usize>();
        while self.reader.recent.len() > RECENT.0
            || (self.reader.recent.len() > 1 && bytes(&self.reader.recent) > RECENT.1)
        {
            self.reader.recent.pop_back();
        }
    }

    /// Requests the selected session, unless it is already on screen.
    pub(super) fn want_session(&mut self, effects: &mut Vec<Effect>) {
        if !self.view.is_of_call() {
            return;
        }
        let wanted = self.shown().and_then(|row| self.session_ref(row));
        let selected = wanted.as_ref().map(|wanted| wanted.place);
        if selected == self.detail.place() {
            if let (Some(path), DetailState::Ready(open)) = (self.reader.pending_path.take(), &self.detail) {
                self.views.sessions.tree.go_to(path, open);
                self.show_node();
            }
            return self.refresh_profile();
        }
        match wanted {
            None => self.clear_session(),
            Some(wanted) => match self.reader.recent.iter().position(|open| open.place == wanted.place) {
                Some(at) => {
                    let open = self.reader.recent[at].clone();
                    self.show_session(open);
                }
                None => {
                    self.clear_session();
                    self.detail = DetailState::Reading(wanted.place);
                    effects.push(Effect::Read(self.session_request(wanted)));
                }
            },
        }
    }

    pub(super) fn show_session(&mut self, open: Arc<SessionDetail>) {
        self.views.sessions.tree.show(&open);
        if let Some(path) = self.reader.pending_path.take() {
            self.views.sessions.tree.go_to(path, &open);
        }
        self.detail = DetailState::Ready(open);
        self.views.sessions.metrics = Viewport::default();
        self.show_node();
    }

    /// Explains the status of the selected node: the session in the list, otherwise the node of the tree.
    pub(super) fn show_why(&mut self) {
        let DetailState::Ready(open) = &self.detail else { return };
        let path = if self.views.sessions.focus == Pane::Sessions {
            NodePath::SESSION
        } else {
            self.views.sessions.tree.selected()
        };
        let (row, call) = (self.shown_row(), self.data.loaded.calls().get(self.data.call));
        let assessment = self.analysis.assessment.as_deref();
        let entries = why::entries(open, path, row, call, self.data.loaded.names(), assessment, self.clock);
        if self.views.sessions.why.entries != entries {
            self.views.sessions.why = Items::default();
            self.views.sessions.why.set(entries);
        }
    }

    /// Builds the metrics of the selected node.
    pub(super) fn show_node(&mut self) {
        self.keep_profile();
        let DetailState::Ready(open) = &self.detail else { return };
        let (path, row) = (self.views.sessions.tree.selected(), self.shown_row());
        let rules = self.rule_choice.sets.at(self.rule_choice.judge.set);
        let view = &mut self.views.sessions;
        let in_call = match (self.data.loaded.calls().get(self.data.call), row, &mut view.profile) {
            (Some(call), Some(row), Some(profile)) => Some(InCall { call, row, profile }),
            _ => None,
        };
        let panel = Panel::new(open, path, rules, in_call);
        let is_another = panel.of != view.panel.of;
        view.panel = panel;
        view.metrics.set_len(view.panel.rows.len());
        if is_another {
            view.metrics.go_to(view.panel.main);
        }
        self.show_why();
    }

    /// Ranks the selected node's metrics anew when the call has changed.
    pub(super) fn refresh_profile(&mut self) {
        if matches!(self.detail, DetailState::Ready(_)) && self.is_profile_outdated() {
            self.show_node();
        }
    }

    /// Returns whether the call has grown enough since the profile was made, or is complete.
    fn is_profile_outdated(&self) -> bool {
        let sessions = self.call().map_or(0, |call| call.rows().len());
        self.views.sessions.profile.as_ref().is_none_or(|profile| {
            let is_enough = has_grown(sessions, profile.sessions()) || self.data.loaded.ending().is_some();
            sessions != profile.sessions() && is_enough
        })
    }

    fn keep_profile(&mut self) {
        if self.is_profile_outdated() {
            let sessions = self.call().map(|call| call.rows().len());
            self.views.sessions.profile = sessions.map(Profile::new);
        }
    }
}

/// A call with at least this many sessions is looked at as a whole again only once it has doubled. Our own choice.
const LARGE: usize = 1_000;

/// Returns whether a call has grown enough since it had `seen` sessions to be looked at as a whole again: by a fifth, or if
/// it is large, to twice its size, so that all of that together costs a part of what reading costs.
fn has_grown(sessions: usize, seen: usize) -> bool {
    if seen < LARGE { sessions * 5 >= seen * 6 } else { sessions >= 2 * seen }
}
