//! The tree of the selected session: segments, their media, and streams with direction and quality.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_tree_widget::{Tree, TreeItem, TreeState};
use unicode_width::UnicodeWidthStr as _;

use crate::app::search::{Search, Surface};
use crate::app::session_detail::{OpenStream, SessionDetail};
use crate::app::views::sessions::tree::TreeLine;
use crate::app::{Action, App, DetailState, Pane};
use crate::call::Needle;
use crate::metrics::{self, Unit};
use crate::model::{
    Clock, Field, Media, MediaStream, MediumKind, NetworkInfo, Node, Segment, Shown, UnusableNode, Word,
};
use crate::text::{cut, fit, sanitize};
use crate::triage::SessionStatus;
use crate::triage::Verdict;
use crate::wording;
use crate::wording::request;

use super::highlight::found;
use super::theme::Theme;
use super::{Visible, draw_nothing, frame_of, is_focused, scroll_bar};

/// Draws the tree.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme, state: &mut TreeState<u32>) {
    let selected = app.shown();
    let title = selected.map_or_else(|| "Session".to_owned(), |row| wording::people(row, app.data.loaded.names()));
    let right = selected.map_or_else(String::new, |row| {
        let site = row.site(app.data.loaded.names()).map(|site| format!("{} · ", sanitize(site)));
        let length = row.facts.seconds().map_or_else(|| "unknown length".to_owned(), wording::length);
        format!("{}session of {length}", site.unwrap_or_default())
    });
    let block = frame_of(area.width, &title, &right, is_focused(app, Pane::Tree), theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let open = match &app.detail {
        DetailState::Ready(open) => open,
        DetailState::Nothing => return,
        DetailState::Reading(_) => return draw_nothing(frame, inside, "reading …", theme.dim),
        DetailState::Failed(_, why) => {
            return draw_nothing(frame, inside, &format!("cannot reload this session: {}", sanitize(why)), theme.poor);
        }
    };
    if app.views.sessions.tree.lines.is_empty() {
        return draw_nothing(frame, inside, &no_segments(app, open), theme.dim);
    }

    let labels = Labels {
        open,
        theme,
        clock: app.clock,
        base: &app.base_rules().id,
        needle: app.search_in(Surface::Tree).map(Search::needle),
        width: usize::from(inside.width),
        directions: open.widest_direction.min(usize::from(inside.width) / 2),
    };
    let lines = around(&app.views.sessions.tree.lines, app.views.sessions.tree.viewport.at);
    let mut rest = lines.as_slice();
    let items = labels.items(&mut rest, 0);
    let Ok(tree) = Tree::new(&items) else { return };
    state.close_all();
    for line in lines.iter().filter(|line| line.is_unfolded) {
        state.open(identifier(line));
    }
    if let Some(line) = app.views.sessions.tree.lines.get(app.views.sessions.tree.viewport.at) {
        state.select(identifier(line));
    }
    let cursor = if app.views.sessions.focus == Pane::Tree { theme.cursor } else { theme.resting };
    let tree =
        tree.highlight_style(cursor).node_open_symbol("▾ ").node_closed_symbol("▸ ").node_no_children_symbol("  ");
    frame.render_stateful_widget(tree, inside, state);
    // The widget counts from the first of the lines that it was given.
    let all = &app.views.sessions.tree.lines;
    let given = lines.get(state.get_offset()).and_then(|line| all.binary_search_by(|it| it.path.cmp(&line.path)).ok());
    let visible = Visible { top: given.unwrap_or(0), shown: usize::from(inside.height), total: all.len() };
    scroll_bar(frame, area, visible, is_focused(app, Pane::Tree), theme);
}

/// The widget gets this many lines before and after the block with the cursor: it processes every line it is given, and
/// a session can have tens of thousands. Our own choice, far more than any screen shows.
const WINDOW: usize = 256;

/// Returns the lines around the cursor, with their ancestors. They change only once every [`WINDOW`] lines, so that the
/// widget scrolls as it does in a short tree.
fn around(lines: &[TreeLine], cursor: usize) -> Vec<TreeLine> {
    let start = (cursor / WINDOW).saturating_sub(1) * WINDOW;
    let end = (start + 3 * WINDOW).min(lines.len());
    let mut above = Vec::new();
    let mut parent = lines.get(start).and_then(|line| line.path.parent());
    while let Some(path) = parent {
        // Lines are sorted by path.
        if let Ok(at) = lines.binary_search_by(|line| line.path.cmp(&path)) {
            above.push(lines[at]);
        }
        parent = path.parent();
    }
    above.into_iter().rev().chain(lines.get(start..end).unwrap_or_default().iter().copied()).collect()
}

