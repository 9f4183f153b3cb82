//! Runs a program in a pseudo-terminal, observed through a terminal emulator.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// The timeout for anything a test waits for.
const DEADLINE: Duration = Duration::from_secs(30);

/// A program running in a terminal.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Killed,
    keys: Box<dyn Write + Send>,
    emulator: Arc<Mutex<vt100::Parser>>,
    /// Everything the program wrote.
    written: Arc<Mutex<Vec<u8>>>,
    modes: String,
    /// Whether to stop reading the program's output.
    is_deaf: Arc<AtomicBool>,
    reader: JoinHandle<()>,
}

impl Pty {
    /// Starts a program in a terminal of the given columns and rows, with only the given environment.
    pub fn start(program: &str, arguments: &[&str], environment: &[(&str, &str)], size: (u16, u16)) -> Pty {
        let size = PtySize { cols: size.0, rows: size.1, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let modes = modes_of(&*pair.master);
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("CALLSCOPE_CONFIG", "");
        command.env("CALLSCOPE_STATE", "");
        // The emulator does not reply when its background is queried.
        command.env("COLORFGBG", "15;0");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = Killed(pair.slave.spawn_command(command).expect("the program starts"));
        drop(pair.slave);
        let emulator = Arc::new(Mutex::new(vt100::Parser::new(cells(size.rows), cells(size.cols), 0)));
        let written = Arc::new(Mutex::new(Vec::new()));
        let mut output = pair.master.try_clone_reader().expect("its output");
        let (feed, keep) = (emulator.clone(), written.clone());
        let is_deaf = Arc::new(AtomicBool::new(false));
        let deaf = is_deaf.clone();
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 1 << 16];
            while !deaf.load(Ordering::Relaxed)
                && let Ok(length @ 1..) = output.read(&mut chunk)
            {
                lock(&feed).process(&chunk[..length]);
                lock(&keep).extend_from_slice(&chunk[..length]);
            }
        });
        let keys = pair.master.take_writer().expect("its input");
        Pty { master: pair.master, child, keys, emulator, written, modes, is_deaf, reader }
    }

    /// Returns the text on the screen.
    pub fn text(&self) -> String {
        lock(&self.emulator).screen().contents()
    }

    /// Returns the screen with its colours.
    pub fn screen(&self) -> vt100::Screen {
        lock(&self.emulator).screen().clone()
    }

    /// Returns everything the program wrote, as text.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&lock(&self.written)).into_owned()
    }

    /// Returns how many bytes the program wrote.
    pub fn written_bytes(&self) -> usize {
        lock(&self.written).len()
    }

    /// Returns how many bytes of what was typed the program has not read yet.
    pub fn waiting_keys(&self) -> u64 {
        let tty = self.master.tty_name().and_then(|name| std::fs::File::open(name).ok());
        tty.and_then(|tty| rustix::io::ioctl_fionread(&tty).ok()).unwrap_or(0)
    }

    /// Returns how the program ended, if it has.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.0.try_wait().expect("it can be asked")
    }

    /// Types text.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it takes keys");
        self.keys.flush().expect("it takes keys");
    }

    /// Resizes the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { cols: columns, rows, pixel_width: 0, pixel_height: 0 };
        lock(&self.emulator).screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size).expect("it can be resized");
    }

    /// Returns the program's process ID.
    pub fn process(&self) -> i32 {
        self.child.0.process_id().and_then(|id| id.try_into().ok()).expect("it has a process")
    }

    /// Waits until a text is on the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("“{text}”"), |screen| screen.contains(text));
    }

    /// Waits until the screen meets a condition.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !holds(&self.text()) {
            assert!(start.elapsed() < DEADLINE, "timed out waiting for {what}; the screen was:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the program to end.
    pub fn wait_end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.0.try_wait().expect("it can be asked") {
                // Its last output may still be in transit.
                std::thread::sleep(Duration::from_millis(50));
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "it does not end; the screen was:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops reading the program's output, so that its writes soon block.
    pub fn stop_reading(&mut self) {
        self.is_deaf.store(true, Ordering::Relaxed);
    }

    /// Closes the terminal, as closing a window does, and waits for the program to end.
    pub fn hang_up(mut self) -> ExitStatus {
        self.is_deaf.store(true, Ordering::Relaxed);
        // The reading thread keeps the terminal open until it reads something.
        self.send("\x1b[B");
        let Pty { master, mut child, keys, reader, .. } = self;
        reader.join().expect("it reads");
        drop((keys, master));
        let start = Instant::now();
        loop {
            if let Some(status) = child.0.try_wait().expect("it can be asked") {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the program is stopped.
    pub fn wait_stopped(&self) {
        let path = format!("/proc/{}/stat", self.process());
        self.wait_until("the process to be stopped", |_| {
            std::fs::read_to_string(&path)
                .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" T")))
        });
    }

    /// Sets the terminal to a shell's modes.
    pub fn make_cooked(&self) {
        let name = self.master.tty_name().expect("a name");
        let tty = std::fs::File::open(name).expect("the terminal");
        let mut modes = rustix::termios::tcgetattr(&tty).expect("modes");
        modes.local_modes |= rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO;
        rustix::termios::tcsetattr(&tty, rustix::termios::OptionalActions::Now, &modes).expect("modes");
    }

    /// Returns whether keys arrive one at a time.
    pub fn is_raw(&self) -> bool {
        let name = self.master.tty_name().expect("a name");
        let tty = std::fs::File::open(name).expect("the terminal");
        let modes = rustix::termios::tcgetattr(&tty).expect("modes");
        !modes.local_modes.contains(rustix::termios::LocalModes::ICANON)
    }

    /// Returns terminal state that the program should have restored; empty if it restored everything.
    pub fn left_behind(&self) -> Vec<String> {
        let screen = self.screen();
        let mut left = Vec::new();
        if screen.alternate_screen() {
            left.push("the other screen".to_owned());
        }
        if screen.hide_cursor() {
            left.push("a hidden cursor".to_owned());
        }
        if screen.bracketed_paste() {
            left.push("bracketed paste".to_owned());
        }
        if screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None {
            left.push("the mouse".to_owned());
        }
        let modes = modes_of(&*self.master);
        if modes != self.modes {
            left.push(format!("modes {modes} that were {}", self.modes));
        }
        left
    }
}

/// Kills the program when its test ends.
struct Killed(Box<dyn Child + Send + Sync>);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn modes_of(master: &(dyn MasterPty + Send)) -> String {
    master.get_termios().map_or_else(|| "unknown".to_owned(), |modes| format!("{modes:?}"))
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has rows and columns")
}
