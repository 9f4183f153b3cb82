//! The triage without a screen: read everything, look at the whole, and write it as text, Markdown or JSON.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::call::{Arrival, Completeness, Ending, Loaded, Row};
use crate::cli::{FailOn, Format, Target};
use crate::report::clean::clean;
use crate::report::json;
use crate::report::ticket::{self, Detail};
use crate::source::{self, CannotRead, Load, Source, Store};
use crate::triage::{Assessment, Verdict};

use super::{Basis, Exit, complain, target};

/// How to report.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// In which format.
    pub format: Format,
    /// What makes the exit code one of failure.
    pub fail_on: Option<FailOn>,
}

impl How {
    /// What is printed when the screen is no terminal.
    pub const PIPED: How = How { format: Format::Text, fail_on: None };
}

/// Reports on a target.
pub fn report(runtime: &Runtime, options: &Target, basis: Basis, how: How) -> color_eyre::Result<Exit> {
    let source = match target::source_of(options, basis.settings) {
        Ok(Some(source)) => source,
        Ok(None) => return Ok(complain(&target::nothing())),
        Err(trouble) => return Ok(complain(&trouble)),
    };
    let load = {
        let _inside = runtime.enter();
        source::load(source, basis.sets)
    };
    runtime.block_on(write(load, basis, how))
}

/// Reads a source to its end.
pub async fn read_all(source: Source, basis: Basis) -> (Loaded, Load) {
    to_the_end(source::load(source, basis.sets)).await
}

async fn to_the_end(mut load: Load) -> (Loaded, Load) {
    let mut loaded = Loaded::default();
    while let Some(arrival) = load.next().await {
        if let Arrival::Wait(Some(wait)) = &arrival {
            eprintln!("callscope: {}: {}", wait.origin, clean(&wait.words()));
        }
        loaded.take(arrival, 0);
    }
    (loaded, load)
}

/// Reads to the end and writes the report.
pub async fn write(load: Load, basis: Basis, how: How) -> color_eyre::Result<Exit> {
    let (loaded, load) = to_the_end(load).await;
    if let Some(trouble) = loaded.nothing_to_show() {
        return Ok(complain(&trouble));
    }
    let loaded = Arc::new(loaded);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    for at in 0..loaded.calls().len() {
        let assessment = loaded.calls()[at].assess(basis.set);
        let written = match how.format {
            Format::Json => write_json(&loaded, at, &assessment, &load.store, basis, &mut out).await,
            Format::Text | Format::Markdown => {
                write_document(&loaded, at, &assessment, &load.store, basis, how, &mut out)
            }
        };
        match written.and_then(|()| out.flush()) {
            // Whoever read it has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
            written => written?,
        }
    }
    Ok(ending(&loaded, basis, how.fail_on))
}

/// The exit code: what was asked to fail on comes first, and then whether that was all.
fn ending(loaded: &Loaded, basis: Basis, fail_on: Option<FailOn>) -> Exit {
    let stopped = match loaded.ending() {
        Some(Ending::Stopped(trouble)) => {
            complain(trouble);
            true
        }
        _ => false,
    };
    let verdicts = || loaded.calls().iter().map(|call| call.sessions(basis.set).verdict());
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
            eprintln!("callscope: {}", clean(&completeness.words()));
            Exit::Partial
        }
        None if !stopped => Exit::Done,
        _ => Exit::Partial,
    }
}

fn write_document(
    loaded: &Loaded,
    at: usize,
    assessment: &Assessment,
    store: &Store,
    basis: Basis,
    how: How,
    out: &mut impl Write,
) -> io::Result<()> {
    let detail = if how.format == Format::Markdown { Detail::Ticket } else { Detail::Everything };
    let call = &loaded.calls()[at];
    let mut read = |row: &Row| source::read_named(store, &call.session_ref(row, loaded.names())).ok();
    let rules = basis.sets.at(basis.set);
    let document = ticket::document(call, loaded, assessment, rules, detail, &mut read);
    if at > 0 {
        writeln!(out)?;
    }
    match how.format {
        Format::Markdown => document.markdown(out),
        Format::Text | Format::Json => document.text(out),
    }
}

/// Sessions are read again in batches of so many, on other threads.
const BATCH: usize = 64;

/// The sessions and the findings of a batch, as they stand in the report.
type Told = io::Result<(Vec<u8>, Vec<u8>)>;

/// Writes a call as JSON. Sessions are told as they are read; what was found in them is kept in a temporary file until
/// its turn comes, so that no more than a few batches are in memory.
async fn write_json(
    loaded: &Arc<Loaded>,
    at: usize,
    assessment: &Assessment,
    store: &Arc<Store>,
    basis: Basis,
    out: &mut impl Write,
) -> io::Result<()> {
    let call = &loaded.calls()[at];
    out.write_all(json::head(call, loaded, assessment, basis.sets.at(basis.set))?.as_bytes())?;
    let mut of_call = Vec::new();
    json::findings_of_call(call, loaded, assessment, &mut of_call)?;
    let mut findings = source::store::private_file().map(BufWriter::new)?;
    findings.write_all(&of_call)?;
    let ahead = 2 * std::thread::available_parallelism().map_or(2, usize::from);
    let mut told: VecDeque<JoinHandle<Told>> = VecDeque::new();
    let mut next = 0;
    let mut is_first = true;
    loop {
        while told.len() < ahead && next < call.rows().len() {
            let (loaded, store, from) = (loaded.clone(), store.clone(), next);
            told.push_back(tokio::task::spawn_blocking(move || tell(&loaded, at, &store, basis, from)));
            next += BATCH;
        }
        let Some(batch) = told.pop_front() else { break };
        let (sessions, found) = batch.await.map_err(io::Error::other)??;
        // Every session has a comma before it, and the first of all has none.
        out.write_all(&sessions[usize::from(std::mem::take(&mut is_first) && !sessions.is_empty())..])?;
        findings.write_all(&found)?;
    }
    out.write_all(b"],\"findings\":[")?;
    let mut findings = findings.into_inner().map_err(io::Error::other)?;
    // Here as well.
    findings.seek(SeekFrom::Start(1))?;
    io::copy(&mut findings, out)?;
    out.write_all(b"]")?;
    out.write_all(json::tail(call, loaded, assessment)?.as_bytes())?;
    writeln!(out)
}

/// The sessions of a batch, each with a comma before it.
fn tell(loaded: &Loaded, at: usize, store: &Store, basis: Basis, from: usize) -> Told {
    let call = &loaded.calls()[at];
    let rules = basis.sets.at(basis.set);
    let (mut sessions, mut findings) = (Vec::new(), Vec::new());
    for row in (from..call.rows().len().min(from + BATCH)).map(|at| &call.rows()[at]) {
        let session = source::read_named(store, &call.session_ref(row, loaded.names()))
            .map_err(|CannotRead(why)| io::Error::other(why))?;
        sessions.push(b',');
        json::session(row, &session, rules, basis.set, loaded.names(), &mut sessions)?;
        json::findings_of(row, &session, rules, &mut findings)?;
    }
    Ok((sessions, findings))
}
