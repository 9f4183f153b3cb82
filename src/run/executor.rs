//! Performs the effects that the app asks for, and collects what comes back: answers of background work, news of the
//! load and of the list of calls.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::app::effect::{Reader, Shown, Text, Ticket};
use crate::app::prompt::Unsaved;
use crate::app::session_detail::SessionDetail;
use crate::app::{App, Chosen, Effect, Event, OwnRun, SaveFormat, SaveRequest, SessionRequest};
use crate::call::listing::ListingNews;
use crate::call::{LoadEvent, Row, UserError, UserErrorKind, reason};
use crate::clipboard;
use crate::disk;
use crate::formats::document::Document;
use crate::formats::markup;
use crate::formats::{Detail, Triage};
use crate::log;
use crate::privacy::Leaked;
use crate::source::save::{self, Provenance, Replace, SaveError};
use crate::source::store::Store;
use crate::source::{self, CallListStream, CannotRead, Load};
use crate::wording;

use super::foreground::Foreground;
use super::own;
use super::reload::{Reload, next_of_reload};
use super::reports::{ReportRequest, WriteReport};

/// What the loop has to do after an effect.
pub enum Flow {
    /// Nothing: what comes of the effect arrives later.
    Continue,
    /// Tell the app.
    Report(Event),
    /// Send bytes that draw nothing to the terminal, then tell the app.
    Send(Vec<u8>, Event),
    /// Draw the whole screen again.
    Redraw,
    /// Give the terminal to a program until it ends.
    HandOver(Foreground),
    /// Ring the terminal's bell.
    Bell,
    /// Suspend the process.
    Suspend,
    /// End the program.
    Leave,
}

/// Something that arrived without the user's doing.
pub enum News {
    /// Background work is done.
    Answered(Vec<Event>),
    /// Files being reread, or a call downloaded again, brought this.
    Reload(LoadEvent),
    /// The load brought this.
    Load(LoadEvent),
    /// The list of calls brought this.
    Listing(ListingNews),
}

/// The program's side of every effect: the loads, the background work, the clipboard.
pub struct Executor<'a> {
    load: Option<Load>,
    reload: Option<Reload>,
    listing: Option<CallListStream>,
    open: &'a mut (dyn FnMut(&Chosen) -> Load + Send),
    clipboard: clipboard::Way,
    write_report: WriteReport,
    answers: (mpsc::Sender<Vec<Event>>, mpsc::Receiver<Vec<Event>>),
    /// Pieces of background work that have not answered yet.
    pending: usize,
}

