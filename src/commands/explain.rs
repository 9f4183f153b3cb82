//! Explains names from reports and screens, as `x` does on screen.

use std::io::{self, Write};

use crate::settings::nearest;
use crate::text::{sanitize, wrapped};
use crate::wording::explain::Explained;
use crate::wording::named;

use super::{Basis, Exit, output, report_error, usage};

/// Lines are no longer than this: easy to read, and the same in a file.
const WIDTH: usize = 100;

/// Explains the names, or lists all that can be explained.
pub fn explain(names: &[String], basis: Basis) -> Exit {
    if names.is_empty() {
        return output::print(Exit::Done, |out| list(basis, out));
    }
    let mut all = Vec::new();
    for name in names {
        let found = named::all_named(name, basis.sets);
        if found.is_empty() {
            return report_error(&unknown(name, basis));
        }
        all.extend(found);
    }
    output::print(Exit::Done, |out| {
        for (at, one) in all.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            print(one, out)?;
        }
        Ok(())
    })
}

fn unknown(name: &str, basis: Basis) -> crate::call::UserError {
    let candidates = named::candidates(basis.sets);
    let what = match nearest(name, candidates.iter().map(String::as_str)) {
        Some(meant) => format!("nothing is called {name}; did you mean `{meant}`?"),
        None => format!("nothing is called {name}"),
    };
    usage(what, "`callscope explain` lists what can be explained")
}

/// Writes an explanation.
fn print(explained: &Explained, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", sanitize(&explained.title))?;
    for (heading, paragraphs) in &explained.parts {
        writeln!(out, "\n{heading}")?;
        for paragraph in paragraphs {
            let inner = paragraph.len() - paragraph.trim_start().len();
            let margin = " ".repeat(2 + inner);
            for line in wrapped(&sanitize(paragraph), WIDTH - margin.len()) {
                writeln!(out, "{margin}{line}")?;
            }
        }
    }
    Ok(())
}

/// Writes all names in groups.
fn list(basis: Basis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "callscope explain NAME explains each of these.")?;
    for (group, names) in named::names(basis.sets) {
        let longest = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        writeln!(out, "\n{group}")?;
        for (name, words) in names {
            let words = wrapped(&sanitize(&words), WIDTH.saturating_sub(longest + 4).max(40));
            for (at, line) in words.iter().enumerate() {
                let name = if at == 0 { sanitize(&name) } else { "".into() };
                writeln!(out, "  {name:longest$}  {line}")?;
            }
        }
    }
    Ok(())
}
