//! Copies text to the clipboard, using a system program on this machine or, from a remote machine, the terminal (OSC
//! 52), and reports which.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::call::reason;
use crate::programs;

/// A copying method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A system program.
    Program(&'static [&'static str]),
    /// tmux, which keeps it in its paste buffer and asks the terminal to take it, too.
    TmuxBuffer,
    Terminal(Wrapped),
}

/// What is between this program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapped {
    /// Nothing.
    Plain,
    /// tmux, which passes on wrapped sequences where that is allowed, and understands the sequence itself.
    Tmux,
    /// GNU screen, which passes on wrapped sequences in pieces.
    Screen,
}

/// Many terminals silently drop more base64 than this, in bytes. Source: xterm's default for the longest operating
/// system command string, 100,000 bytes, less what surrounds it.
const MOST: usize = 99_000;

/// GNU screen accepts pieces of up to 768 bytes.
const PIECE: usize = 700;

impl Way {
    /// Returns the method that works here. `has` reports whether a program is installed.
    pub fn here(environment: impl Fn(&str) -> Option<String>, has: impl Fn(&str) -> bool) -> Way {
        let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
        // On a remote machine, its programs would fill the wrong clipboard.
        let is_far = is_set("SSH_CONNECTION") || is_set("SSH_TTY") || is_set("SSH_CLIENT");
        let programs: &[(bool, &'static [&'static str])] = &[
            (cfg!(target_os = "macos"), &["pbcopy"]),
            (cfg!(windows), &["clip.exe"]),
            (is_set("WAYLAND_DISPLAY"), &["wl-copy"]),
            (is_set("DISPLAY"), &["xclip", "-selection", "clipboard"]),
            (is_set("DISPLAY"), &["xsel", "--clipboard", "--input"]),
            (is_set("WSL_DISTRO_NAME"), &["clip.exe"]),
        ];
        let program = programs.iter().find(|(is_so, program)| *is_so && has(program[0]));
        match program.filter(|_| !is_far) {
            Some((_, program)) => Way::Program(program),
            None if is_set("TMUX") && has("tmux") => Way::TmuxBuffer,
            None if is_set("TMUX") => Way::Terminal(Wrapped::Tmux),
            None if is_set("STY") => Way::Terminal(Wrapped::Screen),
            None => Way::Terminal(Wrapped::Plain),
        }
    }

    /// Says what became of a text: `what` names it. A terminal does not answer, so nobody knows whether it took it.
    pub fn words(&self, what: &str, size: &str) -> String {
        match self {
            Way::Program(program) => format!("copied {what} ({size}) with {}", program[0]),
            Way::TmuxBuffer => {
                format!("{what} ({size}) is in tmux's paste buffer, and was sent to the terminal's clipboard")
            }
            Way::Terminal(Wrapped::Plain) => {
                format!("sent {what} ({size}) to the terminal's clipboard, if it allows that (OSC 52)")
            }
            Way::Terminal(Wrapped::Tmux) => format!(
                "sent {what} ({size}) to the terminal's clipboard through tmux (OSC 52; requires set-clipboard on or \
                 allow-passthrough on)"
            ),
            Way::Terminal(Wrapped::Screen) => {
                format!("sent {what} ({size}) to the terminal's clipboard through screen (OSC 52), if it allows that")
            }
        }
    }

    /// Copies a text by a program, and says what became of it.
    pub fn give(&self, what: &str, text: &str) -> Result<String, String> {
        let size = crate::wording::size(text.len() as u64);
        match self {
            Way::Program(program) => give(program, text)?,
            // Before version 3.2, tmux has no -w.
            Way::TmuxBuffer if give(&["tmux", "load-buffer", "-w", "-"], text).is_err() => {
                give(&["tmux", "load-buffer", "-"], text)?;
                return Ok(format!("{what} ({size}) is in tmux's paste buffer, but not on the terminal's clipboard"));
            }
            Way::TmuxBuffer | Way::Terminal(_) => {}
        }
        Ok(self.words(what, &size))
    }
}

