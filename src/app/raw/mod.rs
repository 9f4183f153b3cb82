//! The JSON of a node as received: either indented for reading, with every token unchanged, or in its original layout.
//! It can be folded, searched, and navigated by path, by its structure, and from problem to problem.
//!
//! | file | contents |
//! |---|---|
//! | `layout` | JSON in lines |
//! | `tokens` | what each part of a line is |
//! | `path` | paths in both syntaxes |
//! | `search` | lines that match, and where |
//! | `problems` | values that a breach or a finding points at, or that are not known |
//! | `moving` | where the cursor goes |

mod layout;
mod moving;
mod path;
mod problems;
mod search;
mod tokens;

use std::collections::HashSet;
use std::ops::Range;

use crate::model::NodePath;

use super::session_detail::SessionDetail;
use super::viewport::Viewport;

use layout::{Line, broken, indented};
use path::{Step, member_name, steps_of};
use problems::Problems;
use search::Search;

pub use problems::{Problem, ProblemKind};
pub use tokens::Token;

/// The raw view of a node.
#[derive(Debug)]
pub struct Raw {
    /// The node.
    pub path: NodePath,
    /// The node's JSON.
    text: String,
    /// The reason for showing the whole session's JSON instead of the node's.
    pub note: Option<&'static str>,
    /// Whether the JSON is in its original layout instead of indented.
    pub is_received: bool,
    /// The lines, in the chosen layout.
    lines: Vec<Line>,
    /// The indexes of the lines that are not folded away.
    pub shown: Vec<u32>,
    folded: HashSet<u32>,
    search: Search,
    /// What the view was like before the search that is being typed.
    before: Option<Before>,
    problems: Problems,
    /// The lines with a problem, in order.
    marked: Vec<(u32, Problem)>,
    /// The number of columns scrolled off the left edge.
    pub left: usize,
    longest: usize,
    /// The cursor and the window.
    pub viewport: Viewport,
    width: usize,
    /// The width of the largest line number, in columns.
    digits: usize,
}

/// What the view was like before a search.
#[derive(Debug)]
struct Before {
    line: u32,
    left: usize,
    folded: HashSet<u32>,
    sought: String,
}

/// A line as it is shown.
#[derive(Debug)]
pub struct ShownLine<'a> {
    pub text: &'a str,
    /// The line's number; `None` if it continues the line above.
    pub number: Option<u32>,
    /// What stands for what is folded away in it: ` 12 members }`.
    pub folded: Option<String>,
    /// What is wrong with its value.
    pub problem: Option<&'a Problem>,
    within: Option<Token>,
    next: Option<Token>,
}

impl ShownLine<'_> {
    /// Returns the tokens that begin in the first `end` bytes.
    pub fn tokens(&self, end: usize) -> Vec<(Token, Range<usize>)> {
        tokens::tokens(self.text, self.within, self.next, end)
    }
}

/// From this width on, lines have numbers. Our own choice: below it, every column is needed for the JSON.
const WIDE: usize = 70;

impl Raw {
    /// Creates the raw view of a node, for a window `width` columns wide.
    pub fn new(open: &SessionDetail, path: NodePath, width: usize) -> Raw {
        let (text, note) = match std::str::from_utf8(&open.bytes) {
            Ok(json) => match path.slice(json) {
                Some(slice) => (slice.to_owned(), None),
                None => (json.to_owned(), Some("the session is not valid JSON, so all of it is shown")),
            },
            Err(_) => (
                String::from_utf8_lossy(&open.bytes).into_owned(),
                Some("the session is not valid UTF-8, so all of it is shown; \u{FFFD} marks invalid bytes"),
            ),
        };
        let within = if note.is_some() { NodePath::SESSION } else { path };
        Raw::of(path, text, note, Problems::of(open, within), width)
    }

    fn of(path: NodePath, text: String, note: Option<&'static str>, problems: Problems, width: usize) -> Raw {
        let mut raw = Raw {
            path,
            text,
            note,
            is_received: false,
            lines: Vec::new(),
            shown: Vec::new(),
            folded: HashSet::new(),
            search: Search::default(),
            before: None,
            problems,
            marked: Vec::new(),
            left: 0,
            longest: 0,
            viewport: Viewport::default(),
            width: 0,
            digits: 0,
        };
        raw.lay_out(width);
        raw
    }

    /// Switches to the other layout.
    pub fn toggle(&mut self, width: usize) {
        self.is_received = !self.is_received;
        (self.left, self.viewport, self.width) = (0, Viewport::default(), 0);
        self.folded.clear();
        self.lay_out(width);
    }

