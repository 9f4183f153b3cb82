//! What can go wrong with a request, whether to retry, and what to report: what happened and what to do next.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};

use crate::call::{UserError, UserErrorKind};
use crate::model::envelope::brief;
use crate::model::{Envelope, Field};

use super::call_id::CallId;
use super::challenge;
use super::claims::Fault;
use super::retry::{RetryPolicy, wait_length};
use super::service::Service;

/// The purpose of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A call: its record, or a page of its sessions or participants.
    Call(CallId),
    /// The list of calls.
    Calls,
}

/// Why an attempt did not return a usable response.
#[derive(Debug)]
pub enum Failure {
    /// A status other than 200.
    Status {
        /// The status code.
        status: StatusCode,
        /// The response headers.
        headers: Box<HeaderMap>,
        /// The response body.
        body: Vec<u8>,
    },
    /// No response, or only part of one.
    Network(Network, String),
    /// A response that is not the service's, or is broken.
    Page {
        /// What is wrong with the response.
        fault: BodyError,
        /// The whole body: complete sessions in it can be used.
        body: Vec<u8>,
        /// The ID that Graph support asks for.
        request_id: Option<String>,
    },
    /// The address belongs to another service, which must not see the token; it was not requested.
    Elsewhere(String),
    /// No token is available.
    SignIn {
        /// The reason.
        trouble: UserError,
        /// Whether trying again may help.
        may_pass: bool,
    },
}

/// How the network failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The service's name cannot be resolved.
    NoName,
    /// No connection can be made.
    Unreachable,
    /// No secure connection can be made.
    Encryption,
    /// The proxy requires a sign-in.
    ProxyLogin,
    /// The proxy refuses the connection.
    Proxy,
    /// No response began in time.
    Slow,
    /// A response began, and stalled.
    Stalled,
    /// A response is so slow that it would take days.
    Crawling,
    /// The connection closed before the response ended.
    Cut,
    /// The response does not end.
    Endless,
}

