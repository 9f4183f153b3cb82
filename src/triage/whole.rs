//! Assesses the whole call: how each person heard and was heard, what affected people share and others lack, and whose
//! side each problem is on.
//!
//! It uses only the facts of sessions, so that a call of a hundred thousand sessions is assessed in a moment.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Timestamp;

use super::factors::{FACTORS, FactorOf, Value};
use super::facts::{Failure, Person, Rating, SessionFacts};
use super::findings::{FindingSet, PointsTo, RULES, by_id};
use super::scene::End;
use super::thresholds;
use super::verdict::{Counts, Flow, SessionVerdict, Verdict};

/// The assessment of a whole call by one rule set.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Index of the rule set.
    pub set: usize,
    /// Number of sessions assessed.
    pub sessions: usize,
    /// All people, worst first.
    pub people: Vec<PersonStanding>,
    /// What affected people share, strongest first.
    pub shared: Vec<SharedFactor>,
    /// Whose side problems are on, those that affect most people first.
    pub attributions: Vec<Attribution>,
    /// Rules that triggered or lacked data, in the order of the rule table.
    pub rules: Vec<RuleCount>,
    /// Number of sessions that were never set up, dropped, or failed otherwise.
    pub failures: [usize; 3],
    /// Sessions that extend outside their call, as row and seconds; `None` if the call's record does not give its times.
    pub outside: Option<Vec<(u32, f64)>>,
    /// People who rejoined on another access point, as index, sessions and access points; `None` if no one rejoined over
    /// Wi-Fi with a known access point.
    pub moved: Option<Vec<(u32, u32, u32)>>,
}

/// A person, over all of their sessions.
#[derive(Debug, Clone, Copy)]
pub struct PersonStanding {
    /// The person.
    pub person: Person,
    /// Row of the worst session.
    pub row: u32,
    /// The person's end in that session.
    pub end: End,
    /// Number of sessions.
    pub sessions: u32,
    /// Number of sessions that failed.
    pub failed: u32,
    /// Voice streams the person sent, as received by the other end.
    pub said: Counts,
    /// Voice streams the person received.
    pub heard: Counts,
    /// Video and sharing streams the person sent.
    pub shown: Counts,
    /// Video and sharing streams the person received.
    pub seen: Counts,
    /// The person's worst rating of the call.
    pub rating: Option<Rating>,
    /// Rules that triggered on the person's side.
    pub speak: FindingSet,
    /// How many times over its limit the worst value is.
    pub severity: f64,
}

impl PersonStanding {
    /// Counts all streams by verdict.
    pub fn streams(&self) -> Counts {
        let mut all = self.said;
        for counts in [self.heard, self.shown, self.seen] {
            all += counts;
        }
        all
    }

    /// Counts voice streams in both directions by verdict.
    pub fn voice(&self) -> Counts {
        let mut voice = self.said;
        voice += self.heard;
        voice
    }

    /// Returns the overall verdict: poor if anything is; good only if something was judged.
    pub fn verdict(&self) -> Verdict {
        self.streams().verdict()
    }

    fn points_to(&self, to: PointsTo) -> bool {
        self.speak.iter().any(|place| RULES[place].points_to == to && RULES[place].severity <= super::Severity::Warning)
    }
}

/// A value that people with poor streams share and others lack.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFactor {
    /// The shared value.
    pub value: Value,
    /// Other values shared by exactly the same people.
    pub also: Vec<Value>,
    /// People with it: how many have a poor stream, and how many a judged one.
    pub with: (u32, u32),
    /// The same for people without it.
    pub without: (u32, u32),
    /// Minimum by which the share of people with a poor stream is higher with it: the lower end of the 95 % confidence
    /// interval, from 0 to 1.
    pub at_least: f64,
    /// Probability that chance alone would make any of the compared values look like this, from 0 to 1.
    pub chance: f64,
}

/// Whose side a problem is on.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The pattern that matched.
    pub pattern: &'static Pattern,
    /// Whom it is about.
    pub who: Who,
    /// How certain it is.
    pub confidence: Confidence,
    /// The evidence for it.
    pub evidence: Vec<Testimony>,
    /// The people concerned, as indexes into [`Assessment::people`].
    pub people: Vec<u32>,
}

/// Whom an attribution is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Who {
    /// A person, as an index into [`Assessment::people`].
    Person(u32),
    /// Everyone with a value.
    Value(Value),
    /// A number of sessions without a common value.
    Sessions(u32),
}

/// The confidence of an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Several pieces of evidence support it and none contradicts it.
    High,
    /// It is the most likely explanation.
    Medium,
    /// It is a first guess.
    Low,
}

impl Confidence {
    /// Returns the word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}

/// A piece of evidence for an attribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Testimony {
    /// How many people with the value have poor streams, compared with people without it.
    Shared {
        /// People with the value: poor, judged.
        with: (u32, u32),
        /// People without it: poor, judged.
        without: (u32, u32),
    },
    /// Voice streams the person sent, by verdict.
    Said(Counts),
    /// Voice streams the person received, by verdict.
    Heard(Counts),
    /// Video and sharing streams in both directions, by verdict.
    Pictures(Counts),
    /// Other people: judged, good.
    OthersWell(u32, u32),
    /// A rule triggered on the person's side; its index in the table.
    Finding(usize),
    /// Sessions: failed, total.
    Failed(u32, u32),
    /// Number of unrelated networks the people are on.
    Networks(u32),
    /// The record only has averages over whole sessions, with no times.
    NoTimes,
    /// There was no one else to compare with.
    NobodyElse,
    /// Number of people who rated the call badly and have no poor stream.
    RatedBadly(u32),
    /// Number of people who rated the call badly and have no stream that could be judged.
    RatedUnjudged(u32),
}

