//! The service, how to sign in to it, and when to give up.

use clap::{Args, ValueHint};

use crate::graph::{Api, Cloud};

/// Service, sign-in and timeout options.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for fetched calls")]
pub struct Live {
    /// The cloud the call is in
    #[arg(long, value_enum)]
    pub cloud: Option<Cloud>,

    /// Graph API version [default: v1.0]
    #[arg(long, value_enum)]
    pub api: Option<Api>,

    /// Root of another service, without the version (http for loopback addresses only)
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url, conflicts_with = "cloud")]
    pub graph_url: Option<String>,

    /// Another sign-in address (http for loopback addresses only)
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub login_url: Option<String>,

    /// A command that prints a token: az, a vault, anything
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString)]
    pub token_command: Option<String>,

    /// Sign in as this machine's Azure managed identity
    #[arg(long, conflicts_with = "token_command")]
    pub managed_identity: bool,

    /// Do not use or keep cached pages
    #[arg(long)]
    pub no_cache: bool,

    /// Give up if a response does not start, or stalls, for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub timeout: Option<u16>,

    /// Number of retries before giving up [default: 7]
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u16).range(0..=100))]
    pub retries: Option<u16>,

    /// Give up on a response slower than this many bytes per second over the time of --timeout; 0: never [default: 1000]
    #[arg(long, value_name = "BYTES")]
    pub min_speed: Option<u64>,

    /// Stop after this many pages in a row without a new session; 0: never [default: 20]
    #[arg(long, value_name = "PAGES")]
    pub max_idle_pages: Option<u32>,
}
