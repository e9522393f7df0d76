//! From the files of cgroup v1.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    Blkio, BlkioEntry, Cpu, CpuUsage, Hugetlb, Memory, MemoryEntry, Throttling, keyed, number, text,
};

/// cpuacct.stat counts in these (USER_HZ, the same on every machine), in nanoseconds.
const TICK: u64 = 10_000_000;

pub(super) fn cpu(cpuacct: &Path, cpu: Option<&Path>) -> Cpu {
    let ticks = keyed(&cpuacct.join("cpuacct.stat"));
    let tick = |name: &str| ticks.get(name).copied().unwrap_or(0) * TICK;
    let listed = text(&cpuacct.join("cpuacct.usage_percpu"));
    let percpu = listed.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    // A head line `cpu user system`, then a line for each processor.
    let split = text(&cpuacct.join("cpuacct.usage_all"));
    let column = |at: usize| {
        let field = |line: &str| line.split_whitespace().nth(at)?.parse().ok();
        split.lines().skip(1).filter_map(field).collect()
    };
    let counts = cpu.map(|cpu| keyed(&cpu.join("cpu.stat"))).unwrap_or_default();
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    Cpu {
        usage: CpuUsage {
            total: number(&cpuacct.join("cpuacct.usage")),
            percpu,
            percpu_kernel: column(2),
            percpu_user: column(1),
            kernel: tick("system"),
            user: tick("user"),
        },
        throttling: Throttling {
            periods: count("nr_periods"),
            throttled_periods: count("nr_throttled"),
            throttled_time: count("throttled_time"),
        },
        psi: None,
    }
}

pub(super) fn memory(directory: &Path) -> Memory {
    let entry = |kind: &str| {
        let number = |name: &str| number(&directory.join(format!("memory.{kind}{name}")));
        MemoryEntry {
            limit: number("limit_in_bytes"),
            usage: number("usage_in_bytes"),
            max: number("max_usage_in_bytes"),
            failcnt: number("failcnt"),
        }
    };
    let raw = keyed(&directory.join("memory.stat"));
    Memory {
        cache: raw.get("cache").copied().unwrap_or(0),
        usage: entry(""),
        swap: entry("memsw."),
        kernel: entry("kmem."),
        kernel_tcp: entry("kmem.tcp."),
        raw,
        psi: None,
    }
}

pub(super) fn blkio(directory: &Path) -> Blkio {
    // The scheduler's counts are better; one that does not count has empty files.
    let counted = |names: [&str; 3]| {
        let mut found = names.iter().map(|name| entries(&text(&directory.join(format!("blkio.{name}")))));
        found.find(|entries| !entries.is_empty()).unwrap_or_default()
    };
    Blkio {
        io_service_bytes_recursive: counted([
            "bfq.io_service_bytes_recursive",
            "throttle.io_service_bytes_recursive",
            "throttle.io_service_bytes",
        ]),
        io_serviced_recursive: counted([
            "bfq.io_serviced_recursive",
            "throttle.io_serviced_recursive",
            "throttle.io_serviced",
        ]),
        psi: None,
    }
}

/// Lines `MAJOR:MINOR OP NUMBER`; the last, a total of all devices, has no device.
fn entries(text: &str) -> Vec<BlkioEntry> {
    let entry = |line: &str| {
        let mut words = line.split_whitespace();
        let (major, minor) = words.next()?.split_once(':')?;
        let (op, value) = (words.next()?.to_owned(), words.next()?);
        let (major, minor) = (major.parse().ok()?, minor.parse().ok()?);
        Some(BlkioEntry { major, minor, op, value: value.parse().ok()? })
    };
    text.lines().filter_map(entry).collect()
}

pub(super) fn hugetlb(directory: &Path) -> BTreeMap<String, Hugetlb> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let size =
        |name: String| Some(name.strip_prefix("hugetlb.")?.strip_suffix(".limit_in_bytes")?.to_owned());
    let used = |size: String| {
        let number = |name: &str| number(&directory.join(format!("hugetlb.{size}.{name}")));
        let (usage, max) = (number("usage_in_bytes"), number("max_usage_in_bytes"));
        let failcnt = number("failcnt");
        (size, Hugetlb { usage, max, failcnt })
    };
    names.filter_map(size).filter(|size| !size.contains('.')).map(used).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_of_all_devices_is_no_device() {
        let found = entries("8:0 Read 4096\n8:0 Write 0\n8:0 Total 4096\nTotal 4096\n");
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], BlkioEntry { major: 8, minor: 0, op: "Read".into(), value: 4096 });
    }
}
