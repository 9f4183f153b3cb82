//! The commands, and their exit codes.
//!
//! | file | contents |
//! |---|---|
//! | `target` | what to open: files, standard input, a call from a service |
//! | `screen` | exploring on the screen |
//! | `program` | completions and manual pages |
//! | `report` | the triage without a screen: one file per format, and `batches`, which reads sessions again |
//! | `export` | calls as files with one row per stream |
//! | `bundle` | a call's pages, their hashes and the report in one archive |
//! | `diff` | compares two saved versions of a call |
//! | `demo`, `serve` | the built-in calls, and their server on its own |
//! | `calls` | the tenant's recent calls |
//! | `doctor` | checks everything between this computer and a call |
//! | `explain` | explains names from reports and screens |
//! | `fetch` | downloads a call to a file |
//! | `memory` | remembers how calls were left |
//! | `misspelt` | a command that was not meant as a file |
//! | `output` | writes to standard output |
//! | `settings` | the config file: template, path, what is in effect |
//! | `surroundings` | version, system, terminal and locale |
//! | `rules` | prints the rule sets |
//! | `site_files` | reads the user's files about networks |

mod bundle;
mod calls;
mod demo;
mod diff;
mod doctor;
mod explain;
mod export;
mod fetch;
mod memory;
mod misspelt;
mod output;
mod program;
mod report;
mod rules;
mod screen;
mod serve;
mod settings;
mod site_files;
mod surroundings;
mod target;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Runtime;

use crate::call::{UserError, UserErrorKind};
use crate::cli::{self, CallsFilter, Cli, Command, ConfigCommand, Exit, Explore};
use crate::config::{self, Config, Settings};
use crate::demo::weather::Weather;
use crate::log::{self, NoLog};
use crate::model::{Clock, Zone};
use crate::privacy::Level;
use crate::sites::Sites;
use crate::source;
use crate::stderr;
use crate::terminal::{self, PanicSignal};
use crate::text::sanitize;
use crate::triage::RuleSets;

/// What every command starts with.
#[derive(Debug, Clone, Copy)]
struct Basis {
    /// All rule sets.
    sets: &'static RuleSets,
    /// Index of the one to start with.
    set: usize,
    /// The other settings of the config file.
    settings: &'static Settings,
    /// What the user's files say about networks.
    sites: &'static Sites,
    /// Shows times.
    clock: Clock,
    /// What of a call is hidden.
    privacy: Level,
}

impl Basis {
    /// Starts a load within the limits of the config file. Must be called inside a runtime.
    fn load(&self, source: source::Source) -> source::Load {
        let spool = self.settings.spool_limit.unwrap_or(source::store::SPOOL_LIMIT);
        source::load_with(source, source::Context { rules: self.sets, sites: self.sites, spool })
    }
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // What was typed is repeated in it.
        Err(error) if error.use_stderr() => {
            if error.kind() == clap::error::ErrorKind::UnknownArgument
                && let Some(told) = misspelt::line(std::env::args_os().skip(1))
            {
                return ExitCode::from(report_error(&told).code());
            }
            let text = error.render().to_string();
            stderr::report(text.lines().map(sanitize).collect::<Vec<_>>().join("\n").trim_end());
            return ExitCode::from(Exit::Usage.code());
        }
        Err(help) => help.exit(),
    };
    let alarm = PanicSignal::default();
    let done = terminal::install_panic_hook(alarm.clone()).and_then(|()| perform(cli, alarm));
    let exit = done.unwrap_or_else(|report| {
        stderr::report(&format!("error: {report:?}"));
        Exit::Internal
    });
    tracing::info!(target: log::PROGRAM, code = exit.code(), "end");
    ExitCode::from(exit.code())
}

/// Runs a command that needs no config file, so that it works with a broken one; `None` if it is another one.
fn without_config(command: &Command) -> Option<color_eyre::Result<Exit>> {
    match command {
        Command::Completions(wanted) => Some(Ok(program::completions(wanted.shell))),
        Command::Report(cli::Report { schema: true, .. }) => Some(report::schema()),
        Command::Config(cli::Config { what: ConfigCommand::Template }) => Some(Ok(settings::print_template())),
        Command::Config(cli::Config { what: ConfigCommand::Path }) => Some(Ok(settings::print_path())),
        Command::Man(wanted) => Some(Ok(program::man(wanted.command.as_deref()))),
        _ => None,
    }
}

