//! A call's pages from a Graph service, following the links to the last page or to an error, and continuing from there
//! on a retry. The call record is requested in parallel.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use url::Url;

use crate::call::{
    LoadEvent, LoadOutcome, Origin, ProblemLevel, ReceivedRecord, RecordVersion, Request, UserError, UserErrorKind,
    reason, version_words,
};
use crate::graph::failure::{BodyError, Failure};
use crate::graph::retry::length;
use crate::graph::{
    Asked, CallId, Cancelled, Client, Failed, HeadStart, Links, Next, ProgressListener as _, RetryPolicy, Service,
    Share, Token, TokenProvider,
};
use crate::log;
use crate::model::NextLink;

use super::answer::{self, WholePage};
use super::error::LoadError;
use super::ingest::{Ingest, Kept as Keeping, read_record};
use super::met::MetSessions;
use super::page_cache::{CachedPage, Folder, Kept};
use super::split::Splitter;
use super::teller::Teller;

/// A call to be read from a service.
#[derive(Debug, Clone)]
pub struct CallRequest {
    pub service: Service,
    pub call: CallId,
    pub sign_in: Arc<TokenProvider>,
    /// The request options.
    pub request: Request,
    /// The timeouts.
    pub patience: RetryPolicy,
    /// The folder for cached pages; nothing is kept without one.
    pub folder: Option<Folder>,
}

impl CallRequest {
    /// Creates a call with a token obtained elsewhere, the usual timeouts, and no cache.
    pub fn with_token(service: Service, call: CallId, token: Token) -> CallRequest {
        let sign_in = Arc::new(TokenProvider::with(token, &service));
        CallRequest { service, call, sign_in, request: Request::default(), patience: RetryPolicy::USUAL, folder: None }
    }

    /// Returns the address of the first page.
    fn first(&self) -> Url {
        self.service.sessions_of(self.call, &self.request)
    }
}

/// How long to wait for the record once something else has stopped the reading.
const MOMENT: Duration = Duration::from_secs(2);

/// How far a call was read.
pub struct Reading {
    live: CallRequest,
    client: Option<Arc<Client>>,
    kept: Option<Kept>,
    /// Something was already read, by this run or an earlier one.
    has_begun: bool,
    /// The next page, counted from 1, and its address.
    page: u32,
    url: Url,
    links: Links,
    /// The last page's link was read.
    is_all: bool,
    /// The request for the next page, which goes out while this one is taken in.
    ahead: Option<HeadStart>,
    record: Beside,
    /// Reading took some time, in which the record may have changed.
    took_time: bool,
    /// This run fetched a page.
    has_fetched: bool,
    /// The link to the next page has expired.
    is_link_stale: bool,
    /// The version of the saved call being resumed, as far as it states one, until it is compared with the service's
    /// record.
    saved: Option<Option<RecordVersion>>,
    /// The sessions received so far.
    met: MetSessions,
}

/// The record, which is requested in parallel to the pages.
enum Beside {
    NotYet,
    Asking(JoinHandle<Result<Result<Box<ReceivedRecord>, Failed>, Cancelled>>),
    Here(Box<ReceivedRecord>),
    /// It could not be read; the reason was reported.
    Failed,
}

impl Reading {
    /// Starts at the beginning.
    pub fn new(live: CallRequest) -> Reading {
        let url = live.first();
        Reading::at(live, url, 1)
    }

    /// Starts after the pages of a saved call of a version, at the link to the next one.
    pub fn after(
        live: CallRequest,
        link: &str,
        pages: u32,
        version: Option<RecordVersion>,
    ) -> Result<Reading, UserError> {
        let first = live.first();
        let mut links = Links::new(first.clone());
        let url = followed(&mut links, link, &first, &"the saved call".into(), &mut |_| Ok(()));
        match url {
            Ok(Ok(url)) => {
                let begun = Reading::at(live, url, pages + 1);
                Ok(Reading { links, has_begun: true, took_time: true, saved: Some(version), ..begun })
            }
            Ok(Err(trouble)) => Err(trouble),
            Err(Cancelled) => Err(unlinked("the saved call", "it has no link")),
        }
    }

