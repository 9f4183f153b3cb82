//! The state changes as actions require. No terminal, no waiting: the tests inspect effects and answer them by hand.

use crate::call::{LoadEvent, LoadOutcome, Oddities, ReceivedRecord, Row, SortKey, UserError, UserErrorKind};
use crate::model::{Envelope, Field, NodePath, session};
use crate::triage::{End, Interner, RuleSets, SessionStatus};

use super::views::sessions::list::ListLine;
use super::*;

mod bursts;
mod clock;
mod filter;
mod keys;
mod long_loads;
mod panel;
mod privacy;
mod search;
mod way_back;

/// A session that was never set up, where a loss is expected.
const NEVER_CONNECTED: f64 = f64::NAN;

fn json(id: usize, name: &str, loss: f64) -> String {
    if loss.is_nan() {
        return format!(
            r#"{{"id":"{id}","caller":{{"associatedIdentity":{{"displayName":"{name}"}}}},
                "failureInfo":{{"stage":"callSetup"}},"segments":[]}}"#
        );
    }
    format!(
        r#"{{"id":"{id}","startDateTime":"2026-11-20T09:00:{:02}Z","endDateTime":"2026-11-20T09:10:00Z",
            "caller":{{"associatedIdentity":{{"displayName":"{name}"}}}},
            "segments":[{{"media":[{{"label":"main-audio","streams":[
                {{"streamDirection":"callerToCallee","packetUtilization":900,"averagePacketLossRate":{loss}}},
                {{"streamDirection":"calleeToCaller","packetUtilization":900,"averagePacketLossRate":0}}]}}]}}]}}"#,
        id % 60
    )
}

/// An app with its load at hand.
struct Bench {
    app: App,
    sessions: Vec<String>,
}

impl Bench {
    fn new(size: (u16, u16)) -> Bench {
        let mut bench =
            Bench { app: App::new(RuleSets::built_in(), 0, CallList::default(), size), sessions: Vec::new() };
        bench.page(0, None, false);
        bench
    }

    fn page(&mut self, page: u32, call: Option<&str>, is_whole: bool) {
        self.page_with(page, call, is_whole, None);
    }

    fn page_with(&mut self, page: u32, call: Option<&str>, is_whole: bool, record: Option<Box<ReceivedRecord>>) {
        let context =
            call.map_or("{}".to_owned(), |call| format!(r#"{{"@odata.context":"callRecords('{call}')/sessions"}}"#));
        let envelope: Field<Envelope> = serde_json::from_str(&context).expect("JSON");
        let envelope = Box::new(envelope.value().expect("an envelope").clone());
        let origin = "call.json".into();
        self.tell(LoadEvent::Page {
            page,
            origin,
            envelope,
            record,
            content: Vec::new(),
            is_whole,
            is_fetched: true,
            asked: crate::model::Asked::default(),
            is_list: true,
        });
    }

    fn arrive(&mut self, page: u32, sessions: &[(usize, &str, f64)]) -> Vec<Effect> {
        let mut names = Interner::default();
        let rows = sessions.iter().map(|&(id, name, loss)| {
            let text = json(id, name, loss);
            let place = Place { part: 0, offset: self.sessions.len() as u64, length: 0 };
            let read = session::read(text.as_bytes()).expect("a session");
            let row = Row::new(&read.session, text.as_bytes(), place, page, RuleSets::built_in(), &mut names);
            self.sessions.push(text);
            row
        });
        let rows = rows.collect();
        let (oddities, problems, foreign) = (Oddities::default(), Vec::new(), Vec::new());
        let effects = self.tell(LoadEvent::Rows { rows, names: names.into(), oddities, problems, foreign });
        self.assess(&effects);
        effects.into_iter().filter(|effect| !matches!(effect, Effect::Assess(_) | Effect::ReadAhead(_))).collect()
    }

    /// Assesses the whole call, if that was requested.
    fn assess(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Assess(work) = effect {
                self.app.update(Event::Assessed(work.load, work.call, Arc::new(work.input.assess())));
            }
        }
    }

    fn tell(&mut self, arrival: LoadEvent) -> Vec<Effect> {
        self.app.update(Event::Arrival(self.app.load_number(), arrival))
    }

    /// Performs an action, and reads the requested sessions.
    fn act(&mut self, action: Action) -> Vec<Effect> {
        let effects = self.app.update(Event::Action(action));
        self.answer(&effects);
        self.assess(&effects);
        effects.into_iter().filter(|effect| !matches!(effect, Effect::Assess(_) | Effect::ReadAhead(_))).collect()
    }

    /// Presses a key. Returns whether the view is all there is, and whether that ends the program.
    fn press(&mut self, key: char) -> (bool, bool) {
        let effects = self.app.update(Event::Key(Key::Char(key)));
        self.answer(&effects);
        (self.app.layers.is_empty(), effects.iter().any(|effect| matches!(effect, Effect::Quit)))
    }

    fn answer(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Read(wanted) | Effect::ReadAhead(wanted) = effect {
                let place = &wanted.session.place;
                let bytes = self.sessions[place.offset as usize].clone().into_bytes();
                let read = session::read(&bytes).expect("a session");
                let (names, judge) = (&wanted.session.names, wanted.judge);
                let open = SessionDetail::new(*place, bytes, read.session, names, wanted.sets, judge);
                let ahead = self.app.update(Event::Read(wanted.load, *place, judge, Ok(Arc::new(open))));
                let ahead: Vec<Effect> = ahead.into_iter().filter(|it| matches!(it, Effect::ReadAhead(..))).collect();
                self.answer(&ahead);
            }
        }
    }

