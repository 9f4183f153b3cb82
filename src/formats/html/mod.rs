//! A report as one HTML file without scripts: it loads nothing, follows the reader's light or dark theme, and can be
//! printed and read on a telephone.
//!
//! | file | contents |
//! |---|---|
//! | `writer` | elements, and the one function through which every text goes |
//! | `place` | IDs, levels of headings and links |
//! | `blocks` | the document that the other formats write, too |
//! | `strip`, `timeline`, `metrics` | the pictures |
//! | `sessions` | the list of sessions |
//! | `signs` | the signs of states |
//!
//! How it looks is in `assets/report.css`.

mod blocks;
mod metrics;
mod place;
mod sessions;
mod signs;
mod strip;
mod timeline;
mod writer;

use std::io::{self, Write};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::call::{Call, Completeness, Order, Row};
use crate::formats::document::Document;
use crate::formats::{Detail, report};
use crate::model::Session;
use crate::privacy::Guard;
use crate::triage::SessionStatus;
use crate::wording::{self, capitalised, number};

use super::Triage;
use place::Place;

pub use writer::Html;

/// How it looks.
const STYLE: &str = include_str!("../../../assets/report.css");

/// Writes a file about all calls that were loaded, with nothing in it that a privacy level hides: `write` writes each of
/// them by [`call`], given its index. Of several calls, each has a part of its own below a list of all.
pub fn page(
    calls: &[Call],
    set: usize,
    (out, guard): (&mut dyn Write, &Guard),
    mut write: impl FnMut(usize, &mut Html<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let title = match calls {
        [only] => capitalised(&wording::call_name(only)),
        all => number(all.len(), "call"),
    };
    let mut html = Html::new(out, guard);
    html.doctype()?;
    html.within("html", &[("lang", "en")], |html| {
        html.within("head", &[], |html| head(&title, html))?;
        html.within("body", &[], |html| {
            definitions(html)?;
            html.within("main", &[], |html| {
                if calls.len() > 1 {
                    html.leaf("h1", &[], &title)?;
                    list_of(calls, set, html)?;
                }
                (0..calls.len()).try_for_each(|at| write(at, html))
            })?;
            let words = format!("Written by callscope {}.", env!("CARGO_PKG_VERSION"));
            html.leaf("footer", &[], &words)
        })
    })
}

/// Writes the head. The policy lets the file load nothing and run nothing, and use no style but its own.
fn head(title: &str, html: &mut Html<'_>) -> io::Result<()> {
    let hash = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    html.void("meta", &[("charset", "utf-8")])?;
    html.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)])?;
    html.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")])?;
    html.void("meta", &[("name", "color-scheme"), ("content", "light dark")])?;
    html.void("meta", &[("name", "referrer"), ("content", "no-referrer")])?;
    html.void("meta", &[("name", "robots"), ("content", "noindex")])?;
    html.leaf("title", &[], title)?;
    html.style(STYLE)
}

/// Defines what several pictures use: the hatching of poor parts, and the sign of a failure.
fn definitions(html: &mut Html<'_>) -> io::Result<()> {
    html.within("svg", &[("class", "defs"), ("aria-hidden", "true")], |html| {
        html.within("defs", &[], |html| {
            let size: &[_] = &[
                ("id", "hatch"),
                ("width", "5"),
                ("height", "5"),
                ("patternUnits", "userSpaceOnUse"),
                ("patternTransform", "rotate(45)"),
            ];
            html.within("pattern", size, |html| {
                html.shape("rect", &[("class", "hatch"), ("width", "5"), ("height", "5")])?;
                html.shape("rect", &[("class", "hatching"), ("width", "1.6"), ("height", "5")])
            })?;
            html.within("g", &[("id", "mark-failed")], |html| {
                let square = [("x", "-6"), ("y", "-6"), ("width", "12"), ("height", "12"), ("rx", "1.5")];
                html.shape("rect", &[&[("class", "mark")], &square[..]].concat())?;
                html.shape("circle", &[("class", "hole"), ("r", "2.6")])
            })
        })
    })
}

