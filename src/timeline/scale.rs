//! Time as columns: what part of the call is on screen, where a moment lies in it, and the round times of the axis.

use std::ops::Range;

use chrono::DateTime;

use crate::model::{Clock, Timestamp};

/// A stretch of time, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The start.
    pub from: f64,
    /// The end.
    pub to: f64,
}

impl Stretch {
    /// Creates a stretch between two times; if the end is before the start, it has no length.
    pub fn between(start: Timestamp, end: Timestamp) -> Stretch {
        let from = seconds(start);
        Stretch { from, to: seconds(end).max(from) }
    }

    /// Returns the length in seconds.
    pub fn length(self) -> f64 {
        self.to - self.from
    }

    /// Returns whether any of it is in another one.
    pub fn meets(self, other: Stretch) -> bool {
        self.from < other.to && self.to >= other.from
    }
}

fn seconds(moment: Timestamp) -> f64 {
    let time = moment.utc();
    time.timestamp() as f64 + f64::from(time.timestamp_subsec_millis()) / 1000.0
}

/// Returns the moment at a time in seconds since 1970, in whole seconds.
pub fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_utc(DateTime::from_timestamp(seconds.floor() as i64, 0).unwrap_or_default())
}

/// Maps time to columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What is on screen.
    pub window: Stretch,
    /// The columns it takes.
    pub columns: usize,
}

/// Where a stretch lies on a scale.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// It ended before the window.
    Before,
    /// It started after the window.
    After,
    /// It is at least partly in the window.
    Within {
        /// Its columns, at least one.
        columns: Range<usize>,
        /// Whether it started before the window.
        is_begun: bool,
        /// Whether it goes on after the window.
        goes_on: bool,
    },
}

impl Scale {
    /// Returns the column of a moment; times outside the window map to columns outside the range.
    pub fn column(&self, time: f64) -> f64 {
        (time - self.window.from) / self.window.length().max(1e-9) * self.columns as f64
    }

    /// Returns the stretch of time that a column shows.
    pub fn times_of(&self, column: usize) -> Stretch {
        let each = self.window.length() / self.columns.max(1) as f64;
        let from = self.window.from + each * column as f64;
        Stretch { from, to: from + each }
    }

    /// Returns where a stretch lies.
    pub fn place(&self, time: Stretch) -> Place {
        if time.to < self.window.from {
            return Place::Before;
        }
        if time.from > self.window.to {
            return Place::After;
        }
        let last = self.columns.saturating_sub(1);
        let from = (self.column(time.from).max(0.0) as usize).min(last);
        let to = (self.column(time.to).max(0.0).ceil() as usize).clamp(from + 1, self.columns.max(from + 1));
        let (is_begun, goes_on) = (time.from < self.window.from, time.to > self.window.to);
        Place::Within { columns: from..to, is_begun, goes_on }
    }
}

/// Returns the marks for a time axis: at most `most` and one more, in seconds since 1970, at times that are round by
/// the clock.
pub fn marks(window: Stretch, most: usize, clock: Clock) -> Vec<f64> {
    const STEPS: &[f64] = &[
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0,
        43_200.0, 86_400.0, 172_800.0, 604_800.0,
    ];
    let most = most.max(1) as f64;
    let step = STEPS.iter().copied().find(|step| window.length() / step <= most);
    let step = step.unwrap_or_else(|| (window.length() / most / 86_400.0).ceil() * 86_400.0);
    let offset_at = |seconds: f64| f64::from(clock.offset(seconds as i64));
    let offset = offset_at(window.from);
    let first = ((window.from + offset) / step).ceil() * step - offset;
    let count = ((window.to - first) / step).floor();
    if count < 0.0 || !count.is_finite() {
        return Vec::new();
    }
    // Where the clocks change within the window, later marks are round by the new time.
    let marks = (0..=count as usize).map(|at| first + at as f64 * step);
    let mut marks: Vec<f64> =
        marks.map(|mark| mark + offset - offset_at(mark)).filter(|mark| *mark <= window.to).collect();
    marks.dedup_by(|later, mark| *later <= *mark);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Zone;

    #[test]
    fn an_end_outside_the_window_is_known_to_be_outside() {
        let scale = Scale { window: Stretch { from: 100.0, to: 200.0 }, columns: 10 };
        let place = |from, to| scale.place(Stretch { from, to });
        assert_eq!(place(0.0, 50.0), Place::Before);
        assert_eq!(place(250.0, 300.0), Place::After);
        assert_eq!(place(110.0, 150.0), Place::Within { columns: 1..5, is_begun: false, goes_on: false });
        assert_eq!(place(50.0, 300.0), Place::Within { columns: 0..10, is_begun: true, goes_on: true });
        assert_eq!(place(200.0, 200.0), Place::Within { columns: 9..10, is_begun: false, goes_on: false });
    }

    #[test]
    fn the_axis_has_round_times_in_either_zone() {
        let window = Stretch { from: 1_000.0, to: 4_600.0 };
        assert_eq!(marks(window, 4, Clock::UTC), [1_800.0, 2_700.0, 3_600.0, 4_500.0]);
        assert_eq!(marks(window, 2, Clock::UTC), [1_800.0, 3_600.0]);
        assert_eq!(marks(window, 8, Clock::UTC).len(), 6);
        // In a zone with a half-hour offset, marks fall on the local full hours.
        assert_eq!(marks(window, 1, Clock::new(|_| 1_800, Zone::Local)), [1_800.0]);
        assert!(marks(Stretch { from: 5.0, to: 5.0 }, 0, Clock::UTC).len() <= 1);
    }

    #[test]
    fn where_the_clocks_change_within_the_window_all_marks_stay_round() {
        // The clocks go back by half an hour at 7,200.
        let clock = Clock::new(|seconds| if seconds < 7_200 { 3_600 } else { 1_800 }, Zone::Local);
        let window = Stretch { from: 0.0, to: 14_400.0 };
        assert_eq!(marks(window, 4, clock), [0.0, 3_600.0, 9_000.0, 12_600.0]);
    }

    proptest::proptest! {
        #[test]
        fn no_window_has_more_marks_than_fit(from in 0.0f64..2e9, length in 0.0f64..1e9, most in 1usize..40, is_local: bool) {
            let zone = if is_local { Zone::Local } else { Zone::Utc };
            let clock = Clock::new(|seconds| (seconds % 100_000) as i32 - 50_000, zone);
            let marks = marks(Stretch { from, to: from + length }, most, clock);
            proptest::prop_assert!(marks.len() <= most + 1, "{}", marks.len());
        }

        #[test]
        fn every_stretch_has_its_columns_on_any_scale(from in 0.0f64..1e9, length in 0.0f64..1e6, at in -1e6f64..2e9, long in 0.0f64..1e7, columns in 0usize..300) {
            let scale = Scale { window: Stretch { from, to: from + length }, columns };
            if let Place::Within { columns: taken, .. } = scale.place(Stretch { from: at, to: at + long }) {
                proptest::prop_assert!(taken.start < taken.end && taken.end <= columns.max(1), "{taken:?}");
            }
        }
    }
}
