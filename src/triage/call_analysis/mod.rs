//! Analyses a whole call: its people, what affected people share, findings, and whose side problems are on.
//!
//! | file | contents |
//! |---|---|
//! | `participants` | the people, with the quality each sent and received |
//! | `comparison` | how likely each explanation is: each by themselves, everybody, a shared value, a time window |
//! | `windows` | time windows as explanations |
//! | `shared` | what affected people share, and whether it explains their trouble |
//! | `stats` | the likelihoods, tests and intervals behind that |
//! | `complaints` | what people complained about, tested against the whole call |
//! | `tallies` | counts over all sessions |
//! | `index` | the people, and where they are named |
//! | `attribution` | whose side a problem is on: the table of causes, and the functions that find them |

pub mod attribution;
mod comparison;
pub mod complaints;
mod index;
pub mod participants;
pub mod shared;
mod stats;
pub mod tallies;
mod windows;

use crate::model::Timestamp;

use super::facts::SessionSummary;
use super::verdict::Verdict;

use attribution::Scene;
pub use attribution::{Attribution, CANNOT_TELL, CAUSES, Cause, Confidence, Limit, Testimony, Who};
pub use comparison::Aspect;
pub use complaints::{Complaint, Outcome};
use index::Index;
pub use participants::ParticipantStats;
use participants::people;
pub use shared::SharedFactor;
use shared::shared;
pub use tallies::RuleCount;
use tallies::{moved, outside, rules};
pub use windows::Window;

/// The assessment of a whole call by one rule set.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Index of the rule set.
    pub set: usize,
    /// Number of sessions assessed.
    pub sessions: usize,
    /// All people, worst first.
    pub people: Vec<ParticipantStats>,
    /// Number of explanations that were compared: values and time windows.
    pub tried: u32,
    /// Whether the call is between two people.
    pub is_pair: bool,
    /// What affected people share: what explains their trouble, then what goes along with it.
    pub shared: Vec<SharedFactor>,
    /// Whose side problems are on; those that affect the most people come first.
    pub attributions: Vec<Attribution>,
    /// Rules that triggered or lacked data, in the order of the rule table.
    pub rules: Vec<RuleCount>,
    /// Number of sessions that were never set up, dropped, or failed otherwise.
    pub failures: [usize; 3],
    /// Sessions that extend outside their call, as row and seconds; `None` if the call's record lacks its times.
    pub outside: Option<Vec<(u32, f64)>>,
    /// People who rejoined on another access point, as index, sessions and access points; `None` if no one rejoined
    /// over Wi-Fi with a known access point.
    pub moved: Option<Vec<(u32, u32, u32)>>,
    /// What people complained about, tested; in the order of the people.
    pub complaints: Vec<Complaint>,
    /// Where people are named in all this.
    index: Index,
}

/// Start and end of the call, if its record has them.
pub type CallSpan = (Option<Timestamp>, Option<Timestamp>);

/// What is known about a call beyond its sessions.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallContext {
    /// The call's start and end from its record; empty if there is none.
    pub span: CallSpan,
    /// Whether all of the call was read.
    pub is_complete: bool,
}

/// Assesses a call by the rule set at index `set`.
pub fn assess<'a>(facts: impl Iterator<Item = &'a SessionSummary>, set: usize, context: CallContext) -> Assessment {
    let facts: Vec<&SessionSummary> = facts.collect();
    let mut failures = [0; 3];
    for failure in facts.iter().filter_map(|one| one.failed) {
        failures[failure as usize] += 1;
    }
    let people = people(&facts, set);
    let is_pair = people.len() <= 2 && !facts.is_empty() && facts.iter().all(|one| one.is_between_people());
    let (comparison, complaints) = both(
        facts.len(),
        || comparison::compare(&facts, &people),
        || complaints::complaints(&facts, &people, is_pair, set),
    );
    let mut attributions = attribution::find(Scene {
        people: &people,
        facts: &facts,
        comparison: &comparison,
        set,
        is_pair,
        is_complete: context.is_complete,
        is_covered: vec![false; people.len()],
        is_explained: vec![false; people.len()],
        has_common: false,
        is_everywhere: false,
        left: (0, 0),
        totals: attribution::Totals::of(&people),
    });
    let shared = shared(&comparison, &attributions, |at| people[at as usize].verdict() == Verdict::Poor);
    let moved = moved(&facts, &people);
    complaints::settle(&mut attributions, &complaints, &people);
    let mut assessment = Assessment {
        set,
        sessions: facts.len(),
        tried: comparison.tried,
        is_pair,
        shared,
        attributions,
        rules: rules(&facts, set),
        failures,
        outside: outside(&facts, context.span),
        moved,
        complaints,
        people,
        index: Index::default(),
    };
    assessment.index = Index::of(&assessment);
    assessment
}

