//! The triage without a screen: reads everything, assesses the whole, and writes it as text, Markdown or JSON.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::call::{Completeness, Dataset, LoadEvent, LoadOutcome, Row, UserError, UserErrorKind};
use crate::cli::{FailOn, Format, Target};
use crate::disk;
use crate::formats::json;
use crate::formats::ticket::{self, Detail};
use crate::source::{self, CannotRead, Load, Source, Store};
use crate::stderr;
use crate::triage::{Assessment, Verdict};

use super::{Basis, Exit, output, report_error, target};

/// How to report.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// The output format.
    pub format: Format,
    /// What makes the exit code one of failure.
    pub fail_on: Option<FailOn>,
}

impl How {
    /// The report printed when standard output is not a terminal.
    pub const PIPED: How = How { format: Format::Text, fail_on: None };
}

/// Reports on a target.
pub fn report(runtime: &Runtime, options: &Target, basis: Basis, how: How) -> color_eyre::Result<Exit> {
    let source = match target::source_of(options, basis.settings) {
        Ok(Some(source)) => source,
        Ok(None) => return Ok(report_error(&target::nothing())),
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    let load = {
        let _inside = runtime.enter();
        basis.load(source)
    };
    runtime.block_on(write(load, basis, how))
}

/// Reads a source to its end.
pub async fn read_all(source: Source, basis: Basis) -> (Dataset, Load) {
    to_the_end(basis.load(source)).await
}

async fn to_the_end(mut load: Load) -> (Dataset, Load) {
    let mut loaded = Dataset::default();
    while let Some(arrival) = load.next().await {
        if let LoadEvent::Wait(Some(wait)) = &arrival {
            stderr::note(&format!("{}: {}", wait.origin, wait.words()));
        }
        loaded.take(arrival, 0);
    }
    (loaded, load)
}

/// Reads to the end and writes the report.
pub async fn write(load: Load, basis: Basis, how: How) -> color_eyre::Result<Exit> {
    let (loaded, load) = to_the_end(load).await;
    if let Some(trouble) = loaded.nothing_to_show() {
        return Ok(report_error(&trouble));
    }
    let loaded = Arc::new(loaded);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    for at in 0..loaded.calls().len() {
        let call = &loaded.calls()[at];
        let assessment = call.assess(basis.set, Completeness::of(call, &loaded).is_whole());
        let written = match how.format {
            Format::Json => write_json(&loaded, at, &assessment, &load.store, basis, &mut out).await,
            Format::Text => write_document(&loaded, at, &assessment, &load.store, basis, Detail::Everything, &mut out)
                .map_err(Unwritten::Output),
            Format::Markdown => write_document(&loaded, at, &assessment, &load.store, basis, Detail::Ticket, &mut out)
                .map_err(Unwritten::Output),
        };
        match written.and_then(|()| out.flush().map_err(Unwritten::Output)) {
            Ok(()) => {}
            Err(Unwritten::Output(error)) => {
                let _ = out.into_parts();
                return Ok(output::failed(&error));
            }
            Err(Unwritten::Session(CannotRead(why))) => {
                let hint = Some("open the call again; the output so far is incomplete".to_owned());
                report_error(&UserError { kind: UserErrorKind::Input, what: why, hint });
                return Ok(Exit::Partial);
            }
            Err(Unwritten::Fault(error)) => return Err(error.into()),
        }
    }
    Ok(ending(&loaded, basis, how.fail_on))
}

/// Why a report is incomplete.
enum Unwritten {
    /// Standard output cannot be written.
    Output(io::Error),
    /// A session cannot be read again.
    Session(CannotRead),
    /// A fault of the program itself.
    Fault(io::Error),
}

impl From<serde_json::Error> for Unwritten {
    fn from(error: serde_json::Error) -> Unwritten {
        Unwritten::Fault(error.into())
    }
}

/// Returns the exit code: `--fail-on` takes precedence over completeness.
fn ending(loaded: &Dataset, basis: Basis, fail_on: Option<FailOn>) -> Exit {
    let stopped = match loaded.ending() {
        Some(LoadOutcome::Stopped(trouble)) => {
            report_error(trouble);
            true
        }
        _ => false,
    };
    // A parsing thread panicked, which was reported: data is missing.
    if loaded.ending().is_none() {
        return Exit::Internal;
    }
    let verdicts = || loaded.calls().iter().map(|call| call.verdict(basis.set));
    match fail_on {
        Some(_) if verdicts().any(|verdict| verdict == Verdict::Poor) => return Exit::Poor,
        Some(FailOn::Unclassified) if verdicts().any(|verdict| verdict == Verdict::Unclassified) => {
            return Exit::Unclassified;
        }
        _ => {}
    }
    let incomplete = loaded.calls().iter().map(|call| Completeness::of(call, loaded)).find(Completeness::is_incomplete);
    match incomplete {
        Some(completeness) if !stopped => {
            stderr::note(&completeness.words());
            Exit::Partial
        }
        None if !stopped => Exit::Done,
        _ => Exit::Partial,
    }
}

fn write_document(
    loaded: &Dataset,
    at: usize,
    assessment: &Assessment,
    store: &Store,
    basis: Basis,
    detail: Detail,
    out: &mut impl Write,
) -> io::Result<()> {
    let call = &loaded.calls()[at];
    let mut read = |row: &Row| source::read_named(store, &call.session_ref(row, loaded.names())).ok();
    let rules = basis.sets.at(basis.set);
    let document = ticket::document(call, loaded, assessment, rules, detail, basis.clock, &mut read);
    if at > 0 {
        writeln!(out)?;
    }
    match detail {
        Detail::Ticket => document.markdown(out),
        Detail::Everything => document.text(out),
    }
}

/// Sessions are read again in batches of this size, on other threads.
const BATCH: usize = 64;

/// Findings up to this size in bytes wait in memory.
const WAITING: usize = 8 << 20;

/// Which part of a session is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Session,
    Findings,
    Both,
}

