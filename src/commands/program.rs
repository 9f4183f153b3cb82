//! Prints the completions for a shell, and the pages of the manual.

use std::io::{self, Write};

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::environment::{FILES, VARIABLES};
use crate::cli::exits::EXITS;
use crate::cli::{Cli, Exit};
use crate::settings::nearest;

use super::{output, report_error, usage};

/// Prints the completions for a shell.
pub fn completions(shell: Shell) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "callscope", &mut text);
    output::print(Exit::Done, |out| out.write_all(&text))
}

/// Prints the program's page, or that of a command.
pub fn man(command: Option<&str>) -> Exit {
    // Everything else is said in sections of its own.
    let mut all = Cli::command().after_long_help("").after_help("");
    all.build();
    let Some(name) = command else {
        return output::print(Exit::Done, |out| page(&Man::new(all), true, out));
    };
    let names: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
    match all.get_subcommands().find(|one| one.get_name() == name) {
        Some(one) => output::print(Exit::Done, |out| page(&Man::new(one.clone()), false, out)),
        None => {
            let hint = match nearest(name, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("commands are {}", names.join(", ")),
            };
            report_error(&usage(format!("there is no command {name}"), &hint))
        }
    }
}

/// Writes a page; that of the program has all sections.
fn page(man: &Man, is_whole: bool, out: &mut impl Write) -> io::Result<()> {
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if is_whole {
        man.render_subcommands_section(out)?;
    }
    let mut more = Roff::new();
    if is_whole {
        more.control("SH", ["ENVIRONMENT"]);
        for (group, variables) in VARIABLES {
            more.control("SS", [*group]);
            variables.iter().for_each(|(name, about)| item(&mut more, name, about));
        }
        more.control("SH", ["FILES"]);
        FILES.iter().for_each(|(path, about)| item(&mut more, path, about));
    }
    more.control("SH", ["EXIT STATUS"]);
    EXITS.iter().for_each(|(exit, meaning)| item(&mut more, &exit.code().to_string(), meaning));
    if !is_whole {
        more.control("SH", ["SEE ALSO"]);
        more.text([bold("callscope"), roman("(1)")]);
    }
    more.to_writer(out)?;
    if is_whole { man.render_version_section(out) } else { Ok(()) }
}

/// Adds a name with its meaning.
fn item(page: &mut Roff, name: &str, meaning: &str) {
    page.control("TP", []);
    page.text([bold(name)]);
    page.text([roman(meaning.replace('`', ""))]);
}
