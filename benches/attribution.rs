//! How often attributions are right, for calls whose cause is known: precision and recall for each cause and each
//! confidence, and how many people are accused of what is not theirs. ARCHITECTURE.md has the latest table.
//!
//! `cargo bench --bench attribution` reports on the reporting seeds; `-- --tuning` on those that the priors were tuned on;
//! `-- --calls N` makes N calls of each kind, `-- --kind NAME` only one kind; `-- --wrong` lists what was wrong; `-- --sites`
//! names every office in a building file.

#[path = "attribution/dice.rs"]
mod dice;
#[path = "attribution/generator.rs"]
mod generator;

use std::collections::{BTreeMap, BTreeSet};

use callscope::model::session;
use callscope::sites::Sites;
use callscope::sites::buildings::Buildings;
use callscope::triage::call_analysis::{Assessment, Attribution, CallContext, Confidence, Who};
use callscope::triage::factors::Value;
use callscope::triage::{Interner, RuleSets, SessionSummary, Verdict, assess};
use generator::{Call, FACTORS, Own, Plant};

/// Seeds for reporting and for tuning never meet.
const REPORTING: u64 = 1 << 50;
const TUNING: u64 = 1 << 60;

/// Right and all.
#[derive(Default, Clone, Copy)]
struct Tally(u32, u32);

impl Tally {
    fn add(&mut self, is_right: bool) {
        self.0 += u32::from(is_right);
        self.1 += 1;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = f64::from(self.0) * 100.0 / f64::from(self.1.max(1));
        formatter.pad(&format!("{percent:.1} % ({} of {})", self.0, self.1))
    }
}