/// What is wrong with a response that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyError {
    /// The body is empty.
    Empty,
    /// Not JSON; holds what it is instead.
    NotJson(&'static str),
    /// Truncated or invalid at this byte; holds what was expected there.
    Broken(u64, &'static str),
    /// Compressed with an encoding that was not requested.
    Packed(String),
    /// An error, or a page with an error beside it; holds the service's message.
    Error(String),
    /// JSON, but not what was requested.
    NotAPage,
    /// From another call than the one requested; holds that call's ID.
    OtherCall(String),
}

/// A request that was given up.
#[derive(Debug)]
pub struct Failed {
    /// The last attempt's failure.
    pub failure: Failure,
    /// Number of attempts made.
    pub attempts: usize,
    /// What is wrong with the rejected token, by its own claims.
    pub fault: Option<Fault>,
}

impl Network {
    /// Returns how a request failed, with the innermost reason, the useful one: `Connection refused`.
    pub fn of(error: &reqwest::Error) -> (Network, String) {
        let mut chain = Vec::new();
        let mut next: Option<&dyn std::error::Error> = std::error::Error::source(error);
        while let Some(error) = next {
            chain.push(error.to_string());
            next = error.source();
        }
        let all = chain.join(": ");
        let kind = if all.contains("proxy authorization required") {
            Network::ProxyLogin
        } else if all.contains("tunnel error") {
            Network::Proxy
        } else if all.contains("dns error") {
            Network::NoName
        } else if error.is_connect() && (error.is_timeout() || all.contains("tcp connect error")) {
            Network::Unreachable
        } else if error.is_connect() {
            Network::Encryption
        } else {
            Network::Cut
        };
        (kind, chain.pop().unwrap_or_else(|| error.to_string()))
    }
}

impl Failure {
    /// Returns what failed in one of a few fixed words, for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::Status { .. } => "status",
            Failure::Network(..) => "network",
            Failure::Page { .. } => "page",
            Failure::Elsewhere(_) => "another service",
            Failure::SignIn { .. } => "sign-in",
        }
    }

    /// Returns how many attempts to make before giving up.
    pub fn attempts(&self, patience: &RetryPolicy, has_answered: bool) -> usize {
        match self {
            Failure::Status { status, .. } if matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504 | 509) => {
                patience.attempts
            }
            // A service that answered a moment ago will come back; an address that never answered may be wrong.
            Failure::Network(Network::NoName | Network::Unreachable | Network::Proxy, _) if !has_answered => {
                patience.broken_attempts
            }
            Failure::Network(Network::Encryption | Network::ProxyLogin | Network::Endless, _) => 1,
            Failure::Network(..) => patience.attempts,
            Failure::Page { fault: BodyError::NotJson(_) | BodyError::Packed(_), .. } => 1,
            // An error with status 200 passes just as one with 500 does.
            Failure::Page { fault: BodyError::Error(_) | BodyError::NotAPage, .. } => patience.attempts,
            Failure::Page { fault: BodyError::OtherCall(_), .. } | Failure::Elsewhere(_) => 1,
            Failure::Page { .. } => patience.broken_attempts,
            Failure::SignIn { may_pass: true, .. } if has_answered => patience.attempts,
            Failure::SignIn { may_pass: true, .. } => patience.broken_attempts,
            Failure::Status { .. } | Failure::SignIn { .. } => 1,
        }
    }

    /// Returns how long to wait: as long as the service says, and at least our own delay.
    pub fn wait(&self, least: Duration) -> Duration {
        match self {
            Failure::Status { headers, .. } => retry_after(headers).map_or(least, |told| told.max(least)),
            _ => least,
        }
    }

    /// Describes the failure briefly, for a wait.
    pub fn words(&self) -> String {
        match self {
            Failure::Status { status: StatusCode::TOO_MANY_REQUESTS, .. } => "throttled (429)".to_owned(),
            Failure::Status { status, .. } => format!("the service is having problems ({})", status.as_u16()),
            Failure::Network(Network::Slow, _) => "no response in time".to_owned(),
            Failure::Network(Network::Stalled, _) => "the response stalled".to_owned(),
            Failure::Network(Network::Crawling, _) => "the response is too slow".to_owned(),
            Failure::Network(Network::Cut, _) => "the response was cut short".to_owned(),
            Failure::Network(_, what) => what.clone(),
            Failure::Page { fault, .. } => format!("the response is {}", fault.words()),
            Failure::Elsewhere(origin) => format!("the address points to another service ({origin})"),
            Failure::SignIn { trouble, .. } => trouble.what.clone(),
        }
    }
}

impl BodyError {
    /// Describes the fault, as what follows "the response is".
    pub fn words(&self) -> String {
        match self {
            BodyError::Empty => "empty".to_owned(),
            BodyError::NotJson(what) => format!("{what}, not JSON"),
            BodyError::Broken(at, expected) => format!("broken at byte {at}: {expected} is missing"),
            BodyError::Packed(how) => format!("compressed with {how}, which was not requested"),
            BodyError::Error(said) => format!("an error (HTTP 200): {said}"),
            BodyError::NotAPage => "JSON, but not what was requested".to_owned(),
            BodyError::OtherCall(id) => format!("from another call: {}", brief(id)),
        }
    }
}

