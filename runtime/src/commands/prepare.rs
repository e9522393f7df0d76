//! From the command line of `run` and `create` to a plan: everything is looked up and decided, nothing is changed.

use std::path::{Path, PathBuf};

use oci_spec::runtime::LinuxResources;

use super::handover;
use crate::cli::{CgroupManager, RunArgs};
use crate::error::{Doing, Error, Result};
use crate::facts::{self, Facts};
use crate::log;
use crate::names_server;
use crate::network;
use crate::plan::container::{self, Identity};
use crate::plan::network::ports::{EXPOSED, requests};
use crate::plan::network::{CardRequest, Mode, Network, Owner, Rate, takes_ports};
use crate::plan::{Plan, network as plan_network, userns};
use crate::spec::Bundle;
use crate::state::{Record, State};
use crate::sys::gate::rehearsing;

/// The plan, and what will be on disk of it.
///
/// # Errors
/// Whatever is asked for that can't be.
pub(super) fn prepare(state: &State, arguments: &RunArgs, cgroups: CgroupManager) -> Result<(Plan, Record)> {
    let Target { mut bundle, id, by_itself } = target(arguments)?;
    let usual = if by_itself { None } else { Some(Mode::bridge()) };
    let mode = Mode::read(&arguments.net)?.or(usual);
    for name in arguments.name.iter().chain(&id) {
        check_name(name)?;
    }
    let id = id.map_or_else(facts::new_id, Ok)?;
    let (joined, names_of) = shared_network(state, mode.as_ref())?;
    let identity = Identity {
        directory: state.directory(&id),
        cgroup_parent: state.cgroup_parent(),
        id,
        mode,
        joined,
        names_of,
    };
    let mut facts = Facts::gather(&bundle.rootfs)?;
    if cgroups == CgroupManager::Disabled {
        without_cgroups(&mut bundle, &mut facts)?;
    }
    facts.find_own_cgroups(&bundle.spec)?;
    if identity.mode == Some(Mode::Host) {
        facts.find_hosts();
    }
    let nested = userns::is_asked_for(&bundle.spec);
    // A rehearsal of what only root can do is of what root would do.
    if facts.caller.is_some() && (nested || !rehearsing()) {
        without_root(&bundle, &identity, &mut facts)?;
    }
    let (mut plan, settings) = container::plan(arguments, &bundle, &identity, &facts)?;
    handover::pass_on(&arguments.create.handover, &mut plan.process)?;
    for warning in &plan.warnings {
        log::warn(warning);
    }
    plan_cards(state, arguments, &identity, &mut plan)?;
    plan_ports(arguments, &bundle, &identity, &mut plan)?;
    if let Some(names) = &mut plan.names {
        let networks = &plan.network.networks;
        let all = networks.iter().flat_map(plan_network::device::gateways).map(|gateway| gateway.addr());
        names.on_networks(&facts, &names_server::gateways(networks), all.collect());
    }
    let network = identity.mode.as_ref().map_or("bundle".to_owned(), ToString::to_string);
    // runc removes what it has waited for; what its callers wait for, they remove.
    let remove = arguments.rm || by_itself && !arguments.detach && !arguments.keep;
    let detached = arguments.detach && !by_itself;
    let record = Record { remove, detached, by_id: by_itself, ..Record::new(&plan, settings, &network) };
    Ok((plan, record))
}

/// `--cgroup-manager disabled`: the container stays in its caller's cgroups, so there is nothing that could be set.
/// Rules about devices are in every config.json that podman writes, this one's too.
fn without_cgroups(bundle: &mut Bundle, facts: &mut Facts) -> Result<()> {
    facts.hierarchies.clear();
    let Some(linux) = bundle.spec.linux_mut() else { return Ok(()) };
    let mut resources = linux.resources().clone().unwrap_or_default();
    if resources.devices().as_ref().is_some_and(|rules| !rules.is_empty()) {
        bundle.warnings.push("linux.resources.devices is not held to: --cgroup-manager disabled".to_owned());
    }
    resources.set_devices(None);
    if resources != LinuxResources::default() {
        let problem = "config.json: linux.resources: can't be had with --cgroup-manager disabled";
        return Err(Error::Usage(problem.to_owned()));
    }
    linux.set_resources(None);
    Ok(())
}

