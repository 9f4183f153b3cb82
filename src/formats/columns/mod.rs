//! One row per stream for programs that read tables: the same columns in every format. To add a column, add a row to
//! one of the tables; `docs/columns.md` lists them all.
//!
//! | file | contents |
//! |---|---|
//! | `whole`, `stream`, `end` | the tables: call, session and segment; medium and stream; each end |
//! | `place` | what a row is about |
//! | `cell` | the value of a column |
//! | `csv`, `jsonl`, `parquet` | the formats |
//! | `description` | the documentation of the columns |

mod cell;
mod csv;
mod description;
mod end;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod place;
mod stream;
mod whole;

use std::io::{self, Write};
use std::sync::Arc;

use crate::call::Row;
use crate::metrics::{self, Metric, Unit};
use crate::model::{Field, Session};
use crate::privacy::{Guard, Leaked};
use crate::triage::{End, RuleSets};
use crate::wording::glossary;

use end::EndDefinition;
use place::{Place, SessionScene};

pub use self::cell::{Cell, Kind};
pub use self::csv::CsvRows;
pub use self::jsonl::JsonRows;
#[cfg(feature = "parquet")]
pub use self::parquet::{ParquetRows, ParquetWriter};
pub use self::place::CallScene;

/// Where the name of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Microsoft's Call Record Insights has a column of this name.
    Cri,
    /// It is our own.
    Own,
}

/// A column as the tables define it.
struct Definition {
    name: &'static str,
    kind: Kind,
    origin: Origin,
    unit: &'static str,
    /// What it is; empty for a member of Graph's that the glossary explains.
    meaning: &'static str,
    read: for<'a> fn(&Place<'a>) -> Cell<'a>,
}

/// Defines a column without a unit.
const fn column(
    name: &'static str,
    kind: Kind,
    origin: Origin,
    meaning: &'static str,
    read: for<'a> fn(&Place<'a>) -> Cell<'a>,
) -> Definition {
    Definition { name, kind, origin, unit: "", meaning, read }
}

/// How a cell is read from a place.
enum Read {
    Place(for<'a> fn(&Place<'a>) -> Cell<'a>),
    End(End, &'static EndDefinition),
    /// A metric of the stream, or of the network or device at an end.
    Metric(Option<End>, &'static Metric),
    /// The verdict on the stream by the rule set at an index.
    Verdict(usize),
    /// The verdict on the session by the rule set at an index.
    SessionVerdict(usize),
}

/// One column of the rows.
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub origin: Origin,
    /// Unit of a number; empty for anything else.
    pub unit: &'static str,
    /// What it is, as a sentence without a full stop.
    pub meaning: String,
    read: Read,
}

impl Column {
    /// Reads the column's cell. Nothing else makes a cell.
    fn cell<'a>(&self, place: &Place<'a>) -> Cell<'a> {
        let number = |field: Field<f64>| match field.value() {
            // Whole in the record; as text or with a fraction it would not be a value.
            Some(number) if self.kind == Kind::Whole => Cell::Whole(*number as i64),
            Some(number) => Cell::number(*number),
            None => Cell::Missing,
        };
        let cell = match &self.read {
            Read::Place(read) => read(place),
            Read::End(end, column) => (column.read)(&place.end(*end)),
            Read::Metric(None, metric) => place.stream.map_or(Cell::Missing, |own| number(metric.of_stream(own))),
            Read::Metric(Some(end), metric) => {
                let end = place.end(*end);
                match metric.part() {
                    metrics::Part::Network => end.network.map_or(Cell::Missing, |own| number(metric.of_network(own))),
                    _ => end.device.map_or(Cell::Missing, |own| number(metric.of_device(own))),
                }
            }
            Read::Verdict(set) => {
                place.verdicts.get(*set).map_or(Cell::Missing, |judged| Cell::text(judged.verdict.name()))
            }
            Read::SessionVerdict(set) => Cell::text(place.of.row.facts.verdict(*set).verdict().name()),
        };
        cell.safe()
    }
}

/// All columns, in order.
pub struct Table {
    columns: Vec<Column>,
    /// What must be in no cell.
    guard: Arc<Guard>,
}