    /// Sorts by a key, through the menu.
    fn sort_by(&mut self, key: SortKey) {
        self.act(Action::Sort);
        let menu = self.app.layers.menu_mut().expect("there is a menu");
        let place = menu.entries.iter().position(|entry| entry.pick == menu::Pick::Sort(key)).expect("it is offered");
        menu.viewport.at = place;
        self.act(Action::Accept);
    }

    fn names(&self) -> Vec<&str> {
        let call = self.app.call().expect("a call");
        self.app
            .views
            .sessions
            .list
            .from(0)
            .iter()
            .map(|at| call.rows()[*at as usize].name(End::Caller, self.app.data.loaded.names()))
            .collect()
    }

    fn selected(&self) -> &str {
        let call = self.app.call().expect("a call");
        self.app
            .views
            .sessions
            .list
            .selected()
            .map_or("", |at| call.rows()[at as usize].name(End::Caller, self.app.data.loaded.names()))
    }

    fn type_filter(&mut self, text: &str) {
        for letter in text.chars() {
            let event = self.app.meaning_of(Key::Char(letter)).expect("a letter means something");
            let effects = self.app.update(event);
            self.answer(&effects);
        }
    }
}

fn loaded() -> Bench {
    let mut bench = Bench::new((120, 36));
    let effects = bench.arrive(0, &[(1, "Greta", 0.0), (2, "Dario", 0.2), (3, "Bo", 0.5), (4, "Ana", 0.01)]);
    bench.answer(&effects);
    bench
}

#[test]
fn sessions_stand_worst_first_and_the_worst_is_looked_at() {
    let bench = loaded();
    assert_eq!(bench.names(), ["Bo", "Dario", "Greta", "Ana"]);
    assert_eq!(bench.selected(), "Bo");
    let DetailState::Ready(open) = &bench.app.detail else { panic!("{:?}", bench.app.detail) };
    assert_eq!(open.streams.len(), 2);
    assert_eq!(bench.app.views.sessions.tree.selected().to_string(), "segments/0/media/0/streams/0");
    assert_eq!(bench.app.views.sessions.panel.rows[0].metric.id, "averagePacketLossRate");
}

#[test]
fn until_somebody_moves_the_selection_stays_with_the_worst() {
    let mut bench = loaded();
    bench.arrive(0, &[(5, "Worst", 0.9)]);
    assert_eq!(bench.selected(), "Worst");
}

#[test]
fn a_chosen_session_stays_chosen_through_new_pages_and_other_orders() {
    let mut bench = loaded();
    bench.act(Action::Down);
    assert_eq!(bench.selected(), "Dario");
    bench.arrive(0, &[(5, "Worst", 0.9), (6, "Better", 0.3)]);
    assert_eq!(bench.names(), ["Worst", "Bo", "Better", "Dario", "Greta", "Ana"]);
    assert_eq!(bench.selected(), "Dario");
    bench.act(Action::ReverseSort);
    assert_eq!(bench.selected(), "Dario");
    for key in SortKey::ALL {
        bench.sort_by(*key);
        assert_eq!(bench.selected(), "Dario", "{key:?}");
    }
}