impl Failed {
    /// Explains the failure to the user.
    pub fn trouble(self, service: &Service, asked: Asked, origin: &str) -> UserError {
        let name = service.name();
        let (kind, what, hint) = match self.failure {
            Failure::SignIn { trouble, .. } => return trouble,
            Failure::Status { status, headers, body } => {
                let (kind, what, hint) = of_status(status, &headers, &body, asked, self.attempts);
                match self.fault {
                    Some(fault) => (kind, format!("{what}: {}", fault.words()), fault.hint()),
                    None => (kind, what, hint),
                }
            }
            Failure::Elsewhere(origin) => (
                UserErrorKind::Answer,
                format!("the address points to another service ({}), which must not see the token", brief(&origin)),
                "fetch the call again with --no-cache".to_owned(),
            ),
            Failure::Network(network, cause) => of_network(network, &cause, &name),
            Failure::Page { fault, request_id, .. } => {
                let id = request_id.map(|id| format!(" (request-id {id})")).unwrap_or_default();
                let hint = match fault {
                    BodyError::NotJson(_) | BodyError::Empty => {
                        "a network sign-in page or a proxy may have answered instead of the service: open a web page \
                         in a browser on this computer, then try again"
                    }
                    BodyError::Packed(_) => {
                        "a proxy in between compresses responses in a way of its own: add the service to NO_PROXY, or \
                         ask the proxy administrator to fix it"
                    }
                    BodyError::Broken(..) => "try again; everything before it is kept",
                    BodyError::Error(_) | BodyError::NotAPage | BodyError::OtherCall(_) => {
                        "wait a few minutes and try again; everything before it is kept"
                    }
                };
                (UserErrorKind::Answer, format!("{origin} is {}{id}", fault.words()), hint.to_owned())
            }
        };
        UserError { kind, what, hint: Some(hint) }
    }
}

fn of_network(network: Network, cause: &str, name: &str) -> (UserErrorKind, String, String) {
    let (kind, what, hint) = match network {
        Network::NoName => (
            UserErrorKind::Access,
            format!("the name {name} cannot be resolved: {cause}"),
            "check the network (DNS, VPN), and --cloud or --graph-url",
        ),
        Network::Unreachable => (
            UserErrorKind::Access,
            format!("{name} cannot be reached: {cause}"),
            "check the network and the proxy (HTTPS_PROXY, NO_PROXY), and --cloud or --graph-url",
        ),
        Network::Encryption => (
            UserErrorKind::Access,
            format!("no secure connection to {name}: {cause}"),
            "if a proxy inspects TLS, set SSL_CERT_FILE to its certificate; otherwise check that the \
             address really is an https one",
        ),
        Network::ProxyLogin => {
            (UserErrorKind::Access, format!("the proxy for {name} requires a sign-in (407)"), PROXY_LOGIN)
        }
        Network::Proxy => (
            UserErrorKind::Access,
            format!("the proxy refuses the connection to {name}: {cause}"),
            "check HTTPS_PROXY, add the service to NO_PROXY, or ask the proxy administrator to allow it",
        ),
        Network::Slow => (
            UserErrorKind::Throttled,
            format!("{name} did not respond in time: {cause}"),
            "the service is slow or the network is losing packets: try again in a few minutes",
        ),
        Network::Stalled => (
            UserErrorKind::Throttled,
            format!("the response from {name} stalled: {cause}"),
            "the service is slow or the network is losing packets: try again in a few minutes",
        ),
        Network::Crawling => (
            UserErrorKind::Throttled,
            format!("the response from {name} is too slow: {cause}"),
            "the network path to the service is very slow: try another network, or wait with --min-speed 0",
        ),
        Network::Cut => (
            UserErrorKind::Access,
            format!("the response from {name} was cut short: {cause}"),
            "something on the network path closes connections early: try again, or bypass the proxy (NO_PROXY)",
        ),
        Network::Endless => (
            UserErrorKind::Answer,
            format!("the response from {name} does not end: {cause}"),
            "no Graph page is that large: check --graph-url",
        ),
    };
    (kind, what, hint.to_owned())
}

const PROXY_LOGIN: &str = "put the user name and password in HTTPS_PROXY (http://user:password@proxy:8080, with characters like @ and \
                           : percent-encoded: %40, %3A), or add the service to NO_PROXY";

