//! What the screen hides: the level that the user wants, and that of the data on screen. While the two differ, nothing of
//! the call is shown.

use crate::privacy::Level;

use super::bindings::Action;
use super::prompt::Notice;
use super::{App, Effect};

/// What is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// What the user wants to hide.
    pub level: Level,
    /// What is hidden in the data on screen.
    pub shown: Level,
    /// The data on screen was received by an earlier load, which cannot continue.
    pub is_replay: bool,
}

impl App {
    /// Starts with a level. Must be called before anything is loaded.
    pub fn begin_with_privacy(&mut self, level: Level) {
        self.privacy.level = level;
    }

    /// Returns whether the data at hand shows more than the user wants.
    pub fn is_covered(&self) -> bool {
        let has_data = self.view.is_of_call() || self.choices_are_loaded();
        has_data && self.privacy.shown < self.privacy.level
    }

    /// Returns what is said in place of a call that must not be shown yet, in sentences.
    pub fn cover_words(&self) -> Vec<String> {
        let what = match self.privacy.level {
            Level::Full => "nothing",
            Level::Tier2 => "people",
            Level::Tier1 => "people, networks and devices",
        };
        let state = match (self.data.loaded.ending(), self.data.loaded.wait()) {
            (Some(_), _) => format!("Hiding {what} …"),
            (None, Some(wait)) => format!("The call is being read: {}.", wait.words()),
            (None, None) => "The call is being read …".to_owned(),
        };
        let key = self.keys.key_hint(Action::Privacy);
        vec![state, format!("It is shown once {what} can be hidden in all of it. {key} changes what is hidden.")]
    }

    /// Returns the note for the top line; `None` if nothing is hidden.
    pub fn privacy_sign(&self) -> Option<String> {
        let level = self.privacy.level;
        (level != Level::Full).then(|| format!("[{level}: {}]", level.words()))
    }

    /// Hides more, or everything again.
    pub(super) fn next_privacy(&mut self, effects: &mut Vec<Effect>) {
        self.privacy.level = self.privacy.level.next();
        let level = self.privacy.level;
        // The typed text may contain a name.
        self.layers.take_overlays();
        self.layers.take_prompt();
        self.forget_what_was_typed();
        self.layers.notice = Some(Notice::done(format!("privacy {level}: {}", level.words())));
        self.want_privacy(effects);
    }

    /// Requests the data at the wanted level once it can be had.
    pub(super) fn want_privacy(&mut self, effects: &mut Vec<Effect>) {
        let is_at_hand = self.privacy.is_replay || self.data.loaded.ending().is_some();
        // From a list of calls, one is read again when it is opened.
        let is_shown = self.view.is_of_call() || self.choices_are_loaded();
        if self.data.load > 0 && is_at_hand && is_shown {
            effects.push(Effect::ShowAt(self.privacy.level));
        }
    }

    /// Forgets filters and searches.
    fn forget_what_was_typed(&mut self) {
        self.set_filter_here("");
        self.set_filter("");
        self.past_filters.clear();
        (self.search, self.before_search) = (None, Default::default());
    }

    /// Returns whether an action may be done while nothing of the call is shown.
    pub(super) fn may_do_covered(action: Action) -> bool {
        matches!(
            action,
            Action::Quit
                | Action::Interrupt
                | Action::Suspend
                | Action::Redraw
                | Action::Privacy
                | Action::StopLoading
                | Action::Calls
        )
    }
}
