//! The one place that opens the files which the program keeps for itself: readable by their owner alone, never through a
//! link that somebody planted, and never more of them than makes sense.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Names of files that are being written begin so.
const PREFIX: &str = ".callscope-";

/// Makes a folder for files that only their owner may read, or makes one so that is there already. An error when it is
/// somebody else's.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path)?;
        check_owner(&metadata)?;
        if metadata.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Opens a file to be read and written, which is made where there is none. An error when it is a link, no plain file, or
/// somebody else's.
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

/// Opens a file of the program's own to be read.
pub fn open_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_follow());
    let file = options.open(path).map_err(named)?;
    check_plain(&file)?;
    Ok(file)
}

/// Reads a file that somebody named, up to so many bytes. It may be a pipe. An error when there are more: what has no end
/// is no configuration.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_all(File::open(path)?, most)
}

/// Is it a folder with something in it?
pub fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Reads a file of the program's own, up to so many bytes.
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

/// Writes a file, whole or not at all, for its owner alone to read. An error where something stands that is no plain file.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    check_replaceable(path)?;
    let mut file = unfinished(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// A file for its owner alone to read, which gets its name when it is whole.
pub fn unfinished(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder)
}

/// A file without a name, which nobody else may open however they get at it.
pub fn temporary() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    make_private(&file)?;
    Ok(file)
}

/// May a file be put in the place of what stands there? A device, a folder or a pipe is not to be replaced.
pub fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a regular file")),
        _ => Ok(()),
    }
}

/// How many bytes are free where a file is, for whoever runs the program; `None` where the system does not tell.
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
    // Without waiting for somebody at the other end of a pipe.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    flags.bits() as i32
}

/// Says that a link was not followed, instead of the system's word for it, which is of too many of them.
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
