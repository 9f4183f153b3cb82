//! Takes over the terminal, and restores it however the program ends.

pub mod background;
mod compact;
pub mod repetition;

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::style::{Attribute, Print, ResetColor, SetAttribute};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::layout::Rect;
use tokio::sync::Notify;

use color_eyre::config::{HookBuilder, Theme};

use crate::stderr;

pub use compact::Lean;

/// The writer for frames. The buffer turns each into one write.
pub type Frames = Lean<BufWriter<Stdout>>;

/// The terminal to draw on.
pub type Screen = Terminal<Frames>;

/// Holds the terminal until dropped, then restores it.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal: raw mode and the alternate screen; the mouse only on request, because capturing it disables
    /// text selection. Keeps the window's title if that is going to change.
    pub fn take(with_mouse: bool, with_title: bool) -> io::Result<TerminalGuard> {
        WITH_TITLE.store(with_title, Ordering::Relaxed);
        WITH_MOUSE.store(with_mouse, Ordering::Relaxed);
        enable_raw_mode()?;
        let borrowed = TerminalGuard(());
        enter()?;
        Ok(borrowed)
    }
}

/// The title of the terminal's window is kept and restored.
static WITH_TITLE: AtomicBool = AtomicBool::new(false);

/// The terminal keeps a title that is to be restored, once.
static KEEPS_TITLE: AtomicBool = AtomicBool::new(false);

/// Another program has the terminal.
static HANDED_OVER: AtomicBool = AtomicBool::new(false);

/// The mouse is captured too.
static WITH_MOUSE: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    if WITH_TITLE.load(Ordering::Relaxed) {
        // Keeps the shell's title, for the end. Source: xterm's control sequences, XTWINOPS 22 and 23.
        execute!(io::stdout(), Print("\x1b[22;2t"))?;
        KEEPS_TITLE.store(true, Ordering::Relaxed);
    }
    // Pasted text arrives in one piece and is not taken for commands.
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if WITH_MOUSE.load(Ordering::Relaxed) { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Undoes everything, in reverse order. Harmless if repeated. Errors cannot be reported at this point.
pub fn give_back() {
    if KEEPS_TITLE.swap(false, Ordering::Relaxed) {
        let _ = execute!(io::stdout(), Print("\x1b[23;2t"));
    }
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

/// Returns whether standard output can be drawn on: it must be a terminal that can move its cursor.
pub fn can_draw() -> bool {
    io::stdout().is_terminal() && !is_dumb()
}

/// Returns whether the terminal says that it cannot move its cursor, as in some editors and build tools.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Returns whether the locale has characters beyond ASCII. The first of its three variables that is set counts; if none
/// is, nothing is known, and today's terminals support them.
pub fn has_utf8(environment: impl Fn(&str) -> Option<String>) -> bool {
    let mut names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(environment);
    let locale = names.find(|locale| !locale.is_empty());
    locale.is_none_or(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// Returns whether the terminal says that it shows any colour, not only 256 of them.
pub fn has_true_colour(environment: impl Fn(&str) -> Option<String>) -> bool {
    environment("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit")
}

/// Makes a screen to draw on. The terminal must have been taken.
pub fn screen() -> io::Result<Screen> {
    Terminal::new(Lean::new(BufWriter::with_capacity(1 << 16, io::stdout())))
}

/// Returns whether a stopped process would be continued. A shell with job control puts it into a process group of its
/// own; in the group of the session leader (`ssh host callscope`, `xterm -e callscope`) nothing would continue it.
#[cfg(unix)]
pub fn can_suspend() -> bool {
    use rustix::process::{getpgrp, getsid};
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Processes cannot be stopped on this system.
#[cfg(not(unix))]
pub fn can_suspend() -> bool {
    false
}

/// Restores the terminal, stops the process, and takes the terminal again when the process continues. Ctrl-Z stops the
/// whole group, as in a shell; a signal stops only this process.
#[cfg(unix)]
pub fn suspend(screen: &mut Screen, whole_group: bool) -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};
    give_back();
    // Not TSTP: the program handles that signal itself.
    match whole_group {
        true => kill_current_process_group(Signal::STOP)?,
        false => kill_process(getpid(), Signal::STOP)?,
    }
    resume(screen)
}

/// Processes cannot be stopped on this system.
#[cfg(not(unix))]
pub fn suspend(_screen: &mut Screen, _whole_group: bool) -> io::Result<()> {
    Ok(())
}

/// Gives the terminal to another program.
pub fn hand_over() {
    HANDED_OVER.store(true, Ordering::Relaxed);
    give_back();
    modes::keep();
}

/// Undoes what a program that did not end well left behind: the scroll region, origin and insert mode, no wrapping,
/// another character set, cursor keys and a keypad of its own. Source: xterm's control sequences.
const AS_USUAL: &str = "\x1b[r\x1b[?6l\x1b[4l\x1b[?7h\x1b(B\x0f\x1b[?1l\x1b>";

/// Takes the terminal again when that program has ended, however it left it.
pub fn take_back(screen: &mut Screen) -> io::Result<()> {
    HANDED_OVER.store(false, Ordering::Relaxed);
    // Crossterm takes the modes that it finds for those to restore at the end.
    modes::restore();
    if !WITH_MOUSE.load(Ordering::Relaxed) {
        execute!(io::stdout(), DisableMouseCapture)?;
    }
    resume(screen)?;
    // Only now, on the alternate screen: it moves the cursor, and that of the shell's screen is to stay.
    execute!(io::stdout(), Print(AS_USUAL))
}

/// The modes of the terminal while another program has it.
#[cfg(unix)]
mod modes {
    use std::sync::Mutex;

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static KEPT: Mutex<Option<Termios>> = Mutex::new(None);

    /// Keeps them as they are now.
    pub fn keep() {
        let modes = super::keyboard().ok().and_then(|tty| tcgetattr(&tty).ok());
        if let Ok(mut kept) = KEPT.lock() {
            *kept = modes;
        }
    }

    /// Restores what was kept. Where that fails, the terminal is gone, and what follows fails, too.
    pub fn restore() {
        let kept = KEPT.lock().ok().and_then(|mut kept| kept.take());
        if let (Some(modes), Ok(tty)) = (kept, super::keyboard()) {
            let _ = tcsetattr(&tty, OptionalActions::Now, &modes);
        }
    }
}

#[cfg(not(unix))]
mod modes {
    pub fn keep() {}

    pub fn restore() {}
}

/// Returns the terminal that keys come from.
#[cfg(unix)]
fn keyboard() -> io::Result<std::os::fd::OwnedFd> {
    if io::stdin().is_terminal() {
        Ok(rustix::stdio::stdin().try_clone_to_owned()?)
    } else {
        std::fs::File::open("/dev/tty").map(Into::into)
    }
}

/// Returns whether another program has the terminal. Keys that interrupt or suspend are then meant for that program,
/// though the terminal sends their signals to this one, too.
pub fn is_handed_over() -> bool {
    HANDED_OVER.load(Ordering::Relaxed)
}

/// Stops this process as its terminal's other program was stopped, so that the shell continues both.
#[cfg(unix)]
pub fn stop_as_well() {
    use rustix::process::{Signal, getpid, kill_process};
    let _ = kill_process(getpid(), Signal::STOP);
}

/// Takes the terminal again after the process was stopped from anywhere, and redraws the whole screen.
pub fn resume(screen: &mut Screen) -> io::Result<()> {
    // The terminal's modes changed while the process was stopped, but crossterm assumes that its own still hold.
    disable_raw_mode()?;
    enable_raw_mode()?;
    enter()?;
    redraw(screen)
}

/// Makes the next frame draw the whole screen, whatever is on it.
pub fn redraw(screen: &mut Screen) -> io::Result<()> {
    // `Terminal::clear` would query the cursor position, and the reply would race with the keys.
    let size = screen.size()?;
    screen.resize(Rect::new(0, 0, size.width, size.height))
}

/// Ends the process if the loop has not ended shortly after it should have: it may be blocked writing to a terminal
/// that does not read. Restoring the modes needs no writing.
pub fn end_soon(code: u8) {
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        let _ = disable_raw_mode();
        std::process::exit(code.into());
    });
}

/// How long the loop may take to end on its own. Users expect a process to be gone within a second of ending it.
const PATIENCE: Duration = Duration::from_millis(700);

/// Waits on a separate thread until the terminal is hung up, then calls `tell`. The signal for it may be ignored
/// (`nohup`, a shell that traps it), and reading keys from such a terminal would block forever.
#[cfg(unix)]
pub fn on_hang_up(tell: impl FnOnce() + Send + 'static) {
    use rustix::event::{PollFd, PollFlags, poll};
    let Ok(terminal) = keyboard() else { return };
    std::thread::spawn(move || {
        loop {
            // No events are requested: hang-ups are always reported.
            let mut wanted = [PollFd::new(&terminal, PollFlags::empty())];
            match poll(&mut wanted, None) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) if wanted[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => return tell(),
                _ => return,
            }
        }
    });
}