    fn at(live: CallRequest, url: Url, page: u32) -> Reading {
        let links = Links::new(live.first());
        Reading {
            live,
            client: None,
            kept: None,
            has_begun: false,
            page,
            url,
            links,
            is_all: false,
            ahead: None,
            record: Beside::NotYet,
            took_time: false,
            has_fetched: false,
            is_link_stale: false,
            saved: None,
            met: MetSessions::default(),
        }
    }

    /// Returns the service that is read from, with its API version.
    pub fn service(&self) -> String {
        let service = &self.live.service;
        format!("{}/{}", service.name(), service.api().name())
    }

    /// Reads on, to the last page or an error. After that it can be called again.
    pub fn go_on(&mut self, intake: &mut Ingest) -> Result<LoadOutcome, LoadError> {
        intake.begin_fetching(self.live.request.asked());
        let client = match self.client() {
            Ok(client) => client,
            Err(trouble) => return Ok(LoadOutcome::Stopped(trouble)),
        };
        if self.is_link_stale {
            self.begin_anew(intake)?;
        }
        self.ask_for_the_record(&client, intake.teller());
        if !self.has_begun {
            self.has_begun = true;
            self.open_what_was_kept(&client, intake)?;
        }
        if let Some(version) = self.saved.take() {
            self.check_what_was_saved(version, intake)?;
        }
        while !self.is_all {
            let read = self.read_page(&client, intake);
            if !matches!(read, Ok(None)) {
                self.ahead = None;
            }
            let stopped = match read {
                Ok(None) => continue,
                Ok(Some(trouble)) => Ok(LoadOutcome::Stopped(trouble)),
                failed @ Err(LoadError::Failed(_)) => failed.map(|_| LoadOutcome::AllRead),
                Err(error) => return Err(error),
            };
            // The record is worth a short wait: a saved call begins with it.
            self.await_the_record(intake.teller(), Some(MOMENT))?;
            self.keep_the_record();
            return stopped;
        }
        self.end(&client, intake)
    }

    /// Discards what was read, to read a newer version of the record.
    pub fn begin_anew(&mut self, intake: &mut Ingest) -> Result<(), LoadError> {
        let first = self.live.first();
        if let Some(kept) = &mut self.kept {
            // A cache that cannot be cleared is not used any further.
            if kept.begin(first.as_str()).is_err() {
                self.kept = None;
            }
        }
        (self.page, self.links, self.url) = (1, Links::new(first.clone()), first);
        (self.met, self.ahead) = (MetSessions::default(), None);
        (self.is_all, self.took_time, self.is_link_stale) = (false, false, false);
        self.record = Beside::NotYet;
        intake.begin_anew()
    }

    /// Reads what an earlier run cached. It counts if the record has not changed.
    fn open_what_was_kept(&mut self, client: &Client, intake: &mut Ingest) -> Result<(), LoadError> {
        let Some(folder) = &self.live.folder else { return Ok(()) };
        let origin: Origin = "cached pages".into();
        match folder.open(&self.live.service, self.live.call, &self.live.request) {
            Ok(Some(kept)) => self.kept = Some(kept),
            Ok(None) => {
                let what = "callscope is already reading this call in another process: pages are not cached";
                return Ok(intake.teller().note(ProblemLevel::Note, &origin, what)?);
            }
            Err(error) => {
                let what = format!("cannot cache pages in {}: {}", folder.path.display(), reason(&error));
                return Ok(intake.teller().note(ProblemLevel::Note, &origin, what)?);
            }
        }
        let Some(kept) = &mut self.kept else { return Ok(()) };
        if kept.was_changed() {
            let what = "some were changed: they and those after them are requested again";
            intake.teller().note(ProblemLevel::Note, &origin, what)?;
        }
        let part = match kept.pages() {
            Ok((file, _, length)) => intake.store().spool_into(file, length, &folder.path),
            Err(error) => {
                self.kept = None;
                return Ok(intake.teller().note(
                    ProblemLevel::Note,
                    &origin,
                    format!("cannot cache pages: {}", reason(&error)),
                )?);
            }
        };
        let pages = kept.before().to_vec();
        client.spent_before(Share::Later, pages.iter().filter(|page| page.page > 1).map(CachedPage::age));
        let known = kept.record().and_then(|record| read_record(&record.text));
        let mut taken = 0;
        for page in &pages {
            let whole = kept.body(page).and_then(|body| {
                // The page itself says where the next one is.
                let WholePage { splitter, link, .. } = answer::page(body).ok()?;
                let next = link.and_then(|link| next_of(&self.links, &link, &self.url));
                (next == page.next).then_some(splitter)
            });
            let Some(splitter) = whole else {
                let first = self.live.first();
                if kept.forget_from(page.page, first.as_str()).is_err() {
                    self.kept = None;
                }
                break;
            };
            let origin: Origin = format!("page {}", page.page).into();
            intake.take_whole(&origin, splitter, Keeping::InPlace(part, page.offset))?;
            taken += 1;
            let next = page.next.as_deref().and_then(|next| Url::parse(next).ok());
            self.page = page.page + 1;
            match next {
                Some(next) => {
                    self.links.visit(&next);
                    self.url = next;
                }
                None => self.is_all = page.next.is_none(),
            }
        }
        if taken == 0 {
            return Ok(());
        }
        self.took_time = true;
        let age = length(pages[taken - 1].age());
        self.check_what_was_kept(known, taken, &age, intake)
    }

