//! A bundle, flags and facts become a plan.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use oci_spec::runtime::{Linux, LinuxNamespaceType, Process, Spec};

use super::network::Mode;
use super::{
    Hooks, NamespaceKind, Network, Plan, check, confinement, devices, name_files, nested, net_devices,
    program, root, scheduling, seccomp, sysctl, time, userns, version,
};
use crate::cli::RunArgs;
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::spec::Bundle;

/// Who this will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The id.
    pub id: String,
    /// The state's directory of the container.
    pub directory: PathBuf,
    /// The directory below each cgroup hierarchy that holds the containers of this state.
    pub cgroup_parent: String,
    /// The network; `None` where config.json alone says.
    pub mode: Option<Mode>,
    /// That path, for `container:ID` and `ns:PATH`.
    pub joined: Option<PathBuf>,
    /// The directory of the container whose name files are shared (`container:ID`).
    pub names_of: Option<PathBuf>,
}

/// Decides everything but the cards. Returns the settings of the program too, as `exec` will start from them.
///
/// # Errors
/// Whatever the bundle or the flags ask for that can't be.
pub fn plan(
    arguments: &RunArgs,
    bundle: &Bundle,
    identity: &Identity,
    facts: &Facts,
) -> Result<(Plan, Process)> {
    let spec = &bundle.spec;
    check::supported(spec)?;
    let linux = spec.linux().clone().unwrap_or_default();
    let (new_namespaces, joined_namespaces) = namespaces(&linux, identity)?;
    let new = |kind| new_namespaces.contains(&kind);
    let own = |kind| new(kind) || joins_another(&joined_namespaces, kind);
    let uts = (new(NamespaceKind::Uts), own(NamespaceKind::Uts));
    let hostname = hostname(arguments, spec, identity, facts, uts)?;
    let shown = hostname.as_deref().filter(|_| identity.mode.is_some());
    let mut settings = program::settings(arguments, spec, shown, facts)?;
    let mut warnings = bundle.warnings.clone();
    warnings.extend(version::foreign(spec));
    let mut process = process(&mut settings, &linux, facts, &mut warnings)?;
    let names = name_files::plan(arguments, spec, identity, hostname.as_deref().unwrap_or(&facts.hostname))?;
    let joins_user = joined_namespaces.iter().any(|(kind, _)| *kind == NamespaceKind::User);
    let has_user = new(NamespaceKind::User) || joins_user;
    let user = userns::from_spec(&linux, has_user.then_some(joins_user), facts)?;
    if let Some(user) = &user {
        user.receive(&mut process.user, facts)?;
    }
    let (profile, filter) = linux.seccomp().as_ref().map(seccomp::plan).transpose()?.unzip();
    let mut plan = Plan {
        id: identity.id.clone(),
        name: arguments.name.clone(),
        bundle: bundle.directory.clone(),
        network: Network { own: new(NamespaceKind::Network), ..Network::default() },
        cgroup: super::cgroup::plan(&linux, &identity.cgroup_parent, &identity.id, facts)?,
        time_offsets: time::offsets(&linux, new(NamespaceKind::Time))?,
        rootless: user.is_some() && facts.caller.is_some(),
        user,
        sysctls: sysctl::all(linux.sysctl().as_ref(), own)?,
        net_devices: net_devices::all(linux.net_devices().as_ref(), own(NamespaceKind::Network))?,
        new_namespaces,
        joined_namespaces,
        hostname,
        domainname: spec.domainname().clone(),
        root: root::root(arguments, bundle, &linux)?,
        mounts: root::mounts(arguments, bundle, names.as_ref(), facts, &mut warnings)?,
        devices: devices::nodes(linux.devices().as_deref().unwrap_or_default())?,
        masked_paths: paths(linux.masked_paths().as_deref()),
        readonly_paths: paths(linux.readonly_paths().as_deref()),
        process: super::Process { filter, ..process },
        seccomp: profile,
        names,
        hooks: Hooks::from_spec(spec.hooks().as_ref())?,
        new_keyring: !arguments.create.no_new_keyring,
        oci_version: spec.version().clone(),
        annotations: spec.annotations().clone().unwrap_or_default().into_iter().collect::<BTreeMap<_, _>>(),
        warnings,
    };
    nested::adapt(&mut plan)?;
    Ok((plan, settings))
}

