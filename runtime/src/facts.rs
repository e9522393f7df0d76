//! Facts about the host and the rootfs that a plan is made from: looked at, never changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use caps::{CapSet, CapsHashSet};
use oci_spec::runtime::Spec;

use crate::error::{Doing, Error, Result};
use crate::plan::{CgroupVersion, resolv_conf};
use crate::state::USUAL_ROOT;
use crate::sys::file::read_in_root;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The rootfs' /etc/passwd; empty where it has none.
    pub passwd: String,
    /// The rootfs' /etc/group; empty where it has none.
    pub group: String,
    /// The cgroup hierarchies that are mounted.
    pub hierarchies: Vec<Hierarchy>,
    /// The host's /etc/resolv.conf.
    pub resolv_conf: String,
    /// systemd-resolved's own list of name servers, where the host asks it.
    pub resolved: String,
    /// The host's /etc/hosts; looked at by [`Facts::find_hosts`] alone.
    pub hosts: String,
    /// The host's name.
    pub hostname: String,
    /// User and group that run Pontoon, where that is not root.
    pub caller: Option<(u32, u32)>,
    /// What this process may give away.
    pub capabilities: CapsHashSet,
    /// Whether AppArmor confines programs here.
    pub apparmor: bool,
    /// Whether SELinux does.
    pub selinux: bool,
    /// This process's environment, from which `-e NAME` takes its value.
    pub environment: BTreeMap<String, String>,
}

/// A cgroup hierarchy (cgroups(7)).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hierarchy {
    /// Where it is mounted.
    pub mount: PathBuf,
    /// Its version.
    pub version: CgroupVersion,
    /// Its controllers; of a named hierarchy `name=…`; of version 2 none are listed.
    pub controllers: Vec<String>,
    /// Where this process is, below `mount`; looked at by [`Facts::find_own_cgroups`] alone.
    pub own: PathBuf,
}

impl Facts {
    /// Forgets the hierarchies in which the caller may not make the directory `path` (`linux.cgroupsPath`).
    pub fn keep_to_writable(&mut self, path: &Path) {
        let writable = |path: &Path| nix::unistd::access(path, nix::unistd::AccessFlags::W_OK).is_ok();
        self.hierarchies.retain(|hierarchy| {
            let below = path.strip_prefix("/").map_or_else(|_| hierarchy.own.join(path), Path::to_owned);
            let whole = hierarchy.mount.join(below);
            whole.ancestors().find(|above| above.exists()).is_some_and(writable)
        });
    }

    /// Looks at the host's names, which only a container on the host's network has.
    pub fn find_hosts(&mut self) {
        self.hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    }

    /// Looks at the host and at the rootfs.
    ///
    /// # Errors
    /// /proc can't be read.
    pub fn gather(rootfs: &Path) -> Result<Self> {
        let text = |path: &str| read_in_root(rootfs, Path::new(path)).unwrap_or_default();
        let (resolv_conf, resolved) = host_resolver();
        Ok(Self {
            passwd: text("etc/passwd"),
            group: text("etc/group"),
            hierarchies: hierarchies()?,
            resolv_conf,
            resolved,
            hosts: String::new(),
            hostname: nix::unistd::gethostname().unwrap_or_default().to_string_lossy().into_owned(),
            caller: caller(),
            capabilities: caps::read(None, CapSet::Permitted).unwrap_or_default(),
            apparmor: fs::read("/sys/module/apparmor/parameters/enabled")
                .is_ok_and(|text| text.starts_with(b"Y")),
            selinux: Path::new("/sys/fs/selinux/enforce").exists(),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        })
    }
}

/// The host's resolv.conf, and systemd-resolved's own list of servers where the host asks that.
pub fn host_resolver() -> (String, String) {
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let own = text("/etc/resolv.conf");
    let behind = if own.contains(resolv_conf::STUB) {
        text("/run/systemd/resolve/resolv.conf")
    } else {
        String::new()
    };
    (own, behind)
}