fn of_status(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    asked: Asked,
    attempts: usize,
) -> (UserErrorKind, String, String) {
    let said = said(status, headers, body);
    let (kind, what, hint) = match status.as_u16() {
        400 => (
            UserErrorKind::Access,
            format!("the service rejected the request as malformed ({said})"),
            match asked {
                Asked::Call(_) => {
                    "the page link may have expired: fetch the call again; or the \
                                   address may be wrong: check --graph-url, --api and --select"
                }
                Asked::Calls => {
                    "check --since, --until and --user: times such as 2d or 2026-11-20, and a user's object ID"
                }
            },
        ),
        401 if challenge::claims(headers).is_some() => (
            UserErrorKind::Access,
            format!("the service requires more claims in the token, a claims challenge ({said})"),
            "a Conditional Access policy changed, or requires more than this sign-in method can prove: get a \
             new token from the same place (`az logout`, `az login`), sign in as the application itself \
             (AZURE_CLIENT_SECRET or a certificate), or ask the tenant administrator",
        ),
        401 => (
            UserErrorKind::Access,
            format!("the service did not accept the token ({said})"),
            "tokens last about an hour and work in one cloud only: get a new one, or check --cloud; `callscope doctor` \
             shows what it contains",
        ),
        403 => (
            UserErrorKind::Access,
            format!("the service refused the request ({said})"),
            "reading call records requires the application permission CallRecords.Read.All with admin consent, \
             and a token issued after it; a user's token never works; `callscope doctor` shows what the token contains",
        ),
        404 => match asked {
            Asked::Call(call) => (
                UserErrorKind::Access,
                format!("the service has no call {call} ({said})"),
                "too new: records can take 150 minutes to appear; too old: they are deleted after 30 days; wrong ID: that of a \
                 meeting, chat or telephone call is not a call ID; wrong cloud: see --cloud; or an outage",
            ),
            Asked::Calls => (
                UserErrorKind::Access,
                format!("the service has no list of calls ({said})"),
                "check --graph-url and --api; the China cloud has no call records",
            ),
        },
        407 => (UserErrorKind::Access, format!("the proxy requires a sign-in ({said})"), PROXY_LOGIN),
        300..=399 => {
            let to = headers.get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()));
            let to = to.as_deref().map_or("nowhere".into(), brief);
            let hint = "the redirect was not followed: a network sign-in page may be in between, or --graph-url is \
                        wrong";
            (UserErrorKind::Answer, format!("the service redirected the request ({said}, to {to})"), hint)
        }
        410 => (
            UserErrorKind::Answer,
            format!("the page link has expired ({said})"),
            "fetch the call again: page links do not last long",
        ),
        408 | 429 | 500..=599 => {
            let what = format!("the service was too busy{} ({said})", in_a_row(attempts));
            return (UserErrorKind::Throttled, what, when_to_return(retry_after(headers)));
        }
        _ => {
            (UserErrorKind::Access, format!("the service answered {said}"), "contact Graph support with the request-id")
        }
    };
    (kind, what, hint.to_owned())
}

/// Says when to try a busy service again: when it said so itself, at that time.
fn when_to_return(told: Option<Duration>) -> String {
    let limits = "a call's first page may be requested 10 times in 20 seconds, later ones 50 times in 5 minutes; \
                  aka.ms/graphstatus reports outages";
    match told.filter(|told| !told.is_zero()) {
        Some(told) => format!("the service asks you to wait {} before you try again; {limits}", wait_length(told)),
        None => format!("wait a few minutes; {limits}"),
    }
}

fn in_a_row(attempts: usize) -> String {
    if attempts > 1 { format!(", {attempts} times in a row") } else { String::new() }
}

/// Returns status, code, message and request-id, as far as they are known.
pub fn said(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let mut said = status.to_string();
    let envelope: Option<Field<Envelope>> = serde_json::from_slice(body).ok();
    let error = envelope.as_ref().and_then(Field::value).and_then(|envelope| envelope.error.value());
    let parts = error.map(|error| [&error.code, &error.message]).into_iter().flatten();
    for part in parts.filter_map(Field::value).filter(|part| !part.trim().is_empty()) {
        said.push_str(": ");
        said.push_str(&brief(part));
    }
    let id = error.and_then(|error| error.request_id()).map(ToString::to_string);
    if let Some(id) = id.or_else(|| request_id(headers)) {
        said.push_str(", request-id ");
        said.push_str(&brief(&id));
    }
    said
}

