//! Evidence bundles: the pages of a call, a manifest with their hashes, and the report, in one ZIP archive. Nothing in one
//! is ever unpacked to disk under a name of its own.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rawzip::{
    CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder, ZipArchiveWriter,
    time::UtcDateTime,
};

use crate::call::{self, LoadEvent, Origin, Problem, ProblemLevel};

use super::error::LoadError;
use super::ingest::{Ingest, Kept, read_record};
use super::manifest::{LARGEST, Manifest, ManifestFile, Tallied};
use super::save::Hashing;

/// Name of the manifest in a bundle.
pub const MANIFEST: &str = "manifest.json";

/// Name of the call record in a bundle, where it was received apart from the sessions.
pub const RECORD: &str = "record.json";

/// Most entries of an archive that are looked at. Our own limit: a call of a million sessions has some 20,000 pages.
const MOST_ENTRIES: usize = 100_000;

/// The time of every file in a bundle, in seconds since 1970: 1 January 1980, the earliest that the format has. Without one,
/// unpackers show a month 0.
const FILE_TIME: i64 = 315_532_800;

/// Largest record, in bytes; those of ten thousand participants have some megabytes.
const LARGEST_RECORD: u64 = 256 << 20;

/// Returns the name of a page in a bundle, counted from 1.
pub fn page_name(number: usize) -> String {
    format!("pages/{number:04}.json")
}

