//! The program in a pseudo-terminal: it starts, is used, and leaves the terminal as it found it, however it ends.
#![cfg(unix)]

use std::fs;
use std::process::Command;
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
    // The frame is complete again: both of its corners are in one line.
    pty.wait_until("the smaller screen", |screen| {
        let is_top = |line: &str| line.starts_with('╭') && line.ends_with('╮') && line.chars().count() == 60;
        screen.lines().any(is_top)
    });
    pty.send("\x1b");
    pty.wait_for("/3 · worst first");
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
    pty.wait_for("/3 · worst first");
    pty.send("/quist\r2");
    pty.wait_for("Timeline");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    let mut pty = Pty::start(PROGRAM, &[&path], &environment, (100, 30));
    pty.wait_for("restored from last time: /quist");
    pty.wait_for("Timeline");
    pty.send("1");
    pty.wait_for("Sessions 1/1 of 3");
    pty.wait_for("/quist");
    pty.send("\x03");
    pty.wait_end();
    // Only the owner may read it, because a filter can contain a name.
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(&state).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut pty = Pty::start(PROGRAM, &[&path, "--filter", "poor"], &[], (100, 30));
    pty.wait_for("Sessions 1/1 of 3");
    pty.wait_for("/poor");
    pty.send("q");
    pty.wait_end();
}

#[test]
fn a_file_that_is_another_one_now_is_said_and_read_again() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("/3 · worst first");
    let more = fixtures::page(&(1..=7).map(|at| fixtures::session(at, "Newcomer", 0.0)).collect::<Vec<_>>(), None);
    let beside = format!("{path}.new");
    fs::write(&beside, more.to_string()).expect("it takes files");
    fs::rename(&beside, &path).expect("it can be replaced");
    pty.send("\x1b[B");
    pty.wait_for("call.json changed on disk; press R to reload");
    pty.send("R");
    pty.wait_for("/7 · worst first");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn a_file_that_became_unreadable_is_said_and_the_call_stays() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (200, 30));
    pty.wait_for("/3 · worst first");
    fs::remove_file(&path).expect("it can be removed");
    pty.send("\x1b[B");
    pty.wait_for("call.json changed on disk; press R to reload");
    pty.send("R");
    pty.wait_for("keeping the call as loaded, press R to retry");
    fs::write(&path, "noise").expect("it takes files");
    pty.send("R");
    pty.wait_for("is text that is not JSON; keeping the call");
    pty.wait_for("/3 · worst first");
    fs::write(&path, fixtures::small_call().to_string()).expect("it takes files");
    pty.send("R");
    pty.wait_until("the new file", |screen| screen.contains("/3 · worst first") && !screen.contains("the call stays"));
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn a_file_that_was_rewritten_in_place_with_the_same_length_and_time_is_noticed() {
    let (_folder, path) = saved_call();
    let before = fs::metadata(&path).and_then(|it| it.modified()).expect("a time");
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (200, 30));
    pty.wait_for("/3 · worst first");
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, text.replace("Greta", "Bruno")).expect("it takes files");
    let file = fs::File::options().write(true).open(&path).expect("it can be opened");
    file.set_modified(before).expect("it takes a time");
    pty.send("\x1b[B");
    pty.wait_for("changed on disk after it was opened");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn pasted_text_is_no_command_and_the_terminal_gets_its_own_way_of_pasting_back() {
    let (folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("/3 · worst first");
    pty.wait_until("bracketed paste to be asked for", |_| pty.screen().bracketed_paste());
    pty.send("\x1b[200~s\nq\nplease save this\n\x1b[201~");
    pty.wait_for("pasted text ignored");
    pty.send("/\x1b[200~user:greta\nquist\n\x1b[201~");
    pty.wait_for("/user:greta quist");
    pty.wait_for("1 of 3");
    pty.send("\rq");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no file was written");
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn a_terminal_that_goes_away_ends_it_even_where_that_signal_is_ignored() {
    let (_folder, path) = saved_call();
    let program = format!("trap '' HUP; exec {PROGRAM} {path}");
    let plain = format!("exec {PROGRAM} {path}");
    for command in [program, plain] {
        let pty = Pty::start("sh", &["-c", &command], &[], (80, 24));
        pty.wait_for("/3 · worst first");
        let started = std::time::Instant::now();
        let status = pty.hang_up();
        assert_eq!(status.exit_code(), 129, "{command}");
        assert!(started.elapsed() < Duration::from_secs(5), "{command}: {:?}", started.elapsed());
    }
}

#[test]
fn a_terminal_that_does_not_read_does_not_keep_it_from_ending() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (200, 60));
    pty.wait_for("/3 · worst first");
    pty.stop_reading();
    // More than fits in a pseudo-terminal's buffer.
    for _ in 0..200 {
        pty.send("d\x1b[Br");
    }
    std::thread::sleep(Duration::from_millis(300));
    signal(&pty, Signal::TERM);
    assert_eq!(pty.wait_end().exit_code(), 143);
}

