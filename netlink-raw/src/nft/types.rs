//! What keys and values of sets are: the numbers by which `nft` knows them. The kernel keeps them and reads none.
//!
//! Source: `enum datatypes` in `include/datatype.h` of nftables.

/// What a key or a value of a set is, or the parts of one, and how many bytes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Type {
    /// Six bits for each part, the first part uppermost.
    pub number: u32,
    /// Bytes, each part padded to four where there are several.
    pub length: u32,
}

/// Bits of a part's number.
const BITS: u32 = 6;

/// The types that are known: number, bytes, name, and whether it has the machine's order of bytes.
const KNOWN: [(u32, u32, &str, bool); 20] = [
    (2, 1, "nf_proto", true),
    (7, 4, "ipv4_addr", false),
    (8, 16, "ipv6_addr", false),
    (9, 6, "ether_addr", false),
    (10, 2, "ether_type", false),
    (12, 1, "inet_proto", false),
    (13, 2, "inet_service", false),
    (14, 1, "icmp_type", false),
    (15, 1, "tcp_flag", false),
    (19, 4, "mark", true),
    (20, 4, "iface_index", true),
    (23, 4, "classid", true),
    (24, 4, "uid", true),
    (25, 4, "gid", true),
    (26, 4, "ct_state", true),
    (29, 1, "icmpv6_type", false),
    (31, 1, "pkt_type", true),
    (35, 4, "devgroup", true),
    (38, 4, "fib_addrtype", true),
    (41, 16, "ifname", true),
];

impl Type {
    /// `ipv4_addr`: 4 bytes.
    pub const IPV4_ADDR: Self = Self { number: 7, length: 4 };
    /// `ipv6_addr`: 16 bytes.
    pub const IPV6_ADDR: Self = Self { number: 8, length: 16 };
    /// `inet_proto`: `IPPROTO_TCP` and the like, one byte.
    pub const INET_PROTO: Self = Self { number: 12, length: 1 };
    /// `inet_service`: a port, 2 bytes, big-endian.
    pub const INET_SERVICE: Self = Self { number: 13, length: 2 };
    /// `devgroup`: the group of a link, 4 bytes, in the machine's order.
    pub const DEVGROUP: Self = Self { number: 35, length: 4 };
    /// `verdict`: what becomes of a packet.
    pub const VERDICT: Self = Self { number: 0xffff_ff00, length: 0 };

    /// Several types one after another: `ipv4_addr . inet_service`.
    pub const fn concatenation(parts: &[Self]) -> Self {
        let mut whole = Self { number: 0, length: 0 };
        let mut next = 0;
        while next < parts.len() {
            whole.number = whole.number << BITS | parts[next].number;
            whole.length += parts[next].length.next_multiple_of(4);
            next += 1;
        }
        whole
    }

    /// Whether it has several parts.
    pub const fn is_concatenation(self) -> bool {
        self.number >> BITS != 0 && self.number != Self::VERDICT.number
    }

    /// Its parts, with the bytes of those that are known; `None` when one is not.
    pub fn parts(self) -> Option<Vec<Self>> {
        let mut parts = Vec::new();
        let mut rest = self.number;
        while rest != 0 && self.number != Self::VERDICT.number {
            let number = rest & ((1 << BITS) - 1);
            let (_, length, ..) = KNOWN.iter().find(|known| known.0 == number)?;
            parts.insert(0, Self { number, length: *length });
            rest >>= BITS;
        }
        Some(parts)
    }

    /// As `nft` writes it: `ipv4_addr . inet_service`. `None` when a part is not known.
    pub fn name(self) -> Option<String> {
        if self.number == Self::VERDICT.number {
            return Some("verdict".to_owned());
        }
        let name = |part: &Self| KNOWN.iter().find(|known| known.0 == part.number).map(|known| known.2);
        let names: Option<Vec<&str>> = self.parts()?.iter().map(name).collect();
        names.map(|names| names.join(" . "))
    }

    /// The order of its bytes as `nft` notes it: 1 the machine's, 2 big-endian, 0 for none and for several parts.
    pub(super) fn byte_order(self) -> u32 {
        match KNOWN.iter().find(|known| known.0 == self.number) {
            None => 0,
            Some((.., true)) => 1,
            Some(_) => 2,
        }
    }

    /// One part's value as `nft` writes it; `None` when it is not as long as it should be.
    fn show_one(self, bytes: &[u8]) -> Option<String> {
        Some(match self.number {
            7 | 8 => crate::wire::ip(bytes)?.to_string(),
            9 => crate::hardware(bytes),
            12 => protocol(*bytes.first()?),
            13 => u16::from_be_bytes(bytes.try_into().ok()?).to_string(),
            19 | 24 | 25 | 35 => u32::from_ne_bytes(bytes.try_into().ok()?).to_string(),
            41 => {
                let name = bytes.split(|byte| *byte == 0).next()?;
                format!("\"{}\"", std::str::from_utf8(name).ok()?)
            }
            _ => return None,
        })
    }

    /// A value as `nft` writes it: `10.1.0.2 . 80`.
    pub(crate) fn show(self, bytes: &[u8]) -> Option<String> {
        let parts = self.parts()?;
        if parts.is_empty() {
            return None;
        }
        let several = parts.len() > 1;
        let mut rest = bytes;
        let mut words = Vec::new();
        for part in parts {
            let length = usize::try_from(part.length).ok()?;
            let taken = if several { length.next_multiple_of(4) } else { length };
            words.push(part.show_one(rest.get(..length)?)?);
            rest = rest.get(taken..)?;
        }
        rest.is_empty().then(|| words.join(" . "))
    }
}

/// The protocols that have ports by name, others by number.
pub(crate) fn protocol(number: u8) -> String {
    match number {
        1 => "icmp".to_owned(),
        6 => "tcp".to_owned(),
        17 => "udp".to_owned(),
        58 => "ipv6-icmp".to_owned(),
        132 => "sctp".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_concatenation_are_found_again() {
        let parts = [Type::IPV6_ADDR, Type::INET_PROTO, Type::INET_SERVICE];
        let whole = Type::concatenation(&parts);
        assert_eq!(whole, Type { number: 0x830d, length: 24 });
        assert_eq!(whole.parts().unwrap(), parts);
        assert_eq!(whole.name().unwrap(), "ipv6_addr . inet_proto . inet_service");
        assert!(whole.is_concatenation() && !Type::DEVGROUP.is_concatenation());
        assert_eq!(Type::VERDICT.name().unwrap(), "verdict");
    }

    #[test]
    fn values_are_shown_as_nft_writes_them() {
        let service = Type::concatenation(&[Type::IPV4_ADDR, Type::INET_SERVICE]);
        assert_eq!(service.show(&[10, 1, 0, 2, 0, 80, 0, 0]).unwrap(), "10.1.0.2 . 80");
        assert_eq!(service.show(&[10, 1, 0, 2, 0, 80]), None);
        assert_eq!(Type::DEVGROUP.show(&7_u32.to_ne_bytes()).unwrap(), "7");
        assert_eq!(Type::VERDICT.show(&[]), None);
    }
}