/// Whether a name is one of those that [`page_name`] makes.
fn is_page_name(name: &str) -> bool {
    let number = name.strip_prefix("pages/").and_then(|rest| rest.strip_suffix(".json"));
    number.is_some_and(|number| number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Writes a bundle, file by file.
pub struct BundleWriter<W: Write> {
    archive: ZipArchiveWriter<W>,
}

impl<W: Write> BundleWriter<W> {
    /// Begins a bundle.
    pub fn new(out: W) -> BundleWriter<W> {
        BundleWriter { archive: ZipArchiveWriter::new(out) }
    }

    /// Adds a file, with the same time for all, so that the same bytes make the same bundle.
    pub fn add(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<ManifestFile> {
        let file = self.archive.new_file(name).compression_method(CompressionMethod::DEFLATE);
        let file = file.last_modified(UtcDateTime::from_unix(FILE_TIME));
        let (mut entry, config) = file.start().map_err(io::Error::other)?;
        let mut hashing = Hashing::new(config.wrap(DeflateEncoder::new(&mut entry, Compression::default())));
        write(&mut hashing)?;
        let (writer, bytes, sha256) = hashing.finish();
        let (encoder, descriptor) = writer.finish().map_err(io::Error::other)?;
        encoder.finish()?;
        entry.finish(descriptor).map_err(io::Error::other)?;
        Ok(ManifestFile { name: name.to_owned(), bytes, sha256 })
    }

    /// Adds the manifest, and ends the bundle.
    pub fn finish(mut self, manifest: &Manifest) -> io::Result<W> {
        self.add(MANIFEST, |out| {
            serde_json::to_writer_pretty(&mut *out, manifest)?;
            out.write_all(b"\n")
        })?;
        self.archive.finish().map_err(io::Error::other)
    }
}

/// A bundle that is open.
pub struct Bundle {
    archive: ZipArchive<FileReader>,
    entries: HashMap<String, (ZipArchiveEntryWayfinder, CompressionMethod)>,
    /// What it says about itself.
    pub manifest: Manifest,
}

impl Bundle {
    /// Opens a file; `None` if it is no bundle. The error says what is wrong with one that is.
    pub fn open(file: File) -> Result<Option<Bundle>, String> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let Ok(archive) = ZipArchive::from_file(file, &mut buffer) else { return Ok(None) };
        let mut entries = HashMap::new();
        let mut all = archive.entries(&mut buffer);
        while let Ok(Some(entry)) = all.next_entry() {
            let Ok(name) = std::str::from_utf8(entry.file_path().as_bytes()) else { return Ok(None) };
            if entries.len() == MOST_ENTRIES {
                return Ok(None);
            }
            if entries.insert(name.to_owned(), (entry.wayfinder(), entry.compression_method())).is_some() {
                // Which of the two counts would depend on the program.
                return Err(format!("has two files named {name}"));
            }
        }
        let mut bundle = Bundle { archive, entries, manifest: Manifest::default() };
        let Some(Ok(manifest)) = bundle.read_small(MANIFEST, LARGEST) else { return Ok(None) };
        let Some(manifest) = Manifest::parse(&manifest) else { return Ok(None) };
        if manifest.pages.iter().any(|page| !is_page_name(&page.origin)) {
            return Err("has a manifest that names other files as pages".to_owned());
        }
        // Each is read once: a small archive must not be unpacked again and again.
        let names = named(&manifest);
        if names.len() < manifest.pages.len() + manifest.files.len() {
            return Err("has a manifest that names a file twice".to_owned());
        }
        bundle.manifest = manifest;
        Ok(Some(bundle))
    }

    /// Reads all its pages.
    pub fn read(self, origin: &Origin, intake: &mut Ingest) -> Result<(), LoadError> {
        let tell = |intake: &Ingest, weight, origin: &Origin, what: String| {
            intake.tell(LoadEvent::Problem(Problem { weight, origin: origin.clone(), what, at: None }))
        };
        let manifest = &self.manifest;
        let request = manifest.request.as_ref();
        intake.tell_asked(request.map(call::Request::asked));
        self.read_record(origin, intake)?;
        let mut changed = self.changed_files(origin, intake)?;
        for page in &manifest.pages {
            let place: Origin = format!("{origin}/{}", page.origin).into();
            let Some(reader) = self.reader(&page.origin) else {
                tell(
                    intake,
                    ProblemLevel::Loss,
                    &place,
                    "is missing from the bundle, or cannot be unpacked".to_owned(),
                )?;
                continue;
            };
            // Anything longer was changed; how long it would be is not found out.
            let (reader, tally) = Tallied::new(reader.take(page.bytes.saturating_add(1)));
            intake.read_text(&place, reader, Kept::Spooled)?;
            let is_same = tally.finish() == (page.bytes, page.sha256.clone());
            if !is_same {
                changed = true;
                tell(intake, ProblemLevel::Oddity, &place, CHANGED.to_owned())?;
            }
            let manifest = match changed {
                false => call::Manifest::Matches { is_complete: manifest.complete, sessions: manifest.sessions },
                true => call::Manifest::Changed { was_complete: manifest.complete },
            };
            intake.tell(LoadEvent::Manifest { origin: place, manifest })?;
        }
        let names = named(manifest);
        if self.entries.keys().any(|name| name != MANIFEST && !names.contains(name.as_str())) {
            let what = "has files that its manifest does not name; they were not opened".to_owned();
            tell(intake, ProblemLevel::Oddity, origin, what)?;
        }
        Ok(())
    }

    /// Reads the call record, where it was received apart from the sessions.
    fn read_record(&self, origin: &Origin, intake: &Ingest) -> Result<(), LoadError> {
        let (Some(call), Some(read)) = (&self.manifest.call, self.read_small(RECORD, LARGEST_RECORD)) else {
            return Ok(());
        };
        let record = read.ok().and_then(|bytes| read_record(&String::from_utf8_lossy(&bytes)));
        match record {
            Some(record) => intake.tell(LoadEvent::Record { call: call.as_str().into(), record: Box::new(record) }),
            None => {
                let (origin, what) = (format!("{origin}/{RECORD}").into(), "could not be read".to_owned());
                intake.tell(LoadEvent::Problem(Problem { weight: ProblemLevel::Loss, origin, what, at: None }))
            }
        }
    }

    /// Checks the files that are no pages, and reports those that were changed.
    fn changed_files(&self, origin: &Origin, intake: &Ingest) -> Result<bool, LoadError> {
        let mut changed = false;
        for file in &self.manifest.files {
            let hash = self.reader(&file.name).and_then(|reader| {
                let mut hashing = Hashing::new(io::sink());
                io::copy(&mut reader.take(file.bytes.saturating_add(1)), &mut hashing).ok()?;
                let (_, bytes, sha256) = hashing.finish();
                Some((bytes, sha256))
            });
            if hash != Some((file.bytes, file.sha256.clone())) {
                changed = true;
                let (origin, what) = (format!("{origin}/{}", file.name).into(), CHANGED.to_owned());
                intake.tell(LoadEvent::Problem(Problem { weight: ProblemLevel::Oddity, origin, what, at: None }))?;
            }
        }
        Ok(changed)
    }

    fn read_small(&self, name: &str, most: u64) -> Option<io::Result<Vec<u8>>> {
        let mut bytes = Vec::new();
        let read = self.reader(name)?.take(most + 1).read_to_end(&mut bytes);
        Some(read.and_then(|read| match read as u64 > most {
            true => Err(io::Error::other("it is too large")),
            false => Ok(bytes),
        }))
    }

    /// Unpacks a file; `None` if it is not there, or packed in another way.
    fn reader(&self, name: &str) -> Option<Box<dyn Read + '_>> {
        let (wayfinder, method) = self.entries.get(name)?;
        let entry = self.archive.get_entry(*wayfinder).ok()?;
        let packed = entry.reader();
        match *method {
            CompressionMethod::DEFLATE => Some(Box::new(DeflateDecoder::new(BufReader::new(packed)))),
            CompressionMethod::STORE => Some(Box::new(packed)),
            _ => None,
        }
    }
}

/// The files that a manifest names.
fn named(manifest: &Manifest) -> HashSet<&str> {
    let pages = manifest.pages.iter().map(|page| page.origin.as_str());
    pages.chain(manifest.files.iter().map(|file| file.name.as_str())).collect()
}

/// Said of a file whose hash is not the manifest's.
const CHANGED: &str = "was changed after the bundle was made: its hash differs from the manifest's";
