//! From the files of cgroup v2.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    Blkio, BlkioEntry, Cpu, CpuUsage, Hugetlb, Memory, MemoryEntry, Throttling, keyed, number, pressure, text,
};

pub(super) fn cpu(directory: &Path) -> Cpu {
    let stat = keyed(&directory.join("cpu.stat"));
    let count = |name: &str| stat.get(name).copied().unwrap_or(0);
    let nanoseconds = |name: &str| count(name) * 1000;
    Cpu {
        usage: CpuUsage {
            total: nanoseconds("usage_usec"),
            kernel: nanoseconds("system_usec"),
            user: nanoseconds("user_usec"),
            ..CpuUsage::default()
        },
        throttling: Throttling {
            periods: count("nr_periods"),
            throttled_periods: count("nr_throttled"),
            throttled_time: nanoseconds("throttled_usec"),
        },
        psi: pressure(&directory.join("cpu.pressure")),
    }
}

pub(super) fn memory(directory: &Path) -> Memory {
    let raw = keyed(&directory.join("memory.stat"));
    let entry = |name: &str| {
        let number = |file: &str| number(&directory.join(format!("memory.{name}{file}")));
        MemoryEntry { limit: number("max"), usage: number("current"), max: number("peak"), failcnt: 0 }
    };
    let (usage, swap) = (entry(""), entry("swap."));
    // As v1 has it: of memory and swap together, and without a limit where either has none.
    let both = MemoryEntry {
        limit: usage.limit.saturating_add(swap.limit),
        usage: usage.usage + swap.usage,
        max: 0,
        failcnt: 0,
    };
    let cache = raw.get("file").copied().unwrap_or(0);
    let psi = pressure(&directory.join("memory.pressure"));
    Memory { cache, usage, swap: both, raw, psi, ..Memory::default() }
}

pub(super) fn blkio(directory: &Path) -> Blkio {
    let stat = text(&directory.join("io.stat"));
    Blkio {
        io_service_bytes_recursive: entries(&stat, [("rbytes", "Read"), ("wbytes", "Write")]),
        io_serviced_recursive: entries(&stat, [("rios", "Read"), ("wios", "Write")]),
        psi: pressure(&directory.join("io.pressure")),
    }
}

/// Of lines `MAJOR:MINOR NAME=NUMBER...` the numbers of these names.
fn entries(stat: &str, names: [(&str, &str); 2]) -> Vec<BlkioEntry> {
    let mut entries = Vec::new();
    for line in stat.lines() {
        let Some((device, words)) = line.split_once(' ') else { continue };
        let Some((Ok(major), Ok(minor))) =
            device.split_once(':').map(|(major, minor)| (major.parse(), minor.parse()))
        else {
            continue;
        };
        for (name, op) in names {
            let value = words.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            if let Some(Ok(value)) = value.map(str::parse) {
                entries.push(BlkioEntry { major, minor, op: op.to_owned(), value });
            }
        }
    }
    entries
}

pub(super) fn hugetlb(directory: &Path) -> BTreeMap<String, Hugetlb> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let size = |name: String| Some(name.strip_prefix("hugetlb.")?.strip_suffix(".current")?.to_owned());
    let used = |size: String| {
        let file = |name: &str| directory.join(format!("hugetlb.{size}.{name}"));
        let failcnt = keyed(&file("events")).get("max").copied().unwrap_or(0);
        let usage = number(&file("current"));
        (size, Hugetlb { usage, max: 0, failcnt })
    };
    names.filter_map(size).filter(|size| !size.contains('.')).map(used).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_what_two_lists_tell() {
        let stat = "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n7:0\n";
        let bytes = entries(stat, [("rbytes", "Read"), ("wbytes", "Write")]);
        assert_eq!(bytes.len(), 2);
        assert_eq!(bytes[0], BlkioEntry { major: 8, minor: 0, op: "Read".into(), value: 4096 });
        assert_eq!(bytes[1].value, 0);
    }
}
