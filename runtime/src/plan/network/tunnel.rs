//! The tunnel of a network with the driver `vxlan`: its name, and what it takes of each packet.

use std::net::IpAddr;

use netlink_raw::route::Vxlan;

use super::define::of_link;
use super::definition::{Definition, Driver};
use super::link_options::LinkOptions;

/// The port that IANA has given to VXLAN. (The kernel's own default is an older one.)
const PORT: u16 = 4789;
/// What stands around each packet, in bytes: Ethernet (14), VXLAN (8), UDP (8) and IP.
const AROUND_IPV4: u32 = 14 + 8 + 8 + 20;
const AROUND_IPV6: u32 = 14 + 8 + 8 + 40;

/// A tunnel, as the options of its network describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// Its name, which follows from the bridge's as the network's group does.
    pub name: String,
    /// The device to send by, by its name.
    pub parent: Option<String>,
    /// What netlink sends; the index of the device to send by is missing.
    pub settings: Vxlan,
}

impl Tunnel {
    /// That of `network`, if it has one.
    pub fn of(network: &Definition) -> Option<Self> {
        if network.driver != Driver::Vxlan {
            return None;
        }
        let Ok(LinkOptions::Vxlan { parent, mut settings, .. }) = of_link(network.driver, &network.options)
        else {
            return None;
        };
        settings.port = settings.port.or(Some(PORT));
        Some(Self { name: format!("vxlan{:08x}", network.group()), parent, settings })
    }

    /// How much longer a packet is outside than inside, in bytes.
    pub fn around(&self) -> u32 {
        match self.remote().or(self.settings.local) {
            Some(IpAddr::V6(_)) => AROUND_IPV6,
            Some(IpAddr::V4(_)) | None => AROUND_IPV4,
        }
    }

    /// Where it leads to.
    pub fn remote(&self) -> Option<IpAddr> {
        self.settings.group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tunnel(options: &[(&str, &str)]) -> Tunnel {
        let mut network = Definition { driver: Driver::Vxlan, ..Definition::default_bridge() };
        network.options.insert("id".into(), "42".into());
        network.options.extend(options.iter().map(|(word, value)| ((*word).into(), (*value).into())));
        Tunnel::of(&network).expect("a tunnel")
    }

    #[test]
    fn a_tunnel_is_named_after_its_network_and_takes_its_part_of_packets() {
        let four = tunnel(&[("remote", "10.0.0.2")]);
        assert_eq!((four.around(), four.settings.port), (50, Some(4789)));
        assert!(four.name.len() <= 15);
        assert_eq!(tunnel(&[("local", "fd00::1"), ("dstport", "8472")]).around(), 70);
        assert_eq!(tunnel(&[]).around(), 50);
        assert_eq!(Tunnel::of(&Definition::default_bridge()), None);
    }
}
