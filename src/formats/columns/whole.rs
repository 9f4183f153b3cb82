//! The columns of the call, the session and the segment that a row belongs to.

use crate::model::{CallRecord, Field, IdentitySet, Text, Word as _};

use super::Origin::{Cri, Own};
use super::cell::Cell;
use super::cell::Kind::{Flag, List, Number, Text as Words, Time, Whole};
use super::place::{Place, ids};
use super::{Definition, column};

fn record<'a>(it: &Place<'a>) -> Option<&'a CallRecord> {
    it.of.call.call.record()
}

/// The organiser's identities, the current ones before the older ones.
fn organizer<'a>(it: &Place<'a>, pick: fn(&crate::model::Identity) -> &Field<Text>) -> Cell<'a> {
    let Some(record) = record(it) else { return Cell::Missing };
    let current = record.organizer_v2.value().and_then(|organizer| organizer.identity.value());
    let sets = current.into_iter().chain(record.organizer.value());
    let mut all = sets.flat_map(|set: &IdentitySet| set.0.iter().filter_map(|(_, identity)| identity.value()));
    Cell::maybe(all.find_map(|identity| pick(identity).value()).map(Text::as_str))
}

fn organizer_id<'a>(it: &Place<'a>) -> Cell<'a> {
    let current = record(it).and_then(|record| record.organizer_v2.value()).and_then(|one| one.id.value());
    match current {
        Some(id) => Cell::text(id),
        None => organizer(it, |identity| &identity.id),
    }
}

fn organizer_kind<'a>(it: &Place<'a>) -> Cell<'a> {
    let Some(record) = record(it) else { return Cell::Missing };
    let current = record.organizer_v2.value().and_then(|organizer| organizer.identity.value());
    let mut sets = current.into_iter().chain(record.organizer.value());
    Cell::maybe(sets.find_map(|set| set.first()).map(|(kind, _)| kind))
}

/// Columns of the call.
pub(super) const CALL: &[Definition] = &[
    column(
        "RowKind",
        Words,
        Own,
        "`stream`, or `session` for a session without streams: its columns of the stream are missing, and it is not counted as one",
        |it| Cell::text(if it.stream.is_some() { "stream" } else { "session" }),
    ),
    column("CallId", Words, Cri, "the call's ID", |it| Cell::maybe(it.of.call.call.id.as_deref())),
    column("CallType", Words, Cri, "`groupCall` or `peerToPeer`", |it| {
        record(it).map_or(Cell::Missing, |record| Cell::word(&record.call_type))
    }),
    column(
        "CallStartTime",
        Time,
        Cri,
        "when the first user joined; without a call record, the start of the first session",
        |it| Cell::moment(it.of.call.call.span().0),
    ),
    column(
        "CallEndTime",
        Time,
        Cri,
        "when the last user left; without a call record, the end of the last session",
        |it| Cell::moment(it.of.call.call.span().1),
    ),
    column("CallVersion", Whole, Own, "version of the call record", |it| {
        it.of.call.call.version().map_or(Cell::Missing, Cell::Whole)
    }),
    column("LastModifiedDateTimeOffset", Time, Cri, "when this version of the record was created", |it| {
        record(it).map_or(Cell::Missing, |record| Cell::time(&record.last_modified))
    }),
    column("CallIsComplete", Flag, Own, "whether all of the call was read", |it| Cell::Flag(it.of.call.is_complete)),
    column("JoinWebUrl", Words, Cri, "the meeting's link", |it| {
        record(it).map_or(Cell::Missing, |record| Cell::of(&record.join_web_url))
    }),
    column("Organizer_Id", Words, Cri, "the organiser's ID", organizer_id),
    column("Organizer_DisplayName", Words, Cri, "the organiser's name", |it| organizer(it, |one| &one.display_name)),
    column("Organizer_UserPrincipalName", Words, Cri, "the organiser's sign-in name", |it| {
        organizer(it, |one| &one.user_principal_name)
    }),
    column("Organizer_TenantId", Words, Cri, "the organiser's tenant", |it| organizer(it, |one| &one.tenant_id)),
    column("Organizer_IdentityKind", Words, Own, "`user`, `phone`, `guest`, `applicationInstance` …", organizer_kind),
];

