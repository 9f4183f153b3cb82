//! Tickets: short enough whatever the call, right about what they say, and in every markup.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use callscope::demo::server::{self, ServedCall, TOKEN};
use callscope::demo::weather::Weather;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::support::fixtures::{page, session};

/// The most lines of a ticket, and the most columns of each.
const MOST: (usize, usize) = (15, 100);

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";

fn ran(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).env_clear().env("CALLSCOPE_CONFIG", "").stdin(Stdio::null());
    command.output().expect("the program starts")
}

fn report(path: &Path, options: &[&str]) -> String {
    let arguments: Vec<&str> = ["report", path.to_str().expect("UTF-8")].iter().chain(options).copied().collect();
    String::from_utf8(ran(&arguments).stdout).expect("UTF-8")
}

fn ticket(path: &Path) -> String {
    report(path, &["--format", "ticket"])
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer");
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder).expect("the calls are there").map(|entry| entry.expect("an entry").path()).collect();
    all.sort();
    assert!(all.len() >= 20);
    all
}

/// Asserts that a ticket is short, and that no line ends within a figure.
fn assert_short(ticket: &str, of: &str) {
    let lines: Vec<&str> = ticket.lines().collect();
    assert!(!lines.is_empty() && lines.len() <= MOST.0, "{of}: {} lines:\n{ticket}", lines.len());
    for line in &lines {
        assert!(line.width() <= MOST.1, "{of}: {} columns: {line}", line.width());
        let before_of = line.trim_end_matches('…').trim_end().strip_suffix(" of").unwrap_or_default();
        assert!(!before_of.ends_with(|letter: char| letter.is_ascii_digit()), "{of}: a figure is torn: {line}");
    }
    for two in lines.windows(2).filter(|two| two[1].starts_with("  ")) {
        let next = two[1].trim_start().split(' ').next().unwrap_or_default().trim_end_matches([',', ';', '.', ')']);
        let is_number = two[0].ends_with(|letter: char| letter.is_ascii_digit());
        let is_unit = ["%", "ms", "s", "m", "of", "UTC", "fps", "dB"].contains(&next);
        assert!(!(is_number && is_unit), "{of}: a figure is torn:\n{}\n{}", two[0], two[1]);
    }
}

fn fact<'a>(ticket: &'a str, label: &str) -> Option<&'a str> {
    ticket.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": "))
}

#[test]
fn the_ticket_of_every_call_is_short_and_says_what_matters() {
    for path in cases() {
        let name = path.display().to_string();
        let said = ticket(&path);
        assert_short(&said, &name);
        let call: Value = serde_json::from_str(&report(&path, &["--format", "json"])).expect("JSON");
        for label in ["Impact", "Complaints", "Call", "Record"] {
            assert!(fact(&said, label).is_some(), "{name}: no {label}:\n{said}");
        }
        let id = call["call"]["id"].as_str().expect("an ID");
        assert!(fact(&said, "Call").is_some_and(|call| call.starts_with(id)), "{said}");
        let joined = said.replace("\n  ", " ");
        // The first cause is there with its confidence, and so is what the record does not say of a complaint.
        if let Some(cause) = call["attribution"][0]["confidence"].as_str() {
            assert!(fact(&joined, "Cause").is_some_and(|it| it.contains(&format!("{cause} confidence"))), "{said}");
            assert!(fact(&said, "Evidence").is_some() && fact(&said, "Next").is_some(), "{said}");
        }
        let summary = call["summary"].as_str().unwrap_or_default();
        if summary.contains("the record does not say who was heard") {
            assert!(joined.contains("the record does not say who was heard"), "{said}");
        }
        if call["completeness"]["complete"] == json!(false) {
            assert!(said.starts_with("Incomplete record, so far"), "{said}");
            assert!(fact(&said, "Next").is_some_and(|next| next.contains("fetch the call again")), "{said}");
        }
    }
}

