//! Pages from a server on this machine, compared with a client that parses each while it waits for the next.

use std::process::Command;
use std::time::Duration;

use super::data;
use super::run::{Data, PROGRAM, program, this, time};
use super::slow::SlowNetwork;
use super::table::{Table, Unit};

/// A page holds this many sessions, as the service's do.
const PAGE: usize = 60;

/// How long a slow service takes for a page, in milliseconds.
const LATENCY: u64 = 50;

/// Measures it, to the end of a report.
pub fn measure(data: &Data, runs: usize, table: &mut Table) {
    let (server, root, id) = data::server(PROGRAM, &data.file);
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    let url = format!("{root}/v1.0/communications/callRecords/{id}/sessions?$expand=segments");
    let report = |root: &str, extra: &[&str]| {
        let mut command = program(["report", "--graph-url", root, &id].into_iter().chain(extra.iter().copied()), None);
        command.env("CALLSCOPE_TOKEN", data::TOKEN);
        command
    };
    for _ in 0..runs {
        limit.push(time(Command::new(this()).args(["--pages", &url])));
        ours.push(time(&mut report(&root, &["--no-cache"])));
    }
    let pages = data.sessions.div_ceil(PAGE);
    table.ratio(&format!("{pages} pages over loopback"), (&ours, &limit), Unit::Milliseconds, Some(1.3));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut kept = Vec::new();
    for run in 0..runs {
        // Each run has an empty cache.
        let cache = folder.path().join(run.to_string());
        kept.push(time(report(&root, &[]).env("CALLSCOPE_CACHE", &cache)));
        let _ = std::fs::remove_dir_all(&cache);
    }
    table.ratio("the same, kept in the page cache", (&kept, &limit), Unit::Milliseconds, Some(1.3));
    let slow = SlowNetwork::before(&root, Duration::from_millis(LATENCY));
    // Most of it is waiting, which varies little.
    let far: Vec<f64> = (0..runs.min(3)).map(|_| time(&mut report(&slow.root, &["--no-cache"]))).collect();
    let url = url.replace(&root, &slow.root);
    let far_limit: Vec<f64> = (0..runs.min(3)).map(|_| time(Command::new(this()).args(["--pages", &url]))).collect();
    let least = [pages as f64 * LATENCY as f64];
    table.ratio(&format!("the same at {LATENCY} ms a page"), (&far, &least), Unit::Milliseconds, Some(1.05));
    table.ratio(&format!("the parsing client at {LATENCY} ms a page"), (&far_limit, &least), Unit::Milliseconds, None);
    data::stop(server);
}
