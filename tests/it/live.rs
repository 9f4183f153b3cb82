//! The whole program against the demo server: pages that arrive while the user browses, throttling, and the same rows
//! however a call is opened.

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::drive::Driver;
use crate::support::fixtures;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use callscope::call::{Dataset, LoadEvent, LoadOutcome, UserErrorKind};
use callscope::demo::server::{self, ServedCall, TOKEN};
use callscope::demo::weather::{Thing, Weather};
use callscope::graph::{Api, CallId, Service, Token};
use callscope::run::Ended;
use callscope::source::{self, CallRequest, Load, Source};
use callscope::triage::{End, RuleSets};

const TOWN_HALL: &str = "70e4a110-0000-4000-8000-000000005000";
const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";

fn live(root: &str, id: &str, token: &str) -> Load {
    let service = Service::new(root, Api::V1).expect("a loopback root");
    let call = CallId::parse(id).expect("a GUID");
    let token = Token::new(token).expect("a token");
    source::load(Source::Live(Box::new(CallRequest::with_token(service, call, token))), RuleSets::built_in())
}

async fn loaded(mut load: Load) -> Dataset {
    let mut loaded = Dataset::default();
    while let Some(arrival) = load.next().await {
        loaded.take(arrival, 0);
    }
    loaded
}

async fn demo(weather: Weather) -> String {
    server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port").root
}

