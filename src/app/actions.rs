//! What each action does: in a call, in each view, and between views.

use crate::call::{Dataset, Order, SortKey, UserError};
use crate::model::{Clock, NodePath};
use crate::privacy::Level;
use crate::text::sanitize;
use crate::triage::Person;
use crate::wording::request;

use super::bindings::Action;
use super::layout::Pane;

use super::effect::Reader;
use super::entry_list::Items;
use super::layers::{HelpPage, Layer};
use super::matching::Matching;
use super::progress::Progress;
use super::prompt::Notice;
use super::session_detail::Judge;
use super::viewport::Viewport;
use super::views::calls::Chosen;
use super::views::findings::FindingsView;
use super::views::people::{self, PeopleView};
use super::views::sessions::list::SessionList;
use super::views::sessions::metrics::Panel;
use super::views::timeline::Timeline;
use super::{App, DetailState, Effect, Overlay, View, choice_of, listed};

impl App {
    pub(super) fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Quit => effects.push(Effect::Quit),
            Action::Interrupt => {
                self.was_interrupted = true;
                effects.push(Effect::Quit);
            }
            Action::Suspend => effects.push(Effect::Suspend),
            Action::StopLoading if self.view == View::Calls => effects.push(Effect::StopListing),
            Action::StopLoading => effects.push(Effect::StopLoading),
            Action::GoOn if self.view == View::Calls => effects.push(Effect::ListOn),
            Action::GoOn if self.data.is_file_changed => {
                self.layers.notice = Some(Notice::done("reloading …"));
                effects.push(Effect::LoadAgain);
            }
            Action::GoOn => effects.push(Effect::GoOn),
            Action::Segments if self.offers(Action::Segments) => {
                self.layers.notice = Some(Notice::done("fetching segments …"));
                effects.push(Effect::LoadSegments);
            }
            Action::Segments => self.tell_of_segments(),
            Action::Save => self.ask_for_a_file_name(),
            _ if self.layers.menu().is_some() => self.act_in_menu(action, effects),
            Action::Accept => self.accept(effects),
            Action::Dismiss => self.dismiss(),
            Action::Palette => self.open_palette(),
            Action::Copy => self.open_copy(),
            Action::CopyTicket => effects.push(Effect::CopyTicket(self.ticket())),
            Action::Pager => self.hand_over(Reader::Pager, effects),
            Action::Editor => self.hand_over(Reader::Editor, effects),
            Action::Own(at) => self.run_own(at, effects),
            Action::Explain => self.toggle_explanation(),
            Action::MediaPath => self.toggle_way(),
            Action::ZoomPane => {
                self.screen.is_zoomed = !self.screen.is_zoomed;
            }
            Action::Wider | Action::Narrower => self.resize_panes(action == Action::Wider),
            Action::Complete => self.complete(),
            Action::Help => self.toggle_help(),
            Action::Status => self.toggle_status(),
            Action::Details => self.toggle_details(),
            Action::Raw => self.toggle_raw(),
            Action::CompareHealthy => self.compare_with_healthy(effects),
            Action::Back => self.back(),
            Action::Calls => self.go_to_calls(),
            Action::NextRules => self.next_rules(),
            Action::Privacy => self.next_privacy(effects),
            Action::Zone => self.set_clock(self.clock.switched()),
            Action::Up | Action::Down if self.layers.prompt().is_some() => self.recall(action == Action::Up),
            Action::Filter | Action::Search if !self.searches_itself() => self.ask_for_filter_or_search(),
            Action::NextMatch | Action::PreviousMatch | Action::NextProblem | Action::PreviousProblem
                if self.searches_here(action) =>
            {
                self.go_to_next(action);
            }
            _ if let Some(view) = View::of_action(action) => {
                self.trail.clear();
                self.go_to(view);
            }
            _ if self.layers.page().is_some() => self.act_in_page(action),
            _ => self.view.behavior().on_action(self, action, effects),
        }
    }

    pub(super) fn toggle_help(&mut self) {
        let scope = self.scope();
        if self.layers.take_help().is_none() {
            self.layers.open(Layer::Help(HelpPage { scope, filter: String::new(), viewport: Viewport::default() }));
        }
    }

    /// Returns whether what fills the body has a search or a filter of its own: raw JSON and the help.
    fn searches_itself(&self) -> bool {
        matches!(self.layers.page(), Some(Layer::Overlay(Overlay::Raw(_)) | Layer::Help(_)))
    }

    /// Returns whether going to the next match or problem is the same here as nearly everywhere. Raw JSON has matches
    /// of its own, and the timeline has problems within a lane.
    fn searches_here(&self, action: Action) -> bool {
        let is_problem = matches!(action, Action::NextProblem | Action::PreviousProblem);
        let is_lane = is_problem && self.view == View::Timeline && self.layers.is_empty();
        !self.searches_itself() && !is_lane
    }

    pub(super) fn go_to_calls(&mut self) {
        if self.views.calls.is_there() {
            self.layers.take_overlays();
            self.layers.take_prompt();
            self.trail.clear();
            self.view = View::Calls;
        }
    }

    pub(super) fn go_to(&mut self, view: View) {
        if self.view.is_of_call() {
            self.layers.take_overlays();
            self.layers.take_prompt();
        }
        if self.view.is_of_call() && self.view != view {
            let row = self.shown_row();
            let people: Vec<Person> =
                self.shown().into_iter().flat_map(|row| row.facts.people()).map(|(_, person)| person).collect();
            self.view = view;
            self.lay_out_timeline();
            if let (View::Timeline, Some(row)) = (view, row) {
                self.views.timeline.go_to(row, &people);
            }
        }
    }

    /// Shows every time by another clock, and says which zone that is.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        let zone = match self.call().and_then(|call| call.span().0) {
            Some(start) => clock.zone(start),
            None if clock.is_local() => "local time".to_owned(),
            None => "UTC".to_owned(),
        };
        self.layers.notice = Some(Notice::done(format!("times are {zone}")));
        let filter = self.views.calls.filter().clone();
        let (loaded, set) = (&self.data.loaded, self.rule_choice.judge.set);
        self.views.calls.set_filter(filter, clock, &|at| choice_of(loaded, at, set, clock).text());
        self.say_the_answer();
        if let (Some(call), Some(assessment)) = (self.call(), self.assessment()) {
            let entries = people::entries(call, self.data.loaded.names(), assessment, clock);
            self.views.people.items.set(entries);
        }
        self.show_why();
        if let Some(Overlay::Details(details)) = self.layers.overlay_mut() {
            details.set_clock(clock);
        }
    }

    /// Widens or narrows the focused pane.
    pub(super) fn resize_panes(&mut self, is_more: bool) {
        const STEP: i16 = 4;
        let is_left = matches!(self.views.sessions.focus, Pane::Sessions | Pane::Why);
        let step = if is_more == is_left { STEP } else { -STEP };
        self.screen.left_width_offset = (self.screen.left_width_offset + step).clamp(-24, 32);
    }

    pub(super) fn sort_by(&mut self, key: SortKey) {
        let sort = Order { key, is_reversed: false, ..self.views.sessions.list.sort };
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            self.views.sessions.list.set_sort(sort, listed);
        }
    }

    /// Goes to a session in the list, and to a node in it.
    pub(super) fn go_to_row(&mut self, row: u32, path: Option<NodePath>) {
        self.jump_to_sessions();
        self.go_to(View::Sessions);
        if !self.views.sessions.list.choose_row(row) {
            // The filter hides the requested session.
            let filter = self.views.sessions.list.filter().text();
            self.layers.notice =
                Some(Notice::done(format!("filter cleared: /{} hides this session", sanitize(filter))));
            self.set_filter("");
            self.views.sessions.list.choose_row(row);
        }
        self.focus_on(Pane::Sessions);
        self.reader.pending_path = path;
    }

    /// Remembers the view that a jump to the list of sessions begins in; the list itself has its cursor already.
    fn jump_to_sessions(&mut self) {
        if self.view != View::Sessions {
            self.leave_trail(Pane::Sessions);
        }
    }

    /// Goes to the sessions that match a filter.
    pub(super) fn go_to_filtered(&mut self, filter: &str) {
        self.jump_to_sessions();
        self.go_to(View::Sessions);
        self.focus_on(Pane::Sessions);
        self.set_filter(filter);
    }

    /// Classifies with the next rule set.
    pub(super) fn next_rules(&mut self) {
        if !self.view.is_of_call() {
            return;
        }
        self.rule_choice.judge.set = (self.rule_choice.judge.set + 1) % self.rule_choice.sets.count();
        self.reader.recent.clear();
        self.detail = DetailState::Nothing;
        self.analysis.is_stale = true;
        let sort = Order { set: self.rule_choice.judge.set, ..self.views.sessions.list.sort };
        self.views.sessions.list.choose();
        if self.views.sessions.focus != Pane::Sessions {
            self.reader.pending_path = Some(self.views.sessions.tree.selected());
        }
        if let Some(assessment) = &self.analysis.assessment {
            self.views.people.choose(assessment, self.matching.people());
        }
        self.analysis.assessment = None;
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            self.views.sessions.list.set_sort(sort, listed);
        }
    }

    /// Returns how many sessions get a different verdict than under the rule set that the run started with.
    pub fn flips(&self) -> usize {
        let Judge { set, base } = self.rule_choice.judge;
        if set == base {
            return 0;
        }
        let rows = self.call().map(|call| call.rows().iter());
        rows.map_or(0, |rows| {
            rows.filter(|row| row.facts.verdict(set).verdict() != row.facts.verdict(base).verdict()).count()
        })
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        self.views.sessions.focus = pane;
        if pane == Pane::Sessions {
            self.leave_panes();
        }
        self.show_why();
    }

    pub(super) fn open_chosen(&mut self, chosen: Chosen, effects: &mut Vec<Effect>) {
        // The calls of a single load are already in memory; anything else must be loaded.
        if let (Chosen::Card(at), true) = (&chosen, self.choices_are_loaded()) {
            self.show_call(*at);
            return;
        }
        self.begin_load();
        effects.push(Effect::Load(chosen, self.data.load));
    }

    pub(super) fn begin_load(&mut self) {
        self.data.load += 1;
        self.data.loaded = Dataset::default();
        (self.privacy.shown, self.privacy.is_replay) = (Level::Full, false);
        self.progress = Progress::default();
        self.reader.recent.clear();
        self.show_call(0);
        (self.restore.may_restore, self.data.is_file_changed) = (true, false);
    }

    /// Switches to files that were reloaded after a change, and returns to the user's place in them.
    pub(super) fn begin_again(&mut self) {
        self.restore.saved = self.memory();
        self.layers.notice = None;
        self.begin_load();
    }

    /// Explains why segments cannot be requested.
    pub(super) fn tell_of_segments(&mut self) {
        let Some(call) = self.call() else { return };
        self.layers.notice = Some(match call.unexpanded {
            0 => Notice::done("all requested segments are loaded"),
            _ => Notice::trouble(format!("segments were not saved with this call: {}", request::with_segments(call))),
        });
    }

    /// Keeps the open call when changed files, or segments, could not be read.
    pub(super) fn stay(&mut self, trouble: &UserError) {
        let again = if self.data.is_file_changed { Action::GoOn } else { Action::Segments };
        let key = self.keys.key_hint(again);
        self.layers.notice = Some(Notice::trouble(format!(
            "{}; keeping the call as loaded, press {key} to retry",
            sanitize(&trouble.what)
        )));
    }

    pub(super) fn choices_are_loaded(&self) -> bool {
        self.data.loaded.calls().len() > 1
    }

    pub(super) fn show_call(&mut self, call: usize) {
        self.data.call = call;
        self.view = View::Sessions;
        self.trail.clear();
        self.views.sessions.focus = Pane::Sessions;
        self.views.sessions.list = SessionList::new(self.rule_choice.judge.set);
        (self.reader.prefetch_from, self.reader.ahead) = (0, None);
        self.clear_session();
        self.views.sessions.profile = None;
        self.views.sessions.overview = Items::default();
        self.matching = Matching::default();
        (self.views.people, self.views.findings) = (PeopleView::default(), FindingsView::default());
        (self.views.timeline, self.marked) = (Timeline::default(), None);
        (self.analysis.assessment, self.analysis.is_stale, self.analysis.is_running) = (None, true, false);
        self.analysis.summary.clear();
        self.analysis.answer.clear();
        self.analysis.summary_of = None;
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            self.views.sessions.list.rebuild(listed);
        }
    }

    pub(super) fn clear_session(&mut self) {
        self.detail = DetailState::Nothing;
        self.views.sessions.tree.clear();
        self.views.sessions.panel = Panel::default();
        self.views.sessions.why = Items::default();
    }
}
