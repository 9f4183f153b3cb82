//! What lanes can be grouped by, one row each, and the lines that the lanes and their headings make.

use crate::call::{Call, Row};
use crate::metrics::count;
use crate::triage::factors::FACTORS;
use crate::triage::{End, Interner, SessionStatus};
use crate::wording;

use super::lanes::Lane;

/// Something that lanes are grouped by.
pub struct Grouping {
    /// What follows "by" in the title; empty if lanes are not grouped.
    pub name: &'static str,
    /// Whether the groups are states, which every lane and the summary of a session show anyway.
    pub is_of_state: bool,
    /// Returns the group of a lane.
    of: fn(&Lane, &Call, &Interner) -> Group,
}

impl std::fmt::Debug for Grouping {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// The table, in the order of the key that goes through it. To add one, add a row.
pub const GROUPINGS: &[Grouping] = &[
    Grouping { name: "", is_of_state: false, of: |_, _, _| Group::default() },
    Grouping { name: "site", is_of_state: false, of: |lane, call, names| of_factor("site", lane, call, names) },
    Grouping { name: "subnet", is_of_state: false, of: |lane, call, names| of_factor("subnet", lane, call, names) },
    Grouping { name: "state", is_of_state: true, of: |lane, _, _| of_state(lane.standing) },
];

/// Returns the index of the grouping after another one. Only where a file names sites are they grouped by.
pub fn after(grouping: usize, call: Option<&Call>) -> usize {
    let next = (grouping + 1) % GROUPINGS.len();
    let has_site = |row: &Row| row.listed(row.facts.own_end()).any(|value| value.factor().id == "site");
    match GROUPINGS[next].name == "site" && !call.is_some_and(|call| call.rows().iter().any(has_site)) {
        true => next + 1,
        false => next,
    }
}

/// A group of lanes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Group {
    /// Groups of a lower rank come first; of one rank, those with more poor people.
    rank: usize,
    label: String,
}

/// Groups by the first value of a factor that the record has for the person.
fn of_factor(id: &str, lane: &Lane, call: &Call, names: &Interner) -> Group {
    let place = FACTORS.iter().position(|factor| factor.id == id);
    let value = lane.sessions.iter().find_map(|bar| {
        let facts = &call.rows().get(bar.row as usize)?.facts;
        let end = [End::Caller, End::Callee].into_iter().find(|end| facts.party(*end).person == Some(lane.person))?;
        facts.values(end).iter().find(|value| Some(value.place()) == place).copied()
    });
    let label = place.map_or("", |at| FACTORS[at].label);
    match value {
        Some(value) => Group { rank: 0, label: wording::summary::value_words(value, names) },
        None => Group { rank: 1, label: format!("{label} not reported") },
    }
}

fn of_state(standing: SessionStatus) -> Group {
    Group { rank: standing as usize, label: format!("{} {}", wording::standing_glyph(standing), standing.name()) }
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum LaneLine {
    /// The heading of a group.
    Heading {
        /// What its people have in common.
        label: String,
        /// How many they are.
        people: String,
    },
    /// A lane, by its index.
    Lane(usize),
}

/// Puts lanes in groups, each with a heading that counts its people.
pub fn lines(grouping: &Grouping, shown: &[usize], lanes: &[Lane], call: &Call, names: &Interner) -> Vec<LaneLine> {
    if grouping.name.is_empty() {
        return shown.iter().map(|at| LaneLine::Lane(*at)).collect();
    }
    let mut groups: Vec<(Group, Vec<usize>)> = Vec::new();
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for at in shown {
        let Some(lane) = lanes.get(*at) else { continue };
        let group = (grouping.of)(lane, call, names);
        let place = *places.entry(group.label.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, members)) => members.push(*at),
            None => groups.push((group, vec![*at])),
        }
    }
    let poor = |members: &[usize]| members.iter().filter(|at| lanes.get(**at).is_some_and(|it| it.is_poor)).count();
    groups.sort_by(|(one, members), (other, others)| {
        let key =
            |group: &Group, members: &[usize]| (group.rank, usize::MAX - poor(members), usize::MAX - members.len());
        key(one, members).cmp(&key(other, others)).then_with(|| one.label.cmp(&other.label))
    });
    let mut lines = Vec::with_capacity(shown.len() + groups.len());
    for (group, members) in groups {
        let of_them = match poor(&members) {
            some if some > 0 && !grouping.is_of_state => format!(", {} poor", count(some)),
            _ => String::new(),
        };
        let people = format!("{}{of_them}", wording::persons(members.len()));
        lines.push(LaneLine::Heading { label: group.label, people });
        lines.extend(members.into_iter().map(LaneLine::Lane));
    }
    lines
}