/// A pattern that attributes a problem to a side.
#[derive(Debug)]
pub struct Pattern {
    /// Unique ID, used in reports.
    pub id: &'static str,
    /// The side it names.
    pub side: &'static str,
    /// Next step for first-line support.
    pub advice: &'static str,
    find: fn(&Scene<'_>, &'static Pattern) -> Vec<Attribution>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// How often a rule triggered in a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleCount {
    /// Index of the rule in the table.
    pub rule: usize,
    /// Number of sessions in which it triggered.
    pub sessions: u32,
    /// Number of sessions in which it lacked data.
    pub unknown: u32,
    /// Row of the worst session in which it triggered.
    pub row: Option<u32>,
}

/// ID of the pattern that names no side.
pub const CANNOT_TELL: &str = "cannot-tell";

/// The table of patterns, applied in order. People explained by one pattern are not considered by the next.
pub const PATTERNS: &[Pattern] = &[
    Pattern {
        id: "site",
        side: "site network (internet egress, VPN, proxy or firewall)",
        advice: "give the site's network team this value and the times; check the load on its line, and its firewall",
        find: site,
    },
    Pattern {
        id: "client",
        side: "the driver, device or version they share",
        advice: "try another version or device once; if that helps, change it for all",
        find: client,
    },
    Pattern {
        id: "service",
        side: "the service's relay or media endpoint",
        advice: "weak evidence from one call: compare with other calls from that hour before opening a ticket with Microsoft",
        find: service,
    },
    Pattern {
        id: "access-network",
        side: "this person's access network",
        advice: "use a cable instead of Wi-Fi, no VPN, no one else on the line; then check the line itself",
        find: access_network,
    },
    Pattern {
        id: "machine",
        side: "this person's machine",
        advice: "close other programs, turn off background effects, plug in the power; then check the machine itself",
        find: machine,
    },
    Pattern {
        id: "device",
        side: "this person's microphone, loudspeaker or camera",
        advice: "try another headset or port and the latest driver",
        find: device,
    },
    Pattern {
        id: "uplink",
        side: "this person's uplink",
        advice: "use a cable instead of Wi-Fi, stop other uploads; everyone else hears this person badly",
        find: uplink,
    },
    Pattern {
        id: "downlink",
        side: "this person's downlink",
        advice: "use a cable instead of Wi-Fi, stop other downloads; this person hears everyone badly but is heard well",
        find: downlink,
    },
    Pattern {
        id: "between-two",
        side: "the path between the two; which end is not known",
        advice: "have each try a call with someone else: the one whose call is bad again has the problem",
        find: between_two,
    },
    Pattern {
        id: "pictures",
        side: "this person's bandwidth or machine, as voice is fine",
        advice: "turn off video or use a smaller window; check bandwidth policies and the graphics driver",
        find: pictures,
    },
    Pattern {
        id: "setup",
        side: "signalling, firewall or policy, not quality",
        advice: "check firewall and proxy for UDP 3478 to 3481, numbers, policies and licences",
        find: setup,
    },
    Pattern {
        id: "dropped",
        side: "the connection of the person who dropped, at that minute",
        advice: "ask about sleep, a Wi-Fi change or a VPN reconnect",
        find: dropped,
    },
    Pattern {
        id: "everywhere",
        side: "possibly the service or its region",
        advice: "weak evidence: check the service health page for that hour, and other calls",
        find: everywhere,
    },
    Pattern {
        id: CANNOT_TELL,
        side: "cannot be determined from this record",
        advice: "wait for the record's next version, and ask exactly what was heard",
        find: cannot_tell,
    },
];

/// The data that patterns are applied to.
struct Scene<'a> {
    people: &'a [PersonStanding],
    shared: &'a [SharedFactor],
    facts: &'a [&'a SessionFacts],
    /// Whether a pattern has already explained each person.
    is_explained: Vec<bool>,
    /// Whether the call is between two people.
    is_pair: bool,
    failures: [usize; 3],
}

/// Start and end of the call, if its record has them.
pub type CallSpan = (Option<Timestamp>, Option<Timestamp>);

/// Assesses a call by the rule set at index `set`. `span` comes from the record, and is empty if there is none.
pub fn assess<'a>(facts: impl Iterator<Item = &'a SessionFacts>, set: usize, span: CallSpan) -> Assessment {
    let facts: Vec<&SessionFacts> = facts.collect();
    let mut failures = [0; 3];
    for failure in facts.iter().filter_map(|one| one.failed) {
        failures[failure as usize] += 1;
    }
    let people = people(&facts, set);
    let shared = shared(&facts, set);
    let moved = moved(&facts, &people);
    let mut assessment = Assessment {
        set,
        sessions: facts.len(),
        people,
        shared,
        attributions: Vec::new(),
        rules: rules(&facts, set),
        failures,
        outside: outside(&facts, span),
        moved,
    };
    let mut scene = Scene {
        people: &assessment.people,
        shared: &assessment.shared,
        facts: &facts,
        is_explained: vec![false; assessment.people.len()],
        is_pair: assessment.people.len() <= 2 && facts.iter().all(|one| one.is_between_people()),
        failures,
    };
    let mut attributions = Vec::new();
    for pattern in PATTERNS {
        let found = (pattern.find)(&scene, pattern);
        for person in found.iter().flat_map(|one| one.people.iter()) {
            scene.is_explained[*person as usize] = true;
        }
        attributions.extend(found);
    }
    // What cannot be determined comes last, however many people it affects.
    attributions.sort_by_key(|one: &Attribution| (one.pattern.id == CANNOT_TELL, std::cmp::Reverse(one.people.len())));
    assessment.attributions = attributions;
    assessment
}

