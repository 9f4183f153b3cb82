//! `callscope calls`.

use clap::Args;

use super::live::Live;
use super::screen::Screen;
use super::target::Asking;

/// The list of the tenant's recent calls.
#[derive(Debug, Args)]
pub struct Calls {
    /// Which calls to list.
    #[command(flatten)]
    pub filter: CallsFilter,

    /// Request options for the call that is opened.
    #[command(flatten)]
    pub asking: Asking,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,

    /// Screen options.
    #[command(flatten)]
    pub screen: Screen,
}

/// Which calls to list.
#[derive(Debug, Clone, Args)]
pub struct CallsFilter {
    /// Calls that started at or after this: 2d or 12h (ago), 2026-11-20, 2026-11-20T09:00Z
    #[arg(long, value_name = "TIME", default_value = CallsFilter::SINCE)]
    pub since: String,
    /// Calls that started before this
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Calls with this participant: a user's object ID
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
}

impl CallsFilter {
    /// How far back the list goes by default.
    pub const SINCE: &str = "1d";
}

impl Default for CallsFilter {
    fn default() -> CallsFilter {
        CallsFilter { since: CallsFilter::SINCE.to_owned(), until: None, user: None }
    }
}
