//! `pontoon capture`: packets of several devices, in several network namespaces, at once.
//!
//! Each device has a socket of its own, opened inside its namespace (`source`, `ground`). What they hold is taken
//! together, put into the order in which it passed (`watch`), and written down: in a file of the pcapng format
//! (`pcapng`), or a line for each packet (`text`).
//!
//! Source: tcpdump(8), whose options, words and counts these are; packet(7).

mod companion;
mod frame;
mod ground;
mod link;
mod order;
mod output;
mod pcapng;
mod source;
mod text;
mod wanted;
mod watch;

use std::io::Write;

use crate::cli::CaptureArgs;
use crate::error::{Doing, Error, Result};
use crate::state::State;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;

use self::companion::Companion;
use self::ground::Ground;
use self::output::Output;
use self::source::Source;
use self::wanted::Wanted;
use self::watch::Watch;

/// Captures until it is told to end, or nothing is left to capture from. Returns the exit status.
///
/// # Errors
/// A word that names nothing, an expression that is none, a file that can't be made, a right that is missing: all
/// before the first packet is taken. Later, a file that can't be written.
pub fn run(state: &State, arguments: &CaptureArgs) -> Result<u8> {
    check(arguments)?;
    let signals = Signals::block().doing(|| "capture".to_owned())?;
    let (mut grounds, mut sources) = (Vec::new(), Vec::new());
    for wanted in wanted::all(state, arguments)? {
        let mut ground = Ground::of(&wanted, arguments)?;
        sources.extend(open(&mut ground, grounds.len(), &wanted, arguments)?);
        grounds.push(ground);
    }
    if sources.is_empty() {
        return Err(Error::Usage("capture: there is no device to capture from".to_owned()));
    }
    let output = Output::open(arguments, &sources)?;
    if rehearsing() {
        return Ok(0);
    }
    if !arguments.quiet {
        announce(&sources, arguments);
    }
    let companion = Companion::start(arguments)?;
    let mut watch = Watch::new(grounds, sources, output, companion, arguments);
    let ended = watch.run(&signals);
    let told = watch.end();
    let status = watch.companion.map_or(Ok(0), Companion::end);
    ended.and(told)?;
    status
}

/// The sockets for what is wanted of a namespace.
fn open(ground: &mut Ground, number: usize, wanted: &Wanted, arguments: &CaptureArgs) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for device in ground.devices(wanted, arguments)? {
        if !device.up && wanted.is_named(&device.name) {
            eprintln!("pontoon: {} is down: its packets come once it is up", ground.label(&device.name));
        }
        match Source::open(ground, number, &device, arguments) {
            // It went while this looked.
            Err(error) if !wanted.is_named(&device.name) && source::is_gone(&error) => {}
            opened => sources.push(opened?),
        }
    }
    Ok(sources)
}

/// What can be said without a look at the machine.
fn check(arguments: &CaptureArgs) -> Result<()> {
    if arguments.netlink && arguments.filter.is_some() {
        let problem = "capture: --filter is for packets: the filter library knows no netlink messages";
        return Err(Error::Usage(problem.to_owned()));
    }
    #[cfg(not(feature = "pcap"))]
    if arguments.filter.is_some() {
        return Err(Error::Usage(
            "capture: this build has no pcap filter library: use `pontoon capture … -w - | tcpdump -r - EXPR`"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Says that from now on nothing is missed: one line, as tcpdump has it.
fn announce(sources: &[Source], arguments: &CaptureArgs) {
    let mut links: Vec<_> = sources.iter().map(|source| source.link).collect();
    links.sort();
    links.dedup();
    let labels: Vec<String> = sources.iter().map(|source| source.label.escape_debug().to_string()).collect();
    let links: Vec<&str> = links.into_iter().map(link::Link::words).collect();
    tell(&format!(
        "listening on {}, link-type {}, snapshot length {} bytes",
        labels.join(", "),
        links.join(", "),
        arguments.snapshot_length()
    ));
}

/// Says something beside the packets, by one write: others may write there too, and nobody need read it.
fn tell(words: &str) {
    let _ = std::io::stderr().write_all(format!("{words}\n").as_bytes());
}
