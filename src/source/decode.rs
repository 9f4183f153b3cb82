//! Decodes a file or stream to UTF-8 text: decompresses gzip and Zstandard, converts UTF-16, skips saved HTTP headers,
//! and names input that is not JSON.

use std::io::{self, BufRead, BufReader, Read};

use super::split::end_of_headers;
use super::unpack::Packing;

/// Limit on nested compression layers.
const LAYERS: usize = 3;

/// How many bytes of the beginning are inspected.
const HEAD: usize = 64 << 10;

/// A text that is ready to be split.
pub struct Text {
    /// Its bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// They are the origin's bytes unchanged, so that a position in the text is a position in the file.
    pub is_verbatim: bool,
    /// The beginning shows that this is not JSON: what it is instead.
    pub not_json: Option<NotJson>,
}

/// Names input that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson {
    /// What it is, with its article.
    pub what: &'static str,
    /// The next step.
    pub hint: &'static str,
}

/// Inspects the beginning of a stream and undoes its encoding.
pub fn text(reader: impl Read + Send + 'static) -> io::Result<Text> {
    let mut reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 16, reader));
    let mut is_verbatim = true;
    for _ in 0..LAYERS {
        let head = peek(&mut reader)?;
        let head = head.as_slice();
        let (next, again): (Box<dyn BufRead + Send>, bool) = if let Some(packing) = Packing::of(head) {
            (buffered(packing.unpack(reader)), true)
        } else if let Some(order) = ByteOrder::of(head) {
            (buffered(Utf16 { reader, order, spare: Vec::new(), half: None, is_first: true }), false)
        } else {
            break;
        };
        reader = next;
        is_verbatim = false;
        if !again {
            break;
        }
    }
    let head = peek(&mut reader)?;
    let not_json = not_json(&head);
    Ok(Text { reader, is_verbatim, not_json })
}

fn buffered(reader: impl Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(1 << 16, reader))
}

/// Returns the beginning, which stays in the reader.
fn peek(reader: &mut Box<dyn BufRead + Send>) -> io::Result<Vec<u8>> {
    // A pipe may return a few bytes at first; the rest is chained on.
    let mut head = Vec::new();
    while head.len() < HEAD {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            break;
        }
        let taken = chunk.len();
        head.extend_from_slice(chunk);
        reader.consume(taken);
        // Headers alone do not show what their body is.
        if behind_headers(&head).iter().any(|byte| !byte.is_ascii_whitespace()) && head.len() >= 16 {
            break;
        }
    }
    let rest = std::mem::replace(reader, Box::new(io::empty()));
    *reader = Box::new(BufReader::with_capacity(1 << 16, io::Cursor::new(head.clone()).chain(rest)));
    Ok(head)
}

/// Returns what follows saved HTTP headers (`curl -i` writes them), which a proxy, a `100 Continue` or a retry turns
/// into several blocks; empty if their end is not included.
fn behind_headers(mut head: &[u8]) -> &[u8] {
    while head.trim_ascii_start().starts_with(b"HTTP/") {
        head = end_of_headers(head.trim_ascii_start()).map_or(&[], |end| &head.trim_ascii_start()[end..]);
    }
    head
}

const SAVE_AGAIN: &str =
    "save the response to GET …/communications/callRecords/{id}/sessions?$expand=segments and open that";

/// What to do about an archive that is no bundle.
const ZIP: &str =
    "unpack it and open the JSON file in it; if it is a bundle of callscope, it was cut off or changed: copy it again";

/// First bytes of files that are not JSON.
const MAGIC: &[(&[u8], NotJson)] = &[
    (b"\x89PNG", NotJson { what: "a PNG image", hint: SAVE_AGAIN }),
    (b"\xFF\xD8\xFF", NotJson { what: "a JPEG image", hint: SAVE_AGAIN }),
    (b"GIF8", NotJson { what: "a GIF image", hint: SAVE_AGAIN }),
    (b"%PDF", NotJson { what: "a PDF document", hint: SAVE_AGAIN }),
    (b"PK\x03\x04", NotJson { what: "a ZIP archive or an Office document", hint: ZIP }),
    (b"BZh", NotJson { what: "a bzip2 archive", hint: "unpack it first; gzip and Zstandard files open directly" }),
    (b"\xFD7zXZ", NotJson { what: "an xz archive", hint: "unpack it first; gzip and Zstandard files open directly" }),
    (b"7z\xBC\xAF", NotJson { what: "a 7-Zip archive", hint: "unpack it and open the JSON file in it" }),
    (b"SQLite format 3", NotJson { what: "a SQLite database", hint: SAVE_AGAIN }),
    (b"\x7FELF", NotJson { what: "a program", hint: SAVE_AGAIN }),
    (b"MZ", NotJson { what: "a Windows program", hint: SAVE_AGAIN }),
];

