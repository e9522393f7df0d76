//! What the host does for a running container besides its cards, as they come and go: ports, names, whom it asks.

use super::publish::{
    admit, claim_ports, forwards, let_in, networks_of, owner, register, unregister, withdraw,
};
use super::{firewall, hosts, ports};
use crate::error::Result;
use crate::names_server;
use crate::plan::network::firewall::Forward;
use crate::plan::network::ports::PortRequest;
use crate::plan::network::takes_ports;
use crate::plan::{Definition, Endpoint};
use crate::state::{Container, Ports, State};

/// What is done for a container with certain cards.
pub(super) struct Service<'a> {
    state: &'a State,
    container: &'a Container,
    cards: Vec<Endpoint>,
    ports: Ports,
    forwards: Vec<Forward>,
}

/// Makes what is done for a container agree with its `cards` and its ports, whatever a command that was killed had done.
///
/// # Errors
/// The first failure.
pub(super) fn mend(state: &State, container: &Container, cards: &[Endpoint]) -> Result<()> {
    let id = &container.record.id;
    let published = container.ports()?.published;
    let networks = networks_of(state, cards);
    let now = forwards(state, id, cards, &networks, &published);
    let owner = owner(state, id);
    let stray: Vec<Forward> =
        firewall::owners()?.into_iter().filter(|it| it.owner == owner && !now.contains(it)).collect();
    if !stray.is_empty() {
        withdraw(&stray)?;
    }
    admit(state, id, cards, &networks, &published)?;
    let_in(cards, &networks, &published)?;
    for (network, _) in names_server::registered(state).into_iter().filter(|(_, other)| other == id) {
        if cards.iter().all(|card| card.network != network) {
            names_server::unregister(state, &network, id)?;
        }
    }
    register(state, container, cards, &networks)?;
    hosts::ask(container, &networks)
}

impl<'a> Service<'a> {
    /// What is done for it now, with the cards that it has.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub(super) fn of(state: &'a State, container: &'a Container, cards: Vec<Endpoint>) -> Result<Self> {
        let ports = container.ports()?;
        let networks = networks_of(state, &cards);
        let forwards = forwards(state, &container.record.id, &cards, &networks, &ports.published);
        Ok(Self { state, container, cards, ports, forwards })
    }

    /// Does what is to be done for it with these `cards`, and these `more` ports.
    ///
    /// # Errors
    /// A port can't be had; the kernel's; the name server can't be started.
    pub(super) fn change_to(self, cards: &[Endpoint], more: &[PortRequest]) -> Result<()> {
        let Self { state, container, .. } = self;
        let networks = networks_of(state, cards);
        self.change_ports(cards, &networks, more)?;
        for gone in self.cards.iter().filter(|card| cards.iter().all(|other| other.name != card.name)) {
            unregister(state, container, gone, cards)?;
        }
        let is_new = |network: &&Definition| self.cards.iter().all(|card| card.network != network.name);
        if networks.iter().any(|network| is_new(&network)) {
            register(state, container, cards, &networks)?;
        }
        hosts::ask(container, &networks)
    }

    fn change_ports(&self, cards: &[Endpoint], networks: &[Definition], more: &[PortRequest]) -> Result<()> {
        let Self { state, container, .. } = *self;
        let id = &container.record.id;
        let mut ports = self.ports.clone();
        // One that waits for a card already is asked for once.
        let waits = |port: &&PortRequest| {
            port.host_ports.is_some() && self.ports.wanted[self.ports.published.len()..].contains(port)
        };
        ports.wanted.extend(more.iter().filter(|port| !waits(port)));
        if ports.wanted.is_empty() {
            return Ok(());
        }
        claim_ports(state, id, cards, networks, &mut ports)?;
        let now = forwards(state, id, cards, networks, &ports.published);
        let gone: Vec<Forward> = self.forwards.iter().filter(|old| !now.contains(old)).cloned().collect();
        if !gone.is_empty() {
            withdraw(&gone)?;
        }
        if !cards.iter().any(|card| takes_ports(card, networks)) {
            ports::release(state, id, &ports.published)?;
            ports.published.clear();
        }
        container.set_ports(&ports)?;
        admit(state, id, cards, networks, &ports.published)?;
        let_in(cards, networks, &ports.published)
    }
}
