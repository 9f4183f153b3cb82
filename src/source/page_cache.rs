//! Caches pages on disk as they arrive, so that an interrupted or killed download resumes with the next page, and a
//! call that was read before opens at once.
//!
//! A call has two files: the bodies of its pages, one after the other, from which sessions are also read while the call
//! is open; and an index with one line per page, written once the page is complete. Each line starts with a hash of
//! itself and all lines before it, so that a changed line is noticed, and it and those after it are requested again.
//! Both files are readable by their owner alone. They are deleted when the service would have deleted its own record,
//! or when the folder exceeds its limit.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::call::Request;
use crate::disk;
use crate::graph::{CallId, Service};

use super::hash;

/// The folder for cached pages, and its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Path of the folder.
    pub path: PathBuf,
    /// Bytes that earlier calls may take.
    pub limit: u64,
}

/// Default space for earlier calls, in bytes.
pub const LIMIT: u64 = 2 << 30;

/// How long the service keeps a record. Source: Microsoft Graph, callRecords FAQ.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// No page is larger; the client takes no larger answer.
const LARGEST_PAGE: u64 = 512 << 20;

/// A line for each page, and the record: no index is larger.
const LARGEST_INDEX: u64 = 64 << 20;

/// The pages of one call.
#[derive(Debug)]
pub struct Kept {
    index: File,
    pages: File,
    path: PathBuf,
    /// Pages cached by an earlier run, in order.
    before: Vec<CachedPage>,
    record: Option<KeptRecord>,
    /// Total bytes of bodies.
    length: u64,
    /// The hash of the index's last line.
    chain: String,
    /// The index contained lines that were changed.
    was_changed: bool,
}

/// A line of the index.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first line: identifies the format and the call.
    Kept {
        form: u32,
        first: String,
    },
    Record(KeptRecord),
    Page(CachedPage),
}

/// The format version of the index; other versions are not read.
const FORM: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedPage {
    /// Page number, from 1.
    pub page: u32,
    /// Its address.
    pub url: String,
    /// The address of the next page.
    pub next: Option<String>,
    /// Where its body begins.
    pub offset: u64,
    /// Length of the body in bytes.
    pub length: u64,
    /// When it was requested, in seconds since 1970.
    pub at: u64,
    sha256: String,
}

/// A cached record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRecord {
    /// As received.
    pub text: String,
}

impl Folder {
    /// Returns this user's folder: `CALLSCOPE_CACHE`, or the user's cache folder. `None` if there is no such folder or
    /// the variable is empty.
    pub fn usual(environment: impl Fn(&str) -> Option<String>, limit: u64) -> Option<Folder> {
        use etcetera::BaseStrategy as _;
        let path = match environment("CALLSCOPE_CACHE") {
            Some(path) => (!path.is_empty()).then(|| path.into())?,
            None => etcetera::choose_base_strategy().ok()?.cache_dir().join("callscope"),
        };
        Some(Folder { path, limit })
    }

    /// Opens the pages of a call. `None` if another run of this program is using them.
    pub fn open(&self, service: &Service, call: CallId, request: &Request) -> io::Result<Option<Kept>> {
        disk::private_folder(&self.path)?;
        let first = service.sessions_of(call, request);
        let host: String =
            service.name().chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
        // The same call requested with other options has other pages, which replace none of these.
        let how = match *request == Request::default() {
            true => String::new(),
            false => format!("_{}", &hash::of(format!("{first} {}", request.preferences()).as_bytes())[..16]),
        };
        let name = format!("{host}_{}_{call}{how}", service.api().name());
        let index = disk::private_file(&self.path.join(format!("{name}.index")))?;
        if index.try_lock().is_err() {
            return Ok(None);
        }
        self.clear_away(&name)?;
        let path = self.path.join(format!("{name}.pages"));
        let pages = disk::private_file(&path)?;
        Kept::new(index, pages, path, first.as_str()).map(Some)
    }

