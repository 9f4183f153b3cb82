//! The loop: keys, signals, news of the load and reread sessions become events, events change the state, and the state
//! is drawn.
//!
//! Its inputs and outputs are parameters, so that a test can run the whole program.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{
    Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::app::prompt::Unsaved;
use crate::app::session_detail::{Judge, SessionDetail};
use crate::app::{App, Chosen, Effect, Event, Key, Mouse};
use crate::call::listing::ListingNews;
use crate::call::{CallExport, Dataset, LoadEvent, Row, SessionRef, UserError, UserErrorKind};
use crate::clipboard;
use crate::report::{ticket, wording};
use crate::source::save::{self, Provenance, Replace, SaveError};
use crate::source::{self, CallListStream, CannotRead, Load};
use crate::terminal::PanicSignal;
use crate::triage::RuleSets;
use crate::ui::{self, Memory, Theme};

/// Input from outside the program.
#[derive(Debug)]
pub enum Input {
    /// A key, mouse event, paste or resize.
    Terminal(TerminalEvent),
    /// The process was stopped and continued.
    Continued,
    /// The process should stop until it is continued.
    Suspend,
    /// The terminal reported its background late: `true` if it is light.
    Background(bool),
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
}

/// Operations on the terminal itself.
pub trait TerminalControl<B: Backend> {
    /// Returns whether a shell could continue the process.
    fn can_suspend(&self) -> bool;

    /// Restores the terminal, stops the process or its whole group, and takes the terminal again.
    fn suspend(&mut self, terminal: &mut Terminal<B>, whole_group: bool) -> io::Result<()>;

