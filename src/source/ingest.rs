//! From text to rows: split on the reading thread, parsed on others, reported in the order of the text.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use crate::call::{
    Foreign, LoadEvent, Oddities, Origin, PageId, Place, Problem, ProblemLevel, ReceivedRecord, RecordVersion, Row,
    Stretch, UserError, UserErrorKind, reason,
};
use crate::model::envelope::{is_link_inside, is_link_to_sessions};
use crate::model::path::members;
use crate::model::record::{Extra, Oddity, Show as _, oddities};
use crate::model::session::{self, Unreadable};
use crate::model::{Asked, Envelope, Field, NextLink, Session};
use crate::privacy::Redactor;
use crate::triage::Interner;

use super::Context;

use super::error::LoadError;
use super::foreign;
use super::journal::Text;
use super::split::{Broken, ListKind, Piece, Splitter};
use super::store::Store;
use super::teller::Teller;

/// Read size in bytes, small at first so that rows appear at once.
const FIRST_CHUNK: usize = 64 << 10;
const CHUNK: usize = 1 << 20;

/// A session with more segments, media and streams than this is skipped: each takes up to two kilobytes of memory, and one
/// that says nothing takes two bytes of a file. Our own limit, a thousand times what a day's meeting has.
const MOST_OBJECTS: usize = 1_000_000;

/// Reads texts one after the other, numbering their pages consecutively.
pub struct Ingest {
    store: Arc<Store>,
    teller: Teller,
    context: Context,
    pages: PageId,
    /// The texts are pages fetched from a service, each linked from the previous one, with these options.
    fetched_with: Option<Arc<Asked>>,
    /// The request options of the texts, according to a manifest.
    told_asked: Option<Arc<Asked>>,
    /// The link of the last completed page.
    last_link: NextLink,
    /// The last record version found.
    last_version: Option<RecordVersion>,
    /// Bytes read so far, over all texts.
    read: u64,
    /// Total bytes, if known.
    of: Option<u64>,
    /// Removes from every text what is not to be shown.
    redactor: Option<Redactor>,
    /// The following text could not be read to its end when it was received, which was reported.
    was_cut: bool,
}

/// What was found in a text.
#[derive(Debug, Default)]
pub struct TextRead {
    /// Completed pages of sessions.
    pub pages: u64,
    /// Objects and other elements found.
    pub elements: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Where the text is truncated or broken.
    pub broken: Option<Broken>,
    /// Position of the first invalid JSON.
    pub damage: Option<u64>,
}

/// Where a text's bytes are kept.
#[derive(Debug, Clone, Copy)]
pub enum Kept {
    /// In a part of the store, from a byte on.
    InPlace(u32, u64),
    Spooled,
}

/// An open page of the text.
struct OpenPage {
    local: u32,
    id: Option<PageId>,
    has_pages: bool,
    begins: Option<Box<(Envelope, Option<ReceivedRecord>)>>,
    /// The request options, as far as known from what comes before its sessions.
    asked: Arc<Asked>,
}

impl Ingest {
    /// Creates an intake that sends its news to a queue. Everything it does blocks, and the runtime's threads parse for
    /// it: use it on a thread of `spawn_blocking`.
    pub fn new(store: Arc<Store>, teller: Teller, context: Context) -> Self {
        Ingest {
            store,
            teller,
            context,
            pages: 0,
            fetched_with: None,
            told_asked: None,
            last_link: NextLink::None,
            last_version: None,
            read: 0,
            of: None,
            redactor: None,
            was_cut: false,
        }
    }

    /// Removes something from all of the following texts: only what is left is kept.
    pub fn redact(&mut self, redactor: Redactor) {
        self.redactor = Some(redactor);
    }

    /// Counts bytes as read.
    pub fn has_read(&mut self, bytes: u64) {
        self.read += bytes;
    }

    /// The following text was received before, in these circumstances.
    pub fn as_received(&mut self, text: &Text) {
        (self.told_asked, self.fetched_with) = (text.told_asked.clone(), text.fetched_with.clone());
        self.was_cut = text.is_cut;
    }

