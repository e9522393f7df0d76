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

use std::collections::{BTreeMap, BTreeSet};

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

/// A port that is counted, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    set: usize,
    key: Vec<u8>,
    owner: String,
}

impl Counted {
    fn of(forward: &Forward) -> Self {
        Self { set: set_of(forward), key: key(forward), owner: forward.owner.clone() }
    }
}

/// The counters of published ports, while there are any.
#[derive(Debug)]
pub struct Counting {
    socket: Socket,
    table: String,
    counted: BTreeSet<Counted>,
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
        Ok(Self { socket, table, counted: BTreeSet::new() })
    }

    /// From now on counts what passes these ports, and no others. What was counted of those goes on.
    ///
    /// # Errors
    /// The kernel's.
    pub fn of(&mut self, forwards: &[Forward]) -> Result<()> {
        let wanted: BTreeSet<Counted> = forwards.iter().map(Counted::of).collect();
        let gone = self.counted.difference(&wanted);
        let fresh = wanted.difference(&self.counted);
        // A key that has another owner now is taken away and begins anew.
        let changes = [self.change(gone, Elements::delete), self.change(fresh, Elements::add)];
        let mut requests = Vec::new();
        for change in changes {
            requests.extend(change.map_err(|error| told(&error))?);
        }
        self.socket.transaction(&requests).map_err(|error| told(&error))?;
        self.counted = wanted;
        Ok(())
    }

    fn change<'a>(
        &self,
        ports: impl Iterator<Item = &'a Counted>,
        change: fn(&Elements) -> std::result::Result<Vec<Request>, netlink_raw::Error>,
    ) -> std::result::Result<Vec<Request>, netlink_raw::Error> {
        let mut requests = Vec::new();
        let mut elements_of: [Vec<Element>; SETS.len()] = Default::default();
        for Counted { set, key, .. } in ports {
            let key = key.clone();
            elements_of[*set].push(Element { key, counter: Some(Counter::default()), ..Element::default() });
        }
        for ((set, ..), elements) in SETS.iter().zip(elements_of) {
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
        let mut passed: BTreeMap<(usize, Vec<u8>), Passed> = BTreeMap::new();
        for (place, (set, ..)) in SETS.iter().enumerate() {
            if !self.counted.iter().any(|counted| counted.set == place) {
                continue;
            }
            for way in [Way::To, Way::From] {
                let lists = self.list(set, way, Vec::new()).dump();
                let lists: Vec<Elements> =
                    lists.and_then(|request| self.socket.dump(&request)).map_err(|error| told(&error))?;
                for element in lists.into_iter().flat_map(|list| list.elements) {
                    let Some(counter) = element.counter else { continue };
                    let passed = passed.entry((place, element.key)).or_default();
                    match way {
                        Way::To => passed.received = counter,
                        Way::From => passed.sent = counter,
                    }
                }
            }
        }
        let of = |forward: &Forward| passed.get(&(set_of(forward), key(forward))).copied();
        Ok(forwards.iter().map(of).collect())
    }
}

fn named(set: &str, way: Way) -> String {
    match way {
        Way::To => format!("to_{set}"),
        Way::From => format!("from_{set}"),
    }
}

/// The set that a port is in, by its place.
fn set_of(forward: &Forward) -> usize {
    usize::from(forward.to.is_ipv6()) + 2 * usize::from(forward.address().is_some())
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

#[cfg(test)]
mod tests {
    use netlink_raw::Protocol as Family;
    use netlink_raw::describe::{self, Names};

    use super::*;
    use crate::plan::network::ports::Protocol;

    struct Nobody;

    impl Names for Nobody {}

    #[test]
    fn each_step_but_the_table_is_told_by_a_command() {
        // `nft` ends at once, and with it a table that was its own.
        let steps = build("t").expect("steps");
        let commands: Vec<String> = steps[1..]
            .iter()
            .map(|step| {
                let told = describe::of(Family::Netfilter, &step.encode(1), &Nobody).expect("a message");
                told.command.clone().unwrap_or_else(|| panic!("no command: {told}"))
            })
            .collect();
        for command in [
            "nft add set inet t to_ip6_at '{ type inet_proto . inet_service . ipv6_addr . ipv6_addr; }'",
            "nft add rule inet t to ct status dnat ct direction original meta l4proto . ct original proto-dst . \
             ct reply ip saddr @to_ip4",
            "nft add rule inet t from ct status dnat ct direction reply meta l4proto . ct original proto-dst . \
             ct reply ip6 saddr . ct original ip6 daddr @from_ip6_at",
        ] {
            assert!(commands.iter().any(|known| known == command), "{command}: {commands:#?}");
        }
    }

    #[test]
    fn a_key_has_as_many_bytes_as_its_set_says() {
        for (host, to, length) in [
            (None, "10.1.0.2:80", 12),
            (Some("127.0.0.1"), "10.1.0.2:80", 16),
            (None, "[fd00::2]:80", 24),
            (Some("::1"), "[fd00::2]:80", 40),
            (Some("0.0.0.0"), "10.1.0.2:80", 12),
        ] {
            let forward = Forward {
                protocol: Protocol::Udp,
                host: host.map(|host| host.parse().expect("an address")),
                host_port: 8080,
                to: to.parse().expect("an address and a port"),
                owner: String::new(),
            };
            assert_eq!(key(&forward).len(), length, "{forward}");
            let (set, six, at) = SETS[set_of(&forward)];
            assert_eq!((six, at), (length > 16, length % 12 != 0), "{forward} is in {set}");
        }
    }
}
