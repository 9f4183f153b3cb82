//! How a value compares with the rest of the call: how a metric is distributed over the sessions with the same kind of media in
//! the same direction, and which sessions are of people who came back.

use std::sync::Arc;

use crate::metrics::{Metric, Worse, count};
use crate::triage::Person;

use super::{Call, Rough, Row, Traffic};

/// The distributions of a call, made when they are first needed and kept until the call has changed.
#[derive(Debug)]
pub struct Profile {
    /// The number of sessions covered.
    sessions: usize,
    traffic: Vec<(Traffic, Vec<Distribution>)>,
    /// The sessions of people who have several, sorted by person.
    returning: Option<Vec<(Person, u32)>>,
}

impl Profile {
    /// Creates the profile of the first sessions of a call.
    pub fn new(sessions: usize) -> Profile {
        Profile { sessions, traffic: Vec::new(), returning: None }
    }

    /// Returns the number of sessions covered.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Returns the distribution of a metric; `None` if it is not kept of sessions.
    pub fn distribution(&mut self, call: &Call, traffic: Traffic, metric: &Metric) -> Option<Distribution> {
        let at = traffic.metrics().iter().position(|kept| *kept == metric)?;
        if !self.traffic.iter().any(|(made, _)| *made == traffic) {
            self.traffic.push((traffic, Distribution::of_all(call.rows().iter().take(self.sessions), traffic)));
        }
        let (_, made) = self.traffic.iter().find(|(made, _)| *made == traffic)?;
        made.get(at).cloned()
    }

    /// Returns the sessions of a person, by row number; empty if they have only one.
    pub fn sessions_of(&mut self, call: &Call, person: Person) -> Vec<u32> {
        let returning = self.returning.get_or_insert_with(|| returning(call.rows().iter().take(self.sessions)));
        let first = returning.partition_point(|(one, _)| *one < person);
        returning[first..].iter().take_while(|(one, _)| *one == person).map(|(_, row)| *row).collect()
    }
}

/// Returns the sessions of people who have several.
fn returning<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<(Person, u32)> {
    let owner = |row: &Row| row.facts.party(row.facts.own_end()).person;
    let mut all: Vec<(Person, u32)> = (0..).zip(rows).filter_map(|(at, row)| Some((owner(row)?, at))).collect();
    all.sort_unstable();
    let several = all.chunk_by(|one, other| one.0 == other.0).filter(|sessions| sessions.len() > 1);
    several.flatten().copied().collect()
}

/// The values of a metric over a call, one for each session that measured it: its worst stream.
#[derive(Debug, Clone)]
pub struct Distribution {
    metric: &'static Metric,
    /// Sorted.
    values: Arc<[Rough]>,
}

