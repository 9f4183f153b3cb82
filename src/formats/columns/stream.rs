//! The columns of the medium and the stream that a row is about.

use std::borrow::Cow;

use crate::model::{MediaStream, NodePath};
use crate::triage::{End, Finding, Reason};

use super::Origin::{Cri, Own};
use super::cell::Cell;
use super::cell::Kind::{Flag, List, Text as Words, Time};
use super::place::{Place, ids};
use super::{Definition, column};

fn stream<'a>(it: &Place<'a>, read: fn(&'a MediaStream) -> Cell<'a>) -> Cell<'a> {
    it.stream.map_or(Cell::Missing, read)
}

fn name<'a>(it: &Place<'a>, end: Option<End>) -> Cell<'a> {
    end.and_then(|end| it.end(end).name()).map_or(Cell::Missing, Cell::Text)
}

fn id<'a>(it: &Place<'a>, end: Option<End>) -> Cell<'a> {
    Cell::maybe(end.and_then(|end| it.end(end).identity(|identity| &identity.id)))
}

/// Columns of the medium and of what identifies the stream.
pub(super) const STREAM: &[Definition] = &[
    column("StreamPath", Words, Own, "the stream's place in the session: `segments/0/media/0/streams/1`", |it| {
        it.stream.map_or(Cell::Missing, |_| Cell::words(it.path.to_string()))
    }),
    column("MediaLabel", Words, Cri, "the medium, in the service's word: `main-audio`", |it| {
        it.media.map_or(Cell::Missing, |media| Cell::of(&media.label))
    }),
    column(
        "MediaKind",
        Words,
        Own,
        "`audio`, `video`, `screen sharing`, `data` or `unknown medium`: what it is judged as",
        |it| it.kind.map_or(Cell::Missing, |kind| Cell::text(kind.name())),
    ),
    column("StreamId", Words, Cri, "", |it| stream(it, |stream| Cell::of(&stream.stream_id))),
    column("StreamDirection", Words, Cri, "", |it| stream(it, |stream| Cell::word(&stream.stream_direction))),
    column("StreamStartTime", Time, Own, "when the stream started; only for streams that use SIP", |it| {
        stream(it, |stream| Cell::time(&stream.start))
    }),
    column("StreamEndTime", Time, Own, "when the stream ended; only for streams that use SIP", |it| {
        stream(it, |stream| Cell::time(&stream.end))
    }),
    column("AudioCodec", Words, Cri, "", |it| stream(it, |stream| Cell::word(&stream.audio_codec))),
    column("VideoCodec", Words, Cri, "", |it| stream(it, |stream| Cell::word(&stream.video_codec))),
    column("WasMediaBypassed", Flag, Cri, "", |it| stream(it, |stream| Cell::flag(&stream.was_media_bypassed))),
    column("IsAudioForwardErrorCorrectionUsed", Flag, Own, "", |it| {
        stream(it, |stream| Cell::flag(&stream.is_audio_forward_error_correction_used))
    }),
    column("Speaker", Words, Own, "name of the party that sent the stream", |it| name(it, it.sender())),
    column("Speaker_Id", Words, Own, "ID of the party that sent the stream", |it| id(it, it.sender())),
    column("Listener", Words, Own, "name of the party that received the stream, and measured it", |it| {
        name(it, it.sender().map(End::other))
    }),
    column("Listener_Id", Words, Own, "ID of the party that received the stream", |it| {
        id(it, it.sender().map(End::other))
    }),
];

/// Columns of the judgement by the chosen rule set.
pub(super) const JUDGEMENT: &[Definition] = &[
    column("RuleSet", Words, Own, "the chosen rule set (`--rules`)", |it| {
        Cell::text(&it.of.call.sets.at(it.of.call.set).id)
    }),
    column("Verdict", Words, Own, "`poor`, `good` or `unclassified`, by the chosen rule set", |it| {
        it.verdicts.get(it.of.call.set).map_or(Cell::Missing, |judged| Cell::text(judged.verdict.name()))
    }),
    column(
        "DecidingMetrics",
        List,
        Own,
        "Graph's names of the metrics that decided the verdict; empty for a good stream",
        |it| {
            let judged = it.verdicts.get(it.of.call.set);
            judged.map_or(Cell::Missing, |judged| Cell::list(judged.reasons.iter().filter_map(Reason::metric)))
        },
    ),
    column("DecidingReasons", List, Own, "the reasons in words: `loss 19 % > 10 %`; empty for a good stream", |it| {
        let rules = it.of.call.sets.at(it.of.call.set);
        let words = |reason: &Reason| Cow::Owned(reason.words_by(rules));
        let judged = it.verdicts.get(it.of.call.set);
        judged.map_or(Cell::Missing, |judged| Cell::List(judged.reasons.iter().map(words).collect()))
    }),
    column(
        "Findings",
        List,
        Own,
        "IDs of the findings about the stream, its medium or its segment; empty if there are none",
        |it| {
            let is_here = |finding: &&Finding| finding.path != NodePath::SESSION && it.path.is_in(finding.path);
            it.stream.map_or(Cell::Missing, |_| Cell::list(ids(it.of.findings.iter().filter(is_here))))
        },
    ),
];
