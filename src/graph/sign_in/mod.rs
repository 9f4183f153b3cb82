//! Sign-in: where tokens come from, and how they are renewed.
//!
//! | file | contents |
//! |---|---|
//! | `certificate` | an application's certificate, and assertions signed with its key |
//! | `command` | a command that prints a token |
//! | `entra` | what it means when no token is issued |
//! | `transport` | the identity library's requests through our own client |

pub mod certificate;
mod command;
mod entra;
mod transport;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientMethodOptions, ClientOptions, RetryOptions, Transport as AzureTransport};
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use url::Url;

use crate::call::{UserError, UserErrorKind, reason};
use crate::disk;
use crate::log;
use crate::model::envelope::brief;
use crate::programs::SECRETS;

use super::claims::Claims;
use super::failure::Failure;
use super::http;
use super::retry::{RetryPolicy, wait_length};
use super::secrets::Secrets;
use super::service::Service;
use super::token::Token;

use certificate::Signer;
use transport::{Last, STAND_IN, Transport};

/// A sign-in method.
#[derive(Clone)]
pub enum Way {
    /// A token obtained elsewhere; it cannot be renewed.
    Given(Token),
    /// A command that prints a token.
    Command(String),
    /// An application with a secret.
    Secret {
        /// The application to sign in as.
        application: Application,
        /// The secret's value.
        secret: SecretString,
    },
    /// An application with a certificate.
    Certificate {
        /// The application to sign in as.
        application: Application,
        /// The file with certificate and key.
        path: PathBuf,
        /// The file's password.
        password: Option<SecretString>,
    },
    /// A Kubernetes workload identity.
    Workload {
        /// The application to sign in as.
        application: Application,
        /// The file with the workload's own token.
        path: PathBuf,
    },
    /// An Azure managed identity.
    Managed {
        /// Which one, if there are several.
        client: Option<String>,
    },
}

/// An application in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The tenant ID or domain.
    pub tenant: String,
    /// The application ID.
    pub client: String,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.words())
    }
}

/// What the user asked for, besides the environment variables.
#[derive(Debug, Clone, Copy, Default)]
pub struct CredentialOptions<'a> {
    /// A command that prints a token.
    pub command: Option<&'a str>,
    /// Use this machine's managed identity.
    pub is_managed: bool,
    pub tenant: Option<&'a str>,
    /// The application.
    pub client: Option<&'a str>,
}

impl Way {
    /// Returns the method the user asked for, or the first one the environment offers. `None` if there is none; an
    /// error if one is incomplete.
    pub fn choose(
        wish: &CredentialOptions,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Way>, UserError> {
        let variable = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let secret = |name: &str| variable(name).map(SecretString::from);
        let client = wish.client.map(str::to_owned).or_else(|| variable("AZURE_CLIENT_ID"));
        if wish.is_managed {
            return Ok(Some(Way::Managed { client }));
        }
        if let Some(command) = wish.command {
            return Ok(Some(Way::Command(command.to_owned())));
        }
        if let Some(text) = variable("CALLSCOPE_TOKEN") {
            let what = "CALLSCOPE_TOKEN is not a valid token: it has spaces, line breaks or other invalid characters";
            let token = Token::new(&text).ok_or_else(|| trouble(what, "copy only the token, without quotes"))?;
            return Ok(Some(Way::Given(token)));
        }
        let tenant = wish.tenant.map(str::to_owned).or_else(|| variable("AZURE_TENANT_ID"));
        let application = |by: &str| match (tenant.clone(), client.clone()) {
            (Some(tenant), Some(client)) => Ok(Application { tenant, client }),
            (None, _) => Err(trouble(format!("{by} is set but AZURE_TENANT_ID is not"), WHICH_APPLICATION)),
            (_, None) => Err(trouble(format!("{by} is set but AZURE_CLIENT_ID is not"), WHICH_APPLICATION)),
        };
        if let Some(secret) = secret("AZURE_CLIENT_SECRET") {
            return Ok(Some(Way::Secret { application: application("AZURE_CLIENT_SECRET")?, secret }));
        }
        if let Some(path) = variable("AZURE_CLIENT_CERTIFICATE_PATH") {
            let application = application("AZURE_CLIENT_CERTIFICATE_PATH")?;
            let password = secret("AZURE_CLIENT_CERTIFICATE_PASSWORD");
            return Ok(Some(Way::Certificate { application, path: path.into(), password }));
        }
        if let Some(path) = variable("AZURE_FEDERATED_TOKEN_FILE") {
            let application = application("AZURE_FEDERATED_TOKEN_FILE")?;
            return Ok(Some(Way::Workload { application, path: path.into() }));
        }
        Ok(None)
    }

    /// Returns whether the token comes from Entra.
    pub fn is_at_entra(&self) -> bool {
        matches!(self, Way::Secret { .. } | Way::Certificate { .. } | Way::Workload { .. })
    }

    /// Returns the method in one fixed word, for the log.
    fn kind(&self) -> &'static str {
        match self {
            Way::Given(_) => "given",
            Way::Command(_) => "command",
            Way::Secret { .. } => "secret",
            Way::Certificate { .. } => "certificate",
            Way::Workload { .. } => "workload identity",
            Way::Managed { .. } => "managed identity",
        }
    }

