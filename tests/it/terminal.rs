//! The program in a pseudo-terminal: it starts, is used, and leaves the terminal as it found it, however it
//! ends.
#![cfg(unix)]

use std::fs;
use std::time::Duration;

use crate::support::fixtures;
use crate::support::pty::Pty;
use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_callscope");

fn saved_call() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    fs::write(&path, fixtures::small_call().to_string()).expect("it takes files");
    let path = path.to_str().expect("a path in UTF-8").to_owned();
    (folder, path)
}

fn signal(pty: &Pty, signal: Signal) {
    let process = Pid::from_raw(pty.process()).expect("a process");
    kill_process(process, signal).expect("it can be signalled");
}

#[test]
fn a_saved_call_is_explored_and_left() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("Dario spoke → service");
    pty.send("\x1b[B");
    pty.wait_for("Greta spoke → service");
    pty.send("d");
    pty.wait_for("Details · session of Greta Quist");
    pty.resize(60, 20);
    // The frame is whole again: both of its corners stand in one line.
    pty.wait_until("the smaller screen", |screen| {
        let is_top = |line: &str| line.starts_with('╭') && line.ends_with('╮') && line.chars().count() == 60;
        screen.lines().any(is_top)
    });
    pty.send("\x1b");
    pty.wait_for("Sessions 3");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn a_call_comes_back_as_it_was_left_in_the_run_before() {
    let (folder, path) = saved_call();
    let state = folder.path().join("state").join("memory.json");
    let environment = [("CALLSCOPE_STATE", state.to_str().expect("a path in UTF-8"))];
    let mut pty = Pty::start(PROGRAM, &[&path], &environment, (100, 30));
    pty.wait_for("Sessions 3");
    pty.send("/quist\r2");
    pty.wait_for("Timeline");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    let mut pty = Pty::start(PROGRAM, &[&path], &environment, (100, 30));
    pty.wait_for("as it was left: /quist");
    pty.wait_for("Timeline");
    pty.send("1");
    pty.wait_for("Sessions 1 of 3 · /quist");
    pty.send("\x03");
    pty.wait_end();
    // Nobody else may read it, for a filter can have a name in it.
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(&state).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut pty = Pty::start(PROGRAM, &[&path, "--filter", "poor"], &[], (100, 30));
    pty.wait_for("Sessions 1 of 3 · /poor");
    pty.send("q");
    pty.wait_end();
}

#[test]
fn a_file_that_is_another_one_now_is_said_and_read_again() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("Sessions 3");
    let more = fixtures::page(&(1..=7).map(|at| fixtures::session(at, "Newcomer", 0.0)).collect::<Vec<_>>(), None);
    let beside = format!("{path}.new");
    fs::write(&beside, more.to_string()).expect("it takes files");
    fs::rename(&beside, &path).expect("it can be replaced");
    pty.send("\x1b[B");
    pty.wait_for("call.json changed on disk: R reads it anew");
    pty.send("R");
    pty.wait_for("Sessions 7");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn the_mouse_is_used_only_where_somebody_wants_it_and_what_is_copied_goes_through_the_terminal() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("Sessions 3");
    assert_eq!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty.send("yname\r");
    pty.wait_for("copied the name (10 B) through the terminal");
    assert!(pty.written().contains("\x1b]52;c;RGFyaW8gTGltYQ==\x07"));
    pty.send("q");
    pty.wait_end();
    let mut pty = Pty::start(PROGRAM, &[&path, "--mouse"], &[], (100, 30));
    pty.wait_for("Dario spoke → service");
    assert_ne!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    // A click on the second session of the list, as a terminal tells it.
    pty.send("\x1b[<0;5;6M");
    pty.wait_for("Greta spoke → service");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn signals_end_it_with_their_codes_and_the_terminal_restored() {
    for (kind, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let (_folder, path) = saved_call();
        let mut pty = Pty::start(PROGRAM, &[&path], &[], (80, 24));
        pty.wait_for("Sessions 3");
        signal(&pty, kind);
        assert_eq!(pty.wait_end().exit_code(), code, "{kind:?}");
        assert_eq!(pty.left_behind(), Vec::<String>::new(), "{kind:?}");
    }
}

#[test]
fn ctrl_c_ends_it_with_130() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (80, 24));
    pty.wait_for("Sessions 3");
    pty.send("/");
    pty.wait_for("Enter keep");
    pty.send("\x03");
    assert_eq!(pty.wait_end().exit_code(), 130);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn it_is_suspended_from_a_shell_and_continued() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start("/bin/sh", &["-i"], &[("PS1", "ready> ")], (100, 30));
    pty.wait_for("ready> ");
    pty.send(&format!("set -m; {PROGRAM} {path}; echo code $?\n"));
    pty.wait_for("Dario spoke → service");
    pty.send("\x1a");
    pty.wait_until("the shell", |screen| !screen.contains("Sessions 3") && screen.trim_end().ends_with("ready>"));
    assert!(!pty.screen().alternate_screen());
    pty.send("fg\n");
    pty.wait_for("Dario spoke → service");
    pty.send("\x1b[B");
    pty.wait_for("Greta spoke → service");
    pty.send("q");
    pty.wait_until("the shell", |screen| !screen.contains("Sessions 3") && screen.contains("ready>"));
    assert!(!pty.screen().alternate_screen() && !pty.screen().hide_cursor());
    pty.send("exit\n");
    pty.wait_end();
}

