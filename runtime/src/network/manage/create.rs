//! Making a network: its file.

use std::path::Path;

use netlink_raw::Error as Refusal;
use netlink_raw::route::{Bridge, Ipvlan, Kind, Link, Macvlan, Vlan, Vxlan};

use super::{links, locked};
use crate::clock;
use crate::error::Result;
use crate::explain::Actor;
use crate::facts::new_id;
use crate::network::driver::missing;
use crate::network::socket::{On, changing};
use crate::network::{allocate, definitions, host_subnets, save, tidy};
use crate::plan::network::define::{Surroundings, Wish, define};
use crate::plan::network::problem;
use crate::plan::{Definition, Driver};
use crate::state::State;

/// Where tap devices are made.
const TUN: &str = "/dev/net/tun";
/// The name of a device that is never made.
const PROBE: &str = "pontoon-probe";
/// A number that no VLAN has (`VLAN_VID_MASK`).
const NO_VLAN: u16 = 4095;
/// The index of a device that is on no host.
const NOBODY: u32 = i32::MAX.cast_unsigned();

/// Makes a network. With `ignore`, one that is there already is good.
///
/// # Errors
/// What can't be, in one line; nothing is left then.
pub fn create(state: &State, wish: &Wish, ignore: bool) -> Result<()> {
    let _lock = locked(state)?;
    if ignore && definitions(state).iter().any(|there| there.name == wish.name) {
        return Ok(());
    }
    tidy(state);
    let network = define(wish, &surroundings(state, &wish.name)?)?;
    check_kernel(&network)?;
    save(state, &network)
}

fn surroundings(state: &State, name: &str) -> Result<Surroundings> {
    let (host, _) = host_subnets(name, "")?;
    Ok(Surroundings {
        networks: definitions(state),
        host,
        devices: links(name)?.into_iter().filter_map(|link| link.name).map(Into::into).collect(),
        global_id: allocate::global_id()?,
        id: new_id()?,
        created: clock::rfc3339(clock::since_1970()),
    })
}

/// Says at once if the kernel lacks the driver of the network's devices, rather than when the first container starts. It
/// is asked for one that can't be made, on a device that is not there: before it looks at that, it says whether it knows
/// the driver.
fn check_kernel(network: &Definition) -> Result<()> {
    let kind = match network.driver {
        Driver::Bridge if network.flag("vlan_filtering") == Some(true) => return check_filtering(network),
        Driver::Bridge | Driver::Ptp => return Ok(()),
        Driver::Tap if Path::new(TUN).exists() => return Ok(()),
        Driver::Tap => {
            return Err(problem(&network.name, format!("the host has no {TUN} (CONFIG_TUN)")));
        }
        Driver::Macvlan => Kind::Macvlan(Macvlan::default()),
        Driver::Ipvlan => Kind::Ipvlan(Ipvlan::default()),
        Driver::Vlan => Kind::Vlan(Vlan::default()),
        Driver::Vxlan => Kind::Vxlan(Vxlan { link: Some(NOBODY), ..Vxlan::default() }.into()),
    };
    let link =
        Link { name: Some(PROBE.into()), link: Some(NOBODY), kind: Some(kind.clone()), ..Link::default() };
    match ask(network, &link) {
        Err(error) if error.errno() == Some(libc::EOPNOTSUPP) => Err(missing(error, &kind)).on(&network.name),
        Ok(()) | Err(Refusal::Kernel { .. }) => Ok(()),
        Err(error) => Err(error).on(&network.name),
    }
}

/// The same of VLAN filtering: a VLAN that none can be is refused by a kernel that knows of them, before it sees that
/// there is a device of this name.
fn check_filtering(network: &Definition) -> Result<()> {
    let settings = |filtering| Bridge {
        vlan_filtering: filtering,
        vlan_default_pvid: Some(NO_VLAN),
        ..Bridge::default()
    };
    let kind = Some(Kind::Bridge(settings(None).into()));
    match ask(network, &Link { name: Some("lo".into()), kind, ..Link::default() }) {
        Err(Refusal::Kernel { operation, errno: libc::EEXIST, .. }) => {
            let error = Refusal::Kernel { operation, errno: libc::EOPNOTSUPP, text: None, offset: None };
            Err(missing(error, &Kind::Bridge(settings(Some(true)).into()))).on(&network.name)
        }
        Ok(()) | Err(Refusal::Kernel { .. }) => Ok(()),
        Err(error) => Err(error).on(&network.name),
    }
}

fn ask(network: &Definition, link: &Link) -> std::result::Result<(), Refusal> {
    let mut probe = link.create()?;
    probe.operation = format!("look for the driver {}", network.driver).into();
    changing(Actor::Host)?.execute(&[probe])
}
