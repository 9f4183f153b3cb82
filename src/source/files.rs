//! Pages from files, folders and standard input. Nothing here touches the network.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::call::{Arrival, Ending, Foreign, Origin, Problem, Trouble, TroubleKind, Weight};
use crate::graph::Hushed;

use super::decode::{self, headers_before};
use super::intake::{Intake, Kept};

/// Names that a saved call may end with, looked for in folders.
const ENDINGS: &[&str] = &["json", "ndjson", "jsonl", "txt", "gz", "zst"];

/// Reads every file named, and every file of a saved call's kind in every folder named.
pub fn read_paths(paths: &[PathBuf], intake: &mut Intake) -> Result<Ending, Hushed> {
    let files = match listed(paths) {
        Ok(files) => files,
        Err(trouble) => return Ok(Ending::Stopped(trouble)),
    };
    let sizes = files.iter().map(|path| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|it| it.len()));
    intake.expect_bytes(sizes.sum());
    for path in &files {
        let origin: Origin = path.display().to_string().into();
        if let Err(error) = read_file(path, &origin, intake)? {
            let what = format!("could not be read: {error}");
            let problem = Problem { weight: Weight::Loss, origin, what, at: None };
            if let [only] = files.as_slice() {
                return Ok(Ending::Stopped(cannot_open(only, &error)));
            }
            intake.tell(Arrival::Problem(problem))?;
        }
    }
    Ok(Ending::AllRead)
}

/// Reads standard input to its end.
pub fn read_stdin(intake: &mut Intake) -> Result<Ending, Hushed> {
    let origin: Origin = "standard input".into();
    let read = read_stream(io::stdin(), &origin, None, intake)?;
    Ok(match read {
        Ok(()) => Ending::AllRead,
        Err(error) => Ending::Stopped(Trouble {
            kind: TroubleKind::Input,
            what: format!("standard input could not be read: {error}"),
            hint: None,
        }),
    })
}

/// The files to read, in an order in which `page-2` comes before `page-10`.
fn listed(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| cannot_open(path, &error))?;
        let mut inside: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_file() && has_ending(path))
            .collect();
        inside.sort_by_cached_key(|path| natural_key(&path.to_string_lossy()));
        if inside.is_empty() {
            return Err(Trouble {
                kind: TroubleKind::Input,
                what: format!("{} has no file in it that a call could be saved in", path.display()),
                hint: Some(format!("files with these endings are looked at: {}", ENDINGS.join(", "))),
            });
        }
        files.extend(inside);
    }
    Ok(files)
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Digits compare as the number they are, everything else as it stands.
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

fn cannot_open(path: &Path, error: &io::Error) -> Trouble {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "name a file, a folder, `-` for standard input, or a call id (a GUID)",
        io::ErrorKind::PermissionDenied => "its owner can read it: ask for a copy",
        _ => "try again, or copy it to a local disk first",
    };
    let what = match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file or folder {}", path.display()),
        _ => format!("{} could not be read: {error}", path.display()),
    };
    Trouble { kind: TroubleKind::Input, what, hint: Some(hint.to_owned()) }
}

fn read_file(path: &Path, origin: &Origin, intake: &mut Intake) -> Result<io::Result<()>, Hushed> {
    match File::open(path) {
        Ok(file) => read_stream(file, origin, Some(path), intake),
        Err(error) => Ok(Err(error)),
    }
}

/// Reads a stream; one that is a plain text file is kept where it is.
fn read_stream(
    stream: impl Read + Send + 'static,
    origin: &Origin,
    path: Option<&Path>,
    intake: &mut Intake,
) -> Result<io::Result<()>, Hushed> {
    let mut text = match decode::text(stream) {
        Ok(text) => text,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(not_json) = text.not_json {
        intake.tell(Arrival::Foreign(Foreign {
            origin: origin.clone(),
            one: not_json.what.to_owned(),
            many: String::new(),
            count: None,
            hint: not_json.hint.to_owned(),
        }))?;
        return Ok(Ok(()));
    }
    // Headers are no part of the text, which then has to be kept apart from its file.
    let headers = text.reader.fill_buf().map_or(0, headers_before);
    text.reader.consume(headers);
    let mut kept = Kept::Spooled;
    if let Some(path) = path.filter(|path| text.is_verbatim && headers == 0 && path.is_file()) {
        match File::open(path).and_then(|file| intake.store().add_file(path, file)) {
            Ok(part) => kept = Kept::InPlace(part, 0),
            Err(error) => return Ok(Err(error)),
        }
    }
    if !text.is_verbatim {
        intake.expect_bytes(None);
    }
    let read = intake.read_text(origin, text.reader, kept)?;
    if read.elements == 0 && read.pages == 0 {
        let (one, hint) = match read.broken {
            Some(broken) if broken.is_end => ("JSON that ends before its first session", "it was cut: save it again"),
            Some(_) => ("no JSON that can be read", "save the answer of the service again, as it comes"),
            None => ("empty", "save the answer of the service again"),
        };
        let (one, many, hint) = (one.to_owned(), String::new(), hint.to_owned());
        intake.tell(Arrival::Foreign(Foreign { origin: origin.clone(), one, many, count: None, hint }))?;
    }
    Ok(Ok(()))
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
        let missing = listed(&["/no/such/file".into()]).expect_err("it is not there");
        assert_eq!(missing.what, "there is no file or folder /no/such/file");
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("picture.png"), b"x").expect("it takes files");
        let empty = listed(&[folder.path().to_owned()]).expect_err("nothing in it is a call");
        assert!(empty.what.ends_with("has no file in it that a call could be saved in"), "{}", empty.what);
    }
}
