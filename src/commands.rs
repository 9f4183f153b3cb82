//! What each command does, and the exit code that says how it went.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use crossterm::event::EventStream;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::app::{App, Choice};
use crate::call::{Arrival, Call, Completeness, Ending, Loaded, Trouble, TroubleKind};
use crate::cli::{self, Cli, Command, Explore};
use crate::demo::server::{self, ServedCall, Weather};
use crate::demo::{self, DemoCall};
use crate::report::clean::clean;
use crate::report::text;
use crate::run::{self, Ended, Ends, Hardware, Input};
use crate::source::{self, Api, CallId, LiveCall, Load, Service, Source, Token};
use crate::terminal::{self, Alarm, Borrowed, Screen};
use crate::triage::CQD;
use crate::ui::Theme;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// A fault of ours.
    Internal,
    /// The command line does not make sense.
    Usage,
    /// The service could not be reached, or refused us.
    Access,
    /// The service was too busy or too slow.
    Throttled,
    /// The input is not readable, or no call.
    Input,
    /// Stopped before the last page; what came was shown.
    Partial,
    /// Ended by a signal, or by Ctrl-C; with this code.
    Signalled(u8),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Internal => 1,
            Exit::Usage => 2,
            Exit::Access => 3,
            Exit::Throttled => 4,
            Exit::Input => 5,
            Exit::Partial => 6,
            Exit::Signalled(code) => code,
        }
    }
}

/// The exit code of a process that was interrupted.
const INTERRUPTED: u8 = 130;

/// How long the screen waits for the first rows before it shows that it waits. Most troubles are known by then.
const FIRST_ROWS: Duration = Duration::from_millis(150);

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let alarm = Alarm::default();
    let done = terminal::install_panic_hook(alarm.clone()).and_then(|()| perform(cli, alarm));
    let exit = done.unwrap_or_else(|report| {
        eprintln!("error: {report:?}");
        Exit::Internal
    });
    ExitCode::from(exit.code())
}

fn perform(cli: Cli, alarm: Alarm) -> color_eyre::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = match cli.command {
        None => explore(&runtime, &cli.explore, alarm),
        Some(Command::Demo { call, screen }) => demo(&runtime, call.as_deref(), DEMO, screen, alarm),
        Some(Command::Serve { files, port }) => serve(&runtime, files, port),
    };
    // Nothing is waited for: what still reads has nobody to read for.
    runtime.shutdown_background();
    done
}

/// Says what went wrong and what to do about it.
fn complain(trouble: &Trouble) -> Exit {
    eprintln!("error: {}", clean(&trouble.what));
    if let Some(hint) = &trouble.hint {
        eprintln!("  hint: {}", clean(hint));
    }
    match trouble.kind {
        TroubleKind::Input => Exit::Input,
        TroubleKind::Access | TroubleKind::Answer => Exit::Access,
        TroubleKind::Throttled => Exit::Throttled,
        TroubleKind::Usage => Exit::Usage,
    }
}

fn usage(what: impl Into<String>, hint: &str) -> Trouble {
    Trouble { kind: TroubleKind::Usage, what: what.into(), hint: Some(hint.to_owned()) }
}

fn explore(runtime: &Runtime, options: &Explore, alarm: Alarm) -> color_eyre::Result<Exit> {
    let source = match source_of(options) {
        Ok(Some(source)) => source,
        Ok(None) if io::stdout().is_terminal() => return demo(runtime, None, START, options.screen, alarm),
        Ok(None) => {
            let hint = "name a file, a folder, `-` or a call id; `callscope --help` has examples";
            return Ok(complain(&usage("there is nothing to explore", hint)));
        }
        Err(trouble) => return Ok(complain(&trouble)),
    };
    let load = {
        let _inside = runtime.enter();
        source::load(source, &CQD)
    };
    if io::stdout().is_terminal() {
        on_screen(runtime, (Vec::new(), &[]), Some(load), &mut no_choice, options.screen, alarm)
    } else {
        runtime.block_on(as_text(load))
    }
}

