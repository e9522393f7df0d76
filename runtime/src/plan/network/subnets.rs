//! Which subnet a new network gets: one that nobody on the host uses.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::pool::{address, number};

/// What IPv4 subnets are cut from, /24 each, in this order: what is above podman's and Pontoon's own default
/// networks, then the rest of RFC 1918.
const PRIVATE: [Ipv4Net; 6] = [
    Ipv4Net::new_assert(Ipv4Addr::new(10, 89, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 90, 0, 0), 15),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 92, 0, 0), 14),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 96, 0, 0), 11),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
];
/// The length of their prefixes.
const LENGTH4: u8 = 24;
/// That of IPv6 subnets.
const LENGTH6: u8 = 64;
/// A route to more of the world than these is a default route, perhaps one in pieces as VPNs make it,
/// and takes no subnet away.
const WIDEST4: u8 = 8;
const WIDEST6: u8 = 16;

/// The family of a subnet that is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6: a unique local subnet with this global identifier, 40 random bits (RFC 4193, 3.2).
    V6([u8; 5]),
}

/// A subnet that overlaps none of those in use, each of which comes with its user; `None` where there is none.
pub fn free_subnet(used: &[(IpNet, String)], family: Family) -> Option<IpNet> {
    match family {
        Family::V4 => PRIVATE.into_iter().find_map(|block| cut(block.into(), LENGTH4, used)),
        Family::V6(global) => {
            let mut octets = [0; 16];
            octets[0] = 0xfd;
            octets[1..6].copy_from_slice(&global);
            cut(Ipv6Net::new_assert(octets.into(), 48).into(), LENGTH6, used)
        }
    }
}

/// The first subnet of a block that is free. It leaps over what is in use, from the first to the last.
fn cut(block: IpNet, length: u8, used: &[(IpNet, String)]) -> Option<IpNet> {
    let size = 1_u128 << (block.max_prefix_len() - length);
    let is_ipv4 = block.network().is_ipv4();
    let of_block = used.iter().map(|(used, _)| used).filter(|used| meet(block, used));
    let mut spans: Vec<_> = of_block.map(|used| (number(used.network()), number(used.broadcast()))).collect();
    spans.sort_unstable();
    let mut at = number(block.network());
    for (first, last) in spans {
        if first >= at.checked_add(size)? {
            break;
        }
        if last >= at {
            at = (last / size).checked_add(1)?.checked_mul(size)?;
        }
    }
    let subnet = IpNet::new(address(at, is_ipv4), length).ok()?;
    block.contains(&subnet).then_some(subnet)
}

/// What `subnet` overlaps, if anything: `10.1.0.0/16 (route via eth0)`.
pub fn overlaps(subnet: IpNet, used: &[(IpNet, String)]) -> Option<String> {
    user(subnet, used).map(|(used, user)| {
        if *used == subnet.trunc() { user.clone() } else { format!("{}, {user}", used.trunc()) }
    })
}

/// Who uses (a part of) a subnet already, and what of it.
pub fn user(subnet: IpNet, used: &[(IpNet, String)]) -> Option<&(IpNet, String)> {
    used.iter().find(|(used, _)| meet(subnet, used))
}

