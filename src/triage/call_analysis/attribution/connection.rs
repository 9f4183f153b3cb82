//! Failed sessions, sessions that dropped together, and poor streams that belong to no person.

use crate::model::{EndpointKind, Timestamp};
use crate::triage::facts::Failure;
use crate::triage::scene::End;
use crate::triage::thresholds;
use crate::triage::verdict::{Counts, Flow};

use super::super::stats::poisson_at_least;
use super::{Attribution, Confidence, Limit, Scene, Testimony, Who};

impl Scene<'_> {
    fn rows_failed(&self, failure: Failure) -> Vec<u32> {
        (0..).zip(self.facts).filter(|(_, one)| one.failed == Some(failure)).map(|(row, _)| row).collect()
    }

    /// Returns whether a person has a session that did not fail.
    fn has_connected(&self, at: u32) -> bool {
        let it = &self.people[at as usize];
        it.sessions > it.failed
    }

    /// Returns the people of some sessions, in the order of the list of people.
    fn people_of(&self, rows: &[u32]) -> Vec<u32> {
        let mut with: Vec<_> =
            rows.iter().flat_map(|row| self.facts[*row as usize].people().map(|(_, person)| person)).collect();
        with.sort_unstable();
        self.everybody().filter(|at| with.binary_search(&self.people[*at as usize].person).is_ok()).collect()
    }
}

/// Groups the sessions that dropped by the second in which they ended; only groups of several people.
fn together(scene: &Scene<'_>) -> Vec<(Timestamp, Vec<u32>)> {
    let dropped = scene.rows_failed(Failure::Midcall);
    let mut ends: Vec<(Timestamp, u32)> =
        dropped.iter().filter_map(|row| Some((scene.facts[*row as usize].end?, *row))).collect();
    let Some(&(first, _)) = ends.first() else { return Vec::new() };
    ends.sort_by(|one, other| {
        first.until(one.0).seconds().total_cmp(&first.until(other.0).seconds()).then(one.1.cmp(&other.1))
    });
    let mut groups: Vec<(Timestamp, Vec<u32>)> = Vec::new();
    for (end, row) in ends {
        match groups.last_mut() {
            // Compared with the first of the group: one drop a second for a minute is not one event.
            Some((begin, rows)) if begin.until(end).seconds() <= thresholds::CLOCK_TOLERANCE => rows.push(row),
            _ => groups.push((end, vec![row])),
        }
    }
    let is_several = |rows: &[u32]| rows.len() >= thresholds::LEAST_AFFECTED as usize;
    groups.retain(|(_, rows)| {
        is_several(rows) && !is_chance(scene, rows.len(), dropped.len()) && is_several(&scene.people_of(rows))
    });
    groups
}

/// Returns whether a group of this size is likely to drop within one second by chance, if all drops are independent.
fn is_chance(scene: &Scene<'_>, group: usize, dropped: usize) -> bool {
    let starts = scene.facts.iter().filter_map(|one| one.start).min();
    let ends = scene.facts.iter().filter_map(|one| one.end).max();
    let Some((start, end)) = starts.zip(ends) else { return true };
    let expected = dropped as f64 * thresholds::CLOCK_TOLERANCE / start.until(end).seconds().max(1.0);
    // Any of the drops may be the first of a group.
    dropped as f64 * poisson_at_least(group as u32 - 1, expected) > thresholds::CHANCE
}

/// Finds people who dropped in the same second: one event.
pub(super) fn dropped_together(scene: &mut Scene<'_>) -> Vec<Attribution> {
    if scene.is_pair {
        return Vec::new();
    }
    let all = scene.rows_failed(Failure::Midcall).len() as u32;
    let mut found = Vec::new();
    for (when, rows) in together(scene) {
        let people = scene.people_of(&rows);
        let evidence = vec![Testimony::SameSecond(rows.len() as u32, all, when)];
        let who = Who::Sessions(rows.len() as u32);
        let mut one = Attribution::new("dropped-together", who, Confidence::Medium, evidence, people);
        if one.people.len() as u32 <= thresholds::FEW {
            one.limit(Confidence::Low, Limit::FewAffected);
        }
        scene.limit_by_call(&mut one);
        one.rows = rows;
        scene.has_common = true;
        found.push(one);
    }
    found
}

