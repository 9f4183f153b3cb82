//! Finds a person of an assessment, and what is said about them, without going through everybody.

use crate::triage::facts::Person;

use super::{Assessment, Attribution, Complaint};

/// Where people are, and where they are named.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The people, as indexes into [`Assessment::people`], sorted by who they are.
    people: Vec<u32>,
    /// People with the attributions that concern them, as indexes, in order.
    attributions: Vec<(u32, u32)>,
}

impl Index {
    pub(super) fn of(assessment: &Assessment) -> Index {
        let all = &assessment.people;
        let mut people: Vec<u32> = (0..all.len() as u32).collect();
        people.sort_unstable_by_key(|at| all[*at as usize].person);
        let numbered = (0u32..).zip(&assessment.attributions);
        let mut attributions: Vec<(u32, u32)> =
            numbered.flat_map(|(at, one)| one.people.iter().map(move |person| (*person, at))).collect();
        attributions.sort_unstable();
        attributions.dedup();
        Index { people, attributions }
    }
}

impl Assessment {
    /// Returns the index of a person in [`Assessment::people`].
    pub fn place_of(&self, person: Person) -> Option<u32> {
        let who = |at: &u32| self.people.get(*at as usize).map(|it| it.person);
        let found = self.index.people.binary_search_by(|at| who(at).cmp(&Some(person))).ok()?;
        self.index.people.get(found).copied()
    }

    /// Returns the attributions that concern any of some people, in the order of all of them.
    pub fn attributions_of(&self, people: &[u32]) -> Vec<&Attribution> {
        let mut found: Vec<u32> = people.iter().flat_map(|person| self.numbers_of(*person)).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.attributions.get(at as usize)).collect()
    }

    fn numbers_of(&self, person: u32) -> impl Iterator<Item = u32> {
        let all = &self.index.attributions;
        let first = all.partition_point(|(other, _)| *other < person);
        all.iter().skip(first).take_while(move |(other, _)| *other == person).map(|(_, at)| *at)
    }

    /// Returns what a person complained about.
    pub fn complaint_of(&self, person: u32) -> Option<&Complaint> {
        let found = self.complaints.binary_search_by_key(&person, |one| one.person).ok()?;
        self.complaints.get(found)
    }
}
