//! Writes HTML and SVG: elements are closed where they were opened, and every text goes through one function, which makes
//! it safe to show and escapes it.

use std::io::{self, Write};
use std::net::IpAddr;

use crate::privacy::{Guard, Leaked};
use crate::text::{is_unit, sanitize};

/// Names of attributes are ours; their values may be anything.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

/// Writes elements and texts.
pub struct Html<'a> {
    out: &'a mut dyn Write,
    /// What no text may have in it.
    guard: &'a Guard,
}

impl<'a> Html<'a> {
    /// Creates a writer that lets no text through which has something in it that a privacy level hides.
    pub fn new(out: &'a mut dyn Write, guard: &'a Guard) -> Html<'a> {
        Html { out, guard }
    }

    /// Writes what every document begins with.
    pub fn doctype(&mut self) -> io::Result<()> {
        self.out.write_all(b"<!doctype html>\n")
    }

    /// Writes an element around what `inside` writes.
    pub fn within(
        &mut self,
        tag: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Html<'a>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.begin(tag, attributes, "")?;
        inside(self)?;
        let line = if is_block(tag) { "\n" } else { "" };
        write!(self.out, "</{tag}>{line}")
    }

    /// Writes an element with a text.
    pub fn leaf(&mut self, tag: &'static str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        self.within(tag, attributes, |html| html.text(text))
    }

    /// Writes an element that cannot contain any other, such as `meta`.
    pub fn void(&mut self, tag: &'static str, attributes: Attributes<'_>) -> io::Result<()> {
        self.begin(tag, attributes, "")
    }

    /// Writes an empty element of a picture.
    pub fn shape(&mut self, tag: &'static str, attributes: Attributes<'_>) -> io::Result<()> {
        self.begin(tag, attributes, "/")
    }

    fn begin(&mut self, tag: &'static str, attributes: Attributes<'_>, end: &str) -> io::Result<()> {
        write!(self.out, "<{tag}")?;
        for (name, value) in attributes {
            write!(self.out, " {name}=\"")?;
            self.text(value)?;
            self.out.write_all(b"\"")?;
        }
        write!(self.out, "{end}>")
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.put(text, false)
    }

    /// Writes a text in which IDs and addresses are set as code, and a number stays on one line with its unit.
    pub fn prose(&mut self, text: &str) -> io::Result<()> {
        self.put(text, true)
    }

    /// Makes a text safe to show, and writes it. Every text of a document comes through here whole, attributes included.
    fn put(&mut self, text: &str, has_code: bool) -> io::Result<()> {
        if let Some(leak) = self.guard.find(text) {
            return Err(Leaked { leak, place: "a text of the page".to_owned() }.into());
        }
        let text = sanitize(text);
        if !has_code {
            return self.escape(&text);
        }
        let mut before = None;
        for word in text.split(' ') {
            let space = match before.replace(word) {
                None => "",
                Some(number) if is_unit(word) && number.ends_with(|it: char| it.is_ascii_digit()) => "\u{a0}",
                Some(_) => " ",
            };
            let inside = word.trim_matches(|letter: char| "(),;:.!?“”\"'".contains(letter));
            match word.find(inside).filter(|_| is_code(inside)) {
                Some(from) => {
                    self.escape(&format!("{space}{}", &word[..from]))?;
                    self.out.write_all(b"<code>")?;
                    self.escape(inside)?;
                    self.out.write_all(b"</code>")?;
                    self.escape(&word[from + inside.len()..])?;
                }
                None => self.escape(&format!("{space}{word}"))?,
            }
        }
        Ok(())
    }

    fn escape(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, after) = rest.split_at(at);
            self.out.write_all(before.as_bytes())?;
            let escaped: &[u8] = match after.as_bytes().first() {
                Some(b'&') => b"&amp;",
                Some(b'<') => b"&lt;",
                Some(b'>') => b"&gt;",
                Some(b'"') => b"&quot;",
                _ => b"&#39;",
            };
            self.out.write_all(escaped)?;
            rest = &after[1..];
        }
        self.out.write_all(rest.as_bytes())
    }

    /// Writes the style sheet, which is a part of the program.
    pub fn style(&mut self, css: &'static str) -> io::Result<()> {
        write!(self.out, "<style>{css}</style>")
    }
}