/// What another than root can't have.
fn without_root(bundle: &Bundle, identity: &Identity, facts: &mut Facts) -> Result<()> {
    if !userns::is_asked_for(&bundle.spec) {
        let problem = "Pontoon needs root (--dry-run does not), or a bundle with a user namespace";
        return Err(Error::Usage(problem.to_owned()));
    }
    if let Some(mode @ Mode::Cards(_)) = &identity.mode {
        return Err(Error::Usage(format!("--net={mode} needs root: choose none or host")));
    }
    let linux = bundle.spec.linux().as_ref();
    let usual = || Path::new("/").join(&identity.cgroup_parent).join(&identity.id);
    let path = linux.and_then(|linux| linux.cgroups_path().clone());
    facts.keep_to_writable(&path.unwrap_or_else(usual));
    let resources = linux.and_then(|linux| linux.resources().as_ref());
    if facts.hierarchies.is_empty() && resources.is_some_and(|asked| *asked != LinuxResources::default()) {
        let problem = "config.json: linux.resources: there is no cgroup that this user may change";
        return Err(Error::Usage(problem.to_owned()));
    }
    Ok(())
}

/// The cards that the network mode gives, and the ports.
fn plan_cards(state: &State, arguments: &RunArgs, identity: &Identity, plan: &mut Plan) -> Result<()> {
    let none = Vec::new();
    let requests = match &identity.mode {
        Some(Mode::Cards(requests)) => requests,
        _ => &none,
    };
    let mut requests = requests.clone();
    asked_by_flags(arguments, requests.first_mut())?;
    limit(&mut requests, arguments.net_rate)?;
    let owner = Owner { id: &plan.id, name: plan.name.as_deref() };
    let network = &mut plan.network;
    for request in &requests {
        let (definition, facts) = network::look(state, &request.network)?;
        let card = plan_network::card(&definition, &facts, owner, request, &network.endpoints)?;
        network.endpoints.push(card);
        network.networks.push(definition);
    }
    plan_network::choose_gateways(&mut network.endpoints);
    Ok(())
}

/// Each card has the rate that is said for all, unless another is said for it.
fn limit(cards: &mut [CardRequest], rate: Option<Rate>) -> Result<()> {
    let Some(rate) = rate else { return Ok(()) };
    if cards.is_empty() {
        return Err(Error::Usage("--net-rate needs --net=NETWORK".to_owned()));
    }
    for card in cards {
        card.rate = card.rate.or(rate);
    }
    Ok(())
}

/// The ports that are published, at once or when the container gets a card that packets can be led to.
fn plan_ports(arguments: &RunArgs, bundle: &Bundle, identity: &Identity, plan: &mut Plan) -> Result<()> {
    let annotations = bundle.spec.annotations().as_ref();
    let exposed = annotations.and_then(|all| all.get(EXPOSED)).filter(|_| arguments.publish_all);
    let wanted = requests(&arguments.publish, exposed.map(String::as_str))?;
    match &identity.mode {
        _ if wanted.is_empty() => {}
        Some(Mode::Cards(_) | Mode::None) => {
            let Network { endpoints, networks, wanted_ports, .. } = &mut plan.network;
            if !endpoints.is_empty() && !endpoints.iter().any(|card| takes_ports(card, networks)) {
                let names: Vec<&str> = networks.iter().map(|network| network.name.as_str()).collect();
                log::warn(&format!(
                    "-p and -P wait for another network: {} is internal, or not the host's to route",
                    names.join(", ")
                ));
            }
            *wanted_ports = wanted;
        }
        Some(Mode::Host) => log::warn("-p and -P mean nothing with --net=host: all ports are the host's"),
        mode => {
            let net = mode.as_ref().map_or("config.json's".to_owned(), |mode| format!("--net={mode}"));
            return Err(Error::Usage(format!("-p and -P need a network of the container's own, not {net}")));
        }
    }
    Ok(())
}

