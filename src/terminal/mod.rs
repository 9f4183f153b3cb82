//! Borrowing the terminal, and giving it back however the program ends.

mod lean;

use std::io::{self, BufWriter, Stdout, Write as _};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::execute;
use crossterm::style::{Attribute, ResetColor, SetAttribute};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::layout::Rect;
use tokio::sync::Notify;

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
    execute!(io::stdout(), EnterAlternateScreen)?;
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
    let _ = execute!(io::stdout(), ResetColor, SetAttribute(Attribute::Reset), Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
    let _ = io::stdout().flush();
}

/// A screen to draw on. The terminal has to be borrowed.
pub fn screen() -> io::Result<Screen> {
    Terminal::new(Lean::new(BufWriter::with_capacity(1 << 16, io::stdout())))
}

/// Gives the terminal back, stops the process group as Ctrl-Z in a shell does, and takes the terminal again
/// when it is continued.
#[cfg(unix)]
pub fn suspend(screen: &mut Screen) -> io::Result<()> {
    give_back();
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
    resume(screen)
}

/// There is no stopping on this system.
#[cfg(not(unix))]
pub fn suspend(_screen: &mut Screen) -> io::Result<()> {
    Ok(())
}

/// Takes the terminal again after the process was stopped, whoever stopped it, and draws all of it anew.
pub fn resume(screen: &mut Screen) -> io::Result<()> {
    enable_raw_mode()?;
    enter()?;
    // `Terminal::clear` would ask the terminal where its cursor is, and the answer would race with the keys.
    let size = screen.size()?;
    screen.resize(Rect::new(0, 0, size.width, size.height))
}

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
    let (panic_hook, report_hook) = color_eyre::config::HookBuilder::default()
        .panic_section("This is a fault of callscope: please report it with the text above.")
        .into_hooks();
    report_hook.install()?;
    panic::set_hook(Box::new(move |info| {
        give_back();
        eprintln!("{}", panic_hook.panic_report(info));
        alarm.ring();
    }));
    Ok(())
}