#[test]
fn the_first_words_of_a_ticket_say_what_kind_of_call_it_is_and_what_is_wrong_with_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer");
    for (file, first) in [
        ("p2p.json", "Poor voice one way, in a session of 20 Nov 2026 09:00–09:45 UTC: one-to-one call"),
        ("pstn.json", "Poor, in a session of 20 Nov 2026 09:00–09:45 UTC: one-to-one call with a telephone (PSTN)"),
        ("window.json", "9 of 30 people affected, 20 Nov 2026 between 09:20 and 09:30 UTC: group call"),
        (
            "half_poor.json",
            "Incomplete record, so far 1 of 10 people affected, 20 Nov 2026 09:00–09:45 UTC: group call",
        ),
    ] {
        assert_eq!(ticket(&folder.join(file)).lines().next(), Some(first), "{file}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let good: Vec<Value> = (0..3).map(|at| session(at, &format!("Person {at}"), 0.0)).collect();
    let fine = write(folder.path(), &page(&good, None));
    assert!(ticket(&fine).starts_with("No poor stream: call\n"), "{}", ticket(&fine));
    let mut failed = session(1, "Ana Lima", 0.0);
    failed["segments"] = json!([]);
    failed["failureInfo"] = json!({ "stage": "callSetup", "reason": "no answer" });
    let failed = write(folder.path(), &page(&[failed], None));
    assert!(ticket(&failed).starts_with("Never connected, 20 Nov 2026"), "{}", ticket(&failed));
    let mut unjudged = session(1, "Ana Lima", 0.0);
    unjudged["segments"] = json!([]);
    let unjudged = write(folder.path(), &page(&[unjudged], None));
    assert!(ticket(&unjudged).starts_with("Cannot be judged: call\n"), "{}", ticket(&unjudged));
}

fn write(folder: &Path, call: &Value) -> PathBuf {
    let path = folder.join("call.json");
    fs::write(&path, call.to_string()).expect("it takes files");
    path
}

/// A call record with sessions of people with these names, of whom some are poor and complain, and with an address.
fn call_of(names: &[String], poor: usize, address: &str) -> Value {
    let sessions: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let mut one = session(at, name, if at < poor { 0.2 } else { 0.0 });
            if at < poor {
                one["caller"]["feedback"] =
                    json!({ "rating": "bad", "tokens": { "DistortedSound": true, "Echo": true }, "text": name });
            }
            one
        })
        .collect();
    json!({
        "id": crate::support::fixtures::CALL, "version": 3, "type": "groupCall", "joinWebUrl": address,
        "startDateTime": "2026-11-20T09:00:00Z", "endDateTime": "2026-11-20T09:48:00Z",
        "organizer_v2": { "id": "o", "identity": { "user": { "id": "o", "displayName": names[0] } } },
        "sessions": sessions,
    })
}

#[test]
fn very_long_names_and_addresses_do_not_make_a_ticket_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let usual = format!(
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{}%40thread.v2/0?context=%7b%22Tid%22%3a%22{}%22%7d",
        "Zm9v".repeat(16),
        "0c0ffee0-0000-4000-8000-000000000001"
    );
    for (poor, people) in [(0, 3), (1, 2), (1, 20), (9, 30), (28, 30)] {
        for name in ["Name ", "Nomen", "山田さくら", "Dr. ", "a; b. (c “d ", "https://a.example/"] {
            for address in [usual.clone(), format!("https://a.example/{}", "x".repeat(900)), String::new()] {
                let names: Vec<String> =
                    (0..people).map(|at| format!("{}{at}", name.repeat(250 / name.len()))).collect();
                let path = write(folder.path(), &call_of(&names, poor, &address));
                let said = ticket(&path);
                assert_short(&said, &format!("{poor} of {people} called {name}"));
                let joined = said.replace("\n  ", " ");
                let id = crate::support::fixtures::CALL;
                assert!(fact(&said, "Call").is_some_and(|call| call.starts_with(id)), "{said}");
                let is_there = said.replace("\n  ", "").contains(&address);
                assert!(is_there || address.len() > 900 && joined.contains("Join URL: too long"), "{said}");
                if poor > 0 {
                    assert!(fact(&joined, "Cause").is_some_and(|it| it.contains(" confidence)")), "{said}");
                }
            }
        }
    }
}

