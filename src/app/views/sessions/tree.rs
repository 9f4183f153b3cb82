//! The tree of the open session: which nodes are unfolded, the resulting lines, and the cursor.
//!
//! All of this state is ours, and the widget only draws: a tree widget moves its own cursor by the previous frame, and
//! loses it when a node disappears.

use std::collections::HashSet;

use crate::model::NodePath;

use crate::app::bindings::Action;
use crate::app::session_detail::SessionDetail;
use crate::app::viewport::Viewport;

/// The state of the tree.
#[derive(Debug, Default)]
pub struct SessionTree {
    /// The visible lines, from the top of the tree.
    pub lines: Vec<TreeLine>,
    /// The cursor and the window.
    pub viewport: Viewport,
    folded: HashSet<NodePath>,
}

/// A line of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeLine {
    /// The node.
    pub path: NodePath,
    pub has_children: bool,
    /// Whether its children are shown.
    pub is_unfolded: bool,
}

/// The result of an action in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// The cursor stayed in the tree, moved or not.
    Inside,
    /// The action leads out of the tree, back to the list.
    Out,
    /// The action leads into the node, which has no children to unfold.
    Deeper,
}

impl SessionTree {
    /// Shows another session: fully unfolded, with the cursor on the worst node.
    pub fn show(&mut self, open: &SessionDetail) {
        self.folded.clear();
        self.lay_out(open);
        let worst = open.worst();
        self.viewport = Viewport::default();
        self.viewport.at = self.lines.iter().position(|line| Some(line.path) == worst).unwrap_or(0);
        self.viewport.set_len(self.lines.len());
    }

    /// Shows no session.
    pub fn clear(&mut self) {
        *self = SessionTree::default();
    }

    /// Moves the cursor to a node, unfolding its parents.
    pub fn go_to(&mut self, path: NodePath, open: &SessionDetail) {
        let mut above = path.parent();
        while let Some(node) = above {
            self.folded.remove(&node);
            above = node.parent();
        }
        self.lay_out(open);
        if let Some(at) = self.lines.iter().position(|line| line.path == path) {
            self.viewport.at = at;
        }
        self.viewport.set_len(self.lines.len());
    }

    /// Returns the node under the cursor; the session itself if the tree is empty.
    pub fn selected(&self) -> NodePath {
        self.lines.get(self.viewport.at).map_or(NodePath::SESSION, |line| line.path)
    }

    /// Returns the node under the cursor, or the session itself if the node does not matter.
    pub fn selected_or_session(&self, matters: bool) -> NodePath {
        if matters { self.selected() } else { NodePath::SESSION }
    }

    /// Performs an action. Returns `None` when it does not apply to a tree.
    pub fn apply(&mut self, action: Action, open: &SessionDetail) -> Option<Went> {
        if self.viewport.apply(action) {
            return Some(Went::Inside);
        }
        let went = match (action, self.lines.get(self.viewport.at).copied()) {
            (Action::Open, Some(line)) if line.has_children && !line.is_unfolded => {
                self.folded.remove(&line.path);
                self.lay_out(open);
                Went::Inside
            }
            (Action::Open, Some(line)) if line.has_children => {
                self.viewport.at += 1;
                Went::Inside
            }
            (Action::Open, Some(_)) => Went::Deeper,
            (Action::Close, Some(line)) if line.has_children && line.is_unfolded => {
                self.folded.insert(line.path);
                self.lay_out(open);
                Went::Inside
            }
            (Action::Close, Some(line)) => match self.lines.iter().position(|one| Some(one.path) == line.path.parent())
            {
                Some(parent) => {
                    self.viewport.at = parent;
                    Went::Inside
                }
                None => Went::Out,
            },
            (Action::Open, None) => Went::Inside,
            (Action::Close, None) => Went::Out,
            _ => return None,
        };
        self.viewport.set_len(self.lines.len());
        Some(went)
    }

