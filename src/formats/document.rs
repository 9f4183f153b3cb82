//! A report as headings, paragraphs, lists and tables, written for a terminal or as Markdown for a ticket.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::text::{cut, fit, fit_right, sanitize, wrapped};

/// A report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

/// A part of a report. Its text may contain anything; it is made safe to show when written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Title(String),
    Heading(String),
    Paragraph(String),
    /// A list of points, each with sub-points.
    List(Vec<Point>),
    Table(Table),
}

/// A point of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Text of the point.
    pub text: String,
    /// Sub-points.
    pub under: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading of the column.
    pub head: &'static str,
    /// Whether it holds numbers, which are aligned right.
    pub is_number: bool,
    /// Maximum width on a terminal, in columns.
    pub most: usize,
}

impl Column {
    /// Creates a text column.
    pub const fn text(head: &'static str, most: usize) -> Column {
        Column { head, is_number: false, most }
    }

    /// Creates a number column.
    pub const fn number(head: &'static str, most: usize) -> Column {
        Column { head, is_number: true, most }
    }
}

impl From<String> for Point {
    fn from(text: String) -> Point {
        Point { text, under: Vec::new() }
    }
}

/// Width of paragraphs on a terminal, in columns.
const WIDTH: usize = 96;

impl Document {
    /// Adds a block at the end.
    pub fn push(&mut self, block: Block) {
        self.0.push(block);
    }

    /// Writes the report for a terminal.
    pub fn text(&self, out: &mut impl Write) -> io::Result<()> {
        for (at, block) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            match block {
                Block::Title(text) => writeln!(out, "{}", sanitize(text))?,
                Block::Heading(text) => writeln!(out, "{}", sanitize(text).to_uppercase())?,
                Block::Paragraph(text) => paragraph(out, text, "", "")?,
                Block::List(points) => {
                    for point in points {
                        paragraph(out, &point.text, "  ", "    ")?;
                        for under in &point.under {
                            paragraph(out, under, "      ", "      ")?;
                        }
                    }
                }
                Block::Table(table) => table.text(out)?,
            }
        }
        Ok(())
    }

    /// Writes the report as Markdown.
    pub fn markdown(&self, out: &mut impl Write) -> io::Result<()> {
        for (at, block) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            match block {
                Block::Title(text) => writeln!(out, "# {}", escaped(text))?,
                Block::Heading(text) => writeln!(out, "## {}", escaped(&capital(text)))?,
                Block::Paragraph(text) => writeln!(out, "{}", escaped(text))?,
                Block::List(points) => {
                    for point in points {
                        writeln!(out, "- {}", escaped(&point.text))?;
                        for under in &point.under {
                            writeln!(out, "  - {}", escaped(under))?;
                        }
                    }
                }
                Block::Table(table) => table.markdown(out)?,
            }
        }
        Ok(())
    }
}

