//! The only module that opens the program's own files: readable by their owner alone, never through a planted link, and
//! never beyond a sensible size.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Prefix of files that are still being written.
const PREFIX: &str = ".callscope-";

/// Creates a folder that only its owner can read, or restricts an existing one. An error if it belongs to another user.
pub fn private_folder(path: &Path) -> io::Result<()> {
    new_folder(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path)?;
        check_owner(&metadata)?;
        let is_open = metadata.permissions().mode() & 0o077 != 0;
        if is_open && fs::symlink_metadata(path)?.is_symlink() {
            return Err(io::Error::other("it is a link to a folder that others can get at"));
        }
        if is_open {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Opens a file for reading and writing, creating it if needed. An error if it is a link, not a regular file, or
/// belongs to another user.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(no_follow());
    }
    let file = options.open(path).map_err(named)?;
    check_plain(&file)?;
    make_private(&file)?;
    Ok(file)
}

/// Opens one of the program's own files for reading.
pub fn open_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_follow());
    let file = options.open(path).map_err(named)?;
    check_plain(&file)?;
    Ok(file)
}

/// Reads a file named by the user, up to a size limit in bytes. It may be a pipe. Anything larger is an error: an
/// endless file is not configuration.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_all(File::open(path)?, most)
}

/// Returns a path as typed or written in a setting: `~` is the user's home folder, as in a shell.
pub fn from_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Reads a named file that a library reads again: it cannot be a pipe.
pub fn read_plain(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    match metadata.is_file() || metadata.len() == 0 && path == Path::new("/dev/null") {
        true => read(path, most),
        false => Err(io::Error::other("it is no plain file")),
    }
}

/// Returns whether a path is a non-empty folder.
pub fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Reads one of the program's own files, up to a size limit in bytes.
pub fn read_private(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_all(open_private(path)?, most)
}

fn read_all(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut bytes)? as u64;
    if read > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes, too large for such a file")));
    }
    Ok(bytes)
}

/// Writes a file completely or not at all, readable by its owner alone. An error if the path is not a regular file.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    check_replaceable(path)?;
    let mut file = unfinished(folder_of(path))?;
    file.write_all(bytes)?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Bytes of a [`Draft`] that wait in memory: few writes for files of gigabytes. Our own figure.
const WAITING: usize = 1 << 18;

/// A file that only its owner can read, and that gets its name only once it is complete. Until then, dropping it removes
/// it.
#[derive(Debug)]
pub struct Draft {
    file: BufWriter<tempfile::NamedTempFile>,
    path: PathBuf,
}

impl Draft {
    /// Begins the file that is to have this path. An error if the path is a device, a folder or a pipe.
    pub fn of(path: &Path) -> io::Result<Draft> {
        check_replaceable(path)?;
        let file = BufWriter::with_capacity(WAITING, unfinished(folder_of(path))?);
        Ok(Draft { file, path: path.to_owned() })
    }

    /// Gives the file its name, and with it its place on the disk; returns its size in bytes. An error of the kind
    /// `AlreadyExists` if there is a file of that name, unless it may be replaced.
    pub fn publish(self, may_replace: bool) -> io::Result<u64> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        let size = file.as_file().metadata()?.len();
        publish(file, &self.path, may_replace)?;
        Ok(size)
    }
}

impl io::Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Returns the folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates a file that only its owner can read, to be renamed once complete.
fn unfinished(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder)
}

/// Gives a complete file its name, and with it its place on the disk. An error of the kind `AlreadyExists` if there is a
/// file of that name, unless it may be replaced.
fn publish(file: tempfile::NamedTempFile, path: &Path, may_replace: bool) -> io::Result<()> {
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && may_replace => {
            error.file.persist(path).map(|_| ()).map_err(|error| error.error)
        }
        done => done.map(|_| ()).map_err(|error| error.error),
    }
}

/// Creates a folder, and those above it, that only their owner can read; leaves an existing one as it is.
pub fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates a nameless file that no one else can open.
pub fn temporary() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    make_private(&file)?;
    Ok(file)
}

