//! The columns of the list of sessions, one row each, and those that are shown: the default ones or those that the user
//! chose.

use crate::call::{Order, Part, Row, SortKey};
use crate::metrics;
use crate::model::Clock;
use crate::triage::Interner;
use crate::triage::factors::FACTORS;
use crate::wording;

/// A column of the list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in a file, and in a heading without room for the title.
    pub id: &'static str,
    /// Its name in the menu and the heading.
    pub title: &'static str,
    /// Its width in terminal columns.
    pub width: usize,
    /// Whether it holds numbers, which are right-aligned.
    pub is_number: bool,
    /// Its rank when there is not room for all: the lowest comes first.
    pub rank: u8,
    /// The columns that names must keep for it to appear by default; 0 for one that always appears.
    pub name_room: usize,
    /// What its cells say.
    pub content: Content,
}

/// What the cells of a column say.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// What decided the status of the session.
    Reason,
    /// A text made from a row; empty if there is nothing to say.
    Text(fn(&Row, Clock) -> String),
    /// The values of a factor.
    Factor(&'static str),
    /// The worst value of a metric.
    Metric(&'static str),
}

/// The columns with widths or ranks of their own. Every other factor and metric has one with the usual ones.
const COLUMNS: &[Column] = &[
    Column {
        id: "start",
        title: "start",
        width: 11,
        is_number: false,
        rank: 5,
        name_room: 38,
        content: Content::Text(start),
    },
    Column {
        id: "length",
        title: "length",
        width: 8,
        is_number: true,
        rank: 2,
        name_room: NAME_ROOM,
        content: Content::Text(length),
    },
    Column {
        id: "words",
        title: "reason",
        width: 18,
        is_number: false,
        rank: 0,
        name_room: 0,
        content: Content::Reason,
    },
    Column { width: 10, rank: 4, name_room: 35, ..of_factor("platform", "platform") },
    Column { width: 6, rank: 3, name_room: 11, ..of_factor("net", "connection") },
];

/// The columns shown by default, from left to right.
const DEFAULT: [&str; 5] = ["start", "platform", "net", "length", "words"];

/// The columns that names keep whatever else there is to show: enough to tell people apart.
pub const NAME_ROOM: usize = 11;

/// The column of the reason in a list narrower than the first number is as wide as the second: enough for `loss 19 %`.
const NARROW: (usize, usize) = (56, 13);

const fn of_factor(id: &'static str, title: &'static str) -> Column {
    Column { id, title, width: 18, is_number: false, rank: 1, name_room: 38, content: Content::Factor(id) }
}

fn of_metric(metric: &metrics::Metric) -> Column {
    let (id, title) = (metric.id, metric.label);
    Column { id, title, width: 9, is_number: true, rank: 1, name_room: 38, content: Content::Metric(id) }
}

fn start(row: &Row, clock: Clock) -> String {
    row.facts.start.map(|start| clock.second(start)).unwrap_or_default()
}

fn length(row: &Row, _: Clock) -> String {
    row.facts.seconds().map(wording::length).unwrap_or_default()
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Column {}

impl Column {
    /// Iterates over every column that can be shown.
    pub fn all() -> impl Iterator<Item = Column> {
        let factors = FACTORS.iter().map(|factor| of_factor(factor.id, factor.label));
        let others = factors.chain(metrics::STREAM.iter().map(of_metric));
        COLUMNS.iter().copied().chain(others.filter(|column| !COLUMNS.contains(column)))
    }

    fn by_id(id: &str) -> Option<Column> {
        Column::all().find(|column| column.id == id)
    }

    /// Returns its width in a list of this many terminal columns.
    pub fn width_in(&self, list: usize) -> usize {
        match self.content {
            Content::Reason if list < NARROW.0 => NARROW.1,
            _ => self.width,
        }
    }

    /// Returns what its text is, for the parts that a filter matches.
    pub fn part(&self) -> Part {
        match self.content {
            Content::Factor(id) => Part::Value(id),
            Content::Metric(id) => Part::Figure(id),
            Content::Text(_) if self.id == "length" => Part::Length,
            Content::Text(_) | Content::Reason => Part::Words,
        }
    }

    /// Returns the column that shows what the list is sorted by; `None` for the name, which is always there, and for the
    /// order in which sessions were received.
    pub fn of_order(key: SortKey) -> Option<Column> {
        match key {
            SortKey::Worst => Column::by_id("words"),
            SortKey::Start => Column::by_id("start"),
            SortKey::Duration => Column::by_id("length"),
            SortKey::Figure(id) | SortKey::Factor(id) => Column::by_id(id),
            SortKey::Name | SortKey::Received => None,
        }
    }

    /// Returns its heading: the longest of its names that fits into a number of terminal columns. That of a time says
    /// the zone, which the cells have no room for.
    pub fn heading(&self, room: usize, clock: Clock) -> &'static str {
        if self.id == "start" {
            let (long, short) = if clock.is_local() { ("start local", "local") } else { ("start UTC", "UTC") };
            return if long.len() > room { short } else { long };
        }
        let short = match self.content {
            Content::Metric(id) => metrics::by_id(id).map_or(self.id, |metric| metric.short),
            _ => self.id,
        };
        if self.title.len() > room { short } else { self.title }
    }

    /// Returns the text of its cell for a row; empty if there is nothing to say, or if it is the reason.
    pub fn text(&self, row: &Row, names: &Interner, clock: Clock) -> String {
        match self.content {
            Content::Reason => String::new(),
            Content::Text(of) => of(row, clock),
            Content::Factor(id) => row.values(id, names),
            Content::Metric(id) => {
                let value = metrics::by_id(id).and_then(|metric| Some(metric.unit.format(row.figure(metric)?)));
                value.unwrap_or_default()
            }
        }
    }
}

/// The columns of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The columns from left to right, shown as far as there is room.
    pub shown: Vec<Column>,
    /// Whether the user chose them.
    pub is_chosen: bool,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns { shown: DEFAULT.iter().filter_map(|id| Column::by_id(id)).collect(), is_chosen: false }
    }
}

