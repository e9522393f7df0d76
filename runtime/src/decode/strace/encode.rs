//! Messages as strace decoded them, encoded again.
//!
//! The lengths that strace prints say how many bytes each value has; the names are the kernel's. What is not certain
//! is an error: nothing is guessed.

use std::net::{Ipv4Addr, Ipv6Addr};

use netlink_raw::wire::{Header, align};
use netlink_raw::{describe, kernel};
use nix::errno::Errno;

use super::layouts::{self, Layout};
use super::value::Value;
use crate::decode::learnt::Learnt;

type Result<T> = std::result::Result<T, String>;

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

/// The messages of one datagram: `[{nlmsg_len=…}, …]` is one, `[[{nlmsg_len=…}, …], […]]` are several, and a message
/// without anything behind its header is `{nlmsg_len=…}`.
pub(super) fn messages(value: &Value) -> Vec<&Value> {
    match value {
        Value::Struct(_) if header_field(value, "len").is_some() => vec![value],
        Value::List(values) => match values.first() {
            Some(first) if header_field(first, "len").is_some() && header_field(first, "type").is_some() => {
                // Messages without a body stand beside each other.
                let bare = |value: &Value| header_field(value, "type").is_some();
                if values.len() > 1 && values.iter().all(bare) {
                    values.iter().collect()
                } else {
                    vec![value]
                }
            }
            _ => values.iter().flat_map(messages).collect(),
        },
        _ => Vec::new(),
    }
}

/// A field of a message's header, which older versions of strace print without `nlmsg_`.
pub(super) fn header_field<'a>(header: &'a Value, name: &str) -> Option<&'a Value> {
    header.field(&format!("nlmsg_{name}")).or_else(|| header.field(name))
}

/// A message's header, and what follows it.
pub(super) fn parts(message: &Value) -> (&Value, &[Value]) {
    match message {
        Value::List(values) => values.split_first().unwrap_or((message, &[])),
        _ => (message, &[]),
    }
}

/// The bytes of a message, and whether they are those that were sent: links that strace tells by name alone have
/// indexes that only stand for them.
pub(super) fn message(value: &Value, learnt: &mut Learnt) -> Result<(Vec<u8>, bool)> {
    let mut encoder = Encoder { learnt, exact: true };
    let bytes = encoder.message(value)?;
    Ok((bytes, encoder.exact))
}

struct Encoder<'a> {
    learnt: &'a mut Learnt,
    exact: bool,
}

