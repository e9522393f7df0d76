//! `ip link`.

use super::found::Found;
use super::{Words, last_word, link_name, netns_name, port};
use crate::Decode;
use crate::describe::shape::known;
use crate::describe::{Elsewhere, Names};
use crate::kernel::{
    AF_BRIDGE, AF_INET6, IFF_ALLMULTI, IFF_DYNAMIC, IFF_MULTICAST, IFF_NOARP, IFF_NOTRAILERS, IFF_PROMISC,
    IFF_UP, IFLA_ADDRESS, IFLA_AF_SPEC, IFLA_ALT_IFNAME, IFLA_BROADCAST, IFLA_CARRIER, IFLA_EXT_MASK,
    IFLA_GRO_MAX_SIZE, IFLA_GROUP, IFLA_GSO_MAX_SEGS, IFLA_GSO_MAX_SIZE, IFLA_IFALIAS, IFLA_IFNAME,
    IFLA_INET6_TOKEN, IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA, IFLA_LINK, IFLA_LINK_NETNSID, IFLA_LINKINFO,
    IFLA_LINKMODE, IFLA_MASTER, IFLA_MTU, IFLA_NET_NS_FD, IFLA_NET_NS_PID, IFLA_NEW_IFINDEX,
    IFLA_NUM_RX_QUEUES, IFLA_NUM_TX_QUEUES, IFLA_OPERSTATE, IFLA_PARENT_DEV_NAME, IFLA_PROP_LIST,
    IFLA_PROTINFO, IFLA_PROTO_DOWN, IFLA_PROTO_DOWN_REASON, IFLA_TXQLEN, LINK_MODES, NLM_F_CREATE,
    NLM_F_DUMP, OPERSTATES, RTM_DELLINK, RTM_DELLINKPROP, RTM_GETLINK, RTM_NEWLINKPROP,
};
use crate::route::{Kind, Link};
use crate::wire::{Attributes, Message, field};

/// Words that `ip link add` takes for options where it expects a name.
const OPTIONS: &[&str] = &[
    "address",
    "addrgenmode",
    "alias",
    "allmulticast",
    "arp",
    "brd",
    "broadcast",
    "carrier",
    "dev",
    "down",
    "dynamic",
    "group",
    "help",
    "index",
    "link",
    "link-netnsid",
    "master",
    "mode",
    "mtu",
    "multicast",
    "name",
    "netns",
    "nomaster",
    "numrxqueues",
    "numtxqueues",
    "promisc",
    "protodown",
    "qlen",
    "state",
    "trailers",
    "txqlen",
    "txqueuelen",
    "type",
    "up",
    "vf",
    "vrf",
    "xdp",
];

/// The attributes that have words here.
const KNOWN: &[u16] = &[
    IFLA_ADDRESS,
    IFLA_BROADCAST,
    IFLA_IFNAME,
    IFLA_MTU,
    IFLA_LINK,
    IFLA_MASTER,
    IFLA_TXQLEN,
    IFLA_OPERSTATE,
    IFLA_LINKMODE,
    IFLA_LINKINFO,
    IFLA_NET_NS_PID,
    IFLA_NET_NS_FD,
    IFLA_IFALIAS,
    IFLA_GROUP,
    IFLA_EXT_MASK,
    IFLA_NUM_TX_QUEUES,
    IFLA_NUM_RX_QUEUES,
    IFLA_CARRIER,
    IFLA_LINK_NETNSID,
    IFLA_PROTO_DOWN,
    IFLA_PROTO_DOWN_REASON,
    IFLA_GSO_MAX_SEGS,
    IFLA_GSO_MAX_SIZE,
    IFLA_GRO_MAX_SIZE,
    IFLA_NEW_IFINDEX,
    IFLA_PARENT_DEV_NAME,
    IFLA_AF_SPEC,
    IFLA_PROP_LIST,
    IFLA_ALT_IFNAME,
    IFLA_PROTINFO,
];

