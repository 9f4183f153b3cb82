//! The sessions view: the list of sessions, the tree of the selected one, its metrics, and why it has its verdict.

pub mod columns;
pub mod heading;
pub mod list;
pub mod metrics;
pub mod overview;
pub mod strip;
pub mod tree;
pub mod why;

use super::Behavior;
use crate::app::bindings::Action;
use crate::app::bindings::Scope;
use crate::app::entry_list::{self, Items, Target};
use crate::app::layout::{Area, Pane};
use crate::app::prompt::{Ask, Prompt};
use crate::app::session_detail::{OpenStream, SessionDetail};
use crate::app::viewport::Viewport;
use crate::app::{App, DetailState, Effect, listed};
use crate::call::Order;
use crate::call::distribution::Profile;
use crate::model::NodePath;
use crate::wording::explain::{self, Explained};

use columns::Columns;
use heading::ListHead;
use list::{ListLine, SessionList};
use metrics::{Lines, Panel};
use strip::Strip;
use tree::{SessionTree, Went};

/// The state of the sessions view.
#[derive(Debug)]
pub struct SessionsView {
    /// The focused pane.
    pub focus: Pane,
    /// The list of the call's sessions.
    pub list: SessionList,
    /// The columns of the list.
    pub columns: Columns,
    /// The lines that the list needs. They stay while the user types a filter, so that the panes do too.
    pub list_lines: usize,
    /// The sessions of the list in one line.
    pub strip: Strip,
    /// The names of the columns in the config file; empty for the built-in ones.
    pub(crate) usual_columns: Vec<String>,
    /// How metrics are distributed over the call.
    pub(crate) profile: Option<Profile>,
    /// The tree of the session on screen.
    pub tree: SessionTree,
    /// The metrics of the selected node.
    pub panel: Panel,
    /// The cursor in them.
    pub metrics: Viewport,
    /// The findings that explain the selected node's status.
    pub why: Items,
    /// The overview of the call, for where a session has nothing to show.
    pub overview: Items,
}

impl SessionsView {
    /// Creates the view, with the rule set to sort sessions by.
    pub fn new(set: usize) -> SessionsView {
        SessionsView {
            focus: Pane::Sessions,
            list: SessionList::new(set),
            columns: Columns::default(),
            list_lines: usize::MAX,
            strip: Strip::default(),
            usual_columns: Vec::new(),
            profile: None,
            tree: SessionTree::default(),
            panel: Panel::default(),
            metrics: Viewport::default(),
            why: Items::default(),
            overview: Items::default(),
        }
    }
}

/// The blanks on either side of the strip.
pub const STRIP_MARGIN: usize = 1;

/// What the sessions view does.
pub(super) struct Sessions;

