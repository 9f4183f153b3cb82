//! `callscope report`.

use clap::{Args, ValueEnum};

use super::target::Target;

/// What to report, and how.
#[derive(Debug, Args)]
pub struct Report {
    /// What to report on.
    #[command(flatten)]
    pub target: Target,

    /// How to report it.
    #[command(flatten)]
    pub how: How,

    /// Print the JSON Schema of `--format json`, and report on nothing
    #[arg(long, conflicts_with_all = ["targets", "format", "fail_on"])]
    pub schema: bool,
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct How {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,

    /// Exit with code 10 if something is poor; with `unclassified` also with 11 if nothing could be judged
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
}

/// Output format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal: one line per session
    #[default]
    Text,
    /// For a ticket
    Markdown,
    /// One file for a browser: pictures, light and dark, no scripts
    Html,
    /// For programs: callscope.report/1
    Json,
    /// For programs: one line of JSON per stream
    Jsonl,
    /// For programs and spreadsheets: one row per stream
    Csv,
}

/// What makes a report exit with a failure code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A stream is poor
    Poor,
    /// A stream is poor, or nothing could be judged
    Unclassified,
}
