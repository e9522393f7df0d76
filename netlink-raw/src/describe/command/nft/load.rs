//! What rules load, in `nft`'s words.

#[allow(clippy::wildcard_imports, reason = "fifty names of keys")]
use crate::kernel::*;

/// What a loaded value is, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Family,
    Protocol,
    Port,
    /// An address with as many bytes in all.
    Address(usize),
    /// A number in the machine's order.
    Number,
    /// A number in the network's order.
    Big,
    /// Bytes that have no name.
    Raw,
    /// Bits of a header, so far to the left.
    Bits(u32),
    Mark,
    Link,
    LinkType,
    Name,
    AddressType,
    State,
    Status,
    /// Which way of a connection.
    Direction,
    PacketType,
    Hardware,
    EthernetProtocol,
    Operation,
    IcmpType,
    Icmp6Type,
    TcpFlags,
    /// Whether there is one.
    Exists,
    /// A class of traffic control.
    Class,
    /// A time in milliseconds, in the machine's order.
    Time,
}

/// What waits in a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) words: String,
    pub(super) what: What,
    /// The field behind it, where both were loaded at once.
    pub(super) next: Option<(&'static str, What)>,
    /// Whether the words say that it is IPv4, or IPv6.
    pub(super) says_family: bool,
    /// Whether the words say the protocol.
    pub(super) says_protocol: bool,
    pub(super) register: u32,
}

impl Loaded {
    pub(super) fn plain(words: impl Into<String>, what: What, register: u32) -> Self {
        Self { words: words.into(), what, next: None, says_family: false, says_protocol: false, register }
    }
}

/// A header, where a field of it begins, how long that is in bytes, words, what it is.
type Field = (&'static str, u32, u32, &'static str, What);

const FIELDS: &[Field] = &[
    ("ether", 0, 6, "ether daddr", What::Hardware),
    ("ether", 6, 6, "ether saddr", What::Hardware),
    ("ether", 12, 2, "ether type", What::EthernetProtocol),
    ("ether", 16, 2, "vlan type", What::EthernetProtocol),
    ("ipv4", 2, 2, "ip length", What::Big),
    ("ipv4", 4, 2, "ip id", What::Big),
    ("ipv4", 6, 2, "ip frag-off", What::Big),
    ("ipv4", 8, 1, "ip ttl", What::Big),
    ("ipv4", 9, 1, "ip protocol", What::Protocol),
    ("ipv4", 10, 2, "ip checksum", What::Big),
    ("ipv4", 12, 4, "ip saddr", What::Address(4)),
    ("ipv4", 16, 4, "ip daddr", What::Address(4)),
    ("ipv6", 4, 2, "ip6 length", What::Big),
    ("ipv6", 6, 1, "ip6 nexthdr", What::Protocol),
    ("ipv6", 7, 1, "ip6 hoplimit", What::Big),
    ("ipv6", 8, 16, "ip6 saddr", What::Address(16)),
    ("ipv6", 24, 16, "ip6 daddr", What::Address(16)),
    ("arp", 0, 2, "arp htype", What::Big),
    ("arp", 2, 2, "arp ptype", What::EthernetProtocol),
    ("arp", 4, 1, "arp hlen", What::Big),
    ("arp", 5, 1, "arp plen", What::Big),
    ("arp", 6, 2, "arp operation", What::Operation),
    ("arp", 8, 6, "arp saddr ether", What::Hardware),
    ("arp", 14, 4, "arp saddr ip", What::Address(4)),
    ("arp", 18, 6, "arp daddr ether", What::Hardware),
    ("arp", 24, 4, "arp daddr ip", What::Address(4)),
    ("tcp", 0, 2, "tcp sport", What::Port),
    ("tcp", 2, 2, "tcp dport", What::Port),
    ("tcp", 4, 4, "tcp sequence", What::Big),
    ("tcp", 8, 4, "tcp ackseq", What::Big),
    ("tcp", 13, 1, "tcp flags", What::TcpFlags),
    ("tcp", 14, 2, "tcp window", What::Big),
    ("tcp", 16, 2, "tcp checksum", What::Big),
    ("tcp", 18, 2, "tcp urgptr", What::Big),
    ("udp", 0, 2, "udp sport", What::Port),
    ("udp", 2, 2, "udp dport", What::Port),
    ("udp", 4, 2, "udp length", What::Big),
    ("udp", 6, 2, "udp checksum", What::Big),
    ("udplite", 0, 2, "udplite sport", What::Port),
    ("udplite", 2, 2, "udplite dport", What::Port),
    ("sctp", 0, 2, "sctp sport", What::Port),
    ("sctp", 2, 2, "sctp dport", What::Port),
    ("sctp", 4, 4, "sctp vtag", What::Big),
    ("dccp", 0, 2, "dccp sport", What::Port),
    ("dccp", 2, 2, "dccp dport", What::Port),
    ("icmp", 0, 1, "icmp type", What::IcmpType),
    ("icmp", 1, 1, "icmp code", What::Big),
    ("icmpv6", 0, 1, "icmpv6 type", What::Icmp6Type),
    ("icmpv6", 1, 1, "icmpv6 code", What::Big),
    ("esp", 0, 4, "esp spi", What::Big),
    ("esp", 4, 4, "esp sequence", What::Big),
    ("ah", 4, 4, "ah spi", What::Big),
    ("th", 0, 2, "th sport", What::Port),
    ("th", 2, 2, "th dport", What::Port),
];

