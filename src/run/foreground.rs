//! A program that has the terminal for a while: the pager and the editor.

use std::io;
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;

use crate::app::effect::{Reader, Text};
use crate::call::reason;
use crate::disk;
use crate::programs;

/// What to run, and what it shows.
pub struct Foreground {
    command: Vec<String>,
    reader: Reader,
    text: Text,
}

impl Foreground {
    /// Prepares to show a text; the error says what is missing.
    pub fn new(reader: Reader, text: Text) -> Result<Foreground, String> {
        let environment = |name: &str| std::env::var(name).ok();
        let command = match reader {
            Reader::Pager => programs::pager(environment, programs::is_there),
            Reader::Editor => programs::editor(environment),
        }?;
        Ok(Foreground { command, reader, text })
    }

    /// Runs until the program ends; dropping it before ends the program. Returns what to tell the user, if anything.
    pub async fn run(self) -> Result<Option<String>, String> {
        let name = self.command.first().cloned().unwrap_or_default();
        let ended = match self.reader {
            Reader::Pager => page(&self.command, &self.text).await,
            Reader::Editor => edit(&self.command, &self.text).await,
        };
        let (status, note) = ended.map_err(|error| format!("{name} cannot be used: {}", reason(&error)))?;
        if status.success() { Ok(note) } else { Err(format!("{name} {}", programs::ending(status))) }
    }
}

type Status = std::process::ExitStatus;

fn started(command: &[String], more: &[&str]) -> io::Result<tokio::process::Command> {
    let (name, arguments) = command.split_first().ok_or(io::ErrorKind::NotFound)?;
    let all = arguments.iter().map(String::as_str).chain(more.iter().copied());
    let mut command = tokio::process::Command::from(programs::command(name, all));
    command.kill_on_drop(true);
    Ok(command)
}

/// The pager gets the text on its standard input: nothing is written to the disk.
async fn page(command: &[String], text: &Text) -> io::Result<(Status, Option<String>)> {
    let mut child = started(command, &[])?.stdin(Stdio::piped()).spawn()?;
    let input = child.stdin.take();
    let write = async {
        if let Some(mut input) = input {
            // A pager that is left before the end of the text closes its input.
            let _ = input.write_all(text.content.as_bytes()).await;
        }
    };
    let (status, ()) = tokio::join!(child.wait(), write);
    Ok((status?, None))
}

/// The editor gets a copy that only its owner can read, and that is removed when the editor ends.
async fn edit(command: &[String], text: &Text) -> io::Result<(Status, Option<String>)> {
    let copy = disk::private_copy(text.name, text.content.as_bytes())?;
    let path = copy.path().to_string_lossy().into_owned();
    let status = started(command, &[&path])?.spawn()?.wait().await?;
    let is_same = disk::read_private(copy.path(), text.content.len() as u64 + 1)
        .is_ok_and(|bytes| bytes == text.content.as_bytes());
    Ok((status, (!is_same).then(|| "what you edited was a copy: the changes are not kept".to_owned())))
}