impl Encoder<'_> {
    fn message(&mut self, value: &Value) -> Result<Vec<u8>> {
        let (header, body) = parts(value);
        let header = self.header(header)?;
        let length = usize::try_from(header.len).unwrap_or(usize::MAX);
        let mut bytes = header.encode().to_vec();
        for value in body {
            let left = length.saturating_sub(bytes.len());
            let part = match value {
                Value::Struct(fields) if header.kind == kernel::NLMSG_ERROR => self.refusal(fields)?,
                Value::List(values) if header.kind == kernel::NLMSG_ERROR => self.answer(values)?,
                Value::List(values) => self.attributes(values)?,
                other => self.value(other, Some(left).filter(|_| !matches!(other, Value::Struct(_))))?,
            };
            bytes.extend(part);
            pad(&mut bytes);
        }
        // The last attribute's padding may be counted or not; headers are padded only where something follows.
        if align(bytes.len()) != align(length) {
            return Err(format!("strace says that it has {length} bytes, and prints {}", bytes.len()));
        }
        bytes.resize(length, 0);
        Ok(bytes)
    }

    fn header(&mut self, value: &Value) -> Result<Header> {
        let mut number = |name: &str| -> Result<u32> {
            let value = header_field(value, name).ok_or_else(|| format!("its header has no {name}"))?;
            let number = self.number(value)?;
            // strace prints a port as a signed number.
            u32::try_from(number)
                .or_else(|_| i32::try_from(number).map(i32::cast_unsigned))
                .map_err(|_| too_big(value))
        };
        let (len, kind, flags) = (number("len")?, number("type")?, number("flags")?);
        let (seq, port) = (number("seq")?, number("pid")?);
        let half =
            |number: u32| u16::try_from(number).map_err(|_| "its header has a number too large".to_owned());
        if !(16..=1 << 24).contains(&len) {
            return Err(format!("its header says that it has {len} bytes"));
        }
        Ok(Header { len, kind: half(kind)?, flags: half(flags)?, seq, port })
    }

    /// `{error=-EEXIST, msg=…}`: the number, and the request, or its header alone.
    fn refusal(&mut self, fields: &[(String, Value)]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("error", value) => {
                    let number = i32::try_from(self.number(value)?).map_err(|_| too_big(value))?;
                    bytes.extend(number.to_ne_bytes());
                }
                ("msg", value @ Value::List(_)) => bytes.extend(self.message(value)?),
                ("msg", value) => bytes.extend(self.header(value)?.encode()),
                _ => return Err(format!("its {name} has no place here")),
            }
        }
        Ok(bytes)
    }

    /// A refusal, and the kernel's words behind it.
    fn answer(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        let [Value::Struct(refusal), rest @ ..] = values else { return self.attributes(values) };
        if refusal.iter().all(|(name, _)| name != "error") {
            return self.attributes(values);
        }
        let mut bytes = self.refusal(refusal)?;
        for value in rest {
            pad(&mut bytes);
            let Value::List(attributes) = value else { return Err(unknown(value)) };
            bytes.extend(self.attributes(attributes)?);
        }
        Ok(bytes)
    }

    /// One attribute, `[{nla_len=…}, VALUE]`, several of them, or what else stands in a list.
    fn attributes(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        if values.first().is_some_and(is_attribute_header) {
            return self.attribute(values);
        }
        let mut bytes = Vec::new();
        for value in values {
            let part = match value {
                Value::List(values)
                    if values.first().is_some_and(|first| first.field("rtnh_len").is_some()) =>
                {
                    self.next_hop(values)?
                }
                Value::List(values) => self.attributes(values)?,
                Value::Struct(fields) if !is_attribute_header(value) => self.structure(fields, None)?,
                // An attribute without a value is its header alone.
                Value::Struct(_) => self.attribute(std::slice::from_ref(value))?,
                other => return Err(unknown(other)),
            };
            bytes.extend(part);
            pad(&mut bytes);
        }
        Ok(bytes)
    }

    fn attribute(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        let [header, body @ ..] = values else { return Err("an attribute without a header".to_owned()) };
        let field = |name| header.field(name).ok_or_else(|| format!("an attribute without {name}"));
        let length = u16::try_from(self.number(field("nla_len")?)?).map_err(|_| too_big(header))?;
        let kind_value = field("nla_type")?;
        let kind = u16::try_from(self.number(kind_value)?).map_err(|_| too_big(header))?;
        let payload =
            usize::from(length).checked_sub(4).ok_or_else(|| format!("{kind_value} has {length} bytes"))?;
        let at = |problem: String| format!("{kind_value}: {problem}");
        let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
        match body {
            [] if payload == 0 => {}
            [] => return Err(at("strace does not print what it holds".to_owned())),
            [value] => bytes.extend(self.value(value, Some(payload)).map_err(at)?),
            // `{struct}, [attributes]`
            values => {
                for value in values {
                    let part = match value {
                        Value::List(values) => self.attributes(values).map_err(at)?,
                        other => self.value(other, None).map_err(at)?,
                    };
                    bytes.extend(part);
                    pad(&mut bytes);
                }
            }
        }
        if align(bytes.len()) != align(length.into())
            || bytes.len() < length.into() && !matches!(body, [Value::List(_)])
        {
            return Err(at(format!(
                "strace says that it holds {payload} bytes, and prints {}",
                bytes.len() - 4
            )));
        }
        bytes.truncate(length.into());
        Ok(bytes)
    }

    /// `[{rtnh_len=…}, [attributes]]`.
    fn next_hop(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        const FIELDS: Layout = &[("rtnh_len", 2), ("rtnh_flags", 1), ("rtnh_hops", 1), ("rtnh_ifindex", 4)];
        let Some(Value::Struct(fields)) = values.first() else {
            return Err("a next hop without a header".to_owned());
        };
        let mut bytes = self.laid_out(FIELDS, fields)?;
        for value in values.get(1..).unwrap_or_default() {
            let Value::List(values) = value else { return Err(unknown(value)) };
            bytes.extend(self.attributes(values)?);
            pad(&mut bytes);
        }
        Ok(bytes)
    }

    /// A value that has `length` bytes, if that is known.
    fn value(&mut self, value: &Value, length: Option<usize>) -> Result<Vec<u8>> {
        match value {
            Value::Text(bytes, elided) => text(bytes, *elided, length),
            Value::Hardware(bytes) => Ok(bytes.clone()),
            Value::Struct(fields) => self.structure(fields, length),
            Value::List(values) => self.list(values, length),
            Value::Call(name, arguments) => match self.call(name, arguments)? {
                Called::Bytes(bytes) => Ok(bytes),
                Called::Number(number) => native(number, length, value),
            },
            Value::Elided => Err("strace left it out (strace -v prints it)".to_owned()),
            Value::Indexed(_, value) => self.value(value, length),
            Value::Number(_) | Value::Name(_) | Value::Or(_) | Value::Binary(..) => {
                native(self.number(value)?, length, value)
            }
        }
    }

    /// Attributes, or an array of numbers that fill it.
    fn list(&mut self, values: &[Value], length: Option<usize>) -> Result<Vec<u8>> {
        let numbers = !values.is_empty()
            && values.iter().all(|value| !matches!(value, Value::List(_) | Value::Struct(_)));
        let Some(length) = length.filter(|_| numbers) else { return self.attributes(values) };
        let each = length / values.len();
        if each * values.len() != length {
            return Err(format!("{length} bytes are not {} numbers", values.len()));
        }
        let parts: Result<Vec<_>> = values.iter().map(|value| self.value(value, Some(each))).collect();
        Ok(parts?.concat())
    }

    fn structure(&mut self, fields: &[(String, Value)], length: Option<usize>) -> Result<Vec<u8>> {
        let uniform = fields.first().is_some_and(|(name, _)| layouts::UNIFORM.contains(&name.as_str()));
        if let (true, Some(length)) = (uniform, length) {
            let values: Vec<Value> = fields.iter().map(|(_, value)| value.clone()).collect();
            return self.list(&values, Some(length));
        }
        if fields.iter().any(|(_, value)| *value == Value::Elided) {
            return Err("strace left a part of it out (strace -v prints it)".to_owned());
        }
        if let Some(layout) = layouts::find(fields, length) {
            return self.laid_out(layout, fields);
        }
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        Err(format!("no struct is known here that has {}", names.join(", ")))
    }

    fn laid_out(&mut self, layout: Layout, fields: &[(String, Value)]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for (name, length) in layout {
            match fields.iter().find(|(known, _)| known == name) {
                Some((_, value)) => {
                    let part =
                        self.value(value, Some(*length)).map_err(|problem| format!("{name}: {problem}"))?;
                    if part.len() != *length {
                        return Err(format!("{name} has {length} bytes, not {}", part.len()));
                    }
                    bytes.extend(part);
                }
                None => bytes.resize(bytes.len() + length, 0),
            }
        }
        Ok(bytes)
    }

    fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Called> {
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

    fn number(&mut self, value: &Value) -> Result<i128> {
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
enum Called {
    Number(i128),
    /// In the network's order.
    Bytes(Vec<u8>),
}

fn is_attribute_header(value: &Value) -> bool {
    value.field("nla_len").is_some()
}

/// A number of the kernel's, by its name.
fn named(name: &str) -> Option<i128> {
    let ours =
        || NAMES.iter().chain(&ATTRIBUTE_FLAGS).find(|(known, _)| *known == name).map(|(_, number)| *number);
    let errno = || (1..134).find(|number| format!("{:?}", Errno::from_raw(*number)) == name).map(i128::from);
    describe::number(name).map(i128::from).or_else(ours).or_else(errno)
}

/// A number in as many bytes, in the machine's order.
fn native(number: i128, length: Option<usize>, value: &Value) -> Result<Vec<u8>> {
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
fn text(bytes: &[u8], elided: bool, length: Option<usize>) -> Result<Vec<u8>> {
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

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(align(bytes.len()), 0);
}

fn too_big(value: &Value) -> String {
    format!("{value} is too large for its place")
}

fn unknown(value: &Value) -> String {
    format!("{value} is not known here")
}
