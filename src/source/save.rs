//! Saves a call as it was received: one JSON document that the service itself could have returned, and beside it a
//! manifest with time, origin, completeness and hashes.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::call::{CallExport, Stretch, reason};
use crate::disk::{self, Draft};
use crate::graph::Service;
use crate::model::path::members;

use super::hash::Hasher;
use super::manifest::{Manifest, ManifestPage, SCHEMA};
use super::store::Store;

/// The time and source, for the manifest.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// The time, as in RFC 3339.
    pub time: String,
    /// The service it came from; `None` if the call was opened from files.
    pub service: Option<Service>,
}

impl Provenance {
    /// Returns them as they are now.
    pub fn now(service: Option<Service>) -> Provenance {
        let time = DateTime::<Utc>::from(SystemTime::now());
        Provenance { time: time.to_rfc3339_opts(SecondsFormat::Secs, true), service }
    }
}

/// What was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Path of the document.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Number of sessions in it, each counted once.
    pub sessions: usize,
    /// It contains the whole call.
    pub is_complete: bool,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A file of that name exists.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// Another program's file has the manifest's name.
    #[error("{} belongs to another program and would be replaced by the manifest", .0.display())]
    Foreign(PathBuf),
    /// The name belongs to a device, a folder or a pipe.
    #[error("{} is not a regular file and is not replaced", .0.display())]
    NotAFile(PathBuf),
    /// There is nothing to save.
    #[error("no session to save yet")]
    Nothing,
    /// Writing failed.
    #[error("{} could not be written: {}", path.display(), reason(.error))]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

/// What may be overwritten. Our own manifest always may: it belongs to its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    Nothing,
    /// A file with the call's name.
    File,
    /// Also another program's file with the manifest's name.
    Anything,
}

/// May a call be saved at a path, with its manifest beside it?
pub fn check_targets(path: &Path, replace: Replace) -> Result<(), SaveError> {
    check_target(path, replace != Replace::Nothing)?;
    let manifest_path = Manifest::path_of(path);
    let is_foreign = manifest_path.exists() && Manifest::read(&manifest_path).is_none();
    if is_foreign && replace != Replace::Anything {
        return Err(SaveError::Foreign(manifest_path));
    }
    check_target(&manifest_path, true)
}

/// May a file be written at a path?
fn check_target(path: &Path, may_replace: bool) -> Result<(), SaveError> {
    if disk::check_replaceable(path).is_err() {
        return Err(SaveError::NotAFile(path.to_owned()));
    }
    if path.exists() && !may_replace { Err(SaveError::Exists(path.to_owned())) } else { Ok(()) }
}

/// Saves a call to a file that only its owner can read, completely or not at all. Blocks.
pub fn save(
    call: &CallExport,
    store: &Store,
    path: &Path,
    replace: Replace,
    circumstances: &Provenance,
) -> Result<Saved, SaveError> {
    if call.sessions == 0 {
        return Err(SaveError::Nothing);
    }
    // Before the work: it may be gigabytes.
    check_targets(path, replace)?;
    let manifest_path = Manifest::path_of(path);
    let may_replace = replace != Replace::Nothing;
    let failed = |error| SaveError::Write { path: path.to_owned(), error };
    let mut out = Hashing::new(Draft::of(path).map_err(failed)?);
    let pages = write(call, store, &mut out).map_err(failed)?;
    let (file, bytes, sha256) = out.finish();
    file.publish(may_replace).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists(path.to_owned()),
        _ => failed(error),
    })?;
    let manifest = manifest_of(call, circumstances, (bytes, sha256), pages);
    write_manifest(&manifest, &manifest_path).map_err(|error| SaveError::Write { path: manifest_path, error })?;
    Ok(Saved { path: path.to_owned(), bytes, sessions: call.sessions, is_complete: call.is_complete })
}

/// Returns the manifest of a call that was written with this size and hash.
pub fn manifest_of(
    call: &CallExport,
    circumstances: &Provenance,
    (bytes, sha256): (u64, String),
    pages: Vec<ManifestPage>,
) -> Manifest {
    Manifest {
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
        privacy: None,
        files: Vec::new(),
    }
}

fn write_manifest(manifest: &Manifest, path: &Path) -> io::Result<()> {
    let mut file = Draft::of(path)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.publish(true).map(|_| ())
}

/// Writes the document: the record with its sessions, or a page of them. Returns the manifest entries of its pages.
fn write(call: &CallExport, store: &Store, out: &mut impl Write) -> io::Result<Vec<ManifestPage>> {
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
                // The comma between two pages belongs to neither.
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

/// Returns a stretch without surrounding blanks and commas; `None` if nothing else is in it.
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

/// Counts and hashes what is written.
pub struct Hashing<W> {
    inner: W,
    bytes: u64,
    hash: Hasher,
}

impl<W: Write> Hashing<W> {
    /// Wraps a writer.
    pub fn new(inner: W) -> Hashing<W> {
        Hashing { inner, bytes: 0, hash: Hasher::default() }
    }

    /// Returns the writer, the number of bytes and their hash.
    pub fn finish(self) -> (W, u64, String) {
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

/// Writes a call to standard output or another stream, without a manifest.
pub fn stream(call: &CallExport, store: &Store, out: &mut impl Write) -> io::Result<()> {
    write(call, store, out).map(|_| ())
}