impl Distribution {
    fn of_all<'a>(rows: impl Iterator<Item = &'a Row>, traffic: Traffic) -> Vec<Distribution> {
        let mut columns = vec![Vec::new(); traffic.metrics().len()];
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row.traffic.values(traffic)) {
                column.extend(value);
            }
        }
        let metrics = traffic.metrics().iter().zip(columns);
        metrics.map(|(metric, values)| Distribution::new(metric, values)).collect()
    }

    fn new(metric: &'static Metric, mut values: Vec<Rough>) -> Distribution {
        values.sort_unstable();
        Distribution { metric, values: values.into() }
    }

    /// Returns the number of sessions that measured it.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether no session measured it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns how many values are worse than one, and how many are the same.
    fn around(&self, value: Rough) -> (usize, usize) {
        let below = self.values.partition_point(|one| *one < value);
        let above = self.values.len() - self.values.partition_point(|one| *one <= value);
        let worse = if self.metric.worse == Worse::Lower { below } else { above };
        (worse, self.values.len() - below - above)
    }

    /// Ranks a value among those of all other sessions. `own` is the value of the session it belongs to, which is
    /// another if the session has a worse stream of the same kind and direction.
    pub fn rank(&self, value: f64, own: Option<Rough>) -> Option<Rank> {
        let value = Rough::new(value)?;
        let (mut worse, mut same) = self.around(value);
        let mut others = self.values.len();
        if let Some(own) = own.filter(|own| self.values.binary_search(own).is_ok()) {
            others -= 1;
            if own == value {
                same -= 1;
            } else if self.metric.is_worse(own.value(), value.value()) {
                worse -= 1;
            }
        }
        Some(Rank { worse, same, of: others + 1 })
    }

    /// Returns the scale on which all values, one of them in particular and a limit can be drawn.
    pub fn scale(&self, value: Option<f64>, limit: Option<f64>) -> Scale {
        /// Linear as long as the limit, or what nine in ten stay below, is not lost at the edge.
        const LINEAR: f64 = 20.0;
        let last = self.values.last().map(|last| last.value());
        let end = [last, value, limit].into_iter().flatten().fold(0.0, f64::max);
        let nine_tenths = self.values.get(self.values.len() * 9 / 10).map(|value| value.value());
        let reference = limit.or(nine_tenths).filter(|reference| *reference > 0.0);
        let low = reference.filter(|reference| end > reference * LINEAR).map(|reference| {
            let first = self.values.iter().map(|value| value.value()).find(|value| *value > 0.0);
            first.map_or(reference, |first| first.min(reference)).max(end / 1e6)
        });
        Scale { end, low, is_descending: self.metric.worse == Worse::Lower }
    }

    /// Counts the sessions in equal parts of a scale, best first.
    pub fn bins(&self, scale: &Scale, bins: usize) -> Vec<usize> {
        let part = |value: &Rough| scale.bin(value.value(), bins);
        let below = |edge: usize| {
            if scale.is_descending {
                self.values.len() - self.values.partition_point(|value| part(value) >= edge)
            } else {
                self.values.partition_point(|value| part(value) < edge)
            }
        };
        (0..bins).map(|bin| below(bin + 1) - below(bin)).collect()
    }
}

/// An axis from the best value on the left to the worst on the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The largest value on it. The smallest is 0.
    end: f64,
    /// On a logarithmic scale, the value below which all are drawn at the edge.
    low: Option<f64>,
    /// Whether large values are on the left because small ones are worse.
    is_descending: bool,
}

impl Scale {
    /// Returns where a value is, from 0 on the left to 1 on the right.
    pub fn place(&self, value: f64) -> f64 {
        let part = match self.low {
            _ if self.end <= 0.0 => 0.0,
            None => value / self.end,
            Some(low) => (value.max(low) / low).ln() / (self.end / low).ln(),
        };
        let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 1.0 };
        if self.is_descending { 1.0 - part } else { part }
    }

    /// Returns which of equal parts a value is in.
    pub fn bin(&self, value: f64, bins: usize) -> usize {
        ((self.place(value) * bins as f64) as usize).min(bins.saturating_sub(1))
    }

    /// Returns whether it is logarithmic.
    pub fn is_log(&self) -> bool {
        self.low.is_some()
    }

    /// Returns the values at its left and right end.
    pub fn ends(&self) -> (f64, f64) {
        let low = self.low.unwrap_or(0.0);
        if self.is_descending { (self.end, low) } else { (low, self.end) }
    }
}

/// The place of a value among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// How many are worse.
    pub worse: usize,
    /// How many others are the same.
    pub same: usize,
    /// How many there are, itself included.
    pub of: usize,
}

impl Rank {
    /// Says the rank without the number of others: `3rd worst`, `middle`, `best third`.
    pub fn short(self) -> String {
        let Rank { worse, same, of } = self;
        let better = of.saturating_sub(1 + worse + same);
        // The middle of those that are the same, in halves.
        let middle = 2 * worse + same;
        match () {
            () if of <= 1 => "only one".to_owned(),
            () if worse + better == 0 => "all alike".to_owned(),
            () if better == 0 => "best".to_owned(),
            () if worse == 0 => "worst".to_owned(),
            () if middle * 3 < 2 * of => format!("{} worst", ordinal(worse + 1)),
            () if middle * 3 < 4 * of => "middle".to_owned(),
            () => "best third".to_owned(),
        }
    }