/// The sessions and the findings of a batch, as they appear in the report.
type Told = Result<(Vec<u8>, Vec<u8>), Unwritten>;

/// Writes a call as JSON. Sessions are written as they are read; their findings wait in memory or a temporary file
/// until their turn. If there is no room for one, sessions are read a second time for them.
async fn write_json(
    loaded: &Arc<Dataset>,
    at: usize,
    assessment: &Assessment,
    store: &Arc<Store>,
    basis: Basis,
    out: &mut impl Write,
) -> Result<(), Unwritten> {
    let call = &loaded.calls()[at];
    out.write_all(json::head(call, loaded, assessment, basis.sets.at(basis.set))?.as_bytes())
        .map_err(Unwritten::Output)?;
    let mut of_call = Vec::new();
    json::findings_of_call(call, loaded, assessment, &mut of_call)?;
    let mut waiting = Waiting::default();
    waiting.add(&of_call);
    let mut list = List::default();
    let mut batches = Batches { loaded, at, store, basis, part: Part::Both, next: 0, told: VecDeque::new() };
    while let Some(told) = batches.next().await {
        let (sessions, found) = told?;
        list.write(&sessions, out)?;
        waiting.add(&found);
        if waiting.is_lost {
            batches.part = Part::Session;
        }
    }
    out.write_all(b"],\"findings\":[").map_err(Unwritten::Output)?;
    let mut list = List::default();
    match waiting.take() {
        Some(mut found) => {
            let mut chunk = vec![0; 1 << 16];
            loop {
                match found.read(&mut chunk).map_err(Unwritten::Fault)? {
                    0 => break,
                    read => list.write(&chunk[..read], out)?,
                }
            }
        }
        None => {
            list.write(&of_call, out)?;
            let mut batches = Batches { part: Part::Findings, next: 0, ..batches };
            while let Some(told) = batches.next().await {
                list.write(&told?.1, out)?;
            }
        }
    }
    let tail = json::tail(call, loaded, assessment)?;
    writeln!(out, "]{tail}").map_err(Unwritten::Output)
}

