//! Walking the attributes of a message, and those in them.

use super::shape::{Shape, hex, name};
use super::space::Space;
use super::tables::{NFTA_OBJ_DATA, NFTA_OBJ_TYPE};
use super::{Attribute, Elsewhere, Names, header, kind_name, netfilter, others, tables, traffic};
#[allow(clippy::wildcard_imports, reason = "forty names of messages and attributes")]
use crate::kernel::*;
use crate::wire::{Acknowledgement, Attributes, HEADER_LEN, Message, align, field};
use crate::{Error, Protocol};

/// Nests that are opened. The kernel's own go four deep.
const DEPTH: usize = 16;

/// The fixed header's fields, and the attributes.
pub(super) type Body = (Vec<(String, String)>, Vec<Attribute>);

/// Describes what follows the message's header.
pub(super) fn body(protocol: Protocol, message: &Message<'_>, names: &dyn Names) -> Result<Body, Error> {
    let (fields, attributes, space) = match message.header.kind {
        NLMSG_ERROR | NLMSG_DONE => return answer(protocol, message, names),
        kind if protocol == Protocol::Netfilter && kind > NLMSG_DONE => {
            let (fixed, attributes) = message.split("netfilter message")?;
            let space = match kind {
                NFT_MSG_NEWOBJ..=NFT_MSG_GETOBJ_RESET | NFT_MSG_DESTROYOBJ => Space::Table(&tables::OBJECT),
                NFT_MSG_NEWFLOWTABLE..=NFT_MSG_DELFLOWTABLE | NFT_MSG_DESTROYFLOWTABLE => {
                    Space::Table(&tables::FLOWTABLE)
                }
                _ => Space::Netfilter(netfilter::Space::of(kind)),
            };
            (header::netfilter(fixed), attributes, space)
        }
        // Who asks for all need not say more than the family: getifaddrs(3) does not.
        RTM_GETLINK | RTM_GETADDR | RTM_GETROUTE | RTM_GETNEIGH | RTM_GETRULE
            if matches!(message.payload.len(), 1..=4) =>
        {
            (header::family_alone(message.payload), Attributes::new(&[]), Space::Nsid)
        }
        RTM_NEWLINK..=RTM_SETLINK | RTM_NEWLINKPROP | RTM_DELLINKPROP => {
            let (fixed, attributes) = message.split("link")?;
            let space = if fixed[0] == AF_BRIDGE { Space::BridgeLink } else { Space::Link };
            (header::link(&fixed, names), attributes, space)
        }
        RTM_NEWADDR..=RTM_GETADDR => {
            let (fixed, attributes) = message.split("address")?;
            (header::address(fixed, names), attributes, Space::Address)
        }
        RTM_NEWROUTE..=RTM_GETROUTE => {
            let (fixed, attributes) = message.split("route")?;
            (header::route(&fixed), attributes, Space::Route)
        }
        RTM_NEWNEIGH..=RTM_GETNEIGH => {
            let (fixed, attributes) = message.split("neighbour")?;
            (header::neighbour(&fixed, names), attributes, Space::Neighbour)
        }
        RTM_NEWNSID..=RTM_GETNSID => {
            let (fixed, attributes) = message.split("namespace number")?;
            (header::generic(fixed), attributes, Space::Nsid)
        }
        RTM_NEWQDISC..=RTM_GETQDISC | RTM_NEWTCLASS..=RTM_GETTCLASS | RTM_NEWTFILTER..=RTM_GETTFILTER => {
            let (fixed, attributes) = message.split("traffic control")?;
            (header::traffic(fixed, message.header.kind, names), attributes, Space::Traffic)
        }
        kind if others::fixed(kind).is_some() => return others(kind, message, names),
        _ if message.payload.is_empty() => return Ok((Vec::new(), Vec::new())),
        _ => return Ok((vec![("payload".to_owned(), hex(message.payload))], Vec::new())),
    };
    Ok((fields, walk(space, attributes, names, 0)?))
}

/// An object that nothing here encodes.
fn others(kind: u16, message: &Message<'_>, names: &dyn Names) -> Result<Body, Error> {
    let Some((length, fields, space)) = others::fixed(kind) else { return Ok((Vec::new(), Vec::new())) };
    let found = message.payload.len();
    let Some(fixed) = message.payload.get(..length) else {
        return Err(Error::Malformed { what: "fixed header", attribute: None, needed: length, found });
    };
    let rest = message.payload.get(align(length)..).unwrap_or_default();
    Ok((fields(fixed, names), walk(space, Attributes::new(rest), names, 0)?))
}

