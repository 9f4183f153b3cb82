//! Makes untrusted text safe to show, so that no control, escape or direction-changing character reaches a screen or a
//! report, and cuts text to a width.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Maximum number of combining marks kept on one character.
const MARKS: usize = 4;

/// Text longer than this many bytes is cut, because it makes the screen slow. The limit is far above the length of any
/// sentence callscope writes.
const LONGEST: usize = 16 << 10;

/// Makes text from a record safe to show. Very long text is cut. Control characters become U+FFFD, line breaks and tabs
/// become spaces; zero-width and direction-changing characters are dropped, and so are excess combining marks.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST {
        return Cow::Owned(format!("{}…", clean(&text[..text.floor_char_boundary(LONGEST)])));
    }
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme == "\r\n" {
            out.push(' ');
            continue;
        }
        let kept = grapheme.chars().filter(|letter| !is_invisible(*letter)).take(1 + MARKS);
        out.extend(kept.map(|letter| match letter {
            '\t' | '\n' | '\r' => ' ',
            letter if letter.is_control() => '\u{FFFD}',
            letter => letter,
        }));
    }
    Cow::Owned(out)
}

/// Returns whether a character controls a terminal or the direction of text.
pub fn is_unsafe(letter: char) -> bool {
    let is_direction = matches!(
        letter,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    );
    letter.is_control() || is_direction
}

/// Returns a character as JSON escapes it: `\u009b`, or a surrogate pair.
pub fn unicode_escape(letter: char) -> String {
    letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Returns whether a character is a direction mark or override, zero-width, a line or paragraph separator, a variation
/// selector or a tag.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Cuts text to at most `width` columns, ending in `…` if anything was cut off.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let next = grapheme.width();
        if used + next + 1 > width {
            break;
        }
        out.push_str(grapheme);
        used += next;
    }
    if width > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// Cuts or pads text to exactly `width` columns, aligned left.
pub fn fit(text: &str, width: usize) -> String {
    let cut = cut(text, width);
    let blanks = width.saturating_sub(cut.width());
    format!("{cut}{}", " ".repeat(blanks))
}

/// Cuts or pads text to exactly `width` columns, aligned right.
pub fn fit_right(text: &str, width: usize) -> String {
    let cut = cut(text, width);
    let blanks = width.saturating_sub(cut.width());
    format!("{}{cut}", " ".repeat(blanks))
}

/// Wraps text to lines of at most `width` columns, at spaces if possible.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for grapheme in word.graphemes(true) {
            if line.width() + grapheme.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(grapheme);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_lose_what_they_attack_with() {
        for (hostile, safe) in [
            ("Owen Franklin", "Owen Franklin"),
            ("\u{1b}[2J\u{1b}]0;owned\u{7}", "\u{fffd}[2J\u{fffd}]0;owned\u{fffd}"),
            ("a\u{9b}31mb", "a\u{fffd}31mb"),
            ("evil\u{202e}gnp.exe", "evilgnp.exe"),
            ("line\r\nbreak\ttab", "line break tab"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("Zoë Müller 山田 🎉", "Zoë Müller 山田 🎉"),
        ] {
            assert_eq!(clean(hostile), safe);
        }
        assert_eq!(clean(&"é".repeat(1 << 20)).chars().count(), LONGEST / 2 + 1);
        let heaped = format!("Z{}", "\u{301}".repeat(100));
        assert_eq!(clean(&heaped).chars().count(), 5);
    }

    #[test]
    fn texts_are_cut_to_columns_and_not_to_letters() {
        assert_eq!(cut("Owen Franklin", 13), "Owen Franklin");
        assert_eq!(cut("Owen Franklin", 6), "Owen …");
        assert_eq!(cut("山田さくら", 6), "山田…");
        assert_eq!(cut("x", 0), "");
        assert_eq!(fit("山田", 6), "山田  ");
        assert_eq!(fit("山田さくら", 6), "山田… ");
        assert_eq!(fit_right("7", 3), "  7");
    }

    #[test]
    fn long_sentences_break_at_blanks_and_long_words_anywhere() {
        assert_eq!(wrapped("so far so good", 7), ["so far", "so good"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_cleaned_controls_a_terminal(text in "\\PC*|[\u{0}-\u{9f}\u{200b}-\u{206f}a-z]*") {
            for letter in clean(&text).chars() {
                proptest::prop_assert!(!letter.is_control() && !is_invisible(letter), "{letter:?}");
            }
        }

        #[test]
        fn nothing_fitted_has_another_width(text in "[a-z山田🎉 é]{0,20}", width in 0usize..20) {
            proptest::prop_assert_eq!(fit(&text, width).width(), width);
        }
    }
}
