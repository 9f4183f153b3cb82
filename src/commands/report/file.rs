//! Writes a report to a file, for the screen.

use std::io;

use tokio::runtime::Handle;

use crate::app::SaveFormat;
use crate::cli::{Format, How};
use crate::commands::Basis;
use crate::disk::Draft;
use crate::run::ReportRequest;
use crate::source::CannotRead;

use super::{Unwritten, write_format};

/// Writes a report to a file that only its owner can read, completely or not at all, and returns its size in bytes. An
/// error of the kind `AlreadyExists` if there is a file of that name that may not be replaced. Blocks; must be called
/// inside a runtime.
pub fn write(request: &ReportRequest, basis: Basis) -> io::Result<u64> {
    let format = match request.format {
        SaveFormat::Html => Format::Html,
        SaveFormat::Markdown => Format::Markdown,
        SaveFormat::Json => Format::Json,
        SaveFormat::Csv => Format::Csv,
        SaveFormat::JsonLines => Format::Jsonl,
        SaveFormat::Text | SaveFormat::AsReceived => Format::Text,
    };
    let basis = Basis { set: request.set, clock: request.clock, ..basis };
    let mut file = Draft::of(&request.path)?;
    if !request.may_replace && request.path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let all = (&request.loaded, &request.store, &request.guard);
    let only = request.call..request.call + 1;
    let how = How { format, ..How::default() };
    let written = write_format(all, only, basis, (&how, &request.selection), &mut file);
    Handle::current().block_on(written).map_err(|why| match why {
        Unwritten::Output(error) | Unwritten::Fault(error) => error,
        Unwritten::Session(CannotRead(why)) => io::Error::other(why),
    })?;
    file.publish(request.may_replace)
}
