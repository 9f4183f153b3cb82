//! `callscope demo` and `callscope serve`: the built-in calls, and a server as Graph is.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};

use crate::demo::CALLS;

use super::names::weathers;
use super::screen::Screen;
use super::target::Asking;

/// The built-in calls.
#[derive(Debug, Args)]
pub struct Demo {
    /// The call to open; without it, a list to choose from
    #[arg(value_parser = PossibleValuesParser::new(CALLS.iter().map(|call| call.name)))]
    pub call: Option<String>,

    /// How the server behaves; `callscope serve --help` lists the values
    #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
    pub weather: Option<String>,

    /// Request options.
    #[command(flatten)]
    pub asking: Asking,

    /// Screen options.
    #[command(flatten)]
    pub screen: Screen,
}

/// A server on its own.
#[derive(Debug, Args)]
pub struct Serve {
    /// Saved calls to serve, files or folders; without any, the built-in calls
    #[arg(value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,

    /// Port on the loopback address; 0 for any free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,

    /// How the server behaves; the values are listed below
    #[arg(long, value_name = "NAME", value_parser = weathers(), hide_possible_values = true)]
    pub weather: Option<String>,
}
