//! The JSON Schema of a report, derived from the types it is written from, so that they cannot disagree.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::findings::FindingBody;
use super::head::Head;
use super::sessions::SessionBody;
use super::tail::Tail;

/// The triage of a call, as `callscope report --format json` writes it. Members may be added within a version of the
/// contract; a missing measurement is null, never zero; durations are in seconds, ratios from 0 to 1, times in UTC.
#[derive(JsonSchema)]
#[schemars(title = "callscope.report/1")]
// Reports are written in pieces; this is only described.
#[expect(dead_code)]
struct Report<'a> {
    #[schemars(flatten)]
    head: Head<'a>,
    /// Every session, in the order received.
    sessions: Vec<SessionBody<'a>>,
    /// What was found beyond verdicts, of the whole call first.
    findings: Option<Vec<FindingBody<'a>>>,
    #[schemars(flatten)]
    tail: Tail,
}

/// Returns the schema (JSON Schema 2020-12), laid out in lines.
pub fn schema() -> serde_json::Result<String> {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    serde_json::to_string_pretty(&generator.into_root_schema_for::<Report<'_>>())
}
