//! Addresses and prefixes, as `ip` reads them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use netlink_raw::kernel::{AF_INET, AF_INET6, AF_UNSPEC};

use crate::error::Error;
use crate::ip::output::{Ip, Text, Value};
use crate::ip::words::{self, ABSENT, Result};

/// An address and how many of its bits count. Both families have a default of length 0.
pub type Prefix = (IpAddr, u8);

/// A prefix as it is printed: an address alone where all of its bits count.
#[derive(Debug, Clone, Copy)]
pub struct Net(pub IpAddr, pub u8);

impl Value for Net {
    fn put(&self, bytes: &mut Text) {
        Ip(self.0).put(bytes);
        if self.1 != bits(self.0) {
            bytes.push(b'/');
            self.1.put(bytes);
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}

/// How many bits an address has.
pub const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// `AF_INET` or `AF_INET6`.
pub const fn family(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => AF_INET,
        IpAddr::V6(_) => AF_INET6,
    }
}

/// Reads an address of `family`, or of any if it is 0. What lacks of an IPv4 address behind its first numbers is 0.
///
/// # Errors
/// It is none: `Error: any valid address is expected rather than "x".`
pub fn address(word: &str, of: u8) -> Result<IpAddr> {
    read(word, of).ok_or_else(|| {
        expected(&format!("{} address", if of == AF_UNSPEC { "any valid" } else { name(of) }), word)
    })
}

/// Whether a word stands for any address.
pub fn is_any(word: &str) -> bool {
    ["default", "any", "all"].contains(&word)
}

/// Reads a prefix: an address, with `/LENGTH` or whole; or `default`, `any`, `all`, of length 0.
///
/// # Errors
/// It is none: `Error: inet prefix is expected rather than "x".`
pub fn prefix(word: &str, of: u8) -> Result<Prefix> {
    let wrong =
        || expected(&format!("{} prefix", if of == AF_UNSPEC { "any valid" } else { name(of) }), word);
    if is_any(word) {
        let zero = if of == AF_INET6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
        return Ok((zero, 0));
    }
    let Some((text, length)) = word.split_once('/') else {
        let found = read(word, of).ok_or_else(wrong)?;
        return Ok((found, bits(found)));
    };
    let found = read(text, of).ok_or_else(wrong)?;
    let length = length.parse().ok().or_else(|| mask(length)).filter(|length| *length <= bits(found));
    Ok((found, length.ok_or_else(wrong)?))
}

/// Whether the first `length` bits are the same. Addresses of two families never are alike.
pub fn alike(one: IpAddr, other: IpAddr, length: u8) -> bool {
    let whole = |address: IpAddr| match address {
        IpAddr::V4(four) => u128::from(four.to_bits()) << 96,
        IpAddr::V6(six) => six.to_bits(),
    };
    let differ = whole(one) ^ whole(other);
    family(one) == family(other) && differ.leading_zeros() >= u32::from(length)
}

/// `255.255.0.0` as the length of a prefix.
fn mask(word: &str) -> Option<u8> {
    let bits = word.parse::<Ipv4Addr>().ok()?.to_bits();
    (bits.leading_ones() + bits.trailing_zeros() >= 32).then(|| u8::try_from(bits.leading_ones()).ok())?
}

fn read(word: &str, of: u8) -> Option<IpAddr> {
    if word.contains(':') {
        return word.parse().ok().map(IpAddr::V6).filter(|_| of != AF_INET);
    }
    let mut octets = [0; 4];
    let mut places = octets.iter_mut();
    for number in word.split('.') {
        *places.next()? = words::number(number)?;
    }
    (of != AF_INET6).then(|| octets.into())
}

/// The family as `ip` calls it.
pub const fn name(family: u8) -> &'static str {
    match family {
        AF_INET => "inet",
        AF_INET6 => "inet6",
        _ => "any valid",
    }
}

fn expected(what: &str, word: &str) -> Error {
    Error::Usage(format!("Error: {what} is expected rather than \"{word}\".")).with_status(ABSENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_prefix_is_an_address_and_a_length() {
        assert_eq!(prefix("10.1.0.0/16", AF_UNSPEC).unwrap(), (ip("10.1.0.0"), 16));
        assert_eq!(prefix("10.1/16", AF_INET).unwrap(), (ip("10.1.0.0"), 16));
        assert_eq!(prefix("10/255.0.0.0", AF_INET).unwrap(), (ip("10.0.0.0"), 8));
        assert_eq!(prefix("10.1.2.3", AF_UNSPEC).unwrap(), (ip("10.1.2.3"), 32));
        assert_eq!(prefix("::1", AF_UNSPEC).unwrap(), (ip("::1"), 128));
        assert_eq!(prefix("default", AF_INET6).unwrap(), (ip("::"), 0));
        for (bad, of) in
            [("10.0.0.0/33", 0), ("::/1", AF_INET), ("1.2.3.4", AF_INET6), ("x", 0), ("256.1", 0)]
        {
            assert_eq!(prefix(bad, of).unwrap_err().exit_status(), ABSENT, "{bad}");
        }
        let error = prefix("1.2.3.4.5", AF_UNSPEC).unwrap_err().to_string();
        assert_eq!(error, "Error: any valid prefix is expected rather than \"1.2.3.4.5\".");
    }

    #[test]
    fn prefixes_are_compared_by_their_first_bits() {
        assert!(alike(ip("10.1.2.3"), ip("10.1.3.3"), 23));
        assert!(!alike(ip("10.1.2.3"), ip("10.1.3.3"), 24));
        assert!(alike(ip("2001:db8::1"), ip("2001:db8::2"), 126));
        assert!(!alike(ip("::"), ip("0.0.0.0"), 0));
    }
}