#[test]
fn the_list_begins_with_the_first_poor_session_and_not_with_those_that_failed() {
    let mut bench = Bench::new((120, 36));
    bench.arrive(0, &[(1, "Eva", NEVER_CONNECTED), (2, "Greta", 0.0)]);
    assert_eq!(bench.selected(), "Eva", "none is poor, so what failed is the worst");
    bench.arrive(0, &[(3, "Bo", 0.2), (4, "Finn", NEVER_CONNECTED)]);
    assert_eq!((bench.names().join(" "), bench.selected()), ("Eva Finn Bo Greta".to_owned(), "Bo"));
    bench.arrive(0, &[(5, "Cleo", 0.4)]);
    assert_eq!(bench.selected(), "Cleo", "better evidence arrived before any key was pressed");
    bench.act(Action::NextPane);
    bench.arrive(0, &[(6, "Dario", 0.9)]);
    assert_eq!(bench.selected(), "Cleo", "what the user looks at stays");
}

#[test]
fn what_has_nothing_to_show_leaves_its_room_to_an_overview_of_the_call() {
    let mut bench = loaded();
    bench.app.update(Event::Resize(120, 36));
    assert_eq!(bench.app.overview_area(), None);
    bench.act(Action::Filter);
    bench.app.update(Event::Pasted("zzz".to_owned()));
    let layout = bench.app.layout().expect("large enough");
    assert_eq!((bench.app.overview_area(), layout.metrics), (layout.tree, None), "no session is selected");
    bench.act(Action::Dismiss);
    bench.arrive(0, &[(9, "Eva", NEVER_CONNECTED)]);
    bench.act(Action::First);
    assert_eq!(bench.selected(), "Eva");
    let layout = bench.app.layout().expect("large enough");
    assert!(layout.metrics.is_some() && bench.app.overview_area() == layout.metrics, "she has no figures");
    let texts: Vec<&str> = bench.app.views.sessions.overview.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert!(texts.contains(&"5 sessions: 1 failed, 2 poor, 2 good"), "{texts:?}");
}

#[test]
fn a_click_on_the_strip_goes_to_the_sessions_there() {
    let mut bench = loaded();
    bench.app.update(Event::Resize(120, 36));
    let strip = bench.app.layout().expect("large enough").strip;
    let last = strip.x + 1 + bench.app.views.sessions.list.len() as u16 - 1;
    bench.app.update(Event::Mouse(Mouse::Click(last, strip.y)));
    assert_eq!(Some(bench.selected()), bench.names().last().copied());
    bench.app.update(Event::Mouse(Mouse::Click(strip.x, strip.y)));
    assert_eq!(Some(bench.selected()), bench.names().first().copied());
}

#[test]
fn sessions_that_failed_do_not_fill_a_window_that_begins_with_a_poor_one() {
    let mut bench = Bench::new((120, 36));
    for at in 0..40 {
        bench.arrive(0, &[(at, "Eva", NEVER_CONNECTED)]);
    }
    bench.arrive(0, &[(50, "Bo", 0.2), (51, "Greta", 0.0)]);
    assert_eq!(bench.selected(), "Bo");
    let list = &bench.app.views.sessions.list;
    let lines = list.lines(bench.app.call().expect("a call"));
    assert!(lines.contains(&ListLine::Group(SessionStatus::Poor, 1)) && lines.contains(&ListLine::Session(41)));
}

#[test]
fn every_order_sorts_and_turns_round_with_what_is_missing_last() {
    let mut bench = loaded();
    let mut orders = Vec::new();
    for key in SortKey::ALL {
        bench.sort_by(*key);
        orders.push((bench.app.views.sessions.list.sort.key.name().into_owned(), bench.names().join(" ")));
    }
    let named = orders.iter().map(|(name, order)| (name.as_str(), order.clone())).collect::<Vec<_>>();
    assert_eq!(
        named,
        [
            ("worst first", "Bo Dario Greta Ana".to_owned()),
            ("most loss first", "Bo Dario Ana Greta".to_owned()),
            ("most jitter first", "Greta Dario Bo Ana".to_owned()),
            ("most round trip first", "Greta Dario Bo Ana".to_owned()),
            ("longest first", "Greta Dario Bo Ana".to_owned()),
            ("by start", "Greta Dario Bo Ana".to_owned()),
            ("by name", "Ana Bo Dario Greta".to_owned()),
            ("as received", "Greta Dario Bo Ana".to_owned()),
        ]
    );
    bench.sort_by(SortKey::Figure("averagePacketLossRate"));
    bench.act(Action::ReverseSort);
    assert_eq!(bench.names(), ["Greta", "Ana", "Dario", "Bo"]);
}

