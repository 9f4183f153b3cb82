//! Calls whose cause is known, and what may be said of them: `tests/cases/answer.json` has for each call in
//! `tests/cases/answer` the causes that must be named and those that never may, checked on the members of the report.
//!
//! A cause in `forbidden` and in `most` is an ID or the beginning of one; in `most`, the empty beginning means all.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use callscope::call::{Dataset, Filter};
use callscope::source::{self, Source};
use callscope::triage::RuleSets;
use serde::Deserialize;
use serde_json::Value;

/// What must and must not be said of a call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    /// What is true of the call, for readers.
    #[serde(rename = "truth")]
    _truth: String,
    /// Causes that must be named.
    required: Vec<Required>,
    /// Causes that must not be named.
    #[serde(default)]
    forbidden: Vec<String>,
    /// The highest confidence of some causes.
    #[serde(default)]
    most: BTreeMap<String, String>,
    /// Factors that may be listed only as going along.
    #[serde(default)]
    only_along: Vec<String>,
    /// The people with severe findings; all of them.
    #[serde(default)]
    severe: Vec<String>,
    /// The standing of people's sessions.
    #[serde(default)]
    standing: BTreeMap<String, String>,
    /// Words of the summary.
    #[serde(default)]
    said: Vec<String>,
    /// Words that are nowhere in the summary, the attribution or the shared factors.
    #[serde(default)]
    not_said: Vec<String>,
}

