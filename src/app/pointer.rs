//! What the mouse does: the wheel scrolls, a click selects and opens, or does what a hint or an entry of a menu says.

use super::bindings::Action;
use super::layers::Layer;
use super::{App, Effect, Mouse};

impl App {
    /// Returns the action of the hint in the bottom line that was clicked.
    pub(super) fn clicked_hint(&self, mouse: Mouse) -> Option<Action> {
        let Mouse::Click(x, y) = mouse else { return None };
        let is_typed = matches!(self.layers.top(), Some(Layer::Prompt(_)));
        let footer = self.layout().filter(|_| !is_typed)?.footer;
        if footer.has(x, y) { self.hint_at(x) } else { None }
    }

    /// Applies a mouse action to the pane under the pointer.
    pub(super) fn point(&mut self, mouse: Mouse, effects: &mut Vec<Effect>) {
        let (x, y, action) = match mouse {
            Mouse::Click(x, y) => (x, y, None),
            Mouse::WheelDown(x, y) => (x, y, Some(Action::Down)),
            Mouse::WheelUp(x, y) => (x, y, Some(Action::Up)),
        };
        if matches!(self.layers.top(), Some(Layer::Prompt(_))) {
            return;
        }
        if let (None, Some(Layer::Menu(_))) = (action, self.layers.top()) {
            return self.click_menu(x, y, effects);
        }
        let view = self.view.behavior();
        if action.is_none() && self.layers.is_empty() && view.on_click_outside(self, x, y) {
            return;
        }
        let pane = if self.layers.is_empty() { view.focus_at(self, x, y) } else { None };
        if self.layers.is_empty() && pane.is_none() {
            return;
        }
        match (action, pane) {
            // The wheel moves three lines per notch, as in most programs.
            (Some(action), _) => (0..3).for_each(|_| self.act(action, effects)),
            (None, Some(inside)) if inside.has(x, y) => {
                view.on_click_at(self, usize::from(x - inside.x), usize::from(y - inside.y));
            }
            (None, _) => {}
        }
    }
}
