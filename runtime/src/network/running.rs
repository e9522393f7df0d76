//! Giving cards to containers that run, and taking them away.

use super::card::attach;
use super::change::Change;
use super::detach::detach;
use super::reroute::Inside;
use super::service::Service;
use super::{admit, definition, hosts, look, prepare, release};
use crate::error::Result;
use crate::plan::network::ports::PortRequest;
use crate::plan::network::{self, CardRequest, Owner, choose_gateways, problem};
use crate::plan::{Definition, Endpoint};
use crate::state::{Container, Init, State, Status};

/// Gives a running container a card, and the published `ports` that it asks for, as if it had started so. The card becomes
/// the way to everywhere if there is none yet, or none of as high a priority. Returns the card.
///
/// # Errors
/// The container does not run, or its network is not its own; no such network; the address, the name or a port
/// can't be had; the kernel's. What had been done is undone then.
pub fn connect(
    state: &State,
    container: &Container,
    request: &CardRequest,
    ports: &[PortRequest],
) -> Result<Endpoint> {
    let (definition, facts) = look(state, &request.network)?;
    let init = container.running("be connected")?;
    let id = &container.record.id;
    if !container.record.own_network {
        let net = &container.record.network;
        let problem_text = format!(
            "container {id} shares the network of another namespace (--net={net}), which is not its own to change"
        );
        return Err(problem(&request.network, problem_text));
    }
    let change = Change::begin(state, container)?;
    let inside = Inside::open(container, init)?;
    let existing = container.cards()?;
    let mut card = network::card(&definition, &facts, owner(container), request, &existing)?;
    let given = give(state, container, &inside, &definition, &mut card).and_then(|()| {
        let service = Service::of(state, container, existing.clone())?;
        let cards = lead(container, &inside, existing, Some(&card))?;
        service.change_to(&cards, ports)
    });
    if let Err(error) = given {
        if let Err(left) = undo(state, container, init, &card) {
            eprintln!("pontoon: while undoing: {left}");
            change.leave();
        }
        return Err(error);
    }
    Ok(card)
}

/// Takes away a card that was being given, however far that had come.
fn undo(state: &State, container: &Container, init: Init, card: &Endpoint) -> Result<()> {
    let (noted, others): (Vec<_>, Vec<_>) =
        container.cards()?.into_iter().partition(|other| other.name == card.name);
    match noted.first() {
        Some(noted) => take(state, container, Some(init), noted, others),
        None => withdraw(state, container, card, Some(&Inside::open(container, init)?)),
    }
}

fn owner(container: &Container) -> Owner<'_> {
    Owner { id: &container.record.id, name: container.record.name.as_deref() }
}

/// The card is noted last: one that is noted is whole.
fn give(
    state: &State,
    container: &Container,
    inside: &Inside,
    definition: &Definition,
    card: &mut Endpoint,
) -> Result<()> {
    let id = &container.record.id;
    prepare(state, id, definition, card)?;
    admit(state, id, &[], std::slice::from_ref(definition), &[])?;
    attach(state, id, inside.place(), std::slice::from_ref(card), false)?;
    for address in card.hosts() {
        hosts::add(container, address)?;
    }
    container.add_card(card)?;
    // If it ended meanwhile, whoever tidied up after it may not have seen the card.
    inside.still(container)
}

/// Leads the ways to everywhere, of which `cards` had theirs, as is right with the `new` card besides. Returns all the
/// cards as they are then.
fn lead(
    container: &Container,
    inside: &Inside,
    cards: Vec<Endpoint>,
    new: Option<&Endpoint>,
) -> Result<Vec<Endpoint>> {
    let Some(some) = new.or(cards.first()) else { return Ok(cards) };
    let leads = inside.leads(&some.network, &cards)?;
    let before: Vec<Endpoint> = cards.into_iter().chain(new.cloned()).collect();
    let mut after = before.clone();
    choose_gateways(&mut after);
    leads.keep_strangers(&mut after);
    for card in inside.reroute(&before, &after)? {
        container.add_card(card)?;
    }
    Ok(after)
}

