//! The overview of the call, for the room that a session without figures leaves: how many sessions have which status,
//! whether the call is complete, the answer, whose side it is, and what people complained about.

use crate::app::App;
use crate::app::DetailState;
use crate::app::entry_list::{Entry, EntryKind, Target};
use crate::app::layout::{Area, Shown};
use crate::app::views::people;
use crate::call::{Call, Completeness, Dataset};
use crate::metrics::count;
use crate::model::Clock;
use crate::text::sanitize;
use crate::triage::{Assessment, SessionStatus};
use crate::wording;

/// Returns the entries of the overview.
pub fn entries(call: &Call, loaded: &Dataset, assessment: &Assessment, answer: &str, clock: Clock) -> Vec<Entry> {
    let entry = |kind, text: String| Entry { kind, text, under: Vec::new(), target: Target::Nowhere };
    let counts = SessionStatus::ALL.iter().filter_map(|status| match call.standing(*status, assessment.set) {
        0 => None,
        some => Some(format!("{} {}", count(some), status.name())),
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    let completeness = Completeness::of(call, loaded);
    let words = completeness.full_words();
    let words = if completeness.is_final() { format!("complete: {words}") } else { words };
    let mut entries = vec![
        entry(EntryKind::Heading, "the call".to_owned()),
        entry(EntryKind::Fact, format!("{}: {counts}", wording::number(call.rows().len(), "session"))),
        entry(EntryKind::Fact, sanitize(&words).into_owned()),
        entry(EntryKind::Fact, answer.to_owned()),
    ];
    entries.extend(people::entries(call, loaded.names(), assessment, clock));
    entries
}

impl App {
    /// Returns what there is of the selected session, which decides how the panes divide the room.
    pub(in crate::app) fn shown_of_session(&self) -> Shown {
        let Some(call) = self.call() else { return Shown::Figures };
        match &self.detail {
            _ if self.views.sessions.list.selected().is_none() && !call.rows().is_empty() => Shown::Nothing,
            DetailState::Ready(open) if open.streams.is_empty() => {
                Shown::NoFigures(self.views.sessions.tree.lines.len())
            }
            _ => Shown::Figures,
        }
    }

    /// Returns where the overview is, if it is visible: in place of the metrics, or of all that is about one session.
    pub fn overview_area(&self) -> Option<Area> {
        let layout = self.layout().filter(|_| !self.views.sessions.overview.entries.is_empty())?;
        match self.shown_of_session() {
            Shown::Nothing => layout.metrics.or(layout.tree),
            Shown::NoFigures(_) => layout.metrics,
            Shown::Figures => None,
        }
    }

    /// Returns whether keys go to the overview.
    pub fn overview_has_focus(&self) -> bool {
        let pane = self.layout().and_then(|layout| layout.area_of(self.views.sessions.focus));
        pane.is_some() && pane == self.overview_area()
    }
}
