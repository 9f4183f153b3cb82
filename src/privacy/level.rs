//! How much is removed from a call.

use std::fmt;

/// How much is removed from a call before anyone sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Nothing.
    #[default]
    Full,
    /// What identifies people: names, accounts, IDs, telephone numbers, machines, what they wrote. Networks and devices
    /// stay.
    Tier2,
    /// Also networks and devices: letters say only which are the same.
    Tier1,
}

impl Level {
    /// All levels, from the one that shows most.
    pub const ALL: [Level; 3] = [Level::Full, Level::Tier2, Level::Tier1];

    /// Returns the name used on the command line and in the config file.
    pub fn name(self) -> &'static str {
        match self {
            Level::Full => "full",
            Level::Tier2 => "tier2",
            Level::Tier1 => "tier1",
        }
    }

    /// Finds a level by its name.
    pub fn named(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// Returns what is hidden, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Level::Full => "nothing is hidden",
            Level::Tier2 => "people hidden",
            Level::Tier1 => "people, networks and devices hidden",
        }
    }

    /// Returns the level after this one, in a circle.
    pub fn next(self) -> Level {
        match self {
            Level::Full => Level::Tier2,
            Level::Tier2 => Level::Tier1,
            Level::Tier1 => Level::Full,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