/// Returns a session's counts from the point of view of one end: said, heard, shown, seen.
fn as_of(verdict: &SessionVerdict, end: End) -> [Counts; 4] {
    let [out, back, shown, seen] =
        [Flow::VoiceOut, Flow::VoiceBack, Flow::PicturesOut, Flow::PicturesBack].map(|flow| verdict.flow(flow));
    match end {
        End::Caller => [out, back, shown, seen],
        End::Callee => [back, out, seen, shown],
    }
}

fn people(facts: &[&SessionFacts], set: usize) -> Vec<PersonStanding> {
    let mut by_person: HashMap<Person, usize, FixedState> = HashMap::default();
    let mut people: Vec<PersonStanding> = Vec::new();
    for (row, one) in facts.iter().enumerate() {
        let verdict = one.verdict(set);
        let severity = verdict.worst().map_or(0.0, |worst| worst.severity());
        for (end, person) in one.people() {
            let [said, heard, shown, seen] = as_of(&verdict, end);
            let at = *by_person.entry(person).or_insert_with(|| {
                people.push(PersonStanding {
                    person,
                    row: row as u32,
                    end,
                    sessions: 0,
                    failed: 0,
                    said: Counts::default(),
                    heard: Counts::default(),
                    shown: Counts::default(),
                    seen: Counts::default(),
                    rating: None,
                    speak: FindingSet::default(),
                    severity,
                });
                people.len() - 1
            });
            let it = &mut people[at];
            it.sessions += 1;
            it.failed += u32::from(one.failed.is_some());
            it.said += said;
            it.heard += heard;
            it.shown += shown;
            it.seen += seen;
            it.speak = it.speak.union(one.speaking_of(end));
            it.rating = [it.rating, one.party(end).rating].into_iter().flatten().min();
            if severity > it.severity {
                (it.severity, it.row, it.end) = (severity, row as u32, end);
            }
        }
    }
    people.sort_by(|one, other| {
        let rank = |it: &PersonStanding| (it.verdict() != Verdict::Poor, it.failed == 0, it.verdict());
        rank(one)
            .cmp(&rank(other))
            .then(other.voice().poor.min(1).cmp(&one.voice().poor.min(1)))
            .then(other.severity.total_cmp(&one.severity))
            .then(one.row.cmp(&other.row))
    });
    people
}

/// Finds what people with poor streams share and others lack.
///
/// Two measures are used, because neither works alone for both few and thousands of people. Fisher's exact test says
/// whether chance is enough: it is exact even for two people, and is multiplied by the number of values compared
/// (Bonferroni), so that one of thousands of home networks with two unlucky people is not mistaken for a cause. Values
/// that pass are ranked by the increase in the share of poor people, at the lower end of Newcombe's interval: with
/// thousands of people everything passes the test, and the size of the difference counts; with few, the interval is wide.
fn shared(facts: &[&SessionFacts], set: usize) -> Vec<SharedFactor> {
    // Sessions per value; the number of values in at least two sessions is the number of comparisons.
    let mut sessions_with: Vec<u8> = Vec::new();
    // Only values of at least two poor sessions can be shared.
    let mut poor_with: HashMap<Value, u32, FixedState> = HashMap::default();
    let ends = |one: &SessionFacts| -> Vec<(End, Person, Verdict)> {
        let verdict = one.verdict(set);
        one.people()
            .map(|(end, person)| {
                let mut counts = Counts::default();
                as_of(&verdict, end).into_iter().for_each(|flow| counts += flow);
                (end, person, counts.verdict())
            })
            .collect()
    };
    for one in facts.iter().filter(|one| one.verdict(set).verdict() == Verdict::Poor) {
        for (end, _, verdict) in ends(one) {
            if verdict == Verdict::Poor {
                for value in one.values(end).iter().filter(|value| value.factor().is_compared) {
                    *poor_with.entry(*value).or_default() += 1;
                }
            }
        }
    }
    poor_with.retain(|_, sessions| *sessions > 1);
    if poor_with.is_empty() {
        return Vec::new();
    }
    for value in facts.iter().flat_map(|one| one.all_values()).filter(|value| value.factor().is_compared) {
        let at = value.name().number();
        if sessions_with.len() <= at {
            sessions_with.resize(at + 1, 0);
        }
        sessions_with[at] = sessions_with[at].saturating_add(1);
    }
    let compared = sessions_with.iter().filter(|sessions| **sessions > 1).count().max(poor_with.len());
    // Everyone who was judged, numbered, and whether they are poor.
    let mut everybody: HashMap<Person, (u32, bool), FixedState> = HashMap::default();
    // Values with the people who have them. A large call has millions, so each takes eight bytes: the last bit says
    // whether the person is poor with it.
    let mut with: Vec<(Value, u32)> = Vec::new();
    for one in facts {
        for (end, person, verdict) in ends(one) {
            if verdict == Verdict::Unclassified {
                continue;
            }
            let is_poor = verdict == Verdict::Poor;
            let next = everybody.len() as u32;
            let (number, was_poor) = everybody.entry(person).or_insert((next, false));
            *was_poor |= is_poor;
            let values = one.values(end).iter().filter(|value| poor_with.contains_key(value));
            with.extend(values.map(|value| (*value, *number << 1 | u32::from(is_poor))));
        }
    }
    let total = (everybody.values().filter(|(_, is_poor)| *is_poor).count() as u32, everybody.len() as u32);
    with.sort_unstable();
    let factorials = ln_factorials(total.1);
    let mut found: Vec<(SharedFactor, Vec<u32>)> = Vec::new();
    for group in with.chunk_by(|one, other| one.0 == other.0) {
        let mut people: Vec<(u32, bool)> = Vec::new();
        for (_, marked) in group {
            let (person, is_poor) = (marked >> 1, marked & 1 == 1);
            match people.last_mut() {
                Some((last, was_poor)) if *last == person => *was_poor |= is_poor,
                _ => people.push((person, is_poor)),
            }
        }
        let poor = people.iter().filter(|(_, is_poor)| *is_poor).count() as u32;
        let (with, value) = ((poor, people.len() as u32), group[0].0);
        let without = (total.0.saturating_sub(with.0), total.1.saturating_sub(with.1));
        let at_least = least_difference(with, without);
        if poor < thresholds::LEAST_AFFECTED || at_least <= 0.0 {
            continue;
        }
        let chance = (chance_of(with, total, &factorials) * compared as f64).min(1.0);
        if chance >= thresholds::CHANCE {
            continue;
        }
        let ids: Vec<u32> = people.iter().map(|(person, _)| *person).collect();
        match found.iter_mut().find(|(_, others)| *others == ids) {
            Some((factor, _)) => {
                factor.also.push(value);
                // Of values shared by the same people, the first in the table is named.
                factor.also.push(factor.value);
                factor.also.sort_unstable();
                factor.value = factor.also.remove(0);
            }
            None => found.push((SharedFactor { value, also: Vec::new(), with, without, at_least, chance }, ids)),
        }
    }
    let mut shared: Vec<SharedFactor> = found.into_iter().map(|(factor, _)| factor).collect();
    shared.sort_by(|one, other| other.at_least.total_cmp(&one.at_least).then(one.value.cmp(&other.value)));
    shared.truncate(thresholds::MOST_SHARED);
    shared
}

