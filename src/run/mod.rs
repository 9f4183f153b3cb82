//! The loop: keys, signals, news of the load and reread sessions become events, events change the state, and the state
//! is drawn.
//!
//! Its inputs and outputs are parameters, so that a test can run the whole program.

mod executor;
mod foreground;
pub mod input;
mod own;
mod reload;
mod reports;

pub use reports::{ReportRequest, WriteReport};

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event as TerminalEvent;
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use crate::app::session_detail::SessionDetail;
use crate::app::{App, Chosen, Effect, Event, Key};
use crate::call::{LoadEvent, UserError};
use crate::clipboard;
use crate::source::{CallListStream, Load};
use crate::terminal::PanicSignal;
use crate::ui::{self, Memory, Theme};

use executor::{Executor, Flow, News};
use foreground::Foreground;

/// Input from outside the program.
#[derive(Debug)]
pub enum Input {
    /// A key some time after the one before, a mouse event, paste or resize.
    Terminal(TerminalEvent),
    /// Keys that came together, or within a moment of the one before.
    Burst(Vec<Key>),
    /// The process was stopped and continued.
    Continued,
    /// The process should stop until it is continued.
    Suspend,
    /// The terminal reported its background late: `true` if it is light.
    Background(bool),
    /// How long the terminal took to answer a question.
    RoundTrip(Duration),
    /// The process should end with this exit code.
    End(u8),
}

/// The reason the loop ended.
#[derive(Debug)]
pub enum Ended {
    /// The user quit.
    Left(Box<App>),
    /// There was nothing to show.
    NothingToShow(UserError),
    /// A signal ended it; holds the exit code for that signal.
    Signalled(u8),
    /// A thread panicked; it was reported.
    Panicked,
}

/// The loop's connections to the outside.
pub struct Ends<'a> {
    /// Keys, resizes and signals. When it closes, the terminal is gone.
    pub input: mpsc::Receiver<Input>,
    /// The load in progress, if any.
    pub load: Option<Load>,
    /// News of it that arrived before the loop started.
    pub early: Vec<LoadEvent>,
    /// Starts loading the user's choice.
    pub open: &'a mut (dyn FnMut(&Chosen) -> Load + Send),
    /// The list of calls being read, if any.
    pub listing: Option<CallListStream>,
    /// Rings when a thread panicked.
    pub alarm: PanicSignal,
    /// The colours and symbols.
    pub theme: Theme,
    /// The clipboard method.
    pub clipboard: clipboard::Way,
    /// What the terminal is told besides frames.
    pub announce: Announce,
    /// Writes a report to a file.
    pub write_report: WriteReport,
    /// Where to report that nothing is in progress: the number of inputs handled by then. Tests wait for it.
    pub idle: Option<watch::Sender<u64>>,
}

/// What the terminal is told besides frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Announce {
    /// The title of its window follows the state.
    pub title: bool,
    /// Its bell rings at the end of a long load.
    pub bell: bool,
}

/// Operations on the terminal itself.
pub trait TerminalControl<B: Backend> {
    /// Returns whether a shell could continue the process.
    fn can_suspend(&self) -> bool;

    /// Restores the terminal, stops the process or its whole group, and takes the terminal again.
    fn suspend(&mut self, terminal: &mut Terminal<B>, whole_group: bool) -> io::Result<()>;

