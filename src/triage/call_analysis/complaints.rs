//! Tests every complaint of a call against the whole of it: what happened at the person's own end, what they received,
//! and what happened at the ends of everyone who was in the call at that time.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Timestamp;
use crate::triage::complaints::{ANYTHING, Direction, TOPICS, Topic, signs_of};
use crate::triage::facts::{Person, SessionSummary};
use crate::triage::findings::{PointsTo, RULES};
use crate::triage::interner::Name;
use crate::triage::scene::End;
use crate::triage::signs::{SIGNS, Sign, SignFound, SignOf, SignSet, place_of};
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Flow, Verdict};

use super::attribution::personal::of_complaints;
use super::attribution::{Attribution, CANNOT_TELL, Testimony, Who};
use super::participants::{ParticipantStats, as_of};

/// What one person complained about, tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Complaint {
    /// The person, as an index into [`Assessment::people`](super::Assessment::people).
    pub person: u32,
    /// Where it was said, as row and end.
    pub said_in: (u32, End),
    /// Whether the call is between two people, so that it is known who was heard.
    pub is_pair: bool,
    /// One test for each kind of complaint; for a bad rating alone, one of anything.
    pub tests: Vec<Test>,
}

/// A kind of complaint, tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Place of the kind in [`TOPICS`].
    pub topic: usize,
    /// The names of the complaints of this kind.
    pub tokens: Vec<Name>,
    pub outcome: Outcome,
    /// What explains it, the nearest first.
    pub reasons: Vec<Explanation>,
    /// Whether something at the ends of further people would explain it as well.
    pub has_more: bool,
    /// Whether the person's own sessions have no figure that could explain it.
    pub lacks_own: bool,
}

/// The outcome of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Something in the record explains it.
    Explained,
    /// The record says otherwise.
    Contradicted,
    /// Nothing that has a direction and a person explains it, but there are poor streams without.
    Unclear,
    /// Nothing in the record explains it.
    NotExplained,
    /// No stream that reached the person could be judged.
    Unjudged,
    /// There are no figures to test it against.
    NoFigures,
    /// There are too many people to compare.
    TooMany,
}

impl Outcome {
    /// Returns the word used in reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Explained => "explained",
            Outcome::Contradicted => "contradicted",
            Outcome::Unclear => "unclear",
            Outcome::NotExplained => "not explained",
            Outcome::Unjudged => "not judged",
            Outcome::NoFigures => "no figures",
            Outcome::TooMany => "too many to compare",
        }
    }
}

/// Where the cause of a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// At the end of the person who complained.
    Own,
    /// In what that person received; whose part of the path it was is not known.
    Received,
    /// At the end of another person, as an index into [`Assessment::people`](super::Assessment::people).
    Other(u32),
}

/// Something that explains a complaint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Explanation {
    /// Where it is.
    pub at: At,
    /// Place of the sign in [`SIGNS`].
    pub sign: u8,
    /// The worst value, in the metric's unit; NaN for a verdict.
    pub value: f32,
    /// For a verdict, the figure that is most over its limit.
    pub detail: Option<(u8, f32)>,
    weight: f32,
}

impl Explanation {
    /// Returns the sign in the table.
    pub fn sign(&self) -> &'static Sign {
        &SIGNS[usize::from(self.sign)]
    }
}

impl Complaint {
    /// Returns whether any part of it is explained.
    pub fn is_explained(&self) -> bool {
        self.outcome() == Outcome::Explained
    }

    /// Returns the outcome that comes first in [`Outcome`] among those of its parts.
    pub fn outcome(&self) -> Outcome {
        self.tests.iter().map(|test| test.outcome).min().unwrap_or(Outcome::NoFigures)
    }
}

/// From the start of a person's first session to the end of the last one; `None` if a time is not known.
type Stay = Option<(Timestamp, Timestamp)>;

/// What the record says of a person, over all their sessions.
#[derive(Debug, Default)]
struct Dossier {
    stay: Option<Stay>,
    /// Signs with data at the person's end, and in what they received.
    told: [SignSet; 2],
    own: Vec<Explanation>,
    received: Vec<Explanation>,
    said: Counts,
    heard: Counts,
    seen: Counts,
    shown: Counts,
    has_failed: bool,
}

