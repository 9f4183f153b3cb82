//! The facts kept of every session to assess the whole call: who was at its ends, its verdict by every rule set, the
//! findings, and the factors its people may share with others. They take a few hundred bytes, whatever the session size.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use crate::model::endpoint::identifies_somebody;
use crate::model::{
    Asked, Endpoint, EndpointKind, FailureInfo, FailureStage, FeedbackRating, Field, NameBasis, Session, Timestamp,
    Word,
};

use crate::sites::Sites;

use super::examine::{FindingFlags, endpoints, judged, marks};
use super::factors::{Value, values_of};
use super::feedback::Feedback;
use super::findings::{FindingSet, RULES, Rule};
use super::interner::{Interner, Name};
use super::legs::{Leg, SegmentParties};
use super::rules::RuleSets;
use super::scene::End;
use super::signs::{SignFound, SignSet};
use super::verdict::{SessionVerdict, Verdict};

/// The facts kept of a session.
#[derive(Debug, Clone)]
pub struct SessionSummary {
    /// The parties at its ends: the caller, then the callee.
    ends: [EndpointSummary; 2],
    /// Start time, if it could be read.
    pub start: Option<Timestamp>,
    /// End time, if it could be read.
    pub end: Option<Timestamp>,
    /// Whether it has no segments because they were not requested.
    pub lacks_segments: bool,
    /// The stage at which it failed, if it did.
    pub failed: Option<Failure>,
    marks: FindingFlags,
    by_set: Box<[BySet]>,
    /// A leg of the session between other parties than its own, if there is one.
    leg: Option<Box<Leg>>,
    values: Box<[Value]>,
    /// Number of values that are the caller's; the rest are the callee's.
    of_caller: u8,
    /// The signs that had data at the caller's and at the callee's end.
    told: [SignSet; 2],
    /// What few sessions have, if this one has any of it.
    rare: Option<Box<Rare>>,
}

/// What few sessions have.
#[derive(Debug, Clone)]
struct Rare {
    /// What the caller and the callee said about the call.
    feedback: [Option<Feedback>; 2],
    /// The signs that were found, by which complaints are tested.
    signs: Box<[SignFound]>,
}

/// The results of one rule set for a session.
#[derive(Debug, Clone, Copy)]
struct BySet {
    verdict: SessionVerdict,
    speak: FindingSet,
    unknown: FindingSet,
}

/// The party at one end of a session.
#[derive(Debug, Clone, Copy)]
pub struct EndpointSummary {
    /// The name, which may be a description by callscope.
    pub name: Name,
    /// The kind of endpoint.
    pub kind: EndpointKind,
    /// Whether the name comes from the record.
    pub is_named: bool,
    /// The same for all sessions of a person; a participant with no identity, or only a masked number, counts as a separate
    /// person. Only a participant is a person.
    pub person: Option<Person>,
    /// A hash of the identity's ID, if there is one.
    pub id: Option<NonZeroU32>,
    /// Whether neither ID nor name identifies the person: another session with the same may be someone else's.
    pub is_anonymous: bool,
    /// Whether the name ends in a number that distinguishes unidentified people.
    pub is_numbered: bool,
    /// Whether the name comes from another session; this one only has the ID.
    pub is_joined: bool,
    /// The person's rating of the call.
    pub rating: Option<Rating>,
    /// Whether it is a telephone.
    pub is_phone: bool,
}

/// A person in a call, identified by hashes of ID and name, half of the bits each; without a name the second half is
/// zero. (In one of the documentation's examples two people have the same ID.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person(u64);

impl Person {
    /// Hashes an identity's ID, for comparison with [`Person::id_hash`].
    pub fn id_hash_of(id: &str) -> u32 {
        (FixedState::default().hash_one(id) >> 32) as u32
    }

    /// Returns the hash of the person's ID; meaningless for a person without one.
    pub fn id_hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Returns whether this session has the person's name, not only an ID.
    pub fn is_named(self) -> bool {
        self.0 as u32 != 0
    }

    fn of(id: &str, name: Option<&str>) -> Person {
        let name = name.map_or(0, |name| (Person::name_hash(name) as u32).max(1));
        Person(u64::from(Person::id_hash_of(id)) << 32 | u64::from(name))
    }

    /// Hashes a name, ignoring case and spacing.
    fn name_hash(name: &str) -> u64 {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        FixedState::default().hash_one(name)
    }
}

