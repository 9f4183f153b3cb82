//! The triage of a call in at most 15 lines, for a ticket that a customer reads: what state the call is in, who was
//! affected and when, complaints, cause, evidence, what to do next, and which call it is.

use std::cmp::Reverse;

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Completeness, Manifest};
use crate::metrics::count;
use crate::text::{cut, sanitize, shortened};
use crate::triage::call_analysis::{CANNOT_TELL, CAUSES, Cause, ParticipantStats};
use crate::triage::{End, RULES, Severity, Verdict};
use crate::wording::findings::{self, CallAnswer};
use crate::wording::sides::{self, SideWords};
use crate::wording::{self, complaints, impact, listed, number, summary};

use super::document::{Block, Document, Fact};
use super::markup::text::{FACT_WIDTH, fact_lines};
use super::{Read, Triage, report};

/// Lines of a ticket as plain text, the headline included.
const LINES: usize = 15;

/// People named; the rest is counted. Our own figure: two lines of ordinary names.
const NAMED: usize = 8;

/// The longest name, in columns. Microsoft allows 256 characters; ordinary names are shorter than this. Our own choice.
const LONGEST_NAME: usize = 40;

/// Facts of evidence. Our own figure: as many as one reads before asking for the long report.
const EVIDENCE: usize = 3;

/// Causes whose next step is said. Our own figure: more is no longer a next step.
const STEPS: usize = 2;

/// A fact before it is known how many lines it gets.
struct Draft {
    label: &'static str,
    /// The same in ever fewer words; the first one that fits is written.
    texts: Vec<String>,
    /// Lines that it gets before others get more than they need.
    needed: usize,
    /// Lines that it gets at most.
    most: usize,
    /// What gets the lines that are left: the lowest first.
    rank: u8,
    /// What is left out if there is no room for all: the highest first; 0 for what has to be there.
    spare: u8,
}

impl Draft {
    /// Creates one that is cut to the lines it gets.
    fn cut(label: &'static str, rank: u8, text: String) -> Draft {
        Draft { label, texts: vec![text], needed: 1, most: 2, rank, spare: 0 }
    }

    /// Creates one of several texts, the last of which has fewest words and is needed in full.
    fn of_texts(label: &'static str, rank: u8, texts: Vec<String>) -> Draft {
        const MOST: usize = 4;
        let needed = texts.last().map_or(1, |text| fact_lines(label, text).len()).min(MOST);
        Draft { label, texts, needed, most: MOST, rank, spare: 0 }
    }

    /// Creates a draft of several sentences: how many of them are required, and the maximum number of lines.
    fn of_sentences(label: &'static str, rank: u8, sentences: &[String], (first, most): (usize, usize)) -> Draft {
        let is_all = sentences.len() <= first;
        let needed = format!("{}{}", sentences[..sentences.len().min(first)].join(" "), if is_all { "" } else { " …" });
        let needed = fact_lines(label, &needed).len().min(most);
        Draft { needed, most: 4, ..Draft::cut(label, rank, sentences.join(" ")) }
    }

    /// Returns the lines it takes in full, or the most that it gets.
    fn wanted(&self) -> usize {
        self.texts.first().map_or(1, |text| fact_lines(self.label, text).len()).min(self.most)
    }

    fn within(&self, lines: usize) -> Fact {
        let fits = |text: &str| fact_lines(self.label, text).len() <= lines;
        let fitting = self.texts.iter().find(|text| fits(text)).or(self.texts.last());
        Fact::new(self.label, fitting.map_or_else(String::new, |text| shortened(text, fits).into_owned()))
    }
}

/// Builds the ticket of a call.
pub fn document(triage: &Triage<'_>, read: Read<'_>) -> Document {
    let fits = |text: &str| text.width() <= FACT_WIDTH;
    let headlines = impact::headlines(triage.call, triage.loaded, triage.assessment, triage.clock);
    let headline = headlines.iter().find(|text| fits(text)).unwrap_or(&headlines[1]);
    let headline = shortened(headline, fits).into_owned();
    let facts = fitted(drafts(triage, read), LINES - 1);
    Document(vec![Block::Title(headline), Block::Facts(facts)])
}

