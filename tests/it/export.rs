//! `callscope export`: one file per call, whatever files its pages are in, complete or not there at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::fixtures;

const OTHER: &str = "0c0ffee0-0000-4000-8000-0000000000ff";

fn export(arguments: &[&str], folder: &Path) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.arg("export").args(arguments).current_dir(folder).env_clear().env("CALLSCOPE_CONFIG", "");
    let out = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr), out.status.code().expect("an exit code"))
}

fn folder_with(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it takes folders");
        fs::write(path, text).expect("it takes files");
    }
    folder
}

/// A page of the other call.
fn other(sessions: &[Value]) -> String {
    fixtures::page(sessions, None).to_string().replace(fixtures::CALL, OTHER)
}

fn small() -> String {
    fixtures::small_call().to_string()
}

/// All files below a folder, hidden ones included.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, found) } else { _ = found.insert(path) }
        }
    }
    let mut found = BTreeSet::new();
    walk(folder, &mut found);
    found.into_iter().map(|path| path.strip_prefix(folder).expect("inside").to_owned()).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the file is there");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn each_call_of_a_folder_is_a_file_in_the_folder_of_its_day() {
    let folder = folder_with(&[
        ("calls/a.json", small()),
        ("calls/deep/b.json", other(&[fixtures::session(9, "Odile Dvořák", 0.0)])),
        ("calls/notes.json", "[1, 2]".to_owned()),
        ("calls/bare.json", json!([fixtures::session(3, "Ana Lima", 0.0)]).to_string()),
    ]);
    let (out, err, code) = export(&["calls", "--format", "jsonl", "--to", "out"], folder.path());
    let day = "out/date=2026-11-20";
    let expected =
        [format!("{day}/{}.jsonl", fixtures::CALL), format!("{day}/bare.jsonl"), format!("{day}/{OTHER}.jsonl")];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected, "{err}");
    let expected: BTreeSet<PathBuf> = expected.iter().map(PathBuf::from).collect();
    assert_eq!(
        files(&folder.path().join("out")),
        expected.iter().map(|path| path.strip_prefix("out").unwrap_or(path).to_owned()).collect()
    );
    assert!(err.contains("not exported: ") && err.contains("notes.json"), "{err}");
    assert!(err.ends_with("callscope: 3 calls, 10 rows, 3 files in out; 1 not exported\n"), "{err}");
    assert_eq!(code, 5);
    let bare = lines(&folder.path().join(day).join("bare.jsonl"));
    assert!(bare.len() == 2 && bare.iter().all(|row| row["CallId"].is_null()));
}

#[test]
fn a_file_has_the_rows_of_the_report() {
    let folder = folder_with(&[("a.json", small())]);
    for format in ["csv", "jsonl"] {
        let (_, err, code) = export(&["a.json", "--format", format, "--to", "out"], folder.path());
        assert_eq!((err.as_str(), code), ("callscope: 1 call, 6 rows, 1 file in out\n", 0));
        let path = format!("out/date=2026-11-20/{}.{format}", fixtures::CALL);
        let mut report = Command::new(env!("CARGO_BIN_EXE_callscope"));
        report.args(["report", "a.json", "--format", format]).current_dir(folder.path()).env("CALLSCOPE_CONFIG", "");
        let report = report.output().expect("the program starts").stdout;
        assert_eq!(fs::read(folder.path().join(path)).expect("the file is there"), report);
    }
}

#[test]
fn pages_of_a_call_are_joined_wherever_they_are_and_whatever_they_say() {
    let link =
        format!("https://graph.microsoft.com/v1.0/communications/callRecords/{}/sessions?$skiptoken=2", fixtures::CALL);
    let first = fixtures::page(&[fixtures::session(1, "Ana Lima", 0.0)], Some(&link)).to_string();
    let last = fixtures::page(&[fixtures::session(2, "Bo Chen", 0.0)], None);
    // The call's name is neither in the first nor in the last 64 kB: it is found when the file is read.
    let blanks = " ".repeat(70_000);
    let context = &last["@odata.context"];
    let hidden = format!("{{{blanks}\"@odata.context\":{context},{blanks}\"value\":{}{blanks}}}", last["value"]);
    for (name, last) in [("plain", last.to_string()), ("hidden", hidden)] {
        let folder = folder_with(&[
            ("in/a.json", first.clone()),
            ("in/b.json", other(&[fixtures::session(3, "Eve Roy", 0.0)])),
            ("in/c.json", last),
        ]);
        let (_, err, code) = export(&["in", "--format", "jsonl", "--to", "out"], folder.path());
        assert_eq!((err.as_str(), code), ("callscope: 2 calls, 6 rows, 2 files in out\n", 0), "{name}");
        let rows = lines(&folder.path().join(format!("out/date=2026-11-20/{}.jsonl", fixtures::CALL)));
        assert_eq!(rows.len(), 4, "{name}");
        assert!(rows.iter().all(|row| row["CallIsComplete"] == true), "{name}");
    }
}

