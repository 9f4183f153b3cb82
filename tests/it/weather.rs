//! Every problem that a service and a network can cause: what the service does, what the program says, how it ends, and
//! what is kept.

use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::support::drive::Driver;
use callscope::call::{Completeness, Dataset, LoadOutcome, Problem};
use callscope::demo::server::{self, CLIENT, Running, SECRET, ServedCall, TENANT, TOKEN};
use callscope::demo::weather::{Thing, WEATHERS, Weather};
use callscope::graph::{
    Api, CallId, CredentialOptions, Limits, RetryPolicy, Service, Token, TokenProvider, Way, Window,
};
use callscope::source::{self, CallRequest, Source};
use callscope::triage::RuleSets;
use futures_util::stream::{self, StreamExt as _};

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";
const TOWN_HALL: &str = "70e4a110-0000-4000-8000-000000005000";

/// A row of the table.
struct Row {
    /// What the service does, by the name of its weather.
    weather: &'static str,
    /// The message in the report and in the call's status.
    says: &'static str,
    /// The header's description of the call.
    header: &'static str,
    /// The exit code of a report.
    exit: i32,
    /// How many of the meeting's 180 sessions were loaded.
    kept: usize,
}

const fn row(weather: &'static str, says: &'static str, header: &'static str, exit: i32, kept: usize) -> Row {
    Row { weather, says, header, exit, kept }
}

const ALL: &str = "complete: 3 pages";
const FIRST: &str = "incomplete: stopped after 1 page";

/// The table.
const ROWS: &[Row] = &[
    row("calm", "", ALL, 0, 180),
    row("throttled", "before retrying: throttled (429)", ALL, 0, 180),
    row("throttled-until", "before retrying: throttled (429)", ALL, 0, 180),
    row("throttled-silently", "before retrying: throttled (429)", ALL, 0, 180),
    row("not-today", "the service was too busy (429 Too Many Requests: TooManyRequests", FIRST, 6, 60),
    row("busy", "the service is having problems (503)", ALL, 0, 180),
    row("down", "the service was too busy, 2 times in a row (500 Internal Server Error", FIRST, 6, 60),
    row("silent", "did not respond in time: nothing received for 6 s", FIRST, 6, 60),
    row("stalled", "the response stalled", ALL, 0, 180),
    row("cut", "the response was cut short", ALL, 0, 180),
    row("broken", "page 2 is broken at byte ", "incomplete: stopped after 1 page", 6, 91),
    row("broken-once", "the response is broken at byte ", ALL, 0, 180),
    row("portal", "page 2 is HTML or XML, not JSON", FIRST, 6, 60),
    row(
        "elsewhere",
        "the service redirected the request (302 Found, to https://signin.example.org/guest)",
        FIRST,
        6,
        60,
    ),
    row("proxy", "the proxy requires a sign-in (407", FIRST, 6, 60),
    row("packed", "", ALL, 0, 180),
    row("packed-x-gzip", "", ALL, 0, 180),
    row("packed-silently", "", ALL, 0, 180),
    row("packed-oddly", "page 2 is compressed with br, which was not requested", FIRST, 6, 60),
    row("error-200", "page 2 is an error (HTTP 200): UnknownError (request-id 0a1b2c3d)", FIRST, 6, 60),
    row("error-200-once", "the response is an error (HTTP 200): UnknownError", ALL, 0, 180),
    row("error-beside", "page 2 is an error (HTTP 200): Timeout", FIRST, 6, 60),
    row("nothing-200", "page 2 is JSON, but not what was requested", FIRST, 6, 60),
    row("message-200", "page 2 is JSON, but not what was requested", FIRST, 6, 60),
    row("null-list", "page 2 is JSON, but not what was requested", FIRST, 6, 60),
    row(
        "number-link",
        "page 2: the link to the next page is not a valid address (7)",
        "incomplete: stopped after 2 pages",
        6,
        120,
    ),
    row(
        "empty-link",
        "page 2: the link to the next page is not a valid address (an empty text)",
        "stopped after 2 pages",
        6,
        120,
    ),
    row("empty-page", "", "complete: 4 pages", 0, 180),
    row(
        "endless",
        "20 pages in a row had no new sessions, and there is another link",
        "stopped after 22 pages",
        6,
        120,
    ),
    row(
        "endless-empty",
        "20 pages in a row had no new sessions, and there is another link",
        "stopped after 21 pages",
        6,
        60,
    ),
    row("crawling", "is too slow: ", FIRST, 6, 60),
    row("echo", "(403 Forbidden: Forbidden: No permission for Bearer •••, request-id ", FIRST, 6, 60),
    row("nulls", "a null, string or number appears where a session should be", "3 could not be read", 6, 180),
    row("repeats", "5 sessions arrived more than once", ALL, 0, 180),
    row("loop", "the link to the next page leads back to a page already read", "stopped after 2 pages", 6, 120),
    row(
        "foreign-link",
        "points to another service (https://graph.example.org), which must not see the token",
        "stopped after 2 pages",
        6,
        120,
    ),
    row("odd-link", "after a #, which servers never see; it was repaired", ALL, 0, 180),
    row("gone", "the page link has expired (410 Gone", FIRST, 6, 60),
    row("bad-request", "the service rejected the request as malformed (400 Bad Request", "", 3, 0),
    row("unauthorized", "the service did not accept the token (401 Unauthorized", "", 3, 0),
    row("forbidden", "the service refused the request (403 Forbidden: Forbidden, request-id ", "", 3, 0),
    row("no-call", "the service has no call 7d3c1f00-0000-4000-8000-000000000180 (404 Not Found", "", 3, 0),
    row("new-version", "version 2 of the record; version 3 is now available", "version 2 of the record", 0, 180),
    row("no-record", "the call's type, version and organiser are not known", ALL, 0, 180),
    row("limits", "", ALL, 0, 180),
    row("expiring", "", ALL, 0, 180),
    row("short-lived", "", ALL, 0, 180),
    row("challenge", "the service requires more claims in the token, a claims challenge (401", "", 3, 0),
    row("storm", "", "complete: ", 0, 180),
];

