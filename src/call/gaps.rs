//! Signs that saved pages of a call are missing. Pages that were fetched need none of them: each is the answer to the
//! link of the one before.

use std::collections::{HashMap, HashSet};

use crate::metrics::count;
use crate::model::NextLink;
use crate::triage::Person;

use super::loaded::{Call, Loaded};
use super::page::{Manifest, Page};

/// Why a call that was read to the end of its files is not all here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// The service put an error beside a page's sessions.
    Error {
        /// The page.
        page: String,
        /// What the service says.
        said: String,
    },
    /// A page's link to the next one is no address.
    BadLink {
        /// The page.
        page: String,
        /// What stands where the address should.
        link: String,
    },
    /// More pages link to a next one than pages are here to answer.
    Unanswered,
    /// Numbers are missing among the names of the files.
    Numbers {
        /// The first missing one, as the file would be called.
        missing: String,
        /// How many are.
        files: usize,
    },
    /// The service, or the manifest, counted more sessions than are here.
    Counted {
        /// Who counted.
        by: &'static str,
        /// How many.
        sessions: usize,
        /// How many are here.
        here: usize,
    },
    /// The manifest says that not all of the call was saved.
    SavedHalf,
    /// The record names participants who have no session here.
    Participants {
        /// How many of them have none.
        missing: usize,
        /// How many there are.
        of: usize,
        /// The first of them by name.
        first: String,
    },
}

/// What makes a complete call complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Every page was fetched, from link to link, to one without a link.
    Fetched,
    /// The file is the one that the manifest beside it calls complete.
    Manifest,
    /// Every participant of the record has a session here.
    Record,
    /// Every link here is answered here, which cannot prove that no page is missing.
    Links,
}

impl Proof {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Proof::Fetched => "fetched",
            Proof::Manifest => "manifest",
            Proof::Record => "record",
            Proof::Links => "links",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Proof::Fetched => "every page was fetched, to the last one",
            Proof::Manifest => "the manifest beside the file says that all of the call was saved, and its hash matches",
            Proof::Record => "no further link, and every participant in the record has a session here",
            Proof::Links => "no further link; these files cannot prove that no page is missing",
        }
    }
}

impl Gap {
    /// In words, as what follows "incomplete: ".
    pub fn words(&self) -> String {
        match self {
            Gap::Error { page, said } => format!("{page} came with an error ({said})"),
            Gap::BadLink { page, link } => format!("the link to the page after {page} is no address ({link})"),
            Gap::Unanswered => "more on the server".to_owned(),
            Gap::Numbers { missing, files: 1 } => format!("{missing} is missing"),
            Gap::Numbers { missing, files: 2 } => format!("{missing} and 1 more file are missing"),
            Gap::Numbers { missing, files } => format!("{missing} and {} more files are missing", count(files - 1)),
            Gap::Counted { by, sessions, here } => {
                format!("{by} counts {} sessions, and {} are here", count(*sessions), count(*here))
            }
            Gap::SavedHalf => "the manifest says that not all of the call was saved".to_owned(),
            Gap::Participants { missing, of, first } => {
                let others = match missing - 1 {
                    0 => String::new(),
                    others => format!(" and {} more", count(others)),
                };
                format!(
                    "{} of {} participants in the record have no session here: {first}{others}",
                    count(*missing),
                    count(*of)
                )
            }
        }
    }
}

/// The first sign that something is missing; or else what proves that nothing is.
pub fn look(call: &Call, loaded: &Loaded) -> Result<Proof, Gap> {
    let pages: Vec<&Page> = loaded.current_pages_of(call).collect();
    for page in &pages {
        if let Some(said) = &page.error {
            return Err(Gap::Error { page: page.origin.to_string(), said: said.clone() });
        }
        if let NextLink::Unreadable(link) = &page.link {
            return Err(Gap::BadLink { page: page.origin.to_string(), link: link.to_string() });
        }
    }
    if is_unanswered(&pages) {
        return Err(Gap::Unanswered);
    }
    if pages.last().is_some_and(|page| page.is_fetched) {
        return Ok(Proof::Fetched);
    }
    let here = call.rows().len();
    let counted = pages.iter().filter_map(|page| usize::try_from(page.count?).ok()).max();
    if let Some(sessions) = counted.filter(|sessions| *sessions > here) {
        return Err(Gap::Counted { by: "the service", sessions, here });
    }
    let manifests: Vec<Option<Manifest>> = pages.iter().map(|page| page.manifest).collect();
    for manifest in manifests.iter().flatten() {
        match *manifest {
            Manifest::Matches { is_complete: false, .. } => return Err(Gap::SavedHalf),
            Manifest::Matches { sessions, .. } if sessions > here => {
                return Err(Gap::Counted { by: "the manifest", sessions, here });
            }
            Manifest::Matches { .. } | Manifest::Changed => {}
        }
    }
    if !pages.is_empty() && manifests.iter().all(|one| matches!(one, Some(Manifest::Matches { .. }))) {
        return Ok(Proof::Manifest);
    }
    if let Some(gap) = missing_numbers(&pages) {
        return Err(gap);
    }
    match participants(call) {
        Some(Err(gap)) => Err(gap),
        Some(Ok(())) => Ok(Proof::Record),
        None => Ok(Proof::Links),
    }
}

/// Each page answers one link, but for the first one, or for those that came inside of a record.
fn is_unanswered(pages: &[&Page]) -> bool {
    let mut seen = HashSet::new();
    // A page that was saved twice answers once.
    let distinct: Vec<&&Page> =
        pages.iter().filter(|page| page.sessions == 0 || seen.insert((page.fingerprint, page.next()))).collect();
    let links: HashSet<_> = distinct.iter().filter_map(|page| page.next()).collect();
    let listed = distinct.iter().filter(|page| page.is_page() && !page.has_record).count();
    let has_record = distinct.iter().any(|page| page.has_record);
    links.len() > if has_record { listed } else { listed.saturating_sub(1) }
}

