//! `callscope explain` and `callscope rules`: what names mean, and what streams are judged by.

use clap::{Args, ValueEnum};

/// What to explain.
#[derive(Debug, Args)]
pub struct Explain {
    /// Names of members of the record, metrics, findings, rule sets or causes; without any, lists them all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}

/// How to print the rule sets.
#[derive(Debug, Args)]
pub struct Rules {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: RulesFormat,
}

/// Output format of the rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RulesFormat {
    /// In the format of the config file, with comments
    #[default]
    Text,
    /// For programs: callscope.rules/1
    Json,
}
