//! The parts with a noticeable cost, each beside the minimum for the same work: `cargo bench --bench parts`.
//!
//! Bytes per second are those of one core. Costs of whole processes are in `whole.rs`.

use std::sync::Arc;

use callscope::app::session_detail::{Judge, SessionDetail};
use callscope::app::{Action, App, CallList, Effect, Event};
use callscope::call::{Filter, LoadEvent, Oddities, Order, Place, Row, SortKey};
use callscope::demo;
use callscope::model::{Envelope, Field, record, session};
use callscope::triage::{Interner, RuleSets, examine};
use callscope::ui::{self, Memory, Theme};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

fn main() {
    divan::main();
}

/// The sessions of the demo meeting as text: 13 kB each, with audio, video and screen sharing.
fn texts() -> Vec<String> {
    let meeting = demo::by_name("meeting").expect("a built-in call");
    (0..meeting.sessions).map(|at| (meeting.session)(at).to_string()).collect()
}

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

mod reading {
    use super::*;

    /// Reads all of a session's JSON once, keeping nothing.
    #[divan::bench]
    fn limit_skipping(bencher: Bencher) {
        let texts = texts();
        bencher.counter(bytes(&texts)).bench(|| {
            for text in &texts {
                let _ = black_box(serde_json::from_str::<serde::de::IgnoredAny>(text));
            }
        });
    }

    /// Into serde_json's own tree.
    #[divan::bench]
    fn other_value(bencher: Bencher) {
        let texts = texts();
        bencher.counter(bytes(&texts)).bench(|| {
            for text in &texts {
                let _ = black_box(serde_json::from_str::<serde_json::Value>(text));
            }
        });
    }

    /// Leniently, into the record's types.
    #[divan::bench]
    fn session_model(bencher: Bencher) {
        let texts = texts();
        bencher.counter(bytes(&texts)).bench(|| {
            for text in &texts {
                let _ = black_box(session::read(text.as_bytes()));
            }
        });
    }

    /// Makes the row for the list: read, judged by three rule sets, searched for findings.
    #[divan::bench]
    fn session_to_row(bencher: Bencher) {
        let texts = texts();
        let place = Place { part: 0, offset: 0, length: 0 };
        bencher.counter(bytes(&texts)).bench(|| {
            let mut names = Interner::default();
            for text in &texts {
                let read = session::read(text.as_bytes()).expect("a session");
                black_box(Row::new(&read.session, text.as_bytes(), place, 0, RuleSets::built_in(), &mut names));
            }
        });
    }

    /// Finds what a record contains beyond the schema.
    #[divan::bench]
    fn oddities(bencher: Bencher) {
        let sessions: Vec<_> =
            texts().iter().map(|text| session::read(text.as_bytes()).expect("a session").session).collect();
        bencher.bench(|| {
            let mut count = 0;
            sessions.iter().for_each(|session| record::oddities(session, &mut |_, _, _| count += 1));
            count
        });
    }
}

mod looking {
    use super::*;

    fn open(text: &str) -> SessionDetail {
        let read = session::read(text.as_bytes()).expect("a session").session;
        let place = Place { part: 0, offset: 0, length: 0 };
        let judge = Judge { set: 0, base: 0 };
        SessionDetail::new(place, text.as_bytes().to_vec(), read, &Default::default(), RuleSets::built_in(), judge)
    }

    /// Reads a session again for its tree and panes.
    #[divan::bench]
    fn session_opened(bencher: Bencher) {
        let text = texts().swap_remove(60);
        bencher.bench(|| open(&text));
    }

    #[divan::bench]
    fn findings(bencher: Bencher) {
        let text = texts().swap_remove(60);
        let read = session::read(text.as_bytes()).expect("a session").session;
        bencher.bench(|| examine(&read, RuleSets::built_in().at(0)));
    }

