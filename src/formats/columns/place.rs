//! What a row is about: a stream with all that surrounds it, or a session that has none.

use std::borrow::Cow;

use crate::call::{Call, Dataset, Row};
use crate::model::{
    DeviceInfo, Endpoint, Field, Identity, Media, MediaStream, MediumKind, NetworkInfo, NodePath, Segment, Session,
    StreamDirection, Text,
};
use crate::triage::examine::endpoints;
use crate::triage::factors::Nature;
use crate::triage::legs::SegmentParties;
use crate::triage::verdict::Bound;
use crate::triage::{Classification, End, Finding, Interner, RuleSets, Said, examine, judge_stream};

use super::cell::Cell;

/// The call that rows are about, and what judges it.
#[derive(Clone, Copy)]
pub struct CallScene<'a> {
    pub call: &'a Call,
    pub loaded: &'a Dataset,
    /// Whether all of the call was read.
    pub is_complete: bool,
    pub sets: &'a RuleSets,
    /// Index of the chosen rule set.
    pub set: usize,
}

/// The session that rows are about, with what is worked out once for all its streams.
pub(super) struct SessionScene<'a> {
    pub call: CallScene<'a>,
    pub row: &'a Row,
    /// Position in the call, from 0.
    pub at: usize,
    pub session: &'a Session,
    pub parties: SegmentParties,
    /// What the caller and the callee said about the call.
    pub said: [Said<'a>; 2],
    pub findings: Vec<Finding>,
    /// Names that number the unidentified people of this call, and mean nothing outside it.
    numbered: [Option<Text>; 2],
}

impl<'a> SessionScene<'a> {
    /// Works out what all rows of a session share.
    pub fn new(call: CallScene<'a>, at: usize, row: &'a Row, session: &'a Session) -> SessionScene<'a> {
        let labels = row.labels(call.loaded.names());
        let [caller, callee] = labels;
        let numbered = |end: End, label: Option<Text>| label.filter(|_| row.facts.party(end).is_numbered);
        let parties = SegmentParties::of(session);
        SessionScene {
            call,
            row,
            at,
            session,
            said: [End::Caller, End::Callee].map(|end| Said::of(&endpoints(session, &parties, end))),
            parties,
            findings: examine(session, call.sets.at(call.set)),
            numbered: [numbered(End::Caller, caller), numbered(End::Callee, callee)],
        }
    }

    /// Calls `visit` for every row of the session: one for each stream, or one for the session itself if it has none.
    pub fn places<E>(&self, mut visit: impl FnMut(&Place<'_>) -> Result<(), E>) -> Result<(), E> {
        let (mut done, mut has_streams) = (Ok(()), false);
        self.session.streams(|place, stream| {
            has_streams = true;
            if done.is_err() {
                return;
            }
            let bound = Bound::of(stream, place.caller, place.callee);
            let judge = |rules| judge_stream(rules, place.kind, bound, stream);
            done = visit(&Place {
                of: self,
                path: place.path,
                segment: Some(place.segment),
                media: Some(place.media),
                kind: Some(place.kind),
                stream: Some(stream),
                caller: place.caller,
                callee: place.callee,
                verdicts: self.call.sets.iter().map(judge).collect(),
            });
        });
        if !has_streams {
            done = visit(&self.without_streams());
        }
        done
    }

    /// The place of a session without streams: its first segment and that one's first medium, which may say what
    /// network a call failed on.
    fn without_streams(&self) -> Place<'_> {
        let segments = || self.session.segments.readable();
        let with_media = segments().find(|(_, segment)| segment.media.readable().next().is_some());
        let (path, segment) = match with_media.or_else(|| segments().next()) {
            Some((at, segment)) => (NodePath::segment(at), Some(segment)),
            None => (NodePath::SESSION, None),
        };
        let media = segment.and_then(|segment| segment.media.readable().next()).map(|(_, media)| media);
        let (caller, callee) = self.session.ends(segment);
        let kind = media.map(Media::kind);
        Place { of: self, path, segment, media, kind, stream: None, caller, callee, verdicts: Vec::new() }
    }
}

/// The place of a row in its session.
pub(super) struct Place<'a> {
    pub of: &'a SessionScene<'a>,
    /// The stream's path; for a session without streams, its segment's or its own.
    pub path: NodePath,
    pub segment: Option<&'a Segment>,
    pub media: Option<&'a Media>,
    pub kind: Option<MediumKind>,
    pub stream: Option<&'a MediaStream>,
    pub caller: Option<&'a Endpoint>,
    pub callee: Option<&'a Endpoint>,
    /// The verdict on the stream by each rule set; empty without a stream.
    pub verdicts: Vec<Classification>,
}

