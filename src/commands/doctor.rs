//! Checks everything between this computer and a call, one thing at a time, and says what to fix.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::call::{UserError, UserErrorKind, Wait};
use crate::cli::Live;
use crate::config;
use crate::graph::claims::Claims;
use crate::graph::failure::Failure;
use crate::graph::http::{CERTIFICATES, PAST_PROXIES, PROXIES, certificates, check_proxy};
use crate::graph::retry::length;
use crate::graph::{Answer, Asked, CallId, Cancelled, Client, ProgressListener, RetryPolicy, Share, sign_in};
use crate::model::Clock;
use crate::source::answer::{list_page, object};
use crate::source::ingest::read_record;
use crate::text::sanitize;
use crate::triage::Verdict;
use crate::wording;

use super::surroundings::with_tilde;
use super::target::{Access, access, kept_in, login, named_call, service};
use super::{Basis, Exit, output, surroundings};

/// Tokens expire early or are not yet valid if clocks differ by more than this.
const CLOCK: Duration = Duration::from_secs(300);

/// Runs all checks and prints the results.
pub fn doctor(runtime: &Runtime, call: Option<&str>, live: &Live, basis: Basis) -> color_eyre::Result<Exit> {
    let _inside = runtime.enter();
    let mut visit = Visit { faults: 0, lines: Vec::new() };
    visit.surroundings();
    let checked = check(&mut visit, runtime, call, live, basis);
    if let Err(trouble) = checked {
        visit.bad(&trouble);
    }
    let verdict = match visit.faults {
        0 => "no problems found".to_owned(),
        faults => format!("{} found", wording::number(faults, "problem")),
    };
    let exit = if visit.faults == 0 { Exit::Done } else { Exit::Access };
    Ok(output::print(exit, |out| writeln!(out, "{}\n\n{verdict}", visit.lines.join("\n"))))
}

/// The results so far.
struct Visit {
    faults: usize,
    lines: Vec<String>,
}

impl Visit {
    /// What a report of a fault starts with.
    fn surroundings(&mut self) {
        let lines = surroundings::lines(|name| std::env::var(name).ok());
        self.lines.extend(lines.iter().map(|(heading, words)| format!("{heading:9} {}", sanitize(words))));
        self.lines.push(String::new());
    }

    fn good(&mut self, text: &str) {
        self.lines.push(format!("{} {}", wording::verdict_glyph(Verdict::Good), sanitize(text)));
    }

    fn note(&mut self, text: &str) {
        self.lines.push(format!("i {}", sanitize(text)));
    }

    fn bad(&mut self, trouble: &UserError) {
        self.faults += 1;
        self.lines.push(format!("{} {}", wording::verdict_glyph(Verdict::Poor), sanitize(&trouble.what)));
        self.lines.extend(trouble.hint.as_ref().map(|hint| format!("  → {}", sanitize(hint))));
    }
}

fn fault(what: impl Into<String>, hint: &str) -> UserError {
    UserError { kind: UserErrorKind::Access, what: what.into(), hint: Some(hint.to_owned()) }
}

/// Runs the checks, up to the first failure that prevents the next one.
fn check(visit: &mut Visit, runtime: &Runtime, call: Option<&str>, live: &Live, basis: Basis) -> Result<(), UserError> {
    the_settings(visit, live, basis)?;
    let Some(access) = access(live, basis.settings)? else { return Err(sign_in::no_way()) };
    let way = access.sign_in.way();
    let place = if way.is_at_entra() { format!(", at {}", login(live, basis.settings)?) } else { String::new() };
    visit.good(&format!("sign-in uses {}{place}", way.words()));
    the_token(visit, runtime, &access)?;
    let patience = RetryPolicy { attempts: 1, broken_attempts: 1, ..access.patience };
    let client = Client::new(access.service.clone(), access.sign_in.clone(), patience)?;
    let hour_ago = chrono::DateTime::<chrono::Utc>::from(SystemTime::now()) - chrono::TimeDelta::hours(1);
    let filter = format!("startDateTime ge {}", hour_ago.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let answer = ask(runtime, &client, &access.service.calls(&filter), Asked::Calls)?;
    visit.good(&format!("{} answers, and the permission is in place", access.service.name()));
    the_clock(visit, &answer);
    if let Some(name) = call {
        the_call(visit, runtime, (&client, &access), named_call(name)?, basis.clock)?;
    }
    Ok(())
}

fn the_settings(visit: &mut Visit, live: &Live, basis: Basis) -> Result<(), UserError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match config::path(|name| std::env::var(name).ok()) {
        Some(path) if path.exists() => visit.good(&format!("config file {} is valid", with_tilde(&path))),
        Some(path) => visit.note(&format!("no config file at {} (optional)", with_tilde(&path))),
        None => visit.note("no config file is used"),
    }
    let service = service(live, basis.settings)?;
    visit.good(&format!("service is {} ({})", service.name(), service.api().name()));
    // A proxy's address may contain a password.
    let proxies = PROXIES.into_iter().flatten().filter_map(|name| Some((name, without_user(&variable(name)?))));
    let others = PAST_PROXIES.into_iter().chain(CERTIFICATES).filter_map(|name| Some((name, variable(name)?)));
    for (name, value) in proxies.chain(others) {
        visit.note(&format!("{name} is {}", with_tilde(Path::new(&value))));
    }
    if !service.is_loopback() {
        let environment = |name: &str| std::env::var(name).ok();
        check_proxy(service.root(), environment)?;
        certificates(environment)?;
    }
    match kept_in(live, basis.settings) {
        None => visit.note("no pages are kept on disk"),
        Some(folder) => {
            let size = size_of(&folder.path);
            let limit = wording::size(folder.limit);
            visit.note(&format!("pages are kept in {} ({} of {limit})", with_tilde(&folder.path), wording::size(size)));
        }
    }
    Ok(())
}