/// Returns the lower end of the 95 % interval for the difference of two shares (Newcombe 1998, method 10, based on
/// Wilson's intervals). Each pair is poor people and judged people.
fn least_difference(with: (u32, u32), without: (u32, u32)) -> f64 {
    let share = |(poor, judged): (u32, u32)| if judged == 0 { 0.0 } else { f64::from(poor) / f64::from(judged) };
    let (one, other) = (share(with), share(without));
    let low = one - wilson(with).0;
    let high = wilson(without).1 - other;
    one - other - (low * low + high * high).sqrt()
}

/// Returns Wilson's 95 % interval for a share.
fn wilson((poor, judged): (u32, u32)) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if judged == 0 {
        return (0.0, 1.0);
    }
    let n = f64::from(judged);
    let share = f64::from(poor) / n;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    ((middle - half) / whole, (middle + half) / whole)
}

/// Returns the logarithms of the factorials up to a number.
fn ln_factorials(most: u32) -> Vec<f64> {
    let mut sum = 0.0;
    let mut all = vec![0.0];
    all.extend((1..=most).map(|number| {
        sum += f64::from(number).ln();
        sum
    }));
    all
}

/// Returns the probability that this many of the poor people, or more, have a value by chance: the upper tail of Fisher's
/// exact test. `total` is all poor people and all judged people.
fn chance_of(with: (u32, u32), total: (u32, u32), ln_factorials: &[f64]) -> f64 {
    let ln = |number: u32| ln_factorials.get(number as usize).copied().unwrap_or(f64::INFINITY);
    let choose = |of: u32, some: u32| ln(of) - ln(some) - ln(of - some);
    let all = choose(total.1, with.1);
    let most = with.1.min(total.0);
    let tail = (with.0..=most).filter(|poor| with.1 - poor <= total.1 - total.0);
    tail.map(|poor| (choose(total.0, poor) + choose(total.1 - total.0, with.1 - poor) - all).exp())
        .sum::<f64>()
        .min(1.0)
}

fn rules(facts: &[&SessionFacts], set: usize) -> Vec<RuleCount> {
    let mut counts: Vec<RuleCount> =
        (0..RULES.len()).map(|rule| RuleCount { rule, sessions: 0, unknown: 0, row: None }).collect();
    let mut worst = vec![(f64::NEG_INFINITY, 0); RULES.len()];
    for (row, one) in facts.iter().enumerate() {
        let severity = one.verdict(set).worst().map_or(0.0, |worst| worst.severity());
        for rule in one.speaking(set).iter() {
            counts[rule].sessions += 1;
            if severity > worst[rule].0 {
                worst[rule] = (severity, row as u32);
                counts[rule].row = Some(row as u32);
            }
        }
        for rule in one.unknown(set).iter() {
            counts[rule].unknown += 1;
        }
    }
    counts.retain(|count| count.sessions + count.unknown > 0);
    counts
}

fn outside(facts: &[&SessionFacts], span: CallSpan) -> Option<Vec<(u32, f64)>> {
    let (from, to) = (span.0?, span.1?);
    let mut outside: Vec<(u32, f64)> = facts
        .iter()
        .enumerate()
        .filter_map(|(row, one)| {
            let early = one.start?.until(from).seconds();
            let late = to.until(one.end?).seconds();
            Some((row as u32, early.max(late))).filter(|(_, by)| *by > thresholds::CLOCK_TOLERANCE)
        })
        .collect();
    outside.sort_by(|one, other| other.1.total_cmp(&one.1));
    Some(outside)
}

