//! What is shown, as text for another program: the pager and the editor.

use crate::text::sanitize;

use super::details::in_full;
use super::effect::{Effect, Reader, Shown, Text};
use super::views::calls::{Entries, columns};
use super::{App, Layer, Overlay, View, choice_of, pages};

impl App {
    /// Opens what is shown in another program.
    pub(super) fn hand_over(&self, reader: Reader, effects: &mut Vec<Effect>) {
        let text = |name, content| Shown::Text(Text { name, content });
        let shown = match self.layers.page() {
            Some(Layer::Help(help)) => {
                text("help.txt", pages::plain(pages::help(&self.keys, help.scope, &help.filter)))
            }
            Some(Layer::Overlay(Overlay::Text(page))) => text("page.txt", pages::plain(self.text_lines(&page.subject))),
            Some(Layer::Overlay(Overlay::Details(details))) => {
                let lines = details.lines.iter().enumerate().map(|(at, line)| in_full(line, details.columns_at(at)));
                text("details.txt", cleaned(lines))
            }
            Some(Layer::Overlay(Overlay::Compared(comparison))) => {
                text("comparison.txt", cleaned(comparison.words().lines()))
            }
            Some(Layer::Overlay(Overlay::Raw(raw))) => text("node.json", cleaned(raw.whole().lines())),
            _ if self.view == View::Calls => text("calls.txt", self.calls_as_text()),
            _ => Shown::Report,
        };
        effects.push(Effect::HandOver(reader, shown));
    }

    fn calls_as_text(&self) -> String {
        let shown = self.views.calls.shown().iter().map(|at| *at as usize);
        match &self.views.calls.entries {
            Entries::None => String::new(),
            Entries::Cards(cards) => cleaned(shown.filter_map(|at| Some(cards.get(at)?.text()))),
            Entries::Opened(_) => {
                cleaned(shown.map(|at| choice_of(&self.data.loaded, at, self.judge().set, self.clock).text()))
            }
            Entries::Listed(listing) => cleaned(shown.filter_map(|at| {
                Some(columns(listing.calls().get(at)?, self.clock, self.privacy.level).join("  ").trim().to_owned())
            })),
        }
    }
}

/// Returns lines as one text that does nothing to a terminal.
fn cleaned(lines: impl Iterator<Item: AsRef<str>>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&sanitize(line.as_ref()));
        text.push('\n');
    }
    text
}
