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
pub mod menu;
mod menus;
pub mod metrics_panel;
pub mod overlays;
pub mod pager;
pub mod pages;
pub mod people;
pub mod prompt;
pub mod raw;
pub mod saved_state;
pub mod session_detail;
pub mod session_tree;
pub mod timeline;
pub mod why;

use std::collections::VecDeque;
use std::sync::Arc;

use tui_input::{Input, InputRequest};

use crate::call::listing::ListingNews;
use crate::call::{
    AssessmentInput, Call, CallExport, Dataset, Filter, LoadEvent, LoadOutcome, Order, Place, Row, SessionRef, SortKey,
    UserError,
};
use crate::model::NodePath;
use crate::report::clean::{clean, wrapped};
use crate::report::request;
use crate::report::summary;
use crate::report::wording;
use crate::triage::{Assessment, RuleSet, RuleSets};

pub use bindings::{Action, Keymap, Scope};
pub use key::Key;
pub use layout::{Layout, Pane};
pub use overlays::{Overlay, Subject, TextPage};

use calls::Entries;
pub use calls::{CallList, Choice, Chosen};
use columns::Columns;
use entry_list::{Items, Target};
use findings::Found;
use list::{Listed, SessionList};
use menu::Menu;
use metrics_panel::{Panel, Profile, in_order};
use overlays::Marked;
use pager::Pager;
use people::PeopleView;
use prompt::{Ask, Notice, Prompt, Unsaved, edit};
use saved_state::Memory;
use session_detail::{Judge, SessionDetail};
use session_tree::{SessionTree, Went};
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

/// The assessment of the whole call, and how current it is.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The assessment of the whole call, of the rows present when it was made.
    pub assessment: Option<Arc<Assessment>>,
    /// Whether an assessment of the whole call is running.
    pub is_running: bool,
    /// Whether something changed that the next assessment would reflect.
    pub is_stale: bool,
    /// The answer at the top.
    pub summary: String,
    /// What the answer is based on: the number of pages, and whether more are to come.
    pub summary_of: Option<(usize, bool)>,
}

/// Sessions being read: what to do when one arrives, and which are kept at hand.
#[derive(Debug, Default)]
pub struct Reader {
    /// The node to go to in the session that is being read.
    pub pending_path: Option<NodePath>,
    /// The action to run once the session has been read.
    pub deferred_action: Option<Action>,
    /// Recently viewed sessions, and the one read ahead.
    pub recent: VecDeque<Arc<SessionDetail>>,
    /// The session that is being read ahead.
    pub ahead: Option<Place>,
    /// The position of the list's cursor when a session was last read ahead.
    pub prefetch_from: usize,
}

/// What earlier runs saved of calls, and how much of it still applies.
#[derive(Debug, Default)]
pub struct Restore {
    /// Whether no key has been pressed yet.
    pub is_untouched: bool,
    /// The state saved by earlier runs.
    pub saved: Memory,
    /// Whether the call may still be restored to its saved state: the user has done nothing with it yet.
    pub may_restore: bool,
    /// The session to return the cursor to once it has arrived.
    pub returning_to: Option<String>,
}

/// The terminal and how it is divided.
#[derive(Debug, Default)]
pub struct ScreenState {
    /// Whether the focused pane takes the whole screen.
    pub is_zoomed: bool,
    /// How much wider the left side is than by default, in percent of the width; negative if narrower.
    pub left_width_offset: i16,
    /// The size of the terminal, in columns and rows.
    pub size: (u16, u16),
}

/// The session on screen, with everything that shows it.
#[derive(Debug, Default)]
pub struct Detail {
    /// The session on screen.
    pub state: DetailState,
    /// Its tree.
    pub tree: SessionTree,
    /// The metrics of the selected node.
    pub panel: Panel,
    /// The cursor in them.
    pub metrics: Pager,
    /// The findings that explain the selected node's status.
    pub why: Items,
}

/// What lies over the view, and the line below it.
#[derive(Debug, Default)]
pub struct Layers {
    /// What lies over the view.
    pub overlay: Option<Overlay>,
    /// Help for the pane where it was opened, over everything else.
    pub help: Option<(Scope, Pager)>,
    /// The line at the bottom, while the user types into it.
    pub prompt: Option<Prompt>,
    /// The result of the last action, until the next key.
    pub notice: Option<Notice>,
    /// The open menu.
    pub menu: Option<Menu>,
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
        Some((self.load, self.call, self.call()?.to_assess(self.judge.set)))
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