    /// Returns what removes the same from a text that is not a text of sessions.
    pub fn redactor(&mut self) -> Option<&mut Redactor> {
        self.redactor.as_mut()
    }

    /// Sets the total bytes to read, or clears it if it turns out to be unknown.
    pub fn expect_bytes(&mut self, of: Option<u64>) {
        self.of = of;
    }

    /// The following texts are pages of a service, each linked from the previous one, requested with these options.
    pub fn begin_fetching(&mut self, asked: Asked) {
        self.fetched_with = Some(Arc::new(asked));
    }

    /// The following texts were requested with these options, according to their manifest.
    pub fn tell_asked(&mut self, asked: Option<Asked>) {
        self.told_asked = asked.map(Arc::new);
    }

    /// Discards everything read so far; the next page is the first one.
    pub fn begin_anew(&mut self) -> Result<(), LoadError> {
        (self.pages, self.read, self.last_link, self.last_version) = (0, 0, NextLink::None, None);
        self.tell(LoadEvent::Anew)
    }

    /// Returns a page's request options.
    fn asked_of(&self, envelope: &Envelope) -> Arc<Asked> {
        let told = Asked::of(envelope);
        match self.fetched_with.as_ref().or(self.told_asked.as_ref()) {
            // The response itself knows better.
            Some(known) if known.segments == Some(true) && told.segments == Some(false) => {
                Arc::new(Asked { segments: Some(false), ..(**known).clone() })
            }
            Some(known) => known.clone(),
            None => Arc::new(told),
        }
    }

    /// Returns the link of the last completed page, if it has one.
    pub fn last_link(&self) -> &NextLink {
        &self.last_link
    }

    /// Returns the version of the last record around sessions, if it has one.
    pub fn last_version(&self) -> Option<RecordVersion> {
        self.last_version
    }

    /// Returns the number of pages so far.
    pub fn pages(&self) -> PageId {
        self.pages
    }

    /// Returns the sender of its news.
    pub fn teller(&self) -> &Teller {
        &self.teller
    }

    /// Returns the store that it fills.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Sends a piece of news, waiting for room.
    pub fn tell(&self, arrival: LoadEvent) -> Result<(), LoadError> {
        Ok(self.teller.tell(arrival)?)
    }

    /// Sends a piece of news about the text being read, waiting for room.
    fn send(&self, arrival: LoadEvent) -> Result<(), LoadError> {
        Ok(self.teller.send(arrival)?)
    }

    /// Reads a text to its end or to where it breaks.
    pub fn read_text(&mut self, origin: &Origin, mut reader: impl Read, kept: Kept) -> Result<TextRead, LoadError> {
        let (part, base) = match kept {
            Kept::InPlace(part, base) => (part, base),
            Kept::Spooled => match self.store.spool() {
                Ok(spool) => spool,
                Err(error) => return Err(self.no_spool(origin, &error)),
            },
        };
        self.begin_text(origin, (part, base));
        let mut text = TextInProgress::new(origin, (part, base), Splitter::default());
        let mut size_of_chunk = FIRST_CHUNK;
        loop {
            if self.teller.stop().token().is_cancelled() {
                return Err(LoadError::Cancelled);
            }
            let room = text.splitter.room(size_of_chunk);
            let (got, failure) = fill(&mut reader, room);
            if matches!(kept, Kept::Spooled)
                && self.redactor.is_none()
                && let Err(error) = self.store.append(&room[..got])
            {
                return Err(self.no_spool(origin, &error));
            }
            text.splitter.filled(size_of_chunk, got);
            text.read.bytes += got as u64;
            self.read += got as u64;
            self.teller.journal().grow(got as u64);
            let mut split = text.splitter.run();
            self.take_pieces(&mut text)?;
            if let Some(error) = &failure {
                self.teller.journal().cut();
                self.tell(LoadEvent::Problem(Problem {
                    weight: ProblemLevel::Loss,
                    origin: origin.clone(),
                    what: format!("could not be read any further: {}", reason(error)),
                    at: Some(text.read.bytes),
                }))?;
            }
            let is_end = got == 0 || failure.is_some();
            if is_end && split.is_ok() {
                split = text.splitter.finish();
                self.take_pieces(&mut text)?;
            }
            if let Err(broken) = split {
                self.breaks(&mut text, broken, failure.is_some() || self.was_cut)?;
                return Ok(text.read);
            }
            self.send(LoadEvent::Progress { read: self.read, of: self.of })?;
            if is_end {
                self.end_page(&mut text, None, Vec::new(), false)?;
                return Ok(text.read);
            }
            size_of_chunk = CHUNK;
        }
    }

