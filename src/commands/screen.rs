//! Exploring on the screen: sets up the terminal, collects keys and signals, and runs the loop between them.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event as TerminalEvent, EventStream};
use futures_util::future::{self, Either};
use futures_util::stream::ReadyChunks;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::app::{App, CallList, Chosen};
use crate::call::{Dataset, Filter, LoadEvent, NamedFilters, UserError};
use crate::cli;
use crate::clipboard;
use crate::config::Settings;
use crate::programs;
use crate::run::input::Pace;
use crate::run::{self, Announce, Ended, Ends, HANG_UP, Input, TerminalControl, WriteReport};
use crate::source::{self, CallListStream, Load, Source};
use crate::terminal::background::{LateAnswer, Taken};
use crate::terminal::{self, PanicSignal, Screen, TerminalGuard, repetition};
use crate::ui::Theme;

use super::{Basis, Exit, memory, report, report_error, usage};

/// How long to wait for the first rows before showing that it waits. Most problems are known by then.
const FIRST_ROWS: Duration = Duration::from_millis(150);

/// What the screen opens with: a load under way, or calls to choose from.
pub struct Opening {
    /// The calls to choose from.
    pub calls: CallList,
    /// The load under way.
    pub load: Option<Load>,
    /// The list of calls being read.
    pub listing: Option<CallListStream>,
    /// Remember how calls are left, for the next run.
    pub remembers: bool,
}

impl Opening {
    /// Opens with a load.
    pub fn of(load: Load) -> Opening {
        Opening { calls: CallList::default(), load: Some(load), listing: None, remembers: true }
    }
}

/// Returns what is wrong with the filter of the command line, whether or not there is a screen to filter on.
pub fn mistaken(filter: Option<&str>, named: &NamedFilters) -> Option<UserError> {
    let filter = filter?;
    let mistakes = Filter::with(filter, named).mistakes;
    let (range, what) = mistakes.first()?;
    let wrong = filter.get(range.clone()).unwrap_or_default();
    let known: Vec<String> = Filter::suggestions("", named).into_iter().map(|(name, _)| name).collect();
    Some(usage(format!("--filter `{wrong}`: {what}"), &format!("choose from {}", known.join(" "))))
}

/// Asks the terminal, once and before it is set up, whether its background is light. One that supports this answers at
/// once; the wait for others is short.
fn is_light() -> Option<bool> {
    use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
    let mut options = QueryOptions::default();
    // A late answer would be read as keys, and remote terminals are slow.
    let is_far = std::env::var_os("SSH_CONNECTION").is_some() || std::env::var_os("SSH_TTY").is_some();
    options.timeout = if is_far { Duration::from_secs(1) } else { Duration::from_millis(200) };
    theme_mode(options).ok().map(|mode| mode == ThemeMode::Light)
}

/// For openings without a list: nothing can be chosen.
pub fn no_choice(_chosen: &Chosen) -> Load {
    source::load(Source::Paths(Vec::new()), crate::triage::RuleSets::built_in())
}

