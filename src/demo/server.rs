//! A Graph server on a loopback port: calls, their records and their sessions, page by page, with Graph's responses,
//! including its errors.

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::call::{Call, Place, UserError, UserErrorKind};
use crate::graph::rate_limit::RateLimiter;
use crate::graph::{CallId, Share};
use crate::model::{MediumKind, Session, Word as _};
use crate::source::Store;

use super::dice::Dice;
use super::tokens::{self, Tokens};
use super::weather::{ComeAgain, Happens, Moment, Thing, Weather};
use super::{CALLS, DemoCall};

/// The token that the server accepts. It protects nothing.
pub const TOKEN: &str = "demo-token";

/// The tenant that the server issues tokens for.
pub const TENANT: &str = "contoso.example";
/// The application that the server issues tokens to.
pub const CLIENT: &str = "00000000-0000-4000-8000-0000000000a9";
/// The application's secret.
pub const SECRET: &str = "demo-secret";

/// Maximum size of a page of sessions and of calls, as in Graph.
const PAGE: usize = 60;

/// Maximum size of a page of participants.
const PARTICIPANTS: usize = 130;

/// A call that is served.
pub struct ServedCall {
    /// The call ID.
    pub id: CallId,
    /// Its record without sessions.
    pub record: Value,
    pub sessions: usize,
    /// Returns a session's JSON by its number; an error is returned as one of the service's own.
    pub session: Box<dyn Fn(usize) -> Result<Vec<u8>, String> + Send + Sync>,
    /// Its people, once requested.
    people: OnceLock<Vec<Value>>,
}

impl ServedCall {
    /// Serves a built-in call.
    pub fn demo(call: &'static DemoCall) -> Option<Self> {
        let texts = texts_of(call);
        let make = |at: usize| (call.session)(at).to_string().into_bytes();
        let session = Box::new(move |at: usize| {
            Ok(texts.get(at).map_or_else(|| make(at), |text| text.get_or_init(|| make(at)).clone()))
        });
        Some(ServedCall {
            id: call.call_id()?,
            record: (call.record)(),
            sessions: call.sessions,
            session,
            people: OnceLock::new(),
        })
    }

    /// Serves a saved call, with its sessions as they were received. A call without an ID gets that of its first
    /// session, which is the same for a one-to-one call.
    pub fn saved(call: &Call, store: &Arc<Store>) -> Result<Self, UserError> {
        let first = call.rows().first().and_then(|row| row.id.as_ref()).map(ToString::to_string);
        let id = call.id.as_deref().or(first.as_deref()).and_then(CallId::parse).ok_or_else(|| UserError {
            kind: UserErrorKind::Input,
            what: "neither the call nor its first session has an ID to request it by".to_owned(),
            hint: Some("serve a file with the call ID in its @odata.context".to_owned()),
        })?;
        let modalities: Vec<&str> = call.rows().iter().flat_map(|row| row.media.iter()).filter_map(modality).collect();
        let modalities: HashSet<&str> = modalities.into_iter().collect();
        let (start, end) = call.span();
        let record = json!({
            "id": id.to_string(),
            "version": call.version().unwrap_or(1),
            "type": call.record().and_then(|record| record.call_type.value()).map_or("unknown", |it| it.as_str()),
            "modalities": modalities,
            "startDateTime": start.map(|start| start.utc().to_rfc3339_opts(SecondsFormat::Nanos, true)),
            "endDateTime": end.map(|end| end.utc().to_rfc3339_opts(SecondsFormat::Nanos, true)),
        });
        let places: Vec<Place> = call.rows().iter().map(|row| row.place).collect();
        let (sessions, store) = (places.len(), store.clone());
        let session = Box::new(move |at: usize| store.read(places[at]).map_err(|error| error.to_string()));
        Ok(ServedCall { id, record, sessions, session, people: OnceLock::new() })
    }

    /// Returns all built-in calls.
    pub fn all_demo() -> Vec<Self> {
        CALLS.iter().filter_map(ServedCall::demo).collect()
    }
}

/// A built-in call with more sessions is made anew for each request: its text would fill the memory. Our own limit.
const MOST_KEPT: usize = 1_000;

