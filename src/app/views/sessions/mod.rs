//! The sessions view: the list of sessions, the tree of the selected one, its metrics, and why it has its verdict.

pub mod columns;
pub mod list;
pub mod metrics;
pub mod tree;
pub mod why;

use crate::app::entry_list::Items;
use crate::app::layout::Pane;
use crate::app::viewport::Viewport;

use columns::Columns;
use list::SessionList;
use metrics::{Panel, Profile};
use tree::SessionTree;

/// The state of the sessions view.
#[derive(Debug)]
pub struct SessionsView {
    /// The focused pane.
    pub focus: Pane,
    /// The list of the call's sessions.
    pub list: SessionList,
    /// The columns of the list.
    pub columns: Columns,
    /// The sparklines of the call's sessions, and the list order they were made from.
    pub(crate) profile: Option<(ProfileOf, Profile)>,
    /// The tree of the session on screen.
    pub tree: SessionTree,
    /// The metrics of the selected node.
    pub panel: Panel,
    /// The cursor in them.
    pub metrics: Viewport,
    /// The findings that explain the selected node's status.
    pub why: Items,
}

impl SessionsView {
    /// Creates the view, with the rule set to sort sessions by.
    pub fn new(set: usize) -> SessionsView {
        SessionsView {
            focus: Pane::Sessions,
            list: SessionList::new(set),
            columns: Columns::default(),
            profile: None,
            tree: SessionTree::default(),
            panel: Panel::default(),
            metrics: Viewport::default(),
            why: Items::default(),
        }
    }
}

/// The list order that a profile was made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileOf {
    pub(crate) generation: u64,
    pub(crate) anew: u64,
    pub(crate) sessions: usize,
}
