//! What will be done, as values: everything is decided, looked up and checked before the first effect.
//!
//! A [`Plan`] is made from the specification, the flags and the facts about the host; `launch`,
//! `child` and `network` then walk it and decide nothing. Unit tests compare plans by value.

pub mod cgroup;
mod check;
pub mod confinement;
pub mod container;
mod devices;
pub mod etc_hosts;
pub mod hooks;
pub mod mounts;
pub mod name_files;
mod namespace;
mod nested;
mod net_devices;
pub mod network;
pub mod options;
pub mod process;
pub mod program;
pub mod resolv_conf;
pub mod resources;
mod root;
pub mod scheduling;
pub mod seccomp;
mod source;
mod sysctl;
pub mod time;
mod user;
pub mod userns;
mod version;

use std::path::PathBuf;

use netlink_raw::HardwareAddress;
use serde::{Deserialize, Serialize};

use crate::abi::mount::MOUNT_ATTR_RDONLY;

pub use cgroup::{Cgroup, CgroupDirectory, CgroupVersion};
pub use devices::DeviceRule;
pub use hooks::{Hook, Hooks};
pub use mounts::{Mount, Propagation};
pub use name_files::NameFiles;
pub use namespace::NamespaceKind;
pub use net_devices::NetDevice;
pub use network::{Definition, Driver, Endpoint, Network};
pub use process::{Process, Rlimit, User};
pub use resources::Setting;
pub use source::MountSource;
pub use sysctl::Sysctl;
pub use time::TimeOffset;
pub use userns::{IdMapping, Mappings, UserNamespace};

/// What names of the kernel's objects derive from: the same number for the same text, for ever (FNV-1a).
pub fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A number for a group of devices (`IFLA_GROUP`) that follows from a text. Groups below 2^16 are left to people (0 is
/// everybody's).
pub fn group_of(text: &str) -> u32 {
    let hash = fingerprint(text);
    let folded = u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default();
    folded & 0x7fff_ffff | 0x1_0000
}

/// The whole of a container, decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The container's id: 64 hexadecimal digits, or what the caller chose.
    pub id: String,
    /// The name a person gave it.
    pub name: Option<String>,
    /// The bundle's directory, absolute; for a bare root directory, that one.
    pub bundle: PathBuf,
    /// Namespaces that are made, as `CLONE_NEW*` bits for clone3; the cgroup and the time namespace are apart.
    pub new_namespaces: Vec<NamespaceKind>,
    /// Namespaces that are joined.
    pub joined_namespaces: Vec<(NamespaceKind, PathBuf)>,
    /// Its user namespace, where that is not Pontoon's own.
    pub user: Option<UserNamespace>,
    /// How the clocks of a new time namespace differ.
    pub time_offsets: Vec<TimeOffset>,
    /// Whether Pontoon is not run by root: what needs a right on the host is left alone then.
    pub rootless: bool,
    /// The host's name inside; `None` leaves what is.
    pub hostname: Option<String>,
    /// The NIS domain's name inside.
    pub domainname: Option<String>,
    /// The root.
    pub root: Root,
    /// Mounts in their order.
    pub mounts: Vec<Mount>,
    /// Nodes in /dev.
    pub devices: Vec<Device>,
    /// Paths that can't be seen.
    pub masked_paths: Vec<PathBuf>,
    /// Paths that can't be written.
    pub readonly_paths: Vec<PathBuf>,
    /// Kernel parameters of its own namespaces.
    pub sysctls: Vec<Sysctl>,
    /// Devices of the host's network that become the container's.
    pub net_devices: Vec<NetDevice>,
    /// The program and who it is.
    pub process: Process,
    /// Which system calls it may make.
    pub seccomp: Option<seccomp::Profile>,
    /// Where its cgroup lies below each hierarchy, what is set there, and its device rules.
    pub cgroup: Cgroup,
    /// Its cards.
    pub network: Network,
    /// Files that the runtime writes and binds in: hosts, hostname, resolv.conf.
    pub names: Option<NameFiles>,
    /// Programs of others, run at certain moments.
    pub hooks: Hooks,
    /// Whether it gets a session keyring of its own.
    pub new_keyring: bool,
    /// The version of the specification that config.json names.
    pub oci_version: String,
    /// What config.json carries for others to read.
    pub annotations: std::collections::BTreeMap<String, String>,
    /// What of config.json means nothing here, in words for whoever asked for it.
    pub warnings: Vec<String>,
}