fn answer(protocol: Protocol, message: &Message<'_>, names: &dyn Names) -> Result<Body, Error> {
    let Some(answer) = Acknowledgement::parse(message)? else { return Ok((Vec::new(), Vec::new())) };
    let mut fields = vec![("error".to_owned(), header::errno(answer.errno))];
    let mut start = 4;
    if message.header.kind == NLMSG_ERROR {
        let request = answer.request;
        fields.push(("request".to_owned(), kind_name(protocol, request.kind)));
        fields.push(("seq".to_owned(), request.seq.to_string()));
        let capped = message.header.flags & NLM_F_CAPPED != 0;
        let length = if capped { HEADER_LEN } else { usize::try_from(request.len).unwrap_or(usize::MAX) };
        start = align(length.max(HEADER_LEN)).saturating_add(4);
    }
    let extended = message.header.flags & NLM_F_ACK_TLVS != 0;
    let rest = message.payload.get(start..).filter(|_| extended).unwrap_or_default();
    Ok((fields, walk(Space::Error, Attributes::new(rest), names, 0)?))
}

/// Describes attributes, and those in them down to [`DEPTH`].
fn walk(
    space: Space,
    attributes: Attributes<'_>,
    names: &dyn Names,
    depth: usize,
) -> Result<Vec<Attribute>, Error> {
    let context = Context::read(space, attributes.clone());
    let mut found = Vec::new();
    for attribute in attributes {
        let attribute = attribute?;
        let shape = context.shape(space, attribute.kind);
        let (value, nested) = match shape {
            Shape::Nest(inner) if depth < DEPTH => {
                (String::new(), walk(inner, attribute.nested(), names, depth + 1)?)
            }
            Shape::Peer if depth < DEPTH => peer(attribute.payload, names, depth)?,
            Shape::NextHops if depth < DEPTH => (String::new(), next_hops(attribute.payload, names, depth)?),
            Shape::Behind(length, inner) if depth < DEPTH && attribute.payload.len() >= length => {
                let (fixed, rest) = attribute.payload.split_at(length);
                (hex(fixed), walk(inner, Attributes::new(rest), names, depth + 1)?)
            }
            _ => (shape.show(&attribute, names).unwrap_or_else(|| hex(attribute.payload)), Vec::new()),
        };
        let (table, prefix) = space.names();
        let name = match space {
            Space::Netfilter(netfilter::Space::Members) => format!("element {}", attribute.kind),
            Space::Actions => format!("action {}", attribute.kind),
            _ => name(table, attribute.kind, prefix),
        };
        found.push(Attribute { name, value, bytes: attribute.payload.to_vec(), nested });
    }
    Ok(found)
}

/// Several `struct rtnexthop`, each with attributes behind it. What is no such struct is shown as bytes.
fn next_hops(payload: &[u8], names: &dyn Names, depth: usize) -> Result<Vec<Attribute>, Error> {
    let mut found = Vec::new();
    let mut rest = payload;
    while let Some(fixed) = rest.first_chunk::<8>() {
        let length = usize::from(u16::from_ne_bytes(field(fixed, 0)));
        let Some(inner) = rest.get(fixed.len()..length) else { break };
        found.push(Attribute {
            name: "rtnexthop".to_owned(),
            value: header::joined_fields(&header::next_hop(*fixed, names)),
            bytes: rest.get(..length).unwrap_or_default().to_vec(),
            nested: walk(Space::Route, Attributes::new(inner), names, depth + 1)?,
        });
        rest = rest.get(align(length)..).unwrap_or_default();
    }
    if !rest.is_empty() {
        let (value, bytes) = (hex(rest), rest.to_vec());
        found.push(Attribute { name: "rtnexthop".to_owned(), value, bytes, nested: Vec::new() });
    }
    Ok(found)
}

/// The other end of a veth: `struct ifinfomsg`, then attributes.
fn peer(payload: &[u8], names: &dyn Names, depth: usize) -> Result<(String, Vec<Attribute>), Error> {
    let names = &Elsewhere(names);
    let Some(fixed) = payload.first_chunk() else { return Ok((hex(payload), Vec::new())) };
    let fields: Vec<String> =
        header::link(fixed, names).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let rest = payload.get(fixed.len()..).unwrap_or_default();
    Ok((fields.join(" "), walk(Space::Link, Attributes::new(rest), names, depth + 1)?))
}