    /// An app with the meeting loaded.
    fn app() -> (App, Vec<String>) {
        let texts = texts();
        let mut app = App::new(RuleSets::built_in(), 0, CallList::default(), (120, 40));
        let envelope: Field<Envelope> = serde_json::from_str("{}").expect("JSON");
        let envelope = Box::new(envelope.value().expect("an envelope").clone());
        let (origin, record) = ("call.json".into(), None);
        app.update(Event::Arrival(
            1,
            LoadEvent::Page {
                page: 0,
                origin,
                envelope,
                record,
                content: Vec::new(),
                is_whole: true,
                is_fetched: true,
                asked: callscope::model::Asked::default(),
                is_list: true,
            },
        ));
        let mut names = Interner::default();
        let rows = texts.iter().enumerate().map(|(at, text)| {
            let read = session::read(text.as_bytes()).expect("a session");
            let place = Place { part: 0, offset: at as u64, length: 1 };
            Row::new(&read.session, text.as_bytes(), place, 0, RuleSets::built_in(), &mut names)
        });
        let rows = rows.collect();
        let (oddities, problems, foreign) = (Oddities::default(), Vec::new(), Vec::new());
        let effects =
            app.update(Event::Arrival(1, LoadEvent::Rows { rows, names: names.into(), oddities, problems, foreign }));
        answer(&mut app, &texts, effects);
        (app, texts)
    }

    fn answer(app: &mut App, texts: &[String], effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Read(wanted) => {
                    let place = wanted.session.place;
                    let open = Arc::new(SessionDetail { place, ..open(&texts[place.offset as usize]) });
                    let effects = app.update(Event::Read(wanted.load, place, wanted.judge, Ok(open)));
                    answer(app, texts, effects);
                }
                Effect::Assess(work) => {
                    let assessment = Arc::new(work.input.assess());
                    let effects = app.update(Event::Assessed(work.load, work.call, assessment));
                    answer(app, texts, effects);
                }
                _ => {}
            }
        }
    }

    /// Draws one frame and compares it with the previous one, for another session; in memory.
    #[divan::bench(args = ["move", "same"])]
    fn frame(bencher: Bencher, what: &str) {
        let (mut app, texts) = app();
        let mut memory = Memory::default();
        let mut terminal = Terminal::with_options(
            CrosstermBackend::new(std::io::sink()),
            ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(ratatui::layout::Rect::new(0, 0, 120, 40)) },
        )
        .expect("a screen in memory");
        let mut is_down = false;
        bencher.bench_local(|| {
            if what == "move" {
                is_down = !is_down;
                let effects = app.update(Event::Action(if is_down { Action::Down } else { Action::Up }));
                answer(&mut app, &texts, effects);
            }
            terminal.draw(|frame| ui::draw(frame, &app, &Theme::DARK, &mut memory)).expect("memory does not fail");
        });
    }
}

mod listing {
    use super::*;

    fn rows(count: usize) -> (Vec<Row>, Interner) {
        let texts = texts();
        let mut names = Interner::default();
        let place = |at: usize| Place { part: 0, offset: at as u64, length: 0 };
        let rows: Vec<Row> = texts
            .iter()
            .map(|text| {
                let read = session::read(text.as_bytes()).expect("a session");
                Row::new(&read.session, text.as_bytes(), place(0), 0, RuleSets::built_in(), &mut names)
            })
            .collect();
        let copy = |at: usize| {
            let mut row = rows[at % rows.len()].clone();
            row.place = place(at);
            row
        };
        ((0..count).map(copy).collect(), names)
    }

    #[divan::bench(args = ["worst", "averageJitter", "subnet", "name"], sample_count = 10)]
    fn sort_100_000(bencher: Bencher, key: &str) {
        let (rows, names) = rows(100_000);
        let order = Order { key: SortKey::by_id(key).expect("a key"), is_reversed: false, set: 0 };
        bencher.bench(|| {
            let mut places: Vec<u32> = (0..100_000).collect();
            places.sort_unstable_by(|one, other| order.compare(&rows[*one as usize], &rows[*other as usize], &names));
            places
        });
    }

    #[divan::bench(args = ["po", "poor", "wifi", "poor net:wifi loss>5%"], sample_count = 20)]
    fn filter_100_000(bencher: Bencher, text: &str) {
        let (rows, names) = rows(100_000);
        bencher.bench(|| {
            let mut filter = Filter::new(text);
            filter.prepare(&names);
            rows.iter().filter(|row| filter.passes(row, 0)).count()
        });
    }
}
