//! Properties of all inputs: no JSON and no sequence of events at any size makes the program panic, and every frame is
//! drawn within its screen.

use std::sync::Arc;

use crate::support::fixtures;
use callscope::app::session_detail::SessionDetail;
use callscope::app::{Action, App, Effect, Event, Key};
use callscope::call::{
    LoadEvent, LoadOutcome, Oddities, Place, Problem, ProblemLevel, Row, UserError, UserErrorKind, Wait,
};
use callscope::model::{Envelope, session};
use callscope::triage::{Interner, RuleSets};
use callscope::ui::{self, Memory, Theme};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::{Value, json};
use tui_input::InputRequest;

/// An event that may happen.
#[derive(Debug, Clone)]
enum Step {
    Key(Key),
    Action(Action),
    Type(String),
    Resize(u16, u16),
    Sessions(Vec<Value>),
    Page {
        whole: bool,
        link: bool,
    },
    Wait(u64),
    Problem(String),
    End(u8),
    Second,
    /// Makes a requested session unreadable.
    Unreadable,
}

fn action() -> impl Strategy<Value = Action> {
    proptest::sample::select(
        callscope::app::bindings::BINDINGS.iter().map(|binding| binding.action).collect::<Vec<_>>(),
    )
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        proptest::sample::select(
            callscope::app::bindings::BINDINGS.iter().flat_map(|binding| binding.keys.to_vec()).collect::<Vec<_>>()
        ),
        any::<char>().prop_map(Key::Char),
    ]
}

/// Sessions of every kind: healthy, full of gaps, hostile.
fn any_session() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["\\PC{0,30}", Just("\u{1b}[2J\u{202e}".to_owned()), Just("山田".repeat(40))];
    let hole = proptest::sample::select(vec![
        json!(null),
        json!([]),
        json!({}),
        json!("text"),
        json!([null, 7, {}]),
        json!([{ "media": [null, { "streams": [null, {}] }, { "label": "main-video", "streams": null }] }]),
    ]);
    prop_oneof![
        (0usize..50, name.clone(), 0.0..1.0f64).prop_map(|(at, name, loss)| fixtures::session(at, &name, loss)),
        (0usize..50, hole.clone(), hole.clone()).prop_map(|(at, segments, caller)| {
            let mut session = fixtures::session(at, "x", 0.0);
            session["segments"] = segments;
            session["caller"] = caller;
            session
        }),
        (name, hole).prop_map(|(label, hole)| {
            let mut session = fixtures::session(99, "y", 0.0);
            session["segments"][0]["media"][0]["label"] = json!(label);
            session["segments"][0]["media"][0]["callerNetwork"] = hole;
            session["endDateTime"] = json!("0001-01-01T00:00:00Z");
            session
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => key().prop_map(Step::Key),
        8 => action().prop_map(Step::Action),
        2 => "\\PC{0,3}".prop_map(Step::Type),
        3 => (0u16..200, 0u16..70).prop_map(|(width, height)| Step::Resize(width, height)),
        4 => proptest::collection::vec(any_session(), 0..6).prop_map(Step::Sessions),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(whole, link)| Step::Page { whole, link }),
        1 => any::<u64>().prop_map(Step::Wait),
        1 => "\\PC{0,200}".prop_map(Step::Problem),
        1 => (0u8..3).prop_map(Step::End),
        1 => Just(Step::Second),
        1 => Just(Step::Unreadable),
    ]
}

/// The program with its surroundings, as a value.
struct World {
    app: App,
    terminal: Terminal<TestBackend>,
    memory: Memory,
    /// The bytes of all sessions, each at its own position.
    sessions: Vec<Vec<u8>>,
    pages: u32,
    is_unreadable: bool,
}

impl World {
    fn new(width: u16, height: u16) -> World {
        World {
            app: App::new(RuleSets::built_in(), 0, callscope::app::CallList::default(), (width, height)),
            terminal: Terminal::new(TestBackend::new(width, height)).expect("a screen in memory"),
            memory: Memory::default(),
            sessions: Vec::new(),
            pages: 0,
            is_unreadable: false,
        }
    }

