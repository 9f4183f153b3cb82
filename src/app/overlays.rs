//! The overlays over a view: details, raw JSON, a comparison, and text pages.

use unicode_width::UnicodeWidthStr as _;

use crate::call::{Healthy, Place, healthy};
use crate::model::{Node, NodePath};
use crate::text::{sanitize, wrapped};
use crate::triage::Verdict;
use crate::triage::factors::{Factor, Value};
use crate::triage::verdict::Bound;
use crate::wording;
use crate::wording::explain::{self, Explained};
use crate::wording::media_path::{self, Tone, WayLine};

use super::compare::{Compared, Comparison};
use super::details::{self, Details};
use super::entry_list::{Entry, EntryKind};
use super::layers::{HelpPage, Layer};
use super::pages::{self, TextLine};
use super::prompt::{Ask, Notice};
use super::raw::Raw;
use super::session_detail::SessionDetail;
use super::viewport::Viewport;
use super::{Action, App, DetailState, Effect, Scope};

/// What lies over the view.
#[derive(Debug)]
pub enum Overlay {
    /// A text page.
    Text(TextPage),
    /// All members of a node.
    Details(Details),
    /// Two sessions side by side.
    Compared(Comparison),
    /// The JSON of a node.
    Raw(Box<Raw>),
}

#[derive(Debug)]
pub struct TextPage {
    pub subject: Subject,
    /// The scroll position.
    pub viewport: Viewport,
}

/// The subject of a text page.
#[derive(Debug)]
pub enum Subject {
    /// The load status: how the call was read.
    Status,
    /// An explanation of a term or value.
    Explained(Explained),
    /// The media path of a stream.
    Way(Vec<WayLine>),
}

impl Subject {
    pub fn title(&self) -> String {
        match self {
            Subject::Status => "Status · how this call was loaded".to_owned(),
            Subject::Explained(explained) => format!("Explanation · {}", sanitize(&explained.title)),
            Subject::Way(_) => "Media path · from device to device".to_owned(),
        }
    }
}

impl Overlay {
    /// Returns the node that it shows; `None` if it shows none.
    pub fn path(&self) -> Option<NodePath> {
        match self {
            Overlay::Details(details) => Some(details.path),
            Overlay::Raw(raw) => Some(raw.path),
            Overlay::Text(_) | Overlay::Compared(_) => None,
        }
    }

    /// Returns whether it is about the session on screen rather than the whole call.
    pub fn is_about_session(&self) -> bool {
        !matches!(self, Overlay::Text(TextPage { subject: Subject::Status, .. }))
    }

    /// Returns its name among the breadcrumbs.
    pub fn crumb(&self) -> &'static str {
        match self {
            Overlay::Compared(_) => "comparison",
            Overlay::Details(_) => "details",
            Overlay::Raw(_) => "raw",
            Overlay::Text(TextPage { subject: Subject::Status, .. }) => "status",
            Overlay::Text(TextPage { subject: Subject::Explained(_), .. }) => "explanation",
            Overlay::Text(TextPage { subject: Subject::Way(_), .. }) => "media path",
        }
    }
}

/// A session that others are compared with.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The number of its row.
    pub row: u32,
    /// The session.
    open: std::sync::Arc<SessionDetail>,
    /// The participant's name.
    name: String,
}

impl Marked {
    /// Returns the participant's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A good session that is being read, to compare another one with.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// The row of the session to compare.
    row: u32,
    healthy: Healthy,
    /// Where the good session is.
    pub(super) place: Place,
}

impl App {
    /// Returns the lines of a text page.
    pub fn text_lines(&self, subject: &Subject) -> Vec<TextLine> {
        let width = self.page_size().0;
        match subject {
            Subject::Status => self
                .call()
                .map(|call| {
                    pages::status(
                        &self.data.loaded,
                        call,
                        &self.analysis.summary,
                        &self.keys.key_hint(Action::GoOn),
                        self.clock,
                        width,
                    )
                })
                .unwrap_or_default(),
            Subject::Explained(explained) => explained_lines(explained, width),
            Subject::Way(way) => way.iter().flat_map(|line| way_lines(line, width)).collect(),
        }
    }

