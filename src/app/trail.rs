//! The way back: where the user was before each jump, what `Esc` does next, and the breadcrumbs that show it.

use crate::model::{Node, NodePath};
use crate::text::sanitize;
use crate::wording;

use super::bindings::{Action, Scope};
use super::layout::Pane;
use super::overlays::Overlay;
use super::prompt::Notice;
use super::{App, DetailState, View};

/// A place that the user left by a jump. The cursors of the views themselves stay as they are while the user is
/// elsewhere; kept here is what a jump changes: the list of sessions and its panes.
#[derive(Debug, Clone)]
pub struct Stop {
    view: View,
    pane: Pane,
    /// Its name among the breadcrumbs.
    crumb: String,
    /// The pane that the jump led to, from which `Esc` returns here.
    arrived_in: Pane,
    filter: String,
    /// The number of the selected row.
    row: Option<u32>,
    /// The first visible line of the list.
    top: usize,
    /// The selected node of the tree.
    node: NodePath,
    /// The selected entry of the findings beside the list.
    why: usize,
}

impl App {
    /// Remembers the current place before a jump to a pane of the sessions view.
    pub(super) fn leave_trail(&mut self, arrived_in: Pane) {
        let sessions = &self.views.sessions;
        let crumb = match (self.view, sessions.focus) {
            (View::Sessions, Pane::Why) => "why".to_owned(),
            (View::Sessions, _) => "sessions".to_owned(),
            (view, _) => view.name().to_owned(),
        };
        let place = Stop {
            view: self.view,
            pane: sessions.focus,
            crumb,
            arrived_in,
            filter: sessions.list.filter().text().to_owned(),
            row: sessions.list.selected(),
            top: sessions.list.viewport.top,
            node: sessions.tree.selected(),
            why: sessions.why.at,
        };
        self.trail.push(place);
    }

    /// Forgets the jumps within the panes of a session, once the user goes from pane to pane by other means.
    pub(super) fn leave_panes(&mut self) {
        self.trail.retain(|place| place.arrived_in == Pane::Sessions);
    }

    /// Goes back one step: closes what lies over the view, or returns to where a jump began, or leaves the pane, the view
    /// or the call.
    pub(super) fn back(&mut self) {
        if self.end_search() {
            return;
        }
        if self.layers.close_page() || std::mem::take(&mut self.screen.is_zoomed) {
            return;
        }
        let pane = self.views.sessions.focus;
        match self.trail.pop_if(|place| self.view == View::Sessions && place.arrived_in == pane) {
            Some(place) => self.return_to(&place),
            None => self.view.behavior().back(self),
        }
    }

    /// Returns whether `Esc` clears the filter of the list that keys go to, and nothing else first.
    pub(super) fn clears_filter_next(&self) -> bool {
        let returns = self
            .trail
            .last()
            .is_some_and(|place| self.view == View::Sessions && place.arrived_in == self.views.sessions.focus);
        !returns && !self.screen.is_zoomed && self.view.behavior().is_list(self)
    }

    fn return_to(&mut self, place: &Stop) {
        self.set_filter(&place.filter);
        let list = &mut self.views.sessions.list;
        if let Some(row) = place.row {
            list.choose_row(row);
            list.viewport.top = place.top;
            list.viewport.set_len(list.len());
        }
        self.view = place.view;
        self.lay_out_timeline();
        self.views.sessions.focus = place.pane;
        let is_same = place.view == View::Sessions && self.is_selected_open();
        if let (true, DetailState::Ready(open)) = (is_same, &self.detail) {
            self.views.sessions.tree.go_to(place.node, open);
            self.show_node();
            self.views.sessions.why.at = place.why;
        } else if place.pane != Pane::Sessions && place.view == View::Sessions {
            self.reader.pending_path = Some(place.node);
        }
    }

    fn is_selected_open(&self) -> bool {
        self.shown().map(|row| row.place) == self.detail.place()
    }

    /// Leaves the call for the list of calls, unless something is left to clear: then clears that, and says so.
    pub(super) fn clear_or_leave_call(&mut self) {
        if self.clear_filter() {
            return;
        }
        if let Some(marked) = self.marked.take() {
            self.layers.notice = Some(Notice::done(format!("mark removed from {}", marked.name())));
        } else if self.views.calls.is_there() {
            self.go_to_calls();
        } else {
            self.say_nothing_is_behind();
        }
    }

    /// Says that there is nothing to go back to.
    pub(super) fn say_nothing_is_behind(&mut self) {
        let key = self.keys.key_hint_in(self.scope(), Action::Quit);
        self.layers.notice = Some(Notice::trouble(format!("nothing to go back to; press {key} to quit")));
    }

    /// Returns the way from the call to what is on screen, one name a step. Empty in the list of sessions.
    pub fn breadcrumbs(&self) -> Vec<String> {
        let mut crumbs: Vec<String> = self.trail.iter().map(|place| place.crumb.clone()).collect();
        if self.view != View::Sessions {
            crumbs.push(self.view.name().to_owned());
        }
        let pane = self.views.sessions.focus;
        let is_inside = self.view == View::Sessions && pane != Pane::Sessions;
        let overlays: Vec<&Overlay> = self.layers.overlays().collect();
        let is_about_session = overlays.iter().any(|overlay| overlay.is_about_session());
        if is_inside || is_about_session || self.view == View::Sessions && !self.trail.is_empty() {
            let names = self.data.loaded.names();
            crumbs.extend(self.shown().map(|row| wording::people(row, names)));
        }
        let node = overlays.iter().find_map(|overlay| overlay.path());
        crumbs.extend(self.node_crumb(node.unwrap_or_else(|| self.view.behavior().node(self))));
        if is_inside && matches!(pane, Pane::Metrics | Pane::Why) {
            crumbs.push(if pane == Pane::Why { "why" } else { "metrics" }.to_owned());
        }
        crumbs.extend(overlays.iter().map(|overlay| overlay.crumb().to_owned()));
        if self.layers.help().is_some() {
            crumbs.push(Scope::Help.name().to_owned());
        }
        crumbs
    }

    /// Names a node of the open session by its medium or segment; `None` for the session itself.
    fn node_crumb(&self, path: NodePath) -> Option<String> {
        let DetailState::Ready(open) = &self.detail else { return None };
        let medium = |path: NodePath| match path.find(&open.session) {
            Some(Node::Media(media)) => {
                Some(media.label.value().map_or("medium".to_owned(), |label| sanitize(label).into_owned()))
            }
            _ => None,
        };
        match path.find(&open.session)? {
            Node::Session(_) | Node::Unusable(_) => None,
            Node::Segment(_) => path.positions().last().map(|at| format!("segment {}", at + 1)),
            Node::Media(_) => medium(path),
            Node::Stream(_) => medium(path.parent()?),
        }
    }
}
