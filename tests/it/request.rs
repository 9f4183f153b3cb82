//! The request options: sent as specified, on every page, and nothing that was not requested is ever called missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::drive::Driver;
use callscope::call::Request;
use callscope::demo::server::{self, Running, ServedCall, TOKEN};
use callscope::demo::weather::{Thing, Weather};
use callscope::graph::{Api, CallId, Service, Token};
use callscope::source::CallRequest;

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";

async fn served() -> Running {
    server::start(ServedCall::all_demo(), Weather::default(), 0).await.expect("a free port")
}

/// The program's output and exit code, with a folder to keep pages in.
async fn run(folder: &Path, root: &str, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).args(["--graph-url", root]).current_dir(folder).stdin(Stdio::null());
    command.env_clear().env("CALLSCOPE_CACHE", folder.join("cache")).env("CALLSCOPE_TOKEN", TOKEN);
    let config = folder.join("config.toml");
    command.env("CALLSCOPE_CONFIG", if config.exists() { config.into_os_string() } else { "".into() });
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code().expect("an exit code"))
}

async fn report(folder: &Path, root: &str, options: &[&str]) -> Value {
    let arguments = [&["report", MEETING, "--format", "json"], options].concat();
    let (out, err, code) = run(folder, root, &arguments).await;
    assert_eq!(code, 0, "{options:?}: {err}");
    serde_json::from_str(&out).expect("JSON")
}

