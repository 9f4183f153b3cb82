//! Cuts a stream of JSON into sessions without parsing it: finds where each one begins and ends, and what surrounds
//! them.
//!
//! One grammar covers every form that people save. An object with a list under `value`, `sessions` or `responses`, or
//! an object under `value` or `sessions` or (in a batch response) under `body`, is a *page*: the elements of its lists
//! are inspected in turn, and the rest is kept as its envelope. Interner match in any letter case. An object with none of
//! these is a *leaf*: a session, or something that turns out not to be one. Documents may follow one another, as in
//! NDJSON.
//!
//! The text arrives in chunks. A leaf is returned as soon as its end is seen, so that rows appear long before a large
//! file is read, and is then forgotten.

use std::ops::Range;

use memchr::memchr2;

/// A larger leaf, in bytes, is skipped. No session comes near it; an endless file would.
pub const LARGEST_LEAF: u64 = 64 << 20;

/// A longer member name, in bytes with blanks and colon, is invalid.
const LONGEST_NAME: usize = 4 << 20;

/// Maximum size of a block of HTTP headers, in bytes.
const LONGEST_HEADERS: usize = 256 << 10;

/// How many truncated documents are given up one by one at the end of a text; each may cost a scan of everything after
/// it.
const MOST_CUT_LINES: usize = 20;

/// More deeply nested lists are not inspected.
const DEEPEST: usize = 16;

/// How a page of its own begins, on a line after a truncated one.
const BEGINNINGS_OF_PAGES: &[&[u8]] = &[b"{\"@odata.", b"{\"value\""];

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    PageBegins {
        /// The page, counted from 1 in its text. 0 is the text itself, for leaves outside any page.
        page: u32,
        /// Its own members before its first list, as JSON, with that list empty.
        envelope: String,
    },
    Leaf {
        /// The page it is in.
        page: u32,
        /// Its first byte in the text.
        at: u64,
        /// Its range in the bytes that come with the piece.
        range: Range<usize>,
        /// The list it is in.
        list: ListKind,
    },
    /// A list element that is not an object: a null, a string, a number.
    Scrap {
        /// The page it is in.
        page: u32,
        /// Its first byte in the text.
        at: u64,
    },
    /// Invalid JSON that was skipped. Everything complete around it is returned.
    Damage {
        /// Its first byte in the text.
        at: u64,
        /// What was expected there.
        expected: &'static str,
        /// Data may be lost; otherwise only a comma is missing or superfluous.
        is_loss: bool,
    },
    /// An object larger than [`LARGEST_LEAF`], which was skipped.
    TooLarge {
        /// The page it is in.
        page: u32,
        /// Its first byte in the text.
        at: u64,
    },
    /// A page is truncated, and something else begins after it.
    PageCut { page: u32 },
    PageEnds {
        page: u32,
        /// All of its own members, as JSON, with its lists empty.
        envelope: String,
        /// The contents of its lists of sessions between the brackets, in bytes of the text.
        lists: Vec<Range<u64>>,
    },
}

/// Why a text could not be split further. Earlier pieces remain valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Position in bytes.
    pub at: u64,
    /// What was expected there.
    pub expected: &'static str,
    /// The text ended there; otherwise something else was found.
    pub is_end: bool,
}

/// The state of splitting one text.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The text from `base` on, as far as received.
    buffer: Vec<u8>,
    /// Position of the buffer's first byte in the text.
    base: u64,
    /// How far the buffer was read.
    at: usize,
    stack: Vec<Frame>,
    /// The value being skipped, for when a chunk ends inside it.
    skip: Option<Skip>,
    pages: u32,
    pieces: Vec<Piece>,
    /// Only damage since some was reported, so that a stretch of it is reported once.
    is_in_damage: bool,
    /// The open document may be alone on its line.
    is_on_line: bool,
    /// The end of a line after which another document begins, and how far the search for one has come.
    line: (Option<u64>, u64),
    /// The text ended.
    is_all_here: bool,
}

#[derive(Debug)]
enum Frame {
    Object(Object),
    List(List),
}

#[derive(Debug)]
struct Object {
    /// Its first byte in the text.
    start: u64,
    /// Where the bytes not yet copied to the envelope begin.
    copied_to: u64,
    envelope: Vec<u8>,
    /// The page it is, once known.
    page: Option<u32>,
    /// The list it is in.
    inside: Inside,
    /// The contents of its lists of sessions between the brackets.
    lists: Vec<Range<u64>>,
    too_large: bool,
    /// It is invalid and is skipped to its last bracket: the parser will report it.
    is_damaged: bool,
    expect: InObject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InObject {
    NameOrEnd,
    CommaOrEnd,
}

#[derive(Debug)]
struct List {
    inside: Inside,
    /// The first byte after its bracket.
    start: u64,
    expect: InList,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InList {
    ElementOrEnd,
    CommaOrEnd,
}

/// What an element is in.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    page: u32,
    list: ListKind,
}

/// The list that an element is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListKind {
    /// `value`, or no list.
    #[default]
    Any,
    /// `sessions`.
    Sessions,
    /// `responses`: the parts of a batch.
    Responses,
}

/// A value that is being skipped.
#[derive(Debug, Clone, Copy)]
enum Skip {
    Nested {
        depth: u64,
        in_string: bool,
    },
    String,
    Bare,
    /// Invalid text between documents.
    Line,
}

