//! What lies over a view: a stack whose order is the precedence. The top layer gets the keys.

use super::bindings::Scope;
use super::menu::Menu;
use super::overlays::{Overlay, Subject, TextPage};
use super::prompt::{Ask, Notice, Prompt};
use super::viewport::Viewport;

/// What lies over the view, from the bottom to the top, and the line below it.
#[derive(Debug, Default)]
pub struct Layers {
    /// Overlays at the bottom, each of another scope; at most one of each other kind.
    stack: Vec<Layer>,
    /// The result of the last action, until the next key.
    pub notice: Option<Notice>,
}

/// Something that lies over the view.
#[derive(Debug)]
pub enum Layer {
    /// A page that fills the body.
    Overlay(Overlay),
    /// Help for what was below it when it was opened.
    Help(HelpPage),
    /// The line at the bottom that the user types into.
    Prompt(Prompt),
    Menu(Menu),
}

/// Help for a scope.
#[derive(Debug)]
pub struct HelpPage {
    /// The scope whose keys it lists first.
    pub scope: Scope,
    /// The words that the keys listed must contain.
    pub filter: String,
    /// The scroll position.
    pub viewport: Viewport,
}

impl Layer {
    /// Returns the context that keys apply to while it is on top.
    pub fn scope(&self) -> Scope {
        match self {
            Layer::Menu(menu) if menu.is_of_commands() => Scope::Menu,
            Layer::Menu(_) => Scope::Choices,
            Layer::Help(_) => Scope::Help,
            Layer::Prompt(prompt) => match prompt.ask {
                Ask::Filter => Scope::Filter,
                Ask::SaveAs { .. } => Scope::SaveAs,
                Ask::Search => Scope::Search,
                Ask::HelpFilter => Scope::HelpFilter,
                Ask::Jump => Scope::Jump,
            },
            Layer::Overlay(Overlay::Text(TextPage { subject: Subject::Status, .. })) => Scope::Status,
            Layer::Overlay(Overlay::Text(TextPage { subject: Subject::Explained(_), .. })) => Scope::Explanation,
            Layer::Overlay(Overlay::Text(_)) => Scope::MediaPath,
            Layer::Overlay(Overlay::Compared(_)) => Scope::Comparison,
            Layer::Overlay(Overlay::Details(_)) => Scope::Details,
            Layer::Overlay(Overlay::Raw(_)) => Scope::Raw,
        }
    }

    /// Returns the text typed into it so far; `None` if the user does not type into it.
    pub fn typed(&self) -> Option<&str> {
        match self {
            Layer::Prompt(prompt) => Some(prompt.input.value()),
            Layer::Menu(menu) => Some(menu.input.value()),
            Layer::Overlay(_) | Layer::Help(_) => None,
        }
    }

    /// Returns whether it fills the body, so that what is below cannot be seen.
    fn is_page(&self) -> bool {
        matches!(self, Layer::Overlay(_) | Layer::Help(_))
    }
}

/// Accessors of one kind of layer: to look at, to change, and to take away.
macro_rules! kind {
    ($kind:ident, $of:ty, $get:ident, $get_mut:ident, $take:ident) => {
        /// Returns the layer of this kind, if there is one.
        pub fn $get(&self) -> Option<&$of> {
            self.stack.iter().find_map(|layer| if let Layer::$kind(it) = layer { Some(it) } else { None })
        }

        /// Returns the layer of this kind, to be changed.
        pub fn $get_mut(&mut self) -> Option<&mut $of> {
            self.stack.iter_mut().find_map(|layer| if let Layer::$kind(it) = layer { Some(it) } else { None })
        }

        /// Takes the layer of this kind away.
        pub fn $take(&mut self) -> Option<$of> {
            let at = self.stack.iter().position(|layer| matches!(layer, Layer::$kind(_)))?;
            if let Layer::$kind(it) = self.stack.remove(at) { Some(it) } else { None }
        }
    };
}

