//! The keys of the filter `flower`.

use super::Found;
use super::classifier::offload;
use super::filter::protocol as ethernet;
use super::{Words, prefix};
#[allow(clippy::wildcard_imports, reason = "sixty names of attributes")]
use crate::describe::tables::*;
use crate::describe::traffic::handle;
use crate::nft::types::protocol;
use crate::wire::{Attribute, field};

/// How a flower's key is written.
#[derive(Clone, Copy)]
enum Form {
    /// An address and the length of its prefix.
    Address,
    Hardware,
    /// A number of one byte, or of two or four in the machine's order.
    Number,
    /// A number in the network's order.
    Big,
    /// In hexadecimal.
    Bits,
    /// A protocol above IP.
    Protocol,
    /// A protocol of Ethernet.
    Ethernet,
    /// What an ARP packet is for.
    Operation,
    /// `+trk-new`.
    State,
    /// `frag`, `nofrag`.
    Fragments,
    Text,
}

/// A flower's keys: attribute, that of the mask (0: it has none), word, form.
const KEYS: [(u16, u16, &str, Form); 54] = [
    (TCA_FLOWER_INDEV, 0, "indev", Form::Text),
    (TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK, "dst_mac", Form::Hardware),
    (TCA_FLOWER_KEY_ETH_SRC, TCA_FLOWER_KEY_ETH_SRC_MASK, "src_mac", Form::Hardware),
    (TCA_FLOWER_KEY_VLAN_ID, 0, "vlan_id", Form::Number),
    (TCA_FLOWER_KEY_VLAN_PRIO, 0, "vlan_prio", Form::Number),
    (TCA_FLOWER_KEY_VLAN_ETH_TYPE, 0, "vlan_ethtype", Form::Ethernet),
    (TCA_FLOWER_KEY_CVLAN_ID, 0, "cvlan_id", Form::Number),
    (TCA_FLOWER_KEY_CVLAN_PRIO, 0, "cvlan_prio", Form::Number),
    (TCA_FLOWER_KEY_CVLAN_ETH_TYPE, 0, "cvlan_ethtype", Form::Ethernet),
    (TCA_FLOWER_KEY_IPV4_SRC, TCA_FLOWER_KEY_IPV4_SRC_MASK, "src_ip", Form::Address),
    (TCA_FLOWER_KEY_IPV4_DST, TCA_FLOWER_KEY_IPV4_DST_MASK, "dst_ip", Form::Address),
    (TCA_FLOWER_KEY_IPV6_SRC, TCA_FLOWER_KEY_IPV6_SRC_MASK, "src_ip", Form::Address),
    (TCA_FLOWER_KEY_IPV6_DST, TCA_FLOWER_KEY_IPV6_DST_MASK, "dst_ip", Form::Address),
    (TCA_FLOWER_KEY_IP_PROTO, 0, "ip_proto", Form::Protocol),
    (TCA_FLOWER_KEY_IP_TOS, TCA_FLOWER_KEY_IP_TOS_MASK, "ip_tos", Form::Bits),
    (TCA_FLOWER_KEY_IP_TTL, TCA_FLOWER_KEY_IP_TTL_MASK, "ip_ttl", Form::Number),
    (TCA_FLOWER_KEY_FLAGS, TCA_FLOWER_KEY_FLAGS_MASK, "ip_flags", Form::Fragments),
    (TCA_FLOWER_KEY_TCP_SRC, TCA_FLOWER_KEY_TCP_SRC_MASK, "src_port", Form::Big),
    (TCA_FLOWER_KEY_TCP_DST, TCA_FLOWER_KEY_TCP_DST_MASK, "dst_port", Form::Big),
    (TCA_FLOWER_KEY_UDP_SRC, TCA_FLOWER_KEY_UDP_SRC_MASK, "src_port", Form::Big),
    (TCA_FLOWER_KEY_UDP_DST, TCA_FLOWER_KEY_UDP_DST_MASK, "dst_port", Form::Big),
    (TCA_FLOWER_KEY_SCTP_SRC, TCA_FLOWER_KEY_SCTP_SRC_MASK, "src_port", Form::Big),
    (TCA_FLOWER_KEY_SCTP_DST, TCA_FLOWER_KEY_SCTP_DST_MASK, "dst_port", Form::Big),
    (TCA_FLOWER_KEY_TCP_FLAGS, TCA_FLOWER_KEY_TCP_FLAGS_MASK, "tcp_flags", Form::Bits),
    (TCA_FLOWER_KEY_ICMPV4_TYPE, TCA_FLOWER_KEY_ICMPV4_TYPE_MASK, "type", Form::Number),
    (TCA_FLOWER_KEY_ICMPV4_CODE, TCA_FLOWER_KEY_ICMPV4_CODE_MASK, "code", Form::Number),
    (TCA_FLOWER_KEY_ICMPV6_TYPE, TCA_FLOWER_KEY_ICMPV6_TYPE_MASK, "type", Form::Number),
    (TCA_FLOWER_KEY_ICMPV6_CODE, TCA_FLOWER_KEY_ICMPV6_CODE_MASK, "code", Form::Number),
    (TCA_FLOWER_KEY_ARP_SIP, TCA_FLOWER_KEY_ARP_SIP_MASK, "arp_sip", Form::Address),
    (TCA_FLOWER_KEY_ARP_TIP, TCA_FLOWER_KEY_ARP_TIP_MASK, "arp_tip", Form::Address),
    (TCA_FLOWER_KEY_ARP_OP, TCA_FLOWER_KEY_ARP_OP_MASK, "arp_op", Form::Operation),
    (TCA_FLOWER_KEY_ARP_SHA, TCA_FLOWER_KEY_ARP_SHA_MASK, "arp_sha", Form::Hardware),
    (TCA_FLOWER_KEY_ARP_THA, TCA_FLOWER_KEY_ARP_THA_MASK, "arp_tha", Form::Hardware),
    (TCA_FLOWER_KEY_MPLS_TTL, 0, "mpls_ttl", Form::Number),
    (TCA_FLOWER_KEY_MPLS_BOS, 0, "mpls_bos", Form::Number),
    (TCA_FLOWER_KEY_MPLS_TC, 0, "mpls_tc", Form::Number),
    (TCA_FLOWER_KEY_MPLS_LABEL, 0, "mpls_label", Form::Number),
    (TCA_FLOWER_KEY_ENC_KEY_ID, 0, "enc_key_id", Form::Big),
    (TCA_FLOWER_KEY_ENC_IPV4_SRC, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK, "enc_src_ip", Form::Address),
    (TCA_FLOWER_KEY_ENC_IPV4_DST, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK, "enc_dst_ip", Form::Address),
    (TCA_FLOWER_KEY_ENC_IPV6_SRC, TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK, "enc_src_ip", Form::Address),
    (TCA_FLOWER_KEY_ENC_IPV6_DST, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK, "enc_dst_ip", Form::Address),
    (TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK, "enc_src_port", Form::Big),
    (TCA_FLOWER_KEY_ENC_UDP_DST_PORT, TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK, "enc_dst_port", Form::Big),
    (TCA_FLOWER_KEY_ENC_IP_TOS, TCA_FLOWER_KEY_ENC_IP_TOS_MASK, "enc_tos", Form::Bits),
    (TCA_FLOWER_KEY_ENC_IP_TTL, TCA_FLOWER_KEY_ENC_IP_TTL_MASK, "enc_ttl", Form::Number),
    (TCA_FLOWER_KEY_CT_STATE, TCA_FLOWER_KEY_CT_STATE_MASK, "ct_state", Form::State),
    (TCA_FLOWER_KEY_CT_ZONE, TCA_FLOWER_KEY_CT_ZONE_MASK, "ct_zone", Form::Number),
    (TCA_FLOWER_KEY_CT_MARK, TCA_FLOWER_KEY_CT_MARK_MASK, "ct_mark", Form::Number),
    (TCA_FLOWER_KEY_HASH, TCA_FLOWER_KEY_HASH_MASK, "hash", Form::Bits),
    (TCA_FLOWER_KEY_NUM_OF_VLANS, 0, "num_of_vlans", Form::Number),
    (TCA_FLOWER_KEY_PPPOE_SID, 0, "pppoe_sid", Form::Big),
    (TCA_FLOWER_KEY_PPP_PROTO, 0, "ppp_proto", Form::Bits),
    (TCA_FLOWER_KEY_L2TPV3_SID, 0, "l2tpv3_sid", Form::Big),
];

