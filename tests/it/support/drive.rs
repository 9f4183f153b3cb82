//! Runs the whole event loop, driven by keys and observed through an in-memory screen.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use callscope::app::{App, CallList, Choice, Chosen};
use callscope::clipboard::{Way, Wrapped};
use callscope::demo::server::{self, ServedCall, TOKEN};
use callscope::demo::weather::Weather;
use callscope::demo::{self, DemoCall};
use callscope::graph::{Api, CallId, Service, Token};
use callscope::run::{self, Announce, Ended, Ends, Input, TerminalControl};
use callscope::source::{self, CallListQuery, CallListStream, CallRequest, Load, Source};
use callscope::terminal::PanicSignal;
use callscope::triage::RuleSets;
use callscope::ui::Theme;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The timeout for anything a test waits for.
const DEADLINE: Duration = Duration::from_secs(20);

/// A running program.
pub struct Driver {
    screen: SharedScreen,
    sent: Arc<Mutex<Vec<u8>>>,
    input: mpsc::Sender<Input>,
    /// How many inputs were sent, and how many the program had handled when it was last idle.
    inputs: AtomicU64,
    idle: watch::Receiver<u64>,
    task: JoinHandle<io::Result<Ended>>,
}

impl Driver {
    /// Opens one of the demo calls, from its own server.
    pub async fn demo_call(name: &str, size: (u16, u16), weather: Weather) -> Driver {
        let running = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
        let call = demo::by_name(name).expect("a built-in call");
        let load = live(&running.root, call);
        Driver::start(size, CallList::default(), Some(load), None, Box::new(|_| panic!("there is nothing to choose")))
    }

    /// Opens a call from a service.
    pub fn live(call: CallRequest, size: (u16, u16)) -> Driver {
        let load = source::load(Source::Live(Box::new(call)), RuleSets::built_in());
        Driver::start(size, CallList::default(), Some(load), None, Box::new(|_| panic!("there is nothing to choose")))
    }

    /// Opens the list of demo calls.
    pub async fn demo_list(size: (u16, u16), weather: Weather) -> Driver {
        let running = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
        let choice = |call: &DemoCall| Choice { title: call.title.to_owned(), about: call.about.to_owned() };
        let choices = demo::CALLS.iter().map(choice).collect();
        let root = running.root;
        let open = move |chosen: &Chosen| match chosen {
            Chosen::Card(at) => live(&root, &demo::CALLS[*at]),
            Chosen::Call(id) => panic!("there is no call {id}"),
        };
        Driver::start(size, CallList::cards(choices, &[]), None, None, Box::new(open))
    }

    /// Opens files or folders.
    pub fn paths(paths: &[&std::path::Path], size: (u16, u16)) -> Driver {
        let load =
            source::load(Source::Paths(paths.iter().map(|path| path.to_path_buf()).collect()), RuleSets::built_in());
        Driver::start(size, CallList::default(), Some(load), None, Box::new(|_| panic!("there is nothing to choose")))
    }

    /// Opens the list of a service's calls.
    pub fn listing(wanted: CallListQuery, size: (u16, u16)) -> Driver {
        let calls = CallList::listing(callscope::call::listing::CallsAsked {
            since: callscope::model::Timestamp::parse("2026-11-01T00:00:00Z"),
            ..Default::default()
        });
        let service = wanted.service.clone();
        let open = move |chosen: &Chosen| {
            let Chosen::Call(id) = chosen else { panic!("there are no cards") };
            let call = CallId::parse(id).expect("a GUID");
            let token = Token::new(TOKEN).expect("a token");
            let live = CallRequest::with_token(service.clone(), call, token);
            source::load(Source::Live(Box::new(live)), RuleSets::built_in())
        };
        Driver::start(size, calls, None, Some(source::calls::load(wanted)), Box::new(open))
    }