#[test]
fn it_stops_and_goes_on_however_it_is_stopped() {
    for stop in [Signal::TSTP, Signal::STOP] {
        let (_folder, path) = saved_call();
        let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
        pty.wait_for("Dario spoke → service");
        signal(&pty, stop);
        pty.wait_stopped();
        if stop == Signal::TSTP {
            assert!(!pty.screen().alternate_screen(), "the other screen is left");
        }
        // Meanwhile a shell sets its own terminal modes.
        pty.make_cooked();
        signal(&pty, Signal::CONT);
        pty.wait_until("the screen again", |_| pty.is_raw());
        pty.send("\x1b[B");
        pty.wait_for("Greta spoke → service");
        pty.send("q");
        assert_eq!(pty.wait_end().exit_code(), 0, "{stop:?}");
        assert!(!pty.screen().alternate_screen());
    }
}

#[test]
fn a_late_answer_of_the_terminal_is_not_taken_for_keys() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[("COLORFGBG", "")], (100, 30));
    pty.wait_for("/3 · worst first");
    pty.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c");
    pty.send("\x1b[B");
    pty.wait_for("Greta spoke → service");
    assert!(pty.text().contains("/3 · worst first") && !pty.text().contains("commands"), "{}", pty.text());
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn lines_are_sent_as_repeated_characters_only_to_a_terminal_that_repeats_them() {
    let (_folder, path) = saved_call();
    // The column after a character that was to be repeated three times; and a terminal whose lines are two columns wide.
    for (column, repeats) in [(5, true), (2, false), (9, false)] {
        let far = [("COLORFGBG", ""), ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")];
        let mut pty = Pty::start(PROGRAM, &[&path], &far, (100, 30));
        pty.wait_until("a question", |_| pty.written().contains("\x1b[c"));
        pty.send("\x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c");
        pty.wait_until("another question", |_| pty.written().contains("\x1b[6n"));
        pty.send(&format!("\x1b[1;{column}R"));
        // Typed before the answer to the second question, which is the same.
        pty.send("\x1b[B\x1b[1;1R");
        pty.wait_for("Greta spoke → service");
        pty.send("?");
        pty.wait_for("Help");
        let written = pty.written();
        let frames = written.rsplit_once("\x1b[6n").map(|(_, after)| after).unwrap_or_default();
        let is_repeated =
            |after: &str| after.trim_start_matches(|letter: char| letter.is_ascii_digit()).starts_with('b');
        let has_repeated = frames.split("─\x1b[").skip(1).any(is_repeated);
        assert_eq!(has_repeated, repeats, "{column}: {frames}");
        pty.send("q");
        pty.send("q");
        assert_eq!(pty.wait_end().exit_code(), 0);
    }
}

#[test]
fn a_terminal_without_a_screen_gets_the_text_and_other_charsets_get_ascii() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[("TERM", "dumb")], (100, 60));
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert!(pty.text().contains("1 of 3 people had poor voice"), "{}", pty.text());
    assert!(!pty.written().contains('\x1b'), "no escape sequence");
    let mut pty = Pty::start(PROGRAM, &["demo"], &[("TERM", "dumb")], (100, 30));
    assert_eq!(pty.wait_end().exit_code(), 2);
    assert!(pty.text().contains("TERM=dumb"), "{}", pty.text());
    for (name, value, is_ascii) in [
        ("LC_ALL", "C", true),
        ("LANG", "de_DE.ISO-8859-1", true),
        ("LC_CTYPE", "ja_JP.eucJP", true),
        ("LANG", "en_US.UTF-8", false),
        ("LC_ALL", "C.utf8", false),
    ] {
        let mut pty = Pty::start(PROGRAM, &[&path], &[(name, value)], (100, 30));
        pty.wait_for("Dario spoke");
        assert_eq!(pty.text().is_ascii(), is_ascii, "{name}={value}: {}", pty.text());
        pty.send("q");
        pty.wait_end();
    }
}

