//! Analyses a whole call: its people, what affected people share, findings, and whose side problems are on.
//!
//! | file | contents |
//! |---|---|
//! | `participants` | the people, with the quality each sent and received |
//! | `shared` | what affected people share, tested against chance |
//! | `stats` | the tests and intervals behind that |
//! | `complaints` | what people complained about, tested against the whole call |
//! | `tallies` | counts over all sessions |
//! | `attribution` | whose side a problem is on: the table of patterns, and the functions that find them |

pub mod attribution;
pub mod complaints;
pub mod participants;
pub mod shared;
mod stats;
pub mod tallies;

use crate::model::Timestamp;

use super::facts::SessionSummary;

use attribution::Scene;
pub use attribution::{ATTRIBUTION_RULES, Attribution, AttributionRule, CANNOT_TELL, Confidence, Testimony, Who};
pub use complaints::{Complaint, Outcome};
pub use participants::ParticipantStats;
use participants::people;
pub use shared::SharedFactor;
use shared::shared;
pub use tallies::RuleCount;
use tallies::{moved, outside, rules};

/// The assessment of a whole call by one rule set.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Index of the rule set.
    pub set: usize,
    /// Number of sessions assessed.
    pub sessions: usize,
    /// All people, worst first.
    pub people: Vec<ParticipantStats>,
    /// What affected people share, strongest first.
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
}

/// Start and end of the call, if its record has them.
pub type CallSpan = (Option<Timestamp>, Option<Timestamp>);

/// Assesses a call by the rule set at index `set`. `span` comes from the record, and is empty if there is none.
pub fn assess<'a>(facts: impl Iterator<Item = &'a SessionSummary>, set: usize, span: CallSpan) -> Assessment {
    let facts: Vec<&SessionSummary> = facts.collect();
    let mut failures = [0; 3];
    for failure in facts.iter().filter_map(|one| one.failed) {
        failures[failure as usize] += 1;
    }
    let people = people(&facts, set);
    let shared = shared(&facts, set);
    let moved = moved(&facts, &people);
    let complaints = complaints::complaints(&facts, &people, set);
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
        complaints,
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
    for pattern in ATTRIBUTION_RULES {
        let found = (pattern.find)(&scene, pattern);
        for person in found.iter().flat_map(|one| one.people.iter()) {
            scene.is_explained[*person as usize] = true;
        }
        attributions.extend(found);
    }
    complaints::settle(&mut attributions, &assessment.complaints, &assessment.people);
    // What cannot be determined comes last, however many people it affects.
    attributions.sort_by_key(|one: &Attribution| (one.pattern.id == CANNOT_TELL, std::cmp::Reverse(one.people.len())));
    assessment.attributions = attributions;
    assessment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Interner, RuleSets};

    /// A person with a subnet, a public address, and the loss on voice sent and received.
    struct P(&'static str, &'static str, &'static str, f64, f64);

    fn assessed(people: &[P]) -> (Assessment, Interner) {
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
