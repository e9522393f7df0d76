//! The files that tell a container its own name and whom to ask for others: /etc/hostname, /etc/hosts and
//! /etc/resolv.conf. They lie in the container's state directory and are bound in.

use crate::error::{Doing, Result};
use crate::plan::Plan;
use crate::sys::file;

/// What /etc/hosts begins with.
const LOCAL: &str = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
                     fe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\n\
                     ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

/// Writes the files, unless they are another container's.
///
/// # Errors
/// The state can't be written.
pub fn write(plan: &Plan) -> Result<()> {
    let Some(names) = plan.names.as_ref().filter(|names| !names.shared) else { return Ok(()) };
    let mut hosts = LOCAL.to_owned();
    for card in &plan.network.endpoints {
        for address in card.hosts() {
            hosts += &line(address, &names.hostname);
        }
    }
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

/// The line of /etc/hosts for one card.
pub fn line(address: std::net::IpAddr, hostname: &str) -> String {
    format!("{address}\t{hostname}\n")
}
