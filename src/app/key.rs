//! Keys, independent of the terminal library that reads them.

use std::fmt;

/// A key, with its modifier where that makes a different key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A letter or symbol; uppercase letters are separate keys.
    Char(char),
    /// A letter with Ctrl.
    Ctrl(char),
    Enter,
    /// Escape.
    Esc,
    Tab,
    /// Shift-Tab.
    BackTab,
    Backspace,
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

/// Keys by the names used to display and configure them.
const NAMED: &[(&str, Key)] = &[
    ("Space", Key::Char(' ')),
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("Shift-Tab", Key::BackTab),
    ("Backspace", Key::Backspace),
    ("Del", Key::Delete),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
];

impl Key {
    /// Parses a key as users write it: `q`, `Ctrl-F`, `PgDn`, `Space`. The error describes valid key names.
    pub fn parse(text: &str) -> Result<Key, String> {
        let mut letters = text.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return Ok(if letter == ' ' { Key::Char(' ') } else { Key::Char(letter) });
        }
        let named = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, key)| *key);
        let ctrl = || {
            let rest = text.get(..5).filter(|start| start.eq_ignore_ascii_case("ctrl-")).and(text.get(5..))?;
            let mut letters = rest.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => Some(Key::Ctrl(letter.to_ascii_lowercase())),
                _ => None,
            }
        };
        named.or_else(ctrl).ok_or_else(|| {
            let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
            format!("unknown key {text}: use a character, Ctrl-X, or {}", names.join(", "))
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Key::Char(' ') => "Space",
            Key::Char(letter) => return write!(formatter, "{letter}"),
            Key::Ctrl(letter) => return write!(formatter, "Ctrl-{}", letter.to_ascii_uppercase()),
            Key::Enter => "Enter",
            Key::Esc => "Esc",
            Key::Tab => "Tab",
            Key::BackTab => "Shift-Tab",
            Key::Backspace => "Backspace",
            Key::Delete => "Del",
            Key::Up => "↑",
            Key::Down => "↓",
            Key::Left => "←",
            Key::Right => "→",
            Key::Home => "Home",
            Key::End => "End",
            Key::PageUp => "PgUp",
            Key::PageDown => "PgDn",
        };
        formatter.write_str(name)
    }
}
