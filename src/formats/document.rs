//! A report as headings, paragraphs, facts, lists and tables, to be written in a markup.

use std::io::{self, Write};

use crate::privacy::{Guard, Leaked};

use super::markup::Markup;

/// A report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

/// A part of a report. Its text may contain anything; it is made safe to show when written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Title(String),
    Heading(String),
    Paragraph(String),
    /// Facts, each beginning with its label.
    Facts(Vec<Fact>),
    /// A list of points, each with sub-points.
    List(Vec<Point>),
    Table(Table),
}

/// A fact with its label: `Call ID: e523d2ed-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The label, without a colon.
    pub label: &'static str,
    pub text: String,
}

impl Fact {
    /// Creates a fact.
    pub fn new(label: &'static str, text: impl Into<String>) -> Fact {
        Fact { label, text: text.into() }
    }
}

/// A point of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Text of the point.
    pub text: String,
    /// Sub-points.
    pub under: Vec<String>,
    /// The number of the row of the session that it is about, for a markup with links.
    pub about: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
    /// For each row the number of the row of the session that it is about, for a markup with links; may be shorter.
    pub about: Vec<Option<u32>>,
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
        Point { text, under: Vec::new(), about: None }
    }
}

impl Document {
    /// Adds a block at the end.
    pub fn push(&mut self, block: Block) {
        self.0.push(block);
    }

    /// Returns every text of the report, before anything is done to it.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|block| -> Box<dyn Iterator<Item = &str>> {
            match block {
                Block::Title(text) | Block::Heading(text) | Block::Paragraph(text) => {
                    Box::new(std::iter::once(text.as_str()))
                }
                Block::Facts(facts) => Box::new(facts.iter().map(|fact| fact.text.as_str())),
                Block::List(points) => Box::new(points.iter().flat_map(|point| {
                    std::iter::once(point.text.as_str()).chain(point.under.iter().map(String::as_str))
                })),
                Block::Table(table) => Box::new(table.rows.iter().flatten().map(String::as_str)),
            }
        })
    }

    /// Searches every text for what a privacy level hides, before anything is written.
    pub fn check(&self, guard: &Guard) -> Result<(), Leaked> {
        let mut texts = self.texts().enumerate();
        match texts.find_map(|(at, text)| Some((at, guard.find(text)?))) {
            Some((at, leak)) => Err(Leaked { leak, place: format!("text {} of the report", at + 1) }),
            None => Ok(()),
        }
    }

    /// Writes the report in a markup.
    pub fn write(&self, markup: &Markup, out: &mut dyn Write) -> io::Result<()> {
        (markup.write)(self, out)
    }
}
