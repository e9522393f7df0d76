//! The options that each driver has.

use netlink_raw::kernel::{
    ETH_P_8021AD, ETH_P_8021Q, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, IPVLAN_MODE_L2, IPVLAN_MODE_L3,
    IPVLAN_MODE_L3S, MACVLAN_MODE_BRIDGE, MACVLAN_MODE_PASSTHRU, MACVLAN_MODE_PRIVATE, MACVLAN_MODE_SOURCE,
    MACVLAN_MODE_VEPA,
};
use netlink_raw::route::{Bridge, BridgePort, Ipvlan, Macvlan, Vlan, Vxlan};

use super::value::{Names, Switch, Value};

/// An option's word and its place.
type Values<'a> = Vec<(&'static str, Value<'a>)>;

const MACVLAN_MODES: Names<u32> = &[
    ("bridge", MACVLAN_MODE_BRIDGE),
    ("private", MACVLAN_MODE_PRIVATE),
    ("vepa", MACVLAN_MODE_VEPA),
    ("passthru", MACVLAN_MODE_PASSTHRU),
    ("source", MACVLAN_MODE_SOURCE),
];
const IPVLAN_MODES: Names<u16> = &[("l2", IPVLAN_MODE_L2), ("l3", IPVLAN_MODE_L3), ("l3s", IPVLAN_MODE_L3S)];
const IPVLAN_FLAGS: Names<u16> = &[("bridge", 0), ("private", IPVLAN_F_PRIVATE), ("vepa", IPVLAN_F_VEPA)];
const VLAN_PROTOCOLS: Names<u16> = &[("802.1q", ETH_P_8021Q), ("802.1ad", ETH_P_8021AD)];

fn switch(place: &mut Option<bool>) -> Value<'_> {
    Value::Switch(Switch::Bool(place))
}

pub(super) fn bridge<'a>(bridge: &'a mut Bridge, port: &'a mut BridgePort) -> Values<'a> {
    vec![
        ("stp", Value::Switch(Switch::Number(&mut bridge.stp_state))),
        ("forward_delay", Value::Time(&mut bridge.forward_delay, 0..=3000)),
        ("hello_time", Value::Time(&mut bridge.hello_time, 100..=1000)),
        ("max_age", Value::Time(&mut bridge.max_age, 600..=4000)),
        ("priority", Value::Short(&mut bridge.priority, 0..=u16::MAX)),
        ("ageing_time", Value::Time(&mut bridge.ageing_time, 0..=100_000_000)),
        ("vlan_filtering", switch(&mut bridge.vlan_filtering)),
        ("mcast_snooping", switch(&mut bridge.multicast_snooping)),
        ("cost", Value::Number(&mut port.cost, 1..=65_535)),
        ("port_priority", Value::Short(&mut port.priority, 0..=63)),
        ("hairpin", switch(&mut port.hairpin)),
        ("isolated", switch(&mut port.isolated)),
        ("learning", switch(&mut port.learning)),
        ("flood", switch(&mut port.unicast_flood)),
        ("mcast_flood", switch(&mut port.multicast_flood)),
        ("bcast_flood", switch(&mut port.broadcast_flood)),
    ]
}

pub(super) fn macvlan<'a>(parent: &'a mut Option<String>, settings: &'a mut Macvlan) -> Values<'a> {
    vec![
        ("parent", Value::Device(parent)),
        ("mode", Value::Word(&mut settings.mode, MACVLAN_MODES)),
        ("bcqueuelen", Value::Number(&mut settings.broadcast_queue_len, 0..=u32::MAX)),
    ]
}

pub(super) fn ipvlan<'a>(parent: &'a mut Option<String>, settings: &'a mut Ipvlan) -> Values<'a> {
    vec![
        ("parent", Value::Device(parent)),
        ("mode", Value::ShortWord(&mut settings.mode, IPVLAN_MODES)),
        ("flag", Value::ShortWord(&mut settings.flags, IPVLAN_FLAGS)),
    ]
}

pub(super) fn vlan<'a>(parent: &'a mut Option<String>, settings: &'a mut Vlan) -> Values<'a> {
    vec![
        ("parent", Value::Device(parent)),
        ("id", Value::Short(&mut settings.id, 1..=4094)),
        ("protocol", Value::ShortWord(&mut settings.protocol, VLAN_PROTOCOLS)),
    ]
}

pub(super) fn vxlan<'a>(parent: &'a mut Option<String>, settings: &'a mut Vxlan) -> Values<'a> {
    vec![
        ("parent", Value::Device(parent)),
        ("id", Value::Number(&mut settings.id, 0..=0xff_ffff)),
        ("remote", Value::Ip(&mut settings.group)),
        ("local", Value::Ip(&mut settings.local)),
        ("dstport", Value::Short(&mut settings.port, 1..=u16::MAX)),
        ("ttl", Value::Byte(&mut settings.ttl)),
        ("tos", Value::Byte(&mut settings.tos)),
        ("learning", switch(&mut settings.learning)),
        ("ageing", Value::Number(&mut settings.ageing, 0..=u32::MAX)),
        ("maxaddress", Value::Number(&mut settings.limit, 0..=u32::MAX)),
        ("proxy", switch(&mut settings.proxy)),
        ("l2miss", switch(&mut settings.l2_miss)),
        ("l3miss", switch(&mut settings.l3_miss)),
        ("udpcsum", switch(&mut settings.udp_checksum)),
    ]
}
