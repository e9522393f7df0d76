//! Containers whose callers take care of cgroups themselves.

use pontoon_tests::Host;
use serde_json::json;

/// As podman asks for it with `--cgroups=disabled`: before the verb, with nothing but rules about devices.
#[test]
fn a_container_without_cgroups_of_its_own_stays_in_its_callers() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| {
        config["linux"]["resources"] = json!({"devices": [{"allow": false, "access": "rwm"}]});
        config["process"]["args"] = json!(["sleep", "1000"]);
    });
    let container = host.create("c1", &["--cgroup-manager", "disabled"], &bundle);
    container.start();
    let cgroups = |pid: &str| host.sh(&format!("cat /proc/{pid}/cgroup")).ok().stdout;
    assert_eq!(cgroups(&container.pid().to_string()), cgroups("self"));
    let warned = container.output();
    assert!(warned.contains("linux.resources.devices is not held to"), "{warned}");
    assert_eq!(host.pontoon(&["exec", "c1", "echo", "inside"]).ok().stdout, "inside\n");
    let refused = host.pontoon(&["pause", "c1"]).fails(1);
    assert!(refused.error().contains("no cgroup hierarchy with controller freezer"), "{refused}");
    host.pontoon(&["delete", "--force", "c1"]).ok();
    host.finish();
}

#[test]
fn limits_without_cgroups_and_systemds_cgroups_are_refused() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["resources"] = json!({"pids": {"limit": 20}}));
    for (manager, problem) in [
        ("disabled", "linux.resources: can't be had with --cgroup-manager disabled"),
        ("systemd", "Pontoon makes its cgroups itself"),
    ] {
        let refused =
            host.pontoon(&["--cgroup-manager", manager, "create", "-b", bundle.path(), "c1"]).fails(1);
        assert!(refused.error().contains(problem), "{refused}");
    }
    host.finish();
}