impl Table {
    /// Makes the table for these rule sets: each has a verdict on the stream and on the session.
    pub fn new(sets: &RuleSets) -> Table {
        let mut columns = Vec::new();
        let plain = |definitions: &'static [Definition], columns: &mut Vec<Column>| {
            columns.extend(definitions.iter().map(Column::plain));
        };
        plain(whole::CALL, &mut columns);
        plain(whole::SESSION, &mut columns);
        for (at, set) in sets.iter().enumerate() {
            columns.push(Column::verdict("SessionVerdict", &set.id, "session", Read::SessionVerdict(at)));
        }
        plain(whole::SEGMENT, &mut columns);
        plain(stream::STREAM, &mut columns);
        plain(stream::JUDGEMENT, &mut columns);
        for (at, set) in sets.iter().enumerate() {
            columns.push(Column::verdict("Verdict", &set.id, "stream", Read::Verdict(at)));
        }
        columns.extend(metrics::STREAM.iter().map(|metric| Column::metric(None, metric)));
        for end in [End::Caller, End::Callee] {
            columns.extend(end::PARTY.iter().map(|column| Column::at_end(end, column)));
            columns.extend(end::NETWORK.iter().map(|column| Column::at_end(end, column)));
            columns.extend(metrics::NETWORK.iter().map(|metric| Column::metric(Some(end), metric)));
            columns.extend(end::LISTED.iter().map(|column| Column::at_end(end, column)));
            columns.extend(end::DEVICE.iter().map(|column| Column::at_end(end, column)));
            columns.extend(metrics::DEVICE.iter().map(|metric| Column::metric(Some(end), metric)));
        }
        number_repeated_names(&mut columns);
        Table { columns, guard: Arc::default() }
    }

    /// Lets no cell through that has something in it which a privacy level hides.
    pub fn guarded(self, guard: Arc<Guard>) -> Table {
        Table { guard, ..self }
    }

    /// Returns all columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Calls `tell` with every cell of a row, in the order of the columns.
    fn row(&self, place: &Place<'_>, mut tell: impl FnMut(&Column, Cell<'_>) -> io::Result<()>) -> io::Result<()> {
        self.columns.iter().try_for_each(|column| {
            let cell = column.cell(place);
            let leak = cell.texts().find_map(|text| self.guard.find(text));
            match leak {
                Some(leak) => Err(Leaked { leak, place: format!("the column {}", column.name) }.into()),
                None => tell(column, cell),
            }
        })
    }
}

impl Column {
    fn plain(definition: &'static Definition) -> Column {
        let Definition { name, kind, origin, unit, meaning, read } = *definition;
        let member = decapitalised(name);
        let meaning = if meaning.is_empty() { explained(&member) } else { meaning.to_owned() };
        Column { name: name.to_owned(), kind, origin, unit, meaning, read: Read::Place(read) }
    }

    fn at_end(end: End, column: &'static EndDefinition) -> Column {
        let meaning = if column.meaning.is_empty() { explained(column.member) } else { column.meaning.to_owned() };
        let name = format!("{}_{}", prefix(end), column.name);
        Column { name, kind: column.kind, origin: column.origin, unit: "", meaning, read: Read::End(end, column) }
    }

    fn metric(end: Option<End>, metric: &'static Metric) -> Column {
        /// Metrics newer than Call Record Insights.
        const OWN: &[&str] = &["averageFreezeDuration", "rmsFreezeDuration"];
        let (first, rest) = metric.id.split_at(1);
        let name = format!("{}{rest}", first.to_ascii_uppercase());
        let (unit, kind) = unit(metric.unit);
        Column {
            name: end.map_or(name.clone(), |end| format!("{}_{name}", prefix(end))),
            kind,
            origin: if OWN.contains(&metric.id) { Origin::Own } else { Origin::Cri },
            unit,
            meaning: explained(metric.id),
            read: Read::Metric(end, metric),
        }
    }

