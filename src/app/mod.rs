//! The application state and how it changes: one pure function from an event to a new state, plus effects for what
//! must happen outside. No input or output, no clock, no terminal.
//!
//! | file | contents |
//! |---|---|
//! | `key`, `bindings` | keys, and the table of their actions |
//! | `calls` | the list of calls to open |
//! | `menu`, `menus` | a menu, and the entries of each one |
//! | `overlays` | what lies over a view |
//! | `columns` | the columns of the list of sessions |
//! | `timeline` | the call over time |
//! | `compare` | two sessions side by side |
//! | `saved_state` | how the user left each call |
//! | `layout` | the position of the panes, for every terminal size |
//! | `pager` | a cursor in a list of which only a window is visible |
//! | `list` | the list of sessions: order, filter, selection |
//! | `session_detail`, `session_tree` | the session on screen, and its tree |
//! | `metrics_panel`, `why`, `details`, `raw` | the metrics, the findings, the members and the JSON of a node |
//! | `people`, `findings` | the people and the findings of the whole call |
//! | `entry_list` | a list whose entries take several lines |
//! | `prompt` | the input line, and the notices shown there |
//! | `pages` | help and status |
//! | `state` | the parts of the state |
//! | `actions`, `pointer`, `typing`, `loading` | how it changes: by actions, the mouse, typed text, and what arrives |

mod actions;
pub mod bindings;
pub mod calls;
pub mod columns;
pub mod compare;
pub mod details;
pub mod entry_list;
pub mod findings;
pub mod key;
pub mod layout;
pub mod list;
mod loading;
pub mod menu;
mod menus;
pub mod metrics_panel;
pub mod overlays;
pub mod pager;
pub mod pages;
pub mod people;
mod pointer;
pub mod prompt;
pub mod raw;
pub mod saved_state;
pub mod session_detail;
pub mod session_tree;
mod state;
pub mod timeline;
mod typing;
pub mod why;

use std::sync::Arc;

use tui_input::InputRequest;

use crate::call::listing::ListingNews;
use crate::call::{
    AssessmentInput, Call, Completeness, Dataset, LoadEvent, LoadOutcome, Place, Row, SessionRef, UserError,
};
use crate::report::clean::wrapped;
use crate::report::wording;
use crate::triage::{Assessment, RuleSet, RuleSets};

pub use bindings::{Action, Keymap, Scope};
pub use key::Key;
pub use layout::{Layout, Pane};
pub use overlays::{Overlay, Subject, TextPage};
pub use state::{Analysis, Detail, Layers, Reader, Restore, ScreenState};

use calls::Entries;
pub use calls::{CallList, Choice, Chosen};
use columns::Columns;
use findings::Found;
use list::{Listed, SessionList};
use metrics_panel::Profile;
use overlays::Marked;
use people::PeopleView;
use prompt::{Ask, Notice, Prompt, Unsaved, edit};
use session_detail::{Judge, SessionDetail};
use timeline::Timeline;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The user requested an action.
    Action(Action),
    /// The user edited the line at the bottom.
    Edit(InputRequest),
    /// The user pasted text.
    Pasted(String),
    /// The files being reloaded have something to show; their events follow as those of the next load.
    Reloaded,
    /// Reloading the files failed, with nothing to show.
    NotReloaded(UserError),
    /// The process cannot be suspended: no shell would resume it.
    NotSuspended,
    /// The terminal was resized, to columns and rows.
    Resize(u16, u16),
    /// The load with this number sent an event.
    Arrival(u32, LoadEvent),
    /// A session was read again with this judge, or could not be.
    Read(u32, Place, Judge, Result<Arc<SessionDetail>, String>),
    /// The call at this index in the load with this number was assessed as a whole.
    Assessed(u32, usize, Arc<Assessment>),
    /// A text was copied, with the message to show; or the reason it was not.
    Copied(Result<String, String>),
    /// A file of the load with this number changed on disk; its name.
    FileChanged(u32, String),
    /// The user used the mouse.
    Mouse(Mouse),
    /// A call was saved, with the message to show; or it could not be saved under that name.
    Saved(Result<String, (String, Unsaved)>),
    /// The list of calls has news.
    Listed(ListingNews),
    /// A second passed during a wait.
    Second,
}

