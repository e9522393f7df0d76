//! The settings of a bridge.

use netlink_raw::kernel::{BR_BOOLOPT_MCAST_VLAN_SNOOPING, BR_BOOLOPT_NO_LL_LEARN};
use netlink_raw::route::{Bridge, EtherType};

use super::{ether_type, unknown};
use crate::ip::lladdr;
use crate::ip::words::{Result, Words, failed, shortens, wrong};

/// Where a word's value goes, by its size.
#[derive(Debug, Clone, Copy)]
enum Place {
    Long(fn(&mut Bridge) -> &mut Option<u64>),
    Number(fn(&mut Bridge) -> &mut Option<u32>),
    Short(fn(&mut Bridge) -> &mut Option<u16>),
    Byte(fn(&mut Bridge) -> &mut Option<u8>),
    /// A byte that is nought or not.
    Switch(fn(&mut Bridge) -> &mut Option<bool>),
    /// A bit of `BR_BOOLOPT_*`.
    Bit(u32),
    Protocol,
    Address,
    Flush,
}

/// The words in the order in which they are matched when they are shortened. Times are in hundredths of a second.
const WORDS: [(&str, Place); 36] = [
    ("forward_delay", Place::Number(|to| &mut to.forward_delay)),
    ("hello_time", Place::Number(|to| &mut to.hello_time)),
    ("max_age", Place::Number(|to| &mut to.max_age)),
    ("ageing_time", Place::Number(|to| &mut to.ageing_time)),
    ("stp_state", Place::Number(|to| &mut to.stp_state)),
    ("priority", Place::Short(|to| &mut to.priority)),
    ("vlan_filtering", Place::Switch(|to| &mut to.vlan_filtering)),
    ("vlan_protocol", Place::Protocol),
    ("group_fwd_mask", Place::Short(|to| &mut to.group_forward_mask)),
    ("group_address", Place::Address),
    ("no_linklocal_learn", Place::Bit(BR_BOOLOPT_NO_LL_LEARN)),
    ("fdb_flush", Place::Flush),
    ("vlan_default_pvid", Place::Short(|to| &mut to.vlan_default_pvid)),
    ("vlan_stats_enabled", Place::Switch(|to| &mut to.vlan_stats_enabled)),
    ("vlan_stats_per_port", Place::Switch(|to| &mut to.vlan_stats_per_port)),
    ("mcast_router", Place::Byte(|to| &mut to.multicast_router)),
    ("mcast_snooping", Place::Switch(|to| &mut to.multicast_snooping)),
    ("mcast_vlan_snooping", Place::Bit(BR_BOOLOPT_MCAST_VLAN_SNOOPING)),
    ("mcast_query_use_ifaddr", Place::Switch(|to| &mut to.multicast_query_use_ifaddr)),
    ("mcast_querier", Place::Switch(|to| &mut to.multicast_querier)),
    ("mcast_hash_elasticity", Place::Number(|to| &mut to.multicast_hash_elasticity)),
    ("mcast_hash_max", Place::Number(|to| &mut to.multicast_hash_max)),
    ("mcast_last_member_count", Place::Number(|to| &mut to.multicast_last_member_count)),
    ("mcast_startup_query_count", Place::Number(|to| &mut to.multicast_startup_query_count)),
    ("mcast_last_member_interval", Place::Long(|to| &mut to.multicast_last_member_interval)),
    ("mcast_membership_interval", Place::Long(|to| &mut to.multicast_membership_interval)),
    ("mcast_querier_interval", Place::Long(|to| &mut to.multicast_querier_interval)),
    ("mcast_query_interval", Place::Long(|to| &mut to.multicast_query_interval)),
    ("mcast_query_response_interval", Place::Long(|to| &mut to.multicast_query_response_interval)),
    ("mcast_startup_query_interval", Place::Long(|to| &mut to.multicast_startup_query_interval)),
    ("mcast_stats_enabled", Place::Switch(|to| &mut to.multicast_stats_enabled)),
    ("mcast_igmp_version", Place::Byte(|to| &mut to.multicast_igmp_version)),
    ("mcast_mld_version", Place::Byte(|to| &mut to.multicast_mld_version)),
    ("nf_call_iptables", Place::Switch(|to| &mut to.nf_call_iptables)),
    ("nf_call_ip6tables", Place::Switch(|to| &mut to.nf_call_ip6tables)),
    ("nf_call_arptables", Place::Switch(|to| &mut to.nf_call_arptables)),
];

/// The settings that `words` say.
///
/// # Errors
/// A mistake in them.
pub(super) fn read(words: &mut Words<'_>) -> Result<Bridge> {
    let mut bridge = Bridge::default();
    while let Some(word) = words.take() {
        let known = WORDS.iter().find(|(name, _)| shortens(word, name));
        let (name, place) = known.ok_or_else(|| unknown("bridge: unknown command", word))?;
        put(&mut bridge, name, *place, words)?;
    }
    Ok(bridge)
}

fn put(bridge: &mut Bridge, name: &str, place: Place, words: &mut Words<'_>) -> Result<()> {
    let what = format!("invalid {name}");
    match place {
        Place::Long(to) => *to(bridge) = Some(words.number(&what)?),
        Place::Number(to) => *to(bridge) = Some(words.number(&what)?),
        Place::Short(to) => *to(bridge) = Some(words.number(&what)?),
        Place::Byte(to) => *to(bridge) = Some(words.number(&what)?),
        Place::Switch(to) => *to(bridge) = Some(words.number::<u8>(&what)? != 0),
        Place::Bit(bit) => {
            let on = words.number::<u8>(&what)? != 0;
            let switches = bridge.switches.get_or_insert_default();
            switches.mask |= bit;
            switches.on = if on { switches.on | bit } else { switches.on & !bit };
        }
        Place::Protocol => {
            let word = words.value()?;
            bridge.vlan_protocol = Some(EtherType(ether_type(word).ok_or_else(|| wrong(word, &what))?));
        }
        Place::Address => {
            let address = lladdr::read(words.value()?)?;
            let length = address.len();
            let wrong = |_| failed(format!("Invalid address length {length} - must be 6 bytes"));
            bridge.group_address = Some(address[..].try_into().map_err(wrong)?);
        }
        Place::Flush => bridge.fdb_flush = Some(()),
    }
    Ok(())
}
