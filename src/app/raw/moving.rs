//! Where the cursor of a raw view goes: by structure, by path, to matches and to problems.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::app::search::match_words;

use super::path::{Step, Typed, member_name, read_steps};
use super::search::Search;
use super::{Before, Problem, Raw};

impl Raw {
    /// Returns the line under the cursor.
    pub(super) fn here(&self) -> u32 {
        self.shown.get(self.viewport.at).copied().unwrap_or(0)
    }

    /// Returns the line under the cursor, or the one that opens what it closes: a closing bracket belongs to its element.
    pub(super) fn value_line(&self) -> u32 {
        let at = self.here();
        let parent = self.lines.get(at as usize).map_or(0, |line| line.parent);
        match self.lines.get(parent as usize) {
            Some(around) if around.end == at => parent,
            _ => at,
        }
    }

    /// Returns the lines directly inside a line.
    pub(super) fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.lines.get(parent as usize).map_or(0, |line| line.end);
        std::iter::successors(Some(parent + 1), |at| Some(self.lines.get(*at as usize)?.end.max(*at) + 1))
            .take_while(move |at| *at < end)
    }

    /// Moves the cursor to a line, unfolding the elements around it.
    pub(super) fn go_to(&mut self, at: u32) {
        let mut above = self.lines.get(at as usize).map_or(0, |line| line.parent);
        let mut is_changed = false;
        loop {
            is_changed |= above != at && self.folded.remove(&above);
            let next = self.lines.get(above as usize).map_or(0, |line| line.parent);
            if next == above {
                break;
            }
            above = next;
        }
        if is_changed {
            self.show();
        }
        let place = self.shown.binary_search(&at).unwrap_or_else(|place| place.saturating_sub(1));
        self.viewport.go_to(place);
    }

    /// Goes to the next element of the same list or object, or the previous one. Returns whether there is one.
    pub fn go_to_sibling(&mut self, is_next: bool) -> bool {
        let at = self.value_line();
        let Some(line) = self.lines.get(at as usize).filter(|_| at > 0 && !self.is_received) else { return false };
        let target = match is_next {
            true => {
                let next = line.end.max(at) + 1;
                self.lines.get(line.parent as usize).is_some_and(|parent| next < parent.end).then_some(next)
            }
            false => self.children(line.parent).take_while(|child| *child < at).last(),
        };
        target.map(|target| self.go_to(target)).is_some()
    }

    /// Goes to the element around the line under the cursor. Returns whether there is one.
    pub fn go_to_parent(&mut self) -> bool {
        let at = self.value_line();
        let Some(line) = self.lines.get(at as usize).filter(|_| at > 0 && !self.is_received) else { return false };
        self.go_to(line.parent);
        true
    }

    /// Goes to the next problem or the previous one, round the end. Returns whether the end was passed; `None` if there
    /// are no problems.
    pub fn go_to_problem(&mut self, is_forward: bool) -> Option<bool> {
        let here = self.here();
        let (next, other_end) = if is_forward {
            (self.marked.iter().find(|(at, _)| *at > here), self.marked.first())
        } else {
            (self.marked.iter().rfind(|(at, _)| *at < here), self.marked.last())
        };
        let (at, _) = next.or(other_end)?;
        let (at, has_wrapped) = (*at, next.is_none());
        self.go_to(at);
        Some(has_wrapped)
    }

    /// Returns the problem under the cursor, with its place among all of them.
    pub fn problem(&self) -> Option<(String, &Problem)> {
        let at = self.marked.binary_search_by_key(&self.here(), |(line, _)| *line).ok()?;
        let place = format!("problem {} of {}", at + 1, self.marked.len());
        self.marked.get(at).map(|(_, problem)| (place, problem))
    }

    /// Returns the search text.
    pub fn sought(&self) -> &str {
        &self.search.sought
    }

    /// Remembers what the view is like, for a search that may be given up.
    pub fn begin_search(&mut self) {
        let sought = self.search.sought.clone();
        self.before = Some(Before { line: self.here(), left: self.left, folded: self.folded.clone(), sought });
    }

    /// Searches for a text while it is typed, from where the cursor was before.
    pub fn search_as_typed(&mut self, text: &str) {
        self.return_to_before();
        self.seek(text);
    }

    /// Ends the search that is being typed: keeps it, or returns to what was before.
    pub fn end_search(&mut self, is_kept: bool) {
        if !is_kept {
            self.return_to_before();
            let sought = self.before.take().map(|before| before.sought).unwrap_or_default();
            self.search.set(&sought, self.lines.iter().map(|line| line.text.as_str()));
        }
        self.before = None;
    }

    fn return_to_before(&mut self) {
        if let Some(Before { line, left, folded, .. }) = &self.before {
            let line = *line;
            (self.left, self.folded) = (*left, folded.clone());
            self.show();
            self.go_to(line);
        }
    }

    /// Searches for a text, and goes to the first match from the cursor on.
    pub fn seek(&mut self, text: &str) {
        self.search.set(text, self.lines.iter().map(|line| line.text.as_str()));
        let here = self.here();
        if let Some(at) = self.search.found.iter().find(|at| **at >= here).or(self.search.found.first()).copied() {
            self.go_to_match(at);
        }
    }

    /// Searches again, in other lines.
    pub(super) fn find(&mut self) {
        let sought = self.search.sought.clone();
        self.search.set(&sought, self.lines.iter().map(|line| line.text.as_str()));
    }

    /// Goes to the next match or the previous one, wrapping around.
    pub fn next_found(&mut self, is_forward: bool) {
        let here = self.here();
        let found = &self.search.found;
        let next = if is_forward {
            found.iter().find(|at| **at > here).or(found.first())
        } else {
            found.iter().rfind(|at| **at < here).or(found.last())
        };
        if let Some(at) = next.copied() {
            self.go_to_match(at);
        }
    }

    /// Goes to a line, and scrolls sideways to the first match in it.
    fn go_to_match(&mut self, at: u32) {
        self.go_to(at);
        let Some(line) = self.lines.get(at as usize).filter(|_| !self.is_received) else { return };
        let Some(Range { start, end }) = self.search.places(&line.text).into_iter().next() else { return };
        let before = line.text.get(..start).map_or(0, |text| text.chars().count());
        let length = line.text.get(start..end).map_or(0, UnicodeWidthStr::width);
        let width = self.text_width();
        // Signs of more stand at both edges.
        if before < self.left + usize::from(self.left > 0) || before + length + 1 > self.left + width {
            self.left = if before + length < width { 0 } else { before.saturating_sub(width / 4) };
        }
    }

    /// Returns the search text, and the position of the line under the cursor among those that match: `3 of 12`.
    pub fn search_words(&self) -> Option<(&str, String)> {
        let Search { sought, found } = &self.search;
        let at = found.binary_search(&self.here()).ok();
        (!sought.is_empty()).then(|| (sought.as_str(), match_words(at, found.len())))
    }

    /// Ends a search that was made. Returns whether there was one.
    pub fn forget_search(&mut self) -> bool {
        !std::mem::take(&mut self.search).sought.is_empty()
    }

    /// Goes to a path in either syntax, starting from the session or this node. Returns whether it exists.
    pub fn jump(&mut self, path: &str) -> bool {
        let found = self.line_at(read_steps(path));
        found.map(|at| self.go_to(at)).is_some()
    }

    /// Returns the line at the end of steps, which start from the session or this node.
    fn line_at(&self, mut steps: Vec<Step>) -> Option<u32> {
        let own = self.own_steps();
        if steps.starts_with(&own) {
            steps.drain(..own.len());
        }
        steps.iter().try_fold(0, |at, step| {
            let mut children = self.children(at);
            match step {
                Step::At(place) => children.nth(*place),
                Step::Member(name) => children.find(|child| self.name_at(*child).is_some_and(|it| it == *name)),
            }
        })
    }

    fn name_at(&self, at: u32) -> Option<std::borrow::Cow<'_, str>> {
        member_name(&self.lines.get(at as usize)?.text)
    }

    /// Returns the steps that a path which is being typed can go on with, each with the bracket that its value opens.
    fn next_steps(&self, typed: &Typed<'_>) -> Vec<(Step, Option<char>)> {
        let before = read_steps(typed.before);
        let own = self.own_steps();
        let all = match own.get(before.len()).filter(|_| own.starts_with(&before) && !before.is_empty()) {
            // Above this node, only the way to it is known.
            Some(step) => {
                let next_opens =
                    own.get(before.len() + 1).map(|next| if matches!(next, Step::At(_)) { '[' } else { '{' });
                vec![(step.clone(), next_opens.or(Some('{')))]
            }
            None => {
                let Some(parent) = self.line_at(before) else { return Vec::new() };
                let step = |(at, child): (usize, u32)| {
                    let line = self.lines.get(child as usize);
                    let opens = line.filter(|line| line.end > child).and_then(|line| line.text.chars().last());
                    (self.name_at(child).map_or(Step::At(at), |name| Step::Member(name.into_owned())), opens)
                };
                self.children(parent).enumerate().map(step).collect()
            }
        };
        let begins = |step: &Step, is_exact: bool| {
            let text = step_text(step);
            let (text, begun) = if is_exact {
                (text, typed.begun.to_owned())
            } else {
                (text.to_lowercase(), typed.begun.to_lowercase())
            };
            text.starts_with(&begun)
        };
        let is_exact = all.iter().any(|(step, _)| begins(step, true));
        all.into_iter().filter(|(step, _)| begins(step, is_exact)).collect()
    }

    /// Returns what a path that is being typed can go on with, as far as it is worth listing.
    pub fn suggestions(&self, typed: &str) -> Vec<String> {
        const LISTED: usize = 40;
        let steps = self.next_steps(&Typed::of(typed));
        steps.iter().take(LISTED).map(|(step, _)| step_text(step)).collect()
    }

    /// Completes a path that is being typed, as far as there is only one way to go on.
    pub fn complete(&self, typed: &str) -> Option<String> {
        let read = Typed::of(typed);
        let steps = self.next_steps(&read);
        if let [(step, opens)] = steps.as_slice() {
            return Some(read.completed(step, *opens));
        }
        let mut names = steps.iter().map(|(step, _)| step_text(step));
        let first = names.next()?;
        let common = names.fold(first.len(), |length, name| {
            let same = first.bytes().zip(name.bytes()).take_while(|(one, other)| one == other).count();
            length.min(same)
        });
        let common = &first[..first.floor_char_boundary(common)];
        (common.len() > read.begun.len()).then(|| format!("{}{common}", read.before))
    }
}

fn step_text(step: &Step) -> String {
    match step {
        Step::Member(name) => name.clone(),
        Step::At(at) => at.to_string(),
    }
}