    /// Takes in a text that is at hand and was split completely.
    pub fn take_whole(&mut self, origin: &Origin, splitter: Splitter, kept: Kept) -> Result<(), LoadError> {
        let bytes = splitter.text().len() as u64;
        let place = match kept {
            Kept::InPlace(part, base) => Ok((part, base)),
            Kept::Spooled => self.store.spool().and_then(|place| self.store.append(splitter.text()).map(|()| place)),
        };
        let place = match place {
            Ok(place) => place,
            Err(error) => return Err(self.no_spool(origin, &error)),
        };
        self.begin_text(origin, place);
        self.teller.journal().grow(bytes);
        let mut text = TextInProgress::new(origin, place, splitter);
        self.read += bytes;
        self.take_pieces(&mut text)?;
        self.send(LoadEvent::Progress { read: self.read, of: self.of })?;
        self.end_page(&mut text, None, Vec::new(), false)
    }

    /// Notes where a text is kept, so that it can be read again.
    fn begin_text(&self, origin: &Origin, (part, base): (u32, u64)) {
        self.teller.journal().begin_text(Text {
            origin: origin.clone(),
            stretch: Stretch { part, offset: base, length: 0 },
            told_asked: self.told_asked.clone(),
            fetched_with: self.fetched_with.clone(),
            is_cut: self.was_cut,
        });
    }

    /// Reports that received data could not be spooled and so could not be displayed later.
    fn no_spool(&self, origin: &Origin, error: &io::Error) -> LoadError {
        let (what, hint) = self.store.cannot_spool(origin, error);
        LoadError::Failed(UserError { kind: UserErrorKind::Input, what, hint: Some(hint) })
    }

    fn breaks(&mut self, text: &mut TextInProgress, broken: Broken, is_explained: bool) -> Result<(), LoadError> {
        if !is_explained && text.read.elements + text.read.pages > 0 || text.open.len() > 1 {
            let found = match broken.is_end {
                true => format!("truncated here: {} is missing; the sessions before it are shown", broken.expected),
                false => {
                    format!("invalid here: expected {}; the sessions before it are shown", broken.expected)
                }
            };
            self.send(LoadEvent::Problem(Problem {
                weight: ProblemLevel::Loss,
                origin: text.origin.clone(),
                what: found,
                at: Some(broken.at),
            }))?;
        }
        text.read.broken = Some(broken);
        Ok(())
    }

    /// Skips one of our own reports, and says so.
    fn take_report(&mut self, text: &mut TextInProgress, page: u32) -> Result<(), LoadError> {
        text.report = Some(page);
        text.read.elements += 1;
        self.send(LoadEvent::Foreign(Foreign {
            origin: text.origin.clone(),
            one: "a report written by callscope, not the call itself".to_owned(),
            many: String::new(),
            count: None,
            hint: "open the file the report was made from".to_owned(),
        }))
    }

    /// Reports a problem at a byte of a text.
    fn report_at(&self, text: &TextInProgress, at: u64, weight: ProblemLevel, what: String) -> Result<(), LoadError> {
        self.send(LoadEvent::Problem(Problem { weight, origin: text.origin.clone(), what, at: Some(at) }))
    }

