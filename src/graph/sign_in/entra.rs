//! Entra's responses when it issues no token, and what they mean.

use serde::Deserialize;

use crate::model::envelope::brief;

/// An error from the token endpoint.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
    error_codes: Vec<i64>,
    trace_id: String,
}

/// An Entra error code and what to do about it.
struct Code {
    number: i64,
    hint: &'static str,
}

/// Common codes. Source: Microsoft Entra authentication and authorization error codes.
const CODES: &[Code] = &[
    Code {
        number: 7_000_215,
        hint: "AZURE_CLIENT_SECRET is not the application's secret: it must be the secret's value, not its ID",
    },
    Code { number: 7_000_222, hint: "the application's secret has expired: create a new one in Entra" },
    Code { number: 700_016, hint: "the tenant has no such application: check AZURE_CLIENT_ID and AZURE_TENANT_ID" },
    Code { number: 7_000_112, hint: "the application is disabled in this tenant: ask the tenant administrator" },
    Code { number: 90_002, hint: "no such tenant: check AZURE_TENANT_ID and --cloud" },
    Code { number: 900_023, hint: "AZURE_TENANT_ID is not a tenant ID or domain" },
    Code {
        number: 700_027,
        hint: "the certificate is not registered for the application: upload its public part in Entra (Certificates & secrets)",
    },
    Code {
        number: 700_024,
        hint: "this computer's clock is wrong: assertions are valid for ten minutes by that clock",
    },
    Code { number: 500_011, hint: "the tenant does not know Microsoft Graph at this address: check --cloud" },
    Code { number: 53_003, hint: "a Conditional Access policy forbids it: ask the tenant administrator" },
    Code {
        number: 70_021,
        hint: "the application has no federated credential for this workload: compare issuer and subject in Entra",
    },
];

/// Returns what a response without a token says, and what to do about it.
pub fn refusal(status: u16, body: &[u8]) -> (String, String) {
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
        let hint = "the answer did not come from Entra: check --login-url, the proxy and any network sign-in page";
        return (format!("it answered {status} without JSON"), hint.to_owned());
    };
    let code = CODES.iter().find(|code| refusal.error_codes.contains(&code.number));
    let hint = code.map_or("look the AADSTS number up at https://login.microsoftonline.com/error", |code| code.hint);
    // After the first line, Entra repeats the IDs.
    let first = refusal.error_description.lines().next().unwrap_or_default().trim();
    let what = match (first, refusal.error.as_str()) {
        ("", "") => format!("it answered {status}"),
        ("", error) => brief(error).into_owned(),
        (first, _) => brief(first).into_owned(),
    };
    let trace = match refusal.trace_id.as_str() {
        "" => String::new(),
        id if what.contains(id) => String::new(),
        id => format!(", trace id {}", brief(id)),
    };
    (format!("{what}{trace}"), hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_its_number_and_what_to_do() {
        let body = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: t-1",
            "error_codes":[7000215],"trace_id":"t-1"}"#;
        let (what, hint) = refusal(401, body);
        assert_eq!(what, "AADSTS7000215: Invalid client secret provided, trace id t-1");
        assert!(hint.contains("not its ID"));
    }

    #[test]
    fn what_is_no_refusal_of_entras_is_told_so() {
        assert_eq!(refusal(200, b"<html>").0, "it answered 200 without JSON");
        assert_eq!(refusal(400, b"{}").0, "it answered 400");
        assert_eq!(refusal(400, br#"{"error":"invalid_scope"}"#).0, "invalid_scope");
    }
}