    /// Checks whether the record is still the one the cached pages are from.
    fn check_what_was_kept(
        &mut self,
        known: Option<ReceivedRecord>,
        pages: usize,
        age: &str,
        intake: &mut Ingest,
    ) -> Result<(), LoadError> {
        let origin: Origin = "cached pages".into();
        self.await_the_record(intake.teller(), None)?;
        let note = |what: String| Ok(intake.teller().note(ProblemLevel::Note, &origin, what)?);
        match (&self.record, known) {
            (Beside::Here(now), Some(then)) if RecordVersion::of(&now.read) != RecordVersion::of(&then.read) => {
                let (then, now) =
                    (version_words(RecordVersion::of(&then.read)), version_words(RecordVersion::of(&now.read)));
                note(format!("{pages} were from {then} of the record, now {now}: reading again"))?;
                self.begin_anew_with_the_record(intake)
            }
            (Beside::Here(_), None) => {
                note(format!("the record version of {pages} is not known: reading again"))?;
                self.begin_anew_with_the_record(intake)
            }
            (Beside::Here(_), Some(_)) => {
                self.took_time = false;
                note(format!("{pages} were read {age} ago, and the record has not changed since"))
            }
            (_, then) => {
                if let Some(then) = then {
                    // The record is unavailable; the cached one says what the pages are from.
                    intake.tell(record_arrival(self.live.call, &then))?;
                }
                note(format!("{pages} were read {age} ago; there may be a newer version"))
            }
        }
    }

    /// Checks whether the record is still the one the saved pages are from.
    fn check_what_was_saved(&mut self, then: Option<RecordVersion>, intake: &mut Ingest) -> Result<(), LoadError> {
        let origin: Origin = "the saved call".into();
        self.await_the_record(intake.teller(), None)?;
        let note = |what: String| Ok(intake.teller().note(ProblemLevel::Note, &origin, what)?);
        match &self.record {
            Beside::Here(now)
                if then.zip(RecordVersion::of(&now.read)).is_some_and(|(then, now)| then.differs_from(now)) =>
            {
                let now = version_words(RecordVersion::of(&now.read));
                note(format!("is from {} of the record, now {now}: reading again", version_words(then)))?;
                self.begin_anew_with_the_record(intake)
            }
            Beside::Here(_) if then.is_none() => {
                note("does not state its record version, so the rest may be from another".to_owned())
            }
            Beside::Here(_) => Ok(()),
            _ => note("there may be a newer version of the record".to_owned()),
        }
    }

    /// Starts again, with the record already received.
    fn begin_anew_with_the_record(&mut self, intake: &mut Ingest) -> Result<(), LoadError> {
        let record = std::mem::replace(&mut self.record, Beside::NotYet);
        self.begin_anew(intake)?;
        if let Beside::Here(record) = &record {
            intake.tell(record_arrival(self.live.call, record))?;
        }
        self.record = record;
        Ok(())
    }