fn identifier(line: &TreeLine) -> Vec<u32> {
    line.path.positions().map(|at| at as u32).collect()
}

/// Explains why there is no tree.
fn no_segments(app: &App, open: &SessionDetail) -> String {
    let lacks = app.shown().is_some_and(|row| row.facts.lacks_segments);
    let words = match open.session.segments.show() {
        Shown::Absent if lacks && app.offers(Action::Segments) => {
            let key = app.keys.key_hint(Action::Segments);
            return format!("segments were not requested, so nothing can be classified; press {key} to fetch them");
        }
        Shown::Absent if lacks => {
            let request = app.call().map(request::with_segments).unwrap_or_default();
            return format!(
                "segments were not requested, so nothing can be classified: {} returns them",
                sanitize(&request)
            );
        }
        Shown::Absent => "no segments in the record for this session: nothing was reported",
        Shown::Null => "segments are null in the record: nothing was reported",
        Shown::List(_) => "the list of segments is empty",
        _ => return format!("the segments are unreadable; press {} to see them", app.keys.key_hint(Action::Raw)),
    };
    words.to_owned()
}

struct Labels<'a> {
    open: &'a SessionDetail,
    theme: &'a Theme,
    clock: Clock,
    /// ID of the rule set the run started with.
    base: &'a str,
    /// What is searched for.
    needle: Option<&'a Needle>,
    width: usize,
    /// Width for directions, so that metrics line up: that of the longest direction, but at most half of the pane.
    directions: usize,
}

