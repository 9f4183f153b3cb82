//! Saving a call as it was received: one JSON document that the service itself could have answered, and beside it a
//! manifest that says when, from where, how complete, and what its parts weigh.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::call::{Stretch, ToSave, reason};
use crate::disk;
use crate::graph::Service;
use crate::model::path::members;

use super::hash::Hasher;
use super::manifest::{Manifest, ManifestPage, SCHEMA};
use super::store::Store;

/// Who asked for what and when, for the manifest.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// The time, as RFC 3339 has it.
    pub time: String,
    /// The service that was asked; none when the call was opened from files.
    pub service: Option<Service>,
}

impl Circumstances {
    /// As they are now.
    pub fn now(service: Option<Service>) -> Circumstances {
        let time = DateTime::<Utc>::from(SystemTime::now());
        Circumstances { time: time.to_rfc3339_opts(SecondsFormat::Secs, true), service }
    }
}

/// What was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The document.
    pub path: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many sessions are in it, each counted once.
    pub sessions: usize,
    /// All of the call is in it.
    pub is_complete: bool,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is a file of that name.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// Another program's file is called as the manifest would be.
    #[error("{} belongs to another program and would be replaced by the manifest", .0.display())]
    Foreign(PathBuf),
    /// Something that is no plain file has that name: a device, a folder.
    #[error("{} is not a regular file and is not replaced", .0.display())]
    NotAFile(PathBuf),
    /// There is nothing to save.
    #[error("no session to save yet")]
    Nothing,
    /// Writing failed.
    #[error("{} could not be written: {}", path.display(), reason(.error))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's account.
        error: io::Error,
    },
}

/// What may be written over. A manifest of our own always may: it goes with its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// Nothing.
    Nothing,
    /// A file of the call's name.
    File,
    /// And another program's file that is called as the manifest would be.
    Anything,
}

/// May a file be written at a path?
fn check_target(path: &Path, may_replace: bool) -> Result<(), SaveError> {
    if disk::check_replaceable(path).is_err() {
        return Err(SaveError::NotAFile(path.to_owned()));
    }
    if path.exists() && !may_replace { Err(SaveError::Exists(path.to_owned())) } else { Ok(()) }
}

/// Saves a call into a file, which is readable by its owner alone, and there whole or not at all. Blocks.
pub fn save(
    call: &ToSave,
    store: &Store,
    path: &Path,
    replace: Replace,
    circumstances: &Circumstances,
) -> Result<Saved, SaveError> {
    if call.sessions == 0 {
        return Err(SaveError::Nothing);
    }
    // Before the work: it may be gigabytes.
    let may_replace = replace != Replace::Nothing;
    check_target(path, may_replace)?;
    let manifest_path = Manifest::path_of(path);
    let is_foreign = manifest_path.exists() && Manifest::read(&manifest_path).is_none();
    if is_foreign && replace != Replace::Anything {
        return Err(SaveError::Foreign(manifest_path));
    }
    check_target(&manifest_path, true)?;
    let failed = |error| SaveError::Write { path: path.to_owned(), error };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = disk::unfinished(folder).map_err(failed)?;
    let mut out = Hashing::new(BufWriter::with_capacity(1 << 18, file));
    let pages = write(call, store, &mut out).map_err(failed)?;
    let (out, bytes, sha256) = out.finish();
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && may_replace => {
            error.file.persist(path).map_err(|error| failed(error.error))?;
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(SaveError::Exists(path.to_owned()));
        }
        Err(error) => return Err(failed(error.error)),
    }
    let manifest = Manifest {
        schema: SCHEMA.to_owned(),
        saved_at: circumstances.time.clone(),
        saved_by: concat!("callscope ", env!("CARGO_PKG_VERSION")).to_owned(),
        service: circumstances.service.as_ref().map(Service::name),
        api: circumstances.service.as_ref().map(|service| service.api().name().to_owned()),
        request: call.request.clone(),
        call: call.id.clone(),
        version: call.version.0,
        last_modified: call.version.1.clone(),
        complete: call.is_complete,
        next_link: call.next_link.clone(),
        sessions: call.sessions,
        bytes,
        sha256,
        pages,
    };
    write_manifest(&manifest, &manifest_path, folder)
        .map_err(|error| SaveError::Write { path: manifest_path, error })?;
    Ok(Saved { path: path.to_owned(), bytes, sessions: call.sessions, is_complete: call.is_complete })
}

