//! Tables of what config.json's values become.

use super::*;

fn directory(controllers: &[&str]) -> CgroupDirectory {
    let name = controllers.first().unwrap_or(&"unified");
    CgroupDirectory {
        mount: format!("/cg/{name}").into(),
        path: format!("/cg/{name}/c1").into(),
        version: if controllers.is_empty() { CgroupVersion::V2 } else { CgroupVersion::V1 },
        controllers: controllers.iter().map(|&controller| controller.to_owned()).collect(),
        spare: false,
    }
}

const V1: [&str; 9] = ["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "net_cls", "net_prio", "rdma"];

fn v1() -> Vec<CgroupDirectory> {
    V1.iter().map(|controller| directory(&[controller])).collect()
}

fn v2() -> Vec<CgroupDirectory> {
    vec![directory(&[])]
}

/// What is written for a `linux.resources`, a line each: `FILE VALUE`, ways apart by `|`.
fn written(
    text: &str,
    directories: &[CgroupDirectory],
    present: &Present,
) -> std::result::Result<Vec<String>, String> {
    let resources = serde_json::from_str(text).expect("resources");
    let ways = |setting: &Setting| {
        let ways: Vec<String> = setting.ways.iter().map(|(name, value)| format!("{name} {value}")).collect();
        ways.join("|") + if setting.optional { "?" } else { "" }
    };
    let settings = settings(&resources, directories, present).map_err(|error| error.to_string())?;
    Ok(settings.iter().map(ways).collect())
}

/// Each line: the resources, what is written on v1, and on v2; files apart by `, `, errors after `!`.
type Table<'a> = &'a [(&'a str, &'a str, &'a str)];

fn holds(table: Table<'_>) {
    for &(text, on_v1, on_v2) in table {
        for (directories, expected) in [(v1(), on_v1), (v2(), on_v2)] {
            let found = written(text, &directories, &Present::default());
            match expected.strip_prefix('!') {
                Some(problem) => {
                    let refused = found.expect_err(text);
                    assert!(refused.contains(problem), "{text}: {refused}");
                }
                None => assert_eq!(found.expect(text).join(", "), expected, "{text}"),
            }
        }
    }
}

#[test]
fn memory_fields_become_files() {
    holds(&[
        (
            r#"{"memory": {"limit": 1000, "swap": 3000, "reservation": 500}}"#,
            "memory.limit_in_bytes 1000, memory.memsw.limit_in_bytes 3000, memory.soft_limit_in_bytes 500",
            "memory.max 1000, memory.swap.max 2000, memory.low 500",
        ),
        (
            r#"{"memory": {"limit": -1}}"#,
            "memory.limit_in_bytes -1, memory.memsw.limit_in_bytes -1?",
            "memory.max max, memory.swap.max max?",
        ),
        (r#"{"memory": {"limit": 0, "swap": 0}}"#, "", ""),
        (
            r#"{"memory": {"limit": 1000, "swap": -1}}"#,
            "memory.limit_in_bytes 1000, memory.memsw.limit_in_bytes -1",
            "memory.max 1000, memory.swap.max max",
        ),
        (
            r#"{"memory": {"limit": 1000, "swap": 10}}"#,
            "memory.limit_in_bytes 1000, memory.memsw.limit_in_bytes 10",
            "!memory+swap limit should be >= memory limit",
        ),
        (
            r#"{"memory": {"swap": 10}}"#,
            "memory.memsw.limit_in_bytes 10",
            "!unable to set swap limit without memory limit",
        ),
        (
            r#"{"memory": {"kernel": 5, "kernelTCP": 6}}"#,
            "memory.kmem.limit_in_bytes 5, memory.kmem.tcp.limit_in_bytes 6",
            "!memory.kernel: no hierarchy of cgroup v1 with controller memory (memory.kmem.limit_in_bytes) is mounted",
        ),
        (
            r#"{"memory": {"swappiness": 60, "useHierarchy": true, "disableOOMKiller": false}}"#,
            "memory.swappiness 60, memory.oom_control 0, memory.use_hierarchy 1",
            "!cgroup v2 has no such setting",
        ),
        (
            r#"{"memory": {"useHierarchy": true, "disableOOMKiller": false}}"#,
            "memory.oom_control 0, memory.use_hierarchy 1",
            "",
        ),
        (
            r#"{"memory": {"swappiness": 101}}"#,
            "!invalid memory swappiness value: 101",
            "!(valid range is 0-100)",
        ),
        (r#"{"memory": {"disableOOMKiller": true}}"#, "memory.oom_control 1", "!memory.disableOOMKiller"),
    ]);
}

#[test]
fn processors_fields_become_files() {
    holds(&[
        (
            r#"{"cpu": {"quota": 20000, "period": 50000, "burst": 100}}"#,
            "cpu.cfs_period_us 50000, cpu.cfs_quota_us 20000, cpu.cfs_burst_us 100",
            "cpu.max 20000 50000, cpu.max.burst 100",
        ),
        (r#"{"cpu": {"quota": -1}}"#, "cpu.cfs_quota_us -1", "cpu.max max"),
        (r#"{"cpu": {"period": 50000}}"#, "cpu.cfs_period_us 50000", "cpu.max max 50000"),
        (
            r#"{"cpu": {"shares": 1024, "cpus": "0-1", "mems": "0", "idle": 1}}"#,
            "cpuset.cpus 0-1, cpuset.mems 0, cpu.shares 1024, cpu.idle 1",
            "cpuset.cpus 0-1, cpuset.mems 0, cpu.weight 100, cpu.idle 1",
        ),
        (r#"{"cpu": {"shares": 1}}"#, "!the minimum allowed cpu-shares is 2", "cpu.weight 1"),
        (r#"{"cpu": {"shares": 300000}}"#, "!the maximum allowed cpu-shares is 262144", "cpu.weight 10000"),
        (
            r#"{"cpu": {"realtimeRuntime": 900, "realtimePeriod": 1000}}"#,
            "cpu.rt_runtime_us 900, cpu.rt_period_us 1000",
            "!controller cpu (cpu.rt_runtime_us) is mounted, and cgroup v2 has no such setting",
        ),
        (r#"{"cpu": {"cpus": ""}, "pids": {"limit": 0}}"#, "", ""),
    ]);
}

#[test]
fn other_fields_become_files() {
    holds(&[
        (r#"{"pids": {"limit": 7}}"#, "pids.max 7", "pids.max 7"),
        (r#"{"pids": {"limit": -1}}"#, "pids.max max", "pids.max max"),
        (
            r#"{"blockIO": {"weight": 500}}"#,
            "blkio.weight 500|blkio.bfq.weight 500",
            "io.bfq.weight 500|io.weight 4950",
        ),
        (r#"{"blockIO": {"weight": 5}}"#, "!5 is not between 10 and 1000", "!5 is not between"),
        (r#"{"blockIO": {"leafWeight": 500}}"#, "blkio.leaf_weight 500", "!blockIO.leafWeight"),
        (
            r#"{"blockIO": {"weightDevice": [{"major": 8, "minor": 0, "weight": 10}]}}"#,
            "blkio.weight_device 8:0 10|blkio.bfq.weight_device 8:0 10",
            "io.bfq.weight 8:0 10|io.weight 8:0 1",
        ),
        (
            r#"{"blockIO": {"throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 9}],
                "throttleWriteIOPSDevice": [{"major": 8, "minor": 16, "rate": 0}]}}"#,
            "blkio.throttle.read_bps_device 8:0 9, blkio.throttle.write_iops_device 8:16 0",
            "io.max 8:0 rbps=9, io.max 8:16 wiops=max",
        ),
        (
            r#"{"hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}]}"#,
            "hugetlb.2MB.limit_in_bytes 4194304, hugetlb.2MB.rsvd.limit_in_bytes 4194304?",
            "hugetlb.2MB.max 4194304, hugetlb.2MB.rsvd.max 4194304?",
        ),
        (r#"{"hugepageLimits": [{"pageSize": "../x", "limit": 1}]}"#, "!is no size", "!is no size"),
        (
            r#"{"network": {"classID": 5, "priorities": [{"name": "eth0", "priority": 3}]}}"#,
            "net_cls.classid 5, net_prio.ifpriomap eth0 3",
            "!controller net_cls (net_cls.classid) is mounted, and cgroup v2 has no",
        ),
        (
            r#"{"rdma": {"mlx5": {"hcaHandles": 3, "hcaObjects": 10}}}"#,
            "rdma.max mlx5 hca_handle=3 hca_object=10",
            "rdma.max mlx5 hca_handle=3 hca_object=10",
        ),
        (
            r#"{"unified": {"memory.high": "5", "cgroup.max.depth": "3"}}"#,
            "!cannot use unified on cgroup v1",
            "cgroup.max.depth 3, memory.high 5",
        ),
        (r#"{"unified": {"../memory.high": "5"}}"#, "!no slashes", "!no slashes"),
    ]);
}

#[test]
fn what_is_there_counts_in_an_update() {
    let present = Present { memory_limit: Some(1000), memory_usage: 700, quota: Some("20000".into()) };
    let on_v2 = |text| written(text, &v2(), &present).map(|lines| lines.join(", "));
    assert_eq!(on_v2(r#"{"memory": {"swap": 1500}}"#).as_deref(), Ok("memory.swap.max 500"));
    assert_eq!(on_v2(r#"{"cpu": {"period": 40000}}"#).as_deref(), Ok("cpu.max 20000 40000"));
    let lowered = on_v2(r#"{"memory": {"limit": 600, "checkBeforeUpdate": true}}"#).expect_err("in use");
    assert!(lowered.contains("rejecting memory limit 600 < usage 700"), "{lowered}");
}

#[test]
fn a_controller_that_is_nowhere_is_named_with_its_file() {
    let memory_alone = [directory(&["memory"])];
    let refused = written(r#"{"pids": {"limit": 7}}"#, &memory_alone, &Present::default());
    assert_eq!(
        refused.expect_err("no pids"),
        "linux.resources.pids.limit: no cgroup hierarchy with controller pids (pids.max) is mounted"
    );
}

#[test]
fn a_hybrid_host_has_each_controller_in_one_place() {
    let hybrid = [directory(&["memory"]), directory(&[])];
    let text = r#"{"memory": {"limit": 5}, "hugepageLimits": [{"pageSize": "2MB", "limit": 5}]}"#;
    let resources = serde_json::from_str(text).expect("resources");
    let settings = settings(&resources, &hybrid, &Present::default()).expect("settings");
    let places: Vec<_> = settings.iter().filter_map(|setting| setting.directory.to_str()).collect();
    assert_eq!(places, ["/cg/memory/c1", "/cg/unified/c1", "/cg/unified/c1"]);
    let refused = written(r#"{"unified": {"memory.high": "5"}}"#, &hybrid, &Present::default());
    assert!(
        refused.expect_err("on v1").contains("cannot use unified on cgroup v1, which has controller memory")
    );
    let unified = written(r#"{"unified": {"hugetlb.2MB.max": "5"}}"#, &hybrid, &Present::default());
    assert_eq!(unified.expect("on v2"), ["hugetlb.2MB.max 5"]);
}

/// Made by runc's formulas.
#[test]
fn weights_are_converted() {
    for (shares, weight) in
        [(2, 1), (3, 2), (10, 4), (100, 17), (512, 59), (1024, 100), (2048, 174), (262_144, 10_000)]
    {
        assert_eq!(cpu::weight(shares), weight, "{shares} shares");
    }
    for (weight, io) in [(10, 1), (100, 910), (500, 4950), (1000, 10_000)] {
        assert_eq!(block_io::io_weight(weight), io, "a weight of {weight}");
    }
}
