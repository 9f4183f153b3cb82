//! The printed table: a row for each figure, beside its limit from the same run.

use std::collections::BTreeMap;

use super::expected::Figures;

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Milliseconds,
    /// Bytes to the terminal.
    Bytes,
    Mebibytes,
    /// Wake-ups, milliseconds of work and bytes, added up: anything but zero is too much.
    Anything,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::Bytes => "B",
            Unit::Mebibytes => "MiB",
            Unit::Anything => "",
        }
    }

    /// Milliseconds depend on the machine; the rest is the same on all of them.
    fn is_count(self) -> bool {
        self != Unit::Milliseconds
    }
}

/// All rows so far.
#[derive(Default)]
pub struct Table {
    section: String,
    /// What can be compared: by section, then by name.
    pub figures: BTreeMap<String, Figures>,
    /// How many rows miss their goals.
    pub missed: usize,
}

impl Table {
    /// Prints the head.
    pub fn head() {
        println!("{:<44}{:>12}{:>12}{:>8}{:>17}{:>9}", "", "ours", "limit", "ratio", "ours, spread", "goal");
    }

    /// Begins a section.
    pub fn section(&mut self, name: &str) {
        println!("{name}");
        name.clone_into(&mut self.section);
        self.figures.entry(name.to_owned()).or_default();
    }

    /// Adds a row with a limit: medians, the ratio, and the range of ours. The goal is the largest ratio wanted.
    pub fn ratio(&mut self, what: &str, (ours, limit): (&[f64], &[f64]), unit: Unit, goal: Option<f64>) {
        self.row(what, ours, Some(median(limit)), unit, goal);
    }

    /// Adds a row without a limit. The goal is the largest figure wanted.
    pub fn absolute(&mut self, what: &str, ours: &[f64], unit: Unit, goal: Option<f64>) {
        self.row(what, ours, None, unit, goal);
    }

    fn row(&mut self, what: &str, ours: &[f64], limit: Option<f64>, unit: Unit, goal: Option<f64>) {
        let mine = median(ours);
        let lowest = ours.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = ours.iter().copied().fold(0.0, f64::max);
        let ratio = limit.map(|limit| mine / limit);
        let compared = ratio.unwrap_or(mine);
        let is_missed = goal.is_some_and(|goal| compared > goal);
        println!(
            "  {what:<42}{:>12}{:>12}{:>8}{:>17}{:>9}{}",
            format!("{} {}", figure(mine), unit.name()),
            limit.map(|limit| format!("{} {}", figure(limit), unit.name())).unwrap_or_default(),
            ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            format!("{}–{}", figure(lowest), figure(highest)),
            goal.map(|goal| format!("≤ {goal}")).unwrap_or_default(),
            if is_missed { "  missed" } else { "" },
        );
        self.missed += usize::from(is_missed);
        if ratio.is_some() || unit.is_count() {
            self.figures.entry(self.section.clone()).or_default().insert(what.to_owned(), compared);
        }
    }
}

fn figure(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The middle of some values.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The value below which this share of them lies.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len().saturating_sub(1)) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