/// Returns the texts of a built-in call's sessions, once each was made: pages are requested again after a failure, and by
/// one test after the other. Empty for a call that is too large.
fn texts_of(call: &'static DemoCall) -> &'static [OnceLock<Vec<u8>>] {
    type Texts = HashMap<&'static str, Vec<OnceLock<Vec<u8>>>>;
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
        let kept = CALLS.iter().filter(|call| call.sessions <= MOST_KEPT);
        kept.map(|call| (call.id, (0..call.sessions).map(|_| OnceLock::new()).collect())).collect()
    });
    TEXTS.get(call.id).map_or(&[], Vec::as_slice)
}

/// Returns the schema's word for a kind of media.
fn modality(kind: MediumKind) -> Option<&'static str> {
    match kind {
        MediumKind::Audio => Some("audio"),
        MediumKind::Video => Some("video"),
        MediumKind::ScreenSharing => Some("videoBasedScreenSharing"),
        MediumKind::Data => Some("data"),
        MediumKind::Other => None,
    }
}

/// A running server.
pub struct Running {
    /// Its root, without the version: `http://127.0.0.1:PORT`.
    pub root: String,
    /// The task that serves; it ends with the runtime.
    pub task: tokio::task::JoinHandle<std::io::Result<()>>,
    served: Arc<Served>,
}

impl Running {
    /// Accepts only assertions signed with the key that belongs to this public one, in PEM.
    pub fn trust(&self, public_key: &[u8]) -> bool {
        self.served.tokens.trust(public_key)
    }

    /// Returns how often a page was requested, answered or not, over all calls.
    pub fn times(&self, asked: Thing, page: usize) -> usize {
        let times = self.served.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().filter(|((_, thing, at), _)| (*thing, *at) == (asked, page)).map(|(_, times)| times).sum()
    }

    /// Returns how often something was requested, over all calls and pages.
    pub fn requests(&self, asked: Thing) -> usize {
        let times = self.served.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().filter(|((_, thing, _), _)| *thing == asked).map(|(_, times)| times).sum()
    }
}

/// Starts a server on a port of the loopback address; 0 for any free one.
pub async fn start(calls: Vec<ServedCall>, weather: Weather, port: u16) -> std::io::Result<Running> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let root = format!("http://{}", listener.local_addr()?);
    let budgets = calls.iter().map(|_| Mutex::new(RateLimiter::new(weather.limits))).collect();
    let served = Arc::new(Served {
        calls,
        tokens: Tokens::new(&weather),
        weather,
        budgets,
        times: Mutex::default(),
        refusals: AtomicU64::default(),
    });
    let base = "/{api}/communications/callRecords";
    let router = Router::new()
        .route(base, get(list))
        .route(&format!("{base}/{{id}}"), get(record))
        .route(&format!("{base}/{{id}}/sessions"), get(sessions))
        .route(&format!("{base}/{{id}}/participants_v2"), get(participants))
        .route("/{tenant}/oauth2/v2.0/token", post(tokens::give))
        .fallback(|State(served): State<Arc<Served>>| async move {
            served.refuse(StatusCode::BAD_REQUEST, "BadRequest", "Resource not found for the segment.")
        })
        .with_state(served.clone());
    let task = tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Running { root, task, served })
}

/// How often things were requested, by call (if any), thing and page.
type Times = HashMap<(Option<usize>, Thing, usize), usize>;

pub(super) struct Served {
    calls: Vec<ServedCall>,
    pub(super) tokens: Tokens,
    weather: Weather,
    /// Recent requests, by call.
    budgets: Vec<Mutex<RateLimiter>>,
    times: Mutex<Times>,
    refusals: AtomicU64,
}

type Options = Query<Vec<(String, String)>>;

/// An error, as Graph returns it.
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// The number of the request, from which its ID is made.
    number: u64,
    /// The `Retry-After` value.
    retry_after: Option<String>,
    /// The claims a token must have to be accepted.
    claims: Option<&'static str>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let id = format!("00000000-0000-4000-8000-{:012x}", self.number);
        let body = json!({ "error": {
            "code": self.code,
            "message": self.message,
            "innerError": { "date": "2026-11-23T09:00:00", "request-id": id, "client-request-id": id },
        } });
        let kind = [(header::CONTENT_TYPE, "application/json")];
        let mut answer = (self.status, kind, body.to_string()).into_response();
        let told = self.retry_after.and_then(|told| told.parse().ok());
        answer.headers_mut().extend(told.map(|told| (header::RETRY_AFTER, told)));
        let challenge = self.claims.and_then(|claims| {
            let claims = BASE64_STANDARD.encode(claims);
            format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\"").parse().ok()
        });
        answer.headers_mut().extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        answer
    }
}