/// A mouse action and its position: a column and a line of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// A button was pressed.
    Click(u16, u16),
    /// The wheel was turned towards the end.
    WheelDown(u16, u16),
    /// The wheel was turned towards the beginning.
    WheelUp(u16, u16),
}

/// The maximum number of characters taken from a pasted text: a line at the bottom is no place for a document.
const LONGEST_PASTE: usize = 1000;

/// Something that must happen outside the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Load the chosen entry, as the load with this number.
    Load(Chosen, u32),
    /// Continue reading the list of calls.
    ListOn,
    /// Stop reading the list of calls.
    StopListing,
    /// Read a session of the load with this number again.
    Read(u32, SessionRef),
    /// Read a session that the user will probably look at next.
    ReadAhead(u32, SessionRef),
    /// Assess the call as a whole, with the input from [`App::to_assess`].
    Assess,
    /// Save the call, as exported by [`App::to_save`], to a file of this name; if `true`, overwrite an existing one.
    Save(String, bool),
    /// Reload the same files, and report when there is something to show.
    LoadAgain,
    /// Reload the same call with its segments, and report when there is something to show.
    LoadSegments,
    /// Copy a text; the first field names it.
    Copy(&'static str, String),
    /// Copy the triage of the call.
    CopyTicket,
    /// Stop loading.
    StopLoading,
    /// Resume an interrupted load.
    GoOn,
    /// Release the terminal until the process is resumed.
    Suspend,
    /// Quit.
    Quit,
}

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

/// The state of the session on screen.
#[derive(Debug, Default)]
pub enum DetailState {
    /// No session.
    #[default]
    Nothing,
    /// A session that is being read.
    Reading(Place),
    /// A session that has been read.
    Ready(Arc<SessionDetail>),
    /// A session that could not be read, and why.
    Failed(Place, String),
}

impl DetailState {
    fn place(&self) -> Option<Place> {
        match self {
            DetailState::Nothing => None,
            DetailState::Reading(place) | DetailState::Failed(place, _) => Some(*place),
            DetailState::Ready(open) => Some(open.place),
        }
    }
}

/// The state of the app.
#[derive(Debug)]
pub struct App {
    /// The available rule sets.
    sets: &'static RuleSets,
    /// The rule set in use, and the one that the run started with.
    judge: Judge,
    /// The current view.
    pub view: View,
    /// What lies over the view, and the line below it.
    pub layers: Layers,
    /// The focused pane.
    pub focus: Pane,
    /// The calls that can be opened; empty when a call was named on the command line.
    pub calls: CallList,
    /// The loaded data.
    pub loaded: Dataset,
    /// The index of the call on screen.
    call: usize,
    /// The list of its sessions.
    pub list: SessionList,
    /// The session on screen, with everything that shows it.
    pub detail: Detail,
    /// The key bindings.
    pub keys: Keymap,
    /// The columns of the list of sessions.
    pub columns: Columns,
    /// The session that others are compared with.
    pub marked: Option<Marked>,
    /// The terminal and how it is divided.
    pub screen: ScreenState,
    /// The timeline.
    pub timeline: Timeline,
    /// Returns the user's offset east of UTC in seconds, at a time in seconds since 1970.
    pub local_zone: fn(i64) -> i32,
    /// The people view.
    pub people: PeopleView,
    /// The findings view.
    pub found: Found,
    /// The assessment of the whole call, and how current it is.
    pub analysis: Analysis,
    /// The number of the current load; events of older loads are ignored.
    load: u32,
    /// What earlier runs saved of calls, and how much of it still applies.
    pub restore: Restore,
    /// Whether the user quit by interrupting.
    pub was_interrupted: bool,
    /// The sparklines of the call's sessions, and the list order they were made from.
    profile: Option<(ProfileOf, Profile)>,
    /// Sessions being read: what to do when one arrives, and which are kept at hand.
    pub reader: Reader,
    /// Whether an opened file has changed on disk.
    is_file_changed: bool,
}

