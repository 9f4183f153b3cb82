//! Signs that saved pages of a call are missing. Fetched pages need none: each is the response to the link of the
//! previous one.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::metrics::count;
use crate::model::NextLink;
use crate::triage::Person;

use super::loaded::{Call, Dataset};
use super::page::{Manifest, Page};
use super::row::PageId;

/// Why a call is incomplete although all its files were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// The service put an error beside a page's sessions.
    Error {
        page: String,
        /// The service's message.
        said: String,
    },
    /// A page's link to the next one is not a valid address.
    BadLink {
        page: String,
        /// The value in place of the address.
        link: String,
    },
    /// More pages link to a next one than there are pages to match.
    Unanswered,
    /// A file numbered like the call's pages contains something else.
    NoPage {
        /// Path of the file.
        file: String,
        /// What it contains.
        what: String,
    },
    /// Numbers are missing in the file names.
    Numbers {
        /// The first missing number, as a file name.
        missing: String,
        /// How many are missing.
        files: usize,
    },
    /// The service or the manifest counted more sessions than were read.
    Counted {
        /// The source of the count.
        by: &'static str,
        /// The counted number.
        sessions: usize,
        /// The number that was read.
        here: usize,
    },
    /// The manifest says that part of the call was not saved.
    SavedHalf,
    /// The record names participants without a session.
    Participants {
        /// Participants without a session.
        missing: usize,
        /// All participants.
        of: usize,
        /// The first missing one by name.
        first: String,
    },
}

/// The evidence that a call is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Every page was fetched, following the links to the last one.
    Fetched,
    /// The manifest calls this file complete, and its hash matches.
    Manifest,
    /// Every participant in the record has a session.
    Record,
    /// Every link has its page, which cannot prove that no page is missing.
    Links,
}

impl Proof {
    /// Returns its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Proof::Fetched => "fetched",
            Proof::Manifest => "manifest",
            Proof::Record => "record",
            Proof::Links => "links",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Proof::Fetched => "every page was fetched, to the last one",
            Proof::Manifest => "the manifest says the whole call was saved, and its hash matches",
            Proof::Record => "no further link, and every participant in the record has a session",
            Proof::Links => "no further link; these files cannot prove that no page is missing",
        }
    }
}

impl Gap {
    /// Returns it in words, as what follows "incomplete: ".
    pub fn words(&self) -> String {
        match self {
            Gap::Error { page, said } => format!("{page} came with an error ({said})"),
            Gap::BadLink { page, link } => format!("the next link of {page} is not a valid address ({link})"),
            Gap::Unanswered => "more on the server".to_owned(),
            Gap::NoPage { file, what } => format!("{file} is {what}, not a page"),
            Gap::Numbers { missing, files: 1 } => format!("{missing} is missing"),
            Gap::Numbers { missing, files: 2 } => format!("{missing} and 1 more file are missing"),
            Gap::Numbers { missing, files } => format!("{missing} and {} more files are missing", count(files - 1)),
            Gap::Counted { by, sessions, here } => {
                format!("{by} counts {} sessions, but callscope read only {}", count(*sessions), count(*here))
            }
            Gap::SavedHalf => "the manifest says part of the call was not saved".to_owned(),
            Gap::Participants { missing, of, first } => {
                let others = match missing - 1 {
                    0 => String::new(),
                    others => format!(" and {} more", count(others)),
                };
                format!(
                    "no session for {} of {} participants in the record ({first}{others})",
                    count(*missing),
                    count(*of)
                )
            }
        }
    }
}

