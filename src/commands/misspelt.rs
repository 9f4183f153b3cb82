//! Recognises a command that was misspelt, or put after its file, before it is taken for the name of a file.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory as _;

use crate::call::UserError;
use crate::cli::Cli;
use crate::settings::nearest;

use super::usage;

/// Returns what to say about the first target if it names nothing but is close to a command, or about another one that
/// is a command.
pub fn target(targets: &[OsString]) -> Option<UserError> {
    let (first, others) = targets.split_first()?;
    misspelt(first).or_else(|| {
        let command =
            others.iter().find_map(|other| word(other).filter(|word| names().iter().any(|name| name == word)))?;
        let what = format!("there is no file {command}, which is a command");
        Some(usage(what, &format!("name the command first: `callscope {command} {}`", first.display())))
    })
}

/// The same for a command line that was not understood, such as `reprot call.json --format json`.
pub fn line(arguments: impl Iterator<Item = OsString>) -> Option<UserError> {
    let all = Cli::command();
    let takes_value = |option: &str| {
        let mut ours = all.get_arguments().filter(|argument| argument.get_long() == option.strip_prefix("--"));
        ours.next().is_some_and(|argument| argument.get_action().takes_values())
    };
    let mut arguments = arguments.skip_while(|argument| argument.is_empty());
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some(option) if option.starts_with('-') => _ = takes_value(option).then(|| arguments.next()),
            _ => return misspelt(&argument),
        }
    }
    None
}

/// Returns what to say about a word that is close to a command and names no file.
fn misspelt(argument: &OsStr) -> Option<UserError> {
    let word = word(argument)?;
    let names = names();
    let meant = match word.to_lowercase().as_str() {
        "version" => "--version",
        _ => nearest(word, names.iter().map(String::as_str)).filter(|meant| *meant != word)?,
    };
    let what = format!("{word} is neither a file nor a command; did you mean `{meant}`?");
    Some(usage(what, "`callscope --help` lists the commands"))
}

/// Returns an argument that could be a command: letters and dashes, and no file of that name.
fn word(argument: &OsStr) -> Option<&str> {
    let word = argument.to_str().filter(|word| word.starts_with(|letter: char| letter.is_ascii_alphabetic()))?;
    let is_word = word.chars().all(|letter| letter.is_alphabetic() || letter == '-');
    (is_word && !Path::new(word).exists()).then_some(word)
}

/// Returns the names of all commands.
fn names() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(told: Option<UserError>) -> String {
        told.map(|told| told.what).unwrap_or_default()
    }

    #[test]
    fn a_word_close_to_a_command_is_no_file_name() {
        for (word, meant) in [("reprot", "report"), ("Report", "report"), ("call", "calls"), ("version", "--version")] {
            let told = said(target(&[word.into()]));
            assert_eq!(told, format!("{word} is neither a file nor a command; did you mean `{meant}`?"));
        }
        for name in ["call.json", "reprot.json", "./reprot", "pages/", "Cargo.toml", "src", "zzz", "-", "", "e523d2ed"]
        {
            assert_eq!(said(target(&[name.into()])), "", "{name}");
        }
    }

    #[test]
    fn a_command_after_its_file_is_told_to_come_first() {
        let told = target(&["call.json".into(), "report".into()]).expect("it is in the wrong place");
        assert_eq!(told.hint.as_deref(), Some("name the command first: `callscope report call.json`"));
        assert_eq!(said(target(&["a.json".into(), "b.json".into()])), "");
    }

    #[test]
    fn a_line_that_was_not_understood_is_searched_for_its_command() {
        let of = |line: &str| said(super::line(line.split(' ').map(OsString::from)));
        assert!(of("reprot call.json --format json").contains("`report`"));
        assert!(of("--time local serv --port 0").contains("`serve`"));
        assert_eq!(of("call.json --fromat json"), "");
        assert_eq!(of("--fromat json"), "");
        assert_eq!(of("report --fromat json"), "");
    }
}