/// A cause that must be named, alone or among those that cannot be told apart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Required {
    cause: String,
    at_least: String,
    at_most: String,
    people: Option<Vec<String>>,
    count: Option<usize>,
    evidence: Option<String>,
    listeners: Option<Vec<String>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn report(name: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["report", name, "--format", "json"])
        .current_dir(folder().join("answer"))
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name}: its report is no JSON: {error}"))
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn texts(value: &Value, member: &str) -> BTreeSet<String> {
    list(value, member).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Ranks a confidence; higher is surer.
fn rank(confidence: &str) -> usize {
    ["low", "medium", "high"].iter().position(|one| *one == confidence).expect("a confidence")
}

/// The causes an attribution names: its own, or those it cannot tell apart.
fn causes(attribution: &Value) -> Vec<&str> {
    match text(attribution, "cause") {
        "cannot-separate" => list(attribution, "alternatives").iter().map(|one| text(one, "cause")).collect(),
        cause => vec![cause],
    }
}

fn is_met(required: &Required, attribution: &Value) -> bool {
    let confidence = rank(text(attribution, "confidence"));
    let all = |names: &Option<Vec<String>>, member: &str| {
        names.as_ref().is_none_or(|names| texts(attribution, member) == names.iter().cloned().collect())
    };
    causes(attribution).contains(&required.cause.as_str())
        && (rank(&required.at_least)..=rank(&required.at_most)).contains(&confidence)
        && all(&required.people, "people")
        && all(&required.listeners, "listeners")
        && required.count.is_none_or(|count| list(attribution, "people").len() == count)
        && required.evidence.as_ref().is_none_or(|words| attribution["evidence"].to_string().contains(words))
}

/// Returns what is wrong with the report of a call.
fn wrong(name: &str, outcome: &Outcome) -> Vec<String> {
    let report = report(name);
    let attribution = list(&report, "attribution");
    let mut wrong = Vec::new();
    for required in &outcome.required {
        if !attribution.iter().any(|one| is_met(required, one)) {
            wrong.push(format!("{name}: {} is not named as it must be", required.cause));
        }
    }
    for one in attribution {
        let (id, named, confidence) = (text(one, "cause"), causes(one), text(one, "confidence"));
        let begins = |prefix: &String| id.starts_with(prefix.as_str());
        let is_forbidden = |cause: &String| if cause.ends_with('-') { begins(cause) } else { id == cause };
        if outcome.forbidden.iter().any(is_forbidden) {
            wrong.push(format!("{name}: {id} is named: {named:?}"));
        }
        if outcome.most.iter().any(|(prefix, most)| begins(prefix) && rank(confidence) > rank(most)) {
            wrong.push(format!("{name}: {id} has {confidence} confidence"));
        }
    }
    for one in list(&report, "shared_factors") {
        if outcome.only_along.iter().any(|factor| factor == text(one, "factor")) && text(one, "role") != "goes-along" {
            wrong.push(format!("{name}: {} is said to explain it", text(one, "factor")));
        }
    }
    let severe: BTreeSet<&str> = list(&report, "severe_findings").iter().map(|one| text(one, "person")).collect();
    if severe != outcome.severe.iter().map(String::as_str).collect() {
        wrong.push(format!("{name}: severe findings are about {severe:?}"));
    }
    for (person, standing) in &outcome.standing {
        let session = list(&report, "sessions").iter().find(|one| text(one, "caller") == person);
        let is = session.map_or("absent", |session| text(session, "standing"));
        if is != standing {
            wrong.push(format!("{name}: {person} stands as {is}"));
        }
    }
    let summary = text(&report, "summary");
    wrong.extend(
        outcome
            .said
            .iter()
            .filter(|words| !summary.contains(*words))
            .map(|words| format!("{name}: “{words}” is not in “{summary}”")),
    );
    let all = format!("{summary} {} {}", report["attribution"], report["shared_factors"]);
    let never = outcome.not_said.iter().filter(|words| all.contains(*words));
    wrong.extend(never.map(|words| format!("{name}: “{words}” is said: {all}")));
    wrong
}

fn outcomes() -> BTreeMap<String, Outcome> {
    let text = fs::read_to_string(folder().join("answer.json")).expect("the outcomes are there");
    serde_json::from_str(&text).expect("they are JSON")
}

#[test]
fn every_call_with_a_known_cause_has_an_outcome_and_every_outcome_a_call() {
    let calls = fs::read_dir(folder().join("answer")).expect("the calls are there");
    let calls: BTreeSet<String> =
        calls.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert!(calls.len() >= 20, "the calls are there");
    assert_eq!(calls, outcomes().keys().cloned().collect());
}

#[test]
fn the_right_cause_is_named_and_no_one_is_accused_wrongly() {
    let outcomes = outcomes();
    assert!(!outcomes.is_empty(), "there are outcomes");
    let wrong: Vec<String> = outcomes.iter().flat_map(|(name, outcome)| wrong(name, outcome)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is counted beside a shared value is what its filter leads to.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_people_match_the_filter_of_a_shared_value_as_are_counted_with_it() {
    let mut compared = 0;
    for name in outcomes().keys() {
        let mut load = source::load(Source::Paths(vec![folder().join("answer").join(name)]), RuleSets::built_in());
        let mut loaded = Dataset::default();
        while let Some(arrival) = load.next().await {
            loaded.take(arrival, 0);
        }
        let call = &loaded.calls()[0];
        let assessment = call.assess(0, true);
        for one in &assessment.shared {
            let value = loaded.names().get(one.value.name());
            let mut filter = Filter::new(&Filter::of_value(one.value.factor().id, value));
            filter.prepare(loaded.names());
            let ends =
                call.rows().iter().flat_map(|row| row.facts.people().map(move |(end, person)| (row, end, person)));
            let people: HashSet<_> =
                ends.filter(|(row, end, _)| filter.passes_for(row, *end, 0)).map(|(.., person)| person).collect();
            assert_eq!(people.len(), one.with.1 as usize, "{name}: {}", filter.text());
            compared += 1;
        }
    }
    assert!(compared > 4, "there are shared values: {compared}");
}

#[test]
fn a_finding_on_a_telephone_leg_gives_no_advice_about_a_persons_own_network() {
    let report = report("pstn.json");
    let on_leg = |finding: &&Value| text(finding, "path").starts_with("segments/1/");
    let findings: Vec<&Value> = list(&report, "findings").iter().filter(on_leg).collect();
    assert!(!findings.is_empty());
    for finding in findings {
        assert!(!text(finding, "advice").contains("Wi-Fi"), "{finding}");
        assert!(!text(finding, "heard").contains("everybody else"), "{finding}");
    }
}