    /// Deletes files that are too old, and the oldest others until the limit holds; never those in use, nor the call
    /// with that name.
    fn clear_away(&self, but: &str) -> io::Result<()> {
        let mut others = Vec::new();
        for entry in fs::read_dir(&self.path)?.filter_map(Result::ok) {
            let path = entry.path();
            let is_index = path.extension().is_some_and(|ending| ending == "index");
            if !is_index || path.file_stem().is_some_and(|stem| stem == but) {
                continue;
            }
            let used = entry.metadata().and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            let size = fs::metadata(path.with_extension("pages")).map_or(0, |pages| pages.len());
            others.push((used, size, path));
        }
        others.sort_by_key(|other: &(SystemTime, u64, PathBuf)| std::cmp::Reverse(other.0));
        let mut sum = 0;
        for (used, size, path) in others {
            let is_old = used.elapsed().unwrap_or_default() > LONGEST;
            sum += size;
            if (is_old || sum > self.limit) && disk::open_private(&path).is_ok_and(|index| index.try_lock().is_ok()) {
                sum -= size;
                // Another process may have deleted it already.
                let _ = fs::remove_file(path.with_extension("pages"));
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }
}

impl Kept {
    fn new(index: File, pages: File, path: PathBuf, first: &str) -> io::Result<Kept> {
        let mut kept = Kept {
            index,
            pages,
            path,
            before: Vec::new(),
            record: None,
            length: 0,
            chain: String::new(),
            was_changed: false,
        };
        if kept.read_index(first)?.is_none() {
            kept.begin(first)?;
        }
        kept.pages.set_len(kept.length)?;
        Ok(kept)
    }

    /// Reads the index up to the first line that is incomplete or does not match. `None` if it belongs to something
    /// else.
    fn read_index(&mut self, first: &str) -> io::Result<Option<()>> {
        let available = self.pages.metadata()?.len();
        if self.index.metadata()?.len() > LARGEST_INDEX {
            self.was_changed = true;
            return Ok(None);
        }
        self.chain.clear();
        let mut lines = BufReader::new(&self.index);
        let (mut good, mut line) = (0, Vec::new());
        while lines.read_until(b'\n', &mut line)? > 0 {
            let Some(whole) = line.strip_suffix(b"\n") else { break };
            let Some((chain, read)) = checked(whole, &self.chain) else {
                self.was_changed = true;
                break;
            };
            match read {
                Line::Kept { form: FORM, first: one } if good == 0 && one == first => {}
                Line::Record(record) if good > 0 => self.record = Some(record),
                Line::Page(page) if good > 0 && page.offset.saturating_add(page.length) <= available => {
                    let follows = match self.before.last() {
                        None => page.page == 1,
                        Some(last) => page.page == last.page + 1 && last.next.is_some(),
                    };
                    if !follows {
                        break;
                    }
                    self.length = page.offset + page.length;
                    self.before.push(page);
                }
                _ => break,
            }
            good += line.len() as u64;
            self.chain = chain;
            line.clear();
        }
        drop(lines);
        self.index.set_len(good)?;
        self.index.seek(SeekFrom::End(0))?;
        Ok((good > 0).then_some(()))
    }

    /// Starts again. Existing bodies stay in place: they may still be being read.
    pub fn begin(&mut self, first: &str) -> io::Result<()> {
        self.before.clear();
        self.record = None;
        self.chain.clear();
        self.index.set_len(0)?;
        self.index.seek(SeekFrom::Start(0))?;
        self.write(&Line::Kept { form: FORM, first: first.to_owned() })
    }

    /// Returns the pages cached by an earlier run, in order.
    pub fn before(&self) -> &[CachedPage] {
        &self.before
    }

    /// Returns the cached record.
    pub fn record(&self) -> Option<&KeptRecord> {
        self.record.as_ref()
    }

    /// Returns the file with the bodies, its path, and its length in bytes.
    pub fn pages(&self) -> io::Result<(File, PathBuf, u64)> {
        Ok((self.pages.try_clone()?, self.path.clone(), self.length))
    }

    /// Returns the body of a page, if it is unchanged.
    pub fn body(&mut self, page: &CachedPage) -> Option<Vec<u8>> {
        if page.length > LARGEST_PAGE {
            return None;
        }
        let mut body = vec![0; usize::try_from(page.length).ok()?];
        self.pages.seek(SeekFrom::Start(page.offset)).ok()?;
        self.pages.read_exact(&mut body).ok()?;
        (hash::of(&body) == page.sha256).then_some(body)
    }

    /// Removes a page and all that follow it.
    pub fn forget_from(&mut self, page: u32, first: &str) -> io::Result<()> {
        let (record, pages) = (self.record.take(), std::mem::take(&mut self.before));
        self.begin(first)?;
        if let Some(record) = record {
            self.keep_record(&record.text)?;
        }
        for one in pages.into_iter().take_while(|one| one.page < page) {
            self.write(&Line::Page(one.clone()))?;
            self.before.push(one);
        }
        Ok(())
    }

    /// Adds a completed page.
    pub fn keep(&mut self, page: CachedPage) -> io::Result<()> {
        self.write(&Line::Page(page))
    }

    /// Adds the record.
    pub fn keep_record(&mut self, text: &str) -> io::Result<()> {
        let record = KeptRecord { text: text.to_owned() };
        self.write(&Line::Record(record.clone()))?;
        self.record = Some(record);
        Ok(())
    }

    /// Returns whether a changed line was found.
    pub fn was_changed(&self) -> bool {
        self.was_changed
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        let chain = chained(&self.chain, text.as_bytes());
        // In one piece: a line that is present is complete.
        self.index.write_all(format!("{chain} {text}\n").as_bytes())?;
        self.chain = chain;
        Ok(())
    }
}

/// Returns the hash of a line and those before it.
fn chained(before: &str, line: &[u8]) -> String {
    hash::of(&[before.as_bytes(), line].concat())
}

/// Returns a line of the index with its hash, if it is unchanged.
fn checked(line: &[u8], before: &str) -> Option<(String, Line)> {
    let at = memchr::memchr(b' ', line)?;
    let text = &line[at + 1..];
    let chain = chained(before, text);
    (chain.as_bytes() == &line[..at]).then(|| Some((chain, serde_json::from_slice(text).ok()?)))?
}

impl CachedPage {
    /// Creates a page requested just now, with the position of its body, and without a next page.
    pub fn new(page: u32, url: &str, offset: u64, body: &[u8]) -> CachedPage {
        let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        CachedPage {
            page,
            url: url.to_owned(),
            next: None,
            offset,
            length: body.len() as u64,
            at,
            sha256: hash::of(body),
        }
    }

    /// Returns how long ago it was requested.
    pub fn age(&self) -> Duration {
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.at));
        at.and_then(|at| at.elapsed().ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::graph::Api;

    fn service() -> Service {
        Service::new("https://graph.microsoft.com", Api::V1).expect("a root")
    }

    fn call(number: u32) -> CallId {
        CallId::parse(&format!("0c0ffee0-0000-4000-8000-{number:012}")).expect("a GUID")
    }

    fn open(folder: &Path, limit: u64, number: u32) -> Kept {
        let folder = Folder { path: folder.to_owned(), limit };
        folder
            .open(&service(), call(number), &Request::default())
            .expect("it can be opened")
            .expect("nobody else has it")
    }

    fn add(kept: &mut Kept, page: u32, body: &[u8], next: Option<&str>) {
        let (mut file, _, length) = kept.pages().expect("there is a file");
        file.seek(SeekFrom::Start(length)).expect("it has an end");
        file.write_all(body).expect("it takes bytes");
        let next = next.map(str::to_owned);
        kept.keep(CachedPage { next, ..CachedPage::new(page, "u", length, body) }).expect("it takes lines");
        kept.length += body.len() as u64;
    }

    #[test]
    fn what_was_kept_is_there_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut kept = open(folder.path(), LIMIT, 1);
        kept.keep_record("{\"version\":1}").expect("it takes lines");
        add(&mut kept, 1, b"first", Some("two"));
        add(&mut kept, 2, b"second", None);
        drop(kept);
        let mut kept = open(folder.path(), LIMIT, 1);
        assert_eq!(kept.record().map(|record| record.text.as_str()), Some("{\"version\":1}"));
        let pages = kept.before().to_vec();
        assert_eq!(pages.iter().map(|page| page.next.as_deref()).collect::<Vec<_>>(), [Some("two"), None]);
        assert_eq!(kept.body(&pages[1]).as_deref(), Some(b"second".as_slice()));
    }

    #[test]
    fn a_page_that_was_not_whole_is_not_there_and_the_next_one_stands_in_its_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut kept = open(folder.path(), LIMIT, 1);
        add(&mut kept, 1, b"first", Some("two"));
        // The program is killed in the middle of a body and of a line.
        kept.pages.seek(SeekFrom::End(0)).expect("it has an end");
        kept.pages.write_all(b"sec").expect("it takes bytes");
        kept.index.write_all(b"0123 {\"page\":{\"page\":2,").expect("it takes bytes");
        drop(kept);
        let mut kept = open(folder.path(), LIMIT, 1);
        assert_eq!(kept.before().len(), 1);
        add(&mut kept, 2, b"second", None);
        drop(kept);
        let mut kept = open(folder.path(), LIMIT, 1);
        let pages = kept.before().to_vec();
        assert_eq!(kept.body(&pages[1]).as_deref(), Some(b"second".as_slice()));
    }

