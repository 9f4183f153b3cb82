//! What to open: files and folders, standard input, or a call from a service.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::call::{Request, UserError};
use crate::cli::{Asking, Live, Target};
use crate::config::Settings;
use crate::graph::call_id::CallName;
use crate::graph::service::safe_address;
use crate::graph::{CallId, Cloud, CredentialOptions, RetryPolicy, Service, TokenProvider, Way, sign_in};
use crate::source::page_cache::{self, Folder};
use crate::source::{CallRequest, Source};

use super::usage;

/// Returns the source that the targets name; `None` without targets.
pub fn source_of(options: &Target, settings: &Settings) -> Result<Option<Source>, UserError> {
    match options.targets.as_slice() {
        [] if io::stdin().is_terminal() => Ok(None),
        [] => Ok(Some(Source::Stdin)),
        [target] => one_source(target, options, settings).map(Some),
        many => match many.iter().find(|target| *target == "-" || target.to_str().and_then(CallId::parse).is_some()) {
            Some(alone) => Err(usage(
                format!("{} cannot be opened together with other targets", alone.display()),
                "open standard input and fetched calls one at a time; only files and folders can be combined",
            )),
            None => Ok(Some(Source::Paths(many.iter().map(PathBuf::from).collect()))),
        },
    }
}

/// Returns the source that one target names.
pub fn one_source(target: &OsStr, options: &Target, settings: &Settings) -> Result<Source, UserError> {
    if target == "-" {
        return Ok(Source::Stdin);
    }
    if Path::new(target).exists() {
        return Ok(Source::Paths(vec![target.into()]));
    }
    // Text that is not UTF-8 can only be a file name.
    match target.to_str().map_or(CallName::Unknown, CallName::of) {
        CallName::Id(call) => {
            live_call((&options.live, &options.asking), settings, call).map(|live| Source::Live(Box::new(live)))
        }
        CallName::Unknown => Ok(Source::Paths(vec![target.into()])),
        other => Err(no_call(&target.to_string_lossy(), other)),
    }
}

/// Reports that nothing was named.
pub fn nothing() -> UserError {
    let hint = "name a file, a folder, `-` or a call ID; `callscope --help` has examples";
    usage("nothing to explore", hint)
}

/// Returns the call that the user named, or explains what the text names instead.
pub fn named_call(name: &str) -> Result<CallId, UserError> {
    match CallName::of(name) {
        CallName::Id(call) => Ok(call),
        other => Err(no_call(name, other)),
    }
}

fn no_call(name: &str, what: CallName) -> UserError {
    usage(format!("{name} is not a call ID: {}", what.words()), what.hint())
}

/// Returns a call of a service, with everything needed to request it.
pub fn live_call(
    (options, asking): (&Live, &Asking),
    settings: &Settings,
    call: CallId,
) -> Result<CallRequest, UserError> {
    let Access { service, sign_in, patience } = access(options, settings)?.ok_or_else(sign_in::no_way)?;
    let (request, folder) = (request(asking, settings), kept_in(options, settings));
    Ok(CallRequest { service, call, request, sign_in, patience, folder })
}

/// Returns the request options: from the command line, or else from the config file.
pub fn request(asking: &Asking, settings: &Settings) -> Request {
    asked_so(asking, &settings.request)
}

/// Returns the request options: from the command line, or else from another request.
pub fn asked_so(asking: &Asking, told: &Request) -> Request {
    Request {
        segments: asking.segments || !asking.no_segments && told.segments,
        page_size: asking.page_size.or(told.page_size),
        omit_nulls: asking.omit_nulls.unwrap_or(told.omit_nulls),
        select: asking.select.clone().unwrap_or_else(|| told.select.clone()),
    }
}

/// Returns the folder for cached pages, if they are kept.
pub fn kept_in(options: &Live, settings: &Settings) -> Option<Folder> {
    match options.no_cache || settings.cache_limit == Some(0) {
        true => None,
        false => Folder::usual(|name| std::env::var(name).ok(), settings.cache_limit.unwrap_or(page_cache::LIMIT)),
    }
}

/// Service, sign-in and timeouts.
pub struct Access {
    /// The service to contact.
    pub service: Service,
    pub sign_in: Arc<TokenProvider>,
    /// The timeouts.
    pub patience: RetryPolicy,
}

/// Returns how to access a service; `None` without credentials.
pub fn access(options: &Live, settings: &Settings) -> Result<Option<Access>, UserError> {
    let service = service(options, settings)?;
    let patience = patience(options);
    let wish = CredentialOptions {
        command: options.token_command.as_deref().or(settings.token_command.as_deref()),
        is_managed: options.managed_identity,
        tenant: settings.tenant.as_deref(),
        client: settings.client.as_deref(),
    };
    let way = Way::choose(&wish, |name| std::env::var(name).ok())?;
    let login = login(options, settings)?;
    Ok(way.map(|way| {
        let sign_in = Arc::new(TokenProvider::new(way, &service, login, patience));
        Access { service, sign_in, patience }
    }))
}

/// Returns whether there are credentials to sign in with.
pub fn can_sign_in(options: &Live, settings: &Settings) -> bool {
    matches!(access(options, settings), Ok(Some(_)) | Err(_))
}

/// Returns the service to contact.
pub fn service(options: &Live, settings: &Settings) -> Result<Service, UserError> {
    let root = options.graph_url.as_deref().unwrap_or_else(|| cloud(options, settings).root());
    Service::new(root, options.api.or(settings.api).unwrap_or_default())
        .map_err(|error| usage(error.to_string(), "see --graph-url in `callscope --help`"))
}

/// Returns the sign-in address.
pub fn login(options: &Live, settings: &Settings) -> Result<Url, UserError> {
    let address = options.login_url.as_deref().unwrap_or_else(|| cloud(options, settings).login());
    safe_address(address).map_err(|error| usage(error.to_string(), "see --login-url in `callscope --help`"))
}

fn cloud(options: &Live, settings: &Settings) -> Cloud {
    options.cloud.or(settings.cloud).unwrap_or_default()
}

/// Returns the usual timeouts, with the user's changes.
fn patience(options: &Live) -> RetryPolicy {
    let mut patience = RetryPolicy::USUAL;
    if let Some(seconds) = options.timeout {
        let told = Duration::from_secs(seconds.into());
        (patience.first_byte, patience.next_bytes) = (told, told);
        patience.connection = patience.connection.min(told);
    }
    patience.least_speed = options.min_speed.unwrap_or(patience.least_speed);
    patience.idle_pages = options.max_idle_pages.unwrap_or(patience.idle_pages);
    if let Some(retries) = options.retries {
        patience.attempts = usize::from(retries) + 1;
        patience.broken_attempts = patience.broken_attempts.min(patience.attempts);
    }
    patience
}
