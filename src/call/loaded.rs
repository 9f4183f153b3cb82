//! The calls in what was opened, growing as pages arrive.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::sync::Arc;

use crate::model::{Asked, CallRecord, Envelope, Field, NextLink, Text, Timestamp};
use crate::triage::call_analysis::CallContext;
use crate::triage::{Assessment, Counts, End, Interner, Name, Person, SessionStatus, SessionVerdict, Verdict, assess};

use super::gaps::{self, Gap, Proof};
use super::load_event::{LoadEvent, LoadOutcome, ReceivedRecord, UserError, UserErrorKind, Wait};
use super::page::{Page, RecordVersion};
use super::participant_names::{ParticipantNames, SessionNames};
use super::problem::{Foreign, Oddities, Origin, Problem, ProblemLevel, Problems};
use super::row::{PageId, Row, SessionId, SessionRef};
use super::rows::Rows;

/// Everything that was opened: one call, or several if the files contain several.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    calls: Vec<Call>,
    /// The calls whose ID is known.
    by_id: HashMap<Text, usize, foldhash::fast::FixedState>,
    pages: Vec<Page>,
    names: Interner,
    /// What was skipped or repaired.
    pub problems: Problems,
    /// Members and values that the schema does not have.
    pub oddities: Oddities,
    foreign: Vec<Foreign>,
    service: Option<String>,
    wait: Option<Wait>,
    budget: Option<(usize, usize, u64)>,
    progress: (u64, Option<u64>),
    ending: Option<LoadOutcome>,
}

#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The call ID, if a page or record gives it.
    pub id: Option<Text>,
    record: Option<Box<ReceivedRecord>>,
    /// Names in the record that sessions may omit.
    known: Arc<ParticipantNames>,
    rows: Rows,
    pages: Vec<PageId>,
    /// The first row with an ID, by the ID's hash.
    by_id: HashMap<u64, u32, foldhash::fast::FixedState>,
    /// The first row of each session that has everything needed to identify it, by a hash of that.
    by_session: HashMap<u64, u32, foldhash::fast::FixedState>,
    /// The same without the session's end.
    begun: HashSet<u64, foldhash::fast::FixedState>,
    /// Named people, by a hash of the ID.
    named: HashMap<NonZeroU32, (Person, Name), foldhash::fast::FixedState>,
    /// Ends of rows with only an ID, by a hash of that.
    nameless: HashMap<NonZeroU32, Vec<(u32, End)>, foldhash::fast::FixedState>,
    /// The newest record version that sessions are from.
    newest: Option<RecordVersion>,
    /// The first sign that something is missing, or the evidence that nothing is; known once the load has ended.
    looked_over: Option<Result<Proof, Gap>>,
    /// Number of unidentified people so far.
    anonymous: u32,
    /// From the first session's start to the last one's end.
    spanned: (Option<Timestamp>, Option<Timestamp>),
    /// Counts of verdicts by each rule set.
    tallies: Vec<Tally>,
    /// Sessions without segments, because these were not requested.
    pub unexpanded: usize,
    /// Sessions that came more than once, unchanged.
    pub repeated: usize,
    /// Sessions that came again with other content; the fuller one is shown.
    pub revised: usize,
    /// Sessions that look like an earlier one by everything that identifies sessions, yet may be different: two from
    /// one page, or from an unidentified person. All are shown.
    pub twins: usize,
    /// How many people got a name that a later session provided.
    joined: usize,
    /// Sessions that came twice with different ends and unknown record versions; both are shown.
    pub ended_twice: usize,
    /// Sessions that came again. They are shown after all if those they repeat turn out to be from an older version.
    again: Vec<Row>,
    /// Sessions of older record versions, hidden while there is a newer one.
    older: Vec<Row>,
}

/// The rows of a call as they are now, for an assessment of the whole.
#[derive(Debug, Clone)]
pub struct AssessmentInput {
    rows: Rows,
    set: usize,
    context: CallContext,
}

impl AssessmentInput {
    /// Assesses the call.
    pub fn assess(&self) -> Assessment {
        assess(self.rows.iter().map(|row| &row.facts), self.set, self.context)
    }
}

