//! Writes calls as files with one row per stream, for engines: one call after another, so that a folder may hold any
//! number of them.

mod file;
mod tally;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::call::{Call, Completeness, Dataset, UserError, UserErrorKind, reason};
use crate::cli::{Export, RowFormat};
use crate::formats::columns::Table;
use crate::model::Text;
use crate::privacy::Level;
use crate::source::{Load, Source, grouping};
use crate::stderr;

use super::report::{Unwritten, read_shown};
use super::target::{self, one_source};
use super::{Basis, Exit, output, report_error, usage};
use file::FileName;
use tally::Tally;

/// Exports calls.
pub fn export(runtime: &Runtime, wanted: &Export, basis: Basis) -> color_eyre::Result<Exit> {
    if wanted.format == RowFormat::Parquet && !cfg!(feature = "parquet") {
        return Ok(report_error(&usage(
            "this build cannot write Parquet",
            "write csv or jsonl, which the same programs read, or build callscope with `--features parquet`",
        )));
    }
    let sources = match sources(wanted, basis) {
        Ok(sources) => sources,
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    let mut export = Exporting::new(wanted, basis);
    runtime.block_on(async {
        let stopped = tokio::select! {
            stopped = export.all(sources) => stopped,
            told = tokio::signal::ctrl_c() => {
                told?;
                Some(Exit::INTERRUPTED)
            }
        };
        export.tally.report(&wanted.to);
        Ok(stopped.unwrap_or_else(|| export.tally.exit()))
    })
}

/// Returns what to load, one call at a time.
fn sources(wanted: &Export, basis: Basis) -> Result<Vec<Source>, UserError> {
    if wanted.target.targets.is_empty() {
        return Err(target::nothing());
    }
    let (mut paths, mut others) = (Vec::new(), Vec::new());
    for target in &wanted.target.targets {
        match one_source(target, &wanted.target, basis.settings)? {
            Source::Paths(some) => paths.extend(some),
            other => others.push(other),
        }
    }
    let mut sources = Vec::new();
    if !paths.is_empty() {
        let found = grouping::by_call(&paths)?;
        found.problems.iter().for_each(|problem| stderr::note(&problem.words()));
        sources.extend(found.groups.into_iter().map(Source::Paths));
    }
    sources.extend(others);
    Ok(sources)
}

/// An export under way.
struct Exporting<'a> {
    wanted: &'a Export,
    basis: Basis,
    table: Arc<Table>,
    tally: Tally,
    /// The calls that were written, with the files that they were read from.
    written: HashMap<Text, Vec<PathBuf>>,
    /// The files that were written.
    files: HashMap<PathBuf, Option<Text>>,
}

