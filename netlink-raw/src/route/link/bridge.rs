//! A bridge's own settings (`IFLA_BR_*`) and those of its ports (`IFLA_BRPORT_*`).
//!
//! Sources: ip-link(8), `net/bridge/br_netlink.c`.

use super::settings::settings;
use crate::kernel::{
    IFLA_BR_AGEING_TIME, IFLA_BR_FORWARD_DELAY, IFLA_BR_GROUP_FWD_MASK, IFLA_BR_HELLO_TIME, IFLA_BR_MAX_AGE,
    IFLA_BR_MCAST_QUERIER, IFLA_BR_MCAST_SNOOPING, IFLA_BR_NF_CALL_ARPTABLES, IFLA_BR_NF_CALL_IP6TABLES,
    IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_PRIORITY, IFLA_BR_STP_STATE, IFLA_BR_VLAN_DEFAULT_PVID,
    IFLA_BR_VLAN_FILTERING, IFLA_BRPORT_BCAST_FLOOD, IFLA_BRPORT_COST, IFLA_BRPORT_FAST_LEAVE,
    IFLA_BRPORT_GUARD, IFLA_BRPORT_ISOLATED, IFLA_BRPORT_LEARNING, IFLA_BRPORT_LOCKED,
    IFLA_BRPORT_MCAST_FLOOD, IFLA_BRPORT_MODE, IFLA_BRPORT_NEIGH_SUPPRESS, IFLA_BRPORT_PRIORITY,
    IFLA_BRPORT_PROTECT, IFLA_BRPORT_PROXYARP, IFLA_BRPORT_STATE, IFLA_BRPORT_UNICAST_FLOOD,
};

settings! {
    /// A bridge's settings. Times are in hundredths of a second (`USER_HZ`).
    Bridge {
        /// Time in the listening state, and in the learning state: 200 to 3000.
        forward_delay: u32 = IFLA_BR_FORWARD_DELAY, "forward_delay";
        /// Time between hello packets: 100 to 1000.
        hello_time: u32 = IFLA_BR_HELLO_TIME, "hello_time";
        /// How long a hello packet is believed: 600 to 4000.
        max_age: u32 = IFLA_BR_MAX_AGE, "max_age";
        /// How long a learnt hardware address is remembered.
        ageing_time: u32 = IFLA_BR_AGEING_TIME, "ageing_time";
        /// Spanning tree protocol: 0 off, 1 by the kernel, 2 (told only) by a daemon.
        stp_state: u32 = IFLA_BR_STP_STATE, "stp_state";
        /// Priority in the spanning tree, lowest first.
        priority: u16 = IFLA_BR_PRIORITY, "priority";
        /// Look at VLAN tags while forwarding.
        vlan_filtering: bool = IFLA_BR_VLAN_FILTERING, "vlan_filtering";
        /// Bit N forwards 01:80:c2:00:00:0N.
        group_forward_mask: u16 = IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask";
        /// Learn from IGMP and MLD which ports want which multicast.
        multicast_snooping: bool = IFLA_BR_MCAST_SNOOPING, "mcast_snooping";
        /// Send IGMP and MLD queries.
        multicast_querier: bool = IFLA_BR_MCAST_QUERIER, "mcast_querier";
        /// Show bridged IPv4 to iptables.
        nf_call_iptables: bool = IFLA_BR_NF_CALL_IPTABLES, "nf_call_iptables";
        /// Show bridged IPv6 to ip6tables.
        nf_call_ip6tables: bool = IFLA_BR_NF_CALL_IP6TABLES, "nf_call_ip6tables";
        /// Show bridged ARP to arptables.
        nf_call_arptables: bool = IFLA_BR_NF_CALL_ARPTABLES, "nf_call_arptables";
        /// VLAN of a new port; 0 for none.
        vlan_default_pvid: u16 = IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid";
    }
}

settings! {
    /// The settings of a bridge's port.
    BridgePort {
        /// Spanning tree state: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking.
        state: u8 = IFLA_BRPORT_STATE, "state";
        /// Spanning tree priority, 0 to 63.
        priority: u16 = IFLA_BRPORT_PRIORITY, "priority";
        /// Spanning tree path cost.
        cost: u32 = IFLA_BRPORT_COST, "cost";
        /// Send packets back out of the port they came in by, so that a container reaches itself through
        /// a port published on the host.
        hairpin: bool = IFLA_BRPORT_MODE, "hairpin";
        /// Shut the port when it sends spanning tree packets.
        guard: bool = IFLA_BRPORT_GUARD, "guard";
        /// Never let it become the root port.
        root_block: bool = IFLA_BRPORT_PROTECT, "root_block";
        /// Stop multicast to it at once when its one listener leaves.
        fast_leave: bool = IFLA_BRPORT_FAST_LEAVE, "fastleave";
        /// Learn hardware addresses from what it sends.
        learning: bool = IFLA_BRPORT_LEARNING, "learning";
        /// Send it unicast for addresses not known.
        unicast_flood: bool = IFLA_BRPORT_UNICAST_FLOOD, "flood";
        /// Send it multicast that nobody asked for.
        multicast_flood: bool = IFLA_BRPORT_MCAST_FLOOD, "mcast_flood";
        /// Send it broadcasts.
        broadcast_flood: bool = IFLA_BRPORT_BCAST_FLOOD, "bcast_flood";
        /// Answer ARP in its name.
        proxy_arp: bool = IFLA_BRPORT_PROXYARP, "proxy_arp";
        /// Answer ARP and neighbour solicitations from the table instead of sending them on.
        neighbour_suppress: bool = IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress";
        /// Keep it from other isolated ports.
        isolated: bool = IFLA_BRPORT_ISOLATED, "isolated";
        /// Drop what comes from hardware addresses that are not in the table.
        locked: bool = IFLA_BRPORT_LOCKED, "locked";
    }
}
