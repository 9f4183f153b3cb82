//! What the program says about itself: commands, completions, the manual, environment variables and exit codes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use callscope::cli::environment::VARIABLES;
use callscope::cli::{environment, exits};

/// The program without an environment, in a folder of its own.
fn callscope(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    let command = command.args(arguments).env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
    command.current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn said(arguments: &[&str]) -> String {
    let output = callscope(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_misspelt_command_is_recognised_and_a_misspelt_option_corrected() {
    for (arguments, told) in [
        (&["reprot"][..], "error: reprot is neither a file nor a command; did you mean `report`?"),
        (&["reprot", "call.json", "--format", "json"], "did you mean `report`?"),
        (&["--time", "local", "serv", "--port", "0"], "did you mean `serve`?"),
        (&["call.json", "diff"], "name the command first: `callscope diff call.json`"),
        (&["report", "--fromat", "json"], "a similar argument exists: '--format'"),
        (&["report", "--format", "jsn"], "a similar value exists: 'json'"),
        (&["man", "reprot"], "did you mean `report`?"),
        (&["explain", "averageJiter"], "nothing is called averageJiter; did you mean `averageJitter`?"),
        (&["confg", "show"], "error: confg is neither a file nor a command; did you mean `config`?"),
        (&["explain", "zzzz"], "`callscope explain` lists what can be explained"),
        (&["completions", "bsh"], "a similar value exists: 'bash'"),
    ] {
        let output = callscope(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
    }
    // A name that is close to no command is that of a file.
    assert_eq!(callscope(&["reprot.json"]).status.code(), Some(5));
}

#[test]
fn every_shell_completes_commands_weathers_and_rule_sets() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = said(&["completions", shell]);
        assert!(script.contains("doctor"), "{shell}");
        // These two do not complete values.
        for name in ["crawling", "cqd-2020"].into_iter().filter(|_| !["powershell", "elvish"].contains(&shell)) {
            assert!(script.contains(name), "{shell} does not complete {name}");
        }
    }
}

/// Runs the script in bash as a user's Tab would.
#[test]
fn bash_completes_what_is_typed() {
    let is_there = Command::new("bash").arg("-c").arg("true").status().is_ok_and(|status| status.success());
    if !is_there {
        return println!("skipped: there is no bash");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = said(&["completions", "bash"]);
    assert!(script.contains("-o bashdefault -o default"), "bash completes files where there is nothing else");
    fs::write(folder.path().join("script"), script).expect("it takes files");
    for (words, place, expected) in [
        ("callscope rep", 1, "report"),
        ("callscope report --format mark", 3, "markdown"),
        ("callscope --rules cqd-", 2, "cqd-2020"),
        ("callscope demo --weather craw", 3, "crawling"),
        ("callscope completions fi", 2, "fish"),
    ] {
        let script = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD={place}; \
             _callscope callscope \"${{COMP_WORDS[{place}]}}\" \"${{COMP_WORDS[{place}-1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["--norc", "-c", &script]).current_dir(folder.path()).output();
        let completed = text(&output.expect("bash starts").stdout);
        assert!(completed.split_whitespace().any(|word| word == expected), "{words}: {completed}");
    }
}

#[test]
fn the_manual_and_the_help_have_every_command_variable_file_and_exit_code() {
    let (page, help) = (said(&["man"]).replace("\\-", "-"), said(&["--help"]));
    for (name, _) in VARIABLES.iter().flat_map(|(_, variables)| *variables) {
        assert!(page.contains(&format!("\\fB{name}\\fR")), "the manual has no {name}");
        assert!(help.contains(&format!("\n  {name} ")), "the help has no {name}");
    }
    for (path, _) in environment::FILES {
        assert!(page.contains(path) && help.contains(path), "{path}");
    }
    for (exit, meaning) in exits::EXITS {
        let meaning = meaning.replace('`', "");
        assert!(page.contains(&meaning) && help.contains(&meaning), "{}", exit.code());
    }
    for section in ["NAME", "SYNOPSIS", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS"] {
        assert!(page.contains(&format!(".SH {section}")) || page.contains(&format!(".SH \"{section}\"")), "{section}");
    }
    assert!(said(&["man", "report"]).contains("callscope\\-report"));
    assert!(help.lines().all(|line| line.chars().count() <= 100), "a line that terminals would wrap");
}

#[test]
fn the_documents_have_the_tables_of_variables_and_exit_codes() {
    for (name, table) in [("docs/settings.md", environment::markdown()), ("README.md", exits::markdown())] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("it is there");
        assert!(text.contains(&table), "put this table into {name}:\n{table}");
    }
}

#[test]
fn the_version_says_what_the_program_was_built_from_and_no_path_of_its_builder() {
    let short = said(&["-V"]);
    assert_eq!(short, format!("callscope {}\n", env!("CARGO_PKG_VERSION")));
    let long = said(&["--version"]);
    assert!(long.starts_with(&short), "{long}");
    for line in ["\ncommit: ", "\ntarget: ", "\nprofile: ", "\nfeatures: "] {
        assert!(long.contains(line), "{long}");
    }
    assert!(!long.contains(env!("CARGO_MANIFEST_DIR")) && !long.contains("/home"), "{long}");
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("it is there");
    let features = manifest.split("[features]\n").nth(1).and_then(|rest| rest.split("\n[").next()).expect("a section");
    let features: Vec<&str> = features
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    let known: Vec<&str> = callscope::cli::version::FEATURES.iter().map(|(name, _)| *name).collect();
    assert_eq!(known, features, "the features in the version are those of Cargo.toml");
}

#[test]
fn names_from_reports_are_explained_with_unit_limits_source_and_what_to_do() {
    for (arguments, told) in [
        (&["explain", "averageJitter"][..], "cqd: audio: poor over 30 ms"),
        (&["explain", "round trip"], "averageRoundTripTime"),
        (&["explain", "callerNetwork.wifiSignalStrength"], "in percent, not dBm"),
        (&["explain", "wifi-weak"], "finding:wifi-weak"),
        (&["explain", "cri"], "Call Record Insights"),
        (&["explain", "access-point"], "this access point: its radio"),
        (&["explain", "loss", "jitter"], "averageJitter"),
        (&["explain"], "wifi-weak "),
    ] {
        let output = callscope(arguments);
        let out = text(&output.stdout);
        assert!(output.status.success() && out.to_lowercase().contains(&told.to_lowercase()), "{arguments:?}: {out}");
        assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    }
}

#[test]
fn the_documents_name_every_member_of_the_rules_as_json() {
    let rules: serde_json::Value = serde_json::from_str(&said(&["rules", "--format", "json"])).expect("JSON");
    assert_eq!(rules["schema"], "callscope.rules/1");
    assert_eq!(rules["rule_sets"].as_array().map(Vec::len), Some(3));
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md")).expect("it is there");
    let (_, documented) = text.split_once("callscope.rules/1").expect("it is documented");
    let documented = documented.split("\n\n**").next().unwrap_or_default();
    for node in [
        &rules,
        &rules["rule_sets"][0],
        &rules["rule_sets"][0]["limits"][0],
        &rules["rule_sets"][0]["limits"][0]["poor_if"][0],
        &rules["findings"][0],
    ] {
        for name in node.as_object().expect("an object").keys() {
            assert!(documented.contains(&format!("`{name}`")), "docs/json.md does not name {name}");
        }
    }
}

#[test]
fn every_setting_in_effect_is_shown_with_its_origin_as_a_config_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("config.toml");
    fs::write(&path, "theme = \"dark\"\ntime = \"utc\"\ncolumns = [\n\"subnet\",\n]\n[filters]\nvip = \"user:ada\"\n")
        .expect("it takes files");
    let show = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(["config"]).args(arguments).env_clear().env("CALLSCOPE_CONFIG", &path);
        command.env("CALLSCOPE_TIME", "local").env("AZURE_TENANT_ID", "contoso.example");
        let output = command.output().expect("the program starts");
        (text(&output.stdout), text(&output.stderr), output.status.code())
    };
    let (out, ..) = show(&["show", "--no-segments", "--page-size", "20", "--rules", "cri"]);
    for line in [
        "judge-by = \"cri\"  # option --rules",
        "time = \"local\"  # environment variable CALLSCOPE_TIME",
        "theme = \"dark\"  # line 1",
        "columns = [ \"subnet\", ]  # line 3",
        "segments = false  # option --no-segments",
        "page-size = 20  # option --page-size",
        "tenant = \"contoso.example\"  # environment variable AZURE_TENANT_ID",
        "cloud = \"global\"  # default",
        "filters.vip = \"user:ada\"  # line 7",
    ] {
        assert!(out.lines().any(|shown| shown == line), "{line}: {out}");
    }
    callscope::config::Config::read(&out).unwrap_or_else(|mistake| panic!("{mistake}: {out}"));
    let (out, _, code) = show(&["show", "--buildings", "/no/such/buildings.tsv"]);
    let shown = "buildings = \"/no/such/buildings.tsv\"  # option --buildings";
    assert!(
        code == Some(0) && out.lines().any(|line| line == shown),
        "where a file cannot be read, the origin of its name helps: {out}"
    );
    assert_eq!(show(&["path"]).0.trim(), path.to_str().expect("UTF-8"));
    // A broken file is told by its line, and its template and path still are to be had.
    fs::write(&path, "theme = \"pink\"\n").expect("it takes files");
    let (_, err, code) = show(&["show"]);
    assert!(code == Some(2) && err.contains("line 1: unknown theme pink"), "{err}");
    assert!(show(&["template"]).0.contains("\n#theme = \"auto\"\n"));
    assert_eq!(show(&["path"]).2, Some(0));
}

