//! `network create`.

use std::net::IpAddr;

use clap::Args;
use ipnet::IpNet;

use crate::plan::Driver;
use crate::plan::network::StaticRoute;
use crate::plan::network::ipam::reservation;
use crate::plan::network::ranges::AddressRange;

/// `network create`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkCreateArgs {
    /// How its cards are made
    #[arg(short, long, value_enum, default_value_t = Driver::Bridge)]
    pub driver: Driver,
    /// A subnet (several times: several; the first of each family gives the addresses)
    #[arg(long, value_name = "SUBNET")]
    pub subnet: Vec<IpNet>,
    /// The gateway of the subnet it is in (its first address)
    #[arg(long, value_name = "ADDRESS")]
    pub gateway: Vec<IpAddr>,
    /// Choose addresses from this part of a subnet: FIRST-LAST or a smaller subnet
    #[arg(long, value_name = "RANGE")]
    pub ip_range: Vec<AddressRange>,
    /// Give nobody these addresses: ADDRESS, FIRST-LAST or a smaller subnet
    #[arg(long, value_name = "RANGE")]
    pub exclude: Vec<AddressRange>,
    /// Give this address to the container of this name alone
    #[arg(long, value_name = "NAME=ADDRESS", value_parser = reservation)]
    pub aux_address: Vec<(String, IpAddr)>,
    /// Have IPv6 too, with a random unique local subnet (RFC 4193) if none is given
    #[arg(long)]
    pub ipv6: bool,
    /// Lead nowhere else
    #[arg(long)]
    pub internal: bool,
    /// Reach no other network's containers, and not be reached by them
    #[arg(long)]
    pub isolate: bool,
    /// The largest packet, in bytes (that of the device of the host's default route)
    #[arg(long, value_name = "BYTES")]
    pub mtu: Option<u32>,
    /// Ask this server for the names of others
    #[arg(long, value_name = "ADDRESS")]
    pub dns: Vec<IpAddr>,
    /// Let containers not find each other by name
    #[arg(long)]
    pub disable_dns: bool,
    /// Note something
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub label: Vec<(String, String)>,
    /// Tell the driver something: parent=DEVICE, mode=…, id=…, stp=…, isolate=…, and so on
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = pair)]
    pub opt: Vec<(String, String)>,
    /// The name of its device (pontoonN), or of the device of the host's that it builds upon
    #[arg(long, value_name = "DEVICE")]
    pub interface_name: Option<String>,
    /// Give containers a route
    #[arg(long, value_name = "SUBNET,GATEWAY[,METRIC]", value_parser = route)]
    pub route: Vec<StaticRoute>,
    /// Be content with one that is there already
    #[arg(long)]
    pub ignore: bool,
    /// Its name
    pub name: String,
}

/// `KEY=VALUE`, or `KEY` alone for an empty value.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    match key {
        "" => Err("it begins with a key: KEY=VALUE".to_owned()),
        key => Ok((key.to_owned(), value.to_owned())),
    }
}

fn route(text: &str) -> Result<StaticRoute, String> {
    let mut words = text.split(',');
    let mut next = |what: &str| words.next().ok_or_else(|| format!("it has no {what}"));
    let destination = next("subnet")?;
    let destination = destination.parse().map_err(|_| format!("{destination:?} is no subnet"))?;
    let gateway = next("gateway")?;
    let gateway = gateway.parse().map_err(|_| format!("{gateway:?} is no address"))?;
    let metric =
        words.next().map(|word| word.parse().map_err(|_| format!("{word:?} is no metric"))).transpose()?;
    match words.next() {
        Some(word) => Err(format!("{word:?} is too much")),
        None => Ok(StaticRoute { destination, gateway, metric }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_have_two_or_three_parts() {
        let read = route("10.9.0.0/16,10.1.0.2,7").expect("a route");
        assert_eq!((read.destination.to_string(), read.metric), ("10.9.0.0/16".to_owned(), Some(7)));
        assert_eq!(route("10.9.0.0/16,10.1.0.2").expect("a route").metric, None);
        for text in [
            "10.9.0.0/16",
            "x,10.1.0.2",
            "10.9.0.0/16,x",
            "10.9.0.0/16,10.1.0.2,x",
            "10.9.0.0/16,10.1.0.2,1,2",
        ] {
            assert!(route(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pairs_have_a_key() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("a"), Ok(("a".into(), String::new())));
        assert!(pair("=b").is_err());
        assert!(reservation("db=x").is_err());
    }
}
