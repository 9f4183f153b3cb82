//! Sends requests, retrying until it is answered or hopeless: within the service's rate limits, waiting as
//! long as the service asks, and renewing the token when it expires.

use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, HeaderMap};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::call::{Origin, Request, UserError, Wait};
use crate::log;

use super::challenge;
use super::claims::{Claims, Fault};
use super::failure::{self, BodyError, Failed, Failure, Network};
use super::http;
use super::links::same_origin;
use super::rate_limit::{RateLimiter, Share, Window};
use super::retry::RetryPolicy;
use super::secrets::Secrets;
use super::service::Service;
use super::sign_in::TokenProvider;
use super::token::Token;

/// No page of 60 sessions comes near this size; an endless response would.
const LARGEST_ANSWER: usize = 512 << 20;

/// Safety margin added to the waits that the service's limits require.
const SLACK: Duration = Duration::from_millis(300);

/// The receiver is gone: the load was cancelled or its reader dropped.
#[derive(Debug)]
pub struct Cancelled;

/// Receives news of waits, and can cancel.
pub trait ProgressListener {
    /// Returns the token that cancels a wait or a request.
    fn cancel(&self) -> CancellationToken;

    /// Reports a wait; `None` when it is over.
    fn wait(&self, wait: Option<Wait>) -> Result<(), Cancelled>;
}

/// A response.
#[derive(Debug)]
pub struct Answer<T = Vec<u8>> {
    /// The whole body, or what it was read into.
    pub body: T,
    /// The service's clock.
    pub date: Option<SystemTime>,
}

/// A client of one service, for one call or one list.
pub struct Client {
    http: reqwest::Client,
    service: Service,
    sign_in: Arc<TokenProvider>,
    patience: RetryPolicy,
    budget: Mutex<RateLimiter>,
    has_answered: AtomicBool,
    /// The value of the `Prefer` header.
    preferences: String,
}

/// A request that went out before its response was needed. Dropping it cancels it.
#[derive(Debug)]
pub struct HeadStart {
    url: Url,
    answer: JoinHandle<Attempt>,
}

impl Drop for HeadStart {
    fn drop(&mut self) {
        self.answer.abort();
    }
}

/// What one request led to.
type Attempt = Result<(Answer, HeaderMap), Failure>;

/// Reads the body of a response, or returns what is wrong with it, and the body.
pub type Check<'a, T> = &'a mut dyn FnMut(Vec<u8>) -> Result<T, (BodyError, Vec<u8>)>;

impl Client {
    /// Creates a client; fails if the proxy or certificates cannot be used.
    pub fn new(service: Service, sign_in: Arc<TokenProvider>, patience: RetryPolicy) -> Result<Client, UserError> {
        let http = http::client(service.root(), &patience, false)?;
        let budget = Mutex::new(RateLimiter::new(service.limits()));
        Ok(Client {
            http,
            service,
            sign_in,
            patience,
            budget,
            has_answered: AtomicBool::new(false),
            preferences: Request::default().preferences(),
        })
    }

    /// Returns the client with the preferences of a request for sessions.
    pub fn preferring(self, request: &Request) -> Client {
        Client { preferences: request.preferences(), ..self }
    }

    /// Returns the service that requests go to.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Returns how many requests of a share count at the moment, and their window.
    pub fn spent(&self, share: Share) -> Option<(usize, Window)> {
        self.budget().spent(share, Instant::now())
    }

    /// Counts requests of an earlier run, given their ages.
    pub fn spent_before(&self, share: Share, ages: impl Iterator<Item = Duration>) {
        let now = Instant::now();
        let mut budget = self.budget();
        ages.filter_map(|age| now.checked_sub(age)).for_each(|at| budget.spend(share, at));
    }

    fn budget(&self) -> std::sync::MutexGuard<'_, RateLimiter> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request whose response is needed soon, to be continued by [`Client::ask_on`]. `None` if the service's limits
    /// make it wait: waits are reported in the order of the pages, so they are left to that call. Must be called inside a
    /// runtime.
    pub fn begin(self: &Arc<Self>, url: &Url, share: Share) -> Option<HeadStart> {
        if !same_origin(url, self.service.root()) {
            return None;
        }
        {
            let mut budget = self.budget();
            let now = Instant::now();
            if !budget.wait(share, now).is_zero() {
                return None;
            }
            budget.spend(share, now);
        }
        let (client, to) = (self.clone(), url.clone());
        let answer = tokio::spawn(async move { client.get_signed_in(&to).await });
        Some(HeadStart { url: url.clone(), answer })
    }