#[test]
fn the_long_ticket_lists_everyone_affected_and_every_complaint() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..200).map(|at| format!("Person number{at}x")).collect();
    let path = write(folder.path(), &call_of(&names, 176, ""));
    let said = ticket(&path);
    assert!(
        fact(&said.replace("\n  ", " "), "Affected").is_some_and(|it| it.ends_with("more: see the long report")),
        "{said}"
    );
    for markup in ["text", "markdown", "jira", "servicenow"] {
        let long = report(&path, &["--format", "ticket", "--long", "--markup", markup]);
        let missing: Vec<usize> = (0..176).filter(|at| long.matches(&format!("number{at}x")).count() < 3).collect();
        assert!(missing.is_empty(), "{markup}: {missing:?}");
        assert!(!long.contains("number180x") && !long.contains("see the long report"), "{markup}");
    }
    let markdown = report(&path, &["--format", "markdown"]);
    assert_eq!(
        markdown,
        report(&path, &["--format", "ticket", "--long", "--markup", "markdown"]),
        "one way of saying it"
    );
}

#[test]
fn a_ticket_says_the_same_in_every_markup() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer/p2p.json");
    let id = "1818e811-892f-402b-923f-0824128b2f33";
    for (markup, start, cause) in [
        ("text", "Poor voice one way", "Cause: Ben Hart: "),
        ("markdown", "# Poor voice one way", "- **Cause:** Ben Hart: "),
        ("jira", "h2. Poor voice one way", "* *Cause:* Ben Hart: "),
        ("servicenow", "[code]<p><b>Poor voice one way", "<b>Cause:</b> Ben Hart: "),
    ] {
        let said = report(&path, &["--format", "ticket", "--markup", markup]);
        assert!(said.starts_with(start) && said.contains(cause) && said.contains(id), "{markup}: {said}");
        assert!(said.contains("loss 18 %, over 10 %"), "{markup}: {said}");
    }
}

#[test]
fn markup_and_length_are_refused_where_they_mean_nothing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer/p2p.json");
    let path = path.to_str().expect("UTF-8");
    for (option, said) in [("--markup=jira", "--markup is for tickets"), ("--long", "--long is for tickets")] {
        let out = ran(&["report", path, option]);
        let text = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.code() == Some(2) && text.contains(said) && out.stdout.is_empty(), "{text}");
    }
}

#[test]
fn times_in_a_ticket_have_their_zone() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer/window.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(["report", "--format", "ticket", "--time", "local", path.to_str().expect("UTF-8")]);
    let out = command.env("CALLSCOPE_CONFIG", "").env("TZ", "EST5").output().expect("the program starts");
    let said = String::from_utf8(out.stdout).expect("UTF-8");
    assert_short(&said, "window");
    assert!(
        said.starts_with("9 of 30 people affected, 20 Nov 2026 between 04:20 and 04:30 local (UTC−5): group call"),
        "{said}"
    );
    for line in said.replace("\n  ", " ").lines().filter(|line| line.contains("04:")) {
        assert!(line.contains("UTC−5"), "{line}");
    }
}

/// The README shows the ticket of the demo meeting, word for word.
#[tokio::test(flavor = "multi_thread")]
async fn the_readmes_ticket_is_that_of_the_demo_meeting() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it is there");
    let shown = readme.split("## Tickets").nth(1).and_then(|rest| rest.split("```text\n").nth(1)?.split("```").next());
    let server = server::start(ServedCall::all_demo(), Weather::default(), 0).await.expect("a free port");
    let said = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(["report", MEETING, "--no-cache", "--graph-url", &server.root, "--format", "ticket"]);
        command.env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_TOKEN", TOKEN).stdin(Stdio::null());
        String::from_utf8(command.output().expect("the program starts").stdout).expect("UTF-8")
    });
    let said = said.await.expect("no panic");
    assert_short(&said, "the demo meeting");
    assert_eq!(shown, Some(said.as_str()), "put this ticket into README.md:\n{said}");
}

