//! Writes a document in the wiki markup of Jira Data Center, which Jira Cloud understands as well when it is pasted.

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
            Block::Title(text) => writeln!(out, "h2. {}", escaped(text))?,
            Block::Heading(text) => writeln!(out, "h3. {}", escaped(&capitalised(text)))?,
            Block::Paragraph(text) => writeln!(out, "{}", escaped(text))?,
            Block::Facts(facts) => {
                for fact in facts {
                    writeln!(out, "* *{}:* {}", escaped(fact.label), escaped(&fact.text))?;
                }
            }
            Block::List(points) => {
                for point in points {
                    writeln!(out, "* {}", escaped(&point.text))?;
                    for under in &point.under {
                        writeln!(out, "** {}", escaped(under))?;
                    }
                }
            }
            Block::Table(table) => write_table(table, out)?,
        }
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    // An empty cell would be read as part of the sign between two headings.
    let cell = |text: &str| if text.trim().is_empty() { " ".to_owned() } else { escaped(text) };
    let heads: Vec<String> = table.columns.iter().map(|column| cell(column.head)).collect();
    writeln!(out, "|| {} ||", heads.join(" || "))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

/// Escapes text so that Jira shows it unchanged.
///
/// A backslash takes the meaning from each of `- # * _ + ? ^ ~ | % { } [ ] ( ) ! @`, unless another one is before it
/// (Atlassian's renderer; its editor for Jira Cloud says that it does the same). What it has no effect on is written as
/// a character reference, which the renderer keeps.
fn escaped(text: &str) -> String {
    let text = sanitize(text);
    let words = text.trim().split(' ').enumerate().map(|(at, word)| escaped_word(word, at == 0));
    words.collect::<Vec<_>>().join(" ")
}

fn escaped_word(word: &str, is_first: bool) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len() + 8);
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1).copied();
        let is_inside = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        match letter {
            // Between two letters or digits these mean nothing, except in the key of an issue.
            '-' | '_' | '+' if is_inside && !is_issue_key(&letters, at) => out.push(letter),
            '-' if is_issue_key(&letters, at) => refer(letter, &mut out),
            '*' | '_' | '-' | '+' | '^' | '~' | '#' | '|' | '{' | '}' | '[' | ']' | '!' | '@' => {
                out.push('\\');
                out.push(letter);
            }
            // Two of them quote; and parentheses can be a face or a sign: `:)`, `(!)`, `(off)`.
            '?' if before == Some('?') || after == Some('?') => out.push_str("\\?"),
            '(' | ')' if is_face(&letters, at) => {
                out.push('\\');
                out.push(letter);
            }
            ':' if at == 0 || begins_link(&letters, at) => refer(letter, &mut out),
            // `h1.` and `bq.` begin a heading and a quotation, `www.` a link.
            '.' if is_first && at == 2 || begins_link(&letters, at) => refer(letter, &mut out),
            '&' | '<' | '>' => refer(letter, &mut out),
            // There is no way to write one before a sign or another one.
            '\\' if after.is_none_or(|after| !after.is_alphanumeric()) || before == Some('\\') => out.push('∖'),
            letter => out.push(letter),
        }
    }
    out
}

/// Adds a character as a reference.
fn refer(letter: char, out: &mut String) {
    out.push_str(&format!("&#{};", u32::from(letter)));
}

/// Returns whether a dash may be that of an issue's key, which Jira would turn into a link: `PROJ-17`.
fn is_issue_key(letters: &[char], dash: usize) -> bool {
    let is_key = |letter: &char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || *letter == '_';
    letters[dash] == '-'
        && letters.get(dash + 1).is_some_and(char::is_ascii_digit)
        && letters[..dash].iter().rev().take_while(|letter| is_key(letter)).any(char::is_ascii_uppercase)
        && !letters[..dash].iter().rev().find(|letter| !is_key(letter)).is_some_and(|letter| letter.is_alphanumeric())
}

/// Returns whether a parenthesis may be part of an emoticon: at most this many characters within it, or next to eyes.
fn is_face(letters: &[char], at: usize) -> bool {
    const LONGEST: usize = 8;
    let near = &letters[at.saturating_sub(LONGEST + 1)..letters.len().min(at + LONGEST + 2)];
    let has_eyes = at > 0 && matches!(letters[at - 1], ':' | ';' | '-' | '=');
    has_eyes || near.contains(&'(') && near.contains(&')')
}

/// Returns whether the sign at an index makes a link of what is before and after it: `https://…`, `mailto:…`, `www.…`.
fn begins_link(letters: &[char], at: usize) -> bool {
    /// What Jira makes a link of without a `//`.
    const SCHEMES: [&str; 8] = ["mailto", "news", "nntp", "irc", "file", "sip", "tel", "callto"];
    let begun = letters[..at].iter().rposition(|letter| !letter.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
    let name: String = letters[begun..at].iter().map(char::to_ascii_lowercase).collect();
    match letters[at] {
        ':' => letters.get(at + 1) == Some(&'/') || SCHEMES.contains(&name.as_str()),
        _ => name == "www",
    }
}
