//! The names that an argument may have, from the tables of what they name.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::demo::weather::WEATHERS;
use crate::formats::markup::{MARKUPS, Markup};
use crate::model::Zone;
use crate::privacy::Level;
use crate::triage::RuleSets;

/// Returns the value parser for the names of the time zones.
pub fn zones() -> PossibleValuesParser {
    PossibleValuesParser::new(Zone::NAMES.iter().map(|(name, _)| *name))
}

/// Returns the value parser for the markups.
pub fn markup() -> impl TypedValueParser<Value = Markup> {
    let named = MARKUPS.iter().map(|markup| PossibleValue::new(markup.name).help(markup.about));
    PossibleValuesParser::new(named).map(|name| Markup::named(&name).unwrap_or_default())
}

/// Returns the value parser for the privacy levels.
pub fn levels() -> PossibleValuesParser {
    PossibleValuesParser::new(Level::ALL.map(Level::name))
}

/// Returns the value parser for the weather names.
pub fn weathers() -> PossibleValuesParser {
    let named = WEATHERS.iter().map(|weather| PossibleValue::new(weather.name).help(weather.about));
    PossibleValuesParser::new(named)
}

/// Returns the weather table for the help text.
pub fn weather_list() -> String {
    let rows = WEATHERS.iter().map(|weather| format!("  {:<20}{}", weather.name, weather.about));
    format!("Weathers:\n{}", rows.collect::<Vec<_>>().join("\n"))
}

/// Takes any name of a rule set, since users have their own, and lets shells complete the built-in ones.
#[derive(Debug, Clone)]
pub struct RuleSetName;

impl TypedValueParser for RuleSetName {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let sets = RuleSets::built_in().iter();
        Some(Box::new(sets.map(|set| PossibleValue::new(set.id.as_str()).help(set.title.as_str()))))
    }
}
