//! The views: what fills the screen, one file each, and what every one of them can do.

pub mod calls;
pub mod findings;
pub mod people;
pub mod sessions;
pub mod timeline;

use crate::app::bindings::Action;
use crate::app::bindings::Scope;
use crate::app::layout::{Area, Half};
use crate::app::session_detail::{OpenStream, SessionDetail};
use crate::app::{App, Effect};
use crate::model::NodePath;
use crate::wording;
use crate::wording::explain::Explained;

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
    /// All of them, in the order of their keys.
    pub const ALL: [View; 5] = [View::Calls, View::Sessions, View::Timeline, View::People, View::Findings];

    /// Returns the view that an action goes to.
    pub fn of_action(action: Action) -> Option<View> {
        View::ALL.into_iter().find(|view| view.behavior().action() == action)
    }

    /// Returns the view with this name.
    pub fn by_name(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.name() == name)
    }

    /// Returns the name by which it is saved.
    pub fn name(self) -> &'static str {
        self.behavior().name()
    }

    /// Returns whether it is a view of a single call.
    pub fn is_of_call(self) -> bool {
        self != View::Calls
    }

    /// Returns what it does.
    pub(super) fn behavior(self) -> &'static dyn Behavior {
        match self {
            View::Calls => &calls::Calls,
            View::Sessions => &sessions::Sessions,
            View::Timeline => &timeline::Lanes,
            View::People => &people::People,
            View::Findings => &findings::Findings,
        }
    }
}

/// What a view does with the state of the app.
pub(super) trait Behavior {
    /// Returns its name in the saved state.
    fn name(&self) -> &'static str;

    /// Returns the action that goes to it.
    fn action(&self) -> Action;

    /// Returns the context that keys apply to.
    fn scope(&self, app: &App) -> Scope;

    /// Does what an action means here and nowhere else.
    fn on_action(&self, app: &mut App, action: Action, effects: &mut Vec<Effect>);

    /// Focuses the pane at a point of the screen, and returns its area without the frame; `None` if there is none.
    fn focus_at(&self, app: &mut App, x: u16, y: u16) -> Option<Area> {
        app.layout().map(|layout| layout.body.inside()).filter(|area| area.has(x, y))
    }

    /// Takes a click on a point of the screen outside the panes. Returns whether it meant anything.
    fn on_click_outside(&self, _app: &mut App, _x: u16, _y: u16) -> bool {
        false
    }

    /// Takes a click on a line of the focused pane, counted from the top inside its frame.
    fn on_click(&self, app: &mut App, line: usize);

    /// Takes a click on a line and a column of the focused pane, counted from the top left inside its frame.
    fn on_click_at(&self, app: &mut App, _column: usize, line: usize) {
        self.on_click(app, line);
    }

    /// Goes back a step.
    fn back(&self, app: &mut App) {
        app.go_to(View::Sessions);
    }

    /// Returns whether keys go to a list, which the filter applies to, and not to a text beside it.
    fn is_list(&self, _app: &App) -> bool {
        true
    }

    /// Fits its viewports to their lists and windows.
    fn fit(&self, app: &mut App);

    /// Returns which of two halves is focused, for a view that has two.
    fn focused_half(&self, _app: &App) -> Half {
        Half::First
    }

    /// Returns the number of the row whose session is on screen.
    fn selected_row(&self, app: &App) -> Option<u32>;

    /// Returns the node that details and raw JSON apply to.
    fn node(&self, _app: &App) -> NodePath {
        NodePath::SESSION
    }

    /// Adds what can be copied here, each with its name; `open` is the session on screen.
    fn copyable(&self, app: &App, open: &SessionDetail, add: &mut dyn FnMut(&'static str, String)) {
        copyable_of_session(app, open, add);
    }

    /// Explains the item under the cursor; `open` is the session on screen.
    fn explained(&self, app: &App, open: &SessionDetail) -> Option<Explained> {
        app.explained_verdict(open, NodePath::SESSION)
    }
}

/// The state of every view, whether on screen or not.
#[derive(Debug)]
pub struct Views {
    /// The calls that can be opened; empty when a call was named on the command line.
    pub calls: CallList,
    pub sessions: SessionsView,
    pub timeline: Timeline,
    pub people: PeopleView,
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

/// Adds what can be copied of a session as a whole.
fn copyable_of_session(app: &App, open: &SessionDetail, add: &mut dyn FnMut(&'static str, String)) {
    add("the name", app.shown().map(|row| wording::people(row, app.data.loaded.names())).unwrap_or_default());
    let worst = open.worst().and_then(|path| open.stream(path));
    add("the worst stream", worst.map(OpenStream::line).unwrap_or_default());
}
