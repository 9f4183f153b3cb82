//! A program in a 120×40 pseudo-terminal, timed: when a text appeared, how long a key took, how many bytes it cost.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The timeout for anything a benchmark waits for.
const DEADLINE: Duration = Duration::from_secs(120);

/// A frame is over after this long without a byte.
const QUIET: Duration = Duration::from_millis(12);

/// A program in a terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    emulator: vt100::Parser,
    started: Instant,
    bytes: usize,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a program.
    pub fn start(program: &str, arguments: &[&str]) -> Terminal {
        let size = PtySize { cols: 120, rows: 40, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("CALLSCOPE_CONFIG", "");
        command.env("CALLSCOPE_STATE", "");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let (tell, output) = channel();
        std::thread::spawn(move || {
            let mut piece = [0; 1 << 16];
            while let Ok(length @ 1..) = reader.read(&mut piece) {
                if tell.send((Instant::now(), piece[..length].to_vec())).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().expect("its input");
        let cells = |number| NonZeroU16::new(number).expect("a size");
        let emulator = vt100::Parser::new(cells(40), cells(120), 0);
        Terminal { child, keys, output, emulator, started, bytes: 0, _master: pair.master }
    }

    /// The time from the start until a condition of the screen held: when the chunk arrived that met it.
    pub fn until(&mut self, holds: impl Fn(&str) -> bool) -> Duration {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(time) = self.take(QUIET)
                && holds(&self.emulator.screen().contents())
            {
                return time - self.started;
            }
            if holds(&self.emulator.screen().contents()) {
                return self.started.elapsed();
            }
            assert!(Instant::now() < deadline, "timed out waiting:\n{}", self.emulator.screen().contents());
        }
    }

    /// Takes in output for some time; returns when it arrived.
    fn take(&mut self, patience: Duration) -> Option<Instant> {
        match self.output.recv_timeout(patience) {
            Ok((time, bytes)) => {
                self.bytes += bytes.len();
                self.emulator.process(&bytes);
                Some(time)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Waits until no output arrives for a while.
    pub fn settle(&mut self) {
        while self.take(Duration::from_millis(150)).is_some() {}
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &str) {
        // A program that has ended accepts no input.
        let _ = self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush());
    }

    /// Presses a key this many times: the milliseconds each took to the last byte of its frame, and the bytes.
    pub fn times(&mut self, key: &str, times: usize) -> Vec<(f64, usize)> {
        let mut all = Vec::new();
        for _ in 0..times {
            let (before, pressed) = (self.bytes, Instant::now());
            self.keys(key);
            let mut last = None;
            let deadline = pressed + Duration::from_secs(5);
            loop {
                match self.take(QUIET) {
                    Some(time) => last = Some(time),
                    None if last.is_some() || Instant::now() > deadline => break,
                    None => {}
                }
            }
            let took = last.map_or(5.0, |last| (last - pressed).as_secs_f64());
            all.push((took * 1e3, self.bytes - before));
        }
        all
    }

    /// Everything written so far.
    pub fn bytes(&mut self) -> usize {
        while self.take(Duration::from_millis(1)).is_some() {}
        self.bytes
    }

    /// What the screen shows.
    pub fn text(&self) -> String {
        self.emulator.screen().contents()
    }

    /// The peak resident memory, in MiB.
    pub fn peak_memory(&self) -> f64 {
        memory(&self.process("status"), "VmHWM")
    }

    /// The resident memory now, in MiB.
    pub fn memory(&self) -> f64 {
        memory(&self.process("status"), "VmRSS")
    }

    /// CPU time in milliseconds, and the number of wake-ups, of all threads that still run.
    pub fn work(&self) -> (f64, u64) {
        let folder = format!("/proc/{}/task", self.child.process_id().unwrap_or_default());
        let tasks = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        tasks.fold((0.0, 0), |(work, wakes), task| {
            let read = |file: &str| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
            let number = |text: &str, nth: usize| text.split_whitespace().nth(nth)?.parse::<u64>().ok();
            let nanoseconds = number(&read("schedstat"), 0).unwrap_or_default();
            let status = read("status");
            let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
            (work + nanoseconds as f64 / 1e6, wakes + line.and_then(|line| number(line, 1)).unwrap_or_default())
        })
    }

    fn process(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.child.process_id().unwrap_or_default());
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// Waits for the end.
    pub fn wait_end(&mut self) {
        let _ = self.child.wait();
    }
}

/// A line of a process's status, in MiB.
pub fn memory(status: &str, name: &str) -> f64 {
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |number| number / 1024.0)
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
