//! The comparison that `cargo bench --bench whole -- --check` makes; nothing is timed here.

use std::collections::{BTreeMap, BTreeSet};

#[path = "../../benches/whole/expected.rs"]
mod expected;

use expected::{Expected, Figures, Lines, differences, read, renewed, text};

const PART: &str = "keys, 10000 sessions";

fn sections(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn measured(figures: &[(&str, f64)]) -> BTreeMap<String, Figures> {
    BTreeMap::from([(PART.to_owned(), figures.iter().map(|(name, figure)| ((*name).to_owned(), *figure)).collect())])
}

fn table(lines: &[(&str, f64, f64)]) -> Lines {
    let line = |&(name, expected, tolerance): &(&str, f64, f64)| (name.to_owned(), Expected { expected, tolerance });
    BTreeMap::from([(PART.to_owned(), lines.iter().map(line).collect())])
}

fn off(figures: &[(&str, f64)], lines: &[(&str, f64, f64)]) -> Vec<String> {
    let all = sections(&[PART]);
    differences(&measured(figures), &table(lines), &all, &all)
}

#[test]
fn a_figure_within_its_tolerance_is_as_expected() {
    assert_eq!(off(&[("move", 1.5), ("idle", 0.0)], &[("move", 1.4, 0.2), ("idle", 0.0, 0.0)]), Vec::<String>::new());
}

#[test]
fn a_figure_that_is_worse_or_much_better_is_off() {
    assert_eq!(
        off(&[("move", 1.7), ("page", 0.5)], &[("move", 1.4, 0.2), ("page", 1.4, 0.2)]),
        [
            "keys, 10000 sessions: move: 1.70, worse than 1.40 by more than 0.20",
            "keys, 10000 sessions: page: 0.50, better than 1.40 by more than 0.20",
        ]
    );
    assert_eq!(off(&[("move", f64::NAN)], &[("move", 1.4, 0.2)]).len(), 1, "not a number is not as expected");
}

#[test]
fn a_figure_that_was_not_measured_or_is_not_in_the_table_is_off() {
    assert_eq!(
        off(&[("page", 1.0)], &[("move", 1.4, 0.2)]),
        [
            "keys, 10000 sessions: page: 1.00, and not in the table",
            "keys, 10000 sessions: move: in the table, but not measured",
        ]
    );
    let (nothing, all) = (BTreeMap::new(), sections(&[PART]));
    assert_eq!(
        differences(&nothing, &Lines::new(), &all, &all),
        ["keys, 10000 sessions: not measured, and not in the table"]
    );
}

#[test]
fn what_was_not_to_be_measured_is_not_compared_but_must_exist() {
    let (none, table) = (sections(&[]), table(&[("move", 1.4, 0.2)]));
    assert_eq!(differences(&BTreeMap::new(), &table, &none, &sections(&[PART])), Vec::<String>::new());
    assert_eq!(
        differences(&BTreeMap::new(), &table, &none, &none),
        ["keys, 10000 sessions: in the table, but nothing measures it"]
    );
}

#[test]
fn a_renewed_table_has_what_was_measured_with_tolerances_in_proportion() {
    let lines = renewed(&measured(&[("move", 2.0), ("page", 4.0)]), &table(&[("move", 1.0, 0.1), ("gone", 1.0, 0.1)]));
    assert_eq!(lines, table(&[("move", 2.0, 0.2), ("page", 4.0, 1.6)]));
    let written = text(&lines).expect("it is text");
    assert_eq!(read(&written).expect("it is a table"), lines);
}

#[test]
fn the_committed_table_can_be_read() {
    let lines = read(include_str!("../../benches/whole/expected.csv")).expect("it is a table");
    assert!(lines.values().flat_map(|lines| lines.values()).all(|line| line.expected >= 0.0 && line.tolerance >= 0.0));
    assert!(lines.len() >= 6);
}
