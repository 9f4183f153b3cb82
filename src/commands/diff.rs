//! Compares two saved versions of a call in writing.

use tokio::runtime::Runtime;

use crate::cli::Diff;
use crate::formats::difference::{Side, between};
use crate::privacy::{Level, letters};
use crate::source::Source;

use super::report::read_shown;
use super::{Basis, Exit, output, report_error, usage};

/// Compares the two versions and prints the differences.
pub fn diff(runtime: &Runtime, wanted: Diff, basis: Basis) -> color_eyre::Result<Exit> {
    let Diff { old, new, format } = wanted;
    let (mut sides, mut guards) = (Vec::new(), Vec::new());
    for (at, path) in [old, new].into_iter().enumerate() {
        let name = path.display().to_string();
        if name == "-" {
            let what = "diff compares two saved calls and cannot read standard input";
            return Ok(report_error(&usage(what, "save it to a file first")));
        }
        let load = {
            let _inside = runtime.enter();
            basis.load(Source::Paths(vec![path]))
        };
        let (loaded, load) = runtime.block_on(read_shown(load, basis));
        if let Some(trouble) = loaded.nothing_to_show() {
            return Ok(report_error(&trouble));
        }
        if loaded.calls().len() > 1 {
            let what = format!("{name} contains {} calls", loaded.calls().len());
            return Ok(report_error(&usage(what, "name files or folders that contain one call each")));
        }
        // A file name may contain a person's name.
        let name = if basis.privacy == Level::Full { name } else { format!("file {}", letters(at)) };
        guards.extend(load.guard());
        sides.push((name, loaded));
    }
    let side =
        |at: usize| sides.get(at).and_then(|(name, loaded)| Some(Side { name, call: loaded.calls().first()?, loaded }));
    let (Some(old), Some(new)) = (side(0), side(1)) else { return Ok(Exit::Internal) };
    let document = between(old, new, basis.set);
    let is_partial = [old, new].iter().any(|side| side.completeness().is_incomplete());
    let exit = if is_partial { Exit::Partial } else { Exit::Done };
    for guard in guards {
        if let Err(leaked) = document.check(&guard) {
            return Ok(output::failed(&leaked.into()));
        }
    }
    Ok(output::print(exit, |out| document.write(&format, out)))
}