    fn start(
        size: (u16, u16),
        calls: CallList,
        load: Option<Load>,
        listing: Option<CallListStream>,
        mut open: Box<dyn FnMut(&Chosen) -> Load + Send>,
    ) -> Driver {
        let screen = SharedScreen(Arc::new(Mutex::new(TestBackend::new(size.0, size.1))));
        let (input, keys) = mpsc::channel(256);
        let mut terminal = Terminal::new(screen.clone()).expect("a screen in memory");
        let sent = Arc::new(Mutex::new(Vec::new()));
        let mut hardware = NoHardware(sent.clone());
        let (idle, is_idle) = watch::channel(u64::MAX);
        let task = tokio::spawn(async move {
            let app = App::new(RuleSets::built_in(), 0, calls, size);
            let alarm = PanicSignal::default();
            let ends = Ends {
                input: keys,
                load,
                early: Vec::new(),
                open: &mut *open,
                listing,
                alarm,
                theme: Theme::DARK,
                clipboard: Way::Terminal(Wrapped::Plain),
                announce: Announce::default(),
                write_report: Arc::new(|_| Err(io::ErrorKind::Unsupported.into())),
                idle: Some(idle),
            };
            run::run(app, &mut terminal, &mut hardware, ends).await
        });
        Driver { screen, sent, input, inputs: AtomicU64::new(0), idle: is_idle, task }
    }

    /// Returns the text on the screen.
    pub fn text(&self) -> String {
        self.screen.text()
    }

    /// Returns the screen with its styles.
    pub fn buffer(&self) -> Buffer {
        self.screen.0.lock().unwrap_or_else(PoisonError::into_inner).buffer().clone()
    }

    /// Returns the text copied last.
    pub fn copied(&self) -> Option<String> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&sent).into_owned();
        let encoded = text.rsplit("]52;c;").next()?.trim_end_matches('\u{7}').to_owned();
        String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()
    }

    /// Presses keys in sequence; keys other than letters are in angle brackets: `jj<enter><c-c>`.
    pub async fn press(&self, keys: &str) {
        for event in parse(keys) {
            self.send(Input::Terminal(Event::Key(event))).await;
        }
    }

    /// Resizes the terminal.
    pub async fn resize(&self, width: u16, height: u16) {
        self.screen.0.lock().unwrap_or_else(PoisonError::into_inner).resize(width, height);
        self.send(Input::Terminal(Event::Resize(width, height))).await;
    }

    /// Sends an event other than a key.
    pub async fn send(&self, input: Input) {
        self.inputs.fetch_add(1, Ordering::Relaxed);
        self.input.send(input).await.expect("the program listens");
    }

    /// Waits until a text is on the screen.
    pub async fn wait_for(&self, text: &str) {
        self.wait_until(&format!("“{text}” to appear"), |screen| screen.contains(text)).await;
    }

    /// Waits until a text is no longer on the screen.
    pub async fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("“{text}” to go"), |screen| !screen.contains(text)).await;
    }

    /// Waits until the screen meets a condition.
    pub async fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !holds(&self.text()) {
            assert!(start.elapsed() < DEADLINE, "timed out waiting for {what}; the screen was:\n{}", self.text());
            assert!(!self.task.is_finished(), "the program ended while waiting for {what}:\n{}", self.text());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns the text on the screen once the program has handled every input and has nothing left to do.
    pub async fn settled(&self) -> String {
        let (mut idle, sent) = (self.idle.clone(), self.inputs.load(Ordering::Relaxed));
        let settled = tokio::time::timeout(DEADLINE, idle.wait_for(|handled| *handled == sent)).await;
        assert!(settled.is_ok_and(|idle| idle.is_ok()), "the program does not come to rest:\n{}", self.text());
        self.text()
    }

    /// Waits for the program to end.
    pub async fn ended(self) -> Ended {
        let ended = tokio::time::timeout(DEADLINE, self.task).await.expect("the program ends");
        ended.expect("it does not panic").expect("a screen in memory does not fail")
    }

    /// Quits, and waits for the program to end.
    pub async fn leave(self) -> Ended {
        self.press("<c-c>").await;
        self.ended().await
    }
}