#[test]
fn the_demo_starts_without_anything_and_lets_choose() {
    let mut pty = Pty::start(PROGRAM, &["demo"], &[], (120, 36));
    pty.wait_for("Meeting, 180 sessions");
    pty.send("\r");
    pty.wait_for("so far");
    pty.wait_for("complete: 3 pages");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn a_call_through_a_pipe_is_explored_with_the_keys_of_the_terminal() {
    let (_folder, path) = saved_call();
    let command = format!("cat {path} | {PROGRAM}");
    let mut pty = Pty::start("/bin/sh", &["-c", &command], &[], (100, 30));
    pty.wait_for("Dario spoke → service");
    pty.send("\x1b[B");
    pty.wait_for("Greta spoke → service");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn without_anything_it_says_how_to_begin() {
    let mut pty = Pty::start(PROGRAM, &[], &[], (80, 24));
    pty.wait_for("No call was named");
    pty.wait_for("Town hall, 5,000 sessions");
    pty.send("\x1b[B\r");
    pty.wait_for("Mira Achterberg");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn what_is_no_call_shows_no_screen_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("table.csv");
    fs::write(&path, "Name,Start,End\nAna,1,2\n").expect("it takes files");
    let mut pty = Pty::start(PROGRAM, &[path.to_str().expect("UTF-8")], &[], (80, 24));
    assert_eq!(pty.wait_end().exit_code(), 5);
    assert!(pty.text().contains("is a table (CSV)"), "{}", pty.text());
    assert!(!pty.written().contains("\x1b[?1049h"), "the other screen came and went");
}

#[test]
fn names_that_are_escape_sequences_do_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[31mRed\u{202e}";
    fs::write(&path, fixtures::page(&[fixtures::session(1, hostile, 0.0)], None).to_string()).expect("it takes files");
    let mut pty = Pty::start(PROGRAM, &[path.to_str().expect("UTF-8")], &[], (120, 36));
    pty.wait_for("[31mRed");
    pty.send("d");
    pty.wait_for("Details");
    pty.send("r");
    pty.wait_for("Raw");
    pty.send("q");
    pty.wait_end();
    let written = pty.written();
    assert!(!written.contains("\x1b]0;owned") && !written.contains("\x1b[31mRed") && !written.contains('\u{202e}'));
}

#[test]
fn no_color_means_no_colour() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[("NO_COLOR", "1")], (120, 36));
    pty.wait_for("Dario spoke → service");
    let screen = pty.screen();
    for row in 0..36 {
        for column in 0..120 {
            let cell = screen.cell(row, column).expect("a cell");
            assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        }
    }
    pty.send("q");
    pty.wait_end();
}

/// Not a test of its own: what [`a_panic_on_any_thread_gives_the_terminal_back`] runs in a terminal.
#[test]
fn a_program_that_panics() {
    use callscope::app::App;
    use callscope::run::{Ended, Ends, Hardware, run};
    use callscope::terminal::{self, Alarm, Borrowed, Screen};

    struct NoHardware;
    impl Hardware<terminal::Frames> for NoHardware {
        fn suspend(&mut self, _: &mut Screen) -> std::io::Result<()> {
            Ok(())
        }
        fn resume(&mut self, _: &mut Screen) -> std::io::Result<()> {
            Ok(())
        }

        fn send(&mut self, _screen: &mut callscope::terminal::Screen, _bytes: &[u8]) -> std::io::Result<()> {
            Ok(())
        }
    }

    let Ok(place) = std::env::var("CALLSCOPE_TEST_PANIC") else { return };
    let alarm = Alarm::default();
    terminal::install_panic_hook(alarm.clone()).expect("the first hook");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ended = runtime.block_on(async {
        let borrowed = Borrowed::take(false).expect("a terminal");
        let mut screen = terminal::screen().expect("a screen");
        let app = App::new(callscope::triage::RuleSets::built_in(), 0, callscope::app::CallList::default(), (80, 24));
        let (_keys, input) = tokio::sync::mpsc::channel(1);
        if place == "thread" {
            std::thread::spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                panic!("a thread fell over");
            });
        } else {
            tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                panic!("a task fell over");
            });
        }
        let theme = callscope::ui::Theme::DARK;
        let mut open = |_: &callscope::app::Chosen| panic!("there is nothing to choose");
        let clipboard = callscope::clipboard::Way::Terminal(callscope::clipboard::Wrapped::Plain);
        let ends =
            Ends { input, load: None, early: Vec::new(), open: &mut open, listing: None, alarm, theme, clipboard };
        let ended = run(app, &mut screen, &mut NoHardware, ends).await;
        drop(borrowed);
        ended
    });
    std::process::exit(i32::from(matches!(ended, Ok(Ended::Panicked))));
}

#[test]
fn a_panic_on_any_thread_gives_the_terminal_back() {
    let this = std::env::current_exe().expect("this test");
    for (place, words) in [("thread", "a thread fell over"), ("task", "a task fell over")] {
        let arguments = ["terminal::a_program_that_panics", "--exact", "--nocapture"];
        let mut pty =
            Pty::start(this.to_str().expect("UTF-8"), &arguments, &[("CALLSCOPE_TEST_PANIC", place)], (80, 24));
        assert_eq!(pty.wait_end().exit_code(), 1, "{place}: {}", pty.text());
        assert_eq!(pty.left_behind(), Vec::<String>::new(), "{place}");
        assert!(pty.text().contains(words), "{place}: {}", pty.text());
        assert!(pty.text().contains("please report it"), "{place}: {}", pty.text());
        // The report stands on the first screen, after the other one was left.
        let written = pty.written();
        let left = written.rfind("\x1b[?1049l").expect("the other screen was left");
        assert!(
            written.rfind(words).is_some_and(|report| report > written.find("\x1b[?1049h").expect("it was entered"))
        );
        assert!(written[left..].len() < written.len());
    }
}
