//! Masks tokens and secrets that were sent wherever responses repeat them.

use memchr::memmem;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

/// Replaces a secret.
const MASK: &str = "•••";

/// A shorter one would mask half of every text and is not a secret.
const SHORTEST: usize = 6;

/// How many are remembered: a token lasts an hour, and reading a call takes less.
const MOST: usize = 16;

/// Secrets that were sent or received.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Remembers a secret, as it is and as encoded in forms and JSON.
    pub fn add(&mut self, secret: &str) {
        let in_form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let in_json = serde_json::Value::from(secret).to_string();
        for form in [secret, &in_form, in_json.trim_matches('"')] {
            let is_known = self.0.iter().any(|known| known.expose_secret() == form);
            if form.len() >= SHORTEST && !is_known {
                self.0.push(SecretString::from(form.to_owned()));
            }
        }
        let surplus = self.0.len().saturating_sub(3 * MOST);
        self.0.drain(..surplus);
    }

    /// Adds the secrets of another set.
    pub fn and(mut self, others: &Secrets) -> Secrets {
        others.0.iter().for_each(|secret| self.add(secret.expose_secret()));
        self
    }

    /// Returns bytes with the secrets masked.
    pub fn masked(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for secret in &self.0 {
            let secret = secret.expose_secret().as_bytes();
            if memmem::find(&bytes, secret).is_none() {
                continue;
            }
            let mut out = Vec::with_capacity(bytes.len());
            let mut from = 0;
            for at in memmem::find_iter(&bytes, secret) {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(MASK.as_bytes());
                from = at + secret.len();
            }
            out.extend_from_slice(&bytes[from..]);
            bytes = out;
        }
        bytes
    }

    /// Returns a text with the secrets masked.
    pub fn masked_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.masked(text.as_bytes().to_vec())).into_owned()
    }

    /// Returns headers with the secrets masked.
    pub fn masked_headers(&self, mut headers: HeaderMap) -> HeaderMap {
        for value in headers.values_mut() {
            let masked = self.masked(value.as_bytes().to_vec());
            if masked != value.as_bytes() {
                *value = HeaderValue::from_bytes(&masked).unwrap_or_else(|_| HeaderValue::from_static("masked"));
            }
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        let mut secrets = Secrets::default();
        secrets.add("s3cret~/\"x");
        secrets.add("abc");
        for text in ["s3cret~/\"x", "client_secret=s3cret%7E%2F%22x", r#"{"echo":"s3cret~/\"x"}"#] {
            let masked = secrets.masked_text(text);
            assert!(masked.contains(MASK) && !masked.contains("s3cret"), "{text}: {masked}");
        }
        assert_eq!(secrets.masked_text("abc"), "abc", "too short to be one");
        let headers =
            HeaderMap::from_iter([(reqwest::header::LOCATION, HeaderValue::from_static("/x?s3cret%7E%2F%22x"))]);
        assert_eq!(secrets.masked_headers(headers)["location"].as_bytes(), "/x?•••".as_bytes());
        assert!(!format!("{secrets:?}").contains("s3cret"));
    }
}
