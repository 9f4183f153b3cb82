//! The minimum for the same work: a list drawn by ratatui, sessions parsed into small rows, pages read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crossterm::event::{self, Event, KeyCode};
use ratatui::layout::Constraint;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Row, Table, TableState};
use serde::Deserialize;

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

#[derive(Deserialize)]
struct Session<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow, rename = "startDateTime")]
    start: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    segments: Option<Vec<Segment>>,
}

#[derive(Deserialize)]
struct Segment {
    media: Option<Vec<Media>>,
}

#[derive(Deserialize)]
struct Media {
    streams: Option<Vec<Stream>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    average_packet_loss_rate: Option<f64>,
    packet_utilization: Option<i64>,
}

/// Parses every session of a file into three figures, on two threads, reading in chunks of 4 MiB.
pub fn rows(path: &Path) {
    const PIECE: usize = 4 << 20;
    let mut file = File::open(path).expect("it is there");
    let mut buffer = Vec::new();
    let mut total = (0usize, 0.0f64, 0i64);
    let mut scan = Scan::default();
    loop {
        let have = buffer.len();
        buffer.resize(have + PIECE, 0);
        let mut got = 0;
        while got < PIECE {
            match file.read(&mut buffer[have + got..]).expect("it can be read") {
                0 => break,
                more => got += more,
            }
        }
        buffer.truncate(have + got);
        if got == 0 {
            break;
        }
        let found = scan.sessions(&buffer, have);
        let (one, other) = found.split_at(found.len() / 2);
        let parts = std::thread::scope(|threads| {
            let other = threads.spawn(|| fold(&buffer, other));
            [fold(&buffer, one), other.join().expect("it does not panic")]
        });
        for part in parts {
            total = (total.0 + part.0, total.1.max(part.1), total.2 + part.2);
        }
        let keep = scan.begun.unwrap_or(buffer.len());
        buffer.drain(..keep);
        scan.begun = scan.begun.map(|_| 0);
    }
    println!("{} sessions, worst loss {}, {} packets", total.0, total.1, total.2);
}

fn fold(bytes: &[u8], places: &[(usize, usize)]) -> (usize, f64, i64) {
    let mut sum = (0, 0.0f64, 0);
    for (from, to) in places {
        let Ok(session) = serde_json::from_slice::<Session<'_>>(&bytes[*from..*to]) else { continue };
        sum.0 += usize::from(!session.id.is_empty() && session.start.is_some());
        let streams = session
            .segments
            .iter()
            .flatten()
            .flat_map(|it| it.media.iter().flatten())
            .flat_map(|it| it.streams.iter().flatten());
        for stream in streams {
            sum.1 = sum.1.max(stream.average_packet_loss_rate.unwrap_or(0.0));
            sum.2 += stream.packet_utilization.unwrap_or(0);
        }
    }
    sum
}

/// Finds where sessions begin and end: objects two levels down.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    begun: Option<usize>,
}

impl Scan {
    fn sessions(&mut self, bytes: &[u8], from: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = from;
        while at < bytes.len() {
            if self.in_string {
                if std::mem::take(&mut self.is_escaped) {
                    at += 1;
                    continue;
                }
                let Some(next) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { break };
                at += next;
                match bytes[at] {
                    b'"' => self.in_string = false,
                    _ => self.is_escaped = true,
                }
            } else {
                match bytes[at] {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => {
                        self.depth += 1;
                        if self.depth == 3 && bytes[at] == b'{' {
                            self.begun = Some(at);
                        }
                    }
                    b'}' | b']' => {
                        if self.depth == 3
                            && let Some(begun) = self.begun.take()
                        {
                            found.push((begun, at + 1));
                        }
                        self.depth = self.depth.saturating_sub(1);
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        found
    }
}

/// Follows the links of a call's pages, parsing one while the next is requested.
pub fn pages(url: &str) {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        value: Vec<Session<'a>>,
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let sessions = runtime.block_on(async {
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
                serde_json::from_slice::<Page<'_>>(&body).map_or(0, |page| page.value.len())
            }));
        }
        let mut sessions = 0;
        for page in parsed {
            sessions += page.await.expect("it does not panic");
        }
        sessions
    });
    println!("{sessions} sessions");
}
