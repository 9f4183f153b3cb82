//! Where the panes stand, for every size of a terminal: side by side when wide, one above the other at 80×24,
//! one at a time when small.

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
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
}

impl Pane {
    const ALL: [Pane; 3] = [Pane::Sessions, Pane::Tree, Pane::Metrics];

    /// The pane after this one, round and round.
    pub fn next(self) -> Pane {
        Self::ALL[(self as usize + 1) % 3]
    }

    /// The pane before this one, round and round.
    pub fn previous(self) -> Pane {
        Self::ALL[(self as usize + 2) % 3]
    }
}

/// Where everything stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The line at the top.
    pub header: Area,
    /// The line at the bottom.
    pub footer: Area,
    /// Everything between them, for what fills it.
    pub body: Area,
    /// The list of sessions, borders included; `None` when it is not visible.
    pub sessions: Option<Area>,
    /// The tree, borders included.
    pub tree: Option<Area>,
    /// The metrics, borders included.
    pub metrics: Option<Area>,
}

/// Below this a terminal shows one line that says so.
const SMALLEST: (u16, u16) = (30, 6);

impl Area {
    /// What a border leaves of it.
    pub fn inside(self) -> Area {
        Area {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
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

impl Layout {
    /// For a terminal of a size; `None` when it is too small for anything. The focused pane is visible always.
    pub fn of(width: u16, height: u16, focus: Pane) -> Option<Layout> {
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return None;
        }
        let all = Area { x: 0, y: 0, width, height };
        let (header, rest) = all.split_rows(1);
        let (body, footer) = rest.split_rows(rest.height - 1);
        let mut layout = Layout { header, footer, body, ..Layout::default() };
        if width >= 100 && body.height >= 16 {
            // A wide terminal gives its width to names and numbers in equal parts.
            let (left, right) = body.split_columns((width * 43 / 100).min(90));
            let metrics = (body.height / 2).clamp(7, 17);
            let (tree, below) = right.split_rows(body.height - metrics);
            (layout.sessions, layout.tree, layout.metrics) = (Some(left), Some(tree), Some(below));
        } else if width >= 72 && body.height >= 18 {
            // The focused pane takes what the others can spare.
            let spare = body.height - 3 * 5;
            let height = |pane| if pane == focus { 5 + spare - 2 * (spare / 4) } else { 5 + spare / 4 };
            let (first, rest) = body.split_rows(height(Pane::Sessions));
            let (second, third) = rest.split_rows(height(Pane::Tree));
            (layout.sessions, layout.tree, layout.metrics) = (Some(first), Some(second), Some(third));
        } else {
            match focus {
                Pane::Sessions => layout.sessions = Some(body),
                Pane::Tree => layout.tree = Some(body),
                Pane::Metrics => layout.metrics = Some(body),
            }
        }
        Some(layout)
    }

    /// Is only the focused pane visible?
    pub fn is_single(&self) -> bool {
        [self.sessions, self.tree, self.metrics].iter().flatten().count() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panes(width: u16, height: u16, focus: Pane) -> Vec<Area> {
        let layout = Layout::of(width, height, focus).expect("large enough");
        [layout.sessions, layout.tree, layout.metrics].into_iter().flatten().collect()
    }

    #[test]
    fn panes_stand_side_by_side_then_in_a_column_then_alone() {
        assert_eq!(panes(120, 36, Pane::Sessions).len(), 3);
        assert_eq!(panes(80, 24, Pane::Tree).len(), 3);
        assert_eq!(panes(60, 20, Pane::Tree).len(), 1);
        assert_eq!(Layout::of(29, 20, Pane::Tree), None);
        assert_eq!(Layout::of(80, 5, Pane::Tree), None);
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
                    let layout = Layout::of(width, height, focus).expect("large enough");
                    let cells = |area: Area| usize::from(area.width) * usize::from(area.height);
                    let sum: usize = panes(width, height, focus).into_iter().map(cells).sum();
                    assert_eq!(sum, cells(layout.body), "{width}×{height}");
                    let focused = match focus {
                        Pane::Sessions => layout.sessions,
                        Pane::Tree => layout.tree,
                        Pane::Metrics => layout.metrics,
                    };
                    assert!(focused.is_some());
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
