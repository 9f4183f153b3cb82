//! Writes a call as JSON: sessions as they are read, their findings after them.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::sync::Arc;

use crate::disk;
use crate::formats::json;

use super::batches::{Batches, Tell};
use super::{Subject, Unwritten};

/// Findings up to this size in bytes wait in memory.
const WAITING: usize = 8 << 20;

/// Which part of a session is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Session,
    Findings,
    Both,
}

/// The sessions and the findings of a batch, each preceded by a comma.
type Told = (Vec<u8>, Vec<u8>);

/// Returns what writes the given part of a session.
fn tell(part: Part, subject: Subject<'_>) -> Tell<Told> {
    let (loaded, basis) = (subject.loaded.clone(), subject.basis);
    Arc::new(move |_, row, session, (sessions, findings)| {
        let rules = basis.sets.at(basis.set);
        if part != Part::Findings {
            sessions.push(b',');
            json::session(row, session, rules, basis.set, loaded.names(), sessions)?;
        }
        if part != Part::Session {
            json::findings_of(row, session, rules, findings)?;
        }
        Ok(())
    })
}

/// Writes a call as JSON. Sessions are written as they are read; their findings wait in memory or a temporary file
/// until their turn. If there is no room for one, sessions are read a second time for them. Without findings, there is a
/// null in the place of their list.
pub async fn write(subject: Subject<'_>, has_findings: bool, out: &mut impl Write) -> Result<(), Unwritten> {
    let Subject { loaded, at, assessment, store, basis, .. } = subject;
    let call = subject.call();
    out.write_all(json::head((call, loaded), assessment, basis.sets.at(basis.set), subject.listed)?.as_bytes())
        .map_err(Unwritten::Output)?;
    let mut of_call = Vec::new();
    json::findings_of_call(call, loaded, assessment, &mut of_call)?;
    let mut waiting = Waiting::default();
    waiting.add(&of_call);
    let mut list = List::default();
    let part = if has_findings { Part::Both } else { Part::Session };
    let mut batches = Batches::of(loaded, at, store, tell(part, subject)).only(subject.rows());
    while let Some(told) = batches.next().await {
        let (sessions, found) = told?;
        list.write(&sessions, out)?;
        waiting.add(&found);
        if waiting.is_lost {
            batches.tell = tell(Part::Session, subject);
        }
    }
    out.write_all(b"],\"findings\":").map_err(Unwritten::Output)?;
    match has_findings {
        true => write_findings(subject, waiting, &of_call, out).await?,
        false => out.write_all(b"null").map_err(Unwritten::Output)?,
    }
    let tail = json::tail(call, loaded, assessment)?;
    writeln!(out, "{tail}").map_err(Unwritten::Output)
}

/// Writes the list of findings: those that waited, or if they were lost, those of sessions read again.
async fn write_findings(
    subject: Subject<'_>,
    waiting: Waiting,
    of_call: &[u8],
    out: &mut impl Write,
) -> Result<(), Unwritten> {
    let Subject { loaded, at, store, .. } = subject;
    out.write_all(b"[").map_err(Unwritten::Output)?;
    let mut list = List::default();
    match waiting.take() {
        Some(mut found) => {
            let mut chunk = vec![0; 1 << 16];
            loop {
                match found.read(&mut chunk).map_err(Unwritten::Fault)? {
                    0 => break,
                    read => list.write(&chunk[..read], out)?,
                }
            }
        }
        None => {
            list.write(of_call, out)?;
            let mut batches = Batches::of(loaded, at, store, tell(Part::Findings, subject)).only(subject.rows());
            while let Some(told) = batches.next().await {
                list.write(&told?.1, out)?;
            }
        }
    }
    out.write_all(b"]").map_err(Unwritten::Output)
}

/// List elements, each preceded by a comma except the first.
#[derive(Default)]
struct List {
    has_begun: bool,
}

impl List {
    fn write(&mut self, elements: &[u8], out: &mut impl Write) -> Result<(), Unwritten> {
        let from = usize::from(!self.has_begun && !elements.is_empty());
        self.has_begun |= !elements.is_empty();
        out.write_all(&elements[from..]).map_err(Unwritten::Output)
    }
}

/// Findings waiting for their turn.
#[derive(Default)]
struct Waiting {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    /// There was no room for them.
    is_lost: bool,
}

impl Waiting {
    fn add(&mut self, found: &[u8]) {
        if self.is_lost {
            return;
        }
        if self.file.is_none() && self.memory.len() + found.len() <= WAITING {
            return self.memory.extend_from_slice(found);
        }
        if self.put(found).is_err() {
            *self = Waiting { is_lost: true, ..Waiting::default() };
        }
    }

    fn put(&mut self, found: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut file = BufWriter::new(disk::temporary()?);
                file.write_all(&std::mem::take(&mut self.memory))?;
                file
            }
        };
        file.write_all(found)?;
        self.file = Some(file);
        Ok(())
    }

    /// Returns all of them for reading; `None` if they were lost.
    fn take(self) -> Option<Box<dyn Read + Send>> {
        match self.file {
            _ if self.is_lost => None,
            None => Some(Box::new(io::Cursor::new(self.memory))),
            Some(file) => {
                let mut file = file.into_inner().ok()?;
                file.seek(SeekFrom::Start(0)).ok()?;
                Some(Box::new(file))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_wait_in_memory_and_then_in_a_file() {
        for size in [10, WAITING / 3] {
            let mut waiting = Waiting::default();
            let one = vec![b'x'; size];
            (0..5).for_each(|_| waiting.add(&one));
            assert_eq!(waiting.file.is_some(), size > 10);
            let mut all = Vec::new();
            waiting.take().expect("there is room").read_to_end(&mut all).expect("it can be read");
            assert_eq!(all, one.repeat(5));
        }
    }
}