/// Parts of a header that are no whole bytes: header, offset, mask, words.
const PARTS: &[(&str, u32, &[u8], &str)] = &[
    ("ipv4", 0, &[0xf0], "ip version"),
    ("ipv4", 0, &[0x0f], "ip hdrlength"),
    ("ipv4", 1, &[0xfc], "ip dscp"),
    ("ipv4", 1, &[0x03], "ip ecn"),
    ("ipv6", 0, &[0xf0], "ip6 version"),
    ("ipv6", 0, &[0x0f, 0xc0], "ip6 dscp"),
    ("ipv6", 1, &[0x30], "ip6 ecn"),
    ("ipv6", 1, &[0x0f, 0xff, 0xff], "ip6 flowlabel"),
    ("ether", 14, &[0x0f, 0xff], "vlan id"),
    ("ether", 14, &[0xe0], "vlan pcp"),
    ("ether", 14, &[0x10], "vlan dei"),
];

/// The header that an offset counts from, by what was asked before.
fn header(base: u32, family: Option<&'static str>, protocol: Option<u8>) -> Option<&'static str> {
    Some(match (base, protocol) {
        (NFT_PAYLOAD_LL_HEADER, _) => "ether",
        (NFT_PAYLOAD_NETWORK_HEADER, _) => family?,
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(1)) => "icmp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(6)) => "tcp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(17)) => "udp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(33)) => "dccp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(50)) => "esp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(51)) => "ah",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(58)) => "icmpv6",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(132)) => "sctp",
        (NFT_PAYLOAD_TRANSPORT_HEADER, Some(136)) => "udplite",
        (NFT_PAYLOAD_TRANSPORT_HEADER, _) => "th",
        _ => return None,
    })
}

/// What is known when a header's field is loaded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) family: Option<&'static str>,
    pub(super) protocol: Option<u8>,
    /// The bits that are picked out next.
    pub(super) mask: Option<[u8; 4]>,
}

/// The field of a header. Which header it is depends on what was asked before.
pub(super) fn payload(base: u32, offset: u32, length: u32, register: u32, known: Known) -> Option<Loaded> {
    let header = header(base, known.family, known.protocol);
    let loaded = |words: &str, what, next| {
        let of_network = matches!(header, Some("ipv4" | "ipv6" | "icmp" | "icmpv6"));
        let of_transport = base == NFT_PAYLOAD_TRANSPORT_HEADER && header != Some("th");
        Loaded {
            words: words.to_owned(),
            what,
            next,
            says_family: of_network,
            says_protocol: of_transport,
            register,
        }
    };
    let mut fields = FIELDS.iter().filter(|field| Some(field.0) == header);
    let part = PARTS.iter().find(|(of, at, mask, _)| {
        let length = usize::try_from(length).unwrap_or_default();
        let picked = known.mask.as_ref().and_then(|picked| picked.get(..length));
        Some(*of) == header && *at == offset && picked == Some(*mask)
    });
    if let Some((.., mask, words)) = part {
        let shift = mask.last().map_or(0, |byte| byte.trailing_zeros());
        return Some(loaded(words, What::Bits(shift), None));
    }
    let Some(first) = fields.clone().find(|field| field.1 == offset) else {
        return raw(base, offset, length, register);
    };
    if first.2 == length {
        return Some(loaded(first.3, first.4, None));
    }
    // The first bytes of an address are those of a prefix.
    if length < first.2 && matches!(first.4, What::Address(_)) {
        return Some(loaded(first.3, first.4, None));
    }
    match fields.find(|field| field.1 == first.1 + first.2) {
        Some(next) if first.2 == next.2 && first.2 + next.2 == length => {
            Some(loaded(first.3, first.4, Some((next.3, next.4))))
        }
        _ => raw(base, offset, length, register),
    }
}

