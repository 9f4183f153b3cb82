//! Opening a file: the first rows, the whole call judged, memory, idleness, leaving.

use std::time::{Duration, Instant};

use super::data;
use super::run::{Data, time};
use super::table::{Table, Unit};

/// Measures it.
pub fn measure(data: &Data, runs: usize, table: &mut Table) {
    let (mut first, mut floor) = (Vec::new(), Vec::new());
    let (mut indexed, mut limit) = (Vec::new(), Vec::new());
    let (mut peak, mut rest, mut idle, mut leaving) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        data::read(&data.file);
        let mut least = data.floor();
        floor.push(least.until(|text| text.contains("sessions")).as_secs_f64() * 1e3);
        least.keys("q");
        let mut ours = data.open();
        first.push(ours.until(|text| text.contains("Sessions ")).as_secs_f64() * 1e3);
        indexed.push(ours.until(|text| text.contains("complete")).as_secs_f64() * 1e3);
        limit.push(time(&mut data.limit()));
        std::thread::sleep(Duration::from_millis(1500));
        peak.push(ours.peak_memory());
        let before = (ours.work(), ours.bytes());
        std::thread::sleep(Duration::from_secs(2));
        let after = (ours.work(), ours.bytes());
        let wakes = after.0.1.saturating_sub(before.0.1);
        idle.push((after.0.0 - before.0.0).max(0.0) + wakes as f64 + (after.1 - before.1) as f64);
        rest.push(ours.memory());
        let start = Instant::now();
        ours.keys("q");
        ours.wait_end();
        leaving.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let (peak_goal, rest_goal) = match data.sessions {
        0..=10_000 => (Some(40.0), None),
        10_001..=100_000 => (Some(120.0), Some(90.0)),
        _ => (None, None),
    };
    table.ratio("first useful frame", (&first, &floor), Unit::Milliseconds, Some(2.5));
    table.ratio("all indexed and judged", (&indexed, &limit), Unit::Milliseconds, Some(1.3));
    table.absolute("peak memory", &peak, Unit::Mebibytes, peak_goal);
    table.absolute("memory at rest", &rest, Unit::Mebibytes, rest_goal);
    table.absolute("idle 2 s: ms of CPU, wake-ups and bytes", &idle, Unit::Anything, Some(0.0));
    table.absolute("leaving", &leaving, Unit::Milliseconds, Some(20.0));
}
