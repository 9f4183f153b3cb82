//! Random typing and pasting into the program in a pseudo-terminal: no file is written without its prompt, nothing
//! panics, and what is on the screen is what a fresh drawing of the state shows.
//!
//! `cargo test` types 2,000 keys, always the same. More, with another seed each time (which is printed):
//! `CALLSCOPE_TYPED_KEYS=20000 cargo test --test it typing -- --nocapture`. To repeat a run, add
//! `CALLSCOPE_TYPED_SEED` with its seed.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::support::fixtures;
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_callscope");

/// The keys typed by default.
const KEYS: usize = 2_000;

/// The seed by default, so that a failure is a change of the program.
const SEED: u64 = 15;

/// How long the program must have been at rest before the screen counts as drawn: it puts a frame off by 16 ms at most.
const REST: Duration = Duration::from_millis(24);

/// Every how many pieces of typing the screen is compared with a fresh drawing.
const COMPARED: u64 = 5;

/// Keys with a name, as terminals send them. Left out are those that suspend or interrupt the program.
const NAMED: &[&str] = &[
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1b[3~", "\x1b[Z", "\x7f",
    "\t", "\r", "\x1b", "\x04", "\x15", "\x06", "\x02", "\x10", "\x0e", "\x17", "\x01", "\x05", "\x0c",
];

/// Words that a user types believing to be in a line to type into, or pastes.
const WORDS: &[&str] =
    &["subnet", "save", "quist", "user:greta", "loss>5%", "sys", "192.0.2.17", "Dario Lima", "svyYe"];

/// Numbers that look random and repeat with their seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len() as u64) as usize]
    }

    /// A key that types a letter; one that quits a view is rare, as the program then starts anew.
    fn letter(&mut self) -> String {
        loop {
            let letter = char::from(b'!' + self.roll(94) as u8);
            if letter != 'q' || self.roll(4) == 0 {
                return letter.to_string();
            }
        }
    }

    fn key(&mut self) -> String {
        if self.roll(3) == 0 { self.one_of(NAMED).to_owned() } else { self.letter() }
    }

    /// Several lines of text as they are pasted.
    fn text(&mut self) -> String {
        let words = 1 + self.roll(12);
        (0..words).map(|_| format!("{}{}", self.one_of(WORDS), self.one_of(&[" ", "\r", "\n", ", "]))).collect()
    }

    /// What is typed or pasted next, and how many keys that is. While a file's name is asked for, only names in the
    /// current folder are typed.
    fn piece(&mut self, asks_for_a_name: bool) -> (String, usize) {
        if asks_for_a_name {
            return (self.one_of(&["a", "zz", "\r", "\x1b", "\x7f", "\x15", "x\r", "\r\r", "\x1b[D"]).to_owned(), 2);
        }
        match self.roll(12) {
            0 => {
                let text = self.text();
                let keys = text.len();
                (text, keys)
            }
            1 => {
                let text = self.text();
                let keys = text.len();
                (format!("\x1b[200~{text}\x1b[201~"), keys)
            }
            2 => {
                let word = self.one_of(WORDS);
                (format!("{word}\r"), word.len() + 1)
            }
            3 => (format!("/{}\r", self.one_of(WORDS)), 8),
            4 => (self.key().repeat(4), 4),
            5 => (format!("{}{}{}", self.key(), self.key(), self.key()), 3),
            _ => (self.key(), 1),
        }
    }
}

/// The program in a folder of its own.
struct Session {
    pty: Pty,
    folder: tempfile::TempDir,
}

