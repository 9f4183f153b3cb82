//! The session that is looked at: read again, judged stream by stream, ready to be shown.

use crate::call::Place;
use crate::model::{MediumKind, NodePath, Session};
use crate::report::sentences;
use crate::triage::verdict::Bound;
use crate::triage::{Judgement, RuleSet, Verdict, judge_stream};

/// A session with everything that its tree and panels need.
#[derive(Debug)]
pub struct OpenSession {
    /// Where it stands.
    pub place: Place,
    /// Its bytes as received.
    pub bytes: Vec<u8>,
    /// The session.
    pub session: Session,
    /// Its streams, in the order of the record.
    pub streams: Vec<OpenStream>,
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
    pub judgement: Judgement,
}

impl OpenSession {
    /// Judges a session's streams and names their directions.
    pub fn new(place: Place, bytes: Vec<u8>, session: Session, rules: &RuleSet) -> Self {
        let mut streams = Vec::new();
        session.streams(|at, stream| {
            let bound = Bound::of(stream, at.caller, at.callee);
            streams.push(OpenStream {
                path: at.path,
                kind: at.kind,
                direction: sentences::direction(&at, stream),
                judgement: judge_stream(rules, at.kind, bound, stream),
            });
        });
        OpenSession { place, bytes, session, streams }
    }

    /// The stream at a path.
    pub fn stream(&self, path: NodePath) -> Option<&OpenStream> {
        // Streams stand in the order of their paths.
        self.streams.binary_search_by(|stream| stream.path.cmp(&path)).ok().map(|at| &self.streams[at])
    }

    /// The streams under a node, itself included.
    pub fn streams_under(&self, path: NodePath) -> impl Iterator<Item = &OpenStream> {
        self.streams.iter().filter(move |stream| stream.path.is_in(path))
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