    fn read(&mut self, subject: Subject) {
        self.layers.show(Overlay::Text(TextPage { subject, viewport: Viewport::default() }));
    }

    pub(super) fn toggle_status(&mut self) {
        if !self.layers.take_overlay(Scope::Status) && self.call().is_some() && self.view.is_of_call() {
            self.read(Subject::Status);
        }
    }

    pub(super) fn toggle_details(&mut self) {
        let path = self.node();
        if self.layers.take_overlay(Scope::Details) {
            return;
        }
        if let (DetailState::Ready(open), true) = (&self.detail, self.view.is_of_call()) {
            let page = self.shown().and_then(|row| self.data.loaded.pages().get(row.page as usize));
            let asked = page.map(|page| page.asked.clone()).unwrap_or_default();
            if let Some(details) = Details::new(&open.session, path, &asked) {
                let details = details.listed(self.shown(), self.data.loaded.names()).with(self.clock);
                self.layers.show(Overlay::Details(details));
            }
        }
    }

    pub(super) fn toggle_raw(&mut self) {
        let (path, width) = (self.node(), self.page_size().0);
        if self.layers.take_overlay(Scope::Raw) {
            return;
        }
        if let (DetailState::Ready(open), true) = (&self.detail, self.view.is_of_call()) {
            self.layers.show(Overlay::Raw(Box::new(Raw::new(open, path, width))));
        }
    }

    pub(super) fn toggle_way(&mut self) {
        let path = self.node();
        if self.layers.take_overlay(Scope::MediaPath) {
            return;
        }
        let DetailState::Ready(open) = &self.detail else { return };
        let stream = open.worst_under(path);
        let findings: Vec<_> = open.findings.iter().map(|said| &said.finding).collect();
        let way = stream
            .and_then(|it| media_path::of(&open.session, it.path, &it.direction, it.kind, &it.judgement, &findings));
        match way {
            Some(lines) => self.read(Subject::Way(lines)),
            None => self.layers.notice = Some(Notice::trouble("no stream here to show the media path of")),
        }
    }

    pub(super) fn toggle_explanation(&mut self) {
        if self.layers.take_overlay(Scope::Explanation) {
            return;
        }
        match self.explained() {
            Some(explained) => self.read(Subject::Explained(explained)),
            None => self.layers.notice = Some(Notice::trouble("nothing to explain here")),
        }
    }

    /// Explains the item under the cursor.
    fn explained(&self) -> Option<Explained> {
        let sets = self.sets();
        match self.layers.overlay() {
            Some(Overlay::Details(details)) => {
                let (name, values) = details.selected()?;
                return Some(explain::member(name, details::told(&values), sets));
            }
            Some(Overlay::Compared(comparison)) => {
                let row = comparison.selected()?;
                let member = if row.member.is_empty() { &row.label } else { row.member };
                return Some(explain::member(member, vec![row.words(&comparison.names)], sets));
            }
            Some(Overlay::Raw(raw)) => {
                let path = raw.plain_path();
                let member = path.rsplit('/').find(|part| part.parse::<usize>().is_err())?;
                let value: String = raw.value().chars().take(200).collect();
                return Some(explain::member(member, vec![sanitize(&value).into_owned()], sets));
            }
            Some(Overlay::Text(_)) => return None,
            None => {}
        }
        let DetailState::Ready(open) = &self.detail else { return None };
        self.view.behavior().explained(self, open)
    }

