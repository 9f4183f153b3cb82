//! The triage without a screen: reads everything, assesses the whole, and writes it as text, a ticket, Markdown, HTML,
//! JSON or rows.

mod batches;
mod file;
mod html;
mod json;
pub(super) mod rows;

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::call::{
    Call, Completeness, Dataset, Filter, LoadEvent, LoadOutcome, Order, Row, Selection, SortKey, UserError,
    UserErrorKind,
};
use crate::cli::{FailOn, Format, How, Target};
use crate::formats::columns::{CsvRows, JsonRows, Table, TextRows, TextWriter};
use crate::formats::markup::{self, Markup};
use crate::formats::{Detail, Listed, Triage};
use crate::privacy::{CheckedJson, Guard, Level};
use crate::source::{self, CannotRead, Load, Source, Store};
use crate::stderr;
use crate::text::sanitize;
use crate::triage::{Assessment, Verdict};

pub use file::write as to_file;

use super::{Basis, Exit, output, report_error, screen, target, usage};

/// Reports on a target.
pub fn report(runtime: &Runtime, options: &Target, basis: Basis, how: How) -> color_eyre::Result<Exit> {
    if let Some(trouble) = contradiction(&how).or_else(|| selection(&how, basis).err()) {
        return Ok(report_error(&trouble));
    }
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

/// Returns what is wrong with options that do not go together.
fn contradiction(how: &How) -> Option<UserError> {
    if how.format == Format::Html && (how.filter.is_some() || how.sort.is_some()) {
        let what = "an HTML report lists all sessions, worst first";
        return Some(usage(what, "leave out --filter and --sort, or choose another format"));
    }
    if how.no_findings && how.format != Format::Json {
        return Some(usage("--no-findings is for JSON", "add --format json, or leave it out"));
    }
    let option = match (how.markup, how.long) {
        _ if how.format == Format::Ticket => return None,
        (Some(_), _) => "--markup",
        (None, true) => "--long",
        (None, false) => return None,
    };
    Some(usage(format!("{option} is for tickets"), "add --format ticket, or leave it out"))
}

/// Returns which sessions are listed, or what is wrong with the words for it.
fn selection(how: &How, basis: Basis) -> Result<Selection, UserError> {
    let named = &basis.settings.filters;
    if let Some(mistaken) = screen::mistaken(how.filter.as_deref(), named) {
        return Err(mistaken);
    }
    let order = how.sort.as_deref().map(|words| Selection::order(words, basis.set)).transpose();
    let order = order.map_err(|what| {
        let known: Vec<&str> = SortKey::ALL.iter().map(|key| key.id()).chain(Filter::figures()).collect();
        usage(format!("--sort: {what}"), &format!("choose from {}, a metric or a factor", known.join(" ")))
    })?;
    Ok(Selection::new(how.filter.as_deref(), named, order))
}

/// Prints the schema of reports for programs.
pub fn schema() -> color_eyre::Result<Exit> {
    let schema = crate::formats::json::schema()?;
    Ok(output::print(Exit::Done, |out| writeln!(out, "{schema}")))
}

/// Reads a source to its end, as it is received.
pub async fn read_all(source: Source, basis: Basis) -> (Dataset, Load) {
    to_the_end(basis.load(source)).await
}

/// Reads to the end what the privacy level leaves of a load.
pub async fn read_shown(load: Load, basis: Basis) -> (Dataset, Load) {
    let (loaded, load) = to_the_end(load).await;
    match basis.privacy {
        Level::Full => (loaded, load),
        level => {
            drop(loaded);
            to_the_end(load.at_level(level)).await
        }
    }
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
    let (loaded, load) = read_shown(load, basis).await;
    if let Some(trouble) = loaded.nothing_to_show() {
        return Ok(report_error(&trouble));
    }
    let (loaded, guard) = (Arc::new(loaded), load.guard().unwrap_or_default());
    let selection = match selection(&how, basis) {
        Ok(selection) => selection,
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    if let Some(leak) = how.filter.as_deref().and_then(|filter| guard.find(filter)) {
        let what = format!("--filter names {leak}, which is hidden at this privacy level, so nothing would match it");
        return Ok(report_error(&usage(
            what,
            "filter by what is shown, such as user:\"Person 3\", or with --privacy full",
        )));
    }
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    let all = 0..loaded.calls().len();
    let written = write_format((&loaded, &load.store, &guard), all, basis, (&how, &selection), &mut out).await;
    match written {
        Ok(()) => Ok(ending(&loaded, basis, how.fail_on)),
        Err(Unwritten::Output(error)) => {
            let _ = out.into_parts();
            Ok(output::failed(&error))
        }
        Err(Unwritten::Session(CannotRead(why))) => {
            let hint = Some("open the call again; the output so far is incomplete".to_owned());
            report_error(&UserError { kind: UserErrorKind::Input, what: why, hint });
            Ok(Exit::Partial)
        }
        Err(Unwritten::Fault(error)) => output::refused(&error).map_or_else(|| Err(error.into()), Ok),
    }
}

/// What was loaded, where its sessions are read again, and what must not be written of it.
pub(super) type Loaded<'a> = (&'a Arc<Dataset>, &'a Arc<Store>, &'a Arc<Guard>);

/// Writes the calls at these indexes in any format.
pub(super) async fn write_format(
    all: Loaded<'_>,
    calls: Range<usize>,
    basis: Basis,
    (how, selection): (&How, &Selection),
    out: &mut impl Write,
) -> Result<(), Unwritten> {
    match how.format {
        Format::Csv => all_rows::<CsvRows>(all, calls, basis, selection, out).await,
        Format::Jsonl => all_rows::<JsonRows>(all, calls, basis, selection, out).await,
        Format::Html => html::write(all, calls, basis, out).map_err(Unwritten::Output),
        Format::Text | Format::Markdown | Format::Ticket | Format::Json => {
            all_calls(all, calls, basis, (how, selection), out).await
        }
    }
}

/// Writes one report per call.
async fn all_calls(
    (loaded, store, guard): Loaded<'_>,
    calls: Range<usize>,
    basis: Basis,
    (how, selection): (&How, &Selection),
    out: &mut impl Write,
) -> Result<(), Unwritten> {
    let first = calls.start;
    for at in calls {
        let call = &loaded.calls()[at];
        let assessment = call.assess(basis.set, Completeness::of(call, loaded).is_whole());
        if at > first && how.format != Format::Json {
            writeln!(out).map_err(Unwritten::Output)?;
        }
        let usual = match how.format {
            Format::Json => Order { key: SortKey::Received, ..Order::worst(basis.set) },
            _ => Order::worst(basis.set),
        };
        let listed = listed(selection, call, loaded, usual);
        let subject = Subject { loaded, at, assessment: &assessment, store, basis, guard, listed: listed.as_ref() };
        match how.format {
            Format::Json => {
                let mut checked = CheckedJson::new(&mut *out, guard);
                json::write(subject, !how.no_findings, &mut checked).await?;
                checked.finish().map_err(Unwritten::Output)?;
            }
            Format::Markdown => document(subject, Detail::Long, markup::MARKDOWN, out)?,
            Format::Ticket => {
                let markup = how.markup.unwrap_or(basis.settings.ticket_markup);
                document(subject, how.detail(), markup, out)?;
            }
            _ => document(subject, Detail::Everything, markup::TEXT, out)?,
        }
        out.flush().map_err(Unwritten::Output)?;
    }
    Ok(())
}

/// Returns the sessions that a selection leaves of a call; `None` if they are listed as usual.
fn listed(selection: &Selection, call: &Call, loaded: &Dataset, usual: Order) -> Option<Listed> {
    (!selection.is_empty()).then(|| Listed {
        rows: selection.rows(call, loaded.names(), usual),
        filter: selection.filter_text().map(|text| sanitize(text).into_owned()),
        order: selection.order_or(usual),
    })
}

/// Writes the rows of all calls as one table.
async fn all_rows<R: TextRows>(
    (loaded, store, guard): Loaded<'_>,
    calls: Range<usize>,
    basis: Basis,
    selection: &Selection,
    out: &mut impl Write,
) -> Result<(), Unwritten> {
    let usual = Order { key: SortKey::Received, ..Order::worst(basis.set) };
    let table = Arc::new(Table::new(basis.sets).guarded(guard.clone()));
    let mut writer = TextWriter::<_, R>::new(&mut *out, &table).map_err(Unwritten::Output)?;
    for at in calls {
        let only = listed(selection, &loaded.calls()[at], loaded, usual).map(|listed| listed.rows);
        rows::write((loaded, at, store), basis, only, &table, &mut writer).await?;
    }
    out.flush().map_err(Unwritten::Output)
}

/// What a report is about: a call of what was loaded, and all that is needed to read its sessions again.
#[derive(Clone, Copy)]
struct Subject<'a> {
    loaded: &'a Arc<Dataset>,
    /// Index of the call.
    at: usize,
    assessment: &'a Assessment,
    store: &'a Arc<Store>,
    basis: Basis,
    /// What must not be written.
    guard: &'a Guard,
    /// The sessions that are listed, if not as usual.
    listed: Option<&'a Listed>,
}

impl<'a> Subject<'a> {
    fn call(&self) -> &'a Call {
        &self.loaded.calls()[self.at]
    }

    /// Returns the numbers of the rows that are listed; `None` for all of them as received.
    fn rows(&self) -> Option<Vec<u32>> {
        self.listed.map(|listed| listed.rows.clone())
    }
}

/// Why a report is incomplete.
pub(super) enum Unwritten {
    /// What is written to, a file or standard output, takes no more; or something hidden would have been written.
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

/// Writes a call as a document.
fn document(subject: Subject<'_>, detail: Detail, markup: Markup, out: &mut impl Write) -> Result<(), Unwritten> {
    let Subject { loaded, assessment, store, basis, guard, listed, .. } = subject;
    let call = subject.call();
    let mut read = |row: &Row| source::read_named(store, &call.session_ref(row, loaded.names())).ok();
    let triage = Triage {
        call,
        loaded,
        assessment,
        rules: basis.sets.at(basis.set),
        clock: basis.clock,
        listed,
        privacy: basis.privacy,
    };
    let document = triage.document(detail, &mut read);
    document.check(guard).map_err(|leaked| Unwritten::Output(leaked.into()))?;
    document.write(&markup, out).map_err(Unwritten::Output)
}