/// Without choices nothing can be chosen.
fn no_choice(_choice: usize) -> Load {
    source::load(Source::Paths(Vec::new()), &CQD)
}

/// What the targets are; `None` when there are none.
fn source_of(options: &Explore) -> Result<Option<Source>, Trouble> {
    match options.targets.as_slice() {
        [] if io::stdin().is_terminal() => Ok(None),
        [] => Ok(Some(Source::Stdin)),
        [target] if target == "-" => Ok(Some(Source::Stdin)),
        [target] => match CallId::parse(target).filter(|_| !PathBuf::from(target).exists()) {
            Some(call) => live_call(options, call).map(|live| Some(Source::Live(Box::new(live)))),
            None => Ok(Some(Source::Paths(vec![target.into()]))),
        },
        many => match many.iter().find(|target| *target == "-" || CallId::parse(target).is_some()) {
            Some(alone) => Err(usage(
                format!("{alone} cannot be opened together with others"),
                "standard input and calls of a service are opened one at a time; files and folders can be joined",
            )),
            None => Ok(Some(Source::Paths(many.iter().map(PathBuf::from).collect()))),
        },
    }
}

fn live_call(options: &Explore, call: CallId) -> Result<LiveCall, Trouble> {
    let root = options.graph_url.as_deref().unwrap_or(options.cloud.root());
    let service = Service::new(root, options.api)
        .map_err(|error| usage(error.to_string(), "see --graph-url in `callscope --help`"))?;
    let token = std::env::var("CALLSCOPE_TOKEN").ok().as_deref().and_then(Token::new).ok_or_else(|| Trouble {
        kind: TroubleKind::Access,
        what: "a token is needed to fetch a call, and CALLSCOPE_TOKEN does not hold one".to_owned(),
        hint: Some(
            "an application's token for Microsoft Graph with CallRecords.Read.All; with the Azure CLI signed in as a \
             service principal: export CALLSCOPE_TOKEN=$(az account get-access-token --resource \
             https://graph.microsoft.com --query accessToken -o tsv)"
                .to_owned(),
        ),
    })?;
    Ok(LiveCall { service, call, token })
}

/// What stands above the built-in calls when nothing was named.
const START: &[&str] = &[
    "No call was named. `callscope call.json` opens a saved call, `callscope FOLDER` a folder of saved pages, and \
     `callscope GUID` fetches a call from Microsoft Graph with the token in CALLSCOPE_TOKEN.",
    "Or try one of these, which are built in and need no tenant:",
];

/// What stands above the built-in calls in the demo.
const DEMO: &[&str] =
    &["These calls are built in and invented. A Graph server inside of this program serves them, page by page."];

fn demo(
    runtime: &Runtime,
    name: Option<&str>,
    intro: &'static [&'static str],
    screen: cli::Screen,
    alarm: Alarm,
) -> color_eyre::Result<Exit> {
    let running = runtime.block_on(server::start(ServedCall::all_demo(), Weather::DEMO, 0))?;
    let service = Service::new(&running.root, Api::V1)?;
    let open = |call: &DemoCall| {
        let call = call.call_id().zip(Token::new(server::TOKEN));
        let live = call.map(|(call, token)| LiveCall { service: service.clone(), call, token });
        let source = live.map_or(Source::Paths(Vec::new()), |live| Source::Live(Box::new(live)));
        source::load(source, &CQD)
    };
    let chosen = name.and_then(demo::by_name);
    let load = chosen.map(|call| {
        let _inside = runtime.enter();
        open(call)
    });
    match load {
        Some(load) if !io::stdout().is_terminal() => runtime.block_on(as_text(load)),
        None if !io::stdout().is_terminal() => {
            let names: Vec<&str> = demo::CALLS.iter().map(|call| call.name).collect();
            let hint = format!("name one of the built-in calls: {}", names.join(", "));
            Ok(complain(&usage("the list of calls needs a terminal", &hint)))
        }
        Some(load) => on_screen(runtime, (Vec::new(), &[]), Some(load), &mut no_choice, screen, alarm),
        None => {
            let choice = |call: &DemoCall| Choice { title: call.title.to_owned(), about: call.about.to_owned() };
            let choices = demo::CALLS.iter().map(choice).collect();
            on_screen(runtime, (choices, intro), None, &mut |at| open(&demo::CALLS[at]), screen, alarm)
        }
    }
}

