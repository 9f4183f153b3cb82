//! What can happen to the app.

use std::sync::Arc;

use tui_input::InputRequest;

use crate::call::listing::ListingNews;
use crate::call::{LoadEvent, Place, UserError};
use crate::privacy::Level;
use crate::triage::Assessment;

use super::bindings::Action;
use super::key::Key;
use super::prompt::Unsaved;
use super::session_detail::{Judge, SessionDetail};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The user pressed a key, some time after the one before.
    Key(Key),
    /// Keys came together, or within a moment of the one before.
    Burst(Vec<Key>),
    /// The user requested an action.
    Action(Action),
    /// The user edited the line at the bottom.
    Edit(InputRequest),
    /// The user pasted text.
    Pasted(String),
    /// The files being reloaded have something to show; their events follow as those of the next load.
    /// With the level at which what an earlier load received is shown, if that is what they are.
    Reloaded(Option<Level>),
    /// Reloading the files failed, with nothing to show.
    NotReloaded(UserError),
    /// The process cannot be suspended: no shell would resume it.
    NotSuspended,
    /// The terminal was resized, to columns and rows.
    Resize(u16, u16),
    /// The load with this number sent an event.
    Arrival(u32, LoadEvent),
    /// A session was read again with this judge, or could not be.
    Read(u32, Place, Judge, Result<Arc<SessionDetail>, String>),
    /// The call at this index in the load with this number was assessed as a whole.
    Assessed(u32, usize, Arc<Assessment>),
    /// A text was copied, with the message to show; or the reason it was not.
    Copied(Result<String, String>),
    /// A program ended that the user started, with the message to show, if any; or it failed.
    Ran(Result<Option<String>, String>),
    /// A file of the load with this number changed on disk; its name.
    FileChanged(u32, String),
    /// The user used the mouse.
    Mouse(Mouse),
    /// A call was saved, with the message to show; or it could not be saved under that name.
    Saved(Result<String, (String, Unsaved)>),
    /// The list of calls has news.
    Listed(ListingNews),
    /// A second passed during a load or a wait.
    Second,
}

/// A mouse action and its position: a column and a line of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// A button was pressed.
    Click(u16, u16),
    /// The wheel was turned towards the end.
    WheelDown(u16, u16),
    /// The wheel was turned towards the beginning.
    WheelUp(u16, u16),
}
