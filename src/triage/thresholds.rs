//! Every number that the look at the whole call decides by, once, with its reason. Limits of single metrics are in
//! `rules.toml` and in the table of findings.
//!
//! Unless a source is named, a number is our own estimate.

/// A shared value counts only when chance alone would make any of the compared values look like this less often. The
/// conventional level; corrected for how many values were compared.
pub const CHANCE: f64 = 0.05;

/// A shared value needs this many affected people: one person cannot share anything.
pub const LEAST_AFFECTED: u32 = 2;

/// The list of shared values ends here: no one reads further, and a hostile record could hold a million.
pub const MOST_SHARED: usize = 100;

/// A shared value explains people only if at least this share of those who have it are affected: a site where most people
/// are fine is not the cause.
pub const LEAST_SHARE: f64 = 0.5;

/// High confidence in a shared cause needs this much difference at least (lower end of the 95 % interval), ...
pub const CLEAR_DIFFERENCE: f64 = 0.4;

/// ... this share of people with the value affected, ...
pub const CLEAR_SHARE: f64 = 0.8;

/// ... and this many people: two may coincide.
pub const CLEAR_PEOPLE: usize = 3;

/// To say with high confidence that a person is alone with a problem, this many others must have been classified, ...
pub const CLEAR_OTHERS: u32 = 5;

/// ... and this share of them must be fine.
pub const CLEAR_OTHERS_WELL: f64 = 0.7;

/// With at least this share of the others fine, the confidence is medium.
pub const SOME_OTHERS_WELL: f64 = 0.5;

/// People attributed one by one; beyond that, a list of causes is no answer.
pub const ONE_BY_ONE: usize = 200;

/// Findings given as evidence for one person: the most severe few convince, more hide them.
pub const MOST_EVIDENCE: usize = 3;

/// A problem of the service shows in at least this many people, ...
pub const EVERYWHERE_PEOPLE: usize = 5;

/// ... in at least one person of so many, ...
pub const EVERYWHERE_ONE_IN: usize = 4;

/// ... and on at least this many unrelated networks.
pub const EVERYWHERE_NETWORKS: usize = 3;

/// Seconds of clock inaccuracy between client and service that are not a contradiction.
pub const CLOCK_TOLERANCE: f64 = 1.0;