/// What the flags say about a card is said about the first.
fn asked_by_flags(arguments: &RunArgs, first: Option<&mut CardRequest>) -> Result<()> {
    let RunArgs { ip, ip6, mac_address, network_alias, .. } = arguments;
    let asks = ip.is_some() || ip6.is_some() || mac_address.is_some() || !network_alias.is_empty();
    match first {
        None if asks => {
            let problem = "--ip, --ip6, --mac-address and --network-alias need --net=NETWORK";
            Err(Error::Usage(problem.to_owned()))
        }
        None => Ok(()),
        Some(card) => {
            for alias in network_alias {
                plan_network::names::check_host(alias).map_err(Error::Usage)?;
            }
            card.ip = card.ip.or(*ip);
            card.ip6 = card.ip6.or(*ip6);
            card.mac = card.mac.or(*mac_address);
            card.aliases.extend(network_alias.iter().cloned());
            Ok(())
        }
    }
}

/// Whether the argument is an id, as for runc, and not a bundle, as docker has an image there.
pub(super) fn is_by_id(arguments: &RunArgs) -> bool {
    let is_bundle = |word: &String| Path::new(word).exists() || word.contains('/');
    arguments.rootfs.is_none()
        && arguments
            .arguments
            .first()
            .is_some_and(|word| arguments.create.bundle.is_some() || !is_bundle(word))
}

/// What is run.
struct Target {
    bundle: Bundle,
    /// The id, if the caller chose one.
    id: Option<String>,
    /// Whether config.json alone says everything, as it does for runc's callers.
    by_itself: bool,
}

/// An existing directory is the bundle; any other word is an id, and the bundle is `-b` or here.
fn target(arguments: &RunArgs) -> Result<Target> {
    if let Some(root) = &arguments.rootfs {
        return Ok(Target { bundle: Bundle::around(root)?, id: None, by_itself: false });
    }
    let Some(word) = arguments.arguments.first() else {
        return Err(Error::Usage(
            "run needs a bundle (rootfs busybox DIR makes one) or --rootfs DIR".to_owned(),
        ));
    };
    if !is_by_id(arguments) {
        return Ok(Target { bundle: Bundle::read(Path::new(word))?, id: None, by_itself: false });
    }
    let directory = arguments.create.bundle.clone().unwrap_or_else(|| PathBuf::from("."));
    Ok(Target { bundle: Bundle::read(&directory)?, id: Some(word.clone()), by_itself: true })
}

/// Ids and names become file names, and parts of other names.
fn check_name(name: &str) -> Result<()> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-.".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if first && name.len() <= 128 && name.bytes().all(letter) {
        Ok(())
    } else {
        let rule = "letters, digits and _+-. (128 at most), beginning with a letter, digit or _";
        Err(Error::Usage(format!("{name:?} is no id or name: use {rule}")))
    }
}

/// The namespace of another container or of a path, and where that container's name files are.
fn shared_network(state: &State, mode: Option<&Mode>) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    match mode {
        Some(Mode::Container(typed)) => {
            let other = state.find(typed)?;
            let init = other.running("lend its network")?;
            let names = Some(other.directory).filter(|directory| directory.join("hosts").exists());
            Ok((Some(PathBuf::from(format!("/proc/{}/ns/net", init.pid))), names))
        }
        Some(Mode::Path(path)) => {
            let path = path.canonicalize().doing(|| format!("--net=ns:{}", path.display()))?;
            Ok((Some(path), None))
        }
        _ => Ok((None, None)),
    }
}
