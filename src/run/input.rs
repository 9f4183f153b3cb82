//! Translates keys, mouse events, pastes and resizes of the terminal into events of the app.

use std::time::{Duration, Instant};

use crossterm::event::{
    Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::Input;
use crate::app::{Event, Key, Mouse};

/// How soon a key follows another that it belongs to: within a word typed at 30 words a minute, two letters are 400 ms
/// apart, and nobody has read a new prompt by then. Our own choice.
const HASTE: Duration = Duration::from_millis(400);

/// Tells keys that answer what is on screen from those that came together or in haste.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last key came.
    last: Option<Instant>,
}

impl Pace {
    /// Returns terminal events that arrived together at a moment as inputs: keys in a row become one.
    pub fn inputs(&mut self, events: Vec<TerminalEvent>, now: Instant) -> Vec<Input> {
        let mut inputs = Vec::new();
        let mut keys = Vec::new();
        for event in events {
            match &event {
                TerminalEvent::Key(pressed) => keys.extend(key(pressed).map(|key| (key, event))),
                _ => {
                    inputs.extend(self.flush(&mut keys, now));
                    inputs.push(Input::Terminal(event));
                }
            }
        }
        inputs.extend(self.flush(&mut keys, now));
        inputs
    }

    fn flush(&mut self, keys: &mut Vec<(Key, TerminalEvent)>, now: Instant) -> Option<Input> {
        let mut keys = std::mem::take(keys);
        if keys.is_empty() {
            return None;
        }
        let is_hasty = self.last.replace(now).is_some_and(|last| now.saturating_duration_since(last) < HASTE);
        if keys.len() == 1 && !is_hasty {
            return keys.pop().map(|(_, event)| Input::Terminal(event));
        }
        Some(Input::Burst(keys.into_iter().map(|(key, _)| key).collect()))
    }
}

/// Returns what a terminal event is to the app; `None` if nothing.
pub fn meaning(event: &TerminalEvent) -> Option<Event> {
    match event {
        TerminalEvent::Key(event) => key(event).map(Event::Key),
        TerminalEvent::Resize(width, height) => Some(Event::Resize(*width, *height)),
        TerminalEvent::Paste(text) => Some(Event::Pasted(text.clone())),
        TerminalEvent::Mouse(event) => mouse(event).map(Event::Mouse),
        _ => None,
    }
}

/// Translates a mouse event, if the program uses it.
fn mouse(event: &MouseEvent) -> Option<Mouse> {
    let (x, y) = (event.column, event.row);
    Some(match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Click(x, y),
        MouseEventKind::ScrollDown => Mouse::WheelDown(x, y),
        MouseEventKind::ScrollUp => Mouse::WheelUp(x, y),
        _ => return None,
    })
}

/// Translates a key. Releases are ignored; Shift is already in the letter.
fn key(event: &KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release || event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER) {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(letter) if ctrl => Key::Ctrl(letter.to_ascii_lowercase()),
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_and_unknown_keys_mean_nothing() {
        let mut event = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        assert_eq!(key(&event), Some(Key::Char('q')));
        event.kind = KeyEventKind::Release;
        assert_eq!(key(&event), None);
        assert_eq!(key(&KeyEvent::new(KeyCode::F(1), KeyModifiers::NONE)), None);
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT)), None);
    }

    #[test]
    fn keys_that_come_together_or_in_haste_are_told_from_those_after_a_pause() {
        let press = |letter| TerminalEvent::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        let mut pace = Pace::default();
        let start = Instant::now();
        let words = |inputs: Vec<Input>| format!("{inputs:?}").matches("Burst").count();
        assert_eq!(words(pace.inputs(vec![press('a')], start)), 0);
        assert_eq!(words(pace.inputs(vec![press('b')], start + HASTE / 2)), 1);
        assert_eq!(words(pace.inputs(vec![press('c')], start + HASTE * 2)), 0);
        let mixed = vec![press('d'), press('e'), TerminalEvent::Resize(80, 24), press('f')];
        let inputs = pace.inputs(mixed, start + HASTE * 4);
        assert!(
            matches!(&inputs[..], [Input::Burst(two), Input::Terminal(_), Input::Burst(one)] if (two.len(), one.len()) == (2, 1)),
            "{inputs:?}"
        );
    }

    #[test]
    fn shift_and_ctrl_are_part_of_the_key() {
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('S'), KeyModifiers::SHIFT)), Some(Key::Char('S')));
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('C'), KeyModifiers::CONTROL)), Some(Key::Ctrl('c')));
        assert_eq!(key(&KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)), Some(Key::BackTab));
    }
}
