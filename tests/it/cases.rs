//! Saved data of odd shapes, each with its required outcome: its exit code, and members of its JSON report.
//! `tests/cases/input.json` has the outcomes by name; in their paths `*` matches every element of a list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Outcome {
    exit: i32,
    /// Members of the report.
    #[serde(default)]
    report: BTreeMap<String, Value>,
    /// The message on standard error if there is no report.
    error: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The value at a path of a report; a list of all elements' values if the path has a `*`.
fn at(report: &Value, path: &str) -> Value {
    match path.split_once("/*") {
        Some((list, rest)) => {
            let list = report.pointer(list).and_then(Value::as_array);
            list.map_or(Value::Null, |list| list.iter().map(|element| at(element, rest)).collect())
        }
        None => report.pointer(path).cloned().unwrap_or_else(|| Value::from("(absent)")),
    }
}

/// Reports on a case from its own folder, so that the output contains no paths of this machine.
fn report(name: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["report", name, "--format", "json"])
        .current_dir(folder().join("input"))
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_case_has_its_outcome() {
    let text = fs::read_to_string(folder().join("input.json")).expect("the outcomes are there");
    let outcomes: BTreeMap<String, Outcome> = serde_json::from_str(&text).expect("they are JSON");
    let inputs = fs::read_dir(folder().join("input")).expect("the cases are there");
    let inputs: BTreeSet<String> =
        inputs.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert!(inputs.len() > 50, "the cases are there");
    assert_eq!(inputs, outcomes.keys().cloned().collect(), "every case has an outcome, and every outcome a case");
    let mut wrong = Vec::new();
    for (name, outcome) in &outcomes {
        let (code, out, err) = report(name);
        if code != Some(outcome.exit) {
            wrong.push(format!("{name}: exit code {code:?} and not {}: {err}", outcome.exit));
        }
        if let Some(error) = &outcome.error {
            if (out.as_str(), &err) != ("", error) {
                wrong.push(format!("{name}: {out}{err} is said and not {error}"));
            }
            continue;
        }
        // The first of several calls.
        let Ok(report) = serde_json::from_str::<Value>(out.lines().next().unwrap_or_default()) else {
            wrong.push(format!("{name}: its report is no JSON: {out} {err}"));
            continue;
        };
        for (path, expected) in &outcome.report {
            let is = at(&report, path);
            if is != *expected {
                wrong.push(format!("{name}: {path} is {is} and not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
