//! What passes published ports, counted while somebody looks.
//!
//! The table `inet pontoon` counts nothing, so that nobody pays for what nobody looks at: its maps are asked for the first
//! packet of a connection alone. Who looks makes a table of their own, `inet pontoon_top_PID`, whose sets have an element with a counter
//! for each port and way. It belongs to their socket (`NFT_TABLE_F_OWNER`, Linux 5.12), so the kernel takes it away with
//! it, however the process ends, and no flush by others does meanwhile.
//!
//! Each packet of a translated connection is counted once, by what the kernel remembers of it: the port it was sent to
//! at first, and who answers. Those of who began are counted as they leave the host's hands for the container
//! (postrouting; what was dropped on the way is not), those that answer as they come from it (prerouting). That holds for
//! clients elsewhere, neighbours, the container itself and the host's loopback addresses, in IPv4 and IPv6.

use netlink_raw::kernel::{
    IP_CT_DIR_ORIGINAL, IP_CT_DIR_REPLY, IPS_DST_NAT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING,
    NFPROTO_INET, NFT_CMP_EQ, NFT_CMP_NEQ, NFT_CT_DIRECTION, NFT_CT_DST_IP, NFT_CT_DST_IP6, NFT_CT_PROTO_DST,
    NFT_CT_SRC_IP, NFT_CT_SRC_IP6, NFT_CT_STATUS, NFT_META_L4PROTO, NFT_REG_1, NFT_REG32_00,
    NFT_TABLE_F_OWNER,
};
use netlink_raw::nft::{Chain, Counter, Element, Elements, Expression, Hook, Rule, Set, Table, Type};
use netlink_raw::{Request, Socket};

use super::table::told;
use crate::error::Result;
use crate::network::socket;
use crate::plan::network::firewall::Forward;

/// A way through a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the container.
    To,
    /// From it.
    From,
}

/// The sets: a name, of which family, whether the host's address is part of the key.
const SETS: [(&str, bool, bool); 4] =
    [("ip4", false, false), ("ip6", true, false), ("ip4_at", false, true), ("ip6_at", true, true)];

/// The counters of published ports, while there are any.
#[derive(Debug)]
pub struct Counting {
    socket: Socket,
    table: String,
    counted: Vec<Forward>,
}

/// What has passed a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// To the container.
    pub received: Counter,
    /// From it.
    pub sent: Counter,
}

impl Counting {
    /// Makes the table.
    ///
    /// # Errors
    /// The kernel's: it is older than 5.12, or this is not root.
    pub fn begin() -> Result<Self> {
        let socket = socket::netfilter_rehearsal().map_or_else(socket::netfilter, Ok);
        let mut socket = socket.map_err(|error| told(&error))?;
        let table = format!("pontoon_top_{}", std::process::id());
        build(&table).and_then(|steps| socket.transaction(&steps)).map_err(|error| told(&error))?;
        Ok(Self { socket, table, counted: Vec::new() })
    }

    /// From now on counts what passes these ports, and no others. What was counted of those goes on.
    ///
    /// # Errors
    /// The kernel's.
    pub fn of(&mut self, forwards: &[Forward]) -> Result<()> {
        let gone: Vec<Forward> =
            self.counted.iter().filter(|forward| !forwards.contains(forward)).cloned().collect();
        let mut fresh: Vec<Forward> = Vec::new();
        for forward in forwards {
            if !self.counted.contains(forward) && !fresh.contains(forward) {
                fresh.push(forward.clone());
            }
        }
        let changes = [self.change(&gone, Elements::delete), self.change(&fresh, Elements::add)];
        let mut requests = Vec::new();
        for change in changes {
            requests.extend(change.map_err(|error| told(&error))?);
        }
        self.socket.transaction(&requests).map_err(|error| told(&error))?;
        self.counted.retain(|forward| !gone.contains(forward));
        self.counted.append(&mut fresh);
        Ok(())
    }

    fn change(
        &self,
        forwards: &[Forward],
        change: fn(&Elements) -> std::result::Result<Vec<Request>, netlink_raw::Error>,
    ) -> std::result::Result<Vec<Request>, netlink_raw::Error> {
        let mut requests = Vec::new();
        for (set, six, at) in SETS {
            let meant = forwards.iter().filter(|forward| in_set(forward, six, at));
            let elements: Vec<Element> = meant.map(element).collect();
            if elements.is_empty() {
                continue;
            }
            for way in [Way::To, Way::From] {
                requests.extend(change(&self.list(set, way, elements.clone()))?);
            }
        }
        Ok(requests)
    }

    fn list(&self, set: &str, way: Way, elements: Vec<Element>) -> Elements {
        Elements { family: NFPROTO_INET, table: self.table.clone(), set: named(set, way), id: 0, elements }
    }

    /// What has passed since each was counted for the first time, in the order of `forwards`; none of one that is not.
    ///
    /// # Errors
    /// The kernel's.
    pub fn read(&mut self, forwards: &[Forward]) -> Result<Vec<Option<Passed>>> {
        let mut passed = vec![None::<Passed>; forwards.len()];
        for (set, six, at) in SETS {
            if !forwards.iter().any(|forward| in_set(forward, six, at)) {
                continue;
            }
            for way in [Way::To, Way::From] {
                let lists = self.list(set, way, Vec::new()).dump();
                let lists: Vec<Elements> =
                    lists.and_then(|request| self.socket.dump(&request)).map_err(|error| told(&error))?;
                for element in lists.iter().flat_map(|list| &list.elements) {
                    let place = forwards.iter().position(|it| in_set(it, six, at) && key(it) == element.key);
                    let Some((place, counter)) = place.zip(element.counter) else { continue };
                    let passed = passed[place].get_or_insert_default();
                    match way {
                        Way::To => passed.received = counter,
                        Way::From => passed.sent = counter,
                    }
                }
            }
        }
        Ok(passed)
    }
}

