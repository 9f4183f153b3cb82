//! Pages from a Graph service: one request after the other, waiting as the service asks.

use std::io::Cursor;
use std::time::Duration;

use backon::BackoffBuilder as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use url::Url;

use crate::call::{Arrival, Ending, Origin, Problem, Trouble, TroubleKind, Wait, Weight};
use crate::model::{Envelope, Field};

use super::decode;
use super::intake::{Hushed, Intake, Kept};
use super::links::{Links, Next};
use super::service::LiveCall;

/// No page of 60 sessions comes near this; an answer without an end would.
const LARGEST_ANSWER: usize = 512 << 20;

/// Waits longer than this are not waited: the service means "not today".
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Reads a call's pages to the last one, or to where something stops it.
pub fn read_call(live: &LiveCall, intake: &mut Intake) -> Result<Ending, Hushed> {
    let client = match client(live) {
        Ok(client) => client,
        Err(error) => return Ok(Ending::Stopped(unreachable(live, &cause(&error)))),
    };
    intake.begin_fetching();
    let mut url = live.service.sessions_of(live.call);
    let mut links = Links::new(url.clone());
    for page in 1.. {
        let origin: Origin = format!("page {page}").into();
        let body = match ask(&client, live, &url, &origin, intake)? {
            Ok(body) => body,
            Err(trouble) => return Ok(Ending::Stopped(trouble)),
        };
        if let Some(trouble) = not_a_page(&body, &origin) {
            return Ok(Ending::Stopped(trouble));
        }
        let read = intake.read_text(&origin, Cursor::new(body), Kept::Spooled)?;
        if let Some(broken) = read.broken {
            return Ok(Ending::Stopped(Trouble {
                kind: TroubleKind::Answer,
                what: format!("{origin} is broken at byte {}: {} is missing", broken.at, broken.expected),
                hint: Some("fetch the call again".to_owned()),
            }));
        }
        let Some(link) = read.envelopes.last().and_then(Envelope::link) else { return Ok(Ending::AllRead) };
        url = match links.next(link, &url) {
            Next::Follow(next) => next,
            Next::Mended(next) => {
                let what =
                    "the link to the next page had its address behind a #, where no server sees it; it was mended";
                let problem = Problem { weight: Weight::Oddity, origin, what: what.to_owned(), at: None };
                intake.tell(Arrival::Problem(problem))?;
                next
            }
            Next::Refuse(refusal) => {
                return Ok(Ending::Stopped(Trouble {
                    kind: TroubleKind::Answer,
                    what: format!("{origin}: {}", refusal.words()),
                    hint: Some("what was loaded is here; fetch the call again for the rest".to_owned()),
                }));
            }
        };
    }
    Ok(Ending::AllRead)
}

fn client(live: &LiveCall) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .user_agent(concat!("callscope/", env!("CARGO_PKG_VERSION")))
        // A redirect would carry the token elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60));
    if live.service.is_loopback() {
        builder = builder.no_proxy();
    }
    builder.build()
}

/// Why one request did not give a page.
#[derive(Debug)]
enum Failure {
    /// The service answered something else than 200.
    Status { status: StatusCode, headers: HeaderMap, body: Vec<u8> },
    /// Nothing came, or not all of it.
    Network { what: String, is_timeout: bool },
}

/// Asks for a page until it comes or there is no hope. Waits are told, and end when the load is cancelled.
fn ask(
    client: &Client,
    live: &LiveCall,
    url: &Url,
    origin: &Origin,
    intake: &Intake,
) -> Result<Result<Vec<u8>, Trouble>, Hushed> {
    let runtime = tokio::runtime::Handle::current();
    let mut delays = delays();
    for attempt in 1.. {
        let answer = runtime.block_on(async {
            tokio::select! {
                biased;
                () = intake.cancel().cancelled() => None,
                answer = get(client, live, url) => Some(answer),
            }
        });
        let failure = match answer.ok_or(Hushed)? {
            Ok(body) => return Ok(Ok(body)),
            Err(failure) => failure,
        };
        let delay = if failure.may_pass() { delays.next() } else { None };
        let Some(delay) = delay.map(|delay| failure.wait(delay)).filter(|delay| *delay <= LONGEST_WAIT) else {
            return Ok(Err(failure.trouble(live, attempt)));
        };
        let (why, seconds) = (failure.words(), delay.as_secs_f64().ceil() as u64);
        intake.tell(Arrival::Wait(Some(Wait { origin: origin.clone(), why, seconds, attempt })))?;
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = intake.cancel().cancelled() => Err(Hushed),
                () = tokio::time::sleep(delay) => Ok(()),
            }
        })?;
        intake.tell(Arrival::Wait(None))?;
    }
    Err(Hushed)
}