#[test]
fn the_doctor_begins_with_what_a_report_of_a_fault_needs() {
    let out = text(&callscope(&["doctor"]).stdout);
    let lines: Vec<&str> = out.lines().collect();
    for (line, heading) in lines.iter().zip(["version ", "system ", "terminal ", "locale "]) {
        assert!(line.starts_with(heading), "{out}");
    }
    assert_eq!(lines[4], "", "{out}");
}

/// Variables that only tell what kind of terminal or session this is.
const SIGNS: &[&str] = &[
    "WT_SESSION",
    "TERM_PROGRAM",
    "COLORFGBG",
    "PATH",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "STY",
    "TMUX",
    "WAYLAND_DISPLAY",
    "WSL_DISTRO_NAME",
];

#[test]
fn every_variable_that_the_program_reads_is_documented() {
    let documented: BTreeSet<&str> =
        VARIABLES.iter().flat_map(|(_, variables)| *variables).map(|(name, _)| *name).collect();
    let mut read = BTreeSet::new();
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for opening in ["var(\"", "var_os(\"", "environment(\"", "variable(\""] {
            let names = text.split(opening).skip(1).filter_map(|rest| rest.split('"').next());
            read.extend(names.filter(|name| !name.contains(|letter: char| letter.is_lowercase())).map(str::to_owned));
        }
    }
    read.extend(callscope::programs::SECRETS.iter().map(ToString::to_string));
    assert!(read.len() > 10, "{read:?}");
    for name in read {
        assert!(documented.contains(name.as_str()) || SIGNS.contains(&name.as_str()), "{name} is not documented");
    }
}

/// The texts of all sources, without their tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            texts.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
    texts
}

/// Every command that prints without a service.
const PRINTING: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["completions", "zsh"],
    &["man"],
    &["config", "template"],
    &["config", "show"],
    &["explain"],
    &["explain", "loss"],
    &["rules"],
    &["rules", "--format", "json"],
    &["report", "--schema"],
    &["demo", "pair"],
];

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error_and_a_file_gets_the_same_bytes_as_a_pipe() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for arguments in PRINTING {
        let start = |out: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
            let command = command.args(*arguments).env_clear().env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
            let command = command.current_dir(folder.path()).stdin(Stdio::null()).stdout(out).stderr(Stdio::piped());
            command.spawn().expect("the program starts").wait_with_output().expect("it ends")
        };
        let piped = start(Stdio::piped());
        assert!(!piped.stdout.is_empty(), "{arguments:?}");
        let path = folder.path().join("out");
        start(fs::File::create(&path).expect("a file").into());
        assert!(fs::read(&path).expect("it is there") == piped.stdout, "{arguments:?}");
        let (reader, closed) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ended = start(closed.into());
        assert_eq!((text(&ended.stderr).as_str(), ended.status.code()), ("", Some(0)), "{arguments:?}");
    }
}
