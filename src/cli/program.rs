//! `callscope completions` and `callscope man`: what shells and `man` know of the program.

use clap::Args;
use clap_complete::Shell;

/// A shell to complete commands in.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A page of the manual.
#[derive(Debug, Args)]
pub struct Man {
    /// The command the page is about; without it, the program
    pub command: Option<String>,
}
