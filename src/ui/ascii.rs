//! ASCII mode, for terminals and fonts without other characters: replaces symbols and lines by similar ASCII ones.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr as _;

/// Signs that tell a state, with ASCII ones that mean nothing else beside a name.
const STATES: &[(&str, &str)] = &[("✖", "X"), ("◘", "#"), ("✓", "o"), ("◆", "*"), ("≠", "/"), ("•", "&"), ("∅", "%")];

/// Other symbols and their ASCII replacements. Letters of other alphabets are transliterated.
const SIGNS: &[(&str, &str)] = &[
    ("╭╮╰╯┌┐└┘├┤┼┣╞", "+"),
    ("─–‐", "-"),
    ("│╷╵┃", "|"),
    ("▌›▸→", ">"),
    ("←◂", "<"),
    ("↓▾▼", "v"),
    ("↑▲", "^"),
    ("↔", "-"),
    ("×", "x"),
    ("…", "~"),
    ("·", "."),
    ("≤", "<"),
    ("≥", ">"),
    ("−", "-"),
    ("“”", "\""),
    ("‘’", "'"),
    // Sparkline bars, lowest first.
    ("▁", "_"),
    ("▂", "."),
    ("▃", "-"),
    ("▄", "="),
    ("▅", "+"),
    ("▆", "*"),
    ("▇", "#"),
    ("█", "@"),
    // The rest of a bar that fills.
    ("░", ":"),
    // Timeline bars, by the signs of what they stand for.
    ("━", "X"),
    ("═", "!"),
    ("╌", "?"),
];

/// Replaces all non-ASCII characters in a frame. Characters two columns wide become two letters, so that names stay
/// distinguishable and the layout does not shift.
pub fn replace(buffer: &mut Buffer) {
    let mut rest: Option<char> = None;
    for cell in &mut buffer.content {
        if let Some(letter) = rest.take() {
            cell.set_char(letter);
            continue;
        }
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        if let Some((_, sign)) = STATES.iter().chain(SIGNS).find(|(signs, _)| signs.contains(symbol)) {
            cell.set_symbol(sign);
            continue;
        }
        let is_wide = symbol.width() > 1;
        let plain = deunicode::deunicode_with_tofu(symbol, "?");
        let mut letters = plain.chars().filter(char::is_ascii_graphic);
        let first = letters.next().unwrap_or('?');
        rest = is_wide.then(|| letters.next().unwrap_or(' '));
        cell.set_char(first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::SessionStatus;
    use crate::wording::standing_glyph;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn a_sign_of_a_state_means_one_thing_in_ascii_too() {
        let own = SessionStatus::ALL.into_iter().map(standing_glyph).filter(|sign| sign.is_ascii());
        let mut used: Vec<&str> = STATES.iter().map(|(_, sign)| *sign).chain(own).collect();
        for standing in SessionStatus::ALL {
            let sign = standing_glyph(standing);
            assert!(sign.is_ascii() || STATES.iter().any(|(known, _)| *known == sign), "{sign} has no ASCII sign");
            assert_eq!(sign.width_cjk(), 1, "{sign} is one column wide everywhere");
        }
        used.sort_unstable();
        let all = used.len();
        used.dedup();
        assert_eq!(used.len(), all, "each has a sign of its own");
    }

    #[test]
    fn signs_and_letters_have_their_nearest_each_in_its_place() {
        for (text, ascii) in [
            ("│✖ Cléo 山田 14 % ▁█", "|X Cleo ShTi 14 % _@"),
            ("Dvořák", "Dvorak"),
            ("Łukasz Wójcik", "Lukasz Wojcik"),
            ("Zoe\u{301} Straße", "Zoe Strase"),
            ("Søren Ærø", "Soren Aro"),
            ("さくら 志明", "sakura ZhMi"),
            ("Дмитрий", "Dmitrii"),
            ("🎉", "ta"),
        ] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 1));
            buffer.set_string(0, 0, text, Style::new());
            replace(&mut buffer);
            let replaced: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
            assert_eq!(replaced.trim_end(), ascii, "{text}");
        }
    }
}