    /// Describes it for messages, never including a secret.
    pub fn words(&self) -> String {
        match self {
            Way::Given(_) => "the token in CALLSCOPE_TOKEN".to_owned(),
            Way::Command(_) => "the token command".to_owned(),
            Way::Secret { application, .. } => format!("the secret of application {}", application.client),
            Way::Certificate { application, path, .. } => {
                format!("the certificate {} of application {}", path.display(), application.client)
            }
            Way::Workload { application, .. } => format!("the workload identity of application {}", application.client),
            Way::Managed { client: None } => "this machine's managed identity".to_owned(),
            Way::Managed { client: Some(client) } => format!("the managed identity {client}"),
        }
    }
}

const WHICH_APPLICATION: &str = "signing in as an application requires AZURE_TENANT_ID (the tenant ID or domain) and \
                                 AZURE_CLIENT_ID (the application ID) along with its secret or certificate";

/// Reports that there are no credentials.
pub fn no_way() -> UserError {
    trouble(
        "no credentials to sign in with",
        "sign in as an application with the permission CallRecords.Read.All: set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
         AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH; or set CALLSCOPE_TOKEN to its token, or pass a command that \
         prints one to --token-command; `callscope doctor` checks everything",
    )
}

fn trouble(what: impl Into<String>, hint: &str) -> UserError {
    UserError { kind: UserErrorKind::Access, what: what.into(), hint: Some(hint.to_owned()) }
}

/// Provides tokens for one service.
#[derive(Debug)]
pub struct TokenProvider {
    way: Way,
    scope: String,
    /// The address of Entra.
    login: Url,
    patience: RetryPolicy,
    held: Mutex<Option<Held>>,
    /// Secrets sent or received, masked in responses.
    secrets: std::sync::Mutex<Secrets>,
}

#[derive(Debug)]
struct Held {
    token: Token,
    /// When it should no longer be used.
    stale: Option<SystemTime>,
}

impl TokenProvider {
    /// Creates a sign-in with a method, for a service, at a token endpoint.
    pub fn new(way: Way, service: &Service, login: Url, patience: RetryPolicy) -> TokenProvider {
        let mut secrets = Secrets::default();
        match &way {
            Way::Secret { secret, .. } => secrets.add(secret.expose_secret()),
            Way::Certificate { password: Some(password), .. } => secrets.add(password.expose_secret()),
            _ => {}
        }
        // A command may know them as well, and report_error of them.
        for name in SECRETS {
            std::env::var(name).iter().for_each(|secret| secrets.add(secret));
        }
        let secrets = std::sync::Mutex::new(secrets);
        TokenProvider { way, scope: service.scope(), login, patience, held: Mutex::new(None), secrets }
    }

    /// Creates a sign-in with a token obtained elsewhere.
    pub fn with(token: Token, service: &Service) -> TokenProvider {
        let login = service.root().clone();
        TokenProvider::new(Way::Given(token), service, login, RetryPolicy::USUAL)
    }