/// How the rows of a call were judged by one rule set.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Rows per standing, in the order of [`SessionStatus`].
    standings: [usize; 5],
    /// Sessions per verdict.
    sessions: Counts,
    /// Streams per verdict.
    streams: Counts,
}

/// Returns whether a value needed for the verdict is present but unusable, and nothing else makes the session poor.
fn is_unusable(verdict: &SessionVerdict) -> bool {
    verdict.verdict() == Verdict::Unclassified && verdict.streams().unusable > 0
}

/// How an arrival changed the rows of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Rows from this index on are new.
    pub new_from: Option<usize>,
    /// Rows changed or moved: everything derived from them must be rebuilt.
    pub is_rebuilt: bool,
}

impl Dataset {
    /// Applies a piece of news. Returns what it changed in the call at `watched`.
    pub fn take(&mut self, arrival: LoadEvent, watched: usize) -> Change {
        match arrival {
            LoadEvent::Page { page, origin, envelope, record, content, is_whole, is_fetched, asked, is_list } => {
                if self.pages.len() <= page as usize {
                    self.begin_page(origin);
                }
                let change = self.take_page(page, &envelope, record, watched);
                let page = &mut self.pages[page as usize];
                (page.is_whole, page.is_list) = (page.is_whole || is_whole, page.is_list || is_list);
                page.is_fetched |= is_fetched;
                if asked != Asked::default() {
                    page.asked = asked;
                }
                page.content.extend(content);
                change
            }
            LoadEvent::Record { call, record } => {
                let at = match self.by_id.get(&call) {
                    Some(&at) => at,
                    None => {
                        let at = self.guess_call();
                        self.name_call(at, call);
                        at
                    }
                };
                let tells_names = self.take_record(at, record);
                Change { new_from: None, is_rebuilt: tells_names && at == watched }
            }
            LoadEvent::Rows { mut rows, names, oddities, problems, foreign } => {
                self.oddities.merge(oddities);
                foreign.into_iter().for_each(|foreign| self.take_foreign(foreign));
                problems.into_iter().for_each(|problem| self.problems.add(problem));
                let numbers: Vec<Name> = names.from(0).map(|name| self.names.add(name)).collect();
                rows.iter_mut().for_each(|row| row.facts.renumber(&numbers));
                self.take_rows(rows, watched)
            }
            LoadEvent::Anew => {
                (self.calls, self.pages) = (Vec::new(), Vec::new());
                self.by_id.clear();
                self.oddities = Oddities::default();
                Change { new_from: None, is_rebuilt: true }
            }
            progress => {
                self.take_progress(progress);
                Change::default()
            }
        }
    }

    /// Takes in news that changes no row: of the load itself, and of what is not a session.
    fn take_progress(&mut self, arrival: LoadEvent) {
        match arrival {
            LoadEvent::Service(service) => self.service = Some(service),
            LoadEvent::Manifest { origin, manifest } => {
                let pages = self.pages.iter_mut().rev().take_while(|page| page.origin == origin);
                pages.for_each(|page| page.manifest = Some(manifest));
            }
            LoadEvent::Foreign(foreign) => self.take_foreign(foreign),
            LoadEvent::Problem(problem) => self.problems.add(problem),
            LoadEvent::Wait(wait) => {
                if let Some(wait) = &wait {
                    let what = wait.past();
                    let origin = wait.origin.clone();
                    self.problems.add(Problem { weight: ProblemLevel::Note, origin, what, at: None });
                }
                self.wait = wait;
            }
            LoadEvent::Budget { requests, of, seconds } => self.budget = Some((requests, of, seconds)),
            LoadEvent::Progress { read, of } => self.progress = (read, of),
            LoadEvent::End(ending) => {
                self.wait = None;
                self.ending = Some(ending);
                self.names.shrink();
                for at in 0..self.calls.len() {
                    self.calls[at].looked_over = Some(gaps::look(&self.calls[at], self));
                }
            }
            LoadEvent::GoesOn => self.ending = None,
            LoadEvent::Page { .. } | LoadEvent::Record { .. } | LoadEvent::Rows { .. } | LoadEvent::Anew => {}
        }
    }

