//! The calls that a target turned out to hold, growing as pages arrive.

use std::collections::HashMap;
use std::hash::BuildHasher;

use crate::model::{CallRecord, Envelope, Field, Text, Timestamp};
use crate::triage::Counts;

use super::arrival::{Arrival, Ending, Trouble, TroubleKind, Wait};
use super::problem::{Foreign, Oddities, Origin, Problem, Problems, Weight};
use super::row::{PageId, Row, Standing};

/// Everything that was opened: one call, or several when files of several calls were named.
#[derive(Debug, Default)]
pub struct Loaded {
    calls: Vec<Call>,
    pages: Vec<Page>,
    /// What was skipped or mended.
    pub problems: Problems,
    /// What the schema does not have.
    pub oddities: Oddities,
    foreign: Vec<Foreign>,
    wait: Option<Wait>,
    progress: (u64, Option<u64>),
    ending: Option<Ending>,
}

/// A page of sessions: an answer of the service, a saved one, or what stands for one in a file.
#[derive(Debug)]
pub struct Page {
    /// Where it was read.
    pub origin: Origin,
    /// Which call it belongs to, as far as known.
    call: usize,
    /// The link to the next page, where it has one.
    pub link: Option<Text>,
    /// How many sessions came with it.
    pub sessions: usize,
    /// It was read to its end.
    pub is_whole: bool,
    /// It was fetched, by following the link of the page before it.
    pub is_fetched: bool,
}

/// One call.
#[derive(Debug, Default)]
pub struct Call {
    /// Its id, where a page or record tells it.
    pub id: Option<Text>,
    /// Its record, where the sessions came in one; of the highest version met.
    pub record: Option<Box<CallRecord>>,
    rows: Vec<Row>,
    by_id: HashMap<u64, u32, foldhash::fast::FixedState>,
    /// From the first session's start to the last one's end.
    spanned: (Option<Timestamp>, Option<Timestamp>),
    /// How many rows stand how, in the order of [`Standing`].
    standings: [usize; 5],
    /// How many sessions got which verdict.
    sessions: Counts,
    /// Sessions that came more than once, all alike.
    pub repeated: usize,
    /// Sessions that came again with other content; the later one is shown.
    pub revised: usize,
}

/// What changed in the rows of a call by an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Rows from this one on are new.
    pub new_from: Option<usize>,
    /// Rows changed or moved: whatever was derived from them has to be made again.
    pub is_rebuilt: bool,
}

impl Loaded {
    /// Takes in a piece of news. Tells what it changed in the call at `watched`.
    pub fn take(&mut self, arrival: Arrival, watched: usize) -> Change {
        match arrival {
            Arrival::Page { page, origin, envelope, record, is_whole, is_fetched } => {
                if self.pages.len() <= page as usize {
                    let call = self.guess_call();
                    self.pages.push(Page { origin, call, link: None, sessions: 0, is_whole: false, is_fetched });
                }
                self.take_page(page, &envelope, record, is_whole, watched)
            }
            Arrival::Rows { rows, oddities, problems, foreign } => {
                self.oddities.merge(oddities);
                foreign.into_iter().for_each(|foreign| self.take_foreign(foreign));
                problems.into_iter().for_each(|problem| self.problems.add(problem));
                self.take_rows(rows, watched)
            }
            Arrival::Foreign(foreign) => {
                self.take_foreign(foreign);
                Change::default()
            }
            Arrival::Problem(problem) => {
                self.problems.add(problem);
                Change::default()
            }
            Arrival::Wait(wait) => {
                if let Some(wait) = &wait {
                    let what = format!("waited {} s before asking again: {}", wait.seconds, wait.why);
                    let origin = wait.origin.clone();
                    self.problems.add(Problem { weight: Weight::Note, origin, what, at: None });
                }
                self.wait = wait;
                Change::default()
            }
            Arrival::Progress { read, of } => {
                self.progress = (read, of);
                Change::default()
            }
            Arrival::End(ending) => {
                self.wait = None;
                self.ending = Some(ending);
                Change::default()
            }
        }
    }

    fn take_page(
        &mut self,
        page: PageId,
        envelope: &Envelope,
        record: Option<Box<CallRecord>>,
        is_whole: bool,
        watched: usize,
    ) -> Change {
        let at = page as usize;
        let mut change = Change::default();
        let known = record.as_ref().and_then(|record| record.id.value().map(|id| Text::from(id.to_lowercase())));
        if let Some(id) = known.or_else(|| envelope.call_id()) {
            change = self.settle(at, id, watched);
        }
        let page = &mut self.pages[at];
        page.link = envelope.link().cloned().or(page.link.take());
        page.is_whole |= is_whole;
        if let Some(record) = record {
            self.calls[self.pages[at].call].take_record(record);
        }
        change
    }

    /// The call that a page belongs to before it tells: that of the page before it.
    fn guess_call(&mut self) -> usize {
        if self.calls.is_empty() {
            self.calls.push(Call::default());
        }
        self.pages.last().map_or(0, |page| page.call)
    }

    /// A page told its call's id. Its sessions move when they were taken for another call's.
    fn settle(&mut self, at: usize, id: Text, watched: usize) -> Change {
        let guessed = self.pages[at].call;
        let call = match self.calls.iter().position(|call| call.id.as_ref() == Some(&id)) {
            Some(call) => call,
            None if self.calls[guessed].id.is_none() => guessed,
            None => {
                self.calls.push(Call::default());
                self.calls.len() - 1
            }
        };
        self.calls[call].id.get_or_insert(id);
        if call == guessed {
            return Change::default();
        }
        self.pages[at].call = call;
        let moved = self.calls[guessed].without_page(at as PageId);
        for row in moved {
            self.calls[call].take_row(row);
        }
        Change { new_from: None, is_rebuilt: call == watched || guessed == watched }
    }