    /// Says the rank: `3rd worst of 175`.
    pub fn words(self) -> String {
        match self.of {
            0 | 1 => "the only one".to_owned(),
            of if self.same + 1 == of => format!("all {} alike", count(of)),
            of => format!("{} of {}", self.short(), count(of)),
        }
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;
    use proptest::prelude::*;

    fn distribution(metric: &str, values: &[f64]) -> Distribution {
        let metric = metrics::by_id(metric).expect("a metric");
        Distribution::new(metric, values.iter().filter_map(|value| Rough::new(*value)).collect())
    }

    fn rank(of: &Distribution, value: f64) -> String {
        of.rank(value, Rough::new(value)).expect("it is a size").words()
    }

    #[test]
    fn a_rank_says_where_a_value_stands() {
        let values: Vec<f64> = (1..=30).map(|value| f64::from(value) / 100.0).collect();
        let loss = distribution("averagePacketLossRate", &values);
        assert_eq!(rank(&loss, 0.30), "worst of 30");
        assert_eq!(rank(&loss, 0.28), "3rd worst of 30");
        assert_eq!(rank(&loss, 0.15), "middle of 30");
        assert_eq!(rank(&loss, 0.05), "best third of 30");
        assert_eq!(rank(&loss, 0.01), "best of 30");
        assert_eq!(rank(&distribution("averagePacketLossRate", &[0.0]), 0.0), "the only one");
        assert_eq!(rank(&distribution("averagePacketLossRate", &[0.0; 9]), 0.0), "all 9 alike");
    }

    #[test]
    fn of_a_frame_rate_the_lowest_is_the_worst() {
        let rate = distribution("averageVideoFrameRate", &[30.0, 5.0, 28.0, 9.0]);
        assert_eq!(rank(&rate, 5.0), "worst of 4");
        assert_eq!(rank(&rate, 30.0), "best of 4");
        let scale = rate.scale(Some(5.0), Some(7.0));
        assert_eq!(scale.ends(), (30.0, 0.0));
        assert_eq!(rate.bins(&scale, 3), [2, 0, 2]);
    }

    #[test]
    fn a_stream_is_not_ranked_behind_the_worse_one_of_its_own_session() {
        let loss = distribution("averagePacketLossRate", &[0.01, 0.02, 0.3]);
        let rank = loss.rank(0.1, Rough::new(0.3)).expect("it is a size");
        assert_eq!(rank, Rank { worse: 0, same: 0, of: 3 });
    }

    #[test]
    fn ordinals_are_english() {
        let all: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112, 1003].map(ordinal).into();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,003rd"]);
    }

    #[test]
    fn one_extreme_value_does_not_push_all_others_to_the_edge() {
        let mut values = vec![0.02; 50];
        values.push(40.0);
        let trip = distribution("averageRoundTripTime", &values);
        let scale = trip.scale(Some(0.02), Some(0.5));
        assert!(scale.is_log());
        let limit = scale.bin(0.5, 20);
        assert!((4..16).contains(&limit), "{limit}");
        assert!(!distribution("averageRoundTripTime", &[0.02, 0.8]).scale(None, Some(0.5)).is_log());
    }

    proptest! {
        #[test]
        fn every_session_is_in_one_part_of_any_scale(
            values in proptest::collection::vec(0.0f64..1e5, 0..60),
            own in proptest::option::of(0.0f64..1e7),
            limit in proptest::option::of(0.0f64..1e3),
            bins in 1usize..50,
            is_rate in any::<bool>(),
        ) {
            let metric = if is_rate { "averageVideoFrameRate" } else { "averageJitter" };
            let all = distribution(metric, &values);
            let scale = all.scale(own, limit);
            let parts = all.bins(&scale, bins);
            prop_assert_eq!(parts.iter().sum::<usize>(), values.len());
            for value in values.iter().chain(&own).chain(&limit) {
                prop_assert!((0.0..=1.0).contains(&scale.place(*value)));
            }
            if let (Some(worst), true) = (values.iter().copied().reduce(f64::max), bins > 1 && !is_rate) {
                let first_after = scale.bin(worst * 1.01, bins) + 1;
                prop_assert_eq!(parts[first_after.min(bins)..].iter().sum::<usize>(), 0);
            }
        }
    }
}