fn drafts(triage: &Triage<'_>, read: Read<'_>) -> Vec<Draft> {
    let Triage { call, loaded, assessment, clock, .. } = *triage;
    let mut sides = sides::sides(assessment, call, loaded.names(), clock);
    // What most people have stays first, then what is surest.
    if let [_, others @ ..] = sides.as_mut_slice() {
        others.sort_by_key(|side| Reverse(side.confidence));
    }
    let mut drafts = vec![Draft::of_sentences("Impact", 2, &summary::impact(call, loaded, assessment, clock), (2, 2))];
    drafts.extend(affected(triage));
    drafts.extend(filtered(triage));
    let complaints = complaints::summary(assessment, call, loaded.names());
    drafts.push(match complaints.is_empty() {
        true => Draft { spare: 4, ..Draft::cut("Complaints", 4, "none in the record".to_owned()) },
        false => Draft::of_sentences("Complaints", 4, &complaints, (1, 4)),
    });
    drafts.extend(cause(triage, &sides));
    drafts.extend(evidence(triage, &sides, read));
    drafts.extend(next(triage, &sides));
    drafts.extend(clients(triage));
    drafts.push(Draft::cut("Call", 7, which_call(triage)));
    drafts.extend(join(triage));
    drafts.push(record(triage));
    shorten_names(triage, &mut drafts);
    drafts
}

/// Distributes the lines so that everything is said, and what matters most in full.
fn fitted(mut drafts: Vec<Draft>, lines: usize) -> Vec<Fact> {
    let needed = |drafts: &[Draft]| drafts.iter().map(|draft| draft.needed).sum::<usize>();
    while needed(&drafts) > lines {
        let out = (0..drafts.len()).filter(|at| drafts[*at].spare > 0).max_by_key(|at| (drafts[*at].spare, *at));
        match out {
            Some(out) => _ = drafts.remove(out),
            // Then none gets more than the others.
            None => match drafts
                .iter_mut()
                .filter(|draft| draft.needed > 1 && draft.label != JOIN)
                .max_by_key(|draft| draft.rank)
            {
                Some(draft) => draft.needed -= 1,
                None => break,
            },
        }
    }
    let mut given: Vec<usize> = drafts.iter().map(|draft| draft.needed).collect();
    let mut left = lines.saturating_sub(given.iter().sum());
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|at| drafts[*at].rank);
    for at in order {
        let more = drafts[at].wanted().saturating_sub(given[at]).min(left);
        given[at] += more;
        left -= more;
    }
    drafts.iter().zip(given).map(|(draft, lines)| draft.within(lines)).collect()
}

/// Cuts very long names, wherever they are, so that they leave room for what is said about them.
fn shorten_names(triage: &Triage<'_>, drafts: &mut [Draft]) {
    let names = triage.loaded.names();
    let ends = [End::Caller, End::Callee];
    let all = triage.call.rows().iter().flat_map(|row| ends.map(|end| row.name(end, names)));
    let mut long: Vec<&str> = all.filter(|name| name.width() > LONGEST_NAME).collect();
    long.sort_unstable_by_key(|name| (Reverse(name.len()), *name));
    long.dedup();
    for name in long.into_iter().map(sanitize) {
        let short = cut(&name, LONGEST_NAME);
        for draft in drafts.iter_mut().filter(|draft| draft.label != JOIN) {
            draft.texts.iter_mut().for_each(|text| *text = text.replace(&*name, &short));
        }
    }
    for draft in drafts.iter_mut().filter(|draft| draft.needed > 1) {
        draft.needed = draft.needed.min(draft.texts.last().map_or(1, |text| fact_lines(draft.label, text).len()));
    }
}

/// Names as many of those affected as there is room for, and counts the rest.
fn affected(triage: &Triage<'_>) -> Option<Draft> {
    let names = impact::names_of_affected(triage.call, triage.loaded, triage.assessment);
    let all = names.len();
    let names: Vec<String> = names.take(NAMED).map(|name| cut(&name, LONGEST_NAME).into_owned()).collect();
    let texts = (1..=names.len()).rev().map(|some| match all - some {
        0 => listed(&names[..some]),
        more => format!("{} and {} more: see the long report", names[..some].join(", "), count(more)),
    });
    (all > 0).then(|| Draft { texts: texts.collect(), ..Draft::cut("Affected", 1, String::new()) })
}

