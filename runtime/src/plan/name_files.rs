//! The files that docker writes for a container: hosts, hostname, resolv.conf. A bundle run by its own config.json alone
//! gets none.

use std::net::IpAddr;
use std::path::PathBuf;

use oci_spec::runtime::Spec;
use serde::Serialize;

use super::container::Identity;
use super::etc_hosts::{AddHost, LOCAL};
use super::network::Mode;
use super::resolv_conf::{Flags, resolv_conf};
use crate::cli::{NamesArgs, RunArgs};
use crate::error::{Error, Result};
use crate::facts::Facts;

/// Files that the runtime writes for the container, each bound in over the path of its name in /etc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameFiles {
    /// The directory on the host that holds them.
    pub directory: PathBuf,
    /// Whether they are another container's, whose network this one shares.
    pub shared: bool,
    /// Whether the network is the host's.
    pub on_host: bool,
    /// The content of /etc/hostname.
    pub hostname: String,
    /// The content of /etc/resolv.conf.
    pub resolv_conf: String,
    /// What /etc/hosts begins with.
    pub hosts: String,
    /// What its user says of resolv.conf.
    pub flags: Flags,
    /// What its user adds to /etc/hosts.
    pub added: Vec<AddHost>,
    /// The host's addresses, as the container reaches them.
    pub gateways: Vec<IpAddr>,
}

/// The files, as far as they are known before the cards are.
///
/// # Errors
/// A flag that can't be held to.
pub(super) fn plan(
    arguments: &RunArgs,
    spec: &Spec,
    identity: &Identity,
    hostname: &str,
) -> Result<Option<NameFiles>> {
    let NamesArgs { dns, dns_search, dns_option, add_host } = &arguments.names;
    let flags = Flags { servers: dns.clone(), search: dns_search.clone(), options: dns_option.clone() };
    let added: std::result::Result<Vec<AddHost>, String> = add_host.iter().map(|text| text.parse()).collect();
    let added = added.map_err(Error::Usage)?;
    let own = identity.mode.is_some() && identity.names_of.is_none();
    if !own && (flags != Flags::default() || !added.is_empty()) {
        let problem = "--dns, --dns-search, --dns-option and --add-host need names of the container's own";
        return Err(Error::Usage(problem.to_owned()));
    }
    let Some(mode) = &identity.mode else { return Ok(None) };
    let hostname = spec.hostname().as_deref().filter(|_| hostname.is_empty()).unwrap_or(hostname);
    Ok(Some(NameFiles {
        directory: identity.names_of.clone().unwrap_or_else(|| identity.directory.clone()),
        shared: identity.names_of.is_some(),
        on_host: *mode == Mode::Host,
        hostname: hostname.to_owned(),
        resolv_conf: String::new(),
        hosts: LOCAL.to_owned(),
        flags,
        added,
        gateways: Vec::new(),
    }))
}

impl NameFiles {
    /// Completes them: `servers` are the gateways where names are served, `gateways` those of all networks.
    pub fn on_networks(&mut self, facts: &Facts, servers: &[IpAddr], gateways: Vec<IpAddr>) {
        let host = (facts.resolv_conf.clone(), facts.resolved.clone());
        self.resolv_conf = resolv_conf(&host, self.on_host, servers, &self.flags);
        if self.on_host && !facts.hosts.is_empty() {
            // Who is on the host's network goes by the host's names, as with docker.
            self.hosts.clone_from(&facts.hosts);
        }
        self.gateways = if self.on_host { vec![IpAddr::from([127, 0, 0, 1])] } else { gateways };
    }
}
