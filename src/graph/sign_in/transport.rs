//! Sends the identity library's requests through our own HTTP client, so that the user's proxy, certificates and
//! sign-in address apply to them too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use azure_core::Bytes;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::request::Body;
use azure_core::http::{AsyncRawResponse, HttpClient, Method, Request};
use url::{Position, Url};

use crate::graph::failure::retry_after;
use crate::graph::http;
use crate::graph::retry::RetryPolicy;
use crate::graph::secrets::Secrets;

/// The sign-in address given to the identity library, which accepts only encrypted ones, whereas the demo server is on
/// this computer; requests go to the real address instead.
pub const STAND_IN: &str = "https://sign-in.invalid";

/// Sends the library's requests and remembers how the last one failed.
#[derive(Debug)]
pub struct Transport {
    http: reqwest::Client,
    login: Url,
    /// Claims required by the service, as JSON. The library cannot pass them on.
    claims: Option<String>,
    patience: RetryPolicy,
    secrets: Secrets,
    last: Mutex<Option<Last>>,
}

/// Size limit in bytes: a response with a token has a few kilobytes.
const LARGEST_ANSWER: usize = 1 << 20;

/// The form fields that hold a secret.
const SECRET_MEMBERS: [&str; 3] = ["client_secret", "client_assertion", "assertion"];

/// How a request ended that returned no token.
#[derive(Debug)]
pub enum Last {
    /// Answered with this status and body, and how long to wait if it says so.
    Refused(u16, Vec<u8>, Option<Duration>),
    /// Not answered; holds the reason.
    Unanswered(String),
}

impl Transport {
    /// Creates a transport that sends requests for the stand-in to the real sign-in address.
    pub fn new(
        http: reqwest::Client,
        login: Url,
        claims: Option<String>,
        patience: RetryPolicy,
        secrets: Secrets,
    ) -> Arc<Transport> {
        Arc::new(Transport { http, login, claims, patience, secrets, last: Mutex::new(None) })
    }

    /// Returns how the last request ended, if it returned no token.
    pub fn last(&self) -> Option<Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn remember(&self, last: Last) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }

    /// Returns the token request form with the required claims added.
    fn with_claims(&self, form: &[u8]) -> Vec<u8> {
        let mut form = form.to_vec();
        // Managed identity requests have no form.
        if let Some(claims) = self.claims.as_ref().filter(|_| !form.is_empty()) {
            form.extend(b"&claims=");
            form.extend(url::form_urlencoded::byte_serialize(claims.as_bytes()).flat_map(str::bytes));
        }
        form
    }

    fn address(&self, url: &Url) -> Result<Url, url::ParseError> {
        match url.host_str() {
            Some("sign-in.invalid") => self.login.join(&url[Position::BeforePath..]),
            _ => Ok(url.clone()),
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Transport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let url = self.address(request.url())?;
        let method = if request.method() == Method::Get { reqwest::Method::GET } else { reqwest::Method::POST };
        let mut ours = self.http.request(method, url);
        for (name, value) in request.headers().iter() {
            ours = ours.header(name.as_str(), value.as_str());
        }
        let mut secrets = self.secrets.clone();
        if let Body::Bytes(bytes) = request.body() {
            let sent = url::form_urlencoded::parse(bytes).filter(|(name, _)| SECRET_MEMBERS.contains(&&**name));
            sent.for_each(|(_, value)| secrets.add(&value));
            ours = ours.body(self.with_claims(bytes));
        }
        let exchanged = http::exchange(ours, &self.patience, LARGEST_ANSWER, &secrets).await;
        let http::Received { status, headers, body } = exchanged.map_err(|(_, cause)| {
            self.remember(Last::Unanswered(cause.clone()));
            Error::with_message(ErrorKind::Io, cause)
        })?;
        let status = status.as_u16();
        if status != 200 {
            self.remember(Last::Refused(status, body.to_vec(), retry_after(&headers)));
        }
        let headers: HashMap<HeaderName, HeaderValue> = headers
            .iter()
            .filter_map(|(name, value)| {
                let value = value.to_str().ok()?.to_owned();
                Some((HeaderName::from(name.as_str().to_owned()), HeaderValue::from(value)))
            })
            .collect();
        Ok(AsyncRawResponse::from_bytes(status.into(), Headers::from(headers), Bytes::from(body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_is_replaced_and_nothing_else() {
        let login = Url::parse("http://127.0.0.1:8080").expect("an address");
        let transport = Transport::new(
            reqwest::Client::new(),
            login,
            Some(r#"{"a":1}"#.to_owned()),
            RetryPolicy::USUAL,
            Secrets::default(),
        );
        assert_eq!(transport.with_claims(b"grant_type=x"), b"grant_type=x&claims=%7B%22a%22%3A1%7D");
        assert_eq!(transport.with_claims(b""), b"");
        let to = |url: &str| transport.address(&Url::parse(url).expect("an address")).expect("an address").to_string();
        assert_eq!(to(&format!("{STAND_IN}/t/oauth2/v2.0/token")), "http://127.0.0.1:8080/t/oauth2/v2.0/token");
        assert_eq!(to("http://169.254.169.254/metadata?a=b"), "http://169.254.169.254/metadata?a=b");
    }
}