#[test]
fn the_filter_is_live_and_a_hidden_selection_gives_way_to_its_neighbour() {
    let mut bench = loaded();
    bench.act(Action::Down);
    bench.act(Action::Filter);
    assert_eq!(bench.app.scope(), Scope::Filter);
    bench.type_filter("r");
    assert_eq!(bench.names(), ["Bo", "Dario", "Greta"], "poor ones hold an r as well");
    assert_eq!(bench.selected(), "Dario");
    bench.type_filter("eta");
    assert_eq!(bench.names(), ["Greta"]);
    assert_eq!(bench.selected(), "Greta", "Dario is hidden");
    bench.act(Action::Dismiss);
    assert_eq!(bench.selected(), "Dario", "and is chosen still");
    assert_eq!(bench.names().len(), 4);
}

#[test]
fn a_kept_filter_stays_and_goes_one_step_back() {
    let mut bench = loaded();
    bench.act(Action::Filter);
    bench.type_filter("bo");
    bench.act(Action::Accept);
    assert_eq!((bench.app.scope(), bench.names()), (Scope::Sessions, vec!["Bo"]));
    bench.arrive(0, &[(9, "Boris", 0.0), (10, "Cleo", 0.0)]);
    assert_eq!(bench.names(), ["Bo", "Boris"], "new pages are filtered too");
    bench.act(Action::Back);
    assert_eq!(bench.names().len(), 6);
}

#[test]
fn a_filter_finds_people_whom_only_the_record_names_whenever_it_comes() {
    let record = || {
        let text = r#"{"participants_v2":[{"identity":{"user":{"id":"Bo","displayName":"Ximena Roth"}}}]}"#;
        let read: Field<_> = serde_json::from_str(text).expect("JSON");
        Box::new(ReceivedRecord { read: read.value().cloned().expect("a record"), text: text.into() })
    };
    let filtered = || {
        let mut bench = loaded();
        bench.act(Action::Filter);
        bench.type_filter("ximena");
        assert_eq!(bench.names(), Vec::<&str>::new());
        bench
    };
    let mut beside = filtered();
    beside.tell(LoadEvent::Record { call: "7d3c".into(), record: record() });
    assert_eq!(beside.names(), ["Ximena Roth"]);
    let mut with_its_last_page = filtered();
    with_its_last_page.page_with(0, None, true, Some(record()));
    assert_eq!(with_its_last_page.names(), ["Ximena Roth"]);
    let mut before = Bench::new((120, 36));
    before.page_with(0, None, false, Some(record()));
    before.arrive(0, &[(1, "Greta", 0.0), (3, "Bo", 0.5)]);
    before.act(Action::Filter);
    before.type_filter("ximena");
    assert_eq!(before.names(), ["Ximena Roth"]);
}

#[test]
fn keys_lead_into_the_tree_to_the_metrics_and_back() {
    let mut bench = loaded();
    bench.act(Action::Open);
    assert_eq!(bench.app.views.sessions.focus, Pane::Tree);
    bench.act(Action::Open);
    assert_eq!(bench.app.views.sessions.focus, Pane::Metrics, "a stream has nothing to unfold");
    bench.act(Action::Back);
    bench.act(Action::Back);
    assert_eq!(bench.app.views.sessions.focus, Pane::Sessions);
    bench.act(Action::NextPane);
    assert_eq!(bench.app.views.sessions.focus, Pane::Tree);
    bench.act(Action::PreviousPane);
    assert_eq!(bench.app.views.sessions.focus, Pane::Sessions);
}