fn perform(cli: Cli, alarm: PanicSignal) -> color_eyre::Result<Exit> {
    if let Some(done) = cli.command.as_ref().and_then(without_config) {
        return done;
    }
    if let Some(path) = &cli.log
        && let Err(trouble) = start_log(path)
    {
        return Ok(report_error(&trouble));
    }
    let mut basis = match basis(cli.rules.as_deref(), cli.time.as_deref(), cli.privacy.as_deref()) {
        Ok(basis) => basis,
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    if cli.privacy.is_some() && matches!(cli.command, Some(Command::Fetch(_) | Command::Serve(_))) {
        let hint = "they keep every byte as received; use --privacy where a call is shown or reported on";
        return Ok(report_error(&usage("--privacy does not apply to fetch and serve", hint)));
    }
    if cli.command.as_ref().is_none_or(Command::reads_calls) {
        match site_files::read(&cli.site_files, basis.settings) {
            // Needed on every thread until the process ends.
            Ok(sites) => basis.sites = Box::leak(Box::new(sites)),
            Err(trouble) => return Ok(report_error(&trouble)),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = match cli.command {
        None => explore(&runtime, &cli.explore, basis, alarm),
        Some(Command::Demo(cli::Demo { call, weather, asking, screen })) => {
            let weather = weather.as_deref().and_then(Weather::named).unwrap_or_else(Weather::demo);
            let request = target::request(&asking, basis.settings);
            let wanted = demo::Wanted { call: call.as_deref(), intro: demo::DEMO, weather, request };
            demo::demo(&runtime, wanted, &screen, basis, alarm)
        }
        Some(Command::Report(cli::Report { target, how, .. })) => report::report(&runtime, &target, basis, how),
        Some(Command::Bundle(wanted)) => bundle::bundle(&runtime, &wanted, basis),
        Some(Command::Export(wanted)) => export::export(&runtime, &wanted, basis),
        Some(Command::Calls(cli::Calls { filter, asking, live, screen })) => {
            calls::calls(&runtime, &filter, (&live, &asking), &screen, basis, alarm)
        }
        Some(Command::Doctor(wanted)) => doctor::doctor(&runtime, wanted.call.as_deref(), &wanted.live, basis),
        Some(Command::Fetch(wanted)) => fetch::fetch(&runtime, &wanted, basis),
        Some(Command::Diff(wanted)) => diff::diff(&runtime, wanted, basis),
        Some(Command::Explain(wanted)) => Ok(explain::explain(&wanted.names, basis)),
        Some(Command::Rules(wanted)) => rules::rules(wanted.format, basis),
        // Its options are read again by name; the rest was answered above.
        Some(Command::Config(_)) => Ok(settings::show()),
        Some(Command::Completions(_) | Command::Man(_)) => Ok(Exit::Done),
        Some(Command::Serve(cli::Serve { files, port, weather })) => {
            let weather = weather.as_deref().and_then(Weather::named).unwrap_or_default();
            serve::serve(&runtime, files, port, weather, basis)
        }
    };
    // Do not wait: nothing needs the result of what is still being read.
    runtime.shutdown_background();
    done
}

/// Starts the log, with what a report of a fault needs.
fn start_log(path: &std::path::Path) -> Result<(), UserError> {
    let filter = std::env::var("CALLSCOPE_LOG").ok();
    log::start(path, filter.as_deref()).map_err(|error| {
        let hint = match &error {
            NoLog::Filter(_) => {
                "set it to a level, error to trace, or to parts with levels, such as http=debug,pages=trace"
            }
            NoLog::OtherFile => "name a new file, or an earlier log",
            NoLog::File(_) | NoLog::Twice => "name a new file in a folder of your own",
        };
        usage(error.to_string(), hint)
    })?;
    let (commit, target) = (cli::version::COMMIT, cli::version::TARGET);
    tracing::info!(target: log::PROGRAM, version = cli::version::NUMBER, commit, target, "start");
    Ok(())
}

/// Loads the config file, and picks the rule set and the zone to start with: named on the command line, in the
/// environment (the zone only), in the config file, or the first.
fn basis(named: Option<&str>, zone: Option<&str>, privacy: Option<&str>) -> Result<Basis, UserError> {
    let environment = |name: &str| std::env::var(name).ok();
    let is_named = environment("CALLSCOPE_CONFIG").is_some_and(|path| !path.is_empty());
    let config = config::load(config::path(environment).as_deref(), is_named).map_err(|error| {
        usage(error.to_string(), "fix it or move it away; see `callscope rules` for the format of rule sets")
    })?;
    // Needed on every thread until the process ends.
    let Config { sets, settings }: &'static Config = Box::leak(Box::new(config));
    let set = match named.or(settings.judge_by.as_deref()) {
        None => 0,
        Some(name) => sets
            .by_id(name)
            .ok_or_else(|| usage(config::no_such_set(name, sets), "`callscope rules` lists them all"))?,
    };
    let privacy = privacy.and_then(Level::named).or(settings.privacy).unwrap_or_default();
    let zone = match zone.map(str::to_owned).or_else(|| environment("CALLSCOPE_TIME").filter(|zone| !zone.is_empty())) {
        None => settings.zone.unwrap_or_default(),
        Some(name) => Zone::named(&name)
            .ok_or_else(|| usage(format!("CALLSCOPE_TIME is {name}"), "set it to utc or local, or to nothing"))?,
    };
    Ok(Basis { sets, set, settings, sites: Sites::none(), clock: Clock::new(local_offset, zone), privacy })
}

/// Returns this machine's offset east of UTC in seconds, at a time in seconds since 1970.
fn local_offset(seconds: i64) -> i32 {
    use chrono::{Local, Offset as _, TimeZone as _};
    Local.timestamp_opt(seconds, 0).single().map_or(0, |time| time.offset().fix().local_minus_utc())
}

/// Reports what went wrong and what to do about it.
fn report_error(trouble: &UserError) -> Exit {
    stderr::error(trouble);
    Exit::of(trouble.kind)
}

fn usage(what: impl Into<String>, hint: &str) -> UserError {
    UserError { kind: UserErrorKind::Usage, what: what.into(), hint: Some(hint.to_owned()) }
}

fn explore(runtime: &Runtime, options: &Explore, basis: Basis, alarm: PanicSignal) -> color_eyre::Result<Exit> {
    if let Some(trouble) = screen::mistaken(options.screen.filter.as_deref(), &basis.settings.filters) {
        return Ok(report_error(&trouble));
    }
    if let Some(told) = misspelt::target(&options.target.targets) {
        return Ok(report_error(&told));
    }
    let source = match target::source_of(&options.target, basis.settings) {
        Ok(Some(source)) => source,
        Ok(None) if terminal::can_draw() && target::can_sign_in(&options.target.live, basis.settings) => {
            let filter = CallsFilter::default();
            return calls::calls(
                runtime,
                &filter,
                (&options.target.live, &options.target.asking),
                &options.screen,
                basis,
                alarm,
            );
        }
        Ok(None) if terminal::can_draw() => {
            let request = target::request(&options.target.asking, basis.settings);
            let wanted = demo::Wanted { call: None, intro: demo::START, weather: Weather::demo(), request };
            return demo::demo(runtime, wanted, &options.screen, basis, alarm);
        }
        Ok(None) => return Ok(report_error(&target::nothing())),
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    let load = {
        let _inside = runtime.enter();
        basis.load(source)
    };
    if terminal::can_draw() {
        screen::on_screen(runtime, screen::Opening::of(load), &mut screen::no_choice, &options.screen, basis, alarm)
    } else {
        let how = cli::How { filter: options.screen.filter.clone(), ..cli::How::default() };
        runtime.block_on(report::write(load, basis, how))
    }
}