/// `ip token set`: the lower half of addresses that a router's announcement begins.
fn token(fixed: &[u8; 16], found: &Found<'_>, names: &dyn Names) -> Option<Words> {
    found.only(&[IFLA_AF_SPEC])?;
    let inet6 = found.nested(IFLA_AF_SPEC)?.nested(AF_INET6.into())?;
    inet6.only(&[IFLA_INET6_TOKEN])?;
    let mut words = Words::new("ip token set");
    words.word(&inet6.get(IFLA_INET6_TOKEN)?.ip().ok()?.to_string());
    words.option("dev", link_name(u32::from_ne_bytes(field(fixed, 4)), names));
    Some(words)
}

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    if message.payload.first() == Some(&AF_BRIDGE) {
        return port::in_bridge(message, names);
    }
    // Who asks for all need not say more than the family.
    if message.header.kind == RTM_GETLINK && matches!(message.payload.len(), 1..=4) {
        return Some(Words::new("ip link show"));
    }
    let (fixed, attributes) = message.split("link").ok()?;
    let found = Found::of(attributes)?;
    if let Some(words) = token(&fixed, &found, names) {
        return Some(words);
    }
    found.only(KNOWN)?;
    let link = Link::decode(message).ok()?;
    if let Some(information) = found.nested(IFLA_LINKINFO) {
        keeps_all(&link, &information)?;
    }
    match message.header.kind {
        RTM_DELLINK => {
            let mut words = Words::new("ip link del");
            match (which(&link, &mut words, names), link.group) {
                (None, Some(group)) => words.option("group", group),
                (found, _) => found?,
            }
            words.some("type", link.kind.as_ref().map(Kind::name));
            Some(words)
        }
        RTM_GETLINK => {
            let mut words = Words::new("ip link show");
            if message.header.flags & NLM_F_DUMP == NLM_F_DUMP {
                words.some("master", link.master.map(|master| link_name(master, names)));
                words.some("type", link.kind.as_ref().map(Kind::name));
            } else {
                which(&link, &mut words, names)?;
            }
            Some(words)
        }
        RTM_NEWLINKPROP => Some(property(&link, Words::new("ip link property add"), names)),
        RTM_DELLINKPROP => Some(property(&link, Words::new("ip link property del"), names)),
        _ if message.header.flags & NLM_F_CREATE != 0 => add(&link, names),
        _ => set(&link, names),
    }
}

/// `None` where there are settings of a kind, or of a port, that `link` does not keep: its words would leave them out. Of
/// ports of anything but a bridge it keeps none.
fn keeps_all(link: &Link, information: &Found<'_>) -> Option<()> {
    // It may be one that has neither name nor index yet.
    let again = Link { index: 1, ..link.clone() }.set().ok()?;
    let (_, attributes) = again.body.split_at_checked(16)?;
    let kept = Found::of(Attributes::new(attributes))?.nested(IFLA_LINKINFO);
    [IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA].into_iter().try_for_each(|nest| {
        let Some(said) = information.nested(nest) else { return Some(()) };
        let kept = kept.as_ref().and_then(|kept| kept.nested(nest));
        let is_kept = |kind| kept.as_ref().is_some_and(|kept| kept.get(kind).is_some());
        said.all().all(|attribute| is_kept(attribute.kind)).then_some(())
    })
}

fn property(link: &Link, mut words: Words, names: &dyn Names) -> Words {
    words.option("dev", link_name(link.index, names));
    for name in &link.alternative_names {
        words.option("altname", name);
    }
    words
}

/// Names the link that is meant: by its index, else by its name.
fn which(link: &Link, words: &mut Words, names: &dyn Names) -> Option<()> {
    match (link.index, &link.name) {
        (0, Some(name)) => bare(words, name),
        (0, None) => return None,
        (index, _) => bare(words, &link_name(index, names)),
    }
    Some(())
}

/// A name where `ip` expects one, with `dev` before it when `ip` would misread it.
fn bare(words: &mut Words, name: &str) {
    if OPTIONS.iter().any(|option| option.starts_with(name)) {
        words.word("dev");
    }
    words.quoted(name);
}

fn add(link: &Link, names: &dyn Names) -> Option<Words> {
    let mut words = Words::new("ip link add");
    if let Some(name) = &link.name {
        bare(&mut words, name);
    }
    if link.index != 0 {
        words.option("index", link.index);
    }
    options(link, &mut words, names)?;
    type_of(link, &mut words, names)?;
    Some(words)
}

