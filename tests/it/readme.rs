//! The documents are correct: their tables are the program's, their examples work, their links lead somewhere, and
//! ARCHITECTURE.md names every module.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use callscope::app::Keymap;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the document is there")
}

/// The documents for users, with their names.
fn documents() -> Vec<(String, String)> {
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).expect("the documents");
    let names = folder.map(|entry| format!("docs/{}", entry.expect("an entry").file_name().to_string_lossy()));
    std::iter::once("README.md".to_owned()).chain(names).map(|name| (name.clone(), document(&name))).collect()
}

/// The contents of a document's blocks in a language, in order.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("\n```{language}\n");
    text.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_documents_have_the_programs_keys_and_settings() {
    for (name, table) in
        [("docs/keys.md", Keymap::default().markdown()), ("docs/settings.md", callscope::config::table::markdown())]
    {
        assert!(document(name).contains(&table), "put this table into {name}:\n{table}");
    }
}

#[test]
fn the_settings_in_the_documents_are_understood() {
    for (name, text) in documents() {
        for block in blocks(&text, "toml") {
            assert!(callscope::config::Config::read(block).is_ok(), "{name}: {block}");
        }
    }
}

#[test]
fn every_command_and_option_is_in_the_documents() {
    let all: String = documents().into_iter().map(|(_, text)| text).collect();
    let help = |arguments: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_callscope")).args(arguments).arg("-h").output();
        String::from_utf8(out.expect("the program starts").stdout).expect("UTF-8")
    };
    let commands = help(&[]);
    let (_, commands) = commands.split_once("Commands:\n").expect("a list of commands");
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    let mut missing = Vec::new();
    for command in commands {
        if !all.contains(&format!("callscope {command}")) {
            missing.push(format!("callscope {command}"));
        }
        for line in help(&[command]).lines().map(str::trim_start).filter(|line| line.starts_with('-')) {
            let names = line.split("  ").next().unwrap_or_default().split([' ', '[', ',']);
            let is_there = names.clone().filter(|name| name.starts_with('-')).any(|name| {
                let is_whole =
                    |at| !all[at + name.len()..].starts_with(|next: char| next == '-' || next.is_alphanumeric());
                all.match_indices(name).any(|(at, _)| all[..at].ends_with([' ', '`', '\n']) && is_whole(at))
            });
            if !is_there {
                missing.push(format!("{command}: {line}"));
            }
        }
    }
    assert!(missing.is_empty(), "the documents do not say {missing:?}");
}

#[test]
fn every_link_within_the_documents_leads_somewhere() {
    let anchors = |text: &str| -> Vec<String> {
        let headings =
            text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches(['#', ' ']));
        let letters = |title: &str| -> String {
            let kept = title.chars().filter(|letter| letter.is_alphanumeric() || " -".contains(*letter));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        };
        headings.map(letters).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, text) in documents() {
        let here = root.join(&name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { here.clone() } else { here.parent().expect("a folder").join(path) };
            assert!(target.exists(), "{name} links to {link}");
            if !anchor.is_empty() {
                let text = fs::read_to_string(&target).expect("a document");
                assert!(anchors(&text).iter().any(|it| it == anchor), "{name} links to {link}");
            }
        }
    }
}

