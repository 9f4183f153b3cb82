//! The command line: words in.

use clap::{Args, Parser, Subcommand, ValueEnum};

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
                  CALLSCOPE_TOKEN=… callscope GUID     a call from Microsoft Graph\n  \
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
    /// Print the rule sets with every limit and its source
    Rules,
    /// Serve the built-in calls, or saved ones, as Graph does, for curl and other clients
    Serve {
        /// Saved calls to serve: files and folders; without any, the built-in calls
        files: Vec<std::path::PathBuf>,
        /// The port on the loopback address; 0 takes any that is free
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
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
    pub targets: Vec<String>,

    /// The cloud that the call is in
    #[arg(long, value_enum, default_value_t)]
    pub cloud: Cloud,

    /// The version of Graph's interface
    #[arg(long, value_enum, default_value_t)]
    pub api: Api,

    /// Another service's root, without the version (http to loopback addresses only)
    #[arg(long, value_name = "URL", conflicts_with = "cloud")]
    pub graph_url: Option<String>,
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

/// What makes a report's exit code one of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A stream is poor
    Poor,
    /// A stream is poor, or nothing could be judged
    Unclassified,
}

/// What the screen looks like.
#[derive(Debug, Clone, Copy, Args)]
pub struct Screen {
    /// Colours for this kind of background
    #[arg(long, value_enum, default_value_t)]
    pub theme: ThemeChoice,
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
