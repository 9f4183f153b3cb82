//! The list of calls to open: built-in ones, those from several files, or the tenant's.

use crate::call::listing::{CallsAsked, ListedCall};
use crate::call::{Filter, Listing};
use crate::model::{CallType, Clock};
use crate::privacy::Level;
use crate::text::sanitize;
use crate::wording;

use super::Behavior;
use crate::app::bindings::Action;
use crate::app::bindings::Scope;
use crate::app::prompt::Notice;
use crate::app::session_detail::SessionDetail;
use crate::app::viewport::Viewport;
use crate::app::{App, Effect};

#[derive(Debug, Default)]
pub struct CallList {
    pub entries: Entries,
    /// Lines above the list: where the user is, and other ways to start.
    pub intro: &'static [&'static str],
    /// The cursor.
    pub viewport: Viewport,
    filter: Filter,
    /// The indexes of the entries that match the filter.
    shown: Vec<u32>,
}

/// The kinds of entries that the list can hold.
#[derive(Debug, Default)]
pub enum Entries {
    /// None: a call was named on the command line.
    #[default]
    None,
    /// Calls, each with a description.
    Cards(Vec<Choice>),
    /// The number of calls from a single load; their descriptions are built only when drawn.
    Opened(usize),
    /// The tenant's calls.
    Listed(Listing),
}

/// A call and its description.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The name of the call.
    pub title: String,
    /// More about the call.
    pub about: String,
}

/// The chosen entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// The card at an index.
    Card(usize),
    /// The tenant's call with an id.
    Call(String),
}

impl Choice {
    /// Returns the title and the description as one text.
    pub fn text(&self) -> String {
        format!("{} {}", self.title, self.about)
    }
}

/// Returns whether a call matches. Without a filter, its text is never built.
fn passes(filter: &Filter, text: impl FnOnce() -> String) -> bool {
    filter.is_empty() || filter.passes_text(&text())
}

impl CallList {
    /// Creates a list of cards.
    pub fn cards(cards: Vec<Choice>, intro: &'static [&'static str]) -> CallList {
        let mut list = CallList { entries: Entries::Cards(cards), intro, ..CallList::default() };
        list.refilter(Clock::UTC, &|_| String::new());
        list
    }

    /// Creates a list for the tenant's calls, before any have arrived.
    pub fn listing(asked_for: CallsAsked) -> CallList {
        CallList { entries: Entries::Listed(Listing::new(asked_for)), ..CallList::default() }
    }

    /// Returns whether there is a list at all.
    pub fn is_there(&self) -> bool {
        !matches!(self.entries, Entries::None)
    }

    /// Returns the number of entries, regardless of the filter.
    pub fn total(&self) -> usize {
        match &self.entries {
            Entries::None => 0,
            Entries::Cards(cards) => cards.len(),
            Entries::Opened(calls) => *calls,
            Entries::Listed(listing) => listing.calls().len(),
        }
    }

    /// Returns the indexes of the entries shown.
    pub fn shown(&self) -> &[u32] {
        &self.shown
    }

    /// Returns the number of lines that an entry takes.
    pub fn lines_each(&self) -> usize {
        if matches!(self.entries, Entries::Listed(_)) { 1 } else { 2 }
    }

    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Shows only entries that match a filter. `opened` describes a call of a single
    /// load by its index.
    pub fn set_filter(&mut self, filter: Filter, clock: Clock, opened: &dyn Fn(usize) -> String) {
        self.filter = filter;
        self.refilter(clock, opened);
        self.viewport.set_len(self.shown.len());
    }

    /// Takes in the number of calls that a single load has brought so far. Only the new ones are filtered: there may be
    /// tens of thousands, arriving one by one.
    pub fn offer(&mut self, calls: usize, opened: &dyn Fn(usize) -> String) {
        let before = match self.entries {
            Entries::Opened(before) if before <= calls => before,
            _ => {
                self.shown.clear();
                0
            }
        };
        self.entries = Entries::Opened(calls);
        self.shown.extend((before..calls).filter(|at| passes(&self.filter, || opened(*at))).map(|at| at as u32));
    }

    /// Filters all entries again after new ones arrive. The cursor stays on its call.
    pub fn refilter(&mut self, clock: Clock, opened: &dyn Fn(usize) -> String) {
        let text = |at: usize| match &self.entries {
            Entries::None => String::new(),
            Entries::Cards(cards) => cards.get(at).map(Choice::text).unwrap_or_default(),
            Entries::Opened(_) => opened(at),
            Entries::Listed(listing) => {
                listing.calls().get(at).map(|call| columns(call, clock, Level::Full).join(" ")).unwrap_or_default()
            }
        };
        self.shown = (0..self.total()).filter(|at| passes(&self.filter, || text(*at))).map(|at| at as u32).collect();
    }

    /// Puts the cursor back on a call after the list changes.
    pub fn stay_with(&mut self, id: Option<&str>) {
        let Entries::Listed(listing) = &self.entries else { return };
        let place = self.shown.iter().position(|at| listing.calls().get(*at as usize).map(|it| it.id.as_str()) == id);
        if let Some(place) = place.filter(|_| id.is_some() && self.viewport.at > 0) {
            self.viewport.at = place;
        }
    }

    /// Returns the id of the tenant's call under the cursor.
    pub fn selected_id(&self) -> Option<String> {
        match self.selected()? {
            Chosen::Call(id) => Some(id),
            Chosen::Card(_) => None,
        }
    }

    /// Returns the entry under the cursor.
    pub fn selected(&self) -> Option<Chosen> {
        let at = *self.shown.get(self.viewport.at)? as usize;
        match &self.entries {
            Entries::None => None,
            Entries::Cards(_) | Entries::Opened(_) => Some(Chosen::Card(at)),
            Entries::Listed(listing) => listing.calls().get(at).map(|call| Chosen::Call(call.id.clone())),
        }
    }

    /// Moves the cursor.
    pub fn apply(&mut self, action: Action) {
        self.viewport.apply(action);
    }
}

