//! The Graph service and its addresses.

use url::{Host, Url};

use crate::call::Request;
use crate::call::request::CLOUDS;

use super::call_id::CallId;
use super::rate_limit::Limits;

/// A Graph service: its root and API version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    root: Url,
    api: Api,
    limits: Option<Limits>,
}

/// The API version. Sessions are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Api {
    /// The stable version.
    #[default]
    #[value(name = "v1.0")]
    V1,
    /// The version that may change.
    #[value(name = "beta")]
    Beta,
}

/// Microsoft's clouds that have call records, in the order of [`CLOUDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Cloud {
    /// The worldwide cloud, including GCC.
    #[default]
    Global,
    /// US Government L4 (GCC High).
    Usgov,
    /// US Government L5 (DoD).
    Dod,
}

/// Why an address cannot be a service's root.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ServiceUrlError {
    #[error("{0} is not an address: use the form https://graph.microsoft.com")]
    NotAnAddress(String),
    /// The token would be sent unencrypted.
    #[error("{0} is not https: tokens are sent unencrypted only to loopback addresses")]
    NotEncrypted(String),
    /// The version must be given with `--api`.
    #[error("{0} has a path: give the root without the version, such as https://graph.microsoft.com")]
    HasPath(String),
}

impl Cloud {
    /// Returns the cloud's Graph root.
    pub fn root(self) -> &'static str {
        CLOUDS[self as usize].1
    }

    /// Returns the cloud's sign-in address.
    pub fn login(self) -> &'static str {
        match self {
            Cloud::Global => "https://login.microsoftonline.com",
            Cloud::Usgov | Cloud::Dod => "https://login.microsoftonline.us",
        }
    }

    /// Returns the cloud that a Graph or sign-in address belongs to.
    pub fn of(address: &str) -> Option<Cloud> {
        let address = address.trim_end_matches('/');
        [Cloud::Global, Cloud::Usgov, Cloud::Dod].into_iter().find(|cloud| cloud.root() == address)
    }

    /// Returns its name on the command line.
    pub fn name(self) -> &'static str {
        CLOUDS[self as usize].0
    }
}

impl Service {
    /// Creates a service from its root address, without the version.
    pub fn new(root: &str, api: Api) -> Result<Service, ServiceUrlError> {
        let url = safe_address(root)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() || has_user {
            return Err(ServiceUrlError::HasPath(root.to_owned()));
        }
        let limits = (!is_loopback(&url)).then_some(Limits::GRAPH);
        Ok(Service { root: url, api, limits })
    }

    /// Returns the service with limits other than Graph's, which apply to any service that is not on this computer.
    pub fn with_limits(self, limits: Option<Limits>) -> Service {
        Service { limits, ..self }
    }

    /// Returns how often a call may be requested.
    pub fn limits(&self) -> Option<Limits> {
        self.limits
    }

    /// Returns the API version.
    pub fn api(&self) -> Api {
        self.api
    }

    /// Returns the address of a call's sessions, with the options of a request.
    pub fn sessions_of(&self, call: CallId, request: &Request) -> Url {
        self.address(&format!("/{call}/sessions"), request.query().as_deref())
    }

    /// Returns the address of a call record, with or without its first participants.
    pub fn record_of(&self, call: CallId, with_participants: bool) -> Url {
        self.address(&format!("/{call}"), with_participants.then_some("$expand=participants_v2"))
    }

    /// Returns the address of the list of calls that match an OData filter.
    pub fn calls(&self, filter: &str) -> Url {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        self.address("", Some(&format!("$filter={}", filter.replace('+', "%20"))))
    }

    fn address(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.root.clone();
        url.set_path(&format!("/{}/communications/callRecords{path}", self.api.name()));
        url.set_query(query);
        url
    }

    /// Returns the scope to request tokens with.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.name())
    }

    /// Returns the root address.
    pub fn root(&self) -> &Url {
        &self.root
    }

    /// Returns whether it is on this computer.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.root)
    }

    /// Returns its name for messages.
    pub fn name(&self) -> String {
        self.root.origin().ascii_serialization()
    }
}

impl Api {
    /// Returns its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Api::V1 => "v1.0",
            Api::Beta => "beta",
        }
    }
}

/// Parses an address that secrets may be sent to: https, or on this computer.
pub fn safe_address(text: &str) -> Result<Url, ServiceUrlError> {
    let url = Url::parse(text).map_err(|_| ServiceUrlError::NotAnAddress(text.to_owned()))?;
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(ServiceUrlError::NotEncrypted(text.to_owned())),
        _ => Err(ServiceUrlError::NotAnAddress(text.to_owned())),
    }
}

/// Returns whether an address is on this computer.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
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
            ("graph.microsoft.com", ServiceUrlError::NotAnAddress("graph.microsoft.com".into())),
            ("ftp://example.org", ServiceUrlError::NotAnAddress("ftp://example.org".into())),
            ("http://graph.microsoft.com", ServiceUrlError::NotEncrypted("http://graph.microsoft.com".into())),
            ("http://127.0.0.1.example.org", ServiceUrlError::NotEncrypted("http://127.0.0.1.example.org".into())),
            ("https://graph.microsoft.com/v1.0", ServiceUrlError::HasPath("https://graph.microsoft.com/v1.0".into())),
            ("https://a:b@example.org", ServiceUrlError::HasPath("https://a:b@example.org".into())),
        ] {
            assert_eq!(Service::new(bad, Api::V1), Err(error));
        }
    }

    #[test]
    fn the_address_of_sessions_asks_for_segments() {
        let call = CallId::parse("E523D2ED-2966-4B6B-925B-754A88034CC5").expect("a GUID");
        let service = Service::new(Cloud::Dod.root(), Api::Beta).expect("a root");
        assert_eq!(
            service.sessions_of(call, &Request::default()).as_str(),
            "https://dod-graph.microsoft.us/beta/communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5/sessions?$expand=segments"
        );
        assert_eq!(
            service.record_of(call, true).as_str(),
            "https://dod-graph.microsoft.us/beta/communications/callRecords/e523d2ed-2966-4b6b-925b-754a88034cc5?$expand=participants_v2"
        );
    }

    #[test]
    fn a_filter_is_written_so_that_addresses_can_hold_it() {
        let service = Service::new(Cloud::Global.root(), Api::V1).expect("a root");
        let filter = "startDateTime ge 2026-11-20T09:00:00Z and participants_v2/any(p:p/id eq 'a+b')";
        assert_eq!(
            service.calls(filter).as_str(),
            "https://graph.microsoft.com/v1.0/communications/callRecords?$filter=startDateTime%20ge%202026-11-20T09%3A00%3A00Z%20and%20participants_v2%2Fany%28p%3Ap%2Fid%20eq%20%27a%2Bb%27%29"
        );
    }

    #[test]
    fn limits_hold_for_services_elsewhere() {
        let limits = |root: &str| Service::new(root, Api::V1).expect("a root").limits();
        assert_eq!(limits("https://graph.microsoft.com"), Some(Limits::GRAPH));
        assert_eq!(limits("http://127.0.0.1:8080"), None);
    }
}
