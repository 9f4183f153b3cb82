//! What the mouse does: the wheel scrolls, a click selects and opens.

use super::bindings::Action;
use super::layout::Pane;

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
        let behind = |headings: usize| line.checked_sub(headings);
        let focus = self.views.sessions.focus;
        match (self.view, focus) {
            (View::Calls, _) => {
                let each = self.views.calls.lines_each().max(1);
                if let Some(line) = behind(self.intro_lines().len()) {
                    let viewport = &mut self.views.calls.viewport;
                    viewport.go_to(viewport.top + line / each);
                }
            }
            (View::Sessions, Pane::Sessions) => {
                let headings = usize::from(self.views.sessions.columns.is_chosen);
                if let Some(line) = behind(headings) {
                    self.views.sessions.list.viewport.click(line);
                }
                self.views.sessions.list.choose();
            }
            (View::Sessions, Pane::Tree) => {
                self.views.sessions.tree.viewport.click(line);
                self.show_node();
            }
            (View::Sessions, Pane::Metrics) => {
                _ = behind(METRICS_HEADINGS).map(|line| self.views.sessions.metrics.click(line));
            }
            (View::People, _) if !self.views.people.is_second => {
                _ = behind(1).map(|line| self.views.people.list.click(line));
            }
            (View::Findings, _) if !self.views.findings.is_second => _ = self.views.findings.viewport.click(line),
            (View::Timeline, _) => _ = behind(1).map(|line| self.views.timeline.viewport.click(line)),
            _ => {}
        }
    }
}