/// Tests all complaints, in the order of `people`.
pub(super) fn complaints(
    facts: &[&SessionSummary],
    people: &[ParticipantStats],
    is_pair: bool,
    set: usize,
) -> Vec<Complaint> {
    if !people.iter().any(|it| it.has_complained) {
        return Vec::new();
    }
    let dossiers = dossiers(facts, people, set);
    let mut bench = Bench {
        dossiers: &dossiers,
        suspects: HashMap::default(),
        told: told(&dossiers),
        is_pair,
        has_unplaced: people.iter().any(|it| it.unplaced.poor > 0)
            || facts.iter().any(|one| one.verdict(set).flow(Flow::Elsewhere).poor > 0),
        left: thresholds::MOST_COMPARISONS,
    };
    let complained = people.iter().enumerate().filter(|(_, it)| it.has_complained);
    complained
        .filter_map(|(at, it)| {
            let (row, end) = it.said_in?;
            let feedback = facts.get(row as usize)?.feedback(end)?;
            let mut tests: Vec<(usize, Vec<Name>)> = Vec::new();
            for (name, topic) in feedback.tokens() {
                let Some(topic) = topic else { continue };
                match tests.iter_mut().find(|(known, _)| *known == topic) {
                    Some((_, tokens)) => tokens.push(name),
                    None => tests.push((topic, vec![name])),
                }
            }
            if tests.is_empty() {
                tests.push((ANYTHING, feedback.tokens().map(|(name, _)| name).collect()));
            }
            let tests = tests.into_iter().map(|(topic, tokens)| bench.test(at as u32, topic, tokens)).collect();
            Some(Complaint { person: at as u32, said_in: (row, end), is_pair, tests })
        })
        .collect()
}

/// Signs of a person's own end that tell what arrived there, not what happened there.
const RECEIVED_AT_OWN_END: &[&str] = &["network-received-badly", "voice-received-quiet", "noise-received"];

/// Collects what the record says of every person.
fn dossiers(facts: &[&SessionSummary], people: &[ParticipantStats], set: usize) -> Vec<Dossier> {
    let by_person: HashMap<Person, usize, FixedState> =
        people.iter().enumerate().map(|(at, it)| (it.person, at)).collect();
    let mut dossiers: Vec<Dossier> = people.iter().map(|_| Dossier::default()).collect();
    for one in facts {
        let verdict = one.verdict(set);
        for (end, person) in one.people() {
            let Some(it) = by_person.get(&person).and_then(|at| dossiers.get_mut(*at)) else { continue };
            let [said, heard, shown, seen] = as_of(&verdict, end);
            it.said += said;
            it.heard += heard;
            it.shown += shown;
            it.seen += seen;
            it.has_failed |= one.failed.is_some();
            it.told = [it.told[0].union(one.told(end)), it.told[1].union(one.told(end.other()))];
            it.stays(one.start.zip(one.end));
            for found in one.signs() {
                let is_stream = matches!(SIGNS[usize::from(found.place)].of, SignOf::Voice | SignOf::Picture);
                let is_received = RECEIVED_AT_OWN_END.contains(&SIGNS[usize::from(found.place)].rule);
                match (found.end == end, is_stream) {
                    (true, _) if is_received => note(&mut it.own, At::Received, found),
                    (true, _) => note(&mut it.own, At::Own, found),
                    (false, true) => note(&mut it.received, At::Received, found),
                    (false, false) => {}
                }
            }
        }
    }
    dossiers.iter_mut().for_each(Dossier::conclude);
    dossiers
}

/// Notes a sign, or a worse value of one that is known.
fn note(causes: &mut Vec<Explanation>, at: At, found: &SignFound) {
    let sign = found.place;
    let new = Explanation { at, sign, value: found.value, detail: None, weight: found.weight };
    match causes.iter_mut().find(|one| one.sign == sign) {
        Some(one) if one.weight < new.weight => *one = new,
        Some(_) => {}
        None => causes.push(new),
    }
}

impl Dossier {
    fn stays(&mut self, span: Stay) {
        self.stay = Some(match (self.stay, span) {
            (None, span) => span,
            (Some(Some((from, to))), Some((start, end))) => Some((from.min(start), to.max(end))),
            _ => None,
        });
    }

