//! What to save of a call: everything that was received, in order.

use super::completeness::Completeness;
use super::loaded::{Call, Dataset};
use super::request::Request;
use super::row::Stretch;

/// Characters kept of a name that becomes a file's. A call ID has 36; file systems allow 255 bytes.
const LONGEST_NAME: usize = 100;

/// Returns a name that is safe as a part of a file's: letters, digits, `-` and `_`, none of which leads to another folder
/// or controls a terminal. An ID of the service stays as it is; names that differ may become the same.
pub fn plain_name(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(LONGEST_NAME).collect()
}

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
    /// Returns the name of a file that the call is saved to, whatever its ID is.
    pub fn file_name(&self, extension: &str) -> String {
        file_name(self.id.as_deref(), extension)
    }
}

/// Returns the name of a file that a call of this ID is saved to.
pub fn file_name(id: Option<&str>, extension: &str) -> String {
    format!("call-{}.{extension}", plain_name(id.unwrap_or("without-id")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_leads_to_another_folder_or_controls_a_terminal() {
        let id = "7d3c1f00-0000-4000-8000-000000000180";
        assert_eq!(file_name(Some(id), "json"), format!("call-{id}.json"));
        assert_eq!(file_name(None, "zip"), "call-without-id.zip");
        for (id, name) in [("/../../up", "_______up"), ("x\u{1b}]0;y\u{7}", "x__0_y_"), ("a\nb\u{202e}", "a_b_")] {
            assert_eq!(file_name(Some(id), "zip"), format!("call-{name}.zip"));
        }
        assert_eq!(plain_name(&"é".repeat(1 << 20)).len(), LONGEST_NAME);
    }
}