impl<'a> Executor<'a> {
    /// Creates an executor with the load and the list of calls in progress, if any; `open` starts loading a choice.
    pub fn new(
        load: Option<Load>,
        listing: Option<CallListStream>,
        open: &'a mut (dyn FnMut(&Chosen) -> Load + Send),
        clipboard: clipboard::Way,
        write_report: WriteReport,
    ) -> Executor<'a> {
        Executor { load, reload: None, listing, open, clipboard, write_report, answers: mpsc::channel(8), pending: 0 }
    }

    /// Performs an effect. Slow work runs in the background and answers through [`Executor::news`]; only a ticket is made at
    /// once, for which the worst session of each finding is read again.
    pub fn perform(&mut self, effect: Effect, app: &App) -> Flow {
        tracing::debug!(target: log::EFFECTS, effect = effect.name());
        match effect {
            Effect::Quit => {
                if let Some(load) = &self.load {
                    load.stop.for_good();
                }
                return Flow::Leave;
            }
            Effect::Suspend => return Flow::Suspend,
            Effect::Redraw => return Flow::Redraw,
            Effect::StopLoading => return self.stop_loading(),
            Effect::GoOn => {
                if let Some(load) = &mut self.load {
                    load.retry();
                }
            }
            Effect::Load(chosen, _) => {
                self.reload = None;
                let new = (self.open)(&chosen);
                self.replace_load(new);
            }
            Effect::LoadAgain => self.reload = self.load.as_ref().and_then(Load::again).map(Reload::new),
            Effect::LoadSegments => self.load_segments(),
            Effect::ShowAt(level) => {
                let load = self.load.as_ref().filter(|load| load.level() != level);
                self.reload = load.map(|load| Reload::new(load.at_level(level)));
            }
            Effect::ListOn => {
                if let Some(listing) = &self.listing {
                    listing.go_on();
                }
            }
            Effect::StopListing => {
                if let Some(listing) = &self.listing {
                    listing.stop();
                }
            }
            Effect::Read(request) | Effect::ReadAhead(request) => {
                if let Some(load) = &self.load {
                    let store = load.store.clone();
                    self.in_background(move || read(&store, request));
                }
            }
            Effect::Assess(work) => {
                self.in_background(move || vec![Event::Assessed(work.load, work.call, Arc::new(work.input.assess()))])
            }
            Effect::Save(request) if request.format == SaveFormat::AsReceived => self.save(*request),
            Effect::Save(request) => self.save_report(*request, app),
            Effect::Copy(what, text) => return self.copy(what, text),
            Effect::CopyTicket(ticket) => return self.copy_ticket(app, ticket),
            Effect::HandOver(reader, shown) => return self.hand_over(app, reader, shown),
            Effect::RunOwn(own) => return self.run_own(app, own),
            Effect::Bell => return Flow::Bell,
        }
        Flow::Continue
    }

    /// Waits for what arrives next; forever if nothing can. Safe to cancel: nothing that arrived is lost.
    pub async fn news(&mut self) -> News {
        tokio::select! {
            biased;
            Some(events) = self.answers.1.recv() => {
                self.pending -= 1;
                News::Answered(events)
            }
            event = next_of_reload(&mut self.reload) => News::Reload(event),
            event = next_of_load(&mut self.load) => News::Load(event),
            Some(news) = next_of_listing(&mut self.listing) => News::Listing(news),
        }
    }

    /// Takes in news of a reload. Once it has something to show, or is known to have nothing, returns the events for the
    /// app: first what became of it, then what arrived so far.
    pub fn take_reload(&mut self, event: LoadEvent) -> Option<(Event, Vec<LoadEvent>)> {
        let outcome = self.reload.as_mut()?.take(event)?;
        let Reload { load, early } = self.reload.take()?;
        Some(match outcome {
            Ok(()) => {
                let level = load.is_replay().then(|| load.level());
                self.replace_load(load);
                (Event::Reloaded(level), early)
            }
            Err(trouble) => (Event::NotReloaded(trouble), Vec::new()),
        })
    }

    /// Returns whether no background work and no reload is in progress.
    pub fn is_idle(&self) -> bool {
        self.pending == 0 && self.reload.is_none()
    }

    fn replace_load(&mut self, new: Load) {
        if let Some(old) = self.load.replace(new) {
            old.stop.for_good();
        }
    }

    fn stop_loading(&mut self) -> Flow {
        if self.reload.take().is_some() {
            let what = "you stopped it".to_owned();
            return Flow::Report(Event::NotReloaded(UserError { kind: UserErrorKind::Input, what, hint: None }));
        }
        if let Some(load) = &self.load {
            load.stop.for_now();
        }
        Flow::Continue
    }

    fn load_segments(&mut self) {
        self.reload = self.load.as_ref().and_then(Load::with_segments).map(Reload::new);
        // Two loads of one call would use up the service's rate limit for it twice as fast.
        if let (Some(load), Some(_)) = (&self.load, &self.reload) {
            load.stop.for_now();
        }
    }

    fn copy_ticket(&mut self, app: &App, ticket: Ticket) -> Flow {
        let what = if ticket.detail == Detail::Short { "the triage for a ticket" } else { "the long ticket" };
        match self.load.as_ref().and_then(|load| ticket_of(app, load, ticket)) {
            Some(Ok(text)) => self.copy(what, text),
            Some(Err(why)) => Flow::Report(Event::Copied(Err(why))),
            None => Flow::Continue,
        }
    }

    /// Prepares a viewer or an editor for what is to be read in it.
    fn hand_over(&self, app: &App, reader: Reader, shown: Shown) -> Flow {
        let text = match shown {
            Shown::Text(text) => Some(Ok(text)),
            Shown::Report => self.load.as_ref().and_then(|load| report_of(app, load)),
        };
        match text.map(|text| text.and_then(|text| Foreground::new(reader, text))) {
            Some(Ok(program)) => Flow::HandOver(program),
            Some(Err(why)) => Flow::Report(Event::Ran(Err(why))),
            None => Flow::Continue,
        }
    }

    /// Starts a command of the user's own, which gets the ticket.
    fn run_own(&mut self, app: &App, own: OwnRun) -> Flow {
        match self.load.as_ref().and_then(|load| ticket_of(app, load, app.ticket())) {
            Some(Ok(report)) => {
                self.pending += 1;
                let answers = self.answers.0.clone();
                tokio::spawn(async move {
                    // The receiver may be gone.
                    let _ = answers.send(vec![Event::Ran(own::run(own, report).await.map(Some))]).await;
                });
                Flow::Continue
            }
            Some(Err(why)) => Flow::Report(Event::Ran(Err(why))),
            None => Flow::Continue,
        }
    }

    /// Writes a report to a file in the background, from a copy of the rows as they are now.
    fn save_report(&mut self, request: SaveRequest, app: &App) {
        let Some(load) = &self.load else { return };
        let SaveRequest { name, format, may_replace, .. } = request;
        let work = ReportRequest {
            loaded: Arc::new(app.data.loaded.clone()),
            call: app.data.call,
            store: load.store.clone(),
            guard: load.guard().unwrap_or_default(),
            evidence: load.evidence(),
            format,
            selection: app.selection(),
            set: app.judge().set,
            clock: app.clock,
            path: disk::from_home(Path::new(&name)),
            may_replace,
        };
        let write = self.write_report.clone();
        self.in_background(move || {
            let path = work.path.clone();
            let saved = match write(work) {
                Ok(bytes) => Ok(format!("saved {} in {}", wording::size(bytes), path.display())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err((name, Unsaved::Exists)),
                Err(error) => {
                    let why = format!("{} could not be written: {}", path.display(), reason(&error));
                    Err((name, Unsaved::Failed(why)))
                }
            };
            vec![Event::Saved(saved)]
        });
    }

    fn save(&mut self, request: SaveRequest) {
        let Some(load) = &self.load else { return };
        let (store, circumstances) = (load.store.clone(), Provenance::now(load.service.clone()));
        let SaveRequest { call, name, may_replace, .. } = request;
        let replace = if may_replace { Replace::File } else { Replace::Nothing };
        self.in_background(move || {
            let saved = match save::save(&call, &store, &disk::from_home(Path::new(&name)), replace, &circumstances) {
                Ok(saved) => Ok(wording::saved(saved.sessions, saved.bytes, &saved.path)),
                Err(SaveError::Exists(_)) => Err((name, Unsaved::Exists)),
                Err(error) => Err((name, Unsaved::Failed(error.to_string()))),
            };
            vec![Event::Saved(saved)]
        });
    }

    /// Copies text: through the terminal at once, or by a program in the background.
    fn copy(&mut self, what: &'static str, text: String) -> Flow {
        match self.clipboard {
            clipboard::Way::Terminal(wrapped) => match clipboard::sequence(&text, wrapped) {
                Ok(bytes) => {
                    let sent = self.clipboard.words(what, &wording::size(text.len() as u64));
                    Flow::Send(bytes, Event::Copied(Ok(sent)))
                }
                Err(why) => Flow::Report(Event::Copied(Err(why))),
            },
            _ => {
                let way = self.clipboard.clone();
                self.in_background(move || vec![Event::Copied(way.give(what, &text))]);
                Flow::Continue
            }
        }
    }

    /// Runs slow work on a thread of its own; its events are its answer.
    fn in_background(&mut self, work: impl FnOnce() -> Vec<Event> + Send + 'static) {
        self.pending += 1;
        let answers = self.answers.0.clone();
        tokio::task::spawn_blocking(move || {
            // The receiver may be gone.
            let _ = answers.blocking_send(work());
        });
    }
}