/// List elements, each preceded by a comma except the first.
#[derive(Default)]
struct List {
    has_begun: bool,
}

impl List {
    fn write(&mut self, elements: &[u8], out: &mut impl Write) -> Result<(), Unwritten> {
        let from = usize::from(!self.has_begun && !elements.is_empty());
        self.has_begun |= !elements.is_empty();
        out.write_all(&elements[from..]).map_err(Unwritten::Output)
    }
}

/// Findings waiting for their turn.
#[derive(Default)]
struct Waiting {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    /// There was no room for them.
    is_lost: bool,
}

impl Waiting {
    fn add(&mut self, found: &[u8]) {
        if self.is_lost {
            return;
        }
        if self.file.is_none() && self.memory.len() + found.len() <= WAITING {
            return self.memory.extend_from_slice(found);
        }
        if self.put(found).is_err() {
            *self = Waiting { is_lost: true, ..Waiting::default() };
        }
    }

    fn put(&mut self, found: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut file = BufWriter::new(disk::temporary()?);
                file.write_all(&std::mem::take(&mut self.memory))?;
                file
            }
        };
        file.write_all(found)?;
        self.file = Some(file);
        Ok(())
    }

    /// Returns all of them for reading; `None` if they were lost.
    fn take(self) -> Option<Box<dyn Read + Send>> {
        match self.file {
            _ if self.is_lost => None,
            None => Some(Box::new(io::Cursor::new(self.memory))),
            Some(file) => {
                let mut file = file.into_inner().ok()?;
                file.seek(SeekFrom::Start(0)).ok()?;
                Some(Box::new(file))
            }
        }
    }
}

/// The sessions of a call, read again on other threads and returned in order, a few batches at a time.
struct Batches<'a> {
    loaded: &'a Arc<Dataset>,
    at: usize,
    store: &'a Arc<Store>,
    basis: Basis,
    part: Part,
    next: usize,
    told: VecDeque<JoinHandle<Told>>,
}

impl Batches<'_> {
    async fn next(&mut self) -> Option<Told> {
        let ahead = 2 * std::thread::available_parallelism().map_or(2, usize::from);
        while self.told.len() < ahead && self.next < self.loaded.calls()[self.at].rows().len() {
            let (loaded, store) = (self.loaded.clone(), self.store.clone());
            let (at, basis, part, from) = (self.at, self.basis, self.part, self.next);
            self.told.push_back(tokio::task::spawn_blocking(move || tell(&loaded, at, &store, basis, part, from)));
            self.next += BATCH;
        }
        let told = self.told.pop_front()?.await;
        Some(told.unwrap_or_else(|error| Err(Unwritten::Fault(io::Error::other(error)))))
    }
}

/// Writes the sessions of a batch, each preceded by a comma.
fn tell(loaded: &Dataset, at: usize, store: &Store, basis: Basis, part: Part, from: usize) -> Told {
    let call = &loaded.calls()[at];
    let rules = basis.sets.at(basis.set);
    let (mut sessions, mut findings) = (Vec::new(), Vec::new());
    for row in (from..call.rows().len().min(from + BATCH)).map(|at| &call.rows()[at]) {
        let session = source::read_named(store, &call.session_ref(row, loaded.names())).map_err(Unwritten::Session)?;
        if part != Part::Findings {
            sessions.push(b',');
            json::session(row, &session, rules, basis.set, loaded.names(), &mut sessions)?;
        }
        if part != Part::Session {
            json::findings_of(row, &session, rules, &mut findings)?;
        }
    }
    Ok((sessions, findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_wait_in_memory_and_then_in_a_file() {
        for size in [10, WAITING / 3] {
            let mut waiting = Waiting::default();
            let one = vec![b'x'; size];
            (0..5).for_each(|_| waiting.add(&one));
            assert_eq!(waiting.file.is_some(), size > 10);
            let mut all = Vec::new();
            waiting.take().expect("there is room").read_to_end(&mut all).expect("it can be read");
            assert_eq!(all, one.repeat(5));
        }
    }
}
