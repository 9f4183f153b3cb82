//! Rows as lines of JSON: one object per row, with every column in every one.

use std::borrow::Cow;
use std::io;

use crate::formats::json;

use super::cell::{Cell, time};
use super::{Rows, RowsOf, Table, TextRows};

/// Rows as lines of JSON.
#[derive(Default)]
pub struct JsonRows {
    text: Vec<u8>,
    count: u64,
}

impl Rows for JsonRows {
    fn add(&mut self, table: &Table, session: RowsOf<'_>) -> io::Result<()> {
        session.places(|place| {
            self.count += 1;
            let mut sign = b'{';
            table.row(place, |column, cell| {
                self.text.push(std::mem::replace(&mut sign, b','));
                json::to_writer(&mut self.text, &column.name)?;
                self.text.push(b':');
                write(&mut self.text, &cell)
            })?;
            self.text.extend_from_slice(b"}\n");
            Ok(())
        })
    }

    fn count(&self) -> u64 {
        self.count
    }
}

impl TextRows for JsonRows {
    fn head(_: &Table) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn into_text(self) -> io::Result<Vec<u8>> {
        Ok(self.text)
    }
}

fn write(out: &mut Vec<u8>, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Missing => out.extend_from_slice(b"null"),
        Cell::Text(text) => json::to_writer(out, text)?,
        Cell::List(items) => json::to_writer::<Vec<Cow<'_, str>>>(out, items)?,
        Cell::Time(micros) => json::to_writer(out, &time(*micros))?,
        Cell::Number(number) => json::to_writer(out, number)?,
        Cell::Whole(number) => json::to_writer(out, number)?,
        Cell::Flag(is) => json::to_writer(out, is)?,
    }
    Ok(())
}
