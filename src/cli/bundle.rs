//! `callscope bundle`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::target::Target;

/// The call to bundle, and where to.
#[derive(Debug, Args)]
pub struct Bundle {
    /// Output file [default: call-ID.zip]
    #[arg(short, long, value_name = "FILE.zip", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,

    /// The call.
    #[command(flatten)]
    pub target: Target,
}