/// What was found in all calls.
#[derive(Default)]
struct Results {
    /// Attributions that are right, by the kind that was planted and confidence.
    precision: BTreeMap<(&'static str, Confidence), Tally>,
    /// Planted causes that were found: at all, and with medium or high confidence; in separable calls, and in all.
    found: BTreeMap<Plant, [Tally; 4]>,
    /// Innocent people accused with medium or high confidence, of all innocent people, and of those who are poor.
    innocent: [Tally; 2],
    /// Calls with chance only in which a shared factor was named.
    false_alarms: Tally,
    calls: u32,
    people: u64,
    wrong: Vec<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, or: u64| {
        let place = arguments.iter().position(|one| one == name);
        place.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(or)
    };
    let seeds = if arguments.iter().any(|one| one == "--tuning") { TUNING } else { REPORTING };
    let (calls, largest) = (number("--calls", 300), number("--largest", 2000) as f64);
    let mut results = Results::default();
    let has_sites = arguments.iter().any(|one| one == "--sites");
    let sites = if has_sites { offices() } else { Sites::default() };
    let kind = arguments.iter().position(|one| one == "--kind").and_then(|at| arguments.get(at + 1));
    for plant in Plant::ALL.into_iter().filter(|plant| kind.is_none_or(|kind| *kind == format!("{plant:?}"))) {
        // Chance-only calls measure a rare event.
        let calls = if plant == Plant::Chance { calls * 5 } else { calls };
        for seed in 0..calls {
            let call = generator::call(plant, seeds + seed, largest);
            let (assessment, names) = assessed(&call, &sites);
            results.take(seed, &call, &assessment, &names);
        }
    }
    results.print();
    if arguments.iter().any(|one| one == "--wrong") {
        results.wrong.iter().for_each(|line| println!("{line}"));
    }
}

/// A building file of all offices of the generator, each with all its floors.
fn offices() -> Sites {
    let rows = (0..=255).map(|office| format!("10.{office}.0.0,,16,{},,,,,,,,,1,0\n", office_name(office)));
    let read = Buildings::read(rows.collect::<String>().as_bytes());
    Sites { buildings: Some(read.expect("its rows are good").0), ..Sites::default() }
}

fn office_name(office: impl std::fmt::Display) -> String {
    format!("Office {office}")
}

fn assessed(call: &Call, sites: &Sites) -> (Assessment, Interner) {
    let mut names = Interner::default();
    let facts: Vec<SessionSummary> = (0_u64..)
        .zip(&call.sessions)
        .map(|(at, json)| {
            let session = session::read(json.as_bytes()).expect("a session").session;
            let mut facts = SessionSummary::new(&session, RuleSets::built_in(), at + 1, &mut names);
            facts.locate(sites, &session, &mut names);
            facts
        })
        .collect();
    let context = CallContext { span: (None, None), is_complete: call.is_complete };
    (assess(facts.iter(), 0, context), names)
}

/// The judged people who have a value in the record, by their number in the generator.
fn with(call: &Call, judged: &BTreeSet<usize>, factor: &str, value: &str) -> BTreeSet<usize> {
    let office = |at: &usize| call.people[*at].recorded[0].as_deref()?.strip_prefix("10.")?.split('.').next();
    if factor == "site" {
        let is_there = |at: &usize| office(at).is_some_and(|office| office_name(office) == value);
        return judged.iter().copied().filter(is_there).collect();
    }
    let Some(place) = FACTORS.iter().position(|one| *one == factor) else { return BTreeSet::new() };
    let has = |at: &usize| call.people[*at].recorded[place].as_deref() == Some(value);
    judged.iter().copied().filter(has).collect()
}

impl Results {
    fn take(&mut self, seed: u64, call: &Call, assessment: &Assessment, names: &Interner) {
        self.calls += 1;
        self.people += call.people.len() as u64;
        let numbers: Vec<usize> = assessment.people.iter().map(|it| it.row as usize).collect();
        let is_judged = |at: &usize| assessment.people[*at].verdict() != Verdict::Unclassified;
        let judged: BTreeSet<usize> = (0..numbers.len()).filter(is_judged).map(|at| numbers[at]).collect();
        let planted: Vec<BTreeSet<usize>> =
            call.values.iter().map(|(factor, value)| with(call, &judged, factor, value)).collect();
        let is_right = |value: Value| {
            let (factor, text) = (value.factor().id, names.get(value.name()));
            let members = with(call, &judged, factor, text);
            call.values.iter().any(|(is, of)| *is == factor && of == text)
                || (!members.is_empty() && planted.contains(&members))
        };
        let mut best: [Option<Confidence>; 2] = [None, None];
        let mut is_shared_named = false;
        for one in &assessment.attributions {
            let right = match kind(one) {
                Kind::Shared => {
                    is_shared_named = true;
                    shared_is_right(one, call, &is_right)
                }
                Kind::Own(at) => {
                    let person = &call.people[numbers[at as usize]];
                    own_is_right(one, person.own)
                }
                Kind::Everybody => matches!(call.plant, Plant::Everybody) || covers_half(call, &judged),
                Kind::Leg => call.plant == Plant::Telephone,
                Kind::Other => continue,
            };
            let group = match kind(one) {
                Kind::Shared => "shared",
                Kind::Own(_) => "own",
                Kind::Everybody => "everybody",
                _ => "telephone leg",
            };
            self.precision.entry((group, one.confidence)).or_default().add(right);
            if !right && (one.confidence != Confidence::Low || call.plant == Plant::Chance && is_shared_named) {
                self.wrong.push(format!(
                    "{:?} {seed}: {} {} {:?} people, of {} ({} covered), missing {}, probability {:?}, who {:?} {}",
                    call.plant,
                    one.cause.id,
                    one.confidence.name(),
                    one.people.len(),
                    call.people.len(),
                    call.people.iter().filter(|it| it.is_covered).count(),
                    call.missing,
                    one.probability,
                    match one.who {
                        Who::Value(value) => names.get(value.name()).to_owned(),
                        other => format!("{other:?}"),
                    },
                    format_args!("planted {:?}", call.values),
                ));
            }
            if right {
                let slot = usize::from(!matches!(kind(one), Kind::Shared));
                best[slot] = Some(best[slot].map_or(one.confidence, |best| best.min(one.confidence)));
            }
        }
        self.count_found(call, assessment, &numbers, &judged, &planted, best);
        if call.plant == Plant::Chance {
            self.false_alarms.add(is_shared_named || !assessment.shared.is_empty());
        }
        self.count_innocent(call, assessment, &numbers);
    }

