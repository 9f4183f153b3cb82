//! Costs that grow with the input, at three sizes, each twice the previous: calls, streams, segments and files in large
//! numbers. Twice the size may take twice the time; four times would be quadratic.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::terminal::Terminal;

const SIZES: [usize; 3] = [10_000, 20_000, 40_000];

/// A cost, and how to make input of a given size.
type Cost = (&'static str, fn(usize) -> String);

const COSTS: [Cost; 3] =
    [("calls, one a line", calls), ("streams in a session", streams), ("segments in a session", segments)];

/// Measures every cost.
pub fn measure(program: &str, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    println!(
        "{:<28}{:>8}{:>14}{:>8}{:>12}{:>12}{:>12}",
        "", "size", "JSON report", "ratio", "memory", "slowest key", "leaving"
    );
    for (name, make) in COSTS {
        let mut before = None;
        for size in SIZES {
            let path = folder.join(format!("{}-{size}.json", name.split([',', ' ']).next().unwrap_or_default()));
            fs::write(&path, make(size)).expect("it takes files");
            row(program, name, size, &path, &mut before);
            fs::remove_file(&path).expect("it is there");
        }
    }
    let mut before = None;
    for size in [2_500, 5_000, 10_000] {
        let files = folder.join(format!("files-{size}"));
        fs::create_dir_all(&files).expect("a folder");
        for at in 0..size {
            fs::write(files.join(format!("call-{at}.json")), format!(r#"{{"value":[{}]}}"#, session(at, 2, 1)))
                .expect("it takes files");
        }
        row(program, "files in a folder", size, &files, &mut before);
        fs::remove_dir_all(&files).expect("it is there");
    }
}

fn row(program: &str, name: &str, size: usize, path: &PathBuf, before: &mut Option<f64>) {
    let start = Instant::now();
    let status = Command::new(program)
        .args(["report", "--format", "json"])
        .arg(path)
        .env("CALLSCOPE_CONFIG", "")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.expect("it starts").code() == Some(0), "{}", path.display());
    let took = start.elapsed().as_secs_f64();
    let ratio = before.replace(took).map(|before| format!("{:.2}", took / before)).unwrap_or_default();
    let mut screen = Terminal::start(program, &[path.to_str().expect("UTF-8"), "--theme", "dark"]);
    screen.until(|text| text.contains("callscope") || text.contains("Sessions") || text.contains("Calls"));
    std::thread::sleep(std::time::Duration::from_secs_f64(took.max(1.0) * 1.5));
    screen.settle();
    let mut slowest: f64 = 0.0;
    for key in ["?", "\x1b", ":", "\x1b", "\t", "j", "G", "g", "\x1b[Z"] {
        // A key that changes nothing draws nothing.
        let times = screen.times(key, 1);
        slowest = times.iter().map(|(took, _)| *took).filter(|took| *took < 4999.0).fold(slowest, f64::max);
    }
    let memory = screen.peak_memory();
    let pressed = Instant::now();
    screen.keys("\x03");
    screen.wait_end();
    let leaving = pressed.elapsed().as_secs_f64() * 1e3;
    println!(
        "{name:<28}{size:>8}{:>12} s{ratio:>8}{:>9} MB{:>9} ms{:>9} ms",
        format!("{took:.2}"),
        format!("{memory:.0}"),
        format!("{slowest:.0}"),
        format!("{leaving:.0}")
    );
}

fn session(at: usize, streams: usize, segments: usize) -> String {
    let stream = |at: usize| {
        let loss = if at.is_multiple_of(7) { 0.2 } else { 0.01 };
        let direction = if at.is_multiple_of(2) { "callerToCallee" } else { "calleeToCaller" };
        format!(
            r#"{{"streamId":"{at}","streamDirection":"{direction}","packetUtilization":9000,"averagePacketLossRate":{loss},"averageJitter":"PT0.008S"}}"#
        )
    };
    let streams = (0..streams).map(stream).collect::<Vec<_>>().join(",");
    let segment = format!(
        r#"{{"startDateTime":"2026-11-20T09:00:00Z","media":[{{"label":"main-audio","callerNetwork":{{"connectionType":"wifi","subnet":"192.0.2.0"}},"streams":[{streams}]}}]}}"#
    );
    format!(
        r#"{{"id":"5e550000-0000-4000-8000-{at:012}","startDateTime":"2026-11-20T09:00:00Z","endDateTime":"2026-11-20T09:30:00Z","caller":{{"associatedIdentity":{{"id":"{}","displayName":"Person {}"}}}},"segments":[{}]}}"#,
        at % 50,
        at % 50,
        vec![segment; segments].join(",")
    )
}

fn calls(size: usize) -> String {
    let call = |at: usize| {
        format!(
            r#"{{"id":"0c0ffee0-0000-4000-8000-{at:012}","version":1,"startDateTime":"2026-11-20T09:00:00Z","endDateTime":"2026-11-20T09:30:00Z","sessions":[{{"id":"5e550000-0000-4000-8000-{at:012}","caller":{{"name":"x"}}}}]}}"#
        )
    };
    (0..size).map(call).collect::<Vec<_>>().join("\n")
}

fn streams(size: usize) -> String {
    format!(r#"{{"value":[{}]}}"#, session(1, size, 1))
}

fn segments(size: usize) -> String {
    format!(r#"{{"value":[{}]}}"#, session(1, 2, size))
}
