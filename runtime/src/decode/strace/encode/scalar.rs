//! Numbers, addresses and strings as strace prints them.

use std::net::{Ipv4Addr, Ipv6Addr};

use netlink_raw::describe;
use nix::errno::Errno;

use super::{Encoder, Result};
use crate::decode::strace::value::Value;

/// `NLA_F_NESTED`, `NLA_F_NET_BYTEORDER`.
const ATTRIBUTE_FLAGS: [(&str, i128); 2] = [("NLA_F_NESTED", 0x8000), ("NLA_F_NET_BYTEORDER", 0x4000)];

/// Names that strace has for numbers without one in the tables of netlink-raw.
const NAMES: [(&str, i128); 44] = [
    ("XDP_ATTACHED_NONE", 0),
    ("XDP_ATTACHED_DRV", 1),
    ("XDP_ATTACHED_SKB", 2),
    ("XDP_ATTACHED_HW", 3),
    ("XDP_ATTACHED_MULTI", 4),
    ("NULL", 0),
    ("ARPHRD_NETROM", 0),
    ("ARPHRD_ETHER", 1),
    ("ARPHRD_INFINIBAND", 32),
    ("ARPHRD_PPP", 512),
    ("ARPHRD_TUNNEL", 768),
    ("ARPHRD_TUNNEL6", 769),
    ("ARPHRD_LOOPBACK", 772),
    ("ARPHRD_SIT", 776),
    ("ARPHRD_IPGRE", 778),
    ("ARPHRD_IP6GRE", 823),
    ("ARPHRD_NETLINK", 824),
    ("ARPHRD_NONE", 0xfffe),
    ("ARPHRD_VOID", 0xffff),
    // The numbers of families that netfilter has other names for.
    ("AF_UNIX", 1),
    ("AF_LOCAL", 1),
    ("AF_AX25", 3),
    ("AF_APPLETALK", 5),
    ("AF_NETROM", 6),
    ("AF_MPLS", 28),
    ("NFNETLINK_V0", 0),
    ("NFNL_SUBSYS_NONE", 0),
    ("NFNL_SUBSYS_CTNETLINK", 1),
    ("NFNL_SUBSYS_CTNETLINK_EXP", 2),
    ("NFNL_SUBSYS_QUEUE", 3),
    ("NFNL_SUBSYS_ULOG", 4),
    ("NFNL_SUBSYS_OSF", 5),
    ("NFNL_SUBSYS_IPSET", 6),
    ("NFNL_SUBSYS_ACCT", 7),
    ("NFNL_SUBSYS_CTNETLINK_TIMEOUT", 8),
    ("NFNL_SUBSYS_CTHELPER", 9),
    ("NFNL_SUBSYS_NFTABLES", 10),
    ("NFNL_SUBSYS_NFT_COMPAT", 11),
    ("NFNL_SUBSYS_HOOK", 12),
    ("INFINITY_LIFE_TIME", 0xffff_ffff),
    ("TC_H_UNSPEC", 0),
    ("GENL_ID_CTRL", 0x10),
    ("IFF_BROADCAST", 2),
    ("NUD_NONE", 0),
];