    /// Removes from the pieces of a text what is not to be shown, and keeps the rest.
    fn redacted(
        &mut self,
        text: &mut TextInProgress,
        pieces: Vec<Piece>,
        bytes: &[u8],
    ) -> Result<(Vec<Piece>, Vec<u8>), LoadError> {
        let Some(redactor) = &mut self.redactor else { return Ok((pieces, bytes.to_vec())) };
        let mut left = Vec::new();
        let envelope = |redactor: &mut Redactor, envelope: String| {
            String::from_utf8(redactor.redacted(envelope.as_bytes())).unwrap_or_default()
        };
        let pieces = pieces.into_iter().map(|piece| match piece {
            Piece::Leaf { page, at, range, list } => {
                let from = left.len();
                left.extend(redactor.redacted(&bytes[range]));
                Piece::Leaf { page, at, range: from..left.len(), list }
            }
            Piece::PageBegins { page, envelope: own } => Piece::PageBegins { page, envelope: envelope(redactor, own) },
            Piece::PageEnds { page, envelope: own, lists } => {
                Piece::PageEnds { page, envelope: envelope(redactor, own), lists }
            }
            other => other,
        });
        let pieces: Vec<Piece> = pieces.collect();
        let spooled = self.store.spool().and_then(|place| self.store.append(&left).map(|()| place));
        text.redacted = Some(spooled.map_err(|error| self.no_spool(&text.origin, &error))?);
        Ok((pieces, left))
    }

    fn take_pieces(&mut self, text: &mut TextInProgress) -> Result<(), LoadError> {
        let (pieces, bytes) = text.splitter.take();
        if pieces.is_empty() {
            return Ok(());
        }
        let (pieces, bytes) = match self.redactor.is_some() {
            true => self.redacted(text, pieces, &bytes)?,
            false => (pieces, bytes),
        };
        let mut batch = Batch {
            bytes: Arc::new(bytes),
            origin: text.origin.clone(),
            leaves: Vec::new(),
            scraps: Vec::new(),
            context: self.context,
        };
        for piece in pieces {
            match piece {
                Piece::Leaf { page, .. } | Piece::Scrap { page, .. } | Piece::PageEnds { page, .. }
                    if text.report == Some(page) =>
                {
                    text.report = text.report.filter(|_| !matches!(piece, Piece::PageEnds { .. }));
                }
                Piece::PageBegins { page, envelope } if is_own_report(&envelope) => self.take_report(text, page)?,
                Piece::Leaf { page, at, range, list } => {
                    let is_in_page = page != 0;
                    text.read.elements += 1;
                    let page = self.page_id(text, page, &mut batch)?;
                    let place = text.place_of(at, &range);
                    let asked =
                        text.open.iter().rev().find(|open| open.id == Some(page)).map(|open| open.asked.clone());
                    let asked = asked.unwrap_or_default();
                    batch.leaves.push(Leaf { range, at, place, page, asked, list, is_in_page });
                }
                Piece::Scrap { page, at } => {
                    text.read.elements += 1;
                    self.page_id(text, page, &mut batch)?;
                    batch.scraps.push(at);
                }
                Piece::Damage { at, expected, is_loss } => {
                    text.read.damage.get_or_insert(at);
                    let weight = if is_loss { ProblemLevel::Loss } else { ProblemLevel::Oddity };
                    self.report_at(text, at, weight, format!("invalid here: expected {expected}"))?;
                }
                Piece::TooLarge { at, .. } => {
                    text.read.elements += 1;
                    let what = "an object larger than 64 MB was skipped; no session is that large".to_owned();
                    self.report_at(text, at, ProblemLevel::Loss, what)?;
                }
                Piece::PageCut { .. } => {
                    self.flush(&mut batch)?;
                    text.open.pop();
                }
                Piece::PageBegins { page, envelope } => {
                    self.flush(&mut batch)?;
                    if let Some(outer) = text.open.last_mut() {
                        outer.has_pages = true;
                    }
                    let begins = Some(Box::new(read_envelope(&envelope)));
                    text.open.push(OpenPage { local: page, id: None, has_pages: false, begins, asked: Arc::default() });
                }
                Piece::PageEnds { envelope, lists, .. } => {
                    self.flush(&mut batch)?;
                    let stretch = |list: Range<u64>| Stretch {
                        part: text.part,
                        offset: text.base + list.start,
                        length: list.end - list.start,
                    };
                    // Of what was redacted, sessions are kept one by one.
                    let is_list = !lists.is_empty();
                    let content = lists.into_iter().filter(|_| self.redactor.is_none()).map(stretch).collect();
                    self.end_page(text, Some(&envelope), content, is_list)?;
                }
            }
        }
        self.flush(&mut batch)
    }

