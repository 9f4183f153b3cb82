//! What surrounds the sessions in an answer or a saved file: a page's annotations, a batch's parts, an error.

use super::field::{Field, Text};
use super::record::record;

record! {
    /// Everything of a page or record but its sessions.
    Envelope = "page" {
        context: Text = "@odata.context",
        next_link: Text = "@odata.nextLink",
        /// Where the next sessions are, on a record with its first ones expanded.
        sessions_next_link: Text = "sessions@odata.nextLink",
        /// HTTP status of a batch's part.
        status: i64 = "status",
        error: ErrorBody = "error",
    }

    /// Graph's account of an error.
    ErrorBody = "error" {
        code: Text = "code",
        message: Text = "message",
        inner_error: InnerError = "innerError",
        /// The same under its other spelling.
        inner_error_lower: InnerError = "innererror",
    }

    /// What Graph's support asks for.
    InnerError = "innerError" {
        request_id: Text = "request-id",
        client_request_id: Text = "client-request-id",
        date: Text = "date",
    }
}

impl Envelope {
    /// The link to the sessions that come after this page's.
    pub fn link(&self) -> Option<&Text> {
        self.next_link.value().or(self.sessions_next_link.value())
    }

    /// The call that this page belongs to, as far as its annotations tell.
    pub fn call_id(&self) -> Option<Text> {
        [&self.context, &self.next_link, &self.sessions_next_link]
            .into_iter()
            .filter_map(Field::value)
            .find_map(|url| call_id_in(url))
    }
}

impl ErrorBody {
    /// The id that Graph's support asks for.
    pub fn request_id(&self) -> Option<&Text> {
        self.inner_error.value().or(self.inner_error_lower.value())?.request_id.value()
    }
}

/// The call id in a Graph address, in either of its forms: `callRecords('ID')` or `callRecords/ID/`.
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
    fn an_error_gives_its_request_id_under_both_spellings() {
        for name in ["innerError", "innererror"] {
            let json = format!(r#"{{"error":{{"code":"x","{name}":{{"request-id":"r-1"}}}}}}"#);
            let envelope: Field<Envelope> = serde_json::from_str(&json).expect("JSON");
            let error = envelope.value().and_then(|envelope| envelope.error.value()).expect("an error");
            assert_eq!(error.request_id().map(Text::as_str), Some("r-1"));
        }
    }
}
