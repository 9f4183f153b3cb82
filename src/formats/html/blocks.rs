//! A document's blocks as HTML: sections with headings, lists of points, and tables that become cards on a telephone.

use std::io;

use crate::formats::document::{Block, Column, Document, Point, Table};
use crate::metrics::count;
use crate::wording::capitalised;

use super::place::Place;
use super::signs;
use super::writer::{Attributes, Html};

/// Points or rows that stand open. What is beyond unfolds, because few read it.
const OPEN: usize = 25;

/// Points or rows of a list at most, so that a browser opens the file. The long ticket and the CSV have them all.
const MOST: usize = 400;

/// Writes a document: each heading begins a section.
pub fn document(document: &Document, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    for section in sections(document) {
        match section {
            [Block::Heading(heading), rest @ ..] => {
                place.section(heading, html, |html| blocks(rest, place, html))?;
            }
            rest => blocks(rest, place, html)?,
        }
    }
    Ok(())
}

/// Returns the headings of a document.
pub fn headings(document: &Document) -> impl Iterator<Item = &str> {
    document.0.iter().filter_map(|block| match block {
        Block::Heading(heading) => Some(heading.as_str()),
        _ => None,
    })
}

/// Splits a document before each heading.
fn sections(document: &Document) -> impl Iterator<Item = &[Block]> {
    document.0.chunk_by(|_, next| !matches!(next, Block::Heading(_)))
}

fn blocks(blocks: &[Block], place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    for block in blocks {
        match block {
            Block::Title(text) | Block::Heading(text) | Block::Paragraph(text) => {
                html.within("p", &[], |html| html.prose(text))?;
            }
            Block::Facts(facts) => html.within("dl", &[("class", "facts")], |html| {
                facts.iter().try_for_each(|fact| {
                    html.leaf("dt", &[], fact.label)?;
                    html.within("dd", &[], |html| html.prose(&fact.text))
                })
            })?,
            Block::List(points) => folded(points, html, |points, html| list(points, place, html))?,
            Block::Table(it) => {
                let about = it.about.iter().copied().chain(std::iter::repeat(None));
                let rows: Vec<(&Vec<String>, Option<u32>)> = it.rows.iter().zip(about).collect();
                folded(&rows, html, |rows, html| table(it, rows, place, html))?;
            }
        }
    }
    Ok(())
}

