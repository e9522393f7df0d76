//! `run -d`: the small process that stays with a detached container. It holds the program's output, lets
//! others attach, and writes down how the program ended.
//!
//! ```text
//! keeper   Started                   Failed, instead, when everything has been undone
//! client            Go on            …or it goes without a word, and everything is undone
//! ```

mod clients;
mod entry;
mod frame;
mod log;
pub mod reader;
mod streams;
mod watch;

use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::poll::PollTimeout;
use nix::sys::signal::Signal;

pub use clients::SOCKET;
pub use entry::{Entry, Stream};
pub use frame::{Asked, MOST, Told};

use crate::commands::remove;
use crate::commands::run::{Started, start};
use crate::error::{Doing, Error, Result};
use crate::explain;
use crate::launch::Until;
use crate::plan::Plan;
use crate::relay::{Wait, gives_up};
use crate::state::{Record, State};
use crate::sys::clone::{exit_now, fork_process};
use crate::sys::signals::Signals;
use crate::sys::{file, inherited, process, socket};
use clients::Clients;
use log::Log;
use streams::Streams;
use watch::Watch;

/// What the keeper says when the program runs; anything else is a failure, status first.
const STARTED: &[u8] = b"\0";

/// Starts a container that a keeper stays with, and prints its id.
///
/// # Errors
/// Whatever the start fails with; nothing is left then.
pub fn run(state: &State, plan: Plan, record: Record, interactive: bool, signals: &Signals) -> Result<u8> {
    let doing = || "keeper".to_owned();
    let id = plan.id.clone();
    let (ours, theirs) = socket::pair().doing(doing)?;
    let Some(keeper) = fork_process().doing(doing)? else {
        drop(ours);
        be_keeper(state, Order { plan, record, interactive }, signals, theirs)
    };
    drop(theirs);
    let keeper = process::pidfd_open(keeper).doing(doing)?;
    await_start(&keeper, ours, signals)?;
    // Nobody may be reading; the container runs all the same.
    let _ = writeln!(std::io::stdout(), "{id}");
    Ok(0)
}

/// What is to be started.
struct Order {
    plan: Plan,
    record: Record,
    interactive: bool,
}

/// The client's part: it passes on signals that ask to give up, and says at last whether to go on.
fn await_start(keeper: &OwnedFd, line: OwnedFd, signals: &Signals) -> Result<()> {
    let doing = || "keeper".to_owned();
    let mut interrupted = None;
    loop {
        let mut wait = Wait::new();
        let spoke = wait.reading(line.as_fd());
        let signalled = wait.reading(signals.as_fd());
        let came = wait.poll(PollTimeout::NONE)?;
        if came.any(signalled)
            && let Some(signal) = signals.next().doing(|| "signals".to_owned())?
            && gives_up(signal)
        {
            interrupted = Signal::try_from(signal).ok();
            // If it has ended, it has spoken.
            let _ = process::pidfd_send_signal(keeper.as_fd(), signal);
        }
        if came.any(spoke) {
            break;
        }
    }
    let (answer, _) = socket::receive(line.as_fd()).doing(doing)?;
    let failed = match (answer.as_slice(), interrupted) {
        (STARTED, None) => return socket::send(line.as_fd(), STARTED, None).doing(doing),
        (STARTED, Some(signal)) => Error::Interrupted(signal),
        ([], _) => Error::Usage("the container's keeper ended before the program ran".to_owned()),
        ([status, text @ ..], _) => {
            Error::Told { text: String::from_utf8_lossy(text).into_owned(), status: *status }
        }
    };
    drop(line);
    process::wait(keeper.as_fd()).doing(doing)?;
    Err(failed)
}

/// The keeper's whole life.
fn be_keeper(state: &State, order: Order, signals: &Signals, client: OwnedFd) -> ! {
    match begin(state, order, signals, &client) {
        Err(error) => {
            // A message has a longest size.
            let text: String = error.to_string().chars().take(1000).collect();
            let answer = [&[error.exit_status()], text.as_bytes()].concat();
            // A client that is gone needs no telling.
            let _ = socket::send(client.as_fd(), &answer, None);
            exit_now(1)
        }
        Ok((started, watch)) => {
            drop(client);
            keep(state, &started, watch, signals);
            exit_now(0)
        }
    }
}

/// Everything until the client lets go.
fn begin(state: &State, order: Order, signals: &Signals, client: &OwnedFd) -> Result<(Started, Watch)> {
    let doing = || "keeper".to_owned();
    process::setsid().doing(doing)?;
    process::set_name(c"pontoon-keeper").doing(doing)?;
    // Whoever kills the client wants no container.
    process::set_death_signal(Some(Signal::SIGTERM)).doing(doing)?;
    let Order { plan, record, interactive } = order;
    let (theirs, ours) = Streams::make(&plan.process, interactive)?;
    let mut started = start(state, plan, record, theirs, signals, Until::Running)?;
    match settle(&mut started, ours, interactive, client) {
        Ok(watch) => Ok((started, watch)),
        Err(error) => {
            started.give_up(state);
            Err(error)
        }
    }
}

/// The program runs: makes what others will look for, asks the client to go, and turns to the background.
fn settle(started: &mut Started, streams: Streams, interactive: bool, client: &OwnedFd) -> Result<Watch> {
    let doing = || "keeper".to_owned();
    let directory = &started.container.directory;
    let streams = match started.running.terminal.take() {
        Some(master) => Streams::of_terminal(master, interactive)?,
        None => streams,
    };
    let hello = Told::Hello { terminal: streams.terminal.is_some(), input: streams.input.is_some() };
    let log = Log::create(directory)?;
    let clients = Clients::listen(directory, &hello)?;
    // From here on a client that is gone is a socket that has ended.
    process::set_death_signal(None).doing(doing)?;
    socket::send(client.as_fd(), STARTED, None).doing(doing)?;
    let (answer, _) = socket::receive(client.as_fd()).doing(doing)?;
    if answer != STARTED {
        return Err(Error::Interrupted(Signal::SIGTERM));
    }
    detach()?;
    Ok(Watch { streams, log, clients })
}

/// Lets go of everything that is the caller's: its streams, its directory, what else it had open.
fn detach() -> Result<()> {
    let doing = || "keeper: detach".to_owned();
    let null = file::open(Path::new("/dev/null"), OFlag::O_RDWR).doing(doing)?;
    process::chdir(Path::new("/")).doing(doing)?;
    explain::stop();
    for stream in 0..=2 {
        process::dup_onto_stream(null.as_fd(), stream).doing(doing)?;
    }
    inherited::close_inherited();
    Ok(())
}

/// Stays with the program until its end, and settles what it leaves.
fn keep(state: &State, started: &Started, mut watch: Watch, signals: &Signals) {
    inherited::trim_memory();
    let program = &started.running.process;
    // Where polling fails, the end can still be waited for.
    let ended = watch.keep(program, signals).or_else(|_| process::wait(program.pidfd.as_fd()));
    let status = ended.map_or(u8::MAX, process::Ended::status);
    // From here on nobody is there to be told of a failure.
    let _ = remove::ended(state, &started.container, &started.monitor, status);
    let _ = watch.clients.farewell(status);
}