/// Numbers that are missing among the files' names: `page-1.json` and `page-3.json`, or `page-2.json` alone.
fn missing_numbers(pages: &[&Page]) -> Option<Gap> {
    // By what stands before and behind the number.
    let mut series: HashMap<(&str, &str), Vec<(u64, usize)>> = HashMap::new();
    for page in pages {
        let (before, number, after) = numbered(&page.origin)?;
        series.entry((before, after)).or_default().push((number, page.sessions));
    }
    if series.len() != 1 {
        return None;
    }
    let ((before, after), mut numbers) = series.into_iter().next()?;
    numbers.sort_unstable();
    numbers.dedup_by_key(|(number, _)| *number);
    let ((first, _), (last, _)) = (*numbers.first()?, *numbers.last()?);
    let is_named_page = ["page", "part"].iter().any(|word| word_before_number(before).eq_ignore_ascii_case(word));
    // Pages are counted from 0 or 1. Other numbers may be days or hours, most of all behind other numbers.
    let is_date = before.trim_end_matches(['-', '_', '.', ' ']).ends_with(|sign: char| sign.is_ascii_digit());
    if !is_named_page && (is_date || first > 1 || numbers.len() < 2) {
        return None;
    }
    if are_offsets(&numbers) {
        return None;
    }
    let files = usize::try_from(last.checked_add(1)? - first.min(1)).ok()?.checked_sub(numbers.len())?;
    // Names that skip more than they have are no count of pages.
    if files == 0 || !is_named_page && files > numbers.len() {
        return None;
    }
    let missing = (first.min(1)..=last).zip(&numbers).find(|(number, (here, _))| number != here)?.0;
    let name = before.rsplit(['/', '\\']).next().unwrap_or(before);
    Some(Gap::Numbers { missing: format!("{name}{missing}{after}"), files })
}

/// Are pages numbered by how many sessions came before them, as in `page-0`, `page-60`, `page-120`? Each number has to be
/// as far from the next as its page has sessions, or three and more of them equally far.
fn are_offsets(numbers: &[(u64, usize)]) -> bool {
    let steps: Vec<u64> = numbers.windows(2).map(|two| two[1].0 - two[0].0).collect();
    let by_sessions = steps.iter().zip(numbers).all(|(step, (_, sessions))| *step == *sessions as u64);
    let is_even = steps.len() > 1 && steps[0] >= 10 && steps.iter().all(|step| *step == steps[0]);
    numbers.first().is_some_and(|(first, _)| *first <= 1)
        && !steps.is_empty()
        && steps[0] > 1
        && (by_sessions || is_even)
}

/// The last number in a file's name, with what stands before and behind it.
fn numbered(path: &str) -> Option<(&str, u64, &str)> {
    let name_at = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    // Digits behind the first dot belong to endings and dates.
    let stem_end = name_at + path[name_at..].find('.').unwrap_or(path.len() - name_at);
    let end = path[..stem_end].rfind(|sign: char| sign.is_ascii_digit())? + 1;
    let start = path[..end].rfind(|sign: char| !sign.is_ascii_digit()).map_or(0, |at| at + 1);
    if end <= name_at {
        return None;
    }
    let start = start.max(name_at);
    // With a letter behind it, it is part of a hash or an id.
    if path[end..].starts_with(|sign: char| sign.is_ascii_alphanumeric()) {
        return None;
    }
    Some((&path[..start], path[start..end].parse().ok()?, &path[end..]))
}

/// The word before a number: `page` in `call-page_`.
fn word_before_number(before: &str) -> &str {
    let before = before.trim_end_matches(['-', '_', ' ', '.']);
    let start = before.rfind(|sign: char| !sign.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    &before[start..]
}

/// Do all participants of the record have a session? `None` when the record names nobody who should, or when so many
/// people here are unknown to it that they may be the missing ones.
fn participants(call: &Call) -> Option<Result<(), Gap>> {
    let record = call.record()?;
    let sets = record.participants_v2.readable().filter_map(|(_, one)| one.identity.value());
    let sets = sets.chain(record.participants.readable().map(|(_, set)| set));
    let mut named: HashMap<u32, &str> = HashMap::new();
    for set in sets {
        let Some((kind, identity)) = set.first() else { continue };
        // Bots and voice applications take part without a session of their own.
        if kind.to_ascii_lowercase().contains("application") {
            continue;
        }
        let Some(id) = identity.id.value() else { continue };
        let name = identity.display_name.value().unwrap_or(id);
        named.entry(Person::id_hash_of(id)).or_insert(name);
    }
    let is_cut = record.extra.iter().any(|(name, _)| name.starts_with("participants") && name.ends_with("nextLink"));
    let of = named.len();
    if of == 0 {
        return None;
    }
    let (mut missing, mut unknown) = (named.clone(), HashSet::new());
    for (_, person) in call.rows().iter().flat_map(|row| row.facts.people()) {
        missing.remove(&person.id_hash());
        if !named.contains_key(&person.id_hash()) {
            unknown.insert(person);
        }
    }
    let mut names: Vec<&str> = missing.into_values().collect();
    names.sort_unstable();
    match names.as_slice() {
        [] if is_cut => None,
        [] => Some(Ok(())),
        [first, ..] if names.len() > unknown.len() => {
            Some(Err(Gap::Participants { missing: names.len(), of, first: (*first).to_owned() }))
        }
        _ => None,
    }
}
