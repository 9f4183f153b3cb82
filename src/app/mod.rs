//! What the program knows and how that changes: one pure function from an event to a new state, and effects
//! for what has to happen outside. No input or output, no clock, no terminal.
//!
//! | file | what it has |
//! |---|---|
//! | `key`, `bindings` | keys, and the table of what they do |
//! | `layout` | where the panes stand, for every size |
//! | `pager` | a cursor in a list of which a window is visible |
//! | `list` | the list of sessions: order, filter, selection |
//! | `open`, `explorer` | the session that is looked at, and its tree |
//! | `panel`, `details`, `raw` | the metrics, the members and the JSON of a node |
//! | `pages` | help and status |

pub mod bindings;
pub mod details;
pub mod explorer;
pub mod key;
pub mod layout;
pub mod list;
pub mod open;
pub mod pager;
pub mod pages;
pub mod panel;
pub mod raw;

use std::collections::VecDeque;
use std::sync::Arc;

use tui_input::{Input, InputRequest};

use crate::call::{Arrival, Call, Loaded, Place, SortKey};
use crate::model::NodePath;
use crate::report::clean::wrapped;
use crate::triage::RuleSet;

pub use bindings::{Action, Scope};
pub use key::Key;
pub use layout::{Layout, Pane};

use details::Details;
use explorer::{Explorer, Went};
use list::SessionList;
use open::OpenSession;
use pager::Pager;
use panel::{Panel, Profile, in_order};
use raw::Raw;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// Somebody wants something.
    Action(Action),
    /// Somebody types into the filter.
    Edit(InputRequest),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The load of that number has news.
    Arrival(u32, Arrival),
    /// A session was read again, or could not be.
    Read(u32, Place, Result<Arc<OpenSession>, String>),
    /// A second went by, while something is waited for.
    Second,
}

/// Something that has to happen outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Load the choice of that number, as the load of that number.
    Load(usize, u32),
    /// Read a session of the current load again.
    Read(u32, Place),
    /// Stop loading.
    StopLoading,
    /// Give the terminal back until the process is continued.
    Suspend,
    /// Leave.
    Quit,
}

/// Something to choose from in the list of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is.
    pub title: String,
    /// More about it.
    pub about: String,
}

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The list of calls.
    Calls,
    /// One call.
    Triage,
}

/// What lies over the view.
#[derive(Debug)]
pub enum Overlay {
    /// How the call was read.
    Status(Pager),
    /// All members of a node.
    Details(Details),
    /// The JSON of a node.
    Raw(Raw),
}

/// The session that is looked at.
#[derive(Debug, Default)]
pub enum Opened {
    /// None.
    #[default]
    Nothing,
    /// One that is being read.
    Reading(Place),
    /// One that is here.
    Ready(Arc<OpenSession>),
    /// One that could not be read, and why.
    Failed(Place, String),
}

impl Opened {
    fn place(&self) -> Option<Place> {
        match self {
            Opened::Nothing => None,
            Opened::Reading(place) | Opened::Failed(place, _) => Some(*place),
            Opened::Ready(open) => Some(open.place),
        }
    }
}

/// The state.
#[derive(Debug)]
pub struct App {
    /// The rule set by which everything is judged.
    pub rules: &'static RuleSet,
    /// What fills the screen.
    pub view: View,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// Help for the pane that it was asked in, over all of it.
    pub help: Option<(Scope, Pager)>,
    /// The pane that keys go to.
    pub focus: Pane,
    /// What can be opened; empty when a call was named on the command line.
    pub choices: Vec<Choice>,
    /// What stands above it: where one is, and how else to begin.
    pub intro: &'static [&'static str],
    /// The cursor in the list of calls.
    pub calls: Pager,
    /// What was loaded.
    pub loaded: Loaded,
    /// Which call of it is looked at.
    call: usize,
    /// The list of its sessions.
    pub list: SessionList,
    /// The filter line, while somebody types.
    pub filter: Option<Input>,
    /// The session that is looked at.
    pub opened: Opened,
    /// Its tree.
    pub explorer: Explorer,
    /// The metrics of the selected node.
    pub panel: Panel,
    /// The cursor in them.
    pub metrics: Pager,
    /// The size of the terminal.
    size: (u16, u16),
    /// The number of the current load; news of older ones is not for us.
    load: u32,
    /// Nobody pressed a key yet.
    is_untouched: bool,
    /// The user left by interrupting.
    pub was_interrupted: bool,
    profile: Option<(u64, Profile)>,
    /// Sessions looked at lately.
    recent: VecDeque<Arc<OpenSession>>,
}

