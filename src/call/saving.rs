//! What to save of a call: everything that was received, in order.

use super::completeness::Completeness;
use super::loaded::{Call, Dataset};
use super::request::Request;
use super::row::Stretch;

/// A call, ready to be written without access to its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallExport {
    /// The call ID.
    pub id: Option<String>,
    /// Its record as received, with an empty list of sessions.
    pub record: Option<String>,
    /// Its version and when that was made, as far as the record gives them.
    pub version: (Option<i64>, Option<String>),
    /// The request options, as far as known.
    pub request: Option<Request>,
    /// The OData context of its first page.
    pub context: Option<String>,
    pub pages: Vec<SavedPage>,
    /// The link to the missing pages.
    pub next_link: Option<String>,
    /// The call is complete.
    pub is_complete: bool,
    /// Number of sessions, each counted once.
    pub sessions: usize,
}

/// A page to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPage {
    /// Where it was read.
    pub origin: String,
    /// Number of sessions that came with it.
    pub sessions: usize,
    /// Where their bytes are, in the order of the saved list.
    pub content: Vec<Stretch>,
}

impl CallExport {
    /// Collects what was read of a call.
    pub fn of(call: &Call, loaded: &Dataset) -> CallExport {
        let page = |number: u32, page: &super::Page| {
            // Sessions outside any list, or in a truncated one, are collected one by one.
            let content = if page.content.is_empty() {
                let rows = call.rows().iter().filter(|row| row.page == number);
                rows.map(|row| {
                    let place = row.place;
                    Stretch { part: place.part, offset: place.offset, length: place.length.into() }
                })
                .collect()
            } else {
                page.content.clone()
            };
            SavedPage { origin: page.origin.to_string(), sessions: page.sessions, content }
        };
        let own = loaded.numbered_pages_of(call);
        let completeness = Completeness::of(call, loaded);
        // With the last page here, every link was answered, whatever became of single sessions.
        let has_all_pages = matches!(completeness, Completeness::Complete { .. } | Completeness::Outdated { .. });
        let link = loaded.current_pages_of(call).filter(|page| page.is_whole).filter_map(super::Page::next).last();
        let record = call.record();
        CallExport {
            id: call.id.as_ref().map(ToString::to_string),
            record: call.record_text().map(str::to_owned),
            version: (
                call.version(),
                record.and_then(|record| record.last_modified.value()).map(|time| time.utc().to_rfc3339()),
            ),
            request: loaded.current_pages_of(call).map(|page| &page.asked).find_map(Request::of),
            context: loaded.pages_of(call).find_map(|page| page.context.as_ref()).map(ToString::to_string),
            pages: own.map(|(number, one)| page(number, one)).collect(),
            next_link: link.filter(|_| !has_all_pages).map(ToString::to_string),
            is_complete: completeness.is_final() || matches!(completeness, Completeness::Outdated { .. }),
            sessions: call.rows().len(),
        }
    }
}