#[test]
fn details_and_raw_are_of_the_node_that_keys_go_to() {
    let mut bench = loaded();
    bench.act(Action::Details);
    let Some(Overlay::Details(details)) = bench.app.layers.overlay() else { panic!("details") };
    assert_eq!(details.path, NodePath::SESSION);
    bench.act(Action::Raw);
    let Some(Overlay::Raw(raw)) = bench.app.layers.overlay() else { panic!("raw") };
    assert_eq!(raw.path, NodePath::SESSION);
    bench.act(Action::Back);
    bench.act(Action::Back);
    bench.act(Action::Open);
    bench.act(Action::Raw);
    let Some(Overlay::Raw(raw)) = bench.app.layers.overlay() else { panic!("raw") };
    assert_eq!(raw.path.to_string(), "segments/0/media/0/streams/0");
    bench.act(Action::Raw);
    assert!(bench.app.layers.overlay().is_none(), "the same key closes it");
}

#[test]
fn a_session_is_compared_with_the_median_good_one_and_nothing_is_made_up_where_there_is_none() {
    let mut bench = loaded();
    bench.act(Action::CompareHealthy);
    let Some(Overlay::Compared(comparison)) = bench.app.layers.overlay() else { panic!("a comparison") };
    let why = compare::CompareLine::Why("Greta: median of 2 good sessions on any platform".to_owned());
    assert_eq!((comparison.names.as_slice(), &comparison.lines[0]), (&["Bo".to_owned(), "Greta".to_owned()][..], &why));
    bench.act(Action::Back);
    let mut alone = Bench::new((120, 36));
    let effects = alone.arrive(0, &[(1, "Bo", 0.5), (2, "Dario", 0.2)]);
    alone.answer(&effects);
    alone.act(Action::CompareHealthy);
    let notice = alone.app.layers.notice.clone().expect("it is said");
    assert_eq!(notice.text, "no other person's session with audio is good yet: nothing to compare with");
    assert!(alone.app.layers.overlay().is_none());
}

#[test]
fn help_lies_over_what_was_there_and_gives_it_back() {
    let mut bench = loaded();
    bench.act(Action::Details);
    bench.act(Action::Help);
    assert_eq!(bench.app.scope(), Scope::Help);
    assert_eq!(bench.app.layers.help().map(|help| help.scope), Some(Scope::Details));
    bench.act(Action::Back);
    assert_eq!(bench.app.scope(), Scope::Details);
}

#[test]
fn a_session_looked_at_again_is_not_read_again() {
    let mut bench = loaded();
    assert!(matches!(bench.act(Action::Down)[..], [Effect::Read(..)]));
    assert!(bench.act(Action::Up).is_empty());
    assert!(bench.act(Action::Down).is_empty());
    assert!(matches!(bench.app.detail, DetailState::Ready(_)));
}

#[test]
fn a_session_that_cannot_be_read_says_why_and_the_others_stay() {
    let mut bench = loaded();
    let effects = bench.app.update(Event::Action(Action::Down));
    let [Effect::Read(wanted)] = &effects[..] else { panic!("{effects:?}") };
    let (load, place) = (wanted.load, wanted.session.place);
    bench.app.update(Event::Read(load, place, bench.app.judge(), Err("call.json changed on disk".to_owned())));
    assert!(matches!(&bench.app.detail, DetailState::Failed(_, why) if why.contains("changed")));
    bench.act(Action::Up);
    assert!(matches!(bench.app.detail, DetailState::Ready(_)));
}

#[test]
fn news_of_an_older_load_is_not_for_us() {
    let mut bench = loaded();
    let ending = Event::Arrival(bench.app.load_number() + 1, LoadEvent::End(LoadOutcome::AllRead));
    bench.app.update(ending);
    assert_eq!(bench.app.data.loaded.ending(), None);
}

#[test]
fn several_calls_in_one_load_make_a_list_as_long_as_nobody_did_anything() {
    let (one, other) = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002");
    let mut bench = Bench::new((120, 36));
    bench.page(0, Some(one), true);
    bench.arrive(0, &[(1, "Greta", 0.0)]);
    assert_eq!(bench.app.view, View::Sessions);
    bench.page(1, Some(other), true);
    bench.arrive(1, &[(2, "Dario", 0.2)]);
    assert_eq!(bench.app.view, View::Calls);
    assert_eq!(bench.app.views.calls.total(), 2);
    bench.act(Action::Down);
    assert_eq!(bench.act(Action::Open).len(), 1, "only the session is read; nothing is loaded");
    assert_eq!((bench.app.view, bench.names()), (View::Sessions, vec!["Dario"]));
    bench.act(Action::Calls);
    assert_eq!(bench.app.view, View::Calls);
}