    /// A page begins. It is assumed to belong to the previous page's call, and to the same version if that page links
    /// to it.
    fn begin_page(&mut self, origin: Origin) {
        let call = self.guess_call();
        let mut page = Page::new(origin, call);
        if let Some(before) = self.pages.last().filter(|before| before.next().is_some()) {
            (page.version, page.is_superseded) = (before.version, before.is_superseded);
        }
        self.calls[call].pages.push(self.pages.len() as PageId);
        self.pages.push(page);
    }

    fn take_page(
        &mut self,
        page: PageId,
        envelope: &Envelope,
        record: Option<Box<ReceivedRecord>>,
        watched: usize,
    ) -> Change {
        let at = page as usize;
        let mut change = Change::default();
        let known = record.as_ref().and_then(|record| record.read.id.value().map(|id| Text::from(id.to_lowercase())));
        if let Some(id) = known.or_else(|| envelope.call_id()) {
            self.pages[at].tells_call = true;
            change = self.settle(at, id, watched);
        }
        let page = &mut self.pages[at];
        if envelope.link() != NextLink::None {
            page.link = envelope.link();
        }
        page.context = envelope.context.value().cloned().or(page.context.take());
        page.error = envelope.error_words().or(page.error.take());
        page.count = envelope.counted().or(page.count);
        if let Some(record) = record {
            page.has_record = true;
            let (call, version) = (page.call, RecordVersion::of(&record.read));
            let tells_names = self.take_record(call, record);
            let replaces = version.is_some_and(|version| self.take_version(at, version));
            change.is_rebuilt |= (tells_names || replaces) && call == watched;
        }
        change
    }

    /// A page gave the record version it is from. Older ones are hidden; returns whether anything shown before now is.
    fn take_version(&mut self, at: usize, version: RecordVersion) -> bool {
        let page = &mut self.pages[at];
        page.version = Some(version);
        let call = page.call;
        match self.calls[call].newest {
            Some(newest) if version.is_older_than(newest) => page.is_superseded = true,
            Some(newest) if !newest.is_older_than(version) => return false,
            _ => self.calls[call].newest = Some(version),
        }
        let newest = self.calls[call].newest;
        for one in self.calls[call].pages.clone() {
            let page = &mut self.pages[one as usize];
            let is_older = |own: RecordVersion| newest.is_some_and(|newest| own.is_older_than(newest));
            page.is_superseded = page.version.is_some_and(is_older);
        }
        let pages = &self.pages;
        let replaced = self.calls[call].without(|row| pages[row.page as usize].is_superseded, &mut self.names);
        let is_any = !replaced.is_empty();
        self.calls[call].older.extend(replaced);
        is_any
    }

    /// Stores a call record. Returns whether it has names for people whom sessions may give only by ID.
    fn take_record(&mut self, call: usize, record: Box<ReceivedRecord>) -> bool {
        let known = ParticipantNames::of(&record.read);
        known.iter().for_each(|(id, name)| self.names.tell_as(id, name));
        let tells_names = !known.is_empty();
        self.calls[call].known = Arc::new(known);
        self.calls[call].take_record(record);
        tells_names
    }

    /// Guesses the call of a page before it is known: that of the previous page.
    fn guess_call(&mut self) -> usize {
        if self.calls.is_empty() {
            self.calls.push(Call::default());
        }
        self.pages.last().map_or(0, |page| page.call)
    }

    /// Records the ID of a call.
    fn name_call(&mut self, at: usize, id: Text) {
        let id = self.calls[at].id.get_or_insert(id).clone();
        self.by_id.entry(id).or_insert(at);
    }