/// What the examples of the documents need: calls, two versions of one, files about networks, and programs that only read
/// their input.
#[cfg(unix)]
fn prepared() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;

    use crate::support::{fixtures, mmdb};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let sessions = |range: std::ops::Range<usize>| {
        range.map(|at| fixtures::session(at, &format!("Person {at}"), 0.2)).collect::<Vec<_>>()
    };
    let link = "https://graph.microsoft.com/v1.0/communications/callRecords/x/sessions?$skiptoken=2";
    let (first, second) = (fixtures::page(&sessions(1..3), Some(link)), fixtures::page(&sessions(3..5), None));
    let call = fixtures::small_call().to_string();
    let other = call.replace(fixtures::CALL, "0c0ffee0-0000-4000-8000-0000000000ff");
    let readme = document("README.md");
    let buildings = blocks(&readme, "csv")[0].to_owned();
    for (name, text) in [
        ("call.json", call.clone()),
        ("old.json", first.to_string()),
        ("new.json", call.clone()),
        ("page-1.json", first.to_string()),
        ("page-2.json", second.to_string()),
        ("pages/1.json", first.to_string()),
        ("pages/2.json", second.to_string()),
        ("calls/1.json", call),
        ("calls/2.json", other),
        ("buildings.csv", buildings.clone()),
        ("buildings.tsv", buildings.replace(',', "\t")),
        ("access-points.csv", "00:00:5e:00:53:01,Harbour floor 1\n".to_owned()),
        ("bin/less", "#!/bin/sh\nexec cat >/dev/null\n".to_owned()),
        ("bin/man", "#!/bin/sh\nexec cat >/dev/null\n".to_owned()),
        (".local/share/bash-completion/completions/x", String::new()),
        (".zfunc/x", String::new()),
        (".config/fish/completions/x", String::new()),
        (".local/share/man/man1/x", String::new()),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it takes folders");
        fs::write(&path, text).expect("it takes files");
        if name.starts_with("bin/") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it takes permissions");
        }
    }
    let asn = mmdb::database("GeoLite2-ASN", &[("203.0.113.0", 24, &[("autonomous_system_organization", "Example")])]);
    fs::write(folder.path().join("GeoLite2-ASN.mmdb"), asn).expect("it takes files");
    folder
}

/// Each example of the documents, as the reader would type it, in a folder with the files it names. Calls are fetched from
/// a server of the test.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_examples_in_the_documents_work() {
    use callscope::demo::server::{self, ServedCall, TOKEN};
    use callscope::demo::weather::Weather;

    const ID: &str = "e523d2ed-2966-4b6b-925b-754a88034cc5";
    const SERVED: &str = "2b0c0de0-0000-4000-8000-000000000002";

    let server = server::start(ServedCall::all_demo(), Weather::default(), 0).await.expect("a free port");
    let run = move || {
        let mut tried = 0;
        for (name, text) in documents() {
            for block in blocks(&text, "sh") {
                let folder = prepared();
                let program = Path::new(env!("CARGO_BIN_EXE_callscope")).parent().expect("a folder");
                let path = format!("{}:{}:/usr/bin:/bin", folder.path().join("bin").display(), program.display());
                for line in block.lines().map(|line| line.split(" #").next().unwrap_or_default().trim()) {
                    let is_built = cfg!(feature = "parquet") || !line.contains("parquet");
                    if !line.contains("callscope ") || !is_built || line.starts_with("cargo") {
                        continue;
                    }
                    let mut typed = line.replace(ID, SERVED);
                    if line.contains(ID) || line.contains("callscope calls") || line.contains("callscope doctor") {
                        typed += &format!(" --no-cache --graph-url {}", server.root);
                    }
                    if line.contains("callscope serve") {
                        // It does not end by itself: this only parses its arguments.
                        typed += " --help";
                    }
                    let out = Command::new("/bin/sh")
                        .args(["-c", &typed])
                        .current_dir(folder.path())
                        .env_clear()
                        .envs([("PATH", path.as_str()), ("CALLSCOPE_CACHE", ""), ("CALLSCOPE_TOKEN", TOKEN)])
                        .env("HOME", folder.path())
                        .stdin(Stdio::null())
                        .output()
                        .expect("a shell");
                    let said = String::from_utf8_lossy(&out.stderr).into_owned();
                    // The version of before is one page of two.
                    let is_fine = out.status.success() || (line.contains("old.json") && out.status.code() == Some(6));
                    assert!(is_fine && !said.contains("error"), "{name}: {line}: {:?} {said}", out.status.code());
                    tried += 1;
                }
            }
        }
        assert!(tried > 50, "{tried}");
    };
    tokio::task::spawn_blocking(run).await.expect("no panic");
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
fn the_documents_name_every_member_of_the_report() {
    let documented = document("docs/json.md");
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
        missing.extend(members.keys().filter(|name| !documented.contains(&format!("`{name}`"))).cloned());
    }
    assert!(missing.is_empty(), "docs/json.md does not name these members of the report: {missing:?}");
}
