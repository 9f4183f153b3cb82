//! A whole report, compared with the parse alone.

use super::data;
use super::run::{Data, peak_memory, program, time};
use super::table::{Table, Unit};

/// A report may need this much memory, in MiB.
const MEMORY: f64 = 60.0;

/// Measures it.
pub fn measure(data: &Data, runs: usize, table: &mut Table) {
    let mut kinds: Vec<(&str, &[&str], f64)> =
        vec![("as text", &["report"], 1.3), ("as JSON", &["report", "--format", "json"], 2.0)];
    if has_no_findings() {
        kinds.push(("as JSON without findings", &["report", "--format", "json", "--no-findings"], 1.3));
    }
    for (what, arguments, goal) in kinds {
        let command = || program(arguments.iter().copied(), Some(&data.file));
        let (mut ours, mut limit, mut memory) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..runs {
            data::read(&data.file);
            limit.push(time(&mut data.limit()));
            ours.push(time(&mut command()));
            memory.push(peak_memory(&mut command()));
        }
        table.ratio(what, (&ours, &limit), Unit::Milliseconds, Some(goal));
        table.absolute(&format!("{what}: peak memory"), &memory, Unit::Mebibytes, Some(MEMORY));
    }
}

/// Whether this program can leave findings out.
fn has_no_findings() -> bool {
    let help = program(["report", "--help"], None).output().expect("it starts");
    String::from_utf8_lossy(&help.stdout).contains("--no-findings")
}