/// So many sessions are kept at hand, of at most so many bytes together.
const RECENT: (usize, usize) = (32, 32 << 20);

impl App {
    /// For a terminal of a size. With choices the list of calls is shown first; without, a call is on its way
    /// as load 1.
    pub fn new(rules: &'static RuleSet, choices: Vec<Choice>, size: (u16, u16)) -> Self {
        App {
            rules,
            view: if choices.is_empty() { View::Triage } else { View::Calls },
            overlay: None,
            help: None,
            focus: Pane::Sessions,
            load: u32::from(choices.is_empty()),
            choices,
            intro: &[],
            calls: Pager::default(),
            loaded: Loaded::default(),
            call: 0,
            list: SessionList::default(),
            filter: None,
            opened: Opened::Nothing,
            explorer: Explorer::default(),
            panel: Panel::default(),
            metrics: Pager::default(),
            size,
            is_untouched: true,
            was_interrupted: false,
            profile: None,
            recent: VecDeque::new(),
        }
    }

    /// The call that is looked at, once there is one.
    pub fn call(&self) -> Option<&Call> {
        self.loaded.calls().get(self.call)
    }

    /// Where everything stands; `None` when the terminal is too small.
    pub fn layout(&self) -> Option<Layout> {
        Layout::of(self.size.0, self.size.1, self.focus)
    }

    /// The number of the current load.
    pub fn load_number(&self) -> u32 {
        self.load
    }

    /// Is something being waited for that counts seconds?
    pub fn counts_seconds(&self) -> bool {
        self.loaded.wait().is_some()
    }

    /// Is a session being read that will be on screen in a moment?
    pub fn awaits_session(&self) -> bool {
        matches!(self.opened, Opened::Reading(_))
    }

    /// Where keys go.
    pub fn scope(&self) -> Scope {
        if self.help.is_some() {
            return Scope::Help;
        }
        match (&self.overlay, self.view, &self.filter, self.focus) {
            (Some(Overlay::Status(_)), ..) => Scope::Status,
            (Some(Overlay::Details(_)), ..) => Scope::Details,
            (Some(Overlay::Raw(_)), ..) => Scope::Raw,
            (None, View::Calls, ..) => Scope::Calls,
            (None, View::Triage, Some(_), _) => Scope::Filter,
            (None, View::Triage, None, Pane::Sessions) => Scope::Sessions,
            (None, View::Triage, None, Pane::Tree) => Scope::Tree,
            (None, View::Triage, None, Pane::Metrics) => Scope::Metrics,
        }
    }

    /// What a key means now; `None` when nothing.
    pub fn meaning_of(&self, key: Key) -> Option<Event> {
        let scope = self.scope();
        bindings::meaning(scope, key)
            .map(Event::Action)
            .or_else(|| (scope == Scope::Filter).then(|| edit(key)).flatten().map(Event::Edit))
    }

