//! The line at the bottom while somebody types into it, and what is said there when something was done.

use tui_input::{Input, InputRequest};

use super::key::Key;

/// A line that somebody types into.
#[derive(Debug)]
pub struct Prompt {
    /// What is asked for.
    pub ask: Ask,
    /// What was typed.
    pub input: Input,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A filter, which works while it is typed.
    Filter,
    /// A text to look for in JSON.
    Search,
    /// A path to go to in JSON.
    Jump,
    /// The name of a file.
    SaveAs {
        /// The one that is there already, and that Enter writes over.
        over: Option<String>,
    },
}

/// Something that was done, or not, said until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// As a sentence without its full stop.
    pub text: String,
    /// It was not done.
    pub is_trouble: bool,
}

impl Notice {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Notice {
        Notice { text: text.into(), is_trouble: false }
    }

    /// Something was not done.
    pub fn trouble(text: impl Into<String>) -> Notice {
        Notice { text: text.into(), is_trouble: true }
    }
}

/// Why a call was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsaved {
    /// There is a file of that name.
    Exists,
    /// Anything else, as a sentence without its full stop.
    Failed(String),
}

/// What a key does in the line.
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
