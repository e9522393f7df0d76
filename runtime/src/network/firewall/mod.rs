//! The firewall: who reaches whom, and the host's ports that lead to containers.
//!
//! It is one table of nf_tables, `inet pontoon`, with the same rules for any networks and ports. Networks are elements
//! of its sets, known by the group of their devices, and ports are elements of its maps: a start adds elements and no
//! rules, and a packet is looked up once, however many there are. An element of a port has its owner in its comment.
//!
//! [`complete`] makes sure of the table and of what one container needs, [`withdraw`] and [`forget`] take it away, [`reload`]
//! makes all anew. What a firewall's reload has flushed is seen by the number of rules, and made again whole, in one
//! transaction: isolation is never later than the ports.
//!
//! What else packets need (`ip_forward`, and for ports reached by loopback addresses what [`loopback6`] says and
//! `net.ipv4.conf.DEVICE.route_localnet`) is not the table's.

mod counting;
mod elements;
mod flows;
mod layout;
mod rules;
mod table;

use netlink_raw::nft::{Element, Elements};
use netlink_raw::route::Route;
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Request};

use self::table::{Firewall, errno, refused, told};
use crate::error::{Error, Result};
use crate::plan::network::firewall::{Everything, Forward, Zone};

pub use counting::{Counting, Passed};
pub use flows::{end_flows, forget_flows};
pub(crate) use layout::types;

/// How often a change is tried that others come between.
const ATTEMPTS: u32 = 32;

/// Makes sure that the table is there and whole, these networks are in it, and these ports. Those that are there
/// already, of the same owner and with the same target, are as good. `everything` is asked for only when the table
/// has to be made anew.
///
/// # Errors
/// A port is another's, who is named; the kernel's, which tells what option it lacks; those of `everything`.
pub fn complete(
    zones: &[Zone],
    forwards: &[Forward],
    everything: impl FnOnce() -> Result<Everything>,
) -> Result<()> {
    let mut firewall = Firewall::open()?;
    if is_complete(&mut firewall, zones, forwards)? {
        return Ok(());
    }
    let mut all = everything()?;
    all.zones.retain(|zone| zones.iter().all(|other| other.group != zone.group));
    all.zones.extend_from_slice(zones);
    all.forwards.retain(|forward| forwards.iter().all(|other| !other.meets(forward)));
    all.forwards.extend_from_slice(forwards);
    for _ in 0..ATTEMPTS {
        // Another command may have been faster.
        let generation = firewall.generation()?;
        if is_complete(&mut firewall, zones, forwards)? || firewall.rebuild(&all, generation, false)? {
            return Ok(());
        }
    }
    Err(refused("the tables of nf_tables change each time they are looked at"))
}

/// Adds what is missing in a table that is whole; false when it is not.
fn is_complete(firewall: &mut Firewall, zones: &[Zone], forwards: &[Forward]) -> Result<bool> {
    let questions = if forwards.is_empty() { zone_questions(zones)? } else { Vec::new() };
    match firewall.whole(&questions)? {
        None => Ok(false),
        Some(answers) if forwards.is_empty() && answers.iter().all(std::result::Result::is_ok) => Ok(true),
        Some(_) => add(firewall, zones, forwards),
    }
}

/// Makes the table anew with `everything`. What other state roots have in it stays.
///
/// # Errors
/// As [`complete`].
pub fn reload(everything: &Everything) -> Result<()> {
    let mut firewall = Firewall::open()?;
    for _ in 0..ATTEMPTS {
        let generation = firewall.generation()?;
        if firewall.rebuild(everything, generation, true)? {
            return Ok(());
        }
    }
    Err(refused("the tables of nf_tables change each time they are looked at"))
}

/// Takes away these ports, as far as they are there and have the same owner. Others stay.
///
/// # Errors
/// The kernel's.
pub fn withdraw(forwards: &[Forward]) -> Result<()> {
    let mut firewall = Firewall::open()?;
    for _ in 0..ATTEMPTS {
        let (found, hairpins_there) = firewall.find(forwards, hairpins(forwards))?;
        let ours = |(forward, found): (&Forward, Option<Forward>)| {
            found.filter(|found| found.owner == forward.owner)
        };
        let found: Vec<Forward> = forwards.iter().zip(found).filter_map(ours).collect();
        let mut going: Vec<_> = found.iter().map(elements::of_forward).collect();
        going.extend(hairpins(&found).into_iter().filter(|hairpin| hairpins_there.contains(hairpin)));
        match firewall.change(&delete(going)?) {
            // Somebody else took one away meanwhile.
            Err(error) if errno(&error) == Some(libc::ENOENT) => {}
            done => return done.map_err(|error| told(&error)),
        }
    }
    Err(refused("published ports change each time they are looked at"))
}