    /// Takes the terminal again after the process was stopped from outside.
    fn resume(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>;

    /// Sends bytes that draw nothing.
    fn send(&mut self, terminal: &mut Terminal<B>, bytes: &[u8]) -> io::Result<()>;
}

/// The shortest time between frames while news pours in.
const FRAME: Duration = Duration::from_millis(16);

/// How long a frame waits for the newly selected session, so that one frame shows both.
const PATIENCE: Duration = Duration::from_millis(4);

/// Runs until the user quits.
pub async fn run<B: Backend<Error = io::Error>>(
    mut app: App,
    terminal: &mut Terminal<B>,
    hardware: &mut impl TerminalControl<B>,
    ends: Ends<'_>,
) -> io::Result<Ended> {
    let Ends { mut input, mut load, early, open, mut listing, alarm, mut theme, clipboard } = ends;
    let (told, mut reads) = mpsc::channel::<Event>(8);
    let mut memory = Memory::default();
    let mut reload: Option<Reload> = None;
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut effects = Vec::new();
    for arrival in early {
        effects.extend(app.update(Event::Arrival(1, arrival)));
    }
    let mut drawn = Instant::now() - FRAME;
    let mut due =
        Some(Instant::now() + if app.awaits_session() || !effects.is_empty() { PATIENCE } else { Duration::ZERO });

    // A session may take hundreds of megabytes of memory and a while to drop, so that is done elsewhere.
    let mut sessions: Vec<Arc<SessionDetail>> = Vec::new();

    loop {
        for old in sessions.extract_if(.., |session| Arc::strong_count(session) == 1) {
            tokio::task::spawn_blocking(move || drop(old));
        }
        for effect in std::mem::take(&mut effects) {
            match effect {
                Effect::Quit => {
                    if let Some(load) = &load {
                        load.stop.for_good();
                    }
                    return Ok(Ended::Left(Box::new(app)));
                }
                Effect::StopLoading if reload.is_some() => {
                    reload = None;
                    let what = "you stopped it".to_owned();
                    let stopped = UserError { kind: UserErrorKind::Input, what, hint: None };
                    effects.extend(app.update(Event::NotReloaded(stopped)));
                }
                Effect::StopLoading => {
                    if let Some(load) = &load {
                        load.stop.for_now();
                    }
                }
                Effect::GoOn => {
                    if let Some(load) = &mut load {
                        load.retry();
                    }
                }
                Effect::Load(chosen, _) => {
                    reload = None;
                    if let Some(old) = load.replace(open(&chosen)) {
                        old.stop.for_good();
                    }
                }
                Effect::LoadAgain => reload = load.as_ref().and_then(Load::again).map(Reload::new),
                Effect::LoadSegments => {
                    reload = load.as_ref().and_then(Load::with_segments).map(Reload::new);
                    // Two loads of one call would use up the service's rate limit for it twice as fast.
                    if let (Some(load), Some(_)) = (&load, &reload) {
                        load.stop.for_now();
                    }
                }
                Effect::ListOn => {
                    if let Some(listing) = &listing {
                        listing.go_on();
                    }
                }
                Effect::StopListing => {
                    if let Some(listing) = &listing {
                        listing.stop();
                    }
                }
                Effect::Read(number, wanted) | Effect::ReadAhead(number, wanted) => {
                    if let Some(load) = &load {
                        read(load, number, wanted, (app.sets(), app.judge()), told.clone());
                    }
                }
                Effect::Assess => {
                    if let Some((load, call, whole)) = app.to_assess() {
                        let tell = told.clone();
                        tokio::task::spawn_blocking(move || {
                            // The receiver may be gone.
                            let _ = tell.blocking_send(Event::Assessed(load, call, Arc::new(whole.assess())));
                        });
                    }
                }
                Effect::Save(name, may_replace) => {
                    if let (Some(call), Some(load)) = (app.to_save(), &load) {
                        let replace = if may_replace { Replace::File } else { Replace::Nothing };
                        save(load, call, name, replace, told.clone());
                    }
                }
                Effect::Copy(what, text) => {
                    copy(&mut app, (terminal, hardware), &clipboard, what, text, &told)?;
                    due = Some(Instant::now());
                }
                Effect::CopyTicket => {
                    if let Some(text) = load.as_ref().and_then(|load| ticket_of(&app, load)) {
                        copy(&mut app, (terminal, hardware), &clipboard, "the triage for a ticket", text, &told)?;
                        due = Some(Instant::now());
                    }
                }
                Effect::Suspend if !hardware.can_suspend() => {
                    effects.extend(app.update(Event::NotSuspended));
                    due = Some(Instant::now());
                }
                Effect::Suspend => {
                    hardware.suspend(terminal, true)?;
                    due = Some(Instant::now());
                }
            }
        }
        // Nothing to show and nothing to go back to: the end.
        if !app.calls.is_there()
            && let Some(trouble) = app.loaded.nothing_to_show()
        {
            return Ok(Ended::NothingToShow(trouble));
        }

        // Keys come first, so that quitting always works; then the frame; then news, which can wait. No arm waits for
        // anything: slow work has its own task.
        tokio::select! {
            biased;
            next = input.recv() => {
                let mut next = next;
                // Input that is already available goes into the same frame.
                loop {
                    match next {
                        Some(Input::Terminal(event)) => effects.extend(terminal_event(&mut app, &event)),
                        Some(Input::Continued) => hardware.resume(terminal)?,
                        Some(Input::Suspend) => hardware.suspend(terminal, false)?,
                        Some(Input::Background(is_light)) => theme = theme.on_background(is_light),
                        Some(Input::End(code)) => return Ok(Ended::Signalled(code)),
                        None => return Ok(Ended::Signalled(HANG_UP)),
                    }
                    // What only reads can wait until all keys are through, so that one that leaves is not kept waiting.
                    let is_reading = |effect: &Effect| matches!(effect, Effect::Read(..) | Effect::ReadAhead(..));
                    if !effects.iter().all(is_reading) {
                        break;
                    }
                    keep_last_reads(&mut effects);
                    match input.try_recv() {
                        Ok(more) => next = Some(more),
                        Err(_) => break,
                    }
                }
                due = Some(Instant::now() + if app.awaits_session() { PATIENCE } else { Duration::ZERO });
            }
            () = alarm.rung() => return Ok(Ended::Panicked),
            () = frame_is_due(due.unwrap_or(drawn)), if due.is_some() => {
                let area = terminal.draw(|frame| ui::draw(frame, &app, &theme, &mut memory))?.area;
                (drawn, due) = (Instant::now(), None);
                // A resize may not have been reported yet, or may have been lost among keys: the frame's own size
                // counts.
                if app.size() != (area.width, area.height) {
                    effects.extend(app.update(Event::Resize(area.width, area.height)));
                    due = Some(drawn);
                }
            }
            Some(event) = reads.recv() => {
                if let Event::Read(.., Ok(session)) = &event {
                    sessions.push(session.clone());
                }
                effects.extend(app.update(event));
                due = Some(Instant::now());
            }
            arrival = next_of_reload(&mut reload) => {
                let Some(again) = reload.as_mut().and_then(|reload| reload.take(arrival)) else { continue };
                let Some(Reload { load: new, early, .. }) = reload.take() else { continue };
                match again {
                    Ok(()) => {
                        effects.extend(app.update(Event::Reloaded));
                        for arrival in early {
                            effects.extend(app.update(Event::Arrival(app.load_number(), arrival)));
                        }
                        if let Some(old) = load.replace(new) {
                            old.stop.for_good();
                        }
                    }
                    Err(trouble) => effects.extend(app.update(Event::NotReloaded(trouble))),
                }
                due = Some(Instant::now());
            }
            arrival = next_arrival(&mut load) => {
                let counted = app.counts_seconds();
                effects.extend(app.update(Event::Arrival(app.load_number(), arrival)));
                if !counted {
                    // The first second of a wait is a full one.
                    second.reset();
                }
                due = due.or(Some(drawn + FRAME));
            }
            Some(news) = next_listed(&mut listing) => {
                let counted = app.counts_seconds();
                effects.extend(app.update(Event::Listed(news)));
                if !counted {
                    second.reset();
                }
                due = due.or(Some(drawn + FRAME));
            }
            _ = second.tick(), if app.counts_seconds() => {
                effects.extend(app.update(Event::Second));
                due = due.or(Some(Instant::now()));
            }
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

/// The next news of the load; pending forever if there is no load or no more news.
async fn next_arrival(load: &mut Option<Load>) -> LoadEvent {
    if let Some(load) = load
        && let Some(arrival) = load.next().await
    {
        return arrival;
    }
    std::future::pending().await
}

/// The next news of the list of calls; pending forever if there is no list or no more news.
async fn next_listed(listing: &mut Option<CallListStream>) -> Option<ListingNews> {
    if let Some(listing) = listing
        && let Some(news) = listing.next().await
    {
        return Some(news);
    }
    std::future::pending().await
}

/// Files being reread, or a call being downloaded again, until there is something to show. Until then the current
/// contents stay open.
struct Reload {
    load: Load,
    early: Vec<LoadEvent>,
}

impl Reload {
    fn new(load: Load) -> Reload {
        Reload { load, early: Vec::new() }
    }

    /// Takes in news. Once known, returns whether there is something to show, or why there is not.
    fn take(&mut self, arrival: LoadEvent) -> Option<Result<(), UserError>> {
        let has_rows = matches!(&arrival, LoadEvent::Rows { rows, .. } if !rows.is_empty());
        let has_ended = matches!(arrival, LoadEvent::End(_));
        self.early.push(arrival);
        if has_rows {
            return Some(Ok(()));
        }
        has_ended.then(|| {
            let mut preview = Dataset::default();
            std::mem::take(&mut self.early).into_iter().for_each(|arrival| _ = preview.take(arrival, 0));
            Err(preview.nothing_to_show().unwrap_or_else(|| UserError {
                kind: UserErrorKind::Input,
                what: "it no longer contains any sessions".to_owned(),
                hint: None,
            }))
        })
    }
}

/// The next news of files being reread; pending forever if there are none.
async fn next_of_reload(reload: &mut Option<Reload>) -> LoadEvent {
    if let Some(reload) = reload
        && let Some(arrival) = reload.load.next().await
    {
        return arrival;
    }
    std::future::pending().await
}

/// Reads a session again on a separate thread and reports the result.
fn read(
    load: &Load,
    number: u32,
    wanted: SessionRef,
    (sets, judge): (&'static RuleSets, Judge),
    tell: mpsc::Sender<Event>,
) {
    let store = load.store.clone();
    tokio::task::spawn_blocking(move || {
        let place = wanted.place;
        if let Some(path) = store.changed(place.part) {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let _ = tell.blocking_send(Event::FileChanged(number, name));
        }
        let read = source::read_session(&store, &wanted)
            .map(|full| Arc::new(SessionDetail::new(place, full.bytes, full.read.session, &wanted.names, sets, judge)))
            .map_err(|CannotRead(why)| why);
        // The receiver may be gone.
        let _ = tell.blocking_send(Event::Read(number, place, judge, read));
    });
}

/// Copies text: through the terminal at once, or by a program on a separate thread.
fn copy<B: Backend<Error = io::Error>>(
    app: &mut App,
    (terminal, hardware): (&mut Terminal<B>, &mut impl TerminalControl<B>),
    way: &clipboard::Way,
    what: &'static str,
    text: String,
    told: &mpsc::Sender<Event>,
) -> io::Result<()> {
    let copied = format!("copied {what} ({}) {}", wording::size(text.len() as u64), way.words());
    match way {
        clipboard::Way::Terminal(wrapped) => {
            let sequence = clipboard::sequence(&text, *wrapped);
            if let Ok(bytes) = &sequence {
                hardware.send(terminal, bytes)?;
            }
            app.update(Event::Copied(sequence.map(|_| copied)));
        }
        clipboard::Way::Program(program) => {
            let (program, tell) = (*program, told.clone());
            tokio::task::spawn_blocking(move || {
                let given = clipboard::give(program, &text).map(|()| copied);
                // The receiver may be gone.
                let _ = tell.blocking_send(Event::Copied(given));
            });
        }
    }
    Ok(())
}

/// The triage of the call as Markdown. Rereads a few sessions to describe the worst examples.
fn ticket_of(app: &App, load: &Load) -> Option<String> {
    let (call, assessment) = (app.call()?, app.assessment()?);
    let mut read = |row: &Row| source::read_named(&load.store, &call.session_ref(row, app.loaded.names())).ok();
    let document = ticket::document(call, &app.loaded, assessment, app.rules(), ticket::Detail::Ticket, &mut read);
    let mut text = Vec::new();
    document.markdown(&mut text).ok()?;
    String::from_utf8(text).ok()
}

/// Saves a call on a separate thread and reports the result.
fn save(load: &Load, call: CallExport, name: String, replace: Replace, tell: mpsc::Sender<Event>) {
    let (store, circumstances) = (load.store.clone(), Provenance::now(load.service.clone()));
    tokio::task::spawn_blocking(move || {
        let saved = save::save(&call, &store, &from_home(&name), replace, &circumstances);
        let saved = match saved {
            Ok(saved) => Ok(wording::saved(saved.sessions, saved.bytes, &saved.path)),
            Err(SaveError::Exists(_)) => Err((name, Unsaved::Exists)),
            Err(error) => Err((name, Unsaved::Failed(error.to_string()))),
        };
        // The receiver may be gone.
        let _ = tell.blocking_send(Event::Saved(saved));
    });
}

/// A path as typed: `~` is the user's home folder, as in a shell.
fn from_home(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => name.into(),
    }
}

fn terminal_event(app: &mut App, event: &TerminalEvent) -> Vec<Effect> {
    match event {
        TerminalEvent::Key(event) => {
            let event = key(event).and_then(|key| app.meaning_of(key));
            event.map(|event| app.update(event)).unwrap_or_default()
        }
        TerminalEvent::Resize(width, height) => app.update(Event::Resize(*width, *height)),
        TerminalEvent::Paste(text) => app.update(Event::Pasted(text.clone())),
        TerminalEvent::Mouse(event) => mouse(event).map(|event| app.update(Event::Mouse(event))).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Translates a mouse event, if the program uses it.
fn mouse(event: &MouseEvent) -> Option<Mouse> {
    let (x, y) = (event.column, event.row);
    Some(match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Click(x, y),
        MouseEventKind::ScrollDown => Mouse::WheelDown(x, y),
        MouseEventKind::ScrollUp => Mouse::WheelUp(x, y),
        _ => return None,
    })
}

/// Translates a key. Releases are ignored; Shift is already in the letter.
fn key(event: &KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release || event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER) {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(letter) if ctrl => Key::Ctrl(letter.to_ascii_lowercase()),
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_and_unknown_keys_mean_nothing() {
        let mut event = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        assert_eq!(key(&event), Some(Key::Char('q')));
        event.kind = KeyEventKind::Release;
        assert_eq!(key(&event), None);
        assert_eq!(key(&KeyEvent::new(KeyCode::F(1), KeyModifiers::NONE)), None);
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT)), None);
    }

    #[test]
    fn shift_and_ctrl_are_part_of_the_key() {
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('S'), KeyModifiers::SHIFT)), Some(Key::Char('S')));
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('C'), KeyModifiers::CONTROL)), Some(Key::Ctrl('c')));
        assert_eq!(key(&KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)), Some(Key::BackTab));
    }

    #[test]
    fn of_many_selections_in_a_row_the_last_is_read_whatever_is_read_ahead() {
        let wanted = |offset| SessionRef {
            place: crate::call::Place { part: 0, offset, length: 1 },
            fingerprint: 0,
            names: Default::default(),
        };
        let (read, ahead) = (|at| Effect::Read(1, wanted(at)), |at| Effect::ReadAhead(1, wanted(at)));
        let mut effects = vec![read(1), ahead(2), read(3), ahead(4), ahead(5), ahead(6)];
        keep_last_reads(&mut effects);
        assert_eq!(effects, [read(3), ahead(6)]);
    }
}
