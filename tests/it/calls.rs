//! Finding a call, and finding out why none can be read: the list of the tenant's calls, and the doctor.

use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::support::drive::Driver;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use callscope::demo::server::{self, CLIENT, Running, SECRET, ServedCall, TENANT, TOKEN};
use callscope::demo::weather::{Thing, Weather};
use callscope::graph::{Api, RetryPolicy, Service, Token, TokenProvider};
use callscope::source::CallListQuery;

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";
const PAIR: &str = "2b0c0de0-0000-4000-8000-000000000002";
const TOWN_HALL: &str = "70e4a110-0000-4000-8000-000000005000";

async fn served(weather: &str) -> Running {
    let weather = Weather::named(weather).expect("one of the table");
    server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port")
}

fn wanted(running: &Running) -> CallListQuery {
    let service = Service::new(&running.root, Api::V1).expect("a loopback root");
    let sign_in = Arc::new(TokenProvider::with(Token::new(TOKEN).expect("a token"), &service));
    let since = "2026-11-01T00:00:00Z".parse().expect("a time");
    CallListQuery { service, sign_in, patience: RetryPolicy::USUAL, since, until: None, user: None }
}

/// Runs the program: its output, its messages, its exit code.
async fn told(arguments: &[&str], environment: &[(&str, &str)]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
    command.envs(environment.iter().copied()).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit code"))
}

fn token_saying(claims: serde_json::Value) -> String {
    let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    [r#"{"alg":"none"}"#.to_owned(), claims.to_string(), "signature".to_owned()].map(part).join(".")
}

/// Lines that report something to fix, with advice.
fn faults(report: &str) -> Vec<&str> {
    report.lines().filter(|line| line.starts_with('✖') || line.starts_with("  →")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_calls_opens_one_and_comes_back_to_where_it_was() {
    let running = served("calm").await;
    let driver = Driver::listing(wanted(&running), (120, 36));
    driver.wait_for("Calls 3").await;
    let screen = driver.settled().await;
    insta::assert_snapshot!("list_of_the_tenants_calls", screen);
    let place = |id: &str| screen.lines().position(|line| line.contains(&id[..7])).expect("the call is listed");
    assert!(place(MEETING) < place(PAIR) && place(PAIR) < place(TOWN_HALL), "{screen}");

    driver.press("/group").await;
    driver.wait_for("Calls 2 of 3").await;
    driver.press("<esc>").await;
    driver.wait_for("Calls 3").await;
    driver.press("/one-to-one<enter><enter>").await;
    driver.wait_for("Odile").await;
    driver.wait_for("complete").await;
    driver.press("<esc>").await;
    driver.wait_for("Calls 1 of 3").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_refused_says_what_to_mend_and_can_be_tried_again() {
    let running = served("calm").await;
    let mut refused = wanted(&running);
    let stranger = Token::new("a-strangers-token").expect("a token");
    refused.sign_in = Arc::new(TokenProvider::with(stranger, &refused.service));
    let driver = Driver::listing(refused, (120, 36));
    driver.wait_for("401").await;
    driver.wait_for("R load more").await;
    driver.press("R").await;
    driver.wait_for("401").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_printed_newest_first_with_the_id_that_opens_them() {
    for weather in ["calm", "storm"] {
        let running = served(weather).await;
        let arguments = ["calls", "--since", "2026-11-01", "--graph-url", &running.root];
        let (out, err, code) = told(&arguments, &[("CALLSCOPE_TOKEN", TOKEN)]).await;
        assert_eq!(code, 0, "{weather}: {err}");
        let ids: Vec<&str> = out.lines().filter_map(|line| line.split_whitespace().next()).collect();

        let newest_first = [MEETING, PAIR, TOWN_HALL];
        assert_eq!(ids, newest_first, "{weather}: {out}");
        let (report, _, code) =
            told(&["report", "--graph-url", &running.root, PAIR], &[("CALLSCOPE_TOKEN", TOKEN)]).await;
        assert!(code == 0 && report.contains("Odile"), "{weather}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_refused_before_anybody_is_asked() {
    let running = served("calm").await;
    for (arguments, says) in [
        (&["--user", "ana@example.com"][..], "--user ana@example.com is not an object ID"),
        (&["--since", "yesterday"], "--since yesterday is not a time"),
        (&["--until", "soon"], "--until soon is not a time"),
    ] {
        let arguments = [&["calls", "--graph-url", &running.root], arguments].concat();
        let (_, err, code) = told(&arguments, &[("CALLSCOPE_TOKEN", TOKEN)]).await;
        assert!(err.contains(says) && code == 2, "{err}");
    }
    assert_eq!(running.requests(Thing::Calls), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_call_and_is_none_is_called_what_it_is() {
    for (target, says) in [
        ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0", "a meeting join link"),
        ("19:meeting_x@thread.v2", "the ID of a meeting chat"),
    ] {
        let (_, err, code) = told(&["report", target], &[("CALLSCOPE_TOKEN", TOKEN)]).await;
        assert!(err.contains(says) && err.contains("callscope calls"), "{err}");
        assert_eq!(code, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_nothing_wrong_with_an_application_that_may_read_calls() {
    let running = served("calm").await;
    let arguments = ["doctor", "--graph-url", &running.root, "--login-url", &running.root, MEETING];
    let environment = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT), ("AZURE_CLIENT_SECRET", SECRET)];
    let (out, _, code) = told(&arguments, &environment).await;
    assert_eq!((faults(&out), code), (vec![], 0), "{out}");
    assert!(out.contains("has the permission CallRecords.Read.All"), "{out}");
    assert!(out.contains(&format!("call {MEETING} found")) && out.ends_with("no problems found\n"), "{out}");
    assert!(!out.contains(SECRET), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_each_thing_to_mend_with_the_next_step() {
    let running = served("calm").await;
    let root = running.root.as_str();
    let later = 4_000_000_000_u64;
    let delegated =
        token_saying(serde_json::json!({"aud": root, "scp": "User.Read", "upn": "a@example.com", "exp": later}));
    let elsewhere = token_saying(
        serde_json::json!({"aud": "https://management.azure.com", "roles": ["CallRecords.Read.All"], "exp": later}),
    );
    let powerless = token_saying(serde_json::json!({"aud": root, "roles": ["User.Read.All"], "exp": later}));
    let ended = token_saying(serde_json::json!({"aud": root, "roles": ["CallRecords.Read.All"], "exp": 1_700_000_000}));
    for (token, says, next) in [
        (delegated.as_str(), "a user's", "application"),
        (&elsewhere, "management.azure.com", "scope"),
        (&powerless, "CallRecords.Read.All", "consent"),
        (&ended, "expired", "new"),
        ("a-strangers-token", "401", "token"),
    ] {
        let (out, err, code) = told(&["doctor", "--graph-url", root], &[("CALLSCOPE_TOKEN", token)]).await;
        let faults = faults(&out).join("\n");
        assert!(faults.contains(says) && faults.contains(next) && code == 3, "{says}: {out}{err}");
        assert!(!out.contains(token), "{out}");
    }
    let (out, _, code) = told(&["doctor", "--graph-url", root], &[]).await;
    assert!(faults(&out).join("\n").contains("no credentials to sign in with") && code == 3, "{out}");
    let unknown = "00000000-0000-4000-8000-00000000dead";
    let (out, _, code) = told(&["doctor", "--graph-url", root, unknown], &[("CALLSCOPE_TOKEN", TOKEN)]).await;
    assert!(faults(&out).join("\n").contains("404") && code == 3, "{out}");
}