    /// Returns the method.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// Returns the secrets sent or received so far, to be masked in responses.
    pub fn secrets(&self) -> Secrets {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, held: Held) -> Held {
        held.token.teach(&mut self.secrets.lock().unwrap_or_else(PoisonError::into_inner));
        held
    }

    /// Returns a valid token, as far as known; one about to expire is not handed out any more.
    pub async fn token(&self) -> Result<Token, Failure> {
        let mut held = self.held.lock().await;
        let now = SystemTime::now();
        if let Some(held) = held.as_ref()
            && held.stale.is_none_or(|stale| now < stale)
        {
            return Ok(held.token.clone());
        }
        let new = self.remember(self.logged(now, None, "first or expired").await?);
        Ok(held.insert(new).token.clone())
    }

    /// Returns a replacement for a rejected token, with the claims the service requires; `None` if there is none.
    pub async fn renewed(&self, refused: &Token, claims: Option<&str>) -> Result<Option<Token>, Failure> {
        if matches!(self.way, Way::Given(_)) {
            return Ok(None);
        }
        let mut held = self.held.lock().await;
        // Another task may have renewed it in the meantime.
        if let Some(held) = held.as_ref()
            && !held.token.is(refused)
        {
            return Ok(Some(held.token.clone()));
        }
        let new = self.remember(self.logged(SystemTime::now(), claims, "refused by the service").await?);
        let token = held.insert(new).token.clone();
        Ok((!token.is(refused)).then_some(token))
    }

    /// Gets a new token, and logs why, how and for how long.
    async fn logged(&self, now: SystemTime, claims: Option<&str>, why: &'static str) -> Result<Held, Failure> {
        let (began, way) = (std::time::Instant::now(), self.way.kind());
        tracing::info!(target: log::SIGN_IN, way, why, has_claims = claims.is_some(), "token wanted");
        let got = self.get(now, claims).await;
        let ms = began.elapsed().as_millis();
        match &got {
            Ok(held) => {
                let lasts = held.stale.and_then(|stale| stale.duration_since(now).ok()).map(|lasts| lasts.as_secs());
                tracing::info!(target: log::SIGN_IN, way, ms, renewed_in_seconds = lasts, "token");
            }
            Err(failure) => tracing::warn!(target: log::SIGN_IN, way, ms, failure = failure.kind(), "no token"),
        }
        got
    }

    /// Gets a new token. Claims cannot be passed to a command.
    async fn get(&self, now: SystemTime, claims: Option<&str>) -> Result<Held, Failure> {
        let (token, ends) = match &self.way {
            Way::Given(token) => return Ok(Held { token: token.clone(), stale: None }),
            Way::Command(command) => {
                let token = command::run(command, self.secrets()).await.map_err(|why| {
                    refused(
                        format!("the token command {why}"),
                        "run it by hand; it must print a token and nothing else",
                    )
                })?;
                let ends = Claims::of(&token).and_then(|claims| claims.end());
                (token, ends)
            }
            _ => self.ask_entra(now, claims).await?,
        };
        let stale = ends.map(|ends| {
            let lasts = ends.duration_since(now).unwrap_or_default();
            ends - (lasts / 5).min(Duration::from_secs(300))
        });
        Ok(Held { token, stale })
    }

