//! Engines read exports and count what the report counts: `tests/engines.py`, where Python has DuckDB. Where it has not,
//! the test is counted as ignored; `tests/engines.py` run by hand installs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let python = python();
    let is_there = python.is_some();
    if !is_there {
        eprintln!("no Python with DuckDB is here: the test of exports with engines is ignored");
    }
    let trial = Trial::test("engines_count_what_the_report_counts", move || check(&python.unwrap_or_default()));
    libtest_mimic::run(&Arguments::from_args(), vec![trial.with_ignored_flag(!is_there)]).exit();
}

/// A Python that has DuckDB: of the environment that the script keeps, or the system's.
fn python() -> Option<PathBuf> {
    let kept = std::env::var_os("CALLSCOPE_ENGINES_VENV").map(PathBuf::from);
    let kept = kept.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/callscope-engines")));
    let pythons = kept.map(|folder| folder.join("bin/python")).into_iter().chain([PathBuf::from("python3")]);
    let has_duckdb = |python: &PathBuf| {
        let mut import = Command::new(python);
        import.args(["-c", "import duckdb"]).stdout(Stdio::null()).stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    };
    pythons.into_iter().find(has_duckdb)
}

fn check(python: &Path) -> Result<(), Failed> {
    let mut script = Command::new(python);
    script.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines.py")).arg(env!("CARGO_BIN_EXE_callscope"));
    if cfg!(feature = "parquet") {
        script.args(["--features", "parquet"]);
    }
    let out = script.stderr(Stdio::inherit()).output()?;
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    let skipped = told.lines().filter(|line| line.starts_with("skipped: ")).collect::<Vec<_>>();
    if !skipped.is_empty() {
        eprintln!("{}", skipped.join("\n"));
    }
    if out.status.success() { Ok(()) } else { Err(told.into()) }
}