/// The list order that a profile was made from.
#[derive(Debug, Clone, Copy)]
struct ProfileOf {
    generation: u64,
    anew: u64,
    sessions: usize,
}

/// How many sessions are kept in memory, and their maximum total size in bytes.
const RECENT: (usize, usize) = (32, 32 << 20);

/// The largest session that is read ahead, in bytes.
const AHEAD: u32 = 256 << 10;

impl App {
    /// Creates the app for a terminal of this size. A list of calls, if there is one, is shown first; otherwise a call
    /// is being fetched as load 1.
    pub fn new(sets: &'static RuleSets, set: usize, calls: CallList, size: (u16, u16)) -> Self {
        App {
            sets,
            judge: Judge { set, base: set },
            view: if calls.is_there() { View::Calls } else { View::Sessions },
            layers: Layers::default(),
            focus: Pane::Sessions,
            load: u32::from(!calls.is_there()),
            calls,
            loaded: Dataset::default(),
            call: 0,
            list: SessionList::new(set),
            detail: Detail::default(),
            keys: Keymap::default(),
            columns: Columns::default(),
            marked: None,
            screen: ScreenState { size, ..ScreenState::default() },
            timeline: Timeline::default(),
            local_zone: |_| 0,
            people: PeopleView::default(),
            found: Found::default(),
            analysis: Analysis::default(),
            restore: Restore { is_untouched: true, ..Restore::default() },
            was_interrupted: false,
            profile: None,
            reader: Reader::default(),
            is_file_changed: false,
        }
    }

    /// Returns the call on screen, once there is one.
    pub fn call(&self) -> Option<&Call> {
        self.loaded.calls().get(self.call)
    }