impl Plan {
    /// The user outside who is the program's inside; `None` where that is somebody else's user namespace.
    pub fn owner(&self) -> Option<u32> {
        let uid = self.process.user.uid;
        match &self.user {
            None => Some(uid),
            Some(namespace) => userns::outside(&namespace.mappings.users, uid),
        }
    }

    /// Whether the container turns IPv6 off in its network namespace itself, before it gets cards: on the procfs that it
    /// mounts. By the host's procfs the parent could do it too; but that one keeps the entries of every network
    /// namespace that was ever asked for, all under one name, and goes through them at each look.
    pub fn turns_ipv6_off(&self) -> bool {
        let own = [NamespaceKind::Network, NamespaceKind::Mount];
        let made = own.iter().all(|kind| self.new_namespaces.contains(kind)) && self.user.is_none();
        let Network { own, endpoints, .. } = &self.network;
        let procfs = self.mounts.iter().filter(|mount| mount.is_open_procfs()).count();
        made && *own && !self.rootless && !endpoints.is_empty() && procfs == 1
    }

    /// The user outside to whom the container's cgroup is given: that of its program, if another than root, where
    /// it sees its own cgroups alone, on cgroup v2, and may write there (config-linux.md, cgroup ownership).
    pub fn cgroup_owner(&self) -> Option<u32> {
        let written = |mount: &Mount| {
            let set = mount.attributes.set | mount.recursive.set;
            mount.source == MountSource::Cgroup && set & MOUNT_ATTR_RDONLY == 0
        };
        let own = self.new_namespaces.contains(&NamespaceKind::Cgroup);
        let unified = self.cgroup.directories.iter().all(|it| it.version == CgroupVersion::V2);
        let given = own && unified && !self.rootless && self.mounts.iter().any(written);
        self.owner().filter(|owner| given && *owner != 0)
    }
}

/// The root of the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Root {
    /// The directory on the host, absolute and without symbolic links.
    pub path: PathBuf,
    /// Whether nothing in it can be written.
    pub readonly: bool,
    /// Whether it is in a mount namespace of the container's own. In another's it is entered by chroot(2) alone.
    pub own_mounts: bool,
    /// Whether it is entered by chroot(2), because pivot_root(2) can't be had.
    pub no_pivot: bool,
    /// How it shares mounts with the host's, and with whatever is cloned from it.
    pub propagation: Propagation,
}

/// A node in /dev.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its path inside, below /dev or elsewhere.
    pub path: PathBuf,
    /// `c`, `b` or `p`.
    pub kind: char,
    /// The driver.
    pub major: u64,
    /// The device.
    pub minor: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Whether it is the host's node, bound in: nobody makes nodes in a user namespace.
    pub bound: bool,
}

/// A hardware address (EUI-48), written `02:42:0a:57:00:02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MacAddress(pub [u8; 6]);

impl std::fmt::Display for MacAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        HardwareAddress::from(*self).fmt(f)
    }
}

impl From<MacAddress> for HardwareAddress {
    fn from(mac: MacAddress) -> Self {
        mac.0.into()
    }
}

impl From<MacAddress> for String {
    fn from(mac: MacAddress) -> Self {
        mac.to_string()
    }
}

impl TryFrom<String> for MacAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl std::str::FromStr for MacAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes: Option<Vec<u8>> = text
            .split(':')
            .map(|part| if part.len() == 2 { u8::from_str_radix(part, 16).ok() } else { None })
            .collect();
        let bytes = bytes.and_then(|bytes| <[u8; 6]>::try_from(bytes).ok());
        match bytes {
            Some(bytes) if bytes[0] & 1 == 0 && bytes != [0; 6] => Ok(Self(bytes)),
            Some(_) => Err(format!("{text} is not the hardware address of one card")),
            None => Err(format!("{text} is not a hardware address (like 02:42:ac:11:00:02)")),
        }
    }
}