/// As patient as the program with `--timeout 6 --retries 1`, but faster.
fn quick() -> RetryPolicy {
    RetryPolicy {
        first_byte: Duration::from_secs(6),
        next_bytes: Duration::from_secs(6),
        first_delay: Duration::from_millis(20),
        attempts: 2,
        broken_attempts: 2,
        ..RetryPolicy::USUAL
    }
}

async fn server(weather: &str) -> Running {
    let weather = Weather::named(weather).expect("one of the table");
    server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port")
}

fn call(root: &str, id: &str, patience: RetryPolicy) -> CallRequest {
    let service = Service::new(root, Api::V1).expect("a loopback root");
    let id = CallId::parse(id).expect("a GUID");
    CallRequest { patience, ..CallRequest::with_token(service, id, Token::new(TOKEN).expect("a token")) }
}

async fn loaded(call: CallRequest) -> Dataset {
    let mut load = source::load(Source::Live(Box::new(call)), RuleSets::built_in());
    let mut loaded = Dataset::default();
    while let Some(arrival) = load.next().await {
        loaded.take(arrival, 0);
    }
    loaded
}

/// Runs the program as a process.
async fn reported(root: &str) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(["report", "--graph-url", root, "--timeout", "6", "--retries", "1", MEETING]);
    command.env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "").env("CALLSCOPE_TOKEN", TOKEN);
    let output = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output()).await.expect("no panic");
    let output = output.expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    // Undoes line wrapping.
    (text.split_whitespace().collect::<Vec<_>>().join(" "), output.status.code().expect("an exit code"))
}

#[test]
fn every_weather_has_its_row() {
    for weather in WEATHERS {
        assert!(ROWS.iter().any(|row| row.weather == weather.name), "{} has no row", weather.name);
    }
    assert_eq!(ROWS.len(), WEATHERS.len());
}

