//! The received bytes, stored once, in files: the saved file itself, and a private temporary file for everything
//! received through a pipe, the network or decompression. Sessions are read from it when displayed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::call::{Place, Stretch, reason};
use crate::disk;

/// How many saved files stay open. Systems allow a program some hundreds.
const MOST_OPEN: usize = 32;

/// Default limit of the spool, in bytes: four times the largest possible call, and far below a disk's size. Our own
/// limit.
pub const SPOOL_LIMIT: u64 = 16 << 30;

/// Disk space left free for others, in bytes: temporary files must not bring a machine to a halt. Our own limit.
const LEFT_FREE: u64 = 256 << 20;

/// Free space is checked each time this many bytes were written.
const LOOK_EVERY: u64 = 16 << 20;

/// All bytes of a load.
#[derive(Debug)]
pub struct Store {
    parts: RwLock<Vec<Arc<Part>>>,
    spool: Mutex<Option<u32>>,
    /// Limit of the spool, in bytes.
    limit: u64,
    /// Length of the spool at which free space is checked again.
    look_at: Mutex<u64>,
}

impl Default for Store {
    fn default() -> Store {
        Store::new(SPOOL_LIMIT)
    }
}

#[derive(Debug)]
enum Part {
    Saved {
        path: PathBuf,
        /// The open file; others are opened on demand.
        file: Option<File>,
        length: u64,
        modified: Option<SystemTime>,
    },
    /// With the folder it is in.
    Spool { file: File, length: Mutex<u64>, folder: PathBuf },
}

/// Why bytes could not be read again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file has been replaced or changed.
    #[error("{} changed on disk after it was opened; open it again", .0.display())]
    Changed(PathBuf),
    /// Reading failed.
    #[error("{name} could not be read: {}", reason(.error))]
    Read {
        /// What was being read.
        name: String,
        /// The system's error.
        error: io::Error,
    },
}

impl Store {
    /// Creates an empty store with a limit on its spool, in bytes.
    pub fn new(limit: u64) -> Store {
        Store { parts: RwLock::default(), spool: Mutex::default(), limit, look_at: Mutex::default() }
    }

    /// Adds a file to be read in place. Returns the part's number.
    pub fn add_file(&self, path: &Path, file: File) -> io::Result<u32> {
        let metadata = file.metadata()?;
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        let is_one_of_few = self.parts.read().unwrap_or_else(PoisonError::into_inner).len() < MOST_OPEN;
        let file = Some(file).filter(|_| is_one_of_few);
        Ok(self.add(Part::Saved { path: path.to_owned(), file, length, modified }))
    }

    /// Returns the spool's part number and the position where the next bytes will be. The spool is a nameless file in
    /// the system's folder for temporary files (`TMPDIR`), so it is private and disappears with the process.
    pub fn spool(&self) -> io::Result<(u32, u64)> {
        let mut spool = self.spool.lock().unwrap_or_else(PoisonError::into_inner);
        let part = match *spool {
            Some(part) => part,
            None => {
                let (file, length, folder) = (disk::temporary()?, Mutex::new(0), std::env::temp_dir());
                *spool.insert(self.add(Part::Spool { file, length, folder }))
            }
        };
        match &*self.part(part).ok_or_else(|| io::Error::other("the spool is gone"))? {
            Part::Spool { length, .. } => Ok((part, *length.lock().unwrap_or_else(PoisonError::into_inner))),
            Part::Saved { .. } => Err(io::Error::other("the spool is gone")),
        }
    }

    /// Makes a file the spool, given its length and its folder. Must be called before anything is spooled.
    pub fn spool_into(&self, file: File, length: u64, folder: &Path) -> u32 {
        let part = self.add(Part::Spool { file, length: Mutex::new(length), folder: folder.to_owned() });
        *self.spool.lock().unwrap_or_else(PoisonError::into_inner) = Some(part);
        part
    }