/// Explores on the screen until the user leaves.
pub fn on_screen(
    runtime: &Runtime,
    opening: Opening,
    open: &mut (dyn FnMut(&Chosen) -> Load + Send),
    screen: &cli::Screen,
    basis: Basis,
    alarm: PanicSignal,
) -> color_eyre::Result<Exit> {
    if let Some(trouble) = mistaken(screen.filter.as_deref(), &basis.settings.filters) {
        return Ok(report_error(&trouble));
    }
    let settings = basis.settings;
    let environment = |name: &str| std::env::var(name).ok();
    let mut asked = None;
    let background = || {
        let is_light = is_light();
        asked = Some(is_light.is_some());
        is_light
    };
    let theme = Theme::chosen(screen.theme.or(settings.theme).unwrap_or_default(), environment, background);
    let is_ascii = screen.ascii || settings.is_ascii.unwrap_or_else(|| !terminal::has_utf8(environment));
    let colours = if terminal::has_true_colour(environment) { settings.colours } else { settings.colours.of_256() };
    let theme = Theme { is_ascii, ..theme }.with(colours);
    let remembered = if opening.remembers && !settings.forgets { memory::path(environment) } else { None };
    let Opening { calls, mut load, listing, .. } = opening;
    let ended = runtime.block_on(async {
        let early = match &mut load {
            Some(load) => first_news(load).await,
            None => Vec::new(),
        };
        let early = match with_something_to_show(early) {
            Ok(early) => early,
            Err(trouble) => return Ok(trouble.map(Ended::NothingToShow)),
        };
        let announce = announce(settings);
        // Only a terminal that has answered a question is asked another one: keys wait for the answer.
        let answers = asked == Some(true) && cfg!(unix);
        let (input, filling, keys) = input(asked == Some(false), answers)?;
        let borrowed = TerminalGuard::take(screen.mouse || settings.uses_mouse, announce.title)?;
        if answers {
            repetition::try_out()?;
        }
        let mut terminal = terminal::screen()?;
        let size = terminal.size()?;
        let mut app = App::new(basis.sets, basis.set, calls, (size.width, size.height));
        app.clock = basis.clock;
        app.begin_with_privacy(basis.privacy);
        app.keys = settings.keys.clone();
        app.set_usual_columns(&settings.columns);
        app.own_commands = settings.own_commands.clone();
        app.ticket_markup = settings.ticket_markup;
        app.named_filters = settings.filters.clone();
        if remembered.is_some() {
            app.remember(memory::load(remembered.as_ref()));
        }
        if let Some(filter) = &screen.filter {
            app.begin_with_filter(filter);
        }
        let clipboard = clipboard::Way::here(|name| std::env::var(name).ok(), programs::is_there);
        let write_report: WriteReport = Arc::new(move |request| report::to_file(request, basis));
        let ends =
            Ends { input, load, early, open, listing, alarm, theme, clipboard, announce, write_report, idle: None };
        // Once nothing can fill the queue, the loop sees that and ends.
        let mut hardware = OurTerminal { keys };
        let running = std::pin::pin!(run::run(app, &mut terminal, &mut hardware, ends));
        let ended = match future::select(running, std::pin::pin!(filling)).await {
            Either::Left((ended, _)) => ended,
            Either::Right(((), running)) => running.await,
        };
        drop(borrowed);
        if let Ok(Ended::Left(app)) = &ended {
            memory::store(remembered.as_ref(), &app.memory());
        }
        ended.map(Some)
    });
    let ended = match ended {
        Err(error) if terminal::is_gone(&error) => Some(Ended::Signalled(HANG_UP)),
        ended => ended?,
    };
    Ok(match ended {
        Some(Ended::Left(app)) => {
            // The process ends: freeing a large call piece by piece would only delay that.
            let app = Box::leak(app);
            if app.was_interrupted { Exit::INTERRUPTED } else { Exit::Done }
        }
        None => Exit::Done,
        Some(Ended::NothingToShow(trouble)) => report_error(&trouble),
        Some(Ended::Signalled(code)) => Exit::Signalled(code),
        Some(Ended::Panicked) => Exit::Internal,
    })
}

/// Returns the first news of a load; if it has ended without anything to show, why, so that the screen is not switched.
fn with_something_to_show(early: Vec<LoadEvent>) -> Result<Vec<LoadEvent>, Option<UserError>> {
    let has_rows = early.iter().any(|arrival| matches!(arrival, LoadEvent::Rows { rows, .. } if !rows.is_empty()));
    if has_rows || !matches!(early.last(), Some(LoadEvent::End(_))) {
        return Ok(early);
    }
    let mut preview = Dataset::default();
    early.into_iter().for_each(|arrival| _ = preview.take(arrival, 0));
    Err(preview.nothing_to_show())
}

/// Collects news up to the first rows, or to the end, or for an unnoticeable time.
async fn first_news(load: &mut Load) -> Vec<LoadEvent> {
    let until = Instant::now() + FIRST_ROWS;
    let mut early = Vec::new();
    while let Ok(Some(arrival)) = timeout_at(until, load.next()).await {
        let is_enough = match &arrival {
            LoadEvent::Rows { rows, .. } => !rows.is_empty(),
            LoadEvent::End(_) | LoadEvent::Wait(_) => true,
            _ => false,
        };
        early.push(arrival);
        if is_enough {
            break;
        }
    }
    early
}

