//! The parties of a session: participant, service or neither, and the name to show.

use compact_str::format_compact;

use super::field::{Field, Text};
use super::types::{Endpoint, Identity};
use super::words::Word;

/// The kind of party at one end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointKind {
    /// A person's client, a telephone, a bot.
    Participant,
    /// A Microsoft service: a conference server, a gateway, voicemail.
    Service,
    /// The record does not say; in meetings the service's end may look like this.
    Bare,
}

/// The source of a name, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameBasis {
    /// The display name of an identity.
    DisplayName,
    /// The user principal name, or a guest's email address.
    Account,
    /// An identity's ID: a telephone number, a directory ID, a visitor's key.
    Id,
    /// The machine's name.
    Machine,
    /// The role of a service.
    Role,
    /// Nothing: the name is our own.
    Nothing,
}

/// The name to show for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name as received, or our own wording.
    pub name: Text,
    /// The source of the name.
    pub basis: NameBasis,
    /// The kind of identity (`user`, `phone`, `guest`, ...), if it came from a set.
    pub identity_kind: Option<Text>,
}

/// Longer names are cut, in characters. Source: Microsoft Graph, user resource, `displayName` (at most 256 characters).
const LONGEST_NAME: usize = 256;

/// Replaces a name that would be invisible.
const BLANK: &str = "‹blank name›";

impl Endpoint {
    /// Returns participant, service or neither: by the annotation, or if that is missing by the members.
    pub fn kind(&self) -> EndpointKind {
        if let Some(annotation) = self.odata_type.value() {
            if annotation.ends_with(".participantEndpoint") {
                return EndpointKind::Participant;
            }
            if annotation.ends_with(".serviceEndpoint") {
                return EndpointKind::Service;
            }
        }
        if let Some(agent) = self.user_agent.value()
            && (agent.role.value().is_some()
                || agent.odata_type.value().is_some_and(|annotation| annotation.ends_with(".serviceUserAgent")))
        {
            return EndpointKind::Service;
        }
        let participant = self.associated_identity.value().is_some()
            || self.identity.value().is_some()
            || self.feedback.value().is_some()
            || self.name.value().is_some()
            || self.cpu_name.value().is_some()
            || self.cpu_cores_count.value().is_some();
        if participant { EndpointKind::Participant } else { EndpointKind::Bare }
    }

    /// Returns the ID that identifies the person: `associatedIdentity` before the older `identity`. An ID that could be
    /// anyone's (zeros, a masked number) is not one.
    pub fn id(&self) -> Option<&Text> {
        let set = self.identity.value().into_iter().flat_map(|set| set.0.iter().filter_map(|(_, one)| one.value()));
        let mut ids = self.associated_identity.value().into_iter().chain(set).filter_map(|one| one.id.value());
        ids.find(|id| identifies_somebody(id))
    }

    /// Returns whether another endpoint has the same `associatedIdentity`, letter by letter. Quick, for the usual case.
    pub fn has_same_id(&self, other: &Endpoint) -> bool {
        fn id(end: &Endpoint) -> Option<&Text> {
            end.associated_identity.value()?.id.value()
        }
        id(self).is_some() && id(self) == id(other)
    }

