//! What the long help says beyond options: environment variables, files and exit codes.

use super::environment::{FILES, VARIABLES};
use super::exits::EXITS;

/// Examples of what to type, for both helps.
pub const EXAMPLES: &str = "\
Examples:
  callscope demo                       built-in calls: no tenant, no account
  callscope call.json                  a saved call, without any network access
  callscope pages/                     a folder of saved pages, as one call
  callscope calls --since 2d           the tenant's recent calls
  callscope GUID                       a call from Microsoft Graph
  callscope call.json | less           the triage as text
  callscope report call.json --format ticket       for the ticket: at most 15 lines
  callscope report call.json --format html > call.html
  callscope bundle call.json           the pages, their hashes and the report as evidence
  callscope explain averageJitter      what a figure or a finding means";

/// Examples for `report`.
pub const REPORT: &str = "\
Examples:
  callscope report call.json --format ticket --markup jira
  callscope report call.json --format html --privacy tier2 > call.html
  callscope report call.json --filter \"poor net:wifi\" --sort loss
  callscope report call.json --format csv > streams.csv";

/// Examples for `export`.
pub const EXPORT: &str = "\
Examples:
  callscope export calls/ --to exported
  callscope export calls/ --format jsonl --privacy tier1 --to shared --force";

/// Examples for `bundle`.
pub const BUNDLE: &str = "\
Examples:
  callscope bundle call.json -o evidence.zip
  callscope bundle pages/ --privacy tier2 -o for-the-vendor.zip
  callscope evidence.zip               opens it again";

/// Returns the end of the long help.
pub fn after_long_help() -> String {
    let mut text = format!("{EXAMPLES}\n\nEnvironment variables:");
    for (_, variables) in VARIABLES {
        variables.iter().for_each(|(name, about)| text += &format!("\n  {name:34} {about}"));
    }
    text += "\n\nFiles:";
    FILES.iter().for_each(|(path, about)| text += &format!("\n  {path:37} {about}"));
    text += "\n\nExit codes:";
    EXITS.iter().for_each(|(exit, meaning)| text += &format!("\n  {:3}  {}", exit.code(), meaning.replace('`', "")));
    text
}