impl Behavior for Sessions {
    fn name(&self) -> &'static str {
        "sessions"
    }

    fn action(&self) -> Action {
        Action::Sessions
    }

    fn scope(&self, app: &App) -> Scope {
        match app.views.sessions.focus {
            Pane::Sessions => Scope::Sessions,
            Pane::Tree => Scope::Tree,
            Pane::Metrics => Scope::Metrics,
            Pane::Why => Scope::Why,
        }
    }

    fn on_action(&self, app: &mut App, action: Action, _effects: &mut Vec<Effect>) {
        let focus = app.views.sessions.focus;
        match (action, focus) {
            (Action::NextPane | Action::PreviousPane, _) => {
                app.leave_panes();
                app.focus_on(if action == Action::NextPane { focus.next() } else { focus.previous() });
            }
            (_, Pane::Sessions) => in_list(app, action),
            (_, Pane::Tree | Pane::Metrics) if app.overview_has_focus() => in_overview(app, action),
            (_, Pane::Tree) => in_tree(app, action),
            (_, Pane::Metrics) => _ = app.views.sessions.metrics.apply(action),
            (_, Pane::Why) => in_why(app, action),
        }
    }

    fn focus_at(&self, app: &mut App, x: u16, y: u16) -> Option<Area> {
        let layout = app.layout()?;
        let areas = Pane::ALL.iter().filter_map(|pane| Some((*pane, layout.area_of(*pane)?)));
        let (pane, area) = areas.into_iter().find(|(_, area)| area.has(x, y))?;
        if app.views.sessions.focus != pane {
            app.leave_panes();
            app.focus_on(pane);
        }
        Some(area.inside())
    }

    fn on_click_outside(&self, app: &mut App, x: u16, y: u16) -> bool {
        let Some(strip) = app.layout().map(|layout| layout.strip).filter(|strip| strip.has(x, y)) else { return false };
        let view = &mut app.views.sessions;
        let place = view.strip.place_at(usize::from(x - strip.x).saturating_sub(STRIP_MARGIN), view.list.len());
        view.list.viewport.go_to(place);
        view.list.choose();
        app.focus_on(Pane::Sessions);
        true
    }

    fn on_click(&self, app: &mut App, line: usize) {
        let head = app.list_head().lines();
        let view = &mut app.views.sessions;
        match view.focus {
            Pane::Sessions => {
                let line = line.checked_sub(head);
                let hit = line
                    .and_then(|line| view.list.lines(app.data.loaded.calls().get(app.data.call)?).get(line).copied());
                if let Some(ListLine::Session(place)) = hit {
                    view.list.viewport.go_to(place);
                }
                view.list.choose();
            }
            Pane::Tree => {
                view.tree.viewport.click(line);
                app.show_node();
            }
            Pane::Metrics => {
                // The first line names the columns.
                if let Some(line) = line.checked_sub(1) {
                    view.metrics.click(line);
                }
            }
            Pane::Why => {}
        }
    }

    fn back(&self, app: &mut App) {
        match app.views.sessions.focus {
            Pane::Metrics => app.focus_on(Pane::Tree),
            Pane::Tree | Pane::Why => app.focus_on(Pane::Sessions),
            Pane::Sessions => app.clear_or_leave_call(),
        }
    }

    fn is_list(&self, app: &App) -> bool {
        app.views.sessions.focus == Pane::Sessions
    }

    fn fit(&self, app: &mut App) {
        app.measure_list();
        app.lay_out_strip();
        let layout = app.layout();
        let height =
            |pane| layout.and_then(|layout| layout.area_of(pane)).map_or(0, |area| area.inside().height).into();
        let (list, tree, metrics): (usize, usize, usize) =
            (height(Pane::Sessions), height(Pane::Tree), height(Pane::Metrics));
        let head = app.list_head().lines();
        let view = &mut app.views.sessions;
        view.list.fit(app.data.loaded.calls().get(app.data.call), list.saturating_sub(head));
        view.tree.viewport.fit(view.tree.lines.len(), tree);
        view.metrics.fit(view.panel.rows.len(), Lines::of(&view.panel, metrics).table);
    }

    fn selected_row(&self, app: &App) -> Option<u32> {
        app.views.sessions.list.selected()
    }

    fn node(&self, app: &App) -> NodePath {
        match app.views.sessions.focus {
            Pane::Sessions => NodePath::SESSION,
            Pane::Tree | Pane::Metrics | Pane::Why => app.views.sessions.tree.selected(),
        }
    }

    fn copyable(&self, app: &App, open: &SessionDetail, add: &mut dyn FnMut(&'static str, String)) {
        let view = &app.views.sessions;
        match view.focus {
            Pane::Sessions => super::copyable_of_session(app, open, add),
            Pane::Tree => {
                add("the stream", open.stream(view.tree.selected()).map(OpenStream::line).unwrap_or_default());
            }
            Pane::Metrics => {
                if let Some(row) = view.panel.rows.get(view.metrics.at) {
                    let values = row.values.iter().flatten().filter_map(|value| value.value().copied());
                    let values: Vec<String> = values.map(|value| row.metric.unit.format(value)).collect();
                    add("the figure", format!("{} {}", row.metric.label, values.join(", peak ")));
                }
            }
            Pane::Why => add("the finding", view.why.selected().map(entry_list::text).unwrap_or_default()),
        }
    }

    fn explained(&self, app: &App, open: &SessionDetail) -> Option<Explained> {
        let view = &app.views.sessions;
        match view.focus {
            Pane::Sessions => app.explained_verdict(open, NodePath::SESSION),
            Pane::Tree => app.explained_verdict(open, view.tree.selected()),
            Pane::Metrics => {
                let row = view.panel.rows.get(view.metrics.at)?;
                let values = row.values.iter().zip(view.panel.columns).filter_map(|(value, column)| {
                    let value = value.as_ref()?.value()?;
                    Some(format!("{column} {}", row.metric.unit.format(*value)))
                });
                Some(explain::member(row.metric.id, values.collect(), app.sets()))
            }
            Pane::Why => app.explained_entry(open, view.why.selected()?),
        }
    }
}

