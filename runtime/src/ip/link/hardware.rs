//! Kinds of hardware, and their addresses.

use netlink_raw::wire::Attribute;

use crate::ip::output::{Ip, Mac, Text, Value};

/// `ARPHRD_*` (`linux/if_arp.h`), and what `ip` calls them.
const KINDS: [(u16, &str); 72] = [
    (0, "generic"),
    (1, "ether"),
    (2, "eether"),
    (3, "ax25"),
    (4, "pronet"),
    (5, "chaos"),
    (6, "ieee802"),
    (7, "arcnet"),
    (8, "atalk"),
    (15, "dlci"),
    (19, "atm"),
    (23, "metricom"),
    (24, "ieee1394"),
    (32, "infiniband"),
    (256, "slip"),
    (257, "cslip"),
    (258, "slip6"),
    (259, "cslip6"),
    (260, "rsrvd"),
    (264, "adapt"),
    (270, "rose"),
    (271, "x25"),
    (272, "hwx25"),
    (280, "can"),
    (512, "ppp"),
    (513, "hdlc"),
    (516, "lapb"),
    (517, "ddcmp"),
    (518, "rawhdlc"),
    (519, "rawip"),
    (TUNNEL, "ipip"),
    (TUNNEL6, "tunnel6"),
    (770, "frad"),
    (771, "skip"),
    (772, "loopback"),
    (773, "ltalk"),
    (774, "fddi"),
    (775, "bif"),
    (SIT, "sit"),
    (777, "ip/ddp"),
    (IPGRE, "gre"),
    (779, "pimreg"),
    (780, "hippi"),
    (781, "ash"),
    (782, "econet"),
    (783, "irda"),
    (784, "fcpp"),
    (785, "fcal"),
    (786, "fcpl"),
    (787, "fcfb0"),
    (788, "fcfb1"),
    (789, "fcfb2"),
    (790, "fcfb3"),
    (791, "fcfb4"),
    (792, "fcfb5"),
    (793, "fcfb6"),
    (794, "fcfb7"),
    (795, "fcfb8"),
    (796, "fcfb9"),
    (797, "fcfb10"),
    (798, "fcfb11"),
    (799, "fcfb12"),
    (800, "tr"),
    (801, "ieee802.11"),
    (802, "ieee802.11/prism"),
    (803, "ieee802.11/radiotap"),
    (804, "ieee802.15.4"),
    (805, "ieee802.15.4/monitor"),
    (820, "phonet"),
    (821, "phonet_pipe"),
    (822, "caif"),
    (IP6GRE, "gre6"),
];
/// The same, with numbers far above.
const HIGH_KINDS: [(u16, &str); 5] =
    [(824, "netlink"), (825, "6lowpan"), (826, "vsockmon"), (0xfffe, "none"), (0xffff, "void")];

const TUNNEL: u16 = 768;
const TUNNEL6: u16 = 769;
const SIT: u16 = 776;
const IPGRE: u16 = 778;
const IP6GRE: u16 = 823;

/// What hardware of the kind `number` is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(u16, bool);

/// The kind of hardware that `number` is, by its name if it has one and is not to be `numeric`.
pub const fn kind(number: u16, numeric: bool) -> Kind {
    Kind(number, numeric)
}

impl Value for Kind {
    fn put(&self, bytes: &mut Text) {
        let named = || KINDS.iter().chain(&HIGH_KINDS).find(|(number, _)| *number == self.0 && !self.1);
        if let Some((_, name)) = named() {
            name.put(bytes);
        } else {
            bytes.push(b'[');
            self.0.put(bytes);
            bytes.push(b']');
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}

/// The address of hardware of this kind: that of a tunnel is one of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a>(pub &'a [u8], pub u16);

impl Value for Address<'_> {
    fn put(&self, bytes: &mut Text) {
        let ip = match (self.0.len(), self.1) {
            (4, TUNNEL | SIT | IPGRE) | (16, TUNNEL6 | IP6GRE) => {
                Attribute { kind: 0, payload: self.0 }.ip().ok()
            }
            _ => None,
        };
        match ip {
            Some(ip) => Ip(ip).put(bytes),
            None => Mac(self.0).put(bytes),
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: impl Value) -> String {
        let mut bytes = Text::new();
        value.put(&mut bytes);
        String::from_utf8(bytes.bytes().to_vec()).unwrap()
    }

    #[test]
    fn an_address_is_what_its_hardware_has() {
        assert_eq!(text(Address(&[2, 0, 0, 0, 0, 1], 1)), "02:00:00:00:00:01");
        assert_eq!(text(Address(&[10, 0, 0, 1], IPGRE)), "10.0.0.1");
        assert_eq!(text(Address(&[10, 0, 0, 1], 1)), "0a:00:00:01");
        assert_eq!(text(Address(&[0; 16], IP6GRE)), "::");
        assert_eq!(text(Address(&[], 1)), "");
    }

    #[test]
    fn what_has_no_name_is_a_number() {
        assert_eq!(text(kind(772, false)), "loopback");
        assert_eq!(text(kind(0xfffe, false)), "none");
        assert_eq!(text(kind(9999, true)), "[9999]");
    }
}
