//! Who has which name on which network: what the name server knows, and how it is looked up.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// What the name server must know of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// The host's own addresses on the network, where its containers ask: its gateways.
    pub listen: Vec<IpAddr>,
    /// The prefixes that the containers' addresses are from. Nobody else is answered, and their reverse is asked of
    /// nobody else.
    pub subnets: Vec<IpNet>,
    /// Who is asked for other names; the name servers of the host's if none.
    #[serde(default)]
    pub upstream: Vec<IpAddr>,
    /// Whether nobody is asked for other names.
    #[serde(default)]
    pub internal: bool,
}

/// What the name server must know of a container on a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its addresses on this network.
    pub addresses: Vec<IpAddr>,
    /// Its names on this network, the one that its address stands for first: its name, its aliases, its short id.
    pub names: Vec<String>,
    /// Who is asked for other names on its behalf (`--dns`); the network's servers if none.
    #[serde(default)]
    pub upstream: Vec<IpAddr>,
    /// What it tries to append to a name (`--dns-search`).
    #[serde(default)]
    pub search: Vec<String>,
}

/// A network with its containers.
#[derive(Debug, Default)]
struct Network {
    zone: Zone,
    entries: BTreeMap<String, Entry>,
    /// Names in lower case, to ids.
    names: HashMap<String, BTreeSet<String>>,
    addresses: HashMap<IpAddr, String>,
}

/// All networks of a state.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<String, Network>);

impl Table {
    /// Makes a network known, or changes it.
    pub(super) fn set_zone(&mut self, network: &str, zone: Zone) {
        self.0.entry(network.to_owned()).or_default().zone = zone;
    }

    /// Forgets a network and all who are on it.
    pub(super) fn forget(&mut self, network: &str) {
        self.0.remove(network);
    }

    /// Makes a container known, or changes it. Its network must be known.
    pub(super) fn add(&mut self, network: &str, entry: Entry) {
        self.remove(network, &entry.id);
        let Some(network) = self.0.get_mut(network) else { return };
        for name in &entry.names {
            network.names.entry(name.to_ascii_lowercase()).or_default().insert(entry.id.clone());
        }
        network.addresses.extend(entry.addresses.iter().map(|address| (*address, entry.id.clone())));
        network.entries.insert(entry.id.clone(), entry);
    }

    /// Forgets a container on a network.
    pub(super) fn remove(&mut self, network: &str, id: &str) {
        let Some(network) = self.0.get_mut(network) else { return };
        let Some(entry) = network.entries.remove(id) else { return };
        for name in entry.names.iter().map(|name| name.to_ascii_lowercase()) {
            if let Some(ids) = network.names.get_mut(&name) {
                ids.remove(id);
                if ids.is_empty() {
                    network.names.remove(&name);
                }
            }
        }
        network.addresses.retain(|_, holder| holder != id);
    }

    /// Whether there is no container.
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(|network| network.entries.is_empty())
    }

    /// The names of all networks.
    pub(super) fn networks(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Whether an address is one that this server listens on.
    pub(super) fn is_gateway(&self, address: IpAddr) -> bool {
        self.0.values().any(|network| network.zone.listen.contains(&address))
    }

    /// Where a network's containers ask; nowhere if it has none.
    pub(super) fn addresses_to_listen_on(&self, network: &str) -> &[IpAddr] {
        let in_use = self.0.get(network).filter(|network| !network.entries.is_empty());
        in_use.map_or(&[], |network| &network.zone.listen)
    }

    /// The zone of a network.
    pub(super) fn zone(&self, network: &str) -> Option<&Zone> {
        self.0.get(network).map(|network| &network.zone)
    }

    /// The container that has an address on a network.
    pub(super) fn holder(&self, network: &str, address: IpAddr) -> Option<&Entry> {
        let network = self.0.get(network)?;
        network.entries.get(network.addresses.get(&address)?)
    }

    /// The networks that a container is on.
    pub(super) fn networks_of(&self, id: &str) -> Vec<&str> {
        let its = self.0.iter().filter(|(_, network)| network.entries.contains_key(id));
        its.map(|(name, _)| name.as_str()).collect()
    }

    /// The containers that have a name, in lower case, on a network.
    pub(super) fn named<'a>(&'a self, network: &str, name: &str) -> impl Iterator<Item = &'a Entry> + 'a {
        let network = self.0.get(network);
        let ids = network.and_then(|network| network.names.get(name)).into_iter().flatten();
        ids.filter_map(move |id| network?.entries.get(id))
    }

    /// Whether a container on any network has the name, in lower case.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.0.values().any(|network| network.names.contains_key(name))
    }

    /// Whether a prefix lies within one of the networks.
    pub(super) fn covers(&self, prefix: &IpNet) -> bool {
        self.0.values().flat_map(|network| &network.zone.subnets).any(|subnet| subnet.contains(prefix))
    }
}
