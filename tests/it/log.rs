//! The log: what is in it, and above all what never is.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use callscope::demo::server::{self, CLIENT, SECRET, ServedCall, TENANT, TOKEN};
use callscope::demo::weather::{WEATHERS, Weather};
use serde_json::Value;

const PAIR: &str = "2b0c0de0-0000-4000-8000-000000000002";

/// Runs the program with a log of everything, for at most some seconds; returns the log and the report.
fn logged(root: &str, log: &Path, environment: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(["report", PAIR, "--format", "json", "--graph-url", root, "--login-url", root]);
    command.args(["--timeout", "1", "--retries", "1", "--max-idle-pages", "2", "--log"]).arg(log);
    command.env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "").env("CALLSCOPE_LOG", "trace");
    command.envs(environment.iter().copied()).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    let text = fs::read_to_string(log).expect("there is a log");
    (text, String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_weather_gets_a_secret_a_name_or_an_address_into_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let secret = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT), ("AZURE_CLIENT_SECRET", SECRET)];
    let token = [("CALLSCOPE_TOKEN", TOKEN)];
    let calm = server::start(ServedCall::all_demo(), Weather::named("calm").expect("it is there"), 0).await;
    let (root, path) = (calm.expect("a free port").root, folder.path().join("calm"));
    let (_, report) = tokio::task::spawn_blocking(move || logged(&root, &path, &token)).await.expect("no panic");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let people = ["caller", "callee"].map(|end| report["sessions"][0][end].as_str().map(str::to_owned));
    let people: Vec<String> = people.into_iter().flatten().filter(|name| name.len() > 3).collect();
    assert!(!people.is_empty(), "the call has people with names");
    let mut running = Vec::new();
    for weather in WEATHERS {
        for (kind, environment) in [("token", &token[..]), ("secret", &secret[..])] {
            let named = Weather::named(weather.name).expect("it is there");
            let server = server::start(ServedCall::all_demo(), named, 0).await.expect("a free port");
            let path = folder.path().join(format!("{}-{kind}", weather.name));
            let environment: Vec<(&'static str, &'static str)> = environment.to_vec();
            running.push(tokio::task::spawn_blocking(move || {
                let (log, _) = logged(&server.root, &path, &environment);
                (path, log)
            }));
        }
    }
    for one in running {
        let (path, log) = one.await.expect("no panic");
        let name = path.display();
        for planted in
            [TOKEN, SECRET, TENANT, CLIENT, "127.0.0.1", PAIR].into_iter().chain(people.iter().map(String::as_str))
        {
            assert!(!log.contains(planted), "{name} has {planted}: {log}");
        }
        for line in log.lines().skip(1) {
            assert!(line.contains(" callscope::"), "{name} has a library's event: {line}");
        }
        assert!(log.starts_with("callscope log\n") && log.contains("start version="), "{name}: {log}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_tells_requests_answers_pages_and_sign_in_in_order() {
    let weather = Weather::named("calm").expect("it is there");
    let server = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, path) = (server.root.clone(), folder.path().join("log"));
    let secret = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT), ("AZURE_CLIENT_SECRET", SECRET)];
    let (log, _) = tokio::task::spawn_blocking(move || logged(&root, &path, &secret)).await.expect("no panic");
    let mut rest = log.as_str();
    for sign in [
        "start version=",
        "token wanted way=\"secret\"",
        "answer status=200",
        "token way=",
        "page page=1",
        "end code=0",
    ] {
        let at = rest.find(sign).unwrap_or_else(|| panic!("{sign} is not there, or too early: {log}"));
        rest = &rest[at..];
    }
}

#[test]
fn a_log_in_the_place_of_another_file_or_with_a_filter_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("call.json"), "[]").expect("it takes files");
    for (file, filter, told) in [
        ("call.json", "info", "the file for the log holds something else"),
        ("log", "hyper=trace", "CALLSCOPE_LOG is hyper=trace"),
        ("no/such/log", "info", "the log cannot be written"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(["rules", "--log", file]).current_dir(folder.path()).env_clear().env("CALLSCOPE_LOG", filter);
        let output = command.output().expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && stderr.contains(told), "{stderr}");
    }
    assert_eq!(fs::read(folder.path().join("call.json")).expect("it is there"), b"[]");
}