    /// Adds the verdicts and the failure to what was found.
    fn conclude(&mut self) {
        let poor = |causes: &mut Vec<Explanation>, at: At, rule: &str, counts: Counts| {
            if counts.poor > 0 {
                let detail = (rule == "audio-poor").then(|| worst_figure(causes)).flatten();
                let weight = detail.map_or(1.0, |(_, _, times)| times.max(1.0));
                let detail = detail.map(|(sign, value, _)| (sign, value));
                causes.push(Explanation { at, sign: place_of(rule) as u8, value: f32::NAN, detail, weight });
            }
        };
        poor(&mut self.own, At::Own, "audio-poor", self.said);
        poor(&mut self.own, At::Own, "video-poor", self.shown);
        poor(&mut self.received, At::Received, "audio-poor", self.heard);
        poor(&mut self.received, At::Received, "video-poor", self.seen);
        if self.has_failed {
            let sign = place_of("dropped") as u8;
            self.own.push(Explanation { at: At::Own, sign, value: f32::NAN, detail: None, weight: 1.0 });
        }
    }

    fn overlaps(&self, other: &Dossier) -> bool {
        match (self.stay.flatten(), other.stay.flatten()) {
            (Some((from, to)), Some((start, end))) => from <= end && start <= to,
            _ => true,
        }
    }
}

/// Returns the figure of poor voice that is most over Microsoft's limit, with its value and how many times the limit.
fn worst_figure(causes: &[Explanation]) -> Option<(u8, f32, f32)> {
    let limits = [
        ("loss-over-target", thresholds::LOSS_LIMIT),
        ("jitter-over-target", thresholds::JITTER_LIMIT),
        ("round-trip-over-target", thresholds::ROUND_TRIP_LIMIT),
    ];
    let figures = limits.iter().filter_map(|(rule, limit)| {
        let sign = place_of(rule) as u8;
        let found = causes.iter().find(|one| one.sign == sign)?;
        Some((sign, found.value, found.value / *limit as f32))
    });
    figures.filter(|(.., times)| *times > 1.0).max_by(|one, other| one.2.total_cmp(&other.2))
}

/// Counts the people at whose ends each sign had data.
fn told(dossiers: &[Dossier]) -> Vec<u32> {
    let has = |it: &Dossier, place: usize| match SIGNS[place].rule {
        "audio-poor" => it.said.judged() > 0,
        "video-poor" => it.shown.judged() > 0,
        _ => it.told[0].contains(place),
    };
    (0..SIGNS.len()).map(|place| dossiers.iter().filter(|it| has(it, place)).count() as u32).collect()
}

/// What complaints are tested with.
struct Bench<'a> {
    dossiers: &'a [Dossier],
    /// People at whose ends something could explain a topic, worst first.
    suspects: HashMap<usize, Vec<(u32, bool, f32)>, FixedState>,
    /// Number of people at whose ends each sign had data.
    told: Vec<u32>,
    is_pair: bool,
    /// Whether poor streams have no direction, or belong to a leg between other parties.
    has_unplaced: bool,
    /// Comparisons left. When they are used up, no further people are compared.
    left: usize,
}

