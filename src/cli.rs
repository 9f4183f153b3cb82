//! The command line.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::call::Request;
use crate::demo::weather::WEATHERS;
use crate::graph::{Api, Cloud};
use crate::model::Zone;
use crate::ui::ThemeChoice;

/// Explore the sessions of a Microsoft Teams call record.
#[derive(Debug, Parser)]
#[command(
    name = "callscope",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  callscope demo                       built-in calls: no tenant, no account\n  \
                  callscope call.json                  a saved call, without any network access\n  \
                  callscope pages/                     a folder of saved pages, as one call\n  \
                  callscope calls --since 2d           the tenant's recent calls\n  \
                  callscope GUID                       a call from Microsoft Graph\n  \
                  callscope call.json | less           the triage as text\n  \
                  callscope report call.json --format markdown     for a ticket"
)]
pub struct Cli {
    /// Rule set to judge by: cqd (the default), cqd-2020, cri, or one of your own from the config file
    #[arg(long, value_name = "NAME", global = true)]
    pub rules: Option<String>,

    /// Time zone of every time shown: utc (the default) or local; JSON is always in UTC
    #[arg(long, value_name = "ZONE", global = true, value_parser = zones(), hide_possible_values = true)]
    pub time: Option<String>,

    /// The subcommand; without one, a call is explored.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The call to explore.
    #[command(flatten)]
    pub explore: Explore,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explore built-in calls through a Graph server on loopback: no tenant, no account
    Demo {
        /// The call to open; without it, a list to choose from
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::demo::CALLS.iter().map(|call| call.name)))]
        call: Option<String>,
        /// How the server behaves; `callscope serve --help` lists the values
        #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
        weather: Option<String>,
        /// Request options.
        #[command(flatten)]
        asking: Asking,
        /// Screen options.
        #[command(flatten)]
        screen: Screen,
    },
    /// Write the triage without a screen, as text, Markdown or JSON
    Report {
        /// What to report on.
        #[command(flatten)]
        target: Target,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Exit with code 10 if something is poor; with `unclassified` also with 11 if nothing could be judged
        #[arg(long, value_enum)]
        fail_on: Option<FailOn>,
    },
    /// Browse the tenant's recent calls and open one
    Calls {
        /// Which calls to list.
        #[command(flatten)]
        filter: CallsFilter,
        /// Request options for the call that is opened.
        #[command(flatten)]
        asking: Asking,
        /// Options for fetched calls.
        #[command(flatten)]
        live: Live,
        /// Screen options.
        #[command(flatten)]
        screen: Screen,
    },
    /// Check everything between this computer and a call: tenant, token, permission, cloud, clock, proxy
    Doctor {
        /// A call to look for: its ID (a GUID)
        call: Option<String>,
        /// Options for fetched calls.
        #[command(flatten)]
        live: Live,
    },
    /// Download all pages of a call to a file
    Fetch {
        /// The call ID (a GUID)
        #[arg(required_unless_present = "resume")]
        call: Option<String>,
        /// Output file; `-` for standard output [default: call-ID.json]
        #[arg(short, long, value_name = "FILE")]
        output: Option<std::path::PathBuf>,
        /// Resume an incomplete saved call
        #[arg(long, value_name = "FILE", conflicts_with = "call")]
        resume: Option<std::path::PathBuf>,
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
        /// Request options.
        #[command(flatten)]
        asking: Asking,
        /// Options for fetched calls.
        #[command(flatten)]
        live: Live,
    },
    /// Compare two saved versions of a call: what came late, which verdicts changed
    Diff {
        /// The earlier version: a file or folder
        old: std::path::PathBuf,
        /// The later version
        new: std::path::PathBuf,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: DiffFormat,
    },
    /// Print the rule sets with every threshold and its source
    Rules,
    /// Serve the built-in calls, or saved ones, as Graph does, for curl and other clients
    #[command(after_help = weather_list())]
    Serve {
        /// Saved calls to serve, files or folders; without any, the built-in calls
        files: Vec<std::path::PathBuf>,
        /// Port on the loopback address; 0 for any free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// How the server behaves; the values are listed below
        #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
        weather: Option<String>,
    },
}

/// Returns the value parser for the names of the time zones.
fn zones() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Zone::NAMES.iter().map(|(name, _)| *name))
}

/// Returns the value parser for the weather names.
fn weathers() -> clap::builder::PossibleValuesParser {
    use clap::builder::PossibleValue;
    let named = WEATHERS.iter().map(|weather| PossibleValue::new(weather.name).help(weather.about));
    clap::builder::PossibleValuesParser::new(named)
}

/// Returns the weather table for the help text.
fn weather_list() -> String {
    let rows = WEATHERS.iter().map(|weather| format!("  {:<20}{}", weather.name, weather.about));
    format!("Weathers:\n{}", rows.collect::<Vec<_>>().join("\n"))
}

