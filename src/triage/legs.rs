//! Segments whose parties are not the session's own: the telephone leg of a call, a transfer, a queue. Their streams are
//! judged, but say nothing about the people at the session's ends.

use crate::model::{Endpoint, EndpointKind, NameBasis, NodePath, Session, Word};

use super::interner::{Interner, Name};
use super::scene::End;
use super::verdict::Flow;

/// How the parties of a segment relate to those of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parties {
    /// They are the same.
    Same,
    /// They are the same, with caller and callee exchanged.
    Exchanged,
    /// At least one of them is another party.
    Others,
}

impl Parties {
    /// Returns the word for it in reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            Parties::Same => "same",
            Parties::Exchanged => "exchanged",
            Parties::Others => "others",
        }
    }

    /// Returns which end of the session an end of the segment is; `None` if it may be neither.
    pub fn end_of_session(self, end: End) -> Option<End> {
        match self {
            Parties::Same => Some(end),
            Parties::Exchanged => Some(end.other()),
            Parties::Others => None,
        }
    }

    /// Returns whether the callee of the segment is the end of the session; `None` if neither is.
    pub fn end_of_segment(self, is_callee: bool) -> Option<bool> {
        match self {
            Parties::Same => Some(is_callee),
            Parties::Exchanged => Some(!is_callee),
            Parties::Others => None,
        }
    }

    /// Returns the flow of the session that a flow of the segment belongs to.
    pub fn flow_of_session(self, flow: Flow) -> Flow {
        match self {
            Parties::Same => flow,
            Parties::Exchanged => flow.reversed(),
            Parties::Others => Flow::Elsewhere,
        }
    }
}

/// Compares the parties of the segment at an index with those of its session.
fn parties_of(session: &Session, at: usize) -> Parties {
    let segment = session.segments.items().get(at).and_then(|segment| segment.value());
    let Some(segment) = segment else { return Parties::Same };
    let (own_caller, own_callee) = (session.caller.value(), session.callee.value());
    let (caller, callee) = (segment.caller.value(), segment.callee.value());
    if may_be_same(caller, own_caller) && may_be_same(callee, own_callee) {
        return Parties::Same;
    }
    if may_be_same(caller, own_callee) && may_be_same(callee, own_caller) {
        return Parties::Exchanged;
    }
    // In a session between a person and a service, the person's streams remain theirs whichever service is at the other
    // end.
    let is_person = |end: Option<&Endpoint>| end.is_some_and(|end| end.kind() == EndpointKind::Participant);
    match (is_person(own_caller), is_person(own_callee)) {
        (true, false) if is_person(caller) && may_be_same(caller, own_caller) && !is_person(callee) => Parties::Same,
        (false, true) if is_person(callee) && may_be_same(callee, own_callee) && !is_person(caller) => Parties::Same,
        _ => Parties::Others,
    }
}

/// The parties of every segment of a session, compared once.
pub struct SegmentParties(Vec<Parties>);

impl SegmentParties {
    /// Compares the parties of all segments with those of their session.
    pub fn of(session: &Session) -> SegmentParties {
        SegmentParties((0..session.segments.items().len()).map(|at| parties_of(session, at)).collect())
    }

    /// Returns how the parties of the segment that a node is in relate to the session's; the same for the session itself.
    pub fn at(&self, path: NodePath) -> Parties {
        path.positions().next().map_or(Parties::Same, |at| self.of_segment(at))
    }

    /// Returns the parties of the segment at a position.
    pub fn of_segment(&self, at: usize) -> Parties {
        self.0.get(at).copied().unwrap_or(Parties::Same)
    }
}

/// Returns whether two endpoints may be the same party: nothing shows that they differ.
fn may_be_same(one: Option<&Endpoint>, other: Option<&Endpoint>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    match (one.kind(), other.kind()) {
        (EndpointKind::Participant, EndpointKind::Participant) if one.has_same_id(other) => return true,
        (EndpointKind::Participant, EndpointKind::Participant) => {}
        (EndpointKind::Participant, EndpointKind::Service) | (EndpointKind::Service, EndpointKind::Participant) => {
            return false;
        }
        _ => return true,
    }
    if let (Some(one), Some(other)) = (one.id(), other.id()) {
        return one == other;
    }
    let (one, other) = (one.who(), other.who());
    let is_named = |basis| matches!(basis, NameBasis::DisplayName | NameBasis::Account | NameBasis::Id);
    !is_named(one.basis) || !is_named(other.basis) || one.name == other.name
}

