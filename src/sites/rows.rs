//! Lines of separated values as spreadsheets and Call Quality Dashboard write them. Each line is one row, so a missing
//! quotation mark costs that row and not the rest of the file.

/// What is to be said about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do, as a sentence without its full stop.
    pub what: String,
    /// Whether the line is left out; otherwise it is used as the remark says.
    pub is_left_out: bool,
}

impl std::fmt::Display for Remark {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.what)
    }
}

/// Why a file cannot be used at all, as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// Longest name in characters: a longer one is no name. Our own number.
pub(super) const LONGEST_NAME: usize = 200;

type Lines<'a> = std::slice::Split<'a, u8, fn(&u8) -> bool>;

/// The rows of a file.
pub(super) struct Rows<'a> {
    lines: std::iter::Enumerate<Lines<'a>>,
    separator: u8,
}

/// A row: its fields, or why it has none.
pub(super) type Fields = Result<Vec<String>, String>;

impl<'a> Rows<'a> {
    /// Prepares to read a file's bytes. An error if it is not text in UTF-8 as a whole.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Rows<'a>, Unusable> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(Unusable("it is text in UTF-16: save it as UTF-8".to_owned()));
        }
        if bytes.contains(&0) {
            return Err(Unusable("it is no text: save it as comma-separated or tab-separated values".to_owned()));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let is_end: fn(&u8) -> bool = |byte| *byte == b'\n';
        let first = bytes.split(is_end).find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let separator = if first.contains(&b'\t') { b'\t' } else { b',' };
        Ok(Rows { lines: bytes.split(is_end).enumerate(), separator })
    }
}

impl Iterator for Rows<'_> {
    /// The line from 1, and the row.
    type Item = (usize, Fields);

    fn next(&mut self) -> Option<(usize, Fields)> {
        let (at, line) = self.lines.find(|(_, line)| !line.trim_ascii().is_empty())?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let fields = match std::str::from_utf8(line) {
            Ok(line) => fields(line, char::from(self.separator)),
            Err(_) => Err("it is not in UTF-8: save the file as UTF-8".to_owned()),
        };
        Some((at + 1, fields))
    }
}

/// Splits a line. A quoted field may contain the separator, and a quotation mark written twice.
fn fields(line: &str, separator: char) -> Fields {
    let mut all = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.trim_start_matches(' ').strip_prefix('"') {
            Some(quoted) => unquoted(quoted, separator)?,
            None => match rest.split_once(separator) {
                Some((field, after)) => (field.to_owned(), Some(after)),
                None => (rest.to_owned(), None),
            },
        };
        all.push(field.trim().to_owned());
        match after {
            Some(after) => rest = after,
            None => return Ok(all),
        }
    }
}

/// Reads a field after its opening quotation mark; returns it and what follows its separator.
fn unquoted(text: &str, separator: char) -> Result<(String, Option<&str>), String> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return Err("a quotation mark is never closed: close it, or remove it".to_owned());
        };
        field.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => {
                let after = after.trim_start_matches(' ');
                return match after.strip_prefix(separator) {
                    Some(next) => Ok((field, Some(next))),
                    None if after.is_empty() => Ok((field, None)),
                    None => {
                        Err("text follows a closing quotation mark: write the mark inside the field twice".to_owned())
                    }
                };
            }
        }
    }
}

/// Collects what is to be said about a file.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    all: Vec<Remark>,
}

impl Remarks {
    /// Says why a line is left out.
    pub(super) fn left_out(&mut self, line: usize, what: impl Into<String>) {
        self.all.push(Remark { line, what: what.into(), is_left_out: true });
    }

    /// Says something about a line that is used.
    pub(super) fn say(&mut self, line: usize, what: impl Into<String>) {
        self.all.push(Remark { line, what: what.into(), is_left_out: false });
    }

    /// Returns the remarks; an error if no line could be used.
    pub(super) fn finish(self, used: usize, what: &str) -> Result<Vec<Remark>, Unusable> {
        if used > 0 {
            return Ok(self.all);
        }
        Err(Unusable(match (self.all.first(), self.all.len()) {
            (None, _) => format!("it is empty: {what}"),
            (Some(first), 1) => format!("its only line cannot be used; {first}"),
            (Some(first), all) => format!("none of its {all} lines can be used; {first}"),
        }))
    }
}

/// Quotes a value of the file in a remark, cut to what can be read.
pub(super) fn shown(value: &str) -> String {
    const MOST: usize = 40;
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("`{}…`", &value[..at]),
        None => format!("`{value}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(usize, Fields)> {
        Rows::new(text).expect("it is text").collect()
    }

    fn row(fields: &[&str]) -> Fields {
        Ok(fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn commas_and_tabs_quotes_and_marks_are_read_as_spreadsheets_write_them() {
        let text = b"\xef\xbb\xbfa,\"b, \"\"c\"\"\",\r\n\r\n \"d\" ,e\xc3\xa9, f \n";
        assert_eq!(read(text), [(1, row(&["a", "b, \"c\"", ""])), (3, row(&["d", "e\u{e9}", "f"]))]);
        assert_eq!(read(b"a\tb, c\t\n"), [(1, row(&["a", "b, c", ""]))]);
        assert_eq!(read(b"\n \n"), []);
    }

    #[test]
    fn a_bad_line_costs_no_other_one() {
        let rows = read(b"a,\"b\nc,d\n\"e\"f,g\nh,\xe9\ni,j");
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let wrong: Vec<String> = rows.into_iter().filter_map(|(_, row)| row.err()).collect();
        assert_eq!(wrong.len(), 3);
        assert!(
            wrong[0].contains("never closed") && wrong[1].contains("twice") && wrong[2].contains("UTF-8"),
            "{wrong:?}"
        );
    }

    #[test]
    fn what_is_no_text_is_refused_as_a_whole() {
        assert!(Rows::new(b"\xff\xfea\0").is_err_and(|error| error.0.contains("UTF-16")));
        assert!(Rows::new(b"PK\x03\x04\0").is_err_and(|error| error.0.contains("no text")));
    }
}