    fn lay_out(&mut self, open: &SessionDetail) {
        self.lines.clear();
        let mut nodes = open.nodes.as_slice();
        while let Some(((path, has_children), rest)) = nodes.split_first() {
            let is_unfolded = *has_children && !self.folded.contains(path);
            self.lines.push(TreeLine { path: *path, has_children: *has_children, is_unfolded });
            let inside = if is_unfolded { 0 } else { rest.partition_point(|(one, _)| one.is_in(*path)) };
            nodes = &rest[inside..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::session_detail::Judge;
    use crate::call::Place;
    use crate::triage::RuleSets;

    const JUDGE: Judge = Judge { set: 0, base: 0 };

    fn open() -> SessionDetail {
        let json = r#"{"segments":[
            {"media":[{"label":"main-audio","streams":[{"packetUtilization":900,"averagePacketLossRate":0.01},
                                                       {"packetUtilization":900,"averagePacketLossRate":0.2}]},
                      {"label":"data","streams":[]}]},
            null]}"#;
        let read = crate::model::session::read(json.as_bytes()).expect("a session");
        SessionDetail::new(
            Place { part: 0, offset: 0, length: 0 },
            json.into(),
            read.session,
            &Default::default(),
            RuleSets::built_in(),
            JUDGE,
        )
    }

    fn lines(explorer: &SessionTree) -> Vec<String> {
        explorer.lines.iter().map(|line| line.path.to_string()).collect()
    }

    #[test]
    fn a_session_opens_with_the_cursor_on_its_worst_stream() {
        let (open, mut explorer) = (open(), SessionTree::default());
        explorer.show(&open);
        assert_eq!(
            lines(&explorer),
            [
                "segments/0",
                "segments/0/media/0",
                "segments/0/media/0/streams/0",
                "segments/0/media/0/streams/1",
                "segments/0/media/1",
                "segments/1"
            ]
        );
        assert_eq!(explorer.selected().to_string(), "segments/0/media/0/streams/1");
    }

    #[test]
    fn close_goes_up_folds_and_leaves() {
        let (open, mut explorer) = (open(), SessionTree::default());
        explorer.show(&open);
        let mut close =
            || (explorer.apply(Action::Close, &open), explorer.selected().to_string(), explorer.lines.len());
        assert_eq!(close(), (Some(Went::Inside), "segments/0/media/0".into(), 6));
        assert_eq!(close(), (Some(Went::Inside), "segments/0/media/0".into(), 4));
        assert_eq!(close(), (Some(Went::Inside), "segments/0".into(), 4));
        assert_eq!(close(), (Some(Went::Inside), "segments/0".into(), 2));
        assert_eq!(close().0, Some(Went::Out));
    }

    #[test]
    fn open_unfolds_goes_in_and_goes_deeper() {
        let (open, mut explorer) = (open(), SessionTree::default());
        explorer.show(&open);
        for _ in 0..2 {
            explorer.apply(Action::Close, &open);
        }
        assert_eq!(explorer.apply(Action::Open, &open), Some(Went::Inside));
        assert_eq!(explorer.lines.len(), 6);
        assert_eq!(explorer.apply(Action::Open, &open), Some(Went::Inside));
        assert_eq!(explorer.selected().to_string(), "segments/0/media/0/streams/0");
        assert_eq!(explorer.apply(Action::Open, &open), Some(Went::Deeper));
    }

    #[test]
    fn an_empty_tree_is_no_trap() {
        let read = crate::model::session::read(b"{\"segments\":null}").expect("a session");
        let open = SessionDetail::new(
            Place { part: 0, offset: 0, length: 0 },
            Vec::new(),
            read.session,
            &Default::default(),
            RuleSets::built_in(),
            JUDGE,
        );
        let mut explorer = SessionTree::default();
        explorer.show(&open);
        assert_eq!(explorer.selected(), NodePath::SESSION);
        assert_eq!(explorer.apply(Action::Down, &open), Some(Went::Inside));
        assert_eq!(explorer.apply(Action::Close, &open), Some(Went::Out));
    }
}