    fn count_found(
        &mut self,
        call: &Call,
        assessment: &Assessment,
        numbers: &[usize],
        judged: &BTreeSet<usize>,
        planted: &[BTreeSet<usize>],
        best: [Option<Confidence>; 2],
    ) {
        let own = matches!(call.plant, Plant::OwnWifi | Plant::OwnUplink | Plant::OwnDevice | Plant::OwnMachine);
        let found = match call.plant {
            Plant::Chance => return,
            Plant::Everybody | Plant::Telephone => best[1],
            // In these calls other people have trouble of their own too.
            _ if own => planted_own(call, assessment, numbers),
            _ => best[0],
        };
        let covered = call.people.iter().enumerate().filter(|(at, it)| it.is_covered && judged.contains(at)).count();
        let is_visible = !own || planted_shows(call, assessment, numbers);
        let is_apart = planted.iter().all(|members| is_separable(call, judged, members));
        let is_separable = call.is_complete
            && call.missing <= 0.2
            && judged.len() >= 10
            && (own || matches!(call.plant, Plant::Telephone | Plant::Everybody) || covered >= 5)
            && (own || matches!(call.plant, Plant::Everybody) || covered * 2 < judged.len())
            && is_visible
            && is_apart;
        let tallies = self.found.entry(call.plant).or_default();
        let is_sure = found.is_some_and(|found| found != Confidence::Low);
        if is_separable {
            tallies[0].add(found.is_some());
            tallies[1].add(is_sure);
            if found.is_none() {
                self.wrong.push(format!("{:?}: not found, {covered} covered of {}", call.plant, judged.len()));
            }
        }
        tallies[2].add(found.is_some());
        tallies[3].add(is_sure);
    }

    fn count_innocent(&mut self, call: &Call, assessment: &Assessment, numbers: &[usize]) {
        for (at, number) in numbers.iter().enumerate() {
            if call.people[*number].own.is_some() {
                continue;
            }
            let is_accused = assessment.attributions.iter().any(|one| {
                matches!(kind(one), Kind::Own(whom) if whom as usize == at) && one.confidence != Confidence::Low
            });
            self.innocent[0].add(is_accused);
            if assessment.people[at].verdict() == Verdict::Poor {
                self.innocent[1].add(is_accused);
            }
        }
    }

