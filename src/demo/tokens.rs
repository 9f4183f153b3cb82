//! Plays the part of Entra in the demo server: issues tokens to an application with a secret or a certificate, and
//! recognises them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::server::{CLIENT, Refusal, SECRET, Served, TENANT, root};
use super::weather::{Thing, Weather};

/// The claims of a challenge: a token issued after a moment.
pub const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1795500000"}}}"#;

/// The tokens that were issued.
pub struct Tokens {
    given: Mutex<HashMap<String, Given>>,
    answers: Option<u32>,
    lasts: Duration,
    wants_claims: bool,
    trusted: Mutex<Option<DecodingKey>>,
}

struct Given {
    /// It was requested with the claims of the challenge.
    has_claims: bool,
    answers_left: Option<u32>,
    until: Instant,
}

impl Tokens {
    /// Starts without tokens.
    pub fn new(weather: &Weather) -> Tokens {
        let Weather { token_answers: answers, token_lasts: lasts, wants_claims, .. } = *weather;
        Tokens { given: Mutex::default(), answers, lasts, wants_claims, trusted: Mutex::default() }
    }

    /// Accepts assertions signed with the key that belongs to this public one.
    pub fn trust(&self, public_key: &[u8]) -> bool {
        let key = DecodingKey::from_rsa_pem(public_key).ok();
        let is_key = key.is_some();
        *self.trusted.lock().unwrap_or_else(PoisonError::into_inner) = key;
        is_key
    }

    /// Returns whether a token is valid for another response.
    pub fn admits(&self, token: &str) -> bool {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(token) = given.get_mut(token) else { return false };
        let has_answers = match &mut token.answers_left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        };
        has_answers && Instant::now() < token.until
    }

    /// Returns whether a token, though valid, lacks the required claims.
    pub fn challenges(&self, token: &str) -> bool {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        self.wants_claims && !given.get(token).is_some_and(|token| token.has_claims)
    }

    fn give(&self, scope: &str, has_claims: bool) -> Value {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = SystemTime::now() + self.lasts;
        let ends = ends.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = json!({
            "aud": scope.trim_end_matches("/.default"), "appid": CLIENT, "tid": TENANT, "exp": ends,
            "roles": ["CallRecords.Read.All"],
        });
        let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
        let header = json!({ "alg": "none", "typ": "JWT" }).to_string();
        let signature = format!("the demo's token number {}", given.len() + 1);
        let token = [header, claims.to_string(), signature].map(part).join(".");
        let until = Instant::now() + self.lasts;
        given.insert(token.clone(), Given { has_claims, answers_left: self.answers, until });
        json!({ "token_type": "Bearer", "expires_in": self.lasts.as_secs(), "access_token": token })
    }

    /// Verifies that the application's certificate signed an assertion, for this address.
    fn trusts(&self, assertion: &str, audience: &str) -> Result<(), &'static str> {
        let header = jsonwebtoken::decode_header(assertion).map_err(|_| "it is not a JSON web token")?;
        if header.alg != Algorithm::PS256 || header.x5t_s256.is_none() {
            return Err("it is not signed with PS256, or has no x5t#S256");
        }
        let trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        let key = trusted.as_ref().ok_or("the application has no certificate")?;
        let mut validation = Validation::new(Algorithm::PS256);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[CLIENT]);
        validation.sub = Some(CLIENT.to_owned());
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["aud", "iss", "sub", "nbf", "exp"]);
        jsonwebtoken::decode::<Value>(assertion, key, &validation)
            .map(|_| ())
            .map_err(|_| "it is not the application's")
    }
}

/// Answers a token request.
pub(super) async fn give(
    State(served): State<Arc<Served>>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Refusal> {
    let happens = served.happens(None, Thing::Token, 1);
    served.weather(happens).await?;
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if tenant != TENANT {
        return Ok(refusal(400, 90_002, &format!("Tenant '{tenant}' not found.")));
    }
    if field("client_id") != CLIENT || field("grant_type") != "client_credentials" {
        return Ok(refusal(400, 700_016, &format!("Application '{}' was not found.", field("client_id"))));
    }
    if !field("scope").ends_with("/.default") {
        return Ok(refusal(400, 70_011, "The scope is not valid."));
    }
    match (form.get("client_secret"), form.get("client_assertion")) {
        (Some(secret), _) if secret == SECRET => {}
        (Some(_), _) => return Ok(refusal(401, 7_000_215, "Invalid client secret provided.")),
        (None, Some(assertion)) => {
            let audience = format!("{}/{tenant}/oauth2/v2.0/token", root(&headers));
            if let Err(why) = served.tokens.trusts(assertion, &audience) {
                return Ok(refusal(401, 700_027, &format!("Client assertion failed signature validation: {why}.")));
            }
        }
        (None, None) => return Ok(refusal(401, 7_000_218, "The request must have a secret or an assertion.")),
    }
    Ok(answer(200, &served.tokens.give(field("scope"), field("claims") == CLAIMS)))
}

fn refusal(status: u16, code: u32, what: &str) -> Response {
    let body = json!({
        "error": "invalid_client", "error_description": format!("AADSTS{code}: {what}\r\nTrace ID: demo-trace"),
        "error_codes": [code], "trace_id": "demo-trace", "correlation_id": "demo-correlation",
    });
    answer(status, &body)
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
