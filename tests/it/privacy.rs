//! What `--privacy` promises: what it hides is nowhere in the output, and the call is judged the same without it.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::drive::Driver;
use crate::support::fixtures::{CALL, page};

/// The levels that hide something.
const LEVELS: [&str; 2] = ["tier2", "tier1"];

/// The formats of a report.
const FORMATS: [&str; 6] = ["text", "markdown", "html", "json", "csv", "jsonl"];

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(arguments)
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn report(path: &Path, level: &str, format: &str) -> (Option<i32>, String, String) {
    let path = path.to_str().expect("UTF-8");
    let output = run(&["report", path, "--privacy", level, "--format", format]);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A saved copy of the demo meeting, made once.
fn demo_meeting() -> &'static Path {
    static SAVED: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SAVED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("meeting.json");
        let call = callscope::demo::by_name("meeting").expect("the demo has a meeting");
        let mut record = (call.record)();
        record["sessions"] = (0..call.sessions).map(call.session).collect();
        fs::write(&path, record.to_string()).expect("it takes files");
        (folder, path)
    });
    path
}

/// Members of a report whose text may name somebody or something.
const NAMING: &[&str] = &[
    "organizer",
    "summary",
    "caller",
    "callee",
    "speaker",
    "listener",
    "text",
    "codec",
    "sentence",
    "value",
    "heard",
    "person",
    "words",
    "who",
    "people",
    "listeners",
    "also",
    "origin",
    "problems",
    "gap",
    "evidence",
    "next_link",
    "hint",
];

/// Says how the second report differs from the first in anything but names.
fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            if one.keys().ne(other.keys()) {
                found.push(format!("{path}: other members"));
            }
            for (name, value) in one {
                differences(&format!("{path}/{name}"), value, &other[name], found);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                found.push(format!("{path}: {} and {}", one.len(), other.len()));
            }
            one.iter().zip(other).for_each(|(one, other)| differences(path, one, other, found));
        }
        (Value::String(one), Value::String(other)) => {
            let member = path.rsplit('/').next().unwrap_or_default();
            // Sentences say the same, in as many words or nearly so.
            if one != other && !NAMING.contains(&member) {
                found.push(format!("{path}: {one} and {other}"));
            }
        }
        (one, other) if one != other => found.push(format!("{path}: {one} and {other}")),
        _ => {}
    }
}

/// Every call whose cause is known, and the demo meeting.
fn calls() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answer");
    let known = fs::read_dir(folder).expect("the cases are there").map(|entry| entry.expect("an entry").path());
    let all: Vec<PathBuf> = known.chain([demo_meeting().to_owned()]).collect();
    assert!(all.len() > 20, "the cases are there");
    all
}

