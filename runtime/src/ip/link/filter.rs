//! Which links and addresses `show` and `flush` are about.

use netlink_raw::kernel::{
    AF_PACKET, AF_UNSPEC, IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR,
    IFA_F_MCAUTOJOIN, IFA_F_NODAD, IFA_F_NOPREFIXROUTE, IFA_F_OPTIMISTIC, IFA_F_PERMANENT, IFA_F_SECONDARY,
    IFA_F_STABLE_PRIVACY, IFA_F_TENTATIVE, IFLA_GROUP, IFLA_MASTER,
};

use super::entry::Entry;
use crate::error::Error;
use crate::ip::addr::entry::Entry as Address;
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::pattern::fits;
use crate::ip::prefix::{self, Prefix, alike};
use crate::ip::words::{ABSENT, Result, Words, garbage, number, wrong};

/// The flags of addresses by their names, in the order in which they are printed.
pub const FLAGS: [(&str, u32); 13] = [
    ("secondary", IFA_F_SECONDARY),
    ("temporary", IFA_F_SECONDARY),
    ("nodad", IFA_F_NODAD),
    ("optimistic", IFA_F_OPTIMISTIC),
    ("dadfailed", IFA_F_DADFAILED),
    ("home", IFA_F_HOMEADDRESS),
    ("deprecated", IFA_F_DEPRECATED),
    ("tentative", IFA_F_TENTATIVE),
    ("permanent", IFA_F_PERMANENT),
    ("mngtmpaddr", IFA_F_MANAGETEMPADDR),
    ("noprefixroute", IFA_F_NOPREFIXROUTE),
    ("autojoin", IFA_F_MCAUTOJOIN),
    ("stable-privacy", IFA_F_STABLE_PRIVACY),
];

/// What must be true of a link and of an address of it.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `AF_INET`, `AF_INET6`, 0 for any, `AF_PACKET` where no addresses are asked for.
    pub family: u8,
    /// The device's name, as it was said.
    pub device: Option<String>,
    /// It is up.
    pub up: bool,
    /// The number of its group.
    pub group: Option<u32>,
    /// Index of its bridge, or of another master; 0 for a device that has none.
    pub master: Option<u32>,
    /// Its kind.
    pub kind: Option<String>,
    /// The kind of its master.
    pub port_kind: Option<String>,
    /// Its virtual functions are not told.
    pub no_functions: bool,
    /// `RT_SCOPE_*` of the address.
    pub scope: Option<u8>,
    /// `IFA_F_*` that the address has, of those in `flag_mask`.
    pub flags: u32,
    /// `IFA_F_*` that are asked for.
    pub flag_mask: u32,
    /// A pattern of the address's label, or of the device's name where it has none.
    pub label: Option<String>,
    /// The address lies within.
    pub to: Option<Prefix>,
}

impl Filter {
    /// That which `words` describe.
    ///
    /// # Errors
    /// A mistake in them, or a master that is not there.
    pub fn read(words: &mut Words<'_>, family: u8, links: &mut Links) -> Result<Self> {
        let mut filter = Self { family, ..Self::default() };
        while let Some(word) = words.take() {
            match word {
                "to" => {
                    let to = prefix_of(words.value()?, filter.family)?;
                    if filter.family == AF_UNSPEC {
                        filter.family = prefix::family(to.0);
                    }
                    filter.to = Some(to);
                }
                "scope" => filter.scope = scope(words.value()?)?,
                "up" => filter.up = true,
                "label" => filter.label = Some(words.value()?.to_owned()),
                "group" => filter.group = Some(group(words.value()?)?),
                "master" => filter.master = Some(master(words.value()?, links, "Device does not exist")?),
                "vrf" => filter.master = Some(vrf(words.value()?, links)?),
                "nomaster" => filter.master = Some(0),
                "novf" => filter.no_functions = true,
                "type" => filter.of_kind(words.value()?),
                _ if filter.flag(word) => {}
                _ => {
                    let name = if word == "dev" { words.value()? } else { word };
                    if filter.device.is_some() {
                        return Err(garbage(name));
                    }
                    filter.device = Some(name.to_owned());
                }
            }
        }
        Ok(filter)
    }

