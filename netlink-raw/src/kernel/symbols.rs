//! Names to numbers: the tables of names, read the other way.

#[allow(clippy::wildcard_imports, reason = "all tables")]
use super::*;

/// Tables of 8-bit numbers.
const BYTES: &[&[(u8, &str)]] = &[
    ROUTE_KINDS,
    ROUTE_PROTOCOLS,
    SCOPES,
    NEIGHBOUR_FLAGS,
    FAMILIES,
    OPERSTATES,
    TUN_TYPES,
    ADDR_GEN_MODES,
    NETFILTER_FAMILIES,
];

/// Tables of 16-bit numbers.
const HALVES: &[&[(u16, &str)]] = &[
    MESSAGE_TYPES,
    OTHER_MESSAGE_TYPES,
    NETFILTER_MESSAGES,
    MESSAGE_FLAGS,
    GET_FLAGS,
    NEW_FLAGS,
    DELETE_FLAGS,
    ERROR_FLAGS,
    ERROR_ATTRIBUTES,
    LINK_ATTRIBUTES,
    LINKINFO_ATTRIBUTES,
    VETH_ATTRIBUTES,
    BRIDGE_ATTRIBUTES,
    PORT_ATTRIBUTES,
    ADDRESS_ATTRIBUTES,
    ROUTE_ATTRIBUTES,
    METRIC_ATTRIBUTES,
    NEIGHBOUR_ATTRIBUTES,
    NSID_ATTRIBUTES,
    NEIGHBOUR_STATES,
    MACVLAN_ATTRIBUTES,
    MACVLAN_FLAGS,
    IPVLAN_ATTRIBUTES,
    IPVLAN_MODES,
    IPVLAN_FLAGS,
    VLAN_ATTRIBUTES,
    ETHERNET_PROTOCOLS,
    VXLAN_ATTRIBUTES,
    TUN_ATTRIBUTES,
    INET6_ATTRIBUTES,
    TC_ATTRIBUTES,
    TBF_ATTRIBUTES,
    MATCHALL_ATTRIBUTES,
    U32_ATTRIBUTES,
    ACTION_ATTRIBUTES,
    MIRRED_ATTRIBUTES,
    POLICE_ATTRIBUTES,
];

/// Tables of 32-bit numbers.
const WORDS: &[&[(u32, &str)]] = &[
    LINK_FLAGS,
    ADDRESS_FLAGS,
    ROUTE_TABLES,
    ROUTE_FLAGS,
    LINK_FILTERS,
    MACVLAN_MODES,
    VLAN_FLAGS,
    TC_PARENTS,
    VERDICTS,
];

/// The number that a name of the kernel's stands for, such as `RTM_NEWLINK`.
pub(crate) fn number(name: &str) -> Option<u32> {
    fn find<T: Copy + Into<u32>>(tables: &[&[(T, &str)]], name: &str) -> Option<u32> {
        let mut all = tables.iter().flat_map(|table| table.iter());
        all.find(|(_, known)| *known == name).map(|(number, _)| (*number).into())
    }
    find(HALVES, name).or_else(|| find(BYTES, name)).or_else(|| find(WORDS, name))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn names_are_found_in_whatever_table() {
        assert_eq!(number("RTM_NEWLINK"), Some(16));
        assert_eq!(number("RT_SCOPE_LINK"), Some(253));
        assert_eq!(number("IFF_LOWER_UP"), Some(0x10000));
        assert_eq!(number("NLM_F_DUMP"), Some(0x300));
        assert_eq!(number("nonsense"), None);
    }
}
