//! The columns of the list of sessions: those that fit the width, or those that the user chose.

use crate::metrics;
use crate::triage::factors::by_id;

use crate::app::menu::ColumnKey;

/// The columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The columns from left to right, shown as far as there is room.
    pub keys: Vec<ColumnKey>,
    /// Whether the user chose them.
    pub is_chosen: bool,
}

/// The default columns.
const USUAL: [ColumnKey; 5] =
    [ColumnKey::Start, ColumnKey::Factor("platform"), ColumnKey::Factor("net"), ColumnKey::Length, ColumnKey::Words];

impl Default for Columns {
    fn default() -> Columns {
        Columns { keys: USUAL.to_vec(), is_chosen: false }
    }
}

impl Columns {
    /// Returns whether a column is included.
    pub fn has(&self, key: ColumnKey) -> bool {
        self.keys.contains(&key)
    }

    /// Shows or hides a column. What decided the status stays last, where the eye expects it.
    pub fn toggle(&mut self, key: ColumnKey) {
        self.is_chosen = true;
        if self.has(key) {
            self.keys.retain(|one| *one != key);
        } else {
            let last = self.keys.iter().position(|one| *one == ColumnKey::Words).unwrap_or(self.keys.len());
            self.keys.insert(last, key);
        }
        if self.keys == USUAL {
            self.is_chosen = false;
        }
    }

    /// Returns the names of the columns, to be saved.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.id()).collect()
    }

    /// Creates columns from saved names; names that no longer exist are skipped.
    pub fn of(names: &[String]) -> Columns {
        let keys: Vec<ColumnKey> = names.iter().filter_map(|name| ColumnKey::by_id(name)).collect();
        let is_chosen = keys != USUAL;
        if keys.is_empty() { Columns::default() } else { Columns { keys, is_chosen } }
    }
}

impl ColumnKey {
    /// The column's name in a menu and a heading.
    pub fn name(self) -> &'static str {
        match self {
            ColumnKey::Start => "start",
            ColumnKey::Length => "length",
            ColumnKey::Words => "what decided",
            ColumnKey::Factor(id) => by_id(id).map_or(id, |factor| factor.label),
            ColumnKey::Figure(id) => metrics::by_id(id).map_or(id, |metric| metric.label),
        }
    }

    /// The column's name in a file, and where space is tight.
    pub fn id(self) -> &'static str {
        match self {
            ColumnKey::Start => "start",
            ColumnKey::Length => "length",
            ColumnKey::Words => "words",
            ColumnKey::Factor(id) | ColumnKey::Figure(id) => id,
        }
    }

    fn by_id(name: &str) -> Option<ColumnKey> {
        [ColumnKey::Start, ColumnKey::Length, ColumnKey::Words]
            .into_iter()
            .find(|key| key.id() == name)
            .or_else(|| Some(ColumnKey::Factor(by_id(name)?.id)))
            .or_else(|| Some(ColumnKey::Figure(metrics::STREAM.iter().find(|metric| metric.id == name)?.id)))
    }

    /// The width in terminal columns.
    pub fn width(self) -> usize {
        match self {
            ColumnKey::Start => 8,
            ColumnKey::Length => 8,
            ColumnKey::Words => 18,
            ColumnKey::Factor("platform") => 10,
            ColumnKey::Factor("net") => 6,
            ColumnKey::Factor(_) => 18,
            ColumnKey::Figure(_) => 9,
        }
    }

    /// Returns whether the column holds numbers, which are right-aligned.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnKey::Length | ColumnKey::Figure(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_remembered_by_name_and_what_is_unknown_left_out() {
        let mut columns = Columns::default();
        assert!(!columns.is_chosen);
        columns.toggle(ColumnKey::Figure("averagePacketLossRate"));
        columns.toggle(ColumnKey::Start);
        assert_eq!(columns.names(), ["platform", "net", "length", "averagePacketLossRate", "words"]);
        let names: Vec<String> = columns.names().into_iter().chain(["gone"]).map(str::to_owned).collect();
        assert_eq!(Columns::of(&names), columns);
        assert_eq!(Columns::of(&[]), Columns::default());
    }
}
