//! The minimum for the same work: a list drawn by ratatui, sessions parsed into small rows, pages fetched and parsed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Mutex;

use crossterm::event::{self, Event, KeyCode};
use ratatui::layout::Constraint;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Row, Table, TableState};
use serde::Deserialize;

use super::records::{self, Session};
use super::scan::Scan;

/// The minimal list: makes only the visible rows and knows nothing about them.
pub fn floor(rows: usize) {
    let mut terminal = ratatui::init();
    let (mut at, mut top) = (0usize, 0usize);
    loop {
        let drawn = terminal.draw(|frame| {
            let height = usize::from(frame.area().height).saturating_sub(3);
            top = top.min(at).max((at + 1).saturating_sub(height));
            let visible = (top..(top + height).min(rows)).map(|row| {
                Row::new([
                    format!("session-{row:06}"),
                    format!("Caller {row}"),
                    format!("{} %", row % 97),
                    format!("{} ms", row % 450),
                ])
            });
            let widths = [Constraint::Length(36), Constraint::Length(24), Constraint::Length(8), Constraint::Length(8)];
            let table = Table::new(visible, widths)
                .header(Row::new(["id", "caller", "loss", "round trip"]))
                .block(Block::bordered().title(format!("{rows} sessions")))
                .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
            frame.render_stateful_widget(table, frame.area(), &mut TableState::default().with_selected(at - top));
        });
        if drawn.is_err() {
            break;
        }
        match event::read() {
            Ok(Event::Key(key)) => match key.code {
                KeyCode::Down => at = (at + 1).min(rows.saturating_sub(1)),
                KeyCode::Up => at = at.saturating_sub(1),
                KeyCode::Char('q') => break,
                _ => {}
            },
            Ok(_) => {}
            Err(_) => break,
        }
    }
    ratatui::restore();
}

/// A file is read in chunks of this many bytes: small enough to stay in the processor's cache until they are parsed.
const CHUNK: usize = 1 << 20;

/// Parses every session of a file into a small row, on two threads, with every member that judging needs.
pub fn rows(path: &Path) {
    records::check();
    let chunks =
        Mutex::new(Chunks { file: File::open(path).expect("it is there"), rest: Vec::new(), scan: Scan::default() });
    let work = || {
        let (mut chunk, mut rows) = (Vec::new(), Vec::new());
        loop {
            let found = chunks.lock().expect("nothing panics").next(&mut chunk);
            let Some(found) = found else { return rows };
            let session = |(from, to)| serde_json::from_slice::<Session<'_>>(&chunk[from..to]);
            rows.extend(found.into_iter().filter_map(|place| Some(session(place).ok()?.row())));
        }
    };
    let mut rows = Vec::new();
    std::thread::scope(|threads| {
        let other = threads.spawn(work);
        rows.extend(work());
        rows.extend(other.join().expect("it does not panic"));
    });
    say(&rows);
}

/// The number of sessions in a file.
pub fn count(path: &Path) -> usize {
    let mut chunks = Chunks { file: File::open(path).expect("it is there"), rest: Vec::new(), scan: Scan::default() };
    let mut chunk = Vec::new();
    std::iter::from_fn(|| chunks.next(&mut chunk)).map(|found| found.len()).sum()
}

/// A file in chunks that end where sessions end.
struct Chunks {
    file: File,
    /// The beginning of the session that the last chunk did not hold whole.
    rest: Vec<u8>,
    scan: Scan,
}

impl Chunks {
    /// Reads the next chunk, and returns where its sessions are; `None` at the end of the file.
    fn next(&mut self, chunk: &mut Vec<u8>) -> Option<Vec<(usize, usize)>> {
        chunk.clear();
        chunk.append(&mut self.rest);
        let have = chunk.len();
        let got = self.file.by_ref().take(CHUNK as u64).read_to_end(chunk).expect("it can be read");
        if got == 0 {
            return None;
        }
        let found = self.scan.sessions(chunk, have);
        self.rest.extend_from_slice(&chunk[self.scan.begun.unwrap_or(chunk.len())..]);
        self.scan.begun = self.scan.begun.map(|_| 0);
        Some(found)
    }
}

/// Prints what the rows come to, so that nothing of it is optimised away.
fn say(rows: &[records::Row]) {
    let worst = |of: fn(&records::Row) -> f64| rows.iter().map(of).fold(0.0, f64::max);
    println!(
        "{} sessions from {} on, {} streams, worst loss {}, round trip {} s, jitter {} s, {} bytes of names, sum {}",
        rows.len(),
        rows.iter().map(|row| &row.start).min().map_or("", |start| start),
        rows.iter().map(|row| u64::from(row.streams)).sum::<u64>(),
        worst(|row| row.worst_loss),
        worst(|row| row.worst_round_trip),
        worst(|row| row.worst_jitter),
        rows.iter().map(|row| row.id.len() + row.caller.len()).sum::<usize>(),
        rows.iter().map(|row| row.sum).sum::<f64>(),
    );
}

/// Follows the links of a call's pages, parsing one while the next is requested.
pub fn pages(url: &str) {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        value: Vec<Session<'a>>,
    }
    records::check();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let rows = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (mut next, mut parsed) = (Some(url.to_owned()), Vec::new());
        while let Some(url) = next.take() {
            let answer = client.get(&url).bearer_auth(super::data::TOKEN).send().await.expect("it answers");
            let body = answer.bytes().await.expect("it comes to its end");
            // The link is at one end, and can be found without parsing.
            next = memchr::memmem::rfind(&body, b"\"@odata.nextLink\":\"").map(|at| {
                let from = at + "\"@odata.nextLink\":\"".len();
                let to = memchr::memchr(b'"', &body[from..]).expect("a link ends");
                String::from_utf8_lossy(&body[from..from + to]).into_owned()
            });
            parsed.push(tokio::task::spawn_blocking(move || {
                let page = serde_json::from_slice::<Page<'_>>(&body).expect("a page");
                page.value.iter().map(Session::row).collect::<Vec<_>>()
            }));
        }
        let mut rows = Vec::new();
        for page in parsed {
            rows.extend(page.await.expect("it does not panic"));
        }
        rows
    });
    say(&rows);
}
