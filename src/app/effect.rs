//! What must happen outside the app: each effect carries all it needs, so that performing one asks nothing of the app.

use crate::call::{AssessmentInput, CallExport, SessionRef};
use crate::formats::Detail;
use crate::formats::markup::Markup;
use crate::privacy::Level;
use crate::triage::RuleSets;

use super::own::OwnRun;
use super::saving::SaveFormat;
use super::session_detail::Judge;
use super::views::calls::Chosen;

/// Something that must happen outside the app.
#[derive(Debug)]
pub enum Effect {
    /// Load the chosen entry, as the load with this number.
    Load(Chosen, u32),
    /// Continue reading the list of calls.
    ListOn,
    /// Stop reading the list of calls.
    StopListing,
    /// Read the selected session again.
    Read(SessionRequest),
    /// Read a session that the user will probably look at next.
    ReadAhead(SessionRequest),
    /// Assess a call as a whole.
    Assess(AssessmentRequest),
    /// Save a call.
    Save(Box<SaveRequest>),
    /// Reload the same files, and report when there is something to show.
    LoadAgain,
    /// Reload the same call with its segments, and report when there is something to show.
    LoadSegments,
    /// Show what was received with what a privacy level leaves of it, and report when there is something to show.
    ShowAt(Level),
    /// Copy a text; the first field names it.
    Copy(&'static str, String),
    /// Copy the triage of the call on screen. The one effect that is made from the app's state when it is performed: the
    /// state it needs is the whole call.
    CopyTicket(Ticket),
    /// Give the terminal to another program that shows something.
    HandOver(Reader, Shown),
    /// Run a command of the user's own, with the triage of the call on screen on its standard input.
    RunOwn(OwnRun),
    /// Ring the terminal's bell.
    Bell,
    StopLoading,
    /// Resume an interrupted load.
    GoOn,
    /// Draw the whole screen again.
    Redraw,
    /// Release the terminal until the process is resumed.
    Suspend,
    Quit,
}

impl Effect {
    /// Names it in fixed words, for the log.
    pub fn name(&self) -> &'static str {
        match self {
            Effect::Load(..) => "load",
            Effect::ListOn => "list on",
            Effect::StopListing => "stop listing",
            Effect::Read(..) => "read",
            Effect::ReadAhead(..) => "read ahead",
            Effect::Assess(..) => "assess",
            Effect::Save(..) => "save",
            Effect::LoadAgain => "load again",
            Effect::LoadSegments => "load segments",
            Effect::ShowAt(..) => "show at",
            Effect::Copy(..) => "copy",
            Effect::CopyTicket(..) => "copy ticket",
            Effect::HandOver(..) => "hand over",
            Effect::RunOwn(..) => "run own",
            Effect::Bell => "bell",
            Effect::StopLoading => "stop loading",
            Effect::GoOn => "go on",
            Effect::Redraw => "redraw",
            Effect::Suspend => "suspend",
            Effect::Quit => "quit",
        }
    }

    /// Returns whether it does nothing but read a session.
    pub fn only_reads(&self) -> bool {
        matches!(self, Effect::Read(..) | Effect::ReadAhead(..))
    }
}

/// A ticket to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// How much it says.
    pub detail: Detail,
    /// What it is written in.
    pub markup: Markup,
}

/// A program that shows a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Pager,
    Editor,
}

/// What another program is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A text.
    Text(Text),
    /// The report on the call on screen. Like the triage, it is made from the app's state when it is needed.
    Report,
}

/// A text with the name of the file that an editor sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub name: &'static str,
    pub content: String,
}

/// A session to read again.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// The number of its load.
    pub load: u32,
    /// Where it is.
    pub session: SessionRef,
    /// The available rule sets.
    pub sets: &'static RuleSets,
    /// Which of them judges it.
    pub judge: Judge,
}

/// A call to assess as a whole.
#[derive(Debug, Clone)]
pub struct AssessmentRequest {
    /// The number of its load.
    pub load: u32,
    /// The index of the call in it.
    pub call: usize,
    /// Its rows as they are now.
    pub input: AssessmentInput,
}

/// A call to save.
#[derive(Debug, Clone)]
pub struct SaveRequest {
    /// The pages, as received.
    pub call: CallExport,
    /// What is written of the call.
    pub format: SaveFormat,
    /// The file's name, as typed.
    pub name: String,
    /// Whether to overwrite an existing file of that name.
    pub may_replace: bool,
}
