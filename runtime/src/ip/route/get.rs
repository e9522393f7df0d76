//! `route get`: by which route a packet would leave.

use netlink_raw::kernel::{RTM_F_FIB_MATCH, RTM_F_NOTIFY};
use netlink_raw::route::Route;

use super::context::Context;
use super::entry::Entry;
use super::filter::Filter;
use super::print::Printer;
use crate::cli::ObjectArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::answer::Told;
use crate::ip::answer::refused;
use crate::ip::link::filter::vrf;
use crate::ip::output::Output;
use crate::ip::prefix::{Prefix, bits, family as family_of, is_any, prefix};
use crate::ip::words::{self, ABSENT, Words, wrong};
use crate::network::socket::asking;

/// Prints the route that the packet described by the words would take.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel knows no way.
pub fn get(words: &mut Words<'_>, arguments: &ObjectArgs, mut context: Context, who: Actor) -> Result<()> {
    let packet = packet(words, arguments.family(), &mut context)?;
    let answer = packet.get().and_then(|request| asking(who)?.get::<Told>(&request));
    let answer = answer.map_err(|error| refused(&error))?;
    let filter = Filter::default();
    let (details, statistics) = (arguments.details, arguments.statistics > 0);
    let mut printer = Printer { context, filter: &filter, details, statistics };
    Output::of(arguments).list(|out| match Entry::new(&answer.0) {
        Some(route) => printer.route(out, &route),
        None => Ok(()),
    })
}

fn packet(words: &mut Words<'_>, family: u8, context: &mut Context) -> words::Result<Route> {
    let mut packet = Route { family, ..Route::default() };
    while words.peek().is_some() {
        if words.peek() == Some("to") {
            words.take();
            packet.destination = Some(whole(words, &mut packet.family)?);
        } else if words.skip(&["tos", "dsfield"]) {
            packet.tos = context.tos(words.value()?, "TOS value is invalid")?;
        } else if words.skip(&["from"]) {
            packet.source = Some(whole(words, &mut packet.family)?);
        } else if words.skip(&["iif"]) {
            packet.input_interface = Some(context.links.index(words.value()?)?);
        } else if words.skip(&["mark"]) {
            packet.mark = Some(words.number("invalid mark value")?);
        } else if words.skip(&["oif", "dev"]) {
            packet.output_interface = Some(context.links.index(words.value()?)?);
        } else if words.skip(&["notify"]) {
            packet.flags |= RTM_F_NOTIFY;
        } else if words.skip(&["vrf"]) {
            let name = words.value()?;
            let index = vrf(name, &mut context.links).map_err(|_| wrong(name, "Invalid VRF"))?;
            packet.output_interface = Some(index);
        } else if words.skip(&["uid"]) {
            packet.user = Some(words.number("invalid UID")?);
        } else if words.skip(&["fibmatch"]) {
            packet.flags |= RTM_F_FIB_MATCH;
        } else if words.skip(&["sport"]) {
            packet.source_port = Some(words.number("invalid sport")?);
        } else if words.skip(&["dport"]) {
            packet.destination_port = Some(words.number("invalid dport")?);
        } else if words.skip(&["ipproto"]) {
            let word = words.value()?;
            packet.ip_protocol =
                Some(protocol(word).ok_or_else(|| wrong(word, "Invalid \"ipproto\" value"))?);
        } else {
            packet.destination = Some(whole(words, &mut packet.family)?);
        }
    }
    let missing = || Error::Usage("need at least a destination address".to_owned()).with_status(ABSENT);
    packet.destination.map(|_| ()).ok_or_else(missing)?;
    Ok(packet)
}

/// The number of a protocol above IP: those that the kernel tells apart have names everywhere, others in /etc/protocols.
fn protocol(word: &str) -> Option<u8> {
    const USUAL: &str = "icmp 1\ntcp 6\nudp 17\nipv6-icmp 58\n";
    let listed = std::fs::read_to_string("/etc/protocols").unwrap_or_default();
    let named = [USUAL, &listed].into_iter().flat_map(str::lines).find_map(|line| {
        let mut names = line.split('#').next()?.split_whitespace();
        let (first, number) = (names.next()?, names.next()?);
        (first == word || names.any(|name| name == word)).then(|| number.parse().ok())?
    });
    named.or_else(|| words::number(word))
}

/// An address, with all its bits.
fn whole(words: &mut Words<'_>, family: &mut u8) -> words::Result<Prefix> {
    let word = words.value()?;
    let (address, length) = prefix(word, *family)?;
    *family = family_of(address);
    let all = bits(address);
    if length != all && !is_any(word) {
        eprintln!("Warning: /{length} as prefix is invalid, only /{all} (or none) is supported.");
    }
    Ok((address, all))
}
