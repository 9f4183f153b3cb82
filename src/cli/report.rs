//! `callscope report`.

use clap::{Args, ValueEnum};

use crate::formats::Detail;
use crate::formats::markup::Markup;

use super::names::markup;
use super::target::Target;

/// What to report, and how.
#[derive(Debug, Args)]
pub struct Report {
    /// How to report it.
    #[command(flatten)]
    pub how: How,

    /// Print the JSON Schema of `--format json`, and report on nothing
    #[arg(long, conflicts_with_all = ["targets", "format", "fail_on"])]
    pub schema: bool,

    /// What to report on.
    #[command(flatten)]
    pub target: Target,
}

/// How to report.
#[derive(Debug, Clone, Default, Args)]
pub struct How {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,

    /// What a ticket is written in: text, markdown, jira (wiki markup) or servicenow (HTML for work notes)
    // The default is `ticket-markup` of the config file.
    #[arg(long, value_name = "MARKUP", value_parser = markup(), hide_possible_values = true)]
    pub markup: Option<Markup>,

    /// The long ticket: everyone affected, every complaint and finding, and every session that is not good
    #[arg(long)]
    pub long: bool,

    /// Leave the findings out of `--format json`; they are most of it
    #[arg(long)]
    pub no_findings: bool,

    /// List only sessions that match a filter, as `/` does on screen: "poor user:owen loss>5%"; figures stay those of the
    /// whole call
    #[arg(long, value_name = "FILTER")]
    pub filter: Option<String>,

    /// List the sessions in another order, as `o` does on screen: loss, length, start, name, a metric or a factor; with `-`
    /// before it for the reverse [default: worst, and for programs as received]
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true)]
    pub sort: Option<String>,

    /// Exit with code 10 if something is poor; with `unclassified` also with 11 if nothing could be judged
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
}

impl How {
    /// Returns how much a ticket says.
    pub fn detail(&self) -> Detail {
        if self.long { Detail::Long } else { Detail::Short }
    }
}

/// Output format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal: one line per session
    #[default]
    Text,
    /// The long ticket in Markdown
    Markdown,
    /// A short text for a ticket: at most 15 lines
    Ticket,
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
