//! Searching the text of a pane or a page: what matches, where the cursor goes, and what is marked.

use crate::call::{Needle, Place};
use crate::metrics;
use crate::model::{Node, NodePath, Word};
use crate::text::{cut, sanitize};

use super::bindings::{Action, Scope};
use super::details::{DetailLine, in_full};
use super::entry_list::{self, EntryKind};
use super::layers::Layer;
use super::layout::{Half, Pane};
use super::overlays::{Overlay, TextPage};
use super::pages::{self, TextLine};
use super::prompt::{Ask, Notice};
use super::session_detail::SessionDetail;
use super::{App, DetailState, View};

/// A search, where it was started.
#[derive(Debug, Clone)]
pub struct Search {
    /// What is searched.
    surface: Surface,
    /// What for, as typed.
    text: String,
    needle: Needle,
    /// The lines with a match, in order; of a tree, its nodes.
    lines: Vec<usize>,
    /// The line that the search is at, where there is no cursor to tell.
    at: usize,
    /// What the lines were searched in.
    of: Searched,
}

/// A text that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    Tree,
    Metrics,
    Why,
    /// The second half of the people view.
    Shared,
    /// The second half of the findings view.
    Account,
    /// Details, or a comparison.
    Details,
    /// A page of text.
    Page,
}

/// What decides the text of a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Searched {
    session: Option<Place>,
    set: usize,
    size: (u16, u16),
    node: NodePath,
    /// The page over the view.
    page: Option<Scope>,
}

/// Where a search was before it was typed, to go back to.
#[derive(Debug, Clone, Default)]
pub struct BeforeSearch {
    search: Option<Search>,
    at: usize,
}

impl Search {
    /// Returns what is searched for.
    pub fn needle(&self) -> &Needle {
        &self.needle
    }
}

impl App {
    /// Returns the text that keys apply to, if it can be searched. Raw JSON has a search of its own.
    fn surface(&self) -> Option<Surface> {
        match (self.layers.page(), self.view) {
            (Some(Layer::Overlay(Overlay::Details(_))), _) => Some(Surface::Details),
            (Some(Layer::Overlay(Overlay::Text(_))), _) => Some(Surface::Page),
            (Some(_), _) => None,
            (None, View::Sessions) => match self.views.sessions.focus {
                Pane::Sessions => None,
                Pane::Tree => Some(Surface::Tree),
                Pane::Metrics => Some(Surface::Metrics),
                Pane::Why => Some(Surface::Why),
            },
            (None, View::People) => (self.views.people.half == Half::Second).then_some(Surface::Shared),
            (None, View::Findings) => (self.views.findings.half == Half::Second).then_some(Surface::Account),
            (None, View::Timeline | View::Calls) => None,
        }
    }

