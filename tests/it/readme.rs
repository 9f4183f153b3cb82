//! The documents are correct: the README's key table is the program's, its commands are valid, and ARCHITECTURE.md
//! names every module.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use callscope::app::Keymap;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the document is there")
}

#[test]
fn the_readmes_keys_are_the_programs_keys() {
    let readme = document("README.md");
    let table = Keymap::default().markdown();
    assert!(readme.contains(&table), "put this table into README.md:\n{table}");
}

#[test]
fn the_commands_in_the_documents_are_understood() {
    let mut readme = document("README.md");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).expect("the documents") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            readme += &fs::read_to_string(path).expect("a document");
        }
    }
    let commands: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
        .filter_map(|line| line.split('#').next().unwrap_or_default().split(['|', '>']).next())
        .map(str::trim)
        .filter(|line| line.contains("callscope ") && !line.starts_with("cargo") && !line.contains('…'))
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        let words = command.split_whitespace().skip_while(|word| *word != "callscope").skip(1);
        // A final `--help` makes the program parse the preceding arguments and do nothing.
        let status =
            Command::new(env!("CARGO_BIN_EXE_callscope")).args(words).arg("--help").stdout(Stdio::null()).status();
        assert!(status.expect("the program starts").success(), "{command}");
    }
}

/// Every test named in SECURITY.md exists.
#[test]
fn every_promise_of_security_has_its_test() {
    let promises = document("SECURITY.md");
    let mut all = String::new();
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), &mut all);
    let rows: Vec<&str> = promises.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 10);
    for row in rows {
        let names = row.split('`').skip(1).step_by(2).filter(|word| word.contains('_'));
        for name in names {
            assert!(all.contains(&format!("fn {name}(")), "SECURITY.md names {name}, which is not a test");
        }
    }
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            *into += &fs::read_to_string(&path).expect("a source");
        }
    }
}

#[test]
fn the_map_names_every_module_and_nothing_else() {
    let map = document("ARCHITECTURE.md");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&source).expect("the sources") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let name = if name.ends_with(".rs") { name } else { format!("{name}/") };
        if !["lib.rs", "main.rs"].contains(&name.as_str()) {
            assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md does not say what src/{name} is for");
        }
    }
    for named in map.split('`').skip(1).step_by(2).filter(|word| word.starts_with("src/") || word.starts_with("tests/"))
    {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(named).exists(), "ARCHITECTURE.md names {named}");
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let changelog = document("CHANGELOG.md");
    assert!(changelog.contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}

#[cfg(unix)]
#[test]
fn the_readmes_html_report_is_written_as_it_says() {
    let readme = document("README.md");
    let section = readme.split("## The report as HTML").nth(1).expect("a section");
    let command = section.split("```sh\n").nth(1).and_then(|block| block.lines().next()).expect("a command");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let call = crate::support::fixtures::small_call().to_string();
    fs::write(folder.path().join("call.json"), call).expect("it takes files");
    let program = Path::new(env!("CARGO_BIN_EXE_callscope")).parent().expect("a folder");
    let status = Command::new("/bin/sh").args(["-c", command]).current_dir(folder.path()).env("PATH", program).status();
    assert!(status.expect("a shell").success(), "{command}");
    let html = fs::read_to_string(folder.path().join("call.html")).expect("it was written");
    assert!(html.starts_with("<!doctype html>") && html.contains("Dario Lima"), "{html}");
}

#[test]
fn the_readme_names_every_member_of_the_report() {
    let readme = document("README.md");
    let out = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["demo", "pair"])
        .env("CALLSCOPE_CONFIG", "")
        .stdout(Stdio::null())
        .status();
    assert!(out.expect("the program starts").success());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    let call = std::iter::once((0, 0.2)).chain((1..30).map(|at| (at, 0.0)));
    let sessions: Vec<_> =
        call.map(|(at, loss)| crate::support::fixtures::session(at, &format!("Person {at}"), loss)).collect();
    fs::write(&path, crate::support::fixtures::page(&sessions, None).to_string()).expect("it takes files");
    let out = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["report", "--format", "json", path.to_str().expect("UTF-8")])
        .env("CALLSCOPE_CONFIG", "")
        .output()
        .expect("the program starts");
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let mut missing = Vec::new();
    let nodes = [
        &report,
        &report["call"],
        &report["completeness"],
        &report["sessions"][0],
        &report["sessions"][0]["streams"][0],
        &report["sessions"][0]["streams"][0]["reasons"][0],
        &report["findings"][0],
        &report["findings"][0]["evidence"][0],
        &report["attribution"][0],
    ];
    for node in nodes {
        let members = node.as_object().unwrap_or_else(|| panic!("an object: {node}"));
        missing.extend(members.keys().filter(|name| !readme.contains(&format!("`{name}`"))).cloned());
    }
    assert!(missing.is_empty(), "README.md does not name these members of the report: {missing:?}");
}
