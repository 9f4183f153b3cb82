//! The program as a process: what it prints, where, and with which exit code.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::fixtures;

/// The program with only the environment that a test gives it, away from any terminal.
fn callscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    let command_line = command.args(arguments).env_clear().stdin(Stdio::null());
    command_line.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
    command
}

fn run(command: &mut Command) -> (String, String, i32) {
    told(command.output().expect("the program starts"))
}

fn told(output: Output) -> (String, String, i32) {
    told_of(&output)
}

fn told_of(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr), output.status.code().expect("an exit code"))
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

/// The session lines of a text report, with one space between columns.
fn session_lines(report: &str) -> Vec<String> {
    let lines = report.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| line.contains(", unclassified ")).collect()
}

#[test]
fn a_saved_call_is_printed_with_its_answer_and_the_worst_session_first() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    let (out, err, code) = run(callscope(&["call.json"]).current_dir(folder.path()));
    assert_eq!((err.as_str(), code), ("", 0));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], format!("call {}", fixtures::CALL));
    assert!(
        lines[2].starts_with("20 Nov 2026 09:00–09:20 UTC · 20 m · 3 sessions · 1 poor, 2 good, 0 unclassified"),
        "{out}"
    );
    assert!(
        out.contains("1 of 3 people had poor voice. Individual problem: Dario Lima (uplink, low confidence)."),
        "{out}"
    );
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("Dario Lima spoke → service: loss 20 %, over 10 % (4,200 packets, cqd)"), "{out}");
    assert!(flat.contains("everybody else heard Dario Lima with gaps or robotic"), "{out}");
    let sessions = session_lines(&out);
    assert!(sessions[0].starts_with("✖ Dario Lima") && sessions[0].contains("loss 20 %"), "{out}");
    assert!(sessions[1].starts_with("✓ Greta Quist") && sessions[2].starts_with("✓ 山田 さくら"), "{out}");
}

#[test]
fn times_are_in_utc_or_local_as_asked_and_json_is_in_utc_always() {
    let folder = folder_with(&[
        ("call.json", fixtures::small_call().to_string().as_bytes()),
        ("config.toml", b"time = \"local\"\n"),
    ]);
    // Two hours east, in POSIX's own notation, so that no list of zones is needed.
    let told = |arguments: &[&str], set: &[(&str, &str)]| {
        let mut command = callscope(arguments);
        command.current_dir(folder.path()).env("TZ", "XYZ-2").envs(set.iter().copied());
        let (out, err, code) = run(&mut command);
        assert_eq!((err.as_str(), code), ("", 0));
        out.lines().nth(2).unwrap_or(&out).to_owned()
    };
    let (utc, local) = ("20 Nov 2026 09:00–09:20 UTC · 20 m", "20 Nov 2026 11:00–11:20 local (UTC+2) · 20 m");
    for (arguments, set, expected) in [
        (&["call.json"][..], &[][..], utc),
        (&["--time", "local", "call.json"], &[], local),
        (&["report", "call.json", "--format", "markdown", "--time", "local"], &[], local),
        (&["call.json"], &[("CALLSCOPE_TIME", "local")], local),
        (&["call.json"], &[("CALLSCOPE_CONFIG", "config.toml")], local),
        (&["call.json"], &[("CALLSCOPE_CONFIG", "config.toml"), ("CALLSCOPE_TIME", "utc")], utc),
        (&["call.json", "--time", "utc"], &[("CALLSCOPE_TIME", "local")], utc),
    ] {
        let line = told(arguments, set);
        assert!(line.starts_with(expected), "{arguments:?} {set:?}: {line}");
    }
    let json = |zone| told(&["report", "call.json", "--format", "json", "--time", zone], &[]);
    assert_eq!(json("local"), json("utc"));
    let (_, err, code) = run(callscope(&["call.json"]).current_dir(folder.path()).env("CALLSCOPE_TIME", "CET"));
    assert_eq!((err.lines().next(), code), (Some("error: CALLSCOPE_TIME is CET"), 2));
}

