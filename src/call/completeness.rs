//! Is this all of the call? One answer, in one line.

use crate::metrics::count;

use super::gaps::{Gap, Proof};
use super::load_event::{LoadOutcome, Wait};
use super::loaded::{Call, Dataset};
use super::page::{RecordVersion, version_words};

/// How much of a call was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Completeness {
    /// More is being read.
    Arriving {
        /// Complete pages so far.
        pages: usize,
        /// Percent of the bytes, if the size is known.
        percent: Option<u8>,
        /// The current wait.
        wait: Option<Wait>,
    },
    /// All pages were read, as far as can be known.
    Complete {
        pages: usize,
        /// Sessions that could not be read or shown.
        lost: usize,
        /// The evidence.
        proof: Proof,
    },
    /// All pages were read, but the service now has a newer version of the record.
    Outdated {
        pages: usize,
        /// The version that was read, if known.
        read: Option<RecordVersion>,
        /// The current version, if known.
        now: Option<RecordVersion>,
    },
    /// The saved pages show that something was not saved.
    Gap {
        /// Pages that were read.
        pages: usize,
        /// The evidence.
        gap: Gap,
    },
    /// The data is truncated: an incomplete file or a broken document.
    Broken {
        /// Pages that were read.
        pages: usize,
    },
    /// An error or the user stopped the load.
    Stopped {
        /// Pages that were read.
        pages: usize,
        /// The reason in a few words.
        why: String,
    },
}

impl Completeness {
    /// Assesses a call.
    pub fn of(call: &Call, loaded: &Dataset) -> Completeness {
        let pages = loaded.current_pages_of(call).filter(|page| page.is_whole).count();
        match loaded.ending() {
            None => {
                let (read, of) = loaded.progress();
                let percent = of.filter(|&of| of > 0).map(|of| (read.min(of) * 100 / of) as u8);
                Completeness::Arriving { pages, percent, wait: loaded.wait().cloned() }
            }
            Some(LoadOutcome::Cancelled) => Completeness::Stopped { pages, why: "stopped by you".to_owned() },
            Some(LoadOutcome::Stopped(trouble)) => Completeness::Stopped { pages, why: trouble.what.clone() },
            Some(&LoadOutcome::Outdated { read, now }) => Completeness::Outdated { pages, read, now },
            Some(LoadOutcome::AllRead) if loaded.current_pages_of(call).any(|page| !page.is_whole) => {
                Completeness::Broken { pages }
            }
            Some(LoadOutcome::AllRead) => match call.looked_over() {
                Some(Err(gap)) => Completeness::Gap { pages, gap: gap.clone() },
                Some(Ok(proof)) => Completeness::Complete { pages, lost: loaded.problems.losses(), proof: *proof },
                None => Completeness::Complete { pages, lost: loaded.problems.losses(), proof: Proof::Links },
            },
        }
    }

    /// Returns whether the call is complete and nothing was lost.
    pub fn is_final(&self) -> bool {
        matches!(self, Completeness::Complete { lost: 0, .. })
    }

    /// Returns whether all of the version that was read is there: conclusions about it will not change.
    pub fn is_whole(&self) -> bool {
        self.is_final() || matches!(self, Completeness::Outdated { .. })
    }

    /// Returns whether something is missing and nothing more will come.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Completeness::Complete { lost, .. } => *lost > 0,
            Completeness::Gap { .. } | Completeness::Broken { .. } | Completeness::Stopped { .. } => true,
            Completeness::Arriving { .. } | Completeness::Outdated { .. } => false,
        }
    }

    /// Returns it in a word or two, for narrow places.
    pub fn short_words(&self) -> String {
        match self {
            Completeness::Arriving { wait: Some(wait), .. } => format!("waiting {} s", wait.seconds),
            Completeness::Arriving { .. } => "so far".to_owned(),
            Completeness::Complete { lost: 0, .. } => "complete".to_owned(),
            Completeness::Complete { lost, .. } => format!("{} lost", count(*lost)),
            Completeness::Outdated { .. } => "outdated".to_owned(),
            Completeness::Gap { gap: Gap::Unanswered, .. } => "more on the server".to_owned(),
            Completeness::Gap { .. } | Completeness::Broken { .. } | Completeness::Stopped { .. } => {
                "incomplete".to_owned()
            }
        }
    }

    /// Returns it in words, with the evidence that a complete call is complete.
    pub fn full_words(&self) -> String {
        match self {
            Completeness::Complete { lost: 0, proof, .. } => proof.words().to_owned(),
            _ => self.words(),
        }
    }

    /// Returns it in words, for the header.
    pub fn words(&self) -> String {
        let so_far = |pages: usize| match pages {
            1 => "1 page".to_owned(),
            _ => format!("{} pages", count(pages)),
        };
        match self {
            Completeness::Arriving { wait: Some(wait), pages, .. } => {
                format!("so far: {} · {}", so_far(*pages), wait.words())
            }
            Completeness::Arriving { percent: Some(percent), .. } => format!("so far: {percent} % read …"),
            Completeness::Arriving { pages, .. } => format!("so far: {} …", so_far(*pages)),
            Completeness::Complete { pages: 1, lost: 0, .. } => "complete".to_owned(),
            Completeness::Complete { pages, lost: 0, .. } => format!("complete: {}", so_far(*pages)),
            Completeness::Complete { lost, .. } => format!("{} could not be read", count(*lost)),
            Completeness::Outdated { read, now, .. } => match (version_words(*read), version_words(*now)) {
                // Only the time of the last change differs.
                (read, now) if read == now => format!("{read} of the record, which has changed since"),
                (read, now) => format!("{read} of the record; {now} is now available"),
            },
            Completeness::Gap { pages, gap: Gap::Unanswered } => {
                format!("{} saved, more on the server", so_far(*pages))
            }
            Completeness::Gap { gap, .. } => format!("incomplete: {}", gap.words()),
            Completeness::Broken { .. } => "incomplete: the data is truncated".to_owned(),
            Completeness::Stopped { pages, .. } => format!("incomplete: stopped after {}", so_far(*pages)),
        }
    }
}
