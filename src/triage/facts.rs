//! What is kept of every session to judge the whole call by: who was at its ends, how it was judged by every rule set,
//! what was found, and what its people have that others may share. A few hundred bytes, whatever the session weighs.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use crate::model::endpoint::identifies_somebody;
use crate::model::{
    Asked, Endpoint, EndpointKind, FailureInfo, FailureStage, FeedbackRating, Field, NameBasis, Session, Timestamp,
    Word,
};

use super::examine::{Marks, endpoints, judged, marks};
use super::factors::{Value, values_of};
use super::findings::RuleBits;
use super::names::{Name, Names};
use super::rules::RuleSets;
use super::scene::End;
use super::verdict::{SessionVerdict, Verdict};

/// The facts of a session.
#[derive(Debug, Clone)]
pub struct SessionFacts {
    /// Who was at its ends: the caller, and then the callee.
    ends: [Party; 2],
    /// When it began, where that could be read.
    pub start: Option<Timestamp>,
    /// When it ended, where that could be read.
    pub end: Option<Timestamp>,
    /// It has no segments, because these were not asked for.
    pub lacks_segments: bool,
    /// When it failed, if it did.
    pub failed: Option<Failure>,
    marks: Marks,
    by_set: Box<[BySet]>,
    values: Box<[Value]>,
    /// How many of the values are the caller's; the others are the callee's.
    of_caller: u8,
}

/// What one rule set makes of a session.
#[derive(Debug, Clone, Copy)]
struct BySet {
    verdict: SessionVerdict,
    speak: RuleBits,
    unknown: RuleBits,
}

/// Who is at one end of a session.
#[derive(Debug, Clone, Copy)]
pub struct Party {
    /// The name, which may be our own words.
    pub name: Name,
    /// What the end is.
    pub kind: EndpointKind,
    /// The name comes from the record.
    pub is_named: bool,
    /// The same for all sessions of a person; an end that tells nothing, or only a masked number, is a person of its own.
    /// Only a participant is a person.
    pub person: Option<Person>,
    /// A hash of the id that says who it is, where there is one.
    pub id: Option<NonZeroU32>,
    /// Neither id nor name identifies anybody: another session with the same may be somebody else's.
    pub is_anonymous: bool,
    /// The name has a number behind it, which tells people apart whom nothing identifies.
    pub is_numbered: bool,
    /// The name comes from another session: here only the id is told.
    pub is_joined: bool,
    /// What the person said of the call.
    pub rating: Option<Rating>,
}

/// A person of a call, told apart from the others by hashes of id and name, half of the bits each; without a name the second
/// half is zero. (In one of the documentation's examples two people have one id.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person(u64);

impl Person {
    /// The hash of an identity's id, to be compared with [`Person::id_hash`].
    pub fn id_hash_of(id: &str) -> u32 {
        (FixedState::default().hash_one(id) >> 32) as u32
    }

    /// The hash of the person's id; of somebody without one it means nothing.
    pub fn id_hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Does the record tell the person's name here, and not only an id?
    pub fn is_named(self) -> bool {
        self.0 as u32 != 0
    }

    fn of(id: &str, name: Option<&str>) -> Person {
        let name = name.map_or(0, |name| (Person::name_hash(name) as u32).max(1));
        Person(u64::from(Person::id_hash_of(id)) << 32 | u64::from(name))
    }

    /// The same for a name in other capitals or with other blanks.
    fn name_hash(name: &str) -> u64 {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        FixedState::default().hash_one(name)
    }
}

/// When a session failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Before it was set up.
    Setup,
    /// In the middle.
    Midcall,
    /// The record does not say.
    Unknown,
}

impl Failure {
    /// In a word or two.
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

/// What a person answered to "how was your call?", by its place among the schema's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rating(u8);

impl Rating {
    fn of(rating: &FeedbackRating) -> Option<Rating> {
        let place = FeedbackRating::MEMBERS.iter().position(|member| *member == rating.as_str());
        let place = place.unwrap_or(FeedbackRating::MEMBERS.len() - 1);
        (*rating != FeedbackRating::NotRated).then_some(Rating(place as u8))
    }

    /// The word.
    pub fn word(self) -> &'static str {
        FeedbackRating::MEMBERS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// Bad or poor.
    pub fn is_bad(self) -> bool {
        matches!(self.word(), "bad" | "poor")
    }
}

/// How a session stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// It could not be set up, or broke off.
    Failed,
    /// A stream is poor.
    Poor,
    /// Nothing is poor, but a user said that it was bad.
    Noted,
    /// Judged, and nothing is poor.
    Good,
    /// Could not be judged.
    Unclassified,
}

impl Standing {
    /// All of them, worst first.
    pub const ALL: [Standing; 5] =
        [Standing::Failed, Standing::Poor, Standing::Noted, Standing::Good, Standing::Unclassified];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Failed => "failed",
            Standing::Poor => "poor",
            Standing::Noted => "noted",
            Standing::Good => "good",
            Standing::Unclassified => "unclassified",
        }
    }
}