    /// Appends bytes to the spool.
    pub fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let (part, _) = self.spool()?;
        match self.part(part).as_deref() {
            Some(Part::Spool { file, length, .. }) => {
                let mut length = length.lock().unwrap_or_else(PoisonError::into_inner);
                self.check_room(file, *length, bytes.len() as u64)?;
                write_at(file, bytes, *length)?;
                *length += bytes.len() as u64;
                Ok(())
            }
            _ => Err(io::Error::other("the spool is gone")),
        }
    }

    /// Checks that the spool may grow.
    fn check_room(&self, file: &File, length: u64, more: u64) -> io::Result<()> {
        let full = |why: String| Err(io::Error::new(io::ErrorKind::StorageFull, why));
        if length + more > self.limit {
            return full(format!("it would exceed {} MB (spool-megabytes in the config)", self.limit / 1_000_000));
        }
        let mut look_at = self.look_at.lock().unwrap_or_else(PoisonError::into_inner);
        if length + more < *look_at {
            return Ok(());
        }
        *look_at = length + LOOK_EVERY;
        match disk::free_space(file) {
            Some(free) if free < LEFT_FREE + more => full(format!("only {} MB free", free / 1_000_000)),
            _ => Ok(()),
        }
    }

    /// Explains why something could not be spooled, and what to do about it.
    pub fn cannot_spool(&self, what: &str, error: &io::Error) -> (String, String) {
        let part = *self.spool.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match part.and_then(|part| self.part(part)).as_deref() {
            Some(Part::Spool { folder, .. }) => folder.clone(),
            _ => std::env::temp_dir(),
        };
        let is_full = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        );
        let room = if is_full { "free some space there, or " } else { "" };
        let other = match folder == std::env::temp_dir() {
            true => "set TMPDIR to a writable folder",
            false => "add --no-cache",
        };
        let why = reason(error);
        let what = format!("{what} could not be written to a temporary file in {}: {why}", folder.display());
        (what, format!("{room}{other}; everything read before it is kept"))
    }

    /// Returns the path of the file behind a part, if another file is there now.
    pub fn changed(&self, part: u32) -> Option<PathBuf> {
        let part = self.part(part)?;
        let Part::Saved { path, length, modified, .. } = &*part else { return None };
        let now = std::fs::metadata(path).map(|now| (now.len(), now.modified().ok()));
        (!now.is_ok_and(|now| now == (*length, *modified))).then(|| path.clone())
    }

    /// Explains that the bytes of a part have changed.
    pub fn changed_words(&self, part: u32) -> String {
        match self.part(part).as_deref() {
            Some(Part::Saved { path, .. }) => StoreError::Changed(path.clone()).to_string(),
            _ => "the temporary file of received data changed; open the call again".to_owned(),
        }
    }

    /// Reads the bytes of a session again.
    pub fn read(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; place.length as usize];
        self.read_into(place.part, place.offset, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads any bytes again.
    pub fn read_stretch(&self, stretch: Stretch) -> io::Result<Vec<u8>> {
        let length = usize::try_from(stretch.length).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let mut bytes = vec![0; length];
        self.read_into(stretch.part, stretch.offset, &mut bytes).map_err(io::Error::other)?;
        Ok(bytes)
    }

    /// Copies any bytes, without holding all of them in memory.
    pub fn copy(&self, stretch: Stretch, out: &mut impl io::Write) -> io::Result<()> {
        const PIECE: u64 = 1 << 20;
        let (mut at, end) = (stretch.offset, stretch.offset + stretch.length);
        while at < end {
            let length = PIECE.min(end - at);
            out.write_all(&self.read_stretch(Stretch { offset: at, length, ..stretch })?)?;
            at += length;
        }
        Ok(())
    }

    fn read_into(&self, part: u32, offset: u64, bytes: &mut [u8]) -> Result<(), StoreError> {
        let Some(part) = self.part(part) else {
            return Err(StoreError::Read { name: "a part".to_owned(), error: io::ErrorKind::NotFound.into() });
        };
        let opened;
        let (file, name) = match &*part {
            Part::Saved { path, file, length, modified } => {
                let file = match file {
                    Some(file) => file,
                    None => {
                        let name = path.display().to_string();
                        opened = File::open(path).map_err(|error| StoreError::Read { name, error })?;
                        &opened
                    }
                };
                let now = file.metadata().map(|now| (now.len(), now.modified().ok()));
                if now.is_ok_and(|now| now != (*length, *modified)) {
                    return Err(StoreError::Changed(path.clone()));
                }
                (file, path.display().to_string())
            }
            Part::Spool { file, .. } => (file, "the temporary file".to_owned()),
        };
        read_at(file, bytes, offset).map_err(|error| StoreError::Read { name, error })
    }

    fn add(&self, part: Part) -> u32 {
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        parts.push(Arc::new(part));
        parts.len() as u32 - 1
    }

    fn part(&self, at: u32) -> Option<Arc<Part>> {
        self.parts.read().unwrap_or_else(PoisonError::into_inner).get(at as usize).cloned()
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => {
                bytes = &bytes[written..];
                offset += written as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn spooled_bytes_are_read_where_they_were_put() {
        let store = Store::default();
        store.append(b"one ").expect("the spool takes bytes");
        let (part, offset) = store.spool().expect("there is a spool");
        store.append(b"two").expect("the spool takes bytes");
        assert_eq!(store.read(Place { part, offset, length: 3 }).expect("they are there"), b"two");
        assert!(store.read(Place { part, offset, length: 4 }).is_err());
        assert!(store.read(Place { part: 9, offset, length: 1 }).is_err());
    }

    #[test]
    fn the_spool_keeps_to_its_limit() {
        let store = Store::new(8);
        store.append(b"12345678").expect("there is room");
        let error = store.append(b"9").expect_err("there is none any more");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let (what, hint) = store.cannot_spool("page 2", &error);
        assert!(what.ends_with("it would exceed 0 MB (spool-megabytes in the config)"), "{what}");
        assert!(hint.contains("everything read before it is kept"), "{hint}");
    }

    #[test]
    fn of_many_files_few_are_open_and_all_can_be_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::default();
        for at in 0..2 * MOST_OPEN {
            let path = folder.path().join(at.to_string());
            std::fs::write(&path, format!("{at:03}")).expect("it takes files");
            store.add_file(&path, File::open(&path).expect("it is there")).expect("it has a length");
        }
        let open = store
            .parts
            .read()
            .expect("a lock")
            .iter()
            .filter(|part| matches!(&***part, Part::Saved { file: Some(_), .. }))
            .count();
        assert_eq!(open, MOST_OPEN);
        for at in 0..2 * MOST_OPEN {
            let place = Place { part: at as u32, offset: 0, length: 3 };
            assert_eq!(store.read(place).expect("it is there"), format!("{at:03}").as_bytes());
        }
        std::fs::write(folder.path().join("60"), "other").expect("it takes files");
        assert!(matches!(store.read(Place { part: 60, offset: 0, length: 3 }), Err(StoreError::Changed(_))));
    }

    #[test]
    fn a_file_that_changed_is_not_read_as_if_it_had_not() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(b"[{\"id\":\"a\"}]").expect("it takes bytes");
        let store = Store::default();
        let part = store.add_file(file.path(), file.reopen().expect("it is there")).expect("it has a length");
        let place = Place { part, offset: 1, length: 10 };
        assert_eq!(store.read(place).expect("it is as it was"), b"{\"id\":\"a\"}");
        file.write_all(b" ").expect("it takes bytes");
        assert!(matches!(store.read(place), Err(StoreError::Changed(_))));
    }
}