    /// Takes the terminal again after the process was stopped from outside.
    fn resume(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>;

    /// Makes the next frame draw the whole screen, whatever is on it.
    fn redraw(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>;

    /// Gives the terminal and its keys to another program.
    fn hand_over(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Takes them again when that program has ended.
    fn take_back(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>;

    /// Sends bytes that draw nothing.
    fn send(&mut self, terminal: &mut Terminal<B>, bytes: &[u8]) -> io::Result<()>;
}

/// The shortest time between frames while news pours in.
const FRAME: Duration = Duration::from_millis(16);

/// How long a frame waits for the newly selected session, so that one frame shows both: as long as a screen shows one. A
/// frame without the session costs as many bytes again.
const PATIENCE: Duration = Duration::from_millis(16);

/// From this round trip on, a terminal is far away, and what is sent to it may queue up on the way, where nobody sees
/// it: nothing tells how fast the line is. Our own choice: a local terminal answers within a few milliseconds.
const FAR: Duration = Duration::from_millis(50);

/// Runs until the user quits.
pub async fn run<B: Backend<Error = io::Error>>(
    app: App,
    terminal: &mut Terminal<B>,
    hardware: &mut impl TerminalControl<B>,
    ends: Ends<'_>,
) -> io::Result<Ended> {
    let Ends { input, load, early, open, listing, alarm, theme, clipboard, announce, write_report, idle } = ends;
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    second.reset();
    let now = Instant::now();
    let mut running = EventLoop {
        app,
        terminal,
        hardware,
        input,
        inputs: 0,
        executor: Executor::new(load, listing, open, clipboard, write_report),
        alarm,
        theme,
        memory: Memory::default(),
        effects: Vec::new(),
        drawn: now - FRAME,
        due: None,
        spacing: Duration::ZERO,
        not_before: now,
        second,
        sessions: Vec::new(),
        announce,
        title: String::new(),
        foreground: None,
        idle,
    };
    early.into_iter().for_each(|arrival| running.update(Event::Arrival(1, arrival)));
    let awaits = running.app.awaits_session() || !running.effects.is_empty();
    running.due = Some(now + if awaits { PATIENCE } else { Duration::ZERO });
    loop {
        running.free_old_sessions();
        if running.perform_effects()? {
            return Ok(Ended::Left(Box::new(running.app)));
        }
        if let Some(program) = running.foreground.take()
            && let Some(ended) = running.give_way_to(program).await?
        {
            return Ok(ended);
        }
        // Nothing to show and nothing to go back to: the end.
        if !running.app.views.calls.is_there()
            && let Some(trouble) = running.app.data.loaded.nothing_to_show()
        {
            return Ok(Ended::NothingToShow(trouble));
        }
        running.report_idle();
        if let Some(ended) = running.next().await? {
            return Ok(ended);
        }
    }
}

/// The loop's state.
struct EventLoop<'a, B: Backend, H> {
    app: App,
    terminal: &'a mut Terminal<B>,
    hardware: &'a mut H,
    input: mpsc::Receiver<Input>,
    /// Inputs handled so far.
    inputs: u64,
    executor: Executor<'a>,
    alarm: PanicSignal,
    theme: Theme,
    memory: Memory,
    /// Effects not performed yet.
    effects: Vec<Effect>,
    /// When the last frame was drawn.
    drawn: Instant,
    /// When the next frame is to be drawn.
    due: Option<Instant>,
    /// The shortest time between frames for keys in haste: the round trip to a terminal that is far away. Keys that are
    /// held down would otherwise fill the line with frames that are outdated when they arrive.
    spacing: Duration,
    /// The earliest time for a frame of such keys.
    not_before: Instant,
    /// Counts down waits.
    second: Interval,
    /// Sessions that were read. One may take hundreds of megabytes and a while to drop, so that is done elsewhere.
    sessions: Vec<Arc<SessionDetail>>,
    announce: Announce,
    /// The title that the terminal was last told.
    title: String,
    /// A program that is to have the terminal.
    foreground: Option<Foreground>,
    idle: Option<watch::Sender<u64>>,
}

impl<B: Backend<Error = io::Error>, H: TerminalControl<B>> EventLoop<'_, B, H> {
    /// Waits for whatever happens next and takes it in. Returns why the loop ends, if it does.
    ///
    /// Keys come first, so that quitting always works; then the frame; then news, which can wait. No arm waits for
    /// anything: slow work has its own task.
    async fn next(&mut self) -> io::Result<Option<Ended>> {
        let due = self.due;
        tokio::select! {
            biased;
            first = self.input.recv() => return self.take_inputs(first),
            () = self.alarm.rung() => return Ok(Some(Ended::Panicked)),
            () = frame_is_due(due.unwrap_or(self.drawn)), if due.is_some() => self.draw()?,
            // Before news, which may never cease to be ready.
            _ = self.second.tick(), if self.app.counts_seconds() => {
                self.update(Event::Second);
                self.due = self.due.or(Some(Instant::now()));
            }
            news = self.executor.news() => self.take_news(news),
        }
        Ok(None)
    }

    fn update(&mut self, event: Event) {
        let counted = (self.app.counts_seconds(), self.app.is_waiting());
        self.effects.extend(self.app.update(event));
        if matches!(
            (counted, self.app.counts_seconds(), self.app.is_waiting()),
            ((false, _), true, _) | ((_, false), _, true)
        ) {
            // The first second of a load, and of a wait, is a full one.
            self.second.reset();
        }
    }

    /// Gives the terminal to a program until it ends, or until this one has to. Keys are that program's.
    async fn give_way_to(&mut self, program: Foreground) -> io::Result<Option<Ended>> {
        self.hardware.hand_over().await?;
        let ended = {
            let mut running = std::pin::pin!(program.run());
            loop {
                tokio::select! {
                    biased;
                    ended = &mut running => break Ok(ended),
                    input = self.input.recv() => match input {
                        Some(Input::End(code)) => break Err(code),
                        None => break Err(HANG_UP),
                        Some(_) => {}
                    },
                }
            }
        };
        match ended {
            Ok(ended) => {
                self.hardware.take_back(self.terminal)?;
                self.title.clear();
                self.update(Event::Ran(ended));
                self.due = Some(Instant::now());
                Ok(None)
            }
            Err(code) => Ok(Some(Ended::Signalled(code))),
        }
    }

    /// Tells the terminal its title, where it has changed.
    fn tell_title(&mut self) -> io::Result<()> {
        if !self.announce.title {
            return Ok(());
        }
        let title = self.app.title();
        if title != self.title {
            self.hardware.send(self.terminal, format!("\x1b]2;{title}\x1b\\").as_bytes())?;
            self.title = title;
        }
        Ok(())
    }

    /// Takes in an input, and what is already available behind it, so that one frame shows it all.
    fn take_inputs(&mut self, first: Option<Input>) -> io::Result<Option<Ended>> {
        let mut next = first;
        self.not_before = self.drawn;
        loop {
            match next {
                Some(Input::Terminal(event)) => {
                    if let Some(event) = input::meaning(&event) {
                        self.update(event);
                    }
                }
                Some(Input::Burst(keys)) => {
                    self.update(Event::Burst(keys));
                    self.not_before = self.drawn + self.spacing;
                }
                Some(Input::RoundTrip(time)) => self.spacing = if time < FAR { Duration::ZERO } else { time },
                Some(Input::Continued) => {
                    self.hardware.resume(self.terminal)?;
                    self.title.clear();
                }
                Some(Input::Suspend) => {
                    self.hardware.suspend(self.terminal, false)?;
                    self.title.clear();
                }
                Some(Input::Background(is_light)) => self.theme = self.theme.on_background(is_light),
                Some(Input::End(code)) => return Ok(Some(Ended::Signalled(code))),
                None => return Ok(Some(Ended::Signalled(HANG_UP))),
            }
            self.inputs += 1;
            // What only reads can wait until all keys are through, so that one that leaves is not kept waiting.
            if !self.effects.iter().all(Effect::only_reads) {
                break;
            }
            keep_last_reads(&mut self.effects);
            match self.input.try_recv() {
                Ok(more) => next = Some(more),
                Err(_) => break,
            }
        }
        let soon = Instant::now() + if self.app.awaits_session() { PATIENCE } else { Duration::ZERO };
        self.due = Some(soon.max(self.not_before));
        Ok(None)
    }

    fn draw(&mut self) -> io::Result<()> {
        let area = self.terminal.draw(|frame| ui::draw(frame, &self.app, &self.theme, &mut self.memory))?.area;
        (self.drawn, self.due) = (Instant::now(), None);
        self.tell_title()?;
        // A resize may not have been reported yet, or may have been lost among keys: the frame's own size counts.
        if self.app.size() != (area.width, area.height) {
            self.update(Event::Resize(area.width, area.height));
            self.due = Some(self.drawn);
        }
        Ok(())
    }

    fn take_news(&mut self, news: News) {
        match news {
            News::Answered(events) => {
                for event in events {
                    if let Event::Read(.., Ok(session)) = &event {
                        self.sessions.push(session.clone());
                    }
                    self.update(event);
                }
                self.due = Some(Instant::now().max(self.not_before));
                return;
            }
            News::Reload(event) => {
                let Some((outcome, early)) = self.executor.take_reload(event) else { return };
                self.update(outcome);
                early.into_iter().for_each(|event| self.take_arrival(event));
                self.due = Some(Instant::now());
                return;
            }
            News::Load(event) => self.take_arrival(event),
            News::Listing(news) => self.update(Event::Listed(news)),
        }
        self.due = self.due.or(Some(self.drawn + FRAME.max(self.spacing)));
    }

    fn take_arrival(&mut self, event: LoadEvent) {
        self.update(Event::Arrival(self.app.load_number(), event));
    }

    /// Performs the effects of what happened, and those that follow. Returns whether the user quit.
    fn perform_effects(&mut self) -> io::Result<bool> {
        while !self.effects.is_empty() {
            for effect in std::mem::take(&mut self.effects) {
                let event = match self.executor.perform(effect, &self.app) {
                    Flow::Continue => continue,
                    Flow::Leave => return Ok(true),
                    Flow::Report(event) => Some(event),
                    Flow::Send(bytes, event) => {
                        self.hardware.send(self.terminal, &bytes)?;
                        Some(event)
                    }
                    Flow::Redraw => {
                        self.hardware.redraw(self.terminal)?;
                        None
                    }
                    Flow::Suspend if !self.hardware.can_suspend() => Some(Event::NotSuspended),
                    Flow::Suspend => {
                        self.hardware.suspend(self.terminal, true)?;
                        self.title.clear();
                        None
                    }
                    Flow::HandOver(program) => {
                        self.foreground = Some(program);
                        None
                    }
                    Flow::Bell => {
                        if self.announce.bell {
                            self.hardware.send(self.terminal, b"\x07")?;
                        }
                        continue;
                    }
                };
                event.into_iter().for_each(|event| self.update(event));
                self.due = Some(Instant::now());
            }
        }
        Ok(false)
    }

    fn free_old_sessions(&mut self) {
        for old in self.sessions.extract_if(.., |session| Arc::strong_count(session) == 1) {
            tokio::task::spawn_blocking(move || drop(old));
        }
    }

    /// Reports that every input so far has had its frame and nothing is in progress.
    fn report_idle(&self) {
        if let Some(idle) = &self.idle
            && self.due.is_none()
            && self.executor.is_idle()
            && !self.app.awaits_data()
        {
            idle.send_replace(self.inputs);
        }
    }
}

/// Drops reads that a later one replaced: of many keys in a row only the last selection is read.
fn keep_last_reads(effects: &mut Vec<Effect>) {
    let last = |is: fn(&Effect) -> bool| effects.iter().rposition(is);
    let kept =
        [last(|effect| matches!(effect, Effect::Read(..))), last(|effect| matches!(effect, Effect::ReadAhead(..)))];
    let mut at = 0;
    effects.retain(|_| {
        at += 1;
        kept.contains(&Some(at - 1))
    });
}

/// Waits until a frame is due. Timers count whole milliseconds, longer than a frame takes to draw, so a frame that is
/// already due does not wait.
async fn frame_is_due(due: Instant) {
    if due > Instant::now() {
        sleep_until(due).await;
    }
}

/// The exit code of a process that lost its terminal.
pub const HANG_UP: u8 = 129;

#[cfg(test)]
mod tests {
    use crate::app::SessionRequest;
    use crate::app::session_detail::Judge;
    use crate::call::{Place, SessionRef};
    use crate::triage::RuleSets;

    use super::*;

    #[test]
    fn of_many_selections_in_a_row_the_last_is_read_whatever_is_read_ahead() {
        let wanted = |offset| SessionRequest {
            load: 1,
            session: SessionRef {
                place: Place { part: 0, offset, length: 1 },
                fingerprint: 0,
                names: Default::default(),
            },
            sets: RuleSets::built_in(),
            judge: Judge { set: 0, base: 0 },
        };
        let (read, ahead) = (|at| Effect::Read(wanted(at)), |at| Effect::ReadAhead(wanted(at)));
        let mut effects = vec![read(1), ahead(2), read(3), ahead(4), ahead(5), ahead(6)];
        keep_last_reads(&mut effects);
        let [Effect::Read(last), Effect::ReadAhead(next)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!((last.session.place.offset, next.session.place.offset), (3, 6));
    }
}
