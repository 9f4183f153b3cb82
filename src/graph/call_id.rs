//! Call IDs, and what users enter instead of one.

use std::fmt;

/// A call ID, which is a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(u128);

impl CallId {
    /// Parses a GUID in any letter case, with or without braces.
    pub fn parse(text: &str) -> Option<CallId> {
        let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_hex = parts.iter().all(|part| part.bytes().all(|digit| digit.is_ascii_hexdigit()));
        (is_hex && lengths == [8, 4, 4, 4, 12]).then(|| u128::from_str_radix(&parts.concat(), 16).ok().map(CallId))?
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(formatter, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// What the user's text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallName {
    /// A call ID.
    Id(CallId),
    /// A meeting join link.
    JoinLink,
    /// The thread ID of a meeting chat.
    Thread,
    /// A call ID from PSTN or Direct Routing logs.
    Pstn,
    /// The address of a call record in Graph.
    Address,
    /// Anything else.
    Unknown,
}

impl CallName {
    /// Identifies a text.
    pub fn of(text: &str) -> CallName {
        let text = text.trim();
        if let Some(id) = CallId::parse(text) {
            return CallName::Id(id);
        }
        let lower = text.to_lowercase();
        let is_address = lower.starts_with("https://") || lower.starts_with("http://");
        if is_address && lower.contains("callrecords") {
            let id = crate::model::call_id_in(text).and_then(|id| CallId::parse(&id));
            return id.map_or(CallName::Address, CallName::Id);
        }
        let is_teams = lower.contains("teams.microsoft.") || lower.contains("teams.live.com");
        if is_address && (is_teams || lower.contains("/meetup-join/")) {
            return CallName::JoinLink;
        }
        if lower.contains("@thread.") || lower.starts_with("19:") {
            return CallName::Thread;
        }
        // `1835317186_112562680@192.0.2.1`, as the documentation prints the callId of a PSTN log's row.
        let (digits, host) = text.split_once('@').unwrap_or((text, ""));
        let is_digits = digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        if is_digits && (!host.is_empty() || digits.contains('_')) {
            return CallName::Pstn;
        }
        CallName::Unknown
    }

    /// Says what it is, as a sentence without its full stop.
    pub fn words(self) -> &'static str {
        match self {
            CallName::Id(_) => "it is a call ID",
            CallName::JoinLink => "it is a meeting join link",
            CallName::Thread => "it is the ID of a meeting chat, which many calls can share",
            CallName::Pstn => "it is a call ID from a PSTN or Direct Routing log",
            CallName::Address => "it is a Graph address without a call ID",
            CallName::Unknown => "a call ID is a GUID such as e523d2ed-2966-4b6b-925b-754a88034cc5",
        }
    }

    /// Returns the next step.
    pub fn hint(self) -> &'static str {
        match self {
            CallName::JoinLink | CallName::Thread => {
                "find it in the list of calls: `callscope calls --since 2d --user ID`, where ID is the object ID of \
                 a participant"
            }
            CallName::Pstn => {
                "the call record has its own ID: `callscope calls --since 2d` lists the calls of the last two days"
            }
            _ => "`callscope calls` lists recent calls with their IDs",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_id_is_a_guid() {
        for id in ["e523d2ed-2966-4b6b-925b-754a88034cc5", "{E523D2ED-2966-4B6B-925B-754A88034CC5}"] {
            assert_eq!(
                CallId::parse(id).map(|id| id.to_string()).as_deref(),
                Some("e523d2ed-2966-4b6b-925b-754a88034cc5")
            );
        }
        for other in [
            "",
            "e523d2ed",
            "e523d2ed-2966-4b6b-925b-754a88034ccg",
            "e523d2ed29664b6b925b754a88034cc5",
            "call.json",
            "19:meeting_x@thread.v2",
        ] {
            assert_eq!(CallId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn what_people_give_instead_of_a_call_id_is_recognised() {
        let id = "e523d2ed-2966-4b6b-925b-754a88034cc5";
        let call = CallName::Id(CallId::parse(id).expect("a GUID"));
        for (text, name) in [
            (id, call),
            (
                "https://graph.microsoft.com/v1.0/communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5/sessions",
                call,
            ),
            ("https://graph.microsoft.com/v1.0/communications/callRecords", CallName::Address),
            ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0", CallName::JoinLink),
            ("https://teams.live.com/meet/9312345678901", CallName::JoinLink),
            ("19:meeting_NTg0@thread.v2", CallName::Thread),
            ("1835317186_112562680@192.0.2.1", CallName::Pstn),
            ("call.json", CallName::Unknown),
            ("12345678", CallName::Unknown),
        ] {
            assert_eq!(CallName::of(text), name, "{text}");
        }
    }
}