/// Lists several calls, each with its state.
fn list_of(calls: &[Call], set: usize, html: &mut Html<'_>) -> io::Result<()> {
    html.within("nav", &[("class", "calls"), ("aria-label", "Calls")], |html| {
        html.within("ul", &[], |html| {
            for (at, call) in calls.iter().enumerate() {
                let place = Place::new(at, calls.len(), []);
                html.within("li", &[], |html| {
                    let link = format!("#{}", place.id("top"));
                    html.within("a", &[("href", &link)], |html| html.prose(&capitalised(&wording::call_name(call))))?;
                    html.within("span", &[], |html| html.text(&wording::status_of_call(call, set)))
                })?;
            }
            Ok(())
        })
    })
}

/// Writes a call, by its index among all calls of the file. `read` reads a session again.
pub fn call(
    at: usize,
    calls: usize,
    triage: &Triage<'_>,
    read: &mut dyn FnMut(&Row) -> Option<Session>,
    html: &mut Html<'_>,
) -> io::Result<()> {
    let (set, names) = (triage.assessment.set, triage.loaded.names());
    let mut rows: Vec<(u32, &Row)> = (0..).zip(triage.call.rows().iter()).collect();
    let order = Order::worst(set);
    rows.sort_by(|(_, one), (_, other)| order.compare(one, other, names));
    let place = Place::new(at, calls, rows.iter().take(sessions::MOST).map(|(at, _)| *at));
    let mut causes = Document::default();
    report::complaints(triage, &mut causes);
    report::attributions(triage, &mut causes);
    report::shared(triage, &mut causes);
    report::people(triage, &mut causes);
    let mut findings = Document::default();
    report::what_was_found(triage, Detail::Long, read, &mut findings);
    let mut reading = Document::default();
    report::completeness(triage, &mut reading);
    let (timeline, metrics) = (timeline::Timeline::of(triage), metrics::pictures(triage));
    html.within("article", &[("id", &place.id("top"))], |html| {
        html.within("header", &[], |html| {
            opening(triage, &place, html)?;
            let sorted: Vec<&Row> = rows.iter().map(|(_, row)| *row).collect();
            strip::write(&sorted, triage, html)
        })?;
        let pictures =
            [(!metrics.is_empty()).then_some(metrics::HEADING), (!rows.is_empty()).then_some(sessions::HEADING)];
        let headings = blocks::headings(&causes)
            .chain(timeline.is_some().then_some(timeline::HEADING))
            .chain(blocks::headings(&findings))
            .chain(pictures.into_iter().flatten())
            .chain(blocks::headings(&reading));
        contents(headings, &place, html)?;
        blocks::document(&causes, &place, html)?;
        timeline.map_or(Ok(()), |timeline| timeline.write(&place, html))?;
        blocks::document(&findings, &place, html)?;
        metrics::write(&metrics, triage, &place, html)?;
        sessions::write(&rows, triage, &place, html)?;
        blocks::document(&reading, &place, html)?;
        html.within("p", &[("class", "note")], |html| html.prose(&report::judged_by(triage)))
    })
}

/// Writes which call it is, when it was, whether it is complete, and the answer.
fn opening(triage: &Triage<'_>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    let Triage { call, loaded, .. } = *triage;
    place.call_heading(html, |html| html.prose(&capitalised(&wording::call_name(call))))?;
    let completeness = Completeness::of(call, loaded);
    html.within("p", &[("class", "about")], |html| html.text(&report::about(triage)))?;
    if completeness.is_incomplete() {
        html.within("p", &[("class", "warning")], |html| {
            signs::status(SessionStatus::Noted, html)?;
            html.prose(&capitalised(&completeness.words()))
        })?;
    }
    let answer = triage.answer();
    let (first, rest) = answer.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    html.within("p", &[("class", "answer")], |html| html.prose(first))?;
    rest.iter().try_for_each(|sentence| html.within("p", &[("class", "more")], |html| html.prose(sentence)))?;
    let mut facts = Document::default();
    report::facts(triage, &mut facts);
    blocks::document(&facts, place, html)
}

/// Writes the links to the sections of a call.
fn contents<'a>(headings: impl Iterator<Item = &'a str>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    html.within("nav", &[("class", "contents"), ("aria-label", "Contents")], |html| {
        html.within("ul", &[], |html| {
            for heading in headings {
                let link = format!("#{}", place.id(&place::slug(heading)));
                html.within("li", &[], |html| html.leaf("a", &[("href", &link)], &capitalised(heading)))?;
            }
            Ok(())
        })
    })
}
