//! The people in a call: quality sent and received, findings on their side, and their rating of the call.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::triage::facts::{Person, Rating, SessionSummary};
use crate::triage::findings::{FindingSet, PointsTo, RULES, Severity};
use crate::triage::scene::End;
use crate::triage::verdict::{Counts, Flow, SessionVerdict, Verdict};

/// Statistics of a person over all of their sessions.
#[derive(Debug, Clone, Copy)]
pub struct ParticipantStats {
    pub person: Person,
    /// Row of the worst session.
    pub row: u32,
    /// The person's end in that session.
    pub end: End,
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
    /// Streams of the person's sessions whose direction the record does not give.
    pub unplaced: Counts,
    /// Streams of the person's sessions with too few packets to judge.
    pub too_few: u32,
    /// The person's worst rating of the call.
    pub rating: Option<Rating>,
    /// Where the person said something about the call, as row and end: the first complaint, otherwise anything.
    pub said_in: Option<(u32, End)>,
    /// Whether that is a complaint.
    pub has_complained: bool,
    /// Rules that triggered on the person's side.
    pub speak: FindingSet,
    /// Factor by which the worst value exceeds its limit.
    pub severity: f64,
}

impl ParticipantStats {
    /// Counts all streams by verdict.
    pub fn streams(&self) -> Counts {
        let mut all = self.said;
        for counts in [self.heard, self.shown, self.seen, self.unplaced] {
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

    /// Counts video and sharing streams in both directions by verdict.
    pub fn pictures(&self) -> Counts {
        let mut pictures = self.shown;
        pictures += self.seen;
        pictures
    }

    /// Returns the most severe fault of the person's device or machine, as an index into the table of rules.
    pub fn severe_fault(&self) -> Option<usize> {
        self.speak.intersection(FindingSet::SEVERE_FAULTS).iter().next()
    }

    /// Returns the overall verdict: poor if anything is; good only if something was judged.
    pub fn verdict(&self) -> Verdict {
        self.streams().verdict()
    }

    /// Returns whether something was wrong for the person: a poor stream, a session that failed, a severe fault of their
    /// device or machine.
    pub fn is_affected(&self) -> bool {
        self.verdict() == Verdict::Poor || self.failed > 0 || self.severe_fault().is_some()
    }

    pub(super) fn points_to(&self, to: PointsTo) -> bool {
        self.speak.iter().any(|place| RULES[place].points_to == to && RULES[place].severity <= Severity::Warning)
    }
}

/// Returns a session's counts from the point of view of one end: said, heard, shown, seen.
pub(super) fn as_of(verdict: &SessionVerdict, end: End) -> [Counts; 4] {
    let [out, back, shown, seen] =
        [Flow::VoiceOut, Flow::VoiceBack, Flow::PicturesOut, Flow::PicturesBack].map(|flow| verdict.flow(flow));
    match end {
        End::Caller => [out, back, shown, seen],
        End::Callee => [back, out, seen, shown],
    }
}

pub(super) fn people(facts: &[&SessionSummary], set: usize) -> Vec<ParticipantStats> {
    let mut by_person: HashMap<Person, usize, FixedState> = HashMap::default();
    let mut people: Vec<ParticipantStats> = Vec::new();
    for (row, one) in facts.iter().enumerate() {
        let verdict = one.verdict(set);
        let severity = verdict.worst().map_or(0.0, |worst| worst.severity());
        for (end, person) in one.people() {
            let [said, heard, shown, seen] = as_of(&verdict, end);
            let at = *by_person.entry(person).or_insert_with(|| {
                people.push(ParticipantStats {
                    person,
                    row: row as u32,
                    end,
                    sessions: 0,
                    failed: 0,
                    said: Counts::default(),
                    heard: Counts::default(),
                    shown: Counts::default(),
                    seen: Counts::default(),
                    unplaced: Counts::default(),
                    too_few: 0,
                    rating: None,
                    said_in: None,
                    has_complained: false,
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
            it.unplaced += verdict.flow(Flow::Other);
            it.too_few += verdict.too_few();
            it.speak = it.speak.union(one.speaking_of(end));
            it.rating = [it.rating, one.party(end).rating].into_iter().flatten().min();
            if let Some(said) = one.feedback(end)
                && (it.said_in.is_none() || (said.is_complaint() && !it.has_complained))
            {
                (it.said_in, it.has_complained) = (Some((row as u32, end)), said.is_complaint());
            }
            if severity > it.severity {
                (it.severity, it.row, it.end) = (severity, row as u32, end);
            }
        }
    }
    people.sort_by(|one, other| {
        let rank = |it: &ParticipantStats| {
            (it.verdict() != Verdict::Poor, it.failed == 0, it.severe_fault().is_none(), it.verdict())
        };
        rank(one)
            .cmp(&rank(other))
            .then(other.voice().poor.min(1).cmp(&one.voice().poor.min(1)))
            .then(other.severity.total_cmp(&one.severity))
            .then(one.row.cmp(&other.row))
    });
    // Kept as long as the assessment is.
    people.shrink_to_fit();
    people
}