    async fn ask_entra(&self, now: SystemTime, claims: Option<&str>) -> Result<(Token, Option<SystemTime>), Failure> {
        // Managed identities are served at an address of the machine's own.
        let past_proxies = matches!(self.way, Way::Managed { .. });
        let http = http::client(&self.login, &self.patience, past_proxies)
            .map_err(|trouble| Failure::SignIn { trouble, may_pass: false })?;
        let transport =
            Transport::new(http, self.login.clone(), claims.map(str::to_owned), self.patience, self.secrets());
        let asked = async {
            let token = self.credential(transport.clone(), now)?.get_token(&[&self.scope], None).await?;
            azure_core::Result::Ok(token)
        };
        let answer = match tokio::time::timeout(self.patience.first_byte, asked).await {
            Ok(answer) => answer,
            Err(_) => {
                let what = format!("{} returned no token in time", self.giver());
                return Err(passing(what, "try again, and check the network and the proxy"));
            }
        };
        match answer {
            Ok(answer) => {
                let ends = u64::try_from(answer.expires_on.unix_timestamp()).unwrap_or(0);
                let token = Token::new(answer.token.secret())
                    .ok_or_else(|| refused(format!("{} returned no valid token", self.giver()), CHECK_PROXY))?;
                Ok((token, SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(ends))))
            }
            Err(error) => Err(self.failure(transport.last(), &error)),
        }
    }

    fn failure(&self, last: Option<Last>, error: &azure_core::Error) -> Failure {
        let giver = self.giver();
        match last {
            Some(Last::Refused(status, _, told)) if status == 429 || status >= 500 => {
                let hint = match told.filter(|told| !told.is_zero()) {
                    Some(told) => format!("it asks you to wait {} before you try again", wait_length(told)),
                    None => "wait a few minutes".to_owned(),
                };
                passing(format!("{giver} is having problems ({status})"), &hint)
            }
            Some(Last::Refused(status, body, _)) if !matches!(self.way, Way::Managed { .. }) => {
                let (what, hint) = entra::refusal(status, &body);
                refused(format!("{giver} issued no token for {}: {what}", self.way.words()), &hint)
            }
            Some(Last::Unanswered(cause)) => passing(format!("{giver} cannot be reached: {cause}"), CHECK_PROXY),
            _ => {
                let first = error.to_string();
                let first = brief(first.lines().next().unwrap_or_default()).into_owned();
                let hint = match self.way {
                    Way::Managed { .. } => {
                        "managed identities exist only on Azure machines: elsewhere, sign in with a secret \
                                            or a certificate"
                    }
                    Way::Certificate { .. } => {
                        "AZURE_CLIENT_CERTIFICATE_PATH must name a PEM file with certificate and key, \
                                                or a PFX file whose password is in AZURE_CLIENT_CERTIFICATE_PASSWORD"
                    }
                    _ => "check AZURE_TENANT_ID, AZURE_CLIENT_ID and the file named by AZURE_FEDERATED_TOKEN_FILE",
                };
                refused(format!("no token for {}: {first}", self.way.words()), hint)
            }
        }
    }

    /// Describes the issuer of tokens, for messages.
    fn giver(&self) -> String {
        match self.way {
            Way::Managed { .. } => "this machine's Azure identity service".to_owned(),
            _ => self.login.origin().ascii_serialization(),
        }
    }

    fn credential(&self, transport: Arc<Transport>, now: SystemTime) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = STAND_IN.to_owned();
        let client_options = ClientOptions {
            // We wait and retry ourselves, visibly.
            retry: RetryOptions::none(),
            transport: Some(AzureTransport::new(transport)),
            cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
            ..ClientOptions::default()
        };
        Ok(match &self.way {
            Way::Secret { application, secret } => ClientSecretCredential::new(
                &application.tenant,
                application.client.clone(),
                Secret::new(secret.expose_secret().to_owned()),
                Some(ClientSecretCredentialOptions { client_options }),
            )?,
            Way::Certificate { application, path, password } => {
                let signer = Signer::read(path, password.as_ref())
                    .map_err(|why| credential_error(format!("the certificate {} {why}", path.display())))?;
                let Application { tenant, client } = application.clone();
                let audience = self
                    .login
                    .join(&format!("/{tenant}/oauth2/v2.0/token"))
                    .map_err(|error| credential_error(error.to_string()))?;
                let assertion = Signed { signer, audience: audience.into(), client: client.clone(), now };
                let options = ClientAssertionCredentialOptions { client_options };
                ClientAssertionCredential::new(tenant, client, assertion, Some(options))?
            }
            Way::Workload { application, path } => {
                // The library reads the whole file, however large.
                disk::read(path, certificate::LARGEST).map_err(|error| {
                    credential_error(format!("{} cannot be read: {}", path.display(), reason(&error)))
                })?;
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    tenant_id: Some(application.tenant.clone()),
                    client_id: Some(application.client.clone()),
                    token_file_path: Some(path.clone()),
                }))?
            }
            Way::Managed { client } => {
                let user_assigned_id = client.clone().map(UserAssignedId::ClientId);
                let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
                ManagedIdentityCredential::new(Some(options))?
            }
            Way::Given(_) | Way::Command(_) => return Err(credential_error("no credential is needed".to_owned())),
        })
    }
}