/// The contents of a row, for comparing rows.
fn rows(loaded: &Dataset) -> Vec<String> {
    let names = loaded.names();
    let row = |row: &callscope::call::Row| {
        format!(
            "{:?} {} → {} {:?} {:?} {} {:?} {:?} {:?}",
            row.id,
            row.name(End::Caller, names),
            row.name(End::Callee, names),
            row.facts.seconds(),
            row.facts.verdict(0),
            row.values("net", names),
            row.facts.rating(),
            row.facts.speaking(0),
            row.figures().map(|(_, value)| value).collect::<Vec<_>>()
        )
    };
    loaded.calls()[0].rows().iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_requested_once() {
    let running = server::start(ServedCall::all_demo(), Weather::default(), 0).await.expect("a free port");
    let loaded = loaded(live(&running.root, TOWN_HALL, TOKEN)).await;
    let pages = loaded.calls()[0].rows().len().div_ceil(60);
    let times: Vec<usize> = (1..=pages + 1).map(|page| running.times(Thing::Sessions, page)).collect();
    assert_eq!(times, [vec![1; pages], vec![0]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_sessions_arrive_in_84_pages_and_each_is_there_once() {
    let loaded = loaded(live(&demo(Weather::default()).await, TOWN_HALL, TOKEN)).await;
    assert_eq!(loaded.ending(), Some(&LoadOutcome::AllRead));
    assert_eq!(loaded.pages().len(), 84);
    let call = &loaded.calls()[0];
    let ids: HashSet<_> = call.rows().iter().filter_map(|row| row.id.as_ref()).collect();
    assert_eq!((call.rows().len(), ids.len(), call.repeated), (5_000, 5_000, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_browsed_while_pages_arrive_and_q_leaves_at_once() {
    let weather = Weather::default().slowly(Duration::from_millis(20));
    let driver = Driver::demo_call("town-hall", (120, 36), weather).await;
    driver.wait_for("▌").await;
    // Once the last key's effect is visible, all earlier ones have been handled.
    driver.press("<end><up><up><up>?").await;
    driver.wait_for("Help · sessions").await;
    driver.press("<esc>").await;
    driver.wait_gone("Help · sessions").await;
    let selected = |screen: &str| {
        let line = screen.lines().find(|line| line.chars().nth(1) == Some('▌')).unwrap_or_default();
        line.chars().skip(4).take(16).collect::<String>()
    };
    let before = selected(&driver.text());
    let pages = |screen: &str| {
        let title = screen.lines().find(|line| line.contains("Sessions ")).unwrap_or_default();
        let total = title.split('/').nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        total.replace(',', "").parse::<u32>().unwrap_or(0)
    };
    let then = pages(&driver.text());
    driver.wait_until("more pages", |screen| pages(screen) >= then + 300).await;
    assert_eq!(selected(&driver.text()), before, "the selection stays on its session");
    assert!(driver.text().contains("so far"), "pages are still on their way:\n{}", driver.text());
    driver.press("q").await;
    let ended = tokio::time::timeout(Duration::from_millis(500), driver.ended()).await.expect("q answers at once");
    assert!(matches!(ended, Ended::Left(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_page_is_waited_for_in_sight_and_ctrl_c_answers_in_the_middle() {
    let weather = Weather::throttled(2, 600);
    let driver = Driver::demo_call("meeting", (120, 36), weather).await;
    driver.wait_for("so far: 1 page · waiting").await;
    driver.wait_for("throttled (429)").await;
    driver.press("<down>").await;
    driver.wait_for("Metrics").await;
    let ended = tokio::time::timeout(Duration::from_millis(500), driver.leave()).await.expect("Ctrl-C answers at once");
    let Ended::Left(app) = ended else { panic!("it was left") };
    assert!(app.was_interrupted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_page_comes_after_the_wait_and_the_wait_is_remembered() {
    let weather = Weather::throttled(2, 1);
    let loaded = loaded(live(&demo(weather).await, MEETING, TOKEN)).await;
    assert_eq!(loaded.ending(), Some(&LoadOutcome::AllRead));
    assert_eq!(loaded.session_count(), 180);
    let waited: Vec<_> = loaded.problems.iter().map(callscope::call::Problem::words).collect();
    assert_eq!(waited.len(), 1, "{waited:?}");
    assert!(waited[0].starts_with("page 2: waited") && waited[0].ends_with("throttled (429)"), "{waited:?}");
    assert_eq!(loaded.problems.losses(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_keeps_what_came() {
    let weather = Weather::default().slowly(Duration::from_millis(30));
    let driver = Driver::demo_call("town-hall", (120, 36), weather).await;
    driver.wait_for("▌").await;
    driver.press("X").await;
    driver.wait_for("incomplete: stopped after").await;
    driver.press("i").await;
    driver.wait_for("stopped by you").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_chosen_left_and_chosen_again() {
    let driver = Driver::demo_list((120, 36), Weather::default()).await;
    driver.wait_for("Town hall").await;
    driver.press("<down><enter>").await;
    driver.wait_for("Mira Achterberg").await;
    driver.press("c").await;
    driver.wait_for("Enter opens a call").await;
    driver.press("<up><enter>").await;
    driver.wait_for("complete: 3 pages").await;
    driver.press("<esc>").await;
    driver.wait_for("Enter opens a call").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_a_wrong_id_say_what_to_do() {
    let root = demo(Weather::default()).await;
    let refused = loaded(live(&root, MEETING, "wrong")).await.nothing_to_show().expect("nothing came");
    assert_eq!(refused.kind, UserErrorKind::Access);
    assert!(
        refused.what.starts_with("the service did not accept the token (401 Unauthorized: InvalidAuthenticationToken")
    );
    assert!(refused.what.contains("request-id"), "{}", refused.what);
    assert!(refused.hint.expect("a hint").contains("callscope doctor"));
    let unknown = loaded(live(&root, "00000000-0000-4000-8000-000000000000", TOKEN)).await.nothing_to_show();
    let unknown = unknown.expect("nothing came");
    assert!(
        unknown.what.starts_with("the service has no call 00000000-0000-4000-8000-000000000000 (404"),
        "{}",
        unknown.what
    );
    assert!(unknown.hint.expect("a hint").contains("30 days"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_service_is_said_to_be_dead() {
    let root = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let mut load = live(&root, MEETING, TOKEN);
    let news = load.next().await.expect("news");
    assert!(matches!(&news, LoadEvent::Service(service) if *service == format!("{root}/v1.0")), "{news:?}");
    let first = load.next().await.expect("news");
    let LoadEvent::Wait(Some(wait)) = first else { panic!("{first:?}") };
    assert!(wait.why.to_lowercase().contains("refused"), "{}", wait.why);
    load.stop.for_good();
    let mut last = None;
    while let Some(arrival) = load.next().await {
        last = Some(arrival);
    }
    assert!(matches!(last, Some(LoadEvent::End(LoadOutcome::Cancelled))), "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_gives_the_same_rows_from_a_file_and_from_the_server_that_serves_the_file() {
    for with_segments in [true, false] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("call.json");
        fs::write(&path, fixtures::documentation_shape(with_segments)).expect("it takes files");
        let mut load = source::load(Source::Paths(vec![path]), RuleSets::built_in());
        let mut from_file = Dataset::default();
        while let Some(arrival) = load.next().await {
            from_file.take(arrival, 0);
        }
        assert_eq!(from_file.session_count(), 1);
        let served = ServedCall::saved(&from_file.calls()[0], &load.store).expect("the call has an id");
        let running = server::start(vec![served], Weather::default(), 0).await.expect("a free port");
        let from_server = loaded(live(&running.root, fixtures::CALL, TOKEN)).await;
        assert_eq!(rows(&from_server), rows(&from_file), "with segments: {with_segments}");
    }
}

/// A service that responds as a test specifies, and counts requests with a token.
struct Odd {
    root: String,
    /// Requests with a token.
    with_token: Arc<AtomicUsize>,
}

async fn odd(answer: impl Fn(&str, usize) -> axum::response::Response + Send + Sync + 'static) -> Odd {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let root = format!("http://{}", listener.local_addr().expect("an address"));
    let with_token = Arc::new(AtomicUsize::new(0));
    let (seen, asked) = (with_token.clone(), AtomicUsize::new(0));
    let answer = Arc::new(answer);
    let asked = Arc::new(asked);
    let router = axum::Router::new().fallback(move |headers: HeaderMap, uri: axum::http::Uri| {
        let (seen, asked, answer) = (seen.clone(), asked.clone(), answer.clone());
        async move {
            if uri.path().ends_with(fixtures::CALL) {
                // The record, which is requested alongside the counted pages.
                return format!("{{\"id\":\"{}\",\"version\":1}}", fixtures::CALL).into_response();
            }
            seen.fetch_add(usize::from(headers.contains_key(header::AUTHORIZATION)), Ordering::SeqCst);
            answer(&uri.to_string(), asked.fetch_add(1, Ordering::SeqCst))
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Odd { root, with_token }
}

fn page(numbers: std::ops::Range<usize>, link: Option<&str>) -> axum::response::Response {
    let sessions: Vec<_> = numbers.map(|at| fixtures::session(at, &format!("Person {at}"), 0.0)).collect();
    fixtures::page(&sessions, link).to_string().into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_not_sent_to_another_service() {
    let other = odd(|_, _| page(0..1, None)).await;
    let (asked_there, link) = (other.with_token.clone(), format!("{}/v1.0/next?$skiptoken=1", other.root));
    let first = odd(move |_, _| page(0..3, Some(&link))).await;
    let loaded = loaded(live(&first.root, fixtures::CALL, "s3cret")).await;
    let Some(LoadOutcome::Stopped(trouble)) = loaded.ending() else { panic!("{:?}", loaded.ending()) };
    assert!(trouble.what.contains("points to another service"), "{}", trouble.what);
    assert_eq!((loaded.session_count(), asked_there.load(Ordering::SeqCst)), (3, 0));
    assert_eq!(first.with_token.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let other = odd(|_, _| page(0..1, None)).await;
    let (asked_there, to) = (other.with_token.clone(), other.root.clone());
    let first = odd(move |_, _| (StatusCode::FOUND, [(header::LOCATION, to.clone())]).into_response()).await;
    let trouble = loaded(live(&first.root, fixtures::CALL, "s3cret")).await.nothing_to_show().expect("nothing came");
    assert!(trouble.what.starts_with("the service redirected the request (302 Found"), "{}", trouble.what);
    assert_eq!(asked_there.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_back_stops_and_keeps_what_came() {
    let service = odd(|uri, _| page(0..3, Some(uri))).await;
    let loaded = loaded(live(&service.root, fixtures::CALL, TOKEN)).await;
    let Some(LoadOutcome::Stopped(trouble)) = loaded.ending() else { panic!("{:?}", loaded.ending()) };
    assert!(trouble.what.contains("leads back to a page already read"), "{}", trouble.what);
    assert_eq!(loaded.session_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentations_link_is_mended_and_said() {
    let service = odd(|uri, at| {
        let link = format!("/v1.0/$metadata#communications/callRecords('{}')/sessions?$skiptoken=abc", fixtures::CALL);
        match at {
            0 => page(0..3, Some(&link)),
            _ => {
                assert!(uri.ends_with("/sessions?$expand=segments&$skiptoken=abc"), "{uri}");
                page(3..5, None)
            }
        }
    })
    .await;
    let loaded = loaded(live(&service.root, fixtures::CALL, TOKEN)).await;
    assert_eq!((loaded.ending(), loaded.session_count()), (Some(&LoadOutcome::AllRead), 5));
    assert!(loaded.problems.iter().any(|problem| problem.what.contains("it was repaired")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_with_a_link_is_followed_and_repeated_sessions_are_shown_once() {
    let service = odd(|_, at| match at {
        0 => page(0..3, Some("/v1.0/a?$skiptoken=1")),
        1 => page(0..0, Some("/v1.0/a?$skiptoken=2")),
        _ => page(2..5, None),
    })
    .await;
    let loaded = loaded(live(&service.root, fixtures::CALL, TOKEN)).await;
    assert_eq!(loaded.ending(), Some(&LoadOutcome::AllRead));
    assert_eq!((loaded.session_count(), loaded.calls()[0].repeated, loaded.pages().len()), (5, 1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_page_keeps_its_whole_sessions_and_html_is_named() {
    let service = odd(|_, at| match at {
        0 => page(0..3, Some("/v1.0/a?$skiptoken=1")),
        _ => {
            let whole = fixtures::page(&[fixtures::session(7, "Whole", 0.0), fixtures::session(8, "Cut", 0.0)], None)
                .to_string();
            whole[..whole.len() - 400].to_owned().into_response()
        }
    })
    .await;
    let cut = loaded(live(&service.root, fixtures::CALL, TOKEN)).await;
    let Some(LoadOutcome::Stopped(trouble)) = cut.ending() else { panic!("{:?}", cut.ending()) };
    assert!(trouble.what.starts_with("page 2 is broken at byte "), "{}", trouble.what);
    assert_eq!(cut.session_count(), 4);
    let portal = odd(|_, _| "<!doctype html><title>Sign in to the guest network</title>".into_response()).await;
    let trouble = loaded(live(&portal.root, fixtures::CALL, TOKEN)).await.nothing_to_show().expect("nothing came");
    assert_eq!(trouble.what, "page 1 is HTML or XML, not JSON");
}
