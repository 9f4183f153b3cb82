//! Which saved files belong to one call, by what each says at its beginning or its end, without reading the rest.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::call::{Problem, UserError};
use crate::model::Text;

use super::decode;
use super::files::listed;
use super::ingest::read_envelope;
use super::manifest::Manifest;

/// How many bytes at either end are looked at. What surrounds the sessions of a page takes a few hundred, a record with
/// all its participants some more. Our own figure.
const LOOKED_AT: u64 = 64 << 10;

/// Saved files, one group for each call.
#[derive(Debug)]
pub struct Grouped {
    /// The files of each call, in the order in which its first one was found. A file that does not say its call has a
    /// group of its own.
    pub groups: Vec<Vec<PathBuf>>,
    /// Entries of folders that were not inspected.
    pub problems: Vec<Problem>,
}

/// Groups the files named, and those in and below the folders named, by call. Blocks.
pub fn by_call(paths: &[PathBuf]) -> Result<Grouped, UserError> {
    let found = listed(paths, &|| false)?;
    let mut groups: Vec<Vec<PathBuf>> = Vec::new();
    let mut known: HashMap<Text, usize> = HashMap::new();
    for path in found.files {
        // It is read with its file.
        if is_manifest_of_a_file(&path) {
            continue;
        }
        // A file that cannot be read fails again, and is reported, when it is opened.
        let call = call_of(&path).unwrap_or_default();
        let group = match call {
            Some(call) => *known.entry(call).or_insert(groups.len()),
            None => groups.len(),
        };
        match groups.get_mut(group) {
            Some(group) => group.push(path),
            None => groups.push(vec![path]),
        }
    }
    Ok(Grouped { groups, problems: found.problems })
}

fn is_manifest_of_a_file(path: &Path) -> bool {
    Manifest::file_of(path).is_some_and(|file| file.exists()) && Manifest::read(path).is_some()
}

/// Returns the ID of the call that a file says it belongs to, in lower case.
fn call_of(path: &Path) -> io::Result<Option<Text>> {
    // A pipe could be looked at only once.
    if !path.metadata()?.is_file() {
        return Ok(None);
    }
    let text = decode::text(File::open(path)?)?;
    if text.not_json.is_some() {
        return Ok(None);
    }
    let is_verbatim = text.is_verbatim;
    let mut head = Vec::new();
    text.reader.take(LOOKED_AT).read_to_end(&mut head)?;
    if let Some(call) = before_the_list(&String::from_utf8_lossy(&head)).and_then(|envelope| call_in(&envelope)) {
        return Ok(Some(call));
    }
    if !is_verbatim {
        return Ok(None);
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOOKED_AT)))?;
    let mut tail = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut tail)?;
    Ok(after_the_list(&String::from_utf8_lossy(&tail)).and_then(|envelope| call_in(&envelope)))
}

/// Returns what stands before the list of sessions, as an object of its own.
fn before_the_list(head: &str) -> Option<String> {
    if !head.trim_start().trim_start_matches('\u{feff}').starts_with('{') {
        return None;
    }
    let lists = ["\"value\"", "\"sessions\""];
    let at = lists.iter().filter_map(|name| head.find(name).map(|at| at + name.len())).min()?;
    let rest = head[at..].trim_start().strip_prefix(':')?.trim_start();
    rest.starts_with('[').then(|| format!("{}:[]}}", head[..at].trim_start_matches('\u{feff}')))
}

/// Returns what stands after the last list, as an object of its own.
fn after_the_list(tail: &str) -> Option<String> {
    let (_, rest) = tail.rsplit_once(']')?;
    Some(format!("{{{}", rest.trim_start().strip_prefix(',')?))
}

fn call_in(envelope: &str) -> Option<Text> {
    let (envelope, record) = read_envelope(envelope);
    let id = record.and_then(|record| record.read.id.value().cloned()).or_else(|| envelope.call_id())?;
    Some(Text::from(id.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const ONE: &str = "0c0ffee0-0000-4000-8000-000000000001";
    const OTHER: &str = "0c0ffee0-0000-4000-8000-000000000002";

    fn page(call: &str) -> String {
        let address =
            format!("https://graph.microsoft.com/v1.0/$metadata#communications/callRecords('{call}')/sessions");
        format!(r#"{{"@odata.context":"{address}","value":[{{"id":"a"}}]}}"#)
    }

    fn names(grouped: &Grouped) -> Vec<Vec<String>> {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        grouped.groups.iter().map(|group| group.iter().map(name).collect()).collect()
    }

    #[test]
    fn pages_of_a_call_are_together_wherever_they_say_which_call() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let record = format!(r#"{{"version":1,"id":"{}","sessions":[]}}"#, OTHER.to_uppercase());
        let link =
            format!("https://graph.microsoft.com/v1.0/communications/callRecords('{ONE}')/sessions?$skiptoken=2");
        let linked = format!(r#"{{ "value": [{{"id":"b","segments":[]}}] , "@odata.nextLink": "{link}"}}"#);
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(page(ONE).encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (name, bytes) in [
            ("1.json", page(ONE).as_bytes()),
            ("2.json", record.as_bytes()),
            ("3.json", b"[{\"id\":\"a\"}]"),
            ("4.json", linked.as_bytes()),
            ("5.json", page(OTHER).as_bytes()),
            ("6.json", utf16.as_slice()),
            ("7.json", b"not JSON"),
        ] {
            fs::write(folder.path().join(name), bytes).expect("it takes files");
        }
        let grouped = by_call(&[folder.path().to_owned()]).expect("a folder of files");
        assert_eq!(
            names(&grouped),
            [vec!["1.json", "4.json", "6.json"], vec!["2.json", "5.json"], vec!["3.json"], vec!["7.json"]]
        );
    }

    #[test]
    fn a_manifest_is_read_with_its_file_and_is_no_group() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("call.json");
        fs::write(&file, page(ONE)).expect("it takes files");
        let manifest = r#"{"schema":"callscope.manifest/1","saved_at":"","saved_by":"","service":null,"api":null,"call":null,
            "version":null,"last_modified":null,"complete":true,"next_link":null,"sessions":1,"bytes":1,"sha256":"","pages":[]}"#;
        fs::write(Manifest::path_of(&file), manifest).expect("it takes files");
        assert_eq!(names(&by_call(&[folder.path().to_owned()]).expect("files")), [["call.json"]]);
    }
}