#[test]
fn the_mouse_is_used_only_where_somebody_wants_it_and_what_is_copied_goes_through_the_terminal() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("/3 · worst first");
    assert_eq!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty.send("yname\r");
    pty.wait_for("sent the name (10 B) to the terminal");
    assert!(pty.written().contains("\x1b]52;c;RGFyaW8gTGltYQ==\x07"));
    pty.send("q");
    pty.wait_end();
    let mut pty = Pty::start(PROGRAM, &[&path, "--mouse"], &[], (100, 30));
    pty.wait_for("Dario spoke → service");
    assert_ne!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    // A click on the second session of the list, as a terminal reports it.
    pty.send("\x1b[<0;5;8M");
    pty.wait_for("Greta spoke → service");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
    assert_eq!(pty.left_behind(), Vec::<String>::new());
}

#[test]
fn the_clipboard_of_windows_gets_names_in_its_own_encoding() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, path) = saved_call();
    let (program, taken) = (folder.path().join("clip.exe"), folder.path().join("taken"));
    fs::write(&program, format!("#!/bin/sh\ncat > {0}.half && mv {0}.half {0}\n", taken.display())).expect("a script");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let search = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    let environment = [("PATH", search.as_str()), ("WSL_DISTRO_NAME", "Ubuntu")];
    let mut pty = Pty::start(PROGRAM, &[&path], &environment, (120, 36));
    pty.wait_for("/3 · worst first");
    pty.send("Y");
    pty.wait_for("with clip.exe");
    let bytes = fs::read(&taken).expect("something was copied");
    let units: Vec<u16> = bytes.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let text = String::from_utf16(&units).expect("UTF-16");
    assert!(text.starts_with("1 of 3 people") && text.contains("Dario Lima") && text.contains('–'), "{text}");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn a_key_in_the_same_moment_as_a_resize_does_not_hide_it() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (120, 36));
    pty.wait_for("/3 · worst first");
    for _ in 0..20 {
        pty.resize(20, 5);
        pty.send("\x1b[B");
        pty.wait_for("needs");
        pty.send("\x1b[A");
        pty.resize(120, 36);
        pty.wait_for("/3 · worst first");
    }
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
}

#[test]
fn signals_end_it_with_their_codes_and_the_terminal_restored() {
    for (kind, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::USR1, 138),
        (Signal::USR2, 140),
        (Signal::ALARM, 142),
    ] {
        let (_folder, path) = saved_call();
        let mut pty = Pty::start(PROGRAM, &[&path], &[], (80, 24));
        pty.wait_for("/3 · worst first");
        signal(&pty, kind);
        assert_eq!(pty.wait_end().exit_code(), code, "{kind:?}");
        assert_eq!(pty.left_behind(), Vec::<String>::new(), "{kind:?}");
    }
}

#[test]
fn ctrl_c_ends_it_with_130() {
    let (_folder, path) = saved_call();
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (80, 24));
    pty.wait_for("/3 · worst first");
    pty.send("/");
    pty.wait_for("Enter apply");
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
    pty.wait_until("the shell", |screen| !screen.contains("/3 · worst first") && screen.trim_end().ends_with("ready>"));
    assert!(!pty.screen().alternate_screen());
    pty.send("fg\n");
    pty.wait_for("Dario spoke → service");
    pty.send("\x1b[B");
    pty.wait_for("Greta spoke → service");
    pty.send("q");
    pty.wait_until("the shell", |screen| !screen.contains("/3 · worst first") && screen.contains("ready>"));
    assert!(!pty.screen().alternate_screen() && !pty.screen().hide_cursor());
    pty.send("exit\n");
    pty.wait_end();
}