    /// Takes in what happened. The one place where the state changes.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Action(action) => {
                self.is_untouched = false;
                self.act(action, &mut effects);
            }
            Event::Edit(request) => {
                if let Some(input) = &mut self.filter {
                    input.handle(request);
                    let text = input.value().to_owned();
                    self.set_filter(&text);
                }
            }
            Event::Resize(width, height) => {
                self.size = (width, height);
                self.settle();
            }
            Event::Arrival(load, arrival) if load == self.load => self.take(arrival),
            Event::Read(load, place, read) if load == self.load => self.take_read(place, read),
            Event::Arrival(..) | Event::Read(..) => {}
            Event::Second => self.loaded.tick(),
        }
        self.want_session(&mut effects);
        effects
    }

    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Quit => effects.push(Effect::Quit),
            Action::Interrupt => {
                self.was_interrupted = true;
                effects.push(Effect::Quit);
            }
            Action::Suspend => effects.push(Effect::Suspend),
            Action::StopLoading => effects.push(Effect::StopLoading),
            Action::Help => self.toggle_help(),
            Action::Status => self.toggle_status(),
            Action::Details => self.toggle_details(),
            Action::Raw => self.toggle_raw(),
            Action::Back => self.back(),
            Action::Calls => self.go_to_calls(),
            _ if self.help.is_some() || self.overlay.is_some() => self.act_in_text(action),
            _ => match self.view {
                View::Calls => self.act_in_calls(action, effects),
                View::Triage => self.act_in_triage(action),
            },
        }
    }

    fn toggle_help(&mut self) {
        let scope = self.scope();
        self.help = match self.help.take() {
            Some(_) => None,
            None => Some((scope, Pager::default())),
        };
    }

    fn toggle_status(&mut self) {
        self.overlay = match self.overlay.take() {
            Some(Overlay::Status(_)) => None,
            _ if self.call().is_some() && self.view == View::Triage => Some(Overlay::Status(Pager::default())),
            _ => None,
        };
    }

    fn toggle_details(&mut self) {
        let path = self.node();
        self.overlay = match (self.overlay.take(), &self.opened) {
            (Some(Overlay::Details(_)), _) => None,
            (_, Opened::Ready(open)) if self.view == View::Triage => {
                Details::new(&open.session, path).map(Overlay::Details)
            }
            _ => None,
        };
    }

    fn toggle_raw(&mut self) {
        let path = self.node();
        let width = self.page_size().0;
        self.overlay = match (self.overlay.take(), &self.opened) {
            (Some(Overlay::Raw(_)), _) => None,
            (_, Opened::Ready(open)) if self.view == View::Triage => Some(Overlay::Raw(Raw::new(open, path, width))),
            _ => None,
        };
    }

    /// The node that details and raw are about: of an overlay its own, in the list the session itself, in the
    /// tree and the metrics the selected one.
    fn node(&self) -> NodePath {
        match (&self.overlay, self.focus) {
            (Some(Overlay::Details(details)), _) => details.path,
            (Some(Overlay::Raw(raw)), _) => raw.path,
            (_, Pane::Sessions) => NodePath::SESSION,
            _ => self.explorer.selected(),
        }
    }

    fn back(&mut self) {
        if self.help.take().is_some() || self.overlay.take().is_some() {
            return;
        }
        match (self.view, self.focus) {
            (View::Calls, _) => {}
            (View::Triage, Pane::Metrics) => self.focus_on(Pane::Tree),
            (View::Triage, Pane::Tree) => self.focus_on(Pane::Sessions),
            (View::Triage, Pane::Sessions) if !self.list.filter().is_empty() => self.set_filter(""),
            (View::Triage, Pane::Sessions) => self.go_to_calls(),
        }
    }

    fn go_to_calls(&mut self) {
        if !self.choices.is_empty() {
            self.overlay = None;
            self.filter = None;
            self.view = View::Calls;
            self.settle();
        }
    }

    fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        self.settle();
    }

    fn act_in_text(&mut self, action: Action) {
        let (width, height) = self.page_size();
        if let Some((scope, pager)) = &mut self.help {
            pager.apply(action, pages::help(*scope).len(), height);
            return;
        }
        let status_lines = match (&self.overlay, self.call()) {
            (Some(Overlay::Status(_)), Some(call)) => pages::status(&self.loaded, call, width).len(),
            _ => 0,
        };
        match &mut self.overlay {
            Some(Overlay::Status(pager)) => _ = pager.apply(action, status_lines, height),
            Some(Overlay::Details(details)) => {
                _ = details.pager.apply(action, details.lines.len(), details_height(height))
            }
            Some(Overlay::Raw(raw)) => match action {
                Action::Left => raw.shift(false),
                Action::Right => raw.shift(true),
                Action::Layout => raw.toggle(width),
                _ => _ = raw.pager.apply(action, raw.lines.len(), height),
            },
            None => {}
        }
    }

    fn act_in_calls(&mut self, action: Action, effects: &mut Vec<Effect>) {
        if action == Action::Open {
            self.open_choice(self.calls.at, effects);
            return;
        }
        let visible = self.visible_calls();
        self.calls.apply(action, self.choices.len(), visible);
    }

    fn open_choice(&mut self, at: usize, effects: &mut Vec<Effect>) {
        // The calls of one load are here already; anything else has to be loaded.
        if self.choices_are_loaded() {
            self.show_call(at);
            return;
        }
        self.load += 1;
        self.loaded = Loaded::default();
        self.recent.clear();
        self.show_call(0);
        effects.push(Effect::Load(at, self.load));
    }

    fn choices_are_loaded(&self) -> bool {
        self.loaded.calls().len() > 1
    }

    fn show_call(&mut self, call: usize) {
        self.call = call;
        self.view = View::Triage;
        self.focus = Pane::Sessions;
        self.list = SessionList::default();
        self.opened = Opened::Nothing;
        self.explorer.clear();
        self.panel = Panel::default();
        self.profile = None;
        let visible = self.visible(Pane::Sessions);
        if let Some(call) = self.loaded.calls().get(self.call) {
            self.list.rebuild(call, visible);
        }
    }

    fn act_in_triage(&mut self, action: Action) {
        match action {
            Action::NextPane => return self.focus_on(self.focus.next()),
            Action::PreviousPane => return self.focus_on(self.focus.previous()),
            _ => {}
        }
        match self.focus {
            Pane::Sessions => self.act_in_sessions(action),
            Pane::Tree => {
                let visible = self.visible(Pane::Tree);
                let Opened::Ready(open) = &self.opened else {
                    if action == Action::Close {
                        self.focus_on(Pane::Sessions);
                    }
                    return;
                };
                match self.explorer.apply(action, open, visible) {
                    Some(Went::Out) => self.focus_on(Pane::Sessions),
                    Some(Went::Deeper) => self.focus_on(Pane::Metrics),
                    Some(Went::Inside) => self.show_node(),
                    None => {}
                }
            }
            Pane::Metrics => {
                let visible = self.visible(Pane::Metrics);
                self.metrics.apply(action, self.panel.rows.len(), visible);
            }
        }
    }

    fn act_in_sessions(&mut self, action: Action) {
        let visible = self.visible(Pane::Sessions);
        match action {
            Action::Filter => {
                self.filter = Some(Input::new(self.list.filter().to_owned()));
            }
            Action::KeepFilter => self.filter = None,
            Action::DropFilter => {
                self.filter = None;
                self.set_filter("");
            }
            Action::NextSort | Action::ReverseSort => {
                let at = SortKey::ALL.iter().position(|key| *key == self.list.sort).unwrap_or(0);
                let (sort, reversed) = match action {
                    Action::NextSort => (SortKey::ALL[(at + 1) % SortKey::ALL.len()], false),
                    _ => (self.list.sort, !self.list.reversed),
                };
                if let Some(call) = self.loaded.calls().get(self.call) {
                    self.list.set_sort(sort, reversed, call, visible);
                }
            }
            Action::Open if self.list.selected().is_some() => {
                self.list.choose();
                self.focus_on(Pane::Tree);
            }
            _ => _ = self.list.apply(action, visible),
        }
    }

    fn set_filter(&mut self, filter: &str) {
        let visible = self.visible(Pane::Sessions);
        if let Some(call) = self.loaded.calls().get(self.call) {
            self.list.set_filter(filter, call, visible);
        }
    }

    fn take(&mut self, arrival: Arrival) {
        let change = self.loaded.take(arrival, self.call);
        let visible = self.visible(Pane::Sessions);
        if let Some(call) = self.loaded.calls().get(self.call) {
            if change.is_rebuilt {
                self.list.rebuild(call, visible);
                self.recent.clear();
            } else if let Some(first) = change.new_from {
                self.list.extend(call, first, visible);
            }
        }
        self.offer_calls();
    }

    /// Files of several calls make a list of calls, which comes up by itself as long as nobody did anything.
    fn offer_calls(&mut self) {
        if !self.choices_are_loaded() || (!self.choices.is_empty() && self.choices.len() == self.loaded.calls().len()) {
            return;
        }
        let choice = |call: &Call| {
            let (start, end) = call.span();
            let sessions = crate::metrics::count(call.rows().len());
            Choice {
                title: crate::report::sentences::call_name(call),
                about: format!("{} · {sessions} sessions", crate::report::sentences::span(start, end)),
            }
        };
        self.choices = self.loaded.calls().iter().map(choice).collect();
        if self.is_untouched {
            self.view = View::Calls;
        }
    }

    fn take_read(&mut self, place: Place, read: Result<Arc<OpenSession>, String>) {
        if self.opened.place() != Some(place) {
            return;
        }
        match read {
            Ok(open) => {
                self.recent.push_front(open.clone());
                let bytes =
                    |recent: &VecDeque<Arc<OpenSession>>| recent.iter().map(|open| open.bytes.len()).sum::<usize>();
                while self.recent.len() > RECENT.0 || (self.recent.len() > 1 && bytes(&self.recent) > RECENT.1) {
                    self.recent.pop_back();
                }
                self.show_session(open);
            }
            Err(why) => {
                self.opened = Opened::Failed(place, why);
                self.explorer.clear();
                self.panel = Panel::default();
            }
        }
    }

    /// Asks for the selected session, when it is not the one that is here.
    fn want_session(&mut self, effects: &mut Vec<Effect>) {
        if self.view != View::Triage {
            return;
        }
        let selected = self.list.selected().and_then(|at| self.call()?.rows().get(at as usize)).map(|row| row.place);
        if selected == self.opened.place() {
            return self.refresh_profile();
        }
        match selected {
            None => {
                self.opened = Opened::Nothing;
                self.explorer.clear();
                self.panel = Panel::default();
            }
            Some(place) => match self.recent.iter().position(|open| open.place == place) {
                Some(at) => {
                    let open = self.recent[at].clone();
                    self.show_session(open);
                }
                None => {
                    self.opened = Opened::Reading(place);
                    self.explorer.clear();
                    self.panel = Panel::default();
                    effects.push(Effect::Read(self.load, place));
                }
            },
        }
    }

    fn show_session(&mut self, open: Arc<OpenSession>) {
        let visible = self.visible(Pane::Tree);
        self.explorer.show(&open, visible);
        self.opened = Opened::Ready(open);
        self.metrics = Pager::default();
        self.show_node();
    }

    /// Makes the metrics of the selected node.
    fn show_node(&mut self) {
        self.make_profile();
        let Opened::Ready(open) = &self.opened else { return };
        let profile = self.profile.as_ref().map(|(_, profile)| profile);
        self.panel = Panel::new(open, self.explorer.selected(), self.rules, profile, self.list.pager.at);
        let visible = self.visible(Pane::Metrics);
        self.metrics.settle(self.panel.rows.len(), visible);
    }

    /// A session with a lone stream is shown among the call's sessions, and those may be other ones now.
    fn refresh_profile(&mut self) {
        let is_stale = self.profile.as_ref().is_some_and(|(generation, _)| *generation != self.list.generation);
        if is_stale {
            self.show_node();
        }
    }

    fn make_profile(&mut self) {
        let needs_one = matches!(&self.opened, Opened::Ready(open) if open.streams.len() <= 1);
        if !needs_one {
            self.profile = None;
            return;
        }
        if self.profile.as_ref().is_some_and(|(generation, _)| *generation == self.list.generation) {
            return;
        }
        if let Some(call) = self.loaded.calls().get(self.call) {
            let profile = Profile::new(in_order(call, self.list.from(0)));
            self.profile = Some((self.list.generation, profile));
        }
    }

    /// Brings every cursor into sight, after the panes moved.
    fn settle(&mut self) {
        let (width, height) = self.page_size();
        let visible = self.visible(Pane::Sessions);
        self.list.pager.settle(self.list.len(), visible);
        let visible = self.visible(Pane::Tree);
        self.explorer.pager.settle(self.explorer.lines.len(), visible);
        let visible = self.visible(Pane::Metrics);
        self.metrics.settle(self.panel.rows.len(), visible);
        let visible_calls = self.visible_calls();
        self.calls.settle(self.choices.len(), visible_calls);
        if let Some((scope, pager)) = &mut self.help {
            pager.settle(pages::help(*scope).len(), height);
        }
        match &mut self.overlay {
            Some(Overlay::Raw(raw)) => {
                raw.lay_out(width);
                raw.pager.settle(raw.lines.len(), height);
            }
            Some(Overlay::Details(details)) => details.pager.settle(details.lines.len(), details_height(height)),
            Some(Overlay::Status(_)) | None => {}
        }
    }

    /// How many lines of a pane are visible, below its own headings.
    fn visible(&self, pane: Pane) -> usize {
        let Some(layout) = self.layout() else { return 1 };
        let (area, headings) = match pane {
            Pane::Sessions => (layout.sessions, 0),
            Pane::Tree => (layout.tree, 0),
            Pane::Metrics => (layout.metrics, METRICS_HEADINGS),
        };
        usize::from(area.map_or(0, |area| area.inside().height)).saturating_sub(headings)
    }

    /// Lines above the list of calls, where there is room for them and for two calls.
    pub fn intro_lines(&self) -> Vec<String> {
        let (width, height) = self.page_size();
        let mut lines: Vec<String> = self.intro.iter().flat_map(|line| wrapped(line, width)).collect();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        if lines.len() + 4 > height { Vec::new() } else { lines }
    }

    /// How many calls of the list are visible: each takes two lines.
    fn visible_calls(&self) -> usize {
        self.page_size().1.saturating_sub(self.intro_lines().len()) / 2
    }

    /// Columns and lines inside of what fills the body.
    pub fn page_size(&self) -> (usize, usize) {
        let inside = self.layout().map(|layout| layout.body.inside()).unwrap_or_default();
        (usize::from(inside.width), usize::from(inside.height))
    }
}

/// Lines above the rows of the metrics: the columns' names.
pub const METRICS_HEADINGS: usize = 1;

/// Lines of the details that show members: two below them have the value with the cursor in full.
pub fn details_height(height: usize) -> usize {
    height.saturating_sub(2).max(1)
}

/// What a key does in the filter line.
fn edit(key: Key) -> Option<InputRequest> {
    Some(match key {
        Key::Char(letter) => InputRequest::InsertChar(letter),
        Key::Backspace | Key::Ctrl('h') => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
        Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        Key::Ctrl('u') => InputRequest::DeleteLine,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