    fn print(&self) {
        println!("{} calls with {} people\n", self.calls, self.people);
        println!("right, by confidence        high                     medium                   low");
        for group in ["shared", "own", "everybody", "telephone leg"] {
            let of = |confidence| self.precision.get(&(group, confidence)).copied().unwrap_or_default().to_string();
            let [high, medium, low] = [Confidence::High, Confidence::Medium, Confidence::Low].map(of);
            println!("{group:<27} {high:<24} {medium:<24} {low}");
        }
        println!(
            "\nfound                       separable, any           medium or high           all calls, any           medium or high"
        );
        let mut all = [Tally::default(); 4];
        for (plant, tallies) in &self.found {
            let [one, two, three, four] = tallies.map(|tally| tally.to_string());
            println!("{:<27} {one:<24} {two:<24} {three:<24} {four}", format!("{plant:?}"));
            for (sum, tally) in all.iter_mut().zip(tallies) {
                (sum.0, sum.1) = (sum.0 + tally.0, sum.1 + tally.1);
            }
        }
        let [one, two, three, four] = all.map(|tally| tally.to_string());
        println!("{:<27} {one:<24} {two:<24} {three:<24} {four}", "all");
        let per_thousand = |tally: Tally| f64::from(tally.0) * 1000.0 / f64::from(tally.1.max(1));
        let [all, poor] = self.innocent;
        println!("\ninnocent people accused with medium or high confidence:");
        println!("  {:.2} per 1,000 innocent people ({} of {})", per_thousand(all), all.0, all.1);
        println!("  {:.2} per 1,000 innocent people with poor streams ({} of {})", per_thousand(poor), poor.0, poor.1);
        println!("calls with chance only in which a shared factor was named: {}", self.false_alarms);
    }
}

/// What an attribution is about.
enum Kind {
    Shared,
    Own(u32),
    Everybody,
    Leg,
    Other,
}

fn kind(one: &Attribution) -> Kind {
    match (one.cause.id, one.who) {
        ("one-network" | "everywhere", _) => Kind::Everybody,
        ("telephone-leg" | "other-leg", _) => Kind::Leg,
        (id, Who::Person(at)) if id.starts_with("own-") => Kind::Own(at),
        (_, Who::Value(_) | Who::Window(_)) => Kind::Shared,
        _ => Kind::Other,
    }
}

/// An attribution to values is right if it names the planted one, or one with the same people.
fn shared_is_right(one: &Attribution, call: &Call, is_right: &impl Fn(Value) -> bool) -> bool {
    let names: Vec<Who> = match one.cause.id {
        "cannot-separate" => one.inseparable.iter().map(|(who, _)| *who).collect(),
        _ => vec![one.who],
    };
    names.iter().any(|who| match who {
        Who::Value(value) => is_right(*value),
        Who::Window(window) => call.window.is_some_and(|(from, to)| {
            let base = callscope::model::Timestamp::parse("2026-11-20T09:00:00Z").expect("a time");
            let (start, end) = (base.until(window.from).seconds() / 60.0, base.until(window.to).seconds() / 60.0);
            // The people were there around the window.
            start < to && end > from
        }),
        _ => false,
    })
}

fn own_is_right(one: &Attribution, own: Option<Own>) -> bool {
    match one.cause.id {
        "own-machine" => own == Some(Own::Machine),
        "own-microphone" | "own-device" | "own-loudspeaker" => own == Some(Own::Microphone),
        "own-uplink" => matches!(own, Some(Own::Uplink | Own::Network)),
        "own-downlink" => matches!(own, Some(Own::Downlink | Own::Network)),
        _ => matches!(own, Some(Own::Network | Own::Uplink | Own::Downlink)),
    }
}

/// Returns the confidence with which the planted person's own trouble was named.
fn planted_own(call: &Call, assessment: &Assessment, numbers: &[usize]) -> Option<Confidence> {
    let wanted = wanted(call.plant);
    let right = assessment.attributions.iter().filter(|one| match kind(one) {
        Kind::Own(at) => call.people[numbers[at as usize]].own == Some(wanted) && own_is_right(one, Some(wanted)),
        _ => false,
    });
    right.map(|one| one.confidence).min()
}

/// Returns whether the record shows the planted person's trouble at all: a poor stream, or a severe finding.
fn planted_shows(call: &Call, assessment: &Assessment, numbers: &[usize]) -> bool {
    let wanted = wanted(call.plant);
    let mut people = numbers.iter().zip(&assessment.people).filter(|(at, _)| call.people[**at].own == Some(wanted));
    people.any(|(_, it)| it.verdict() == Verdict::Poor || it.severe_fault().is_some())
}

fn wanted(plant: Plant) -> Own {
    match plant {
        Plant::OwnWifi => Own::Network,
        Plant::OwnUplink => Own::Uplink,
        Plant::OwnDevice => Own::Microphone,
        _ => Own::Machine,
    }
}

/// Returns whether common causes cover so many that no one else can be compared.
fn covers_half(call: &Call, judged: &BTreeSet<usize>) -> bool {
    judged.iter().filter(|at| call.people[**at].is_covered).count() * 2 >= judged.len()
}

/// Returns whether no other value has nearly the same people: that could not be told apart, whatever the method.
fn is_separable(call: &Call, judged: &BTreeSet<usize>, members: &BTreeSet<usize>) -> bool {
    const NEARLY: usize = 2;
    (0..FACTORS.len()).all(|place| {
        let values: BTreeSet<&str> =
            judged.iter().filter_map(|at| call.people[*at].recorded[place].as_deref()).collect();
        values.iter().all(|value| {
            let others = with(call, judged, FACTORS[place], value);
            let apart = others.symmetric_difference(members).count();
            apart == 0 || apart > NEARLY
        })
    })
}
