//! The people view: everyone with the audio they received and how others heard them, alongside the attributions and
//! what affected participants share.

use crate::call::Call;
use crate::report::{sides, summary};
use crate::triage::call_analysis::Who;
use crate::triage::{Assessment, Interner};

use super::entry_list::{Entry, EntryKind, Items, Target};
use super::pager::Pager;

/// The state of the people view.
#[derive(Debug, Default)]
pub struct PeopleView {
    /// The cursor in the list of people.
    pub list: Pager,
    /// Attributions and shared factors.
    pub items: Items,
    /// Whether keys go to the second half.
    pub is_second: bool,
}

/// Returns the entries of the second half.
pub fn entries(call: &Call, names: &Interner, assessment: &Assessment) -> Vec<Entry> {
    let heading = |text: &str| Entry {
        kind: EntryKind::Heading,
        text: text.to_owned(),
        under: Vec::new(),
        target: Target::Nowhere,
    };
    let mut entries = vec![heading("whose side it is")];
    for side in sides::sides(assessment, call, names) {
        let one = &assessment.attributions[side.place];
        let row = |at: &u32| Target::Row(assessment.people[*at as usize].row);
        entries.push(Entry {
            kind: EntryKind::Side,
            target: match one.who {
                Who::Value(value) => Target::Value(value),
                Who::Person(at) => row(&at),
                Who::Sessions(_) | Who::Window(_) | Who::Leg(_) => {
                    let session = one.rows.first().map(|row| Target::Row(*row));
                    one.people.first().map(row).or(session).unwrap_or(Target::Nowhere)
                }
            },
            under: std::iter::once(side.evidence.clone()).chain(side.under()).collect(),
            text: side.text,
        });
    }
    if assessment.attributions.is_empty() {
        entries.push(nothing("no one's: nothing was poor, nothing failed, no complaints"));
    }
    entries.push(heading("what affected participants share"));
    for one in &assessment.shared {
        entries.push(Entry {
            kind: EntryKind::Shared,
            text: format!(
                "{}: {} of {} poor, without it {} of {}",
                summary::value_words(one.value, names),
                one.with.0,
                one.with.1,
                one.without.0,
                one.without.1
            ),
            under: {
                let mut under = vec![sides::strength(one)];
                if !one.also.is_empty() {
                    let also: Vec<String> = one.also.iter().map(|value| summary::value_words(*value, names)).collect();
                    under.push(format!("the same people also share {}", also.join(", ")));
                }
                under
            },
            target: Target::Value(one.value),
        });
    }
    if assessment.shared.is_empty() {
        entries.push(nothing("nothing specific to them, or too few people to tell"));
    }
    entries
}

fn nothing(text: &str) -> Entry {
    Entry { kind: EntryKind::Nothing, text: text.to_owned(), under: Vec::new(), target: Target::Nowhere }
}
