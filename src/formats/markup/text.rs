//! Writes a document as plain text: for a terminal, a file or a field without markup.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::formats::document::{Block, Document, Table};
use crate::text::{cut, fit, fit_right, sanitize, wrapped};

/// Width of paragraphs, in columns.
const WIDTH: usize = 96;

/// Width of facts, in columns: a ticket's lines have at most that many characters.
pub const FACT_WIDTH: usize = 100;

/// Indentation of a fact's second line and those after it, in columns.
const FACT_INDENT: &str = "  ";

/// Writes a document.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let mut before: Option<&Block> = None;
    for block in &document.0 {
        // A title and the facts below it are one paragraph.
        let is_below_title = matches!((before, block), (Some(Block::Title(_)), Block::Facts(_)));
        if before.is_some() && !is_below_title {
            writeln!(out)?;
        }
        before = Some(block);
        match block {
            Block::Title(text) => writeln!(out, "{}", sanitize(text))?,
            Block::Heading(text) => writeln!(out, "{}", sanitize(text).to_uppercase())?,
            Block::Paragraph(text) => paragraph(out, text, "", "")?,
            Block::Facts(facts) => {
                for line in facts.iter().flat_map(|fact| fact_lines(fact.label, &fact.text)) {
                    writeln!(out, "{line}")?;
                }
            }
            Block::List(points) => {
                for point in points {
                    paragraph(out, &point.text, "  ", "    ")?;
                    for under in &point.under {
                        paragraph(out, under, "      ", "      ")?;
                    }
                }
            }
            Block::Table(table) => write_table(table, out)?,
        }
    }
    Ok(())
}

/// Returns the lines that a fact takes.
pub fn fact_lines(label: &str, text: &str) -> Vec<String> {
    let text = sanitize(text);
    let width = FACT_WIDTH - FACT_INDENT.len();
    let lines = match text.contains(' ') {
        true => wrapped(&format!("{label}: {text}"), width),
        // An address, of which the first line should have as much as there is room for.
        false => {
            let one = format!("{label}: {text}").replace(' ', "\u{a0}");
            wrapped(&one, width).into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
        }
    };
    let lines = lines.into_iter().enumerate();
    lines.map(|(at, line)| format!("{}{line}", if at == 0 { "" } else { FACT_INDENT })).collect()
}

fn paragraph(out: &mut dyn Write, text: &str, first: &str, then: &str) -> io::Result<()> {
    for (at, line) in wrapped(&sanitize(text), WIDTH - then.len()).into_iter().enumerate() {
        writeln!(out, "{}{line}", if at == 0 { first } else { then })?;
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Vec<Cow<'_, str>>> =
        table.rows.iter().map(|row| row.iter().map(|cell| sanitize(cell)).collect()).collect();
    let widths: Vec<usize> = table
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
            match table.columns.get(at) {
                Some(column) if column.is_number => line.push_str(&fit_right(cell, widths[at])),
                _ if at == last => line.push_str(&cut(cell, widths[at])),
                _ => line.push_str(&fit(cell, widths.get(at).copied().unwrap_or(0))),
            }
        }
        line.trim_end().to_owned()
    };
    writeln!(out, "{}", line(&mut table.columns.iter().map(|column| column.head)))?;
    for row in &rows {
        writeln!(out, "{}", line(&mut row.iter().map(|cell| &**cell)))?;
    }
    Ok(())
}