impl Splitter {
    /// Splits a text that is at hand. Nothing else is to be added to it.
    pub fn of(text: Vec<u8>) -> Splitter {
        Splitter { buffer: text, ..Splitter::default() }
    }

    /// Returns the text since the last call of [`Splitter::take`].
    pub fn text(&self) -> &[u8] {
        &self.buffer
    }

    /// Returns that text for good.
    pub fn into_text(self) -> Vec<u8> {
        self.buffer
    }

    /// Returns room for `size` more bytes. Report with [`Splitter::filled`] how many were read.
    pub fn room(&mut self, size: usize) -> &mut [u8] {
        let end = self.buffer.len();
        self.buffer.resize(end + size, 0);
        &mut self.buffer[end..]
    }

    /// Of the `size` bytes of room returned last, `read` were filled.
    pub fn filled(&mut self, size: usize, read: usize) {
        self.buffer.truncate(self.buffer.len() - size + read);
    }

    /// Splits the text received so far.
    pub fn run(&mut self) -> Result<(), Broken> {
        self.seek_end_of_line();
        loop {
            while self.step()? {}
            if let Some(end) = self.end_of_line() {
                // The line ended before its document did: the document is truncated, and the next one may be complete.
                self.give_up_document(self.next_line_of_open_document().unwrap_or(end));
                continue;
            }
            self.check_size();
            return Ok(());
        }
    }

    /// Ends the text: everything must be closed. Complete documents on lines after a truncated one are still returned.
    pub fn finish(&mut self) -> Result<(), Broken> {
        self.is_all_here = true;
        self.run()?;
        for _ in 0..MOST_CUT_LINES {
            let Some(end) = self.next_line_of_open_document() else { break };
            self.give_up_document(end);
            self.run()?;
        }
        let expected = match (&self.skip, self.stack.last()) {
            (None, None) if self.buffer.get(self.at).is_some_and(|byte| *byte == b'H') => "the end of the HTTP headers",
            (None | Some(Skip::Line), None) => return Ok(()),
            (Some(Skip::String | Skip::Nested { in_string: true, .. }), _) => "the end of a string",
            (Some(_), _) | (None, Some(Frame::Object(_))) => "the end of an object",
            (None, Some(Frame::List(_))) => "the end of an array",
        };
        Err(Broken { at: self.length(), expected, is_end: true })
    }

    /// Returns the pieces found since the last call, in order, with the bytes their ranges refer to, and forgets what
    /// is no longer needed.
    pub fn take(&mut self) -> (Vec<Piece>, Vec<u8>) {
        let keep = match self.stack.last() {
            Some(Frame::Object(object)) if !object.too_large => (object.copied_to - self.base) as usize,
            _ => self.at,
        };
        let rest = self.buffer.split_off(keep);
        let given = std::mem::replace(&mut self.buffer, rest);
        self.base += keep as u64;
        self.at -= keep;
        (std::mem::take(&mut self.pieces), given)
    }

    /// Returns the pieces found since the last call of [`Splitter::take`], and keeps them.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Returns how many bytes of the text were received.
    pub fn length(&self) -> u64 {
        self.base + self.buffer.len() as u64
    }

    /// Advances by one token; `false` if that needs more text.
    fn step(&mut self) -> Result<bool, Broken> {
        if let Some(skip) = self.skip {
            return Ok(self.go_on_skipping(skip));
        }
        let here = self.visible();
        while self.at < here && is_blank(self.buffer[self.at]) {
            self.at += 1;
        }
        let Some(&byte) = self.buffer[..here].get(self.at) else { return Ok(false) };
        match self.stack.last() {
            None => self.between_documents(byte),
            Some(Frame::List(list)) => self.in_list(byte, list.expect, list.inside),
            Some(Frame::Object(object)) => self.in_object(byte, object.expect),
        }
    }

    /// Returns the end of the bytes that may belong to the open document.
    fn visible(&self) -> usize {
        let looked_at = (self.line.1.saturating_sub(self.base) as usize).max(self.at);
        match self.end_of_line() {
            Some(end) => end.saturating_sub(self.base) as usize,
            None if self.is_on_line && self.is_in_page() && !self.is_all_here => looked_at.min(self.buffer.len()),
            None => self.buffer.len(),
        }
    }

    fn is_in_page(&self) -> bool {
        matches!(self.stack.first(), Some(Frame::Object(object)) if object.page.is_some())
    }

    /// Returns the end of the open document's line, once received.
    fn end_of_line(&self) -> Option<u64> {
        self.line.0.filter(|_| self.is_on_line)
    }

    /// Begins a document.
    fn begin_line(&mut self) {
        let at = self.base + self.at as u64;
        self.is_on_line = true;
        // Results after it, positive or not, remain valid.
        self.line = (self.line.0.filter(|end| *end >= at), self.line.1.max(at));
        self.seek_end_of_line();
    }

