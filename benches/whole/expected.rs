//! Compares measured figures with a committed table, `expected.csv`: for each figure the part and data it belongs to,
//! what is expected, and how far a run may be off.

use std::collections::{BTreeMap, BTreeSet};

/// Measured figures by name: ratios to a limit, or counts.
pub type Figures = BTreeMap<String, f64>;

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    pub expected: f64,
    /// How far a figure may be off in either direction, in its own unit. A figure that is much better is off as well:
    /// either the table is out of date, or something was not measured.
    pub tolerance: f64,
}

/// The table: lines by section and name.
pub type Lines = BTreeMap<String, BTreeMap<String, Expected>>;

/// Reads the table.
pub fn read(text: &str) -> Result<Lines, csv::Error> {
    let mut lines = Lines::new();
    for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let (section, name, expected, tolerance): (String, String, f64, f64) = line?;
        lines.entry(section).or_default().insert(name, Expected { expected, tolerance });
    }
    Ok(lines)
}

/// Returns a line for each figure that is off, is not in the table, or was not measured. `wanted` are the sections that
/// this run was to measure, `all` those that any run can measure.
pub fn differences(
    measured: &BTreeMap<String, Figures>,
    table: &Lines,
    wanted: &BTreeSet<String>,
    all: &BTreeSet<String>,
) -> Vec<String> {
    let mut off = Vec::new();
    for section in table.keys().filter(|section| !all.contains(*section)) {
        off.push(format!("{section}: in the table, but nothing measures it"));
    }
    for section in wanted {
        let (none, nothing) = (Figures::new(), BTreeMap::new());
        let (figures, lines) = (measured.get(section).unwrap_or(&none), table.get(section).unwrap_or(&nothing));
        for (name, figure) in figures {
            match lines.get(name) {
                None => off.push(format!("{section}: {name}: {figure:.2}, and not in the table")),
                Some(line) => off.extend(difference(*figure, *line).map(|words| format!("{section}: {name}: {words}"))),
            }
        }
        for name in lines.keys().filter(|name| !figures.contains_key(*name)) {
            off.push(format!("{section}: {name}: in the table, but not measured"));
        }
        if figures.is_empty() && lines.is_empty() {
            off.push(format!("{section}: not measured, and not in the table"));
        }
    }
    off
}

fn difference(figure: f64, Expected { expected, tolerance }: Expected) -> Option<String> {
    // Not a number is off as well.
    if (figure - expected).abs() <= tolerance {
        return None;
    }
    let direction = if figure < expected { "better than" } else { "worse than" };
    Some(format!("{figure:.2}, {direction} {expected:.2} by more than {tolerance:.2}"))
}

/// How far a ratio or a count may be off where nobody has said otherwise, as a share of it: other work on the machine affects
/// even ratios, and those of the slowest keys most.
const TOLERANCE: f64 = 0.4;

/// Returns the table with measured figures in place of what was expected. Lines that were not measured stay; tolerances
/// stay in proportion.
pub fn renewed(measured: &BTreeMap<String, Figures>, table: &Lines) -> Lines {
    let mut lines = table.clone();
    for (section, figures) in measured {
        let before = lines.remove(section).unwrap_or_default();
        let line = |(name, figure): (&String, &f64)| {
            let tolerance = match before.get(name) {
                Some(line) if line.expected > 0.0 => figure * line.tolerance / line.expected,
                Some(line) => line.tolerance,
                None => figure * TOLERANCE,
            };
            (name.clone(), Expected { expected: *figure, tolerance })
        };
        lines.insert(section.clone(), figures.iter().map(line).collect());
    }
    lines
}

/// Writes the table.
pub fn text(lines: &Lines) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["section", "figure", "expected", "tolerance"])?;
    for (section, lines) in lines {
        for (name, Expected { expected, tolerance }) in lines {
            out.write_record([section, name, &format!("{expected:.2}"), &format!("{tolerance:.2}")])?;
        }
    }
    Ok(String::from_utf8_lossy(&out.into_inner().map_err(|error| error.into_error())?).into_owned())
}