impl SessionFacts {
    /// Of a session, by every rule set. `fingerprint` tells people apart of whom the record says nothing.
    pub fn new(session: &Session, sets: &RuleSets, fingerprint: u64, names: &mut Names) -> SessionFacts {
        let first_segment = session.segments.readable().next().map(|(_, segment)| segment);
        let from_segment = session.ends(first_segment);
        let caller = session.caller.value().or(from_segment.0);
        let callee = session.callee.value().or(from_segment.1);
        let mut values = Vec::new();
        values_of(session, false, names, &mut values);
        let of_caller = values.len() as u8;
        values_of(session, true, names, &mut values);
        let by_set = sets.iter().map(|rules| {
            let (verdict, marks) = judged(session, rules);
            BySet { verdict, speak: marks.speak, unknown: marks.unknown }
        });
        SessionFacts {
            ends: [
                Party::new(session, End::Caller, caller, fingerprint, names),
                Party::new(session, End::Callee, callee, fingerprint.rotate_left(1), names),
            ],
            start: session.start.value().copied(),
            end: session.end.value().copied(),
            lacks_segments: Asked::default().lacks_segments(session),
            failed: Failure::of(session),
            marks: marks(session, sets.at(0)),
            by_set: by_set.collect(),
            values: values.into(),
            of_caller,
        }
    }

    /// Takes in what the session was asked with: whom nobody asked for is not missing.
    pub fn asked_with(&mut self, asked: &Asked, session: &Session, names: &mut Names) {
        self.lacks_segments = asked.lacks_segments(session);
        let ends = [(End::Caller, "caller", &session.caller), (End::Callee, "callee", &session.callee)];
        for (end, member, endpoint) in ends {
            let party = &mut self.ends[end as usize];
            // A segment may tell who it was.
            if !asked.has(member)
                && matches!(endpoint, Field::Absent)
                && party.kind == EndpointKind::Bare
                && !party.is_named
            {
                party.name = names.add(&format!("{member} not requested"));
            }
        }
    }

    /// Gives its names and values the numbers that they have elsewhere.
    pub fn renumber(&mut self, numbers: &[Name]) {
        let new = |name: Name| numbers.get(name.number()).copied().unwrap_or(name);
        for party in &mut self.ends {
            party.name = new(party.name);
        }
        // What stays is taken into memory of this thread's own: between what threads that parse use and give back it would
        // keep them from giving anything back.
        self.values = self.values.iter().map(|value| Value::new(value.place(), new(value.name()))).collect();
        self.by_set = self.by_set.iter().copied().collect();
    }

    /// Who is at an end.
    pub fn party(&self, end: End) -> &Party {
        &self.ends[end as usize]
    }

    /// Takes somebody of whom only the id is told for the person who has a name elsewhere.
    pub fn join(&mut self, end: End, person: Person, name: Name) {
        let party = &mut self.ends[end as usize];
        (party.person, party.name, party.is_named, party.is_joined) = (Some(person), name, true, true);
    }

    /// Gives somebody whom nothing identifies a name with a number behind it.
    pub fn call_party(&mut self, end: End, label: Name) {
        let party = &mut self.ends[end as usize];
        (party.name, party.is_numbered) = (label, true);
    }

    /// The ends that are people's.
    pub fn people(&self) -> impl Iterator<Item = (End, Person)> {
        [End::Caller, End::Callee].into_iter().filter_map(|end| Some((end, self.party(end).person?)))
    }

    /// The end whose session it is: in a meeting the callee is the service, but a call from the telephone network may
    /// come the other way round.
    pub fn own_end(&self) -> End {
        let is = |end| self.party(end).kind == EndpointKind::Participant;
        if !is(End::Caller) && is(End::Callee) { End::Callee } else { End::Caller }
    }

    /// Both ends are people.
    pub fn is_between_people(&self) -> bool {
        self.ends.iter().all(|party| party.kind == EndpointKind::Participant)
    }

    /// What the record has of an end that others may share.
    pub fn values(&self, end: End) -> &[Value] {
        let (caller, callee) = self.values.split_at(usize::from(self.of_caller).min(self.values.len()));
        match end {
            End::Caller => caller,
            End::Callee => callee,
        }
    }

    /// The values of both ends.
    pub fn all_values(&self) -> &[Value] {
        &self.values
    }

    /// By how many rule sets it was judged.
    pub fn sets(&self) -> usize {
        self.by_set.len()
    }

    /// How it was judged by the set at a place.
    pub fn verdict(&self, set: usize) -> SessionVerdict {
        self.by_set.get(set).map(|it| it.verdict).unwrap_or_default()
    }