/// Two ports: attributes and word.
const RANGES: [(u16, u16, &str); 2] = [
    (TCA_FLOWER_KEY_PORT_SRC_MIN, TCA_FLOWER_KEY_PORT_SRC_MAX, "src_port"),
    (TCA_FLOWER_KEY_PORT_DST_MIN, TCA_FLOWER_KEY_PORT_DST_MAX, "dst_port"),
];

/// A flower. That the packets are of the Ethernet protocol `of` is one of its keys too.
pub(super) fn tell(found: &Found<'_>, of: u16, words: &mut Words) -> Option<()> {
    offload(found, TCA_FLOWER_FLAGS, words)?;
    for attribute in found.all() {
        if let Some((_, mask, option, form)) = KEYS.iter().find(|key| key.0 == attribute.kind) {
            let mask = found.get(*mask).map(|mask| mask.payload);
            words.option(
                option,
                form.text(attribute, mask.filter(|mask| mask.len() == attribute.payload.len()))?,
            );
            continue;
        }
        if let Some((_, last, option)) = RANGES.iter().find(|range| range.0 == attribute.kind) {
            words.option(option, format!("{}-{}", attribute.u16_be().ok()?, found.u16_be(*last)?));
            continue;
        }
        match attribute.kind {
            TCA_FLOWER_CLASSID => words.option("classid", handle(attribute.u32().ok()?)),
            TCA_FLOWER_FLAGS | TCA_FLOWER_ACT => {}
            TCA_FLOWER_KEY_ETH_TYPE if attribute.u16_be().ok()? == of => {}
            // They were written with what they belong to.
            kind if KEYS.iter().any(|key| key.1 == kind && found.get(key.0).is_some())
                || RANGES.iter().any(|range| range.1 == kind && found.get(range.0).is_some()) => {}
            _ => return None,
        }
    }
    Some(())
}

