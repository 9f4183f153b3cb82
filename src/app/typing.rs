//! What the user types or pastes into a line: filters, file names, searches.

use tui_input::{Input, InputRequest};

use crate::call::Filter;

use crate::text::sanitize;

use super::prompt::{Ask, Notice, Prompt};
use super::viewport::Viewport;
use super::{App, Effect, LONGEST_PASTE, Overlay, View, choice_of, listed};

impl App {
    /// Completes the token being typed into the filter line, or the step of a path; offers another kind of file.
    pub(super) fn complete(&mut self) {
        if matches!(self.layers.prompt(), Some(Prompt { ask: Ask::SaveAs { .. }, .. })) {
            return self.next_kind();
        }
        let path = self.layers.prompt().filter(|prompt| prompt.ask == Ask::Jump).map(|prompt| prompt.input.value());
        if let (Some(path), Some(Overlay::Raw(raw))) = (path, self.layers.overlay()) {
            let completed = raw.complete(path);
            if let (Some(path), Some(prompt)) = (completed, self.layers.prompt_mut()) {
                prompt.input = Input::new(path);
            }
            return;
        }
        let Some(prompt) = self.layers.prompt_mut().filter(|prompt| prompt.ask == Ask::Filter) else { return };
        let typed = prompt.input.value().to_owned();
        let begun = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
        let Some(completed) = Filter::complete(begun, &self.named_filters) else { return };
        let text = format!("{}{completed}", &typed[..typed.len() - begun.len()]);
        prompt.input = Input::new(text.clone());
        self.set_filter_here(&text);
    }

    /// Returns the filter of the list on screen: of calls, or of all views of one.
    pub fn filter(&self) -> &Filter {
        match self.view {
            View::Calls => self.views.calls.filter(),
            _ => self.views.sessions.list.filter(),
        }
    }

    /// Starts with a filter.
    pub fn begin_with_filter(&mut self, filter: &str) {
        let sort = self.views.sessions.list.sort;
        self.views.sessions.list.begin(Filter::with(filter, &self.named_filters), sort);
    }