const CHECK_PROXY: &str = "check the network, the proxy (HTTPS_PROXY, NO_PROXY), and --cloud or --login-url";

fn credential_error(what: String) -> azure_core::Error {
    azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, what)
}

fn refused(what: impl Into<String>, hint: &str) -> Failure {
    Failure::SignIn { trouble: trouble(what, hint), may_pass: false }
}

fn passing(what: impl Into<String>, hint: &str) -> Failure {
    Failure::SignIn { trouble: trouble(what, hint), may_pass: true }
}

/// Signs assertions on demand.
struct Signed {
    signer: Signer,
    audience: String,
    client: String,
    now: SystemTime,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signed").finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Signed {
    async fn secret(&self, _options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.signer.assertion(&self.audience, &self.client, self.now).map_err(credential_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wish: CredentialOptions, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment =
            |name: &str| variables.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned());
        let way = Way::choose(&wish, environment);
        way.map(|way| way.map(|way| way.words())).map_err(|trouble| trouble.what)
    }

    const TENANT: (&str, &str) = ("AZURE_TENANT_ID", "contoso.example");
    const CLIENT: (&str, &str) = ("AZURE_CLIENT_ID", "app-1");

    #[test]
    fn what_is_asked_for_comes_before_what_the_environment_offers() {
        let token = ("CALLSCOPE_TOKEN", "t");
        let secret = ("AZURE_CLIENT_SECRET", "s3cret");
        let all = [TENANT, CLIENT, token, secret];
        let wish = CredentialOptions::default();
        assert_eq!(
            chosen(CredentialOptions { is_managed: true, ..wish }, &[]),
            Ok(Some("this machine's managed identity".into()))
        );
        assert_eq!(
            chosen(CredentialOptions { command: Some("x"), ..wish }, &all),
            Ok(Some("the token command".into()))
        );
        assert_eq!(chosen(wish, &all), Ok(Some("the token in CALLSCOPE_TOKEN".into())));
        assert_eq!(chosen(wish, &[TENANT, CLIENT, secret]), Ok(Some("the secret of application app-1".into())));
        assert_eq!(chosen(wish, &[TENANT, CLIENT]), Ok(None));
        let named = CredentialOptions { tenant: Some("t"), client: Some("app-2"), ..wish };
        assert_eq!(chosen(named, &[secret]), Ok(Some("the secret of application app-2".into())));
    }

    #[test]
    fn half_a_way_is_said_to_be_half() {
        let secret = ("AZURE_CLIENT_SECRET", "s3cret");
        let wish = CredentialOptions::default();
        let told = chosen(wish, &[secret, CLIENT]);
        assert_eq!(told, Err("AZURE_CLIENT_SECRET is set but AZURE_TENANT_ID is not".into()));
        let told = chosen(wish, &[("AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem"), TENANT]);
        assert_eq!(told, Err("AZURE_CLIENT_CERTIFICATE_PATH is set but AZURE_CLIENT_ID is not".into()));
        assert!(chosen(wish, &[("CALLSCOPE_TOKEN", "a b")]).is_err());
    }

    #[test]
    fn no_way_prints_its_secret() {
        let application = Application { tenant: "t".into(), client: "c".into() };
        let secret = SecretString::from("s3cret");
        for way in [
            Way::Secret { application: application.clone(), secret: secret.clone() },
            Way::Certificate { application, path: "/c.pem".into(), password: Some(secret) },
            Way::Command("print s3cret".into()),
            Way::Given(Token::new("s3cret").expect("a token")),
        ] {
            assert!(!format!("{way:?} {way:#?} {}", way.words()).contains("s3cret"));
        }
    }
}