/// Takes away these networks, and the table with the last one. The caller sees to it that no container has a card on
/// them.
///
/// # Errors
/// The kernel's.
pub fn forget(zones: &[Zone]) -> Result<()> {
    let mut firewall = Firewall::open()?;
    for _ in 0..ATTEMPTS {
        let there = firewall.groups()?;
        let stays = |group: &u32| zones.iter().all(|zone| zone.group != *group);
        let requests = if there.is_empty() || !there.iter().any(stays) {
            firewall.removal()?
        } else {
            delete(firewall.present(zones)?)?
        };
        match firewall.change(&requests) {
            Err(error) if errno(&error) == Some(libc::ENOENT) => {}
            done => return done.map_err(|error| told(&error)),
        }
    }
    Err(refused("networks change each time they are looked at"))
}

/// Every published port there is, whoever's. None when there is no table.
///
/// # Errors
/// The kernel's.
pub fn owners() -> Result<Vec<Forward>> {
    Firewall::open()?.forwards()
}

/// Every network there is, whoever's: the groups of their devices. None when there is no table.
///
/// # Errors
/// The kernel's.
pub fn groups() -> Result<Vec<u32>> {
    Firewall::open()?.groups()
}

/// The route that lets answers to the host's own `::1` in by the device with this index: `ip -6 route add local ::1 dev
/// DEVICE table local metric N`, where the metric is each device's own, as IPv6 has no two routes that differ only in
/// their device.
///
/// IPv6 has no `route_localnet`. A connection to `[::1]:PORT` leaves with the device's address; when its answer gets
/// `::1` back as its destination, the kernel looks only for routes of the device by which it came. (What comes with
/// `::1` from outside it has thrown away before.) Where bridges are filtered too (br_netfilter), the address is put
/// back before that, and the answer thrown away: `net.bridge.bridge-nf-call-ip6tables` has to be 0 there.
pub fn loopback6(device: u32) -> Route {
    use netlink_raw::kernel::{AF_INET6, RT_TABLE_LOCAL, RTN_LOCAL, RTPROT_STATIC};
    Route {
        family: AF_INET6,
        table: RT_TABLE_LOCAL,
        protocol: RTPROT_STATIC,
        kind: RTN_LOCAL,
        destination: Some((std::net::Ipv6Addr::LOCALHOST.into(), 128)),
        output_interface: Some(device),
        priority: Some(0x10000 + device),
        ..Route::default()
    }
}

/// Adds to a table that is whole; false when it is gone.
fn add(firewall: &mut Firewall, zones: &[Zone], forwards: &[Forward]) -> Result<bool> {
    let known = zones.iter().copied().flat_map(elements::of_zone).chain(hairpins(forwards));
    let mut requests = put(known.collect(), Elements::add)?;
    let mut missing = forwards.to_vec();
    for _ in 0..ATTEMPTS {
        let created = put(missing.iter().map(elements::of_forward).collect(), Elements::create)?;
        let zones = requests.len();
        requests.extend(created);
        match firewall.change(&requests) {
            Ok(()) => return Ok(true),
            Err(error) if errno(&error) == Some(libc::ENOENT) => return Ok(false),
            Err(error) if errno(&error) == Some(libc::EEXIST) => {}
            Err(error) => return Err(told(&error)),
        }
        requests.truncate(zones);
        missing = firewall.missing(forwards)?;
    }
    Err(refused("published ports change each time they are looked at"))
}

/// Each container's element once.
fn hairpins(forwards: &[Forward]) -> Vec<(&'static str, Element)> {
    let mut found: Vec<(&'static str, Element)> = forwards.iter().map(elements::hairpin).collect();
    found.sort_by(|one, other| one.1.key.cmp(&other.1.key));
    found.dedup();
    found
}

/// What is to be done with elements of one set.
type Change = fn(&Elements) -> std::result::Result<Vec<Request>, netlink_raw::Error>;

/// Puts together what belongs to one set.
fn put(list: Vec<(&'static str, Element)>, change: Change) -> Result<Vec<Request>> {
    let mut sets: Vec<Elements> = Vec::new();
    for (set, element) in list {
        match sets.iter_mut().find(|known| known.set == set) {
            Some(known) => known.elements.push(element),
            None => sets.push(elements::list(set, vec![element])),
        }
    }
    let requests: std::result::Result<Vec<_>, _> = sets.iter().map(change).collect();
    requests.map(|requests| requests.concat()).map_err(|error| told(&error))
}

fn delete(list: Vec<(&'static str, Element)>) -> Result<Vec<Request>> {
    let keys =
        list.into_iter().map(|(set, element)| (set, Element { key: element.key, ..Element::default() }));
    put(keys.collect(), Elements::delete)
}

fn question((set, element): (&'static str, Element)) -> Result<Request> {
    let key = Element { key: element.key, ..Element::default() };
    elements::list(set, vec![key]).get().map_err(|error| told(&error))
}

fn zone_questions(zones: &[Zone]) -> Result<Vec<Request>> {
    zones.iter().copied().flat_map(elements::of_zone).map(question).collect()
}

/// The one element that answers a question for one.
fn answer(bytes: &[u8]) -> Option<Elements> {
    Message::parse(bytes).and_then(|message| Elements::decode(&message)).ok()
}
