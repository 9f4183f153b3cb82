//! Translates keys, mouse events, pastes and resizes of the terminal into events of the app.

use crossterm::event::{
    Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::app::{Event, Key, Mouse};

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
    fn shift_and_ctrl_are_part_of_the_key() {
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('S'), KeyModifiers::SHIFT)), Some(Key::Char('S')));
        assert_eq!(key(&KeyEvent::new(KeyCode::Char('C'), KeyModifiers::CONTROL)), Some(Key::Ctrl('c')));
        assert_eq!(key(&KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)), Some(Key::BackTab));
    }
}
