//! Addresses from one to another; and those of a network that are not everybody's: excluded ones, which no container
//! gets, and reserved ones, which only a container of one name gets.
//!
//! podman's schema has no place for them, so they are among `ipam_options`, which podman passes over:
//! `"exclude": "10.1.0.5-10.1.0.9,10.1.0.77"`, `"reserve": "db=10.1.0.10,web=fd00::7"`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::definition::{Definition, Subnet};
use super::pool::Pool;

/// The word in `ipam_options` for what no container gets.
pub const EXCLUDE: &str = "exclude";
/// The word in `ipam_options` for what a container of one name gets.
pub const RESERVE: &str = "reserve";

/// Addresses from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    /// The first.
    pub first: IpAddr,
    /// The last.
    pub last: IpAddr,
}

impl AddressRange {
    /// Whether all of it lies in `subnet`.
    pub fn is_in(&self, subnet: &IpNet) -> bool {
        subnet.contains(&self.first) && subnet.contains(&self.last)
    }
}

impl FromStr for AddressRange {
    type Err = String;

    /// `FIRST-LAST`, `ADDRESS/LENGTH` or `ADDRESS`.
    fn from_str(text: &str) -> Result<Self, String> {
        let address =
            |word: &str| word.trim().parse::<IpAddr>().map_err(|_| format!("{word:?} is no address"));
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (address(first)?, address(last)?);
            if first.is_ipv4() != last.is_ipv4() || first > last {
                return Err(format!("{text} is no range: it goes from an address to a greater one"));
            }
            return Ok(Self { first, last });
        }
        if text.contains('/') {
            let net: IpNet = text.parse().map_err(|_| format!("{text:?} is no range of addresses"))?;
            check_host_bits(&net)?;
            return Ok(Self { first: net.network(), last: net.broadcast() });
        }
        let first = address(text)?;
        Ok(Self { first, last: first })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last { write!(f, "{first}") } else { write!(f, "{first}-{last}") }
    }
}

/// Refuses an address where a subnet is meant: more often a slip than a wish.
///
/// # Errors
/// There are bits behind the prefix.
pub fn check_host_bits(net: &IpNet) -> Result<(), String> {
    let subnet = net.trunc();
    if subnet == *net {
        Ok(())
    } else {
        Err(format!("{net} is no subnet: it has host bits ({subnet} has none)"))
    }
}

impl Definition {
    /// What no container gets. Words that say nothing are passed over.
    pub fn excluded(&self) -> Vec<AddressRange> {
        self.ipam_words(EXCLUDE).filter_map(|word| word.parse().ok()).collect()
    }

    /// Which address is kept for a container of which name.
    pub fn reservations(&self) -> Vec<(String, IpAddr)> {
        let read = |word: &str| {
            let (name, address) = word.split_once('=')?;
            Some((name.to_owned(), address.parse().ok()?))
        };
        self.ipam_words(RESERVE).filter_map(read).collect()
    }

    /// The address of a family that is kept for the container called `name`.
    pub fn reserved_for(&self, name: &str, ipv6: bool) -> Option<IpAddr> {
        let fits = |(of, address): &(String, IpAddr)| of == name && address.is_ipv6() == ipv6;
        self.reservations().into_iter().find(fits).map(|(_, address)| address)
    }

    /// The addresses that a container, which may have a `name`, can get in one of the network's subnets.
    pub fn pool(&self, subnet: &Subnet, name: Option<&str>) -> Pool {
        let reserved = self.reservations().into_iter().filter(|(of, _)| Some(of.as_str()) != name);
        let reserved = reserved.map(|(_, address)| (address, address));
        let excluded = self.excluded().into_iter().map(|range| (range.first, range.last));
        let of_family = |address: &IpAddr| address.is_ipv6() == subnet.is_ipv6();
        Pool {
            network: self.name.clone(),
            subnet: subnet.subnet,
            range: subnet.lease_range.as_ref().map(|range| {
                let (first, last) = (subnet.subnet.network(), subnet.subnet.broadcast());
                (range.start_ip.unwrap_or(first), range.end_ip.unwrap_or(last))
            }),
            gateway: subnet.gateway,
            reserved: excluded.chain(reserved).filter(|(first, _)| of_family(first)).collect(),
        }
    }

    fn ipam_words(&self, key: &str) -> impl Iterator<Item = &str> {
        let text = self.ipam_options.get(key).map_or("", String::as_str);
        text.split(',').map(str::trim).filter(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::LeaseRange;

    fn range(text: &str) -> Result<String, String> {
        text.parse::<AddressRange>().map(|range| range.to_string())
    }

    #[test]
    fn ranges_are_written_in_three_ways() {
        for (text, expected) in [
            ("10.1.0.9", "10.1.0.9"),
            ("10.1.0.9-10.1.0.11", "10.1.0.9-10.1.0.11"),
            ("10.1.0.128/25", "10.1.0.128-10.1.0.255"),
            ("fd00::/127", "fd00::-fd00::1"),
        ] {
            assert_eq!(range(text).as_deref(), Ok(expected));
        }
        for text in
            ["", "x", "10.1.0.9-", "10.1.0.9-10.1.0.8", "10.1.0.9-fd00::1", "10.1.0.9/24", "10.1.0.0/33"]
        {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_everybodys_is_no_part_of_a_pool() {
        let subnet = |text: &str, lease_range| Subnet {
            subnet: text.parse().expect("a subnet"),
            gateway: None,
            lease_range,
        };
        let end_ip = Some("10.1.0.20".parse().expect("an address"));
        let mut blue = Definition {
            subnets: vec![
                subnet("10.1.0.0/24", Some(LeaseRange { start_ip: None, end_ip })),
                subnet("fd00::/64", None),
            ],
            ..Definition::default_bridge()
        };
        blue.ipam_options.insert(EXCLUDE.into(), "10.1.0.1-10.1.0.4, fd00::1".into());
        blue.ipam_options.insert(RESERVE.into(), "db=10.1.0.5,db=fd00::2,web=10.1.0.6,nonsense".into());
        let next =
            |place: usize, name| blue.pool(&blue.subnets[place], name).next(None).map(|it| it.to_string());
        assert_eq!(next(0, None).as_deref(), Some("10.1.0.7"));
        assert_eq!(next(0, Some("db")).as_deref(), Some("10.1.0.5"));
        assert_eq!(next(1, Some("web")).as_deref(), Some("fd00::3"));
        let text = |address: IpAddr| address.to_string();
        assert_eq!(blue.reserved_for("db", true).map(text).as_deref(), Some("fd00::2"));
        assert_eq!(blue.reserved_for("other", true), None);
        let end = blue.pool(&blue.subnets[0], None).range.map(|(_, last)| text(last));
        assert_eq!(end.as_deref(), Some("10.1.0.20"));
    }
}