    /// Returns the search of the text that keys apply to.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref().filter(|search| Some(search.surface) == self.surface())
    }

    /// Returns the search if it is of a surface on screen.
    pub fn search_in(&self, surface: Surface) -> Option<&Search> {
        self.search().filter(|search| search.surface == surface)
    }

    /// Returns the line of the current match in a text without a cursor.
    pub fn search_line(&self, surface: Surface) -> Option<usize> {
        self.search_in(surface).map(|search| search.at)
    }

    /// Returns the text of the search and how many matches there are: `loss`, `3 of 12`.
    pub fn search_words(&self) -> Option<(&str, String)> {
        if let Some(Layer::Overlay(Overlay::Raw(raw))) = self.layers.page() {
            return raw.search_words();
        }
        let search = self.search()?;
        let at = search.lines.binary_search(&self.search_position(search.surface)).ok();
        Some((&search.text, match_words(at, search.lines.len())))
    }

    /// Returns the search as the bottom line shows it before its hints; empty without one.
    pub fn search_hint(&self) -> [String; 2] {
        const LONGEST: usize = 24;
        match self.search_words().filter(|_| self.layers.prompt().is_none()) {
            Some((text, found)) => [format!("/{}", cut(&sanitize(text), LONGEST)), format!("  {found}  ")],
            None => Default::default(),
        }
    }

    /// Opens the line for what `/` means here: a filter of a list, or a search of a text.
    pub(super) fn ask_for_filter_or_search(&mut self) {
        match (self.surface(), self.layers.page()) {
            (Some(surface), _) => {
                self.before_search = BeforeSearch { search: self.search.clone(), at: self.search_position(surface) };
                self.layers.ask(Ask::Search, "");
            }
            (None, Some(_)) => {}
            (None, None) => {
                let filter = self.filter().text().to_owned();
                self.layers.ask(Ask::Filter, filter);
            }
        }
    }

    /// Searches as the user types: goes to the first match from where the search began.
    pub(super) fn search_for(&mut self, text: &str) {
        let Some(surface) = self.surface() else { return };
        let from = self.before_search.at;
        if text.is_empty() {
            self.search = None;
            return self.search_go(surface, from);
        }
        let mut search = Search {
            surface,
            text: text.to_owned(),
            needle: Needle::new(text),
            lines: Vec::new(),
            at: from,
            of: self.searched(),
        };
        search.lines = self.lines_with(&search);
        let first = search.lines.iter().find(|line| **line >= from).or(search.lines.first()).copied();
        self.search = Some(search);
        self.search_go(surface, first.unwrap_or(from));
    }

    /// Ends typing without a result: the search and the cursor are as before.
    pub(super) fn undo_search(&mut self) {
        let before = std::mem::take(&mut self.before_search);
        self.search = before.search;
        if let Some(surface) = self.surface() {
            self.search_go(surface, before.at);
        }
    }

    /// Ends the search of the text that keys apply to. Returns whether there was one.
    pub(super) fn end_search(&mut self) -> bool {
        if let Some(raw) = self.raw_mut() {
            return raw.forget_search();
        }
        self.search().is_some() && self.search.take().is_some()
    }

    /// Goes to the next or previous match. Returns whether there is a search.
    pub(super) fn next_match(&mut self, is_forward: bool) -> bool {
        let Some(search) = self.search() else { return false };
        let (surface, here) = (search.surface, self.search_position(search.surface));
        let next = if is_forward {
            search.lines.iter().find(|line| **line > here).or(search.lines.first())
        } else {
            search.lines.iter().rfind(|line| **line < here).or(search.lines.last())
        };
        match next.copied() {
            Some(next) => {
                let has_wrapped = if is_forward { next <= here } else { next >= here };
                self.search_go(surface, next);
                if has_wrapped {
                    let what = if is_forward { "back at the first match" } else { "back at the last match" };
                    self.layers.notice = Some(Notice::done(what));
                }
            }
            None => self.layers.notice = Some(Notice::trouble(format!("no match for “{}”", search.text))),
        }
        true
    }

    /// Searches again in what has changed since.
    pub(super) fn refresh_search(&mut self) {
        let of = self.searched();
        let Some(search) = self.search().filter(|search| search.of != of) else { return };
        if search.of.page != of.page {
            // It was of another page.
            self.search = None;
            return;
        }
        let lines = self.lines_with(search);
        if let Some(search) = &mut self.search {
            (search.lines, search.of) = (lines, of);
        }
    }

    fn searched(&self) -> Searched {
        Searched {
            session: self.detail.place(),
            set: self.judge().set,
            size: self.size(),
            page: self.layers.page().map(Layer::scope),
            node: self.views.sessions.tree.selected_or_session(self.surface() != Some(Surface::Tree)),
        }
    }

    fn lines_with(&self, search: &Search) -> Vec<usize> {
        let texts = self.search_texts(search.surface);
        texts.iter().enumerate().filter(|(_, text)| search.needle.is_in(text)).map(|(at, _)| at).collect()
    }

    /// Returns the lines of a text.
    fn search_texts(&self, surface: Surface) -> Vec<String> {
        let entries = |entries: &[entry_list::Entry]| {
            let text = |entry: &entry_list::Entry| match entry.kind {
                EntryKind::Heading => String::new(),
                _ => entry_list::text(entry),
            };
            entries.iter().map(text).collect()
        };
        let lines = |lines: Vec<TextLine>| lines.into_iter().map(|line| pages::plain(vec![line])).collect();
        match (surface, &self.detail) {
            (Surface::Tree, DetailState::Ready(open)) => {
                open.nodes.iter().map(|(path, _)| node_text(open, *path)).collect()
            }
            (Surface::Tree, _) => Vec::new(),
            (Surface::Metrics, _) => {
                self.views.sessions.panel.rows.iter().map(|row| row.metric.label.to_owned()).collect()
            }
            (Surface::Why, _) => entries(&self.views.sessions.why.entries),
            (Surface::Shared, _) => entries(&self.views.people.items.entries),
            (Surface::Account, _) => lines(self.account()),
            (Surface::Details, _) => match self.layers.overlay() {
                Some(Overlay::Details(details)) => details.lines.iter().map(detail_text).collect(),
                _ => Vec::new(),
            },
            (Surface::Page, _) => match self.layers.page() {
                Some(Layer::Overlay(Overlay::Text(page))) => lines(self.text_lines(&page.subject)),
                _ => Vec::new(),
            },
        }
    }

    /// Returns the line that the cursor is on.
    fn search_position(&self, surface: Surface) -> usize {
        let at = self.search.as_ref().filter(|search| search.surface == surface).map(|search| search.at);
        match (surface, &self.detail) {
            (Surface::Tree, DetailState::Ready(open)) => {
                let selected = self.views.sessions.tree.selected();
                open.nodes.iter().position(|(path, _)| *path == selected).unwrap_or(0)
            }
            (Surface::Tree, _) => 0,
            (Surface::Metrics, _) => self.views.sessions.metrics.at,
            (Surface::Why, _) => self.views.sessions.why.at,
            (Surface::Shared, _) => self.views.people.items.at,
            (Surface::Account, _) => at.unwrap_or(self.views.findings.account.top),
            (Surface::Details, _) => match self.layers.overlay() {
                Some(Overlay::Details(details)) => details.viewport.at,
                _ => 0,
            },
            (Surface::Page, _) => match self.layers.page() {
                Some(Layer::Overlay(Overlay::Text(TextPage { viewport, .. }))) => at.unwrap_or(viewport.top),
                _ => 0,
            },
        }
    }

    /// Moves the cursor, or the window, to a line.
    fn search_go(&mut self, surface: Surface, line: usize) {
        if let Some(search) = self.search.as_mut().filter(|search| search.surface == surface) {
            search.at = line;
        }
        match surface {
            Surface::Tree => {
                if let DetailState::Ready(open) = &self.detail
                    && let Some((path, _)) = open.nodes.get(line)
                {
                    self.views.sessions.tree.go_to(*path, open);
                    self.show_node();
                }
            }
            Surface::Metrics => self.views.sessions.metrics.go_to(line),
            Surface::Why => self.views.sessions.why.at = line,
            Surface::Shared => self.views.people.items.at = line,
            Surface::Account => self.views.findings.account.show_line(line),
            Surface::Details => {
                if let Some(Overlay::Details(details)) = self.layers.overlay_mut() {
                    details.viewport.go_to(line);
                }
            }
            Surface::Page => {
                if let Some(Layer::Overlay(Overlay::Text(TextPage { viewport, .. }))) = self.layers.page_mut() {
                    viewport.show_line(line);
                }
            }
        }
    }

    /// Goes to the next or previous match or, without a search, to the next or previous item that is poor.
    pub(super) fn go_to_next(&mut self, action: Action) {
        let is_forward = matches!(action, Action::NextMatch | Action::NextProblem);
        let is_search = matches!(action, Action::NextMatch | Action::PreviousMatch);
        if !is_search || !self.next_match(is_forward) {
            self.next_problem(is_forward);
        }
    }
}