impl Form {
    fn text(self, key: &Attribute<'_>, mask: Option<&[u8]>) -> Option<String> {
        let whole = mask.is_none_or(|mask| mask.iter().all(|byte| *byte == 0xff));
        Some(match self {
            Self::Text => key.str().into_owned(),
            Self::Address => format!("{}/{}", key.ip().ok()?, prefix(mask?)?),
            Self::Hardware if whole => crate::hardware(key.payload),
            Self::Hardware => format!("{}/{}", crate::hardware(key.payload), crate::hardware(mask?)),
            Self::Protocol => match protocol(key.u8().ok()?).as_str() {
                "ipv6-icmp" => "icmpv6".to_owned(),
                name => name.to_owned(),
            },
            Self::Ethernet => ethernet(key.u16_be().ok()?),
            Self::Operation if whole => match key.u8().ok()? {
                1 => "request".to_owned(),
                2 => "reply".to_owned(),
                other => other.to_string(),
            },
            Self::State => state(key.u16().ok()?, u16::from_ne_bytes(field(mask?, 0)))?,
            Self::Fragments => fragments(key.u32_be().ok()?, u32::from_be_bytes(field(mask?, 0)))?,
            Self::Number | Self::Big | Self::Bits | Self::Operation => {
                let big = matches!(self, Self::Big) || matches!(self, Self::Bits) && key.payload.len() == 2;
                let value = number(key.payload, big)?;
                let value =
                    if matches!(self, Self::Bits) { format!("{value:#x}") } else { value.to_string() };
                match mask {
                    Some(mask) if !whole => format!("{value}/{:#x}", number(mask, big)?),
                    _ => value,
                }
            }
        })
    }
}

fn number(bytes: &[u8], big: bool) -> Option<u32> {
    Some(match (bytes, big) {
        ([byte], _) => (*byte).into(),
        ([a, b], true) => u16::from_be_bytes([*a, *b]).into(),
        ([a, b], false) => u16::from_ne_bytes([*a, *b]).into(),
        (bytes, true) => u32::from_be_bytes(bytes.try_into().ok()?),
        (bytes, false) => u32::from_ne_bytes(bytes.try_into().ok()?),
    })
}

/// What is known of a connection: each bit of the mask is set, or not.
fn state(value: u16, mask: u16) -> Option<String> {
    const STATES: [(u16, &str); 6] =
        [(8, "trk"), (1, "new"), (2, "est"), (4, "rel"), (16, "inv"), (32, "rpl")];
    let known = STATES.iter().fold(0, |all, (bit, _)| all | bit);
    (mask & !known == 0).then(|| {
        let asked = STATES.iter().filter(|(bit, _)| mask & bit != 0);
        asked.map(|(bit, name)| format!("{}{name}", if value & bit != 0 { '+' } else { '-' })).collect()
    })
}

fn fragments(value: u32, mask: u32) -> Option<String> {
    const FLAGS: [(u32, &str); 2] = [(1, "frag"), (2, "firstfrag")];
    (mask != 0 && mask < 4).then(|| {
        let asked = FLAGS.iter().filter(|(bit, _)| mask & bit != 0);
        let words: Vec<String> =
            asked.map(|(bit, name)| format!("{}{name}", if value & bit != 0 { "" } else { "no" })).collect();
        words.join("/")
    })
}
