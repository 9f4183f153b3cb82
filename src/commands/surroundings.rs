//! What a report of a fault has to say first: the program's version, the system, the terminal and the locale. Nothing
//! that names a person, a machine or a folder.

use std::io::IsTerminal as _;
use std::path::Path;

use crate::cli::version;
use crate::disk;
use crate::terminal;

/// `/etc/os-release` has some hundred bytes.
const LARGEST: u64 = 64 << 10;

/// Characters kept of a value: the longest names of terminals and systems have some forty. Our own figure.
const LONGEST_VALUE: usize = 60;

/// Returns the lines, each a heading and what there is.
pub fn lines(environment: impl Fn(&str) -> Option<String> + Copy) -> [(&'static str, String); 4] {
    let program = format!(
        "callscope {}, commit {}, {}, {} build, features: {}",
        version::NUMBER,
        version::COMMIT,
        version::TARGET,
        version::PROFILE,
        version::features()
    );
    let release = disk::read(Path::new("/etc/os-release"), LARGEST).unwrap_or_default();
    let system = format!("{}, {}", system(&String::from_utf8_lossy(&release)), std::env::consts::ARCH);
    let size = std::io::stdout().is_terminal().then(|| crossterm::terminal::size().ok()).flatten();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| named(name, environment));
    let locale: Vec<String> = locale.collect();
    let characters = if terminal::has_utf8(environment) { "draws Unicode" } else { "draws ASCII" };
    let locale = if locale.is_empty() { "not set".to_owned() } else { locale.join(", ") };
    [
        ("version", program),
        ("system", system),
        ("terminal", terminal_words(size, environment)),
        ("locale", format!("{locale}: {characters}")),
    ]
}

/// Returns the system's name, from the text of `/etc/os-release` where there is one.
fn system(release: &str) -> String {
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    match name.map(|name| name.trim_matches('"')).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} ({})", short(name), std::env::consts::OS),
        None => std::env::consts::OS.to_owned(),
    }
}

/// Describes the terminal by what it says of itself.
fn terminal_words(size: Option<(u16, u16)>, environment: impl Fn(&str) -> Option<String> + Copy) -> String {
    let mut parts = vec![match size {
        Some((columns, rows)) => format!("{columns}×{rows}"),
        None => "output is not a terminal".to_owned(),
    }];
    let names = ["TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION", "NO_COLOR"];
    parts.extend(names.into_iter().filter_map(|name| named(name, environment)));
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    let around = [("TMUX", "in tmux"), ("STY", "in screen"), ("WT_SESSION", "in Windows Terminal")];
    parts.extend(around.into_iter().filter(|(name, _)| is_set(name)).map(|(_, words)| words.to_owned()));
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") || is_set("SSH_CLIENT") {
        parts.push("over ssh".to_owned());
    }
    parts.push(colours(environment).to_owned());
    parts.join(", ")
}

/// Describes how many colours it shows.
fn colours(environment: impl Fn(&str) -> Option<String> + Copy) -> &'static str {
    let term = environment("TERM").unwrap_or_default();
    match term.as_str() {
        _ if environment("NO_COLOR").is_some_and(|value| !value.is_empty()) => "no colours wanted",
        "" | "dumb" => "no colours",
        _ if terminal::has_true_colour(environment) => "all colours",
        term if term.contains("256") => "256 colours",
        _ => "16 colours",
    }
}

/// Returns a variable that is set, with its name.
fn named(name: &str, environment: impl Fn(&str) -> Option<String>) -> Option<String> {
    environment(name).filter(|value| !value.is_empty()).map(|value| format!("{name}={}", short(&value)))
}

/// Returns a path with `~` for the user's own folder, whose name is often that of a person.
pub fn with_tilde(path: &Path) -> String {
    let home = etcetera::home_dir().ok().filter(|home| home.parent().is_some());
    match home.and_then(|home| Some(path.strip_prefix(home).ok()?.display().to_string())) {
        Some(inside) => format!("~/{inside}"),
        None => path.display().to_string(),
    }
}

/// Cuts what is longer than any such name.
fn short(value: &str) -> String {
    value.chars().take(LONGEST_VALUE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> + Copy {
        move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_terminal_is_described_by_what_it_says_of_itself() {
        let far = set(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux-1000/ana,1,0"), ("SSH_TTY", "/dev/pts/3")]);
        assert_eq!(terminal_words(Some((120, 36)), far), "120×36, TERM=tmux-256color, in tmux, over ssh, 256 colours");
        let none = set(&[]);
        assert_eq!(terminal_words(None, none), "output is not a terminal, no colours");
        let full = set(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]);
        assert!(terminal_words(None, full).ends_with("all colours"));
    }

    #[test]
    fn nothing_in_it_names_a_person_a_machine_or_a_folder() {
        let personal = |name: &str| match name {
            "LANG" => Some("de_DE.UTF-8".to_owned()),
            _ => Some(format!("secret of {name} /home/ana ana@example.com")),
        };
        let shown = [
            "TERM",
            "COLORTERM",
            "TERM_PROGRAM",
            "TERM_PROGRAM_VERSION",
            "VTE_VERSION",
            "NO_COLOR",
            "LC_ALL",
            "LC_CTYPE",
        ];
        for (_, line) in lines(personal) {
            let named = line.split("secret of ").skip(1).filter_map(|rest| rest.split(' ').next());
            named.for_each(|name| assert!(shown.contains(&name), "{name} is shown"));
        }
    }

    #[test]
    fn a_system_is_named_as_it_names_itself() {
        assert!(system("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n").starts_with("Debian GNU/Linux 13"));
        assert_eq!(system(""), std::env::consts::OS);
    }
}
