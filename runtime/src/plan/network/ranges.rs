//! Addresses from one to another, as people write them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
