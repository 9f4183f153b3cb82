//! Recognises the terminal's reply about its background when it arrives late, after the wait for it has ended (over
//! SSH, `kubectl exec` or mosh), so that it is not taken for keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The maximum length of a reply, in characters: `11;rgba:ffff/ffff/ffff/ffff`.
const LONGEST: usize = 40;

/// Looks for such a reply among keys.
#[derive(Debug, Default)]
pub struct LateAnswer {
    /// The events since a reply may have begun, returned if they turn out to be keys.
    held: Vec<Event>,
    letters: String,
}

/// The result of an event.
#[derive(Debug, PartialEq)]
pub enum Taken {
    /// Keys, or anything else that is not a reply.
    Events(Vec<Event>),
    /// The event may be part of a reply.
    Held,
    /// A reply is complete: the background is light, or dark, or unknown.
    Answer(Option<bool>),
}

impl LateAnswer {
    /// Takes in an event. A reply begins with Alt and `]`, which is how its first two bytes read, and ends with Alt and
    /// `\` or with Ctrl-G.
    pub fn take(&mut self, event: Event) -> Taken {
        let key = match &event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(*key),
            _ => None,
        };
        let is_alt =
            |key: &KeyEvent, letter| key.modifiers.contains(KeyModifiers::ALT) && key.code == KeyCode::Char(letter);
        if self.held.is_empty() {
            return match key.filter(|key| is_alt(key, ']')) {
                Some(_) => {
                    self.held.push(event);
                    Taken::Held
                }
                None => Taken::Events(vec![event]),
            };
        }
        self.held.push(event);
        let Some(key) = key else { return self.give_back() };
        let is_bell = key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('g');
        if (is_bell || is_alt(&key, '\\')) && self.letters.len() > 3 {
            self.held.clear();
            return Taken::Answer(is_light(&std::mem::take(&mut self.letters)));
        }
        match key.code {
            KeyCode::Char(letter) if !key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::CONTROL) => {
                self.letters.push(letter);
                if may_be_answer(&self.letters) { Taken::Held } else { self.give_back() }
            }
            _ => self.give_back(),
        }
    }

    fn give_back(&mut self) -> Taken {
        self.letters.clear();
        Taken::Events(std::mem::take(&mut self.held))
    }
}

/// Whether a reply can begin like this. It is about the foreground (10) or the background (11).
fn may_be_answer(letters: &str) -> bool {
    let begins = |beginning: &str| beginning.starts_with(letters) || letters.starts_with(beginning);
    let is_known = ["10;rgb", "11;rgb"].into_iter().any(begins);
    let values = letters.get(6..).unwrap_or_default();
    let is_value = |letter: char| letter.is_ascii_hexdigit() || matches!(letter, ':' | '/');
    is_known && letters.len() <= LONGEST && values.chars().all(is_value)
}

/// Whether the background in `11;rgb:ffff/ffff/ffff` is light. `None` for the foreground.
fn is_light(answer: &str) -> Option<bool> {
    let (_, values) = answer.strip_prefix("11;")?.split_once(':')?;
    let share = |value: &str| {
        let most = 16f64.powi(i32::try_from(value.len()).ok()?) - 1.0;
        Some(f64::from(u32::from_str_radix(value, 16).ok()?) / most)
    };
    let mut values = values.split('/').map(share);
    let (red, green, blue) = (values.next()??, values.next()??, values.next()??);
    // Perceived brightness of the three. Source: ITU-R BT.709.
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    /// The events as which crossterm reads the bytes of `ESC ] text`, with an end.
    fn events(text: &str, end: Event) -> Vec<Event> {
        let letters = text.chars().map(|letter| key(KeyCode::Char(letter), KeyModifiers::NONE));
        std::iter::once(key(KeyCode::Char(']'), KeyModifiers::ALT)).chain(letters).chain([end]).collect()
    }

    fn string_end() -> Event {
        key(KeyCode::Char('\\'), KeyModifiers::ALT)
    }

    fn taken(events: Vec<Event>) -> (Vec<Event>, Vec<Option<bool>>) {
        let (mut late, mut passed, mut answers) = (LateAnswer::default(), Vec::new(), Vec::new());
        for event in events {
            match late.take(event) {
                Taken::Events(events) => passed.extend(events),
                Taken::Held => {}
                Taken::Answer(answer) => answers.push(answer),
            }
        }
        (passed, answers)
    }

    #[test]
    fn a_late_answer_is_swallowed_and_says_how_light_the_background_is() {
        let bell = key(KeyCode::Char('g'), KeyModifiers::CONTROL);
        for (text, end, answer) in [
            ("11;rgb:ffff/ffff/ffff", string_end(), Some(true)),
            ("11;rgb:0000/0000/0000", bell.clone(), Some(false)),
            ("11;rgb:fd/f6/e3", bell.clone(), Some(true)),
            ("11;rgba:0028/0028/0028/ffff", string_end(), Some(false)),
            ("10;rgb:ffff/ffff/ffff", bell, None),
        ] {
            assert_eq!(taken(events(text, end)), (Vec::new(), vec![answer]), "{text}");
        }
    }

    #[test]
    fn keys_stay_keys() {
        for text in ["", "1", "11", "11;x", "q", "/poor", "12;rgb:0/0/0"] {
            let keys = events(text, key(KeyCode::Enter, KeyModifiers::NONE));
            assert_eq!(taken(keys.clone()), (keys, Vec::new()), "{text}");
        }
        let resize = vec![Event::Resize(80, 24), key(KeyCode::Char(']'), KeyModifiers::NONE)];
        assert_eq!(taken(resize.clone()), (resize, Vec::new()));
    }
}
