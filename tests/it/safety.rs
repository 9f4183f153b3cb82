//! What must never happen, whatever a service, file or environment does; SECURITY.md lists the promises.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use callscope::demo::weather::Weather;
use callscope::demo::{server, server::Running};
use callscope::source::manifest::Manifest;

use crate::support::fixtures;

const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";
const TOKEN: &str = server::TOKEN;

async fn served() -> Running {
    server::start(server::ServedCall::all_demo(), Weather::default(), 0).await.expect("a free port")
}

fn callscope(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_STATE", "").env("CALLSCOPE_CACHE", folder.join("cache"));
    command.env("CALLSCOPE_TOKEN", TOKEN).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_for_its_owner_alone_and_a_planted_link_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = folder.path().join("cache");
    fs::create_dir(&cache).expect("a folder");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("it takes modes");
    let running = served().await;
    let report = || callscope(&["report", MEETING, "--graph-url", &running.root], folder.path());
    assert!(run(report()).await.status.success());
    assert_eq!(mode(&cache), 0o700);
    let files: Vec<_> = fs::read_dir(&cache).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    assert!(files.len() == 2 && files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    let theirs = folder.path().join("theirs");
    for file in files {
        let bytes = fs::read(&file).expect("it is there");
        fs::write(&theirs, "precious").expect("it takes files");
        fs::remove_file(&file).expect("it is there");
        symlink(&theirs, &file).expect("a link");
        let output = run(report()).await;
        assert!(output.status.success() && said(&output).contains("version 2"), "{}", said(&output));
        assert_eq!(fs::read_to_string(&theirs).expect("it is there"), "precious", "{}", file.display());
        fs::remove_file(&file).expect("it is there");
        fs::write(&file, bytes).expect("it takes files");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_is_told_and_not_read_to_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("call.json"), fixtures::small_call().to_string()).expect("it takes files");
    let mut command = callscope(&["report", "call.json"], folder.path());
    command.env("CALLSCOPE_CONFIG", "/dev/zero");
    let output = run(command).await;
    assert!(
        said(&output).contains("larger than 1048576 bytes") && output.status.code() == Some(2),
        "{}",
        said(&output)
    );
    let running = served().await;
    let mut command = callscope(
        &["report", MEETING, "--graph-url", &running.root, "--token-command", "yes", "--retries", "0"],
        folder.path(),
    );
    command.env_remove("CALLSCOPE_TOKEN");
    let output = run(command).await;
    assert!(said(&output).contains("printed more than 1000 kB"), "{}", said(&output));
    let mut command = callscope(&["report", MEETING, "--retries", "0"], folder.path());
    command.env("SSL_CERT_FILE", "/dev/zero");
    let output = run(command).await;
    assert!(said(&output).contains("SSL_CERT_FILE names /dev/zero: it is no plain file"), "{}", said(&output));
    let mut command = callscope(
        &["report", MEETING, "--graph-url", &running.root, "--login-url", &running.root, "--retries", "0"],
        folder.path(),
    );
    command.env_remove("CALLSCOPE_TOKEN").env("AZURE_TENANT_ID", "t").env("AZURE_CLIENT_ID", "c");
    command.env("AZURE_FEDERATED_TOKEN_FILE", "/dev/zero");
    let output = run(command).await;
    assert!(said(&output).contains("/dev/zero cannot be read: it is larger than"), "{}", said(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_for_a_memory_is_neither_read_nor_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    use crate::support::pty::Pty;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let call = folder.path().join("call.json");
    fs::write(&call, fixtures::small_call().to_string()).expect("it takes files");
    for device in ["/dev/full", "/dev/zero"] {
        let call = call.to_str().expect("UTF-8");
        let environment = [("CALLSCOPE_STATE", device), ("CALLSCOPE_CONFIG", "")];
        let mut pty = Pty::start(env!("CARGO_BIN_EXE_callscope"), &[call], &environment, (80, 24));
        pty.wait_for("/3 · worst first");
        pty.send("q");
        assert_eq!(pty.wait_end().exit_code(), 0, "{device}");
        assert!(fs::metadata(device).expect("it is there").file_type().is_char_device(), "{device}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_file_of_our_own_is_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = served().await;
    let fetch = |output: &str, force: bool| {
        let arguments = ["fetch", MEETING, "-o", output, "--graph-url", &running.root];
        let force: &[&str] = if force { &["--force"] } else { &[] };
        callscope(&[&arguments, force].concat(), folder.path())
    };
    let output = run(fetch("/dev/null", true)).await;
    assert!(said(&output).contains("/dev/null is not a regular file and is not replaced"), "{}", said(&output));
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());
    let manifest = Manifest::path_of(&folder.path().join("call.json"));
    fs::write(&manifest, r#"{"name":"another program's","version":3}"#).expect("it takes files");
    let output = run(fetch("call.json", false)).await;
    assert!(said(&output).contains("call.manifest.json belongs to another program"), "{}", said(&output));
    assert!(!folder.path().join("call.json").exists() && output.status.code() == Some(2));
    assert!(fs::read_to_string(&manifest).expect("it is there").contains("another program's"));
    assert!(run(fetch("call.json", true)).await.status.success());
    assert!(Manifest::read(&manifest).is_some());
    // Our own manifest may be overwritten once its file is gone.
    fs::remove_file(folder.path().join("call.json")).expect("it is there");
    assert!(run(fetch("call.json", false)).await.status.success());
}

/// The sign-in service's error message repeats everything it was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_sign_in_service_repeats_is_masked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let login = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut asked = vec![0; 8192];
            let mut length = 0;
            while let Ok(read @ 1..) = stream.read(&mut asked[length..]) {
                length += read;
                if asked[..length].windows(6).any(|it| it == b"secret") {
                    break;
                }
            }
            let sent = String::from_utf8_lossy(&asked[..length]).into_owned();
            let body = serde_json::json!({
                "error": "invalid_client",
                "error_description": format!("AADSTS7000215: you sent {}", sent.replace("\r\n", " ")),
            });
            let body = body.to_string();
            let head =
                format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    let running = served().await;
    let mut command = callscope(
        &["report", MEETING, "--graph-url", &running.root, "--login-url", &login, "--retries", "0"],
        folder.path(),
    );
    command.env_remove("CALLSCOPE_TOKEN").env("AZURE_TENANT_ID", "t").env("AZURE_CLIENT_ID", "c");
    command.env("AZURE_CLIENT_SECRET", "wolf~sheep+cabbage");
    let output = run(command).await;
    let said = said(&output);
    assert!(said.contains("AADSTS7000215"), "{said}");
    for part in ["wolf", "sheep", "cabbage"] {
        assert!(!said.contains(part), "{said}");
    }
    let longest = said.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert!(longest < 600, "a foreign message is cut: {said}");
}

/// Limits open files to far fewer than the folder holds.
#[cfg(unix)]
#[test]
fn a_folder_of_many_files_is_read_with_few_of_them_open() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = folder.path().join("files");
    fs::create_dir(&files).expect("a folder");
    for at in 0..300 {
        let page = fixtures::page(&[fixtures::session(at, "Greta Quist", 0.0)], None);
        fs::write(files.join(format!("{at}-a.json")), page.to_string()).expect("it takes files");
    }
    let script = format!("ulimit -n 96; '{}' report files --format json", env!("CARGO_BIN_EXE_callscope"));
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path()).env_clear().env("CALLSCOPE_CONFIG", "");
    let output = command.stdin(Stdio::null()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["completeness"]["sessions"], 300);
    // Sessions behind a dead link are missing, and reported as such.
    std::os::unix::fs::symlink("/no/such/page", files.join("300-a.json")).expect("a link");
    let output = callscope(&["report", "files"], folder.path()).output().expect("the program starts");
    assert!(output.status.code() == Some(6) && said(&output).contains("300-a.json"), "{}", said(&output));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_or_a_link_in_the_place_of_our_own_files_hangs_and_changes_nothing() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("call.json"), fixtures::small_call().to_string()).expect("it takes files");
    let pipe = Manifest::path_of(&folder.path().join("call.json"));
    assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()), "mkfifo is there");
    let output = run(callscope(&["report", "call.json"], folder.path())).await;
    assert!(output.status.success(), "{}", said(&output));
    // A cache folder that is a link to one that others can read is refused, and left as it is.
    let theirs = folder.path().join("theirs");
    fs::create_dir(&theirs).expect("a folder");
    fs::set_permissions(&theirs, fs::Permissions::from_mode(0o755)).expect("it takes modes");
    symlink(&theirs, folder.path().join("cache")).expect("a link");
    let running = served().await;
    let output = run(callscope(&["report", MEETING, "--graph-url", &running.root], folder.path())).await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(mode(&theirs), 0o755);
    assert_eq!(fs::read_dir(&theirs).expect("a folder").count(), 0);
}