/// Whether a subnet can't be had beside one that is in use.
fn meet(subnet: IpNet, used: &IpNet) -> bool {
    let widest = if used.network().is_ipv4() { WIDEST4 } else { WIDEST6 };
    // A subnet that is wide itself overlaps what is as wide.
    let counts = used.prefix_len() > 0 && used.prefix_len() >= widest.min(subnet.prefix_len());
    counts && (used.contains(&subnet) || subnet.contains(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(subnets: &[(&str, &str)]) -> Vec<(IpNet, String)> {
        let subnet = |text: &str| text.parse().expect("a subnet");
        subnets.iter().map(|&(text, user)| (subnet(text), user.to_owned())).collect()
    }

    fn four(subnets: &[(&str, &str)]) -> Option<String> {
        free_subnet(&used(subnets), Family::V4).map(|subnet| subnet.to_string())
    }

    #[test]
    fn the_first_subnet_is_the_first_and_what_is_in_use_is_leapt_over() {
        assert_eq!(four(&[]).as_deref(), Some("10.89.0.0/24"));
        for (subnet, next) in [
            ("10.89.0.0/24", "10.89.1.0/24"),
            ("10.89.0.77/32", "10.89.1.0/24"),
            ("10.89.0.0/18", "10.89.64.0/24"),
            ("10.89.0.0/16", "10.90.0.0/24"),
            ("10.88.0.0/13", "10.96.0.0/24"),
            ("10.0.0.0/8", "172.16.0.0/24"),
            ("10.0.0.0/7", "10.89.0.0/24"),
            ("0.0.0.0/1", "10.89.0.0/24"),
            ("fd00::/8", "10.89.0.0/24"),
        ] {
            assert_eq!(four(&[(subnet, "x")]).as_deref(), Some(next), "{subnet}");
        }
        let ten = ("10.0.0.0/8", "x");
        assert_eq!(four(&[ten, ("172.16.0.0/12", "y")]).as_deref(), Some("192.168.0.0/24"));
        assert_eq!(four(&[ten, ("172.16.0.0/12", "y"), ("192.168.0.0/16", "z")]), None);
    }

    #[test]
    fn a_thousand_networks_get_a_subnet_each() {
        let mut all: Vec<(IpNet, String)> = Vec::new();
        for number in 0..1000 {
            let subnet = free_subnet(&all, Family::V4).expect("a subnet");
            assert_eq!(overlaps(subnet, &all), None);
            all.push((subnet, format!("network {number}")));
        }
        assert_eq!(all[999].0.to_string(), "10.92.231.0/24");
    }

    #[test]
    fn unique_local_subnets_are_those_of_a_global_identifier() {
        let global = [0x12, 0x34, 0x56, 0x78, 0x9a];
        let six = |subnets| free_subnet(&used(subnets), Family::V6(global)).map(|subnet| subnet.to_string());
        assert_eq!(six(&[]).as_deref(), Some("fd12:3456:789a::/64"));
        assert_eq!(six(&[("fd12:3456:789a::/63", "x")]).as_deref(), Some("fd12:3456:789a:2::/64"));
        assert_eq!(six(&[("fd12:3456:789a::/48", "x")]), None);
        assert_eq!(six(&[("2000::/3", "x"), ("::/0", "y")]).as_deref(), Some("fd12:3456:789a::/64"));
        let all = free_subnet(&[], Family::V6([0xff; 5])).expect("a subnet");
        assert_eq!(all.to_string(), "fdff:ffff:ffff::/64");
    }

    #[test]
    fn what_a_subnet_overlaps_is_named() {
        let all = used(&[("10.1.0.0/16", "route via eth0"), ("10.9.9.0/24", "network blue")]);
        let told = |subnet: &str| overlaps(subnet.parse().expect("a subnet"), &all);
        assert_eq!(told("10.1.0.0/16").as_deref(), Some("route via eth0"));
        assert_eq!(told("10.1.2.0/24").as_deref(), Some("10.1.0.0/16, route via eth0"));
        assert_eq!(told("10.8.0.0/14").as_deref(), Some("10.9.9.0/24, network blue"));
        assert_eq!(told("10.2.0.0/16"), None);
        let wide = used(&[("0.0.0.0/0", "route via eth0"), ("4.0.0.0/6", "route via tun0")]);
        assert_eq!(overlaps("5.0.0.0/8".parse().expect("a subnet"), &wide), None);
        assert_eq!(
            overlaps("4.0.0.0/5".parse().expect("a subnet"), &wide).as_deref(),
            Some("4.0.0.0/6, route via tun0")
        );
    }
}