/// Names the sessions that the filter leaves; everything else in the ticket is about the whole call.
fn filtered(triage: &Triage<'_>) -> Option<Draft> {
    let Triage { call, loaded, assessment, .. } = *triage;
    let listed = triage.listed?;
    let filter = cut(listed.filter.as_deref()?, LONGEST_NAME).into_owned();
    let rows = listed.rows.iter().filter_map(|at| call.rows().get(*at as usize));
    let named = rows.map(|row| {
        let who = wording::people(row, loaded.names());
        format!("{} ({})", cut(&who, LONGEST_NAME), wording::standing_words(row, assessment.set))
    });
    let named: Vec<String> = named.take(NAMED).collect();
    let (some, all) = (listed.rows.len(), number(call.rows().len(), "session"));
    let head = format!("{} of {all} match `{filter}` (all else is about the whole call)", count(some));
    let texts = (0..=named.len()).rev().map(|shown| match (shown, some - shown) {
        (0, _) => head.clone(),
        (shown, 0) => format!("{head}: {}", named[..shown].join(", ")),
        (shown, more) => format!("{head}: {} and {} more", named[..shown].join(", "), count(more)),
    });
    Some(Draft { most: 2, ..Draft::of_texts("Filter", 1, texts.collect()) })
}

/// Says whose side it is on, or that it cannot be told; `None` if there is nothing to explain.
fn cause(triage: &Triage<'_>, sides: &[SideWords]) -> Option<Draft> {
    if sides.is_empty() {
        let is_good = triage.call.verdict(triage.assessment.set) == Verdict::Good;
        let is_fine = is_good && !triage.assessment.people.iter().any(|it| it.is_affected());
        return (!is_fine).then(|| Draft::cut("Cause", 3, cannot_tell().side.to_owned()));
    }
    let said: Vec<&str> = sides.iter().map(|side| side.text.as_str()).collect();
    let texts = (1..=said.len()).rev().map(|some| match said.len() - some {
        0 => said.join("; "),
        more => format!("{}; {} more: see the long report", said[..some].join("; "), count(more)),
    });
    Some(Draft::of_texts("Cause", 3, texts.collect()))
}

fn cannot_tell() -> &'static Cause {
    CAUSES.iter().find(|cause| cause.id == CANNOT_TELL).unwrap_or(&CAUSES[CAUSES.len() - 1])
}

/// Gives the evidence for the first cause, the worst example of the worst finding, and then what else there is of either.
fn evidence(triage: &Triage<'_>, sides: &[SideWords], read: Read<'_>) -> Vec<Draft> {
    let mut counts: Vec<_> = triage.assessment.rules.iter().filter(|count| count.sessions > 0).collect();
    counts.retain(|count| RULES[count.rule].severity <= Severity::Warning);
    counts.sort_by_key(|count| RULES[count.rule].severity);
    let found = counts.iter().filter_map(|one| {
        let sentence = report::example(triage, one, read)?.sentence;
        Some(match one.sessions {
            1 => vec![sentence],
            many => vec![format!("{sentence}; found in {} sessions", count(many as usize)), sentence],
        })
    });
    let found: Vec<Vec<String>> = found.take(EVIDENCE).collect();
    let said = sides.iter().enumerate().map(|(at, side)| vec![of_side(at, side, &side.evidence)]);
    let said: Vec<Vec<String>> = said.filter(|texts| !texts[0].is_empty()).collect();
    // The first of each in turn; a finding before what is said for the other causes.
    let first = said.iter().take(1).chain(&found);
    let all = first.chain(said.iter().skip(1)).take(EVIDENCE).zip(0..);
    all.map(|(texts, at)| Draft { texts: texts.clone(), spare: at, ..Draft::cut("Evidence", 5, String::new()) })
        .collect()
}

/// Returns what is said for a cause; for any but the first, with whom it is about.
fn of_side(at: usize, side: &SideWords, text: &str) -> String {
    if at == 0 || text.is_empty() { text.to_owned() } else { format!("{}: {text}", side.who) }
}

