//! Expressions, of which rules are made: `NFTA_EXPR_*`, and the attributes of each.

use super::data::Data;
use super::fields::Fields;
use crate::Error;
use crate::kernel::{
    NFTA_BITWISE_DREG, NFTA_BITWISE_LEN, NFTA_BITWISE_MASK, NFTA_BITWISE_OP, NFTA_BITWISE_SREG,
    NFTA_BITWISE_XOR, NFTA_CMP_DATA, NFTA_CMP_OP, NFTA_CMP_SREG, NFTA_CT_DIRECTION, NFTA_CT_DREG,
    NFTA_CT_KEY, NFTA_EXPR_DATA, NFTA_EXPR_NAME, NFTA_FIB_DREG, NFTA_FIB_FLAGS, NFTA_FIB_RESULT,
    NFTA_IMMEDIATE_DATA, NFTA_IMMEDIATE_DREG, NFTA_LIST_ELEM, NFTA_LOOKUP_DREG, NFTA_LOOKUP_FLAGS,
    NFTA_LOOKUP_SET, NFTA_LOOKUP_SET_ID, NFTA_LOOKUP_SREG, NFTA_META_DREG, NFTA_META_KEY, NFTA_NAT_FAMILY,
    NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_TYPE, NFTA_PAYLOAD_BASE, NFTA_PAYLOAD_DREG,
    NFTA_PAYLOAD_LEN, NFTA_PAYLOAD_OFFSET,
};
use crate::wire::{Attribute, Attributes, Writer};

/// One step of a rule. Registers are numbers: `NFT_REG_1`, `NFT_REG32_01`, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Loads what the kernel knows of the packet: `NFT_META_*`.
    Meta {
        /// What is loaded.
        key: u32,
        /// The register it is loaded into.
        to: u32,
    },
    /// Loads bytes of the packet.
    Payload {
        /// `NFT_PAYLOAD_*_HEADER`: from where `offset` counts.
        base: u32,
        /// Bytes left out.
        offset: u32,
        /// Bytes loaded.
        length: u32,
        /// The register they are loaded into.
        to: u32,
    },
    /// Loads what is known of the connection: `NFT_CT_*`.
    Ct {
        /// What is loaded.
        key: u32,
        /// `IP_CT_DIR_*`: of the packets of who began, or of those that answer. For addresses and ports.
        direction: Option<u8>,
        /// The register it is loaded into.
        to: u32,
    },
    /// Looks an address up in the routing tables.
    Fib {
        /// `NFTA_FIB_F_*`: which address.
        flags: u32,
        /// `NFT_FIB_RESULT_*`: what of the route is loaded.
        result: u32,
        /// The register it is loaded into.
        to: u32,
    },
    /// Goes on if the register compares so.
    Compare {
        /// The register.
        from: u32,
        /// `NFT_CMP_*`.
        operator: u32,
        /// What it is compared with.
        value: Vec<u8>,
    },
    /// Combines a register with a mask, and then flips bits.
    Bitwise {
        /// The register.
        from: u32,
        /// The register of the result.
        to: u32,
        /// The bits that stay.
        mask: Vec<u8>,
        /// The bits that flip; as many bytes.
        xor: Vec<u8>,
    },
    /// Goes on if the register is in a set.
    Lookup {
        /// The set's name.
        set: String,
        /// The set's number in the same transaction; 0 is not sent.
        id: u32,
        /// The register, where the key begins.
        from: u32,
        /// The register for what the map holds.
        to: Option<u32>,
        /// Goes on if it is *not* in the set.
        inverse: bool,
    },
    /// Loads a value, or ends the rule with a verdict (register 0).
    Immediate {
        /// The register.
        to: u32,
        /// What is loaded.
        data: Data,
    },
    /// Changes the connection's destination or source.
    Nat {
        /// `NFT_NAT_DNAT` or `NFT_NAT_SNAT`.
        kind: u32,
        /// `NFPROTO_IPV4` or `NFPROTO_IPV6`: packets of the other one go on to the next rule.
        family: u32,
        /// The register with the address.
        address: Option<u32>,
        /// The register with the port.
        port: Option<u32>,
    },
    /// Changes the connection's source to the address of the link by which it leaves.
    Masquerade,
    /// Counts packets and bytes.
    Counter,
    /// Any other, with its attributes as they are.
    Other {
        /// The kernel's name for it.
        name: String,
        /// Its attributes.
        data: Vec<u8>,
    },
}

