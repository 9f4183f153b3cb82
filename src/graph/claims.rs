//! What a token says about itself: audience, application, permissions and expiry. Used only to explain problems;
//! whether the token is genuine is for the service to decide.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::retry::length;
use super::service::{Cloud, Service};
use super::token::Token;

/// The permission required to read call records. Source: Microsoft Graph, permissions of the callRecords API.
pub const PERMISSION: &str = "CallRecords.Read.All";

/// Microsoft Graph's application ID, which tokens may carry as audience instead of its address.
const GRAPH_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The claims that matter for call records.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// The audience (`aud`).
    #[serde(rename = "aud")]
    pub audience: Option<String>,
    #[serde(rename = "appid")]
    application: Option<String>,
    #[serde(rename = "azp")]
    authorized_party: Option<String>,
    /// The tenant ID (`tid`).
    #[serde(rename = "tid")]
    pub tenant: Option<String>,
    /// Application permissions.
    pub roles: Vec<String>,
    /// Delegated permissions; a token with these is a user's.
    #[serde(rename = "scp")]
    pub scopes: Option<String>,
    /// Expiry, in seconds since 1970.
    #[serde(rename = "exp")]
    pub ends: Option<f64>,
}

/// Why a token cannot read call records.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Expired this long ago.
    Ended(Duration),
    /// Issued for another cloud's Graph.
    OtherCloud(Cloud),
    /// Issued for something other than Graph.
    OtherAudience(String),
    /// A user's token.
    User,
    /// Lacks the permission; holds the permissions of the token.
    NoPermission(Vec<String>),
}

impl Claims {
    /// Reads a token's claims; `None` if the token is opaque.
    pub fn of(token: &Token) -> Option<Claims> {
        let payload = token.payload()?;
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
    }

    /// Returns the application ID.
    pub fn application(&self) -> Option<&str> {
        self.application.as_deref().or(self.authorized_party.as_deref())
    }

    /// Returns the expiry time.
    pub fn end(&self) -> Option<SystemTime> {
        let seconds = self.ends.filter(|seconds| (0.0..1e11).contains(seconds))?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs_f64(seconds))
    }

    /// Returns what is wrong with the token for a service, most important first.
    pub fn faults(&self, service: &Service, now: SystemTime) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(ago) = self.end().and_then(|end| now.duration_since(end).ok()) {
            faults.push(Fault::Ended(ago));
        }
        match self.audience.as_deref() {
            None | Some(GRAPH_ID) => {}
            Some(audience) if audience.trim_end_matches('/') == service.name() => {}
            Some(audience) => faults.push(match Cloud::of(audience) {
                Some(cloud) => Fault::OtherCloud(cloud),
                None => Fault::OtherAudience(audience.to_owned()),
            }),
        }
        if self.scopes.is_some() && self.roles.is_empty() {
            faults.push(Fault::User);
        } else if !self.roles.iter().any(|role| role == PERMISSION) {
            faults.push(Fault::NoPermission(self.roles.clone()));
        }
        faults
    }
}

impl Fault {
    /// Describes the fault as a sentence without its full stop.
    pub fn words(&self) -> String {
        match self {
            Fault::Ended(ago) => format!("the token expired {} ago", length(*ago)),
            Fault::OtherCloud(cloud) => format!("the token is for another cloud ({})", cloud.root()),
            Fault::OtherAudience(audience) => format!("the token is for {audience}, not for Microsoft Graph"),
            Fault::User => "the token is a user's, but only applications can read call records".to_owned(),
            Fault::NoPermission(roles) if roles.is_empty() => {
                "the token has no permissions; it may have been issued before admin consent was given".to_owned()
            }
            Fault::NoPermission(roles) => {
                format!("the token lacks the permission {PERMISSION}; it has {}", roles.join(", "))
            }
        }
    }

    /// Returns the next step.
    pub fn hint(&self) -> String {
        match self {
            Fault::Ended(_) => "get a new one; tokens last about an hour".to_owned(),
            Fault::OtherCloud(cloud) => format!("add --cloud {}, or get a token for the selected cloud", cloud.name()),
            Fault::OtherAudience(_) => "request one with the scope https://graph.microsoft.com/.default".to_owned(),
            Fault::User => "sign in as an application: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or \
                            AZURE_CLIENT_CERTIFICATE_PATH; signing in as a user (az login, device code, Graph Explorer) \
                            does not work with this API"
                .to_owned(),
            Fault::NoPermission(_) => format!(
                "in Entra, grant the application permission {PERMISSION} (not the delegated one), give \
                 admin consent, and then get a new token"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Api;

    fn claims(json: &str) -> Claims {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(json);
        let token = Token::new(&format!("eyJhbGciOiJub25lIn0.{payload}.c2ln")).expect("a token");
        Claims::of(&token).expect("its claims can be read")
    }

    fn faults(json: &str) -> Vec<String> {
        let service = Service::new(Cloud::Global.root(), Api::V1).expect("a root");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        claims(json).faults(&service, now).iter().map(Fault::words).collect()
    }

    #[test]
    fn an_applications_token_with_the_permission_has_no_fault() {
        for audience in ["https://graph.microsoft.com", "https://graph.microsoft.com/", GRAPH_ID] {
            let json = format!(r#"{{"aud":"{audience}","appid":"a","roles":["CallRecords.Read.All"],"exp":1000060}}"#);
            assert_eq!(faults(&json), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_wrong_with_a_token_is_told() {
        let well = r#""aud":"https://graph.microsoft.com","exp":1000060"#;
        for (json, told) in [
            (r#"{"roles":["CallRecords.Read.All"],"exp":999000}"#.to_owned(), "the token expired 16 minutes ago"),
            (
                r#"{"aud":"https://graph.microsoft.us","roles":["CallRecords.Read.All"]}"#.to_owned(),
                "the token is for another cloud (https://graph.microsoft.us)",
            ),
            (
                r#"{"aud":"https://management.azure.com","roles":["CallRecords.Read.All"]}"#.to_owned(),
                "the token is for https://management.azure.com, not for Microsoft Graph",
            ),
            (
                format!(r#"{{{well},"scp":"User.Read"}}"#),
                "the token is a user's, but only applications can read call records",
            ),
            (
                format!(r#"{{{well}}}"#),
                "the token has no permissions; it may have been issued before admin consent was given",
            ),
            (
                format!(r#"{{{well},"roles":["User.Read.All"]}}"#),
                "the token lacks the permission CallRecords.Read.All; it has User.Read.All",
            ),
        ] {
            assert_eq!(faults(&json), [told], "{json}");
        }
    }

    #[test]
    fn what_is_no_jwt_is_opaque() {
        for text in ["demo-token", "a.b.c", "a..c"] {
            assert_eq!(Claims::of(&Token::new(text).expect("a token")), None);
        }
        assert_eq!(claims(r#"{"exp":-5,"roles":["x"]}"#).end(), None);
    }
}