/// Prints a call as text, for a pipe or a file.
async fn as_text(mut load: Load) -> color_eyre::Result<Exit> {
    let mut loaded = Loaded::default();
    while let Some(arrival) = load.arrivals.recv().await {
        if let Arrival::Wait(Some(wait)) = &arrival {
            eprintln!("callscope: {}: waiting {} s: {}", wait.origin, wait.seconds, clean(&wait.why));
        }
        loaded.take(arrival, 0);
    }
    if let Some(trouble) = loaded.nothing_to_show() {
        return Ok(complain(&trouble));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match text::write(&loaded, &mut out).and_then(|()| out.flush()) {
        // Whoever read it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
        written => written?,
    }
    if let Some(Ending::Stopped(trouble)) = loaded.ending() {
        complain(trouble);
        return Ok(Exit::Partial);
    }
    let is_broken = |call: &Call| matches!(Completeness::of(call, &loaded), Completeness::Broken { .. });
    Ok(if loaded.calls().iter().any(is_broken) { Exit::Partial } else { Exit::Done })
}

/// Explores on the screen until somebody leaves.
fn on_screen(
    runtime: &Runtime,
    (choices, intro): (Vec<Choice>, &'static [&'static str]),
    mut load: Option<Load>,
    open: &mut (dyn FnMut(usize) -> Load + Send),
    screen: cli::Screen,
    alarm: Alarm,
) -> color_eyre::Result<Exit> {
    let theme = Theme::chosen(screen.theme, |name| std::env::var(name).ok());
    let ended = runtime.block_on(async {
        let early = match &mut load {
            Some(load) => first_news(load).await,
            None => Vec::new(),
        };
        // What turns out to be nothing is said without a screen coming and going.
        let mut preview = Loaded::default();
        if let [.., Arrival::End(ending)] = early.as_slice()
            && !early.iter().any(|arrival| matches!(arrival, Arrival::Rows { rows, .. } if !rows.is_empty()))
        {
            let ending = Arrival::End(ending.clone());
            early
                .into_iter()
                .filter(|arrival| !matches!(arrival, Arrival::End(_)))
                .for_each(|it| _ = preview.take(it, 0));
            preview.take(ending, 0);
            return Ok(preview.nothing_to_show().map(Ended::NothingToShow));
        }
        let input = input()?;
        let borrowed = Borrowed::take()?;
        let mut terminal = terminal::screen()?;
        let size = terminal.size()?;
        let mut app = App::new(&CQD, choices, (size.width, size.height));
        app.intro = intro;
        let ends = Ends { input, load, early, open, alarm, theme };
        let ended = run::run(app, &mut terminal, &mut OurTerminal, ends).await;
        drop(borrowed);
        ended.map(Some)
    });
    Ok(match ended? {
        Some(Ended::Left(app)) if app.was_interrupted => Exit::Signalled(INTERRUPTED),
        Some(Ended::Left(_)) | None => Exit::Done,
        Some(Ended::NothingToShow(trouble)) => complain(&trouble),
        Some(Ended::Signalled(code)) => Exit::Signalled(code),
        Some(Ended::Panicked) => Exit::Internal,
    })
}

