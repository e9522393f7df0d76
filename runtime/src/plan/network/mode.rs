//! What `--net` asks for.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::str::FromStr;

use super::{BRIDGE, Rate, names};
use crate::error::{Error, Result};
use crate::plan::MacAddress;

/// What `--net` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Cards on networks, in this order; `eth0` first.
    Cards(Vec<CardRequest>),
    /// `lo` and nothing else.
    None,
    /// The host's own network namespace.
    Host,
    /// The network namespace of another container: its id, or what is typed for it.
    Container(String),
    /// The network namespace that this file stands for.
    Path(PathBuf),
}

/// What is asked of a card; the rest is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardRequest {
    /// The network's name.
    pub network: String,
    /// Its IPv4 address.
    pub ip: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ip6: Option<Ipv6Addr>,
    /// Its hardware address.
    pub mac: Option<MacAddress>,
    /// Its name in the container.
    pub name: Option<String>,
    /// Names besides the container's own, by which others on the network find it.
    pub aliases: Vec<String>,
    /// The card with the highest one has the default route.
    pub gateway_priority: i32,
    /// How fast it may be.
    pub rate: Rate,
}

impl CardRequest {
    /// A card on this network of which nothing is asked.
    pub fn on(network: &str) -> Self {
        Self { network: network.to_owned(), ..Self::default() }
    }

    /// The address that is asked for in the family of `like`.
    pub fn asked(&self, like: IpAddr) -> Option<IpAddr> {
        match like {
            IpAddr::V4(_) => self.ip.map(IpAddr::V4),
            IpAddr::V6(_) => self.ip6.map(IpAddr::V6),
        }
    }
}

impl FromStr for CardRequest {
    type Err = Error;

    /// `NAME[:ip=…,ip6=…,mac=…,ifname=…,alias=…,gw-priority=N,rate-up=…,rate-down=…]`
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |problem: String| Error::Usage(format!("--net={text}: {problem}"));
        let (network, settings) = text.split_once(':').unwrap_or((text, ""));
        names::check(network).map_err(&wrong)?;
        let mut card = Self::on(network);
        let mut said = Vec::new();
        for setting in settings.split(',').filter(|setting| !setting.is_empty()) {
            let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
            let same = if key == "interface_name" { "ifname" } else { key };
            if same != "alias" && said.contains(&same) {
                return Err(wrong(format!("{key} is given twice")));
            }
            said.push(same);
            card.set(key, value).map_err(&wrong)?;
        }
        Ok(card)
    }
}

impl CardRequest {
    fn set(&mut self, key: &str, value: &str) -> std::result::Result<(), String> {
        fn read<T: FromStr>(value: &str, what: &str) -> std::result::Result<Option<T>, String> {
            value.parse().map(Some).map_err(|_| format!("{value:?} is no {what}"))
        }
        let rate = |way: &str, value: &str| {
            format!("{way}={value}").parse::<Rate>().map_err(|error| error.to_string())
        };
        match key {
            "ip" => self.ip = read(value, "IPv4 address")?,
            "ip6" => self.ip6 = read(value, "IPv6 address")?,
            "mac" => self.mac = Some(value.parse()?),
            "ifname" | "interface_name" => self.name = Some(value.to_owned()),
            "alias" => {
                names::check_host(value)?;
                self.aliases.push(value.to_owned());
            }
            "rate-up" => self.rate.up = rate("up", value)?.up,
            "rate-down" => self.rate.down = rate("down", value)?.down,
            "gw-priority" => self.gateway_priority = read(value, "number")?.unwrap_or_default(),
            _ => {
                let known = "ip, ip6, mac, ifname, alias, gw-priority, rate-up and rate-down";
                return Err(format!("{key:?} is nothing that a card has (there are {known})"));
            }
        }
        Ok(())
    }
}

impl Mode {
    /// A card on the network that is always there.
    pub fn bridge() -> Self {
        Self::Cards(vec![CardRequest::on(BRIDGE)])
    }