impl Bench<'_> {
    fn test(&mut self, person: u32, topic: usize, tokens: Vec<Name>) -> Test {
        let (it, signs) = (&self.dossiers[person as usize], signs_of(topic));
        let fits = |causes: &[Explanation], set: SignSet| -> Vec<Explanation> {
            causes.iter().filter(|one| set.contains(one.sign.into())).copied().collect()
        };
        let mut reasons = fits(&it.own, signs.own);
        reasons.extend(fits(&it.received, signs.received));
        without_details(&mut reasons);
        reasons.sort_by(worse_first);
        reasons.truncate(thresholds::MOST_EVIDENCE);
        let is_near = reasons.iter().any(|one| one.sign().is_strong());
        let (mut others, mut has_more, is_complete) = self.others(person, topic, signs.others);
        // Another person is only named if nothing nearer explains the complaint as well.
        let is_far = others.iter().any(|one| one.sign().is_strong());
        if !reasons.is_empty() && (is_near || !is_far) {
            (others, has_more) = (Vec::new(), false);
        }
        reasons.append(&mut others);
        let has_own = self.has_own(it, topic);
        let outcome = if !reasons.is_empty() {
            Outcome::Explained
        } else if !is_complete {
            Outcome::TooMany
        } else if contradicts(it, &TOPICS[topic], signs.quiet) {
            Outcome::Contradicted
        } else if it.heard.judged() == 0 && it.heard.total() > 0 && signs.received.contains(place_of("audio-poor")) {
            Outcome::Unjudged
        } else if self.has_unplaced {
            Outcome::Unclear
        } else if has_own || self.has_others(it, signs.others) {
            Outcome::NotExplained
        } else {
            Outcome::NoFigures
        };
        let lacks_own = !has_own && !(signs.own.union(signs.received)).is_empty();
        Test { topic, tokens, outcome, reasons, has_more, lacks_own }
    }

    /// Returns what fits at the ends of others who were in the call at the same time, the worst few of them; whether there
    /// are further people; and whether enough were compared to say so.
    fn others(&mut self, person: u32, topic: usize, set: SignSet) -> (Vec<Explanation>, bool, bool) {
        let dossiers = self.dossiers;
        let it = &dossiers[person as usize];
        let is_pair = self.is_pair;
        // In a call of two, what the other person sent is what this one received.
        let is_other = move |one: &Explanation| {
            let of = one.sign().of;
            set.contains(one.sign.into())
                && !(is_pair && matches!(of, SignOf::Voice | SignOf::Picture | SignOf::Verdict))
        };
        let suspects = self.suspects.entry(topic).or_insert_with(|| {
            let mut all: Vec<(u32, bool, f32)> = Vec::new();
            for (at, other) in dossiers.iter().enumerate() {
                let fitting = || other.own.iter().filter(|one| is_other(one));
                if fitting().next().is_some() {
                    let is_strong = fitting().any(|one| one.sign().is_strong());
                    all.push((at as u32, is_strong, fitting().map(|one| one.weight).fold(0.0, f32::max)));
                }
            }
            all.sort_by(|one, other| other.1.cmp(&one.1).then(other.2.total_cmp(&one.2)));
            all
        });
        let (mut found, mut named) = (Vec::new(), 0);
        for (at, ..) in suspects.iter() {
            if self.left == 0 {
                return (found, false, named > 0);
            }
            self.left -= 1;
            let other = &dossiers[*at as usize];
            if *at == person || !it.overlaps(other) {
                continue;
            }
            if named == thresholds::MOST_NAMED {
                return (found, true, true);
            }
            named += 1;
            let mut fitting: Vec<Explanation> = other.own.iter().filter(|one| is_other(one)).copied().collect();
            without_details(&mut fitting);
            fitting.sort_by(worse_first);
            found.extend(
                fitting
                    .into_iter()
                    .take(thresholds::MOST_EVIDENCE)
                    .map(|one| Explanation { at: At::Other(*at), ..one }),
            );
        }
        (found, false, true)
    }

    /// Returns whether the person's own sessions have a figure that could explain a topic.
    fn has_own(&self, it: &Dossier, topic: usize) -> bool {
        let signs = signs_of(topic);
        let (voice, pictures) = (place_of("audio-poor"), place_of("video-poor"));
        it.told[0].meets(signs.own)
            || it.told[1].meets(signs.received)
            || (signs.own.contains(voice) && it.said.judged() > 0)
            || (signs.received.contains(voice) && it.heard.judged() > 0)
            || (signs.received.contains(pictures) && it.seen.judged() > 0)
    }

    /// Returns whether anyone else has a figure among these signs.
    fn has_others(&self, it: &Dossier, set: SignSet) -> bool {
        let has_verdict = it.said.judged() + it.shown.judged() > 0;
        let own =
            |place: usize| u32::from(it.told[0].contains(place) || SIGNS[place].of == SignOf::Verdict && has_verdict);
        (0..SIGNS.len()).any(|place| set.contains(place) && self.told[place] > own(place))
    }
}

