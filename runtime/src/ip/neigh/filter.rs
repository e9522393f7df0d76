//! Which neighbours `show` and `flush` are about.

use netlink_raw::kernel::{
    AF_BRIDGE, AF_UNSPEC, NDA_CACHEINFO, NDA_PROTOCOL, NTF_EXT_LEARNED, NTF_PROXY, NUD_DELAY, NUD_FAILED,
    NUD_INCOMPLETE, NUD_NOARP, NUD_PERMANENT, NUD_PROBE, NUD_REACHABLE, NUD_STALE,
};

use super::entry::Entry;
use crate::ip::link::filter::{master, vrf};
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::prefix::{self, Prefix, alike};
use crate::ip::words::{Result, Words, number, shortens, wrong};

/// The names of states.
pub const STATES: [(u16, &str); 8] = [
    (NUD_INCOMPLETE, "INCOMPLETE"),
    (NUD_REACHABLE, "REACHABLE"),
    (NUD_STALE, "STALE"),
    (NUD_DELAY, "DELAY"),
    (NUD_PROBE, "PROBE"),
    (NUD_FAILED, "FAILED"),
    (NUD_NOARP, "NOARP"),
    (NUD_PERMANENT, "PERMANENT"),
];

/// Is no state, and leaves none to be asked for.
pub const NOTHING: u16 = 0x200;
/// Stands for `NUD_NONE`, which is no bit, among states that are asked for.
pub const NONE: u16 = 0x100;
/// Every state.
pub const ALL: u16 = NONE - 1;

/// What must be true of a neighbour.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `AF_INET`, `AF_INET6`, or 0 for any.
    pub family: u8,
    /// Index of its device.
    pub device: Option<u32>,
    /// Index of its device's bridge, or of another master; 0 for a device that has none.
    pub master: Option<u32>,
    /// The states that were asked for; 0 for the usual ones.
    pub states: u16,
    /// Nobody uses it.
    pub unused: bool,
    /// What is answered for others, and no neighbours.
    pub proxy: bool,
    /// Who made it.
    pub protocol: Option<u8>,
    /// Its address lies within.
    pub to: Option<Prefix>,
}

impl Filter {
    /// That which `words` describe.
    ///
    /// # Errors
    /// A mistake in them, or a device that is not there.
    pub fn read(words: &mut Words<'_>, family: u8, links: &mut Links) -> Result<Self> {
        let mut filter = Self { family, ..Self::default() };
        while let Some(word) = words.take() {
            match word {
                "dev" => filter.device = Some(links.index(words.value()?)?),
                "master" => filter.master = Some(master(words.value()?, links, "Device does not exist")?),
                "vrf" => filter.master = Some(vrf(words.value()?, links)?),
                "nomaster" => filter.master = Some(0),
                "unused" => filter.unused = true,
                "proxy" => filter.proxy = true,
                "nud" => filter.states |= asked(words.value()?)?,
                "protocol" => {
                    let word = words.value()?;
                    filter.protocol = Some(protocol(word, "invalid \"protocol\"")?);
                }
                _ => {
                    let word = if word == "to" { words.value()? } else { word };
                    // Any address, of any family.
                    if !prefix::is_any(word) {
                        let to = prefix::prefix(word, filter.family)?;
                        filter.family = prefix::family(to.0);
                        filter.to = Some(to);
                    }
                }
            }
        }
        Ok(filter)
    }

    /// Whether it is true of `neighbour`, where `usual` states are meant if none was asked for.
    pub fn takes(&self, neighbour: &Entry<'_>, usual: u16) -> bool {
        let states = if self.states == 0 { usual } else { self.states };
        let flags = neighbour.flags();
        let state = neighbour.state() & states != 0
            || flags & (NTF_PROXY | NTF_EXT_LEARNED) != 0
            || (neighbour.state() == 0 && states & NONE != 0);
        let within = |(address, length)| neighbour.destination().is_some_and(|is| alike(address, is, length));
        state
            && neighbour.family() != AF_BRIDGE
            && (self.family == AF_UNSPEC || self.family == neighbour.family())
            && self.device.is_none_or(|device| device == neighbour.index())
            && self.protocol.is_none_or(|protocol| neighbour.table.u8(NDA_PROTOCOL) == Some(protocol))
            && self.to.is_none_or(within)
            && !(self.unused && users(neighbour) > 0)
    }
}

/// How often it is in use: the fourth number of `struct nda_cacheinfo`.
fn users(neighbour: &Entry<'_>) -> u32 {
    neighbour.table.bytes(NDA_CACHEINFO).map_or(0, |bytes| super::print::cache(bytes)[3])
}

/// What `show` shows unasked: whatever is in use or was looked for.
pub const SHOWN: u16 = ALL & !NUD_NOARP;

/// The states that `word` asks for.
fn asked(word: &str) -> Result<u16> {
    if word == "all" {
        Ok(ALL | NONE)
    } else {
        state(word).map(|state| if state == 0 { NONE } else { state })
    }
}

/// The state that `word` is.
///
/// # Errors
/// It is none.
pub fn state(word: &str) -> Result<u16> {
    /// Those that may be shortened.
    const SHORT: u16 = NUD_PERMANENT | NUD_REACHABLE | NUD_FAILED;
    if word == "none" {
        return Ok(0);
    }
    let is = |(state, name): &&(u16, &str)| {
        let name = name.to_ascii_lowercase();
        name == word || (state & SHORT != 0 && shortens(word, &name))
    };
    let named = STATES.iter().find(is).map(|(state, _)| *state);
    // One state, or none.
    let numbered = || number(word).filter(|number: &u16| *number < NONE && number.count_ones() <= 1);
    named.or_else(numbered).ok_or_else(|| wrong(word, "nud state is bad"))
}

/// `RTPROT_*`.
///
/// # Errors
/// It is none, which `what` says.
pub fn protocol(word: &str, what: &str) -> Result<u8> {
    let named = Named::protocols().number(word).and_then(|number| number.try_into().ok());
    named.or_else(|| number(word)).ok_or_else(|| wrong(word, what))
}
