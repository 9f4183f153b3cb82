//! The application state and how it changes: one pure function from an event to a new state, plus effects for what
//! must happen outside. No input or output, no clock, no terminal.
//!
//! | file | contents |
//! |---|---|
//! | `event`, `effect` | what can happen to the app, and what must happen outside it |
//! | `key`, `bindings`, `commands` | keys, where they are pressed, the table of what they do, and each in a sentence |
//! | `views/` | what fills the screen, one file a view |
//! | `layers`, `overlays` | what lies over a view: `pages` (help, status), `details`, `raw`, `compare`; `menu` and `menus`, `prompt` |
//! | `state` | the other parts of the state |
//! | `session_detail` | the session on screen |
//! | `hints` | the keys named in the bottom line, and where |
//! | `layout`, `viewport`, `entry_list` | the position of the panes; a cursor in a list; a list whose entries take several lines |
//! | `actions`, `pointer`, `typing`, `loading` | how it changes: by actions, the mouse, typed text, and what arrives |
//! | `burst`, `refusal` | keys that came together, such as pasted text; why a key does nothing here |
//! | `trail` | the way back, and the breadcrumbs that show it |
//! | `privacy` | what the screen hides |
//! | `progress`, `hand_over`, `own` | how fast a load is; what is shown, for a pager or editor; commands of the user's own |
//! | `matching`, `search`, `problems` | what the filter leaves in every view; a search of a text; the next problem |
//! | `saved_state` | how the user left each call |

mod actions;
pub mod bindings;
mod burst;
pub mod commands;
pub mod compare;
pub mod details;
pub mod effect;
pub mod entry_list;
pub mod event;
mod hand_over;
pub mod hints;
pub mod key;
pub mod layers;
pub mod layout;
mod loading;
pub mod matching;
pub mod menu;
mod menus;
pub mod overlays;
pub mod own;
pub mod pages;
mod pointer;
pub mod privacy;
mod problems;
pub mod progress;
pub mod prompt;
pub mod raw;
mod refusal;
pub mod saved_state;
pub mod saving;
pub mod search;
pub mod session_detail;
mod state;
mod trail;
mod typing;
pub mod viewport;
pub mod views;

use std::sync::Arc;

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Call, Dataset, LoadEvent, LoadOutcome, NamedFilters, Place, Row};
use crate::formats::markup::Markup;
use crate::metrics::count;
use crate::model::Clock;
use crate::text::{cut, sanitize, wrapped};
use crate::triage::{Assessment, RuleSet, RuleSets};
use crate::wording;

pub use bindings::{Action, Keymap, Scope};
pub use effect::{AssessmentRequest, Effect, SaveRequest, SessionRequest};
pub use event::{Event, Mouse};
pub use key::Key;
pub use layers::{HelpPage, Layer, Layers};
pub use layout::{Half, Layout, Pane, Wants};
pub use overlays::{Overlay, Subject, TextPage};
pub use own::{OwnCommand, OwnRun};
pub use saving::SaveFormat;
pub use state::{Analysis, Data, Reader, Restore, RuleChoice, ScreenState};

pub use views::View;
pub use views::calls::{CallList, Choice, Chosen};

use layout::Area;
use matching::Matching;
use overlays::Marked;
pub use privacy::Privacy;
use progress::Progress;
use prompt::{Ask, Notice, Prompt, edit};
use search::{BeforeSearch, Search};
use session_detail::{Judge, SessionDetail};
use trail::Stop;
use views::Views;
use views::calls::Entries;
use views::sessions::list::Listed;