/// Returns the first sign that something is missing, or else the evidence that nothing is.
pub fn look(call: &Call, loaded: &Dataset) -> Result<Proof, Gap> {
    let pages: Vec<&Page> = loaded.current_pages_of(call).collect();
    for page in &pages {
        if let Some(said) = &page.error {
            return Err(Gap::Error { page: page.origin.to_string(), said: said.clone() });
        }
        if let NextLink::Unreadable(link) = &page.link {
            return Err(Gap::BadLink { page: page.origin.to_string(), link: link.to_string() });
        }
    }
    let here = call.rows().len();
    let counted = pages.iter().filter_map(|page| usize::try_from(page.count?).ok()).max();
    if let Some(sessions) = counted.filter(|sessions| *sessions > here) {
        return Err(Gap::Counted { by: "the service", sessions, here });
    }
    // Fetched pages are each the response to the link of the previous one.
    if pages.last().is_some_and(|page| page.is_fetched) {
        return Ok(Proof::Fetched);
    }
    let is_one_call = loaded.calls().len() == 1;
    // If there are older versions, a page without a version may be from any of them.
    let has_older = loaded.all_pages_of(call).any(|(_, page)| page.is_superseded);
    if is_unanswered(&brought(call, loaded, false), is_one_call)
        || has_older && is_unanswered(&brought(call, loaded, true), is_one_call)
    {
        return Err(Gap::Unanswered);
    }
    if let Some(gap) = no_page(&pages, loaded) {
        return Err(gap);
    }
    let manifests: Vec<Option<Manifest>> = pages.iter().map(|page| page.manifest).collect();
    for manifest in manifests.iter().flatten() {
        match *manifest {
            Manifest::Matches { is_complete: false, .. } | Manifest::Changed { was_complete: false } => {
                return Err(Gap::SavedHalf);
            }
            Manifest::Matches { sessions, .. } if sessions > here => {
                return Err(Gap::Counted { by: "the manifest", sessions, here });
            }
            Manifest::Matches { .. } | Manifest::Changed { .. } => {}
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

/// A page with what it adds.
struct Brought<'a> {
    page: &'a Page,
    /// It has a session that no other page has.
    is_own: bool,
}

/// Returns whether a link has no matching page. Each page answers one link, except the first and those inside a record;
/// the last has none. Only a page that came with a list of its own sessions counts: a copy answers nothing.
fn is_unanswered(pages: &[Brought], is_one_call: bool) -> bool {
    let links: HashSet<_> = pages.iter().filter_map(|it| it.page.next()).collect();
    if links.is_empty() {
        return false;
    }
    let mut empty = HashSet::new();
    let mut answers = 0;
    let mut has_record = false;
    let mut has_end = false;
    for Brought { page, is_own } in pages {
        has_record |= page.has_record && (*is_own || page.next().is_some());
        has_end |= page.next().is_none() && page.is_list;
        let is_sure = is_one_call || page.tells_call;
        let is_page = match page.sessions {
            0 => page.says_sessions() && empty.insert(page.next()),
            _ => *is_own,
        };
        answers += usize::from(page.is_list && !page.has_record && is_sure && is_page);
    }
    !has_end || links.len() > if has_record { answers } else { answers.saturating_sub(1) }
}

/// Returns the pages of a call with what they add, optionally including those of older record versions.
fn brought<'a>(call: &'a Call, loaded: &'a Dataset, with_older: bool) -> Vec<Brought<'a>> {
    let older = call.older().iter().filter(|_| with_older);
    let mut owners: HashSet<PageId> = HashSet::new();
    let mut last = None;
    for row in call.rows().iter().chain(older) {
        // Rows of a page are mostly adjacent.
        if last != Some(row.page) {
            owners.insert(row.page);
            last = Some(row.page);
        }
    }
    let pages = loaded.all_pages_of(call).filter(|(_, page)| page.is_page() && (with_older || !page.is_superseded));
    pages.map(|(id, page)| Brought { page, is_own: owners.contains(&id) }).collect()
}

/// Finds a file numbered like the pages that is not a page.
fn no_page(pages: &[&Page], loaded: &Dataset) -> Option<Gap> {
    let series: HashSet<&str> = pages.iter().filter_map(|page| Some(numbered(&page.origin)?.0)).collect();
    let here: HashSet<&str> = pages.iter().map(|page| &*page.origin).collect();
    let foreign = loaded.foreign().iter().filter(|foreign| !here.contains(&*foreign.origin));
    let mut alike =
        foreign.filter(|foreign| numbered(&foreign.origin).is_some_and(|(before, ..)| series.contains(before)));
    let foreign = alike.next()?;
    Some(Gap::NoPage { file: foreign.origin.to_string(), what: foreign.one.clone() })
}

/// Finds missing numbers in the file names: `page-1.json` and `page-3.json`, or `page-2.json` alone.
fn missing_numbers(pages: &[&Page]) -> Option<Gap> {
    // Grouped by the part before the number; the same pages may be compressed or not.
    let mut series: BTreeMap<&str, Vec<Numbered>> = BTreeMap::new();
    let mut unnumbered = 0;
    for page in pages {
        match numbered(&page.origin) {
            Some((before, number, after)) => {
                series.entry(before).or_default().push(Numbered { number, sessions: page.sessions, after });
            }
            None => unnumbered += 1,
        }
    }
    series.into_iter().find_map(|(before, mut files)| {
        files.sort_unstable_by_key(|file| file.number);
        files.dedup_by_key(|file| file.number);
        let (missing, count) = missing_by_offset(before, &files).or_else(|| missing_in_row(before, &files))?;
        // A file without a number may be one of these.
        let count = count.checked_sub(unnumbered).filter(|count| *count > 0)?;
        let name = before.rsplit(['/', '\\']).next().unwrap_or(before);
        let after = files.first().map_or("", |file| file.after);
        Some(Gap::Numbers { missing: format!("{name}{missing}{after}"), files: count })
    })
}

/// A page's file with a number in its name.
struct Numbered<'a> {
    number: u64,
    sessions: usize,
    /// The part after the number.
    after: &'a str,
}

fn is_named_page(before: &str) -> bool {
    ["page", "part"].iter().any(|word| word_before_number(before).eq_ignore_ascii_case(word))
}

/// Returns the first missing number where files are counted one by one, and how many are missing.
fn missing_in_row(before: &str, files: &[Numbered]) -> Option<(u64, usize)> {
    let (first, last) = (files.first()?.number, files.last()?.number);
    // Pages are counted from 0 or 1. Other numbers may be days or hours, especially after other numbers.
    let is_date = before.trim_end_matches(['-', '_', '.', ' ']).ends_with(|sign: char| sign.is_ascii_digit());
    if !is_named_page(before) && (is_date || first > 1 || files.len() < 2) {
        return None;
    }
    let missing = usize::try_from(last.checked_add(1)? - first.min(1)).ok()?.checked_sub(files.len())?;
    // Interner that skip more numbers than they have do not count pages.
    if missing == 0 || !is_named_page(before) && missing > files.len() {
        return None;
    }
    Some(((first.min(1)..=last).zip(files).find(|(number, file)| *number != file.number)?.0, missing))
}

/// Does the same where pages are numbered by the sessions before them, as in `page-0`, `page-60`, `page-120`; `None` if
/// they are not.
fn missing_by_offset(before: &str, files: &[Numbered]) -> Option<(u64, usize)> {
    let (first, last) = (files.first()?.number, files.last()?.number);
    let size = size_of_pages(files)?;
    let base = first % size;
    if base > 1 || first > 1 && !is_named_page(before) {
        return None;
    }
    let slots = (last - base) / size + 1;
    let count = usize::try_from(slots).ok()?.checked_sub(files.len())?;
    let mut numbers = (0..slots).map(|slot| base + slot * size).zip(files);
    Some((numbers.find(|(number, file)| *number != file.number).map_or(0, |(number, _)| number), count))
}

/// Returns the interval of the numbers, ignoring missing ones: the size of each page but the last, or at least ten
/// between three or more of them.
fn size_of_pages(files: &[Numbered]) -> Option<u64> {
    let steps: Vec<u64> = files.windows(2).map(|two| two[1].number - two[0].number).collect();
    let step = *steps.iter().min().filter(|step| **step > 1)?;
    let sessions = files[0].sessions as u64;
    let are_of_size = files[..files.len() - 1].iter().all(|file| file.sessions as u64 == sessions);
    let size = if are_of_size && sessions > 1 && step.is_multiple_of(sessions) {
        sessions
    } else if step >= 10 && steps.len() > 1 {
        step
    } else {
        return None;
    };
    steps.iter().all(|step| step.is_multiple_of(size)).then_some(size)
}

/// Returns the last number in a file name, and the parts before and after it.
fn numbered(path: &str) -> Option<(&str, u64, &str)> {
    let name_at = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    // Digits after the first dot belong to extensions and dates.
    let stem_end = name_at + path[name_at..].find('.').unwrap_or(path.len() - name_at);
    let end = path[..stem_end].rfind(|sign: char| sign.is_ascii_digit())? + 1;
    let start = path[..end].rfind(|sign: char| !sign.is_ascii_digit()).map_or(0, |at| at + 1);
    if end <= name_at {
        return None;
    }
    let start = start.max(name_at);
    // Followed by a letter, it is part of a hash or an ID.
    if path[end..].starts_with(|sign: char| sign.is_ascii_alphanumeric()) {
        return None;
    }
    Some((&path[..start], path[start..end].parse().ok()?, &path[end..]))
}

/// Returns the word before a number: `page` in `call-page_`.
fn word_before_number(before: &str) -> &str {
    let before = before.trim_end_matches(['-', '_', ' ', '.']);
    let start = before.rfind(|sign: char| !sign.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    &before[start..]
}

/// Checks that every participant in the record has a session. `None` if the record names no one who should, or if
/// enough people in the sessions are unknown to it that they may be the missing ones.
fn participants(call: &Call) -> Option<Result<(), Gap>> {
    let record = call.record()?;
    let sets = record.participants_v2.readable().filter_map(|(_, one)| one.identity.value());
    let sets = sets.chain(record.participants.readable().map(|(_, set)| set));
    let mut named: HashMap<u32, &str> = HashMap::new();
    let mut has_nameless = false;
    for set in sets {
        let Some((kind, identity)) = set.first() else { continue };
        // Bots and voice applications take part without a session of their own.
        if kind.to_ascii_lowercase().contains("application") {
            continue;
        }
        let Some(id) = identity.id.value() else {
            has_nameless = true;
            continue;
        };
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
        [] if is_cut || has_nameless => None,
        [] => Some(Ok(())),
        [first, ..] if names.len() > unknown.len() => {
            Some(Err(Gap::Participants { missing: names.len(), of, first: (*first).to_owned() }))
        }
        _ => None,
    }
}