    /// Fetches the next page and takes it in. Returns the error that stopped it, if any.
    fn read_page(&mut self, client: &Arc<Client>, intake: &mut Ingest) -> Result<Option<UserError>, LoadError> {
        let origin: Origin = format!("page {}", self.page).into();
        let share = if self.page == 1 { Share::First } else { Share::Later };
        let call = self.live.call.to_string();
        let mut check = |body: Vec<u8>| match answer::page(body)? {
            WholePage { call: Some(other), splitter, .. } if *other != call => {
                Err((BodyError::OtherCall(other.to_string()), splitter.into_text()))
            }
            whole => Ok(whole),
        };
        let begun = self.ahead.take();
        let asked = client.ask_on(begun, &self.url, share, &origin, &mut check, intake.teller())?;
        let page = match asked {
            Ok(answer) => answer.body,
            Err(failed) if self.page > 1 && is_stale_link(&failed) => {
                self.is_link_stale = true;
                if self.has_fetched {
                    return Ok(Some(self.trouble(failed, &origin)));
                }
                // A link from an earlier run that the service no longer knows.
                let what = format!("the link to {origin} has expired: reading everything again");
                intake.teller().note(ProblemLevel::Note, &"cached pages".into(), what)?;
                self.begin_anew(intake)?;
                self.ask_for_the_record(client, intake.teller());
                return Ok(None);
            }
            Err(mut failed) => {
                // Complete sessions in a broken page are worth having.
                if let Failure::Page { fault: BodyError::Broken(..), body, .. } = &mut failed.failure {
                    intake.read_text(&origin, Cursor::new(std::mem::take(body)), Keeping::Spooled)?;
                }
                return Ok(Some(self.trouble(failed, &origin)));
            }
        };
        self.took_time |= self.page > 1;
        self.has_fetched = true;
        self.tell_the_budget(client, intake)?;
        self.begin_next(client, page.link.as_deref());
        self.take_in(page.splitter, &origin, intake)
    }

    /// Takes in a page, and turns to the next. Returns why that is not followed, if anything.
    fn take_in(
        &mut self,
        splitter: Splitter,
        origin: &Origin,
        intake: &mut Ingest,
    ) -> Result<Option<UserError>, LoadError> {
        let bytes = splitter.text().len();
        let cached = match (intake.store().spool(), &self.kept) {
            (Ok((_, offset)), Some(_)) => Some(CachedPage::new(self.page, self.url.as_str(), offset, splitter.text())),
            _ => None,
        };
        self.met.add_page(&splitter, !self.live.request.select.is_empty());
        intake.take_whole(origin, splitter, Keeping::Spooled)?;
        let next = match self.next_page(origin, intake)? {
            Ok(next) => next,
            Err(trouble) => return Ok(Some(trouble)),
        };
        let (page, has_next) = (self.page, next.is_some());
        tracing::info!(target: log::PAGES, page, bytes, has_next, is_kept = self.kept.is_some(), "page");
        if let Some(mut cached) = cached {
            cached.next = next.as_ref().map(|next| next.as_str().to_owned());
            self.keep(cached, intake.teller())?;
        }
        match next {
            Some(next) => {
                self.page += 1;
                self.url = next;
            }
            None => self.is_all = true,
        }
        Ok(self.endless(origin))
    }

    /// Requests the page that a link leads to, unless reading may have to pause before it.
    fn begin_next(&mut self, client: &Arc<Client>, link: Option<&str>) {
        let most = self.live.patience.idle_pages;
        let may_pause = most > 0 && self.met.idle_pages + 1 >= most;
        let next = link.filter(|_| !may_pause).and_then(|link| self.links.ahead(link, &self.url));
        self.ahead = next.and_then(|next| client.begin(&next, Share::Later));
    }

    /// Returns where the last page's link leads, if it has one, or why it is not followed.
    fn next_page(&mut self, origin: &Origin, intake: &Ingest) -> Result<Result<Option<Url>, UserError>, Cancelled> {
        match intake.last_link() {
            NextLink::None => Ok(Ok(None)),
            NextLink::Unreadable(link) => {
                let why = format!("the link to the next page is not a valid address ({link})");
                Ok(Err(unlinked(origin, &why)))
            }
            NextLink::At(link) => {
                let mut mended = |what: &str| intake.teller().note(ProblemLevel::Oddity, origin, what);
                Ok(followed(&mut self.links, link, &self.url, origin, &mut mended)?.map(Some))
            }
        }
    }