/// Finds sessions that failed: never set up, or dropped each by themselves.
pub(super) fn failed(scene: &mut Scene<'_>) -> Vec<Attribution> {
    let groups = if scene.is_pair { Vec::new() } else { together(scene) };
    let mut in_groups: Vec<u32> = groups.into_iter().flat_map(|(_, rows)| rows).collect();
    in_groups.sort_unstable();
    let kinds = [("setup", Failure::Setup, Confidence::Medium), ("dropped", Failure::Midcall, Confidence::Low)];
    let mut found = Vec::new();
    for (cause, failure, confidence) in kinds {
        let mut rows = scene.rows_failed(failure);
        rows.retain(|row| in_groups.binary_search(row).is_err());
        if rows.is_empty() {
            continue;
        }
        let evidence = vec![Testimony::Failed(rows.len() as u32, scene.facts.len() as u32)];
        let people = scene.people_of(&rows);
        let who = match people.as_slice() {
            [only] => Who::Person(*only),
            _ => Who::Sessions(rows.len() as u32),
        };
        let mut one = Attribution::new(cause, who, confidence, evidence, people);
        if one.people.len() as u32 <= thresholds::FEW {
            one.limit(Confidence::Low, Limit::FewAffected);
        }
        let connected = one.people.iter().filter(|at| scene.has_connected(**at)).count() as u32;
        if connected > 0 {
            one.evidence.push(Testimony::ConnectedToo(connected));
            one.limit(Confidence::Low, Limit::Rivals);
        }
        scene.limit_by_call(&mut one);
        one.rows = rows;
        found.push(one);
    }
    found
}

/// Finds poor legs between parties that are not the session's.
pub(super) fn legs(scene: &mut Scene<'_>) -> Vec<Attribution> {
    let mut found = Vec::new();
    for (row, one) in (0..).zip(scene.facts) {
        let counts = one.verdict(scene.set).flow(Flow::Elsewhere);
        let Some(leg) = one.leg().filter(|_| counts.poor > 0) else { continue };
        let cause = if leg.is_telephone { "telephone-leg" } else { "other-leg" };
        let evidence = vec![Testimony::Streams(counts)];
        let mut leg = Attribution::new(cause, Who::Leg(leg.ends), Confidence::Medium, evidence, Vec::new());
        scene.limit_by_call(&mut leg);
        leg.rows = vec![row];
        found.push(leg);
        if found.len() == thresholds::ONE_BY_ONE {
            break;
        }
    }
    found
}

/// Finds poor streams without a direction, and those of sessions between services.
pub(super) fn unplaced(scene: &mut Scene<'_>) -> Vec<Attribution> {
    let mut found = Vec::new();
    for at in scene.everybody() {
        let it = &scene.people[at as usize];
        if it.unplaced.poor == 0 || scene.is_covered[at as usize] || (scene.is_pair && scene.is_explained[at as usize])
        {
            continue;
        }
        let evidence = vec![Testimony::Streams(it.unplaced)];
        let mut one = Attribution::new("direction-unknown", Who::Person(at), Confidence::Low, evidence, vec![at]);
        scene.limit_by_call(&mut one);
        one.rows = vec![it.row];
        found.push(one);
        if found.len() == thresholds::ONE_BY_ONE {
            break;
        }
    }
    for (cause, is_service) in [("between-services", true), ("person-unknown", false)] {
        let (mut rows, mut counts) = (Vec::new(), Counts::default());
        for (row, one) in (0..).zip(scene.facts).filter(|(_, one)| one.people().next().is_none()) {
            let is_between = [End::Caller, End::Callee].iter().all(|end| one.party(*end).kind == EndpointKind::Service);
            let streams = one.verdict(scene.set).streams();
            if is_between == is_service && streams.poor > 0 {
                rows.push(row);
                counts += streams;
            }
        }
        if !rows.is_empty() {
            let (who, evidence) = (Who::Sessions(rows.len() as u32), vec![Testimony::Streams(counts)]);
            let mut one = Attribution::new(cause, who, Confidence::Low, evidence, Vec::new());
            one.rows = rows;
            found.push(one);
        }
    }
    found
}
