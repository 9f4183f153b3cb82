//! The JSON of a node, as received: coloured, with line numbers, the signs of problems, and everything the search found.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::App;
use crate::app::raw::{ProblemKind, Raw, ShownLine};
use crate::text::{cut, sanitize};
use crate::triage::Severity;
use crate::wording;

use super::details::node_title;
use super::frame_of;
use super::theme::Theme;

/// Draws the JSON.
pub fn draw(frame: &mut Frame, area: Rect, raw: &Raw, app: &App, theme: &Theme) {
    let layout = if raw.is_received { "as received" } else { "indented" };
    let title = format!("Raw · {} · {layout}", node_title(app, raw.path));
    let mut block = frame_of(area.width, &title, &raw.position(), true, theme);
    // The bottom line has the position of the cursor as a jq path, and what is wrong there.
    let room = usize::from(area.width).saturating_sub(6);
    let (below, style) = match raw.note {
        Some(note) => (note.to_owned(), theme.noted),
        None => (sanitize(&raw.jq_path()).into_owned(), theme.accent),
    };
    let below = cut(&below, room).into_owned();
    let left = room.saturating_sub(below.width() + 3);
    block = block.title_bottom(Line::from(Span::styled(format!(" {below} "), style)));
    if let Some((place, problem)) = raw.problem().filter(|(place, _)| place.width() < left) {
        let words = format!("{place}: {}", sanitize(&problem.words));
        let style = theme.problem(problem.kind);
        block = block.title_bottom(Line::from(Span::styled(format!(" {} ", cut(&words, left)), style)).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let visible = (raw.viewport.top..).take(usize::from(inside.height)).map_while(|at| Some((at, raw.line(at)?)));
    let width = usize::from(inside.width);
    let lines: Vec<Line> = visible
        .map(|(at, line)| {
            let drawn = drawn(&line, raw, width, at == raw.viewport.at, theme);
            if at == raw.viewport.at { drawn.patch_style(theme.cursor) } else { drawn }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
}

fn drawn(line: &ShownLine<'_>, raw: &Raw, width: usize, is_selected: bool, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    let gutter = raw.gutter();
    if gutter > 0 {
        let numbers = raw.number_width();
        let number = line.number.filter(|_| numbers > 0).map(|number| number.to_string()).unwrap_or_default();
        let before = if numbers > 0 { format!("{number:>numbers$} ") } else { String::new() };
        spans.push(Span::styled(before, if is_selected { Style::new() } else { theme.dim }));
        let (sign, style) = line.problem.map_or((" ", Style::new()), |it| (sign(it.kind), theme.problem(it.kind)));
        spans.push(Span::styled(sign, if is_selected { Style::new() } else { style }));
        spans.push(Span::raw(" "));
    }
    let room = width.saturating_sub(gutter);
    let folded = line.folded.as_deref().unwrap_or_default();
    let window = Window { left: raw.left, width: room.saturating_sub(folded.width().min(room / 2)) };
    // A selected line has one style, for full contrast.
    let style_at = styles(line, raw, &window, is_selected, theme);
    spans.extend(window.cut(line.text, &style_at, theme));
    if !folded.is_empty() {
        spans.push(Span::styled(
            cut(&sanitize(folded), room).into_owned(),
            if is_selected { Style::new() } else { theme.dim },
        ));
    }
    Line::from(spans)
}

/// Returns the sign of a problem.
fn sign(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Poor => wording::verdict_glyph(crate::triage::Verdict::Poor),
        ProblemKind::Found(severity) => wording::severity_glyph(severity),
        ProblemKind::Unreadable => wording::severity_glyph(Severity::Warning),
        ProblemKind::Placeholder => wording::PLACEHOLDER_GLYPH,
    }
}

/// The styles of a line, each from a byte on, in order.
type Styles = Vec<(usize, Style)>;

fn styles(line: &ShownLine<'_>, raw: &Raw, window: &Window, is_selected: bool, theme: &Theme) -> Styles {
    let head = window.end_in(line.text);
    let mut styles: Styles = vec![(0, Style::new())];
    if !is_selected {
        for (token, range) in line.tokens(head) {
            styles.extend([(range.start, theme.token(token)), (range.end, Style::new())]);
        }
    }
    for range in raw.matches_in(line.text.get(..head).unwrap_or(line.text)) {
        let style_at = |at: usize| styles[styles.partition_point(|(from, _)| *from <= at).saturating_sub(1)].1;
        let (from, to) = (range.start, range.end);
        let after = style_at(to);
        let mut inside: Styles = styles.iter().filter(|(at, _)| (from + 1..to).contains(at)).copied().collect();
        inside.insert(0, (from, style_at(from)));
        inside.iter_mut().for_each(|(_, style)| *style = style.patch(theme.matched));
        styles.retain(|(at, _)| !(from..=to).contains(at));
        let place = styles.partition_point(|(at, _)| *at < from);
        inside.push((to, after));
        styles.splice(place..place, inside);
    }
    styles
}

/// The part of long lines that is visible.
struct Window {
    /// The letters scrolled off the left edge.
    left: usize,
    /// The width in columns.
    width: usize,
}

impl Window {
    /// Returns the byte behind everything that may be visible of a line, which may be megabytes long.
    fn end_in(&self, text: &str) -> usize {
        text.char_indices().nth(self.left + self.width * 4).map_or(text.len(), |(at, _)| at)
    }

    /// Returns the visible part of a line, safe to show, with a sign at an edge that hides more.
    fn cut(&self, text: &str, styles: &Styles, theme: &Theme) -> Vec<Span<'static>> {
        let start =
            if self.left == 0 { 0 } else { text.char_indices().nth(self.left).map_or(text.len(), |(at, _)| at) };
        let end = self.end_in(text);
        let mut spans: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        if start > 0 {
            spans.push(Span::styled("…", theme.dim));
            used = 1;
        }
        let is_more = end < text.len();
        let visible = text.get(start..end).unwrap_or_default();
        let total: usize = if is_more { usize::MAX } else { sanitize(visible).width() };
        let room = self.width.saturating_sub(usize::from(total > self.width.saturating_sub(used)));
        let mut next = styles.partition_point(|(from, _)| *from <= start);
        let mut style = styles.get(next.saturating_sub(1)).map(|(_, style)| *style).unwrap_or_default();
        let mut part = String::new();
        for (at, grapheme) in visible.grapheme_indices(true) {
            while let Some((from, new)) = styles.get(next).filter(|(from, _)| *from <= start + at) {
                debug_assert!(*from <= start + at);
                if !part.is_empty() {
                    spans.push(Span::styled(std::mem::take(&mut part), style));
                }
                (style, next) = (*new, next + 1);
            }
            let safe = sanitize(grapheme);
            if used + safe.width() > room {
                break;
            }
            used += safe.width();
            part.push_str(&safe);
        }
        if !part.is_empty() {
            spans.push(Span::styled(part, style));
        }
        if room < self.width {
            spans.push(Span::styled("…", theme.dim));
        }
        spans
    }
}