    /// Returns why to pause when too many pages in a row had no new session and there is yet another link.
    fn endless(&mut self, origin: &Origin) -> Option<UserError> {
        let most = self.live.patience.idle_pages;
        if self.is_all || most == 0 || self.met.idle_pages < most {
            return None;
        }
        self.met.idle_pages = 0;
        Some(UserError {
            kind: UserErrorKind::Answer,
            what: format!("{origin}: {most} pages in a row had no new sessions, and there is another link"),
            hint: Some("the pages seem endless: try again later, or continue with --max-idle-pages 0".to_owned()),
        })
    }

    fn keep(&mut self, page: CachedPage, teller: &Teller) -> Result<(), Cancelled> {
        let record = match &self.record {
            Beside::Here(record) => Some(record.text.to_string()),
            _ => None,
        };
        let Some(kept) = &mut self.kept else { return Ok(()) };
        let record = record.filter(|_| kept.record().is_none());
        let written = record.map_or(Ok(()), |record| kept.keep_record(&record)).and_then(|()| kept.keep(page));
        if let Err(error) = written {
            self.kept = None;
            let what = format!("cannot cache further pages: {}", reason(&error));
            return teller.note(ProblemLevel::Note, &"cached pages".into(), what);
        }
        Ok(())
    }

    /// The last page was read: checks the record.
    fn end(&mut self, client: &Client, intake: &mut Ingest) -> Result<LoadOutcome, LoadError> {
        self.await_the_record(intake.teller(), None)?;
        let Beside::Here(then) = &self.record else { return Ok(LoadOutcome::AllRead) };
        let then = then.clone();
        self.keep_the_record();
        if !self.took_time {
            return Ok(LoadOutcome::AllRead);
        }
        // While pages were read one after the other, a client may have reported late.
        let url = self.live.service.record_of(self.live.call, false);
        let asked = client.ask(&url, Share::First, &"the record".into(), &mut answer::object, intake.teller())?;
        let now = asked.ok().and_then(|answer| read_record(&String::from_utf8_lossy(&answer.body)));
        self.took_time = false;
        match now {
            Some(now) if RecordVersion::of(&now.read) != RecordVersion::of(&then.read) => {
                Ok(LoadOutcome::Outdated { read: RecordVersion::of(&then.read), now: RecordVersion::of(&now.read) })
            }
            _ => Ok(LoadOutcome::AllRead),
        }
    }

    /// Caches the record with the pages, which are from its version: without it, the next run reads them again.
    fn keep_the_record(&mut self) {
        if let (Beside::Here(record), Some(kept)) = (&self.record, &mut self.kept)
            && kept.record().is_none()
        {
            // If it cannot be written, it is missing next time.
            let _ = kept.keep_record(&record.text);
        }
    }