fn write_manifest(manifest: &Manifest, path: &Path, folder: &Path) -> io::Result<()> {
    let mut file = disk::unfinished(folder)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Writes the document: the record with its sessions, or else a page of them. Gives back what its pages weigh.
fn write(call: &ToSave, store: &Store, out: &mut impl Write) -> io::Result<Vec<ManifestPage>> {
    let link_name = match &call.record {
        Some(record) => {
            out.write_all(b"{")?;
            for (name, value) in members(record) {
                if !name.starts_with("sessions") {
                    write!(out, "{}:{value},", serde_json::Value::from(name.as_ref()))?;
                }
            }
            out.write_all(b"\"sessions\":[")?;
            "sessions@odata.nextLink"
        }
        None => {
            out.write_all(b"{")?;
            if let Some(context) = &call.context {
                write!(out, "\"@odata.context\":{},", serde_json::Value::from(context.as_str()))?;
            }
            out.write_all(b"\"value\":[")?;
            "@odata.nextLink"
        }
    };
    let mut entries = Vec::new();
    let mut is_first = true;
    for page in &call.pages {
        let mut hashing = Hashing::new(&mut *out);
        for stretch in &page.content {
            let Some(stretch) = trimmed(*stretch, store)? else { continue };
            if !std::mem::take(&mut is_first) {
                // The comma between two pages is neither's.
                hashing.inner.write_all(b",")?;
            }
            store.copy(stretch, &mut hashing)?;
        }
        let (_, bytes, sha256) = hashing.finish();
        entries.push(ManifestPage { origin: page.origin.clone(), sessions: page.sessions, bytes, sha256 });
    }
    out.write_all(b"]")?;
    if let Some(link) = &call.next_link {
        write!(out, ",\"{link_name}\":{}", serde_json::Value::from(link.as_str()))?;
    }
    out.write_all(b"}\n")?;
    Ok(entries)
}

/// A stretch without the blanks and commas at its ends; `None` when nothing else is in it.
fn trimmed(stretch: Stretch, store: &Store) -> io::Result<Option<Stretch>> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',');
    let (mut start, mut end) = (stretch.offset, stretch.offset + stretch.length);
    const PIECE: u64 = 4096;
    while start < end {
        let piece = store.read_stretch(Stretch { offset: start, length: PIECE.min(end - start), ..stretch })?;
        let blanks = piece.iter().take_while(|byte| is_blank(byte)).count();
        start += blanks as u64;
        if blanks < piece.len() {
            break;
        }
    }
    while start < end {
        let from = end.saturating_sub(PIECE).max(start);
        let piece = store.read_stretch(Stretch { offset: from, length: end - from, ..stretch })?;
        let blanks = piece.iter().rev().take_while(|byte| is_blank(byte)).count();
        end -= blanks as u64;
        if blanks < piece.len() {
            break;
        }
    }
    Ok((start < end).then_some(Stretch { offset: start, length: end - start, ..stretch }))
}

/// Counts and hashes what passes.
struct Hashing<W> {
    inner: W,
    bytes: u64,
    hash: Hasher,
}

impl<W: Write> Hashing<W> {
    fn new(inner: W) -> Hashing<W> {
        Hashing { inner, bytes: 0, hash: Hasher::default() }
    }

    fn finish(self) -> (W, u64, String) {
        (self.inner, self.bytes, self.hash.finish())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes a call to standard output or any other stream, without a manifest.
pub fn stream(call: &ToSave, store: &Store, out: &mut impl Write) -> io::Result<()> {
    write(call, store, out).map(|_| ())
}

/// A name for a call's file that says which call it is.
pub fn file_name(call: &ToSave) -> String {
    format!("call-{}.json", call.id.as_deref().unwrap_or("without-id"))
}
