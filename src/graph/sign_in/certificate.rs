//! An application's certificate, and the assertions signed with its key in place of a secret.
//!
//! Source of the assertion format: Microsoft identity platform, application authentication certificate credentials
//! (PS256, `x5t#S256`).

use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::SecretString;
use serde::Serialize;

use crate::call::reason;
use crate::disk;

/// Size limit in bytes: certificates with keys, and workload tokens, have a few kilobytes.
pub const LARGEST: u64 = 1 << 20;

/// How long an assertion is valid.
const LASTS: Duration = Duration::from_secs(600);

/// Signs assertions. The key cannot be printed.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    /// The certificate's SHA-256, as the header contains it.
    thumbprint: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").field("thumbprint", &self.thumbprint).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Assertion<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: u64,
    iat: u64,
    exp: u64,
}

impl Signer {
    /// Reads a certificate and its key from a PEM or PFX file. An error is a sentence without its full stop.
    pub fn read(path: &Path, password: Option<&SecretString>) -> Result<Signer, String> {
        let bytes = disk::read(path, LARGEST).map_err(|error| format!("cannot be read: {}", reason(&error)))?;
        // The formats differ in their first byte: text, or a DER sequence.
        if bytes.first() == Some(&0x30) { Signer::of_pfx(&bytes, password) } else { Signer::of_pem(&bytes) }
    }

    fn of_pem(bytes: &[u8]) -> Result<Signer, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "is neither PEM nor PFX".to_owned())?;
        let certificate = section(text, "CERTIFICATE").ok_or("contains no CERTIFICATE")?;
        if section(text, "ENCRYPTED PRIVATE KEY").is_some() || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err("has an encrypted key; decrypt it (openssl pkey), or use a PFX with its password".to_owned());
        }
        if section(text, "EC PRIVATE KEY").is_some() {
            return Err(NOT_RSA.to_owned());
        }
        let key = ["PRIVATE KEY", "RSA PRIVATE KEY"].into_iter().find_map(|name| section(text, name));
        let key = key.ok_or("contains no PRIVATE KEY; certificate and key must be in one file")?;
        let body: String = certificate.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64_STANDARD.decode(body.trim()).map_err(|_| "has a CERTIFICATE that is not base64".to_owned())?;
        Signer::new(&der, key)
    }

    /// Without the feature, the error names it and the alternative.
    #[cfg(not(feature = "pfx"))]
    fn of_pfx(_: &[u8], _: Option<&SecretString>) -> Result<Signer, String> {
        Err("is a PFX file, but this build reads PEM only; build with `--features pfx`, or convert the file once: \
             openssl pkcs12 -in FILE -out application.pem -nodes"
            .to_owned())
    }

    #[cfg(feature = "pfx")]
    fn of_pfx(bytes: &[u8], password: Option<&SecretString>) -> Result<Signer, String> {
        use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
        use secrecy::ExposeSecret as _;

        let password = password.map_or("", |password| password.expose_secret());
        let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed).map_err(|error| {
            format!("cannot be opened ({error}); is its password in AZURE_CLIENT_CERTIFICATE_PASSWORD?")
        })?;
        let (_, chain) = store.private_key_chain().ok_or("contains no private key")?;
        let certificate = chain.certs().first().ok_or("contains no certificate")?;
        let body = BASE64_STANDARD.encode(chain.key().as_der());
        let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
        Signer::new(certificate.as_der(), &pem)
    }

    fn new(certificate: &[u8], key: &str) -> Result<Signer, String> {
        let key = EncodingKey::from_rsa_pem(key.as_bytes()).map_err(|_| NOT_RSA.to_owned())?;
        Ok(Signer { key, thumbprint: BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate)) })
    }

    /// Returns an assertion by an application for a token endpoint.
    pub fn assertion(&self, audience: &str, client: &str, now: SystemTime) -> Result<String, String> {
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(self.thumbprint.clone());
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let jti = uuid::Uuid::new_v4().to_string();
        let exp = now + LASTS.as_secs();
        let claims = Assertion { aud: audience, iss: client, sub: client, jti, nbf: now, iat: now, exp };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|error| format!("cannot sign: {error}"))
    }
}

const NOT_RSA: &str = "has a key that is not RSA; Entra accepts only RSA certificates";

/// Returns a section of a PEM text, including its first and last line.
fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (begin, end) = (format!("-----BEGIN {name}-----"), format!("-----END {name}-----"));
    let start = text.find(&begin)?;
    let length = text[start..].find(&end)? + end.len();
    Some(&text[start..start + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_hold_no_certificate_and_key_are_told_apart() {
        for (text, told) in [
            ("", "contains no CERTIFICATE"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "contains no PRIVATE KEY"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN ENCRYPTED PRIVATE \
                 KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "has an encrypted key",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE \
                 KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
                "has a key that is not RSA",
            ),
        ] {
            let error = Signer::of_pem(text.as_bytes()).expect_err("there is no certificate and key");
            assert!(error.starts_with(told), "{error}");
        }
        let error = Signer::of_pfx(&[0x30, 0x00], None).expect_err("there is nothing in it");
        let expected = if cfg!(feature = "pfx") { "AZURE_CLIENT_CERTIFICATE_PASSWORD" } else { "--features pfx" };
        assert!(error.contains(expected), "{error}");
    }
}
