//! Received data is kept: a killed download resumes where it stopped, a saved call opens as what it was, and none of it
//! contains secrets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::support::drive::Driver;
use crate::support::fixtures;
use callscope::call::{CallExport, Dataset, LoadOutcome};
use callscope::demo::server::{self, CLIENT, Running, SECRET, ServedCall, TENANT, TOKEN};
use callscope::demo::weather::{Happens, Thing, Weather};
use callscope::graph::{Api, CallId, Service, Token};
use callscope::source::manifest::Manifest;
use callscope::source::page_cache::{Folder, LIMIT};
use callscope::source::save::{self, Provenance};
use callscope::source::{self, CallRequest, Load, Source, Store};
use callscope::triage::RuleSets;

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";
const TOWN_HALL: &str = "70e4a110-0000-4000-8000-000000005000";

/// The program with only the environment that a test gives it.
fn callscope(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", folder.join("cache"));
    command.current_dir(folder).stdin(Stdio::null());
    command
}

async fn run(mut command: Command) -> Output {
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    output.expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn served(weather: Weather) -> Running {
    server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port")
}

async fn read(mut load: Load) -> (Dataset, std::sync::Arc<Store>) {
    let mut loaded = Dataset::default();
    while let Some(arrival) = load.next().await {
        loaded.take(arrival, 0);
    }
    (loaded, load.store.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_killed_again_and_again_ends_as_one_that_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let undisturbed = served(Weather::default()).await;
    let fetch = |root: &str, file: &str| {
        let arguments = ["fetch", TOWN_HALL, "--graph-url", root, "-o", file];
        let mut command = callscope(&arguments, folder);
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    let output = run(fetch(&undisturbed.root, "undisturbed.json")).await;
    assert!(output.status.success(), "{}", text(&output.stderr));

    let disturbed = served(Weather::default().slowly(Duration::from_millis(10))).await;
    let pages = |folder: &Path| {
        let index = fs::read_dir(folder.join("cache")).ok()?.filter_map(Result::ok).map(|entry| entry.path());
        let port = disturbed.root.rsplit(':').next().expect("a port").to_owned();
        let index = index
            .into_iter()
            .find(|path| path.extension().is_some_and(|it| it == "index") && path.to_string_lossy().contains(&port))?;
        Some(fs::read_to_string(index).ok()?.lines().filter(|line| line.contains("\"page\"")).count())
    };
    let mut kills = 0;
    for until in [1, 2, 9, 30, 31, 55, 83] {
        let mut child = fetch(&disturbed.root, "disturbed.json").stderr(Stdio::null()).spawn().expect("it starts");
        let killed = tokio::time::timeout(Duration::from_secs(120), async {
            while pages(folder).unwrap_or(0) < until {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        killed.await.expect("pages come");
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
        kills += 1;
        assert!(!folder.join("disturbed.json").exists(), "nothing half done is there");
    }
    let output = run(fetch(&disturbed.root, "disturbed.json")).await;
    assert!(output.status.success(), "{}", text(&output.stderr));

    // The links in the record lead to another port; nothing else may differ.
    let one = fs::read_to_string(folder.join("undisturbed.json")).expect("it was saved");
    let other = fs::read_to_string(folder.join("disturbed.json")).expect("it was saved");
    let one = one.replace(&undisturbed.root, &disturbed.root);
    let differs = one.bytes().zip(other.bytes()).position(|(one, other)| one != other);
    let around =
        |text: &str| differs.map(|at| text.get(at.saturating_sub(200)..at + 100).unwrap_or_default().to_owned());
    assert!(one == other, "the files differ at {differs:?}: {:?} {:?}", around(&one), around(&other));
    // A page in transit when the program was killed had not arrived; no other is requested twice.
    let asked: Vec<usize> = (1..=84).map(|page| disturbed.times(Thing::Sessions, page)).collect();
    let again = asked.iter().filter(|times| **times > 1).count();
    assert!(asked.iter().all(|times| (1..=2).contains(times)) && again <= kills, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_read_is_there_again_without_asking_for_its_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served(Weather::default()).await;
    let live = || {
        let service = Service::new(&running.root, Api::V1).expect("a loopback root");
        let call = CallId::parse(MEETING).expect("a GUID");
        let token = Token::new(TOKEN).expect("a token");
        let keep = Some(Folder { path: folder.path().to_owned(), limit: LIMIT });
        CallRequest { folder: keep, ..CallRequest::with_token(service, call, token) }
    };
    for _ in 0..2 {
        let driver = Driver::live(live(), (120, 36));
        driver.wait_for("complete: 3 pages").await;
        driver.wait_for("/180 · worst first").await;
        // Looking at everything requests nothing.
        driver.press("34<enter>1dr<esc><esc>").await;
        driver.settled().await;
        driver.leave().await;
    }
    assert_eq!(running.requests(Thing::Sessions), 3);
    let driver = Driver::live(live(), (120, 36));
    driver.wait_for("complete: 3 pages").await;
    driver.press("i").await;
    driver.wait_for("and the record has not changed since").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_pages_of_an_older_version_are_not_taken_for_the_newer_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The record changes after two requests for it: in the first run, and at its end.
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.times) {
        (Thing::Record, 3..) => Happens::NewerVersion,
        _ => Happens::Answer,
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let arguments = ["fetch", MEETING, "--graph-url", &running.root, "--force"];
    for (pages, told) in [(3, "saved 180 sessions"), (6, "from version 2 of the record, now version 3")] {
        let mut command = callscope(&arguments, folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        let output = run(command).await;
        assert!(output.status.success() && text(&output.stderr).contains(told), "{}", text(&output.stderr));
        assert_eq!(running.requests(Thing::Sessions), pages);
    }
    let saved = fs::read_to_string(folder.path().join(format!("call-{MEETING}.json"))).expect("it was saved");
    assert!(saved.contains("\"version\":3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_call_opens_as_what_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served(Weather::named("nulls").expect("one of the table")).await;
    let driver = Driver::live(
        CallRequest::with_token(
            Service::new(&running.root, Api::V1).expect("a loopback root"),
            CallId::parse(MEETING).expect("a GUID"),
            Token::new(TOKEN).expect("a token"),
        ),
        (120, 36),
    );
    driver.wait_for("3 could not be read").await;
    let path = folder.path().join("saved.json");
    driver.press("s").await;
    driver.wait_for(&format!("save as call-{MEETING}.json")).await;
    driver.press("<c-u>").await;
    driver.press(path.to_str().expect("a path in UTF-8")).await;
    driver.press("<enter>").await;
    driver.wait_for("saved 180 sessions (").await;
    // A second time, it is not overwritten without asking.
    let before = fs::read(&path).expect("it was saved");
    driver.press("s<c-u>").await;
    driver.press(path.to_str().expect("a path in UTF-8")).await;
    driver.press("<enter>").await;
    driver.wait_for("file exists, Enter overwrites it").await;
    driver.press("<enter>").await;
    driver.wait_for("saved 180 sessions (").await;
    assert_eq!(fs::read(&path).expect("it was saved"), before);
    let summary = driver.text().lines().nth(1).expect("the answer").to_owned();
    driver.leave().await;

    let opened = Driver::paths(&[&path], (120, 36));
    opened.wait_for("incomplete: the manifest says part of the call was not saved").await;
    opened.wait_for(&summary).await;
    opened.wait_for("group call").await;
    opened.leave().await;
    // It contains the received data byte for byte, including nulls.
    let saved = String::from_utf8(before).expect("UTF-8");
    assert_eq!(saved.matches(",null").count(), 3, "the nulls of page 2");
    let manifest = fs::read_to_string(Manifest::path_of(&path)).expect("there is a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!((&manifest["complete"], &manifest["sessions"]), (&false.into(), &180.into()));
    assert_eq!(manifest["bytes"], saved.len());
    assert_eq!(manifest["pages"].as_array().map(Vec::len), Some(3));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_save_is_finished_and_ends_as_the_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    // Page 2 fails in the first run and in its second attempt.
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page, moment.times) {
        (Thing::Sessions, 2, 1) => Happens::Status(503, "ServiceUnavailable"),
        _ => Happens::Answer,
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let fetch = |arguments: &[&str]| {
        let live = ["--graph-url", &running.root, "--retries", "0", "--no-cache"];
        let mut command = callscope(&[&["fetch"], arguments, &live].concat(), folder);
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    let output = run(fetch(&[MEETING, "-o", "part.json"])).await;
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("saved 60 sessions"), "{}", text(&output.stderr));
    let part = fs::read_to_string(folder.join("part.json")).expect("it was saved");
    assert!(part.contains("@odata.nextLink\":"), "it remembers its link");
    let output = run(fetch(&["--resume", "part.json"])).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = run(fetch(&[MEETING, "-o", "whole.json"])).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        fs::read(folder.join("part.json")).expect("a file") == fs::read(folder.join("whole.json")).expect("a file")
    );
    assert_eq!(running.times(Thing::Sessions, 1), 2, "once for each of the two downloads");
    // A complete call is not requested again.
    let output = run(fetch(&["--resume", "part.json"])).await;
    assert!(output.status.success() && running.times(Thing::Sessions, 3) == 2, "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_is_not_finished_and_not_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served(Weather::default()).await;
    let link = format!("{}/v1.0/communications/callRecords/{MEETING}/sessions?$skiptoken=s60", running.root);
    let page = |link: Option<&str>| {
        let mut page = fixtures::page(&[fixtures::session(1, "Greta Quist", 0.0)], link);
        let context = format!("{}/v1.0/$metadata#communications/callRecords('{MEETING}')/sessions", running.root);
        page["@odata.context"] = context.into();
        page
    };
    let mut counted = page(None);
    counted["@odata.count"] = 7.into();
    let mut failed = page(Some(&link));
    failed["error"] = serde_json::json!({"code": "Timeout"});
    let mut lost = page(Some(&link));
    lost["value"].as_array_mut().expect("a list").push(serde_json::Value::Null);
    for (text, words) in [
        (page(None).to_string(), "nothing to resume"),
        (counted.to_string(), "the service counts 7 sessions, but callscope read only 1"),
        (failed.to_string(), "came with an error (Timeout)"),
        (lost.to_string(), "1 could not be read"),
    ] {
        fs::write(folder.path().join("part.json"), &text).expect("it takes files");
        let mut command =
            callscope(&["fetch", "--resume", "part.json", "--graph-url", &running.root, "--no-cache"], folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        let output = run(command).await;
        assert!(
            !output.status.success()
                && fs::read_to_string(folder.path().join("part.json")).expect("it is there") == text
        );
        assert!(self::text(&output.stderr).contains(words), "{words}: {}", self::text(&output.stderr));
    }
    assert_eq!(running.times(Thing::Sessions, 1), 0, "nothing was asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_call_is_of_the_same_version_or_all_of_it_is_read_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page, moment.times) {
        (Thing::Sessions, 2, 1) => Happens::Status(503, "ServiceUnavailable"),
        _ => Happens::Answer,
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let fetch = |arguments: &[&str]| {
        let live = ["--graph-url", &running.root, "--retries", "0", "--no-cache"];
        let mut command = callscope(&[&["fetch"], arguments, &live].concat(), folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    assert_eq!(run(fetch(&[MEETING, "-o", "part.json"])).await.status.code(), Some(6));
    let path = folder.path().join("part.json");
    let saved: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("it is there")).expect("JSON");
    let version = saved["version"].as_i64().expect("a version");
    let older = fs::read_to_string(&path).expect("it is there").replacen(
        &format!("\"version\":{version}"),
        &format!("\"version\":{}", version - 1),
        1,
    );
    fs::write(&path, older).expect("it takes files");
    fs::remove_file(Manifest::path_of(&path)).expect("there was a manifest");
    let output = run(fetch(&["--resume", "part.json"])).await;
    let told = text(&output.stderr);
    assert!(output.status.success() && told.contains(": reading again"), "{told}");
    assert_eq!(running.times(Thing::Sessions, 1), 2, "page 1 was asked for again");
    let whole: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("it is there")).expect("JSON");
    assert_eq!(whole["version"], version);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_load_that_was_stopped_kept_is_known_to_be_of_its_version() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page, moment.times) {
        (Thing::Sessions, 2, 1) => Happens::Status(503, "ServiceUnavailable"),
        _ => Happens::Answer,
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let report = || {
        let arguments = ["report", MEETING, "--graph-url", &running.root, "--retries", "0"];
        let mut command = callscope(&arguments, folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    assert_eq!(run(report()).await.status.code(), Some(6));
    let mut kept = Vec::new();
    everything_in(&folder.path().join("cache"), &mut kept);
    assert!(kept.iter().any(|file| memchr::memmem::find(file, b"{\"record\"").is_some()), "the record is kept");
    let output = run(report()).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(running.times(Thing::Sessions, 1), 1, "page 1 was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_kept_without_their_record_are_read_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served(Weather::default()).await;
    let report = || {
        let mut command = callscope(&["report", MEETING, "--graph-url", &running.root], folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    assert!(run(report()).await.status.success());
    for entry in fs::read_dir(folder.path().join("cache")).expect("a folder").filter_map(Result::ok) {
        if entry.path().extension().is_some_and(|ending| ending == "index") {
            let index = fs::read_to_string(entry.path()).expect("it is there");
            let lines = index.lines().filter_map(|line| Some(line.split_once(' ')?.1));
            let without: Vec<&str> = lines.filter(|line| !line.starts_with("{\"record\"")).collect();
            assert!(without.len() + 1 == index.lines().count());
            let mut chain = String::new();
            let mut written = String::new();
            for line in without {
                chain = callscope::source::hash::of(format!("{chain}{line}").as_bytes());
                written += &format!("{chain} {line}\n");
            }
            fs::write(entry.path(), written).expect("it takes files");
        }
    }
    assert!(run(report()).await.status.success());
    assert_eq!(running.times(Thing::Sessions, 1), 2, "page 1 was asked for again");
}

/// The index is changed so that the token would go to another port, with matching hashes; then without them.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_changed_on_disk_does_not_lead_the_token_elsewhere() {
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page, moment.times) {
        (Thing::Sessions, 2, 1) => Happens::Status(503, "ServiceUnavailable"),
        _ => Happens::Answer,
    };
    for with_hashes in [true, false] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
        let thief = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        thief.set_nonblocking(true).expect("it can be asked");
        let elsewhere = format!("http://{}", thief.local_addr().expect("an address"));
        let report = || {
            let mut command =
                callscope(&["report", MEETING, "--graph-url", &running.root, "--retries", "0"], folder.path());
            command.env("CALLSCOPE_TOKEN", TOKEN);
            command
        };
        assert_eq!(run(report()).await.status.code(), Some(6));
        for entry in fs::read_dir(folder.path().join("cache")).expect("a folder").filter_map(Result::ok) {
            if entry.path().extension().is_some_and(|ending| ending == "index") {
                let index = fs::read_to_string(entry.path()).expect("it is there");
                let (mut chain, mut written) = (String::new(), String::new());
                for line in index.lines() {
                    let (hash, line) = line.split_once(' ').expect("a hash");
                    let is_page = line.starts_with("{\"page\"");
                    let line = if is_page { line.replace(&running.root, &elsewhere) } else { line.to_owned() };
                    chain = callscope::source::hash::of(format!("{chain}{line}").as_bytes());
                    written += &format!("{} {line}\n", if with_hashes { &chain } else { hash });
                }
                assert!(written.contains(&elsewhere), "{written}");
                fs::write(entry.path(), written).expect("it takes files");
            }
        }
        let output = run(report()).await;
        let told = text(&output.stderr);
        assert!(thief.accept().is_err(), "nobody called there");
        // Changed data is requested again, also where the hashes fit: the page itself says where the next one is.
        assert_eq!((output.status.code(), running.times(Thing::Sessions, 1)), (Some(0), 2), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_call_is_not_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    const OTHER: &str = r#"{"@odata.context":"https://x/v1.0/$metadata#communications/callRecords('0c0ffee0-0000-4000-8000-0000000000ff')/sessions(segments())","value":[{"id":"a","caller":null}]}"#;
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page) {
        (Thing::Sessions, 2) => Happens::Body(OTHER),
        _ => Happens::Answer,
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let mut command = callscope(&["report", MEETING, "--graph-url", &running.root, "--format", "json"], folder.path());
    command.env("CALLSCOPE_TOKEN", TOKEN);
    let output = run(command).await;
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("page 2 is from another call"), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["completeness"]["sessions"], 60);
}

/// Page 2 is an error with status 200 the first two times.
fn passing_error(moment: &callscope::demo::weather::Moment) -> Happens {
    match (moment.asked, moment.page, moment.times) {
        (Thing::Sessions, 2, 1..=2) => Happens::Body(r#"{"error":{"code":"UnknownError","message":""}}"#),
        _ => Happens::Answer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_came_with_200_is_not_kept_and_not_served_again_the_next_day() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served(Weather { sky: std::sync::Arc::new(passing_error), ..Weather::default() }).await;
    let report = || {
        let arguments = ["report", MEETING, "--graph-url", &running.root, "--retries", "1", "--format", "json"];
        let mut command = callscope(&arguments, folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    let output = run(report()).await;
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    let first: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    let next = first["completeness"]["next_link"].as_str().expect("the link that nobody answered");
    assert!(next.contains("$skiptoken=s60"), "{next}");
    let mut kept = Vec::new();
    everything_in(&folder.path().join("cache"), &mut kept);
    assert!(kept.iter().all(|file| memchr::memmem::find(file, b"UnknownError").is_none()), "nothing of it is kept");
    let output = run(report()).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let again: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(again["completeness"]["proof"], "fetched");
    assert_eq!(again["completeness"]["sessions"], 180);
    assert_eq!(running.times(Thing::Sessions, 1), 1, "page 1 was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_link_stays_until_a_real_page_answered_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("part.json");
    let sky = |moment: &callscope::demo::weather::Moment| match (moment.asked, moment.page) {
        (Thing::Sessions, 2) if moment.times == 1 => Happens::Status(503, "ServiceUnavailable"),
        _ => passing_error(&callscope::demo::weather::Moment { times: moment.times.max(2) - 1, ..*moment }),
    };
    let running = served(Weather { sky: std::sync::Arc::new(sky), ..Weather::default() }).await;
    let fetch = |arguments: &[&str]| {
        let live = ["--graph-url", &running.root, "--retries", "0", "--no-cache"];
        let mut command = callscope(&[&["fetch"], arguments, &live].concat(), folder.path());
        command.env("CALLSCOPE_TOKEN", TOKEN);
        command
    };
    assert_eq!(run(fetch(&[MEETING, "-o", "part.json"])).await.status.code(), Some(6));
    let link = |text: &str| text.rsplit("@odata.nextLink").next().map(str::to_owned);
    let before = fs::read_to_string(&path).expect("it was saved");
    for attempt in 1..=2 {
        assert_eq!(run(fetch(&["--resume", "part.json"])).await.status.code(), Some(6), "attempt {attempt}");
        let after = fs::read_to_string(&path).expect("it is there");
        assert_eq!(link(&after), link(&before), "attempt {attempt}");
    }
    let output = run(fetch(&["--resume", "part.json"])).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!fs::read_to_string(&path).expect("it is there").contains("sessions@odata.nextLink"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_call_is_not_asked_for_at_another_service() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let link = "https://graph.example.org/v1.0/communications/callRecords/x/sessions?$skiptoken=1";
    let page = fixtures::page(&[fixtures::session(1, "Greta Quist", 0.0)], Some(link));
    fs::write(folder.path().join("part.json"), page.to_string()).expect("it takes files");
    let running = served(Weather::default()).await;
    let arguments = ["fetch", "--resume", "part.json", "--graph-url", &running.root];
    let mut command = callscope(&arguments, folder.path());
    command.env("CALLSCOPE_TOKEN", TOKEN);
    let output = run(command).await;
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    let told = text(&output.stderr);
    assert!(
        told.contains("points to another service (https://graph.example.org), which must not see the token"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shape_of_file_is_saved_as_it_was_received() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sessions: Vec<_> = (0..3).map(|at| fixtures::session(at, &format!("Person {at}"), 0.0)).collect();
    let shapes = [
        fixtures::page(&sessions, None).to_string(),
        serde_json::to_string_pretty(&sessions).expect("JSON"),
        sessions.iter().map(|session| format!("{session}\n")).collect(),
        format!("{}{}", fixtures::page(&sessions[..1], None), fixtures::page(&sessions[1..], None)),
    ];
    for (at, shape) in shapes.iter().enumerate() {
        let path = folder.path().join(format!("{at}.json"));
        fs::write(&path, shape).expect("it takes files");
        let (loaded, store) = read(source::load(Source::Paths(vec![path.clone()]), RuleSets::built_in())).await;
        let to_save = CallExport::of(&loaded.calls()[0], &loaded);
        let copy = folder.path().join(format!("{at}-copy.json"));
        let circumstances = Provenance { time: "2026-11-20T09:00:00Z".to_owned(), service: None };
        save::save(&to_save, &store, &copy, save::Replace::Nothing, &circumstances).expect("it can be saved");
        let (again, _) = read(source::load(Source::Paths(vec![copy]), RuleSets::built_in())).await;
        assert_eq!(again.ending(), Some(&LoadOutcome::AllRead));
        let ids = |loaded: &Dataset| loaded.calls()[0].rows().iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&again), again.session_count()), (ids(&loaded), 3), "shape {at}");
    }
}

/// A certificate with its key, in the common formats.
struct Certificate {
    public_key: String,
    pem: PathBuf,
    pfx: PathBuf,
    key: String,
}

const PASSWORD: &str = "pfx-passw0rd";

fn certificate(folder: &Path) -> Certificate {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key");
    let certificate = rcgen::CertificateParams::new(vec!["callscope.example".to_owned()]).expect("a name");
    let certificate = certificate.self_signed(&key).expect("a certificate");
    let pem = folder.join("application.pem");
    fs::write(&pem, format!("{}{}", certificate.pem(), key.serialize_pem())).expect("it takes files");
    let pfx = folder.join("application.pfx");
    fs::write(&pfx, pfx_of(&key, &certificate)).expect("it takes files");
    let body: String = key.serialize_pem().lines().filter(|line| !line.starts_with("-----")).collect();
    Certificate { public_key: key.public_key_pem(), pem, pfx, key: body }
}

#[cfg(feature = "pfx")]
fn pfx_of(key: &rcgen::KeyPair, certificate: &rcgen::Certificate) -> Vec<u8> {
    let chain = p12_keystore::PrivateKeyChain::new(
        b"1".to_vec(),
        p12_keystore::PrivateKey::from_der(&key.serialize_der()).expect("a key"),
        [p12_keystore::Certificate::from_der(certificate.der()).expect("a certificate")],
    );
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("application", p12_keystore::KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(PASSWORD).write().expect("a store")
}

/// Enough to pass for one: the first bytes of a DER sequence.
#[cfg(not(feature = "pfx"))]
fn pfx_of(_: &rcgen::KeyPair, _: &rcgen::Certificate) -> Vec<u8> {
    vec![0x30, 0x82, 0x0a, 0x10]
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_and_certificate_sign_in_survive_a_token_that_ends_and_are_nowhere_to_be_read() {
    let keys = tempfile::tempdir().expect("a temporary folder");
    let certificate = certificate(keys.path());
    let pem = certificate.pem.to_str().expect("a path in UTF-8").to_owned();
    let pfx = certificate.pfx.to_str().expect("a path in UTF-8").to_owned();
    let ways: [&[(&str, &str)]; 3] = [
        &[("AZURE_CLIENT_SECRET", SECRET)],
        &[("AZURE_CLIENT_CERTIFICATE_PATH", &pem)],
        &[("AZURE_CLIENT_CERTIFICATE_PATH", &pfx), ("AZURE_CLIENT_CERTIFICATE_PASSWORD", PASSWORD)],
    ];
    let readable = if cfg!(feature = "pfx") { 3 } else { 2 };
    for way in ways.into_iter().take(readable) {
        // A token is good for two responses, and a meeting takes five.
        let running = served(Weather { token_answers: Some(2), ..Weather::default() }).await;
        assert!(running.trust(certificate.public_key.as_bytes()));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let arguments = ["fetch", MEETING, "--graph-url", &running.root, "--login-url", &running.root];
        let mut command = callscope(&arguments, folder.path());
        command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT).envs(way.iter().copied());
        let output = run(command).await;
        assert!(output.status.success(), "{way:?}: {}", text(&output.stderr));
        assert!(running.requests(Thing::Token) >= 3, "{way:?}: tokens were renewed");
        let mut written = vec![output.stdout, output.stderr];
        everything_in(folder.path(), &mut written);
        assert!(written.len() >= 6, "a saved call, a manifest, an index and pages");
        // Every token and every assertion is a JSON web token, which starts like this.
        for secret in [SECRET, PASSWORD, "eyJ", &certificate.key[100..140]] {
            for one in &written {
                assert!(memchr::memmem::find(one, secret.as_bytes()).is_none(), "{way:?}: {secret} can be read");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_ends() {
    let weather = Weather::named("short-lived").expect("one of the table").slowly(Duration::from_millis(900));
    let running = served(weather).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = ["fetch", MEETING, "--graph-url", &running.root, "--login-url", &running.root];
    let mut command = callscope(&arguments, folder.path());
    command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT).env("AZURE_CLIENT_SECRET", SECRET);
    let output = run(command).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(running.requests(Thing::Token) >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_or_certificate_is_explained() {
    let running = served(Weather::default()).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let certificate = certificate(folder.path());
    let pem = certificate.pem.to_str().expect("a path in UTF-8").to_owned();
    let pfx = certificate.pfx.to_str().expect("a path in UTF-8").to_owned();
    let unreadable = if cfg!(feature = "pfx") {
        "is its password in AZURE_CLIENT_CERTIFICATE_PASSWORD?"
    } else {
        "this build reads PEM only; build with `--features pfx`"
    };
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("AZURE_CLIENT_SECRET", "wr0ng")], "AADSTS7000215: Invalid client secret provided"),
        (&[("AZURE_CLIENT_CERTIFICATE_PATH", &pem)], "the certificate is not registered for the application"),
        (&[("AZURE_CLIENT_CERTIFICATE_PATH", &pfx)], unreadable),
        (&[("AZURE_CLIENT_CERTIFICATE_PATH", "/no/such.pem")], "/no/such.pem cannot be read"),
    ];
    for (way, says) in cases {
        let arguments = ["report", MEETING, "--graph-url", &running.root, "--login-url", &running.root];
        let mut command = callscope(&arguments, folder.path());
        command.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT).envs(way.iter().copied());
        let output = run(command).await;
        let told = text(&output.stderr);
        assert!(output.status.code() == Some(3) && told.contains(says), "“{says}” is missing in: {told}");
        assert!(!told.contains("wr0ng"), "{told}");
    }
}

/// The contents of every file below a folder.
fn everything_in(folder: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
        if entry.path().is_dir() {
            everything_in(&entry.path(), found);
        } else {
            found.push(fs::read(entry.path()).expect("a file"));
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_in_the_middle_is_said_and_what_came_before_is_saved() {
    for cache in ["", "cache"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let running = served(Weather::default()).await;
        let mut command = Command::new("sh");
        // No file over 1.8 million bytes: simulates a full disk.
        let script = "trap '' XFSZ; ulimit -f 3600; exec \"$@\"";
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_callscope"), "fetch", MEETING, "-o", "call.json"]);
        command.args(["--graph-url", &running.root]).current_dir(folder.path()).stdin(Stdio::null());
        let place = if cache.is_empty() { String::new() } else { text_of(&folder.path().join(cache)) };
        command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", &place).env("CALLSCOPE_TOKEN", TOKEN);
        let output = run(command).await;
        let told = text(&output.stderr);
        let place = if cache.is_empty() { text_of(&std::env::temp_dir()) } else { place };
        let sentence = format!("page 2 could not be written to a temporary file in {place}: File too large");
        assert!(told.contains(&sentence) && told.contains("free some space there, or "), "{told}");
        assert_eq!(output.status.code(), Some(6), "{told}");
        let saved = fs::read_to_string(folder.path().join("call.json")).expect("it was saved");
        let saved: serde_json::Value = serde_json::from_str(&saved).expect("it is whole");
        assert_eq!(saved["sessions"].as_array().map(Vec::len), Some(60));
        assert!(
            saved["sessions@odata.nextLink"].as_str().is_some_and(|link| link.contains("skiptoken")),
            "the link is kept"
        );
    }
}

fn text_of(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
