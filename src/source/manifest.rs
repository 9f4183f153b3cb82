//! The manifest beside a saved call: when and from where it was saved, how complete it is, and the hashes of its parts.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::call::{self, RecordVersion, Request};
use crate::model::Timestamp;

use super::hash::Hasher;

/// The manifest's format. A contract: members are added, never changed.
pub const SCHEMA: &str = "callscope.manifest/1";

/// Suffix of a manifest's name.
pub const ENDING: &str = ".manifest.json";

/// Size limit in bytes: with a line per page, a call of a million sessions stays far below.
pub const LARGEST: u64 = 16 << 20;

/// The contents of a manifest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Its format.
    pub schema: String,
    /// When the call was saved, as in RFC 3339.
    pub saved_at: String,
    /// The program that saved it.
    pub saved_by: String,
    /// The service it came from; `None` if the call was opened from files.
    pub service: Option<String>,
    /// The API version.
    pub api: Option<String>,
    /// The request options, as far as known.
    #[serde(default)]
    pub request: Option<Request>,
    /// The call ID.
    pub call: Option<String>,
    /// The version of its record.
    pub version: Option<i64>,
    /// When that version was made.
    pub last_modified: Option<String>,
    /// The whole call was saved.
    pub complete: bool,
    /// The link to the missing pages.
    pub next_link: Option<String>,
    /// Number of sessions saved, each counted once.
    pub sessions: usize,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The parts of its list of sessions, as received. In a bundle, the files that hold them.
    pub pages: Vec<ManifestPage>,
    /// What a bundle hides, by the level's name; `None` if it holds everything as received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// The other files of a bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ManifestFile>,
}

/// A file of a bundle that is no page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name in the bundle.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A page's sessions as they are in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestPage {
    /// Where it was read.
    pub origin: String,
    /// Number of sessions that came with it.
    pub sessions: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// SHA-256 of those bytes.
    pub sha256: String,
}

impl Manifest {
    /// Returns the path of a file's manifest.
    pub fn path_of(file: &Path) -> PathBuf {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        file.with_file_name(format!("{}{ENDING}", name.strip_suffix(".json").unwrap_or(&name)))
    }

    /// Returns the file that a manifest belongs to; `None` if the name is not a manifest's.
    pub fn file_of(path: &Path) -> Option<PathBuf> {
        let name = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
        let with_ending = path.with_file_name(format!("{name}.json"));
        Some(if with_ending.exists() { with_ending } else { path.with_file_name(name) })
    }

    /// Returns the version of the record it was saved from, if it states one.
    pub fn record_version(&self) -> Option<RecordVersion> {
        RecordVersion::new(self.version, self.last_modified.as_deref().and_then(Timestamp::parse))
    }

    /// Reads a manifest; `None` if there is none, or something else.
    pub fn read(path: &Path) -> Option<Manifest> {
        // A pipe of that name would be waited for.
        if std::fs::metadata(path).ok().filter(|it| it.is_file())?.len() > LARGEST {
            return None;
        }
        let file = File::open(path).ok()?;
        let manifest: Manifest = serde_json::from_reader(io::BufReader::new(file.take(LARGEST))).ok()?;
        manifest.schema.starts_with("callscope.manifest/").then_some(manifest)
    }

    /// Reads the manifest of a bundle from its bytes.
    pub fn parse(bytes: &[u8]) -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
        manifest.schema.starts_with("callscope.manifest/").then_some(manifest)
    }

    /// Checks it against the file whose bytes were counted and hashed.
    pub fn check(&self, read: &Tally) -> call::Manifest {
        match read.finish() == (self.bytes, self.sha256.clone()) {
            true => call::Manifest::Matches { is_complete: self.complete, sessions: self.sessions },
            false => call::Manifest::Changed { was_complete: self.complete },
        }
    }
}

/// The count and hash of what is read.
#[derive(Clone, Default)]
pub struct Tally(Arc<Mutex<(u64, Hasher)>>);

impl Tally {
    /// Returns the number of bytes read, and their hash.
    pub fn finish(&self) -> (u64, String) {
        let tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (tally.0, tally.1.clone().finish())
    }
}

/// A reader that counts and hashes what it reads.
pub struct Tallied<R> {
    reader: R,
    tally: Tally,
}

impl<R> Tallied<R> {
    /// Wraps a reader, and returns it with its tally.
    pub fn new(reader: R) -> (Tallied<R>, Tally) {
        let tally = Tally::default();
        (Tallied { reader, tally: tally.clone() }, tally)
    }
}

impl<R: Read> Read for Tallied<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let mut tally = self.tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.0 += read as u64;
        tally.1.update(&buffer[..read]);
        Ok(read)
    }
}
