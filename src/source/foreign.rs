//! Identifies objects that appear in place of sessions, with the next step.

use std::borrow::Cow;

use crate::model::{Envelope, Field, Session};

/// Interner an object that is not a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotASession {
    /// What one of them is, with its article.
    pub one: Cow<'static, str>,
    /// What several are.
    pub many: Cow<'static, str>,
    /// The next step.
    pub hint: &'static str,
    /// Among sessions, it means that sessions are missing.
    pub is_loss: bool,
}

/// A kind of object, recognised by members that sessions do not have.
struct Kind {
    members: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    hint: &'static str,
}

const fn record_with(members: &'static [&'static str]) -> Kind {
    Kind {
        members,
        one: "a call record without its sessions",
        many: "call records without their sessions",
        hint: FETCH_SESSIONS,
    }
}

const OPENS: &str = "callscope opens the response to GET …/communications/callRecords/{id}/sessions?$expand=segments";
const NO_FIGURES: &str = "they hold no quality metrics; fetch the call by its ID";
const FETCH_SESSIONS: &str = "find the ID of the call and fetch its sessions";
const SAVE_SESSIONS: &str = "save the response to …/callRecords/{id}/sessions?$expand=segments beside it";
const SAVE_WITHOUT_SDK: &str =
    "the PowerShell SDK loses caller and callee: save the output of Invoke-MgGraphRequest -OutputType Json instead";

/// The kinds. The first match counts.
const KINDS: &[Kind] = &[
    Kind {
        members: &["subscriptionId", "resourceData"],
        one: "a change notification",
        many: "change notifications",
        hint: "they announce calls: fetch the call whose ID follows `callRecords/`",
    },
    Kind { members: &["smsId"], one: "an SMS log row", many: "SMS log rows", hint: NO_FIGURES },
    Kind {
        members: &["blockReason", "blockDateTime"],
        one: "a blocked-users log row",
        many: "blocked-users log rows",
        hint: NO_FIGURES,
    },
    Kind {
        members: &["totalCallSeconds"],
        one: "a dial-out report row",
        many: "dial-out report rows",
        hint: NO_FIGURES,
    },
    Kind {
        members: &["trunkFullyQualifiedDomainName"],
        one: "a Direct Routing log row",
        many: "Direct Routing log rows",
        hint: "a row's correlationId is its call ID: fetch the sessions of that call",
    },
    Kind {
        members: &["calleeNumber", "charge"],
        one: "a PSTN call log row",
        many: "PSTN call log rows",
        hint: "they are billing data, and their callId is not the call ID: find the call by its time and user",
    },
    record_with(&["organizer_v2"]),
    // Records reduced to some of their members, none of which sessions have.
    record_with(&["lastModifiedDateTime"]),
    record_with(&["joinWebUrl"]),
    record_with(&["organizer"]),
    record_with(&["participants"]),
    record_with(&["participants_v2"]),
    record_with(&["type", "modalities"]),
    record_with(&["sessions", "modalities"]),
    Kind {
        members: &["identity"],
        one: "a participant of a call",
        many: "participants of a call",
        hint: SAVE_SESSIONS,
    },
    Kind {
        members: &["access_token"],
        one: "an access token",
        many: "access tokens",
        hint: "this file contains a secret: keep it private; set CALLSCOPE_TOKEN to the token",
    },
    Kind {
        members: &["AdditionalProperties"],
        one: "a PowerShell SDK object",
        many: "PowerShell SDK objects",
        hint: SAVE_WITHOUT_SDK,
    },
];

/// How PowerShell's text begins where its depth ended.
const CUT_BY_DEPTH: &[&str] = &["@{", "System."];

/// What to do about a text saved with too small a depth.
pub const SAVE_DEEPER: &str = "save it again with `ConvertTo-Json -Depth 20`";

/// Interner an object that is not a session; `None` for a session. `text` is the object's JSON.
pub fn name(session: &Session, in_sessions: bool, text: &[u8]) -> Option<NotASession> {
    let is_session = in_sessions && (session.extra.is_empty() || has_own_member(session))
        || session.caller.is_present()
        || session.callee.is_present()
        || session.segments.is_present()
        || session.is_test.is_present()
        || session.failure_info.is_present();
    if is_session {
        return None;
    }
    let has = |name: &str| match name {
        "modalities" => session.modalities.is_present(),
        name => session.extra.iter().any(|(extra, _)| extra == name),
    };
    if has("error") {
        return Some(error(text));
    }
    if let Some(kind) = KINDS.iter().find(|kind| kind.members.iter().all(|member| has(member))) {
        return Some(NotASession { one: kind.one.into(), many: kind.many.into(), hint: kind.hint, is_loss: false });
    }
    // A session of which the service returned only its time is a session.
    let has_time = session.start.is_present() && session.end.is_present();
    let is_bare_session =
        session.modalities.is_present() || has_time && (session.id.is_present() || session.extra.is_empty());
    (!is_bare_session).then_some(NotASession {
        one: "an object that is not a session".into(),
        many: "objects that are not sessions".into(),
        hint: OPENS,
        is_loss: false,
    })
}

