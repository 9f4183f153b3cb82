//! The file of one call: its name, and its rows, written completely or not at all.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::call::{Call, Dataset, plain_name};
use crate::cli::RowFormat;
use crate::commands::Basis;
use crate::commands::report::{Unwritten, rows};
use crate::disk::{self, Draft};
use crate::formats::columns::{CsvRows, JsonRows, Table, TextRows, TextWriter};
use crate::source::Store;
use crate::source::hash::Hasher;

/// Name of the folder of calls whose day is unknown: engines read it as a missing value.
const NO_DAY: &str = "__HIVE_DEFAULT_PARTITION__";

/// A file to write.
pub struct FileName<'a> {
    pub path: &'a Path,
    pub format: RowFormat,
    pub may_replace: bool,
}

/// Returns the name of the folder for a call: the day on which it started, in UTC.
pub fn folder_of(call: &Call) -> String {
    let day = call.span().0.map(|start| start.utc().date_naive().to_string());
    format!("date={}", day.as_deref().unwrap_or(NO_DAY))
}

/// Returns the name of a call's file without its extension: the call's ID, or the name of the file it was read from.
pub fn name_of(call: &Call, paths: &[PathBuf]) -> String {
    let stem = || paths.first()?.file_name()?.to_str()?.split('.').next().map(str::to_owned);
    let name = call.id.as_ref().map(ToString::to_string).or_else(stem).unwrap_or_else(|| "call".to_owned());
    let plain = plain_name(&name);
    if plain == name && !name.is_empty() {
        return name;
    }
    // Names that differ in other characters stay different.
    let mut hash = Hasher::default();
    hash.update(name.as_bytes());
    format!("{plain}-{}", &hash.finish()[..8])
}

/// Writes the rows of a call to a file that only its owner can read. Returns how many there are.
pub async fn write(
    call: (&Arc<Dataset>, usize, &Arc<Store>),
    basis: Basis,
    table: &Arc<Table>,
    name: FileName<'_>,
) -> Result<u64, Unwritten> {
    let folder = name.path.parent().unwrap_or(Path::new("."));
    disk::new_folder(folder).map_err(Unwritten::Output)?;
    let mut file = Draft::of(name.path).map_err(Unwritten::Output)?;
    let rows = match name.format {
        RowFormat::Csv => text::<CsvRows>(call, basis, table, &mut file).await?,
        RowFormat::Jsonl => text::<JsonRows>(call, basis, table, &mut file).await?,
        RowFormat::Parquet => parquet(call, basis, table, &mut file).await?,
    };
    file.publish(name.may_replace).map_err(Unwritten::Output)?;
    Ok(rows)
}

async fn text<R: TextRows>(
    call: (&Arc<Dataset>, usize, &Arc<Store>),
    basis: Basis,
    table: &Arc<Table>,
    out: &mut (impl io::Write + Send),
) -> Result<u64, Unwritten> {
    let mut writer = TextWriter::<_, R>::new(out, table).map_err(Unwritten::Output)?;
    rows::write(call, basis, None, table, &mut writer).await
}

#[cfg(feature = "parquet")]
async fn parquet(
    call: (&Arc<Dataset>, usize, &Arc<Store>),
    basis: Basis,
    table: &Arc<Table>,
    out: &mut (impl io::Write + Send),
) -> Result<u64, Unwritten> {
    use crate::formats::columns::ParquetWriter;
    let mut writer = ParquetWriter::new(out, table).map_err(Unwritten::Output)?;
    let rows = rows::write(call, basis, None, table, &mut writer).await?;
    writer.finish().map_err(Unwritten::Output)?;
    Ok(rows)
}

/// Refused before anything is read.
#[cfg(not(feature = "parquet"))]
async fn parquet(
    _: (&Arc<Dataset>, usize, &Arc<Store>),
    _: Basis,
    _: &Arc<Table>,
    _: &mut (impl io::Write + Send),
) -> Result<u64, Unwritten> {
    Err(Unwritten::Fault(io::ErrorKind::Unsupported.into()))
}
