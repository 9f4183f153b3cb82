//! Every rule in the table of findings has three cases in `tests/findings/ID.json`: it triggers, it stays quiet, it
//! cannot tell. A case lists changes to a bare call between two people: the place, as names separated by dots, and the
//! value. `record.…` is about the call record, `sessions.1.…` about a second session of the same two, anything else
//! about the first. `"(absent)"` removes a member.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use callscope::call::Dataset;
use callscope::source::{self, Source};
use callscope::triage::findings::Check;
use callscope::triage::{RULES, Rule, RuleSets, examine};
use callscope::wording::findings::{self, CallAnswer};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn session() -> Value {
    let end = |name: &str| {
        json!({
            "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
            "associatedIdentity": { "id": name, "displayName": name },
        })
    };
    let stream = |direction: &str| json!({ "streamDirection": direction });
    let media = |label: &str| {
        json!({
            "label": label, "callerNetwork": {}, "calleeNetwork": {}, "callerDevice": {}, "calleeDevice": {},
            "streams": [stream("callerToCallee"), stream("calleeToCaller")],
        })
    };
    let (start, stop) = ("2026-11-20T09:00:00Z", "2026-11-20T09:10:00Z");
    json!({
        "id": "s0", "startDateTime": start, "endDateTime": stop, "failureInfo": null,
        "caller": end("Owen Quist"), "callee": end("Abbie Lima"),
        "segments": [{
            "id": "s0", "startDateTime": start, "endDateTime": stop, "failureInfo": null,
            "media": [media("main-audio"), media("main-video"), media("applicationsharing-video")],
        }],
    })
}

/// The call with the changes of a case.
fn call(case: &BTreeMap<String, Value>) -> String {
    let mut sessions = vec![session()];
    let mut record = json!({ "id": "0c0ffee0-0000-4000-8000-000000000001", "type": "peerToPeer" });
    for (place, value) in case {
        if let Some(place) = place.strip_prefix("record.") {
            // An annotation's name contains a dot.
            record[place] = value.clone();
        } else if let Some(place) = place.strip_prefix("sessions.1.") {
            if sessions.len() == 1 {
                sessions.push(session());
                sessions[1]["id"] = "s1".into();
            }
            put(&mut sessions[1], place, value);
        } else if !place.starts_with('(') {
            put(&mut sessions[0], place, value);
        }
    }
    record["sessions"] = sessions.into();
    record.to_string()
}

fn put(node: &mut Value, place: &str, value: &Value) {
    let (first, rest) = place.split_once('.').map_or((place, None), |(first, rest)| (first, Some(rest)));
    let inside = match node {
        Value::Array(list) => list.get_mut(first.parse::<usize>().expect("a position")).expect("an element"),
        Value::Object(members) if rest.is_none() && value == "(absent)" => {
            members.remove(first);
            return;
        }
        Value::Object(members) => members.entry(first).or_insert(Value::Null),
        other => panic!("{place}: {other} has nothing inside"),
    };
    match rest {
        Some(rest) => put(inside, rest, value),
        None => *inside = value.clone(),
    }
}

/// A rule's result for a case: "speaks" with its sentence, "quiet" or "unknown".
async fn answer(rule: &'static Rule, case: &BTreeMap<String, Value>) -> (&'static str, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    fs::write(&path, call(case)).expect("it takes files");
    let sets = RuleSets::built_in();
    let mut load = source::load(Source::Paths(vec![path]), sets);
    let mut loaded = Dataset::default();
    let is_arriving = case.contains_key("(still arriving)");
    while let Some(arrival) = load.next().await {
        if !(is_arriving && matches!(arrival, callscope::call::LoadEvent::End(_))) {
            loaded.take(arrival, 0);
        }
    }
    let call = &loaded.calls()[0];
    if matches!(rule.check, Check::Call(_)) {
        let answers = findings::of_call(call, &loaded, &call.assess(0, true));
        let (_, answer) = answers.into_iter().find(|(one, _)| one.id == rule.id).expect("every rule answers");
        return match answer {
            CallAnswer::Speaks(finding) => ("speaks", finding.sentence),
            CallAnswer::Quiet => ("quiet", String::new()),
            CallAnswer::Unknown => ("unknown", String::new()),
        };
    }
    let place = RULES.iter().position(|one| one.id == rule.id).expect("it is in the table");
    let row = call.rows().first().expect("a session");
    let wanted = call.session_ref(row, loaded.names());
    let full = source::read_session(&load.store, &wanted).expect("it is there").read.session;
    let found = examine(&full, sets.at(0)).into_iter().find(|finding| finding.rule.id == rule.id);
    let sentence = found.map(|finding| findings::Sentences::of(&full, sets.at(0)).sentence(&finding).into_owned());
    match (row.facts.speaking(0).contains(place), row.facts.unknown(0).contains(place)) {
        (true, false) => ("speaks", sentence.unwrap_or_default()),
        (false, true) => ("unknown", sentence.unwrap_or_default()),
        (false, false) => ("quiet", sentence.unwrap_or_default()),
        (true, true) => panic!("{} speaks and cannot tell", rule.id),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_speaks_is_quiet_and_cannot_tell_in_its_cases() {
    let mut wrong = Vec::new();
    let mut sentences = String::new();
    for rule in RULES {
        let path = folder().join(format!("{}.json", rule.id));
        let Ok(text) = fs::read_to_string(&path) else {
            wrong.push(format!("{} has no cases: write {}", rule.id, path.display()));
            continue;
        };
        let cases: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(&text).expect("cases are JSON");
        for expected in ["speaks", "quiet", "unknown"] {
            let case = cases.get(expected).unwrap_or_else(|| panic!("{} has no case {expected}", rule.id));
            let (answered, sentence) = answer(rule, case).await;
            if answered != expected {
                wrong.push(format!("{}: it should be {expected}, and is {answered}", rule.id));
            }
            if expected == "speaks" {
                sentences.push_str(&format!("{}: {sentence}\n", rule.id));
            } else if !sentence.is_empty() {
                wrong.push(format!("{}: {expected}, and yet it says: {sentence}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!("sentences_of_findings", sentences);
}

#[test]
fn every_case_belongs_to_a_rule() {
    for entry in fs::read_dir(folder()).expect("the folder is there") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(".json").unwrap_or(&name);
        assert!(RULES.iter().any(|rule| rule.id == id), "{name} belongs to no rule");
    }
}
