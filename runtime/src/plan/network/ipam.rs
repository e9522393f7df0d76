//! Which addresses of a network's subnets are given to whom: ranges, exclusions, reservations.
//!
//! podman's schema has the range; the others are words in `ipam_options`, which podman passes over:
//! `exclude` (`10.1.0.5,10.1.0.10-10.1.0.20,10.1.0.64/26`) and `reserve` (`db=10.1.0.7,web=10.1.0.8`).

use std::net::IpAddr;

use super::definition::{Definition, Subnet};
use super::pool::Pool;
use super::ranges::AddressRange;

/// The word for addresses that no container gets.
pub const EXCLUDE: &str = "exclude";
/// The word for addresses that only a container of a certain name gets.
pub const RESERVE: &str = "reserve";

impl Definition {
    /// The addresses that this subnet has for containers: those that are reserved are left out.
    pub fn pool(&self, subnet: &Subnet) -> Pool {
        let last = subnet.subnet.broadcast();
        let range = subnet.lease_range.as_ref();
        let range =
            range.map(|it| (it.start_ip.unwrap_or(subnet.subnet.network()), it.end_ip.unwrap_or(last)));
        let within = |(first, _): &(IpAddr, IpAddr)| first.is_ipv6() == subnet.is_ipv6();
        let kept = self.reservations().into_iter().map(|(_, address)| (address, address));
        Pool {
            network: self.name.clone(),
            subnet: subnet.subnet,
            range,
            gateway: subnet.gateway,
            reserved: self.exclusions().into_iter().chain(kept).filter(within).collect(),
        }
    }

    /// The subnet that an address is in.
    pub fn subnet_of(&self, address: IpAddr) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.subnet.contains(&address))
    }

    /// The addresses, from one to another, that no container gets.
    pub fn exclusions(&self) -> Vec<(IpAddr, IpAddr)> {
        let ranges = self.words(EXCLUDE).filter_map(|word| word.parse::<AddressRange>().ok());
        ranges.map(|range| (range.first, range.last)).collect()
    }

    /// The addresses that are kept for containers of these names.
    pub fn reservations(&self) -> Vec<(String, IpAddr)> {
        self.words(RESERVE).filter_map(|word| reservation(word).ok()).collect()
    }

    /// The address of a family that is kept for the container of this name.
    pub fn kept_for(&self, name: &str, ipv6: bool) -> Option<IpAddr> {
        let mut kept = self.reservations().into_iter();
        kept.find(|(for_name, address)| for_name == name && address.is_ipv6() == ipv6)
            .map(|(_, address)| address)
    }

    fn words(&self, key: &str) -> impl Iterator<Item = &str> {
        self.ipam_options
            .get(key)
            .into_iter()
            .flat_map(|words| words.split(','))
            .filter(|word| !word.is_empty())
    }
}

/// Reads `NAME=ADDRESS`.
///
/// # Errors
/// What is wrong with it.
pub fn reservation(text: &str) -> Result<(String, IpAddr), String> {
    let (name, address) = text.split_once('=').ok_or_else(|| format!("{text:?} is not NAME=ADDRESS"))?;
    let address = address.parse().map_err(|_| format!("{address:?} is no address"))?;
    Ok((name.to_owned(), address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::LeaseRange;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn blue() -> Definition {
        let mut blue = Definition { name: "blue".into(), ..Definition::default_bridge() };
        let lease_range = Some(LeaseRange { start_ip: Some(ip("10.1.0.8")), end_ip: None });
        let subnet = "10.1.0.0/24".parse().unwrap();
        blue.subnets = vec![Subnet { subnet, gateway: Some(ip("10.1.0.1")), lease_range }];
        blue.ipam_options.insert(EXCLUDE.into(), "10.1.0.8,10.1.0.9-10.1.0.11,10.1.0.16/30,fd00::1".into());
        blue.ipam_options.insert(RESERVE.into(), "db=10.1.0.12,db=fd00::2".into());
        blue
    }

    #[test]
    fn a_pool_leaves_out_what_is_excluded_or_kept() {
        let blue = blue();
        let pool = blue.pool(&blue.subnets[0]);
        assert_eq!(pool.range, Some((ip("10.1.0.8"), ip("10.1.0.255"))));
        assert_eq!(pool.next(None), Some(ip("10.1.0.13")));
        assert_eq!(pool.next(Some(ip("10.1.0.15"))), Some(ip("10.1.0.20")));
        assert_eq!(blue.kept_for("db", false), Some(ip("10.1.0.12")));
        assert_eq!(blue.kept_for("db", true), Some(ip("fd00::2")));
        assert_eq!(blue.kept_for("web", false), None);
    }

    #[test]
    fn words_that_mean_nothing_are_told() {
        assert_eq!(reservation("db").unwrap_err(), "\"db\" is not NAME=ADDRESS");
    }
}
