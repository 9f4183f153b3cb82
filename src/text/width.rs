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

/// Wraps text to lines of at most `width` columns, at spaces if possible, and never within a figure.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let widths: Vec<usize> = words.iter().map(|word| word.width()).collect();
    for (at, word) in words.iter().enumerate() {
        // What belongs to it has to fit as well; unless all of it is wider than a line.
        let last = (at..words.len()).find(|&at| !are_one(&words, at)).unwrap_or(at);
        let rest: usize = widths[at + 1..=last].iter().map(|width| 1 + width).sum();
        let needed = if widths[at] + rest > width { widths[at] } else { widths[at] + rest };
        if !line.is_empty() && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        if used + widths[at] <= width {
            line.push_str(word);
            used += widths[at];
            continue;
        }
        for grapheme in word.graphemes(true) {
            if used + grapheme.width() > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += grapheme.width();
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// What is part of the number before it.
const UNITS: &[&str] =
    &["%", "ms", "s", "m", "h", "fps", "dB", "MOS", "b/s", "kb/s", "Mb/s", "Gb/s", "GHz", "MHz", "UTC", "MB", "×"];

/// Returns whether a word is a unit, perhaps with punctuation after it, and so belongs to the number before it.
pub fn is_unit(word: &str) -> bool {
    UNITS.contains(&without_punctuation(word))
}

fn without_punctuation(word: &str) -> &str {
    word.trim_end_matches(|letter: char| ",;:.)”".contains(letter))
}

/// The months as dates have them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns whether a word and the next one are one figure: `14 %`, `3 of 20`, `20 Nov 2026`, `09:48 UTC`.
fn are_one(words: &[&str], at: usize) -> bool {
    let (Some(word), Some(next)) = (words.get(at), words.get(at + 1)) else { return false };
    let begins = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let ends = word.ends_with(|letter: char| letter.is_ascii_digit());
    let is_of = *word == "of" && at > 0 && words[at - 1].ends_with(|letter: char| letter.is_ascii_digit());
    ends && (is_unit(next) || *next == "of" || MONTHS.contains(&without_punctuation(next)))
        || begins(next) && (is_of || MONTHS.contains(word))
}

/// Cuts text until it fits: at the end of a clause, if that keeps at least half of what fits; otherwise after a word, never
/// within a figure; only a single word that is too long is cut within. Ends in `…` if anything was cut off. `fits` must
/// hold for every beginning of a text that fits.
pub fn shortened(text: &str, fits: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if fits(text) {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let begun = |count: usize| {
        let kept = words[..count].join(" ");
        format!("{} …", kept.trim_end_matches([',', ';', ':']))
    };
    let mut most = (1..=words.len()).collect::<Vec<_>>().partition_point(|&count| fits(&begun(count)));
    while most > 0 && are_one(&words, most - 1) {
        most -= 1;
    }
    // A clause does not end within a quotation or parentheses.
    let is_whole = |text: &str| {
        [('(', ')'), ('“', '”')].iter().all(|(opens, ends)| text.matches(*opens).count() == text.matches(*ends).count())
    };
    let is_end = |count: &usize| words[count - 1].ends_with([';', '.']) && is_whole(&words[..*count].join(" "));
    match (most.div_ceil(2)..=most).rev().filter(|count| *count > 0).find(is_end) {
        Some(clause) => Cow::Owned(begun(clause)),
        None if most > 0 => Cow::Owned(begun(most)),
        // It begins with a figure that does not fit.
        None if are_one(&words, 0) => Cow::Borrowed("…"),
        None => {
            let first = words.first().copied().unwrap_or_default();
            let room = (0..first.width()).rev().find(|&room| fits(&cut(first, room)));
            Cow::Owned(cut(first, room.unwrap_or(0)).into_owned())
        }
    }
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
        assert_eq!(wrapped("it was poor for 3 of 20 people", 20), ["it was poor for", "3 of 20 people"]);
        assert_eq!(wrapped("until 20 Nov 2026 09:48 UTC", 12), ["until", "20 Nov 2026", "09:48 UTC"]);
    }

    #[test]
    fn what_is_too_long_ends_with_a_clause_or_a_word_and_never_within_a_figure() {
        let within = |text: &str, width: usize| shortened(text, |text| text.width() <= width).into_owned();
        assert_eq!(within("short", 10), "short");
        assert_eq!(within("loss was 14 %; jitter was 81 ms too", 30), "loss was 14 % …");
        assert_eq!(within("it fits; four people (one; two) are here", 30), "it fits; four people (one …");
        assert_eq!(within("all of it fits; people (one; two) are", 27), "all of it fits …");
        assert_eq!(within("loss was 14 % and jitter was 81 ms", 13), "loss was …");
        assert_eq!(within("9 of 30 people", 8), "…", "it begins with a figure");
        assert_eq!(within("abcdefghij", 4), "abc…");
    }

    proptest::proptest! {
        #[test]
        fn nothing_fitted_has_another_width(text in "[a-z山田🎉 é]{0,20}", width in 0usize..20) {
            proptest::prop_assert_eq!(fit(&text, width).width(), width);
        }
    }
}
