//! Sessions as bars: how heavy a line is tells what a session was like, and a sign where it failed.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::views::timeline::Timeline;
use crate::app::{App, DetailState};
use crate::call::Call;
use crate::model::Field;
use crate::text::fit;
use crate::timeline::lanes::{Bar, Lane};
use crate::timeline::scale::{Place, Scale, Stretch};
use crate::triage::{Interner, SessionStatus};
use crate::wording;

use crate::ui::theme::Theme;

/// Returns the sign of a kind of session: a line for what it was like, a cross for its failure.
pub fn sign(kind: SessionStatus) -> &'static str {
    match kind {
        SessionStatus::Failed => wording::standing_glyph(kind),
        SessionStatus::Poor => "━",
        SessionStatus::Noted => "═",
        SessionStatus::Good => "─",
        SessionStatus::Unclassified => "╌",
    }
}

/// Returns the sign with which a session starts.
fn start_sign(kind: SessionStatus) -> &'static str {
    match kind {
        SessionStatus::Poor => "┣",
        SessionStatus::Noted => "╞",
        SessionStatus::Failed | SessionStatus::Good | SessionStatus::Unclassified => "├",
    }
}

/// What lanes are drawn with.
pub struct Drawing<'a> {
    pub call: &'a Call,
    pub names: &'a Interner,
    pub timeline: &'a Timeline,
    pub scale: &'a Scale,
    pub theme: &'a Theme,
    /// The columns of a name.
    pub name: usize,
}

type Cell = (&'static str, Style);

impl Drawing<'_> {
    /// Draws a lane, by its index.
    pub fn line(&self, lane: usize, is_selected: bool) -> Line<'static> {
        let Some(lane) = self.timeline.lanes.get(lane) else { return Line::default() };
        let sign = wording::standing_glyph(lane.standing);
        let name = fit(&lane.name(self.call, self.names), self.name);
        let selected = is_selected.then_some(self.timeline.session);
        let mut spans = if is_selected {
            // The name has no colour of its own, so that it can be read on the cursor's.
            vec![Span::styled(format!("▌{sign} {name}"), self.theme.cursor), Span::raw(" ")]
        } else {
            let standing = Span::styled(sign, self.theme.standing(lane.standing));
            vec![Span::raw(" "), standing, Span::raw(format!(" {name} "))]
        };
        let cells = self.cells(lane, selected);
        // Cells that look the same become one span.
        for group in cells.chunk_by(|one, other| one.1 == other.1) {
            let text: String = group.iter().map(|(sign, _)| *sign).collect();
            spans.push(Span::styled(text, group[0].1));
        }
        Line::from(spans)
    }

    fn cells(&self, lane: &Lane, selected: Option<usize>) -> Vec<Cell> {
        let mut cells: Vec<Cell> = vec![(" ", Style::new()); self.scale.columns];
        self.away(lane, &mut cells);
        let bars = || lane.sessions.iter().enumerate();
        // The selected session is drawn last, so that it is in sight whatever else happened at the time.
        let (chosen, others): (Vec<_>, Vec<_>) = bars().partition(|(at, _)| selected == Some(*at));
        for (_, bar) in others {
            self.bar(bar, false, &mut cells);
        }
        for (_, bar) in bars() {
            self.failure(bar, false, &mut cells);
        }
        for (_, bar) in chosen {
            self.bar(bar, true, &mut cells);
            self.failure(bar, true, &mut cells);
        }
        cells
    }

    /// Draws the time between leaving and coming back, and where a person is who is out of sight.
    fn away(&self, lane: &Lane, cells: &mut [Cell]) {
        let times = || lane.sessions.iter().filter_map(|bar| bar.time);
        let all = times().reduce(|all, time| Stretch { from: all.from.min(time.from), to: all.to.max(time.to) });
        match all.map(|all| self.scale.place(all)) {
            Some(Place::Within { columns, is_begun, goes_on }) => {
                cells[columns].fill(("·", self.theme.dim));
                self.ends(is_begun, goes_on, self.theme.dim, cells);
            }
            Some(Place::Before) => self.ends(true, false, self.theme.dim, cells),
            Some(Place::After) => self.ends(false, true, self.theme.dim, cells),
            None => {}
        }
    }

    /// Marks ends that are outside the window.
    fn ends(&self, is_begun: bool, goes_on: bool, style: Style, cells: &mut [Cell]) {
        if let (true, Some(first)) = (is_begun, cells.first_mut()) {
            *first = ("◂", style);
        }
        if let (true, Some(last)) = (goes_on, cells.last_mut()) {
            // In ASCII the usual replacement of this sign is that of collapsed nodes.
            *last = (if self.theme.is_ascii { ">" } else { "▸" }, style);
        }
    }

    fn style(&self, kind: SessionStatus, is_selected: bool) -> Style {
        let style = self.theme.standing(kind);
        if is_selected { style.add_modifier(Modifier::REVERSED | Modifier::BOLD) } else { style }
    }

    fn bar(&self, bar: &Bar, is_selected: bool, cells: &mut [Cell]) {
        let style = self.style(bar.quality, is_selected);
        match bar.time.map(|time| self.scale.place(time)) {
            Some(Place::Within { columns, is_begun, goes_on }) => {
                let is_long = columns.len() > 1;
                let first = columns.start;
                if let Some(taken) = cells.get_mut(columns) {
                    taken.fill((sign(bar.quality), style));
                }
                if let (true, Some(cell)) = (is_long && !is_begun, cells.get_mut(first)) {
                    cell.0 = start_sign(bar.quality);
                }
                self.ends(is_begun, goes_on, style, cells);
            }
            // A selected session that is out of sight has its sign at the edge.
            Some(Place::Before) if is_selected => self.ends(true, false, style, cells),
            Some(Place::After) if is_selected => self.ends(false, true, style, cells),
            _ => {}
        }
    }

    /// Marks where a session failed, if that is in the window.
    fn failure(&self, bar: &Bar, is_selected: bool, cells: &mut [Cell]) {
        if bar.standing != SessionStatus::Failed {
            return;
        }
        if let Some(Place::Within { columns, goes_on: false, .. }) = bar.time.map(|time| self.scale.place(time))
            && let Some(cell) = columns.last().and_then(|last| cells.get_mut(last))
        {
            *cell = (sign(SessionStatus::Failed), self.style(SessionStatus::Failed, is_selected));
        }
    }
}

/// Draws the segments of the selected session, below the lanes.
pub fn segments(app: &App, left: usize, scale: &Scale, theme: &Theme) -> Line<'static> {
    let DetailState::Ready(open) = &app.detail else { return Line::default() };
    let times: Vec<Option<Stretch>> = open
        .session
        .segments
        .readable()
        .map(|(_, segment)| match (&segment.start, &segment.end) {
            (Field::Value(start), Field::Value(end)) => Some(Stretch::between(*start, *end)),
            _ => None,
        })
        .collect();
    let mut cells = vec![" "; scale.columns];
    for time in times.iter().flatten() {
        let Place::Within { columns, is_begun, goes_on } = scale.place(*time) else { continue };
        let (first, last) = (columns.start, columns.end.saturating_sub(1));
        for column in columns {
            if let Some(cell) = cells.get_mut(column) {
                *cell = match (column == first && !is_begun, column == last && !goes_on) {
                    (true, true) => "╵",
                    (true, false) => "└",
                    (false, true) => "┘",
                    (false, false) => "─",
                };
            }
        }
    }
    let words = format!("   {}", wording::number(times.len(), "segment"));
    Line::from(vec![Span::styled(fit(&words, left), theme.dim), Span::styled(cells.concat(), theme.dim)])
}