impl Expression {
    /// Writes it as a member of a list.
    pub(super) fn put(&self, writer: &mut Writer) {
        writer.nest_flagged(NFTA_LIST_ELEM, |writer| {
            writer.put_str(NFTA_EXPR_NAME, self.name());
            writer.nest_flagged(NFTA_EXPR_DATA, |writer| self.put_data(writer));
        });
    }

    fn name(&self) -> &str {
        match self {
            Self::Meta { .. } => "meta",
            Self::Payload { .. } => "payload",
            Self::Ct { .. } => "ct",
            Self::Fib { .. } => "fib",
            Self::Compare { .. } => "cmp",
            Self::Bitwise { .. } => "bitwise",
            Self::Lookup { .. } => "lookup",
            Self::Immediate { .. } => "immediate",
            Self::Nat { .. } => "nat",
            Self::Masquerade => "masq",
            Self::Counter => "counter",
            Self::Other { name, .. } => name,
        }
    }

    /// In the order in which `nft` sends them.
    fn put_data(&self, writer: &mut Writer) {
        match self {
            Self::Meta { key, to } => numbers(writer, &[(NFTA_META_KEY, *key), (NFTA_META_DREG, *to)]),
            Self::Ct { key, direction, to } => {
                numbers(writer, &[(NFTA_CT_KEY, *key), (NFTA_CT_DREG, *to)]);
                if let Some(direction) = direction {
                    writer.put_u8(NFTA_CT_DIRECTION, *direction);
                }
            }
            Self::Payload { base, offset, length, to } => numbers(
                writer,
                &[
                    (NFTA_PAYLOAD_DREG, *to),
                    (NFTA_PAYLOAD_BASE, *base),
                    (NFTA_PAYLOAD_OFFSET, *offset),
                    (NFTA_PAYLOAD_LEN, *length),
                ],
            ),
            Self::Fib { flags, result, to } => {
                numbers(
                    writer,
                    &[(NFTA_FIB_FLAGS, *flags), (NFTA_FIB_RESULT, *result), (NFTA_FIB_DREG, *to)],
                );
            }
            Self::Compare { from, operator, value } => {
                numbers(writer, &[(NFTA_CMP_SREG, *from), (NFTA_CMP_OP, *operator)]);
                Data::Value(value.clone()).put(writer, NFTA_CMP_DATA);
            }
            Self::Bitwise { from, to, mask, xor } => {
                let length = u32::try_from(mask.len()).unwrap_or(u32::MAX);
                numbers(
                    writer,
                    &[(NFTA_BITWISE_SREG, *from), (NFTA_BITWISE_DREG, *to), (NFTA_BITWISE_LEN, length)],
                );
                Data::Value(mask.clone()).put(writer, NFTA_BITWISE_MASK);
                Data::Value(xor.clone()).put(writer, NFTA_BITWISE_XOR);
            }
            Self::Lookup { set, id, from, to, inverse } => {
                numbers(writer, &[(NFTA_LOOKUP_SREG, *from)]);
                some(writer, NFTA_LOOKUP_DREG, *to);
                writer.put_str(NFTA_LOOKUP_SET, set);
                some(writer, NFTA_LOOKUP_SET_ID, (*id != 0).then_some(*id));
                some(writer, NFTA_LOOKUP_FLAGS, inverse.then_some(1));
            }
            Self::Immediate { to, data } => {
                numbers(writer, &[(NFTA_IMMEDIATE_DREG, *to)]);
                data.put(writer, NFTA_IMMEDIATE_DATA);
            }
            Self::Nat { kind, family, address, port } => {
                numbers(writer, &[(NFTA_NAT_TYPE, *kind), (NFTA_NAT_FAMILY, *family)]);
                some(writer, NFTA_NAT_REG_ADDR_MIN, *address);
                some(writer, NFTA_NAT_REG_PROTO_MIN, *port);
            }
            Self::Masquerade | Self::Counter => {}
            Self::Other { data, .. } => writer.put_header(data),
        }
    }

