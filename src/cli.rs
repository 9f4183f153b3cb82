//! The command line: words in.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::call::Request;
use crate::demo::weather::WEATHERS;
use crate::graph::{Api, Cloud};
use crate::ui::ThemeChoice;

/// Explore the sessions of a Microsoft Teams call record.
#[derive(Debug, Parser)]
#[command(
    name = "callscope",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  callscope demo                       built-in calls: no tenant, no account\n  \
                  callscope call.json                  a saved call, never touching the network\n  \
                  callscope pages/                     a folder of saved pages, as one call\n  \
                  callscope calls --since 2d           the tenant's recent calls\n  \
                  callscope GUID                       a call from Microsoft Graph\n  \
                  callscope call.json | less           the triage as text\n  \
                  callscope report call.json --format markdown     for a ticket"
)]
pub struct Cli {
    /// The rule set that judges: cqd (the default), cqd-2020, cri, or one of your own from the config file
    #[arg(long, value_name = "NAME", global = true)]
    pub rules: Option<String>,

    /// What to do instead of exploring a call.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What to explore.
    #[command(flatten)]
    pub explore: Explore,
}

/// What there is besides exploring a call.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explore built-in calls through a Graph server on loopback: no tenant, no account
    Demo {
        /// Which call; without it there is a list to choose from
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::demo::CALLS.iter().map(|call| call.name)))]
        call: Option<String>,
        /// How the server behaves: one of the weathers that `callscope serve --help` lists
        #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
        weather: Option<String>,
        /// With which options to ask for the call.
        #[command(flatten)]
        asking: Asking,
        /// Options for the screen.
        #[command(flatten)]
        screen: Screen,
    },
    /// The same triage without a screen, as text, Markdown or JSON
    Report {
        /// What to report on.
        #[command(flatten)]
        target: Target,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// End with code 10 when something is poor; with `unclassified` also with 11 when nothing could be judged
        #[arg(long, value_enum)]
        fail_on: Option<FailOn>,
    },
    /// Browse the tenant's recent calls, and open one
    Calls {
        /// Which calls.
        #[command(flatten)]
        filter: CallsFilter,
        /// With which options to ask for the one that is opened.
        #[command(flatten)]
        asking: Asking,
        /// For calls of a service.
        #[command(flatten)]
        live: Live,
        /// Options for the screen.
        #[command(flatten)]
        screen: Screen,
    },
    /// Check everything between this computer and a call: tenant, token, permission, cloud, clock, proxy
    Doctor {
        /// A call to look for: its id (a GUID)
        call: Option<String>,
        /// For calls of a service.
        #[command(flatten)]
        live: Live,
    },
    /// Download a call to its last page, into a file
    Fetch {
        /// The call's id (a GUID)
        #[arg(required_unless_present = "resume")]
        call: Option<String>,
        /// The file to write; `-` for standard output [default: call-ID.json]
        #[arg(short, long, value_name = "FILE")]
        output: Option<std::path::PathBuf>,
        /// Go on with a saved call that ends before its last page
        #[arg(long, value_name = "FILE", conflicts_with = "call")]
        resume: Option<std::path::PathBuf>,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
        /// With which options to ask.
        #[command(flatten)]
        asking: Asking,
        /// For calls of a service.
        #[command(flatten)]
        live: Live,
    },
    /// What tells two saved versions of a call apart: what came late, which verdicts flipped
    Diff {
        /// The earlier one: a file or folder
        old: std::path::PathBuf,
        /// The later one
        new: std::path::PathBuf,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: DiffFormat,
    },
    /// Print the rule sets with every limit and its source
    Rules,
    /// Serve the built-in calls, or saved ones, as Graph does, for curl and other clients
    #[command(after_help = weather_list())]
    Serve {
        /// Saved calls to serve: files and folders; without any, the built-in calls
        files: Vec<std::path::PathBuf>,
        /// The port on the loopback address; 0 takes any that is free
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// How the server behaves; see below for the list
        #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
        weather: Option<String>,
    },
}

/// The names of the weathers.
fn weathers() -> clap::builder::PossibleValuesParser {
    use clap::builder::PossibleValue;
    let named = WEATHERS.iter().map(|weather| PossibleValue::new(weather.name).help(weather.about));
    clap::builder::PossibleValuesParser::new(named)
}

/// The table of the weathers.
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

    /// Options for the screen.
    #[command(flatten)]
    pub screen: Screen,
}

