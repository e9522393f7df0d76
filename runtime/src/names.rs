//! The files that tell a container its own name and whom to ask for others: /etc/hostname, /etc/hosts and
//! /etc/resolv.conf. They lie in the container's state directory and are bound in.

use crate::error::{Doing, Error, Result};
use crate::plan::{Endpoint, Plan, etc_hosts};
use crate::sys::file;

/// Writes the files, unless they are another container's.
///
/// # Errors
/// The state can't be written.
pub fn write(plan: &Plan) -> Result<()> {
    let Some(names) = plan.names.as_ref().filter(|names| !names.shared) else { return Ok(()) };
    let addresses = plan.network.endpoints.iter().flat_map(Endpoint::hosts);
    let own: Vec<_> = addresses.map(|address| (address, names.hostname.as_str())).collect();
    let hosts =
        etc_hosts::compose(&names.hosts, &names.added, &names.gateways, &own).map_err(Error::Usage)?;
    let files = [
        ("hostname", format!("{}\n", names.hostname)),
        ("hosts", hosts),
        ("resolv.conf", names.resolv_conf.clone()),
    ];
    for (name, content) in files {
        let path = names.directory.join(name);
        file::create(&path, &content).doing(|| format!("names: write {}", path.display()))?;
    }
    Ok(())
}
