//! Commands of the user's own: what they run, and what stands for what in it.

use crate::triage::SessionStatus;

use super::App;
use super::effect::Effect;
use super::prompt::Notice;

/// A command of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCommand {
    /// Its name in the config file, and in messages.
    pub name: &'static str,
    /// The program and its arguments, with placeholders.
    pub run: Vec<String>,
    /// How long it may take, in seconds.
    pub seconds: u64,
}

/// A command to run now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRun {
    /// Its name, for messages.
    pub name: String,
    /// The program and its arguments.
    pub run: Vec<String>,
    /// How long it may take, in seconds.
    pub seconds: u64,
}

/// How long a command may take unless the config says otherwise, in seconds. Our own choice: ticket systems answer within
/// a few.
pub const USUAL_SECONDS: u64 = 60;

/// A placeholder, written in braces in an argument: its name, a short description, and its value.
type Placeholder = (&'static str, &'static str, fn(&App) -> Option<String>);

const PLACEHOLDERS: &[Placeholder] = &[
    ("call", "the call's ID", |app| app.call()?.id.as_deref().map(str::to_owned)),
    ("session", "the selected session's ID", |app| Some(app.shown()?.id.as_ref()?.to_string())),
    ("start", "the call's start", |app| Some(app.call()?.span().0?.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string())),
    ("verdict", "the call's verdict", |app| Some(app.call()?.verdict(app.judge().set).name().to_owned())),
    ("failed", "the number of failed sessions", |app| {
        Some(app.call()?.standing(SessionStatus::Failed, app.judge().set).to_string())
    }),
];

/// Checks the placeholders of an argument; the error names one that does not exist, and those that do.
pub fn check(argument: &str) -> Result<(), String> {
    filled(argument, |_| Some(String::new())).map(|_| ())
}

/// Returns an argument with its placeholders replaced.
fn filled(argument: &str, value: impl Fn(&Placeholder) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = argument;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').ok_or_else(|| format!("`{argument}` has a {{ without its }}"))?;
        let known = PLACEHOLDERS.iter().find(|(known, ..)| *known == name).ok_or_else(|| {
            let known: Vec<String> =
                PLACEHOLDERS.iter().map(|(name, what, _)| format!("{{{name}}} ({what})")).collect();
            format!("there is no {{{name}}}: use {}", known.join(", "))
        })?;
        let value = value(known).ok_or_else(|| format!("{} is not known here", known.1))?;
        if !is_plain(&value) {
            return Err(format!("{} is not one to pass to a program", known.1));
        }
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Records are not trusted: an ID that began with a dash would be taken for an option.
fn is_plain(value: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
    value.chars().all(is_inside) && !value.starts_with(['-', '.'])
}

impl App {
    /// Runs the command at an index of the config's, with the values of what is on screen.
    pub(super) fn run_own(&mut self, at: u8, effects: &mut Vec<Effect>) {
        let Some(own) = self.own_commands.get(usize::from(at)).cloned() else { return };
        let run = own.run.iter().map(|argument| filled(argument, |known| (known.2)(self)));
        self.layers.notice = Some(match run.collect::<Result<Vec<_>, _>>() {
            Ok(run) => {
                effects.push(Effect::RunOwn(OwnRun { name: own.name.to_owned(), run, seconds: own.seconds }));
                Notice::done(format!("{}: running …", own.name))
            }
            Err(why) => Notice::trouble(format!("{}: {why}", own.name)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_and_mistakes_in_them_are_named() {
        let value = |of: &Placeholder| Some(format!("<{}>", of.0).replace(['<', '>'], "x"));
        assert_eq!(filled("--id={call}/{start}", value), Ok("--id=xcallx/xstartx".to_owned()));
        assert_eq!(filled("plain }", value), Ok("plain }".to_owned()));
        for (argument, says) in
            [("{cal}", "there is no {cal}: use {call} (the call's ID)"), ("{call", "has a { without its }")]
        {
            let told = check(argument).expect_err("a mistake");
            assert!(told.contains(says), "{told}");
        }
    }

    #[test]
    fn a_value_from_a_record_cannot_become_an_option_or_anything_else() {
        for (id, is_passed) in [
            ("7d3c1f00-0000-4000-8000-000000000180", true),
            ("--exec=rm", false),
            ("a b", false),
            ("../../etc/passwd", false),
            ("x\u{202e}y", false),
        ] {
            assert_eq!(filled("{call}", |_| Some(id.to_owned())).is_ok(), is_passed, "{id}");
        }
    }
}