impl<'a> Exporting<'a> {
    fn new(wanted: &'a Export, basis: Basis) -> Exporting<'a> {
        let table = Arc::new(Table::new(basis.sets));
        Exporting { wanted, basis, table, tally: Tally::default(), written: HashMap::new(), files: HashMap::new() }
    }

    /// Exports all calls. Returns the exit if it cannot go on.
    async fn all(&mut self, sources: Vec<Source>) -> Option<Exit> {
        let of = sources.len();
        for (at, source) in sources.into_iter().enumerate() {
            self.tally.progress(at, of);
            let stopped = self.one(source).await;
            if stopped.is_some() {
                return stopped;
            }
        }
        None
    }

    /// Exports what one source holds: nearly always one call.
    async fn one(&mut self, source: Source) -> Option<Exit> {
        let paths = match &source {
            Source::Paths(paths) => paths.clone(),
            _ => Vec::new(),
        };
        let (loaded, load) = read_shown(self.basis.load(source), self.basis).await;
        if let Some(trouble) = loaded.nothing_to_show() {
            self.tally.cannot_read(trouble);
            return None;
        }
        // A parsing thread panicked, which was reported.
        if loaded.ending().is_none() {
            return Some(Exit::Internal);
        }
        let loaded = Arc::new(loaded);
        for at in 0..loaded.calls().len() {
            let call = &loaded.calls()[at];
            if call.rows().is_empty() {
                continue;
            }
            let earlier = call.id.as_ref().and_then(|id| self.written.get(id)).cloned();
            let stopped = match earlier {
                Some(earlier) => self.together(earlier, &paths, call).await,
                None => self.call(&loaded, at, &load, &paths, false).await,
            };
            if stopped.is_some() {
                return stopped;
            }
        }
        None
    }

    /// Writes a call again whose pages turn out to be in files that did not say so: with all of them.
    async fn together(&mut self, mut paths: Vec<PathBuf>, more: &[PathBuf], call: &Call) -> Option<Exit> {
        if paths.is_empty() || more.is_empty() {
            self.tally.already_there(file::name_of(call, more));
            return None;
        }
        paths.extend_from_slice(more);
        let (loaded, load) = read_shown(self.basis.load(Source::Paths(paths.clone())), self.basis).await;
        let loaded = Arc::new(loaded);
        let at = loaded.calls().iter().position(|other| other.id == call.id)?;
        self.call(&loaded, at, &load, &paths, true).await
    }

    /// Writes the call at an index. Returns the exit if the export cannot go on.
    async fn call(
        &mut self,
        loaded: &Arc<Dataset>,
        at: usize,
        load: &Load,
        paths: &[PathBuf],
        is_again: bool,
    ) -> Option<Exit> {
        let call = &loaded.calls()[at];
        let path = self.path_of(call, paths);
        if path.exists() && !self.wanted.force && !is_again {
            self.tally.already_there(path.display().to_string());
            return None;
        }
        let table = match load.guard() {
            Some(guard) => Arc::new(Table::new(self.basis.sets).guarded(guard)),
            None => self.table.clone(),
        };
        let done = file::write(
            (loaded, at, &load.store),
            self.basis,
            &table,
            FileName { path: &path, format: self.wanted.format, may_replace: self.wanted.force || is_again },
        );
        match done.await {
            Ok(rows) if is_again => self.tally.written_again(&path, rows),
            Ok(rows) => self.tally.written(&path, rows),
            Err(Unwritten::Session(why)) => {
                self.tally.cannot_read(UserError { kind: UserErrorKind::Input, what: why.0, hint: None });
                return None;
            }
            Err(Unwritten::Output(error) | Unwritten::Fault(error)) => {
                if let Some(refused) = output::refused(&error) {
                    return Some(refused);
                }
                let what = format!("{} could not be written: {}", path.display(), reason(&error));
                report_error(&usage(what, "free some space, or name another folder with --to"));
                return Some(Exit::Internal);
            }
        }
        let completeness = Completeness::of(call, loaded);
        if completeness.is_incomplete() {
            self.tally.incomplete(&path, &completeness);
        }
        if let Some(id) = &call.id {
            self.written.insert(id.clone(), paths.to_vec());
        }
        self.files.insert(path.clone(), call.id.clone());
        match output::print(Exit::Done, |out| writeln!(out, "{}", path.display())) {
            Exit::Done => None,
            failed => Some(failed),
        }
    }

    /// Returns the path of a call's file. Calls without an ID, named after their files, may have the same name.
    fn path_of(&self, call: &Call, paths: &[PathBuf]) -> PathBuf {
        let folder = self.wanted.to.join(file::folder_of(call));
        // A file name may contain a person's name.
        let paths = if self.basis.privacy == Level::Full { paths } else { &[] };
        let (name, extension) = (file::name_of(call, paths), self.wanted.format.extension());
        let is_taken = |path: &Path| self.files.get(path).is_some_and(|id| id.is_none() || *id != call.id);
        let mut path = folder.join(format!("{name}.{extension}"));
        let mut number = 2;
        while is_taken(&path) {
            path = folder.join(format!("{name}-{number}.{extension}"));
            number += 1;
        }
        path
    }
}
