//! Writes all calls as one HTML file.

use std::io::{self, Write};

use crate::call::{Completeness, Dataset, Row};
use crate::formats::{Triage, html};
use crate::privacy::Guard;
use crate::source::{self, Store};

use super::Basis;

/// Writes a file about all calls. Each is assessed when its turn comes.
pub fn write((loaded, store, guard): (&Dataset, &Store, &Guard), basis: Basis, out: &mut impl Write) -> io::Result<()> {
    let calls = loaded.calls();
    html::page(calls, basis.set, (out, guard), |at, html| {
        let call = &calls[at];
        let assessment = call.assess(basis.set, Completeness::of(call, loaded).is_whole());
        let rules = basis.sets.at(basis.set);
        let triage = Triage { call, loaded, assessment: &assessment, rules, clock: basis.clock, listed: None };
        let mut read = |row: &Row| source::read_named(store, &call.session_ref(row, loaded.names())).ok();
        html::call(at, calls.len(), &triage, &mut read, html)
    })?;
    out.flush()
}
