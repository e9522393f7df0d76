//! `top`: what passes the cards of containers, and their published ports, a second.

pub mod human;
pub mod rates;
pub mod sample;
pub mod screen;
pub mod show;

use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::PollTimeout;
use nix::sys::signal::Signal;

use crate::cli::TopArgs;
use crate::error::{Doing, Error, Result};
use crate::relay::Wait;
use crate::state::State;
use crate::stdout;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;
use crate::sys::stream::INPUT;

use self::rates::Rates;
use self::sample::Observer;
use self::screen::Screen;

/// The shortest time between two looks.
const SHORTEST: f64 = 0.01;

/// Shows what passes, again and again: on a terminal in place, until `q` or Ctrl-C; else a table, or a line of JSON, after
/// each interval. Returns the exit status.
///
/// # Errors
/// A container that is not there or does not run; the kernel's.
pub fn top(state: &State, arguments: &TopArgs) -> Result<u8> {
    let delay = delay(arguments.delay)?;
    let count = if arguments.once { Some(1) } else { arguments.count };
    let mut observer = Observer::new(state, &arguments.containers)?;
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let mut before = observer.look()?;
    if rehearsing() {
        return Ok(0);
    }
    let live = std::io::stdout().is_terminal() && !arguments.json && !arguments.once;
    let screen = live.then(Screen::open);
    let mut shown = 0;
    let mut due = Instant::now() + delay;
    if let Some(screen) = &screen {
        screen.draw(&show::table(&Rates::between(&before, &before), &heading(arguments.delay)))?;
    }
    while count.is_none_or(|count| shown < count) {
        match wait(due, &signals, screen.as_ref())? {
            Came::End => break,
            // A window of another size is drawn at the next look.
            Came::Nothing => continue,
            Came::Time => due = (due + delay).max(Instant::now()),
        }
        let now = observer.look()?;
        let rates = Rates::between(&before, &now);
        match &screen {
            Some(screen) => screen.draw(&show::table(&rates, &heading(arguments.delay)))?,
            None if arguments.json => stdout::print(show::json(&rates) + "\n")?,
            // Blocks are told apart by an empty line.
            None => stdout::print(format!(
                "{}{}\n",
                if shown > 0 { "\n" } else { "" },
                show::table(&rates, &[]).join("\n")
            ))?,
        }
        before = now;
        shown += 1;
    }
    Ok(0)
}

fn delay(seconds: f64) -> Result<Duration> {
    let fits = (SHORTEST..=86_400.0).contains(&seconds);
    let delay = if fits { Duration::try_from_secs_f64(seconds).ok() } else { None };
    delay.ok_or_else(|| Error::Usage(format!("--delay {seconds}: a number of seconds, {SHORTEST} to 86400")))
}

fn heading(delay: f64) -> Vec<String> {
    vec![format!("pontoon top: every {delay} s, q ends"), String::new()]
}

/// What was waited for.
enum Came {
    Time,
    /// Somebody wants no more.
    End,
    Nothing,
}

/// Waits for the time, a signal, or a key.
fn wait(due: Instant, signals: &Signals, screen: Option<&Screen>) -> Result<Came> {
    let left = due.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(Came::Time);
    }
    // Rounded up: a moment too early would be waited for by asking again and again.
    let left = i32::try_from(left.as_millis() + 1).unwrap_or(i32::MAX);
    let mut wait = Wait::new();
    let signalled = wait.reading(signals.as_fd());
    let keys = wait.reading_if(screen.is_some_and(Screen::has_keys), INPUT);
    let came = wait.poll(PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX))?;
    if came.any(signalled) {
        while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
            let harmless = [Signal::SIGWINCH as i32, Signal::SIGCONT as i32, Signal::SIGURG as i32];
            if !harmless.contains(&signal) {
                return Ok(Came::End);
            }
        }
    }
    if came.any(keys) && screen.is_some_and(Screen::asks_for_the_end) {
        return Ok(Came::End);
    }
    Ok(if due <= Instant::now() { Came::Time } else { Came::Nothing })
}