fn paragraph(out: &mut impl Write, text: &str, first: &str, then: &str) -> io::Result<()> {
    for (at, line) in wrapped(&sanitize(text), WIDTH - then.len()).into_iter().enumerate() {
        writeln!(out, "{}{line}", if at == 0 { first } else { then })?;
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Escapes text so that CommonMark, GitHub's extensions and HTML show it unchanged. Text that GitHub would turn into a
/// link, a mention or a task (`ana@example.com`, `www.example.com`, `#7`, `[x]`) is written as code, because nothing
/// else prevents that.
fn escaped(text: &str) -> String {
    let text = sanitize(text);
    let words = text.trim().split(' ').enumerate().map(|(at, word)| {
        let is_task = at == 0 && word.starts_with('[');
        if is_linked(word) || is_task { code(word) } else { escaped_word(word, at == 0) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns whether GitHub would turn a word into a link or a mention.
fn is_linked(word: &str) -> bool {
    let small = word.to_ascii_lowercase();
    let is_number = |(at, _): (usize, &str)| word[at + 1..].starts_with(|next: char| next.is_ascii_digit());
    small.contains('@') || small.contains("www.") || small.contains("://") || word.match_indices('#').any(is_number)
}

/// Writes a word as code, leaving the punctuation around it outside.
fn code(word: &str) -> String {
    let is_outside = |letter: char| "(),;:.!?'\"".contains(letter);
    let inside = word.trim_matches(is_outside);
    let before = word.find(inside).unwrap_or(0);
    let (front, back) = (&word[..before], &word[before + inside.len()..]);
    // The fence must be longer than any run of backticks inside; in a table, a bar ends the cell even in code.
    let longest = inside.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if inside.starts_with('`') || inside.ends_with('`') { " " } else { "" };
    let inside = inside.replace('|', "¦");
    format!("{}{fence}{blank}{inside}{blank}{fence}{}", escaped_word(front, false), escaped_word(back, false))
}

fn escaped_word(word: &str, is_first: bool) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    // A number followed by a full stop starts a list.
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    for (at, letter) in word.char_indices() {
        let begins_block = is_first
            && (at == 0 && "-+=".contains(letter)
                || at == digits && at > 0 && at + 1 == word.len() && ".)".contains(letter));
        if begins_block || "\\`*_[]<>|#~&$:".contains(letter) && !(letter == ':' && is_plain_colon(word, at)) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Returns whether a colon cannot be part of an emoji code such as `:smile:`.
fn is_plain_colon(word: &str, at: usize) -> bool {
    word.matches(':').count() < 2 || word[at + 1..].starts_with(|next: char| next.is_ascii_digit())
}

impl Table {
    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let rows: Vec<Vec<Cow<'_, str>>> =
            self.rows.iter().map(|row| row.iter().map(|cell| sanitize(cell)).collect()).collect();
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
                cells.max().unwrap_or(0).max(column.head.width()).min(column.most)
            })
            .collect();
        let last = widths.len().saturating_sub(1);
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::from("  ");
            for (at, cell) in cells.enumerate() {
                if at > 0 {
                    line.push_str("  ");
                }
                match self.columns.get(at) {
                    Some(column) if column.is_number => line.push_str(&fit_right(cell, widths[at])),
                    _ if at == last => line.push_str(&cut(cell, widths[at])),
                    _ => line.push_str(&fit(cell, widths.get(at).copied().unwrap_or(0))),
                }
            }
            line.trim_end().to_owned()
        };
        writeln!(out, "{}", line(&mut self.columns.iter().map(|column| column.head)))?;
        for row in &rows {
            writeln!(out, "{}", line(&mut row.iter().map(|cell| &**cell)))?;
        }
        Ok(())
    }

    fn markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        writeln!(out, "{}", line(self.columns.iter().map(|column| escaped(column.head)).collect()))?;
        let rules = self.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }.to_owned());
        writeln!(out, "{}", line(rules.collect()))?;
        for row in &self.rows {
            writeln!(out, "{}", line(row.iter().map(|cell| escaped(cell)).collect()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let columns = vec![Column::text("who", 12), Column::number("loss", 8)];
        let rows = vec![
            vec!["Ana_Lima".to_owned(), "14 %".to_owned()],
            vec!["<b>Bo | *Chen* the first</b>".to_owned(), "1.4 %".to_owned()],
        ];
        Document(vec![
            Block::Title("call x".to_owned()),
            Block::Paragraph("word ".repeat(30).trim().to_owned()),
            Block::Heading("whose side".to_owned()),
            Block::List(vec![Point { text: "one".to_owned(), under: vec!["more".to_owned()] }]),
            Block::Table(Table { columns, rows }),
        ])
    }

    fn written(write: impl Fn(&Document, &mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&document(), &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_terminal_gets_wrapped_paragraphs_and_aligned_columns() {
        let text = written(|document, out| document.text(out));
        assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
        assert!(text.contains("WHOSE SIDE\n\n  one\n      more\n"), "{text}");
        assert!(text.contains("  who            loss\n  Ana_Lima       14 %\n  <b>Bo | *Ch…  1.4 %\n"), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_in_a_report_controls_a_terminal(text in "[\u{0}-\u{9f}\u{200b}-\u{206f}a-z|]*") {
            let table = Table { columns: vec![Column::text("who", 40)], rows: vec![vec![text.clone()]] };
            let point = Point { text: text.clone(), under: vec![text.clone()] };
            let document = Document(vec![
                Block::Title(text.clone()),
                Block::Heading(text.clone()),
                Block::Paragraph(text),
                Block::List(vec![point]),
                Block::Table(table),
            ]);
            let mut out = Vec::new();
            document.text(&mut out).expect("memory takes everything");
            document.markdown(&mut out).expect("memory takes everything");
            let written = String::from_utf8(out).expect("UTF-8");
            let hostile = written.chars().find(|letter| *letter != '\n' && (letter.is_control() || ('\u{202a}'..='\u{202e}').contains(letter)));
            proptest::prop_assert_eq!(hostile, None);
        }
    }

    /// Parses a text in every part of a document as CommonMark with GitHub's extensions; returns the text shown, and any
    /// kinds of nodes that text must not become.
    fn rendered(text: &str) -> (Vec<String>, Vec<String>) {
        use comrak::nodes::NodeValue;
        let columns = vec![Column::text("who", 1000), Column::number("loss", 8)];
        let document = Document(vec![
            Block::Title(text.to_owned()),
            Block::Heading(text.to_owned()),
            Block::Paragraph(text.to_owned()),
            Block::List(vec![Point { text: text.to_owned(), under: vec![text.to_owned()] }]),
            Block::Table(Table { columns, rows: vec![vec![text.to_owned(), "1 %".to_owned()]] }),
        ]);
        let mut out = Vec::new();
        document.markdown(&mut out).expect("memory takes everything");
        let markdown = String::from_utf8(out).expect("UTF-8");
        let mut options = comrak::Options::default();
        let extension = &mut options.extension;
        (extension.autolink, extension.table, extension.strikethrough, extension.tasklist) = (true, true, true, true);
        (extension.footnotes, extension.math_dollars, extension.tagfilter) = (true, true, false);
        let arena = comrak::Arena::new();
        let root = comrak::parse_document(&arena, &markdown, &options);
        let (mut texts, mut odd) = (Vec::new(), Vec::new());
        for node in root.descendants() {
            let is_leaf_of_text =
                matches!(node.data.borrow().value, NodeValue::Heading(_) | NodeValue::Paragraph | NodeValue::TableCell);
            if is_leaf_of_text {
                let own = node.descendants().filter_map(|inner| match &inner.data.borrow().value {
                    NodeValue::Text(text) => Some(text.to_string()),
                    NodeValue::Code(code) => Some(code.literal.clone()),
                    _ => None,
                });
                texts.push(own.collect::<String>());
            }
            let value = &node.data.borrow().value;
            let is_ours = matches!(
                value,
                NodeValue::Document
                    | NodeValue::Heading(_)
                    | NodeValue::Paragraph
                    | NodeValue::List(_)
                    | NodeValue::Item(_)
                    | NodeValue::Table(_)
                    | NodeValue::TableRow(_)
                    | NodeValue::TableCell
                    | NodeValue::Text(_)
                    | NodeValue::Code(_)
            );
            if !is_ours {
                odd.push(format!("{value:?}"));
            }
        }
        let lists = root.descendants().filter(|node| matches!(node.data.borrow().value, NodeValue::List(_))).count();
        if lists != 2 {
            odd.push(format!("{lists} lists"));
        }
        (texts, odd)
    }

    #[test]
    fn what_markdown_or_github_could_make_of_a_name_it_stays_a_name() {
        for name in [
            "&lt;b&gt; &amp; &#64;",
            "- a list",
            "+ a list",
            "* a list",
            "1. a list",
            "12) a list",
            "    code",
            "# heading",
            "> quote",
            "---",
            "===",
            "***",
            "[x] task",
            "[a](https://evil.example)",
            "![a](b)",
            "<b>bold</b>",
            "<https://evil.example>",
            "`code`",
            "~~gone~~",
            "https://evil.example/x",
            "HTTP://evil.example",
            "www.evil.example",
            "ana@example.com",
            "(ana@example.com)",
            "@octocat",
            "#17",
            "org/repo#17",
            "a|b|c",
            "$x$",
            "[^1]",
            "[^1]: note",
            "a\\",
            "\\",
            "mailto:ana@example.com",
            "x`@`y",
            "@`",
            "``@``",
            "a@b|c",
            "xmpp:a@b.c",
            "\u{a0}ana@example.com",
            "- [ ] x@y.z",
            "https://a.b/|c",
            "ftp://x.y",
            "|",
            "| --- |",
            "___",
            ":tada:",
            "9.",
            "-",
            "<!-- -->",
            "&copy;",
            "\t- x",
            "=",
        ] {
            let (texts, odd) = rendered(name);
            assert_eq!(odd, [""; 0], "{name}");
            // In code a bar is replaced, because it would end a table cell.
            let shown = sanitize(name).trim().replace('|', "¦");
            let same = texts.iter().filter(|text| text.replace('|', "¦").eq_ignore_ascii_case(&shown)).count();
            assert_eq!(same, 6, "{name}: {texts:#?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_becomes_anything_else_in_markdown(text in "[-+=*_`~#|<>&@:/.!()0-9a-z\\[\\]\\\\$ ]{1,24}") {
            let (texts, odd) = rendered(&text);
            proptest::prop_assert_eq!(odd, Vec::<String>::new());
            let shown = text.trim().replace('|', "¦");
            let same = texts.iter().filter(|text| text.replace('|', "¦").eq_ignore_ascii_case(&shown)).count();
            proptest::prop_assert!(same == 6 || shown.is_empty(), "{:?}", texts);
        }
    }

    #[test]
    fn names_make_no_markdown_and_no_html() {
        let markdown = written(|document, out| document.markdown(out));
        assert!(markdown.contains("# call x\n"), "{markdown}");
        assert!(markdown.contains("| Ana\\_Lima | 14 % |"), "{markdown}");
        assert!(markdown.contains(r"| \<b\>Bo \| \*Chen\* the first\</b\> | 1.4 % |"), "{markdown}");
    }
}