    /// Searches the newly received text for the end of the open document's line: the next line begins with a bracket,
    /// and nothing before it could precede one in JSON.
    fn seek_end_of_line(&mut self) {
        if !self.is_on_line || self.line.0.is_some() {
            return;
        }
        let from = self.line.1.saturating_sub(self.base) as usize;
        let is_page = self.is_in_page();
        // The bytes needed to recognise the next line's beginning may arrive later.
        let needed = if is_page { 1 + BEGINNINGS_OF_PAGES.iter().map(|it| it.len()).max().unwrap_or(0) } else { 1 };
        let found = memchr::memmem::find_iter(&self.buffer[from..], b"\n{").map(|at| from + at).find(|at| {
            let before = self.buffer[..*at].iter().rev().find(|byte| !is_blank(**byte));
            let begins_a_page = || BEGINNINGS_OF_PAGES.iter().any(|it| self.buffer[at + 1..].starts_with(it));
            // A page's lists may span many lines.
            !matches!(before, Some(b':' | b',' | b'[') | None) && (!is_page || begins_a_page())
        });
        let up_to = found.map_or(from.max(self.buffer.len().saturating_sub(needed)), |end| end + 1);
        self.line = (found.map(|end| self.base + end as u64), self.base + up_to as u64);
    }

    /// Returns the end of the open document's line, if it is on a line, is not a page, and another line follows.
    fn next_line_of_open_document(&self) -> Option<u64> {
        let [Frame::Object(object)] = self.stack.as_slice() else { return None };
        if object.page.is_some() || object.too_large {
            return None;
        }
        let document = self.buffer.get((object.start - self.base) as usize..)?;
        let line = memchr::memmem::find(document, b"\n{")?;
        // A document over many lines may have brackets at the start of lines.
        if document[1..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) == Some(&b'\n') && line > 1 {
            return None;
        }
        Some(object.start + line as u64)
    }

    /// The open document is truncated at the end of its line: skips it.
    fn give_up_document(&mut self, end: u64) {
        let in_string = matches!(self.skip, Some(Skip::String | Skip::Nested { in_string: true, .. }));
        let expected = if in_string { "the end of a string" } else { "the end of an object" };
        (self.skip, self.is_on_line) = (None, false);
        self.at = (end - self.base) as usize;
        self.is_in_damage = false;
        self.pass_over(0, expected, true);
        while let Some(frame) = self.stack.pop() {
            if let Frame::Object(Object { page: Some(page), .. }) = frame {
                self.pieces.push(Piece::PageCut { page });
            }
        }
    }

    fn broken<T>(&self, at: usize, expected: &'static str) -> Result<T, Broken> {
        Err(Broken { at: self.base + at as u64, expected, is_end: false })
    }

    /// Skips invalid text, and reports each stretch of it once.
    fn pass_over(&mut self, length: usize, expected: &'static str, is_loss: bool) {
        if !std::mem::replace(&mut self.is_in_damage, true) {
            self.pieces.push(Piece::Damage { at: self.base + self.at as u64, expected, is_loss });
        }
        self.at += length;
    }

    fn between_documents(&mut self, byte: u8) -> Result<bool, Broken> {
        match byte {
            b'{' => {
                self.begin_line();
                self.open_object(Inside::default());
            }
            b'[' => self.open_list(Inside::default()),
            // A byte order mark, as in concatenated files.
            0xEF if self.buffer.len() - self.at < 3 => return Ok(false),
            0xEF if self.buffer[self.at..].starts_with(b"\xEF\xBB\xBF") => self.at += 3,
            // The RFC 7464 record separator.
            0x1E => self.at += 1,
            // Saved HTTP headers (`curl -i`), possibly in several blocks, and more after a retried response.
            b'H' => return self.headers(),
            _ => self.pass_over_line(),
        }
        Ok(true)
    }

    /// Skips invalid text between documents, up to the next bracket or line.
    fn pass_over_line(&mut self) {
        self.pass_over(1, "a JSON object or array", true);
        self.skip = Some(Skip::Line);
    }

    /// Skips a block of HTTP headers.
    fn headers(&mut self) -> Result<bool, Broken> {
        const BEGINNING: &[u8] = b"HTTP/";
        let rest = &self.buffer[self.at..];
        if !BEGINNING.starts_with(&rest[..rest.len().min(BEGINNING.len())]) {
            self.pass_over_line();
            return Ok(true);
        }
        match end_of_headers(rest) {
            Some(end) => {
                self.at += end;
                Ok(true)
            }
            None if rest.len() > LONGEST_HEADERS => self.broken(self.at, "the end of the HTTP headers"),
            None => Ok(false),
        }
    }