    /// Returns the rule set in use.
    pub fn rules(&self) -> &'static RuleSet {
        self.sets.at(self.judge.set)
    }

    /// Returns the rule set that the run started with.
    pub fn base_rules(&self) -> &'static RuleSet {
        self.sets.at(self.judge.base)
    }

    /// Returns the available rule sets.
    pub fn sets(&self) -> &'static RuleSets {
        self.sets
    }

    /// Returns the rule set in use and the one that the run started with, as indexes.
    pub fn judge(&self) -> Judge {
        self.judge
    }

    /// Returns the assessment of the whole call.
    pub fn assessment(&self) -> Option<&Assessment> {
        self.analysis.assessment.as_deref()
    }

    /// Returns the input for [`Effect::Assess`], after the load number and the call's index.
    pub fn to_assess(&self) -> Option<(u32, usize, AssessmentInput)> {
        let call = self.call()?;
        let is_complete = Completeness::of(call, &self.loaded).is_whole();
        Some((self.load, self.call, call.to_assess(self.judge.set, is_complete)))
    }

    /// Returns the number of the row whose session is on screen.
    pub fn shown_row(&self) -> Option<u32> {
        match self.view {
            View::Calls => None,
            View::Sessions => self.list.selected(),
            View::Timeline => self.timeline.selected(),
            View::People => {
                let people = &self.analysis.assessment.as_deref()?.people;
                people.get(self.people.list.at).map(|person| person.row)
            }
            View::Findings => self.found.selected().and_then(|found| found.row),
        }
    }

    /// Returns the row whose session is on screen.
    pub fn shown(&self) -> Option<&Row> {
        self.call()?.rows().get(self.shown_row()? as usize)
    }

    /// Returns the layout; `None` when the terminal is too small.
    pub fn layout(&self) -> Option<Layout> {
        Layout::of(
            self.screen.size.0,
            self.screen.size.1,
            self.focus,
            self.screen.left_width_offset,
            self.screen.is_zoomed,
        )
    }

    /// Returns whether an action would currently do anything.
    pub fn offers(&self, action: Action) -> bool {
        let view = match action {
            Action::Sessions => View::Sessions,
            Action::Timeline => View::Timeline,
            Action::People => View::People,
            Action::Findings => View::Findings,
            Action::GoOn => return self.can_go_on(),
            Action::Segments => return self.view != View::Calls && self.lacks_segments() && self.is_fetched(),
            Action::Calls => return self.calls.is_there(),
            Action::NextPane | Action::PreviousPane => return self.view != View::Timeline,
            Action::ZoomPane | Action::Wider | Action::Narrower => return self.view == View::Sessions,
            Action::NextMatch | Action::PreviousMatch => {
                return matches!(&self.layers.overlay, Some(Overlay::Raw(raw)) if !raw.sought().is_empty());
            }
            _ => return true,
        };
        self.layers.overlay.is_some() || self.view != view
    }

    /// Returns whether an interrupted load can be resumed, or a changed file reloaded.
    pub fn can_go_on(&self) -> bool {
        if self.view == View::Calls {
            return matches!(&self.calls.entries, Entries::Listed(listing) if listing.can_go_on());
        }
        if self.is_file_changed {
            return true;
        }
        let is_stopped = matches!(
            self.loaded.ending(),
            Some(LoadOutcome::Stopped(_) | LoadOutcome::Cancelled | LoadOutcome::Outdated { .. })
        );
        is_stopped && self.is_fetched()
    }

    /// Returns whether sessions lack segments because they were not requested.
    pub fn lacks_segments(&self) -> bool {
        self.call().is_some_and(|call| call.unexpanded > 0)
    }

    /// Returns whether the open call was fetched from a service.
    pub fn is_fetched(&self) -> bool {
        self.loaded.pages().iter().all(|page| page.is_fetched)
    }

    /// Returns the size of the terminal as last reported, in columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.screen.size
    }

    /// Returns the number of the current load.
    pub fn load_number(&self) -> u32 {
        self.load
    }

    /// Returns whether a wait with a countdown in seconds is in progress.
    pub fn counts_seconds(&self) -> bool {
        let listing_waits = matches!(&self.calls.entries, Entries::Listed(listing) if listing.wait().is_some());
        self.loaded.wait().is_some() || listing_waits
    }

    /// Returns whether a session is being read and will be on screen in a moment.
    pub fn awaits_session(&self) -> bool {
        matches!(self.detail.state, DetailState::Reading(_))
    }

    /// Returns the context that keys currently apply to.
    pub fn scope(&self) -> Scope {
        if self.layers.menu.is_some() {
            return Scope::Menu;
        }
        if self.layers.help.is_some() {
            return Scope::Help;
        }
        match &self.layers.prompt {
            Some(Prompt { ask: Ask::Filter, .. }) => return Scope::Filter,
            Some(Prompt { ask: Ask::SaveAs { .. }, .. }) => return Scope::SaveAs,
            Some(Prompt { ask: Ask::Search, .. }) => return Scope::Search,
            Some(Prompt { ask: Ask::Jump, .. }) => return Scope::Jump,
            None => {}
        }
        match (&self.layers.overlay, self.view, self.focus) {
            (Some(Overlay::Text(TextPage { subject: Subject::Status, .. })), ..) => Scope::Status,
            (Some(Overlay::Text(_)), ..) => Scope::TextPage,
            (Some(Overlay::Details(details)), ..) if details.title.is_some() => Scope::Comparison,
            (Some(Overlay::Details(_)), ..) => Scope::Details,
            (Some(Overlay::Raw(_)), ..) => Scope::Raw,
            (None, View::Calls, ..) => Scope::Calls,
            (None, View::Timeline, ..) => Scope::Timeline,
            (None, View::People, ..) => Scope::People,
            (None, View::Findings, ..) => Scope::Findings,
            (None, View::Sessions, Pane::Sessions) => Scope::Sessions,
            (None, View::Sessions, Pane::Tree) => Scope::Tree,
            (None, View::Sessions, Pane::Metrics) => Scope::Metrics,
            (None, View::Sessions, Pane::Why) => Scope::Why,
        }
    }

    /// Returns the event that a key currently triggers; `None` if it does nothing.
    pub fn meaning_of(&self, key: Key) -> Option<Event> {
        let scope = self.scope();
        let is_typed = self.layers.menu.is_some() || self.layers.prompt.is_some();
        self.keys.meaning(scope, key).map(Event::Action).or_else(|| edit(key).filter(|_| is_typed).map(Event::Edit))
    }

    /// Takes in an event and returns its effects. The only place where the state changes.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Action(action) => {
                self.restore.is_untouched = false;
                (self.restore.may_restore, self.restore.returning_to) = (false, None);
                self.layers.notice = None;
                self.reader.deferred_action = None;
                if action.needs_session()
                    && self.awaits_session()
                    && self.layers.menu.is_none()
                    && self.layers.help.is_none()
                {
                    // A user who types ahead means the session that is about to appear.
                    self.reader.deferred_action = Some(action);
                } else {
                    self.act(action, &mut effects);
                }
            }
            Event::Edit(request) => self.type_in([request]),
            Event::Pasted(text) => self.paste(&text),
            Event::Reloaded => self.begin_again(),
            Event::NotReloaded(trouble) => self.stay(&trouble),
            Event::NotSuspended => {
                self.layers.notice = Some(Notice::trouble("cannot suspend: no shell to resume from"));
            }
            Event::Saved(saved) => self.take_saved(saved),
            Event::Copied(Ok(how)) => self.layers.notice = Some(Notice::done(how)),
            Event::Copied(Err(why)) => self.layers.notice = Some(Notice::trouble(why)),
            Event::Mouse(mouse) => {
                self.restore.is_untouched = false;
                self.layers.notice = None;
                self.point(mouse, &mut effects);
            }
            Event::Resize(width, height) => {
                self.screen.size = (width, height);
                self.settle();
            }
            Event::Arrival(load, arrival) if load == self.load => self.take(arrival),
            Event::Read(load, place, judge, read) if load == self.load && judge == self.judge => {
                self.take_read(place, read);
                if let Some(action) =
                    self.reader.deferred_action.take_if(|_| !matches!(self.detail.state, DetailState::Reading(_)))
                {
                    self.act(action, &mut effects);
                }
            }
            Event::Assessed(load, call, assessment) if load == self.load => self.take_assessment(call, assessment),
            Event::FileChanged(load, name) if load == self.load && !self.is_file_changed => {
                self.is_file_changed = true;
                let key = self.keys.key_hint(Action::GoOn);
                self.layers.notice = Some(Notice::trouble(format!("{name} changed on disk; press {key} to reload")));
            }
            Event::Arrival(..) | Event::Read(..) | Event::Assessed(..) | Event::FileChanged(..) => {}
            Event::Listed(news) => self.take_listed(news),
            Event::Second => {
                self.loaded.tick();
                if let Entries::Listed(listing) = &mut self.calls.entries {
                    listing.tick();
                }
            }
        }
        self.want_assessment(&mut effects);
        self.want_session(&mut effects);
        self.want_next(&mut effects);
        effects
    }

    /// Returns the number of visible timeline lanes: the axis and the session summary take lines of their own.
    pub fn visible_lanes(&self) -> usize {
        self.page_size().1.saturating_sub(TIMELINE_LINES).max(1)
    }

    /// Returns the text for the selected finding.
    pub fn account(&self) -> Vec<pages::TextLine> {
        let width = self.half(true).map_or(0, |area| usize::from(area.inside().width));
        let (Some(found), Some(call), Some(assessment)) = (self.found.selected(), self.call(), self.assessment())
        else {
            return Vec::new();
        };
        let open = match &self.detail.state {
            DetailState::Ready(open) if self.shown().is_some_and(|row| row.place == open.place) => Some(&**open),
            _ => None,
        };
        findings::account(found, open, call, &self.loaded, assessment, width)
    }

    /// Returns the area of one half of the views that have two.
    pub fn half(&self, is_second: bool) -> Option<layout::Area> {
        let looks_at_second = match self.view {
            View::People => self.people.is_second,
            View::Findings => self.found.is_second,
            _ => false,
        };
        self.layout()?.halves(looks_at_second)[usize::from(is_second)]
    }

    /// Returns the number of lines visible in a half, below its headings.
    fn visible_half(&self, is_second: bool) -> usize {
        let headings = usize::from(self.view == View::People && !is_second);
        usize::from(self.half(is_second).map_or(0, |area| area.inside().height)).saturating_sub(headings)
    }

    /// Scrolls every cursor into view after the panes have changed.
    fn settle(&mut self) {
        let (width, height) = self.page_size();
        let visible = self.visible(Pane::Sessions);
        self.list.pager.settle(self.list.len(), visible);
        let visible = self.visible(Pane::Tree);
        self.detail.tree.pager.settle(self.detail.tree.lines.len(), visible);
        let visible = self.visible(Pane::Metrics);
        self.detail.metrics.settle(self.detail.panel.rows.len(), visible);
        let visible_calls = self.visible_calls();
        let shown = self.calls.shown().len();
        self.calls.pager.settle(shown, visible_calls);
        match self.view {
            View::People => {
                let people = self.assessment().map_or(0, |assessment| assessment.people.len());
                let visible = self.visible_half(false);
                self.people.list.settle(people, visible);
            }
            View::Findings => {
                let visible = self.visible_half(false);
                self.found.pager.settle(self.found.rows.len(), visible);
                let (lines, visible) = (self.account().len(), self.visible_half(true));
                self.found.account.settle(lines, visible);
            }
            View::Timeline => {
                let visible = self.visible_lanes();
                self.timeline.pager.settle(self.timeline.lanes.len(), visible);
            }
            View::Calls | View::Sessions => {}
        }
        let visible = self.visible_entries();
        if let Some(menu) = &mut self.layers.menu {
            menu.pager.settle(menu.shown.len(), visible);
        }
        if let Some((scope, pager)) = &mut self.layers.help {
            pager.settle(pages::help(&self.keys, *scope).len(), height);
        }
        match &mut self.layers.overlay {
            Some(Overlay::Raw(raw)) => {
                raw.lay_out(width);
                raw.pager.settle(raw.shown.len(), height);
            }
            Some(Overlay::Details(details)) => details.pager.settle(details.lines.len(), details_height(height)),
            Some(Overlay::Text(_)) | None => {}
        }
    }

    /// Returns the number of lines visible in a pane, below its headings.
    fn visible(&self, pane: Pane) -> usize {
        let Some(layout) = self.layout() else { return 1 };
        let headings = match pane {
            Pane::Metrics => METRICS_HEADINGS,
            Pane::Sessions => usize::from(self.columns.is_chosen),
            Pane::Tree | Pane::Why => 0,
        };
        usize::from(layout.area_of(pane).map_or(0, |area| area.inside().height)).saturating_sub(headings)
    }

    /// Returns the lines above the list of calls, if there is room for them and two calls.
    pub fn intro_lines(&self) -> Vec<String> {
        let (width, height) = self.page_size();
        let mut lines: Vec<String> = self.calls.intro.iter().flat_map(|line| wrapped(line, width)).collect();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        if lines.len() + 4 > height { Vec::new() } else { lines }
    }

    /// Returns the number of visible calls in the list.
    fn visible_calls(&self) -> usize {
        self.page_size().1.saturating_sub(self.intro_lines().len()) / self.calls.lines_each()
    }

    /// Returns the columns and lines inside the body.
    pub fn page_size(&self) -> (usize, usize) {
        let inside = self.layout().map(|layout| layout.body.inside()).unwrap_or_default();
        (usize::from(inside.width), usize::from(inside.height))
    }
}

/// Describes a call of a single load, by its index.
pub fn choice_of(loaded: &Dataset, at: usize) -> Choice {
    let Some(call) = loaded.calls().get(at) else { return Choice::default() };
    let (start, end) = call.span();
    Choice {
        title: wording::call_name(call),
        about: format!("{} · {}", wording::span(start, end), wording::number(call.rows().len(), "session")),
    }
}

fn listed(loaded: &Dataset, call: usize) -> Option<Listed<'_>> {
    Some(Listed { call: loaded.calls().get(call)?, names: loaded.names() })
}

/// The number of lines above the rows of the metrics: the column names.
pub const METRICS_HEADINGS: usize = 1;

/// The number of timeline lines that are not lanes: the axis above, and the session summary below.
pub const TIMELINE_LINES: usize = 3;

/// Returns the number of details lines that show members: the two below them show the selected value in full.
pub fn details_height(height: usize) -> usize {
    height.saturating_sub(2).max(1)
}

#[cfg(test)]
mod tests;