/// Returns the next steps: for a record that is incomplete, and for the first causes.
fn next(triage: &Triage<'_>, sides: &[SideWords]) -> Vec<Draft> {
    let of_call = findings::of_call(triage.call, triage.loaded, triage.assessment);
    let lacking = of_call
        .iter()
        .filter(|(rule, answer)| rule.severity <= Severity::Warning && matches!(answer, CallAnswer::Speaks(_)));
    let mut steps: Vec<(String, u8)> = lacking.map(|(rule, _)| (findings::in_general(rule.advice), 0)).collect();
    if sides.is_empty() && triage.call.verdict(triage.assessment.set) != Verdict::Good {
        steps.push((cannot_tell().advice.to_owned(), 0));
    }
    let mut said: Vec<&str> = Vec::new();
    for (at, side) in sides.iter().enumerate() {
        if !side.advice.is_empty() && !said.contains(&side.advice) && steps.len() < STEPS {
            said.push(side.advice);
            steps.push((of_side(at, side, side.advice), if at == 0 { 0 } else { 5 }));
        }
    }
    let draft = |(text, spare)| match spare {
        0 => Draft { most: 2, ..Draft::of_texts("Next", 0, vec![text]) },
        _ => Draft { spare, ..Draft::cut("Next", 6, text) },
    };
    steps.into_iter().map(draft).collect()
}

/// Says which clients those affected used, if they are few: then it matters.
fn clients(triage: &Triage<'_>) -> Option<Draft> {
    /// Of more people, hardly anybody would compare versions in a line. Our own figure.
    const FEW: usize = 2;
    let Triage { call, loaded, assessment, .. } = *triage;
    let affected: Vec<_> = assessment.people.iter().filter(|it| it.is_affected()).collect();
    let client = |it: &&ParticipantStats| {
        let row = call.rows().get(it.row as usize)?;
        let client = row.values_at(it.end, "client", loaded.names());
        (!client.is_empty()).then(|| format!("{} {}", sanitize(row.name(it.end, loaded.names())), sanitize(&client)))
    };
    let clients: Vec<String> = affected.iter().filter_map(client).collect();
    (affected.len() <= FEW && !clients.is_empty())
        .then(|| Draft { spare: 3, ..Draft::cut("Clients", 6, clients.join(", ")) })
}

fn which_call(triage: &Triage<'_>) -> String {
    let Triage { call, clock, .. } = *triage;
    let id = call.id.as_deref().map_or_else(|| "without an ID".to_owned(), |id| sanitize(id).into_owned());
    let (start, end) = call.span();
    let span = start.zip(end).map(|(start, end)| clock.range(start, end));
    let organiser = call.organizer().map(|name| format!("organised by {}", cut(&sanitize(&name), LONGEST_NAME)));
    [Some(id), span, organiser].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

const JOIN: &str = "Join URL";

/// Returns the address for joining, which is of no use in part.
fn join(triage: &Triage<'_>) -> Option<Draft> {
    /// The most lines it may take: usual addresses take three.
    const MOST: usize = 3;
    let address = sanitize(&triage.call.join_url()?).into_owned();
    let needed = fact_lines(JOIN, &address).len();
    Some(match needed > MOST {
        true => Draft::cut(JOIN, 9, "too long for a ticket: see the long report".to_owned()),
        false => Draft { needed, most: MOST, ..Draft::cut(JOIN, 9, address) },
    })
}

/// Says which version of the record it is, whether it is complete and by which rules it was judged.
fn record(triage: &Triage<'_>) -> Draft {
    let Triage { call, loaded, rules, .. } = *triage;
    let version = call.version().map_or_else(|| "version unknown".to_owned(), |version| format!("version {version}"));
    let join = if call.join_url().is_none() { " · no join URL" } else { "" };
    let completeness = Completeness::of(call, loaded).words();
    let changed = loaded.pages_of(call).filter(|page| matches!(page.manifest, Some(Manifest::Changed { .. }))).count();
    let changed = match changed {
        0 => String::new(),
        changed => format!(" · {} changed after saving", number(changed, "file")),
    };
    let hidden = triage.hidden().map(|hidden| format!(" · {hidden}")).unwrap_or_default();
    let judged = [format!("judged by {} ({})", rules.id, rules.title), format!("judged by {}", rules.id)];
    let texts = judged.map(|judged| format!("{version} · {completeness}{changed}{hidden}{join} · {judged}"));
    let draft = Draft::of_texts("Record", 8, texts.into());
    Draft { most: draft.needed, ..draft }
}