    fn in_list(&mut self, byte: u8, expect: InList, inside: Inside) -> Result<bool, Broken> {
        let next = match (expect, byte) {
            // Also after a comma, which is wrong but common.
            (_, b']') => {
                let list = self.stack.pop();
                let end = self.base + self.at as u64;
                self.at += 1;
                if let (Some(Frame::List(list)), Some(Frame::Object(object))) = (list, self.stack.last_mut()) {
                    object.copied_to = end + 1;
                    if list.inside.list != ListKind::Responses {
                        object.lists.push(list.start..end);
                    }
                }
                return Ok(true);
            }
            (InList::CommaOrEnd, b',') => InList::ElementOrEnd,
            (InList::CommaOrEnd, b':' | b'}') => {
                self.pass_over(1, "a comma or the end of an array", true);
                return Ok(true);
            }
            (InList::ElementOrEnd, b',' | b':' | b'}') => {
                self.pass_over(1, "an array element", byte != b',');
                return Ok(true);
            }
            (InList::CommaOrEnd, _) => {
                // A comma is missing before the next element.
                self.pass_over(0, "a comma or the end of an array", false);
                InList::CommaOrEnd
            }
            (InList::ElementOrEnd, _) => InList::CommaOrEnd,
        };
        self.is_in_damage = false;
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            list.expect = next;
        }
        match (next, byte) {
            (InList::ElementOrEnd, _) => self.at += 1,
            (_, b'{') => self.open_object(inside),
            (_, b'[') if self.stack.len() < DEEPEST => self.open_list(inside),
            _ => {
                self.pieces.push(Piece::Scrap { page: inside.page, at: self.base + self.at as u64 });
                self.begin_skipping(byte);
            }
        }
        Ok(true)
    }

    fn in_object(&mut self, byte: u8, expect: InObject) -> Result<bool, Broken> {
        match (expect, byte) {
            (InObject::NameOrEnd, b'"') => return self.member(),
            // Also after a comma, which is wrong but common.
            (_, b'}') => {
                self.at += 1;
                self.object_ends();
            }
            (InObject::CommaOrEnd, b',') => {
                self.at += 1;
                self.expect(InObject::NameOrEnd);
            }
            (InObject::CommaOrEnd, _) => self.damaged(self.at, "a comma or the end of an object"),
            (InObject::NameOrEnd, _) => self.damaged(self.at, "a member's name"),
        }
        Ok(true)
    }

    /// Skips an invalid list element to its end: the parser reports what is wrong. In objects around lists, searches
    /// for the next member.
    fn damaged(&mut self, at: usize, expected: &'static str) {
        let is_element = self.stack.len() > 1;
        match self.stack.last_mut() {
            Some(Frame::Object(object)) if is_element && object.page.is_none() => {
                object.is_damaged = true;
                self.skip = Some(Skip::Nested { depth: 1, in_string: false });
            }
            _ => {
                self.at = at;
                self.is_in_damage = false;
                self.pass_over(0, expected, true);
                match self.buffer[at] {
                    // A member without a comma before it, or without a value.
                    b'"' if expected == "a comma or the end of an object" => self.expect(InObject::NameOrEnd),
                    b',' | b'}' => self.expect(InObject::CommaOrEnd),
                    first => {
                        self.expect(InObject::CommaOrEnd);
                        self.begin_skipping(first);
                    }
                }
            }
        }
    }

    fn expect(&mut self, expect: InObject) {
        if let Some(Frame::Object(object)) = self.stack.last_mut() {
            object.expect = expect;
        }
    }

    /// Reads a member: name, colon, and the first byte of its value, all of which must have been received.
    fn member(&mut self) -> Result<bool, Broken> {
        let from = self.at + 1;
        let here = &self.buffer[..self.visible()];
        let Some(end) = end_of_string(here, from) else { return self.member_goes_on() };
        let Some(colon) = next_token(here, end + 1) else { return self.member_goes_on() };
        if self.buffer[colon] != b':' {
            self.damaged(colon, "a colon");
            return Ok(true);
        }
        let here = &self.buffer[..self.visible()];
        let Some(value) = next_token(here, colon + 1) else { return self.member_goes_on() };
        let first = self.buffer[value];
        if matches!(first, b',' | b'}' | b']' | b':') {
            self.damaged(value, "a value");
            return Ok(true);
        }
        let name = &self.buffer[from..end];
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        let list = if is(b"sessions") {
            Some(ListKind::Sessions)
        } else if is(b"responses") {
            Some(ListKind::Responses)
        } else {
            is(b"value").then_some(ListKind::Any)
        };
        let is_list = first == b'[' && list.is_some() && self.stack.len() < DEEPEST;
        let is_wrapped = self.stack.len() == 1 && list.is_some_and(|list| list != ListKind::Responses);
        let is_body = first == b'{' && (is_wrapped || is(b"body") && self.is_in_responses());
        let list = list.unwrap_or_default();
        self.expect(InObject::CommaOrEnd);
        self.at = value;
        if is_list {
            let page = self.object_is_page(b"[]");
            self.open_list(Inside { page, list });
        } else if is_body {
            let page = self.object_is_page(b"{}");
            self.open_object(Inside { page, list });
        } else {
            self.begin_skipping(first);
        }
        Ok(true)
    }

    /// A member's name is incomplete. It is kept until the rest arrives, within limits.
    fn member_goes_on(&self) -> Result<bool, Broken> {
        if self.buffer.len() - self.at > LONGEST_NAME { self.broken(self.at, "a member's name") } else { Ok(false) }
    }

    fn is_in_responses(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Object(object)) if object.inside.list == ListKind::Responses)
    }

    fn begin_skipping(&mut self, first: u8) {
        self.at += 1;
        self.skip = Some(match first {
            b'{' | b'[' => Skip::Nested { depth: 1, in_string: false },
            b'"' => Skip::String,
            _ => Skip::Bare,
        });
    }

    /// Skips a value; `false` if its end was not received yet.
    fn go_on_skipping(&mut self, skip: Skip) -> bool {
        let ended = match skip {
            Skip::Nested { depth, in_string } => self.skip_nested(depth, in_string),
            Skip::String => self.skip_string(),
            Skip::Line => {
                let rest = &self.buffer[self.at..];
                let end = rest.iter().position(|byte| matches!(byte, b'{' | b'[' | b'\n'));
                self.at += end.unwrap_or(rest.len());
                end.is_some()
            }
            Skip::Bare => {
                let rest = &self.buffer[self.at..self.visible()];
                let end = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']') || is_blank(*byte));
                self.at += end.unwrap_or(rest.len());
                end.is_some()
            }
        };
        if ended {
            self.skip = None;
            if matches!(self.stack.last(), Some(Frame::Object(object)) if object.is_damaged) {
                self.object_ends();
            }
        }
        ended
    }

    /// Skips the contents of brackets.
    fn skip_nested(&mut self, mut depth: u64, in_string: bool) -> bool {
        if in_string && !self.skip_string() {
            return false;
        }
        let bytes = &self.buffer[..self.visible()];
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => match end_of_string(bytes, at + 1) {
                    Some(end) => at = end,
                    None => {
                        self.at = end_of_unfinished(bytes, at + 1);
                        self.skip = Some(Skip::Nested { depth, in_string: true });
                        return false;
                    }
                },
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                self.at = at;
                return true;
            }
        }
        self.at = at;
        self.skip = Some(Skip::Nested { depth, in_string: false });
        false
    }

    /// Skips the rest of a string.
    fn skip_string(&mut self) -> bool {
        let here = &self.buffer[..self.visible()];
        let end = end_of_string(here, self.at);
        self.at = end.map_or_else(|| end_of_unfinished(here, self.at), |end| end + 1);
        end.is_some()
    }

    fn open_object(&mut self, inside: Inside) {
        self.is_in_damage = false;
        let start = self.base + self.at as u64;
        self.at += 1;
        self.stack.push(Frame::Object(Object {
            start,
            copied_to: start,
            envelope: Vec::new(),
            page: None,
            inside,
            lists: Vec::new(),
            too_large: false,
            is_damaged: false,
            expect: InObject::NameOrEnd,
        }));
    }

    fn open_list(&mut self, inside: Inside) {
        self.is_in_damage = false;
        self.at += 1;
        let start = self.base + self.at as u64;
        self.stack.push(Frame::List(List { inside, start, expect: InList::ElementOrEnd }));
    }

    /// FindingFlags the innermost object as a page: copies what it has so far, with a placeholder for what begins here, and
    /// reports its beginning if that is new.
    fn object_is_page(&mut self, stand_in: &[u8]) -> u32 {
        let Some(Frame::Object(object)) = self.stack.last_mut() else { return 0 };
        if !object.too_large {
            let from = (object.copied_to - self.base) as usize;
            object.envelope.extend_from_slice(&self.buffer[from..self.at]);
        }
        object.envelope.extend_from_slice(stand_in);
        object.copied_to = self.base + self.at as u64;
        if let Some(page) = object.page {
            return page;
        }
        self.pages += 1;
        object.page = Some(self.pages);
        if self.stack.len() == 1 && self.is_on_line {
            self.line = (None, self.base + self.at as u64);
            self.seek_end_of_line();
        }
        let Some(Frame::Object(object)) = self.stack.last() else { return 0 };
        let envelope = [&object.envelope, b"}".as_slice()].concat();
        let envelope = String::from_utf8_lossy(&envelope).into_owned();
        self.pieces.push(Piece::PageBegins { page: self.pages, envelope });
        self.pages
    }

    /// The innermost object's closing bracket was passed.
    fn object_ends(&mut self) {
        let Some(Frame::Object(mut object)) = self.stack.pop() else { return };
        self.is_on_line &= !self.stack.is_empty();
        let (page, at) = (object.inside.page, object.start);
        self.pieces.push(match object.page {
            None if object.too_large => Piece::TooLarge { page, at },
            None => {
                let range = (object.start - self.base) as usize..self.at;
                Piece::Leaf { page, at, range, list: object.inside.list }
            }
            Some(page) => {
                if !object.too_large {
                    let from = (object.copied_to - self.base) as usize;
                    object.envelope.extend_from_slice(&self.buffer[from..self.at]);
                }
                let envelope = String::from_utf8_lossy(&object.envelope).into_owned();
                Piece::PageEnds { page, envelope, lists: object.lists }
            }
        });
        // After a `body`, its batch part continues.
        if let Some(Frame::Object(outer)) = self.stack.last_mut() {
            outer.copied_to = self.base + self.at as u64;
        }
    }

    /// Stops keeping an object that exceeds the size limit.
    fn check_size(&mut self) {
        let length = self.length();
        if let Some(Frame::Object(object)) = self.stack.last_mut() {
            object.too_large |= length - object.copied_to > LARGEST_LEAF;
        }
    }
}