/// The least waits between attempts: 1, 2, 4, … seconds, a little at random so that many clients spread.
fn delays() -> impl Iterator<Item = Duration> {
    backon::ExponentialBuilder::default()
        .with_min_delay(Duration::from_secs(1))
        .with_factor(2.0)
        .with_max_delay(Duration::from_secs(60))
        .with_max_times(7)
        .with_jitter()
        .build()
}

async fn get(client: &Client, live: &LiveCall, url: &Url) -> Result<Vec<u8>, Failure> {
    let network = |error: reqwest::Error| Failure::Network { is_timeout: error.is_timeout(), what: cause(&error) };
    let token = live.token.header().map_err(|error| Failure::Network { what: error.to_string(), is_timeout: false })?;
    let request = client
        .get(url.clone())
        .header(AUTHORIZATION, token)
        .header(ACCEPT, "application/json")
        .header("Prefer", "include-unknown-enum-members");
    let mut answer = request.send().await.map_err(network)?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::Network { what: "the answer has no end".to_owned(), is_timeout: false });
        }
        body.extend_from_slice(&chunk);
    }
    if status == StatusCode::OK {
        Ok(body)
    } else {
        Err(Failure::Status { status, headers: answer.headers().clone(), body })
    }
}

/// The innermost reason, which is the one that helps: `dns error`, `connection refused`.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

impl Failure {
    /// Is it worth asking again?
    fn may_pass(&self) -> bool {
        match self {
            Failure::Status { status, .. } => matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504 | 509),
            Failure::Network { .. } => true,
        }
    }

    /// How long to wait: as long as the service says, and never shorter than our own patience.
    fn wait(&self, least: Duration) -> Duration {
        match self {
            Failure::Status { headers, .. } => retry_after(headers).map_or(least, |told| told.max(least)),
            Failure::Network { .. } => least,
        }
    }

    /// In a few words.
    fn words(&self) -> String {
        match self {
            Failure::Status { status: StatusCode::TOO_MANY_REQUESTS, .. } => "throttled (429)".to_owned(),
            Failure::Status { status, .. } => format!("the service is in trouble ({})", status.as_u16()),
            Failure::Network { is_timeout: true, .. } => "no answer in time".to_owned(),
            Failure::Network { what, .. } => what.clone(),
        }
    }

    /// What it means for the load.
    fn trouble(self, live: &LiveCall, attempts: u32) -> Trouble {
        let (status, headers, body) = match self {
            Failure::Network { what, is_timeout } => {
                let mut trouble = unreachable(live, &what);
                if is_timeout {
                    trouble.kind = TroubleKind::Throttled;
                }
                return trouble;
            }
            Failure::Status { status, headers, body } => (status, headers, body),
        };
        let said = said(status, &body);
        let (kind, what, hint) = match status.as_u16() {
            400 => (
                TroubleKind::Access,
                format!("the service did not understand the request ({said})"),
                "this is callscope's mistake or the address of another service: check --graph-url and --api".to_owned(),
            ),
            401 => (
                TroubleKind::Access,
                format!("the service did not accept the token ({said})"),
                "tokens last about an hour and are good for one cloud: put a new one into CALLSCOPE_TOKEN, or check --cloud"
                    .to_owned(),
            ),
            403 => (
                TroubleKind::Access,
                format!("the service refused the request ({said})"),
                "reading call records needs the application permission CallRecords.Read.All with an administrator's \
                 consent; a user's token is never enough"
                    .to_owned(),
            ),
            404 => (
                TroubleKind::Access,
                format!("the service has no call {} ({said})", live.call),
                "records come up to 150 minutes after a call and are gone after 30 days; a meeting's, chat's or \
                 telephone call's id is no call id; another cloud has other calls"
                    .to_owned(),
            ),
            300..=399 => {
                let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("nowhere").to_owned();
                (
                    TroubleKind::Answer,
                    format!("the service sent us elsewhere ({said}, to {to})"),
                    "the token is not carried along: a sign-in page of the network may stand between, or --graph-url is wrong"
                        .to_owned(),
                )
            }
            407 => (
                TroubleKind::Access,
                format!("the proxy wants to know who you are ({said})"),
                "put user and password into HTTPS_PROXY, or list the service in NO_PROXY".to_owned(),
            ),
            408 | 429 | 500..=599 => (
                TroubleKind::Throttled,
                format!("the service was too busy, {attempts} times in a row ({said})"),
                "wait some minutes; a call's first page may be asked for 10 times in 20 seconds, later ones 50 times in 5 minutes"
                    .to_owned(),
            ),
            _ => (TroubleKind::Access, format!("the service answered {said}"), "ask its support with the request-id".to_owned()),
        };
        Trouble { kind, what, hint: Some(hint) }
    }
}

