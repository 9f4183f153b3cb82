//! The command line: one file per command or group of options.

mod bundle;
mod calls;
mod demo;
mod doctor;
pub mod environment;
pub mod exits;
mod export;
mod live;
mod meaning;
mod names;
mod program;
mod reference;
mod report;
mod saved;
mod screen;
mod settings;
mod site_files;
mod target;
pub mod version;

use clap::{Parser, Subcommand};

pub use bundle::Bundle;
pub use calls::{Calls, CallsFilter};
pub use demo::{Demo, Serve};
pub use doctor::Doctor;
pub use exits::Exit;
pub use export::{Export, RowFormat};
pub use live::Live;
pub use meaning::{Explain, Rules, RulesFormat};
pub use program::{Completions, Man};
pub use report::{FailOn, Format, How, Report};
pub use saved::{Diff, Fetch};
pub use screen::Screen;
pub use settings::{Config, ConfigCommand};
pub use site_files::SiteFiles;
pub use target::{Asking, Explore, Target};

/// The heading of options that every command takes.
const EVERY: &str = "Options of every command";

/// Explore the sessions of a Microsoft Teams call record.
#[derive(Debug, Parser)]
#[command(
    name = "callscope",
    version,
    long_version = version::long(),
    args_conflicts_with_subcommands = true,
    after_help = reference::EXAMPLES,
    after_long_help = reference::after_long_help()
)]
pub struct Cli {
    /// Rule set to judge by: cqd (the default), cqd-2020, cri, or one of your own from the config file
    #[arg(long, value_name = "NAME", global = true, value_parser = names::RuleSetName, hide_possible_values = true)]
    #[arg(help_heading = EVERY)]
    pub rules: Option<String>,

    /// Time zone of every time shown: utc (the default) or local; JSON is always in UTC
    #[arg(long, value_name = "ZONE", global = true, value_parser = names::zones(), hide_possible_values = true)]
    #[arg(help_heading = EVERY)]
    pub time: Option<String>,

    /// What to hide: full (nothing, the default), tier2 (people) or tier1 (networks and devices as well)
    #[arg(long, value_name = "LEVEL", global = true, value_parser = names::levels(), hide_possible_values = true)]
    #[arg(help_heading = EVERY)]
    pub privacy: Option<String>,

    /// Keep a log in a file that only you can read: what was done and when, without content; see CALLSCOPE_LOG
    #[arg(long, value_name = "FILE", global = true, value_hint = clap::ValueHint::FilePath, help_heading = EVERY)]
    pub log: Option<std::path::PathBuf>,

    /// Files that say what networks are.
    #[command(flatten)]
    pub site_files: SiteFiles,

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
    Demo(Demo),
    /// Write the triage without a screen: as text, a ticket, HTML, Markdown, JSON or rows
    #[command(after_help = reference::REPORT)]
    Report(Report),
    /// Write calls as files with one row per stream, for DuckDB, Spark and other engines
    #[command(after_help = reference::EXPORT)]
    Export(Export),
    /// Put a call's pages, their hashes and the report into one archive, as evidence
    #[command(after_help = reference::BUNDLE)]
    Bundle(Bundle),
    /// Browse the tenant's recent calls and open one
    Calls(Calls),
    /// Check everything between this computer and a call: tenant, token, permission, cloud, clock, proxy
    Doctor(Doctor),
    /// Download all pages of a call to a file
    Fetch(Fetch),
    /// Compare two saved versions of a call: what came late, which verdicts changed
    Diff(Diff),
    /// Explain a member of the record, a metric, a finding, a rule set or a cause
    Explain(Explain),
    /// Print the rule sets with every threshold and its source
    Rules(Rules),
    /// Serve the built-in calls, or saved ones, as Graph does, for curl and other clients
    #[command(after_help = names::weather_list())]
    Serve(Serve),
    /// Print a template of the config file, its path, or the settings in effect
    Config(Config),
    /// Print what a shell needs to complete commands, options and names
    Completions(Completions),
    /// Print the program's manual page, or that of a command
    Man(Man),
}

impl Command {
    /// Returns whether it reads sessions, so that files about networks have something to say.
    pub fn reads_calls(&self) -> bool {
        !matches!(
            self,
            Command::Doctor(_)
                | Command::Fetch(_)
                | Command::Explain(_)
                | Command::Rules(_)
                | Command::Serve(_)
                | Command::Config(_)
                | Command::Completions(_)
                | Command::Man(_)
        )
    }
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
