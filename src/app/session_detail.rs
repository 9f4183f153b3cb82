//! The session that is looked at: read again, judged stream by stream, ready to be shown.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Place, SessionNames};
use crate::model::{MediumKind, Node, NodePath, Session};
use crate::report::{findings, wording};
use crate::triage::verdict::Bound;
use crate::triage::{Classification, Finding, RuleSet, RuleSets, Severity, Verdict, examine, judge_stream};

/// A session with everything that its tree and panels need.
#[derive(Debug)]
pub struct SessionDetail {
    /// Where it stands.
    pub place: Place,
    /// Its bytes as received.
    pub bytes: Vec<u8>,
    /// The session.
    pub session: Session,
    /// Its streams, in the order of the record.
    pub streams: Vec<OpenStream>,
    /// Its nodes in the order of the record, without the session itself, and whether there are nodes inside.
    pub nodes: Vec<(NodePath, bool)>,
    /// How many columns the longest of their directions takes.
    pub widest_direction: usize,
    /// What was found in it, most important first.
    pub findings: Vec<Said>,
}

/// A finding in words.
#[derive(Debug, Clone)]
pub struct Said {
    /// The finding.
    pub finding: Finding,
    /// What it says.
    pub sentence: String,
    /// What people probably heard or saw.
    pub heard: String,
    /// What to do next.
    pub advice: String,
    /// Where the limit comes from.
    pub source: String,
}

impl Said {
    fn new(finding: Finding, session: &Session, rules: &RuleSet) -> Said {
        Said {
            sentence: findings::sentence(&finding, session, rules),
            heard: findings::heard(&finding, session, rules),
            advice: findings::advice(&finding, session, rules),
            source: findings::source(&finding, rules),
            finding,
        }
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.finding.rule.severity
    }
}

/// A stream of it.
#[derive(Debug, Clone)]
pub struct OpenStream {
    /// Where it stands.
    pub path: NodePath,
    /// The kind of its medium.
    pub kind: MediumKind,
    /// Who sent it to whom.
    pub direction: String,
    /// How it was judged.
    pub judgement: Classification,
    /// Why, in words.
    pub why: String,
    /// How the rule set that the run began with judged it, where that is something else.
    pub was: Option<Verdict>,
}

/// Which rule set judges, and with which its verdicts are compared: their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judge {
    /// The one that judges.
    pub set: usize,
    /// The one that the run began with.
    pub base: usize,
}

/// Adds what is inside a node, and what is inside of that.
fn add_nodes(session: &Session, parent: NodePath, nodes: &mut Vec<(NodePath, bool)>) {
    let inside = |path: NodePath| match path.find(session) {
        Some(Node::Session(session)) => session.segments.items().len(),
        Some(Node::Segment(segment)) => segment.media.items().len(),
        Some(Node::Media(media)) => media.streams.items().len(),
        _ => 0,
    };
    for at in 0..inside(parent) {
        let path = parent.child(at);
        let has_children = inside(path) > 0;
        nodes.push((path, has_children));
        if has_children {
            add_nodes(session, path, nodes);
        }
    }
}

impl SessionDetail {
    /// Judges a session's streams and names their directions.
    pub fn new(
        place: Place,
        bytes: Vec<u8>,
        session: Session,
        names: &SessionNames,
        sets: &RuleSets,
        judge: Judge,
    ) -> Self {
        let (rules, base) = (sets.at(judge.set), sets.at(judge.base));
        // What is said of it has the names of all; what is shown of it is as received.
        let mut named = Cow::Borrowed(&session);
        if !names.is_empty() {
            names.fill(named.to_mut());
        }
        let mut streams = Vec::new();
        named.streams(|at, stream| {
            let bound = Bound::of(stream, at.caller, at.callee);
            let judgement = judge_stream(rules, at.kind, bound, stream);
            let was = judge_stream(base, at.kind, bound, stream).verdict;
            streams.push(OpenStream {
                path: at.path,
                kind: at.kind,
                direction: wording::direction(&at, stream),
                why: judgement.words(rules),
                was: (was != judgement.verdict).then_some(was),
                judgement,
            });
        });
        let findings = examine(&named, rules).into_iter().map(|finding| Said::new(finding, &named, rules)).collect();
        drop(named);
        let mut nodes = Vec::new();
        add_nodes(&session, NodePath::SESSION, &mut nodes);
        let widest_direction = streams.iter().map(|stream| stream.direction.width()).max().unwrap_or(0);
        SessionDetail { place, bytes, session, streams, nodes, widest_direction, findings }
    }

    /// The stream at a path.
    pub fn stream(&self, path: NodePath) -> Option<&OpenStream> {
        // Streams stand in the order of their paths.
        self.streams.binary_search_by(|stream| stream.path.cmp(&path)).ok().map(|at| &self.streams[at])
    }

    /// The streams under a node, itself included.
    pub fn streams_under(&self, path: NodePath) -> impl Iterator<Item = &OpenStream> {
        // Those of a node follow one another.
        let first = self.streams.partition_point(|stream| stream.path < path);
        self.streams[first..].iter().take_while(move |stream| stream.path.is_in(path))
    }

    /// Where to look first: the poor stream furthest over its limit, or else a judged one, or else any.
    pub fn worst(&self) -> Option<NodePath> {
        let severity = |stream: &&OpenStream| stream.judgement.worst().map_or(0.0, |worst| worst.severity());
        let poor = self.streams.iter().filter(|stream| stream.judgement.verdict == Verdict::Poor);
        let judged = || self.streams.iter().find(|stream| stream.judgement.verdict != Verdict::Unclassified);
        poor.max_by(|one, other| severity(one).total_cmp(&severity(other)))
            .or_else(judged)
            .or_else(|| self.streams.iter().find(|stream| stream.kind == MediumKind::Audio))
            .or_else(|| self.streams.first())
            .map(|stream| stream.path)
    }
}
