//! The metrics of the selected node, and how they rank in the call.

use super::*;
use crate::app::views::sessions::metrics::PanelRow;

impl Bench {
    /// Selects a person's session, and looks at one of its streams.
    fn look_at(&mut self, name: &str, stream: usize) -> &PanelRow {
        self.app.focus_on(Pane::Sessions);
        self.act(Action::First);
        let place = self.names().iter().position(|one| *one == name).expect("they are in the list");
        for _ in 0..place {
            self.act(Action::Down);
        }
        self.act(Action::Open);
        self.act(Action::First);
        for _ in 0..2 + stream {
            self.act(Action::Down);
        }
        self.loss()
    }

    fn loss(&self) -> &PanelRow {
        let rows = &self.app.views.sessions.panel.rows;
        rows.iter().find(|row| row.metric.id == "averagePacketLossRate").expect("every stream has a row for loss")
    }
}

fn rank(row: &PanelRow) -> String {
    row.standing.as_ref().map_or_else(String::new, |standing| standing.rank.words())
}

#[test]
fn a_value_is_ranked_among_streams_of_its_own_direction() {
    let mut bench = loaded();
    assert_eq!(rank(bench.look_at("Dario", 0)), "2nd worst of 4");
    bench.act(Action::Down);
    assert_eq!(rank(bench.loss()), "all 4 alike", "what they heard has nothing to do with what they sent");
}

#[test]
fn a_segment_shows_its_worst_stream() {
    let mut bench = loaded();
    bench.look_at("Dario", 1);
    assert!(!bench.loss().is_poor);
    bench.act(Action::First);
    assert!(bench.loss().is_poor);
    assert_eq!(bench.loss().of_limit(), Some(2.0));
}

#[test]
fn what_arrives_later_is_ranked_too() {
    let mut bench = loaded();
    bench.look_at("Dario", 0);
    bench.arrive(0, &[(5, "Eve", 0.9), (6, "Fay", 0.8)]);
    assert_eq!(rank(bench.loss()), "middle of 6");
}

#[test]
fn somebody_who_came_back_has_their_sessions_in_time_order() {
    let mut bench = Bench::new((120, 36));
    let effects = bench.arrive(0, &[(7, "Mira", 0.5), (2, "Mira", 0.0), (4, "Bo", 0.1)]);
    bench.answer(&effects);
    let moments = &bench.look_at("Mira", 0).moments;
    assert_eq!(moments.iter().map(|moment| moment.value).collect::<Vec<_>>(), [Some(0.0), Some(0.5)]);
    assert_eq!(moments.iter().map(|moment| moment.is_here).collect::<Vec<_>>(), [false, true]);
    assert!(bench.look_at("Bo", 0).moments.is_empty(), "one session is no series");
}

#[test]
fn a_stream_with_nobody_to_compare_with_has_no_rank() {
    let mut bench = Bench::new((120, 36));
    let effects = bench.arrive(0, &[(1, "Ana", 0.2)]);
    bench.answer(&effects);
    assert_eq!(rank(bench.look_at("Ana", 0)), "");
}
