//! Writes a document as HTML for ServiceNow's journal fields (work notes, comments), which show what is between `[code]`
//! and `[/code]` as HTML, if the instance allows it (`glide.ui.security.allow_codetag`).

use std::io::{self, Write};

use crate::formats::document::{Block, Document, Table};
use crate::text::sanitize;
use crate::wording::capitalised;

/// Writes a document. All of it is one line, because a journal makes a line break of each one.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "[code]")?;
    for block in &document.0 {
        match block {
            Block::Title(text) => write!(out, "<p><b>{}</b></p>", escaped(text))?,
            Block::Heading(text) => write!(out, "<p><b>{}</b></p>", escaped(&capitalised(text)))?,
            Block::Paragraph(text) => write!(out, "<p>{}</p>", escaped(text))?,
            Block::Facts(facts) => {
                let facts = facts.iter().map(|fact| format!("<b>{}:</b> {}", escaped(fact.label), escaped(&fact.text)));
                write!(out, "<p>{}</p>", facts.collect::<Vec<_>>().join("<br>"))?;
            }
            Block::List(points) => {
                write!(out, "<ul>")?;
                for point in points {
                    write!(out, "<li>{}", escaped(&point.text))?;
                    if !point.under.is_empty() {
                        let under = point.under.iter().map(|under| format!("<li>{}</li>", escaped(under)));
                        write!(out, "<ul>{}</ul>", under.collect::<String>())?;
                    }
                    write!(out, "</li>")?;
                }
                write!(out, "</ul>")?;
            }
            Block::Table(table) => write_table(table, out)?,
        }
    }
    writeln!(out, "[/code]")
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let heads = table.columns.iter().map(|column| format!("<th>{}</th>", escaped(column.head)));
    write!(out, "<table border=\"1\"><tr>{}</tr>", heads.collect::<String>())?;
    for row in &table.rows {
        let cells = row.iter().map(|text| format!("<td>{}</td>", escaped(text)));
        write!(out, "<tr>{}</tr>", cells.collect::<String>())?;
    }
    write!(out, "</table>")
}

/// Escapes text so that it is shown unchanged: it cannot begin or end an element, close the `[code]`, or mention anyone.
fn escaped(text: &str) -> String {
    let text = sanitize(text);
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.trim().chars() {
        match letter {
            '&' | '<' | '>' | '"' | '\'' | '[' | ']' | '@' => out.push_str(&format!("&#{};", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out
}
