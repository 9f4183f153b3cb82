//! The position of the panes for every terminal size: side by side when wide, stacked at 80×24, one at a time when
//! small.

/// A rectangle of terminal cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Distance from the left edge, in columns.
    pub x: u16,
    /// Distance from the top, in rows.
    pub y: u16,
    /// Width in columns.
    pub width: u16,
    /// Height in rows.
    pub height: u16,
}

/// A pane of the triage view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The list of sessions.
    #[default]
    Sessions,
    /// The tree of the selected session.
    Tree,
    /// The metrics of the selected node.
    Metrics,
    /// The findings of the selected node.
    Why,
}

impl Pane {
    /// All panes, in Tab order.
    pub const ALL: [Pane; 4] = [Pane::Sessions, Pane::Tree, Pane::Metrics, Pane::Why];

    /// Returns the next pane, wrapping around.
    pub fn next(self) -> Pane {
        Self::ALL[(self as usize + 1) % 4]
    }

    /// Returns the previous pane, wrapping around.
    pub fn previous(self) -> Pane {
        Self::ALL[(self as usize + 3) % 4]
    }
}

/// The position of every part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The top line.
    pub header: Area,
    /// The lines below it, with the answer.
    pub answer: Area,
    /// The line with the strip of all sessions; empty when there is no room or nothing to show. Pages cover it.
    pub strip: Area,
    /// The lines above the bottom line, for the filter; none without one.
    pub filter: Area,
    /// The bottom line.
    pub footer: Area,
    /// Everything between them, for the current view.
    pub body: Area,
    /// The list of sessions, borders included; `None` when it is not visible.
    pub sessions: Option<Area>,
    /// The tree, borders included; `None` when it is not visible.
    pub tree: Option<Area>,
    /// The metrics, borders included; `None` when they are not visible.
    pub metrics: Option<Area>,
    /// The findings, borders included; `None` when they are not visible.
    pub why: Option<Area>,
}

/// What the layout depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// The size of the terminal, in columns and rows.
    pub size: (u16, u16),
    /// The focused pane, which is always visible.
    pub focus: Pane,
    /// How much wider the left side is than by default, in percent of the width; negative if narrower.
    pub split: i16,
    /// Whether the focused pane takes the whole body.
    pub is_filled: bool,
    /// The lines that the answer takes whole.
    pub answer: usize,
    /// Whether there are sessions for a strip.
    pub has_strip: bool,
    /// The lines that the list of sessions needs, borders included.
    pub sessions: usize,
    /// What there is of the selected session.
    pub shown: Shown,
}

/// What there is of the selected session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// A session with streams, or one that is still being read.
    #[default]
    Figures,
    /// A session without a stream, with as many lines in its tree. An overview of the call takes the room for metrics.
    NoFigures(usize),
    /// No session. An overview of the call takes the room for everything about one.
    Nothing,
}

/// The fewest lines of a pane beside others, borders included.
const LEAST: u16 = 5;

/// The lines of the body from which on several panes have room below one another.
const SEVERAL: u16 = 16;

/// The smallest usable terminal, in columns and rows; a smaller one shows a one-line message.
const SMALLEST: (u16, u16) = (30, 6);

impl Area {
    /// Returns the area inside the borders.
    pub fn inside(self) -> Area {
        Area {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// Returns whether the area contains a terminal cell.
    pub fn has(self, x: u16, y: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&x)
            && (self.y..self.y.saturating_add(self.height)).contains(&y)
    }

    fn split_rows(self, first: u16) -> (Area, Area) {
        let first = first.min(self.height);
        (Area { height: first, ..self }, Area { y: self.y + first, height: self.height - first, ..self })
    }

    fn split_columns(self, first: u16) -> (Area, Area) {
        let first = first.min(self.width);
        (Area { width: first, ..self }, Area { x: self.x + first, width: self.width - first, ..self })
    }
}

/// Returns the width of the left side, in columns.
fn left_of(width: u16, split: i16) -> u16 {
    // Below, the tree needs the larger half; above, the columns of the list can use theirs.
    let usual = if width < 160 { width * 43 / 100 } else { (width / 2).min(110) };
    let moved = i32::from(usual) + i32::from(width) * i32::from(split) / 100;
    moved.clamp(30, i32::from(width.max(60)) - 30) as u16
}

/// Returns the lines that the list of sessions needs.
fn needed(wants: Wants) -> u16 {
    u16::try_from(wants.sessions).unwrap_or(u16::MAX).max(LEAST)
}

/// One of the two lists of a view that has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Half {
    /// The left one, or the upper one.
    #[default]
    First,
    /// The right one, or the lower one.
    Second,
}

impl Half {
    /// Both of them.
    pub const ALL: [Half; 2] = [Half::First, Half::Second];