/// Returns whether it is JSON as a program's argument or value. (`callback({…})`, `var call = {…}`)
fn is_call_of_json(text: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b' ');
    let name = text.iter().take_while(|byte| is_name(byte)).count();
    let rest = text[name..].trim_ascii_start();
    name > 0
        && matches!(rest.first(), Some(b'(' | b'='))
        && matches!(rest[1..].trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Interner a text that does not begin like JSON; `None` for possible JSON and for an empty text.
fn not_json(head: &[u8]) -> Option<NotJson> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*what);
    }
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let head = behind_headers(head);
    let first = *head.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0x1E)?;
    if matches!(first, b'{' | b'[') {
        return None;
    }
    let control = head.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    if control > 0 {
        return Some(NotJson { what: "a binary file", hint: SAVE_AGAIN });
    }
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty())?;
    let separators = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    let text = head.trim_ascii_start();
    Some(if first == b'"' && text[1..].trim_ascii_start().starts_with(b"{") || text.starts_with(b"\"[") {
        NotJson {
            what: "JSON encoded in a JSON string",
            hint: "decode it once, for example with `jq -r . FILE > call.json`, and open the result",
        }
    } else if is_call_of_json(text) {
        NotJson { what: "JSONP or JavaScript", hint: "remove everything around the JSON and open the rest" }
    } else if first == b'<' {
        NotJson { what: "HTML or XML", hint: "it may be a sign-in page or a proxy's response: retry with a token" }
    } else if [b',', b';', b'\t'].into_iter().any(|separator| separators(separator) >= 2) {
        NotJson {
            what: "a table (CSV)",
            hint: "Teams admin centre exports do not contain sessions: fetch the call by its ID",
        }
    } else {
        NotJson { what: "text that is not JSON", hint: SAVE_AGAIN }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// Detects it by the byte order mark, or by a first character that can begin JSON.
    fn of(head: &[u8]) -> Option<ByteOrder> {
        match head {
            [0xFF, 0xFE, ..] | [b'{' | b'[' | b' ' | b'\r' | b'\n', 0, ..] => Some(ByteOrder::Little),
            [0xFE, 0xFF, ..] | [0, b'{' | b'[' | b' ' | b'\r' | b'\n', ..] => Some(ByteOrder::Big),
            _ => None,
        }
    }
}

/// Reads UTF-16, as written by Windows PowerShell, as UTF-8. Unpaired surrogates become U+FFFD.
struct Utf16 {
    reader: Box<dyn BufRead + Send>,
    order: ByteOrder,
    /// Decoded text that was not read yet.
    spare: Vec<u8>,
    /// The first half of a surrogate pair.
    half: Option<u16>,
    is_first: bool,
}

impl Utf16 {
    fn decode(&mut self) -> io::Result<()> {
        let mut units = Vec::with_capacity(8192);
        units.extend(self.half.take());
        let mut pair = [0; 2];
        while units.len() < 8192 {
            match self.reader.read_exact(&mut pair) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
            units.push(match self.order {
                ByteOrder::Little => u16::from_le_bytes(pair),
                ByteOrder::Big => u16::from_be_bytes(pair),
            });
        }
        if units.len() == 8192 && units.last().is_some_and(|last| (0xD800..0xDC00).contains(last)) {
            self.half = units.pop();
        }
        let from = usize::from(std::mem::take(&mut self.is_first) && units.first() == Some(&0xFEFF));
        self.spare = String::from_utf16_lossy(&units[from..]).into_bytes();
        Ok(())
    }
}

impl Read for Utf16 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.spare.is_empty() {
            self.decode()?;
        }
        let length = self.spare.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.spare[..length]);
        self.spare.drain(..length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const JSON: &str = "{\"value\":[{\"id\":\"Zoë 🎉\"}]}";

    fn read(bytes: &[u8]) -> (String, bool) {
        let mut text = text(io::Cursor::new(bytes.to_vec())).expect("a readable stream");
        assert_eq!(text.not_json, None);
        let mut out = String::new();
        text.reader.read_to_string(&mut out).expect("UTF-8");
        (out, text.is_verbatim)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(read(JSON.as_bytes()), (JSON.to_owned(), true));
        let marked = format!("\u{feff}{JSON}");
        assert_eq!(read(marked.as_bytes()), (marked, true));
    }

    #[test]
    fn compressed_text_is_unpacked_in_all_its_members_and_frames() {
        assert_eq!(read(&gzip(JSON.as_bytes())), (JSON.to_owned(), false));
        assert_eq!(read(&zstd(JSON.as_bytes())), (JSON.to_owned(), false));
        assert_eq!(read(&[gzip(JSON.as_bytes()), gzip(b" ")].concat()), (format!("{JSON} "), false));
        let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], zstd(JSON.as_bytes()).as_slice()].concat();
        assert_eq!(read(&[skippable, zstd(b" ")].concat()), (format!("{JSON} "), false));
    }

    #[test]
    fn utf16_is_read_in_both_orders_with_and_without_mark() {
        for little in [true, false] {
            assert_eq!(read(&utf16(JSON, little)), (JSON.to_owned(), false));
            assert_eq!(read(&utf16(&format!("\u{feff}{JSON}"), little)), (JSON.to_owned(), false));
        }
        assert_eq!(read(&gzip(&utf16(JSON, true))).0, JSON);
    }

    #[test]
    fn pairs_in_utf16_survive_wherever_a_chunk_ends() {
        let long = format!("[\"{}\"]", "x🎉".repeat(20_000));
        assert_eq!(read(&utf16(&long, true)).0, long);
        assert_eq!(read(&utf16(&format!(" {long}"), true)).0, format!(" {long}"));
    }

    #[test]
    fn what_is_no_json_is_named() {
        for (bytes, what) in [
            (b"\x89PNG\r\n\x1a\n0000000000".as_slice(), "a PNG image"),
            (b"%PDF-1.7 ........................", "a PDF document"),
            (b"PK\x03\x04............................", "a ZIP archive or an Office document"),
            (b"Name,Start,End,Loss\r\nAna,1,2,3\r\n", "a table (CSV)"),
            (b"Name;Start;End\nAna;1;2\n", "a table (CSV)"),
            (b"\n<!doctype html><title>Sign in</title>", "HTML or XML"),
            (b"dear colleague, the call was bad", "text that is not JSON"),
            (br#""{\"value\":[{\"id\":\"a\"}]}""#, "JSON encoded in a JSON string"),
            (br#"  "[{\"id\":\"a\"}]""#, "JSON encoded in a JSON string"),
            (br#"callback({"value":[{"id":"a"}]});"#, "JSONP or JavaScript"),
            (br#"const call = {"value":[{"id":"a"}]};"#, "JSONP or JavaScript"),
            (b"\x00\x01\x02\x03\x04 something", "a binary file"),
        ] {
            let text = text(io::Cursor::new(bytes.to_vec())).expect("a readable stream");
            assert_eq!(text.not_json.map(|it| it.what), Some(what));
        }
        for json in [b"".as_slice(), b"  \n", b" {", b"\x1e[", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}"] {
            let text = text(io::Cursor::new(json.to_vec())).expect("a readable stream");
            assert_eq!(text.not_json, None, "{}", String::from_utf8_lossy(json));
        }
    }

    #[test]
    fn saved_headers_are_looked_behind_however_many_blocks_there_are() {
        assert_eq!(behind_headers(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}"), b"{}");
        assert_eq!(behind_headers(b"HTTP/1.1 200 OK\nA: b\n\nHTTP/2 200\n\n{}"), b"{}");
        assert_eq!(behind_headers(b"HTTP/1.1 200 OK\r\nA: b"), b"");
        assert_eq!(behind_headers(b"{}"), b"{}");
        let html = b"HTTP/1.1 302 Found\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<!doctype html>".to_vec();
        let text = text(io::Cursor::new(html)).expect("a readable stream");
        assert_eq!(text.not_json.map(|it| it.what), Some("HTML or XML"));
    }
}
