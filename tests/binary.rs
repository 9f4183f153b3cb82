//! The program from outside: what it prints, where, and with which exit code.

mod support;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::fixtures;

/// The program, with no environment but what a test gives it, away from any terminal.
fn callscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (String, String, i32) {
    told(command.output().expect("the program starts"))
}

fn told(output: Output) -> (String, String, i32) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit code"))
}

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("it takes files");
    }
    folder
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn a_saved_call_is_printed_worst_session_first() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    let (out, err, code) = run(callscope(&["call.json"]).current_dir(folder.path()));
    assert_eq!((err.as_str(), code), ("", 0));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], format!("call {}", fixtures::CALL));
    assert_eq!(lines[1], "20 Nov 2026 09:00–09:20 UTC · 20 m");
    assert_eq!(lines[2], "3 sessions · complete");
    assert!(lines[4].starts_with("✖ Dario Lima"), "{out}");
    assert!(lines[4].contains("loss 20 %"), "{out}");
    assert!(lines[5].starts_with("✓ Greta Quist") && lines[6].starts_with("✓ 山田 さくら"), "{out}");
}

#[test]
fn a_file_standard_input_and_a_folder_give_the_same_text() {
    for with_segments in [true, false] {
        let text = fixtures::documentation_shape(with_segments);
        let folder = folder_with(&[("page.json", text.as_bytes())]);
        let (from_file, _, code) = run(callscope(&["page.json"]).current_dir(folder.path()));
        assert_eq!(code, 0);
        assert!(from_file.contains("Mira Achterberg → Odile Fontaine"), "{from_file}");
        assert!(from_file.contains("1 page saved, more on the server"), "{from_file}");
        let verdicts = if with_segments {
            "poor 0, good 1, unclassified 1, rated poor"
        } else {
            "poor 0, good 0, unclassified 0, rated poor"
        };
        assert!(from_file.contains(verdicts), "{from_file}");
        let (from_folder, _, _) = run(&mut callscope(&[text_of(folder.path())]));
        assert_eq!(from_folder, from_file);
        for arguments in [&["-"][..], &[]] {
            let mut command = callscope(arguments);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
            child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it takes bytes");
            let (from_stdin, _, code) = told(child.wait_with_output().expect("it ends"));
            assert_eq!((from_stdin, code), (from_file.clone(), 0), "{arguments:?}");
        }
    }
}

#[test]
fn a_call_served_from_a_file_prints_the_same_rows() {
    use std::io::{BufRead as _, BufReader};
    for with_segments in [true, false] {
        let text = fixtures::documentation_shape(with_segments);
        let folder = folder_with(&[("page.json", text.as_bytes())]);
        let (from_file, _, _) = run(callscope(&["page.json"]).current_dir(folder.path()));
        let mut server = callscope(&["serve", "--port", "0", "page.json"]);
        let mut server =
            server.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut said = String::new();
        BufReader::new(server.stdout.take().expect("its output")).read_line(&mut said).expect("it says how to ask");
        // It says the very command: CALLSCOPE_TOKEN=… callscope --graph-url … ID
        let words: Vec<&str> = said.split_whitespace().collect();
        let (_, token) = words[0].split_once('=').expect("a token");
        let (out, err, code) = run(callscope(&words[2..]).env("CALLSCOPE_TOKEN", token));
        server.kill().expect("it can be stopped");
        server.wait().expect("it ends");
        assert_eq!((err.as_str(), code), ("", 0));
        let session = |text: &str| text.lines().last().map(str::to_owned);
        assert_eq!(session(&out), session(&from_file), "with segments: {with_segments}");
    }
}

