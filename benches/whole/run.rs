//! What is measured, and the programs that are run for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::terminal::{Terminal, memory};

/// The program that is measured.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_callscope");

/// Data to measure with.
pub struct Data {
    /// What it is called in the table.
    pub label: String,
    pub file: PathBuf,
    pub sessions: usize,
}

impl Data {
    /// The program in a terminal, with this data.
    pub fn open(&self) -> Terminal {
        Terminal::start(PROGRAM, &[self.file.to_str().expect("a path in UTF-8"), "--theme", "dark"])
    }

    /// The least list in a terminal, with as many rows.
    pub fn floor(&self) -> Terminal {
        Terminal::start(&this().display().to_string(), &["--floor", &self.sessions.to_string()])
    }

    /// A command for the limit: every session of the file parsed into a small row.
    pub fn limit(&self) -> Command {
        let mut command = Command::new(this());
        command.arg("--rows").arg(&self.file);
        command
    }
}

/// This program, which is its own limit.
pub fn this() -> PathBuf {
    std::env::current_exe().expect("this program")
}

/// A command of the program that is measured.
pub fn program<'a>(arguments: impl IntoIterator<Item = &'a str>, file: Option<&Path>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).args(file);
    command
}

fn quiet(command: &mut Command) -> &mut Command {
    command.env("CALLSCOPE_CONFIG", "").stdout(Stdio::null()).stderr(Stdio::null())
}

/// Runs a command to its end; returns the milliseconds it took.
pub fn time(command: &mut Command) -> f64 {
    let start = Instant::now();
    let status = quiet(command).status().expect("it starts");
    assert!(status.success(), "{command:?}");
    start.elapsed().as_secs_f64() * 1e3
}

/// Runs a command to its end; returns its peak resident memory in MiB, as seen every two milliseconds.
pub fn peak_memory(command: &mut Command) -> f64 {
    let mut child = quiet(command).spawn().expect("it starts");
    let mut peak: f64 = 0.0;
    while child.try_wait().expect("it is ours").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        peak = peak.max(memory(&status, "VmHWM"));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}