/// User and group that run Pontoon, where that is not root.
pub fn caller() -> Option<(u32, u32)> {
    let (user, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
    (!user.is_root()).then(|| (user.as_raw(), group.as_raw()))
}

/// Where the state is kept unless somebody says otherwise. A rehearsal by another than root is of what root would do.
///
/// # Errors
/// One who is not root, and has no directory for such things.
pub fn state_root(rehearsal: bool) -> Result<PathBuf> {
    let Some((user, _)) = caller().filter(|_| !rehearsal) else { return Ok(PathBuf::from(USUAL_ROOT)) };
    let usual = || Some(PathBuf::from(format!("/run/user/{user}"))).filter(|path| path.is_dir());
    let given = std::env::var_os("XDG_RUNTIME_DIR").filter(|path| !path.is_empty()).map(PathBuf::from);
    let runtime = given.or_else(usual).ok_or_else(|| {
        Error::Usage("Pontoon needs root, or XDG_RUNTIME_DIR or --root to keep its state in".to_owned())
    })?;
    Ok(runtime.join("pontoon"))
}

impl Facts {
    /// Finds out where this process is in each hierarchy. Only a relative `linux.cgroupsPath` asks, and every
    /// start would pay.
    ///
    /// # Errors
    /// /proc can't be read.
    pub fn find_own_cgroups(&mut self, spec: &Spec) -> Result<()> {
        let path = spec.linux().as_ref().and_then(|linux| linux.cgroups_path().as_deref());
        if !path.is_some_and(Path::is_relative) {
            return Ok(());
        }
        let read = |path: &str| fs::read_to_string(path).doing(|| format!("read {path}"));
        let (cgroups, mounts) = (read("/proc/self/cgroup")?, read("/proc/self/mountinfo")?);
        for hierarchy in &mut self.hierarchies {
            hierarchy.own = own_cgroup(hierarchy, &cgroups, &mounts).unwrap_or_default();
        }
        Ok(())
    }
}

/// The line of /proc/self/cgroup (cgroups(7)) for a hierarchy, below what is mounted of it.
fn own_cgroup(hierarchy: &Hierarchy, cgroups: &str, mounts: &str) -> Option<PathBuf> {
    let whose = |names: &str| match hierarchy.version {
        CgroupVersion::V1 => names.split(',').any(|name| hierarchy.controllers.iter().any(|it| it == name)),
        CgroupVersion::V2 => names.is_empty(),
    };
    let lines = cgroups.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let own = lines.filter(|(names, _)| whose(names)).map(|(_, path)| path).next()?;
    let fields = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut mounted =
        mounts.lines().rev().map(fields).filter(|it| it.get(4).is_some_and(|at| hierarchy.mount == *at));
    let root = mounted.next()?.swap_remove(3);
    Some(Path::new(own).strip_prefix(root).ok()?.to_owned())
}

/// The cgroup mounts of this mount namespace.
///
/// # Errors
/// /proc can't be read.
pub fn hierarchies() -> Result<Vec<Hierarchy>> {
    // In one piece: for each further read the kernel goes through the mounts again from the start.
    let mut text = String::with_capacity(16 << 10);
    fs::File::open("/proc/self/mountinfo")
        .and_then(|mut mounts| mounts.read_to_string(&mut text))
        .doing(|| "read /proc/self/mountinfo".to_owned())?;
    Ok(visible(text.lines().filter_map(hierarchy)))
}

/// Of several mounts on one place only the last can be seen.
fn visible(mounts: impl Iterator<Item = Hierarchy>) -> Vec<Hierarchy> {
    let mut visible: Vec<Hierarchy> = Vec::new();
    for hierarchy in mounts {
        visible.retain(|other| other.mount != hierarchy.mount);
        visible.push(hierarchy);
    }
    visible
}

/// A line of mountinfo (proc_pid_mountinfo(5)) that stands for a hierarchy. Only these few lines are taken
/// apart: a host may have hundreds of others, and every start reads them.
fn hierarchy(line: &str) -> Option<Hierarchy> {
    let (mount, filesystem) = line.split_once(" - cgroup")?;
    let mount = PathBuf::from(mount.split(' ').nth(4)?);
    let (kind, rest) = filesystem.split_once(' ')?;
    let version = if kind == "2" { CgroupVersion::V2 } else { CgroupVersion::V1 };
    let options = rest.rsplit(' ').next()?.split(',');
    let controllers = match version {
        CgroupVersion::V1 => options
            .filter(|word| !matches!(*word, "rw" | "ro" | "xattr" | "noprefix" | "clone_children"))
            .filter(|word| !word.starts_with("release_agent="))
            .map(str::to_owned)
            .collect(),
        CgroupVersion::V2 => Vec::new(),
    };
    Some(Hierarchy { mount, version, controllers, own: PathBuf::new() })
}

/// A new id: 64 hexadecimal digits, by chance. Its first twelve, which are the hostname, are never all decimal:
/// a resolver would take such a name for an address.
///
/// # Errors
/// /dev/urandom can't be read.
pub fn new_id() -> Result<String> {
    loop {
        let mut bytes = [0; 32];
        fs::File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut bytes))
            .doing(|| "read /dev/urandom".to_owned())?;
        if !is_decimal(&bytes[..6]) {
            return Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
}

/// Whether bytes, written in hexadecimal, look like a decimal number.
fn is_decimal(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte >> 4 < 10 && byte & 15 < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_number_is_seen() {
        assert!(is_decimal(&[0x43, 0x91, 0x39, 0x36, 0x68, 0x37]));
        assert!(!is_decimal(&[0x43, 0x91, 0x39, 0x36, 0x68, 0xa7]));
        assert!(!is_decimal(&[0x4b, 0x91, 0x39, 0x36, 0x68, 0x37]));
    }

    #[test]
    fn hierarchies_of_a_hybrid_host() {
        let v1 = "41 30 0:35 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct";
        let named = "49 30 0:43 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd";
        let v2 = "50 30 0:44 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate";
        let other = "30 24 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755";
        let found = visible([v1, named, v2, other, v1].iter().filter_map(|line| hierarchy(line)));
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].mount, Path::new("/sys/fs/cgroup/cpu"));
        assert_eq!(found[2].controllers, ["cpu", "cpuacct"]);
        assert_eq!(found[0].controllers, ["name=systemd"]);
        assert_eq!(found[1].version, CgroupVersion::V2);
    }

    #[test]
    fn this_process_is_found_below_what_is_mounted() {
        let cgroups = "12:cpu,cpuacct:/box/a\n1:name=systemd:/\n0::/elsewhere\n";
        let cpu = "41 30 0:35 /box /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct";
        let unified = "50 30 0:44 /box /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
        let mounts = format!("{cpu}\n{unified}\n");
        let own = |line| own_cgroup(&hierarchy(line).expect("a hierarchy"), cgroups, &mounts);
        assert_eq!(own(cpu).as_deref(), Some(Path::new("a")));
        assert_eq!(own(unified), None, "what is mounted does not reach there");
    }
}
