//! Pages from files, folders and standard input, without any network access.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::call::{
    Foreign, LoadEvent, LoadOutcome, Manifest as Checked, Origin, Problem, ProblemLevel, Request, UserError,
    UserErrorKind, reason,
};
use crate::metrics::count;

use crate::graph::ProgressListener as _;

use super::bundle::Bundle;
use super::decode;
use super::error::LoadError;
use super::ingest::{Ingest, Kept};
use super::manifest::{Manifest, Tallied};

/// Extensions of saved calls, for files in folders.
const ENDINGS: &[&str] = &["json", "ndjson", "jsonl", "txt", "gz", "zst"];

/// Maximum folder depth: `year/month/day/call` and some more. Our own limit.
const DEEPEST_FOLDER: usize = 8;

/// Maximum number of files opened in a folder. Our own limit.
const MOST_FILES: usize = 100_000;

/// Maximum number of entries inspected in and below a folder. Our own limit: a disk named by mistake would take
/// forever.
const MOST_ENTRIES: usize = 1_000_000;

/// Reads every file named, and every saved call in and below every folder named.
pub fn read_paths(paths: &[PathBuf], intake: &mut Ingest) -> Result<LoadOutcome, LoadError> {
    let stop = intake.teller().cancel();
    let Listed { files, problems, .. } = match listed(paths, &|| stop.is_cancelled()) {
        Ok(listed) => listed,
        Err(trouble) => return Ok(LoadOutcome::Stopped(trouble)),
    };
    let all: HashSet<&Path> = files.iter().map(PathBuf::as_path).collect();
    for problem in problems {
        intake.tell(LoadEvent::Problem(problem))?;
    }
    let sizes = files.iter().map(|path| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|it| it.len()));
    intake.expect_bytes(sizes.sum());
    for path in &files {
        let origin: Origin = path.display().to_string().into();
        match read_path(path, &origin, &all, intake) {
            Err(LoadError::Unreadable(error)) => {
                if let [only] = files.as_slice() {
                    return Ok(LoadOutcome::Stopped(cannot_open(only, &error)));
                }
                let what = format!("could not be read: {}", reason(&error));
                intake.tell(LoadEvent::Problem(Problem { weight: ProblemLevel::Loss, origin, what, at: None }))?;
            }
            done => done?,
        }
    }
    Ok(LoadOutcome::AllRead)
}

/// Reads standard input to its end.
pub fn read_stdin(intake: &mut Ingest) -> Result<LoadOutcome, LoadError> {
    match read_stream(io::stdin(), &"standard input".into(), None, intake) {
        Ok(()) => Ok(LoadOutcome::AllRead),
        Err(LoadError::Unreadable(error)) => Ok(LoadOutcome::Stopped(UserError {
            kind: UserErrorKind::Input,
            what: format!("standard input could not be read: {}", reason(&error)),
            hint: None,
        })),
        Err(error) => Err(error),
    }
}

/// The files to read.
#[derive(Default)]
pub(super) struct Listed {
    pub files: Vec<PathBuf>,
    /// Entries that were not inspected.
    pub problems: Vec<Problem>,
    /// Files and entries still allowed in the current folder.
    left: (usize, usize),
}

/// Lists the files to read, with `page-2` before `page-10`.
pub(super) fn listed(paths: &[PathBuf], is_stopped: &dyn Fn() -> bool) -> Result<Listed, UserError> {
    let mut listed = Listed::default();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
        if !metadata.is_dir() {
            listed.files.push(path.clone());
            continue;
        }
        let before = listed.files.len();
        fs::read_dir(path).map_err(|error| cannot_open(path, &error))?;
        listed.left = (MOST_FILES, MOST_ENTRIES);
        if !listed.look_into(path, DEEPEST_FOLDER, is_stopped) {
            let (files, entries) = (count(MOST_FILES), count(MOST_ENTRIES));
            listed.problem(path, format!("has more than {files} files or {entries} entries: the rest is not opened"));
        }
        listed.files[before..].sort_by_cached_key(|path| natural_key(&path.to_string_lossy()));
        if listed.files.len() == before {
            return Err(UserError {
                kind: UserErrorKind::Input,
                what: format!("{} contains no file that could hold a call", path.display()),
                hint: Some(format!("files with these extensions are read: {}", ENDINGS.join(", "))),
            });
        }
    }
    Ok(listed)
}