    pub(super) fn rebuild_list(&mut self) {
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            self.views.sessions.list.rebuild(listed);
        }
    }

    /// Pastes a text into the open line, with line breaks as spaces; without an open line it is ignored.
    pub(super) fn paste(&mut self, text: &str) {
        if self.layers.menu().is_none() && self.layers.prompt().is_none() {
            return self.refuse_paste();
        }
        let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ");
        let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
        let letters = text.chars().take(LONGEST_PASTE).map(plain);
        self.type_in(letters.map(InputRequest::InsertChar).collect::<Vec<_>>());
    }

    pub(super) fn type_in(&mut self, requests: impl IntoIterator<Item = InputRequest>) {
        self.layers.notice = None;
        if let Some(menu) = self.layers.menu_mut() {
            return menu.type_in(requests);
        }
        let Some(prompt) = self.layers.prompt_mut() else { return };
        requests.into_iter().for_each(|request| _ = prompt.input.handle(request));
        match &mut prompt.ask {
            Ask::Filter => {
                let text = prompt.input.value().to_owned();
                self.set_filter_here(&text);
            }
            Ask::SaveAs { over, .. } => *over = None,
            Ask::HelpFilter => {
                let text = prompt.input.value().to_owned();
                self.filter_help(text);
            }
            Ask::Search => {
                let text = prompt.input.value().to_owned();
                match self.raw_mut() {
                    Some(raw) => raw.search_as_typed(&text),
                    None => self.search_for(&text),
                }
            }
            Ask::Jump => {}
        }
    }

    fn filter_help(&mut self, text: String) {
        if let Some(help) = self.layers.help_mut() {
            (help.filter, help.viewport) = (text, Viewport::default());
        }
    }

    pub(super) fn accept(&mut self, effects: &mut Vec<Effect>) {
        // What is not understood would be left out of the filter without a sign, so the line stays.
        let is_filter = self.layers.prompt().is_some_and(|prompt| prompt.ask == Ask::Filter);
        if is_filter && !self.filter().mistakes.is_empty() {
            return;
        }
        // In a terminal too small for the screen, nobody sees which file would be written.
        let is_name = self.layers.prompt().is_some_and(|prompt| matches!(prompt.ask, Ask::SaveAs { .. }));
        if is_name && self.layout().is_none() {
            return;
        }
        let Some(prompt) = self.layers.take_prompt() else { return };
        let typed = prompt.input.value().trim().to_owned();
        match prompt.ask {
            Ask::HelpFilter => {}
            Ask::Filter if typed.is_empty() => {}
            Ask::Filter => {
                self.past_filters.retain(|past| *past != typed);
                self.past_filters.push(typed);
                self.views.sessions.list.choose();
            }
            Ask::Search => {
                if let Some(raw) = self.raw_mut() {
                    raw.end_search(true);
                }
            }
            Ask::Jump => self.jump(&typed),
            Ask::SaveAs { .. } if typed.is_empty() => {}
            Ask::SaveAs { over, .. } => self.save_as(typed, over.as_deref(), effects),
        }
    }

    pub(super) fn dismiss(&mut self) {
        match self.layers.take_prompt() {
            Some(Prompt { ask: Ask::Filter, before, .. }) => self.set_filter_here(&before),
            Some(Prompt { ask: Ask::Search, .. }) => match self.raw_mut() {
                Some(raw) => raw.end_search(false),
                None => self.undo_search(),
            },
            Some(Prompt { ask: Ask::HelpFilter, .. }) => self.filter_help(String::new()),
            _ => {}
        }
    }

    /// Puts an earlier or later filter into the filter line.
    pub(super) fn recall(&mut self, is_earlier: bool) {
        let Some(prompt) = self.layers.prompt_mut().filter(|prompt| prompt.ask == Ask::Filter) else { return };
        let past = &self.past_filters;
        let recalled = if is_earlier { prompt.recalled + 1 } else { prompt.recalled.saturating_sub(1) };
        if recalled > past.len() || recalled == prompt.recalled {
            return;
        }
        if prompt.recalled == 0 {
            // What was typed so far comes back after the last one.
            prompt.before_recall = prompt.input.value().to_owned();
        }
        let text = match past.len().checked_sub(recalled).and_then(|at| past.get(at)) {
            Some(text) => text.clone(),
            None => prompt.before_recall.clone(),
        };
        (prompt.recalled, prompt.input) = (recalled, Input::new(text.clone()));
        self.set_filter_here(&text);
    }

    /// Clears the filter of the call; the cursor stays on its session. Returns whether there was one.
    pub(super) fn clear_filter(&mut self) -> bool {
        let is_on = !self.views.sessions.list.filter().text().is_empty();
        if is_on {
            self.views.sessions.list.choose();
            let filter = sanitize(self.views.sessions.list.filter().text()).into_owned();
            self.layers.notice = Some(Notice::done(format!("filter removed: /{filter}")));
            self.set_filter("");
        }
        is_on
    }

    /// Filters the current view: the calls, or the sessions of one.
    pub(super) fn set_filter_here(&mut self, filter: &str) {
        if self.view == View::Calls {
            let loaded = &self.data.loaded;
            let (set, clock) = (self.rule_choice.judge.set, self.clock);
            let filter = Filter::of_calls(filter, &self.named_filters);
            self.views.calls.set_filter(filter, clock, &|at| choice_of(loaded, at, set, clock).text());
        } else {
            self.set_filter(filter);
        }
    }

    pub(super) fn set_filter(&mut self, filter: &str) {
        if let Some(listed) = listed(&self.data.loaded, self.data.call) {
            self.views.sessions.list.set_filter(Filter::with(filter, &self.named_filters), listed);
        }
    }
}
