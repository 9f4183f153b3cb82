//! The findings pane: why the selected node has its status, with the findings and the attributions of the whole call.

use crate::call::Call;
use crate::model::{Clock, NodePath};
use crate::triage::call_analysis::Who;
use crate::triage::{Assessment, Interner};
use crate::wording::complaints;
use crate::wording::sides;

use crate::app::entry_list::{Entry, EntryKind, Target};
use crate::app::session_detail::SessionDetail;
use crate::app::views::people::complaint;

/// Returns the entries for a node of a session. `row` is the session's number in the call.
pub fn entries(
    open: &SessionDetail,
    path: NodePath,
    row: Option<u32>,
    call: Option<&Call>,
    names: &Interner,
    assessment: Option<&Assessment>,
    clock: Clock,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut has_complaint = false;
    if let (Some(row), Some(call), Some(assessment)) = (row, call, assessment)
        && let Some(facts) = call.rows().get(row as usize).map(|row| &row.facts)
    {
        let mut people: Vec<u32> = facts.people().filter_map(|(_, person)| assessment.place_of(person)).collect();
        people.sort_unstable();
        people.dedup();
        let said = people.iter().filter_map(|person| assessment.complaint_of(*person));
        let said = said.filter(|one| one.said_in.0 == row);
        let said = said.map(|one| complaint(complaints::words(one, assessment, call, names), false));
        entries.extend(said);
        has_complaint = !entries.is_empty();
        sides(&people, call, names, assessment, clock, &mut entries);
    }
    // The complaint, tested against the whole call, says more than the findings of this session about the rating.
    let is_said = |id: &str| has_complaint && RATED_BADLY.contains(&id);
    // Findings about a medium's networks and devices apply to its streams, and those below a node apply to the node.
    let about = open.findings.iter().filter(|said| said.finding.path.is_in(path) || path.is_in(said.finding.path));
    let about = about.filter(|said| !is_said(said.finding.rule.id));
    entries.extend(about.map(|said| Entry {
        kind: EntryKind::Finding(said.severity()),
        text: said.sentence.clone(),
        under: vec![
            format!("likely experience: {}", said.heard),
            format!("next: {}", said.advice),
            format!("threshold: {}", said.source),
        ],
        target: Target::Node(said.finding.path),
    }));
    if entries.is_empty() {
        let text = "no findings here".to_owned();
        entries.push(Entry { kind: EntryKind::Nothing, text, under: Vec::new(), target: Target::Nowhere });
    }
    entries
}

/// The findings about a bad rating.
const RATED_BADLY: [&str; 2] = ["rated-bad", "rated-bad-without-cause"];

/// Pushes the attributions of the whole call that concern the session's people.
fn sides(
    people: &[u32],
    call: &Call,
    names: &Interner,
    assessment: &Assessment,
    clock: Clock,
    entries: &mut Vec<Entry>,
) {
    for one in assessment.attributions_of(people) {
        let under =
            vec![sides::evidence_words(one, assessment, call, names, clock), format!("next: {}", one.cause.advice)];
        entries.push(Entry {
            kind: EntryKind::Side,
            text: sides::statement(one, assessment, call, names, clock),
            under,
            target: match one.who {
                Who::Value(value) => Target::Value(value),
                _ => Target::Nowhere,
            },
        });
    }
}