impl Listed {
    /// Adds the files in a folder and below it. Links to folders are not followed: they may be circular. Returns
    /// `false` if there are too many.
    fn look_into(&mut self, folder: &Path, depth: usize, is_stopped: &dyn Fn() -> bool) -> bool {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.problem(folder, format!("could not be read: {}", reason(&error)));
                return true;
            }
        };
        for entry in entries.filter_map(Result::ok) {
            if is_stopped() {
                return true;
            }
            self.left.1 = match self.left.1.checked_sub(1) {
                Some(left) => left,
                None => return false,
            };
            let path = entry.path();
            // Hidden files belong to programs: version control, resource forks.
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (is_folder, depth) {
                _ if is_hidden => {}
                (true, 0) => {
                    self.problem(&path, format!("is more than {DEEPEST_FOLDER} folders deep and was not searched"));
                }
                (true, _) => {
                    if !self.look_into(&path, depth - 1, is_stopped) {
                        return false;
                    }
                }
                (false, _) if has_ending(&path) && !path.exists() => {
                    self.problem(&path, "is a broken link".to_owned());
                }
                (false, _) if has_ending(&path) && path.is_file() => {
                    self.left.0 = match self.left.0.checked_sub(1) {
                        Some(left) => left,
                        None => return false,
                    };
                    self.files.push(path);
                }
                (false, _) => {}
            }
        }
        true
    }

    fn problem(&mut self, path: &Path, what: String) {
        let origin = path.display().to_string().into();
        self.problems.push(Problem { weight: ProblemLevel::Loss, origin, what, at: None });
    }
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Compares digits by the number they form, and everything else literally.
fn natural_key(name: &str) -> Vec<(u128, String)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let words = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (text, after) = after.split_at(words);
        key.push((number.parse().unwrap_or(0), text.to_owned()));
        rest = after;
    }
    key
}

fn cannot_open(path: &Path, error: &io::Error) -> UserError {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "name a file, a folder, `-` for standard input, or a call ID (a GUID)",
        io::ErrorKind::PermissionDenied => "ask its owner for a copy",
        _ => "try again, or copy it to a local disk first",
    };
    let what = match error.kind() {
        io::ErrorKind::NotFound => format!("no such file or folder: {}", path.display()),
        _ => format!("{} could not be read: {}", path.display(), reason(error)),
    };
    UserError { kind: UserErrorKind::Input, what, hint: Some(hint.to_owned()) }
}

/// Reads a file, checked against its manifest. A manifest itself is not a page.
fn read_path(path: &Path, origin: &Origin, all: &HashSet<&Path>, intake: &mut Ingest) -> Result<(), LoadError> {
    if let Some(file) = Manifest::file_of(path)
        && Manifest::read(path).is_some()
    {
        return if all.contains(file.as_path()) { Ok(()) } else { lone_manifest(origin, &file, intake) };
    }
    let file = File::open(path).map_err(LoadError::Unreadable)?;
    if let Some(done) = read_bundle(path, origin, intake) {
        return done;
    }
    let manifest = Manifest::read(&Manifest::path_of(path));
    let request = manifest.as_ref().and_then(|manifest| manifest.request.as_ref());
    intake.tell_asked(request.map(Request::asked));
    let Some(manifest) = manifest else {
        return read_stream(file, origin, Some(path), intake);
    };
    let (file, tally) = Tallied::new(file);
    read_stream(file, origin, Some(path), intake)?;
    let manifest = manifest.check(&tally);
    if matches!(manifest, Checked::Changed { .. }) {
        let what = "was changed after callscope saved it: its hash differs from the manifest's".to_owned();
        intake.tell(LoadEvent::Problem(Problem {
            weight: ProblemLevel::Note,
            origin: origin.clone(),
            what,
            at: None,
        }))?;
    }
    intake.tell(LoadEvent::Manifest { origin: origin.clone(), manifest })
}

/// Reads an evidence bundle; `None` if it is something else.
fn read_bundle(path: &Path, origin: &Origin, intake: &mut Ingest) -> Option<Result<(), LoadError>> {
    // Only what begins like an archive: a pipe can be read once.
    if !path.is_file() {
        return None;
    }
    let mut first = [0; 4];
    let opened = File::open(path).ok()?;
    (&opened).read_exact(&mut first).ok()?;
    if first != *b"PK\x03\x04" {
        return None;
    }
    match Bundle::open(opened) {
        Ok(None) => None,
        Ok(Some(bundle)) => {
            intake.expect_bytes(None);
            Some(bundle.read(origin, intake))
        }
        Err(what) => Some(intake.tell(LoadEvent::Foreign(Foreign {
            origin: origin.clone(),
            one: format!("a bundle that {what}"),
            many: String::new(),
            count: None,
            hint: "ask for the bundle again".to_owned(),
        }))),
    }
}