impl Layers {
    kind!(Help, HelpPage, help, help_mut, take_help);
    kind!(Prompt, Prompt, prompt, prompt_mut, take_prompt);
    kind!(Menu, Menu, menu, menu_mut, take_menu);

    /// Returns the layer on top.
    pub fn top(&self) -> Option<&Layer> {
        self.stack.last()
    }

    /// Returns whether the view is all there is.
    pub fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    /// Puts a layer on top, in place of one of the same kind.
    pub fn open(&mut self, layer: Layer) {
        self.stack.retain(|other| std::mem::discriminant(other) != std::mem::discriminant(&layer));
        self.stack.push(layer);
    }

    /// Shows a page over the view and over the pages already there, below everything else. A page of the same kind, and
    /// those above it, give way: so the way back stays short.
    pub fn show(&mut self, overlay: Overlay) {
        let overlay = Layer::Overlay(overlay);
        let scope = overlay.scope();
        let is_page = |layer: &Layer| matches!(layer, Layer::Overlay(_));
        if let Some(same) = self.stack.iter().position(|layer| is_page(layer) && layer.scope() == scope) {
            let mut at = 0;
            self.stack.retain(|layer| {
                at += 1;
                at <= same || !is_page(layer)
            });
        }
        let place = self.stack.iter().take_while(|layer| is_page(layer)).count();
        self.stack.insert(place, overlay);
    }

    /// Iterates over the pages over the view, from the bottom to the top.
    pub fn overlays(&self) -> impl DoubleEndedIterator<Item = &Overlay> {
        self.stack.iter().filter_map(|layer| if let Layer::Overlay(it) = layer { Some(it) } else { None })
    }

    /// Returns the topmost page over the view.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays().next_back()
    }

    /// Returns the topmost page over the view, to be changed.
    pub fn overlay_mut(&mut self) -> Option<&mut Overlay> {
        self.stack.iter_mut().rev().find_map(|layer| if let Layer::Overlay(it) = layer { Some(it) } else { None })
    }

    /// Takes the topmost page over the view away, if it is of a scope. Returns whether it was.
    pub fn take_overlay(&mut self, scope: Scope) -> bool {
        let at = self.stack.iter().rposition(|layer| matches!(layer, Layer::Overlay(_)));
        let at = at.filter(|at| self.stack[*at].scope() == scope);
        at.map(|at| self.stack.remove(at)).is_some()
    }

    /// Takes all pages over the view away.
    pub fn take_overlays(&mut self) {
        self.stack.retain(|layer| !matches!(layer, Layer::Overlay(_)));
    }

    /// Opens the line at the bottom.
    pub fn ask(&mut self, ask: Ask, text: impl Into<String>) {
        let before = text.into();
        self.open(Layer::Prompt(Prompt {
            ask,
            input: tui_input::Input::new(before.clone()),
            before,
            recalled: 0,
            before_recall: String::new(),
        }));
    }

    /// Returns the page that fills the body: the topmost one.
    pub fn page(&self) -> Option<&Layer> {
        self.stack.iter().rfind(|layer| layer.is_page())
    }

    /// Returns the page that fills the body, to be changed.
    pub fn page_mut(&mut self) -> Option<&mut Layer> {
        self.stack.iter_mut().rfind(|layer| layer.is_page())
    }

    /// Closes the page that fills the body. Returns whether there was one.
    pub fn close_page(&mut self) -> bool {
        let page = self.stack.iter().rposition(Layer::is_page);
        page.map(|at| self.stack.remove(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_opened_last_gets_the_keys_whatever_it_is() {
        let mut layers = Layers::default();
        let help =
            || Layer::Help(HelpPage { scope: Scope::Sessions, filter: String::new(), viewport: Viewport::default() });
        layers.open(help());
        layers.ask(Ask::Search, "loss");
        assert_eq!(layers.top().map(Layer::scope), Some(Scope::Search));
        layers.open(help());
        assert_eq!(layers.top().map(Layer::scope), Some(Scope::Help));
        assert!(layers.close_page() && !layers.close_page());
        assert_eq!(layers.top().map(Layer::scope), Some(Scope::Search));
    }
}