#[test]
fn what_is_no_call_gives_one_sentence_a_hint_and_code_5() {
    let record = br#"{"id":"a","version":1,"lastModifiedDateTime":"x","modalities":["audio"]}"#;
    let folder = folder_with(&[
        ("empty.json", b""),
        ("picture.json", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR......................"),
        ("table.csv", b"Name,Start,End,Loss\r\nAna,1,2,3\r\n"),
        ("record.json", record),
        ("error.json", br#"{"error":{"code":"Forbidden","message":"no"}}"#),
        ("cut.json", br#"{"value":[{"id":"a","caller":{"#),
    ]);
    for (file, sentence) in [
        ("empty.json", "error: empty.json is empty\n"),
        ("picture.json", "error: picture.json is a PNG picture\n"),
        ("table.csv", "error: table.csv is a table (CSV)\n"),
        ("record.json", "error: record.json holds a call record without its sessions\n"),
        ("error.json", "error: error.json holds an error of the service: Forbidden: no\n"),
        ("cut.json", "error: cut.json is JSON that ends before its first session\n"),
        ("missing.json", "error: there is no file or folder missing.json\n"),
    ] {
        let (out, err, code) = run(callscope(&[file]).current_dir(folder.path()));
        assert_eq!((out.as_str(), code), ("", 5), "{file}: {err}");
        assert!(err.starts_with(sentence), "{file}: {err}");
        let hint = err.lines().nth(1).unwrap_or_default();
        assert!(hint.starts_with("  hint: ") && err.lines().count() == 2, "{file}: {err}");
    }
}

#[test]
fn a_folder_of_unrelated_files_is_one_sentence() {
    let folder = folder_with(&[
        ("a.json", br#"{"value":[{"id":"1","calleeNumber":"+1","charge":1}]}"#),
        ("b.json", b"not JSON at all"),
        ("c.jsonl", br#"{"name":"x"}"#),
    ]);
    let (out, err, code) = run(&mut callscope(&[text_of(folder.path())]));
    assert_eq!((out.as_str(), code), ("", 5));
    assert!(err.starts_with("error: nothing here is a call: "), "{err}");
    assert!(err.contains("a.json holds a PSTN call log row, and 2 more of other kinds"), "{err}");
    assert_eq!(err.lines().count(), 2, "{err}");
}

#[test]
fn a_cut_file_prints_its_whole_sessions_the_byte_and_code_6() {
    let whole = fixtures::small_call().to_string();
    let cut = &whole[..whole.find("山田").expect("it is there")];
    let folder = folder_with(&[("cut.json", cut.as_bytes())]);
    let (out, _, code) = run(callscope(&["cut.json"]).current_dir(folder.path()));
    assert_eq!(code, 6, "{out}");
    assert!(out.contains("2 sessions · incomplete: the data breaks off"), "{out}");
    let byte = callscope::metrics::count(cut.len());
    assert!(out.contains(&format!("cut.json, byte {byte}: cut off here")), "{out}");
}

#[test]
fn opening_a_file_needs_no_token_and_a_call_id_does() {
    let (out, err, code) = run(&mut callscope(&["0c0ffee0-0000-4000-8000-000000000001"]));
    assert_eq!((out.as_str(), code), ("", 3));
    assert!(err.contains("CALLSCOPE_TOKEN does not hold one"), "{err}");
    assert!(err.contains("CallRecords.Read.All"), "{err}");
}

#[test]
fn the_token_is_nowhere_in_what_is_printed() {
    let secret = "s3cret-t0ken-value";
    let arguments = ["--graph-url", "http://127.0.0.1:9", "0c0ffee0-0000-4000-8000-000000000001"];
    let mut command = callscope(&arguments);
    let mut child = command
        .env("CALLSCOPE_TOKEN", secret)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    std::thread::sleep(std::time::Duration::from_millis(700));
    child.kill().expect("it waits for the service, and can be stopped");
    let output = child.wait_with_output().expect("it ends");
    let all = [output.stdout, output.stderr].concat();
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains("waiting"), "{all}");
    assert!(!all.contains(secret), "{all}");
}

#[test]
fn a_token_is_not_sent_over_an_open_network() {
    let arguments = ["--graph-url", "http://graph.example.com", "0c0ffee0-0000-4000-8000-000000000001"];
    let (_, err, code) = run(callscope(&arguments).env("CALLSCOPE_TOKEN", "x"));
    assert_eq!(code, 2);
    assert!(err.contains("http://graph.example.com is not https"), "{err}");
}

#[test]
fn usage_errors_have_code_2() {
    for arguments in [&["--no-such-option"][..], &["demo", "no-such-call"], &["--theme", "pink", "x"]] {
        let (out, err, code) = run(&mut callscope(arguments));
        assert_eq!((out.as_str(), code), ("", 2), "{arguments:?}: {err}");
    }
    let (_, err, code) = run(&mut callscope(&["-", "a.json"]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("- cannot be opened together with others"), "{err}");
    let (_, err, code) = run(&mut callscope(&["demo"]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("meeting, pair, town-hall"), "{err}");
}

#[test]
fn a_demo_call_is_printed_where_there_is_no_terminal() {
    let (out, err, code) = run(&mut callscope(&["demo", "pair"]));
    assert_eq!((err.as_str(), code), ("", 0));
    assert!(out.contains("! Mira Achterberg → Odile Fontaine"), "{out}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let sessions: Vec<_> = (0..3000).map(|at| fixtures::session(at, &format!("Person {at}"), 0.0)).collect();
    let folder = folder_with(&[("call.json", fixtures::page(&sessions, None).to_string().as_bytes())]);
    let mut command = callscope(&["call.json"]);
    let mut child =
        command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let (_, err, code) = told(child.wait_with_output().expect("it ends"));
    assert_eq!((err.as_str(), code), ("", 0));
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let mut session = fixtures::session(1, "x", 0.0);
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txt.exe\u{9b}31m";
    for end in ["caller", "callee"] {
        session[end]["associatedIdentity"] = serde_json::json!({ "displayName": hostile });
        session[end]["@odata.type"] = "#microsoft.graph.callRecords.participantEndpoint".into();
        session[end]["userAgent"] = serde_json::json!({ "platform": hostile });
    }
    let folder = folder_with(&[("call.json", fixtures::page(&[session], None).to_string().as_bytes())]);
    let (out, _, _) = run(callscope(&["call.json"]).current_dir(folder.path()));
    assert!(out.contains("owned"), "{out:?}");
    assert!(!out.chars().any(|letter| (letter.is_control() && letter != '\n') || letter == '\u{202e}'), "{out:?}");
}
