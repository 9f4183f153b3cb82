//! The next and previous problem: what counts as one in each list, tree and pane, and how to get there.

use crate::model::Node;
use crate::triage::{SessionStatus, Severity, Verdict};

use super::details::{DetailLine, ValueKind};
use super::entry_list::EntryKind;
use super::layers::Layer;
use super::layout::{Half, Pane};
use super::overlays::Overlay;
use super::prompt::Notice;
use super::{App, DetailState, View};

/// The next index at which something holds, round the end of the list; and whether that was passed.
fn next_where(at: usize, count: usize, is_forward: bool, holds: impl Fn(usize) -> bool) -> Option<(usize, bool)> {
    let after = (at + 1).min(count)..count;
    let before = 0..at.min(count);
    if is_forward {
        let next = after.into_iter().find(|at| holds(*at)).map(|at| (at, false));
        next.or_else(|| (0..(at + 1).min(count)).find(|at| holds(*at)).map(|at| (at, true)))
    } else {
        let next = before.rev().find(|at| holds(*at)).map(|at| (at, false));
        next.or_else(|| (at.min(count)..count).rev().find(|at| holds(*at)).map(|at| (at, true)))
    }
}

fn is_bad(standing: SessionStatus) -> bool {
    matches!(standing, SessionStatus::Failed | SessionStatus::Poor)
}

impl App {
    /// Goes to the next or previous problem, and says when there is none or the end was passed.
    pub(super) fn next_problem(&mut self, is_forward: bool) {
        let (what, next) = match (self.layers.page(), self.view) {
            (Some(Layer::Overlay(Overlay::Details(_))), _) => ("poor value", self.next_poor_value(is_forward)),
            (Some(_), _) | (None, View::Calls) => return,
            (None, View::Sessions) => match self.views.sessions.focus {
                Pane::Sessions => ("poor or failed session", self.next_poor_session(is_forward)),
                Pane::Tree => ("poor stream or failed segment", self.next_poor_node(is_forward)),
                Pane::Metrics => ("poor metric", self.next_poor_metric(is_forward)),
                Pane::Why => ("severe finding", self.next_severe_entry(is_forward)),
            },
            (None, View::Timeline) => ("person with a poor or failed session", self.next_poor_lane(is_forward)),
            (None, View::People) if self.views.people.half == Half::First => {
                ("person with a poor stream", self.next_poor_person(is_forward))
            }
            (None, View::People) => ("severe finding", self.next_severe_entry(is_forward)),
            (None, View::Findings) => ("severe finding", self.next_severe_finding(is_forward)),
        };
        self.layers.notice = match (next, is_forward) {
            (None, _) => Some(Notice::trouble(format!("no {what} here"))),
            (Some(true), true) => Some(Notice::done(format!("back at the first {what}"))),
            (Some(true), false) => Some(Notice::done(format!("back at the last {what}"))),
            (Some(false), _) => None,
        };
    }

    fn next_poor_session(&mut self, is_forward: bool) -> Option<bool> {
        let set = self.judge().set;
        let rows = self.data.loaded.calls().get(self.data.call)?.rows();
        let list = &mut self.views.sessions.list;
        let holds = |at: usize| {
            let row = list.from(at).first().and_then(|row| rows.get(*row as usize));
            row.is_some_and(|row| is_bad(row.facts.standing(set)))
        };
        let (next, has_wrapped) = next_where(list.viewport.at, list.len(), is_forward, holds)?;
        list.viewport.go_to(next);
        list.choose();
        Some(has_wrapped)
    }

    fn next_poor_node(&mut self, is_forward: bool) -> Option<bool> {
        let DetailState::Ready(open) = &self.detail else { return None };
        let tree = &mut self.views.sessions.tree;
        let selected = tree.selected();
        // From outside of the tree, the first node is the next.
        let at = open.nodes.iter().position(|(path, _)| *path == selected);
        let holds = |at: usize| match open.nodes.get(at).and_then(|(path, _)| Some((*path, path.find(&open.session)?)))
        {
            Some((path, Node::Stream(_))) => {
                open.stream(path).is_some_and(|stream| stream.judgement.verdict == Verdict::Poor)
            }
            Some((_, Node::Segment(segment))) => segment.failure_info.value().is_some(),
            _ => false,
        };
        let (next, has_wrapped) = next_where(at.unwrap_or(open.nodes.len()), open.nodes.len(), is_forward, holds)?;
        let path = open.nodes.get(next)?.0;
        tree.go_to(path, open);
        self.show_node();
        Some(has_wrapped && at.is_some())
    }