    pub(super) fn explained_entry(&self, open: &SessionDetail, entry: &Entry) -> Option<Explained> {
        let said = open.findings.iter().find(|said| said.sentence == entry.text);
        if let (EntryKind::Finding(_), Some(said)) = (entry.kind, said) {
            let here = [said.sentence.as_str(), &said.heard, &said.advice];
            return Some(explain::rule(said.finding.rule, Some(here), &said.source));
        }
        if entry.under.is_empty() {
            return None;
        }
        let parts = vec![("here", vec![entry.text.clone()]), ("evidence", entry.under.clone())];
        let title =
            if entry.kind == EntryKind::Shared { "what affected participants share" } else { "whose side it is" };
        Some(Explained { title: title.to_owned(), parts })
    }

    /// Explains the verdict on a stream, or on the worst stream of a node.
    pub(super) fn explained_verdict(&self, open: &SessionDetail, path: NodePath) -> Option<Explained> {
        let stream = open.worst_under(path)?;
        let Node::Stream(received) = stream.path.find(&open.session)? else { return None };
        let segment = stream.path.positions().next().and_then(|at| open.session.segments.items().get(at)?.value());
        let (caller, callee) = open.session.ends(segment);
        let bound = Bound::of(received, caller, callee);
        Some(explain::verdict(&stream.direction, stream.kind, bound, received, self.sets()))
    }

    /// Returns the node that details and raw apply to: an overlay's own node, the session itself in the list, or the
    /// selected node in the tree and the metrics.
    pub(super) fn node(&self) -> NodePath {
        let path = self.layers.overlays().rev().find_map(Overlay::path);
        path.unwrap_or_else(|| self.view.behavior().node(self))
    }

    /// Returns what the user's files say about the person of a session.
    fn listed_of(&self, row: u32) -> Vec<(&'static Factor, String)> {
        let Some(row) = self.call().and_then(|call| call.rows().get(row as usize)) else { return Vec::new() };
        let text = |value: Value| sanitize(self.data.loaded.names().get(value.name())).into_owned();
        row.listed(row.facts.own_end()).map(|value| (value.factor(), text(value))).collect()
    }

    /// Marks the session on screen or, if another one is marked, compares the two side by side.
    pub(super) fn mark(&mut self) {
        let (Some(row), DetailState::Ready(open)) = (self.shown_row(), &self.detail) else { return };
        let name = self.shown().map(|row| wording::people(row, self.data.loaded.names())).unwrap_or_default();
        match self.marked.take() {
            Some(marked) if marked.row != row => {
                let (of_marked, of_this) = (self.listed_of(marked.row), self.listed_of(row));
                let one = Compared { open: &marked.open, name: &marked.name, listed: &of_marked };
                let other = Compared { open, name: &name, listed: &of_this };
                let comparison = Comparison::new(one, other, self.rules(), None);
                self.layers.show(Overlay::Compared(comparison));
                self.marked = Some(marked);
            }
            Some(_) => self.layers.notice = Some(Notice::done("mark removed")),
            None => {
                let key = self.keys.key_hint(Action::Mark);
                self.layers.notice =
                    Some(Notice::done(format!("marked {name}; press {key} on another session to compare")));
                self.marked = Some(Marked { row, open: open.clone(), name });
            }
        }
    }

    /// Compares the session on screen with the median good one of the same kind, which may have to be read first.
    pub(super) fn compare_with_healthy(&mut self, effects: &mut Vec<Effect>) {
        let (Some(call), Some(row)) = (self.call(), self.shown_row()) else { return };
        let set = self.rule_choice.judge.set;
        let Some(found) = healthy(call.rows(), row, self.rules(), set) else {
            let kinds: Vec<&str> = call
                .rows()
                .get(row as usize)
                .into_iter()
                .flat_map(|row| row.media.iter())
                .map(|it| it.name())
                .collect();
            let kinds = if kinds.is_empty() { String::new() } else { format!(" with {}", kinds.join(", ")) };
            let yet = if self.data.loaded.ending().is_none() { " yet" } else { "" };
            let what = format!("no other person's session{kinds} is good{yet}: nothing to compare with");
            self.layers.notice = Some(Notice::trouble(what));
            return;
        };
        let Some(wanted) = call.rows().get(found.row as usize).and_then(|row| self.session_ref(row)) else { return };
        let pending = Pending { row, healthy: found, place: wanted.place };
        match self.reader.recent.iter().find(|open| open.place == wanted.place).cloned() {
            Some(open) => self.show_compared(pending, &open),
            None => {
                self.layers.notice = Some(Notice::done("reading a good session to compare with …"));
                self.reader.comparing = Some(pending);
                effects.push(Effect::Read(self.session_request(wanted)));
            }
        }
    }

