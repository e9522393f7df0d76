//! The options of a network that are its device's own (`--opt KEY=VALUE`, podman's `options`): read into what
//! netlink sends, and written back from what the kernel tells.
//!
//! The words are those of ip-link(8) and bridge(8), without their `_state` for `stp`, and with `port_priority` for a
//! port's priority. Switches are `true` or `false`, and read `1`, `0`, `on`, `off`, `yes` and `no` too.
//! Times are seconds (`15`, `15s`, `1.5`) or milliseconds (`1500ms`), and written with their unit; the kernel
//! keeps hundredths of a second.

mod kinds;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use netlink_raw::kernel::{IPVLAN_MODE_L3, IPVLAN_MODE_L3S, MACVLAN_MODE_PASSTHRU};
use netlink_raw::route::{Bridge, BridgePort, Ipvlan, Kind, Link, Macvlan, Vlan, Vxlan};

use value::{Switch, Value};

/// Options that are not the device's, which every driver takes and [`LinkOptions`] leaves alone.
pub const ELSEWHERE: [&str; 4] = ["isolate", "metric", "mtu", "no_default_route"];

/// Options by their words, as a network's file has them.
pub type Words = BTreeMap<String, String>;

/// The options of a network's device, by its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkOptions {
    /// A bridge, and each port of it.
    Bridge {
        /// The bridge's own.
        bridge: Bridge,
        /// Those of each port.
        port: BridgePort,
    },
    /// A macvlan for each card.
    Macvlan {
        /// The device below, by its name.
        parent: Option<String>,
        /// Its settings.
        settings: Macvlan,
    },
    /// An ipvlan for each card.
    Ipvlan {
        /// The device below, by its name.
        parent: Option<String>,
        /// Its settings.
        settings: Ipvlan,
    },
    /// A VLAN device.
    Vlan {
        /// The device below, by its name.
        parent: Option<String>,
        /// Its settings.
        settings: Vlan,
    },
    /// A VXLAN device, which is one more port of a bridge.
    Vxlan {
        /// The device to send by, by its name; its index in `settings` is for whoever looks it up.
        parent: Option<String>,
        /// Its settings.
        settings: Vxlan,
        /// The bridge's own. (`learning` is the VXLAN's.)
        bridge: Bridge,
        /// Those of each container's port.
        port: BridgePort,
    },
    /// A tap for each card.
    Tap(TapOptions),
    /// Of a driver whose device has no options (`ptp`).
    None,
}

/// The options of a tap device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TapOptions {
    /// The user who may attach to it.
    pub owner: Option<u32>,
    /// The group who may attach to it.
    pub group: Option<u32>,
    /// Several may attach to it at once.
    pub multi_queue: Option<bool>,
    /// A `struct virtio_net_hdr` stands before each packet.
    pub vnet_header: Option<bool>,
}

impl LinkOptions {
    /// Nothing set, for a driver whose device has options.
    fn of(driver: &str) -> Option<Self> {
        Some(match driver {
            "bridge" => Self::Bridge { bridge: Bridge::default(), port: BridgePort::default() },
            "macvlan" => Self::Macvlan { parent: None, settings: Macvlan::default() },
            "ipvlan" => Self::Ipvlan { parent: None, settings: Ipvlan::default() },
            "vlan" => Self::Vlan { parent: None, settings: Vlan::default() },
            "vxlan" => Self::Vxlan {
                parent: None,
                settings: Vxlan::default(),
                bridge: Bridge::default(),
                port: BridgePort::default(),
            },
            "tap" => Self::Tap(TapOptions::default()),
            _ => return None,
        })
    }

    /// Reads the options of a network with this driver, but for those that stand [`ELSEWHERE`].
    ///
    /// # Errors
    /// In words: an option that the driver does not know, with those it knows, or a value it does not take.
    pub fn parse(driver: &str, words: &Words) -> Result<Self, String> {
        let mut words = words.iter().filter(|(word, _)| !ELSEWHERE.contains(&word.as_str()));
        let Some(mut options) = Self::of(driver) else {
            return words.next().map_or(Ok(Self::None), |(word, _)| {
                Err(format!("driver {driver} has no option {word}; it has {}", ELSEWHERE.join(", ")))
            });
        };
        for (word, text) in words {
            options.set(driver, word, text)?;
        }
        options.check()?;
        Ok(options)
    }

    /// Sets one option.
    fn set(&mut self, driver: &str, word: &str, text: &str) -> Result<(), String> {
        let word = long(self, word);
        let known = [&self.words_known()[..], &ELSEWHERE].concat();
        for (name, value) in self.values() {
            if name == word {
                return value.read(text).map_err(|problem| format!("option {word}={text}: {problem}"));
            }
        }
        Err(format!("driver {driver} has no option {word}; it has {}", known.join(", ")))
    }