/// A file for another program to read, in a folder of its own; only its owner can get at either. Both are removed when
/// this is dropped.
#[derive(Debug)]
pub struct PrivateCopy {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl PrivateCopy {
    /// Returns where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Writes bytes to a file of this name that another program is to read.
pub fn private_copy(name: &str, bytes: &[u8]) -> io::Result<PrivateCopy> {
    let folder = tempfile::Builder::new().prefix("callscope-").tempdir()?;
    private_folder(folder.path())?;
    let path = folder.path().join(name);
    private_file(&path)?.write_all(bytes)?;
    Ok(PrivateCopy { path, _folder: folder })
}

/// Checks that an existing path may be replaced. Devices, folders and pipes may not.
pub fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a regular file")),
        _ => Ok(()),
    }
}

/// Returns the free bytes on a file's disk for this user; `None` where the system does not report it.
pub fn free_space(file: &File) -> Option<u64> {
    #[cfg(unix)]
    {
        let told = rustix::fs::fstatvfs(file).ok()?;
        Some(told.f_bavail.saturating_mul(told.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

#[cfg(unix)]
fn no_follow() -> i32 {
    // Do not wait for the other end of a pipe.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    flags.bits() as i32
}

/// Reports that a link was not followed, instead of the system's message about too many links.
fn named(error: io::Error) -> io::Error {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return io::Error::other("it is a symbolic link, which is not followed");
    }
    error
}

fn check_plain(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    #[cfg(unix)]
    check_owner(&metadata)?;
    Ok(())
}

#[cfg(unix)]
fn check_owner(metadata: &fs::Metadata) -> io::Result<()> {
    let own = rustix::process::geteuid();
    match std::os::unix::fs::MetadataExt::uid(metadata) == own.as_raw() {
        true => Ok(()),
        false => Err(io::Error::other("it belongs to another user")),
    }
}

fn make_private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata()?.permissions().mode() & 0o777 != 0o600 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn what_is_private_is_so_even_where_it_was_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inside = folder.path().join("cache");
        fs::create_dir(&inside).expect("a folder");
        fs::set_permissions(&inside, fs::Permissions::from_mode(0o777)).expect("it takes modes");
        fs::write(inside.join("old"), b"x").expect("it takes files");
        fs::set_permissions(inside.join("old"), fs::Permissions::from_mode(0o644)).expect("it takes modes");
        private_folder(&inside).expect("it is ours");
        private_file(&inside.join("old")).expect("it is ours");
        private_file(&inside.join("new")).expect("it can be made");
        write_private(&inside.join("whole"), b"x").expect("it can be written");
        assert_eq!(mode(&inside), 0o700);
        for name in ["old", "new", "whole"] {
            assert_eq!(mode(&inside.join(name)), 0o600, "{name}");
        }
        assert_eq!(temporary().expect("a file").metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_copy_for_another_program_is_for_its_owner_alone_and_goes_when_it_ends() {
        let copy = private_copy("session.json", b"{}").expect("a temporary folder");
        let path = copy.path().to_owned();
        let folder = path.parent().expect("a folder of its own").to_owned();
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        assert_eq!(fs::read(&path).expect("it is there"), b"{}");
        drop(copy);
        assert!(!path.exists() && !folder.exists());
    }

    #[test]
    fn a_link_is_not_followed_and_a_device_not_opened_nor_replaced() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, b"theirs").expect("it takes files");
        symlink(&target, &link).expect("a link");
        for error in [private_file(&link).map(|_| ()), open_private(&link).map(|_| ())] {
            assert_eq!(error.expect_err("a link").to_string(), "it is a symbolic link, which is not followed");
        }
        for error in [private_file(Path::new("/dev/null")).map(|_| ()), write_private(Path::new("/dev/full"), b"x")] {
            assert_eq!(error.expect_err("a device").to_string(), "it is not a regular file");
        }
    }

    #[test]
    fn what_has_no_end_is_not_read_to_it() {
        let error = read(Path::new("/dev/zero"), 1000).expect_err("it has no end");
        assert_eq!(error.to_string(), "it is larger than 1000 bytes, too large for such a file");
        assert_eq!(read(Path::new("/dev/null"), 1000).expect("it is empty"), b"");
        assert!(read_private(Path::new("/dev/zero"), 1000).is_err());
    }
}