/// Returns whether a line may end after an element without changing what is shown.
fn is_block(tag: &str) -> bool {
    !matches!(tag, "a" | "b" | "code" | "span" | "strong" | "time" | "abbr" | "td" | "th" | "title" | "text")
}

/// Returns whether a word is an ID or an address.
fn is_code(word: &str) -> bool {
    let is_guid = || {
        let groups = word.split('-').map(str::len);
        groups.eq([8, 4, 4, 4, 12]) && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    let is_address = || {
        let (address, prefix) = word.split_once('/').unwrap_or((word, "0"));
        word.contains(['.', ':']) && address.parse::<IpAddr>().is_ok() && prefix.parse::<u8>().is_ok()
    };
    is_guid() || is_address()
}

/// Formats a part of the whole as a place in a picture that is as wide as the page allows.
pub fn percent(part: f64) -> String {
    let text = format!("{:.2}", part.clamp(0.0, 1.0) * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Html::new(&mut out, &Guard::default())).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn elements_are_closed_and_values_are_quoted() {
        let html = written(|html| html.within("p", &[("title", "a\"b")], |html| html.leaf("b", &[], "1 < 2 & 3")));
        assert_eq!(html, "<p title=\"a&quot;b\"><b>1 &lt; 2 &amp; 3</b></p>\n");
    }

    #[test]
    fn ids_and_addresses_are_set_as_code_and_nothing_else_is() {
        let html =
            written(|html| html.prose("call 7d3c1f00-0000-4000-8000-000000000180, on 10.150.0.0/16 (2001:db8::1)."));
        assert_eq!(
            html,
            "call <code>7d3c1f00-0000-4000-8000-000000000180</code>, on <code>10.150.0.0/16</code> (<code>2001:db8::1</code>)."
        );
        for plain in ["10.150", "page-1-2-3-4", "a:b", "", ":", "1.5"] {
            assert_eq!(written(|html| html.prose(plain)), plain);
        }
    }

    #[test]
    fn a_number_stays_on_one_line_with_its_unit() {
        let html = written(|html| html.prose("loss 19 %, 81 ms (2.4 GHz) in 5 sessions s"));
        assert_eq!(html, "loss 19\u{a0}%, 81\u{a0}ms (2.4\u{a0}GHz) in 5 sessions s");
    }

    #[test]
    fn a_place_in_a_picture_is_never_outside_it() {
        assert_eq!([0.0, 0.5, 1.0, 2.0, -1.0, 1.0 / 3.0].map(percent), ["0%", "50%", "100%", "100%", "0%", "33.33%"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_becomes_anything_else_in_html(text in "[<>&\"'=/;#!a-z0-9:.() -]{0,40}|\\PC{0,20}") {
            let html = written(|html| html.within("p", &[("title", &text)], |html| html.text(&text)));
            let inside = html.strip_prefix("<p title=\"").and_then(|html| html.strip_suffix("</p>\n")).expect("an element");
            let (value, shown) = inside.split_once("\">").expect("a value and a text");
            for written in [value, shown] {
                proptest::prop_assert!(!written.contains(['<', '>', '"', '\'']), "{}", written);
                let read = written.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
                proptest::prop_assert_eq!(read.replace("&amp;", "&"), sanitize(&text).into_owned());
            }
            let prose = written(|html| html.prose(&text)).replace("<code>", "").replace("</code>", "");
            let (prose, shown) = (prose.replace('\u{a0}', " "), shown.replace('\u{a0}', " "));
            proptest::prop_assert_eq!(prose, shown);
        }
    }
}
