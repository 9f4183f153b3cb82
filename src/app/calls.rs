//! The list of calls to open: built-in ones, those of several files, or the tenant's.

use crate::call::Listing;
use crate::call::listing::ListedCall;
use crate::model::CallType;
use crate::report::clean::clean;
use crate::report::wording;

use super::bindings::Action;
use super::pager::Pager;

/// The list.
#[derive(Debug, Default)]
pub struct CallList {
    /// What is in it.
    pub entries: Entries,
    /// What stands above it: where one is, and how else to begin.
    pub intro: &'static [&'static str],
    /// The cursor.
    pub pager: Pager,
    filter: String,
    /// The places of the entries that the filter lets through.
    shown: Vec<u32>,
}

/// What can be in the list.
#[derive(Debug, Default)]
pub enum Entries {
    /// Nothing: a call was named.
    #[default]
    None,
    /// Calls with something to say about each.
    Cards(Vec<Choice>),
    /// So many calls that one load brought; what is said about each is asked for when it is drawn.
    Opened(usize),
    /// The tenant's calls.
    Listed(Listing),
}

/// A call with something to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What it is.
    pub title: String,
    /// More about it.
    pub about: String,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// The card at a place.
    Card(usize),
    /// The tenant's call of an id.
    Call(String),
}

impl Choice {
    /// All that it says.
    pub fn text(&self) -> String {
        format!("{} {}", self.title, self.about)
    }
}

/// Has a text all words in it? Without words nobody asks for the text.
fn passes(words: &[String], text: impl FnOnce() -> String) -> bool {
    words.is_empty() || {
        let text = text().to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}

impl CallList {
    /// With cards.
    pub fn cards(cards: Vec<Choice>, intro: &'static [&'static str]) -> CallList {
        let mut list = CallList { entries: Entries::Cards(cards), intro, ..CallList::default() };
        list.refilter(&|_| String::new());
        list
    }

    /// With the tenant's calls, none of which is here yet.
    pub fn listing(asked_for: String) -> CallList {
        CallList { entries: Entries::Listed(Listing::new(asked_for)), ..CallList::default() }
    }

    /// Is there a list at all?
    pub fn is_there(&self) -> bool {
        !matches!(self.entries, Entries::None)
    }

    /// How many entries there are, whatever the filter says.
    pub fn total(&self) -> usize {
        match &self.entries {
            Entries::None => 0,
            Entries::Cards(cards) => cards.len(),
            Entries::Opened(calls) => *calls,
            Entries::Listed(listing) => listing.calls().len(),
        }
    }

    /// The places of the entries that are shown.
    pub fn shown(&self) -> &[u32] {
        &self.shown
    }

    /// How many lines an entry takes.
    pub fn lines_each(&self) -> usize {
        if matches!(self.entries, Entries::Listed(_)) { 1 } else { 2 }
    }

    /// The filter.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Lets through what has every word of a text in it, in any capitals. What is said about a call that one load brought is
    /// told by its place.
    pub fn set_filter(&mut self, filter: &str, opened: &dyn Fn(usize) -> String, visible: usize) {
        self.filter = filter.to_owned();
        self.refilter(opened);
        self.pager.settle(self.shown.len(), visible);
    }

    /// One load brought so many calls by now. Only the new ones are looked at: they may be tens of thousands, and come one
    /// by one.
    pub fn offer(&mut self, calls: usize, opened: &dyn Fn(usize) -> String) {
        let before = match self.entries {
            Entries::Opened(before) if before <= calls => before,
            _ => {
                self.shown.clear();
                0
            }
        };
        self.entries = Entries::Opened(calls);
        let words = self.words();
        self.shown.extend((before..calls).filter(|at| passes(&words, || opened(*at))).map(|at| at as u32));
    }

    fn words(&self) -> Vec<String> {
        self.filter.split_whitespace().map(str::to_lowercase).collect()
    }

    /// Finds out again which entries are shown, after some came. The cursor stays with its call.
    pub fn refilter(&mut self, opened: &dyn Fn(usize) -> String) {
        let words = self.words();
        let text = |at: usize| match &self.entries {
            Entries::None => String::new(),
            Entries::Cards(cards) => cards.get(at).map(Choice::text).unwrap_or_default(),
            Entries::Opened(_) => opened(at),
            Entries::Listed(listing) => listing.calls().get(at).map(|call| columns(call).join(" ")).unwrap_or_default(),
        };
        self.shown = (0..self.total()).filter(|at| passes(&words, || text(*at))).map(|at| at as u32).collect();
    }

    /// Puts the cursor on a call again, after the list changed.
    pub fn stay_with(&mut self, id: Option<&str>) {
        let Entries::Listed(listing) = &self.entries else { return };
        let place = self.shown.iter().position(|at| listing.calls().get(*at as usize).map(|it| it.id.as_str()) == id);
        if let Some(place) = place.filter(|_| id.is_some() && self.pager.at > 0) {
            self.pager.at = place;
        }
    }

    /// The id of the tenant's call with the cursor.
    pub fn selected_id(&self) -> Option<String> {
        match self.selected()? {
            Chosen::Call(id) => Some(id),
            Chosen::Card(_) => None,
        }
    }

    /// The entry with the cursor.
    pub fn selected(&self) -> Option<Chosen> {
        let at = *self.shown.get(self.pager.at)? as usize;
        match &self.entries {
            Entries::None => None,
            Entries::Cards(_) | Entries::Opened(_) => Some(Chosen::Card(at)),
            Entries::Listed(listing) => listing.calls().get(at).map(|call| Chosen::Call(call.id.clone())),
        }
    }

    /// Moves the cursor.
    pub fn apply(&mut self, action: Action, visible: usize) {
        self.pager.apply(action, self.shown.len(), visible);
    }
}

/// What the list says of a call: when, how long, of what kind, with which media, who organised it, its id.
pub fn columns(call: &ListedCall) -> [String; 6] {
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
        call.start.map_or_else(|| "–".to_owned(), wording::minute),
        length,
        kind.to_owned(),
        clean(&media.join(" ")).into_owned(),
        clean(call.organizer.as_deref().unwrap_or_default()).into_owned(),
        clean(&call.id).into_owned(),
    ]
}
