//! `showmacs`: what a bridge knows of who is behind which port.

use std::collections::BTreeMap;

use netlink_raw::HardwareAddress;
use netlink_raw::kernel::{NDA_CACHEINFO, NDA_LLADDR, NDA_MASTER, NUD_NOARP, NUD_PERMANENT, NUD_STALE};
use netlink_raw::route::Neighbour;

use super::find::{Device, strerror, why};
use super::stp::seconds;
use super::{Call, failed};
use crate::error::Result;
use crate::ip::answer::Told;
use crate::ip::neigh::entry::Entry;
use crate::ip::neigh::print::cache;
use crate::stdout;

/// Shows the forwarding database of a bridge, by the addresses in it.
///
/// # Errors
/// There is no such bridge; the kernel can't be asked; write(2)'s.
pub fn showmacs(call: &mut Call<'_>) -> Result<u8> {
    let refused = |why: String| failed(format!("read of forward table failed: {why}"));
    let bridge = match call.devices.find(&call.words[0])? {
        None => return Err(refused(strerror(libc::ENODEV))),
        Some(Device { bridge: None, .. }) => return Err(refused(strerror(libc::EOPNOTSUPP))),
        Some(bridge) => bridge.index,
    };
    let told: Vec<Told> =
        call.devices.ask(Neighbour::dump_forwarding(bridge)).map_err(|refusal| refused(why(&refusal)))?;
    // Asked for later, they are those of all entries but of a port that has just gone.
    let ports = call.devices.ports(bridge)?;
    let numbers: BTreeMap<u32, u16> =
        ports.iter().filter_map(|port| Some((port.index, port.port.as_ref()?.1.number))).collect();
    let entries = told.iter().filter_map(|told| Known::read(&told.0, bridge, &numbers));
    stdout::print(table(entries.collect()))?;
    Ok(0)
}

/// An entry of a forwarding database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    address: [u8; 6],
    port: u16,
    local: bool,
    /// Hundredths of a second since it was heard.
    age: u32,
}

impl Known {
    /// Reads what the kernel tells, and takes what `brctl` is told: no addresses of the bridge's own or of a
    /// device's own table, and nothing that is as good as forgotten.
    fn read(payload: &[u8], bridge: u32, ports: &BTreeMap<u32, u16>) -> Option<Self> {
        let entry = Entry::new(payload)?;
        if entry.table.u32(NDA_MASTER) != Some(bridge) || entry.state() == NUD_STALE {
            return None;
        }
        let [_, _, updated, _] = entry.table.bytes(NDA_CACHEINFO).map_or([0; 4], cache);
        Some(Self {
            address: entry.table.bytes(NDA_LLADDR)?.try_into().ok()?,
            port: *ports.get(&entry.index())?,
            local: entry.state() & NUD_PERMANENT != 0,
            // What does not age has no age.
            age: if entry.state() & (NUD_PERMANENT | NUD_NOARP) == 0 { updated } else { 0 },
        })
    }
}

fn table(mut entries: Vec<Known>) -> String {
    // An address in several VLANs is an entry in each.
    entries.sort_by_key(|entry| entry.address);
    let rows = entries.iter().map(|entry| {
        let address = HardwareAddress::from(entry.address);
        let local = if entry.local { "yes" } else { "no" };
        format!("{:3}\t{address}\t{local}\t\t{}\n", entry.port, seconds(entry.age.into()))
    });
    format!("port no\tmac addr\t\tis local?\tageing timer\n{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use netlink_raw::kernel::{NTF_SELF, NUD_REACHABLE};

    use super::*;

    fn told(index: u8, state: u16, flags: u8, master: Option<u32>) -> Vec<u8> {
        let mut bytes = vec![7, 0, 0, 0, index, 0, 0, 0];
        bytes.extend(state.to_ne_bytes());
        bytes.extend([flags, 0]);
        let mut put = |kind: u16, payload: &[u8]| {
            bytes.extend(u16::try_from(4 + payload.len()).unwrap().to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(payload);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        };
        put(NDA_LLADDR, &[2, 0, 0, 0, 0, index]);
        if let Some(master) = master {
            put(NDA_MASTER, &master.to_ne_bytes());
        }
        let times = [1_u32, 2, 1234, 0].map(u32::to_ne_bytes);
        put(NDA_CACHEINFO, times.as_flattened());
        bytes
    }

    #[test]
    fn entries_of_ports_are_shown_and_no_others() {
        let ports = BTreeMap::from([(5, 1), (6, 300)]);
        let all = [
            told(6, NUD_REACHABLE, 0, Some(2)),
            told(5, NUD_PERMANENT, 0, Some(2)),
            told(5, NUD_NOARP, 0, Some(2)),
            told(5, NUD_STALE, 0, Some(2)),
            told(5, NUD_PERMANENT, NTF_SELF, None),
            told(2, NUD_PERMANENT, 0, Some(2)),
            told(7, NUD_REACHABLE, 0, Some(3)),
            vec![7, 0, 0],
        ];
        let known = all.iter().filter_map(|payload| Known::read(payload, 2, &ports)).collect();
        assert_eq!(
            table(known),
            "port no\tmac addr\t\tis local?\tageing timer\n  \
             1\t02:00:00:00:00:05\tyes\t\t   0.00\n  \
             1\t02:00:00:00:00:05\tno\t\t   0.00\n\
             300\t02:00:00:00:00:06\tno\t\t  12.34\n"
        );
    }
}