    /// Requests until a response passes the check or there is no hope. Blocks; must not be called on a runtime thread.
    /// Waits are reported to the listener and end when it cancels.
    pub fn ask<T>(
        &self,
        url: &Url,
        share: Share,
        origin: &Origin,
        check: Check<'_, T>,
        listener: &dyn ProgressListener,
    ) -> Result<Result<Answer<T>, Failed>, Cancelled> {
        self.ask_on(None, url, share, origin, check, listener)
    }

    /// Does the same as [`Client::ask`]; a request to this address that already went out is the first attempt.
    pub fn ask_on<T>(
        &self,
        begun: Option<HeadStart>,
        url: &Url,
        share: Share,
        origin: &Origin,
        check: Check<'_, T>,
        listener: &dyn ProgressListener,
    ) -> Result<Result<Answer<T>, Failed>, Cancelled> {
        // Never send the token to another service.
        if !same_origin(url, self.service.root()) {
            let failure = Failure::Elsewhere(url.origin().ascii_serialization());
            return Ok(Err(Failed { failure, attempts: 0, fault: None }));
        }
        let mut delays = self.patience.delays();
        let mut begun = begun.filter(|begun| begun.url == *url);
        for attempt in 1.. {
            let began = begun.take();
            if began.is_none() {
                self.keep_to_the_limits(share, origin, listener)?;
            }
            tracing::debug!(target: log::RETRIES, attempt, first = share == Share::First, "attempt");
            let answer = match began {
                // If it panicked, the hook has reported it, and the program ends.
                Some(mut began) => cancellable(listener, &mut began.answer)?.map_err(|_| Cancelled)?,
                None => cancellable(listener, self.get_signed_in(url))?,
            };
            let failure = match answer {
                Ok((Answer { body, date }, headers)) => match check(body) {
                    Ok(body) => return Ok(Ok(Answer { body, date })),
                    Err((fault, body)) => Failure::Page { fault, body, request_id: failure::request_id(&headers) },
                },
                Err(failure) => failure,
            };
            tracing::warn!(target: log::RETRIES, attempt, failure = failure.kind(), "failed");
            let most = failure.attempts(&self.patience, self.has_answered.load(Ordering::Relaxed));
            let delay = if attempt < most { delays.next() } else { None };
            let delay = delay.map(|least| failure.wait(least));
            let Some(delay) = delay.filter(|delay| *delay <= self.patience.longest_wait) else {
                let fault = cancellable(listener, self.fault(&failure))?;
                return Ok(Err(Failed { failure, attempts: attempt, fault }));
            };
            self.pause(delay, failure.words(), origin, listener)?;
        }
        Err(Cancelled)
    }

    /// Waits until the service's limits allow a request, and counts it.
    fn keep_to_the_limits(
        &self,
        share: Share,
        origin: &Origin,
        listener: &dyn ProgressListener,
    ) -> Result<(), Cancelled> {
        loop {
            let (wait, window) = {
                let mut budget = self.budget();
                let now = Instant::now();
                let wait = budget.wait(share, now);
                if wait.is_zero() {
                    budget.spend(share, now);
                    return Ok(());
                }
                (wait, budget.spent(share, now))
            };
            // The service counts on arrival, which comes a little later.
            let wait = wait + SLACK;
            let why = window.map_or_else(String::new, |(_, window)| limit_words(window));
            self.pause(wait, why, origin, listener)?;
        }
    }

    fn pause(
        &self,
        delay: Duration,
        why: String,
        origin: &Origin,
        listener: &dyn ProgressListener,
    ) -> Result<(), Cancelled> {
        let seconds = delay.as_secs_f64().ceil() as u64;
        tracing::info!(target: log::RETRIES, seconds, "wait");
        listener.wait(Some(Wait { origin: origin.clone(), why, seconds }))?;
        cancellable(listener, tokio::time::sleep(delay))?;
        listener.wait(None)
    }

    /// Makes one attempt, and a second with a new token if the service rejects the current one.
    async fn get_signed_in(&self, url: &Url) -> Attempt {
        let token = self.sign_in.token().await?;
        let answer = self.get(url, &token).await;
        let Err(Failure::Status { status: StatusCode::UNAUTHORIZED, headers, .. }) = &answer else { return answer };
        let claims = challenge::claims(headers);
        match self.sign_in.renewed(&token, claims.as_deref()).await? {
            Some(token) => self.get(url, &token).await,
            None => answer,
        }
    }

