//! All thresholds of the whole-call analysis, each defined once with its reason. Limits of single metrics are in
//! `rules.toml` and in the table of findings.
//!
//! Unless a source is named, a number is our own estimate.

/// A shared value counts only if the probability that chance alone makes any of the compared values look like this is
/// lower. The conventional level, corrected for the number of values compared.
pub const CHANCE: f64 = 0.05;

/// Minimum number of affected people for a shared value: one person cannot share anything.
pub const LEAST_AFFECTED: u32 = 2;

/// Maximum length of the list of shared values: no one reads further, and a hostile record could have a million.
pub const MOST_SHARED: usize = 100;

/// A shared value explains people only if at least this share of those who have it are affected: a site where most
/// people are fine is not the cause.
pub const LEAST_SHARE: f64 = 0.5;

/// High confidence in a shared cause needs at least this difference (lower end of the 95 % interval), ...
pub const CLEAR_DIFFERENCE: f64 = 0.4;

/// ... at least this share of people with the value affected, ...
pub const CLEAR_SHARE: f64 = 0.8;

/// ... and at least this many people: two may be a coincidence.
pub const CLEAR_PEOPLE: usize = 3;

/// To say with high confidence that only one person has a problem, this many others must have been classified, ...
pub const CLEAR_OTHERS: u32 = 5;

/// ... and this share of them must be fine.
pub const CLEAR_OTHERS_WELL: f64 = 0.7;

/// With at least this share of the others fine, the confidence is medium.
pub const SOME_OTHERS_WELL: f64 = 0.5;

/// Maximum number of people attributed individually; a longer list of causes is no answer.
pub const ONE_BY_ONE: usize = 200;

/// Maximum number of findings given as evidence for one person: more would hide the most severe ones.
pub const MOST_EVIDENCE: usize = 3;

/// A problem with the service affects at least this many people, ...
pub const EVERYWHERE_PEOPLE: usize = 5;

/// ... at least one person in this many, ...
pub const EVERYWHERE_ONE_IN: usize = 4;

/// ... and people on at least this many unrelated networks.
pub const EVERYWHERE_NETWORKS: usize = 3;

/// Seconds of clock inaccuracy between client and service that are not a contradiction.
pub const CLOCK_TOLERANCE: f64 = 1.0;

/// The limits of averages by which Microsoft's dashboard judges voice: loss as a ratio, ...
pub const LOSS_LIMIT: f64 = 0.1;

/// ... jitter in seconds, ...
pub const JITTER_LIMIT: f64 = 0.03;

/// ... and round trip in seconds. Source: Microsoft, Stream classification in Call Quality Dashboard (2024-10-22).
pub const ROUND_TRIP_LIMIT: f64 = 0.5;

/// A maximum of loss that is far over the limit: twice as much. When one packet in five is lost, words are.
pub const LOSS_BURST: f64 = 0.2;

/// A maximum of jitter, in seconds, that is far over the limit: three times as much, and more than a jitter buffer
/// usually absorbs.
pub const JITTER_BURST: f64 = 0.1;

/// A maximum of the round trip, in seconds, that is far over the limit: twice as much. People start to talk over one
/// another.
pub const ROUND_TRIP_BURST: f64 = 1.0;

/// Voice below this level, in decibels, is quiet. Microsoft's QoE documentation asks for at least -30; ten less leaves
/// room for clients that measure differently.
pub const QUIET_VOICE: f64 = -40.0;

/// Noise above this level, in decibels, is loud. Source: Microsoft's QoE documentation (AudioSignal table), which asks
/// for less than -35.
pub const LOUD_NOISE: f64 = -35.0;

/// At most this many other people are named for one complaint: more would be a list, not an answer.
pub const MOST_NAMED: usize = 3;

/// Times that a person who complained is compared with another one in a call: a fraction of a second. The worst are compared
/// first.
pub const MOST_COMPARISONS: usize = 20_000_000;