    /// Shows the comparison with a good session that has been read, if its counterpart is still on screen.
    pub(super) fn show_compared(&mut self, pending: Pending, open: &SessionDetail) {
        let (Some(call), DetailState::Ready(own)) = (self.call(), &self.detail) else { return };
        if self.shown_row() != Some(pending.row) {
            return;
        }
        let name = |row: u32| {
            let row = call.rows().get(row as usize);
            row.map(|row| wording::people(row, self.data.loaded.names())).unwrap_or_default()
        };
        let (name, other) = (name(pending.row), name(pending.healthy.row));
        let why = match pending.healthy.of {
            1 => format!("{other}: the only good session {}", pending.healthy.alike),
            of => format!("{other}: median of {} good sessions {}", crate::metrics::count(of), pending.healthy.alike),
        };
        let (of_own, of_other) = (self.listed_of(pending.row), self.listed_of(pending.healthy.row));
        let one = Compared { open: own, name: &name, listed: &of_own };
        let two = Compared { open, name: &other, listed: &of_other };
        let comparison = Comparison::new(one, two, self.rules(), Some(why));
        self.layers.show(Overlay::Compared(comparison));
    }

    /// Does what an action means in the page that fills the body.
    pub(super) fn act_in_page(&mut self, action: Action) {
        let width = self.page_size().0;
        if let (Action::Filter, Some(Layer::Help(help))) = (action, self.layers.page()) {
            let filter = help.filter.clone();
            return self.layers.ask(Ask::HelpFilter, filter);
        }
        let raw = match self.layers.page_mut() {
            Some(Layer::Help(HelpPage { viewport, .. }) | Layer::Overlay(Overlay::Text(TextPage { viewport, .. }))) => {
                viewport.scroll(action);
                return;
            }
            Some(Layer::Overlay(Overlay::Details(details))) => {
                details.viewport.apply(action);
                return;
            }
            Some(Layer::Overlay(Overlay::Compared(comparison))) => {
                match action {
                    Action::Fold => comparison.toggle_same(),
                    _ => _ = comparison.viewport.apply(action),
                }
                return;
            }
            Some(Layer::Overlay(Overlay::Raw(raw))) => raw,
            _ => return,
        };
        match action {
            Action::Left => raw.shift(false),
            Action::Right => raw.shift(true),
            Action::ToggleLayout => raw.toggle(width),
            Action::Fold => raw.fold(),
            Action::FoldAll => raw.fold_all(true),
            Action::UnfoldAll => raw.fold_all(false),
            Action::NextMatch | Action::PreviousMatch if !raw.sought().is_empty() => {
                raw.next_found(action == Action::NextMatch);
            }
            Action::Search => {
                raw.begin_search();
                self.layers.ask(Ask::Search, "");
            }
            Action::Jump => {
                let path = raw.plain_path();
                self.layers.ask(Ask::Jump, path);
            }
            Action::NextSibling | Action::PreviousSibling => {
                if !raw.go_to_sibling(action == Action::NextSibling) {
                    let which = if action == Action::NextSibling { "last" } else { "first" };
                    let what = format!("this is the {which} element of its list or object");
                    self.layers.notice = Some(Notice::trouble(what));
                }
            }
            Action::Parent => {
                if !raw.go_to_parent() {
                    self.layers.notice = Some(Notice::trouble("this is the outermost element"));
                }
            }
            // Without a search, the next match is the next problem, as nearly everywhere.
            Action::NextProblem | Action::PreviousProblem | Action::NextMatch | Action::PreviousMatch => {
                let is_forward = matches!(action, Action::NextProblem | Action::NextMatch);
                let is_received = raw.is_received;
                self.layers.notice = match raw.go_to_problem(is_forward) {
                    None if is_received => Some(Notice::trouble("problems are marked in the indented layout only")),
                    None => Some(Notice::trouble("no problem is known in this JSON")),
                    Some(true) if is_forward => Some(Notice::done("back at the first problem")),
                    Some(true) => Some(Notice::done("back at the last problem")),
                    Some(false) => None,
                };
            }
            _ => _ = raw.viewport.apply(action),
        }
    }

