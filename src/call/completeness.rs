//! Is this all of the call? One answer, in one line.

use crate::metrics::count;

use super::arrival::{Ending, Wait};
use super::gaps::{Gap, Proof};
use super::loaded::{Call, Loaded};

/// How much of a call is here.
#[derive(Debug, Clone, PartialEq)]
pub enum Completeness {
    /// More is being read.
    Arriving {
        /// Pages that are here whole.
        pages: usize,
        /// Percent of the bytes, where the size is known.
        percent: Option<u8>,
        /// What is being waited for.
        wait: Option<Wait>,
    },
    /// All pages are here, as far as anything tells.
    Complete {
        /// How many.
        pages: usize,
        /// Sessions that could not be read or shown.
        lost: usize,
        /// What proves it.
        proof: Proof,
    },
    /// All pages are here, and the service has a newer version of the record.
    Outdated {
        /// How many pages.
        pages: usize,
        /// The version that was read.
        read: i64,
        /// The one that is there now.
        now: i64,
    },
    /// The saved pages show that something was not saved.
    Gap {
        /// Pages that are here.
        pages: usize,
        /// What shows it.
        gap: Gap,
    },
    /// The data breaks off: a file that was cut, a document that broke.
    Broken {
        /// Pages that are here.
        pages: usize,
    },
    /// Something or somebody stopped the load.
    Stopped {
        /// Pages that are here.
        pages: usize,
        /// Why, in a few words.
        why: String,
    },
}

impl Completeness {
    /// Of a call.
    pub fn of(call: &Call, loaded: &Loaded) -> Completeness {
        let pages = loaded.current_pages_of(call).filter(|page| page.is_whole).count();
        match loaded.ending() {
            None => {
                let (read, of) = loaded.progress();
                let percent = of.filter(|&of| of > 0).map(|of| (read.min(of) * 100 / of) as u8);
                Completeness::Arriving { pages, percent, wait: loaded.wait().cloned() }
            }
            Some(Ending::Cancelled) => Completeness::Stopped { pages, why: "stopped by you".to_owned() },
            Some(Ending::Stopped(trouble)) => Completeness::Stopped { pages, why: trouble.what.clone() },
            Some(&Ending::Outdated { read, now }) => Completeness::Outdated { pages, read, now },
            Some(Ending::AllRead) if loaded.current_pages_of(call).any(|page| !page.is_whole) => {
                Completeness::Broken { pages }
            }
            Some(Ending::AllRead) => match call.looked_over() {
                Some(Err(gap)) => Completeness::Gap { pages, gap: gap.clone() },
                Some(Ok(proof)) => Completeness::Complete { pages, lost: loaded.problems.losses(), proof: *proof },
                None => Completeness::Complete { pages, lost: loaded.problems.losses(), proof: Proof::Links },
            },
        }
    }

    /// Everything that the call has is here and was read.
    pub fn is_final(&self) -> bool {
        matches!(self, Completeness::Complete { lost: 0, .. })
    }

    /// Something of the call is not here, and nothing brings it any more.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Completeness::Complete { lost, .. } => *lost > 0,
            Completeness::Gap { .. } | Completeness::Broken { .. } | Completeness::Stopped { .. } => true,
            Completeness::Arriving { .. } | Completeness::Outdated { .. } => false,
        }
    }

    /// In a word or two, where there is no room for more.
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

    /// In words, with what proves a complete call complete.
    pub fn full_words(&self) -> String {
        match self {
            Completeness::Complete { lost: 0, proof, .. } => proof.words().to_owned(),
            _ => self.words(),
        }
    }

    /// In words, for the header.
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
            Completeness::Outdated { read, now, .. } => {
                format!("version {read} of the record; version {now} is now available")
            }
            Completeness::Gap { pages, gap: Gap::Unanswered } => {
                format!("{} saved, more on the server", so_far(*pages))
            }
            Completeness::Gap { gap, .. } => format!("incomplete: {}", gap.words()),
            Completeness::Broken { .. } => "incomplete: the data is truncated".to_owned(),
            Completeness::Stopped { pages, .. } => format!("incomplete: stopped after {}", so_far(*pages)),
        }
    }
}
