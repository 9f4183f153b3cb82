//! Starts other programs, none of which gets callscope's secrets in its environment: the pager, the editor, the
//! clipboard's, and the user's own commands.

use std::path::Path;
use std::process::{Command, ExitStatus};

/// The environment variables whose value is a secret. A test compares them with those that the documents name.
pub const SECRETS: &[&str] = &["CALLSCOPE_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD"];

/// Prepares to start a program with these arguments, without a shell and without secrets.
pub fn command(program: &str, arguments: impl IntoIterator<Item: AsRef<str>>) -> Command {
    let mut command = Command::new(program);
    arguments.into_iter().for_each(|argument| _ = command.arg(argument.as_ref()));
    SECRETS.iter().for_each(|name| _ = command.env_remove(name));
    command
}

/// Returns whether a program of that name is on the search path, or at that path.
pub fn is_there(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    if Path::new(name).components().count() > 1 {
        return Path::new(name).is_file();
    }
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

/// Says how a program ended that failed.
pub fn ending(status: ExitStatus) -> String {
    // Without a code, a signal ended it, which the system words.
    status.code().map_or_else(|| format!("was ended by {status}"), |code| format!("ended with exit code {code}"))
}

/// Splits a command as in `PAGER` and `EDITOR` into its words: at spaces, except in quotes. Nothing else of a shell's
/// language means anything.
pub fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    for letter in command.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// Returns the command of the user's pager, or says what is missing. `has` reports whether a program is installed.
pub fn pager(environment: impl Fn(&str) -> Option<String>, has: impl Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let own = environment("PAGER").map(|pager| words(&pager)).filter(|words| !words.is_empty());
    // `-R` shows colours, of which there are none, and passes nothing else on to the terminal.
    let usual = || has("less").then(|| vec!["less".to_owned(), "-R".to_owned()]);
    own.or_else(usual)
        .or_else(|| has("more").then(|| vec!["more".to_owned()]))
        .ok_or_else(|| "there is no pager: set PAGER, or install less".to_owned())
}

/// Returns the command of the user's editor, or says what is missing.
pub fn editor(environment: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, String> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(environment).map(|editor| words(&editor));
    named.into_iter().find(|words| !words.is_empty()).ok_or_else(|| "no editor is set: set VISUAL or EDITOR".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_at_spaces_outside_of_quotes() {
        for (command, split) in [
            ("less -R", &["less", "-R"][..]),
            ("  vim  ", &["vim"]),
            ("'/opt/My Editor/ed' --wait", &["/opt/My Editor/ed", "--wait"]),
            ("ed \"\" x'y z'", &["ed", "", "xy z"]),
            ("ed; rm -rf $HOME", &["ed;", "rm", "-rf", "$HOME"]),
            ("", &[]),
        ] {
            assert_eq!(words(command), split, "{command}");
        }
    }

    #[test]
    fn the_users_pager_and_editor_come_first() {
        let set = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(pager(set(&[("PAGER", "most -s")]), |_| true).expect("one"), ["most", "-s"]);
        assert_eq!(pager(set(&[("PAGER", "")]), |name| name == "less").expect("one"), ["less", "-R"]);
        assert_eq!(pager(set(&[]), |name| name == "more").expect("one"), ["more"]);
        assert!(pager(set(&[]), |_| false).expect_err("none").contains("set PAGER"));
        assert_eq!(editor(set(&[("EDITOR", "vi"), ("VISUAL", "code --wait")])).expect("one"), ["code", "--wait"]);
        assert!(editor(set(&[])).expect_err("none").contains("EDITOR"));
    }

    #[test]
    fn no_program_gets_a_secret() {
        let started = command("env", ["-0"]);
        for name in SECRETS {
            let removed = started.get_envs().any(|(key, value)| key == *name && value.is_none());
            assert!(removed, "{name} is passed on");
        }
    }
}