#[test]
fn what_was_typed_on_the_command_line_controls_no_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = callscope(&["report", "--format", "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}"], folder.path()).output();
    let said = said(&output.expect("the program starts"));
    assert!(said.contains("--format"), "{said}");
    assert!(!said.chars().any(|letter| letter != '\n' && letter.is_control() || letter == '\u{202e}'), "{said:?}");
}

/// An answer packed without a word, in which the service repeats the token.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_back_packed_or_escaped_is_masked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let escaped: String = TOKEN.bytes().map(|letter| format!("\\u{letter:04x}")).collect();
    let plain = format!(r#"{{"error":{{"code":"X","message":"you sent {TOKEN}"}}}}"#);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(plain.as_bytes()).expect("memory takes everything");
    let packed = packed.finish().expect("memory takes everything");
    for body in [packed, plain.replace(TOKEN, &escaped).into_bytes()] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let root = format!("http://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let _ = stream.read(&mut [0; 8192]);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        let output = run(callscope(&["report", MEETING, "--graph-url", &root, "--retries", "0"], folder.path())).await;
        assert!(said(&output).contains("you sent •••") && !said(&output).contains(TOKEN), "{}", said(&output));
    }
}

/// Words in capitals that the documents name and that hold no secret: settings, paths, names of applications.
const NO_SECRETS: &[&str] = &[
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "CALLSCOPE_CACHE",
    "CALLSCOPE_CONFIG",
    "CALLSCOPE_LOG",
    "CALLSCOPE_STATE",
    "CALLSCOPE_TIME",
];

