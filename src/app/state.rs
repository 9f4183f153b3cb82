//! The parts of the state: each owns its fields, so that a change in one does not touch the others.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::call::{Dataset, Place};
use crate::model::NodePath;
use crate::triage::{Assessment, RuleSets};

use super::bindings::Action;
use super::overlays::Pending;
use super::saved_state::Memory;
use super::session_detail::{Judge, SessionDetail};

/// The assessment of the whole call, and how current it is.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The assessment of the whole call, of the rows present when it was made.
    pub assessment: Option<Arc<Assessment>>,
    /// The number of assessments taken in so far.
    pub assessed: u64,
    /// Whether an assessment of the whole call is running.
    pub is_running: bool,
    /// Whether something changed that the next assessment would reflect.
    pub is_stale: bool,
    /// The answer at the top.
    pub summary: String,
    /// The answer in lines for the width of the terminal, however many they are.
    pub answer: Vec<String>,
    /// What the answer is based on: the number of pages, and whether more are to come.
    pub summary_of: Option<(usize, bool)>,
}

/// Sessions being read: what to do when one arrives, and which are kept at hand.
#[derive(Debug, Default)]
pub struct Reader {
    /// The node to go to in the session that is being read.
    pub pending_path: Option<NodePath>,
    /// The action to run once the session has been read.
    pub deferred_action: Option<Action>,
    /// The good session that is being read, to compare the one on screen with.
    pub comparing: Option<Pending>,
    /// Recently viewed sessions, and the one read ahead.
    pub recent: VecDeque<Arc<SessionDetail>>,
    /// The session that is being read ahead.
    pub ahead: Option<Place>,
    /// The position of the list's cursor when a session was last read ahead.
    pub prefetch_from: usize,
}

/// What earlier runs saved of calls, and how much of it still applies.
#[derive(Debug, Default)]
pub struct Restore {
    /// Whether no key has been pressed yet.
    pub is_untouched: bool,
    /// The state saved by earlier runs.
    pub saved: Memory,
    /// Whether the call may still be restored to its saved state: the user has done nothing with it yet.
    pub may_restore: bool,
    /// The session to return the cursor to once it has arrived.
    pub returning_to: Option<String>,
}

/// The terminal and how it is divided.
#[derive(Debug, Default)]
pub struct ScreenState {
    /// Whether the focused pane takes the whole screen.
    pub is_zoomed: bool,
    /// How much wider the left side is than by default, in percent of the width; negative if narrower.
    pub left_width_offset: i16,
    /// The size of the terminal, in columns and rows.
    pub size: (u16, u16),
}

/// The loaded data, and the call on screen.
#[derive(Debug, Default)]
pub struct Data {
    /// The loaded data.
    pub loaded: Dataset,
    /// The index of the call on screen.
    pub call: usize,
    /// The number of the current load; events of older loads are ignored.
    pub load: u32,
    /// Whether an opened file has changed on disk.
    pub is_file_changed: bool,
}

/// The available rule sets, and the one in use.
#[derive(Debug, Clone, Copy)]
pub struct RuleChoice {
    /// The available rule sets.
    pub sets: &'static RuleSets,
    /// The rule set in use, and the one that the run started with.
    pub judge: Judge,
}
