//! The rules, chain by chain. What a rule says is beside it, as `nft` writes it.

use netlink_raw::kernel::{
    IPS_DST_NAT, NF_CT_STATE_ESTABLISHED_BIT, NF_CT_STATE_RELATED_BIT, NFPROTO_IPV4, NFPROTO_IPV6,
    NFT_CMP_EQ, NFT_CMP_NEQ, NFT_CT_STATE, NFT_CT_STATUS, NFT_FIB_RESULT_ADDRTYPE, NFT_META_IIFGROUP,
    NFT_META_L4PROTO, NFT_META_NFPROTO, NFT_META_OIFGROUP, NFT_NAT_DNAT, NFT_PAYLOAD_NETWORK_HEADER,
    NFT_PAYLOAD_TRANSPORT_HEADER, NFT_REG_1, NFT_REG_2, NFT_REG32_01, NFT_REG32_02, NFT_REG32_05,
    NFTA_FIB_F_DADDR, RTN_LOCAL, RTN_MULTICAST,
};
use netlink_raw::nft::{Data, Expression, Verdict};

/// A part of a rule.
type Part = Vec<Expression>;

/// The rules of a chain.
pub(super) type Rules = fn() -> Vec<Vec<Expression>>;

/// Nothing comes from a container to the host's loopback, though the devices of networks with ports let it through for
/// the answers to the host's own connections (`route_localnet`).
pub(super) fn raw_prerouting() -> Vec<Vec<Expression>> {
    // iifgroup @networks ip daddr 127.0.0.0/8 drop
    vec![rule([of(NFT_META_IIFGROUP, "networks"), loopback4(TO4), verdict(Verdict::Drop)])]
}

/// What comes from elsewhere for a published port of the host's own addresses goes to the container. Not for loopback
/// addresses: the kernel would see that they come from outside only later.
pub(super) fn nat_prerouting() -> Vec<Vec<Expression>> {
    let mut rules = vec![
        // ip daddr 127.0.0.0/8 return
        rule([loopback4(TO4), verdict(Verdict::Return)]),
        // ip6 daddr ::1 return
        rule([loopback6(TO6), verdict(Verdict::Return)]),
    ];
    rules.extend(nat_output());
    rules
}

/// What the host itself sends to a published port goes to the container. What passes through the host to
/// such a port of others does not.
pub(super) fn nat_output() -> Vec<Vec<Expression>> {
    vec![
        // fib daddr type != local return
        rule([not_type(RTN_LOCAL), verdict(Verdict::Return)]),
        // dnat ip to ip daddr . meta l4proto . th dport map @publish4_at
        rule([family(NFPROTO_IPV4), address(TO4), publish4("publish4_at", NFT_REG32_01)]),
        // dnat ip6 to ip6 daddr . meta l4proto . th dport map @publish6_at
        rule([family(NFPROTO_IPV6), address(TO6), publish6("publish6_at", NFT_REG_2)]),
        // dnat ip to meta l4proto . th dport map @publish4
        rule([publish4("publish4", NFT_REG_1)]),
        // dnat ip6 to meta l4proto . th dport map @publish6
        rule([publish6("publish6", NFT_REG_1)]),
    ]
}

