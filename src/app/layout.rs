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
    let usual = (width * 43 / 100).min(90);
    let moved = i32::from(usual) + i32::from(width) * i32::from(split) / 100;
    moved.clamp(30, i32::from(width.max(60)) - 30) as u16
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
    /// Lays out a terminal of `width` columns and `height` rows; `None` when it is too small. The focused pane is
    /// always visible. `split` widens the left side by that many percent of the width, or narrows it if negative; with
    /// `is_filled` the focused pane takes the whole body.
    pub fn of(width: u16, height: u16, focus: Pane, split: i16, is_filled: bool) -> Option<Layout> {
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
            _ => 2,
        });
        let mut layout = Layout { header, answer, footer, body, ..Layout::default() };
        if width >= 100 && body.height >= 16 && !is_filled {
            // A wide terminal splits its width evenly between names and numbers.
            let (left, right) = body.split_columns(left_of(width, split));
            let why = (body.height / 3).clamp(6, 16);
            let (sessions, below) = left.split_rows(body.height - why);
            (layout.sessions, layout.why) = (Some(sessions), Some(below));
            let metrics = (body.height / 2).clamp(7, 24);
            let (tree, below) = right.split_rows(body.height - metrics);
            (layout.tree, layout.metrics) = (Some(tree), Some(below));
        } else if width >= 72 && body.height >= 16 && !is_filled {
            // The focused pane takes what the others can spare. By default that goes to the lowest pane, which explains
            // the verdict, until the user looks at metrics.
            let spare = body.height - 3 * 5;
            let focused = match focus {
                Pane::Sessions => 0,
                Pane::Tree => 1,
                Pane::Metrics | Pane::Why => 2,
            };
            let height = |place| if place == focused { 5 + spare - 2 * (spare / 4) } else { 5 + spare / 4 };
            let (first, rest) = body.split_rows(height(0));
            let (second, third) = rest.split_rows(height(1));
            (layout.sessions, layout.tree) = (Some(first), Some(second));
            match focus {
                Pane::Sessions | Pane::Why => layout.why = Some(third),
                Pane::Tree | Pane::Metrics => layout.metrics = Some(third),
            }
        } else {
            match focus {
                Pane::Sessions => layout.sessions = Some(body),
                Pane::Tree => layout.tree = Some(body),
                Pane::Metrics => layout.metrics = Some(body),
                Pane::Why => layout.why = Some(body),
            }
        }
        Some(layout)
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

    fn panes(width: u16, height: u16, focus: Pane) -> Vec<Area> {
        let layout = Layout::of(width, height, focus, 0, false).expect("large enough");
        Pane::ALL.into_iter().filter_map(|pane| layout.area_of(pane)).collect()
    }

    #[test]
    fn panes_stand_side_by_side_then_in_a_column_then_alone() {
        assert_eq!(panes(120, 36, Pane::Sessions).len(), 4);
        assert_eq!(panes(80, 24, Pane::Tree).len(), 3);
        assert_eq!(panes(60, 20, Pane::Tree).len(), 1);
        assert_eq!(Layout::of(29, 20, Pane::Tree, 0, false), None);
        assert_eq!(Layout::of(80, 5, Pane::Tree, 0, false), None);
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
                    let layout = Layout::of(width, height, focus, 0, false).expect("large enough");
                    let cells = |area: Area| usize::from(area.width) * usize::from(area.height);
                    let sum: usize = panes(width, height, focus).into_iter().map(cells).sum();
                    assert_eq!(sum, cells(layout.body), "{width}×{height}");
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
    fn panes_follow_one_another_round_and_round() {
        for pane in Pane::ALL {
            assert_eq!(pane.next().previous(), pane);
        }
    }
}
