//! Hooks, run: each gets the container's state on standard input and is waited for.

use std::os::fd::AsFd;
use std::time::Duration;

use crate::error::{Doing, Error, Result};
use crate::plan::Hook;
use crate::state::Document;
use crate::sys::hook::{self, End};

/// How much of what a failing hook wrote is told.
const TOLD: usize = 2000;

/// Runs the hooks of one stage, in their order, up to the first that fails.
///
/// # Errors
/// A hook that can't be run, fails, or is not over in its time; with what it wrote.
pub fn run(moment: &'static str, hooks: &[Hook], state: &Document<'_>) -> Result<()> {
    hooks.iter().try_for_each(|hook| one(moment, hook, state))
}

/// Runs the hooks of a stage whose failures change nothing: they are told, and the others are run.
pub fn run_all(moment: &'static str, hooks: &[Hook], state: &Document<'_>) {
    for hook in hooks {
        if let Err(error) = one(moment, hook, state) {
            crate::log::warn(&error.to_string());
        }
    }
}

fn one(moment: &'static str, hook: &Hook, state: &Document<'_>) -> Result<()> {
    let doing = || format!("{moment} hook {}", hook.path.display());
    let input = hook::input(&state.json()).doing(doing)?;
    let output = hook::output().doing(doing)?;
    let command = hook::Command {
        path: &hook.path,
        arguments: &hook.arguments,
        environment: &hook.environment,
        timeout: hook.timeout.map(Duration::from_secs),
    };
    let end = match hook::run(&command, input.as_fd(), output.as_fd()).doing(doing)? {
        End::Exited(0) => return Ok(()),
        End::Exited(status) => format!("exit status {status}"),
        End::Killed(signal) => format!("ended by signal {signal}"),
        End::Late => format!("not over after {} seconds", hook.timeout.unwrap_or_default()),
    };
    let wrote = hook::written(output.as_fd(), TOLD);
    let wrote = wrote.trim();
    let colon = if wrote.is_empty() { "" } else { ": " };
    Err(Error::Hook { moment, path: hook.path.clone(), end: format!("{end}{colon}{wrote}") })
}
