//! Built-in calls, and a Graph server on a loopback port that serves them: to try callscope without a tenant, and for
//! the tests.
//!
//! Everything is fictitious: the people, the addresses (documentation ranges) and the metrics.
//!
//! | file | contents |
//! |---|---|
//! | `server`, `tokens`, `weather` | the server, the tokens it issues, and how it behaves |
//! | `pair`, `meeting`, `town_hall` | the calls |
//! | `people`, `shape`, `dice` | people and networks, records as the service writes them, numbers |

mod dice;
mod meeting;
mod pair;
mod people;
pub mod server;
mod shape;
mod tokens;
mod town_hall;
pub mod weather;

use serde_json::Value;

use crate::graph::CallId;

/// A built-in call.
pub struct DemoCall {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for the list to choose from.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
    pub sessions: usize,
    /// The call ID.
    pub id: &'static str,
    /// Returns its record without sessions.
    pub record: fn() -> Value,
    /// Returns one of its sessions by number.
    pub session: fn(usize) -> Value,
}

/// The built-in calls.
pub static CALLS: &[DemoCall] = &[
    DemoCall {
        name: "meeting",
        title: "Meeting, 180 sessions",
        about: "an office with a bad uplink, an echo from another end, and many oddities",
        sessions: meeting::SESSIONS,
        id: meeting::ID,
        record: meeting::record,
        session: meeting::session,
    },
    DemoCall {
        name: "pair",
        title: "One-to-one call",
        about: "rated poor although no metric is: full of contradictions",
        sessions: 1,
        id: pair::ID,
        record: pair::record,
        session: pair::session,
    },
    DemoCall {
        name: "town-hall",
        title: "Town hall, 5,000 sessions",
        about: "84 pages, one throttled; one office in ten receives poor audio",
        sessions: town_hall::SESSIONS,
        id: town_hall::ID,
        record: town_hall::record,
        session: town_hall::session,
    },
];

/// Returns the built-in call with a name.
pub fn by_name(name: &str) -> Option<&'static DemoCall> {
    CALLS.iter().find(|call| call.name == name)
}

impl DemoCall {
    /// Returns its ID, to request it by.
    pub fn call_id(&self) -> Option<CallId> {
        CallId::parse(self.id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::call::{Place, Row};
    use crate::model::session::read;
    use crate::triage::call_analysis::CallContext;
    use crate::triage::call_analysis::complaints::{At, Explanation};
    use crate::triage::complaints::TOPICS;
    use crate::triage::signs::SIGNS;
    use crate::triage::{End, Interner, RuleSets, SessionStatus, Verdict, assess};

    fn rows(call: &DemoCall) -> (Vec<Row>, Interner) {
        let mut names = Interner::default();
        let mut row = |number| {
            let bytes = (call.session)(number).to_string().into_bytes();
            let read = read(&bytes).expect("the demo writes JSON");
            assert!(!read.was_mended);
            let place = Place { part: 0, offset: number as u64, length: 0 };
            Row::new(&read.session, &bytes, place, 0, RuleSets::built_in(), &mut names)
        };
        ((0..call.sessions).map(&mut row).collect(), names)
    }

    fn count(rows: &[Row], standing: SessionStatus) -> usize {
        rows.iter().filter(|row| row.facts.standing(0) == standing).count()
    }

    #[test]
    fn every_call_has_an_id_of_its_own_and_sessions_with_ids_of_their_own() {
        let ids: HashSet<_> = CALLS.iter().filter_map(DemoCall::call_id).collect();
        assert_eq!(ids.len(), CALLS.len());
        for call in CALLS {
            let ids: HashSet<_> = (0..call.sessions).map(|at| (call.session)(at)["id"].to_string()).collect();
            assert_eq!(ids.len(), call.sessions, "{}", call.name);
        }
    }

    #[test]
    fn the_pair_is_rated_poor_and_judged_good() {
        let (rows, _) = rows(by_name("pair").expect("there is one"));
        let facts = &rows[0].facts;
        assert_eq!(facts.verdict(0).verdict(), Verdict::Good);
        assert_eq!((facts.verdict(0).streams().good, facts.verdict(0).streams().unclassified), (1, 1));
        assert_eq!(facts.standing(0), SessionStatus::Noted);
    }

    #[test]
    fn the_meeting_tells_its_story() {
        let (rows, names) = rows(by_name("meeting").expect("there is one"));
        assert_eq!(count(&rows, SessionStatus::Failed), 5);
        let poor: Vec<&Row> = rows.iter().filter(|row| row.facts.standing(0) == SessionStatus::Poor).collect();
        // Twelve in the harbour office, one bad uplink, one bad downlink, two behind a proxy, two slow machines.
        assert_eq!(poor.len(), 18);
        for name in ["Ruth Abara", "Tomás Ferreira"] {
            assert!(poor.iter().any(|row| row.name(End::Caller, &names) == name), "{name} is poor");
        }
        assert!(count(&rows, SessionStatus::Good) > 130);
        assert!(count(&rows, SessionStatus::Unclassified) >= 3, "nulls cannot be judged");
    }

    #[test]
    fn an_echo_in_the_meeting_is_explained_by_another_persons_end() {
        let (rows, names) = rows(by_name("meeting").expect("there is one"));
        let assessment = assess(rows.iter().map(|row| &row.facts), 0, CallContext::default());
        let echoes: Vec<_> =
            assessment.complaints.iter().filter(|one| TOPICS[one.tests[0].topic].title == "echo").collect();
        assert_eq!(echoes.len(), 2);
        for complaint in echoes {
            let [Explanation { at: At::Other(other), sign, .. }] = complaint.tests[0].reasons[..] else {
                panic!("one cause, at another person's end: {complaint:?}");
            };
            assert_eq!(SIGNS[usize::from(sign)].rule, "howling");
            let other = &assessment.people[other as usize];
            assert_eq!(rows[other.row as usize].name(other.end, &names), "Cléo Yilmaz");
        }
    }

    #[test]
    fn the_town_hall_has_one_bad_office() {
        let (rows, _) = rows(by_name("town-hall").expect("there is one"));
        let poor = count(&rows, SessionStatus::Poor);
        assert!((100..300).contains(&poor), "{poor}");
    }
}