impl Encoder<'_> {
    pub(super) fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Called> {
        let text = |value: &Value| match value {
            Value::Text(bytes, false) => String::from_utf8(bytes.clone()).ok(),
            _ => None,
        };
        let whole = || Value::Call(name.to_owned(), arguments.to_vec()).to_string();
        Ok(match (name, arguments) {
            ("if_nametoindex", [link]) => {
                let link = text(link).ok_or_else(whole)?;
                self.exact = false;
                Called::Number(self.learnt.index(&link).into())
            }
            ("htons", [value]) => {
                let number = u16::try_from(self.number(value)?).map_err(|_| too_big(value))?;
                Called::Bytes(number.to_be_bytes().to_vec())
            }
            ("htonl", [value]) => {
                let number = u32::try_from(self.number(value)?).map_err(|_| too_big(value))?;
                Called::Bytes(number.to_be_bytes().to_vec())
            }
            ("inet_addr", [address]) => {
                let address: Ipv4Addr = text(address).and_then(|text| text.parse().ok()).ok_or_else(whole)?;
                Called::Bytes(address.octets().to_vec())
            }
            ("inet_pton", [family, address]) => {
                let address = text(address).ok_or_else(whole)?;
                if family.has_name("AF_INET") {
                    let address: Ipv4Addr = address.parse().map_err(|_| whole())?;
                    Called::Bytes(address.octets().to_vec())
                } else {
                    let address: Ipv6Addr = address.parse().map_err(|_| whole())?;
                    Called::Bytes(address.octets().to_vec())
                }
            }
            _ => return Err(format!("{} is not known here", whole())),
        })
    }

    pub(super) fn number(&mut self, value: &Value) -> Result<i128> {
        Ok(match value {
            Value::Number(number) => *number,
            Value::Name(name) => named(name).ok_or_else(|| format!("the name {name} is not known here"))?,
            Value::Or(values) => {
                values.iter().try_fold(0, |all, value| self.number(value).map(|number| all | number))?
            }
            Value::Binary(left, operator, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                let result = match *operator {
                    "<<" => u32::try_from(right)
                        .ok()
                        .filter(|bits| *bits < 64)
                        .and_then(|bits| left.checked_shl(bits)),
                    "-" => left.checked_sub(right),
                    "+" => left.checked_add(right),
                    _ => left.checked_mul(right),
                };
                result.ok_or_else(|| too_big(value))?
            }
            Value::Call(name, arguments) => match self.call(name, arguments)? {
                Called::Number(number) => number,
                Called::Bytes(_) => return Err(unknown(value)),
            },
            Value::Indexed(_, value) => self.number(value)?,
            _ => return Err(unknown(value)),
        })
    }
}

/// What a function of C gives.
pub(super) enum Called {
    Number(i128),
    /// In the network's order.
    Bytes(Vec<u8>),
}

/// A number of the kernel's, by its name.
pub(super) fn named(name: &str) -> Option<i128> {
    let ours =
        || NAMES.iter().chain(&ATTRIBUTE_FLAGS).find(|(known, _)| *known == name).map(|(_, number)| *number);
    let errno = || (1..134).find(|number| format!("{:?}", Errno::from_raw(*number)) == name).map(i128::from);
    describe::number(name).map(i128::from).or_else(ours).or_else(errno)
}

/// A number in as many bytes, in the machine's order.
pub(super) fn native(number: i128, length: Option<usize>, value: &Value) -> Result<Vec<u8>> {
    let length = length.unwrap_or(4);
    if !matches!(length, 1 | 2 | 4 | 8) {
        return Err(format!("{value} in {length} bytes"));
    }
    let bits = u32::try_from(length * 8).unwrap_or(64);
    if number >= 1 << bits || number < -(1 << (bits - 1)) {
        return Err(too_big(value));
    }
    let bytes = number.to_le_bytes();
    let mut bytes = bytes.get(..length).unwrap_or_default().to_vec();
    if cfg!(target_endian = "big") {
        bytes.reverse();
    }
    Ok(bytes)
}

/// A string: as many bytes as it should have, or one less, where strace leaves out the zero at the end.
pub(super) fn text(bytes: &[u8], elided: bool, length: Option<usize>) -> Result<Vec<u8>> {
    match length {
        // `"veth"...` has no zero at its end; of a longer one something is missing.
        Some(length) if bytes.len() == length => Ok(bytes.to_vec()),
        Some(length) if bytes.len() + 1 == length && !elided => Ok([bytes, &[0]].concat()),
        None if !elided => Ok(bytes.to_vec()),
        Some(length) if elided => Err(format!(
            "strace left out {} of {length} bytes (strace -s 100000 prints them)",
            length.saturating_sub(bytes.len())
        )),
        Some(length) => Err(format!("a string of {} bytes where there were {length}", bytes.len())),
        None => Err("strace left a part of it out (strace -s 100000 prints it)".to_owned()),
    }
}

pub(super) fn too_big(value: &Value) -> String {
    format!("{value} is too large for its place")
}

pub(super) fn unknown(value: &Value) -> String {
    format!("{value} is not known here")
}