    /// A page gave its call ID. Its sessions move if they were assumed to belong to another call.
    fn settle(&mut self, at: usize, id: Text, watched: usize) -> Change {
        let guessed = self.pages[at].call;
        let call = match self.by_id.get(&id) {
            Some(&call) => call,
            None if self.calls[guessed].id.is_none() => guessed,
            None => {
                self.calls.push(Call::default());
                self.calls.len() - 1
            }
        };
        self.name_call(call, id);
        if call == guessed {
            return Change::default();
        }
        let page = &mut self.pages[at];
        (page.call, page.version, page.is_superseded) = (call, None, false);
        let number = at as PageId;
        self.calls[guessed].pages.retain(|one| *one != number);
        self.calls[call].pages.push(number);
        if self.pages[at].sessions > 0 {
            let mut moved = self.calls[guessed].without(|row| row.page == number, &mut self.names);
            moved.extend(self.calls[guessed].older.extract_if(.., |row| row.page == number));
            for row in moved {
                self.calls[call].take_row(row, &mut self.names);
            }
        }
        Change { new_from: None, is_rebuilt: call == watched || guessed == watched }
    }

    fn take_rows(&mut self, rows: Vec<Row>, watched: usize) -> Change {
        let Some(page) = rows.first().and_then(|row| self.pages.get_mut(row.page as usize)) else {
            return Change::default();
        };
        page.sessions += rows.len();
        let hasher = foldhash::fast::FixedState::default();
        page.fingerprint = rows.iter().fold(page.fingerprint, |hash, row| hasher.hash_one((hash, row.fingerprint)));
        let at = page.call;
        let call = &mut self.calls[at];
        if page.is_superseded {
            call.older.extend(rows);
            return Change::default();
        }
        let (before, changes) = (call.rows.len(), call.revised + call.joined);
        for row in rows {
            call.take_row(row, &mut self.names);
        }
        if at != watched {
            return Change::default();
        }
        Change {
            new_from: (call.rows.len() > before).then_some(before),
            is_rebuilt: call.revised + call.joined > changes,
        }
    }

    /// Limit on kinds kept: a folder of ten thousand pictures is one folder of pictures.
    const FOREIGN: usize = 200;

    fn take_foreign(&mut self, foreign: Foreign) {
        let known = self.foreign.iter().position(|one| one.origin == foreign.origin && one.one == foreign.one);
        match known {
            Some(at) => {
                let count = &mut self.foreign[at].count;
                *count = count.map(|count| count + foreign.count.unwrap_or(0));
            }
            None if self.foreign.len() < Self::FOREIGN => self.foreign.push(foreign),
            None => {}
        }
    }

    /// Returns the texts that rows refer to by number.
    pub fn names(&self) -> &Interner {
        &self.names
    }

    /// Returns what was opened and is not a call.
    pub fn foreign(&self) -> &[Foreign] {
        &self.foreign
    }

    /// Returns why there is nothing to show, once the load has ended without a single session.
    pub fn nothing_to_show(&self) -> Option<UserError> {
        let ending = self.ending.as_ref()?;
        if self.session_count() > 0 {
            return None;
        }
        match ending {
            LoadOutcome::Stopped(trouble) => return Some(trouble.clone()),
            // A user who stopped it can let it continue.
            LoadOutcome::Cancelled => return None,
            LoadOutcome::AllRead | LoadOutcome::Outdated { .. } => {}
        }
        let (what, hint) = if let Some(first) = self.foreign.first() {
            let what = match self.foreign.len() {
                1 => first.words(),
                2 => format!("no call found: {}, and 1 item of another kind", first.words()),
                more => format!("no call found: {}, and {} items of other kinds", first.words(), more - 1),
            };
            (what, Some(first.hint.clone()))
        } else if let Some(loss) = self.problems.iter().find(|problem| problem.weight == ProblemLevel::Loss) {
            (
                loss.words(),
                Some(
                    "save the service's response again, unmodified; in PowerShell with `ConvertTo-Json -Depth 20`"
                        .to_owned(),
                ),
            )
        } else {
            let origin = self.pages.first().map_or("the input".into(), |page| page.origin.clone());
            let hint = "a record can lack sessions for up to 150 minutes after the call: fetch it again later";
            (format!("{origin} has an empty list of sessions"), Some(hint.to_owned()))
        };
        Some(UserError { kind: UserErrorKind::Input, what, hint })
    }