    fn take_rows(&mut self, rows: Vec<Row>, watched: usize) -> Change {
        let Some(page) = rows.first().and_then(|row| self.pages.get_mut(row.page as usize)) else {
            return Change::default();
        };
        page.sessions += rows.len();
        let at = page.call;
        let call = &mut self.calls[at];
        let (before, revised) = (call.rows.len(), call.revised);
        for row in rows {
            call.take_row(row);
        }
        if at != watched {
            return Change::default();
        }
        Change { new_from: (call.rows.len() > before).then_some(before), is_rebuilt: call.revised > revised }
    }

    /// More kinds than this are not kept: a folder of ten thousand pictures is one folder of pictures.
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

    /// What was opened and is no call.
    pub fn foreign(&self) -> &[Foreign] {
        &self.foreign
    }

    /// Why there is nothing to show, when the load ended and there is not one session.
    pub fn nothing_to_show(&self) -> Option<Trouble> {
        let ending = self.ending.as_ref()?;
        if self.session_count() > 0 {
            return None;
        }
        if let Ending::Stopped(trouble) = ending {
            return Some(trouble.clone());
        }
        let (what, hint) = if let Some(first) = self.foreign.first() {
            let what = match self.foreign.len() {
                1 => first.words(),
                2 => format!("nothing here is a call: {}, and one more of another kind", first.words()),
                more => format!("nothing here is a call: {}, and {} more of other kinds", first.words(), more - 1),
            };
            (what, Some(first.hint.clone()))
        } else if let Some(loss) = self.problems.iter().find(|problem| problem.weight == Weight::Loss) {
            (loss.words(), None)
        } else {
            let origin = self.pages.first().map_or("the input".into(), |page| page.origin.clone());
            let hint = "a record may come without sessions for up to 150 minutes after the call: fetch it again later";
            (format!("{origin} has a place for sessions and not one in it"), Some(hint.to_owned()))
        };
        Some(Trouble { kind: TroubleKind::Input, what, hint })
    }

    /// The calls, in the order in which they were met.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// All pages, in the order in which they were opened.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The pages of a call.
    pub fn pages_of<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = &'a Page> {
        let at = self.calls.iter().position(|one| std::ptr::eq(one, call));
        self.pages.iter().filter(move |page| Some(page.call) == at)
    }

    /// What the source waits for.
    pub fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// One second of a wait went by.
    pub fn tick(&mut self) {
        if let Some(wait) = &mut self.wait {
            wait.seconds = wait.seconds.saturating_sub(1);
        }
    }

    /// Bytes read, and of how many.
    pub fn progress(&self) -> (u64, Option<u64>) {
        self.progress
    }

    /// How the load ended; `None` while it goes on.
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// How many sessions there are, over all calls.
    pub fn session_count(&self) -> usize {
        self.calls.iter().map(|call| call.rows.len()).sum()
    }
}

impl Call {
    /// Its sessions' rows, in the order in which they came.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    fn take_row(&mut self, row: Row) {
        let at = self.rows.len() as u32;
        self.spanned.0 = self.spanned.0.min(row.start).or(self.spanned.0).or(row.start);
        self.spanned.1 = self.spanned.1.max(row.end);
        let standing = row.standing() as usize;
        let verdict = row.verdict.streams.verdict();
        if let Some(id) = &row.id {
            let key = self.by_id.hasher().hash_one(id);
            match self.by_id.get(&key).map(|&at| at as usize) {
                Some(known) if self.rows[known].id.as_ref() == Some(id) => {
                    if self.rows[known].fingerprint == row.fingerprint {
                        self.repeated += 1;
                    } else {
                        self.revised += 1;
                        self.standings[self.rows[known].standing() as usize] -= 1;
                        self.standings[standing] += 1;
                        self.sessions.remove(self.rows[known].verdict.streams.verdict());
                        self.sessions.add(verdict);
                        self.rows[known] = row;
                    }
                    return;
                }
                _ => _ = self.by_id.insert(key, at),
            }
        }
        self.standings[standing] += 1;
        self.sessions.add(verdict);
        self.rows.push(row);
    }

    /// Takes the rows of a page out.
    fn without_page(&mut self, page: PageId) -> Vec<Row> {
        let (out, keep) = std::mem::take(&mut self.rows).into_iter().partition(|row| row.page == page);
        self.by_id.clear();
        self.spanned = (None, None);
        self.standings = [0; 5];
        self.sessions = Counts::default();
        let kept: Vec<Row> = keep;
        for row in kept {
            self.take_row(row);
        }
        out
    }

    fn take_record(&mut self, record: Box<CallRecord>) {
        let version = |record: &CallRecord| record.version.value().copied().unwrap_or(0);
        if self.record.as_ref().is_none_or(|known| version(known) <= version(&record)) {
            self.record = Some(record);
        }
    }

    /// From the record, or else from the first session's start to the last one's end.
    pub fn span(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let record = self.record.as_deref();
        let start = record.and_then(|record| record.start.value().copied());
        let end = record.and_then(|record| record.end.value().copied());
        (start.or(self.spanned.0), end.or(self.spanned.1))
    }

    /// How many of its sessions stand so.
    pub fn standing(&self, standing: Standing) -> usize {
        self.standings[standing as usize]
    }

    /// How many of its sessions got which verdict. The call's own verdict follows from it.
    pub fn sessions(&self) -> Counts {
        self.sessions
    }

    /// Its version, where a record tells it.
    pub fn version(&self) -> Option<i64> {
        self.record.as_deref().and_then(|record| match record.version {
            Field::Value(version) => Some(version),
            _ => None,
        })
    }
}