/// The program as the child takes it, with what holds for all programs of the container.
fn process(
    settings: &mut Process,
    linux: &Linux,
    facts: &Facts,
    warnings: &mut Vec<String>,
) -> Result<super::Process> {
    let in_user_namespace =
        linux.namespaces().iter().flatten().any(|namespace| namespace.typ() == LinuxNamespaceType::User);
    warnings.extend(confinement::fit(settings, facts, in_user_namespace)?);
    let mut process = program::process(settings)?;
    process.scheduling.container = scheduling::of_container(linux)?;
    Ok(process)
}

type Namespaces = (Vec<NamespaceKind>, Vec<(NamespaceKind, PathBuf)>);

/// What config.json asks for, with the network's namespace as `--net` says.
fn namespaces(linux: &Linux, identity: &Identity) -> Result<Namespaces> {
    let mut wanted: BTreeMap<NamespaceKind, Option<PathBuf>> = BTreeMap::new();
    for namespace in linux.namespaces().as_deref().unwrap_or_default() {
        let kind = match namespace.typ() {
            LinuxNamespaceType::Pid => NamespaceKind::Pid,
            LinuxNamespaceType::Mount => NamespaceKind::Mount,
            LinuxNamespaceType::Network => NamespaceKind::Network,
            LinuxNamespaceType::Ipc => NamespaceKind::Ipc,
            LinuxNamespaceType::Uts => NamespaceKind::Uts,
            LinuxNamespaceType::Cgroup => NamespaceKind::Cgroup,
            LinuxNamespaceType::User => NamespaceKind::User,
            LinuxNamespaceType::Time => NamespaceKind::Time,
        };
        if wanted.insert(kind, namespace.path().clone()).is_some() {
            return Err(Error::Usage(format!("config.json: linux.namespaces: {} twice", kind.file())));
        }
    }
    match &identity.mode {
        None => {}
        Some(Mode::Cards(_) | Mode::None) => drop(wanted.insert(NamespaceKind::Network, None)),
        Some(Mode::Host) => drop(wanted.remove(&NamespaceKind::Network)),
        Some(Mode::Container(_) | Mode::Path(_)) => {
            wanted.insert(NamespaceKind::Network, identity.joined.clone());
        }
    }
    let in_order = |kind: &NamespaceKind| Some((*kind, wanted.get(kind)?.clone()));
    let all: Vec<_> = NamespaceKind::ALL.iter().filter_map(in_order).collect();
    let new = all.iter().filter(|(_, path)| path.is_none()).map(|(kind, _)| *kind).collect();
    Ok((new, all.into_iter().filter_map(|(kind, path)| Some((kind, path?))).collect()))
}

/// Whether the container joins a namespace of `kind` that is not the one Pontoon is in.
fn joins_another(joined: &[(NamespaceKind, PathBuf)], kind: NamespaceKind) -> bool {
    let identity = |path: &Path| path.metadata().ok().map(|about| (about.dev(), about.ino()));
    let here = identity(&Path::new("/proc/self/ns").join(kind.file()));
    joined.iter().any(|(joined, path)| *joined == kind && identity(path) != here)
}

/// The name inside: the flag's, config.json's, or as docker chooses where the uts namespace is new. One that is
/// joined, and not the host's, gets a name only if it is asked for.
fn hostname(
    arguments: &RunArgs,
    spec: &Spec,
    identity: &Identity,
    facts: &Facts,
    (new_uts, own_uts): (bool, bool),
) -> Result<Option<String>> {
    let wanted = arguments.hostname.clone().or_else(|| spec.hostname().clone());
    for (what, wanted) in [("hostname", &wanted), ("domainname", spec.domainname())] {
        if wanted.is_some() && !own_uts {
            return Err(Error::Usage(format!(
                "a {what} needs a new uts namespace, which config.json does not ask for"
            )));
        }
        if wanted.as_ref().is_some_and(|name| name.len() > 64 || name.contains(['/', '\n', ' ', '\0'])) {
            return Err(Error::Usage(format!("{:?} is not a {what}", wanted.as_deref().unwrap_or_default())));
        }
    }
    Ok(match (&identity.mode, new_uts) {
        (None, _) | (_, false) => wanted,
        (Some(Mode::Host), true) => wanted.or_else(|| Some(facts.hostname.clone())),
        (_, true) => wanted.or_else(|| Some(identity.id.chars().take(12).collect())),
    })
}