/// The stage at which a session failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Before it was set up.
    Setup,
    /// After it had started.
    Midcall,
    /// The record does not say.
    Unknown,
}

impl Failure {
    /// Describes it in a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Failure::Setup => "setup failed",
            Failure::Midcall => "dropped",
            Failure::Unknown => "failed",
        }
    }

    fn of(session: &Session) -> Option<Failure> {
        let stage = |failure: &FailureInfo| match (failure.stage.value(), failure.reason.value()) {
            (Some(FailureStage::CallSetup), _) => Some(Failure::Setup),
            (Some(FailureStage::Midcall), _) => Some(Failure::Midcall),
            (Some(_), _) | (None, Some(_)) => Some(Failure::Unknown),
            (None, None) => None,
        };
        session
            .failure_info
            .value()
            .and_then(stage)
            .or_else(|| session.segments.readable().find_map(|(_, segment)| stage(segment.failure_info.value()?)))
    }
}

/// A person's answer to "how was your call?", by its index among the schema's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rating(u8);

impl Rating {
    pub(super) fn of(rating: &FeedbackRating) -> Option<Rating> {
        let place = FeedbackRating::MEMBERS.iter().position(|member| *member == rating.as_str());
        let place = place.unwrap_or(FeedbackRating::MEMBERS.len() - 1);
        (*rating != FeedbackRating::NotRated).then_some(Rating(place as u8))
    }

    /// Returns the schema's word.
    pub fn word(self) -> &'static str {
        FeedbackRating::MEMBERS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// Returns whether it is bad or poor.
    pub fn is_bad(self) -> bool {
        matches!(self.word(), "bad" | "poor")
    }
}

/// The status of a session, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SessionStatus {
    /// It could not be set up, or dropped.
    Failed,
    /// A stream is poor.
    Poor,
    /// Nothing is poor, but a user complained, or a device or machine failed.
    Noted,
    /// It was judged, and nothing is poor.
    Good,
    /// It could not be judged.
    Unclassified,
}

impl SessionStatus {
    /// All of them, worst first.
    pub const ALL: [SessionStatus; 5] = [
        SessionStatus::Failed,
        SessionStatus::Poor,
        SessionStatus::Noted,
        SessionStatus::Good,
        SessionStatus::Unclassified,
    ];

    /// Returns the word used in reports and filters.
    pub fn name(self) -> &'static str {
        match self {
            SessionStatus::Failed => "failed",
            SessionStatus::Poor => "poor",
            SessionStatus::Noted => "noted",
            SessionStatus::Good => "good",
            SessionStatus::Unclassified => "unclassified",
        }
    }
}

impl SessionSummary {
    /// Collects the facts of a session by every rule set. `fingerprint` distinguishes people without an identity.
    pub fn new(session: &Session, sets: &RuleSets, fingerprint: u64, names: &mut Interner) -> SessionSummary {
        let first_segment = session.segments.readable().next().map(|(_, segment)| segment);
        let from_segment = session.ends(first_segment);
        let caller = session.caller.value().or(from_segment.0);
        let callee = session.callee.value().or(from_segment.1);
        let parties = &SegmentParties::of(session);
        let mut values = Vec::new();
        values_of(session, parties, false, Sites::none(), names, &mut values);
        let of_caller = values.len() as u8;
        values_of(session, parties, true, Sites::none(), names, &mut values);
        let by_set = sets.iter().map(|rules| {
            let (verdict, marks) = judged(session, parties, rules);
            BySet { verdict, speak: marks.speak, unknown: marks.unknown }
        });
        let (marks, signs) = marks(session, parties, sets.at(0));
        let endpoints = [End::Caller, End::Callee].map(|end| endpoints(session, parties, end));
        let feedback = endpoints.each_ref().map(|endpoints| Feedback::of(endpoints, names));
        let [of_caller_end, of_callee_end] = &endpoints;
        SessionSummary {
            ends: [
                EndpointSummary::new(of_caller_end, End::Caller, caller, fingerprint, names),
                EndpointSummary::new(of_callee_end, End::Callee, callee, fingerprint.rotate_left(1), names),
            ],
            start: session.start.value().copied(),
            end: session.end.value().copied(),
            lacks_segments: Asked::default().lacks_segments(session),
            failed: Failure::of(session),
            marks,
            by_set: by_set.collect(),
            leg: Leg::of(session, parties, names).map(Box::new),
            values: values.into(),
            of_caller,
            told: signs.told,
            rare: (!signs.found.is_empty() || feedback.iter().any(Option::is_some))
                .then(|| Box::new(Rare { feedback, signs: signs.found.into() })),
        }
    }