/// Removes figures that only say once more that voice is poor.
fn without_details(causes: &mut Vec<Explanation>) {
    let poor = place_of("audio-poor") as u8;
    let has_poor: Vec<At> = causes.iter().filter(|one| one.sign == poor).map(|one| one.at).collect();
    let silence = place_of("nothing-sent") as u8;
    let is_detail = |one: &Explanation| one.sign().of == SignOf::Voice && one.sign != silence;
    causes.retain(|one| !is_detail(one) || !has_poor.contains(&one.at));
}

fn worse_first(one: &Explanation, other: &Explanation) -> std::cmp::Ordering {
    let strong = |cause: &Explanation| cause.sign().is_strong();
    strong(other).cmp(&strong(one)).then(other.weight.total_cmp(&one.weight))
}

/// Returns whether the figures of the person's own sessions say the opposite of the complaint.
fn contradicts(it: &Dossier, topic: &Topic, quiet: SignSet) -> bool {
    let Some(denial) = &topic.denial else { return false };
    let stream = match denial.stream {
        None => true,
        Some(Direction::Sent) => it.said.verdict() == Verdict::Good,
        Some(Direction::Received) => it.heard.verdict() == Verdict::Good,
    };
    let is_found = it.own.iter().any(|one| quiet.contains(one.sign.into()));
    stream && quiet.is_in(it.told[0]) && !is_found
}

/// Takes people whose complaints are explained out of what cannot be determined.
pub(super) fn settle(attributions: &mut Vec<Attribution>, complaints: &[Complaint], people: &[ParticipantStats]) {
    let is_explained = |at: u32| {
        complaints.binary_search_by_key(&at, |one| one.person).is_ok_and(|place| complaints[place].is_explained())
    };
    for one in attributions.iter_mut().filter(|one| one.cause.id == CANNOT_TELL) {
        let before = one.people.len();
        one.people.retain(|at| !is_explained(*at));
        if one.people.len() == before {
            continue;
        }
        let judged = one.people.iter().filter(|at| people[**at as usize].verdict() == Verdict::Good).count() as u32;
        let unjudged = one.people.len() as u32 - judged;
        one.evidence.retain_mut(|evidence| match evidence {
            Testimony::RatedBadly(count) => {
                *count = judged;
                judged > 0
            }
            Testimony::RatedUnjudged(count) => {
                *count = unjudged;
                unjudged > 0
            }
            Testimony::Finding(_) => judged > 0,
            _ => true,
        });
        one.who = match one.people.as_slice() {
            [only] => Who::Person(*only),
            many => Who::Sessions(many.len() as u32),
        };
    }
    attributions.retain(|one| one.cause.id != CANNOT_TELL || !one.people.is_empty());
    let named = named_only_by(complaints, attributions);
    attributions.extend(named);
}

/// Attributes complaints to the ends of others that explain them, where no attribution names that person: whose side it
/// is must not be silent about an end that the complaints point to.
fn named_only_by(complaints: &[Complaint], attributions: &[Attribution]) -> Vec<Attribution> {
    let mut raters: Vec<(u32, usize, u32)> = Vec::new();
    for one in complaints {
        let mut named: Vec<(u32, usize)> = Vec::new();
        for reason in one.tests.iter().flat_map(|test| &test.reasons) {
            let At::Other(at) = reason.at else { continue };
            let of_device = matches!(reason.sign().of, SignOf::VoiceEnd | SignOf::PictureEnd);
            if of_device && !named.iter().any(|(known, _)| *known == at) {
                named.push((at, usize::from(reason.sign)));
            }
        }
        for (at, sign) in named {
            match raters.iter_mut().find(|(known, ..)| *known == at) {
                Some((_, _, count)) => *count += 1,
                None => raters.push((at, sign, 1)),
            }
        }
    }
    let is_named = |at: u32| attributions.iter().any(|one| one.people.contains(&at));
    let place = |sign: usize| RULES.iter().position(|rule| rule.id == SIGNS[sign].rule);
    let points_to_end = |place: &usize| matches!(RULES[*place].points_to, PointsTo::Device | PointsTo::Machine);
    let new = raters
        .into_iter()
        .filter(|(at, ..)| !is_named(*at))
        .filter_map(|(at, sign, count)| Some(of_complaints(at, place(sign).filter(points_to_end)?, count)));
    new.take(thresholds::MOST_NAMED).collect()
}
