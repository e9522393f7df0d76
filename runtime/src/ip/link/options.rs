//! What `link add`, `set` and `delete` take before a kind: words become a link.

mod value;

use std::os::fd::OwnedFd;

use netlink_raw::kernel::{
    IFF_ALLMULTI, IFF_DYNAMIC, IFF_MULTICAST, IFF_NOARP, IFF_NOTRAILERS, IFF_PROMISC, IFF_UP,
};
use netlink_raw::route::Link;

use self::value::{addr_gen_mode, alias, link_mode, once, operstate, reason, signed};
use super::filter::{group, master, vrf};
use super::place;
use crate::explain::Actor;
use crate::ip::links::Links;
use crate::ip::lladdr;
use crate::ip::words::{
    NAME, OTHER_NAME, Result, Words, duplicate, failed, garbage, integer, is_name, mistake, number, shortens,
    wrong,
};
use crate::state::State;

/// What words are read by.
#[derive(Debug)]
pub struct Context<'a> {
    /// The devices of the namespace.
    pub links: Links,
    /// The containers, whose namespaces have their names.
    pub state: &'a State,
    /// Who acts.
    pub who: Actor,
}

/// What was said of a link, before its kind.
#[derive(Debug, Default)]
pub struct Said<'a> {
    /// What is to be sent.
    pub link: Link,
    /// Behind `name`.
    pub name: Option<&'a str>,
    /// The device that is meant.
    pub device: Option<&'a str>,
    /// Whether `name` alone says which.
    device_is_name: bool,
    /// The link that it lies on.
    parent: Option<&'a str>,
    /// Its kind; what follows it is left among the words.
    pub kind: Option<&'a str>,
    index: Option<u32>,
    /// Namespaces that `link` speaks of by their descriptors.
    pub open: Vec<OwnedFd>,
}

/// A keyword.
#[derive(Debug, Clone, Copy)]
enum Word {
    Up,
    Down,
    Name,
    Index,
    Parent,
    Address,
    Broadcast,
    QueueLength,
    Mtu,
    Netns,
    /// A flag that is on or off.
    Flag(u32),
    /// A flag that says the contrary.
    Contrary(u32),
    Carrier,
    Master,
    Vrf,
    NoMaster,
    Kind,
    Alias,
    Group,
    Mode,
    State,
    TxQueues,
    RxQueues,
    AddrGenMode,
    LinkNetns,
    LinkNetnsid,
    ProtoDown,
    ProtoDownReason,
    GsoMaxSize,
    GsoMaxSegs,
    GroMaxSize,
    ParentDevice,
    /// Known to `ip`, and not to Pontoon.
    Unknown,
}

/// Keywords in the order in which they are matched, and whether they may be shortened.
const WORDS: [(&str, bool, Word); 44] = [
    ("up", false, Word::Up),
    ("down", false, Word::Down),
    ("name", false, Word::Name),
    ("index", false, Word::Index),
    ("link", true, Word::Parent),
    ("address", true, Word::Address),
    ("broadcast", true, Word::Broadcast),
    ("brd", false, Word::Broadcast),
    ("txqueuelen", true, Word::QueueLength),
    ("qlen", false, Word::QueueLength),
    ("txqlen", true, Word::QueueLength),
    ("mtu", false, Word::Mtu),
    ("xdpgeneric", false, Word::Unknown),
    ("xdpdrv", false, Word::Unknown),
    ("xdpoffload", false, Word::Unknown),
    ("xdp", false, Word::Unknown),
    ("netns", false, Word::Netns),
    ("multicast", false, Word::Flag(IFF_MULTICAST)),
    ("allmulticast", false, Word::Flag(IFF_ALLMULTI)),
    ("promisc", false, Word::Flag(IFF_PROMISC)),
    ("trailers", false, Word::Contrary(IFF_NOTRAILERS)),
    ("arp", false, Word::Contrary(IFF_NOARP)),
    ("carrier", false, Word::Carrier),
    ("vf", false, Word::Unknown),
    ("master", true, Word::Master),
    ("vrf", false, Word::Vrf),
    ("nomaster", true, Word::NoMaster),
    ("dynamic", true, Word::Flag(IFF_DYNAMIC)),
    ("type", true, Word::Kind),
    ("alias", true, Word::Alias),
    ("group", false, Word::Group),
    ("mode", false, Word::Mode),
    ("state", false, Word::State),
    ("numtxqueues", true, Word::TxQueues),
    ("numrxqueues", true, Word::RxQueues),
    ("addrgenmode", true, Word::AddrGenMode),
    ("link-netns", true, Word::LinkNetns),
    ("link-netnsid", true, Word::LinkNetnsid),
    ("protodown", false, Word::ProtoDown),
    ("protodown_reason", false, Word::ProtoDownReason),
    ("gso_max_size", false, Word::GsoMaxSize),
    ("gso_max_segs", false, Word::GsoMaxSegs),
    ("gro_max_size", false, Word::GroMaxSize),
    ("parentdev", false, Word::ParentDevice),
];