#[test]
fn a_list_of_calls_that_comes_late_does_not_interrupt() {
    let (one, other) = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002");
    let mut bench = Bench::new((120, 36));
    bench.page(0, Some(one), true);
    bench.arrive(0, &[(1, "Greta", 0.0)]);
    bench.act(Action::Open);
    bench.page(1, Some(other), true);
    assert_eq!(bench.app.view, View::Sessions);
    bench.act(Action::Calls);
    assert_eq!(bench.app.view, View::Calls);
}

#[test]
fn a_choice_is_loaded_under_a_new_number_and_the_old_call_is_gone() {
    let choice = |title: &str| Choice { title: title.to_owned(), about: String::new() };
    let mut app = App::new(RuleSets::built_in(), 0, CallList::cards(vec![choice("a"), choice("b")], &[]), (80, 24));
    assert_eq!((app.view, app.load_number()), (View::Calls, 0));
    assert!(matches!(app.update(Event::Action(Action::Open))[..], [Effect::Load(Chosen::Card(0), 1)]));
    assert_eq!(app.view, View::Sessions);
    app.update(Event::Action(Action::Calls));
    app.update(Event::Action(Action::Down));
    assert!(matches!(app.update(Event::Action(Action::Open))[..], [Effect::Load(Chosen::Card(1), 2)]));
    assert!(app.call().is_none());
}

#[test]
fn every_action_of_the_table_does_something_somewhere() {
    use super::bindings::BINDINGS;
    // Compare everything that an action could change on screen or request.
    let picture = |bench: &Bench, effects: &[Effect]| {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {effects:?} {} {:?}",
            bench.app.view,
            bench.app.layers.overlay(),
            bench.app.layers.help(),
            bench.app.views.sessions.focus,
            bench.app.views.calls.viewport,
            bench.app.views.sessions.list.viewport,
            (
                bench.app.views.sessions.list.sort.key,
                bench.app.views.sessions.list.sort.is_reversed,
                bench.app.views.sessions.list.filter().text()
            ),
            bench.app.layers.prompt().map(|prompt| prompt.input.value()),
            bench.app.views.sessions.tree.viewport,
            bench.app.views.sessions.tree.lines.len(),
            bench.app.views.sessions.metrics.at,
            (
                bench.app.layers.menu().map(|menu| (menu.title, menu.viewport)),
                bench.app.marked.as_ref().map(|marked| marked.row),
                (bench.app.layout(), &bench.app.layers.notice, bench.app.screen.is_zoomed),
                (bench.app.views.timeline.window(), bench.app.clock.is_local()),
            ),
        )
    };
    let places: &[&[Action]] = &[
        &[],
        &[Action::Down],
        &[Action::Last],
        &[Action::Filter],
        &[Action::Open],
        &[Action::Open, Action::Down],
        &[Action::Open, Action::Open, Action::Down],
        &[Action::Help],
        &[Action::Help, Action::Last],
        &[Action::Status],
        &[Action::Details, Action::Down],
        &[Action::Raw],
        &[Action::Raw, Action::ToggleLayout],
        &[Action::Raw, Action::Right],
        &[Action::Raw, Action::Down, Action::Down, Action::Down],
        &[Action::Raw, Action::FoldAll],
        &[Action::People],
        &[Action::Timeline],
        &[Action::Timeline, Action::ZoomIn],
        &[Action::Timeline, Action::ZoomIn, Action::Right, Action::Right],
        &[Action::Sort],
        &[Action::Sort, Action::Down],
    ];
    for binding in BINDINGS {
        let does_something = places.iter().any(|place| {
            let mut bench = Bench::new((60, 20));
            // Long enough to need two pages, and with several calls to choose from.
            let many: Vec<(usize, &str, f64)> = (0..40).map(|at| (at, "Greta", at as f64 / 100.0)).collect();
            let effects = bench.arrive(0, &many);
            bench.answer(&effects);
            bench.tell(LoadEvent::End(LoadOutcome::Cancelled));
            bench.app.views.calls =
                CallList::cards(vec![Choice { title: "a".to_owned(), about: String::new() }; 3], &[]);
            for action in *place {
                bench.act(*action);
            }
            match binding.action {
                Action::Wider | Action::Narrower => _ = bench.app.update(Event::Resize(120, 36)),
                // Completion needs a partial word, and stepping through matches needs a search.
                Action::Complete if bench.app.scope() == Scope::Filter => bench.type_filter("us"),
                Action::NextMatch | Action::PreviousMatch => {
                    if let Some(Overlay::Raw(raw)) = bench.app.layers.overlay_mut() {
                        raw.seek("stream");
                    }
                }
                _ => {}
            }
            let before = picture(&bench, &[]);
            let effects = bench.act(binding.action);
            picture(&bench, &effects) != before
        });
        assert!(does_something, "{:?} does nothing anywhere", binding.action);
    }
}

