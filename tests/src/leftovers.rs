//! What a test left behind in its host.

use std::fs;
use std::path::{Path, PathBuf};

use pontoon::plan::Definition;

use crate::host::Host;

/// Everything that was not there in the beginning, each in a line.
pub(crate) fn of(host: &Host) -> Vec<String> {
    let mut left = Vec::new();
    left.extend(processes(host.init_pid()));
    left.extend(mounts(host));
    left.extend(host.cgroups.leftovers().into_iter().map(|path| format!("cgroup: {path}")));
    host.inside(|| {
        left.extend(links(host.bridge_may_stay));
        left.extend(ways(host.bridge_may_stay));
        left.extend(state(Path::new("/run/pontoon")));
        // Elsewhere in /run, only what a namespace was pinned to.
        let pinned = files(Path::new("/run/netns")).into_iter();
        left.extend(pinned.map(|path| format!("namespace: {}", path.display())));
    });
    left
}

/// Network links, but `lo`.
fn links(bridge_may_stay: bool) -> Vec<String> {
    let shown = std::process::Command::new("ip").args(["-oneline", "link", "show"]).output().expect("ip");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    // 7: eth0@if6: <BROADCAST> …
    let name =
        |line: &str| line.split(": ").nth(1).and_then(|name| name.split('@').next()).map(str::to_owned);
    let mine = |name: &str| name == "lo" || (bridge_may_stay && name == "pontoon0");
    let left = shown.lines().filter(|line| !name(line).is_some_and(|name| mine(&name)));
    left.map(|line| format!("link: {line}")).collect()
}

/// What the firewall has of networks and ports, and routes to the host's loopback address by other devices than `lo`. A
/// bridge that may stay may be known to the firewall.
fn ways(bridge_may_stay: bool) -> Vec<String> {
    let owners = pontoon::network::firewall::owners().expect("nf_tables");
    let mut left: Vec<String> =
        owners.iter().map(|port| format!("published: {port} {}", port.owner)).collect();
    let groups = pontoon::network::firewall::groups().expect("nf_tables");
    let mine = |group: &u32| bridge_may_stay && *group == Definition::default_bridge().group();
    left.extend(
        groups.iter().filter(|group| !mine(group)).map(|group| format!("in the firewall: group {group}")),
    );
    let mut command = std::process::Command::new("ip");
    let shown = command.args(["-6", "route", "show", "table", "local"]).output().expect("ip");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let routes = shown.lines().filter(|line| line.starts_with("local ::1 ") && !line.contains(" dev lo "));
    // With a bridge that stays, they do.
    left.extend(routes.filter(|_| !bridge_may_stay).map(|line| format!("route: {line}")));
    left
}

/// Mounts in the host's namespace.
fn mounts(host: &Host) -> Vec<String> {
    let mut before = host.mounts.clone();
    let mut left = Vec::new();
    for point in host.mount_points() {
        match before.iter().position(|known| *known == point) {
            Some(index) => drop(before.swap_remove(index)),
            // `ip netns add` makes it one, for good; what is left in it is told by itself.
            None if point == "/run/netns" => {}
            None => left.push(format!("mount: {point}")),
        }
    }
    left
}

/// Processes of the host other than its process 1, but those that only await their parent's look.
fn processes(init: u32) -> Vec<String> {
    let proc = PathBuf::from(format!("/proc/{init}/root/proc"));
    let describe = |pid: u32| {
        let stat = fs::read_to_string(proc.join(format!("{pid}/stat"))).ok()?;
        let state = stat.rsplit(')').next()?.trim_start().chars().next()?;
        let words = fs::read(proc.join(format!("{pid}/cmdline"))).ok()?;
        let words = String::from_utf8_lossy(&words).replace('\0', " ");
        (!matches!(state, 'Z' | 'X')).then(|| format!("process: {pid} ({state}) {}", words.trim_end()))
    };
    let entries = fs::read_dir(&proc).into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != 1).filter_map(describe).collect()
}

/// Containers, names, ports and leases in the state directory. The directories they lie in may stay, and what
/// belongs to a network that stays, or is kept for all (compiled seccomp filters).
fn state(root: &Path) -> Vec<String> {
    let of_a_network = |path: &Path| path.starts_with(root.join("networks"));
    let is_in = |path: &Path, dir: &str| path.parent().is_some_and(|parent| parent.ends_with(dir));
    let stays = |path: &Path| {
        if path.is_dir() && !path.is_symlink() {
            !is_in(path, "containers")
        } else {
            path.ends_with("lock") || is_in(path, "seccomp") || (of_a_network(path) && !is_in(path, "leases"))
        }
    };
    let left = files(root).into_iter().filter(|path| !stays(path));
    left.map(|path| format!("state: {}", path.display())).collect()
}

/// Files below a directory, and directories that are empty.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let inside = if path.is_symlink() { Vec::new() } else { files(&path) };
        if inside.is_empty() {
            found.push(path);
        } else {
            found.extend(inside);
        }
    }
    found
}
