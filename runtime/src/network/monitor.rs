//! Devices that copy netlink messages: nlmon.
//!
//! Source: `drivers/net/nlmon.c` and `__netlink_deliver_tap_skb()` of the kernel: such a device gets a copy of what
//! passes the netlink sockets of its own network namespace, as long as it is up.

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Kind, Link};
use netlink_raw::{Error as Refusal, Socket};
use nix::unistd::Pid;

use super::socket::{asking, changing};
use crate::error::{Error, Result};
use crate::explain::{self, Actor};
use crate::state::Init;
use crate::sys::gate::rehearsing;

/// The driver.
const NLMON: &str = "nlmon";
/// What the alias of one begins with; its maker follows: his number and when he started.
const MARK: &str = "pontoon-capture ";

/// A device of ours. It goes when this is dropped, too.
#[derive(Debug)]
pub(crate) struct Monitor {
    /// Its name.
    pub name: String,
    /// Its number.
    pub index: u32,
    /// A socket of its namespace, where it is to be deleted from.
    socket: Option<Socket>,
}

impl Monitor {
    /// Makes one in the network namespace that this process is in, which is `who`'s. Those that were left by processes
    /// which were killed are taken away.
    ///
    /// `None` where the kernel has none (CONFIG_NLMON).
    ///
    /// # Errors
    /// The right is missing.
    pub(crate) fn begin(who: Actor) -> Result<Option<Self>> {
        let failed = |error: Refusal| Error::Usage(format!("capture: {error}"));
        sweep(who).map_err(failed)?;
        let own = std::process::id();
        let name = format!("nlmon-{own}");
        let device = Link {
            name: Some(name.as_str().into()),
            kind: Some(Kind::Other { name: NLMON.into(), data: Vec::new() }),
            ..Link::default()
        };
        let mark = Link { name: device.name.clone(), alias: Some(mark()?.into()), ..Link::default() };
        let up = Link { name: device.name.clone(), flags: IFF_UP, change: IFF_UP, ..Link::default() };
        let mut socket = changing(who).map_err(failed)?;
        // In one datagram: nobody who is killed leaves one without its mark.
        let requests = [device.create(), mark.set(), up.set()];
        let requests = requests.into_iter().collect::<std::result::Result<Vec<_>, _>>().map_err(failed)?;
        match socket.execute(&requests) {
            Err(Refusal::Kernel { errno: libc::EOPNOTSUPP, .. }) => return Ok(None),
            done => done.map_err(failed)?,
        }
        let index = if rehearsing() {
            super::socket::rehearsed(&name)
        } else {
            asking(who).and_then(|mut asking| asking.get::<Link>(&up.get()?)).map_err(failed)?.index
        };
        explain::link_is(who, index, &name);
        Ok(Some(Self { name, index, socket: Some(socket) }))
    }

    /// Takes it away.
    ///
    /// # Errors
    /// The kernel's.
    pub(crate) fn end(mut self) -> Result<()> {
        self.delete().map_err(|error| Error::Usage(format!("capture: {error}")))
    }

    fn delete(&mut self) -> std::result::Result<(), Refusal> {
        let Some(mut socket) = self.socket.take() else { return Ok(()) };
        let device = Link { index: self.index, ..Link::default() };
        socket.execute(&[device.delete()?])
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        if let Err(error) = self.delete() {
            eprintln!("pontoon: {}: {error}", self.name);
        }
    }
}

fn mark() -> Result<String> {
    let own = Init::of(Pid::this())?;
    Ok(format!("{MARK}{} {}", own.pid, own.start_time))
}

/// Whether a device is a monitor whose maker is no more.
pub(crate) fn is_abandoned(link: &Link) -> bool {
    let of_us = matches!(&link.kind, Some(Kind::Other { name, .. }) if name == NLMON);
    let maker = link.alias.as_deref().filter(|_| of_us).and_then(|alias| alias.strip_prefix(MARK));
    let Some((pid, start_time)) = maker.and_then(|maker| maker.split_once(' ')) else { return false };
    let (Ok(pid), Ok(start_time)) = (pid.parse(), start_time.parse()) else { return false };
    !Init { pid, start_time, started: 0 }.alive()
}

/// Takes away what processes that were killed have left in this namespace.
fn sweep(who: Actor) -> std::result::Result<(), Refusal> {
    let links: Vec<Link> = asking(who)?.dump(&Link::dump()?)?;
    for link in links.iter().filter(|link| is_abandoned(link)) {
        changing(who)?.execute(&[Link { index: link.index, ..Link::default() }.delete()?])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(alias: &str) -> Link {
        let kind = Some(Kind::Other { name: NLMON.into(), data: Vec::new() });
        Link { kind, alias: Some(alias.into()), ..Link::default() }
    }

    #[test]
    fn a_monitor_is_abandoned_when_its_maker_is_no_more() {
        let own = mark().expect("a mark");
        assert!(!is_abandoned(&monitor(&own)));
        assert!(is_abandoned(&monitor(&format!("{own}0"))), "another process has the number now");
        for strange in ["", "mine", "pontoon-capture ", "pontoon-capture 1", "pontoon-capture x y"] {
            assert!(!is_abandoned(&monitor(strange)), "{strange}");
        }
        assert!(!is_abandoned(&Link { kind: Some(Kind::Dummy), ..monitor("pontoon-capture 1 1") }));
    }
}