/// A call of 30 people: 1 and 2 are poor, 2 more than 1.
fn filtered_call(folder: &Path) -> PathBuf {
    let loss = |at: usize| [0.0, 0.15, 0.3].get(at).copied().unwrap_or(0.0);
    let sessions: Vec<Value> = (0..30).map(|at| session(at, &format!("Person {at}"), loss(at))).collect();
    write(folder, &page(&sessions, None))
}

#[test]
fn a_filter_limits_the_sessions_that_a_report_lists_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = filtered_call(folder.path());
    let options = ["--filter", "poor", "--sort", "-loss"];
    let with = |format: &str| report(&path, &[&options[..], &["--format", format]].concat());
    for format in ["text", "markdown"] {
        let text = with(format);
        assert!(text.contains("poor") && text.contains("2 of 30 sessions match and are listed"), "{text}");
        assert!(text.contains("28 good") && text.to_lowercase().contains("sessions that match the filter"), "{text}");
        assert!(!text.contains("Person 7"), "{text}");
        let list = text.to_lowercase();
        let list = list.split("sessions that match the filter").nth(1).expect("the list");
        assert!(list.find("person 1") < list.find("person 2"), "the reverse order: {text}");
    }
    let said = with("ticket");
    assert_short(&said, "filtered");
    let filter = fact(&said, "Filter").expect("it is said");
    assert!(
        filter.starts_with("2 of 30 sessions match `poor` (all else is about the whole call): Person 1 ("),
        "{said}"
    );
    let whole: Value = serde_json::from_str(&report(&path, &["--format", "json"])).expect("JSON");
    let some: Value = serde_json::from_str(&with("json")).expect("JSON");
    assert_eq!(
        some["selection"],
        json!({ "filter": "poor", "sort": "-averagePacketLossRate", "sessions": 2, "of": 30 })
    );
    let callers: Vec<&str> =
        some["sessions"].as_array().expect("a list").iter().filter_map(|one| one["caller"].as_str()).collect();
    assert_eq!(callers, ["Person 1", "Person 2"]);
    for member in ["counts", "session_counts", "summary", "attribution", "call"] {
        assert_eq!(some[member], whole[member], "{member}");
    }
    assert!(whole["selection"].is_null());
    let lines = |format: &str| with(format).lines().count();
    assert_eq!((lines("jsonl"), lines("csv")), (4, 5), "two streams each, and a head");
}

#[test]
fn without_a_screen_the_filter_of_the_screen_is_that_of_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = filtered_call(folder.path());
    let path = path.to_str().expect("UTF-8");
    let piped = ran(&[path, "--filter", "poor"]);
    assert_eq!(piped.stdout, ran(&["report", path, "--filter", "poor"]).stdout);
    assert!(String::from_utf8_lossy(&piped.stdout).contains("2 of 30 sessions match"));
}

#[test]
fn what_is_not_understood_of_a_filter_or_an_order_is_refused_with_what_was_probably_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = filtered_call(folder.path());
    let path = path.to_str().expect("UTF-8");
    let said = |arguments: &[&str]| {
        let out = ran(arguments);
        assert!(out.status.code() == Some(2) && out.stdout.is_empty(), "{arguments:?}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    let filter = said(&["report", path, "--filter", "usr:x"]);
    assert!(filter.contains("did you mean user:?"), "{filter}");
    assert_eq!(filter, said(&[path, "--filter", "usr:x"]), "the same as for the screen");
    assert!(said(&["report", path, "--sort", "los"]).contains("there is no order los; did you mean loss?"));
    assert!(said(&["report", path, "--sort", "loss", "--format", "html"]).contains("lists all sessions"));
}
