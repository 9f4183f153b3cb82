//! For terminals and fonts that have nothing but ASCII: signs and lines by their nearest letters.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr as _;

/// What stands for what. Letters of other alphabets become the nearest of ours.
const SIGNS: &[(&str, &str)] = &[
    ("╭╮╰╯┌┐└┘├┤┼", "+"),
    ("─━–‐", "-"),
    ("│╷╵┃", "|"),
    ("▌›▸→", ">"),
    ("←", "<"),
    ("↓▾▼✓", "v"),
    ("↑▲", "^"),
    ("↔", "="),
    ("✖", "X"),
    ("✗×", "x"),
    ("…", "~"),
    ("·", "."),
    ("≤", "<"),
    ("≥", ">"),
    ("≠", "#"),
    ("−", "-"),
    ("“”", "\""),
    ("‘’", "'"),
    ("◆", "*"),
    ("▣", "#"),
    // Pictures of figures, from least to most.
    ("▁", "_"),
    ("▂", "."),
    ("▃", "-"),
    ("▄", "="),
    ("▅", "+"),
    ("▆", "*"),
    ("▇", "#"),
    ("█", "@"),
    // Bars of the timeline.
    ("▓", "%"),
    ("░", ":"),
    ("▐", "["),
];

/// Replaces everything that is no ASCII in a frame. What takes two columns becomes two letters, so that names stay apart
/// and everything stays in its place.
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
        if let Some((_, sign)) = SIGNS.iter().find(|(signs, _)| signs.contains(symbol)) {
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
    use ratatui::layout::Rect;
    use ratatui::style::Style;

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
