//! Limits to how fast a card is.
//!
//! All of it stands on the host's end of the pair, where a container with CAP_NET_ADMIN can't reach it. What goes
//! to the container waits in a token bucket (tbf) before the host's end sends it. What comes from the container
//! can't wait where it comes in: it is redirected to an ifb device of the card's own, waits there in another
//! token bucket, and then goes on as if it had come in by the host's end. (A police would need no device,
//! but it drops where tbf lets wait, which costs TCP a good part of the rate over longer ways.)
//!
//! The kernel removes all but the ifb with the pair; the ifb bears the card's mark, and is removed by
//! [`unlimit`].

use netlink_raw::kernel::{IFF_UP, TC_H_ROOT};
use netlink_raw::route::{Kind, Link};
use netlink_raw::tc::{Action, Classifier, Discipline, Filter, Mirred, Qdisc, Tbf};
use netlink_raw::{Error as Refusal, Request, Socket};

use super::card::index_of;
use super::driver::missing;
use super::kernel_parameters::no_own_address;
use super::socket::rehearsed;
use crate::explain::{Actor, link_is};
use crate::plan::network::Rate;

/// The least burst and the least queue, in bytes: the longest packet that a pair carries (an MTU of 65,535, or
/// several packets put together) passes whole.
const LONGEST: u64 = 72 * 1024;
/// A burst lasts this part of a second at the full rate: enough for timers that are late.
const BURST: u64 = 100;
/// The queue lasts this part of a second more: about one round trip, which TCP wants to fill the rate.
const QUEUE: u64 = 10;

/// The device by which the packets pass that come in by `host_name`, the host's end of a card.
pub fn device(host_name: &str) -> String {
    format!("ifb{}", host_name.strip_prefix("veth").unwrap_or(host_name))
}

/// Limits the card whose end on the host is `host_name`, with this `index` there. What is made bears the `mark`,
/// as the pair does. The card has no limits before; to change them, [`unlimit`] first.
///
/// # Errors
/// The kernel's; it lacks a part, which is named.
pub fn limit(
    host: &mut Socket,
    (host_name, index): (&str, u32),
    mark: &str,
    rate: Rate,
) -> Result<(), Refusal> {
    let mut requests = Vec::new();
    if let Some(bits) = rate.up {
        let name = device(host_name);
        let ifb = Link { name: Some(name.as_str().into()), kind: Some(Kind::Ifb), ..Link::default() };
        host.execute(&[ifb.create()?]).map_err(|error| missing(error, &Kind::Ifb))?;
        let ifb = index_of(host, Actor::Host, &name).unwrap_or_else(|| rehearsed(&name));
        link_is(Actor::Host, ifb, &name);
        requests.extend(from_container(index, ifb, mark, bits)?);
    }
    if let Some(bits) = rate.down {
        requests.push(Qdisc::root(index, Discipline::Tbf(bucket(bits))).add()?);
    }
    host.execute(&requests).map_err(lacking)
}

/// What the container sends goes by the ifb. IPv6 of its own it needs none.
fn from_container(index: u32, ifb: u32, mark: &str, bits: u64) -> Result<[Request; 5], Refusal> {
    // Before it comes up: the kernel takes the flag first of all that one message says.
    let settings =
        Link { index: ifb, addr_gen_mode: no_own_address(), alias: Some(mark.into()), ..Link::default() };
    let up = Link { index: ifb, flags: IFF_UP, change: IFF_UP, ..Link::default() };
    let ingress = Qdisc::ingress(index);
    let redirect = Filter {
        index,
        parent: ingress.handle,
        priority: 1,
        classifier: Some(Classifier::every()),
        actions: vec![Action::Mirred(Mirred { index: ifb, incoming: false, copy: false })],
        ..Filter::default()
    };
    let wait = Qdisc::root(ifb, Discipline::Tbf(bucket(bits)));
    // The packets are redirected when there is a place for them to wait.
    Ok([settings.set()?, up.set()?, wait.add()?, ingress.add()?, redirect.add()?])
}

/// The token bucket for a rate in bits a second.
fn bucket(bits: u64) -> Tbf {
    let rate = bits.div_ceil(8);
    let narrow = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
    let burst = LONGEST.max(rate / BURST);
    Tbf { rate, burst: narrow(burst), limit: narrow(burst.saturating_add(LONGEST.max(rate / QUEUE))) }
}

/// Takes all limits from the card; what was not there is no error.
///
/// # Errors
/// The kernel's.
pub fn unlimit(host: &mut Socket, (host_name, index): (&str, u32)) -> Result<(), Refusal> {
    let root = Qdisc { index, parent: TC_H_ROOT, ..Qdisc::default() };
    let results = host.execute_each(&[root.delete()?, Qdisc::ingress(index).delete()?])?;
    let unlimited = results.into_iter().try_for_each(|result| match result {
        Err(error) if ABSENT.contains(&error.errno().unwrap_or_default()) => Ok(()),
        result => result,
    });
    unlimited.and(delete(host, host_name))
}

/// What the kernel says where there is no such queueing discipline, or no such device any more.
const ABSENT: [i32; 3] = [libc::ENOENT, libc::EINVAL, libc::ENODEV];

/// Deletes the ifb of a card that is no more.
///
/// # Errors
/// The kernel's; none where there is no ifb.
pub fn delete(host: &mut Socket, host_name: &str) -> Result<(), Refusal> {
    let name = device(host_name);
    let Some(index) = index_of(host, Actor::Host, &name) else { return Ok(()) };
    match host.execute(&[Link { index, name: Some(name.into()), ..Link::default() }.delete()?]) {
        Err(error) if error.errno() == Some(libc::ENODEV) => Ok(()),
        deleted => deleted,
    }
}

/// Says which part of traffic control the kernel lacks: it answers ENOENT for any.
fn lacking(mut error: Refusal) -> Refusal {
    if let Refusal::Kernel { operation, errno: libc::ENOENT, text, .. } = &mut error {
        let parts = [
            ("add tbf", "tbf (CONFIG_NET_SCH_TBF)"),
            ("add ingress", "ingress (CONFIG_NET_SCH_INGRESS)"),
            ("add filter", "u32 or mirred (CONFIG_NET_CLS_U32, CONFIG_NET_ACT_MIRRED)"),
        ];
        if let Some((_, part)) = parts.iter().find(|(begins, _)| operation.starts_with(begins)) {
            *text = Some(format!("the kernel has no {part}"));
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_the_longest_packet_and_a_hundredth_of_a_second() {
        let slow = bucket(1_000_000);
        assert_eq!((slow.rate, slow.burst, slow.limit), (125_000, 73_728, 147_456));
        let fast = bucket(10_000_000_000);
        assert_eq!((fast.rate, fast.burst, fast.limit), (1_250_000_000, 12_500_000, 137_500_000));
        assert_eq!(bucket(u64::MAX).limit, u32::MAX);
    }

    #[test]
    fn an_ifb_is_named_after_its_pair() {
        assert_eq!(device("veth0123456780"), "ifb0123456780");
        assert!(device(&crate::plan::network::host_name(&"f".repeat(64), 255)).len() <= 15);
    }

    #[test]
    fn what_the_kernel_lacks_is_named() {
        let refused = |operation: &str| {
            let operation = operation.to_owned();
            let error = Refusal::Kernel { operation, errno: libc::ENOENT, text: None, offset: None };
            lacking(error).to_string()
        };
        assert!(refused("add tbf on link number 7").contains("the kernel has no tbf (CONFIG_NET_SCH_TBF)"));
        assert!(!refused("set link x").contains("CONFIG"));
    }
}