impl App {
    /// Measures the list. While it grows it gets all the room that it may get, so that the panes keep their places.
    fn measure_list(&mut self) {
        let width = self.layout().and_then(|layout| layout.sessions).map_or(0, |area| area.width);
        let is_typing = matches!(self.layers.prompt(), Some(Prompt { ask: Ask::Filter, .. }));
        let is_growing = self.data.loaded.ending().is_none();
        let view = &mut self.views.sessions;
        if is_growing {
            view.list_lines = usize::MAX;
        } else if !is_typing {
            view.list_lines = ListHead::whole(&view.list, width);
        }
    }

    /// Draws up the strip again when the list has changed, or its width.
    fn lay_out_strip(&mut self) {
        let width = self.layout().map_or(0, |layout| usize::from(layout.strip.width)).saturating_sub(2 * STRIP_MARGIN);
        let is_complete = self.data.loaded.ending().is_some();
        if let (1.., Some(call)) = (width, self.data.loaded.calls().get(self.data.call)) {
            let view = &mut self.views.sessions;
            view.strip.lay_out(&view.list, call, is_complete, width);
        }
    }

    /// Returns what is above the sessions in their list; nothing while the list is not visible.
    pub fn list_head(&self) -> ListHead {
        let pane = self.layout().and_then(|layout| layout.sessions).unwrap_or_default();
        let total = self.call().map_or(0, |call| call.rows().len());
        ListHead::of(&self.views.sessions.list, total, pane)
    }
}

fn in_list(app: &mut App, action: Action) {
    match action {
        Action::Sort => app.open_sort(),
        Action::ReverseSort => {
            let sort = app.views.sessions.list.sort;
            let sort = Order { is_reversed: !sort.is_reversed, ..sort };
            if let Some(listed) = listed(&app.data.loaded, app.data.call) {
                app.views.sessions.list.set_sort(sort, listed);
            }
        }
        Action::Mark => app.mark(),
        Action::Columns => app.open_columns(),
        Action::Open if app.views.sessions.list.selected().is_some() => {
            app.views.sessions.list.choose();
            app.focus_on(Pane::Tree);
        }
        _ => _ = app.views.sessions.list.apply(action),
    }
}

fn in_tree(app: &mut App, action: Action) {
    let DetailState::Ready(open) = &app.detail else {
        if action == Action::Close {
            app.focus_on(Pane::Sessions);
        }
        return;
    };
    match app.views.sessions.tree.apply(action, open) {
        Some(Went::Out) => app.focus_on(Pane::Sessions),
        Some(Went::Deeper) => app.focus_on(Pane::Metrics),
        Some(Went::Inside) => app.show_node(),
        None => {}
    }
}

fn in_overview(app: &mut App, action: Action) {
    match (action, app.views.sessions.overview.selected().map(|entry| entry.target)) {
        (Action::Open, Some(target)) => app.go_to_target(target),
        (Action::Close, _) => app.focus_on(Pane::Sessions),
        _ => _ = app.views.sessions.overview.apply(action),
    }
}

fn in_why(app: &mut App, action: Action) {
    match (action, app.views.sessions.why.selected().map(|entry| entry.target)) {
        (Action::Open, Some(Target::Node(path))) => {
            app.leave_trail(Pane::Tree);
            if let DetailState::Ready(open) = &app.detail {
                app.views.sessions.tree.go_to(path, open);
                app.focus_on(Pane::Tree);
                app.show_node();
            }
        }
        (Action::Open, Some(Target::Value(value))) => app.go_to_people_with(value),
        _ => _ = app.views.sessions.why.apply(action),
    }
}
