//! What is answered to a question: decided from values alone. Here is what keeps names from leaving the machine.

use std::net::IpAddr;

use ipnet::IpNet;

use super::table::{Entry, Table, Zone};
use super::wire::{Kind, Question};

/// What becomes of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// These addresses are answered; if none: the name exists, but nothing of the type.
    Addresses(Vec<IpAddr>),
    /// These names are answered.
    Names(Vec<String>),
    /// There is no such name (NXDOMAIN).
    Unknown,
    /// The asker has no business here (REFUSED).
    Refused,
    /// Nobody is there to be asked (SERVFAIL).
    Failed,
    /// These servers are asked, one after another.
    Forward(Vec<IpAddr>),
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    /// The network on whose gateway the question came in.
    pub(super) network: &'a str,
    /// The asker's address.
    pub(super) address: IpAddr,
}

/// What there is beside the containers that run.
pub(super) struct Outside<'a> {
    /// The name servers of the host's.
    pub(super) servers: &'a [IpAddr],
    /// What the host appends to names.
    pub(super) search: &'a [String],
    /// Whether a name is that of a container, which may be stopped.
    pub(super) is_containers: &'a dyn Fn(&str) -> bool,
}

/// Decides about one question. With `turn` counting up, several containers of one name take turns in being first.
pub(super) fn decide(
    table: &Table,
    outside: &Outside<'_>,
    asker: Asker<'_>,
    question: &Question,
    turn: usize,
) -> Decision {
    let Some(zone) = table.zone(asker.network) else { return Decision::Refused };
    if !zone.subnets.iter().any(|subnet| subnet.contains(&asker.address)) {
        return Decision::Refused;
    }
    let who = table.holder(asker.network, asker.address);
    let networks = networks(table, asker.network, who);
    let name = question.name();
    if let Some(addresses) = addresses(table, &networks, &name, question.kind, turn) {
        return Decision::Addresses(addresses);
    }
    if let Some(decision) = reverse(table, &networks, question) {
        return decision;
    }
    let search = outside.search.iter().chain(who.map(|who| &who.search).into_iter().flatten());
    if stays(table, outside, &name, question.labels.len(), search) {
        return Decision::Unknown;
    }
    forward(table, outside, zone, who)
}

/// The networks whose names the asker sees: the one it asks on first, then all others that it is on.
fn networks<'a>(table: &'a Table, first: &'a str, who: Option<&Entry>) -> Vec<&'a str> {
    let others = who.map(|who| table.networks_of(&who.id)).unwrap_or_default();
    std::iter::once(first).chain(others.into_iter().filter(|network| *network != first)).collect()
}

/// The addresses of all who have the name; `None` where nobody has it.
fn addresses(table: &Table, networks: &[&str], name: &str, kind: Kind, turn: usize) -> Option<Vec<IpAddr>> {
    let mut known = false;
    let mut found = Vec::new();
    for entry in networks.iter().flat_map(|network| table.named(network, name)) {
        known = true;
        let fits = |address: &&IpAddr| match kind {
            Kind::A => address.is_ipv4(),
            Kind::Aaaa => address.is_ipv6(),
            Kind::Any => true,
            Kind::Ptr | Kind::Other => false,
        };
        found.extend(entry.addresses.iter().filter(fits).copied());
    }
    if !found.is_empty() {
        let first = turn % found.len();
        found.rotate_left(first);
    }
    known.then_some(found)
}

/// A question below `in-addr.arpa` or `ip6.arpa`. What is a container's, or could be one's, is asked of nobody else.
fn reverse(table: &Table, networks: &[&str], question: &Question) -> Option<Decision> {
    let (address, bits) = question.reverse()?;
    let whole = bits == if address.is_ipv4() { 32 } else { 128 };
    let holder = networks.iter().filter(|_| whole).find_map(|network| table.holder(network, address));
    if let Some(holder) = holder {
        let asked = matches!(question.kind, Kind::Ptr | Kind::Any);
        let names = if asked { holder.names.clone() } else { Vec::new() };
        return Some(Decision::Names(names));
    }
    let prefix = IpNet::new(address, bits).ok()?;
    table.covers(&prefix).then_some(Decision::Unknown)
}

/// Whether nobody else may be asked for the name: it is a single word; or it is a container's, of this network or
/// another, running or stopped; or it becomes one when what a resolver appends is taken off again.
fn stays<'a>(
    table: &Table,
    outside: &Outside<'_>,
    name: &str,
    labels: usize,
    mut search: impl Iterator<Item = &'a String>,
) -> bool {
    let containers = |name: &str| table.knows(name) || (outside.is_containers)(name);
    let without = |domain: &String| {
        let domain = domain.trim_matches('.').to_ascii_lowercase();
        name.strip_suffix(&domain).and_then(|rest| rest.strip_suffix('.')).is_some_and(containers)
    };
    labels == 1 || containers(name) || search.any(without)
}

/// Who is asked, where anybody may be. On an internal network that is nobody, also for one who is on another network
/// too: an asker's address proves nothing on a network where everybody can take it.
fn forward(table: &Table, outside: &Outside<'_>, zone: &Zone, who: Option<&Entry>) -> Decision {
    if zone.internal {
        return Decision::Unknown;
    }
    let own = who.map(|who| &who.upstream[..]).unwrap_or_default();
    let servers = [own, &zone.upstream, outside.servers].into_iter().find(|servers| !servers.is_empty());
    // Whoever names a gateway as a server would have this one ask itself, for ever.
    let servers = servers.unwrap_or_default().iter().copied();
    let servers: Vec<IpAddr> = servers.filter(|server| !table.is_gateway(*server)).collect();
    if servers.is_empty() { Decision::Failed } else { Decision::Forward(servers) }
}

#[cfg(test)]
mod tests;