/// The maximum number of characters taken from a pasted text: a line at the bottom is no place for a document.
const LONGEST_PASTE: usize = 1000;

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
    /// The available rule sets, and the one in use.
    rule_choice: RuleChoice,
    /// The loaded data, and the call on screen.
    pub data: Data,
    /// The assessment of the whole call, and how current it is.
    pub analysis: Analysis,
    /// The session on screen.
    pub detail: DetailState,
    /// Sessions being read: what to do when one arrives, and which are kept at hand.
    pub reader: Reader,
    /// The current view.
    pub view: View,
    /// The state of the views.
    pub views: Views,
    /// What lies over the view, and the line below it.
    pub layers: Layers,
    /// The places that the user left by jumps, and that `Esc` returns to.
    trail: Vec<Stop>,
    /// The terminal and how it is divided.
    pub screen: ScreenState,
    /// The key bindings.
    pub keys: Keymap,
    /// The commands of the user's own, in the order of their actions.
    pub own_commands: Vec<OwnCommand>,
    /// What the ticket is written in that is copied, or that the user's own commands get.
    pub ticket_markup: Markup,
    /// The speed of the load in progress.
    progress: Progress,
    /// Shows every time, in UTC or local time.
    pub clock: Clock,
    /// What is hidden.
    pub privacy: Privacy,
    /// The user's own filters.
    pub named_filters: NamedFilters,
    /// What matches the filter of the call, besides the sessions.
    pub matching: Matching,
    /// Filters that were applied, the last one at the end.
    pub(crate) past_filters: Vec<String>,
    /// The search, and what was before it was typed.
    search: Option<Search>,
    before_search: BeforeSearch,
    /// The session that others are compared with.
    pub marked: Option<Marked>,
    /// What earlier runs saved of calls, and how much of it still applies.
    pub restore: Restore,
    /// The commands last chosen from the palette, most recent first.
    recent_commands: Vec<Action>,
    /// Whether pasted text is arriving in pieces.
    is_pasting: bool,
    /// Whether the user quit by interrupting.
    pub was_interrupted: bool,
}

/// The lowest terminal with a line for the filter, and the most lines it takes: what is filtered needs room as well. Our
/// own choice.
const ROOM_FOR_FILTER: u16 = 10;
const MOST_FILTER_LINES: usize = 3;

/// How many sessions are kept in memory, and their maximum total size in bytes.
const RECENT: (usize, usize) = (32, 32 << 20);

/// The largest session that is read ahead, in bytes.
const AHEAD: u32 = 256 << 10;

impl App {
    /// Creates the app for a terminal of this size. A list of calls, if there is one, is shown first; otherwise a call
    /// is being fetched as load 1.
    pub fn new(sets: &'static RuleSets, set: usize, calls: CallList, size: (u16, u16)) -> Self {
        let view = if calls.is_there() { View::Calls } else { View::Sessions };
        let mut app = App {
            data: Data { load: u32::from(!calls.is_there()), ..Data::default() },
            rule_choice: RuleChoice { sets, judge: Judge { set, base: set } },
            analysis: Analysis::default(),
            detail: DetailState::default(),
            reader: Reader::default(),
            view,
            views: Views::new(calls, set),
            layers: Layers::default(),
            trail: Vec::new(),
            screen: ScreenState { size, ..ScreenState::default() },
            keys: Keymap::default(),
            own_commands: Vec::new(),
            ticket_markup: Markup::default(),
            progress: Progress::default(),
            clock: Clock::UTC,
            privacy: Privacy::default(),
            named_filters: NamedFilters::default(),
            matching: Matching::default(),
            past_filters: Vec::new(),
            search: None,
            before_search: BeforeSearch::default(),
            marked: None,
            restore: Restore { is_untouched: true, ..Restore::default() },
            recent_commands: Vec::new(),
            is_pasting: false,
            was_interrupted: false,
        };
        app.fit();
        app
    }

    /// Returns the call on screen, once there is one.
    pub fn call(&self) -> Option<&Call> {
        self.data.loaded.calls().get(self.data.call)
    }