    /// Returns the number of a page, opening it at its first element.
    fn page_id(&mut self, text: &mut TextInProgress, local: u32, batch: &mut Batch) -> Result<PageId, LoadError> {
        let Some(open) = text.open.iter_mut().rev().find(|open| open.local == local) else { return Ok(0) };
        if let Some(id) = open.id {
            return Ok(id);
        }
        let id = self.pages;
        self.pages += 1;
        open.id = Some(id);
        let (envelope, record) = open.begins.take().map_or_else(Default::default, |begins| *begins);
        let asked = self.asked_of(&envelope);
        open.asked = asked.clone();
        self.flush(batch)?;
        self.send(LoadEvent::Page {
            page: id,
            origin: text.origin.clone(),
            envelope: Box::new(envelope),
            record: record.map(Box::new),
            content: Vec::new(),
            is_whole: false,
            is_fetched: self.fetched_with.is_some(),
            asked: (*asked).clone(),
            is_list: false,
        })?;
        Ok(id)
    }

    /// Ends a page, or the text itself if there is no envelope.
    fn end_page(
        &mut self,
        text: &mut TextInProgress,
        envelope: Option<&str>,
        content: Vec<Stretch>,
        is_list: bool,
    ) -> Result<(), LoadError> {
        let Some(open) = text.open.pop() else { return Ok(()) };
        let (envelope, record) = envelope.map(read_envelope).unwrap_or_default();
        // Pages of pages, and a text whose pages are separate, are not pages of sessions.
        if open.id.is_none() && (open.has_pages || open.local == 0) {
            return Ok(());
        }
        let page = open.id.unwrap_or_else(|| {
            self.pages += 1;
            self.pages - 1
        });
        self.last_link = envelope.link();
        self.last_version = record.as_ref().and_then(|record| RecordVersion::of(&record.read)).or(self.last_version);
        text.read.pages += 1;
        let asked = self.asked_of(&envelope);
        self.send(LoadEvent::Page {
            page,
            origin: text.origin.clone(),
            envelope: Box::new(envelope),
            record: record.map(Box::new),
            is_list,
            content,
            is_whole: true,
            is_fetched: self.fetched_with.is_some(),
            asked: (*asked).clone(),
        })
    }

    /// Hands the collected leaves to a thread.
    fn flush(&self, batch: &mut Batch) -> Result<(), LoadError> {
        if batch.leaves.is_empty() && batch.scraps.is_empty() {
            return Ok(());
        }
        let rest = Batch { leaves: Vec::new(), scraps: Vec::new(), ..batch.clone() };
        let batch = std::mem::replace(batch, rest);
        // The queue's capacity limits how many batches are in progress.
        let parsed = tokio::task::spawn_blocking(move || batch.parse());
        Ok(self.teller.later(parsed)?)
    }
}

struct TextInProgress {
    origin: Origin,
    part: u32,
    base: u64,
    splitter: Splitter,
    open: Vec<OpenPage>,
    /// The page that is one of our own reports, which is skipped.
    report: Option<u32>,
    read: TextRead,
    /// Where the current pieces are kept, if something was removed from them.
    redacted: Option<(u32, u64)>,
}