    #[test]
    fn a_line_that_was_changed_and_what_follows_it_is_not_taken_for_what_was_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut kept = open(folder.path(), LIMIT, 1);
        kept.keep_record("{\"version\":1}").expect("it takes lines");
        for page in 1..=3 {
            add(&mut kept, page, b"body", Some("https://graph.microsoft.com/next"));
        }
        drop(kept);
        let path = fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
        let path = path.into_iter().find(|path| path.extension().is_some_and(|it| it == "index")).expect("an index");
        let index = fs::read_to_string(&path).expect("it is there");
        let bodies = fs::read(path.with_extension("pages")).expect("it is there");
        for (from, to, pages, has_record) in
            [("", "", 3, true), ("version", "versiom", 0, false), ("\"page\":2", "\"page\":7", 1, true)]
        {
            fs::write(&path, index.replacen(from, to, 1)).expect("it takes files");
            fs::write(path.with_extension("pages"), &bodies).expect("it takes files");
            let kept = open(folder.path(), LIMIT, 1);
            assert_eq!((kept.before().len(), kept.record().is_some()), (pages, has_record), "{from}");
            assert_eq!(kept.was_changed(), pages < 3, "{from}");
        }
        let lines: Vec<&str> = index.lines().collect();
        fs::write(path.with_extension("pages"), &bodies).expect("it takes files");
        fs::write(&path, [lines[0], lines[1], lines[3], lines[4], ""].join("\n")).expect("it takes files");
        assert_eq!(open(folder.path(), LIMIT, 1).before().len(), 0, "a line was taken out");
    }

    #[test]
    fn a_body_that_changed_is_not_taken_for_the_page() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut kept = open(folder.path(), LIMIT, 1);
        add(&mut kept, 1, b"first", Some("two"));
        add(&mut kept, 2, b"second", None);
        drop(kept);
        let path = fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
        let path = path.into_iter().find(|path| path.extension().is_some_and(|it| it == "pages")).expect("bodies");
        fs::write(path, b"firstSECOND").expect("it takes bytes");
        let mut kept = open(folder.path(), LIMIT, 1);
        let pages = kept.before().to_vec();
        assert!(kept.body(&pages[0]).is_some() && kept.body(&pages[1]).is_none());
        kept.forget_from(2, service().sessions_of(call(1), &Request::default()).as_str()).expect("it forgets");
        drop(kept);
        assert_eq!(open(folder.path(), LIMIT, 1).before().len(), 1);
    }

    #[test]
    fn the_oldest_calls_make_room_and_calls_in_use_stay() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for number in 1..=3 {
            let mut kept = open(folder.path(), LIMIT, number);
            add(&mut kept, 1, &[b'x'; 100], None);
            let then = SystemTime::now() - Duration::from_secs(1000 - u64::from(number));
            kept.index.set_modified(then).expect("a time can be set");
        }
        let in_use = open(folder.path(), LIMIT, 1);
        let then = SystemTime::now() - Duration::from_secs(2000);
        in_use.index.set_modified(then).expect("a time can be set");
        drop(open(folder.path(), 150, 4));
        drop(in_use);
        let is_there = |number| !open(folder.path(), LIMIT, number).before().is_empty();
        assert_eq!((is_there(1), is_there(2), is_there(3)), (true, false, true));
    }

    #[test]
    fn two_runs_do_not_share_a_call() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let _kept = open(folder.path(), LIMIT, 1);
        let other = Folder { path: folder.path().to_owned(), limit: LIMIT };
        assert!(other.open(&service(), call(1), &Request::default()).expect("it can be asked for").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inside = folder.path().join("made");
        drop(open(&inside, LIMIT, 1));
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&inside), 0o700);
        for entry in fs::read_dir(&inside).expect("a folder") {
            assert_eq!(mode(&entry.expect("an entry").path()), 0o600);
        }
    }
}