    /// Returns the calls, in the order they were found.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Returns the service that is read from, with its API version; `None` for files.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// Returns all pages, in the order they were opened.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Returns the pages of a call.
    pub fn pages_of<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = &'a Page> {
        self.all_pages_of(call).map(|(_, page)| page)
    }

    /// Returns the same pages with their numbers.
    pub(super) fn all_pages_of<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = (PageId, &'a Page)> {
        call.pages.iter().filter_map(|page| Some((*page, self.pages.get(*page as usize)?)))
    }

    /// Returns its pages of the version that is shown, without those that turned out not to be pages.
    pub fn current_pages_of<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = &'a Page> {
        self.numbered_pages_of(call).map(|(_, page)| page)
    }

    /// Returns the same pages with their numbers.
    pub fn numbered_pages_of<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = (PageId, &'a Page)> {
        self.all_pages_of(call).filter(|(_, page)| page.is_page() && !page.is_superseded)
    }

    /// Returns the current wait.
    pub fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// Counts down a wait by one second.
    pub fn tick(&mut self) {
        if let Some(wait) = &mut self.wait {
            wait.seconds = wait.seconds.saturating_sub(1);
        }
    }

    /// Returns how many page requests count, how many are allowed, and within how many seconds.
    pub fn budget(&self) -> Option<(usize, usize, u64)> {
        self.budget
    }

    /// Returns the bytes read, and the total.
    pub fn progress(&self) -> (u64, Option<u64>) {
        self.progress
    }

    /// Returns how the load ended; `None` while it continues.
    pub fn ending(&self) -> Option<&LoadOutcome> {
        self.ending.as_ref()
    }

    /// Returns the number of sessions over all calls.
    pub fn session_count(&self) -> usize {
        self.calls.iter().map(|call| call.rows.len()).sum()
    }
}

impl Call {
    /// Returns its sessions' rows, in the order they arrived.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Returns the row of a session by its ID.
    pub fn row_of(&self, id: &SessionId) -> Option<usize> {
        let at = *self.by_id.get(&self.by_id.hasher().hash_one(id))? as usize;
        (self.rows[at].id.as_ref() == Some(id)).then_some(at)
    }

    fn take_row(&mut self, mut row: Row, names: &mut Interner) {
        self.spanned.0 = self.spanned.0.min(row.facts.start).or(self.spanned.0).or(row.facts.start);
        self.spanned.1 = self.spanned.1.max(row.facts.end);
        let next = self.rows.len() as u32;
        if row.id.is_some() && row.is_identifiable {
            let session = self.by_session.hasher().hash_one((row.identity, row.facts.end));
            let begun = row.identity;
            match self.by_session.get(&session).map(|at| *at as usize) {
                Some(known) if self.is_same(known, &row) => return self.comes_again(known, row),
                Some(_) => self.twins += 1,
                None => {
                    self.ended_twice += usize::from(!self.begun.insert(begun));
                    self.by_session.insert(session, next);
                }
            }
        }
        if let Some(id) = &row.id {
            self.by_id.entry(self.by_id.hasher().hash_one(id)).or_insert(next);
        }
        self.number(&mut row, names);
        self.join(&mut row, next);
        self.tally(&row, true);
        self.rows.push(row);
    }

    /// Returns whether a session with the same ID, times and parties is the same one. Two from one response are
    /// different, unless one of them lacks its streams; and so may be those of an unidentified person.
    fn is_same(&self, known: usize, row: &Row) -> bool {
        let old = &self.rows[known];
        let is_bare = |row: &Row| row.facts.verdict(0).streams().total() == 0;
        let is_anonymous = [End::Caller, End::Callee].iter().any(|end| row.facts.party(*end).is_anonymous);
        old.fingerprint == row.fingerprint || is_bare(old) || is_bare(row) || old.page != row.page && !is_anonymous
    }

