//! From a key to the last byte of the frame it changed, compared with the least list.

use super::run::Data;
use super::table::{Table, Unit, median, percentile};
use super::terminal::Terminal;

/// What is pressed in turn, how often, and how many bytes each key may cost.
const STEPS: &[(&str, &[&str], usize, f64)] = &[
    ("move", &["\x1b[B"], 100, 1000.0),
    ("page", &["\x1b[6~"], 20, 3000.0),
    ("to the end and back", &["G", "\x1b[H"], 10, 3000.0),
    ("another view and back", &["3", "1"], 10, 3000.0),
    ("unfold and back", &["\x1b[C", "\x1b"], 10, 3000.0),
];

/// Measures it.
pub fn measure(data: &Data, runs: usize, table: &mut Table) {
    let (mut floor, mut floor_worst, mut floor_work) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut least = data.floor();
        least.until(|text| text.contains("sessions"));
        let before = least.work().0;
        let times: Vec<f64> = least.times("\x1b[B", 100).into_iter().map(|(time, _)| time).collect();
        floor_work.push((least.work().0 - before) / 100.0);
        floor.push(median(&times));
        floor_worst.push(percentile(&times, 0.95));
        least.keys("q");
    }
    for (what, keys, times, most_bytes) in STEPS {
        let (mut usual, mut worst, mut bytes, mut work) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..runs {
            let mut ours = opened(data);
            let (mut run, mut sent) = (Vec::new(), Vec::new());
            let before = ours.work().0;
            for _ in 0..*times {
                for key in *keys {
                    let (time, cost) = ours.times(key, 1)[0];
                    run.push(time);
                    sent.push(cost as f64);
                }
            }
            work.push((ours.work().0 - before) / run.len() as f64);
            usual.push(median(&run));
            worst.push(percentile(&run, 0.95));
            bytes.push(median(&sent));
            ours.keys("\x03");
        }
        table.ratio(&format!("{what}: p50"), (&usual, &floor), Unit::Milliseconds, Some(1.5));
        table.ratio(&format!("{what}: p95"), (&worst, &floor_worst), Unit::Milliseconds, Some(3.0));
        table.ratio(&format!("{what}: CPU a key"), (&work, &floor_work), Unit::Milliseconds, None);
        table.absolute(&format!("{what}: bytes"), &bytes, Unit::Bytes, Some(*most_bytes));
    }
    filter_and_sort(data, runs, table);
}

/// The program with all of the data.
fn opened(data: &Data) -> Terminal {
    let mut ours = data.open();
    ours.until(|text| text.contains("complete"));
    ours.settle();
    ours
}

fn filter_and_sort(data: &Data, runs: usize, table: &mut Table) {
    let (mut typed, mut sorted) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut ours = opened(data);
        press(&mut ours, "/");
        let keys = ["p", "o", "o", "r"].map(|key| ours.times(key, 1)[0].0);
        typed.push(percentile(&keys, 1.0));
        assert!(ours.text().contains("/poor"), "it filters:\n{}", ours.text());
        press(&mut ours, "\r");
        press(&mut ours, "\x1b");
        assert!(ours.text().contains("filter removed"), "the filter is off again:\n{}", ours.text());
        press(&mut ours, "o");
        for key in ["j", "i", "t", "t", "e", "r"] {
            press(&mut ours, key);
        }
        sorted.push(ours.times("\r", 1)[0].0);
        assert!(ours.text().contains("· most jitter first"), "it sorts:\n{}", ours.text());
        ours.keys("\x03");
    }
    let (each, all) = if data.sessions > 10_000 { (50.0, 100.0) } else { (16.0, 16.0) };
    table.absolute("a key of a filter: worst", &typed, Unit::Milliseconds, Some(each));
    table.absolute("sorting", &sorted, Unit::Milliseconds, Some(all));
}

/// Presses one key and waits for its frame: several at once would be taken for pasted text.
fn press(terminal: &mut Terminal, key: &str) {
    terminal.keys(key);
    terminal.settle();
}
