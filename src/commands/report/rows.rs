//! Writes a call as one row per stream, in any format of rows: sessions are read again in batches and dropped.

use std::sync::Arc;

use crate::call::{Completeness, Dataset};
use crate::commands::Basis;
use crate::formats::columns::{CallScene, RowWriter, Rows, RowsOf, Table};
use crate::source::Store;

use super::Unwritten;
use super::batches::{Batches, Tell};

/// Writes the rows of the call at an index, or only those of the sessions with these numbers, in their order. Returns how
/// many there are.
pub async fn write<W: RowWriter>(
    (loaded, at, store): (&Arc<Dataset>, usize, &Arc<Store>),
    basis: Basis,
    only: Option<Vec<u32>>,
    table: &Arc<Table>,
    out: &mut W,
) -> Result<u64, Unwritten> {
    let is_complete = Completeness::of(&loaded.calls()[at], loaded).is_final();
    let (data, table) = (loaded.clone(), table.clone());
    let tell: Tell<W::Rows> = Arc::new(move |number, row, session, rows| {
        let call = &data.calls()[at];
        let call = CallScene { call, loaded: &data, is_complete, sets: basis.sets, set: basis.set };
        rows.add(&table, RowsOf { call, at: number, row, session }).map_err(Unwritten::Fault)
    });
    let mut batches = Batches::of(loaded, at, store, tell).only(only);
    let mut written = 0;
    while let Some(rows) = batches.next().await {
        let rows = rows?;
        written += rows.count();
        out.write(rows).map_err(Unwritten::Output)?;
    }
    Ok(written)
}
