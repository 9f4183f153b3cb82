//! `callscope fetch` and `callscope diff`: saving calls, and comparing saved ones.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::live::Live;
use super::target::Asking;

/// What to download, and to where.
#[derive(Debug, Args)]
pub struct Fetch {
    /// The call ID (a GUID)
    #[arg(required_unless_present = "resume")]
    pub call: Option<String>,

    /// Output file; `-` for standard output [default: call-ID.json]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Resume an incomplete saved call
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "call")]
    pub resume: Option<PathBuf>,

    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,

    /// Request options.
    #[command(flatten)]
    pub asking: Asking,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,
}

/// Two saved versions of a call.
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier version: a file or folder
    #[arg(value_hint = ValueHint::AnyPath)]
    pub old: PathBuf,

    /// The later version
    #[arg(value_hint = ValueHint::AnyPath)]
    pub new: PathBuf,

    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
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