/// A leg of a session between other parties.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    /// Names of its caller and callee.
    pub ends: [Name; 2],
    /// Whether it leads to a telephone.
    pub is_telephone: bool,
}

impl Leg {
    /// Returns the first such leg of a session; one that leads to a telephone comes before others.
    pub(super) fn of(session: &Session, parties: &SegmentParties, names: &mut Interner) -> Option<Leg> {
        let mut found: Option<Leg> = None;
        for (at, segment) in session.segments.readable() {
            if found.is_some_and(|leg| leg.is_telephone) || parties.of_segment(at) != Parties::Others {
                continue;
            }
            let ends = session.ends(Some(segment));
            let is_telephone = [ends.0, ends.1].into_iter().flatten().any(is_telephone);
            if found.is_none() || is_telephone {
                let name = |end: Option<&Endpoint>, names: &mut Interner| match end {
                    Some(end) => names.add(&end.who().name),
                    None => names.add("unnamed endpoint"),
                };
                found = Some(Leg { ends: [name(ends.0, names), name(ends.1, names)], is_telephone });
            }
        }
        found
    }
}

/// Returns whether an endpoint is a telephone, or the gateway before it.
fn is_telephone(end: &Endpoint) -> bool {
    let is_phone = end.who().identity_kind.is_some_and(|kind| kind.eq_ignore_ascii_case("phone"));
    let role = end.user_agent.value().and_then(|agent| agent.role.value());
    is_phone || role.is_some_and(|role| matches!(role.as_str(), "gateway" | "mediationServer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{RuleSets, SessionSummary};

    const ANA: &str = r#"{"associatedIdentity":{"id":"a","displayName":"Ana Lima"}}"#;
    const BO: &str = r#"{"associatedIdentity":{"id":"b","displayName":"Bo Quist"}}"#;
    const SERVICE: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;
    const PHONE: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","userAgent":{"role":"gateway"},"identity":{"phone":{"id":"+12065550100"}}}"##;

    fn parties(session: [&str; 2], segment: [&str; 2]) -> Parties {
        let json = format!(
            r#"{{"caller":{},"callee":{},"segments":[{{"caller":{},"callee":{}}}]}}"#,
            session[0], session[1], segment[0], segment[1]
        );
        parties_of(&crate::model::session::read(json.as_bytes()).expect("a session").session, 0)
    }

    #[test]
    fn a_segment_between_the_sessions_own_parties_is_theirs_in_either_order() {
        assert_eq!(parties([ANA, SERVICE], [ANA, SERVICE]), Parties::Same);
        assert_eq!(parties([ANA, BO], ["null", "null"]), Parties::Same);
        assert_eq!(parties([ANA, BO], [BO, ANA]), Parties::Exchanged);
        assert_eq!(parties([ANA, SERVICE], [SERVICE, ANA]), Parties::Exchanged);
    }

    #[test]
    fn a_leg_to_a_telephone_or_to_somebody_else_is_not_the_callers() {
        assert_eq!(parties([ANA, SERVICE], [SERVICE, PHONE]), Parties::Others);
        assert_eq!(parties([ANA, BO], [ANA, PHONE]), Parties::Others);
    }

    #[test]
    fn a_poor_telephone_leg_leaves_the_caller_good() {
        let stream = |loss: &str| {
            format!(
                r#"[{{"label":"main-audio","streams":[{{"streamDirection":"callerToCallee","packetUtilization":9000,"averagePacketLossRate":{loss}}}]}}]"#
            )
        };
        let json = format!(
            r#"{{"caller":{ANA},"callee":{SERVICE},"segments":[{{"caller":{ANA},"callee":{SERVICE},"media":{}}},{{"caller":{SERVICE},"callee":{PHONE},"media":{}}}]}}"#,
            stream("0.001"),
            stream("0.2")
        );
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let mut names = Interner::default();
        let facts = SessionSummary::new(&session, RuleSets::built_in(), 1, &mut names);
        let verdict = facts.verdict(0);
        assert_eq!((verdict.flow(Flow::VoiceOut).poor, verdict.flow(Flow::Elsewhere).poor), (0, 1));
        let leg = facts.leg().expect("it is there");
        assert!(leg.is_telephone);
        assert_eq!(leg.ends.map(|name| names.get(name).to_owned()), ["service", "+12065550100"]);
    }
}
