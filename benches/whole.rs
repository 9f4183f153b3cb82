//! Whole-process measurements, each beside the minimum for the same work on this machine, measured in the same run:
//!
//! ```sh
//! cargo bench --bench whole                    # 1,000 and 10,000 sessions of two kinds, five runs
//! cargo bench --bench whole -- --runs 3 keys   # a part: screen, keys, report or pages
//! cargo bench --bench whole -- --large         # also 100,000: 3 GB in the temporary folder
//! cargo bench --bench whole -- --file F        # with a saved call of your own
//! cargo bench --bench whole -- --check         # compares with benches/whole/expected.csv; fails if a figure is off
//! cargo bench --bench whole -- --write         # renews that table
//! cargo bench --bench whole -- growth          # many calls, streams, segments and files, at three sizes each
//! ```
//!
//! The limits are measured too: the smallest list that ratatui can draw, and a parse of every session into a small row
//! by serde_json on two cores, with every member that judging needs. Ratios count; other work on the machine affects the
//! milliseconds.

#[cfg(unix)]
mod whole {
    pub mod data;
    pub mod expected;
    pub mod faults;
    pub mod growth;
    pub mod keys;
    pub mod limits;
    pub mod pages;
    pub mod records;
    pub mod report;
    pub mod run;
    pub mod scan;
    pub mod screen;
    pub mod slow;
    pub mod table;
    pub mod terminal;
}

#[cfg(not(unix))]
fn main() {
    println!("skipped: these figures are taken in a Unix terminal");
}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(unix)]
mod unix {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    use super::whole::data::{self, Kind};
    use super::whole::run::{Data, PROGRAM};
    use super::whole::table::Table;
    use super::whole::{expected, growth, keys, limits, pages, report, screen};

    type Measure = fn(&Data, usize, &mut Table);

    /// The parts, and the sizes at which each is measured.
    const PARTS: &[(&str, Measure, &[usize])] = &[
        ("screen", screen::measure, &[1_000, 10_000, LARGE]),
        ("keys", keys::measure, &[10_000, LARGE]),
        ("report", report::measure, &[10_000]),
        ("pages", pages::measure, &[10_000]),
    ];

    /// Measured only on request.
    const LARGE: usize = 100_000;

    /// Only on request as well: it takes a few minutes.
    const GROWTH: &str = "growth";

    /// The committed table.
    const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/whole/expected.csv");

    const USAGE: &str = "cargo bench --bench whole -- [--runs N] [--file F | --large] [--check | --write] \
                         [screen] [keys] [report] [pages] [growth]";

    /// What to measure.
    struct Wanted {
        runs: usize,
        parts: Vec<String>,
        file: Option<PathBuf>,
        with_large: bool,
        check: bool,
        write: bool,
    }

    impl Wanted {
        /// Reads the arguments; `None` if one is not understood.
        fn read(arguments: Vec<String>) -> Option<Wanted> {
            let mut wanted =
                Wanted { runs: 5, parts: Vec::new(), file: None, with_large: false, check: false, write: false };
            let mut arguments = arguments.into_iter();
            while let Some(word) = arguments.next() {
                match word.as_str() {
                    // From cargo.
                    "--bench" => {}
                    "--runs" => wanted.runs = arguments.next()?.parse().ok().filter(|runs| *runs > 0)?,
                    "--file" => wanted.file = Some(arguments.next()?.into()),
                    "--large" => wanted.with_large = true,
                    "--check" => wanted.check = true,
                    "--write" => wanted.write = true,
                    part if part == GROWTH || PARTS.iter().any(|(name, ..)| *name == part) => wanted.parts.push(word),
                    _ => return None,
                }
            }
            // The table is about our own data.
            (wanted.file.is_none() || !wanted.check && !wanted.write).then_some(wanted)
        }

        fn has(&self, part: &str) -> bool {
            self.parts.is_empty() && part != GROWTH || self.parts.iter().any(|one| one == part)
        }

        /// Whether a part is measured with sessions of this number.
        fn has_size(&self, part: &str, sessions: usize) -> bool {
            self.has(part) && (self.with_large || sessions != LARGE)
        }
    }

    fn label(kind: Kind, sessions: usize) -> String {
        format!("{sessions} {} sessions", kind.name())
    }

    fn section(part: &str, label: &str) -> String {
        format!("{part}, {label}")
    }

    /// The sections of the table whose part and size are wanted.
    fn sections(wanted: impl Fn(&str, usize) -> bool) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (part, _, sizes) in PARTS {
            for size in sizes.iter().filter(|size| wanted(part, **size)) {
                all.extend(Kind::ALL.map(|kind| section(part, &label(kind, *size))));
            }
        }
        all
    }

    pub fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["--floor", rows] => limits::floor(rows.parse().unwrap_or(10_000)),
            ["--rows", path] => limits::rows(Path::new(path)),
            ["--pages", url] => limits::pages(url),
            _ => return measure(arguments),
        }
        ExitCode::SUCCESS
    }

    fn measure(arguments: Vec<String>) -> ExitCode {
        let Some(wanted) = Wanted::read(arguments) else {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        };
        let folder = std::env::temp_dir().join("callscope-bench");
        if wanted.has(GROWTH) {
            growth::measure(PROGRAM, &folder);
        }
        let mut table = Table::default();
        Table::head();
        if let Some(file) = &wanted.file {
            let label = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let data = Data { label, file: file.clone(), sessions: limits::count(file) };
            for (part, measure, _) in PARTS.iter().filter(|(part, ..)| wanted.has(part)) {
                table.section(&section(part, &data.label));
                measure(&data, wanted.runs, &mut table);
            }
        } else {
            measure_all(&wanted, &folder, &mut table);
        }
        println!(
            "{} missed",
            match table.missed {
                0 => "no goal is".to_owned(),
                1 => "one goal is".to_owned(),
                many => format!("{many} goals are"),
            }
        );
        if wanted.write || wanted.check { compare(&wanted, &table) } else { ExitCode::SUCCESS }
    }

    fn measure_all(wanted: &Wanted, folder: &Path, table: &mut Table) {
        for kind in Kind::ALL {
            for sessions in [1_000, 10_000, LARGE] {
                let parts = PARTS
                    .iter()
                    .filter(|(part, _, sizes)| sizes.contains(&sessions) && wanted.has_size(part, sessions));
                for (part, measure, _) in parts {
                    let data =
                        Data { label: label(kind, sessions), file: data::saved(folder, kind, sessions), sessions };
                    table.section(&section(part, &data.label));
                    measure(&data, wanted.runs, table);
                }
            }
        }
    }

    /// Compares what was measured with the committed table, or renews it.
    fn compare(wanted: &Wanted, table: &Table) -> ExitCode {
        let text = std::fs::read_to_string(EXPECTED).unwrap_or_default();
        let lines = match expected::read(&text) {
            Ok(lines) => lines,
            Err(error) => {
                eprintln!("{EXPECTED}: {error}");
                return ExitCode::FAILURE;
            }
        };
        if wanted.write {
            let renewed = expected::text(&expected::renewed(&table.figures, &lines)).expect("it is text");
            std::fs::write(EXPECTED, renewed).expect("it can be written");
            println!("written: {EXPECTED}");
            return ExitCode::SUCCESS;
        }
        let planned = sections(|part, sessions| wanted.has_size(part, sessions));
        let off = expected::differences(&table.figures, &lines, &planned, &sections(|_, _| true));
        for line in &off {
            println!("off: {line}");
        }
        println!("{} of the figures are off; the table is {EXPECTED}", off.len());
        if off.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
