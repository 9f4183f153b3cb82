//! The call at a glance: how many people were there at each moment, and when they joined and their sessions failed.

use crate::triage::SessionStatus;

use super::lanes::Bar;
use super::scale::{Scale, Stretch};

/// How many people were there over time, and what happened when.
#[derive(Debug, Default)]
pub struct Overview {
    /// When the number of people changed, in seconds since 1970, in order.
    changes: Vec<f64>,
    /// The number of people from each change on.
    present: Vec<u32>,
    /// The largest number of each block of them, so that a long call costs no more to draw.
    peaks: Vec<u32>,
    /// When people joined or came back, in order.
    joins: Vec<f64>,
    /// When sessions failed, in order.
    failures: Vec<f64>,
}

/// The number of changes in a block. Our own choice: a call of 100,000 sessions has some 400 blocks.
const BLOCK: usize = 512;

impl Overview {
    /// Counts the people present. Each item is one person's sessions in order of their start; overlapping sessions of one
    /// person count once.
    pub fn of<'a>(people: impl Iterator<Item = &'a [Bar]>) -> Overview {
        let (mut joins, mut leaves, mut failures) = (Vec::new(), Vec::new(), Vec::new());
        for sessions in people {
            for stay in stays(sessions) {
                joins.push(stay.from);
                leaves.push(stay.to);
            }
            let failed = sessions.iter().filter(|bar| bar.standing == SessionStatus::Failed);
            failures.extend(failed.filter_map(|bar| Some(bar.time?.to)));
        }
        for times in [&mut joins, &mut leaves, &mut failures] {
            times.sort_unstable_by(f64::total_cmp);
        }
        let (mut changes, mut present) = (Vec::with_capacity(2 * joins.len()), Vec::with_capacity(2 * joins.len()));
        let (mut joined, mut left) = (0, 0);
        // Everything that happens at one moment is one change.
        while let Some(time) = [joins.get(joined), leaves.get(left)].into_iter().flatten().copied().reduce(f64::min) {
            joined += joins[joined..].iter().take_while(|join| **join <= time).count();
            left += leaves[left..].iter().take_while(|leave| **leave <= time).count();
            changes.push(time);
            present.push(u32::try_from(joined.saturating_sub(left)).unwrap_or(0));
        }
        let peaks = present.chunks(BLOCK).map(|block| block.iter().copied().max().unwrap_or(0)).collect();
        Overview { changes, present, peaks, joins, failures }
    }

    /// Returns the largest number of people there at a time, during a stretch.
    pub fn present(&self, time: Stretch) -> u32 {
        // The number at its start is that of the last change before.
        let first = self.changes.partition_point(|change| *change <= time.from).saturating_sub(1);
        let last = self.changes.partition_point(|change| *change < time.to);
        let (mut at, mut most) = (first, 0);
        if self.changes.first().is_none_or(|change| *change > time.from) {
            at = 0;
        }
        while at < last {
            let is_whole_block = at % BLOCK == 0 && at + BLOCK <= last;
            let (number, step) =
                if is_whole_block { (self.peaks.get(at / BLOCK), BLOCK) } else { (self.present.get(at), 1) };
            most = most.max(number.copied().unwrap_or(0));
            at += step;
        }
        most
    }

    /// Returns the largest number of people there at a time.
    pub fn most_present(&self) -> u32 {
        self.peaks.iter().copied().max().unwrap_or(0)
    }

    /// Returns how many people joined per minute, in each column.
    pub fn joins(&self, scale: &Scale) -> Vec<f64> {
        per_minute(&self.joins, scale)
    }

    /// Returns how many sessions failed per minute, in each column.
    pub fn failures(&self, scale: &Scale) -> Vec<f64> {
        per_minute(&self.failures, scale)
    }
}