    /// Adds what the user's files say about its networks.
    pub fn locate(&mut self, sites: &Sites, session: &Session, names: &mut Interner) {
        if sites.is_empty() {
            return;
        }
        let parties = &SegmentParties::of(session);
        let mut values = Vec::new();
        values_of(session, parties, false, sites, names, &mut values);
        self.of_caller = values.len() as u8;
        values_of(session, parties, true, sites, names, &mut values);
        self.values = values.into();
    }

    /// Applies the options the session was requested with: members that were not requested are not missing.
    pub fn asked_with(&mut self, asked: &Asked, session: &Session, names: &mut Interner) {
        self.lacks_segments = asked.lacks_segments(session);
        let ends = [(End::Caller, "caller", &session.caller), (End::Callee, "callee", &session.callee)];
        for (end, member, endpoint) in ends {
            let party = &mut self.ends[end as usize];
            // A segment may name the party.
            if !asked.has(member)
                && matches!(endpoint, Field::Absent)
                && party.kind == EndpointKind::Bare
                && !party.is_named
            {
                party.name = names.add(&format!("{member} not requested"));
            }
        }
    }

    /// Replaces the numbers of its names and values.
    pub fn renumber(&mut self, numbers: &[Name]) {
        let new = |name: Name| numbers.get(name.number()).copied().unwrap_or(name);
        for party in &mut self.ends {
            party.name = new(party.name);
        }
        if let Some(leg) = &mut self.leg {
            leg.ends = leg.ends.map(new);
        }
        // Reallocate what is kept in this thread: scattered between blocks that parser threads free, it would keep them
        // from returning memory.
        self.values =
            self.values.iter().map(|value| Value::new(value.place(), value.nature(), new(value.name()))).collect();
        self.by_set = self.by_set.iter().copied().collect();
        self.rare = self.rare.take().map(|mut rare| {
            rare.feedback.iter_mut().flatten().for_each(|feedback| feedback.renumber(new));
            Box::new(Rare { feedback: rare.feedback, signs: rare.signs.iter().copied().collect() })
        });
    }

    /// Returns the party at an end.
    pub fn party(&self, end: End) -> &EndpointSummary {
        &self.ends[end as usize]
    }

    /// Joins a party known only by ID to the person who has a name in another session.
    pub fn join(&mut self, end: End, person: Person, name: Name) {
        let party = &mut self.ends[end as usize];
        (party.person, party.name, party.is_named, party.is_joined) = (Some(person), name, true, true);
    }

    /// Gives an unidentified party a name that ends in a number.
    pub fn call_party(&mut self, end: End, label: Name) {
        let party = &mut self.ends[end as usize];
        (party.name, party.is_numbered) = (label, true);
    }

    /// Iterates over the ends that are people.
    pub fn people(&self) -> impl Iterator<Item = (End, Person)> {
        [End::Caller, End::Callee].into_iter().filter_map(|end| Some((end, self.party(end).person?)))
    }

    /// Returns the end the session belongs to: in a meeting the callee is the service, but in a call from the telephone
    /// network it may be the caller.
    pub fn own_end(&self) -> End {
        let is = |end| self.party(end).kind == EndpointKind::Participant;
        if !is(End::Caller) && is(End::Callee) { End::Callee } else { End::Caller }
    }

    /// Returns whether both ends are people.
    pub fn is_between_people(&self) -> bool {
        self.ends.iter().all(|party| party.kind == EndpointKind::Participant)
    }

    /// Returns the factor values of an end, which others may share.
    pub fn values(&self, end: End) -> &[Value] {
        let (caller, callee) = self.values.split_at(usize::from(self.of_caller).min(self.values.len()));
        match end {
            End::Caller => caller,
            End::Callee => callee,
        }
    }

    /// Returns the factor values of both ends.
    pub fn all_values(&self) -> &[Value] {
        &self.values
    }

    /// Returns the number of rule sets it was judged by.
    pub fn sets(&self) -> usize {
        self.by_set.len()
    }

    /// Returns the verdict by the rule set at an index.
    pub fn verdict(&self, set: usize) -> SessionVerdict {
        self.by_set.get(set).map(|it| it.verdict).unwrap_or_default()
    }