    fn of_kind(&mut self, word: &str) {
        match word.strip_suffix("_slave") {
            Some(kind) => self.port_kind = Some(kind.to_owned()),
            None => self.kind = Some(word.to_owned()),
        }
    }

    /// Takes a flag's name, with `-` before one that the address must not have.
    fn flag(&mut self, word: &str) -> bool {
        let (word, not) = word.strip_prefix('-').map_or((word, false), |word| (word, true));
        let (name, not) = match word {
            "dynamic" => ("permanent", !not),
            "primary" => ("secondary", !not),
            name => (name, not),
        };
        let Some((_, flag)) = FLAGS.iter().find(|(each, _)| *each == name) else { return false };
        self.flag_mask |= flag;
        if not {
            self.flags &= !flag;
        } else {
            self.flags |= flag;
        }
        true
    }

    /// Whether it is true of `link`, but for whether it is up, and for what is said of its addresses.
    pub fn takes(&self, link: &Entry<'_>) -> bool {
        let master = link.table.u32(IFLA_MASTER);
        // Most often neither is asked for, and then they are not read.
        let (kind, port_kind) = (self.kind.as_ref(), self.port_kind.as_ref());
        self.group.is_none_or(|group| link.table.u32(IFLA_GROUP).is_none_or(|is| is == group))
            && self.master.is_none_or(|wanted| master.unwrap_or(0) == wanted)
            && kind.is_none_or(|kind| link.kind() == Some(kind.as_bytes()))
            && port_kind.is_none_or(|kind| link.port_kind() == Some(kind.as_bytes()))
    }

    /// Whether `address` is of the family that is asked for.
    pub const fn is_of_family(&self, address: &Address<'_>) -> bool {
        matches!(self.family, AF_UNSPEC | AF_PACKET) || self.family == address.family()
    }

    /// Whether it is true of `address`, of the device called `device`.
    pub fn takes_address(&self, address: &Address<'_>, device: &[u8]) -> bool {
        let within = |(to, length)| address.local().is_none_or(|is| alike(is, to, length));
        let labelled = |label: &String| fits(label.as_bytes(), address.label().unwrap_or(device));
        self.is_of_family(address)
            && self.scope.is_none_or(|scope| scope == address.scope())
            && (self.flags ^ address.flags()) & self.flag_mask == 0
            && self.label.as_ref().is_none_or(labelled)
            && self.to.is_none_or(within)
    }
}

/// Reads a prefix of addresses, which links do not have.
fn prefix_of(word: &str, family: u8) -> Result<Prefix> {
    if family == AF_PACKET {
        let text = format!("Error: \"{word}\" may be inet prefix, but it is not allowed in this context.");
        return Err(Error::Usage(text).with_status(ABSENT));
    }
    prefix::prefix(word, family)
}

fn scope(word: &str) -> Result<Option<u8>> {
    let named = Named::scopes().number(word).and_then(|number| number.try_into().ok());
    match named.or_else(|| number(word)) {
        None if word == "all" => Ok(None),
        None => Err(wrong(word, "invalid \"scope\"")),
        scope => Ok(scope),
    }
}

/// The group that `word` is: a name of /etc/iproute2/group, or a number.
///
/// # Errors
/// It is none.
pub fn group(word: &str) -> Result<u32> {
    let named = Named::groups().number(word);
    named.or_else(|| number(word)).ok_or_else(|| wrong(word, "Invalid \"group\" value"))
}

/// The number of the device `name`, to be a master.
///
/// # Errors
/// There is none, which `what` says.
pub fn master(name: &str, links: &mut Links, what: &str) -> Result<u32> {
    links.index(name).map_err(|_| wrong(name, what))
}

/// The number of the vrf `name`.
///
/// # Errors
/// There is none.
pub fn vrf(name: &str, links: &mut Links) -> Result<u32> {
    const WHAT: &str = "Not a valid VRF name";
    let index = master(name, links, WHAT)?;
    let kind = links.kind(index);
    if kind.as_deref() == Some("vrf") { Ok(index) } else { Err(wrong(name, WHAT)) }
}