    fn next_poor_metric(&mut self, is_forward: bool) -> Option<bool> {
        let view = &mut self.views.sessions;
        let rows = &view.panel.rows;
        let holds = |at: usize| rows.get(at).is_some_and(|row| row.is_poor);
        let (next, has_wrapped) = next_where(view.metrics.at, rows.len(), is_forward, holds)?;
        view.metrics.go_to(next);
        Some(has_wrapped)
    }

    fn next_severe_entry(&mut self, is_forward: bool) -> Option<bool> {
        let items = match self.view {
            View::People => &mut self.views.people.items,
            _ => &mut self.views.sessions.why,
        };
        let holds =
            |at: usize| items.entries.get(at).is_some_and(|entry| entry.kind == EntryKind::Finding(Severity::Severe));
        let (next, has_wrapped) = next_where(items.at, items.entries.len(), is_forward, holds)?;
        items.at = next;
        Some(has_wrapped)
    }

    fn next_poor_lane(&mut self, is_forward: bool) -> Option<bool> {
        let timeline = &mut self.views.timeline;
        let holds = |line: usize| timeline.lane_on(line).is_some_and(|lane| is_bad(lane.standing));
        let (next, has_wrapped) = next_where(timeline.viewport.at, timeline.lines.len(), is_forward, holds)?;
        timeline.go_to_line(next);
        Some(has_wrapped)
    }

    fn next_poor_person(&mut self, is_forward: bool) -> Option<bool> {
        let assessment = self.analysis.assessment.clone()?;
        let people = self.matching.people();
        let holds = |at: usize| {
            let person = people.get(at).and_then(|at| assessment.people.get(*at as usize));
            person.is_some_and(|person| person.failed > 0 || person.verdict() == Verdict::Poor)
        };
        let (next, has_wrapped) = next_where(self.views.people.list.at, people.len(), is_forward, holds)?;
        self.views.people.list.go_to(next);
        self.views.people.choose(&assessment, self.matching.people());
        Some(has_wrapped)
    }

    fn next_severe_finding(&mut self, is_forward: bool) -> Option<bool> {
        let view = &mut self.views.findings;
        let holds = |at: usize| view.rows.get(at).is_some_and(|row| row.rule.severity == Severity::Severe);
        let (next, has_wrapped) = next_where(view.viewport.at, view.rows.len(), is_forward, holds)?;
        view.viewport.go_to(next);
        view.account = Default::default();
        Some(has_wrapped)
    }

    fn next_poor_value(&mut self, is_forward: bool) -> Option<bool> {
        let Some(Overlay::Details(details)) = self.layers.overlay_mut() else { return None };
        let holds = |at: usize| match details.lines.get(at) {
            Some(DetailLine::Member { values, .. }) => values.iter().any(|value| value.kind == ValueKind::Poor),
            _ => false,
        };
        let (next, has_wrapped) = next_where(details.viewport.at, details.lines.len(), is_forward, holds)?;
        details.viewport.go_to(next);
        Some(has_wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::next_where;

    #[test]
    fn the_next_one_is_found_round_the_end_and_says_so() {
        let bad = |at: usize| at == 1 || at == 3;
        assert_eq!(next_where(1, 5, true, bad), Some((3, false)));
        assert_eq!(next_where(3, 5, true, bad), Some((1, true)));
        assert_eq!(next_where(1, 5, false, bad), Some((3, true)));
        assert_eq!(next_where(4, 5, false, bad), Some((3, false)));
        assert_eq!(next_where(1, 5, true, |at| at == 1), Some((1, true)), "the only one");
        assert_eq!((next_where(0, 0, true, bad), next_where(9, 2, true, |_| false)), (None, None));
    }
}
