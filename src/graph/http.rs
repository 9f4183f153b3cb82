//! The only module that makes requests, with its requirements on this computer, proxy variables and certificates,
//! checked before anything is sent. Responses must keep a minimum speed, must end, and have secrets masked.

use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::call::{UserError, UserErrorKind, reason};
use crate::disk;
use crate::log;

use super::failure::Network;
use super::retry::RetryPolicy;
use super::secrets::Secrets;
use super::service::is_loopback;

/// The variables that can name a proxy for an https address. In each pair the first one set counts; the second pair
/// counts when the first is empty. Source: hyper-util 0.1, `client::proxy::matcher`, which reqwest uses.
pub const PROXIES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// The variables that list hosts to contact without a proxy.
pub const PAST_PROXIES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variables that name certificates. Source: rustls-native-certs 0.8.
pub const CERTIFICATES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// A system's certificates take some hundred kilobytes.
const MOST_CERTIFICATES: u64 = 64 << 20;

/// The most memory reserved for a response before it arrives.
const EXPECTED_MOST: u64 = 8 << 20;

/// A response as received, with the secrets it repeats masked.
pub struct Received {
    /// The status code.
    pub status: reqwest::StatusCode,
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Sends a request and reads its whole response, up to a size limit. An error is how the network failed, and the cause.
pub async fn exchange(
    request: reqwest::RequestBuilder,
    patience: &RetryPolicy,
    largest: usize,
    secrets: &Secrets,
) -> Result<Received, (Network, String)> {
    let began = Instant::now();
    tracing::debug!(target: log::HTTP, "request");
    let received = receive(request, patience, largest, secrets).await;
    let ms = began.elapsed().as_millis();
    match &received {
        Ok(Received { status, body, .. }) => {
            tracing::info!(target: log::HTTP, status = status.as_u16(), bytes = body.len(), ms, "answer");
        }
        // The cause may repeat an address.
        Err((network, _)) => tracing::warn!(target: log::HTTP, failure = ?network, ms, "no answer"),
    }
    received
}

async fn receive(
    request: reqwest::RequestBuilder,
    patience: &RetryPolicy,
    largest: usize,
    secrets: &Secrets,
) -> Result<Received, (Network, String)> {
    let late = |network: Network, after: Duration| (network, format!("nothing received for {} s", after.as_secs_f64()));
    let mut answer = match timeout(patience.first_byte, request.send()).await {
        Ok(answer) => answer.map_err(|error| Network::of(&error))?,
        Err(_) => return Err(late(Network::Slow, patience.first_byte)),
    };
    // A false length costs little memory.
    let expected = answer.content_length().unwrap_or(0).min(EXPECTED_MOST);
    let mut body = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
    let (mut since, mut came) = (Instant::now(), 0);
    loop {
        let chunk = match timeout(patience.next_bytes, answer.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| Network::of(&error))?,
            Err(_) => return Err(late(Network::Stalled, patience.next_bytes)),
        };
        let Some(chunk) = chunk else { break };
        if body.len() + chunk.len() > largest {
            return Err((Network::Endless, format!("{} bytes received", body.len())));
        }
        body.extend_from_slice(&chunk);
        came += chunk.len() as u64;
        if since.elapsed() >= patience.next_bytes {
            if came < patience.least_bytes() {
                let seconds = since.elapsed().as_secs();
                return Err((Network::Crawling, format!("{came} bytes received in {seconds} s")));
            }
            (since, came) = (Instant::now(), 0);
        }
    }
    Ok(Received {
        status: answer.status(),
        headers: secrets.masked_headers(answer.headers().clone()),
        // A compressed body would no longer decompress; the client masks it afterwards.
        body: if body.starts_with(&[0x1F, 0x8B]) { body } else { secrets.masked(body) },
    })
}

/// The supported kinds of proxy.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Creates a client for an address: it follows no redirects and never uses a proxy for this computer. Errors name the
/// variable or certificate file at fault.
pub fn client(to: &Url, patience: &RetryPolicy, past_proxies: bool) -> Result<reqwest::Client, UserError> {
    let environment = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let builder = reqwest::Client::builder()
        .user_agent(concat!("callscope/", env!("CARGO_PKG_VERSION")))
        // A redirect would send the token elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(patience.connection);
    let builder = if past_proxies || is_loopback(to) {
        builder.no_proxy()
    } else {
        check_proxy(to, environment)?;
        builder
    };
    // Unencrypted requests need no certificates, and slim containers have none.
    let builder = if to.scheme() == "http" && is_loopback(to) {
        builder.tls_certs_only([])
    } else {
        // The library reads them without a size limit.
        certificates(environment)?;
        builder
    };
    builder.build().map_err(|error| {
        let (_, cause) = Network::of(&error);
        certificates(environment).err().unwrap_or_else(|| access(format!("cannot make requests: {cause}"), TRUST))
    })
}