/// Status, code, message and request-id, as far as they are told.
fn said(status: StatusCode, body: &[u8]) -> String {
    let mut said = status.to_string();
    let envelope: Option<Field<Envelope>> = serde_json::from_slice(body).ok();
    let error = envelope.as_ref().and_then(Field::value).and_then(|envelope| envelope.error.value());
    if let Some(error) = error {
        for part in [&error.code, &error.message].into_iter().filter_map(Field::value) {
            said.push_str(": ");
            said.push_str(part);
        }
        if let Some(id) = error.request_id() {
            said.push_str(", request-id ");
            said.push_str(id);
        }
    }
    said
}

fn unreachable(live: &LiveCall, what: &str) -> Trouble {
    Trouble {
        kind: TroubleKind::Access,
        what: format!("{} could not be reached: {what}", live.service.name()),
        hint: Some("check the network and the proxy (HTTPS_PROXY, NO_PROXY), and --cloud or --graph-url".to_owned()),
    }
}

fn not_a_page(body: &[u8], origin: &Origin) -> Option<Trouble> {
    let text = decode::text(Cursor::new(body[..body.len().min(4096)].to_vec())).ok()?;
    let what = match text.not_json {
        Some(not_json) => not_json.what,
        None if body.trim_ascii().is_empty() => "empty",
        None => return None,
    };
    Some(Trouble {
        kind: TroubleKind::Answer,
        what: format!("{origin} is {what}, not JSON"),
        hint: Some("a proxy or the network's sign-in page may have answered instead of the service".to_owned()),
    })
}

/// What `Retry-After` says: seconds, or a date, which is compared with the service's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(value).ok()?;
    let now = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    Some(then.duration_since(now.unwrap_or_else(std::time::SystemTime::now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_services_clock() {
        assert_eq!(retry_after(&headers(&[("retry-after", "12")])), Some(Duration::from_secs(12)));
        let date = [("retry-after", "Fri, 20 Nov 2026 09:00:30 GMT"), ("date", "Fri, 20 Nov 2026 09:00:00 GMT")];
        assert_eq!(retry_after(&headers(&date)), Some(Duration::from_secs(30)));
        let past = [("retry-after", "Fri, 20 Nov 2026 08:00:00 GMT"), ("date", "Fri, 20 Nov 2026 09:00:00 GMT")];
        assert_eq!(retry_after(&headers(&past)), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
        assert_eq!(retry_after(&headers(&[])), None);
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = delays().collect();
        assert_eq!(waits.len(), 7);
        for (at, wait) in waits.iter().enumerate() {
            let least = Duration::from_secs(1 << at).min(Duration::from_secs(60));
            assert!((least..least * 2 + Duration::from_secs(1)).contains(wait), "{at}: {wait:?}");
        }
    }

    #[test]
    fn the_service_may_ask_for_more_patience_than_we_have_and_not_for_less() {
        let failure = |value: &str| Failure::Status {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers: headers(&[("retry-after", value)]),
            body: Vec::new(),
        };
        assert_eq!(failure("30").wait(Duration::from_secs(2)), Duration::from_secs(30));
        assert_eq!(failure("0").wait(Duration::from_secs(2)), Duration::from_secs(2));
    }

    #[test]
    fn an_error_says_its_code_message_and_request_id() {
        let body = br#"{"error":{"code":"Forbidden","message":"","innerError":{"request-id":"r-1"}}}"#;
        assert_eq!(said(StatusCode::FORBIDDEN, body), "403 Forbidden: Forbidden, request-id r-1");
        assert_eq!(said(StatusCode::BAD_GATEWAY, b"<html>"), "502 Bad Gateway");
    }

    #[test]
    fn a_page_that_is_no_json_is_named() {
        let trouble = not_a_page(b"<!doctype html>", &"page 2".into()).expect("HTML is no page");
        assert_eq!(trouble.what, "page 2 is HTML or XML, not JSON");
        assert!(not_a_page(b" ", &"page 2".into()).is_some());
        assert_eq!(not_a_page(b"{}", &"page 2".into()), None);
    }
}