/// `ip`'s exit status where `carrier` and `protodown` are neither on nor off: the number of EINVAL.
const NEITHER: u8 = 22;
/// Bytes of an alias, at most (`IFALIASZ`).
const ALIAS: usize = 255;
/// Pieces that a packet can be cut into, at most, as `ip` knows it (`GSO_MAX_SEGS`).
const SEGMENTS: u32 = 65_535;

/// Reads the words up to a kind, or to their end.
///
/// # Errors
/// A mistake in them; a master that is not there, or a namespace.
pub fn read<'a>(words: &mut Words<'a>, context: &mut Context<'_>) -> Result<Said<'a>> {
    let mut said = Said::default();
    while let Some(text) = words.peek() {
        let known = WORDS.iter().find(|(name, short, _)| *name == text || (*short && shortens(text, name)));
        let Some((keyword, _, word)) = known else {
            said.device(words)?;
            continue;
        };
        words.take();
        said.word(*word, keyword, words, context)?;
        if said.kind.is_some() {
            break;
        }
    }
    Ok(said)
}

impl<'a> Said<'a> {
    fn word(
        &mut self,
        word: Word,
        keyword: &str,
        words: &mut Words<'a>,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let link = &mut self.link;
        match word {
            Word::Up => flag(link, IFF_UP, true),
            Word::Down => flag(link, IFF_UP, false),
            Word::Flag(bit) => flag(link, bit, words.switch(keyword)?),
            Word::Contrary(bit) => flag(link, bit, !words.switch(keyword)?),
            Word::Carrier => link.carrier = Some(words.one_of_switch(keyword, NEITHER)?),
            Word::ProtoDown => link.proto_down = Some(words.one_of_switch(keyword, NEITHER)?),
            Word::ProtoDownReason => link.proto_down_reason = Some(reason(words)?),
            Word::Address => link.address = Some(lladdr::read(words.value()?)?),
            Word::Broadcast => link.broadcast = Some(lladdr::read(words.value()?)?),
            Word::Alias => link.alias = Some(alias(words.value()?)?.into()),
            Word::Mode => link.link_mode = Some(link_mode(words.value()?)?),
            Word::State => link.operstate = Some(operstate(words.value()?)?),
            Word::AddrGenMode => link.addr_gen_mode = Some(addr_gen_mode(words.value()?)?),
            Word::ParentDevice => link.parent_device = Some(words.value()?.into()),
            Word::GsoMaxSize => link.gso_max_size = Some(words.number("Invalid \"gso_max_size\" value")?),
            Word::GroMaxSize => link.gro_max_size = Some(words.number("Invalid \"gro_max_size\" value")?),
            Word::GsoMaxSegs => {
                let word = words.value()?;
                let segments = number(word).filter(|segments| *segments <= SEGMENTS);
                let invalid = || wrong(word, "Invalid \"gso_max_segs\" value");
                link.gso_max_segs = Some(segments.ok_or_else(invalid)?);
            }
            Word::QueueLength => once(&mut link.tx_queue_len, "txqueuelen", words, signed)?,
            Word::Mtu => once(&mut link.mtu, keyword, words, signed)?,
            Word::TxQueues => once(&mut link.tx_queues, keyword, words, signed)?,
            Word::RxQueues => once(&mut link.rx_queues, keyword, words, signed)?,
            Word::Index => {
                once(&mut self.index, keyword, words, |word| number(word).filter(|index| *index != 0))?;
            }
            Word::Group if link.group.is_some() => return Err(duplicate(keyword, words.value()?)),
            Word::Group => link.group = Some(group(words.value()?)?),
            Word::Name | Word::Kind | Word::Parent | Word::Unknown => self.names(word, keyword, words)?,
            _ => self.elsewhere(word, words, context)?,
        }
        Ok(())
    }