/// Bytes that have no name.
fn raw(base: u32, offset: u32, length: u32, register: u32) -> Option<Loaded> {
    let base = match base {
        NFT_PAYLOAD_LL_HEADER => "ll",
        NFT_PAYLOAD_NETWORK_HEADER => "nh",
        NFT_PAYLOAD_TRANSPORT_HEADER => "th",
        _ => return None,
    };
    Some(Loaded::plain(format!("@{base},{},{}", offset * 8, length * 8), What::Raw, register))
}

pub(super) fn meta(key: u32) -> Option<(&'static str, What)> {
    Some(match key {
        NFT_META_NFPROTO => ("meta nfproto", What::Family),
        NFT_META_L4PROTO => ("meta l4proto", What::Protocol),
        NFT_META_PROTOCOL => ("meta protocol", What::EthernetProtocol),
        NFT_META_LEN => ("meta length", What::Number),
        NFT_META_PRIORITY => ("meta priority", What::Class),
        NFT_META_IIF => ("iif", What::Link),
        NFT_META_OIF => ("oif", What::Link),
        NFT_META_IIFTYPE => ("meta iiftype", What::LinkType),
        NFT_META_OIFTYPE => ("meta oiftype", What::LinkType),
        NFT_META_IIFGROUP => ("iifgroup", What::Number),
        NFT_META_OIFGROUP => ("oifgroup", What::Number),
        NFT_META_SKUID => ("meta skuid", What::Number),
        NFT_META_SKGID => ("meta skgid", What::Number),
        NFT_META_NFTRACE => ("meta nftrace", What::Big),
        NFT_META_RTCLASSID => ("meta rtclassid", What::Number),
        NFT_META_PKTTYPE => ("meta pkttype", What::PacketType),
        NFT_META_CPU => ("meta cpu", What::Number),
        NFT_META_CGROUP => ("meta cgroup", What::Number),
        NFT_META_PRANDOM => ("meta random", What::Big),
        NFT_META_SECPATH => ("meta ipsec", What::Exists),
        NFT_META_IIFKIND => ("meta iifkind", What::Name),
        NFT_META_OIFKIND => ("meta oifkind", What::Name),
        NFT_META_MARK => ("meta mark", What::Mark),
        NFT_META_IIFNAME => ("iifname", What::Name),
        NFT_META_OIFNAME => ("oifname", What::Name),
        NFT_META_BRI_IIFNAME => ("ibrname", What::Name),
        NFT_META_BRI_OIFNAME => ("obrname", What::Name),
        NFT_META_SDIF => ("meta sdif", What::Link),
        NFT_META_SDIFNAME => ("meta sdifname", What::Name),
        _ => return None,
    })
}

pub(super) fn fib(flags: u32, result: u32) -> Option<(String, What)> {
    let known = [
        (NFTA_FIB_F_SADDR, "saddr"),
        (NFTA_FIB_F_DADDR, "daddr"),
        (NFTA_FIB_F_MARK, "mark"),
        (NFTA_FIB_F_IIF, "iif"),
        (NFTA_FIB_F_OIF, "oif"),
    ];
    let key: Vec<&str> = known.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    let (result, what) = match (result, flags & NFTA_FIB_F_PRESENT != 0) {
        (NFT_FIB_RESULT_ADDRTYPE, false) => ("type", What::AddressType),
        (NFT_FIB_RESULT_OIF, true) => ("oif", What::Exists),
        (NFT_FIB_RESULT_OIF, false) => ("oif", What::Link),
        (NFT_FIB_RESULT_OIFNAME, true) => ("oifname", What::Exists),
        (NFT_FIB_RESULT_OIFNAME, false) => ("oifname", What::Name),
        _ => return None,
    };
    Some((format!("fib {} {result}", key.join(" . ")), what))
}
