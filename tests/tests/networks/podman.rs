//! Networks that podman made, and podman's view of those that it did not.

use pontoon_tests::Host;
use serde_json::Value;

use crate::{FOUR, SIX};

/// As podman 4.3 writes it.
const PODMANS: &str = r#"{
     "name": "sea",
     "id": "e4a8ba8a0a5e7f2cd8a2e3e30cba11b63a6f6a2a9f2ab4a1a3d97d5a4a9bd0aa",
     "driver": "bridge",
     "network_interface": "podman7",
     "created": "2023-05-04T10:20:30.123456789+02:00",
     "subnets": [
          {"subnet": "10.105.0.0/24", "gateway": "10.105.0.1",
           "lease_range": {"start_ip": "10.105.0.10", "end_ip": "10.105.0.20"}},
          {"subnet": "fd12:3456:789a::/64", "gateway": "fd12:3456:789a::1"}
     ],
     "ipv6_enabled": true,
     "internal": false,
     "dns_enabled": false,
     "options": {"mtu": "1400"},
     "ipam_options": {"driver": "host-local"}
}"#;

#[test]
fn a_file_of_podmans_is_a_network() {
    let host = Host::new();
    let directory = host.dir().join("networks");
    std::fs::create_dir(&directory).expect("a directory");
    std::fs::write(directory.join("sea.json"), PODMANS).expect("a file");
    let at = format!("--network-config-dir={}", directory.display());
    let bundle = host.bundle();
    let script = format!("{FOUR}; {SIX}; cat /sys/class/net/eth0/mtu");
    let run = [&at, "run", "--rm", "--net=sea", bundle.path(), "sh", "-c", &script];
    let out = host.pontoon(&run).ok();
    assert_eq!(out.stdout, "10.105.0.10/24\nfd12:3456:789a::2/64\n1400\n");
    let made = host.pontoon(&[&at, "network", "inspect", "sea"]).ok();
    let made: Value = serde_json::from_str(&made.stdout).expect("JSON");
    assert_eq!(made[0]["state"]["device"]["name"], "podman7");
    assert_eq!(made[0]["id"], "e4a8ba8a0a5e7f2cd8a2e3e30cba11b63a6f6a2a9f2ab4a1a3d97d5a4a9bd0aa");
    // A network of its own beside it does not touch its subnet or its device.
    let out = host.pontoon(&[&at, "network", "create", "--subnet", "10.105.0.128/25", "own"]).fails(125);
    assert_eq!(
        out.stderr,
        "pontoon: network own: subnet 10.105.0.128/25 is in use (10.105.0.0/24, network sea)\n"
    );
    host.pontoon(&[&at, "network", "rm", "sea"]).ok();
    assert_eq!(std::fs::read_dir(directory).expect("a directory").count(), 0);
    host.finish();
}

#[test]
fn what_podman_makes_is_a_network() {
    let host = Host::new();
    if host.sh("command -v podman").run().status != 0 {
        return;
    }
    let dir = host.dir().display().to_string();
    let podman = format!(
        "podman --root {dir}/storage --runroot {dir}/run --tmpdir {dir}/tmp --network-backend netavark \
        --network-config-dir {dir}/networks network"
    );
    host.sh(&format!("{podman} create --subnet 10.106.0.0/24 --ip-range 10.106.0.128/25 --ipv6 sea")).ok();
    let at = format!("--network-config-dir={dir}/networks");
    let bundle = host.bundle();
    let script = format!("{FOUR}; {SIX}");
    let out = host.pontoon(&[&at, "run", "--rm", "--net=sea", bundle.path(), "sh", "-c", &script]).ok();
    assert!(out.stdout.starts_with("10.106.0.129/24\nfd"), "{out}");
    // And podman reads what Pontoon makes.
    host.pontoon(&[&at, "network", "create", "--subnet", "10.107.0.0/24", "--exclude", "10.107.0.9", "own"])
        .ok();
    let own = host.sh(&format!("{podman} inspect own")).ok();
    assert!(own.stdout.contains("10.107.0.0/24") && own.stdout.contains("pontoon"), "{own}");
    host.pontoon(&[&at, "network", "rm", "sea", "own"]).ok();
    host.finish();
}
