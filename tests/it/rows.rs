//! One row per stream, as CSV and lines of JSON: the same rows in both, the same counts as in the report, nothing
//! missing that is zero, and nothing that a spreadsheet or a terminal obeys.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::fixtures;

fn report(call: &Value, format: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    std::fs::write(&path, call.to_string()).expect("it takes files");
    report_on(&path, format, more)
}

fn report_on(path: &Path, format: &str, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(["report", "--format", format]).args(more).arg(path).env_clear().env("CALLSCOPE_CONFIG", "");
    let out = command.output().expect("the program starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

fn lines_of_json(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("an object per line")).collect()
}

/// The rows of CSV as maps from column to field.
fn csv_rows(text: &str) -> Vec<BTreeMap<String, String>> {
    assert!(text.ends_with("\r\n"), "lines end in CR LF");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row of strings")).collect()
}

/// A call with what rows get wrong most easily: a session that never connected, one whose media have no streams, hostile
/// texts, zeros, placeholders and unreadable values.
fn odd_call() -> Value {
    let failure = json!({ "stage": "callSetup", "reason": "no answer" });
    let mut failed = fixtures::session(4, "Ruth Abara", 0.0);
    failed["segments"] = json!([]);
    failed["failureInfo"] = failure.clone();
    let mut silent = fixtures::session(5, "Owen Franklin", 0.0);
    silent["segments"][0]["media"][0]["streams"] = json!([]);
    silent["segments"][0]["failureInfo"] = failure;
    silent["segments"][0]["media"][0]["callerNetwork"]["subnet"] = json!("198.51.100.0");
    let mut hostile = fixtures::session(6, "=cmd|' /C calc'!A0", 0.0);
    let media = &mut hostile["segments"][0]["media"][0];
    media["callerDevice"] = json!({ "captureDeviceName": "a,\"b\"\r\n\u{1b}[2Jc\u{202e}", "sentSignalLevel": -31 });
    media["callerNetwork"]["dnsSuffix"] = json!("");
    media["streams"][0]["averageJitter"] = json!("soon");
    media["streams"][0]["packetUtilization"] = json!(0);
    media["streams"][1]["averagePacketLossRate"] = json!(2.5);
    let calls =
        [fixtures::session(1, "Greta Quist", 0.01), fixtures::session(2, "Dario Lima", 0.2), failed, silent, hostile];
    fixtures::page(&calls, None)
}

#[test]
fn csv_and_lines_of_json_have_the_same_cells() {
    let call = odd_call();
    let (csv, json) = (report(&call, "csv", &[]), report(&call, "jsonl", &[]));
    let (csv, json) = (csv_rows(&csv), lines_of_json(&json));
    assert_eq!((csv.len(), json.len()), (8, 8));
    for (fields, object) in csv.iter().zip(&json) {
        let object = object.as_object().expect("an object");
        assert_eq!(fields.len(), object.len());
        for (name, value) in object {
            let expected = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().expect("a text").replace(';', ","))
                    .collect::<Vec<_>>()
                    .join(";"),
                other => other.to_string(),
            };
            let field = fields[name].strip_prefix('\'').filter(|_| value.is_string()).unwrap_or(&fields[name]);
            assert_eq!(field, expected, "{name}");
        }
    }
}

#[test]
fn the_counts_are_those_of_the_report_by_every_rule_set() {
    let call = odd_call();
    for set in ["cqd", "cqd-2020", "cri"] {
        let report: Value = serde_json::from_str(&report(&call, "json", &["--rules", set])).expect("JSON");
        let rows = lines_of_json(&self::report(&call, "jsonl", &["--rules", set]));
        let of = |column: &str, verdict: &str| rows.iter().filter(|row| row[column] == verdict).count();
        for verdict in ["poor", "good", "unclassified"] {
            assert_eq!(report["counts"][verdict], of("Verdict", verdict), "{set}: {verdict}");
            assert_eq!(report["counts"][verdict], of(&format!("Verdict_{}", set.replace('-', "_")), verdict), "{set}");
        }
        assert!(rows.iter().all(|row| row["RuleSet"] == set));
        let sessions: std::collections::BTreeSet<_> = rows.iter().map(|row| row["SessionNumber"].as_u64()).collect();
        assert_eq!(report["sessions"].as_array().map(Vec::len), Some(sessions.len()));
    }
}