#[test]
fn where_no_shell_could_continue_it_ctrl_z_says_so() {
    let (_folder, path) = saved_call();
    // A session leader, as with `ssh host callscope`.
    let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
    pty.wait_for("/3 · worst first");
    pty.send("\x1a");
    pty.wait_for("cannot suspend: no shell to resume from");
    pty.send("q");
    assert_eq!(pty.wait_end().exit_code(), 0);
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
    pty.send("\x03");
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

/// Not a test in itself: [`a_panic_on_any_thread_gives_the_terminal_back`] runs it in a terminal.
#[test]
fn a_program_that_panics() {
    use callscope::app::App;
    use callscope::run::{Ended, Ends, TerminalControl, run};
    use callscope::terminal::{self, PanicSignal, Screen, TerminalGuard};

    struct NoHardware;
    impl TerminalControl<terminal::Frames> for NoHardware {
        fn can_suspend(&self) -> bool {
            false
        }

        fn suspend(&mut self, _: &mut Screen, _whole_group: bool) -> std::io::Result<()> {
            Ok(())
        }
        fn resume(&mut self, _: &mut Screen) -> std::io::Result<()> {
            Ok(())
        }

        fn redraw(&mut self, terminal: &mut Screen) -> std::io::Result<()> {
            terminal::redraw(terminal)
        }

        async fn hand_over(&mut self) -> std::io::Result<()> {
            Ok(())
        }

        fn take_back(&mut self, _: &mut Screen) -> std::io::Result<()> {
            Ok(())
        }

        fn send(&mut self, _screen: &mut callscope::terminal::Screen, _bytes: &[u8]) -> std::io::Result<()> {
            Ok(())
        }
    }

    let Ok(place) = std::env::var("CALLSCOPE_TEST_PANIC") else { return };
    let alarm = PanicSignal::default();
    terminal::install_panic_hook(alarm.clone()).expect("the first hook");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ended = runtime.block_on(async {
        let borrowed = TerminalGuard::take(false, false).expect("a terminal");
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
        let ends = Ends {
            input,
            load: None,
            early: Vec::new(),
            open: &mut open,
            listing: None,
            alarm,
            theme,
            clipboard,
            announce: callscope::run::Announce::default(),
            write_report: std::sync::Arc::new(|_| Err(std::io::ErrorKind::Unsupported.into())),
            idle: None,
        };
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
        // The report is on the main screen, after leaving the alternate one.
        let written = pty.written();
        let left = written.rfind("\x1b[?1049l").expect("the other screen was left");
        assert!(
            written.rfind(words).is_some_and(|report| report > written.find("\x1b[?1049h").expect("it was entered"))
        );
        assert!(written[left..].len() < written.len());
    }
}

#[test]
fn the_ending_of_the_name_says_what_is_saved_and_a_bundle_opens_again() {
    let (folder, path) = saved_call();
    let saves = |name: &str, begins: &[u8]| {
        let to = folder.path().join(name);
        let mut pty = Pty::start(PROGRAM, &[&path], &[], (100, 30));
        pty.wait_for("/3 · worst first");
        pty.send("s");
        pty.wait_for("save as");
        pty.send("\x15");
        pty.wait_until("an empty line", |screen| !screen.contains("save as call-"));
        pty.send(to.to_str().expect("a path in UTF-8"));
        pty.wait_for(name);
        pty.send("\r");
        pty.wait_for("saved ");
        pty.send("q");
        pty.wait_end();
        let written = fs::read(&to).expect("it was saved");
        assert!(written.starts_with(begins), "{name}: {}", String::from_utf8_lossy(&written[..40]));
        to
    };
    saves("r.html", b"<!doctype html>");
    saves("r.md", b"# ");
    saves("r.csv", b"RowKind,CallId,");
    saves("r.jsonl", b"{");
    saves("r.report.json", b"{\"schema\":\"callscope.report/1\"");
    let bundle = saves("r.zip", b"PK");
    let report = Command::new(PROGRAM).args(["report", bundle.to_str().expect("a path")]).output().expect("it runs");
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(report.contains("complete") && report.contains("Greta Quist"), "{report}");
}