fn named(set: &str, way: Way) -> String {
    match way {
        Way::To => format!("to_{set}"),
        Way::From => format!("from_{set}"),
    }
}

fn in_set(forward: &Forward, six: bool, at: bool) -> bool {
    forward.to.is_ipv6() == six && forward.address().is_some() == at
}

fn element(forward: &Forward) -> Element {
    Element { key: key(forward), counter: Some(Counter::default()), ..Element::default() }
}

/// Protocol, port of the host, address of the container, and address of the host where it is one; each padded to four bytes.
fn key(forward: &Forward) -> Vec<u8> {
    let [high, low] = forward.host_port.to_be_bytes();
    let mut key = vec![forward.protocol.number(), 0, 0, 0, high, low, 0, 0];
    for address in [Some(forward.to.ip()), forward.address()].into_iter().flatten() {
        match address {
            std::net::IpAddr::V4(four) => key.extend(four.octets()),
            std::net::IpAddr::V6(six) => key.extend(six.octets()),
        }
    }
    key
}

/// The table, its sets, and a chain of rules for each way.
fn build(table: &str) -> std::result::Result<Vec<Request>, netlink_raw::Error> {
    let comment = Some("pontoon top: what passes published ports".to_owned());
    let owned =
        Table { family: NFPROTO_INET, name: table.to_owned(), flags: NFT_TABLE_F_OWNER, comment, uses: None };
    let mut steps = vec![owned.add()?];
    let ways = SETS.into_iter().flat_map(|set| [(set, Way::To), (set, Way::From)]);
    for (id, ((set, six, at), way)) in (1..).zip(ways) {
        let address = if six { Type::IPV6_ADDR } else { Type::IPV4_ADDR };
        let parts = [Type::INET_PROTO, Type::INET_SERVICE, address, address];
        let key = Type::concatenation(if at { &parts } else { &parts[..3] });
        let (table, name) = (table.to_owned(), named(set, way));
        steps.push(Set { family: NFPROTO_INET, table, name, id, flags: 0, key, data: None }.add()?);
    }
    // Behind what translates the source; behind what remembers connections, before what translates their answers.
    for (way, name, number, priority) in
        [(Way::To, "to", NF_INET_POST_ROUTING, 300), (Way::From, "from", NF_INET_PRE_ROUTING, -190)]
    {
        let chain = Chain {
            family: NFPROTO_INET,
            table: table.to_owned(),
            name: name.to_owned(),
            kind: Some("filter".to_owned()),
            hook: Some(Hook { number, priority }),
            policy: Some(1),
            ..Chain::default()
        };
        steps.push(chain.add()?);
        for (set, six, at) in SETS {
            let rule = Rule {
                family: NFPROTO_INET,
                table: table.to_owned(),
                chain: name.to_owned(),
                handle: None,
                expressions: rule(&named(set, way), way, six, at),
            };
            steps.push(rule.append()?);
        }
    }
    Ok(steps)
}

/// `ct status dnat ct direction … meta l4proto . ct original proto-dst . ct reply saddr [. ct original daddr] @SET`: an
/// element that is found counts.
fn rule(set: &str, way: Way, six: bool, at: bool) -> Vec<Expression> {
    let direction = if way == Way::To { IP_CT_DIR_ORIGINAL } else { IP_CT_DIR_REPLY };
    let (source, destination) =
        if six { (NFT_CT_SRC_IP6, NFT_CT_DST_IP6) } else { (NFT_CT_SRC_IP, NFT_CT_DST_IP) };
    let (from, to) = (NFT_REG_1, NFT_REG_1);
    let load = |key, direction, to| Expression::Ct { key, direction: Some(direction), to };
    let mut rule = vec![
        Expression::Ct { key: NFT_CT_STATUS, direction: None, to },
        Expression::Bitwise { from, to, mask: IPS_DST_NAT.to_ne_bytes().to_vec(), xor: vec![0; 4] },
        Expression::Compare { from, operator: NFT_CMP_NEQ, value: vec![0; 4] },
        Expression::Ct { key: NFT_CT_DIRECTION, direction: None, to },
        Expression::Compare { from, operator: NFT_CMP_EQ, value: vec![direction] },
        // A register has four bytes here, and what is longer takes those that follow.
        Expression::Meta { key: NFT_META_L4PROTO, to: NFT_REG_1 },
        load(NFT_CT_PROTO_DST, IP_CT_DIR_ORIGINAL, NFT_REG32_00 + 1),
        load(source, IP_CT_DIR_REPLY, NFT_REG32_00 + 2),
    ];
    if at {
        let behind = NFT_REG32_00 + if six { 6 } else { 3 };
        rule.push(load(destination, IP_CT_DIR_ORIGINAL, behind));
    }
    rule.push(Expression::Lookup { set: set.to_owned(), id: 0, from, to: None, inverse: false });
    rule
}