    /// What all the `--net` of a command line ask for together.
    ///
    /// # Errors
    /// A word that means nothing; a mode that goes with no other.
    pub fn read(words: &[String]) -> Result<Option<Self>> {
        match words {
            [] => Ok(None),
            [word] => word.parse().map(Some),
            words => {
                let cards = words.iter().map(|word| match word.parse()? {
                    Self::Cards(cards) => Ok(cards),
                    alone => Err(Error::Usage(format!("--net={alone} goes with no other --net"))),
                });
                Ok(Some(Self::Cards(cards.collect::<Result<Vec<_>>>()?.concat())))
            }
        }
    }
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "none" => Ok(Self::None),
            None if text == "host" => Ok(Self::Host),
            Some(("container", id)) if !id.is_empty() => Ok(Self::Container(id.to_owned())),
            Some(("ns", path)) if !path.is_empty() => Ok(Self::Path(path.into())),
            _ => Ok(Self::Cards(vec![text.parse()?])),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cards(cards) => {
                let names: Vec<&str> = cards.iter().map(|card| card.network.as_str()).collect();
                f.write_str(&names.join(","))
            }
            Self::None => f.write_str("none"),
            Self::Host => f.write_str("host"),
            Self::Container(id) => write!(f, "container:{id}"),
            Self::Path(path) => write!(f, "ns:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> std::result::Result<Option<Mode>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Mode::read(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn modes_are_read_and_written_alike() {
        let path = Mode::Path("/run/netns/blue".into());
        let modes = [Mode::bridge(), Mode::None, Mode::Host, Mode::Container("c1".into()), path];
        for (text, mode) in ["bridge", "none", "host", "container:c1", "ns:/run/netns/blue"].iter().zip(modes)
        {
            assert_eq!(text.parse::<Mode>().unwrap(), mode);
            assert_eq!(mode.to_string(), *text);
        }
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn a_card_is_asked_for_in_all_its_parts() {
        let text = "blue:ip=10.1.0.9,ip6=fd00::9,mac=02:00:00:00:00:09,ifname=lan0,alias=db,alias=sql,gw-priority=-3,rate-up=1mbit";
        let expected = CardRequest {
            network: "blue".into(),
            ip: Some(Ipv4Addr::new(10, 1, 0, 9)),
            ip6: Some("fd00::9".parse().unwrap()),
            mac: Some(MacAddress([2, 0, 0, 0, 0, 9])),
            name: Some("lan0".into()),
            aliases: vec!["db".into(), "sql".into()],
            gateway_priority: -3,
            rate: Rate { up: Some(1_000_000), down: None },
        };
        assert_eq!(read(&[text]), Ok(Some(Mode::Cards(vec![expected]))));
    }

    #[test]
    fn several_networks_keep_their_order_and_modes_go_alone() {
        let several = read(&["red", "blue:ip=10.1.0.9"]).unwrap().unwrap();
        assert_eq!(several.to_string(), "red,blue");
        assert_eq!(read(&["red", "host"]).unwrap_err(), "--net=host goes with no other --net");
    }

    #[test]
    fn what_a_card_does_not_have_is_told() {
        for (text, problem) in [
            (
                "",
                "\"\" is no name of a network: use letters, digits and _.- (64 at most), beginning with a letter or digit",
            ),
            (
                "a/../b",
                "\"a/../b\" is no name of a network: use letters, digits and _.- (64 at most), beginning with a letter or digit",
            ),
            ("ns:", "ns is taken: --net=ns:… means something else"),
            (
                "blue:x=1",
                "\"x\" is nothing that a card has (there are ip, ip6, mac, ifname, alias, gw-priority, rate-up and rate-down)",
            ),
            ("blue:ip=fd00::1", "\"fd00::1\" is no IPv4 address"),
            ("blue:ip=10.1.0.9,ip=10.1.0.8", "ip is given twice"),
            ("blue:ifname=a,alias=x,alias=y,interface_name=b", "interface_name is given twice"),
            ("blue:mac=1", "1 is not a hardware address (like 02:42:ac:11:00:02)"),
            ("blue:gw-priority=high", "\"high\" is no number"),
        ] {
            assert_eq!(read(&[text]).unwrap_err(), format!("--net={text}: {problem}"));
        }
    }
}