impl<'a> Place<'a> {
    /// Returns what the row has of one end.
    pub fn end(&self, end: End) -> EndPlace<'a> {
        let media = self.media;
        let (endpoint, network, device) = match end {
            End::Caller => (
                self.caller,
                media.and_then(|media| media.caller_network.value()),
                media.and_then(|media| media.caller_device.value()),
            ),
            End::Callee => (
                self.callee,
                media.and_then(|media| media.callee_network.value()),
                media.and_then(|media| media.callee_device.value()),
            ),
        };
        let of_session = self.of.parties.at(self.path).end_of_session(end);
        let said = of_session.map(|end| &self.of.said[end as usize]);
        let numbered = of_session.and_then(|end| self.of.numbered[end as usize].as_deref());
        let listed = of_session.map(|end| (self.of.row, end, self.of.call.loaded.names()));
        EndPlace { endpoint, network, device, said, listed, numbered }
    }

    /// Returns the end that sent the stream, if the record says so.
    pub fn sender(&self) -> Option<End> {
        match self.stream?.stream_direction.value()? {
            StreamDirection::CallerToCallee => Some(End::Caller),
            StreamDirection::CalleeToCaller => Some(End::Callee),
            _ => None,
        }
    }
}

/// Returns the IDs of findings, each once, in their order.
pub(super) fn ids<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<&'static str> {
    let mut ids = Vec::new();
    for finding in findings {
        if !ids.contains(&finding.rule.id) {
            ids.push(finding.rule.id);
        }
    }
    ids
}

/// What a row has of one end.
pub(super) struct EndPlace<'a> {
    pub endpoint: Option<&'a Endpoint>,
    pub network: Option<&'a NetworkInfo>,
    pub device: Option<&'a DeviceInfo>,
    /// What the person there said about the call; `None` for a party that is not the session's.
    pub said: Option<&'a Said<'a>>,
    /// Where the values of the user's files are; `None` for a party that is not the session's.
    listed: Option<(&'a Row, End, &'a Interner)>,
    numbered: Option<&'a str>,
}

impl<'a> EndPlace<'a> {
    /// Returns what the user's files say: the values of a factor in this session, several separated by `; `. A network
    /// that a file does not have is missing.
    pub fn listed(&self, factor: &str) -> Cell<'a> {
        let Some((row, end, names)) = self.listed else { return Cell::Missing };
        let values = row.listed(end).filter(|value| value.factor().id == factor && value.nature() != Nature::Normal);
        let texts: Vec<&str> = values.map(|value| names.get(value.name())).collect();
        match texts.as_slice() {
            [only] => Cell::text(only),
            [] => Cell::Missing,
            several => Cell::Text(Cow::Owned(several.join("; "))),
        }
    }

    /// Returns the first text of the party's identities, the current one before the older ones.
    pub fn identity(&self, pick: fn(&Identity) -> &Field<Text>) -> Option<&'a str> {
        let endpoint = self.endpoint?;
        let set = endpoint.identity.value().into_iter().flat_map(|set| set.0.iter());
        let older = set.filter_map(|(_, identity)| identity.value());
        let mut all = endpoint.associated_identity.value().into_iter().chain(older);
        all.find_map(|identity| pick(identity).value()).map(Text::as_str)
    }

    /// Returns the party's display name, unless it is a number that callscope gave an unidentified person.
    pub fn display_name(&self) -> Option<&'a str> {
        self.identity(|identity| &identity.display_name).filter(|name| Some(*name) != self.numbered)
    }

    /// Returns the name that reports give the party, if anything names it.
    pub fn name(&self) -> Option<Cow<'a, str>> {
        let who = self.endpoint?.who();
        let is_named = who.basis != crate::model::NameBasis::Nothing && Some(who.name.as_str()) != self.numbered;
        is_named.then(|| Cow::Owned(who.name.to_string()))
    }
}
