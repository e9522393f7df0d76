//! Flows that the kernel remembers: a translation is chosen for the first packet, and holds for those after it.

use netlink_raw::flow::Flow;
use netlink_raw::kernel::{AF_INET, AF_INET6, IPS_DST_NAT, IPS_SEEN_REPLY};

use super::table::{Firewall, told};
use crate::error::Result;
use crate::plan::network::firewall::Forward;
use crate::plan::network::ports::Protocol;

/// Makes the kernel forget the flows to these ports that lead elsewhere: to the container that had the port before,
/// or, as nobody had it, to the host. UDP only: a client of it may go on for ever on what was
/// chosen at first, where one of TCP begins anew. To be called after the ports were published; it costs a look at
/// every flow the kernel remembers.
///
/// # Errors
/// The kernel's; none where it has no way to be asked (`CONFIG_NF_CT_NETLINK`).
pub fn forget_flows(forwards: &[Forward]) -> Result<()> {
    forget(forwards, is_stale)
}

/// Makes the kernel forget the flows that lead to the containers by these ports, after they were withdrawn; else as
/// [`forget_flows`].
///
/// # Errors
/// As [`forget_flows`].
pub fn end_flows(forwards: &[Forward]) -> Result<()> {
    forget(forwards, |flow, forward| goes_to(flow, forward) && leads_there(flow, forward))
}

fn forget(forwards: &[Forward], is_meant: impl Fn(&Flow, &Forward) -> bool) -> Result<()> {
    let mut stale: Vec<Flow> = Vec::new();
    let mut ports: Vec<&Forward> =
        forwards.iter().filter(|forward| forward.protocol == Protocol::Udp).collect();
    if ports.is_empty() {
        return Ok(());
    }
    let mut firewall = Firewall::open()?;
    ports.sort_by_key(|forward| (forward.to.is_ipv4(), forward.host_port));
    for forward in ports {
        let family = if forward.to.is_ipv4() { AF_INET } else { AF_INET6 };
        let flows = Flow::dump(family, forward.protocol.number(), forward.host_port)
            .and_then(|request| firewall.flows(&request));
        match flows {
            Ok(flows) => stale.extend(flows.into_iter().filter(|flow| is_meant(flow, forward))),
            Err(error) if error.errno() == Some(libc::EINVAL) => return Ok(()),
            Err(error) => return Err(told(&error)),
        }
    }
    let requests: std::result::Result<Vec<_>, _> = stale.iter().map(Flow::delete).collect();
    for result in firewall.each(&requests.map_err(|error| told(&error))?).map_err(|error| told(&error))? {
        match result {
            // It may have ended meanwhile.
            Err(error) if error.errno() != Some(libc::ENOENT) => return Err(told(&error)),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a flow goes to a published port, and not to its container.
fn is_stale(flow: &Flow, forward: &Forward) -> bool {
    // What is not translated passes through the host, unless nobody has ever answered it.
    let of_the_host = flow.status & IPS_DST_NAT != 0 || flow.status & IPS_SEEN_REPLY == 0;
    goes_to(flow, forward) && !leads_there(flow, forward) && of_the_host
}

/// Whether a flow was sent to a published port.
fn goes_to(flow: &Flow, forward: &Forward) -> bool {
    flow.original.protocol == forward.protocol.number()
        && flow.original.destination_port == forward.host_port
        && forward.address().is_none_or(|address| flow.original.destination == Some(address))
}

/// Whether the answers to a flow come from the container.
fn leads_there(flow: &Flow, forward: &Forward) -> bool {
    flow.reply.source == Some(forward.to.ip()) && flow.reply.source_port == forward.to.port()
}

#[cfg(test)]
mod tests {
    use netlink_raw::flow::Tuple;

    use super::*;

    #[test]
    fn what_leads_elsewhere_is_stale() {
        let to = "10.1.0.2:53".parse().expect("an address and a port");
        let forward =
            Forward { protocol: Protocol::Udp, host: None, host_port: 5353, to, owner: String::new() };
        let flow = |source: [u8; 4], status| Flow {
            original: Tuple { protocol: 17, destination_port: 5353, ..Tuple::default() },
            reply: Tuple { source: Some(source.into()), source_port: 53, ..Tuple::default() },
            status,
            ..Flow::default()
        };
        assert!(!is_stale(&flow([10, 1, 0, 2], IPS_DST_NAT), &forward));
        assert!(is_stale(&flow([10, 1, 0, 9], IPS_DST_NAT | IPS_SEEN_REPLY), &forward));
        assert!(is_stale(&flow([192, 0, 2, 1], 0), &forward));
        assert!(!is_stale(&flow([192, 0, 2, 1], IPS_SEEN_REPLY), &forward));
        let at = Forward { host: Some([192, 0, 2, 1].into()), ..forward };
        assert!(!is_stale(&flow([10, 1, 0, 9], IPS_DST_NAT), &at));
    }
}