fn lone_manifest(origin: &Origin, file: &Path, intake: &mut Ingest) -> Result<(), LoadError> {
    let hint = match file.exists() {
        true => format!("open {} instead", file.display()),
        false => format!("open the call that was saved with it: {} no longer exists", file.display()),
    };
    let (one, many) = ("the manifest of a saved call, not the call itself".to_owned(), String::new());
    intake.tell(LoadEvent::Foreign(Foreign { origin: origin.clone(), one, many, count: None, hint }))
}

/// Reads a stream; a plain text file is kept in place.
fn read_stream(
    stream: impl Read + Send + 'static,
    origin: &Origin,
    path: Option<&Path>,
    intake: &mut Ingest,
) -> Result<(), LoadError> {
    let text = decode::text(stream).map_err(LoadError::Unreadable)?;
    if let Some(not_json) = text.not_json {
        return intake.tell(LoadEvent::Foreign(Foreign {
            origin: origin.clone(),
            one: not_json.what.to_owned(),
            many: String::new(),
            count: None,
            hint: not_json.hint.to_owned(),
        }));
    }
    let mut kept = Kept::Spooled;
    if let Some(path) = path.filter(|path| text.is_verbatim && path.is_file()) {
        let part = File::open(path).and_then(|file| intake.store().add_file(path, file));
        kept = Kept::InPlace(part.map_err(LoadError::Unreadable)?, 0);
    }
    if !text.is_verbatim {
        intake.expect_bytes(None);
    }
    let read = intake.read_text(origin, text.reader, kept)?;
    if read.elements == 0 && read.pages == 0 {
        let (one, hint) = match (read.broken, read.damage) {
            (Some(broken), None) if broken.is_end => {
                ("JSON that ends before its first session", "the file is truncated; save it again")
            }
            (Some(_), _) | (_, Some(_)) => ("not valid JSON", "save the service's response again, unmodified"),
            (None, None) => ("empty", "save the service's response again"),
        };
        let (one, many, hint) = (one.to_owned(), String::new(), hint.to_owned());
        intake.tell(LoadEvent::Foreign(Foreign { origin: origin.clone(), one, many, count: None, hint }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_in_the_order_of_their_numbers() {
        let mut names =
            ["page-10.json", "page-9.json", "page-1.json", "page-010.json", "a.json", "page-2b.json", "page-2.json"];
        names.sort_by_cached_key(|name| natural_key(name));
        assert_eq!(
            names,
            ["a.json", "page-1.json", "page-2.json", "page-2b.json", "page-9.json", "page-10.json", "page-010.json"]
        );
    }

    #[test]
    fn a_missing_file_and_a_folder_without_calls_are_said() {
        let missing = listed(&["/no/such/file".into()], &|| false).map(|_| ()).expect_err("it is not there");
        assert_eq!(missing.what, "no such file or folder: /no/such/file");
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("picture.png"), b"x").expect("it takes files");
        let empty = listed(&[folder.path().to_owned()], &|| false).map(|_| ()).expect_err("nothing in it is a call");
        assert!(empty.what.ends_with("contains no file that could hold a call"), "{}", empty.what);
    }

    #[test]
    fn folders_are_looked_into_as_deep_as_is_said_and_links_back_are_not_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let day = folder.path().join("2026/11/20");
        fs::create_dir_all(&day).expect("folders");
        fs::create_dir_all(folder.path().join(".git")).expect("a folder");
        for name in ["2026/11/20/page-10.json", "2026/11/20/page-9.json", "first.json", ".git/state.json"] {
            fs::write(folder.path().join(name), b"{}").expect("it takes files");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), day.join("back")).expect("a link");
        let all = listed(&[folder.path().to_owned()], &|| false).unwrap_or_else(|trouble| panic!("{trouble:?}"));
        let names: Vec<_> = all.files.iter().map(|path| path.strip_prefix(folder.path()).expect("inside")).collect();
        assert_eq!(
            names.iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>(),
            ["2026/11/20/page-9.json", "2026/11/20/page-10.json", "first.json"]
        );
        assert!(all.problems.is_empty());
        let deep = (0..10).fold(folder.path().to_owned(), |path, at| path.join(at.to_string()));
        fs::create_dir_all(&deep).expect("folders");
        fs::write(deep.join("page.json"), b"{}").expect("it takes files");
        let all = listed(&[folder.path().to_owned()], &|| false).unwrap_or_else(|trouble| panic!("{trouble:?}"));
        assert_eq!((all.files.len(), all.problems.len()), (3, 1));
        assert!(all.problems[0].what.ends_with("was not searched"), "{}", all.problems[0].what);
    }
}