/// Returns the request-id that Graph support asks for.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("request-id").and_then(|id| id.to_str().ok()).map(str::to_owned)
}

/// Returns the delay that `Retry-After` gives: seconds, or a date compared with the service's own clock.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(value).ok()?;
    Some(then.duration_since(date(headers).unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

/// Returns the time by the service's clock.
pub fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_services_clock() {
        assert_eq!(retry_after(&headers(&[("retry-after", "12")])), Some(Duration::from_secs(12)));
        let date = [("retry-after", "Fri, 20 Nov 2026 09:00:30 GMT"), ("date", "Fri, 20 Nov 2026 09:00:00 GMT")];
        assert_eq!(retry_after(&headers(&date)), Some(Duration::from_secs(30)));
        let past = [("retry-after", "Fri, 20 Nov 2026 08:00:00 GMT"), ("date", "Fri, 20 Nov 2026 09:00:00 GMT")];
        assert_eq!(retry_after(&headers(&past)), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
        assert_eq!(retry_after(&headers(&[])), None);
    }

    #[test]
    fn the_service_may_ask_for_more_patience_than_we_have_and_not_for_less() {
        let failure = |value: &str| Failure::Status {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers: Box::new(headers(&[("retry-after", value)])),
            body: Vec::new(),
        };
        assert_eq!(failure("30").wait(Duration::from_secs(2)), Duration::from_secs(30));
        assert_eq!(failure("0").wait(Duration::from_secs(2)), Duration::from_secs(2));
    }

    #[test]
    fn an_error_says_its_code_message_and_request_id() {
        let body = br#"{"error":{"code":"Forbidden","message":"","innerError":{"request-id":"r-1"}}}"#;
        let none = HeaderMap::new();
        assert_eq!(said(StatusCode::FORBIDDEN, &none, body), "403 Forbidden: Forbidden, request-id r-1");
        assert_eq!(said(StatusCode::BAD_GATEWAY, &none, b"<html>"), "502 Bad Gateway");
        let told = headers(&[("request-id", "r-2")]);
        assert_eq!(said(StatusCode::BAD_GATEWAY, &told, b"<html>"), "502 Bad Gateway, request-id r-2");
    }

    #[test]
    fn a_message_with_a_full_stop_of_its_own_ends_without_it_in_our_sentence() {
        let body =
            br#"{"error":{"code":"NotFound","message":"There is no such record. ","innerError":{"request-id":"r-1"}}}"#;
        let said = said(StatusCode::NOT_FOUND, &HeaderMap::new(), body);
        assert_eq!(said, "404 Not Found: NotFound: There is no such record, request-id r-1");
    }

    #[test]
    fn a_busy_service_that_says_how_long_is_repeated_and_not_guessed_at() {
        let hint = |pairs: &[(&'static str, &str)]| {
            of_status(StatusCode::TOO_MANY_REQUESTS, &headers(pairs), b"", Asked::Calls, 1).2
        };
        assert!(
            hint(&[("retry-after", "7200")]).starts_with("the service asks you to wait 2 hours before you try again")
        );
        assert!(hint(&[]).starts_with("wait a few minutes;"));
        assert!(hint(&[("retry-after", "0")]).starts_with("wait a few minutes;"));
    }

    #[test]
    fn what_cannot_get_better_is_tried_once() {
        let status = |code: u16| Failure::Status {
            status: StatusCode::from_u16(code).expect("a status"),
            headers: Box::default(),
            body: Vec::new(),
        };
        let attempts = |failure: &Failure| failure.attempts(&RetryPolicy::USUAL, false);
        for code in [400, 401, 403, 404, 407, 410, 302] {
            assert_eq!(attempts(&status(code)), 1, "{code}");
        }
        for code in [408, 429, 500, 502, 503, 504, 509] {
            assert_eq!(attempts(&status(code)), 8, "{code}");
        }
        let gone = Failure::Network(Network::NoName, String::new());
        assert_eq!((gone.attempts(&RetryPolicy::USUAL, false), gone.attempts(&RetryPolicy::USUAL, true)), (3, 8));
    }
}