fn the_token(visit: &mut Visit, runtime: &Runtime, access: &Access) -> Result<(), UserError> {
    let token = runtime.block_on(access.sign_in.token()).map_err(|failure| match failure {
        Failure::SignIn { trouble, .. } => trouble,
        other => fault(other.words(), "try again"),
    })?;
    let Some(claims) = Claims::of(&token) else {
        visit.note("got a token; its contents cannot be read");
        return Ok(());
    };
    let part = |name: &str, value: Option<&str>| value.map(|value| format!(", {name} {value}")).unwrap_or_default();
    let ends = claims.end().and_then(|end| end.duration_since(SystemTime::now()).ok());
    visit.good(&format!(
        "got a token{}{}{}",
        part("for application", claims.application()),
        part("in tenant", claims.tenant.as_deref()),
        ends.map(|ends| format!(", valid for {}", length(ends))).unwrap_or_default()
    ));
    let faults = claims.faults(&access.service, SystemTime::now());
    for one in &faults {
        visit.bad(&fault(one.words(), &one.hint()));
    }
    if faults.is_empty() {
        visit.good("it is for this service and has the permission CallRecords.Read.All");
    }
    Ok(())
}

fn the_clock(visit: &mut Visit, answer: &Answer) {
    let Some(theirs) = answer.date else { return };
    let ours = SystemTime::now();
    let apart = ours.duration_since(theirs).or_else(|_| theirs.duration_since(ours)).unwrap_or_default();
    if apart > CLOCK {
        let what = format!("this computer's clock differs from the service's by {}", length(apart));
        visit.bad(&fault(what, "set the clock: tokens and assertions expire by the service's clock"));
    } else {
        visit.good("the clock is correct");
    }
}

fn the_call(
    visit: &mut Visit,
    runtime: &Runtime,
    (client, access): (&Client, &Access),
    call: CallId,
    clock: Clock,
) -> Result<(), UserError> {
    let answer = ask(runtime, client, &access.service.record_of(call, false), Asked::Call(call))?;
    let record = read_record(&String::from_utf8_lossy(&answer.body));
    let record = record.ok_or_else(|| fault("the response is not a call record", "contact Graph support"))?.read;
    let version = record.version.value().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let span = wording::span(record.start.value().copied(), record.end.value().copied(), clock);
    visit.good(&format!("call {call} found: {span}, version {version}"));
    Ok(())
}

fn ask(runtime: &Runtime, client: &Client, url: &url::Url, asked: Asked) -> Result<Answer, UserError> {
    let _inside = runtime.enter();
    let origin = "the answer".into();
    let mut check = |body: Vec<u8>| match asked {
        Asked::Call(_) => object(body),
        Asked::Calls => list_page(body),
    };
    match client.ask(url, Share::First, &origin, &mut check, &Impatient::default()) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(failed)) => Err(failed.trouble(client.service(), asked, &origin)),
        Err(Cancelled) => Err(fault("stopped", "try again")),
    }
}

/// Reports no waits: there are none.
#[derive(Default)]
struct Impatient(CancellationToken);

impl ProgressListener for Impatient {
    fn cancel(&self) -> CancellationToken {
        self.0.clone()
    }

    fn wait(&self, _wait: Option<Wait>) -> Result<(), Cancelled> {
        Ok(())
    }
}

/// Returns an address without the user name and password it may contain.
fn without_user(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            if scheme.is_empty() { format!("…@{host}") } else { format!("{scheme}://…@{host}") }
        }
        None => address.to_owned(),
    }
}

/// Returns the total size of the files in a folder, in bytes.
fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.metadata().ok()).map(|it| it.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_not_shown() {
        assert_eq!(without_user("http://ana:s3cret@proxy.example:8080"), "http://…@proxy.example:8080");
        assert_eq!(without_user("ana:s3cret@proxy.example"), "…@proxy.example");
        assert_eq!(without_user("http://proxy.example:8080"), "http://proxy.example:8080");
    }
}