/// Checks only this many rows at a time: an overloaded machine responds slowly, which is a problem of its own.
const AT_ONCE: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_each_trouble_and_ends_with_its_code() {
    // Random weather needs more patience than one more attempt.
    let rows = ROWS.iter().filter(|row| row.weather != "storm");
    let check = |row: &'static Row| async move {
        let running = server(row.weather).await;
        let (text, exit) = reported(&running.root).await;
        assert!(text.contains(row.says), "{}: “{}” is missing in: {text}", row.weather, row.says);
        assert_eq!(exit, row.exit, "{}: {text}", row.weather);
        assert!(!text.contains(TOKEN), "{}: the token is repeated: {text}", row.weather);
        assert!(row.kept == 0 || text.contains(&format!("{} sessions", row.kept)), "{}: {text}", row.weather);
    };
    stream::iter(rows).for_each_concurrent(AT_ONCE, check).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_says_each_trouble_and_keeps_what_came() {
    let rows = ROWS.iter().filter(|row| row.kept > 0 && row.weather != "storm");
    let check = |row: &'static Row| async move {
        let running = server(row.weather).await;
        let driver = Driver::live(call(&running.root, MEETING, quick()), (160, 60));
        driver.wait_for(row.header).await;
        driver.wait_for(&format!("/{} · worst first", row.kept)).await;
        driver.press("i").await;
        driver.wait_for("is the call complete?").await;
        let flat = |text: &str| text.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        driver.wait_until(&format!("“{}” ({})", row.says, row.weather), |text| flat(text).contains(row.says)).await;
        driver.leave().await;
    };
    stream::iter(rows).for_each_concurrent(AT_ONCE, check).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_tries_again_from_where_it_stopped_and_no_page_is_asked_for_twice() {
    // This policy allows two attempts in a row, so the first load is abandoned.
    let weather = Weather {
        sky: Arc::new(|moment| match (moment.asked, moment.page, moment.times) {
            (Thing::Sessions, 2, 1..=2) => callscope::demo::weather::Happens::Status(503, "ServiceUnavailable"),
            _ => callscope::demo::weather::Happens::Answer,
        }),
        ..Weather::default()
    };
    let running = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
    let driver = Driver::live(call(&running.root, MEETING, quick()), (120, 36));
    driver.wait_for("incomplete: stopped after 1 page").await;
    driver.wait_for("R retry").await;
    driver.press("R").await;
    driver.wait_for("complete: 3 pages").await;
    driver.wait_for("/180 · worst first").await;
    driver.wait_gone("R retry").await;
    driver.leave().await;
    let asked: Vec<usize> = (1..=3).map(|page| running.times(Thing::Sessions, page)).collect();
    assert_eq!(asked, [1, 3, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_read_anew_when_a_key_says_so() {
    let running = server("new-version").await;
    let driver = Driver::live(call(&running.root, MEETING, quick()), (120, 36));
    driver.wait_for("version 2 of the record; version 3 is now available").await;
    driver.press("R").await;
    driver.wait_for("complete: 3 pages").await;
    driver.wait_for("/180 · worst first").await;
    driver.leave().await;
    assert_eq!(running.times(Thing::Sessions, 1), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_are_kept_to_and_not_run_into() {
    let window = |requests, seconds| Window { requests, within: Duration::from_secs(seconds) };
    let limits = Some(Limits { first: window(10, 20), later: window(1, 2) });
    let weather = Weather { limits, ..Weather::default() };
    let running = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
    let mut live = call(&running.root, MEETING, quick());
    live.service = live.service.with_limits(limits);
    let loaded = loaded(live).await;
    assert_eq!((loaded.ending(), loaded.session_count()), (Some(&LoadOutcome::AllRead), 180));
    let told: Vec<String> = loaded.problems.iter().map(Problem::words).collect();
    let waited = |why: &str| told.iter().filter(|told| told.contains(why)).count();
    assert_eq!(waited("the service limits pages per call to 1 in 2 s"), 1, "{told:?}");
    assert_eq!((waited("429"), loaded.budget()), (0, Some((1, 1, 2))), "{told:?}");
    assert_eq!(running.requests(Thing::Sessions), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_passes_and_every_session_is_there_exactly_once() {
    let running = server("storm").await;
    let patience = RetryPolicy { attempts: 5, broken_attempts: 5, ..quick() };
    let loaded = loaded(call(&running.root, TOWN_HALL, patience)).await;
    assert_eq!(loaded.ending(), Some(&LoadOutcome::AllRead), "{:?}", loaded.ending());
    let call = &loaded.calls()[0];
    let ids: HashSet<_> = call.rows().iter().filter_map(|row| row.id.as_ref()).collect();
    assert_eq!((call.rows().len(), ids.len()), (5_000, 5_000));
    let waits = loaded.problems.iter().filter(|problem| problem.what.starts_with("waited")).count();
    assert!(waits > 10, "there was a storm: {waits} waits");
    assert!(matches!(Completeness::of(call, &loaded), Completeness::Complete { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn troubles_before_the_service_have_their_own_sentences() {
    let dead = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        listener.local_addr().expect("an address").port()
    };
    let plain = server("calm").await.root;
    let proxy = refusing_proxy("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    let closed = refusing_proxy("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    let invalid = "https://graph.invalid".to_owned();
    type Case<'a> = (String, &'a [(&'a str, &'a str)], &'a str);
    let cases: Vec<Case<'_>> = vec![
        (invalid.clone(), &[], "the name https://graph.invalid cannot be resolved"),
        (format!("http://127.0.0.1:{dead}"), &[], "cannot be reached: Connection refused"),
        (plain.replace("http:", "https:"), &[], "no secure connection to https://127.0.0.1"),
    ];
    let (proxy, closed) = ([("HTTPS_PROXY", proxy.as_str())], [("HTTPS_PROXY", closed.as_str())]);
    let by_the_environment: Vec<Case<'_>> = vec![
        (invalid.clone(), &proxy, "the proxy for https://graph.invalid requires a sign-in (407)"),
        (invalid.clone(), &closed, "the proxy refuses the connection to https://graph.invalid"),
        (invalid.clone(), &[("HTTPS_PROXY", "http://proxy:port")], "HTTPS_PROXY is not a proxy address"),
        (invalid.clone(), &[("ALL_PROXY", "smtp://proxy")], "ALL_PROXY names an unsupported kind of proxy"),
        (
            invalid.clone(),
            &[("https_proxy", "http://ana:s3cr@t@proxy.example:8080")],
            "https_proxy has a character in its user name or password that a URL cannot contain",
        ),
        (
            invalid.clone(),
            &[("SSL_CERT_FILE", "/no/such/ca.pem")],
            "no certificates to verify a service with: SSL_CERT_FILE names /no/such/ca.pem: No such file",
        ),
    ];
    // Only on Linux do these variables determine where certificates are found.
    let here = if cfg!(target_os = "linux") { 6 } else { 5 };
    for (root, environment, says) in cases.into_iter().chain(by_the_environment.into_iter().take(here)) {
        for arguments in [&["report", "--retries", "0", MEETING][..], &["doctor"]] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
            command.args(arguments).args(["--graph-url", &root, "--timeout", "2"]);
            command.env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "").env("CALLSCOPE_TOKEN", TOKEN);
            command.envs(environment.iter().copied());
            let output =
                tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output()).await.expect("no panic");
            let output = output.expect("the program starts");
            let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(text.contains(says), "“{says}” is missing in: {text}");
            assert!(text.contains("hint: ") || text.contains("  → "), "{text}");
            assert!(!text.contains("s3cr"), "a password is never shown: {text}");
            assert_eq!(output.status.code(), Some(3), "{text}");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_service_on_this_computer_needs_no_certificates() {
    let running = server("calm").await;
    for (name, value) in [("SSL_CERT_FILE", "/no/such/ca.pem"), ("SSL_CERT_DIR", "/no/such/folder")] {
        let arguments = ["report", "--graph-url", &running.root, "--login-url", &running.root, MEETING];
        let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(arguments).env_clear().env(name, value);
        command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
        command.envs([("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT), ("AZURE_CLIENT_SECRET", SECRET)]);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_that_a_service_asks_for_are_passed_on_to_the_sign_in() {
    let running = server("challenge").await;
    let service = Service::new(&running.root, Api::V1).expect("a loopback root");
    let login = running.root.parse().expect("an address");
    let environment = |name: &str| {
        let value = match name {
            "AZURE_TENANT_ID" => TENANT,
            "AZURE_CLIENT_ID" => CLIENT,
            "AZURE_CLIENT_SECRET" => SECRET,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let way = Way::choose(&CredentialOptions::default(), environment).expect("it makes sense").expect("there is one");
    let sign_in = Arc::new(TokenProvider::new(way, &service, login, quick()));
    let loaded = loaded(CallRequest { sign_in, ..call(&running.root, MEETING, quick()) }).await;
    assert_eq!((loaded.ending(), loaded.session_count()), (Some(&LoadOutcome::AllRead), 180));
    assert_eq!(running.requests(Thing::Token), 2, "one that is refused, and one with the claims");
}

/// A proxy that gives everyone the same answer.
async fn refusing_proxy(answer: &'static str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}")
}