impl Labels<'_> {
    /// Takes the items of one depth, with everything below them, from the lines.
    fn items(&self, lines: &mut &[TreeLine], depth: usize) -> Vec<TreeItem<'static, u32>> {
        let mut items = Vec::new();
        while let Some((line, rest)) = lines.split_first().filter(|(line, _)| line.path.depth() > depth) {
            *lines = rest;
            let inside = self.items(lines, depth + 1);
            let at = line.path.positions().last().unwrap_or(0) as u32;
            let label = ended(self.label(line), self.width.saturating_sub(2 * line.path.depth()));
            let label = Line { spans: found(label.spans, self.needle, self.theme), ..label };
            let item = if line.has_children && inside.is_empty() {
                // Folded: the widget needs a child to show that the item can be opened.
                TreeItem::new(at, label.clone(), vec![TreeItem::new_leaf(0, "")])
            } else {
                TreeItem::new(at, label.clone(), inside)
            };
            // Positions are unique among siblings, so this does not fail.
            items.push(item.unwrap_or_else(|_| TreeItem::new_leaf(at, label)));
        }
        items
    }

    fn label(&self, line: &TreeLine) -> Line<'static> {
        let at = line.path.positions().last().unwrap_or(0);
        match line.path.find(&self.open.session) {
            Some(Node::Segment(segment)) => self.segment(at, segment),
            Some(Node::Media(media)) => self.media(media),
            Some(Node::Stream(stream)) => match self.open.stream(line.path) {
                Some(open) => self.stream(open, stream),
                None => Line::default(),
            },
            Some(Node::Unusable(kind)) => self.unusable(kind),
            _ => Line::default(),
        }
    }

    fn segment(&self, at: usize, segment: &Segment) -> Line<'static> {
        let start = segment.start.value().map(|start| self.clock.second_in_column(*start));
        let seconds = segment.start.value().zip(segment.end.value()).map(|(start, end)| start.until(*end).seconds());
        let mut spans = vec![
            Span::raw(format!("segment {}", at + 1)),
            Span::styled(format!("  {}", start.as_deref().unwrap_or("start not reported")), self.theme.dim),
            Span::styled(
                format!("  {}", seconds.map_or_else(|| "length not reported".to_owned(), wording::length)),
                self.theme.dim,
            ),
        ];
        if let Some(failure) = segment.failure_info.value() {
            let stage = failure.stage.value().map_or("failed", Word::as_str);
            let reason = match failure.reason.value() {
                Some(reason) => format!(": {}", sanitize(reason)),
                None => ", no reason given".to_owned(),
            };
            if failure.stage.value().is_some() || failure.reason.value().is_some() {
                let sign = wording::standing_glyph(SessionStatus::Failed);
                let words = format!("  {sign} failed: {}{reason}", sanitize(stage));
                spans.push(Span::styled(words, self.theme.failed));
            }
        }
        if segment.media.items().is_empty() {
            spans.push(Span::styled("  no media", self.theme.dim));
        }
        Line::from(spans)
    }

    fn media(&self, media: &Media) -> Line<'static> {
        let label = match &media.label {
            Field::Value(label) => sanitize(label).into_owned(),
            _ => "media without a label".to_owned(),
        };
        let side = |network: &Field<NetworkInfo>| {
            let network = network.value()?;
            let link = network.connection_type.value().map_or("link ?", Word::as_str);
            let transport = network.network_transport_protocol.value().map(Word::as_str);
            let tcp = if transport == Some("tcp") { " tcp" } else { "" };
            Some(format!("{}{tcp}", sanitize(link)))
        };
        let sides = match (side(&media.caller_network), side(&media.callee_network)) {
            (Some(caller), Some(callee)) => format!("  {caller} ↔ {callee}"),
            (Some(caller), None) => format!("  {caller} ↔ network unknown"),
            (None, Some(callee)) => format!("  network unknown ↔ {callee}"),
            (None, None) => "  networks unknown".to_owned(),
        };
        let mut spans = vec![Span::raw(label), Span::styled(sides, self.theme.dim)];
        if media.streams.items().is_empty() {
            spans.push(Span::styled("  no streams", self.theme.dim));
        }
        Line::from(spans)
    }

    fn stream(&self, open: &OpenStream, stream: &MediaStream) -> Line<'static> {
        let verdict = open.judgement.verdict;
        let style = self.theme.verdict(verdict);
        let packets = match &stream.packet_utilization {
            Field::Value(packets) => format!("{} pkts", Unit::Packets.format(*packets as f64)),
            _ => "– pkts".to_owned(),
        };
        let was = open.was.map(|was| format!("≠ {} {}", self.base, was.name()));
        let words = match verdict {
            _ if was.is_some() => was.clone().unwrap_or_default(),
            Verdict::Poor => open.judgement.reasons.iter().map(|reason| reason.words()).collect::<Vec<_>>().join(", "),
            Verdict::Good => String::new(),
            Verdict::Unclassified => {
                open.judgement.reasons.first().map(|reason| reason.short_words()).unwrap_or_default()
            }
        };
        let mut spans = vec![
            Span::styled(format!("{} ", wording::verdict_glyph(verdict)), style),
            Span::raw(fit(&open.brief_direction, self.directions)),
        ];
        // In a narrower pane, there is room only for problems.
        if self.width >= 66 {
            spans.push(Span::styled(format!(" {packets:>12}"), self.theme.dim));
        }
        let style = match (verdict, &was) {
            (_, Some(_)) => self.theme.noted,
            (Verdict::Poor, _) => style,
            _ => self.theme.dim,
        };
        let indent = 2 * open.path.depth();
        let used: usize = spans.iter().map(|span| span.content.width()).sum::<usize>() + indent + 2;
        let room = self.width.saturating_sub(used);
        if verdict == Verdict::Good && was.is_none() {
            spans.push(Span::styled(key_figures(open.kind, stream, room), style));
        } else {
            spans.push(Span::styled(format!("  {}", cut(&words, room)), style));
        }
        Line::from(spans)
    }

    fn unusable(&self, kind: UnusableNode) -> Line<'static> {
        let what = match kind {
            UnusableNode::Segment => "segment",
            UnusableNode::Media => "medium",
            UnusableNode::Stream => "stream",
        };
        Line::from(Span::styled(format!("no {what} here: null or not an object"), self.theme.dim))
    }
}

/// Cuts a line to a width with an ellipsis, which the widget would leave out.
fn ended(line: Line<'static>, width: usize) -> Line<'static> {
    let mut room = width;
    let mut spans = line.spans;
    for span in &mut spans {
        let text = cut(&span.content, room).into_owned();
        room = room.saturating_sub(span.content.width());
        span.content = text.into();
    }
    Line::from(spans)
}

/// Returns the key metrics of a stream without problems, as many as fit without being cut.
fn key_figures(kind: MediumKind, stream: &MediaStream, room: usize) -> String {
    let ids: &[&str] = match kind {
        MediumKind::Video | MediumKind::ScreenSharing => &["averageVideoFrameRate", "averagePacketLossRate"],
        _ => &["averagePacketLossRate", "averageJitter", "averageRoundTripTime"],
    };
    let mut text = String::new();
    for metric in ids.iter().filter_map(|id| metrics::by_id(id)) {
        let Some(value) = metric.of_stream(stream).value().copied() else { continue };
        let value = metric.unit.format(value);
        let figure = match metric.unit {
            // "fps" needs no label.
            Unit::FramesPerSecond => format!("  {value}"),
            _ => format!("  {} {value}", metric.short),
        };
        if text.width() + figure.width() > room + 2 {
            break;
        }
        text.push_str(&figure);
    }
    text
}