impl Served {
    fn refuse(&self, status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        let number = self.refusals.fetch_add(1, Ordering::Relaxed) + 1;
        Refusal { status, code, message: message.into(), number, retry_after: None, claims: None }
    }

    /// Checks the version and the token, and applies the delay.
    async fn admit(&self, api: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        tokio::time::sleep(self.weather.delay).await;
        if !matches!(api, "v1.0" | "beta") {
            return Err(self.refuse(StatusCode::BAD_REQUEST, "BadRequest", "Invalid version."));
        }
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        match token.and_then(|value| value.strip_prefix("Bearer ")) {
            Some(token) if self.tokens.challenges(token) => {
                let message = "Continuous access evaluation resulted in challenge.";
                let refusal = self.refuse(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
                Err(Refusal { claims: Some(tokens::CLAIMS), ..refusal })
            }
            Some(token) if token == TOKEN || self.tokens.admits(token) => Ok(()),
            Some(_) => Err(self.refuse(
                StatusCode::UNAUTHORIZED,
                "InvalidAuthenticationToken",
                "Access token validation failure.",
            )),
            None => Err(self.refuse(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", "Access token is empty.")),
        }
    }

    /// Returns what happens to a request, and counts it.
    pub(super) fn happens(&self, call: Option<usize>, asked: Thing, page: usize) -> Happens {
        let times = {
            let mut all = self.times.lock().unwrap_or_else(PoisonError::into_inner);
            let times = all.entry((call, asked, page)).or_default();
            *times += 1;
            *times
        };
        let number = (call.unwrap_or(9) * 64 + asked as usize * 8) << 32 | page << 8 | times.min(255);
        let random = Dice::new(0x77EA_74E8, number).whole(0, u64::MAX);
        (self.weather.sky)(&Moment { asked, page, times, random })
    }

    /// Applies what happens to a request before it is answered.
    pub(super) async fn weather(&self, happens: Happens) -> Result<(), Refusal> {
        let throttled = |retry_after| {
            let message = "Too many requests for this call record.";
            let refusal = self.refuse(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message);
            Refusal { retry_after, ..refusal }
        };
        match happens {
            Happens::Status(status, code) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Err(self.refuse(status, code, ""))
            }
            Happens::Throttled(ComeAgain::In(seconds)) => Err(throttled(Some(seconds.to_string()))),
            Happens::Throttled(ComeAgain::At(seconds)) => {
                let at = SystemTime::now() + Duration::from_secs(seconds);
                Err(throttled(Some(httpdate::fmt_http_date(at))))
            }
            Happens::Throttled(ComeAgain::Unsaid) => Err(throttled(None)),
            Happens::Silence => {
                std::future::pending::<()>().await;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Enforces the rate limits, as the service does.
    fn admit_often(&self, call: usize, page: usize) -> Result<(), Refusal> {
        let share = if page == 1 { Share::First } else { Share::Later };
        let mut budget = self.budgets[call].lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let wait = budget.wait(share, now);
        if wait.is_zero() {
            budget.spend(share, now);
            return Ok(());
        }
        let message = "Too many requests for this call record.";
        let refusal = self.refuse(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message);
        Err(Refusal { retry_after: Some(wait.as_secs_f64().ceil().to_string()), ..refusal })
    }

    fn call(&self, id: &str) -> Result<(usize, &ServedCall), Refusal> {
        let found = CallId::parse(id).and_then(|id| self.calls.iter().enumerate().find(|(_, call)| call.id == id));
        // Graph says no more than this either.
        found.ok_or_else(|| self.refuse(StatusCode::NOT_FOUND, "NotFound", ""))
    }

    /// Returns the JSON of some sessions of a call, and where the next ones begin.
    fn page(&self, call: &ServedCall, ask: &Ask, happens: Happens) -> Result<(Vec<u8>, Option<usize>), Refusal> {
        let size = if happens == Happens::ErrorBeside { ask.size / 2 } else { ask.size };
        let end = (ask.from + size).min(call.sessions);
        let from = if happens == Happens::Repeats { ask.from.saturating_sub(5) } else { ask.from };
        let mut list = Vec::new();
        for at in from..end {
            let session = (call.session)(at);
            let session = session
                .map_err(|error| self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", &error))?;
            if at > from {
                list.push(b',');
            }
            list.extend(ask.shape(session));
            if happens == Happens::Nulls && at % 20 == 7 {
                list.extend(b",null");
            }
        }
        Ok((list, (end < call.sessions).then_some(end)))
    }
}

/// The options of a request for sessions.
struct Ask {
    from: usize,
    size: usize,
    with_segments: bool,
    with_unknown_members: bool,
    without_nulls: bool,
    /// Only these members, if some were selected.
    select: Option<Vec<String>>,
    /// The request's own options, to be repeated in the link to the next page.
    expand: Option<String>,
}

impl Ask {
    fn of(options: &[(String, String)], headers: &HeaderMap, largest: usize) -> Option<Ask> {
        let option = |name: &str| {
            options.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
        };
        let preferred = |name: &str| {
            headers
                .get_all("prefer")
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .find_map(|one| {
                    let one = one.trim();
                    one.strip_prefix(name).map(|rest| rest.trim_start_matches('=').to_owned())
                })
        };
        let from = match option("$skiptoken") {
            None => 0,
            Some(token) => token.strip_prefix('s')?.parse().ok()?,
        };
        let size = preferred("odata.maxpagesize").and_then(|size| size.parse().ok()).unwrap_or(largest);
        Some(Ask {
            from,
            size: size.clamp(1, largest),
            with_segments: option("$expand").is_some_and(|expand| expand.contains("segments")),
            with_unknown_members: preferred("include-unknown-enum-members").is_some(),
            without_nulls: preferred("omit-values").is_some_and(|what| what == "nulls"),
            select: option("$select").map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()),
            expand: option("$expand").map(str::to_owned),
        })
    }

    /// Reduces a session to what was requested: without segments unless expanded, and with late enumeration members
    /// only for clients that say they accept them.
    fn shape(&self, session: Vec<u8>) -> Vec<u8> {
        let late = b"\"azureCommunicationServices\"";
        let is_whole = self.with_segments && !self.without_nulls && self.select.is_none();
        if is_whole && (self.with_unknown_members || memchr::memmem::find(&session, late).is_none()) {
            return session;
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(&session) else { return session };
        if let (false, Some(members)) = (self.with_segments, value.as_object_mut()) {
            members.shift_remove("segments");
        }
        if let (Some(names), Some(members)) = (&self.select, value.as_object_mut()) {
            members.retain(|name, _| name.contains('@') || name == "segments" || names.iter().any(|one| one == name));
        }
        if self.without_nulls {
            leave_out_nulls(&mut value);
        }
        let text = value.to_string();
        if self.with_unknown_members {
            return text.into_bytes();
        }
        text.replace("\"azureCommunicationServices\"", "\"unknownFutureValue\"").into_bytes()
    }
}

/// Removes every null member from a value.
fn leave_out_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

impl Ask {
    /// Returns the options after the entity set in a response's context.
    fn context(&self) -> String {
        let select = self.select.iter().flatten().cloned();
        let parts: Vec<String> = select.chain(self.with_segments.then(|| "segments()".to_owned())).collect();
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }

    /// Returns the options of its address, for the link to the next page.
    fn options(&self) -> String {
        let expand = self.expand.iter().map(|expand| format!("$expand={expand}&"));
        expand.chain(self.select.iter().map(|names| format!("$select={}&", names.join(",")))).collect()
    }

    /// Returns the requested page, counted from 1.
    fn page(&self) -> usize {
        self.from / self.size + 1
    }
}

async fn list(
    State(served): State<Arc<Served>>,
    Path(api): Path<String>,
    headers: HeaderMap,
    Query(options): Options,
) -> Result<Response, Refusal> {
    served.admit(&api, &headers).await?;
    let Some(ask) = Ask::of(&options, &headers, PAGE) else { return Err(bad_token(&served)) };
    let happens = served.happens(None, Thing::Calls, ask.page());
    served.weather(happens).await?;
    let filter = options.iter().find(|(name, _)| name == "$filter").map(|(_, filter)| filter.as_str());
    let Some(records) = filtered(&served.calls, filter.unwrap_or_default()) else {
        return Err(served.refuse(StatusCode::BAD_REQUEST, "BadRequest", "Invalid filter clause."));
    };
    let end = (ask.from + ask.size).min(records.len());
    let root = root(&headers);
    let path = format!("{api}/communications/callRecords");
    let page = records.get(ask.from..end).unwrap_or_default();
    let mut body =
        json!({ "@odata.context": format!("{root}/{api}/$metadata#communications/callRecords"), "value": page });
    if end < records.len() {
        let filter: String = url::form_urlencoded::byte_serialize(filter.unwrap_or_default().as_bytes()).collect();
        body["@odata.nextLink"] = json!(format!("{root}/{path}?$filter={filter}&$skiptoken=s{end}"));
    }
    Ok(answer(body.to_string().into_bytes(), happens))
}

/// Returns the records that match a filter; `None` if the service does not support the filter.
fn filtered<'a>(calls: &'a [ServedCall], filter: &str) -> Option<Vec<&'a Value>> {
    let mut records: Vec<&ServedCall> = calls.iter().collect();
    for clause in filter.split(" and ").filter(|clause| !clause.is_empty()) {
        if let Some(id) = clause.strip_prefix("participants_v2/any(p:p/id eq '") {
            let id = id.strip_suffix("')")?;
            records.retain(|call| people_of(call).iter().any(|one| one["id"] == id));
            continue;
        }
        let (comparison, time) = clause.strip_prefix("startDateTime ")?.split_once(' ')?;
        let time = chrono::DateTime::parse_from_rfc3339(time).ok()?;
        let start = |call: &ServedCall| {
            chrono::DateTime::parse_from_rfc3339(call.record["startDateTime"].as_str().unwrap_or_default()).ok()
        };
        records.retain(|call| {
            start(call).is_some_and(|start| match comparison {
                "ge" => start >= time,
                "gt" => start > time,
                "le" => start <= time,
                _ => start < time,
            })
        });
    }
    Some(records.into_iter().map(|call| &call.record).collect())
}

async fn record(
    State(served): State<Arc<Served>>,
    Path((api, id)): Path<(String, String)>,
    headers: HeaderMap,
    Query(options): Options,
) -> Result<Response, Refusal> {
    served.admit(&api, &headers).await?;
    let (at, call) = served.call(&id)?;
    let Some(ask) = Ask::of(&options, &headers, PAGE) else { return Err(bad_token(&served)) };
    let happens = served.happens(Some(at), Thing::Record, 1);
    served.weather(happens).await?;
    let mut record = call.record.clone();
    let root = root(&headers);
    record["@odata.context"] = json!(format!("{root}/{api}/$metadata#communications/callRecords/$entity"));
    if happens == Happens::NewerVersion {
        record["version"] = json!(record["version"].as_i64().unwrap_or(1) + 1);
        record["lastModifiedDateTime"] = json!("2026-11-20T12:00:00Z");
    }
    let expands = |what: &str| ask.expand.as_deref().is_some_and(|expand| expand.contains(what));
    if expands("participants_v2") {
        let people = people_of(call);
        let end = people.len().min(PARTICIPANTS);
        record["participants_v2"] = json!(people[..end]);
        if end < people.len() {
            let path = format!("{api}/communications/callRecords/{}/participants_v2", call.id);
            record["participants_v2@odata.nextLink"] = json!(format!("{root}/{path}?$skiptoken=s{end}"));
        }
    }
    let mut body = record.to_string().into_bytes();
    if expands("sessions") {
        let (list, next) = served.page(call, &ask, Happens::Answer)?;
        body.pop();
        body.extend(b",\"sessions\":[");
        body.extend(list);
        body.push(b']');
        if let Some(next) = next {
            let expand = if ask.with_segments { "$expand=segments&" } else { "" };
            let link = session_link(&root, &api, call.id, expand, next);
            body.extend(format!(",\"sessions@odata.nextLink\":{}", json!(link)).into_bytes());
        }
        body.push(b'}');
    }
    Ok(answer(body, happens))
}

async fn sessions(
    State(served): State<Arc<Served>>,
    Path((api, id)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Query(options): Options,
) -> Result<Response, Refusal> {
    served.admit(&api, &headers).await?;
    let (at, call) = served.call(&id)?;
    let Some(ask) = Ask::of(&options, &headers, PAGE) else { return Err(bad_token(&served)) };
    served.admit_often(at, ask.page())?;
    let happens = served.happens(Some(at), Thing::Sessions, ask.page());
    served.weather(happens).await?;
    if let Some(name) = ask.select.iter().flatten().find(|name| !Session::MEMBERS.contains(&name.as_str())) {
        let message =
            format!("Could not find a property named '{name}' on type 'microsoft.graph.callRecords.session'.");
        return Err(served.refuse(StatusCode::BAD_REQUEST, "BadRequest", message));
    }
    if happens == Happens::Echo {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        return Err(served.refuse(StatusCode::FORBIDDEN, "Forbidden", format!("No permission for {token}.")));
    }
    let root = root(&headers);
    let (mut list, next) = served.page(call, &ask, happens)?;
    let mut link = next.map(|next| session_link(&root, &api, call.id, &ask.options(), next));
    match happens {
        Happens::EmptyPage => {
            list.clear();
            link = Some(format!("{root}{uri}&$again={}", ask.from));
        }
        Happens::Endless => {
            let again = session_link(&root, &api, call.id, &ask.options(), ask.from);
            link = Some(format!("{again}&$again={}", served.refusals.fetch_add(1, Ordering::Relaxed)));
        }
        Happens::Loop => link = Some(format!("{root}{uri}")),
        Happens::ForeignLink => link = link.map(|link| link.replace(&root, "https://graph.example.org")),
        Happens::OddLink => {
            link = next.map(|next| {
                let call = call.id;
                format!("{root}/{api}/$metadata#communications/callRecords('{call}')/sessions?$skiptoken=s{next}")
            });
        }
        _ => {}
    }
    let context = format!("{root}/{api}/$metadata#communications/callRecords('{}')/sessions{}", call.id, ask.context());
    let mut body = format!("{{\"@odata.context\":{},\"value\":[", json!(context)).into_bytes();
    body.extend(list);
    body.push(b']');
    match (happens, link) {
        (Happens::Link(link), _) => body.extend(format!(",\"@odata.nextLink\":{link}").into_bytes()),
        (Happens::ErrorBeside, _) => body.extend(b",\"error\":{\"code\":\"Timeout\",\"message\":\"\"}"),
        (_, Some(link)) => body.extend(format!(",\"@odata.nextLink\":{}", json!(link)).into_bytes()),
        (_, None) => {}
    }
    body.push(b'}');
    Ok(answer(body, happens))
}

async fn participants(
    State(served): State<Arc<Served>>,
    Path((api, id)): Path<(String, String)>,
    headers: HeaderMap,
    Query(options): Options,
) -> Result<Response, Refusal> {
    served.admit(&api, &headers).await?;
    let (at, call) = served.call(&id)?;
    let Some(ask) = Ask::of(&options, &headers, PARTICIPANTS) else { return Err(bad_token(&served)) };
    let happens = served.happens(Some(at), Thing::Participants, ask.page());
    served.weather(happens).await?;
    let people = people_of(call);
    let end = (ask.from + ask.size).min(people.len());
    let root = root(&headers);
    let path = format!("{api}/communications/callRecords/{}/participants_v2", call.id);
    let mut body = json!({ "value": people.get(ask.from..end).unwrap_or_default() });
    if end < people.len() {
        body["@odata.nextLink"] = json!(format!("{root}/{path}?$skiptoken=s{end}"));
    }
    Ok(answer(body.to_string().into_bytes(), happens))
}

/// Returns the people of a call, as `participants_v2` lists them: each once.
fn people_of(call: &ServedCall) -> &[Value] {
    call.people.get_or_init(|| gathered_people(call))
}

fn gathered_people(call: &ServedCall) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut people = Vec::new();
    for at in 0..call.sessions {
        let session = (call.session)(at).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let Some(identity) = session.map(|session| session["caller"]["associatedIdentity"].clone()) else { continue };
        if let Some(id) = identity["id"].as_str()
            && seen.insert(id.to_owned())
        {
            people.push(json!({ "id": id, "identity": { "user": identity } }));
        }
    }
    people
}

fn bad_token(served: &Served) -> Refusal {
    served.refuse(StatusCode::BAD_REQUEST, "BadRequest", "The skip token is not valid.")
}

/// Returns the root as the client addressed it.
pub(super) fn root(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    format!("http://{host}")
}

fn session_link(root: &str, api: &str, call: CallId, options: &str, next: usize) -> String {
    format!("{root}/{api}/communications/callRecords/{call}/sessions?{options}$skiptoken=s{next}")
}

/// Builds a response, modified by the weather.
fn answer(body: Vec<u8>, happens: Happens) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json;odata.metadata=minimal");
    let half = body.len() / 2;
    match happens {
        Happens::Packed(name) => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            // Writing to memory does not fail.
            let packed = packed.write_all(&body).and_then(|()| packed.finish()).unwrap_or_default();
            match name {
                Some(name) => ([kind, (header::CONTENT_ENCODING, name)], packed).into_response(),
                None => ([kind], packed).into_response(),
            }
        }
        Happens::PackedOddly(name) => {
            ([kind, (header::CONTENT_ENCODING, name)], &b"\x1b\x2a\x00\xf8\xa5"[..]).into_response()
        }
        Happens::Body(body) => ([kind], body).into_response(),
        Happens::Cut | Happens::Stall => {
            let length = body.len().to_string();
            let begin = stream::iter([Ok(body[..half].to_vec())]);
            let end: BoxStream<'static, std::io::Result<Vec<u8>>> = match happens {
                Happens::Cut => stream::iter([Err(std::io::ErrorKind::ConnectionReset.into())]).boxed(),
                _ => stream::pending().boxed(),
            };
            ([kind, (header::CONTENT_LENGTH, &length)], Body::from_stream(begin.chain(end))).into_response()
        }
        Happens::Crawl => {
            let bytes = stream::iter(body).then(|byte| async move {
                tokio::time::sleep(Duration::from_millis(100)).await;
                std::io::Result::Ok(vec![byte])
            });
            ([kind], Body::from_stream(bytes)).into_response()
        }
        Happens::Broken => ([kind], [&body[..half], b"\x00\x00{{{{"].concat()).into_response(),
        Happens::Portal => {
            let page = "<!doctype html><html><title>Guest network</title><p>Please sign in.</p></html>";
            ([(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Happens::Elsewhere => {
            (StatusCode::FOUND, [(header::LOCATION, "https://signin.example.org/guest")]).into_response()
        }
        _ => ([kind], body).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(root: &str, path: &str, headers: &[(&str, &str)]) -> (u16, Value, reqwest::header::HeaderMap) {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut request = client.get(format!("{root}/v1.0/communications/callRecords{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("the server answers");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        (status, body, headers)
    }

    const AUTH: (&str, &str) = ("authorization", "Bearer demo-token");
    const MEETING: &str = "7d3c1f00-0000-4000-8000-000000000180";

    async fn demo(weather: Weather) -> String {
        start(ServedCall::all_demo(), weather, 0).await.expect("a free port").root
    }

    #[tokio::test]
    async fn without_the_token_nothing_is_told() {
        let root = demo(Weather::default()).await;
        for headers in [&[][..], &[("authorization", "Bearer wrong")], &[("authorization", "demo-token")]] {
            let (status, body, _) = asked(&root, "", headers).await;
            assert_eq!(status, 401);
            assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
            assert!(body["error"]["innerError"]["request-id"].is_string());
        }
    }

    #[tokio::test]
    async fn calls_are_listed_and_told_one_by_one() {
        let root = demo(Weather::default()).await;
        let (status, body, _) = asked(&root, "", &[AUTH]).await;
        assert_eq!((status, body["value"].as_array().map(Vec::len)), (200, Some(3)));
        let (status, body, _) = asked(&root, &format!("/{MEETING}"), &[AUTH]).await;
        assert_eq!((status, &body["type"], &body["sessions"]), (200, &json!("groupCall"), &Value::Null));
        let (status, body, _) = asked(&root, "/00000000-0000-4000-8000-000000000000", &[AUTH]).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("NotFound")));
        let (status, body, _) = asked(&root, &format!("/{MEETING}?$expand=sessions($expand=segments)"), &[AUTH]).await;
        assert_eq!((status, body["sessions"].as_array().map(Vec::len)), (200, Some(60)));
        assert!(body["sessions@odata.nextLink"].as_str().is_some_and(|link| link.contains("$skiptoken=s60")));
    }

    #[tokio::test]
    async fn sessions_come_in_pages_with_segments_only_when_expanded() {
        let root = demo(Weather::default()).await;
        let (_, body, _) = asked(&root, &format!("/{MEETING}/sessions"), &[AUTH]).await;
        let first = &body["value"][0];
        assert!(first["caller"].is_object() && first.get("segments").is_none());
        let path = format!("/{MEETING}/sessions?$expand=segments&$skiptoken=s120");
        let (_, body, _) = asked(&root, &path, &[AUTH]).await;
        assert_eq!(body["value"].as_array().map(Vec::len), Some(60));
        assert!(body["value"][0]["segments"].is_array() || body["value"][0]["segments"].is_null());
        assert!(body.get("@odata.nextLink").is_none(), "180 sessions are three pages");
        let chosen = format!("/{MEETING}/sessions?$expand=segments&$select=id,caller");
        let (_, body, _) = asked(&root, &chosen, &[AUTH, ("prefer", "omit-values=nulls")]).await;
        let first = &body["value"][0];
        assert!(first["id"].is_string() && first["segments"].is_array() && first.get("startDateTime").is_none());
        assert!(body["@odata.context"].as_str().is_some_and(|it| it.ends_with("/sessions(id,caller,segments())")));
        assert!(body["@odata.nextLink"].as_str().is_some_and(|it| it.contains("$select=id,caller&")));
        assert!(!body.to_string().contains("null"), "nulls were left out");
        let (status, body, _) = asked(&root, &format!("/{MEETING}/sessions?$select=colour"), &[AUTH]).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("BadRequest")));
        let small = [AUTH, ("prefer", "odata.maxpagesize=7")];
        let (_, body, _) = asked(&root, &format!("/{MEETING}/sessions"), &small).await;
        assert_eq!(body["value"].as_array().map(Vec::len), Some(7));
        let (status, _, _) = asked(&root, &format!("/{MEETING}/sessions?$skiptoken=what"), &[AUTH]).await;
        assert_eq!(status, 400);
    }

    #[tokio::test]
    async fn late_members_of_enumerations_come_only_when_asked_for() {
        let root = demo(Weather::default()).await;
        let late = |body: &Value| body.to_string().contains("azureCommunicationServices");
        let mut seen = (false, false);
        for from in [0, 60, 120] {
            let path = format!("/{MEETING}/sessions?$expand=segments&$skiptoken=s{from}");
            seen.0 |= late(&asked(&root, &path, &[AUTH]).await.1);
            seen.1 |= late(&asked(&root, &path, &[AUTH, ("prefer", "include-unknown-enum-members")]).await.1);
        }
        assert_eq!(seen, (false, true));
    }

    #[tokio::test]
    async fn a_throttled_page_says_when_to_come_again_and_then_comes() {
        let root = demo(Weather::throttled(2, 3)).await;
        let path = format!("/{MEETING}/sessions?$skiptoken=s60");
        let (status, body, headers) = asked(&root, &path, &[AUTH]).await;
        assert_eq!((status, &body["error"]["code"]), (429, &json!("TooManyRequests")));
        assert_eq!(headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("3"));
        assert_eq!(asked(&root, &path, &[AUTH]).await.0, 200);
    }

    #[tokio::test]
    async fn participants_are_listed_once() {
        let root = demo(Weather::default()).await;
        let (status, body, _) = asked(&root, &format!("/{MEETING}/participants_v2"), &[AUTH]).await;
        assert_eq!((status, body["value"].as_array().map(Vec::len)), (200, Some(130)));
        assert!(body["@odata.nextLink"].is_string());
    }
}