    /// Returns the rule set in use.
    pub fn rules(&self) -> &'static RuleSet {
        self.rule_choice.sets.at(self.rule_choice.judge.set)
    }

    /// Returns the rule set that the run started with.
    pub fn base_rules(&self) -> &'static RuleSet {
        self.rule_choice.sets.at(self.rule_choice.judge.base)
    }

    /// Returns the available rule sets.
    pub fn sets(&self) -> &'static RuleSets {
        self.rule_choice.sets
    }

    /// Returns the rule set in use and the one that the run started with, as indexes.
    pub fn judge(&self) -> Judge {
        self.rule_choice.judge
    }

    /// Returns the assessment of the whole call.
    pub fn assessment(&self) -> Option<&Assessment> {
        self.analysis.assessment.as_deref()
    }

    /// Returns the number of the row whose session is on screen.
    pub fn shown_row(&self) -> Option<u32> {
        self.view.behavior().selected_row(self)
    }

    /// Returns the row whose session is on screen.
    pub fn shown(&self) -> Option<&Row> {
        self.call()?.rows().get(self.shown_row()? as usize)
    }

    /// Returns the layout; `None` when the terminal is too small.
    pub fn layout(&self) -> Option<Layout> {
        let (width, height) = self.screen.size;
        let lines = self.filter_lines();
        let has_strip = self.view == View::Sessions && self.call().is_some_and(|call| call.rows().len() > 1);
        let layout = Layout::of(Wants {
            size: (width, height.saturating_sub(lines)),
            focus: self.views.sessions.focus,
            split: self.screen.left_width_offset,
            is_filled: self.screen.is_zoomed,
            answer: self.analysis.answer.len(),
            has_strip,
            sessions: self.views.sessions.list_lines,
            shown: self.shown_of_session(),
        })?;
        Some(layout.with_filter(lines))
    }

    /// Returns the number of lines for the filter that is on: above the bottom line, in every view it applies to, and
    /// while it is typed; or for what a path that is typed may go on with.
    fn filter_lines(&self) -> u16 {
        let (width, height) = self.screen.size;
        let is_typed = matches!(self.layers.prompt(), Some(Prompt { ask: Ask::Filter, .. }));
        if matches!(self.layers.prompt(), Some(Prompt { ask: Ask::Jump, .. })) && height >= ROOM_FOR_FILTER {
            return 1;
        }
        if self.layers.page().is_some() || height < ROOM_FOR_FILTER {
            return 0;
        }
        match self.filter_words() {
            _ if is_typed => 1,
            Some(words) => self.filter_text(&words, usize::from(width).saturating_sub(2)).len() as u16,
            None => 0,
        }
    }

    /// Returns the filter that is on, what matches it, and how to clear it; `None` without one.
    pub fn filter_words(&self) -> Option<[String; 3]> {
        let counts = match self.view {
            View::Calls => {
                let (shown, all) = (self.views.calls.shown().len(), self.views.calls.total());
                format!("{} of {}", count(shown), wording::number(all, "call"))
            }
            _ => self.matching_words(),
        };
        let filter = self.filter().text();
        if filter.is_empty() {
            return None;
        }
        let key = self.keys.key_hint_in(self.view.behavior().scope(self), Action::Back);
        let clears = if self.clears_filter_next() { format!("{key} clears it") } else { String::new() };
        Some([format!("/{}", sanitize(filter)), counts, clears])
    }

    /// Returns the lines of the filter that is on, at most `width` columns long: what is filtered, then the counts. If
    /// that needs too many lines, it says that it is cut.
    pub fn filter_text(&self, [filter, counts, clears]: &[String; 3], width: usize) -> Vec<String> {
        let counts = format!("{counts}  {clears}").trim_end().to_owned();
        let all = format!("{filter}  {counts}");
        if all.width() <= width {
            return vec![all];
        }
        let mut lines = wrapped(filter, width);
        if lines.len() >= MOST_FILTER_LINES {
            lines.truncate(MOST_FILTER_LINES - 1);
            if let Some(last) = lines.last_mut() {
                *last = cut(&format!("{last} …"), width).into_owned();
            }
        }
        lines.push(cut(&counts, width).into_owned());
        lines
    }

    /// Returns how many sessions and people match the filter of the call: `12 of 180 sessions, 11 of 176 people`.
    fn matching_words(&self) -> String {
        let all = self.call().map_or(0, |call| call.rows().len());
        let mut words = format!("{} of {}", count(self.views.sessions.list.len()), wording::number(all, "session"));
        if let Some(assessment) = self.assessment() {
            let (shown, all) = (self.matching.people().len(), assessment.people.len());
            let all = if all == 1 { "1 person".to_owned() } else { format!("{} people", count(all)) };
            words.push_str(&format!(", {} of {all}", count(shown)));
        }
        words
    }

    /// Returns whether an interrupted load can be resumed, or a changed file reloaded.
    pub fn can_go_on(&self) -> bool {
        if self.view == View::Calls {
            return matches!(&self.views.calls.entries, Entries::Listed(listing) if listing.can_go_on());
        }
        if self.data.is_file_changed {
            return true;
        }
        let is_stopped = matches!(
            self.data.loaded.ending(),
            Some(LoadOutcome::Stopped(_) | LoadOutcome::Cancelled | LoadOutcome::Outdated { .. })
        );
        is_stopped && self.is_fetched() && !self.privacy.is_replay
    }

    /// Returns whether sessions lack segments because they were not requested.
    pub fn lacks_segments(&self) -> bool {
        self.call().is_some_and(|call| call.unexpanded > 0)
    }

    /// Returns whether the open call was fetched from a service.
    pub fn is_fetched(&self) -> bool {
        self.data.loaded.pages().iter().all(|page| page.is_fetched)
    }

    /// Returns the size of the terminal as last reported, in columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.screen.size
    }

    /// Returns the number of the current load.
    pub fn load_number(&self) -> u32 {
        self.data.load
    }

    /// Returns whether a wait with a countdown in seconds is in progress.
    pub fn is_waiting(&self) -> bool {
        let listing_waits = matches!(&self.views.calls.entries, Entries::Listed(listing) if listing.wait().is_some());
        self.data.loaded.wait().is_some() || listing_waits
    }

    /// Returns whether seconds count: during a load and a wait. Nothing ticks otherwise.
    pub fn counts_seconds(&self) -> bool {
        self.is_reading() || self.is_waiting()
    }

    /// Returns whether more data is on its way, of the call or of the list of calls, without a wait in between.
    pub fn awaits_data(&self) -> bool {
        let is_listing = matches!(&self.views.calls.entries, Entries::Listed(listing) if listing.end().is_none());
        let is_loading = self.data.load > 0 && self.data.loaded.ending().is_none();
        (is_listing || is_loading) && !self.is_waiting()
    }

    /// Returns whether a session is being read and will be on screen in a moment.
    pub fn awaits_session(&self) -> bool {
        matches!(self.detail, DetailState::Reading(_))
    }

    /// Returns the context that keys currently apply to.
    pub fn scope(&self) -> Scope {
        self.layers.top().map_or_else(|| self.view.behavior().scope(self), Layer::scope)
    }

    /// Returns the event that a key currently triggers; `None` if it does nothing.
    pub fn meaning_of(&self, key: Key) -> Option<Event> {
        let typed = self.layers.top().and_then(Layer::typed);
        let edit = || edit(key).filter(|_| typed.is_some()).map(Event::Edit);
        // A letter with a meaning in a menu is part of the word once one has been started.
        let is_in_word = typed.is_some_and(|text| !text.is_empty());
        let edit_first = if is_in_word { edit() } else { None };
        // A spoilt screen can be drawn again even while text is typed.
        let redraw = || self.keys.meaning(Scope::Everywhere, key).filter(|action| *action == Action::Redraw);
        let action = || self.keys.meaning(self.scope(), key).or_else(redraw).map(Event::Action);
        edit_first.or_else(action).or_else(edit)
    }

    /// Does what a key means here, or says why it does nothing.
    fn press(&mut self, key: Key) -> Vec<Effect> {
        match self.meaning_of(key) {
            Some(event) => return self.update(event),
            // Below a line that is typed into there is no room for a message.
            None if self.layers.top().is_some_and(|top| top.typed().is_some()) => {}
            None => self.explain_key(key),
        }
        Vec::new()
    }

    /// Takes in an event and returns its effects. The only place where the state changes.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Key(key) => {
                self.is_pasting = false;
                if let Some(Prompt { ask: Ask::SaveAs { is_awaited, .. }, .. }) = self.layers.prompt_mut() {
                    *is_awaited = false;
                }
                return self.press(key);
            }
            // What is on the screen stays as it is.
            Event::Action(Action::Redraw) => return vec![Effect::Redraw],
            Event::Burst(keys) => return self.take_burst(&keys),
            Event::Action(action) => self.take_action(action, &mut effects),
            Event::Edit(request) => self.type_in([request]),
            Event::Pasted(text) => self.paste(&text),
            Event::Reloaded(shown) => {
                let view = self.view;
                self.begin_again();
                if shown.is_some() {
                    // The same call, with other words: the user stays where they are.
                    self.view = view;
                }
                (self.privacy.shown, self.privacy.is_replay) = (shown.unwrap_or_default(), shown.is_some());
            }
            Event::NotReloaded(trouble) => self.stay(&trouble),
            Event::NotSuspended => {
                self.layers.notice = Some(Notice::trouble("cannot suspend: no shell to resume from"));
            }
            Event::Saved(saved) => self.take_saved(saved),
            Event::Copied(Ok(how)) => self.layers.notice = Some(Notice::done(how)),
            Event::Copied(Err(why)) => self.layers.notice = Some(Notice::trouble(why)),
            Event::Mouse(_) if self.is_covered() => {}
            Event::Mouse(mouse) => {
                self.restore.is_untouched = false;
                let has_notice = self.layers.notice.take().is_some();
                if let Some(action) = self.clicked_hint(mouse) {
                    // A notice stands where the hints would be.
                    return if has_notice { Vec::new() } else { self.update(Event::Action(action)) };
                }
                self.point(mouse, &mut effects);
            }
            Event::Resize(width, height) => {
                self.screen.size = (width, height);
                self.lay_out_answer();
            }
            Event::Arrival(load, arrival) if load == self.data.load => self.take_arrival(arrival, &mut effects),
            Event::Read(load, place, judge, read) if load == self.data.load && judge == self.rule_choice.judge => {
                self.take_read(place, read);
                if let Some(action) =
                    self.reader.deferred_action.take_if(|_| !matches!(self.detail, DetailState::Reading(_)))
                {
                    self.act(action, &mut effects);
                }
            }
            Event::Assessed(load, call, assessment) if load == self.data.load => self.take_assessment(call, assessment),
            Event::FileChanged(load, name) if load == self.data.load && !self.data.is_file_changed => {
                self.data.is_file_changed = true;
                let key = self.keys.key_hint(Action::GoOn);
                self.layers.notice = Some(Notice::trouble(format!("{name} changed on disk; press {key} to reload")));
            }
            Event::Arrival(..) | Event::Read(..) | Event::Assessed(..) | Event::FileChanged(..) => {}
            Event::Listed(news) => self.take_listed(news),
            Event::Ran(Ok(None)) => {}
            Event::Ran(Ok(Some(how))) => self.layers.notice = Some(Notice::done(how)),
            Event::Ran(Err(why)) => self.layers.notice = Some(Notice::trouble(why)),
            Event::Second => {
                self.tick();
                self.data.loaded.tick();
                if let Entries::Listed(listing) = &mut self.views.calls.entries {
                    listing.tick();
                }
            }
        }
        self.match_views();
        self.want_assessment(&mut effects);
        self.want_session(&mut effects);
        self.want_next(&mut effects);
        self.fit();
        self.refresh_search();
        effects
    }

    /// Does what the user asked for, now or once the session it needs has been read, or says why not.
    fn take_action(&mut self, action: Action, effects: &mut Vec<Effect>) {
        self.restore.is_untouched = false;
        (self.restore.may_restore, self.restore.returning_to) = (false, None);
        self.layers.notice = None;
        self.reader.deferred_action = None;
        if action.needs_session() || matches!(action, Action::NextPane | Action::PreviousPane) {
            // What the user looks at stays, whatever arrives.
            self.views.sessions.list.choose();
        }
        if action.needs_session()
            && !self.is_covered()
            && self.awaits_session()
            && matches!(self.layers.top(), None | Some(Layer::Overlay(_) | Layer::Prompt(_)))
        {
            // A user who types ahead means the session that is about to appear.
            self.reader.deferred_action = Some(action);
        } else if self.is_covered() && !App::may_do_covered(action) {
            self.layers.notice = Some(Notice::trouble("nothing of the call is shown yet"));
        } else if let Some(why) = self.refusal(action) {
            self.layers.notice = Some(Notice::trouble(why));
        } else {
            self.act(action, effects);
        }
    }

    /// Takes in a piece of the current load.
    fn take_arrival(&mut self, arrival: LoadEvent, effects: &mut Vec<Effect>) {
        let (ends, goes_on) =
            (matches!(arrival, LoadEvent::End(_)), matches!(arrival, LoadEvent::GoesOn | LoadEvent::Anew));
        self.take(arrival);
        if ends && self.privacy.shown != self.privacy.level {
            self.want_privacy(effects);
        }
        if ends && self.progress.is_long() {
            effects.push(Effect::Bell);
        }
        if goes_on {
            self.progress = Progress::default();
        }
    }

    /// Returns the area of one half of the views that have two.
    pub fn half(&self, half: Half) -> Option<Area> {
        self.layout()?.halves(self.view.behavior().focused_half(self))[half as usize]
    }

    /// Returns the number of lines inside one half of the views that have two.
    fn half_height(&self, half: Half) -> usize {
        self.half(half).map_or(0, |area| area.inside().height).into()
    }

    /// Returns the half at a point of the screen, with its area.
    fn half_at(&self, x: u16, y: u16) -> Option<(Half, Area)> {
        Half::ALL.into_iter().find_map(|half| Some((half, self.half(half).filter(|area| area.has(x, y))?)))
    }

    /// Fits the viewports on screen to their lists and windows, which scrolls every cursor into view.
    fn fit(&mut self) {
        self.view.behavior().fit(self);
        self.fit_layers();
    }

    fn fit_layers(&mut self) {
        let (width, height) = self.page_size();
        if let Some(menu) = self.layers.menu_mut() {
            // The line the user types into is above the entries.
            menu.viewport.fit(menu.shown.len(), height.saturating_sub(1).max(1));
        }
        let lines = match self.layers.page() {
            Some(Layer::Overlay(Overlay::Text(page))) => self.text_lines(&page.subject).len(),
            Some(Layer::Help(help)) => pages::help(&self.keys, help.scope, &help.filter).len(),
            _ => 0,
        };
        match self.layers.page_mut() {
            Some(Layer::Overlay(Overlay::Raw(raw))) => {
                raw.lay_out(width);
                raw.viewport.fit(raw.shown.len(), height);
            }
            Some(Layer::Overlay(Overlay::Details(details))) => {
                details.viewport.fit(details.lines.len(), details_height(height));
            }
            Some(Layer::Overlay(Overlay::Compared(comparison))) => {
                comparison.viewport.fit(comparison.lines.len(), details_height(height));
            }
            Some(Layer::Overlay(Overlay::Text(TextPage { viewport, .. })) | Layer::Help(HelpPage { viewport, .. })) => {
                viewport.fit(lines, height);
            }
            _ => {}
        }
    }

    /// Returns the lines above the list of calls, if there is room for them and two calls.
    pub fn intro_lines(&self) -> Vec<String> {
        let (width, height) = self.page_size();
        let mut lines: Vec<String> = self.views.calls.intro.iter().flat_map(|line| wrapped(line, width)).collect();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        if lines.len() + 4 > height { Vec::new() } else { lines }
    }

    /// Returns the columns and lines inside the body.
    pub fn page_size(&self) -> (usize, usize) {
        let inside = self.layout().map(|layout| layout.body.inside()).unwrap_or_default();
        (usize::from(inside.width), usize::from(inside.height))
    }
}

/// Describes a call of a single load, by its index, with its verdict by the rule set at an index.
pub fn choice_of(loaded: &Dataset, at: usize, set: usize, clock: Clock) -> Choice {
    let Some(call) = loaded.calls().get(at) else { return Choice::default() };
    let (start, end) = call.span();
    // Its sessions come after its name.
    let is_awaited = call.rows().is_empty() && loaded.ending().is_none();
    let about = if is_awaited { "reading …".to_owned() } else { wording::status_of_call(call, set) };
    Choice { title: wording::call_name(call), about: format!("{about} · {}", wording::span(start, end, clock)) }
}

fn listed(loaded: &Dataset, call: usize) -> Option<Listed<'_>> {
    Some(Listed { call: loaded.calls().get(call)?, names: loaded.names() })
}

/// Returns the number of details lines that show members: the two below them show the selected value in full.
pub fn details_height(height: usize) -> usize {
    height.saturating_sub(2).max(1)
}

#[cfg(test)]
mod tests;