/// Returns whether an error means that the terminal is gone. A hang-up also continues the terminal's processes, so
/// drawing, setting modes or querying the size may fail before the hang-up itself is noticed.
pub fn is_gone(error: &io::Error) -> bool {
    /// The errors of a terminal whose other end was closed, or that no longer exists: EIO, ENXIO, ENOTTY.
    const GONE: [i32; 3] = [5, 6, 25];
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof)
        || cfg!(unix) && error.raw_os_error().is_some_and(|number| GONE.contains(&number))
}

/// This system reports by an error that the terminal is gone.
#[cfg(not(unix))]
pub fn on_hang_up(_tell: impl FnOnce() + Send + 'static) {}

/// Notifies the loop that a thread panicked.
#[derive(Debug, Clone, Default)]
pub struct PanicSignal(Arc<(AtomicBool, Notify)>);

impl PanicSignal {
    /// Waits until a thread panics.
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

/// Makes a panic on any thread restore the terminal before it is reported, and end the program: a background thread
/// must not print onto a screen that is still in use.
pub fn install_panic_hook(alarm: PanicSignal) -> color_eyre::Result<()> {
    // Colours only if they are wanted and the output is a terminal.
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !stderr::is_watched();
    let theme = if is_plain { Theme::new() } else { Theme::dark() };
    let (panic_hook, report_hook) = HookBuilder::default()
        .theme(theme)
        .panic_section("This is a bug in callscope; please report it with the text above.")
        .into_hooks();
    report_hook.install()?;
    panic::set_hook(Box::new(move |info| {
        give_back();
        stderr::report(&panic_hook.panic_report(info).to_string());
        alarm.ring();
    }));
    Ok(())
}
