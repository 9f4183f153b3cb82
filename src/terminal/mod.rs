//! Borrowing the terminal, and giving it back however the program ends.

pub mod background;
mod lean;

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::style::{Attribute, ResetColor, SetAttribute};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::layout::Rect;
use tokio::sync::Notify;

use color_eyre::config::{HookBuilder, Theme};

use crate::stderr;

pub use lean::Lean;

/// What frames are written to. The buffer makes one write of each.
pub type Frames = Lean<BufWriter<Stdout>>;

/// The screen.
pub type Screen = Terminal<Frames>;

/// The terminal is ours as long as this lives.
#[derive(Debug)]
pub struct Borrowed(());

impl Borrowed {
    /// Takes the terminal: raw mode and the other screen; the mouse only where somebody wants that, for it takes the
    /// selecting of text away.
    pub fn take(with_mouse: bool) -> io::Result<Borrowed> {
        WITH_MOUSE.store(with_mouse, Ordering::Relaxed);
        enable_raw_mode()?;
        let borrowed = Borrowed(());
        enter()?;
        Ok(borrowed)
    }
}

/// The mouse is ours as well.
static WITH_MOUSE: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    // What is pasted comes as one piece, and is not taken for commands.
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if WITH_MOUSE.load(Ordering::Relaxed) { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        give_back();
    }
}

/// Undoes everything, in reverse. Does no harm twice. What fails here cannot be told anybody any more.
pub fn give_back() {
    if WITH_MOUSE.load(Ordering::Relaxed) {
        let _ = execute!(io::stdout(), DisableMouseCapture);
    }
    let _ = execute!(
        io::stdout(),
        DisableBracketedPaste,
        ResetColor,
        SetAttribute(Attribute::Reset),
        Show,
        LeaveAlternateScreen
    );
    let _ = disable_raw_mode();
    let _ = io::stdout().flush();
}

/// Can something be drawn on standard output? It has to be a terminal, and one that moves its cursor.
pub fn can_draw() -> bool {
    io::stdout().is_terminal() && !is_dumb()
}

/// Does the terminal say that it cannot move its cursor? Editors and build tools have such ones.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Does the locale have letters beyond ASCII? The first of its three variables that is set counts; where none is, nothing
/// is known, and terminals of today have them.
pub fn has_utf8(environment: impl Fn(&str) -> Option<String>) -> bool {
    let mut names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(environment);
    let locale = names.find(|locale| !locale.is_empty());
    locale.is_none_or(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// A screen to draw on. The terminal has to be borrowed.
pub fn screen() -> io::Result<Screen> {
    Terminal::new(Lean::new(BufWriter::with_capacity(1 << 16, io::stdout())))
}

/// Would somebody continue the process if it stopped? A shell with job control puts it into a group of its own; in the group
/// of the session's first process (`ssh host callscope`, `xterm -e callscope`) nobody would.
#[cfg(unix)]
pub fn can_suspend() -> bool {
    use rustix::process::{getpgrp, getsid};
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// There is no stopping on this system.
#[cfg(not(unix))]
pub fn can_suspend() -> bool {
    false
}

/// Gives the terminal back, stops the process, and takes the terminal again when it is continued. After Ctrl-Z the whole
/// group is stopped, as in a shell; after a signal only this process is.
#[cfg(unix)]
pub fn suspend(screen: &mut Screen, whole_group: bool) -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};
    give_back();
    // Not TSTP: the program hears that itself.
    match whole_group {
        true => kill_current_process_group(Signal::STOP)?,
        false => kill_process(getpid(), Signal::STOP)?,
    }
    resume(screen)
}

/// There is no stopping on this system.
#[cfg(not(unix))]
pub fn suspend(_screen: &mut Screen, _whole_group: bool) -> io::Result<()> {
    Ok(())
}

/// Takes the terminal again after the process was stopped, whoever stopped it, and draws all of it anew.
pub fn resume(screen: &mut Screen) -> io::Result<()> {
    // Whoever stopped the process gave the terminal other modes, and crossterm believes that its own still hold.
    disable_raw_mode()?;
    enable_raw_mode()?;
    enter()?;
    // `Terminal::clear` would ask the terminal where its cursor is, and the answer would race with the keys.
    let size = screen.size()?;
    screen.resize(Rect::new(0, 0, size.width, size.height))
}

/// Ends the process when the loop has not ended it a moment after it should have: it may hang in writing to a terminal
/// that does not read. The modes are restored, which needs no writing.
pub fn end_soon(code: u8) {
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        let _ = disable_raw_mode();
        std::process::exit(code.into());
    });
}

/// How long the loop may take to end by itself. Who ends a process expects it to be gone within a second.
const PATIENCE: Duration = Duration::from_millis(700);

/// Waits, on a thread of its own, until the terminal is hung up, and tells then. The signal that says so may be ignored
/// (`nohup`, a shell that traps it), and whoever reads keys from such a terminal reads nothing, for ever.
#[cfg(unix)]
pub fn on_hang_up(tell: impl FnOnce() + Send + 'static) {
    use rustix::event::{PollFd, PollFlags, poll};
    let terminal = if io::stdin().is_terminal() {
        rustix::stdio::stdin().try_clone_to_owned()
    } else {
        std::fs::File::open("/dev/tty").map(Into::into)
    };
    let Ok(terminal) = terminal else { return };
    std::thread::spawn(move || {
        loop {
            // Nothing is asked for: a hang-up is told always.
            let mut wanted = [PollFd::new(&terminal, PollFlags::empty())];
            match poll(&mut wanted, None) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) if wanted[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => return tell(),
                _ => return,
            }
        }
    });
}

/// Does an error mean that the terminal is gone? A hang-up also continues the processes of a terminal, so drawing, setting
/// modes or asking for the size may fail before the hang-up itself is noticed.
pub fn is_gone(error: &io::Error) -> bool {
    /// What a terminal answers whose other end was closed, or that is none any more: EIO, ENXIO, ENOTTY.
    const GONE: [i32; 3] = [5, 6, 25];
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof)
        || cfg!(unix) && error.raw_os_error().is_some_and(|number| GONE.contains(&number))
}

/// This system tells by an error when the terminal is gone.
#[cfg(not(unix))]
pub fn on_hang_up(_tell: impl FnOnce() + Send + 'static) {}

/// Tells the loop that some thread panicked.
#[derive(Debug, Clone, Default)]
pub struct Alarm(Arc<(AtomicBool, Notify)>);

impl Alarm {
    /// Waits until some thread panicked.
    pub async fn rung(&self) {
        while !self.0.0.load(Ordering::Acquire) {
            self.0.1.notified().await;
        }
    }

    fn ring(&self) {
        self.0.0.store(true, Ordering::Release);
        self.0.1.notify_one();
    }
}

/// Lets a panic on any thread give the terminal back before it is reported, and end the program: a background
/// thread must not print into a screen that is still drawn on.
pub fn install_panic_hook(alarm: Alarm) -> color_eyre::Result<()> {
    // Colours are for people who want them and look.
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !stderr::is_watched();
    let theme = if is_plain { Theme::new() } else { Theme::dark() };
    let (panic_hook, report_hook) = HookBuilder::default()
        .theme(theme)
        .panic_section("This is a fault of callscope: please report it with the text above.")
        .into_hooks();
    report_hook.install()?;
    panic::set_hook(Box::new(move |info| {
        give_back();
        stderr::report(&panic_hook.panic_report(info).to_string());
        alarm.ring();
    }));
    Ok(())
}