    /// Returns the name to show for this endpoint: `associatedIdentity` before the older `identity`.
    pub fn who(&self) -> Who {
        let set = self.identity.value();
        let set_kind = set.and_then(|set| set.first()).map(|(kind, _)| Text::from(kind));
        let identities: Vec<&Identity> = self
            .associated_identity
            .value()
            .into_iter()
            .chain(set.into_iter().flat_map(|set| set.0.iter().filter_map(|(_, identity)| identity.value())))
            .collect();
        // An identity that is specific comes before one that could be anyone's.
        let first = |pick: fn(&Identity) -> &Field<Text>| {
            let all = || identities.iter().filter_map(|one| pick(one).value());
            all().find(|text| identifies_somebody(text)).or_else(|| all().next()).cloned()
        };
        let named = |name: Text, basis| {
            let name = match name.char_indices().nth(LONGEST_NAME) {
                Some((end, _)) => format_compact!("{}…", &name[..end]),
                None => name,
            };
            let shows = name.chars().any(|letter| letter != ' ' && !is_invisible(letter));
            Who { name: if shows { name } else { BLANK.into() }, basis, identity_kind: set_kind.clone() }
        };

        let id = first(|identity| &identity.id);
        if let Some(name) = first(|identity| &identity.display_name)
            && (identifies_somebody(&name) || !id.as_ref().is_some_and(|id| identifies_somebody(id)))
        {
            return named(name, NameBasis::DisplayName);
        }
        if let Some(name) =
            first(|identity| &identity.user_principal_name).or_else(|| first(|identity| &identity.email))
        {
            return named(name, NameBasis::Account);
        }
        if let Some(id) = id {
            return named(id, NameBasis::Id);
        }
        if let Some(machine) = self.name.value() {
            return named(machine.clone(), NameBasis::Machine);
        }
        if let Some(role) = self.user_agent.value().and_then(|agent| agent.role.value())
            && !matches!(role.as_str(), "unknown" | "unknownFutureValue")
        {
            return named(spaced(role.as_str()), NameBasis::Role);
        }
        named(Text::from(self.kind().name()), NameBasis::Nothing)
    }
}

impl EndpointKind {
    /// The name of such an endpoint if nothing names it.
    pub fn name(self) -> &'static str {
        match self {
            EndpointKind::Participant => "unnamed participant",
            EndpointKind::Service => "service",
            EndpointKind::Bare => "unnamed endpoint",
        }
    }

    /// Returns the word for it in reports for programs.
    pub fn code(self) -> &'static str {
        match self {
            EndpointKind::Participant => "participant",
            EndpointKind::Service => "service",
            EndpointKind::Bare => "unknown",
        }
    }
}

/// Words used in place of an ID or a name that are the same for everyone, in lower case.
const NOBODY: &[&str] = &[
    "anonymous",
    "anonymous caller",
    "anonymous user",
    "unknown",
    "unknown caller",
    "unknown user",
    "unavailable",
    "restricted",
    "private",
    "private number",
    "no caller id",
    "withheld",
    "blocked",
    "external user",
    "guest",
    "guest user",
    "wireless caller",
    "n/a",
    "na",
    "none",
    "null",
    "-",
];

/// Returns whether an ID or a name identifies a person. Masked telephone numbers (`+1206555****`), an ID of zeros and
/// words like `anonymous` may belong to any number of people. Source of masked numbers:
/// microsoft-graph-docs-contrib#5342.
pub fn identifies_somebody(id: &str) -> bool {
    // Nearly every ID is a GUID, and this is asked several times for every session: decided without copying it.
    // Without an early end, the loop takes many bytes at once.
    let (is_hexadecimal, is_zero) = id.bytes().fold((true, true), |(is_hexadecimal, is_zero), byte| {
        (is_hexadecimal & (byte.is_ascii_hexdigit() | (byte == b'-')), is_zero & ((byte == b'0') | (byte == b'-')))
    });
    if is_hexadecimal && !is_zero {
        return true;
    }
    // A plain name can only be one of the words below.
    if id.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ') {
        let name = id.trim();
        return !name.is_empty() && !NOBODY.iter().any(|word| word.eq_ignore_ascii_case(name));
    }
    let shown: String = id.chars().filter(|letter| !is_invisible(*letter)).collect();
    let id = shown.trim().to_lowercase();
    // `sip:`, `tel:`, `8:`, `4:` and the like say how a person is reached.
    let bare = id.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()).strip_prefix(':').unwrap_or(&id);
    let is_digit = |letter: char| letter.is_ascii_digit();
    let is_mask = |letter: char| matches!(letter, '*' | '#' | '•' | '●' | '·' | '…' | 'x' | '?');
    let ends_masked = bare.ends_with(is_mask) && bare.contains(is_digit);
    let is_number = bare.chars().all(|letter| is_digit(letter) || is_mask(letter) || "+-() .".contains(letter));
    let is_masked = bare.contains(['*', '•', '●']) || ends_masked && is_number;
    let is_zero = id.contains('0') && id.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    let name = bare.split('@').next().unwrap_or(bare);
    let is_word = NOBODY.contains(&bare) || bare.contains('@') && (name == "anonymous" || name == "unknown");
    !(bare.trim().is_empty() || is_masked || is_zero || is_word)
}

