//! Prints a template of the config file, its path, and every setting in effect with where it comes from.

use std::io::{self, Write};
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _};

use crate::cli::Cli;
use crate::config;
use crate::config::table::{SETTINGS, Setting, template};
use crate::disk;
use crate::settings::{Entry, entries};
use crate::text::sanitize;

use super::{Exit, output, report_error, usage};

/// Prints the template.
pub fn print_template() -> Exit {
    output::print(Exit::Done, |out| out.write_all(template().as_bytes()))
}

/// Prints where the config file is, or would be.
pub fn print_path() -> Exit {
    match config::path(|name| std::env::var(name).ok()) {
        Some(path) => output::print(Exit::Done, |out| writeln!(out, "{}", path.display())),
        None => {
            report_error(&usage("no config file is used", "CALLSCOPE_CONFIG is empty; unset it, or name a file in it"))
        }
    }
}

/// Prints the settings in effect, which were found to be valid, as a config file with comments.
pub fn show() -> Exit {
    let path = config::path(|name| std::env::var(name).ok()).filter(|path| path.exists());
    let text = path.as_deref().and_then(|path| disk::read(path, config::LARGEST).ok()).unwrap_or_default();
    let written = entries(&String::from_utf8_lossy(&text));
    let matches = Cli::command().get_matches();
    // Options are those of `config show`, two commands below.
    let inner = matches.subcommand().and_then(|(_, config)| config.subcommand()).map(|(_, show)| show);
    let shown = Shown { path: path.as_deref(), written, options: inner.unwrap_or(&matches) };
    output::print(Exit::Done, |out| shown.print(|name| std::env::var(name).ok(), out))
}

/// Where settings come from.
struct Shown<'a> {
    path: Option<&'a Path>,
    written: Vec<Entry>,
    options: &'a ArgMatches,
}

impl Shown<'_> {
    fn print(&self, environment: impl Fn(&str) -> Option<String>, out: &mut impl Write) -> io::Result<()> {
        match self.path {
            Some(path) => writeln!(out, "# Config file: {}", sanitize(&path.display().to_string()))?,
            None => writeln!(out, "# There is no config file.")?,
        }
        for setting in SETTINGS {
            match self.effective(setting, &environment) {
                Some((value, origin)) => writeln!(out, "{} = {}  # {origin}", setting.key, sanitize(&value))?,
                None => writeln!(out, "# {} is not set", setting.key)?,
            }
        }
        let is_in_table = |name: &str| SETTINGS.iter().any(|setting| setting.key == name);
        for entry in self.written.iter().filter(|entry| !is_in_table(&entry.name)) {
            writeln!(out, "{} = {}  # line {}", sanitize(&entry.name), one_line(&entry.value), entry.line)?;
        }
        Ok(())
    }

    /// Returns a setting's value, as TOML, and its origin.
    fn effective(&self, setting: &Setting, environment: impl Fn(&str) -> Option<String>) -> Option<(String, String)> {
        let option = setting.options.iter().find_map(|(id, value)| {
            let is_given =
                self.options.try_get_raw(id).is_ok() && self.options.value_source(id) == Some(ValueSource::CommandLine);
            let given = || Some(self.options.get_raw(id)?.next()?.to_string_lossy().into_owned());
            let value = is_given.then(|| value.map_or_else(given, |value| Some(value.to_owned())))??;
            Some((toml_of(&value, setting), format!("option --{}", id.replace('_', "-"))))
        });
        let variable = setting.variable.and_then(|(name, goes_first)| {
            let value = environment(name).filter(|value| !value.is_empty())?;
            Some((goes_first, (toml_of(&value, setting), format!("environment variable {name}"))))
        });
        let (first, last) = match variable {
            Some((true, found)) => (Some(found), None),
            Some((false, found)) => (None, Some(found)),
            None => (None, None),
        };
        let written = || {
            let entry = self.written.iter().find(|entry| entry.name == setting.key)?;
            Some((one_line(&entry.value), format!("line {}", entry.line)))
        };
        let default = || setting.default.map(|value| (value.to_owned(), "default".to_owned()));
        option.or(first).or_else(written).or(last).or_else(default)
    }
}

/// Returns a value from outside as TOML, of the kind that the setting has.
fn toml_of(value: &str, setting: &Setting) -> String {
    let like = setting.default.unwrap_or(setting.example);
    // JSON quoting is valid TOML quoting.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match like.chars().next() {
        Some('"') => quoted(value),
        Some('[') => format!("[{}]", value.split(',').map(|part| quoted(part.trim())).collect::<Vec<_>>().join(", ")),
        _ => value.to_owned(),
    }
}

/// Puts a value that is written over several lines into one.
fn one_line(value: &str) -> String {
    sanitize(&value.lines().map(str::trim).collect::<Vec<_>>().join(" ")).into_owned()
}