/// Returns the bytes that ask a terminal to put a text on its clipboard. The error says why that would fail.
pub fn sequence(text: &str, wrapped: Wrapped) -> Result<Vec<u8>, String> {
    let encoded = BASE64_STANDARD.encode(text);
    if encoded.len() > MOST {
        return Err(format!(
            "{} is more than a terminal accepts (about 74 kB): save it instead, or copy a part",
            crate::wording::size(text.len() as u64)
        ));
    }
    let plain = format!("\x1b]52;c;{encoded}\x07");
    Ok(match wrapped {
        Wrapped::Plain => plain,
        // Everything passed on has its escapes doubled; the plain one is for tmux itself.
        Wrapped::Tmux => format!("\x1bPtmux;{}\x1b\\{plain}", plain.replace('\x1b', "\x1b\x1b")),
        Wrapped::Screen => plain.as_bytes().chunks(PIECE).fold(String::new(), |mut out, piece| {
            // Base64 and everything around it is ASCII.
            let _ = write!(out, "\x1bP{}\x1b\\", String::from_utf8_lossy(piece));
            out
        }),
    }
    .into_bytes())
}

/// Passes a text to a system program and waits until it has accepted it.
fn give(program: &[&str], text: &str) -> Result<(), String> {
    let Some((name, arguments)) = program.split_first() else { return Err("no clipboard program".to_owned()) };
    let trouble = |error: std::io::Error| format!("{name} did not accept it: {}", reason(&error));
    let mut command = programs::command(name, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(trouble)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&encoded(name, text)).map_err(trouble)?;
    }
    match child.wait().map_err(trouble)? {
        status if status.success() => Ok(()),
        status => Err(format!("{name} did not accept it: {status}")),
    }
}

/// Encodes a text as a program reads it. Windows' own program expects its console's code page unless the text is
/// UTF-16, and keeps a byte order mark as part of the text.
fn encoded(name: &str, text: &str) -> Vec<u8> {
    match name {
        "clip.exe" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(environment: &'static [&str], programs: &'static [&str]) -> Way {
        Way::here(|name| environment.contains(&name).then(|| "1".to_owned()), |program| programs.contains(&program))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_of_this_machine_is_used_unless_one_is_far_away() {
        assert_eq!(way(&["WAYLAND_DISPLAY", "DISPLAY"], &["wl-copy", "xclip"]), Way::Program(&["wl-copy"]));
        assert_eq!(way(&["DISPLAY"], &["xsel"]), Way::Program(&["xsel", "--clipboard", "--input"]));
        assert_eq!(way(&["DISPLAY", "SSH_TTY"], &["xsel"]), Way::Terminal(Wrapped::Plain));
        assert_eq!(way(&["TMUX"], &["xsel"]), Way::Terminal(Wrapped::Tmux));
        assert_eq!(way(&["TMUX", "SSH_TTY", "DISPLAY"], &["tmux", "xsel"]), Way::TmuxBuffer);
        assert_eq!(way(&["TMUX", "DISPLAY"], &["tmux", "xsel"]), Way::Program(&["xsel", "--clipboard", "--input"]));
        assert_eq!(way(&["STY"], &[]), Way::Terminal(Wrapped::Screen));
    }

    #[test]
    fn copied_is_said_only_where_that_is_known() {
        assert_eq!(Way::Program(&["xsel"]).words("the ID", "36 B"), "copied the ID (36 B) with xsel");
        for way in [
            Way::TmuxBuffer,
            Way::Terminal(Wrapped::Plain),
            Way::Terminal(Wrapped::Tmux),
            Way::Terminal(Wrapped::Screen),
        ] {
            let words = way.words("the ID", "36 B");
            assert!(!words.contains("copied") && words.contains("sent"), "{words}");
        }
    }

    #[test]
    fn a_text_is_wrapped_for_what_stands_in_between_and_too_long_ones_are_refused() {
        let told = |wrapped| String::from_utf8(sequence("Zoë", wrapped).expect("it is short")).expect("ASCII");
        assert_eq!(told(Wrapped::Plain), "\x1b]52;c;Wm/Dqw==\x07");
        assert_eq!(told(Wrapped::Tmux), "\x1bPtmux;\x1b\x1b]52;c;Wm/Dqw==\x07\x1b\\\x1b]52;c;Wm/Dqw==\x07");
        assert_eq!(told(Wrapped::Screen), "\x1bP\x1b]52;c;Wm/Dqw==\x07\x1b\\");
        assert!(sequence(&"x".repeat(74_000), Wrapped::Plain).is_ok());
        assert!(sequence(&"x".repeat(75_000), Wrapped::Plain).expect_err("too long").contains("75.0 kB"));
        let pieces = sequence(&"x".repeat(3000), Wrapped::Screen).expect("it is short enough");
        assert!(pieces.split(|byte| *byte == b'\\').all(|piece| piece.len() <= 768));
    }
}