/// What the attributes beside one say of it: `IFLA_INFO_DATA` means what `IFLA_INFO_KIND` says, and
/// `IFLA_LINK` is a number in the namespace of `IFLA_LINK_NETNSID`.
#[derive(Default)]
struct Context {
    kind: String,
    port: String,
    link_elsewhere: bool,
    /// The type of an object of nf_tables.
    object: u32,
}

impl Context {
    fn read(space: Space, attributes: Attributes<'_>) -> Self {
        let mut context = Self::default();
        for attribute in attributes.map_while(Result::ok) {
            match (space, attribute.kind) {
                (Space::LinkInfo, IFLA_INFO_KIND) => context.kind = attribute.str().into_owned(),
                (Space::LinkInfo, IFLA_INFO_SLAVE_KIND) => context.port = attribute.str().into_owned(),
                (Space::Traffic, TCA_KIND)
                | (Space::Action, TCA_ACT_KIND)
                | (Space::Netfilter(netfilter::Space::Expression), NFTA_EXPR_NAME) => {
                    context.kind = attribute.str().into_owned();
                }
                (Space::Table(table), NFTA_OBJ_TYPE) if *table == tables::OBJECT => {
                    context.object = attribute.u32_be().unwrap_or_default();
                }
                (Space::Link, IFLA_LINK_NETNSID) => context.link_elsewhere = true,
                _ => {}
            }
        }
        context
    }

    fn shape(&self, space: Space, kind: u16) -> Shape {
        match (space, kind) {
            (Space::LinkInfo, IFLA_INFO_DATA) => match self.kind.as_str() {
                "veth" => Shape::Nest(Space::Veth),
                "bridge" => Shape::Nest(Space::Bridge),
                "macvlan" | "macvtap" => Shape::Nest(Space::Macvlan),
                "ipvlan" | "ipvtap" => Shape::Nest(Space::Ipvlan),
                "vlan" => Shape::Nest(Space::Vlan),
                "vxlan" => Shape::Nest(Space::Vxlan),
                "tun" => Shape::Nest(Space::Tun),
                "ipip" | "sit" | "ip6tnl" => Shape::Nest(Space::Table(&tables::IP_TUNNEL)),
                "gre" | "gretap" | "ip6gre" | "ip6gretap" | "erspan" | "ip6erspan" => {
                    Shape::Nest(Space::Table(&tables::GRE))
                }
                "geneve" => Shape::Nest(Space::Table(&tables::GENEVE)),
                "bond" => Shape::Nest(Space::Table(&tables::BOND)),
                "vti" | "vti6" => Shape::Nest(Space::Table(&tables::VTI)),
                "xfrm" => Shape::Nest(Space::Table(&tables::XFRM)),
                "vrf" => Shape::Nest(Space::Table(&tables::VRF)),
                _ => Shape::Hex,
            },
            // `ip` says "bridge_slave" in the one, the kernel "bridge" in the other.
            (Space::LinkInfo, IFLA_INFO_SLAVE_DATA)
                if self.port == "bridge" || self.kind == "bridge_slave" =>
            {
                Shape::Nest(Space::Port)
            }
            (Space::LinkInfo, IFLA_INFO_SLAVE_DATA) if self.port == "bond" || self.kind == "bond_slave" => {
                Shape::Nest(Space::Table(&tables::BOND_PORT))
            }
            (Space::Traffic, TCA_OPTIONS) => traffic::options(&self.kind),
            (Space::Action, TCA_ACT_OPTIONS) => traffic::action(&self.kind),
            (Space::Netfilter(netfilter::Space::Expression), NFTA_EXPR_DATA) => {
                let ours = netfilter::Space::of_expression(&self.kind).map(Space::Netfilter);
                ours.or_else(|| tables::expression(&self.kind).map(Space::Table))
                    .map_or(Shape::Hex, Shape::Nest)
            }
            (Space::Table(table), NFTA_OBJ_DATA) if *table == tables::OBJECT => {
                tables::object(self.object).map_or(Shape::Hex, Shape::Nest)
            }
            (Space::Link, IFLA_LINK) if self.link_elsewhere => Shape::U32,
            _ => space.shape(kind),
        }
    }
}
