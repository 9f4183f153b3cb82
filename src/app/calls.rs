//! The list of calls to open: built-in ones, those of several files, or the tenant's.

use crate::call::Listing;
use crate::call::listing::ListedCall;
use crate::model::CallType;
use crate::report::clean::clean;
use crate::report::sentences;

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
    /// The tenant's calls.
    Listed(Listing),
}

/// A call with something to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl CallList {
    /// With cards.
    pub fn cards(cards: Vec<Choice>, intro: &'static [&'static str]) -> CallList {
        let mut list = CallList { entries: Entries::Cards(cards), intro, ..CallList::default() };
        list.refilter();
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

    /// Lets through what has every word of a text in it, in any capitals.
    pub fn set_filter(&mut self, filter: &str, visible: usize) {
        self.filter = filter.to_owned();
        self.refilter();
        self.pager.settle(self.shown.len(), visible);
    }

    /// Finds out again which entries are shown, after some came. The cursor stays with its call.
    pub fn refilter(&mut self) {
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let passes = |text: String| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let texts: Vec<String> = match &self.entries {
            Entries::None => Vec::new(),
            Entries::Cards(cards) => cards.iter().map(|card| format!("{} {}", card.title, card.about)).collect(),
            Entries::Listed(listing) => listing.calls().iter().map(|call| columns(call).join(" ")).collect(),
        };
        let shown = texts.into_iter().enumerate().filter(|(_, text)| passes(text.clone()));
        self.shown = shown.map(|(at, _)| at as u32).collect();
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
            Entries::Cards(_) => Some(Chosen::Card(at)),
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
        (Some(start), Some(end)) => sentences::length(start.until(end).seconds()),
        _ => "–".to_owned(),
    };
    let media: Vec<&str> = call.modalities.iter().map(|word| sentences::modality(word)).collect();
    [
        call.start.map_or_else(|| "–".to_owned(), sentences::minute),
        length,
        kind.to_owned(),
        clean(&media.join(" ")).into_owned(),
        clean(call.organizer.as_deref().unwrap_or_default()).into_owned(),
        clean(&call.id).into_owned(),
    ]
}
