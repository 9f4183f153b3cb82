//! The list of a tenant's calls, page by page.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::call::listing::{ListedCall, ListingEnd, ListingNews};
use crate::call::{Origin, Wait};
use crate::graph::{
    Asked, Cancelled, Client, Links, Next, ProgressListener, RetryPolicy, Service, Share, TokenProvider,
};
use crate::model::{CallRecord, Field, NextLink};

use super::answer::list_page;
use super::ingest::read_envelope;
use super::teller::Stop;

/// After this many pages of 60 calls the list pauses until the user wants more.
const PAGES: usize = 20;

/// Which calls to list, from which service.
#[derive(Debug, Clone)]
pub struct CallListQuery {
    pub service: Service,
    pub sign_in: Arc<TokenProvider>,
    /// The timeouts.
    pub patience: RetryPolicy,
    /// Calls that started at or after this.
    pub since: DateTime<Utc>,
    /// Calls that started before this.
    pub until: Option<DateTime<Utc>>,
    /// Calls with the user who has this object ID.
    pub user: Option<String>,
}

impl CallListQuery {
    /// Returns the OData filter. Source of the supported properties: Microsoft Graph, List callRecords.
    fn filter(&self) -> String {
        let time = |time: &DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut filter = format!("startDateTime ge {}", time(&self.since));
        if let Some(until) = &self.until {
            filter.push_str(&format!(" and startDateTime lt {}", time(until)));
        }
        if let Some(user) = &self.user {
            filter.push_str(&format!(" and participants_v2/any(p:p/id eq '{}')", user.replace('\'', "''")));
        }
        filter
    }
}

/// A list being read.
#[derive(Debug)]
pub struct CallListStream {
    news: mpsc::Receiver<ListingNews>,
    retry: Arc<Notify>,
    stop: Stop,
}

impl CallListStream {
    /// Returns the next news; `None` when no more will ever come.
    pub async fn next(&mut self) -> Option<ListingNews> {
        self.news.recv().await
    }

    /// Continues where it ended.
    pub fn go_on(&self) {
        self.retry.notify_one();
    }

    /// Stops it; it can continue later.
    pub fn stop(&self) {
        self.stop.for_now();
    }
}

impl Drop for CallListStream {
    fn drop(&mut self) {
        self.stop.for_good();
    }
}

/// Starts reading the list. Must be called inside a runtime.
pub fn load(wanted: CallListQuery) -> CallListStream {
    let (tell, news) = mpsc::channel(8);
    let (retry, stop) = (Arc::new(Notify::new()), Stop::default());
    let (again, until) = (retry.clone(), stop.clone());
    tokio::task::spawn_blocking(move || {
        // The receiver may be gone.
        let _ = read(&wanted, &Teller { tell, stop: until }, &again);
    });
    CallListStream { news, retry, stop }
}

struct Teller {
    tell: mpsc::Sender<ListingNews>,
    stop: Stop,
}

impl Teller {
    fn tell(&self, news: ListingNews) -> Result<(), Cancelled> {
        self.tell.blocking_send(news).map_err(|_| Cancelled)
    }
}

impl ProgressListener for Teller {
    fn cancel(&self) -> CancellationToken {
        self.stop.token()
    }

    fn wait(&self, wait: Option<Wait>) -> Result<(), Cancelled> {
        self.tell(ListingNews::Wait(wait))
    }
}

/// A page of the list. Records are read leniently: one that cannot be read costs itself.
#[derive(Deserialize, Default)]
struct Page {
    #[serde(default)]
    value: Vec<Field<CallRecord>>,
}

fn unlinked(origin: &str, why: &str) -> ListingEnd {
    ListingEnd::Stopped(crate::call::UserError {
        kind: crate::call::UserErrorKind::Answer,
        what: format!("{origin}: {why}"),
        hint: Some("narrow the list with --since, --until or --user".to_owned()),
    })
}

