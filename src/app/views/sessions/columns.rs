//! The columns of the list of sessions, one row each, and those that are shown: the default ones or those that the user
//! chose.

use crate::call::{Order, Part, Row, SortKey, Traffic};
use crate::metrics::{self, Metric};
use crate::model::{Clock, MediumKind};
use crate::triage::Interner;
use crate::triage::factors::FACTORS;
use crate::wording::{self, feedback};
use unicode_width::UnicodeWidthStr as _;

/// A column of the list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in a file.
    pub id: &'static str,
    /// Its name in the menu and the heading.
    pub title: &'static str,
    /// Its name in a heading without room for the title.
    pub short: &'static str,
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
    /// The worst value of a metric of one kind and direction.
    Voice(Traffic, &'static Metric),
    /// What was said about the call.
    Said,
}

/// The columns with widths or ranks of their own. Every other factor and metric has the usual ones, which rank higher: such
/// a column is only there because the user chose it.
const COLUMNS: &[Column] = &[
    Column { width: 11, rank: 9, name_room: 30, ..of_text("start", "start", start) },
    Column { width: 8, rank: 6, name_room: LONG_NAME, ..of_factor("platform", "platform") },
    Column { width: 6, rank: 4, name_room: LONG_NAME, ..of_factor("net", "connection") },
    Column { width: 8, rank: 8, name_room: 24, is_number: true, ..of_text("length", "length", length) },
    of_voice("loss-heard", "↓loss", "loss heard", 2, false, "averagePacketLossRate"),
    of_voice("loss-spoke", "↑loss", "loss spoke", 2, true, "averagePacketLossRate"),
    of_voice("jitter-heard", "↓jit.", "jitter heard", 5, false, "averageJitter"),
    of_voice("jitter-spoke", "↑jit.", "jitter spoke", 5, true, "averageJitter"),
    of_voice("rtt-heard", "↓rtt", "round trip heard", 7, false, "averageRoundTripTime"),
    of_voice("rtt-spoke", "↑rtt", "round trip spoke", 7, true, "averageRoundTripTime"),
    Column {
        id: "said",
        title: "said about the call",
        short: "said",
        width: 12,
        is_number: false,
        rank: 3,
        name_room: LONG_NAME,
        content: Content::Said,
    },
    Column {
        id: "words",
        title: "reason",
        short: "reason",
        width: 20,
        is_number: false,
        rank: 0,
        name_room: 0,
        content: Content::Reason,
    },
];

/// The columns shown by default, from left to right, as far as there is room. What was heard stands left of what was
/// spoken, and everything that was measured beside the reason.
const DEFAULT: [&str; 12] = [
    "start",
    "platform",
    "net",
    "length",
    "said",
    "loss-heard",
    "loss-spoke",
    "jitter-heard",
    "jitter-spoke",
    "rtt-heard",
    "rtt-spoke",
    "words",
];

/// The columns that names keep where there are other ways to see what a column would show: enough for most names.
const LONG_NAME: usize = 16;

/// The columns that names keep whatever else there is to show: enough to tell people apart.
pub const NAME_ROOM: usize = 11;

/// The width of the column of the reason in a list narrower than a number of columns: enough for `frame loss 57 %`, and
/// where names need the room, for `↓ loss 19 %`.
const REASON_IN: [(usize, usize); 2] = [(36, 13), (56, 15)];

/// How wide a column of a factor is, how wide one of a metric, and how many columns names keep beside either: with fewer,
/// it would be cut. Our own choice.
const USUAL: (usize, usize, usize) = (18, 9, 38);

const fn of_factor(id: &'static str, title: &'static str) -> Column {
    let (width, _, name_room) = USUAL;
    Column { id, title, short: id, width, is_number: false, rank: 1, name_room, content: Content::Factor(id) }
}

const fn of_text(id: &'static str, title: &'static str, of: fn(&Row, Clock) -> String) -> Column {
    let (width, _, name_room) = USUAL;
    Column { id, title, short: id, width, is_number: false, rank: 1, name_room, content: Content::Text(of) }
}

fn of_metric(metric: &metrics::Metric) -> Column {
    let (id, title, short, (_, width, name_room)) = (metric.id, metric.label, metric.short, USUAL);
    Column { id, title, short, width, is_number: true, rank: 1, name_room, content: Content::Metric(id) }
}

