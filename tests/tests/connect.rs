//! `pontoon network connect` and `disconnect`, on containers that run.

use pontoon_tests::{Container, Host};

const ADDRESS: &str = "ip -4 -o addr show eth0 | awk '{ print $4 }'";
const GATEWAY: &str = "ip route | awk '/^default/ { print $3 }'";

/// The names of a container's cards: `lo eth0`.
fn cards(container: &Container<'_>) -> String {
    let names = container.exec("ip -o link | awk -F'[ @:]+' '{ print $2 }'").stdout;
    names.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn network(host: &Host, args: &[&str]) {
    host.pontoon(&[&["network"], args].concat()).ok();
}

#[test]
fn a_running_container_without_network_can_be_connected() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let late = host.start("late", &["--net=none"], &bundle, "");
    let neighbour = host.start("neighbour", &["--net=bridge"], &bundle, ADDRESS);
    assert_eq!(cards(&late), "lo");
    network(&host, &["connect", "bridge", "late"]);
    assert_eq!(cards(&late), "lo eth0");
    let neighbours = neighbour.said();
    let neighbours = neighbours.split('/').next().unwrap();
    late.exec(&format!("ping -c 1 -W 10 $({GATEWAY}) && ping -c 1 -W 10 {neighbours}"));
    network(&host, &["disconnect", "bridge", "late"]);
    assert_eq!(cards(&late), "lo");
    late.end();
    neighbour.end();
    host.finish();
}

#[test]
fn each_card_gets_the_next_free_name() {
    let host = Host::new().bridge_may_stay();
    let container = host.start("c1", &["--net=bridge"], &host.bundle(), "");
    network(&host, &["connect", "bridge", "c1"]);
    assert_eq!(cards(&container), "lo eth0 eth1");
    network(&host, &["disconnect", "--ifname", "eth0", "bridge", "c1"]);
    assert_eq!(cards(&container), "lo eth1");
    network(&host, &["connect", "bridge", "c1"]);
    assert_eq!(container.exec("ip link show eth0 && ip link show eth1").status, 0);
    container.end();
    host.finish();
}

#[test]
fn address_hardware_address_and_name_can_be_chosen() {
    let host = Host::new().bridge_may_stay();
    let container = host.start("c1", &["--net=bridge"], &host.bundle(), ADDRESS);
    let (net, _) =
        container.said().rsplit_once('.').map(|(net, rest)| (net.to_owned(), rest.to_owned())).unwrap();
    let ip = format!("{net}.200");
    let mac = "02:00:00:00:00:2a";
    network(&host, &["connect", "--ip", &ip, "--mac-address", mac, "--ifname", "lan0", "bridge", "c1"]);
    let shown = container.exec("ip addr show lan0").stdout;
    assert!(shown.contains(&format!("inet {ip}/")) && shown.contains(mac), "{shown}");
    container.end();
    host.finish();
}

#[test]
fn a_card_taken_away_takes_its_lease_with_it() {
    let host = Host::new().bridge_may_stay();
    let container = host.start("c1", &["--net=bridge"], &host.bundle(), "");
    let leases = || host.sh("ls /run/pontoon/networks/bridge/leases | wc -l").ok().line().to_owned();
    assert_eq!(leases(), "1");
    network(&host, &["disconnect", "bridge", "c1"]);
    assert_eq!(leases(), "0");
    let again = host.pontoon(&["network", "disconnect", "bridge", "c1"]).fails(125);
    assert!(
        again.error().starts_with("pontoon: network bridge: container ")
            && again.error().ends_with("has no card on it")
    );
    let nosuch = host.pontoon(&["network", "disconnect", "nosuch", "c1"]).fails(125);
    assert!(nosuch.error().starts_with("pontoon: no such network: nosuch"), "{nosuch}");
    container.end();
    host.finish();
}

#[test]
fn fifty_that_stay_have_addresses_of_their_own() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let names: Vec<String> = (0..50).map(|number| format!("c{number}")).collect();
    let script = format!("{ADDRESS}; echo up; exec sleep 1000");
    let start = |name: &String| {
        host.pontoon(&["run", "--rm", "--name", name, bundle.path(), "sh", "-c", &script]).spawn()
    };
    let running: Vec<_> = names.iter().map(start).collect();
    for container in &running {
        container.wait_for_stdout("up");
    }
    let addresses: std::collections::BTreeSet<String> =
        running.iter().map(pontoon_tests::Running::stdout).collect();
    assert_eq!(addresses.len(), 50, "{addresses:?}");
    assert_eq!(host.sh("ls /run/pontoon/networks/bridge/leases | wc -l").ok().line(), "50");
    let all: Vec<&str> = ["rm", "-f"].into_iter().chain(names.iter().map(String::as_str)).collect();
    host.pontoon(&all).ok();
    for container in running {
        container.wait();
    }
    host.finish();
}