    /// The words that this driver knows, in the order in which they are told.
    pub fn words_known(&self) -> Vec<&'static str> {
        self.clone().values().into_iter().map(|(word, _)| word).collect()
    }

    /// The options that are set, as [`parse`](Self::parse) reads them.
    pub fn words(&self) -> Words {
        let mut copy = self.clone();
        let values = copy.values();
        values.iter().filter_map(|(word, value)| Some(((*word).to_owned(), value.written()?))).collect()
    }

    /// What the kernel tells of a device; `name` gives the name of the link with an index. Of a bridge's port, only
    /// its options as a port. `None` for what is none of these.
    pub fn told(link: &Link, name: impl Fn(u32) -> Option<String>) -> Option<Self> {
        let parent = link.link.and_then(&name);
        Some(match &link.kind {
            Some(Kind::Macvlan(settings)) => Self::Macvlan { parent, settings: settings.clone() },
            Some(Kind::Ipvlan(settings)) => Self::Ipvlan { parent, settings: settings.clone() },
            Some(Kind::Vlan(settings)) => Self::Vlan { parent, settings: settings.clone() },
            Some(Kind::Vxlan(settings)) => Self::Vxlan {
                parent: settings.link.and_then(name),
                settings: (**settings).clone(),
                bridge: Bridge::default(),
                port: BridgePort::default(),
            },
            Some(Kind::Tun(tun)) => Self::Tap(TapOptions {
                owner: tun.owner,
                group: tun.group,
                multi_queue: tun.multi_queue,
                vnet_header: tun.vnet_header,
            }),
            Some(Kind::Bridge(bridge)) => {
                Self::Bridge { bridge: (**bridge).clone(), port: link.port.clone().unwrap_or_default() }
            }
            _ => Self::Bridge { bridge: Bridge::default(), port: link.port.clone()? },
        })
    }

    /// Whether cards have the hardware address of the device that they lie on.
    pub fn shares_address(&self) -> bool {
        match self {
            Self::Ipvlan { .. } => true,
            Self::Macvlan { settings, .. } => settings.mode == Some(MACVLAN_MODE_PASSTHRU),
            _ => false,
        }
    }

    /// Whether cards send by the addresses in packets alone, without looking for their neighbours (ipvlan's `l3` and
    /// `l3s`).
    pub fn routes(&self) -> bool {
        let l3 = [Some(IPVLAN_MODE_L3), Some(IPVLAN_MODE_L3S)];
        matches!(self, Self::Ipvlan { settings, .. } if l3.contains(&settings.mode))
    }

    /// What no single option tells.
    fn check(&self) -> Result<(), String> {
        match self {
            // The kernel's own rule, which holds while STP is on.
            Self::Bridge {
                bridge: Bridge { stp_state: Some(1), forward_delay: Some(0..200), .. }, ..
            } => Err("with stp, forward_delay is 2s to 30s".to_owned()),
            Self::Vlan { settings: Vlan { id: None, .. }, .. } => {
                Err("driver vlan needs the option id, the VLAN's number".to_owned())
            }
            Self::Vxlan { settings: Vxlan { id: None, .. }, .. } => {
                Err("driver vxlan needs the option id, the network's number (VNI)".to_owned())
            }
            Self::Vxlan { settings: Vxlan { group: Some(group), .. }, parent: None, .. }
                if group.is_multicast() =>
            {
                Err("a VXLAN with a multicast group needs the option parent".to_owned())
            }
            Self::Vxlan { settings: Vxlan { group: Some(group), local: Some(local), .. }, .. }
                if group.is_ipv4() != local.is_ipv4() =>
            {
                Err("remote and local are of one family".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Each option's word and its place.
    fn values(&mut self) -> Vec<(&'static str, Value<'_>)> {
        match self {
            Self::Bridge { bridge, port } => kinds::bridge(bridge, port),
            Self::Macvlan { parent, settings } => kinds::macvlan(parent, settings),
            Self::Ipvlan { parent, settings } => kinds::ipvlan(parent, settings),
            Self::Vlan { parent, settings } => kinds::vlan(parent, settings),
            Self::Vxlan { parent, settings, bridge, port } => {
                let mut values = kinds::vxlan(parent, settings);
                values
                    .extend(kinds::bridge(bridge, port).into_iter().filter(|(word, _)| *word != "learning"));
                values
            }
            Self::None => Vec::new(),
            Self::Tap(tap) => vec![
                ("owner", Value::Number(&mut tap.owner, 0..=u32::MAX - 1)),
                ("group", Value::Number(&mut tap.group, 0..=u32::MAX - 1)),
                ("multi_queue", Value::Switch(Switch::Bool(&mut tap.multi_queue))),
                ("vnet_hdr", Value::Switch(Switch::Bool(&mut tap.vnet_header))),
            ],
        }
    }
}

/// The word for a word that means the same.
fn long<'a>(options: &LinkOptions, word: &'a str) -> &'a str {
    match (options, word) {
        (LinkOptions::Vlan { .. }, "vlan") | (LinkOptions::Vxlan { .. }, "vni") => "id",
        (LinkOptions::Vxlan { .. }, "dev") => "parent",
        (LinkOptions::Vxlan { .. }, "group") => "remote",
        (LinkOptions::Bridge { .. } | LinkOptions::Vxlan { .. }, "stp_state") => "stp",
        (_, word) => word,
    }
}
