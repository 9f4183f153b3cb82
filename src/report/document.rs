//! A report as headings, paragraphs, lists and tables, written for a terminal or as Markdown for a ticket.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::clean::{clean, cut, fit, fit_right, wrapped};

/// A report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

/// A part of it. Its texts may hold anything: they are made safe to show when they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The title.
    Title(String),
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Points, each with more under it.
    List(Vec<Point>),
    /// A table.
    Table(Table),
}

/// A point of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What it says.
    pub text: String,
    /// What belongs to it.
    pub under: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each as long as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub head: &'static str,
    /// It has numbers in it, which stand on the right.
    pub is_number: bool,
    /// No wider than this for a terminal.
    pub most: usize,
}

impl Column {
    /// A column of texts.
    pub const fn text(head: &'static str, most: usize) -> Column {
        Column { head, is_number: false, most }
    }

    /// A column of numbers.
    pub const fn number(head: &'static str, most: usize) -> Column {
        Column { head, is_number: true, most }
    }
}

impl From<String> for Point {
    fn from(text: String) -> Point {
        Point { text, under: Vec::new() }
    }
}

/// Paragraphs are as wide as this on a terminal.
const WIDTH: usize = 96;

impl Document {
    /// Adds a part.
    pub fn push(&mut self, block: Block) {
        self.0.push(block);
    }

    /// For a terminal.
    pub fn text(&self, out: &mut impl Write) -> io::Result<()> {
        for (at, block) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            match block {
                Block::Title(text) => writeln!(out, "{}", clean(text))?,
                Block::Heading(text) => writeln!(out, "{}", clean(text).to_uppercase())?,
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

    /// As Markdown.
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
    for (at, line) in wrapped(&clean(text), WIDTH - then.len()).into_iter().enumerate() {
        writeln!(out, "{}{line}", if at == 0 { first } else { then })?;
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text of which Markdown makes nothing else, and no HTML either.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in clean(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

impl Table {
    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let rows: Vec<Vec<Cow<'_, str>>> =
            self.rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
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

    #[test]
    fn names_make_no_markdown_and_no_html() {
        let markdown = written(|document, out| document.markdown(out));
        assert!(markdown.contains("# call x\n"), "{markdown}");
        assert!(markdown.contains("| Ana\\_Lima | 14 % |"), "{markdown}");
        assert!(markdown.contains(r"| \<b\>Bo \| \*Chen\* the first\</b\> | 1.4 % |"), "{markdown}");
    }
}