/// Writes the first of some entries, and the others folded below them.
fn folded<T>(
    entries: &[T],
    html: &mut Html<'_>,
    write: impl Fn(&[T], &mut Html<'_>) -> io::Result<()>,
) -> io::Result<()> {
    // One or two more do not need folding.
    let open = if entries.len() <= OPEN + OPEN / 5 { entries.len() } else { OPEN };
    let (first, rest) = entries.split_at(open);
    write(first, html)?;
    if rest.is_empty() {
        return Ok(());
    }
    let shown = rest.len().min(MOST - OPEN);
    fold(&format!("{} more", count(shown)), html, |html| write(&rest[..shown], html))?;
    match rest.len() - shown {
        0 => Ok(()),
        others => {
            html.leaf("p", &[("class", "rest")], &format!("and {} more, which this file leaves out", count(others)))
        }
    }
}

/// Writes what unfolds when one clicks on `summary`. On paper it says that it is folded.
pub fn fold(
    summary: &str,
    html: &mut Html<'_>,
    inside: impl FnOnce(&mut Html<'_>) -> io::Result<()>,
) -> io::Result<()> {
    html.within("details", &[], |html| {
        html.leaf("summary", &[], summary)?;
        inside(html)
    })
}

/// Writes a list. Points that are one sentence each make a plain one; others have what they are about on the left.
fn list(points: &[Point], place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    if points.iter().all(|point| point.under.is_empty() && headed(&point.text).1.is_empty()) {
        return html.within("ul", &[("class", "plain")], |html| {
            points.iter().try_for_each(|point| html.within("li", &[], |html| html.prose(&capitalised(&point.text))))
        });
    }
    html.within("ul", &[("class", "points")], |html| points.iter().try_for_each(|it| point(it, place, html)))
}

/// Writes a point: what it is about on the left, what is said of it on the right. One of which nothing is said belongs to
/// the next.
fn point(point: &Point, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    let (head, rest) = headed(&point.text);
    let is_alone = rest.is_empty() && point.under.is_empty();
    html.within("li", if is_alone { &[("class", "with-next")] } else { &[] }, |html| {
        html.within("p", &[("class", "head")], |html| point_head(head, point.about, place, html))?;
        if is_alone {
            return Ok(());
        }
        html.within("div", &[], |html| {
            if !rest.is_empty() {
                html.within("p", &[], |html| html.prose(&capitalised(rest)))?;
            }
            point.under.iter().try_for_each(|under| sub_point(under, html))
        })
    })
}

/// Writes the subject of a point: its sign and a link to its session, with the text in the final brackets on a line below.
fn point_head(head: &str, about: Option<u32>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    let (text, aside) = head.strip_suffix(')').and_then(|head| head.rsplit_once(" (")).unwrap_or((head, ""));
    let text = match signs::leading(text) {
        Some((sign, class, text)) => {
            signs::write(sign, class, html)?;
            text
        }
        None => text,
    };
    match about.and_then(|row| place.link(row)) {
        Some(link) => html.within("a", &[("href", &link)], |html| html.prose(&capitalised(text)))?,
        None => html.prose(&capitalised(text))?,
    }
    match aside {
        "" => Ok(()),
        aside => html.within("span", &[("class", "aside")], |html| html.prose(aside)),
    }
}

fn sub_point(text: &str, html: &mut Html<'_>) -> io::Result<()> {
    html.within("p", &[("class", "under")], |html| match labelled(text) {
        ("", rest) => html.prose(&capitalised(rest)),
        (label, rest) => {
            html.leaf("span", &[("class", "label")], &capitalised(label))?;
            html.text(" ")?;
            html.prose(rest)
        }
    })
}

/// Splits a point after what it is about: at its first colon outside brackets, unless that is far into the text.
fn headed(text: &str) -> (&str, &str) {
    const LONGEST: usize = 400;
    let is_outside = |head: &str| head.matches('(').count() == head.matches(')').count();
    let mut colons = text.match_indices(": ").map(|(at, _)| at).take_while(|at| *at <= LONGEST);
    match colons.find(|at| is_outside(&text[..*at])) {
        Some(at) => (&text[..at], &text[at + 2..]),
        None => (text, ""),
    }
}

/// Splits a sub-point after its label: `next`, `heard or seen`, `limit`.
fn labelled(text: &str) -> (&str, &str) {
    const LONGEST: usize = 16;
    let is_label =
        |label: &str| label.len() <= LONGEST && label.bytes().all(|it| it == b' ' || it.is_ascii_lowercase());
    match text.split_once(": ") {
        Some((label, rest)) if is_label(label) => (label, rest),
        _ => ("", text),
    }
}

/// Writes some rows of a table, with the sessions that they are about. Each cell names its column, for a screen that is
/// too narrow for columns.
fn table(table: &Table, rows: &[(&Vec<String>, Option<u32>)], place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    html.within("div", &[("class", "wide")], |html| {
        html.within("table", &[], |html| {
            head(table.columns.iter().map(|column| (column.head, column.is_number)), html)?;
            html.within("tbody", &[], |html| {
                rows.iter().try_for_each(|(row, about)| line(&table.columns, row, *about, place, html))
            })
        })
    })
}

/// Writes the heads of a table's columns.
pub fn head<'a>(columns: impl Iterator<Item = (&'a str, bool)>, html: &mut Html<'_>) -> io::Result<()> {
    html.within("thead", &[], |html| {
        html.within("tr", &[], |html| {
            for (head, is_number) in columns {
                let class: Attributes<'_> = if is_number { &[("class", "number")] } else { &[] };
                html.leaf("th", &[&[("scope", "col")], class].concat(), &capitalised(head))?;
            }
            Ok(())
        })
    })
}

fn line(columns: &[Column], row: &[String], about: Option<u32>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    html.within("tr", &[], |html| {
        let mut cells = columns.iter().zip(row);
        if let Some((_, first)) = cells.next() {
            html.within("th", &[("scope", "row")], |html| match about {
                Some(row) => place.linked(row, first, html),
                None => html.prose(first),
            })?;
        }
        cells.try_for_each(|(column, cell)| {
            let head = capitalised(column.head);
            let class: Attributes<'_> = if column.is_number { &[("class", "number")] } else { &[] };
            html.within("td", &[&[("data-head", &*head)], class].concat(), |html| match signs::leading(cell) {
                Some((sign, class, rest)) => {
                    signs::write(sign, class, html)?;
                    html.prose(rest)
                }
                None => html.prose(cell),
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_split_after_what_it_is_about() {
        for (text, head, rest) in [
            ("Ana Lima: this person's uplink: 1 of 1", "Ana Lima", "this person's uplink: 1 of 1"),
            ("subnet a (same people: egress b): 8 of 8", "subnet a (same people: egress b)", "8 of 8"),
            ("no colon", "no colon", ""),
            ("2001:db8::1 is one", "2001:db8::1 is one", ""),
            ("(: never closed: at all", "(: never closed: at all", ""),
        ] {
            assert_eq!(headed(text), (head, rest));
        }
        assert_eq!(headed(&format!("{}: b", "é".repeat(300))).1, "");
    }

    #[test]
    fn only_a_few_plain_words_are_a_label() {
        assert_eq!(labelled("heard or seen: nothing"), ("heard or seen", "nothing"));
        for plain in ["Ana: no", "a very long beginning of a sentence: no", "none"] {
            assert_eq!(labelled(plain), ("", plain));
        }
    }
}
