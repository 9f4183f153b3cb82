//! Which columns the list of sessions has: as the width allows, or as somebody chose.

use crate::metrics;
use crate::triage::factors::by_id;

use super::menu::ColumnKey;

/// The columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// From left to right, those that are there when there is room.
    pub keys: Vec<ColumnKey>,
    /// Somebody chose them.
    pub is_chosen: bool,
}

/// What the list has until somebody chooses.
const USUAL: [ColumnKey; 5] =
    [ColumnKey::Start, ColumnKey::Factor("platform"), ColumnKey::Factor("net"), ColumnKey::Length, ColumnKey::Words];

impl Default for Columns {
    fn default() -> Columns {
        Columns { keys: USUAL.to_vec(), is_chosen: false }
    }
}

impl Columns {
    /// Is a column among them?
    pub fn has(&self, key: ColumnKey) -> bool {
        self.keys.contains(&key)
    }

    /// Shows a column, or does not any more. What decided stays last, where the eye expects it.
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

    /// As text, to be remembered.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.id()).collect()
    }

    /// From names that were remembered; those that there are not any more are left out.
    pub fn of(names: &[String]) -> Columns {
        let keys: Vec<ColumnKey> = names.iter().filter_map(|name| ColumnKey::by_id(name)).collect();
        let is_chosen = keys != USUAL;
        if keys.is_empty() { Columns::default() } else { Columns { keys, is_chosen } }
    }
}

impl ColumnKey {
    /// What a menu and a heading call it.
    pub fn name(self) -> &'static str {
        match self {
            ColumnKey::Start => "start",
            ColumnKey::Length => "length",
            ColumnKey::Words => "what decided",
            ColumnKey::Factor(id) => by_id(id).map_or(id, |factor| factor.label),
            ColumnKey::Figure(id) => metrics::by_id(id).map_or(id, |metric| metric.label),
        }
    }

    /// Its name in a file, and where there is no room for more.
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

    /// How many columns of the terminal it takes.
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

    /// Numbers stand on the right of their column.
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