/// Returns when a person was there: their sessions, joined where they overlap or follow at once.
fn stays(sessions: &[Bar]) -> Vec<Stretch> {
    let mut stays: Vec<Stretch> = Vec::new();
    for time in sessions.iter().filter_map(|bar| bar.time) {
        match stays.last_mut() {
            Some(last) if time.from <= last.to => last.to = last.to.max(time.to),
            _ => stays.push(time),
        }
    }
    stays
}

/// Counts times per minute: over a column that is longer than a minute, otherwise over the minute that it lies in.
fn per_minute(times: &[f64], scale: &Scale) -> Vec<f64> {
    const MINUTE: f64 = 60.0;
    let count = |from: f64, to: f64| {
        let before = |end: f64| times.partition_point(|time| *time < end);
        before(to).saturating_sub(before(from)) as f64
    };
    let of_column = |column: usize| {
        let Stretch { from, to } = scale.times_of(column);
        // What happens at the very end belongs to the last column.
        let to = if column + 1 == scale.columns { to + 1e-3 } else { to };
        if to - from >= MINUTE {
            return count(from, to) / (to - from) * MINUTE;
        }
        let minute = ((from + to) / 2.0 / MINUTE).floor() * MINUTE;
        count(minute, minute + MINUTE)
    };
    (0..scale.columns).map(of_column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(from: f64, to: f64, standing: SessionStatus) -> Bar {
        Bar { row: 0, time: Some(Stretch { from, to }), standing, quality: standing }
    }

    fn overview() -> Overview {
        // The first person leaves and comes back; the second has two sessions at a time.
        let people = [
            [bar(0.0, 600.0, SessionStatus::Failed), bar(1200.0, 3600.0, SessionStatus::Good)],
            [bar(0.0, 3000.0, SessionStatus::Good), bar(300.0, 900.0, SessionStatus::Poor)],
        ];
        Overview::of(people.iter().map(|sessions| sessions.as_slice()))
    }

    #[test]
    fn people_are_counted_once_and_only_while_they_are_there() {
        let overview = overview();
        assert_eq!(overview.most_present(), 2);
        let present = |from, to| overview.present(Stretch { from, to });
        assert_eq!((present(-10.0, -5.0), present(-10.0, 10.0), present(0.0, 10.0)), (0, 2, 2));
        assert_eq!((present(700.0, 800.0), present(700.0, 1300.0), present(3100.0, 3200.0)), (1, 2, 1));
        assert_eq!(present(4000.0, 5000.0), 0);
    }

    #[test]
    fn joins_and_failures_are_per_minute_at_any_zoom() {
        let overview = overview();
        let scale = Scale { window: Stretch { from: 0.0, to: 3600.0 }, columns: 6 };
        assert_eq!(overview.joins(&scale), [0.2, 0.0, 0.1, 0.0, 0.0, 0.0]);
        // A column of 10 seconds shows the minute that it lies in.
        let close = Scale { window: Stretch { from: 570.0, to: 670.0 }, columns: 10 };
        assert_eq!(overview.failures(&close), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn long_calls_are_counted_in_blocks() {
        let many: Vec<[Bar; 1]> =
            (0..2_000).map(|at| [bar(f64::from(at), f64::from(at) + 100.5, SessionStatus::Good)]).collect();
        let overview = Overview::of(many.iter().map(|sessions| sessions.as_slice()));
        let slow = |time: Stretch| {
            let there =
                |at: f64| many.iter().filter(move |it| it[0].time.is_some_and(|it| it.from <= at && at < it.to));
            let moments = (0..).map(|at| time.from + f64::from(at) * 0.25).take_while(|at| *at < time.to);
            moments.map(|at| there(at).count() as u32).max().unwrap_or(0)
        };
        for (from, to) in [(0.0, 2_100.0), (50.0, 60.0), (900.0, 1_900.0), (2_050.0, 2_200.0)] {
            assert_eq!(overview.present(Stretch { from, to }), slow(Stretch { from, to }), "{from}–{to}");
        }
    }
}
