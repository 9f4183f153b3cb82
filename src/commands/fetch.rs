//! Downloads all pages of a call to a file.

use std::io::{self, Write as _};
use std::path::Path;

use tokio::runtime::Runtime;

use crate::call::{CallExport, Completeness, Dataset, Gap, LoadEvent, LoadOutcome, Proof};
use crate::cli::Fetch;
use crate::graph::CallId;
use crate::metrics::count;
use crate::source::manifest::Manifest;
use crate::source::save::{self, Provenance, Replace, SaveError};
use crate::source::{Load, Source};
use crate::stderr;
use crate::wording;

use super::report::read_all;
use super::target::{self, live_call, named_call};
use super::{Basis, Exit, output, report_error, usage};

/// Downloads a call to a file.
pub fn fetch(runtime: &Runtime, wanted: &Fetch, basis: Basis) -> color_eyre::Result<Exit> {
    let source = match source_of(runtime, wanted, basis) {
        Ok(Some(source)) => source,
        Ok(None) => {
            stderr::note("the saved call is complete: nothing to fetch");
            let path = wanted.resume.as_deref().unwrap_or(Path::new(""));
            return Ok(output::print(Exit::Done, |out| writeln!(out, "{}", path.display())));
        }
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    // Report an existing file before an hour of work.
    if let Some(path) = wanted.output.as_ref().or(wanted.resume.as_ref()).filter(|path| !is_stdout(path))
        && let Err(error) = save::check_targets(path, replace(wanted))
    {
        return Ok(report_error(&unsaved(&error)));
    }
    runtime.block_on(async {
        let load = basis.load(source);
        let (load, loaded, interrupted) = read(load).await?;
        write(&load, &loaded, wanted, interrupted).await
    })
}

/// Returns what to read; nothing if all of it is already saved.
fn source_of(runtime: &Runtime, wanted: &Fetch, basis: Basis) -> Result<Option<Source>, crate::call::UserError> {
    match (&wanted.resume, &wanted.call) {
        (Some(path), _) => {
            let Some(call) = runtime.block_on(unfinished_call_in(path, basis))? else { return Ok(None) };
            let mut live = live_call((&wanted.live, &wanted.asking), basis.settings, call)?;
            // The rest is requested as the beginning was, unless the user asks otherwise.
            if let Some(request) = Manifest::read(&Manifest::path_of(path)).and_then(|manifest| manifest.request) {
                live.request = target::asked_so(&wanted.asking, &request.checked());
            }
            Ok(Some(Source::Rest(path.clone(), Box::new(live))))
        }
        (None, Some(name)) => {
            let call = named_call(name)?;
            Ok(Some(Source::Live(Box::new(live_call((&wanted.live, &wanted.asking), basis.settings, call)?))))
        }
        (None, None) => Err(usage("no call to fetch", "name a call ID, or a saved call with --resume")),
    }
}

/// Returns the call in a file; `None` if the file is complete.
async fn unfinished_call_in(path: &Path, basis: Basis) -> Result<Option<CallId>, crate::call::UserError> {
    let (loaded, _) = read_all(Source::Paths(vec![path.to_owned()]), basis).await;
    if let Some(trouble) = loaded.nothing_to_show() {
        return Err(trouble);
    }
    let id = loaded.calls().first().and_then(|call| CallId::parse(call.id.as_deref()?));
    let id = id.filter(|_| loaded.calls().len() == 1).ok_or_else(|| {
        let what = format!("{} does not identify its call, or contains several", path.display());
        usage(what, "fetch the call by its ID")
    })?;
    // Only what the last link leads to may be missing, and nothing else.
    let lost = loaded.problems.losses();
    match Completeness::of(&loaded.calls()[0], &loaded) {
        Completeness::Gap { gap: Gap::Unanswered, .. } if lost == 0 => Ok(Some(id)),
        Completeness::Complete { lost: 0, proof: Proof::Manifest | Proof::Fetched, .. } => Ok(None),
        // Only the file's own word says so.
        Completeness::Complete { lost: 0, .. } => {
            let what = format!("{} has no link to another page: nothing to resume", path.display());
            Err(usage(what, "to read the call again, fetch it by its ID"))
        }
        completeness => {
            let why = match lost {
                0 => completeness.words(),
                _ => format!("{} could not be read", count(lost)),
            };
            let what = format!("{} is damaged, not just incomplete ({why})", path.display());
            Err(usage(what, "fetch the call again by its ID"))
        }
    }
}

/// Reads to the end or until interrupted, showing progress.
async fn read(mut load: Load) -> io::Result<(Load, Dataset, bool)> {
    let mut loaded = Dataset::default();
    let mut interrupted = false;
    let mut progress = Progress::default();
    loop {
        let arrival = tokio::select! {
            arrival = load.next() => arrival,
            told = tokio::signal::ctrl_c() => {
                told?;
                interrupted = true;
                load.stop.for_now();
                continue;
            }
        };
        let Some(arrival) = arrival else { break };
        match &arrival {
            LoadEvent::Wait(Some(wait)) => {
                progress.line(&format!("{}: {}", wait.origin, wait.words()));
            }
            LoadEvent::Problem(problem) => progress.line(&problem.words()),
            _ => {}
        }
        loaded.take(arrival, 0);
        progress.update(&loaded);
    }
    progress.end();
    Ok((load, loaded, interrupted))
}

/// Saves what was read.
async fn write(load: &Load, loaded: &Dataset, wanted: &Fetch, interrupted: bool) -> color_eyre::Result<Exit> {
    let ended = |exit: Exit| if interrupted { Exit::INTERRUPTED } else { exit };
    if interrupted && loaded.session_count() == 0 {
        return Ok(Exit::INTERRUPTED);
    }
    if let Some(trouble) = loaded.nothing_to_show() {
        return Ok(ended(report_error(&trouble)));
    }
    let call = &loaded.calls()[0];
    let to_save = CallExport::of(call, loaded);
    let path = wanted.output.clone().or_else(|| wanted.resume.clone());
    let path = path.unwrap_or_else(|| to_save.file_name("json").into());
    if is_stdout(&path) {
        let printed = output::print(Exit::Done, |out| save::stream(&to_save, &load.store, out));
        if printed != Exit::Done {
            return Ok(ended(printed));
        }
    } else {
        let circumstances = Provenance::now(load.service.clone());
        let replace = replace(wanted);
        let (store, target) = (load.store.clone(), path.clone());
        let saving =
            tokio::task::spawn_blocking(move || save::save(&to_save, &store, &target, replace, &circumstances));
        match saving.await? {
            Ok(saved) => {
                stderr::note(&wording::saved(saved.sessions, saved.bytes, &saved.path));
                let printed = output::print(Exit::Done, |out| writeln!(out, "{}", path.display()));
                if printed != Exit::Done {
                    return Ok(ended(printed));
                }
            }
            Err(error @ (SaveError::Nothing | SaveError::Write { .. })) => {
                report_error(&unsaved(&error));
                return Ok(Exit::Internal);
            }
            Err(error) => return Ok(report_error(&unsaved(&error))),
        }
    }
    let completeness = Completeness::of(call, loaded);
    Ok(ended(match loaded.ending() {
        Some(LoadOutcome::AllRead) if completeness.is_final() => Exit::Done,
        Some(LoadOutcome::Stopped(trouble)) => {
            report_error(trouble);
            Exit::Partial
        }
        Some(LoadOutcome::Cancelled) => Exit::Partial,
        _ => {
            stderr::note(&completeness.words());
            if matches!(completeness, Completeness::Outdated { .. }) { Exit::Done } else { Exit::Partial }
        }
    }))
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

fn replace(wanted: &Fetch) -> Replace {
    match (wanted.force, wanted.resume.is_some()) {
        (true, _) => Replace::Anything,
        (false, true) => Replace::File,
        (false, false) => Replace::Nothing,
    }
}

fn unsaved(error: &SaveError) -> crate::call::UserError {
    let hint = match error {
        SaveError::Exists(_) => "name another file with -o, or add --force to overwrite it",
        SaveError::Foreign(_) => "name another file with -o, or add --force",
        SaveError::NotAFile(_) => "name a file with -o, or `-o -` for standard output",
        SaveError::Nothing | SaveError::Write { .. } => "free some space, or name another file with -o",
    };
    usage(error.to_string(), hint)
}

/// Progress on standard error: one changing line on a terminal, occasional lines elsewhere.
#[derive(Default)]
struct Progress {
    pages: usize,
    is_open: bool,
}

impl Progress {
    fn update(&mut self, loaded: &Dataset) {
        let pages = loaded.pages().iter().filter(|page| page.is_whole).count();
        if pages == self.pages {
            return;
        }
        self.pages = pages;
        let text = format!("pages: {}, sessions: {} …", count(pages), count(loaded.session_count()));
        if stderr::is_watched() {
            stderr::progress(&text);
            self.is_open = true;
        } else if pages.is_multiple_of(20) {
            stderr::note(&text);
        }
    }

    fn line(&mut self, text: &str) {
        self.end();
        stderr::note(text);
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.is_open) {
            stderr::end_progress();
        }
    }
}
