//! What the mouse does: the wheel scrolls, a click selects and opens.

use super::bindings::Action;
use super::layout::Pane;

use super::pager::Pager;
use super::{App, Effect, METRICS_HEADINGS, Mouse, View};

impl App {
    /// Applies a mouse action to the pane under the pointer.
    pub(super) fn point(&mut self, mouse: Mouse, effects: &mut Vec<Effect>) {
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
            if self.views.sessions.focus != pane {
                self.focus_on(pane);
            }
            inside = area.inside();
        } else if let (true, View::People | View::Findings) = (is_in_panes, self.view) {
            for is_second in [false, true] {
                if let Some(area) = self.half(is_second).filter(|area| area.has(x, y)) {
                    if self.view == View::People {
                        self.views.people.is_second = is_second
                    } else {
                        self.views.findings.is_second = is_second
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
    pub(super) fn click(&mut self, line: usize) {
        let visible = usize::from(self.page_size().1 as u16);
        let to = |pager: &mut Pager, headings: usize, lines: usize| {
            if let Some(line) = line.checked_sub(headings)
                && pager.top + line < lines
            {
                pager.at = pager.top + line;
                pager.settle(lines, visible);
            }
        };
        match (self.view, self.views.sessions.focus) {
            (View::Calls, _) => {
                let (each, above, count) =
                    (self.views.calls.lines_each(), self.intro_lines().len(), self.views.calls.shown().len());
                if let Some(line) = line.checked_sub(above) {
                    let place = self.views.calls.pager.top + line / each.max(1);
                    self.views.calls.pager.at = place.min(count.saturating_sub(1));
                }
            }
            (View::Sessions, Pane::Sessions) => {
                let lines = self.views.sessions.list.len();
                to(&mut self.views.sessions.list.pager, usize::from(self.views.sessions.columns.is_chosen), lines);
                self.views.sessions.list.choose();
            }
            (View::Sessions, Pane::Tree) => {
                to(&mut self.views.sessions.tree.pager, 0, self.views.sessions.tree.lines.len());
                self.show_node();
            }
            (View::Sessions, Pane::Metrics) => {
                to(&mut self.views.sessions.metrics, METRICS_HEADINGS, self.views.sessions.panel.rows.len())
            }
            (View::People, _) if !self.views.people.is_second => {
                let people = self.assessment().map_or(0, |assessment| assessment.people.len());
                to(&mut self.views.people.list, 1, people);
            }
            (View::Findings, _) if !self.views.findings.is_second => {
                to(&mut self.views.findings.pager, 0, self.views.findings.rows.len())
            }
            (View::Timeline, _) => to(&mut self.views.timeline.pager, 1, self.views.timeline.lanes.len()),
            _ => {}
        }
        self.settle();
    }
}