    /// Gives a person known only by ID the name that another session has.
    fn join(&mut self, row: &mut Row, at: u32) {
        for end in [End::Caller, End::Callee] {
            let party = *row.facts.party(end);
            let (Some(id), Some(person)) = (party.id, party.person) else { continue };
            match self.named.get(&id).copied() {
                _ if person.is_named() => {
                    let (_, name) = *self.named.entry(id).or_insert((person, party.name));
                    for (nameless, end) in self.nameless.remove(&id).unwrap_or_default() {
                        let mut row = self.rows[nameless as usize].clone();
                        row.facts.join(end, person, name);
                        self.rows.replace(nameless as usize, row);
                        self.joined += 1;
                    }
                }
                Some((person, name)) => row.facts.join(end, person, name),
                None => self.nameless.entry(id).or_default().push((at, end)),
            }
        }
    }

    /// Handles a session that was received before.
    fn comes_again(&mut self, known: usize, mut row: Row) {
        let old = self.rows[known].clone();
        if old.fingerprint == row.fingerprint {
            self.repeated += 1;
            self.again.push(row);
            return;
        }
        self.revised += 1;
        // One of the two may have come without its segments, or before its metrics.
        let told = |row: &Row| {
            let streams = row.facts.verdict(0).streams();
            (streams.judged(), row.figures().filter(|(_, figure)| figure.is_some()).count(), streams.total())
        };
        if told(&row) >= told(&old) {
            self.join(&mut row, known as u32);
            for end in [End::Caller, End::Callee] {
                if row.facts.party(end).is_anonymous {
                    row.facts.call_party(end, old.facts.party(end).name);
                }
            }
            self.tally(&old, false);
            self.tally(&row, true);
            self.rows.replace(known, row);
            self.again.push(old);
        } else {
            self.again.push(row);
        }
    }

    /// Numbers unidentified people, so that two of them are not taken for one.
    fn number(&mut self, row: &mut Row, names: &mut Interner) {
        for end in [End::Caller, End::Callee] {
            let party = row.facts.party(end);
            if party.is_anonymous && !party.is_numbered {
                self.anonymous += 1;
                let label = format!("{} ({})", names.get(party.name), self.anonymous);
                row.facts.call_party(end, names.add(&label));
            }
        }
    }

    /// Adds a row to the counts, or removes it.
    fn tally(&mut self, row: &Row, is_new: bool) {
        self.unexpanded = self.unexpanded + usize::from(is_new && row.facts.lacks_segments)
            - usize::from(!is_new && row.facts.lacks_segments);
        self.tallies.resize(self.tallies.len().max(row.facts.sets()), Tally::default());
        for (set, tally) in self.tallies.iter_mut().enumerate() {
            let verdict = row.facts.verdict(set);
            let standing = &mut tally.standings[row.facts.standing(set) as usize];
            if is_new {
                *standing += 1;
                tally.sessions.add(verdict.verdict());
                tally.sessions.unusable += u32::from(is_unusable(&verdict));
                tally.streams += verdict.streams();
            } else {
                *standing -= 1;
                tally.sessions.remove(verdict.verdict());
                tally.sessions.unusable -= u32::from(is_unusable(&verdict));
                tally.streams -= verdict.streams();
            }
        }
    }

    /// Removes some of its rows.
    fn without(&mut self, is_out: impl Fn(&Row) -> bool, names: &mut Interner) -> Vec<Row> {
        if !self.rows.iter().chain(&self.again).any(&is_out) {
            return Vec::new();
        }
        let again = std::mem::take(&mut self.again);
        let all = std::mem::take(&mut self.rows);
        let (out, keep): (Vec<Row>, Vec<Row>) = all.iter().cloned().chain(again).partition(|row| is_out(row));
        self.by_id.clear();
        self.by_session.clear();
        self.begun.clear();
        self.named.clear();
        self.nameless.clear();
        self.spanned = (None, None);
        self.tallies.clear();
        self.unexpanded = 0;
        (self.repeated, self.revised, self.twins, self.ended_twice) = (0, 0, 0, 0);
        for row in keep {
            self.take_row(row, names);
        }
        out
    }

    /// Returns the sessions of older record versions.
    pub(super) fn older(&self) -> &[Row] {
        &self.older
    }

    /// Returns how many sessions of older record versions are hidden.
    pub fn superseded(&self) -> usize {
        self.older.len()
    }

