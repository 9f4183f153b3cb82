//! How the demo server behaves: a table of the troubles a service and a network can cause. To add one, add a row here
//! and in `tests/it/weather.rs`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::graph::{Limits, Window};

/// How the server behaves.
#[derive(Clone)]
pub struct Weather {
    /// Delay of every response.
    pub delay: Duration,
    /// The rate limits of a call; exceeding them is throttled.
    pub limits: Option<Limits>,
    /// How many responses an issued token is valid for.
    pub token_answers: Option<u32>,
    /// How long it is valid.
    pub token_lasts: Duration,
    /// Tokens must be requested with the claims of a challenge.
    pub wants_claims: bool,
    /// Decides what happens to a request.
    pub sky: Arc<dyn Fn(&Moment) -> Happens + Send + Sync>,
}

/// A request, as far as it matters to the weather.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The thing requested.
    pub asked: Thing,
    /// Its page, counted from 1.
    pub page: usize,
    /// How often that page was requested, including this time.
    pub times: usize,
    /// A pseudo-random number, constant for the same page and time.
    pub random: u64,
}

/// Things that can be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// The list of calls.
    Calls,
    /// A call record.
    Record,
    /// A call's sessions.
    Sessions,
    /// A call's participants.
    Participants,
    Token,
}

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happens {
    Answer,
    /// It fails with this status and this code.
    Status(u16, &'static str),
    /// It is throttled, and may be retried later.
    Throttled(ComeAgain),
    /// The response never begins.
    Silence,
    /// The response stalls halfway, and the connection stays open.
    Stall,
    /// The connection closes halfway through the response.
    Cut,
    /// The response is invalid JSON from halfway on.
    Broken,
    /// A network sign-in page answers.
    Portal,
    /// The response redirects to another service.
    Elsewhere,
    /// The response is compressed with gzip, and its header has this name for that, or is missing.
    Packed(Option<&'static str>),
    /// The response is compressed with an encoding that was not requested.
    PackedOddly(&'static str),
    /// The response is this, with status 200.
    Body(&'static str),
    /// The page ends early, with an error beside its sessions.
    ErrorBeside,
    /// The page's link is this JSON.
    Link(&'static str),
    /// The page has no sessions, and links to itself at another address.
    EmptyPage,
    /// The page repeats the same sessions, each time with another link.
    Endless,
    /// The response arrives one byte at a time.
    Crawl,
    /// An error echoes the token of the request.
    Echo,
    /// The page has nulls between its sessions.
    Nulls,
    /// The page begins with sessions of the previous page.
    Repeats,
    /// The page links to itself.
    Loop,
    /// The page links to another service.
    ForeignLink,
    /// The page's link has its address after a `#`, as in the documentation.
    OddLink,
    /// The record has a newer version.
    NewerVersion,
}

/// When to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComeAgain {
    /// In this many seconds.
    In(u64),
    /// At a time this many seconds from now.
    At(u64),
    /// Not stated.
    Unsaid,
}

/// A row of the table.
pub struct Named {
    /// Its name for `--weather`.
    pub name: &'static str,
    /// What happens.
    pub about: &'static str,
    sky: fn(&Moment) -> Happens,
}

/// Returns whether a request is for page 2 of the sessions, at most the given number of times.
fn second_page(moment: &Moment, times: usize) -> bool {
    moment.asked == Thing::Sessions && moment.page == 2 && moment.times <= times
}

const ALWAYS: usize = usize::MAX;

const fn row(name: &'static str, about: &'static str, sky: fn(&Moment) -> Happens) -> Named {
    Named { name, about, sky }
}

/// Makes something happen to the second page for a number of times.
macro_rules! on_the_second_page {
    ($times:expr, $happens:expr) => {
        |moment| if second_page(moment, $times) { $happens } else { Happens::Answer }
    };
}

/// The table.
pub const WEATHERS: &[Named] = &[
    row("calm", "nothing happens", |_| Happens::Answer),
    row(
        "throttled",
        "page 2 is throttled once, for one second (429, Retry-After in seconds)",
        on_the_second_page!(1, Happens::Throttled(ComeAgain::In(1))),
    ),
    row(
        "throttled-until",
        "page 2 is throttled once, until a time (429, Retry-After as a date)",
        on_the_second_page!(1, Happens::Throttled(ComeAgain::At(1))),
    ),
    row(
        "throttled-silently",
        "page 2 is throttled once, without Retry-After (429)",
        on_the_second_page!(1, Happens::Throttled(ComeAgain::Unsaid)),
    ),
    row(
        "not-today",
        "page 2 is throttled for two hours (429)",
        on_the_second_page!(ALWAYS, Happens::Throttled(ComeAgain::In(7200))),
    ),
    row("busy", "page 2 fails with 503 and page 3 with 502, once each", |moment| {
        match (moment.asked, moment.page, moment.times) {
            (Thing::Sessions, 2, 1) => Happens::Status(503, "ServiceUnavailable"),
            (Thing::Sessions, 3, 1) => Happens::Status(502, "BadGateway"),
            _ => Happens::Answer,
        }
    }),
    row(
        "down",
        "page 2 always fails with 500",
        on_the_second_page!(ALWAYS, Happens::Status(500, "InternalServerError")),
    ),
    row("silent", "page 2 gets no response", on_the_second_page!(ALWAYS, Happens::Silence)),
    row("stalled", "the response for page 2 stalls halfway, once", on_the_second_page!(1, Happens::Stall)),
    row("cut", "the connection closes halfway through page 2, once", on_the_second_page!(1, Happens::Cut)),
    row("broken", "page 2 is invalid JSON from halfway on", on_the_second_page!(ALWAYS, Happens::Broken)),
    row("broken-once", "the same, once", on_the_second_page!(1, Happens::Broken)),
    row("portal", "a network sign-in page replaces page 2 (200, HTML)", on_the_second_page!(ALWAYS, Happens::Portal)),
    row("elsewhere", "page 2 is redirected to another host (302)", on_the_second_page!(ALWAYS, Happens::Elsewhere)),
    row(
        "proxy",
        "a proxy requires a sign-in for page 2 (407)",
        on_the_second_page!(ALWAYS, Happens::Status(407, "ProxyAuthenticationRequired")),
    ),
    row("packed", "every response is compressed with gzip", |_| Happens::Packed(Some("gzip"))),
    row("packed-x-gzip", "every response is compressed with gzip, named x-gzip", |_| Happens::Packed(Some("x-gzip"))),
    row("packed-silently", "every response is compressed with gzip without a header", |_| Happens::Packed(None)),
    row(
        "packed-oddly",
        "page 2 is compressed with Brotli, which was not requested",
        on_the_second_page!(ALWAYS, Happens::PackedOddly("br")),
    ),
    row(
        "error-200",
        "page 2 is an error with status 200",
        on_the_second_page!(
            ALWAYS,
            Happens::Body(r#"{"error":{"code":"UnknownError","message":"","innerError":{"request-id":"0a1b2c3d"}}}"#)
        ),
    ),
    row(
        "error-200-once",
        "the same, once",
        on_the_second_page!(1, Happens::Body(r#"{"error":{"code":"UnknownError","message":""}}"#)),
    ),
    row(
        "error-beside",
        "page 2 ends early, with an error beside its sessions (200)",
        on_the_second_page!(ALWAYS, Happens::ErrorBeside),
    ),
    row("nothing-200", "page 2 is an empty object (200)", on_the_second_page!(ALWAYS, Happens::Body("{}"))),
    row(
        "message-200",
        "page 2 is an object with a message (200)",
        on_the_second_page!(ALWAYS, Happens::Body(r#"{"message":"An error has occurred."}"#)),
    ),
    row(
        "null-list",
        "page 2 has null instead of its list (200)",
        on_the_second_page!(ALWAYS, Happens::Body(r#"{"value":null}"#)),
    ),
    row("number-link", "page 2 has a number instead of its link", on_the_second_page!(ALWAYS, Happens::Link("7"))),
    row(
        "empty-link",
        "page 2 has an empty string instead of its link",
        on_the_second_page!(ALWAYS, Happens::Link("\"\"")),
    ),
    row("empty-page", "page 2 is first empty, with a link", on_the_second_page!(1, Happens::EmptyPage)),
    row(
        "endless",
        "page 2 repeats forever, each time with another link",
        on_the_second_page!(ALWAYS, Happens::Endless),
    ),
    row(
        "endless-empty",
        "page 2 is empty forever, each time with another link",
        on_the_second_page!(ALWAYS, Happens::EmptyPage),
    ),
    row("crawling", "page 2 arrives one byte at a time", on_the_second_page!(ALWAYS, Happens::Crawl)),
    row("echo", "page 2 is an error that echoes the token (403)", on_the_second_page!(ALWAYS, Happens::Echo)),
    row("nulls", "page 2 has nulls between its sessions", on_the_second_page!(ALWAYS, Happens::Nulls)),
    row("repeats", "page 2 begins with sessions from page 1", on_the_second_page!(ALWAYS, Happens::Repeats)),
    row("loop", "page 2 links to itself", on_the_second_page!(ALWAYS, Happens::Loop)),
    row("foreign-link", "page 2 links to another host", on_the_second_page!(ALWAYS, Happens::ForeignLink)),
    row(
        "odd-link",
        "page 2's link has its address after a #, as in the documentation",
        on_the_second_page!(ALWAYS, Happens::OddLink),
    ),
    row("gone", "the link to page 2 has expired (410)", on_the_second_page!(ALWAYS, Happens::Status(410, "Gone"))),
    row("bad-request", "every request is rejected as malformed (400)", |_| Happens::Status(400, "BadRequest")),
    row("unauthorized", "every token is rejected (401)", |_| Happens::Status(401, "InvalidAuthenticationToken")),
    row("forbidden", "the token has no permission (403, without a message)", |_| Happens::Status(403, "Forbidden")),
    row("no-call", "there is no such call (404, without a message)", |_| Happens::Status(404, "NotFound")),
    row("new-version", "the record has a newer version on the second request", |moment| {
        match (moment.asked, moment.times) {
            (Thing::Record, 2..) => Happens::NewerVersion,
            _ => Happens::Answer,
        }
    }),
    row("no-record", "sessions arrive, but the record does not (500)", |moment| match moment.asked {
        Thing::Record | Thing::Participants => Happens::Status(500, "InternalServerError"),
        _ => Happens::Answer,
    }),
    row("limits", "a call allows 10 later pages in 2 seconds, instead of Graph's 50 in 5 minutes", |_| Happens::Answer),
    row("expiring", "each issued token works for 20 responses", |_| Happens::Answer),
    row("short-lived", "each issued token is valid for 2 seconds", |_| Happens::Answer),
    row("challenge", "tokens are rejected unless requested with certain claims (401, claims challenge)", |_| {
        Happens::Answer
    }),
    row("storm", "any of these at random, never for long", storm),
];

/// Any trouble that passes: each page arrives by its third request.
fn storm(moment: &Moment) -> Happens {
    if moment.times > 2 || moment.asked == Thing::Token {
        return Happens::Answer;
    }
    match moment.random % 24 {
        0 => Happens::Throttled(ComeAgain::In(0)),
        1 => Happens::Throttled(ComeAgain::At(0)),
        2 => Happens::Throttled(ComeAgain::Unsaid),
        3 => Happens::Status(500, "InternalServerError"),
        4 => Happens::Status(503, "ServiceUnavailable"),
        5 => Happens::Status(504, "GatewayTimeout"),
        6 => Happens::Cut,
        7 => Happens::Broken,
        8 => Happens::Packed(Some("gzip")),
        9 if moment.asked == Thing::Sessions => Happens::EmptyPage,
        10 if moment.asked == Thing::Sessions => Happens::Repeats,
        12 if moment.asked == Thing::Sessions => Happens::OddLink,
        13 => Happens::Body(r#"{"error":{"code":"UnknownError","message":""}}"#),
        14 if moment.asked == Thing::Sessions => Happens::ErrorBeside,
        15 => Happens::Packed(None),
        _ => Happens::Answer,
    }
}

impl Weather {
    /// The weather of `callscope demo`: slow enough to see the pages arrive, with one of them throttled.
    pub fn demo() -> Weather {
        Weather { delay: Duration::from_millis(120), ..Weather::throttled(2, 2) }
    }

    /// Returns the weather with a name.
    pub fn named(name: &str) -> Option<Weather> {
        let named = WEATHERS.iter().find(|one| one.name == name)?;
        let small = |requests, seconds| Window { requests, within: Duration::from_secs(seconds) };
        let limits = Limits { first: small(10, 1), later: small(10, 2) };
        Some(Weather {
            delay: Duration::ZERO,
            limits: (name == "limits").then_some(limits),
            token_answers: (name == "expiring").then_some(20),
            token_lasts: Duration::from_secs(if name == "short-lived" { 2 } else { 3600 }),
            wants_claims: name == "challenge",
            sky: Arc::new(named.sky),
        })
    }

    /// Throttles a page of sessions once, for this many seconds.
    pub fn throttled(page: usize, seconds: u64) -> Weather {
        let sky = move |moment: &Moment| match moment {
            Moment { asked: Thing::Sessions, page: at, times: 1, .. } if *at == page => {
                Happens::Throttled(ComeAgain::In(seconds))
            }
            _ => Happens::Answer,
        };
        Weather { sky: Arc::new(sky), ..Weather::default() }
    }

    /// Returns the weather with a delay for every response.
    pub fn slowly(self, delay: Duration) -> Weather {
        Weather { delay, ..self }
    }
}

impl Default for Weather {
    fn default() -> Weather {
        Weather {
            delay: Duration::ZERO,
            limits: None,
            token_answers: None,
            token_lasts: Duration::from_secs(3600),
            wants_claims: false,
            sky: Arc::new(|_| Happens::Answer),
        }
    }
}

impl fmt::Debug for Weather {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Weather").field("delay", &self.delay).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weather_has_a_name_of_its_own() {
        for (at, one) in WEATHERS.iter().enumerate() {
            assert!(WEATHERS[at + 1..].iter().all(|other| other.name != one.name), "{}", one.name);
            assert!(Weather::named(one.name).is_some());
        }
        assert!(Weather::named("sunny").is_none());
    }

    #[test]
    fn a_storm_passes() {
        for random in 0..1000 {
            for asked in [Thing::Sessions, Thing::Record, Thing::Calls, Thing::Token] {
                let moment = Moment { asked, page: 1, times: 3, random };
                assert_eq!(storm(&moment), Happens::Answer);
            }
        }
    }
}