    /// Returns what is wrong with the rejected token.
    async fn fault(&self, failure: &Failure) -> Option<Fault> {
        let Failure::Status { status: StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, .. } = failure else {
            return None;
        };
        let claims = Claims::of(&self.sign_in.token().await.ok()?)?;
        claims.faults(&self.service, SystemTime::now()).into_iter().next()
    }

    async fn get(&self, url: &Url, token: &Token) -> Attempt {
        let token = token.header().map_err(|error| Failure::Network(Network::Cut, error.to_string()))?;
        let request = self
            .http
            .get(url.clone())
            .header(AUTHORIZATION, token)
            .header(ACCEPT, "application/json")
            .header("Prefer", &self.preferences);
        let secrets = self.sign_in.secrets();
        let exchanged = http::exchange(request, &self.patience, LARGEST_ANSWER, &secrets).await;
        let http::Received { status, headers, body } =
            exchanged.map_err(|(network, cause)| Failure::Network(network, cause))?;
        if status != StatusCode::OK {
            return Err(Failure::Status { status, headers: Box::new(headers), body });
        }
        self.has_answered.store(true, Ordering::Relaxed);
        let body = unpacked(body, &headers, &secrets)?;
        Ok((Answer { body, date: failure::date(&headers) }, headers))
    }
}

/// Undoes compression that an intermediary added: gzip under its old name, or without a header. Compression that was
/// requested is undone already. Secrets in what was compressed could not be masked before, so they are masked here.
fn unpacked(body: Vec<u8>, headers: &HeaderMap, secrets: &Secrets) -> Result<Vec<u8>, Failure> {
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()).unwrap_or_default();
    let coding = coding.trim().to_ascii_lowercase();
    let fault = |fault: BodyError| Failure::Page { fault, body: Vec::new(), request_id: failure::request_id(headers) };
    match coding.as_str() {
        _ if body.starts_with(&[0x1F, 0x8B]) => {
            let mut plain = Vec::new();
            let mut reader = flate2::read::MultiGzDecoder::new(body.as_slice()).take(LARGEST_ANSWER as u64 + 1);
            match reader.read_to_end(&mut plain) {
                Ok(read) if read > LARGEST_ANSWER => Err(Failure::Network(
                    Network::Endless,
                    format!("more than {LARGEST_ANSWER} bytes after decompression"),
                )),
                Ok(_) => Ok(secrets.masked(plain)),
                Err(_) => Err(fault(BodyError::Packed("damaged gzip".to_owned()))),
            }
        }
        "" | "identity" | "gzip" | "x-gzip" => Ok(body),
        _ => Err(fault(BodyError::Packed(coding.chars().filter(char::is_ascii_graphic).take(20).collect()))),
    }
}

/// Describes a rate limit while it is being waited for.
fn limit_words(window: Window) -> String {
    let within = match window.within.as_secs() {
        seconds if seconds >= 120 && seconds.is_multiple_of(60) => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    format!("the service limits pages per call to {} in {within}", window.requests)
}

/// Runs a future on a thread that may block, until the listener cancels.
fn cancellable<T>(listener: &dyn ProgressListener, future: impl Future<Output = T>) -> Result<T, Cancelled> {
    let cancel = listener.cancel();
    tokio::runtime::Handle::current().block_on(cancel.run_until_cancelled(future)).ok_or(Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Api, Limits};

    #[tokio::test]
    async fn a_request_begins_early_only_if_it_may_go_out_now_and_to_the_service() {
        let window = Window { requests: 1, within: Duration::from_secs(60) };
        let service = Service::new("http://127.0.0.1:9", Api::V1).expect("a root");
        let service = service.with_limits(Some(Limits { first: window, later: window }));
        let sign_in = Arc::new(TokenProvider::with(Token::new("a-token").expect("a token"), &service));
        let client = Arc::new(Client::new(service.clone(), sign_in, RetryPolicy::USUAL).expect("a client"));
        let elsewhere = Url::parse("http://127.0.0.1:10/").expect("an address");
        assert!(client.begin(&elsewhere, Share::Later).is_none());
        assert!(client.begin(service.root(), Share::Later).is_some());
        assert!(client.begin(service.root(), Share::Later).is_none(), "the first one counts");
        assert_eq!(client.spent(Share::Later).map(|(requests, _)| requests), Some(1));
    }

    #[test]
    fn a_limit_is_told_in_words() {
        assert_eq!(limit_words(Limits::GRAPH.later), "the service limits pages per call to 50 in 5 minutes");
        assert_eq!(limit_words(Limits::GRAPH.first), "the service limits pages per call to 10 in 20 s");
    }
}