fn paths(list: Option<&[String]>) -> Vec<PathBuf> {
    list.unwrap_or_default().iter().map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Hierarchy;
    use crate::plan::{CgroupVersion, Mount, Root};

    fn planned(change: impl FnOnce(&mut RunArgs)) -> Result<Plan> {
        let root = tempfile::tempdir().expect("a directory");
        let bundle = Bundle { rootfs: "/bundle/rootfs".into(), ..Bundle::around(root.path())? };
        let identity = Identity {
            id: "0123456789abcdef".into(),
            directory: "/state/0123".into(),
            cgroup_parent: "pontoon".into(),
            mode: Some(Mode::None),
            joined: None,
            names_of: None,
        };
        let unified = Hierarchy { mount: "/cg".into(), version: CgroupVersion::V2, ..Hierarchy::default() };
        let facts = Facts { hierarchies: vec![unified], ..Facts::default() };
        let mut arguments = RunArgs { arguments: vec!["bundle".into()], ..RunArgs::default() };
        change(&mut arguments);
        Ok(Plan { bundle: "/bundle".into(), ..plan(&arguments, &bundle, &identity, &facts)?.0 })
    }

    #[test]
    fn the_default_bundle_is_planned_as_docker_would() {
        use NamespaceKind::{Cgroup, Ipc, Mount, Network, Pid, Uts};
        let plan = planned(|_| {}).expect("a plan");
        assert_eq!(plan.new_namespaces, [Pid, Network, Ipc, Uts, Cgroup, Mount]);
        assert_eq!(plan.hostname.as_deref(), Some("0123456789ab"));
        assert_eq!(plan.cgroup.directories[0].path, Path::new("/cg/pontoon/0123456789abcdef"));
        assert_eq!(plan.process.arguments, ["sh"]);
        let targets: Vec<_> = plan.mounts.iter().rev().take(3).map(|mount| mount.target.as_path()).collect();
        assert_eq!(
            targets,
            [Path::new("/etc/resolv.conf"), Path::new("/etc/hosts"), Path::new("/etc/hostname")]
        );
        assert_eq!(plan.network, super::Network { own: true, ..super::Network::default() });
    }

    #[test]
    fn a_flag_changes_what_it_names_and_nothing_else() {
        let plain = planned(|_| {}).expect("a plan");
        let changed = |change: fn(&mut RunArgs)| planned(change).expect("a plan");
        let root = Root { readonly: true, ..plain.root.clone() };
        assert_eq!(changed(|arguments| arguments.read_only = true), Plan { root, ..plain.clone() });
        let name = Some("web".to_owned());
        assert_eq!(changed(|arguments| arguments.name = Some("web".into())), Plan { name, ..plain.clone() });
        let with_volume = changed(|arguments| arguments.volumes.push("/:/mnt:ro".into()));
        let mut mounts = plain.mounts.clone();
        let volume = super::super::mounts::volume("/:/mnt:ro").expect("a volume");
        mounts.insert(
            mounts.len() - 3,
            Mount::from_spec(&volume, Path::new("/"), |_| Some(true)).expect("a mount"),
        );
        assert_eq!(with_volume, Plan { mounts, ..plain });
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_done() {
        let refused = |change: fn(&mut RunArgs)| planned(change).expect_err("refused").to_string();
        assert!(refused(|arguments| arguments.hostname = Some("a/b".into())).contains("not a hostname"));
        assert!(refused(|arguments| arguments.volumes.push("data:/mnt".into())).contains("no named volumes"));
        assert!(refused(|arguments| arguments.program.user = Some("eve".into())).contains("/etc/passwd"));
    }
}
