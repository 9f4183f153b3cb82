//! Rows as CSV (RFC 4180): quoted where needed, lines ended by CR LF, and no text that a spreadsheet takes for a formula.

use std::borrow::Cow;
use std::io;

use csv::{Terminator, Writer, WriterBuilder};

use super::cell::{Cell, time};
use super::{Rows, RowsOf, Table, TextRows};

/// Rows as lines of CSV.
pub struct CsvRows {
    writer: Writer<Vec<u8>>,
    count: u64,
}

impl Default for CsvRows {
    fn default() -> CsvRows {
        CsvRows { writer: WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new()), count: 0 }
    }
}

impl Rows for CsvRows {
    fn add(&mut self, table: &Table, session: RowsOf<'_>) -> io::Result<()> {
        session.places(|place| {
            self.count += 1;
            table.row(place, |_, cell| write(&mut self.writer, &cell))?;
            self.writer.write_record(None::<&[u8]>).map_err(io::Error::other)
        })
    }

    fn count(&self) -> u64 {
        self.count
    }
}

impl TextRows for CsvRows {
    fn head(table: &Table) -> io::Result<Vec<u8>> {
        let mut rows = CsvRows::default();
        rows.writer.write_record(table.columns().iter().map(|column| &column.name)).map_err(io::Error::other)?;
        rows.into_text()
    }

    fn into_text(self) -> io::Result<Vec<u8>> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

fn write(writer: &mut Writer<Vec<u8>>, cell: &Cell<'_>) -> io::Result<()> {
    let field = match cell {
        Cell::Missing => Cow::Borrowed(""),
        Cell::Text(text) => inert(text),
        Cell::List(items) => {
            let items: Vec<String> = items.iter().map(|item| item.replace(';', ",")).collect();
            Cow::Owned(inert(&items.join(";")).into_owned())
        }
        Cell::Time(micros) => Cow::Owned(time(*micros)),
        Cell::Number(number) => Cow::Owned(serde_json::to_string(number)?),
        Cell::Whole(number) => Cow::Owned(number.to_string()),
        Cell::Flag(is) => Cow::Borrowed(if *is { "true" } else { "false" }),
    };
    writer.write_field(field.as_bytes()).map_err(io::Error::other)
}

/// Signs by which a spreadsheet recognises a formula. Source: OWASP, CSV Injection; the wide forms are those of Japanese
/// and Chinese keyboards.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Puts an apostrophe before a text that a spreadsheet would take for a formula. Numbers are not texts and stay numbers.
fn inert(text: &str) -> Cow<'_, str> {
    match text.trim_start().starts_with(FORMULA) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: Cell<'_>) -> String {
        let mut rows = CsvRows::default();
        write(&mut rows.writer, &cell).expect("it takes fields");
        write(&mut rows.writer, &Cell::Flag(true)).expect("it takes fields");
        rows.writer.write_record(None::<&[u8]>).expect("a row");
        let text = String::from_utf8(rows.into_text().expect("text")).expect("UTF-8");
        text.strip_suffix(",true\r\n").expect("a row of two fields").to_owned()
    }

    #[test]
    fn texts_that_look_like_formulas_get_an_apostrophe_and_numbers_do_not() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+15550100", "'+15550100"),
            ("-x", "'-x"),
            ("@sum", "'@sum"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("a=b", "a=b"),
            ("say \"hi\", then go", "\"say \"\"hi\"\", then go\""),
        ] {
            assert_eq!(written(Cell::text(text)), expected);
        }
        assert_eq!(written(Cell::Number(-68.5)), "-68.5");
        assert_eq!(written(Cell::Whole(-3)), "-3");
        assert_eq!(written(Cell::list(["=a", "b;c"])), "\"'=a;b,c\"");
    }

    #[test]
    fn missing_is_nothing_and_zero_is_zero() {
        assert_eq!(written(Cell::Missing), "");
        assert_eq!(written(Cell::Number(0.0)), "0.0");
        assert_eq!(written(Cell::Number(f64::INFINITY.min(1e-7))), "1e-7");
    }
}
