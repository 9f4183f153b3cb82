//! The values of a session that something points at: a breach, a finding, a placeholder, or a value that cannot be read.

use std::collections::HashMap;

use crate::metrics::Part;
use crate::model::{Field, Media, Node, NodePath, Record, Shown};
use crate::text::sanitize;
use crate::triage::{End, Evidence, EvidenceValue, Severity};

use crate::app::session_detail::SessionDetail;

/// Why a value is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// What is wrong, in words.
    pub words: String,
}

/// The kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A value over a limit of the rule set.
    Poor,
    /// A value that a finding points at.
    Found(Severity),
    Unreadable,
    /// The service's placeholder for "not known".
    Placeholder,
}

impl ProblemKind {
    /// Returns its rank among those of one line, worst first. That a value cannot be read says more than a finding that
    /// only informs.
    pub fn rank(self) -> u8 {
        match self {
            ProblemKind::Poor => 0,
            ProblemKind::Found(Severity::Severe) => 1,
            ProblemKind::Found(Severity::Warning) => 2,
            ProblemKind::Unreadable => 3,
            ProblemKind::Found(Severity::Hint) => 4,
            ProblemKind::Found(Severity::Note) => 5,
            ProblemKind::Placeholder => 6,
        }
    }
}

/// Problems by the node and the member's path within it: `callerNetwork.linkSpeed`.
#[derive(Debug, Default)]
pub struct Problems(HashMap<(NodePath, String), Problem>);

impl Problems {
    /// Collects the problems of a node and of everything in it.
    pub fn of(open: &SessionDetail, within: NodePath) -> Problems {
        let mut problems = Problems::default();
        let nodes = std::iter::once(NodePath::SESSION).chain(open.nodes.iter().map(|(path, _)| *path));
        for path in nodes.filter(|path| path.is_in(within)) {
            members(open, path, &mut |member, _, shown| match shown {
                Shown::Placeholder(raw) => {
                    let words = format!("{}: the service's placeholder for a value that is not known", sanitize(raw));
                    problems.add(path, member, ProblemKind::Placeholder, &words);
                }
                Shown::Unreadable(raw) => {
                    problems.add(path, member, ProblemKind::Unreadable, &format!("cannot be read: {}", sanitize(raw)));
                }
                _ => {}
            });
        }
        for said in &open.findings {
            let kind = ProblemKind::Found(said.severity());
            for one in &said.finding.evidence {
                for (path, member) in places_of(open, said.finding.path, one) {
                    problems.add(path, &member, kind, &said.sentence);
                }
            }
        }
        for stream in open.streams.iter().filter(|stream| stream.path.is_in(within)) {
            for breach in stream.judgement.breaches() {
                let (label, unit) = (breach.metric.label, breach.metric.unit);
                let (value, limit) = (unit.format_beside(breach.value, breach.limit), unit.format(breach.limit));
                let words = format!("{label} {value}: poor {} {limit}", breach.side.sign());
                problems.add(stream.path, breach.metric.id, ProblemKind::Poor, &words);
            }
        }
        problems
    }

    fn add(&mut self, path: NodePath, member: &str, kind: ProblemKind, words: &str) {
        let problem = Problem { kind, words: words.to_owned() };
        let place = self.0.entry((path, member.to_owned())).or_insert_with(|| problem.clone());
        if problem.kind.rank() < place.kind.rank() {
            *place = problem;
        }
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the problem of a member of a node.
    pub fn at(&self, path: NodePath, member: &str) -> Option<&Problem> {
        self.0.get(&(path, member.to_owned()))
    }
}

/// Returns where a piece of evidence is: a network's or a device's figure in every medium that repeats it, anything else
/// in the finding's own node.
fn places_of(open: &SessionDetail, path: NodePath, one: &Evidence) -> Vec<(NodePath, String)> {
    if let (Some(end), EvidenceValue::Metric(metric, value)) = (one.of, &one.value)
        && metric.part() != Part::Stream
    {
        let part = if metric.part() == Part::Network { "Network" } else { "Device" };
        let read = |media: &Media| match (metric.part(), end) {
            (Part::Network, End::Caller) => media.caller_network.value().map(|it| metric.of_network(it)),
            (Part::Network, End::Callee) => media.callee_network.value().map(|it| metric.of_network(it)),
            (_, End::Caller) => media.caller_device.value().map(|it| metric.of_device(it)),
            (_, End::Callee) => media.callee_device.value().map(|it| metric.of_device(it)),
        };
        let media = open.nodes.iter().filter_map(|(path, _)| match path.find(&open.session)? {
            Node::Media(media) => Some((*path, media)),
            _ => None,
        });
        let is_it = |media: &Media| matches!(read(media), Some(Field::Value(found)) if found == *value);
        let member = format!("{}{part}.{}", end.name(), metric.id);
        return media.filter(|(_, media)| is_it(media)).map(|(path, _)| (path, member.clone())).collect();
    }
    let mut places = Vec::new();
    members(open, path, &mut |member, name, shown| {
        let is_of_end = one.of.is_none_or(|end| member.starts_with(end.name()));
        if name == one.field && is_of_end && !matches!(shown, Shown::Absent) {
            places.push((path, member.to_owned()));
        }
    });
    places
}

/// Calls `visit` with every member of a node, those of its records included, but not those of the nodes in it: with its
/// path within the node, its name and its value.
fn members(open: &SessionDetail, path: NodePath, visit: &mut dyn FnMut(&str, &str, Shown<'_>)) {
    match path.find(&open.session) {
        Some(Node::Session(it)) => members_of(it, "", visit),
        Some(Node::Segment(it)) => members_of(it, "", visit),
        Some(Node::Media(it)) => members_of(it, "", visit),
        Some(Node::Stream(it)) => members_of(it, "", visit),
        Some(Node::Unusable(_)) | None => {}
    }
}

fn members_of(record: &dyn Record, above: &str, visit: &mut dyn FnMut(&str, &str, Shown<'_>)) {
    record.members(&mut |name, shown| {
        // Nodes inside this one have paths of their own.
        if above.is_empty() && matches!(name, "segments" | "media" | "streams") {
            return;
        }
        let member = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        match shown {
            Shown::Record(record) => members_of(record, &member, visit),
            Shown::List(list) => {
                for at in 0..list.count() {
                    let member = format!("{member}[{at}]");
                    match list.at(at) {
                        Shown::Record(record) => members_of(record, &member, visit),
                        other => visit(&member, name, other),
                    }
                }
            }
            other => visit(&member, name, other),
        }
    });
}