/// What to open.
#[derive(Debug, Args)]
pub struct Target {
    /// Files, folders, `-` for standard input, or a call's id (a GUID), which is fetched
    #[arg(value_name = "TARGET")]
    pub targets: Vec<OsString>,

    /// With which options to ask for a call.
    #[command(flatten)]
    pub asking: Asking,

    /// For calls of a service.
    #[command(flatten)]
    pub live: Live,
}

/// Which calls to list.
#[derive(Debug, Clone, Args)]
pub struct CallsFilter {
    /// Calls that began then or later: 2d or 12h (ago), 2026-11-20, 2026-11-20T09:00Z
    #[arg(long, value_name = "TIME", default_value = CallsFilter::SINCE)]
    pub since: String,
    /// Calls that began before
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Calls with somebody in them: the object id of a user
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
}

impl CallsFilter {
    /// How far back the list goes when nobody says.
    pub const SINCE: &str = "1d";
}

impl Default for CallsFilter {
    fn default() -> CallsFilter {
        CallsFilter { since: CallsFilter::SINCE.to_owned(), until: None, user: None }
    }
}

/// With which options to ask for a call's sessions.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of the request for a call's sessions")]
pub struct Asking {
    /// Ask for sessions without their segments: much faster for a huge call, and nothing can be judged
    #[arg(long, overrides_with = "segments")]
    pub no_segments: bool,

    /// Ask with segments, whatever the config file says
    #[arg(long, hide = true, overrides_with = "no_segments")]
    pub segments: bool,

    /// Ask for at most so many sessions a page; the service may give fewer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=i64::from(Request::LARGEST_PAGE)))]
    pub page_size: Option<u8>,

    /// Ask for answers without the members that are null: much smaller
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub omit_nulls: Option<bool>,

    /// Ask for these members of sessions alone: id,caller,startDateTime
    #[arg(long, value_name = "A,B", value_parser = Request::members)]
    // One value, which the parser takes apart: `Vec` alone would mean that the option is given several times.
    pub select: Option<std::vec::Vec<String>>,
}

/// Whom to ask, as whom, and how patiently.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for calls that are fetched")]
pub struct Live {
    /// The cloud that the call is in
    #[arg(long, value_enum)]
    pub cloud: Option<Cloud>,

    /// The version of Graph's interface [default: v1.0]
    #[arg(long, value_enum)]
    pub api: Option<Api>,

    /// Another service's root, without the version (http to loopback addresses only)
    #[arg(long, value_name = "URL", conflicts_with = "cloud")]
    pub graph_url: Option<String>,

    /// Another address to sign in at (http to loopback addresses only)
    #[arg(long, value_name = "URL")]
    pub login_url: Option<String>,

    /// A command that prints a token: az, a vault, anything
    #[arg(long, value_name = "COMMAND")]
    pub token_command: Option<String>,

    /// Sign in as the identity that Azure gives this machine
    #[arg(long, conflicts_with = "token_command")]
    pub managed_identity: bool,

    /// Keep no pages on disk for the next run, and use none of an earlier one
    #[arg(long)]
    pub no_cache: bool,

    /// Give up on an answer that does not begin, or stops, for so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub timeout: Option<u16>,

    /// Try again so many times before giving up [default: 7]
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u16).range(0..=100))]
    pub retries: Option<u16>,

    /// Give up on an answer that brings fewer bytes a second than this, over that time; 0: never [default: 1000]
    #[arg(long, value_name = "BYTES")]
    pub min_speed: Option<u64>,

    /// Stop after so many pages in a row without a new session; 0: never [default: 20]
    #[arg(long, value_name = "PAGES")]
    pub max_idle_pages: Option<u32>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal: every session has its line
    #[default]
    Text,
    /// For a ticket
    Markdown,
    /// For programs: callscope.report/1
    Json,
}

/// How two versions are compared in writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DiffFormat {
    /// For a terminal
    #[default]
    Text,
    /// For a ticket
    Markdown,
}

/// What makes a report's exit code one of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A stream is poor
    Poor,
    /// A stream is poor, or nothing could be judged
    Unclassified,
}

/// What the screen looks like, and what it begins with.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for the screen")]
pub struct Screen {
    /// Colours [default: auto]
    #[arg(long, value_enum)]
    pub theme: Option<ThemeChoice>,

    /// Draw with nothing but ASCII
    #[arg(long)]
    pub ascii: bool,

    /// Use the mouse: the wheel scrolls, a click chooses (and text is selected with Shift)
    #[arg(long)]
    pub mouse: bool,

    /// Show the sessions that pass a filter, as `/` does: "poor user:owen loss>5%"
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