    /// As [`read`](Self::read), but what says more than it reads comes with its attributes as they are.
    pub(crate) fn read_exactly(member: &Attribute<'_>) -> Result<Self, Error> {
        let read = Self::read(member)?;
        let mut written = Writer::new();
        read.put(&mut written);
        let written = written.finish()?;
        let kinds = |member: Attribute<'_>| -> Result<Vec<u16>, Error> {
            let data = member.nested().filter_map(Result::ok).find(|found| found.kind == NFTA_EXPR_DATA);
            data.into_iter()
                .flat_map(|data| data.nested())
                .map(|found| found.map(|found| found.kind))
                .collect()
        };
        let again = match Attributes::new(&written).next() {
            Some(again) => kinds(again?)?,
            None => Vec::new(),
        };
        let (name, data) = parts(member)?;
        // A mask and a flip are the operation 0, which need not be said.
        let is_usual = |kind: u16| {
            kind == NFTA_BITWISE_OP && name == "bitwise" && matches!(Fields(&data).number(kind), Ok(0))
        };
        if kinds(*member)?.iter().all(|kind| again.contains(kind) || is_usual(*kind)) {
            return Ok(read);
        }
        Ok(other(name, &data))
    }

    /// Reads a member of a list.
    pub(super) fn read(member: &Attribute<'_>) -> Result<Self, Error> {
        let (name, data) = parts(member)?;
        let found = Fields(&data);
        Ok(match name.as_str() {
            "meta" if found.has(NFTA_META_DREG) => {
                Self::Meta { key: found.number(NFTA_META_KEY)?, to: found.number(NFTA_META_DREG)? }
            }
            "ct" if found.has(NFTA_CT_DREG) => Self::Ct {
                key: found.number(NFTA_CT_KEY)?,
                direction: found.find(NFTA_CT_DIRECTION)?.map(|found| found.u8()).transpose()?,
                to: found.number(NFTA_CT_DREG)?,
            },
            "payload" if found.has(NFTA_PAYLOAD_DREG) => Self::Payload {
                base: found.number(NFTA_PAYLOAD_BASE)?,
                offset: found.number(NFTA_PAYLOAD_OFFSET)?,
                length: found.number(NFTA_PAYLOAD_LEN)?,
                to: found.number(NFTA_PAYLOAD_DREG)?,
            },
            "fib" => Self::Fib {
                flags: found.number(NFTA_FIB_FLAGS)?,
                result: found.number(NFTA_FIB_RESULT)?,
                to: found.number(NFTA_FIB_DREG)?,
            },
            "cmp" => Self::Compare {
                from: found.number(NFTA_CMP_SREG)?,
                operator: found.number(NFTA_CMP_OP)?,
                value: found.value(NFTA_CMP_DATA)?,
            },
            "bitwise" if found.has(NFTA_BITWISE_MASK) => Self::Bitwise {
                from: found.number(NFTA_BITWISE_SREG)?,
                to: found.number(NFTA_BITWISE_DREG)?,
                mask: found.value(NFTA_BITWISE_MASK)?,
                xor: found.value(NFTA_BITWISE_XOR)?,
            },
            "lookup" => found.lookup()?,
            "immediate" => return found.immediate().map(|read| read.unwrap_or_else(|| other(name, &data))),
            "nat" => Self::Nat {
                kind: found.number(NFTA_NAT_TYPE)?,
                family: found.number(NFTA_NAT_FAMILY)?,
                address: found.some(NFTA_NAT_REG_ADDR_MIN)?,
                port: found.some(NFTA_NAT_REG_PROTO_MIN)?,
            },
            "masq" => Self::Masquerade,
            "counter" => Self::Counter,
            _ => other(name, &data),
        })
    }
}

/// The name of an expression, and its attributes.
fn parts<'a>(member: &Attribute<'a>) -> Result<(String, Attribute<'a>), Error> {
    let (mut name, mut data) = (String::new(), Attribute { kind: NFTA_EXPR_DATA, payload: &[] });
    for attribute in member.nested() {
        let attribute = attribute?;
        match attribute.kind {
            NFTA_EXPR_NAME => name = attribute.str().into_owned(),
            NFTA_EXPR_DATA => data = attribute,
            _ => {}
        }
    }
    Ok((name, data))
}

fn other(name: String, data: &Attribute<'_>) -> Expression {
    Expression::Other { name, data: data.payload.to_vec() }
}

/// 32-bit attributes.
fn numbers(writer: &mut Writer, list: &[(u16, u32)]) {
    for (kind, value) in list {
        writer.put_u32_be(*kind, *value);
    }
}

/// An attribute, if it has a value.
fn some(writer: &mut Writer, kind: u16, value: Option<u32>) {
    if let Some(value) = value {
        writer.put_u32_be(kind, value);
    }
}
