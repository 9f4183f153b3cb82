//! Rows as Parquet: typed columns, compressed, every one of them optional.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::cell::{Cell, Kind};
use super::{Column, RowWriter, Rows, RowsOf, Table};

/// Name and version of the columns, kept in the file's metadata.
const SCHEMA: &str = "callscope.columns/1";

/// Rows that are written together. Some 30 MB of memory; engines read as many at a time on each core as there are
/// groups, and a call rarely has more. Our own figure.
const GROUP: u64 = 16_384;

/// Rows by column.
#[derive(Default)]
pub struct ParquetRows {
    columns: Vec<Values>,
    count: u64,
}

/// The values of a column that are there, with how deep each row's is: 0 for a missing one.
#[derive(Default)]
struct Values {
    depths: Vec<i16>,
    /// For lists, 1 where a value belongs to the list before it, else 0.
    repeats: Vec<i16>,
    whole: Vec<i64>,
    numbers: Vec<f64>,
    flags: Vec<bool>,
    /// The texts one after another, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Rows for ParquetRows {
    fn add(&mut self, table: &Table, session: RowsOf<'_>) -> io::Result<()> {
        self.columns.resize_with(table.columns().len(), Values::default);
        session.places(|place| {
            self.count += 1;
            let mut columns = self.columns.iter_mut();
            table.row(place, |_, cell| columns.next().map_or(Ok(()), |values| values.push(&cell)))
        })
    }

    fn count(&self) -> u64 {
        self.count
    }
}

impl Values {
    fn push(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        let mut depth = 1;
        match cell {
            Cell::Missing => depth = 0,
            Cell::Text(text) => self.push_text(text),
            Cell::Time(number) | Cell::Whole(number) => self.whole.push(*number),
            Cell::Number(number) => self.numbers.push(*number),
            Cell::Flag(is) => self.flags.push(*is),
            Cell::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.push_text(item);
                    self.depths.push(2);
                    self.repeats.push(i16::from(at > 0));
                }
                if !items.is_empty() {
                    return Ok(());
                }
            }
        }
        self.depths.push(depth);
        self.repeats.push(0);
        Ok(())
    }

    fn push_text(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
        self.ends.push(self.text.len());
    }

    /// Returns the texts, which share their bytes.
    fn texts(&mut self) -> Vec<ByteArray> {
        let bytes = Bytes::from(std::mem::take(&mut self.text));
        let mut from = 0;
        let text = |end: &usize| ByteArray::from(bytes.slice(std::mem::replace(&mut from, *end)..*end));
        self.ends.iter().map(text).collect()
    }

    fn write(mut self, kind: Kind, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let depths = Some(self.depths.as_slice());
        let repeats = (kind == Kind::List).then_some(self.repeats.as_slice());
        match column {
            ColumnWriter::Int64ColumnWriter(column) => column.write_batch(&self.whole, depths, repeats)?,
            ColumnWriter::DoubleColumnWriter(column) => column.write_batch(&self.numbers, depths, repeats)?,
            ColumnWriter::BoolColumnWriter(column) => column.write_batch(&self.flags, depths, repeats)?,
            ColumnWriter::ByteArrayColumnWriter(column) => {
                let (depths, repeats) = (std::mem::take(&mut self.depths), std::mem::take(&mut self.repeats));
                let repeats = (kind == Kind::List).then_some(repeats.as_slice());
                column.write_batch(&self.texts(), Some(&depths), repeats)?
            }
            _ => return Err(ParquetError::General("the schema has a type that no column has".to_owned())),
        };
        Ok(())
    }
}

/// Writes rows as a Parquet file. Without [`ParquetWriter::finish`] the file is incomplete.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    kinds: Vec<Kind>,
    /// Rows of the next group.
    waiting: Vec<ParquetRows>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes the beginning of the file.
    pub fn new(out: W, table: &Table) -> io::Result<ParquetWriter<W>> {
        let schema = Arc::new(parse_message_type(&schema(table)).map_err(io::Error::other)?);
        let metadata = vec![KeyValue::new("callscope.schema".to_owned(), SCHEMA.to_owned())];
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("callscope ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(metadata))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let file = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(io::Error::other)?;
        Ok(ParquetWriter {
            file,
            kinds: table.columns().iter().map(|column| column.kind).collect(),
            waiting: Vec::new(),
        })
    }

    /// Writes what waits and the end of the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.write_group().map_err(failed)?;
        self.file.close().map(|_| ()).map_err(failed)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut waiting: Vec<_> = self.waiting.drain(..).map(|rows| rows.columns.into_iter()).collect();
        let mut group = self.file.next_row_group()?;
        for kind in &self.kinds {
            let Some(mut column) = group.next_column()? else { break };
            for values in waiting.iter_mut().filter_map(Iterator::next) {
                values.write(*kind, column.untyped())?;
            }
            column.close()?;
        }
        group.close().map(|_| ())
    }
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    type Rows = ParquetRows;

    fn write(&mut self, rows: ParquetRows) -> io::Result<()> {
        if rows.count == 0 {
            return Ok(());
        }
        self.waiting.push(rows);
        match self.waiting.iter().map(Rows::count).sum::<u64>() {
            waiting if waiting >= GROUP => self.write_group().map_err(failed),
            _ => Ok(()),
        }
    }
}

/// The system's own error, if that is what it is: a full disk is reported as one.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// The schema in Parquet's own notation.
fn schema(table: &Table) -> String {
    let mut out = String::from("message callscope {\n");
    for Column { name, kind, .. } in table.columns() {
        _ = match kind {
            Kind::Text => writeln!(out, "  optional binary {name} (STRING);"),
            Kind::Time => writeln!(out, "  optional int64 {name} (TIMESTAMP(MICROS,true));"),
            Kind::Number => writeln!(out, "  optional double {name};"),
            Kind::Whole => writeln!(out, "  optional int64 {name};"),
            Kind::Flag => writeln!(out, "  optional boolean {name};"),
            Kind::List => writeln!(
                out,
                "  optional group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
            ),
        };
    }
    out + "}\n"
}