/// News up to the first rows, or to the end, or for as long as nobody notices.
async fn first_news(load: &mut Load) -> Vec<Arrival> {
    let until = Instant::now() + FIRST_ROWS;
    let mut early = Vec::new();
    while let Ok(Some(arrival)) = timeout_at(until, load.arrivals.recv()).await {
        let is_enough = match &arrival {
            Arrival::Rows { rows, .. } => !rows.is_empty(),
            Arrival::End(_) | Arrival::Wait(_) => true,
            _ => false,
        };
        early.push(arrival);
        if is_enough {
            break;
        }
    }
    early
}

struct OurTerminal;

impl Hardware<ratatui::backend::CrosstermBackend<io::BufWriter<io::Stdout>>> for OurTerminal {
    fn suspend(&mut self, terminal: &mut Screen) -> io::Result<()> {
        terminal::suspend(terminal)
    }

    fn resume(&mut self, terminal: &mut Screen) -> io::Result<()> {
        terminal::resume(terminal)
    }
}

/// Keys, resizes and signals in one queue. A task of its own waits for them: the loop may look into a queue
/// without waiting, which crossterm's stream does not bear.
fn input() -> io::Result<mpsc::Receiver<Input>> {
    let (tell, input) = mpsc::channel(64);
    let keys = EventStream::new().map(|event| event.map(Input::Terminal));
    let mut all = stream::select(signals()?, keys);
    tokio::spawn(async move {
        // An error means that the terminal is gone; the closed queue says so.
        while let Some(Ok(input)) = all.next().await {
            if tell.send(input).await.is_err() {
                break;
            }
        }
    });
    Ok(input)
}

#[cfg(unix)]
fn signals() -> io::Result<impl Stream<Item = io::Result<Input>> + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind: SignalKind, input: fn() -> Input| {
        let mut signal = signal(kind)?;
        let stream = stream::poll_fn(move |context| signal.poll_recv(context).map(|it| it.map(|()| Ok(input()))));
        io::Result::Ok(stream.boxed())
    };
    Ok(stream::select_all([
        listen(SignalKind::terminate(), || Input::End(143))?,
        listen(SignalKind::hangup(), || Input::End(129))?,
        listen(SignalKind::interrupt(), || Input::End(INTERRUPTED))?,
        listen(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()), || Input::Continued)?,
    ]))
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Stream<Item = io::Result<Input>> + Unpin> {
    Ok(stream::pending())
}

/// Serves until somebody stops it.
fn serve(runtime: &Runtime, files: Vec<PathBuf>, port: u16) -> color_eyre::Result<Exit> {
    runtime.block_on(async {
        let calls = match files.is_empty() {
            true => ServedCall::all_demo(),
            false => match saved_calls(files).await {
                Ok(calls) => calls,
                Err(trouble) => return Ok(complain(&trouble)),
            },
        };
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let running = match server::start(calls, Weather::default(), port).await {
            Ok(running) => running,
            Err(error) => {
                let what = format!("port {port} of the loopback address cannot be had: {error}");
                return Ok(complain(&usage(what, "name another one with --port, or 0 for any that is free")));
            }
        };
        eprintln!("serving at {} with the token {}", running.root, server::TOKEN);
        for id in ids {
            println!("CALLSCOPE_TOKEN={} callscope --graph-url {} {id}", server::TOKEN, running.root);
        }
        tokio::select! {
            served = running.task => served??,
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(Exit::Done)
    })
}

/// Saved calls, to be served as they were received.
async fn saved_calls(files: Vec<PathBuf>) -> Result<Vec<ServedCall>, Trouble> {
    let mut load = source::load(Source::Paths(files), &CQD);
    let mut loaded = Loaded::default();
    while let Some(arrival) = load.arrivals.recv().await {
        loaded.take(arrival, 0);
    }
    if let Some(trouble) = loaded.nothing_to_show() {
        return Err(trouble);
    }
    for problem in loaded.problems.iter() {
        eprintln!("callscope: {}", clean(&problem.words()));
    }
    loaded.calls().iter().map(|call| ServedCall::saved(call, &load.store)).collect()
}
