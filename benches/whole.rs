//! Whole-process measurements, each beside the minimum for the same work on this machine, measured in the same run:
//!
//! ```sh
//! cargo bench --bench whole                # 1,000 and 10,000 sessions, five runs
//! cargo bench --bench whole -- --large     # also 100,000: 1.4 GB in the temporary folder
//! cargo bench --bench whole -- --runs 3 keys
//! cargo bench --bench whole -- growth      # many calls, streams, segments and files, at three sizes each
//! ```
//!
//! The limits are measured too: the smallest list that ratatui can draw, and a parse of every session into a small row
//! by serde_json on two cores. Ratios count; other work on the machine affects the milliseconds.

#[cfg(unix)]
#[path = "whole/data.rs"]
mod data;
#[cfg(unix)]
#[path = "whole/growth.rs"]
mod growth;
#[cfg(unix)]
#[path = "whole/limits.rs"]
mod limits;
#[cfg(unix)]
#[path = "whole/terminal.rs"]
mod terminal;

#[cfg(not(unix))]
fn main() {
    println!("skipped: these figures are taken in a Unix terminal");
}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::data;
    use super::limits;
    use super::terminal::Terminal;

    const PROGRAM: &str = env!("CARGO_BIN_EXE_callscope");

    pub fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["--floor", rows] => return limits::floor(rows.parse().unwrap_or(10_000)),
            ["--rows", path] => return limits::rows(Path::new(path)),
            ["--pages", url] => return limits::pages(url),
            _ => {}
        }
        let runs = words.windows(2).find(|two| two[0] == "--runs").and_then(|two| two[1].parse().ok()).unwrap_or(5);
        let wanted = words.iter().copied().filter(|word| !word.starts_with("--") && word.parse::<u32>().is_err());
        let wanted: Vec<&str> = wanted.collect();
        let is_wanted = |part: &str| wanted.is_empty() || wanted.contains(&part);
        let folder = std::env::temp_dir().join("callscope-bench");
        let sizes: &[usize] = if words.contains(&"--large") { &[1_000, 10_000, 100_000] } else { &[1_000, 10_000] };
        println!("{:<46}{:>12}{:>12}{:>8}{:>17}{:>9}", "", "ours", "limit", "ratio", "ours, spread", "goal");
        for &size in sizes {
            let file = data::saved(&folder, size);
            if is_wanted("screen") {
                screen(&file, size, runs);
            }
            if is_wanted("keys") && size >= 10_000 {
                keys(&file, size, runs);
            }
            if is_wanted("report") && size <= 10_000 {
                report(&file, size, runs);
            }
        }
        // Only on request: it takes a few minutes.
        if wanted.contains(&"growth") {
            super::growth::measure(PROGRAM, &folder);
        }
        if is_wanted("pages") {
            pages(&folder, runs);
        }
    }

    /// Prints a row of the table: medians, and the range of ours.
    fn say(what: &str, ours: &[f64], limit: &[f64], unit: &str, goal: &str) {
        let (mine, least) = (median(ours), median(limit));
        let spread = match ours {
            [] => String::new(),
            many => {
                let lowest = many.iter().copied().fold(f64::INFINITY, f64::min);
                let highest = many.iter().copied().fold(0.0, f64::max);
                format!("{}–{}", figure(lowest), figure(highest))
            }
        };
        let (limit, ratio) = if limit.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("{} {unit}", figure(least)), format!("{:.2}", mine / least))
        };
        println!("{what:<46}{:>12}{limit:>12}{ratio:>8}{spread:>17}{goal:>9}", format!("{} {unit}", figure(mine)));
    }

    fn figure(value: f64) -> String {
        if value >= 100.0 {
            format!("{value:.0}")
        } else if value >= 10.0 {
            format!("{value:.1}")
        } else {
            format!("{value:.2}")
        }
    }

    fn median(values: &[f64]) -> f64 {
        percentile(values, 0.5)
    }

    fn percentile(values: &[f64], share: f64) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.get(((sorted.len().saturating_sub(1)) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    }

    fn this() -> PathBuf {
        std::env::current_exe().expect("this program")
    }

    fn ours(file: &Path) -> Terminal {
        let file = file.to_str().expect("a path in UTF-8");
        Terminal::start(PROGRAM, &[file, "--theme", "dark"])
    }

    /// Opening: the first rows, the whole call, memory, idle, quitting.
    fn screen(file: &Path, size: usize, runs: usize) {
        let mut first = [Vec::new(), Vec::new()];
        let (mut indexed, mut limit, mut memory) = (Vec::new(), Vec::new(), Vec::new());
        let (mut idle, mut leaving) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            data::read(file);
            let mut floor = Terminal::start(&this().display().to_string(), &["--floor", &size.to_string()]);
            first[1].push(floor.until(|text| text.contains("sessions")).as_secs_f64() * 1e3);
            floor.keys("q");
            let mut mine = ours(file);
            first[0].push(mine.until(|text| text.contains("Sessions ")).as_secs_f64() * 1e3);
            indexed.push(mine.until(|text| text.contains("complete")).as_secs_f64() * 1e3);
            limit.push(seconds_of(Command::new(this()).arg("--rows").arg(file)) * 1e3);
            std::thread::sleep(Duration::from_millis(1500));
            memory.push(mine.peak_memory());
            let before = (mine.work(), mine.bytes());
            std::thread::sleep(Duration::from_secs(2));
            let after = (mine.work(), mine.bytes());
            idle.push((after.0.0 - before.0.0) + (after.0.1 - before.0.1) as f64 + (after.1 - before.1) as f64);
            let start = Instant::now();
            mine.keys("q");
            mine.wait_end();
            leaving.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let named = |what: &str| format!("{what}, {size} sessions");
        say(&named("first useful frame"), &first[0], &first[1], "ms", "≤ 2.5");
        say(&named("all indexed and judged"), &indexed, &limit, "ms", "≤ 2");
        let goal = match size {
            10_000 => "≤ 40",
            100_000 => "≤ 120",
            _ => "",
        };
        say(&named("peak memory"), &memory, &[], "MiB", goal);
        say(&named("idle: ms of CPU + wake-ups + bytes in 2 s"), &idle, &[], "", "0");
        say(&named("leaving"), &leaving, &[], "ms", "≤ 20");
    }

    /// From a key to the last byte of the frame it changed.
    fn keys(file: &Path, size: usize, runs: usize) {
        let steps: &[(&str, &str, usize)] = &[
            ("move", "\x1b[B", 100),
            ("page", "\x1b[6~", 20),
            ("to the end and back", "G\x1b[H", 10),
            ("another view and back", "31", 10),
            ("unfold and back", "\x1b[C\x1b", 10),
        ];
        let (mut floor, mut floor_worst) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let mut least = Terminal::start(&this().display().to_string(), &["--floor", &size.to_string()]);
            least.until(|text| text.contains("sessions"));
            let times: Vec<f64> = least.times("\x1b[B", 100).into_iter().map(|(time, _)| time).collect();
            floor.push(median(&times));
            floor_worst.push(percentile(&times, 0.95));
            least.keys("q");
        }
        for (what, keys, times) in steps {
            let (mut usual, mut worst, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..runs {
                let mut mine = ours(file);
                mine.until(|text| text.contains("complete"));
                mine.settle();
                let (mut run, mut sent) = (Vec::new(), Vec::new());
                for key in split(keys).iter().cycle().take(times * split(keys).len()) {
                    let (time, cost) = mine.times(key, 1)[0];
                    run.push(time);
                    sent.push(cost as f64);
                }
                usual.push(median(&run));
                worst.push(percentile(&run, 0.95));
                bytes.push(median(&sent));
                mine.keys("\x03");
            }
            let named = format!("{what}, {size} sessions");
            say(&format!("{named}: p50"), &usual, &floor, "ms", "≤ 1.5");
            say(&format!("{named}: p95"), &worst, &floor_worst, "ms", "≤ 3");
            say(&format!("{named}: bytes"), &bytes, &[], "B", if *what == "move" { "≤ 1000" } else { "≤ 4000" });
        }
        let (mut typed, mut sorted) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let mut mine = ours(file);
            mine.until(|text| text.contains("complete"));
            mine.settle();
            mine.keys("/");
            mine.settle();
            let keys = ["p", "o", "o", "r", " ", "w", "i"].map(|key| mine.times(key, 1)[0].0);
            typed.push(percentile(&keys, 1.0));
            // One at a time: several at once would be taken for pasted text.
            for key in ["\r", "\x1b", "o", "j", "i", "t", "t", "e", "r"] {
                mine.keys(key);
                mine.settle();
            }
            sorted.push(mine.times("\r", 1)[0].0);
            mine.keys("\x03");
        }
        let (each, all) = if size >= 100_000 { ("≤ 50", "≤ 100") } else { ("≤ 16", "") };
        say(&format!("a key of a filter, {size} sessions: worst"), &typed, &[], "ms", each);
        say(&format!("sorting {size} sessions"), &sorted, &[], "ms", all);
    }

    /// Individual keys; an escape sequence is one.
    fn split(keys: &str) -> Vec<&str> {
        let mut all = Vec::new();
        let mut rest = keys;
        while !rest.is_empty() {
            let length = match rest.strip_prefix("\x1b[") {
                Some(sequence) => {
                    2 + sequence
                        .find(|letter: char| letter.is_ascii_alphabetic() || letter == '~')
                        .map_or(0, |at| at + 1)
                }
                None => 1,
            };
            all.push(&rest[..length]);
            rest = &rest[length..];
        }
        all
    }

    /// The whole report compared with the parse alone.
    fn report(file: &Path, size: usize, runs: usize) {
        let (mut text, mut json, mut limit) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..runs {
            data::read(file);
            limit.push(seconds_of(Command::new(this()).arg("--rows").arg(file)) * 1e3);
            let mut command = Command::new(PROGRAM);
            text.push(seconds_of(command.arg("report").arg(file)) * 1e3);
            let mut command = Command::new(PROGRAM);
            json.push(seconds_of(command.args(["report", "--format", "json"]).arg(file)) * 1e3);
        }
        say(&format!("report as text, {size} sessions"), &text, &limit, "ms", "");
        say(&format!("report as JSON, {size} sessions"), &json, &limit, "ms", "≤ 3");
    }

    /// Pages from a loopback server, compared with a client that only reads and parses them.
    fn pages(folder: &Path, runs: usize) {
        let (mut mine, mut limit) = (Vec::new(), Vec::new());
        let (server, root, id) = data::server(PROGRAM, &data::saved(folder, 10_000));
        let url = format!("{root}/v1.0/communications/callRecords/{id}/sessions?$expand=segments");
        for _ in 0..runs {
            limit.push(seconds_of(Command::new(this()).args(["--pages", &url])) * 1e3);
            let mut command = Command::new(PROGRAM);
            let command = command.args(["report", "--no-cache", "--graph-url", &root, &id]);
            mine.push(seconds_of(command.env("CALLSCOPE_TOKEN", data::TOKEN)) * 1e3);
        }
        data::stop(server);
        say("167 pages over loopback, to the end of a report", &mine, &limit, "ms", "≤ 1.3");
    }

    fn seconds_of(command: &mut Command) -> f64 {
        let start = Instant::now();
        let status = command.env("CALLSCOPE_CONFIG", "").stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.expect("it starts").code().is_some_and(|code| code == 0), "{command:?}");
        start.elapsed().as_secs_f64()
    }
}
