//! `callscope fetch` and `callscope diff`: saving calls, and comparing saved ones.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::formats::markup::Markup;

use super::live::Live;
use super::names::markup;
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

    /// What to write it in: text, markdown, jira (wiki markup), servicenow (HTML for work notes)
    #[arg(long, value_name = "MARKUP", value_parser = markup(), default_value = Markup::default().name, hide_possible_values = true)]
    pub format: Markup,
}
