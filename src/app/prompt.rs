//! The input line at the bottom, and the notices shown there after an action.

use tui_input::{Input, InputRequest};

use super::key::Key;

/// An input line.
#[derive(Debug)]
pub struct Prompt {
    /// What the user is asked for.
    pub ask: Ask,
    /// The typed text.
    pub input: Input,
    /// The text when it was opened, to go back to.
    pub before: String,
    /// How many past texts the one in the line lies back; 0 for what was typed.
    pub recalled: usize,
    /// What was typed before a past text was put into the line.
    pub before_recall: String,
}

/// What the user is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A filter, applied as it is typed.
    Filter,
    /// A text to search for in a pane, a page or JSON.
    Search,
    /// The words that the keys in the help must contain, applied as they are typed.
    HelpFilter,
    /// A path to go to in JSON.
    Jump,
    /// The name of a file.
    SaveAs {
        /// The existing file that Enter overwrites.
        over: Option<String>,
        /// Whether the first key that can be an answer is still awaited.
        is_awaited: bool,
    },
}

/// The result of an action, shown until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The message, without a full stop.
    pub text: String,
    /// Whether the action failed.
    pub is_trouble: bool,
}

impl Notice {
    /// Creates a notice of success.
    pub fn done(text: impl Into<String>) -> Notice {
        Notice { text: text.into(), is_trouble: false }
    }

    /// Creates a notice of failure.
    pub fn trouble(text: impl Into<String>) -> Notice {
        Notice { text: text.into(), is_trouble: true }
    }
}

/// Why a call was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsaved {
    /// A file of that name already exists.
    Exists,
    /// Any other reason, without a full stop.
    Failed(String),
}

/// Returns what a key does in the input line.
pub fn edit(key: Key) -> Option<InputRequest> {
    Some(match key {
        Key::Char(letter) => InputRequest::InsertChar(letter),
        Key::Backspace | Key::Ctrl('h') => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
        Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        Key::Ctrl('u') => InputRequest::DeleteLine,
        _ => return None,
    })
}
