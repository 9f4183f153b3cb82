//! Lists the tenant's recent calls: to choose one on the screen, or printed.

use std::io::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::runtime::Runtime;
use unicode_width::UnicodeWidthStr as _;

use crate::app::views::calls::columns;
use crate::app::{CallList, Chosen};
use crate::call::Listing;
use crate::call::UserError;
use crate::call::listing::{CallsAsked, ListingEnd, ListingNews};
use crate::cli::{self, Asking, CallsFilter, Live};
use crate::graph::{CallId, sign_in};
use crate::model::Timestamp;
use crate::source::{self, CallListQuery, CallRequest, Source};
use crate::stderr;
use crate::terminal::{self, PanicSignal};

use super::screen::{Opening, no_choice, on_screen};
use super::target::{Access, access, kept_in, request};
use super::{Basis, Exit, output, report_error, usage};

/// The service deletes a record after this many days. Source: Microsoft Graph, callRecords FAQ.
const KEPT_DAYS: i64 = 30;

/// Lists the calls.
pub fn calls(
    runtime: &Runtime,
    filter: &CallsFilter,
    (live, asking): (&Live, &Asking),
    screen: &cli::Screen,
    basis: Basis,
    alarm: PanicSignal,
) -> color_eyre::Result<Exit> {
    let now = DateTime::<Utc>::from(std::time::SystemTime::now());
    let (wanted, asked_for) = match wanted(filter, live, basis, now) {
        Ok(wanted) => wanted,
        Err(trouble) => return Ok(report_error(&trouble)),
    };
    let folder = kept_in(live, basis.settings);
    let open_call = |id: &str| {
        let call = CallId::parse(id)?;
        let CallListQuery { service, sign_in, patience, .. } = wanted.clone();
        let request = request(asking, basis.settings);
        let live = CallRequest { service, call, request, sign_in, patience, folder: folder.clone() };
        Some(basis.load(Source::Live(Box::new(live))))
    };
    let listing = {
        let _inside = runtime.enter();
        source::calls::load(wanted.clone())
    };
    if !terminal::can_draw() {
        return runtime.block_on(print(listing, asked_for, basis));
    }
    let opening = Opening { calls: CallList::listing(asked_for), load: None, listing: Some(listing), remembers: true };
    let mut open = |chosen: &Chosen| match chosen {
        Chosen::Call(id) => open_call(id).unwrap_or_else(|| no_choice(chosen)),
        Chosen::Card(_) => no_choice(chosen),
    };
    on_screen(runtime, opening, &mut open, screen, basis, alarm)
}

/// Returns which calls are wanted, for the service and for the user.
fn wanted(
    filter: &CallsFilter,
    live: &Live,
    basis: Basis,
    now: DateTime<Utc>,
) -> Result<(CallListQuery, CallsAsked), UserError> {
    let time = |text: &str, name: &str| {
        time(text, now).ok_or_else(|| {
            usage(
                format!("{name} {text} is not a time"),
                "use 2d or 12h (ago), 2026-11-20, or 2026-11-20T09:00Z; times without a zone are UTC",
            )
        })
    };
    let since = time(&filter.since, "--since")?;
    let until = filter.until.as_deref().map(|text| time(text, "--until")).transpose()?;
    if let Some(user) = filter.user.as_deref().filter(|user| CallId::parse(user).is_none()) {
        let hint = "Graph searches by a user's object ID, a GUID: find it in Entra or in any session of a call";
        return Err(usage(format!("--user {user} is not an object ID"), hint));
    }
    if now - since > TimeDelta::days(KEPT_DAYS) {
        stderr::note(&format!("records are deleted {KEPT_DAYS} days after a call; there are none from before that"));
    }
    let Access { service, sign_in, patience } = access(live, basis.settings)?.ok_or_else(sign_in::no_way)?;
    let asked_for = CallsAsked {
        since: Some(Timestamp::from_utc(since)),
        until: until.map(Timestamp::from_utc),
        is_of_user: filter.user.is_some(),
    };
    Ok((CallListQuery { service, sign_in, patience, since, until, user: filter.user.clone() }, asked_for))
}

/// Parses a time as people write it: an age, a day, or a moment.
fn time(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ago = |unit: char| text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok()).map(i64::from);
    let length = None
        .or_else(|| ago('d').and_then(TimeDelta::try_days))
        .or_else(|| ago('h').and_then(TimeDelta::try_hours))
        .or_else(|| ago('m').and_then(TimeDelta::try_minutes));
    if let Some(length) = length {
        return now.checked_sub_signed(length);
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return day.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
    }
    let with_zone = [text.to_owned(), format!("{text}Z"), text.replace('Z', ":00Z"), format!("{text}:00Z")];
    with_zone.iter().find_map(|text| DateTime::parse_from_rfc3339(text).ok()).map(|time| time.with_timezone(&Utc))
}

/// Prints all calls, newest first.
async fn print(mut load: source::CallListStream, asked_for: CallsAsked, basis: Basis) -> color_eyre::Result<Exit> {
    let (mut listing, clock) = (Listing::new(asked_for), basis.clock);
    loop {
        let Some(news) = load.next().await else { break };
        if let ListingNews::Wait(Some(wait)) = &news {
            stderr::note(&format!("{}: {}", wait.origin, wait.words()));
        }
        let is_end = matches!(news, ListingNews::End(_));
        listing.take(news);
        match listing.end() {
            // Without a user to ask, it continues.
            Some(ListingEnd::Paused) => load.go_on(),
            _ if is_end => break,
            _ => {}
        }
    }
    let rows: Vec<[String; 6]> = listing.calls().iter().map(|call| columns(call, clock, basis.privacy)).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let printed = output::print(Exit::Done, |out| {
        rows.iter().try_for_each(|row| {
            // The ID comes first: the next command needs it.
            let cells = row.iter().zip(&widths).map(|(text, width)| {
                let blanks = " ".repeat(width.saturating_sub(text.width()));
                format!("{text}{blanks}")
            });
            let line = format!("{}  {}", row[5], cells.collect::<Vec<_>>().join("  "));
            writeln!(out, "{}", line.trim_end())
        })
    });
    if printed != Exit::Done {
        return Ok(printed);
    }
    Ok(match listing.end() {
        Some(ListingEnd::Stopped(trouble)) => {
            let exit = report_error(trouble);
            if rows.is_empty() { exit } else { Exit::Partial }
        }
        _ => {
            if rows.is_empty() {
                stderr::note(&format!("no calls {}", listing.asked_for.words(clock)));
            }
            Exit::Done
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_so_long_ago_a_day_or_a_moment() {
        let now = "2026-11-24T12:00:00Z".parse().expect("a time");
        for (text, told) in [
            ("2d", Some("2026-11-22T12:00:00+00:00")),
            ("36h", Some("2026-11-23T00:00:00+00:00")),
            ("90m", Some("2026-11-24T10:30:00+00:00")),
            ("2026-11-20", Some("2026-11-20T00:00:00+00:00")),
            ("2026-11-20T09:00Z", Some("2026-11-20T09:00:00+00:00")),
            ("2026-11-20T09:00", Some("2026-11-20T09:00:00+00:00")),
            ("2026-11-20T09:00:30", Some("2026-11-20T09:00:30+00:00")),
            ("2026-11-20T10:00:00+01:00", Some("2026-11-20T09:00:00+00:00")),
            ("yesterday", None),
            ("-2d", None),
            ("4294967295d", None),
        ] {
            assert_eq!(time(text, now).map(|time| time.to_rfc3339()).as_deref(), told, "{text}");
        }
    }
}