    fn client(&mut self) -> Result<Arc<Client>, UserError> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let CallRequest { service, sign_in, patience, request, .. } = &self.live;
        let client = Client::new(service.clone(), sign_in.clone(), *patience)?.preferring(request);
        let client = Arc::new(client);
        self.client = Some(client.clone());
        Ok(client)
    }

    fn trouble(&self, failed: Failed, origin: &str) -> UserError {
        failed.trouble(&self.live.service, Asked::Call(self.live.call), origin)
    }

    fn tell_the_budget(&self, client: &Client, intake: &Ingest) -> Result<(), LoadError> {
        match client.spent(Share::Later) {
            Some((requests, window)) => {
                let (of, seconds) = (window.requests, window.within.as_secs());
                intake.tell(LoadEvent::Budget { requests, of, seconds })
            }
            None => Ok(()),
        }
    }

    /// Requests the record on a thread of its own, which reports it when it arrives.
    fn ask_for_the_record(&mut self, client: &Arc<Client>, teller: &Teller) {
        if matches!(self.record, Beside::NotYet | Beside::Failed) {
            let (client, teller, call) = (client.clone(), teller.clone(), self.live.call);
            self.record = Beside::Asking(tokio::task::spawn_blocking(move || record(&client, call, &teller)));
        }
    }

    /// Waits for the record to arrive or fail, up to a time limit.
    fn await_the_record(&mut self, teller: &Teller, at_most: Option<Duration>) -> Result<(), Cancelled> {
        let Beside::Asking(asking) = &mut self.record else { return Ok(()) };
        let cancel = teller.cancel();
        let asked = tokio::runtime::Handle::current().block_on(cancel.run_until_cancelled(async {
            match at_most {
                Some(at_most) => tokio::time::timeout(at_most, asking).await.ok(),
                None => Some(asking.await),
            }
        }));
        let Some(asked) = asked.ok_or(Cancelled)? else { return Ok(()) };
        self.record = Beside::Failed;
        match asked {
            Ok(Ok(Ok(record))) => self.record = Beside::Here(record),
            Ok(Ok(Err(failed))) => {
                let trouble = self.trouble(failed, "the record");
                let what = format!("the call's type, version and organiser are not known: {}", trouble.what);
                teller.note(ProblemLevel::Note, &"the record".into(), what)?;
            }
            // It panicked; the hook has reported it, and the program ends.
            Ok(Err(Cancelled)) | Err(_) => return Err(Cancelled),
        }
        Ok(())
    }
}

/// Requests a call record, with its first participants if the service has them, and reports it.
fn record(client: &Client, call: CallId, teller: &Teller) -> Result<Result<Box<ReceivedRecord>, Failed>, Cancelled> {
    let origin: Origin = "the record".into();
    let ask = |with_participants| {
        client.ask(
            &client.service().record_of(call, with_participants),
            Share::First,
            &origin,
            &mut answer::object,
            teller,
        )
    };
    let answer = match ask(true)? {
        // The Government clouds have no participants_v2 in v1.0.
        Err(Failed { failure: Failure::Status { status, .. }, .. }) if status.as_u16() == 400 => ask(false)?,
        answer => answer,
    };
    Ok(match answer {
        Err(failed) => Err(failed),
        Ok(answer) => match read_record(&String::from_utf8_lossy(&answer.body)) {
            Some(record) => {
                teller.tell(record_arrival(call, &record))?;
                Ok(Box::new(record))
            }
            None => {
                let fault = BodyError::NotJson("something other than a record");
                let failure = Failure::Page { fault, body: answer.body, request_id: None };
                Err(Failed { failure, attempts: 1, fault: None })
            }
        },
    })
}

fn record_arrival(call: CallId, record: &ReceivedRecord) -> LoadEvent {
    LoadEvent::Record { call: call.to_string().into(), record: Box::new(record.clone()) }
}

/// Returns whether the service no longer knows a page's address.
fn is_stale_link(failed: &Failed) -> bool {
    matches!(&failed.failure, Failure::Status { status, .. } if matches!(status.as_u16(), 400 | 404 | 410))
}

/// Returns where a link leads, or why it is not followed.
fn followed(
    links: &mut Links,
    link: &str,
    on: &Url,
    origin: &Origin,
    tell: &mut dyn FnMut(&str) -> Result<(), Cancelled>,
) -> Result<Result<Url, UserError>, Cancelled> {
    match links.next(link, on) {
        Next::Follow(next) => Ok(Ok(next)),
        Next::Mended(next) => {
            tell("the link to the next page had its address after a #, which servers never see; it was repaired")?;
            Ok(Ok(next))
        }
        Next::Refuse(refusal) => Ok(Err(unlinked(origin, &refusal.words()))),
    }
}

fn unlinked(origin: &str, why: &str) -> UserError {
    UserError {
        kind: UserErrorKind::Answer,
        what: format!("{origin}: {why}"),
        hint: Some("everything loaded so far is kept; fetch the call again for the rest".to_owned()),
    }
}

/// Where a link leads that was followed once, whether or not it was followed since.
fn next_of(links: &Links, link: &str, on: &Url) -> Option<String> {
    match links.resolve(link, on) {
        Next::Follow(url) | Next::Mended(url) => Some(url.into()),
        Next::Refuse(_) => None,
    }
}
