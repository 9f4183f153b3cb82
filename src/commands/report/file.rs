//! Writes a report to a file, for the screen.

use std::io::{self, Write};

use tokio::runtime::Handle;

use crate::app::SaveFormat;
use crate::cli::{Format, How};
use crate::commands::Basis;
use crate::commands::bundle::Bundling;
use crate::disk::Draft;
use crate::run::ReportRequest;
use crate::source::CannotRead;

use super::{Unwritten, write_format};

/// Writes a report to a file that only its owner can read, completely or not at all, and returns its size in bytes. An
/// error of the kind `AlreadyExists` if there is a file of that name that may not be replaced. Blocks; must be called
/// inside a runtime.
pub fn write(request: ReportRequest, basis: Basis) -> io::Result<u64> {
    let basis = Basis { set: request.set, clock: request.clock, privacy: request.evidence.level, ..basis };
    let (path, may_replace) = (request.path.clone(), request.may_replace);
    let file = Draft::of(&path)?;
    if !may_replace && path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let written = Handle::current().block_on(fill(request, basis, file)).map_err(|why| match why {
        Unwritten::Output(error) | Unwritten::Fault(error) => error,
        Unwritten::Session(CannotRead(why)) => io::Error::other(why),
    })?;
    written.publish(may_replace)
}

/// Writes what is asked for, and returns what it was written to.
async fn fill<W: Write>(request: ReportRequest, basis: Basis, mut out: W) -> Result<W, Unwritten> {
    let ReportRequest { loaded, store, guard, evidence, call, selection, .. } = request;
    let format = match request.format {
        SaveFormat::Bundle if loaded.calls().len() > 1 => {
            let why = "a bundle holds one call, and several were opened: open this one alone";
            return Err(Unwritten::Output(io::Error::other(why)));
        }
        SaveFormat::Bundle => {
            let bundling = Bundling { loaded, store, guard, evidence, basis };
            return Ok(bundling.write(out).await?.0);
        }
        SaveFormat::Html => Format::Html,
        SaveFormat::Markdown => Format::Markdown,
        SaveFormat::Json => Format::Json,
        SaveFormat::Csv => Format::Csv,
        SaveFormat::JsonLines => Format::Jsonl,
        SaveFormat::Text | SaveFormat::AsReceived => Format::Text,
    };
    let how = How { format, ..How::default() };
    write_format((&loaded, &store, &guard), call..call + 1, basis, (&how, &selection), &mut out).await?;
    Ok(out)
}
