//! What to open, and how its sessions are requested.

use std::ffi::OsString;

use clap::{Args, ValueHint};

use crate::call::Request;

use super::live::Live;
use super::screen::Screen;

/// A call to explore.
#[derive(Debug, Args)]
pub struct Explore {
    /// What to open.
    #[command(flatten)]
    pub target: Target,

    /// Screen options.
    #[command(flatten)]
    pub screen: Screen,
}

/// What to open.
#[derive(Debug, Args)]
pub struct Target {
    /// Files, folders, `-` for standard input, or a call ID (a GUID) to fetch
    #[arg(value_name = "TARGET", value_hint = ValueHint::AnyPath)]
    pub targets: Vec<OsString>,

    /// Request options.
    #[command(flatten)]
    pub asking: Asking,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,
}

/// Options of the request for a call's sessions.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of the request for sessions")]
pub struct Asking {
    /// Request sessions without segments: much faster for a huge call, but nothing can be judged
    #[arg(long, overrides_with = "segments")]
    pub no_segments: bool,

    /// Request segments, whatever the config file says
    #[arg(long, hide = true, overrides_with = "no_segments")]
    pub segments: bool,

    /// Maximum number of sessions per page; the service may return fewer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=i64::from(Request::LARGEST_PAGE)))]
    pub page_size: Option<u8>,

    /// Request responses without null members: much smaller
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub omit_nulls: Option<bool>,

    /// Request only these members of sessions: id,caller,startDateTime
    #[arg(long, value_name = "A,B", value_parser = Request::members)]
    // One value, which the parser splits: `Vec` alone would make the option repeatable.
    pub select: Option<std::vec::Vec<String>>,
}
