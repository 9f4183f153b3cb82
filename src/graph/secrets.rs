//! Masks tokens and secrets that were sent wherever responses repeat them.

use memchr::memmem;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

/// Replaces a secret.
const MASK: &str = "•••";

/// A shorter one would mask half of every text and is not a secret.
const SHORTEST: usize = 6;

/// How many forms are remembered. The first ones are never dropped: configured secrets come first, tokens follow.
const MOST: usize = 96;
const FIRST: usize = 16;

/// Secrets that were sent or received.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Remembers a secret, as it is and as encoded in forms and JSON.
    pub fn add(&mut self, secret: &str) {
        let in_form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let in_address = in_form.replace('+', "%20");
        let in_json = serde_json::Value::from(secret).to_string();
        let forms = [&in_form, &in_address].map(|form| with_small_digits(form));
        for form in [secret, &in_form, &in_address, &forms[0], &forms[1], in_json.trim_matches('"')] {
            let is_known = self.0.iter().any(|known| known.expose_secret() == form);
            if form.len() >= SHORTEST && !is_known {
                self.0.push(SecretString::from(form.to_owned()));
            }
        }
        let surplus = self.0.len().saturating_sub(MOST);
        self.0.drain(FIRST.min(self.0.len())..(FIRST + surplus).min(self.0.len()));
    }

    /// Returns bytes with the secrets masked, also where JSON escapes their letters (`\u0041`): such letters are then written
    /// plainly, which is the same JSON.
    pub fn masked(&self, bytes: Vec<u8>) -> Vec<u8> {
        if memmem::find(&bytes, b"\\u00").is_some() {
            let plain = with_plain_letters(&bytes);
            if self.0.iter().any(|secret| memmem::find(&plain, secret.expose_secret().as_bytes()).is_some()) {
                return self.masked_as_they_are(plain);
            }
        }
        self.masked_as_they_are(bytes)
    }

    fn masked_as_they_are(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        // One may begin with another.
        let mut secrets: Vec<&[u8]> = self.0.iter().map(|secret| secret.expose_secret().as_bytes()).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
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

/// `%2F` as `%2f`.
fn with_small_digits(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    let mut digits = 0;
    for letter in form.chars() {
        out.push(if digits > 0 { letter.to_ascii_lowercase() } else { letter });
        digits = if letter == '%' { 2 } else { usize::saturating_sub(digits, 1) };
    }
    out
}

/// Unescapes printable ASCII characters written as `\u0041`, except quotes and backslashes. The result is the same JSON.
fn with_plain_letters(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let mut at = 0;
    while at < json.len() {
        let letter = match &json[at..] {
            [b'\\', b'u', b'0', b'0', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .filter(|letter| (0x20..0x7f).contains(letter) && !matches!(letter, b'"' | b'\\')),
            _ => None,
        };
        match (letter, &json[at..]) {
            (Some(letter), _) => {
                out.push(letter);
                at += 6;
            }
            (None, [b'\\', next, ..]) => {
                out.extend([b'\\', *next]);
                at += 2;
            }
            (None, _) => {
                out.push(json[at]);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        let mut secrets = Secrets::default();
        secrets.add("s3cret~/\"x");
        secrets.add("abc");
        for text in [
            "s3cret~/\"x",
            "client_secret=s3cret%7E%2F%22x",
            r#"{"echo":"s3cret~/\"x"}"#,
            r#"{"e":"\u00733cr\u0065t\u007e/\"x"}"#,
            "?t=s3cret%7e%2f%22x",
        ] {
            let masked = secrets.masked_text(text);
            assert!(masked.contains(MASK) && !masked.contains("s3cret"), "{text}: {masked}");
        }
        assert_eq!(secrets.masked_text("abc"), "abc", "too short to be one");
        (0..1000).for_each(|number| secrets.add(&format!("token-{number}")));
        assert!(!secrets.masked_text("s3cret~/\"x token-999").contains(['x', '9']), "what came first is not forgotten");
        let headers =
            HeaderMap::from_iter([(reqwest::header::LOCATION, HeaderValue::from_static("/x?s3cret%7E%2F%22x"))]);
        assert_eq!(secrets.masked_headers(headers)["location"].as_bytes(), "/x?•••".as_bytes());
        assert!(!format!("{secrets:?}").contains("s3cret"));
    }
}
