//! Cuts, pads and wraps text to a number of terminal columns.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

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

/// Wraps text to lines of at most `width` columns, at spaces if possible, and never between a number and its `%`.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let unit = words.peek().filter(|next| next.starts_with('%')).map_or(0, |next| 1 + next.width());
        if !line.is_empty() && line.width() + 1 + word.width() + unit > width {
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
        assert_eq!(wrapped("lost for 100 % of it", 12), ["lost for", "100 % of it"]);
        assert_eq!(wrapped("", 3), [""]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_fitted_has_another_width(text in "[a-z山田🎉 é]{0,20}", width in 0usize..20) {
            proptest::prop_assert_eq!(fit(&text, width).width(), width);
        }
    }
}