/// A call to explore.
#[derive(Debug, Args)]
pub struct Explore {
    /// What to open.
    #[command(flatten)]
    pub target: Target,

    /// Screen options.
    #[command(flatten)]
    pub screen: Screen,
}

/// What to open.
#[derive(Debug, Args)]
pub struct Target {
    /// Files, folders, `-` for standard input, or a call ID (a GUID) to fetch
    #[arg(value_name = "TARGET")]
    pub targets: Vec<OsString>,

    /// Request options.
    #[command(flatten)]
    pub asking: Asking,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,
}

/// Which calls to list.
#[derive(Debug, Clone, Args)]
pub struct CallsFilter {
    /// Calls that started at or after this: 2d or 12h (ago), 2026-11-20, 2026-11-20T09:00Z
    #[arg(long, value_name = "TIME", default_value = CallsFilter::SINCE)]
    pub since: String,
    /// Calls that started before this
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Calls with this participant: a user's object ID
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
}

impl CallsFilter {
    /// How far back the list goes by default.
    pub const SINCE: &str = "1d";
}

impl Default for CallsFilter {
    fn default() -> CallsFilter {
        CallsFilter { since: CallsFilter::SINCE.to_owned(), until: None, user: None }
    }
}

/// Options of the request for a call's sessions.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of the request for sessions")]
pub struct Asking {
    /// Request sessions without segments: much faster for a huge call, but nothing can be judged
    #[arg(long, overrides_with = "segments")]
    pub no_segments: bool,

    /// Request segments, whatever the config file says
    #[arg(long, hide = true, overrides_with = "no_segments")]
    pub segments: bool,

    /// Maximum number of sessions per page; the service may return fewer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=i64::from(Request::LARGEST_PAGE)))]
    pub page_size: Option<u8>,

    /// Request responses without null members: much smaller
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub omit_nulls: Option<bool>,

    /// Request only these members of sessions: id,caller,startDateTime
    #[arg(long, value_name = "A,B", value_parser = Request::members)]
    // One value, which the parser splits: `Vec` alone would make the option repeatable.
    pub select: Option<std::vec::Vec<String>>,
}

/// Service, sign-in and timeout options.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for fetched calls")]
pub struct Live {
    /// The cloud the call is in
    #[arg(long, value_enum)]
    pub cloud: Option<Cloud>,

    /// Graph API version [default: v1.0]
    #[arg(long, value_enum)]
    pub api: Option<Api>,

    /// Root of another service, without the version (http for loopback addresses only)
    #[arg(long, value_name = "URL", conflicts_with = "cloud")]
    pub graph_url: Option<String>,

    /// Another sign-in address (http for loopback addresses only)
    #[arg(long, value_name = "URL")]
    pub login_url: Option<String>,

    /// A command that prints a token: az, a vault, anything
    #[arg(long, value_name = "COMMAND")]
    pub token_command: Option<String>,

    /// Sign in as this machine's Azure managed identity
    #[arg(long, conflicts_with = "token_command")]
    pub managed_identity: bool,

    /// Do not use or keep cached pages
    #[arg(long)]
    pub no_cache: bool,

    /// Give up if a response does not start, or stalls, for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub timeout: Option<u16>,

    /// Number of retries before giving up [default: 7]
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u16).range(0..=100))]
    pub retries: Option<u16>,

    /// Give up on a response slower than this many bytes per second over that time; 0: never [default: 1000]
    #[arg(long, value_name = "BYTES")]
    pub min_speed: Option<u64>,

    /// Stop after this many pages in a row without a new session; 0: never [default: 20]
    #[arg(long, value_name = "PAGES")]
    pub max_idle_pages: Option<u32>,
}

/// Output format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal: one line per session
    #[default]
    Text,
    /// For a ticket
    Markdown,
    /// For programs: callscope.report/1
    Json,
}

/// Output format of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DiffFormat {
    /// For a terminal
    #[default]
    Text,
    /// For a ticket
    Markdown,
}

/// What makes a report exit with a failure code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A stream is poor
    Poor,
    /// A stream is poor, or nothing could be judged
    Unclassified,
}

/// Appearance and initial state of the screen.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Screen options")]
pub struct Screen {
    /// Colours [default: auto]
    #[arg(long, value_enum)]
    pub theme: Option<ThemeChoice>,

    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,

    /// Use the mouse: the wheel scrolls, a click selects (Shift selects text)
    #[arg(long)]
    pub mouse: bool,

    /// Show only sessions that match a filter, as `/` does: "poor user:owen loss>5%"
    #[arg(long, value_name = "FILTER")]
    pub filter: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
