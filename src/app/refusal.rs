//! Why a key does nothing here, and what does instead.

use super::bindings::{Action, Scope};
use super::key::Key;
use super::layers::Layer;
use super::overlays::{Overlay, TextPage};
use super::prompt::Notice;
use super::views::View;
use super::views::calls::Entries;
use super::{App, DetailState};

impl App {
    /// Returns whether an action would currently do anything.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            // Where there are none to fetch, the key says so, or what would help.
            Action::Segments => self.view != View::Calls && self.lacks_segments() && self.is_fetched(),
            _ => self.refusal(action).is_none(),
        }
    }

    /// Returns why an action would currently do nothing; `None` if it would do something.
    pub(super) fn refusal(&self, action: Action) -> Option<&'static str> {
        let (is_refused, why) = match action {
            Action::GoOn if self.view == View::Calls => (!self.can_go_on(), "there are no more calls to load"),
            Action::GoOn if self.privacy.is_replay => {
                (true, "names were hidden: open the call again to continue loading")
            }
            Action::GoOn => (!self.can_go_on(), "nothing to retry: loading was not interrupted"),
            Action::StopLoading => (!self.is_loading(), "nothing is loading"),
            Action::Calls => (!self.views.calls.is_there(), "this call was opened alone: there is no list of calls"),
            Action::NextPane | Action::PreviousPane => (self.view == View::Timeline, "the timeline has no other pane"),
            Action::ZoomPane | Action::Wider | Action::Narrower => {
                (self.view != View::Sessions, "this view has no panes to resize")
            }
            Action::NextMatch | Action::PreviousMatch => {
                let has_problems = self.layers.page().is_none() && self.view != View::Calls;
                let has_problems = has_problems || matches!(self.layers.overlay(), Some(Overlay::Details(_)));
                let is_raw = matches!(self.layers.page(), Some(Layer::Overlay(Overlay::Raw(_))));
                (!has_problems && !is_raw && self.search().is_none(), "no search yet")
            }
            Action::Save => {
                (self.call().is_none_or(|call| call.rows().is_empty()), "there are no sessions to save yet")
            }
            Action::Pager | Action::Editor => {
                let is_report = self.layers.page().is_none() && self.view.is_of_call();
                (is_report && self.assessment().is_none(), "the call has not been assessed yet")
            }
            Action::CopyTicket | Action::Own(_) => (self.assessment().is_none(), "the call has not been assessed yet"),
            Action::Explain if matches!(self.layers.overlay(), Some(Overlay::Text(TextPage { .. }))) => {
                (true, "nothing to explain on this page")
            }
            Action::Status => (self.call().is_none(), "nothing is loaded yet"),
            Action::Details
            | Action::Raw
            | Action::MediaPath
            | Action::Mark
            | Action::CompareHealthy
            | Action::Explain
                if self.layers.overlay().is_none() =>
            {
                (matches!(self.detail, DetailState::Nothing), "no session is selected")
            }
            _ => match View::of_action(action) {
                Some(view) => (self.layers.is_empty() && self.view == view, "this view is already on screen"),
                None => return None,
            },
        };
        is_refused.then_some(why)
    }

    fn is_loading(&self) -> bool {
        match (&self.views.calls.entries, self.view) {
            (Entries::Listed(listing), View::Calls) => listing.end().is_none(),
            (_, View::Calls) => false,
            _ => self.data.load > 0 && self.data.loaded.ending().is_none(),
        }
    }

    /// Says why a key does nothing here, from the table of keys: where it does something, and how to get there.
    pub(super) fn explain_key(&mut self, key: Key) {
        let here = self.scope();
        let text = match self.keys.elsewhere(key) {
            Some(binding) => {
                let (place, reach) = binding.scope.place();
                let way = reach.and_then(|(action, why)| {
                    let hint = self.keys.key_hint_in(here, action);
                    (!hint.is_empty() && self.offers(action)).then(|| format!("; press {hint} {why}"))
                });
                format!("{key} ({}) works {place}{}", binding.label, way.unwrap_or_default())
            }
            None => match self.keys.key_hint_in(here, Action::Help) {
                hint if hint.is_empty() => format!("{key} does nothing here"),
                hint => format!("{key} does nothing here; press {hint} for the keys"),
            },
        };
        self.layers.notice = Some(Notice::trouble(text));
    }
}

/// How to get to a place: the action, and what for.
pub type Reach = Option<(Action, &'static str)>;

impl Scope {
    /// Returns where a scope's keys work, in words, and how to get there.
    fn place(self) -> (&'static str, Reach) {
        let row = PLACES.iter().find(|row| row.0 == self);
        row.map_or(("elsewhere", None), |row| (row.1, row.2))
    }
}

/// Where the keys of each scope work, in words, and how to get there. Scopes whose keys work nearly everywhere, and
/// those in which text is typed, need no row.
const PLACES: &[(Scope, &str, Reach)] = &[
    (Scope::Call, "in a call", Some((Action::Open, "to open one"))),
    (Scope::Panes, "in the views of a call", Some((Action::Back, "to go back to one"))),
    (Scope::Sessions, "in the list of sessions", Some((Action::Sessions, "to go there"))),
    (Scope::Tree, "in the tree of a session", Some((Action::NextPane, "to get to it"))),
    (Scope::Why, "in the findings of a session", Some((Action::NextPane, "to get to them"))),
    (Scope::Timeline, "in the timeline", Some((Action::Timeline, "to go there"))),
    (Scope::People, "in the people view", Some((Action::People, "to go there"))),
    (Scope::Findings, "in the findings view", Some((Action::Findings, "to go there"))),
    (Scope::Text, "on pages over a view", None),
    (Scope::Raw, "in raw JSON", Some((Action::Raw, "to show it"))),
    (Scope::Calls, "in the list of calls", Some((Action::Calls, "to go there"))),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Keymap;

    #[test]
    fn every_scope_whose_keys_may_be_missing_elsewhere_has_a_place() {
        for scope in Scope::all() {
            let keys = Keymap::default();
            let is_named = keys
                .bindings_of(scope)
                .any(|binding| keys.elsewhere(binding.keys[0]).is_some_and(|it| it.scope == scope));
            assert!(!is_named || scope.place().0 != "elsewhere", "{scope:?}");
        }
    }
}
