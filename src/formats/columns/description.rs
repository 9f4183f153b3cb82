//! The documentation of the columns, made from the tables.

use std::fmt::Write as _;

use super::{Column, Origin, Table};

impl Table {
    /// Returns the columns as a table in Markdown. Columns that both ends have are listed once.
    pub fn markdown(&self) -> String {
        let mut out = String::from("| column | type | unit | CRI | meaning |\n|---|---|---|---|---|\n");
        for column in self.columns().iter().filter(|column| !column.name.starts_with("Callee_")) {
            let Column { name, kind, origin, unit, meaning, .. } = column;
            let name = match name.strip_prefix("Caller_") {
                Some(name) => format!("`Caller_{name}` `Callee_{name}`"),
                None => format!("`{name}`"),
            };
            let is_cri = if *origin == Origin::Cri { "✓" } else { "" };
            _ = writeln!(out, "| {name} | {} | {unit} | {is_cri} | {meaning} |", kind.name());
        }
        out
    }
}
