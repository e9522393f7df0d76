//! The addresses that a network has to give: which they are, and which comes next. Subnets of both families are
//! counted with one number, so that an IPv6 subnet is never gone through.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::error::{Error, Result};

/// The addresses of one subnet of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The network.
    pub network: String,
    /// The subnet.
    pub subnet: IpNet,
    /// The first and the last address that is chosen; one that is asked for may lie outside.
    pub range: Option<(IpAddr, IpAddr)>,
    /// The network's own address, which no container gets.
    pub gateway: Option<IpAddr>,
    /// The first and the last of addresses that no container gets.
    pub reserved: Vec<(IpAddr, IpAddr)>,
}

impl Pool {
    /// All of `subnet`, which has its first address as the gateway.
    pub fn of(network: impl Into<String>, subnet: IpNet) -> Self {
        let gateway = first_host(subnet);
        Self { network: network.into(), subnet, range: None, gateway: Some(gateway), reserved: Vec::new() }
    }

    /// Says that an address that was asked for can't be had, whoever may have it.
    ///
    /// # Errors
    /// It is outside the subnet, the gateway's, the subnet's own or the broadcast one, or reserved.
    pub fn check(&self, address: IpAddr) -> Result<()> {
        let subnet = self.subnet.trunc();
        let is = |what: String| Err(self.problem(format!("{address} is {what}")));
        if !subnet.contains(&address) {
            return is(format!("not in the subnet {subnet}"));
        }
        if self.gateway == Some(address) {
            return is("the gateway's address".to_owned());
        }
        let (first, last) = hosts(subnet);
        let number = number(address);
        if number < first {
            let whose = if address.is_ipv4() { "the subnet's own" } else { "the routers' anycast" };
            return is(format!("{whose} address of {subnet}"));
        }
        if number > last {
            return is(format!("the broadcast address of {subnet}"));
        }
        if self.blocked().any(|(first, last)| (first..=last).contains(&number)) {
            return is("reserved".to_owned());
        }
        Ok(())
    }

    /// The next address after `after` that may be given, from the beginning again after the end; `None` where
    /// there is no such address at all.
    pub fn next(&self, after: Option<IpAddr>) -> Option<IpAddr> {
        self.next_free(after, &BTreeSet::new())
    }

    /// The same, which is not in `taken` either.
    pub fn next_free(&self, after: Option<IpAddr>, taken: &BTreeSet<IpAddr>) -> Option<IpAddr> {
        let (first, last) = self.bounds()?;
        let same_family = |address: &IpAddr| address.is_ipv4() == self.subnet.network().is_ipv4();
        let after = after.filter(same_family).and_then(|after| number(after).checked_add(1));
        let start = after.filter(|start| (first..=last).contains(start)).unwrap_or(first);
        let found = self.first_free(start, last, taken);
        found.or_else(|| self.first_free(first, start.checked_sub(1)?, taken))
    }

    /// The first free address from `start` to `last`.
    fn first_free(&self, start: u128, last: u128, taken: &BTreeSet<IpAddr>) -> Option<IpAddr> {
        let mut at = start;
        while at <= last {
            let block = self.blocked().find(|(first, end)| (*first..=*end).contains(&at));
            at = match block {
                Some((_, end)) => end.checked_add(1)?,
                None if taken.contains(&self.address(at)) => at.checked_add(1)?,
                None => return Some(self.address(at)),
            };
        }
        None
    }

    /// The first and the last address that may be chosen.
    fn bounds(&self) -> Option<(u128, u128)> {
        let (first, last) = hosts(self.subnet);
        let (from, to) = self.range.map_or((first, last), |(from, to)| (number(from), number(to)));
        let (first, last) = (first.max(from), last.min(to));
        (first <= last).then_some((first, last))
    }

    /// What lies between and is not given.
    fn blocked(&self) -> impl Iterator<Item = (u128, u128)> + '_ {
        let gateway = self.gateway.map(|gateway| (number(gateway), number(gateway)));
        gateway.into_iter().chain(self.reserved.iter().map(|&(first, last)| (number(first), number(last))))
    }

    fn address(&self, number: u128) -> IpAddr {
        address(number, self.subnet.network().is_ipv4())
    }

    /// Where its addresses come from: `10.1.0.0/24 from 10.1.0.8 to 10.1.0.15`.
    fn place(&self) -> String {
        let range = self.range.map(|(first, last)| format!(" from {first} to {last}")).unwrap_or_default();
        format!("{}{range}", self.subnet.trunc())
    }

    /// Says that no address is left in this one, nor in the `others`, of which `held` are somebody's together.
    pub fn exhausted(&self, others: &[Self], held: usize) -> Error {
        let places: Vec<String> = std::iter::once(self).chain(others).map(Self::place).collect();
        let are = if held == 1 { "is" } else { "are" };
        self.problem(format!(
            "no free address in {} ({held} {are} held; see pontoon network inspect {})",
            places.join(" and "),
            self.network
        ))
    }

    /// What the network can't do.
    pub fn problem(&self, problem: String) -> Error {
        Error::Address { network: self.network.clone(), problem }
    }
}

/// The first address of a subnet that a host can have: the usual gateway.
pub fn first_host(subnet: IpNet) -> IpAddr {
    address(hosts(subnet).0, subnet.network().is_ipv4())
}

/// An address as a number, within its family.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

pub(super) fn address(number: u128, is_ipv4: bool) -> IpAddr {
    if !is_ipv4 {
        return Ipv6Addr::from_bits(number).into();
    }
    Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into()
}