    /// Returns the rules that triggered, by the rule set at an index.
    pub fn speaking(&self, set: usize) -> FindingSet {
        self.by_set.get(set).map_or(self.marks.speak, |it| self.marks.speak.union(it.speak))
    }

    /// Returns the rules that had no data, by the rule set at an index.
    pub fn unknown(&self, set: usize) -> FindingSet {
        self.by_set.get(set).map_or(self.marks.unknown, |it| self.marks.unknown.union(it.unknown))
    }

    /// Returns the verdict-independent rules that triggered on an end.
    pub fn speaking_of(&self, end: End) -> FindingSet {
        self.marks.of_end[end as usize]
    }

    /// Returns the leg between other parties than the session's own, if there is one.
    pub fn leg(&self) -> Option<&Leg> {
        self.leg.as_deref()
    }

    /// Returns severe findings about the device or the machine of an end: enough to ruin a call, whatever the network.
    pub fn severe_of(&self, end: End) -> FindingSet {
        self.speaking_of(end).intersection(FindingSet::SEVERE_FAULTS)
    }

    /// Returns the most severe fault of a device or machine at either end.
    pub fn severe_fault(&self) -> Option<&'static Rule> {
        let places = [End::Caller, End::Callee].into_iter().filter_map(|end| self.severe_of(end).iter().next());
        places.min().and_then(|place| RULES.get(place))
    }

    /// Returns the worse of the two ratings.
    pub fn rating(&self) -> Option<Rating> {
        self.ends.iter().filter_map(|party| party.rating).min()
    }

    /// Returns what was said about the call at an end.
    pub fn feedback(&self, end: End) -> Option<&Feedback> {
        self.rare.as_ref()?.feedback[end as usize].as_ref()
    }

    /// Returns whether anybody complained: rated the call badly, or ticked a complaint.
    pub fn has_complaint(&self) -> bool {
        self.rare.iter().flat_map(|rare| &rare.feedback).flatten().any(Feedback::is_complaint)
    }

    /// Returns the signs that were found, by which complaints are tested.
    pub fn signs(&self) -> &[SignFound] {
        self.rare.as_ref().map_or(&[], |rare| &rare.signs)
    }

    /// Returns the signs that had data at an end, found or not.
    pub fn told(&self, end: End) -> SignSet {
        self.told[end as usize]
    }

    /// Returns its status by the rule set at an index.
    pub fn standing(&self, set: usize) -> SessionStatus {
        match self.verdict(set).verdict() {
            _ if self.failed.is_some() => SessionStatus::Failed,
            Verdict::Poor => SessionStatus::Poor,
            _ if self.has_complaint() || self.severe_fault().is_some() => SessionStatus::Noted,
            Verdict::Good => SessionStatus::Good,
            Verdict::Unclassified => SessionStatus::Unclassified,
        }
    }

    /// Returns the duration in seconds; negative if the record has start and end reversed.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.start?.until(self.end?).seconds())
    }
}