    /// Returns the newest record version that its sessions are from, if known.
    pub fn newest(&self) -> Option<RecordVersion> {
        self.newest
    }

    /// Returns the first sign that something is missing, or the evidence that nothing is; `None` while loading.
    pub fn looked_over(&self) -> Option<&Result<Proof, Gap>> {
        self.looked_over.as_ref()
    }

    /// Returns what is needed to read a row's session again.
    pub fn session_ref(&self, row: &Row, names: &Interner) -> SessionRef {
        let names = SessionNames { record: self.known.clone(), labels: row.labels(names) };
        SessionRef { place: row.place, fingerprint: row.fingerprint, names }
    }

    /// Returns its record, received with its sessions or separately; of the highest version found.
    pub fn record(&self) -> Option<&CallRecord> {
        self.record.as_deref().map(|record| &record.read)
    }

    /// Returns the record as received, with an empty list of sessions.
    pub fn record_text(&self) -> Option<&str> {
        self.record.as_deref().map(|record| &*record.text)
    }

    fn take_record(&mut self, record: Box<ReceivedRecord>) {
        let version = |record: &ReceivedRecord| record.read.version.value().copied().unwrap_or(0);
        if self.record.as_ref().is_none_or(|known| version(known) <= version(&record)) {
            self.record = Some(record);
        }
    }

    /// Returns its span, from the record, or else from the first session's start to the last one's end.
    pub fn span(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let record = self.record();
        let start = record.and_then(|record| record.start.value().copied());
        let end = record.and_then(|record| record.end.value().copied());
        (start.or(self.spanned.0), end.or(self.spanned.1))
    }

    /// Assesses the whole call, by the rule set at an index. `is_complete` says whether all of it was read.
    pub fn assess(&self, set: usize, is_complete: bool) -> Assessment {
        self.to_assess(set, is_complete).assess()
    }

    /// Returns what an assessment needs, to be moved to another thread.
    pub fn to_assess(&self, set: usize, is_complete: bool) -> AssessmentInput {
        let record = self.record();
        let span = record.map(|record| (record.start.value().copied(), record.end.value().copied()));
        let context = CallContext { span: span.unwrap_or_default(), is_complete };
        AssessmentInput { rows: self.rows.clone(), set, context }
    }

    /// Returns how many of its streams have no measurement except their number of packets.
    pub fn streams_without_metrics(&self) -> u32 {
        self.rows.iter().map(|row| u32::from(row.unmeasured_streams)).sum()
    }

    /// Returns the organiser's name, if the record has it.
    pub fn organizer(&self) -> Option<Text> {
        super::listing::organizer(self.record()?)
    }

    /// Returns the address for joining the meeting, if the record has it.
    pub fn join_url(&self) -> Option<Text> {
        self.record()?.join_web_url.value().cloned()
    }

    fn tallied(&self, set: usize) -> Tally {
        self.tallies.get(set).copied().unwrap_or_default()
    }

    /// Returns how many of its sessions have a standing, by the rule set at an index.
    pub fn standing(&self, standing: SessionStatus, set: usize) -> usize {
        self.tallied(set).standings[standing as usize]
    }

    /// Returns its sessions per verdict, by the rule set at an index.
    pub fn session_counts(&self, set: usize) -> Counts {
        self.tallied(set).sessions
    }

    /// Returns the call's own verdict, by the rule set at an index: good only if nothing is poor and no segments are
    /// missing.
    pub fn verdict(&self, set: usize) -> Verdict {
        match self.session_counts(set).verdict() {
            Verdict::Good if self.unexpanded > 0 => Verdict::Unclassified,
            verdict => verdict,
        }
    }

    /// Returns its streams per verdict, by the rule set at an index.
    pub fn stream_counts(&self, set: usize) -> Counts {
        self.tallied(set).streams
    }

    /// Returns its version, if a record has it.
    pub fn version(&self) -> Option<i64> {
        self.record().and_then(|record| match record.version {
            Field::Value(version) => Some(version),
            _ => None,
        })
    }
}
