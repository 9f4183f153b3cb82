//! `callscope config`.

use clap::{Args, Subcommand};

use super::live::Live;
use super::screen::Screen;
use super::target::Asking;

/// What to do with the config file.
#[derive(Debug, Args)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub what: ConfigCommand,
}

/// What to do with the config file.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print a config file with every setting and its default, commented out
    Template,
    /// Print where the config file is, or would be
    Path,
    /// Print every setting in effect and where it comes from; options count as they would for a call
    Show(Box<ConfigShow>),
}

/// The options that settings can come from, beside those of all commands.
#[derive(Debug, Args)]
pub struct ConfigShow {
    /// Request options.
    #[command(flatten)]
    pub asking: Asking,

    /// Options for fetched calls.
    #[command(flatten)]
    pub live: Live,

    /// Screen options.
    #[command(flatten)]
    pub screen: Screen,
}
