//! `bridge`: Ethernet bridges, in `brctl`'s words, by netlink where `brctl` uses ioctl(2) and /sys.
//!
//! Source: brctl(8), and what bridge-utils 1.7 prints.

pub mod devices;
pub mod find;
pub mod macs;
pub mod numbers;
pub mod settings;
pub mod show;
pub mod stp;

use self::find::Devices;
use crate::cli::BridgeArgs;
use crate::error::{Error, Result};
use crate::log;
use crate::netns;
use crate::state::State;
use crate::stdout;

/// What `brctl` ends with when something fails.
pub const FAILED: u8 = 1;

/// A command that is being done.
#[derive(Debug)]
pub struct Call<'a> {
    /// What stands behind the command's name: as many words as it needs, or more.
    pub words: &'a [String],
    /// The devices to ask for and to change.
    pub devices: Devices,
}

/// A command.
struct Command {
    name: &'static str,
    /// How many words it needs.
    needs: usize,
    /// Which those are, and what it does.
    help: &'static str,
    run: fn(&mut Call<'_>) -> Result<u8>,
}

const fn command(
    name: &'static str,
    needs: usize,
    help: &'static str,
    run: fn(&mut Call<'_>) -> Result<u8>,
) -> Command {
    Command { name, needs, help, run }
}

const COMMANDS: [Command; 16] = [
    command("addbr", 1, "<bridge>\t\tadd bridge", devices::addbr),
    command("delbr", 1, "<bridge>\t\tdelete bridge", devices::delbr),
    command("addif", 2, "<bridge> <device>\tadd interface to bridge", devices::addif),
    command("delif", 2, "<bridge> <device>\tdelete interface from bridge", devices::delif),
    command("hairpin", 3, "<bridge> <port> {on|off}\tturn hairpin on/off", settings::hairpin),
    command("setageing", 2, "<bridge> <time>\t\tset ageing time", |call| {
        settings::time(call, &settings::AGEING)
    }),
    command("setbridgeprio", 2, "<bridge> <prio>\t\tset bridge priority", settings::setbridgeprio),
    command("setfd", 2, "<bridge> <time>\t\tset bridge forward delay", |call| {
        settings::time(call, &settings::FORWARD_DELAY)
    }),
    command("sethello", 2, "<bridge> <time>\t\tset hello time", |call| {
        settings::time(call, &settings::HELLO)
    }),
    command("setmaxage", 2, "<bridge> <time>\t\tset max message age", |call| {
        settings::time(call, &settings::MAX_AGE)
    }),
    command("setpathcost", 3, "<bridge> <port> <cost>\tset path cost", settings::setpathcost),
    command("setportprio", 3, "<bridge> <port> <prio>\tset port priority", settings::setportprio),
    command("show", 0, "[ <bridge> ]\t\tshow a list of bridges", show::show),
    command("showmacs", 1, "<bridge>\t\tshow a list of mac addrs", macs::showmacs),
    command("showstp", 1, "<bridge>\t\tshow bridge stp info", stp::showstp),
    command("stp", 2, "<bridge> {on|off}\tturn stp on/off", settings::stp),
];

/// Does what the words say. Returns the exit status, which is `brctl`'s.
///
/// # Errors
/// What `brctl` says is wrong, with its status.
pub fn run(state: &State, arguments: &BridgeArgs) -> Result<u8> {
    let Some((name, words)) = arguments.words.split_first() else {
        stdout::print(usage())?;
        return Ok(FAILED);
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        log::error("", &format!("never heard of command [{name}]"));
        stdout::print(usage())?;
        return Ok(FAILED);
    };
    if words.len() < command.needs {
        let Command { name, help, .. } = command;
        stdout::print(format!(
            "Incorrect number of arguments for command\nUsage: pontoon bridge {name} {help}\n"
        ))?;
        return Ok(FAILED);
    }
    let devices = Devices::of(netns::inside(state, &arguments.inside)?)?;
    (command.run)(&mut Call { words, devices })
}

/// How it is used.
pub fn usage() -> String {
    format!("Usage: pontoon bridge [commands]\n{}", commands())
}

/// The commands, a line each.
pub fn commands() -> String {
    let lines = COMMANDS.iter().map(|command| format!("\t{:<10}\t{}\n", command.name, command.help));
    format!("commands:\n{}", lines.collect::<String>())
}

/// A failure in `brctl`'s words, with its status.
fn failed(text: impl Into<String>) -> Error {
    Error::Usage(text.into()).with_status(FAILED)
}