/// Who gets another source address: the host's loopback on its way to a container, which could not answer it; a
/// container on its way to itself or a neighbour by the host's port, which would be answered past the host; and
/// what leaves for the outside.
///
/// Where bridges are filtered too (br_netfilter), nobody knows here which device a packet came by that stays on its
/// bridge. A neighbour's answer is translated all the same; a container is known by its address.
pub(super) fn nat_postrouting() -> Vec<Vec<Expression>> {
    vec![
        // oifgroup @networks ct status dnat ip saddr 127.0.0.0/8 masquerade
        rule([of(NFT_META_OIFGROUP, "networks"), translated(), loopback4(FROM4), masquerade()]),
        // oifgroup @networks ct status dnat ip6 saddr ::1 masquerade
        rule([of(NFT_META_OIFGROUP, "networks"), translated(), loopback6(FROM6), masquerade()]),
        // iifgroup . oifgroup @same ct status dnat masquerade
        rule([within(), translated(), masquerade()]),
        // ip saddr . ip daddr @hairpin4 ct status dnat masquerade
        rule([to_itself(NFPROTO_IPV4, FROM4, TO4, NFT_REG32_01, "hairpin4"), translated(), masquerade()]),
        // ip6 saddr . ip6 daddr @hairpin6 ct status dnat masquerade
        rule([to_itself(NFPROTO_IPV6, FROM6, TO6, NFT_REG_2, "hairpin6"), translated(), masquerade()]),
        // iifgroup @masqueraded oifgroup != @networks fib daddr type != multicast masquerade
        rule([
            of(NFT_META_IIFGROUP, "masqueraded"),
            not_of(NFT_META_OIFGROUP, "networks"),
            not_type(RTN_MULTICAST),
            masquerade(),
        ]),
    ]
}

/// Who reaches a container. `accept` is the last word of this table only: the host's own rules have theirs.
pub(super) fn filter_forward() -> Vec<Vec<Expression>> {
    let end = |verdict_: Verdict, parts: Vec<Part>| rule(parts.into_iter().chain([verdict(verdict_)]));
    let from = |set| of(NFT_META_IIFGROUP, set);
    let to = |set| of(NFT_META_OIFGROUP, set);
    vec![
        // ct state established,related accept
        end(Verdict::Accept, vec![known_connection()]),
        // iifgroup . oifgroup @same accept
        end(Verdict::Accept, vec![within()]),
        // iifgroup @internal drop
        end(Verdict::Drop, vec![from("internal")]),
        // oifgroup @internal drop
        end(Verdict::Drop, vec![to("internal")]),
        // iifgroup @isolated oifgroup @networks drop
        end(Verdict::Drop, vec![from("isolated"), to("networks")]),
        // iifgroup @networks oifgroup @isolated drop
        end(Verdict::Drop, vec![from("networks"), to("isolated")]),
        // ct status dnat accept
        end(Verdict::Accept, vec![translated()]),
        // iifgroup @open oifgroup @open accept
        end(Verdict::Accept, vec![from("open"), to("open")]),
        // oifgroup @networks drop
        end(Verdict::Drop, vec![to("networks")]),
    ]
}

fn rule(parts: impl IntoIterator<Item = Part>) -> Vec<Expression> {
    parts.into_iter().flatten().collect()
}

fn verdict(verdict: Verdict) -> Part {
    vec![Expression::Immediate { to: 0, data: Data::Verdict(verdict) }]
}

fn masquerade() -> Part {
    vec![Expression::Masquerade]
}

fn meta(key: u32, to: u32) -> Expression {
    Expression::Meta { key, to }
}

fn compare(operator: u32, value: impl Into<Vec<u8>>) -> Expression {
    Expression::Compare { from: NFT_REG_1, operator, value: value.into() }
}

fn lookup(set: &str, to: Option<u32>, inverse: bool) -> Expression {
    Expression::Lookup { set: set.to_owned(), id: 0, from: NFT_REG_1, to, inverse }
}

/// `iifgroup @SET`, `oifgroup @SET`.
fn of(key: u32, set: &str) -> Part {
    vec![meta(key, NFT_REG_1), lookup(set, None, false)]
}

/// `oifgroup != @SET`.
fn not_of(key: u32, set: &str) -> Part {
    vec![meta(key, NFT_REG_1), lookup(set, None, true)]
}

/// `iifgroup . oifgroup @same`.
fn within() -> Part {
    vec![
        meta(NFT_META_IIFGROUP, NFT_REG_1),
        meta(NFT_META_OIFGROUP, NFT_REG32_01),
        lookup("same", None, false),
    ]
}

/// Where an address stands in its header, and how many bytes it has.
type Place = (u32, u32);