    /// Returns the raw JSON, if keys go to it.
    pub(super) fn raw_mut(&mut self) -> Option<&mut Raw> {
        match self.layers.page_mut() {
            Some(Layer::Overlay(Overlay::Raw(raw))) => Some(raw),
            _ => None,
        }
    }

    /// Goes to the typed path.
    pub(super) fn jump(&mut self, path: &str) {
        if self.raw_mut().is_some_and(|raw| !raw.jump(path)) {
            self.layers.notice = Some(Notice::trouble(format!("no {path} here")));
        }
    }
}

fn explained_lines(explained: &Explained, width: usize) -> Vec<TextLine> {
    let mut lines = Vec::new();
    for (heading, paragraphs) in &explained.parts {
        if !lines.is_empty() {
            lines.push(TextLine::Plain(String::new()));
        }
        if !heading.is_empty() {
            lines.push(TextLine::Heading((*heading).to_owned()));
        }
        for text in paragraphs {
            // Keep the indentation on continuation lines.
            let inset = text.len() - text.trim_start().len();
            let texts = wrapped(&sanitize(text), width.saturating_sub(inset));
            let bad = text.trim_start().starts_with(wording::verdict_glyph(Verdict::Poor));
            lines.extend(texts.into_iter().map(|line| {
                let line = format!("{}{line}", " ".repeat(inset));
                if bad { TextLine::Poor(line) } else { TextLine::Plain(line) }
            }));
        }
    }
    lines
}

/// The width of the column of labels on the media path, in columns.
const WAY_LABEL: usize = 11;

/// Lays out a line of the media path: what does not fit continues in its own column, with the rail beside it.
fn way_lines(line: &WayLine, width: usize) -> Vec<TextLine> {
    let make: fn(String) -> TextLine = match line.tone {
        Tone::Party => TextLine::Heading,
        Tone::Plain => TextLine::Plain,
        Tone::Noted => TextLine::Warning,
        Tone::Poor => TextLine::Poor,
        Tone::Good => TextLine::Good,
    };
    if line.tone == Tone::Party || line.text.is_empty() {
        let before = if line.rail.is_empty() { 1 } else { 3 };
        let rails = std::iter::once(line.rail).chain(std::iter::repeat(""));
        let texts = wrapped(&line.text, width.saturating_sub(before)).into_iter().zip(rails);
        return texts.map(|(text, rail)| make(format!("{:<before$}{text}", format!(" {rail}")))).collect();
    }
    let room = width.saturating_sub(WAY_LABEL + 5);
    let texts = if line.text.width() <= room { vec![line.text.clone()] } else { wrapped(&line.text, room) };
    let labels = std::iter::once(line.label).chain(std::iter::repeat(""));
    let rails = std::iter::once(line.rail).chain(std::iter::repeat("│"));
    let parts = texts.into_iter().zip(labels).zip(rails);
    parts.map(|((text, label), rail)| make(format!(" {rail}   {label:<WAY_LABEL$}{text}"))).collect()
}