/// The next news of the load; pending forever if there is no load or no more news.
async fn next_of_load(load: &mut Option<Load>) -> LoadEvent {
    if let Some(load) = load
        && let Some(event) = load.next().await
    {
        return event;
    }
    std::future::pending().await
}

/// The next news of the list of calls; pending forever if there is no list or no more news.
async fn next_of_listing(listing: &mut Option<CallListStream>) -> Option<ListingNews> {
    if let Some(listing) = listing
        && let Some(news) = listing.next().await
    {
        return Some(news);
    }
    std::future::pending().await
}

/// Reads a session again, and reports a file that changed since it was opened.
fn read(store: &Store, request: SessionRequest) -> Vec<Event> {
    let SessionRequest { load, session, sets, judge } = request;
    let place = session.place;
    let changed = store.changed(place.part).map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Event::FileChanged(load, name)
    });
    let read = source::read_session(store, &session)
        .map(|full| Arc::new(SessionDetail::new(place, full.bytes, full.read.session, &session.names, sets, judge)))
        .map_err(|CannotRead(why)| why);
    changed.into_iter().chain([Event::Read(load, place, judge, read)]).collect()
}

/// The triage of the call for a ticket. Rereads a few sessions to describe the worst examples.
fn ticket_of(app: &App, load: &Load, ticket: Ticket) -> Option<Result<String, String>> {
    let mut text = Vec::new();
    match document_of(app, load, ticket.detail)? {
        Ok(document) => document.write(&ticket.markup, &mut text).ok()?,
        Err(why) => return Some(Err(why)),
    }
    String::from_utf8(text).ok().map(Ok)
}

/// The report on the call, as the program prints it.
fn report_of(app: &App, load: &Load) -> Option<Result<Text, String>> {
    let mut text = Vec::new();
    match document_of(app, load, Detail::Everything)? {
        Ok(document) => document.write(&markup::TEXT, &mut text).ok()?,
        Err(why) => return Some(Err(why)),
    }
    Some(Ok(Text { name: "report.txt", content: String::from_utf8(text).ok()? }))
}

/// The report, or why it is not handed out: it has something in it that the privacy level hides.
fn document_of(app: &App, load: &Load, detail: Detail) -> Option<Result<Document, String>> {
    let (call, assessment) = (app.call()?, app.assessment()?);
    let mut read = |row: &Row| source::read_named(&load.store, &call.session_ref(row, app.data.loaded.names())).ok();
    let triage = Triage {
        call,
        loaded: &app.data.loaded,
        assessment,
        rules: app.rules(),
        clock: app.clock,
        listed: None,
        privacy: app.privacy.shown,
    };
    let document = triage.document(detail, &mut read);
    let checked = load.guard().map_or(Ok(()), |guard| document.check(&guard));
    Some(match checked {
        Err(Leaked { leak, .. }) => Err(format!("not copied or opened: {leak} is in it, though it is hidden")),
        Ok(()) => Ok(document),
    })
}