#[test]
fn nothing_is_replaced_without_force_and_nothing_half_written_is_left() {
    let folder = folder_with(&[("a.json", small())]);
    let path = folder.path().join(format!("out/date=2026-11-20/{}.csv", fixtures::CALL));
    assert_eq!(export(&["a.json", "--to", "out"], folder.path()).2, 0);
    fs::write(&path, "mine").expect("it takes files");
    let (out, err, code) = export(&["a.json", "--to", "out"], folder.path());
    assert_eq!((out.as_str(), code), ("", 2));
    assert!(err.contains("already there, not replaced without --force: out/date=2026-11-20/"), "{err}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine");
    assert_eq!(export(&["a.json", "--to", "out", "--force"], folder.path()).2, 0);
    assert!(fs::read_to_string(&path).expect("it is there").starts_with("RowKind,CallId,"));
    assert_eq!(files(&folder.path().join("out")).len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder.path().join("out"))), (0o600, 0o700));
    }
    let (_, err, code) = export(&["a.json", "--to", "a.json"], folder.path());
    assert!(code == 1 && err.contains("could not be written"), "{err}");
}

#[test]
fn an_incomplete_call_is_exported_and_named() {
    let link =
        format!("https://graph.microsoft.com/v1.0/communications/callRecords/{}/sessions?$skiptoken=2", fixtures::CALL);
    let page = fixtures::page(&[fixtures::session(1, "Ana Lima", 0.0)], Some(&link));
    let folder = folder_with(&[("a.json", page.to_string())]);
    let (_, err, code) = export(&["a.json", "--format", "jsonl", "--to", "out"], folder.path());
    assert_eq!(code, 6);
    assert!(err.contains(&format!("incomplete: out/date=2026-11-20/{}.jsonl: ", fixtures::CALL)), "{err}");
    let rows = lines(&folder.path().join(format!("out/date=2026-11-20/{}.jsonl", fixtures::CALL)));
    assert!(rows.iter().all(|row| row["CallIsComplete"] == false));
}

#[test]
fn no_id_and_no_file_name_leads_out_of_the_folder() {
    let mut record = json!({ "version": 1, "type": "groupCall", "id": "../../up", "sessions": [] });
    record["sessions"] = json!([fixtures::session(1, "Ana Lima", 0.0)]);
    let mut without_times = fixtures::session(2, "Bo Chen", 0.0);
    without_times["startDateTime"] = Value::Null;
    let folder = folder_with(&[
        ("in/a.json", record.to_string()),
        ("in/x/call.json", json!([without_times]).to_string()),
        ("in/y/call.json", json!([fixtures::session(3, "Eve Roy", 0.0)]).to_string()),
        ("in/z/call.json", json!([fixtures::session(4, "Ada Roy", 0.0)]).to_string()),
    ]);
    let (out, err, code) = export(&["in", "--to", "deep/out"], folder.path());
    assert_eq!(code, 0, "{err}");
    let names: Vec<&str> = out.lines().map(|line| line.strip_prefix("deep/out/date=").expect("inside")).collect();
    assert!(names[0].starts_with("2026-11-20/______up-") && names[0].ends_with(".csv"), "{out}");
    assert_eq!(names[1..], ["__HIVE_DEFAULT_PARTITION__/call.csv", "2026-11-20/call.csv", "2026-11-20/call-2.csv"]);
    assert_eq!(files(folder.path()).len(), 8);
}

#[test]
fn parquet_is_written_or_the_way_to_it_is_named() {
    let folder = folder_with(&[("a.json", small())]);
    let (_, err, code) = export(&["a.json", "--format", "parquet", "--to", "out"], folder.path());
    if cfg!(feature = "parquet") {
        let path = folder.path().join(format!("out/date=2026-11-20/{}.parquet", fixtures::CALL));
        let bytes = fs::read(path).expect("the file is there");
        assert!(code == 0 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{err}");
    } else {
        assert_eq!(code, 2);
        assert!(err.contains("this build cannot write Parquet") && err.contains("--features parquet"), "{err}");
        assert!(!folder.path().join("out").exists());
    }
}

#[test]
fn mistakes_are_named_before_anything_is_written() {
    let folder = folder_with(&[("a.json", small())]);
    for (arguments, said, expected) in [
        (&["a.json", "missing.json", "--to", "out"][..], "no such file or folder: missing.json", 5),
        (&["--to", "out"], "nothing to explore", 2),
        (&["a.json"], "--to", 2),
    ] {
        let (_, err, code) = export(arguments, folder.path());
        assert!(code == expected && err.contains(said), "{code} {err}");
        assert!(!folder.path().join("out").exists());
    }
}