impl EndpointSummary {
    fn new(
        all: &[&Endpoint],
        end: End,
        own: Option<&Endpoint>,
        fingerprint: u64,
        names: &mut Interner,
    ) -> EndpointSummary {
        let nobody = match end {
            End::Caller => "no caller",
            End::Callee => "no callee",
        };
        let Some(endpoint) = own else {
            let name = names.add(nobody);
            return EndpointSummary {
                name,
                kind: EndpointKind::Bare,
                is_named: false,
                person: None,
                id: None,
                is_anonymous: false,
                is_numbered: false,
                is_joined: false,
                rating: None,
                is_phone: false,
            };
        };
        let (who, kind) = (endpoint.who(), endpoint.kind());
        let is_named = who.basis != NameBasis::Nothing;
        let id = endpoint.id();
        let name = Some(who.name.as_str()).filter(|name| is_named && identifies_somebody(name));
        // An account name must not make a second person of one who has a display name elsewhere.
        let own_name = name.filter(|_| who.basis == NameBasis::DisplayName);
        let is_participant = kind == EndpointKind::Participant;
        let person = is_participant.then(|| match (id, name) {
            (Some(id), _) => Person::of(id, own_name),
            (None, Some(name)) => Person(Person::name_hash(name)),
            (None, None) => Person(fingerprint),
        });
        let is_anonymous = is_participant && id.is_none() && name.is_none();
        let rating = all.iter().filter_map(|endpoint| Rating::of(endpoint.feedback.value()?.rating.value()?)).min();
        let id = id.and_then(|id| NonZeroU32::new(Person::id_hash_of(id)));
        EndpointSummary {
            name: names.add(&who.name),
            kind,
            is_named,
            person,
            id,
            is_anonymous,
            is_numbered: false,
            is_joined: false,
            rating,
            is_phone: who.identity_kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("phone")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(json: &str) -> (SessionSummary, Interner) {
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let mut names = Interner::default();
        (SessionSummary::new(&session, RuleSets::built_in(), 7, &mut names), names)
    }

    #[test]
    fn a_person_is_the_same_in_every_session_and_another_one_beside_them() {
        let person = |id: &str, name: &str| {
            let json = format!(r#"{{"caller":{{"associatedIdentity":{{"id":"{id}","displayName":"{name}"}}}}}}"#);
            facts(&json).0.party(End::Caller).person
        };
        assert!(person("1", "Ana").is_some());
        assert_eq!(person("1", "Ana"), person("1", "Ana"));
        assert_ne!(person("1", "Ana"), person("2", "Ana"));
        assert_ne!(person("1", "Ana"), person("1", "Bo"), "the documentation gives two people one id");
        assert_eq!(facts(r#"{"callee":{"userAgent":{"role":"mediationServer"}}}"#).0.party(End::Callee).person, None);
    }

    #[test]
    fn an_id_that_identifies_nobody_is_no_person_to_be_met_again() {
        let party = |identity: &str, fingerprint| {
            let json = format!(
                r##"{{"caller":{{"@odata.type":"#.participantEndpoint","identity":{{"phone":{identity}}}}}}}"##
            );
            let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
            let facts = SessionSummary::new(&session, RuleSets::built_in(), fingerprint, &mut Interner::default());
            *facts.party(End::Caller)
        };
        for nobody in [
            r#"{"id":"+1206555****"}"#,
            r#"{"id":"+1206555XXXX","displayName":"+1206555XXXX"}"#,
            r#"{"id":"anonymous"}"#,
            r#"{"id":"","displayName":""}"#,
            r#"{"id":"00000000-0000-0000-0000-000000000000","displayName":null}"#,
            "{}",
        ] {
            let (one, other) = (party(nobody, 1), party(nobody, 2));
            assert!(one.is_anonymous && other.is_anonymous, "{nobody}");
            assert_ne!(one.person, other.person, "{nobody}");
        }
        for somebody in [r#"{"id":"+12065550100"}"#, r#"{"id":"+1206555****","displayName":"Ana Lima"}"#] {
            let (one, other) = (party(somebody, 1), party(somebody, 2));
            assert!(!one.is_anonymous, "{somebody}");
            assert_eq!(one.person, other.person, "{somebody}");
        }
    }

    #[test]
    fn a_session_stands_by_its_worst() {
        let stands = |json: &str| facts(json).0.standing(0);
        assert_eq!(stands("{}"), SessionStatus::Unclassified);
        assert_eq!(stands(r#"{"failureInfo":{"stage":"midcall"}}"#), SessionStatus::Failed);
        assert_eq!(stands(r#"{"caller":{"feedback":{"rating":"bad"}}}"#), SessionStatus::Noted);
        assert_eq!(stands(r#"{"caller":{"feedback":{"rating":"excellent"}}}"#), SessionStatus::Unclassified);
        let media = |loss: &str| {
            format!(
                r#"{{"segments":[{{"media":[{{"label":"main-audio","streams":[{{"packetUtilization":900,"averagePacketLossRate":{loss}}}]}}]}}]}}"#
            )
        };
        assert_eq!(stands(&media("0.2")), SessionStatus::Poor);
        assert_eq!(stands(&media("0.01")), SessionStatus::Good);
    }

    #[test]
    fn names_and_values_are_renumbered_together() {
        let (mut facts, names) = facts(
            r#"{"caller":{"name":"PC"},"segments":[{"media":[{"label":"main-audio","callerNetwork":{"subnet":"10.0.0.0"}}]}]}"#,
        );
        let mut all = Interner::default();
        all.add("somebody else");
        let numbers: Vec<Name> = names.from(0).map(|text| all.add(text)).collect();
        facts.renumber(&numbers);
        assert_eq!(all.get(facts.party(End::Caller).name), "PC");
        let values: Vec<&str> = facts.values(End::Caller).iter().map(|value| all.get(value.name())).collect();
        assert_eq!(values, ["PC", "10.0.0.0"]);
    }
}
