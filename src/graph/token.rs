//! A bearer token that cannot be printed.

use secrecy::{ExposeSecret, SecretString};

use super::secrets::Secrets;

/// A bearer token. It cannot be printed and is exposed only in a request header.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// Parses a token with surrounding spaces or a leading `Bearer`. `None` if it is empty or contains characters that
    /// no token has.
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let is_token = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Token(SecretString::from(text)))
    }

    /// Returns the middle part of a JSON web token, which holds its claims. It is useless as a token.
    pub fn payload(&self) -> Option<&str> {
        let mut parts = self.0.expose_secret().split('.');
        let payload = parts.nth(1)?;
        (parts.count() == 1).then_some(payload)
    }

    /// Returns whether it equals another one.
    pub fn is(&self, other: &Token) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }

    /// Registers it as a secret to be masked.
    pub fn teach(&self, secrets: &mut Secrets) {
        secrets.add(self.0.expose_secret());
    }

    /// Returns the header value, marked as sensitive so that it is never logged.
    pub fn header(&self) -> Result<reqwest::header::HeaderValue, reqwest::header::InvalidHeaderValue> {
        let mut value = reqwest::header::HeaderValue::from_str(&format!("Bearer {}", self.0.expose_secret()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
