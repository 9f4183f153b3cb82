//! The request options behind a response: whether its sessions include segments, which members, whether nulls. Anything
//! not requested is not missing, and nothing can be concluded from its absence.
//!
//! Sources: Microsoft Graph, list callRecord sessions (`$expand`, `$select`); OData 4.01, context URL and
//! `omit-values=nulls`.

use std::sync::Arc;

use super::envelope::Envelope;
use super::field::{Field, Text};
use super::types::Session;

/// The request options behind a response, as far as the request or the response shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Whether segments were requested; `None` if unknown.
    pub segments: Option<bool>,
    /// The only session members requested, if there was a choice.
    pub members: Option<Arc<[Text]>>,
    /// Null members were left out.
    pub omits_nulls: bool,
    /// The maximum number of sessions per page.
    pub page_size: Option<u8>,
}

impl Asked {
    /// Reads a page's annotations: its context has the members in parentheses, its link repeats the request's options.
    pub fn of(envelope: &Envelope) -> Asked {
        let mut asked = envelope.context.value().map(|context| Asked::of_context(context)).unwrap_or_default();
        let links = [&envelope.next_link, &envelope.sessions_next_link];
        for link in links.into_iter().filter_map(Field::value) {
            if expands_segments(link) {
                asked.segments = Some(true);
            }
        }
        asked
    }

    fn of_context(context: &str) -> Asked {
        let Some((_, at)) = context.split_once('#') else { return Asked::default() };
        let Some(place) = at.rfind("sessions") else { return Asked::default() };
        let behind = &at[place + "sessions".len()..];
        let Some(inside) = behind.strip_prefix('(') else {
            // A list of sessions alone; a record or anything else says nothing about them.
            let is_list = place > 0 && at[..place].ends_with('/');
            return Asked { segments: is_list.then_some(false), ..Asked::default() };
        };
        let names = top_level(inside);
        let has_segments = names.iter().any(|name| name.starts_with("segments("));
        let plain = names.iter().filter(|name| !name.contains('(') && !name.is_empty());
        let members: Arc<[Text]> = plain.map(|name| (*name).into()).collect();
        let is_choice = !members.is_empty() && !members.iter().any(|name| name.as_str() == "*");
        Asked { segments: Some(has_segments), members: is_choice.then_some(members), ..Asked::default() }
    }

    /// Returns whether a session member was requested.
    pub fn has(&self, member: &str) -> bool {
        // Annotations come with every request.
        member.contains('@')
            || self.members.as_ref().is_none_or(|names| names.iter().any(|name| name.as_str() == member))
    }

    /// Returns whether a session has no segments because none were requested.
    pub fn lacks_segments(&self, session: &Session) -> bool {
        matches!(session.segments, Field::Absent) && self.segments != Some(true)
    }
}

/// The names up to the closing parenthesis, each with its own parentheses.
fn top_level(inside: &str) -> Vec<&str> {
    let (mut names, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, letter) in inside.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => {
                names.push(inside[from..at].trim());
                return names;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                names.push(inside[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    names.push(inside[from..].trim());
    names
}

/// Whether an address has `$expand=segments` among its options, in any spelling.
fn expands_segments(address: &str) -> bool {
    let Some((_, query)) = address.split_once('?') else { return false };
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name.eq_ignore_ascii_case("$expand") && value.contains("segments"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(context: &str) -> (Option<bool>, Option<Vec<String>>) {
        let asked = Asked::of_context(&format!("https://graph.microsoft.com/v1.0/$metadata#{context}"));
        (asked.segments, asked.members.map(|names| names.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn a_context_tells_what_was_asked_for() {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        for (context, segments, members) in [
            ("communications/callRecords('a')/sessions", Some(false), None),
            ("communications/callRecords('a')/sessions(segments())", Some(true), None),
            ("communications/callRecords('a')/sessions(*,segments())", Some(true), None),
            ("communications/callRecords('a')/sessions(id,caller)", Some(false), names(&["id", "caller"])),
            ("communications/callRecords('a')/sessions(id,segments(id,media))", Some(true), names(&["id"])),
            ("communications/callRecords('a')/sessions(id,segments())/$entity", Some(true), names(&["id"])),
            ("communications/callRecords(sessions(segments()))/$entity", Some(true), None),
            ("communications/callRecords(sessions())/$entity", Some(false), None),
            ("communications/callRecords/$entity", None, None),
            ("communications/callRecords(sessions)/$entity", None, None),
            ("communications/callRecords('a')/sessions(segments(", Some(true), None),
        ] {
            assert_eq!(asked(context), (segments, members), "{context}");
        }
        assert_eq!(Asked::of_context("no context"), Asked::default());
    }

    #[test]
    fn a_link_that_expands_segments_tells_as_much() {
        let read = |json: &str| {
            let field: Field<Envelope> = serde_json::from_str(json).expect("JSON");
            Asked::of(field.value().expect("an object")).segments
        };
        assert_eq!(read(r#"{"@odata.nextLink":"https://x/sessions?$expand=segments&$skiptoken=a"}"#), Some(true));
        assert_eq!(read(r#"{"sessions@odata.nextLink":"https://x/sessions?%24expand=segments"}"#), Some(true));
        assert_eq!(read(r#"{"@odata.nextLink":"https://x/sessions?$skiptoken=a"}"#), None);
        assert_eq!(read(r#"{"@odata.nextLink":"segments"}"#), None);
    }

    #[test]
    fn a_member_counts_as_asked_for_unless_others_were_chosen() {
        let chosen = Asked { members: Some(["id".into()].into()), ..Asked::default() };
        assert!(chosen.has("id") && chosen.has("@odata.type") && !chosen.has("caller"));
        assert!(Asked::default().has("caller"));
    }
}