impl Columns {
    /// Returns whether a column is included.
    pub fn has(&self, column: Column) -> bool {
        self.shown.contains(&column)
    }

    /// Shows or hides a column. What decided the status stays last, where the eye expects it.
    pub fn toggle(&mut self, column: Column) {
        if self.has(column) {
            self.shown.retain(|one| *one != column);
        } else {
            let reason = self.shown.iter().position(|one| matches!(one.content, Content::Reason));
            self.shown.insert(reason.unwrap_or(self.shown.len()), column);
        }
        self.is_chosen = self.names() != DEFAULT;
    }

    /// Returns the columns of a list in some order, from left to right: those that were chosen, and the one that shows the
    /// order.
    pub fn with_order(&self, order: Order) -> Vec<Column> {
        let mut columns = self.clone();
        if let Some(column) = Column::of_order(order.key).filter(|column| !self.has(*column)) {
            columns.toggle(column);
        }
        columns.shown
    }

    /// Returns the names of the columns, to be saved.
    pub fn names(&self) -> Vec<&'static str> {
        self.shown.iter().map(|column| column.id).collect()
    }

    /// Creates columns from saved names; names that no longer exist are skipped.
    pub fn of(names: &[String]) -> Columns {
        let shown: Vec<Column> = names.iter().filter_map(|name| Column::by_id(name)).collect();
        if shown.is_empty() {
            return Columns::default();
        }
        let mut columns = Columns { shown, is_chosen: false };
        columns.is_chosen = columns.names() != DEFAULT;
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_remembered_by_name_and_what_is_unknown_left_out() {
        let column = |id| Column::by_id(id).expect("a column");
        let mut columns = Columns::default();
        assert!(!columns.is_chosen);
        columns.toggle(column("averagePacketLossRate"));
        columns.toggle(column("start"));
        assert_eq!(columns.names(), ["platform", "net", "length", "averagePacketLossRate", "words"]);
        let names: Vec<String> = columns.names().into_iter().chain(["gone"]).map(str::to_owned).collect();
        assert_eq!(Columns::of(&names), columns);
        assert_eq!(Columns::of(&[]), Columns::default());
    }

    #[test]
    fn every_column_has_a_name_of_its_own_and_those_of_factors_their_label() {
        let ids: Vec<&str> = Column::all().map(|column| column.id).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len());
        for column in COLUMNS {
            if let Content::Factor(id) = column.content {
                assert_eq!(crate::triage::factors::by_id(id).map(|factor| factor.label), Some(column.title));
            }
        }
    }
}
