//! The names that an argument may have, from the tables of what they name.

use clap::builder::PossibleValuesParser;

use crate::demo::weather::WEATHERS;
use crate::model::Zone;

/// Returns the value parser for the names of the time zones.
pub fn zones() -> PossibleValuesParser {
    PossibleValuesParser::new(Zone::NAMES.iter().map(|(name, _)| *name))
}

/// Returns the value parser for the weather names.
pub fn weathers() -> PossibleValuesParser {
    use clap::builder::PossibleValue;
    let named = WEATHERS.iter().map(|weather| PossibleValue::new(weather.name).help(weather.about));
    PossibleValuesParser::new(named)
}

/// Returns the weather table for the help text.
pub fn weather_list() -> String {
    let rows = WEATHERS.iter().map(|weather| format!("  {:<20}{}", weather.name, weather.about));
    format!("Weathers:\n{}", rows.collect::<Vec<_>>().join("\n"))
}