#[test]
fn who_types_ahead_of_the_reading_means_the_session_that_is_about_to_be_there() {
    let mut bench = loaded();
    let effects = bench.app.update(Event::Action(Action::Down));
    let ahead = bench.app.update(Event::Action(Action::Details));
    assert!(bench.app.layers.overlay().is_none() && ahead.is_empty(), "it is not read yet");
    bench.answer(&effects);
    assert!(matches!(bench.app.layers.overlay(), Some(Overlay::Details(_))));
    // Pressing another key in between cancels the pending action.
    bench.act(Action::Back);
    let effects = bench.app.update(Event::Action(Action::Last));
    bench.app.update(Event::Action(Action::Raw));
    bench.app.update(Event::Action(Action::Palette));
    bench.answer(&effects);
    assert!(bench.app.layers.overlay().is_none());
}

#[test]
fn a_call_comes_back_as_it_was_left_once_its_session_is_there_and_not_after_a_key() {
    let sessions = [(1, "Greta", 0.0), (2, "Dario", 0.2), (3, "Bo", 0.5), (4, "Ana", 0.001)];
    let left = || {
        let mut bench = Bench::new((120, 36));
        bench.page(0, Some("call-1"), true);
        bench.arrive(0, &sessions);
        bench.sort_by(SortKey::Name);
        bench.act(Action::Last);
        bench.act(Action::Timeline);
        bench.app.memory()
    };
    let memory = left();
    assert_eq!((memory.calls[0].view.as_str(), memory.calls[0].session.as_str()), ("timeline", "1"));
    for is_touched in [false, true] {
        let mut bench = Bench::new((120, 36));
        bench.app.remember(memory.clone());
        bench.page(0, Some("call-1"), true);
        bench.arrive(0, &sessions[2..]);
        if is_touched {
            bench.act(Action::Sessions);
            bench.act(Action::First);
        }
        bench.arrive(0, &sessions[..2]);
        assert_eq!(bench.app.views.sessions.list.sort.key, SortKey::Name);
        let selected = bench.selected().to_owned();
        assert_eq!(
            (bench.app.view, selected.as_str()),
            if is_touched { (View::Sessions, "Ana") } else { (View::Timeline, "Greta") }
        );
    }
    // The saved state does not apply to another call.
    let mut bench = Bench::new((120, 36));
    bench.app.remember(memory);
    bench.page(0, Some("call-2"), true);
    bench.arrive(0, &sessions);
    assert_eq!((bench.app.view, bench.app.views.sessions.list.sort.key), (View::Sessions, SortKey::Worst));
    assert_eq!(bench.app.memory().calls.len(), 2);
}