/// Interner a batch response without an object in its body; `None` for a session.
pub fn name_part(session: &Session, text: &[u8]) -> Option<NotASession> {
    let named = name(session, false, text)?;
    let member = |name: &str| session.extra.iter().find(|(extra, _)| extra.eq_ignore_ascii_case(name));
    if member("status").is_none() && member("body").is_none() {
        return Some(named);
    }
    let status = member("status").map(|(_, raw)| format!(" (status {})", raw.get())).unwrap_or_default();
    let (body, hint) = match member("body").map(|(_, raw)| raw.get().as_bytes()) {
        Some([b'"', ..]) => ("its body as a string", "save the batch with its bodies as JSON"),
        _ => ("no body", "request that part of the batch again"),
    };
    Some(NotASession {
        one: format!("a batch response with {body}{status}").into(),
        many: format!("batch responses with {body}{status}").into(),
        hint,
        is_loss: true,
    })
}

/// Returns whether it has anything a session has. An ID alone could be anything's.
fn has_own_member(session: &Session) -> bool {
    session.id.is_present() || session.start.is_present() || session.end.is_present() || session.modalities.is_present()
}

fn error(text: &[u8]) -> NotASession {
    let envelope: Option<Field<Envelope>> = serde_json::from_slice(text).ok();
    let envelope = envelope.as_ref().and_then(Field::value);
    let whose = match envelope.map(|envelope| &envelope.error) {
        // The token endpoint's error is a word.
        Some(Field::Unreadable(_)) => "the sign-in service",
        _ => "the service",
    };
    let said = envelope.and_then(Envelope::error_words).map(|said| format!(": {said}")).unwrap_or_default();
    NotASession {
        one: format!("an error from {whose}{said}").into(),
        many: format!("errors from {whose}{said}").into(),
        hint: "repeat the request, and save the response once it contains the sessions",
        is_loss: true,
    }
}

/// Returns whether a value was truncated by PowerShell's depth.
pub fn is_cut_by_depth(raw: &str) -> bool {
    CUT_BY_DEPTH.iter().any(|beginning| raw.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::session::read;

    fn named(json: &str) -> Option<String> {
        let session = read(json.as_bytes()).expect("an object").session;
        name(&session, false, json.as_bytes()).map(|foreign| foreign.one.into_owned())
    }

    #[test]
    fn sessions_are_sessions_however_little_they_say() {
        for json in [
            r#"{"id":"a","caller":null}"#,
            r#"{"segments":[]}"#,
            r#"{"id":"a","modalities":[]}"#,
            r#"{"startDateTime":null,"endDateTime":null}"#,
            r#"{"Id":"a","Caller":{},"Callee":{}}"#,
        ] {
            assert_eq!(named(json), None, "{json}");
        }
        let nothing = read(b"{}").expect("an object").session;
        assert_eq!(name(&nothing, true, b"{}"), None);
    }

    #[test]
    fn what_is_no_session_is_named() {
        for (json, what) in [
            (
                r#"{"id":"a","version":1,"type":"groupCall","lastModifiedDateTime":"x","modalities":[]}"#,
                "a call record without its sessions",
            ),
            (
                r#"{"id":"a","callId":"b","calleeNumber":"+1","charge":0,"startDateTime":"x","endDateTime":"x"}"#,
                "a PSTN call log row",
            ),
            (
                r#"{"id":"a","trunkFullyQualifiedDomainName":"sbc.example.com","startDateTime":"x","endDateTime":"x"}"#,
                "a Direct Routing log row",
            ),
            (
                r#"{"id":"a","startDateTime":"x","endDateTime":"x","modalities":["audio"],"type":"groupCall"}"#,
                "a call record without its sessions",
            ),
            (
                r#"{"id":"a","startDateTime":"x","endDateTime":"x","joinWebUrl":"https://x"}"#,
                "a call record without its sessions",
            ),
            (
                r#"{"id":"a","modalities":[],"sessions":null,"startDateTime":"x","endDateTime":"x"}"#,
                "a call record without its sessions",
            ),
            (r#"{"id":"a","identity":{}}"#, "a participant of a call"),
            (r#"{"access_token":"x"}"#, "an access token"),
            (r#"{"name":"x"}"#, "an object that is not a session"),
            ("{}", "an object that is not a session"),
        ] {
            assert_eq!(named(json).as_deref(), Some(what), "{json}");
        }
    }

    #[test]
    fn a_part_of_a_batch_without_sessions_is_a_loss() {
        for (json, what) in [
            (r#"{"id":"2","status":504,"body":null}"#, "a batch response with no body (status 504)"),
            (r#"{"id":"2","status":200,"body":"eyJ2"}"#, "a batch response with its body as a string (status 200)"),
        ] {
            let session = read(json.as_bytes()).expect("an object").session;
            let named = name_part(&session, json.as_bytes()).expect("it is no session");
            assert_eq!((named.one.as_ref(), named.is_loss), (what, true));
        }
    }

    #[test]
    fn objects_of_others_in_a_list_called_sessions_are_no_sessions() {
        for json in [r#"{"name":"Keynote"}"#, r#"{"title":"x","startDateTime":"a","endDateTime":"b"}"#] {
            let session = read(json.as_bytes()).expect("an object").session;
            let is_time = json.contains("startDateTime");
            assert!(name(&session, !is_time, json.as_bytes()).is_some(), "{json}");
        }
    }

    #[test]
    fn an_error_is_named_with_what_it_says() {
        let graph = r#"{"error":{"code":"Forbidden","message":"no","innerError":{"request-id":"r-1"}}}"#;
        assert_eq!(named(graph).as_deref(), Some("an error from the service: Forbidden: no (request-id r-1)"));
        let sign_in = r#"{"error":"invalid_scope","error_description":"AADSTS70011: …"}"#;
        assert_eq!(named(sign_in).as_deref(), Some("an error from the sign-in service: invalid_scope"));
    }
}