/// Returns how many matches there are, and which of them the cursor is on, counted from 0.
pub fn match_words(at: Option<usize>, matches: usize) -> String {
    match (at, matches) {
        (_, 0) => "no match".to_owned(),
        (Some(at), all) => format!("{} of {}", metrics::count(at + 1), metrics::count(all)),
        (None, 1) => "1 match".to_owned(),
        (None, all) => format!("{} matches", metrics::count(all)),
    }
}

/// Returns the text of a node of the tree.
fn node_text(open: &SessionDetail, path: NodePath) -> String {
    let number = path.positions().last().unwrap_or(0) + 1;
    match path.find(&open.session) {
        Some(Node::Segment(segment)) => {
            let failure = segment.failure_info.value();
            let stage = failure.and_then(|it| it.stage.value()).map_or("", Word::as_str);
            let reason = failure.and_then(|it| it.reason.value()).map_or("", |reason| reason.as_str());
            let failed = if failure.is_some() { "failed: " } else { "" };
            format!("segment {number} {failed}{stage} {reason}")
        }
        Some(Node::Media(media)) => {
            let networks = [&media.caller_network, &media.callee_network].into_iter().filter_map(|side| side.value());
            let links = networks.filter_map(|network| network.connection_type.value()).map(Word::as_str);
            let label = media.label.value().map_or("media without a label", |label| label.as_str());
            std::iter::once(label).chain(links).collect::<Vec<_>>().join(" ")
        }
        Some(Node::Stream(stream)) => {
            // A stream shows its verdict or its figures; either is found.
            let line = open.stream(path).map(super::session_detail::OpenStream::line).unwrap_or_default();
            let figures = metrics::STREAM.iter().filter_map(|metric| {
                let value = metric.of_stream(stream).value().copied()?;
                Some(format!("{} {}", metric.short, metric.unit.format(value)))
            });
            std::iter::once(line).chain(figures).collect::<Vec<_>>().join("  ")
        }
        _ => String::new(),
    }
}

fn detail_text(line: &DetailLine) -> String {
    match line {
        DetailLine::Heading(heading, columns) => format!("{heading} {}", columns.join(" ")),
        other => in_full(other, &[]),
    }
}