#[test]
fn a_file_that_changed_is_said_and_read_again_from_where_one_was() {
    let mut bench = Bench::new((120, 36));
    bench.page(0, Some("call-1"), true);
    bench.arrive(0, &[(1, "Greta", 0.0), (2, "Dario", 0.2)]);
    bench.act(Action::Last);
    assert!(!bench.app.can_go_on());
    bench.app.update(Event::FileChanged(1, "call.json".to_owned()));
    let notice = bench.app.layers.notice.clone().expect("it is said");
    assert_eq!(notice.text, "call.json changed on disk; press R to reload");
    assert!(matches!(bench.act(Action::GoOn)[..], [Effect::LoadAgain]));
    assert_eq!(bench.app.data.loaded.session_count(), 2, "what is open stays until there is something to show");
    let trouble = UserError { kind: UserErrorKind::Input, what: "call.json is empty".to_owned(), hint: None };
    bench.app.update(Event::NotReloaded(trouble));
    let notice = bench.app.layers.notice.clone().expect("it is said");
    assert_eq!(notice.text, "call.json is empty; keeping the call as loaded, press R to retry");
    assert_eq!(bench.app.data.loaded.session_count(), 2);
    assert!(matches!(bench.act(Action::GoOn)[..], [Effect::LoadAgain]));
    bench.app.update(Event::Reloaded(None));
    bench.app.update(Event::FileChanged(1, "call.json".to_owned()));
    assert!(!bench.app.can_go_on(), "that was the old one");
    bench.page(0, Some("call-1"), true);
    bench.arrive(0, &[(2, "Dario", 0.2), (1, "Greta", 0.0), (3, "Bo", 0.4)]);
    assert_eq!(bench.selected(), "Greta");
}

#[test]
fn what_is_pasted_goes_into_the_line_that_is_open_and_nowhere_else() {
    let mut bench = loaded();
    let before = format!("{:?}{:?}", bench.app.view, bench.app.views.sessions.list.viewport.at);
    assert!(bench.app.update(Event::Pasted("s\nq\n/subnet\n".to_owned())).is_empty());
    assert_eq!(format!("{:?}{:?}", bench.app.view, bench.app.views.sessions.list.viewport.at), before);
    assert!(bench.app.layers.notice.as_ref().is_some_and(|notice| notice.is_trouble), "it is said");
    bench.act(Action::Filter);
    bench.app.update(Event::Pasted("user:greta\r\npoor\tnot\x1b[31m\n".to_owned()));
    let prompt = bench.app.layers.prompt().expect("the line is still open");
    assert_eq!(prompt.input.value(), "user:greta poor not [31m");
    bench.app.update(Event::Pasted("x".repeat(5000)));
    assert!(bench.app.layers.prompt().is_some_and(|prompt| prompt.input.value().len() < 1100));
}

#[test]
fn the_mouse_chooses_what_is_under_it_and_the_wheel_scrolls_the_pane_under_it() {
    let mut bench = loaded();
    bench.app.update(Event::Resize(120, 36));
    let layout = bench.app.layout().expect("large enough");
    let inside = |pane: Pane| layout.area_of(pane).expect("it is visible").inside();
    let list = inside(Pane::Sessions);
    bench.app.update(Event::Mouse(Mouse::Click(list.x + 3, list.y + 5)));
    assert_eq!(
        bench.selected(),
        "Greta",
        "below the column headings, two poor sessions, and the headings of two groups"
    );
    bench.app.update(Event::Mouse(Mouse::WheelUp(list.x, list.y)));
    assert_eq!(bench.selected(), "Bo");
    let tree = inside(Pane::Tree);
    let effects = bench.app.update(Event::Mouse(Mouse::Click(tree.x, tree.y)));
    bench.answer(&effects);
    assert_eq!(bench.app.views.sessions.focus, Pane::Tree);
    // Clicks below the last line, and outside every pane, do nothing.
    bench.app.update(Event::Mouse(Mouse::Click(list.x, list.y + list.height - 1)));
    assert_eq!((bench.app.views.sessions.focus, bench.selected()), (Pane::Sessions, "Bo"));
    bench.app.update(Event::Mouse(Mouse::Click(500, 500)));
    assert_eq!(bench.selected(), "Bo");
}

#[test]
fn who_goes_through_the_list_finds_the_next_session_read_already() {
    let mut bench = loaded();
    bench.act(Action::Down);
    // The third was read while the second was on screen, so the next step requests only the fourth.
    let effects = bench.app.update(Event::Action(Action::Down));
    assert!(matches!(effects.as_slice(), [Effect::ReadAhead(..)]), "{effects:?}");
    assert!(
        matches!(&bench.app.detail, DetailState::Ready(open) if Some(open.place) == bench.app.shown().map(|row| row.place))
    );
    bench.answer(&effects);
    // At the end there is nothing to read ahead, and on the way back everything is in memory.
    assert!(bench.app.update(Event::Action(Action::Last)).is_empty());
    assert!(bench.app.update(Event::Action(Action::Up)).is_empty());
}