#[test]
fn what_is_hidden_changes_no_verdict_no_finding_and_no_cause() {
    let mut wrong = Vec::new();
    for path in calls() {
        let (code, full, _) = report(&path, "full", "json");
        let full: Value = serde_json::from_str(&full).expect("JSON");
        for level in LEVELS {
            let (other_code, other, said) = report(&path, level, "json");
            assert_eq!(code, other_code, "{} at {level}: {said}", path.display());
            let other: Value = serde_json::from_str(&other).expect("JSON");
            let mut found = Vec::new();
            differences("", &full, &other, &mut found);
            wrong.extend(found.into_iter().map(|what| format!("{} at {level}: {what}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Collects what a call has in its members of these names.
fn collect(value: &Value, names: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => _ = found.insert(text.clone()),
                    value => collect(value, names, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, names, found)),
        _ => {}
    }
}

/// Whether a text has another one in it that is not part of a longer word.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[test]
fn the_demo_meeting_names_no_person_network_or_device_at_tier1_in_any_format() {
    let call: Value = serde_json::from_slice(&fs::read(demo_meeting()).expect("it is there")).expect("JSON");
    let mut people = BTreeSet::new();
    collect(&call, &["displayName", "userPrincipalName", "email", "tenantId"], &mut people);
    let mut others = BTreeSet::new();
    let names = [
        "ipAddress",
        "subnet",
        "reflexiveIPAddress",
        "relayIPAddress",
        "macAddress",
        "basicServiceSetIdentifier",
        "dnsSuffix",
        "captureDeviceName",
        "renderDeviceName",
        "captureDeviceDriver",
        "renderDeviceDriver",
        "wifiVendorDriver",
        "name",
        "cpuName",
        "headerValue",
    ];
    collect(&call, &names, &mut others);
    let mut written = BTreeSet::new();
    collect(&call, &["text"], &mut written);
    let is_hidden = |text: &&String| text.len() > 3 && !text.chars().all(|letter| "0-:".contains(letter));
    let planted: Vec<&String> = people.iter().chain(&others).chain(&written).filter(is_hidden).collect();
    assert!(planted.len() > 500, "{}", planted.len());
    let surnames: BTreeSet<&str> =
        people.iter().filter_map(|name| name.split_once(' ')).map(|(_, last)| last).collect();
    for format in FORMATS {
        let (code, text, said) = report(demo_meeting(), "tier1", format);
        assert_eq!(code, Some(0), "{format}: {said}");
        assert!(text.contains("7d3c1f00-0000-4000-8000-000000000180"), "the call's ID stays: Microsoft needs it");
        let words: HashSet<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
        for value in planted.iter().map(|value| value.as_str()).chain(surnames.iter().copied()) {
            let mut parts = value.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
            assert!(!parts.all(|part| words.contains(part)) || !has_word(&text, value), "{format} has {value}");
        }
        assert!(!text.contains("meeting.json"), "{format} has the name of the file");
    }
}

/// A session with a value of its own in every member of the schema that holds text, and in members that it does not have.
fn planted_session(number: usize, planted: &mut Planted) -> Value {
    let mut word = |kind: &str| planted.word(kind);
    let identity = json!({
        "@odata.type": "#microsoft.graph.callRecords.userIdentity", "id": word("id"), "displayName": word("person"),
        "tenantId": word("id"), "userPrincipalName": word("account"), "email": word("account"),
        "ipAddress": word("address"), "applicationType": word("type"), "registrantId": word("id"),
        "azureCommunicationServicesResourceId": word("id"), "nickname": word("person"),
    });
    let phone =
        json!({ "phone": { "id": word("phone"), "displayName": word("person") }, word("key"): { "id": word("id") } });
    let caller = json!({
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint", "name": word("machine"),
        "cpuName": word("device"), "cpuCoresCount": 8, "associatedIdentity": identity, "identity": phone,
        "userAgent": {
            "headerValue": word("device"), "applicationVersion": "27/49/24062722444", "platform": "windows",
            "productFamily": word("word"), "communicationServiceId": word("id"), "azureADAppId": word("id"),
        },
        "feedback": { "rating": "poor", "text": word("comment"), "tokens": { "NoSound": true, word("key"): true } },
        word("key"): word("unknown"),
    });
    let network = |word: &mut dyn FnMut(&str) -> String| {
        json!({
            "connectionType": word("word"), "ipAddress": word("address"), "subnet": word("subnet"),
            "reflexiveIPAddress": word("address"), "relayIPAddress": word("address"), "macAddress": word("mac"),
            "dnsSuffix": word("dns"), "basicServiceSetIdentifier": word("bssid"), "wifiMicrosoftDriver": word("device"),
            "wifiMicrosoftDriverVersion": word("device"), "wifiVendorDriver": word("device"),
            "wifiVendorDriverVersion": word("device"), "wifiBand": "frequency24GHz", "linkSpeed": 4294967295u64,
            "traceRouteHops": [{ "hopCount": 1, "ipAddress": word("address"), "roundTripTime": "PT0.002S", "who": word("unknown") }],
            "site": { word("key"): [word("unknown"), { "number": planted_number(number) }] },
        })
    };
    let (own, others) = (network(&mut word), network(&mut word));
    let device = json!({
        "captureDeviceName": word("device"), "captureDeviceDriver": word("device"), "renderDeviceName": word("device"),
        "renderDeviceDriver": word("device"), "receivedNoiseLevel": word("unknown"),
    });
    let stream = json!({
        "streamId": "1251489530", "streamDirection": "callerToCallee", "packetUtilization": 4200,
        "averagePacketLossRate": 0.2, "audioCodec": word("word"), "averageJitter": word("unknown"),
    });
    let id = format!("0c0ffee0-0000-4000-8000-{number:012x}");
    json!({
        "id": id, "modalities": ["audio", word("word")], "startDateTime": "2026-11-20T09:00:00Z",
        "endDateTime": "2026-11-20T09:20:00Z", "caller": caller,
        "callee": { "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint", "name": word("machine") },
        "failureInfo": { "stage": "midcall", "reason": word("reason") },
        "segments": [{
            "id": id, "startDateTime": "2026-11-20T09:00:00Z", "endDateTime": "2026-11-20T09:20:00Z", "caller": caller,
            "media": [{ "label": format!("main-audio {}", word("label")), "callerNetwork": own, "calleeNetwork": others,
                "callerDevice": device, "streams": [stream] }],
        }],
    })
}

fn planted_number(number: usize) -> u64 {
    7_310_000_000 + number as u64
}

/// Everything that was planted, by its kind.
#[derive(Default)]
struct Planted {
    words: Vec<(String, String)>,
}

impl Planted {
    /// Makes up a value. Each has a word that is nowhere else.
    fn word(&mut self, kind: &str) -> String {
        let letters = |mut number: usize| {
            let mut word = String::from("qx");
            for _ in 0..4 {
                word.push((b'a' + (number % 26) as u8) as char);
                number /= 26;
            }
            word
        };
        let number = self.words.len();
        let own = letters(number);
        let value = match kind {
            "person" => format!("Mx {own} {own}son"),
            "account" => format!("{own}@{own}.example"),
            "phone" => format!("+4930{:07}", 5_000_000 + number),
            "address" => format!("198.51.{}.{}", 100 + number / 200, number % 200 + 1),
            "subnet" => format!("203.0.{}.0", 113 + number),
            "mac" | "bssid" => format!("0A-00-5E-{:02X}-{:02X}-01", number / 256, number % 256),
            "comment" => format!("I could not hear {own}. It said <{own}> | `{own}`"),
            "machine" => format!("PC-{own}"),
            "dns" => format!("{own}.corp.example"),
            "key" => format!("{own}Key"),
            _ => format!("{own} (\"{own}\" \\ \u{e9})"),
        };
        self.words.push((kind.to_owned(), value.clone()));
        value
    }

    /// What must be found nowhere at a level: whole values, and the words that only they have.
    fn hidden(&self, level: &str) -> Vec<String> {
        let stays = ["address", "bssid", "subnet", "device", "dns", "label", "reason"];
        let is_hidden = |kind: &str| level == "tier1" || !stays.contains(&kind);
        let words = self.words.iter().filter(|(kind, _)| is_hidden(kind)).flat_map(|(_, value)| {
            let own = value.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.starts_with("qx"));
            own.map(str::to_owned).chain([value.clone()]).collect::<Vec<_>>()
        });
        words.collect()
    }
}

#[test]
fn what_is_planted_in_every_member_is_found_in_no_format() {
    let mut planted = Planted::default();
    let sessions: Vec<Value> = (1..=6).map(|number| planted_session(number, &mut planted)).collect();
    let mut call = page(&sessions, None);
    call["owner"] = json!(planted.word("person"));
    call["@odata.nextLink"] = json!(format!(
        "https://graph.{}.example/v1.0/communications/callRecords/{CALL}/sessions?$expand=segments&$skiptoken={}",
        planted.word("key"),
        planted.word("key")
    ));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(format!("{}.json", planted.word("person")));
    fs::write(&path, call.to_string()).expect("it takes files");
    for level in LEVELS {
        for format in FORMATS {
            let (code, text, said) = report(&path, level, format);
            assert_eq!(code, Some(6), "{level} {format}: {said}");
            assert!(text.contains(CALL), "{level} {format}: {text}");
            for hidden in planted.hidden(level).iter().chain([&planted_number(1).to_string()]) {
                assert!(!has_word(&text, hidden), "{level} {format} has {hidden}: {text}");
                assert!(!has_word(&said, hidden), "{level} {format} says {hidden}: {said}");
            }
        }
    }
    for level in LEVELS {
        for format in ["csv", "jsonl"] {
            let to = folder.path().join(format!("{level}-{format}"));
            let (path, folder) = (path.to_str().expect("UTF-8"), to.to_str().expect("UTF-8"));
            let output = run(&["export", path, "--privacy", level, "--format", format, "--to", folder]);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains(CALL), "{}", String::from_utf8_lossy(&output.stderr));
            let text = fs::read_to_string(said.trim()).expect("it was written");
            for hidden in planted.hidden(level) {
                assert!(
                    !has_word(&text, &hidden) && !has_word(&said, &hidden),
                    "{level} {format} has {hidden}: {text}"
                );
            }
        }
    }
    let (_, full, _) = report(&path, "full", "json");
    assert!(planted.words.iter().filter(|(_, value)| full.contains(value.as_str())).count() > 20, "{full}");
}

#[test]
fn a_level_that_is_not_known_is_refused() {
    let output = run(&["report", "call.json", "--privacy", "none"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("tier2"));
}

/// Everything in the demo meeting that names a person, and the surnames alone.
fn names_of_the_demo() -> BTreeSet<String> {
    let call: Value = serde_json::from_slice(&fs::read(demo_meeting()).expect("it is there")).expect("JSON");
    let mut people = BTreeSet::new();
    collect(&call, &["displayName", "userPrincipalName", "email", "tenantId"], &mut people);
    let surnames: Vec<String> =
        people.iter().filter_map(|name| name.split_once(' ')).map(|(_, last)| last.to_owned()).collect();
    people.extend(surnames);
    people.into_iter().filter(|name| name.len() > 3).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_hides_names_on_every_screen_and_in_everything_that_leaves_it() {
    let names = names_of_the_demo();
    let named = |text: &str| names.iter().find(|name| has_word(text, name)).cloned();
    let driver = Driver::paths(&[demo_meeting()], (160, 50));
    assert!(named(&driver.settled().await).is_some(), "at first everything is shown");
    driver.press("P").await;
    let text = driver.settled().await;
    assert!(text.contains("[tier2]") && text.contains("Person"), "{text}");
    for keys in ["", "<enter>", "d", "<esc>r", "<esc>", "p", "<esc>i", "<esc>x", "<esc>2", "3", "4", "1?", "<esc>"] {
        driver.press(keys).await;
        let text = driver.settled().await;
        assert_eq!(named(&text), None, "after {keys}:\n{text}");
    }
    driver.press("Y").await;
    driver.settled().await;
    let copied = driver.copied().expect("the triage was copied");
    assert!(copied.contains("Person 1") && named(&copied).is_none(), "{copied}");
    assert!(copied.contains("10.150.0.0"), "networks stay");
    driver.press("P").await;
    let text = driver.settled().await;
    assert!(text.contains("[tier1]") && !text.contains("10.150."), "{text}");
    driver.press("Y").await;
    driver.settled().await;
    let copied = driver.copied().expect("the triage was copied");
    assert!(named(&copied).is_none() && !copied.contains("10.150.0.0") && copied.contains("subnet "), "{copied}");
    driver.press("P").await;
    assert!(named(&driver.settled().await).is_some(), "everything is shown again");
    driver.leave().await;
}

#[test]
fn a_name_where_the_table_does_not_look_for_one_is_found_and_nothing_of_it_is_written() {
    let mut planted = Planted::default();
    let mut session = planted_session(1, &mut planted);
    session["caller"]["associatedIdentity"]["displayName"] = json!("Mx Zorgle");
    session["id"] = json!("the session of zorgle");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    fs::write(&path, page(&[session], None).to_string()).expect("it takes files");
    for format in FORMATS {
        let (code, text, said) = report(&path, "tier2", format);
        if code != Some(7) {
            // Not every format has the IDs of sessions.
            assert!(!text.contains("zorgle"), "{format}: {text}");
            continue;
        }
        assert!(said.contains("a person's name (z…, 6 letters)"), "{format}: {said}");
        assert!(!text.to_lowercase().contains("zorgle") && !said.contains("zorgle"), "{format}: {text} {said}");
    }
    let (code, ..) = report(&path, "tier2", "json");
    assert_eq!(code, Some(7));
    let (path, to) = (path.to_str().expect("UTF-8"), folder.path().join("out"));
    let output = run(&["export", path, "--privacy", "tier2", "--to", to.to_str().expect("UTF-8"), "--format", "csv"]);
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    let written =
        fs::read_dir(&to).map(|days| days.flatten().flat_map(|day| fs::read_dir(day.path())).flatten().count());
    assert_eq!(written.unwrap_or(0), 0, "a file that is not clean is not kept");
}

#[test]
fn odd_files_end_the_same_and_lose_the_same_without_what_is_hidden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/input");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let path = entry.expect("an entry").path();
        let (code, full, _) = report(&path, "full", "json");
        let (other_code, other, said) = report(&path, "tier1", "json");
        if code != other_code {
            wrong.push(format!("{}: {code:?} and {other_code:?}: {said}", path.display()));
            continue;
        }
        let objects = |text: &str| -> Vec<Value> {
            serde_json::Deserializer::from_str(text).into_iter().map(|one| one.expect("JSON")).collect()
        };
        let mut found = Vec::new();
        let (full, other) = (Value::from(objects(&full)), Value::from(objects(&other)));
        differences("", &full, &other, &mut found);
        wrong.extend(found.into_iter().map(|what| format!("{}: {what}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_comparison_names_no_file_and_a_filter_names_nobody_who_is_hidden() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (old, new) = (path("of-zorgle.json"), path("of-zorgle-again.json"));
    let call = |loss| page(&[crate::support::fixtures::session(1, "Mx Zorgle", loss)], None).to_string();
    fs::write(&old, call(0.0)).expect("it takes files");
    fs::write(&new, call(0.3)).expect("it takes files");
    let output = run(&["diff", &old, &new, "--privacy", "tier2"]);
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    assert!(text.contains("file a") && text.contains("person 1") && !text.contains("zorgle"), "{text}");
    let output = run(&["report", &old, "--privacy", "tier2", "--filter", "user:zorgle"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("hidden at this privacy level"));
}
