//! `neigh add`, `change`, `replace` and `del`: words become a neighbour.

use netlink_raw::kernel::{NTF_EXT_LEARNED, NTF_EXT_MANAGED, NTF_PROXY, NTF_ROUTER, NTF_USE, NUD_PERMANENT};
use netlink_raw::route::Neighbour;

use super::filter::{protocol, state};
use crate::ip::links::Links;
use crate::ip::lladdr;
use crate::ip::prefix::{address, is_any};
use crate::ip::words::{Result, Words, duplicate, mistake, shortens, twice};

/// The neighbour that `words` describe.
///
/// # Errors
/// A mistake in them, or a device that is not there.
pub fn read(words: &mut Words<'_>, family: u8, links: &mut Links) -> Result<Neighbour> {
    let mut neighbour = Neighbour { state: NUD_PERMANENT, ..Neighbour::default() };
    let (mut device, mut hardware, mut to) = (None, None, None);
    while let Some(word) = words.take() {
        match word {
            "nud" => neighbour.state = state(words.value()?)?,
            "dev" => device = Some(words.value()?),
            "use" => neighbour.flags |= NTF_USE,
            "managed" => {
                neighbour.more_flags = Some(NTF_EXT_MANAGED);
                // The kernel finds out for itself.
                neighbour.state &= !NUD_PERMANENT;
            }
            _ if shortens(word, "lladdr") => {
                let value = words.value()?;
                if hardware.is_some() {
                    return Err(duplicate("lladdr", value));
                }
                hardware = Some(value);
            }
            _ if shortens(word, "proxy") => {
                let value = words.value()?;
                if to.is_some() {
                    return Err(duplicate("address", value));
                }
                to = Some(value);
                neighbour.flags |= NTF_PROXY;
            }
            _ if shortens(word, "router") => neighbour.flags |= NTF_ROUTER,
            _ if shortens(word, "extern_learn") => neighbour.flags |= NTF_EXT_LEARNED,
            _ if shortens(word, "protocol") => {
                neighbour.protocol = Some(protocol(words.value()?, "\"protocol\" value is invalid")?);
            }
            _ => {
                let value = if word == "to" { words.value()? } else { word };
                if to.is_some() {
                    return Err(twice("to", value));
                }
                to = Some(value);
            }
        }
        if let Some(to) = to.filter(|_| neighbour.destination.is_none()) {
            neighbour.destination = if is_any(to) { None } else { Some(address(to, family)?) };
        }
    }
    let proxy = neighbour.flags & NTF_PROXY != 0;
    if neighbour.destination.is_none() || (device.is_none() && !proxy) {
        return Err(mistake("Device and destination are required arguments.".to_owned()));
    }
    if let Some(hardware) = hardware.filter(|word| *word != "null") {
        neighbour.link_address = Some(lladdr::read(hardware)?);
    }
    if let Some(device) = device {
        neighbour.index = links.index(device)?;
    }
    Ok(neighbour)
}