impl Session {
    fn start() -> Session {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("call.json"), fixtures::small_call().to_string()).expect("it takes files");
        let command = format!("cd '{}' && exec {PROGRAM} call.json", folder.path().display());
        let aids = [("PAGER", "true"), ("EDITOR", "true"), ("HOME", folder.path().to_str().expect("UTF-8"))];
        let pty = Pty::start("sh", &["-c", &command], &aids, (100, 30));
        pty.wait_for("· complete");
        Session { pty, folder }
    }

    /// Waits until the program has taken all keys and has nothing left to draw. Returns whether it still runs.
    fn settle(&mut self) -> bool {
        let start = Instant::now();
        let mut rested_since = Instant::now();
        let mut written = self.pty.written_bytes();
        while rested_since.elapsed() < REST {
            std::thread::sleep(Duration::from_millis(3));
            if self.pty.has_ended().is_some() {
                return false;
            }
            let now = self.pty.written_bytes();
            if now != written || self.pty.waiting_keys() > 0 || !is_asleep(self.pty.process()) {
                (written, rested_since) = (now, Instant::now());
            }
            assert!(start.elapsed() < Duration::from_secs(30), "it does not come to rest:\n{}", self.pty.text());
        }
        true
    }

    fn files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.folder.path()).expect("a folder");
        files.map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Returns whether the last line asks for the name of a file.
    fn asks_for_a_name(&self) -> bool {
        let text = self.pty.text();
        let last = text.lines().last().unwrap_or_default();
        last.contains("save as ") || last.contains("overwrites it: ")
    }
}

/// Returns whether all threads of a process wait for something.
fn is_asleep(process: i32) -> bool {
    let Ok(threads) = fs::read_dir(Path::new("/proc").join(process.to_string()).join("task")) else { return true };
    threads.flatten().all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit(')').next().is_none_or(|rest| rest.starts_with(" S") || rest.is_empty())
    })
}

/// What can be seen of a screen: its text with its colours, which blanks have only behind them.
fn seen(screen: &vt100::Screen) -> Vec<String> {
    let (rows, columns) = screen.size();
    let cell = |row, column| {
        let Some(cell) = screen.cell(row, column) else { return String::new() };
        let blank = cell.contents().trim().is_empty();
        let front = (!blank).then(|| (cell.fgcolor(), cell.bold(), cell.italic()));
        format!(
            "{}{front:?}{:?}{}{}",
            if blank { " " } else { cell.contents() },
            cell.bgcolor(),
            cell.inverse(),
            cell.underline()
        )
    };
    (0..u16::from(rows)).map(|row| (0..u16::from(columns)).map(|column| cell(row, column)).collect()).collect()
}

#[test]
fn whatever_is_typed_or_pasted_writes_no_file_unasked_and_leaves_the_screen_right() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let keys = number("CALLSCOPE_TYPED_KEYS").map_or(KEYS, |keys| keys as usize);
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(SEED, |time| time.as_millis() as u64);
    let seed = number("CALLSCOPE_TYPED_SEED").unwrap_or_else(|| if keys == KEYS { SEED } else { now() });
    println!("typing {keys} keys with the seed {seed}");
    let mut dice = Dice(seed);
    let mut session = Session::start();
    let mut typed = 0;
    let mut last: Vec<String> = Vec::new();
    while typed < keys {
        let before = (session.files(), session.asks_for_a_name());
        let (piece, count) = dice.piece(before.1);
        typed += count;
        last.push(format!("{piece:?}"));
        let told = |session: &Session| {
            let from = last.len().saturating_sub(12);
            format!("seed {seed}, key {typed}, last typed {}:\n{}", last[from..].join(" "), session.pty.text())
        };
        session.pty.send(&piece);
        if !session.settle() {
            assert_eq!(session.pty.wait_end().exit_code(), 0, "{}", told(&session));
            assert_eq!((session.files(), before.1), (before.0, before.1), "{}", told(&session));
            session = Session::start();
            continue;
        }
        let files = session.files();
        assert!(before.1 || files == before.0, "written unasked: {files:?}, {}", told(&session));
        if dice.roll(COMPARED) == 0 {
            let shown = seen(&session.pty.screen());
            session.pty.send("\x0c");
            assert!(session.settle(), "{}", told(&session));
            let fresh = seen(&session.pty.screen());
            let wrong: Vec<usize> = (0..shown.len()).filter(|at| shown[*at] != fresh[*at]).collect();
            assert!(wrong.is_empty(), "lines {wrong:?} were drawn wrongly, {}", told(&session));
        }
    }
}