fn live(root: &str, call: &DemoCall) -> Load {
    let service = Service::new(root, Api::V1).expect("a loopback root");
    let call = call.call_id().expect("a GUID");
    let token = Token::new(TOKEN).expect("a token");
    source::load(Source::Live(Box::new(CallRequest::with_token(service, call, token))), RuleSets::built_in())
}

/// Reads keys as [`Driver::press`] takes them.
pub fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(letter) = rest.chars().next() {
        let (code, modifiers, length) = match rest.strip_prefix('<').and_then(|name| name.split_once('>')) {
            Some((name, _)) => {
                let (code, modifiers) = named(name);
                (code, modifiers, name.len() + 2)
            }
            None => (KeyCode::Char(letter), KeyModifiers::NONE, letter.len_utf8()),
        };
        events.push(KeyEvent::new(code, modifiers));
        rest = &rest[length..];
    }
    events
}

fn named(name: &str) -> (KeyCode, KeyModifiers) {
    if let Some(letter) = name.strip_prefix("c-") {
        return (KeyCode::Char(letter.chars().next().expect("a letter")), KeyModifiers::CONTROL);
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "btab" => KeyCode::BackTab,
        "bs" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        _ => panic!("no key is called {name}"),
    };
    (code, KeyModifiers::NONE)
}

/// Records everything sent to the terminal besides frames.
struct NoHardware(Arc<Mutex<Vec<u8>>>);

impl TerminalControl<SharedScreen> for NoHardware {
    fn can_suspend(&self) -> bool {
        false
    }

    fn suspend(&mut self, terminal: &mut Terminal<SharedScreen>, _whole_group: bool) -> io::Result<()> {
        terminal.clear()
    }

    fn resume(&mut self, terminal: &mut Terminal<SharedScreen>) -> io::Result<()> {
        terminal.clear()
    }

    fn redraw(&mut self, terminal: &mut Terminal<SharedScreen>) -> io::Result<()> {
        terminal.clear()
    }

    async fn hand_over(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn take_back(&mut self, _: &mut Terminal<SharedScreen>) -> io::Result<()> {
        Ok(())
    }

    fn send(&mut self, _terminal: &mut Terminal<SharedScreen>, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(())
    }
}

/// An in-memory screen that can be inspected while the program draws to it.
#[derive(Clone)]
struct SharedScreen(Arc<Mutex<TestBackend>>);

impl SharedScreen {
    fn with<T>(&self, act: impl FnOnce(&mut TestBackend) -> Result<T, std::convert::Infallible>) -> io::Result<T> {
        let Ok(done) = act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(done)
    }

    fn text(&self) -> String {
        let screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text_of(screen.buffer())
    }
}

/// Returns a buffer's text, line by line, without trailing spaces.
pub fn text_of(buffer: &Buffer) -> String {
    use unicode_width::UnicodeWidthStr as _;
    let mut text = String::new();
    for row in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for column in 0..buffer.area.width {
            let symbol = buffer[(column, row)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            skip = symbol.width().max(skip).saturating_sub(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

impl Backend for SharedScreen {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        use unicode_width::UnicodeWidthStr as _;
        // As on a terminal, a wide character erases what stood in its second column.
        let blank = Cell::default();
        let cells = content.flat_map(|(x, y, cell)| {
            let second = (cell.symbol().width() > 1).then_some((x + 1, y, &blank));
            std::iter::once((x, y, cell)).chain(second)
        });
        self.with(|screen| screen.draw(cells))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.with(TestBackend::hide_cursor)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.with(TestBackend::show_cursor)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.with(TestBackend::get_cursor_position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.with(|screen| screen.set_cursor_position(position))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.with(TestBackend::clear)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.with(|screen| screen.clear_region(clear_type))
    }

    fn size(&self) -> io::Result<Size> {
        self.with(|screen| screen.size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.with(TestBackend::window_size)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(TestBackend::flush)
    }
}
