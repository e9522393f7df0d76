//! The program `pontoon`.

use std::process::ExitCode;

use pontoon::cli::Cli;
use pontoon::{commands, names_server};

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    if let Some(status) = names_server::called(&words) {
        return status.into();
    }
    let cli = Cli::read(&words).unwrap_or_else(|error| {
        // Help and version are answers; anything else is a failure of Pontoon's, not of a program.
        let _ = error.print();
        std::process::exit(if error.use_stderr() { 125 } else { 0 });
    });
    match commands::run(&cli) {
        Ok(status) => status.into(),
        Err(error) => {
            pontoon::log::error(cli.command.voice(), &error.to_string());
            error.exit_status().into()
        }
    }
}
