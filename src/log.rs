//! The log that `--log` keeps: what the program did and when, for reports of faults. Libraries' own events are left out,
//! since they may repeat headers and answers; ours have numbers, fixed words and page numbers, and never a text from a
//! record, an answer or the environment.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::filter::{FilterExt as _, FilterFn, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::disk;

/// Requests and their answers.
pub const HTTP: &str = "callscope::http";
/// Attempts and waits.
pub const RETRIES: &str = "callscope::retries";
/// Steps of signing in.
pub const SIGN_IN: &str = "callscope::sign-in";
/// Pages of a call.
pub const PAGES: &str = "callscope::pages";
/// What the screen had done outside of it.
pub const EFFECTS: &str = "callscope::effects";
/// Start, end and phases of the program.
pub const PROGRAM: &str = "callscope::program";

/// All parts of the program that have events, which `CALLSCOPE_LOG` may name.
pub const PARTS: [&str; 6] = [HTTP, RETRIES, SIGN_IN, PAGES, EFFECTS, PROGRAM];

/// How a log begins, so that no other file is taken for one.
const HEAD: &[u8] = b"callscope log\n";

/// Why there can be no log.
#[derive(Debug, thiserror::Error)]
pub enum NoLog {
    /// The file cannot be written.
    #[error("the log cannot be written: {0}")]
    File(#[from] io::Error),
    /// The file holds something else.
    #[error("the file for the log holds something else, which would be spoilt")]
    OtherFile,
    /// The filter is not one.
    #[error("CALLSCOPE_LOG is {0}")]
    Filter(String),
    /// There is one already.
    #[error("there is a log already")]
    Twice,
}

/// Starts the log at the end of a file that only its owner may read. `filter` is a level (`debug`), or parts with their
/// levels (`http=debug,pages=trace`); without one, everything from `info` on.
pub fn start(path: &Path, filter: Option<&str>) -> Result<(), NoLog> {
    let targets = targets(filter.unwrap_or_default())?;
    let file = open(path)?;
    // A library's event could repeat a secret, whatever the filter says.
    let ours = FilterFn::new(|metadata| PARTS.contains(&metadata.target()));
    let lines = fmt::layer().with_ansi(false).with_writer(Mutex::new(file)).with_filter(ours.and(targets));
    tracing_subscriber::registry().with(lines).try_init().map_err(|_| NoLog::Twice)
}

/// Parses a filter; names of parts may leave out the program's.
fn targets(filter: &str) -> Result<Targets, NoLog> {
    if filter.is_empty() {
        return Ok(Targets::new().with_default(Level::INFO));
    }
    let full = |part: &str| match part.split_once('=') {
        Some((name, level)) if !name.starts_with("callscope") => format!("callscope::{}={level}", name.trim()),
        _ => part.trim().to_owned(),
    };
    let full = filter.split(',').map(full).collect::<Vec<_>>().join(",");
    let targets: Targets = full.parse().map_err(|_| NoLog::Filter(filter.to_owned()))?;
    let is_known = |name: &str| name == "callscope" || PARTS.contains(&name);
    match targets.iter().all(|(name, _)| is_known(name)) {
        true => Ok(targets),
        false => Err(NoLog::Filter(filter.to_owned())),
    }
}

/// Opens a log at its end; an empty file becomes one.
fn open(path: &Path) -> Result<File, NoLog> {
    match disk::open_private(path) {
        Ok(file) => {
            let mut head = Vec::new();
            file.take(HEAD.len() as u64).read_to_end(&mut head)?;
            if !head.is_empty() && head != HEAD {
                return Err(NoLog::OtherFile);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut file = disk::private_file(path)?;
    if file.seek(SeekFrom::End(0))? == 0 {
        io::Write::write_all(&mut file, HEAD)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_levels_and_parts_of_the_program_only() {
        for good in ["", "debug", "http=debug,pages=trace", "callscope::http=info", "off"] {
            assert!(targets(good).is_ok(), "{good}");
        }
        for bad in ["loud", "hyper=trace", "http=loud", "reqwest"] {
            assert!(targets(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_log_goes_on_where_it_ended_and_no_other_file_is_touched() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("log");
        for _ in 0..2 {
            io::Write::write_all(&mut open(&path).expect("a log"), b"x\n").expect("it takes lines");
        }
        assert_eq!(std::fs::read(&path).expect("it is there"), [HEAD, b"x\nx\n"].concat());
        std::fs::write(&path, b"{}").expect("it takes files");
        assert!(matches!(open(&path), Err(NoLog::OtherFile)));
        assert_eq!(std::fs::read(&path).expect("it is there"), b"{}");
    }
}