fn without_segments(root: &str) -> CallRequest {
    let service = Service::new(root, Api::V1).expect("a loopback root");
    let call = CallId::parse(MEETING).expect("a GUID");
    let request = Request { segments: false, ..Request::default() };
    CallRequest { request, ..CallRequest::with_token(service, call, Token::new(TOKEN).expect("a token")) }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_segments_nothing_is_judged_and_the_reason_is_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let told = report(folder.path(), &running.root, &["--no-segments"]).await;
    let completeness = &told["completeness"];
    assert_eq!(completeness["complete"], true);
    assert_eq!((&completeness["sessions"], &completeness["sessions_without_segments"]), (&180.into(), &180.into()));
    assert_eq!((&completeness["request"]["segments"], &told["verdict"]), (&false.into(), &"unclassified".into()));
    let summary = told["summary"].as_str().expect("a sentence");
    assert!(summary.starts_with("Nothing can be judged: segments were not requested."), "{summary}");
    assert!(!told.to_string().contains("do not explain") && !told.to_string().contains("no streams were reported"));
    assert_eq!(
        told["attribution"].as_array().expect("a list").iter().filter(|it| it["pattern"] == "cannot-tell").count(),
        0
    );
    let failed = told["sessions"].as_array().expect("a list").iter().filter(|it| it["standing"] == "failed");
    assert!(failed.count() > 0, "failures are known without segments");

    let (text, _, code) = run(folder.path(), &running.root, &["report", MEETING, "--no-segments"]).await;
    assert_eq!(code, 0);
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let request = format!("GET /communications/callRecords/{MEETING}/sessions?$expand=segments returns them");
    assert!(flat.contains(&request), "{flat}");
    // A saved call says the same.
    let (_, err, code) =
        run(folder.path(), &running.root, &["fetch", MEETING, "--no-segments", "-o", "call.json"]).await;
    assert_eq!(code, 0, "{err}");
    for with_manifest in [true, false] {
        if !with_manifest {
            fs::remove_file(folder.path().join("call.manifest.json")).expect("it was saved");
        }
        let (saved, _, code) = run(folder.path(), &running.root, &["report", "call.json"]).await;
        assert_eq!(code, 0, "{saved}");
        let saved = saved.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(saved.contains(&request) && saved.contains("judged: segments were not requested"), "{saved}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_asks_for_the_segments_and_keeps_cursor_filter_and_order() {
    let running = served().await;
    let driver = Driver::live(without_segments(&running.root), (160, 45));
    driver.wait_for("complete: 3 pages").await;
    driver.wait_for("180 sessions, segments not asked for").await;
    driver.wait_for("Nothing can be judged: segments were not requested.").await;
    driver.wait_for("so nothing can be classified; press E to fetch").await;
    driver.wait_for("E fetch segments").await;
    // A filter, another order, and a session that arrives with the last page.
    driver.press("/platform:ios<enter>").await;
    driver.press("o").await;
    driver.press("start<enter>").await;
    driver.press("G").await;
    driver.settled().await;
    let marked =
        |text: &str| text.lines().find(|line| line.contains('▌')).map(|line| line.chars().take(30).collect::<String>());
    let before = marked(&driver.text()).expect("a session has the cursor");
    let name: String = before.chars().filter(|letter| letter.is_alphabetic() || *letter == ' ').collect();
    let name = name.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    driver.press("E").await;
    driver.wait_gone("E fetch segments").await;
    driver.wait_for("complete: 3 pages").await;
    driver.wait_for("of 180 sessions poor").await;
    driver.wait_for("/platform:ios").await;
    driver.settled().await;
    let after = marked(&driver.text()).expect("a session has the cursor");
    assert!(after.contains(&name), "{before} | {after}");
    driver.wait_gone("segments not asked for").await;
    driver.leave().await;
    assert_eq!(running.requests(Thing::Sessions), 6, "three pages without segments, three with them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_as_large_as_was_wanted_on_every_page_and_when_a_download_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let told = report(folder.path(), &running.root, &["--page-size", "50"]).await;
    let completeness = &told["completeness"];
    assert_eq!((&completeness["pages"], &completeness["sessions"]), (&4.into(), &180.into()));
    assert_eq!(completeness["request"]["page_size"], 50);
    assert_eq!(running.requests(Thing::Sessions), 4);
    // Kept pages are found again by the same request only.
    report(folder.path(), &running.root, &["--page-size", "50"]).await;
    assert_eq!(running.requests(Thing::Sessions), 4);
    assert_eq!(report(folder.path(), &running.root, &[]).await["completeness"]["pages"], 3);
    assert_eq!(running.requests(Thing::Sessions), 7);

    let broken = server::start(ServedCall::all_demo(), Weather::named("gone").expect("one of the table"), 0).await;
    let broken = broken.expect("a free port");
    let options = ["fetch", MEETING, "--page-size", "50", "--omit-nulls", "-o", "half.json", "--no-cache"];
    let (_, err, code) = run(folder.path(), &broken.root, &options).await;
    assert_eq!(code, 6, "{err}");
    let half = folder.path().join("half.json");
    let text = fs::read_to_string(&half).expect("it was saved").replace(&broken.root, &running.root);
    fs::write(&half, text).expect("it takes files");
    let (_, err, code) = run(folder.path(), &running.root, &["fetch", "--resume", "half.json", "--no-cache"]).await;
    assert_eq!(code, 0, "{err}");
    let asked: Vec<usize> = (1..=4).map(|page| running.times(Thing::Sessions, page)).collect();
    assert_eq!(asked, [2, 3, 3, 2], "pages 2 to 4 of 50 once more");
    let whole: Value = serde_json::from_str(&fs::read_to_string(&half).expect("it is there")).expect("JSON");
    assert_eq!(whole["sessions"].as_array().map(Vec::len), Some(180));
    assert!(!whole["sessions"].to_string().contains(":null"), "nulls were left out of the rest as well");
    let manifest = fs::read_to_string(folder.path().join("half.manifest.json")).expect("there is one");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["request"]["page_size"], 50);
    assert_eq!((&manifest["request"]["omit_nulls"], &manifest["request"]["segments"]), (&true.into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nulls_that_were_left_out_change_no_verdict() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let all = report(folder.path(), &running.root, &[]).await;
    let less = report(folder.path(), &running.root, &["--omit-nulls"]).await;
    for member in ["verdict", "counts", "summary", "attribution", "shared_factors"] {
        assert_eq!(all[member], less[member], "{member}");
    }
    assert_eq!(less["completeness"]["request"]["omit_nulls"], true);
    assert_eq!(less["completeness"]["sessions_without_segments"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_chosen_is_not_asked_for_and_nothing_that_looks_alike_is_merged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let told = report(folder.path(), &running.root, &["--select", "id,callee", "--no-segments"]).await;
    let completeness = &told["completeness"];
    assert_eq!((&completeness["sessions"], &completeness["duplicates_dropped"]), (&180.into(), &0.into()));
    assert_eq!(completeness["request"]["select"], serde_json::json!(["id", "callee"]));
    assert!(!told.to_string().contains("no caller"), "a caller whom nobody asked for is not missing");
    // A session with only its ID and start is still a session.
    let options = ["--select", "id,startDateTime,caller", "--no-segments", "--omit-nulls"];
    assert_eq!(report(folder.path(), &running.root, &options).await["completeness"]["sessions"], 180);
    let (text, _, _) =
        run(folder.path(), &running.root, &["report", MEETING, "--select", "id,callee", "--no-segments"]).await;
    assert!(text.contains("caller not requested") && !text.contains("no caller"), "{text}");
    assert!(text.contains("only id, callee of each session were requested"), "{text}");
    let (_, err, code) = run(folder.path(), &running.root, &["report", MEETING, "--select", "id,colour"]).await;
    assert_eq!(code, 2);
    assert!(err.contains("`colour` is not a member of sessions: choose from id, modalities, startDateTime"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_config_file_has_the_same_options_and_the_command_line_goes_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let config = "segments = false\npage-size = 30\nomit-nulls = true\nselect = [\"id\", \"caller\"]\napi = \"beta\"\n";
    fs::write(folder.path().join("config.toml"), config).expect("it takes files");
    let told = report(folder.path(), &running.root, &[]).await;
    let request =
        serde_json::json!({"segments": false, "select": ["id", "caller"], "omit_nulls": true, "page_size": 30});
    assert_eq!((&told["completeness"]["request"], &told["completeness"]["pages"]), (&request, &6.into()));
    let options = ["--segments", "--page-size", "60", "--omit-nulls=false", "--select", "id,callee"];
    let told = report(folder.path(), &running.root, &options).await;
    let request =
        serde_json::json!({"segments": true, "select": ["id", "callee"], "omit_nulls": false, "page_size": 60});
    assert_eq!((&told["completeness"]["request"], &told["completeness"]["pages"]), (&request, &3.into()));
    let (_, err, code) = run(folder.path(), &running.root, &["fetch", MEETING, "-o", "call.json"]).await;
    assert_eq!(code, 0, "{err}");
    let manifest = fs::read_to_string(folder.path().join("call.manifest.json")).expect("there is one");
    assert!(manifest.contains("\"api\": \"beta\""), "{manifest}");
    for (mistake, says) in [
        ("page-size = 61", "page-size must be a whole number from 1 to 60"),
        ("select = [\"colour\"]", "`colour` is not a member of sessions"),
        ("api = \"v2\"", "unknown API version v2: choose one of v1.0, beta"),
    ] {
        fs::write(folder.path().join("config.toml"), mistake).expect("it takes files");
        let (_, err, code) = run(folder.path(), &running.root, &["report", MEETING]).await;
        assert!(err.contains(says) && code == 2, "{mistake}: {err}");
    }
}