fn moved(facts: &[&SessionFacts], people: &[PersonStanding]) -> Option<Vec<(u32, u32, u32)>> {
    let bssid = FACTORS.iter().position(|factor| factor.id == "bssid")?;
    let again: HashMap<Person, u32, FixedState> =
        people.iter().enumerate().filter(|(_, it)| it.sessions > 1).map(|(at, it)| (it.person, at as u32)).collect();
    let mut points: HashMap<u32, (u32, Vec<Value>), FixedState> = HashMap::default();
    for one in facts {
        for (end, person) in one.people() {
            let Some(at) = again.get(&person) else { continue };
            let mut values = one.values(end).iter().filter(|value| value.place() == bssid).peekable();
            if values.peek().is_some() {
                let (sessions, seen) = points.entry(*at).or_default();
                *sessions += 1;
                seen.extend(values);
            }
        }
    }
    points.retain(|_, (sessions, _)| *sessions > 1);
    if points.is_empty() {
        return None;
    }
    let mut moved: Vec<(u32, u32, u32)> = points
        .into_iter()
        .map(|(at, (sessions, mut seen))| {
            seen.sort_unstable();
            seen.dedup();
            (at, sessions, seen.len() as u32)
        })
        .filter(|(.., points)| *points > 1)
        .collect();
    moved.sort_unstable();
    Some(moved)
}

impl Scene<'_> {
    /// Iterates over people who are poor and not explained yet.
    fn open(&self) -> impl Iterator<Item = (u32, &PersonStanding)> {
        let all = self.people.iter().enumerate();
        let open = all.filter(|(at, it)| !self.is_explained[*at] && it.verdict() == Verdict::Poor);
        open.map(|(at, it)| (at as u32, it))
    }

    /// Returns how many other people were judged, and how many of them are good.
    fn others(&self, but: u32) -> (u32, u32) {
        let others = self.people.iter().enumerate().filter(|(at, _)| *at as u32 != but).map(|(_, it)| it.verdict());
        others.fold((0, 0), |(judged, well), verdict| match verdict {
            Verdict::Good => (judged + 1, well + 1),
            Verdict::Poor => (judged + 1, well),
            Verdict::Unclassified => (judged, well),
        })
    }

    /// Returns the indexes of unexplained poor people with a value.
    fn people_with(&self, value: Value) -> Vec<u32> {
        let mut with: Vec<Person> = Vec::new();
        for one in self.facts {
            with.extend(one.people().filter(|(end, _)| one.values(*end).contains(&value)).map(|(_, person)| person));
        }
        with.sort_unstable();
        with.dedup();
        let poor = self.open().filter(|(_, it)| with.binary_search(&it.person).is_ok());
        poor.map(|(at, _)| at).collect()
    }

    fn of_shared(&self, pattern: &'static Pattern, of: FactorOf, most_sure: Confidence) -> Vec<Attribution> {
        let mut found: Vec<Attribution> = Vec::new();
        let mut taken = self.is_explained.clone();
        for factor in self.shared.iter().filter(|factor| factor.value.factor().of == of) {
            let share = f64::from(factor.with.0) / f64::from(factor.with.1.max(1));
            let people: Vec<u32> =
                self.people_with(factor.value).into_iter().filter(|at| !taken[*at as usize]).collect();
            // A value that explains no one new, or where most people are fine, is not a cause.
            if people.len() < thresholds::LEAST_AFFECTED as usize || share < thresholds::LEAST_SHARE {
                continue;
            }
            people.iter().for_each(|at| taken[*at as usize] = true);
            let is_clear = (
                factor.at_least >= thresholds::CLEAR_DIFFERENCE,
                share >= thresholds::CLEAR_SHARE,
                people.len() >= thresholds::CLEAR_PEOPLE,
            );
            let confidence = match is_clear {
                (true, true, true) => most_sure,
                (false, false, _) => Confidence::Low.max(most_sure),
                _ => Confidence::Medium.max(most_sure),
            };
            found.push(Attribution {
                pattern,
                who: Who::Value(factor.value),
                confidence,
                evidence: vec![Testimony::Shared { with: factor.with, without: factor.without }],
                people,
            });
        }
        found
    }

    /// Attributes a problem to each person for whom `holds` returns evidence.
    fn one_by_one(
        &self,
        pattern: &'static Pattern,
        holds: impl Fn(u32, &PersonStanding) -> Option<(Confidence, Vec<Testimony>)>,
    ) -> Vec<Attribution> {
        self.open()
            .filter_map(|(at, it)| {
                let (confidence, evidence) = holds(at, it)?;
                Some(Attribution { pattern, who: Who::Person(at), confidence, evidence, people: vec![at] })
            })
            .take(thresholds::ONE_BY_ONE)
            .collect()
    }

    /// Returns the rules that triggered on a person's own side, as evidence.
    fn findings_of(&self, it: &PersonStanding, to: PointsTo) -> Vec<Testimony> {
        let places = it
            .speak
            .iter()
            .filter(|place| RULES[*place].points_to == to && RULES[*place].severity <= super::Severity::Hint);
        places.take(thresholds::MOST_EVIDENCE).map(Testimony::Finding).collect()
    }

    /// Returns how certain it is that only this person is affected, with the evidence.
    fn compared(&self, at: u32) -> (Confidence, Testimony) {
        let (judged, well) = self.others(at);
        if judged == 0 {
            return (Confidence::Low, Testimony::NobodyElse);
        }
        let share = f64::from(well) / f64::from(judged);
        let confidence = if judged >= thresholds::CLEAR_OTHERS && share >= thresholds::CLEAR_OTHERS_WELL {
            Confidence::High
        } else if share >= thresholds::SOME_OTHERS_WELL {
            Confidence::Medium
        } else {
            Confidence::Low
        };
        (confidence, Testimony::OthersWell(judged, well))
    }
}

fn site(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Site, Confidence::High)
}

fn client(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Client, Confidence::Medium)
}

fn service(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    scene.of_shared(pattern, FactorOf::Service, Confidence::Low)
}

