//! Claims challenges: the service rejects a token until it carries more claims, as after a change to a Conditional
//! Access policy, and states which ones, for the sign-in to pass on.
//!
//! Source: Microsoft identity platform, claims challenges, claims requests and client capabilities.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// Returns the claims requested by a 401 response, as JSON for the token endpoint.
pub fn claims(headers: &HeaderMap) -> Option<String> {
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    challenges.filter_map(encoded).find_map(decoded)
}

/// Returns the value of `claims=` in one header value.
fn encoded(challenge: &str) -> Option<&str> {
    let at = challenge.to_ascii_lowercase().match_indices("claims=").map(|(at, _)| at).find(|at| {
        // Skips names that merely end in `claims`.
        challenge[..*at].chars().next_back().is_none_or(|before| before == ' ' || before == ',')
    })?;
    let value = challenge[at + "claims=".len()..].trim_start();
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([',', ' ']).next(),
    }
}

fn decoded(encoded: &str) -> Option<String> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = [&STANDARD, &URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(encoded).ok())?;
    let text = String::from_utf8(bytes).ok()?;
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).ok().map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_in_the_header_and_nothing_else_is_taken_for_it() {
        let claims = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.append(WWW_AUTHENTICATE, "Negotiate".parse().expect("a value"));
            headers.append(WWW_AUTHENTICATE, value.parse().expect("a value"));
            super::claims(&headers)
        };
        let asked = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        let encoded = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ";
        for value in [
            format!(r#"Bearer realm="", error="insufficient_claims", claims="{encoded}==""#),
            format!(r#"Bearer error="insufficient_claims",claims="{encoded}", client_id="x""#),
            format!("Bearer Claims={encoded}"),
        ] {
            assert_eq!(claims(&value).as_deref(), Some(asked), "{value}");
        }
        for value in [
            r#"Bearer error="invalid_token""#,
            r#"Bearer claims="""#,
            r#"Bearer claims="@@@""#,
            r#"Bearer claims="bm8gSlNPTg==""#,
            &format!(r#"Bearer other_claims="{encoded}""#),
        ] {
            assert_eq!(claims(value), None, "{value}");
        }
    }
}