/// What the terminal is told, unless the config says otherwise. The Linux console has no title, and its bell is a beep.
fn announce(settings: &Settings) -> Announce {
    let is_console = std::env::var_os("TERM").is_some_and(|term| term == "linux");
    Announce { title: !settings.keeps_title && !is_console, bell: !settings.is_silent }
}

struct OurTerminal {
    /// Asks for the keys to be left to another program, or read again; the answer tells that it is so.
    keys: mpsc::Sender<KeyRequest>,
}

impl TerminalControl<terminal::Frames> for OurTerminal {
    fn can_suspend(&self) -> bool {
        terminal::can_suspend()
    }

    fn suspend(&mut self, terminal: &mut Screen, whole_group: bool) -> io::Result<()> {
        terminal::suspend(terminal, whole_group)
    }

    fn resume(&mut self, terminal: &mut Screen) -> io::Result<()> {
        terminal::resume(terminal)
    }

    fn redraw(&mut self, terminal: &mut Screen) -> io::Result<()> {
        terminal::redraw(terminal)
    }

    async fn hand_over(&mut self) -> io::Result<()> {
        let (tell, told) = oneshot::channel();
        if self.keys.send((false, tell)).await.is_ok() {
            let _ = told.await;
        }
        terminal::hand_over();
        Ok(())
    }

    fn take_back(&mut self, terminal: &mut Screen) -> io::Result<()> {
        let (tell, _) = oneshot::channel();
        // Nothing waits for this one; where the queue is gone, so is the terminal.
        let _ = self.keys.try_send((true, tell));
        terminal::take_back(terminal)
    }

    fn send(&mut self, terminal: &mut Screen, bytes: &[u8]) -> io::Result<()> {
        terminal.backend_mut().write_all(bytes)?;
        io::Write::flush(terminal.backend_mut())
    }
}

/// Whether keys are to be read, and where to tell that it is so.
type KeyRequest = (bool, oneshot::Sender<()>);

/// Returns keys, resizes and signals in one queue, and the future that fills it: poll it beside the loop, in the same
/// task, so that no other thread delays a key. (The loop may check a queue without waiting, which crossterm's stream
/// does not support.) Keys are read until they are left to another program; if the terminal was asked a question, from
/// its answer on.
fn input(
    awaits_background: bool,
    awaits_answer: bool,
) -> io::Result<(mpsc::Receiver<Input>, impl Future<Output = ()>, mpsc::Sender<KeyRequest>)> {
    let (tell, input) = mpsc::channel(64);
    let (ask, mut asked) = mpsc::channel::<KeyRequest>(2);
    let mut signals = signals()?;
    let mut keys = (!awaits_answer).then(|| EventStream::new().ready_chunks(TOGETHER));
    let mut reads = true;
    let hung_up = tell.clone();
    terminal::on_hang_up(move || {
        terminal::end_soon(HANG_UP);
        // The loop may have ended already.
        let _ = hung_up.blocking_send(Input::End(HANG_UP));
    });
    let mut late = awaits_background.then(LateAnswer::default);
    let filling = async move {
        let mut pace = Pace::default();
        let asked_at = std::time::Instant::now();
        let mut answer = awaits_answer.then(|| tokio::task::spawn_blocking(move || repetition::take_answer(asked_at)));
        loop {
            let heard = tokio::select! {
                biased;
                Some((reads_now, done)) = asked.recv() => {
                    // A stream that exists takes keys from the terminal even if nobody asks it for any.
                    reads = reads_now;
                    keys = (reads && answer.is_none()).then(|| EventStream::new().ready_chunks(TOGETHER));
                    let _ = done.send(());
                    continue;
                }
                time = come(&mut answer) => {
                    answer = None;
                    keys = reads.then(|| EventStream::new().ready_chunks(TOGETHER));
                    if let Some(time) = time && tell.send(Input::RoundTrip(time)).await.is_err() {
                        return;
                    }
                    continue;
                }
                signal = signals.next() => signal.map(|signal| signal.map(Heard::Signal)),
                events = next_keys(&mut keys) => events.map(|events| events.map(Heard::Keys)),
            };
            // An error means the terminal is gone; the closed queue reports that.
            let Some(Ok(heard)) = heard else { return };
            let inputs = match heard {
                Heard::Signal(input) => vec![input],
                Heard::Keys(events) => {
                    let (events, background) = without_answers(events, &mut late);
                    let inputs = pace.inputs(events, std::time::Instant::now());
                    background.map(Input::Background).into_iter().chain(inputs).collect()
                }
            };
            for input in inputs {
                if tell.send(input).await.is_err() {
                    return;
                }
            }
        }
    };
    Ok((input, filling, ask))
}

