//! What an export did and could not do, told while it runs and at its end.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::call::{Completeness, UserError};
use crate::commands::Exit;
use crate::metrics::count;
use crate::stderr;
use crate::wording::number;

/// Reasons listed of one kind; beyond, they are counted. Our own figure.
const LISTED: usize = 50;

/// The results so far.
#[derive(Default)]
pub struct Tally {
    calls: usize,
    rows: u64,
    /// Rows of the calls, to take back those that are written again.
    by_file: HashMap<PathBuf, u64>,
    /// Inputs that are not calls or could not be read.
    unreadable: Reasons,
    /// Files that were there before.
    existing: Reasons,
    /// Files of calls that are incomplete, with what is missing.
    incomplete: BTreeMap<PathBuf, String>,
    /// How the first failure ends the program.
    failure: Option<Exit>,
    is_progress_open: bool,
}

/// The first of them, and how many there are.
#[derive(Default)]
struct Reasons {
    listed: Vec<String>,
    count: usize,
}

impl Reasons {
    fn add(&mut self, reason: String) {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(reason);
        }
    }

    fn report(&self, title: &str) {
        self.listed.iter().for_each(|reason| stderr::note(&format!("{title}: {reason}")));
        if self.count > self.listed.len() {
            stderr::note(&format!("{title}: {} more", count(self.count - self.listed.len())));
        }
    }
}

impl Tally {
    /// The file of a call was written.
    pub fn written(&mut self, path: &Path, rows: u64) {
        self.calls += 1;
        self.rows += rows;
        self.by_file.insert(path.to_owned(), rows);
    }

    /// A call's file was replaced by one with more of its pages.
    pub fn written_again(&mut self, path: &Path, rows: u64) {
        let before = self.by_file.insert(path.to_owned(), rows).unwrap_or(0);
        self.rows = self.rows + rows - before;
        self.incomplete.remove(path);
    }

    /// An input cannot be read. The first such reason decides how the program ends.
    pub fn cannot_read(&mut self, trouble: UserError) {
        self.failure.get_or_insert(Exit::of(trouble.kind));
        self.unreadable.add(trouble.what);
    }

    /// A file of that name was there before, and was left alone.
    pub fn already_there(&mut self, what: String) {
        self.existing.add(what);
    }

    /// The file of a call has only a part of it.
    pub fn incomplete(&mut self, path: &Path, completeness: &Completeness) {
        self.incomplete.insert(path.to_owned(), completeness.words());
    }

    /// Shows how far the export is, on a terminal.
    pub fn progress(&mut self, at: usize, of: usize) {
        if stderr::is_watched() && of > 1 {
            stderr::progress(&format!("calls: {} of {}, rows: {} …", count(at), count(of), count(self.rows as usize)));
            self.is_progress_open = true;
        }
    }

    /// Reports what was done and what was not.
    pub fn report(&mut self, folder: &Path) {
        if std::mem::take(&mut self.is_progress_open) {
            stderr::end_progress();
        }
        self.unreadable.report("not exported");
        self.existing.report("already there, not replaced without --force");
        let mut incomplete = Reasons::default();
        for (path, words) in &self.incomplete {
            incomplete.add(format!("{}: {words}", path.display()));
        }
        incomplete.report("incomplete");
        let (calls, rows) = (number(self.calls, "call"), number(self.rows as usize, "row"));
        let files = number(self.calls, "file");
        let mut summary = format!("{calls}, {rows}, {files} in {}", folder.display());
        for (reasons, what) in
            [(&self.unreadable, "not exported"), (&self.existing, "already there"), (&incomplete, "incomplete")]
        {
            if reasons.count > 0 {
                summary += &format!("; {} {what}", count(reasons.count));
            }
        }
        stderr::note(&summary);
    }

    /// Returns how the program ends: the first failure comes before files that were there, and those before calls that
    /// are incomplete.
    pub fn exit(&self) -> Exit {
        match self.failure {
            Some(failure) => failure,
            None if self.existing.count > 0 => Exit::Usage,
            None if !self.incomplete.is_empty() => Exit::Partial,
            None => Exit::Done,
        }
    }
}