fn access_network(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    if scene.is_pair {
        return Vec::new();
    }
    scene.one_by_one(pattern, |at, it| {
        if it.said.poor == 0 || it.heard.poor == 0 || it.points_to(PointsTo::Machine) {
            return None;
        }
        let (confidence, others) = scene.compared(at);
        let mut evidence = vec![Testimony::Said(it.said), Testimony::Heard(it.heard), others];
        evidence.extend(scene.findings_of(it, PointsTo::Network));
        Some((confidence, evidence))
    })
}

fn machine(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    scene.one_by_one(pattern, |at, it| {
        let findings = scene.findings_of(it, PointsTo::Machine);
        if findings.is_empty() || !it.points_to(PointsTo::Machine) {
            return None;
        }
        let (_, others) = scene.compared(at);
        Some((Confidence::Medium, [findings, vec![others]].concat()))
    })
}

/// Finds devices and machines with problems, of people who rated the call badly without a poor stream.
fn device(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    let is_open = |at: usize, it: &PersonStanding| {
        let complains = it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor;
        !scene.is_explained[at] && complains
    };
    let people = scene.people.iter().enumerate().filter(|(at, it)| is_open(*at, it));
    people
        .filter_map(|(at, it)| {
            let findings = [PointsTo::Device, PointsTo::Machine].map(|to| scene.findings_of(it, to)).concat();
            let is_strong = it.points_to(PointsTo::Device) || it.points_to(PointsTo::Machine);
            is_strong.then(|| Attribution {
                pattern,
                who: Who::Person(at as u32),
                confidence: Confidence::Medium,
                evidence: [vec![Testimony::RatedBadly(1)], findings].concat(),
                people: vec![at as u32],
            })
        })
        .take(thresholds::ONE_BY_ONE)
        .collect()
}

fn uplink(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    let ways = |it: &PersonStanding| (it.said, it.heard);
    one_way(scene, pattern, ways, Testimony::Said, ["network-sent-badly", "network-received-badly"])
}

fn downlink(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    let ways = |it: &PersonStanding| (it.heard, it.said);
    one_way(scene, pattern, ways, Testimony::Heard, ["network-received-badly", "network-sent-badly"])
}

/// Finds people for whom only one direction is bad. `words` are the rules by which the person's own network and that of
/// the other end report that direction.
fn one_way(
    scene: &Scene<'_>,
    pattern: &'static Pattern,
    ways: fn(&PersonStanding) -> (Counts, Counts),
    testimony: fn(Counts) -> Testimony,
    words: [&str; 2],
) -> Vec<Attribution> {
    let [own, others] = words.map(|word| RULES.iter().position(|rule| rule.id == word));
    let complains = |it: &PersonStanding, word: Option<usize>| word.is_some_and(|place| it.speak.contains(place));
    scene.one_by_one(pattern, |at, it| {
        let (bad, other) = ways(it);
        if bad.poor == 0 || other.poor > 0 {
            return None;
        }
        let has_sign = complains(it, own) || it.points_to(PointsTo::Network);
        // In a call of two, the bad direction has two ends; it is attributed only if exactly one of them shows a sign.
        let other_has_sign = scene
            .people
            .iter()
            .enumerate()
            .any(|(place, one)| place as u32 != at && (complains(one, others) || one.points_to(PointsTo::Network)));
        if scene.is_pair && (!has_sign || other_has_sign) {
            return None;
        }
        let (compared, others) = scene.compared(at);
        let confidence = match (compared, has_sign) {
            (Confidence::High, true) => Confidence::High,
            (Confidence::Low, false) => Confidence::Low,
            _ => Confidence::Medium,
        };
        let mut evidence = vec![testimony(bad), others];
        evidence.extend(scene.findings_of(it, PointsTo::Network));
        Some((confidence, evidence))
    })
}

fn between_two(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    if !scene.is_pair {
        return Vec::new();
    }
    let people: Vec<u32> = scene.open().filter(|(_, it)| it.voice().poor > 0).map(|(at, _)| at).collect();
    // If one of the two who share a poor stream is already explained, so is the stream.
    let is_explained = scene.people.iter().enumerate().any(|(at, it)| scene.is_explained[at] && it.voice().poor > 0);
    let Some(&first) = people.first().filter(|_| !is_explained) else { return Vec::new() };
    let it = &scene.people[first as usize];
    let mut evidence: Vec<Testimony> = [Testimony::Said(it.said), Testimony::Heard(it.heard)]
        .into_iter()
        .filter(|one| matches!(one, Testimony::Said(counts) | Testimony::Heard(counts) if counts.poor > 0))
        .collect();
    evidence.extend(people.iter().flat_map(|at| scene.findings_of(&scene.people[*at as usize], PointsTo::Network)));
    evidence.push(Testimony::NobodyElse);
    evidence.dedup();
    vec![Attribution { pattern, who: Who::Sessions(1), confidence: Confidence::Low, evidence, people }]
}

fn pictures(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    scene.one_by_one(pattern, |at, it| {
        let mut pictures = it.shown;
        pictures += it.seen;
        if it.voice().poor > 0 || pictures.poor == 0 {
            return None;
        }
        let (_, others) = scene.compared(at);
        Some((Confidence::Low, vec![Testimony::Pictures(pictures), others]))
    })
}

fn failed(scene: &Scene<'_>, pattern: &'static Pattern, failure: Failure, sure: Confidence) -> Vec<Attribution> {
    let sessions = scene.failures[failure as usize] as u32;
    if sessions == 0 {
        return Vec::new();
    }
    let evidence = vec![Testimony::Failed(sessions, scene.facts.len() as u32)];
    vec![Attribution { pattern, who: Who::Sessions(sessions), confidence: sure, evidence, people: Vec::new() }]
}

fn setup(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    failed(scene, pattern, Failure::Setup, Confidence::Medium)
}

fn dropped(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    failed(scene, pattern, Failure::Midcall, Confidence::Low)
}

