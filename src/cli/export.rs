//! `callscope export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::target::Target;

/// Which calls to export, in which format and to where.
#[derive(Debug, Args)]
pub struct Export {
    /// File format; parquet only in builds with that feature
    #[arg(long, value_enum, default_value_t)]
    pub format: RowFormat,

    /// Folder for the files: one per call, in a folder per day (date=2026-11-20)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub to: PathBuf,

    /// Replace files of earlier exports
    #[arg(long)]
    pub force: bool,

    /// The calls: folders may hold any number of them.
    #[command(flatten)]
    pub target: Target,
}

/// Format of files with one row per stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RowFormat {
    /// Comma-separated values with a header (RFC 4180)
    #[default]
    Csv,
    /// One JSON object per line
    Jsonl,
    /// Apache Parquet: typed columns, compressed
    Parquet,
}

impl RowFormat {
    /// Returns the extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            RowFormat::Csv => "csv",
            RowFormat::Jsonl => "jsonl",
            RowFormat::Parquet => "parquet",
        }
    }
}