#[test]
fn every_variable_that_the_documents_name_is_a_secret_or_known_to_be_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let help = Command::new(env!("CARGO_BIN_EXE_callscope")).arg("--help").output().expect("the program starts");
    let sources =
        ["README.md", "docs/settings.md", "src/graph/sign_in/mod.rs", "src/cli/live.rs", "src/cli/environment.rs"];
    let texts = sources.map(|name| fs::read_to_string(root.join(name)).expect("it is there"));
    let all = texts.join("\n") + &said(&help);
    let names = all.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let ours = names.filter(|name| name.starts_with("AZURE_") || name.starts_with("CALLSCOPE_"));
    for name in ours {
        let is_known = callscope::programs::SECRETS.contains(&name) || NO_SECRETS.contains(&name);
        assert!(is_known, "{name}: is it a secret? If so, no other program may get it");
    }
    assert!(callscope::programs::SECRETS.iter().all(|name| all.contains(name)), "each is documented");
}

/// A pager that is killed while it has changed all there is to change.
#[cfg(target_os = "linux")]
#[test]
fn a_pager_that_dies_leaves_neither_the_screen_nor_the_shell_spoilt() {
    use crate::support::pty::Pty;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let call = folder.path().join("call.json");
    fs::write(&call, fixtures::small_call().to_string()).expect("it takes files");
    let pager = r"sh -c 'stty raw -echo; printf \033[5\;10r\033[4h\033[?6h; kill -9 $$'";
    let call = call.to_str().expect("UTF-8");
    let mut pty = Pty::start(env!("CARGO_BIN_EXE_callscope"), &[call], &[("PAGER", pager)], (100, 30));
    pty.wait_for("· complete");
    let before = pty.text();
    pty.send("|");
    pty.wait_for("was ended by signal");
    let after = pty.text();
    let above = |text: &str| text.lines().take(29).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(above(&after), above(&before));
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
    assert!(!pty.is_raw());
}

