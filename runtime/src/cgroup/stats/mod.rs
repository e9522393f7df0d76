//! What a container uses, in the shape of runc's `types/events.go`, which its callers read. Times are in
//! nanoseconds, sizes in bytes.

mod shape;
mod v1;
mod v2;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{unified, with_controller};
use crate::plan::CgroupDirectory;

pub use shape::*;

impl Stats {
    /// What the container in `directories` uses now; `cards` are the host's ends of its cards.
    pub fn of(directories: &[CgroupDirectory], cards: &[String]) -> Self {
        let v1 = |controller| with_controller(directories, controller);
        let v2 = unified(directories);
        let either = |path: Option<&Path>| path.map(Path::to_owned).unwrap_or_default();
        // Each controller is in one of the two.
        Self {
            cpu: v1("cpuacct").map_or_else(|| v2::cpu(&either(v2)), |it| v1::cpu(it, v1("cpu"))),
            cpuset: cpuset(&cpuset_home(directories)),
            memory: v1("memory").map_or_else(|| v2::memory(&either(v2)), v1::memory),
            pids: pids(&either(v1("pids").or(v2))),
            blkio: v1("blkio").map_or_else(|| v2::blkio(&either(v2)), v1::blkio),
            hugetlb: v1("hugetlb").map_or_else(|| v2::hugetlb(&either(v2)), v1::hugetlb),
            intel_rdt: BTreeMap::new(),
            network_interfaces: if cards.is_empty() { None } else { Some(cards.iter().map(card).collect()) },
        }
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// A file of one number; `max` is the largest.
fn number(path: &Path) -> u64 {
    let text = text(path);
    if text.trim_end() == "max" { u64::MAX } else { text.trim_end().parse().unwrap_or(0) }
}

/// A file of names and numbers, a line each.
fn keyed(path: &Path) -> BTreeMap<String, u64> {
    let pair = |line: &str| {
        let (key, value) = line.split_once(' ')?;
        Some((key.to_owned(), value.trim().parse().ok()?))
    };
    text(path).lines().filter_map(pair).collect()
}

fn pids(directory: &Path) -> Pids {
    let limit = number(&directory.join("pids.max"));
    let limit = if limit == u64::MAX { 0 } else { limit };
    Pids { current: number(&directory.join("pids.current")), limit }
}

/// Where the container's processors are said: where it has no cpuset of its own, its parents' is its own.
fn cpuset_home(directories: &[CgroupDirectory]) -> PathBuf {
    let Some(directory) = directories.iter().find(|directory| directory.has("cpuset")) else {
        return unified(directories).map(Path::to_owned).unwrap_or_default();
    };
    if directory.path.exists() { directory.path.clone() } else { directory.mount.clone() }
}

fn cpuset(directory: &Path) -> Cpuset {
    let number = |name: &str| number(&directory.join(format!("cpuset.{name}")));
    let list = |name: &str, effective: &str| {
        let own = text(&directory.join(format!("cpuset.{name}")));
        let listed =
            if own.trim().is_empty() { text(&directory.join(format!("cpuset.{effective}"))) } else { own };
        list(listed.trim())
    };
    let level = text(&directory.join("cpuset.sched_relax_domain_level"));
    Cpuset {
        cpus: list("cpus", "cpus.effective"),
        cpu_exclusive: number("cpu_exclusive"),
        mems: list("mems", "mems.effective"),
        mem_hardwall: number("mem_hardwall"),
        mem_exclusive: number("mem_exclusive"),
        memory_migrate: number("memory_migrate"),
        memory_spread_page: number("memory_spread_page"),
        memory_spread_slab: number("memory_spread_slab"),
        memory_pressure: number("memory_pressure"),
        sched_load_balance: number("sched_load_balance"),
        sched_relax_domain_level: level.trim_end().parse().unwrap_or(0),
    }
}

/// A list like `0-2,5` (cpuset(7)).
fn list(text: &str) -> Vec<u16> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse::<u16>().ok()?..=last.parse().ok()?)
    };
    text.split(',').filter_map(range).flatten().collect()
}

/// A file of pressure, which need not be there.
fn pressure(path: &Path) -> Option<Pressure> {
    let text = fs::read_to_string(path).ok()?;
    let entry = |kind: &str| {
        let line = text.lines().find(|line| line.starts_with(kind)).unwrap_or_default();
        let word = |name: &str| line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let share = |name: &str| word(name).and_then(|value| value.parse().ok()).unwrap_or(0.0);
        PressureEntry {
            avg10: share("avg10"),
            avg60: share("avg60"),
            avg300: share("avg300"),
            total: word("total").and_then(|value| value.parse().ok()).unwrap_or(0),
        }
    };
    // A kernel that does not count answers with an error, or nothing.
    (!text.is_empty()).then(|| Pressure { some: entry("some"), full: entry("full") })
}

/// What goes out of the host's end comes in at the container's.
fn card(host_name: &String) -> Card {
    let directory = Path::new("/sys/class/net").join(host_name).join("statistics");
    let number = |name: &str| number(&directory.join(name));
    Card {
        name: host_name.clone(),
        rx_bytes: number("tx_bytes"),
        rx_packets: number("tx_packets"),
        rx_errors: number("tx_errors"),
        rx_dropped: number("tx_dropped"),
        tx_bytes: number("rx_bytes"),
        tx_packets: number("rx_packets"),
        tx_errors: number("rx_errors"),
        tx_dropped: number("rx_dropped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_processors() {
        assert_eq!(list("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(list("3"), [3]);
        assert!(list("").is_empty());
    }
}