/// Finds many affected people on unrelated networks.
fn everywhere(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    let public = FACTORS.iter().position(|factor| factor.id == "public");
    let poor: Vec<u32> = scene
        .people
        .iter()
        .enumerate()
        .filter(|(_, it)| it.verdict() == Verdict::Poor && it.voice().poor > 0)
        .map(|(at, _)| at as u32)
        .collect();
    let judged = scene.people.iter().filter(|it| it.verdict() != Verdict::Unclassified).count();
    if poor.len() < thresholds::EVERYWHERE_PEOPLE || poor.len() * thresholds::EVERYWHERE_ONE_IN < judged {
        return Vec::new();
    }
    let mut networks: Vec<Value> = Vec::new();
    for at in &poor {
        let it = &scene.people[*at as usize];
        let values = scene.facts[it.row as usize].values(it.end);
        networks.extend(values.iter().filter(|value| Some(value.place()) == public));
    }
    networks.sort_unstable();
    networks.dedup();
    let has_site = scene
        .shared
        .iter()
        .any(|factor| factor.value.factor().of == FactorOf::Site && factor.with.0 as usize * 2 > poor.len());
    if networks.len() < thresholds::EVERYWHERE_NETWORKS || has_site {
        return Vec::new();
    }
    let evidence = vec![Testimony::Networks(networks.len() as u32), Testimony::NoTimes];
    let who = Who::Sessions(poor.len() as u32);
    vec![Attribution { pattern, who, confidence: Confidence::Low, evidence, people: Vec::new() }]
}