    /// Which rules speak, by the set at a place.
    pub fn speaking(&self, set: usize) -> RuleBits {
        self.by_set.get(set).map_or(self.marks.speak, |it| self.marks.speak.and(it.speak))
    }

    /// Which rules could not tell, by the set at a place.
    pub fn unknown(&self, set: usize) -> RuleBits {
        self.by_set.get(set).map_or(self.marks.unknown, |it| self.marks.unknown.and(it.unknown))
    }

    /// Which of the rules that need no verdict speak of an end.
    pub fn speaking_of(&self, end: End) -> RuleBits {
        self.marks.of_end[end as usize]
    }

    /// What was said of the call, the worse of the two.
    pub fn rating(&self) -> Option<Rating> {
        self.ends.iter().filter_map(|party| party.rating).min()
    }

    /// How it stands by the set at a place.
    pub fn standing(&self, set: usize) -> Standing {
        match self.verdict(set).verdict() {
            _ if self.failed.is_some() => Standing::Failed,
            Verdict::Poor => Standing::Poor,
            _ if self.rating().is_some_and(Rating::is_bad) => Standing::Noted,
            Verdict::Good => Standing::Good,
            Verdict::Unclassified => Standing::Unclassified,
        }
    }

    /// From start to end in seconds; negative when the record has them the wrong way round.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.start?.until(self.end?).seconds())
    }
}

impl Party {
    fn new(session: &Session, end: End, own: Option<&Endpoint>, fingerprint: u64, names: &mut Names) -> Party {
        let nobody = match end {
            End::Caller => "no caller",
            End::Callee => "no callee",
        };
        let Some(endpoint) = own else {
            let name = names.add(nobody);
            return Party {
                name,
                kind: EndpointKind::Bare,
                is_named: false,
                person: None,
                id: None,
                is_anonymous: false,
                is_numbered: false,
                is_joined: false,
                rating: None,
            };
        };
        let (who, kind) = (endpoint.who(), endpoint.kind());
        let is_named = who.basis != NameBasis::Nothing;
        let id = endpoint.id();
        let name = Some(who.name.as_str()).filter(|name| is_named && identifies_somebody(name));
        // An account is no other name of somebody who has a name elsewhere.
        let own_name = name.filter(|_| who.basis == NameBasis::DisplayName);
        let is_participant = kind == EndpointKind::Participant;
        let person = is_participant.then(|| match (id, name) {
            (Some(id), _) => Person::of(id, own_name),
            (None, Some(name)) => Person(Person::name_hash(name)),
            (None, None) => Person(fingerprint),
        });
        let is_anonymous = is_participant && id.is_none() && name.is_none();
        let rating = endpoints(session, end)
            .into_iter()
            .filter_map(|endpoint| Rating::of(endpoint.feedback.value()?.rating.value()?))
            .min();
        let id = id.and_then(|id| NonZeroU32::new(Person::id_hash_of(id)));
        Party {
            name: names.add(&who.name),
            kind,
            is_named,
            person,
            id,
            is_anonymous,
            is_numbered: false,
            is_joined: false,
            rating,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(json: &str) -> (SessionFacts, Names) {
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let mut names = Names::default();
        (SessionFacts::new(&session, RuleSets::built_in(), 7, &mut names), names)
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
            let facts = SessionFacts::new(&session, RuleSets::built_in(), fingerprint, &mut Names::default());
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
        assert_eq!(stands("{}"), Standing::Unclassified);
        assert_eq!(stands(r#"{"failureInfo":{"stage":"midcall"}}"#), Standing::Failed);
        assert_eq!(stands(r#"{"caller":{"feedback":{"rating":"bad"}}}"#), Standing::Noted);
        assert_eq!(stands(r#"{"caller":{"feedback":{"rating":"excellent"}}}"#), Standing::Unclassified);
        let media = |loss: &str| {
            format!(
                r#"{{"segments":[{{"media":[{{"label":"main-audio","streams":[{{"packetUtilization":900,"averagePacketLossRate":{loss}}}]}}]}}]}}"#
            )
        };
        assert_eq!(stands(&media("0.2")), Standing::Poor);
        assert_eq!(stands(&media("0.01")), Standing::Good);
    }

    #[test]
    fn names_and_values_are_renumbered_together() {
        let (mut facts, names) = facts(
            r#"{"caller":{"name":"PC"},"segments":[{"media":[{"label":"main-audio","callerNetwork":{"subnet":"10.0.0.0"}}]}]}"#,
        );
        let mut all = Names::default();
        all.add("somebody else");
        let numbers: Vec<Name> = names.from(0).map(|text| all.add(text)).collect();
        facts.renumber(&numbers);
        assert_eq!(all.get(facts.party(End::Caller).name), "PC");
        let values: Vec<&str> = facts.values(End::Caller).iter().map(|value| all.get(value.name())).collect();
        assert_eq!(values, ["PC", "10.0.0.0"]);
    }
}