    /// Reads the next session in the same direction while this one is on screen: users usually keep moving through the
    /// list the same way.
    fn want_next(&mut self, effects: &mut Vec<Effect>) {
        let at = self.list.pager.at;
        if self.view != View::Sessions
            || self.reader.prefetch_from == at
            || !matches!(self.detail.state, DetailState::Ready(_))
        {
            return;
        }
        let next = if at > self.reader.prefetch_from { Some(at + 1) } else { at.checked_sub(1) };
        self.reader.prefetch_from = at;
        let row = next.and_then(|next| self.list.from(next).first()).copied();
        let next = row.and_then(|row| self.session_ref(self.call()?.rows().get(row as usize)?));
        let Some(next) = next.filter(|next| next.place.length <= AHEAD) else { return };
        if self.reader.ahead != Some(next.place) && !self.reader.recent.iter().any(|open| open.place == next.place) {
            self.reader.ahead = Some(next.place);
            effects.push(Effect::ReadAhead(self.load, next));
        }
    }

    fn session_ref(&self, row: &Row) -> Option<SessionRef> {
        Some(self.call()?.session_ref(row, self.loaded.names()))
    }

    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Quit => effects.push(Effect::Quit),
            Action::Interrupt => {
                self.was_interrupted = true;
                effects.push(Effect::Quit);
            }
            Action::Suspend => effects.push(Effect::Suspend),
            Action::StopLoading if self.view == View::Calls => effects.push(Effect::StopListing),
            Action::StopLoading => effects.push(Effect::StopLoading),
            Action::GoOn if self.view == View::Calls => {
                if self.can_go_on() {
                    effects.push(Effect::ListOn);
                }
            }
            Action::GoOn if self.is_file_changed => {
                self.layers.notice = Some(Notice::done("reloading …"));
                effects.push(Effect::LoadAgain);
            }
            Action::GoOn if self.can_go_on() => effects.push(Effect::GoOn),
            Action::GoOn => {}
            Action::Segments if self.offers(Action::Segments) => {
                self.layers.notice = Some(Notice::done("fetching segments …"));
                effects.push(Effect::LoadSegments);
            }
            Action::Segments => self.tell_of_segments(),
            Action::Save => self.ask_for_a_file_name(),
            Action::Accept if self.layers.menu.is_some() => self.choose(effects),
            Action::Dismiss if self.layers.menu.is_some() => self.layers.menu = None,
            _ if self.layers.menu.is_some() => {
                let visible = self.visible_entries();
                if let Some(menu) = &mut self.layers.menu {
                    menu.apply(action, visible);
                }
            }
            Action::Accept => self.accept(effects),
            Action::Dismiss => self.dismiss(),
            Action::Palette => self.open_palette(),
            Action::Copy => self.open_copy(),
            Action::CopyTicket if self.analysis.assessment.is_some() => effects.push(Effect::CopyTicket),
            Action::CopyTicket => {}
            Action::Explain => self.toggle_explanation(),
            Action::MediaPath => self.toggle_way(),
            Action::ZoomPane => {
                self.screen.is_zoomed = !self.screen.is_zoomed;
                self.settle();
            }
            Action::Wider | Action::Narrower => self.resize_panes(action == Action::Wider),
            Action::Complete => self.complete(),
            Action::Help => self.toggle_help(),
            Action::Status => self.toggle_status(),
            Action::Details => self.toggle_details(),
            Action::Raw => self.toggle_raw(),
            Action::Back => self.back(),
            Action::Calls => self.go_to_calls(),
            Action::Sessions => self.go_to(View::Sessions),
            Action::Timeline => self.go_to(View::Timeline),
            Action::People => self.go_to(View::People),
            Action::Findings => self.go_to(View::Findings),
            Action::NextRules => self.next_rules(),
            _ if self.layers.help.is_some() || self.layers.overlay.is_some() => self.act_in_text(action),
            _ => match self.view {
                View::Calls => self.act_in_calls(action, effects),
                View::Sessions => self.act_in_triage(action),
                View::Timeline => self.act_in_timeline(action),
                View::People => self.act_in_matrix(action),
                View::Findings => self.act_in_findings(action),
            },
        }
    }

    fn toggle_help(&mut self) {
        let scope = self.scope();
        self.layers.help = match self.layers.help.take() {
            Some(_) => None,
            None => Some((scope, Pager::default())),
        };
    }

    fn back(&mut self) {
        if self.layers.help.take().is_some()
            || self.layers.overlay.take().is_some()
            || std::mem::take(&mut self.screen.is_zoomed)
        {
            return self.settle();
        }
        match (self.view, self.focus) {
            (View::Calls, _) => self.set_filter_here(""),
            (View::People, _) if self.people.is_second => self.people.is_second = false,
            (View::Findings, _) if self.found.is_second => self.found.is_second = false,
            (View::Timeline | View::People | View::Findings, _) => self.go_to(View::Sessions),
            (View::Sessions, Pane::Metrics) => self.focus_on(Pane::Tree),
            (View::Sessions, Pane::Tree | Pane::Why) => self.focus_on(Pane::Sessions),
            (View::Sessions, Pane::Sessions) if !self.list.filter().text().is_empty() => self.set_filter(""),
            (View::Sessions, Pane::Sessions) => self.go_to_calls(),
        }
    }

    fn go_to_calls(&mut self) {
        if self.calls.is_there() {
            self.layers.overlay = None;
            self.layers.prompt = None;
            self.view = View::Calls;
            self.settle();
        }
    }

    fn go_to(&mut self, view: View) {
        if self.view.is_of_call() && self.view != view {
            (self.layers.overlay, self.layers.prompt) = (None, None);
            let row = self.shown_row();
            self.view = view;
            self.lay_out_timeline();
            if let (View::Timeline, Some(row)) = (view, row) {
                let visible = self.visible_lanes();
                self.timeline.go_to(row, visible);
            }
            self.settle();
        }
    }

    /// Builds the lanes of the timeline only while it is on screen, because they take memory.
    fn lay_out_timeline(&mut self) {
        match (self.view, self.loaded.calls().get(self.call), &self.analysis.assessment) {
            (View::Timeline, Some(call), Some(assessment)) => self.timeline.set(call, self.loaded.names(), assessment),
            (View::Timeline, ..) => {}
            _ => self.timeline.put_away(),
        }
    }

    fn act_in_timeline(&mut self, action: Action) {
        match action {
            Action::Open => {
                if let Some(row) = self.timeline.selected() {
                    self.go_to_row(row, None);
                }
            }
            Action::Mark => self.mark(),
            _ => {
                let visible = self.visible_lanes();
                self.timeline.apply(action, visible);
            }
        }
    }

    /// Returns the offset east of UTC of the timeline's times, in seconds.
    pub fn zone_offset(&self) -> i32 {
        match self.timeline.window() {
            Some(window) if self.timeline.is_local => (self.local_zone)(window.from as i64),
            _ => 0,
        }
    }

    /// Returns the number of visible timeline lanes: the axis and the session summary take lines of their own.
    pub fn visible_lanes(&self) -> usize {
        self.page_size().1.saturating_sub(TIMELINE_LINES).max(1)
    }

    /// Widens or narrows the focused pane.
    fn resize_panes(&mut self, is_more: bool) {
        const STEP: i16 = 4;
        let is_left = matches!(self.focus, Pane::Sessions | Pane::Why);
        let step = if is_more == is_left { STEP } else { -STEP };
        self.screen.left_width_offset = (self.screen.left_width_offset + step).clamp(-24, 32);
        self.settle();
    }

    /// Applies a mouse action to the pane under the pointer.
    fn point(&mut self, mouse: Mouse, effects: &mut Vec<Effect>) {
        let (x, y, action) = match mouse {
            Mouse::Click(x, y) => (x, y, None),
            Mouse::WheelDown(x, y) => (x, y, Some(Action::Down)),
            Mouse::WheelUp(x, y) => (x, y, Some(Action::Up)),
        };
        if self.layers.prompt.is_some() {
            return;
        }
        let is_in_panes = self.layers.menu.is_none() && self.layers.overlay.is_none() && self.layers.help.is_none();
        let mut inside = self.layout().map(|layout| layout.body.inside()).unwrap_or_default();
        if let (true, View::Sessions, Some(layout)) = (is_in_panes, self.view, self.layout()) {
            let Some((pane, area)) = Pane::ALL
                .iter()
                .find_map(|pane| layout.area_of(*pane).filter(|area| area.has(x, y)).map(|area| (*pane, area)))
            else {
                return;
            };
            if self.focus != pane {
                self.focus_on(pane);
            }
            inside = area.inside();
        } else if let (true, View::People | View::Findings) = (is_in_panes, self.view) {
            for is_second in [false, true] {
                if let Some(area) = self.half(is_second).filter(|area| area.has(x, y)) {
                    if self.view == View::People {
                        self.people.is_second = is_second
                    } else {
                        self.found.is_second = is_second
                    }
                    inside = area.inside();
                    self.settle();
                }
            }
        }
        match action {
            // The wheel moves three lines per notch, as in most programs.
            Some(action) => (0..3).for_each(|_| self.act(action, effects)),
            None if is_in_panes && inside.has(x, y) => self.click(usize::from(y - inside.y)),
            None => {}
        }
    }

    /// Moves the cursor to a line of the focused pane.
    fn click(&mut self, line: usize) {
        let visible = usize::from(self.page_size().1 as u16);
        let to = |pager: &mut Pager, headings: usize, lines: usize| {
            if let Some(line) = line.checked_sub(headings)
                && pager.top + line < lines
            {
                pager.at = pager.top + line;
                pager.settle(lines, visible);
            }
        };
        match (self.view, self.focus) {
            (View::Calls, _) => {
                let (each, above, count) =
                    (self.calls.lines_each(), self.intro_lines().len(), self.calls.shown().len());
                if let Some(line) = line.checked_sub(above) {
                    let place = self.calls.pager.top + line / each.max(1);
                    self.calls.pager.at = place.min(count.saturating_sub(1));
                }
            }
            (View::Sessions, Pane::Sessions) => {
                let lines = self.list.len();
                to(&mut self.list.pager, usize::from(self.columns.is_chosen), lines);
                self.list.choose();
            }
            (View::Sessions, Pane::Tree) => {
                to(&mut self.detail.tree.pager, 0, self.detail.tree.lines.len());
                self.show_node();
            }
            (View::Sessions, Pane::Metrics) => {
                to(&mut self.detail.metrics, METRICS_HEADINGS, self.detail.panel.rows.len())
            }
            (View::People, _) if !self.people.is_second => {
                let people = self.assessment().map_or(0, |assessment| assessment.people.len());
                to(&mut self.people.list, 1, people);
            }
            (View::Findings, _) if !self.found.is_second => to(&mut self.found.pager, 0, self.found.rows.len()),
            (View::Timeline, _) => to(&mut self.timeline.pager, 1, self.timeline.lanes.len()),
            _ => {}
        }
        self.settle();
    }

    /// Completes the token being typed into the filter line.
    fn complete(&mut self) {
        let Some(prompt) = self.layers.prompt.as_mut().filter(|prompt| prompt.ask == Ask::Filter) else { return };
        if self.view == View::Calls {
            return;
        }
        let typed = prompt.input.value().to_owned();
        let begun = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
        let Some(completed) = Filter::complete(begun) else { return };
        let text = format!("{}{completed}", &typed[..typed.len() - begun.len()]);
        prompt.input = Input::new(text.clone());
        self.set_filter(&text);
    }

    fn sort_by(&mut self, key: SortKey) {
        let visible = self.visible(Pane::Sessions);
        let sort = Order { key, is_reversed: false, ..self.list.sort };
        if let Some(listed) = listed(&self.loaded, self.call) {
            self.list.set_sort(sort, listed, visible);
        }
    }

    /// Goes to a session in the list, and to a node in it.
    fn go_to_row(&mut self, row: u32, path: Option<NodePath>) {
        self.go_to(View::Sessions);
        let visible = self.visible(Pane::Sessions);
        if !self.list.choose_row(row, visible) {
            // The filter hides the requested session, so clear it.
            self.set_filter("");
            self.list.choose_row(row, visible);
        }
        self.focus_on(Pane::Sessions);
        self.reader.pending_path = path;
    }

    /// Goes to the sessions that match a filter.
    fn go_to_filtered(&mut self, filter: &str) {
        self.go_to(View::Sessions);
        self.focus_on(Pane::Sessions);
        self.set_filter(filter);
    }

    /// Classifies with the next rule set.
    fn next_rules(&mut self) {
        if !self.view.is_of_call() {
            return;
        }
        self.judge.set = (self.judge.set + 1) % self.sets.count();
        self.reader.recent.clear();
        self.detail.state = DetailState::Nothing;
        self.analysis.assessment = None;
        self.analysis.is_stale = true;
        let visible = self.visible(Pane::Sessions);
        let sort = Order { set: self.judge.set, ..self.list.sort };
        self.list.choose();
        if let Some(listed) = listed(&self.loaded, self.call) {
            self.list.set_sort(sort, listed, visible);
        }
    }

    /// Returns how many sessions get a different verdict than under the rule set that the run started with.
    pub fn flips(&self) -> usize {
        let Judge { set, base } = self.judge;
        if set == base {
            return 0;
        }
        let rows = self.call().map(|call| call.rows().iter());
        rows.map_or(0, |rows| {
            rows.filter(|row| row.facts.verdict(set).verdict() != row.facts.verdict(base).verdict()).count()
        })
    }

    fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        self.show_why();
        self.settle();
    }

    fn act_in_calls(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Open => {
                if let Some(chosen) = self.calls.selected() {
                    self.open_chosen(chosen, effects);
                }
            }
            Action::Filter => {
                let input = Input::new(self.calls.filter().to_owned());
                self.layers.prompt = Some(Prompt { ask: Ask::Filter, input });
            }
            _ => {
                let visible = self.visible_calls();
                self.calls.apply(action, visible);
            }
        }
    }

    fn open_chosen(&mut self, chosen: Chosen, effects: &mut Vec<Effect>) {
        // The calls of a single load are already in memory; anything else must be loaded.
        if let (Chosen::Card(at), true) = (&chosen, self.choices_are_loaded()) {
            self.show_call(*at);
            return;
        }
        self.begin_load();
        effects.push(Effect::Load(chosen, self.load));
    }

    fn begin_load(&mut self) {
        self.load += 1;
        self.loaded = Dataset::default();
        self.reader.recent.clear();
        self.show_call(0);
        (self.restore.may_restore, self.is_file_changed) = (true, false);
    }

    /// Switches to files that were reloaded after a change, and returns to the user's place in them.
    fn begin_again(&mut self) {
        self.restore.saved = self.memory();
        self.layers.notice = None;
        self.begin_load();
    }

    /// Explains why segments cannot be requested.
    fn tell_of_segments(&mut self) {
        let Some(call) = self.call() else { return };
        self.layers.notice = Some(match call.unexpanded {
            0 => Notice::done("all requested segments are loaded"),
            _ => Notice::trouble(format!("segments were not saved with this call: {}", request::with_segments(call))),
        });
    }

    /// Keeps the open call when changed files, or segments, could not be read.
    fn stay(&mut self, trouble: &UserError) {
        let again = if self.is_file_changed { Action::GoOn } else { Action::Segments };
        let key = self.keys.key_hint(again);
        self.layers.notice = Some(Notice::trouble(format!(
            "{}; keeping the call as loaded, press {key} to retry",
            clean(&trouble.what)
        )));
    }

    /// Starts with a filter.
    pub fn begin_with_filter(&mut self, filter: &str) {
        let sort = self.list.sort;
        self.list.begin(filter, sort);
    }

    fn rebuild_list(&mut self) {
        let visible = self.visible(Pane::Sessions);
        if let Some(listed) = listed(&self.loaded, self.call) {
            self.list.rebuild(listed, visible);
        }
    }

    fn choices_are_loaded(&self) -> bool {
        self.loaded.calls().len() > 1
    }

    fn show_call(&mut self, call: usize) {
        self.call = call;
        self.view = View::Sessions;
        self.focus = Pane::Sessions;
        self.list = SessionList::new(self.judge.set);
        (self.reader.prefetch_from, self.reader.ahead) = (0, None);
        self.clear_session();
        self.profile = None;
        (self.people, self.found) = (PeopleView::default(), Found::default());
        (self.timeline, self.marked) = (Timeline::default(), None);
        (self.analysis.assessment, self.analysis.is_stale, self.analysis.is_running) = (None, true, false);
        self.analysis.summary.clear();
        self.analysis.summary_of = None;
        let visible = self.visible(Pane::Sessions);
        if let Some(listed) = listed(&self.loaded, self.call) {
            self.list.rebuild(listed, visible);
        }
    }

    fn clear_session(&mut self) {
        self.detail.state = DetailState::Nothing;
        self.detail.tree.clear();
        self.detail.panel = Panel::default();
        self.detail.why = Items::default();
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
                let DetailState::Ready(open) = &self.detail.state else {
                    if action == Action::Close {
                        self.focus_on(Pane::Sessions);
                    }
                    return;
                };
                match self.detail.tree.apply(action, open, visible) {
                    Some(Went::Out) => self.focus_on(Pane::Sessions),
                    Some(Went::Deeper) => self.focus_on(Pane::Metrics),
                    Some(Went::Inside) => self.show_node(),
                    None => {}
                }
            }
            Pane::Metrics => {
                let visible = self.visible(Pane::Metrics);
                self.detail.metrics.apply(action, self.detail.panel.rows.len(), visible);
            }
            Pane::Why => match (action, self.detail.why.selected().map(|entry| entry.target)) {
                (Action::Open, Some(Target::Node(path))) => {
                    if let DetailState::Ready(open) = &self.detail.state {
                        let visible = self.visible(Pane::Tree);
                        self.detail.tree.go_to(path, open, visible);
                        self.focus_on(Pane::Tree);
                        self.show_node();
                    }
                }
                _ => _ = self.detail.why.apply(action),
            },
        }
    }

    fn act_in_matrix(&mut self, action: Action) {
        let people = self.assessment().map_or(0, |assessment| assessment.people.len());
        match action {
            Action::NextPane | Action::PreviousPane => {
                self.people.is_second = !self.people.is_second;
                self.settle();
            }
            Action::Open if self.people.is_second => match self.people.items.selected().map(|entry| entry.target) {
                Some(Target::Value(value)) => {
                    let text = self.loaded.names().get(value.name());
                    let filter = format!("{}:\"{}\"", value.factor().id, text.replace('"', ""));
                    self.go_to_filtered(&filter);
                }
                Some(Target::Row(row)) => self.go_to_row(row, None),
                _ => {}
            },
            Action::Open => {
                if let Some(row) = self.shown_row() {
                    self.go_to_row(row, None);
                }
            }
            Action::Mark => self.mark(),
            _ if self.people.is_second => _ = self.people.items.apply(action),
            _ => {
                let visible = self.visible_half(false);
                self.people.list.apply(action, people, visible);
            }
        }
    }

    fn act_in_findings(&mut self, action: Action) {
        match action {
            Action::NextPane | Action::PreviousPane => {
                self.found.is_second = !self.found.is_second;
                self.settle();
            }
            Action::Open => {
                let Some(found) = self.found.selected() else { return };
                let (row, id) = (found.row, found.rule.id);
                let path = match &self.detail.state {
                    DetailState::Ready(open) => open.findings.iter().find(|said| said.finding.rule.id == id),
                    _ => None,
                }
                .map(|said| said.finding.path);
                let is_of_call = found.sentence.is_some();
                match row {
                    Some(row) if is_of_call => self.go_to_row(row, None),
                    Some(row) => {
                        self.go_to_filtered(&format!("finding:{id}"));
                        self.go_to_row(row, path);
                    }
                    None => {}
                }
            }
            _ if self.found.is_second => {
                let (lines, visible) = (self.account().len(), self.visible_half(true));
                self.found.account.scroll(action, lines, visible);
            }
            _ => {
                let visible = self.visible_half(false);
                if self.found.pager.apply(action, self.found.rows.len(), visible) {
                    self.found.account = Pager::default();
                }
            }
        }
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

    fn act_in_sessions(&mut self, action: Action) {
        let visible = self.visible(Pane::Sessions);
        match action {
            Action::Filter => {
                let input = Input::new(self.list.filter().text().to_owned());
                self.layers.prompt = Some(Prompt { ask: Ask::Filter, input });
            }
            Action::Sort => self.open_sort(),
            Action::ReverseSort => {
                let sort = Order { is_reversed: !self.list.sort.is_reversed, ..self.list.sort };
                if let Some(listed) = listed(&self.loaded, self.call) {
                    self.list.set_sort(sort, listed, visible);
                }
            }
            Action::Mark => self.mark(),
            Action::Columns => self.open_columns(),
            Action::Open if self.list.selected().is_some() => {
                self.list.choose();
                self.focus_on(Pane::Tree);
            }
            _ => _ = self.list.apply(action, visible),
        }
    }

    /// Pastes a text into the open line, with line breaks as spaces; without an open line it is ignored.
    fn paste(&mut self, text: &str) {
        if self.layers.menu.is_none() && self.layers.prompt.is_none() {
            let what = "paste ignored: no input line is open";
            self.layers.notice = Some(Notice::trouble(what));
            return;
        }
        let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ");
        let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
        let letters = text.chars().take(LONGEST_PASTE).map(plain);
        self.type_in(letters.map(InputRequest::InsertChar).collect::<Vec<_>>());
    }

    fn type_in(&mut self, requests: impl IntoIterator<Item = InputRequest>) {
        self.layers.notice = None;
        let visible = self.visible_entries();
        if let Some(menu) = &mut self.layers.menu {
            return menu.type_in(requests, visible);
        }
        let Some(prompt) = &mut self.layers.prompt else { return };
        requests.into_iter().for_each(|request| _ = prompt.input.handle(request));
        match &mut prompt.ask {
            Ask::Filter => {
                let text = prompt.input.value().to_owned();
                self.set_filter_here(&text);
            }
            Ask::SaveAs { over } => *over = None,
            Ask::Search | Ask::Jump => {}
        }
    }

    fn ask_for_a_file_name(&mut self) {
        let Some(call) = self.call().filter(|call| self.view.is_of_call() && !call.rows().is_empty()) else { return };
        let id = call.id.as_deref().unwrap_or("without-id");
        let input = Input::new(format!("call-{id}.json"));
        self.layers.prompt = Some(Prompt { ask: Ask::SaveAs { over: None }, input });
    }

    fn accept(&mut self, effects: &mut Vec<Effect>) {
        let Some(prompt) = self.layers.prompt.take() else { return };
        let typed = prompt.input.value().trim().to_owned();
        match prompt.ask {
            Ask::Filter => {}
            Ask::Search => self.seek(&typed),
            Ask::Jump => self.jump(&typed),
            Ask::SaveAs { .. } if typed.is_empty() => {}
            Ask::SaveAs { over } => {
                self.layers.notice = Some(Notice::done("saving …"));
                effects.push(Effect::Save(typed.clone(), over.as_ref() == Some(&typed)));
            }
        }
    }

    fn dismiss(&mut self) {
        if matches!(self.layers.prompt.take(), Some(Prompt { ask: Ask::Filter, .. })) {
            self.set_filter_here("");
        }
    }

    /// Filters the current view: the calls, or the sessions of one.
    fn set_filter_here(&mut self, filter: &str) {
        if self.view == View::Calls {
            let visible = self.visible_calls();
            let loaded = &self.loaded;
            self.calls.set_filter(filter, &|at| choice_of(loaded, at).text(), visible);
        } else {
            self.set_filter(filter);
        }
    }

    fn take_listed(&mut self, news: ListingNews) {
        let selected = self.calls.selected_id();
        if let Entries::Listed(listing) = &mut self.calls.entries {
            listing.take(news);
            self.calls.refilter(&|_| String::new());
            self.calls.stay_with(selected.as_deref());
            self.settle();
        }
    }

    /// Returns the call as it would be saved.
    pub fn to_save(&self) -> Option<CallExport> {
        self.call().map(|call| CallExport::of(call, &self.loaded))
    }

    fn take_saved(&mut self, saved: Result<String, (String, Unsaved)>) {
        self.layers.notice = match saved {
            Ok(text) => Some(Notice::done(text)),
            Err((_, Unsaved::Failed(why))) => Some(Notice::trouble(why)),
            Err((name, Unsaved::Exists)) => {
                let input = Input::new(name.clone());
                self.layers.prompt = Some(Prompt { ask: Ask::SaveAs { over: Some(name) }, input });
                None
            }
        };
    }

    fn set_filter(&mut self, filter: &str) {
        let visible = self.visible(Pane::Sessions);
        if let Some(listed) = listed(&self.loaded, self.call) {
            self.list.set_filter(filter, listed, visible);
        }
    }

    fn take(&mut self, arrival: LoadEvent) {
        let is_of_the_whole = matches!(arrival, LoadEvent::Record { .. });
        let is_anew = matches!(arrival, LoadEvent::Anew);
        let change = self.loaded.take(arrival, self.call);
        if is_anew {
            // From now on, row numbers refer to different sessions.
            let (view, sort) = (self.view, self.list.sort);
            self.reader.recent.clear();
            self.show_call(0);
            (self.view, self.list.sort) = (view, sort);
        }
        let visible = self.visible(Pane::Sessions);
        if let Some(listed) = listed(&self.loaded, self.call) {
            if change.is_rebuilt {
                self.list.rebuild(listed, visible);
                self.reader.recent.clear();
            } else if let Some(first) = change.new_from {
                self.list.extend(listed, first, visible);
            }
        }
        self.analysis.is_stale |=
            is_of_the_whole || change.is_rebuilt || change.new_from.is_some() || self.loaded.ending().is_some();
        let answered = Some((self.loaded.pages().len(), self.loaded.ending().is_some()));
        if self.analysis.summary_of != answered || is_of_the_whole {
            self.analysis.summary_of = answered;
            self.say_the_answer();
        }
        self.offer_calls();
        self.restore();
        self.return_to_session();
    }

    /// Requests an assessment of the whole call when it has changed enough: a growing call is assessed again once it
    /// has grown by a fifth, so that assessing costs no more than reading.
    fn want_assessment(&mut self, effects: &mut Vec<Effect>) {
        let rows = self.call().map_or(0, |call| call.rows().len());
        if !self.analysis.is_stale || self.analysis.is_running || !self.view.is_of_call() || rows == 0 {
            return;
        }
        let seen = self.assessment().map_or(0, |assessment| assessment.sessions);
        if self.loaded.ending().is_some() || rows * 5 >= seen * 6 {
            (self.analysis.is_running, self.analysis.is_stale) = (true, false);
            effects.push(Effect::Assess);
        }
    }

    fn take_assessment(&mut self, call: usize, assessment: Arc<Assessment>) {
        self.analysis.is_running = false;
        if call != self.call || assessment.set != self.judge.set {
            self.analysis.is_stale = true;
            return;
        }
        let person = self.assessment().and_then(|old| old.people.get(self.people.list.at)).map(|it| it.person);
        if let Some(call) = self.loaded.calls().get(self.call) {
            self.people.items.set(people::entries(call, self.loaded.names(), &assessment));
            let rows = findings::rows(call, &self.loaded, &assessment);
            let visible = self.visible_half(false);
            self.found.set(rows, visible);
        }
        // The cursor stays on its person if the user has moved it.
        if self.people.list.at > 0
            && let Some(at) = assessment.people.iter().position(|it| Some(it.person) == person)
        {
            self.people.list.at = at;
        }
        self.analysis.assessment = Some(assessment);
        self.lay_out_timeline();
        self.say_the_answer();
        self.show_why();
        self.settle();
    }

    /// Updates the answer from the last assessment of the whole call and how complete the call is now.
    fn say_the_answer(&mut self) {
        let sentences = match (self.call(), self.assessment()) {
            (Some(call), Some(assessment)) => summary::answer(call, &self.loaded, assessment),
            _ => Vec::new(),
        };
        self.analysis.summary = sentences.join(" ");
    }

    /// Builds a list of calls from files of several calls, and shows it as long as no key has been pressed.
    fn offer_calls(&mut self) {
        let is_offered = self.calls.total() == self.loaded.calls().len();
        if !self.choices_are_loaded() || is_offered || matches!(self.calls.entries, Entries::Listed(_)) {
            return;
        }
        let loaded = &self.loaded;
        self.calls.offer(loaded.calls().len(), &|at| choice_of(loaded, at).text());
        if self.restore.is_untouched {
            self.view = View::Calls;
        }
    }

    fn take_read(&mut self, place: Place, read: Result<Arc<SessionDetail>, String>) {
        if self.detail.state.place() != Some(place) {
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
                self.detail.state = DetailState::Failed(place, why);
            }
        }
    }

    fn keep_at_hand(&mut self, open: Arc<SessionDetail>) {
        self.reader.recent.push_front(open);
        let bytes = |recent: &VecDeque<Arc<SessionDetail>>| recent.iter().map(|open| open.bytes.len()).sum::<usize>();
        while self.reader.recent.len() > RECENT.0
            || (self.reader.recent.len() > 1 && bytes(&self.reader.recent) > RECENT.1)
        {
            self.reader.recent.pop_back();
        }
    }

    /// Requests the selected session, unless it is already on screen.
    fn want_session(&mut self, effects: &mut Vec<Effect>) {
        if !self.view.is_of_call() {
            return;
        }
        let wanted = self.shown().and_then(|row| self.session_ref(row));
        let selected = wanted.as_ref().map(|wanted| wanted.place);
        if selected == self.detail.state.place() {
            if let (Some(path), DetailState::Ready(open)) = (self.reader.pending_path.take(), &self.detail.state) {
                let visible = self.visible(Pane::Tree);
                self.detail.tree.go_to(path, open, visible);
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
                    self.detail.state = DetailState::Reading(wanted.place);
                    effects.push(Effect::Read(self.load, wanted));
                }
            },
        }
    }

    fn show_session(&mut self, open: Arc<SessionDetail>) {
        let visible = self.visible(Pane::Tree);
        self.detail.tree.show(&open, visible);
        if let Some(path) = self.reader.pending_path.take() {
            self.detail.tree.go_to(path, &open, visible);
        }
        self.detail.state = DetailState::Ready(open);
        self.detail.metrics = Pager::default();
        self.show_node();
    }

    /// Explains the status of the selected node: the session in the list, otherwise the node of the tree.
    fn show_why(&mut self) {
        let DetailState::Ready(open) = &self.detail.state else { return };
        let path = if self.focus == Pane::Sessions { NodePath::SESSION } else { self.detail.tree.selected() };
        let (row, call) = (self.shown_row(), self.loaded.calls().get(self.call));
        let entries = why::entries(open, path, row, call, self.loaded.names(), self.analysis.assessment.as_deref());
        if self.detail.why.entries != entries {
            self.detail.why = Items::default();
            self.detail.why.set(entries);
        }
    }

    /// Builds the metrics of the selected node.
    fn show_node(&mut self) {
        self.make_profile();
        let DetailState::Ready(open) = &self.detail.state else { return };
        let profile = self.profile.as_ref().map(|(_, profile)| profile);
        self.detail.panel = Panel::new(open, self.detail.tree.selected(), self.rules(), profile, self.list.pager.at);
        let visible = self.visible(Pane::Metrics);
        self.detail.metrics.settle(self.detail.panel.rows.len(), visible);
        self.show_why();
    }

    /// Rebuilds the panel when its profile is outdated: a session with a single stream is shown among the call's
    /// sessions.
    fn refresh_profile(&mut self) {
        let needs_one = matches!(&self.detail.state, DetailState::Ready(open) if open.streams.len() <= 1);
        if needs_one && self.profile.as_ref().is_some_and(|(of, _)| self.is_outdated(*of)) {
            self.show_node();
        }
    }

    /// Returns whether the list has been rebuilt, has grown by a fifth, or is complete: as with assessments, building
    /// sparklines must not cost more than reading.
    fn is_outdated(&self, of: ProfileOf) -> bool {
        let has_grown = self.list.len() * 5 >= of.sessions * 6 || self.loaded.ending().is_some();
        of.anew != self.list.anew || (of.generation != self.list.generation && has_grown)
    }

    fn make_profile(&mut self) {
        let needs_one = matches!(&self.detail.state, DetailState::Ready(open) if open.streams.len() <= 1);
        if !needs_one {
            return;
        }
        if self.profile.as_ref().is_some_and(|(of, _)| !self.is_outdated(*of)) {
            return;
        }
        if let Some(call) = self.loaded.calls().get(self.call) {
            let profile = Profile::new(in_order(call, self.list.from(0)));
            let (generation, anew, sessions) = (self.list.generation, self.list.anew, self.list.len());
            self.profile = Some((ProfileOf { generation, anew, sessions }, profile));
        }
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
