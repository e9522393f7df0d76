//! `pontoon man` and `pontoon completion`: pages and completions, made of the definitions of the command line, so that
//! they say what the program does.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::{aot, generate};
use clap_mangen::Man;

use crate::cli::{Cli, CompletionArgs, ManArgs, Shell};
use crate::error::{Doing, Error, Result};
use crate::stdout;
use crate::sys::file;

/// Of the program, and of the page of all.
const NAME: &str = "pontoon";
/// What stands below the other pages.
const SEE_ALSO: &[u8] = b".SH SEE ALSO\n.BR pontoon (1),\nwhose options are taken here too.\n";

/// Prints a page, or writes all of them.
///
/// # Errors
/// There is no such command; a file can't be written.
pub(super) fn man(arguments: &ManArgs) -> Result<u8> {
    let all = definition_of_pages();
    if let Some(directory) = &arguments.to {
        if !directory.is_dir() {
            file::mkdir(directory, 0o755).doing(|| "man".to_owned())?;
        }
        return write(&all, directory).map(|()| 0);
    }
    let mut command = &all;
    for (number, name) in (1..).zip(&arguments.command) {
        let words = || arguments.command.iter().take(number).cloned().collect::<Vec<_>>().join(" ");
        let none = || Error::Usage(format!("man: there is no command {:?}", words()));
        command = command.find_subcommand(name).ok_or_else(none)?;
    }
    stdout::print(page(command)?).map(|()| 0)
}

/// Prints what a shell needs to know to complete a command line.
///
/// # Errors
/// It can't be written.
pub(super) fn completion(arguments: &CompletionArgs) -> Result<u8> {
    let (mut all, mut text) = (definition(), Vec::new());
    match arguments.shell {
        Shell::Bash => generate(aot::Bash, &mut all, NAME, &mut text),
        Shell::Zsh => generate(aot::Zsh, &mut all, NAME, &mut text),
        Shell::Fish => generate(aot::Fish, &mut all, NAME, &mut text),
    }
    stdout::print(text).map(|()| 0)
}

/// The whole command line. What `--version` says for runc's callers is no title of a page, and `help` is no command to
/// describe.
fn definition() -> Command {
    Cli::command().version(env!("CARGO_PKG_VERSION")).disable_help_subcommand(true)
}

/// The same for pages. What every command takes is said once, in pontoon(1).
fn definition_of_pages() -> Command {
    let mut all = definition().subcommand_value_name("COMMAND");
    all.build();
    for verb in all.get_subcommands_mut() {
        without_global(verb);
    }
    all
}

fn without_global(command: &mut Command) {
    let taken = std::mem::take(command);
    *command = taken.mut_args(|argument| {
        let is_global = argument.is_global_set();
        if is_global { argument.hide(true) } else { argument }
    });
    command.get_subcommands_mut().for_each(without_global);
}

/// Writes the pages of a command and of those below it.
fn write(command: &Command, directory: &Path) -> Result<()> {
    let path = directory.join(Man::new(command.clone()).get_filename());
    let text = String::from_utf8_lossy(&page(command)?).into_owned();
    let doing = || format!("write {}", path.display());
    if path.exists() {
        file::unlink(&path).doing(doing)?;
    }
    file::create(&path, &text).doing(doing)?;
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .try_for_each(|below| write(below, directory))
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let page =
        Man::new(command.clone()).source(concat!("Pontoon ", env!("CARGO_PKG_VERSION"))).manual("Pontoon");
    page.render(&mut text).doing(|| "make a page".to_owned())?;
    if command.get_name() != NAME {
        text.extend_from_slice(SEE_ALSO);
    }
    Ok(text)
}
