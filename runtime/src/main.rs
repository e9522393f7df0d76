//! The program `pontoon`.

use std::process::ExitCode;

use pontoon::cli::Cli;
use pontoon::{commands, names_server};

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    if let Some(status) = names_server::called(&words) {
        return status.into();
    }
    let cli = match Cli::read(&words) {
        Ok(cli) => cli,
        Err(unread) => return commands::tell(&unread).into(),
    };
    match commands::run(&cli) {
        Ok(status) => status.into(),
        Err(error) => {
            pontoon::log::error(cli.command.voice(), &error.to_string());
            error.exit_status().into()
        }
    }
}