/// Finds bad ratings that no metric explains.
fn cannot_tell(scene: &Scene<'_>, pattern: &'static Pattern) -> Vec<Attribution> {
    let rule = RULES.iter().position(|rule| by_id("rated-bad-without-cause").is_some_and(|it| it == rule));
    let unhappy: Vec<u32> = scene
        .people
        .iter()
        .enumerate()
        .filter(|(at, it)| {
            let is_unhappy = it.rating.is_some_and(Rating::is_bad) && it.verdict() != Verdict::Poor;
            // For people without any stream, there is nothing to look for in this record.
            is_unhappy && !scene.is_explained[*at] && it.streams().total() > 0
        })
        .map(|(at, _)| at as u32)
        .collect();
    if unhappy.is_empty() {
        return Vec::new();
    }
    let is_judged = |at: &&u32| scene.people[**at as usize].verdict() == Verdict::Good;
    let judged = unhappy.iter().filter(is_judged).count() as u32;
    let mut evidence = Vec::new();
    if judged > 0 {
        evidence.push(Testimony::RatedBadly(judged));
        evidence.extend(rule.map(Testimony::Finding));
    }
    if judged < unhappy.len() as u32 {
        evidence.push(Testimony::RatedUnjudged(unhappy.len() as u32 - judged));
    }
    let who = match unhappy.as_slice() {
        [only] => Who::Person(*only),
        many => Who::Sessions(many.len() as u32),
    };
    vec![Attribution { pattern, who, confidence: Confidence::Low, evidence, people: unhappy }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Names, RuleSets};

    /// A person with a subnet, a public address, and the loss on voice sent and received.
    struct P(&'static str, &'static str, &'static str, f64, f64);

    fn assessed(people: &[P]) -> (Assessment, Names) {
        let mut names = Names::default();
        let facts: Vec<SessionFacts> = people
            .iter()
            .enumerate()
            .map(|(at, P(name, subnet, public, said, heard))| {
                let stream = |direction: &str, loss: &f64| {
                    format!(r#"{{"streamDirection":"{direction}","packetUtilization":9000,"averagePacketLossRate":{loss}}}"#)
                };
                let json = format!(
                    r##"{{"caller":{{"associatedIdentity":{{"id":"{name}","displayName":"{name}"}}}},
                        "callee":{{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}},
                        "segments":[{{"media":[{{"label":"main-audio",
                          "callerNetwork":{{"subnet":"{subnet}","reflexiveIPAddress":"{public}","connectionType":"wifi"}},
                          "streams":[{},{}]}}]}}]}}"##,
                    stream("callerToCallee", said),
                    stream("calleeToCaller", heard)
                );
                let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
                SessionFacts::new(&session, RuleSets::built_in(), at as u64, &mut names)
            })
            .collect();
        (assess(facts.iter(), 0, (None, None)), names)
    }

    fn patterns(assessment: &Assessment) -> Vec<&'static str> {
        assessment.attributions.iter().map(|one| one.pattern.id).collect()
    }

    fn leak(text: String) -> &'static str {
        Box::leak(text.into_boxed_str())
    }

    /// People without problems, each on a separate network.
    fn well(count: usize) -> Vec<P> {
        (0..count)
            .map(|at| {
                P(
                    leak(format!("well {at}")),
                    leak(format!("192.168.{at}.0")),
                    leak(format!("198.51.100.{at}")),
                    0.001,
                    0.001,
                )
            })
            .collect()
    }

    #[test]
    fn one_person_bad_both_ways_among_many_who_are_well_has_a_bad_access_network() {
        let mut people = well(20);
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.2));
        let (assessment, _) = assessed(&people);
        assert_eq!(patterns(&assessment), ["access-network"]);
        assert_eq!(assessment.attributions[0].confidence, Confidence::High);
        assert_eq!((assessment.people[0].said.poor, assessment.people[0].heard.poor), (1, 1));
    }

    #[test]
    fn who_is_heard_badly_has_a_bad_uplink_and_who_hears_badly_a_bad_downlink() {
        let mut people = well(20);
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.0));
        people.push(P("Tom", "192.168.78.0", "203.0.113.2", 0.0, 0.2));
        assert_eq!(patterns(&assessed(&people).0), ["uplink", "downlink"]);
    }

    #[test]
    fn an_office_whose_people_are_all_bad_is_a_site_and_is_named_by_its_subnet() {
        let mut people = well(40);
        for name in ["a", "b", "c", "d", "e", "f"] {
            people.push(P(name, "10.150.0.0", "203.0.113.10", 0.2, 0.2));
        }
        // The same internet egress, another subnet, and no problems.
        people.push(P("lab", "10.150.8.0", "203.0.113.10", 0.0, 0.0));
        let (assessment, names) = assessed(&people);
        assert_eq!(patterns(&assessment), ["site"]);
        let first = &assessment.shared[0];
        assert_eq!((first.value.factor().id, names.get(first.value.name())), ("subnet", "10.150.0.0"));
        assert_eq!((first.with, first.without), ((6, 6), (0, 41)));
        assert_eq!(assessment.attributions[0].people.len(), 6);
        assert_eq!(assessment.attributions[0].confidence, Confidence::High);
    }

    #[test]
    fn one_bad_person_shares_nothing_however_unique_the_network() {
        let mut people = well(200);
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.2));
        assert_eq!(assessed(&people).0.shared, []);
    }

    #[test]
    fn two_bad_people_on_one_network_may_be_chance_among_many_values() {
        let mut people = well(100);
        // Networks with two people each, half of whom are bad: by chance, both on one network will be.
        for at in 0..40 {
            let loss = if at < 2 || at % 2 == 0 { 0.2 } else { 0.0 };
            let subnet = leak(format!("172.16.{}.0", at / 2));
            people.push(P(leak(format!("two {at}")), subnet, leak(format!("203.0.113.{at}")), loss, loss));
        }
        assert_eq!(assessed(&people).0.shared, []);
    }

    #[test]
    fn many_unrelated_networks_bad_at_once_point_to_the_service_weakly() {
        let mut people = well(6);
        for at in 0..8 {
            people.push(P(
                leak(format!("bad {at}")),
                leak(format!("172.16.{at}.0")),
                leak(format!("203.0.113.{at}")),
                0.2,
                0.2,
            ));
        }
        let (assessment, _) = assessed(&people);
        let everywhere = assessment.attributions.iter().find(|one| one.pattern.id == "everywhere");
        let everywhere = everywhere.expect("it is said");
        assert_eq!(everywhere.confidence, Confidence::Low);
        assert!(everywhere.evidence.contains(&Testimony::NoTimes));
    }

    #[test]
    fn the_measures_are_careful_with_few_and_look_at_the_difference_with_many() {
        assert!(least_difference((1, 1), (0, 1)) < 0.0, "one of one against none of one says nothing");
        let (few, many) = (least_difference((6, 10), (10, 100)), least_difference((600, 1000), (1000, 10000)));
        assert!(0.0 < few && few < many, "the same shares are surer with more people: {few} and {many}");
        let all = least_difference((12, 12), (6, 159));
        let most = least_difference((12, 16), (6, 155));
        assert!(all > most, "a subnet that is entirely bad explains more than the egress around it");
        assert!(least_difference((520, 10000), (480, 10000)) < 0.01, "thousands make no small difference large");

        let chance = |with, total: (u32, u32)| chance_of(with, total, &ln_factorials(total.1));
        // The lady tasting tea: all four right of eight cups is one in seventy.
        assert!((chance((4, 4), (4, 8)) - 1.0 / 70.0).abs() < 1e-12);
        assert!((chance((0, 4), (4, 8)) - 1.0).abs() < 1e-12);
        assert!(chance((2, 2), (150, 5000)) * 5000.0 > 0.05, "two unlucky people among thousands are chance");
        assert!(chance((12, 12), (18, 171)) * 1000.0 < 1e-6);
    }

    /// A call of two in which Ana's voice arrived badly, with what their networks report.
    fn pair(sent_badly: f64, received_badly: f64) -> Vec<(&'static str, usize)> {
        let json = format!(
            r#"{{"caller":{{"associatedIdentity":{{"id":"a","displayName":"Ana"}}}},
                "callee":{{"associatedIdentity":{{"id":"b","displayName":"Bo"}}}},
                "segments":[{{"media":[{{"label":"main-audio",
                  "callerNetwork":{{"sentQualityEventRatio":{sent_badly}}},"calleeNetwork":{{"receivedQualityEventRatio":{received_badly}}},
                  "streams":[{{"streamDirection":"callerToCallee","packetUtilization":9000,"averagePacketLossRate":0.2}},
                             {{"streamDirection":"calleeToCaller","packetUtilization":9000,"averagePacketLossRate":0}}]}}]}}]}}"#
        );
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let facts = SessionFacts::new(&session, RuleSets::built_in(), 1, &mut Names::default());
        let assessment = assess(std::iter::once(&facts), 0, (None, None));
        assessment.attributions.iter().map(|one| (one.pattern.id, one.people.len())).collect()
    }

    #[test]
    fn in_a_call_of_two_only_what_one_end_alone_says_of_itself_tells_whose_side_it_is() {
        assert_eq!(pair(0.3, 0.0), [("uplink", 1)]);
        assert_eq!(pair(0.0, 0.3), [("downlink", 1)]);
        assert_eq!(pair(0.3, 0.3), [("between-two", 2)]);
        assert_eq!(pair(0.0, 0.0), [("between-two", 2)]);
    }

    #[test]
    fn nothing_at_all_is_assessed_without_a_word() {
        let assessment = assess(std::iter::empty(), 0, (None, None));
        assert!(assessment.people.is_empty() && assessment.attributions.is_empty() && assessment.shared.is_empty());
    }
}