    /// Lays the lines out for a window `width` columns wide.
    pub fn lay_out(&mut self, width: usize) {
        if self.width == width {
            return;
        }
        let needs_it = self.is_received || self.width == 0;
        self.width = width;
        if needs_it {
            if self.is_received {
                self.digits = digits(self.text.lines().count());
                self.lines = broken(&self.text, self.text_width());
            } else {
                self.lines = indented(&self.text);
                self.digits = digits(self.lines.len());
            }
            self.longest = self.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
            self.marked = self.lines_with_problems();
            self.show();
            self.find();
        }
    }

    /// Returns the width in columns of the margin before each line: its number, and the sign of a problem.
    pub fn gutter(&self) -> usize {
        match (self.width >= WIDE, self.marked.is_empty()) {
            (true, _) => self.digits + 3,
            (false, true) => 0,
            (false, false) => 2,
        }
    }

    /// Returns the width of the line numbers in columns; 0 without them.
    pub fn number_width(&self) -> usize {
        if self.width >= WIDE { self.digits } else { 0 }
    }

    fn text_width(&self) -> usize {
        self.width.saturating_sub(self.gutter()).max(2)
    }

    fn show(&mut self) {
        self.shown.clear();
        let mut at = 0;
        while let Some(line) = self.lines.get(at as usize) {
            self.shown.push(at);
            at = if self.folded.contains(&at) { line.end + 1 } else { at + 1 };
        }
        self.viewport.set_len(self.shown.len());
    }

