//! What the filter of a call leaves in each of its views: one filter, so that the counts agree everywhere.

use std::collections::HashMap;

use crate::call::Filter;
use crate::triage::factors::Value;
use crate::triage::{Person, RULES};

use super::views::findings;
use super::{App, View};

/// What matches the filter of the call, besides the sessions.
#[derive(Debug, Default)]
pub struct Matching {
    /// The people with a session that matches by their own end of it, as indexes into the assessment.
    people: Vec<u32>,
    /// What it was made from.
    of: Option<Of>,
}

/// The filter, as the times that the list was picked anew, and the assessment, as the number of those taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Of {
    picked: u64,
    assessed: u64,
}

impl Matching {
    /// Returns the people who match, in the order of the assessment, as indexes into it.
    pub fn people(&self) -> &[u32] {
        &self.people
    }
}

impl App {
    /// Takes in another filter or assessment, once for each: people and findings are counted over the sessions that
    /// match.
    pub(super) fn match_views(&mut self) {
        let of = Of { picked: self.views.sessions.list.anew, assessed: self.analysis.assessed };
        if self.matching.of == Some(of) {
            return;
        }
        let Some(assessment) = self.analysis.assessment.clone() else { return };
        let Some(call) = self.data.loaded.calls().get(self.data.call) else { return };
        let list = &self.views.sessions.list;
        let (filter, rows, all) = (list.filter(), call.rows(), assessment.people.len() as u32);
        self.matching.people = if filter.is_empty() {
            (0..all).collect()
        } else {
            let places: HashMap<Person, u32> =
                (0..all).zip(&assessment.people).map(|(at, it)| (it.person, at)).collect();
            let sessions = list.from(0).iter().filter_map(|at| rows.get(*at as usize));
            let ends = sessions.flat_map(|row| row.facts.people().map(move |(end, person)| (row, end, person)));
            let matching = ends.filter(|(row, end, _)| filter.passes_for(row, *end, assessment.set));
            let mut people: Vec<u32> = matching.filter_map(|(_, _, person)| places.get(&person).copied()).collect();
            people.sort_unstable();
            people.dedup();
            people
        };
        let found = findings::rows(call, &self.data.loaded, &assessment);
        self.views.findings.total = found.len();
        let found =
            if filter.is_empty() { found } else { findings::matching(found, call, list.from(0), assessment.set) };
        self.views.findings.set(found);
        self.matching.of = Some(of);
        self.views.people.settle(&assessment, &self.matching.people);
        self.lay_out_timeline_anew();
    }

    /// Goes to the people who share a value and could be judged: as many as the counts beside the value.
    pub(super) fn go_to_people_with(&mut self, value: Value) {
        let filter = Filter::of_value(value.factor().id, self.data.loaded.names().get(value.name()));
        self.go_to_people(&filter);
    }

    /// Goes to the people of an attribution, by their names.
    pub(super) fn go_to_people_of(&mut self, attribution: u32) {
        let Some(assessment) = self.analysis.assessment.clone() else { return };
        let Some(one) = assessment.attributions.get(attribution as usize) else { return };
        let Some(call) = self.data.loaded.calls().get(self.data.call) else { return };
        let names = self.data.loaded.names();
        let people = one.people.iter().filter_map(|at| assessment.people.get(*at as usize));
        let rows = people.filter_map(|it| Some(call.rows().get(it.row as usize)?.name(it.end, names)));
        let tokens: Vec<String> = rows.map(|name| format!("user=\"{}\"", name.replace('"', ""))).collect();
        self.go_to_people(&tokens.join(" or "));
    }

    fn go_to_people(&mut self, filter: &str) {
        self.views.sessions.list.choose();
        self.set_filter(filter);
        self.go_to(View::People);
        self.views.people.half = super::Half::First;
    }
}

/// Returns the index of a rule in the table.
pub(super) fn place_of(id: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.id == id)
}