#[test]
fn a_file_standard_input_and_a_folder_give_the_same_text() {
    for with_segments in [true, false] {
        let text = fixtures::documentation_shape(with_segments);
        let folder = folder_with(&[("page.json", text.as_bytes())]);
        let (from_file, _, code) = run(callscope(&["page.json"]).current_dir(folder.path()));
        assert_eq!(code, 6, "the link is not answered");
        assert!(from_file.contains("Mira Achterberg → Odile Fontaine"), "{from_file}");
        assert!(from_file.contains("1 page saved, more on the server"), "{from_file}");
        let verdicts = if with_segments {
            "poor 0, good 1, unclassified 1 poor, Noisy"
        } else {
            "poor 0, good 0, unclassified 0 poor, Noisy"
        };
        assert!(session_lines(&from_file)[0].ends_with(verdicts), "{from_file}");
        let (from_folder, _, _) = run(&mut callscope(&[text_of(folder.path())]));
        assert_eq!(from_folder, from_file);
        for arguments in [&["-"][..], &[]] {
            let mut command = callscope(arguments);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
            child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it takes bytes");
            let (from_stdin, _, code) = told(child.wait_with_output().expect("it ends"));
            assert_eq!((from_stdin, code), (from_file.clone(), 6), "{arguments:?}");
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
        // It prints the exact command: CALLSCOPE_TOKEN=… callscope --graph-url … ID
        let words: Vec<&str> = said.split_whitespace().collect();
        let (_, token) = words[0].split_once('=').expect("a token");
        let (out, err, code) = run(callscope(&words[2..]).env("CALLSCOPE_TOKEN", token));
        server.kill().expect("it can be stopped");
        server.wait().expect("it ends");
        assert_eq!((err.as_str(), code), ("", 0));
        assert_eq!(session_lines(&out), session_lines(&from_file), "with segments: {with_segments}");
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
        ("picture.json", "error: picture.json is a PNG image\n"),
        ("table.csv", "error: table.csv is a table (CSV)\n"),
        ("record.json", "error: record.json holds a call record without its sessions\n"),
        ("error.json", "error: error.json holds an error from the service: Forbidden: no\n"),
        ("cut.json", "error: cut.json is JSON that ends before its first session\n"),
        ("missing.json", "error: no such file or folder: missing.json\n"),
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
    assert!(err.starts_with("error: no call found: "), "{err}");
    assert!(err.contains("a.json holds a PSTN call log row, and 2 items of other kinds"), "{err}");
    assert_eq!(err.lines().count(), 2, "{err}");
}

#[test]
fn a_cut_file_prints_its_whole_sessions_the_byte_and_code_6() {
    let whole = fixtures::small_call().to_string();
    let cut = &whole[..whole.find("山田").expect("it is there")];
    let folder = folder_with(&[("cut.json", cut.as_bytes())]);
    let (out, _, code) = run(callscope(&["cut.json"]).current_dir(folder.path()));
    assert_eq!(code, 6, "{out}");
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("2 sessions · 1 poor, 1 good, 0 unclassified by cqd · incomplete: the data is truncated"),
        "{out}"
    );
    assert!(flat.contains("in the data loaded: 1 of 2 people had poor voice"), "{out}");
    let byte = callscope::metrics::count(cut.len());
    assert!(out.contains(&format!("cut.json, byte {byte}: truncated here")), "{out}");
}

#[test]
fn opening_a_file_needs_no_token_and_a_call_id_does() {
    let (out, err, code) = run(&mut callscope(&["0c0ffee0-0000-4000-8000-000000000001"]));
    assert_eq!((out.as_str(), code), ("", 3));
    assert!(err.contains("no credentials to sign in with") && err.contains("CALLSCOPE_TOKEN"), "{err}");
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
    assert!(err.contains("- cannot be opened together with other targets"), "{err}");
    let (_, err, code) = run(&mut callscope(&["demo"]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("meeting, pair, town-hall"), "{err}");
}

#[test]
fn a_demo_call_is_printed_where_there_is_no_terminal() {
    let (out, err, code) = run(&mut callscope(&["demo", "pair"]));
    assert_eq!((err.as_str(), code), ("", 0));
    assert!(session_lines(&out)[0].starts_with("! Mira Achterberg → Odile Fontaine"), "{out}");
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

fn json_of(arguments: &[&str], folder: &Path) -> (serde_json::Value, i32) {
    let (out, err, code) = run(callscope(arguments).current_dir(folder));
    (serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")), code)
}

#[test]
fn the_report_as_json_is_the_contract() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    let (report, code) = json_of(&["report", "call.json", "--format", "json"], folder.path());
    assert_eq!((code, &report["schema"], &report["rule_set"]), (0, &"callscope.report/1".into(), &"cqd".into()));
    assert_eq!(report["call"]["id"], fixtures::CALL);
    for name in ["type", "version", "organizer"] {
        assert!(report["call"].get(name).is_some_and(serde_json::Value::is_null), "{name} is not told, and null");
    }
    let completeness = &report["completeness"];
    assert_eq!((&completeness["complete"], &completeness["sessions"]), (&true.into(), &3.into()));
    for name in ["pages", "duplicates_dropped", "sessions_skipped", "streams", "streams_without_metrics"] {
        assert!(completeness[name].is_u64(), "{name}: {completeness}");
    }
    assert!(completeness["next_link"].is_null() && completeness["problems"].is_array());
    assert_eq!((&report["verdict"], &report["counts"]["poor"]), (&"poor".into(), &1.into()));
    assert!(report["summary"].as_str().is_some_and(|it| it.contains("1 of 3 people had poor voice")));
    let sessions = report["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 3);
    let poor = sessions.iter().find(|it| it["verdict"] == "poor").expect("one is poor");
    assert_eq!((&poor["caller"], &poor["callee"]), (&"Dario Lima".into(), &serde_json::Value::Null));
    let stream =
        &poor["streams"].as_array().expect("streams").iter().find(|it| it["verdict"] == "poor").expect("one").clone();
    assert_eq!(stream["path"], "segments/0/media/0/streams/0");
    assert_eq!((&stream["speaker"], &stream["direction"]), (&"Dario Lima".into(), &"callerToCallee".into()));
    assert_eq!(stream["reasons"][0]["metric"], "averagePacketLossRate");
    assert_eq!((&stream["reasons"][0]["value"], &stream["reasons"][0]["limit"]), (&0.2.into(), &0.1.into()));
    let metrics = stream["metrics"].as_object().expect("metrics");
    assert_eq!(metrics.len(), callscope::metrics::STREAM.len());
    assert!(metrics["averageFreezeDuration"].is_null(), "a missing measurement is null and not zero");
    let finding = report["findings"].as_array().expect("findings").iter().find(|it| it["id"] == "audio-poor");
    let finding = finding.expect("the poor stream is found");
    for name in ["severity", "session", "path", "sentence", "advice", "source", "heard"] {
        assert!(finding[name].is_string(), "{name}: {finding}");
    }
    assert_eq!(finding["evidence"][0]["field"], "averagePacketLossRate");
    let side = &report["attribution"][0];
    assert_eq!((&side["who"], &side["pattern"]), (&"Dario Lima".into(), &"uplink".into()));
    assert!(side["evidence"].is_array() && side["confidence"].is_string() && report["shared_factors"].is_array());
}

#[test]
fn every_session_is_in_the_report_once_and_in_the_order_received() {
    let sessions: Vec<_> = (0..500).map(|at| fixtures::session(at, &format!("Person {at:03}"), 0.0)).collect();
    let again = [sessions.clone(), sessions[100..120].to_vec()].concat();
    let folder = folder_with(&[("call.json", fixtures::page(&again, None).to_string().as_bytes())]);
    let (report, _) = json_of(&["report", "call.json", "--format", "json"], folder.path());
    let ids = |list: &[serde_json::Value]| list.iter().map(|it| it["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(report["sessions"].as_array().expect("sessions")), ids(&sessions));
    assert_eq!(report["completeness"]["duplicates_dropped"], 20);
}

#[test]
fn a_call_that_cannot_be_judged_is_not_called_fine() {
    let mut session = fixtures::session(1, "Greta Quist", 0.0);
    for stream in session["segments"][0]["media"][0]["streams"].as_array_mut().expect("streams") {
        stream["packetUtilization"] = 67.into();
    }
    let folder = folder_with(&[("call.json", fixtures::page(&[session], None).to_string().as_bytes())]);
    let (report, code) = json_of(&["report", "call.json", "--format", "json"], folder.path());
    assert_eq!((code, &report["verdict"]), (0, &"unclassified".into()));
    let summary = report["summary"].as_str().expect("a summary");
    assert!(
        summary.starts_with("Nothing can be judged: none of 2 streams has enough packets and metrics."),
        "{summary}"
    );
    let (_, _, code) = run(callscope(&["report", "call.json", "--fail-on", "unclassified"]).current_dir(folder.path()));
    assert_eq!(code, 11);
    let (_, _, code) = run(callscope(&["report", "call.json", "--fail-on", "poor"]).current_dir(folder.path()));
    assert_eq!(code, 0);
}

#[test]
fn fail_on_makes_the_exit_code_tell_the_verdict() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    for (arguments, expected) in [
        (&["report", "call.json"][..], 0),
        (&["report", "call.json", "--fail-on", "poor"], 10),
        (&["report", "call.json", "--fail-on", "unclassified"], 10),
    ] {
        let (_, err, code) = run(callscope(arguments).current_dir(folder.path()));
        assert_eq!((err.as_str(), code), ("", expected), "{arguments:?}");
    }
}

#[test]
fn markdown_is_for_a_ticket_and_no_name_writes_markup() {
    let mut session = fixtures::session(1, "x", 0.2);
    session["caller"]["associatedIdentity"]["displayName"] = "<img src=x> | *Dario* [y](http://z)".into();
    let folder = folder_with(&[("call.json", fixtures::page(&[session], None).to_string().as_bytes())]);
    let (out, _, code) = run(callscope(&["report", "call.json", "--format", "markdown"]).current_dir(folder.path()));
    assert_eq!(code, 0);
    assert!(out.starts_with("# call ") && out.contains("## Whose side it is") && out.contains("| person |"), "{out}");
    let unescaped = out.replace("\\<", "").replace("\\[", "").replace("\\*", "").replace("\\|", "");
    assert!(!unescaped.contains(['<', '[', '*']), "{out}");
}

#[test]
fn own_rule_sets_judge_and_mistakes_in_them_are_told() {
    let config =
        "judge-by = \"strict\"\n[rules.strict.audio]\npackets-over = 100\npoor-if-any = [\"averageJitter > 1 ms\"]\n";
    let folder = folder_with(&[
        ("call.json", fixtures::small_call().to_string().as_bytes()),
        ("good.toml", config.as_bytes()),
        ("bad.toml", b"[rules.mine.audio]\npoor-if-any = [\"averageJiter > 1 ms\"]\n"),
    ]);
    let with = |config: &str, arguments: &[&str]| {
        run(callscope(arguments).current_dir(folder.path()).env("CALLSCOPE_CONFIG", config))
    };
    let (out, _, _) = with("good.toml", &["report", "call.json", "--format", "json"]);
    assert!(out.contains("\"rule_set\":\"strict\""), "{out}");
    let (out, _, _) = with("good.toml", &["report", "call.json", "--format", "json", "--rules", "cqd"]);
    assert!(out.contains("\"rule_set\":\"cqd\""), "{out}");
    let (out, _, code) = with("good.toml", &["rules"]);
    assert!(code == 0 && out.contains("[rules.strict.audio]") && out.contains("[rules.cri.video]"), "{out}");
    let (out, err, code) = with("bad.toml", &["report", "call.json"]);
    assert_eq!((out.as_str(), code), ("", 2));
    let told =
        "error: the config file bad.toml, line 2: `averageJiter` is not a stream metric; did you mean `averageJitter`?";
    assert!(err.starts_with(told), "{err}");
    let (_, err, code) = run(callscope(&["report", "call.json", "--rules", "cqq"]).current_dir(folder.path()));
    assert_eq!(code, 2);
    assert!(err.contains("unknown rule set cqq: choose one of cqd, cqd-2020, cri"), "{err}");
}

#[test]
fn two_versions_of_a_call_are_told_apart() {
    let mut old = fixtures::small_call();
    let mut new = old.clone();
    // Greta's session was good and is now poor.
    for one in new["value"][0]["segments"][0]["media"][0]["streams"].as_array_mut().expect("streams") {
        one["averagePacketLossRate"] = 0.3.into();
    }
    // The last one was not there yet.
    old["value"].as_array_mut().expect("sessions").pop();
    let folder = folder_with(&[("old.json", old.to_string().as_bytes()), ("new.json", new.to_string().as_bytes())]);
    let (out, err, code) = run(callscope(&["diff", "old.json", "new.json"]).current_dir(folder.path()));
    assert_eq!((err.as_str(), code), ("", 0));
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("old.json") && flat.contains("new.json: 3 sessions"), "{out}");
    assert!(flat.contains("VERDICTS THAT GOT WORSE (1)") && flat.contains("SESSIONS THAT ARRIVED LATE (1)"), "{out}");
    assert!(flat.contains("1 session identical"), "{out}");
    let (out, _, code) =
        run(callscope(&["diff", "new.json", "new.json", "--format", "markdown"]).current_dir(folder.path()));
    assert!(out.contains("3 sessions identical") && code == 0, "{out}");
    let (_, err, code) = run(callscope(&["diff", "new.json", "gone.json"]).current_dir(folder.path()));
    assert!(err.contains("gone.json") && code == 5, "{err}");
}

#[test]
fn of_versions_that_are_not_all_of_a_call_nothing_is_late_or_gone() {
    let whole = fixtures::small_call();
    let mut half = whole.clone();
    half["value"].as_array_mut().expect("sessions").pop();
    half["@odata.nextLink"] = "https://graph.microsoft.com/v1.0/more".into();
    let folder =
        folder_with(&[("whole.json", whole.to_string().as_bytes()), ("half.json", half.to_string().as_bytes())]);
    for (files, heading) in [
        (["half.json", "whole.json"], "ONLY IN THE SECOND (1)"),
        (["whole.json", "half.json"], "ONLY IN THE FIRST (1)"),
    ] {
        let (out, _, code) = run(callscope(&["diff", files[0], files[1]]).current_dir(folder.path()));
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(heading) && flat.contains("half.json is incomplete"), "{out}");
        assert!(!flat.contains("LATE") && !flat.contains("GONE") && code == 6, "{out}");
    }
    let (_, err, code) = run(callscope(&["diff", "-", "whole.json"]).current_dir(folder.path()));
    assert!(err.contains("save it to a file first") && code == 2, "{err}");
}

#[test]
fn a_filter_that_cannot_be_understood_is_refused_with_its_place() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    // Without a screen as well.
    for (filter, says) in [
        ("poor usr:x", "--filter `usr:x`: usr: is not a filter; did you mean user:?"),
        ("loss>5", "--filter `loss>5`: loss>5 is 500 %: did you mean loss>5%?"),
        ("@vip", "--filter `@vip`: there is no filter @vip"),
    ] {
        let (_, err, code) = run(callscope(&["call.json", "--filter", filter]).current_dir(folder.path()));
        assert!(code == 2 && err.contains(says), "{code}: {err}");
    }
    let (out, err, code) = run(callscope(&["call.json", "--filter", "poor"]).current_dir(folder.path()));
    assert!(code == 0 && out.contains("Filter `poor`: ") && err.is_empty(), "{code}: {err}");
}

/// Every command with its outcome if there is neither a call nor a service.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["call.json"],
    &["missing.json"],
    &["report", "call.json"],
    &["report", "call.json", "--format", "markdown"],
    &["report", "call.json", "--format", "json"],
    &["report", "missing.json"],
    &["diff", "call.json", "call.json"],
    &["diff", "call.json", "missing.json"],
    &["rules"],
    &["calls"],
    &["doctor"],
    &["fetch", fixtures::CALL],
    &["demo"],
    &["serve", "missing.json"],
    &["--nonsense"],
];

#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_that_takes_nothing_changes_nothing_else() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    for arguments in COMMANDS {
        let (expected, told, code) = run(callscope(arguments).current_dir(folder.path()));
        assert!(!told.contains('\x1b') && !told.contains("src/"), "{arguments:?}: {told}");
        let (reader, closed) = std::io::pipe().expect("a pipe");
        drop(reader);
        let full = fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        for broken in [Stdio::from(closed), Stdio::from(full)] {
            let mut command = callscope(arguments);
            let output = command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(broken).spawn();
            let output = output.expect("it starts").wait_with_output().expect("it ends");
            let (out, _, ended) = told_of(&output);
            assert_eq!((out, ended), (expected.clone(), code), "{arguments:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_one_sentence() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    for arguments in COMMANDS {
        let (expected, _, code) = run(callscope(arguments).current_dir(folder.path()));
        let full = fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let mut command = callscope(arguments);
        let output = command.current_dir(folder.path()).stdout(full).stderr(Stdio::piped()).spawn();
        let (_, told, ended) = told_of(&output.expect("it starts").wait_with_output().expect("it ends"));
        match expected.is_empty() {
            true => assert_eq!(ended, code, "{arguments:?}"),
            false => {
                assert_eq!(ended, 1, "{arguments:?}");
                let sentence = "error: standard output could not be written: No space left on device\n  hint: ";
                assert!(told.starts_with(sentence) && told.lines().count() == 2, "{arguments:?}: {told}");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_who_has_read_enough_is_no_error() {
    let folder = folder_with(&[("call.json", fixtures::small_call().to_string().as_bytes())]);
    for arguments in [&["report", "call.json"][..], &["rules"], &["report", "call.json", "--format", "json"]] {
        let (reader, closed) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = callscope(arguments);
        let output = command.current_dir(folder.path()).stdout(closed).stderr(Stdio::piped()).spawn();
        let (_, told, ended) = told_of(&output.expect("it starts").wait_with_output().expect("it ends"));
        assert_eq!((told.as_str(), ended), ("", 0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf_8_is_a_name_like_any_other() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(b"call-\xff.json");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), fixtures::small_call().to_string()).expect("it takes files");
    for arguments in [&["report"][..], &[], &["diff"]] {
        let mut command = callscope(arguments);
        command.arg(name).current_dir(folder.path());
        if arguments == ["diff"] {
            command.arg(name);
        }
        let (out, err, code) = run(&mut command);
        assert_eq!((err.as_str(), code), ("", 0), "{arguments:?}");
        assert!(out.contains("3 sessions"), "{arguments:?}: {out}");
    }
    let (_, err, code) = run(callscope(&["report"]).arg(std::ffi::OsStr::from_bytes(b"gone-\xff")));
    assert_eq!(code, 5);
    assert!(err.starts_with("error: no such file or folder: gone-\u{fffd}\n"), "{err}");
}

/// A shell command that cannot write files of more than this many 512-byte blocks: simulates a full disk.
#[cfg(target_os = "linux")]
fn with_little_room(blocks: usize, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_callscope")]).args(arguments);
    command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "").stdin(Stdio::null());
    command
}

#[cfg(target_os = "linux")]
#[test]
fn no_room_for_what_is_unpacked_or_piped_is_said_with_the_place_and_plain_files_need_none() {
    let sessions: Vec<_> = (0..400).map(|number| fixtures::session(number, "Greta Quist", 0.01)).collect();
    let text = fixtures::page(&sessions, None).to_string();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).expect("it is packed");
    let packed = packed.finish().expect("it is packed");
    let folder = folder_with(&[("call.json", text.as_bytes()), ("call.json.gz", &packed)]);
    let place = std::env::temp_dir();

    let (out, err, code) = run(with_little_room(50, &["report", "call.json.gz"]).current_dir(folder.path()));
    let no_room = format!("could not be written to a temporary file in {}: File too large\n", place.display());
    assert!(err.starts_with(&format!("error: call.json.gz {no_room}  hint: free some space there")), "{out}{err}");
    assert_eq!(code, 5);
    let mut piped = with_little_room(50, &["report", "-"]);
    piped.stdin(fs::File::open(folder.path().join("call.json")).expect("it is there"));
    let (_, err, code) = run(&mut piped);
    assert!(err.starts_with(&format!("error: standard input {no_room}")), "{err}");
    assert_eq!(code, 5);
    for format in ["json", "text", "markdown"] {
        let mut plain = with_little_room(1, &["report", "call.json", "--format", format]);
        let (out, err, code) = run(plain.current_dir(folder.path()).env("TMPDIR", "/no/such/folder"));
        assert_eq!((err.as_str(), code), ("", 0), "{format}");
        assert!(out.contains(fixtures::CALL), "{format}");
        if format == "json" {
            let report: serde_json::Value = serde_json::from_str(&out).expect("it is whole");
            assert_eq!(report["sessions"].as_array().map(Vec::len), Some(400));
        }
    }
    for target in ["call.json.gz", "-"] {
        let mut command = callscope(&["report", target]);
        command.env("TMPDIR", "/no/such/folder").current_dir(folder.path());
        command.stdin(fs::File::open(folder.path().join("call.json")).expect("it is there"));
        let (_, err, code) = run(&mut command);
        let sentence = "could not be written to a temporary file in /no/such/folder: No such file or directory\n";
        assert!(err.contains(sentence) && err.contains("set TMPDIR to a writable folder"), "{target}: {err}");
        assert_eq!(code, 5, "{target}");
    }
}