const TRUST: &str = "install the system certificates (package ca-certificates), or name a certificate file in \
                     SSL_CERT_FILE";

fn access(what: String, hint: &str) -> UserError {
    UserError { kind: UserErrorKind::Access, what, hint: Some(hint.to_owned()) }
}

/// Checks the proxy that the environment names for an address. Libraries silently ignore values that they cannot parse,
/// and split a password containing `@` wrongly. The value is never repeated, because it may contain a password.
pub fn check_proxy(to: &Url, environment: impl Fn(&str) -> Option<String>) -> Result<(), UserError> {
    let set = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, environment(name)?)));
    if set(PAST_PROXIES).is_some_and(|(_, hosts)| is_past_proxies(to, &hosts)) {
        return Ok(());
    }
    let Some((name, value)) = PROXIES.into_iter().filter_map(set).find(|(_, value)| !value.is_empty()) else {
        return Ok(());
    };
    match fault_of_proxy(&value) {
        None => Ok(()),
        Some((what, hint)) => Err(access(format!("{name} {what}"), hint)),
    }
}

/// Returns whether an address bypasses the proxy. Network ranges in the list are ignored: services have names.
fn is_past_proxies(to: &Url, hosts: &str) -> bool {
    let host = to.host_str().unwrap_or_default().to_ascii_lowercase();
    hosts.split(',').map(|one| one.trim().trim_start_matches('.').to_ascii_lowercase()).any(|one| {
        one == "*"
            || !one.is_empty() && host.strip_suffix(&one).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

const EXAMPLE: &str = "use the form http://proxy.example:8080 or http://user:password@proxy.example:8080";

/// What to do about a proxy password with characters that a URL cannot contain.
pub const ENCODE: &str = "percent-encode such characters in the user name and password: @ as %40, : as %3A, / as \
                          %2F, # as %23, ? as %3F, % as %25, a space as %20";

fn fault_of_proxy(value: &str) -> Option<(&'static str, &'static str)> {
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    if !SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
        return Some((
            "names an unsupported kind of proxy",
            "supported: http, https, socks4, socks4a, socks5, socks5h",
        ));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let is_odd = |letter: char| !letter.is_ascii_graphic() || "\"<>\\^`{|}".contains(letter);
    let encoding = match authority.split_once('@') {
        Some((user, host)) => {
            host.contains('@') || behind.contains('@') || user.contains(is_odd) || is_half_encoded(user)
        }
        None => behind.contains('@'),
    };
    if encoding {
        return Some(("has a character in its user name or password that a URL cannot contain", ENCODE));
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_address = Url::parse(&format!("http://{host}")).is_ok_and(|url| url.has_host()) && !host.contains(is_odd);
    (!is_address).then_some(("is not a proxy address", EXAMPLE))
}

/// Returns whether a `%` lacks its two hexadecimal digits.
fn is_half_encoded(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .any(|rest| !rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)))
}

/// Checks that the certificates named by the environment exist. They decide which services are trusted.
pub fn certificates(environment: impl Fn(&str) -> Option<String>) -> Result<(), UserError> {
    // Other systems have their own certificate store, which these variables do not change.
    if cfg!(any(windows, target_vendor = "apple")) {
        return Ok(());
    }
    let set = |name: &'static str| environment(name).filter(|value| !value.is_empty()).map(|value| (name, value));
    let [file, folders] = CERTIFICATES.map(set);
    let missing = file.as_ref().and_then(|(name, file)| {
        let read = disk::read_plain(file.as_ref(), MOST_CERTIFICATES).map_err(|error| reason(&error));
        let why = match read {
            Err(why) => why,
            Ok(bytes) if memchr::memmem::find(&bytes, b"-----BEGIN CERTIFICATE-----").is_none() => {
                "it contains no PEM certificate".to_owned()
            }
            Ok(_) => return None,
        };
        Some(format!("{name} names {file}: {why}"))
    });
    if let Some(missing) = missing {
        let hint = "name a file with the certificates to trust, or unset SSL_CERT_FILE to trust the system's";
        return Err(access(format!("no certificates to verify a service with: {missing}"), hint));
    }
    if let (None, Some((name, folders))) = (file, folders)
        && !std::env::split_paths(&folders).any(|folder| disk::has_files(&folder))
    {
        let hint = "name a folder with the certificates to trust, or unset SSL_CERT_DIR";
        return Err(access(format!("no certificates to verify a service with: {name} names {folders}"), hint));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &'static str, value: &'static str) -> Option<String> {
        let to = Url::parse("https://graph.microsoft.com/v1.0").expect("an address");
        let checked = check_proxy(&to, |asked| (asked == name).then(|| value.to_owned()));
        checked.err().map(|trouble| format!("{} | {}", trouble.what, trouble.hint.unwrap_or_default()))
    }

    #[test]
    fn a_proxy_that_can_be_used_is_none_to_complain_of() {
        for good in [
            "",
            "http://proxy.example:8080",
            "proxy.example:8080",
            "proxy.example",
            "http://10.0.0.7:3128/",
            "https://[2001:db8::7]:3128",
            "socks5h://127.0.0.1:1080",
            "http://ana:s3cret@proxy.example:8080",
            "http://ana:p%40ss%2Fword@proxy.example:8080",
            "CORP%5Cana:s3cret@proxy.example:8080",
        ] {
            assert_eq!(told("HTTPS_PROXY", good), None, "{good}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_told_by_its_variable_and_never_by_its_password() {
        for (bad, says) in [
            ("http://ana:s3cret@home@proxy.example:8080", "has a character in its user name or password"),
            ("http://ana:s3cret/x@proxy.example:8080", "has a character in its user name or password"),
            ("http://ana:s3cret#x@proxy.example:8080", "has a character in its user name or password"),
            ("http://ana:s3cret%@proxy.example:8080", "has a character in its user name or password"),
            ("http://ana:s3cret s@proxy.example:8080", "has a character in its user name or password"),
            ("http://ana:s3crét@proxy.example:8080", "has a character in its user name or password"),
            ("CORP\\ana:s3cret@proxy.example:8080", "has a character in its user name or password"),
            ("ftp://proxy.example:8080", "names an unsupported kind of proxy"),
            ("http://proxy.example:port", "is not a proxy address"),
            ("http://proxy example:8080", "is not a proxy address"),
            ("http://", "is not a proxy address"),
            ("http://:8080", "is not a proxy address"),
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let told = told(name, bad).unwrap_or_default();
                assert!(told.starts_with(&format!("{name} {says}")), "{bad}: {told}");
                assert!(!told.contains("s3cr"), "{told}");
            }
        }
    }

    #[test]
    fn a_proxy_that_is_not_asked_is_none_to_complain_of() {
        let checked = |set: &'static [(&str, &str)]| {
            let to = Url::parse("https://graph.microsoft.com/v1.0").expect("an address");
            let value = |asked: &str| Some(set.iter().find(|(name, _)| *name == asked)?.1.to_owned());
            check_proxy(&to, value).map_err(|trouble| trouble.what)
        };
        for hosts in ["*", "example.org, graph.microsoft.com", ".microsoft.com", "MICROSOFT.COM"] {
            let set: &'static [(&str, &str)] = Box::leak(Box::new([("HTTPS_PROXY", "http://"), ("NO_PROXY", hosts)]));
            assert_eq!(checked(set), Ok(()), "{hosts}");
        }
        assert!(checked(&[("HTTPS_PROXY", "http://"), ("NO_PROXY", "soft.com,")]).is_err());
        // The first that is set counts, and when it is empty the next pair.
        assert_eq!(checked(&[("HTTPS_PROXY", "http://proxy.example"), ("https_proxy", "http://")]), Ok(()));
        assert!(
            checked(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://")]).is_err_and(|what| what.starts_with("ALL_PROXY"))
        );
        assert_eq!(checked(&[("HTTPS_PROXY", ""), ("https_proxy", "http://")]), Ok(()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn missing_certificates_are_told_by_the_variable_that_names_them() {
        let told = |name: &'static str, value: &str| {
            let checked = certificates(|asked| (asked == name).then(|| value.to_owned()));
            checked.err().map(|trouble| trouble.what).unwrap_or_default()
        };
        assert_eq!(told("SSL_CERT_FILE", ""), "");
        assert!(
            told("SSL_CERT_FILE", "/no/such/ca.pem")
                .ends_with("SSL_CERT_FILE names /no/such/ca.pem: No such file or directory")
        );
        assert!(told("SSL_CERT_FILE", "/dev/null").ends_with("names /dev/null: it contains no PEM certificate"));
        assert!(
            told("SSL_CERT_DIR", "/no/such/folder:/another").ends_with("SSL_CERT_DIR names /no/such/folder:/another")
        );
    }

    #[test]
    fn a_service_on_this_computer_needs_neither() {
        let loopback = Url::parse("http://127.0.0.1:8080").expect("an address");
        assert!(client(&loopback, &RetryPolicy::USUAL, false).is_ok());
    }
}