fn set(link: &Link, names: &dyn Names) -> Option<Words> {
    let mut words = Words::new("ip link set");
    // All links of a group are meant where none is named, and none can be named `group`.
    if link.index != 0 || link.name.is_some() {
        which(link, &mut words, names)?;
    } else {
        // It is said first, as of a link its name.
        words.option("group", link.group?);
        let rest = Link { group: None, ..link.clone() };
        options(&rest, &mut words, names)?;
        type_of(&rest, &mut words, names)?;
        return Some(words);
    }
    if link.index != 0 {
        words.some("name", link.name.as_ref());
    }
    options(link, &mut words, names)?;
    type_of(link, &mut words, names)?;
    Some(words)
}

/// What `ip link add` and `ip link set` both take, in the order of the attributes.
fn options(link: &Link, words: &mut Words, names: &dyn Names) -> Option<()> {
    if link.device_type != 0 || !link.alternative_names.is_empty() {
        return None;
    }
    words.some("address", link.address.as_deref().map(crate::hardware));
    words.some("broadcast", link.broadcast.as_deref().map(crate::hardware));
    words.some("mtu", link.mtu);
    words.some("txqueuelen", link.tx_queue_len);
    match link.master {
        Some(0) => words.word("nomaster"),
        Some(master) => words.option("master", link_name(master, names)),
        None => {}
    }
    words.some("group", link.group);
    words.some("link", link.link.map(|parent| link_name(parent, names)));
    words.some("numtxqueues", link.tx_queues);
    words.some("numrxqueues", link.rx_queues);
    words.some("gso_max_size", link.gso_max_size);
    words.some("gso_max_segs", link.gso_max_segs);
    words.some("gro_max_size", link.gro_max_size);
    states(link, words)?;
    words.some("parentdev", link.parent_device.as_ref());
    words.some("link-netnsid", link.link_netnsid);
    if let Some(mode) = link.addr_gen_mode {
        words.option("addrgenmode", super::kinds::addr_gen_mode(mode)?);
    }
    words.some("alias", link.alias.as_ref());
    words.some("netns", link.netns.map(|netns| netns_name(netns, names)));
    words.some("index", link.new_index);
    // With no bit to be changed the kernel takes the flags as a whole.
    let change = if link.change == 0 { link.flags } else { link.change };
    for (flag, option) in [
        (IFF_PROMISC, "promisc"),
        (IFF_ALLMULTI, "allmulticast"),
        (IFF_MULTICAST, "multicast"),
        (IFF_DYNAMIC, "dynamic"),
    ] {
        if change & flag != 0 {
            words.switch(option, link.flags & flag != 0);
        }
    }
    if change & IFF_NOARP != 0 {
        words.switch("arp", link.flags & IFF_NOARP == 0);
    }
    if change & IFF_NOTRAILERS != 0 {
        words.switch("trailers", link.flags & IFF_NOTRAILERS == 0);
    }
    if change & IFF_UP != 0 {
        words.word(if link.flags & IFF_UP != 0 { "up" } else { "down" });
    }
    Some(())
}

/// The states that `ip link set` can set.
fn states(link: &Link, words: &mut Words) -> Option<()> {
    if let Some(carrier) = link.carrier {
        words.switch("carrier", carrier);
    }
    if let Some(mode) = link.link_mode {
        words.option("mode", last_word(known(LINK_MODES, mode)?));
    }
    if let Some(state) = link.operstate {
        words.option("state", last_word(known(OPERSTATES, state)?));
    }
    if let Some(down) = link.proto_down {
        words.switch("protodown", down);
    }
    match link.proto_down_reason {
        None => {}
        // `ip` takes one at a time.
        Some((bits, mask)) if mask.is_power_of_two() => {
            words.option("protodown_reason", mask.trailing_zeros());
            words.word(if bits & mask != 0 { "on" } else { "off" });
        }
        Some(_) => return None,
    }
    Some(())
}

fn type_of(link: &Link, words: &mut Words, names: &dyn Names) -> Option<()> {
    match (&link.kind, &link.port) {
        (None, None) => {}
        (None, Some(port)) => port::as_port(port, words, names),
        (Some(Kind::Veth { peer }), None) => {
            words.option("type", "veth");
            if let Some(peer) = peer {
                words.word("peer");
                words.some("name", peer.name.as_ref());
                if peer.index != 0 {
                    words.option("index", peer.index);
                }
                options(peer, words, &Elsewhere(names))?;
            }
        }
        (Some(kind), None) => super::kinds::kind(kind, words, names)?,
        // It takes two commands.
        (Some(_), Some(_)) => return None,
    }
    Some(())
}