/// Columns of the session.
pub(super) const SESSION: &[Definition] = &[
    column("SessionId", Words, Cri, "the session's ID; several sessions of a call may have the same", |it| {
        Cell::of(&it.of.session.id)
    }),
    column(
        "SessionNumber",
        Whole,
        Own,
        "the session's place in the call, from 1; with `CallId` and `StreamPath` it identifies a row",
        |it| Cell::Whole(i64::try_from(it.of.at + 1).unwrap_or(i64::MAX)),
    ),
    column("SessionStartTime", Time, Cri, "when the session started", |it| Cell::time(&it.of.session.start)),
    column("SessionEndTime", Time, Cri, "when the session ended", |it| Cell::time(&it.of.session.end)),
    Definition {
        name: "SessionDuration",
        kind: Number,
        origin: Own,
        unit: "s",
        meaning: "the session's length",
        read: |it| it.of.row.facts.seconds().map_or(Cell::Missing, Cell::number),
    },
    column("SessionModalities", List, Own, "the media that were used, as the record lists them", |it| {
        match it.of.session.modalities.value() {
            Some(_) => Cell::list(it.of.session.modalities.readable().map(|(_, one)| one.as_str())),
            None => Cell::Missing,
        }
    }),
    column("IsTest", Flag, Own, "whether it is a test call", |it| Cell::flag(&it.of.session.is_test)),
    column("FailureStage", Words, Cri, "the stage at which the session failed: `callSetup` or `midcall`", |it| {
        it.of.session.failure_info.value().map_or(Cell::Missing, |failure| Cell::word(&failure.stage))
    }),
    column("FailureReason", Words, Cri, "why the session failed, in the service's words", |it| {
        it.of.session.failure_info.value().map_or(Cell::Missing, |failure| Cell::of(&failure.reason))
    }),
    column(
        "SessionStatus",
        Words,
        Own,
        "`failed`, `poor`, `noted`, `good` or `unclassified`, by the chosen rule set",
        |it| Cell::text(it.of.row.facts.standing(it.of.call.set).name()),
    ),
    column(
        "SessionFindings",
        List,
        Own,
        "IDs of all findings about the session, most important first; empty if there are none",
        |it| Cell::list(ids(&it.of.findings)),
    ),
];

/// Columns of the segment.
pub(super) const SEGMENT: &[Definition] = &[
    column("SegmentId", Words, Own, "the segment's ID", |it| {
        it.segment.map_or(Cell::Missing, |segment| Cell::of(&segment.id))
    }),
    column("SegmentStartTime", Time, Own, "when the segment started", |it| {
        it.segment.map_or(Cell::Missing, |segment| Cell::time(&segment.start))
    }),
    column("SegmentEndTime", Time, Own, "when the segment ended", |it| {
        it.segment.map_or(Cell::Missing, |segment| Cell::time(&segment.end))
    }),
    column("SegmentFailureStage", Words, Own, "the stage at which the segment failed", |it| {
        let failure = it.segment.and_then(|segment| segment.failure_info.value());
        failure.map_or(Cell::Missing, |failure| Cell::word(&failure.stage))
    }),
    column("SegmentFailureReason", Words, Own, "why the segment failed, in the service's words", |it| {
        let failure = it.segment.and_then(|segment| segment.failure_info.value());
        failure.map_or(Cell::Missing, |failure| Cell::of(&failure.reason))
    }),
    column(
        "SegmentParties",
        Words,
        Own,
        "`same` as the session's, `exchanged`, or `others`: a telephone leg, a transfer",
        |it| it.segment.map_or(Cell::Missing, |_| Cell::text(it.of.parties.at(it.path).name())),
    ),
];