impl TextInProgress {
    /// Starts before anything was taken in. `place` is where its bytes are kept: the part and their first byte.
    fn new(origin: &Origin, (part, base): (u32, u64), splitter: Splitter) -> TextInProgress {
        let open = vec![OpenPage { local: 0, id: None, has_pages: false, begins: None, asked: Arc::default() }];
        TextInProgress {
            origin: origin.clone(),
            part,
            base,
            splitter,
            open,
            report: None,
            read: TextRead::default(),
            redacted: None,
        }
    }

    /// Returns where a piece is kept, given its first byte in the text and its range among the current pieces.
    fn place_of(&self, at: u64, range: &Range<usize>) -> Place {
        let length = range.len() as u32;
        match self.redacted {
            Some((part, base)) => Place { part, offset: base + range.start as u64, length },
            None => Place { part: self.part, offset: self.base + at, length },
        }
    }
}

/// Reads until the buffer is full, the text ends or an error occurs.
fn fill(reader: &mut impl Read, room: &mut [u8]) -> (usize, Option<io::Error>) {
    // One read is enough if it returns something: a slow pipe should not delay what is available.
    loop {
        match reader.read(room) {
            Ok(got) => return (got, None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (0, Some(error)),
        }
    }
}

/// Reads what surrounds a list of sessions, and the record that it is, where it is one.
pub fn read_envelope(json: &str) -> (Envelope, Option<ReceivedRecord>) {
    let envelope: Option<Field<Envelope>> = serde_json::from_str(json).ok();
    let Some(Field::Value(mut envelope)) = envelope else { return Default::default() };
    // Of a member that comes twice the last one counts; of a link, the one that leads somewhere.
    if envelope.link() == NextLink::None {
        let links = members(json).into_iter().filter(|(name, _)| is_link_to_sessions(name));
        if let Some(link) = links.filter_map(|(_, raw)| serde_json::from_str::<String>(raw).ok()).next() {
            envelope.next_link = Field::Value(link.into());
        }
    }
    let is_record = envelope.extra.iter().any(|(name, _)| name.eq_ignore_ascii_case("sessions"));
    let record = if is_record { read_record(json) } else { None };
    (envelope, record)
}

/// Returns whether it is one of our own JSON reports.
fn is_own_report(envelope: &str) -> bool {
    let envelope: Option<Field<Envelope>> = serde_json::from_str(envelope).ok();
    let schema = |envelope: &Envelope| {
        let schema = envelope.extra.iter().find(|(name, _)| name == "schema")?;
        Some(schema.1.get().starts_with("\"callscope.report/"))
    };
    envelope.as_ref().and_then(Field::value).and_then(schema).unwrap_or(false)
}

/// Parses a record whose list of sessions is empty or absent.
pub fn read_record(json: &str) -> Option<ReceivedRecord> {
    match serde_json::from_str(json).ok()? {
        Field::Value(read) => Some(ReceivedRecord { read, text: json.into() }),
        _ => None,
    }
}

/// Leaves that are parsed together.
#[derive(Clone)]
struct Batch {
    bytes: Arc<Vec<u8>>,
    origin: Origin,
    leaves: Vec<Leaf>,
    /// Positions of elements that are not objects.
    scraps: Vec<u64>,
    context: Context,
}

#[derive(Clone)]
struct Leaf {
    range: std::ops::Range<usize>,
    at: u64,
    place: Place,
    page: PageId,
    asked: Arc<Asked>,
    list: ListKind,
    /// It is part of a page rather than separate.
    is_in_page: bool,
}

/// Reports parts of a session at another address, which is not followed: the service splits very long lists.
fn elsewhere(session: &Session) -> Option<String> {
    let has_link = |extra: &Extra| extra.iter().any(|(name, value)| is_link_inside(name, value.get()));
    let segments = || session.segments.readable().map(|(_, segment)| segment);
    let media = || segments().flat_map(|segment| segment.media.readable().map(|(_, media)| media));
    let what = if has_link(&session.extra) {
        "segments"
    } else if segments().any(|segment| has_link(&segment.extra)) {
        "media"
    } else if media().any(|media| has_link(&media.extra)) {
        "streams"
    } else {
        return None;
    };
    Some(format!("more {what} of this session are at another address, which is not followed, so they are missing"))
}

impl Batch {
    fn parse(self) -> LoadEvent {
        let mut rows = Vec::with_capacity(self.leaves.len());
        let mut names = Interner::default();
        let mut met = Oddities::default();
        let mut problems = Vec::new();
        let mut foreign: Vec<Foreign> = Vec::new();
        let mut cut_by_depth = false;
        let problem = |weight, at, what| Problem { weight, origin: self.origin.clone(), what, at: Some(at) };
        for leaf in &self.leaves {
            let bytes = &self.bytes[leaf.range.clone()];
            if memchr::memchr_iter(b'{', bytes).count() > MOST_OBJECTS {
                let what = "session skipped: it has more than 1,000,000 objects, which no session has".to_owned();
                problems.push(problem(ProblemLevel::Loss, leaf.at, what));
                continue;
            }
            let read = match session::read(bytes) {
                Ok(read) => read,
                Err(Unreadable::NotAnObject) => continue,
                Err(Unreadable::NotJson { reason, at }) => {
                    let what = format!("session skipped, not valid JSON: {reason}");
                    problems.push(problem(ProblemLevel::Loss, leaf.at + at as u64, what));
                    continue;
                }
            };
            // Everything in the service's list of sessions is a session, however few members were requested.
            let in_sessions = leaf.list == ListKind::Sessions || leaf.asked.segments.is_some();
            let named = match leaf.list {
                ListKind::Responses => foreign::name_part(&read.session, bytes),
                _ => foreign::name(&read.session, in_sessions, bytes),
            };
            if let Some(named) = named {
                if leaf.is_in_page && named.is_loss {
                    problems.push(problem(
                        ProblemLevel::Loss,
                        leaf.at,
                        format!("{} appears where a session should be", named.one),
                    ));
                }
                match foreign.iter_mut().find(|one| one.one == named.one) {
                    Some(one) => one.count = one.count.map(|count| count + 1),
                    None => foreign.push(self.foreign(&named.one, &named.many, named.hint, 1)),
                }
                continue;
            }
            if read.was_mended {
                let what = "session repaired: it contained invalid JSON; the raw view shows it as received";
                problems.push(problem(ProblemLevel::Oddity, leaf.at, what.to_owned()));
            }
            if let Some(what) = elsewhere(&read.session) {
                problems.push(problem(ProblemLevel::Loss, leaf.at, what));
            }
            if read.session.is_odd() {
                oddities(&read.session, &mut |owner, member, oddity| {
                    cut_by_depth |= matches!(oddity, Oddity::Unreadable(raw) if foreign::is_cut_by_depth(raw));
                    met.add(oddity.words(owner, member), 1);
                });
            }
            let mut row = Row::new(&read.session, bytes, leaf.place, leaf.page, self.context.rules, &mut names);
            row.locate(self.context.sites, &read.session, &mut names);
            row.asked_with(&leaf.asked, &read.session, &mut names);
            rows.push(row);
        }
        if cut_by_depth {
            let what = format!(
                "parts of sessions were saved as text because PowerShell's depth was too small: {}",
                foreign::SAVE_DEEPER
            );
            problems.push(Problem { weight: ProblemLevel::Loss, origin: self.origin.clone(), what, at: None });
        }
        for at in &self.scraps {
            let what = "a null, string or number appears where a session should be";
            problems.push(problem(ProblemLevel::Loss, *at, what.to_owned()));
        }
        LoadEvent::Rows { rows, names: names.into(), oddities: met, problems, foreign }
    }

    fn foreign(&self, one: &str, many: &str, hint: &str, count: u64) -> Foreign {
        let (one, many, hint) = (one.to_owned(), many.to_owned(), hint.to_owned());
        Foreign { origin: self.origin.clone(), one, many, count: Some(count), hint }
    }
}
