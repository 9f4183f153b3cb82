//! Everything around the sessions in a response or a saved file: a page's annotations, a batch's parts, an error.

use std::borrow::Cow;

use super::field::{Field, Text};
use super::record::record;

record! {
    /// Everything in a page or record except its sessions.
    Envelope = "page" {
        context: Text = "@odata.context",
        next_link: Text = "@odata.nextLink",
        /// The link to the next sessions, on a record with its first ones expanded.
        sessions_next_link: Text = "sessions@odata.nextLink",
        /// The number of sessions as counted by the service, if a request asked for it.
        count: i64 = "@odata.count",
        /// The same on a record with its sessions expanded.
        sessions_count: i64 = "sessions@odata.count",
        /// HTTP status of one part of a batch.
        status: i64 = "status",
        error: ErrorBody = "error",
    }

    /// An error as described by Graph.
    ErrorBody = "error" {
        code: Text = "code",
        message: Text = "message",
        inner_error: InnerError = "innerError",
        /// The same under its other spelling.
        inner_error_lower: InnerError = "innererror",
    }

    /// The details that Graph support asks for.
    InnerError = "innerError" {
        request_id: Text = "request-id",
        client_request_id: Text = "client-request-id",
        date: Text = "date",
    }
}

/// The link from a page to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextLink {
    /// No link: this is the last page.
    None,
    /// The address of the next page.
    At(Text),
    /// There is a link, but it is not text; this is what was found instead.
    Unreadable(Text),
}

impl Envelope {
    /// Returns the link to the sessions after this page's, under Graph's names or the variants written by other
    /// programs (`nextLink`, `odata.nextLink`).
    pub fn link(&self) -> NextLink {
        let own = [&self.next_link, &self.sessions_next_link].into_iter().cloned();
        let renamed = self.extra.iter().filter(|(name, _)| is_link_to_sessions(name));
        let renamed = renamed.map(|(_, raw)| serde_json::from_str(raw.get()).unwrap_or_default());
        let mut link = NextLink::None;
        for field in own.chain(renamed) {
            match field {
                Field::Value(url) => return NextLink::At(url),
                Field::Empty => link = NextLink::Unreadable("an empty text".into()),
                Field::Unreadable(raw) | Field::Placeholder(raw) => link = NextLink::Unreadable(*raw),
                Field::Absent | Field::Null => {}
            }
        }
        link
    }

    /// Returns the number of sessions as counted by the service.
    pub fn counted(&self) -> Option<i64> {
        self.count.value().or(self.sessions_count.value()).copied()
    }

    /// Returns the service's description of an error that came with a list or in place of one; also under the name it
    /// has inside a response that had already started (`@odata.error`), and if a batch's part has a status other than
    /// success.
    pub fn error_words(&self) -> Option<String> {
        let renamed =
            self.extra.iter().find(|(name, _)| name.trim_start_matches('@').eq_ignore_ascii_case("odata.error"));
        let renamed: Option<Field<ErrorBody>> = renamed.and_then(|(_, raw)| serde_json::from_str(raw.get()).ok());
        let failed = self.status.value().filter(|status| !(200..300).contains(*status));
        match renamed.as_ref().unwrap_or(&self.error) {
            Field::Absent | Field::Null => failed.map(|status| format!("status {status}")),
            Field::Value(error) => Some(error.words()),
            // The token endpoint's error is a single word.
            Field::Unreadable(word) => Some(brief(word).into_owned()),
            Field::Empty | Field::Placeholder(_) => Some("an error without a message".to_owned()),
        }
    }

    /// Returns the ID of the call that this page belongs to, as far as its annotations show.
    pub fn call_id(&self) -> Option<Text> {
        [&self.context, &self.next_link, &self.sessions_next_link]
            .into_iter()
            .filter_map(Field::value)
            .find_map(|url| call_id_in(url))
    }
}

/// Whether a member links to more sessions, however a program respelled its name.
pub fn is_link_to_sessions(name: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let (of, name) = name.rsplit_once('@').unwrap_or(("", name));
    matches!(letters(of).as_str(), "" | "sessions" | "value")
        && matches!(letters(name).as_str(), "nextlink" | "odatanextlink")
}

/// Returns whether this member of a record links to more of a list, which is not followed (`segments@odata.nextLink`).
pub fn is_link_inside(name: &str, value: &str) -> bool {
    name.to_ascii_lowercase().ends_with("@odata.nextlink") && value.trim() != "null"
}

impl ErrorBody {
    /// Returns one line with code, message and the ID that Graph support asks for.
    pub fn words(&self) -> String {
        let code = self.code.value().map_or("no code", |code| code.as_str());
        let message = self.message.value().map(|message| format!(": {}", brief(message))).unwrap_or_default();
        let id = self.request_id().map(|id| format!(" (request-id {})", brief(id))).unwrap_or_default();
        format!("{}{message}{id}", brief(code))
    }

    /// Returns the ID that Graph support asks for.
    pub fn request_id(&self) -> Option<&Text> {
        self.inner_error.value().or(self.inner_error_lower.value())?.request_id.value()
    }
}