/// Returns a column of a metric of the voice that the session's own end heard or spoke.
const fn of_voice(
    id: &'static str,
    short: &'static str,
    title: &'static str,
    rank: u8,
    is_sent: bool,
    metric: &'static str,
) -> Column {
    let content = Content::Voice(Traffic { kind: MediumKind::Audio, is_sent }, metrics::of(metric));
    let width = 6;
    // What was heard comes with what was spoken or not at all.
    let name_room = if is_sent { LONG_NAME } else { LONG_NAME + 1 + width };
    Column { id, title, short, width, is_number: true, rank, name_room, content }
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

    /// Returns the column with an id.
    pub fn by_id(id: &str) -> Option<Column> {
        Column::all().find(|column| column.id == id)
    }

    /// Returns its width in a list of this many terminal columns.
    pub fn width_in(&self, list: usize) -> usize {
        match self.content {
            Content::Reason => {
                REASON_IN.iter().find(|(below, _)| list < *below).map_or(self.width, |(_, width)| *width)
            }
            _ => self.width,
        }
    }

    /// Returns what its text is, for the parts that a filter matches.
    pub fn part(&self) -> Part {
        match self.content {
            Content::Factor(id) => Part::Value(id),
            Content::Metric(id) => Part::Figure(id),
            Content::Text(_) if self.id == "length" => Part::Length,
            Content::Said => Part::Said,
            Content::Text(_) | Content::Reason | Content::Voice(..) => Part::Words,
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
        if self.title.width() > room { self.short } else { self.title }
    }

    /// Returns the text of its cell for a row; empty if there is nothing to say, or if it is the reason.
    pub fn text(&self, row: &Row, names: &Interner, clock: Clock) -> String {
        match self.content {
            Content::Reason => String::new(),
            Content::Text(of) => of(row, clock),
            Content::Factor(id) => row.values(id, names),
            Content::Said => feedback::of_row(row, names),
            Content::Voice(traffic, metric) => {
                let value = row.traffic.get(traffic, metric);
                value.map(|value| metric.unit.format(value.value())).unwrap_or_default()
            }
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

    /// Chooses the columns that leave enough room for names in a list of this many terminal columns. The one that the list
    /// is sorted by comes first.
    pub fn fitted(&self, width: usize, order: Order) -> Fitted {
        let sorted = Column::of_order(order.key);
        let shown = self.with_order(order);
        let mut places: Vec<usize> = (0..shown.len()).collect();
        places.sort_by_key(|at| (Some(shown[*at]) != sorted, shown[*at].rank));
        // Three columns for the signs before the name, and a space before every other column.
        let mut name = width.saturating_sub(3);
        let mut taken = Vec::new();
        for at in places {
            let column = shown[at];
            let left = name.saturating_sub(column.width_in(width) + 1);
            let least = match column.content {
                Content::Reason => 0,
                _ if Some(column) == sorted => NAME_ROOM / 2,
                _ if self.is_chosen => NAME_ROOM,
                _ => column.name_room,
            };
            if least == 0 || left >= least {
                name = left;
                taken.push(at);
            }
        }
        taken.sort_unstable();
        let others = taken.into_iter().map(|at| (shown[at], shown[at].width_in(width)));
        Fitted { name, others: others.collect() }
    }

    /// Returns how many columns the user misses in a list of this many terminal columns: those chosen for which there is no
    /// room, and those shown by default that they push out.
    pub fn missing(&self, width: usize, order: Order) -> usize {
        if !self.is_chosen {
            return 0;
        }
        let (fitted, usual) = (self.fitted(width, order), Columns::default().fitted(width, order));
        let is_expected = |column: &Column| !DEFAULT.contains(&column.id) || usual.has(*column);
        self.shown.iter().filter(|column| is_expected(column) && !fitted.has(**column)).count()
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

/// The columns that there is room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The width of the name.
    pub name: usize,
    /// The other columns with their widths, from left to right.
    pub others: Vec<(Column, usize)>,
}

impl Fitted {
    /// Returns whether there is room for a column.
    pub fn has(&self, column: Column) -> bool {
        self.others.iter().any(|(one, _)| *one == column)
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
        assert_eq!(columns.names()[..3], ["platform", "net", "length"]);
        assert_eq!(columns.names()[10..], ["averagePacketLossRate", "words"]);
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

    #[test]
    fn what_was_heard_and_spoken_has_room_in_the_list_of_a_wide_terminal() {
        let fitted = |width| Columns::default().fitted(width, Order::worst(0));
        let has = |width, id| fitted(width).has(Column::by_id(id).expect("a column"));
        // A list is 49 columns wide in a terminal of 120, 98 in one of 200.
        assert!(has(49, "loss-heard") && has(49, "loss-spoke"));
        assert!(["jitter-spoke", "said", "net", "platform"].into_iter().all(|id| has(98, id)));
        assert!(fitted(49).name >= LONG_NAME);
        assert_eq!(fitted(200).others.len(), DEFAULT.len());
    }

    #[test]
    fn chosen_columns_without_room_and_those_they_push_out_are_counted() {
        let column = |id| Column::by_id(id).expect("a column");
        let (mut columns, order) = (Columns::default(), Order::worst(0));
        assert_eq!(columns.missing(49, order), 0, "nobody chose these");
        columns.toggle(column("subnet"));
        assert_eq!(columns.missing(49, order), 2, "both columns of loss");
        assert_eq!(columns.missing(200, order), 0);
        columns.toggle(column("relay"));
        assert_eq!(columns.missing(49, order), 3);
        columns.toggle(column("subnet"));
        columns.toggle(column("relay"));
        assert_eq!(columns.missing(49, order), 0);
    }
}