#[test]
fn a_session_without_streams_has_a_row_that_is_no_stream() {
    let rows = lines_of_json(&report(&odd_call(), "jsonl", &[]));
    let of = |name: &str| rows.iter().filter(|row| row["Caller_DisplayName"] == name).collect::<Vec<_>>();
    let [failed] = of("Ruth Abara")[..] else { panic!("one row") };
    assert_eq!((&failed["RowKind"], &failed["Verdict"]), (&json!("session"), &Value::Null));
    assert_eq!((&failed["SessionStatus"], &failed["FailureStage"]), (&json!("failed"), &json!("callSetup")));
    assert_eq!(failed["FailureReason"], "no answer");
    let [silent] = of("Owen Franklin")[..] else { panic!("one row") };
    assert_eq!((&silent["RowKind"], &silent["Caller_Subnet"]), (&json!("session"), &json!("198.51.100.0")));
    assert_eq!((&silent["SegmentFailureStage"], &silent["StreamPath"]), (&json!("callSetup"), &Value::Null));
}

#[test]
fn missing_is_null_and_a_measured_zero_is_zero() {
    let rows = lines_of_json(&report(&odd_call(), "jsonl", &[]));
    let hostile: Vec<&Value> =
        rows.iter().filter(|row| row["SessionId"] == "0c0ffee0-0000-4000-8000-000000000006").collect();
    let [spoken, heard] = hostile[..] else { panic!("two streams") };
    assert_eq!((&spoken["AverageJitter"], &spoken["PacketUtilization"]), (&Value::Null, &json!(0)));
    assert_eq!((&spoken["AverageAudioDegradation"], &spoken["AveragePacketLossRate"]), (&Value::Null, &json!(0.0)));
    assert_eq!((&spoken["Caller_LinkSpeed"], &spoken["Caller_DnsSuffix"]), (&Value::Null, &Value::Null));
    assert_eq!((&spoken["Caller_SentSignalLevel"], &spoken["Caller_Port"]), (&json!(-31.0), &Value::Null));
    assert_eq!((&heard["AveragePacketLossRate"], &heard["Verdict"]), (&json!(2.5), &json!("unclassified")));
    assert_eq!(heard["DecidingReasons"], json!(["loss 250 % cannot be true"]));
    assert_eq!(heard["DecidingMetrics"], json!(["averagePacketLossRate"]));
    assert_eq!((&heard["Listener"], &heard["Speaker"]), (&json!("=cmd|' /C calc'!A0"), &Value::Null));
}

#[test]
fn no_field_is_a_formula_and_no_text_controls_anything() {
    let text = report(&odd_call(), "csv", &[]);
    assert!(!text.chars().any(|letter| letter.is_control() && !matches!(letter, '\r' | '\n')));
    for row in csv_rows(&text) {
        for (name, field) in row {
            let is_number = field.parse::<f64>().is_ok();
            assert!(is_number || !field.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {field}");
            assert!(!field.contains(['\r', '\n', '\u{202e}']), "{name}: {field:?}");
        }
    }
}

#[test]
fn several_calls_are_one_table_and_each_row_names_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let other = fixtures::small_call().to_string().replace("000000000001')", "0000000000ff')");
    std::fs::write(folder.path().join("1.json"), fixtures::small_call().to_string()).expect("it takes files");
    std::fs::write(folder.path().join("2.json"), other).expect("it takes files");
    let rows = csv_rows(&report_on(folder.path(), "csv", &[]));
    let of = |id: &str| rows.iter().filter(|row| row["CallId"].ends_with(id)).count();
    assert_eq!((rows.len(), of("0001"), of("00ff")), (12, 6, 6));
}

#[test]
fn a_name_that_callscope_gave_an_unidentified_person_is_no_name() {
    let nameless = |number| {
        let mut session = fixtures::session(number, "", 0.0);
        for caller in ["/caller", "/segments/0/caller"] {
            let caller = session.pointer_mut(caller).expect("a caller");
            caller["associatedIdentity"] = json!({ "id": "+1206555****" });
        }
        session
    };
    let rows = lines_of_json(&report(&fixtures::page(&[nameless(1), nameless(2)], None), "jsonl", &[]));
    for row in rows {
        assert_eq!((&row["Caller_DisplayName"], &row["Caller_Id"]), (&Value::Null, &json!("+1206555****")));
        assert!(row["Speaker"].is_null() && row["Listener"].is_null(), "{row}");
    }
}