/// The first and the last address of a subnet that a host can have.
fn hosts(subnet: IpNet) -> (u128, u128) {
    let (first, last) = (number(subnet.network()), number(subnet.broadcast()));
    // Subnets of one or two addresses have no address of their own (RFC 3021, RFC 6164); those of IPv6 have no
    // broadcast address, and their first is every router's (RFC 4291, 2.6.1).
    match subnet {
        _ if subnet.max_prefix_len() - subnet.prefix_len() <= 1 => (first, last),
        IpNet::V4(_) => (first + 1, last - 1),
        IpNet::V6(_) => (first + 1, last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().expect("a subnet")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn pool(subnet: &str) -> Pool {
        Pool::of("blue", net(subnet))
    }

    fn next(pool: &Pool, after: &str) -> String {
        pool.next(Some(ip(after))).expect("an address").to_string()
    }

    #[test]
    fn addresses_go_round_without_what_no_host_has() {
        let four = pool("10.0.0.0/29");
        assert_eq!(four.gateway, Some(ip("10.0.0.1")));
        assert_eq!(four.next(None), Some(ip("10.0.0.2")));
        assert_eq!(next(&four, "10.0.0.5"), "10.0.0.6");
        assert_eq!(next(&four, "10.0.0.6"), "10.0.0.2");
        assert_eq!(next(&four, "10.9.9.9"), "10.0.0.2");
        assert_eq!(next(&four, "fd00::9"), "10.0.0.2");
        let six = pool("fd00::/64");
        assert_eq!(six.next(None), Some(ip("fd00::2")));
        assert_eq!(next(&six, "fd00::ffff"), "fd00::1:0");
        assert_eq!(next(&six, "fd00::ffff:ffff:ffff:ffff"), "fd00::2");
        assert_eq!(next(&six, "fd00::ffff:ffff:ffff:fffe"), "fd00::ffff:ffff:ffff:ffff");
    }

    #[test]
    fn the_ends_of_the_world_are_no_trouble() {
        let all = Pool { gateway: None, ..pool("::/0") };
        assert_eq!(next(&all, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "::1");
        let last = pool("255.255.255.255/32");
        assert_eq!(last.next(None), None);
        assert_eq!(pool("10.0.0.0/31").next(None), Some(ip("10.0.0.1")));
        assert_eq!(pool("fd00::/127").next(None), Some(ip("fd00::1")));
        let whole = Pool { reserved: vec![(ip("fd00::"), ip("fd00::ff"))], ..pool("fd00::/120") };
        assert_eq!(whole.next(None), None);
    }

    #[test]
    fn a_range_and_reservations_are_kept_to_by_leaps() {
        let four = Pool {
            range: Some((ip("10.0.1.0"), ip("10.0.1.9"))),
            reserved: vec![(ip("10.0.1.5"), ip("10.0.1.8")), (ip("10.0.1.1"), ip("10.0.1.1"))],
            ..pool("10.0.0.0/16")
        };
        assert_eq!(four.next(None), Some(ip("10.0.1.0")));
        assert_eq!(next(&four, "10.0.1.0"), "10.0.1.2");
        assert_eq!(next(&four, "10.0.1.4"), "10.0.1.9");
        assert_eq!(next(&four, "10.0.1.9"), "10.0.1.0");
        let half = vec![(ip("fd00::"), ip("fd00::7fff:ffff:ffff:ffff"))];
        let six = Pool { reserved: half, ..pool("fd00::/64") };
        assert_eq!(six.next(None), Some(ip("fd00::8000:0:0:0")));
        let outside = Pool { range: Some((ip("10.2.0.1"), ip("10.2.0.9"))), ..pool("10.0.0.0/16") };
        assert_eq!(outside.next(None), None);
    }

    #[test]
    fn what_is_taken_is_passed_over() {
        let four = pool("10.0.0.0/29");
        let taken: BTreeSet<IpAddr> = ["10.0.0.4", "10.0.0.5", "10.0.0.6"].map(ip).into();
        assert_eq!(four.next_free(Some(ip("10.0.0.3")), &taken), Some(ip("10.0.0.2")));
        let all: BTreeSet<IpAddr> = (2..=6).map(|host| ip(&format!("10.0.0.{host}"))).collect();
        assert_eq!(four.next_free(None, &all), None);
    }

    #[test]
    fn an_address_that_can_t_be_had_is_told_why() {
        let reserved = vec![(ip("10.87.9.0"), ip("10.87.9.255")), (ip("fd00::9"), ip("fd00::9"))];
        let four = Pool { reserved: reserved.clone(), ..pool("10.87.0.0/16") };
        let six = Pool { reserved, ..pool("fd00::/64") };
        assert!(four.check(ip("10.87.3.0")).is_ok() && six.check(ip("fd00::ffff:ffff:ffff:ffff")).is_ok());
        for (pool, address, problem) in [
            (&four, "10.88.0.2", "not in the subnet 10.87.0.0/16"),
            (&four, "fd00::2", "not in the subnet 10.87.0.0/16"),
            (&four, "10.87.0.1", "the gateway's address"),
            (&four, "10.87.0.0", "the subnet's own address of 10.87.0.0/16"),
            (&four, "10.87.255.255", "the broadcast address of 10.87.0.0/16"),
            (&four, "10.87.9.7", "reserved"),
            (&six, "fd00::", "the routers' anycast address of fd00::/64"),
            (&six, "fd00::9", "reserved"),
        ] {
            let told = pool.check(ip(address)).expect_err("it can't be had").to_string();
            assert_eq!(told, format!("network blue: {address} is {problem}"));
        }
    }
}
