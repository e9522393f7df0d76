//! Kernel parameters (sysctl(8)) of the container's own namespaces.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::Serialize;

use super::NamespaceKind;
use crate::error::{Error, Result};

/// One kernel parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sysctl {
    /// Its name as config.json writes it.
    pub name: String,
    /// Its file, below the root of a procfs.
    pub path: PathBuf,
    /// What it becomes.
    pub value: String,
}

/// Parameters that every IPC namespace has of its own (namespaces(7)).
const IPC: [&str; 8] = ["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"];

/// `linux.sysctl`, in the order of the names. `own` tells whether a namespace of the container is not the host's.
///
/// # Errors
/// A parameter of the host's: it would be changed for everybody.
pub(super) fn all(
    wanted: Option<&HashMap<String, String>>,
    own: impl Fn(NamespaceKind) -> bool,
) -> Result<Vec<Sysctl>> {
    let mut all: Vec<Sysctl> = wanted
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let parts = parts(name);
            check(name, &parts, &own)?;
            let path = ["sys".to_owned()].into_iter().chain(parts).collect();
            Ok(Sysctl { name: name.clone(), path, value: value.clone() })
        })
        .collect::<Result<_>>()?;
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// The directories and the file that a name means. Whichever of `.` and `/` comes first separates; the other one is
/// part of a name, as in `net/ipv4/conf/eth0.100/forwarding` (sysctl(8)).
fn parts(name: &str) -> Vec<String> {
    let slashes = name.find(['.', '/']).is_some_and(|place| name.as_bytes()[place] == b'/');
    let part = |part: &str| if slashes { part.to_owned() } else { part.replace('/', ".") };
    name.split(if slashes { '/' } else { '.' }).map(part).collect()
}

/// The rules, and the words, are runc's.
fn check(name: &str, parts: &[String], own: impl Fn(NamespaceKind) -> bool) -> Result<()> {
    let wrong = |problem: &str| Err(Error::Usage(format!("config.json: linux.sysctl: {name:?} {problem}")));
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty() || part == "." || part == "..") {
        return wrong("is no name of a kernel parameter");
    }
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["kernel", name] if IPC.contains(name) => needs_ipc(&own, wrong),
        ["fs", "mqueue", _, ..] => needs_ipc(&own, wrong),
        ["net", ..] if own(NamespaceKind::Network) => Ok(()),
        ["net", ..] => wrong("is not allowed in the host's network namespace"),
        ["kernel", "domainname"] if own(NamespaceKind::Uts) => Ok(()),
        ["kernel", "hostname"] if own(NamespaceKind::Uts) => {
            wrong("is not allowed: it conflicts with the field hostname")
        }
        _ => wrong("is not in a separate kernel namespace"),
    }
}

fn needs_ipc(own: impl Fn(NamespaceKind) -> bool, wrong: impl Fn(&str) -> Result<()>) -> Result<()> {
    if own(NamespaceKind::Ipc) { Ok(()) } else { wrong("is not allowed in the host's ipc namespace") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(name: &str, own: &[NamespaceKind]) -> Result<Vec<Sysctl>> {
        let wanted = HashMap::from([(name.to_owned(), "1".to_owned())]);
        all(Some(&wanted), |kind| own.contains(&kind))
    }

    #[test]
    fn both_separators_are_understood() {
        use NamespaceKind::{Ipc, Network};
        let path = |name, own| planned(name, &[own]).expect("allowed")[0].path.clone();
        assert_eq!(path("net.ipv4.ip_forward", Network), PathBuf::from("sys/net/ipv4/ip_forward"));
        let vlan = PathBuf::from("sys/net/ipv4/conf/eth0.100/forwarding");
        assert_eq!(path("net/ipv4/conf/eth0.100/forwarding", Network), vlan);
        assert_eq!(path("net.ipv4.conf.eth0/100.forwarding", Network), vlan);
        assert_eq!(path("fs.mqueue.msg_max", Ipc), PathBuf::from("sys/fs/mqueue/msg_max"));
    }

    #[test]
    fn what_is_the_hosts_is_refused() {
        use NamespaceKind::{Ipc, Network, Uts};
        let refused = |name, own: &[_]| planned(name, own).expect_err("refused").to_string();
        assert!(refused("kernel.shmmax", &[Network]).contains("ipc namespace"));
        assert!(refused("net.core.somaxconn", &[Ipc]).contains("network namespace"));
        assert!(refused("kernel.hostname", &[Uts]).contains("hostname"));
        assert!(refused("kernel.domainname", &[]).contains("separate kernel namespace"));
        let every = [Ipc, Network, Uts];
        for name in ["kernel.panic", "vm.swappiness", "kernel.shmmax.x", "user.max_user_namespaces"] {
            assert!(refused(name, &every).contains("separate kernel namespace"), "{name}");
        }
        for name in ["", "net", "net..x", "net/../kernel/panic", "net.ipv4.//.x", "net/./x"] {
            assert!(refused(name, &every).contains("no name"), "{name}");
        }
        assert!(planned("kernel.domainname", &[Uts]).is_ok());
    }
}