    /// Words that say which link, and of which kind.
    fn names(&mut self, word: Word, keyword: &str, words: &mut Words<'a>) -> Result<()> {
        match word {
            Word::Name => {
                let name = words.value()?;
                if self.name.is_some() {
                    return Err(duplicate("name", name));
                }
                if !is_name(name, NAME) {
                    return Err(wrong(name, "\"name\" not a valid ifname"));
                }
                self.name = Some(name);
                if self.device.is_none() {
                    (self.device, self.device_is_name) = (self.name, true);
                }
            }
            Word::Kind => self.kind = Some(words.value()?),
            Word::Parent => self.parent = Some(words.value()?),
            _ => return Err(mistake(format!("\"{keyword}\": Pontoon has no words for it"))),
        }
        Ok(())
    }

    /// Words that name other links, and namespaces.
    fn elsewhere(&mut self, word: Word, words: &mut Words<'a>, context: &mut Context<'_>) -> Result<()> {
        match word {
            Word::Master => {
                self.link.master = Some(master(words.value()?, &mut context.links, "Device does not exist")?);
            }
            Word::Vrf => self.link.master = Some(vrf(words.value()?, &mut context.links)?),
            Word::NoMaster => self.link.master = Some(0),
            Word::Netns => {
                let word = words.value()?;
                if self.link.netns.is_some() {
                    return Err(duplicate("netns", word));
                }
                let place = place::find(context.state, word)?;
                self.link.netns = Some(place::netns(place, &mut self.open));
            }
            _ => {
                let text = words.value()?;
                if self.link.link_netnsid.is_some() {
                    return Err(duplicate("link-netns/link-netnsid", text));
                }
                self.link.link_netnsid = Some(match word {
                    Word::LinkNetnsid => {
                        integer(text).ok_or_else(|| wrong(text, "Invalid \"link-netnsid\" value"))?
                    }
                    _ => place::nsid(context, text)?,
                });
            }
        }
        Ok(())
    }

    /// Takes a device, with or without `dev`.
    fn device(&mut self, words: &mut Words<'a>) -> Result<()> {
        if words.peek() == Some("dev") {
            words.take();
        }
        let device = words.value()?;
        if self.device.is_some() && !self.device_is_name {
            return Err(garbage(device));
        }
        if !is_name(device, OTHER_NAME) {
            return Err(wrong(device, "\"dev\" not a valid ifname"));
        }
        (self.device, self.device_is_name) = (Some(device), false);
        Ok(())
    }

    /// Completes what was said of a link that is to be made.
    ///
    /// # Errors
    /// It has two names, or lies on a link that is not there.
    pub fn to_be_made(&mut self, context: &mut Context<'_>) -> Result<()> {
        let name = self.name.or(self.device);
        if self.device.is_none() && self.link.group.is_some() {
            return Err(mistake("group cannot be used when creating devices.".to_owned()));
        }
        if name != self.device {
            const BOTH: &str = "both \"name\" and \"dev\" cannot be used when creating devices.";
            return Err(mistake(BOTH.to_owned()));
        }
        if let Some(parent) = self.parent {
            self.link.link = Some(context.links.index(parent)?);
        }
        self.link.index = self.index.unwrap_or(0);
        self.link.name = name.map(Into::into);
        Ok(())
    }

    /// Completes what was said of a link that is there; without a device it is said of a group.
    ///
    /// # Errors
    /// There is no such device, or none was said; its address is of another length.
    pub fn of_what_is_there(&mut self, words: &Words<'_>, context: &mut Context<'_>) -> Result<()> {
        match (self.index, self.link.netns) {
            (Some(index), Some(_)) => self.link.new_index = Some(index),
            (Some(_), None) => {
                const WHEN: &str = "index can be used only when creating devices or when moving device to \
                                    another netns.";
                return Err(mistake(WHEN.to_owned()));
            }
            (None, _) => {}
        }
        let Some(device) = self.device else {
            if self.link.group.is_none() {
                return Err(mistake("Not enough information: \"dev\" argument is required.".to_owned()));
            }
            return words.peek().map_or(Ok(()), |word| Err(arguments(word).with_status(255)));
        };
        self.link.index = context.links.index(device)?;
        if let Some(address) = &self.link.address {
            let (is, must) = (address.len(), context.links.address_length(self.link.index));
            if must.is_some_and(|must| must != is) {
                let must = must.unwrap_or_default();
                return Err(failed(format!("Invalid address length {is} - must be {must} bytes")));
            }
        }
        self.link.name = self.name.filter(|name| *name != device).map(Into::into);
        Ok(())
    }
}

/// What follows a kind that takes nothing.
pub fn arguments(word: &str) -> crate::error::Error {
    failed(format!("Garbage instead of arguments \"{word} ...\". Try \"pontoon link help\"."))
}

const fn flag(link: &mut Link, bit: u32, on: bool) {
    link.change |= bit;
    if on {
        link.flags |= bit;
    } else {
        link.flags &= !bit;
    }
}
