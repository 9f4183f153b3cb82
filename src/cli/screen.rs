//! How the screen looks, and what it starts with.

use clap::Args;

use crate::ui::ThemeChoice;

/// Appearance and initial state of the screen.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Screen options")]
pub struct Screen {
    /// Colours [default: auto]
    #[arg(long, value_enum)]
    pub theme: Option<ThemeChoice>,

    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,

    /// Use the mouse: the wheel scrolls, a click selects (Shift selects text)
    #[arg(long)]
    pub mouse: bool,

    /// Show only sessions that match a filter, as `/` does: "poor user:owen loss>5%"
    #[arg(long, value_name = "FILTER")]
    pub filter: Option<String>,
}
