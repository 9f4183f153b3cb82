//! Which Graph service is asked, for which call, and with what token.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// A Graph service: its root and the version of its interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    root: Url,
    api: Api,
}

/// The version of the interface. They are the same for sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Api {
    /// The stable one.
    #[default]
    #[value(name = "v1.0")]
    V1,
    /// The one that may change.
    #[value(name = "beta")]
    Beta,
}

/// Microsoft's clouds that have call records. China's has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Cloud {
    /// Everybody's, GCC included.
    #[default]
    Global,
    /// US Government L4 (GCC High).
    Usgov,
    /// US Government L5 (DoD).
    Dod,
}

/// An address that cannot be a service's root.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadRoot {
    /// No address at all.
    #[error("{0} is no address: write it like https://graph.microsoft.com")]
    NotAnAddress(String),
    /// The token would go over the network in the clear.
    #[error("{0} is not https: a token is sent unencrypted to this computer's own addresses only")]
    NotEncrypted(String),
    /// The version belongs to `--api`.
    #[error("{0} has a path: give the root without the version, like https://graph.microsoft.com")]
    HasPath(String),
}

impl Cloud {
    /// The cloud's Graph root.
    pub fn root(self) -> &'static str {
        match self {
            Cloud::Global => "https://graph.microsoft.com",
            Cloud::Usgov => "https://graph.microsoft.us",
            Cloud::Dod => "https://dod-graph.microsoft.us",
        }
    }
}

impl Service {
    /// A service by the address of its root, without the version.
    pub fn new(root: &str, api: Api) -> Result<Service, BadRoot> {
        let url = Url::parse(root).map_err(|_| BadRoot::NotAnAddress(root.to_owned()))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(BadRoot::NotEncrypted(root.to_owned())),
            _ => return Err(BadRoot::NotAnAddress(root.to_owned())),
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() || has_user {
            return Err(BadRoot::HasPath(root.to_owned()));
        }
        Ok(Service { root: url, api })
    }

    /// The address of a call's sessions, segments included.
    pub fn sessions_of(&self, call: CallId) -> Url {
        let mut url = self.root.clone();
        let version = match self.api {
            Api::V1 => "v1.0",
            Api::Beta => "beta",
        };
        url.set_path(&format!("/{version}/communications/callRecords/{call}/sessions"));
        url.set_query(Some("$expand=segments"));
        url
    }

    /// Is it on this computer?
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.root)
    }

    /// What to call it in a sentence.
    pub fn name(&self) -> String {
        self.root.origin().ascii_serialization()
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The id of a call: a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(u128);

impl CallId {
    /// Reads a GUID as people copy it: any capitals, with or without braces.
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

/// A bearer token. It cannot be printed; it leaves this type for the header of a request alone.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// A token as people have it: with blanks around it, or the word `Bearer` before it. `None` when there is
    /// none, or when it has characters in it that no token has.
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let is_token = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Token(SecretString::from(text)))
    }

    /// The header's value, marked as sensitive so that nothing logs it.
    pub fn header(&self) -> Result<reqwest::header::HeaderValue, reqwest::header::InvalidHeaderValue> {
        let mut value = reqwest::header::HeaderValue::from_str(&format!("Bearer {}", self.0.expose_secret()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// A call to be read from a service.
#[derive(Debug, Clone)]
pub struct LiveCall {
    /// Where.
    pub service: Service,
    /// Which.
    pub call: CallId,
    /// With what.
    pub token: Token,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_encrypted_or_on_this_computer() {
        for good in [
            "https://graph.microsoft.com",
            "https://graph.microsoft.us/",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(Service::new(good, Api::V1).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("graph.microsoft.com", BadRoot::NotAnAddress("graph.microsoft.com".into())),
            ("ftp://example.org", BadRoot::NotAnAddress("ftp://example.org".into())),
            ("http://graph.microsoft.com", BadRoot::NotEncrypted("http://graph.microsoft.com".into())),
            ("http://127.0.0.1.example.org", BadRoot::NotEncrypted("http://127.0.0.1.example.org".into())),
            ("https://graph.microsoft.com/v1.0", BadRoot::HasPath("https://graph.microsoft.com/v1.0".into())),
            ("https://a:b@example.org", BadRoot::HasPath("https://a:b@example.org".into())),
        ] {
            assert_eq!(Service::new(bad, Api::V1), Err(error));
        }
    }

    #[test]
    fn the_address_of_sessions_asks_for_segments() {
        let call = CallId::parse("E523D2ED-2966-4B6B-925B-754A88034CC5").expect("a GUID");
        let service = Service::new(Cloud::Dod.root(), Api::Beta).expect("a root");
        assert_eq!(
            service.sessions_of(call).as_str(),
            "https://dod-graph.microsoft.us/beta/communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5/sessions?$expand=segments"
        );
    }

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
    fn a_token_is_never_printed() {
        let token = Token::new(" Bearer s3cret.s3cret \n").expect("a token");
        assert!(!format!("{token:?}").contains("s3cret"));
        let header = token.header().expect("a header");
        assert!(!format!("{header:?}").contains("s3cret"));
        assert_eq!(header.as_bytes(), b"Bearer s3cret.s3cret");
        assert!(Token::new("  ").is_none() && Token::new("a b").is_none() && Token::new("a\u{1b}b").is_none());
    }
}
