//! All thresholds of the whole-call analysis, each defined once with its reason. Limits of single metrics are in
//! `rules.toml` and in the table of findings.
//!
//! Unless a source is named, a number is our own estimate.

/// A value that only goes along with a cause is listed, and drops in one second are one event, only if chance alone would
/// do this less often. The conventional level, corrected for the number of values compared.
pub const CHANCE: f64 = 0.05;

/// Minimum number of affected people for a shared value: one person cannot share anything.
pub const LEAST_AFFECTED: u32 = 2;

/// Maximum length of the list of shared values: no one reads further, and a hostile record could have a million.
pub const MOST_SHARED: usize = 100;

/// A shared cause explains people only if at least this share of those who have it are affected: a site where most
/// people are fine is not the cause.
pub const LEAST_SHARE: f64 = 0.4;

/// From this probability on the confidence is high: right in at least 98 % of the calibration bench's calls.
pub const HIGH: f64 = 0.95;

/// From this probability on the confidence is medium: right in at least 85 %.
pub const MEDIUM: f64 = 0.85;

/// From this probability on a cause is named, with low confidence.
pub const LOW: f64 = 0.5;

/// Up to this number of affected or judged people the confidence is low, whatever the figures: a coincidence of three is
/// common among many calls.
pub const FEW: u32 = 3;

/// A shared cause of so few people is named only from this probability on: with thousands of values, two or three unlucky
/// people share something in one call of a hundred.
pub const FEW_NEED: f64 = 0.8;

/// If something is shared, but no explanation reaches the probability to be named, the best is named, with low
/// confidence and its rivals, from this probability on.
pub const SPLIT: f64 = 0.25;

/// A person's own cause gets low confidence if they share a value with another poor person, and at least this share of
/// those who have the value are poor.
pub const SUSPECT_SHARE: f64 = 0.5;

/// A person's own cause gets low confidence if half of the judged people are poor, ...
pub const MANY_POOR: f64 = 0.5;

/// ... or more than this share of those whom no common cause explains: so much trouble seldom comes one by one.
pub const MANY_LEFT: f64 = 0.25;

/// An explanation is mentioned beside another if its probability, or its part of a common one, is at least this.
pub const RIVAL: f64 = 0.1;

/// Maximum number of rivals mentioned: nobody compares more than that.
pub const MOST_RIVALS: usize = 4;

/// Seconds that a part of a call must have for time windows to be made of them: clocks and joining differ by less.
pub const SHORTEST_PART: f64 = 15.0;

/// Maximum number of people attributed individually; a longer list of causes is no answer.
pub const ONE_BY_ONE: usize = 200;

/// Maximum number of findings given as evidence for one person: more would hide the most severe ones.
pub const MOST_EVIDENCE: usize = 3;

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

/// Maximum number of pairs of people compared for complaints: a fraction of a second's work. The worst come first.
pub const MOST_COMPARISONS: usize = 20_000_000;

/// Share of people without poor streams from which on a sign that they show as well tells nobody apart. Our own
/// judgement: what most people have is not unusual.
pub const USUAL: f64 = 0.5;