/// Number of sessions from which two parts of an assessment are done at the same time: with fewer, a thread costs more than
/// it saves. Our own limit.
const MANY: usize = 1_000;

/// Does two things, at the same time if there are many sessions.
fn both<A: Send, B: Send>(sessions: usize, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    if sessions < MANY {
        return (one(), other());
    }
    std::thread::scope(|threads| {
        let one = threads.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Interner, RuleSets};

    const WHOLE: CallContext = CallContext { span: (None, None), is_complete: true };

    /// A person with a subnet, a public address, and the loss on voice sent and received.
    struct P(&'static str, &'static str, &'static str, f64, f64);

    fn assessed(people: &[P]) -> (Assessment, Interner) {
        assessed_of(people, WHOLE)
    }

    fn assessed_of(people: &[P], context: CallContext) -> (Assessment, Interner) {
        let mut names = Interner::default();
        let facts: Vec<SessionSummary> = people
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
                SessionSummary::new(&session, RuleSets::built_in(), at as u64, &mut names)
            })
            .collect();
        (assess(facts.iter(), 0, context), names)
    }

    fn causes(assessment: &Assessment) -> Vec<&'static str> {
        assessment.attributions.iter().map(|one| one.cause.id).collect()
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
        assert_eq!(causes(&assessment), ["own-network"]);
        assert_eq!(assessment.attributions[0].confidence, Confidence::Medium, "the client itself reports nothing");
        assert_eq!((assessment.people[0].said.poor, assessment.people[0].heard.poor), (1, 1));
    }

    #[test]
    fn who_is_heard_badly_has_a_bad_uplink_and_who_hears_badly_a_bad_downlink() {
        let mut people = well(20);
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.0));
        people.push(P("Tom", "192.168.78.0", "203.0.113.2", 0.0, 0.2));
        assert_eq!(causes(&assessed(&people).0), ["own-uplink", "own-downlink"]);
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
        assert_eq!(causes(&assessment), ["subnet"]);
        let first = &assessment.shared[0];
        assert_eq!((first.value.factor().id, names.get(first.value.name())), ("subnet", "10.150.0.0"));
        assert_eq!((first.with, first.without), ((6, 6), (0, 41)));
        let one = &assessment.attributions[0];
        assert_eq!(one.people.len(), 6);
        assert_eq!(one.confidence, Confidence::Medium, "the egress is hardly less likely: {:?}", one.rivals);
        assert_eq!(one.rivals.len(), 1);
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
        let everywhere = assessment.attributions.iter().find(|one| one.cause.id == "everywhere");
        let everywhere = everywhere.expect("it is said");
        assert_eq!(everywhere.confidence, Confidence::Low);
        assert!(everywhere.evidence.contains(&Testimony::Networks(8)));
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
        let facts = SessionSummary::new(&session, RuleSets::built_in(), 1, &mut Interner::default());
        let assessment = assess(std::iter::once(&facts), 0, WHOLE);
        assessment.attributions.iter().map(|one| (one.cause.id, one.people.len())).collect()
    }

    #[test]
    fn in_a_call_of_two_only_what_one_end_alone_says_of_itself_tells_whose_side_it_is() {
        assert_eq!(pair(0.3, 0.0), [("pair-uplink", 1)]);
        assert_eq!(pair(0.0, 0.3), [("pair-downlink", 1)]);
        assert_eq!(pair(0.3, 0.3), [("between-two", 2)]);
        assert_eq!(pair(0.0, 0.0), [("between-two", 2)]);
    }

    #[test]
    fn two_of_four_people_on_one_network_are_not_on_unrelated_ones() {
        let mut people = well(2);
        people.push(P("a", "10.150.0.0", "203.0.113.10", 0.2, 0.2));
        people.push(P("b", "10.150.0.0", "203.0.113.10", 0.2, 0.2));
        let (assessment, _) = assessed(&people);
        assert_eq!(causes(&assessment), ["subnet"]);
        assert_eq!(assessment.attributions[0].confidence, Confidence::Low);
    }

    #[test]
    fn all_on_one_network_leave_no_one_to_compare_with() {
        let names = ["a", "b", "c", "d", "e"];
        let people: Vec<P> = names.iter().map(|name| P(name, "10.150.0.0", "203.0.113.10", 0.2, 0.2)).collect();
        assert_eq!(causes(&assessed(&people).0), ["one-network"]);
    }

    #[test]
    fn two_sites_at_once_are_both_named() {
        let mut people = well(40);
        for at in 0..12 {
            let site = if at % 2 == 0 { ("10.150.0.0", "203.0.113.10") } else { ("10.160.0.0", "203.0.113.20") };
            people.push(P(leak(format!("bad {at}")), site.0, site.1, 0.2, 0.2));
        }
        let (assessment, names) = assessed(&people);
        let mut values: Vec<&str> = assessment.shared.iter().map(|one| names.get(one.value.name())).collect();
        values.sort_unstable();
        assert_eq!(values, ["10.150.0.0", "10.160.0.0"]);
        assert_eq!(causes(&assessment), ["subnet", "subnet"]);
        assert!(assessment.attributions.iter().all(|one| one.confidence == Confidence::High));
    }

    #[test]
    fn who_shares_a_network_with_another_poor_person_is_not_accused_with_confidence() {
        let mut people = well(20);
        for at in 0..8 {
            let loss = if at < 2 { 0.2 } else { 0.0 };
            people.push(P(leak(format!("two {at}")), "10.150.0.0", "203.0.113.10", loss, loss));
        }
        let (assessment, _) = assessed(&people);
        assert_eq!(causes(&assessment), ["own-network", "own-network"]);
        assert!(assessment.attributions.iter().all(|one| one.confidence == Confidence::Low));
        assert!(assessment.attributions.iter().all(|one| one.limits.contains(&Limit::SharedNetwork)));
    }

    #[test]
    fn an_incomplete_call_allows_low_confidence_only() {
        let mut people = well(40);
        for name in ["a", "b", "c", "d", "e", "f"] {
            people.push(P(name, "10.150.0.0", "203.0.113.10", 0.2, 0.2));
        }
        let (assessment, _) = assessed_of(&people, CallContext::default());
        assert_eq!(assessment.attributions[0].confidence, Confidence::Low);
        assert_eq!(assessment.attributions[0].limits, [Limit::Incomplete]);
    }

    #[test]
    fn what_is_said_about_a_person_is_found_as_by_going_through_all_of_it() {
        let mut people = well(40);
        for name in ["a", "b", "c", "d", "e", "f"] {
            people.push(P(name, "10.150.0.0", "203.0.113.10", 0.2, 0.2));
        }
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.0));
        let (assessment, _) = assessed(&people);
        for (at, it) in (0u32..).zip(&assessment.people) {
            assert_eq!(assessment.place_of(it.person), Some(at));
            let all = assessment.attributions.iter().filter(|one| one.people.contains(&at)).collect::<Vec<_>>();
            assert_eq!(assessment.attributions_of(&[at, at]), all);
        }
    }

    #[test]
    fn listeners_are_counted_however_many_there_are_and_only_the_first_are_kept() {
        let mut people = well(300);
        people.push(P("Ruth", "192.168.77.0", "203.0.113.1", 0.2, 0.0));
        let (assessment, _) = assessed(&people);
        let one = &assessment.attributions[0];
        assert_eq!((one.cause.id, one.listener_count), ("own-uplink", 300));
        assert_eq!(one.listeners.len(), crate::triage::thresholds::ONE_BY_ONE);
    }

    #[test]
    fn nothing_at_all_is_assessed_without_a_word() {
        let assessment = assess(std::iter::empty(), 0, WHOLE);
        assert!(assessment.people.is_empty() && assessment.attributions.is_empty() && assessment.shared.is_empty());
    }
}
