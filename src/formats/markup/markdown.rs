//! Writes a document as Markdown: CommonMark with tables, as GitHub, GitLab and Azure DevOps show it.

use std::io::{self, Write};

use crate::formats::document::{Block, Document, Table};
use crate::text::sanitize;
use crate::wording::capitalised;

/// Writes a document.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    for (at, block) in document.0.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Title(text) => writeln!(out, "# {}", escaped(text))?,
            Block::Heading(text) => writeln!(out, "## {}", escaped(&capitalised(text)))?,
            Block::Paragraph(text) => writeln!(out, "{}", escaped(text))?,
            Block::Facts(facts) => {
                for fact in facts {
                    writeln!(out, "- **{}:** {}", escaped(fact.label), escaped(&fact.text))?;
                }
            }
            Block::List(points) => {
                for point in points {
                    writeln!(out, "- {}", escaped(&point.text))?;
                    for under in &point.under {
                        writeln!(out, "  - {}", escaped(under))?;
                    }
                }
            }
            Block::Table(table) => write_table(table, out)?,
        }
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(out, "{}", line(table.columns.iter().map(|column| escaped(column.head)).collect()))?;
    let rules = table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }.to_owned());
    writeln!(out, "{}", line(rules.collect()))?;
    for row in &table.rows {
        writeln!(out, "{}", line(row.iter().map(|cell| escaped(cell)).collect()))?;
    }
    Ok(())
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