/// Characters that leave nothing visible on screen. Source: Unicode 16, `Default_Ignorable_Code_Point` and the Hangul
/// fillers, as far as names have been seen with them.
pub fn is_invisible(letter: char) -> bool {
    letter.is_whitespace() && letter != ' '
        || letter == '\u{2800}'
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(letter, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(letter, '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(letter, '\u{e0000}'..='\u{e0fff}')
}

/// `mediationServer` as people write it: `mediation server`.
fn spaced(camel: &str) -> Text {
    camel.chars().fold(Text::default(), |mut words, letter| {
        if letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
            words
        } else {
            format_compact!("{words}{letter}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(json: &str) -> Endpoint {
        let field: Field<Endpoint> = serde_json::from_str(json).expect("valid JSON always reads");
        field.value().expect("an endpoint").clone()
    }

    #[test]
    fn the_annotation_says_what_an_endpoint_is() {
        let participant = r##"{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint"}"##;
        let service = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;
        assert_eq!(endpoint(participant).kind(), EndpointKind::Participant);
        assert_eq!(endpoint(service).kind(), EndpointKind::Service);
    }

    #[test]
    fn without_annotation_the_members_say_it() {
        for (json, kind) in [
            (r#"{"associatedIdentity":{"id":"1"}}"#, EndpointKind::Participant),
            (r#"{"cpuCoresCount":8}"#, EndpointKind::Participant),
            (r#"{"feedback":{"rating":"poor"}}"#, EndpointKind::Participant),
            (r#"{"userAgent":{"role":"mediationServer"}}"#, EndpointKind::Service),
            (r#"{"userAgent":{"platform":"unknown","productFamily":"unknown"}}"#, EndpointKind::Bare),
            (r#"{"userAgent":null}"#, EndpointKind::Bare),
            ("{}", EndpointKind::Bare),
        ] {
            assert_eq!(endpoint(json).kind(), kind, "{json}");
        }
    }

    #[test]
    fn a_name_is_the_best_thing_the_record_has() {
        for (json, name, basis) in [
            (
                r#"{"associatedIdentity":{"displayName":"Ana"},"identity":{"user":{"displayName":"Old Ana"}}}"#,
                "Ana",
                NameBasis::DisplayName,
            ),
            (
                r#"{"associatedIdentity":{"id":"7"},"identity":{"user":{"displayName":"Old Ana"}}}"#,
                "Old Ana",
                NameBasis::DisplayName,
            ),
            (
                r#"{"associatedIdentity":{"displayName":null,"userPrincipalName":"ana@example.com"}}"#,
                "ana@example.com",
                NameBasis::Account,
            ),
            (
                r#"{"identity":{"user":null,"phone":{"id":"+15555550100","displayName":null}}}"#,
                "+15555550100",
                NameBasis::Id,
            ),
            (r#"{"identity":{"user":null},"name":"PC-17"}"#, "PC-17", NameBasis::Machine),
            (r#"{"userAgent":{"role":"mediationServer"}}"#, "mediation server", NameBasis::Role),
            (r#"{"userAgent":{"role":"unknown"}}"#, "service", NameBasis::Nothing),
            ("{}", "unnamed endpoint", NameBasis::Nothing),
            (
                r#"{"identity":{"user":{"displayName":" \u200b\ufeff\u2060\u00ad\u034f\u115f\u3164\uffa0\u00a0"}}}"#,
                BLANK,
                NameBasis::DisplayName,
            ),
            (r#"{"identity":{"user":{"id":"7","displayName":"\u3164"}}}"#, "7", NameBasis::Id),
        ] {
            let who = endpoint(json).who();
            assert_eq!((who.name.as_str(), who.basis), (name, basis), "{json}");
        }
    }

    #[test]
    fn the_kind_of_identity_is_told_where_a_set_tells_it() {
        let who = endpoint(r#"{"identity":{"user":null,"guest":{"id":"teamsvisitor:1","displayName":"Guest"}}}"#).who();
        assert_eq!(who.identity_kind.as_deref(), Some("guest"));
    }
}