/// Takes away what there is of a card; its note last: as long as it is there, the next command goes on.
pub(super) fn withdraw(
    state: &State,
    container: &Container,
    card: &Endpoint,
    inside: Option<&Inside>,
) -> Result<()> {
    let id = &container.record.id;
    detach(state, id, card, inside.map(Inside::place))?;
    let unnamed = card.hosts().map(|address| hosts::remove(container, address)).fold(Ok(()), Result::and);
    unnamed.and(release(state, id, card))?;
    container.remove_card(&card.name)
}

/// Takes a card on `network` away from a container: the one called `name`, or the one that it got last. If
/// the way to everywhere led through it, another card becomes that.
///
/// # Errors
/// It has no such card; the kernel's.
pub fn disconnect(state: &State, container: &Container, network: &str, name: Option<&str>) -> Result<()> {
    let init = match container.status()? {
        Status::Stopped => None,
        Status::Creating | Status::Created | Status::Running | Status::Paused => {
            Some(container.running("be disconnected")?)
        }
    };
    let change = Change::begin(state, container)?;
    let mut cards = container.cards()?;
    let chosen = choose(&cards, &container.record.id, network, name);
    // A card is taken away also when the network's definition is gone.
    let place = chosen.or_else(|error| definition(state, network).and(Err(error)))?;
    let card = cards.remove(place);
    let taken = take(state, container, init, &card, cards);
    if taken.is_err() {
        change.leave();
    }
    taken
}

/// Takes `card` away from a container that runs as `init` or has ended, and has `others` besides.
pub(super) fn take(
    state: &State,
    container: &Container,
    init: Option<Init>,
    card: &Endpoint,
    others: Vec<Endpoint>,
) -> Result<()> {
    let inside = init.map(|init| Inside::open(container, init)).transpose()?;
    let all = others.iter().chain([card]).cloned().collect();
    let service = Service::of(state, container, all)?;
    detach(state, &container.record.id, card, inside.as_ref().map(Inside::place))?;
    let led = match &inside {
        Some(inside) if card.leads_everywhere() => lead(container, inside, others, None),
        _ => Ok(others),
    };
    let changed = led.and_then(|others| service.change_to(&others, &[]));
    changed.and(withdraw(state, container, card, inside.as_ref()))
}

/// The place of the card that is meant.
fn choose(cards: &[Endpoint], id: &str, network: &str, name: Option<&str>) -> Result<usize> {
    let fits = |card: &Endpoint| card.network == network && name.is_none_or(|name| card.name == name);
    // The host's names end in a number that grows.
    let number = |place: &usize| (cards[*place].host_name.len(), &cards[*place].host_name);
    let places = (0..cards.len()).filter(|&place| fits(&cards[place]));
    places.max_by_key(number).ok_or_else(|| {
        let what = name.map_or_else(|| "no card".to_owned(), |name| format!("no card {name}"));
        problem(network, format!("container {id} has {what} on it"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::{BRIDGE, DeviceFacts, card};

    #[test]
    fn the_card_that_was_got_last_goes_first() {
        let mut cards: Vec<Endpoint> = Vec::new();
        for name in ["eth0", "zz", "a"] {
            let request = CardRequest { name: Some(name.into()), ..CardRequest::on(BRIDGE) };
            let bridge = Definition::default_bridge();
            cards.push(
                card(&bridge, &DeviceFacts::default(), Owner { id: "c1", name: None }, &request, &cards)
                    .expect("a card"),
            );
        }
        cards.sort_by(|one, other| one.name.cmp(&other.name));
        let chosen = |name| choose(&cards, "c1", BRIDGE, name).map(|place| cards[place].name.as_str());
        assert_eq!(chosen(None).expect("a card"), "a");
        assert_eq!(chosen(Some("zz")).expect("a card"), "zz");
        let error = chosen(Some("eth7")).expect_err("there is none").to_string();
        assert_eq!(error, "network bridge: container c1 has no card eth7 on it");
        let error = choose(&[], "c1", BRIDGE, None).expect_err("there is none").to_string();
        assert_eq!(error, "network bridge: container c1 has no card on it");
    }
}
