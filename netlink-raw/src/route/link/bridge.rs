//! A bridge's own settings (`IFLA_BR_*`) and those of its ports (`IFLA_BRPORT_*`).
//!
//! Sources: ip-link(8), `net/bridge/br_netlink.c`.

use super::settings::{BridgeSwitches, EtherType, settings};
use crate::kernel::{
    IFLA_BR_AGEING_TIME, IFLA_BR_FDB_FLUSH, IFLA_BR_FORWARD_DELAY, IFLA_BR_GROUP_ADDR,
    IFLA_BR_GROUP_FWD_MASK, IFLA_BR_HELLO_TIME, IFLA_BR_MAX_AGE, IFLA_BR_MCAST_HASH_ELASTICITY,
    IFLA_BR_MCAST_HASH_MAX, IFLA_BR_MCAST_IGMP_VERSION, IFLA_BR_MCAST_LAST_MEMBER_CNT,
    IFLA_BR_MCAST_LAST_MEMBER_INTVL, IFLA_BR_MCAST_MEMBERSHIP_INTVL, IFLA_BR_MCAST_MLD_VERSION,
    IFLA_BR_MCAST_QUERIER, IFLA_BR_MCAST_QUERIER_INTVL, IFLA_BR_MCAST_QUERY_INTVL,
    IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, IFLA_BR_MCAST_QUERY_USE_IFADDR, IFLA_BR_MCAST_ROUTER,
    IFLA_BR_MCAST_SNOOPING, IFLA_BR_MCAST_STARTUP_QUERY_CNT, IFLA_BR_MCAST_STARTUP_QUERY_INTVL,
    IFLA_BR_MCAST_STATS_ENABLED, IFLA_BR_MULTI_BOOLOPT, IFLA_BR_NF_CALL_ARPTABLES, IFLA_BR_NF_CALL_IP6TABLES,
    IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_PRIORITY, IFLA_BR_STP_STATE, IFLA_BR_VLAN_DEFAULT_PVID,
    IFLA_BR_VLAN_FILTERING, IFLA_BR_VLAN_PROTOCOL, IFLA_BR_VLAN_STATS_ENABLED, IFLA_BR_VLAN_STATS_PER_PORT,
    IFLA_BRPORT_BACKUP_PORT, IFLA_BRPORT_BCAST_FLOOD, IFLA_BRPORT_COST, IFLA_BRPORT_FAST_LEAVE,
    IFLA_BRPORT_FLUSH, IFLA_BRPORT_GROUP_FWD_MASK, IFLA_BRPORT_GUARD, IFLA_BRPORT_ISOLATED,
    IFLA_BRPORT_LEARNING, IFLA_BRPORT_LOCKED, IFLA_BRPORT_MCAST_FLOOD, IFLA_BRPORT_MCAST_TO_UCAST,
    IFLA_BRPORT_MODE, IFLA_BRPORT_MULTICAST_ROUTER, IFLA_BRPORT_NEIGH_SUPPRESS, IFLA_BRPORT_PRIORITY,
    IFLA_BRPORT_PROTECT, IFLA_BRPORT_PROXYARP, IFLA_BRPORT_PROXYARP_WIFI, IFLA_BRPORT_STATE,
    IFLA_BRPORT_UNICAST_FLOOD, IFLA_BRPORT_VLAN_TUNNEL,
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
        /// Forget all learnt hardware addresses. Only in requests.
        fdb_flush: () = IFLA_BR_FDB_FLUSH, "fdb_flush";
        /// Where spanning tree packets are sent to.
        group_address: [u8; 6] = IFLA_BR_GROUP_ADDR, "group_address";
        /// The protocol of its tags: `ETH_P_8021Q` or `ETH_P_8021AD`.
        vlan_protocol: EtherType = IFLA_BR_VLAN_PROTOCOL, "vlan_protocol";
        /// Count what passes each VLAN.
        vlan_stats_enabled: bool = IFLA_BR_VLAN_STATS_ENABLED, "vlan_stats_enabled";
        /// Count it for each port, too.
        vlan_stats_per_port: bool = IFLA_BR_VLAN_STATS_PER_PORT, "vlan_stats_per_port";
        /// Whether itself gets all multicast as a router does: 0 never, 1 when it sees queries, 2 always.
        multicast_router: u8 = IFLA_BR_MCAST_ROUTER, "mcast_router";
        /// Put its own address into queries.
        multicast_query_use_ifaddr: bool = IFLA_BR_MCAST_QUERY_USE_IFADDR, "mcast_query_use_ifaddr";
        /// No effect in kernels since 4.20.
        multicast_hash_elasticity: u32 = IFLA_BR_MCAST_HASH_ELASTICITY, "mcast_hash_elasticity";
        /// Multicast groups, at most.
        multicast_hash_max: u32 = IFLA_BR_MCAST_HASH_MAX, "mcast_hash_max";
        /// Queries after a listener left.
        multicast_last_member_count: u32 = IFLA_BR_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count";
        /// Queries at the start.
        multicast_startup_query_count: u32 = IFLA_BR_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count";
        /// Time between queries after a listener left.
        multicast_last_member_interval: u64 = IFLA_BR_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_interval";
        /// How long a listener is believed.
        multicast_membership_interval: u64 = IFLA_BR_MCAST_MEMBERSHIP_INTVL, "mcast_membership_interval";
        /// How long another querier is believed.
        multicast_querier_interval: u64 = IFLA_BR_MCAST_QUERIER_INTVL, "mcast_querier_interval";
        /// Time between queries.
        multicast_query_interval: u64 = IFLA_BR_MCAST_QUERY_INTVL, "mcast_query_interval";
        /// How long to wait for answers.
        multicast_query_response_interval: u64 =
            IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, "mcast_query_response_interval";
        /// Time between queries at the start.
        multicast_startup_query_interval: u64 =
            IFLA_BR_MCAST_STARTUP_QUERY_INTVL, "mcast_startup_query_interval";
        /// Count multicast.
        multicast_stats_enabled: bool = IFLA_BR_MCAST_STATS_ENABLED, "mcast_stats_enabled";
        /// Version of IGMP: 2 or 3.
        multicast_igmp_version: u8 = IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version";
        /// Version of MLD: 1 or 2.
        multicast_mld_version: u8 = IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version";
        /// What is on or off.
        switches: BridgeSwitches = IFLA_BR_MULTI_BOOLOPT, "";
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
        /// Forget the hardware addresses learnt from it. Only in requests.
        fdb_flush: () = IFLA_BRPORT_FLUSH, "fdb_flush";
        /// Answer ARP in its name, as wireless access points need it.
        proxy_arp_wifi: bool = IFLA_BRPORT_PROXYARP_WIFI, "proxy_arp_wifi";
        /// Whether a multicast router is there: 0 never, 1 when it sees queries, 2 always, 3 for a while.
        multicast_router: u8 = IFLA_BRPORT_MULTICAST_ROUTER, "mcast_router";
        /// Send multicast to each listener as unicast.
        multicast_to_unicast: bool = IFLA_BRPORT_MCAST_TO_UCAST, "mcast_to_unicast";
        /// Bit N forwards 01:80:c2:00:00:0N.
        group_forward_mask: u16 = IFLA_BRPORT_GROUP_FWD_MASK, "group_fwd_mask";
        /// Map VLANs to tunnels.
        vlan_tunnel: bool = IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel";
        /// Index of the port that gets its packets while it has no carrier; 0 for none.
        backup_port: u32 = IFLA_BRPORT_BACKUP_PORT, "backup_port";
    }
}
