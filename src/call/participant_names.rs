//! Interner of people that appear in a call record but not in its sessions.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::endpoint::identifies_somebody;
use crate::model::{CallRecord, Endpoint, EndpointKind, Field, Identity, NameBasis, Session, Text};

/// Display names by identity ID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParticipantNames(HashMap<Text, Text>);

impl ParticipantNames {
    /// Collects the names of a record's participants and organiser.
    pub fn of(record: &CallRecord) -> ParticipantNames {
        let mut names = HashMap::new();
        let mut learn = |identity: &Identity| {
            if let (Some(id), Some(name)) = (identity.id.value(), identity.display_name.value()) {
                names.insert(id.clone(), name.clone());
            }
        };
        let people = record.participants_v2.readable().map(|(_, one)| one).chain(record.organizer_v2.value());
        for person in people {
            person.identity.value().and_then(|set| set.first()).into_iter().for_each(|(_, identity)| learn(identity));
        }
        for set in record.participants.readable().map(|(_, set)| set).chain(record.organizer.value()) {
            set.first().into_iter().for_each(|(_, identity)| learn(identity));
        }
        ParticipantNames(names)
    }

    /// Returns whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the IDs with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// Fills in the names of a session's nameless people, for sentences about it. Returns whether there were any.
    pub fn fill(&self, session: &mut Session) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let mut is_changed = self.fill_end(&mut session.caller) | self.fill_end(&mut session.callee);
        for segment in session.segments.readable_mut() {
            is_changed |= self.fill_end(&mut segment.caller) | self.fill_end(&mut segment.callee);
        }
        is_changed
    }

    fn fill_end(&self, end: &mut Field<Endpoint>) -> bool {
        let Field::Value(endpoint) = end else { return false };
        let who = endpoint.who();
        let Some(name) = self.0.get(&who.name).filter(|_| who.basis == NameBasis::Id) else { return false };
        let identity = match &mut endpoint.associated_identity {
            Field::Value(identity) => Some(identity),
            _ => match &mut endpoint.identity {
                Field::Value(set) => set.0.iter_mut().find_map(|(_, identity)| match identity {
                    Field::Value(identity) => Some(identity),
                    _ => None,
                }),
                _ => None,
            },
        };
        if let Some(identity) = identity {
            identity.display_name = Field::Value(name.clone());
        }
        true
    }
}

/// The names of a session's people that are missing from its own JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionNames {
    /// Interner from the call record.
    pub record: Arc<ParticipantNames>,
    /// Labels of a nameless caller and callee: a numbered name, or a name from another session.
    pub labels: [Option<Text>; 2],
}

impl SessionNames {
    /// Returns whether there is nothing to fill in.
    pub fn is_empty(&self) -> bool {
        self.record.is_empty() && self.labels.iter().all(Option::is_none)
    }

    /// Fills in the names of a session's people, for sentences about it.
    pub fn fill(&self, session: &mut Session) {
        self.record.fill(session);
        let [caller, callee] = &self.labels;
        label(&mut session.caller, caller);
        label(&mut session.callee, callee);
        for segment in session.segments.readable_mut() {
            label(&mut segment.caller, caller);
            label(&mut segment.callee, callee);
        }
    }
}

/// Replaces a name that identifies no one by a label.
fn label(end: &mut Field<Endpoint>, label: &Option<Text>) {
    let (Field::Value(endpoint), Some(label)) = (end, label) else { return };
    let who = endpoint.who();
    if endpoint.kind() == EndpointKind::Participant
        && (who.basis != NameBasis::DisplayName || !identifies_somebody(&who.name))
    {
        let identity = Identity { display_name: Field::Value(label.clone()), ..Identity::default() };
        match &mut endpoint.associated_identity {
            Field::Value(known) => known.display_name = identity.display_name,
            other => *other = Field::Value(identity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::session;

    #[test]
    fn a_nameless_person_gets_the_name_that_the_record_tells_and_a_named_one_keeps_theirs() {
        let record: Field<CallRecord> = serde_json::from_str(
            r#"{"participants_v2":[{"id":"1","identity":{"user":{"id":"1","displayName":"Ana Lima"}}},
                {"id":"2","identity":{"user":{"id":"2","displayName":"Bo Chen"}}},null,{"identity":{"user":null}}]}"#,
        )
        .expect("JSON");
        let names = ParticipantNames::of(record.value().expect("a record"));
        let json = r#"{"caller":{"associatedIdentity":{"id":"1"}},"callee":{"identity":{"user":{"id":"2","displayName":"B."}}},
            "segments":[{"caller":{"identity":{"user":{"id":"1","displayName":null}}}},null]}"#;
        let mut session = session::read(json.as_bytes()).expect("a session").session;
        assert!(names.fill(&mut session));
        let who = |end: &Field<Endpoint>| end.value().map(|end| end.who().name.to_string()).unwrap_or_default();
        assert_eq!((who(&session.caller), who(&session.callee)), ("Ana Lima".to_owned(), "B.".to_owned()));
        let segment = session.segments.readable().next().expect("a segment").1;
        assert_eq!(who(&segment.caller), "Ana Lima");
        assert!(!names.fill(&mut session), "there is nothing left to name");
    }
}
