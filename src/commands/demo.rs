//! Explores the built-in calls through a Graph server on loopback.

use tokio::runtime::Runtime;

use crate::app::{CallList, Choice, Chosen};
use crate::call::Request;
use crate::cli;
use crate::demo::server::{self, ServedCall};
use crate::demo::weather::Weather;
use crate::demo::{self, DemoCall};
use crate::graph::{Api, Service, Token};
use crate::source::{CallRequest, Source};
use crate::terminal::{self, PanicSignal};

use super::screen::{Opening, no_choice, on_screen};
use super::{Basis, Exit, report, report_error, usage};

/// The text above the built-in calls if no call was named.
pub const START: &[&str] = &[
    "No call was named. `callscope call.json` opens a saved call, `callscope FOLDER` opens saved pages, and \
     `callscope GUID` fetches a call from Microsoft Graph using the token in CALLSCOPE_TOKEN.",
    "Or try one of these built-in calls, which need no tenant:",
];

/// The text above the built-in calls in the demo.
pub const DEMO: &[&str] =
    &["These built-in calls are fictitious. A Graph server inside this program serves them page by page."];

/// Which built-in call to explore, and how it is served and requested.
pub struct Wanted<'a> {
    /// Name of the call; without one, the user chooses.
    pub call: Option<&'a str>,
    /// The text above the list to choose from.
    pub intro: &'static [&'static str],
    /// How the server behaves.
    pub weather: Weather,
    /// Request options.
    pub request: Request,
}

/// Explores a built-in call, or shows the list to choose from.
pub fn demo(
    runtime: &Runtime,
    Wanted { call: name, intro, weather, request }: Wanted<'_>,
    screen: &cli::Screen,
    basis: Basis,
    alarm: PanicSignal,
) -> color_eyre::Result<Exit> {
    let limits = weather.limits;
    let running = runtime.block_on(server::start(ServedCall::all_demo(), weather, 0))?;
    let service = Service::new(&running.root, Api::V1)?.with_limits(limits);
    let open = |call: &DemoCall| {
        let call = call.call_id().zip(Token::new(server::TOKEN));
        let live = call.map(|(call, token)| CallRequest {
            request: request.clone(),
            ..CallRequest::with_token(service.clone(), call, token)
        });
        let source = live.map_or(Source::Paths(Vec::new()), |live| Source::Live(Box::new(live)));
        basis.load(source)
    };
    let chosen = name.and_then(demo::by_name);
    let load = chosen.map(|call| {
        let _inside = runtime.enter();
        open(call)
    });
    match load {
        Some(load) if !terminal::can_draw() => {
            let how = cli::How { filter: screen.filter.clone(), ..cli::How::default() };
            runtime.block_on(report::write(load, basis, how))
        }
        None if !terminal::can_draw() => {
            let names: Vec<&str> = demo::CALLS.iter().map(|call| call.name).collect();
            let hint = format!("name one of the built-in calls: {}", names.join(", "));
            let why = if terminal::is_dumb() { " that can move its cursor (TERM=dumb)" } else { "" };
            Ok(report_error(&usage(format!("the list of calls needs a terminal{why}"), &hint)))
        }
        Some(load) => {
            on_screen(runtime, Opening { remembers: false, ..Opening::of(load) }, &mut no_choice, screen, basis, alarm)
        }
        None => {
            let choice = |call: &DemoCall| Choice { title: call.title.to_owned(), about: call.about.to_owned() };
            let choices = demo::CALLS.iter().map(choice).collect();
            let opening =
                Opening { calls: CallList::cards(choices, intro), load: None, listing: None, remembers: false };
            let mut open = |chosen: &Chosen| match chosen {
                Chosen::Card(at) => open(&demo::CALLS[*at]),
                Chosen::Call(_) => no_choice(chosen),
            };
            on_screen(runtime, opening, &mut open, screen, basis, alarm)
        }
    }
}