/// Returns the first byte after a block of HTTP headers, which ends with an empty line.
pub fn end_of_headers(text: &[u8]) -> Option<usize> {
    let crlf = memchr::memmem::find(text, b"\r\n\r\n").map(|at| at + 4);
    let lf = memchr::memmem::find(text, b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Returns the first non-blank byte from `from` on.
fn next_token(bytes: &[u8], from: usize) -> Option<usize> {
    Some(from + bytes.get(from..)?.iter().position(|byte| !is_blank(*byte))?)
}

/// Returns the closing quote of the string whose text begins at `from`.
fn end_of_string(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Returns how far an incomplete string can be skipped: all of it, except a backslash whose letter is missing.
fn end_of_unfinished(bytes: &[u8], mut from: usize) -> usize {
    while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memchr(b'\\', rest)).map(|found| from + found) {
        if at + 1 == bytes.len() {
            return at;
        }
        from = at + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits a text given in chunks of a size; returns the pieces as short words.
    fn split(text: &[u8], chunk: usize) -> (Vec<String>, Result<(), Broken>) {
        let mut splitter = Splitter::default();
        let mut words = Vec::new();
        let mut result = Ok(());
        let take = |splitter: &mut Splitter, words: &mut Vec<String>| {
            let (pieces, bytes) = splitter.take();
            words.extend(pieces.into_iter().map(|piece| match piece {
                Piece::PageBegins { page, envelope } => format!("begin {page} {envelope}"),
                Piece::PageCut { page } => format!("cut {page}"),
                Piece::Leaf { page, at, range, list } => {
                    let mark = if list == ListKind::Sessions { " in sessions" } else { "" };
                    format!("leaf {page} @{at} {}{mark}", String::from_utf8_lossy(&bytes[range]))
                }
                Piece::Scrap { page, at } => format!("scrap {page} @{at}"),
                Piece::TooLarge { page, at } => format!("too large {page} @{at}"),
                Piece::Damage { at, expected, .. } => format!("damage @{at} {expected}"),
                Piece::PageEnds { page, envelope, .. } => format!("end {page} {envelope}"),
            }));
        };
        for part in text.chunks(chunk.max(1)) {
            splitter.room(part.len() + 3)[..part.len()].copy_from_slice(part);
            splitter.filled(part.len() + 3, part.len());
            result = splitter.run();
            take(&mut splitter, &mut words);
            if result.is_err() {
                return (words, result);
            }
        }
        result = result.and_then(|()| splitter.finish());
        take(&mut splitter, &mut words);
        (words, result)
    }

    fn whole(text: &str) -> Vec<String> {
        let (words, result) = split(text.as_bytes(), usize::MAX / 4);
        assert_eq!(result, Ok(()), "{text}");
        words
    }

    #[test]
    fn a_page_gives_its_leaves_and_keeps_its_annotations() {
        assert_eq!(
            whole(
                r#"{"@odata.context":"c", "value" : [{"id":"a","s":[1,{"x":"]}"}]} , {"id":"b"}],"@odata.nextLink":"n"}"#
            ),
            [
                r#"begin 1 {"@odata.context":"c", "value" : []}"#,
                r#"leaf 1 @34 {"id":"a","s":[1,{"x":"]}"}]}"#,
                r#"leaf 1 @66 {"id":"b"}"#,
                r#"end 1 {"@odata.context":"c", "value" : [],"@odata.nextLink":"n"}"#,
            ]
        );
    }

    #[test]
    fn a_line_that_was_cut_anywhere_costs_no_other_line() {
        let lines = [
            r#"{"id":"a","s":[{"x":1}]}"#,
            r#"{"id":"b\"","s":[{"x":[1,true]},{"y":"z"}],"n":null}"#,
            r#"{"id":"c","s":[{"x":2}]}"#,
            r#"{"id":"d"}"#,
        ];
        for cut in 1..lines[1].len() {
            let text = [lines[0], &lines[1][..cut], lines[2], lines[3]].join("\n");
            for chunk in [1, 2, 7, 1000] {
                let (words, result) = split(text.as_bytes(), chunk);
                let has = |line: &str| words.iter().any(|word| word.starts_with("leaf 0") && word.ends_with(line));
                for line in [lines[0], lines[2], lines[3]] {
                    assert!(has(line), "{line} is missing ({chunk}): {text}\n{words:#?}");
                }
                assert!(words.iter().any(|word| word.starts_with("damage")), "{text}");
                assert_eq!(result, Ok(()), "{text}");
            }
        }
    }

    #[test]
    fn a_page_that_was_cut_on_its_line_costs_no_page_behind_it() {
        let first = r#"{"@odata.context":"c","value":[{"id":"a"},{"id":"b","s":[{"x":1}]}],"@odata.nextLink":"n"}"#;
        let second = r#"{"@odata.context":"c","value":[{"id":"d"}]}"#;
        for cut in 24..first.len() {
            // After a comma or a colon, the next line could be what belongs there.
            if first[..cut].ends_with([',', ':', '[']) {
                continue;
            }
            for chunk in [1, 2, 7, 1000] {
                let (words, result) = split([&first[..cut], second].join("\n").as_bytes(), chunk);
                assert!(words.iter().any(|word| word.ends_with(r#"{"id":"d"}"#)), "{cut} {chunk}: {words:#?}");
                assert_eq!(result, Ok(()), "{cut} {chunk}");
            }
        }
        let many_lines = "{\"value\":[\n{\"id\":\"a\"},\n{\"id\":\"b\"}\n]}\n{\"value\":[\n{\"id\":\"c\"}]}";
        assert_eq!(whole(many_lines).iter().filter(|word| word.starts_with("leaf")).count(), 3);
    }

    #[test]
    fn a_list_in_an_object_of_its_own_is_found_and_so_are_names_in_other_capitals() {
        for text in [
            r#"{"value":{"sessions":[{"id":"a"}]}}"#,
            r#"{"Value":[{"id":"a"}]}"#,
            r#"{"SESSIONS":{"value":[{"id":"a"}]}}"#,
            r#"{"value":{"id":"a"}}"#,
        ] {
            assert!(
                whole(text).iter().any(|word| word.starts_with("leaf") && word.contains(r#"{"id":"a"}"#)),
                "{text}"
            );
        }
    }

    #[test]
    fn brackets_at_the_beginning_of_lines_are_no_sign_of_a_cut() {
        let text = "{\n\"id\":\n{\n\"x\":[\n{\n},\n{\n}\n]\n}\n}\n{\"id\":\"b\"}\n";
        let words = whole(text);
        assert_eq!(words.len(), 2, "{words:#?}");
        assert!(words.iter().all(|word| word.starts_with("leaf")), "{words:#?}");
    }

    #[test]
    fn a_record_keeps_its_own_members_and_says_what_are_sessions() {
        assert_eq!(
            whole(r#"{"sessions":[{"id":"a"}],"id":"r","participants_v2":[{"id":"p"}]}"#),
            [
                r#"begin 1 {"sessions":[]}"#,
                r#"leaf 1 @13 {"id":"a"} in sessions"#,
                r#"end 1 {"sessions":[],"id":"r","participants_v2":[{"id":"p"}]}"#,
            ]
        );
    }

    #[test]
    fn lists_single_objects_and_documents_in_a_row_are_split_alike() {
        let expected = [r#"leaf 0 @1 {"id":"a"}"#, r#"leaf 0 @13 {"id":"b"}"#];
        assert_eq!(whole(r#"[{"id":"a"}, {"id":"b"}]"#), expected);
        assert_eq!(whole("\n{\"id\":\"a\"}\n\n{\"id\":\"b\"}"), expected);
        assert_eq!(whole("{\"id\":\"a\"}{\"id\":\"b\"}"), [r#"leaf 0 @0 {"id":"a"}"#, r#"leaf 0 @10 {"id":"b"}"#]);
        assert_eq!(whole("\u{feff}{}\u{feff}{}\u{1e}{}").len(), 3);
        assert_eq!(whole(r#"[[{"id":"a"}]]"#), [r#"leaf 0 @2 {"id":"a"}"#]);
    }

    #[test]
    fn a_list_of_records_is_a_page_of_pages() {
        assert_eq!(
            whole(r#"{"value":[{"id":"r","sessions":[{"id":"a"}]},{"id":"bare"}]}"#),
            [
                r#"begin 1 {"value":[]}"#,
                r#"begin 2 {"id":"r","sessions":[]}"#,
                r#"leaf 2 @32 {"id":"a"} in sessions"#,
                r#"end 2 {"id":"r","sessions":[]}"#,
                r#"leaf 1 @45 {"id":"bare"}"#,
                r#"end 1 {"value":[]}"#,
            ]
        );
    }

    #[test]
    fn a_batch_is_a_page_of_parts_with_bodies() {
        assert_eq!(
            whole(
                r#"{"responses":[{"id":"1","body":{"value":[{"id":"a"}]},"status":200},{"status":404,"body":{"error":{}}}]}"#
            ),
            [
                r#"begin 1 {"responses":[]}"#,
                r#"begin 2 {"id":"1","body":{}}"#,
                r#"begin 3 {"value":[]}"#,
                r#"leaf 3 @41 {"id":"a"}"#,
                r#"end 3 {"value":[]}"#,
                r#"end 2 {"id":"1","body":{},"status":200}"#,
                r#"begin 4 {"status":404,"body":{}}"#,
                r#"leaf 4 @89 {"error":{}}"#,
                r#"end 4 {"status":404,"body":{}}"#,
                r#"end 1 {"responses":[]}"#,
            ]
        );
    }

    #[test]
    fn what_is_no_object_in_a_list_is_scrap() {
        assert_eq!(
            whole(r#"{"value":[null,"x\"]",7,[{"id":"a"}],{}]}"#)[1..6],
            ["scrap 1 @10", "scrap 1 @15", "scrap 1 @22", r#"leaf 1 @25 {"id":"a"}"#, "leaf 1 @37 {}"]
        );
    }

    #[test]
    fn commas_before_an_end_are_passed_over() {
        assert_eq!(whole(r#"{"value":[{"id":"a",},],}"#)[1], r#"leaf 1 @10 {"id":"a",}"#);
    }

    #[test]
    fn a_cut_text_gives_its_whole_leaves_and_the_byte_where_it_ends() {
        let text = br#"{"value":[{"id":"a"},{"id":"b","s":[{"x":"y"#;
        let (words, result) = split(text, 7);
        assert_eq!(words[1..], [r#"leaf 1 @10 {"id":"a"}"#]);
        assert_eq!(result, Err(Broken { at: text.len() as u64, expected: "the end of a string", is_end: true }));
        assert!(split(b"{\"value\":[", 99).1.is_err());
        assert!(split(b"[{\"a\":1", 99).1.is_err());
    }

    #[test]
    fn a_damaged_text_gives_everything_that_is_whole_around_the_damage() {
        for (text, at, expected, leaves) in [
            (r#"[{"id":"a"} {"id":"b"}]"#, 12, "a comma or the end of an array", 2),
            (r#"{"value":[,{"id":"a"}]}"#, 10, "an array element", 1),
            (r#"{"value":["x":1,{"id":"a"}]}"#, 13, "a comma or the end of an array", 1),
            (r#"{"value":[{"id":"a"}}],"b":1}"#, 20, "a comma or the end of an array", 1),
            (r#"{"a" 1,"value":[{"id":"a"}]}"#, 5, "a colon", 1),
            (r#"{"a":,"value":[{"id":"a"}]}"#, 5, "a value", 1),
            (r#"{a:1,"value":[{"id":"a"}]}"#, 1, "a member's name", 1),
            (r#"{"a":1 "value":[{"id":"a"}]}"#, 7, "a comma or the end of an object", 1),
            (r#"{"value":[{"id":"a"}] {"x":1},"b":1}"#, 22, "a comma or the end of an object", 1),
            ("{\"value\":[]} oops: 1\n{\"id\":\"a\"}", 13, "a JSON object or array", 1),
            ("Hello {\"id\":\"a\"}", 0, "a JSON object or array", 1),
        ] {
            for chunk in [1, 1000] {
                let (words, result) = split(text.as_bytes(), chunk);
                let damage: Vec<_> = words.iter().filter(|word| word.starts_with("damage")).collect();
                assert_eq!((result, damage), (Ok(()), vec![&format!("damage @{at} {expected}")]), "{text} by {chunk}");
                let found = words.iter().filter(|word| word.starts_with("leaf") && word.contains("id")).count();
                assert_eq!(found, leaves, "{text} by {chunk}: {words:?}");
            }
        }
    }

    #[test]
    fn a_long_stretch_of_damage_is_told_once() {
        for text in ["[}}}}}}:::,,,,}]", "{}  x x x x x", "{}}}}} ]]]] }}}\n}}}\n\n]]"] {
            for chunk in [1, 1000] {
                let (words, _) = split(text.as_bytes(), chunk);
                assert_eq!(words.iter().filter(|word| word.starts_with("damage")).count(), 1, "{text}: {words:?}");
            }
        }
    }

    #[test]
    fn an_element_that_is_no_json_costs_itself_alone() {
        for broken in [r#"{"id" "a"}"#, r#"{"id":}"#, r#"{"id":1 "b":{"c":[2]}}"#, "{id:1}"] {
            assert_eq!(
                whole(&format!(r#"[{{}},{broken},{{"id":"z"}}]"#)),
                [
                    "leaf 0 @1 {}".to_owned(),
                    format!("leaf 0 @4 {broken}"),
                    format!(r#"leaf 0 @{} {{"id":"z"}}"#, 5 + broken.len())
                ]
            );
        }
    }

    #[test]
    fn a_name_without_end_is_not_kept() {
        let text = [b"{\"".as_slice(), &[b'x'].repeat(6 << 20)].concat();
        assert_eq!(split(&text, 1 << 20).1, Err(Broken { at: 1, expected: "a member's name", is_end: false }));
    }

    #[test]
    fn an_object_without_end_is_not_kept() {
        let mut splitter = Splitter::default();
        let mut feed = |text: &[u8]| {
            splitter.room(text.len()).copy_from_slice(text);
            splitter.filled(text.len(), text.len());
            splitter.run().expect("still JSON");
            let pieces = splitter.take().0;
            (pieces, splitter.buffer.len())
        };
        feed(br#"[{"id":""#);
        let chunk = vec![b'x'; 1 << 20];
        let most = (0..80).map(|_| feed(&chunk).1).max().expect("chunks were fed");
        assert!(most <= LARGEST_LEAF as usize + (2 << 20), "{most} bytes were kept");
        assert_eq!(feed(br#""},{"id":"b"}]"#).0[0], Piece::TooLarge { page: 0, at: 1 });
    }

    #[test]
    fn lists_in_lists_without_end_are_no_danger() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(whole(&deep), [format!("scrap 0 @{DEEPEST}")]);
    }

    proptest::proptest! {
        #[test]
        fn where_the_chunks_end_makes_no_difference(text in r#"([\[\]{}:, \n]|"value"|"sessions"|"body"|"a\\"b"|"\\\\"|1|null|\{"id":"é"\}){0,30}"#, chunk in 1usize..9) {
            let at_once = split(text.as_bytes(), usize::MAX / 4);
            proptest::prop_assert_eq!(split(text.as_bytes(), chunk), at_once);
        }

        #[test]
        fn no_bytes_make_splitting_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), chunk in 1usize..50) {
            let _ = split(&bytes, chunk);
        }

        #[test]
        fn what_is_json_is_not_broken(value in json(), chunk in 1usize..50) {
            let text = serde_json::to_string_pretty(&value).expect("it is JSON");
            let is_container = value.is_array() || value.is_object();
            let (words, result) = split(text.as_bytes(), chunk);
            let is_whole = result.is_ok() && !words.iter().any(|word| word.starts_with("damage"));
            proptest::prop_assert_eq!(is_whole, is_container);
        }
    }

    fn json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<f64>().prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into)
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            let names = proptest::sample::select(vec!["value", "sessions", "responses", "body", "id", "\"\\"]);
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::vec((names, inner), 0..5)
                    .prop_map(|all| all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }
}
