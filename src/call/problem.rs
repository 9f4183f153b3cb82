//! What was skipped, repaired or waited for, in sentences an engineer can act on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::metrics::count;
use crate::model::Text;

/// Where something was read: a file path, `stdin`, an address without its host.
pub type Origin = Arc<str>;

/// Something to know about how a call was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How much it matters.
    pub weight: ProblemLevel,
    /// Where it occurred.
    pub origin: Origin,
    /// What happened, as a sentence without its full stop.
    pub what: String,
    /// The byte in the origin, if known.
    pub at: Option<u64>,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemLevel {
    /// Data is missing on screen because of it.
    Loss,
    /// Something was repaired or is odd; nothing is missing.
    Oddity,
    /// For information.
    Note,
}

/// All problems of a load, the first of them in full.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    listed: Vec<Problem>,
    unlisted: usize,
    lost: usize,
}

impl Problems {
    /// Beyond this number they are counted but not listed: a file of a million broken lines has one fault, not a
    /// million.
    const LISTED: usize = 500;

    /// Adds a problem.
    pub fn add(&mut self, problem: Problem) {
        self.lost += usize::from(problem.weight == ProblemLevel::Loss);
        if self.listed.len() < Self::LISTED {
            self.listed.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Returns the listed problems, in the order they occurred.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.listed.iter()
    }

    /// Returns how many are not listed.
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.listed.len() + self.unlisted
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many of them cost data.
    pub fn losses(&self) -> usize {
        self.lost
    }
}

impl Problem {
    /// Returns the sentence with its place: `sessions.json, byte 1,234: session skipped: ...`.
    pub fn words(&self) -> String {
        match self.at {
            Some(at) => format!("{}, byte {}: {}", self.origin, count(at as usize), self.what),
            None => format!("{}: {}", self.origin, self.what),
        }
    }
}

/// Something that was opened and is not a call, or contains things that are not sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What was opened.
    pub origin: Origin,
    /// What it is, or what one of the things in it is, with its article.
    pub one: String,
    /// What several of the things are.
    pub many: String,
    /// How many of them it contains; `None` if all of it is that.
    pub count: Option<u64>,
    /// The next step.
    pub hint: String,
}

impl Foreign {
    /// Describes it as a sentence without its full stop.
    pub fn words(&self) -> String {
        match self.count {
            None => format!("{} is {}", self.origin, self.one),
            Some(1) => format!("{} holds {}", self.origin, self.one),
            Some(many) => format!("{} holds {} {}", self.origin, count(many as usize), self.many),
        }
    }
}

/// Members and values that the schema does not have, with their counts.
#[derive(Debug, Clone, Default)]
pub struct Oddities {
    counts: BTreeMap<Text, u64>,
    /// Count of kinds beyond the listed ones.
    others: u64,
}

impl Oddities {
    /// Kinds beyond this number are counted together.
    const KINDS: usize = 500;

    /// Adds to the count of one kind.
    pub fn add(&mut self, oddity: Text, times: u64) {
        if let Some(count) = self.counts.get_mut(&oddity) {
            *count += times;
        } else if self.counts.len() < Self::KINDS {
            self.counts.insert(oddity, times);
        } else {
            self.others += times;
        }
    }

    /// Adds another count.
    pub fn merge(&mut self, other: Oddities) {
        for (oddity, times) in other.counts {
            self.add(oddity, times);
        }
        self.others += other.others;
    }

    /// Returns each kind with its count, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(oddity, times)| (oddity.as_str(), *times))
    }

    /// Returns how many are not listed by name.
    pub fn others(&self) -> u64 {
        self.others
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_problems_are_counted_and_not_kept() {
        let mut problems = Problems::default();
        for at in 0..1_000_000 {
            let what = "session skipped".to_owned();
            problems.add(Problem { weight: ProblemLevel::Loss, origin: "a.json".into(), what, at: Some(at) });
        }
        assert_eq!((problems.iter().count(), problems.len(), problems.losses()), (500, 1_000_000, 1_000_000));
        assert_eq!(problems.iter().nth(1).map(Problem::words).as_deref(), Some("a.json, byte 1: session skipped"));
    }

    #[test]
    fn a_million_kinds_of_oddities_are_counted_together() {
        let mut oddities = Oddities::default();
        for kind in 0..1_000u32 {
            oddities.add(compact_str::format_compact!("session.x{kind:04}"), 2);
        }
        assert_eq!((oddities.iter().count(), oddities.others()), (500, 1_000));
    }
}