    pub fn other(self) -> Half {
        match self {
            Half::First => Half::Second,
            Half::Second => Half::First,
        }
    }
}

impl Layout {
    /// Lays out a terminal; `None` when it is too small.
    pub fn of(wants: Wants) -> Option<Layout> {
        let Wants { size: (width, height), focus, is_filled, .. } = wants;
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return None;
        }
        let all = Area { x: 0, y: 0, width, height };
        let (header, rest) = all.split_rows(1);
        let (rest, footer) = rest.split_rows(rest.height - 1);
        // A narrow screen needs two lines for text that takes one and a half on a wide one.
        let (answer, body) = rest.split_rows(match height {
            0..10 => 0,
            10..18 => 1,
            18..30 => 2,
            _ => wants.answer.clamp(2, 3) as u16,
        });
        let is_wide = width >= 72 && !is_filled;
        // The strip takes no line that decides whether there is room for several panes.
        let has_strip = wants.has_strip && body.height >= SEVERAL && !(is_wide && body.height == SEVERAL);
        let (strip, panes) = body.split_rows(u16::from(has_strip));
        let mut layout = Layout { header, answer, strip, footer, body, ..Layout::default() };
        if is_wide && width >= 100 && panes.height >= SEVERAL {
            layout.set_side_by_side(panes, wants);
        } else if is_wide && panes.height >= SEVERAL {
            layout.set_below_one_another(panes, wants);
        } else {
            match focus {
                Pane::Sessions => layout.sessions = Some(panes),
                Pane::Tree => layout.tree = Some(panes),
                Pane::Metrics => layout.metrics = Some(panes),
                Pane::Why => layout.why = Some(panes),
            }
        }
        Some(layout)
    }

    /// A wide terminal splits its width evenly between names and numbers. A list shorter than its share leaves the rest to
    /// the reasons.
    fn set_side_by_side(&mut self, panes: Area, wants: Wants) {
        let (left, right) = panes.split_columns(left_of(panes.width, wants.split));
        if wants.shown == Shown::Nothing && matches!(wants.focus, Pane::Sessions | Pane::Tree) {
            (self.sessions, self.tree) = (Some(left), Some(right));
            return;
        }
        let share = panes.height - (panes.height / 3).clamp(6, 16);
        let (sessions, below) = left.split_rows(share.min(needed(wants)));
        (self.sessions, self.why) = (Some(sessions), Some(below));
        let metrics = match wants.shown {
            Shown::NoFigures(lines) => {
                let tree = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).max(LEAST);
                panes.height.saturating_sub(tree).max(panes.height / 2)
            }
            Shown::Figures | Shown::Nothing => (panes.height / 2).clamp(7, 24),
        };
        let (tree, below) = right.split_rows(panes.height - metrics);
        (self.tree, self.metrics) = (Some(tree), Some(below));
    }

    /// The focused pane takes what the others can spare. By default that goes to the lowest pane, which explains the
    /// verdict, until the user looks at metrics; so does what a short list leaves.
    fn set_below_one_another(&mut self, panes: Area, wants: Wants) {
        let spare = panes.height - 3 * LEAST;
        let focused = match wants.focus {
            Pane::Sessions => 0,
            Pane::Tree => 1,
            Pane::Metrics | Pane::Why => 2,
        };
        let share = |place| LEAST + if place == focused { spare - 2 * (spare / 4) } else { spare / 4 };
        if wants.shown == Shown::Nothing && matches!(wants.focus, Pane::Sessions | Pane::Tree) {
            let (first, rest) = panes.split_rows(share(0).min(needed(wants)));
            (self.sessions, self.tree) = (Some(first), Some(rest));
            return;
        }
        let (first, rest) = panes.split_rows(share(0).min(needed(wants)));
        let (second, third) = rest.split_rows(share(1));
        (self.sessions, self.tree) = (Some(first), Some(second));
        match wants.focus {
            Pane::Sessions | Pane::Why => self.why = Some(third),
            Pane::Tree | Pane::Metrics => self.metrics = Some(third),
        }
    }

    /// Inserts lines for the filter above the bottom line.
    pub fn with_filter(self, lines: u16) -> Layout {
        let footer = Area { y: self.footer.y.saturating_add(lines), ..self.footer };
        Layout { filter: Area { height: lines, ..self.footer }, footer, ..self }
    }

    /// Returns the area of a pane, when it is visible.
    pub fn area_of(&self, pane: Pane) -> Option<Area> {
        match pane {
            Pane::Sessions => self.sessions,
            Pane::Tree => self.tree,
            Pane::Metrics => self.metrics,
            Pane::Why => self.why,
        }
    }

    /// Splits the body for views with two lists: side by side when wide, stacked when there is room, otherwise only the
    /// focused one.
    pub fn halves(&self, focused: Half) -> [Option<Area>; 2] {
        let body = self.body;
        if body.width >= 100 {
            let (left, right) = body.split_columns(body.width * 56 / 100);
            [Some(left), Some(right)]
        } else if body.height >= 16 {
            let (above, below) = body.split_rows(body.height * if focused == Half::Second { 2 } else { 3 } / 5);
            [Some(above), Some(below)]
        } else if focused == Half::Second {
            [None, Some(body)]
        } else {
            [Some(body), None]
        }
    }

    /// Returns whether only the focused pane is visible.
    pub fn is_single(&self) -> bool {
        Pane::ALL.iter().filter_map(|pane| self.area_of(*pane)).count() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(width: u16, height: u16, focus: Pane) -> Wants {
        Wants { size: (width, height), focus, answer: 9, has_strip: true, sessions: 999, ..Wants::default() }
    }

    fn panes(width: u16, height: u16, focus: Pane) -> Vec<Area> {
        let layout = Layout::of(wants(width, height, focus)).expect("large enough");
        Pane::ALL.into_iter().filter_map(|pane| layout.area_of(pane)).collect()
    }

    #[test]
    fn panes_stand_side_by_side_then_in_a_column_then_alone() {
        assert_eq!(panes(120, 36, Pane::Sessions).len(), 4);
        assert_eq!(panes(80, 24, Pane::Tree).len(), 3);
        assert_eq!(panes(60, 20, Pane::Tree).len(), 1);
        assert_eq!(Layout::of(wants(29, 20, Pane::Tree)), None);
        assert_eq!(Layout::of(wants(80, 5, Pane::Tree)), None);
    }

    #[test]
    fn at_80_by_24_every_pane_has_room_for_three_lines() {
        for focus in Pane::ALL {
            for area in panes(80, 24, focus) {
                assert!(area.inside().height >= 3, "{focus:?}: {area:?}");
            }
        }
    }

    #[test]
    fn panes_fill_the_body_and_do_not_overlap_at_any_size() {
        for width in 30..220 {
            for height in 6..80 {
                for focus in Pane::ALL {
                    let layout = Layout::of(wants(width, height, focus)).expect("large enough");
                    for shown in [Shown::Nothing, Shown::NoFigures(0), Shown::NoFigures(9)] {
                        let other = Layout::of(Wants { shown, ..wants(width, height, focus) }).expect("large enough");
                        let areas = Pane::ALL.into_iter().filter_map(|pane| other.area_of(pane));
                        let sum: usize = areas.map(|area| usize::from(area.width) * usize::from(area.height)).sum();
                        let body = usize::from(other.body.width) * usize::from(other.body.height - other.strip.height);
                        assert_eq!(sum, body, "{width}×{height}, {shown:?}");
                        assert!(other.area_of(focus).is_some());
                    }
                    let cells = |area: Area| usize::from(area.width) * usize::from(area.height);
                    let sum: usize = panes(width, height, focus).into_iter().map(cells).sum();
                    assert_eq!(sum + cells(layout.strip), cells(layout.body), "{width}×{height}");
                    assert!(layout.area_of(focus).is_some());
                    for focused in Half::ALL {
                        let halves = layout.halves(focused);
                        let sum: usize = halves.into_iter().flatten().map(cells).sum();
                        assert_eq!(sum, cells(layout.body), "{width}×{height}");
                        assert!(halves[focused as usize].is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn a_short_list_leaves_its_lines_to_the_reasons() {
        for (width, height) in [(120, 36), (80, 24)] {
            let long = Layout::of(wants(width, height, Pane::Sessions)).expect("large enough");
            let short = Wants { sessions: 1, ..wants(width, height, Pane::Sessions) };
            let short = Layout::of(short).expect("large enough");
            let lines = |area: Option<Area>| area.expect("it is visible").height;
            assert_eq!(lines(short.sessions), LEAST);
            let left = lines(long.sessions) - LEAST;
            assert_eq!(lines(short.why), lines(long.why) + left);
        }
    }

    #[test]
    fn a_tall_terminal_has_a_third_line_for_a_long_answer() {
        let answer = |answer, height| {
            let wants = Wants { answer, ..wants(120, height, Pane::Sessions) };
            Layout::of(wants).expect("large enough").answer.height
        };
        assert_eq!([answer(1, 36), answer(3, 36), answer(9, 36), answer(9, 24)], [2, 3, 3, 2]);
    }

    #[test]
    fn panes_follow_one_another_round_and_round() {
        for pane in Pane::ALL {
            assert_eq!(pane.next().previous(), pane);
        }
    }
}