/// What the list of calls does.
pub(super) struct Calls;

impl Behavior for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn action(&self) -> Action {
        Action::Calls
    }

    fn scope(&self, _app: &App) -> Scope {
        Scope::Calls
    }

    fn on_action(&self, app: &mut App, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Open => {
                if let Some(chosen) = app.views.calls.selected() {
                    app.open_chosen(chosen, effects);
                }
            }
            _ => app.views.calls.apply(action),
        }
    }

    fn on_click(&self, app: &mut App, line: usize) {
        if let Some(line) = line.checked_sub(app.lines_above_calls()) {
            let each = app.views.calls.lines_each().max(1);
            let viewport = &mut app.views.calls.viewport;
            viewport.click(line / each);
        }
    }

    fn back(&self, app: &mut App) {
        match app.views.calls.filter().text() {
            "" => app.say_nothing_is_behind(),
            filter => {
                app.layers.notice = Some(Notice::done(format!("filter removed: /{filter}")));
                app.set_filter_here("");
            }
        }
    }

    fn fit(&self, app: &mut App) {
        let height = app.page_size().1.saturating_sub(app.lines_above_calls()) / app.views.calls.lines_each();
        let shown = app.views.calls.shown().len();
        app.views.calls.viewport.fit(shown, height);
    }

    fn selected_row(&self, _app: &App) -> Option<u32> {
        None
    }

    fn copyable(&self, _app: &App, _open: &SessionDetail, _add: &mut dyn FnMut(&'static str, String)) {}
}

impl App {
    /// Returns the number of lines above the calls: an introduction, and the column headings of a table.
    pub fn lines_above_calls(&self) -> usize {
        let calls = &self.views.calls;
        let has_headings = matches!(calls.entries, Entries::Listed(_)) && !calls.shown().is_empty();
        self.intro_lines().len() + usize::from(has_headings)
    }
}

/// Returns the columns for a call: start, duration, type, media, organizer (unless people are hidden) and id.
pub fn columns(call: &ListedCall, clock: Clock, level: Level) -> [String; 6] {
    let kind = match &call.kind {
        Some(CallType::GroupCall) => "group",
        Some(CallType::PeerToPeer) => "one-to-one",
        _ => "–",
    };
    let length = match (call.start, call.end) {
        (Some(start), Some(end)) => wording::length(start.until(end).seconds()),
        _ => "–".to_owned(),
    };
    let media: Vec<&str> = call.modalities.iter().map(|word| wording::modality(word)).collect();
    [
        call.start.map_or_else(|| "–".to_owned(), |start| clock.in_column(start)),
        length,
        kind.to_owned(),
        sanitize(&media.join(" ")).into_owned(),
        match (&call.organizer, level) {
            (None, _) => String::new(),
            (Some(organizer), Level::Full) => sanitize(organizer).into_owned(),
            (Some(_), _) => "(hidden)".to_owned(),
        },
        sanitize(&call.id).into_owned(),
    ]
}