    fn verdict(name: &str, set: &str, of: &str, read: Read) -> Column {
        // Engines write names without quotes only if they consist of these.
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        Column {
            name: format!("{name}_{}", set.chars().map(plain).collect::<String>()),
            kind: Kind::Text,
            origin: Origin::Own,
            unit: "",
            meaning: format!("the verdict on the {of} by the rule set `{set}`"),
            read,
        }
    }
}

fn prefix(end: End) -> &'static str {
    match end {
        End::Caller => "Caller",
        End::Callee => "Callee",
    }
}

fn explained(member: &str) -> String {
    glossary::of(member).map(|meaning| meaning.is.to_owned()).unwrap_or_default()
}

fn decapitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_ascii_lowercase())
}

/// The name of a metric's unit, and whether it is counted or measured.
fn unit(unit: Unit) -> (&'static str, Kind) {
    match unit {
        Unit::Ratio => ("0 to 1", Kind::Number),
        Unit::Percent => ("%", Kind::Number),
        Unit::Seconds => ("s", Kind::Number),
        Unit::BitsPerSecond => ("bit/s", Kind::Whole),
        Unit::FramesPerSecond => ("frames/s", Kind::Number),
        Unit::Packets => ("packets", Kind::Whole),
        Unit::OpinionScore => ("MOS", Kind::Number),
        Unit::PerFiveMinutes => ("per 5 min", Kind::Number),
        Unit::Decibels => ("dB", Kind::Number),
        Unit::Count => ("events", Kind::Whole),
        Unit::Level => ("level", Kind::Number),
        Unit::Channel => ("channel", Kind::Whole),
    }
}

/// Rule sets of the user's own may have names that differ only in signs or capitals.
fn number_repeated_names(columns: &mut [Column]) {
    for at in 0..columns.len() {
        let (before, rest) = columns.split_at_mut(at);
        let is_taken = |name: &str| before.iter().any(|other| other.name.eq_ignore_ascii_case(name));
        let plain = rest[0].name.clone();
        let mut number = 2;
        while is_taken(&rest[0].name) {
            rest[0].name = format!("{plain}_{number}");
            number += 1;
        }
    }
}

/// Rows in one format, made on any thread and written in order.
pub trait Rows: Default + Send + 'static {
    /// Adds the rows of a session: one for each stream, or one for the session if it has none.
    fn add(&mut self, table: &Table, session: RowsOf<'_>) -> io::Result<()>;

    /// Returns how many rows were added.
    fn count(&self) -> u64;
}

/// Writes rows in one format.
pub trait RowWriter {
    /// The rows it writes.
    type Rows: Rows;

    /// Writes rows after those written before.
    fn write(&mut self, rows: Self::Rows) -> io::Result<()>;
}

/// A session whose rows are to be made.
#[derive(Clone, Copy)]
pub struct RowsOf<'a> {
    pub call: CallScene<'a>,
    /// Position of the session in the call, from 0.
    pub at: usize,
    pub row: &'a Row,
    pub session: &'a Session,
}

impl RowsOf<'_> {
    fn places(self, visit: impl FnMut(&Place<'_>) -> io::Result<()>) -> io::Result<()> {
        SessionScene::new(self.call, self.at, self.row, self.session).places(visit)
    }
}

/// Writes rows that are text: CSV or lines of JSON.
pub struct TextWriter<W, R> {
    out: W,
    rows: std::marker::PhantomData<R>,
}

/// Rows that are text.
pub trait TextRows: Rows {
    /// Returns what stands before the first row.
    fn head(table: &Table) -> io::Result<Vec<u8>>;

    /// Returns the rows as text.
    fn into_text(self) -> io::Result<Vec<u8>>;
}

impl<W: Write, R: TextRows> TextWriter<W, R> {
    /// Writes what stands before the first row.
    pub fn new(mut out: W, table: &Table) -> io::Result<TextWriter<W, R>> {
        out.write_all(&R::head(table)?)?;
        Ok(TextWriter { out, rows: std::marker::PhantomData })
    }
}

impl<W: Write, R: TextRows> RowWriter for TextWriter<W, R> {
    type Rows = R;

    fn write(&mut self, rows: R) -> io::Result<()> {
        self.out.write_all(&rows.into_text()?)
    }
}

#[cfg(test)]
mod tests;