    fn happen(&mut self, step: Step) {
        match step {
            Step::Key(key) => {
                if let Some(event) = self.app.meaning_of(key) {
                    self.update(event);
                }
            }
            Step::Action(action) => self.update(Event::Action(action)),
            Step::Type(text) => {
                text.chars().for_each(|letter| self.update(Event::Edit(InputRequest::InsertChar(letter))))
            }
            Step::Resize(width, height) => {
                self.terminal.backend_mut().resize(width, height);
                self.update(Event::Resize(width, height));
            }
            Step::Sessions(sessions) => self.arrive(&sessions),
            Step::Page { whole, link } => self.page(whole, link),
            Step::Wait(seconds) => {
                let wait = Wait { origin: "page 2".into(), why: "throttled (429)".to_owned(), seconds };
                self.tell(LoadEvent::Wait(Some(wait)));
            }
            Step::Problem(what) => {
                let problem = Problem { weight: ProblemLevel::Loss, origin: "x".into(), what, at: Some(u64::MAX) };
                self.tell(LoadEvent::Problem(problem));
            }
            Step::End(how) => {
                let trouble = UserError { kind: UserErrorKind::Answer, what: "it broke".to_owned(), hint: None };
                self.tell(LoadEvent::End(match how {
                    0 => LoadOutcome::AllRead,
                    1 => LoadOutcome::Cancelled,
                    _ => LoadOutcome::Stopped(trouble),
                }));
            }
            Step::Second => self.update(Event::Second),
            Step::Unreadable => self.is_unreadable = !self.is_unreadable,
        }
    }

    fn page(&mut self, is_whole: bool, link: bool) {
        let json = if link { r#"{"@odata.nextLink":"https://example.com/2"}"# } else { "{}" };
        let envelope: callscope::model::Field<Envelope> = serde_json::from_str(json).expect("JSON");
        let envelope = Box::new(envelope.value().expect("an envelope").clone());
        let page = self.pages;
        self.pages += u32::from(is_whole);
        let (origin, record) = ("a.json".into(), None);
        self.tell(LoadEvent::Page {
            page,
            origin,
            envelope,
            record,
            content: Vec::new(),
            is_whole,
            is_fetched: false,
            asked: callscope::model::Asked::default(),
            is_list: true,
        });
    }

    fn arrive(&mut self, sessions: &[Value]) {
        self.page(false, false);
        let (mut rows, mut names) = (Vec::new(), Interner::default());
        for session in sessions {
            let bytes = session.to_string().into_bytes();
            let place = Place { part: 0, offset: self.sessions.len() as u64, length: bytes.len() as u32 };
            let read = session::read(&bytes).expect("an object");
            rows.push(Row::new(&read.session, &bytes, place, self.pages, RuleSets::built_in(), &mut names));
            self.sessions.push(bytes);
        }
        let (oddities, problems, foreign) = (Oddities::default(), Vec::new(), Vec::new());
        self.tell(LoadEvent::Rows { rows, names: names.into(), oddities, problems, foreign });
    }

    fn tell(&mut self, arrival: LoadEvent) {
        self.update(Event::Arrival(self.app.load_number(), arrival));
    }

    /// Updates the state, carries out the effects, and draws.
    fn update(&mut self, event: Event) {
        let mut effects = self.app.update(event);
        while let Some(effect) = effects.pop() {
            if let Effect::Read(wanted) = effect {
                let place = wanted.session.place;
                let bytes = self.sessions[place.offset as usize].clone();
                let read = match self.is_unreadable {
                    true => Err("the file changed".to_owned()),
                    false => {
                        let read = session::read(&bytes).expect("an object");
                        Ok(Arc::new(SessionDetail::new(
                            place,
                            bytes,
                            read.session,
                            &Default::default(),
                            self.app.sets(),
                            self.app.judge(),
                        )))
                    }
                };
                effects.extend(self.app.update(Event::Read(wanted.load, place, wanted.judge, read)));
            } else if let Effect::Assess(work) = effect {
                effects.extend(self.app.update(Event::Assessed(work.load, work.call, Arc::new(work.input.assess()))));
            }
        }
        let (app, memory) = (&self.app, &mut self.memory);
        self.terminal.draw(|frame| ui::draw(frame, app, &Theme::DARK, memory)).expect("a screen in memory");
        for cell in &self.terminal.backend().buffer().content {
            assert!(!cell.symbol().chars().any(|letter| letter.is_control() || letter == '\u{202e}'), "{cell:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_at_any_size_makes_it_panic(
        width in 0u16..160,
        height in 0u16..60,
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        let mut world = World::new(width, height);
        for step in steps {
            world.happen(step);
        }
    }
}

#[test]
fn every_size_down_to_one_cell_is_drawn() {
    for overlay in [
        None,
        Some(Action::Details),
        Some(Action::Raw),
        Some(Action::Status),
        Some(Action::Help),
        Some(Action::People),
        Some(Action::Findings),
    ] {
        let mut world = World::new(120, 36);
        world.happen(Step::Sessions(vec![fixtures::session(1, "Greta Quist", 0.2), fixtures::session(2, "Bo", 0.0)]));
        if let Some(overlay) = overlay {
            world.happen(Step::Action(overlay));
        }
        for width in (0..130).step_by(3) {
            for height in (0..40).step_by(2) {
                world.happen(Step::Resize(width, height));
            }
        }
    }
}
