//! The session on screen: read again, classified stream by stream, and ready to display.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Place, SessionNames};
use crate::model::{MediumKind, Node, NodePath, Session};
use crate::triage::verdict::Bound;
use crate::triage::{Classification, Finding, RuleSets, Severity, Verdict, examine, judge_stream};
use crate::wording::direction;
use crate::wording::findings::Sentences;

/// A session with everything that its tree and panels need.
#[derive(Debug)]
pub struct SessionDetail {
    /// Where it is stored.
    pub place: Place,
    /// Its bytes as received.
    pub bytes: Vec<u8>,
    pub session: Session,
    /// Its streams, in record order.
    pub streams: Vec<OpenStream>,
    /// Its nodes in record order, without the session itself, each with whether it has children.
    pub nodes: Vec<(NodePath, bool)>,
    /// The width of its longest stream direction, in columns.
    pub widest_direction: usize,
    /// Its findings, most important first.
    pub findings: Vec<Said>,
}

/// A finding in words.
#[derive(Debug, Clone)]
pub struct Said {
    pub finding: Finding,
    /// What was found.
    pub sentence: String,
    /// What people probably heard or saw.
    pub heard: String,
    /// The next step to take.
    pub advice: String,
    /// The source of the threshold.
    pub source: String,
}

impl Said {
    fn new(finding: Finding, sentences: &Sentences<'_>) -> Said {
        Said {
            sentence: sentences.sentence(&finding).into_owned(),
            heard: sentences.heard(&finding).into_owned(),
            advice: sentences.advice(&finding).into_owned(),
            source: sentences.source(&finding).into_owned(),
            finding,
        }
    }

    pub fn severity(&self) -> Severity {
        self.finding.rule.severity
    }
}

/// A stream of the session.
#[derive(Debug, Clone)]
pub struct OpenStream {
    /// The path of its node.
    pub path: NodePath,
    /// The kind of its medium.
    pub kind: MediumKind,
    /// The sender and the receiver, and of which medium.
    pub direction: String,
    /// The same below the row of its medium.
    pub brief_direction: String,
    /// The classification.
    pub judgement: Classification,
    /// The reason, in words.
    pub why: String,
    /// The verdict of the rule set that the run started with, if different.
    pub was: Option<Verdict>,
}

impl OpenStream {
    /// Describes it in a line: its direction, verdict and reason.
    pub fn line(&self) -> String {
        let why = if self.why.is_empty() { String::new() } else { format!(": {}", self.why) };
        format!("{}: {}{why}", self.direction, self.judgement.verdict.name())
    }
}

/// The indexes of the rule set that classifies and of the one to compare its verdicts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judge {
    /// The rule set that classifies.
    pub set: usize,
    /// The rule set that the run started with.
    pub base: usize,
}

/// Adds the children of a node and, recursively, theirs.
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
    /// Classifies a session's streams and names their directions.
    pub fn new(
        place: Place,
        bytes: Vec<u8>,
        session: Session,
        names: &SessionNames,
        sets: &RuleSets,
        judge: Judge,
    ) -> Self {
        let (rules, base) = (sets.at(judge.set), sets.at(judge.base));
        // Findings use everyone's full names; the session itself is shown as received.
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
                direction: direction::alone(&named, &at, stream),
                brief_direction: direction::below_medium(&at, stream),
                why: judgement.words(rules),
                was: (was != judgement.verdict).then_some(was),
                judgement,
            });
        });
        let sentences = Sentences::of(&named, rules);
        let findings = examine(&named, rules).into_iter().map(|finding| Said::new(finding, &sentences)).collect();
        drop(named);
        let mut nodes = Vec::new();
        add_nodes(&session, NodePath::SESSION, &mut nodes);
        let widest_direction = streams.iter().map(|stream| stream.brief_direction.width()).max().unwrap_or(0);
        SessionDetail { place, bytes, session, streams, nodes, widest_direction, findings }
    }

    /// Returns the stream at a path.
    pub fn stream(&self, path: NodePath) -> Option<&OpenStream> {
        // Streams are sorted by path.
        self.streams.binary_search_by(|stream| stream.path.cmp(&path)).ok().map(|at| &self.streams[at])
    }

    /// Returns the streams under a node, itself included.
    pub fn streams_under(&self, path: NodePath) -> impl Iterator<Item = &OpenStream> {
        // The streams of a node are contiguous.
        let first = self.streams.partition_point(|stream| stream.path < path);
        self.streams[first..].iter().take_while(move |stream| stream.path.is_in(path))
    }

    /// Returns where to look first: the poor stream furthest past its threshold, otherwise any classified stream,
    /// otherwise any stream.
    pub fn worst(&self) -> Option<NodePath> {
        self.worst_under(NodePath::SESSION).map(|stream| stream.path)
    }

    /// Returns where to look first under a node, itself included.
    pub fn worst_under(&self, path: NodePath) -> Option<&OpenStream> {
        let severity = |stream: &&OpenStream| stream.judgement.worst().map_or(0.0, |worst| worst.severity());
        let streams = || self.streams_under(path);
        let poor = streams().filter(|stream| stream.judgement.verdict == Verdict::Poor);
        let judged = || streams().find(|stream| stream.judgement.verdict != Verdict::Unclassified);
        poor.max_by(|one, other| severity(one).total_cmp(&severity(other)))
            .or_else(judged)
            .or_else(|| streams().find(|stream| stream.kind == MediumKind::Audio))
            .or_else(|| streams().next())
    }
}
