//! Makes untrusted text safe to show, so that no control, escape or direction-changing character reaches a screen or a
//! report.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;

/// Maximum number of combining marks kept on one character.
const MARKS: usize = 4;

/// Text longer than this many bytes is cut, because it makes the screen slow. The limit is far above the length of any
/// sentence callscope writes.
const LONGEST: usize = 16 << 10;

/// Makes text from a record safe to show. Very long text is cut. Control characters become U+FFFD, line breaks and tabs
/// become spaces; zero-width and direction-changing characters are dropped, and so are excess combining marks.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST {
        return Cow::Owned(format!("{}…", sanitize(&text[..text.floor_char_boundary(LONGEST)])));
    }
    if is_plain(text) {
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

/// Returns whether a text has only the printable characters of ASCII, as nearly every one has.
pub fn is_plain(text: &str) -> bool {
    // Without an early end, the loop takes many bytes at once.
    text.bytes().fold(true, |is_plain, byte| is_plain & (0x20..0x7F).contains(&byte))
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
            assert_eq!(sanitize(hostile), safe);
        }
        assert_eq!(sanitize(&"é".repeat(1 << 20)).chars().count(), LONGEST / 2 + 1);
        let heaped = format!("Z{}", "\u{301}".repeat(100));
        assert_eq!(sanitize(&heaped).chars().count(), 5);
    }

    proptest::proptest! {
        #[test]
        fn nothing_cleaned_controls_a_terminal(text in "\\PC*|[\u{0}-\u{9f}\u{200b}-\u{206f}a-z]*") {
            for letter in sanitize(&text).chars() {
                proptest::prop_assert!(!letter.is_control() && !is_invisible(letter), "{letter:?}");
            }
        }
    }
}
