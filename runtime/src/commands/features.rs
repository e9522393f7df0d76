//! `pontoon features`: what this runtime can do (features.md of the runtime specification).

use serde_json::json;

use crate::plan::NamespaceKind;
use crate::plan::options;
use crate::seccomp::features as seccomp;
use crate::spec::{NEWEST_VERSION, OLDEST_VERSION};

/// How memory may be spread over nodes, in the specification's words (set_mempolicy(2)).
const MEMORY_MODES: [&str; 7] = [
    "MPOL_DEFAULT",
    "MPOL_BIND",
    "MPOL_INTERLEAVE",
    "MPOL_WEIGHTED_INTERLEAVE",
    "MPOL_PREFERRED",
    "MPOL_PREFERRED_MANY",
    "MPOL_LOCAL",
];
const MEMORY_FLAGS: [&str; 3] = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];

/// Prints the document. It tells of Pontoon, whatever the kernel it runs on lacks; but for the flags of seccomp,
/// of which it tells both.
pub(super) fn features() -> u8 {
    let mut namespaces = NamespaceKind::ALL.map(|kind| match kind {
        NamespaceKind::Mount => "mount",
        NamespaceKind::Network => "network",
        other => other.file(),
    });
    namespaces.sort_unstable();
    let mut capabilities: Vec<_> = caps::all().into_iter().collect();
    capabilities.sort_unstable_by_key(caps::Capability::index);
    let capabilities: Vec<String> = capabilities.iter().map(ToString::to_string).collect();
    let document = json!({
        "ociVersionMin": OLDEST_VERSION,
        "ociVersionMax": NEWEST_VERSION,
        "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        "mountOptions": options::known(),
        "linux": {
            "namespaces": namespaces,
            "capabilities": capabilities,
            "mountExtensions": { "idmap": { "enabled": true } },
            "seccomp": {
                "enabled": true,
                "actions": seccomp::ACTIONS,
                "operators": seccomp::OPERATORS,
                "archs": seccomp::ARCHITECTURES,
                "knownFlags": seccomp::known_flags(),
                "supportedFlags": seccomp::supported_flags(),
            },
            "apparmor": { "enabled": true },
            "selinux": { "enabled": true },
            "intelRdt": { "enabled": false },
            "netDevices": { "enabled": true },
            "memoryPolicy": { "modes": MEMORY_MODES, "flags": MEMORY_FLAGS },
            "cgroup": { "v1": true, "v2": true, "systemd": false, "systemdUser": false, "rdma": true },
        },
        "annotations": {
            "io.github.pontoon.version": env!("CARGO_PKG_VERSION"),
            "io.github.seccomp.libseccomp.version": seccomp::library_version(),
        },
    });
    println!("{}", serde_json::to_string_pretty(&document).expect("plain data"));
    0
}
