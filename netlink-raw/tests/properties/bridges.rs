//! All settings of bridges and their ports, also those that others do not read.

use netlink_raw::kernel::{ETH_P_8021AD, ETH_P_8021Q};
use netlink_raw::route::{Bridge, BridgePort, BridgeSwitches, EtherType};
use proptest::array::{uniform4, uniform6};
use proptest::option::of;
use proptest::prelude::*;

/// One with the settings of `bridge`.
pub(crate) fn bridge(bridge: BoxedStrategy<Bridge>) -> BoxedStrategy<Bridge> {
    let switches = any::<(u32, u32)>().prop_map(|(on, mask)| BridgeSwitches { on, mask });
    let protocol = proptest::sample::select(vec![EtherType(ETH_P_8021Q), EtherType(ETH_P_8021AD)]);
    let more = (of(any::<[u8; 6]>()), of(protocol), of(switches), of(Just(())));
    let bytes = (of(any::<u8>()), of(any::<u8>()), of(any::<u8>()));
    let numbers = (uniform4(of(any::<u32>())), uniform6(of(any::<u64>())), uniform4(of(any::<bool>())));
    (bridge, more, bytes, numbers)
        .prop_map(|(bridge, more, bytes, (numbers, times, switches))| Bridge {
            group_address: more.0,
            vlan_protocol: more.1,
            switches: more.2,
            fdb_flush: more.3,
            multicast_router: bytes.0,
            multicast_igmp_version: bytes.1,
            multicast_mld_version: bytes.2,
            multicast_hash_elasticity: numbers[0],
            multicast_hash_max: numbers[1],
            multicast_last_member_count: numbers[2],
            multicast_startup_query_count: numbers[3],
            multicast_last_member_interval: times[0],
            multicast_membership_interval: times[1],
            multicast_querier_interval: times[2],
            multicast_query_interval: times[3],
            multicast_query_response_interval: times[4],
            multicast_startup_query_interval: times[5],
            vlan_stats_enabled: switches[0],
            vlan_stats_per_port: switches[1],
            multicast_query_use_ifaddr: switches[2],
            multicast_stats_enabled: switches[3],
            ..bridge
        })
        .boxed()
}

/// One with the settings of `port`.
pub(crate) fn port(port: BoxedStrategy<BridgePort>) -> BoxedStrategy<BridgePort> {
    let numbers = (of(any::<u8>()), of(any::<u16>()), of(any::<u32>()), of(Just(())));
    let switches = (of(any::<bool>()), of(any::<bool>()), of(any::<bool>()));
    (port, numbers, switches)
        .prop_map(|(port, numbers, switches)| BridgePort {
            multicast_router: numbers.0,
            group_forward_mask: numbers.1,
            backup_port: numbers.2,
            fdb_flush: numbers.3,
            proxy_arp_wifi: switches.0,
            multicast_to_unicast: switches.1,
            vlan_tunnel: switches.2,
            ..port
        })
        .boxed()
}