const FROM4: Place = (12, 4);
const TO4: Place = (16, 4);
const FROM6: Place = (8, 16);
const TO6: Place = (24, 16);

fn family(family: u8) -> Part {
    vec![meta(NFT_META_NFPROTO, NFT_REG_1), compare(NFT_CMP_EQ, [family])]
}

fn address((offset, length): Place) -> Part {
    vec![Expression::Payload { base: NFT_PAYLOAD_NETWORK_HEADER, offset, length, to: NFT_REG_1 }]
}

/// `ip saddr . ip daddr @SET`, with the second address in the register `next`.
fn to_itself(protocol: u8, from: Place, (offset, length): Place, next: u32, set: &str) -> Part {
    let to = Expression::Payload { base: NFT_PAYLOAD_NETWORK_HEADER, offset, length, to: next };
    [family(protocol), address(from), vec![to, lookup(set, None, false)]].concat()
}

/// `ip saddr 127.0.0.0/8`, `ip daddr 127.0.0.0/8`: one byte says it.
fn loopback4((offset, _): Place) -> Part {
    let equal = vec![compare(NFT_CMP_EQ, [127])];
    [family(NFPROTO_IPV4), address((offset, 1)), equal].concat()
}

/// `ip6 saddr ::1`, `ip6 daddr ::1`.
fn loopback6(place: Place) -> Part {
    let equal = vec![compare(NFT_CMP_EQ, std::net::Ipv6Addr::LOCALHOST.octets())];
    [family(NFPROTO_IPV6), address(place), equal].concat()
}

/// `fib daddr type != TYPE`.
fn not_type(kind: u8) -> Part {
    vec![
        Expression::Fib { flags: NFTA_FIB_F_DADDR, result: NFT_FIB_RESULT_ADDRTYPE, to: NFT_REG_1 },
        compare(NFT_CMP_NEQ, u32::from(kind).to_ne_bytes()),
    ]
}

/// The key goes on with protocol and port at this register; then `dnat ip to … map @MAP`. The address the map
/// holds comes into the first register, the port into the next 4 bytes.
fn publish4(map: &str, rest: u32) -> Part {
    publish(map, rest, u32::from(NFPROTO_IPV4), NFT_REG32_01)
}

/// `dnat ip6 to … map @MAP`: an address has 16 bytes.
fn publish6(map: &str, rest: u32) -> Part {
    publish(map, rest, u32::from(NFPROTO_IPV6), NFT_REG_2)
}

fn publish(map: &str, rest: u32, family: u32, port: u32) -> Part {
    // The register of the next 4 bytes.
    let next = match rest {
        NFT_REG_1 => NFT_REG32_01,
        NFT_REG_2 => NFT_REG32_05,
        _ => NFT_REG32_02,
    };
    vec![
        meta(NFT_META_L4PROTO, rest),
        Expression::Payload { base: NFT_PAYLOAD_TRANSPORT_HEADER, offset: 2, length: 2, to: next },
        lookup(map, Some(NFT_REG_1), false),
        Expression::Nat { kind: NFT_NAT_DNAT, family, address: Some(NFT_REG_1), port: Some(port) },
    ]
}

/// Goes on if one of these bits is set.
fn any_bit(key: u32, bits: u32) -> Part {
    let (from, to, mask, xor) = (NFT_REG_1, NFT_REG_1, bits.to_ne_bytes().to_vec(), vec![0; 4]);
    vec![
        Expression::Ct { key, direction: None, to },
        Expression::Bitwise { from, to, mask, xor },
        compare(NFT_CMP_NEQ, [0; 4]),
    ]
}

/// `ct status dnat`.
fn translated() -> Part {
    any_bit(NFT_CT_STATUS, IPS_DST_NAT)
}

/// `ct state established,related`.
fn known_connection() -> Part {
    any_bit(NFT_CT_STATE, NF_CT_STATE_ESTABLISHED_BIT | NF_CT_STATE_RELATED_BIT)
}
