//! `callscope doctor`.

use clap::Args;

use super::live::Live;

/// What to check.
#[derive(Debug, Args)]
pub struct Doctor {
    /// A call to look for: its ID (a GUID)
    pub call: Option<String>,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,
}