    /// Returns the visible line at an index.
    pub fn line(&self, place: usize) -> Option<ShownLine<'_>> {
        let at = *self.shown.get(place)?;
        let line = self.lines.get(at as usize)?;
        let folded = self.folded.contains(&at).then(|| {
            let inside = self.children(at).count();
            let close = self.lines.get(line.end as usize).map_or("", |end| end.text.trim_start());
            match line.text.ends_with('[') {
                true => format!(" {} {close}", crate::metrics::count(inside)),
                false => format!(" {} {close}", crate::wording::number(inside, "member")),
            }
        });
        let next = self.lines.get(at as usize + 1).and_then(|next| next.within);
        let (text, number, within) = (line.text.as_str(), line.number, line.within);
        Some(ShownLine { text, number, folded, problem: self.problem_in(at), within, next })
    }

    /// Returns the problem of a line; of what is folded away in it, the worst.
    fn problem_in(&self, at: u32) -> Option<&Problem> {
        let end = match self.lines.get(at as usize) {
            Some(line) if self.folded.contains(&at) => line.end,
            _ => at,
        };
        let from = self.marked.partition_point(|(line, _)| *line < at);
        let inside = self.marked[from..].iter().take_while(|(line, _)| *line <= end);
        inside.map(|(_, problem)| problem).min_by_key(|problem| problem.kind.rank())
    }

    /// Returns where the search text occurs in a visible text.
    pub fn matches_in(&self, text: &str) -> Vec<Range<usize>> {
        self.search.places(text)
    }

    /// Returns the position of the cursor: `12/340`.
    pub fn position(&self) -> String {
        let count = crate::metrics::count;
        format!("{}/{}", count((self.viewport.at + 1).min(self.shown.len())), count(self.shown.len()))
    }

    /// Scrolls the window sideways.
    pub fn shift(&mut self, to_the_right: bool) {
        let step = (self.text_width() / 2).max(1);
        self.left = match to_the_right {
            true if self.is_received => 0,
            true => (self.left + step).min(self.longest.saturating_sub(step)),
            false => self.left.saturating_sub(step),
        };
    }

    /// Folds the contents of the line under the cursor, or of the element around it; unfolds them if they are folded.
    pub fn fold(&mut self) {
        let at = self.here();
        let Some(line) = self.lines.get(at as usize) else { return };
        if !self.folded.remove(&at) {
            // A line without contents, or a closing bracket, folds the element around it.
            let opener = if line.end > at { at } else { line.parent };
            if self.lines.get(opener as usize).is_some_and(|line| line.end > opener) {
                self.folded.insert(opener);
                self.show();
                return self.go_to(opener);
            }
        }
        self.show();
    }

    /// Folds everything below the node itself, or unfolds everything.
    pub fn fold_all(&mut self, is_folded: bool) {
        let at = self.here();
        self.folded.clear();
        if is_folded {
            let opens = self.lines.iter().enumerate().filter(|(at, line)| line.end as usize > *at && *at > 0);
            self.folded.extend(opens.map(|(at, _)| at as u32));
        }
        self.show();
        let mut at = at;
        while self.shown.binary_search(&at).is_err() && at > 0 {
            at = self.lines.get(at as usize).map_or(0, |line| line.parent);
        }
        self.go_to(at);
    }

    /// Returns the steps from the session to the line under the cursor.
    fn steps(&self) -> Vec<Step> {
        let mut inside = Vec::new();
        let mut at = self.value_line();
        while at > 0 && !self.is_received {
            let Some(line) = self.lines.get(at as usize) else { break };
            let step = match member_name(&line.text) {
                Some(name) => Step::Member(name.into_owned()),
                None => Step::At(self.children(line.parent).position(|child| child == at).unwrap_or(0)),
            };
            inside.push(step);
            at = line.parent;
        }
        let mut steps = self.own_steps();
        steps.extend(inside.into_iter().rev());
        steps
    }

    /// Returns the steps from the session to the node, if it is the node that is shown.
    fn own_steps(&self) -> Vec<Step> {
        if self.note.is_none() { steps_of(self.path) } else { Vec::new() }
    }

    /// Returns the path of the line under the cursor, as in reports: `segments/0/id`.
    pub fn plain_path(&self) -> String {
        path::plain(&self.steps())
    }

    /// Returns the path in jq's syntax: `.segments[0].id`.
    pub fn jq_path(&self) -> String {
        path::jq(&self.steps())
    }

    /// Returns the value of the line under the cursor in a form that is safe to paste: the same JSON, with terminal
    /// control characters escaped.
    pub fn safe_value(&self) -> String {
        path::with_controls_escaped(self.value())
    }

    /// Returns the text of the value, if it is a string.
    pub fn value_text(&self) -> Option<String> {
        serde_json::from_str(self.value()).ok()
    }

    /// Returns the value of the line under the cursor, byte for byte.
    pub fn value(&self) -> &str {
        let line = self.lines.get(self.value_line() as usize);
        line.and_then(|line| self.text.get(line.value.clone())).unwrap_or_default()
    }

    /// Returns all of it as a document, in the chosen layout and with nothing folded.
    pub fn whole(&self) -> String {
        if self.is_received {
            return self.text.clone();
        }
        self.lines.iter().map(|line| format!("{}\n", line.text)).collect()
    }

    /// Returns the lines with a problem, in order.
    fn lines_with_problems(&self) -> Vec<(u32, Problem)> {
        let mut marked = Vec::new();
        if self.is_received || self.problems.is_empty() {
            return marked;
        }
        let root = if self.note.is_some() { NodePath::SESSION } else { self.path };
        let mut open = vec![Within { line: 0, node: root, member: String::new(), is_of_nodes: false, count: 0 }];
        for (at, line) in self.lines.iter().enumerate().skip(1) {
            let at = at as u32;
            while open.len() > 1 && open.last().is_some_and(|it| it.line != line.parent) {
                open.pop();
            }
            let Some(around) = open.last_mut().filter(|it| it.line == line.parent) else { continue };
            if self.lines.get(line.parent as usize).is_some_and(|parent| parent.end == at) {
                continue;
            }
            let (node, member) = around.step(member_name(&line.text).as_deref());
            if let Some(problem) = self.problems.at(node, &member) {
                marked.push((at, problem.clone()));
            }
            if line.end > at {
                let lists = ["segments", "media", "streams"];
                let is_of_nodes = lists.get(node.depth()).is_some_and(|list| *list == member);
                open.push(Within { line: at, node, member, is_of_nodes, count: 0 });
            }
        }
        marked
    }
}

/// An element that is open while lines are gone through.
struct Within {
    line: u32,
    node: NodePath,
    /// The element's path within the node.
    member: String,
    /// Whether it is the list of the nodes in this one.
    is_of_nodes: bool,
    /// The number of elements so far.
    count: usize,
}

impl Within {
    /// Takes the next element in: returns the node that it is or belongs to, and its path within that.
    fn step(&mut self, name: Option<&str>) -> (NodePath, String) {
        let at = self.count;
        self.count += 1;
        match name {
            None if self.is_of_nodes => (self.node.child(at), String::new()),
            None => (self.node, format!("{}[{at}]", self.member)),
            Some(name) if self.member.is_empty() => (self.node, name.to_owned()),
            Some(name) => (self.node, format!("{}.{name}", self.member)),
        }
    }
}

fn digits(number: usize) -> usize {
    number.max(1).ilog10() as usize + 1
}

#[cfg(test)]
mod tests;