/// The pager, the editor and a command of the user's own: what they get, and what they do not get.
#[cfg(unix)]
#[test]
fn other_programs_get_no_secret_and_private_files_only() {
    use std::os::unix::fs::PermissionsExt as _;

    use crate::support::pty::Pty;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| folder.path().join(name);
    let path = |name: &str| place(name).to_str().expect("UTF-8").to_owned();
    let script = |name: &str, text: &str| {
        let text = format!("#!/bin/sh\ncd {}\nenv > {name}.env\n{text}\n", folder.path().display());
        fs::write(place(name), text).expect("it takes files");
        fs::set_permissions(place(name), fs::Permissions::from_mode(0o755)).expect("it takes modes");
    };
    script("pager", "cat > pager.text\necho PAGER RUNS; read answer < /dev/tty; echo \"$answer\" > pager.answer");
    script(
        "editor",
        "ls -ld \"$1\" \"$(dirname \"$1\")\" > editor.modes; echo \"$1\" > editor.path; echo more >> \"$1\"",
    );
    script("ticket", "cat > ticket.text; echo \"$@\" > ticket.arguments; echo filed as 17");
    fs::write(place("call.json"), fixtures::small_call().to_string()).expect("it takes files");
    let run = format!("[commands.ticket]\nkey = \"T\"\nrun = [\"{}\", \"--of={{start}}\"]\n", path("ticket"));
    fs::write(place("config.toml"), run).expect("it takes files");
    let (config, pager, editor, call) = (path("config.toml"), path("pager"), path("editor"), path("call.json"));
    let mut environment = vec![("CALLSCOPE_CONFIG", config.as_str()), ("PAGER", &pager), ("EDITOR", &editor)];
    environment.extend(callscope::programs::SECRETS.iter().map(|name| (*name, "s3cret-value")));

    let mut pty = Pty::start(env!("CARGO_BIN_EXE_callscope"), &[&call], &environment, (100, 30));
    pty.wait_for("Dario spoke → service");
    pty.send("|");
    pty.wait_for("PAGER RUNS");
    assert!(!pty.screen().alternate_screen(), "the terminal is the pager's");
    pty.send("dq?\n");
    pty.wait_for("Dario spoke → service");
    assert_eq!(fs::read_to_string(place("pager.answer")).expect("it got the keys"), "dq?\n");
    assert!(fs::read_to_string(place("pager.text")).expect("it got a text").contains("Dario Lima"));
    pty.send("e");
    pty.wait_for("the changes are not kept");
    pty.send("T");
    pty.wait_for("ticket: filed as 17");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());

    let modes = fs::read_to_string(place("editor.modes")).expect("it ran");
    assert!(modes.contains("-rw-------") && modes.contains("drwx------"), "{modes}");
    let copy = fs::read_to_string(place("editor.path")).expect("it ran");
    assert!(!Path::new(copy.trim()).exists(), "it is gone");
    assert!(fs::read_to_string(place("ticket.arguments")).expect("it ran").starts_with("--of=2026-"));
    assert!(fs::read_to_string(place("ticket.text")).expect("it ran").contains("Dario Lima"));
    for name in ["pager.env", "editor.env", "ticket.env"] {
        let environment = fs::read_to_string(place(name)).expect("it ran");
        assert!(environment.contains("PATH=") && !environment.contains("s3cret-value"), "{name}: {environment}");
    }
}

#[cfg(unix)]
#[test]
fn the_title_names_no_one_and_goes_with_the_program() {
    use crate::support::pty::Pty;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (call, config) = (folder.path().join("call.json"), folder.path().join("config.toml"));
    fs::write(&call, fixtures::small_call().to_string()).expect("it takes files");
    fs::write(&config, "title = false\n").expect("it takes files");
    let (call, config) = (call.to_str().expect("UTF-8"), config.to_str().expect("UTF-8"));
    let written = |environment: &[(&str, &str)]| {
        let mut pty = Pty::start(env!("CARGO_BIN_EXE_callscope"), &[call], environment, (80, 24));
        pty.wait_for("Dario spoke → service");
        pty.send("jjq");
        pty.wait_end();
        pty.written()
    };
    let usual = written(&[]);
    let titles: Vec<&str> = usual.split("\x1b]2;").skip(1).filter_map(|rest| rest.split('\x1b').next()).collect();
    assert!(!titles.is_empty() && titles.iter().all(|title| title.starts_with("callscope")), "{titles:?}");
    assert!(!titles.concat().contains("Dario") && !titles.concat().contains("Lima"), "{titles:?}");
    assert_eq!((usual.matches("\x1b[22;2t").count(), usual.matches("\x1b[23;2t").count()), (1, 1), "kept and restored");
    let silent = written(&[("CALLSCOPE_CONFIG", config)]);
    assert!(!silent.contains("\x1b]2;") && !silent.contains(";2t"), "it can be switched off");
}