fn read(wanted: &CallListQuery, teller: &Teller, again: &Notify) -> Result<(), Cancelled> {
    let mut url = wanted.service.calls(&wanted.filter());
    let mut links = Links::new(url.clone());
    let stopped = |failed: crate::graph::Failed, origin: &str| {
        ListingEnd::Stopped(failed.trouble(&wanted.service, Asked::Calls, origin))
    };
    let client = match Client::new(wanted.service.clone(), wanted.sign_in.clone(), wanted.patience) {
        Ok(client) => client,
        Err(trouble) => return teller.tell(ListingNews::End(ListingEnd::Stopped(trouble))),
    };
    let mut page = 1;
    // Pages in a row without a call.
    let mut idle = 0;
    loop {
        let origin: Origin = format!("page {page} of the list of calls").into();
        let end = match client.ask(&url, Share::First, &origin, &mut list_page, teller) {
            Err(Cancelled) => Some(ListingEnd::Cancelled),
            Ok(Err(failed)) => Some(stopped(failed, &origin)),
            Ok(Ok(answer)) => {
                // It has a list, as was checked; its link may have any name and any shape.
                let read: Page = serde_json::from_slice(&answer.body).unwrap_or_default();
                let (envelope, _) = read_envelope(&String::from_utf8_lossy(&answer.body));
                let calls: Vec<_> = read.value.iter().filter_map(|record| ListedCall::of(record.value()?)).collect();
                idle = if calls.is_empty() { idle + 1 } else { 0 };
                teller.tell(ListingNews::Calls(calls))?;
                page += 1;
                let most = wanted.patience.idle_pages;
                let next = match envelope.link() {
                    NextLink::None => None,
                    _ if most > 0 && idle >= most => {
                        idle = 0;
                        Some(Err(format!("{most} pages in a row had no call, and there is another link")))
                    }
                    NextLink::Unreadable(link) => {
                        Some(Err(format!("the link to the next page is not a valid address ({link})")))
                    }
                    NextLink::At(link) => Some(Ok(link)),
                };
                let next = next.map(|link| link.map(|link| links.next(&link, &url)));
                match next {
                    None => Some(ListingEnd::All),
                    Some(Ok(Next::Follow(next) | Next::Mended(next))) => {
                        url = next;
                        ((page - 1) % PAGES == 0).then_some(ListingEnd::Paused)
                    }
                    Some(Ok(Next::Refuse(refusal))) => Some(unlinked(&origin, &refusal.words())),
                    Some(Err(why)) => Some(unlinked(&origin, &why)),
                }
            }
        };
        let Some(end) = end else { continue };
        let is_all = end == ListingEnd::All;
        teller.tell(ListingNews::End(end))?;
        let goes_on = teller.stop.stopped_for_good().run_until_cancelled(again.notified());
        if is_all || tokio::runtime::Handle::current().block_on(goes_on).is_none() || !teller.stop.lift() {
            return Ok(());
        }
        teller.tell(ListingNews::GoesOn)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Api, Token};

    #[test]
    fn what_is_wanted_is_said_in_odatas_words() {
        let service = Service::new("https://graph.microsoft.com", Api::V1).expect("a root");
        let sign_in = Arc::new(TokenProvider::with(Token::new("t").expect("a token"), &service));
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let since = time("2026-11-20T09:00:00Z");
        let wanted = CallListQuery { service, sign_in, patience: RetryPolicy::USUAL, since, until: None, user: None };
        assert_eq!(wanted.filter(), "startDateTime ge 2026-11-20T09:00:00Z");
        let (until, user) = (Some(time("2026-11-21T09:00:00Z")), Some("user-'1".to_owned()));
        assert_eq!(
            CallListQuery { until, user, ..wanted }.filter(),
            "startDateTime ge 2026-11-20T09:00:00Z and startDateTime lt 2026-11-21T09:00:00Z and \
             participants_v2/any(p:p/id eq 'user-''1')"
        );
    }
}
