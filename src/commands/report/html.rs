//! Writes calls as one HTML file.

use std::io::{self, Write};
use std::ops::Range;

use crate::call::{Completeness, Row};
use crate::formats::{Triage, html};
use crate::source;

use super::{Basis, Loaded};

/// Writes a file about the calls at these indexes. Each is assessed when its turn comes.
pub fn write(
    (loaded, store, guard): Loaded<'_>,
    calls: Range<usize>,
    basis: Basis,
    out: &mut impl Write,
) -> io::Result<()> {
    let calls = &loaded.calls()[calls];
    html::page(calls, basis.set, (out, guard), |at, html| {
        let call = &calls[at];
        let assessment = call.assess(basis.set, Completeness::of(call, loaded).is_whole());
        let rules = basis.sets.at(basis.set);
        let triage = Triage {
            call,
            loaded,
            assessment: &assessment,
            rules,
            clock: basis.clock,
            listed: None,
            privacy: basis.privacy,
        };
        let mut read = |row: &Row| source::read_named(store, &call.session_ref(row, loaded.names())).ok();
        html::call(at, calls.len(), &triage, &mut read, html)
    })?;
    out.flush()
}
