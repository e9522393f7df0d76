//! Cards that lie on a device of the host's: macvlan, ipvlan, VLAN. The kernel makes them inside the container at once;
//! the host has no end of them.

use netlink_raw::kernel::{AF_INET, IPVLAN_MODE_L2, MACVLAN_MODE_BRIDGE, RT_TABLE_MAIN, RTN_UNICAST};
use netlink_raw::route::{Kind, Link, Route};
use netlink_raw::{Error as Refusal, Request};

use super::driver::missing;
use super::namespace::Place;
use super::orphan::number;
use super::socket::{On, asking};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::network::define::of_link;
use crate::plan::network::{LinkOptions, problem};
use crate::plan::{Definition, Endpoint};
use crate::state::{Container, State};

/// Gives a network whose cards lie on a device of the host's the name of that device, where its file leaves it to the
/// host, as podman's may: it is the one that the default route leads through.
///
/// # Errors
/// There is no default route; the kernel's.
pub(super) fn complete(network: &mut Definition) -> Result<()> {
    if !network.driver.has_parent() {
        return Ok(());
    }
    if let Some(parent) = network.options.get("parent") {
        network.network_interface.clone_from(parent);
    }
    if network.network_interface.is_empty() {
        let uplink = uplink().on(&network.name)?;
        network.network_interface = uplink.ok_or_else(|| {
            let text = "it names no device for cards to lie on, and the host has no default route";
            problem(&network.name, text.to_owned())
        })?;
    }
    Ok(())
}

/// The name of the device that the best default route leads through.
fn uplink() -> std::result::Result<Option<String>, Refusal> {
    let mut host = asking(Actor::Host)?;
    let routes: Vec<Route> = host.dump(&Route::dump()?)?;
    let default = |route: &&Route| {
        route.destination.is_none() && route.table == RT_TABLE_MAIN && route.kind == RTN_UNICAST
    };
    let best = routes.iter().filter(default).min_by_key(|route| (route.family != AF_INET, route.priority));
    let Some(index) = best.and_then(|route| route.output_interface) else { return Ok(None) };
    let link: Link = host.get(&Link { index, ..Link::default() }.get()?)?;
    Ok(link.name.map(Into::into))
}

/// What a card is by its driver; `None` where it lies on no device of the host's.
fn kind(card: &Endpoint) -> Option<Kind> {
    if !card.driver.has_parent() {
        return None;
    }
    Some(match of_link(card.driver, &card.options).ok()? {
        LinkOptions::Macvlan { mut settings, .. } => {
            // The kernel's own default is vepa, which no switch at home knows.
            settings.mode = settings.mode.or(Some(MACVLAN_MODE_BRIDGE));
            Kind::Macvlan(settings)
        }
        LinkOptions::Ipvlan { mut settings, .. } => {
            // The kernel's own default is l3; docker's and podman's is this.
            settings.mode = settings.mode.or(Some(IPVLAN_MODE_L2));
            Kind::Ipvlan(settings)
        }
        LinkOptions::Vlan { settings, .. } => Kind::Vlan(settings),
        _ => return None,
    })
}

/// The message that makes a card on its parent, inside at once, and marked: a group is what the kernel takes with it.
pub(super) fn request(
    state: &State,
    id: &str,
    place: Place<'_>,
    card: &Endpoint,
) -> std::result::Result<Option<Request>, Refusal> {
    let Some(kind) = kind(card) else { return Ok(None) };
    let link = Link {
        name: Some(card.name.as_str().into()),
        link: card.device.index,
        netns: Some(place.netns()),
        address: card.mac.map(Into::into),
        mtu: card.mtu,
        group: Some(number(state, id, &card.name)),
        kind: Some(kind),
        ..Link::default()
    };
    let mut request = link.create()?;
    request.operation = format!("add {} on {}", card.name, card.device.name).into();
    Ok(Some(request))
}

/// Says what the kernel's refusal to make `card` means.
pub(super) fn explain(state: &State, error: Refusal, card: &Endpoint) -> Refusal {
    let Some(kind) = kind(card) else { return error };
    let mut error = missing(error, &kind);
    let parent = &card.device.name;
    let Refusal::Kernel { errno, text, .. } = &mut error else { return error };
    let says = |word: &str| text.as_deref().is_some_and(|text| text.contains(word));
    let meaning = match (&kind, *errno) {
        (Kind::Vlan(vlan), libc::EEXIST) if says("VLAN") => {
            let vlan = format!("VLAN {} of {parent}", vlan.id.unwrap_or_default());
            Some(match holder(state, card, &kind) {
                Some(id) => format!("{vlan} is container {id}'s: it is one container's at a time"),
                None => format!("{vlan} has a device on the host already"),
            })
        }
        (_, libc::EEXIST) => Some(format!("the container has a device {} already", card.name)),
        (_, libc::EBUSY) => Some(format!(
            "{parent} is a port of a bridge, or has cards of another driver on it (macvlan and ipvlan exclude each other)"
        )),
        (_, libc::ENODEV) => Some(format!("the host has no device {parent} any more")),
        (Kind::Macvlan(settings), libc::EINVAL)
            if text.is_none() && settings.mode == Some(netlink_raw::kernel::MACVLAN_MODE_PASSTHRU) =>
        {
            Some(format!("passthru takes the whole of {parent}: one card, and no other on it"))
        }
        (_, libc::EINVAL) if text.is_none() => {
            Some(format!("{parent} can't have such cards: is it Ethernet, and its MTU large enough?"))
        }
        _ => None,
    };
    if let Some(meaning) = meaning {
        *text = Some(meaning);
    }
    error
}

/// The container that has the card which is in the way of `card`.
fn holder(state: &State, card: &Endpoint, of: &Kind) -> Option<String> {
    let same = |other: &Endpoint| other.device.name == card.device.name && kind(other).as_ref() == Some(of);
    let has = |container: &Container| container.cards().is_ok_and(|cards| cards.iter().any(same));
    let others = state.all().ok()?.into_iter().filter(|container| {
        // Its own card is noted before it is made.
        container.cards().is_ok_and(|cards| cards.iter().all(|own| own.host_name != card.host_name))
    });
    others.filter(has).map(|container| container.record.id).next()
}