/// Returns the next keys; never any while another program has the terminal.
async fn next_keys(keys: &mut Option<ReadyChunks<EventStream>>) -> Option<io::Result<Vec<TerminalEvent>>> {
    match keys {
        Some(keys) => keys.next().await.map(|events| events.into_iter().collect()),
        None => future::pending().await,
    }
}

/// Waits for the terminal's answer to a question; forever, if it was not asked any.
async fn come(answer: &mut Option<JoinHandle<Option<Duration>>>) -> Option<Duration> {
    match answer {
        Some(answer) => answer.await.ok().flatten(),
        None => future::pending().await,
    }
}

/// The most events taken from the terminal at once: a longer text that was pasted arrives in several pieces.
const TOGETHER: usize = 1024;

/// Something to be put into the queue.
enum Heard {
    Signal(Input),
    /// All that the terminal has sent by now.
    Keys(Vec<TerminalEvent>),
}

/// Takes the terminal's late answers from among the keys: returns the others, and what the terminal answered.
fn without_answers(events: Vec<TerminalEvent>, late: &mut Option<LateAnswer>) -> (Vec<TerminalEvent>, Option<bool>) {
    let Some(late) = late else { return (events, None) };
    let (mut others, mut background) = (Vec::new(), None);
    for event in events {
        match late.take(event) {
            Taken::Events(events) => others.extend(events),
            Taken::Held => {}
            Taken::Answer(answer) => background = answer.or(background),
        }
    }
    (others, background)
}

#[cfg(unix)]
fn signals() -> io::Result<impl Stream<Item = io::Result<Input>> + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};

    use rustix::process::Signal;

    let listen = |kind: SignalKind, input: fn() -> Input| {
        let mut signal = signal(kind)?;
        let stream = stream::poll_fn(move |context| signal.poll_recv(context).map(|it| it.map(|()| Ok(input()))));
        io::Result::Ok(stream.filter(|input| future::ready(!is_for_another(input))).boxed())
    };
    // However the process ends, the terminal is restored first.
    let ends = [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT, Signal::USR1, Signal::USR2, Signal::ALARM];
    let mut streams = vec![
        listen(SignalKind::from_raw(Signal::CONT.as_raw()), || Input::Continued)?,
        listen(SignalKind::from_raw(Signal::TSTP.as_raw()), || Input::Suspend)?,
    ];
    for ending in ends {
        let kind = SignalKind::from_raw(ending.as_raw());
        // The shell convention: 128 plus the signal number.
        let code = 128 + u8::try_from(ending.as_raw()).unwrap_or(0);
        let mut heard = signal(kind)?;
        let stream =
            stream::poll_fn(move |context| heard.poll_recv(context).map(|it| it.map(|()| Ok(Input::End(code)))));
        streams.push(stream.filter(|input| future::ready(!is_for_another(input))).boxed());
        // A second signal is handled outside the loop, which may hang while writing.
        let mut heard = signal(kind)?;
        tokio::spawn(async move {
            while heard.recv().await.is_some() {
                if !is_for_another(&Ok(Input::End(code))) {
                    terminal::end_soon(code);
                    break;
                }
            }
        });
    }
    Ok(stream::select_all(streams))
}

/// Returns whether a signal comes from a key that was pressed in another program, which has the terminal. If that
/// program is suspended by it, so is this one.
#[cfg(unix)]
fn is_for_another(input: &io::Result<Input>) -> bool {
    /// 128 plus the numbers of the signals of Ctrl-C and Ctrl-\\.
    const FROM_KEYS: [u8; 2] = [Exit::INTERRUPTED.code(), 131];
    if !terminal::is_handed_over() {
        return false;
    }
    match input {
        Ok(Input::End(code)) => FROM_KEYS.contains(code),
        Ok(Input::Suspend) => {
            terminal::stop_as_well();
            true
        }
        Ok(Input::Continued) => true,
        _ => false,
    }
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Stream<Item = io::Result<Input>> + Unpin> {
    Ok(stream::pending())
}
