//! For terminals and fonts that have nothing but ASCII: signs and lines by their nearest letters.

use ratatui::buffer::Buffer;

/// What stands for what. Everything else that is no ASCII becomes a question mark.
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

/// Replaces everything that is no ASCII in a frame.
pub fn replace(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let sign = SIGNS.iter().find(|(signs, _)| signs.contains(cell.symbol())).map_or("?", |(_, sign)| sign);
            cell.set_symbol(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn signs_have_their_letters_and_the_rest_a_question_mark_each_in_its_place() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "│✖ Cléo 山田 14 % ▁█", Style::new());
        replace(&mut buffer);
        let text: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text, "|X Cl?o ? ?  14 % _@");
    }
}