/// Longer messages from elsewhere are cut, as they become part of our sentences. Our own limit; Graph's are shorter.
const LONGEST_MESSAGE: usize = 300;

/// Prepares a message from elsewhere for use in our sentences: without its own full stop, cut if it is too long, and
/// without anything that looks like a token, which well-meaning servers repeat.
pub fn brief(message: &str) -> Cow<'_, str> {
    let message = message.trim().trim_end_matches(['.', ',', ';', ':', ' ']);
    let is_token = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        word.starts_with("eyJ") && word.matches('.').count() >= 2
    };
    let masked = match message.contains("eyJ") && message.split_whitespace().any(is_token) {
        true => {
            let words = message.split_whitespace().map(|word| if is_token(word) { "•••" } else { word });
            Cow::Owned(words.collect::<Vec<_>>().join(" "))
        }
        false => Cow::Borrowed(message),
    };
    match masked.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => Cow::Owned(format!("{}…", &masked[..end])),
        None => masked,
    }
}

/// Returns the call ID in a Graph address, in either form: `callRecords('ID')` or `callRecords/ID/`.
pub fn call_id_in(url: &str) -> Option<Text> {
    let at = url.find("callRecords")?;
    let rest = &url[at + "callRecords".len()..];
    let id = if let Some(quoted) = rest.strip_prefix("('") {
        quoted.split_once('\'')?.0
    } else {
        rest.strip_prefix('/')?.split(['/', '?', '#']).next()?
    };
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_id.then(|| id.to_lowercase().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(json: &str) -> Envelope {
        let field: Field<Envelope> = serde_json::from_str(json).expect("JSON");
        field.value().expect("an object").clone()
    }

    #[test]
    fn a_link_is_found_under_every_name_that_programs_give_it() {
        for name in
            ["@odata.nextLink", "sessions@odata.nextLink", "nextLink", "odata.nextLink", "@nextLink", "OData.NextLink"]
        {
            let link = envelope(&format!(r#"{{"{name}":"https://x/"}}"#)).link();
            assert_eq!(link, NextLink::At("https://x/".into()), "{name}");
        }
        for json in ["{}", r#"{"@odata.nextLink":null}"#, r#"{"participants_v2@odata.nextLink":"https://x/"}"#] {
            assert_eq!(envelope(json).link(), NextLink::None, "{json}");
        }
    }

    #[test]
    fn a_link_that_is_no_text_is_not_the_end() {
        for (json, what) in [
            (r#"{"@odata.nextLink":7}"#, "7"),
            (r#"{"@odata.nextLink":["x"]}"#, "a list of 1"),
            (r#"{"@odata.nextLink":true}"#, "true"),
            (r#"{"nextLink":{"href":"x"}}"#, "an object"),
            (r#"{"@odata.nextLink":""}"#, "an empty text"),
        ] {
            assert_eq!(envelope(json).link(), NextLink::Unreadable(what.into()), "{json}");
        }
        let readable = envelope(r#"{"@odata.nextLink":7,"nextLink":"https://x/"}"#).link();
        assert_eq!(readable, NextLink::At("https://x/".into()));
    }

    #[test]
    fn the_call_id_is_found_in_every_form_of_address() {
        let id = Some(Text::from("e523d2ed-2966-4b6b-925b-754a88034cc5"));
        for url in [
            "https://graph.microsoft.com/beta/$metadata#communications/callRecords('e523d2ed-2966-4b6b-925b-754a88034cc5')/sessions",
            "https://graph.microsoft.com/v1.0/$metadata#communications/callRecords('E523D2ED-2966-4B6B-925B-754A88034CC5')/sessions(segments())",
            "https://graph.microsoft.com/v1.0/communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5/sessions?$skiptoken=abc",
            "communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5",
        ] {
            assert_eq!(call_id_in(url), id, "{url}");
        }
        for url in [
            "https://graph.microsoft.com/v1.0/$metadata#communications/callRecords(sessions(segments()))/$entity",
            "https://graph.microsoft.com/v1.0/$metadata#communications/callRecords",
            "https://graph.microsoft.com/v1.0/communications/callRecords/microsoft.graph.callRecords.getPstnCalls(a)",
            "",
        ] {
            assert_eq!(call_id_in(url), None, "{url}");
        }
    }

    #[test]
    fn a_message_is_cut_and_repeats_no_token() {
        assert_eq!(brief("Access is denied. "), "Access is denied");
        assert_eq!(brief("bad token \"eyJ0eXAi.eyJhdWQi.c2ln\" given"), "bad token ••• given");
        assert_eq!(brief(&"é".repeat(1000)).chars().count(), LONGEST_MESSAGE + 1);
    }

    #[test]
    fn an_error_gives_its_request_id_under_both_spellings() {
        for name in ["innerError", "innererror"] {
            let json = format!(r#"{{"error":{{"code":"x","{name}":{{"request-id":"r-1"}}}}}}"#);
            let envelope: Field<Envelope> = serde_json::from_str(&json).expect("JSON");
            let error = envelope.value().and_then(|envelope| envelope.error.value()).expect("an error");
            assert_eq!(error.request_id().map(Text::as_str), Some("r-1"));
        }
    }
}
